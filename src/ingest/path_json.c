/*
 * path_json.c: JSONPath by the server's own jsonpath, over a jsonb made of the
 * report. A path that says neither strict nor lax is strict: what is missing
 * is an error then, and lax would pass it over.
 */
#include "ingest/path.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/jsonpath.h"
#include "utils/memutils.h"

struct RgJsonTree
{
	Jsonb	   *document;
};

/* ---- what the server refuses ---------------------------------------------------- */

/* Errors that speak of the document or the path, not of the server's state. */
static bool
is_of_the_input(int sqlstate)
{
	return ERRCODE_TO_CATEGORY(sqlstate) == ERRCODE_DATA_EXCEPTION ||
		sqlstate == ERRCODE_SYNTAX_ERROR ||
		sqlstate == ERRCODE_UNDEFINED_OBJECT ||
		sqlstate == ERRCODE_FEATURE_NOT_SUPPORTED ||
		sqlstate == ERRCODE_PROGRAM_LIMIT_EXCEEDED;
}

/*
 * Runs what computes in memory alone, and gives out the words of an error, or
 * NULL. Nothing is held that a transaction would have to give back (no lock, no
 * buffer, no snapshot, no catalog entry), so no subtransaction is needed, as
 * the server's own xml_is_document does it; and soft errors would not do, as
 * no version of jsonb_path_query has them. Its "silent" would give out what
 * was found before the error as if it were all.
 */
static char *
attempt(void (*work) (void *arg), void *arg)
{
	MemoryContext caller = CurrentMemoryContext;
	char	   *volatile words = NULL;

	PG_TRY();
	{
		work(arg);
	}
	PG_CATCH();
	{
		ErrorData  *error;
		MemoryContext failed = MemoryContextSwitchTo(caller);

		error = CopyErrorData();
		if (!is_of_the_input(error->sqlerrcode))
		{
			MemoryContextSwitchTo(failed);
			PG_RE_THROW();
		}
		FlushErrorState();
		words = error->message ? error->message : "it is refused";
	}
	PG_END_TRY();
	return words;
}

/* ---- from bytes to jsonb ----------------------------------------------------------- */

