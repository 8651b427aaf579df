/*
 * undo.c: which statements of the down undo one of the up, and the statement
 * that would, where it can be computed.
 */
#include "migration/rules.h"

#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"

/* ---- which down undoes it ---- */

/* Is the kind one of those between the bars, or does it begin with one? */
static bool
is_named(const char *kinds, const char *kind)
{
	for (const char *at = kinds; *at != '\0';)
	{
		size_t		length = strcspn(at, "|");

		if (strncmp(kind, at, length) == 0 && (kind[length] == '\0' || kind[length] == ' '))
			return true;
		at += length;
		at += *at == '|';
	}
	return false;
}

static void
add_undo(RgUnit *unit, RgUnit *by)
{
	unit->undone_by = list_append_unique_ptr(unit->undone_by, by);
}

static RgObject *
around(const RgObject *object)
{
	return object->parent ? object->parent : object->table;
}

/* What the up made, the down dropped: itself, or what it is in. */
static void
match_dropped(RgUnit *unit)
{
	bool		made = false;

	for (RgObject *object = unit->object; object != NULL; object = around(object))
	{
		made = made || (object->created_by != NULL && !object->created_by->down);
		if (made && object->dropped_by != NULL && object->dropped_by->down)
		{
			add_undo(unit, object->dropped_by);
			return;
		}
	}
}

/* What the up dropped, the down made again under its name. */
static void
match_revived(RgRun *run, RgUnit *unit)
{
	RgObject   *now;

	if (unit->object == NULL || unit->object->dropped_by != unit)
		return;
	now = rg_live_under(run, unit->object->first_key);
	if (now != NULL && now->created_by != NULL && now->created_by->down)
		add_undo(unit, now->created_by);
}

static void
match_touched(RgUnit *unit)
{
	ListCell   *cell;

	if (unit->object == NULL)
		return;
	foreach(cell, unit->object->downs)
	{
		RgUnit	   *down = (RgUnit *) lfirst(cell);

		if (is_named(unit->rule->undo, down->rule->kind))
			add_undo(unit, down);
	}
}

/* ADD NOT NULL, which the down takes from the column. */
static void
match_not_null(RgRun *run, RgUnit *unit)
{
	Constraint *constraint = unit->part != NULL && IsA(unit->part, AlterTableCmd) ?
		(Constraint *) castNode(AlterTableCmd, unit->part)->def : NULL;
	RgObject   *column;
	ListCell   *cell;

	if (unit->object == NULL || constraint == NULL || !IsA(constraint, Constraint) ||
		constraint->contype != CONSTR_NOTNULL)
		return;
	column = rg_child_find(run, unit->object->parent, RG_COLUMN, strVal(linitial(unit->object->columns)));
	foreach(cell, column ? column->downs : NIL)
	{
		if (is_named(unit->rule->undo, ((RgUnit *) lfirst(cell))->rule->kind))
			add_undo(unit, lfirst(cell));
	}
}

static bool
is_about_rows(const RgUnit *unit)
{
	return unit->rule->apply == rg_apply_insert || unit->rule->apply == rg_apply_update ||
		unit->rule->apply == rg_apply_delete || unit->rule->apply == rg_apply_merge ||
		unit->rule->apply == rg_apply_copy || unit->rule->apply == rg_apply_truncate;
}

/* Columns that it filled, and that the down drops. */
static void
match_columns(RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, unit->targets)
	{
		RgObject   *column = (RgObject *) lfirst(cell);

		if (column->created_by != NULL && column->dropped_by != NULL && column->dropped_by->down)
			add_undo(unit, column->dropped_by);
	}
}

static void
match(RgRun *run, RgUnit *unit)
{
	match_dropped(unit);
	match_revived(run, unit);
	if (is_about_rows(unit))
		match_columns(unit);
	else if (unit->undone_by == NIL)
	{
		match_touched(unit);
		match_not_null(run, unit);
	}
}

