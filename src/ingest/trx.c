/*
 * trx.c: TRX, the results of Visual Studio and dotnet test. Results of ordered
 * and data-driven tests hold the results that are counted.
 */
#include "ingest/xml_tests.h"

typedef struct Trx
{
	int64		aborted;		/* passed, but the run was aborted */
	int64		echoes;			/* of failed tests, among the messages */
	char		outcome[RG_TEXT_MAX + 4]; /* of the run */
} Trx;

static const RgOutcomeWord words[] = {
	{"Passed", RG_OUTCOME_PASSED},
	{"PassedButRunAborted", RG_OUTCOME_PASSED},
	{"Failed", RG_OUTCOME_FAILED},
	{"Error", RG_OUTCOME_FAILED},
	{"Timeout", RG_OUTCOME_FAILED},
	{"Aborted", RG_OUTCOME_FAILED},
	{"NotRunnable", RG_OUTCOME_FAILED},
	{"Disconnected", RG_OUTCOME_FAILED},
	{"InProgress", RG_OUTCOME_FAILED},	/* and the run has ended */
	{"Pending", RG_OUTCOME_FAILED},
	{"NotExecuted", RG_OUTCOME_SKIPPED},
	{"Inconclusive", RG_OUTCOME_SKIPPED},
	{"Warning", RG_OUTCOME_SKIPPED},	/* ran, and nobody says that it passed */
	{"Completed", RG_OUTCOME_SKIPPED},
	{NULL}
};

/* Of a run; Failed is looked at apart. */
static const RgOutcomeWord run_words[] = {
	{"Completed", RG_OUTCOME_PASSED},
	{"Passed", RG_OUTCOME_PASSED},
	{"Warning", RG_OUTCOME_PASSED},
	{"NotExecuted", RG_OUTCOME_PASSED},
	{"Inconclusive", RG_OUTCOME_PASSED},
	{"Failed", RG_OUTCOME_FAILED},
	{NULL}
};

static void
begin_result(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;
	const char *outcome = rg_xml_attribute(xml, "outcome");

	if (outcome != NULL && pg_strcasecmp(outcome, "PassedButRunAborted") == 0)
		((Trx *) tests->state)->aborted++;
	rg_xml_open_record(tests, false, rg_outcome(words, outcome),
					   rg_xml_attribute(xml, "testName"), NULL);
}

/* What the runner says of itself: a crash of its host, a file not found. */
static void
begin_info(RgXmlTests *tests)
{
	const char *outcome = rg_xml_attribute(tests->xml, "outcome");

	rg_xml_open_record(tests, true, rg_outcome(run_words, outcome), NULL, NULL);
}

/* Some messages only say once more that a test failed. */
static bool
is_echo(const char *message)
{
	static const char exit_code[] = "Exit code indicates failure";
	static const char mark[] = "[FAIL]";	/* xUnit.net's adapter */
	size_t		length = strlen(message);

	if (strncmp(message, exit_code, strlen(exit_code)) == 0)
		return true;
	return length >= strlen(mark) &&
		strcmp(message + length - strlen(mark), mark) == 0;
}

static void
end_text(RgXmlTests *tests)
{
	rg_xml_take_message(tests);
	if (tests->record == NULL || !tests->record->suite ||
		!is_echo(rg_xml_text(tests->xml)))
		return;
	tests->record->outcome = RG_OUTCOME_PASSED;
	((Trx *) tests->state)->echoes++;
}

static void
begin_summary(RgXmlTests *tests)
{
	Trx		   *trx = tests->state;

	rg_xml_keep(trx->outcome, rg_xml_attribute(tests->xml, "outcome"));
}

static void
begin_counters(RgXmlTests *tests)
{
	(void) rg_xml_declared_total(tests, "total");
	rg_xml_declared_failed(tests, "failed");
	rg_xml_declared_failed(tests, "error");
	rg_xml_declared_failed(tests, "timeout");
	rg_xml_declared_failed(tests, "aborted");
}

static void
judge_run(const Trx *trx, const RgTests *tests, RgReport *report)
{
	RgOutcome	outcome = rg_outcome(run_words, trx->outcome);

	if (trx->aborted > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE, "the run was aborted");
	if (trx->outcome[0] == '\0')
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "no summary says how the run ended");
	else if (outcome == RG_OUTCOME_UNKNOWN)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the outcome of the run is %s",
					   rg_report_text(report, trx->outcome,
									  strlen(trx->outcome)));
	else if ((outcome == RG_OUTCOME_FAILED || trx->echoes > 0) &&
			 tests->failed + tests->outside == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the run failed, and no result shows why");
}

void
rg_read_trx(const RgInput *input, RgReport *report)
{
	static const RgXmlTag tags[] = {
		{"UnitTestResult", begin_result, NULL},
		{"TestResult", begin_result, NULL},
		{"TestResultAggregation", begin_result, NULL},
		{"GenericTestResult", begin_result, NULL},
		{"ManualTestResult", begin_result, NULL},
		{"WebTestResult", begin_result, NULL},
		{"LoadTestResult", begin_result, NULL},
		{"Message", NULL, rg_xml_take_message},
		{"Text", NULL, end_text},
		{"RunInfo", begin_info, NULL},
		{"ResultSummary", begin_summary, NULL},
		{"Counters", begin_counters, NULL},
		{NULL}
	};
	static const RgXmlDialect dialect = {"TRX", "TestRun", tags, NULL, true};
	Trx			trx = {0};
	RgXmlTests	tests;

	if (!rg_xml_tests_read(&dialect, input, &trx, &tests, report))
		return;
	judge_run(&trx, &tests.tests, report);
	rg_tests_finish(&tests.tests, report);
}
