/*
 * rule.c: reads a calendar rule as people write it and says what is wrong
 * with it. What is accepted here can be expanded at bounded cost.
 */
#include "calendar/calendar.h"

#include "miscadmin.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

/* BYMINUTE over a whole RRULE and 366 BYYEARDAYs fit well within this. */
#define MAX_RRULE			2000
#define MAX_ZONE			64
#define MAX_INTERVAL		999
#define MAX_COUNT			10000
#define MAX_COUNT_SPAN		(INT64CONST(100) * 366 * USECS_PER_DAY)

/* The span in which RG_CALENDAR_MAX_OCCURRENCES is counted. */
#define DENSITY_SPAN		(INT64CONST(4) * 366 * USECS_PER_DAY)

typedef enum Frequency
{
	HOURLY = 1,
	DAILY = 2,
	WEEKLY = 4,
	MONTHLY = 8,
	YEARLY = 16
} Frequency;
#define ANY_FREQUENCY	(HOURLY | DAILY | WEEKLY | MONTHLY | YEARLY)

/*
 * A rule is looked at so far ahead for its first start. The finer it is, the
 * more libical has to step through; 9 years hold a leap day even at 2100.
 */
static const struct
{
	const char *name;
	Frequency	frequency;
	int			years;
}			frequencies[] =
{
	{"HOURLY", HOURLY, 9},
	{"DAILY", DAILY, 45},
	{"WEEKLY", WEEKLY, 45},
	{"MONTHLY", MONTHLY, 45},
	{"YEARLY", YEARLY, 45},
};

/*
 * The parts of a recurrence rule and the frequencies they may go with: the
 * table in RFC 5545 3.3.10. BYSETPOS goes only where libical counts days.
 */
static const struct
{
	const char *name;
	int			frequencies;
}			parts[] =
{
	{"FREQ", ANY_FREQUENCY},
	{"UNTIL", ANY_FREQUENCY},
	{"COUNT", ANY_FREQUENCY},
	{"INTERVAL", ANY_FREQUENCY},
	{"WKST", ANY_FREQUENCY},
	{"BYMONTH", ANY_FREQUENCY},
	{"BYWEEKNO", YEARLY},
	{"BYYEARDAY", HOURLY | YEARLY},
	{"BYMONTHDAY", HOURLY | DAILY | MONTHLY | YEARLY},
	{"BYDAY", ANY_FREQUENCY},
	{"BYHOUR", ANY_FREQUENCY},
	{"BYMINUTE", ANY_FREQUENCY},
	{"BYSETPOS", MONTHLY | YEARLY},
};

enum
{
	PART_FREQ, PART_UNTIL, PART_COUNT, PART_INTERVAL, PART_WKST,
	PART_BYMONTH, PART_BYWEEKNO, PART_BYYEARDAY, PART_BYMONTHDAY,
	PART_BYDAY, PART_BYHOUR, PART_BYMINUTE, PART_BYSETPOS
};

typedef struct Rrule
{
	char	   *values[lengthof(parts)];	/* NULL: the part is absent */
	int			frequency;		/* index in frequencies */
	int			count;			/* 0: none */
} Rrule;

/* File names of zones that look like POSIX specifications. */
static const char *const zones_with_digits[] = {
	"EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "GMT0", "GMT+0", "GMT-0"
};

static RgCalendarRule always = {.name = "always",.always = true};

RgCalendarRule *
rg_calendar_always(void)
{
	return &always;
}

/* ---- times and zones ------------------------------------------------- */

static bool
read_digits(const char **str, int count, int *out)
{
	*out = 0;
	while (count-- > 0)
	{
		if (**str < '0' || **str > '9')
			return false;
		*out = *out * 10 + (*(*str)++ - '0');
	}
	return true;
}

static bool
read_char(const char **str, char expected)
{
	if (**str != expected)
		return false;
	(*str)++;
	return true;
}

/* date is year, month, day; clock is hour, minute, second. */
static bool
make_local(const int *date, const int *clock, Timestamp *out)
{
	if (date[0] < RG_CALENDAR_MIN_YEAR || date[0] > RG_CALENDAR_MAX_YEAR ||
		date[1] < 1 || date[1] > MONTHS_PER_YEAR || date[2] < 1 ||
		date[2] > day_tab[isleap(date[0])][date[1] - 1] ||
		clock[0] >= HOURS_PER_DAY || clock[1] >= MINS_PER_HOUR ||
		clock[2] >= SECS_PER_MINUTE)
		return false;
	*out = (date2j(date[0], date[1], date[2]) - POSTGRES_EPOCH_JDATE) *
		USECS_PER_DAY + clock[0] * USECS_PER_HOUR +
		clock[1] * USECS_PER_MINUTE + clock[2] * USECS_PER_SEC;
	return true;
}

