/*
 * approve.c: approve, reject and revoke in one call, under each approval rule
 * that applies and that the person may speak under. The guard judges.
 */
#include "facts/facts.h"

#include "catalog/pg_type_d.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

static char *
argument(FunctionCallInfo fcinfo, int i)
{
	return PG_ARGISNULL(i) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(i));
}

static void
insert_approval(FunctionCallInfo fcinfo, const char *rule, const char *decision)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.approval (application, version, environment, rule, decision, comment, actor)"
		" VALUES ($1, $2, $3, $4, $5::releasegov.decision, COALESCE($6, ''), $7)",
		7, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
	};
	Datum		values[7];
	char		nulls[8] = "       ";

	for (int i = 0; i < 3; i++)
		values[i] = PG_GETARG_DATUM(i);
	values[3] = CStringGetTextDatum(rule);
	values[4] = CStringGetTextDatum(decision);
	values[5] = PG_GETARG_DATUM(3);
	nulls[5] = PG_ARGISNULL(3) ? 'n' : ' ';
	values[6] = PG_GETARG_DATUM(5);
	nulls[6] = PG_ARGISNULL(5) ? 'n' : ' ';
	rg_run_as_caller(&insert, values, nulls);
}

static bool
may_speak(const RgPolicy *policy, RgRoleSet roles, const char *actor)
{
	for (int r = 0; r < policy->nroles; r++)
	{
		if ((roles & ((RgRoleSet) 1 << r)) != 0 && rg_holds_role(actor, policy->roles[r].pg_role))
			return true;
	}
	return false;
}

/* The rules to speak under; the first that applies if there is none, so that
 * the guard says in words why not. */
static List *
rules_for(const RgPolicy *policy, int env, RgReleaseKind kind, const char *actor)
{
	List	   *rules = NIL;
	const char *first = NULL;

	for (int i = 0; i < policy->napprovals; i++)
	{
		const RgApprovalRule *rule = &policy->approvals[i];

		if ((rule->environments & ((RgEnvironmentSet) 1 << env)) == 0 ||
			(rule->kinds & ((RgKindSet) 1 << kind)) == 0)
			continue;
		if (first == NULL)
			first = rule->name;
		if (may_speak(policy, rule->roles, actor))
			rules = lappend(rules, pstrdup(rule->name));
	}
	if (rules == NIL && first)
		rules = list_make1(pstrdup(first));
	return rules;
}

/* A revocation without a rule takes back what stands, wherever it does. */
static List *
rules_that_stand(FunctionCallInfo fcinfo, List *rules, const char *actor,
				 Snapshot snapshot)
{
	char	   *person = rg_person(actor, snapshot);
	List	   *standing = NIL;
	ListCell   *lc;

	foreach(lc, rules)
	{
		Datum		keys[4] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1),
		PG_GETARG_DATUM(2), CStringGetTextDatum((char *) lfirst(lc))};

		if (rg_has_standing("approval", 4, keys, person, snapshot))
			standing = lappend(standing, lfirst(lc));
	}
	/* none: the guard says so of the first */
	return standing ? standing : list_truncate(rules, 1);
}

static List *
find_rules(FunctionCallInfo fcinfo, bool revoke)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	char	   *environment = argument(fcinfo, 2);
	const char *actor = PG_ARGISNULL(5) ? rg_session_user() : argument(fcinfo, 5);
	RgReleaseRow release;
	RgPolicy   *policy;
	List	   *rules;

	rg_release_must_read(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), snapshot, &release);
	policy = rg_must_have_policy(release.application, snapshot);
	rules = rules_for(policy, rg_must_have_environment(policy, environment),
					  release.kind, actor);
	if (revoke && rules != NIL)
		rules = rules_that_stand(fcinfo, rules, actor, snapshot);
	UnregisterSnapshot(snapshot);
	if (rules == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("promotion of release %s to %s needs no approval",
						rg_shown(release.version), rg_shown(environment)),
				 errdetail("Policy \"%s\" has no approval rule for it.", policy->name),
				 errhint("SELECT * FROM releasegov.policy_approval_rule lists the rules.")));
	return rules;
}

static Datum
decide(FunctionCallInfo fcinfo, const char *decision)
{
	static const char *const names[] = {"application", "version", "environment"};
	List	   *rules;
	ListCell   *lc;
	Datum	   *done;
	int			count = 0;

	for (int i = 0; i < 3; i++)
	{
		if (PG_ARGISNULL(i))
			rg_check_name(names[i], NULL);
	}
	rules = PG_ARGISNULL(4) ? find_rules(fcinfo, strcmp(decision, "revoke") == 0) :
		list_make1(argument(fcinfo, 4));
	done = palloc(sizeof(Datum) * list_length(rules));
	foreach(lc, rules)
	{
		insert_approval(fcinfo, (char *) lfirst(lc), decision);
		done[count++] = CStringGetTextDatum((char *) lfirst(lc));
	}
	return PointerGetDatum(construct_array(done, count, TEXTOID, -1, false, TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(approve);
Datum
approve(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(decide(fcinfo, "approve"));
}

PG_FUNCTION_INFO_V1(reject_promotion);
Datum
reject_promotion(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(decide(fcinfo, "reject"));
}

PG_FUNCTION_INFO_V1(revoke_approval);
Datum
revoke_approval(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(decide(fcinfo, "revoke"));
}
