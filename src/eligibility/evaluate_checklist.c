/*
 * evaluate_checklist.c: the pre-promotion checklist. An item is computed from
 * other requirements and reported facts, attested by a person, or both.
 */
#include "eligibility/evaluate.h"

#include "utils/builtins.h"

#define RG_SHOWN_ITEMS 8

/* What several parts come to: the worst of them, cleared with the last. */
typedef struct Part
{
	RgStatus	status;
	TimestampTz clears_at;
	TimestampTz holds_until;
	const pg_uuid_t *against;	/* the newest report that speaks against it */
	StringInfoData detail;		/* RG_FULL only */
} Part;

/* From good to bad; waived counts as met. */
static int
badness(RgStatus status)
{
	static const int order[] = {
		[RG_NOT_APPLICABLE] = 0, [RG_SATISFIED] = 1, [RG_WAIVED] = 1,
		[RG_PENDING] = 2, [RG_STALE] = 3, [RG_UNSATISFIED] = 4, [RG_ERROR] = 5
	};

	return order[status];
}

static void
part_init(RgEvaluation *ev, Part *part)
{
	part->status = RG_NOT_APPLICABLE;
	part->clears_at = DT_NOBEGIN;
	part->holds_until = RG_NEVER;
	part->against = NULL;
	if (ev->full)
		initStringInfo(&part->detail);
}

static void
part_add(Part *part, RgStatus status, TimestampTz clears_at,
		 TimestampTz holds_until)
{
	if (badness(status) > 1)
		part->clears_at = Max(part->clears_at, clears_at);
	else
		part->holds_until = Min(part->holds_until, holds_until);
	if (badness(status) > badness(part->status))
		part->status = status;
}

static void
part_say(RgEvaluation *ev, Part *part, const char *words)
{
	if (ev->full)
		appendStringInfo(&part->detail, "%s%s",
						 part->detail.len ? "; " : "", words);
}

/* ---- what an item is computed from ---- */

/* A gate that only warns cannot block by way of the checklist. */
static void
add_row(RgEvaluation *ev, Part *part, const RgRequirement *row)
{
	bool		blocks;

	if (row == NULL)
		return;
	blocks = rg_requirement_blocks(row);
	if (blocks)
		part_add(part, row->status, row->clears_at, RG_NEVER);
	else
		part_add(part, row->status == RG_NOT_APPLICABLE ? RG_NOT_APPLICABLE :
				 RG_SATISFIED, RG_NEVER, row->holds_until);
	if (!ev->full)
		return;
	part_say(ev, part, psprintf("%s %s", row->name,
								blocks || row->status == RG_WAIVED ?
								rg_status_name(row->status) :
								row->enforcement == RG_WARN && row->status != RG_SATISFIED ?
								"warns" : rg_status_name(row->status)));
}

/* The facts reported under one heading, each by its newest row. */
static void
add_items(RgEvaluation *ev, Part *part, const RgFactItems *items,
		  const char *what, int64 valid_for)
{
	int			shown = 0;
	int			bad = 0;

	if (items->n == 0)
	{
		part_add(part, RG_PENDING, RG_NEVER, RG_NEVER);
		part_say(ev, part, psprintf("no %s has been reported", what));
		return;
	}
	for (int i = items->n - 1; i >= 0; i--) /* in the order of names */
	{
		const RgFactItem *item = &items->items[i];
		TimestampTz end = valid_for == RG_NO_DURATION ? RG_NEVER :
			item->recorded_at + valid_for;
		RgStatus	status = !item->reported ? RG_PENDING :
			end <= ev->as_of ? RG_STALE :
			item->good ? RG_SATISFIED : RG_UNSATISFIED;

		part_add(part, status, RG_NEVER, end);
		if (status == RG_UNSATISFIED &&
			(part->against == NULL ||
			 memcmp(part->against, &item->id, UUID_LEN) < 0))
			part->against = &item->id;
		if (!ev->full || status == RG_SATISFIED)
			continue;
		bad++;
		if (shown++ < RG_SHOWN_ITEMS)
			part_say(ev, part, psprintf("%s %s is %s%s%s", what,
										rg_text_line(item->name, 60),
										rg_status_name(status),
										item->detail && item->detail[0] ? ": " : "",
										rg_text_line(item->detail ? item->detail : "", 100)));
	}
	if (bad > RG_SHOWN_ITEMS)
		part_say(ev, part, psprintf("and %d more", bad - RG_SHOWN_ITEMS));
	if (bad == 0)
		part_say(ev, part, psprintf("%d of %d %ss as they should be",
									items->n, items->n, what));
}