bool
rg_calendar_local_parse(const char *str, RgCalendarDate *out)
{
	int			date[3];
	int			clock[3] = {0, 0, 0};

	if (!read_digits(&str, 4, &date[0]) || !read_char(&str, '-') ||
		!read_digits(&str, 2, &date[1]) || !read_char(&str, '-') ||
		!read_digits(&str, 2, &date[2]))
		return false;
	out->whole_day = *str == '\0';
	if (!out->whole_day)
	{
		if ((!read_char(&str, 'T') && !read_char(&str, ' ')) ||
			!read_digits(&str, 2, &clock[0]) || !read_char(&str, ':') ||
			!read_digits(&str, 2, &clock[1]))
			return false;
		if (read_char(&str, ':') && !read_digits(&str, 2, &clock[2]))
			return false;
	}
	return *str == '\0' && make_local(date, clock, &out->local);
}

bool
rg_calendar_basic_parse(const char *str, RgCalendarDate *out, bool *utc)
{
	int			date[3];
	int			clock[3] = {0, 0, 0};

	*utc = false;
	if (!read_digits(&str, 4, &date[0]) || !read_digits(&str, 2, &date[1]) ||
		!read_digits(&str, 2, &date[2]))
		return false;
	out->whole_day = *str == '\0';
	if (!out->whole_day)
	{
		if (!read_char(&str, 'T') || !read_digits(&str, 2, &clock[0]) ||
			!read_digits(&str, 2, &clock[1]) ||
			!read_digits(&str, 2, &clock[2]))
			return false;
		*utc = read_char(&str, 'Z');
	}
	return *str == '\0' && make_local(date, clock, &out->local);
}

Timestamp
rg_calendar_clock(Timestamp local)
{
	Timestamp	clock = local % USECS_PER_DAY;

	return clock < 0 ? clock + USECS_PER_DAY : clock;
}

char *
rg_calendar_local_format(const RgCalendarDate *date)
{
	int			year;
	int			month;
	int			day;
	Timestamp	clock = rg_calendar_clock(date->local);
	int			seconds = (int) (clock / USECS_PER_SEC);
	char	   *result;

	j2date((int) ((date->local - clock) / USECS_PER_DAY) +
		   POSTGRES_EPOCH_JDATE, &year, &month, &day);
	result = psprintf("%04d-%02d-%02d", year, month, day);
	if (date->whole_day)
		return result;
	result = psprintf("%sT%02d:%02d", result, seconds / SECS_PER_HOUR,
					  seconds / SECS_PER_MINUTE % MINS_PER_HOUR);
	if (seconds % SECS_PER_MINUTE != 0)
		result = psprintf("%s:%02d", result, seconds % SECS_PER_MINUTE);
	return result;
}

/*
 * The server also takes POSIX specifications, by which a slip like
 * Europe/Berlin2 would be two hours off the other way round. It gives those
 * back in capitals, and zones of its database as they are spelled there.
 */
static bool
is_posix_zone(const char *name)
{
	bool		digits = false;

	for (int i = 0; i < (int) lengthof(zones_with_digits); i++)
		if (strcmp(name, zones_with_digits[i]) == 0)
			return false;
	for (; *name != '\0'; name++)
	{
		if (*name >= 'a' && *name <= 'z')
			return false;
		if (*name >= '0' && *name <= '9')
			digits = true;
	}
	return digits;
}

pg_tz *
rg_calendar_zone(const char *name)
{
	pg_tz	   *zone;
	size_t		len = strlen(name);

	if (len == 0 || len > MAX_ZONE || name[0] == '/' ||
		strstr(name, "..") != NULL ||
		strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
			   "0123456789_+-/") != len)
		return NULL;
	zone = pg_tzset(name);
	if (zone == NULL || !pg_tz_acceptable(zone) ||
		is_posix_zone(pg_get_timezone_name(zone)))
		return NULL;
	return zone;
}

/* ---- the recurrence rule --------------------------------------------- */

static char *
excerpt(const char *str)
{
	return rg_excerpt(str, strlen(str));
}

static bool
read_number(const char *str, int max, int *out)
{
	*out = 0;
	if (strspn(str, "0123456789") != strlen(str) || strlen(str) > 6)
		return false;
	*out = atoi(str);
	return *out >= 1 && *out <= max;
}

