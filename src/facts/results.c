/*
 * results.c: results of gates, the path of every CI job. The writer states a
 * measure; whether it is enough is for the policy to say when it is asked.
 * One row costs a look in two session caches and one lock-table entry.
 */
#include "facts/facts.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/uuid.h"

/* The columns of releasegov.gate_result, as its CREATE TABLE numbers them. */
enum
{
	COL_APPLICATION = 1,
	COL_VERSION,
	COL_GATE,
	COL_ENVIRONMENT,
	COL_PART,
	COL_MEASURED_AT,
	COL_ID,
	COL_MEASURED,
	COL_OUTCOME,
	COL_SOURCE,
	COL_RUN_ID,
	COL_ATTEMPT,
	COL_REPORT,
	COL_DETAIL,
	COL_URL,
	COL_RECORDED_AT,
	COL_RECORDED_BY,
	COL_COUNT = COL_RECORDED_BY
};

#define RG_DETAIL_LIMIT (64 * 1024)
#define RG_URL_LIMIT 2000

/* ---- releases that are known ---- */

/*
 * A release is never deleted, so one that was seen committed needs no second
 * look in this session; one that this transaction has written itself, none
 * until the transaction, or a subtransaction that may have written it, ends.
 * What would drop or truncate the table invalidates it, and all is forgotten.
 */
#define RG_MAX_KNOWN 16384

static MemoryContext known_context = NULL;
static HTAB *known_releases = NULL;
static bool known_stale = false;
static Oid	release_relid = InvalidOid;
static uint64 aborted_subtransactions = 0;

typedef struct KnownRelease
{
	uint64		hash;			/* key: of application and version */
	char	   *text;			/* application, NUL, version */
	int			len;
	bool		committed;
	LocalTransactionId lxid;	/* else known here only */
	uint64		aborted;
} KnownRelease;

static void
count_subaborts(SubXactEvent event, SubTransactionId mine,
				SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		aborted_subtransactions++;
}

static void
forget_releases(Datum arg, Oid relid)
{
	if (relid == InvalidOid || relid == release_relid)
		known_stale = true;
}

