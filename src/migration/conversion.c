/*
 * conversion.c: what a change of a column's type does to the values that are
 * there: whether it loses something, can fail, and rewrites the table.
 */
#include "migration/migration.h"

#include "nodes/nodeFuncs.h"

typedef enum Family
{
	FAMILY_OTHER,
	FAMILY_INTEGER,
	FAMILY_NUMERIC,
	FAMILY_FLOAT,
	FAMILY_BOOLEAN,
	FAMILY_TEXT,
	FAMILY_CHAR,				/* padded with blanks */
	FAMILY_JSON,				/* keeps its text */
	FAMILY_JSONB,
	FAMILY_TIMESTAMP,
	FAMILY_TIMESTAMPTZ,
	FAMILY_DATE,
	FAMILY_TIME
} Family;

/* The grammar's names for types; width orders those of one family. */
static const struct
{
	const char *name;
	Family		family;
	int			width;
}			type_rows[] = {
	{"int2", FAMILY_INTEGER, 2}, {"smallint", FAMILY_INTEGER, 2},
	{"int4", FAMILY_INTEGER, 4}, {"integer", FAMILY_INTEGER, 4},
	{"int8", FAMILY_INTEGER, 8}, {"bigint", FAMILY_INTEGER, 8},
	{"numeric", FAMILY_NUMERIC, 0},
	{"float4", FAMILY_FLOAT, 4}, {"float8", FAMILY_FLOAT, 8},
	{"bool", FAMILY_BOOLEAN, 0},
	{"varchar", FAMILY_TEXT, 0}, {"text", FAMILY_TEXT, 1}, {"citext", FAMILY_TEXT, 1},
	{"bpchar", FAMILY_CHAR, 0},
	{"json", FAMILY_JSON, 0}, {"jsonb", FAMILY_JSONB, 0},
	{"timestamp", FAMILY_TIMESTAMP, 0}, {"timestamptz", FAMILY_TIMESTAMPTZ, 0},
	{"date", FAMILY_DATE, 0},
	{"time", FAMILY_TIME, 0}, {"timetz", FAMILY_TIME, 0},
};

typedef struct Kind
{
	Family		family;
	int			width;
	int			length;			/* first modifier, -1: none */
	int			scale;			/* second modifier, -1: none */
	bool		array;
} Kind;

static int
modifier(TypeName *type, int number)
{
	A_Const    *constant;

	if (list_length(type->typmods) <= number)
		return -1;
	constant = (A_Const *) list_nth(type->typmods, number);
	if (!IsA(constant, A_Const) || !IsA(&constant->val, Integer))
		return -1;
	return intVal(&constant->val);
}

static Kind
kind_of(TypeName *type)
{
	Kind		kind = {FAMILY_OTHER, 0, -1, -1, false};

	if (type == NULL)
		return kind;
	kind.array = type->arrayBounds != NIL;
	kind.length = modifier(type, 0);
	kind.scale = modifier(type, 1);
	for (int i = 0; i < (int) lengthof(type_rows); i++)
	{
		if (strcmp(type_rows[i].name, rg_type_last_name(type)) == 0)
		{
			kind.family = type_rows[i].family;
			kind.width = type_rows[i].width;
		}
	}
	if (kind.family == FAMILY_NUMERIC && kind.length >= 0 && kind.scale < 0)
		kind.scale = 0;
	return kind;
}

static bool
same_type(TypeName *a, TypeName *b)
{
	return strcmp(rg_type_written(a), rg_type_written(b)) == 0;
}

/* Families whose values do not all have a counterpart, and what goes. */
static const struct
{
	Family		from;
	Family		to;
	const char *how;
}			losses[] = {
	{FAMILY_NUMERIC, FAMILY_INTEGER, "fractions are rounded away"},
	{FAMILY_FLOAT, FAMILY_INTEGER, "fractions are rounded away"},
	{FAMILY_NUMERIC, FAMILY_FLOAT, "digits beyond the precision of a float are lost"},
	{FAMILY_FLOAT, FAMILY_NUMERIC, "digits beyond fifteen are lost"},
	{FAMILY_INTEGER, FAMILY_BOOLEAN, "every number but 0 becomes true"},
	{FAMILY_TIMESTAMP, FAMILY_DATE, "the time of day is lost"},
	{FAMILY_TIMESTAMPTZ, FAMILY_DATE, "the time of day is lost"},
	{FAMILY_TIMESTAMP, FAMILY_TIME, "the date is lost"},
	{FAMILY_TIMESTAMPTZ, FAMILY_TIME, "the date is lost"},
	{FAMILY_JSON, FAMILY_JSONB, "white space, the order of keys and duplicate keys are lost"},
	{FAMILY_TEXT, FAMILY_CHAR, "blanks at the end are lost"},
};

