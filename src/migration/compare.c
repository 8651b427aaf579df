/*
 * compare.c: what differs between two catalogues and between the rows of two
 * moments. Sorted lists go in, differences come out; nothing here asks a
 * server.
 */
#include "migration/proof.h"

/* Kinds that can differ alone, and then mean less. */
#define KIND_ORDER "order of columns"
#define KIND_VALUE "value of sequence"

/* ---- things ---- */

static int
compare_names(const RgThing *a, const RgThing *b)
{
	int			result = strcmp(a->kind, b->kind);

	return result != 0 ? result : strcmp(a->name, b->name);
}

static int
compare_things(const void *a, const void *b)
{
	int			result = compare_names(a, b);

	/* names need not be unique (inherited constraints are not) */
	return result != 0 ? result : strcmp(((const RgThing *) a)->definition,
										 ((const RgThing *) b)->definition);
}

void
rg_catalogue_sort(RgCatalogue *catalogue)
{
	if (catalogue->n > 1)
		qsort(catalogue->things, catalogue->n, sizeof(RgThing), compare_things);
}

/*
 * The length of a quoted time of these days, which a definition holds when it
 * was computed once instead of each time ('now'::timestamp in a view): 0 if
 * there is none.
 */
static size_t
frozen_time(const RgComparison *out, const char *at)
{
	bool		of_these_days = false;

	for (int i = 0; i < (int) lengthof(out->days); i++)
		of_these_days |= out->days[i][0] != '\0' && at[0] == '\'' &&
			strncmp(at + 1, out->days[i], 10) == 0;
	if (!of_these_days || at[11] != ' ')
		return 0;
	return 12 + strspn(at + 12, "0123456789:.+-");
}

static bool
same_but_for_now(const RgComparison *out, const char *before, const char *after)
{
	while (*before != '\0' || *after != '\0')
	{
		size_t		m = frozen_time(out, before);
		size_t		n = frozen_time(out, after);

		if ((m == 0) != (n == 0) || (m == 0 && *before != *after))
			return false;
		before += m ? m : 1;
		after += n ? n : 1;
	}
	return true;
}

static void
add_difference(RgComparison *out, const RgThing *before, const RgThing *after)
{
	const RgThing *thing = before ? before : after;
	bool		both = before != NULL && after != NULL;
	RgDifference *kept;

	if (before != NULL && after != NULL &&
		same_but_for_now(out, before->definition, after->definition))
	{
		out->nfrozen++;
		return;
	}
	/* columns in another order are the same columns; more of them are not */
	if (both && strcmp(thing->kind, KIND_ORDER) == 0)
		out->norder++;
	else if (strcmp(thing->kind, KIND_ORDER) == 0)
		return;
	else if (strcmp(thing->kind, KIND_VALUE) == 0)
	{
		if (!both)
			return;				/* the sequence itself differs */
		out->nvalues++;
	}
	else
		out->nschema++;
	if (out->nkept == RG_MAX_DIFFERENCES)
		return;
	kept = &out->kept[out->nkept++];
	kept->kind = thing->kind;
	kept->object = thing->name;
	kept->before = before ? before->definition : NULL;
	kept->after = after ? after->definition : NULL;
}

void
rg_catalogue_compare(const RgCatalogue *before, const RgCatalogue *after,
					 RgComparison *out)
{
	int			i = 0;
	int			j = 0;

	while (i < before->n || j < after->n)
	{
		const RgThing *old = i < before->n ? &before->things[i] : NULL;
		const RgThing *new = j < after->n ? &after->things[j] : NULL;
		int			order = old == NULL ? 1 : new == NULL ? -1 :
			compare_names(old, new);

		if (order < 0)
			add_difference(out, old, NULL);
		else if (order > 0)
			add_difference(out, NULL, new);
		else if (strcmp(old->definition, new->definition) != 0)
			add_difference(out, old, new);
		i += order <= 0 ? 1 : 0;
		j += order >= 0 ? 1 : 0;
	}
}

/* ---- rows ---- */

static int
compare_rows(const void *a, const void *b)
{
	const RgProofRow *x = a;
	const RgProofRow *y = b;
	int			result = strcmp(x->table, y->table);

	return result != 0 ? result : strcmp(x->row, y->row);
}

void
rg_proof_rows_sort(RgProofRows *rows)
{
	if (rows->n > 1)
		qsort(rows->rows, rows->n, sizeof(RgProofRow), compare_rows);
}