/*
 * None registered may mean that there are none, or that nobody registered
 * them: that is for a person to attest.
 */
static void
add_migrations(RgEvaluation *ev, Part *part)
{
	if (ev->facts->nmigrations == 0)
	{
		part_add(part, RG_PENDING, RG_NEVER, RG_NEVER);
		part_say(ev, part, "no migration is registered with the release");
		return;
	}
	add_row(ev, part, ev->migrations);
	add_row(ev, part, ev->migration_class);
}

static void
cite_items(RgEvaluation *ev, RgRequirement *row, const RgFactItems *items)
{
	for (int i = 0; i < items->n; i++)
		rg_cite(ev, row, &items->items[i].id);
}

static void
compute(RgEvaluation *ev, const RgCheck *check, RgRequirement *row, Part *part)
{
	const RgFacts *facts = ev->facts;

	part_init(ev, part);
	for (int i = 0; i < check->ncomputed; i++)
	{
		switch (check->computed[i].source)
		{
			case RG_CHECK_SOAK:
				add_row(ev, part, ev->soak);
				break;
			case RG_CHECK_GATE:
				add_row(ev, part, ev->gates[check->computed[i].gate]);
				break;
			case RG_CHECK_FEATURE_FLAGS:
				add_items(ev, part, &facts->flags, "feature flag", check->valid_for);
				cite_items(ev, row, &facts->flags);
				break;
			case RG_CHECK_MONITORING:
				add_items(ev, part, &facts->monitoring, "monitoring check",
						  check->valid_for);
				cite_items(ev, row, &facts->monitoring);
				break;
			case RG_CHECK_MIGRATIONS:
				add_migrations(ev, part);
				break;
		}
	}
}

/* ---- the item ---- */

/* Computed from other requirements alone, which have remedies of their own. */
static bool
only_rows(const RgCheck *check)
{
	bool		only = check->attested_by == 0;

	for (int i = 0; i < check->ncomputed && only; i++)
		only = check->computed[i].source == RG_CHECK_SOAK ||
			check->computed[i].source == RG_CHECK_GATE;
	return only;
}

static const char *
describe_required(const RgEvaluation *ev, const RgCheck *check)
{
	const char *attested = check->attested_by == 0 ? "" :
		psprintf("attested by %s", rg_text_roles(ev->policy, check->attested_by));
	const char *joint = check->ncomputed > 0 && check->attested_by != 0 ?
		(check->either ? " or " : " and ") : "";

	return psprintf("%s%s%s", check->ncomputed > 0 ? "computed" : "", joint, attested);
}

/* Who attested an item before a report spoke against it did not know. */
static bool
is_contradicted(const Part *computed, const RgTally *tally)
{
	return computed->against && tally->newest &&
		memcmp(computed->against, &tally->newest->id, UUID_LEN) > 0;
}

static const char *
attest_remedy(const RgEvaluation *ev, const RgCheck *check,
			  const RgTally *tally)
{
	const char *call = rg_text_call(ev->facts, "attest", ev->target->name,
									psprintf("%s, '...'", quote_literal_cstr(check->name)));

	if (tally->rejection)
		return psprintf("settle it with %s, who then attests: SELECT %s",
						rg_text_line(tally->rejection->actor, 60), call);
	return psprintf("one of role %s: SELECT %s",
					rg_text_roles(ev->policy, check->attested_by), call);
}

/*
 * Where migrations are what is missing, nobody's word makes up for it: they
 * block by themselves, and have remedies of their own.
 */
static const RgRequirement *
missing_migrations(const RgEvaluation *ev, const RgCheck *check)
{
	const RgRequirement *rows[] = {ev->migrations, ev->migration_class};

	for (int i = 0; i < check->ncomputed; i++)
	{
		for (int r = 0; r < (int) lengthof(rows); r++)
		{
			if (check->computed[i].source == RG_CHECK_MIGRATIONS && rows[r] != NULL &&
				rg_requirement_blocks(rows[r]) && rows[r]->remedy != NULL)
				return rows[r];
		}
	}
	return NULL;
}

