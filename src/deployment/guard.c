/*
 * guard.c: the moves of a deployment. Starting one is where the policy is
 * enforced: whoever sets the state, by whatever statement, the release must
 * be eligible now, on the newest facts, and the decision is kept with it.
 */
#include "deployment/deployment.h"

#include "access/access.h"
#include "access/stratnum.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

/* A deployment on its way from one state to another. */
typedef struct RgStep
{
	RgRow		old;
	RgRow		new;
	char	   *application;
	char	   *version;
	char	   *environment;
	char	   *from;
	char	   *to;
	TimestampTz now;
	Snapshot	snapshot;
	RgPolicy   *policy;
} RgStep;

typedef struct RgStepRule
{
	const char *to;
	const char *stamp;			/* the column that says when */
	void		(*step) (RgStep *step); /* what else it takes, or NULL */
} RgStepRule;

static const char *
actor(void)
{
	return rg_move_actor ? rg_move_actor : rg_session_user();
}

/* Policy and assignment stand still while they decide. */
void
rg_lock_policy_of(const char *application)
{
	RgPolicy   *policy;
	Snapshot	snapshot;

	rg_lock_application_for_decision(application);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	policy = rg_must_have_policy(application, snapshot);
	UnregisterSnapshot(snapshot);
	rg_lock_policy_for_decision(policy->name);
}

/* ---- requesting ---- */

static void
refuse_wrong_birth(const RgRow *row)
{
	static const char *const later[] = {
		"started_at", "live_at", "ended_at", "content_digest", "artifact_digest", "replaces"
	};
	char	   *state = rg_row_enum(row, "state");

	if (state == NULL || strcmp(state, "requested") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("a deployment begins as requested, not as %s", state ? state : "nothing"),
				 errdetail("Only a start is judged by the policy; a row that is born further would never have been."),
				 errhint("Request it, then start it: releasegov.promote(...) does both.")));
	for (int i = 0; i < (int) lengthof(later); i++)
	{
		if (!rg_row_is_null(row, later[i]))
			ereport(ERROR,
					(errcode(ERRCODE_RG_APPEND_ONLY),
					 errmsg("column \"%s\" of a deployment is set by the server", later[i]),
					 errdetail("It says what happened later."),
					 errhint("Leave it out.")));
	}
}

static void
set_requester(RgRow *row, Snapshot snapshot)
{
	char	   *named = rg_row_text(row, "requested_by");

	if (named && strcmp(named, rg_session_user()) != 0 && !rg_session_is_broker(snapshot))
		ereport(ERROR,
				(errcode(ERRCODE_RG_NOT_ENTITLED),
				 errmsg("%s cannot request for %s", rg_session_user(), rg_shown(named)),
				 errdetail("Only a role granted as a broker may name the person who acts."),
				 errhint("Leave requested_by out to request for yourself.")));
	if (named == NULL)
		rg_row_set_text(row, "requested_by", actor());
	if (!rg_own_write)
		rg_row_set(row, "automatic", BoolGetDatum(false));
}

static void
guard_request(RgRow *row)
{
	char	   *application = rg_row_text(row, "application");
	char	   *version = rg_row_text(row, "version");
	RgReleaseRow release;
	Snapshot	snapshot;
	TimestampTz now;
	pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

	rg_check_name("application", application);
	rg_check_name("version", version);
	refuse_wrong_birth(row);
	rg_lock_release_for_fact(CStringGetTextDatum(application), CStringGetTextDatum(version));
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	rg_release_must_read(CStringGetTextDatum(application), CStringGetTextDatum(version),
						 snapshot, &release);
	rg_must_have_environment(rg_must_have_policy(application, snapshot),
							 rg_row_text(row, "environment"));
	set_requester(row, snapshot);
	UnregisterSnapshot(snapshot);
	if (strcmp(release.state, "candidate") != 0 && strcmp(release.state, "released") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("release %s cannot be deployed: its state is %s", rg_shown(version), release.state),
				 errdetail("Only a candidate, whose content is frozen, or a released version is deployed."),
				 strcmp(release.state, "draft") == 0 ?
				 errhint("SELECT releasegov.submit_release(%s, %s) makes it a candidate.",
						 quote_literal_cstr(application), quote_literal_cstr(version)) :
				 errhint("Promote another version, or register its content under a new one.")));
	rg_check_text("the reason", rg_row_text(row, "reason"), RG_REASON_LIMIT);
	now = rg_uuid_v7(id, GetCurrentTimestamp());
	rg_row_set(row, "id", UUIDPGetDatum(id));
	rg_refuse_given(row, "requested_at");
	rg_row_set(row, "requested_at", TimestampTzGetDatum(now));
	rg_row_set(row, "state_since", TimestampTzGetDatum(now));
	rg_row_set_text(row, "recorded_by", rg_session_user());
}

