/*
 * clover.c: Clover XML of istanbul, PHPUnit, gcovr and OpenClover. Lines are
 * the line elements of statements and conditions; branches and functions are
 * only in the metrics of each file, for a line does not tell all its branches.
 */
#include "ingest/ingest.h"

#include "ingest/coverage.h"

typedef struct Clover
{
	RgReport   *report;
	RgXml	   *xml;
	RgCoverage	coverage;
	RgCovered	statements;		/* line elements that are statements */
	RgCovered	elements;		/* and those with the conditions */
	bool		is_phpunit;		/* the root has no attribute clover */
	RgLines		lines;			/* of the file being read */
	int64		methods;		/* its line elements that are methods */
	RgCovered	file_metrics;	/* statements, as its metrics say */
	RgCovered	file_statements;	/* as above, of the file */
	RgCovered	file_elements;
	int64		overruled;		/* files whose metrics miss more, and count */
	int			project_depth;	/* -1: outside (there are testprojects) */
	int			file_depth;
} Clover;

static const struct
{
	const char *covered;
	const char *valid;
	RgCoverageKind kind;
}			metrics[] =
{
	{"coveredstatements", "statements", RG_COVER_LINES},
	{"coveredconditionals", "conditionals", RG_COVER_BRANCHES},
	{"coveredmethods", "methods", RG_COVER_FUNCTIONS},
};

/* False where they are not both there; what is there must be a count. */
static bool
get_counts(Clover *state, const char *covered, const char *valid,
		   RgCovered *counts)
{
	bool		has_covered = rg_xml_count(state->xml, covered,
										   &counts->covered);
	bool		has_valid = rg_xml_count(state->xml, valid, &counts->valid);

	if (!has_covered && rg_xml_attribute(state->xml, covered) != NULL)
		rg_report_fail(state->report, RG_REPORT_INVALID, "%s is no count",
					   covered);
	if (!has_valid && rg_xml_attribute(state->xml, valid) != NULL)
		rg_report_fail(state->report, RG_REPORT_INVALID, "%s is no count",
					   valid);
	return has_covered && has_valid;
}

static void
read_metrics(Clover *state, bool of_file)
{
	for (int i = 0; i < (int) lengthof(metrics); i++)
	{
		RgCoverageKind kind = metrics[i].kind;
		RgCovered  *declared = &state->coverage.declared[kind];
		RgCovered	counts;

		if (!get_counts(state, metrics[i].covered, metrics[i].valid, &counts))
			continue;
		if (of_file)
		{
			if (counts.covered > counts.valid)
				rg_report_fail(state->report, RG_REPORT_INVALID,
							   "%s is above %s", metrics[i].covered,
							   metrics[i].valid);
			if (kind == RG_COVER_LINES)
				state->file_metrics = counts;
			else
				(void) rg_coverage_add_counts(&state->coverage, kind,
											  counts.covered, counts.valid);
			continue;
		}
		declared->valid = Max(declared->valid, 0) + counts.valid;
		declared->covered += counts.covered;
	}
}

static void
add_hit(RgCovered *counts, bool hit)
{
	counts->valid++;
	counts->covered += hit ? 1 : 0;
}

static void
count_line(Clover *state)
{
	const char *type = rg_xml_attribute(state->xml, "type");
	const char *count = rg_xml_attribute(state->xml, "count");
	bool		is_condition = type != NULL && strcmp(type, "cond") == 0;
	int64		number;
	bool		hit = false;

	if (type != NULL && strcmp(type, "method") == 0)
	{
		state->methods++;
		return;
	}

	/* OpenClover counts both outcomes of a condition, and not the line */
	if (count == NULL && is_condition)
	{
		const char *outcomes[2] = {rg_xml_attribute(state->xml, "truecount"),
		rg_xml_attribute(state->xml, "falsecount")};

		for (int i = 0; i < 2; i++)
		{
			bool		taken = false;

			if (outcomes[i] != NULL &&
				rg_parse_hits(outcomes[i], strlen(outcomes[i]), &taken))
				count = outcomes[i];
			hit |= taken;
		}
	}
	else if (count != NULL && !rg_parse_hits(count, strlen(count), &hit))
		count = NULL;
	if (count == NULL || !rg_xml_count(state->xml, "num", &number) ||
		!rg_lines_add(&state->lines, number, hit))
	{
		rg_report_fail(state->report, RG_REPORT_INVALID,
					   "a line lacks its number or how often it was hit");
		return;
	}
	add_hit(&state->file_elements, hit);
	if (!is_condition)
		add_hit(&state->file_statements, hit);
}

