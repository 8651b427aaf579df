/*
 * evaluate_people.c: reviews and approvals. Of each person the newest decision
 * under a rule counts; a rejection stands until its person takes it back.
 * Whether the person held the role was judged when the decision was given.
 */
#include "eligibility/evaluate.h"

#include "utils/builtins.h"

static TimestampTz
expiry(const RgFactDecision *decision, int64 valid_for)
{
	return valid_for == RG_NO_DURATION ? RG_NEVER :
		decision->recorded_at + valid_for;
}

/* A policy's later revision may no longer listen to that role. */
static bool
role_counts(const RgEvaluation *ev, const RgFactDecision *decision,
			RgRoleSet roles)
{
	if (decision->role == NULL)
		return false;
	for (int i = 0; i < ev->policy->nroles; i++)
	{
		if ((roles & ((RgRoleSet) 1 << i)) != 0 &&
			strcmp(ev->policy->roles[i].name, decision->role) == 0)
			return true;
	}
	return false;
}

/* Was a newer decision of the same person seen under this rule? */
static bool
seen(const RgFactDecision **people, int npeople, const char *person)
{
	for (int i = 0; i < npeople; i++)
	{
		if (strcmp(people[i]->person, person) == 0)
			return true;
	}
	return false;
}

static void
count_approval(const RgEvaluation *ev, const RgTallyRule *rule,
			   const RgFactDecision *decision, RgTally *tally)
{
	TimestampTz end = expiry(decision, rule->valid_for);

	if ((rule->not_author && decision->author) ||
		(rule->not_person && strcmp(rule->not_person, decision->person) == 0))
	{
		tally->own++;
		return;
	}
	if (end <= ev->as_of)
	{
		tally->expired++;
		if (tally->last_expired == NULL)
			tally->last_expired = decision;
		return;
	}
	/* the newest comes first and ends last: after the count-th's end too few are left */
	if (tally->approvals++ == 0)
		tally->newest = decision;
	if (tally->approvals == rule->count)
		tally->holds_until = end;
}

void
rg_tally(const RgEvaluation *ev, const RgFactDecisions *decisions,
		 const RgTallyRule *rule, RgTally *tally)
{
	const RgFactDecision **people;
	int			npeople = 0;

	memset(tally, 0, sizeof(*tally));
	tally->holds_until = RG_NEVER;
	if (decisions->n == 0)
		return;
	people = palloc(sizeof(*people) * decisions->n);
	for (int i = 0; i < decisions->n; i++)
	{
		const RgFactDecision *decision = &decisions->items[i];

		bool		counts;

		if (strcmp(decision->subject, rule->subject) != 0 ||
			seen(people, npeople, decision->person))
			continue;
		counts = role_counts(ev, decision, rule->roles);
		/* a rejection that no longer counts still ends the approval before it */
		if (decision->decision == RG_APPROVE && !counts)
			continue;
		people[npeople++] = decision;
		if (decision->decision == RG_REVOKE || !counts)
			continue;
		/* whoever may add release notes must not wipe out a rejection with them */
		if (decision->decision == RG_REJECT)
			tally->rejection = decision;
		else if (!decision->same_content)
			tally->outdated++;
		else
			count_approval(ev, rule, decision, tally);
	}
	pfree(people);
}

/* ---- in words ---- */

static void
cite_decisions(RgEvaluation *ev, RgRequirement *row,
			   const RgFactDecisions *decisions, const RgTallyRule *rule)
{
	for (int i = 0; i < decisions->n; i++)
	{
		if (strcmp(decisions->items[i].subject, rule->subject) == 0)
			rg_cite(ev, row, &decisions->items[i].id);
	}
}

static const char *
describe_required(const RgEvaluation *ev, const RgTallyRule *rule)
{
	StringInfoData words;

	initStringInfo(&words);
	appendStringInfo(&words, "%d by %s", rule->count,
					 rg_text_roles(ev->policy, rule->roles));
	if (rule->valid_for != RG_NO_DURATION)
		appendStringInfo(&words, ", not older than %s",
						 rg_text_duration(rule->valid_for));
	return words.data;
}

static void
append_count(StringInfo words, int n, const char *what)
{
	if (n > 0)
		appendStringInfo(words, "%s%d %s", words->len ? ", " : "", n, what);
}

static const char *
describe_observed(const RgTally *tally)
{
	StringInfoData words;

	initStringInfo(&words);
	if (tally->rejection)
		appendStringInfoString(&words, "rejected");
	append_count(&words, tally->approvals, "given");
	append_count(&words, tally->expired, "expired");
	append_count(&words, tally->outdated, "on earlier content");
	append_count(&words, tally->own, "by an author or the requester");
	return words.len ? words.data : "none";
}

static void
append_comment(StringInfo words, const RgFactDecision *decision)
{
	if (decision->text && decision->text[0])
		appendStringInfo(words, ": %s", rg_text_line(decision->text, 200));
}

