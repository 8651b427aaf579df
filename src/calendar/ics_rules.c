/*
 * ics_rules.c: the events of an iCalendar file as calendar rules: time zones
 * by the names that calendars give them, changed occurrences, unique names.
 */
#include "calendar/ics.h"

#include "miscadmin.h"
#include "utils/hsearch.h"

#include <libical/ical.h>

#define MAX_PREFIX	4			/* parts that stand before a zone's name */

/*
 * What Windows calls the zones that most calendars come from, as the Unicode
 * CLDR maps them. Others need an X-LIC-LOCATION or a name of the database.
 */
static const struct
{
	const char *windows;
	const char *name;
}			windows_zones[] =
{
	{"AUS Eastern Standard Time", "Australia/Sydney"},
	{"Argentina Standard Time", "America/Buenos_Aires"},
	{"Canada Central Standard Time", "America/Regina"},
	{"Central Europe Standard Time", "Europe/Budapest"},
	{"Central European Standard Time", "Europe/Warsaw"},
	{"Central Standard Time", "America/Chicago"},
	{"China Standard Time", "Asia/Shanghai"},
	{"E. South America Standard Time", "America/Sao_Paulo"},
	{"Eastern Standard Time", "America/New_York"},
	{"Egypt Standard Time", "Africa/Cairo"},
	{"FLE Standard Time", "Europe/Kiev"},
	{"GMT Standard Time", "Europe/London"},
	{"GTB Standard Time", "Europe/Bucharest"},
	{"Greenwich Standard Time", "Atlantic/Reykjavik"},
	{"India Standard Time", "Asia/Calcutta"},
	{"Israel Standard Time", "Asia/Jerusalem"},
	{"Korea Standard Time", "Asia/Seoul"},
	{"Mountain Standard Time", "America/Denver"},
	{"New Zealand Standard Time", "Pacific/Auckland"},
	{"Pacific Standard Time", "America/Los_Angeles"},
	{"Romance Standard Time", "Europe/Paris"},
	{"Russian Standard Time", "Europe/Moscow"},
	{"Singapore Standard Time", "Asia/Singapore"},
	{"South Africa Standard Time", "Africa/Johannesburg"},
	{"Tokyo Standard Time", "Asia/Tokyo"},
	{"Turkey Standard Time", "Europe/Istanbul"},
	{"UTC", "UTC"},
	{"US Mountain Standard Time", "America/Phoenix"},
	{"W. Europe Standard Time", "Europe/Berlin"},
};

/* ---- time zones ------------------------------------------------------ */

static pg_tz *
windows_zone(const char *name)
{
	for (int i = 0; i < (int) lengthof(windows_zones); i++)
		if (pg_strcasecmp(windows_zones[i].windows, name) == 0)
			return rg_calendar_zone(windows_zones[i].name);
	return NULL;
}

/* Some put a prefix before the name: /example.org/20050126_1/Europe/Berlin */
static pg_tz *
prefixed_zone(const char *name)
{
	pg_tz	   *zone = NULL;

	if (name[0] != '/')
		return NULL;
	for (int i = 0; i < MAX_PREFIX && zone == NULL; i++)
	{
		name = strchr(name + 1, '/');
		if (name == NULL)
			return NULL;
		zone = rg_calendar_zone(name + 1);
	}
	return zone;
}

static pg_tz *
named_zone(const char *name)
{
	pg_tz	   *zone = rg_calendar_zone(name);

	if (zone == NULL)
		zone = windows_zone(name);
	if (zone == NULL)
		zone = prefixed_zone(name);
	return zone;
}

static pg_tz *
find_zone(const IcsFile *file, const char *name, int line)
{
	pg_tz	   *zone = named_zone(name);
	ListCell   *cell;

	foreach(cell, file->zones)
	{
		const IcsZone *known = lfirst(cell);

		if (zone != NULL)
			break;
		if (known->id != NULL && known->location != NULL &&
			strcmp(known->id, name) == 0)
			zone = named_zone(known->location);
	}
	if (zone == NULL)
		rg_ics_refuse(line, "The server knows no time zone \"%s\".",
					  rg_excerpt(name, strlen(name)));
	return zone;
}

static pg_tz *
zone_of(const IcsFile *file, const IcsTime *time)
{
	if (time->utc)
		return rg_calendar_zone("UTC");
	if (time->zone != NULL)
		return find_zone(file, time->zone, time->line);
	if (file->zone == NULL)
		rg_ics_refuse(time->line,
					  "The time has no time zone, and the file no "
					  "X-WR-TIMEZONE: pass one as second argument.");
	return find_zone(file, file->zone, time->line);
}

/* The time on the wall clock of another zone; whole days are the same day. */
static RgCalendarDate
in_zone(const IcsFile *file, const IcsTime *time, pg_tz *zone)
{
	RgCalendarDate result = time->at;
	pg_tz	   *own;

	if (result.whole_day || (!time->utc && time->zone == NULL))
		return result;
	own = zone_of(file, time);
	if (own != zone)
		result.local =
			rg_calendar_to_local(rg_calendar_to_instant(result.local, own),
								 zone);
	return result;
}

/* ---- one event ------------------------------------------------------- */

int64
rg_ics_duration(const char *value)
{
	struct icaldurationtype duration;

	icalerror_set_errors_are_fatal(0);
	icalerror_clear_errno();
	duration = icaldurationtype_from_string(value);
	if (icaldurationtype_is_bad_duration(duration) || duration.is_neg ||
		duration.weeks > 10000 || duration.days > 100000 ||
		duration.hours > 1000000 || duration.minutes > 100000000)
		return 0;
	return (duration.weeks * 7 + duration.days) * USECS_PER_DAY +
		duration.hours * USECS_PER_HOUR +
		duration.minutes * USECS_PER_MINUTE +
		duration.seconds * USECS_PER_SEC;
}

