/*
 * measure.c: a number with its unit: read, printed, compared. Exact decimals
 * throughout: values are compared as 128-bit integers of 10^-18 base units,
 * and what would not fit there is refused when it is read.
 */
#include "types/core.h"

#define MIN_EXPONENT	(-18)

/* Beyond this, an exponent says "too large" or "too small" all the same. */
#define EXPONENT_LIMIT	100000

/* A number as read: mantissa * 10^exponent, before it is fitted. */
typedef struct Number
{
	int64		mantissa;
	int			exponent;
	bool		negative;
	bool		cut;			/* digits beyond the 18th were left out */
} Number;

static int64
power_of_ten(int n)
{
	int64		power = 1;

	while (n-- > 0)
		power *= 10;
	return power;
}

static bool
is_digit(const RgCursor *cursor)
{
	return cursor->at < cursor->end &&
		*cursor->at >= '0' && *cursor->at <= '9';
}

/*
 * Digits up to the last one that is not zero make the mantissa; where they
 * stand relative to the point makes the exponent.
 */
static bool
read_digits(RgCursor *cursor, Number *number)
{
	int			seen = 0;		/* digits passed */
	int			last = 0;		/* seen, at the last digit in the mantissa */
	int			point = -1;		/* seen, at the decimal point */
	int			kept = 0;		/* digits in the mantissa */

	for (;; cursor->at++)
	{
		int			digit;

		if (!is_digit(cursor))
		{
			if (point >= 0 || cursor->at >= cursor->end || *cursor->at != '.')
				break;
			point = seen;
			continue;
		}
		seen++;
		digit = *cursor->at - '0';
		if (digit == 0 || number->cut)
			continue;
		kept = (kept == 0) ? 1 : kept + (seen - last);
		if (kept > RG_MEASURE_MAX_DIGITS)
		{
			number->cut = true;
			continue;
		}
		number->mantissa = number->mantissa *
			(number->mantissa == 0 ? 1 : power_of_ten(seen - last)) + digit;
		last = seen;
	}
	if (number->mantissa != 0)
		number->exponent = (point < 0 ? seen : point) - last;
	return seen > 0;
}

/* "e-05"; an e without digits is left to be taken for a unit. */
static void
read_exponent(RgCursor *cursor, Number *number)
{
	RgCursor	ahead = *cursor;
	bool		negative;
	int			exponent = 0;

	if (!rg_take_word(&ahead, "e"))
		return;
	negative = rg_take_word(&ahead, "-");
	if (!negative)
		rg_take_word(&ahead, "+");
	if (!is_digit(&ahead))
		return;
	for (; is_digit(&ahead); ahead.at++)
	{
		if (exponent < EXPONENT_LIMIT)
			exponent = exponent * 10 + (*ahead.at - '0');
	}
	if (number->mantissa != 0)
		number->exponent += negative ? -exponent : exponent;
	*cursor = ahead;
}

static RgFault
read_number(RgCursor *cursor, Number *number)
{
	static const char *const not_finite[] = {"nan", "inf", "\xE2\x88\x9E"};
	size_t		i;

	memset(number, 0, sizeof(*number));
	/* U+2212 is what a well-set text has for a minus */
	number->negative = rg_take_word(cursor, "-") ||
		rg_take_word(cursor, "\xE2\x88\x92");
	if (!number->negative)
		rg_take_word(cursor, "+");
	for (i = 0; i < lengthof(not_finite); i++)
	{
		if (rg_take_word(cursor, not_finite[i]))
			return RG_FAULT_NOT_FINITE;
	}
	if (!read_digits(cursor, number))
		return RG_FAULT_NOT_A_NUMBER;
	read_exponent(cursor, number);
	return RG_FAULT_NONE;
}

/* Does the value stay within 128 bits, counted in 10^-18 base units? */
static bool
within_range(const RgMeasure *measure)
{
	int128		base;

	return !__builtin_mul_overflow((int128) measure->mantissa *
								   rg_unit_factor(measure->unit),
								   (int128) power_of_ten(measure->exponent - MIN_EXPONENT),
								   &base);
}

/*
 * Brings a number into the one form that it has in this unit. Decimals
 * beyond the 18th are a fault, or are cut off where the caller says so.
 */
