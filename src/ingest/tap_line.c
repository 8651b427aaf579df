/*
 * tap_line.c: reads one line of TAP 12 to 14. Where the documents leave it
 * open, it reads what prove's parser reads.
 */
#include "ingest/tap.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		c == '_';
}

static void
skip(RgInput *line, size_t length)
{
	length = Min(length, line->length);
	line->data += length;
	line->length -= length;
}

static void
skip_blanks(RgInput *line)
{
	while (line->length > 0 && is_blank(line->data[0]))
		skip(line, 1);
}

RgInput
rg_tap_trim(RgInput line)
{
	skip_blanks(&line);
	while (line.length > 0 && is_blank(line.data[line.length - 1]))
		line.length--;
	return line;
}

static size_t
count_digits(const RgInput *line)
{
	size_t		length = 0;

	while (length < line->length && is_digit(line->data[length]))
		length++;
	return length;
}

/* A number too long to be one is as wrong as a number can be. */
static int64
take_number(RgInput *line)
{
	size_t		length = count_digits(line);
	int64		value = -1;

	if (length > 0 && !rg_parse_count(line->data, length, &value))
		value = PG_INT64_MAX;
	skip(line, length);
	return value;
}

/* Does it begin with the word, in any case? */
static bool
says(const RgInput *line, const char *word)
{
	return line->length >= strlen(word) &&
		pg_strncasecmp(line->data, word, strlen(word)) == 0;
}

/* The first "#" that is not escaped, or the end. */
static size_t
find_hash(const RgInput *line)
{
	size_t		i = 0;

	while (i < line->length && line->data[i] != '#')
		i += line->data[i] == '\\' ? 2 : 1;
	return Min(i, line->length);
}

/* A copy without the backslashes of "\#" and "\\". */
static void
copy_name(char *to, RgInput name)
{
	size_t		length = 0;

	name = rg_tap_trim(name);
	for (size_t i = 0; i < name.length && length < RG_TEXT_MAX + 3; i++)
	{
		if (name.data[i] == '\\' && i + 1 < name.length &&
			(name.data[i + 1] == '#' || name.data[i + 1] == '\\'))
			i++;
		to[length++] = name.data[i] == '\0' ? '?' : name.data[i];
	}
	to[length] = '\0';
}

static void
read_directive(const RgInput *line, RgTapPoint *point)
{
	RgInput		directive = *line;

	skip(&directive, 1);
	skip_blanks(&directive);
	if (says(&directive, "todo"))
		point->todo = directive.length == 4 || !is_word(directive.data[4]);
	else
		point->skip = says(&directive, "skip");
}

bool
rg_tap_point(const RgInput *line, RgTapPoint *point)
{
	RgInput		rest = *line;
	RgInput		name;
	size_t		hash;

	point->ok = !rg_input_starts(&rest, "not ");
	if (!point->ok)
		skip(&rest, 4);
	if (!rg_input_starts(&rest, "ok") ||
		(rest.length > 2 && is_word(rest.data[2])))
		return false;
	skip(&rest, 2);
	skip_blanks(&rest);
	point->number = take_number(&rest);
	rest = rg_tap_trim(rest);
	if (rest.length > 0 && rest.data[0] == '-')
		skip(&rest, 1);

	point->todo = point->skip = false;
	point->opens = rest.length > 0 && rest.data[rest.length - 1] == '{' &&
		(rest.length == 1 || is_blank(rest.data[rest.length - 2]));
	hash = find_hash(&rest);
	name = rest;
	skip(&rest, hash);
	if (rest.length > 0)
		read_directive(&rest, point);
	if (point->todo || point->skip || rg_input_starts(&rest, "# time="))
		name.length = hash;
	copy_name(point->name, name);
	return true;
}

bool
rg_tap_plan(const RgInput *line, int64 *plan)
{
	RgInput		rest = *line;

	if (!rg_input_starts(&rest, "1.."))
		return false;
	skip(&rest, 3);
	*plan = take_number(&rest);
	rest = rg_tap_trim(rest);
	return *plan >= 0 && (rest.length == 0 || rest.data[0] == '#');
}

/* ---- what explains a failure ----------------------------------------------- */

/* The value of "key: value", without its quotes. */
static bool
value_of(const RgInput *line, const char *key, RgInput *value)
{
	size_t		length = strlen(key);

	if (!rg_input_starts(line, key) || line->length <= length ||
		line->data[length] != ':')
		return false;
	*value = *line;
	skip(value, length + 1);
	*value = rg_tap_trim(*value);
	if (value->length >= 2 &&
		(value->data[0] == '\'' || value->data[0] == '"'))
	{
		/* one that goes on in the next line has no end here */
		if (value->data[value->length - 1] == value->data[0])
			value->length--;
		skip(value, 1);
	}
	return value->length > 0;
}

static void
keep(char *to, const RgInput *value)
{
	size_t		length = Min(value->length, RG_TEXT_MAX + 3);

	memcpy(to, value->data, length);
	to[length] = '\0';
	if (strlen(to) < length)
		to[0] = '\0';			/* not what could be shown */
}

