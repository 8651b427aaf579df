/*
 * fault.c: what is wrong with a policy document, told so that it can be put
 * right: the JSON path, what was expected and what was found. Reading goes on
 * after a fault, so that all of them are told at once.
 */
#include "policy/document.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/numeric.h"
#include "utils/varlena.h"

#define RG_MAX_SHOWN 60			/* bytes of a text that a message quotes */
#define RG_MAX_LISTED 12		/* names that a message lists */

/* A text, clipped at a character and quoted as JSON does. */
static void
append_quoted(StringInfo out, const char *str, int len)
{
	int			shown = pg_mbcliplen(str, len, RG_MAX_SHOWN);
	char	   *clipped = pnstrdup(str, shown);

	if (shown < len)
	{
		char	   *dotted = psprintf("%s...", clipped);

		pfree(clipped);
		clipped = dotted;
	}
	escape_json(out, clipped);
	pfree(clipped);
}

static void
append_key(StringInfo out, const char *key)
{
	appendStringInfoChar(out, '.');
	if (rg_is_name(key, strlen(key)))
		appendStringInfoString(out, key);
	else
		append_quoted(out, key, strlen(key));
}

static void
append_path(StringInfo out, const RgPath *path)
{
	if (path == NULL)
	{
		appendStringInfoChar(out, '$');
		return;
	}
	append_path(out, path->parent);
	if (path->key)
		append_key(out, path->key);
	else
		appendStringInfo(out, "[%d]", path->index);
}

static char *
path_text(const RgPath *path, const char *key)
{
	StringInfoData out;

	initStringInfo(&out);
	append_path(&out, path);
	if (key)
		append_key(&out, key);
	return out.data;
}

void
rg_policy_fault(RgReader *reader, const RgPath *path, const char *key,
				const char *format,...)
{
	RgPolicyFault *fault;
	StringInfoData out;

	if (list_length(reader->faults) >= RG_MAX_FAULTS)
		return;
	initStringInfo(&out);
	for (;;)
	{
		va_list		args;
		int			needed;

		va_start(args, format);
		needed = appendStringInfoVA(&out, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&out, needed);
	}
	fault = palloc(sizeof(RgPolicyFault));
	fault->path = path_text(path, key);
	fault->expected = out.data;
	reader->faults = lappend(reader->faults, fault);
}

bool
rg_policy_clean(RgReader *reader, const RgPath *path, const char *key)
{
	char	   *str;
	size_t		len;
	bool		clean = true;
	ListCell   *cell;

	if (reader->faults == NIL)
		return true;
	str = path_text(path, key);
	len = strlen(str);
	foreach(cell, reader->faults)
	{
		const RgPolicyFault *fault = lfirst(cell);

		/* strchr finds the closing NUL as well */
		if (strncmp(fault->path, str, len) == 0 &&
			strchr(".[", fault->path[len]) != NULL)
			clean = false;
	}
	pfree(str);
	return clean;
}

const char *
rg_found_text(const char *str)
{
	StringInfoData out;

	initStringInfo(&out);
	append_quoted(&out, str, strlen(str));
	return out.data;
}

const char *
rg_found(const JsonbValue *value)
{
	StringInfoData out;

	if (value == NULL)
		return "nothing";
	initStringInfo(&out);
	switch (value->type)
	{
		case jbvNull:
			return "null";
		case jbvBool:
			return value->val.boolean ? "true" : "false";
		case jbvString:
			append_quoted(&out, value->val.string.val, value->val.string.len);
			return out.data;
		case jbvNumeric:
			{
				char	   *str = numeric_normalize(value->val.numeric);

				appendStringInfo(&out, "%.*s%s", RG_MAX_SHOWN, str,
								 strlen(str) > RG_MAX_SHOWN ? "..." : "");
				return out.data;
			}
		case jbvBinary:
			return JsonContainerIsArray(value->val.binary.data) ?
				"an array" : "an object";
		default:
			return "something else";
	}
}

/* The nearest of the names, if it is near enough to be meant. */
static const char *
nearest(const char *str, const char *const *names, int n)
{
	const char *best = NULL;
	int			len = strlen(str);
	int			limit = Min(3, (len + 1) / 3);

	if (len > RG_MAX_NAME)
		return NULL;
	for (int i = 0; i < n; i++)
	{
		int			distance;

		if (names[i] == NULL)
			continue;
		distance = varstr_levenshtein_less_equal(str, len, names[i],
												 strlen(names[i]), 1, 1, 1,
												 limit, true);
		if (distance <= limit && (best == NULL || distance < limit))
		{
			best = names[i];
			limit = distance;
		}
	}
	return best;
}

const char *
rg_suggestion(RgReader *reader, const char *str,
			  const char *const *names, int n)
{
	const char *best;
	StringInfoData out;

	/* a long list of faults is read for its first ones */
	if (list_length(reader->faults) > 100)
		return "";
	CHECK_FOR_INTERRUPTS();
	best = nearest(str, names, n);
	if (best)
		return psprintf(" (did you mean \"%s\"?)", best);
	initStringInfo(&out);
	for (int i = 0; i < n && n <= RG_MAX_LISTED; i++)
	{
		if (names[i])
			appendStringInfo(&out, "%s%s", out.len ? ", " : " (there are: ",
							 names[i]);
	}
	if (out.len)
		appendStringInfoChar(&out, ')');
	return out.data;
}
