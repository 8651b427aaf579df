/*
 * gcovr.c: gcovr --json and --json-summary. The summary is recounted from its
 * files; in the full report a line that several functions share (templates)
 * is one line, and excluded ones are none.
 */
#include "ingest/ingest.h"

typedef struct Gcovr
{
	RgCoverage	coverage;
	RgLines		lines;			/* of the file being read */
	bool		has_files;
} Gcovr;

static const struct
{
	const char *covered;
	const char *valid;
	RgCoverageKind kind;
}			summary_members[] =
{
	{"line_covered", "line_total", RG_COVER_LINES},
	{"branch_covered", "branch_total", RG_COVER_BRANCHES},
	{"function_covered", "function_total", RG_COVER_FUNCTIONS},
};

static void
on_files(void *state, RgReport *report, const RgNode *node)
{
	((Gcovr *) state)->has_files = node->type == RG_NODE_ARRAY;
}

/* ---- the summary ------------------------------------------------------------- */

static void
on_file_summary(void *state, RgReport *report, const RgNode *file)
{
	Gcovr	   *gcovr = state;

	for (int i = 0; i < (int) lengthof(summary_members); i++)
	{
		RgCovered	counts;
		const RgNode *covered = rg_node_get(file, summary_members[i].covered);
		const RgNode *valid = rg_node_get(file, summary_members[i].valid);

		if (!rg_node_count(covered, &counts.covered) ||
			!rg_node_count(valid, &counts.valid))
		{
			/* functions were not in it before version 5.1 */
			if (summary_members[i].kind == RG_COVER_LINES ||
				covered != NULL || valid != NULL)
				rg_report_fail(report, RG_REPORT_INVALID,
							   "a file lacks %s or %s",
							   summary_members[i].covered,
							   summary_members[i].valid);
		}
		else if (!rg_coverage_add_counts(&gcovr->coverage,
										 summary_members[i].kind,
										 counts.covered, counts.valid))
			rg_report_fail(report, RG_REPORT_INVALID,
						   "a file covers more than there is");
	}
}

static void
on_total(void *state, RgReport *report, const RgNode *node)
{
	RgCovered  *declared = ((Gcovr *) state)->coverage.declared;

	if (node->key == NULL)
		return;
	for (int i = 0; i < (int) lengthof(summary_members); i++)
	{
		const char *covered = summary_members[i].covered;
		const char *valid = summary_members[i].valid;
		RgCovered  *counts = &declared[summary_members[i].kind];
		int64	   *value = NULL;

		if (strlen(covered) == (size_t) node->key_length &&
			memcmp(covered, node->key, node->key_length) == 0)
			value = &counts->covered;
		else if (strlen(valid) == (size_t) node->key_length &&
				 memcmp(valid, node->key, node->key_length) == 0)
			value = &counts->valid;
		if (value != NULL && !rg_node_count(node, value))
			rg_report_fail(report, RG_REPORT_INVALID,
						   "%s or %s is no count", covered, valid);
	}
}

static void
finish(Gcovr *gcovr, RgReport *report)
{
	rg_report_tool(report, "gcovr", NULL);
	if (!gcovr->has_files)
		rg_report_fail(report, RG_REPORT_INVALID, "it has no list of files");
	else
		rg_coverage_finish(&gcovr->coverage, report);
}

void
rg_read_gcovr_summary(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"files", RG_JSON_OPEN, on_files},
		{"files[]", RG_JSON_TREE, on_file_summary},
		{"*", RG_JSON_OPEN, on_total},
	};
	Gcovr		gcovr = {.has_files = false};

	rg_coverage_init(&gcovr.coverage);
	if (rg_json_read(input, rules, lengthof(rules), &gcovr, report))
		finish(&gcovr, report);
}

/* ---- the full report ----------------------------------------------------------- */

static bool
get_hits(const RgNode *node, const char *member, bool *hit)
{
	const RgNode *count = rg_node_get(node, member);

	return rg_node_has_type(count, RG_NODE_NUMBER) &&
		rg_parse_hits(count->text, count->text_length, hit);
}

static void
begin_file(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a file is no object");
	rg_lines_reset(&((Gcovr *) state)->lines);
}

static void
on_line(void *state, RgReport *report, const RgNode *line)
{
	Gcovr	   *gcovr = state;
	const RgNode *branches = rg_node_get(line, "branches");
	int64		number;
	bool		hit;

	if (rg_node_is_true(line, "gcovr/excluded") ||
		rg_node_is_true(line, "gcovr/noncode"))
		return;
	if (!rg_node_count(rg_node_get(line, "line_number"), &number) ||
		!get_hits(line, "count", &hit) ||
		!rg_lines_add(&gcovr->lines, number, hit))
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a line lacks its line_number or count");
		return;
	}
	if (branches == NULL || branches->type != RG_NODE_ARRAY)
		return;
	for (const RgNode *b = branches->child; b != NULL; b = b->next)
	{
		bool		taken = false;

		if (rg_node_is_true(b, "gcovr/excluded"))
			continue;
		(void) get_hits(b, "count", &taken);
		rg_coverage_add(&gcovr->coverage, RG_COVER_BRANCHES, taken);
	}
}

static void
on_function(void *state, RgReport *report, const RgNode *function)
{
	bool		called = false;

	if (rg_node_is_true(function, "gcovr/excluded"))
		return;
	(void) get_hits(function, "execution_count", &called);
	rg_coverage_add(&((Gcovr *) state)->coverage, RG_COVER_FUNCTIONS, called);
}

static void
end_file(void *state, RgReport *report, const RgNode *node)
{
	Gcovr	   *gcovr = state;
	RgCovered	lines = rg_lines_count(&gcovr->lines);

	(void) rg_coverage_add_counts(&gcovr->coverage, RG_COVER_LINES,
								  lines.covered, lines.valid);
}

void
rg_read_gcovr(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"files", RG_JSON_OPEN, on_files},
		{"files[]", RG_JSON_OPEN, begin_file},
		{"files[].lines[]", RG_JSON_TREE, on_line},
		{"files[].functions[]", RG_JSON_TREE, on_function},
		{"files[]", RG_JSON_CLOSE, end_file},
	};
	Gcovr		gcovr = {.has_files = false};

	rg_coverage_init(&gcovr.coverage);
	rg_lines_init(&gcovr.lines, report->context);
	if (rg_json_read(input, rules, lengthof(rules), &gcovr, report))
		finish(&gcovr, report);
}
