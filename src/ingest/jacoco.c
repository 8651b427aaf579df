/*
 * jacoco.c: JaCoCo's XML and CSV. In XML, lines and branches are those of the
 * source files; classes, packages and groups repeat them and are passed over.
 */
#include "ingest/ingest.h"

#include "ingest/coverage.h"

/* ---- XML --------------------------------------------------------------------- */

#define MAX_DEPTH 32

typedef enum Place
{
	IN_OTHER,
	IN_REPORT,
	IN_CLASS,
	IN_METHOD,
	IN_SOURCE
} Place;

static const struct
{
	const char *name;
	Place		place;
}			places[] =
{
	{"report", IN_REPORT},
	{"class", IN_CLASS},
	{"method", IN_METHOD},
	{"sourcefile", IN_SOURCE},
};

/* Counters: JaCoCo has more of them, of which a file cannot be recounted. */
static const struct
{
	const char *type;
	RgCoverageKind kind;
}			counters[] =
{
	{"LINE", RG_COVER_LINES},
	{"BRANCH", RG_COVER_BRANCHES},
	{"METHOD", RG_COVER_FUNCTIONS},
};

typedef struct Jacoco
{
	RgReport   *report;
	RgXml	   *xml;
	RgCoverage	coverage;
	Place		inside[MAX_DEPTH];
	bool		is_jacoco;		/* a counter was seen */
	bool		has_classes;

	/* of the source file being read */
	int64		vague_lines;	/* gcovr's do not say whether they were hit */
	RgCovered	lines[RG_COVER_COUNT];	/* counted from them */
	RgCovered	source[RG_COVER_COUNT]; /* what its counters say */

	/* of the class */
	RgCovered	methods;		/* counted from them */
	RgCovered	class_methods;
	int64		overruled;		/* files and classes whose counters count */
} Jacoco;

/* False, and the report is invalid, for one that is there and no count. */
static bool
optional_count(Jacoco *state, const char *name, int64 *value)
{
	if (rg_xml_count(state->xml, name, value) ||
		rg_xml_attribute(state->xml, name) == NULL)
		return true;
	rg_report_fail(state->report, RG_REPORT_INVALID,
				   "a line's %s is no count", name);
	return false;
}

static void
count_line(Jacoco *state)
{
	RgCovered  *lines = state->lines;
	int64		instructions = -1;
	int64		covered = 0;
	int64		missed = 0;

	if (!optional_count(state, "ci", &instructions) ||
		!optional_count(state, "cb", &covered) ||
		!optional_count(state, "mb", &missed))
		return;
	if (instructions < 0)
	{
		state->vague_lines++;
		return;
	}
	lines[RG_COVER_LINES].valid++;
	lines[RG_COVER_LINES].covered += instructions > 0 ? 1 : 0;
	lines[RG_COVER_BRANCHES].valid += covered + missed;
	lines[RG_COVER_BRANCHES].covered += covered;
}

static void
count_counter(Jacoco *state, Place parent)
{
	const char *type = rg_xml_attribute(state->xml, "type");
	int64		covered;
	int64		missed;
	RgCovered	counts;

	state->is_jacoco = true;
	for (int i = 0; i < (int) lengthof(counters); i++)
	{
		RgCoverageKind kind = counters[i].kind;

		if (type == NULL || strcmp(type, counters[i].type) != 0)
			continue;
		if (!rg_xml_count(state->xml, "covered", &covered) ||
			!rg_xml_count(state->xml, "missed", &missed))
		{
			rg_report_fail(state->report, RG_REPORT_INVALID,
						   "a counter lacks covered or missed");
			return;
		}
		counts = (RgCovered) {covered, covered + missed};
		if (parent == IN_REPORT)
			state->coverage.declared[kind] = counts;
		else if (parent == IN_SOURCE)
			state->source[kind] = counts;
		else if (parent == IN_CLASS && kind == RG_COVER_FUNCTIONS)
			state->class_methods = counts;
		else if (parent == IN_METHOD && kind == RG_COVER_FUNCTIONS)
		{
			state->methods.covered += counts.covered;
			state->methods.valid += counts.valid;
		}
	}
}

