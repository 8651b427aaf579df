/*
 * reach.c: what a statement does by what it calls: programs and the statements
 * in them, functions that reach files or other servers, settings, extensions.
 */
#include "migration/rules.h"

#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"

/* ---- programs ---- */

#define LONGEST_LIST 1000

/* What stands in a program, or in the functions that a statement calls. */
static void
heed_inners(RgUnit *unit, bool reading_too)
{
	StringInfoData inside;
	ListCell   *cell;

	initStringInfo(&inside);
	foreach(cell, unit->inners)
	{
		RgUnit	   *inner = (RgUnit *) lfirst(cell);

		if (!reading_too && IsA(inner->stmt, SelectStmt))
			continue;
		rg_raise_class(unit, inner->class);
		unit->rewrites = unit->rewrites || inner->rewrites;
		unit->scans = unit->scans || inner->scans;
		unit->compatible = unit->compatible && inner->compatible;
		unit->in_transaction = unit->in_transaction && inner->in_transaction;
		unit->locked = list_concat(unit->locked, inner->locked);
		if (inner->data_loss && !unit->data_loss)
		{
			unit->data_loss = true;
			unit->loss = inner->loss;
		}
		if (inside.len < LONGEST_LIST)
			appendStringInfo(&inside, "%s%s%s%s", inside.len > 0 ? "; " : "", inner->kind,
							 inner->written ? " " : "", inner->written ? inner->written : "");
	}
	if (inside.len > 0)
		rg_say(unit, "In it stand: %s.", inside.data);
}

void
rg_judge_do(RgRun *run, RgUnit *unit)
{
	heed_inners(unit, true);
}

/* ---- settings ---- */

/* Settings that take guards away, or make somebody else of the session. */
static const struct
{
	const char *name;
	RgClass		class;
	const char *detail;
	const char *harmless;		/* a value that changes nothing; NULL: none is */
	bool		reading;		/* it decides where strings end */
}			settings[] = {
	{"session_replication_role", RG_CLASS_C, "Triggers and foreign keys do not fire; rows that come meanwhile are not checked.", "origin"},
	{"row_security", RG_CLASS_B, "Statements see all rows, or fail.", "on"},
	{"role", RG_CLASS_B, "What follows is done in another role's name, and what it makes belongs to that role."},
	{"session_authorization", RG_CLASS_B, "What follows is done in another role's name."},
	{"check_function_bodies", RG_CLASS_A, "Functions that do not work are made all the same."},
	{"synchronous_commit", RG_CLASS_B, "A crash may take what was committed.", "on"},
	{"standard_conforming_strings", RG_CLASS_C, "What follows means something else than it reads.", "on", true},
	{"backslash_quote", RG_CLASS_C, "What follows means something else than it reads.", "safe_encoding", true},
};

/* on has several spellings. */
static bool
says(Node *value, const char *word)
{
	const char *written;
	bool		on;

	if (!IsA(value, A_Const) || !IsA(&((A_Const *) value)->val, String))
		return false;
	written = strVal(&((A_Const *) value)->val);
	return pg_strcasecmp(written, word) == 0 ||
		(strcmp(word, "on") == 0 && parse_bool(written, &on) && on);
}

/* value is NULL where it goes back to what it was. */
static void
judge_setting(RgUnit *unit, const char *name, Node *value)
{
	for (int i = 0; i < (int) lengthof(settings); i++)
	{
		if (pg_strcasecmp(name, settings[i].name) != 0 ||
			(settings[i].harmless != NULL && (value == NULL || says(value, settings[i].harmless))))
			continue;
		rg_raise_class(unit, settings[i].class);
		rg_say(unit, "%s", settings[i].detail);
		unit->changes_reading |= settings[i].reading;
	}
}

static void
judge_set_stmt(RgUnit *unit, const VariableSetStmt *stmt)
{
	if (stmt->name != NULL)
		judge_setting(unit, stmt->name, stmt->args ? linitial(stmt->args) : NULL);
}

void
rg_judge_set(RgRun *run, RgUnit *unit)
{
	VariableSetStmt *stmt = (VariableSetStmt *) unit->stmt;

	judge_set_stmt(unit, stmt);
	if (stmt->is_local || stmt->kind == VAR_RESET || stmt->kind == VAR_RESET_ALL)
		unit->remedy = NULL;
}

