/*
 * names.c: what statements call things: the object that a statement is about,
 * names as they are written, and those that the server makes up itself.
 */
#include "migration/migration.h"

#include "mb/pg_wchar.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"

/* Words of the grammar for kinds of objects, and the kind of name each has. */
static const struct
{
	const char *name;
	int			space;			/* 0: RG_OTHER + the ObjectType */
}			object_types[] = {
	[OBJECT_ACCESS_METHOD] = {"ACCESS METHOD"},
	[OBJECT_AGGREGATE] = {"AGGREGATE", RG_ROUTINE},
	[OBJECT_AMOP] = {"OPERATOR OF OPERATOR FAMILY"},
	[OBJECT_AMPROC] = {"FUNCTION OF OPERATOR FAMILY"},
	[OBJECT_ATTRIBUTE] = {"ATTRIBUTE", RG_TYPE},
	[OBJECT_CAST] = {"CAST"},
	[OBJECT_COLUMN] = {"COLUMN", RG_RELATION},
	[OBJECT_COLLATION] = {"COLLATION"},
	[OBJECT_CONVERSION] = {"CONVERSION"},
	[OBJECT_DATABASE] = {"DATABASE"},
	[OBJECT_DEFAULT] = {"DEFAULT", RG_RELATION},
	[OBJECT_DEFACL] = {"DEFAULT PRIVILEGES"},
	[OBJECT_DOMAIN] = {"DOMAIN", RG_TYPE},
	[OBJECT_DOMCONSTRAINT] = {"DOMAIN CONSTRAINT", RG_TYPE},
	[OBJECT_EVENT_TRIGGER] = {"EVENT TRIGGER"},
	[OBJECT_EXTENSION] = {"EXTENSION"},
	[OBJECT_FDW] = {"FOREIGN DATA WRAPPER"},
	[OBJECT_FOREIGN_SERVER] = {"SERVER"},
	[OBJECT_FOREIGN_TABLE] = {"FOREIGN TABLE", RG_RELATION},
	[OBJECT_FUNCTION] = {"FUNCTION", RG_ROUTINE},
	[OBJECT_INDEX] = {"INDEX", RG_RELATION},
	[OBJECT_LANGUAGE] = {"LANGUAGE"},
	[OBJECT_LARGEOBJECT] = {"LARGE OBJECT"},
	[OBJECT_MATVIEW] = {"MATERIALIZED VIEW", RG_RELATION},
	[OBJECT_OPCLASS] = {"OPERATOR CLASS"},
	[OBJECT_OPERATOR] = {"OPERATOR"},
	[OBJECT_OPFAMILY] = {"OPERATOR FAMILY"},
	[OBJECT_PARAMETER_ACL] = {"PARAMETER"},
	[OBJECT_POLICY] = {"POLICY", RG_RELATION},
	[OBJECT_PROCEDURE] = {"PROCEDURE", RG_ROUTINE},
	[OBJECT_PUBLICATION] = {"PUBLICATION"},
	[OBJECT_PUBLICATION_NAMESPACE] = {"SCHEMA OF PUBLICATION"},
	[OBJECT_PUBLICATION_REL] = {"TABLE OF PUBLICATION"},
	[OBJECT_ROLE] = {"ROLE"},
	[OBJECT_ROUTINE] = {"ROUTINE", RG_ROUTINE},
	[OBJECT_RULE] = {"RULE", RG_RELATION},
	[OBJECT_SCHEMA] = {"SCHEMA"},
	[OBJECT_SEQUENCE] = {"SEQUENCE", RG_RELATION},
	[OBJECT_SUBSCRIPTION] = {"SUBSCRIPTION"},
	[OBJECT_STATISTIC_EXT] = {"STATISTICS"},
	[OBJECT_TABCONSTRAINT] = {"CONSTRAINT", RG_RELATION},
	[OBJECT_TABLE] = {"TABLE", RG_RELATION},
	[OBJECT_TABLESPACE] = {"TABLESPACE"},
	[OBJECT_TRANSFORM] = {"TRANSFORM"},
	[OBJECT_TRIGGER] = {"TRIGGER", RG_RELATION},
	[OBJECT_TSCONFIGURATION] = {"TEXT SEARCH CONFIGURATION"},
	[OBJECT_TSDICTIONARY] = {"TEXT SEARCH DICTIONARY"},
	[OBJECT_TSPARSER] = {"TEXT SEARCH PARSER"},
	[OBJECT_TSTEMPLATE] = {"TEXT SEARCH TEMPLATE"},
	[OBJECT_TYPE] = {"TYPE", RG_TYPE},
	[OBJECT_USER_MAPPING] = {"USER MAPPING"},
	[OBJECT_VIEW] = {"VIEW", RG_RELATION},
};

