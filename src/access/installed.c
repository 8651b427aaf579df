/*
 * installed.c: the guards that must stand on each table, in one place, for
 * the decision that relies on them and for check_installation(). Also the
 * event trigger against rewrites.
 */
#include "access/access.h"

#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class_d.h"
#include "catalog/pg_extension_d.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "commands/event_trigger.h"
#include "commands/extension.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

/* The guards: defined with the tables that they guard. */
extern PGDLLEXPORT Datum guard_append_only(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_derived(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_application(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_policy(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_policy_revision(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_policy_assignment(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_identity(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_release(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum record_release(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_gate_result(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_migration(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum record_migration(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_statement(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_record(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_health_check(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum guard_deployment(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum record_deployment(PG_FUNCTION_ARGS);

#define ROW_BEFORE (TRIGGER_TYPE_ROW | TRIGGER_TYPE_BEFORE)
#define ON_INSERT (ROW_BEFORE | TRIGGER_TYPE_INSERT)
#define ON_INSERT_UPDATE (ON_INSERT | TRIGGER_TYPE_UPDATE)
#define ON_ANY_ROW (ON_INSERT_UPDATE | TRIGGER_TYPE_DELETE)
#define ON_UPDATE_DELETE (ROW_BEFORE | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE)
#define ON_DELETE (ROW_BEFORE | TRIGGER_TYPE_DELETE)
#define ON_TRUNCATE (TRIGGER_TYPE_BEFORE | TRIGGER_TYPE_TRUNCATE)
#define AFTER_INSERT (TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT)
#define AFTER_MOVE (TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE)

/* One guard: which function must be called, when. */
typedef struct RgGuard
{
	const char *name;
	int16		type;
	const char *function;
	PGFunction	address;
} RgGuard;

#define MAX_GUARDS 4
typedef struct RgGoverned
{
	const char *table;
	RgGuard		guards[MAX_GUARDS]; /* ends before a name of NULL */
} RgGoverned;

#define GUARD(when, f) {"zz_guard", when, #f, f}
#define NO_DELETE {"zz_append_only", ON_DELETE, "guard_append_only", guard_append_only}
#define NO_CHANGE {"zz_append_only", ON_UPDATE_DELETE, "guard_append_only", guard_append_only}
#define NO_TRUNCATE {"zz_truncate", ON_TRUNCATE, "guard_append_only", guard_append_only}
#define RECORD(f) {"zz_record", AFTER_MOVE, #f, f}

/* What is appended; what moves from state to state; what is as it is now. */
#define FACTS(f) {GUARD(ON_INSERT, f), NO_CHANGE, NO_TRUNCATE}
#define STATES(f, r) {GUARD(ON_INSERT_UPDATE, f), NO_DELETE, NO_TRUNCATE, RECORD(r)}
#define PRESENT(f) {GUARD(ON_ANY_ROW, f), NO_TRUNCATE}

static const RgGoverned governed[] = {
	{"policy", FACTS(guard_policy)},
	{"policy_revision", FACTS(guard_policy_revision)},
	{"application", FACTS(guard_application)},
	{"policy_assignment", FACTS(guard_policy_assignment)},
	{"identity", FACTS(guard_identity)},
	{"release", STATES(guard_release, record_release)},
	{"release_content", FACTS(guard_derived)},
	{"gate_result", FACTS(guard_gate_result)},
	{"report", FACTS(guard_derived)},
	{"migration", {GUARD(ON_INSERT, guard_migration), NO_CHANGE, NO_TRUNCATE,
			{"zz_record", AFTER_INSERT, "record_migration", record_migration}}},
	{"migration_check", FACTS(guard_derived)},
	{"report_document", FACTS(guard_derived)},
	{"review", FACTS(guard_statement)},
	{"approval", FACTS(guard_statement)},
	{"attestation", FACTS(guard_statement)},
	{"waiver", FACTS(guard_statement)},
	{"blocking_issue", FACTS(guard_record)},
	{"feature_flag", FACTS(guard_record)},
	{"monitoring_check", FACTS(guard_record)},
	{"health_check", FACTS(guard_health_check)},
	{"hold", FACTS(guard_record)},
	{"deployment", STATES(guard_deployment, record_deployment)},
	{"deployment_decision", FACTS(guard_derived)},
	{"transition", FACTS(guard_derived)},
	{"access_grant", PRESENT(guard_derived)},
	{"access_history", FACTS(guard_derived)},
};

/* ---- a decision relies on them ---- */

static void
refuse_bypass(const char *table, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_GUARD_BYPASSED),
			 errmsg("nothing is decided while table \"%s\" is not guarded", table),
			 errdetail("%s", why),
			 errhint("SELECT * FROM releasegov.check_installation() lists what is wrong, and how to put it right.")));
}

static const Trigger *
find_trigger(const TriggerDesc *all, const char *name)
{
	for (int i = 0; all && i < all->numtriggers; i++)
	{
		if (strcmp(all->triggers[i].tgname, name) == 0)
			return &all->triggers[i];
	}
	return NULL;
}

static void
require_guard(Relation rel, const RgGuard *guard)
{
	const Trigger *trigger = find_trigger(rel->trigdesc, guard->name);
	const char *table = RelationGetRelationName(rel);
	FmgrInfo	function;

	if (trigger == NULL)
		refuse_bypass(table, psprintf("Trigger \"%s\" is missing.", guard->name));
	if (trigger->tgenabled != TRIGGER_FIRES_ALWAYS)
		refuse_bypass(table, psprintf("Trigger \"%s\" is not enabled ALWAYS.", guard->name));
	if (trigger->tgtype != guard->type || trigger->tgqual != NULL || trigger->tgnattr != 0)
		refuse_bypass(table, psprintf("Trigger \"%s\" does not fire for all that it must judge.", guard->name));
	fmgr_info(trigger->tgfoid, &function);
	if (function.fn_addr != guard->address)
		refuse_bypass(table, psprintf("Trigger \"%s\" does not call releasegov's guard.", guard->name));
}

/* A BEFORE trigger of somebody else may make rows vanish. */
static void
refuse_strangers(Relation rel)
{
	for (int i = 0; rel->trigdesc && i < rel->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &rel->trigdesc->triggers[i];

		if (!trigger->tgisinternal && trigger->tgenabled != TRIGGER_DISABLED &&
			TRIGGER_FOR_BEFORE(trigger->tgtype) && strncmp(trigger->tgname, "zz_", 3) != 0)
			refuse_bypass(RelationGetRelationName(rel),
						  psprintf("Trigger \"%s\" is not releasegov's and may keep rows out.", trigger->tgname));
	}
}

/* What a relation's cache entry tells for nothing. */
static void
require_plain(Relation rel)
{
	const char *table = RelationGetRelationName(rel);

	if (rel->rd_rules != NULL)
		refuse_bypass(table, "A rule rewrites the statements on it.");
	if (rel->rd_rel->relrowsecurity)
		refuse_bypass(table, "Row level security hides rows of it.");
	if (rel->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT)
		refuse_bypass(table, "It is unlogged: a crash would empty it.");
	if (rel->rd_rel->relhassubclass &&
		find_inheritance_children(RelationGetRelid(rel), NoLock) != NIL)
		refuse_bypass(table, "Another table inherits from it.");
}

void
rg_require_guards(void)
{
	Oid			schema = get_namespace_oid(RG_SCHEMA, false);

	for (int i = 0; i < (int) lengthof(governed); i++)
	{
		Oid			relid = get_relname_relid(governed[i].table, schema);
		Relation	rel;

		if (!OidIsValid(relid))
			refuse_bypass(governed[i].table, "It does not exist.");
		rel = table_open(relid, AccessShareLock);
		require_plain(rel);
		for (int j = 0; j < MAX_GUARDS && governed[i].guards[j].name; j++)
			require_guard(rel, &governed[i].guards[j]);
		refuse_strangers(rel);
		table_close(rel, NoLock);
	}
}

/* ---- the same list for check_installation() ---- */

/* expected_guards(OUT table_name, OUT trigger, OUT function, OUT type) */
PG_FUNCTION_INFO_V1(expected_guards);
Datum
expected_guards(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < (int) lengthof(governed); i++)
	{
		for (int j = 0; j < MAX_GUARDS && governed[i].guards[j].name; j++)
		{
			const RgGuard *guard = &governed[i].guards[j];
			Datum		values[4];
			bool		nulls[4] = {false};

			values[0] = CStringGetTextDatum(governed[i].table);
			values[1] = CStringGetTextDatum(guard->name);
			values[2] = CStringGetTextDatum(guard->function);
			values[3] = Int16GetDatum(guard->type);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}

/* The version that this library was built as. */
PG_FUNCTION_INFO_V1(library_version);
Datum
library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(RG_VERSION));
}

/* ---- rewrites ---- */

/*
 * ON table_rewrite: ALTER TABLE ... USING computes every row anew, and no
 * row trigger sees it. Only the extension's own updates may.
 */
PG_FUNCTION_INFO_V1(guard_rewrite);
Datum
guard_rewrite(PG_FUNCTION_ARGS)
{
	Oid			relid;

	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("releasegov.guard_rewrite can only be called as an event trigger")));
	if (creating_extension)
		PG_RETURN_NULL();
	relid = DatumGetObjectId(pg_event_trigger_table_rewrite_oid(fcinfo));
	if (getExtensionOfObject(RelationRelationId, relid) != get_extension_oid("releasegov", true))
		PG_RETURN_NULL();
	ereport(ERROR,
			(errcode(ERRCODE_RG_APPEND_ONLY),
			 errmsg("history is append-only: \"%s\" cannot be rewritten", get_rel_name(relid)),
			 errdetail("ALTER TABLE would compute every row anew, unseen by the guards."),
			 errhint("ALTER EXTENSION releasegov UPDATE changes the extension's tables.")));
}
