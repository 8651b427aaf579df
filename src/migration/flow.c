/*
 * flow.c: what becomes of the rows that were there before the up. Values are
 * followed from column to column and rows from table to table, so that moving
 * them there and back is no loss, and dropping what only the files made is
 * none either. What is not followed to the end is lost.
 */
#include "migration/migration.h"

#include "nodes/nodeFuncs.h"

void
rg_loss(RgUnit *unit, const RgObject *object, const char *how)
{
	if (unit->data_loss)
		return;
	unit->data_loss = true;
	unit->loss = object ? psprintf("%s: %s", object->first_written, how) : how;
}

/* Of a file with very many statements on one thing, the first will do. */
#define MOST_REMEMBERED 1000

List *
rg_remember(List *units, RgUnit *unit)
{
	return list_length(units) < MOST_REMEMBERED ? lappend(units, unit) : units;
}

/* ---- scope: what a column of an expression belongs to ---- */

typedef struct Source
{
	const char *alias;
	RgObject   *table;			/* NULL: a subselect */
	SelectStmt *query;
} Source;

static void
add_source(RgRun *run, List **scope, Node *item)
{
	Source	   *source;

	if (item == NULL)
		return;
	if (IsA(item, JoinExpr))
	{
		add_source(run, scope, ((JoinExpr *) item)->larg);
		add_source(run, scope, ((JoinExpr *) item)->rarg);
		return;
	}
	source = palloc0(sizeof(Source));
	if (IsA(item, RangeVar))
	{
		RangeVar   *range = (RangeVar *) item;

		source->alias = range->alias ? range->alias->aliasname : range->relname;
		source->table = rg_relation_refer(run, range);
	}
	else if (IsA(item, RangeSubselect) && IsA(((RangeSubselect *) item)->subquery, SelectStmt))
	{
		RangeSubselect *sub = (RangeSubselect *) item;

		source->alias = sub->alias ? sub->alias->aliasname : "";
		source->query = (SelectStmt *) sub->subquery;
	}
	else
		return;
	*scope = lappend(*scope, source);
}

static List *
scope_of(RgRun *run, List *from)
{
	List	   *scope = NIL;
	ListCell   *cell;

	foreach(cell, from)
		add_source(run, &scope, lfirst(cell));
	return scope;
}

/* A table's column; one that holds a copy of another has that one's columns. */
static RgObject *
column_of(RgRun *run, RgObject *table, const char *name)
{
	RgObject   *column = rg_child_find(run, table, RG_COLUMN, name);

	if (column == NULL && table->copy_of != NULL && table->copy_of != table)
		return column_of(run, table->copy_of, name);
	return column ? column : rg_child_refer(run, table, RG_COLUMN, name);
}

static RgObject *carried(RgRun *run, List *scope, Node *expr, int depth);

/* The target of a query under a name, or in a place. */
static Node *
target_of(SelectStmt *query, const char *name, int place)
{
	ListCell   *cell;
	int			i = 0;

	foreach(cell, query->targetList)
	{
		ResTarget  *target = (ResTarget *) lfirst(cell);
		const char *own = target->name;

		if (own == NULL && IsA(target->val, ColumnRef) && IsA(llast(((ColumnRef *) target->val)->fields), String))
			own = strVal(llast(((ColumnRef *) target->val)->fields));
		if (name ? own != NULL && strcmp(own, name) == 0 : i == place)
			return target->val;
		i++;
	}
	return NULL;
}

static RgObject *
carried_by_reference(RgRun *run, List *scope, ColumnRef *ref, int depth)
{
	Node	   *last = llast(ref->fields);
	const char *alias = NULL;
	ListCell   *cell;

	if (!IsA(last, String))
		return NULL;
	if (list_length(ref->fields) > 1)
		alias = strVal(list_nth(ref->fields, list_length(ref->fields) - 2));
	foreach(cell, scope)
	{
		Source	   *source = (Source *) lfirst(cell);
		RgObject   *column;

		if (alias != NULL ? strcmp(alias, source->alias) != 0 :
			list_length(scope) > 1 && source->table != NULL &&
			rg_child_find(run, source->table, RG_COLUMN, strVal(last)) == NULL && lnext(scope, cell) != NULL)
			continue;
		if (source->table == NULL)
		{
			Node	   *target = target_of(source->query, strVal(last), -1);

			return target ? carried(run, scope_of(run, source->query->fromClause), target, depth + 1) : NULL;
		}
		column = column_of(run, source->table, strVal(last));
		return column->changed == NIL ? column->value_of : NULL;
	}
	return NULL;
}

