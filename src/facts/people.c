/*
 * people.c: what people state: reviews, approvals, attestations, waivers. The
 * person must hold a role that the policy names, must not judge a change of
 * their own, and speaks of the content as it is now.
 */
#include "facts/facts.h"

#include "types/types.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#define RG_COMMENT_LIMIT (64 * 1024)

/* One statement of a person, whichever table it goes to. */
typedef struct RgAct
{
	RgRow		row;
	RgPolicy   *policy;
	RgReleaseRow release;
	char	   *environment;	/* NULL for a review */
	char	   *subject;		/* the review, rule, item or requirement */
	char	   *decision;
	char	   *actor;
	char	   *person;
	RgRoleSet	roles;			/* any of these may */
	bool		not_author;
	bool		not_requester;
	Snapshot	snapshot;
} RgAct;

typedef struct RgActTable
{
	const char *table;
	const char *column;			/* what it is about */
	const char *comment;		/* the person's words */
	bool		has_environment;
	bool		comment_required;
	void		(*rule) (RgAct *act);	/* fills roles, not_author, ... */
} RgActTable;

/* ---- what the policy says of each kind of statement ---- */

static void
unknown_subject(const RgAct *act, const char *what, const char *view)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNKNOWN_NAME),
			 errmsg("%s %s is not in policy \"%s\"", what,
					rg_shown(act->subject), act->policy->name),
			 errdetail("A statement that no requirement asks for would count for nothing."),
			 errhint("SELECT * FROM releasegov.%s WHERE policy = %s lists them.", view,
					 quote_literal_cstr(act->policy->name))));
}

static void
review_rule(RgAct *act)
{
	int			i = rg_policy_review(act->policy, act->subject);

	if (i < 0)
		unknown_subject(act, "review", "policy_review");
	act->roles = act->policy->reviews[i].roles;
	act->not_author = true;
}

static void
refuse_elsewhere(const RgAct *act, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNKNOWN_NAME),
			 errmsg("%s %s is not asked for in environment %s", what,
					rg_shown(act->subject), rg_shown(act->environment)),
			 errdetail("Policy \"%s\" does not ask for it there, so it would count for nothing.",
					   act->policy->name),
			 errhint("SELECT * FROM releasegov.explain(%s, %s, %s) says what is asked for.",
					 quote_literal_cstr(act->release.application),
					 quote_literal_cstr(act->release.version),
					 quote_literal_cstr(act->environment))));
}

static bool
asked_in(RgEnvironmentSet set, const RgAct *act)
{
	int			env = rg_must_have_environment(act->policy, act->environment);

	return (set & ((RgEnvironmentSet) 1 << env)) != 0;
}

static void
approval_rule(RgAct *act)
{
	int			i = rg_policy_approval(act->policy, act->subject);
	RgApprovalRule *rule;

	if (i < 0)
		unknown_subject(act, "approval rule", "policy_approval_rule");
	rule = &act->policy->approvals[i];
	if (!asked_in(rule->environments, act))
		refuse_elsewhere(act, "approval rule");
	act->roles = rule->roles;
	act->not_author = rule->not_author;
	act->not_requester = rule->not_requester;
}

static void
attestation_rule(RgAct *act)
{
	int			i = rg_policy_check(act->policy, act->subject);
	RgCheck    *check;

	if (i < 0)
		unknown_subject(act, "checklist item", "policy_check");
	check = &act->policy->checks[i];
	if (!asked_in(check->environments, act))
		refuse_elsewhere(act, "checklist item");
	if (check->attested_by == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_NOT_ENTITLED),
				 errmsg("checklist item %s is computed and cannot be attested",
						rg_shown(act->subject)),
				 errdetail("Policy \"%s\" names nobody whose word would do.", act->policy->name),
				 errhint("SELECT releasegov.explain(...) says which facts are missing.")));
	act->roles = check->attested_by;
}

/* "gate:lint" is covered by itself, by "gate:*" and by "*". */
static bool
covers(const char *pattern, const char *requirement)
{
	size_t		len = strlen(pattern);

	if (len > 0 && pattern[len - 1] == '*')
		return strncmp(pattern, requirement, len - 1) == 0;
	return strcmp(pattern, requirement) == 0;
}

/* A waiver of something that is never asked for would seem to be one. */
static bool
is_requirement(const RgPolicy *policy, const char *name)
{
	static const char *const plain[] = {
		"*", "predecessor", "soak", "blocking_issues", "release_notes",
		"artifact", "window", "freeze", "hold", "migrations",
		"migration_class", "gate:*", "review:*",
		"checklist:*", "approval:*"
	};
	static const struct
	{
		const char *kind;
		int			(*find) (const RgPolicy *policy, const char *name);
	}			named[] = {
		{"gate:", rg_policy_gate},
		{"review:", rg_policy_review},
		{"checklist:", rg_policy_check},
		{"approval:", rg_policy_approval},
	};

	for (int i = 0; i < (int) lengthof(plain); i++)
	{
		if (strcmp(plain[i], name) == 0)
			return true;
	}
	for (int i = 0; i < (int) lengthof(named); i++)
	{
		size_t		len = strlen(named[i].kind);

		if (strncmp(named[i].kind, name, len) == 0)
			return named[i].find(policy, name + len) >= 0;
	}
	return false;
}

