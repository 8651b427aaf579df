/*
 * evaluate_state.c: where the release is: its own state, what runs in the
 * environment, the predecessor and how long it has been healthy there; and
 * what the release is made of: issues, notes, artifact.
 */
#include "eligibility/evaluate.h"

#include "utils/builtins.h"

#define RG_SHOWN_ISSUES 8

static void
set(RgEvaluation *ev, RgRequirement *row, RgStatus status,
	const char *required)
{
	row->status = status;
	if (ev->full)
		row->required = required;
}

/* ---- the release itself ---- */

static const char *const state_names[] = {
	"draft", "candidate", "released", "retired", "withdrawn"
};

static void
describe_release_state(RgEvaluation *ev, RgRequirement *row)
{
	const RgFactRelease *release = &ev->facts->release;

	if (!release->registered)
	{
		row->observed = "not registered";
		row->detail = "the release had not been registered by then";
		return;
	}
	row->observed = release->state < lengthof(state_names) ?
		state_names[release->state] : "unknown";
	row->detail = psprintf("%s since %s", row->observed,
						   rg_text_time(release->state_since));
	if (release->state == RG_RELEASE_DRAFT)
		row->remedy = psprintf("SELECT %s, which freezes its content",
							   rg_text_call(ev->facts, "submit_release", NULL, NULL));
	else if (row->status != RG_SATISFIED)
		row->remedy = "nothing brings it back: register a new version";
}

static void
evaluate_release_state(RgEvaluation *ev)
{
	const RgFactRelease *release = &ev->facts->release;
	RgRequirement *row = rg_row(ev, "release_state", NULL);
	bool		good = release->registered &&
		(release->state == RG_RELEASE_CANDIDATE ||
		 release->state == RG_RELEASE_RELEASED);

	row->waivable = false;
	set(ev, row, good ? RG_SATISFIED : RG_UNSATISFIED, "candidate or released");
	if (ev->full)
		describe_release_state(ev, row);
}

/* ---- the environment ---- */

/* What is live there already need not, and cannot, be promoted again. */
static void
evaluate_deployment(RgEvaluation *ev)
{
	const RgFactDeployment *live = &ev->facts->live;
	RgRequirement *row = rg_row(ev, "deployment", NULL);

	row->waivable = false;
	set(ev, row, live->found ? RG_UNSATISFIED : RG_SATISFIED, "not live there yet");
	if (!ev->full)
		return;
	row->observed = live->found ? "live" : "not live";
	row->detail = live->found ?
		psprintf("it is live in %s already, since %s", ev->target->name,
				 rg_text_time(live->live_at)) :
		psprintf("it is not live in %s", ev->target->name);
	if (live->found)
	{
		row->remedy = "there is nothing to promote";
		rg_cite(ev, row, &live->id);
	}
}

static void
evaluate_active_deployment(RgEvaluation *ev)
{
	const RgFactDeployment *busy = &ev->facts->busy;
	RgRequirement *row = rg_row(ev, "active_deployment", NULL);

	row->waivable = false;
	set(ev, row, busy->found ? RG_PENDING : RG_SATISFIED, "none under way");
	if (!ev->full)
		return;
	if (!busy->found)
	{
		row->observed = "none";
		row->detail = psprintf("nothing is being deployed to %s", ev->target->name);
		return;
	}
	row->observed = rg_text_line(busy->version, 60);
	row->detail = psprintf("version %s is on its way to %s since %s: one at a time",
						   rg_text_line(busy->version, 60), ev->target->name,
						   rg_text_time(busy->since));
	row->remedy = "wait until its deployer reports it live or failed";
	rg_cite(ev, row, &busy->id);
}

