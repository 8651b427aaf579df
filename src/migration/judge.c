/*
 * judge.c: what depends on more than a rule can say: on options, on whether a
 * table is made in the same file, on what the other file says. Each function
 * is named in the rules of the statements that it is for.
 */
#include "migration/rules.h"

#include "commands/defrem.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"

/* Thousands of statements have something said of them: no more memory than it needs. */
void
rg_say(RgUnit *unit, const char *format,...)
{
	char		said[2048];
	va_list		args;

	va_start(args, format);
	vsnprintf(said, sizeof(said), format, args);
	va_end(args);
	said[pg_mbcliplen(said, strlen(said), sizeof(said) - 1)] = '\0';
	unit->detail = unit->detail ? psprintf("%s %s", unit->detail, said) : pstrdup(said);
}

void
rg_raise_class(RgUnit *unit, RgClass class)
{
	unit->class = Max(unit->class, class);
}

static void
add_lock(RgUnit *unit, LOCKMODE mode, const char *name, bool is_new)
{
	RgLocked   *locked = palloc(sizeof(RgLocked));

	locked->mode = mode;
	locked->name = name;
	locked->is_new = is_new;
	unit->locked = lappend(unit->locked, locked);
}

/* An option asks for another lock than the rule does. */
static void
set_lock(RgUnit *unit, LOCKMODE mode)
{
	ListCell   *cell;

	unit->lock = mode;
	foreach(cell, unit->locked)
		((RgLocked *) lfirst(cell))->mode = mode;
}

static bool
is_made_here(RgRun *run, RgUnit *unit, const RangeVar *range)
{
	RgName		name = rg_name_of_range(range);

	return range != NULL && rg_made_in_file(rg_object_find(run, &name), unit);
}

static void
also_locks(RgRun *run, RgUnit *unit, LOCKMODE mode, const RangeVar *range)
{
	RgName		name = rg_name_of_range(range);

	add_lock(unit, mode, rg_name_written(&name), is_made_here(run, unit, range));
}

