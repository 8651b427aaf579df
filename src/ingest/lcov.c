/*
 * lcov.c: LCOV tracefiles (geninfo(1), FILES). Lines, branches and functions
 * are counted from DA, BRDA and FNDA; LF and LH are only compared with them.
 */
#include "ingest/ingest.h"

#include "miscadmin.h"

/* A source line beyond this is a mistake, and costs a bit of memory each. */
#define MAX_LINE 8000000

typedef struct Lcov
{
	RgReport   *report;
	int			line;			/* of the tracefile */
	bool		in_record;
	RgCoverage	coverage;

	/* of the record: two bits a source line, seen and hit */
	uint8	   *seen;
	int64		seen_lines;		/* the array has room for so many */
	int64		last_line;
	int64		record_valid;
	int64		record_covered;
	int64		found;			/* LF, -1 before it */
	int64		hit;			/* LH */
	int64		disagreeing;	/* records whose LF and LH are not their DAs */
} Lcov;

typedef struct Field
{
	const char *text;
	size_t		length;
} Field;

static void
refuse(Lcov *lcov, const char *why)
{
	lcov->report->line = lcov->line;
	rg_report_fail(lcov->report, RG_REPORT_INVALID, "%s", why);
}

/* Cuts off the text up to the next comma. */
static Field
next_field(Field *rest)
{
	const char *comma = memchr(rest->text, ',', rest->length);
	Field		field = {rest->text, comma ? (size_t) (comma - rest->text) : rest->length};

	rest->length -= field.length + (comma ? 1 : 0);
	rest->text += field.length + (comma ? 1 : 0);
	return field;
}

/* A count of any length, of which only matters whether it is 0. */
static bool
parse_hits(Field field, bool *hit)
{
	*hit = false;
	for (size_t i = 0; i < field.length; i++)
	{
		if (field.text[i] < '0' || field.text[i] > '9')
			return false;
		*hit |= field.text[i] != '0';
	}
	return field.length > 0;
}

static void
make_room(Lcov *lcov, int64 line)
{
	int64		wanted = Max(lcov->seen_lines, 4096);

	while (wanted <= line)
		wanted *= 2;
	if (wanted == lcov->seen_lines)
		return;
	if (lcov->seen == NULL)
		lcov->seen = palloc0(wanted);
	else
	{
		lcov->seen = repalloc(lcov->seen, wanted);
		memset(lcov->seen + lcov->seen_lines, 0, wanted - lcov->seen_lines);
	}
	lcov->seen_lines = wanted;
}

/* DA:line,hits[,checksum]; a line that stands there twice counts once */
static void
on_line(Lcov *lcov, Field rest)
{
	Field		number = next_field(&rest);
	Field		hits = next_field(&rest);
	int64		line;
	bool		hit;

	if (!rg_parse_count(number.text, number.length, &line) ||
		line > MAX_LINE ||
		!parse_hits(hits, &hit))
	{
		refuse(lcov, "DA should be a line number and how often it was hit");
		return;
	}
	make_room(lcov, line);
	lcov->last_line = Max(lcov->last_line, line);
	if ((lcov->seen[line] & 1) == 0)
		lcov->record_valid++;
	if (hit && (lcov->seen[line] & 2) == 0)
		lcov->record_covered++;
	lcov->seen[line] |= hit ? 3 : 1;
}

/* BRDA:line,block,branch,taken; "-" where the line was never reached */
static void
on_branch(Lcov *lcov, Field rest)
{
	Field		field = {NULL, 0};
	bool		taken = false;

	for (int i = 0; i < 4; i++)
		field = next_field(&rest);
	if (!(field.length == 1 && field.text[0] == '-') &&
		!parse_hits(field, &taken))
	{
		refuse(lcov, "BRDA should end with how often the branch was taken");
		return;
	}
	lcov->coverage.of[RG_COVER_BRANCHES].valid++;
	lcov->coverage.of[RG_COVER_BRANCHES].covered += taken ? 1 : 0;
}

/* FNDA:calls,name */
static void
on_function(Lcov *lcov, Field rest)
{
	Field		calls = next_field(&rest);
	bool		called;

	if (!parse_hits(calls, &called))
	{
		refuse(lcov, "FNDA should begin with how often the function was called");
		return;
	}
	lcov->coverage.of[RG_COVER_FUNCTIONS].valid++;
	lcov->coverage.of[RG_COVER_FUNCTIONS].covered += called ? 1 : 0;
}

