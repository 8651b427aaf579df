/*
 * prove_sql.c: prove_migration(): the registered texts go to the scratch
 * server, what that showed is recorded. Nothing is locked meanwhile; at the end
 * the newest texts must still be those that were executed.
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
#include "utils/tuplestore.h"
#include "utils/uuid.h"

/* ---- what is registered ---- */

/* SHA-256 of a text, as a bytea; NULL where there is none. */
typedef struct Digests
{
	const bytea *up;
	const bytea *down;
} Digests;

typedef struct Registered
{
	RgProof    *proofs;			/* earlier ones first */
	Digests    *digests;		/* of the same */
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

static const bytea *
kept_bytes(MemoryContext context, int row, int column)
{
	bool		isnull;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &isnull);
	MemoryContext old = MemoryContextSwitchTo(context);
	const bytea *copy = isnull ? NULL : DatumGetByteaPCopy(value);

	MemoryContextSwitchTo(old);
	return copy;
}

/*
 * Connects and reads the newest that is committed, which the snapshot of a
 * transaction under REPEATABLE READ may not show; the caller disconnects.
 */
static int
find_newest(RgPlan *plan, Datum *values)
{
	Snapshot	snapshot = rg_newest_snapshot();

	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_snapshot(rg_plan(plan), values, NULL, snapshot, InvalidSnapshot,
							 true, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the migrations of a release");
	rg_snapshot_done(snapshot);
	return (int) SPI_processed;
}

/*
 * What a deployment of the release meets: first what others bring below its
 * highest sequence and it does not bring itself, of which the up alone counts.
 */
static void
read_migrations(Datum application, Datum version, bool texts, Registered *out)
{
	static RgPlan find = {
		"WITH mine AS (SELECT m.sequence, m.id FROM releasegov.migration m"
		" WHERE m.application OPERATOR(pg_catalog.=) $1 AND m.version OPERATOR(pg_catalog.=) $2),"
		" chosen AS (SELECT m.sequence, m.id, true AS mine FROM mine m"
		" UNION ALL SELECT s.sequence, s.migration, false FROM releasegov.standing_migrations($1) s"
		" WHERE s.sequence OPERATOR(pg_catalog.<) (SELECT pg_catalog.max(m.sequence) FROM mine m)"
		" AND NOT EXISTS (SELECT FROM mine m WHERE m.sequence OPERATOR(pg_catalog.=) s.sequence))"
		" SELECT m.sequence, m.name, CASE WHEN $3 THEN m.up END, CASE WHEN $3 AND c.mine THEN m.down END,"
		" c.mine, m.up_digest, m.down_digest"
		" FROM chosen c JOIN releasegov.migration m ON m.application OPERATOR(pg_catalog.=) $1"
		" AND m.sequence OPERATOR(pg_catalog.=) c.sequence AND m.id OPERATOR(pg_catalog.=) c.id"
		" ORDER BY c.mine, m.sequence",
		3, {TEXTOID, TEXTOID, BOOLOID}
	};
	MemoryContext context = CurrentMemoryContext;
	Datum		values[3] = {application, version, BoolGetDatum(texts)};

	out->n = find_newest(&find, values);
	out->nearlier = 0;
	out->proofs = MemoryContextAllocZero(context, sizeof(RgProof) * Max(out->n, 1));
	out->digests = MemoryContextAllocZero(context, sizeof(Digests) * Max(out->n, 1));
	for (int i = 0; i < out->n; i++)
	{
		RgProof    *proof = &out->proofs[i];
		MemoryContext old;

		proof->sequence = strtoi64(value_of(i, 1), NULL, 10);
		proof->name = kept(context, i, 2);
		out->digests[i].up = kept_bytes(context, i, 6);
		out->digests[i].down = kept_bytes(context, i, 7);
		out->nearlier += value_of(i, 5)[0] == 'f' ? 1 : 0;
		if (!texts)
			continue;
		old = MemoryContextSwitchTo(context);
		rg_script_read(&proof->up, kept(context, i, 3), true);
		rg_script_read(&proof->down, kept(context, i, 4), false);
		MemoryContextSwitchTo(old);
		proof->detail = "";
	}
	SPI_finish();
}

/* The same sequences with the same texts, so many of both from there on. */
static bool
same_texts(const Registered *a, int from_a, const Registered *b, int from_b, int n)
{
	for (int i = 0; i < n; i++)
	{
		if (a->proofs[from_a + i].sequence != b->proofs[from_b + i].sequence ||
			!rg_same_bytes(a->digests[from_a + i].up, b->digests[from_b + i].up) ||
			!rg_same_bytes(a->digests[from_a + i].down, b->digests[from_b + i].down))
			return false;
	}
	return true;
}

#define SHOWN_LEFT_OUT 5

/* Texts of drafts, and of releases that were withdrawn, in words; NULL: none. */
static const char *
left_out(Datum application, Datum version)
{
	static RgPlan find = {
		"SELECT m.sequence, m.name, r.state, m.version FROM releasegov.migration m"
		" JOIN releasegov.release r ON r.application OPERATOR(pg_catalog.=) m.application"
		" AND r.version OPERATOR(pg_catalog.=) m.version"
		" WHERE m.application OPERATOR(pg_catalog.=) $1"
		" AND m.sequence OPERATOR(pg_catalog.<) (SELECT pg_catalog.max(o.sequence) FROM releasegov.migration o"
		" WHERE o.application OPERATOR(pg_catalog.=) $1 AND o.version OPERATOR(pg_catalog.=) $2)"
		" AND NOT EXISTS (SELECT FROM releasegov.migration o WHERE o.application OPERATOR(pg_catalog.=) $1"
		" AND o.version OPERATOR(pg_catalog.=) $2 AND o.sequence OPERATOR(pg_catalog.=) m.sequence)"
		" AND NOT EXISTS (SELECT FROM releasegov.standing_migrations($1) s"
		" JOIN releasegov.migration c ON c.application OPERATOR(pg_catalog.=) $1"
		" AND c.sequence OPERATOR(pg_catalog.=) s.sequence AND c.id OPERATOR(pg_catalog.=) s.migration"
		" WHERE s.sequence OPERATOR(pg_catalog.=) m.sequence"
		" AND (r.state::pg_catalog.text OPERATOR(pg_catalog.<>) 'draft'"
		" OR c.up_digest OPERATOR(pg_catalog.=) m.up_digest))"
		" ORDER BY m.sequence, m.id",
		2, {TEXTOID, TEXTOID}
	};
	Datum		values[2] = {application, version};
	StringInfoData words;
	int			n;

	initStringInfo(&words);
	n = find_newest(&find, values);
	for (int i = 0; i < Min(n, SHOWN_LEFT_OUT); i++)
		appendStringInfo(&words, "%s%s %s of %s %s", i == 0 ? "left out: " : ", ",
						 value_of(i, 1), value_of(i, 2), value_of(i, 3), value_of(i, 4));
	if (n > SHOWN_LEFT_OUT)
		appendStringInfo(&words, " and %d more", n - SHOWN_LEFT_OUT);
	SPI_finish();
	return n > 0 ? words.data : NULL;
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

static Datum
digest_or_null(const bytea *digest, char *null)
{
	*null = digest == NULL ? 'n' : ' ';
	return PointerGetDatum(digest);
}

/* The digests are those of what was executed; the whole release has none. */
static void
record_proof(Datum application, Datum version, const RgProof *proof,
			 const Digests *digests, const char *server)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.migration_check (application, version, sequence, id, verdict, detail,"
		" differences, up_digest, down_digest, server, took, recorded_at, recorded_by)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
		13, {TEXTOID, TEXTOID, INT8OID, UUIDOID, TEXTOID, TEXTOID, JSONBOID, BYTEAOID, BYTEAOID,
		TEXTOID, INTERVALOID, TIMESTAMPTZOID, TEXTOID}
	};
	pg_uuid_t	id;
	TimestampTz now = rg_uuid_v7(&id, GetCurrentTimestamp());
	Datum		values[13];
	char		nulls[] = "             ";

	values[0] = application;
	values[1] = version;
	values[2] = Int64GetDatum(proof->sequence);
	values[3] = UUIDPGetDatum(&id);
	values[4] = CStringGetTextDatum(rg_proof_verdict_name(proof->verdict));
	values[5] = CStringGetTextDatum(proof->detail);
	values[6] = differences_of(proof);
	values[7] = digest_or_null(digests->up, &nulls[7]);
	values[8] = digest_or_null(digests->down, &nulls[8]);
	values[9] = CStringGetTextDatum(server);
	values[10] = interval_of(proof->microseconds);
	values[11] = TimestampTzGetDatum(now);
	values[12] = CStringGetTextDatum(rg_session_user());
	rg_run(&insert, values, nulls);
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

/* A variable of a pipeline that is not set is no success. */
static void
refuse_null(FunctionCallInfo fcinfo)
{
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", PG_ARGISNULL(0) ? "application" : "version"),
				 errdetail("The migrations of a release are proven, and a release is a version of an application."),
				 errhint("Pass both, as register_release() did.")));
}