static int64
waiver_length(const RgAct *act, TimestampTz now)
{
	bool		isnull;
	TimestampTz expires = DatumGetTimestampTz(rg_row_get(&act->row, "expires_at", &isnull));

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a waiver needs the time at which it ends"),
				 errdetail("An exception without an end is a change of policy."),
				 errhint("Give expires_at, such as now() + interval '4 hours'.")));
	rg_refuse_not_finite("the end of a waiver", expires);
	if (expires <= now)
		ereport(ERROR,
				(errcode(ERRCODE_RG_TIME_BACKWARDS),
				 errmsg("the waiver would have ended already"),
				 errdetail("It ends at %s; the server's time is %s.",
						   rg_timestamp_shown(expires), rg_timestamp_shown(now)),
				 errhint("Give a time that is still to come.")));
	return expires - now;
}

/*
 * The first rule that covers the requirement, lasts long enough, and names a
 * role that the person holds; a rule for everything comes last in a policy.
 */
static void
waiver_rule(RgAct *act)
{
	bool		revoke = strcmp(act->decision, "revoke") == 0;
	int64		length = revoke ? 0 : waiver_length(act, GetCurrentTimestamp());
	int64		longest = -1;
	RgRoleSet	roles = 0;

	rg_must_have_environment(act->policy, act->environment);
	rg_check_name("requirement", act->subject);
	if (!is_requirement(act->policy, act->subject))
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("%s is not a requirement that can be waived", rg_shown(act->subject)),
				 errdetail("Policy \"%s\" asks for nothing of that name.", act->policy->name),
				 errhint("SELECT requirement FROM releasegov.promotion_eligibility(%s, %s, %s) lists them.",
						 quote_literal_cstr(act->release.application),
						 quote_literal_cstr(act->release.version),
						 quote_literal_cstr(act->environment))));
	for (int i = 0; i < act->policy->nwaivers; i++)
	{
		RgWaiverRule *rule = &act->policy->waivers[i];
		bool		covered = false;

		for (int j = 0; j < rule->nrequirements && !covered; j++)
			covered = covers(rule->requirements[j], act->subject);
		if (!covered)
			continue;
		longest = Max(longest, rule->max_duration);
		if (length > rule->max_duration)
			continue;
		roles |= rule->roles;
		for (int r = 0; r < act->policy->nroles; r++)
		{
			if ((rule->roles & ((RgRoleSet) 1 << r)) != 0 &&
				rg_holds_role(act->actor, act->policy->roles[r].pg_role))
			{
				act->roles = rule->roles;
				act->not_author = act->not_requester = true;
				rg_row_set_text(&act->row, "rule", rule->name);
				rg_row_set(&act->row, "break_glass", BoolGetDatum(rule->break_glass));
				return;
			}
		}
	}
	if (longest < 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_NOT_ENTITLED),
				 errmsg("requirement %s cannot be waived", rg_shown(act->subject)),
				 errdetail("Policy \"%s\" has no waiver rule that covers it.", act->policy->name),
				 errhint("SELECT releasegov.policy_document(%s)->'waivers' lists what can be waived, by whom and for how long.",
						 quote_literal_cstr(act->policy->name))));
	if (roles == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a waiver of %s cannot last so long", rg_shown(act->subject)),
				 errdetail("Policy \"%s\" allows at most " INT64_FORMAT " minutes.",
						   act->policy->name, longest / (60 * USECS_PER_SEC)),
				 errhint("Give an earlier expires_at; a waiver can be granted again.")));
	act->roles = roles;
}

static const RgActTable act_tables[] = {
	{"review", "review", "comment", false, false, review_rule},
	{"approval", "rule", "comment", true, false, approval_rule},
	{"attestation", "item", "evidence", true, true, attestation_rule},
	{"waiver", "requirement", "reason", true, true, waiver_rule},
};

/* ---- who speaks ---- */

