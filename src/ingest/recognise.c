/*
 * recognise.c: `auto`. Looks for the marks of formats.c: the root element,
 * the names of the outermost members, how the first line begins.
 */
#include "ingest/recognise.h"

#include "ingest/xml_screen.h"

#define MAX_MEMBERS 64
#define MAX_INNER 256
#define NAME_LENGTH 40
#define MAX_LINES 100			/* of text that are looked at */

/* "runs", and of its members or its elements' "runs.tool", "runs[].tool" */
typedef struct Member
{
	char		parent[NAME_LENGTH];	/* empty: an outermost one */
	bool		in_element;
	char		name[NAME_LENGTH];
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
	int			ninner;			/* one level below these */
	Member		inner[MAX_INNER];
	char		last[NAME_LENGTH]; /* the outermost one that is being read */
	const RgFormat *found;		/* whose marks are all there */
} Shape;

static const RgFormat *format_of(const RgInput *input, const Shape *shape);
static bool is_in_a_mark(const Member *member, bool is_inner);

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

/* Names that are longer than any mark are of no use. */
static bool
copy_name(char *to, const RgNode *node)
{
	to[0] = '\0';
	if (node->key_length >= NAME_LENGTH)
		return false;
	memcpy(to, node->key, node->key_length);
	to[node->key_length] = '\0';
	return true;
}

/* A member that stands in no mark completes none: most do not. */
static void
stop_when_found(Shape *shape, RgReport *report, const Member *newest,
				bool is_inner)
{
	RgInput		none = {NULL, 0};

	if (!is_in_a_mark(newest, is_inner))
		return;
	shape->found = format_of(&none, shape);
	if (shape->found != NULL)
		rg_json_stop(report);
}

static void
on_member(void *state, RgReport *report, const RgNode *node)
{
	Shape	   *shape = state;
	Member	   *member = &shape->members[shape->nmembers];

	if (shape->elements > 1)
	{
		rg_json_stop(report);	/* the others are like the first */
		return;
	}
	if (!copy_name(shape->last, node) || shape->nmembers == MAX_MEMBERS)
		return;
	strlcpy(member->name, shape->last, NAME_LENGTH);
	member->parent[0] = '\0';
	member->type = node->type;
	shape->nmembers++;
	stop_when_found(shape, report, member, false);
}

static void
add_inner(Shape *shape, RgReport *report, const RgNode *node, bool in_element)
{
	Member	   *member = &shape->inner[shape->ninner];

	if (shape->elements > 1 || shape->ninner == MAX_INNER ||
		!copy_name(member->name, node))
		return;
	strlcpy(member->parent, shape->last, NAME_LENGTH);
	member->in_element = in_element;
	member->type = node->type;
	shape->ninner++;
	stop_when_found(shape, report, member, true);
}

static void
on_inner(void *state, RgReport *report, const RgNode *node)
{
	add_inner(state, report, node, false);
}

static void
on_inner_of_element(void *state, RgReport *report, const RgNode *node)
{
	add_inner(state, report, node, true);
}

static void
look_at(const RgInput *input, Shape *shape)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"*", RG_JSON_OPEN, on_member},
		{"*.*", RG_JSON_OPEN, on_inner},
		{"*[].*", RG_JSON_OPEN, on_inner_of_element},
		{"[]", RG_JSON_OPEN, on_element},
		{"[].*", RG_JSON_OPEN, on_member},
		{"[].*.*", RG_JSON_OPEN, on_inner},
		{"[].*[].*", RG_JSON_OPEN, on_inner_of_element},
	};
	RgReport   *scratch;

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
		scratch = palloc0(sizeof(RgReport));
		scratch->context = CurrentMemoryContext;
		rg_json_read(input, rules, lengthof(rules), shape, scratch);
		pfree(scratch);
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
same(const char *name, const char *word, size_t length)
{
	return strlen(name) == length && memcmp(name, word, length) == 0;
}

static bool
is_member(const Member *member, const char *word, size_t length)
{
	const char *dot = memchr(word, '.', length);
	size_t		parent = dot != NULL ? dot - word : 0;
	bool		in_element = parent > 2 && word[parent - 1] == ']';
	char		last = word[length - 1];

	if (last == '{' || last == '[')
	{
		if (member->type != (last == '{' ? RG_NODE_OBJECT : RG_NODE_ARRAY))
			return false;
		length--;
	}
	if (dot == NULL)
		return same(member->name, word, length);
	if (in_element != member->in_element ||
		!same(member->name, dot + 1, length - parent - 1))
		return false;
	parent -= in_element ? 2 : 0;
	return (parent == 1 && word[0] == '*') ||
		same(member->parent, word, parent);
}

static bool
has_member(const Shape *shape, const char *word, size_t length)
{
	bool		is_inner = memchr(word, '.', length) != NULL;
	const Member *members = is_inner ? shape->inner : shape->members;
	int			count = is_inner ? shape->ninner : shape->nmembers;

	for (int i = 0; i < count; i++)
	{
		if (is_member(&members[i], word, length))
			return true;
	}
	return false;
}