static RgCalendarDate
end_of(const IcsFile *file, const IcsEvent *event, pg_tz *zone)
{
	RgCalendarDate end = event->start.at;

	if (event->end.line != 0)
		return in_zone(file, &event->end, zone);
	if (event->duration > 0)
	{
		end.local += event->duration;
		end.whole_day = end.whole_day && event->duration % USECS_PER_DAY == 0;
	}
	else if (end.whole_day)
		end.local += USECS_PER_DAY; /* RFC 5545 3.6.1 */
	else
		rg_ics_refuse(event->line, "The event has no end.");
	return end;
}

static const char **
format_dates(const IcsFile *file, const List *times, pg_tz *zone, int *count)
{
	/* One more: the start may be added, see add_start() */
	const char **result = palloc(sizeof(char *) * (list_length(times) + 1));
	ListCell   *cell;

	*count = 0;
	foreach(cell, times)
	{
		RgCalendarDate date = in_zone(file, lfirst(cell), zone);

		CHECK_FOR_INTERRUPTS();
		result[(*count)++] = rg_calendar_local_format(&date);
	}
	return result;
}

/*
 * Calendars show the start of an event even where its RRULE does not give
 * it; a freeze must not be shorter than what people saw.
 */
static void
add_start(RgCalendarText *rule)
{
	rule->rdates[rule->nrdates++] = rule->start;
}

static RgCalendarText *
make_rule(const IcsFile *file, const IcsEvent *event)
{
	RgCalendarText *rule = palloc0(sizeof(RgCalendarText));
	RgCalendarRule parsed;
	RgCalendarDate end;
	const char *field;
	char	   *why;
	pg_tz	   *zone;

	if (event->start.line == 0)
		rg_ics_refuse(event->line, "The event has no DTSTART.");
	zone = zone_of(file, &event->start);
	end = end_of(file, event, zone);
	rule->name = event->name != NULL && event->name[0] != '\0' ?
		event->name : "event";
	rule->time_zone = pg_get_timezone_name(zone);
	rule->start = rg_calendar_local_format(&event->start.at);
	rule->end = rg_calendar_local_format(&end);
	rule->rrule = event->rrule;
	rule->exdates = format_dates(file, event->exdates, zone, &rule->nexdates);
	rule->rdates = format_dates(file, event->rdates, zone, &rule->nrdates);
	if (!rg_calendar_rule_parse(rule, &parsed, &field, &why))
		rg_ics_refuse(event->line, "%s: %s.", field, why);
	if (parsed.first != parsed.start)
		add_start(rule);
	return rule;
}

/* ---- the file -------------------------------------------------------- */

static int
compare_by_uid(const ListCell *a, const ListCell *b)
{
	const IcsEvent *left = lfirst(a);
	const IcsEvent *right = lfirst(b);
	int			order = strcmp(left->uid ? left->uid : "",
							   right->uid ? right->uid : "");

	/* The event itself before its changed occurrences. */
	if (order == 0)
		order = (left->replaces.line != 0) - (right->replaces.line != 0);
	return order != 0 ? order : left->line - right->line;
}

/*
 * A changed occurrence (RECURRENCE-ID) is an exception of its event, and an
 * event of its own unless it was cancelled.
 */
static void
apply_overrides(const IcsFile *file)
{
	List	   *events = list_copy(file->events);
	IcsEvent   *master = NULL;
	ListCell   *cell;

	list_sort(events, compare_by_uid);
	foreach(cell, events)
	{
		IcsEvent   *event = lfirst(cell);

		if (event->uid == NULL)
			continue;
		if (event->replaces.line == 0)
			master = event;
		else if (master != NULL && strcmp(master->uid, event->uid) == 0)
			master->exdates = lappend(master->exdates, &event->replaces);
	}
	list_free(events);
}

typedef struct UsedName
{
	char		name[RG_CALENDAR_MAX_NAME + 1];
	int			times;
} UsedName;

/* A policy's rules have names of their own; the second gets a number. */
static void
make_names_unique(List *rules)
{
	HASHCTL		control = {.keysize = RG_CALENDAR_MAX_NAME + 1,
	.entrysize = sizeof(UsedName)};
	HTAB	   *used = hash_create("names of a calendar", 256, &control,
								   HASH_ELEM | HASH_STRINGS);
	ListCell   *cell;

	foreach(cell, rules)
	{
		RgCalendarText *rule = lfirst(cell);
		const char *name = rule->name;
		bool		found;
		UsedName   *first = hash_search(used, name, HASH_ENTER, &found);

		if (!found)
			first->times = 1;
		while (found)
		{
			UsedName   *entry;

			rule->name = psprintf("%s (%d)", name, ++first->times);
			entry = hash_search(used, rule->name, HASH_ENTER, &found);
			if (!found)
				entry->times = 1;
		}
	}
	hash_destroy(used);
}

List *
rg_ics_rules(IcsFile *file)
{
	List	   *rules = NIL;
	ListCell   *cell;

	apply_overrides(file);
	foreach(cell, file->events)
	{
		const IcsEvent *event = lfirst(cell);

		CHECK_FOR_INTERRUPTS();
		if (!event->cancelled)
			rules = lappend(rules, make_rule(file, event));
	}
	make_names_unique(rules);
	return rules;
}
