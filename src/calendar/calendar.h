/*
 * calendar.h: release windows and freezes as iCalendar rules (RFC 5545) in
 * named time zones. libical expands a rule on the wall clock, the server's
 * own time zones turn it into instants, and deny beats allow.
 */
#ifndef RG_CALENDAR_H
#define RG_CALENDAR_H

#include "releasegov.h"

#include "nodes/pg_list.h"
#include "pgtime.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

/* How far ahead a next occurrence, an opening or a closing is looked for. */
#define RG_CALENDAR_HORIZON		(INT64CONST(731) * USECS_PER_DAY)

/* A rule that has more occurrences than this in four years is refused. */
#define RG_CALENDAR_MAX_OCCURRENCES	40000
#define RG_CALENDAR_MAX_DATES	2000	/* in exdates, in rdates */
#define RG_CALENDAR_MAX_LENGTH	(INT64CONST(3660) * USECS_PER_DAY)
#define RG_CALENDAR_MAX_NAME	200 /* bytes */
#define RG_CALENDAR_MIN_YEAR	1583	/* the first whole Gregorian year */
#define RG_CALENDAR_MAX_YEAR	2400

/* ---- rule.c: a rule as people write it, and parsed ------------------- */

/*
 * Times are the wall clock's: 2026-01-06T09:00, or a date alone. For start
 * and end that is midnight; in exdates, every occurrence that begins on that
 * day; in rdates, that day at the start's time of day.
 */
typedef struct RgCalendarText
{
	const char *name;			/* required, as are, unless always, the next
								 * three */
	bool		always;			/* true at any time */
	const char *time_zone;		/* Europe/Berlin */
	const char *start;
	const char *end;			/* exclusive */
	const char *rrule;			/* NULL: start alone */
	int			nexdates;
	const char **exdates;
	int			nrdates;
	const char **rdates;
	bool		stored;			/* it was accepted before: its occurrences are
								 * not counted again */
} RgCalendarText;

/* On the wall clock of the rule's zone. */
typedef struct RgCalendarDate
{
	Timestamp	local;
	bool		whole_day;		/* written without a time */
} RgCalendarDate;

typedef struct RgCalendarOccurrence
{
	TimestampTz starts;
	TimestampTz ends;			/* exclusive */
	TimestampTz reach;			/* the latest end of this and those before */
	TimestampTz solid;			/* how far it is covered without a gap */
} RgCalendarOccurrence;

typedef struct RgCalendarRule
{
	const char *name;
	bool		always;			/* true at any time; nothing below counts */
	pg_tz	   *zone;			/* belongs to the server, lives on */
	Timestamp	start;			/* local, as all times here */
	int64		length;			/* on the wall clock, microseconds */
	const char *rrule;			/* NULL: start alone */
	Timestamp	until;			/* the last start, also for COUNT; DT_NOEND:
								 * none */
	Timestamp	first;			/* the rrule's first; start is one itself only
								 * if it is this */
	int			nexdates;		/* sorted */
	RgCalendarDate *exdates;
	int			nrdates;
	Timestamp  *rdates;
	/* expand.c: what begins or ends in [from, to), sorted; from = to: unset */
	MemoryContext context;
	TimestampTz from;
	TimestampTz to;
	int			noccurrences;
	RgCalendarOccurrence *occurrences;
} RgCalendarRule;

/*
 * Never throws for bad input. On refusal *field names what is wrong ("start",
 * "exdates", ...) and *why (palloc'd) says what was expected. What *out points
 * to is allocated in CurrentMemoryContext, its cache later on as well.
 */
extern bool rg_calendar_rule_parse(const RgCalendarText *in,
								   RgCalendarRule *out,
								   const char **field, char **why);

/* The rule that is true at any time: one for all, never freed. */
extern RgCalendarRule *rg_calendar_always(void);

/* 2026-01-06T09:00[:SS] or 2026-01-06; false if it is neither. */
extern bool rg_calendar_local_parse(const char *str, RgCalendarDate *out);

/* The same as iCalendar writes it: 20260106T090000[Z] or 20260106. */
extern bool rg_calendar_basic_parse(const char *str, RgCalendarDate *out,
									bool *utc);
