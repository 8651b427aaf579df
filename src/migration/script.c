/*
 * script.c: how a file has to be run on the scratch server, and why some are
 * not: read off its statements, those inside DO blocks included.
 */
#include "migration/proof.h"

#include "migration/migration.h"

#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

/* Statements whose effects do not go with the scratch database. */
static const struct
{
	NodeTag		tag;
	const char *what;
}			reaching[] =
{
	{T_AlterSystemStmt, "ALTER SYSTEM changes the server's settings"},
	{T_CreateRoleStmt, "CREATE ROLE makes a role of the whole server"},
	{T_AlterRoleStmt, "ALTER ROLE changes a role of the whole server"},
	{T_AlterRoleSetStmt, "ALTER ROLE ... SET changes a role of the whole server"},
	{T_DropRoleStmt, "DROP ROLE drops a role of the whole server"},
	{T_GrantRoleStmt, "GRANT of a role changes a role of the whole server"},
	{T_CreatedbStmt, "CREATE DATABASE makes a database of its own"},
	{T_DropdbStmt, "DROP DATABASE drops a database"},
	{T_CreateTableSpaceStmt, "CREATE TABLESPACE makes a folder of the server"},
	{T_DropTableSpaceStmt, "DROP TABLESPACE drops a folder of the server"},
	{T_AlterTableSpaceOptionsStmt, "ALTER TABLESPACE changes what all databases use"},
	{T_CreateSubscriptionStmt, "CREATE SUBSCRIPTION connects to another server"},
	{T_LoadStmt, "LOAD loads a library into the server"},
	{T_AlterDatabaseStmt, "ALTER DATABASE changes what the server lets be done with a database"},
};

/* Names of a database and who it belongs to; prepared transactions outlive all. */
static const char *
kept_by_server(const Node *stmt)
{
	if ((IsA(stmt, RenameStmt) && ((const RenameStmt *) stmt)->renameType == OBJECT_DATABASE) ||
		(IsA(stmt, AlterOwnerStmt) && ((const AlterOwnerStmt *) stmt)->objectType == OBJECT_DATABASE))
		return "ALTER DATABASE changes what a database is called or whose it is";
	if (IsA(stmt, TransactionStmt))
	{
		TransactionStmtKind kind = ((const TransactionStmt *) stmt)->kind;

		if (kind == TRANS_STMT_PREPARE || kind == TRANS_STMT_COMMIT_PREPARED || kind == TRANS_STMT_ROLLBACK_PREPARED)
			return "a prepared transaction outlives its session";
	}
	return NULL;
}

/*
 * A file that changes how strings end is one text to psql, which sends what
 * follows by itself, and another to the parser here, which reads it at once.
 */
static const char *
reach_of(const RgUnit *unit)
{
	const Node *stmt = unit->stmt;
	const char *why = kept_by_server(stmt);

	if (why == NULL && unit->changes_reading)
		why = "it changes where strings end (standard_conforming_strings, backslash_quote)";
	if (why != NULL)
		return why;
	for (int i = 0; i < (int) lengthof(reaching); i++)
	{
		if (nodeTag(stmt) == reaching[i].tag)
			return reaching[i].what;
	}
	if (IsA(stmt, CopyStmt))
	{
		const CopyStmt *copy = castNode(CopyStmt, stmt);

		if (copy->filename != NULL || copy->is_program)
			return "COPY reads or writes files of the server";
		return "COPY needs a client that sends or takes the rows";
	}
	return NULL;
}

/* Its conditions choose among rows: which ones there are decides what it does. */
static bool
chooses(const RgUnit *unit)
{
	switch (nodeTag(unit->stmt))
	{
		case T_UpdateStmt:
		case T_DeleteStmt:
		case T_MergeStmt:
		case T_InsertStmt:
		case T_DoStmt:
			return true;
		default:
			return unit->part != NULL && IsA(unit->part, AlterTableCmd) &&
				castNode(AlterTableCmd, unit->part)->subtype == AT_AlterColumnType;
	}
}