/* left(column, n) and substr(column, 1, n) of what was never longer */
static RgObject *
carried_by_cut(RgRun *run, List *scope, FuncCall *call, int depth)
{
	const char *name = strVal(llast(call->funcname));
	A_Const    *length = call->args ? (A_Const *) llast(call->args) : NULL;
	RgObject   *column;
	int			before;

	if (!run->down || length == NULL || !IsA(length, A_Const) || !IsA(&length->val, Integer) ||
		(strcmp(name, "left") != 0 && strcmp(name, "substr") != 0 && strcmp(name, "substring") != 0))
		return NULL;
	column = carried(run, scope, linitial(call->args), depth + 1);
	before = rg_length_before(run, column);
	return before >= 0 && intVal(&length->val) >= before ? column : NULL;
}

/* COALESCE makes something of the nulls, unless there were none. */
static RgObject *
carried_unless_null(RgRun *run, List *scope, CoalesceExpr *expr, int depth)
{
	RgObject   *column = carried(run, scope, linitial(expr->args), depth + 1);

	return column != NULL && (column->not_null || run->down) ? column : NULL;
}

/* The column whose values from before an expression gives, NULL: none. */
static RgObject *
carried(RgRun *run, List *scope, Node *expr, int depth)
{
	if (expr == NULL || depth > 20)
		return NULL;
	switch (nodeTag(expr))
	{
		case T_ColumnRef:
			return carried_by_reference(run, scope, (ColumnRef *) expr, depth);
		case T_TypeCast:
			return carried(run, scope, ((TypeCast *) expr)->arg, depth + 1);
		case T_CollateClause:
			return carried(run, scope, ((CollateClause *) expr)->arg, depth + 1);
		case T_CoalesceExpr:
			return carried_unless_null(run, scope, (CoalesceExpr *) expr, depth);
		case T_MultiAssignRef:
			{
				MultiAssignRef *multi = (MultiAssignRef *) expr;
				Node	   *source = multi->source;

				if (IsA(source, RowExpr))
					return carried(run, scope, list_nth(((RowExpr *) source)->args, multi->colno - 1), depth + 1);
				if (!IsA(source, SubLink) || !IsA(((SubLink *) source)->subselect, SelectStmt))
					return NULL;
				return carried(run, list_concat_copy(scope_of(run, ((SelectStmt *) ((SubLink *) source)->subselect)->fromClause), scope),
							   target_of((SelectStmt *) ((SubLink *) source)->subselect, NULL, multi->colno - 1), depth + 1);
			}
		case T_SubLink:
			{
				SubLink    *link = (SubLink *) expr;
				SelectStmt *query = (SelectStmt *) link->subselect;

				if (link->subLinkType != EXPR_SUBLINK || !IsA(query, SelectStmt))
					return NULL;
				return carried(run, list_concat_copy(scope_of(run, query->fromClause), scope),
							   target_of(query, NULL, 0), depth + 1);
			}
		case T_A_ArrayExpr:
			if (list_length(((A_ArrayExpr *) expr)->elements) != 1)
				return NULL;
			return carried(run, scope, linitial(((A_ArrayExpr *) expr)->elements), depth + 1);
		case T_FuncCall:
			return carried_by_cut(run, scope, (FuncCall *) expr, depth);
		case T_A_Indirection:
			return carried(run, scope, ((A_Indirection *) expr)->arg, depth + 1);
		default:
			return NULL;
	}
}

/* SET flag = true WHERE other: a copy of a boolean, where false is the default. */
static RgObject *
carried_by_condition(RgRun *run, List *scope, Node *expr, Node *where)
{
	List	   *literals = expr ? rg_literals_of(expr) : NIL;
	ListCell   *cell;

	if (expr == NULL || !IsA(expr, A_Const) || literals == NIL ||
		strcmp(strVal(linitial(literals)), "true") != 0 || where == NULL)
		return NULL;
	if (IsA(where, ColumnRef))
		return carried(run, scope, where, 0);
	if (!IsA(where, BoolExpr) || ((BoolExpr *) where)->boolop != AND_EXPR)
		return NULL;
	foreach(cell, ((BoolExpr *) where)->args)
	{
		if (IsA(lfirst(cell), ColumnRef))
			return carried(run, scope, lfirst(cell), 0);
	}
	return NULL;
}

