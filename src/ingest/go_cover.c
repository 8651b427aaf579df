/*
 * go_cover.c: Go's coverprofile (go test -coverprofile): statements in blocks,
 * "file.go:12.34,15.2 3 1". With -coverpkg, each test binary writes all blocks
 * again: a block is counted once, and covered if one of them covered it.
 */
#include "ingest/ingest.h"

#include "common/hashfn.h"
#include "miscadmin.h"

typedef struct Block
{
	uint64		place;			/* hash of the file and the positions */
	int64		statements;
	bool		covered;
} Block;

typedef struct GoCover
{
	RgReport   *report;
	Block	   *blocks;
	int64		nblocks;
	int64		room;
	int64		line;
} GoCover;

/* The text behind the last blank, cut off from the rest. */
static RgInput
cut_last_word(RgInput *line)
{
	RgInput		word = {line->data + line->length, 0};

	while (line->length > 0 && line->data[line->length - 1] != ' ')
	{
		line->length--;
		word.data--;
		word.length++;
	}
	line->length -= line->length > 0 ? 1 : 0;
	return word;
}

static bool
read_block(GoCover *go, RgInput line)
{
	RgInput		count = cut_last_word(&line);
	RgInput		statements = cut_last_word(&line);
	Block		block = {0};

	if (line.length == 0 || memchr(line.data, ':', line.length) == NULL ||
		!rg_parse_count(statements.data, statements.length,
						&block.statements) ||
		!rg_parse_hits(count.data, count.length, &block.covered))
		return false;
	block.place = hash_bytes_extended((const unsigned char *) line.data,
									  (int) line.length, 0);
	if (go->nblocks == go->room)
	{
		go->room = Max(256, go->room * 2);
		go->blocks = go->blocks == NULL ? palloc(go->room * sizeof(Block)) :
			repalloc_huge(go->blocks, go->room * sizeof(Block));
	}
	go->blocks[go->nblocks++] = block;
	return true;
}

static int
compare_blocks(const void *a, const void *b)
{
	const Block *x = a;
	const Block *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return (int) x->covered - (int) y->covered;
}

static void
finish(GoCover *go)
{
	RgCoverage	coverage;
	int64		repeated = 0;

	rg_coverage_init(&coverage);
	coverage.of[RG_COVER_LINES].valid = -1;
	if (go->nblocks > 0)
		qsort(go->blocks, go->nblocks, sizeof(Block), compare_blocks);
	for (int64 i = 0; i < go->nblocks; i++)
	{
		const Block *block = &go->blocks[i];

		/* of the same block, one that was covered comes last */
		if (i + 1 < go->nblocks && block->place == block[1].place)
		{
			repeated++;
			continue;
		}
		(void) rg_coverage_add_counts(&coverage, RG_COVER_STATEMENTS,
									  block->covered ? block->statements : 0,
									  block->statements);
	}
	if (repeated > 0)
		rg_report_warn(go->report, INT64_FORMAT
					   " blocks stand there again; each counts once", repeated);
	rg_coverage_finish(&coverage, go->report);
}

void
rg_read_go_cover(const RgInput *input, RgReport *report)
{
	GoCover		go = {.report = report};
	RgInput		rest = *input;
	RgInput		line;
	bool		ok = rg_next_line(&rest, &line) &&
		rg_input_starts(&line, "mode: ");

	rg_report_tool(report, "go test", NULL);
	go.line = 1;
	while (ok && rg_next_line(&rest, &line))
	{
		if ((++go.line & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		while (line.length > 0 && line.data[line.length - 1] == ' ')
			line.length--;
		/* profiles that were put one behind the other repeat the first line */
		if (line.length > 0 && !rg_input_starts(&line, "mode: "))
			ok = read_block(&go, line);
	}
	if (ok)
		finish(&go);
	else
	{
		report->line = (int) go.line;
		rg_report_fail(report, RG_REPORT_INVALID, go.line == 1 ?
					   "a coverprofile begins with its mode" :
					   "this should be a block, its statements and how often it ran");
	}
}
