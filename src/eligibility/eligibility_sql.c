/*
 * eligibility_sql.c: the functions of SQL. They read under the snapshot of
 * their statement, write nothing, and so run on a hot standby as well.
 */
#include "eligibility/evaluate.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "facts/facts.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

/* The arguments that all of them have. */
typedef struct Question
{
	bool		asked;			/* nothing but the revision is null */
	RgLoader	loader;
	char	   *environment;
	int			revision;
} Question;

static void
read_question(FunctionCallInfo fcinfo, Question *question, RgDetail detail)
{
	TimestampTz as_of;

	question->asked = !PG_ARGISNULL(0) && !PG_ARGISNULL(1) &&
		!PG_ARGISNULL(2) && !PG_ARGISNULL(3);
	if (!question->asked)
		return;
	as_of = PG_GETARG_TIMESTAMPTZ(3);
	rg_refuse_not_finite("the time to judge at", as_of);
	question->environment = text_to_cstring(PG_GETARG_TEXT_PP(2));
	question->revision = PG_ARGISNULL(4) ? 0 : PG_GETARG_INT32(4);
	if (!PG_ARGISNULL(4) && question->revision <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("a policy has no revision %d", question->revision),
				 errdetail("Revisions count from 1."),
				 errhint("Leave the revision out for the one in force.")));
	rg_loader_init(&question->loader, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1),
				   as_of, GetActiveSnapshot(), detail);
}

static RgEligibility *
answer(Question *question)
{
	return rg_judge(&question->loader, question->environment, NULL,
					question->revision);
}

/* Everything but the answer goes with this context. */
static MemoryContext
enter_context(MemoryContext *old)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "releasegov eligibility",
												  ALLOCSET_DEFAULT_SIZES);

	*old = MemoryContextSwitchTo(context);
	return context;
}

PG_FUNCTION_INFO_V1(is_eligible);
Datum
is_eligible(PG_FUNCTION_ARGS)
{
	MemoryContext old;
	MemoryContext context = enter_context(&old);
	Question	question;
	bool		eligible = false;

	read_question(fcinfo, &question, RG_VERDICT);
	if (question.asked)
		eligible = answer(&question)->eligible;
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	if (!question.asked)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(eligible);
}

PG_FUNCTION_INFO_V1(eligible_at);
Datum
eligible_at(PG_FUNCTION_ARGS)
{
	MemoryContext old;
	MemoryContext context = enter_context(&old);
	Question	question;
	TimestampTz at = RG_NEVER;

	read_question(fcinfo, &question, RG_VERDICT);
	if (question.asked)
		at = rg_judge_eligible_at(&question.loader, answer(&question));
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	if (at == RG_NEVER)
		PG_RETURN_NULL();
	PG_RETURN_TIMESTAMPTZ(at);
}

PG_FUNCTION_INFO_V1(explain);
Datum
explain(PG_FUNCTION_ARGS)
{
	MemoryContext old;
	MemoryContext context = enter_context(&old);
	Question	question;
	text	   *result = NULL;

	read_question(fcinfo, &question, RG_FULL);
	if (question.asked)
	{
		RgEligibility *eligibility = answer(&question);
		TimestampTz at = rg_judge_eligible_at(&question.loader, eligibility);
		char	   *words = rg_explain(eligibility, at);

		MemoryContextSwitchTo(old);
		result = cstring_to_text(words);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
	if (result == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(result);
}

/* ---- rows ---- */

/* The type is that of the column, so no name needs to be looked up. */
static Datum
enum_datum(TupleDesc desc, int column, const char *label)
{
	Oid			type = TupleDescAttr(desc, column)->atttypid;
	HeapTuple	tuple = SearchSysCache2(ENUMTYPOIDNAME, ObjectIdGetDatum(type),
										CStringGetDatum(label));
	Oid			value;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_RG_VERSION_MISMATCH),
				 errmsg("type %s has no value \"%s\"", format_type_be(type), label),
				 errdetail("The library and the extension's objects are not of the same version."),
				 errhint("Run ALTER EXTENSION releasegov UPDATE, or reconnect after it was updated.")));
	value = ((Form_pg_enum) GETSTRUCT(tuple))->oid;
	ReleaseSysCache(tuple);
	return ObjectIdGetDatum(value);
}

static Datum
text_or_null(const char *value, bool *isnull)
{
	*isnull = value == NULL;
	return value ? CStringGetTextDatum(value) : (Datum) 0;
}

static Datum
evidence_array(const RgRequirement *row)
{
	Datum	   *items = palloc(sizeof(Datum) * Max(row->nevidence, 1));

	for (int i = 0; i < row->nevidence; i++)
	{
		char	   *id = DatumGetCString(DirectFunctionCall1(uuid_out,
															 UUIDPGetDatum(row->evidence[i])));

		items[i] = CStringGetTextDatum(id);
	}
	return PointerGetDatum(construct_array(items, row->nevidence, TEXTOID,
										   -1, false, TYPALIGN_INT));
}

