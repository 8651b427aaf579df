/*
 * istanbul.c: coverage-summary.json and coverage-final.json of istanbul, nyc,
 * c8, jest and vitest. Lines, statements, functions and branches are what
 * istanbul-lib-coverage makes of a file, from the same members.
 */
#include "ingest/ingest.h"

typedef struct Istanbul
{
	RgCoverage	coverage;
	RgLines		lines;			/* of the file being read */
	bool		is_object;
	int64		files;
} Istanbul;

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((Istanbul *) state)->is_object = node->type == RG_NODE_OBJECT;
}

static void
refuse(RgReport *report, const RgNode *file, const char *what)
{
	rg_report_fail(report, RG_REPORT_INVALID, "%s %s",
				   file->key != NULL ?
				   rg_report_text(report, file->key, file->key_length) : "?",
				   what);
}

/* ---- the summary ------------------------------------------------------------ */

static const struct
{
	const char *member;
	RgCoverageKind kind;
}			summary_members[] =
{
	{"lines", RG_COVER_LINES},
	{"statements", RG_COVER_STATEMENTS},
	{"functions", RG_COVER_FUNCTIONS},
	{"branches", RG_COVER_BRANCHES},
};

static void
on_summary(void *state, RgReport *report, const RgNode *node)
{
	Istanbul   *istanbul = state;
	bool		is_total = node->key_length == 5 &&
		memcmp(node->key, "total", 5) == 0;

	istanbul->files += is_total ? 0 : 1;
	for (int i = 0; i < (int) lengthof(summary_members); i++)
	{
		const RgNode *counts = rg_node_get(node, summary_members[i].member);
		RgCoverageKind kind = summary_members[i].kind;
		RgCovered	found;

		if (!rg_node_count(rg_node_get(counts, "covered"), &found.covered) ||
			!rg_node_count(rg_node_get(counts, "total"), &found.valid))
			refuse(report, node, "does not say how much is covered");
		else if (is_total)
			istanbul->coverage.declared[kind] = found;
		else if (!rg_coverage_add_counts(&istanbul->coverage, kind,
										 found.covered, found.valid))
			refuse(report, node, "covers more than there is");
	}
}

void
rg_read_istanbul_summary(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"*", RG_JSON_TREE, on_summary},
	};
	Istanbul	istanbul = {.is_object = false};
	RgCoverage *coverage = &istanbul.coverage;

	rg_coverage_init(coverage);
	if (!rg_json_read(input, rules, lengthof(rules), &istanbul, report))
		return;
	if (!istanbul.is_object)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is not an object with the files' summaries");
		return;
	}
	if (istanbul.files == 0 && coverage->declared[RG_COVER_LINES].valid > 0)
	{
		rg_report_warn(report, "it names no file: its total could not be recounted");
		memcpy(coverage->of, coverage->declared, sizeof(coverage->of));
	}
	rg_coverage_finish(coverage, report);
}

/* ---- the files themselves ------------------------------------------------------ */

/* As in JavaScript, what is neither 0 nor null was hit. */
static bool
was_hit(const RgNode *node)
{
	bool		hit = false;

	return rg_node_has_type(node, RG_NODE_NUMBER) &&
		rg_parse_hits(node->text, node->text_length, &hit) && hit;
}

static int
compare_keys(const void *a, const void *b)
{
	const RgNode *x = *(const RgNode *const *) a;
	const RgNode *y = *(const RgNode *const *) b;
	int			order = memcmp(x->key, y->key,
							   Min(x->key_length, y->key_length));

	return order != 0 ? order : x->key_length - y->key_length;
}

static const RgNode **
sorted_members(const RgNode *object, int *count)
{
	const RgNode **members;
	const RgNode *first = NULL;
	int			n = 0;

	if (rg_node_has_type(object, RG_NODE_OBJECT))
		first = object->child;
	for (const RgNode *m = first; m != NULL; m = m->next)
		n++;
	members = palloc(Max(n, 1) * sizeof(RgNode *));
	n = 0;
	for (const RgNode *m = first; m != NULL; m = m->next)
		members[n++] = m;
	qsort(members, n, sizeof(RgNode *), compare_keys);
	*count = n;
	return members;
}

/* A map of places and the hits of its entries, side by side. */
typedef struct Walk
{
	const RgNode **places;
	const RgNode **hits;
	int			nplaces;
	int			nhits;
	int			place;
	int			hit;
	bool		given;			/* the place, with its hits */
} Walk;

static void
begin_walk(Walk *walk, const RgNode *map, const RgNode *hits)
{
	memset(walk, 0, sizeof(Walk));
	walk->places = sorted_members(map, &walk->nplaces);
	walk->hits = sorted_members(hits, &walk->nhits);
}

