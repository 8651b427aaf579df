/*
 * junit.c: JUnit XML in its dialects. The test cases are counted; what the
 * suites say of themselves is only compared with that.
 */
#include "ingest/xml_tests.h"

typedef struct Junit
{
	int			suite_depth;	/* of the suite with a summary; -1: outside */
	bool		partial;		/* there are tests that no summary counts */
	int64		comment_failed; /* node:test's summary; -1 if there is none */
	int64		comment_cancelled;
	char		type[RG_TEXT_MAX + 4]; /* where a failure has no words */
} Junit;

/* A testcase has no status by itself; where one stands, it is one of these. */
static const RgOutcomeWord status_words[] = {
	{"run", RG_OUTCOME_PASSED},
	{"passed", RG_OUTCOME_PASSED},
	{"pass", RG_OUTCOME_PASSED},
	{"success", RG_OUTCOME_PASSED},
	{"successful", RG_OUTCOME_PASSED},
	{"succeeded", RG_OUTCOME_PASSED},
	{"ok", RG_OUTCOME_PASSED},
	{"completed", RG_OUTCOME_PASSED},
	{"complete", RG_OUTCOME_PASSED},
	{"executed", RG_OUTCOME_PASSED},
	{"finished", RG_OUTCOME_PASSED},
	{"done", RG_OUTCOME_PASSED},
	{"fixed", RG_OUTCOME_PASSED},
	{"fail", RG_OUTCOME_FAILED},
	{"failed", RG_OUTCOME_FAILED},
	{"failure", RG_OUTCOME_FAILED},
	{"error", RG_OUTCOME_FAILED},
	{"errored", RG_OUTCOME_FAILED},
	{"broken", RG_OUTCOME_FAILED},
	{"timeout", RG_OUTCOME_FAILED},
	{"timedout", RG_OUTCOME_FAILED},
	{"aborted", RG_OUTCOME_FAILED},
	{"interrupted", RG_OUTCOME_FAILED},
	{"regression", RG_OUTCOME_FAILED},
	{"notrun", RG_OUTCOME_SKIPPED},
	{"disabled", RG_OUTCOME_SKIPPED},
	{"skip", RG_OUTCOME_SKIPPED},
	{"skipped", RG_OUTCOME_SKIPPED},
	{"ignored", RG_OUTCOME_SKIPPED},
	{"suppressed", RG_OUTCOME_SKIPPED},
	{"pending", RG_OUTCOME_SKIPPED},
	{"todo", RG_OUTCOME_SKIPPED},
	{"inconclusive", RG_OUTCOME_SKIPPED},
	{NULL}
};

/* Who says so of itself. An element of NULL is any; values are beginnings. */
static const struct
{
	const char *element;
	const char *attribute;
	const char *value;
	const char *tool;
}			tools[] =
{
	{"testsuites", "name", "vitest tests", "vitest"},
	{"testsuites", "name", "jest tests", "Jest"},
	{"testsuites", "name", "pytest tests", "pytest"},
	{"testsuite", "name", "pytest", "pytest"},
	{NULL, "name", "Mocha Tests", "Mocha"},
	{"testsuites", "name", "AllTests", "GoogleTest"},
	{"testsuite", "noNamespaceSchemaLocation", "https://maven.apache.org/surefire", "Maven Surefire"},
	{"property", "name", "ant.version", "Ant"},
	{"property", "name", "surefire.", "Maven Surefire"},
	{"property", "name", "go.version", "go test"},
	{"property", "name", "nunit-version", "NUnit"},
};

static void
note_tool(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;

	if (tests->report->tool != NULL)
		return;
	for (int i = 0; i < (int) lengthof(tools); i++)
	{
		const char *value;

		if (tools[i].element != NULL && !rg_xml_is(xml, tools[i].element))
			continue;
		value = rg_xml_attribute(xml, tools[i].attribute);
		if (value != NULL &&
			strncmp(value, tools[i].value, strlen(tools[i].value)) == 0)
		{
			rg_report_tool(tests->report, tools[i].tool, NULL);
			return;
		}
	}
}

/* status="..." or result="..." where there may be no child that says it */
static RgOutcome
outcome_of_status(const RgXml *xml)
{
	static const char *const names[] = {"status", "result"};
	RgOutcome	outcome = RG_OUTCOME_PASSED;

	for (int i = 0; i < (int) lengthof(names); i++)
	{
		const char *word = rg_xml_attribute(xml, names[i]);
		RgOutcome	said;

		if (word == NULL || *word == '\0')
			continue;
		said = rg_outcome(status_words, word);
		if (said == RG_OUTCOME_FAILED)
			return said;
		if (outcome != RG_OUTCOME_UNKNOWN && said != RG_OUTCOME_PASSED)
			outcome = said;
	}
	return outcome;
}

static void
begin_case(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;
	const char *file = rg_xml_attribute(xml, "file");
	RgXmlRecord *record =
		rg_xml_open_record(tests, false, outcome_of_status(xml),
						   rg_xml_attribute(xml, "name"),
						   file ? file : rg_xml_attribute(xml, "classname"));
	Junit	   *junit = tests->state;

	if (junit->suite_depth < 0)
		junit->partial = true;
	(void) rg_xml_count(xml, "line", &record->line);
}

static void
keep_message(RgXmlTests *tests)
{
	RgXmlRecord *record = tests->record;
	Junit	   *junit = tests->state;

	if (!record->kept || record->message[0] != '\0')
		return;
	rg_xml_keep(record->message, rg_xml_attribute(tests->xml, "message"));
	rg_xml_keep(junit->type, rg_xml_attribute(tests->xml, "type"));
}

