/*
 * promote.c: what people and deployers call: ask for a promotion, start it,
 * cancel it, report how it went. They only write rows; the guards decide.
 */
#include "deployment/deployment.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "types/types.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"

/* Who wants what moved, why; the arguments that all functions share. */
typedef struct RgWish
{
	char	   *application;
	char	   *version;
	char	   *environment;
	char	   *reason;
	char	   *actor;
} RgWish;

static char *
text_argument(FunctionCallInfo fcinfo, int i)
{
	return i >= PG_NARGS() || PG_ARGISNULL(i) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

/* application, version, environment, reason, actor from argument n on. */
static void
read_wish(FunctionCallInfo fcinfo, int reason_argument, RgWish *wish)
{
	wish->application = text_argument(fcinfo, 0);
	wish->version = text_argument(fcinfo, 1);
	wish->environment = text_argument(fcinfo, 2);
	wish->reason = text_argument(fcinfo, reason_argument);
	wish->actor = text_argument(fcinfo, reason_argument + 1);
	rg_check_name("application", wish->application);
	rg_check_name("version", wish->version);
	rg_check_name("environment", wish->environment);
	rg_check_text("the reason", wish->reason, RG_REASON_LIMIT);
	if (wish->reason == NULL)
		wish->reason = "";
	if (wish->actor && strcmp(wish->actor, rg_session_user()) != 0)
	{
		Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
		bool		broker = rg_session_is_broker(snapshot);

		UnregisterSnapshot(snapshot);
		if (!broker)
			ereport(ERROR,
					(errcode(ERRCODE_RG_NOT_ENTITLED),
					 errmsg("%s cannot act for %s", rg_session_user(), rg_shown(wish->actor)),
					 errdetail("Only a role granted as a broker may name the person who acts."),
					 errhint("Leave actor out to act for yourself.")));
	}
}

static void
must_know(const RgWish *wish)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	RgReleaseRow release;

	rg_release_must_read(CStringGetTextDatum(wish->application),
						 CStringGetTextDatum(wish->version), snapshot, &release);
	rg_must_have_environment(rg_must_have_policy(wish->application, snapshot), wish->environment);
	UnregisterSnapshot(snapshot);
}

static bool
find(const char *index, const RgWish *wish, RgDeployment *out)
{
	Snapshot	snapshot = rg_newest_snapshot();
	bool		found = rg_deployment_find(index, wish->application, wish->environment,
										   wish->version, snapshot, out);

	rg_snapshot_done(snapshot);
	return found;
}

/* ---- the two writes ---- */

static void
insert_request(const RgWish *wish, bool automatic)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.deployment (application, version, environment, reason, requested_by, automatic)"
		" VALUES ($1, $2, $3, $4, $5, $6)",
		6, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, BOOLOID}
	};
	Datum		values[6];
	char		nulls[7] = "      ";

	values[0] = CStringGetTextDatum(wish->application);
	values[1] = CStringGetTextDatum(wish->version);
	values[2] = CStringGetTextDatum(wish->environment);
	values[3] = CStringGetTextDatum(wish->reason);
	values[4] = wish->actor ? CStringGetTextDatum(wish->actor) : (Datum) 0;
	nulls[4] = wish->actor ? ' ' : 'n';
	values[5] = BoolGetDatum(automatic);
	rg_run(&insert, values, nulls);
}

/* The guard sees who and why through these two, for as long as it runs. */
static void
move(const RgDeployment *deployment, const RgWish *wish, const char *to)
{
	static RgPlan update = {
		"UPDATE releasegov.deployment SET state = $3::releasegov.deployment_state"
		" WHERE application OPERATOR(pg_catalog.=) $1 AND id OPERATOR(pg_catalog.=) $2",
		3, {TEXTOID, UUIDOID, TEXTOID}
	};
	Datum		values[3];

	values[0] = CStringGetTextDatum(deployment->application);
	values[1] = UUIDPGetDatum(&deployment->id);
	values[2] = CStringGetTextDatum(to);
	rg_move_reason = wish->reason;
	rg_move_actor = wish->actor;
	PG_TRY();
	{
		/* found by the newest snapshot, but not in the transaction's own */
		if (rg_run(&update, values, NULL) != 1)
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("could not serialize access due to concurrent update"),
					 errdetail("The deployment was requested after this transaction began."),
					 errhint("Retry the transaction.")));
	}
	PG_FINALLY();
	{
		rg_move_reason = NULL;
		rg_move_actor = NULL;
	}
	PG_END_TRY();
}