bool
rg_name_is_in(const char *name, const char *const *names, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* What is made in this file is empty, and nobody waits for it. */
static void
settle_on_new(RgUnit *unit)
{
	unit->on_new = true;
	unit->class = RG_CLASS_A;
	unit->compatible = true;
	unit->rewrites = unit->scans = false;
	unit->remedy = NULL;
	unit->detail = NULL;
	rg_say(unit, "It is about what this file itself makes: nobody uses that yet.");
}

/* What every statement has in common, and what its own function says. */
void
rg_judge_unit(RgRun *run, RgUnit *unit)
{
	bool		dropped = unit->object != NULL && unit->object->dropped_by == unit;

	CHECK_FOR_INTERRUPTS();
	if (unit->table != NULL)
		add_lock(unit, unit->lock, unit->table_written, rg_made_in_file(unit->table, unit));
	if (unit->rule->class == RG_CLASS_C && !dropped)
		 /* exposure and reach do not depend on who uses it */ ;
	else if (unit->rule->undo != NULL && rg_made_in_file(dropped ? unit->object : unit->table, unit))
		settle_on_new(unit);
	if (unit->rule->judge != NULL)
		unit->rule->judge(run, unit);
	rg_judge_calls(run, unit);
	if (unit->name.schema != NULL && strcmp(unit->name.schema, "releasegov") == 0)
	{
		rg_raise_class(unit, RG_CLASS_C);
		rg_say(unit, "It changes what releases are governed by.");
	}
}

/* ---- tables and their parts ---- */

static void
foreign_keys_lock(RgRun *run, RgUnit *unit, List *constraints)
{
	ListCell   *cell;

	foreach(cell, constraints)
	{
		Constraint *constraint = (Constraint *) lfirst(cell);

		if (IsA(constraint, ColumnDef))
			foreign_keys_lock(run, unit, ((ColumnDef *) constraint)->constraints);
		else if (IsA(constraint, Constraint) && constraint->contype == CONSTR_FOREIGN &&
				 !is_made_here(run, unit, constraint->pktable))
			also_locks(run, unit, ShareRowExclusiveLock, constraint->pktable);
	}
}

void
rg_judge_create_table(RgRun *run, RgUnit *unit)
{
	CreateStmt *stmt = (CreateStmt *) unit->stmt;
	ListCell   *cell;

	foreign_keys_lock(run, unit, stmt->tableElts);
	if (unit->locked != NIL)
		rg_say(unit, "Tables that it refers to cannot be written until the transaction ends.");
	foreach(cell, stmt->inhRelations)
		also_locks(run, unit, ShareUpdateExclusiveLock, lfirst(cell));
	if (stmt->if_not_exists)
		rg_say(unit, "IF NOT EXISTS: where the table was there already, nothing is made, and a down that drops it drops what others made.");
}

void
rg_judge_partition(RgRun *run, RgUnit *unit)
{
	if (IsA(unit->stmt, CreateStmt))
	{
		unit->on_new = false;
		unit->locked = NIL;
		also_locks(run, unit, AccessExclusiveLock, linitial(((CreateStmt *) unit->stmt)->inhRelations));
	}
	else
		also_locks(run, unit, AccessExclusiveLock, castNode(PartitionCmd, ((AlterTableCmd *) unit->part)->def)->name);
}

/* The parent, whose queries see the rows or do not. */
void
rg_judge_inherit(RgRun *run, RgUnit *unit)
{
	also_locks(run, unit, ShareUpdateExclusiveLock, (RangeVar *) ((AlterTableCmd *) unit->part)->def);
}

void
rg_judge_index(RgRun *run, RgUnit *unit)
{
	if (((IndexStmt *) unit->stmt)->if_not_exists)
		rg_say(unit, "IF NOT EXISTS looks at the name only: an index that is invalid, or of other columns, stays as it is.");
}

void
rg_judge_drop(RgRun *run, RgUnit *unit)
{
	DropStmt   *stmt = (DropStmt *) unit->stmt;

	if (stmt->removeType == OBJECT_INDEX && unit->table == NULL)
		add_lock(unit, unit->lock, psprintf("the table of %s", unit->written), false);
	if (stmt->behavior == DROP_CASCADE && !unit->on_new && unit->object != NULL && unit->object->before)
	{
		rg_raise_class(unit, RG_CLASS_C);
		rg_say(unit, "CASCADE drops whatever depends on it, and the file does not say what.");
	}
	if (unit->object != NULL && unit->down && unit->object->created_by != NULL && !unit->object->created_by->down)
		rg_say(unit, "It takes away what the up made, with everything written into it since.");
}

/* ---- columns ---- */

/* Functions that are no more than stable: their value can be stored once for all rows. */
static const char *const steady[] = {
	"now", "current_timestamp", "statement_timestamp", "transaction_timestamp", "timezone",
	"to_timestamp", "date_trunc", "lower", "upper", "coalesce", "make_interval", "jsonb_build_object",
	"json_build_object", "jsonb_build_array", "json_build_array", "to_jsonb", "current_setting",
	"int4range", "int8range", "daterange", "tstzrange", "extract", "date_part", "concat", "md5", "array_fill"
};

static bool
volatile_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncCall))
	{
		const char *name = strVal(llast(((FuncCall *) node)->funcname));

		if (!rg_name_is_in(name, steady, lengthof(steady)))
			return true;
	}
	return raw_expression_tree_walker(node, volatile_walker, context);
}

static bool
is_serial(TypeName *type)
{
	const char *name = rg_type_last_name(type);

	return strstr(name, "serial") != NULL && list_length(type->names) == 1;
}