/* By the types alone; a cast that is written out cuts where an implicit one fails. */
static const char *
family_loss(const Kind *from, const Kind *to, bool cast)
{
	if (from->array != to->array)
		return NULL;
	for (int i = 0; i < (int) lengthof(losses); i++)
	{
		if (losses[i].from == from->family && losses[i].to == to->family)
			return losses[i].how;
	}
	if (from->family != to->family)
		return NULL;
	switch (from->family)
	{
		case FAMILY_FLOAT:
			return to->width < from->width ? "digits beyond the precision of real are lost" : NULL;
		case FAMILY_NUMERIC:
			return to->scale >= 0 && (from->scale < 0 || to->scale < from->scale) ? "decimals are rounded away" : NULL;
		case FAMILY_TIMESTAMP:
		case FAMILY_TIMESTAMPTZ:
		case FAMILY_TIME:
			return to->length >= 0 && to->length < (from->length < 0 ? 6 : from->length) ?
				"fractions of a second are rounded away" : NULL;
		case FAMILY_TEXT:
			return cast && to->length >= 0 && (from->length < 0 || to->length < from->length) ?
				"longer values are cut off" : NULL;
		default:
			return NULL;
	}
}

/* ---- USING ---- */

/* Functions that give each value a result of its own; decode() does on the way back. */
static const char *const faithful[] = {
	"timezone", "to_timestamp", "date_part", "extract", "encode", "to_jsonb", "to_json",
	"array", "string_to_array", "convert_to", "convert_from", "jsonb_build_array", "json_build_array",
	"json_build_object", "jsonb_build_object", "coalesce"
};

typedef enum Using
{
	USING_PLAIN,				/* the column, cast */
	USING_FAITHFUL,				/* through something that can be undone */
	USING_OTHER
} Using;

static bool
is_constant(Node *node)
{
	while (node != NULL && IsA(node, TypeCast))
		node = ((TypeCast *) node)->arg;
	return node != NULL && IsA(node, A_Const);
}

static Using how_used(Node *node, const char *column, bool back);

/* CASE that gives each of some constants another one. */
static Using
case_used(CaseExpr *expr)
{
	List	   *results = NIL;
	ListCell   *cell;

	foreach(cell, expr->args)
	{
		Node	   *result = (Node *) ((CaseWhen *) lfirst(cell))->result;
		List	   *literal = rg_literals_of(result);

		if (!is_constant(result) || list_length(literal) != 1 || list_member(results, linitial(literal)))
			return USING_OTHER;
		results = lappend(results, linitial(literal));
	}
	return USING_FAITHFUL;
}

static Using
function_used(FuncCall *call, const char *column, bool back)
{
	const char *name = strVal(llast(call->funcname));
	ListCell   *cell;

	if (back && strcmp(name, "decode") == 0)
		return USING_FAITHFUL;
	for (int i = 0; i < (int) lengthof(faithful); i++)
	{
		if (strcmp(name, faithful[i]) != 0)
			continue;
		foreach(cell, call->args)
		{
			if (!is_constant(lfirst(cell)) && how_used(lfirst(cell), column, back) == USING_OTHER)
				return USING_OTHER;
		}
		return USING_FAITHFUL;
	}
	return USING_OTHER;
}

static Using
how_used(Node *node, const char *column, bool back)
{
	while (node != NULL && (IsA(node, TypeCast) || IsA(node, CollateClause)))
		node = IsA(node, TypeCast) ? ((TypeCast *) node)->arg : ((CollateClause *) node)->arg;
	if (node == NULL)
		return USING_PLAIN;
	switch (nodeTag(node))
	{
		case T_ColumnRef:
			{
				Node	   *last = llast(((ColumnRef *) node)->fields);

				return IsA(last, String) && strcmp(strVal(last), column) == 0 ? USING_PLAIN : USING_OTHER;
			}
		case T_FuncCall:
			return function_used((FuncCall *) node, column, back);
		case T_CaseExpr:
			return case_used((CaseExpr *) node);
		case T_CoalesceExpr:
			return how_used(linitial(((CoalesceExpr *) node)->args), column, back) == USING_OTHER ? USING_OTHER : USING_FAITHFUL;
		case T_A_ArrayExpr:
			return list_length(((A_ArrayExpr *) node)->elements) == 1 &&
				how_used(linitial(((A_ArrayExpr *) node)->elements), column, back) != USING_OTHER ? USING_FAITHFUL : USING_OTHER;
		case T_A_Expr:
			{
				A_Expr	   *expr = (A_Expr *) node;
				const char *op = strVal(llast(expr->name));

				/* one of two results, where the up made them of true and false */
				if (back && strcmp(op, "=") == 0 && is_constant(expr->rexpr))
					return how_used(expr->lexpr, column, back);
				if (expr->lexpr == NULL || strchr("+-*/", op[0]) == NULL || op[1] != '\0')
					return USING_OTHER;
				if (is_constant(expr->rexpr))
					return how_used(expr->lexpr, column, back) == USING_OTHER ? USING_OTHER : USING_FAITHFUL;
				return USING_OTHER;
			}
		default:
			return USING_OTHER;
	}
}

