/*
 * measure_sql.c: the SQL type measure: input and output, order, hashing,
 * casts and accessors, statistics. The meaning is in measure.c.
 */
#include "types/sql.h"

#include "commands/vacuum.h"
#include "common/hashfn.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

/* ---- in and out ------------------------------------------------------ */

PG_FUNCTION_INFO_V1(rg_measure_in);
Datum
rg_measure_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	RgMeasure  *result = palloc(sizeof(RgMeasure));
	RgFault		fault = rg_measure_read(str, strlen(str), result);

	if (fault != RG_FAULT_NONE)
	{
		rg_refuse(RG_ESCONTEXT(fcinfo), "measure", str, fault);
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_measure_out);
Datum
rg_measure_out(PG_FUNCTION_ARGS)
{
	char	   *buf = palloc(RG_MEASURE_MAXLEN);

	rg_measure_format(PG_GETARG_RGMEASURE_P(0), buf);
	PG_RETURN_CSTRING(buf);
}

void
rg_measure_send_to(StringInfo buf, const RgMeasure *measure)
{
	pq_sendint64(buf, measure->mantissa);
	pq_sendint8(buf, measure->exponent);
	pq_sendint8(buf, measure->unit);
}

void
rg_measure_receive(StringInfo buf, RgMeasure *measure)
{
	int64		mantissa = pq_getmsgint64(buf);
	int8		exponent = (int8) pq_getmsgbyte(buf);
	int			unit = pq_getmsgbyte(buf);

	if (unit >= RG_UNIT_COUNT ||
		!rg_measure_from_decimal(mantissa, exponent, (RgUnit) unit, measure))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid external \"measure\" value"),
				 errdetail("The mantissa, the exponent or the unit is not one that a measure can have."),
				 errhint("Send a mantissa from 0 to 10^18 - 1 (8 bytes), an exponent from -18 to 0 and a unit's number (1 byte each).")));
}

PG_FUNCTION_INFO_V1(rg_measure_recv);
Datum
rg_measure_recv(PG_FUNCTION_ARGS)
{
	RgMeasure  *result = palloc(sizeof(RgMeasure));

	rg_measure_receive((StringInfo) PG_GETARG_POINTER(0), result);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_measure_send);
Datum
rg_measure_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	rg_measure_send_to(&buf, PG_GETARG_RGMEASURE_P(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* ---- statistics ------------------------------------------------------ */

/*
 * The server's own statistics sort the sample, and a column of results holds
 * measures of every family: ANALYZE would stop at the first pair. So the
 * planner is told how many are null, and no more.
 */
static void
compute_measure_stats(VacAttrStats *stats, AnalyzeAttrFetchFunc fetchfunc,
					  int samplerows, double totalrows)
{
	int			nulls = 0;
	int			i;

	for (i = 0; i < samplerows; i++)
	{
		bool		isnull;

		CHECK_FOR_INTERRUPTS();
		(void) fetchfunc(stats, i, &isnull);
		if (isnull)
			nulls++;
	}
	if (samplerows > 0)
	{
		stats->stats_valid = true;
		stats->stanullfrac = (double) nulls / (double) samplerows;
		stats->stawidth = sizeof(RgMeasure);
		stats->stadistinct = 0.0;	/* unknown */
	}
}

PG_FUNCTION_INFO_V1(rg_measure_typanalyze);
Datum
rg_measure_typanalyze(PG_FUNCTION_ARGS)
{
	VacAttrStats *stats = (VacAttrStats *) PG_GETARG_POINTER(0);

	if (!std_typanalyze(stats))
		PG_RETURN_BOOL(false);
	stats->compute_stats = compute_measure_stats;
	PG_RETURN_BOOL(true);
}

/* ---- order ----------------------------------------------------------- */

static int
compare_args(FunctionCallInfo fcinfo)
{
	const RgMeasure *a = PG_GETARG_RGMEASURE_P(0);
	const RgMeasure *b = PG_GETARG_RGMEASURE_P(1);

	rg_measure_require_same_family(a, b);
	return rg_measure_compare(a, b);
}

PG_FUNCTION_INFO_V1(rg_measure_cmp);
Datum
rg_measure_cmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(compare_args(fcinfo));
}

PG_FUNCTION_INFO_V1(rg_measure_lt);
Datum
rg_measure_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) < 0);
}

PG_FUNCTION_INFO_V1(rg_measure_le);
Datum
rg_measure_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) <= 0);
}

PG_FUNCTION_INFO_V1(rg_measure_eq);
Datum
rg_measure_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) == 0);
}

PG_FUNCTION_INFO_V1(rg_measure_ne);
Datum
rg_measure_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) != 0);
}

PG_FUNCTION_INFO_V1(rg_measure_ge);
Datum
rg_measure_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) >= 0);
}

PG_FUNCTION_INFO_V1(rg_measure_gt);
Datum
rg_measure_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(compare_args(fcinfo) > 0);
}

