/*
 * junit.c: JUnit XML in its dialects. The test cases are counted; what the
 * suites say of themselves is only compared with that.
 */
#include "ingest/ingest.h"

typedef struct Case
{
	int			depth;			/* of the testcase element; -1: outside one */
	bool		failed;
	bool		skipped;
	bool		flaky;
	bool		kept;			/* its texts may be wanted as a finding */
	char		name[RG_TEXT_MAX + 4];
	char		location[RG_TEXT_MAX + 4];
	char		message[RG_TEXT_MAX + 4];
	int64		line;
} Case;

typedef struct Junit
{
	RgXml	   *xml;
	RgReport   *report;
	RgTests		tests;
	int			suite_depth;	/* where the summaries are that count; -1 */
	Case		current;
} Junit;

static bool
is_any(const char *word, const char *const *list)
{
	for (; *list != NULL; list++)
	{
		if (pg_strcasecmp(word, *list) == 0)
			return true;
	}
	return false;
}

static void
keep(char *to, const char *from)
{
	strlcpy(to, from != NULL ? from : "", RG_TEXT_MAX + 4);
}

/* status="..." or result="..." where there may be no child that says it */
static void
heed_status(Case *test, const char *status)
{
	static const char *const failures[] = {"fail", "failed", "failure",
	"error", "errored", NULL};
	static const char *const skips[] = {"notrun", "disabled", "skipped",
	"ignored", "suppressed", "pending", NULL};

	if (status == NULL)
		return;
	if (is_any(status, failures))
		test->failed = true;
	else if (is_any(status, skips))
		test->skipped = true;
}

static void
begin_case(Junit *junit)
{
	const RgXml *xml = junit->xml;
	Case	   *test = &junit->current;
	const char *file;

	test->depth = rg_xml_depth(xml);
	test->failed = test->skipped = test->flaky = false;
	heed_status(test, rg_xml_attribute(xml, "status"));
	heed_status(test, rg_xml_attribute(xml, "result"));
	test->kept = rg_report_wants_finding(junit->report);
	if (!test->kept)
		return;
	keep(test->name, rg_xml_attribute(xml, "name"));
	file = rg_xml_attribute(xml, "file");
	keep(test->location, file ? file : rg_xml_attribute(xml, "classname"));
	test->message[0] = '\0';
	test->line = 0;
	(void) rg_xml_count(xml, "line", &test->line);
}

static void
end_case(Junit *junit)
{
	Case	   *test = &junit->current;
	RgTests    *tests = &junit->tests;

	test->depth = -1;
	tests->total++;
	if (test->failed)
		tests->failed++;
	else if (test->skipped)
		tests->skipped++;
	else
	{
		tests->passed++;
		tests->flaky += test->flaky ? 1 : 0;
	}
	if (test->failed && test->kept)
		rg_report_finding(junit->report, test->name[0] ? test->name : "?",
						  NULL, test->location, test->line, test->message);
}

/*
 * CTest calls a test skipped that it could not run: it is notrun, and the
 * message is not that of a skip.
 */
static bool
could_not_run(const Case *test, const char *message)
{
	return test->skipped && message != NULL && message[0] != '\0' &&
		(strncmp(message, "Unable to", 9) == 0 ||
		 strncmp(message, "Could not", 9) == 0 ||
		 strncmp(message, "Failed ", 7) == 0);
}

static void
child_of_case(Junit *junit)
{
	const RgXml *xml = junit->xml;
	Case	   *test = &junit->current;
	const char *message = rg_xml_attribute(xml, "message");

	if (rg_xml_is(xml, "failure") || rg_xml_is(xml, "error"))
		test->failed = true;
	else if (rg_xml_is(xml, "skipped"))
	{
		/* before the child sets it: does status="notrun" stand there? */
		if (could_not_run(test, message))
			test->failed = true;
		test->skipped = true;
	}
	else if (rg_xml_is(xml, "flakyFailure") || rg_xml_is(xml, "flakyError"))
		test->flaky = true;
	else
		return;
	if (test->kept && test->message[0] == '\0')
		keep(test->message, message ? message : rg_xml_attribute(xml, "type"));
}

static void
add_declared(int64 *sum, const RgXml *xml, const char *attribute)
{
	int64		value;

	if (rg_xml_count(xml, attribute, &value))
		*sum = (*sum < 0 ? 0 : *sum) + value;
}

/* The root's summary, or where it has none those of the outermost suites. */
static void
read_summary(Junit *junit)
{
	const RgXml *xml = junit->xml;
	int			depth = rg_xml_depth(xml);

	if (junit->suite_depth < 0 && rg_xml_attribute(xml, "tests") != NULL)
		junit->suite_depth = depth;
	if (depth != junit->suite_depth)
		return;
	add_declared(&junit->tests.declared_total, xml, "tests");
	add_declared(&junit->tests.declared_failed, xml, "failures");
	add_declared(&junit->tests.declared_failed, xml, "errors");
}

static void
begin_element(Junit *junit)
{
	const RgXml *xml = junit->xml;

	if (junit->current.depth >= 0)
	{
		if (rg_xml_depth(xml) == junit->current.depth + 1)
			child_of_case(junit);
	}
	else if (rg_xml_is(xml, "testcase"))
		begin_case(junit);
	else if (rg_xml_is(xml, "testsuite") || rg_xml_is(xml, "testsuites"))
		read_summary(junit);
	else if (rg_xml_is(xml, "error") || rg_xml_is(xml, "failure"))
	{
		junit->tests.outside++;
		rg_report_finding(junit->report, "outside any test", NULL, NULL, 0,
						  rg_xml_attribute(xml, "message"));
	}
}

static bool
is_root(const Junit *junit)
{
	if (rg_xml_is(junit->xml, "testsuites") ||
		rg_xml_is(junit->xml, "testsuite"))
		return true;
	rg_report_fail(junit->report, RG_REPORT_INVALID,
				   "its root element is %s; that of JUnit is testsuites or testsuite",
				   rg_report_text(junit->report, rg_xml_name(junit->xml),
								  strlen(rg_xml_name(junit->xml))));
	return false;
}

void
rg_read_junit(const RgInput *input, RgReport *report)
{
	Junit	   *junit = palloc0(sizeof(Junit));

	junit->report = report;
	junit->xml = rg_xml_open(input, report);
	if (junit->xml == NULL)
		return;
	rg_tests_init(&junit->tests);
	junit->current.depth = -1;
	junit->suite_depth = -1;
	while (rg_xml_next(junit->xml))
	{
		RgXmlEvent	event = rg_xml_event(junit->xml);

		if (event == RG_XML_START)
		{
			if (rg_xml_depth(junit->xml) == 0 && !is_root(junit))
				break;
			begin_element(junit);
		}
		else if (event == RG_XML_END &&
				 rg_xml_depth(junit->xml) == junit->current.depth)
			end_case(junit);
	}
	rg_xml_close(junit->xml);
	if (report->status != RG_REPORT_INVALID)
		rg_tests_finish(&junit->tests, report);
}
