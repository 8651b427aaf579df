/*
 * compare.c: the comparison of two moments without a server and under
 * sanitizers: what it finds is what a plain count of both sides finds, whatever
 * they hold, and nothing is kept beyond its bounds.
 */
#include "../../src/migration/compare.c"

#define ROUNDS	20000

static int	tests = 0;
static int	failures = 0;

static void
ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

/* splitmix64 from a fixed seed: each run tries the same */
static uint64
draw(uint64 below)
{
	static uint64 state = 20260204;
	uint64		z = (state += UINT64CONST(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return (z ^ (z >> 31)) % below;
}

static const char *const kinds[] = {"column", "table", "order of columns", "value of sequence"};
static const char *const words[] = {"a", "b", "c", "d", "", "\xC3\xA4"};

/* ---- things ---- */

static void
draw_catalogue(RgCatalogue *out, bool unique)
{
	out->n = 0;
	out->things = palloc(sizeof(RgThing) * 24);
	for (int kind = 0; kind < (int) lengthof(kinds); kind++)
	{
		for (int name = 0; name < (int) lengthof(words); name++)
		{
			if (draw(3) == 0)
				continue;
			out->things[out->n++] = (RgThing)
			{
				kinds[kind], words[unique ? name : (int) draw(lengthof(words))],
					words[draw(lengthof(words))]
			};
		}
	}
	/* in any order */
	for (int i = out->n - 1; i > 0; i--)
	{
		int			j = (int) draw(i + 1);
		RgThing		swap = out->things[i];

		out->things[i] = out->things[j];
		out->things[j] = swap;
	}
}

static const RgThing *
find(const RgCatalogue *catalogue, const RgThing *like)
{
	for (int i = 0; i < catalogue->n; i++)
	{
		if (strcmp(catalogue->things[i].kind, like->kind) == 0 &&
			strcmp(catalogue->things[i].name, like->name) == 0)
			return &catalogue->things[i];
	}
	return NULL;
}

/* How many of one side the other lacks, or has otherwise. */
static void
count_plainly(const RgCatalogue *a, const RgCatalogue *b, bool both, int *schema, int *order, int *values)
{
	for (int i = 0; i < a->n; i++)
	{
		const RgThing *thing = &a->things[i];
		const RgThing *other = find(b, thing);
		bool		changed = other && both && strcmp(other->definition, thing->definition) != 0;

		if (strcmp(thing->kind, "order of columns") == 0)
			*order += changed;
		else if (strcmp(thing->kind, "value of sequence") == 0)
			*values += changed;
		else
			*schema += changed || other == NULL;
	}
}

static bool
things_are_counted(void)
{
	for (int round = 0; round < ROUNDS; round++)
	{
		RgCatalogue before;
		RgCatalogue after;
		RgComparison found = {0};
		int			schema = 0;
		int			order = 0;
		int			values = 0;

		draw_catalogue(&before, true);
		draw_catalogue(&after, true);
		count_plainly(&before, &after, true, &schema, &order, &values);
		count_plainly(&after, &before, false, &schema, &order, &values);
		rg_catalogue_sort(&before);
		rg_catalogue_sort(&after);
		rg_catalogue_compare(&before, &after, &found);
		if (found.nschema != schema || found.norder != order || found.nvalues != values ||
			found.nkept != schema + order + values)
			return false;
		pfree(before.things);
		pfree(after.things);
	}
	return true;
}

/* Names that are not unique: the same list in another order is the same. */
static bool
the_same_is_the_same(void)
{
	for (int round = 0; round < ROUNDS; round++)
	{
		RgCatalogue before;
		RgCatalogue after;
		RgComparison found = {0};

		draw_catalogue(&before, false);
		after.n = before.n;
		after.things = palloc(sizeof(RgThing) * 24);
		for (int i = 0; i < before.n; i++)
			after.things[i] = before.things[before.n - 1 - i];
		rg_catalogue_sort(&before);
		rg_catalogue_sort(&after);
		rg_catalogue_compare(&before, &after, &found);
		if (found.nkept != 0)
			return false;
		pfree(before.things);
		pfree(after.things);
	}
	return true;
}

/* A view that has baked in when it was made is the same view. */
static bool
a_frozen_time_is_no_difference(void)
{
	static const struct
	{
		const char *before;
		const char *after;
		bool		same;
	}			views[] = {
		{"SELECT '2026-02-04 10:00:00.123'::timestamp", "SELECT '2026-02-04 10:00:07'::timestamp", true},
		{"SELECT '2026-02-03 23:59:59+00'::timestamptz", "SELECT '2026-02-04 00:00:00.5+00'::timestamptz", true},
		{"SELECT '2025-02-04 10:00:00'::timestamp", "SELECT '2026-02-04 10:00:00'::timestamp", false},
		{"SELECT '2026-02-04 10:00:00'::timestamp", "SELECT '2026-02-04 10:00:00'::timestamptz", false},
		{"SELECT '2026-02-04 10:00:00'", "SELECT '2026-02-04", false},
		{"", "'2026-02-04 10:00:00'", false},
	};

	for (int i = 0; i < (int) lengthof(views); i++)
	{
		RgThing		old = {"view", "v", views[i].before};
		RgThing		new = {"view", "v", views[i].after};
		RgCatalogue before = {1, &old};
		RgCatalogue after = {1, &new};
		RgComparison found = {{"2026-02-03", "2026-02-04", "2026-02-05"}};

		rg_catalogue_compare(&before, &after, &found);
		if (found.nfrozen != views[i].same || found.nschema == views[i].same)
			return false;
	}
	return true;
}

/* ---- rows ---- */

static void
draw_rows(RgProofRows *out, int most)
{
	out->n = (int) draw(most);
	out->rows = palloc(sizeof(RgProofRow) * (out->n + 1));
	for (int i = 0; i < out->n; i++)
	{
		const char *key = words[draw(lengthof(words))];

		out->rows[i] = (RgProofRow)
		{
			words[draw(3)], words[draw(lengthof(words))], draw(4) == 0 ? NULL : key
		};
	}
}

static int
count_rows(const RgProofRows *rows, const RgProofRow *like)
{
	int			n = 0;

	for (int i = 0; i < rows->n; i++)
		n += strcmp(rows->rows[i].table, like->table) == 0 && strcmp(rows->rows[i].row, like->row) == 0;
	return n;
}

/* Rows of a that b lacks, counted by their texts. */
static int
surplus(const RgProofRows *a, const RgProofRows *b)
{
	int			n = 0;

	for (int i = 0; i < a->n; i++)
	{
		int			seen = 0;

		for (int j = 0; j < i; j++)
			seen += strcmp(a->rows[j].table, a->rows[i].table) == 0 && strcmp(a->rows[j].row, a->rows[i].row) == 0;
		n += seen >= count_rows(b, &a->rows[i]);
	}
	return n;
}

static bool
rows_are_counted(void)
{
	for (int round = 0; round < ROUNDS; round++)
	{
		RgProofRows before;
		RgProofRows after;
		RgComparison found = {0};
		int			lost = 0;
		int			left = 0;

		draw_rows(&before, 12);
		draw_rows(&after, 12);
		rg_proof_rows_sort(&before);
		rg_proof_rows_sort(&after);
		rg_proof_rows_compare(&before, &after, &found);
		for (int i = 0; i < found.nkept_tables; i++)
		{
			lost += found.tables[i].lost + found.tables[i].changed;
			left += found.tables[i].left + found.tables[i].changed;
			if (found.tables[i].lost < 0 || found.tables[i].left < 0 || found.tables[i].changed < 0)
				return false;
		}
		if (lost != surplus(&before, &after) || left != surplus(&after, &before))
			return false;
		pfree(before.rows);
		pfree(after.rows);
	}
	return true;
}

static bool
a_changed_row_is_one(void)
{
	RgProofRow	old[] = {{"t", "1 one", "1"}, {"t", "2 two", "2"}, {"t", "3 three", "3"}};
	RgProofRow	new[] = {{"t", "1 one", "1"}, {"t", "2 zwei", "2"}, {"t", "4 four", "4"}, {"u", "5", NULL}};
	RgProofRows before = {3, old};
	RgProofRows after = {4, new};
	RgComparison found = {0};

	rg_proof_rows_sort(&before);
	rg_proof_rows_sort(&after);
	rg_proof_rows_compare(&before, &after, &found);
	return found.ntables == 2 && found.tables[0].changed == 1 && found.tables[0].lost == 1 &&
		found.tables[0].left == 1 && strcmp(found.tables[0].example, "2") == 0 &&
		found.tables[1].left == 1 && found.tables[1].example == NULL;
}

/* ---- bounds ---- */

static bool
only_so_many_are_kept(void)
{
	static RgThing things[1000];
	static RgProofRow list[1000];
	static RgComparison *volatile again;	/* reachable to the end */
	RgCatalogue before = {0, things};
	RgCatalogue after = {0, NULL};
	RgProofRows rows = {0, list};
	RgProofRows none = {0, NULL};
	RgComparison found = {0};

	for (int i = 0; i < 1000; i++)
	{
		const char *name = psprintf("%d", i);

		before.things[before.n++] = (RgThing) {"table", name, "plain"};
		rows.rows[rows.n++] = (RgProofRow) {name, "row", "key"};
	}
	rg_catalogue_sort(&before);
	rg_proof_rows_sort(&rows);
	rg_catalogue_compare(&before, &after, &found);
	rg_proof_rows_compare(&rows, &none, &found);
	again = rg_comparison_copy(&found);
	return found.nschema == 1000 && found.ntables == 1000 && found.nkept == RG_MAX_DIFFERENCES &&
		found.nkept_tables == RG_MAX_DIFFERENCES && again->kept[99].object != found.kept[99].object &&
		strcmp(again->kept[99].object, found.kept[99].object) == 0 && again->kept[0].after == NULL;
}

int
main(void)
{
	ok(things_are_counted(), "things that differ are those that a plain search finds");
	ok(the_same_is_the_same(), "the order in which things come does not matter");
	ok(a_frozen_time_is_no_difference(), "the time that a view has baked in is no difference");
	ok(rows_are_counted(), "rows lost, changed and left come to what a plain count finds");
	ok(a_changed_row_is_one(), "a row that is gone and one of its key that is new are one changed");
	ok(only_so_many_are_kept(), "a hundred differences are kept, all are counted");
	printf("1..%d\n", tests);
	return failures > 0;
}