/* As rg_fill() of fill.sql takes them. */
static void
note_dropped(StringInfo json, const RgUnit *unit)
{
	const RangeVar *table;

	if (unit->inner || !IsA(unit->stmt, AlterTableStmt) || castNode(AlterTableCmd, unit->part)->subtype != AT_DropColumn)
		return;
	table = castNode(AlterTableStmt, unit->stmt)->relation;
	appendStringInfoString(json, json->len > 0 ? ", [" : "[[");
	escape_json(json, quote_qualified_identifier(table->schemaname, table->relname));
	appendStringInfoString(json, ", ");
	escape_json(json, castNode(AlterTableCmd, unit->part)->name);
	appendStringInfoChar(json, ']');
}

/* SELECT 1 and the like: some write it where a file must not be empty. */
static bool
does_nothing(const Node *stmt)
{
	const SelectStmt *select = (const SelectStmt *) stmt;
	ListCell   *cell;

	if (IsA(stmt, TransactionStmt) || IsA(stmt, VariableSetStmt))
		return true;
	if (!IsA(stmt, SelectStmt) || select->op != SETOP_NONE || select->fromClause != NIL ||
		select->valuesLists != NIL)
		return false;
	foreach(cell, select->targetList)
	{
		if (!IsA(lfirst_node(ResTarget, cell)->val, A_Const))
			return false;
	}
	return true;
}

/* The last statement may have no semicolon, and then reaches to the end. */
static int
end_of(const RgFile *file, const RawStmt *raw)
{
	return raw->stmt_len > 0 ? raw->stmt_location + raw->stmt_len : file->length;
}

/* ---- transactions of its own ---- */

static bool
is_transaction(const RawStmt *raw, TransactionStmtKind first, TransactionStmtKind second)
{
	const TransactionStmt *stmt = (const TransactionStmt *) raw->stmt;

	return IsA(raw->stmt, TransactionStmt) && stmt->options == NIL &&
		(stmt->kind == first || stmt->kind == second);
}

static void
blank_out(char *from, const char *to)
{
	for (; from < to; from++)
		*from = *from == '\n' ? '\n' : ' ';
}

/*
 * BEGIN and COMMIT around the whole file say what happens anyway: without them
 * it can be run inside a transaction of ours. Lines stay where they are.
 */
static char *
without_frame(const RgFile *file, int ncontrols)
{
	const RawStmt *first = linitial_node(RawStmt, file->statements);
	const RawStmt *last = llast_node(RawStmt, file->statements);
	char	   *result;

	if (ncontrols != 2 || first == last ||
		!is_transaction(first, TRANS_STMT_BEGIN, TRANS_STMT_START) ||
		!is_transaction(last, TRANS_STMT_COMMIT, TRANS_STMT_COMMIT))
		return NULL;
	result = pstrdup(file->text);
	/* a statement reaches to its semicolon; the last one may have none */
	blank_out(result + first->stmt_location,
			  result + first->stmt_location + first->stmt_len + 1);
	blank_out(result + last->stmt_location,
			  result + end_of(file, last) + (last->stmt_len > 0 ? 1 : 0));
	return result;
}

/* ---- what takes a superuser ---- */

static bool
switches_all(const Node *stmt)
{
	ListCell   *cell;

	if (!IsA(stmt, AlterTableStmt))
		return false;
	foreach(cell, ((const AlterTableStmt *) stmt)->cmds)
	{
		AlterTableType type = lfirst_node(AlterTableCmd, cell)->subtype;

		if (type == AT_DisableTrigAll || type == AT_EnableTrigAll)
			return true;
	}
	return false;
}

/* Writes TRIGGER USER for TRIGGER ALL; lines stay where they are. */
static void
append_for_users(StringInfo out, const char *at, const char *end)
{
	bool		behind = false;

	while (at < end)
	{
		const char *token = rg_sql_skip_blank(at, end);
		const char *next = token < end ? rg_sql_skip_token(token, end) : end;

		appendBinaryStringInfo(out, at, token - at);
		if (behind && rg_sql_is_word(token, end, "all"))
			appendStringInfoString(out, "USER");
		else
			appendBinaryStringInfo(out, token, next - token);
		behind = rg_sql_is_word(token, end, "trigger");
		at = next;
	}
}

/*
 * The triggers behind foreign keys are the superuser's, and our role is none: where
 * it is refused, those of users are switched, and keys stay checked. NULL where no
 * statement of the file switches all of them; what DO blocks and functions do is not
 * touched. sql is the file's text, perhaps with parts of it blanked out.
 */
