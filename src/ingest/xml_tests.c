/*
 * xml_tests.c: the walk over a report of tests in XML that all its dialects
 * share, and the rule which of the elements that nest are counted.
 */
#include "ingest/xml_tests.h"

void
rg_xml_keep(char *to, const char *from)
{
	from = from != NULL ? from : "";
	from += strspn(from, " \t\r\n");
	strlcpy(to, from, RG_TEXT_MAX + 4);
}

static int64
failures(const RgTests *tests)
{
	return tests->failed + tests->outside;
}

RgXmlRecord *
rg_xml_open_record(RgXmlTests *tests, bool suite, RgOutcome outcome,
				   const char *name, const char *location)
{
	RgXmlRecord *record = tests->spare;

	if (record != NULL)
		tests->spare = record->outer;
	else
		record = palloc(sizeof(RgXmlRecord));
	record->outer = tests->record;
	record->depth = rg_xml_depth(tests->xml);
	record->suite = suite;
	record->outcome = outcome;
	record->own = record->excused = record->flaky = false;
	record->tests_before = tests->tests.total;
	record->failures_before = failures(&tests->tests);
	record->line = 0;
	record->kept = rg_report_wants_finding(tests->report);
	record->message[0] = '\0';
	if (record->kept)
	{
		rg_xml_keep(record->name, name);
		rg_xml_keep(record->location, location);
	}
	tests->record = record;
	return record;
}

static void
count_test(RgXmlTests *tests, const RgXmlRecord *record)
{
	RgOutcome	outcome = record->excused ? RG_OUTCOME_SKIPPED :
		record->outcome;

	if (rg_tests_add(&tests->tests, outcome) && record->kept)
		rg_report_finding(tests->report, record->name, NULL, record->location,
						  record->line, record->message);
	if (record->excused && record->outcome == RG_OUTCOME_FAILED)
		tests->excused++;
	if (outcome == RG_OUTCOME_PASSED && record->flaky)
		tests->tests.flaky++;
}

static void
close_record(RgXmlTests *tests)
{
	RgXmlRecord *record = tests->record;

	if (!record->suite && tests->tests.total == record->tests_before)
		count_test(tests, record);
	else if (record->outcome != RG_OUTCOME_PASSED &&
			 record->outcome != RG_OUTCOME_SKIPPED &&
			 (record->own ||
			  failures(&tests->tests) == record->failures_before))
		rg_tests_outside(&tests->tests, tests->report,
						 record->kept ? record->name : NULL,
						 record->kept ? record->location : NULL,
						 record->message);
	tests->record = record->outer;
	record->outer = tests->spare;
	tests->spare = record;
}

void
rg_xml_take_message(RgXmlTests *tests)
{
	RgXmlRecord *record = tests->record;

	if (record != NULL && record->kept && record->message[0] == '\0')
		rg_xml_keep(record->message, rg_xml_text(tests->xml));
}

/* ---- summaries ----------------------------------------------------------- */

/* Failures of which a summary may speak: those excused are in some. */
static int64
shown(const RgXmlTests *tests)
{
	return failures(&tests->tests) + tests->excused;
}

static int64
declared(RgXmlTests *tests, const char *attribute, bool failed)
{
	const char *str = rg_xml_attribute(tests->xml, attribute);

	return rg_tests_declared(tests->report, attribute, failed, str,
							 str != NULL ? strlen(str) : 0);
}

/* Does it stand at the depth of the first attribute of that name? */
static bool
is_outermost(RgXmlTests *tests, const char *attribute)
{
	int			depth = rg_xml_depth(tests->xml);
	RgXmlDeclared *first;

	for (int i = 0; i < tests->ndeclared; i++)
	{
		if (strcmp(tests->declared[i].attribute, attribute) == 0)
			return tests->declared[i].depth == depth;
	}
	if (tests->ndeclared == RG_XML_MAX_DECLARED)
		elog(ERROR, "too many attributes in a summary");
	first = &tests->declared[tests->ndeclared++];
	first->attribute = attribute;
	first->depth = depth;
	return true;
}

static bool
add_declared(RgXmlTests *tests, const char *attribute, int64 *sum, int64 value)
{
	if (value < 0 || !is_outermost(tests, attribute))
		return false;
	*sum = Max(*sum, 0) + value;
	return true;
}

bool
rg_xml_declared_total(RgXmlTests *tests, const char *attribute)
{
	return add_declared(tests, attribute, &tests->tests.declared_total,
						declared(tests, attribute, false));
}

const char *
rg_xml_fullname(const RgXml *xml)
{
	const char *name = rg_xml_attribute(xml, "fullname");

	return name != NULL ? name : rg_xml_attribute(xml, "name");
}

