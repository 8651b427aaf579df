/*
 * node.c: looking into the trees that json.c builds: members, texts, counts.
 */
#include "ingest/ingest.h"

#include "ingest/json_lex.h"
#include "mb/pg_wchar.h"

#define REPLACEMENT 0xfffd

/* No name, word or message that is looked at is longer. */
#define TEXT_MAX 8192

JsonLexContext *
rg_make_json_lexer(const char *data, int length)
{
	return RG_MAKE_JSON_LEXER(data, length, PG_UTF8);
}

static uint32
four_hex(const char *p)
{
	uint32		value = 0;

	for (int i = 0; i < 4; i++)
	{
		char		c = p[i];

		value = value << 4 | (uint32) (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/* The character of a \u escape at p (behind "\u"); moves p behind it. */
static uint32
unicode_escape(const char **p, const char *end)
{
	uint32		high = four_hex(*p);

	*p += 4;
	if (high < 0xd800 || high > 0xdfff)
		return high == 0 ? REPLACEMENT : high;
	if (high < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u')
	{
		uint32		low = four_hex(*p + 2);

		if (low >= 0xdc00 && low <= 0xdfff)
		{
			*p += 6;
			return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
		}
	}
	return REPLACEMENT;
}

static char
simple_escape(char c)
{
	switch (c)
	{
		case 'b':
			return '\b';
		case 'f':
			return '\f';
		case 'n':
			return '\n';
		case 'r':
			return '\r';
		case 't':
			return '\t';
		default:
			return c;
	}
}

static char *
put_character(char *out, uint32 code)
{
	unicode_to_utf8((pg_wchar) code, (unsigned char *) out);
	return out + pg_utf_mblen((unsigned char *) out);
}

/* The lexer has already checked that every escape is well formed. */
char *
rg_json_unescape(const char *str, int length)
{
	const char *p = str;
	const char *end = str + length;

	/* an invalid byte grows to three */
	char	   *result = palloc((Size) length * 3 + 1);
	char	   *out = result;

	while (p < end)
	{
		if (*p == '\\' && p + 1 < end)
		{
			p += 2;
			if (p[-1] == 'u' && end - p >= 4)
				out = put_character(out, unicode_escape(&p, end));
			else
				*out++ = simple_escape(p[-1]);
		}
		else if ((unsigned char) *p < 0x80)
			*out++ = *p++;
		else
		{
			int			size = pg_utf_mblen((const unsigned char *) p);

			if (size <= end - p &&
				pg_utf8_islegal((const unsigned char *) p, size))
			{
				memcpy(out, p, size);
				out += size;
				p += size;
			}
			else
			{
				out = put_character(out, REPLACEMENT);
				p++;
			}
		}
	}
	*out = '\0';
	return result;
}

static const RgNode *
get_member(const RgNode *node, const char *key, size_t length)
{
	const RgNode *found = NULL;

	if (node == NULL || node->type != RG_NODE_OBJECT)
		return NULL;
	for (const RgNode *child = node->child; child; child = child->next)
	{
		if (child->key_length == (int) length &&
			memcmp(child->key, key, length) == 0)
			found = child;
	}
	return found;
}

const RgNode *
rg_node_get(const RgNode *node, const char *key)
{
	return get_member(node, key, strlen(key));
}

const RgNode *
rg_node_path(const RgNode *node, const char *path)
{
	while (*path != '\0')
	{
		size_t		length = strcspn(path, ".[");

		if (length > 0)
			node = get_member(node, path, length);
		path += length;
		if (path[0] == '[' && path[1] == ']')
		{
			node = rg_node_has_type(node, RG_NODE_ARRAY) ? node->child : NULL;
			path += 2;
		}
		path += *path == '.' ? 1 : 0;
	}
	return node;
}

char *
rg_node_text(const RgNode *node)
{
	if (!rg_node_has_type(node, RG_NODE_STRING))
		return NULL;
	return rg_json_unescape(node->text, Min(node->text_length, TEXT_MAX));
}

bool
rg_node_is(const RgNode *node, const char *str)
{
	char	   *value;
	bool		same;

	if (!rg_node_has_type(node, RG_NODE_STRING))
		return false;
	if (memchr(node->text, '\\', node->text_length) == NULL)
		return strlen(str) == (size_t) node->text_length &&
			memcmp(str, node->text, node->text_length) == 0;
	value = rg_node_text(node);
	same = strcmp(value, str) == 0;
	pfree(value);
	return same;
}

bool
rg_node_has_type(const RgNode *node, RgNodeType type)
{
	return node != NULL && node->type == type;
}

bool
rg_node_is_true(const RgNode *node, const char *key)
{
	return rg_node_has_type(rg_node_get(node, key), RG_NODE_TRUE);
}

bool
rg_node_count(const RgNode *node, int64 *value)
{
	return rg_node_has_type(node, RG_NODE_NUMBER) &&
		rg_parse_count(node->text, node->text_length, value);
}

bool
rg_node_measure(const RgNode *node, RgUnit unit, RgMeasure *out)
{
	const char *why;

	return rg_node_has_type(node, RG_NODE_NUMBER) &&
		rg_measure_from_number(node->text, node->text_length, unit, out,
							   &why);
}
