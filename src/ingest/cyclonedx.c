/*
 * cyclonedx.c: CycloneDX documents with vulnerabilities (a VEX, or a bill of
 * materials that a scanner has gone through), JSON only. A bill of materials
 * alone, and an OpenVEX document, are no scan.
 */
#include "ingest/scanner.h"

typedef struct CycloneDx
{
	RgScanning	scanning;
	bool		is_bom;
	bool		has_vulnerabilities;
	bool		writes_none;	/* the tool that found nothing says so */
} CycloneDx;

/* States of an analysis; in_triage, exploitable and no state count. */
static const RgWord states[] = {
	{"not_affected", RG_ASIDE_NOT_AFFECTED},
	{"false_positive", RG_ASIDE_NOT_AFFECTED},
	{"resolved", RG_ASIDE_NOT_AFFECTED},
	{"resolved_with_pedigree", RG_ASIDE_NOT_AFFECTED},
	{NULL}
};

/*
 * Some tools that only list components write an empty list of vulnerabilities
 * (Trivy does), so that it means something only from those that do not.
 */
static const RgWord scanning_tools[] = {
	{"grype", 1},
	{"osv-scanner", 1},
	{NULL}
};

static int
judge(const RgNode *vulnerability)
{
	return rg_word_value(states, rg_node_path(vulnerability, "analysis.state"),
						 RG_ASIDE_NONE);
}

/* The worst of the ratings that say something: by word, else by score. */
static RgSeverity
rate(const RgNode *vulnerability)
{
	static const RgShape rating = {.severity = "severity score"};
	const RgNode *ratings = rg_node_get(vulnerability, "ratings");
	RgSeverity	worst = RG_SEVERITY_UNKNOWN;

	for (const RgNode *r = ratings ? ratings->child : NULL; r; r = r->next)
	{
		/* unknown is the largest of them */
		worst = Min(worst, rg_shape_severity(&rating, r));
	}
	return worst;
}

static void
on_format(void *state, RgReport *report, const RgNode *node)
{
	((CycloneDx *) state)->is_bom = rg_node_is(node, "CycloneDX");
}

static void
on_vulnerabilities(void *state, RgReport *report, const RgNode *node)
{
	((CycloneDx *) state)->has_vulnerabilities = true;
	rg_scanner_list(state, report, node);
}

static void
on_tool(void *state, RgReport *report, const RgNode *node)
{
	const RgNode *name = rg_node_get(node, "name");

	rg_scanner_tool(state, report, name);
	rg_scanner_version(state, report, rg_node_get(node, "version"));
	if (rg_word_value(scanning_tools, name, 0) == 1)
		((CycloneDx *) state)->writes_none = true;
}

static void
finish(const CycloneDx *bom, RgReport *report)
{
	if (!bom->is_bom)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "its bomFormat is not CycloneDX");
	else if (!bom->has_vulnerabilities)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "it lists components but no vulnerabilities: nobody has looked for any");
	else if (bom->scanning.listed == 0 && !bom->writes_none)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "its list of vulnerabilities is empty, which the tool writes without having looked, too");
}

void
rg_read_cyclonedx(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"bomFormat", RG_JSON_OPEN, on_format},
		{"metadata.tools[]", RG_JSON_TREE, on_tool},
		{"metadata.tools.components[]", RG_JSON_TREE, on_tool},
		{"vulnerabilities", RG_JSON_OPEN, on_vulnerabilities},
		{"vulnerabilities[]", RG_JSON_TREE, rg_scanner_finding},
	};
	static const RgScanner scanner = {
		.tool = "CycloneDX",
		.list = "vulnerabilities",
		.shape = {
			.severity = "",
			.name = "id bom-ref",
			.location = "affects[].ref",
			.message = "description detail",
			.justification = "analysis.detail analysis.justification analysis.state",
		},
		.judge = judge,
		.rate = rate,
		.rules = rules,
		.nrules = lengthof(rules),
	};
	CycloneDx	bom = {.scanning.has_list = true};	/* none is no fault */

	if (input->length > 0 && input->data[0] == '<')
		rg_report_fail(report, RG_REPORT_INVALID,
					   "CycloneDX is read as JSON only; write it as that");
	else if (rg_scanner_read(&scanner, &bom.scanning, input, report))
		finish(&bom, report);
}

/* ---- OpenVEX --------------------------------------------------------------- */

void
rg_read_openvex(const RgInput *input, RgReport *report)
{
	rg_report_fail(report, RG_REPORT_INVALID,
				   "an OpenVEX document is no scan: give it to the scanner, whose report says what it ruled out");
}