/* Names that lie within another: their last part. */
static const struct
{
	ObjectType	type;
	int			space;
}			child_types[] = {
	{OBJECT_ATTRIBUTE, RG_COLUMN},
	{OBJECT_COLUMN, RG_COLUMN},
	{OBJECT_DOMCONSTRAINT, RG_CONSTRAINT},
	{OBJECT_TABCONSTRAINT, RG_CONSTRAINT},
	{OBJECT_TRIGGER, RG_TRIGGER},
	{OBJECT_POLICY, RG_POLICY},
	{OBJECT_RULE, RG_RULE},
};

/* Where a statement has its object, if it is always in the same place. */
typedef enum Way
{
	BY_RANGE,					/* a RangeVar */
	BY_LIST,					/* a list of String */
	BY_STRING,
	BY_ARGS,					/* an ObjectWithArgs */
	BY_ROLE,					/* a RoleSpec */
	BY_RANGES					/* a list of RangeVar: the first */
} Way;

#define NO_CHILD (-1)

static const struct
{
	NodeTag		tag;
	int			space;
	Way			way;
	int			offset;
	int			child_space;
	int			child_offset;
}			places[] = {
	{T_CreateStmt, RG_RELATION, BY_RANGE, offsetof(CreateStmt, relation), 0, NO_CHILD},
	{T_CreateForeignTableStmt, RG_RELATION, BY_RANGE, offsetof(CreateStmt, relation), 0, NO_CHILD},
	{T_ViewStmt, RG_RELATION, BY_RANGE, offsetof(ViewStmt, view), 0, NO_CHILD},
	{T_CreateSeqStmt, RG_RELATION, BY_RANGE, offsetof(CreateSeqStmt, sequence), 0, NO_CHILD},
	{T_AlterSeqStmt, RG_RELATION, BY_RANGE, offsetof(AlterSeqStmt, sequence), 0, NO_CHILD},
	{T_RefreshMatViewStmt, RG_RELATION, BY_RANGE, offsetof(RefreshMatViewStmt, relation), 0, NO_CHILD},
	{T_InsertStmt, RG_RELATION, BY_RANGE, offsetof(InsertStmt, relation), 0, NO_CHILD},
	{T_UpdateStmt, RG_RELATION, BY_RANGE, offsetof(UpdateStmt, relation), 0, NO_CHILD},
	{T_DeleteStmt, RG_RELATION, BY_RANGE, offsetof(DeleteStmt, relation), 0, NO_CHILD},
	{T_MergeStmt, RG_RELATION, BY_RANGE, offsetof(MergeStmt, relation), 0, NO_CHILD},
	{T_CopyStmt, RG_RELATION, BY_RANGE, offsetof(CopyStmt, relation), 0, NO_CHILD},
	{T_LockStmt, RG_RELATION, BY_RANGES, offsetof(LockStmt, relations), 0, NO_CHILD},
	{T_ReindexStmt, RG_RELATION, BY_RANGE, offsetof(ReindexStmt, relation), 0, NO_CHILD},
	{T_CompositeTypeStmt, RG_TYPE, BY_RANGE, offsetof(CompositeTypeStmt, typevar), 0, NO_CHILD},
	{T_CreateEnumStmt, RG_TYPE, BY_LIST, offsetof(CreateEnumStmt, typeName), 0, NO_CHILD},
	{T_CreateRangeStmt, RG_TYPE, BY_LIST, offsetof(CreateRangeStmt, typeName), 0, NO_CHILD},
	{T_CreateDomainStmt, RG_TYPE, BY_LIST, offsetof(CreateDomainStmt, domainname), 0, NO_CHILD},
	{T_AlterDomainStmt, RG_TYPE, BY_LIST, offsetof(AlterDomainStmt, typeName), RG_CONSTRAINT, offsetof(AlterDomainStmt, name)},
	{T_AlterEnumStmt, RG_TYPE, BY_LIST, offsetof(AlterEnumStmt, typeName), RG_LABEL, offsetof(AlterEnumStmt, newVal)},
	{T_AlterTypeStmt, RG_TYPE, BY_LIST, offsetof(AlterTypeStmt, typeName), 0, NO_CHILD},
	{T_CreateFunctionStmt, RG_ROUTINE, BY_LIST, offsetof(CreateFunctionStmt, funcname), 0, NO_CHILD},
	{T_AlterFunctionStmt, RG_ROUTINE, BY_ARGS, offsetof(AlterFunctionStmt, func), 0, NO_CHILD},
	{T_CreateTrigStmt, RG_RELATION, BY_RANGE, offsetof(CreateTrigStmt, relation), RG_TRIGGER, offsetof(CreateTrigStmt, trigname)},
	{T_CreatePolicyStmt, RG_RELATION, BY_RANGE, offsetof(CreatePolicyStmt, table), RG_POLICY, offsetof(CreatePolicyStmt, policy_name)},
	{T_AlterPolicyStmt, RG_RELATION, BY_RANGE, offsetof(AlterPolicyStmt, table), RG_POLICY, offsetof(AlterPolicyStmt, policy_name)},
	{T_RuleStmt, RG_RELATION, BY_RANGE, offsetof(RuleStmt, relation), RG_RULE, offsetof(RuleStmt, rulename)},
	{T_CreateSchemaStmt, RG_OTHER + OBJECT_SCHEMA, BY_STRING, offsetof(CreateSchemaStmt, schemaname), 0, NO_CHILD},
	{T_CreateExtensionStmt, RG_OTHER + OBJECT_EXTENSION, BY_STRING, offsetof(CreateExtensionStmt, extname), 0, NO_CHILD},
	{T_AlterExtensionStmt, RG_OTHER + OBJECT_EXTENSION, BY_STRING, offsetof(AlterExtensionStmt, extname), 0, NO_CHILD},
	{T_AlterExtensionContentsStmt, RG_OTHER + OBJECT_EXTENSION, BY_STRING, offsetof(AlterExtensionContentsStmt, extname), 0, NO_CHILD},
	{T_CreatedbStmt, RG_OTHER + OBJECT_DATABASE, BY_STRING, offsetof(CreatedbStmt, dbname), 0, NO_CHILD},
	{T_DropdbStmt, RG_OTHER + OBJECT_DATABASE, BY_STRING, offsetof(DropdbStmt, dbname), 0, NO_CHILD},
	{T_AlterDatabaseStmt, RG_OTHER + OBJECT_DATABASE, BY_STRING, offsetof(AlterDatabaseStmt, dbname), 0, NO_CHILD},
	{T_AlterDatabaseSetStmt, RG_OTHER + OBJECT_DATABASE, BY_STRING, offsetof(AlterDatabaseSetStmt, dbname), 0, NO_CHILD},
	{T_CreateRoleStmt, RG_OTHER + OBJECT_ROLE, BY_STRING, offsetof(CreateRoleStmt, role), 0, NO_CHILD},
	{T_AlterRoleStmt, RG_OTHER + OBJECT_ROLE, BY_ROLE, offsetof(AlterRoleStmt, role), 0, NO_CHILD},
	{T_AlterRoleSetStmt, RG_OTHER + OBJECT_ROLE, BY_ROLE, offsetof(AlterRoleSetStmt, role), 0, NO_CHILD},
	{T_CreateTableSpaceStmt, RG_OTHER + OBJECT_TABLESPACE, BY_STRING, offsetof(CreateTableSpaceStmt, tablespacename), 0, NO_CHILD},
	{T_DropTableSpaceStmt, RG_OTHER + OBJECT_TABLESPACE, BY_STRING, offsetof(DropTableSpaceStmt, tablespacename), 0, NO_CHILD},
	{T_CreateFdwStmt, RG_OTHER + OBJECT_FDW, BY_STRING, offsetof(CreateFdwStmt, fdwname), 0, NO_CHILD},
	{T_CreateForeignServerStmt, RG_OTHER + OBJECT_FOREIGN_SERVER, BY_STRING, offsetof(CreateForeignServerStmt, servername), 0, NO_CHILD},
	{T_CreateEventTrigStmt, RG_OTHER + OBJECT_EVENT_TRIGGER, BY_STRING, offsetof(CreateEventTrigStmt, trigname), 0, NO_CHILD},
	{T_AlterEventTrigStmt, RG_OTHER + OBJECT_EVENT_TRIGGER, BY_STRING, offsetof(AlterEventTrigStmt, trigname), 0, NO_CHILD},
	{T_CreatePLangStmt, RG_OTHER + OBJECT_LANGUAGE, BY_STRING, offsetof(CreatePLangStmt, plname), 0, NO_CHILD},
	{T_CreatePublicationStmt, RG_OTHER + OBJECT_PUBLICATION, BY_STRING, offsetof(CreatePublicationStmt, pubname), 0, NO_CHILD},
	{T_AlterPublicationStmt, RG_OTHER + OBJECT_PUBLICATION, BY_STRING, offsetof(AlterPublicationStmt, pubname), 0, NO_CHILD},
	{T_CreateSubscriptionStmt, RG_OTHER + OBJECT_SUBSCRIPTION, BY_STRING, offsetof(CreateSubscriptionStmt, subname), 0, NO_CHILD},
	{T_AlterSubscriptionStmt, RG_OTHER + OBJECT_SUBSCRIPTION, BY_STRING, offsetof(AlterSubscriptionStmt, subname), 0, NO_CHILD},
	{T_DropSubscriptionStmt, RG_OTHER + OBJECT_SUBSCRIPTION, BY_STRING, offsetof(DropSubscriptionStmt, subname), 0, NO_CHILD},
	{T_CreateStatsStmt, RG_OTHER + OBJECT_STATISTIC_EXT, BY_LIST, offsetof(CreateStatsStmt, defnames), 0, NO_CHILD},
	{T_AlterStatsStmt, RG_OTHER + OBJECT_STATISTIC_EXT, BY_LIST, offsetof(AlterStatsStmt, defnames), 0, NO_CHILD},
	{T_VariableSetStmt, RG_OTHER + OBJECT_PARAMETER_ACL, BY_STRING, offsetof(VariableSetStmt, name), 0, NO_CHILD},
};