static void
begin_element(Jacoco *state, int depth)
{
	Place		parent = depth > 0 ? state->inside[depth - 1] : IN_OTHER;

	state->inside[depth] = IN_OTHER;
	for (int i = 0; i < (int) lengthof(places); i++)
	{
		if (rg_xml_is(state->xml, places[i].name))
			state->inside[depth] = places[i].place;
	}
	if (state->inside[depth] == IN_SOURCE)
	{
		state->vague_lines = 0;
		memset(state->lines, 0, sizeof(state->lines));
		memset(state->source, 0, sizeof(state->source));
	}
	else if (state->inside[depth] == IN_CLASS)
	{
		state->has_classes = true;
		state->class_methods = (RgCovered) {0, 0};
	}
	else if (parent == IN_SOURCE && rg_xml_is(state->xml, "line"))
		count_line(state);
	else if (rg_xml_is(state->xml, "counter"))
		count_counter(state, parent);
}

/*
 * Where the lines of a file do not tell, or a class has no methods, their
 * counters stand in; gcovr counts functions in the file.
 */
static void
end_source(Jacoco *state)
{
	const RgCovered *counts = state->vague_lines > 0 ||
		state->lines[RG_COVER_LINES].valid == 0 ? state->source : state->lines;
	bool		overruled;

	overruled = rg_coverage_add_file(&state->coverage, RG_COVER_LINES,
									 counts[RG_COVER_LINES],
									 state->source[RG_COVER_LINES]);
	overruled |= rg_coverage_add_file(&state->coverage, RG_COVER_BRANCHES,
									  counts[RG_COVER_BRANCHES],
									  state->source[RG_COVER_BRANCHES]);
	state->overruled += overruled ? 1 : 0;
	if (!state->has_classes)
		(void) rg_coverage_add_counts(&state->coverage, RG_COVER_FUNCTIONS,
									  state->source[RG_COVER_FUNCTIONS].covered,
									  state->source[RG_COVER_FUNCTIONS].valid);
}

static void
end_class(Jacoco *state)
{
	RgCovered	counts = state->methods.valid == 0 ? state->class_methods :
		state->methods;

	if (rg_coverage_add_file(&state->coverage, RG_COVER_FUNCTIONS, counts,
							 state->class_methods))
		state->overruled++;
	state->methods = (RgCovered) {0, 0};
}

static void
end_element(Jacoco *state, int depth)
{
	if (state->inside[depth] == IN_SOURCE)
		end_source(state);
	else if (state->inside[depth] == IN_CLASS)
		end_class(state);
}

static void
read_elements(Jacoco *state)
{
	while (rg_xml_next(state->xml))
	{
		int			depth = rg_xml_depth(state->xml);

		if (depth >= MAX_DEPTH)
		{
			rg_report_fail(state->report, RG_REPORT_INVALID,
						   "elements lie more than %d deep in one another",
						   MAX_DEPTH);
			return;
		}
		if (rg_xml_event(state->xml) == RG_XML_START)
			begin_element(state, depth);
		else
			end_element(state, depth);
	}
}

void
rg_read_jacoco(const RgInput *input, RgReport *report)
{
	Jacoco		state = {.report = report};

	rg_coverage_init(&state.coverage);
	state.xml = rg_xml_open(input, report);
	if (state.xml == NULL)
		return;
	read_elements(&state);
	rg_xml_close(state.xml);
	if (!state.is_jacoco)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has none of JaCoCo's counters");
	if (report->status == RG_REPORT_INVALID)
		return;
	(void) rg_coverage_add_counts(&state.coverage, RG_COVER_FUNCTIONS,
								  state.methods.covered,
								  state.methods.valid); /* of no class */
	if (state.overruled > 0)
		rg_report_warn(report, "the counters of " INT64_FORMAT
					   " files or classes miss more than their lines or methods, and count",
					   state.overruled);
	if (state.coverage.of[RG_COVER_LINES].valid == 0)
		rg_report_warn(report, "no source file has lines: were the classes compiled with debug information?");
	rg_coverage_finish(&state.coverage, report);
}