static bool
four_hex(const char *p, const char *end, unsigned int *code)
{
	*code = 0;
	for (int i = 0; i < 4; i++)
	{
		char		c = p + i < end ? p[i] : 'x';

		if (!isxdigit((unsigned char) c))
			return false;
		*code = *code << 4 |
			(unsigned int) (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return true;
}

/*
 * \u0000 and lone surrogates stand in real reports, and no jsonb can hold
 * them: they become U+FFFD. In a database that is not in UTF-8, where even
 * that is missing, all but ASCII becomes "?". The length stays.
 */
static char *
clean_escape(char *p, const char *end)
{
	bool		utf8 = GetDatabaseEncoding() == PG_UTF8;
	unsigned int code;
	unsigned int low;

	if (end - p < 2 || p[1] != 'u' || !four_hex(p + 2, end, &code))
		return p + Min(2, end - p);
	if (code >= 0xd800 && code < 0xdc00 && end - p >= 12 && p[6] == '\\' &&
		p[7] == 'u' && four_hex(p + 8, end, &low) &&
		low >= 0xdc00 && low <= 0xdfff)
	{
		if (!utf8)
			memcpy(p, "\\u003f\\u003f", 12);
		return p + 12;
	}
	if (!utf8 && (code == 0 || code >= 0x80))
		memcpy(p + 2, "003f", 4);
	else if (code == 0 || (code >= 0xd800 && code <= 0xdfff))
		memcpy(p + 2, "fffd", 4);
	return p + 6;
}

static char *
clean_multibyte(char *p, const char *end)
{
	int			size = pg_utf_mblen((const unsigned char *) p);

	if (GetDatabaseEncoding() == PG_UTF8 && size <= end - p &&
		pg_utf8_islegal((const unsigned char *) p, size))
		return p + size;
	*p = '?';
	return p + 1;
}

/* What stands in a document, read off its punctuation. */
typedef struct Census
{
	int64		values;			/* at most */
	int64		members;		/* of all objects, if it is JSON */
} Census;

/* Cleans it in place, and counts what is in it. */
static Census
clean(char *data, size_t length)
{
	const char *end = data + length;
	bool		in_string = false;
	Census		census = {.values = 1};

	for (char *p = data; p < end;)
	{
		char		c = *p;

		if (c == '\\')
			p = clean_escape(p, end);
		else if (IS_HIGHBIT_SET(c))
			p = clean_multibyte(p, end);
		else
		{
			in_string ^= c == '"';
			census.values += !in_string && (c == ',' || c == '[' || c == '{');
			census.members += !in_string && c == ':';
			p++;
		}
	}
	return census;
}

typedef struct Parsing
{
	char	   *text;
	int64		members;		/* that stand in it */
	Jsonb	   *document;
} Parsing;

static int64
count_members(Jsonb *document)
{
	JsonbIterator *it = JsonbIteratorInit(&document->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	int64		members = 0;

	while ((token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		members += token == WJB_KEY;
	}
	return members;
}

/*
 * A jsonb keeps the last of several members with one name, so a path would see
 * one of two figures. Names that cleaning makes the same count as well.
 */
static void
parse_document(void *arg)
{
	Parsing    *parsing = arg;

	parsing->document =
		DatumGetJsonbP(DirectFunctionCall1(jsonb_in,
										   CStringGetDatum(parsing->text)));
	if (count_members(parsing->document) != parsing->members)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_JSON_OBJECT_KEY_VALUE),
				 errmsg("an object in it has two members of one name")));
}

RgJsonTree *
rg_json_tree_open(const RgInput *input, char **why)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext work = AllocSetContextCreate(caller, "releasegov JSON tree",
											   ALLOCSET_DEFAULT_SIZES);
	RgJsonTree *tree = palloc(sizeof(RgJsonTree));
	Parsing		parsing = {NULL};
	Census		census;

	/* jsonb_in would take the first NUL for the end */
	if (memchr(input->data, '\0', input->length) != NULL)
	{
		*why = "the report holds a NUL byte";
		return NULL;
	}
	MemoryContextSwitchTo(work);
	parsing.text = pnstrdup(input->data, input->length);
	census = clean(parsing.text, input->length);
	parsing.members = census.members;
	if (census.values > RG_PATH_MAX_VALUES)
		*why = psprintf("it holds more than %d values", RG_PATH_MAX_VALUES);
	else
		*why = attempt(parse_document, &parsing);
	MemoryContextSwitchTo(caller);
	if (*why != NULL)
		*why = psprintf("no path can be followed in the report: %s", *why);
	else
	{
		tree->document = palloc(VARSIZE(parsing.document));
		memcpy(tree->document, parsing.document, VARSIZE(parsing.document));
	}
	MemoryContextDelete(work);
	return *why == NULL ? tree : NULL;
}

/* ---- paths --------------------------------------------------------------------------- */

typedef struct Asking
{
	const char *path;			/* as written */
	JsonPath   *compiled;
	char	   *canonical;		/* as the server writes it */
	Jsonb	   *document;
	RgTaking   *taking;
} Asking;

static JsonPath *
jsonpath_of(const char *path)
{
	return DatumGetJsonPathP(DirectFunctionCall1(jsonpath_in,
												 CStringGetDatum(path)));
}

static void
compile_path(void *arg)
{
	Asking	   *asking = arg;
	const char *path = asking->path;

	/* fail closed: what is missing is no match that need not be there */
	if (path[0] == '$')
		path = psprintf("strict %s", path);
	asking->compiled = jsonpath_of(path);
	asking->canonical =
		DatumGetCString(DirectFunctionCall1(jsonpath_out,
											PointerGetDatum(asking->compiled)));
}

