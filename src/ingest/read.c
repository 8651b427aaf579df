/*
 * read.c: one report from bytes to answer: what it certainly is not, which
 * format, the reader, and what the tool's exit code says to it.
 */
#include "ingest/ingest.h"

#include "ingest/recognise.h"
#include "ingest/xml_screen.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"

/* Documents that only say what went wrong are short. */
#define ERROR_DOCUMENT_MAX 10000

/* Bytes that are verified at once. */
#define ENCODING_PIECE 65536

/* How things begin that are served instead of reports. */
static const struct
{
	const char *start;
	int			length;
	const char *what;
}			no_reports[] =
{
	{"\x1f\x8b", 2, "it is compressed with gzip; unpack it first"},
	{"\x1f\x9d", 2, "it is compressed; unpack it first"},
	{"PK\x03\x04", 4, "it is a ZIP archive; unpack it first"},
	{"PK\x05\x06", 4, "it is a ZIP archive without files"},
	{"\x28\xb5\x2f\xfd", 4, "it is compressed with zstd; unpack it first"},
	{"\xfd" "7zXZ", 5, "it is compressed with xz; unpack it first"},
	{"BZh", 3, "it is compressed with bzip2; unpack it first"},
	{"\x04\x22\x4d\x18", 4, "it is compressed with LZ4; unpack it first"},
	{"7z\xbc\xaf\x27\x1c", 6, "it is a 7-Zip archive; unpack it first"},
	{"%PDF-", 5, "it is a PDF, not a report"},
	{"\xff\xfe\0\0", 4, "it is written in UTF-32; write it in UTF-8"},
	{"\0\0\xfe\xff", 4, "it is written in UTF-32; write it in UTF-8"},
	{"\xff\xfe", 2, "it is written in UTF-16; write it in UTF-8"},
	{"\xfe\xff", 2, "it is written in UTF-16; write it in UTF-8"},
	{"<\0", 2, "it is written in UTF-16; write it in UTF-8"},
	{"{\0", 2, "it is written in UTF-16; write it in UTF-8"},
	{"[\0", 2, "it is written in UTF-16; write it in UTF-8"},
	{"\0<", 2, "it is written in UTF-16; write it in UTF-8"},
	{"\0{", 2, "it is written in UTF-16; write it in UTF-8"},
	{"\0[", 2, "it is written in UTF-16; write it in UTF-8"},
	{"+/v", 3, "it is written in UTF-7; write it in UTF-8"},
	{"\x4c\x6f\xa7\x94", 4, "it is written in EBCDIC; write it in UTF-8"},
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

/* XHTML begins as any XML, and some pages with what others have inside. */
static bool
is_page(const RgInput *input)
{
	static const char *const roots[] = {"html", "head", "title", "body",
	"center", "h1", "p"};
	RgInput		root;
	RgInput		tag;

	if (starts_with(input, "<!doctype html"))
		return true;
	if (input->data[0] != '<' || !rg_xml_root(input, &root, &tag))
		return false;
	for (int i = 0; i < (int) lengthof(roots); i++)
	{
		if (root.length == strlen(roots[i]) &&
			pg_strncasecmp(root.data, roots[i], root.length) == 0)
			return true;
	}
	return false;
}

static bool
is_no_report(const RgInput *input, RgReport *report)
{
	if (input->length == 0)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it is empty");
		return true;
	}
	for (int i = 0; i < (int) lengthof(no_reports); i++)
	{
		if (input->length >= (size_t) no_reports[i].length &&
			memcmp(input->data, no_reports[i].start,
				   no_reports[i].length) == 0)
			rg_report_fail(report, RG_REPORT_INVALID, "%s",
						   no_reports[i].what);
	}
	if (is_page(input))
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is an HTML page, not a report");
	return report->status == RG_REPORT_INVALID;
}