static void
evaluate_hold(RgEvaluation *ev)
{
	const RgFactHold *hold = &ev->facts->hold;
	RgRequirement *row = rg_row(ev, "hold", NULL);

	set(ev, row, hold->placed ? RG_UNSATISFIED : RG_SATISFIED, "not held");
	if (!ev->full)
		return;
	row->observed = hold->placed ? "held" : "not held";
	row->detail = !hold->placed ? "nobody holds it back" :
		psprintf("held back since %s by %s: %s", rg_text_time(hold->recorded_at),
				 rg_text_line(hold->recorded_by, 60),
				 rg_text_line(hold->reason, 200));
	if (hold->placed)
	{
		row->remedy = psprintf("when its reason is gone: SELECT %s",
							   rg_text_call(ev->facts, "lift_hold",
											ev->target->name, "'...'"));
		rg_cite(ev, row, &hold->id);
	}
}

/* ---- the predecessor ---- */

static const char *
predecessor_name(const RgEvaluation *ev)
{
	return ev->target->after < 0 ? NULL :
		ev->policy->environments[ev->target->after].name;
}

static bool
live_before(const RgEvaluation *ev)
{
	return ev->facts->before.found &&
		ev->facts->before.state == RG_DEPLOYMENT_LIVE;
}

static bool
coming_before(const RgEvaluation *ev)
{
	return ev->facts->before.found &&
		(ev->facts->before.state == RG_DEPLOYMENT_DEPLOYING ||
		 ev->facts->before.state == RG_DEPLOYMENT_ROLLING_OUT);
}

static const char *
promote_before(const RgEvaluation *ev)
{
	return psprintf("SELECT %s", rg_text_call(ev->facts, "promote",
											  predecessor_name(ev), NULL));
}

static void
describe_predecessor(RgEvaluation *ev, RgRequirement *row)
{
	const char *before = predecessor_name(ev);

	if (row->status == RG_NOT_APPLICABLE)
	{
		row->detail = before ? psprintf("the policy does not ask that it has been live in %s", before) :
			psprintf("%s comes first", ev->target->name);
		return;
	}
	row->required = psprintf("live in %s", before);
	if (row->status == RG_SATISFIED)
	{
		row->observed = "live";
		row->detail = psprintf("live in %s since %s", before,
							   rg_text_time(ev->facts->before.live_at));
	}
	else if (row->status == RG_PENDING)
	{
		row->observed = "on its way";
		row->detail = psprintf("on its way to %s since %s", before,
							   rg_text_time(ev->facts->before.since));
		row->remedy = psprintf("wait until it is live in %s", before);
	}
	else
	{
		row->observed = "not live";
		row->detail = psprintf("it is not live in %s", before);
		row->remedy = promote_before(ev);
	}
	if (ev->facts->before.found)
		rg_cite(ev, row, &ev->facts->before.id);
}

static void
evaluate_predecessor(RgEvaluation *ev)
{
	RgRequirement *row = rg_row(ev, "predecessor", NULL);

	if (ev->target->after < 0 || !ev->target->predecessor_required)
		row->status = RG_NOT_APPLICABLE;
	else
		row->status = live_before(ev) ? RG_SATISFIED :
			coming_before(ev) ? RG_PENDING : RG_UNSATISFIED;
	if (ev->full)
		describe_predecessor(ev, row);
}

/* ---- soak: policy, "Staging deployment stable for >= 24 hours" ---- */

/*
 * Silence is no health. It is judged at the time up to which anything is
 * known: asked about a time to come, the probes are taken to go on.
 */
static RgStatus
judge_soak(const RgEvaluation *ev, TimestampTz *since)
{
	const RgFactHealth *health = &ev->facts->health;

	*since = RG_NEVER;
	if (!live_before(ev))
		return RG_UNSATISFIED;
	if (!health->found)
		return RG_STALE;
	if (Min(ev->as_of, ev->facts->known_at) - health->observed_at > rg_max_gap(ev->target))
		return RG_STALE;
	if (!health->healthy || health->healthy_since == DT_NOEND)
		return RG_UNSATISFIED;
	*since = Max(ev->facts->before.live_at, health->healthy_since);
	return *since + ev->target->soak <= ev->as_of ? RG_SATISFIED : RG_PENDING;
}

