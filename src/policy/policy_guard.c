/*
 * policy_guard.c: the triggers of the policy tables. Whoever writes a
 * revision and by whatever route: its number, digest, time and author are the
 * server's word, and its document is valid or refused.
 */
#include "policy/store.h"

#include "facts/facts.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/inval.h"

#define MAX_FAULT_LINES 50
#define MAX_COMMENT 10000

void
rg_policy_digest(Jsonb *document, uint8 *digest)
{
	char	   *str = JsonbToCString(NULL, &document->root, VARSIZE(document));
	char	   *utf8 = pg_server_to_any(str, strlen(str), PG_UTF8);
	bytea	   *hash;

	hash = DatumGetByteaPP(DirectFunctionCall1(sha256_bytea,
											   PointerGetDatum(cstring_to_text(utf8))));
	memcpy(digest, VARDATA_ANY(hash), RG_DIGEST_LEN);
}

void
rg_policy_refuse(const char *what, List *faults)
{
	StringInfoData lines;
	int			n = list_length(faults);

	initStringInfo(&lines);
	for (int i = 0; i < Min(n, MAX_FAULT_LINES); i++)
	{
		const RgPolicyFault *fault = list_nth(faults, i);

		appendStringInfo(&lines, "%s%s: %s", i > 0 ? "\n" : "",
						 fault->path, fault->expected);
	}
	if (n > MAX_FAULT_LINES)
		appendStringInfo(&lines, "\nand %d more", n - MAX_FAULT_LINES);
	ereport(ERROR,
			(errcode(ERRCODE_RG_INVALID_POLICY),
			 errmsg_plural("%s is not valid: %d fault",
						   "%s is not valid: %d faults", n, what, n),
			 errdetail_internal("%s", lines.data),
			 errhint("SELECT * FROM releasegov.validate_policy(document) lists all faults; docs/policy.md explains every key.")));
}

void
rg_policy_check_name(const char *name)
{
	if (!rg_is_name(name, strlen(name)))
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("%s cannot be the name of a policy", rg_found_text(name)),
				 errdetail("A name has lower-case letters, digits and _, begins with a letter, and has up to %d bytes.", RG_MAX_NAME),
				 errhint("Choose one such as \"standard\" or \"mobile_apps\".")));
}

int
rg_policy_newest(const char *policy, RgPolicyRow *row, Snapshot snapshot)
{
	RgTable		table;
	RgScan		scan;

	row->revision = 0;
	rg_table_open(&table, "policy_revision", NULL);
	rg_policy_scan(&scan, &table, policy, 0, snapshot);
	if (rg_scan_next(&scan))
		rg_policy_row(&table, row);
	rg_scan_end(&scan);
	rg_table_close(&table);
	return row->revision;
}

bool
rg_policy_exists(const char *name, Snapshot snapshot)
{
	Datum		key = CStringGetTextDatum(name);
	RgTable		table;
	RgScan		scan;
	bool		found;

	rg_table_open(&table, "policy", NULL);
	rg_scan_begin_text(&scan, &table, 1, &key, snapshot, ForwardScanDirection);
	found = rg_scan_next(&scan);
	rg_scan_end(&scan);
	rg_table_close(&table);
	return found;
}

/* ---- triggers ---- */

/* The lines of a policy's tables are short of words only in plain INSERTs. */
static char *
required_text(const RgRow *row, const char *column)
{
	char	   *str = rg_row_text(row, column);

	if (str == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("null value in column \"%s\" of relation \"%s\"",
						column, RelationGetRelationName(row->trigger->tg_relation)),
				 errdetail("A policy has a name, and a revision of it a comment."),
				 errhint("Use releasegov.apply_policy(name, document, comment).")));
	return str;
}

/* The key would refuse it as well; but most often this is a dump. */
static void
refuse_existing(const char *name)
{
	Snapshot	snapshot = rg_newest_snapshot();
	bool		exists = rg_policy_exists(name, snapshot);

	rg_snapshot_done(snapshot);
	if (exists)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("policy \"%s\" exists already", name),
				 errdetail("A policy changes by new revisions."),
				 errhint("Use releasegov.apply_policy(); to restore a dump, run SELECT releasegov.pre_restore() first.")));
}