/* ---- UPDATE ---- */

/* The constant that an UPDATE sets a column to; NULL: something else. */
static const char *
constant_set(UpdateStmt *stmt, const RgObject *column)
{
	ListCell   *cell;

	foreach(cell, stmt->targetList)
	{
		ResTarget  *target = (ResTarget *) lfirst(cell);
		Node	   *value = target->val;

		if (strcmp(target->name, column->name) != 0)
			continue;
		while (value != NULL && IsA(value, TypeCast))
			value = ((TypeCast *) value)->arg;
		if (value != NULL && IsA(value, A_Const) && rg_literals_of(value) != NIL)
			return strVal(linitial(rg_literals_of(value)));
	}
	return NULL;
}

static bool
speaks_of(Node *node, const char *column)
{
	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
	{
		Node	   *last = llast(((ColumnRef *) node)->fields);

		return IsA(last, String) && strcmp(strVal(last), column) == 0;
	}
	return raw_expression_tree_walker(node, speaks_of, (void *) column);
}

/* Longer constants are texts, which authors seldom write twice the same. */
#define LONGEST_SETTING 32

static bool
has_word(List *literals)
{
	ListCell   *cell;

	foreach(cell, literals)
	{
		const char *literal = strVal(lfirst(cell));

		if (literal[strspn(literal, "0123456789.-")] != '\0')
			return true;
	}
	return false;
}

/*
 * Up: SET x = 2 WHERE key = 'k'. Down: SET x = 1 WHERE key = 'k'. The author
 * says what the row of that key held, and a proof tells whether it did. Not for
 * numbers that the database hands out as keys.
 */
static bool
sets_back(RgRun *run, RgUnit *up, RgUnit *down, const RgObject *column)
{
	UpdateStmt *there = (UpdateStmt *) up->stmt;
	UpdateStmt *back = (UpdateStmt *) down->stmt;
	const char *value;

	if (back->whereClause == NULL || !equal(there->whereClause, back->whereClause) ||
		!rg_where_names_only(run, back->whereClause, NIL) || !has_word(down->asked) ||
		speaks_of(back->whereClause, column->name) || constant_set(there, column) == NULL)
		return false;
	value = constant_set(back, column);
	return value != NULL && strlen(value) <= LONGEST_SETTING;
}

/*
 * Up: SET x = 'b' WHERE x = 'a'. Down: SET x = 'a' WHERE x = 'b'. Only if no
 * row was 'b', or null, before can they be told apart again.
 */
static bool
is_inverse(RgRun *run, RgUnit *up, RgUnit *down, const RgObject *column)
{
	UpdateStmt *back = (UpdateStmt *) down->stmt;

	if (!IsA(up->stmt, UpdateStmt) || !IsA(back, UpdateStmt))
		return false;
	if (sets_back(run, up, down, column))
		return true;
	if (!rg_share_literal(run, down->literals, up->asked))
		return false;
	if (back->whereClause != NULL && IsA(back->whereClause, NullTest))
		return column->may_be_null && ((NullTest *) back->whereClause)->nulltesttype == IS_NULL;
	return rg_share_literal(run, up->literals, down->asked) && rg_are_new_words(run, up->literals);
}

static void
settle(List **outstanding, RgUnit *by)
{
	ListCell   *cell;

	foreach(cell, *outstanding)
	{
		RgUnit	   *unit = (RgUnit *) lfirst(cell);

		unit->undone_by = list_append_unique_ptr(unit->undone_by, by);
	}
	*outstanding = NIL;
}