static bool
read_part(char *part, Rrule *out, char **why)
{
	char	   *value = strchr(part, '=');
	size_t		len = value == NULL ? 0 : value - part;

	for (int i = 0; i < (int) lengthof(parts) && value != NULL; i++)
	{
		if (strlen(parts[i].name) != len ||
			strncmp(parts[i].name, part, len) != 0)
			continue;
		if (out->values[i] != NULL)
		{
			*why = psprintf("%s stands there twice", parts[i].name);
			return false;
		}
		if (value[1] == '\0')
			break;
		out->values[i] = value + 1;
		return true;
	}
	if (strncmp(part, "BYSECOND", 8) == 0)
		*why = pstrdup("BYSECOND is finer than windows and freezes can be");
	else
		*why = psprintf("expected parts of an iCalendar RRULE such as "
						"FREQ=WEEKLY;BYDAY=TU,WE, found \"%s\"",
						excerpt(part));
	return false;
}

/* Splits the rule in place. */
static bool
read_parts(char *rule, Rrule *out, char **why)
{
	char	   *next;

	memset(out, 0, sizeof(*out));
	for (char *part = rule; part != NULL; part = next)
	{
		next = strchr(part, ';');
		if (next != NULL)
			*next++ = '\0';
		if (!read_part(part, out, why))
			return false;
	}
	return true;
}

static bool
check_frequency(Rrule *rrule, char **why)
{
	const char *value = rrule->values[PART_FREQ];

	for (int i = 0; i < (int) lengthof(frequencies) && value != NULL; i++)
	{
		if (strcmp(value, frequencies[i].name) != 0)
			continue;
		rrule->frequency = i;
		for (int part = 0; part < (int) lengthof(parts); part++)
		{
			if (rrule->values[part] == NULL ||
				(parts[part].frequencies & frequencies[i].frequency))
				continue;
			*why = psprintf("%s does not go with FREQ=%s",
							parts[part].name, value);
			return false;
		}
		return true;
	}
	*why = psprintf("expected FREQ=HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY, "
					"found %s%s", value ? "FREQ=" : "no FREQ",
					value ? excerpt(value) : "");
	return false;
}

/* RFC 5545 3.3.10 where libical would go on with a rule of another sense. */
static bool
check_combination(Rrule *rrule, char **why)
{
	int			frequency = frequencies[rrule->frequency].frequency;
	const char *byday = rrule->values[PART_BYDAY];
	const char *number = rrule->values[PART_INTERVAL];
	int			ignored;

	if (byday != NULL && strpbrk(byday, "0123456789") != NULL &&
		(!(frequency & (MONTHLY | YEARLY)) ||
		 rrule->values[PART_BYWEEKNO] != NULL))
		*why = pstrdup("numbers in BYDAY (the first Monday: 1MO) go with "
					   "FREQ=MONTHLY and FREQ=YEARLY without BYWEEKNO only");
	else if (rrule->values[PART_BYSETPOS] != NULL &&
			 (rrule->values[PART_BYHOUR] != NULL ||
			  rrule->values[PART_BYMINUTE] != NULL))
		*why = pstrdup("BYSETPOS counts days and does not go with BYHOUR "
					   "or BYMINUTE");
	else if (rrule->values[PART_UNTIL] != NULL &&
			 rrule->values[PART_COUNT] != NULL)
		*why = pstrdup("expected UNTIL or COUNT, found both");
	else if (number != NULL && !read_number(number, MAX_INTERVAL, &ignored))
		*why = psprintf("expected an INTERVAL from 1 to %d, found %s",
						MAX_INTERVAL, excerpt(number));
	else if (rrule->values[PART_COUNT] != NULL &&
			 !read_number(rrule->values[PART_COUNT], MAX_COUNT,
						  &rrule->count))
		*why = psprintf("expected a COUNT from 1 to %d, found %s",
						MAX_COUNT, excerpt(rrule->values[PART_COUNT]));
	else
		return true;
	return false;
}

/* libical says only that something is wrong: ask it part by part. */
static bool
check_values(const Rrule *rrule, const char *whole, char **why)
{
	if (rg_calendar_rrule_valid(whole))
		return true;
	for (int i = 0; i < (int) lengthof(parts); i++)
	{
		char	   *alone = psprintf("FREQ=%s;%s=%s", rrule->values[PART_FREQ],
									 parts[i].name,
									 rrule->values[i] ? rrule->values[i] : "");

		if (i != PART_FREQ && rrule->values[i] != NULL &&
			!rg_calendar_rrule_valid(alone))
		{
			*why = psprintf("expected a value of RFC 5545 for %s, found %s",
							parts[i].name, excerpt(rrule->values[i]));
			return false;
		}
	}
	*why = pstrdup("these parts do not go together, or can never be met");
	return false;
}