static void
on_found(Lcov *lcov, Field rest)
{
	if (!rg_parse_count(rest.text, rest.length, &lcov->found))
		refuse(lcov, "LF should be a number of lines");
}

static void
on_hit(Lcov *lcov, Field rest)
{
	if (!rg_parse_count(rest.text, rest.length, &lcov->hit))
		refuse(lcov, "LH should be a number of lines");
}

static void
on_source(Lcov *lcov, Field rest)
{
	if (lcov->in_record)
		refuse(lcov, "a record begins before the one above has ended");
	lcov->in_record = true;
	lcov->found = lcov->hit = -1;
	lcov->record_valid = lcov->record_covered = 0;
	lcov->last_line = -1;
}

static void
on_end(Lcov *lcov)
{
	if (!lcov->in_record)
	{
		refuse(lcov, "a record ends that has not begun");
		return;
	}
	if (lcov->hit > lcov->found && lcov->found >= 0)
		refuse(lcov, "LH says that more lines were hit than LF says there are");
	if ((lcov->found >= 0 && lcov->found != lcov->record_valid) ||
		(lcov->hit >= 0 && lcov->hit != lcov->record_covered))
		lcov->disagreeing++;
	lcov->coverage.of[RG_COVER_LINES].valid += lcov->record_valid;
	lcov->coverage.of[RG_COVER_LINES].covered += lcov->record_covered;
	if (lcov->last_line >= 0)
		memset(lcov->seen, 0, lcov->last_line + 1);
	lcov->in_record = false;
}

static const struct
{
	const char *tag;
	bool		inside;			/* stands in a record */
	void		(*handler) (Lcov *lcov, Field rest);
}			tags[] =
{
	{"DA", true, on_line},
	{"BRDA", true, on_branch},
	{"FNDA", true, on_function},
	{"LF", true, on_found},
	{"LH", true, on_hit},
	{"SF", false, on_source},
	{"TN", false, NULL},
	{"FN", true, NULL},
	{"FNL", true, NULL},
	{"FNA", true, NULL},
	{"FNF", true, NULL},
	{"FNH", true, NULL},
	{"BRF", true, NULL},
	{"BRH", true, NULL},
	{"VER", true, NULL},
	{"MCDC", true, NULL},
	{"MCF", true, NULL},
	{"MCH", true, NULL},
};

static void
on_text_line(Lcov *lcov, Field str)
{
	const char *colon = memchr(str.text, ':', Min(str.length, 8));
	size_t		length = colon ? colon - str.text : 0;
	Field		rest = str;

	if (str.length == 0 || str.text[0] == '#')
		return;
	if (str.length == 13 && memcmp(str.text, "end_of_record", 13) == 0)
	{
		on_end(lcov);
		return;
	}
	rest.text += colon ? length + 1 : 0;
	rest.length -= colon ? length + 1 : 0;
	for (int i = 0; i < (int) lengthof(tags) && colon != NULL; i++)
	{
		if (strlen(tags[i].tag) != length ||
			memcmp(tags[i].tag, str.text, length) != 0)
			continue;
		if (tags[i].inside && !lcov->in_record)
			refuse(lcov, "this stands outside of any record");
		else if (tags[i].handler != NULL)
			tags[i].handler(lcov, rest);
		return;
	}
	refuse(lcov, "this line is not one of an LCOV tracefile");
}

void
rg_read_lcov(const RgInput *input, RgReport *report)
{
	Lcov		lcov = {.report = report};
	const char *p = input->data;
	const char *end = p + input->length;

	rg_coverage_init(&lcov.coverage);
	while (p < end && report->status != RG_REPORT_INVALID)
	{
		const char *newline = memchr(p, '\n', end - p);
		const char *stop = newline ? newline : end;
		Field		str = {p, stop - p};

		lcov.line++;
		if ((lcov.line & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		while (str.length > 0 && (str.text[str.length - 1] == '\r' ||
								   str.text[str.length - 1] == ' '))
			str.length--;
		on_text_line(&lcov, str);
		p = newline ? newline + 1 : end;
	}
	if (report->status == RG_REPORT_INVALID)
		return;
	if (lcov.in_record)
	{
		refuse(&lcov, "the tracefile ends in the middle of a record");
		return;
	}
	if (lcov.disagreeing > 0)
		rg_report_warn(report, "LF and LH of " INT64_FORMAT
					   " records are not what their lines add up to",
					   lcov.disagreeing);
	rg_coverage_finish(&lcov.coverage, report);
}