static void
ready_known(void)
{
	HASHCTL		ctl = {.keysize = sizeof(uint64), .entrysize = sizeof(KnownRelease)};

	if (known_releases && !known_stale &&
		hash_get_num_entries(known_releases) < RG_MAX_KNOWN)
		return;
	if (known_context == NULL)
	{
		RegisterSubXactCallback(count_subaborts, NULL);
		CacheRegisterRelcacheCallback(forget_releases, (Datum) 0);
		known_context = AllocSetContextCreate(TopMemoryContext,
											  "releasegov releases",
											  ALLOCSET_DEFAULT_SIZES);
	}
	known_releases = NULL;
	MemoryContextReset(known_context);
	ctl.hcxt = known_context;
	known_releases = hash_create("releasegov releases", 64, &ctl,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	known_stale = false;
}

static KnownRelease *
known_entry(text *application, text *version, bool *known)
{
	int			alen = VARSIZE_ANY_EXHDR(application);
	int			vlen = VARSIZE_ANY_EXHDR(version);
	uint64		hash;
	KnownRelease *entry;
	bool		found;

	ready_known();
	hash = hash_bytes_extended((unsigned char *) VARDATA_ANY(application), alen, 0) * 31 +
		hash_bytes_extended((unsigned char *) VARDATA_ANY(version), vlen, 0);
	entry = hash_search(known_releases, &hash, HASH_ENTER, &found);
	if (!found)
	{
		entry->text = NULL;
		entry->len = -1;
	}
	*known = entry->len == alen + vlen + 1 &&
		(entry->committed || (entry->lxid == RG_MY_LXID &&
							  entry->aborted == aborted_subtransactions)) &&
		memcmp(entry->text, VARDATA_ANY(application), alen) == 0 &&
		entry->text[alen] == '\0' &&
		memcmp(entry->text + alen + 1, VARDATA_ANY(version), vlen) == 0;
	return entry;
}

/* Refuses an unknown one in words; true when it is known to be committed. */
static bool
look_up_release(Datum application, Datum version)
{
	Datum		keys[2] = {application, version};
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	RgTable		table;
	RgScan		scan;
	bool		isnull;
	TransactionId writer;

	rg_table_open(&table, "release", NULL);
	release_relid = RelationGetRelid(table.heap);
	rg_scan_begin_text(&scan, &table, 2, keys, snapshot, ForwardScanDirection);
	if (!rg_scan_next(&scan))
		rg_unknown_release(application, version, snapshot);
	writer = DatumGetTransactionId(slot_getsysattr(table.slot,
												   MinTransactionIdAttributeNumber,
												   &isnull));
	rg_scan_end(&scan);
	rg_table_close(&table);
	UnregisterSnapshot(snapshot);
	return !TransactionIdIsCurrentTransactionId(writer);
}

static void
must_know_release(Datum application, Datum version)
{
	text	   *app = DatumGetTextPP(application);
	text	   *ver = DatumGetTextPP(version);
	int			alen = VARSIZE_ANY_EXHDR(app);
	int			vlen = VARSIZE_ANY_EXHDR(ver);
	bool		committed;
	bool		known;
	KnownRelease *entry;

	known_entry(app, ver, &known);
	if (known)
		return;
	committed = look_up_release(application, version);
	entry = known_entry(app, ver, &known);
	entry->len = -1;
	if (entry->text)
		pfree(entry->text);
	entry->text = NULL;
	entry->text = MemoryContextAlloc(known_context, alen + vlen + 1);
	memcpy(entry->text, VARDATA_ANY(app), alen);
	entry->text[alen] = '\0';
	memcpy(entry->text + alen + 1, VARDATA_ANY(ver), vlen);
	entry->committed = committed;
	entry->lxid = RG_MY_LXID;
	entry->aborted = aborted_subtransactions;
	entry->len = alen + vlen + 1;
}

/* ---- one result ---- */

typedef struct ResultRow
{
	Datum		values[COL_COUNT];
	bool		nulls[COL_COUNT];
} ResultRow;

static inline bool
missing(const ResultRow *row, int column)
{
	return row->nulls[column - 1];
}

static inline Datum
value(const ResultRow *row, int column)
{
	return row->values[column - 1];
}

static void
put(ResultRow *row, int column, Datum datum)
{
	row->values[column - 1] = datum;
	row->nulls[column - 1] = false;
}

static void
unknown_gate(const RgPolicy *policy, const char *gate)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNKNOWN_NAME),
			 errmsg("gate %s is not in policy \"%s\"", rg_shown(gate), policy->name),
			 errdetail("A result that no gate asks for would seem recorded and count for nothing."),
			 errhint("SELECT gate FROM releasegov.policy_gate WHERE policy = %s lists them.",
					 quote_literal_cstr(policy->name))));
}

static void
check_measure(const RgGate *gate, const ResultRow *row)
{
	RgMeasure  *measured;
	RgFamily	wanted;

	if (missing(row, COL_MEASURED))
	{
		/* a tool that fell over has no measure, and says so by failing */
		if (missing(row, COL_OUTCOME))
			ereport(ERROR,
					(errcode(ERRCODE_RG_INVALID_VALUE),
					 errmsg("a result of gate \"%s\" says nothing", gate->name),
					 errdetail(gate->has_threshold ?
							   "The gate has a threshold, so it needs a measure, or the outcome 'fail' of a tool that gave none." :
							   "The gate has no threshold, so it needs the outcome 'pass' or 'fail'."),
					 gate->has_threshold ?
					 errhint("Set measured, such as '93.4%%'.") :
					 errhint("Set outcome to 'pass' or 'fail'.")));
		return;
	}
	if (!gate->has_threshold)
		return;
	measured = DatumGetRgMeasureP(value(row, COL_MEASURED));
	wanted = rg_measure_family(&gate->threshold.measure);
	if (rg_measure_family(measured) != wanted)
	{
		char		shown[RG_MEASURE_MAXLEN];

		rg_measure_format(measured, shown);
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNIT_MISMATCH),
				 errmsg("gate \"%s\" is measured in another unit", gate->name),
				 errdetail("\"%s\" is a %s, the gate's threshold a %s.", shown,
						   rg_family_name(rg_measure_family(measured)), rg_family_name(wanted)),
				 errhint("Give the measure with the unit of the threshold.")));
	}
}

