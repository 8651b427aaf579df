/*
 * guard.c: what the guards of all tables share, and the two that need nothing
 * else: history is append-only, and some tables only the extension fills.
 */
#include "facts/facts.h"

#include "access/htup_details.h"
#include "catalog/pg_trigger.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#define RG_NAME_LIMIT 200		/* bytes */
#define RG_SHOWN_LIMIT 60

bool		rg_own_write = false;

/*
 * A BEFORE trigger that fires later could change the row after it was judged
 * (triggers fire in the order of their names).
 */
static void
refuse_later_guard(TriggerData *trigger)
{
	TriggerDesc *all = trigger->tg_relation->trigdesc;
	int16		event = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ?
		TRIGGER_TYPE_INSERT : TRIGGER_TYPE_UPDATE;
	bool		passed = false;

	for (int i = 0; i < all->numtriggers; i++)
	{
		Trigger    *other = &all->triggers[i];

		if (other->tgoid == trigger->tg_trigger->tgoid)
			passed = true;
		else if (passed && other->tgenabled != TRIGGER_DISABLED &&
				 TRIGGER_TYPE_MATCHES(other->tgtype, TRIGGER_TYPE_ROW,
									  TRIGGER_TYPE_BEFORE, event))
			ereport(ERROR,
					(errcode(ERRCODE_RG_GUARD_BYPASSED),
					 errmsg("trigger \"%s\" on table \"%s\" would fire after releasegov's guard",
							other->tgname, RelationGetRelationName(trigger->tg_relation)),
					 errdetail("It could change the row after it was judged."),
					 errhint("Drop it, or rename it so that it sorts before \"%s\".",
							 trigger->tg_trigger->tgname)));
	}
}

static RgOwnSql *own_sql = NULL;

void
rg_own_sql_begin(RgOwnSql *own)
{
	own->above = error_context_stack;
	own->outer = own_sql;
	own_sql = own;
}

void
rg_own_sql_end(RgOwnSql *own)
{
	own_sql = own->outer;
}

TriggerData *
rg_guard_enter(FunctionCallInfo fcinfo, const char *name)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("releasegov.%s can only be called as a trigger", name)));
	if (!TRIGGER_FIRED_FOR_ROW(trigger->tg_event) && strcmp(name, "guard_append_only") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("releasegov.%s can only be called FOR EACH ROW", name),
				 errdetail("A statement has no row to judge.")));
	if (TRIGGER_FIRED_FOR_ROW(trigger->tg_event) &&
		TRIGGER_FIRED_BEFORE(trigger->tg_event) &&
		!TRIGGER_FIRED_BY_DELETE(trigger->tg_event))
		refuse_later_guard(trigger);
	if (own_sql)
		error_context_stack = own_sql->above;
	return trigger;
}

/*
 * Rows that were judged where they were first written: a dump's, and those
 * that logical replication applies. Only a superuser can bring them, so that
 * an application's session gains nothing while a restore is under way.
 */
bool
rg_as_recorded(void)
{
	return (rg_restore_mode || IsLogicalWorker()) &&
		superuser_arg(GetSessionUserId());
}

void
rg_refuse_set_by_server(const char *table, const char *column)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_APPEND_ONLY),
			 errmsg("column \"%s\" of \"%s\" is set by the server", column, table),
			 errdetail("It says when releasegov saw the row, which nobody else can."),
			 errhint("Leave it out. Before a dump is restored, call releasegov.pre_restore().")));
}

void
rg_refuse_given(const RgRow *row, const char *column)
{
	if (!rg_row_is_null(row, column))
		rg_refuse_set_by_server(RelationGetRelationName(row->trigger->tg_relation), column);
}

/*
 * When the newest row of the same key was recorded: the key ends with the id,
 * and begins with names. DT_NOBEGIN if there is none.
 */
