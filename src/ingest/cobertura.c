/*
 * cobertura.c: Cobertura XML of coverage.py, gcovr, istanbul and others.
 * Lines are counted one by one; branches are the root's counts, because
 * istanbul's conditions for each line do not add up to all branches.
 */
#include "ingest/ingest.h"

typedef struct Cobertura
{
	RgReport   *report;
	RgXml	   *xml;
	RgCoverage	coverage;		/* lines: counted from those of the classes */
	RgCovered	conditions;		/* counted from the lines' conditions */
	RgCovered	root_branches;
	int			methods_depth;	/* lines stand in methods again; -1: outside */
} Cobertura;

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
	RgCovered  *lines = &state->coverage.of[RG_COVER_LINES];
	const char *hits = rg_xml_attribute(state->xml, "hits");
	const char *conditions = rg_xml_attribute(state->xml,
											  "condition-coverage");

	lines->valid++;
	if (hits == NULL)
		rg_report_fail(state->report, RG_REPORT_INVALID,
					   "a line does not say how often it was hit");
	else if (strspn(hits, "0") != strlen(hits))
		lines->covered++;
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
		if (state->methods_depth < 0 && rg_xml_is(xml, "methods"))
			state->methods_depth = rg_xml_depth(xml);
		else if (state->methods_depth < 0 && rg_xml_is(xml, "line"))
			count_line(state);
	}
	else if (event == RG_XML_END && rg_xml_depth(xml) == state->methods_depth)
		state->methods_depth = -1;
}

static void
finish(Cobertura *state)
{
	RgReport   *report = state->report;
	RgCovered	branches = state->root_branches;

	if (branches.valid < 0)
		branches = state->conditions;
	else if (branches.valid != state->conditions.valid ||
			 branches.covered != state->conditions.covered)
		rg_report_warn(report, "the summary says " INT64_FORMAT " of "
					   INT64_FORMAT " branches, the lines' conditions add up to "
					   INT64_FORMAT " of " INT64_FORMAT,
					   branches.covered, branches.valid,
					   state->conditions.covered, state->conditions.valid);
	state->coverage.of[RG_COVER_BRANCHES] = branches;
	rg_coverage_finish(&state->coverage, report);
}

void
rg_read_cobertura(const RgInput *input, RgReport *report)
{
	Cobertura	state = {.report = report,.methods_depth = -1};

	rg_coverage_init(&state.coverage);
	state.xml = rg_xml_open(input, report);
	if (state.xml == NULL)
		return;
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
	if (report->status != RG_REPORT_INVALID)
		finish(&state);
}
