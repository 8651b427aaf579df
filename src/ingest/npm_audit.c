/*
 * npm_audit.c: npm audit and pnpm audit. Version 1 lists advisories, version
 * 2 the vulnerable packages; the list is counted, not the metadata. When the
 * registry could not be asked there is an error document: no finding, no pass.
 */
#include "ingest/npm_audit.h"

void
rg_npm_add(RgNpmAudit *audit, RgReport *report, const char *name,
		   RgSeverity severity, const char *where, const char *title)
{
	audit->findings.by_severity[severity]++;
	rg_report_finding(report, name, rg_severity_name(severity), where, 0,
					  title);
}

void
rg_npm_advisory(RgNpmAudit *audit, RgReport *report, const RgNode *advisory)
{
	char	   *severity = rg_node_text(rg_node_get(advisory, "severity"));

	rg_npm_add(audit, report,
			   rg_node_text(rg_node_get(advisory, "module_name")),
			   rg_severity_parse(severity),
			   rg_node_text(rg_node_get(advisory, "vulnerable_versions")),
			   rg_node_text(rg_node_get(advisory, "title")));
}

/* What is there must be one, or it may have said anything. */
static void
require_object(RgReport *report, const RgNode *node, const char *what)
{
	if (node != NULL && node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INCOMPLETE, "its %s is no object",
					   what);
}

void
rg_npm_metadata(RgNpmAudit *audit, RgReport *report, const RgNode *metadata)
{
	static const char *const words[] = {"critical", "high", "moderate", "low",
	"info"};
	const RgNode *counts = rg_node_get(metadata, "vulnerabilities");
	const RgNode *total = rg_node_get(metadata, "totalDependencies");
	int64		value;

	audit->has_metadata = audit->says_dependencies = true;
	require_object(report, metadata, "metadata");
	require_object(report, counts, "metadata's vulnerabilities");
	for (int i = 0; i < (int) lengthof(words); i++)
	{
		const RgNode *count = rg_node_get(counts, words[i]);

		if (count != NULL && rg_scanner_count(report, count, &value))
			audit->declared.by_severity[rg_severity_parse(words[i])] += value;
	}
	if (total == NULL)
		total = rg_node_path(metadata, "dependencies.total");
	if (total != NULL)
		(void) rg_scanner_count(report, total, &audit->dependencies);
}

/* The metadata counts by path, the list by advisory or package. */
static void
compare_with_metadata(const RgNpmAudit *audit, RgReport *report)
{
	for (int i = 0; i < RG_SEVERITY_UNKNOWN; i++)
	{
		int64		declared = audit->declared.by_severity[i];
		int64		listed = audit->findings.by_severity[i];

		if (declared > 0 && listed == 0)
			rg_report_fail(report, RG_REPORT_INCOMPLETE,
						   "its metadata says " INT64_FORMAT
						   " %s findings, but none is listed", declared,
						   rg_severity_name(i));
		else if (declared != listed)
			rg_report_warn(report, "its metadata says " INT64_FORMAT
						   " %s findings, " INT64_FORMAT " are listed",
						   declared, rg_severity_name(i), listed);
	}
}

void
rg_npm_finish(const RgNpmAudit *audit, RgReport *report)
{
	rg_findings_finish(&audit->findings, report);
	if (audit->has_metadata)
		compare_with_metadata(audit, report);
	if (audit->dependencies == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "no dependency was examined");
	else if (audit->dependencies < 0 && audit->says_dependencies &&
			 rg_findings_total(&audit->findings) == 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "it does not say that a dependency was examined");
}

/* ---- npm's and pnpm's document ------------------------------------------- */

typedef struct Document
{
	RgNpmAudit	audit;
	bool		has_list;
	bool		has_error;
	char	   *message;		/* beside the error */
} Document;

static void
on_advisory(void *state, RgReport *report, const RgNode *node)
{
	rg_npm_advisory(&((Document *) state)->audit, report, node);
}

/*
 * via holds advisories, and names of other vulnerable packages. The package
 * is as severe as the worst of the advisories, whatever it says.
 */
static void
on_package(void *state, RgReport *report, const RgNode *node)
{
	const RgNode *via = rg_node_get(node, "via");
	RgSeverity	worst =
		rg_severity_parse(rg_node_text(rg_node_get(node, "severity")));
	const RgNode *title = NULL;

	for (const RgNode *v = via ? via->child : NULL; v != NULL; v = v->next)
	{
		char	   *severity = rg_node_text(rg_node_get(v, "severity"));

		worst = Min(worst, rg_severity_parse(severity));
		title = title != NULL ? title : rg_node_get(v, "title");
	}
	rg_npm_add(&((Document *) state)->audit, report,
			   rg_node_text(rg_node_get(node, "name")), worst,
			   rg_node_text(rg_node_get(node, "range")), rg_node_text(title));
}

static void
on_list(void *state, RgReport *report, const RgNode *node)
{
	if (node->type == RG_NODE_OBJECT)
		((Document *) state)->has_list = true;
	else
		rg_report_fail(report, RG_REPORT_INVALID,
					   "its findings are not an object");
}

static void
on_message(void *state, RgReport *report, const RgNode *node)
{
	Document   *document = state;
	char	   *str = rg_node_text(node);

	if (document->message == NULL && str != NULL)
		document->message = MemoryContextStrdup(report->context, str);
}

static void
on_error(void *state, RgReport *report, const RgNode *node)
{
	Document   *document = state;
	const RgNode *said = rg_node_get(node, "summary");

	if (node->type == RG_NODE_NULL)
		return;
	if (!rg_node_has_type(said, RG_NODE_STRING) || said->text_length == 0)
		said = rg_node_get(node, "code");
	document->has_error = true;
	on_message(state, report, said != NULL ? said : node);
}

static void
on_metadata(void *state, RgReport *report, const RgNode *node)
{
	rg_npm_metadata(&((Document *) state)->audit, report, node);
}

static void
finish(const Document *document, RgReport *report)
{
	const char *message = document->message ? document->message :
		"the registry could not be asked";

	if (document->has_error)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is an error message of npm audit: %s",
					   rg_report_text(report, message, strlen(message)));
	else if (!document->has_list)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has neither vulnerabilities nor advisories");
	else
		rg_npm_finish(&document->audit, report);
}

void
rg_read_npm_audit(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"message", RG_JSON_OPEN, on_message},
		{"error", RG_JSON_TREE, on_error},
		{"advisories", RG_JSON_OPEN, on_list},
		{"advisories.*", RG_JSON_TREE, on_advisory},
		{"vulnerabilities", RG_JSON_OPEN, on_list},
		{"vulnerabilities.*", RG_JSON_TREE, on_package},
		{"metadata", RG_JSON_TREE, on_metadata},
	};
	Document	document = {.audit = {.dependencies = -1,
	.says_dependencies = true}};

	report->tool = "npm audit";
	if (rg_is_yarn_audit(input))
		rg_read_yarn_audit(input, report);
	else if (rg_json_read(input, rules, lengthof(rules), &document, report))
		finish(&document, report);
}
