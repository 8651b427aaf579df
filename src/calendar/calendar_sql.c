/*
 * calendar_sql.c: calendar rules in SQL: jsonb of the policy's form in and
 * out, the functions to try a calendar before it goes into a policy.
 */
#include "calendar/calendar.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#define MAX_RULES	1000		/* windows or freezes of one question */

typedef enum Shape
{
	STRING, STRINGS, BOOLEAN, IGNORED
} Shape;

/* The keys of a rule, and those that only the policy reads. */
static const struct
{
	const char *name;
	Shape		shape;
	size_t		offset;			/* of the value or the list */
	size_t		count;			/* of the list's length */
}			keys[] =
{
	{"name", STRING, offsetof(RgCalendarText, name)},
	{"always", BOOLEAN, offsetof(RgCalendarText, always)},
	{"time_zone", STRING, offsetof(RgCalendarText, time_zone)},
	{"start", STRING, offsetof(RgCalendarText, start)},
	{"end", STRING, offsetof(RgCalendarText, end)},
	{"rrule", STRING, offsetof(RgCalendarText, rrule)},
	{"exdates", STRINGS, offsetof(RgCalendarText, exdates),
	offsetof(RgCalendarText, nexdates)},
	{"rdates", STRINGS, offsetof(RgCalendarText, rdates),
	offsetof(RgCalendarText, nrdates)},
	{"kinds", IGNORED},
	{"environments", IGNORED},
};

/* ---- jsonb in -------------------------------------------------------- */

static char *
copy_string(const JsonbValue *value)
{
	return pnstrdup(value->val.string.val, value->val.string.len);
}

/* An array of strings; false if it is anything else. */
static bool
read_strings(const JsonbValue *value, const char ***out, int *count)
{
	JsonbContainer *array = value->val.binary.data;
	int			size;

	if (value->type != jbvBinary || !JsonContainerIsArray(array) ||
		JsonContainerIsScalar(array))
		return false;
	size = (int) JsonContainerSize(array);
	*out = palloc(sizeof(char *) * Max(size, 1));
	for (int i = 0; i < size; i++)
	{
		JsonbValue *element = getIthJsonbValueFromContainer(array, i);

		if (element->type != jbvString)
			return false;
		(*out)[i] = copy_string(element);
	}
	*count = size;
	return true;
}

static bool
read_key(const JsonbValue *value, int key, RgCalendarText *out, char **why)
{
	char	   *field = (char *) out + keys[key].offset;

	switch (keys[key].shape)
	{
		case STRING:
			if (value->type == jbvString)
			{
				*(const char **) field = copy_string(value);
				return true;
			}
			*why = pstrdup("expected a string");
			return false;
		case STRINGS:
			if (read_strings(value, (const char ***) field,
							 (int *) ((char *) out + keys[key].count)))
				return true;
			*why = pstrdup("expected an array of strings");
			return false;
		case BOOLEAN:
			if (value->type == jbvBool)
			{
				*(bool *) field = value->val.boolean;
				return true;
			}
			*why = pstrdup("expected true or false");
			return false;
		case IGNORED:
			break;
	}
	return true;
}

bool
rg_calendar_text_from_jsonb(JsonbContainer *object, RgCalendarText *out,
							const char **field, char **why)
{
	JsonbIterator *iterator;
	JsonbIteratorToken token;
	JsonbValue	value;

	memset(out, 0, sizeof(*out));
	*field = "rule";
	*why = pstrdup("expected an object");
	if (!JsonContainerIsObject(object))
		return false;
	iterator = JsonbIteratorInit(object);
	JsonbIteratorNext(&iterator, &value, true);
	while ((token = JsonbIteratorNext(&iterator, &value, true)) == WJB_KEY)
	{
		int			key = 0;

		*field = copy_string(&value);
		while (key < (int) lengthof(keys) &&
			   strcmp(keys[key].name, *field) != 0)
			key++;
		if (key == lengthof(keys))
		{
			*field = rg_excerpt(*field, strlen(*field));
			*why = pstrdup("is no key of a calendar rule");
			return false;
		}
		JsonbIteratorNext(&iterator, &value, true);
		if (!read_key(&value, key, out, why))
			return false;
	}
	return true;
}