static TimestampTz
newest_of_key(const RgRow *row)
{
	RgTable		table;
	RgScan		scan;
	Datum		keys[8];
	int			nkeys;
	Snapshot	snapshot;
	TimestampTz newest = DT_NOBEGIN;

	rg_table_open(&table, RelationGetRelationName(row->trigger->tg_relation), NULL);
	nkeys = IndexRelationGetNumberOfKeyAttributes(table.index) - 1;
	for (int i = 0; i < nkeys; i++)
	{
		int			column = table.index->rd_index->indkey.values[i] - 1;

		if (TupleDescAttr(row->desc, column)->atttypid != TEXTOID || row->nulls[column])
			nkeys = 0;
		keys[i] = row->values[column];
	}
	if (nkeys > 0)
	{
		snapshot = RegisterSnapshot(GetLatestSnapshot());
		rg_scan_begin_text(&scan, &table, nkeys, keys, snapshot, BackwardScanDirection);
		if (rg_scan_next(&scan))
		{
			bool		isnull;

			newest = DatumGetTimestampTz(rg_slot_get(table.slot, "recorded_at", &isnull));
		}
		rg_scan_end(&scan);
		UnregisterSnapshot(snapshot);
	}
	rg_table_close(&table);
	return newest;
}

/* The newest statement counts: time ascends within a key, even if the server's
 * clock is set back. */
TimestampTz
rg_guard_stamp(RgRow *row)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	TimestampTz newest = newest_of_key(row);
	TimestampTz now = rg_uuid_v7(id, Max(GetCurrentTimestamp(), newest + 1));

	rg_refuse_given(row, "recorded_at");
	rg_row_set(row, "id", UUIDPGetDatum(id));
	rg_row_set(row, "recorded_at", TimestampTzGetDatum(now));
	rg_row_set_text(row, "recorded_by", rg_session_user());
	return now;
}

Datum
rg_sha256(const char *data, size_t length)
{
	bytea	   *digest = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);

	SET_VARSIZE(digest, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	if (context == NULL || pg_cryptohash_init(context) < 0 ||
		pg_cryptohash_update(context, (const uint8 *) data, length) < 0 ||
		pg_cryptohash_final(context, (uint8 *) VARDATA(digest),
							PG_SHA256_DIGEST_LENGTH) < 0)
		elog(ERROR, "could not compute a digest");
	pg_cryptohash_free(context);
	return PointerGetDatum(digest);
}

void
rg_check_text(const char *what, const char *value, int limit)
{
	if (value && strlen(value) > (size_t) limit)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("%s is too long", what),
				 errdetail("It has %zu bytes; at most %d are kept.", strlen(value), limit),
				 errhint("Store the long text elsewhere and refer to it.")));
}

void
rg_check_url(const char *what, const char *url)
{
	const char *fault = NULL;
	const char *host = NULL;

	if (url == NULL || url[0] == '\0')
		return;
	if (pg_strncasecmp(url, "https://", 8) == 0)
		host = url + 8;
	else if (pg_strncasecmp(url, "http://", 7) == 0)
		host = url + 7;
	if (host == NULL)
		fault = "It begins neither with https:// nor with http://.";
	else if (host[strcspn(host, " \"<>\\\x7f\001\002\003\004\005\006\a\b\t\n\v\f\r\016\017"
						  "\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037")] != '\0')
		fault = "It holds a blank, a quote, an angle bracket, a backslash or a control character.";
	else if (host[0] == '\0' || strchr("/?#", host[0]) != NULL)
		fault = "It names no host.";
	else if (memchr(host, '@', strcspn(host, "/?#")) != NULL)
		fault = "It holds credentials, which every reader of the record would see.";
	if (fault)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNSAFE_URL),
				 errmsg("%s is not a safe URL", what),
				 errdetail("%s", fault),
				 errhint("Give an https URL without credentials.")));
}

void
rg_check_name(const char *what, const char *value)
{
	const char *fault = NULL;

	if (value == NULL || value[0] == '\0')
		fault = "It is missing or empty.";
	else if (strlen(value) > RG_NAME_LIMIT)
		fault = "It is longer than 200 bytes.";
	else if (value[0] == ' ' || value[strlen(value) - 1] == ' ')
		fault = "It begins or ends with a space.";
	else
	{
		for (const char *c = value; *c && !fault; c++)
		{
			if ((unsigned char) *c < 0x20 || *c == 0x7f)
				fault = "It holds a control character.";
		}
	}
	if (fault)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("%s %s is not a usable name", what,
						rg_shown(value ? value : "")),
				 errdetail("%s", fault),
				 errhint("Use a name of 1 to 200 bytes, such as \"shop\" or \"1.4.0\".")));
}

