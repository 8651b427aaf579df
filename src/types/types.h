/*
 * types.h: measures, thresholds, sustained conditions and version 7 UUIDs.
 * The pure core (unit.c, fault.c, measure.c, threshold.c, sustained.c) takes
 * buffers and structs and never throws; the SQL functions are in *_sql.c.
 */
#ifndef RG_TYPES_H
#define RG_TYPES_H

#include "postgres.h"
#include "fmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* ---- unit.c: units and families ------------------------------------- */

/* The numbers are stored and sent over the wire: append only. */
typedef enum RgFamily
{
	RG_FAMILY_COUNT = 0,
	RG_FAMILY_PERCENT,
	RG_FAMILY_TIME,
	RG_FAMILY_BYTES,
	RG_FAMILY_RATE
} RgFamily;

typedef enum RgUnit
{
	RG_UNIT_NONE = 0,			/* a plain number: counts, scores */
	RG_UNIT_PERCENT,
	RG_UNIT_NS,
	RG_UNIT_US,
	RG_UNIT_MS,
	RG_UNIT_S,
	RG_UNIT_MIN,
	RG_UNIT_H,
	RG_UNIT_D,
	RG_UNIT_B,
	RG_UNIT_KB,
	RG_UNIT_KIB,
	RG_UNIT_MB,
	RG_UNIT_MIB,
	RG_UNIT_GB,
	RG_UNIT_GIB,
	RG_UNIT_TB,
	RG_UNIT_TIB,
	RG_UNIT_PER_S,
	RG_UNIT_PER_MIN,
	RG_UNIT_PER_H
} RgUnit;

#define RG_UNIT_COUNT	(RG_UNIT_PER_H + 1)

/* "count", "percent", "time", "bytes", "rate" */
extern const char *rg_family_name(RgFamily family);

/* Do the measures of parts add up to one of the whole? */
extern bool rg_family_adds(RgFamily family);

/* As printed: "", "%", "ms", "kB", "/s" */
extern const char *rg_unit_name(RgUnit unit);
extern RgFamily rg_unit_family(RgUnit unit);

/* How many base units of its family one of the unit is. */
extern int64 rg_unit_factor(RgUnit unit);

/* A unit as people write it ("minutes", "KB", "µs" in UTF-8); "" is none. */
extern bool rg_unit_parse(const char *str, size_t len, RgUnit *unit);

/* ---- fault.c: why an input was refused ------------------------------- */

typedef enum RgFault
{
	RG_FAULT_NONE = 0,
	RG_FAULT_EMPTY,
	RG_FAULT_TOO_LONG,
	RG_FAULT_NOT_A_NUMBER,
	RG_FAULT_NEGATIVE,
	RG_FAULT_COMMA,
	RG_FAULT_NOT_FINITE,
	RG_FAULT_UNIT,
	RG_FAULT_DIGITS,
	RG_FAULT_RANGE,
	RG_FAULT_COMPARATOR,
	RG_FAULT_NO_FOR,
	RG_FAULT_HOLD,
	RG_FAULT_HOLD_RANGE
} RgFault;

/* Whole sentences, usable as errdetail and errhint. */
extern const char *rg_fault_detail(RgFault fault);
extern const char *rg_fault_hint(RgFault fault);

/* True if the text was well formed, but its value does not fit. */
extern bool rg_fault_is_range(RgFault fault);

/* ---- measure.c: a number with its unit ------------------------------- */

/*
 * mantissa * 10^exponent units, exact. Never negative. The unit stays as it
 * was written; trailing zeros of the fraction do not, so that one value in
 * one unit has one representation and one print. Padding is zero.
 */
typedef struct RgMeasure
{
	int64		mantissa;		/* 0 .. 10^18 - 1 */
	int8		exponent;		/* -18 .. 0 */
	uint8		unit;			/* RgUnit */
	uint8		padding[6];
} RgMeasure;

#define RG_MEASURE_MAX_DIGITS	18
#define RG_MEASURE_MAX_MANTISSA	INT64CONST(999999999999999999)

/* Room for every print, with its closing NUL. */
#define RG_MEASURE_MAXLEN		32

/* Longer texts are refused without being read. */
#define RG_INPUT_MAXLEN			256

/* Text as people write it. The _parse forms give the fault's detail. */
extern RgFault rg_measure_read(const char *str, size_t len, RgMeasure *out);
extern bool rg_measure_parse(const char *str, size_t len, RgMeasure *out,
							 const char **why);

/*
 * A bare number as JSON and Prometheus print it (exponents allowed) in the
 * given unit. Digits that do not fit (a double's tail) are cut off, never
 * rounded up.
 */
extern bool rg_measure_from_number(const char *str, size_t len, RgUnit unit,
								   RgMeasure *out, const char **why);

/* mantissa * 10^exponent; false if negative or not representable. */
extern bool rg_measure_from_decimal(int64 mantissa, int exponent, RgUnit unit,
									RgMeasure *out);

/*
 * 100 * numerator / denominator percent, floored to 4 decimals so that
 * rounding never meets a threshold. False if there is no such percentage
 * (denominator 0, something negative).
 */
extern bool rg_measure_percent(int64 numerator, int64 denominator,
							   RgMeasure *out);

/* Writes at most RG_MEASURE_MAXLEN bytes, returns the length without NUL. */
extern int	rg_measure_format(const RgMeasure *measure, char *buf);
extern RgFamily rg_measure_family(const RgMeasure *measure);