static RgCalendarRule *
read_rule(JsonbContainer *object)
{
	RgCalendarRule *rule = palloc(sizeof(RgCalendarRule));
	RgCalendarText in;
	const char *field;
	char	   *why;

	if (rg_calendar_text_from_jsonb(object, &in, &field, &why) &&
		rg_calendar_rule_parse(&in, rule, &field, &why))
		return rule;
	if (in.name != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_CALENDAR),
				 errmsg("calendar rule \"%s\" is not usable",
						rg_excerpt(in.name, strlen(in.name))),
				 errdetail("%s: %s.", field, why),
				 errhint("docs/reference.md, section Calendar, says what a rule is made of.")));
	ereport(ERROR,
			(errcode(ERRCODE_RG_INVALID_CALENDAR),
			 errmsg("calendar rule is not usable"),
			 errdetail("%s: %s.", field, why),
			 errhint("docs/reference.md, section Calendar, says what a rule is made of.")));
}

/* An array of rules; a null of SQL is an empty one. */
static RgCalendarRule **
read_rules(FunctionCallInfo fcinfo, int argument, const char *name, int *count)
{
	RgCalendarRule **rules;
	JsonbContainer *array;

	*count = 0;
	if (PG_ARGISNULL(argument))
		return NULL;
	array = &PG_GETARG_JSONB_P(argument)->root;
	if (!JsonContainerIsArray(array) || JsonContainerIsScalar(array) ||
		JsonContainerSize(array) > MAX_RULES)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_CALENDAR),
				 errmsg("%s are not usable", name),
				 errdetail("Expected a JSON array of at most %d calendar rules.",
						   MAX_RULES),
				 errhint("Pass what stands under \"%s\" in a policy.", name)));
	*count = (int) JsonContainerSize(array);
	rules = palloc(sizeof(RgCalendarRule *) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
	{
		JsonbValue *element = getIthJsonbValueFromContainer(array, i);

		if (element->type != jbvBinary)
			ereport(ERROR,
					(errcode(ERRCODE_RG_INVALID_CALENDAR),
					 errmsg("%s are not usable", name),
					 errdetail("Element %d is not an object.", i)));
		rules[i] = read_rule(element->val.binary.data);
	}
	return rules;
}

/* ---- occurrences ----------------------------------------------------- */

static void
put_occurrence(ReturnSetInfo *result, TimestampTz starts, TimestampTz ends)
{
	Datum		values[2] = {TimestampTzGetDatum(starts),
	TimestampTzGetDatum(ends)};
	bool		nulls[2] = {false, false};

	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * Walks from cache to cache: each holds everything that touches its span, so
 * from the second on only what begins in it is new.
 */
static void
put_occurrences(ReturnSetInfo *result, RgCalendarRule *rule,
				TimestampTz since, TimestampTz until)
{
	TimestampTz seen = DT_NOBEGIN;

	for (TimestampTz at = since; at < until; at = rule->to)
	{
		if (!rg_calendar_rule_load(rule, at))
			return;
		for (int i = 0; i < rule->noccurrences; i++)
		{
			const RgCalendarOccurrence *this = &rule->occurrences[i];

			CHECK_FOR_INTERRUPTS();
			if (this->starts >= seen && this->ends > since &&
				this->starts < until)
				put_occurrence(result, this->starts, this->ends);
		}
		seen = rule->to;
	}
}

PG_FUNCTION_INFO_V1(rg_calendar_occurrences);
Datum
rg_calendar_occurrences(PG_FUNCTION_ARGS)
{
	RgCalendarRule *rule = read_rule(&PG_GETARG_JSONB_P(0)->root);
	TimestampTz since = PG_GETARG_TIMESTAMPTZ(1);
	TimestampTz until = PG_GETARG_TIMESTAMPTZ(2);
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	if (!rg_calendar_in_years(since) || !rg_calendar_in_years(until) ||
		until - since > RG_CALENDAR_MAX_LENGTH)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_CALENDAR),
				 errmsg("occurrences are asked for too long a time"),
				 errdetail("Expected at most %d days in the years %d to %d.",
						   (int) (RG_CALENDAR_MAX_LENGTH / USECS_PER_DAY),
						   RG_CALENDAR_MIN_YEAR, RG_CALENDAR_MAX_YEAR),
				 errhint("Ask for a shorter time.")));
	InitMaterializedSRF(fcinfo, 0);
	if (!rule->always)
		put_occurrences(result, rule, since, until);
	else if (since < until)
		put_occurrence(result, DT_NOBEGIN, DT_NOEND);
	return (Datum) 0;
}