/* What a constraint in a column's definition does to the rows that are there. */
static void
judge_column_constraint(RgRun *run, RgUnit *unit, Constraint *constraint, bool has_value)
{
	switch (constraint->contype)
	{
		case CONSTR_NOTNULL:
			if (has_value)
				break;
			unit->compatible = false;
			rg_raise_class(unit, RG_CLASS_B);
			rg_say(unit, "NOT NULL without a default fails as soon as the table has a row, and old code that does not know the column fails.");
			unit->remedy = "Add it with a DEFAULT, or without NOT NULL, fill it, and set NOT NULL later.";
			break;
		case CONSTR_GENERATED:
		case CONSTR_IDENTITY:
			if (constraint->contype == CONSTR_GENERATED && !RG_GENERATED_STORED(constraint))
				break;
			unit->rewrites = true;
			rg_raise_class(unit, RG_CLASS_B);
			rg_say(unit, "Every row gets a value of its own: the table is rewritten under the lock.");
			unit->remedy = "Add the column empty, fill it in batches, and let the code or a trigger fill new rows.";
			break;
		case CONSTR_PRIMARY:
		case CONSTR_UNIQUE:
			unit->scans = true;
			rg_raise_class(unit, RG_CLASS_B);
			rg_say(unit, "An index is built under the lock.");
			unit->remedy = "Add the column alone, then CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... USING INDEX.";
			break;
		case CONSTR_CHECK:
			unit->scans = true;
			rg_raise_class(unit, RG_CLASS_B);
			rg_say(unit, "Every row is read under the lock for the CHECK.");
			unit->remedy = "Add the column alone, then ADD CONSTRAINT ... NOT VALID, then VALIDATE CONSTRAINT.";
			break;
		case CONSTR_FOREIGN:
			also_locks(run, unit, ShareRowExclusiveLock, constraint->pktable);
			if (!has_value)
				break;
			unit->scans = true;
			rg_say(unit, "Every row is looked up in the table that it refers to.");
			break;
		default:
			break;
	}
}

void
rg_judge_add_column(RgRun *run, RgUnit *unit)
{
	AlterTableCmd *cmd = (AlterTableCmd *) unit->part;
	ColumnDef  *def = (ColumnDef *) cmd->def;
	Node	   *value = NULL;
	bool		serial = is_serial(def->typeName);
	bool		has_value = serial;
	ListCell   *cell;

	if (cmd->missing_ok)
		rg_say(unit, "IF NOT EXISTS: where the column was there already, a down that drops it drops what others made.");
	if (unit->on_new)
		return;
	foreach(cell, def->constraints)
	{
		Constraint *constraint = (Constraint *) lfirst(cell);

		if (constraint->contype == CONSTR_DEFAULT)
			value = constraint->raw_expr;
		if (constraint->contype == CONSTR_GENERATED || constraint->contype == CONSTR_IDENTITY)
			has_value = true;
	}
	if (serial || (value != NULL && volatile_walker(value, NULL)))
	{
		unit->rewrites = true;
		rg_raise_class(unit, RG_CLASS_B);
		rg_say(unit, "The default differs from row to row, or may: the table is rewritten under the lock.");
		unit->remedy = "Add the column without a default, set the default afterwards, and fill the rows in batches.";
	}
	if (rg_is_constrained(run, def->typeName))
	{
		unit->rewrites = true;
		rg_raise_class(unit, RG_CLASS_B);
		rg_say(unit, "The type is a domain with a constraint of its own: the table is rewritten under the lock.");
		unit->remedy = "Add the column with the type below the domain, fill it, and change its type when the table can wait.";
	}
	has_value = has_value || (value != NULL && !(IsA(value, A_Const) && ((A_Const *) value)->isnull));
	foreach(cell, def->constraints)
		judge_column_constraint(run, unit, lfirst(cell), has_value);
}

void
rg_judge_drop_column(RgRun *run, RgUnit *unit)
{
	if (unit->on_new)
		return;
	if (((AlterTableCmd *) unit->part)->behavior == DROP_CASCADE)
		rg_say(unit, "CASCADE drops whatever depends on it, and the file does not say what.");
	if (unit->down && unit->object->created_by != NULL)
		rg_say(unit, "It takes away what the up made, with everything written into it since.");
	else if (unit->object->revived_by != NULL && unit->object->revived_by->down && !unit->data_loss)
		rg_say(unit, "Here the values have moved, and come back.");
}

void
rg_judge_add_constraint(RgRun *run, RgUnit *unit)
{
	Constraint *constraint = (Constraint *) ((AlterTableCmd *) unit->part)->def;

	if (constraint->contype == CONSTR_FOREIGN)
		also_locks(run, unit, ShareRowExclusiveLock, constraint->pktable);
}

