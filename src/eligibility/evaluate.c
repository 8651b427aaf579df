/*
 * evaluate.c: the requirements of one promotion, in order, and what they come
 * to: waivers, the verdict, and the time at which time alone makes it so.
 */
#include "eligibility/evaluate.h"

/* What time alone does is looked for over so many steps of time. */
#define RG_MAX_STEPS 1000

static int
row_limit(const RgPolicy *policy)
{
	/* the requirements that every policy has: fewer than these */
	return 20 + policy->ngates + policy->nreviews + policy->nchecks +
		policy->napprovals;
}

RgRequirement *
rg_row(RgEvaluation *ev, const char *kind, const char *subject)
{
	RgRequirement *row = &ev->rows[ev->nrows++];

	Assert(ev->nrows <= row_limit(ev->policy));
	memset(row, 0, sizeof(*row));
	row->kind = kind;
	row->subject = subject;
	row->status = RG_SATISFIED;
	row->enforcement = RG_BLOCK;
	row->waivable = true;
	row->clears_at = RG_NEVER;
	row->holds_until = RG_NEVER;
	if (ev->full)
		row->name = subject ? psprintf("%s:%s", kind, subject) : kind;
	return row;
}

void
rg_cite(RgEvaluation *ev, RgRequirement *row, const pg_uuid_t *id)
{
	if (!ev->full)
		return;
	if (row->evidence == NULL)
		row->evidence = palloc(sizeof(pg_uuid_t *));
	else
		row->evidence = repalloc(row->evidence,
								 (row->nevidence + 1) * sizeof(pg_uuid_t *));
	row->evidence[row->nevidence++] = id;
}

bool
rg_applies(const RgEvaluation *ev, RgEnvironmentSet environments,
		   RgKindSet kinds)
{
	return (environments & ((RgEnvironmentSet) 1 << ev->environment)) != 0 &&
		(kinds & ((RgKindSet) 1 << ev->facts->release.kind)) != 0;
}

static bool
is_met(const RgRequirement *row)
{
	return row->status == RG_SATISFIED || row->status == RG_WAIVED ||
		row->status == RG_NOT_APPLICABLE;
}

/* A gate that asks for a review keeps blocking until there is one. */
bool
rg_requirement_blocks(const RgRequirement *row)
{
	return !is_met(row) && row->enforcement != RG_WARN;
}

/* ---- waivers ---- */

/* "gate:lint", "gate:*", "freeze", "*" */
static bool
pattern_covers(const char *pattern, const RgRequirement *row)
{
	size_t		kind_len = strlen(row->kind);

	if (strcmp(pattern, "*") == 0)
		return true;
	if (strncmp(pattern, row->kind, kind_len) != 0)
		return false;
	if (row->subject == NULL)
		return pattern[kind_len] == '\0';
	return pattern[kind_len] == ':' &&
		(strcmp(pattern + kind_len + 1, "*") == 0 ||
		 strcmp(pattern + kind_len + 1, row->subject) == 0);
}

RgRoleSet
rg_waived_by(const RgEvaluation *ev, const RgRequirement *row)
{
	RgRoleSet	roles = 0;

	for (int i = 0; i < ev->policy->nwaivers; i++)
	{
		const RgWaiverRule *rule = &ev->policy->waivers[i];

		for (int j = 0; j < rule->nrequirements && !rule->break_glass; j++)
		{
			if (pattern_covers(rule->requirements[j], row))
				roles |= rule->roles;
		}
	}
	return roles;
}

/* The author, or who asks for this very promotion, excuses nothing, whichever
 * came first: the waiver or the request. */
static bool
own_waiver(const RgEvaluation *ev, const RgFactDecision *waiver)
{
	const RgFactDeployment *open = &ev->facts->open;

	return waiver->author ||
		(open->found && strcmp(open->requested_by, waiver->person) == 0);
}

/* Of each pattern the newest decision counts; of several waivers that cover
 * a requirement, the one that lasts longest. */