static Datum
uuid_result(const RgDeployment *deployment)
{
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	*id = deployment->id;
	return UUIDPGetDatum(id);
}

static void
request(const RgWish *wish, bool automatic, RgDeployment *out)
{
	must_know(wish);
	if (find("deployment_request", wish, out))
		return;
	insert_request(wish, automatic);
	if (!find("deployment_request", wish, out))
		elog(ERROR, "the request for \"%s\" is gone", wish->version);
}

static void
must_find(const char *index, const char *what, const RgWish *wish, RgDeployment *out)
{
	/* also one to an environment that the policy has lost since: it can end */
	if (find(index, wish, out))
		return;
	must_know(wish);
	ereport(ERROR,
			(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
			 errmsg("release %s has no deployment to %s that is %s", rg_shown(wish->version),
					rg_shown(wish->environment), what),
			 errdetail("There is none of application %s in that state.", rg_shown(wish->application)),
			 errhint("SELECT * FROM releasegov.deployment_history WHERE application = %s shows what there is.",
					 quote_literal_cstr(wish->application))));
}

/* ---- SQL functions ---- */

/* request_promotion(application, version, environment, reason, actor) */
PG_FUNCTION_INFO_V1(request_promotion);
Datum
request_promotion(PG_FUNCTION_ARGS)
{
	RgWish		wish;
	RgDeployment deployment;

	read_wish(fcinfo, 3, &wish);
	request(&wish, false, &deployment);
	PG_RETURN_DATUM(uuid_result(&deployment));
}

/* cancel(application, version, environment, reason, actor) */
PG_FUNCTION_INFO_V1(cancel_promotion);
Datum
cancel_promotion(PG_FUNCTION_ARGS)
{
	RgWish		wish;
	RgDeployment deployment;

	read_wish(fcinfo, 3, &wish);
	must_find("deployment_request", "requested", &wish, &deployment);
	move(&deployment, &wish, "cancelled");
	PG_RETURN_DATUM(uuid_result(&deployment));
}

/* start_deployment(application, version, environment, reason, actor) */
PG_FUNCTION_INFO_V1(start_deployment);
Datum
start_deployment(PG_FUNCTION_ARGS)
{
	RgWish		wish;
	RgDeployment deployment;

	read_wish(fcinfo, 3, &wish);
	must_find("deployment_request", "requested", &wish, &deployment);
	move(&deployment, &wish, "deploying");
	PG_RETURN_DATUM(uuid_result(&deployment));
}

/* report_deployment(application, version, environment, state, reason, actor) */
PG_FUNCTION_INFO_V1(report_deployment);
Datum
report_deployment(PG_FUNCTION_ARGS)
{
	RgWish		wish;
	RgDeployment deployment;
	char	   *to;

	read_wish(fcinfo, 4, &wish);
	if (PG_ARGISNULL(3))
		rg_check_name("state", NULL);
	to = rg_enum_label(PG_GETARG_DATUM(3));
	if (strcmp(to, "live") != 0 && strcmp(to, "failed") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("a deployer reports live or failed, not %s", to),
				 errdetail("The other moves are requested, or follow from these."),
				 errhint("releasegov.start_deployment(...) starts, releasegov.cancel(...) cancels.")));
	/* a deployer that says it twice has said it */
	if (strcmp(to, "live") == 0 && !find("deployment_active", &wish, &deployment) &&
		find("deployment_live", &wish, &deployment))
		PG_RETURN_DATUM(uuid_result(&deployment));
	must_find("deployment_active", "under way", &wish, &deployment);
	move(&deployment, &wish, to);
	PG_RETURN_DATUM(uuid_result(&deployment));
}

static Datum
missing_array(const RgEligibility *eligibility)
{
	Datum	   *names = palloc(sizeof(Datum) * Max(eligibility->nrequirements, 1));
	int			count = 0;

	for (int i = 0; i < eligibility->nrequirements; i++)
	{
		if (rg_requirement_blocks(&eligibility->requirements[i]))
			names[count++] = CStringGetTextDatum(eligibility->requirements[i].name);
	}
	return PointerGetDatum(construct_array(names, count, TEXTOID, -1, false, TYPALIGN_INT));
}

