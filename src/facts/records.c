/*
 * records.c: the guards of the remaining facts: applications and their
 * policies, identities, issues, flags, monitoring, holds and health checks.
 */
#include "facts/facts.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/snapmgr.h"

#define RG_RECORD_LIMIT (64 * 1024)

/* What a fact of a release must hold; the trigger's argument names the table. */
typedef struct RgRecordTable
{
	const char *table;
	const char *name_column;	/* a name: issue, flag, check_name */
	const char *word_column;	/* must say something, or NULL */
	bool		has_environment;
	bool		has_url;
} RgRecordTable;

static const RgRecordTable record_tables[] = {
	{"blocking_issue", "issue", NULL, false, true},
	{"feature_flag", "flag", "expected", true, false},
	{"monitoring_check", "check_name", NULL, true, false},
	{"hold", NULL, "reason", true, false},
};

static void
check_columns(const RgRow *row)
{
	for (int i = 0; i < row->desc->natts; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(row->desc, i);

		if (attr->atttypid == TEXTOID && !row->nulls[i])
			rg_check_text(psprintf("column \"%s\" of \"%s\"", NameStr(attr->attname),
								   RelationGetRelationName(row->trigger->tg_relation)),
						  TextDatumGetCString(row->values[i]), RG_RECORD_LIMIT);
	}
}

static void
check_word(const RgRow *row, const char *column)
{
	char	   *word = rg_row_text(row, column);

	if (word == NULL || word[strspn(word, " \t\r\n")] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a row of \"%s\" needs its %s",
						RelationGetRelationName(row->trigger->tg_relation), column),
				 errdetail("Whoever reads the record later must be able to tell what it says."),
				 errhint("Set \"%s\".", column)));
}

static Datum
must_have_key(const RgRow *row, const char *column)
{
	bool		isnull;
	Datum		value = rg_row_get(row, column, &isnull);

	if (isnull)
		rg_check_name(column, NULL);
	return value;
}

static const RgRecordTable *
record_table(TriggerData *trigger)
{
	const char *name = trigger->tg_trigger->tgnargs == 1 ? trigger->tg_trigger->tgargs[0] : "";

	for (int i = 0; i < (int) lengthof(record_tables); i++)
	{
		if (strcmp(record_tables[i].table, name) == 0)
			return &record_tables[i];
	}
	elog(ERROR, "guard_record: unknown table \"%s\"", name);
}

/* BEFORE INSERT ON blocking_issue, feature_flag, monitoring_check, hold. */
PG_FUNCTION_INFO_V1(guard_record);
Datum
guard_record(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_record");
	const RgRecordTable *table = record_table(trigger);
	RgRow		row;
	RgReleaseRow release;
	Datum		application;
	Datum		version;
	Snapshot	snapshot;

	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_row_init(&row, trigger);
	application = must_have_key(&row, "application");
	version = must_have_key(&row, "version");
	rg_lock_release_for_fact(application, version);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	rg_release_must_read(application, version, snapshot, &release);
	if (table->has_environment)
		rg_must_have_environment(rg_must_have_policy(release.application, snapshot),
								 rg_row_text(&row, "environment"));
	UnregisterSnapshot(snapshot);
	if (table->name_column)
		rg_check_name(table->name_column, rg_row_text(&row, table->name_column));
	if (table->word_column)
		check_word(&row, table->word_column);
	check_columns(&row);
	if (table->has_url)
		rg_check_url("the link of an issue", rg_row_text(&row, "url"));
	rg_guard_stamp(&row);
	PG_RETURN_POINTER(rg_row_tuple(&row));
}

/* ---- health checks ---- */

/*
 * Since when all is well: as before if the previous probe of that version was
 * healthy and not too long ago, else from this probe on.
 */
static void
chain_health(RgRow *row, TimestampTz observed, int64 max_gap, RgTable *table)
{
	bool		isnull;
	Datum		since;
	TimestampTz before;

	if (!DatumGetBool(rg_row_get(row, "healthy", &isnull)))
	{
		rg_row_set_null(row, "healthy_since");
		return;
	}
	rg_row_set(row, "healthy_since", TimestampTzGetDatum(observed));
	if (TupIsNull(table->slot))
		return;
	before = DatumGetTimestampTz(rg_slot_get(table->slot, "observed_at", &isnull));
	since = rg_slot_get(table->slot, "healthy_since", &isnull);
	if (!isnull && observed - before <= max_gap)
		rg_row_set(row, "healthy_since", since);
}

static void
refuse_going_back(TimestampTz observed, RgTable *table)
{
	bool		isnull;
	TimestampTz newest;

	if (TupIsNull(table->slot))
		return;
	newest = DatumGetTimestampTz(rg_slot_get(table->slot, "observed_at", &isnull));
	if (observed < newest)
		ereport(ERROR,
				(errcode(ERRCODE_RG_TIME_BACKWARDS),
				 errmsg("a health check cannot be older than the newest one of its version"),
				 errdetail("It was observed at %s, the newest one at %s.",
						   rg_timestamp_shown(observed), rg_timestamp_shown(newest)),
				 errhint("Report probes in the order in which they were made.")));
}

