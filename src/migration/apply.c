/*
 * apply.c: what statements do to the objects of the simulated catalogue. Each
 * function is named in the rules of the statements that it is for, and leaves
 * the object in unit->object.
 */
#include "migration/migration.h"

#include "utils/builtins.h"

/* ---- made ---- */

/* IF NOT EXISTS and OR REPLACE. */
bool
rg_may_exist(Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_CreateStmt:
		case T_CreateForeignTableStmt:
			return ((CreateStmt *) stmt)->if_not_exists;
		case T_CreateTableAsStmt:
			return ((CreateTableAsStmt *) stmt)->if_not_exists;
		case T_IndexStmt:
			return ((IndexStmt *) stmt)->if_not_exists;
		case T_CreateSeqStmt:
			return ((CreateSeqStmt *) stmt)->if_not_exists;
		case T_CreateSchemaStmt:
			return ((CreateSchemaStmt *) stmt)->if_not_exists;
		case T_CreateExtensionStmt:
			return ((CreateExtensionStmt *) stmt)->if_not_exists;
		case T_CreateStatsStmt:
			return ((CreateStatsStmt *) stmt)->if_not_exists;
		case T_ViewStmt:
			return ((ViewStmt *) stmt)->replace;
		case T_CreateFunctionStmt:
			return ((CreateFunctionStmt *) stmt)->replace;
		case T_CreateTrigStmt:
			return ((CreateTrigStmt *) stmt)->replace;
		case T_RuleStmt:
			return ((RuleStmt *) stmt)->replace;
		default:
			return false;
	}
}

/* True if it is made here; false if it stands already and may. */
static bool
make(RgRun *run, RgUnit *unit)
{
	if (unit->name.space == RG_NOTHING)
		return false;
	unit->object = rg_may_exist(unit->stmt) ? rg_object_find(run, &unit->name) : NULL;
	if (unit->object != NULL)
		return false;
	unit->object = rg_object_create(run, &unit->name, unit);
	return true;
}

void
rg_apply_create(RgRun *run, RgUnit *unit)
{
	make(run, unit);
}

/* A domain with a constraint: every value of it is checked. */
void
rg_apply_create_domain(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	if (!make(run, unit))
		return;
	foreach(cell, ((CreateDomainStmt *) unit->stmt)->constraints)
	{
		ConstrType	type = castNode(Constraint, lfirst(cell))->contype;

		unit->object->constrained |= type == CONSTR_CHECK || type == CONSTR_NOTNULL;
	}
}

bool
rg_is_constrained(RgRun *run, TypeName *type)
{
	RgName		name = rg_name_of_list(RG_TYPE, type->names);
	RgObject   *domain = type->names != NIL ? rg_object_find(run, &name) : NULL;

	return domain != NULL && domain->constrained;
}

static void
add_constraint(RgRun *run, RgUnit *unit, RgObject *table, Constraint *constraint, const char *column)
{
	const char *name = rg_constraint_name(constraint, table->name, column);
	RgObject   *object;

	if (name == NULL)
		return;
	object = rg_child_create(run, table, RG_CONSTRAINT, name, unit);
	object->columns = column ? list_make1(makeString(pstrdup(column))) : rg_constraint_columns(constraint);
	if (constraint->pktable != NULL)
		rg_relation_refer(run, constraint->pktable);
	table->dependents = lappend(table->dependents, object);
}

static RgObject *
add_column(RgRun *run, RgUnit *unit, RgObject *table, ColumnDef *def)
{
	RgObject   *column = rg_child_create(run, table, RG_COLUMN, def->colname, unit);
	ListCell   *cell;

	column->type = def->typeName;
	foreach(cell, def->constraints)
	{
		Constraint *constraint = (Constraint *) lfirst(cell);

		if (constraint->contype == CONSTR_NOTNULL || constraint->contype == CONSTR_PRIMARY)
			column->not_null = true;
		if (constraint->contype == CONSTR_DEFAULT)
			column->default_value = constraint->raw_expr;
		else if (constraint->contype == CONSTR_GENERATED)
			column->filled = true;
		else
			add_constraint(run, unit, table, constraint, def->colname);
	}
	return column;
}

void
rg_apply_create_table(RgRun *run, RgUnit *unit)
{
	CreateStmt *stmt = (CreateStmt *) unit->stmt;
	ListCell   *cell;

	if (!make(run, unit))
		return;
	foreach(cell, stmt->tableElts)
	{
		Node	   *element = (Node *) lfirst(cell);

		if (IsA(element, ColumnDef))
			add_column(run, unit, unit->object, (ColumnDef *) element);
		else if (IsA(element, Constraint))
			add_constraint(run, unit, unit->object, (Constraint *) element, NULL);
	}
}

