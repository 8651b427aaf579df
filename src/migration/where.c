/*
 * where.c: which rows a condition can mean: all of them, or none that was
 * there before the up. What is not understood means some.
 */
#include "migration/migration.h"

#include "nodes/nodeFuncs.h"

/* ---- constants ---- */

static char *
literal_of(A_Const *constant)
{
	if (constant->isnull)
		return NULL;
	switch (nodeTag(&constant->val))
	{
		case T_Integer:
			return psprintf("%d", intVal(&constant->val));
		case T_Float:
			return constant->val.fval.fval;
		case T_Boolean:
			return pstrdup(boolVal(&constant->val) ? "true" : "false");
		case T_String:
			return strVal(&constant->val);
		default:
			return NULL;
	}
}

static bool
literal_walker(Node *node, List **literals)
{
	if (node == NULL)
		return false;
	if (IsA(node, A_Const))
	{
		char	   *literal = literal_of((A_Const *) node);

		if (literal != NULL)
			*literals = lappend(*literals, makeString(literal));
		return false;
	}
	return raw_expression_tree_walker(node, literal_walker, literals);
}

/* All constants, as String nodes. */
List *
rg_literals_of(Node *node)
{
	List	   *literals = NIL;

	literal_walker(node, &literals);
	return literals;
}

/* When patience ends, it does: a guess that costs no time. */
static bool
has_literal(RgRun *run, List *literals, const char *literal)
{
	ListCell   *cell;

	foreach(cell, literals)
	{
		if (run->patience-- <= 0 || strcmp(strVal(lfirst(cell)), literal) == 0)
			return true;
	}
	return false;
}

bool
rg_share_literal(RgRun *run, List *a, List *b)
{
	ListCell   *cell;

	foreach(cell, a)
	{
		if (has_literal(run, b, strVal(lfirst(cell))))
			return true;
	}
	return false;
}

/* Constants that only the up brings in. */
bool
rg_are_new_words(RgRun *run, List *literals)
{
	ListCell   *cell;

	foreach(cell, literals)
	{
		const char *word = strVal(lfirst(cell));

		if (!has_literal(run, run->new_words, word) || has_literal(run, run->old_words, word))
			return false;
	}
	return literals != NIL;
}

/* ---- columns ---- */

/* The table's column, where an expression is one. */
static RgObject *
column_of(RgRun *run, RgObject *table, Node *node)
{
	Node	   *last;

	while (node != NULL && IsA(node, TypeCast))
		node = ((TypeCast *) node)->arg;
	if (node == NULL || !IsA(node, ColumnRef))
		return NULL;
	last = llast(((ColumnRef *) node)->fields);
	return IsA(last, String) ? rg_child_find(run, table, RG_COLUMN, strVal(last)) : NULL;
}

/* Added by the files, and every row that was there has its default in it. */
static bool
is_untouched(const RgObject *column)
{
	return column != NULL && column->created_by != NULL && !column->filled && column->value_of == NULL;
}

/* Not the constant that rows have by default. */
static bool
differs_from_default(RgRun *run, const RgObject *column, List *literals)
{
	List	   *defaults = rg_literals_of(column->default_value);

	if (column->default_value == NULL)
		return true;
	return list_length(defaults) == 1 && !rg_share_literal(run, literals, defaults);
}

/* ---- conditions that nothing met before ---- */

static bool
table_walker(Node *node, List **ranges)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeVar))
	{
		*ranges = lappend(*ranges, node);
		return false;
	}
	return raw_expression_tree_walker(node, table_walker, ranges);
}

/*
 * IN (SELECT ...) that found nothing before: from a table of the files that
 * holds nothing of before, or under a condition that nothing met.
 */
static bool
lookup_was_impossible(RgRun *run, SubLink *link)
{
	SelectStmt *query = (SelectStmt *) link->subselect;
	List	   *ranges = NIL;
	ListCell   *cell;

	if (link->subLinkType != ANY_SUBLINK && link->subLinkType != EXISTS_SUBLINK)
		return false;
	if (IsA(query, SelectStmt) && list_length(query->fromClause) == 1 && IsA(linitial(query->fromClause), RangeVar))
	{
		RgName		name = rg_name_of_range(linitial(query->fromClause));
		RgObject   *table = rg_object_find(run, &name);

		if (table != NULL && rg_where_was_impossible(run, table, query->whereClause))
			return true;
	}
	table_walker(link->subselect, &ranges);
	foreach(cell, ranges)
	{
		RgName		name = rg_name_of_range(lfirst(cell));
		RgObject   *table = rg_object_find(run, &name);

		if (table != NULL && table->created_by != NULL && !table->filled)
			return true;
	}
	return false;
}