static void
change_values(RgRun *run, RgUnit *unit, RgObject *column, RgObject *source, bool whole, bool impossible)
{
	ListCell   *cell;

	if (!column->before)
	{
		column->filled = true;
		column->value_of = whole ? source : NULL;
		return;
	}
	if (source == column && whole)
	{
		settle(&column->changed, unit);
		return;
	}
	foreach(cell, column->changed)
	{
		RgUnit	   *other = (RgUnit *) lfirst(cell);

		if (unit->down && !other->down && is_inverse(run, other, unit, column))
		{
			other->undone_by = list_append_unique_ptr(other->undone_by, unit);
			column->changed = list_delete_ptr(column->changed, other);
			return;
		}
	}
	if (!impossible)
		column->changed = rg_remember(column->changed, unit);
}

void
rg_apply_update(RgRun *run, RgUnit *unit)
{
	UpdateStmt *stmt = (UpdateStmt *) unit->stmt;
	RgObject   *table = rg_relation_refer(run, stmt->relation);
	List	   *scope = NIL;
	bool		whole = rg_where_is_whole(run, table, stmt->whereClause);
	bool		impossible = rg_where_was_impossible(run, table, stmt->whereClause);
	ListCell   *cell;

	unit->object = table;
	unit->literals = rg_literals_of((Node *) stmt->targetList);
	unit->asked = rg_literals_of(stmt->whereClause);
	rg_flow_calls(run, unit, unit->stmt);
	add_source(run, &scope, (Node *) stmt->relation);
	scope = list_concat(scope, scope_of(run, stmt->fromClause));
	foreach(cell, stmt->targetList)
	{
		ResTarget  *target = (ResTarget *) lfirst(cell);
		RgObject   *column = rg_child_refer(run, table, RG_COLUMN, target->name);
		RgObject   *source = carried(run, scope, target->val, 0);
		RgObject   *flag = carried_by_condition(run, scope, target->val, stmt->whereClause);

		unit->targets = lappend(unit->targets, column);
		change_values(run, unit, column, source ? source : flag, whole || flag, impossible);
	}
	if (table->before && !impossible)
		rg_triggers_write(run, unit, table, stmt->targetList);
}

/* ---- INSERT ---- */

static const RangeVar *
only_source(SelectStmt *query)
{
	Node	   *item;

	if (query->op != SETOP_NONE || list_length(query->fromClause) != 1)
		return NULL;
	item = linitial(query->fromClause);
	return IsA(item, RangeVar) ? (RangeVar *) item : NULL;
}

/* Rows, and columns, that come out of another table whole. */
static void
copy_rows(RgRun *run, RgObject *table, List *columns, SelectStmt *query)
{
	const RangeVar *range = only_source(query);
	RgObject   *from = range ? rg_relation_refer(run, range) : NULL;
	List	   *scope = scope_of(run, query->fromClause);
	bool		whole = rg_where_is_whole(run, from ? from : table, query->whereClause);
	bool		star = false;
	ListCell   *cell;
	int			place = 0;

	/* some of the rows, or several in one */
	if (query->op != SETOP_NONE || query->limitCount != NULL || query->groupClause != NIL ||
		query->distinctClause != NIL || query->havingClause != NULL)
		whole = false;
	if (whole && from != NULL && query->whereClause == NULL && from->lost == NIL)
		table->rows_of = from->rows_of;
	foreach(cell, query->targetList)
	{
		ResTarget  *target = (ResTarget *) lfirst(cell);
		const char *name = target->name;
		RgObject   *column;

		if (IsA(target->val, ColumnRef) && IsA(llast(((ColumnRef *) target->val)->fields), A_Star))
		{
			star = true;
			continue;
		}
		if (columns != NIL)
			name = place < list_length(columns) ? ((ResTarget *) list_nth(columns, place))->name : NULL;
		else if (name == NULL && IsA(target->val, ColumnRef))
			name = strVal(llast(((ColumnRef *) target->val)->fields));
		place++;
		if (name == NULL)
			continue;
		column = rg_child_refer(run, table, RG_COLUMN, name);
		if (column->before)
			continue;
		column->filled = true;
		column->value_of = whole ? carried(run, scope, target->val, 0) : NULL;
	}
	if (star && from != NULL)
		table->copy_of = from;
	table->filled = true;
}

void
rg_flow_create_as(RgRun *run, RgUnit *unit, RgObject *table, Node *query)
{
	if (IsA(query, SelectStmt))
		copy_rows(run, table, NIL, (SelectStmt *) query);
}