static void
check_texts(const ResultRow *row)
{
	static const struct
	{
		int			column;
		const char *what;
		int			limit;
	}			limits[] = {
		{COL_SOURCE, "the source of a result", 200},
		{COL_RUN_ID, "the run of a result", 200},
		{COL_URL, "the link of a result", RG_URL_LIMIT},
		{COL_DETAIL, "the detail of a result", RG_DETAIL_LIMIT},
	};

	for (int i = 0; i < (int) lengthof(limits); i++)
	{
		if (!missing(row, limits[i].column) &&
			toast_raw_datum_size(value(row, limits[i].column)) > (Size) limits[i].limit + VARHDRSZ)
			rg_check_text(limits[i].what,
						  TextDatumGetCString(value(row, limits[i].column)), limits[i].limit);
	}
	if (!missing(row, COL_URL))
		rg_check_url("the link of a result", TextDatumGetCString(value(row, COL_URL)));
}

/*
 * An unset variable of the pipeline is no run: all its jobs would be one, and
 * each after the first would be taken for a repetition.
 */
static void
check_run(const ResultRow *row)
{
	bool		empty = false;

	if (!missing(row, COL_RUN_ID))
		empty = toast_raw_datum_size(value(row, COL_RUN_ID)) == VARHDRSZ;
	if (!missing(row, COL_SOURCE))
		empty |= toast_raw_datum_size(value(row, COL_SOURCE)) == VARHDRSZ;
	if (empty || DatumGetInt32(value(row, COL_ATTEMPT)) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a result names no usable run"),
				 errdetail("Source and run are not empty, and attempts are counted from 1."),
				 errhint("Leave out what the pipeline does not know; is a variable of it not set?")));
}

/*
 * A gate of parts takes a result for each of them and none for the whole; any
 * other gate takes none for a part, which would count for nothing.
 */
static void
check_part(const RgPolicy *policy, const RgGate *gate, const char *part)
{
	StringInfoData parts;

	if (gate->nparts == 0 ? part[0] == '\0' : rg_gate_part(gate, part) >= 0)
		return;
	if (gate->nparts == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("gate \"%s\" of policy \"%s\" has no part %s",
						gate->name, policy->name, rg_shown(part)),
				 errdetail("The policy names no parts of this gate: one result is the whole."),
				 errhint("Leave the part out, or let the policy name the gate's parts.")));
	initStringInfo(&parts);
	for (int i = 0; i < Min(gate->nparts, 20); i++)
		appendStringInfo(&parts, "%s\"%s\"", i > 0 ? ", " : "", gate->parts[i]);
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNKNOWN_NAME),
			 part[0] == '\0' ?
			 errmsg("which part of gate \"%s\" is the result of?", gate->name) :
			 errmsg("gate \"%s\" of policy \"%s\" has no part %s", gate->name,
					policy->name, rg_shown(part)),
			 errdetail("Its parts are: %s%s.", parts.data,
					   gate->nparts > 20 ? psprintf(" and %d more", gate->nparts - 20) : ""),
			 errhint("Set part to one of them.")));
}

static void
check_result(const ResultRow *row)
{
	RgPolicy   *policy;
	char	   *gate_name;
	char	   *environment;
	int			gate;

	policy = rg_must_have_policy(TextDatumGetCString(value(row, COL_APPLICATION)), NULL);
	gate_name = TextDatumGetCString(value(row, COL_GATE));
	gate = rg_policy_gate(policy, gate_name);
	if (gate < 0)
		unknown_gate(policy, gate_name);
	environment = TextDatumGetCString(value(row, COL_ENVIRONMENT));
	if (environment[0] != '\0')
		rg_must_have_environment(policy, environment);
	check_part(policy, &policy->gates[gate],
			   TextDatumGetCString(value(row, COL_PART)));
	check_measure(&policy->gates[gate], row);
	check_texts(row);
	check_run(row);
}

static void
stamp_result(ResultRow *row)
{
	static Oid	user = InvalidOid;
	static text *user_name = NULL;
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));
	TimestampTz now = rg_uuid_v7(id, GetCurrentTimestamp());

	if (user != GetSessionUserId())
	{
		MemoryContext old = MemoryContextSwitchTo(TopMemoryContext);

		if (user_name)
			pfree(user_name);
		user_name = NULL;
		user_name = cstring_to_text(rg_session_user());
		user = GetSessionUserId();
		MemoryContextSwitchTo(old);
	}
	put(row, COL_ID, UUIDPGetDatum(id));
	put(row, COL_RECORDED_AT, TimestampTzGetDatum(now));
	put(row, COL_RECORDED_BY, PointerGetDatum(user_name));
	put(row, COL_MEASURED_AT, TimestampTzGetDatum(missing(row, COL_MEASURED_AT) ? now :
												  rg_reported_time("the time of measurement",
																   DatumGetTimestampTz(value(row, COL_MEASURED_AT)), now)));
}

