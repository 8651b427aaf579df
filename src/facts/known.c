/*
 * known.c: what a guard takes for granted or refuses in words: that an
 * application has a policy, that the policy has the environment, that a
 * reported time is not of the future.
 */
#include "facts/facts.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

RgPolicy *
rg_must_have_policy(const char *application, Snapshot snapshot)
{
	RgPolicy   *policy = snapshot ?
		rg_policy_of_application(application, DT_NOEND, snapshot) :
		rg_policy_of_application_cached(application);

	if (policy == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("application %s has no policy", rg_shown(application)),
				 errdetail("Without a policy nothing can be judged, and nothing passes."),
				 errhint("SELECT releasegov.assign_policy(%s, 'standard').",
						 quote_literal_cstr(application))));
	return policy;
}

int
rg_must_have_environment(const RgPolicy *policy, const char *name)
{
	int			env = name ? rg_policy_environment(policy, name) : -1;

	if (env < 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("environment %s is not in policy \"%s\"",
						rg_shown(name ? name : ""), policy->name),
				 errdetail("Only the policy's environments can be deployed to and measured in."),
				 errhint("SELECT environment FROM releasegov.policy_environment WHERE policy = %s lists them.",
						 quote_literal_cstr(policy->name))));
	return env;
}

TimestampTz
rg_reported_time(const char *what, TimestampTz reported, TimestampTz now)
{
	rg_refuse_not_finite(what, reported);
	if (reported > now + rg_clock_skew * USECS_PER_SEC)
		ereport(ERROR,
				(errcode(ERRCODE_RG_TIME_BACKWARDS),
				 errmsg("%s lies in the future: %s", what, rg_timestamp_shown(reported)),
				 errdetail("The server's time is %s; releasegov.clock_skew allows %d s more.",
						   rg_timestamp_shown(now), rg_clock_skew),
				 errhint("Set the reporter's clock, or leave the time out: then it is the server's.")));
	return Min(reported, now);
}