static Jsonb *
matches_of(const Asking *asking, JsonPath *path)
{
	Datum		no_variables = DirectFunctionCall1(jsonb_in, CStringGetDatum("{}"));

	return DatumGetJsonbP(DirectFunctionCall4(jsonb_path_query_array,
											  JsonbPGetDatum(asking->document),
											  PointerGetDatum(path),
											  no_variables,
											  BoolGetDatum(false)));	/* silent */
}

static bool
is_word(const JsonbValue *value, const char *word)
{
	return value->val.string.len == (int) strlen(word) &&
		memcmp(value->val.string.val, word, value->val.string.len) == 0;
}

/* What the matches are; false when one of them cannot be taken. */
static bool
take_types(RgTaking *taking, Jsonb *types)
{
	bool		counts = taking->query->take == RG_TAKE_COUNT;
	JsonbIterator *it = JsonbIteratorInit(&types->root);
	JsonbIteratorToken token;
	JsonbValue	type;

	while ((token = JsonbIteratorNext(&it, &type, false)) != WJB_DONE)
	{
		if (token != WJB_ELEM)
			continue;
		if (is_word(&type, "null"))
			return rg_taking_fail(taking, "matches null, which says nothing");
		if (!counts && !is_word(&type, "number") && !is_word(&type, "string"))
			return rg_taking_refuse(taking, psprintf("%s %.*s",
													 type.val.string.val[0] == 'b' ? "a" : "an",
													 type.val.string.len,
													 type.val.string.val));
		if (counts && !rg_taking_add(taking, NULL, 0))
			return false;
	}
	return true;
}

static void
take_values(RgTaking *taking, Jsonb *values)
{
	JsonbIterator *it = JsonbIteratorInit(&values->root);
	JsonbIteratorToken token;
	JsonbValue	value;
	bool		more = true;

	while (more && (token = JsonbIteratorNext(&it, &value, false)) != WJB_DONE)
	{
		CHECK_FOR_INTERRUPTS();
		if (token != WJB_ELEM)
			continue;
		if (value.type == jbvNumeric)
		{
			char	   *number =
				DatumGetCString(DirectFunctionCall1(numeric_out,
													NumericGetDatum(value.val.numeric)));

			more = rg_taking_add(taking, number, strlen(number));
			pfree(number);
		}
		else if (value.type == jbvString)
			more = rg_taking_add(taking, value.val.string.val,
								 value.val.string.len);
	}
}

/*
 * First what the matches are, then the values: the matches of $.** themselves,
 * each with all that lies below it, would be many times the document.
 */
static void
ask(void *arg)
{
	Asking	   *asking = arg;
	const char *body;
	bool		strict;

	compile_path(asking);
	strict = strncmp(asking->canonical, "strict ", 7) == 0;
	body = asking->canonical + (strict ? 7 : 0);
	if (take_types(asking->taking,
				   matches_of(asking, jsonpath_of(psprintf("%s(%s).type()",
														   strict ? "strict " : "",
														   body)))) &&
		asking->taking->query->take != RG_TAKE_COUNT)
		take_values(asking->taking, matches_of(asking, asking->compiled));
}

void
rg_json_tree_ask(RgJsonTree *tree, RgTaking *taking)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext,
											   "releasegov JSON path",
											   ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(work);
	Asking		asking = {.path = taking->path,.document = tree->document,
	.taking = taking};
	char	   *why = attempt(ask, &asking);

	if (why != NULL)
		rg_taking_fail(taking, "cannot be followed: %s", why);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(work);
}

/* ---- what a policy may ask -------------------------------------------------------------- */

/* What a path is made of, read off its canonical text. */
typedef struct Parts
{
	bool		root;			/* $, so that it looks at the report */
	bool		variable;		/* $x, which nobody sets */
	bool		open;			/* ?(), .**, or a star on the way: matching nothing
								 * is no error */
	bool		date;			/* a method that depends on the time zone */
} Parts;