/* {key+key or [key+key; a key may be of an inner member, and end in { or [ */
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
is_in_a_mark(const Member *member, bool is_inner)
{
	for (int i = 0; i < rg_nformats; i++)
	{
		const char *p = rg_formats[i].marks;

		/* its keys begin behind each "{", "[", "+" and blank */
		while (rg_formats[i].syntax == RG_SYNTAX_JSON && *p != '\0')
		{
			size_t		length;

			p += *p == '{' || *p == '[' ? 1 : 0;
			length = strcspn(p, "+ ");
			if (length > 0 &&
				(memchr(p, '.', length) != NULL) == is_inner &&
				is_member(member, p, length))
				return true;
			p += length;
			p += *p != '\0' ? 1 : 0;
		}
	}
	return false;
}

/* a mark's "_" is a blank of the line */
static bool
begins_with_mark(const RgInput *input, const char *mark, size_t length)
{
	if (input->length < length)
		return false;
	for (size_t i = 0; i < length; i++)
	{
		if (input->data[i] != (mark[i] == '_' ? ' ' : mark[i]))
			return false;
	}
	return true;
}

/* ~mark: some text may stand before what the format itself begins with */
static bool
text_mark(const RgInput *input, const char *mark, size_t length)
{
	RgInput		rest = *input;
	RgInput		line;

	if (*mark != '~')
		return begins_with_mark(input, mark, length);
	for (int i = 0; i < MAX_LINES && rg_next_line(&rest, &line); i++)
	{
		if (begins_with_mark(&line, mark + 1, length - 1))
			return true;
	}
	return false;
}

static bool
bears(const RgInput *input, const Shape *shape, const char *mark)
{
	while (*mark != '\0')
	{
		size_t		length = strcspn(mark, " ");
		bool		found;

		if (shape->syntax == RG_SYNTAX_XML)
			found = xml_mark(shape, mark, length);
		else if (shape->syntax == RG_SYNTAX_JSON)
			found = json_mark(shape, mark, length);
		else
			found = text_mark(input, mark, length);
		if (found)
			return true;
		mark += length;
		mark += strspn(mark, " ");
	}
	return false;
}

static const RgFormat *
format_of(const RgInput *input, const Shape *shape)
{
	for (int i = 0; i < rg_nformats; i++)
	{
		if (rg_formats[i].syntax == shape->syntax &&
			bears(input, shape, rg_formats[i].marks))
			return &rg_formats[i];
	}
	return NULL;
}

/* ---- what is known to be no report ---------------------------------------------- */

static const struct
{
	RgSyntax	syntax;
	const char *marks;			/* NULL: any */
	const char *at_end;			/* of a text: what its last lines contain */
	const char *what;
}			known[] =
{
	{RG_SYNTAX_TEXT, "##teamcity[", NULL,
		"it is a list of TeamCity's service messages, which does not tell nothing found from nothing done; have the tool write JSON or XML"},
	{RG_SYNTAX_TEXT, NULL, " dependencies cruised",
		"it is text for people to read; dependency-cruiser writes JSON with -T json"},
	{RG_SYNTAX_JSON, "{*.file+*.isEntry {*.file+*.src", NULL,
		"it is a Vite manifest, which names files and no sizes; have size-limit or the bundler measure them"},
};

#define END_LENGTH 1000

static const char *
find_known(const RgInput *input, const Shape *shape)
{
	RgInput		end = *input;

	if (end.length > END_LENGTH)
		end = (RgInput) {end.data + end.length - END_LENGTH, END_LENGTH};
	for (int i = 0; i < (int) lengthof(known); i++)
	{
		if (known[i].syntax == shape->syntax &&
			(known[i].marks == NULL || bears(input, shape, known[i].marks)) &&
			(known[i].at_end == NULL ||
			 contains(&end, known[i].at_end, strlen(known[i].at_end))))
			return known[i].what;
	}
	return NULL;
}

const char *
rg_known_text(const RgInput *input)
{
	Shape	   *shape;
	const char *what;

	if (strchr("<{[", input->data[0]) != NULL)
		return NULL;
	shape = palloc0(sizeof(Shape));
	shape->syntax = RG_SYNTAX_TEXT;
	what = find_known(input, shape);
	pfree(shape);
	return what;
}

const RgFormat *
rg_format_recognise(const RgInput *input, const char **what)
{
	Shape	   *shape = palloc(sizeof(Shape));
	const RgFormat *found;

	look_at(input, shape);
	found = shape->syntax == RG_SYNTAX_JSON ? shape->found :
		format_of(input, shape);
	if (found == NULL && input->data[0] == '[')
	{
		/* text may begin with a time in brackets */
		shape->syntax = RG_SYNTAX_TEXT;
		found = format_of(input, shape);
	}
	*what = found == NULL ? find_known(input, shape) : NULL;
	pfree(shape);
	return found;
}
