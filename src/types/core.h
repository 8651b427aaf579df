/*
 * core.h: what the files of the pure core share among themselves: a cursor
 * over a length-delimited text, the number in it, the exact base value.
 * Nothing here looks at the locale or at a closing NUL.
 */
#ifndef RG_TYPES_CORE_H
#define RG_TYPES_CORE_H

#include "types/types.h"

typedef struct RgCursor
{
	const char *at;
	const char *end;
} RgCursor;

/* fault.c: small steps over a text */
extern char rg_ascii_lower(char c);
extern bool rg_same_word(const char *str, size_t len, const char *word);
extern bool rg_take_word(RgCursor *cursor, const char *word);
extern bool rg_take_space(RgCursor *cursor);
extern void rg_trim(RgCursor *cursor);

/* measure.c: whole texts that are trimmed and known not to be too long */
extern RgFault rg_text_begin(const char *str, size_t len, RgCursor *cursor);
extern RgFault rg_measure_read_cursor(RgCursor *cursor, RgMeasure *out);

/* A bare number in the given unit; what does not fit is a fault. */
extern RgFault rg_measure_read_in(const char *str, size_t len, RgUnit unit,
								  RgMeasure *out);

/* The number alone, without its unit; returns its length. */
extern int	rg_number_format(const RgMeasure *measure, char *buf);

/* The value in 10^-18 base units of its family. */
extern int128 rg_measure_base(const RgMeasure *measure);

/* Bytes that are the same for two measures of equal family and value. */
#define RG_MEASURE_KEYLEN	(sizeof(int128) + 1)
extern void rg_measure_key(const RgMeasure *measure, char *key);

/* threshold.c */
extern RgFault rg_threshold_read_cursor(RgCursor *cursor, RgThreshold *out);

#endif							/* RG_TYPES_CORE_H */