/*
 * Made, or renamed, and dropped again by the up, or dropped and made again:
 * then the later statement speaks for what is left to undo.
 */
static bool
is_gone(const RgUnit *unit)
{
	if (unit->object != NULL && unit->object->dropped_by == unit && unit->object->revived_by != NULL &&
		!unit->object->revived_by->down)
		return true;
	if (IsA(unit->stmt, RenameStmt) && unit->object != NULL && unit->object->dropped_by != NULL &&
		!unit->object->dropped_by->down)
		return true;
	for (RgObject *object = unit->object; object != NULL; object = around(object))
	{
		if (object->created_by != NULL && object->dropped_by != NULL &&
			object->created_by->down == unit->down && object->dropped_by->down == unit->down)
			return true;
	}
	return false;
}

static void
conclude(RgRun *run, RgUnit *unit)
{
	if (unit->reversibility == RG_OPAQUE)
		return;
	if (unit->data_loss)
		unit->reversibility = RG_LOSSY;
	else if (unit->undone_by != NIL || is_gone(unit) || is_about_rows(unit))
		unit->reversibility = RG_REVERSIBLE;
	if (unit->undone_by == NIL && run->files[1].text != NULL && !is_gone(unit) &&
		(unit->data_loss || !is_about_rows(unit)))
	{
		unit->reversibility = RG_IRREVERSIBLE;
		rg_say(unit, "Nothing in the down undoes it.");
		if (rg_may_exist(unit->stmt) && unit->object != NULL && unit->object->alive)
			rg_say(unit, "That it may be there already hides this when the up is run again.");
	}
}

/* ---- the down that would ---- */

static char *
fill_in(const char *template, const RgUnit *unit)
{
	StringInfoData out;

	initStringInfo(&out);
	for (const char *at = template; *at != '\0'; at++)
	{
		RgName		name = unit->name;

		if (*at != '%')
		{
			appendStringInfoChar(&out, *at);
			continue;
		}
		at++;
		if (*at == 'n')
			appendStringInfoString(&out, quote_identifier(name.child));
		else
		{
			if (*at == 't')
				name.child = NULL;
			appendStringInfoString(&out, rg_name_written(&name));
		}
	}
	return out.data;
}

/* Renames, the other way round. */
static char *
propose_rename(const RgUnit *unit)
{
	RenameStmt *stmt = (RenameStmt *) unit->stmt;
	RgName		name = unit->name;

	if (stmt->renameType == OBJECT_FUNCTION || stmt->renameType == OBJECT_PROCEDURE || name.space == RG_NOTHING)
		return NULL;
	if (name.child != NULL)
	{
		const char *old = name.child;

		name.child = NULL;
		return psprintf("ALTER %s %s RENAME %s%s TO %s",
						rg_object_type_name(stmt->renameType == OBJECT_ATTRIBUTE ? OBJECT_TYPE :
											stmt->renameType == OBJECT_COLUMN ? stmt->relationType : OBJECT_TABLE),
						rg_name_written(&name), stmt->renameType == OBJECT_TABCONSTRAINT ? "CONSTRAINT " :
						stmt->renameType == OBJECT_ATTRIBUTE ? "ATTRIBUTE " : "COLUMN ",
						quote_identifier(stmt->newname), quote_identifier(old));
	}
	name.name = stmt->newname;
	return psprintf("ALTER %s %s RENAME TO %s", rg_object_type_name(stmt->renameType),
					rg_name_written(&name), quote_identifier(unit->name.name));
}

