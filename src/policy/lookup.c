/*
 * lookup.c: from a name to its index in a compiled policy, by binary search:
 * the path of every inserted row.
 */
#include "policy/document.h"

static int
compare_entries(const void *a, const void *b)
{
	const struct RgNameEntry *x = a;
	const struct RgNameEntry *y = b;
	int			order = strcmp(x->name, y->name);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Missing names are left out. */
void
rg_name_index_build(RgNameIndex *index, const char *const *names, int n)
{
	index->n = 0;
	index->entries = palloc(Max(n, 1) * sizeof(struct RgNameEntry));
	for (int i = 0; i < n; i++)
	{
		if (names[i])
			index->entries[index->n++] = (struct RgNameEntry) {names[i], i};
	}
	qsort(index->entries, index->n, sizeof(struct RgNameEntry),
		  compare_entries);
}

int
rg_name_index_find(const RgNameIndex *index, const char *name)
{
	int			low = 0;
	int			high = index->n;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		int			order = strcmp(name, index->entries[middle].name);

		if (order == 0)
			return index->entries[middle].index;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return -1;
}

int
rg_policy_environment(const RgPolicy *policy, const char *name)
{
	return rg_name_index_find(&policy->environment_index, name);
}

int
rg_policy_gate(const RgPolicy *policy, const char *name)
{
	return rg_name_index_find(&policy->gate_index, name);
}

int
rg_gate_part(const RgGate *gate, const char *part)
{
	for (int i = 0; i < gate->nparts; i++)
	{
		if (strcmp(gate->parts[i], part) == 0)
			return i;
	}
	return -1;
}

int
rg_policy_review(const RgPolicy *policy, const char *name)
{
	return rg_name_index_find(&policy->review_index, name);
}

int
rg_policy_approval(const RgPolicy *policy, const char *name)
{
	return rg_name_index_find(&policy->approval_index, name);
}

int
rg_policy_check(const RgPolicy *policy, const char *name)
{
	return rg_name_index_find(&policy->check_index, name);
}