const char *
rg_object_type_name(ObjectType type)
{
	const char *name = type < lengthof(object_types) ? object_types[type].name : NULL;

	return name ? name : "OBJECT";
}

RgName
rg_name_of_range(const RangeVar *range)
{
	RgName		name = {RG_NOTHING};

	if (range == NULL)
		return name;
	name.space = RG_RELATION;
	name.schema = range->schemaname;
	name.name = range->relname;
	return name;
}

/* Of [schema.]name; what stands before a schema is the database. */
RgName
rg_name_of_list(int space, List *names)
{
	RgName		name = {space};
	int			length = list_length(names);

	for (int i = Max(length - 2, 0); i < length; i++)
	{
		Node	   *part = list_nth(names, i);
		const char *own = IsA(part, String) ? strVal(part) :
			IsA(part, TypeName) ? rg_type_written((TypeName *) part) : NULL;

		if (i == length - 1)
			name.name = own;
		else
			name.schema = own;
	}
	if (name.name == NULL)
		name.space = RG_NOTHING;
	return name;
}

static int
child_space_of(ObjectType type)
{
	for (int i = 0; i < (int) lengthof(child_types); i++)
	{
		if (child_types[i].type == type)
			return child_types[i].space;
	}
	return 0;
}

/* Of an object as DROP, COMMENT and ALTER have it. */
static RgName
name_of_object(ObjectType type, const RangeVar *relation, Node *object, const char *child)
{
	int			child_space = child_space_of(type);
	int			space = type < lengthof(object_types) ? object_types[type].space : 0;
	RgName		name = {RG_NOTHING};

	if (space == 0)
		space = RG_OTHER + type;
	if (relation != NULL)
	{
		name = rg_name_of_range(relation);
		name.space = space;
	}
	else if (object == NULL)
		return name;
	else if (IsA(object, List) && child == NULL && child_space != 0 && list_length((List *) object) > 1)
	{
		List	   *names = (List *) object;

		child = IsA(llast(names), String) ? strVal(llast(names)) : NULL;
		names = list_truncate(list_copy(names), list_length(names) - 1);
		if (IsA(linitial(names), TypeName))
			names = ((TypeName *) linitial(names))->names;
		name = rg_name_of_list(space, names);
	}
	else if (IsA(object, List))
		name = rg_name_of_list(space, (List *) object);
	else if (IsA(object, TypeName))
		name = rg_name_of_list(space, ((TypeName *) object)->names);
	else if (IsA(object, ObjectWithArgs))
		name = rg_name_of_list(space, ((ObjectWithArgs *) object)->objname);
	else if (IsA(object, String))
	{
		name.space = space;
		name.name = strVal(object);
	}
	if (child != NULL)
	{
		name.child_space = child_space ? child_space : RG_COLUMN;
		name.child = child;
	}
	return name;
}