static void
look_at(const char *canonical, Parts *parts)
{
	static const char *const dates[] = {
		".datetime(", ".date(", ".time(", ".time_tz(", ".timestamp(", ".timestamp_tz(",
	};

	memset(parts, 0, sizeof(Parts));
	for (const char *p = canonical; *p != '\0'; p++)
	{
		if (*p == '"')
		{
			for (p++; *p != '"' && *p != '\0'; p++)
				p += *p == '\\' ? 1 : 0;
			continue;
		}
		for (int i = 0; i < (int) lengthof(dates); i++)
			parts->date |= strncmp(p, dates[i], strlen(dates[i])) == 0;
		parts->root |= *p == '$' && p[1] != '"';
		parts->variable |= *p == '$' && p[1] == '"';
		parts->open |= *p == '?' || strncmp(p, ".*", 2) == 0 ||
			(strncmp(p, "[*]", 3) == 0 && p[3] != '\0');
	}
}

/* A condition is true or false whatever the report holds: one match, always. */
static bool
is_condition(JsonPath *compiled)
{
	JsonPathItem item;

	jspInit(&item, compiled);
	switch (item.type)
	{
		case jpiAnd:
		case jpiOr:
		case jpiNot:
		case jpiIsUnknown:
		case jpiEqual:
		case jpiNotEqual:
		case jpiLess:
		case jpiGreater:
		case jpiLessOrEqual:
		case jpiGreaterOrEqual:
		case jpiExists:
		case jpiStartsWith:
		case jpiLikeRegex:
			return true;
		default:
			return false;
	}
}

static bool
check_path(const char *path, Asking *asking, Parts *parts, RgPathFault *fault)
{
	asking->path = path;
	fault->why = attempt(compile_path, asking);
	if (fault->why != NULL)
	{
		fault->expected = "a JSONPath";
		return false;
	}
	look_at(asking->canonical, parts);
	if (!parts->root)
		fault->expected = "a JSONPath into the report";
	else if (parts->variable)
		fault->expected = "a JSONPath without variables, which nobody sets";
	else if (parts->date)
		fault->expected = "a JSONPath without dates, which depend on a time zone";
	else if (is_condition(asking->compiled))
		fault->expected = "a JSONPath to values, not a condition";
	return fault->expected == NULL;
}

/* Is it there even in a report that has nothing in it? */
static bool
is_everywhere(const char *path)
{
	static const char *const nothing[] = {"{}", "[]"};
	const RgPathQuery query = {.path = path,.take = RG_TAKE_COUNT};
	bool		found = false;

	for (int i = 0; i < (int) lengthof(nothing); i++)
	{
		RgTaking	taking = {.query = &query,.path = path,.context = CurrentMemoryContext};
		RgInput		input = {nothing[i], strlen(nothing[i])};
		char	   *why;

		rg_json_tree_ask(rg_json_tree_open(&input, &why), &taking);
		found |= taking.why == NULL && taking.matches > 0;
	}
	return found;
}

bool
rg_jsonpath_check(const RgPathQuery *query, RgPathFault *fault)
{
	Asking		asking = {NULL};
	Parts		parts;
	bool		open;

	fault->member = "path";
	if (!check_path(query->path, &asking, &parts, fault))
		return false;
	open = parts.open || (asking.compiled->header & JSONPATH_LAX) != 0;
	fault->member = "within";
	if (query->within == NULL)
	{
		/*
		 * A strict path of names and indexes matches something or is an error;
		 * one [*] at its end counts what is in an array that is there.
		 */
		if (query->take == RG_TAKE_COUNT && open)
			fault->expected = "here a path to what is examined, as a misspelt \"path\" would be told as zero";
	}
	else if (check_path(query->within, &asking, &parts, fault) &&
			 is_everywhere(query->within))
		fault->expected = "a path to what only the right report has";
	return fault->expected == NULL;
}
