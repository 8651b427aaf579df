/*
 * xunit.c: xUnit.net's own XML, versions 1 to 3: assemblies of collections of
 * tests, and the errors of an assembly that are no test's.
 */
#include "ingest/xml_tests.h"

static const RgOutcomeWord words[] = {
	{"Pass", RG_OUTCOME_PASSED},
	{"Fail", RG_OUTCOME_FAILED},
	{"Skip", RG_OUTCOME_SKIPPED},
	{"NotRun", RG_OUTCOME_SKIPPED}, /* explicit tests of version 3 */
	{NULL}
};

/* "xUnit.net 2.4.1.0" */
static void
note_framework(RgXmlTests *tests)
{
	const char *name = rg_xml_attribute(tests->xml, "test-framework");
	const char *blank = name != NULL ? strrchr(name, ' ') : NULL;

	if (tests->report->tool == NULL)
		rg_report_tool(tests->report, "xUnit.net", blank ? blank + 1 : NULL);
}

static void
begin_assembly(RgXmlTests *tests)
{
	note_framework(tests);
	(void) rg_xml_declared_total(tests, "total");
	rg_xml_declared_failed(tests, "failed");
	rg_xml_declared_failed(tests, "errors");
}

/* Of version 1 a class: what it says is part of what its assembly says. */
static void
begin_collection(RgXmlTests *tests)
{
	(void) rg_xml_expect_failed(tests, "failed");
}

static void
begin_test(RgXmlTests *tests)
{
	const RgXml *xml = tests->xml;
	const char *file = rg_xml_attribute(xml, "source-file");
	RgXmlRecord *record =
		rg_xml_open_record(tests, false,
						   rg_outcome(words, rg_xml_attribute(xml, "result")),
						   rg_xml_attribute(xml, "name"),
						   file ? file : rg_xml_attribute(xml, "type"));

	(void) rg_xml_count(xml, "source-line", &record->line);
}

static void
begin_failure(RgXmlTests *tests)
{
	if (tests->record != NULL)
		tests->record->outcome = RG_OUTCOME_FAILED;
}

/* Of an assembly, a fixture or a dispose: <errors><error type name> */
static void
begin_error(RgXmlTests *tests)
{
	const char *name = rg_xml_attribute(tests->xml, "name");

	rg_xml_open_record(tests, true, RG_OUTCOME_FAILED,
					   name ? name : rg_xml_attribute(tests->xml, "type"),
					   NULL);
}

void
rg_read_xunit(const RgInput *input, RgReport *report)
{
	static const RgXmlTag tags[] = {
		{"test", begin_test, NULL},
		{"failure", begin_failure, NULL, true},
		{"message", NULL, rg_xml_take_message},
		{"error", begin_error, NULL, true},
		{"assembly", begin_assembly, NULL},
		{"collection", begin_collection, NULL},
		{"class", begin_collection, NULL},
		{NULL}
	};
	static const RgXmlDialect dialect = {"xUnit.net", "assemblies assembly",
	tags};
	RgXmlTests	tests;

	if (rg_xml_tests_read(&dialect, input, NULL, &tests, report))
		rg_tests_finish(&tests.tests, report);
}