/* The object of a sub-command of ALTER TABLE. */
static RgName
name_of_alter(const AlterTableStmt *stmt, const AlterTableCmd *cmd)
{
	RgName		name = rg_name_of_range(stmt->relation);
	int			space = RG_COLUMN;

	if (stmt->objtype == OBJECT_TYPE)
		name.space = RG_TYPE;
	switch (cmd->subtype)
	{
		case AT_AddColumn:
			name.child = castNode(ColumnDef, cmd->def)->colname;
			break;
		case AT_AddConstraint:
			space = RG_CONSTRAINT;
			name.child = rg_constraint_name(castNode(Constraint, cmd->def), name.name, NULL);
			break;
		case AT_AlterConstraint:
			space = RG_CONSTRAINT;
			name.child = RG_ALTERED_CONSTRAINT(cmd->def)->conname;
			break;
		case AT_ValidateConstraint:
		case AT_DropConstraint:
			space = RG_CONSTRAINT;
			name.child = cmd->name;
			break;
		case AT_EnableTrig:
		case AT_EnableAlwaysTrig:
		case AT_EnableReplicaTrig:
		case AT_DisableTrig:
			space = RG_TRIGGER;
			name.child = cmd->name;
			break;
		case AT_EnableRule:
		case AT_EnableAlwaysRule:
		case AT_EnableReplicaRule:
		case AT_DisableRule:
			space = RG_RULE;
			name.child = cmd->name;
			break;
		case AT_ClusterOn:
		case AT_SetTableSpace:
		case AT_SetAccessMethod:
			break;
		default:
			name.child = cmd->name;
	}
	if (name.child != NULL)
		name.child_space = space;
	return name;
}

