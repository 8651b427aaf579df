/*
 * ctrf.c: the Common Test Report Format (ctrf.io). Its statuses are passed,
 * failed, skipped, pending and other; only the first two ran.
 */
#include "ingest/ingest.h"

typedef struct Ctrf
{
	RgTests		tests;
	bool		has_tests;
} Ctrf;

static const RgOutcomeWord words[] = {
	{"passed", RG_OUTCOME_PASSED},
	{"failed", RG_OUTCOME_FAILED},
	{"skipped", RG_OUTCOME_SKIPPED},
	{"pending", RG_OUTCOME_SKIPPED},
	{"other", RG_OUTCOME_SKIPPED},
	{NULL}
};

/* What stands behind "other", in the tools' own words: these failed. */
static const RgOutcomeWord raw_words[] = {
	{"failed", RG_OUTCOME_FAILED},
	{"fail", RG_OUTCOME_FAILED},
	{"failure", RG_OUTCOME_FAILED},
	{"error", RG_OUTCOME_FAILED},
	{"errored", RG_OUTCOME_FAILED},
	{"broken", RG_OUTCOME_FAILED},
	{"crashed", RG_OUTCOME_FAILED},
	{"timeout", RG_OUTCOME_FAILED},
	{"timedOut", RG_OUTCOME_FAILED},
	{"timed_out", RG_OUTCOME_FAILED},
	{"interrupted", RG_OUTCOME_FAILED},
	{"aborted", RG_OUTCOME_FAILED},
	{"cancelled", RG_OUTCOME_FAILED},
	{"unexpected", RG_OUTCOME_FAILED},
	{"undefined", RG_OUTCOME_FAILED},
	{"ambiguous", RG_OUTCOME_FAILED},
	{NULL}
};

static RgOutcome
outcome_of(const RgNode *node)
{
	const RgNode *status = rg_node_get(node, "status");
	const RgNode *raw = rg_node_get(node, "rawStatus");

	if (rg_node_is(status, "other") &&
		rg_outcome(raw_words, rg_node_text(raw)) == RG_OUTCOME_FAILED)
		return RG_OUTCOME_FAILED;
	return rg_outcome(words, rg_node_text(status));
}

/* Some reporters mark it, others only count the tries. */
static bool
is_flaky(const RgNode *node)
{
	int64		retries = 0;

	(void) rg_node_count(rg_node_get(node, "retries"), &retries);
	return retries > 0 || rg_node_is_true(node, "flaky");
}

static void
on_test(void *state, RgReport *report, const RgNode *node)
{
	Ctrf	   *ctrf = state;
	RgOutcome	outcome = outcome_of(node);
	int64		line = 0;

	if (outcome == RG_OUTCOME_PASSED && is_flaky(node))
		ctrf->tests.flaky++;
	if (!rg_tests_add(&ctrf->tests, outcome) ||
		!rg_report_wants_finding(report))
		return;
	(void) rg_node_count(rg_node_get(node, "line"), &line);
	rg_report_finding(report, rg_node_text(rg_node_get(node, "name")), NULL,
					  rg_node_text(rg_node_get(node, "filePath")), line,
					  rg_node_text(rg_node_get(node, "message")));
}

static void
on_tests(void *state, RgReport *report, const RgNode *node)
{
	((Ctrf *) state)->has_tests = node->type == RG_NODE_ARRAY;
}

static void
on_summary(void *state, RgReport *report, const RgNode *node)
{
	Ctrf	   *ctrf = state;

	ctrf->tests.declared_total =
		rg_tests_declared_member(report, rg_node_get(node, "tests"), false);
	ctrf->tests.declared_failed =
		rg_tests_declared_member(report, rg_node_get(node, "failed"), true);
}

static void
on_tool(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool != NULL)
		return;
	rg_report_tool(report, rg_node_text(rg_node_get(node, "name")),
				   rg_node_text(rg_node_get(node, "version")));
}

void
rg_read_ctrf(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"results.tool", RG_JSON_TREE, on_tool},
		{"results.summary", RG_JSON_TREE, on_summary},
		{"results.tests", RG_JSON_OPEN, on_tests},
		{"results.tests[]", RG_JSON_TREE, on_test},
	};
	Ctrf		ctrf = {0};

	rg_tests_init(&ctrf.tests);
	if (!rg_json_read(input, rules, lengthof(rules), &ctrf, report))
		return;
	if (!ctrf.has_tests)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has no list at results.tests");
		return;
	}
	rg_tests_finish(&ctrf.tests, report);
}