static void
find_actor(RgAct *act)
{
	char	   *named = rg_row_text(&act->row, "actor");

	if (named == NULL || strcmp(named, rg_session_user()) == 0)
		act->actor = pstrdup(rg_session_user());
	else
	{
		rg_check_name("actor", named);
		if (!rg_session_is_broker(act->snapshot))
			ereport(ERROR,
					(errcode(ERRCODE_RG_NOT_ENTITLED),
					 errmsg("%s cannot speak for %s", rg_session_user(), rg_shown(named)),
					 errdetail("Only a role granted as a broker may name the person who acts."),
					 errhint("Leave actor out to speak for yourself; an administrator grants with releasegov.grant_access(role, 'broker').")));
		act->actor = named;
	}
	act->person = rg_person(act->actor, act->snapshot);
	rg_row_set_text(&act->row, "actor", act->actor);
}

static char *
role_names(const RgAct *act)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int r = 0; r < act->policy->nroles; r++)
	{
		if (act->roles & ((RgRoleSet) 1 << r))
			appendStringInfo(&list, "%s%s (role \"%s\")", list.len ? ", " : "",
							 act->policy->roles[r].title, act->policy->roles[r].pg_role);
	}
	return list.data;
}

/* The role in which the person speaks: the one named, or the first held. */
static void
find_role(RgAct *act)
{
	char	   *named = rg_row_text(&act->row, "role");

	for (int r = 0; r < act->policy->nroles; r++)
	{
		const RgPolicyRole *role = &act->policy->roles[r];

		if ((act->roles & ((RgRoleSet) 1 << r)) != 0 &&
			(named == NULL || strcmp(named, role->name) == 0) &&
			rg_holds_role(act->actor, role->pg_role))
		{
			rg_row_set_text(&act->row, "role", role->name);
			return;
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_RG_NOT_ENTITLED),
			 errmsg("%s is not entitled to speak on %s", rg_shown(act->actor), rg_shown(act->subject)),
			 errdetail("It takes %s%s. Being a superuser is not holding a role.", role_names(act),
					   named ? psprintf(", and role %s was claimed", rg_shown(named)) : ""),
			 errhint("GRANT the role to the person, or ask somebody who holds it.")));
}

/* ---- four eyes ---- */

static void
refuse_own(const RgAct *act, const char *relation, const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_SELF_APPROVAL),
			 errmsg("%s cannot judge release %s of application %s",
					rg_shown(act->actor), rg_shown(act->release.version), rg_shown(act->release.application)),
			 errdetail("The same person is %s (as %s); it takes a second pair of eyes.", relation, rg_shown(name)),
			 errhint("Ask somebody else who holds one of: %s.", role_names(act))));
}

static void
refuse_author(const RgAct *act)
{
	for (int i = 0; i < act->release.nauthors; i++)
	{
		if (strcmp(rg_person(act->release.authors[i], act->snapshot), act->person) == 0)
			refuse_own(act, "one of its authors", act->release.authors[i]);
	}
}

static void
refuse_requester(const RgAct *act)
{
	RgTable		table;
	RgScan		scan;
	Datum		keys[3];

	keys[0] = CStringGetTextDatum(act->release.application);
	keys[1] = CStringGetTextDatum(act->environment);
	keys[2] = CStringGetTextDatum(act->release.version);
	rg_table_open(&table, "deployment", "deployment_history_key");
	rg_scan_begin_text(&scan, &table, 3, keys, act->snapshot, BackwardScanDirection);
	while (rg_scan_next(&scan))
	{
		bool		isnull;
		char	   *state = rg_enum_label(rg_slot_get(table.slot, "state", &isnull));
		char	   *who = TextDatumGetCString(rg_slot_get(table.slot, "requested_by", &isnull));

		if (strcmp(state, "requested") == 0 &&
			strcmp(rg_person(who, act->snapshot), act->person) == 0)
			refuse_own(act, "who requested this promotion", who);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

/* ---- revoking ---- */

/* Is there a standing statement of this person's (anybody's if NULL)? */
bool
rg_has_standing(const char *table, int nkeys, const Datum *keys,
				const char *person, Snapshot snapshot)
{
	bool		standing = false;
	bool		found = false;
	RgTable		facts;
	RgScan		scan;

	rg_table_open(&facts, table, NULL);
	rg_scan_begin_text(&scan, &facts, nkeys, keys, snapshot, BackwardScanDirection);
	while (!found && rg_scan_next(&scan))
	{
		bool		isnull;
		char	   *who = TextDatumGetCString(rg_slot_get(facts.slot, "actor", &isnull));

		found = person == NULL || strcmp(rg_person(who, snapshot), person) == 0;
		standing = found &&
			strcmp(rg_enum_label(rg_slot_get(facts.slot, "decision", &isnull)), "revoke") != 0;
	}
	rg_scan_end(&scan);
	rg_table_close(&facts);
	return standing;
}

static void
require_standing(const RgAct *act, const RgActTable *table)
{
	bool		anybody = strcmp(table->table, "waiver") == 0;
	int			nkeys = 0;
	Datum		keys[4];

	keys[nkeys++] = CStringGetTextDatum(act->release.application);
	keys[nkeys++] = CStringGetTextDatum(act->release.version);
	if (act->environment)
		keys[nkeys++] = CStringGetTextDatum(act->environment);
	keys[nkeys++] = CStringGetTextDatum(act->subject);
	/* a waiver can be ended by anybody who could have granted it */
	if (!rg_has_standing(table->table, nkeys, keys,
						 anybody ? NULL : act->person, act->snapshot))
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("%s has nothing to revoke on %s", rg_shown(act->actor), rg_shown(act->subject)),
				 errdetail("A revocation takes back a standing statement of the same person."),
				 errhint("SELECT * FROM releasegov.approval_history shows what stands; to object, reject.")));
}

