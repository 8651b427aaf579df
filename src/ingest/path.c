/*
 * path.c: what JSONPath and XPath have in common as figures of one's own: which
 * of the two it is, how matches become one measure, and why they do not. Every
 * doubt is told as a reason, none as a number.
 */
#include "ingest/path.h"

#include "mb/pg_wchar.h"

#define SHOWN_MAX 200			/* bytes of a path in an answer */

struct RgPathDocument
{
	RgSyntax	syntax;
	RgJsonTree *json;
	RgXmlTree  *xml;
};

/* ---- which language ---------------------------------------------------------- */

static bool
starts_with(const char *str, const char *word)
{
	return strncmp(str, word, strlen(word)) == 0;
}

/* A bare name would be an XPath as well, and is more often a slip. */
bool
rg_path_syntax(const char *path, RgSyntax *syntax)
{
	size_t		word = strspn(path, "abcdefghijklmnopqrstuvwxyz-");

	if (path[0] == '$' || starts_with(path, "strict ") ||
		starts_with(path, "lax "))
		*syntax = RG_SYNTAX_JSON;
	else if (path[0] == '/' || path[word] == '(')
		*syntax = RG_SYNTAX_XML;
	else
		return false;
	return true;
}

bool
rg_path_check(const RgPathQuery *query, RgPathFault *fault)
{
	RgSyntax	syntax;
	RgSyntax	within;

	memset(fault, 0, sizeof(RgPathFault));
	if (!rg_path_syntax(query->path, &syntax))
	{
		fault->member = "path";
		fault->expected = "a JSONPath that begins with \"$\", or an XPath that begins with \"/\" or a function";
		return false;
	}
	if (query->within != NULL &&
		(!rg_path_syntax(query->within, &within) || within != syntax))
	{
		fault->member = "within";
		fault->expected = "a path in the language of \"path\"";
		return false;
	}
	return syntax == RG_SYNTAX_JSON ? rg_jsonpath_check(query, fault) :
		rg_xpath_check(query, fault);
}

/* ---- from matches to a measure -------------------------------------------------- */

static char *
shown(const char *path)
{
	int			length = (int) strlen(path);
	int			kept = pg_mbcliplen(path, length, SHOWN_MAX);

	return psprintf("%.*s%s", kept, path, kept < length ? "..." : "");
}

bool
rg_taking_fail(RgTaking *taking, const char *format,...)
{
	MemoryContext old = MemoryContextSwitchTo(taking->context);
	char		words[1024];
	va_list		args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	taking->why = psprintf("%s %s", shown(taking->path), words);
	MemoryContextSwitchTo(old);
	return false;
}

bool
rg_taking_refuse(RgTaking *taking, const char *what)
{
	return rg_taking_fail(taking, "matches %s, which is no number", what);
}

/* Digits beyond the 18th decimal are cut off: nothing may become zero by it. */
static bool
vanished(const RgMeasure *value, const char *str, size_t length)
{
	for (size_t i = 0; i < length && value->mantissa == 0; i++)
	{
		if (str[i] >= '1' && str[i] <= '9')
			return true;
		if (str[i] == 'e' || str[i] == 'E')
			break;
	}
	return false;
}

static bool
read_value(const RgPathQuery *query, const char *str, size_t length,
		   RgMeasure *value, const char **why)
{
	if (rg_measure_from_number(str, length, query->unit, value, why))
	{
		*why = vanished(value, str, length) ? "It is too small." : NULL;
		return *why == NULL;
	}
	return rg_measure_parse(str, length, value, why);
}

/* A second value, or a later one. */
static bool
combine(RgTaking *taking, const RgMeasure *value)
{
	const RgMeasure *const both[] = {&taking->value, value};

	switch (taking->query->take)
	{
		case RG_TAKE_ONLY:
			return rg_taking_fail(taking, "matches more than one value, and nothing says which of them counts");
		case RG_TAKE_MAX:
			if (rg_measure_compare(value, &taking->value) > 0)
				taking->value = *value;
			return true;
		case RG_TAKE_MIN:
			if (rg_measure_compare(value, &taking->value) < 0)
				taking->value = *value;
			return true;
		case RG_TAKE_SUM:
			return rg_measure_sum(both, 2, &taking->value) ||
				rg_taking_fail(taking, "matches values whose sum needs more than 18 digits");
		case RG_TAKE_COUNT:
			break;
	}
	return true;
}