void
rg_judge_database_set(RgRun *run, RgUnit *unit)
{
	judge_set_stmt(unit, ((AlterDatabaseSetStmt *) unit->stmt)->setstmt);
}

/* ---- functions ---- */

/* Functions that read, and those that set a sequence or the session. */
static const char *const readers[] = {
	"setval", "set_config", "nextval", "currval", "pg_get_serial_sequence", "now", "count", "max", "min",
	"sum", "avg", "coalesce", "current_setting", "version", "to_regclass", "pg_sleep", "array_agg",
	"string_agg", "exists", "greatest", "least", "lower", "upper", "length", "concat", "md5", "timezone"
};

/* Functions that reach files, processes or other servers. */
static const char *const reachers[] = {
	"lo_import", "lo_export", "pg_read_file", "pg_read_binary_file", "pg_stat_file", "pg_ls_dir",
	"pg_ls_logdir", "pg_ls_waldir", "pg_ls_tmpdir", "pg_file_write", "pg_rotate_logfile",
	"dblink", "dblink_exec", "dblink_connect", "dblink_connect_u", "dblink_open", "dblink_send_query",
	"http_get", "http_post", "http_put", "http_patch", "http_delete",
	"pg_terminate_backend", "pg_cancel_backend",
	"pg_reload_conf", "pg_switch_wal", "pg_create_logical_replication_slot",
	"pg_create_physical_replication_slot", "pg_drop_replication_slot", "pg_promote"
};

/* True if it is a call of one of them, or one that changes a setting. */
static bool
judge_call(RgUnit *unit, FuncCall *call)
{
	const char *name = strVal(llast(call->funcname));
	Node	   *first = call->args ? linitial(call->args) : NULL;

	if (rg_name_is_in(name, reachers, lengthof(reachers)))
	{
		rg_raise_class(unit, RG_CLASS_C);
		rg_say(unit, "%s() reaches beyond the tables of this database.", name);
		unit->remedy = "Have the operator do it, apart from releases.";
		return true;
	}
	if (strcmp(name, "set_config") != 0)
		return false;
	if (first != NULL && IsA(first, A_Const) && IsA(&((A_Const *) first)->val, String))
		judge_setting(unit, strVal(&((A_Const *) first)->val), list_length(call->args) > 1 ? lsecond(call->args) : NULL);
	return true;
}

static bool
function_walker(Node *node, RgUnit *unit)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncCall))
	{
		const char *name = strVal(llast(((FuncCall *) node)->funcname));

		if (judge_call(unit, (FuncCall *) node))
			unit->reversibility = rg_name_is_in(name, reachers, lengthof(reachers)) ? RG_OPAQUE : unit->reversibility;
		else if (strcmp(name, "setval") == 0)
			rg_say(unit, "setval() moves a sequence, at once and for everybody; no rollback takes it back.");
		else if (!rg_name_is_in(name, readers, lengthof(readers)) && unit->reversibility != RG_OPAQUE)
		{
			unit->reversibility = RG_OPAQUE;
			rg_raise_class(unit, RG_CLASS_B);
			rg_say(unit, "What %s() does cannot be read off this file.", name);
		}
	}
	return raw_expression_tree_walker(node, function_walker, unit);
}

static bool
reach_walker(Node *node, RgUnit *unit)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncCall))
		(void) judge_call(unit, (FuncCall *) node);
	return raw_expression_tree_walker(node, reach_walker, unit);
}

/* Defaults and checks, which the grammar's own walker passes over. */
static void
reach_of_column(RgUnit *unit, ColumnDef *def)
{
	ListCell   *cell;

	reach_walker(def->raw_default, unit);
	foreach(cell, def->constraints)
		reach_walker(((Constraint *) lfirst(cell))->raw_expr, unit);
}

static void
reach_of_command(RgUnit *unit, AlterTableCmd *cmd)
{
	if (cmd->def == NULL)
		return;
	if (IsA(cmd->def, ColumnDef))
		reach_of_column(unit, (ColumnDef *) cmd->def);
	else if (IsA(cmd->def, Constraint))
		reach_walker(((Constraint *) cmd->def)->raw_expr, unit);
	else if (cmd->subtype == AT_ColumnDefault)
		reach_walker(cmd->def, unit);
}

