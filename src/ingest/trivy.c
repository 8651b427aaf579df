/*
 * trivy.c: Trivy's json format: schema 2, the bare list of results before it,
 * and clusters. Vulnerabilities, secrets, misconfigurations and licences are
 * findings alike, by what their status says.
 */
#include "ingest/scanner.h"

typedef struct Trivy
{
	RgScanning	scanning;		/* examined: results, things that were scanned */
	bool		is_list;
	bool		has_schema;
	bool		is_cluster;
} Trivy;

/*
 * Of a misconfiguration, or of a vulnerability; of these only not_affected is
 * none: will_not_fix, fix_deferred and end_of_life are no less vulnerable.
 */
static const RgWord states[] = {
	{"PASS", RG_NO_FINDING},
	{"EXCEPTION", RG_ASIDE_SUPPRESSED},
	{"not_affected", RG_ASIDE_NOT_AFFECTED},
	{NULL}
};

/* Of what .trivyignore or a VEX document has changed. */
static const RgWord modified_states[] = {
	{"ignored", RG_ASIDE_SUPPRESSED},
	{"not_affected", RG_ASIDE_NOT_AFFECTED},
	{"fixed", RG_ASIDE_NOT_AFFECTED},
	{NULL}
};

static int
judge(const RgNode *finding)
{
	return rg_word_value(states, rg_node_get(finding, "Status"),
						 RG_ASIDE_NONE);
}

static void
on_modified(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_add(state, report, node,
				   rg_word_value(modified_states, rg_node_get(node, "Status"),
								 RG_ASIDE_NONE));
}

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((Trivy *) state)->is_list = node->type == RG_NODE_ARRAY;
}

static void
on_schema(void *state, RgReport *report, const RgNode *node)
{
	((Trivy *) state)->has_schema = true;
}

static void
on_cluster(void *state, RgReport *report, const RgNode *node)
{
	((Trivy *) state)->is_cluster = true;
}

static void
on_result(void *state, RgReport *report, const RgNode *node)
{
	Trivy	   *trivy = state;

	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a result is no object");
	trivy->scanning.examined = Max(trivy->scanning.examined, 0) + 1;
	trivy->scanning.place[0] = '\0';
}

/* Of a resource of a cluster. */
static void
on_error(void *state, RgReport *report, const RgNode *node)
{
	if (node->type == RG_NODE_STRING && node->text_length > 0)
		rg_scanner_error(state, report, rg_node_text(node));
}

/* Nobody looks for vulnerabilities of a distribution that has ended. */
static void
on_end_of_life(void *state, RgReport *report, const RgNode *node)
{
	if (node->type == RG_NODE_TRUE)
		rg_scanner_warning(state, report,
						   "the operating system is no longer supported, so that its vulnerabilities may not be known");
}

static void
finish(const Trivy *trivy, RgReport *report)
{
	if (!trivy->is_list && !trivy->has_schema && !trivy->is_cluster)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is neither Trivy's schema 2, nor a list of results, nor a cluster");
	else if (trivy->scanning.examined <= 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "Trivy found nothing to scan");
}

void
rg_read_trivy(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"SchemaVersion", RG_JSON_OPEN, on_schema},
		{"ClusterName", RG_JSON_OPEN, on_cluster},
		{"Trivy.Version", RG_JSON_OPEN, rg_scanner_version},
		{"Metadata.OS.EOSL", RG_JSON_OPEN, on_end_of_life},
		{"Resources[].Error", RG_JSON_OPEN, on_error},
		{"..Results", RG_JSON_OPEN, rg_scanner_optional},
		{"..Results[]", RG_JSON_OPEN, on_result},
		{"..Results[].Target", RG_JSON_OPEN, rg_scanner_place},
		{"..Results[].Vulnerabilities", RG_JSON_OPEN, rg_scanner_optional},
		{"..Results[].Vulnerabilities[]", RG_JSON_TREE, rg_scanner_finding},
		{"..Results[].Secrets", RG_JSON_OPEN, rg_scanner_optional},
		{"..Results[].Secrets[]", RG_JSON_TREE, rg_scanner_finding},
		{"..Results[].Misconfigurations", RG_JSON_OPEN, rg_scanner_optional},
		{"..Results[].Misconfigurations[]", RG_JSON_TREE, rg_scanner_finding},
		{"..Results[].Licenses", RG_JSON_OPEN, rg_scanner_optional},
		{"..Results[].Licenses[]", RG_JSON_TREE, rg_scanner_finding},
		{"..Results[].ExperimentalModifiedFindings", RG_JSON_OPEN,
		rg_scanner_optional},
		{"..Results[].ExperimentalModifiedFindings[]", RG_JSON_TREE,
		on_modified},
		{"[]", RG_JSON_OPEN, on_result},
		{"[].Target", RG_JSON_OPEN, rg_scanner_place},
		{"[].Vulnerabilities", RG_JSON_OPEN, rg_scanner_optional},
		{"[].Vulnerabilities[]", RG_JSON_TREE, rg_scanner_finding},
		{"[].Secrets", RG_JSON_OPEN, rg_scanner_optional},
		{"[].Secrets[]", RG_JSON_TREE, rg_scanner_finding},
		{"[].Misconfigurations", RG_JSON_OPEN, rg_scanner_optional},
		{"[].Misconfigurations[]", RG_JSON_TREE, rg_scanner_finding},
	};
	static const RgScanner scanner = {
		.tool = "Trivy",
		.list = "findings",
		.shape = {
			.severity = "Severity Finding.Severity",
			.name = "VulnerabilityID RuleID AVDID ID Name "
			"Finding.VulnerabilityID Finding.RuleID Finding.AVDID Finding.ID "
			"Finding.Name",
			.line = "StartLine CauseMetadata.StartLine Finding.StartLine "
			"Finding.CauseMetadata.StartLine",
			.message = "Title Finding.Title PkgName",
			.justification = "Statement Source Status",
		},
		.judge = judge,
		.rules = rules,
		.nrules = lengthof(rules),
	};
	Trivy		trivy = {.scanning.has_list = true};	/* of many kinds */

	if (rg_scanner_read(&scanner, &trivy.scanning, input, report))
		finish(&trivy, report);
}
