/*
 * tap.h: lines of TAP: what tap_line.c finds in one, and tap.c puts together.
 */
#ifndef RG_TAP_H
#define RG_TAP_H

#include "ingest/ingest.h"

/* "not ok 7 - adds up # skip no network" */
typedef struct RgTapPoint
{
	bool		ok;
	bool		todo;
	bool		skip;
	bool		opens;			/* ends in "{": its subtests follow */
	int64		number;			/* -1: it has none */
	char		name[RG_TEXT_MAX + 4];
} RgTapPoint;

/* What its YAML, or the comments behind it, say of a point. */
typedef struct RgTapDetail
{
	bool		is_suite;		/* node:test says so of a describe() */
	bool		message_next;	/* it stands on the next line */
	int64		line;
	char		location[RG_TEXT_MAX + 4];
	char		message[RG_TEXT_MAX + 4];
} RgTapDetail;

extern bool rg_tap_point(const RgInput *line, RgTapPoint *point);

/* "1..12", "1..0 # SKIP no network" */
extern bool rg_tap_plan(const RgInput *line, int64 *plan);

/* A line of a YAML block; depth is that of its beginning. */
extern void rg_tap_yaml(const RgInput *line, bool outermost,
						RgTapDetail *detail);

/* A comment behind a point, from its "#". */
extern void rg_tap_comment(const RgInput *line, RgTapDetail *detail);

/* "# fail 3", as node:test, tape and Mocha sum up: the number, or -1. */
extern int64 rg_tap_summary(const RgInput *line, const char *word);

/* How prove --verbose begins a test's file: "t/basket.t .. " */
extern bool rg_tap_is_header(const RgInput *line);

/* Is it how prove says that a file is well? "ok", "ok   12 ms" */
extern bool rg_tap_is_verdict(const RgInput *line);

/* Or how it says that it is not: "Failed 1/3 subtests" */
extern bool rg_tap_is_failure(const RgInput *line);

/* Leaves blanks out, before and behind. */
extern RgInput rg_tap_trim(RgInput line);

#endif							/* RG_TAP_H */
