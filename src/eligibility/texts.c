/*
 * texts.c: times, durations, roles and calls in words. What others wrote is
 * put on one line and cut at a character, so that no comment can pass itself
 * off as a line of an answer.
 */
#include "eligibility/evaluate.h"

#include "mb/pg_wchar.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

static const char *const status_names[] = {
	"not_applicable", "satisfied", "unsatisfied", "pending", "stale",
	"waived", "error"
};

static const char *const enforcement_names[] = {"block", "warn", "review"};

const char *
rg_status_name(RgStatus status)
{
	return status_names[status];
}

const char *
rg_enforcement_name(RgEnforcement enforcement)
{
	return enforcement_names[enforcement];
}

/* Tue 2026-01-06 09:00 UTC, in the session's time zone; seconds if any. */
const char *
rg_text_time(TimestampTz at)
{
	struct pg_tm tm;
	fsec_t		fsec;
	int			tz;
	const char *zone;
	StringInfoData words;

	if (TIMESTAMP_NOT_FINITE(at) ||
		timestamp2tm(at, &tz, &tm, &fsec, &zone, NULL) != 0)
		return at < 0 ? "ever" : "forever";
	initStringInfo(&words);
	appendStringInfo(&words, "%.3s %04d-%02d-%02d %02d:%02d",
					 days[j2day(date2j(tm.tm_year, tm.tm_mon, tm.tm_mday))],
					 tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min);
	if (tm.tm_sec != 0)
		appendStringInfo(&words, ":%02d", tm.tm_sec);
	if (zone && zone[0])
		appendStringInfo(&words, " %s", zone);
	return words.data;
}

/* The two largest units: "2 d 3 h", "90 min" stays "1 h 30 min". */
const char *
rg_text_duration(int64 microseconds)
{
	static const struct
	{
		int64		size;
		const char *name;
	}			units[] = {
		{USECS_PER_DAY, "d"}, {USECS_PER_HOUR, "h"},
		{USECS_PER_MINUTE, "min"}, {USECS_PER_SEC, "s"}
	};
	StringInfoData words;

	initStringInfo(&words);
	for (int i = 0; i < (int) lengthof(units); i++)
	{
		int64		count = microseconds / units[i].size;

		/* people say 24 h and 36 h, not 1 d 12 h */
		if (count == 0 || (i == 0 && microseconds <= 2 * USECS_PER_DAY))
			continue;
		appendStringInfo(&words, INT64_FORMAT " %s", count, units[i].name);
		microseconds %= units[i].size;
		if (i + 1 < (int) lengthof(units) &&
			microseconds / units[i + 1].size > 0)
			appendStringInfo(&words, " " INT64_FORMAT " %s",
							 microseconds / units[i + 1].size, units[i + 1].name);
		return words.data;
	}
	return "0 s";
}

/* A clock slightly ahead makes an age of zero. */
const char *
rg_text_age(TimestampTz then, TimestampTz now)
{
	return rg_text_duration(Max(now - then, 0));
}

const char *
rg_text_measure(const RgMeasure *measure)
{
	char	   *words = palloc(RG_MEASURE_MAXLEN);

	rg_measure_format(measure, words);
	return words;
}

const char *
rg_text_threshold(const RgThreshold *threshold)
{
	char	   *words = palloc(RG_THRESHOLD_MAXLEN);

	rg_threshold_format(threshold, words);
	return words;
}

const char *
rg_text_roles(const RgPolicy *policy, RgRoleSet roles)
{
	StringInfoData words;

	initStringInfo(&words);
	for (int i = 0; i < policy->nroles; i++)
	{
		if (roles & ((RgRoleSet) 1 << i))
			appendStringInfo(&words, "%s%s", words.len ? " or " : "",
							 policy->roles[i].name);
	}
	return words.data;
}

const char *
rg_text_line(const char *words, int limit)
{
	int			len = strlen(words);
	int			kept = pg_mbcliplen(words, len, limit);
	char	   *line = palloc(kept + 4);

	memcpy(line, words, kept);
	strcpy(line + kept, kept < len ? "..." : "");
	for (char *c = line; *c; c++)
	{
		if ((unsigned char) *c < ' ' || *c == 0x7f)
			*c = ' ';
	}
	return line;
}

const char *
rg_text_call(const RgFacts *facts, const char *function,
			 const char *environment, const char *rest)
{
	StringInfoData words;

	initStringInfo(&words);
	appendStringInfo(&words, "releasegov.%s(%s, %s", function,
					 quote_literal_cstr(facts->application),
					 quote_literal_cstr(facts->version));
	if (environment)
		appendStringInfo(&words, ", %s", quote_literal_cstr(environment));
	if (rest)
		appendStringInfo(&words, ", %s", rest);
	appendStringInfoChar(&words, ')');
	return words.data;
}