/* ---- starting: the policy decides ---- */

static void
refuse_start(const RgStep *step, const RgEligibility *eligibility)
{
	StringInfoData detail;
	StringInfoData hint;

	initStringInfo(&detail);
	initStringInfo(&hint);
	rg_eligibility_blockers(eligibility, &detail, &hint);
	ereport(ERROR,
			(errcode(ERRCODE_RG_NOT_ELIGIBLE),
			 errmsg("release %s of application %s is not eligible for %s",
					rg_shown(step->version), rg_shown(step->application), rg_shown(step->environment)),
			 errdetail("%s", detail.data),
			 errhint("%s", hint.data)));
}

static void
keep_decision(const RgStep *step, const RgEligibility *eligibility)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.deployment_decision (application, deployment, id, version, environment,"
		" as_of, policy, revision, policy_digest, requirements, actor, recorded_by)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		12, {TEXTOID, UUIDOID, UUIDOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID,
		INT4OID, BYTEAOID, JSONBOID, TEXTOID, TEXTOID}
	};
	Datum		values[12];
	pg_uuid_t	id;
	bool		isnull;
	bytea	   *digest = palloc(VARHDRSZ + sizeof(step->policy->digest));

	SET_VARSIZE(digest, VARHDRSZ + sizeof(step->policy->digest));
	memcpy(VARDATA(digest), eligibility->policy->digest, sizeof(step->policy->digest));
	rg_uuid_v7(&id, step->now);
	values[0] = CStringGetTextDatum(step->application);
	values[1] = rg_row_get(&step->new, "id", &isnull);
	values[2] = UUIDPGetDatum(&id);
	values[3] = CStringGetTextDatum(step->version);
	values[4] = CStringGetTextDatum(step->environment);
	values[5] = TimestampTzGetDatum(eligibility->as_of);
	values[6] = CStringGetTextDatum(eligibility->policy->name);
	values[7] = Int32GetDatum(eligibility->policy->revision);
	values[8] = PointerGetDatum(digest);
	values[9] = JsonbPGetDatum(rg_eligibility_to_jsonb(eligibility));
	values[10] = CStringGetTextDatum(actor());
	values[11] = CStringGetTextDatum(rg_session_user());
	rg_run(&insert, values, NULL);
}

static void
start(RgStep *step)
{
	RgReleaseRow release;
	RgDeployment live;
	RgEligibility *eligibility;

	rg_require_guards();
	eligibility = rg_eligibility(CStringGetTextDatum(step->application),
								 CStringGetTextDatum(step->version),
								 CStringGetTextDatum(step->environment),
								 step->now, 0, step->snapshot, RG_FULL);
	if (!eligibility->eligible)
		refuse_start(step, eligibility);
	keep_decision(step, eligibility);
	/* the move comes after the decision: replayed as of its time, the
	 * decision must not see what it led to */
	step->now++;

	rg_release_must_read(CStringGetTextDatum(step->application),
						 CStringGetTextDatum(step->version), step->snapshot, &release);
	rg_row_set(&step->new, "content_digest", release.content_digest);
	if (release.artifact_digest)
		rg_row_set_text(&step->new, "artifact_digest", release.artifact_digest);
	if (rg_deployment_find("deployment_live", step->application, step->environment,
						   NULL, step->snapshot, &live))
	{
		pg_uuid_t  *id = palloc(sizeof(pg_uuid_t));

		*id = live.id;
		rg_row_set(&step->new, "replaces", UUIDPGetDatum(id));
	}
}