static void
must_know_release(Datum application, Datum version)
{
	Snapshot	snapshot = rg_newest_snapshot();
	RgReleaseRow release;

	rg_release_must_read(application, version, snapshot, &release);
	rg_snapshot_done(snapshot);
}

/*
 * A draft may have got more meanwhile, and other releases may have changed
 * what runs before it. The caller has locked the release.
 */
static void
must_be_all(Datum application, Datum version, const Registered *executed)
{
	Registered	now;
	int			nmine = executed->n - executed->nearlier;

	read_migrations(application, version, false, &now);
	if (now.n - now.nearlier != nmine ||
		!same_texts(&now, now.nearlier, executed, executed->nearlier, nmine))
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("release %s got another migration while it was being proven",
						rg_shown(TextDatumGetCString(version))),
				 errdetail("What was executed is not what the release brings now. Nothing was recorded."),
				 errhint("Register all migrations of a release first, then prove them.")));
	if (now.nearlier != executed->nearlier || !same_texts(&now, 0, executed, 0, now.nearlier))
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("what runs before release %s changed while it was being proven",
						rg_shown(TextDatumGetCString(version))),
				 errdetail("Another release that brings earlier migrations was submitted, withdrawn or deployed meanwhile. Nothing was recorded."),
				 errhint("Prove it again.")));
}