static const char *
describe_detail(const RgTallyRule *rule, const RgTally *tally,
				RgStatus status)
{
	StringInfoData words;

	initStringInfo(&words);
	if (tally->rejection)
	{
		appendStringInfo(&words, "%s (%s) rejected it, which stands until the same person takes it back",
						 rg_text_line(tally->rejection->actor, 60),
						 tally->rejection->role);
		append_comment(&words, tally->rejection);
	}
	else if (status == RG_STALE)
		appendStringInfo(&words, "%s (%s) gave it, but it ran out at %s",
						 rg_text_line(tally->last_expired->actor, 60),
						 tally->last_expired->role,
						 rg_text_time(expiry(tally->last_expired, rule->valid_for)));
	else if (status == RG_SATISFIED)
	{
		appendStringInfo(&words, "%s (%s)",
						 rg_text_line(tally->newest->actor, 60), tally->newest->role);
		append_comment(&words, tally->newest);
		if (tally->approvals > 1)
			appendStringInfo(&words, "; and %d more", tally->approvals - 1);
	}
	else
		appendStringInfo(&words, "%d more needed", rule->count - tally->approvals);
	if (status != RG_SATISFIED && tally->outdated > 0)
		appendStringInfoString(&words, "; the content has changed since an earlier decision");
	return words.data;
}

void
rg_tally_row(RgEvaluation *ev, RgRequirement *row,
			 const RgFactDecisions *decisions, const RgTallyRule *rule,
			 const RgTally *tally)
{
	if (tally->rejection)
		row->status = RG_UNSATISFIED;
	else if (tally->approvals >= rule->count)
	{
		row->status = RG_SATISFIED;
		row->holds_until = tally->holds_until;
	}
	else if (tally->approvals + tally->expired >= rule->count)
		row->status = RG_STALE;
	else
		row->status = RG_PENDING;
	if (!ev->full)
		return;
	row->required = describe_required(ev, rule);
	row->observed = describe_observed(tally);
	row->detail = describe_detail(rule, tally, row->status);
	cite_decisions(ev, row, decisions, rule);
}

/* ---- reviews ---- */

/*
 * A category that the policy no longer knows could be any: the release was
 * registered under an earlier revision, or another policy.
 */
static const char *
unknown_category(const RgEvaluation *ev)
{
	const RgFactRelease *release = &ev->facts->release;

	for (int i = 0; i < release->ncategories; i++)
	{
		bool		known = false;

		for (int j = 0; j < ev->policy->ncategories && !known; j++)
			known = strcmp(ev->policy->categories[j], release->categories[i]) == 0;
		if (!known)
			return release->categories[i];
	}
	return NULL;
}

/* By kinds and categories, as the policy says it (policy.h). */
static bool
review_needed(const RgEvaluation *ev, const RgReview *review)
{
	const RgFactRelease *release = &ev->facts->release;

	if (review->on_demand || !rg_applies(ev, review->environments, review->kinds))
		return false;
	for (int i = 0; i < review->ncategories; i++)
	{
		for (int j = 0; j < release->ncategories; j++)
		{
			if (strcmp(review->categories[i], release->categories[j]) == 0)
				return true;
		}
	}
	return review->ncategories == 0 || unknown_category(ev) != NULL;
}

static RgTallyRule
review_rule(const RgReview *review)
{
	return (RgTallyRule) {
		.subject = review->name, .roles = review->roles, .count = 1,
		.not_author = true, .valid_for = review->valid_for
	};
}

/* Nothing but that which asks for it needs it. */
static const char *
who_asks(const RgEvaluation *ev, const RgReview *review)
{
	bool		of_migrations = ev->policy->migrations.review == review - ev->policy->reviews &&
		(ev->policy->migrations.environments & ((RgEnvironmentSet) 1 << ev->environment)) != 0;
	bool		of_gates = false;

	for (int i = 0; i < ev->policy->ngates && !of_gates; i++)
		of_gates = ev->policy->gates[i].enforcement == RG_REVIEW &&
			ev->policy->gates[i].review == review - ev->policy->reviews;
	return of_migrations && of_gates ? "asked for only when a gate is missed, or by migration_class" :
		of_migrations ? "asked for only by migration_class" :
		"asked for only when a gate is missed";
}

static const char *
why_not_needed(const RgEvaluation *ev, const RgReview *review)
{
	if (review->on_demand)
		return who_asks(ev, review);
	if (!rg_applies(ev, review->environments, review->kinds))
		return "not asked for this kind of release";
	return "the release has none of its change categories";
}

static const char *
who_should(const RgEvaluation *ev, RgRoleSet roles, const char *call)
{
	return psprintf("one of role %s: SELECT %s",
					rg_text_roles(ev->policy, roles), call);
}

static const char *
review_call(const RgEvaluation *ev, const RgReview *review)
{
	return rg_text_call(ev->facts, "review_release", NULL,
						psprintf("%s, 'approve', '...'",
								 quote_literal_cstr(review->name)));
}

static const char *
review_remedy(const RgEvaluation *ev, const RgReview *review,
			  const RgTally *tally)
{
	if (tally->rejection)
		return psprintf("settle it with %s, who then approves: SELECT %s",
						rg_text_line(tally->rejection->actor, 60),
						review_call(ev, review));
	return who_should(ev, review->roles, review_call(ev, review));
}

