/*
 * read.c: one report from bytes to answer: what it certainly is not, which
 * format, the reader, and what the tool's exit code says to it.
 */
#include "ingest/ingest.h"

#include "ingest/recognise.h"
#include "lib/stringinfo.h"

/* How things begin that are served instead of reports. */
static const struct
{
	const char *start;
	int			length;
	const char *what;
}			no_reports[] =
{
	{"\x1f\x8b", 2, "it is compressed with gzip; unpack it first"},
	{"PK\x03\x04", 4, "it is a ZIP archive; unpack it first"},
	{"\xff\xfe", 2, "it is written in UTF-16; write it in UTF-8"},
	{"\xfe\xff", 2, "it is written in UTF-16; write it in UTF-8"},
	{"<\0", 2, "it is written in UTF-16; write it in UTF-8"},
	{"{\0", 2, "it is written in UTF-16; write it in UTF-8"},
	{"[\0", 2, "it is written in UTF-16; write it in UTF-8"},
	{"\0", 1, "it is binary, not a report"},
	{"\\x", 2, "it is bytea written as text; cast it to bytea"},
};

static bool
starts_with(const RgInput *input, const char *str)
{
	return input->length >= strlen(str) &&
		pg_strncasecmp(input->data, str, strlen(str)) == 0;
}

int
rg_input_trim(RgInput *input)
{
	int			lines = 0;

	if (input->length >= 3 && memcmp(input->data, "\xef\xbb\xbf", 3) == 0)
	{
		input->data += 3;
		input->length -= 3;
	}
	while (input->length > 0 &&
		   (input->data[0] == ' ' || input->data[0] == '\t' ||
			input->data[0] == '\r' || input->data[0] == '\n'))
	{
		lines += input->data[0] == '\n' ? 1 : 0;
		input->data++;
		input->length--;
	}
	return lines;
}

static bool
is_no_report(const RgInput *input, RgReport *report)
{
	if (input->length == 0)
		rg_report_fail(report, RG_REPORT_INVALID, "it is empty");
	for (int i = 0; i < (int) lengthof(no_reports); i++)
	{
		if (input->length >= (size_t) no_reports[i].length &&
			memcmp(input->data, no_reports[i].start,
				   no_reports[i].length) == 0)
			rg_report_fail(report, RG_REPORT_INVALID, "%s",
						   no_reports[i].what);
	}
	if (starts_with(input, "<!doctype html") || starts_with(input, "<html"))
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is an HTML page, not a report");
	return report->status == RG_REPORT_INVALID;
}

/* Is one of these figures, apart by blanks, above zero? */
static bool
any_above_zero(const RgReport *report, const char *p)
{
	while (p != NULL && *p != '\0')
	{
		char		name[64];
		size_t		length = strcspn(p, " ");
		const RgFigure *figure;

		strlcpy(name, p, Min(length + 1, sizeof(name)));
		figure = rg_report_figure(report, name);
		if (figure != NULL && figure->value.mantissa > 0)
			return true;
		p += length;
		p += strspn(p, " ");
	}
	return false;
}

bool
rg_report_explains_failure(const RgReport *report)
{
	return any_above_zero(report, report->format->explains);
}

bool
rg_report_shows_failure(const RgReport *report)
{
	return rg_report_explains_failure(report) ||
		any_above_zero(report, report->format->fails);
}

/* A tool that fails for a reason that its report does not show. */
static void
heed_exit_code(int exit_code, RgReport *report)
{
	if (exit_code != 0 && report->status == RG_REPORT_OK &&
		!rg_report_explains_failure(report))
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the tool ended with exit code %d, and nothing in the report says why",
					   exit_code);
}

/* False when the report is one of those that are known to be none. */
static bool
find_format(const RgInput *input, RgReport *report)
{
	const char *what = NULL;

	if (report->format == NULL)
	{
		report->format = rg_format_recognise(input, &what);
		if (report->format == NULL && what == NULL)
			what = "its contents show none of the known formats";
	}
	else if (report->format->syntax != RG_SYNTAX_TEXT)
		what = rg_known_text(input);
	if (what != NULL)
		rg_report_fail(report, RG_REPORT_INVALID, "%s", what);
	return what == NULL;
}

void
rg_report_read(const RgFormat *format, const char *data, size_t length,
			   const int *exit_code, RgReport *report)
{
	RgInput		input = {data, length};
	int			lines;

	memset(report, 0, sizeof(RgReport));
	report->context = CurrentMemoryContext;
	report->format = format;
	if (length > RG_REPORT_MAX_BYTES)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it is larger than %d MiB",
					   RG_REPORT_MAX_BYTES / (1024 * 1024));
		return;
	}
	lines = rg_input_trim(&input);
	if (is_no_report(&input, report))
		return;
	if (!find_format(&input, report))
		return;

	/* indentation has a meaning in text */
	while (report->format->syntax == RG_SYNTAX_TEXT && input.data > data &&
		   (input.data[-1] == ' ' || input.data[-1] == '\t'))
	{
		input.data--;
		input.length++;
	}
	report->format->read(&input, report);
	if (report->line > 0)
		report->line += lines;
	if (exit_code != NULL)
		heed_exit_code(*exit_code, report);

	/* half of a report says nothing */
	if (report->status == RG_REPORT_INVALID)
		report->nfigures = report->nfindings = report->naside = 0;
}