int64
rg_xml_expect_failed(RgXmlTests *tests, const char *attribute)
{
	int64		value = declared(tests, attribute, true);
	int			depth = rg_xml_depth(tests->xml);
	RgXmlSummary *summary = tests->summary;

	if (value <= 0 || tests->apart ||
		tests->report->status >= RG_REPORT_INCOMPLETE)
		return value;
	if (summary == NULL || summary->depth != depth)
	{
		summary = palloc(sizeof(RgXmlSummary));
		summary->outer = tests->summary;
		summary->depth = depth;
		summary->failed = 0;
		summary->shown_before = shown(tests);
		rg_xml_keep(summary->name, rg_xml_fullname(tests->xml));
		tests->summary = summary;
	}
	summary->failed += value;
	return value;
}

void
rg_xml_declared_failed(RgXmlTests *tests, const char *attribute)
{
	int64		value = rg_xml_expect_failed(tests, attribute);

	(void) add_declared(tests, attribute, &tests->tests.declared_failed,
						value);
}

static void
close_summary(RgXmlTests *tests)
{
	RgXmlSummary *summary = tests->summary;
	RgReport   *report = tests->report;

	if (shown(tests) == summary->shown_before &&
		report->status < RG_REPORT_INCOMPLETE)
		rg_report_fail(report, RG_REPORT_INCOMPLETE, "the summary%s%s says "
					   INT64_FORMAT " failures and errors, but no test shows one",
					   summary->name[0] != '\0' ? " of " : "",
					   rg_report_text(report, summary->name,
									  strlen(summary->name)),
					   summary->failed);
	tests->summary = summary->outer;
	pfree(summary);
}

/* ---- the walk -------------------------------------------------------------- */

static bool
is_root(const RgXmlDialect *dialect, const RgXmlTests *tests)
{
	const char *name = rg_xml_name(tests->xml);
	char		roots[100] = "";

	if (rg_list_has(dialect->roots, name))
		return true;
	for (const char *p = dialect->roots; *p != '\0'; p += strspn(p, " "))
	{
		char		root[40];
		size_t		size = strcspn(p, " ");

		strlcpy(root, p, Min(size + 1, sizeof(root)));
		strlcat(roots, p > dialect->roots ? " or " : "", sizeof(roots));
		strlcat(roots, root, sizeof(roots));
		p += size;
	}
	rg_report_fail(tests->report, RG_REPORT_INVALID,
				   "its root element is %s; that of %s is %s",
				   rg_report_text(tests->report, name, strlen(name)),
				   dialect->title, roots);
	return false;
}

static bool
is_tag(const RgXmlTag *tag, const char *name)
{
	return strcmp(tag->name, name) == 0 ||
		(tag->any_case && pg_strcasecmp(tag->name, name) == 0);
}

static void
on_element(const RgXmlDialect *dialect, RgXmlTests *tests, bool begins)
{
	const char *name = rg_xml_name(tests->xml);

	for (const RgXmlTag *tag = dialect->tags; tag->name != NULL; tag++)
	{
		if (!is_tag(tag, name))
			continue;
		if (begins && tag->begin != NULL)
			tag->begin(tests);
		if (!begins && tag->end != NULL)
			tag->end(tests);
		break;
	}
	if (begins)
		return;
	if (tests->record != NULL &&
		tests->record->depth == rg_xml_depth(tests->xml))
		close_record(tests);
	if (tests->summary != NULL &&
		tests->summary->depth == rg_xml_depth(tests->xml))
		close_summary(tests);
}

bool
rg_xml_tests_read(const RgXmlDialect *dialect, const RgInput *input,
				  void *state, RgXmlTests *tests, RgReport *report)
{
	memset(tests, 0, sizeof(RgXmlTests));
	rg_tests_init(&tests->tests);
	tests->report = report;
	tests->state = state;
	tests->apart = dialect->apart;
	tests->xml = rg_xml_open(input, report);
	if (tests->xml == NULL)
		return false;
	if (dialect->comment != NULL)
		rg_xml_want_comments(tests->xml);
	while (rg_xml_next(tests->xml))
	{
		RgXmlEvent	event = rg_xml_event(tests->xml);

		if (event == RG_XML_COMMENT)
			dialect->comment(tests);
		else if (event == RG_XML_START && rg_xml_depth(tests->xml) == 0 &&
				 !is_root(dialect, tests))
			break;
		else
			on_element(dialect, tests, event == RG_XML_START);
	}
	rg_xml_close(tests->xml);
	return report->status != RG_REPORT_INVALID;
}