void
rg_apply_create_as(RgRun *run, RgUnit *unit)
{
	CreateTableAsStmt *stmt = (CreateTableAsStmt *) unit->stmt;

	if (IsA(stmt->query, SelectStmt))
		rg_flow_calls(run, unit, stmt->query);
	if (!make(run, unit))
		return;
	if (stmt->objtype == OBJECT_MATVIEW)
		unit->object->not_table = true;
	else
		rg_flow_create_as(run, unit, unit->object, stmt->query);
}

/* Views and sequences: relations without rows that count. */
void
rg_apply_create_view(RgRun *run, RgUnit *unit)
{
	make(run, unit);
	if (unit->object != NULL)
		unit->object->not_table = true;
}

void
rg_apply_create_index(RgRun *run, RgUnit *unit)
{
	IndexStmt  *stmt = (IndexStmt *) unit->stmt;
	ListCell   *cell;

	if (!make(run, unit))
		return;
	unit->object->not_table = true;
	unit->object->table = unit->table;
	unit->table->dependents = lappend(unit->table->dependents, unit->object);
	foreach(cell, stmt->indexParams)
	{
		IndexElem  *element = (IndexElem *) lfirst(cell);

		if (element->name != NULL)
			unit->object->columns = lappend(unit->object->columns, makeString(element->name));
	}
}

void
rg_apply_create_function(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	make(run, unit);
	foreach(cell, ((CreateFunctionStmt *) unit->stmt)->options)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, "as") == 0 && IsA(option->arg, List))
			unit->object->body = strVal(linitial((List *) option->arg));
	}
}

void
rg_apply_add_label(RgRun *run, RgUnit *unit)
{
	AlterEnumStmt *stmt = (AlterEnumStmt *) unit->stmt;

	if (stmt->skipIfNewValExists)
		unit->object = rg_object_find(run, &unit->name);
	if (unit->object == NULL)
		unit->object = rg_object_create(run, &unit->name, unit);
}

/* ---- dropped ---- */

/* What lies in a schema goes with it; it must be empty unless CASCADE is said. */
static void
drop_schema(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, run->objects)
	{
		RgObject   *other = (RgObject *) lfirst(cell);

		if (other->alive && other->parent == NULL && other->schema != NULL &&
			strcmp(other->schema, unit->object->name) == 0)
			rg_object_drop(run, other, unit);
	}
}

static void
drop_indexes(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, unit->object->dependents)
	{
		RgObject   *child = (RgObject *) lfirst(cell);

		if (child->space == RG_RELATION && child->alive)
			rg_object_drop(run, child, unit);
	}
}

/* Columns of a type go with it where CASCADE is said. */
static void
drop_type(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, run->objects)
	{
		RgObject   *other = (RgObject *) lfirst(cell);

		if (other->alive && other->space == RG_COLUMN && other->type != NULL &&
			strcmp(rg_type_last_name(other->type), unit->object->name) == 0)
			rg_object_drop(run, other, unit);
	}
	if (unit->object->before)
		rg_loss(unit, unit->object, "columns of this type are dropped with it");
}

/*
 * IF EXISTS in a down, on a table that the up has never heard of, is there for
 * a name that was given otherwise, or not at all: nothing says that it was there.
 */
static RgObject *
guarded(RgRun *run, RgUnit *unit, bool missing_ok)
{
	RgObject   *object = rg_object_refer(run, &unit->name);

	if (object != NULL && !unit->heard_of && unit->down && missing_ok)
		object->before = false;
	return object;
}

void
rg_apply_drop(RgRun *run, RgUnit *unit)
{
	DropStmt   *stmt = (DropStmt *) unit->stmt;
	bool		cascade = stmt->behavior == DROP_CASCADE;

	unit->object = guarded(run, unit, stmt->missing_ok);
	if (unit->object == NULL)
		return;
	rg_object_drop(run, unit->object, unit);
	switch (stmt->removeType)
	{
		case OBJECT_TABLE:
			drop_indexes(run, unit);
			break;
		case OBJECT_SCHEMA:
			if (cascade)
				drop_schema(run, unit);
			break;
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			if (cascade)
				drop_type(run, unit);
			break;
		case OBJECT_EXTENSION:
			if (cascade && unit->object->before)
				rg_loss(unit, unit->object, "columns of its types are dropped with it");
			break;
		default:
			unit->object->not_table = true;
	}
}

/* A column or a constraint. */
void
rg_apply_drop_part(RgRun *run, RgUnit *unit)
{
	unit->object = rg_object_refer(run, &unit->name);
	rg_object_drop(run, unit->object, unit);
}

/* ---- changed ---- */