static void
begin_element(Clover *state)
{
	const RgXml *xml = state->xml;
	int			depth = rg_xml_depth(xml);

	if (state->project_depth < 0)
	{
		if (depth == 1 && rg_xml_is(xml, "project"))
			state->project_depth = depth;
	}
	else if (state->file_depth < 0)
	{
		if (rg_xml_is(xml, "file"))
		{
			state->file_depth = depth;
			state->methods = 0;
			state->file_metrics = (RgCovered) {0, -1};
			state->file_statements = state->file_elements = (RgCovered) {0, 0};
			rg_lines_reset(&state->lines);
		}
		else if (depth == state->project_depth + 1 && rg_xml_is(xml, "metrics"))
			read_metrics(state, false);
	}
	else if (rg_xml_is(xml, "line"))
		count_line(state);
	else if (depth == state->file_depth + 1 && rg_xml_is(xml, "metrics"))
		read_metrics(state, true);
}

/*
 * PHPUnit writes a method that stands on one line as a method only; the
 * statement that it hides is in the metrics of its file.
 */
static RgCovered
lines_of_file(Clover *state)
{
	RgCovered	lines = rg_lines_count(&state->lines);
	RgCovered	metered = state->file_metrics;
	int64		hidden = metered.valid - lines.valid;
	int64		covered = metered.covered - lines.covered;

	if (state->is_phpunit && hidden > 0 && hidden <= state->methods &&
		covered >= 0 && covered <= hidden)
		return metered;
	return lines;
}

static void
add_counts(RgCovered *sum, RgCovered counts)
{
	sum->covered += counts.covered;
	sum->valid += counts.valid;
}

static bool
same_counts(RgCovered a, RgCovered b)
{
	return a.covered == b.covered && a.valid == b.valid;
}

/* "statements" are lines in one dialect and statements in another */
static void
end_file(Clover *state)
{
	RgCovered	metered = state->file_metrics;

	if (same_counts(metered, state->file_statements) ||
		same_counts(metered, state->file_elements))
		metered.valid = -1;
	if (rg_coverage_add_file(&state->coverage, RG_COVER_LINES,
							 lines_of_file(state), metered))
		state->overruled++;
	add_counts(&state->statements, state->file_statements);
	add_counts(&state->elements, state->file_elements);
	state->file_depth = -1;
}

static void
end_element(Clover *state)
{
	int			depth = rg_xml_depth(state->xml);

	if (depth == state->file_depth)
		end_file(state);
	else if (depth == state->project_depth)
		state->project_depth = -1;
}

static void
finish(Clover *state)
{
	RgCovered  *declared = &state->coverage.declared[RG_COVER_LINES];

	if (same_counts(*declared, state->statements) ||
		same_counts(*declared, state->elements))
		declared->valid = -1;
	if (state->overruled > 0)
		rg_report_warn(state->report, "the metrics of " INT64_FORMAT
					   " files miss more than their lines show, and count",
					   state->overruled);
	if (state->coverage.of[RG_COVER_LINES].valid == 0 && declared->valid > 0)
		rg_report_warn(state->report, "it has no line elements, only metrics");
	rg_coverage_finish(&state->coverage, state->report);
}

void
rg_read_clover(const RgInput *input, RgReport *report)
{
	Clover		state = {.report = report,.project_depth = -1,.file_depth = -1};

	rg_coverage_init(&state.coverage);
	rg_lines_init(&state.lines, report->context);
	state.xml = rg_xml_open(input, report);
	if (state.xml == NULL)
		return;
	while (rg_xml_next(state.xml))
	{
		bool		starts = rg_xml_event(state.xml) == RG_XML_START;

		if (starts && rg_xml_depth(state.xml) == 0 &&
			!rg_xml_is(state.xml, "coverage"))
		{
			rg_report_fail(report, RG_REPORT_INVALID,
						   "its root element is not Clover's coverage");
			break;
		}
		if (starts && rg_xml_depth(state.xml) == 0)
			state.is_phpunit = rg_xml_attribute(state.xml, "clover") == NULL;
		if (starts)
			begin_element(&state);
		else
			end_element(&state);
	}
	rg_xml_close(state.xml);
	if (report->status != RG_REPORT_INVALID)
		finish(&state);
}
