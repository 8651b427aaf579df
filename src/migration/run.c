/*
 * run.c: walks the statements of both files in their order, one unit for each
 * part that means something of its own, and lets each unit's rule act on the
 * catalogue and the rows; what a unit means is judged when all have acted.
 */
#include "migration/rules.h"

#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"

/* ---- which rule ---- */

static int
constraint_sub(Constraint *constraint)
{
	bool		idle = (constraint->contype == CONSTR_CHECK || constraint->contype == CONSTR_FOREIGN) &&
		!RG_IS_ENFORCED(constraint);

	if (constraint->indexname != NULL)
		return RG_SUB_USING_INDEX;
	return (idle ? RG_SUB_NOT_ENFORCED : constraint->skip_validation ? RG_SUB_NOT_VALID : RG_SUB_CONSTRAINT) +
		constraint->contype;
}

static int
alter_constraint_sub(AlterTableCmd *cmd)
{
	if (RG_ALTERS_ENFORCEMENT(cmd->def))
		return RG_IS_ENFORCED(RG_ALTERED_CONSTRAINT(cmd->def)) ? RG_SUB_ENFORCE : RG_SUB_UNENFORCE;
	if (RG_ALTERS_INHERITANCE(cmd->def))
		return RG_IS_INHERITED(RG_ALTERED_CONSTRAINT(cmd->def)) ? RG_SUB_INHERIT : RG_SUB_UNINHERIT;
	return cmd->subtype;
}

static int
alter_sub(AlterTableCmd *cmd)
{
	if (cmd->subtype == AT_AddConstraint)
		return constraint_sub(castNode(Constraint, cmd->def));
	if (cmd->subtype == AT_AlterConstraint)
		return alter_constraint_sub(cmd);
	if (cmd->subtype == AT_ColumnDefault && cmd->def == NULL)
		return RG_SUB_DROP_DEFAULT;
	if (cmd->subtype == AT_DetachPartition && castNode(PartitionCmd, cmd->def)->concurrent)
		return RG_SUB_DETACH_CONCURRENTLY;
	return cmd->subtype;
}

static bool
has_option(List *options, const char *name)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, name) == 0 &&
			(option->arg == NULL || defGetBoolean(option)))
			return true;
	}
	return false;
}

static int
rule_sub(Node *stmt, Node *part)
{
	switch (nodeTag(stmt))
	{
		case T_AlterTableStmt:
			return alter_sub((AlterTableCmd *) part);
		case T_CreateStmt:
			return ((CreateStmt *) stmt)->partbound ? RG_SUB_PARTITION : 0;
		case T_CreateTableAsStmt:
			return ((CreateTableAsStmt *) stmt)->objtype == OBJECT_MATVIEW ? RG_SUB_MATVIEW : 0;
		case T_DropStmt:
			return ((DropStmt *) stmt)->removeType + (((DropStmt *) stmt)->concurrent ? RG_SUB_CONCURRENTLY : 0);
		case T_RenameStmt:
			return ((RenameStmt *) stmt)->renameType;
		case T_IndexStmt:
			return (((IndexStmt *) stmt)->unique ? RG_SUB_UNIQUE : 0) |
				(((IndexStmt *) stmt)->concurrent ? RG_SUB_CONCURRENT : 0);
		case T_RefreshMatViewStmt:
			return ((RefreshMatViewStmt *) stmt)->concurrent ? RG_SUB_CONCURRENT : 0;
		case T_ReindexStmt:
			return has_option(((ReindexStmt *) stmt)->params, "concurrently") ? RG_SUB_CONCURRENT : 0;
		case T_ViewStmt:
			return ((ViewStmt *) stmt)->replace ? RG_SUB_REPLACE : 0;
		case T_CreateFunctionStmt:
			return (((CreateFunctionStmt *) stmt)->replace ? RG_SUB_REPLACE : 0) |
				(((CreateFunctionStmt *) stmt)->is_procedure ? RG_SUB_PROCEDURE : 0);
		case T_DiscardStmt:
			return ((DiscardStmt *) stmt)->target;
		case T_AlterDomainStmt:
			return ((AlterDomainStmt *) stmt)->subtype;
		case T_AlterEnumStmt:
			return ((AlterEnumStmt *) stmt)->oldVal ? RG_SUB_RENAME_VALUE : 0;
		case T_GrantStmt:
			return ((GrantStmt *) stmt)->is_grant;
		case T_GrantRoleStmt:
			return ((GrantRoleStmt *) stmt)->is_grant;
		case T_CopyStmt:
			return (((CopyStmt *) stmt)->is_from ? RG_SUB_COPY_IN : 0) |
				(((CopyStmt *) stmt)->filename ? RG_SUB_COPY_FILE : 0);
		case T_SelectStmt:
			return ((SelectStmt *) stmt)->intoClause ? RG_SUB_INTO : 0;
		case T_TransactionStmt:
			return ((TransactionStmt *) stmt)->kind;
		case T_ClusterStmt:
			if (!RG_IS_REPACK(stmt))
				return 0;
			return has_option(RG_CLUSTER_OPTIONS(stmt), "concurrently") ? RG_SUB_REPACK_CONCURRENTLY : RG_SUB_REPACK;
		case T_VacuumStmt:
			if (!((VacuumStmt *) stmt)->is_vacuumcmd)
				return RG_SUB_ANALYZE;
			return has_option(((VacuumStmt *) stmt)->options, "full") ? RG_SUB_VACUUM_FULL : RG_SUB_VACUUM;
		default:
			return 0;
	}
}

