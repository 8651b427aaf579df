/*
 * nunit.c: NUnit 3 (test-run, or one suite of it) and NUnit 2 (test-results).
 * A suite that failed by itself, in its set-up or tear-down, is an error
 * outside any test.
 */
#include "ingest/xml_tests.h"

typedef struct Nunit
{
	int64		warned;			/* passed, with warnings */
	bool		run_failed;		/* says the whole run of itself */
} Nunit;

static const RgOutcomeWord words[] = {
	{"Passed", RG_OUTCOME_PASSED},
	{"Warning", RG_OUTCOME_PASSED}, /* NUnit 3: no assertion failed */
	{"Failed", RG_OUTCOME_FAILED},
	{"Skipped", RG_OUTCOME_SKIPPED},
	{"Inconclusive", RG_OUTCOME_SKIPPED},
	{"Success", RG_OUTCOME_PASSED}, /* these are NUnit 2's */
	{"Failure", RG_OUTCOME_FAILED},
	{"Error", RG_OUTCOME_FAILED},
	{"NotRunnable", RG_OUTCOME_FAILED},
	{"Invalid", RG_OUTCOME_FAILED},
	{"Cancelled", RG_OUTCOME_FAILED},
	{"Ignored", RG_OUTCOME_SKIPPED},
	{"Explicit", RG_OUTCOME_SKIPPED},
	{NULL}
};

static bool
says(const RgXml *xml, const char *attribute, const char *word)
{
	const char *value = rg_xml_attribute(xml, attribute);

	return value != NULL && pg_strcasecmp(value, word) == 0;
}

/* NUnit before 2.5 has no result, but executed and success. */
static RgOutcome
outcome_of(const RgXml *xml)
{
	const char *result = rg_xml_attribute(xml, "result");

	if (result != NULL)
		return rg_outcome(words, result);
	if (says(xml, "executed", "False"))
		return RG_OUTCOME_SKIPPED;
	if (says(xml, "success", "True"))
		return RG_OUTCOME_PASSED;
	return says(xml, "success", "False") ? RG_OUTCOME_FAILED :
		RG_OUTCOME_UNKNOWN;
}

static void
begin_case(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;
	RgOutcome	outcome = outcome_of(xml);

	/* what did not run did not pass */
	if (outcome == RG_OUTCOME_PASSED && says(xml, "executed", "False"))
		outcome = RG_OUTCOME_SKIPPED;
	if (says(xml, "result", "Warning"))
		((Nunit *) tests->state)->warned++;
	rg_xml_open_record(tests, false, outcome, rg_xml_fullname(xml),
					   rg_xml_attribute(xml, "classname"));
}

/* A suite of NUnit 2 that holds nothing but suites may say nothing. */
static void
begin_suite(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;
	RgOutcome	outcome = outcome_of(xml);

	if (rg_xml_attribute(xml, "result") == NULL &&
		rg_xml_attribute(xml, "success") == NULL)
		outcome = RG_OUTCOME_PASSED;
	/* what fails in a set-up fails in each test, what fails behind in none */
	rg_xml_open_record(tests, true, outcome, rg_xml_fullname(xml), NULL)->own =
		says(xml, "site", "TearDown");
	(void) rg_xml_expect_failed(tests, "failed");
}

static void
begin_failure(RgXmlTests *tests)
{
	RgXmlRecord *record = tests->record;

	if (record != NULL && !record->suite)
		record->outcome = RG_OUTCOME_FAILED;
}

static void
begin_run(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;
	Nunit	   *nunit = tests->state;

	if (tests->report->tool == NULL)
		rg_report_tool(tests->report, "NUnit",
					   rg_xml_attribute(xml, "engine-version"));
	nunit->run_failed |= says(xml, "result", "Failed");
	(void) rg_xml_declared_total(tests, "total");
	rg_xml_declared_failed(tests, "failed");
}

static void
begin_results(RgXmlTests *tests)
{
	if (tests->report->tool == NULL)
		rg_report_tool(tests->report, "NUnit", NULL);
	/* total has those that ran */
	(void) rg_xml_declared_total(tests, "total");
	(void) rg_xml_declared_total(tests, "not-run");
	rg_xml_declared_failed(tests, "failures");
	rg_xml_declared_failed(tests, "errors");
	rg_xml_declared_failed(tests, "invalid");
}

static void
begin_environment(RgXmlTests *tests)
{
	const char *version = rg_xml_attribute(tests->xml, "nunit-version");

	if (version == NULL)
		version = rg_xml_attribute(tests->xml, "framework-version");
	if (version != NULL && tests->report->tool_version == NULL)
		rg_report_tool(tests->report, "NUnit", version);
}

void
rg_read_nunit(const RgInput *input, RgReport *report)
{
	static const RgXmlTag tags[] = {
		{"test-case", begin_case, NULL},
		{"test-suite", begin_suite, NULL},
		{"failure", begin_failure, NULL, true},
		{"message", NULL, rg_xml_take_message},
		{"test-run", begin_run, NULL},
		{"test-results", begin_results, NULL},
		{"environment", begin_environment, NULL},
		{NULL}
	};
	static const RgXmlDialect dialect = {"NUnit",
	"test-run test-results test-suite", tags};
	Nunit		nunit = {0};
	RgXmlTests	tests;

	if (!rg_xml_tests_read(&dialect, input, &nunit, &tests, report))
		return;
	/* which counts no suite's failure */
	if (tests.tests.declared_failed >= 0)
		tests.tests.declared_failed += tests.tests.outside;
	if (nunit.warned > 0)
		rg_report_warn(report, INT64_FORMAT " tests passed with warnings",
					   nunit.warned);
	if (nunit.run_failed && tests.tests.failed + tests.tests.outside == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the run failed, and no test shows why");
	rg_tests_finish(&tests.tests, report);
}