/* Both of the same family (asserted): -1, 0, 1. */
extern int	rg_measure_compare(const RgMeasure *a, const RgMeasure *b);

/*
 * The sum of n measures of one family (asserted), in the unit of the first;
 * false when it is out of range. Never rounded.
 */
extern bool rg_measure_sum(const RgMeasure *const *measures, int n,
						   RgMeasure *out);

/* In base units of its family (ns, B); false unless it is a whole number. */
extern bool rg_measure_whole(const RgMeasure *measure, int64 *value);

/* Same family and same value. Never throws. */
extern bool rg_measure_same(const RgMeasure *a, const RgMeasure *b);

/* ---- threshold.c: a comparator and a measure ------------------------- */

/* Stored and sent over the wire: append only. */
typedef enum RgComparator
{
	RG_LT = 0,
	RG_LE,
	RG_EQ,
	RG_NE,
	RG_GE,
	RG_GT
} RgComparator;

#define RG_COMPARATOR_COUNT		(RG_GT + 1)

typedef struct RgThreshold
{
	RgMeasure	measure;
	uint8		comparator;		/* RgComparator */
	uint8		padding[7];
} RgThreshold;

#define RG_THRESHOLD_MAXLEN		(RG_MEASURE_MAXLEN + 3)

/* "<", "<=", "=", "<>", ">=", ">" */
extern const char *rg_comparator_name(RgComparator comparator);

extern RgFault rg_threshold_read(const char *str, size_t len,
								 RgThreshold *out);
extern bool rg_threshold_parse(const char *str, size_t len, RgThreshold *out,
							   const char **why);
extern int	rg_threshold_format(const RgThreshold *threshold, char *buf);
extern bool rg_threshold_same(const RgThreshold *a, const RgThreshold *b);

/* Both of the same family (asserted): ask rg_measure_family() first. */
extern bool rg_threshold_met(const RgThreshold *threshold,
							 const RgMeasure *measure);

/* ---- sustained.c: a threshold that must hold ------------------------- */

/*
 * hold is either a time (at least 1 us, whole microseconds, at most 3650 d)
 * or a count of samples (1 .. 1,000,000).
 */
typedef struct RgSustained
{
	RgThreshold threshold;
	RgMeasure	hold;
} RgSustained;

#define RG_SUSTAINED_MAXLEN		(RG_THRESHOLD_MAXLEN + RG_MEASURE_MAXLEN + 13)
#define RG_SUSTAINED_MAX_SAMPLES	1000000
#define RG_SUSTAINED_MAX_DAYS		3650

extern RgFault rg_sustained_read(const char *str, size_t len,
								 RgSustained *out);
extern bool rg_sustained_parse(const char *str, size_t len, RgSustained *out,
							   const char **why);

/* Joins a threshold and a hold; a fault if it is no hold as told above. */
extern RgFault rg_sustained_make(const RgThreshold *threshold,
								 const RgMeasure *hold, RgSustained *out);

/* Is the hold, made of a measure elsewhere, one as told above? */
extern bool rg_sustained_is_valid(const RgSustained *sustained);
extern int	rg_sustained_format(const RgSustained *sustained, char *buf);
extern bool rg_sustained_same(const RgSustained *a, const RgSustained *b);

/* How long it must hold in microseconds; 0 if it counts samples. */
extern int64 rg_sustained_usecs(const RgSustained *sustained);

/* How many samples in a row; 0 if it holds for a time. */
extern int	rg_sustained_samples(const RgSustained *sustained);

/* ---- measure_sql.c and friends: Datums, errors ----------------------- */

#define DatumGetRgMeasureP(d)		((RgMeasure *) DatumGetPointer(d))
#define DatumGetRgThresholdP(d)		((RgThreshold *) DatumGetPointer(d))
#define DatumGetRgSustainedP(d)		((RgSustained *) DatumGetPointer(d))
#define PG_GETARG_RGMEASURE_P(n)	DatumGetRgMeasureP(PG_GETARG_DATUM(n))
#define PG_GETARG_RGTHRESHOLD_P(n)	DatumGetRgThresholdP(PG_GETARG_DATUM(n))
#define PG_GETARG_RGSUSTAINED_P(n)	DatumGetRgSustainedP(PG_GETARG_DATUM(n))

/*
 * The start of an outside text, safe to quote in a message: at most 40 bytes,
 * cut at a character, "..." if something was left out. palloc'd.
 */
extern char *rg_excerpt(const char *str, size_t len);

/* ERROR ERRCODE_RG_UNIT_MISMATCH unless both are of one family. */
extern void rg_measure_require_same_family(const RgMeasure *a,
										   const RgMeasure *b);

/* ---- uuid.c: keys that sort by time ---------------------------------- */

/*
 * A UUID of version 7 (RFC 9562) for a clock reading. Strictly greater than
 * the one before it in this session, even if the clock stands still or steps
 * back. Returns the time that it carries: "at", or the time before it where
 * the clock stepped back; record that one where rg_uuid_v7_bound() must hold.
 */
extern TimestampTz rg_uuid_v7(pg_uuid_t *out, TimestampTz at);

/* The time in it, to the microsecond (that of its maker's clock reading). */
extern TimestampTz rg_uuid_v7_time(const pg_uuid_t *uuid);

/* The greatest UUID that carries a time at or before this one. */
extern void rg_uuid_v7_bound(TimestampTz at, pg_uuid_t *out);

#endif							/* RG_TYPES_H */