static RgFault
fit(Number number, RgUnit unit, bool may_cut, RgMeasure *out)
{
	if (number.negative && number.mantissa != 0)
		return RG_FAULT_NEGATIVE;
	if (number.cut && !may_cut)
		return number.exponent > 0 ? RG_FAULT_RANGE : RG_FAULT_DIGITS;
	while (number.exponent < 0 && number.mantissa != 0 &&
		   (number.mantissa % 10 == 0 || (may_cut && number.exponent < MIN_EXPONENT)))
	{
		number.mantissa /= 10;
		number.exponent++;
	}
	if (number.mantissa == 0)
		number.exponent = 0;
	if (number.exponent < MIN_EXPONENT)
		return RG_FAULT_DIGITS;
	for (; number.exponent > 0; number.exponent--)
	{
		if (number.mantissa > RG_MEASURE_MAX_MANTISSA / 10)
			return RG_FAULT_RANGE;
		number.mantissa *= 10;
	}
	memset(out, 0, sizeof(*out));
	out->mantissa = number.mantissa;
	out->exponent = (int8) number.exponent;
	out->unit = (uint8) unit;
	return within_range(out) ? RG_FAULT_NONE : RG_FAULT_RANGE;
}

/* What stands behind the number is no unit: say what it looks like. */
static RgFault
unit_fault(RgCursor cursor)
{
	if (cursor.at < cursor.end && *cursor.at == '.')
		return RG_FAULT_COMMA;
	rg_take_space(&cursor);
	if (is_digit(&cursor) || rg_take_word(&cursor, ",") ||
		rg_take_word(&cursor, "'") || rg_take_word(&cursor, "_") ||
		rg_take_word(&cursor, "\xE2\x80\x99"))	/* U+2019 apostrophe */
		return RG_FAULT_COMMA;
	return RG_FAULT_UNIT;
}

RgFault
rg_text_begin(const char *str, size_t len, RgCursor *cursor)
{
	cursor->at = str;
	cursor->end = str + len;
	if (len > RG_INPUT_MAXLEN)
		return RG_FAULT_TOO_LONG;
	rg_trim(cursor);
	return cursor->at < cursor->end ? RG_FAULT_NONE : RG_FAULT_EMPTY;
}

RgFault
rg_measure_read_cursor(RgCursor *cursor, RgMeasure *out)
{
	Number		number;
	RgUnit		unit;
	RgFault		fault = read_number(cursor, &number);

	if (fault != RG_FAULT_NONE)
		return fault;
	if (!rg_unit_parse(cursor->at, cursor->end - cursor->at, &unit))
		return unit_fault(*cursor);
	return fit(number, unit, false, out);
}

RgFault
rg_measure_read(const char *str, size_t len, RgMeasure *out)
{
	RgCursor	cursor;
	RgFault		fault = rg_text_begin(str, len, &cursor);

	return fault == RG_FAULT_NONE ? rg_measure_read_cursor(&cursor, out) : fault;
}

bool
rg_measure_parse(const char *str, size_t len, RgMeasure *out,
				 const char **why)
{
	*why = rg_fault_detail(rg_measure_read(str, len, out));
	return *why == NULL;
}

/* A bare number in a unit that is known from elsewhere. */
static RgFault
read_bare(const char *str, size_t len, RgUnit unit, bool may_cut,
		  RgMeasure *out)
{
	RgCursor	cursor;
	Number		number;
	RgFault		fault = rg_text_begin(str, len, &cursor);

	if (fault == RG_FAULT_NONE)
		fault = read_number(&cursor, &number);
	if (fault != RG_FAULT_NONE)
		return fault;
	if (cursor.at < cursor.end)
		return RG_FAULT_NOT_A_NUMBER;
	return fit(number, unit, may_cut, out);
}

RgFault
rg_measure_read_in(const char *str, size_t len, RgUnit unit, RgMeasure *out)
{
	return read_bare(str, len, unit, false, out);
}

bool
rg_measure_from_number(const char *str, size_t len, RgUnit unit,
					   RgMeasure *out, const char **why)
{
	*why = rg_fault_detail(read_bare(str, len, unit, true, out));
	return *why == NULL;
}

bool
rg_measure_from_decimal(int64 mantissa, int exponent, RgUnit unit,
						RgMeasure *out)
{
	Number		number = {mantissa, exponent, false, false};

	if (mantissa < 0 || mantissa > RG_MEASURE_MAX_MANTISSA)
		return false;
	return fit(number, unit, false, out) == RG_FAULT_NONE;
}

