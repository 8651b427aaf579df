/*
 * code_scanners.c: scanners of source code with a JSON format of their own:
 * Semgrep, gosec, Bandit. A file that they could not read makes the report
 * incomplete: nobody knows what stands in it.
 */
#include "ingest/scanner.h"

/* ---- Semgrep ------------------------------------------------------------ */

/* Rules rate as linters do, and since 1.72 in the usual words as well. */
static const RgWord semgrep_severities[] = {
	{"error", RG_SEVERITY_HIGH},
	{"warning", RG_SEVERITY_MEDIUM},
	{"experiment", RG_SEVERITY_LOW},
	{"inventory", RG_SEVERITY_LOW},
	{NULL}
};

/* "// nosemgrep" in the code */
static int
judge_semgrep(const RgNode *result)
{
	return rg_node_is_true(rg_node_get(result, "extra"), "is_ignored") ?
		RG_ASIDE_SUPPRESSED : RG_ASIDE_NONE;
}

/* Of level error, warn or info; the last two are no failures without
 * --strict. */
static void
on_semgrep_error(void *state, RgReport *report, const RgNode *node)
{
	const RgNode *level = rg_node_get(node, "level");
	char	   *message = rg_shape_text(node, "message long_msg type code");

	if (rg_node_is(level, "warn") || rg_node_is(level, "info"))
		rg_scanner_warning(state, report, message);
	else
		rg_scanner_error(state, report, message);
}

void
rg_read_semgrep(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"version", RG_JSON_OPEN, rg_scanner_version},
		{"results", RG_JSON_OPEN, rg_scanner_list},
		{"results[]", RG_JSON_TREE, rg_scanner_finding},
		{"errors", RG_JSON_OPEN, rg_scanner_optional},
		{"errors[]", RG_JSON_TREE, on_semgrep_error},
		{"paths.scanned", RG_JSON_OPEN, rg_scanner_examined},
		{"paths.scanned[]", RG_JSON_OPEN, rg_scanner_examined},
	};
	static const RgScanner scanner = {
		.tool = "Semgrep",
		.list = "results",
		.shape = {
			.severity = "extra.severity",
			.severities = semgrep_severities,
			.name = "check_id",
			.location = "path",
			.line = "start.line",
			.message = "extra.message",
		},
		.judge = judge_semgrep,
		.rules = rules,
		.nrules = lengthof(rules),
	};

	rg_scanner_read_list(&scanner, input, report);
}

/* ---- gosec ---------------------------------------------------------------- */

static int
judge_gosec(const RgNode *issue)
{
	const RgNode *first = rg_node_path(issue, "suppressions[]");

	return rg_node_is_true(issue, "nosec") ||
		rg_node_has_type(first, RG_NODE_OBJECT) ?
		RG_ASIDE_SUPPRESSED : RG_ASIDE_NONE;
}

/* of Go, by file: it does not compile */
static void
on_go_errors(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_OBJECT && node->type != RG_NODE_NULL)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "its Golang errors are not by file");
}

static void
on_go_error(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_error(state, report, rg_shape_text(node, "error"));
}

void
rg_read_gosec(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"GosecVersion", RG_JSON_OPEN, rg_scanner_version},
		{"Issues", RG_JSON_OPEN, rg_scanner_list},
		{"Issues[]", RG_JSON_TREE, rg_scanner_finding},
		{"Golang errors", RG_JSON_OPEN, on_go_errors},
		{"Golang errors.*", RG_JSON_OPEN, rg_scanner_optional},
		{"Golang errors.*[]", RG_JSON_TREE, on_go_error},
		{"Stats.files", RG_JSON_OPEN, rg_scanner_examined_count},
	};
	static const RgScanner scanner = {
		.tool = "gosec",
		.list = "Issues",
		.shape = {
			.severity = "severity",
			.name = "rule_id",
			.location = "file",
			.line = "line",
			.message = "details",
			.justification = "suppressions[].justification suppressions[].kind",
		},
		.judge = judge_gosec,
		.rules = rules,
		.nrules = lengthof(rules),
	};

	rg_scanner_read_list(&scanner, input, report);
}

/* ---- Bandit --------------------------------------------------------------- */

static void
on_bandit_error(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_error(state, report, rg_shape_text(node, "reason filename"));
}

void
rg_read_bandit(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"results", RG_JSON_OPEN, rg_scanner_list},
		{"results[]", RG_JSON_TREE, rg_scanner_finding},
		{"errors", RG_JSON_OPEN, rg_scanner_optional},
		{"errors[]", RG_JSON_TREE, on_bandit_error},
		{"metrics._totals.loc", RG_JSON_OPEN, rg_scanner_examined_count},
	};
	static const RgScanner scanner = {
		.tool = "Bandit",
		.list = "results",
		.shape = {
			.severity = "issue_severity",
			.name = "test_id",
			.location = "filename",
			.line = "line_number",
			.message = "issue_text",
		},
		.rules = rules,
		.nrules = lengthof(rules),
	};

	rg_scanner_read_list(&scanner, input, report);
}
