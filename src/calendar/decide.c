/*
 * decide.c: windows and freezes together: is it open, by which window, held
 * up by which freeze, when does it open or close next. Deny beats allow.
 */
#include "calendar/calendar.h"

#include "miscadmin.h"

/* The rules that count at all: those that could be expanded for the time. */
typedef struct Rules
{
	RgCalendarRule **rules;
	int			count;
} Rules;

/* Index of the first rule that is true at the time, -1: none. */
static int
first_true(const Rules *rules, TimestampTz at)
{
	for (int i = 0; i < rules->count; i++)
		if (rg_calendar_rule_solid(rules->rules[i], at) > at)
			return i;
	return -1;
}

/* Until when any of the rules covers it; at itself if none does. */
static TimestampTz
covered_until(const Rules *rules, TimestampTz at)
{
	TimestampTz until = at;

	for (int i = 0; i < rules->count; i++)
		until = Max(until, rg_calendar_rule_solid(rules->rules[i], at));
	return until;
}

static TimestampTz
next_start(const Rules *rules, TimestampTz after)
{
	TimestampTz start = DT_NOEND;

	for (int i = 0; i < rules->count; i++)
		start = Min(start, rg_calendar_rule_following(rules->rules[i], after));
	return start;
}

/* Alternates between the end of a freeze and the start of a window. */
static TimestampTz
find_opening(const Rules *windows, bool any_time, const Rules *freezes,
			 TimestampTz at)
{
	TimestampTz limit = at + RG_CALENDAR_HORIZON;
	TimestampTz time = at;

	while (time <= limit)
	{
		TimestampTz thawed = covered_until(freezes, time);

		CHECK_FOR_INTERRUPTS();
		if (thawed > time)
			time = thawed;
		else if (any_time || first_true(windows, time) >= 0)
			return time;
		else
			time = next_start(windows, time);
	}
	return DT_NOEND;
}

/* One window may go over into another; the next freeze ends it anyway. */
static TimestampTz
find_closing(const Rules *windows, bool any_time, const Rules *freezes,
			 TimestampTz at)
{
	TimestampTz limit = at + RG_CALENDAR_HORIZON;
	TimestampTz frozen = next_start(freezes, at);
	TimestampTz time = any_time ? DT_NOEND : at;

	while (time < frozen && time <= limit)
	{
		TimestampTz until = covered_until(windows, time);

		CHECK_FOR_INTERRUPTS();
		if (until == time)
			break;
		time = until;
	}
	time = Min(time, frozen);
	return time > limit ? DT_NOEND : time;
}

static bool
load_rules(const Rules *rules, TimestampTz at)
{
	for (int i = 0; i < rules->count; i++)
		if (!rg_calendar_rule_load(rules->rules[i], at))
			return false;
	return true;
}

void
rg_calendar_decide(RgCalendarRule **windows, int nwindows,
				   bool windows_required,
				   RgCalendarRule **freezes, int nfreezes,
				   TimestampTz at, RgCalendarDecision *out)
{
	Rules		allow = {windows, nwindows};
	Rules		deny = {freezes, nfreezes};
	bool		any_time = nwindows == 0 && !windows_required;

	out->open = false;
	out->allowed_by = -1;
	out->denied_by = -1;
	out->open_until = at;
	out->opens_at = DT_NOEND;

	/* A time that the calendar cannot judge is closed, not open. */
	if (!rg_calendar_in_years(at) || !load_rules(&allow, at) ||
		!load_rules(&deny, at))
		return;
	out->allowed_by = first_true(&allow, at);
	out->denied_by = first_true(&deny, at);
	out->open = (any_time || out->allowed_by >= 0) && out->denied_by < 0;
	if (out->open)
	{
		out->opens_at = at;
		out->open_until = find_closing(&allow, any_time, &deny, at);
	}
	else
		out->opens_at = find_opening(&allow, any_time, &deny, at);
}

static bool
any_covers(RgCalendarRule **rules, int count, TimestampTz at)
{
	for (int i = 0; i < count; i++)
		if (rg_calendar_rule_covers(rules[i], at))
			return true;
	return false;
}

bool
rg_calendar_is_open(RgCalendarRule **windows, int nwindows,
					bool windows_required,
					RgCalendarRule **freezes, int nfreezes, TimestampTz at)
{
	if (!rg_calendar_in_years(at) || any_covers(freezes, nfreezes, at))
		return false;
	return (nwindows == 0 && !windows_required) ||
		any_covers(windows, nwindows, at);
}
