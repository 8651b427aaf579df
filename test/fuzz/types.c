/*
 * types.c: the pure core of the types and the clock of the keys, without a
 * server and under sanitizers: texts of every kind on buffers of exactly their
 * length, what is read printed and read again, clocks that stand and step back.
 */
#include "../../src/types/fault.c"
#include "../../src/types/unit.c"
#define spellings comparator_spellings
#include "../../src/types/threshold.c"
#undef spellings
#include "../../src/types/measure.c"
#include "../../src/types/sustained.c"

/* Only a system without randomness comes here. */
#undef ereport
#define ereport(level, ...) abort()
#include "../../src/types/uuid.c"

#define ROUNDS	200000

static int	tests = 0;
static int	failures = 0;

static void
ok(bool good, const char *what)
{
	printf("%sok %d - %s\n", good ? "" : "not ", ++tests, what);
	failures += !good;
}

/* The server's clock, under the test's control. */
static TimestampTz test_clock;

TimestampTz
GetCurrentTimestamp(void)
{
	return test_clock;
}

/* splitmix64 from a fixed seed: each run tries the same texts */
static uint64
draw(uint64 below)
{
	static uint64 state = 20260101;
	uint64		z = (state += UINT64CONST(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return (z ^ (z >> 31)) % below;
}

static const char *const pieces[] = {
	"93.4%", "182 ms", "500KB", "0", "1.5 h", "1e3", "1e-18", "e", "E+9", ".", ",", "-", "+", "<", ">=",
	"\xE2\x89\xA5", "\xE2\x89", "=", " for ", "for", "5 min", "3 samples", " sample", "sustained", " ", "\t",
	"\xC2\xA0", "\xC2", "\xC2\xB5s", "\xE2\x80\xAF", "999999999999999999", "000000000000", "9", "1", "TiB", "d", "/s",
	"per  second", "nan", "inf", "%", "at least ", "\xFF", "\x01"
};

static size_t
append(char *buf, size_t len, const char *piece)
{
	memcpy(buf + len, piece, strlen(piece));
	return len + strlen(piece);
}

/* A text of some pieces, with a byte changed now and then. */
static size_t
draw_text(char *buf, const char *start, const char *end)
{
	size_t		len = append(buf, 0, draw(4) == 0 ? "" : start);
	uint64		n = 1 + draw(4);

	while (n-- > 0)
		len = append(buf, len, pieces[draw(lengthof(pieces))]);
	len = append(buf, len, draw(4) == 0 ? "" : end);
	if (len > 0 && draw(4) == 0)
		buf[draw(len)] = (char) draw(256);
	return len;
}

/* A copy without a closing NUL, so that a byte read too many is seen. */
static char *
exact(const char *str, size_t len)
{
	char	   *copy = malloc(len + (len == 0));

	memcpy(copy, str, len);
	return copy;
}

static bool
measure_holds(const char *str, size_t len, int *read)
{
	RgMeasure	once;
	RgMeasure	twice;
	const char *why;
	char	   *buf = malloc(RG_MEASURE_MAXLEN);
	bool		good = true;

	if (rg_measure_parse(str, len, &once, &why))
	{
		int			n = rg_measure_format(&once, buf);

		(*read)++;
		good = (size_t) n == strlen(buf) &&
			rg_measure_parse(buf, n, &twice, &why) &&
			memcmp(&once, &twice, sizeof(once)) == 0 &&
			rg_measure_compare(&once, &twice) == 0 &&
			rg_measure_from_decimal(once.mantissa, once.exponent, once.unit, &twice) &&
			memcmp(&once, &twice, sizeof(once)) == 0;
	}
	else
		good = why[0] != '\0';
	free(buf);
	return good;
}

static bool
threshold_holds(const char *str, size_t len, int *read)
{
	RgThreshold once;
	RgThreshold twice;
	const char *why;
	char	   *buf = malloc(RG_THRESHOLD_MAXLEN);
	bool		good = true;

	if (rg_threshold_parse(str, len, &once, &why))
	{
		int			n = rg_threshold_format(&once, buf);

		(*read)++;
		good = rg_threshold_parse(buf, n, &twice, &why) &&
			memcmp(&once, &twice, sizeof(once)) == 0 &&
			rg_threshold_same(&once, &twice) &&
			rg_threshold_met(&once, &once.measure) ==
			((comparators[once.comparator].accepts & EQUAL) != 0);
	}
	free(buf);
	return good;
}

static bool
sustained_holds(const char *str, size_t len, int *read)
{
	RgSustained once;
	RgSustained twice;
	const char *why;
	char	   *buf = malloc(RG_SUSTAINED_MAXLEN);
	bool		good = true;

	if (rg_sustained_parse(str, len, &once, &why))
	{
		int			n = rg_sustained_format(&once, buf);

		(*read)++;
		good = rg_sustained_parse(buf, n, &twice, &why) &&
			memcmp(&once, &twice, sizeof(once)) == 0 &&
			rg_sustained_is_valid(&once) &&
			(rg_sustained_usecs(&once) == 0) != (rg_sustained_samples(&once) == 0);
	}
	free(buf);
	return good;
}

static void
test_texts(void)
{
	static const struct
	{
		const char *name;
		bool		(*holds) (const char *str, size_t len, int *read);
		const char *start;
		const char *end;
	}			kinds[] = {
		{"measure", measure_holds, "", ""},
		{"threshold", threshold_holds, "<", ""},
		{"sustained", sustained_holds, ">", " for 90 s"},
	};
	size_t		i;

	for (i = 0; i < lengthof(kinds); i++)
	{
		char		what[100];
		int			read = 0;
		int			round;
		bool		good = true;

		for (round = 0; round < ROUNDS && good; round++)
		{
			char		str[256];
			size_t		len = draw_text(str, kinds[i].start, kinds[i].end);
			char	   *copy = exact(str, len);

			good = kinds[i].holds(copy, len, &read);
			if (!good)
				printf("# \"%.*s\"\n", (int) len, str);
			free(copy);
		}
		snprintf(what, sizeof(what), "%s: what is read prints and reads back", kinds[i].name);
		ok(good && read > ROUNDS / 1000, what);
		printf("# %d of %d texts were read\n", read, ROUNDS);
	}
}

/* Longest prints fit the buffers that the header promises. */
static void
test_lengths(void)
{
	static const char str[] = "<> 0.100000000000000009/min for 0.000999999999999 d";
	RgSustained sustained;
	char	   *buf = malloc(RG_SUSTAINED_MAXLEN);
	RgMeasure	measure;
	int			unit;
	int			longest = 0;

	for (unit = 0; unit < RG_UNIT_COUNT; unit++)
	{
		int			len;

		if (!rg_measure_from_decimal(INT64CONST(100000000000000009), -18, unit, &measure))
			abort();
		len = rg_measure_format(&measure, buf);
		longest = Max(longest, len);
	}
	ok(longest < RG_MEASURE_MAXLEN, "the longest measure fits its buffer");
	ok(rg_sustained_read(str, strlen(str), &sustained) == RG_FAULT_HOLD_RANGE,
	   "a hold of a fraction of a microsecond is refused");
	ok(!rg_unit_parse("nanosecondss", 12, &(RgUnit) {0}), "no unit begins with another");
	free(buf);
}

/* A tool's double is cut to 18 digits and decimals, never rounded up. */
static void
test_cut(void)
{
	static const struct
	{
		const char *number;
		const char *kept;
	}			cases[] = {
		{"1.2345678901234567e-05", "0.000012345678901234"},
		{"0.30000000000000004", "0.30000000000000004"},
		{"99.99999999999999999999999", "99.9999999999999999"},
		{"1e-300", "0"},
		{"-0.0", "0"},
		{"123456789012345678.9", "123456789012345678"},
	};
	RgMeasure	measure;
	const char *why;
	char		buf[RG_MEASURE_MAXLEN];
	size_t		i;
	bool		good = true;

	for (i = 0; i < lengthof(cases); i++)
	{
		good = good && rg_measure_from_number(cases[i].number, strlen(cases[i].number),
											  RG_UNIT_NONE, &measure, &why);
		rg_measure_format(&measure, buf);
		good = good && strcmp(buf, cases[i].kept) == 0;
	}
	ok(good, "doubles are cut, not rounded");
	ok(!rg_measure_from_number("1e300", 5, RG_UNIT_NONE, &measure, &why) &&
	   !rg_measure_from_number("-1e-300", 7, RG_UNIT_NONE, &measure, &why) &&
	   !rg_measure_from_number("5 ms", 4, RG_UNIT_MS, &measure, &why) &&
	   !rg_measure_from_number("NaN", 3, RG_UNIT_NONE, &measure, &why),
	   "what is too large, negative or no number is refused");
}

static void
test_percent(void)
{
	RgMeasure	measure;
	RgMeasure	all;
	int			round;
	bool		good = true;

	rg_measure_from_decimal(100, 0, RG_UNIT_PERCENT, &all);
	for (round = 0; round < ROUNDS && good; round++)
	{
		int64		whole = 1 + (int64) draw(UINT64CONST(1) << (1 + draw(62)));
		int64		part = (int64) draw((uint64) whole + 1);
		int128		base;

		good = rg_measure_percent(part, whole, &measure);
		base = rg_measure_base(&measure) / power_of_ten(14);
		/* floor: base <= 10^6 part / whole < base + 1 */
		good = good && base * whole <= (int128) part * 1000000 &&
			(int128) part * 1000000 < (base + 1) * whole &&
			(rg_measure_compare(&measure, &all) == 0) == (part == whole);
	}
	ok(good, "a percentage is floored, and 100% only if nothing is missing");
	ok(!rg_measure_percent(0, 0, &measure) && !rg_measure_percent(1, -1, &measure) &&
	   !rg_measure_percent(-1, 1, &measure) && !rg_measure_percent(PG_INT64_MAX, 1, &measure),
	   "no percentage of nothing, or of what is negative");
}

/* What is added up is exact, in whatever units the summands are. */
static void
test_sum(void)
{
	static const char *const texts[] = {"300 kB", "102400 B", "1.5 KiB", "0.0001 MB", "0 B", "1 TB"};
	RgMeasure	measures[lengthof(texts)];
	const RgMeasure *list[lengthof(texts)];
	RgMeasure	sum;
	RgMeasure	all;
	const char *why;
	int			round;
	bool		good = true;

	for (round = 0; round < ROUNDS / 10 && good; round++)
	{
		int			n = 1 + (int) draw(lengthof(texts));
		int128		base = 0;

		for (int i = 0; i < n; i++)
		{
			const char *str = texts[draw(lengthof(texts))];

			if (!rg_measure_parse(str, strlen(str), &measures[i], &why))
				abort();
			list[i] = &measures[i];
			base += rg_measure_base(&measures[i]);
		}
		good = rg_measure_sum(list, n, &sum) && rg_measure_base(&sum) == base &&
			rg_measure_family(&sum) == RG_FAMILY_BYTES;
	}
	ok(good, "a sum is the exact sum");

	rg_measure_from_decimal(RG_MEASURE_MAX_MANTISSA, 0, RG_UNIT_B, &all);
	for (size_t i = 0; i < lengthof(list); i++)
		list[i] = &all;
	ok(!rg_measure_sum(list, lengthof(list), &sum), "a sum of too many digits is refused");
}

/* The clock stands, goes on, and steps back; keys only grow. */
static void
test_uuids(void)
{
	pg_uuid_t	last;
	pg_uuid_t	next;
	pg_uuid_t	bound;
	TimestampTz at = INT64CONST(820454400000000);	/* 2026-01-01 */
	TimestampTz latest = at;
	int			round;
	bool		grows = true;
	bool		timed = true;
	bool		bounded = true;

	rg_uuid_v7(&last, at);
	for (round = 0; round < 2 * ROUNDS; round++)
	{
		TimestampTz carried;

		switch (draw(20))
		{
			case 0:
				at += (TimestampTz) draw(5000);
				break;
			case 1:
				at -= (TimestampTz) draw(2000);
				break;
		}
		latest = Max(latest, at);
		carried = rg_uuid_v7(&next, at);
		grows = grows && memcmp(&next, &last, sizeof(next)) > 0;
		timed = timed && carried == latest && rg_uuid_v7_time(&next) == carried;
		rg_uuid_v7_bound(carried, &bound);
		bounded = bounded && memcmp(&next, &bound, sizeof(next)) <= 0;
		rg_uuid_v7_bound(carried - 1, &bound);
		bounded = bounded && memcmp(&next, &bound, sizeof(next)) > 0;
		last = next;
	}
	ok(grows, "keys grow though the clock stands or steps back");
	ok(timed, "a key carries the latest clock reading, and says so");
	ok(bounded, "the bound of a time parts the keys before from those after");
	for (round = 0; round < 1000000; round++)
		rg_uuid_v7(&next, latest);
	ok(rg_uuid_v7_time(&next) == latest, "a million keys of one microsecond stay in it");
	ok(rg_uuid_v7(&next, DT_NOBEGIN) == latest && rg_uuid_v7(&next, DT_NOEND) > latest,
	   "the ends of time are times like others");
}

int
main(void)
{
	test_texts();
	test_lengths();
	test_cut();
	test_percent();
	test_sum();
	test_uuids();
	printf("1..%d\n", tests);
	return failures > 0;
}
