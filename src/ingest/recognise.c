/*
 * recognise.c: `auto`. Looks for the marks of formats.c: the root element,
 * the names of the outermost members, how the first line begins.
 */
#include "ingest/recognise.h"

#include "ingest/xml_screen.h"

#define MAX_MEMBERS 64

typedef struct Member
{
	char		name[40];
	RgNodeType	type;
} Member;

typedef struct Shape
{
	RgSyntax	syntax;
	RgInput		root;			/* XML: the root's name and the rest of its tag */
	RgInput		tag;
	RgNodeType	type;			/* JSON: of the document */
	int64		elements;
	int			nmembers;		/* of the document or its first element */
	Member		members[MAX_MEMBERS];
} Shape;

/* ---- what the report looks like ------------------------------------------ */

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((Shape *) state)->type = node->type;
}

static void
on_element(void *state, RgReport *report, const RgNode *node)
{
	((Shape *) state)->elements++;
}

static void
on_member(void *state, RgReport *report, const RgNode *node)
{
	Shape	   *shape = state;
	Member	   *member;

	if (shape->nmembers == MAX_MEMBERS || shape->elements > 1 ||
		node->key_length >= (int) sizeof(member->name))
		return;
	member = &shape->members[shape->nmembers++];
	memcpy(member->name, node->key, node->key_length);
	member->name[node->key_length] = '\0';
	member->type = node->type;
}

static void
look_at(const RgInput *input, Shape *shape)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"*", RG_JSON_OPEN, on_member},
		{"[]", RG_JSON_OPEN, on_element},
		{"[].*", RG_JSON_OPEN, on_member},
	};
	RgReport	scratch;

	memset(shape, 0, sizeof(Shape));
	shape->syntax = RG_SYNTAX_TEXT;
	if (input->data[0] == '<')
	{
		if (rg_xml_root(input, &shape->root, &shape->tag))
			shape->syntax = RG_SYNTAX_XML;
	}
	else if (input->data[0] == '{' || input->data[0] == '[')
	{
		/* a damaged one shows what it is, too; its reader says the rest */
		shape->syntax = RG_SYNTAX_JSON;
		memset(&scratch, 0, sizeof(scratch));
		scratch.context = CurrentMemoryContext;
		rg_json_read(input, rules, lengthof(rules), shape, &scratch);
	}
}

/* ---- marks ------------------------------------------------------------------ */

static bool
contains(const RgInput *str, const char *word, size_t length)
{
	for (size_t i = 0; i + length <= str->length; i++)
	{
		if (memcmp(str->data + i, word, length) == 0)
			return true;
	}
	return false;
}

/* root or root@attribute */
static bool
xml_mark(const Shape *shape, const char *mark, size_t length)
{
	size_t		root = 0;

	while (root < length && mark[root] != '@')
		root++;
	if (root != shape->root.length ||
		memcmp(mark, shape->root.data, root) != 0)
		return false;
	return root == length ||
		contains(&shape->tag, mark + root + 1, length - root - 1);
}

static bool
has_member(const Shape *shape, const char *word, size_t length)
{
	char		last = word[length - 1];
	size_t		name = length - (last == '{' || last == '[' ? 1 : 0);

	for (int i = 0; i < shape->nmembers; i++)
	{
		const Member *member = &shape->members[i];

		if (strlen(member->name) == name &&
			memcmp(member->name, word, name) == 0)
			return (last != '{' || member->type == RG_NODE_OBJECT) &&
				(last != '[' || member->type == RG_NODE_ARRAY);
	}
	return false;
}

/* {key+key or [key+key, each key with { or [ behind it where it matters */
static bool
json_mark(const Shape *shape, const char *mark, size_t length)
{
	const char *end = mark + length;

	if (shape->type != (*mark == '{' ? RG_NODE_OBJECT : RG_NODE_ARRAY))
		return false;
	for (const char *p = mark + 1; p < end; p++)
	{
		const char *plus = memchr(p, '+', end - p);
		const char *stop = plus ? plus : end;

		if (!has_member(shape, p, stop - p))
			return false;
		p = stop;
	}
	return true;
}

static bool
bears(const RgInput *input, const Shape *shape, const RgFormat *format)
{
	const char *mark = format->marks;

	while (*mark != '\0')
	{
		size_t		length = strcspn(mark, " ");
		bool		found;

		if (shape->syntax == RG_SYNTAX_XML)
			found = xml_mark(shape, mark, length);
		else if (shape->syntax == RG_SYNTAX_JSON)
			found = json_mark(shape, mark, length);
		else
			found = input->length >= length &&
				memcmp(input->data, mark, length) == 0;
		if (found)
			return true;
		mark += length;
		mark += strspn(mark, " ");
	}
	return false;
}

const RgFormat *
rg_format_recognise(const RgInput *input)
{
	Shape	   *shape = palloc(sizeof(Shape));
	const RgFormat *found = NULL;

	look_at(input, shape);
	for (int i = 0; i < rg_nformats && found == NULL; i++)
	{
		if (rg_formats[i].syntax == shape->syntax &&
			bears(input, shape, &rg_formats[i]))
			found = &rg_formats[i];
	}
	pfree(shape);
	return found;
}