void
rg_judge_column_type(RgRun *run, RgUnit *unit)
{
	ColumnDef  *def = (ColumnDef *) ((AlterTableCmd *) unit->part)->def;
	const char *new = rg_type_written(def->typeName);

	if (unit->on_new)
		return;
	unit->rewrites = rg_conversion_rewrites(unit->old_type, def->typeName) || def->raw_default != NULL;
	unit->scans = unit->rewrites;
	if (unit->old_type == NULL)
		rg_say(unit, "What type it was, these files do not say; unless the stored bytes stay right, the table and its indexes are rewritten under the lock.");
	else if (unit->rewrites)
		rg_say(unit, "From %s to %s, the table and its indexes are rewritten under the lock.", rg_type_written(unit->old_type), new);
	else
	{
		rg_say(unit, "From %s to %s, the stored bytes stay right: the lock is held for a moment only.", rg_type_written(unit->old_type), new);
		unit->remedy = NULL;
	}
	if (rg_conversion_narrows(unit->old_type, def->typeName))
		rg_say(unit, "Values that do not fit make it fail.");
	else if (rg_conversion_keeps_kind(unit->old_type, def->typeName))
	{
		unit->compatible = true;
		if (!unit->rewrites)
			unit->class = RG_CLASS_A;
	}
	else
		rg_say(unit, "Code that reads or writes it meets another type.");
	if (unit->data_loss)
		rg_raise_class(unit, RG_CLASS_C);
}

/* Most storage options need no more than SHARE UPDATE EXCLUSIVE; a view's are another matter. */
void
rg_judge_options(RgRun *run, RgUnit *unit)
{
	AlterTableStmt *stmt = (AlterTableStmt *) unit->stmt;
	ListCell   *cell;

	if (stmt->objtype == OBJECT_VIEW)
		set_lock(unit, AccessExclusiveLock);
	foreach(cell, (List *) ((AlterTableCmd *) unit->part)->def)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, "user_catalog_table") == 0)
			set_lock(unit, AccessExclusiveLock);
		if (strcmp(option->defname, "security_barrier") == 0 || strcmp(option->defname, "security_invoker") == 0)
		{
			rg_raise_class(unit, RG_CLASS_C);
			rg_say(unit, "It decides whose rights count, and what a view lets through.");
		}
	}
}

void
rg_judge_label(RgRun *run, RgUnit *unit)
{
	if (unit->sub == RG_SUB_RENAME_VALUE)
		return;
	if (unit->object != NULL && unit->object->parent != NULL && rg_made_in_file(unit->object->parent, unit) &&
		unit->object->parent->created_by != NULL)
		settle_on_new(unit);
	else if (!((AlterEnumStmt *) unit->stmt)->skipIfNewValExists)
		rg_say(unit, "Without IF NOT EXISTS the up fails when it is run again after the down.");
}

/* ---- rows ---- */

void
rg_judge_insert(RgRun *run, RgUnit *unit)
{
	InsertStmt *stmt = (InsertStmt *) unit->stmt;

	if (unit->on_new)
		return;
	if (stmt->selectStmt != NULL && ((SelectStmt *) stmt->selectStmt)->valuesLists == NIL)
		unit->scans = true;
	rg_say(unit, unit->data_loss ? "Nothing in the down takes these rows away." : "Rows are added to a table that is in use.");
	if (stmt->onConflictClause != NULL)
		rg_say(unit, "ON CONFLICT: which rows were there already is not known afterwards, so a down takes away too much or too little.");
	if (unit->data_loss)
		unit->remedy = "Let the down delete exactly these rows, by their keys.";
}

/* Only columns that the files themselves add? */
static bool
fills_new_columns(const RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, unit->targets)
	{
		if (((RgObject *) lfirst(cell))->before)
			return false;
	}
	return unit->object != NULL;
}

void
rg_judge_update(RgRun *run, RgUnit *unit)
{
	UpdateStmt *stmt = (UpdateStmt *) unit->stmt;

	if (unit->on_new)
	{
		unit->reversibility = RG_REVERSIBLE;
		return;
	}
	unit->scans = true;
	if (fills_new_columns(unit))
	{
		unit->reversibility = RG_REVERSIBLE;
		unit->remedy = NULL;
		rg_say(unit, "It fills columns that this migration adds.");
	}
	else
		rg_say(unit, "What the columns held before is overwritten.");
	if (stmt->whereClause == NULL)
		rg_say(unit, "Every row is written anew and locked to the end of the transaction; large tables are better filled in batches.");
}