static void
describe_asked(const RgEvaluation *ev, RgRequirement *row,
			   const RgReview *review, const RgTally *tally,
			   const char *before_what)
{
	row->detail = psprintf("%s; %s", row->detail,
						   tally->rejection ? psprintf("%s is rejected by %s", review->name,
													   rg_text_line(tally->rejection->actor, 60)) :
						   tally->newest ? psprintf("%s was approved before %s", review->name, before_what) :
						   psprintf("it needs %s", review->name));
	row->remedy = tally->rejection ? review_remedy(ev, review, tally) :
		psprintf("one of role %s looks at it: SELECT %s",
				 rg_text_roles(ev->policy, review->roles), review_call(ev, review));
}

void
rg_ask_review(RgEvaluation *ev, RgRequirement *row, int number,
			  const pg_uuid_t *newest, const char *did, const char *before_what)
{
	const RgReview *review = &ev->policy->reviews[number];
	RgTallyRule rule = review_rule(review);
	RgTally		tally;

	rg_tally(ev, &ev->facts->reviews, &rule, &tally);
	if (tally.rejection != NULL || tally.newest == NULL ||
		memcmp(&tally.newest->id, newest, UUID_LEN) <= 0)
	{
		if (ev->full)
			describe_asked(ev, row, review, &tally, before_what);
		return;
	}
	row->status = RG_SATISFIED;
	row->holds_until = Min(row->holds_until, tally.holds_until);
	rg_cite(ev, row, &tally.newest->id);
	if (!ev->full)
		return;
	row->detail = psprintf("%s; %s %s in %s as %s", row->detail,
						   rg_text_line(tally.newest->actor, 60), did,
						   review->name, tally.newest->role);
	row->remedy = NULL;
}

void
rg_evaluate_reviews(RgEvaluation *ev)
{
	for (int i = 0; i < ev->policy->nreviews; i++)
	{
		const RgReview *review = &ev->policy->reviews[i];
		RgTallyRule rule = review_rule(review);
		RgRequirement *row;
		RgTally		tally;

		if ((review->environments & ((RgEnvironmentSet) 1 << ev->environment)) == 0)
			continue;
		row = rg_row(ev, "review", review->name);
		if (!review_needed(ev, review))
		{
			row->status = RG_NOT_APPLICABLE;
			if (ev->full)
				row->detail = why_not_needed(ev, review);
			continue;
		}
		rg_tally(ev, &ev->facts->reviews, &rule, &tally);
		rg_tally_row(ev, row, &ev->facts->reviews, &rule, &tally);
		if (!ev->full || row->status == RG_SATISFIED)
			continue;
		row->remedy = review_remedy(ev, review, &tally);
		if (review->ncategories > 0 && unknown_category(ev))
			row->detail = psprintf("%s; the policy does not know change category %s, which may be one of the review's",
								   row->detail, rg_text_line(unknown_category(ev), 60));
	}
}

/* ---- approvals ---- */

static const char *
approval_remedy(const RgEvaluation *ev, const RgApprovalRule *rule,
				const RgTally *tally)
{
	const char *call = rg_text_call(ev->facts, "approve", ev->target->name,
									psprintf("'...', %s", quote_literal_cstr(rule->name)));

	if (tally->rejection)
		return psprintf("settle it with %s, who then approves: SELECT %s",
						rg_text_line(tally->rejection->actor, 60), call);
	return who_should(ev, rule->roles, call);
}

/* Policy: "Approval Required", but nothing says by whom: never a pass. */
static void
refuse_no_rule(RgEvaluation *ev)
{
	RgRequirement *row = rg_row(ev, "approval", NULL);

	row->status = RG_ERROR;
	if (!ev->full)
		return;
	row->required = "an approval";
	row->observed = "no rule";
	row->detail = "the environment needs an approval, but no approval rule of the policy applies to this release";
	row->remedy = "add an approval rule for it to the policy: SELECT releasegov.apply_policy(...)";
}

void
rg_evaluate_approvals(RgEvaluation *ev)
{
	const RgPolicy *policy = ev->policy;
	bool		any = false;

	for (int i = 0; i < policy->napprovals; i++)
	{
		const RgApprovalRule *approval = &policy->approvals[i];
		RgTallyRule rule = {
			.subject = approval->name, .roles = approval->roles,
			.count = approval->count, .not_author = approval->not_author,
			.valid_for = approval->valid_for
		};
		RgRequirement *row;
		RgTally		tally;

		if (!rg_applies(ev, approval->environments, approval->kinds))
			continue;
		any = true;
		if (approval->not_requester && ev->facts->open.found)
			rule.not_person = ev->facts->open.requested_by;
		row = rg_row(ev, "approval", approval->name);
		rg_tally(ev, &ev->facts->approvals, &rule, &tally);
		rg_tally_row(ev, row, &ev->facts->approvals, &rule, &tally);
		if (ev->full && row->status != RG_SATISFIED)
			row->remedy = approval_remedy(ev, approval, &tally);
	}
	if (!any && ev->target->approval_required)
		refuse_no_rule(ev);
}