bool
rg_taking_add(RgTaking *taking, const char *str, size_t length)
{
	const RgPathQuery *query = taking->query;
	RgMeasure	value;
	RgFamily	family;
	const char *why;

	if (taking->matches++ == RG_PATH_MAX_MATCHES)
		return rg_taking_fail(taking, "matches more than %d values",
							  RG_PATH_MAX_MATCHES);
	if (query->take == RG_TAKE_COUNT)
		return true;
	if (!read_value(query, str, length, &value, &why))
		return rg_taking_fail(taking, "matches \"%s\", which is no measure: %s",
							  rg_excerpt(str, length), why);
	family = rg_measure_family(&value);
	if (family != query->family)
		return rg_taking_fail(taking, "matches \"%s\", which is in %s, and the threshold is in %s",
							  rg_excerpt(str, length), rg_family_name(family),
							  rg_family_name(query->family));
	if (taking->matches > 1)
		return combine(taking, &value);
	taking->value = value;
	return true;
}

/* ---- a report and its paths -------------------------------------------------------- */

RgPathDocument *
rg_path_open(RgSyntax syntax, const RgInput *input, char **said)
{
	RgPathDocument *document = palloc0(sizeof(RgPathDocument));
	RgInput		trimmed = *input;

	document->syntax = syntax;
	rg_input_trim(&trimmed);
	if (trimmed.length > RG_PATH_MAX_BYTES)
	{
		*said = psprintf("the report is larger than %d MiB, too large for a path",
						 RG_PATH_MAX_BYTES / (1024 * 1024));
		return NULL;
	}
	if (syntax == RG_SYNTAX_JSON)
		document->json = rg_json_tree_open(&trimmed, said);
	else
		document->xml = rg_xml_tree_open(&trimmed, said);
	return document->json != NULL || document->xml != NULL ? document : NULL;
}

static void
ask(RgPathDocument *document, const RgPathQuery *query, const char *path,
	RgTaking *taking)
{
	memset(taking, 0, sizeof(RgTaking));
	taking->query = query;
	taking->path = path;
	taking->context = CurrentMemoryContext;
	if (document->syntax == RG_SYNTAX_JSON)
		rg_json_tree_ask(document->json, taking);
	else
		rg_xml_tree_ask(document->xml, taking);
	if (taking->why == NULL && taking->matches == 0 &&
		query->take != RG_TAKE_COUNT)
		rg_taking_fail(taking, "matches nothing in the report");
}

/* What is counted lies within something: the report must have that. */
static bool
has_within(RgPathDocument *document, const RgPathQuery *query, int64 *matches,
		   char **said)
{
	RgPathQuery any = *query;
	RgTaking	taking;

	any.take = RG_TAKE_COUNT;
	ask(document, &any, query->within, &taking);
	if (taking.why == NULL && taking.matches == 0)
		rg_taking_fail(&taking, "matches nothing in the report");
	*matches = taking.matches;
	*said = taking.why;
	return taking.why == NULL;
}

static char *
what_was_taken(const RgTaking *taking)
{
	const char *path = shown(taking->path);

	switch (taking->query->take)
	{
		case RG_TAKE_ONLY:
			break;
		case RG_TAKE_MAX:
			return psprintf("the largest of " INT64_FORMAT " values of %s",
							taking->matches, path);
		case RG_TAKE_MIN:
			return psprintf("the smallest of " INT64_FORMAT " values of %s",
							taking->matches, path);
		case RG_TAKE_SUM:
			return psprintf("the sum of " INT64_FORMAT " values of %s",
							taking->matches, path);
		case RG_TAKE_COUNT:
			return psprintf("the number of %s", path);
	}
	return psprintf("%s", path);
}

bool
rg_path_measure(RgPathDocument *document, const RgPathQuery *query,
				RgMeasure *out, char **said)
{
	RgTaking	taking;
	int64		within = 0;

	if (query->within != NULL && !has_within(document, query, &within, said))
		return false;
	ask(document, query, query->path, &taking);
	if (taking.why != NULL)
	{
		*said = taking.why;
		return false;
	}
	*said = what_was_taken(&taking);
	if (query->within != NULL)
		*said = psprintf("%s, within " INT64_FORMAT " of %s", *said, within,
						 shown(query->within));
	if (query->take == RG_TAKE_COUNT)
		return rg_measure_from_decimal(taking.matches, 0, RG_UNIT_NONE, out);
	*out = taking.value;
	return true;
}
