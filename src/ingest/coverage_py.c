/*
 * coverage_py.c: coverage json of coverage.py. What was missed is listed line
 * by line; executed_lines also holds lines that are no statements. Functions
 * and classes of a file repeat its lines, and percent_covered mixes them with
 * branches: both are left out.
 */
#include "ingest/ingest.h"

typedef struct CoveragePy
{
	RgCoverage	coverage;
	bool		has_files;
	int64		disagreeing;	/* files whose summary is not their lists */

	/* of the file being read */
	int64		executed_lines;
	int64		missing_lines;
	int64		executed_branches;
	int64		missing_branches;
	bool		lists_lines;
	bool		lists_branches;
	RgCovered	lines;			/* of its summary; valid is -1 if absent */
	RgCovered	branches;
} CoveragePy;

/* valid is -1 where they are not both there; what is there must be a count. */
static RgCovered
counts_of(RgReport *report, const RgNode *summary, const char *covered,
		  const char *valid)
{
	RgCovered	counts = {0, -1};
	const RgNode *ncovered = rg_node_get(summary, covered);
	const RgNode *nvalid = rg_node_get(summary, valid);

	if (ncovered == NULL || nvalid == NULL)
		return counts;
	if (!rg_node_count(ncovered, &counts.covered) ||
		!rg_node_count(nvalid, &counts.valid))
		rg_report_fail(report, RG_REPORT_INVALID, "%s or %s is no count",
					   covered, valid);
	return counts;
}

static void
on_version(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool == NULL)
		rg_report_tool(report, "coverage.py", rg_node_text(node));
}

static void
on_files(void *state, RgReport *report, const RgNode *node)
{
	((CoveragePy *) state)->has_files = node->type == RG_NODE_OBJECT;
}

static void
begin_file(void *state, RgReport *report, const RgNode *node)
{
	CoveragePy *py = state;

	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a file is no object");
	py->executed_lines = py->missing_lines = 0;
	py->executed_branches = py->missing_branches = 0;
	py->lists_lines = py->lists_branches = false;
	py->lines = py->branches = (RgCovered) {0, -1};
}

static void
on_executed_line(void *state, RgReport *report, const RgNode *node)
{
	((CoveragePy *) state)->executed_lines++;
}

static void
on_missing_lines(void *state, RgReport *report, const RgNode *node)
{
	((CoveragePy *) state)->lists_lines = node->type == RG_NODE_ARRAY;
}

static void
on_missing_line(void *state, RgReport *report, const RgNode *node)
{
	((CoveragePy *) state)->missing_lines++;
}

static void
on_executed_branch(void *state, RgReport *report, const RgNode *node)
{
	((CoveragePy *) state)->executed_branches++;
}

static void
on_missing_branches(void *state, RgReport *report, const RgNode *node)
{
	((CoveragePy *) state)->lists_branches = node->type == RG_NODE_ARRAY;
}

static void
on_missing_branch(void *state, RgReport *report, const RgNode *node)
{
	((CoveragePy *) state)->missing_branches++;
}

static void
on_summary(void *state, RgReport *report, const RgNode *node)
{
	CoveragePy *py = state;

	py->lines = counts_of(report, node, "covered_lines", "num_statements");
	py->branches = counts_of(report, node, "covered_branches", "num_branches");
}

static void
on_totals(void *state, RgReport *report, const RgNode *node)
{
	CoveragePy *py = state;

	py->coverage.declared[RG_COVER_LINES] =
		counts_of(report, node, "covered_lines", "num_statements");
	py->coverage.declared[RG_COVER_BRANCHES] =
		counts_of(report, node, "covered_branches", "num_branches");
}

/*
 * What the summary says there is, less what is listed as missed, or the
 * summary misses. It cannot be more than the lists hold.
 */
static void
add_kind(CoveragePy *py, RgReport *report, RgCoverageKind kind,
		 RgCovered summary, int64 executed, int64 missed)
{
	RgCovered	counts = {executed, executed + missed};

	if (summary.valid >= 0)
	{
		counts = (RgCovered) {summary.valid - missed, summary.valid};
		if (counts.covered != summary.covered)
			py->disagreeing++;
		counts.covered = Min(counts.covered, summary.covered);
		if (summary.valid > executed + missed)
			rg_report_fail(report, RG_REPORT_INCOMPLETE,
						   "a file's summary speaks of " INT64_FORMAT
						   " statements or branches, its lists of "
						   INT64_FORMAT, summary.valid, executed + missed);
	}
	if (!rg_coverage_add_counts(&py->coverage, kind, counts.covered,
								counts.valid))
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a file misses more than it has");
}

static void
end_file(void *state, RgReport *report, const RgNode *node)
{
	CoveragePy *py = state;

	if (!py->lists_lines)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a file has no list of missing lines");
		return;
	}
	add_kind(py, report, RG_COVER_LINES, py->lines, py->executed_lines,
			 py->missing_lines);
	if (py->lists_branches)
		add_kind(py, report, RG_COVER_BRANCHES, py->branches,
				 py->executed_branches, py->missing_branches);
	else if (py->branches.valid >= 0) /* only counted before 6.5 */
		(void) rg_coverage_add_counts(&py->coverage, RG_COVER_BRANCHES,
									  py->branches.covered,
									  py->branches.valid);
}

void
rg_read_coverage_py(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"meta.version", RG_JSON_OPEN, on_version},
		{"files", RG_JSON_OPEN, on_files},
		{"files.*", RG_JSON_OPEN, begin_file},
		{"files.*.executed_lines[]", RG_JSON_OPEN, on_executed_line},
		{"files.*.missing_lines", RG_JSON_OPEN, on_missing_lines},
		{"files.*.missing_lines[]", RG_JSON_OPEN, on_missing_line},
		{"files.*.executed_branches[]", RG_JSON_OPEN, on_executed_branch},
		{"files.*.missing_branches", RG_JSON_OPEN, on_missing_branches},
		{"files.*.missing_branches[]", RG_JSON_OPEN, on_missing_branch},
		{"files.*.summary", RG_JSON_TREE, on_summary},
		{"files.*", RG_JSON_CLOSE, end_file},
		{"totals", RG_JSON_TREE, on_totals},
	};
	CoveragePy	py = {.has_files = false};

	rg_coverage_init(&py.coverage);
	if (!rg_json_read(input, rules, lengthof(rules), &py, report))
		return;
	if (!py.has_files)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it has no files");
		return;
	}
	if (py.disagreeing > 0)
		rg_report_warn(report, "the summaries of " INT64_FORMAT
					   " files are not what their lists add up to; what misses more counts",
					   py.disagreeing);
	rg_coverage_finish(&py.coverage, report);
}