/* ---- decision -------------------------------------------------------- */

static Datum
time_or_null(TimestampTz at, bool *is_null)
{
	*is_null = TIMESTAMP_NOT_FINITE(at);
	return TimestampTzGetDatum(at);
}

static Datum
name_or_null(RgCalendarRule **rules, int index, bool *is_null)
{
	*is_null = index < 0;
	return *is_null ? (Datum) 0 : CStringGetTextDatum(rules[index]->name);
}

PG_FUNCTION_INFO_V1(rg_calendar_decision);
Datum
rg_calendar_decision(PG_FUNCTION_ARGS)
{
	RgCalendarRule **windows;
	RgCalendarRule **freezes;
	int			nwindows;
	int			nfreezes;
	RgCalendarDecision decision;
	TupleDesc	desc;
	Datum		values[5];
	bool		nulls[5] = {false};

	if (PG_ARGISNULL(2))
		PG_RETURN_NULL();
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	windows = read_rules(fcinfo, 0, "windows", &nwindows);
	freezes = read_rules(fcinfo, 1, "freezes", &nfreezes);

	/* As in a policy: no windows at all restrict nothing, [] allows nothing */
	rg_calendar_decide(windows, nwindows, !PG_ARGISNULL(0), freezes, nfreezes,
					   PG_GETARG_TIMESTAMPTZ(2), &decision);
	values[0] = BoolGetDatum(decision.open);
	values[1] = name_or_null(windows, decision.allowed_by, &nulls[1]);
	values[2] = name_or_null(freezes, decision.denied_by, &nulls[2]);
	values[3] = time_or_null(decision.opens_at, &nulls[3]);
	values[4] = time_or_null(decision.open_until, &nulls[4]);
	if (!decision.open)
		nulls[4] = true;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  values, nulls)));
}

/* ---- import ---------------------------------------------------------- */

static void
push_string(RG_JSONB_STATE *state, JsonbIteratorToken token,
			const char *string)
{
	JsonbValue	value;

	value.type = jbvString;
	value.val.string.val = unconstify(char *, string);
	value.val.string.len = (int) strlen(string);
	pushJsonbValue(state, token, &value);
}

static void
push_strings(RG_JSONB_STATE *state, const char **strings, int count)
{
	pushJsonbValue(state, WJB_BEGIN_ARRAY, NULL);
	for (int i = 0; i < count; i++)
		push_string(state, WJB_ELEM, strings[i]);
	pushJsonbValue(state, WJB_END_ARRAY, NULL);
}

static void
push_rule(RG_JSONB_STATE *state, const RgCalendarText *rule)
{
	pushJsonbValue(state, WJB_BEGIN_OBJECT, NULL);
	for (int i = 0; i < (int) lengthof(keys); i++)
	{
		const char *field = (const char *) rule + keys[i].offset;
		const int  *count = (const int *) ((const char *) rule +
										   keys[i].count);

		if (keys[i].shape == STRING && *(const char *const *) field != NULL)
		{
			push_string(state, WJB_KEY, keys[i].name);
			push_string(state, WJB_VALUE, *(const char *const *) field);
		}
		else if (keys[i].shape == STRINGS && *count > 0)
		{
			push_string(state, WJB_KEY, keys[i].name);
			push_strings(state, *(const char **const *) field, *count);
		}
	}
	pushJsonbValue(state, WJB_END_OBJECT, NULL);
}

PG_FUNCTION_INFO_V1(rg_read_calendar);
Datum
rg_read_calendar(PG_FUNCTION_ARGS)
{
	text	   *ics;
	char	   *zone = NULL;
	RG_JSONB_STATE state = {0};
	List	   *rules;
	ListCell   *cell;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	ics = PG_GETARG_TEXT_PP(0);
	if (!PG_ARGISNULL(1))
		zone = text_to_cstring(PG_GETARG_TEXT_PP(1));
	rules = rg_ics_parse(VARDATA_ANY(ics), VARSIZE_ANY_EXHDR(ics), zone);
	pushJsonbValue(&state, WJB_BEGIN_ARRAY, NULL);
	foreach(cell, rules)
		push_rule(&state, lfirst(cell));
	PG_RETURN_JSONB_P(JsonbValueToJsonb(rg_jsonb_finish(&state, WJB_END_ARRAY)));
}