static void
put_requirement(ReturnSetInfo *rsinfo, const RgRequirement *row)
{
	Datum		values[10];
	bool		nulls[10] = {false};

	values[0] = text_or_null(row->name, &nulls[0]);
	values[1] = text_or_null(row->kind, &nulls[1]);
	values[2] = enum_datum(rsinfo->setDesc, 2, rg_status_name(row->status));
	values[3] = enum_datum(rsinfo->setDesc, 3, rg_enforcement_name(row->enforcement));
	values[4] = text_or_null(row->required, &nulls[4]);
	values[5] = text_or_null(row->observed, &nulls[5]);
	values[6] = text_or_null(row->detail, &nulls[6]);
	values[7] = text_or_null(row->remedy, &nulls[7]);
	values[8] = TimestampTzGetDatum(row->clears_at);
	nulls[8] = row->clears_at == RG_NEVER;
	values[9] = evidence_array(row);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

PG_FUNCTION_INFO_V1(promotion_eligibility);
Datum
promotion_eligibility(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Question	question;

	InitMaterializedSRF(fcinfo, 0);
	read_question(fcinfo, &question, RG_FULL);
	if (question.asked)
	{
		RgEligibility *eligibility = answer(&question);

		for (int i = 0; i < eligibility->nrequirements; i++)
			put_requirement(rsinfo, &eligibility->requirements[i]);
	}
	return (Datum) 0;
}

/* ---- a revision over past promotions ---- */

typedef struct Promotion
{
	Datum		application;
	Datum		version;
	char	   *environment;
	pg_uuid_t	deployment;
	TimestampTz as_of;
} Promotion;

static RgPolicy *
must_find_revision(const char *name, int revision)
{
	RgPolicy   *policy = rg_policy_revision(name, revision, GetActiveSnapshot());

	if (policy == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("policy %s has no revision %d", rg_shown(name), revision),
				 errdetail("Only a revision that was applied can be tried on past promotions."),
				 errhint("SELECT * FROM releasegov.policy_history lists them; to try one out, apply it under another name: it governs no application then.")));
	return policy;
}

static void
put_blocker(ReturnSetInfo *rsinfo, const Promotion *promotion,
			const char *requirement, RgStatus status, const char *detail)
{
	Datum		values[8];
	bool		nulls[8] = {false};

	values[0] = promotion->application;
	values[1] = promotion->version;
	values[2] = CStringGetTextDatum(promotion->environment);
	values[3] = UUIDPGetDatum(&promotion->deployment);
	values[4] = TimestampTzGetDatum(promotion->as_of);
	values[5] = CStringGetTextDatum(requirement);
	values[6] = enum_datum(rsinfo->setDesc, 6, rg_status_name(status));
	values[7] = text_or_null(detail, &nulls[7]);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
try_promotion(ReturnSetInfo *rsinfo, const Promotion *promotion,
			  RgPolicy *policy)
{
	RgEligibility *eligibility;
	RgLoader	loader;

	if (rg_policy_environment(policy, promotion->environment) < 0)
	{
		put_blocker(rsinfo, promotion, "policy", RG_ERROR,
					psprintf("revision %d has no environment of that name",
							 policy->revision));
		return;
	}
	rg_loader_init(&loader, promotion->application, promotion->version,
				   promotion->as_of, GetActiveSnapshot(), RG_FULL);
	eligibility = rg_judge(&loader, promotion->environment, policy, 0);
	for (int i = 0; i < eligibility->nrequirements; i++)
	{
		const RgRequirement *row = &eligibility->requirements[i];

		if (rg_requirement_blocks(row))
			put_blocker(rsinfo, promotion, row->name, row->status, row->detail);
	}
}

/*
 * Whatever policy let them through: a revision that is still being tried out
 * is applied under a name of its own, which governs nobody.
 */
PG_FUNCTION_INFO_V1(what_would_block);
Datum
what_would_block(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {
		"application", "deployment", "version", "environment", "as_of"
	};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	RgPolicy   *policy = must_find_revision(text_to_cstring(PG_GETARG_TEXT_PP(0)),
											PG_GETARG_INT32(1));
	TimestampTz since = PG_GETARG_TIMESTAMPTZ(2);
	AttrNumber	columns[lengthof(names)];
	MemoryContext old;
	MemoryContext context;
	RgTable		table;
	RgScan		scan;

	InitMaterializedSRF(fcinfo, 0);
	rg_table_open(&table, "deployment_decision", NULL);
	rg_load_columns(&table, names, columns, lengthof(names));
	rg_scan_begin(&scan, &table, 0, NULL, GetActiveSnapshot(), ForwardScanDirection);
	context = enter_context(&old);
	while (rg_scan_next(&scan))
	{
		Promotion	promotion;

		CHECK_FOR_INTERRUPTS();
		promotion.as_of = rg_load_time(&table, columns[4], DT_NOBEGIN);
		if (promotion.as_of < since)
			continue;
		promotion.application = CStringGetTextDatum(rg_load_text(&table, columns[0]));
		rg_load_uuid(&table, columns[1], &promotion.deployment);
		promotion.version = CStringGetTextDatum(rg_load_text(&table, columns[2]));
		promotion.environment = rg_load_text(&table, columns[3]);
		try_promotion(rsinfo, &promotion, policy);
		MemoryContextReset(context);
	}
	MemoryContextSwitchTo(old);
	rg_scan_end(&scan);
	rg_table_close(&table);
	MemoryContextDelete(context);
	return (Datum) 0;
}