/* In a test at any depth; in a suite it is an error of no test. */
static void
begin_failure(RgXmlTests *tests)
{
	if (tests->record == NULL)
		rg_xml_open_record(tests, true, RG_OUTCOME_FAILED, NULL, NULL);
	else
		tests->record->outcome = RG_OUTCOME_FAILED;
	keep_message(tests);
}

static void
end_failure(RgXmlTests *tests)
{
	Junit	   *junit = tests->state;

	rg_xml_take_message(tests);
	if (tests->record != NULL && tests->record->kept &&
		tests->record->message[0] == '\0')
		rg_xml_keep(tests->record->message, junit->type);
}

static void
begin_flaky(RgXmlTests *tests)
{
	if (tests->record == NULL)
		return;
	tests->record->flaky = true;
	keep_message(tests);
}

/*
 * CTest calls a test skipped that it could not run: it is notrun, and the
 * message is not that of a skip.
 */
static bool
could_not_run(const char *message)
{
	static const char *const reasons[] = {"Unable to", "Could not", "Failed ",
		"Fixture dependency failed", "Required Files Missing",
	"Insufficient resources"};

	for (int i = 0; message != NULL && i < (int) lengthof(reasons); i++)
	{
		if (strncmp(message, reasons[i], strlen(reasons[i])) == 0)
			return true;
	}
	return false;
}

static void
begin_skipped(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;
	RgXmlRecord *record = tests->record;
	const char *type = rg_xml_attribute(xml, "type");

	if (record == NULL || rg_xml_depth(xml) != record->depth + 1)
		return;

	/* node:test writes the failure of a test that is still to do, too */
	if (type != NULL && strcmp(type, "todo") == 0)
		record->excused = true;
	if (record->outcome == RG_OUTCOME_SKIPPED &&
		could_not_run(rg_xml_attribute(xml, "message")))
		record->outcome = RG_OUTCOME_FAILED;
	else if (record->outcome != RG_OUTCOME_FAILED)
		record->outcome = RG_OUTCOME_SKIPPED;
	if (record->outcome == RG_OUTCOME_FAILED)
		keep_message(tests);
}

/* PHPUnit: neither passed nor failed */
static void
begin_warning(RgXmlTests *tests)
{
	RgXmlRecord *record = tests->record;

	if (record != NULL && record->outcome == RG_OUTCOME_PASSED)
		record->outcome = RG_OUTCOME_SKIPPED;
}

/*
 * The root's summary, or where it has none those of the outermost suites. A
 * few write failed for both kinds, which is not added to them.
 */
static void
begin_suite(RgXmlTests *tests)
{
	Junit	   *junit = tests->state;
	int			depth = rg_xml_depth(tests->xml);

	note_tool(tests);
	rg_xml_declared_failed(tests, "failures");
	rg_xml_declared_failed(tests, "errors");
	(void) rg_xml_expect_failed(tests, "failed");
	if (rg_xml_declared_total(tests, "tests"))
		junit->suite_depth = depth;
}

static void
end_suite(RgXmlTests *tests)
{
	Junit	   *junit = tests->state;

	if (junit->suite_depth == rg_xml_depth(tests->xml))
		junit->suite_depth = -1;
}

/* The value of " fail 4 ", when that is what it says; else -1. */
static int64
count_of(const char *str, const char *word)
{
	size_t		length = strlen(word);
	int64		value;

	str += strspn(str, " ");
	if (strncmp(str, word, length) != 0 || str[length] != ' ')
		return -1;
	str += length + 1;
	return rg_parse_count(str, strcspn(str, " "), &value) ? value : -1;
}

/*
 * node:test sums up in comments, and drops the failure of a test that has
 * subtests: those two may be all that tells of it.
 */
static void
read_comment(RgXmlTests *tests)
{
	Junit	   *junit = tests->state;
	int64		failed = count_of(rg_xml_text(tests->xml), "fail");
	int64		cancelled = count_of(rg_xml_text(tests->xml), "cancelled");

	if (failed >= 0)
		junit->comment_failed = failed;
	if (cancelled >= 0)
		junit->comment_cancelled = cancelled;
}

static void
settle_summary(RgXmlTests *tests, const Junit *junit)
{
	RgTests    *counts = &tests->tests;

	/* suites that do not cover all tests; their failures count all the same */
	if (junit->partial)
	{
		counts->declared_total = -1;
		if (counts->failed + counts->outside > 0)
			counts->declared_failed = -1;
	}
	if (junit->comment_failed >= 0 && junit->comment_cancelled >= 0)
		counts->declared_failed = junit->comment_failed +
			junit->comment_cancelled;
}

void
rg_read_junit(const RgInput *input, RgReport *report)
{
	static const RgXmlTag tags[] = {
		{"testcase", begin_case, NULL},
		{"failure", begin_failure, end_failure, true},
		{"error", begin_failure, end_failure, true},
		{"rerunFailure", begin_failure, NULL, true},
		{"rerunError", begin_failure, NULL, true},
		{"skipped", begin_skipped, NULL},
		{"warning", begin_warning, NULL},
		{"flakyFailure", begin_flaky, NULL},
		{"flakyError", begin_flaky, NULL},
		{"testsuite", begin_suite, end_suite},
		{"testsuites", begin_suite, end_suite},
		{"property", note_tool, NULL},
		{NULL}
	};
	static const RgXmlDialect dialect = {"JUnit", "testsuites testsuite",
	tags, read_comment};
	Junit		junit = {.suite_depth = -1,.comment_failed = -1};
	RgXmlTests	tests;

	if (!rg_xml_tests_read(&dialect, input, &junit, &tests, report))
		return;
	settle_summary(&tests, &junit);
	rg_tests_finish(&tests.tests, report);
}