static void
guard_health(RgRow *row, Snapshot snapshot)
{
	char	   *application = rg_row_text(row, "application");
	char	   *environment = rg_row_text(row, "environment");
	RgPolicy   *policy = rg_must_have_policy(application, snapshot);
	int			env = rg_must_have_environment(policy, environment);
	int64		max_gap = PG_INT64_MAX;
	bool		isnull;
	Datum		observed = rg_row_get(row, "observed_at", &isnull);
	TimestampTz now = rg_guard_stamp(row);
	TimestampTz at = isnull ? now : rg_reported_time("the time of observation",
													 DatumGetTimestampTz(observed), now);
	Datum		keys[3] = {CStringGetTextDatum(application), CStringGetTextDatum(environment),
	rg_row_get(row, "version", &isnull)};
	RgTable		table;
	RgScan		scan;

	/* the gap is said by the environments that want the soak: the strictest */
	for (int i = 0; i < policy->nenvironments; i++)
	{
		if (policy->environments[i].after == env && policy->environments[i].soak > 0)
			max_gap = Min(max_gap, rg_max_gap(&policy->environments[i]));
	}
	rg_table_open(&table, "health_check", NULL);
	rg_scan_begin_text(&scan, &table, 3, keys, snapshot, BackwardScanDirection);
	if (!rg_scan_next(&scan))
		ExecClearTuple(table.slot);
	refuse_going_back(at, &table);
	chain_health(row, at, max_gap < PG_INT64_MAX ? max_gap : USECS_PER_HOUR, &table);
	rg_scan_end(&scan);
	rg_table_close(&table);
	rg_row_set(row, "observed_at", TimestampTzGetDatum(at));
}

/* BEFORE INSERT ON health_check. */
PG_FUNCTION_INFO_V1(guard_health_check);
Datum
guard_health_check(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_health_check");
	RgRow		row;
	Datum		application;
	Datum		environment;
	Datum		version;
	RgReleaseRow release;
	Snapshot	snapshot;

	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_row_init(&row, trigger);
	application = must_have_key(&row, "application");
	environment = must_have_key(&row, "environment");
	if (rg_row_is_null(&row, "healthy"))
		check_word(&row, "healthy");
	version = must_have_key(&row, "version");
	rg_lock_release_for_fact(application, version);
	/* probes of one environment chain */
	rg_lock_health_chain(application, environment);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	rg_release_must_read(application, version, snapshot, &release);
	check_columns(&row);
	guard_health(&row, snapshot);
	UnregisterSnapshot(snapshot);
	PG_RETURN_POINTER(rg_row_tuple(&row));
}

/* ---- applications, their policies, identities ---- */

/* BEFORE INSERT ON application. */
PG_FUNCTION_INFO_V1(guard_application);
Datum
guard_application(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_application");
	RgRow		row;

	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_row_init(&row, trigger);
	rg_check_name("application", rg_row_text(&row, "name"));
	check_columns(&row);
	rg_refuse_given(&row, "registered_at");
	rg_row_set(&row, "registered_at", TimestampTzGetDatum(GetCurrentTimestamp()));
	rg_row_set_text(&row, "registered_by", rg_session_user());
	PG_RETURN_POINTER(rg_row_tuple(&row));
}

/* BEFORE INSERT ON policy_assignment. */
PG_FUNCTION_INFO_V1(guard_policy_assignment);
Datum
guard_policy_assignment(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_policy_assignment");
	RgRow		row;
	char	   *policy;
	Snapshot	snapshot;

	CacheInvalidateRelcache(trigger->tg_relation);
	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_row_init(&row, trigger);
	policy = rg_row_text(&row, "policy");
	rg_check_name("policy", policy);
	must_have_key(&row, "application");
	/* what is decided on the application's releases waits */
	rg_lock_application_for_change(rg_row_text(&row, "application"));
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	rg_must_have_application(CStringGetTextDatum(rg_row_text(&row, "application")), snapshot);
	if (rg_policy_as_of(policy, DT_NOEND, snapshot) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("policy %s does not exist", rg_shown(policy)),
				 errdetail("An application needs a policy with at least one revision."),
				 errhint("SELECT releasegov.apply_policy(...) first, or check the spelling in releasegov.policy.")));
	UnregisterSnapshot(snapshot);
	rg_guard_stamp(&row);
	PG_RETURN_POINTER(rg_row_tuple(&row));
}

/* person_of(name) */
PG_FUNCTION_INFO_V1(person_of);
Datum
person_of(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(rg_person(text_to_cstring(PG_GETARG_TEXT_PP(0)),
											   GetActiveSnapshot())));
}

/* Names that lead back to themselves would be nobody's. */
static void
refuse_circle(const char *alias, const char *person)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	char	   *behind = rg_person(person, snapshot);

	UnregisterSnapshot(snapshot);
	if (strcmp(alias, person) != 0 && strcmp(behind, alias) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("%s cannot be an alias of %s", rg_shown(alias), rg_shown(person)),
				 errdetail("%s is known as an alias of %s.", rg_shown(person), rg_shown(alias)),
				 errhint("They are one person already; nothing needs to be recorded.")));
}

/* BEFORE INSERT ON identity. */
PG_FUNCTION_INFO_V1(guard_identity);
Datum
guard_identity(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_identity");
	RgRow		row;

	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_row_init(&row, trigger);
	rg_check_name("alias", rg_row_text(&row, "alias"));
	rg_check_name("person", rg_row_text(&row, "person"));
	rg_lock_identities();
	rg_lock_all_for_fact();
	refuse_circle(rg_row_text(&row, "alias"), rg_row_text(&row, "person"));
	rg_guard_stamp(&row);
	PG_RETURN_POINTER(rg_row_tuple(&row));
}
