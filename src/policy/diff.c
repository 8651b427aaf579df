/*
 * diff.c: what changed between two revisions of a policy. Arrays of named
 * objects are matched by name, so that a path stays readable and moving an
 * element is not a change of all those after it.
 */
#include "policy/store.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/tuplestore.h"

typedef struct Diff
{
	ReturnSetInfo *result;
} Diff;

static void diff_values(Diff *diff, const char *path, JsonbValue *old,
						JsonbValue *new);

static void
put(Diff *diff, const char *path, JsonbValue *old, JsonbValue *new)
{
	Datum		values[4];
	bool		nulls[4] = {false, false, old == NULL, new == NULL};

	values[0] = CStringGetTextDatum(path);
	values[1] = CStringGetTextDatum(old == NULL ? "added" :
									new == NULL ? "removed" : "changed");
	values[2] = old ? JsonbPGetDatum(JsonbValueToJsonb(old)) : (Datum) 0;
	values[3] = new ? JsonbPGetDatum(JsonbValueToJsonb(new)) : (Datum) 0;
	tuplestore_putvalues(diff->result->setResult, diff->result->setDesc,
						 values, nulls);
}

static char *
path_of(const char *path, const char *open, const char *name,
		const char *close)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%s%s", path, open);
	if (rg_is_name(name, strlen(name)))
		appendStringInfoString(&out, name);
	else
		escape_json(&out, name);
	appendStringInfoString(&out, close);
	return out.data;
}

static void
whole(JsonbValue *value, Jsonb *document)
{
	value->type = jbvBinary;
	value->val.binary.data = &document->root;
	value->val.binary.len = VARSIZE(document) - VARHDRSZ;
}

static JsonbContainer *
container_of(JsonbValue *value)
{
	return value && value->type == jbvBinary ? value->val.binary.data : NULL;
}

/* ---- objects ---- */

/* Keys of `from`, with the value under the same key of `other`. */
static void
diff_keys(Diff *diff, const char *path, JsonbContainer *from,
		  JsonbContainer *other, bool from_is_old)
{
	JsonbIterator *it = JsonbIteratorInit(from);
	JsonbValue	value;
	JsonbIteratorToken token;
	JsonbValue	key = {0};

	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		JsonbValue	buffer;
		JsonbValue *match;
		char	   *here;

		if (token == WJB_KEY)
			key = value;
		if (token != WJB_VALUE)
			continue;
		match = getKeyJsonValueFromContainer(other, key.val.string.val,
											 key.val.string.len, &buffer);
		here = path_of(path, ".", pnstrdup(key.val.string.val, key.val.string.len), "");
		if (from_is_old)
			diff_values(diff, here, &value, match);
		else if (match == NULL)
			diff_values(diff, here, NULL, &value);
	}
}

/* ---- arrays of named objects ---- */

typedef struct Named
{
	int			n;
	const char **names;
	JsonbValue **values;
	RgNameIndex index;
} Named;

/* False unless each element is an object with a name of its own. */
static bool
named_elements(JsonbContainer *array, Named *named)
{
	int			n = JsonContainerSize(array);

	named->n = n;
	named->names = palloc(Max(n, 1) * sizeof(char *));
	named->values = palloc(Max(n, 1) * sizeof(JsonbValue *));
	for (int i = 0; i < n; i++)
	{
		JsonbValue *element = getIthJsonbValueFromContainer(array, i);
		JsonbContainer *object = container_of(element);
		JsonbValue	buffer;
		JsonbValue *name;

		if (object == NULL || !JsonContainerIsObject(object))
			return false;
		name = getKeyJsonValueFromContainer(object, "name", 4, &buffer);
		if (name == NULL || name->type != jbvString)
			return false;
		named->names[i] = pnstrdup(name->val.string.val, name->val.string.len);
		named->values[i] = element;
	}
	rg_name_index_build(&named->index, named->names, n);
	return true;
}

/* The names that both have, in this one's order. */
static Jsonb *
common_names(const Named *named, const Named *other)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = 0; i < named->n; i++)
	{
		if (rg_name_index_find(&other->index, named->names[i]) < 0)
			continue;
		appendStringInfoChar(&out, out.len == 0 ? '[' : ',');
		escape_json(&out, named->names[i]);
	}
	appendStringInfoString(&out, out.len == 0 ? "[]" : "]");
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(out.data)));
}

static bool
same_value(JsonbValue *a, JsonbValue *b)
{
	Jsonb	   *x = JsonbValueToJsonb(a);
	Jsonb	   *y = JsonbValueToJsonb(b);

	return compareJsonbContainers(&x->root, &y->root) == 0;
}

static void
diff_named(Diff *diff, const char *path, const Named *old, const Named *new)
{
	JsonbValue	old_order;
	JsonbValue	new_order;

	whole(&old_order, common_names(old, new));
	whole(&new_order, common_names(new, old));
	if (!same_value(&old_order, &new_order))
		put(diff, path, &old_order, &new_order);
	for (int i = 0; i < old->n; i++)
	{
		int			match = rg_name_index_find(&new->index, old->names[i]);

		diff_values(diff, path_of(path, "[", old->names[i], "]"),
					old->values[i], match < 0 ? NULL : new->values[match]);
	}
	for (int i = 0; i < new->n; i++)
	{
		if (rg_name_index_find(&old->index, new->names[i]) < 0)
			diff_values(diff, path_of(path, "[", new->names[i], "]"),
						NULL, new->values[i]);
	}
}

static void
diff_values(Diff *diff, const char *path, JsonbValue *old, JsonbValue *new)
{
	JsonbContainer *a = container_of(old);
	JsonbContainer *b = container_of(new);
	Named		old_named;
	Named		new_named;

	if (old && new && same_value(old, new))
		return;
	if (a && b && JsonContainerIsObject(a) && JsonContainerIsObject(b))
	{
		diff_keys(diff, path, a, b, true);
		diff_keys(diff, path, b, a, false);
	}
	else if (a && b && JsonContainerIsArray(a) && JsonContainerIsArray(b) &&
			 named_elements(a, &old_named) && named_elements(b, &new_named))
		diff_named(diff, path, &old_named, &new_named);
	else
		put(diff, path, old, new);
}

/* policy_diff(name text, from int, to int) */
PG_FUNCTION_INFO_V1(policy_diff);
Datum
policy_diff(PG_FUNCTION_ARGS)
{
	Diff		diff = {(ReturnSetInfo *) fcinfo->resultinfo};
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	Jsonb	   *old = rg_policy_stored_document(name, PG_GETARG_INT32(1));
	Jsonb	   *new = rg_policy_stored_document(name, PG_GETARG_INT32(2));
	JsonbValue	old_value;
	JsonbValue	new_value;

	whole(&old_value, old);
	whole(&new_value, new);
	InitMaterializedSRF(fcinfo, 0);
	diff_values(&diff, "$", &old_value, &new_value);
	PG_RETURN_NULL();
}