bool
rg_measure_percent(int64 numerator, int64 denominator, RgMeasure *out)
{
	int128		scaled;

	if (numerator < 0 || denominator <= 0)
		return false;
	scaled = (int128) numerator * 1000000 / denominator;
	if (scaled > RG_MEASURE_MAX_MANTISSA)
		return false;
	return rg_measure_from_decimal((int64) scaled, -4, RG_UNIT_PERCENT, out);
}

int
rg_number_format(const RgMeasure *measure, char *buf)
{
	int			decimals = -measure->exponent;
	int			len = snprintf(buf, RG_MEASURE_MAXLEN, "%0*lld",
							   decimals + 1, (long long) measure->mantissa);

	if (decimals > 0)
	{
		memmove(buf + len - decimals + 1, buf + len - decimals, decimals + 1);
		buf[len - decimals] = '.';
		len++;
	}
	return len;
}

int
rg_measure_format(const RgMeasure *measure, char *buf)
{
	RgFamily	family = rg_measure_family(measure);
	int			len = rg_number_format(measure, buf);

	/* 182 ms and 487 kB, but 93.4% and 50/s */
	return len + snprintf(buf + len, RG_MEASURE_MAXLEN - len, "%s%s",
						  (family == RG_FAMILY_TIME || family == RG_FAMILY_BYTES) ? " " : "",
						  rg_unit_name(measure->unit));
}

RgFamily
rg_measure_family(const RgMeasure *measure)
{
	return rg_unit_family(measure->unit);
}

int128
rg_measure_base(const RgMeasure *measure)
{
	return (int128) measure->mantissa * rg_unit_factor(measure->unit) *
		power_of_ten(measure->exponent - MIN_EXPONENT);
}

int
rg_measure_compare(const RgMeasure *a, const RgMeasure *b)
{
	int128		x;
	int128		y;

	Assert(rg_measure_family(a) == rg_measure_family(b));
	x = rg_measure_base(a);
	y = rg_measure_base(b);
	return (x > y) - (x < y);
}

bool
rg_measure_whole(const RgMeasure *measure, int64 *value)
{
	int128		base = rg_measure_base(measure);
	int128		one = power_of_ten(-MIN_EXPONENT);

	if (base % one != 0 || base / one > PG_INT64_MAX)
		return false;
	*value = (int64) (base / one);
	return true;
}

bool
rg_measure_sum(const RgMeasure *const *measures, int n, RgMeasure *out)
{
	int128		sum = 0;
	int128		one;
	int			exponent = MIN_EXPONENT;
	RgUnit		unit = measures[0]->unit;

	for (int i = 0; i < n; i++)
	{
		Assert(rg_measure_family(measures[i]) == rg_measure_family(measures[0]));
		if (__builtin_add_overflow(sum, rg_measure_base(measures[i]), &sum))
			return false;
	}

	/* 1.5 kB and 1 B are 1.501 kB; what its unit cannot say, the base's can */
	one = rg_unit_factor(unit);
	if (sum % one != 0)
	{
		for (int i = 0; i < RG_UNIT_COUNT; i++)
		{
			if (rg_unit_family(i) == rg_unit_family(unit) && rg_unit_factor(i) == 1)
				unit = i;
		}
		one = 1;
	}
	sum /= one;
	while (sum > RG_MEASURE_MAX_MANTISSA && sum % 10 == 0)
	{
		sum /= 10;
		exponent++;
	}
	while (exponent < 0 && sum % 10 == 0)
	{
		sum /= 10;
		exponent++;
	}
	return sum <= RG_MEASURE_MAX_MANTISSA &&
		rg_measure_from_decimal((int64) sum, exponent, unit, out);
}

bool
rg_measure_same(const RgMeasure *a, const RgMeasure *b)
{
	return rg_measure_family(a) == rg_measure_family(b) &&
		rg_measure_compare(a, b) == 0;
}

void
rg_measure_key(const RgMeasure *measure, char *key)
{
	int128		base = rg_measure_base(measure);

	memcpy(key, &base, sizeof(base));
	key[sizeof(base)] = (char) rg_measure_family(measure);
}