/* file:line or file:line:column */
static void
keep_location(RgTapDetail *detail, RgInput value)
{
	for (int i = 0; i < 2; i++)
	{
		size_t		end = value.length;

		while (end > 0 && is_digit(value.data[end - 1]))
			end--;
		if (end < 2 || value.data[end - 1] != ':' ||
			!rg_parse_count(value.data + end, value.length - end,
							&detail->line))
			break;
		value.length = end - 1;
	}
	keep(detail->location, &value);
}

void
rg_tap_yaml(const RgInput *line, bool outermost, RgTapDetail *detail)
{
	RgInput		rest = rg_tap_trim(*line);
	RgInput		value;

	if (detail->message_next)
	{
		keep(detail->message, &rest);
		detail->message_next = false;
	}
	else if (outermost && value_of(&rest, "type", &value))
		detail->is_suite = value.length == 5 &&
			memcmp(value.data, "suite", 5) == 0;
	else if (detail->message[0] == '\0' &&
			 (value_of(&rest, "message", &value) ||
			  value_of(&rest, "error", &value)))
	{
		detail->message_next = value.data[0] == '|' || value.data[0] == '>';
		if (!detail->message_next)
			keep(detail->message, &value);
	}
	else if (detail->location[0] == '\0' &&
			 (value_of(&rest, "location", &value) ||
			  value_of(&rest, "at", &value) ||
			  value_of(&rest, "file", &value)))
		keep_location(detail, value);
	else if (detail->line == 0 && value_of(&rest, "line", &value))
		(void) rg_parse_count(value.data, value.length, &detail->line);
}

/* Test::More: "#   Failed test 'adds'", "#   at t/basket.t line 7." */
void
rg_tap_comment(const RgInput *line, RgTapDetail *detail)
{
	RgInput		rest = *line;
	RgInput		number;

	skip(&rest, 1);
	rest = rg_tap_trim(rest);
	if (rest.length == 0 || rg_input_starts(&rest, "Failed test"))
		return;
	if (detail->location[0] == '\0' && rg_input_starts(&rest, "at "))
	{
		skip(&rest, 3);
		for (size_t i = rest.length; i-- > 0;)
		{
			number.data = rest.data + i;
			number.length = rest.length - i;
			if (!rg_input_starts(&number, " line "))
				continue;
			skip(&number, 6);
			(void) rg_parse_count(number.data, count_digits(&number),
								  &detail->line);
			rest.length = i;
			break;
		}
		keep(detail->location, &rest);
	}
	else if (detail->message[0] == '\0')
		keep(detail->message, &rest);
}

int64
rg_tap_summary(const RgInput *line, const char *word)
{
	RgInput		rest = *line;
	int64		value;

	skip(&rest, 1);
	skip_blanks(&rest);
	if (!rg_input_starts(&rest, word))
		return -1;
	skip(&rest, strlen(word));
	if (rest.length == 0 || !is_blank(rest.data[0]))
		return -1;
	rest = rg_tap_trim(rest);
	return rg_parse_count(rest.data, rest.length, &value) ? value : -1;
}

/* ---- prove ------------------------------------------------------------------- */

bool
rg_tap_is_header(const RgInput *line)
{
	RgInput		rest = rg_tap_trim(*line);
	size_t		dots = 0;
	bool		is_file = false;

	if (rest.length > 11 && rest.data[0] == '[' && rest.data[9] == ']')
		skip(&rest, 11);		/* --timer: "[12:34:56] " */
	while (dots < rest.length && rest.data[rest.length - 1 - dots] == '.')
		dots++;
	rest.length -= dots;
	if (dots < 2 || rest.length < 2 || rest.data[rest.length - 1] != ' ')
		return false;
	rest.length--;
	for (size_t i = 0; i < rest.length; i++)
	{
		if (is_blank(rest.data[i]) || rest.data[0] == '#')
			return false;
		is_file |= rest.data[i] == '.' || rest.data[i] == '/';
	}
	return is_file;
}

bool
rg_tap_is_verdict(const RgInput *line)
{
	RgInput		rest = rg_tap_trim(*line);

	if (!rg_input_starts(&rest, "ok"))
		return false;
	skip(&rest, 2);
	if (rest.length == 0)
		return true;
	if (!is_blank(rest.data[0]))
		return false;
	skip_blanks(&rest);
	while (rest.length > 0 && (is_digit(rest.data[0]) || rest.data[0] == '.'))
		skip(&rest, 1);
	if (!rg_input_starts(&rest, " ms") && !rg_input_starts(&rest, " s"))
		return false;
	skip(&rest, rest.data[1] == 'm' ? 3 : 2);
	return rest.length == 0 || rest.data[0] == ' ';
}

bool
rg_tap_is_failure(const RgInput *line)
{
	RgInput		rest = *line;

	if (rg_input_starts(line, "No subtests run"))
		return true;
	if (rg_input_starts(line, "Failed "))
		skip(&rest, 7);
	else if (rg_input_starts(line, "All "))
		skip(&rest, 4);
	else
		return false;
	if (count_digits(&rest) == 0)
		return false;
	skip(&rest, count_digits(&rest));
	if (rest.length > 0 && rest.data[0] == '/')
		skip(&rest, 1);
	skip(&rest, count_digits(&rest));
	return rg_input_starts(&rest, " subtests");
}