/* Rows of the server's own tables are not for migrations to write. */
static void
judge_target(RgUnit *unit)
{
	if (unit->name.space != RG_RELATION || !rg_is_of_the_system(unit->name.schema, unit->name.name))
		return;
	rg_raise_class(unit, RG_CLASS_C);
	unit->reversibility = RG_IRREVERSIBLE;
	unit->detail = "It writes into the server's own catalogue, behind its back.";
	unit->remedy = "Use the statement that is made for it.";
}

/* Whatever a statement is for, what it calls is called. SELECT and CALL see to it themselves. */
void
rg_judge_calls(RgRun *run, RgUnit *unit)
{
	Node	   *called = rg_query_of(unit->stmt);
	ListCell   *cell;

	switch (nodeTag(unit->stmt))
	{
		case T_InsertStmt:
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
			called = unit->stmt;
			judge_target(unit);
			break;
		case T_CreateStmt:
			foreach(cell, ((CreateStmt *) unit->stmt)->tableElts)
			{
				if (IsA(lfirst(cell), ColumnDef))
					reach_of_column(unit, lfirst(cell));
			}
			break;
		case T_AlterTableStmt:
			reach_of_command(unit, (AlterTableCmd *) unit->part);
			break;
		default:
			break;
	}
	if (called == NULL || IsA(called, ExecuteStmt))
		return;
	reach_walker(called, unit);
	heed_inners(unit, false);
}

void
rg_judge_select(RgRun *run, RgUnit *unit)
{
	function_walker(unit->stmt, unit);
	heed_inners(unit, true);
	if (unit->reversibility == RG_OPAQUE)
		run->opaque += !unit->inner;
	else if (unit->detail == NULL)
		rg_say(unit, "It only reads.");
}

void
rg_judge_function(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;
	bool		definer = false;
	bool		path = false;

	foreach(cell, ((CreateFunctionStmt *) unit->stmt)->options)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, "security") == 0)
			definer = boolVal(option->arg);
		else if (strcmp(option->defname, "set") == 0)
			path = path || (((VariableSetStmt *) option->arg)->name != NULL &&
							strcmp(((VariableSetStmt *) option->arg)->name, "search_path") == 0);
		else if (strcmp(option->defname, "language") == 0)
		{
			const char *language = strVal(option->arg);

			if (strcmp(language, "c") == 0 || strcmp(language, "internal") == 0 ||
				(strlen(language) > 1 && language[strlen(language) - 1] == 'u'))
			{
				rg_raise_class(unit, RG_CLASS_C);
				rg_say(unit, "Its language reaches files and the network.");
			}
		}
	}
	if (definer)
	{
		rg_raise_class(unit, path ? RG_CLASS_B : RG_CLASS_C);
		rg_say(unit, path ? "SECURITY DEFINER lends its owner's rights to whoever may call it." :
			   "SECURITY DEFINER without a search_path of its own lends its owner's rights to whoever can put an object before the one it means.");
		if (!path)
			unit->remedy = "Add SET search_path = pg_catalog, pg_temp, and REVOKE EXECUTE FROM PUBLIC.";
	}
}

/* ---- extensions ---- */

/* Extensions that reach files, programs and other servers. */
static const char *const far_extensions[] = {
	"adminpack", "dblink", "file_fdw", "http", "pg_cron", "pg_net", "plsh", "postgres_fdw"
};

void
rg_judge_extension(RgRun *run, RgUnit *unit)
{
	const char *name = ((CreateExtensionStmt *) unit->stmt)->extname;
	size_t		length = strlen(name);

	if (!rg_name_is_in(name, far_extensions, lengthof(far_extensions)) &&
		!(strncmp(name, "pl", 2) == 0 && (name[length - 1] == 'u' || strcmp(name + length - 2, "u3") == 0)))
		return;
	rg_raise_class(unit, RG_CLASS_C);
	rg_say(unit, "It lets statements reach files, programs or other servers.");
	unit->remedy = "Have the operator do it, apart from releases.";
}