/* BEFORE INSERT ON policy */
PG_FUNCTION_INFO_V1(guard_policy);
Datum
guard_policy(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_policy");
	RgRow		row;

	rg_row_init(&row, trigger);
	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_policy_check_name(required_text(&row, "name"));
	refuse_existing(required_text(&row, "name"));
	rg_refuse_given(&row, "created_at");
	rg_row_set(&row, "created_at", TimestampTzGetDatum(GetCurrentTimestamp()));
	rg_row_set_text(&row, "created_by", rg_session_user());
	PG_RETURN_POINTER(rg_row_tuple(&row));
}

/* The times of a policy's revisions ascend, even if the clock does not. */
static TimestampTz
next_time(const RgPolicyRow *newest)
{
	TimestampTz now = GetCurrentTimestamp();

	if (newest->revision > 0 && newest->applied_at >= now)
		return newest->applied_at + 1;
	return now;
}

static void
refuse_number(const char *policy, int next, int given)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_INVALID_VALUE),
			 errmsg("the next revision of policy \"%s\" is %d, not %d", policy, next, given),
			 errdetail("Revisions are numbered without gaps, in the order in which they were applied."),
			 errhint("Use releasegov.apply_policy(), which numbers them.")));
}

/* The number and the time are given with the policy's lock held. */
static void
stamp_revision(RgRow *row, const char *policy, const uint8 *digest)
{
	bytea	   *stored = palloc(VARHDRSZ + RG_DIGEST_LEN);
	Snapshot	snapshot;
	RgPolicyRow newest;
	bool		unnumbered;
	int			given = DatumGetInt32(rg_row_get(row, "revision", &unnumbered));

	rg_lock_policy_for_change(policy);
	snapshot = rg_newest_snapshot();
	rg_policy_newest(policy, &newest, snapshot);
	rg_snapshot_done(snapshot);
	if (!unnumbered && given != newest.revision + 1)
		refuse_number(policy, newest.revision + 1, given);
	SET_VARSIZE(stored, VARHDRSZ + RG_DIGEST_LEN);
	memcpy(VARDATA(stored), digest, RG_DIGEST_LEN);
	rg_row_set(row, "revision", Int32GetDatum(newest.revision + 1));
	rg_row_set(row, "digest", PointerGetDatum(stored));
	rg_row_set(row, "applied_at", TimestampTzGetDatum(next_time(&newest)));
	rg_row_set_text(row, "applied_by", rg_session_user());
}

/*
 * BEFORE INSERT ON policy_revision. Whatever the session has cached of
 * applications' policies is out of date with it, here and everywhere.
 */
PG_FUNCTION_INFO_V1(guard_policy_revision);
Datum
guard_policy_revision(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_policy_revision");
	RgRow		row;
	char	   *policy;
	bool		isnull;
	Datum		document;
	uint8		digest[RG_DIGEST_LEN];
	List	   *faults;

	rg_row_init(&row, trigger);
	policy = required_text(&row, "policy");
	CacheInvalidateRelcache(trigger->tg_relation);
	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_refuse_given(&row, "applied_at");
	rg_check_text("the comment", required_text(&row, "comment"), MAX_COMMENT);
	document = rg_row_get(&row, "document", &isnull);
	if (isnull)
		document = DirectFunctionCall1(jsonb_in, CStringGetDatum("null"));
	rg_policy_compile(DatumGetJsonbP(document), CurrentMemoryContext, false,
					  &faults);
	if (faults != NIL)
		rg_policy_refuse(psprintf("policy \"%s\"", policy), faults);
	rg_policy_digest(DatumGetJsonbP(document), digest);
	stamp_revision(&row, policy, digest);
	PG_RETURN_POINTER(rg_row_tuple(&row));
}
