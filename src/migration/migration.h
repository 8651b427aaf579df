/*
 * migration.h: what a migration does, read off the server's own parse trees:
 * its text goes in, one RgUnit a statement comes out. No catalog and no SPI:
 * what there was before is known only by what the two files say about it.
 */
#ifndef RG_MIGRATION_H
#define RG_MIGRATION_H

#include "releasegov.h"
#include "lib/stringinfo.h"
#include "nodes/parsenodes.h"
#include "storage/lockdefs.h"

/* What a reader is told of a file that cannot be read. */
typedef struct RgFileFault
{
	int			line;			/* 0: the file could be read */
	int			column;			/* in characters, from 1 */
	const char *message;
	const char *hint;
} RgFileFault;

typedef struct RgFile
{
	const char *text;			/* NULL: there is no such file */
	int			length;
	bool		down;
	List	   *statements;		/* of RawStmt */
} RgFile;

typedef enum RgClass
{
	RG_CLASS_A,					/* additive */
	RG_CLASS_B,					/* rewrites, waits, narrows, renames */
	RG_CLASS_C					/* destroys, exposes, or leaves the database */
} RgClass;

typedef enum RgReversibility
{
	RG_REVERSIBLE,
	RG_LOSSY,					/* the schema comes back, the rows do not */
	RG_IRREVERSIBLE,
	RG_OPAQUE					/* what it does cannot be read off it */
} RgReversibility;

/* Kinds of names; those without a value of their own are RG_OTHER + ObjectType. */
typedef enum RgSpace
{
	RG_NOTHING,
	RG_RELATION,
	RG_TYPE,
	RG_ROUTINE,
	RG_COLUMN,					/* from here on, names within a relation or type */
	RG_CONSTRAINT,
	RG_TRIGGER,
	RG_POLICY,
	RG_RULE,
	RG_LABEL,
	RG_OTHER = 100
} RgSpace;

/* A name as a statement writes it: an object, and perhaps one within it. */
typedef struct RgName
{
	int			space;
	const char *schema;			/* NULL: not written */
	const char *name;
	int			child_space;
	const char *child;
} RgName;

/* A relation, and the lock on it. */
typedef struct RgLocked
{
	LOCKMODE	mode;
	const char *name;
	bool		is_new;			/* made in the same file: nobody waits */
} RgLocked;

typedef struct RgUnit RgUnit;
typedef struct RgRule RgRule;

/* Something that the files speak of, as it is at this point of them. */
typedef struct RgObject
{
	int			space;
	const char *schema;			/* NULL: found by the search_path */
	const char *name;
	char	   *key;			/* under which the catalogue has it */
	const char *first_key;		/* before it was renamed */
	const char *first_name;
	const char *first_written;
	struct RgObject *parent;
	int			number;			/* in the order in which they were met */
	bool		before;			/* it was there before the up */
	bool		alive;
	bool		not_table;		/* a relation without rows of its own */
	bool		constrained;	/* a domain that checks its values */
	RgUnit	   *created_by;		/* NULL: by an earlier migration */
	RgUnit	   *dropped_by;
	RgUnit	   *renamed_by;		/* the last to do so */
	RgUnit	   *revived_by;		/* made again under its name */
	struct RgObject *earlier;	/* of the same name, dropped before it was made */
	List	   *downs;			/* units of the down that speak of it */
	List	   *children;		/* of a relation or type: RgObject */
	List	   *dependents;		/* those of them that are about columns */
	List	   *triggers;		/* those of them that are triggers */
	List	   *columns;		/* of an index or constraint: names */
	TypeName   *type;			/* of a column, where the files say it */
	TypeName   *first_type;		/* before the up, where earlier files say it */
	bool		not_null;		/* of a column, where the files say it */
	Node	   *definition;		/* of a trigger */
	bool		disabled;		/* a trigger, or all triggers of a relation */
	Node	   *default_value;	/* of a column that the files add */
	bool		may_be_null;	/* the up took its NOT NULL away */
	const char *body;			/* of a function */
	struct RgObject *table;		/* of an index */
	/* rows, of a relation */
	struct RgObject *rows_of;	/* the relation whose rows it holds */
	List	   *lost;			/* units that took rows which were there before */
	List	   *added;			/* units that left rows */
	/* values, of a column */
	struct RgObject *value_of;	/* the column whose values it holds */
	List	   *changed;		/* units that changed values which were there */
	bool		filled;			/* the files gave rows, or values, of their own */
	List	   *conversions;	/* units that changed its type */
	struct RgObject *copy_of;	/* of a relation: all columns are that one's */
} RgObject;

