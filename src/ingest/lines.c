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
		lines->sorted &= *last < entry;
	}
	if (lines->count == lines->room)
	{
		lines->room = Max(64, lines->room * 2);
		lines->entries = lines->entries == NULL ?
			MemoryContextAlloc(lines->context, lines->room * sizeof(uint32)) :
			repalloc_huge(lines->entries, lines->room * sizeof(uint32));
	}
	lines->entries[lines->count++] = entry;
	return true;
}

static int
compare_entries(const void *a, const void *b)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;

	return x < y ? -1 : x > y;
}

RgCovered
rg_lines_count(RgLines *lines)
{
	RgCovered	counts = {0, 0};

	if (!lines->sorted)
		qsort(lines->entries, lines->count, sizeof(uint32), compare_entries);
	lines->sorted = true;
	for (int64 i = 0; i < lines->count; i++)
	{
		/* of the entries of one line, one that was hit comes last */
		if (i + 1 < lines->count &&
			lines->entries[i] >> 1 == lines->entries[i + 1] >> 1)
			continue;
		counts.valid++;
		counts.covered += lines->entries[i] & 1;
	}
	return counts;
}
