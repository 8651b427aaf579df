/*
 * json.c: reads a JSON report once, over the server's lexer, without
 * recursion. Rules say which places matter; the rest is only checked. What a
 * rule asks for is built as a tree, given out, and forgotten, so that memory
 * is bounded by one record, not by the report.
 */
#include "ingest/ingest.h"

#include "common/jsonapi.h"
#include "ingest/json_lex.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_bitutils.h"
#include "utils/memutils.h"

#define MAX_DEPTH		200
#define MAX_SEGMENTS	8
#define MAX_RECORD		1000000 /* values in one tree */

/* Nodes come by so many at once, which fills the largest chunk of a context. */
#define NODES			(8192 / sizeof(RgNode))

typedef struct Segment
{
	const char *key;			/* NULL: an array's element */
	size_t		length;
} Segment;

typedef struct Rule
{
	const RgJsonRule *rule;
	bool		anywhere;		/* "..": the last segments decide */
	int			nsegments;
	Segment		segments[MAX_SEGMENTS];
} Rule;

typedef struct Frame
{
	bool		is_object;
	const char *key;			/* of the value at this depth; NULL: element */
	int			key_length;
	uint32		active;			/* rules whose path may lead on from here */
	uint32		here;			/* those whose path ends here */
	RgNode	   *node;			/* while a tree is built */
	char	   *escaped;		/* has room for a key without its escapes */
} Frame;

typedef struct Parser
{
	JsonLexContext *lex;
	RgReport   *report;
	void	   *state;
	Rule		rules[RG_JSON_MAX_RULES];
	int			nrules;
	int			depth;
	Frame		frames[MAX_DEPTH + 1];
	MemoryContext work;			/* holds all of this */
	MemoryContext record;		/* of the tree being built */
	uint32		waiting;		/* rules that want the tree */
	int			tree_depth;		/* of its root; -1: none is built */
	int64		nodes;
	RgNode	   *free;			/* nodes that are not used yet */
	size_t		nfree;
	uint32		steps;
} Parser;

/* ---- paths ----------------------------------------------------------------- */

static void
compile_rule(Rule *compiled, const RgJsonRule *rule)
{
	const char *p = rule->path;

	compiled->rule = rule;
	compiled->anywhere = p[0] == '.' && p[1] == '.';
	compiled->nsegments = 0;
	p += compiled->anywhere ? 2 : 0;
	while (*p != '\0')
	{
		Segment    *segment = &compiled->segments[compiled->nsegments++];

		if (compiled->nsegments > MAX_SEGMENTS)
			elog(ERROR, "path \"%s\" is too long", rule->path);
		if (*p == '[')
		{
			segment->key = NULL;
			segment->length = 0;
			p += 2;
		}
		else
		{
			segment->key = p;
			segment->length = strcspn(p, ".[");
			p += segment->length;
		}
		if (*p == '.')
			p++;
	}
}

static bool
segment_matches(const Segment *segment, const Frame *frame)
{
	if (segment->key == NULL || frame->key == NULL)
		return segment->key == frame->key;
	if (segment->length == 1 && segment->key[0] == '*')
		return true;
	return segment->length == (size_t) frame->key_length &&
		memcmp(segment->key, frame->key, segment->length) == 0;
}

static bool
ends_with(const Parser *parser, const Rule *rule)
{
	if (parser->depth < rule->nsegments)
		return false;
	for (int i = 0; i < rule->nsegments; i++)
	{
		const Frame *frame =
			&parser->frames[parser->depth - rule->nsegments + 1 + i];

		if (!segment_matches(&rule->segments[i], frame))
			return false;
	}
	return true;
}

/* The lowest rule of the set, taken out of it. */
static int
next_rule(uint32 *rules)
{
	int			number = pg_rightmost_one_pos32(*rules);

	*rules &= *rules - 1;
	return number;
}

/* Which rules may lead on from the value that begins, and which end here. */
static void
match_rules(Parser *parser)
{
	int			depth = parser->depth;
	Frame	   *frame = &parser->frames[depth];
	uint32		left = depth > 0 ? parser->frames[depth - 1].active :
		(uint32) ((UINT64CONST(1) << parser->nrules) - 1);

	frame->active = frame->here = 0;
	while (left != 0)
	{
		int			number = next_rule(&left);
		const Rule *rule = &parser->rules[number];
		uint32		bit = (uint32) 1 << number;

		if (rule->anywhere)
		{
			frame->active |= bit;
			if (ends_with(parser, rule))
				frame->here |= bit;
		}
		else if (depth == 0 ||
				 segment_matches(&rule->segments[depth - 1], frame))
		{
			if (rule->nsegments > depth)
				frame->active |= bit;
			else
				frame->here |= bit;
		}
	}
}