/* One row of the answer. */
struct RgUnit
{
	const RgFile *file;
	bool		down;
	bool		inner;			/* inside a DO block or a function */
	int			position;
	int			line;
	int			start;			/* of the statement, in bytes */
	int			end;
	Node	   *stmt;
	Node	   *part;			/* AlterTableCmd, object of a DROP */
	int			sub;			/* as the rule has it */
	const RgRule *rule;
	RgName		name;
	bool		heard_of;		/* the files speak of it before */
	RgObject   *object;			/* NULL: nothing that the catalogue keeps */
	RgObject   *table;			/* the relation that is locked */
	const char *table_written;	/* as it is called before the statement */
	TypeName   *old_type;		/* of the column, if it is known */
	List	   *inners;			/* units inside */
	List	   *literals;		/* constants that it writes */
	List	   *targets;		/* of an UPDATE: the columns, RgObject */
	List	   *asked;			/* of an UPDATE: those of its condition */
	List	   *rows;			/* ... those of each row of VALUES, while the
								 * row is not taken back */
	bool		guarded;		/* rows that may be there already */
	/* the answer */
	const char *kind;
	const char *written;		/* name of the object */
	RgClass		class;
	RgReversibility reversibility;
	LOCKMODE	lock;
	List	   *locked;			/* of RgLocked */
	bool		on_new;			/* about what this file itself makes */
	bool		rewrites;
	bool		scans;
	bool		compatible;
	bool		in_transaction;
	bool		changes_reading;	/* what follows it means something else */
	bool		data_loss;
	const char *loss;			/* whose rows or values, and how */
	List	   *undone_by;		/* RgUnit */
	bool		undoes;			/* it is one of those */
	const char *proposed_down;
	const char *detail;			/* NULL: nothing to say */
	const char *remedy;
};

typedef struct RgRun RgRun;

/* What a statement means. The table is in rules.c. */
struct RgRule
{
	NodeTag		tag;
	int			sub;			/* RG_ANY: any */
	const char *kind;			/* %o: the type of the object */
	RgClass		class;
	RgReversibility reversibility;
	LOCKMODE	lock;
	unsigned	flags;			/* RG_REWRITES and so on */
	const char *undo;			/* kinds that undo it, '|' between; NULL: it
								 * leaves nothing to undo */
	const char *down;			/* %o object, %t table, %n name within it */
	void		(*apply) (RgRun *run, RgUnit *unit);
	void		(*judge) (RgRun *run, RgUnit *unit);
	const char *detail;
	const char *remedy;
};

#define RG_ANY			(-1000)
#define RG_REWRITES		0x01
#define RG_SCANS		0x02
#define RG_BREAKS		0x04	/* old and new code cannot run together */
#define RG_ALONE		0x08	/* not inside a transaction block */

struct RgRun
{
	RgFile		files[2];		/* up, down */
	List	   *past;			/* RgFile: what was run before, oldest first */
	List	   *units;			/* of both files, those inside others too */
	struct HTAB *catalogue;
	List	   *objects;		/* in the order in which they were met */
	int			nobjects;
	const char *schema;			/* what SET search_path says; NULL: nothing */
	bool		down;			/* the down is being walked */
	int			depth;			/* of DO blocks and functions */
	List	   *new_words;		/* constants that only the up knows */
	List	   *old_words;		/* constants of the down's own checks and labels */
	int			controlled;		/* BEGIN, COMMIT and the like in the up */
	int			opaque;			/* statements that cannot be read, both files */
	int			patience;		/* comparisons that are left */
	int			line;			/* of the statement at hand */
};

/* ---- lex.c: steps over SQL text ---- */
extern const char *rg_sql_skip_blank(const char *at, const char *end);
extern const char *rg_sql_skip_token(const char *at, const char *end);
extern bool rg_sql_is_word(const char *at, const char *end, const char *word);

/* ---- parse.c: text to statements ---- */
extern bool rg_migration_parse(RgFile *file, RgFileFault *fault);
extern List *rg_migration_try_parse(const char *sql);