static char *
propose_drop_function(const RgUnit *unit)
{
	CreateFunctionStmt *stmt = (CreateFunctionStmt *) unit->stmt;
	StringInfoData out;
	ListCell   *cell;
	bool		first = true;

	if (stmt->replace)
		return NULL;
	initStringInfo(&out);
	appendStringInfo(&out, "DROP %s %s(", stmt->is_procedure ? "PROCEDURE" : "FUNCTION", unit->written);
	foreach(cell, stmt->parameters)
	{
		FunctionParameter *parameter = (FunctionParameter *) lfirst(cell);

		if (parameter->mode == FUNC_PARAM_OUT || parameter->mode == FUNC_PARAM_TABLE)
			continue;
		appendStringInfo(&out, "%s%s", first ? "" : ", ", rg_type_written(parameter->argType));
		first = false;
	}
	appendStringInfoChar(&out, ')');
	return out.data;
}

/* Rows that are written out, found again by all that is written; keys would do, but they are not known. */
#define MOST_PROPOSED_ROWS 20

static bool
append_condition(StringInfo out, List *columns, List *values)
{
	ListCell   *column;
	ListCell   *cell;
	const char *separator = "";

	if (list_length(columns) != list_length(values))
		return false;
	forboth(column, columns, cell, values)
	{
		Node	   *value = (Node *) lfirst(cell);
		List	   *literals = rg_literals_of(value);

		if (list_length(literals) != 1 || !IsA(value, A_Const))
			continue;
		appendStringInfo(out, "%s%s = %s", separator, quote_identifier(((ResTarget *) lfirst(column))->name),
						 quote_literal_cstr(strVal(linitial(literals))));
		separator = " AND ";
	}
	return *separator != '\0';
}

static char *
propose_delete(const RgUnit *unit)
{
	InsertStmt *stmt = (InsertStmt *) unit->stmt;
	List	   *rows = stmt->selectStmt ? ((SelectStmt *) stmt->selectStmt)->valuesLists : NIL;
	StringInfoData out;
	ListCell   *cell;
	const char *separator = "WHERE ";

	if (stmt->cols == NIL || rows == NIL || list_length(rows) > MOST_PROPOSED_ROWS || stmt->onConflictClause != NULL)
		return NULL;
	initStringInfo(&out);
	appendStringInfo(&out, "DELETE FROM %s ", unit->written);
	foreach(cell, rows)
	{
		appendStringInfoString(&out, separator);
		appendStringInfoChar(&out, '(');
		if (!append_condition(&out, stmt->cols, lfirst(cell)))
			return NULL;
		appendStringInfoChar(&out, ')');
		separator = " OR ";
	}
	return repalloc(out.data, out.len + 1);
}

static char *
propose_detach(const RgUnit *unit)
{
	RgName		name = unit->name;
	RgName		partition = rg_name_of_range(castNode(PartitionCmd, ((AlterTableCmd *) unit->part)->def)->name);

	name.child = NULL;
	return psprintf("ALTER TABLE %s DETACH PARTITION %s", rg_name_written(&name), rg_name_written(&partition));
}

static void
undo_propose(RgRun *run, RgUnit *unit)
{
	if (unit->rule->down != NULL && unit->name.space != RG_NOTHING &&
		(strstr(unit->rule->down, "%n") == NULL || unit->name.child != NULL))
		unit->proposed_down = fill_in(unit->rule->down, unit);
	else if (IsA(unit->stmt, RenameStmt))
		unit->proposed_down = propose_rename(unit);
	else if (IsA(unit->stmt, CreateFunctionStmt))
		unit->proposed_down = propose_drop_function(unit);
	else if (IsA(unit->stmt, InsertStmt) && unit->object != NULL && unit->object->before)
		unit->proposed_down = propose_delete(unit);
	else if (IsA(unit->stmt, AlterTableStmt) && unit->sub == AT_AttachPartition)
		unit->proposed_down = propose_detach(unit);
}

/* ---- both ---- */

void
rg_undo_match(RgRun *run)
{
	ListCell   *cell;

	foreach(cell, run->units)
	{
		RgUnit	   *unit = (RgUnit *) lfirst(cell);

		if (unit->down || unit->inner || unit->rule->undo == NULL)
			continue;
		match(run, unit);
		conclude(run, unit);
		undo_propose(run, unit);
	}
}
