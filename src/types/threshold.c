/*
 * threshold.c: a comparator and a measure, as a policy writes it: >= 90%,
 * <200ms, = 0. Pure: whoever asks whether one is met checks the families
 * first, because comparing across families is an error and never false.
 */
#include "types/core.h"

#define LESS	1
#define EQUAL	2
#define GREATER	4

/* The first form is the one that is printed. */
static const struct
{
	const char *name;
	int			accepts;		/* which outcomes of a comparison */
}			comparators[] = {
	[RG_LT] = {"<", LESS},
	[RG_LE] = {"<=", LESS | EQUAL},
	[RG_EQ] = {"=", EQUAL},
	[RG_NE] = {"<>", LESS | GREATER},
	[RG_GE] = {">=", EQUAL | GREATER},
	[RG_GT] = {">", GREATER},
};

/* Longer ones first, where one begins another. */
static const struct
{
	const char *spelling;
	RgComparator comparator;
}			spellings[] = {
	{"<=", RG_LE},
	{">=", RG_GE},
	{"<>", RG_NE},
	{"!=", RG_NE},
	{"==", RG_EQ},
	{"<", RG_LT},
	{">", RG_GT},
	{"=", RG_EQ},
	{"\xE2\x89\xA4", RG_LE},	/* U+2264 */
	{"\xE2\x89\xA5", RG_GE},	/* U+2265 */
	{"\xE2\x89\xA0", RG_NE},	/* U+2260 */
	{"at least ", RG_GE},
	{"at most ", RG_LE},
};

const char *
rg_comparator_name(RgComparator comparator)
{
	return comparators[comparator].name;
}

RgFault
rg_threshold_read_cursor(RgCursor *cursor, RgThreshold *out)
{
	size_t		i = 0;

	while (i < lengthof(spellings) && !rg_take_word(cursor, spellings[i].spelling))
		i++;
	if (i == lengthof(spellings))
		return RG_FAULT_COMPARATOR;
	rg_take_space(cursor);
	memset(out, 0, sizeof(*out));
	out->comparator = (uint8) spellings[i].comparator;
	return rg_measure_read_cursor(cursor, &out->measure);
}

RgFault
rg_threshold_read(const char *str, size_t len, RgThreshold *out)
{
	RgCursor	cursor;
	RgFault		fault = rg_text_begin(str, len, &cursor);

	return fault == RG_FAULT_NONE ? rg_threshold_read_cursor(&cursor, out) : fault;
}

bool
rg_threshold_parse(const char *str, size_t len, RgThreshold *out,
				   const char **why)
{
	*why = rg_fault_detail(rg_threshold_read(str, len, out));
	return *why == NULL;
}

int
rg_threshold_format(const RgThreshold *threshold, char *buf)
{
	int			len = snprintf(buf, RG_THRESHOLD_MAXLEN, "%s ",
							   rg_comparator_name(threshold->comparator));

	return len + rg_measure_format(&threshold->measure, buf + len);
}

bool
rg_threshold_same(const RgThreshold *a, const RgThreshold *b)
{
	return a->comparator == b->comparator &&
		rg_measure_same(&a->measure, &b->measure);
}

bool
rg_threshold_met(const RgThreshold *threshold, const RgMeasure *measure)
{
	static const int outcomes[] = {LESS, EQUAL, GREATER};
	int			outcome = outcomes[1 + rg_measure_compare(measure, &threshold->measure)];

	return (comparators[threshold->comparator].accepts & outcome) != 0;
}
