/*
 * policy_sql.c: the policy's functions in SQL: apply, validate, show.
 */
#include "policy/store.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

static const char standard_document[] =
#include "policy/standard_policy.inc"
;

/* standard_policy() returns jsonb */
PG_FUNCTION_INFO_V1(standard_policy);
Datum
standard_policy(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(DirectFunctionCall1(jsonb_in,
										CStringGetDatum(standard_document)));
}

/* ---- apply_policy ---- */

static void
insert_row(const char *sql, int nargs, Oid *types, Datum *values)
{
	int			result;

	SPI_connect();
	result = SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0);
	if (result != SPI_OK_INSERT)
		elog(ERROR, "policy not stored: %s", SPI_result_code_string(result));
	SPI_finish();
}

static void
store_revision(const char *name, bool is_new, Jsonb *document, text *comment)
{
	Oid			types[] = {TEXTOID, JSONBOID, TEXTOID};
	Datum		values[] = {
		CStringGetTextDatum(name), JsonbPGetDatum(document),
		PointerGetDatum(comment)
	};

	/* the foreign key would say that the policy does not exist */
	if (!is_new && IsolationUsesXactSnapshot() &&
		!rg_policy_exists(name, GetTransactionSnapshot()))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errdetail("Policy \"%s\" was created after this transaction began.", name),
				 errhint("Retry the transaction.")));
	if (is_new)
		insert_row("INSERT INTO releasegov.policy (name) VALUES ($1)",
				   1, types, values);
	insert_row("INSERT INTO releasegov.policy_revision (policy, document, comment) "
			   "VALUES ($1, $2, $3)", 3, types, values);
}

static void
require_arguments(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a policy is applied with its name, document and comment"),
				 errdetail("One of them is null."),
				 errhint("Call releasegov.apply_policy(name, document); the comment may be left out.")));
}

/* apply_policy(name text, document jsonb, comment text) returns int */
PG_FUNCTION_INFO_V1(apply_policy);
Datum
apply_policy(PG_FUNCTION_ARGS)
{
	char	   *name;
	Jsonb	   *document;
	uint8		digest[RG_DIGEST_LEN];
	List	   *faults;
	Snapshot	snapshot;
	RgPolicyRow newest;
	bool		exists;

	require_arguments(fcinfo);
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	document = PG_GETARG_JSONB_P(1);
	rg_policy_check_name(name);
	rg_policy_compile(document, CurrentMemoryContext, false,
					  &faults);
	if (faults != NIL)
		rg_policy_refuse(psprintf("policy \"%s\"", name), faults);
	rg_policy_digest(document, digest);
	rg_lock_policy_for_change(name);
	snapshot = rg_newest_snapshot();
	exists = rg_policy_exists(name, snapshot);
	rg_policy_newest(name, &newest, snapshot);
	rg_snapshot_done(snapshot);
	if (newest.revision > 0 && memcmp(newest.digest, digest, RG_DIGEST_LEN) == 0)
		PG_RETURN_INT32(newest.revision);
	store_revision(name, !exists, document, PG_GETARG_TEXT_PP(2));
	PG_RETURN_INT32(newest.revision + 1);
}

/* validate_policy(document jsonb) returns table (path text, expected text) */
PG_FUNCTION_INFO_V1(validate_policy);
Datum
validate_policy(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	List	   *faults;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, 0);
	rg_policy_compile(PG_GETARG_JSONB_P(0), CurrentMemoryContext, false,
					  &faults);
	foreach(cell, faults)
	{
		const RgPolicyFault *fault = lfirst(cell);
		Datum		values[2] = {
			CStringGetTextDatum(fault->path),
			CStringGetTextDatum(fault->expected)
		};
		bool		nulls[2] = {false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	PG_RETURN_NULL();
}

/* ---- documents ---- */

static void
refuse_unknown(const char *name, int revision)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNKNOWN_NAME),
			 revision == 0 ?
			 errmsg("there is no policy %s", rg_found_text(name)) :
			 errmsg("policy %s has no revision %d", rg_found_text(name), revision),
			 errhint("SELECT policy, revision FROM releasegov.policy_history lists what there is.")));
}

Jsonb *
rg_policy_stored_document(const char *name, int revision)
{
	RgTable		table;
	RgScan		scan;
	RgPolicyRow row;
	Jsonb	   *document = NULL;

	rg_table_open(&table, "policy_revision", NULL);
	rg_policy_scan(&scan, &table, name, revision, GetActiveSnapshot());
	if (rg_scan_next(&scan))
	{
		rg_policy_row(&table, &row);
		document = DatumGetJsonbPCopy(row.document);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	if (document == NULL)
		refuse_unknown(name, revision);
	return document;
}

/* policy_document(name text, revision int) returns jsonb */
PG_FUNCTION_INFO_V1(policy_document);
Datum
policy_document(PG_FUNCTION_ARGS)
{
	char	   *name;
	int			revision = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (!PG_ARGISNULL(1) && revision < 1)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("policy %s has no revision %d", rg_found_text(name), revision),
				 errdetail("Revisions are numbered from 1."),
				 errhint("Leave the number out for the newest one.")));
	PG_RETURN_JSONB_P(rg_policy_stored_document(name, revision));
}

/* measure_interval(measure) returns interval: time alone, 7 d is 168 hours */
PG_FUNCTION_INFO_V1(measure_interval);
Datum
measure_interval(PG_FUNCTION_ARGS)
{
	RgSustained held = {.hold = *PG_GETARG_RGMEASURE_P(0)};
	Interval   *interval = palloc0(sizeof(Interval));
	char		shown[RG_MEASURE_MAXLEN];

	rg_measure_format(&held.hold, shown);
	if (rg_measure_family(&held.hold) != RG_FAMILY_TIME)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNIT_MISMATCH),
				 errmsg("\"%s\" is no time", shown),
				 errdetail("It is a measure in %s.", rg_family_name(rg_measure_family(&held.hold))),
				 errhint("Only times such as 24 h are intervals.")));
	if (held.hold.mantissa == 0)
		PG_RETURN_INTERVAL_P(interval);
	if (!rg_sustained_is_valid(&held))
		ereport(ERROR,
				(errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
				 errmsg("\"%s\" cannot be an interval", shown),
				 errdetail("Durations are whole microseconds and last at most 3650 d."),
				 errhint("Round it, or use measure_base(), which gives nanoseconds.")));
	interval->time = rg_sustained_usecs(&held);
	PG_RETURN_INTERVAL_P(interval);
}