/* Of equal ones the first, so that 90 min stays 90 min. */
PG_FUNCTION_INFO_V1(rg_measure_smaller);
Datum
rg_measure_smaller(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(compare_args(fcinfo) <= 0 ? 0 : 1));
}

PG_FUNCTION_INFO_V1(rg_measure_larger);
Datum
rg_measure_larger(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(PG_GETARG_DATUM(compare_args(fcinfo) >= 0 ? 0 : 1));
}

/* ---- hashing --------------------------------------------------------- */

Datum
rg_hash_key(const char *key, size_t len)
{
	return UInt32GetDatum(hash_bytes((const unsigned char *) key, (int) len));
}

Datum
rg_hash_key_extended(const char *key, size_t len, Datum seed)
{
	return UInt64GetDatum(hash_bytes_extended((const unsigned char *) key,
											  (int) len, DatumGetUInt64(seed)));
}

PG_FUNCTION_INFO_V1(rg_measure_hash);
Datum
rg_measure_hash(PG_FUNCTION_ARGS)
{
	char		key[RG_MEASURE_KEYLEN];

	rg_measure_key(PG_GETARG_RGMEASURE_P(0), key);
	return rg_hash_key(key, sizeof(key));
}

PG_FUNCTION_INFO_V1(rg_measure_hash_extended);
Datum
rg_measure_hash_extended(PG_FUNCTION_ARGS)
{
	char		key[RG_MEASURE_KEYLEN];

	rg_measure_key(PG_GETARG_RGMEASURE_P(0), key);
	return rg_hash_key_extended(key, sizeof(key), PG_GETARG_DATUM(1));
}

/* ---- casts and constructor ------------------------------------------- */

/* Through text: the number's checks are those of what people write. */
static RgMeasure *
measure_from_text(const char *number, RgUnit unit)
{
	RgMeasure  *result = palloc(sizeof(RgMeasure));
	RgFault		fault = rg_measure_read_in(number, strlen(number), unit, result);

	if (fault != RG_FAULT_NONE)
		rg_refuse(NULL, "measure", number, fault);
	return result;
}

static char *
numeric_text(Datum number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, number));
}

PG_FUNCTION_INFO_V1(rg_measure_from_numeric);
Datum
rg_measure_from_numeric(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(measure_from_text(numeric_text(PG_GETARG_DATUM(0)),
										RG_UNIT_NONE));
}

PG_FUNCTION_INFO_V1(rg_measure_from_int4);
Datum
rg_measure_from_int4(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(measure_from_text(psprintf("%d", PG_GETARG_INT32(0)),
										RG_UNIT_NONE));
}

PG_FUNCTION_INFO_V1(rg_measure_from_int8);
Datum
rg_measure_from_int8(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(measure_from_text(psprintf(INT64_FORMAT, PG_GETARG_INT64(0)),
										RG_UNIT_NONE));
}

PG_FUNCTION_INFO_V1(rg_measure_make);
Datum
rg_measure_make(PG_FUNCTION_ARGS)
{
	text	   *name = PG_GETARG_TEXT_PP(1);
	RgUnit		unit;

	if (!rg_unit_parse(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &unit))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown unit \"%s\"",
						rg_excerpt(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name))),
				 errdetail("%s", rg_fault_detail(RG_FAULT_UNIT)),
				 errhint("%s", rg_fault_hint(RG_FAULT_UNIT))));
	PG_RETURN_POINTER(measure_from_text(numeric_text(PG_GETARG_DATUM(0)), unit));
}

/* ---- accessors ------------------------------------------------------- */

static Datum
value_as_numeric(const RgMeasure *measure)
{
	char		buf[RG_MEASURE_MAXLEN];

	rg_number_format(measure, buf);
	return DirectFunctionCall3(numeric_in, CStringGetDatum(buf),
							   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
}

PG_FUNCTION_INFO_V1(rg_measure_value_sql);
Datum
rg_measure_value_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(value_as_numeric(PG_GETARG_RGMEASURE_P(0)));
}

PG_FUNCTION_INFO_V1(rg_measure_base_sql);
Datum
rg_measure_base_sql(PG_FUNCTION_ARGS)
{
	const RgMeasure *measure = PG_GETARG_RGMEASURE_P(0);
	Datum		factor = NumericGetDatum(int64_to_numeric(rg_unit_factor(measure->unit)));

	PG_RETURN_DATUM(DirectFunctionCall1(numeric_trim_scale,
										DirectFunctionCall2(numeric_mul,
															value_as_numeric(measure), factor)));
}

PG_FUNCTION_INFO_V1(rg_measure_unit_sql);
Datum
rg_measure_unit_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(rg_unit_name(PG_GETARG_RGMEASURE_P(0)->unit)));
}

PG_FUNCTION_INFO_V1(rg_measure_family_sql);
Datum
rg_measure_family_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(rg_family_name(rg_measure_family(PG_GETARG_RGMEASURE_P(0)))));
}