static void
describe_soak_failure(RgEvaluation *ev, RgRequirement *row)
{
	const RgFactHealth *health = &ev->facts->health;
	const char *before = predecessor_name(ev);
	const char *report = psprintf("SELECT releasegov.report_health(%s, %s, %s, true)",
								  quote_literal_cstr(ev->facts->application),
								  quote_literal_cstr(before),
								  quote_literal_cstr(ev->facts->version));

	if (!live_before(ev))
	{
		row->observed = "not live";
		row->detail = psprintf("it is not live in %s", before);
		row->remedy = row->derived ? NULL : promote_before(ev);
	}
	else if (!health->found)
	{
		row->observed = "no data";
		row->detail = psprintf("no health check of it has come from %s", before);
		row->remedy = psprintf("probe it and report: %s", report);
	}
	else if (row->status == RG_STALE)
	{
		row->observed = "no data";
		row->detail = psprintf("the newest health check is %s old: a silence longer than %s is no health",
							   rg_text_age(health->observed_at, ev->facts->known_at),
							   rg_text_duration(rg_max_gap(ev->target)));
		row->remedy = psprintf("probe it and report, which starts the soak anew: %s", report);
	}
	else
	{
		row->observed = "unhealthy";
		row->detail = psprintf("the newest health check, %s ago, failed%s%s",
							   rg_text_age(health->observed_at, ev->as_of),
							   health->detail && health->detail[0] ? ": " : "",
							   rg_text_line(health->detail ? health->detail : "", 200));
		row->remedy = psprintf("repair it in %s; the soak starts anew with the next healthy check", before);
	}
}

static void
describe_soak(RgEvaluation *ev, RgRequirement *row, TimestampTz since)
{
	row->required = psprintf("healthy in %s for %s", predecessor_name(ev),
							 rg_text_duration(ev->target->soak));
	if (ev->facts->before.found)
		rg_cite(ev, row, &ev->facts->before.id);
	if (ev->facts->health.found)
		rg_cite(ev, row, &ev->facts->health.id);
	if (since == RG_NEVER)
	{
		describe_soak_failure(ev, row);
		return;
	}
	row->observed = psprintf("healthy for %s", rg_text_age(since, ev->as_of));
	row->detail = psprintf("healthy in %s without a break since %s",
						   predecessor_name(ev), rg_text_time(since));
	if (row->status == RG_PENDING)
		row->remedy = psprintf("wait until %s", rg_text_time(row->clears_at));
}

static void
evaluate_soak(RgEvaluation *ev)
{
	RgRequirement *row = rg_row(ev, "soak", NULL);
	TimestampTz since;

	ev->soak = row;
	if (ev->target->after < 0 || ev->target->soak <= 0)
	{
		row->status = RG_NOT_APPLICABLE;
		if (ev->full)
			row->detail = "the policy asks for no soak time";
		return;
	}
	row->status = judge_soak(ev, &since);
	row->derived = !live_before(ev) && ev->target->predecessor_required;
	if (row->status == RG_PENDING)
		row->clears_at = since + ev->target->soak;
	if (ev->full)
		describe_soak(ev, row, since);
}

void
rg_evaluate_state(RgEvaluation *ev)
{
	evaluate_release_state(ev);
	evaluate_deployment(ev);
	evaluate_active_deployment(ev);
	evaluate_hold(ev);
	evaluate_predecessor(ev);
	evaluate_soak(ev);
}

/* ---- what the release is made of ---- */

static void
describe_issues(RgEvaluation *ev, RgRequirement *row, int open)
{
	const RgFactItems *issues = &ev->facts->issues;
	const char *first = NULL;
	StringInfoData words;
	int			shown = 0;

	initStringInfo(&words);
	for (int i = issues->n - 1; i >= 0; i--)	/* in the order of names */
	{
		const RgFactItem *issue = &issues->items[i];

		rg_cite(ev, row, &issue->id);
		if (issue->good)
			continue;
		first = first ? first : issue->name;
		if (shown++ < RG_SHOWN_ISSUES)
			appendStringInfo(&words, "%s%s%s%s", words.len ? "; " : "",
							 rg_text_line(issue->name, 60),
							 issue->detail && issue->detail[0] ? ": " : "",
							 rg_text_line(issue->detail ? issue->detail : "", 100));
	}
	if (open > RG_SHOWN_ISSUES)
		appendStringInfo(&words, "; and %d more", open - RG_SHOWN_ISSUES);
	row->observed = psprintf("%d open", open);
	row->detail = open ? words.data :
		psprintf("%d resolved", issues->n);
	if (open)
		row->remedy = psprintf("when it is settled: SELECT %s",
							   rg_text_call(ev->facts, "resolve_issue", NULL,
											quote_literal_cstr(first)));
}