char *
rg_shown(const char *name)
{
	int			len = strlen(name);
	int			clipped = pg_mbcliplen(name, len, RG_SHOWN_LIMIT);
	char	   *shown = psprintf("\"%.*s%s\"", clipped, name, clipped < len ? "..." : "");

	/* a message is one line, also in the log */
	for (char *c = shown; *c; c++)
	{
		if ((unsigned char) *c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	return shown;
}

const char *
rg_timestamp_shown(TimestampTz at)
{
	return pstrdup(timestamptz_to_str(at));
}

void
rg_refuse_not_finite(const char *what, TimestampTz at)
{
	if (TIMESTAMP_NOT_FINITE(at))
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("%s must be a finite time", what),
				 errdetail("Infinity is never reached, and never measured."),
				 errhint("Give a timestamp with a time zone.")));
}

SPIPlanPtr
rg_plan(RgPlan *plan)
{
	if (plan->plan == NULL)
	{
		SPIPlanPtr	prepared = SPI_prepare(plan->sql, plan->nargs, plan->types);

		if (prepared == NULL)
			elog(ERROR, "could not prepare: %s: %s", plan->sql,
				 SPI_result_code_string(SPI_result));
		if (SPI_keepplan(prepared) != 0)
			elog(ERROR, "could not keep the plan of: %s", plan->sql);
		plan->plan = prepared;
	}
	return plan->plan;
}

static uint64
run(RgPlan *plan, Datum *values, const char *nulls, bool own_write)
{
	bool		before = rg_own_write;
	RgOwnSql	own;
	uint64		rows;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	rg_own_write = own_write;
	rg_own_sql_begin(&own);
	PG_TRY();
	{
		int			result = SPI_execute_plan(rg_plan(plan), values, nulls, false, 0);

		if (result < 0)
			elog(ERROR, "could not run: %s: %s", plan->sql,
				 SPI_result_code_string(result));
	}
	PG_FINALLY();
	{
		rg_own_write = before;
		rg_own_sql_end(&own);
	}
	PG_END_TRY();
	rows = SPI_processed;
	SPI_finish();
	return rows;
}

uint64
rg_run(RgPlan *plan, Datum *values, const char *nulls)
{
	return run(plan, values, nulls, true);
}

uint64
rg_run_as_caller(RgPlan *plan, Datum *values, const char *nulls)
{
	return run(plan, values, nulls, false);
}

/* What is done about what is no longer true depends on what it is. */
static const char *
append_instead(const char *table)
{
	return strcmp(table, "migration") == 0 ?
		"Give the changed migration to a new version, or a sequence of its own." :
		strcmp(table, "migration_check") == 0 ?
		"Prove the migrations again; the newest proof of a text counts." :
		"Append what is true now: a newer result, a revocation, a resolution.";
}

/*
 * BEFORE UPDATE OR DELETE, and BEFORE TRUNCATE. It always raises: returning
 * NULL would let a statement seem to succeed.
 */
PG_FUNCTION_INFO_V1(guard_append_only);
Datum
guard_append_only(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_append_only");
	const char *did = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? "updated" :
		TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? "deleted" : "truncated";

	ereport(ERROR,
			(errcode(ERRCODE_RG_APPEND_ONLY),
			 errmsg("history is append-only: \"%s\" cannot be %s",
					RelationGetRelationName(trigger->tg_relation), did),
			 errdetail("Decisions were made on these rows and must be explicable for as long as the record is kept."),
			 errhint("%s", append_instead(RelationGetRelationName(trigger->tg_relation)))));
}

/* BEFORE any change to tables that only the extension's own functions fill. */
PG_FUNCTION_INFO_V1(guard_derived);
Datum
guard_derived(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_derived");

	if (!rg_own_write && !rg_as_recorded())
		ereport(ERROR,
				(errcode(ERRCODE_RG_APPEND_ONLY),
				 errmsg("\"%s\" is written by releasegov itself",
						RelationGetRelationName(trigger->tg_relation)),
				 errdetail("Its rows follow from what the functions of releasegov do; they are not statements of a client."),
				 errhint("Call the function; the row follows. Before a dump is restored, call releasegov.pre_restore().")));
	PG_RETURN_POINTER(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ?
					  trigger->tg_newtuple : trigger->tg_trigtuple);
}