/* Character by character to the end, or behind it where the last one goes on. */
static const char *
count_bad(const char *p, const char *end, const char *end_of_all, int64 *bad)
{
	while (p < end)
	{
		const unsigned char *c = (const unsigned char *) p;
		int			size = pg_utf_mblen(c);

		if (size > end_of_all - p || !pg_utf8_islegal(c, size))
		{
			(*bad)++;
			size = 1;
		}
		p += size;
	}
	return p;
}

/*
 * XML has an encoding of its own; elsewhere such bytes become U+FFFD or "?".
 * By the piece, for the server's function reads all of what it is given before
 * it says that something is wrong in it.
 */
static void
heed_encoding(const RgInput *input, RgReport *report)
{
	const char *p = input->data;
	const char *end_of_all = p + input->length;
	int64		bad = 0;

	while (p < end_of_all)
	{
		const char *end = p + Min(end_of_all - p, ENCODING_PIECE);

		CHECK_FOR_INTERRUPTS();
		p += pg_encoding_verifymbstr(PG_UTF8, p, (int) (end - p));
		p = count_bad(p, end, end_of_all, &bad);
	}
	if (bad == 1)
		rg_report_warn(report, "a byte of it is not UTF-8");
	else if (bad > 1)
		rg_report_warn(report, INT64_FORMAT " bytes of it are not UTF-8", bad);
}

static void
on_error_text(void *state, RgReport *report, const RgNode *node)
{
	const char **words = state;
	char	   *str = rg_node_text(node);

	if (*words == NULL && str != NULL && *str != '\0')
		*words = rg_report_text(report, str, strlen(str));
}

/* What a server says instead of sending a report: {"message": "Not Found"} */
static void
add_error_text(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"message", RG_JSON_OPEN, on_error_text},
		{"error", RG_JSON_OPEN, on_error_text},
		{"error.message", RG_JSON_OPEN, on_error_text},
		{"errors[].message", RG_JSON_OPEN, on_error_text},
		{"detail", RG_JSON_OPEN, on_error_text},
	};
	RgReport   *scratch = palloc0(sizeof(RgReport));
	const char *words = NULL;

	scratch->context = report->context;
	if (input->data[0] == '{' && input->length <= ERROR_DOCUMENT_MAX &&
		rg_json_read(input, rules, lengthof(rules), &words, scratch) &&
		words != NULL && strstr(report->message, words) == NULL)
		report->message = psprintf("%s; it says: %s", report->message, words);
	pfree(scratch);
}

/* Blanks that were left out before the first line's beginning. */
static int
blanks_before(const char *p, const char *start)
{
	int			blanks = 0;

	while (p > start && (p[-1] == ' ' || p[-1] == '\t' || p[-1] == '\r'))
	{
		p--;
		blanks++;
	}
	return blanks;
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

static bool
explains_failure(const RgReport *report)
{
	return any_above_zero(report, report->format->explains);
}

bool
rg_report_shows_failure(const RgReport *report)
{
	return explains_failure(report) ||
		any_above_zero(report, report->format->fails);
}

/* A tool that fails for a reason that its report does not show. */
static void
heed_exit_code(int exit_code, RgReport *report)
{
	if (exit_code != 0 && report->status == RG_REPORT_OK &&
		!explains_failure(report))
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
	{
		add_error_text(&input, report);
		return;
	}

	/* indentation has a meaning in text */
	while (report->format->syntax == RG_SYNTAX_TEXT && input.data > data &&
		   (input.data[-1] == ' ' || input.data[-1] == '\t'))
	{
		input.data--;
		input.length++;
	}
	if (report->format->syntax != RG_SYNTAX_XML)
		heed_encoding(&input, report);
	report->format->read(&input, report);
	if (report->line == 1 && report->column > 0)
		report->column += blanks_before(input.data, data);
	if (report->line > 0)
		report->line += lines;
	if (report->status == RG_REPORT_INVALID)
		add_error_text(&input, report);
	if (exit_code != NULL)
		heed_exit_code(*exit_code, report);

	/* half of a report says nothing */
	if (report->status == RG_REPORT_INVALID)
		report->nfigures = report->nfindings = report->naside = 0;
}
