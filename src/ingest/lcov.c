/*
 * lcov.c: LCOV tracefiles (geninfo(1), FILES). Lines, branches and functions
 * are counted from DA, BRDA and FNDA or FNA; the sums of a record (LF and LH,
 * BRF and BRH, FNF and FNH) count where they know of more that was missed.
 */
#include "ingest/ingest.h"

#include "ingest/coverage.h"

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
	int64		overruled;		/* records whose sums miss more, and count */

	/* of the record */
	RgLines		lines;
	RgCovered	branches;
	bool		unreachable;	/* a branch is: nobody knows whether BRF has it */
	RgCovered	sums[RG_COVER_COUNT];	/* LF and LH; -1 before them */
	int64		declared;		/* functions: FN or FNL */
	RgCovered	called;			/* FNDA, or groups of FNA */
	int64		group;			/* of the last FNA; -1 before it */
	bool		group_called;
} Lcov;

typedef struct Tag
{
	const char *tag;
	bool		inside;			/* stands in a record */
	void		(*handler) (Lcov *lcov, RgInput rest);

	/* of a sum */
	const char *noun;			/* what it counts; NULL: it is none */
	RgCoverageKind kind;
	bool		hit;			/* only those that were hit */
} Tag;

static void
refuse(Lcov *lcov, const char *why)
{
	lcov->report->line = lcov->line;
	rg_report_fail(lcov->report, RG_REPORT_INVALID, "%s", why);
}

/* Cuts off the text up to the next comma. */
static RgInput
next_field(RgInput *rest)
{
	const char *comma = memchr(rest->data, ',', rest->length);
	RgInput		field = {rest->data, comma ? (size_t) (comma - rest->data) : rest->length};

	rest->length -= field.length + (comma ? 1 : 0);
	rest->data += field.length + (comma ? 1 : 0);
	return field;
}

/* DA:line,hits[,checksum]; a line that stands there twice counts once */
static void
on_line(Lcov *lcov, RgInput rest)
{
	RgInput		number = next_field(&rest);
	RgInput		hits = next_field(&rest);
	int64		line;
	bool		hit;

	if (!rg_parse_count(number.data, number.length, &line) ||
		!rg_parse_hits(hits.data, hits.length, &hit) ||
		!rg_lines_add(&lcov->lines, line, hit))
		refuse(lcov, "DA should be a line number and how often it was hit");
}

/*
 * BRDA:line,block,branch,taken; "-" where the line was never reached. The
 * branch may be an expression with commas; a block marked U cannot be reached.
 */
static void
on_branch(Lcov *lcov, RgInput rest)
{
	RgInput		line = next_field(&rest);
	RgInput		block = next_field(&rest);
	RgInput		taken = rest;
	bool		hit = false;

	while (taken.length > 0 && memchr(taken.data, ',', taken.length) != NULL)
		(void) next_field(&taken);
	if (line.length == 0 || taken.length == 0 || taken.length == rest.length ||
		(!(taken.length == 1 && taken.data[0] == '-') &&
		 !rg_parse_hits(taken.data, taken.length, &hit)))
	{
		refuse(lcov, "BRDA should end with how often the branch was taken");
		return;
	}
	if (memchr(block.data, 'U', block.length) != NULL)
	{
		lcov->unreachable = true;
		return;
	}
	lcov->branches.valid++;
	lcov->branches.covered += hit ? 1 : 0;
}

/* FN:line,[end,]name, and FNL:index,line[,end] since version 2.2 */
static void
on_function(Lcov *lcov, RgInput rest)
{
	lcov->declared++;
}

/* FNDA:calls,name */
static void
on_calls(Lcov *lcov, RgInput rest)
{
	RgInput		calls = next_field(&rest);
	bool		called;

	if (!rg_parse_hits(calls.data, calls.length, &called))
	{
		refuse(lcov, "FNDA should begin with how often the function was called");
		return;
	}
	lcov->called.valid++;
	lcov->called.covered += called ? 1 : 0;
}

