/*
 * lcov.c: LCOV tracefiles (geninfo(1), FILES). Lines, branches and functions
 * are counted from DA, BRDA and FNDA or FNA; LF and LH are only compared.
 */
#include "ingest/ingest.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/hsearch.h"

/* Whether a source comes again is only remembered for so many: 20 MB. */
#define MAX_SOURCES 500000

typedef struct Lcov
{
	RgReport   *report;
	int			line;			/* of the tracefile */
	bool		in_record;
	RgCoverage	coverage;

	HTAB	   *sources;		/* hashes of the names of the first */
	int			nsources;
	int64		repeated;		/* records of a source that had one */
	int64		disagreeing;	/* records whose LF and LH are not their DAs */

	/* of the record */
	RgLines		lines;
	int64		found;			/* LF, -1 before it */
	int64		hit;			/* LH */
	int64		declared;		/* functions: FN or FNL */
	RgCovered	called;			/* FNDA, or groups of FNA */
	int64		group;			/* of the last FNA; -1 before it */
	bool		group_called;
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

/* DA:line,hits[,checksum]; a line that stands there twice counts once */
static void
on_line(Lcov *lcov, Field rest)
{
	Field		number = next_field(&rest);
	Field		hits = next_field(&rest);
	int64		line;
	bool		hit;

	if (!rg_parse_count(number.text, number.length, &line) ||
		!rg_parse_hits(hits.text, hits.length, &hit) ||
		!rg_lines_add(&lcov->lines, line, hit))
		refuse(lcov, "DA should be a line number and how often it was hit");
}

/*
 * BRDA:line,block,branch,taken; "-" where the line was never reached. The
 * branch may be an expression with commas; a block marked U cannot be reached.
 */
static void
on_branch(Lcov *lcov, Field rest)
{
	Field		line = next_field(&rest);
	Field		block = next_field(&rest);
	Field		taken = rest;
	bool		hit = false;

	while (taken.length > 0 && memchr(taken.text, ',', taken.length) != NULL)
		(void) next_field(&taken);
	if (line.length == 0 || taken.length == 0 || taken.length == rest.length ||
		(!(taken.length == 1 && taken.text[0] == '-') &&
		 !rg_parse_hits(taken.text, taken.length, &hit)))
	{
		refuse(lcov, "BRDA should end with how often the branch was taken");
		return;
	}
	if (memchr(block.text, 'U', block.length) == NULL)
		rg_coverage_add(&lcov->coverage, RG_COVER_BRANCHES, hit);
}

/* FN:line,[end,]name, and FNL:index,line[,end] since version 2.2 */
static void
on_function(Lcov *lcov, Field rest)
{
	lcov->declared++;
}

/* FNDA:calls,name */
static void
on_calls(Lcov *lcov, Field rest)
{
	Field		calls = next_field(&rest);
	bool		called;

	if (!rg_parse_hits(calls.text, calls.length, &called))
	{
		refuse(lcov, "FNDA should begin with how often the function was called");
		return;
	}
	lcov->called.valid++;
	lcov->called.covered += called ? 1 : 0;
}

/* FNA:index,calls,name; aliases of one function have the same index */
static void
on_alias(Lcov *lcov, Field rest)
{
	Field		index = next_field(&rest);
	Field		calls = next_field(&rest);
	int64		group;
	bool		called;

	if (!rg_parse_count(index.text, index.length, &group) ||
		!rg_parse_hits(calls.text, calls.length, &called))
	{
		refuse(lcov, "FNA should begin with an index and how often the function was called");
		return;
	}
	if (group != lcov->group)
	{
		lcov->group = group;
		lcov->group_called = false;
		lcov->called.valid++;
	}
	if (called && !lcov->group_called)
	{
		lcov->group_called = true;
		lcov->called.covered++;
	}
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

/* SF:name; where the tracefiles of several runs follow one another, again */
static void
note_source(Lcov *lcov, Field name)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) name.text,
										   (int) name.length, 0);
	bool		known;

	if (lcov->sources == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(uint64),.entrysize = sizeof(uint64),
		.hcxt = lcov->report->context};

		lcov->sources = hash_create("LCOV sources", 256, &control,
									HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	(void) hash_search(lcov->sources, &hash, lcov->nsources < MAX_SOURCES ?
					   HASH_ENTER : HASH_FIND, &known);
	lcov->nsources += known ? 0 : 1;
	lcov->repeated += known ? 1 : 0;
}

static void
on_source(Lcov *lcov, Field rest)
{
	if (lcov->in_record)
		refuse(lcov, "a record begins before the one above has ended");
	note_source(lcov, rest);
	lcov->in_record = true;
	lcov->found = lcov->hit = -1;
	lcov->declared = 0;
	lcov->called = (RgCovered) {0, 0};
	lcov->group = -1;
	rg_lines_reset(&lcov->lines);
}

static void
on_end(Lcov *lcov)
{
	RgCovered	lines;

	if (!lcov->in_record)
	{
		refuse(lcov, "a record ends that has not begun");
		return;
	}
	lines = rg_lines_count(&lcov->lines);
	if (lcov->hit > lcov->found && lcov->found >= 0)
		refuse(lcov, "LH says that more lines were hit than LF says there are");
	if ((lcov->found >= 0 && lcov->found != lines.valid) ||
		(lcov->hit >= 0 && lcov->hit != lines.covered))
		lcov->disagreeing++;
	(void) rg_coverage_add_counts(&lcov->coverage, RG_COVER_LINES,
								  lines.covered, lines.valid);

	/* a function of which nobody says that it was called was not */
	(void) rg_coverage_add_counts(&lcov->coverage, RG_COVER_FUNCTIONS,
								  lcov->called.covered,
								  Max(lcov->called.valid, lcov->declared));
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
	{"FNDA", true, on_calls},
	{"FNA", true, on_alias},
	{"FN", true, on_function},
	{"FNL", true, on_function},
	{"LF", true, on_found},
	{"LH", true, on_hit},
	{"SF", false, on_source},
	{"TN", false, NULL},
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
	rg_lines_init(&lcov.lines, report->context);
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
	if (lcov.repeated > 0)
		rg_report_warn(report, INT64_FORMAT
					   " records are of a source file that had one already; merge tracefiles with lcov -a",
					   lcov.repeated);
	if (lcov.disagreeing > 0)
		rg_report_warn(report, "LF and LH of " INT64_FORMAT
					   " records are not what their lines add up to",
					   lcov.disagreeing);
	rg_coverage_finish(&lcov.coverage, report);
}
