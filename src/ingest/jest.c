/*
 * jest.c: the JSON that Jest and vitest write alike: suites (files) of
 * assertions, called testResults inside Jest itself. A suite that failed
 * without one of them broke outside its tests: a file that did not load, a hook.
 */
#include "ingest/ingest.h"

typedef struct Jest
{
	RgTests		tests;
	bool		has_suites;
	bool		says_failed;	/* success: false, or suites that failed */
	bool		interrupted;
	int64		failures_before;	/* of the suite that is being read */
	bool		suite_failed;
	int			first_finding;
	char		suite[RG_TEXT_MAX + 4];
	char		message[RG_TEXT_MAX + 4];
} Jest;

static const RgOutcomeWord words[] = {
	{"passed", RG_OUTCOME_PASSED},
	{"failed", RG_OUTCOME_FAILED},
	{"pending", RG_OUTCOME_SKIPPED},
	{"skipped", RG_OUTCOME_SKIPPED},
	{"todo", RG_OUTCOME_SKIPPED},
	{"disabled", RG_OUTCOME_SKIPPED},
	{NULL}
};

static int64
failures(const Jest *jest)
{
	return jest->tests.failed + jest->tests.outside;
}

/* Passed, but not at the first try. */
static bool
was_retried(const RgNode *assertion)
{
	const RgNode *reasons = rg_node_get(assertion, "retryReasons");
	int64		invocations = 1;

	(void) rg_node_count(rg_node_get(assertion, "invocations"), &invocations);
	return invocations > 1 ||
		(rg_node_has_type(reasons, RG_NODE_ARRAY) && reasons->child != NULL);
}

static void
on_assertion(void *state, RgReport *report, const RgNode *node)
{
	Jest	   *jest = state;
	const RgNode *messages = rg_node_get(node, "failureMessages");
	const RgNode *status = rg_node_get(node, "status");
	RgOutcome	outcome;
	int64		line = 0;

	/* Jest 30 puts a suite that does not load there */
	if (rg_node_is(status, "error"))
	{
		jest->suite_failed = true;
		return;
	}
	if (rg_node_get(node, "meta") != NULL && report->tool == NULL)
		rg_report_tool(report, "vitest", NULL);
	outcome = rg_outcome(words, rg_node_text(status));
	if (outcome == RG_OUTCOME_PASSED && was_retried(node))
		jest->tests.flaky++;
	if (!rg_tests_add(&jest->tests, outcome) ||
		!rg_report_wants_finding(report))
		return;
	(void) rg_node_count(rg_node_path(node, "location.line"), &line);
	rg_report_finding(report, rg_node_text(rg_node_get(node, "fullName")),
					  NULL, NULL, line,
					  messages ? rg_node_text(messages->child) : NULL);
}

static void
on_suite(void *state, RgReport *report, const RgNode *node)
{
	Jest	   *jest = state;

	jest->failures_before = failures(jest);
	jest->first_finding = report->nfindings;
	jest->suite_failed = false;
	jest->suite[0] = jest->message[0] = '\0';
	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a suite is no object");
}

static void
on_suite_status(void *state, RgReport *report, const RgNode *node)
{
	if (rg_node_is(node, "failed"))
		((Jest *) state)->suite_failed = true;
}

static void
on_exec_error(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_NULL)
		((Jest *) state)->suite_failed = true;
}

static void
copy_text(char *to, const RgNode *node)
{
	char	   *str = rg_node_text(node);

	if (str != NULL)
	{
		strlcpy(to, str + strspn(str, " \n"), RG_TEXT_MAX + 4);
		pfree(str);
	}
}

static void
on_suite_name(void *state, RgReport *report, const RgNode *node)
{
	copy_text(((Jest *) state)->suite, node);
}

static void
on_suite_message(void *state, RgReport *report, const RgNode *node)
{
	copy_text(((Jest *) state)->message, node);
}

static void
on_suite_end(void *state, RgReport *report, const RgNode *node)
{
	Jest	   *jest = state;

	/* the name may stand behind the tests */
	rg_report_locate(report, jest->first_finding, jest->suite);
	if (jest->suite_failed && failures(jest) == jest->failures_before)
		rg_tests_outside(&jest->tests, report, NULL, jest->suite,
						 jest->message);
}

static void
on_suites(void *state, RgReport *report, const RgNode *node)
{
	((Jest *) state)->has_suites = node->type == RG_NODE_ARRAY;
}

static void
on_total(void *state, RgReport *report, const RgNode *node)
{
	((Jest *) state)->tests.declared_total =
		rg_tests_declared_member(report, node, false);
}

static void
on_failed(void *state, RgReport *report, const RgNode *node)
{
	((Jest *) state)->tests.declared_failed =
		rg_tests_declared_member(report, node, true);
}

static void
on_failed_suites(void *state, RgReport *report, const RgNode *node)
{
	if (rg_tests_declared_member(report, node, true) > 0)
		((Jest *) state)->says_failed = true;
}

/* Only Jest counts these. */
static void
on_error_suites(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool == NULL || strcmp(report->tool, "Jest") != 0)
		rg_report_tool(report, "Jest", NULL);
	on_failed_suites(state, report, node);
}

static void
on_success(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_TRUE)
		((Jest *) state)->says_failed = true;
}

static void
on_interrupted(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_FALSE)
		((Jest *) state)->interrupted = true;
}

void
rg_read_jest(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"numTotalTests", RG_JSON_OPEN, on_total},
		{"numFailedTests", RG_JSON_OPEN, on_failed},
		{"numFailedTestSuites", RG_JSON_OPEN, on_failed_suites},
		{"numRuntimeErrorTestSuites", RG_JSON_OPEN, on_error_suites},
		{"success", RG_JSON_OPEN, on_success},
		{"wasInterrupted", RG_JSON_OPEN, on_interrupted},
		{"testResults", RG_JSON_OPEN, on_suites},
		{"testResults[]", RG_JSON_OPEN, on_suite},
		{"testResults[].name", RG_JSON_OPEN, on_suite_name},
		{"testResults[].status", RG_JSON_OPEN, on_suite_status},
		{"testResults[].message", RG_JSON_OPEN, on_suite_message},
		{"testResults[].testExecError", RG_JSON_OPEN, on_exec_error},
		{"testResults[].assertionResults", RG_JSON_OPEN, rg_tests_on_list},
		{"testResults[].testResults", RG_JSON_OPEN, rg_tests_on_list},
		{"testResults[].assertionResults[]", RG_JSON_TREE, on_assertion},
		{"testResults[].testResults[]", RG_JSON_TREE, on_assertion},
		{"testResults[]", RG_JSON_CLOSE, on_suite_end},
	};
	Jest		jest = {0};

	rg_tests_init(&jest.tests);
	if (!rg_json_read(input, rules, lengthof(rules), &jest, report))
		return;
	if (!jest.has_suites)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has no list at testResults");
		return;
	}
	/* which counts no error outside a test */
	if (jest.tests.declared_failed >= 0)
		jest.tests.declared_failed += jest.tests.outside;
	if (jest.interrupted)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the run was interrupted");
	if (jest.says_failed && failures(&jest) == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "its summary says that the run failed, and no test shows why");
	rg_tests_finish(&jest.tests, report);
}