/* What is decided under the locks cannot change until the start. */
static void
lock(const RgWish *wish)
{
	rg_lock_policy_of(wish->application);
	rg_lock_environment(CStringGetTextDatum(wish->application),
						CStringGetTextDatum(wish->environment));
	rg_lock_release_for_decision(CStringGetTextDatum(wish->application),
								 CStringGetTextDatum(wish->version));
}

static RgEligibility *
decide(const RgWish *wish)
{
	Snapshot	snapshot = rg_newest_snapshot();
	RgEligibility *eligibility;

	eligibility = rg_eligibility(CStringGetTextDatum(wish->application),
								 CStringGetTextDatum(wish->version),
								 CStringGetTextDatum(wish->environment),
								 Max(GetCurrentTimestamp(), GetCurrentTransactionStartTimestamp()),
								 0, snapshot, RG_FULL);
	rg_snapshot_done(snapshot);
	return eligibility;
}

static Datum
promotion_row(FunctionCallInfo fcinfo, const RgDeployment *deployment, Datum missing)
{
	TupleDesc	desc;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};
	Oid			in;
	Oid			ioparam;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "promote must return a row");
	values[0] = uuid_result(deployment);
	getTypeInputInfo(TupleDescAttr(desc, 1)->atttypid, &in, &ioparam);
	values[1] = OidInputFunctionCall(in, deployment->state, ioparam, -1);
	values[2] = missing;
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}

/* promote(application, version, environment, reason, actor) */
PG_FUNCTION_INFO_V1(promote);
Datum
promote(PG_FUNCTION_ARGS)
{
	RgWish		wish;
	RgDeployment deployment;
	RgEligibility *eligibility;

	read_wish(fcinfo, 3, &wish);
	must_know(&wish);
	lock(&wish);
	/* a job that is run again finds what it started, and asks for no second */
	if (find("deployment_active", &wish, &deployment) ||
		find("deployment_live", &wish, &deployment))
		PG_RETURN_DATUM(promotion_row(fcinfo, &deployment, PointerGetDatum(construct_empty_array(TEXTOID))));
	request(&wish, false, &deployment);
	eligibility = decide(&wish);
	if (eligibility->eligible)
	{
		move(&deployment, &wish, "deploying");
		deployment.state = "deploying";
	}
	else
	{
		StringInfoData detail;
		StringInfoData hint;

		initStringInfo(&detail);
		initStringInfo(&hint);
		rg_eligibility_blockers(eligibility, &detail, &hint);
		ereport(NOTICE,
				(errmsg("release %s waits for promotion to %s",
						rg_shown(wish.version), rg_shown(wish.environment)),
				 errdetail("%s", detail.data),
				 errhint("%s", hint.data)));
	}
	return promotion_row(fcinfo, &deployment, missing_array(eligibility));
}

/* ---- automatic deployment ---- */

/*
 * The newest release of an environment's branch that was never sent there.
 * Only the newest: an older one would put the environment back.
 */
static bool
newest_of_branch(const char *application, const RgEnvironment *env, RgWish *wish)
{
	static RgPlan newest = {
		"SELECT r.version FROM releasegov.release r"
		" WHERE r.application OPERATOR(pg_catalog.=) $1 AND r.source_branch OPERATOR(pg_catalog.=) $2"
		" AND r.state::pg_catalog.text OPERATOR(pg_catalog.=) ANY (ARRAY['candidate', 'released'])"
		" ORDER BY r.registered_at DESC LIMIT 1",
		2, {TEXTOID, TEXTOID}
	};
	static RgPlan sent = {
		"SELECT 1 FROM releasegov.deployment d"
		" WHERE d.application OPERATOR(pg_catalog.=) $1 AND d.environment OPERATOR(pg_catalog.=) $2"
		" AND d.version OPERATOR(pg_catalog.=) $3"
		" AND d.state::pg_catalog.text OPERATOR(pg_catalog.<>) 'requested' LIMIT 1",
		3, {TEXTOID, TEXTOID, TEXTOID}
	};
	Datum		values[3] = {CStringGetTextDatum(application), CStringGetTextDatum(env->branch)};
	MemoryContext caller = CurrentMemoryContext;
	Snapshot	snapshot = rg_newest_snapshot();
	bool		found;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_snapshot(rg_plan(&newest), values, NULL, snapshot, InvalidSnapshot,
							 false, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not look for the newest release");
	found = SPI_processed == 1;
	if (found)
	{
		char	   *version = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);

		wish->application = MemoryContextStrdup(caller, application);
		wish->version = MemoryContextStrdup(caller, version);
		wish->environment = MemoryContextStrdup(caller, env->name);
		wish->reason = psprintf("merged to %s", env->branch);
		wish->reason = MemoryContextStrdup(caller, wish->reason);
		wish->actor = NULL;
		values[1] = CStringGetTextDatum(env->name);
		values[2] = CStringGetTextDatum(version);
		if (SPI_execute_snapshot(rg_plan(&sent), values, NULL, snapshot, InvalidSnapshot,
								 false, false, 1) != SPI_OK_SELECT)
			elog(ERROR, "could not look for earlier deployments");
		found = SPI_processed == 0;
	}
	SPI_finish();
	rg_snapshot_done(snapshot);
	return found;
}

