/*
 * lex.c: steps over SQL text: white space with comments, and one token with
 * its quotes. What the tokens mean is the parser's business; this finds where
 * statements begin and what stands around a syntax error.
 */
#include "migration/migration.h"

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool
is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
		(c >= '0' && c <= '9') || c == '$' || (unsigned char) c >= 0x80;
}

/* Block comments nest. */
static const char *
skip_comment(const char *at, const char *end)
{
	int			depth = 1;

	at += 2;
	while (at < end && depth > 0)
	{
		if (end - at >= 2 && at[0] == '/' && at[1] == '*')
		{
			depth++;
			at += 2;
		}
		else if (end - at >= 2 && at[0] == '*' && at[1] == '/')
		{
			depth--;
			at += 2;
		}
		else
			at++;
	}
	return at;
}

const char *
rg_sql_skip_blank(const char *at, const char *end)
{
	while (at < end)
	{
		if (is_blank(*at))
			at++;
		else if (end - at >= 2 && at[0] == '-' && at[1] == '-')
		{
			while (at < end && *at != '\n')
				at++;
		}
		else if (end - at >= 2 && at[0] == '/' && at[1] == '*')
			at = skip_comment(at, end);
		else
			break;
	}
	return at;
}

static const char *
skip_quoted(const char *at, const char *end, bool escapes)
{
	char		quote = *at++;

	while (at < end)
	{
		if (escapes && *at == '\\' && end - at >= 2)
			at += 2;
		else if (*at == quote && end - at >= 2 && at[1] == quote)
			at += 2;
		else if (*at++ == quote)
			break;
	}
	return at;
}

/* From a dollar; one that opens no quote is a token of its own. */
static const char *
skip_dollar(const char *at, const char *end)
{
	const char *tag_end = at + 1;
	size_t		length;

	while (tag_end < end && *tag_end != '$' && is_word_char(*tag_end))
		tag_end++;
	if (tag_end == end || *tag_end != '$' || (at[1] >= '0' && at[1] <= '9'))
		return at + 1;
	length = tag_end + 1 - at;
	for (const char *close = tag_end + 1; close < end; close++)
	{
		close = memchr(close, '$', end - close);
		if (close == NULL || (size_t) (end - close) < length)
			break;
		if (memcmp(close, at, length) == 0)
			return close + length;
	}
	return end;
}

/* at < end, and no blank there */
const char *
rg_sql_skip_token(const char *at, const char *end)
{
	if (*at == '\'' || *at == '"')
		return skip_quoted(at, end, false);
	if ((*at == 'E' || *at == 'e') && end - at >= 2 && at[1] == '\'')
		return skip_quoted(at + 1, end, true);
	if (*at == '$')
		return skip_dollar(at, end);
	if (!is_word_char(*at))
		return at + 1;
	while (at < end && is_word_char(*at))
		at++;
	return at;
}

/* Is the token that begins here this word, given in lower case? */
bool
rg_sql_is_word(const char *at, const char *end, const char *word)
{
	for (; *word != '\0'; at++, word++)
	{
		if (at == end || (*at | ((*at >= 'A' && *at <= 'Z') ? 0x20 : 0)) != *word)
			return false;
	}
	return at == end || !is_word_char(*at);
}