/* Nulls compare with nothing; a default does not differ from itself. */
static bool
is_never_met(RgRun *run, const RgObject *column, const char *op, List *literals)
{
	if (column->default_value == NULL)
		return strcmp(op, "<>") == 0 || strcmp(op, "<") == 0 || strcmp(op, ">") == 0;
	return strcmp(op, "<>") == 0 && list_length(literals) == 1 &&
		rg_share_literal(run, literals, rg_literals_of(column->default_value));
}

/*
 * The length that a column has in the end, where the up changed its type and
 * the down changes it back: nothing that was there before is longer. -1: none.
 */
int
rg_length_before(RgRun *run, const RgObject *column)
{
	ListCell   *cell;

	if (column == NULL || column->conversions == NIL || !column->before)
		return -1;
	foreach(cell, run->files[1].statements)
	{
		AlterTableStmt *stmt = (AlterTableStmt *) ((RawStmt *) lfirst(cell))->stmt;
		ListCell   *part;

		if (run->patience-- <= 0)
			break;
		if (!IsA(stmt, AlterTableStmt) || strcmp(stmt->relation->relname, column->parent->name) != 0)
			continue;
		foreach(part, stmt->cmds)
		{
			AlterTableCmd *cmd = (AlterTableCmd *) lfirst(part);

			if (cmd->subtype == AT_AlterColumnType && strcmp(cmd->name, column->name) == 0)
				return rg_type_length(((ColumnDef *) cmd->def)->typeName);
		}
	}
	return -1;
}

/* length(column) > what it could hold before */
static bool
is_too_long(RgRun *run, RgObject *table, A_Expr *expr)
{
	FuncCall   *call = (FuncCall *) expr->lexpr;
	A_Const    *bound = (A_Const *) expr->rexpr;
	int			length;

	if (call == NULL || !IsA(call, FuncCall) || list_length(call->args) != 1 || !IsA(bound, A_Const) ||
		!IsA(&bound->val, Integer) || strstr(strVal(llast(call->funcname)), "length") == NULL)
		return false;
	length = rg_length_before(run, column_of(run, table, linitial(call->args)));
	return length >= 0 && intVal(&bound->val) >= length;
}

static bool
comparison_was_impossible(RgRun *run, RgObject *table, A_Expr *expr)
{
	const char *op = strVal(llast(expr->name));
	RgObject   *column = column_of(run, table, expr->lexpr);
	List	   *literals = rg_literals_of(expr->rexpr);

	/* nothing equals NULL, nor differs from it */
	if (expr->kind == AEXPR_OP && expr->rexpr != NULL && IsA(expr->rexpr, A_Const) && ((A_Const *) expr->rexpr)->isnull)
		return true;
	if (is_untouched(column) && is_never_met(run, column, op, literals))
		return true;
	if (run->down && strcmp(op, ">") == 0 && is_too_long(run, table, expr))
		return true;
	if (strcmp(op, "=") != 0 || literals == NIL || expr->lexpr == NULL)
		return false;
	if (is_untouched(column) && differs_from_default(run, column, literals))
		return true;
	return run->down && rg_are_new_words(run, literals);
}

static bool
null_test_was_impossible(RgRun *run, RgObject *table, NullTest *test)
{
	RgObject   *column = column_of(run, table, (Node *) test->arg);

	if (column == NULL)
		return false;
	if (test->nulltesttype == IS_NULL)
		return column->may_be_null || (column->not_null && column->before);
	return is_untouched(column) && column->default_value == NULL;
}

