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
		rg_report_finding(tests->report,
						  record->name[0] != '\0' ? record->name : "?", NULL,
						  record->location, record->line, record->message);
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

void
rg_xml_declared(RgXmlTests *tests, int64 *sum, const char *attribute)
{
	int			depth = rg_xml_depth(tests->xml);
	int64		value;

	if (!rg_xml_count(tests->xml, attribute, &value))
		return;
	if (tests->declared_depth < 0)
		tests->declared_depth = depth;
	if (depth == tests->declared_depth)
		*sum = (*sum < 0 ? 0 : *sum) + value;
}

/* Is the word one of the list, apart by blanks? */
static bool
is_in(const char *list, const char *word)
{
	size_t		length = strlen(word);

	for (const char *p = list; *p != '\0'; p += strspn(p, " "))
	{
		size_t		size = strcspn(p, " ");

		if (size == length && memcmp(p, word, size) == 0)
			return true;
		p += size;
	}
	return false;
}

static bool
is_root(const RgXmlDialect *dialect, const RgXmlTests *tests)
{
	const char *name = rg_xml_name(tests->xml);
	char		roots[100] = "";

	if (is_in(dialect->roots, name))
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

static void
on_element(const RgXmlDialect *dialect, RgXmlTests *tests, bool begins)
{
	const char *name = rg_xml_name(tests->xml);

	for (const RgXmlTag *tag = dialect->tags; tag->name != NULL; tag++)
	{
		if (strcmp(tag->name, name) != 0)
			continue;
		if (begins && tag->begin != NULL)
			tag->begin(tests);
		if (!begins && tag->end != NULL)
			tag->end(tests);
		break;
	}
	if (!begins && tests->record != NULL &&
		tests->record->depth == rg_xml_depth(tests->xml))
		close_record(tests);
}

bool
rg_xml_tests_read(const RgXmlDialect *dialect, const RgInput *input,
				  void *state, RgXmlTests *tests, RgReport *report)
{
	memset(tests, 0, sizeof(RgXmlTests));
	rg_tests_init(&tests->tests);
	tests->report = report;
	tests->state = state;
	tests->declared_depth = -1;
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