/* ---- going live ---- */

static void
refuse_unhealthy(const RgStep *step, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_NOT_ELIGIBLE),
			 errmsg("release %s cannot go live in %s: its health is not validated",
					rg_shown(step->version), rg_shown(step->environment)),
			 errdetail("%s", why),
			 errhint("SELECT releasegov.report_health(%s, %s, %s, true) when it answers, or report the deployment as failed.",
					 quote_literal_cstr(step->application), quote_literal_cstr(step->environment),
					 quote_literal_cstr(step->version))));
}

/*
 * Policy, "Health checks must pass within 2 minutes": the newest probe of
 * this release since the start is healthy, and its first healthy one came in
 * time.
 */
static void
require_health(RgStep *step, int64 within)
{
	RgTable		table;
	RgScan		scan;
	RgKey		keys[4];
	bool		isnull;
	TimestampTz started = DatumGetTimestampTz(rg_row_get(&step->old, "started_at", &isnull));
	TimestampTz first_healthy = 0;
	bool		healthy = false;
	char	   *why = NULL;

	keys[0] = (RgKey) {1, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(step->application)};
	keys[1] = (RgKey) {2, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(step->environment)};
	keys[2] = (RgKey) {3, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(step->version)};
	keys[3] = (RgKey) {4, BTGreaterEqualStrategyNumber, TIMESTAMPTZOID, TimestampTzGetDatum(started)};
	rg_table_open(&table, "health_check", NULL);
	rg_scan_begin(&scan, &table, 4, keys, step->snapshot, ForwardScanDirection);
	while (rg_scan_next(&scan))
	{
		healthy = DatumGetBool(rg_slot_get(table.slot, "healthy", &isnull));
		if (healthy && first_healthy == 0)
			first_healthy = DatumGetTimestampTz(rg_slot_get(table.slot, "observed_at", &isnull));
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	if (first_healthy == 0)
		why = "No healthy probe of it was reported since the deployment started.";
	else if (!healthy)
		why = "The newest probe of it failed.";
	else if (within > 0 && first_healthy - started > within)
		why = psprintf("The first healthy probe came after the %d s that policy \"%s\" allows.",
					   (int) (within / USECS_PER_SEC), step->policy->name);
	if (why)
		refuse_unhealthy(step, why);
}

static void
supersede(const RgStep *step, const RgDeployment *previous)
{
	static RgPlan update = {
		"UPDATE releasegov.deployment SET state = 'superseded'"
		" WHERE application OPERATOR(pg_catalog.=) $1 AND id OPERATOR(pg_catalog.=) $2",
		2, {TEXTOID, UUIDOID}
	};
	const char *reason = rg_move_reason;
	Datum		values[2];

	values[0] = CStringGetTextDatum(previous->application);
	values[1] = UUIDPGetDatum(&previous->id);
	PG_TRY();
	{
		rg_move_reason = psprintf("%s went live", step->version);
		rg_run(&update, values, NULL);
	}
	PG_FINALLY();
	{
		rg_move_reason = reason;
	}
	PG_END_TRY();
}

static void
go_live(RgStep *step)
{
	int			position = rg_must_have_environment(step->policy, step->environment);
	const RgEnvironment *env = &step->policy->environments[position];
	RgDeployment previous;

	if (env->health_within > 0)
		require_health(step, env->health_within);
	else if (env->nphases > 0)
		require_health(step, env->phases[0].health_within);
	if (rg_deployment_find("deployment_live", step->application, step->environment,
						   NULL, step->snapshot, &previous))
		supersede(step, &previous);
}

/* ---- failing ---- */

/* What failed once must not be put back by the next automatic round. */
static void
fail(RgStep *step)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.hold (application, version, environment, event, reason)"
		" VALUES ($1, $2, $3, 'placed', $4)",
		4, {TEXTOID, TEXTOID, TEXTOID, TEXTOID}
	};
	Datum		values[4];

	values[0] = CStringGetTextDatum(step->application);
	values[1] = CStringGetTextDatum(step->version);
	values[2] = CStringGetTextDatum(step->environment);
	values[3] = CStringGetTextDatum(psprintf("its deployment failed%s%s",
											 rg_move_reason && rg_move_reason[0] ? ": " : "",
											 rg_move_reason ? rg_move_reason : ""));
	rg_run(&insert, values, NULL);
}