/* ---- names.c: what statements call things ---- */
extern const char *rg_object_type_name(ObjectType type);
extern RgName rg_name_of_unit(const RgUnit *unit);
extern RgName rg_name_of_range(const RangeVar *range);
extern RgName rg_name_of_list(int space, List *names);
extern const char *rg_name_written(const RgName *name);
extern const char *rg_object_written(const RgObject *object);
extern const char *rg_type_written(TypeName *type);
extern const char *rg_type_last_name(TypeName *type);
extern List *rg_constraint_columns(Constraint *constraint);
extern const char *rg_constraint_name(Constraint *constraint, const char *table, const char *column);
extern const char *rg_statement_text(const RgUnit *unit);

/* ---- catalogue.c: what there is at this point of the files ---- */
extern void rg_catalogue_begin(RgRun *run);
extern bool rg_is_of_the_system(const char *schema, const char *name);
extern RgObject *rg_object_find(RgRun *run, const RgName *name);
extern RgObject *rg_object_refer(RgRun *run, const RgName *name);
extern RgObject *rg_relation_refer(RgRun *run, const RangeVar *range);
extern RgObject *rg_child_refer(RgRun *run, RgObject *parent, int space, const char *name);
extern RgObject *rg_child_find(RgRun *run, RgObject *parent, int space, const char *name);
extern RgObject *rg_object_create(RgRun *run, const RgName *name, RgUnit *unit);
extern RgObject *rg_child_create(RgRun *run, RgObject *parent, int space, const char *name, RgUnit *unit);
extern void rg_object_drop(RgRun *run, RgObject *object, RgUnit *unit);
extern void rg_object_rename(RgRun *run, RgObject *object, const char *schema, const char *name);
extern void rg_catalogue_settle(RgRun *run);
extern RgObject *rg_live_under(RgRun *run, const char *key);
extern bool rg_made_in_file(const RgObject *object, const RgUnit *unit);

/* ---- rules.c, run.c ---- */
extern const RgRule *rg_rule_find(NodeTag tag, int sub);
extern void rg_migration_run(RgRun *run);
/* The statement that another one runs or keeps; NULL: none. */
extern Node *rg_query_of(Node *stmt);
extern void rg_run_inner(RgRun *run, RgUnit *outer, Node *stmt);

/* ---- apply.c: effects on objects; named in the rules ---- */
#define RG_EFFECT(name) extern void name(RgRun *run, RgUnit *unit)
RG_EFFECT(rg_apply_create);
RG_EFFECT(rg_apply_create_domain);
RG_EFFECT(rg_apply_create_table);
RG_EFFECT(rg_apply_create_as);
RG_EFFECT(rg_apply_create_view);
RG_EFFECT(rg_apply_create_index);
RG_EFFECT(rg_apply_create_function);
RG_EFFECT(rg_apply_add_label);
RG_EFFECT(rg_apply_drop);
RG_EFFECT(rg_apply_rename);
RG_EFFECT(rg_apply_set_schema);
RG_EFFECT(rg_apply_alter);
RG_EFFECT(rg_apply_add_column);
RG_EFFECT(rg_apply_drop_part);
RG_EFFECT(rg_apply_set_not_null);
RG_EFFECT(rg_apply_drop_not_null);
RG_EFFECT(rg_apply_create_trigger);
RG_EFFECT(rg_apply_switch_trigger);
RG_EFFECT(rg_apply_column_type);
RG_EFFECT(rg_apply_add_constraint);
RG_EFFECT(rg_apply_set);

extern bool rg_may_exist(Node *stmt);
extern bool rg_is_constrained(RgRun *run, TypeName *type);

/* ---- flow.c: effects on rows ---- */
RG_EFFECT(rg_apply_insert);
RG_EFFECT(rg_apply_update);
RG_EFFECT(rg_apply_delete);
RG_EFFECT(rg_apply_merge);
RG_EFFECT(rg_apply_truncate);
RG_EFFECT(rg_apply_select);
RG_EFFECT(rg_apply_copy);
extern void rg_flow_calls(RgRun *run, RgUnit *unit, Node *node);
extern void rg_flow_create_as(RgRun *run, RgUnit *unit, RgObject *table, Node *query);
extern void rg_flow_finish(RgRun *run);
extern void rg_loss(RgUnit *unit, const RgObject *object, const char *how);
extern List *rg_remember(List *units, RgUnit *unit);

/* ---- trigger.c: what an UPDATE sets off ---- */
extern void rg_triggers_write(RgRun *run, RgUnit *unit, RgObject *table, List *targets);