/*
 * What the values that are there lose, NULL: nothing. from is NULL where
 * neither file says it, and for what goes back to the type that the values
 * came from: that loses nothing by the types.
 */
const char *
rg_conversion_loss(TypeName *from, TypeName *to, Node *using_expr, const char *column, bool back)
{
	Using		used = how_used(using_expr, column, back);
	Kind		old;
	Kind		new;

	if (used == USING_OTHER)
		return "values pass through an expression that cannot be undone";
	if (from == NULL || to == NULL || used == USING_FAITHFUL)
		return NULL;
	old = kind_of(from);
	new = kind_of(to);
	return family_loss(&old, &new, using_expr != NULL && IsA(using_expr, TypeCast));
}

/* The first modifier, -1: none. */
int
rg_type_length(TypeName *type)
{
	return modifier(type, 0);
}

/* As the server decides it: the stored bytes stay right, or they do not. */
bool
rg_conversion_rewrites(TypeName *from, TypeName *to)
{
	Kind		old = kind_of(from);
	Kind		new = kind_of(to);

	if (from == NULL)
		return true;
	if (same_type(from, to))
		return false;
	if (old.array != new.array || old.family != new.family)
		return true;
	switch (old.family)
	{
		case FAMILY_TEXT:
			return new.length >= 0 && (old.length < 0 || new.length < old.length);
		case FAMILY_NUMERIC:
			return new.length >= 0 && (old.length < 0 || new.scale != old.scale || new.length < old.length);
		case FAMILY_TIMESTAMP:
		case FAMILY_TIMESTAMPTZ:
		case FAMILY_TIME:
			return new.length >= 0 && new.length < (old.length < 0 ? 6 : old.length);
		default:
			return true;
	}
}

/* Families whose every value has a place in another. */
static const struct
{
	Family		from;
	Family		to;
}			fits[] = {
	{FAMILY_INTEGER, FAMILY_NUMERIC}, {FAMILY_INTEGER, FAMILY_FLOAT}, {FAMILY_INTEGER, FAMILY_BOOLEAN},
	{FAMILY_FLOAT, FAMILY_NUMERIC}, {FAMILY_NUMERIC, FAMILY_FLOAT}, {FAMILY_BOOLEAN, FAMILY_INTEGER},
	{FAMILY_JSON, FAMILY_JSONB}, {FAMILY_JSONB, FAMILY_JSON}, {FAMILY_CHAR, FAMILY_TEXT},
	{FAMILY_TIMESTAMP, FAMILY_TIMESTAMPTZ}, {FAMILY_TIMESTAMPTZ, FAMILY_TIMESTAMP},
	{FAMILY_TIMESTAMP, FAMILY_DATE}, {FAMILY_TIMESTAMPTZ, FAMILY_DATE}, {FAMILY_DATE, FAMILY_TIMESTAMP},
	{FAMILY_DATE, FAMILY_TIMESTAMPTZ}, {FAMILY_TIMESTAMP, FAMILY_TIME}, {FAMILY_TIMESTAMPTZ, FAMILY_TIME},
};

/* Can a value that is there fail to fit? */
bool
rg_conversion_narrows(TypeName *from, TypeName *to)
{
	Kind		old = kind_of(from);
	Kind		new = kind_of(to);

	if (from == NULL || old.array != new.array)
		return true;
	if (old.family == new.family)
	{
		switch (old.family)
		{
			case FAMILY_OTHER:
				return !same_type(from, to);
			case FAMILY_INTEGER:
			case FAMILY_FLOAT:
				return new.width < old.width;
			case FAMILY_TIMESTAMP:
			case FAMILY_TIMESTAMPTZ:
			case FAMILY_TIME:
				return false;
			case FAMILY_NUMERIC:
				return new.length >= 0 && (old.length < 0 || new.length - new.scale < old.length - old.scale);
			default:
				return new.length >= 0 && (old.length < 0 || new.length < old.length);
		}
	}
	if (new.family == FAMILY_TEXT)
		return new.length >= 0;
	for (int i = 0; i < (int) lengthof(fits); i++)
	{
		if (fits[i].from == old.family && fits[i].to == new.family)
			return new.length >= 0 && new.family == FAMILY_NUMERIC;
	}
	return true;
}

/* Is it the same to code that reads and writes it? */
bool
rg_conversion_keeps_kind(TypeName *from, TypeName *to)
{
	Kind		old = kind_of(from);
	Kind		new = kind_of(to);

	return from != NULL && old.array == new.array && old.family == new.family &&
		(old.family != FAMILY_OTHER || same_type(from, to));
}