static void
evaluate_issues(RgEvaluation *ev)
{
	RgRequirement *row = rg_row(ev, "blocking_issues", NULL);
	int			open = 0;

	if (!ev->target->blocking_issues)
	{
		row->status = RG_NOT_APPLICABLE;
		if (ev->full)
			row->detail = psprintf("issues do not block %s", ev->target->name);
		return;
	}
	for (int i = 0; i < ev->facts->issues.n; i++)
		open += !ev->facts->issues.items[i].good;
	set(ev, row, open ? RG_UNSATISFIED : RG_SATISFIED, "none open");
	if (ev->full)
		describe_issues(ev, row, open);
}

static void
evaluate_notes(RgEvaluation *ev)
{
	RgRequirement *row = rg_row(ev, "release_notes", NULL);
	bool		has = ev->facts->release.has_notes;

	if (!ev->target->release_notes_required)
	{
		row->status = RG_NOT_APPLICABLE;
		if (ev->full)
			row->detail = psprintf("%s needs no release notes", ev->target->name);
		return;
	}
	set(ev, row, has ? RG_SATISFIED : RG_UNSATISFIED, "documented");
	if (!ev->full)
		return;
	row->observed = has ? "documented" : "empty";
	row->detail = has ? "the release says what it brings" :
		"nothing says what the release brings";
	if (!has)
		row->remedy = psprintf("SELECT %s, and approve afterwards: notes are content",
							   rg_text_call(ev->facts, "document_release", NULL, "'...'"));
}

/* What ran before is what is promoted. */
static RgStatus
judge_artifact(const RgEvaluation *ev, const char **why)
{
	const char *ours = ev->facts->release.artifact_digest;
	const char *theirs = ev->facts->before.artifact_digest;

	*why = "the release names no artifact";
	if (ours == NULL)
		return RG_UNSATISFIED;
	*why = "it is not live there";
	if (!live_before(ev))
		return RG_UNSATISFIED;
	*why = "the deployment there does not say which artifact it runs";
	if (theirs == NULL)
		return RG_UNSATISFIED;
	*why = "the deployment there runs another artifact than the release names";
	if (strcmp(ours, theirs) != 0)
		return RG_UNSATISFIED;
	*why = "the very artifact that runs there";
	return RG_SATISFIED;
}

static void
evaluate_artifact(RgEvaluation *ev)
{
	RgRequirement *row = rg_row(ev, "artifact", NULL);
	const char *why;

	if (!ev->target->same_artifact || ev->target->after < 0)
	{
		row->status = RG_NOT_APPLICABLE;
		if (ev->full)
			row->detail = "the policy does not ask for the same artifact";
		return;
	}
	row->status = judge_artifact(ev, &why);
	row->derived = ev->facts->release.artifact_digest != NULL &&
		!live_before(ev) && ev->target->predecessor_required;
	if (!ev->full)
		return;
	row->required = psprintf("the artifact that runs in %s", predecessor_name(ev));
	row->observed = ev->facts->release.artifact_digest ?
		rg_text_line(ev->facts->release.artifact_digest, 20) : "none named";
	row->detail = why;
	if (ev->facts->before.found)
		rg_cite(ev, row, &ev->facts->before.id);
	if (row->status != RG_SATISFIED && !row->derived)
		row->remedy = ev->facts->release.artifact_digest == NULL ?
			"register a version with the digest of what was built" :
			promote_before(ev);
}

void
rg_evaluate_content(RgEvaluation *ev)
{
	evaluate_issues(ev);
	evaluate_notes(ev);
	evaluate_artifact(ev);
}
