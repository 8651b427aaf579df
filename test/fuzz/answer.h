/*
 * answer.h: what holds of every answer of every reader, whatever the report:
 * for the fuzzer (readers.c) and for the test on small reports (reports.c).
 */
#ifndef FUZZ_ANSWER_H
#define FUZZ_ANSWER_H

#include "ingest/ingest.h"

typedef struct Answer
{
	RgReport	report;
	MemoryContext context;		/* NULL: there is none */
	bool		by_lines;		/* the reader takes a document a line */
	int64		allocations;
} Answer;

/* How the bytes lie in memory: a read too far is seen in either. */
typedef enum Lying
{
	LIE_EXACT,					/* in a malloc of their size */
	LIE_AT_WALL					/* before a page that nobody may read */
} Lying;

/*
 * Reads it and judges the answer: what does not hold is a fault. With fail_at
 * (else 0), that allocation fails; then there is no answer, and no leak.
 */
extern void answer_read(Answer *answer, const RgFormat *format,
						const char *data, size_t length, Lying lying,
						const int *exit_code, int64 fail_at);

/* Gives all memory back; what is left is a fault. */
extern void answer_forget(Answer *answer);

/* Where two answers differ, NULL where they do not. */
extern const char *answer_difference(const Answer *a, const Answer *b);

/* Where to cut a report that is ok, so that it is a whole one no more; 0 where
 * that cannot be said. */
extern size_t answer_cut(const Answer *answer, const char *data,
						 size_t length);

#endif							/* FUZZ_ANSWER_H */