/* ---- a unit ---- */

/* Kinds of ALTER TABLE say which kind of relation it is. */
static const char *
kind_of(const RgUnit *unit)
{
	const char *kind = unit->rule->kind;
	const char *hole = strstr(kind, "%o");
	ObjectType	type;

	switch (nodeTag(unit->stmt))
	{
		case T_AlterTableStmt:
			type = ((AlterTableStmt *) unit->stmt)->objtype;
			if (type == OBJECT_TABLE)
				return kind;
			hole = type == OBJECT_TYPE ? strstr(kind, "COLUMN") : NULL;
			if (hole != NULL)
				return psprintf("ALTER TYPE%.*sATTRIBUTE%s", (int) (hole - kind - strlen("ALTER TABLE")),
								kind + strlen("ALTER TABLE"), hole + strlen("COLUMN"));
			return psprintf("ALTER %s%s", rg_object_type_name(type), kind + strlen("ALTER TABLE"));
		case T_DropStmt:
			type = ((DropStmt *) unit->stmt)->removeType;
			break;
		case T_RenameStmt:
			type = ((RenameStmt *) unit->stmt)->renameType;
			break;
		case T_AlterObjectSchemaStmt:
			type = ((AlterObjectSchemaStmt *) unit->stmt)->objectType;
			break;
		case T_AlterOwnerStmt:
			type = ((AlterOwnerStmt *) unit->stmt)->objectType;
			break;
		case T_CommentStmt:
			type = ((CommentStmt *) unit->stmt)->objtype;
			break;
		case T_AlterObjectDependsStmt:
			type = ((AlterObjectDependsStmt *) unit->stmt)->objectType;
			break;
		case T_DefineStmt:
			type = ((DefineStmt *) unit->stmt)->kind;
			break;
		default:
			return kind;
	}
	if (hole == NULL)
		return kind;
	return psprintf("%.*s%s%s", (int) (hole - kind), kind, rg_object_type_name(type), hole + 2);
}

static RgUnit *
new_unit(RgRun *run, const RgFile *file, Node *stmt, Node *part, int start, int end, int line)
{
	RgUnit	   *unit = palloc0(sizeof(RgUnit));
	const RgRule *rule;

	unit->file = file;
	unit->down = file->down;
	unit->inner = run->depth > 0;
	unit->line = line;
	unit->start = start;
	unit->end = end;
	unit->stmt = stmt;
	unit->part = part;
	unit->sub = rule_sub(stmt, part);
	unit->rule = rule = rg_rule_find(nodeTag(stmt), unit->sub);
	unit->kind = kind_of(unit);
	unit->name = rg_name_of_unit(unit);
	unit->written = rg_name_written(&unit->name);
	unit->class = rule->class;
	unit->reversibility = rule->reversibility;
	unit->lock = rule->lock;
	unit->rewrites = (rule->flags & RG_REWRITES) != 0;
	unit->scans = (rule->flags & RG_SCANS) != 0;
	unit->compatible = (rule->flags & RG_BREAKS) == 0;
	unit->in_transaction = (rule->flags & RG_ALONE) == 0;
	unit->remedy = rule->remedy;
	unit->detail = rule->detail;
	return unit;
}

