/*
 * threshold_sql.c: the SQL types threshold and sustained, and the operator @@
 * that holds a measure against a threshold. The meaning is in threshold.c and
 * sustained.c.
 */
#include "types/sql.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"

#define THRESHOLD_KEYLEN	(RG_MEASURE_KEYLEN + 1)
#define SUSTAINED_KEYLEN	(THRESHOLD_KEYLEN + RG_MEASURE_KEYLEN)

/* ---- threshold: in and out ------------------------------------------- */

PG_FUNCTION_INFO_V1(rg_threshold_in);
Datum
rg_threshold_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	RgThreshold *result = palloc(sizeof(RgThreshold));
	RgFault		fault = rg_threshold_read(str, strlen(str), result);

	if (fault != RG_FAULT_NONE)
	{
		rg_refuse(RG_ESCONTEXT(fcinfo), "threshold", str, fault);
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_threshold_out);
Datum
rg_threshold_out(PG_FUNCTION_ARGS)
{
	char	   *buf = palloc(RG_THRESHOLD_MAXLEN);

	rg_threshold_format(PG_GETARG_RGTHRESHOLD_P(0), buf);
	PG_RETURN_CSTRING(buf);
}

static void
threshold_send_to(StringInfo buf, const RgThreshold *threshold)
{
	pq_sendint8(buf, threshold->comparator);
	rg_measure_send_to(buf, &threshold->measure);
}

static void
threshold_receive(StringInfo buf, RgThreshold *threshold)
{
	int			comparator = pq_getmsgbyte(buf);

	if (comparator >= RG_COMPARATOR_COUNT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid external \"threshold\" value"),
				 errdetail("The comparator has the number %d.", comparator),
				 errhint("Send 0 to 5 for <, <=, =, <>, >=, >, and the measure behind it.")));
	memset(threshold, 0, sizeof(*threshold));
	threshold->comparator = (uint8) comparator;
	rg_measure_receive(buf, &threshold->measure);
}

PG_FUNCTION_INFO_V1(rg_threshold_recv);
Datum
rg_threshold_recv(PG_FUNCTION_ARGS)
{
	RgThreshold *result = palloc(sizeof(RgThreshold));

	threshold_receive((StringInfo) PG_GETARG_POINTER(0), result);
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_threshold_send);
Datum
rg_threshold_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	threshold_send_to(&buf, PG_GETARG_RGTHRESHOLD_P(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* ---- threshold: equality --------------------------------------------- */

PG_FUNCTION_INFO_V1(rg_threshold_eq);
Datum
rg_threshold_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rg_threshold_same(PG_GETARG_RGTHRESHOLD_P(0),
									 PG_GETARG_RGTHRESHOLD_P(1)));
}

PG_FUNCTION_INFO_V1(rg_threshold_ne);
Datum
rg_threshold_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!rg_threshold_same(PG_GETARG_RGTHRESHOLD_P(0),
									  PG_GETARG_RGTHRESHOLD_P(1)));
}

static void
threshold_key(const RgThreshold *threshold, char *key)
{
	rg_measure_key(&threshold->measure, key);
	key[RG_MEASURE_KEYLEN] = (char) threshold->comparator;
}

PG_FUNCTION_INFO_V1(rg_threshold_hash);
Datum
rg_threshold_hash(PG_FUNCTION_ARGS)
{
	char		key[THRESHOLD_KEYLEN];

	threshold_key(PG_GETARG_RGTHRESHOLD_P(0), key);
	return rg_hash_key(key, sizeof(key));
}

PG_FUNCTION_INFO_V1(rg_threshold_hash_extended);
Datum
rg_threshold_hash_extended(PG_FUNCTION_ARGS)
{
	char		key[THRESHOLD_KEYLEN];

	threshold_key(PG_GETARG_RGTHRESHOLD_P(0), key);
	return rg_hash_key_extended(key, sizeof(key), PG_GETARG_DATUM(1));
}

/* ---- threshold: is it met, what is in it ----------------------------- */

static bool
met(const RgThreshold *threshold, const RgMeasure *measure)
{
	rg_measure_require_same_family(measure, &threshold->measure);
	return rg_threshold_met(threshold, measure);
}

PG_FUNCTION_INFO_V1(rg_measure_meets_threshold);
Datum
rg_measure_meets_threshold(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(met(PG_GETARG_RGTHRESHOLD_P(1), PG_GETARG_RGMEASURE_P(0)));
}

PG_FUNCTION_INFO_V1(rg_threshold_met_by_measure);
Datum
rg_threshold_met_by_measure(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(met(PG_GETARG_RGTHRESHOLD_P(0), PG_GETARG_RGMEASURE_P(1)));
}

