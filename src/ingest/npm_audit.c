/*
 * npm_audit.c: npm audit --json. Version 1 lists advisories, version 2 the
 * vulnerable packages; the list is counted, not the metadata. When npm could
 * not ask its registry it writes an error document: no finding, and no pass.
 */
#include "ingest/ingest.h"

typedef struct NpmAudit
{
	RgFindings	findings;
	RgFindings	declared;
	bool		has_list;
	bool		has_metadata;
	int64		dependencies;	/* examined; -1 where it does not say */
} NpmAudit;

static void
count_finding(NpmAudit *audit, RgReport *report, const RgNode *node,
			  const char *name, const RgNode *title, const RgNode *where)
{
	char	   *word = rg_node_text(rg_node_get(node, "severity"));
	RgSeverity	severity = rg_severity_parse(word);

	audit->findings.by_severity[severity]++;
	if (rg_report_wants_finding(report))
		rg_report_finding(report, name, rg_severity_name(severity),
						  rg_node_text(where), 0, rg_node_text(title));
}

/* Version 1. */
static void
on_advisory(void *state, RgReport *report, const RgNode *node)
{
	count_finding(state, report, node,
				  rg_node_text(rg_node_get(node, "module_name")),
				  rg_node_get(node, "title"),
				  rg_node_get(node, "vulnerable_versions"));
}

/* Version 2: via holds advisories, or names of other vulnerable packages. */
static void
on_package(void *state, RgReport *report, const RgNode *node)
{
	const RgNode *via = rg_node_get(node, "via");

	via = via != NULL ? via->child : NULL;
	count_finding(state, report, node,
				  rg_node_text(rg_node_get(node, "name")),
				  rg_node_get(via, "title"), rg_node_get(node, "range"));
}

static void
on_list(void *state, RgReport *report, const RgNode *node)
{
	if (node->type == RG_NODE_OBJECT)
		((NpmAudit *) state)->has_list = true;
	else
		rg_report_fail(report, RG_REPORT_INVALID,
					   "its findings are not an object");
}

static void
on_error(void *state, RgReport *report, const RgNode *node)
{
	char	   *summary = rg_node_text(rg_node_get(node, "summary"));
	char	   *code = rg_node_text(rg_node_get(node, "code"));
	const char *str = summary && *summary ? summary : code ? code :
		"npm could not ask the registry";

	rg_report_fail(report, RG_REPORT_INVALID,
				   "it is an error message of npm audit: %s",
				   rg_report_text(report, str, strlen(str)));
}

static void
on_metadata(void *state, RgReport *report, const RgNode *node)
{
	static const char *const words[] = {"critical", "high", "moderate", "low",
	"info"};
	NpmAudit   *audit = state;
	const RgNode *counts = rg_node_get(node, "vulnerabilities");
	int64		value;

	audit->has_metadata = true;
	for (int i = 0; i < (int) lengthof(words); i++)
	{
		if (rg_node_count(rg_node_get(counts, words[i]), &value))
			audit->declared.by_severity[rg_severity_parse(words[i])] += value;
	}
	(void) (rg_node_count(rg_node_get(node, "totalDependencies"),
						  &audit->dependencies) ||
			rg_node_count(rg_node_path(node, "dependencies.total"),
						  &audit->dependencies));
}

static void
finish(const NpmAudit *audit, RgReport *report)
{
	rg_findings_finish(&audit->findings, report);
	for (int i = 0; i < RG_SEVERITY_UNKNOWN; i++)
	{
		int64		declared = audit->declared.by_severity[i];
		int64		listed = audit->findings.by_severity[i];

		/* version 1 declares instances, so that only 0 and not 0 compare */
		if (declared > 0 && listed == 0)
			rg_report_fail(report, RG_REPORT_INCOMPLETE,
						   "its metadata says " INT64_FORMAT
						   " %s findings, but none is listed", declared,
						   rg_severity_name(i));
		else if (declared != listed && audit->has_metadata)
			rg_report_warn(report, "its metadata says " INT64_FORMAT
						   " %s findings, " INT64_FORMAT " are listed",
						   declared, rg_severity_name(i), listed);
	}
	if (audit->dependencies == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "no dependency was examined");
}

void
rg_read_npm_audit(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"error", RG_JSON_TREE, on_error},
		{"advisories", RG_JSON_OPEN, on_list},
		{"advisories.*", RG_JSON_TREE, on_advisory},
		{"vulnerabilities", RG_JSON_OPEN, on_list},
		{"vulnerabilities.*", RG_JSON_TREE, on_package},
		{"metadata", RG_JSON_TREE, on_metadata},
	};
	NpmAudit	audit = {.dependencies = -1};

	report->tool = "npm audit";
	if (!rg_json_read(input, rules, lengthof(rules), &audit, report))
		return;
	if (!audit.has_list)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has neither vulnerabilities nor advisories");
	else
		finish(&audit, report);
}