static void
deploy_if_eligible(const RgWish *wish, const RgEnvironment *env, ReturnSetInfo *rsinfo)
{
	RgDeployment deployment;
	RgWish		again;
	Datum		values[4];
	bool		nulls[4] = {false};

	lock(wish);
	/* while this waited for the lock, a newer one may have gone there */
	if (!newest_of_branch(wish->application, env, &again) ||
		strcmp(again.version, wish->version) != 0 || !decide(wish)->eligible)
		return;
	request(wish, true, &deployment);
	move(&deployment, wish, "deploying");
	values[0] = CStringGetTextDatum(wish->application);
	values[1] = CStringGetTextDatum(wish->version);
	values[2] = CStringGetTextDatum(wish->environment);
	values[3] = uuid_result(&deployment);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
auto_deploy_application(const char *application, ReturnSetInfo *rsinfo)
{
	Snapshot	snapshot = rg_newest_snapshot();
	RgPolicy   *policy = rg_policy_of_application(application, DT_NOEND, snapshot);

	rg_snapshot_done(snapshot);
	for (int i = 0; policy && i < policy->nenvironments; i++)
	{
		const RgEnvironment *env = &policy->environments[i];
		RgWish		wish;

		if (env->auto_deploy && env->branch &&
			newest_of_branch(application, env, &wish))
			deploy_if_eligible(&wish, env, rsinfo);
	}
}

/*
 * In a round over all applications, one whose policy cannot be read must not
 * keep the others waiting: what it began is undone, and said.
 */
static void
auto_deploy_or_warn(const char *application, ReturnSetInfo *rsinfo)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		auto_deploy_application(application, rsinfo);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		/* these concern the whole transaction, not one application */
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
			ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_TRANSACTION_ROLLBACK)
			ReThrowError(error);
		ereport(WARNING,
				(errcode(error->sqlerrcode),
				 errmsg("application %s is passed over: %s", rg_shown(application), error->message),
				 error->detail ? errdetail("%s", error->detail) : 0,
				 error->hint ? errhint("%s", error->hint) : 0));
		FreeErrorData(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
}

/* auto_deploy(application): all applications when it is null. */
PG_FUNCTION_INFO_V1(auto_deploy);
Datum
auto_deploy(PG_FUNCTION_ARGS)
{
	static RgPlan applications = {
		"SELECT name FROM releasegov.application"
		" WHERE $1 IS NULL OR name OPERATOR(pg_catalog.=) $1 ORDER BY name",
		1, {TEXTOID}
	};
	Datum		value = PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0);
	MemoryContext caller = CurrentMemoryContext;
	char	  **names;
	uint64		count;

	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_plan(rg_plan(&applications), &value, PG_ARGISNULL(0) ? "n" : NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not list the applications");
	count = SPI_processed;
	names = MemoryContextAlloc(caller, sizeof(char *) * Max(count, 1));
	for (uint64 i = 0; i < count; i++)
		names[i] = MemoryContextStrdup(caller, SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	SPI_finish();
	if (count == 0 && !PG_ARGISNULL(0))
	{
		Snapshot	snapshot = rg_newest_snapshot();

		rg_must_have_application(value, snapshot);
		rg_snapshot_done(snapshot);
	}
	for (uint64 i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (PG_ARGISNULL(0))
			auto_deploy_or_warn(names[i], (ReturnSetInfo *) fcinfo->resultinfo);
		else
			auto_deploy_application(names[i], (ReturnSetInfo *) fcinfo->resultinfo);
	}
	return (Datum) 0;
}