void
rg_apply_rename(RgRun *run, RgUnit *unit)
{
	RenameStmt *stmt = (RenameStmt *) unit->stmt;

	unit->object = rg_object_refer(run, &unit->name);
	if (unit->object == NULL)
		return;
	if (stmt->renameType != OBJECT_TABLE && unit->object->space == RG_RELATION)
		unit->object->not_table = true;
	unit->object->renamed_by = unit;
	rg_object_rename(run, unit->object, unit->object->schema, stmt->newname);
}

void
rg_apply_set_schema(RgRun *run, RgUnit *unit)
{
	AlterObjectSchemaStmt *stmt = (AlterObjectSchemaStmt *) unit->stmt;

	unit->object = rg_object_refer(run, &unit->name);
	if (unit->object != NULL && unit->object->parent == NULL)
	{
		unit->object->renamed_by = unit;
		rg_object_rename(run, unit->object, stmt->newschema, unit->object->name);
	}
}

void
rg_apply_alter(RgRun *run, RgUnit *unit)
{
	unit->object = rg_object_refer(run, &unit->name);
}

void
rg_apply_add_column(RgRun *run, RgUnit *unit)
{
	AlterTableCmd *cmd = (AlterTableCmd *) unit->part;
	RgName		parent = unit->name;
	RgObject   *table;

	parent.child = NULL;
	table = rg_object_refer(run, &parent);
	unit->object = cmd->missing_ok ? rg_child_find(run, table, RG_COLUMN, unit->name.child) : NULL;
	if (unit->object == NULL)
		unit->object = add_column(run, unit, table, (ColumnDef *) cmd->def);
}

void
rg_apply_set_not_null(RgRun *run, RgUnit *unit)
{
	unit->object = rg_object_refer(run, &unit->name);
	unit->object->not_null = true;
}

void
rg_apply_create_trigger(RgRun *run, RgUnit *unit)
{
	make(run, unit);
	unit->object->definition = unit->stmt;
}

void
rg_apply_switch_trigger(RgRun *run, RgUnit *unit)
{
	AlterTableType type = ((AlterTableCmd *) unit->part)->subtype;

	unit->object = rg_object_refer(run, &unit->name);
	unit->object->disabled = type == AT_DisableTrig || type == AT_DisableTrigAll || type == AT_DisableTrigUser;
}

void
rg_apply_drop_not_null(RgRun *run, RgUnit *unit)
{
	unit->object = rg_object_refer(run, &unit->name);
	unit->object->not_null = false;
	if (!unit->down)
		unit->object->may_be_null = true;
}

void
rg_apply_column_type(RgRun *run, RgUnit *unit)
{
	AlterTableCmd *cmd = (AlterTableCmd *) unit->part;

	unit->object = rg_object_refer(run, &unit->name);
	unit->old_type = unit->object->type;
	unit->object->type = ((ColumnDef *) cmd->def)->typeName;
	unit->object->conversions = lappend(unit->object->conversions, unit);
}

void
rg_apply_add_constraint(RgRun *run, RgUnit *unit)
{
	AlterTableCmd *cmd = (AlterTableCmd *) unit->part;

	if (unit->name.child == NULL)
		return;
	unit->object = rg_object_create(run, &unit->name, unit);
	unit->object->columns = rg_constraint_columns((Constraint *) cmd->def);
	if (((Constraint *) cmd->def)->pktable != NULL)
		rg_relation_refer(run, ((Constraint *) cmd->def)->pktable);
	unit->object->parent->dependents = lappend(unit->object->parent->dependents, unit->object);
	/* a NOT NULL is undone, and undoes, by way of its column as well */
	if (unit->down && ((Constraint *) cmd->def)->contype == CONSTR_NOTNULL)
	{
		RgObject   *column = rg_child_find(run, unit->object->parent, RG_COLUMN, strVal(linitial(unit->object->columns)));

		if (column != NULL)
			column->downs = rg_remember(column->downs, unit);
	}
}

/* search_path decides what a name without a schema means. */
void
rg_apply_set(RgRun *run, RgUnit *unit)
{
	VariableSetStmt *stmt = (VariableSetStmt *) unit->stmt;
	ListCell   *cell;

	if (stmt->name == NULL || strcmp(stmt->name, "search_path") != 0)
		return;
	run->schema = NULL;
	foreach(cell, stmt->args)
	{
		A_Const    *value = (A_Const *) lfirst(cell);

		if (!IsA(value, A_Const) || !IsA(&value->val, String))
			continue;
		if (strcmp(strVal(&value->val), "$user") == 0 || strcmp(strVal(&value->val), "pg_catalog") == 0)
			continue;
		run->schema = strVal(&value->val);
		break;
	}
}