extern char *rg_calendar_local_format(const RgCalendarDate *date);

/* The time of day of a local time, microseconds. */
extern Timestamp rg_calendar_clock(Timestamp local);

/* A zone of the server's database by its name; NULL if there is none such. */
extern pg_tz *rg_calendar_zone(const char *name);

/* ---- expand.c: occurrences ------------------------------------------- */

/*
 * A wall clock's time as an instant. One that occurs twice is the first; one
 * that is skipped counts on with the offset before the gap (RFC 5545 3.3.5).
 */
extern TimestampTz rg_calendar_to_instant(Timestamp local, pg_tz *zone);
extern Timestamp rg_calendar_to_local(TimestampTz at, pg_tz *zone);

/* Does libical read it? */
extern bool rg_calendar_rrule_valid(const char *rrule);

/*
 * The rrule's starts within [from, to], sorted, at most max of them: their
 * number. *starts is palloc'd. Used while parsing; needs start, rrule and
 * until.
 */
extern int	rg_calendar_rrule_starts(const RgCalendarRule *rule,
									 Timestamp from, Timestamp to,
									 int max, Timestamp **starts);

/* Is it a time that the calendar can judge? Not an infinity, for one. */
extern bool rg_calendar_in_years(TimestampTz at);

/*
 * Expands for that time, unless the rule's cache has it: then ask for any
 * time from it to the horizon. False for times outside of the calendar's
 * years. Throws ERRCODE_RG_INVALID_CALENDAR only if the rule has too many
 * occurrences around that time.
 */
extern bool rg_calendar_rule_load(RgCalendarRule *rule, TimestampTz at);
/* Until when it is covered without a gap; at itself if it is not covered. */
extern TimestampTz rg_calendar_rule_solid(const RgCalendarRule *rule,
										  TimestampTz at);
/* Is it covered at that time, one of the calendar's years? It expands no
 * further than needed: a session's first question comes this way. */
extern bool rg_calendar_rule_covers(RgCalendarRule *rule, TimestampTz at);
/* The next start after; DT_NOEND if there is none. */
extern TimestampTz rg_calendar_rule_following(const RgCalendarRule *rule,
											  TimestampTz after);

/* ---- decide.c: windows and freezes together -------------------------- */

typedef struct RgCalendarDecision
{
	bool		open;			/* allowed, and not denied */
	int			allowed_by;		/* index of the first window, -1: none */
	int			denied_by;		/* index of the first freeze, -1: none */
	TimestampTz open_until;		/* if open: when it closes, DT_NOEND: not
								 * within the horizon; else the time asked */
	TimestampTz opens_at;		/* the time asked if open; DT_NOEND: not
								 * within the horizon */
} RgCalendarDecision;

/*
 * Deny beats allow. Without any window, it is closed if windows_required,
 * else always allowed. The answer depends on the arguments alone.
 */
extern void rg_calendar_decide(RgCalendarRule **windows, int nwindows,
							   bool windows_required,
							   RgCalendarRule **freezes, int nfreezes,
							   TimestampTz at, RgCalendarDecision *out);

/* Just whether it is open then. */
extern bool rg_calendar_is_open(RgCalendarRule **windows, int nwindows,
								bool windows_required,
								RgCalendarRule **freezes, int nfreezes,
								TimestampTz at);

/* ---- ics.c: import of an .ics file ----------------------------------- */

/*
 * The events as a list of RgCalendarText, each of which parses. default_zone
 * (may be NULL) is for whole days and times without a zone; else the file's
 * X-WR-TIMEZONE. Throws ERRCODE_RG_INVALID_CALENDAR with the line.
 */
extern List *rg_ics_parse(const char *text, size_t len,
						  const char *default_zone);

/* ---- calendar_sql.c: jsonb ------------------------------------------- */

/*
 * A rule of the policy's form from a jsonb object. The policy's keys "kinds"
 * and "environments" are passed over, other keys refused. false: *field and
 * *why as above.
 */
extern bool rg_calendar_text_from_jsonb(JsonbContainer *object,
										RgCalendarText *out,
										const char **field, char **why);

#endif							/* RG_CALENDAR_H */