static const char *
for_users(const RgFile *file, const char *sql)
{
	StringInfoData out;
	const char *done = sql;
	ListCell   *cell;

	initStringInfo(&out);
	foreach(cell, file->statements)
	{
		RawStmt    *raw = lfirst_node(RawStmt, cell);
		const char *begin = sql + raw->stmt_location;
		const char *end = sql + end_of(file, raw);

		if (!switches_all(raw->stmt))
			continue;
		appendBinaryStringInfo(&out, done, begin - done);
		append_for_users(&out, begin, end);
		done = end;
	}
	if (done == sql)
		return NULL;
	appendStringInfoString(&out, done);
	return out.data;
}

static const char *
piece_for_users(const RawStmt *raw, const char *begin, const char *end)
{
	StringInfoData out;

	if (!switches_all(raw->stmt))
		return NULL;
	initStringInfo(&out);
	append_for_users(&out, begin, end);
	return out.data;
}

/* What it says of all triggers of a table, in its order. */
static List *
switches_of(const RgFile *file)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, file->statements)
	{
		const Node *stmt = lfirst_node(RawStmt, cell)->stmt;
		ListCell   *part;

		if (!switches_all(stmt))
			continue;
		foreach(part, ((const AlterTableStmt *) stmt)->cmds)
		{
			AlterTableType type = lfirst_node(AlterTableCmd, part)->subtype;
			const RangeVar *table = ((const AlterTableStmt *) stmt)->relation;
			RgSwitch   *one;

			if (type != AT_DisableTrigAll && type != AT_EnableTrigAll)
				continue;
			one = palloc(sizeof(RgSwitch));
			*one = (RgSwitch) {quote_qualified_identifier(table->schemaname, table->relname), type == AT_DisableTrigAll};
			result = lappend(result, one);
		}
	}
	return result;
}

/* The whole statement, for one inside a block too. */
static void
blank_statement(char *sql, const RgFile *file, int at)
{
	ListCell   *cell;

	foreach(cell, file->statements)
	{
		RawStmt    *raw = lfirst_node(RawStmt, cell);
		int			end = end_of(file, raw);

		if (at >= raw->stmt_location && at < end)
			blank_out(sql + raw->stmt_location, sql + end);
	}
}

static List *
pieces_of(const RgFile *file)
{
	List	   *pieces = NIL;
	const char *at = file->text;
	int			line = 1;
	ListCell   *cell;

	foreach(cell, file->statements)
	{
		RawStmt    *raw = lfirst_node(RawStmt, cell);
		const char *end = file->text + end_of(file, raw);
		/* the parser counts what stands before a statement with it */
		const char *begin = rg_sql_skip_blank(file->text + raw->stmt_location, end);
		RgPiece    *piece = palloc(sizeof(RgPiece));

		for (; at < begin; at++)
			line += *at == '\n';
		piece->sql = pnstrdup(begin, end - begin);
		piece->for_users = piece_for_users(raw, begin, end);
		piece->line = line;
		pieces = lappend(pieces, piece);
	}
	return pieces;
}

static const char *
copy(const char *str)
{
	return str ? pstrdup(str) : NULL;
}

static List *
copy_switches(List *switches)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, switches)
	{
		const RgSwitch *one = lfirst(cell);
		RgSwitch   *copied = palloc(sizeof(RgSwitch));

		*copied = (RgSwitch) {pstrdup(one->table), one->off};
		result = lappend(result, copied);
	}
	return result;
}

/* Into the current memory context. */
static List *
copy_pieces(List *pieces)
{
	List	   *result = NIL;
	ListCell   *cell;

	foreach(cell, pieces)
	{
		const RgPiece *piece = lfirst(cell);
		RgPiece    *copied = palloc(sizeof(RgPiece));

		*copied = (RgPiece)
		{
			pstrdup(piece->sql), copy(piece->for_users), piece->line
		};
		result = lappend(result, copied);
	}
	return result;
}

/* In the current memory context; NIL where nothing can be read. */
List *
rg_script_pieces(const char *sql)
{
	RgFile		file = {.text = sql, .length = (int) strlen(sql)};
	RgFileFault fault;
	MemoryContext old = CurrentMemoryContext;
	MemoryContext trees = AllocSetContextCreate(old, "releasegov statements", ALLOCSET_DEFAULT_SIZES);
	List	   *pieces = NIL;

	MemoryContextSwitchTo(trees);
	if (rg_migration_parse(&file, &fault))
		pieces = pieces_of(&file);
	MemoryContextSwitchTo(old);
	pieces = copy_pieces(pieces);
	MemoryContextDelete(trees);
	return pieces;
}