/* The relation that is locked, before the statement acts on names. */
static RgObject *
table_of(RgRun *run, RgUnit *unit)
{
	if (IsA(unit->stmt, IndexStmt))
		return rg_relation_refer(run, ((IndexStmt *) unit->stmt)->relation);
	if (IsA(unit->stmt, DropStmt) && ((DropStmt *) unit->stmt)->removeType == OBJECT_INDEX)
	{
		RgObject   *index = rg_object_find(run, &unit->name);

		return index ? index->table : NULL;
	}
	if (unit->name.space == RG_RELATION && unit->lock != NoLock)
	{
		RgName		name = unit->name;

		name.child = NULL;
		return rg_object_refer(run, &name);
	}
	return NULL;
}

static void
act(RgRun *run, RgUnit *unit)
{
	CHECK_FOR_INTERRUPTS();
	run->line = unit->line;
	unit->heard_of = rg_object_find(run, &unit->name) != NULL;
	unit->table = table_of(run, unit);
	unit->table_written = unit->table ? rg_object_written(unit->table) : NULL;
	run->units = lappend(run->units, unit);
	if (unit->rule->apply != NULL)
		unit->rule->apply(run, unit);
	/* what the down does to an object is looked up from the object */
	if (unit->down && unit->object != NULL)
		unit->object->downs = rg_remember(unit->object->downs, unit);
	if (unit->reversibility == RG_OPAQUE && !unit->inner)
		run->opaque++;
	if (IsA(unit->stmt, TransactionStmt) && !unit->down)
		run->controlled++;
}

/* ---- one statement to its units ---- */

typedef struct Place
{
	const RgFile *file;
	RgUnit	   *outer;
	int			start;
	int			end;
	int			line;
} Place;

static void
add_unit(RgRun *run, const Place *place, Node *stmt, Node *part)
{
	RgUnit	   *unit = new_unit(run, place->file, stmt, part, place->start, place->end, place->line);

	if (place->outer != NULL)
		place->outer->inners = lappend(place->outer->inners, unit);
	act(run, unit);
}

static void
add_parts(RgRun *run, const Place *place, Node *stmt, List *parts)
{
	ListCell   *cell;

	foreach(cell, parts)
		add_unit(run, place, stmt, lfirst(cell));
}

/* Statements that write inside WITH are statements like others. */
static void
add_with(RgRun *run, const Place *place, WithClause *with)
{
	ListCell   *cell;

	if (with == NULL)
		return;
	foreach(cell, with->ctes)
	{
		Node	   *query = ((CommonTableExpr *) lfirst(cell))->ctequery;

		if (!IsA(query, SelectStmt))
			add_unit(run, place, query, NULL);
	}
}

static WithClause *
with_of(Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_SelectStmt:
			return ((SelectStmt *) stmt)->withClause;
		case T_InsertStmt:
			return ((InsertStmt *) stmt)->withClause;
		case T_UpdateStmt:
			return ((UpdateStmt *) stmt)->withClause;
		case T_DeleteStmt:
			return ((DeleteStmt *) stmt)->withClause;
		case T_MergeStmt:
			return ((MergeStmt *) stmt)->withClause;
		default:
			return NULL;
	}
}

Node *
rg_query_of(Node *stmt)
{
	switch (nodeTag(stmt))
	{
		case T_CreateTableAsStmt:
			return ((CreateTableAsStmt *) stmt)->query;
		case T_CopyStmt:
			return ((CopyStmt *) stmt)->query;
		case T_ExplainStmt:
			return ((ExplainStmt *) stmt)->query;
		case T_PrepareStmt:
			return ((PrepareStmt *) stmt)->query;
		case T_DeclareCursorStmt:
			return ((DeclareCursorStmt *) stmt)->query;
		case T_ViewStmt:
			return ((ViewStmt *) stmt)->query;
		default:
			return NULL;
	}
}

static void
add_statement(RgRun *run, const Place *place, Node *stmt)
{
	Node	   *query = rg_query_of(stmt);

	/* a query that only reads is part of the statement */
	if (query != NULL && IsA(query, SelectStmt))
		add_with(run, place, with_of(query));
	else if (query != NULL)
		add_statement(run, place, query);
	switch (nodeTag(stmt))
	{
		case T_AlterTableStmt:
			add_parts(run, place, stmt, ((AlterTableStmt *) stmt)->cmds);
			break;
		case T_DropStmt:
			add_parts(run, place, stmt, ((DropStmt *) stmt)->objects);
			break;
		case T_TruncateStmt:
			add_parts(run, place, stmt, ((TruncateStmt *) stmt)->relations);
			break;
		default:
			add_with(run, place, with_of(stmt));
			add_unit(run, place, stmt, NULL);
	}
	if (IsA(stmt, CreateSchemaStmt))
	{
		ListCell   *cell;

		foreach(cell, ((CreateSchemaStmt *) stmt)->schemaElts)
			add_statement(run, place, lfirst(cell));
	}
}