/* Only the deployment that goes live supersedes another. */
static void
be_superseded(RgStep *step)
{
	if (!rg_own_write)
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("a deployment is superseded by another one going live"),
				 errdetail("Release %s is what runs in %s until then.",
						   rg_shown(step->version), rg_shown(step->environment)),
				 errhint("Deploy another release: SELECT releasegov.promote(...).")));
}

/* ---- the guard ---- */

static const RgStepRule step_rules[] = {
	{"deploying", "started_at", start},
	{"cancelled", "ended_at", NULL},
	{"live", "live_at", go_live},
	{"failed", "ended_at", fail},
	{"superseded", "ended_at", be_superseded},
};

static void
refuse_other_changes(const RgStep *step)
{
	for (int i = 0; i < step->old.desc->natts; i++)
	{
		const char *column = NameStr(TupleDescAttr(step->old.desc, i)->attname);

		if (strcmp(column, "state") != 0 && strcmp(column, "reason") != 0 &&
			!rg_row_same(&step->old, &step->new, column))
			ereport(ERROR,
					(errcode(ERRCODE_RG_APPEND_ONLY),
					 errmsg("column \"%s\" of a deployment is set by the server", column),
					 errdetail("Only its state moves; the rest says what it is and when it moved."),
					 errhint("Request another deployment instead.")));
	}
}

/*
 * A release that goes live ends the other's stay, which bears on what is
 * decided about that one: both are locked, in the order of their versions.
 */
static void
lock_step(const RgStep *step)
{
	Datum		versions[2] = {CStringGetTextDatum(step->version)};
	int			count = 1;
	RgDeployment live;
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());

	if (strcmp(step->to, "live") == 0 &&
		rg_deployment_find("deployment_live", step->application, step->environment,
						   NULL, snapshot, &live))
	{
		bool		first = strcmp(live.version, step->version) < 0;

		versions[1] = versions[0];
		versions[first ? 0 : 1] = CStringGetTextDatum(live.version);
		count = 2;
	}
	UnregisterSnapshot(snapshot);
	rg_lock_releases_for_decision(CStringGetTextDatum(step->application), count, versions);
}

static void
guard_step(RgStep *step)
{
	bool		legal = step->to && rg_move_is_legal("deployment", step->from, step->to);

	refuse_other_changes(step);
	if (step->to && strcmp(step->from, step->to) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("deployment of %s to %s is %s already", rg_shown(step->version),
						rg_shown(step->environment), step->from),
				 errdetail("An update that moves nothing would look like a move."),
				 errhint("SELECT * FROM releasegov.deployment_history shows where it stands.")));
	if (!legal)
		rg_refuse_move("deployment", psprintf("of %s to %s", rg_shown(step->version),
											  rg_shown(step->environment)),
					   step->from, step->to ? step->to : "nothing");
	rg_lock_policy_of(step->application);
	rg_lock_environment(CStringGetTextDatum(step->application),
						CStringGetTextDatum(step->environment));
	lock_step(step);
	step->snapshot = rg_newest_snapshot();
	step->policy = rg_must_have_policy(step->application, step->snapshot);
	/* not before the transaction began, even if the clock was set back: a
	 * time in the past would leave out what is known */
	step->now = Max(GetCurrentTimestamp(), GetCurrentTransactionStartTimestamp());
	for (int i = 0; i < (int) lengthof(step_rules); i++)
	{
		if (strcmp(step_rules[i].to, step->to) != 0)
			continue;
		if (step_rules[i].step)
			step_rules[i].step(step);
		rg_row_set(&step->new, step_rules[i].stamp, TimestampTzGetDatum(step->now));
	}
	rg_row_set(&step->new, "state_since", TimestampTzGetDatum(step->now));
	rg_snapshot_done(step->snapshot);
}