/* Of these rules those with handlers for that. */
static uint32
rules_with(const Parser *parser, uint32 rules, RgJsonWhen when)
{
	uint32		result = 0;

	while (rules != 0)
	{
		int			number = next_rule(&rules);

		if (parser->rules[number].rule->when == when)
			result |= (uint32) 1 << number;
	}
	return result;
}

/* What a handler allocates goes with the record, or when there is none. */
static void
call_rules(Parser *parser, uint32 rules, RgJsonWhen when, const RgNode *node)
{
	MemoryContext old;

	rules = rules_with(parser, rules, when);
	if (rules == 0)
		return;
	old = MemoryContextSwitchTo(parser->record);
	while (rules != 0)
		parser->rules[next_rule(&rules)].rule->handler(parser->state,
													   parser->report, node);
	MemoryContextSwitchTo(old);
	if (parser->tree_depth < 0)
		MemoryContextReset(parser->record);
}

/* ---- faults ------------------------------------------------------------------ */

/* Where the token stands that was read last. */
static void
note_position(Parser *parser)
{
	RgReport   *report = parser->report;
	JsonLexContext *lex = parser->lex;
	const char *at = lex->token_start ? lex->token_start :
		lex->input + lex->input_length;
	const char *line_start = lex->input;

	report->line = 1;
	for (const char *p = lex->input; p < at; p++)
	{
		if (*p == '\n')
		{
			report->line++;
			line_start = p + 1;
		}
	}
	report->column = (int) (at - line_start) + 1;
}

static bool
fault(Parser *parser, const char *what)
{
	rg_report_fail(parser->report, RG_REPORT_INVALID, "not valid JSON: %s",
				   what);
	return false;
}

static bool
next_token(Parser *parser)
{
	JsonLexContext *lex = parser->lex;
	JsonParseErrorType error = json_lex(lex);

	if ((++parser->steps & 0xfff) == 0)
		CHECK_FOR_INTERRUPTS();
	if (error == JSON_SUCCESS)
		return true;
	if (lex->token_terminator == NULL ||
		lex->token_terminator >= lex->input + lex->input_length)
		return fault(parser, "the document ends early");
	return fault(parser, "this cannot be read");
}

static bool
unexpected(Parser *parser, const char *expected)
{
	if (parser->lex->token_type == JSON_TOKEN_END)
		return fault(parser, "the document ends early");
	return fault(parser, expected);
}

/* ---- building trees ------------------------------------------------------------ */

static void
describe_value(const Parser *parser, RgNode *node)
{
	JsonLexContext *lex = parser->lex;
	const Frame *frame = &parser->frames[parser->depth];

	memset(node, 0, sizeof(RgNode));
	node->key = frame->key;
	node->key_length = frame->key_length;
	node->text = lex->token_start;
	node->text_length = (int) (lex->token_terminator - lex->token_start);
	switch (lex->token_type)
	{
		case JSON_TOKEN_OBJECT_START:
			node->type = RG_NODE_OBJECT;
			break;
		case JSON_TOKEN_ARRAY_START:
			node->type = RG_NODE_ARRAY;
			break;
		case JSON_TOKEN_STRING:
			node->type = RG_NODE_STRING;
			node->text++;
			node->text_length -= 2;
			break;
		case JSON_TOKEN_NUMBER:
			node->type = RG_NODE_NUMBER;
			break;
		case JSON_TOKEN_TRUE:
			node->type = RG_NODE_TRUE;
			break;
		case JSON_TOKEN_FALSE:
			node->type = RG_NODE_FALSE;
			break;
		default:
			node->type = RG_NODE_NULL;
			break;
	}
}

static RgNode *
add_node(Parser *parser, const RgNode *value)
{
	RgNode	   *parent = parser->depth > parser->tree_depth ?
		parser->frames[parser->depth - 1].node : NULL;
	RgNode	   *node;

	if (parser->nfree == 0)
	{
		parser->free = MemoryContextAlloc(parser->record,
										  NODES * sizeof(RgNode));
		parser->nfree = NODES;
	}
	node = parser->free++;
	parser->nfree--;
	*node = *value;
	if (parent != NULL)
	{
		if (parent->last != NULL)
			parent->last->next = node;
		else
			parent->child = node;
		parent->last = node;
	}
	parser->nodes++;
	return node;
}

