/*
 * wanted.c: which values rows should have so that the conditions of a migration
 * meet some: read off its statements, those inside DO blocks included.
 */
#include "migration/proof.h"

#include "common/hashfn.h"
#include "migration/migration.h"
#include "nodes/nodeFuncs.h"
#include "utils/hsearch.h"
#include "utils/json.h"

/* So many of a column are tried, and of those that one statement names. */
#define MOST_VALUES 32
#define MOST_OF_STATEMENT 8

typedef struct Wanted
{
	const char *column;
	int			statement;		/* that named it last */
	int			named;			/* ... so many values of it */
	List	   *asked;			/* String: constants that it is compared with */
	bool		null_asked;		/* IS NULL */
	List	   *single;			/* ... where a query for one value asks */
	List	   *equal;			/* String: columns that it is compared with */
	List	   *set_back;		/* those that the down sets it to */
} Wanted;

/* A constant of a row that the up inserts. */
typedef struct Brought
{
	const char *table;
	const char *column;			/* NULL: the INSERT names none */
	const char *literal;
} Brought;

/* Those whose constants come to the same. */
typedef struct BroughtEntry
{
	uint64		hash;
	List	   *brought;		/* of Brought */
} BroughtEntry;

/* A condition that what the up brings meets. */
typedef struct Met
{
	const char *column;
	const char *literal;
} Met;