static int
compare_heads(const Walk *walk)
{
	if (walk->place == walk->nplaces)
		return 1;
	return walk->hit == walk->nhits ? -1 :
		compare_keys(&walk->places[walk->place], &walk->hits[walk->hit]);
}

/* The next entry; its place or its hits are NULL where there are none. */
static bool
next_entry(Walk *walk, const RgNode **place, const RgNode **hit)
{
	*place = *hit = NULL;
	while (walk->place < walk->nplaces && compare_heads(walk) < 0)
	{
		bool		given = walk->given;

		walk->given = false;
		*place = walk->places[walk->place++];
		if (!given)
			return true;
	}
	if (walk->hit == walk->nhits)
		return false;
	walk->given = compare_heads(walk) == 0;
	*place = walk->given ? walk->places[walk->place] : NULL;
	*hit = walk->hits[walk->hit++];
	return true;
}

/*
 * A line is where statements start; the one that was hit most counts. What
 * has no hits was not hit.
 */
static void
count_statements(Istanbul *istanbul, RgReport *report, const RgNode *file,
				 const RgNode *hits, const RgNode *map)
{
	Walk		walk;
	const RgNode *place;
	const RgNode *hit;

	begin_walk(&walk, map, hits);
	while (next_entry(&walk, &place, &hit))
	{
		bool		covered = was_hit(hit);
		int64		line;

		rg_coverage_add(&istanbul->coverage, RG_COVER_STATEMENTS, covered);
		if (place == NULL)
			continue;			/* it stands nowhere: no line of its own */
		if (!rg_node_count(rg_node_path(place, "start.line"), &line) ||
			!rg_lines_add(&istanbul->lines, line, covered))
		{
			refuse(report, file, "has a statement on no line");
			return;
		}
	}
}

static void
count_functions(Istanbul *istanbul, const RgNode *hits, const RgNode *map)
{
	Walk		walk;
	const RgNode *place;
	const RgNode *hit;

	begin_walk(&walk, map, hits);
	while (next_entry(&walk, &place, &hit))
		rg_coverage_add(&istanbul->coverage, RG_COVER_FUNCTIONS, was_hit(hit));
}

/* A branch has as many arms as locations. */
static void
count_branches(Istanbul *istanbul, const RgNode *hits, const RgNode *map)
{
	Walk		walk;
	const RgNode *place;
	const RgNode *hit;

	begin_walk(&walk, map, hits);
	while (next_entry(&walk, &place, &hit))
	{
		const RgNode *locations = rg_node_get(place, "locations");
		const RgNode *at = locations != NULL ? locations->child : NULL;
		const RgNode *arm = hit != NULL ? hit->child : NULL;

		if (at == NULL && arm == NULL && place != NULL)
			rg_coverage_add(&istanbul->coverage, RG_COVER_BRANCHES, false);
		for (; at != NULL || arm != NULL;
			 at = at ? at->next : NULL, arm = arm ? arm->next : NULL)
			rg_coverage_add(&istanbul->coverage, RG_COVER_BRANCHES,
							was_hit(arm));
	}
}

static void
on_file(void *state, RgReport *report, const RgNode *file)
{
	Istanbul   *istanbul = state;
	const RgNode *map = rg_node_get(file, "statementMap");
	const RgNode *hits = rg_node_get(file, "s");
	const RgNode *functions = rg_node_get(file, "f");
	const RgNode *branches = rg_node_get(file, "b");
	RgCovered	lines;

	if (!rg_node_has_type(map, RG_NODE_OBJECT) ||
		!rg_node_has_type(hits, RG_NODE_OBJECT) ||
		!rg_node_has_type(functions, RG_NODE_OBJECT) ||
		!rg_node_has_type(branches, RG_NODE_OBJECT))
	{
		refuse(report, file, "lacks statementMap, s, f or b");
		return;
	}
	istanbul->files++;
	rg_lines_reset(&istanbul->lines);
	count_statements(istanbul, report, file, hits, map);
	lines = rg_lines_count(&istanbul->lines);
	(void) rg_coverage_add_counts(&istanbul->coverage, RG_COVER_LINES,
								  lines.covered, lines.valid);
	count_functions(istanbul, functions, rg_node_get(file, "fnMap"));
	count_branches(istanbul, branches, rg_node_get(file, "branchMap"));
}

void
rg_read_istanbul_final(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"*", RG_JSON_TREE, on_file},
	};
	Istanbul	istanbul = {.is_object = false};

	rg_coverage_init(&istanbul.coverage);
	rg_lines_init(&istanbul.lines, report->context);
	if (!rg_json_read(input, rules, lengthof(rules), &istanbul, report))
		return;
	if (!istanbul.is_object)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is not an object with the files");
	else
		rg_coverage_finish(&istanbul.coverage, report);
}