static const RgFactDecision *
find_waiver(const RgEvaluation *ev, const RgRequirement *row)
{
	const RgFactDecisions *waivers = &ev->facts->waivers;
	const RgFactDecision *found = NULL;

	for (int i = 0; i < waivers->n; i++)
	{
		const RgFactDecision *waiver = &waivers->items[i];

		if (i > 0 && strcmp(waiver->subject, waivers->items[i - 1].subject) == 0)
			continue;
		if (waiver->decision == RG_APPROVE && waiver->same_content &&
			waiver->expires_at > ev->as_of && !own_waiver(ev, waiver) &&
			pattern_covers(waiver->subject, row) &&
			(found == NULL || waiver->expires_at > found->expires_at))
			found = waiver;
	}
	return found;
}

static void
apply_waivers(RgEvaluation *ev, int first)
{
	if (ev->facts->waivers.n == 0)
		return;
	for (int i = first; i < ev->nrows; i++)
	{
		RgRequirement *row = &ev->rows[i];
		const RgFactDecision *waiver;

		if (!row->waivable || !rg_requirement_blocks(row) ||
			(waiver = find_waiver(ev, row)) == NULL)
			continue;
		if (ev->full)
		{
			row->detail = psprintf("%s%s waived it until %s: %s (it was %s: %s)",
								   waiver->break_glass ? "break-glass: " : "",
								   rg_text_line(waiver->actor, 60),
								   rg_text_time(waiver->expires_at),
								   rg_text_line(waiver->text ? waiver->text : "", 200),
								   rg_status_name(row->status),
								   row->detail ? row->detail : "not met");
			row->remedy = NULL;
		}
		row->status = RG_WAIVED;
		row->clears_at = RG_NEVER;
		row->holds_until = waiver->expires_at;
		rg_cite(ev, row, &waiver->id);
	}
}

/* ---- the verdict ---- */

static bool
verdict(const RgEvaluation *ev)
{
	for (int i = 0; i < ev->nrows; i++)
	{
		if (rg_requirement_blocks(&ev->rows[i]))
			return false;
	}
	return true;
}

bool
rg_evaluate(RgEvaluation *ev, const RgPolicy *policy, const RgFacts *facts,
			int environment, TimestampTz as_of, RgDetail detail)
{
	int			checklist;

	memset(ev, 0, sizeof(*ev));
	ev->policy = policy;
	ev->facts = facts;
	ev->environment = environment;
	ev->target = &policy->environments[environment];
	ev->as_of = as_of;
	ev->full = detail == RG_FULL;
	ev->rows = palloc(sizeof(RgRequirement) * row_limit(policy));
	ev->gates = palloc0(sizeof(RgRequirement *) * Max(policy->ngates, 1));

	rg_evaluate_state(ev);
	rg_evaluate_gates(ev);
	rg_evaluate_reviews(ev);
	rg_evaluate_content(ev);
	rg_evaluate_migrations(ev);
	rg_evaluate_approvals(ev);
	rg_evaluate_schedule(ev);
	/* the checklist counts what was waived as met */
	apply_waivers(ev, 0);
	checklist = ev->nrows;
	rg_evaluate_checklist(ev);
	apply_waivers(ev, checklist);
	return verdict(ev);
}

/*
 * When all that blocks clears by itself, nothing can be eligible before the
 * last of it has cleared: go there and look again, for something else may
 * have expired, or closed, by then.
 */
TimestampTz
rg_evaluate_eligible_at(const RgPolicy *policy, const RgFacts *facts,
						int environment, TimestampTz as_of)
{
	TimestampTz at = as_of;

	for (int step = 0; step < RG_MAX_STEPS; step++)
	{
		RgEvaluation ev;
		TimestampTz next = at;
		bool		eligible = rg_evaluate(&ev, policy, facts, environment,
										   at, RG_VERDICT);

		for (int i = 0; i < ev.nrows; i++)
		{
			if (rg_requirement_blocks(&ev.rows[i]))
				next = Max(next, ev.rows[i].clears_at);
		}
		pfree(ev.rows);
		pfree(ev.gates);
		if (eligible)
			return at;
		if (next == RG_NEVER || next == at)
			break;
		at = next;
	}
	return RG_NEVER;
}