/* Where rows came back out of a copy of them, they are not lost any more. */
static bool
brings_back(RgRun *run, RgObject *table, SelectStmt *query)
{
	const RangeVar *range = only_source(query);
	RgObject   *from = range ? rg_relation_refer(run, range) : NULL;

	return from != NULL && from != table && from->rows_of == table;
}

/* SELECT constants WHERE NOT EXISTS (...) */
static bool
is_guarded(SelectStmt *query)
{
	BoolExpr   *where = query ? (BoolExpr *) query->whereClause : NULL;

	return where != NULL && query->fromClause == NIL && IsA(where, BoolExpr) && where->boolop == NOT_EXPR &&
		IsA(linitial(where->args), SubLink);
}

/* NIL where it is not known what they are, or nobody would read them all. */
static List *
rows_of_values(SelectStmt *query, List *literals)
{
	List	   *rows = NIL;
	ListCell   *cell;

	if (query == NULL || !IsA(query, SelectStmt) || list_length(query->valuesLists) > MOST_REMEMBERED)
		return NIL;
	if (list_length(query->valuesLists) < 2)
		return list_make1(literals);
	foreach(cell, query->valuesLists)
		rows = lappend(rows, rg_literals_of(lfirst(cell)));
	return rows;
}

void
rg_apply_insert(RgRun *run, RgUnit *unit)
{
	InsertStmt *stmt = (InsertStmt *) unit->stmt;
	RgObject   *table = rg_relation_refer(run, stmt->relation);
	SelectStmt *query = (SelectStmt *) stmt->selectStmt;

	unit->object = table;
	rg_flow_calls(run, unit, unit->stmt);
	if (!table->before)
	{
		if (query != NULL && IsA(query, SelectStmt) && query->valuesLists == NIL)
			copy_rows(run, table, stmt->cols, query);
		return;
	}
	if (query != NULL && query->fromClause != NIL && brings_back(run, table, query))
	{
		settle(&table->lost, unit);
		return;
	}
	unit->literals = rg_literals_of((Node *) query);
	unit->rows = rows_of_values(query, unit->literals);
	unit->guarded = stmt->onConflictClause != NULL || is_guarded(query);
	table->added = rg_remember(table->added, unit);
}

void
rg_apply_copy(RgRun *run, RgUnit *unit)
{
	CopyStmt   *stmt = (CopyStmt *) unit->stmt;

	if (stmt->relation == NULL)
		return;
	unit->object = rg_relation_refer(run, stmt->relation);
	if (stmt->is_from && unit->object->before)
		unit->object->added = rg_remember(unit->object->added, unit);
}

/* ---- DELETE, TRUNCATE, MERGE ---- */

/* A condition takes back the rows that have its constants; all of them? */
static bool
takes_all_rows(RgRun *run, RgUnit *insert, Node *where)
{
	List	   *left = NIL;
	ListCell   *cell;

	foreach(cell, insert->rows)
	{
		if (lfirst(cell) != NIL && !rg_where_may_take(run, where, lfirst(cell)))
			left = lappend(left, lfirst(cell));
	}
	insert->rows = left;
	return left == NIL;
}

/*
 * Rows that the up brought and the down takes away again: those that a
 * condition of the down names by a constant of theirs, or all where it names
 * none of anybody's.
 */
static bool
takes_back(RgRun *run, RgUnit *unit, RgObject *table, Node *where)
{
	List	   *literals = rg_literals_of(where);
	List	   *left = NIL;
	ListCell   *cell;
	bool		any = false;

	if (!unit->down || where == NULL || table->added == NIL)
		return false;
	foreach(cell, table->added)
	{
		RgUnit	   *other = (RgUnit *) lfirst(cell);

		if (!other->down && (literals == NIL || other->literals == NIL ||
							 rg_where_names_only(run, where, other->literals)))
		{
			other->undone_by = list_append_unique_ptr(other->undone_by, unit);
			if (other->guarded)
				rg_loss(unit, table, "rows are deleted that the up may have found there");
			if (!takes_all_rows(run, other, where))
				left = lappend(left, other);
			any = true;
		}
		else
			left = lappend(left, other);
	}
	if (any)
		table->added = left;
	return any;
}