static bool
goes_on(const Parser *parser)
{
	return parser->report->status != RG_REPORT_INVALID &&
		!parser->report->stopped;
}

/* A value begins: the token is its first. */
static bool
begin_value(Parser *parser)
{
	Frame	   *frame = &parser->frames[parser->depth];
	RgNode		value;

	frame->node = NULL;
	match_rules(parser);
	if (frame->here == 0 && parser->tree_depth < 0)
		return true;

	describe_value(parser, &value);
	call_rules(parser, frame->here, RG_JSON_OPEN, &value);
	if (parser->tree_depth < 0)
	{
		parser->waiting = rules_with(parser, frame->here, RG_JSON_TREE);
		if (parser->waiting != 0)
			parser->tree_depth = parser->depth;
		parser->nodes = 0;
		parser->nfree = 0;
	}
	if (parser->tree_depth >= 0)
		frame->node = add_node(parser, &value);
	if (parser->nodes > MAX_RECORD)
	{
		rg_report_fail(parser->report, RG_REPORT_INVALID,
					   "a single record holds more than %d values",
					   MAX_RECORD);
		return false;
	}
	return goes_on(parser);
}

/* The value at this depth has ended. */
static bool
end_value(Parser *parser, bool container)
{
	Frame	   *frame = &parser->frames[parser->depth];

	if (parser->tree_depth == parser->depth)
	{
		parser->tree_depth = -1;
		call_rules(parser, parser->waiting, RG_JSON_TREE, frame->node);
	}
	if (container && frame->here != 0)
	{
		RgNode		value = {.type = frame->is_object ? RG_NODE_OBJECT :
			RG_NODE_ARRAY, .key = frame->key,.key_length = frame->key_length};

		call_rules(parser, frame->here, RG_JSON_CLOSE, &value);
	}
	return goes_on(parser);
}

/* ---- the grammar ------------------------------------------------------------------ */

/*
 * An escape must not hide a name from the rules. Each depth has room for one
 * name, cut where it is longer than any that is looked for; in a tree a copy
 * goes with the record, and counts as a value.
 */
static void
unescape_key(Parser *parser, Frame *frame)
{
	MemoryContext old = MemoryContextSwitchTo(parser->work);
	char	   *key = rg_json_unescape(frame->key, Min(frame->key_length,
													   RG_JSON_MAX_ESCAPED));

	if (frame->escaped == NULL)
		frame->escaped = palloc(RG_JSON_MAX_ESCAPED + 1);
	strlcpy(frame->escaped, key, RG_JSON_MAX_ESCAPED + 1);
	pfree(key);
	MemoryContextSwitchTo(old);
	frame->key = frame->escaped;
	frame->key_length = (int) strlen(frame->escaped);
	if (parser->tree_depth >= 0)
	{
		frame->key = MemoryContextStrdup(parser->record, frame->key);
		parser->nodes++;
	}
}

static bool
read_key(Parser *parser, Frame *frame)
{
	JsonLexContext *lex = parser->lex;

	if (lex->token_type != JSON_TOKEN_STRING)
		return unexpected(parser, "a member's name should stand here");
	frame->key = lex->token_start + 1;
	frame->key_length = (int) (lex->token_terminator - lex->token_start) - 2;
	if (memchr(frame->key, '\\', frame->key_length) != NULL)
		unescape_key(parser, frame);
	if (!next_token(parser))
		return false;
	if (lex->token_type != JSON_TOKEN_COLON)
		return unexpected(parser, "a colon should stand here");
	return next_token(parser);
}

/* From an opening bracket to the first value in it, or past its end. */
static bool
open_container(Parser *parser, bool *has_value)
{
	JsonLexContext *lex = parser->lex;
	Frame	   *frame = &parser->frames[parser->depth];
	Frame	   *inner = frame + 1;

	frame->is_object = lex->token_type == JSON_TOKEN_OBJECT_START;
	*has_value = false;
	if (!next_token(parser))
		return false;
	if (lex->token_type == (frame->is_object ? JSON_TOKEN_OBJECT_END :
							JSON_TOKEN_ARRAY_END))
		return end_value(parser, true);
	if (parser->depth == MAX_DEPTH)
	{
		rg_report_fail(parser->report, RG_REPORT_INVALID,
					   "values are nested more than %d deep", MAX_DEPTH);
		return false;
	}
	*has_value = true;
	parser->depth++;
	inner->key = NULL;
	inner->key_length = 0;
	return frame->is_object ? read_key(parser, inner) : true;
}