/* A statement that stands inside another one: in a DO block or a function. */
void
rg_run_inner(RgRun *run, RgUnit *outer, Node *stmt)
{
	Place		place = {outer->file, outer, outer->start, outer->end, outer->line};

	run->depth++;
	add_statement(run, &place, stmt);
	run->depth--;
}

/* ---- the files ---- */

static void
run_file(RgRun *run, const RgFile *file)
{
	const char *sql = file->text;
	const char *counted = sql;
	Place		place = {file, NULL, 0, 0, 1};
	ListCell   *cell;

	run->down = file->down;
	run->schema = NULL;
	foreach(cell, file->statements)
	{
		RawStmt    *raw = (RawStmt *) lfirst(cell);
		const char *from = sql + Max(raw->stmt_location, 0);
		const char *to = raw->stmt_len > 0 ? from + raw->stmt_len : sql + file->length;

		from = rg_sql_skip_blank(from, to);
		for (; counted < from; counted++)
			place.line += *counted == '\n';
		while (to > from && (to[-1] == ' ' || to[-1] == '\n' || to[-1] == '\t' || to[-1] == '\r'))
			to--;
		place.start = (int) (from - sql);
		place.end = (int) (to - sql);
		add_statement(run, &place, raw->stmt);
	}
}

/*
 * Words that the up brings in: labels, and constants of its checks and rows;
 * less those that the down's own checks and labels know. A row that was there
 * before cannot hold one.
 */
static List *
words_of(const RgFile *file, bool rows)
{
	List	   *words = NIL;
	ListCell   *cell;

	foreach(cell, file->statements)
	{
		Node	   *stmt = ((RawStmt *) lfirst(cell))->stmt;

		if (IsA(stmt, CreateEnumStmt))
			words = list_concat(words, ((CreateEnumStmt *) stmt)->vals);
		else if (IsA(stmt, AlterEnumStmt) && ((AlterEnumStmt *) stmt)->newVal != NULL)
			words = lappend(words, makeString(((AlterEnumStmt *) stmt)->newVal));
		else if (IsA(stmt, InsertStmt) && rows && list_length(words) < 1000)
			words = list_concat(words, rg_literals_of(stmt));
		else if (IsA(stmt, AlterTableStmt))
		{
			ListCell   *part;

			foreach(part, ((AlterTableStmt *) stmt)->cmds)
			{
				AlterTableCmd *cmd = (AlterTableCmd *) lfirst(part);

				if (cmd->subtype == AT_AddConstraint && ((Constraint *) cmd->def)->raw_expr != NULL)
					words = list_concat(words, rg_literals_of(((Constraint *) cmd->def)->raw_expr));
			}
		}
	}
	return words;
}

#define COMPARISONS 200000

void
rg_migration_run(RgRun *run)
{
	ListCell   *cell;
	int			position[2] = {0, 0};

	rg_catalogue_begin(run);
	run->patience = COMPARISONS;
	foreach(cell, run->past)
		run_file(run, lfirst(cell));
	rg_catalogue_settle(run);
	run->units = NIL;
	run->opaque = run->controlled = 0;
	run->patience = COMPARISONS;
	run->new_words = words_of(&run->files[0], true);
	run->old_words = words_of(&run->files[1], false);
	for (int side = 0; side < 2; side++)
	{
		if (run->files[side].text != NULL)
			run_file(run, &run->files[side]);
	}
	rg_flow_finish(run);
	/* what stands inside a block is judged before the block */
	for (int inner = 1; inner >= 0; inner--)
	{
		foreach(cell, run->units)
		{
			RgUnit	   *unit = (RgUnit *) lfirst(cell);

			if (unit->inner != (inner == 1))
				continue;
			run->line = unit->line;
			if (!unit->inner)
				unit->position = ++position[unit->down];
			rg_judge_unit(run, unit);
		}
	}
	rg_undo_match(run);
}
