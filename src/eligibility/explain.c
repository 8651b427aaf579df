/*
 * explain.c: the answer as one text that a person reads in psql: what blocks
 * first, then what waits for time, what warns, what was waived, what is met,
 * and at the end what to do next, or when.
 */
#include "eligibility/evaluate.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

typedef enum Group
{
	GROUP_TO_DO,
	GROUP_WAITING,
	GROUP_WARNING,
	GROUP_WAIVED,
	GROUP_MET,
	GROUP_NOT_ASKED
} Group;
#define NGROUPS (GROUP_NOT_ASKED + 1)

typedef struct GroupStyle
{
	const char *title;
	char		mark;
} GroupStyle;

static const GroupStyle styles[NGROUPS] = {
	[GROUP_TO_DO] = {"BLOCKED, somebody has to act", 'x'},
	[GROUP_WAITING] = {"WAITING, time clears it", '.'},
	[GROUP_WARNING] = {"WARNINGS, which do not block", '!'},
	[GROUP_WAIVED] = {"WAIVED", '~'},
	[GROUP_MET] = {"MET", '+'},
	[GROUP_NOT_ASKED] = {"NOT ASKED FOR HERE", '-'},
};

typedef struct Explanation
{
	const RgEligibility *eligibility;
	TimestampTz eligible_at;
	int			counts[NGROUPS];
	int			todo;			/* blockers that somebody can do something about */
	const RgRequirement *first; /* of those */
	int			width;			/* of the longest name */
	StringInfoData text;
} Explanation;

static Group
group_of(const RgRequirement *row)
{
	if (rg_requirement_blocks(row))
		return row->clears_at == RG_NEVER ? GROUP_TO_DO : GROUP_WAITING;
	switch (row->status)
	{
		case RG_NOT_APPLICABLE:
			return GROUP_NOT_ASKED;
		case RG_SATISFIED:
			return GROUP_MET;
		case RG_WAIVED:
			return GROUP_WAIVED;
		default:
			return GROUP_WARNING;
	}
}

static void
write_header(Explanation *e)
{
	const RgEligibility *answer = e->eligibility;

	appendStringInfo(&e->text, "%s %s -> %s: %s\n",
					 rg_text_line(answer->application, 200),
					 rg_text_line(answer->version, 200),
					 rg_text_line(answer->environment, 200),
					 answer->eligible ? "ELIGIBLE" : "NOT ELIGIBLE");
	appendStringInfo(&e->text, "as of %s", rg_text_time(answer->as_of));
	if (answer->policy)
		appendStringInfo(&e->text, ", by policy %s, revision %d",
						 answer->policy->name, answer->policy->revision);
	appendStringInfoChar(&e->text, '\n');
}

static void
write_name(Explanation *e, const RgRequirement *row)
{
	appendStringInfo(&e->text, "  %c %s", styles[group_of(row)].mark, row->name);
}

static void
pad(Explanation *e, const RgRequirement *row)
{
	int			len = pg_mbstrlen(row->name);

	appendStringInfoSpaces(&e->text, Max(e->width - len, 0) + 2);
}

/* Elsewhere the detail says it all. */
static bool
shows_figures(const RgRequirement *row)
{
	return strcmp(row->kind, "gate") == 0 || strcmp(row->kind, "soak") == 0;
}

/* Met, and not asked for: a line each. */
static void
write_line(Explanation *e, const RgRequirement *row)
{
	write_name(e, row);
	pad(e, row);
	if (row->status == RG_SATISFIED && shows_figures(row))
		appendStringInfo(&e->text, "%s (%s); ", row->observed, row->required);
	appendStringInfoString(&e->text, row->detail ? row->detail : "");
	if (row->status == RG_SATISFIED && row->holds_until != RG_NEVER)
		appendStringInfo(&e->text, " [until %s]", rg_text_time(row->holds_until));
	appendStringInfoChar(&e->text, '\n');
}