static const char *
remedy_of(const RgEvaluation *ev, const RgCheck *check, const RgTally *tally,
		  RgStatus attested)
{
	const RgRequirement *missing = missing_migrations(ev, check);
	const char *attest = check->attested_by == 0 ? NULL : attest_remedy(ev, check, tally);

	if (missing == NULL)
		return attest;
	if (check->either || attest == NULL || attested == RG_SATISFIED)
		return psprintf("as for %s: %s", missing->name, missing->remedy);
	return psprintf("as for %s: %s; then %s", missing->name, missing->remedy, attest);
}

/* rg_tally_row() has described the attestation in the row. */
static void
describe(RgEvaluation *ev, RgRequirement *row, const RgCheck *check,
		 const Part *computed, const RgTally *tally, RgStatus attested)
{
	const char *detail = row->detail;

	row->required = describe_required(ev, check);
	if (check->attested_by == 0)
		row->observed = rg_status_name(computed->status);
	else if (check->ncomputed > 0)
		row->observed = psprintf("computed: %s; attested: %s",
								 rg_status_name(computed->status), row->observed);
	/* an attestation that is not needed is not asked for */
	if (check->attested_by == 0 ||
		(row->status == RG_SATISFIED && attested != RG_SATISFIED))
		row->detail = computed->detail.data;
	else if (check->ncomputed > 0)
		row->detail = psprintf("%s; attestation%s: %s", computed->detail.data,
							   is_contradicted(computed, tally) ?
							   " (before that was reported)" : "", detail);
	if (rg_requirement_blocks(row))
		row->remedy = remedy_of(ev, check, tally, attested);
}

static void
take(RgRequirement *row, RgStatus status, TimestampTz clears_at,
	 TimestampTz holds_until)
{
	row->status = status;
	row->clears_at = badness(status) > 1 ? clears_at : RG_NEVER;
	row->holds_until = badness(status) > 1 ? RG_NEVER : holds_until;
}

/*
 * Where either is enough, the better part counts, but a rejection stands, and
 * so does a later report to the contrary; else the worse one counts.
 */
static void
combine(RgRequirement *row, const RgCheck *check, const Part *computed,
		RgStatus attested, const RgTally *tally)
{
	TimestampTz attested_until = attested == RG_SATISFIED ?
		tally->holds_until : RG_NEVER;
	bool		either = check->either && check->ncomputed > 0 &&
		check->attested_by != 0 && attested != RG_UNSATISFIED &&
		!is_contradicted(computed, tally);
	bool		attested_counts = badness(attested) > badness(computed->status);

	if (either && attested == RG_SATISFIED)
		take(row, RG_SATISFIED, RG_NEVER,
			 computed->status == RG_SATISFIED ?
			 Max(attested_until, computed->holds_until) : attested_until);
	else if (either && computed->status != RG_NOT_APPLICABLE)
		take(row, computed->status, computed->clears_at, computed->holds_until);
	else if (attested_counts)
		take(row, attested, RG_NEVER, Min(attested_until, computed->holds_until));
	else
		take(row, computed->status, computed->clears_at,
			 Min(attested_until, computed->holds_until));
}

static void
evaluate_item(RgEvaluation *ev, const RgCheck *check)
{
	RgRequirement *row = rg_row(ev, "checklist", check->name);
	RgTallyRule rule = {
		.subject = check->name, .roles = check->attested_by, .count = 1,
		.valid_for = check->valid_for
	};
	RgStatus	attested = RG_NOT_APPLICABLE;
	RgTally		tally = {0};
	Part		computed;

	compute(ev, check, row, &computed);
	row->derived = only_rows(check);
	if (check->attested_by != 0)
	{
		rg_tally(ev, &ev->facts->attestations, &rule, &tally);
		rg_tally_row(ev, row, &ev->facts->attestations, &rule, &tally);
		attested = row->status;
	}
	combine(row, check, &computed, attested, &tally);
	if (ev->full)
		describe(ev, row, check, &computed, &tally, attested);
}

void
rg_evaluate_checklist(RgEvaluation *ev)
{
	for (int i = 0; i < ev->policy->nchecks; i++)
	{
		const RgCheck *check = &ev->policy->checks[i];

		if (rg_applies(ev, check->environments, check->kinds))
			evaluate_item(ev, check);
	}
}
