/*
 * trigger.c: what an UPDATE sets off: triggers that write columns which the
 * statement does not name, such as the time of the last change. They are known
 * where the files, or earlier ones, make them.
 */
#include "migration/migration.h"

#include "catalog/pg_trigger.h"

/* Does it fire for a column that is written? UPDATE OF names some. */
static bool
fires(const RgObject *trigger, List *targets)
{
	CreateTrigStmt *stmt = (CreateTrigStmt *) trigger->definition;
	ListCell   *cell;
	ListCell   *name;

	if (stmt == NULL || trigger->disabled || !trigger->alive || !stmt->row ||
		(stmt->timing & TRIGGER_TYPE_BEFORE) == 0 || (stmt->events & TRIGGER_TYPE_UPDATE) == 0)
		return false;
	foreach(name, stmt->columns)
	{
		foreach(cell, targets)
		{
			if (strcmp(((ResTarget *) lfirst(cell))->name, strVal(lfirst(name))) == 0)
				return true;
		}
	}
	return stmt->columns == NIL;
}

static const char *
next_token(const char **at, const char *end)
{
	const char *token = *at = rg_sql_skip_blank(*at, end);

	if (token < end)
		*at = rg_sql_skip_token(token, end);
	return token;
}

/* NEW.column := ... in the text of a function: the columns. */
static List *
columns_set(const char *body)
{
	const char *at = body;
	const char *end = body + strlen(body);
	List	   *columns = NIL;
	bool		start = true;	/* where a statement may begin */

	while (at < end)
	{
		const char *token = next_token(&at, end);
		const char *dot = at;

		if (start && rg_sql_is_word(token, end, "new") && *next_token(&dot, end) == '.')
		{
			const char *name = next_token(&dot, end);
			char	   *column = pnstrdup(name, dot - name);
			const char *sign = next_token(&dot, end);

			if (sign < end && (*sign == ':' || *sign == '='))
				columns = lappend(columns, makeString(column));
			at = dot;
		}
		start = token < end && (*token == ';' || rg_sql_is_word(token, end, "begin") ||
								rg_sql_is_word(token, end, "then") || rg_sql_is_word(token, end, "else") ||
								rg_sql_is_word(token, end, "loop"));
	}
	return columns;
}

/* Nothing undoes it: the down's own UPDATE, if there is one, sets it off again. */
void
rg_triggers_write(RgRun *run, RgUnit *unit, RgObject *table, List *targets)
{
	ListCell   *cell;
	ListCell   *name;

	if (table->disabled)
		return;
	foreach(cell, table->triggers)
	{
		RgObject   *trigger = (RgObject *) lfirst(cell);
		RgName		function = {RG_NOTHING};
		RgObject   *routine;

		if (!fires(trigger, targets))
			continue;
		function = rg_name_of_list(RG_ROUTINE, ((CreateTrigStmt *) trigger->definition)->funcname);
		routine = rg_object_find(run, &function);
		if (routine == NULL || routine->body == NULL)
			continue;
		foreach(name, columns_set(routine->body))
		{
			RgObject   *column = rg_child_refer(run, table, RG_COLUMN, strVal(lfirst(name)));

			if (column->before)
				column->changed = rg_remember(column->changed, unit);
		}
	}
}
