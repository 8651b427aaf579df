/*
 * keep.c: reports that are kept whole: which ones, and where. The server
 * compresses what it stores; the digest in the report's row is that of the
 * bytes as they came.
 */
#include "ingest/keep.h"

#include "catalog/pg_type_d.h"
#include "facts/facts.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

const char *
rg_keep_decision(const RgPolicy *policy, size_t size, bool failed)
{
	int64		limit = policy->keep_below > 0 ? policy->keep_below : RG_KEEP_BELOW;

	if (policy->keep == RG_KEEP_NONE)
		return "none";
	if (policy->keep == RG_KEEP_FAILED && !failed)
		return "passed";
	return size < (size_t) limit ? RG_KEPT : "too large";
}

void
rg_keep_document(Datum application, Datum version, const pg_uuid_t *id,
				 const RgInput *bytes, TimestampTz at)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.report_document (application, version, report, content, size, recorded_at, recorded_by)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7)",
		7, {TEXTOID, TEXTOID, UUIDOID, BYTEAOID, INT8OID, TIMESTAMPTZOID, TEXTOID}
	};
	bytea	   *content = palloc(VARHDRSZ + bytes->length);
	Datum		values[7];

	SET_VARSIZE(content, VARHDRSZ + bytes->length);
	memcpy(VARDATA(content), bytes->data, bytes->length);
	values[0] = application;
	values[1] = version;
	values[2] = UUIDPGetDatum(id);
	values[3] = PointerGetDatum(content);
	values[4] = Int64GetDatum((int64) bytes->length);
	values[5] = TimestampTzGetDatum(at);
	values[6] = CStringGetTextDatum(rg_session_user());
	if (rg_run(&insert, values, NULL) != 1)
		elog(ERROR, "a report was not kept");
	pfree(content);
}