/* After a value: to the next value to read, or to the end of the document. */
static bool
after_value(Parser *parser, bool *finished)
{
	JsonLexContext *lex = parser->lex;

	*finished = false;
	while (next_token(parser))
	{
		Frame	   *outer;

		if (parser->depth == 0)
		{
			*finished = true;
			return lex->token_type == JSON_TOKEN_END ||
				fault(parser, "something stands behind the end of the document");
		}
		outer = &parser->frames[parser->depth - 1];
		if (lex->token_type == JSON_TOKEN_COMMA)
			return next_token(parser) &&
				(!outer->is_object ||
				 read_key(parser, &parser->frames[parser->depth]));
		if (lex->token_type != (outer->is_object ? JSON_TOKEN_OBJECT_END :
								JSON_TOKEN_ARRAY_END))
			return unexpected(parser,
							  "a comma or a closing bracket should stand here");
		parser->depth--;
		if (!end_value(parser, true))
			return false;
	}
	return false;
}

static bool
read_document(Parser *parser)
{
	JsonLexContext *lex = parser->lex;
	bool		finished = false;

	if (!next_token(parser))
		return false;
	while (!finished)
	{
		bool		has_value = false;

		switch (lex->token_type)
		{
			case JSON_TOKEN_OBJECT_START:
			case JSON_TOKEN_ARRAY_START:
				if (!begin_value(parser) ||
					!open_container(parser, &has_value))
					return false;
				break;
			case JSON_TOKEN_STRING:
			case JSON_TOKEN_NUMBER:
			case JSON_TOKEN_TRUE:
			case JSON_TOKEN_FALSE:
			case JSON_TOKEN_NULL:
				if (!begin_value(parser) || !end_value(parser, false))
					return false;
				break;
			default:
				return unexpected(parser, "a value should stand here");
		}
		if (!has_value && !after_value(parser, &finished))
			return false;
	}
	return true;
}

static bool
read_one(Parser *parser, const RgInput *input)
{
	bool		ok;

	parser->lex = rg_make_json_lexer(input->data, (int) input->length);
	parser->depth = 0;
	parser->tree_depth = -1;
	ok = read_document(parser) || parser->report->stopped;
	if (!ok)
		note_position(parser);
	return ok;
}

static Parser *
make_parser(const RgJsonRule *rules, int nrules, void *state,
			RgReport *report)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext,
											   "releasegov JSON",
											   ALLOCSET_DEFAULT_SIZES);
	Parser	   *parser = MemoryContextAllocZero(work, sizeof(Parser));

	if (nrules > RG_JSON_MAX_RULES)
		elog(ERROR, "too many rules for a JSON report");
	parser->work = work;

	/* the first block stays: most records need no other */
	parser->record = AllocSetContextCreate(work, "releasegov JSON record",
										   0, 64 * 1024, 1024 * 1024);
	parser->report = report;
	parser->state = state;
	parser->nrules = nrules;
	for (int i = 0; i < nrules; i++)
		compile_rule(&parser->rules[i], &rules[i]);
	report->stopped = false;
	return parser;
}

void
rg_json_stop(RgReport *report)
{
	report->stopped = true;
}

bool
rg_json_read(const RgInput *input, const RgJsonRule *rules, int nrules,
			 void *state, RgReport *report)
{
	Parser	   *parser = make_parser(rules, nrules, state, report);
	MemoryContext old = MemoryContextSwitchTo(parser->work);
	bool		ok = read_one(parser, input);

	MemoryContextSwitchTo(old);
	MemoryContextDelete(parser->work);
	return ok && report->status != RG_REPORT_INVALID;
}

bool
rg_json_read_lines(const RgInput *input, const RgJsonRule *rules, int nrules,
				   void *state, RgReport *report)
{
	Parser	   *parser = make_parser(rules, nrules, state, report);
	MemoryContext lexer = AllocSetContextCreate(parser->work,
												"releasegov JSON line",
												ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(lexer);
	RgInput		rest = *input;
	RgInput		line;
	bool		ok = true;

	for (int number = 0; ok && !report->stopped && rg_next_line(&rest, &line); number++)
	{
		if (rg_blank_length(&line) == line.length)
			continue;
		ok = read_one(parser, &line) && report->status != RG_REPORT_INVALID;
		if (!ok)
			report->line += number;
		MemoryContextReset(lexer);
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(parser->work);
	return ok;
}