PG_FUNCTION_INFO_V1(rg_threshold_measure_sql);
Datum
rg_threshold_measure_sql(PG_FUNCTION_ARGS)
{
	RgMeasure  *result = palloc(sizeof(RgMeasure));

	*result = PG_GETARG_RGTHRESHOLD_P(0)->measure;
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_threshold_comparator_sql);
Datum
rg_threshold_comparator_sql(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(rg_comparator_name(PG_GETARG_RGTHRESHOLD_P(0)->comparator)));
}

/* ---- sustained: in and out ------------------------------------------- */

PG_FUNCTION_INFO_V1(rg_sustained_in);
Datum
rg_sustained_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	RgSustained *result = palloc(sizeof(RgSustained));
	RgFault		fault = rg_sustained_read(str, strlen(str), result);

	if (fault != RG_FAULT_NONE)
	{
		rg_refuse(RG_ESCONTEXT(fcinfo), "sustained", str, fault);
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_sustained_out);
Datum
rg_sustained_out(PG_FUNCTION_ARGS)
{
	char	   *buf = palloc(RG_SUSTAINED_MAXLEN);

	rg_sustained_format(PG_GETARG_RGSUSTAINED_P(0), buf);
	PG_RETURN_CSTRING(buf);
}

PG_FUNCTION_INFO_V1(rg_sustained_recv);
Datum
rg_sustained_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	RgSustained *result = palloc(sizeof(RgSustained));
	RgThreshold threshold;
	RgMeasure	hold;
	RgFault		fault;

	threshold_receive(buf, &threshold);
	rg_measure_receive(buf, &hold);
	fault = rg_sustained_make(&threshold, &hold, result);
	if (fault != RG_FAULT_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid external \"sustained\" value"),
				 errdetail("%s", rg_fault_detail(fault)),
				 errhint("%s", rg_fault_hint(fault))));
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_sustained_send);
Datum
rg_sustained_send(PG_FUNCTION_ARGS)
{
	const RgSustained *sustained = PG_GETARG_RGSUSTAINED_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	threshold_send_to(&buf, &sustained->threshold);
	rg_measure_send_to(&buf, &sustained->hold);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* ---- sustained: equality --------------------------------------------- */

PG_FUNCTION_INFO_V1(rg_sustained_eq);
Datum
rg_sustained_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(rg_sustained_same(PG_GETARG_RGSUSTAINED_P(0),
									 PG_GETARG_RGSUSTAINED_P(1)));
}

PG_FUNCTION_INFO_V1(rg_sustained_ne);
Datum
rg_sustained_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!rg_sustained_same(PG_GETARG_RGSUSTAINED_P(0),
									  PG_GETARG_RGSUSTAINED_P(1)));
}

static void
sustained_key(const RgSustained *sustained, char *key)
{
	threshold_key(&sustained->threshold, key);
	rg_measure_key(&sustained->hold, key + THRESHOLD_KEYLEN);
}

PG_FUNCTION_INFO_V1(rg_sustained_hash);
Datum
rg_sustained_hash(PG_FUNCTION_ARGS)
{
	char		key[SUSTAINED_KEYLEN];

	sustained_key(PG_GETARG_RGSUSTAINED_P(0), key);
	return rg_hash_key(key, sizeof(key));
}

PG_FUNCTION_INFO_V1(rg_sustained_hash_extended);
Datum
rg_sustained_hash_extended(PG_FUNCTION_ARGS)
{
	char		key[SUSTAINED_KEYLEN];

	sustained_key(PG_GETARG_RGSUSTAINED_P(0), key);
	return rg_hash_key_extended(key, sizeof(key), PG_GETARG_DATUM(1));
}

/* ---- sustained: what is in it ---------------------------------------- */

PG_FUNCTION_INFO_V1(rg_sustained_threshold_sql);
Datum
rg_sustained_threshold_sql(PG_FUNCTION_ARGS)
{
	RgThreshold *result = palloc(sizeof(RgThreshold));

	*result = PG_GETARG_RGSUSTAINED_P(0)->threshold;
	PG_RETURN_POINTER(result);
}

PG_FUNCTION_INFO_V1(rg_sustained_duration_sql);
Datum
rg_sustained_duration_sql(PG_FUNCTION_ARGS)
{
	int64		usecs = rg_sustained_usecs(PG_GETARG_RGSUSTAINED_P(0));
	Interval   *result;

	if (usecs == 0)
		PG_RETURN_NULL();
	result = palloc0(sizeof(Interval));
	result->time = usecs;
	PG_RETURN_INTERVAL_P(result);
}

PG_FUNCTION_INFO_V1(rg_sustained_samples_sql);
Datum
rg_sustained_samples_sql(PG_FUNCTION_ARGS)
{
	int			samples = rg_sustained_samples(PG_GETARG_RGSUSTAINED_P(0));

	if (samples == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(samples);
}
