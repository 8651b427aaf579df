/*
 * gitlab.c: GitLab's security reports: SAST, dependencies, containers,
 * secrets, DAST; they are one format. Since version 15 each says how its scan
 * ended.
 */
#include "ingest/scanner.h"

#define SAYS_HOW_IT_ENDED 15

typedef struct GitLab
{
	RgScanning	scanning;
	int64		version;		/* the first number of it, if it has any */
	bool		has_scan;
	int64		flagged;		/* as likely false positives */
} GitLab;

static void
on_version(void *state, RgReport *report, const RgNode *node)
{
	char	   *str = rg_shape_text(node, "");

	if (str != NULL)
		(void) rg_parse_count(str, strcspn(str, "."),
							  &((GitLab *) state)->version);
}

static void
on_scan(void *state, RgReport *report, const RgNode *node)
{
	GitLab	   *gitlab = state;
	const RgNode *status = rg_node_get(node, "status");
	const RgNode *messages = rg_node_get(node, "messages");
	char	   *str = rg_node_text(status);

	gitlab->has_scan |= str != NULL;
	if (status != NULL && !rg_node_is(status, "success"))
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "its scan's status is %s, not success", str == NULL ?
					   "no word" : rg_report_text(report, str, strlen(str)));
	if (messages != NULL)
		rg_scanner_optional(state, report, messages);
	for (const RgNode *m = messages ? messages->child : NULL; m; m = m->next)
	{
		if (rg_node_is(rg_node_get(m, "level"), "fatal"))
			rg_scanner_error(&gitlab->scanning, report,
							 rg_node_text(rg_node_get(m, "value")));
	}
	rg_scanner_tool(state, report, rg_node_path(node, "scanner.name"));
	rg_scanner_version(state, report, rg_node_path(node, "scanner.version"));
}

/* A scanner that thinks it likely has not decided anything. */
static void
on_flag(void *state, RgReport *report, const RgNode *node)
{
	if (rg_node_is(node, "flagged-as-likely-false-positive"))
		((GitLab *) state)->flagged++;
}

void
rg_read_gitlab(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"version", RG_JSON_OPEN, on_version},
		{"vulnerabilities", RG_JSON_OPEN, rg_scanner_list},
		{"vulnerabilities[]", RG_JSON_TREE, rg_scanner_finding},
		{"vulnerabilities[].flags[].type", RG_JSON_OPEN, on_flag},
		{"scan", RG_JSON_TREE, on_scan},
	};
	static const RgScanner scanner = {
		.tool = "GitLab scanner",
		.list = "vulnerabilities",
		.shape = {
			.severity = "severity",
			.name = "name message identifiers[].name cve id",
			.location = "location.file location.image location.hostname",
			.line = "location.start_line",
			.message = "message description",
		},
		.rules = rules,
		.nrules = lengthof(rules),
	};
	GitLab		gitlab = {.version = SAYS_HOW_IT_ENDED};

	if (!rg_scanner_read(&scanner, &gitlab.scanning, input, report))
		return;
	if (!gitlab.has_scan && gitlab.version >= SAYS_HOW_IT_ENDED)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "it does not say how its scan ended");
	else if (!gitlab.has_scan)
		rg_report_warn(report, "it does not say how its scan ended, as was usual before version %d",
					   SAYS_HOW_IT_ENDED);
	if (gitlab.flagged > 0)
		rg_report_warn(report, INT64_FORMAT " findings are flagged as likely false positives; they count",
					   gitlab.flagged);
}