/* The policy's own words for what is missing, before NOT NULL's. */
static void
check_keys(const ResultRow *row)
{
	if (missing(row, COL_APPLICATION))
		rg_check_name("application", NULL);
	if (missing(row, COL_VERSION))
		rg_check_name("version", NULL);
	if (missing(row, COL_GATE))
		rg_check_name("gate", NULL);
}

/* A result shows its report as evidence, so it must have been read off it. */
static void
refuse_claimed_report(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_APPEND_ONLY),
			 errmsg("column \"report\" of \"gate_result\" is set by ingest_report()"),
			 errdetail("It names the report that the result was read off."),
			 errhint("Leave it out, or give the report to ingest_report().")));
}

/* BEFORE INSERT ON gate_result. */
PG_FUNCTION_INFO_V1(guard_gate_result);
Datum
guard_gate_result(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_gate_result");
	TupleDesc	desc = RelationGetDescr(trigger->tg_relation);
	ResultRow	row;
	Datum		values[MaxHeapAttributeNumber];
	bool		nulls[MaxHeapAttributeNumber];

	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	if (desc->natts < COL_COUNT ||
		strcmp(NameStr(TupleDescAttr(desc, COL_COUNT - 1)->attname), "recorded_by") != 0)
		rg_column(trigger->tg_relation, "a column of this version");
	heap_deform_tuple(trigger->tg_trigtuple, desc, values, nulls);
	memcpy(row.values, values, sizeof(row.values));
	memcpy(row.nulls, nulls, sizeof(row.nulls));

	check_keys(&row);
	if (!missing(&row, COL_RECORDED_AT))
		rg_refuse_set_by_server("gate_result", "recorded_at");
	if (!missing(&row, COL_REPORT) && !rg_own_write)
		refuse_claimed_report();
	if (missing(&row, COL_ENVIRONMENT))
		put(&row, COL_ENVIRONMENT, CStringGetTextDatum(""));
	if (missing(&row, COL_PART))
		put(&row, COL_PART, CStringGetTextDatum(""));
	if (missing(&row, COL_ATTEMPT))
		put(&row, COL_ATTEMPT, Int32GetDatum(1));
	/* a run is a source's: without one, "run 8123" is nobody's */
	if (missing(&row, COL_SOURCE) && !missing(&row, COL_RUN_ID))
		put(&row, COL_SOURCE, CStringGetTextDatum("ci"));
	rg_lock_release_for_fact(value(&row, COL_APPLICATION), value(&row, COL_VERSION));
	must_know_release(value(&row, COL_APPLICATION), value(&row, COL_VERSION));
	check_result(&row);
	stamp_result(&row);

	memcpy(values, row.values, sizeof(row.values));
	memcpy(nulls, row.nulls, sizeof(row.nulls));
	PG_RETURN_POINTER(heap_form_tuple(desc, values, nulls));
}

/* ---- ci_result: by application and version, each run once ---- */

/* The columns of the view, which are the parameters of the insert. */
static const char *const ci_columns[] = {
	"application", "version", "gate", "measured", "outcome", "environment",
	"measured_at", "source", "run_id", "attempt", "detail", "url", "part"
};
#define CI_COLUMNS ((int) lengthof(ci_columns))

static void
refuse_second_story(Datum *values)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_CONFLICTING_FACT),
			 errmsg("run %s of gate %s has reported another result before",
					rg_shown(TextDatumGetCString(values[8])),
					rg_shown(TextDatumGetCString(values[2]))),
			 errdetail("A job that is reported again inserts nothing; one that says something else is a contradiction."),
			 errhint("Report a rerun with the next attempt number.")));
}

/*
 * The same job again: is it the same story? Enum and measure are compared as
 * text, so that the plan depends on no type of ours.
 */
