/*
 * expand.c: the occurrences of a calendar rule as instants, from a cache in
 * the rule. The one file that runs libical's recurrences: its memory is
 * malloc'd, so that nothing may throw while an iterator is held without care.
 */
#include "calendar/calendar.h"

#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#include <libical/ical.h>

/* The cache reaches so much further than asked, so that it lasts. */
#define CACHE_MARGIN	(INT64CONST(62) * USECS_PER_DAY)

/* Where only "now" is asked: libical takes some microseconds for each
 * occurrence, and a session begins with this question. */
#define NEAR_MARGIN		(INT64CONST(8) * USECS_PER_DAY)

/* Wall clocks differ from UTC by less than this. */
#define ZONE_MARGIN		(INT64CONST(2) * USECS_PER_DAY)

#define POSTGRES_TO_UNIX_SECS \
	((POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (int64) SECS_PER_DAY)

/* ---- wall clock and instant ------------------------------------------ */

TimestampTz
rg_calendar_to_instant(Timestamp local, pg_tz *zone)
{
	pg_time_t	clock = local / USECS_PER_SEC + POSTGRES_TO_UNIX_SECS;
	pg_time_t	day_before = clock - SECS_PER_DAY;
	pg_time_t	boundary;
	long		before;
	long		after;
	int			before_dst;
	int			after_dst;
	long		offset;
	int			found;

	found = pg_next_dst_boundary(&day_before, &before, &before_dst,
								 &boundary, &after, &after_dst, zone);

	/*
	 * In a gap neither reading is right; the offset before it counts. Of two
	 * that are right, the first.
	 */
	if (found <= 0 || clock - before < boundary || clock - after < boundary)
		offset = before;
	else
		offset = after;
	return local - offset * USECS_PER_SEC;
}

Timestamp
rg_calendar_to_local(TimestampTz at, pg_tz *zone)
{
	int			west;
	struct pg_tm tm;
	fsec_t		fsec;

	if (timestamp2tm(at, &west, &tm, &fsec, NULL, zone) != 0)
		elog(ERROR, "time out of range");
	return at - west * USECS_PER_SEC;
}

/* ---- libical --------------------------------------------------------- */

static struct icaltimetype
to_icaltime(Timestamp local)
{
	struct icaltimetype time = icaltime_null_time();
	struct pg_tm tm;
	fsec_t		fsec;

	if (timestamp2tm(local, NULL, &tm, &fsec, NULL, NULL) != 0)
		elog(ERROR, "time out of range");
	time.year = tm.tm_year;
	time.month = tm.tm_mon;
	time.day = tm.tm_mday;
	time.hour = tm.tm_hour;
	time.minute = tm.tm_min;
	time.second = tm.tm_sec;
	return time;
}

static Timestamp
from_icaltime(const struct icaltimetype *time)
{
	return (date2j(time->year, time->month, time->day) -
			POSTGRES_EPOCH_JDATE) * USECS_PER_DAY +
		time->hour * USECS_PER_HOUR + time->minute * USECS_PER_MINUTE +
		time->second * USECS_PER_SEC;
}

static int
compare_shorts(const void *a, const void *b)
{
	return (int) *(const short *) a - (int) *(const short *) b;
}

/* libical gives the hours of a day in the order in which they are written. */
static void
sort_list(short *list, int size)
{
	int			count = 0;

	while (count < size && list[count] != ICAL_RECURRENCE_ARRAY_MAX)
		count++;
	qsort(list, count, sizeof(short), compare_shorts);
}

static bool
read_rrule(const char *rrule, struct icalrecurrencetype *out)
{
	icalerror_set_errors_are_fatal(0);
	icalerror_clear_errno();
	*out = icalrecurrencetype_from_string(rrule);
	if (out->freq == ICAL_NO_RECURRENCE || icalerrno != ICAL_NO_ERROR)
		return false;
	sort_list(out->by_hour, ICAL_BY_HOUR_SIZE);
	sort_list(out->by_minute, ICAL_BY_MINUTE_SIZE);
	return true;
}

bool
rg_calendar_rrule_valid(const char *rrule)
{
	struct icalrecurrencetype recurrence;

	return read_rrule(rrule, &recurrence);
}

/*
 * NULL if nothing can come of it. UNTIL keeps libical from stepping on for
 * centuries where nothing matches; COUNT has become UNTIL, or is counted by
 * the caller.
 */
static icalrecur_iterator *
open_iterator(const RgCalendarRule *rule, Timestamp from, Timestamp to)
{
	struct icalrecurrencetype recurrence;
	icalrecur_iterator *iterator;
	Timestamp	start = rule->start;

	if (!read_rrule(rule->rrule, &recurrence))
		return NULL;
	recurrence.count = 0;
	recurrence.until = to_icaltime(to);

	/*
	 * libical (3.0.16) loses the interval's phase where it is to start an
	 * hourly rule later; a later first hour of the same phase is the same.
	 */
	if (recurrence.freq == ICAL_HOURLY_RECURRENCE && from > start)
	{
		int64		step = recurrence.interval * USECS_PER_HOUR;

		start += (from - start) / step * step;
	}
	iterator = icalrecur_iterator_new(recurrence, to_icaltime(start));
	if (iterator != NULL && from > start &&
		recurrence.freq != ICAL_HOURLY_RECURRENCE)
		icalrecur_iterator_set_start(iterator, to_icaltime(from));
	return iterator;
}

static int
compare_times(const void *a, const void *b)
{
	Timestamp	left = *(const Timestamp *) a;
	Timestamp	right = *(const Timestamp *) b;

	return left < right ? -1 : left > right;
}

/* Sorted and without repeats: how many are left. */
static int
sort_times(Timestamp *times, int count)
{
	int			kept = 0;

	qsort(times, count, sizeof(Timestamp), compare_times);
	for (int i = 0; i < count; i++)
		if (i == 0 || times[i] != times[kept - 1])
			times[kept++] = times[i];
	return kept;
}

typedef struct Starts
{
	Timestamp  *times;
	int			count;
	int			size;
} Starts;

static void
add_start(Starts *starts, Timestamp local)
{
	if (starts->count == starts->size)
	{
		starts->size *= 2;
		starts->times = repalloc(starts->times,
								 sizeof(Timestamp) * starts->size);
	}
	starts->times[starts->count++] = local;
}

static void
read_starts(icalrecur_iterator *iterator, Timestamp from, Timestamp to,
			int max, Starts *out)
{
	while (out->count < max)
	{
		struct icaltimetype time = icalrecur_iterator_next(iterator);
		Timestamp	local;

		CHECK_FOR_INTERRUPTS();
		if (icaltime_is_null_time(time))
			return;
		local = from_icaltime(&time);
		if (local > to)
			return;
		if (local >= from && (out->count == 0 ||
							  local != out->times[out->count - 1]))
			add_start(out, local);
	}
}

int
rg_calendar_rrule_starts(const RgCalendarRule *rule, Timestamp from,
						 Timestamp to, int max, Timestamp **starts)
{
	Timestamp	last = Min(to, rule->until);
	Starts		found = {NULL, 0, 64};
	icalrecur_iterator *iterator;

	found.times = palloc(sizeof(Timestamp) * found.size);
	*starts = found.times;
	if (last < rule->start || last < from)
		return 0;
	iterator = open_iterator(rule, from, last);
	if (iterator == NULL)
		return 0;
	PG_TRY();
	{
		read_starts(iterator, Max(from, rule->start), last, max, &found);
	}
	PG_FINALLY();
	{
		icalrecur_iterator_free(iterator);
	}
	PG_END_TRY();
	*starts = found.times;
	return sort_times(found.times, found.count);
}

/* ---- occurrences ----------------------------------------------------- */

/* The dates are sorted by time, a time before its whole day. */
static bool
has_exdate(const RgCalendarRule *rule, Timestamp local, bool whole_day)
{
	int			low = 0;
	int			high = rule->nexdates;

	while (low < high)
	{
		int			middle = (low + high) / 2;
		const RgCalendarDate *date = &rule->exdates[middle];

		if (date->local < local ||
			(date->local == local && date->whole_day < whole_day))
			low = middle + 1;
		else
			high = middle;
	}
	return low < rule->nexdates && rule->exdates[low].local == local &&
		rule->exdates[low].whole_day == whole_day;
}

static bool
is_excluded(const RgCalendarRule *rule, Timestamp local)
{
	return has_exdate(rule, local, false) ||
		has_exdate(rule, local - rg_calendar_clock(local), true);
}

/* All local starts in [from, to], exdates taken out. */
static int
local_starts(const RgCalendarRule *rule, Timestamp from, Timestamp to,
			 Timestamp **starts)
{
	int			count = 0;
	int			kept = 0;

	if (rule->rrule != NULL)
	{
		count = rg_calendar_rrule_starts(rule, from, to,
										 RG_CALENDAR_MAX_OCCURRENCES + 1,
										 starts);
		if (count > RG_CALENDAR_MAX_OCCURRENCES)
			ereport(ERROR,
					(errcode(ERRCODE_RG_INVALID_CALENDAR),
					 errmsg("calendar rule \"%s\" has more than %d occurrences in four years",
							rule->name, RG_CALENDAR_MAX_OCCURRENCES),
					 errhint("Write fewer and longer occurrences.")));
		*starts = repalloc(*starts, sizeof(Timestamp) *
						   (count + rule->nrdates + 1));
	}
	else
	{
		*starts = palloc(sizeof(Timestamp) * (rule->nrdates + 1));
		if (rule->start >= from && rule->start <= to)
			(*starts)[count++] = rule->start;
	}
	for (int i = 0; i < rule->nrdates; i++)
		if (rule->rdates[i] >= from && rule->rdates[i] <= to)
			(*starts)[count++] = rule->rdates[i];
	count = sort_times(*starts, count);
	for (int i = 0; i < count; i++)
		if (!is_excluded(rule, (*starts)[i]))
			(*starts)[kept++] = (*starts)[i];
	return kept;
}

/* A start in a gap may move behind its end: then the time elapsed counts. */
static void
make_occurrence(const RgCalendarRule *rule, Timestamp local,
				RgCalendarOccurrence *out)
{
	out->starts = rg_calendar_to_instant(local, rule->zone);
	out->ends = rg_calendar_to_instant(local + rule->length, rule->zone);
	if (out->ends <= out->starts)
		out->ends = out->starts + rule->length;
}

static int
compare_occurrences(const void *a, const void *b)
{
	const RgCalendarOccurrence *left = a;
	const RgCalendarOccurrence *right = b;

	if (left->starts != right->starts)
		return left->starts < right->starts ? -1 : 1;
	return left->ends < right->ends ? -1 : left->ends > right->ends;
}

static void
link_occurrences(RgCalendarOccurrence *occurrences, int count)
{
	for (int i = 0; i < count; i++)
	{
		RgCalendarOccurrence *this = &occurrences[i];

		this->reach = this->ends;
		if (i > 0)
			this->reach = Max(this->reach, occurrences[i - 1].reach);
	}
	for (int i = count - 1; i >= 0; i--)
	{
		RgCalendarOccurrence *this = &occurrences[i];

		this->solid = this->reach;
		if (i + 1 < count && occurrences[i + 1].starts <= this->reach)
			this->solid = occurrences[i + 1].solid;
	}
}

/* The old cache stays until the new one is complete. */
static void
fill_cache(RgCalendarRule *rule, TimestampTz from, TimestampTz to)
{
	Timestamp  *starts;
	RgCalendarOccurrence *occurrences;
	int			count;
	int			kept = 0;

	count = local_starts(rule, from - rule->length - ZONE_MARGIN,
						 to + ZONE_MARGIN, &starts);
	occurrences = MemoryContextAlloc(rule->context,
									 sizeof(RgCalendarOccurrence) *
									 Max(count, 1));
	for (int i = 0; i < count; i++)
	{
		make_occurrence(rule, starts[i], &occurrences[kept]);
		if (occurrences[kept].ends > from && occurrences[kept].starts < to)
			kept++;
	}
	pfree(starts);
	qsort(occurrences, kept, sizeof(*occurrences), compare_occurrences);
	link_occurrences(occurrences, kept);
	if (rule->occurrences != NULL)
		pfree(rule->occurrences);
	rule->occurrences = occurrences;
	rule->noccurrences = kept;
	rule->from = from;
	rule->to = to;
}

bool
rg_calendar_in_years(TimestampTz at)
{
	/* A year more on both sides; years of 366 days add one more by 2400. */
	return at >= (RG_CALENDAR_MIN_YEAR - 2000) * 366 * USECS_PER_DAY &&
		at <= (RG_CALENDAR_MAX_YEAR - 2000) * 366 * USECS_PER_DAY;
}

bool
rg_calendar_rule_load(RgCalendarRule *rule, TimestampTz at)
{
	if (!rg_calendar_in_years(at))
		return false;
	if (rule->always || (rule->occurrences != NULL && rule->from <= at &&
						 at + RG_CALENDAR_HORIZON < rule->to))
		return true;
	fill_cache(rule, at - CACHE_MARGIN,
			   at + RG_CALENDAR_HORIZON + CACHE_MARGIN);
	return true;
}

/* How many begin at or before that time. */
static int
count_until(const RgCalendarRule *rule, TimestampTz at)
{
	int			low = 0;
	int			high = rule->noccurrences;

	while (low < high)
	{
		int			middle = (low + high) / 2;

		if (rule->occurrences[middle].starts <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

TimestampTz
rg_calendar_rule_solid(const RgCalendarRule *rule, TimestampTz at)
{
	int			count;

	if (rule->always)
		return DT_NOEND;
	count = count_until(rule, at);
	if (count == 0 || rule->occurrences[count - 1].reach <= at)
		return at;
	return rule->occurrences[count - 1].solid;
}

bool
rg_calendar_rule_covers(RgCalendarRule *rule, TimestampTz at)
{
	if (rule->always)
		return true;
	if (rule->occurrences == NULL || at < rule->from || at >= rule->to)
		fill_cache(rule, at - NEAR_MARGIN, at + NEAR_MARGIN);
	return rg_calendar_rule_solid(rule, at) > at;
}

TimestampTz
rg_calendar_rule_following(const RgCalendarRule *rule, TimestampTz after)
{
	int			count;

	if (rule->always)
		return DT_NOEND;
	count = count_until(rule, after);
	if (count == rule->noccurrences)
		return DT_NOEND;
	return rule->occurrences[count].starts;
}