/* ---- the guard ---- */

static const RgActTable *
act_table(TriggerData *trigger)
{
	const char *name = trigger->tg_trigger->tgnargs == 1 ?
		trigger->tg_trigger->tgargs[0] : "";

	for (int i = 0; i < (int) lengthof(act_tables); i++)
	{
		if (strcmp(act_tables[i].table, name) == 0)
			return &act_tables[i];
	}
	elog(ERROR, "guard_statement: unknown table \"%s\"", name);
}

static void
check_words(const RgAct *act, const RgActTable *table)
{
	char	   *words = rg_row_text(&act->row, table->comment);
	bool		needed = table->comment_required || strcmp(act->decision, "reject") == 0;

	rg_check_text(psprintf("the %s", table->comment), words, RG_COMMENT_LIMIT);
	if (needed && (words == NULL || words[strspn(words, " \t\r\n")] == '\0'))
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("%s needs its %s",
						strcmp(act->decision, "reject") == 0 ? "a rejection" : psprintf("a row of \"%s\"", table->table),
						table->comment),
				 errdetail("Whoever reads the record later must be able to tell why."),
				 errhint("Say in a sentence what it rests on.")));
}

/* The person may say which content they looked at; it must be today's. */
static void
bind_content(RgAct *act)
{
	bool		isnull;
	Datum		seen = rg_row_get(&act->row, "content_digest", &isnull);

	if (!isnull && !DatumGetBool(DirectFunctionCall2(byteaeq, seen, act->release.content_digest)))
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("the content of release %s has changed", rg_shown(act->release.version)),
				 errdetail("The digest given is not that of the content as it is now."),
				 errhint("Look at the release again, then speak on what it has become.")));
	rg_row_set(&act->row, "content_digest", act->release.content_digest);
}

static void
check_release_state(const RgAct *act)
{
	if (strcmp(act->release.state, "withdrawn") == 0 || strcmp(act->release.state, "retired") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("release %s is %s", rg_shown(act->release.version), act->release.state),
				 errdetail("Nothing can be deployed from it any more, so there is nothing to decide."),
				 errhint("Register a new version.")));
}

static void
begin_act(RgAct *act, const RgActTable *table)
{
	bool		isnull;
	Datum		application = rg_row_get(&act->row, "application", &isnull);
	Datum		version;

	if (isnull)
		rg_check_name("application", NULL);
	version = rg_row_get(&act->row, "version", &isnull);
	if (isnull)
		rg_check_name("version", NULL);
	rg_lock_release_for_fact(application, version);
	act->snapshot = RegisterSnapshot(GetLatestSnapshot());
	rg_release_must_read(application, version, act->snapshot, &act->release);
	act->policy = rg_must_have_policy(act->release.application, act->snapshot);
	act->environment = table->has_environment ? rg_row_text(&act->row, "environment") : NULL;
	act->subject = rg_row_text(&act->row, table->column);
	act->decision = rg_row_enum(&act->row, "decision");
	if (act->subject == NULL)
		rg_check_name(table->column, NULL);
	if (act->decision == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a row of \"%s\" needs its decision", table->table),
				 errdetail("A statement that decides nothing would count for nothing."),
				 errhint("Set decision to 'approve', 'reject' or 'revoke'.")));
}

/* BEFORE INSERT ON review, approval, attestation, waiver. */
PG_FUNCTION_INFO_V1(guard_statement);
Datum
guard_statement(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_statement");
	const RgActTable *table = act_table(trigger);
	RgAct		act = {0};

	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_row_init(&act.row, trigger);
	begin_act(&act, table);
	check_release_state(&act);
	find_actor(&act);
	table->rule(&act);
	find_role(&act);
	if (strcmp(act.decision, "approve") == 0)
	{
		if (act.not_author)
			refuse_author(&act);
		if (act.not_requester)
			refuse_requester(&act);
	}
	else if (strcmp(act.decision, "revoke") == 0)
		require_standing(&act, table);
	check_words(&act, table);
	bind_content(&act);
	rg_guard_stamp(&act.row);
	UnregisterSnapshot(act.snapshot);
	PG_RETURN_POINTER(rg_row_tuple(&act.row));
}