bool
rg_where_was_impossible(RgRun *run, RgObject *table, Node *where)
{
	BoolExpr   *expr = (BoolExpr *) where;
	ListCell   *cell;
	bool		impossible;

	if (where == NULL)
		return false;
	if (IsA(where, NullTest))
		return null_test_was_impossible(run, table, (NullTest *) where);
	if (IsA(where, A_Expr))
		return comparison_was_impossible(run, table, (A_Expr *) where);
	if (IsA(where, SubLink))
		return lookup_was_impossible(run, (SubLink *) where);
	if (IsA(where, ColumnRef))
	{
		RgObject   *column = column_of(run, table, where);

		return is_untouched(column) && differs_from_default(run, column, list_make1(makeString("true")));
	}
	if (!IsA(where, BoolExpr) || expr->boolop == NOT_EXPR)
		return false;
	impossible = expr->boolop == OR_EXPR;
	foreach(cell, expr->args)
	{
		bool		this = rg_where_was_impossible(run, table, lfirst(cell));

		impossible = expr->boolop == OR_EXPR ? impossible && this : impossible || this;
	}
	return impossible;
}

/* ---- conditions that every row meets ---- */

/*
 * Joins, and tests that only leave nulls out: what is copied under them is
 * all that there is to copy.
 */
bool
rg_where_is_whole(RgRun *run, RgObject *table, Node *where)
{
	ListCell   *cell;

	if (where == NULL)
		return true;
	if (IsA(where, NullTest))
	{
		RgObject   *column = column_of(run, table, (Node *) ((NullTest *) where)->arg);

		return ((NullTest *) where)->nulltesttype == IS_NOT_NULL ||
			(column != NULL && column->created_by != NULL);
	}
	if (IsA(where, A_Expr))
	{
		A_Expr	   *expr = (A_Expr *) where;

		return expr->kind == AEXPR_OP && strcmp(strVal(llast(expr->name)), "=") == 0 &&
			rg_literals_of(where) == NIL;
	}
	if (!IsA(where, BoolExpr) || ((BoolExpr *) where)->boolop != AND_EXPR)
		return false;
	foreach(cell, ((BoolExpr *) where)->args)
	{
		if (!rg_where_is_whole(run, table, lfirst(cell)))
			return false;
	}
	return true;
}

/* = and IN ask for the rows of a constant; >= and LIKE for others, too. */
static bool
asks_for_constants(Node *where)
{
	A_Expr	   *expr = (A_Expr *) where;

	if (!IsA(where, A_Expr))
		return IsA(where, SubLink);
	return strcmp(strVal(llast(expr->name)), "=") == 0 && expr->kind != AEXPR_OP_ALL &&
		expr->kind != AEXPR_DISTINCT && expr->lexpr != NULL && !IsA(expr->lexpr, A_Const);
}

/* Does one comparison ask for nothing but these constants (NIL: for any)? */
static bool
comparison_names_only(RgRun *run, Node *where, List *literals)
{
	List	   *asked = rg_literals_of(where);
	ListCell   *cell;

	if (asked == NIL || !asks_for_constants(where))
		return false;
	if (literals == NIL)
		return true;
	if (!IsA(where, A_Expr) || ((A_Expr *) where)->kind != AEXPR_IN)
		return rg_share_literal(run, asked, literals);
	foreach(cell, asked)
	{
		if (!has_literal(run, literals, strVal(lfirst(cell))))
			return false;
	}
	return true;
}

/* Does nothing in the condition speak against a row of these constants? */
bool
rg_where_may_take(RgRun *run, Node *where, List *row)
{
	BoolExpr   *expr = (BoolExpr *) where;
	ListCell   *cell;

	if (!IsA(where, BoolExpr) || expr->boolop == NOT_EXPR)
	{
		List	   *asked = rg_literals_of(where);

		return asked == NIL || !asks_for_constants(where) || rg_share_literal(run, asked, row);
	}
	foreach(cell, expr->args)
	{
		if (rg_where_may_take(run, lfirst(cell), row) == (expr->boolop == OR_EXPR))
			return expr->boolop == OR_EXPR;
	}
	return expr->boolop == AND_EXPR;
}

/*
 * Does each arm of the condition ask for one of these constants? A constant of
 * another row, in an OR or a list, asks for rows that were there before. NIL
 * instead of constants: for any at all?
 */
bool
rg_where_names_only(RgRun *run, Node *where, List *literals)
{
	BoolExpr   *expr = (BoolExpr *) where;
	ListCell   *cell;
	bool		only;

	if (!IsA(where, BoolExpr) || expr->boolop == NOT_EXPR)
		return comparison_names_only(run, where, literals);
	only = expr->boolop == OR_EXPR;
	foreach(cell, expr->args)
	{
		bool		this = rg_where_names_only(run, lfirst(cell), literals);

		only = expr->boolop == OR_EXPR ? only && this : only || this;
	}
	return only;
}