static const char *
constraint_suffix(Constraint *constraint)
{
	switch (constraint->contype)
	{
		case CONSTR_PRIMARY:
			return "pkey";
		case CONSTR_UNIQUE:
			return "key";
		case CONSTR_FOREIGN:
			return "fkey";
		case CONSTR_EXCLUSION:
			return "excl";
		case CONSTR_CHECK:
			return "check";
		case CONSTR_NOTNULL:
			return "not_null";
		default:
			return NULL;
	}
}

/* table_column_suffix, in 63 bytes: the longer part is cut first, as makeObjectName() does. */
static const char *
default_name(const char *table, List *columns, const char *suffix)
{
	StringInfoData middle;
	ListCell   *cell;
	int			room = NAMEDATALEN - 1 - (int) strlen(suffix) - 1;
	int			first = (int) strlen(table);
	int			second;

	initStringInfo(&middle);
	foreach(cell, columns)
	{
		if (middle.len > 0)
			appendStringInfoChar(&middle, '_');
		appendStringInfoString(&middle, strVal(lfirst(cell)));
		if (middle.len >= NAMEDATALEN)
			break;
	}
	second = Min(middle.len, NAMEDATALEN - 1);
	if (second > 0)
		room--;
	while (first + second > room)
	{
		if (first > second)
			first--;
		else
			second--;
	}
	first = pg_mbcliplen(table, first, first);
	second = pg_mbcliplen(middle.data, second, second);
	return psprintf("%.*s%s%.*s_%s", first, table, second > 0 ? "_" : "", second, middle.data, suffix);
}

static RgName
name_of_index(const IndexStmt *stmt)
{
	RgName		name = rg_name_of_range(stmt->relation);
	List	   *columns = NIL;
	ListCell   *cell;

	name.name = stmt->idxname;
	if (name.name != NULL)
		return name;
	foreach(cell, stmt->indexParams)
	{
		IndexElem  *element = (IndexElem *) lfirst(cell);

		columns = lappend(columns, makeString(element->name ? element->name : "expr"));
	}
	name.name = default_name(stmt->relation->relname, columns, "idx");
	return name;
}

