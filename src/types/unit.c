/*
 * unit.c: the units, their families and their spellings. Two tables say it
 * all; a new unit is a line in each, at the end of the first one, because
 * its number is stored.
 */
#include "types/core.h"

/* Counted in: 1, %, ns, B, and per hour, so that per minute is a whole number. */
static const char *const family_names[] = {
	[RG_FAMILY_COUNT] = "count",
	[RG_FAMILY_PERCENT] = "percent",
	[RG_FAMILY_TIME] = "time",
	[RG_FAMILY_BYTES] = "bytes",
	[RG_FAMILY_RATE] = "rate",
};

#define KIB	INT64CONST(1024)

static const struct
{
	const char *name;
	RgFamily	family;
	int64		factor;			/* in base units of the family */
}			units[] = {
	[RG_UNIT_NONE] = {"", RG_FAMILY_COUNT, 1},
	[RG_UNIT_PERCENT] = {"%", RG_FAMILY_PERCENT, 1},
	[RG_UNIT_NS] = {"ns", RG_FAMILY_TIME, 1},
	[RG_UNIT_US] = {"us", RG_FAMILY_TIME, INT64CONST(1000)},
	[RG_UNIT_MS] = {"ms", RG_FAMILY_TIME, INT64CONST(1000000)},
	[RG_UNIT_S] = {"s", RG_FAMILY_TIME, INT64CONST(1000000000)},
	[RG_UNIT_MIN] = {"min", RG_FAMILY_TIME, INT64CONST(60000000000)},
	[RG_UNIT_H] = {"h", RG_FAMILY_TIME, INT64CONST(3600000000000)},
	[RG_UNIT_D] = {"d", RG_FAMILY_TIME, INT64CONST(86400000000000)},
	[RG_UNIT_B] = {"B", RG_FAMILY_BYTES, 1},
	[RG_UNIT_KB] = {"kB", RG_FAMILY_BYTES, INT64CONST(1000)},
	[RG_UNIT_KIB] = {"KiB", RG_FAMILY_BYTES, KIB},
	[RG_UNIT_MB] = {"MB", RG_FAMILY_BYTES, INT64CONST(1000000)},
	[RG_UNIT_MIB] = {"MiB", RG_FAMILY_BYTES, KIB * KIB},
	[RG_UNIT_GB] = {"GB", RG_FAMILY_BYTES, INT64CONST(1000000000)},
	[RG_UNIT_GIB] = {"GiB", RG_FAMILY_BYTES, KIB * KIB * KIB},
	[RG_UNIT_TB] = {"TB", RG_FAMILY_BYTES, INT64CONST(1000000000000)},
	[RG_UNIT_TIB] = {"TiB", RG_FAMILY_BYTES, KIB * KIB * KIB * KIB},
	[RG_UNIT_PER_S] = {"/s", RG_FAMILY_RATE, 3600},
	[RG_UNIT_PER_MIN] = {"/min", RG_FAMILY_RATE, 60},
	[RG_UNIT_PER_H] = {"/h", RG_FAMILY_RATE, 1},
};

/*
 * What people write besides the names above. Short ones are taken as they
 * are, because case tells units apart (Mb is a megabit, and refused); words
 * are taken in any case.
 */
