/*
 * lines.c: the lines of one source file. What a report names twice (several
 * statements on it, an inner class) is one line, hit if it was hit anywhere.
 */
#include "ingest/ingest.h"

/* A source line beyond this is a mistake. */
#define MAX_LINE 8000000

void
rg_lines_init(RgLines *lines, MemoryContext context)
{
	memset(lines, 0, sizeof(RgLines));
	lines->context = context;
	lines->sorted = true;
}

void
rg_lines_reset(RgLines *lines)
{
	lines->count = 0;
	lines->sorted = true;
}

static int
compare_entries(const void *a, const void *b)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;

	return x < y ? -1 : x > y;
}

/* In the order of their lines, each line once. */
static void
put_in_order(RgLines *lines)
{
	int64		kept = 0;

	if (lines->sorted)
		return;
	qsort(lines->entries, lines->count, sizeof(uint32), compare_entries);
	for (int64 i = 0; i < lines->count; i++)
	{
		/* of the entries of one line, one that was hit comes last */
		if (i + 1 == lines->count ||
			lines->entries[i] >> 1 != lines->entries[i + 1] >> 1)
			lines->entries[kept++] = lines->entries[i];
	}
	lines->count = kept;
	lines->sorted = true;
}

/*
 * Where lines come again and again, out of order, putting them in order makes
 * room: there is never more than for half as many again as lines can be.
 */
static void
make_room(RgLines *lines)
{
	put_in_order(lines);
	if (lines->count <= lines->room / 2 && lines->room > 0)
		return;
	lines->room = Min(Max(64, lines->room * 2), MAX_LINE + MAX_LINE / 2);
	lines->entries = lines->entries == NULL ?
		MemoryContextAlloc(lines->context, lines->room * sizeof(uint32)) :
		repalloc_huge(lines->entries, lines->room * sizeof(uint32));
}

/* An entry is the line's number and, in the lowest bit, whether it was hit. */
bool
rg_lines_add(RgLines *lines, int64 number, bool hit)
{
	uint32		entry;

	if (number < 0 || number > MAX_LINE)
		return false;
	entry = (uint32) number << 1 | (hit ? 1 : 0);
	if (lines->count > 0)
	{
		uint32	   *last = &lines->entries[lines->count - 1];

		if (*last >> 1 == entry >> 1)
		{
			*last |= entry;
			return true;
		}
	}
	if (lines->count == lines->room)
		make_room(lines);
	if (lines->count > 0)
		lines->sorted &= lines->entries[lines->count - 1] >> 1 < entry >> 1;
	lines->entries[lines->count++] = entry;
	return true;
}

RgCovered
rg_lines_count(RgLines *lines)
{
	RgCovered	counts = {0, 0};

	put_in_order(lines);
	counts.valid = lines->count;
	for (int64 i = 0; i < lines->count; i++)
		counts.covered += lines->entries[i] & 1;
	return counts;
}
