/*
 * trivy.c: Trivy's json format, schema 2, and the bare list of results that
 * it wrote before. Vulnerabilities, secrets, misconfigurations and licences
 * are findings alike; what a VEX document or a status rules out is counted
 * apart.
 */
#include "ingest/ingest.h"

typedef struct Trivy
{
	RgFindings	findings;
	RgNodeType	type;			/* of the document */
	bool		has_schema;
	int64		results;		/* things that were scanned */
	const char *target;			/* of the result being read */
} Trivy;

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((Trivy *) state)->type = node->type;
}

static void
on_schema(void *state, RgReport *report, const RgNode *node)
{
	((Trivy *) state)->has_schema = true;
}

static void
on_version(void *state, RgReport *report, const RgNode *node)
{
	char	   *version = rg_node_text(node);

	if (version != NULL)
		report->tool_version = rg_report_text(report, version,
											  strlen(version));
}

static void
on_result(void *state, RgReport *report, const RgNode *node)
{
	Trivy	   *trivy = state;

	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a result is no object");
	trivy->results++;
	trivy->target = NULL;
}

static void
on_target(void *state, RgReport *report, const RgNode *node)
{
	char	   *target = rg_node_text(node);

	if (target != NULL && rg_report_wants_finding(report))
		((Trivy *) state)->target = rg_report_text(report, target,
												   strlen(target));
}

static void
on_finding(void *state, RgReport *report, const RgNode *node)
{
	static const char *const names[] = {"VulnerabilityID", "RuleID", "AVDID",
	"ID", "Name"};
	Trivy	   *trivy = state;
	const RgNode *status = rg_node_get(node, "Status");
	const RgNode *name = NULL;
	RgSeverity	severity;
	int64		line = 0;

	if (rg_node_is(status, "PASS"))
		return;					/* a check that found nothing */
	if (rg_node_is(status, "not_affected") || rg_node_is(status, "EXCEPTION"))
	{
		trivy->findings.aside[RG_ASIDE_NOT_AFFECTED]++;
		return;
	}
	severity = rg_severity_parse(rg_node_text(rg_node_get(node, "Severity")));
	trivy->findings.by_severity[severity]++;
	if (!rg_report_wants_finding(report))
		return;
	for (int i = 0; i < (int) lengthof(names) && name == NULL; i++)
		name = rg_node_get(node, names[i]);
	(void) rg_node_count(rg_node_get(node, "StartLine"), &line);
	rg_report_finding(report, rg_node_text(name), rg_severity_name(severity),
					  trivy->target, line,
					  rg_node_text(rg_node_get(node, "Title")));
}

static void
on_ruled_out(void *state, RgReport *report, const RgNode *node)
{
	((Trivy *) state)->findings.aside[RG_ASIDE_NOT_AFFECTED]++;
}

void
rg_read_trivy(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"SchemaVersion", RG_JSON_OPEN, on_schema},
		{"Trivy.Version", RG_JSON_OPEN, on_version},
		{"Results[]", RG_JSON_OPEN, on_result},
		{"Results[].Target", RG_JSON_OPEN, on_target},
		{"Results[].Vulnerabilities[]", RG_JSON_TREE, on_finding},
		{"Results[].Secrets[]", RG_JSON_TREE, on_finding},
		{"Results[].Misconfigurations[]", RG_JSON_TREE, on_finding},
		{"Results[].Licenses[]", RG_JSON_TREE, on_finding},
		{"Results[].ExperimentalModifiedFindings[]", RG_JSON_OPEN, on_ruled_out},
		{"[]", RG_JSON_OPEN, on_result},
		{"[].Target", RG_JSON_OPEN, on_target},
		{"[].Vulnerabilities[]", RG_JSON_TREE, on_finding},
		{"[].Secrets[]", RG_JSON_TREE, on_finding},
		{"[].Misconfigurations[]", RG_JSON_TREE, on_finding},
	};
	Trivy		trivy = {0};

	report->tool = "Trivy";
	if (!rg_json_read(input, rules, lengthof(rules), &trivy, report))
		return;
	if (trivy.type != RG_NODE_ARRAY &&
		!(trivy.type == RG_NODE_OBJECT && trivy.has_schema))
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is neither Trivy's schema 2 nor a list of results");
		return;
	}
	rg_findings_finish(&trivy.findings, report);
	if (trivy.results == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "Trivy found nothing to scan");
}
