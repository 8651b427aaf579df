/*
 * fault.c: the one table of reasons for which a text is not a measure, a
 * threshold or a sustained condition, and the steps with which the readers
 * walk over a text.
 */
#include "types/core.h"

typedef struct FaultText
{
	bool		range;			/* well formed, but does not fit */
	const char *detail;
	const char *hint;
} FaultText;

static const FaultText fault_texts[] = {
	[RG_FAULT_NONE] = {false, NULL, NULL},
	[RG_FAULT_EMPTY] = {
		false, "The text is empty.",
		"Write a number with its unit, such as 93.4%, 182 ms, 487 kB or 0."
	},
	[RG_FAULT_TOO_LONG] = {
		false, "The text is longer than 256 bytes.",
		"Write a number with its unit, such as 93.4%, 182 ms, 487 kB or 0."
	},
	[RG_FAULT_NOT_A_NUMBER] = {
		false, "No decimal number stands where one is expected.",
		"Write a number with its unit, such as 93.4%, 182 ms, 487 kB or 0."
	},
	[RG_FAULT_NEGATIVE] = {
		true, "A measure is never negative.",
		"Record a decrease as a measure of its own, not as a negative one."
	},
	[RG_FAULT_COMMA] = {
		false, "The number is written with a separator, which may mean thousands or decimals.",
		"Write it without separators and with a decimal point: 1024 or 1.024."
	},
	[RG_FAULT_NOT_FINITE] = {
		false, "NaN and infinity are no measurements.",
		"Record a result only when there is a number; what is missing is never a pass."
	},
	[RG_FAULT_UNIT] = {
		false, "The unit is not known.",
		"Units are %, ns, us, ms, s, min, h, d, B, kB, KiB, MB, MiB, GB, GiB, TB, TiB, /s, /min, /h, or none for a count."
	},
	[RG_FAULT_DIGITS] = {
		true, "The number needs more than 18 digits, or more than 18 decimals.",
		"Round it first, for example with round(value, 4)."
	},
	[RG_FAULT_RANGE] = {
		true, "The number is too large: a count has at most 18 digits, and a time, size or rate ends near 1.7 * 10^20 ns, B or /h.",
		"Use a larger unit, or check the tool that reported it."
	},
	[RG_FAULT_COMPARATOR] = {
		false, "No comparator stands before the measure.",
		"Begin with one of <, <=, =, <>, >=, >, as in >= 90% or = 0."
	},
	[RG_FAULT_NO_FOR] = {
		false, "Nothing says for how long the threshold must hold.",
		"End with \"for\" and a time or a number of samples, as in > 1% for 5 min or < 1 for 3 samples."
	},
	[RG_FAULT_HOLD] = {
		false, "What follows \"for\" is neither a time nor a number of samples.",
		"End with \"for\" and a time or a number of samples, as in > 1% for 5 min or < 1 for 3 samples."
	},
	[RG_FAULT_HOLD_RANGE] = {
		true, "A threshold holds for 1 us to 3650 d in whole microseconds, or for 1 to 1000000 samples.",
		"Choose a time or a number of samples within these bounds."
	},
};

const char *
rg_fault_detail(RgFault fault)
{
	return fault_texts[fault].detail;
}

const char *
rg_fault_hint(RgFault fault)
{
	return fault_texts[fault].hint;
}

bool
rg_fault_is_range(RgFault fault)
{
	return fault_texts[fault].range;
}

char
rg_ascii_lower(char c)
{
	return (c >= 'A' && c <= 'Z') ? c + ('a' - 'A') : c;
}

/* Is the text this lower-case word, in whatever case? */
bool
rg_same_word(const char *str, size_t len, const char *word)
{
	size_t		i;

	for (i = 0; i < len; i++)
	{
		/* a closing NUL in word differs from any byte that is not NUL */
		if (word[i] == '\0' || rg_ascii_lower(str[i]) != word[i])
			return false;
	}
	return word[len] == '\0';
}

/* Step over this lower-case word if the text goes on with it. */
bool
rg_take_word(RgCursor *cursor, const char *word)
{
	size_t		len = strlen(word);

	if ((size_t) (cursor->end - cursor->at) < len ||
		!rg_same_word(cursor->at, len, word))
		return false;
	cursor->at += len;
	return true;
}

/* U+00A0 and U+202F stand between number and unit in well-set texts. */
static const char *const spaces[] = {
	" ", "\t", "\n", "\r", "\v", "\f", "\xC2\xA0", "\xE2\x80\xAF"
};

/* The length of a space at the begin or at the end; 0 if there is none. */
static size_t
space_length(const char *begin, const char *end, bool at_end)
{
	unsigned char edge;
	size_t		i;

	if (begin == end)
		return 0;
	/* most bytes are none, and this is asked of each of them */
	edge = (unsigned char) *(at_end ? end - 1 : begin);
	if (edge > ' ' && edge < 0x80)
		return 0;
	for (i = 0; i < lengthof(spaces); i++)
	{
		size_t		len = strlen(spaces[i]);

		if ((size_t) (end - begin) >= len &&
			memcmp(at_end ? end - len : begin, spaces[i], len) == 0)
			return len;
	}
	return 0;
}

/* Step over white space, if there is any. */
bool
rg_take_space(RgCursor *cursor)
{
	const char *start = cursor->at;
	size_t		len;

	while ((len = space_length(cursor->at, cursor->end, false)) > 0)
		cursor->at += len;
	return cursor->at > start;
}

/* Leave white space out at both ends. */
void
rg_trim(RgCursor *cursor)
{
	size_t		len;

	rg_take_space(cursor);
	while ((len = space_length(cursor->at, cursor->end, true)) > 0)
		cursor->end -= len;
}