int
rg_script_line(const char *sql, int before)
{
	List	   *pieces = rg_script_pieces(sql);
	int			line = 1;

	if (pieces != NIL)
		line = ((RgPiece *) list_nth(pieces, Min(before, list_length(pieces) - 1)))->line;
	return line;
}

static bool
is_savepoint(const Node *stmt)
{
	const TransactionStmt *control = (const TransactionStmt *) stmt;

	return IsA(stmt, TransactionStmt) &&
		(control->kind == TRANS_STMT_SAVEPOINT || control->kind == TRANS_STMT_RELEASE ||
		 control->kind == TRANS_STMT_ROLLBACK_TO);
}

/* ---- reading ---- */

static void
look_at_units(RgScript *script, const RgFile *file, bool up)
{
	RgRun		run = {0};
	ListCell   *cell;
	int			ncontrols = 0;
	bool		apart = false;
	char	   *framed;
	char	   *rest = NULL;
	StringInfoData dropped;

	/* as an up: whatever it is, how it has to be run is the same */
	run.files[0] = *file;
	rg_migration_run(&run);
	script->idle = true;
	initStringInfo(&dropped);
	foreach(cell, run.units)
	{
		const RgUnit *unit = lfirst(cell);
		const char *reach = reach_of(unit);

		if (reach != NULL)
		{
			if (script->refusal == NULL)
				script->refusal = psprintf("line %d: %s, which is not done on a scratch server",
										   unit->line, reach);
			rest = rest ? rest : pstrdup(file->text);
			blank_statement(rest, file, unit->start);
		}
		script->writes |= chooses(unit);
		note_dropped(&dropped, unit);
		script->adds_label |= IsA(unit->stmt, AlterEnumStmt) && !unit->inner;
		if (unit->inner)
			continue;
		script->idle &= does_nothing(unit->stmt);
		if (is_savepoint(unit->stmt))
			script->in_block = true;
		else if (IsA(unit->stmt, TransactionStmt))
			ncontrols++;
		else
			apart |= !unit->in_transaction;
	}
	script->text = file->text;
	framed = without_frame(file, ncontrols);
	script->adds_label &= up && framed == NULL;
	if (framed != NULL && !apart)
		script->text = framed;
	else if (apart || ncontrols > 0)
		script->pieces = pieces_of(file);
	script->for_users = for_users(file, script->text);
	script->switches = switches_of(file);
	if (dropped.len > 0)
		script->dropped = psprintf("%s]", dropped.data);
	script->rest = rest;
}

static void
read_script(RgScript *script, const char *sql, bool up)
{
	RgFile		file = {.text = sql, .length = (int) strlen(sql)};
	RgFileFault fault;

	script->unreadable = !rg_migration_parse(&file, &fault);
	if (script->unreadable)
		script->refusal = psprintf("line %d, column %d: %s", fault.line, fault.column, fault.message);
	else if (file.statements == NIL)
		script->blank = script->idle = true;
	else
		look_at_units(script, &file, up);
}

/*
 * In the current memory context, the text apart, which must live as long. Trees
 * take some forty times what the text does, and those of all earlier migrations
 * would be kept together: only what is asked later is.
 */
void
rg_script_read(RgScript *script, const char *sql, bool up)
{
	MemoryContext old = CurrentMemoryContext;
	MemoryContext trees;

	memset(script, 0, sizeof(*script));
	script->text = sql;
	if (sql == NULL)
		return;
	trees = AllocSetContextCreate(old, "releasegov statements", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(trees);
	read_script(script, sql, up);
	MemoryContextSwitchTo(old);
	if (script->text != sql)
		script->text = copy(script->text);
	script->refusal = copy(script->refusal);
	script->for_users = copy(script->for_users);
	script->switches = copy_switches(script->switches);
	script->dropped = copy(script->dropped);
	script->rest = copy(script->rest);
	script->pieces = copy_pieces(script->pieces);
	MemoryContextDelete(trees);
}
