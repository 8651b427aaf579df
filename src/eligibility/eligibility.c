/*
 * eligibility.c: one question, from the names to the rows: which policy, what
 * is known, how it stands. Also the answer as JSON, for the decision that is
 * kept, and as DETAIL and HINT, for the promotion that is refused.
 */
#include "eligibility/evaluate.h"

#include "facts/facts.h"
#include "catalog/pg_type_d.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"

/* ---- names ---- */

static char *
environment_names(const RgPolicy *policy)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < policy->nenvironments; i++)
		appendStringInfo(&names, "%s%s", i ? ", " : "",
						 policy->environments[i].name);
	return names.data;
}

static int
must_find_environment(const RgPolicy *policy, const char *name)
{
	int			environment = rg_policy_environment(policy, name);

	if (environment < 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("environment %s is not in policy \"%s\", revision %d",
						rg_shown(name), policy->name, policy->revision),
				 errdetail("Only what the policy names can be promoted to."),
				 errhint("Its environments are: %s.", environment_names(policy))));
	return environment;
}

/* NULL when the application has no policy, or one that cannot be read. */
static RgPolicy *
find_policy(const RgLoader *loader, int revision)
{
	RgPolicy   *policy = rg_policy_of_application(loader->facts->application,
												  loader->all ? DT_NOEND : loader->as_of,
												  loader->snapshot);
	RgPolicy   *named;

	if (policy == NULL || revision == 0)
		return policy;
	named = rg_policy_revision(policy->name, revision, loader->snapshot);
	if (named == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("policy \"%s\" has no revision %d", policy->name, revision),
				 errdetail("Revisions count from 1; the one in force for application %s is %d.",
						   rg_shown(loader->facts->application), policy->revision),
				 errhint("SELECT * FROM releasegov.policy_history lists them; leave the revision out for the one in force.")));
	return named;
}

/* ---- the answer ---- */

/* Design principle 2: no policy is never a pass, and has a name. */
static void
answer_without_policy(RgEligibility *answer, RgDetail detail)
{
	RgRequirement *row = palloc0(sizeof(RgRequirement));

	row->kind = "policy";
	row->status = RG_ERROR;
	row->enforcement = RG_BLOCK;
	row->clears_at = RG_NEVER;
	row->holds_until = RG_NEVER;
	if (detail == RG_FULL)
	{
		row->name = "policy";
		row->required = "a policy";
		row->observed = "none";
		row->detail = "the application had no policy then that can be read: nothing may be promoted without one";
		row->remedy = psprintf("SELECT releasegov.assign_policy(%s, 'standard')",
							   quote_literal_cstr(answer->application));
	}
	answer->nrequirements = 1;
	answer->requirements = row;
}

/* A waiver can only help where something blocks; texts are for the last run. */
static void
answer_by_policy(RgLoader *loader, RgEligibility *answer)
{
	RgEvaluation ev;

	rg_load_facts(loader);
	answer->eligible = rg_evaluate(&ev, loader->policy, loader->facts,
								   loader->environment, loader->as_of, RG_VERDICT);
	if (!answer->eligible)
		rg_load_waivers(loader);
	if (loader->detail == RG_FULL || loader->facts->waivers.n > 0)
		answer->eligible = rg_evaluate(&ev, loader->policy, loader->facts,
									   loader->environment, loader->as_of,
									   loader->detail);
	answer->nrequirements = ev.nrows;
	answer->requirements = ev.rows;
}

RgEligibility *
rg_judge(RgLoader *loader, const char *environment, RgPolicy *policy,
		 int revision)
{
	RgEligibility *answer = palloc0(sizeof(RgEligibility));

	if (!rg_load_release(loader))
		rg_unknown_release(loader->application, loader->version, loader->snapshot);
	answer->application = loader->facts->application;
	answer->version = loader->facts->version;
	answer->environment = environment;
	answer->as_of = loader->as_of;
	answer->policy = policy ? policy : find_policy(loader, revision);
	if (answer->policy == NULL)
		answer_without_policy(answer, loader->detail);
	else
	{
		loader->policy = answer->policy;
		loader->environment = must_find_environment(answer->policy, environment);
		answer_by_policy(loader, answer);
	}
	return answer;
}

TimestampTz
rg_judge_eligible_at(const RgLoader *loader, const RgEligibility *eligibility)
{
	if (eligibility->eligible)
		return eligibility->as_of;
	if (eligibility->policy == NULL)
		return RG_NEVER;
	return rg_evaluate_eligible_at(loader->policy, loader->facts,
								   loader->environment, loader->as_of);
}

RgEligibility *
rg_eligibility(Datum application, Datum version, Datum environment,
			   TimestampTz as_of, int revision, Snapshot snapshot,
			   RgDetail detail)
{
	RgLoader	loader;

	rg_loader_init(&loader, application, version, as_of, snapshot, detail);
	return rg_judge(&loader, TextDatumGetCString(environment), NULL, revision);
}

/* ---- as JSON ---- */

static void
append_pair(StringInfo json, const char *key, const char *value)
{
	if (json->data[json->len - 1] != '{')
		appendStringInfoChar(json, ',');
	appendStringInfo(json, "\"%s\":", key);
	if (value)
		escape_json(json, value);
	else
		appendStringInfoString(json, "null");
}

static void
append_requirement(StringInfo json, const RgRequirement *row)
{
	char		time[MAXDATELEN + 1];

	appendStringInfoString(json, json->len > 1 ? ",{" : "{");
	append_pair(json, "requirement", row->name);
	append_pair(json, "kind", row->kind);
	append_pair(json, "status", rg_status_name(row->status));
	append_pair(json, "enforcement", rg_enforcement_name(row->enforcement));
	append_pair(json, "required", row->required);
	append_pair(json, "observed", row->observed);
	append_pair(json, "detail", row->detail);
	append_pair(json, "remedy", row->remedy);
	append_pair(json, "clears_at", row->clears_at == RG_NEVER ? NULL :
				JsonEncodeDateTime(time, TimestampTzGetDatum(row->clears_at),
								   TIMESTAMPTZOID, NULL));
	appendStringInfoString(json, ",\"evidence\":[");
	for (int i = 0; i < row->nevidence; i++)
	{
		char	   *id = DatumGetCString(DirectFunctionCall1(uuid_out,
															 UUIDPGetDatum(row->evidence[i])));

		appendStringInfo(json, "%s\"%s\"", i ? "," : "", id);
	}
	appendStringInfoString(json, "]}");
}

Jsonb *
rg_eligibility_to_jsonb(const RgEligibility *eligibility)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < eligibility->nrequirements; i++)
		append_requirement(&json, &eligibility->requirements[i]);
	appendStringInfoChar(&json, ']');
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data)));
}

/* ---- as DETAIL and HINT ---- */

void
rg_eligibility_blockers(const RgEligibility *eligibility, StringInfo detail,
						StringInfo hint)
{
	for (int i = 0; i < eligibility->nrequirements; i++)
	{
		const RgRequirement *row = &eligibility->requirements[i];

		if (!rg_requirement_blocks(row))
			continue;
		appendStringInfo(detail, "%s%s is %s%s: %s", detail->len ? "\n" : "",
						 row->name, rg_status_name(row->status),
						 row->clears_at == RG_NEVER ? "" :
						 psprintf(" until %s", rg_text_time(row->clears_at)),
						 row->detail);
		if (row->remedy)
			appendStringInfo(hint, "%s%s: %s", hint->len ? "\n" : "",
							 row->name, row->remedy);
	}
}