void
rg_apply_delete(RgRun *run, RgUnit *unit)
{
	DeleteStmt *stmt = (DeleteStmt *) unit->stmt;
	RgObject   *table = rg_relation_refer(run, stmt->relation);

	unit->object = table;
	rg_flow_calls(run, unit, unit->stmt);
	if (!table->before || takes_back(run, unit, table, stmt->whereClause) ||
		rg_where_was_impossible(run, table, stmt->whereClause))
		return;
	if (stmt->whereClause == NULL)
		settle(&table->added, unit);
	table->lost = rg_remember(table->lost, unit);
}

void
rg_apply_truncate(RgRun *run, RgUnit *unit)
{
	unit->object = rg_object_refer(run, &unit->name);
	if (unit->object == NULL || unit->object->space != RG_RELATION)
		rg_loss(unit, NULL, psprintf("%s takes rows with it", unit->kind));
	else if (unit->object->before)
		unit->object->lost = rg_remember(unit->object->lost, unit);
}

void
rg_apply_merge(RgRun *run, RgUnit *unit)
{
	unit->object = rg_object_refer(run, &unit->name);
	if (unit->object != NULL && unit->object->before)
		unit->object->lost = rg_remember(unit->object->lost, unit);
}

/* ---- SELECT: what functions of the files do ---- */

typedef struct Calls
{
	RgRun	   *run;
	RgUnit	   *unit;
} Calls;

static bool
call_walker(Node *node, Calls *calls)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncCall))
	{
		RgName		name = rg_name_of_list(RG_ROUTINE, ((FuncCall *) node)->funcname);
		RgObject   *function = rg_object_find(calls->run, &name);

		if (function != NULL && function->body != NULL)
			rg_apply_body(calls->run, calls->unit, function->body);
	}
	return raw_expression_tree_walker(node, call_walker, calls);
}

/* What functions of the files do, where a statement calls them. */
void
rg_flow_calls(RgRun *run, RgUnit *unit, Node *node)
{
	Calls		calls = {run, unit};

	call_walker(node, &calls);
}

void
rg_apply_select(RgRun *run, RgUnit *unit)
{
	Node	   *stmt = unit->stmt;

	rg_flow_calls(run, unit, IsA(stmt, CallStmt) ? (Node *) ((CallStmt *) stmt)->funccall : stmt);
	if (IsA(stmt, SelectStmt) && ((SelectStmt *) stmt)->intoClause != NULL)
	{
		unit->object = rg_object_create(run, &unit->name, unit);
		copy_rows(run, unit->object, NIL, (SelectStmt *) stmt);
	}
}

/* ---- the end: what has come back, and what has not ---- */

static bool
is_held(RgRun *run, RgObject *table)
{
	ListCell   *cell;

	foreach(cell, run->objects)
	{
		RgObject   *object = (RgObject *) lfirst(cell);

		if (object->space == RG_RELATION && object->alive && object->rows_of == table)
			return true;
	}
	return false;
}

/*
 * DROP IF EXISTS before making it under the same name, and a down that leaves
 * none: then there was none before.
 */
static bool
is_guard(const RgObject *object)
{
	RgUnit	   *unit = object->dropped_by;
	bool		missing_ok = IsA(unit->stmt, DropStmt) ? ((DropStmt *) unit->stmt)->missing_ok :
		unit->part != NULL && IsA(unit->part, AlterTableCmd) && ((AlterTableCmd *) unit->part)->missing_ok;

	return missing_ok && !unit->down && object->revived_by != NULL && !object->revived_by->down;
}

/* The relation that has the table's rows under its old name; NULL: lost, and said so. */
static RgObject *
finish_rows(RgRun *run, RgObject *table)
{
	RgObject   *holder = rg_live_under(run, table->first_key);
	ListCell   *cell;

	/* under another name, which is no loss unless a down should have seen to it */
	if (holder == NULL && (table->alive || is_held(run, table)))
	{
		holder = table;
		if (table->renamed_by != NULL && run->files[1].text != NULL)
			rg_loss(table->renamed_by, table, "the table does not get its name back");
	}
	if (holder == NULL || holder->rows_of != table)
	{
		if (table->dropped_by != NULL && !(holder == NULL && is_guard(table)))
			rg_loss(table->dropped_by, table, "the table is dropped, and nothing brings its rows back");
		return NULL;
	}
	foreach(cell, holder->lost)
		rg_loss(lfirst(cell), table, IsA(((RgUnit *) lfirst(cell))->stmt, MergeStmt) ?
				"rows that were there before are changed or gone" : "rows that were there before are gone");
	foreach(cell, holder->added)
		rg_loss(lfirst(cell), table, "rows that are added stay");
	return holder;
}

