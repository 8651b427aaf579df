/*
 * sustained.c: a threshold that must hold for a time or for a number of
 * samples in a row: > 1% for 5 min, < 1 for 3 samples. What a gap between
 * samples means is for the evaluator of rollback triggers to say.
 */
#include "types/core.h"

#define USEC_IN_BASE	((int128) INT64CONST(1000000000000000000) * 1000)
#define USECS_IN_DAY	INT64CONST(86400000000)

/* Whole microseconds of a time; 0 if there is a rest. */
static int64
whole_usecs(const RgMeasure *hold)
{
	int128		base = rg_measure_base(hold);

	return base % USEC_IN_BASE == 0 ? (int64) (base / USEC_IN_BASE) : 0;
}

static RgFault
hold_fault(const RgMeasure *hold)
{
	int64		usecs;

	switch (rg_measure_family(hold))
	{
		case RG_FAMILY_COUNT:
			return hold->exponent == 0 && hold->mantissa >= 1 &&
				hold->mantissa <= RG_SUSTAINED_MAX_SAMPLES
				? RG_FAULT_NONE : RG_FAULT_HOLD_RANGE;
		case RG_FAMILY_TIME:
			usecs = whole_usecs(hold);
			return usecs >= 1 && usecs <= RG_SUSTAINED_MAX_DAYS * USECS_IN_DAY
				? RG_FAULT_NONE : RG_FAULT_HOLD_RANGE;
		default:
			return RG_FAULT_HOLD;
	}
}

RgFault
rg_sustained_make(const RgThreshold *threshold, const RgMeasure *hold,
				  RgSustained *out)
{
	out->threshold = *threshold;
	out->hold = *hold;
	return hold_fault(hold);
}

bool
rg_sustained_is_valid(const RgSustained *sustained)
{
	return hold_fault(&sustained->hold) == RG_FAULT_NONE;
}

/* Cut a word off the end, with the white space before it. */
static bool
take_last_word(RgCursor *cursor, const char *word)
{
	size_t		len = strlen(word);

	if ((size_t) (cursor->end - cursor->at) < len ||
		!rg_same_word(cursor->end - len, len, word))
		return false;
	cursor->end -= len;
	rg_trim(cursor);
	return true;
}

/* "5 min", "3 samples" */
static RgFault
read_hold(RgCursor *cursor, RgMeasure *hold)
{
	bool		samples = take_last_word(cursor, "samples") ||
		take_last_word(cursor, "sample");
	RgFault		fault = rg_measure_read_cursor(cursor, hold);

	if (rg_fault_is_range(fault))
		return RG_FAULT_HOLD_RANGE;
	if (fault != RG_FAULT_NONE ||
		samples != (rg_measure_family(hold) == RG_FAMILY_COUNT))
		return RG_FAULT_HOLD;
	return RG_FAULT_NONE;
}

/* The word "for" between two spaces: the threshold before, the hold after. */
static bool
split_at_for(const RgCursor *whole, RgCursor *before, RgCursor *after)
{
	RgCursor	cursor = *whole;

	for (; cursor.at < cursor.end; cursor.at++)
	{
		*before = (RgCursor) {whole->at, cursor.at};
		*after = cursor;
		if (rg_take_space(after) && rg_take_word(after, "for") &&
			rg_take_space(after))
			return true;
	}
	return false;
}

RgFault
rg_sustained_read(const char *str, size_t len, RgSustained *out)
{
	RgCursor	whole;
	RgCursor	before;
	RgCursor	after;
	RgThreshold threshold;
	RgMeasure	hold;
	RgFault		fault = rg_text_begin(str, len, &whole);

	if (fault != RG_FAULT_NONE)
		return fault;
	if (!split_at_for(&whole, &before, &after))
		return RG_FAULT_NO_FOR;
	take_last_word(&before, "sustained");	/* >80% sustained for 10 minutes */
	fault = rg_threshold_read_cursor(&before, &threshold);
	if (fault == RG_FAULT_NONE)
		fault = read_hold(&after, &hold);
	return fault == RG_FAULT_NONE ? rg_sustained_make(&threshold, &hold, out) : fault;
}

bool
rg_sustained_parse(const char *str, size_t len, RgSustained *out,
				   const char **why)
{
	*why = rg_fault_detail(rg_sustained_read(str, len, out));
	return *why == NULL;
}

int
rg_sustained_format(const RgSustained *sustained, char *buf)
{
	int			samples = rg_sustained_samples(sustained);
	int			len = rg_threshold_format(&sustained->threshold, buf);

	len += snprintf(buf + len, RG_SUSTAINED_MAXLEN - len, " for ");
	len += rg_measure_format(&sustained->hold, buf + len);
	if (samples > 0)
		len += snprintf(buf + len, RG_SUSTAINED_MAXLEN - len, " sample%s",
						samples == 1 ? "" : "s");
	return len;
}

bool
rg_sustained_same(const RgSustained *a, const RgSustained *b)
{
	return rg_threshold_same(&a->threshold, &b->threshold) &&
		rg_measure_same(&a->hold, &b->hold);
}

int64
rg_sustained_usecs(const RgSustained *sustained)
{
	return rg_measure_family(&sustained->hold) == RG_FAMILY_TIME
		? whole_usecs(&sustained->hold) : 0;
}

int
rg_sustained_samples(const RgSustained *sustained)
{
	return rg_measure_family(&sustained->hold) == RG_FAMILY_COUNT
		? (int) sustained->hold.mantissa : 0;
}