/* ---- CSV ----------------------------------------------------------------------- */

#define MAX_COLUMNS 64

typedef struct Csv
{
	RgReport   *report;
	RgCoverage	coverage;
	int			ncolumns;
	int			missed[RG_COVER_COUNT]; /* columns; -1: there is none */
	int			covered[RG_COVER_COUNT];
	RgInput		fields[MAX_COLUMNS];
} Csv;

/* Cuts a row at its commas; names of classes with commas are in quotes. */
static int
split_row(Csv *csv, const RgInput *row)
{
	int			n = 0;
	size_t		begin = 0;
	bool		quoted = false;

	for (size_t i = 0; i <= row->length; i++)
	{
		if (i < row->length && row->data[i] == '"')
			quoted = !quoted;
		if (i < row->length && (quoted || row->data[i] != ','))
			continue;
		if (n == MAX_COLUMNS)
			return n + 1;
		csv->fields[n].data = row->data + begin;
		csv->fields[n++].length = i - begin;
		begin = i + 1;
	}
	return n;
}

static int
find_column(const Csv *csv, const char *type, const char *what)
{
	char		name[32];

	snprintf(name, sizeof(name), "%s_%s", type, what);
	for (int i = 0; i < csv->ncolumns; i++)
	{
		if (csv->fields[i].length == strlen(name) &&
			memcmp(csv->fields[i].data, name, strlen(name)) == 0)
			return i;
	}
	return -1;
}

static void
read_header(Csv *csv, const RgInput *row)
{
	csv->ncolumns = split_row(csv, row);
	if (csv->ncolumns > MAX_COLUMNS)
		csv->ncolumns = 0;
	for (int i = 0; i < (int) lengthof(counters); i++)
	{
		RgCoverageKind kind = counters[i].kind;

		csv->missed[kind] = find_column(csv, counters[i].type, "MISSED");
		csv->covered[kind] = find_column(csv, counters[i].type, "COVERED");
		if (csv->missed[kind] < 0 || csv->covered[kind] < 0)
			rg_report_fail(csv->report, RG_REPORT_INVALID,
						   "its first line does not name the columns %s_MISSED and %s_COVERED",
						   counters[i].type, counters[i].type);
	}
}

static bool
read_row(Csv *csv, const RgInput *row)
{
	if (split_row(csv, row) != csv->ncolumns)
		return false;
	for (int i = 0; i < (int) lengthof(counters); i++)
	{
		RgCoverageKind kind = counters[i].kind;
		RgInput		covered = csv->fields[csv->covered[kind]];
		RgInput		missed = csv->fields[csv->missed[kind]];
		int64		ncovered;
		int64		nmissed;

		if (!rg_parse_count(covered.data, covered.length, &ncovered) ||
			!rg_parse_count(missed.data, missed.length, &nmissed))
			return false;
		(void) rg_coverage_add_counts(&csv->coverage, kind, ncovered,
									  ncovered + nmissed);
	}
	return true;
}

void
rg_read_jacoco_csv(const RgInput *input, RgReport *report)
{
	Csv			csv = {.report = report};
	RgInput		rest = *input;
	RgInput		row;
	int			line = 0;

	rg_coverage_init(&csv.coverage);
	while (report->status != RG_REPORT_INVALID && rg_next_line(&rest, &row))
	{
		if (line++ == 0)
			read_header(&csv, &row);
		else if (row.length > 0 && !read_row(&csv, &row))
			rg_report_fail(report, RG_REPORT_INVALID,
						   "a row should have a count in each column");
		report->line = line;
	}
	if (report->status == RG_REPORT_INVALID)
		return;
	report->line = 0;
	rg_report_tool(report, "JaCoCo", NULL);
	rg_coverage_finish(&csv.coverage, report);
}