static void
write_block(Explanation *e, const RgRequirement *row)
{
	write_name(e, row);
	pad(e, row);
	appendStringInfoString(&e->text, rg_status_name(row->status));
	if (row->clears_at != RG_NEVER)
		appendStringInfo(&e->text, " until %s", rg_text_time(row->clears_at));
	appendStringInfo(&e->text, ": %s\n", row->detail);
	if (row->required && !row->derived)
		appendStringInfo(&e->text, "      wanted: %s; found: %s\n",
						 row->required, row->observed ? row->observed : "nothing");
	if (row->remedy)
		appendStringInfo(&e->text, "      to do:  %s\n", row->remedy);
}

static void
write_group(Explanation *e, Group group)
{
	const RgEligibility *answer = e->eligibility;

	if (e->counts[group] == 0)
		return;
	appendStringInfo(&e->text, "\n%s (%d)\n", styles[group].title,
					 e->counts[group]);
	for (int i = 0; i < answer->nrequirements; i++)
	{
		const RgRequirement *row = &answer->requirements[i];

		if (group_of(row) != group)
			continue;
		if (group == GROUP_MET || group == GROUP_NOT_ASKED || group == GROUP_WAIVED)
			write_line(e, row);
		else
			write_block(e, row);
	}
}

/* What runs out first of that which holds now. */
static const RgRequirement *
first_to_end(const RgEligibility *answer)
{
	const RgRequirement *first = NULL;

	for (int i = 0; i < answer->nrequirements; i++)
	{
		const RgRequirement *row = &answer->requirements[i];

		if ((row->status == RG_SATISFIED || row->status == RG_WAIVED) &&
			row->enforcement != RG_WARN && row->holds_until != RG_NEVER &&
			(first == NULL || row->holds_until < first->holds_until))
			first = row;
	}
	return first;
}

static const char *
promote_call(const RgEligibility *answer)
{
	return psprintf("SELECT releasegov.promote(%s, %s, %s)",
					quote_literal_cstr(answer->application),
					quote_literal_cstr(answer->version),
					quote_literal_cstr(answer->environment));
}

static void
write_next_act(Explanation *e)
{
	if (e->first)
		appendStringInfo(&e->text, "%s: %s", e->first->name, e->first->remedy);
	else
		appendStringInfoString(&e->text, "nothing can be done about it here");
	if (e->todo > 1)
		appendStringInfo(&e->text, "\n      and %d more \"to do\" above", e->todo - 1);
	if (e->counts[GROUP_WAITING] > 0)
		appendStringInfo(&e->text, "\n      time clears %d more",
						 e->counts[GROUP_WAITING]);
}

static void
write_next(Explanation *e)
{
	const RgEligibility *answer = e->eligibility;
	const RgRequirement *end = first_to_end(answer);

	appendStringInfoString(&e->text, "\nNEXT: ");
	if (answer->eligible)
	{
		appendStringInfoString(&e->text, promote_call(answer));
		if (end)
			appendStringInfo(&e->text, "\n      before %s, when %s ends",
							 rg_text_time(end->holds_until), end->name);
	}
	else if (e->counts[GROUP_TO_DO] > 0)
		write_next_act(e);
	else if (e->eligible_at != RG_NEVER)
		appendStringInfo(&e->text, "wait until %s, when it is eligible if nothing changes; then\n      %s",
						 rg_text_time(e->eligible_at), promote_call(answer));
	else
	{
		appendStringInfoString(&e->text, "waiting is not enough: by the time the last of it clears, something that holds now will have ended");
		if (end)
			appendStringInfo(&e->text, ";\n      %s ends first, at %s: renew it",
							 end->name, rg_text_time(end->holds_until));
	}
}

char *
rg_explain(const RgEligibility *eligibility, TimestampTz eligible_at)
{
	Explanation e = {eligibility, eligible_at};

	initStringInfo(&e.text);
	for (int i = 0; i < eligibility->nrequirements; i++)
	{
		const RgRequirement *row = &eligibility->requirements[i];

		e.counts[group_of(row)]++;
		if (group_of(row) == GROUP_TO_DO && row->remedy && e.todo++ == 0)
			e.first = row;
		e.width = Max(e.width, pg_mbstrlen(row->name));
	}
	write_header(&e);
	for (int group = 0; group < NGROUPS; group++)
		write_group(&e, group);
	write_next(&e);
	return e.text.data;
}