static bool
set_until(const Rrule *rrule, RgCalendarRule *out, char **why)
{
	const char *value = rrule->values[PART_UNTIL];
	RgCalendarDate until;
	bool		utc;

	out->until = DT_NOEND;
	if (value == NULL)
		return true;
	if (!rg_calendar_basic_parse(value, &until, &utc))
	{
		*why = psprintf("expected UNTIL as 20261231 or 20261231T225959Z, "
						"found %s", excerpt(value));
		return false;
	}
	/* A date alone includes that day, a time with Z is an instant. */
	if (until.whole_day)
		until.local += USECS_PER_DAY - USECS_PER_SEC;
	if (utc)
		until.local = rg_calendar_to_local((TimestampTz) until.local,
										   out->zone);
	out->until = until.local;
	if (out->until >= out->start)
		return true;
	*why = pstrdup("UNTIL lies before the start");
	return false;
}

/* COUNT becomes the last start, so that an expansion may begin anywhere. */
static bool
set_count(const Rrule *rrule, RgCalendarRule *out, char **why)
{
	Timestamp  *starts;
	int			found;

	if (rrule->count == 0)
		return true;
	found = rg_calendar_rrule_starts(out, out->start,
									 out->start + MAX_COUNT_SPAN,
									 rrule->count, &starts);
	if (found < rrule->count)
	{
		*why = psprintf("COUNT=%d is not reached within 100 years",
						rrule->count);
		return false;
	}
	out->until = starts[found - 1];
	pfree(starts);
	return true;
}

static bool
check_expansion(const Rrule *rrule, bool stored, RgCalendarRule *out,
				char **why)
{
	int			years = frequencies[rrule->frequency].years;
	Timestamp  *starts;
	int			found;

	found = rg_calendar_rrule_starts(out, out->start,
									 out->start + years * 366 * USECS_PER_DAY,
									 1, &starts);
	if (found == 0)
	{
		*why = psprintf("has no occurrence within %d years of the start",
						years);
		return false;
	}
	out->first = starts[0];
	pfree(starts);
	if (!set_count(rrule, out, why))
		return false;

	if (stored)
		return true;

	/* Rules with no part below a day cannot have too many. */
	if (frequencies[rrule->frequency].frequency != HOURLY &&
		rrule->values[PART_BYHOUR] == NULL &&
		rrule->values[PART_BYMINUTE] == NULL)
		return true;
	found = rg_calendar_rrule_starts(out, out->start,
									 out->start + DENSITY_SPAN,
									 RG_CALENDAR_MAX_OCCURRENCES + 1, &starts);
	pfree(starts);
	if (found <= RG_CALENDAR_MAX_OCCURRENCES)
		return true;
	*why = psprintf("has more than %d occurrences in four years",
					RG_CALENDAR_MAX_OCCURRENCES);
	return false;
}

static bool
parse_rrule(const char *written, bool stored, RgCalendarRule *out,
			char **why)
{
	Rrule		rrule;
	char	   *copy;

	if (strlen(written) > MAX_RRULE)
	{
		*why = psprintf("expected at most %d characters", MAX_RRULE);
		return false;
	}
	copy = pstrdup(written);
	for (char *c = copy; *c != '\0'; c++)
		*c = (char) pg_ascii_toupper((unsigned char) *c);
	out->rrule = pstrdup(copy);
	return read_parts(copy, &rrule, why) &&
		check_frequency(&rrule, why) &&
		check_combination(&rrule, why) &&
		set_until(&rrule, out, why) &&
		check_values(&rrule, out->rrule, why) &&
		check_expansion(&rrule, stored, out, why);
}

/* ---- the rule -------------------------------------------------------- */

static bool
read_local(const char *written, RgCalendarDate *out, char **why)
{
	if (rg_calendar_local_parse(written, out))
		return true;
	*why = psprintf("expected a local time such as 2026-01-06T09:00 or a date "
					"such as 2026-01-06, found \"%s\"", excerpt(written));
	return false;
}

static int
compare_dates(const void *a, const void *b)
{
	const RgCalendarDate *left = a;
	const RgCalendarDate *right = b;

	if (left->local != right->local)
		return left->local < right->local ? -1 : 1;
	return (int) left->whole_day - (int) right->whole_day;
}