/* ---- where.c, conversion.c: what conditions and types let through ---- */
extern bool rg_where_was_impossible(RgRun *run, RgObject *table, Node *where);
extern bool rg_where_is_whole(RgRun *run, RgObject *table, Node *where);
extern bool rg_where_may_take(RgRun *run, Node *where, List *row);
extern bool rg_where_names_only(RgRun *run, Node *where, List *literals);
extern int	rg_length_before(RgRun *run, const RgObject *column);
extern List *rg_literals_of(Node *node);
extern bool rg_are_new_words(RgRun *run, List *literals);
extern bool rg_share_literal(RgRun *run, List *a, List *b);
extern const char *rg_conversion_loss(TypeName *from, TypeName *to, Node *using_expr, const char *column, bool back);
extern int	rg_type_length(TypeName *type);
extern bool rg_conversion_rewrites(TypeName *from, TypeName *to);
extern bool rg_conversion_narrows(TypeName *from, TypeName *to);
extern bool rg_conversion_keeps_kind(TypeName *from, TypeName *to);

/* ---- body.c: statements inside DO blocks and functions ---- */
RG_EFFECT(rg_apply_do);
extern void rg_apply_body(RgRun *run, RgUnit *unit, const char *body);

/* ---- judge.c, reach.c: what depends on more than the rule; named in the rules ---- */
extern void rg_raise_class(RgUnit *unit, RgClass class);
extern bool rg_name_is_in(const char *name, const char *const *names, int count);
extern void rg_judge_calls(RgRun *run, RgUnit *unit);
RG_EFFECT(rg_judge_create_table);
RG_EFFECT(rg_judge_partition);
RG_EFFECT(rg_judge_inherit);
RG_EFFECT(rg_judge_extension);
RG_EFFECT(rg_judge_database);
RG_EFFECT(rg_judge_database_set);
RG_EFFECT(rg_judge_index);
RG_EFFECT(rg_judge_drop);
RG_EFFECT(rg_judge_add_column);
RG_EFFECT(rg_judge_drop_column);
RG_EFFECT(rg_judge_add_constraint);
RG_EFFECT(rg_judge_column_type);
RG_EFFECT(rg_judge_options);
RG_EFFECT(rg_judge_grant);
RG_EFFECT(rg_judge_do);
RG_EFFECT(rg_judge_select);
RG_EFFECT(rg_judge_insert);
RG_EFFECT(rg_judge_update);
RG_EFFECT(rg_judge_delete);
RG_EFFECT(rg_judge_copy);
RG_EFFECT(rg_judge_set);
RG_EFFECT(rg_judge_vacuum);
RG_EFFECT(rg_judge_reindex);
RG_EFFECT(rg_judge_function);
RG_EFFECT(rg_judge_subscription);
RG_EFFECT(rg_judge_lock);
RG_EFFECT(rg_judge_label);
extern void rg_judge_unit(RgRun *run, RgUnit *unit);
extern void rg_say(RgUnit *unit, const char *format,...) pg_attribute_printf(2, 3);

/* ---- undo.c: which down undoes what, and what would ---- */
extern void rg_undo_match(RgRun *run);

/* ---- verdict.c ---- */
typedef struct RgVerdict
{
	RgClass		class;
	RgReversibility reversibility;
	bool		data_loss;
	const char *data_loss_reason;
	bool		blank;			/* the up holds nothing, no comment either */
	bool		down_missing;
	bool		down_empty;
	bool		in_transaction;
	bool		compatible;
	bool		controls_transaction;
	int			opaque;
	int			statements;
	const char *proposed_down;
} RgVerdict;

extern void rg_migration_verdict(const RgRun *run, RgVerdict *verdict);
/* What makes it so, in words: the losses and the first statements of the up
 * that are of its class, unless that is A. */
extern char *rg_verdict_words(const RgRun *run, const RgVerdict *verdict);
extern const char *rg_class_name(RgClass class);
extern const char *rg_reversibility_name(RgReversibility reversibility);
extern const char *rg_lock_blocks(const RgUnit *unit);
extern char *rg_lock_written(const RgUnit *unit);

/* ---- split.c: one file with both directions ---- */
typedef struct RgSplit
{
	const char *format;			/* goose, dbmate or sql-migrate */
	char	   *text[2];		/* up, down; NULL: no such marker */
	int			line[2];		/* where the statements begin */
	bool		in_transaction[2];
	RgFileFault fault;
} RgSplit;

extern void rg_migration_split(const char *content, RgSplit *out);

#endif							/* RG_MIGRATION_H */
