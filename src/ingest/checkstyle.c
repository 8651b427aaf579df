/*
 * checkstyle.c: Checkstyle XML, which ESLint, PHP_CodeSniffer, ktlint, detekt
 * and others write, too. A severity that Checkstyle does not have is an error;
 * an exception means that a file was not examined.
 */
#include "ingest/ingest.h"

typedef struct Checkstyle
{
	RgReport   *report;
	RgXml	   *xml;
	RgLint		lint;
	int64		files;
	int64		exceptions;
	char		file[RG_TEXT_MAX + 4];
} Checkstyle;

static void
count_error(Checkstyle *state)
{
	const RgXml *xml = state->xml;
	const char *severity = rg_xml_attribute(xml, "severity");
	const char *source = rg_xml_attribute(xml, "source");
	const char *message = rg_xml_attribute(xml, "message");
	int64		line = 0;

	if (severity != NULL && pg_strcasecmp(severity, "ignore") == 0)
	{
		state->lint.suppressed++;
		return;
	}
	if (severity != NULL && pg_strcasecmp(severity, "warning") == 0)
		state->lint.warnings++;
	else if (severity != NULL && pg_strcasecmp(severity, "info") == 0)
		state->lint.notes++;
	else
		state->lint.errors++;
	(void) rg_xml_count(xml, "line", &line);
	rg_report_finding(state->report, source, severity ? severity : "error",
					  state->file, line, message);
}

static void
begin_element(Checkstyle *state)
{
	const RgXml *xml = state->xml;

	if (rg_xml_is(xml, "file"))
	{
		const char *name = rg_xml_attribute(xml, "name");

		state->files++;
		strlcpy(state->file, name != NULL ? name : "", sizeof(state->file));
	}
	else if (rg_xml_is(xml, "error"))
		count_error(state);
	else if (rg_xml_is(xml, "exception"))
		state->exceptions++;
}

static void
finish(Checkstyle *state)
{
	RgReport   *report = state->report;

	rg_lint_finish(&state->lint, report);
	if (state->exceptions > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   INT64_FORMAT " files could not be examined: there are exceptions",
					   state->exceptions);
	else if (state->files == 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "no file was examined; a tool that lists only files with findings should write SARIF or JUnit instead");
}

void
rg_read_checkstyle(const RgInput *input, RgReport *report)
{
	Checkstyle	state = {.report = report};

	state.xml = rg_xml_open(input, report);
	if (state.xml == NULL)
		return;
	while (rg_xml_next(state.xml))
	{
		if (rg_xml_event(state.xml) != RG_XML_START)
			continue;
		if (rg_xml_depth(state.xml) == 0 &&
			!rg_xml_is(state.xml, "checkstyle"))
		{
			rg_report_fail(report, RG_REPORT_INVALID,
						   "its root element is not checkstyle");
			break;
		}
		begin_element(&state);
	}
	rg_xml_close(state.xml);
	if (report->status != RG_REPORT_INVALID)
		finish(&state);
}