/* BEFORE INSERT OR UPDATE ON deployment. */
PG_FUNCTION_INFO_V1(guard_deployment);
Datum
guard_deployment(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_deployment");
	RgStep		step = {0};

	if (rg_as_recorded())
		PG_RETURN_POINTER(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ?
						  trigger->tg_newtuple : trigger->tg_trigtuple);
	rg_row_init(&step.new, trigger);
	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
	{
		guard_request(&step.new);
		PG_RETURN_POINTER(rg_row_tuple(&step.new));
	}
	rg_row_init_old(&step.old, trigger);
	step.application = rg_row_text(&step.old, "application");
	step.version = rg_row_text(&step.old, "version");
	step.environment = rg_row_text(&step.old, "environment");
	step.from = rg_row_enum(&step.old, "state");
	step.to = rg_row_enum(&step.new, "state");
	guard_step(&step);
	PG_RETURN_POINTER(rg_row_tuple(&step.new));
}

/* ---- what follows a move ---- */

static void
mark_released(const RgRow *row, const char *application, const char *version)
{
	static RgPlan update = {
		"UPDATE releasegov.release SET state = 'released'"
		" WHERE application OPERATOR(pg_catalog.=) $1 AND version OPERATOR(pg_catalog.=) $2"
		" AND state OPERATOR(pg_catalog.=) 'candidate'",
		2, {TEXTOID, TEXTOID}
	};
	char	   *environment = rg_row_text(row, "environment");
	Snapshot	snapshot = rg_newest_snapshot();
	RgPolicy   *policy = rg_must_have_policy(application, snapshot);
	int			env = rg_must_have_environment(policy, environment);
	Datum		values[2];

	rg_snapshot_done(snapshot);
	if (!policy->environments[env].releases)
		return;
	values[0] = CStringGetTextDatum(application);
	values[1] = CStringGetTextDatum(version);
	rg_run(&update, values, NULL);
}

/* AFTER INSERT OR UPDATE ON deployment, for each row. */
PG_FUNCTION_INFO_V1(record_deployment);
Datum
record_deployment(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "record_deployment");
	RgRow		new;
	RgRow		old;
	RgMove		move = {0};
	bool		isnull;

	if (rg_as_recorded())
		PG_RETURN_POINTER(NULL);
	rg_row_init(&new, trigger);
	move.subject = "deployment";
	move.application = rg_row_text(&new, "application");
	move.version = rg_row_text(&new, "version");
	move.deployment = DatumGetUUIDP(rg_row_get(&new, "id", &isnull));
	move.environment = rg_row_text(&new, "environment");
	move.to = rg_row_enum(&new, "state");
	move.reason = rg_move_reason ? rg_move_reason : rg_row_text(&new, "reason");
	move.at = DatumGetTimestampTz(rg_row_get(&new, "state_since", &isnull));
	move.actor = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ?
		rg_row_text(&new, "requested_by") : actor();
	if (TRIGGER_FIRED_BY_UPDATE(trigger->tg_event))
	{
		rg_row_init_old(&old, trigger);
		move.from = rg_row_enum(&old, "state");
	}
	rg_record_move(&move);
	if (strcmp(move.to, "live") == 0)
		mark_released(&new, move.application, move.version);
	PG_RETURN_POINTER(NULL);
}
