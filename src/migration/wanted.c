/*
 * wanted.c: which values rows should have so that the conditions of a migration
 * meet some: read off its statements, those inside DO blocks included.
 */
#include "migration/proof.h"

#include "migration/migration.h"
#include "nodes/nodeFuncs.h"
#include "utils/json.h"

/* So many of a column are tried. */
#define MOST_VALUES 8

typedef struct Wanted
{
	const char *column;
	List	   *asked;			/* String: constants that it is compared with */
	List	   *set_back;		/* those that the down sets it to */
} Wanted;

typedef struct Collector
{
	List	   *columns;		/* of Wanted */
	List	   *brought;		/* constants of rows that the up inserts */
	List	   *own;			/* ... that the statement at hand does */
	bool		down;
} Collector;

static Wanted *
column_of(Collector *all, const char *name)
{
	ListCell   *cell;
	Wanted	   *wanted;

	foreach(cell, all->columns)
	{
		wanted = lfirst(cell);
		if (strcmp(wanted->column, name) == 0)
			return wanted;
	}
	wanted = palloc0(sizeof(Wanted));
	wanted->column = name;
	all->columns = lappend(all->columns, wanted);
	return wanted;
}

static bool
is_in(const List *literals, const char *literal)
{
	ListCell   *cell;

	foreach(cell, literals)
	{
		if (strcmp(strVal(lfirst(cell)), literal) == 0)
			return true;
	}
	return false;
}

/*
 * Rows that the up brings were not there: the down's conditions mean those, and
 * so does that of an INSERT which keeps it from bringing them twice.
 */
static void
add_asked(Collector *all, const char *column, List *literals)
{
	Wanted	   *wanted = column_of(all, column);
	ListCell   *cell;

	foreach(cell, literals)
	{
		const char *literal = strVal(lfirst(cell));

		if (list_length(wanted->asked) < MOST_VALUES && !is_in(wanted->asked, literal) &&
			!is_in(all->own, literal) && !(all->down && is_in(all->brought, literal)))
			wanted->asked = lappend(wanted->asked, lfirst(cell));
	}
}

/* The column that is compared, perhaps as lower(column) or column::text. */
static bool
find_column(Node *node, const char **column)
{
	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
	{
		Node	   *last = llast(((ColumnRef *) node)->fields);

		if (IsA(last, String))
			*column = strVal(last);
		return true;
	}
	return raw_expression_tree_walker(node, find_column, column);
}

static bool
condition_walker(Node *node, Collector *all)
{
	if (node == NULL)
		return false;
	if (IsA(node, A_Expr) && ((A_Expr *) node)->lexpr != NULL)
	{
		const char *column = NULL;
		List	   *literals = rg_literals_of(((A_Expr *) node)->rexpr);

		(void) find_column(((A_Expr *) node)->lexpr, &column);
		if (column != NULL && literals != NIL)
			add_asked(all, column, literals);
	}
	return raw_expression_tree_walker(node, condition_walker, all);
}

static void
add_set_back(Collector *all, UpdateStmt *stmt)
{
	ListCell   *cell;

	foreach(cell, stmt->targetList)
	{
		ResTarget  *target = lfirst(cell);
		Wanted	   *wanted = column_of(all, target->name);

		if (list_length(wanted->set_back) < MOST_VALUES)
			wanted->set_back = list_concat(wanted->set_back, rg_literals_of(target->val));
	}
}

/* What stands in VALUES, or in place of columns; not what a query looks for. */
static List *
literals_brought(const SelectStmt *query)
{
	if (query == NULL || !IsA(query, SelectStmt))
		return NIL;
	if (query->op != SETOP_NONE)
		return list_concat(literals_brought(query->larg), literals_brought(query->rarg));
	return list_concat(rg_literals_of((Node *) query->valuesLists), rg_literals_of((Node *) query->targetList));
}

static void
look_at_unit(Collector *all, RgUnit *unit)
{
	switch (nodeTag(unit->stmt))
	{
		case T_UpdateStmt:
			if (all->down)
				add_set_back(all, (UpdateStmt *) unit->stmt);
			break;
		case T_InsertStmt:
			if (!all->down)
			{
				all->own = literals_brought((SelectStmt *) ((InsertStmt *) unit->stmt)->selectStmt);
				all->brought = list_concat(all->brought, all->own);
			}
			break;
		case T_DeleteStmt:
		case T_MergeStmt:
		case T_SelectStmt:
			break;
		case T_AlterTableStmt:
			/* USING of a new type */
			if (unit->rule->judge == rg_judge_column_type)
				condition_walker(((ColumnDef *) ((AlterTableCmd *) unit->part)->def)->raw_default, all);
			return;
		default:
			return;
	}
	condition_walker(unit->stmt, all);
	all->own = NIL;
}

static void
look_at_file(Collector *all, const char *sql)
{
	RgRun		run = {0};
	RgFileFault fault;
	ListCell   *cell;

	if (sql == NULL)
		return;
	run.files[0].text = sql;
	run.files[0].length = (int) strlen(sql);
	if (!rg_migration_parse(&run.files[0], &fault))
		return;
	rg_migration_run(&run);
	foreach(cell, run.units)
		look_at_unit(all, lfirst(cell));
}

static void
append_values(StringInfo json, const Wanted *wanted)
{
	List	   *values = wanted->asked ? wanted->asked : wanted->set_back;
	ListCell   *cell;

	if (values == NIL)
		return;
	if (json->len > 1)
		appendStringInfoString(json, ", ");
	escape_json(json, wanted->column);
	appendStringInfoString(json, ": [");
	foreach(cell, values)
	{
		if (cell != list_head(values))
			appendStringInfoString(json, ", ");
		escape_json(json, strVal(lfirst(cell)));
	}
	appendStringInfoChar(json, ']');
}

/* {"column": ["value", ...], ...} */
char *
rg_wanted_values(const char *up, const char *down)
{
	Collector	all = {NIL};
	StringInfoData json;
	ListCell   *cell;

	look_at_file(&all, up);
	all.down = true;
	look_at_file(&all, down);
	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	foreach(cell, all.columns)
		append_values(&json, lfirst(cell));
	appendStringInfoChar(&json, '}');
	return json.data;
}
