/*
 * prove_sql.c: prove_migration(): the registered texts go to the scratch
 * server, what that showed is recorded. Nothing is locked meanwhile; at the end
 * the texts must still be those that were executed.
 */
#include "migration/proof.h"

#include "catalog/pg_type_d.h"
#include "facts/facts.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "tcop/utility.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* ---- what is registered ---- */

typedef struct Registered
{
	RgProof    *proofs;			/* earlier ones first */
	int			nearlier;
	int			n;
} Registered;

static char *
value_of(int row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

/* Copies out of SPI's memory into the caller's. */
static char *
kept(MemoryContext context, int row, int column)
{
	char	   *value = value_of(row, column);

	return value ? MemoryContextStrdup(context, value) : NULL;
}

static void
read_migrations(Datum application, Datum version, Registered *out)
{
	/* of earlier sequences the up alone counts, the one that was registered last */
	static RgPlan find = {
		"WITH mine AS (SELECT m.sequence, m.name, m.up, m.down FROM releasegov.migration m"
		" WHERE m.application OPERATOR(pg_catalog.=) $1 AND m.version OPERATOR(pg_catalog.=) $2),"
		" first AS (SELECT pg_catalog.min(m.sequence) AS sequence FROM mine m)"
		" SELECT x.sequence, x.name, x.up, x.down, x.mine FROM ("
		"SELECT m.sequence, m.name, m.up, m.down, true AS mine FROM mine m"
		" UNION ALL (SELECT DISTINCT ON (e.sequence) e.sequence, e.name, e.up, NULL::pg_catalog.text, false"
		" FROM releasegov.migration e, first WHERE e.application OPERATOR(pg_catalog.=) $1"
		" AND e.sequence OPERATOR(pg_catalog.<) first.sequence"
		" ORDER BY e.sequence, e.id DESC)) x ORDER BY x.sequence",
		2, {TEXTOID, TEXTOID}
	};
	MemoryContext context = CurrentMemoryContext;
	Datum		values[2] = {application, version};

	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_plan(rg_plan(&find), values, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the migrations of a release");
	out->n = (int) SPI_processed;
	out->nearlier = 0;
	out->proofs = MemoryContextAllocZero(context, sizeof(RgProof) * Max(out->n, 1));
	for (int i = 0; i < out->n; i++)
	{
		RgProof    *proof = &out->proofs[i];
		MemoryContext old;

		proof->sequence = strtoi64(value_of(i, 1), NULL, 10);
		proof->name = kept(context, i, 2);
		old = MemoryContextSwitchTo(context);
		rg_script_read(&proof->up, kept(context, i, 3));
		rg_script_read(&proof->down, kept(context, i, 4));
		MemoryContextSwitchTo(old);
		proof->detail = "";
		out->nearlier += value_of(i, 5)[0] == 'f' ? 1 : 0;
	}
	SPI_finish();
}

/* ---- what was found ---- */

static void
add_text(StringInfo json, const char *name, const char *value)
{
	if (value == NULL)
		return;
	appendStringInfo(json, "%s\"%s\": ", json->data[json->len - 1] == '{' ? "" : ", ", name);
	escape_json(json, value);
}

static void
add_number(StringInfo json, const char *name, int value)
{
	if (value > 0)
		appendStringInfo(json, "%s\"%s\": %d",
						 json->data[json->len - 1] == '{' ? "" : ", ", name, value);
}

static Datum
differences_of(const RgProof *proof)
{
	const RgComparison *c = proof->comparison;
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; c != NULL && i < c->nkept; i++)
	{
		appendStringInfoString(&json, json.len > 1 ? ", {" : "{");
		add_text(&json, "kind", c->kept[i].kind);
		add_text(&json, "object", c->kept[i].object);
		add_text(&json, "before", c->kept[i].before);
		add_text(&json, "after", c->kept[i].after);
		appendStringInfoChar(&json, '}');
	}
	for (int i = 0; c != NULL && i < c->nkept_tables; i++)
	{
		appendStringInfoString(&json, json.len > 1 ? ", {" : "{");
		add_text(&json, "table", c->tables[i].table);
		add_number(&json, "lost", c->tables[i].lost);
		add_number(&json, "changed", c->tables[i].changed);
		add_number(&json, "left", c->tables[i].left);
		add_text(&json, "example", c->tables[i].example);
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoChar(&json, ']');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

static Datum
interval_of(int64 microseconds)
{
	Interval   *interval = palloc0(sizeof(Interval));

	interval->time = microseconds;
	return IntervalPGetDatum(interval);
}

/* A registered text never changes: its digests are those of what was executed. */
static void
record_proof(Datum application, Datum version, const RgProof *proof,
			 const char *server)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.migration_check (application, version, sequence, id, verdict, detail,"
		" differences, up_digest, down_digest, server, took, recorded_at, recorded_by)"
		" SELECT $1, $2, $3, $4, $5, $6, $7, m.up_digest, m.down_digest, $8, $9, $10, $11"
		" FROM (SELECT 1) one LEFT JOIN releasegov.migration m"
		" ON m.application OPERATOR(pg_catalog.=) $1 AND m.version OPERATOR(pg_catalog.=) $2"
		" AND m.sequence OPERATOR(pg_catalog.=) $3",
		11, {TEXTOID, TEXTOID, INT8OID, UUIDOID, TEXTOID, TEXTOID, JSONBOID, TEXTOID,
		INTERVALOID, TIMESTAMPTZOID, TEXTOID}
	};
	pg_uuid_t	id;
	TimestampTz now = rg_uuid_v7(&id, GetCurrentTimestamp());
	Datum		values[11];

	values[0] = application;
	values[1] = version;
	values[2] = Int64GetDatum(proof->sequence);
	values[3] = UUIDPGetDatum(&id);
	values[4] = CStringGetTextDatum(rg_proof_verdict_name(proof->verdict));
	values[5] = CStringGetTextDatum(proof->detail);
	values[6] = differences_of(proof);
	values[7] = CStringGetTextDatum(server);
	values[8] = interval_of(proof->microseconds);
	values[9] = TimestampTzGetDatum(now);
	values[10] = CStringGetTextDatum(rg_session_user());
	rg_run(&insert, values, NULL);
}

static void
answer(ReturnSetInfo *rsinfo, const RgProof *proof)
{
	Datum		values[6];
	bool		nulls[6] = {false};

	values[0] = Int64GetDatum(proof->sequence);
	values[1] = CStringGetTextDatum(proof->name);
	values[2] = CStringGetTextDatum(rg_proof_verdict_name(proof->verdict));
	values[3] = CStringGetTextDatum(proof->detail);
	values[4] = differences_of(proof);
	values[5] = interval_of(proof->microseconds);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
must_know_release(Datum application, Datum version)
{
	Snapshot	snapshot = rg_newest_snapshot();
	RgReleaseRow release;

	rg_release_must_read(application, version, snapshot, &release);
	rg_snapshot_done(snapshot);
}

/* A registered text never changes, but a draft may have got more of them. */
static void
must_be_all(Datum application, Datum version, int n)
{
	static RgPlan all = {
		"SELECT 1 FROM releasegov.migration m"
		" WHERE m.application OPERATOR(pg_catalog.=) $1 AND m.version OPERATOR(pg_catalog.=) $2",
		2, {TEXTOID, TEXTOID}
	};
	Datum		values[2] = {application, version};

	if (rg_run(&all, values, NULL) != (uint64) n)
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("release %s got another migration while it was being proven",
						rg_shown(TextDatumGetCString(version))),
				 errdetail("What was executed is not what the release brings now. Nothing was recorded."),
				 errhint("Register all migrations of a release first, then prove them.")));
}

/* prove_migration(application, version) */
PG_FUNCTION_INFO_V1(prove_migration);
Datum
prove_migration(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	RgProofSettings settings = {rg_scratch_server, rg_scratch_template, rg_scratch_timeout};
	Datum		application = PG_GETARG_DATUM(0);
	Datum		version = PG_GETARG_DATUM(1);
	Registered	all;
	RgProof		whole = {.name = "the whole release", .detail = ""};
	const char *server = "";

	/* what cannot be recorded is not executed */
	PreventCommandIfReadOnly("prove_migration()");
	PreventCommandDuringRecovery("prove_migration()");
	InitMaterializedSRF(fcinfo, 0);
	must_know_release(application, version);
	read_migrations(application, version, &all);
	if (all.n == 0)
	{
		ereport(NOTICE,
				(errmsg("release %s brings no migrations", rg_shown(TextDatumGetCString(version))),
				 errdetail("There is nothing to prove, and nothing was recorded.")));
		PG_RETURN_NULL();
	}
	rg_prove_chain(&settings, all.proofs, all.nearlier, all.n, &whole, &server);

	rg_lock_release_for_fact(application, version);
	must_be_all(application, version, all.n - all.nearlier);
	for (int i = all.nearlier; i < all.n; i++)
	{
		record_proof(application, version, &all.proofs[i], server);
		answer(rsinfo, &all.proofs[i]);
	}
	if (all.n - all.nearlier > 1)
	{
		record_proof(application, version, &whole, server);
		answer(rsinfo, &whole);
	}
	PG_RETURN_NULL();
}