static const struct
{
	const char *spelling;
	bool		any_case;
	RgUnit		unit;
}			spellings[] = {
	{"percent", true, RG_UNIT_PERCENT},
	{"nanosecond", true, RG_UNIT_NS},
	{"nanoseconds", true, RG_UNIT_NS},
	{"\xC2\xB5s", false, RG_UNIT_US},	/* U+00B5 micro sign */
	{"\xCE\xBCs", false, RG_UNIT_US},	/* U+03BC Greek mu */
	{"microsecond", true, RG_UNIT_US},
	{"microseconds", true, RG_UNIT_US},
	{"msec", true, RG_UNIT_MS},
	{"millisecond", true, RG_UNIT_MS},
	{"milliseconds", true, RG_UNIT_MS},
	{"sec", true, RG_UNIT_S},
	{"secs", true, RG_UNIT_S},
	{"second", true, RG_UNIT_S},
	{"seconds", true, RG_UNIT_S},
	{"min", true, RG_UNIT_MIN},
	{"mins", true, RG_UNIT_MIN},
	{"minute", true, RG_UNIT_MIN},
	{"minutes", true, RG_UNIT_MIN},
	{"hr", true, RG_UNIT_H},
	{"hrs", true, RG_UNIT_H},
	{"hour", true, RG_UNIT_H},
	{"hours", true, RG_UNIT_H},
	{"day", true, RG_UNIT_D},
	{"days", true, RG_UNIT_D},
	{"byte", true, RG_UNIT_B},
	{"bytes", true, RG_UNIT_B},
	{"KB", false, RG_UNIT_KB},
	{"kb", false, RG_UNIT_KB},
	{"mb", false, RG_UNIT_MB},
	{"gb", false, RG_UNIT_GB},
	{"tb", false, RG_UNIT_TB},
	{"kib", true, RG_UNIT_KIB},
	{"mib", true, RG_UNIT_MIB},
	{"gib", true, RG_UNIT_GIB},
	{"tib", true, RG_UNIT_TIB},
	{"rps", true, RG_UNIT_PER_S},
	{"/sec", true, RG_UNIT_PER_S},
	{"/second", true, RG_UNIT_PER_S},
	{"per second", true, RG_UNIT_PER_S},
	{"req/s", true, RG_UNIT_PER_S},
	{"requests/s", true, RG_UNIT_PER_S},
	{"rpm", true, RG_UNIT_PER_MIN},
	{"/minute", true, RG_UNIT_PER_MIN},
	{"per minute", true, RG_UNIT_PER_MIN},
	{"/hour", true, RG_UNIT_PER_H},
	{"per hour", true, RG_UNIT_PER_H},
};

#define LONGEST_SPELLING	12	/* nanoseconds, microseconds, milliseconds */

const char *
rg_family_name(RgFamily family)
{
	return family_names[family];
}

bool
rg_family_adds(RgFamily family)
{
	return family == RG_FAMILY_COUNT || family == RG_FAMILY_BYTES ||
		family == RG_FAMILY_TIME;
}

const char *
rg_unit_name(RgUnit unit)
{
	return units[unit].name;
}

RgFamily
rg_unit_family(RgUnit unit)
{
	return units[unit].family;
}

int64
rg_unit_factor(RgUnit unit)
{
	return units[unit].factor;
}

/* One blank for each run of white space; -1 if longer than any spelling. */
static int
squeeze(RgCursor cursor, char *buf)
{
	int			len = 0;

	while (cursor.at < cursor.end)
	{
		if (len == LONGEST_SPELLING)
			return -1;
		buf[len++] = rg_take_space(&cursor) ? ' ' : *cursor.at++;
	}
	return len;
}

bool
rg_unit_parse(const char *str, size_t len, RgUnit *unit)
{
	char		buf[LONGEST_SPELLING];
	RgCursor	cursor = {str, str + len};
	int			n;
	size_t		i;

	rg_trim(&cursor);
	n = squeeze(cursor, buf);
	if (n < 0)
		return false;
	for (i = 0; i < lengthof(units); i++)
	{
		if (strlen(units[i].name) == (size_t) n &&
			memcmp(buf, units[i].name, n) == 0)
		{
			*unit = (RgUnit) i;
			return true;
		}
	}
	for (i = 0; i < lengthof(spellings); i++)
	{
		const char *word = spellings[i].spelling;

		if (spellings[i].any_case ? rg_same_word(buf, n, word)
			: (strlen(word) == (size_t) n && memcmp(buf, word, n) == 0))
		{
			*unit = spellings[i].unit;
			return true;
		}
	}
	return false;
}
