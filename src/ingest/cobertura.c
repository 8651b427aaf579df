/*
 * cobertura.c: Cobertura XML of coverage.py, gcovr, istanbul and others. A
 * line of a file counts once in its package, unless the root counts each
 * of its elements; branches are the root's: istanbul's lines do not show them all.
 */
#include "ingest/ingest.h"

#include "common/hashfn.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

typedef struct File
{
	uint64		name;			/* its hash */
	RgLines		lines;
} File;

typedef struct Cobertura
{
	RgReport   *report;
	RgXml	   *xml;
	RgCoverage	coverage;		/* lines: counted from those of the classes */
	RgCovered	elements;		/* line elements, repeated ones too */
	RgCovered	conditions;		/* counted from the lines' conditions */
	RgCovered	root_branches;
	int			methods_depth;	/* lines stand in methods again; -1: outside */
	MemoryContext package;		/* holds the files of one */
	HTAB	   *files;
	File	   *file;			/* of the class being read */
} Cobertura;

/* ---- the files of a package ------------------------------------------------- */

static void
begin_package(Cobertura *state)
{
	HASHCTL		control = {.keysize = sizeof(uint64),.entrysize = sizeof(File),
	.hcxt = state->package};

	state->files = hash_create("Cobertura files", 64, &control,
							   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	state->file = NULL;
}

/* Inner classes and partial ones name the file of another. */
static void
begin_class(Cobertura *state, const char *filename)
{
	uint64		name = hash_bytes_extended((const unsigned char *) filename,
										   (int) strlen(filename), 0);
	bool		known;

	state->file = hash_search(state->files, &name, HASH_ENTER, &known);
	if (!known)
		rg_lines_init(&state->file->lines, state->package);
}

static void
end_package(Cobertura *state)
{
	HASH_SEQ_STATUS files;
	File	   *file;

	hash_seq_init(&files, state->files);
	while ((file = hash_seq_search(&files)) != NULL)
	{
		RgCovered	lines = rg_lines_count(&file->lines);

		(void) rg_coverage_add_counts(&state->coverage, RG_COVER_LINES,
									  lines.covered, lines.valid);
	}
	MemoryContextReset(state->package);
	begin_package(state);
}

/* ---- elements ---------------------------------------------------------------- */

static RgCovered
root_counts(const RgXml *xml, const char *covered, const char *valid)
{
	RgCovered	counts = {0, -1};

	if (!rg_xml_count(xml, valid, &counts.valid) ||
		!rg_xml_count(xml, covered, &counts.covered))
		counts = (RgCovered) {0, -1};
	return counts;
}

static bool
read_root(Cobertura *state)
{
	const RgXml *xml = state->xml;
	const char *version = rg_xml_attribute(xml, "version");

	if (!rg_xml_is(xml, "coverage") ||
		rg_xml_attribute(xml, "clover") != NULL)
	{
		rg_report_fail(state->report, RG_REPORT_INVALID,
					   "its root element is not Cobertura's coverage");
		return false;
	}
	if (version != NULL)
		state->report->tool_version = rg_report_text(state->report, version,
													 strlen(version));
	state->coverage.declared[RG_COVER_LINES] =
		root_counts(xml, "lines-covered", "lines-valid");
	state->root_branches = root_counts(xml, "branches-covered",
									   "branches-valid");
	state->coverage.of[RG_COVER_FUNCTIONS] =
		root_counts(xml, "functions-covered", "functions-valid");
	return true;
}

/* condition-coverage="50% (1/2)" */
static void
count_conditions(Cobertura *state, const char *str)
{
	const char *open = strchr(str, '(');
	const char *slash = open ? strchr(open, '/') : NULL;
	const char *close = slash ? strchr(slash, ')') : NULL;
	int64		covered;
	int64		valid;

	if (close == NULL ||
		!rg_parse_count(open + 1, slash - open - 1, &covered) ||
		!rg_parse_count(slash + 1, close - slash - 1, &valid))
		return;
	state->conditions.covered += covered;
	state->conditions.valid += valid;
}

static void
count_line(Cobertura *state)
{
	const char *hits = rg_xml_attribute(state->xml, "hits");
	const char *conditions = rg_xml_attribute(state->xml,
											  "condition-coverage");
	int64		number;
	bool		hit = false;

	if (hits == NULL || !rg_parse_hits(hits, strlen(hits), &hit))
		rg_report_fail(state->report, RG_REPORT_INVALID,
					   "a line does not say how often it was hit");
	state->elements.valid++;
	state->elements.covered += hit ? 1 : 0;
	if (state->file == NULL)
		begin_class(state, "");
	if (!rg_xml_count(state->xml, "number", &number) ||
		!rg_lines_add(&state->file->lines, number, hit))
		rg_report_fail(state->report, RG_REPORT_INVALID,
					   "a line does not say which one it is");
	if (conditions != NULL)
		count_conditions(state, conditions);
}

static void
on_event(Cobertura *state)
{
	const RgXml *xml = state->xml;
	RgXmlEvent	event = rg_xml_event(xml);

	if (event == RG_XML_START)
	{
		const char *filename;

		if (state->methods_depth >= 0)
			return;
		if (rg_xml_is(xml, "methods"))
			state->methods_depth = rg_xml_depth(xml);
		else if (rg_xml_is(xml, "line"))
			count_line(state);
		else if (rg_xml_is(xml, "class"))
		{
			filename = rg_xml_attribute(xml, "filename");
			begin_class(state, filename != NULL ? filename : "");
		}
	}
	else if (rg_xml_depth(xml) == state->methods_depth)
		state->methods_depth = -1;
	else if (rg_xml_is(xml, "package"))
		end_package(state);
}

/*
 * gcovr since version 8 counts a line for each function on it: where the root
 * agrees with all the line elements, these are what the tool means by lines.
 */
static void
settle_lines(Cobertura *state)
{
	RgCovered  *declared = &state->coverage.declared[RG_COVER_LINES];

	if (declared->valid == state->elements.valid &&
		declared->covered == state->elements.covered)
		state->coverage.of[RG_COVER_LINES] = state->elements;
}

/*
 * The root's branches, unless the lines show more of them missed than the root
 * admits: then those of the lines.
 */
static RgCovered
all_branches(Cobertura *state)
{
	RgCovered	branches = state->root_branches;
	RgCovered	lines = state->conditions;

	if (branches.valid < 0)
		return lines;
	if (branches.valid != lines.valid || branches.covered != lines.covered)
		rg_report_warn(state->report, "the summary says " INT64_FORMAT " of "
					   INT64_FORMAT " branches, the lines' conditions add up to "
					   INT64_FORMAT " of " INT64_FORMAT,
					   branches.covered, branches.valid,
					   lines.covered, lines.valid);
	return lines.valid - lines.covered > branches.valid - branches.covered ?
		lines : branches;
}

void
rg_read_cobertura(const RgInput *input, RgReport *report)
{
	Cobertura	state = {.report = report,.methods_depth = -1};

	rg_coverage_init(&state.coverage);
	state.xml = rg_xml_open(input, report);
	if (state.xml == NULL)
		return;
	state.package = AllocSetContextCreate(CurrentMemoryContext,
										  "releasegov Cobertura package",
										  ALLOCSET_DEFAULT_SIZES);
	begin_package(&state);
	while (rg_xml_next(state.xml))
	{
		if (rg_xml_event(state.xml) == RG_XML_START &&
			rg_xml_depth(state.xml) == 0)
		{
			if (!read_root(&state))
				break;
		}
		else
			on_event(&state);
	}
	rg_xml_close(state.xml);
	end_package(&state);		/* lines that are in none */
	MemoryContextDelete(state.package);
	if (report->status == RG_REPORT_INVALID)
		return;
	settle_lines(&state);
	state.coverage.of[RG_COVER_BRANCHES] = all_branches(&state);
	rg_coverage_finish(&state.coverage, report);
}