/* Of a statement that has its object in one place. */
static RgName
name_of_place(Node *stmt)
{
	RgName		name = {RG_NOTHING};

	for (int i = 0; i < (int) lengthof(places); i++)
	{
		char	   *at = (char *) stmt + places[i].offset;

		if (places[i].tag != nodeTag(stmt))
			continue;
		if (places[i].way == BY_RANGE)
			name = rg_name_of_range(*(RangeVar **) at);
		else if (places[i].way == BY_RANGES && *(List **) at != NIL)
			name = rg_name_of_range(linitial(*(List **) at));
		else if (places[i].way == BY_LIST)
			name = rg_name_of_list(places[i].space, *(List **) at);
		else if (places[i].way == BY_ARGS)
			name = rg_name_of_list(places[i].space, (*(ObjectWithArgs **) at)->objname);
		else if (places[i].way == BY_STRING)
			name.name = *(char **) at;
		else if (places[i].way == BY_ROLE && *(RoleSpec **) at != NULL)
			name.name = (*(RoleSpec **) at)->rolename;
		if (name.name != NULL)
			name.space = places[i].space;
		if (places[i].child_offset != NO_CHILD)
			name.child = *(char **) ((char *) stmt + places[i].child_offset);
		if (name.child != NULL)
			name.child_space = places[i].child_space;
	}
	return name;
}

/* The constraint that it adds has its name in its definition, or none yet. */
static RgName
name_of_alter_domain(AlterDomainStmt *stmt)
{
	RgName		name = name_of_place((Node *) stmt);
	Constraint *constraint = (Constraint *) stmt->def;

	if (stmt->subtype != 'C')
		return name;
	name.child_space = RG_CONSTRAINT;
	name.child = constraint->conname ? constraint->conname :
		default_name(name.name, NIL, constraint_suffix(constraint));
	return name;
}

static RgName
name_of_grant(const GrantStmt *stmt)
{
	RgName		name = {RG_NOTHING};
	Node	   *object;

	if (stmt->objects == NIL)
		return name;
	object = linitial(stmt->objects);
	if (stmt->targtype != ACL_TARGET_OBJECT)
		return name_of_object(OBJECT_SCHEMA, NULL, object, NULL);
	if (IsA(object, RangeVar))
		return rg_name_of_range((RangeVar *) object);
	return name_of_object(stmt->objtype, NULL, object, NULL);
}

RgName
rg_name_of_unit(const RgUnit *unit)
{
	Node	   *stmt = unit->stmt;

	switch (nodeTag(stmt))
	{
		case T_AlterTableStmt:
			return name_of_alter((AlterTableStmt *) stmt, (AlterTableCmd *) unit->part);
		case T_AlterDomainStmt:
			return name_of_alter_domain((AlterDomainStmt *) stmt);
		case T_DropStmt:
			return name_of_object(((DropStmt *) stmt)->removeType, NULL, unit->part, NULL);
		case T_TruncateStmt:
			return rg_name_of_range((RangeVar *) unit->part);
		case T_RenameStmt:
			{
				RenameStmt *rename = (RenameStmt *) stmt;

				return name_of_object(rename->renameType, rename->relation, rename->object,
									  child_space_of(rename->renameType) ? rename->subname : NULL);
			}
		case T_AlterObjectSchemaStmt:
			{
				AlterObjectSchemaStmt *alter = (AlterObjectSchemaStmt *) stmt;

				return name_of_object(alter->objectType, alter->relation, alter->object, NULL);
			}
		case T_AlterOwnerStmt:
			{
				AlterOwnerStmt *alter = (AlterOwnerStmt *) stmt;

				return name_of_object(alter->objectType, alter->relation, alter->object, NULL);
			}
		case T_CommentStmt:
			return name_of_object(((CommentStmt *) stmt)->objtype, NULL, ((CommentStmt *) stmt)->object, NULL);
		case T_DefineStmt:
			return name_of_object(((DefineStmt *) stmt)->kind, NULL, (Node *) ((DefineStmt *) stmt)->defnames, NULL);
		case T_CreateTableAsStmt:
			return rg_name_of_range(((CreateTableAsStmt *) stmt)->into->rel);
		case T_SelectStmt:
			return rg_name_of_range(((SelectStmt *) stmt)->intoClause ? ((SelectStmt *) stmt)->intoClause->rel : NULL);
		case T_IndexStmt:
			return name_of_index((IndexStmt *) stmt);
		case T_GrantStmt:
			return name_of_grant((GrantStmt *) stmt);
		default:
			return name_of_place(stmt);
	}
}