/* Where an up was run and failed, something that was left out may be why. */
static void
note_left_out(Datum application, Datum version, Registered *all, RgProof *whole)
{
	const char *words = NULL;
	bool		asked = false;

	for (int i = all->nearlier; i < all->n; i++)
	{
		RgProof    *proof = &all->proofs[i];

		if (proof->verdict != RG_UNTESTABLE || proof->up.refusal != NULL || proof->down.refusal != NULL)
			continue;
		if (!asked)
			words = left_out(application, version);
		asked = true;
		rg_proof_note(proof, words);
	}
	if (asked && whole->verdict == RG_UNTESTABLE)
		rg_proof_note(whole, words);
}

/* prove_migration(application, version) */
PG_FUNCTION_INFO_V1(prove_migration);
Datum
prove_migration(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	RgProofSettings settings = {rg_scratch_server, rg_scratch_template, rg_scratch_timeout};
	Datum		application;
	Datum		version;
	Registered	all;
	RgProof		whole = {.name = "the whole release", .detail = ""};
	const Digests none = {NULL, NULL};
	const char *server = "";

	/* what cannot be recorded is not executed */
	PreventCommandIfReadOnly("prove_migration()");
	PreventCommandDuringRecovery("prove_migration()");
	refuse_null(fcinfo);
	application = PG_GETARG_DATUM(0);
	version = PG_GETARG_DATUM(1);
	InitMaterializedSRF(fcinfo, 0);
	must_know_release(application, version);
	read_migrations(application, version, true, &all);
	if (all.n == all.nearlier)
	{
		ereport(NOTICE,
				(errmsg("release %s brings no migrations", rg_shown(TextDatumGetCString(version))),
				 errdetail("There is nothing to prove, and nothing was recorded."),
				 errhint("register_migration() registers them, while the release is a draft.")));
		PG_RETURN_NULL();
	}
	rg_prove_chain(&settings, all.proofs, all.nearlier, all.n, &whole, &server);

	rg_lock_release_for_fact(application, version);
	must_be_all(application, version, &all);
	note_left_out(application, version, &all, &whole);
	for (int i = all.nearlier; i < all.n; i++)
	{
		record_proof(application, version, &all.proofs[i], &all.digests[i], server);
		answer(rsinfo, &all.proofs[i]);
	}
	if (all.n - all.nearlier > 1)
	{
		record_proof(application, version, &whole, &none, server);
		answer(rsinfo, &whole);
	}
	PG_RETURN_NULL();
}