static void
check_same_story(Datum *values, char *nulls, SPIPlanPtr same)
{
	/* not read-only: the earlier row may be newer than our snapshot */
	if (SPI_execute_plan(same, values, nulls, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read an earlier result");
	if (SPI_processed == 0)
		refuse_second_story(values);
}

static SPIPlanPtr insert_plan = NULL;
static SPIPlanPtr same_plan = NULL;
static Oid	plan_relation = InvalidOid;
static AttrNumber ci_attnums[CI_COLUMNS];

/* The types of the view's columns are ours, so the plans go with the view. */
static void
prepare_ci_plans(TriggerData *trigger)
{
	static const char *const insert_sql =
		"INSERT INTO releasegov.gate_result (application, version, gate, measured, outcome, environment,"
		" measured_at, source, run_id, attempt, detail, url, part)"
		" VALUES ($1, $2, $3, $4, $5, COALESCE($6, ''), $7, $8, $9, COALESCE($10, 1), $11, $12, COALESCE($13, ''))"
		" ON CONFLICT (application, source, run_id, version, gate, environment, part, attempt)"
		" WHERE run_id IS NOT NULL DO NOTHING";
	static const char *const same_sql =
		"SELECT 1 FROM releasegov.gate_result g"
		" WHERE g.application OPERATOR(pg_catalog.=) $1 AND g.version OPERATOR(pg_catalog.=) $2"
		" AND g.gate OPERATOR(pg_catalog.=) $3 AND g.environment OPERATOR(pg_catalog.=) COALESCE($6, '')"
		" AND g.part OPERATOR(pg_catalog.=) COALESCE($13, '')"
		" AND g.source OPERATOR(pg_catalog.=) $8"
		" AND g.run_id OPERATOR(pg_catalog.=) $9 AND g.attempt OPERATOR(pg_catalog.=) COALESCE($10, 1)"
		" AND (g.measured::pg_catalog.text OPERATOR(pg_catalog.=) $4::pg_catalog.text"
		" OR g.measured IS NULL AND $4 IS NULL)"
		" AND (g.outcome::pg_catalog.text OPERATOR(pg_catalog.=) $5::pg_catalog.text"
		" OR g.outcome IS NULL AND $5 IS NULL)";
	Relation	view = trigger->tg_relation;
	Oid			types[CI_COLUMNS];
	SPIPlanPtr	insert;
	SPIPlanPtr	same;

	if (plan_relation == RelationGetRelid(view))
		return;
	for (int i = 0; i < CI_COLUMNS; i++)
	{
		ci_attnums[i] = rg_column(view, ci_columns[i]);
		types[i] = TupleDescAttr(RelationGetDescr(view), ci_attnums[i] - 1)->atttypid;
	}
	insert = SPI_prepare(insert_sql, CI_COLUMNS, types);
	same = SPI_prepare(same_sql, CI_COLUMNS, types);
	if (insert == NULL || same == NULL || SPI_keepplan(insert) != 0 || SPI_keepplan(same) != 0)
		elog(ERROR, "could not prepare the plans of ci_result");
	if (insert_plan)
	{
		SPI_freeplan(insert_plan);
		SPI_freeplan(same_plan);
	}
	insert_plan = insert;
	same_plan = same;
	plan_relation = RelationGetRelid(view);
}

static void
read_ci_row(TriggerData *trigger, Datum *values, char *nulls)
{
	Datum		columns[MaxHeapAttributeNumber];
	bool		missing_columns[MaxHeapAttributeNumber];

	heap_deform_tuple(trigger->tg_trigtuple, RelationGetDescr(trigger->tg_relation),
					  columns, missing_columns);
	for (int i = 0; i < CI_COLUMNS; i++)
	{
		values[i] = columns[ci_attnums[i] - 1];
		nulls[i] = missing_columns[ci_attnums[i] - 1] ? 'n' : ' ';
	}
	/* a run is a source's: without one, "run 8123" is nobody's */
	if (nulls[8] == ' ' && nulls[7] == 'n')
	{
		values[7] = CStringGetTextDatum("ci");
		nulls[7] = ' ';
	}
}

/* INSTEAD OF INSERT ON ci_result. */
PG_FUNCTION_INFO_V1(insert_ci_result);
Datum
insert_ci_result(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "insert_ci_result");
	Datum		values[CI_COLUMNS];
	char		nulls[CI_COLUMNS];
	bool		inserted;
	RgOwnSql	own;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	prepare_ci_plans(trigger);
	read_ci_row(trigger, values, nulls);
	rg_own_sql_begin(&own);
	PG_TRY();
	{
		if (SPI_execute_plan(insert_plan, values, nulls, false, 0) != SPI_OK_INSERT)
			elog(ERROR, "could not insert a result");
	}
	PG_FINALLY();
	{
		rg_own_sql_end(&own);
	}
	PG_END_TRY();
	inserted = SPI_processed > 0;
	if (!inserted)
		check_same_story(values, nulls, same_plan);
	SPI_finish();
	if (!inserted)
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(trigger->tg_trigtuple);
}
