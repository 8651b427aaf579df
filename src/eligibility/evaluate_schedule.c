/*
 * evaluate_schedule.c: release windows and freezes. They are two requirements,
 * because each can be waived by itself; both must be met, so deny beats allow.
 */
#include "eligibility/evaluate.h"

static RgCalendarRule *
rule_of(const RgWindow *window)
{
	return window->always ? rg_calendar_always() : window->rule;
}

static bool
is_here(const RgEvaluation *ev, const RgWindow *window)
{
	return (window->environments & ((RgEnvironmentSet) 1 << ev->environment)) != 0;
}

/* Those that apply to the release, with their place in the policy. */
static int
select_rules(const RgEvaluation *ev, const RgWindow *windows, int n,
			 RgCalendarRule **rules, int *places)
{
	int			count = 0;

	for (int i = 0; i < n; i++)
	{
		if (!rg_applies(ev, windows[i].environments, windows[i].kinds))
			continue;
		rules[count] = rule_of(&windows[i]);
		places[count++] = i;
	}
	return count;
}

static const char *
kind_name(const RgEvaluation *ev)
{
	return ev->facts->release.kind == RG_KIND_HOTFIX ? "hotfix" : "feature";
}

/* ---- windows ---- */

static void
describe_window(RgEvaluation *ev, RgRequirement *row, const RgWindow *window)
{
	row->required = psprintf("a release window for a %s", kind_name(ev));
	if (row->status == RG_SATISFIED)
	{
		row->observed = "open";
		row->detail = psprintf("\"%s\" is open", window->name);
		return;
	}
	row->observed = "closed";
	if (row->clears_at == RG_NEVER)
	{
		row->detail = "no window for it opens in the next two years";
		row->remedy = psprintf("add a window to the policy, or have it waived: SELECT %s",
							   rg_text_call(ev->facts, "grant_waiver", ev->target->name,
											"'window', '...', now() + interval '4 hours'"));
		return;
	}
	row->detail = "no window is open for it";
	row->remedy = psprintf("wait until then, or have it waived: SELECT %s",
						   rg_text_call(ev->facts, "grant_waiver", ev->target->name,
										"'window', '...', now() + interval '4 hours'"));
}

/* An environment without any window is always open; one that has windows, but
 * none for this kind of release, never is. */
static void
evaluate_window(RgEvaluation *ev, RgCalendarRule **rules, int *places)
{
	const RgPolicy *policy = ev->policy;
	RgRequirement *row = rg_row(ev, "window", NULL);
	RgCalendarDecision decision;
	bool		any = false;
	int			n;

	for (int i = 0; i < policy->nwindows && !any; i++)
		any = is_here(ev, &policy->windows[i]);
	if (!any)
	{
		row->status = RG_NOT_APPLICABLE;
		if (ev->full)
			row->detail = psprintf("%s has no release windows", ev->target->name);
		return;
	}
	n = select_rules(ev, policy->windows, policy->nwindows, rules, places);
	/* until when it is open, only a reader asks */
	if (!ev->full && rg_calendar_is_open(rules, n, true, NULL, 0, ev->as_of))
		return;
	rg_calendar_decide(rules, n, true, NULL, 0, ev->as_of, &decision);
	if (decision.open)
		row->holds_until = decision.open_until;
	else
	{
		row->clears_at = decision.opens_at;
		row->status = decision.opens_at == DT_NOEND ? RG_UNSATISFIED : RG_PENDING;
	}
	if (ev->full)
		describe_window(ev, row, decision.allowed_by < 0 ? NULL :
						&policy->windows[places[decision.allowed_by]]);
}

/* ---- freezes ---- */

static void
describe_freeze(RgEvaluation *ev, RgRequirement *row, const RgWindow *freeze)
{
	row->required = "no freeze";
	if (row->status == RG_SATISFIED)
	{
		row->observed = "none";
		row->detail = "nothing is frozen";
		return;
	}
	if (freeze == NULL)
	{
		row->observed = "unknown";
		row->detail = "the calendar does not reach to that time";
		row->remedy = "ask for a nearer time";
		return;
	}
	row->observed = freeze->name;
	row->detail = row->clears_at == RG_NEVER ?
		psprintf("\"%s\" is in force for longer than two years", freeze->name) :
		psprintf("\"%s\" is in force", freeze->name);
	row->remedy = psprintf("%sSELECT %s",
						   row->clears_at == RG_NEVER ? "have it waived: " :
						   "wait until then, or have it waived: ",
						   rg_text_call(ev->facts, "grant_waiver", ev->target->name,
										"'freeze', '...', now() + interval '4 hours'"));
}

static void
evaluate_freeze(RgEvaluation *ev, RgCalendarRule **rules, int *places)
{
	const RgPolicy *policy = ev->policy;
	RgRequirement *row = rg_row(ev, "freeze", NULL);
	RgCalendarDecision decision;
	int			n = select_rules(ev, policy->freezes, policy->nfreezes, rules, places);

	if (n == 0)
	{
		row->status = RG_NOT_APPLICABLE;
		if (ev->full)
			row->detail = psprintf("no freeze applies to a %s in %s",
								   kind_name(ev), ev->target->name);
		return;
	}
	if (!ev->full && rg_calendar_is_open(NULL, 0, false, rules, n, ev->as_of))
		return;
	rg_calendar_decide(NULL, 0, false, rules, n, ev->as_of, &decision);
	if (decision.open)
		row->holds_until = decision.open_until;
	else
	{
		row->clears_at = decision.opens_at;
		row->status = decision.denied_by < 0 ? RG_ERROR : RG_PENDING;
	}
	if (ev->full)
		describe_freeze(ev, row, decision.denied_by < 0 ? NULL :
						&policy->freezes[places[decision.denied_by]]);
}

void
rg_evaluate_schedule(RgEvaluation *ev)
{
	int			n = Max(ev->policy->nwindows, ev->policy->nfreezes);
	RgCalendarRule **rules = palloc(sizeof(RgCalendarRule *) * Max(n, 1));
	int		   *places = palloc(sizeof(int) * Max(n, 1));

	evaluate_window(ev, rules, places);
	evaluate_freeze(ev, rules, places);
	pfree(rules);
	pfree(places);
}
