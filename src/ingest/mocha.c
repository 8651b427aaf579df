/*
 * mocha.c: Mocha's json reporter, and Mochawesome's. A hook that fails is no
 * test, and the tests behind it do not run.
 */
#include "ingest/ingest.h"

/* ---- json: lists of all tests, and of those that passed, failed, waited ---- */

typedef struct Mocha
{
	RgTests		tests;
	bool		has_tests;
	int64		listed;
	int64		passed;
	int64		failed;			/* tests and hooks */
	int64		pending;
} Mocha;

static void
keep_failure(RgReport *report, const RgNode *node)
{
	if (!rg_report_wants_finding(report))
		return;
	rg_report_finding(report, rg_node_text(rg_node_get(node, "fullTitle")),
					  NULL, rg_node_text(rg_node_get(node, "file")), 0,
					  rg_node_text(rg_node_path(node, "err.message")));
}

static void
on_tests(void *state, RgReport *report, const RgNode *node)
{
	((Mocha *) state)->has_tests = node->type == RG_NODE_ARRAY;
}

static void
on_listed(void *state, RgReport *report, const RgNode *node)
{
	((Mocha *) state)->listed++;
}

static void
on_pass(void *state, RgReport *report, const RgNode *node)
{
	Mocha	   *mocha = state;
	int64		retry = 0;

	mocha->passed++;
	(void) rg_node_count(rg_node_get(node, "currentRetry"), &retry);
	mocha->tests.flaky += retry > 0 ? 1 : 0;
}

static void
on_failure(void *state, RgReport *report, const RgNode *node)
{
	((Mocha *) state)->failed++;
	keep_failure(report, node);
}

static void
on_pending(void *state, RgReport *report, const RgNode *node)
{
	((Mocha *) state)->pending++;
}

static void
on_stats(void *state, RgReport *report, const RgNode *node)
{
	RgTests    *tests = &((Mocha *) state)->tests;

	tests->declared_total =
		rg_tests_declared_member(report, rg_node_get(node, "tests"), false);
	tests->declared_failed =
		rg_tests_declared_member(report, rg_node_get(node, "failures"), true);
}

/*
 * Failures that no test of the list accounts for are those of hooks; a test of
 * the list that stands in none of the others came to no end.
 */
static void
settle(Mocha *mocha)
{
	RgTests    *tests = &mocha->tests;
	int64		told = mocha->passed + mocha->failed + mocha->pending;

	tests->total = mocha->listed;
	tests->skipped = mocha->pending;
	tests->passed = mocha->passed;
	if (told > mocha->listed)
		tests->outside = Min(told - mocha->listed, mocha->failed);
	tests->failed = mocha->failed - tests->outside;
	if (told < mocha->listed)
	{
		tests->unknown = mocha->listed - told;
		tests->failed += tests->unknown;
	}
	else if (told - tests->outside > mocha->listed)
		tests->total = told - tests->outside;
}

void
rg_read_mocha(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"stats", RG_JSON_TREE, on_stats},
		{"tests", RG_JSON_OPEN, on_tests},
		{"tests[]", RG_JSON_OPEN, on_listed},
		{"passes", RG_JSON_OPEN, rg_tests_on_list},
		{"failures", RG_JSON_OPEN, rg_tests_on_list},
		{"pending", RG_JSON_OPEN, rg_tests_on_list},
		{"passes[]", RG_JSON_TREE, on_pass},
		{"failures[]", RG_JSON_TREE, on_failure},
		{"pending[]", RG_JSON_OPEN, on_pending},
	};
	Mocha		mocha = {0};

	rg_tests_init(&mocha.tests);
	rg_report_tool(report, "Mocha", NULL);
	if (!rg_json_read(input, rules, lengthof(rules), &mocha, report))
		return;
	if (!mocha.has_tests)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it has no list of tests");
		return;
	}
	settle(&mocha);
	rg_tests_finish(&mocha.tests, report);
}

/* ---- Mochawesome: suites that nest, with their tests and hooks ------------- */

typedef struct Mochawesome
{
	RgTests		tests;
	bool		has_results;
} Mochawesome;

static const RgOutcomeWord state_words[] = {
	{"passed", RG_OUTCOME_PASSED},
	{"failed", RG_OUTCOME_FAILED},
	{"pending", RG_OUTCOME_SKIPPED},
	{"skipped", RG_OUTCOME_SKIPPED},
	{NULL}
};

/* One that did not run has no state, but it says that it was skipped. */
static RgOutcome
outcome_of(const RgNode *node)
{
	const RgNode *state = rg_node_get(node, "state");

	if (rg_node_is_true(node, "fail"))
		return RG_OUTCOME_FAILED;
	if (state != NULL && state->type != RG_NODE_NULL)
		return rg_outcome(state_words, rg_node_text(state));
	if (rg_node_is_true(node, "pending") || rg_node_is_true(node, "skipped"))
		return RG_OUTCOME_SKIPPED;
	return RG_OUTCOME_UNKNOWN;
}

static void
on_results(void *state, RgReport *report, const RgNode *node)
{
	((Mochawesome *) state)->has_results = node->type == RG_NODE_ARRAY;
}

static void
on_test(void *state, RgReport *report, const RgNode *node)
{
	Mochawesome *awesome = state;

	if (rg_tests_add(&awesome->tests, outcome_of(node)))
		keep_failure(report, node);
}

static void
on_hook(void *state, RgReport *report, const RgNode *node)
{
	Mochawesome *awesome = state;

	if (outcome_of(node) == RG_OUTCOME_FAILED)
	{
		awesome->tests.outside++;
		keep_failure(report, node);
	}
}

/* tests are those that ran; all are testsRegistered */
static void
on_awesome_stats(void *state, RgReport *report, const RgNode *node)
{
	RgTests    *tests = &((Mochawesome *) state)->tests;

	tests->declared_total =
		rg_tests_declared_member(report, rg_node_get(node, "testsRegistered"),
								 false);
	tests->declared_failed =
		rg_tests_declared_member(report, rg_node_get(node, "failures"), true);
}

void
rg_read_mochawesome(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"stats", RG_JSON_TREE, on_awesome_stats},
		{"results", RG_JSON_OPEN, on_results},
		{"results[].suites", RG_JSON_OPEN, rg_tests_on_list},
		{"results[].tests", RG_JSON_OPEN, rg_tests_on_list},
		{"results[].beforeHooks", RG_JSON_OPEN, rg_tests_on_list},
		{"results[].afterHooks", RG_JSON_OPEN, rg_tests_on_list},
		{"..suites[].suites", RG_JSON_OPEN, rg_tests_on_list},
		{"..suites[].tests", RG_JSON_OPEN, rg_tests_on_list},
		{"..suites[].beforeHooks", RG_JSON_OPEN, rg_tests_on_list},
		{"..suites[].afterHooks", RG_JSON_OPEN, rg_tests_on_list},
		{"..tests[]", RG_JSON_TREE, on_test},
		{"..beforeHooks[]", RG_JSON_TREE, on_hook},
		{"..afterHooks[]", RG_JSON_TREE, on_hook},
	};
	Mochawesome awesome = {0};

	rg_tests_init(&awesome.tests);
	rg_report_tool(report, "Mochawesome", NULL);
	if (!rg_json_read(input, rules, lengthof(rules), &awesome, report))
		return;
	if (!awesome.has_results)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it has no list of results");
		return;
	}
	/* which counts no hook */
	if (awesome.tests.declared_failed >= 0)
		awesome.tests.declared_failed += awesome.tests.outside;
	rg_tests_finish(&awesome.tests, report);
}