static void
finish_conversions(RgObject *column)
{
	ListCell   *cell;
	TypeName   *type = column->first_type;
	RgUnit	   *last = column->conversions ? llast(column->conversions) : NULL;

	/* what it is in the end is what it was, if the down says it */
	if (type == NULL && last != NULL && last->down)
		type = ((ColumnDef *) ((AlterTableCmd *) last->part)->def)->typeName;
	foreach(cell, column->conversions)
	{
		RgUnit	   *unit = (RgUnit *) lfirst(cell);
		ColumnDef  *def = (ColumnDef *) ((AlterTableCmd *) unit->part)->def;
		const char *how = rg_conversion_loss(unit->down ? NULL : type, def->typeName, def->raw_default,
												 column->name, unit->down);

		unit->old_type = type;
		type = def->typeName;
		if (how != NULL)
			rg_loss(unit, column, how);
	}
}

static bool
is_carried(RgRun *run, RgObject *table, RgObject *column)
{
	ListCell   *cell;

	foreach(cell, table->children)
	{
		RgObject   *other = (RgObject *) lfirst(cell);

		if (run->patience-- <= 0)
			break;
		if (other->space == RG_COLUMN && other->alive && other->value_of == column)
			return true;
	}
	return false;
}

/* Written by the statement itself, and not by a trigger that it sets off? */
static bool
is_target(const RgUnit *unit, RgObject *column)
{
	return !IsA(unit->stmt, UpdateStmt) || list_member_ptr(unit->targets, column);
}

static void
finish_values(RgRun *run, RgObject *holder, RgObject *column)
{
	RgObject   *final = rg_child_find(run, holder, RG_COLUMN, column->first_name);
	ListCell   *cell;

	if (final == NULL && holder->copy_of != NULL)
		final = column_of(run, holder, column->first_name);
	if (final == NULL && column->alive && column->renamed_by != NULL && run->files[1].text != NULL)
	{
		rg_loss(column->renamed_by, column, "the column does not get its name back");
		return;
	}
	if (final != NULL ? final->value_of != column : !is_carried(run, holder, column))
	{
		if (column->dropped_by != NULL && !(final == NULL && is_guard(column)))
			rg_loss(column->dropped_by, column, final ? "the column comes back without its values" :
					"the column is dropped with its values");
		return;
	}
	foreach(cell, column->changed)
		rg_loss(lfirst(cell), column, is_target(lfirst(cell), column) ? "values that were there before are overwritten" :
				"a trigger overwrites values that were there before");
	finish_conversions(column);
}

/* A schema that is made again at once held code, and not rows. */
static void
finish_schemas(RgRun *run)
{
	ListCell   *cell;

	foreach(cell, run->objects)
	{
		RgObject   *schema = (RgObject *) lfirst(cell);
		RgUnit	   *unit = schema->dropped_by;

		if (schema->space == RG_OTHER + OBJECT_SCHEMA && schema->before && unit != NULL &&
			((DropStmt *) unit->stmt)->behavior == DROP_CASCADE &&
			(schema->revived_by == NULL || schema->revived_by->down != unit->down))
			rg_loss(unit, schema, "everything in the schema is dropped");
	}
}

void
rg_flow_finish(RgRun *run)
{
	List	   *objects = list_copy(run->objects);
	ListCell   *cell;

	finish_schemas(run);
	foreach(cell, objects)
	{
		RgObject   *table = (RgObject *) lfirst(cell);
		RgObject   *holder;
		ListCell   *child;

		if (table->space != RG_RELATION || !table->before || table->not_table)
			continue;
		holder = finish_rows(run, table);
		if (holder == NULL)
			continue;
		foreach(child, list_copy(table->children))
		{
			RgObject   *column = (RgObject *) lfirst(child);

			if (column->space == RG_COLUMN && column->before)
				finish_values(run, holder, column);
		}
	}
}