/* ---- as they are written ---- */

const char *
rg_name_written(const RgName *name)
{
	const char *schema = name->schema ? quote_identifier(name->schema) : "";
	const char *child = "";

	if (name->space == RG_NOTHING || name->name == NULL)
		return NULL;
	if (name->child != NULL)
		child = name->child_space == RG_LABEL ? quote_literal_cstr(name->child) : quote_identifier(name->child);
	return psprintf("%s%s%s%s%s", schema, *schema ? "." : "", quote_identifier(name->name),
					name->child == NULL ? "" : name->child_space == RG_LABEL ? " " : ".", child);
}

const char *
rg_object_written(const RgObject *object)
{
	RgName		name = {object->space, object->schema, object->name};

	if (object->parent != NULL)
	{
		name = (RgName)
		{
			object->parent->space, object->parent->schema, object->parent->name, object->space, object->name
		};
	}
	return rg_name_written(&name);
}

/* Names without quotes for types that have words of their own are fine here. */
const char *
rg_type_written(TypeName *type)
{
	StringInfoData out;
	ListCell   *cell;
	bool		first = true;

	initStringInfo(&out);
	foreach(cell, type->names)
	{
		const char *part = strVal(lfirst(cell));

		if (strcmp(part, "pg_catalog") == 0)
			continue;
		appendStringInfo(&out, "%s%s", first ? "" : ".", part);
		first = false;
	}
	if (type->typmods != NIL && strcmp(rg_type_last_name(type), "interval") != 0)
	{
		const char *separator = "(";

		foreach(cell, type->typmods)
		{
			A_Const    *constant = (A_Const *) lfirst(cell);

			if (IsA(constant, A_Const) && IsA(&constant->val, Integer))
				appendStringInfo(&out, "%s%d", separator, intVal(&constant->val));
			else
				appendStringInfo(&out, "%s...", separator);
			separator = ",";
		}
		appendStringInfoChar(&out, ')');
	}
	for (int i = 0; i < list_length(type->arrayBounds); i++)
		appendStringInfoString(&out, "[]");
	return out.data;
}

const char *
rg_type_last_name(TypeName *type)
{
	return type->names == NIL ? "" : strVal(llast(type->names));
}

/* ---- names that the server makes up ---- */

List *
rg_constraint_columns(Constraint *constraint)
{
	return constraint->contype == CONSTR_FOREIGN ? constraint->fk_attrs : constraint->keys;
}

/* The one column that a check is about names it; NULL: none, or several. */
static bool
one_column_walker(Node *node, List **columns)
{
	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
	{
		Node	   *last = llast(((ColumnRef *) node)->fields);

		if (IsA(last, String) && !list_member(*columns, last))
			*columns = lappend(*columns, last);
		return false;
	}
	return raw_expression_tree_walker(node, one_column_walker, columns);
}

/* column: whose definition it is part of, NULL if it is the table's */
const char *
rg_constraint_name(Constraint *constraint, const char *table, const char *column)
{
	const char *suffix = constraint_suffix(constraint);
	List	   *columns = rg_constraint_columns(constraint);

	if (constraint->conname != NULL)
		return constraint->conname;
	if (suffix == NULL)
		return NULL;
	if (constraint->indexname != NULL)
		return constraint->indexname;
	if (constraint->contype == CONSTR_PRIMARY)
		columns = NIL;
	else if (column != NULL)
		columns = list_make1(makeString(pstrdup(column)));
	else if (constraint->contype == CONSTR_CHECK)
	{
		columns = NIL;
		one_column_walker(constraint->raw_expr, &columns);
		if (list_length(columns) != 1)
			columns = NIL;
	}
	return default_name(table, columns, suffix);
}

/* ---- text ---- */

#define LONGEST_STATEMENT 1000

/* The statement as the file has it; a long one is cut. */
const char *
rg_statement_text(const RgUnit *unit)
{
	int			length = unit->end - unit->start;
	const char *sql = unit->file->text + unit->start;

	if (length <= LONGEST_STATEMENT)
		return pnstrdup(sql, length);
	length = pg_mbcliplen(sql, LONGEST_STATEMENT, LONGEST_STATEMENT);
	return psprintf("%.*s ...", length, sql);
}