void
rg_judge_delete(RgRun *run, RgUnit *unit)
{
	DeleteStmt *stmt = (DeleteStmt *) unit->stmt;

	if (unit->on_new)
	{
		unit->reversibility = RG_REVERSIBLE;
		return;
	}
	unit->scans = true;
	if (stmt->whereClause == NULL)
		rg_say(unit, "All rows are deleted.");
	else if (rg_where_names_only(run, stmt->whereClause, NIL))
	{
		unit->class = RG_CLASS_B;
		rg_say(unit, "Rows that a constant names are deleted.");
	}
	else
		rg_say(unit, "Which rows are deleted depends on what is in the tables.");
	if (!unit->data_loss && unit->down)
		rg_say(unit, "They are those that the up added.");
}

void
rg_judge_copy(RgRun *run, RgUnit *unit)
{
	if (((CopyStmt *) unit->stmt)->is_program)
		rg_say(unit, "PROGRAM runs a command of the operating system.");
}

/* ---- privileges ---- */

void
rg_judge_grant(RgRun *run, RgUnit *unit)
{
	GrantStmt  *stmt = IsA(unit->stmt, GrantStmt) ? (GrantStmt *) unit->stmt :
		((AlterDefaultPrivilegesStmt *) unit->stmt)->action;
	ListCell   *cell;

	if (!stmt->is_grant)
		return;
	foreach(cell, stmt->grantees)
	{
		if (((RoleSpec *) lfirst(cell))->roletype == ROLESPEC_PUBLIC)
		{
			rg_raise_class(unit, RG_CLASS_C);
			rg_say(unit, "PUBLIC is everybody who can connect, now and later.");
			unit->remedy = "Grant it to the role that needs it.";
		}
	}
	if (stmt->objtype == OBJECT_PARAMETER_ACL)
	{
		rg_raise_class(unit, RG_CLASS_C);
		rg_say(unit, "Parameters are the whole cluster's.");
	}
}

/* ---- maintenance ---- */

void
rg_judge_vacuum(RgRun *run, RgUnit *unit)
{
	RgName		name = {RG_NOTHING};

	if (IsA(unit->stmt, VacuumStmt))
	{
		List	   *relations = ((VacuumStmt *) unit->stmt)->rels;

		if (relations != NIL)
			name = rg_name_of_range(((VacuumRelation *) linitial(relations))->relation);
	}
	else
	{
		RangeVar   *range = RG_CLUSTER_RELATION(unit->stmt);

		name = rg_name_of_range(range);
		unit->in_transaction = unit->in_transaction && range != NULL;
	}
	unit->written = rg_name_written(&name);
	add_lock(unit, unit->lock, unit->written ? unit->written : "every table", false);
}

void
rg_judge_reindex(RgRun *run, RgUnit *unit)
{
	if (((ReindexStmt *) unit->stmt)->relation == NULL)
	{
		unit->in_transaction = false;
		add_lock(unit, unit->lock, "every table", false);
	}
}

void
rg_judge_subscription(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, ((CreateSubscriptionStmt *) unit->stmt)->options)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if ((strcmp(option->defname, "create_slot") == 0 || strcmp(option->defname, "connect") == 0) &&
			option->arg != NULL && !defGetBoolean(option))
			unit->in_transaction = true;
	}
}

/* Files are moved: that cannot be rolled back. */
void
rg_judge_database(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, ((AlterDatabaseStmt *) unit->stmt)->options)
	{
		if (strcmp(((DefElem *) lfirst(cell))->defname, "tablespace") == 0)
			unit->in_transaction = false;
	}
}

void
rg_judge_lock(RgRun *run, RgUnit *unit)
{
	LockStmt   *stmt = (LockStmt *) unit->stmt;
	ListCell   *cell;

	unit->locked = NIL;
	foreach(cell, stmt->relations)
		also_locks(run, unit, stmt->mode, lfirst(cell));
	if (stmt->mode <= RowExclusiveLock)
		unit->class = RG_CLASS_A;
}