typedef struct Collector
{
	List	   *columns;		/* of Wanted */
	HTAB	   *brought;		/* of BroughtEntry */
	int			statement;		/* at hand, counted */
	List	   *tables;			/* char *: which it speaks of */
	List	   *named;			/* char *: columns that it compares with constants */
	List	   *met;			/* of Met: what of them the up brings */
	StringInfoData shared;		/* of all statements, as JSON */
	int			nshared;
	int			queries;		/* for one value, that we are in */
	bool		partly;			/* more is asked for than is kept */
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

/* ---- what the up brings ---- */

static uint64
hash_of(const char *literal)
{
	return hash_bytes_extended((const unsigned char *) literal, (int) strlen(literal), 0);
}

static bool
is_same(const Brought *a, const Brought *b)
{
	return strcmp(a->literal, b->literal) == 0 && strcmp(a->table, b->table) == 0 &&
		(a->column == b->column || (a->column != NULL && b->column != NULL && strcmp(a->column, b->column) == 0));
}

/* Once for a column, however many rows bring it. */
static void
add_brought(Collector *all, const char *table, const char *column, const char *literal)
{
	const Brought one = {table, column, literal};
	uint64		hash = hash_of(literal);
	bool		found;
	BroughtEntry *entry = hash_search(all->brought, &hash, HASH_ENTER, &found);
	Brought    *kept;
	ListCell   *cell;

	if (!found)
		entry->brought = NIL;
	foreach(cell, entry->brought)
	{
		if (is_same(lfirst(cell), &one))
			return;
	}
	kept = palloc(sizeof(Brought));
	*kept = one;
	entry->brought = lappend(entry->brought, kept);
}

bool
rg_is_name_in(const List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

/*
 * Rows that the up brings were not there: later conditions that speak of their table
 * mean those, and so does that of an INSERT which keeps it from bringing them twice.
 */
static bool
is_brought(const Collector *all, const char *column, const char *literal)
{
	uint64		hash = hash_of(literal);
	BroughtEntry *entry = hash_search(all->brought, &hash, HASH_FIND, NULL);
	ListCell   *cell;

	foreach(cell, entry ? entry->brought : NIL)
	{
		const Brought *brought = lfirst(cell);

		if (strcmp(brought->literal, literal) == 0 && rg_is_name_in(all->tables, brought->table) &&
			(brought->column == NULL || strcmp(brought->column, column) == 0))
			return true;
	}
	return false;
}

/* One row, or what a query brings in place of its columns. */
static void
add_brought_row(Collector *all, const InsertStmt *stmt, const List *values)
{
	ListCell   *cell;

	foreach(cell, values)
	{
		int			place = foreach_current_index(cell);
		const char *column = place < list_length(stmt->cols) ?
			list_nth_node(ResTarget, stmt->cols, place)->name : NULL;
		ListCell   *literal;

		foreach(literal, rg_literals_of(lfirst(cell)))
			add_brought(all, stmt->relation->relname, column, strVal(lfirst(literal)));
	}
}

/* What stands in VALUES, or in place of columns; not what a query looks for. */
static void
add_brought_query(Collector *all, const InsertStmt *stmt, const SelectStmt *query)
{
	ListCell   *cell;

	if (query == NULL || !IsA(query, SelectStmt))
		return;
	if (query->op != SETOP_NONE)
	{
		add_brought_query(all, stmt, query->larg);
		add_brought_query(all, stmt, query->rarg);
		return;
	}
	foreach(cell, query->valuesLists)
		add_brought_row(all, stmt, lfirst(cell));
	add_brought_row(all, stmt, query->targetList);
}

/* A row that is updated where it is there may have been there. */
static void
look_at_insert(Collector *all, const InsertStmt *stmt)
{
	if (stmt->onConflictClause == NULL || stmt->onConflictClause->action != ONCONFLICT_UPDATE)
		add_brought_query(all, stmt, (SelectStmt *) stmt->selectStmt);
}

/* ---- what conditions ask for ---- */

static void
add_met(Collector *all, const char *column, const char *literal)
{
	Met		   *met = palloc(sizeof(Met));

	*met = (Met) {column, literal};
	all->met = lappend(all->met, met);
}

/* {"column": "c", "value": "v", "named": ["column", ...], "places": [["table", "column"], ...]} */
static void
append_met(Collector *all, const Met *met)
{
	StringInfo	json = &all->shared;
	uint64		hash = hash_of(met->literal);
	BroughtEntry *entry = hash_search(all->brought, &hash, HASH_FIND, NULL);
	ListCell   *cell;
	const char *comma = "";

	appendStringInfoString(json, all->nshared++ > 0 ? ", {\"column\": " : "{\"column\": ");
	escape_json(json, met->column);
	appendStringInfoString(json, ", \"value\": ");
	escape_json(json, met->literal);
	appendStringInfoString(json, ", \"named\": [");
	foreach(cell, all->named)
	{
		appendStringInfoString(json, cell == list_head(all->named) ? "" : ", ");
		escape_json(json, lfirst(cell));
	}
	appendStringInfoString(json, "], \"places\": [");
	foreach(cell, entry->brought)
	{
		const Brought *brought = lfirst(cell);

		if (brought->column == NULL || strcmp(brought->literal, met->literal) != 0)
			continue;
		appendStringInfo(json, "%s[", comma);
		escape_json(json, brought->table);
		appendStringInfoString(json, ", ");
		escape_json(json, brought->column);
		appendStringInfoChar(json, ']');
		comma = ", ";
	}
	appendStringInfoString(json, "]}");
}

static void
add_single(Wanted *wanted, String *literal)
{
	if (list_length(wanted->single) < MOST_VALUES && !is_in(wanted->single, strVal(literal)))
		wanted->single = lappend(wanted->single, literal);
}

static void
add_asked(Collector *all, const char *column, List *literals)
{
	Wanted	   *wanted = column_of(all, column);
	ListCell   *cell;

	all->named = lappend(all->named, unconstify(char *, column));
	if (wanted->statement != all->statement)
		wanted->named = 0;
	wanted->statement = all->statement;
	foreach(cell, literals)
	{
		const char *literal = strVal(lfirst(cell));

		if (wanted->named >= MOST_OF_STATEMENT)
			break;
		if (list_length(wanted->asked) >= MOST_VALUES)
		{
			all->partly = true;
			break;
		}
		if (is_in(wanted->asked, literal))
			continue;
		if (is_brought(all, column, literal))
			add_met(all, column, literal);
		else if (all->queries > 0)
			add_single(wanted, lfirst(cell));
		else
		{
			wanted->asked = lappend(wanted->asked, lfirst(cell));
			wanted->named++;
		}
	}
}

/* What a query gives that stands for one value; NULL where it is none. */
static Node *
value_of_query(Node *node)
{
	SelectStmt *query = node != NULL && IsA(node, SubLink) ? (SelectStmt *) ((SubLink *) node)->subselect : NULL;

	return query != NULL && IsA(query, SelectStmt) && list_length(query->targetList) == 1 ?
		linitial_node(ResTarget, query->targetList)->val : NULL;
}

/* A column by itself, or a query for one. */
static const char *
simple_column(Node *node)
{
	Node	   *value = value_of_query(node);
	Node	   *last;

	if (value == NULL)
		value = node;
	last = value != NULL && IsA(value, ColumnRef) ? llast(((ColumnRef *) value)->fields) : NULL;
	return last != NULL && IsA(last, String) ? strVal(last) : NULL;
}

/* Two columns: where no foreign key says so, no row has what another one has. */
static void
add_equal(Collector *all, const char *column, const char *other)
{
	Wanted	   *wanted = column_of(all, column);

	if (list_length(wanted->equal) < MOST_VALUES && !is_in(wanted->equal, other))
		wanted->equal = lappend(wanted->equal, makeString(pstrdup(other)));
}

static void
add_join(Collector *all, Node *left, Node *right)
{
	const char *column = simple_column(left);
	const char *other = simple_column(right);

	if (column == NULL || other == NULL)
		return;
	add_equal(all, column, other);
	add_equal(all, other, column);
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
is_operator(const A_Expr *expr, const char *const *names, int n)
{
	const char *name = strVal(llast(expr->name));

	for (int i = 0; i < n; i++)
	{
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

/*
 * Something that can be met by the constant itself; not "->" or "+", say. What is put
 * into a document may be in it already.
 */
static bool
is_comparison(const A_Expr *expr)
{
	static const char *const names[] = {"=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*", "~~", "~~*", "@>", "||"};

	return expr->kind != AEXPR_NULLIF &&
		(expr->kind != AEXPR_OP || is_operator(expr, names, lengthof(names)));
}

/* column ->> 'key': documents that have the constants there. */
static List *
documents_of(Node *side, List *literals)
{
	static const char *const names[] = {"->", "->>"};
	List	   *keys = IsA(side, A_Expr) && is_operator((A_Expr *) side, names, lengthof(names)) ?
		rg_literals_of(((A_Expr *) side)->rexpr) : NIL;
	List	   *documents = NIL;
	ListCell   *cell;

	if (keys == NIL)
		return literals;
	foreach(cell, literals)
	{
		StringInfoData document;

		initStringInfo(&document);
		appendStringInfoChar(&document, '{');
		escape_json(&document, strVal(linitial(keys)));
		appendStringInfoString(&document, ": ");
		escape_json(&document, strVal(lfirst(cell)));
		appendStringInfoChar(&document, '}');
		documents = lappend(documents, makeString(document.data));
	}
	return documents;
}

static bool
look_at_sides(Collector *all, Node *side, Node *other)
{
	const char *column = NULL;
	/* those of a query are about its own columns */
	List	   *literals = other != NULL && IsA(other, SubLink) ? NIL : rg_literals_of(other);

	(void) find_column(side, &column);
	if (column != NULL)
		literals = documents_of(side, literals);
	if (column != NULL && literals != NIL)
		add_asked(all, column, literals);
	return column != NULL;
}

static void
look_at_comparison(Collector *all, A_Expr *expr)
{
	if (!look_at_sides(all, expr->lexpr, expr->rexpr))
		(void) look_at_sides(all, expr->rexpr, expr->lexpr);
	add_join(all, expr->lexpr, expr->rexpr);
}

static bool
condition_walker(Node *node, Collector *all)
{
	const char *column;
	bool		single = node != NULL && IsA(node, SubLink) && ((SubLink *) node)->subLinkType == EXPR_SUBLINK;
	bool		result;

	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_A_Expr:
			if (((A_Expr *) node)->lexpr != NULL && is_comparison((A_Expr *) node))
				look_at_comparison(all, (A_Expr *) node);
			break;
		case T_SubLink:
			/* column IN (SELECT other ...), = ANY (SELECT other ...) */
			add_join(all, ((SubLink *) node)->testexpr, value_of_query(node));
			break;
		case T_NullTest:
			column = simple_column((Node *) ((NullTest *) node)->arg);
			if (column != NULL && ((NullTest *) node)->nulltesttype == IS_NULL)
				column_of(all, column)->null_asked = true;
			break;
		default:
			break;
	}
	all->queries += single;
	result = raw_expression_tree_walker(node, condition_walker, all);
	all->queries -= single;
	return result;
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

static bool
table_walker(Node *node, List **tables)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeVar))
		*tables = lappend(*tables, ((RangeVar *) node)->relname);
	return raw_expression_tree_walker(node, table_walker, tables);
}

static void
look_at_conditions(Collector *all, Node *node, List *tables)
{
	ListCell   *cell;

	all->statement++;
	all->tables = tables;
	all->named = all->met = NIL;
	condition_walker(node, all);
	foreach(cell, all->met)
	{
		if (all->nshared < MOST_VALUES)
			append_met(all, lfirst(cell));
	}
}

static void
look_at_unit(Collector *all, RgUnit *unit)
{
	List	   *tables = NIL;

	switch (nodeTag(unit->stmt))
	{
		case T_UpdateStmt:
			if (all->down)
				add_set_back(all, (UpdateStmt *) unit->stmt);
			break;
		case T_InsertStmt:
			if (!all->down)
				look_at_insert(all, (InsertStmt *) unit->stmt);
			break;
		case T_DeleteStmt:
		case T_MergeStmt:
		case T_SelectStmt:
			break;
		case T_AlterTableStmt:
			/* USING of a new type */
			if (unit->rule->judge == rg_judge_column_type)
				look_at_conditions(all, ((ColumnDef *) ((AlterTableCmd *) unit->part)->def)->raw_default,
								   list_make1(((AlterTableStmt *) unit->stmt)->relation->relname));
			return;
		default:
			return;
	}
	table_walker(unit->stmt, &tables);
	look_at_conditions(all, unit->stmt, tables);
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

/* "column": ["value", ...] */
static void
append_list(StringInfo json, const char *column, List *values, bool and_null)
{
	ListCell   *cell;

	if (values == NIL && !and_null)
		return;
	if (json->data[json->len - 1] != '{')
		appendStringInfoString(json, ", ");
	escape_json(json, column);
	appendStringInfoString(json, ": [");
	foreach(cell, values)
	{
		if (cell != list_head(values))
			appendStringInfoString(json, ", ");
		escape_json(json, strVal(lfirst(cell)));
	}
	if (and_null)
		appendStringInfoString(json, values ? ", null" : "null");
	appendStringInfoChar(json, ']');
}

/*
 * {"values": {"column": ["value", null, ...], ...}, "set_back": {as "values"}, "single": {"column": ["value", ...], ...},
 * "brought": [{as append_met() says}, ...], "equal": {"column": ["other column", ...], ...},
 * "partly": false}
 */
char *
rg_wanted_values(const char *up, const char *down)
{
	HASHCTL		control = {.keysize = sizeof(uint64), .entrysize = sizeof(BroughtEntry), .hcxt = CurrentMemoryContext};
	Collector	all = {.brought = hash_create("constants that an up brings", 64, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT)};
	StringInfoData json;
	ListCell   *cell;

	initStringInfo(&all.shared);
	look_at_file(&all, up);
	all.down = true;
	look_at_file(&all, down);
	initStringInfo(&json);
	appendStringInfoString(&json, "{\"values\": {");
	foreach(cell, all.columns)
	{
		const Wanted *wanted = lfirst(cell);

		append_list(&json, wanted->column, wanted->asked, wanted->null_asked);
	}
	appendStringInfoString(&json, "}, \"set_back\": {");
	foreach(cell, all.columns)
		append_list(&json, ((Wanted *) lfirst(cell))->column, ((Wanted *) lfirst(cell))->set_back, false);
	appendStringInfoString(&json, "}, \"single\": {");
	foreach(cell, all.columns)
		append_list(&json, ((Wanted *) lfirst(cell))->column, ((Wanted *) lfirst(cell))->single, false);
	appendStringInfo(&json, "}, \"brought\": [%s], \"equal\": {", all.shared.data);
	foreach(cell, all.columns)
		append_list(&json, ((Wanted *) lfirst(cell))->column, ((Wanted *) lfirst(cell))->equal, false);
	appendStringInfo(&json, "}, \"partly\": %s}", all.partly ? "true" : "false");
	return json.data;
}
