/*
 * playwright.c: Playwright's own JSON, the only one of its reports that tells
 * a flaky test from a passed one. Suites nest; specs hold a test a project.
 */
#include "ingest/ingest.h"

typedef struct Playwright
{
	RgTests		tests;
	bool		has_suites;
	int64		errors;			/* outside any test: a broken file, ... */
	int64		not_run;		/* shown as skipped, but nobody skipped them */
	int64		interrupted;
	int64		unexplained;	/* specs that are not ok, and no test failed */
} Playwright;

static const RgOutcomeWord words[] = {
	{"expected", RG_OUTCOME_PASSED},
	{"flaky", RG_OUTCOME_PASSED},
	{"unexpected", RG_OUTCOME_FAILED},
	{"skipped", RG_OUTCOME_SKIPPED},
	{NULL}
};

/*
 * Playwright says skipped, too, of a test that it did not come to and of one
 * that was interrupted; such a test was expected to do something else.
 */
static bool
was_not_run(const RgNode *test)
{
	const RgNode *expected = rg_node_get(test, "expectedStatus");

	return rg_node_is(rg_node_get(test, "status"), "skipped") &&
		expected != NULL && !rg_node_is(expected, "skipped");
}

static bool
was_interrupted(const RgNode *test)
{
	const RgNode *results = rg_node_get(test, "results");

	return rg_node_has_type(results, RG_NODE_ARRAY) &&
		rg_node_is(rg_node_get(results->last, "status"), "interrupted");
}

/* Did it fail? */
static bool
count_test(Playwright *playwright, RgReport *report, const RgNode *spec,
		   const RgNode *test)
{
	const RgNode *status = rg_node_get(test, "status");
	const RgNode *error;
	int64		line = 0;

	(void) rg_tests_list(report, rg_node_get(test, "results"));
	playwright->not_run += was_not_run(test) ? 1 : 0;
	playwright->interrupted += was_interrupted(test) ? 1 : 0;
	if (rg_node_is(status, "flaky"))
		playwright->tests.flaky++;
	if (!rg_tests_add(&playwright->tests,
					  rg_outcome(words, rg_node_text(status))))
		return false;
	if (!rg_report_wants_finding(report))
		return true;
	(void) rg_node_count(rg_node_get(spec, "line"), &line);
	error = rg_node_get(test, "results");
	error = error != NULL ? rg_node_path(error->last, "error.message") : NULL;
	rg_report_finding(report, rg_node_text(rg_node_get(spec, "title")), NULL,
					  rg_node_text(rg_node_get(spec, "file")), line,
					  rg_node_text(error));
	return true;
}

static void
on_spec(void *state, RgReport *report, const RgNode *spec)
{
	Playwright *playwright = state;
	const RgNode *tests = rg_node_get(spec, "tests");
	const RgNode *ok = rg_node_get(spec, "ok");
	bool		failed = false;

	if (!rg_node_has_type(tests, RG_NODE_ARRAY))
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a spec has no list of tests");
		return;
	}
	for (const RgNode *test = tests->child; test; test = test->next)
		failed |= count_test(playwright, report, spec, test);
	if (ok != NULL && ok->type != RG_NODE_TRUE && !failed)
		playwright->unexplained++;
}

static void
on_suites(void *state, RgReport *report, const RgNode *node)
{
	((Playwright *) state)->has_suites = node->type == RG_NODE_ARRAY;
}

static void
on_error(void *state, RgReport *report, const RgNode *node)
{
	Playwright *playwright = state;

	playwright->errors++;
	rg_report_finding(report, "outside any test", NULL,
					  rg_node_text(rg_node_path(node, "location.file")), 0,
					  rg_node_text(rg_node_get(node, "message")));
}

static void
on_stats(void *state, RgReport *report, const RgNode *node)
{
	static const char *const kinds[] = {"expected", "unexpected", "flaky",
	"skipped"};
	RgTests    *tests = &((Playwright *) state)->tests;
	int64		total = 0;
	int64		value;

	tests->declared_total = -1;
	tests->declared_failed =
		rg_tests_declared_member(report, rg_node_get(node, "unexpected"), true);
	for (int i = 0; i < (int) lengthof(kinds); i++)
	{
		value = rg_tests_declared_member(report, rg_node_get(node, kinds[i]),
										 false);
		if (value < 0)
			return;
		total += value;
	}
	tests->declared_total = total;
}

static void
on_version(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool == NULL)
		rg_report_tool(report, "Playwright", rg_node_text(node));
}

static void
judge_run(const Playwright *playwright, RgReport *report)
{
	if (playwright->errors > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE, INT64_FORMAT
					   " errors kept Playwright from running all tests",
					   playwright->errors);
	if (playwright->interrupted > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE, INT64_FORMAT
					   " tests were interrupted", playwright->interrupted);

	if (playwright->unexplained > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE, INT64_FORMAT
					   " specs are not ok, and no test of theirs failed",
					   playwright->unexplained);

	/* those behind a failure, in a serial suite or after a hook, are its */
	if (playwright->not_run > 0 && playwright->tests.failed == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE, INT64_FORMAT
					   " tests were not run, though nothing skips them",
					   playwright->not_run);
	else if (playwright->not_run > 0)
		rg_report_warn(report, INT64_FORMAT
					   " tests were not run, though nothing skips them",
					   playwright->not_run);
}

void
rg_read_playwright(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"config.version", RG_JSON_OPEN, on_version},
		{"suites", RG_JSON_OPEN, on_suites},
		{"..suites[].specs", RG_JSON_OPEN, rg_tests_on_list},
		{"..suites[].suites", RG_JSON_OPEN, rg_tests_on_list},
		{"..specs[]", RG_JSON_TREE, on_spec},
		{"errors", RG_JSON_OPEN, rg_tests_on_list},
		{"errors[]", RG_JSON_TREE, on_error},
		{"stats", RG_JSON_TREE, on_stats},
	};
	Playwright	playwright = {0};

	rg_tests_init(&playwright.tests);
	if (!rg_json_read(input, rules, lengthof(rules), &playwright, report))
		return;
	if (!playwright.has_suites)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it has no list of suites");
		return;
	}
	rg_tests_finish(&playwright.tests, report);
	judge_run(&playwright, report);
}