/* exdates and rdates */
static bool
parse_dates(const char **texts, int count, const char *name,
			RgCalendarDate **out, const char **field, char **why)
{
	*out = palloc(sizeof(RgCalendarDate) * Max(count, 1));
	if (count > RG_CALENDAR_MAX_DATES)
	{
		*field = name;
		*why = psprintf("expected at most %d, found %d",
						RG_CALENDAR_MAX_DATES, count);
		return false;
	}
	for (int i = 0; i < count; i++)
	{
		if (!read_local(texts[i], &(*out)[i], why))
		{
			*field = psprintf("%s[%d]", name, i);
			return false;
		}
	}
	qsort(*out, count, sizeof(RgCalendarDate), compare_dates);
	return true;
}

static bool
parse_lists(const RgCalendarText *in, RgCalendarRule *out,
			const char **field, char **why)
{
	RgCalendarDate *rdates;
	Timestamp	clock = rg_calendar_clock(out->start);

	if (!parse_dates(in->exdates, in->nexdates, "exdates", &out->exdates,
					 field, why) ||
		!parse_dates(in->rdates, in->nrdates, "rdates", &rdates, field, why))
		return false;
	out->nexdates = in->nexdates;
	out->nrdates = in->nrdates;
	out->rdates = palloc(sizeof(Timestamp) * Max(in->nrdates, 1));
	for (int i = 0; i < in->nrdates; i++)
		out->rdates[i] = rdates[i].local + (rdates[i].whole_day ? clock : 0);
	pfree(rdates);
	return true;
}

static bool
parse_start_and_end(const RgCalendarText *in, RgCalendarRule *out,
					const char **field, char **why)
{
	RgCalendarDate start;
	RgCalendarDate end;

	*field = "start";
	if (!read_local(in->start, &start, why))
		return false;
	*field = "end";
	if (!read_local(in->end, &end, why))
		return false;
	out->start = out->first = start.local;
	out->length = end.local - start.local;
	if (out->length > 0 && out->length <= RG_CALENDAR_MAX_LENGTH)
		return true;
	if (out->length > 0)
		*why = psprintf("expected an end within %d days of the start, found "
						"\"%s\"",
						(int) (RG_CALENDAR_MAX_LENGTH / USECS_PER_DAY),
						in->end);
	else
		*why = psprintf("expected an end after the start (it is exclusive), "
						"found \"%s\"", in->end);
	return false;
}

/* Is everything there that has to be, and nothing that means nothing? */
static bool
check_present(const RgCalendarText *in, const char **field, char **why)
{
	const struct
	{
		const char *name;
		bool		present;
		bool		required;
	}			fields[] =
	{
		{"name", in->name != NULL && in->name[0] != '\0', true},
		{"time_zone", in->time_zone != NULL, !in->always},
		{"start", in->start != NULL, !in->always},
		{"end", in->end != NULL, !in->always},
		{"rrule", in->rrule != NULL, false},
		{"exdates", in->nexdates > 0, false},
		{"rdates", in->nrdates > 0, false},
	};

	for (int i = 0; i < (int) lengthof(fields); i++)
	{
		*field = fields[i].name;
		if (fields[i].required && !fields[i].present)
		{
			*why = pstrdup("is missing");
			return false;
		}
		if (in->always && !fields[i].required && fields[i].present)
		{
			*why = pstrdup("does not go with \"always\"");
			return false;
		}
	}
	return true;
}

bool
rg_calendar_rule_parse(const RgCalendarText *in, RgCalendarRule *out,
					   const char **field, char **why)
{
	memset(out, 0, sizeof(*out));
	if (!check_present(in, field, why))
		return false;
	*field = "name";
	if (strlen(in->name) > RG_CALENDAR_MAX_NAME)
	{
		*why = psprintf("expected at most %d bytes, found %zu",
						RG_CALENDAR_MAX_NAME, strlen(in->name));
		return false;
	}
	out->name = pstrdup(in->name);
	out->always = in->always;
	out->until = DT_NOEND;
	out->context = CurrentMemoryContext;
	if (in->always)
		return true;

	*field = "time_zone";
	out->zone = rg_calendar_zone(in->time_zone);
	if (out->zone == NULL)
	{
		*why = psprintf("expected the name of a time zone such as "
						"Europe/Berlin (see pg_timezone_names), found \"%s\"",
						excerpt(in->time_zone));
		return false;
	}
	if (!parse_start_and_end(in, out, field, why))
		return false;
	*field = "rrule";
	if (in->rrule != NULL && !parse_rrule(in->rrule, in->stored, out, why))
		return false;
	return parse_lists(in, out, field, why);
}