static int
end_of_table(const RgProofRows *rows, int from, const char *table)
{
	while (from < rows->n && strcmp(rows->rows[from].table, table) == 0)
		from++;
	return from;
}

/* Rows of one side that the other lacks, as indexes; both sides are sorted. */
static int
missing_rows(const RgProofRow *here, int nhere, const RgProofRow *there,
			 int nthere, const RgProofRow **out)
{
	int			n = 0;
	int			j = 0;

	for (int i = 0; i < nhere; i++)
	{
		while (j < nthere && strcmp(there[j].row, here[i].row) < 0)
			j++;
		if (j < nthere && strcmp(there[j].row, here[i].row) == 0)
			j++;
		else
			out[n++] = &here[i];
	}
	return n;
}

static int
compare_keys(const void *a, const void *b)
{
	const char *x = (*(const RgProofRow *const *) a)->key;
	const char *y = (*(const RgProofRow *const *) b)->key;

	/* those without a key last */
	if (x == NULL || y == NULL)
		return (x == NULL) - (y == NULL);
	return strcmp(x, y);
}

/* A row that is gone and one that is new, of the same key, are one changed. */
static int
count_changed(const RgProofRow **lost, int nlost, const RgProofRow **left,
			  int nleft)
{
	int			changed = 0;
	int			i = 0;
	int			j = 0;

	if (nlost > 1)
		qsort(lost, nlost, sizeof(RgProofRow *), compare_keys);
	if (nleft > 1)
		qsort(left, nleft, sizeof(RgProofRow *), compare_keys);
	while (i < nlost && j < nleft && lost[i]->key != NULL && left[j]->key != NULL)
	{
		int			order = strcmp(lost[i]->key, left[j]->key);

		changed += order == 0 ? 1 : 0;
		i += order <= 0 ? 1 : 0;
		j += order >= 0 ? 1 : 0;
	}
	return changed;
}

static void
compare_table(const RgProofRow *before, int nbefore, const RgProofRow *after,
			  int nafter, const char *table, RgComparison *out)
{
	const RgProofRow **lost = palloc(sizeof(RgProofRow *) * Max(nbefore, 1));
	const RgProofRow **left = palloc(sizeof(RgProofRow *) * Max(nafter, 1));
	int			nlost = missing_rows(before, nbefore, after, nafter, lost);
	int			nleft = missing_rows(after, nafter, before, nbefore, left);

	if (nlost + nleft > 0)
	{
		int			changed = count_changed(lost, nlost, left, nleft);
		const RgProofRow *example = nlost > 0 ? lost[0] : left[0];

		out->ntables++;
		if (out->nkept_tables < RG_MAX_DIFFERENCES)
			out->tables[out->nkept_tables++] = (RgTableDifference)
		{
			.table = table,
				.lost = nlost - changed,
				.changed = changed,
				.left = nleft - changed,
				.example = example->key
		};
	}
	pfree(lost);
	pfree(left);
}

/* A table that has rows afterwards only is new, or was empty: both matter. */
void
rg_proof_rows_compare(const RgProofRows *before, const RgProofRows *after,
					  RgComparison *out)
{
	int			i = 0;
	int			j = 0;

	while (i < before->n || j < after->n)
	{
		const char *table;
		int			old_end;
		int			new_end;

		if (i == before->n)
			table = after->rows[j].table;
		else if (j == after->n ||
				 strcmp(before->rows[i].table, after->rows[j].table) <= 0)
			table = before->rows[i].table;
		else
			table = after->rows[j].table;
		old_end = end_of_table(before, i, table);
		new_end = end_of_table(after, j, table);
		compare_table(&before->rows[i], old_end - i, &after->rows[j],
					  new_end - j, table, out);
		i = old_end;
		j = new_end;
	}
}

static const char *
copy(const char *str)
{
	return str ? pstrdup(str) : NULL;
}

/* With its texts, in the current memory context. */
RgComparison *
rg_comparison_copy(const RgComparison *comparison)
{
	RgComparison *result = palloc(sizeof(RgComparison));

	*result = *comparison;
	for (int i = 0; i < result->nkept; i++)
	{
		RgDifference *d = &result->kept[i];

		*d = (RgDifference)
		{
			copy(d->kind), copy(d->object), copy(d->before), copy(d->after)
		};
	}
	for (int i = 0; i < result->nkept_tables; i++)
	{
		result->tables[i].table = copy(result->tables[i].table);
		result->tables[i].example = copy(result->tables[i].example);
	}
	return result;
}