/* FNA:index,calls,name; aliases of one function have the same index */
static void
on_alias(Lcov *lcov, RgInput rest)
{
	RgInput		index = next_field(&rest);
	RgInput		calls = next_field(&rest);
	int64		group;
	bool		called;

	if (!rg_parse_count(index.data, index.length, &group) ||
		!rg_parse_hits(calls.data, calls.length, &called))
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
read_sum(Lcov *lcov, RgInput rest, const Tag *tag)
{
	RgCovered  *sum = &lcov->sums[tag->kind];

	if (!rg_parse_count(rest.data, rest.length,
						tag->hit ? &sum->covered : &sum->valid))
		refuse(lcov, psprintf("%s should be a number of %s", tag->tag,
							  tag->noun));
}

/* SF:name; where the tracefiles of several runs follow one another, again */
static void
note_source(Lcov *lcov, RgInput name)
{
	uint64		hash = hash_bytes_extended((const unsigned char *) name.data,
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
on_source(Lcov *lcov, RgInput rest)
{
	if (lcov->in_record)
		refuse(lcov, "a record begins before the one above has ended");
	note_source(lcov, rest);
	lcov->in_record = true;
	for (int i = 0; i < RG_COVER_COUNT; i++)
		lcov->sums[i] = (RgCovered) {-1, -1};
	lcov->branches = (RgCovered) {0, 0};
	lcov->unreachable = false;
	lcov->declared = 0;
	lcov->called = (RgCovered) {0, 0};
	lcov->group = -1;
	rg_lines_reset(&lcov->lines);
}

/* Where a sum does not say how many were hit, it is those that the records show. */
static bool
add_kind(Lcov *lcov, RgCoverageKind kind, RgCovered records)
{
	RgCovered	sum = lcov->sums[kind];

	if (sum.covered < 0)
		sum.covered = Min(records.covered, sum.valid);
	return rg_coverage_add_file(&lcov->coverage, kind, records, sum);
}

static void
on_end(Lcov *lcov)
{
	RgCovered	lines;
	RgCovered	functions;
	const RgCovered *sum = &lcov->sums[RG_COVER_LINES];
	bool		overruled;

	if (!lcov->in_record)
	{
		refuse(lcov, "a record ends that has not begun");
		return;
	}
	lines = rg_lines_count(&lcov->lines);
	if (sum->covered > sum->valid && sum->valid >= 0)
		refuse(lcov, "LH says that more lines were hit than LF says there are");
	if ((sum->valid >= 0 && sum->valid != lines.valid) ||
		(sum->covered >= 0 && sum->covered != lines.covered))
		lcov->disagreeing++;
	overruled = add_kind(lcov, RG_COVER_LINES, lines);
	if (lcov->unreachable)
		lcov->sums[RG_COVER_BRANCHES] = (RgCovered) {-1, -1};
	overruled |= add_kind(lcov, RG_COVER_BRANCHES, lcov->branches);

	/* a function of which nobody says that it was called was not */
	functions.covered = lcov->called.covered;
	functions.valid = Max(lcov->called.valid, lcov->declared);
	overruled |= add_kind(lcov, RG_COVER_FUNCTIONS, functions);
	lcov->overruled += overruled ? 1 : 0;
	lcov->in_record = false;
}

static const Tag tags[] = {
	{"DA", true, on_line},
	{"BRDA", true, on_branch},
	{"FNDA", true, on_calls},
	{"FNA", true, on_alias},
	{"FN", true, on_function},
	{"FNL", true, on_function},
	{"LF", true, NULL, "lines", RG_COVER_LINES, false},
	{"LH", true, NULL, "lines", RG_COVER_LINES, true},
	{"FNF", true, NULL, "functions", RG_COVER_FUNCTIONS, false},
	{"FNH", true, NULL, "functions", RG_COVER_FUNCTIONS, true},
	{"BRF", true, NULL, "branches", RG_COVER_BRANCHES, false},
	{"BRH", true, NULL, "branches", RG_COVER_BRANCHES, true},
	{"SF", false, on_source},
	{"TN", false, NULL},
	{"VER", true, NULL},
	{"MCDC", true, NULL},
	{"MCF", true, NULL},
	{"MCH", true, NULL},
};

static void
on_text_line(Lcov *lcov, RgInput str)
{
	const char *colon = memchr(str.data, ':', Min(str.length, 8));
	size_t		length = colon ? colon - str.data : 0;
	RgInput		rest = str;

	if (str.length == 0 || str.data[0] == '#')
		return;
	if (str.length == 13 && memcmp(str.data, "end_of_record", 13) == 0)
	{
		on_end(lcov);
		return;
	}
	rest.data += colon ? length + 1 : 0;
	rest.length -= colon ? length + 1 : 0;
	for (int i = 0; i < (int) lengthof(tags) && colon != NULL; i++)
	{
		if (strlen(tags[i].tag) != length ||
			memcmp(tags[i].tag, str.data, length) != 0)
			continue;
		if (tags[i].inside && !lcov->in_record)
			refuse(lcov, "this stands outside of any record");
		else if (tags[i].noun != NULL)
			read_sum(lcov, rest, &tags[i]);
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
		RgInput		str = {p, stop - p};

		lcov.line++;
		if ((lcov.line & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		while (str.length > 0 && (str.data[str.length - 1] == '\r' ||
								   str.data[str.length - 1] == ' '))
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
	if (lcov.overruled > 0)
		rg_report_warn(report, "the sums of " INT64_FORMAT
					   " records (LF and LH, BRF and BRH, FNF and FNH) miss more than their lines show, and count",
					   lcov.overruled);
	rg_coverage_finish(&lcov.coverage, report);
}
