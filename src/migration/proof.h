/*
 * proof.h: proving a migration: it is executed up, down and up again in a
 * scratch database on a server that the operator names, and what the database
 * has before and afterwards is compared, rows included.
 */
#ifndef RG_PROOF_H
#define RG_PROOF_H

#include "releasegov.h"

#include "datatype/timestamp.h"
#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

/* ---- compare.c: pure -------------------------------------------------- */

/* One thing that a database has: catalogue.sql. */
typedef struct RgThing
{
	const char *kind;
	const char *name;
	const char *definition;
} RgThing;

typedef struct RgCatalogue
{
	int			n;
	RgThing    *things;
} RgCatalogue;

/* A row of a table as text, and by what a person would look for it. */
typedef struct RgProofRow
{
	const char *table;
	const char *row;
	const char *key;
} RgProofRow;

typedef struct RgProofRows
{
	int			n;
	RgProofRow *rows;
} RgProofRows;

/* before or after is NULL where the thing is not there. */
typedef struct RgDifference
{
	const char *kind;
	const char *object;
	const char *before;
	const char *after;
} RgDifference;

typedef struct RgTableDifference
{
	const char *table;
	int			lost;			/* rows that are gone */
	int			changed;		/* rows of the same key with other values */
	int			left;			/* rows that were not there */
	const char *example;		/* the key of one of them */
} RgTableDifference;

#define RG_MAX_DIFFERENCES 100	/* that are kept; all are counted */

typedef struct RgComparison
{
	char		days[3][11];	/* in: yesterday, today and tomorrow */
	int			nschema;		/* of things, but for what follows */
	int			norder;			/* the order of columns alone */
	int			nvalues;		/* the values of sequences alone */
	int			nfrozen;		/* definitions that hold the time of their making */
	int			ntables;		/* tables whose rows differ */
	int			nkept;
	RgDifference kept[RG_MAX_DIFFERENCES];
	int			nkept_tables;
	RgTableDifference tables[RG_MAX_DIFFERENCES];
} RgComparison;

/* Sort both by kind and name, by table and row, before they are compared. */
extern void rg_catalogue_sort(RgCatalogue *catalogue);
extern void rg_proof_rows_sort(RgProofRows *rows);
extern void rg_catalogue_compare(const RgCatalogue *before,
								 const RgCatalogue *after,
								 RgComparison *out);

extern void rg_proof_rows_compare(const RgProofRows *before,
								  const RgProofRows *after,
								  RgComparison *out);
extern RgComparison *rg_comparison_copy(const RgComparison *comparison);

/* ---- scratch.c: sessions on another server --------------------------- */

/*
 * One session. It ends with the memory context that it was opened in, whatever
 * happens; nothing of libpq's is ever left behind.
 */
typedef struct RgLink RgLink;

/*
 * dbname overrides the one of conninfo, options are added to what every session
 * is begun with; helper is the session by which statements of this one can be
 * cancelled. NULL with *why when it fails.
 */
extern RgLink *rg_link_open(const char *conninfo, const char *dbname, const char *options,
							RgLink *helper, TimestampTz deadline, const char **why);
extern void rg_link_close(RgLink *link);
extern bool rg_link_is_open(const RgLink *link);
extern int	rg_link_server(const RgLink *link);
extern int	rg_link_pid(const RgLink *link);	/* 0: it has ended */
extern const char *rg_link_encoding(void);

/* The parameter of a connection string that nobody else may read, or NULL. */
extern const char *rg_conninfo_secret(const char *conninfo);

/* Why statements failed. */
typedef struct RgFailure
{
	char		sqlstate[6];	/* "" where the session broke */
	const char *message;		/* with DETAIL, if any */
	const char *table;			/* that it is about, with its schema, quoted */
	const char *column;			/* ... of that table */
	int			position;		/* in characters from 1; 0: not known */
	int			done;			/* statements before it that succeeded */
	bool		late;			/* the deadline came */
	bool		broken;			/* the session is gone */
} RgFailure;

/*
 * Runs statements to their end, or to the deadline, which no SET can lift. True
 * when all of them succeeded; the last result's rows stay until the next call.
 */
extern bool rg_link_run(RgLink *link, const char *sql, int seconds,
						RgFailure *failure);
extern bool rg_link_run_until(RgLink *link, const char *sql, TimestampTz deadline,
							  RgFailure *failure);
extern TimestampTz rg_in_seconds(int seconds);
extern int	rg_link_rows(const RgLink *link);
/* NULL for null; lives until the next call. */
extern const char *rg_link_value(const RgLink *link, int row, int column);

/* ---- script.c: a file as it is run ------------------------------------ */

/* A statement of a file that is sent by itself. */
typedef struct RgPiece
{
	const char *sql;
	const char *for_users;		/* with TRIGGER USER for ALL; NULL: it has none */
	int			line;
} RgPiece;

/* ALTER TABLE ... DISABLE or ENABLE TRIGGER ALL */
typedef struct RgSwitch
{
	const char *table;			/* as it is written, quoted */
	bool		off;
} RgSwitch;

typedef struct RgScript
{
	const char *text;			/* NULL: there is no such file */
	const char *refusal;		/* why it is not run; NULL: it is */
	bool		unreadable;		/* ... because it is no SQL */
	const char *rest;			/* ... what is left without those statements */
	bool		blank;			/* it says nothing */
	bool		idle;			/* ... or nothing that could undo anything */
	bool		writes;			/* it has conditions that rows may meet */
	const char *dropped;		/* columns: [["schema.table", "column"], ...]; NULL: none */
	List	   *pieces;			/* of RgPiece; NIL: it is sent as one */
	const char *for_users;		/* text, with TRIGGER USER for ALL; NULL: it has none */
	List	   *switches;		/* of RgSwitch */
	bool		adds_label;		/* an up: to an enum, and begins no transaction */
	bool		in_block;		/* it needs a transaction block, and has none */
	const char *place;			/* of what no file says; NULL: lines are told */
} RgScript;

extern void rg_script_read(RgScript *script, const char *sql, bool up);

/* Its statements, however it is to be run. */
extern List *rg_script_pieces(const char *sql);

/* The line in which the statement behind so many others begins. */
extern int	rg_script_line(const char *sql, int before);

/* How running a file ended. */
typedef struct RgOutcome
{
	const char *why;			/* NULL: well; else in words */
	char		sqlstate[6];
	const char *table;			/* whose rows it refused, with its schema, quoted */
	const char *column;
	bool		lasting;		/* it failed, and part of it stays */
	bool		apart;			/* it went only statement by statement */
	bool		users;			/* its TRIGGER ALL was refused, and run as USER */
} RgOutcome;

/* ---- bench.c: the scratch databases ----------------------------------- */

/* Where and how proofs are made: settings of the operator. */
typedef struct RgProofSettings
{
	const char *server;			/* conninfo of a database to connect to */
	const char *template;		/* copied for each proof */
	int			seconds;		/* that a file may take */
} RgProofSettings;

typedef struct RgSession
{
	RgLink	   *link;
	const char *database;
	bool		in_transaction;	/* of ours, which will be rolled back */
} RgSession;

/*
 * Two databases: one that has only what the ups leave, and a copy of it that
 * has rows in every table besides, in which the proofs are made. A file runs in
 * a session that is as new; another one fills and looks.
 */
typedef struct RgBench
{
	RgProofSettings settings;
	const char *name;			/* of our session, and what both names begin with */
	const char *base_name;
	const char *work_name;
	RgLink	   *maintenance;	/* in another database of that server */
	int			maintenance_pid;
	RgSession	base;
	RgSession	runner;
	RgSession	observer;
	const char *options;		/* of the sessions in the databases */
	const char *helpers;		/* what makes the rows, as it was made */
	const char *filled;			/* what has been filled, as rows of VALUES */
	int			nfills;
	List	   *keys_off;		/* char *: tables whose keys the ups before would have off */
	const char *cluster;		/* what all databases of the server share */
	List	   *role_settings;	/* ... of it, what our role has for itself */
	const char *server_version;
	const char *role;
	MemoryContext context;		/* holds the sessions and the names */
} RgBench;

/* Raises an error of ours where the server cannot be used for proofs. */
extern void rg_bench_open(RgBench *bench, const RgProofSettings *settings);

/*
 * Drops what was made, and warns of what cannot be dropped. In haste, after an
 * error or when this session ends, it takes a moment at most and raises none:
 * the next proof drops the rest.
 */
extern void rg_bench_close(RgBench *bench);
extern void rg_bench_close_in_haste(RgBench *bench);

/* Makes the copy (again); the other way round for what needs the rows. */
extern void rg_bench_renew(RgBench *bench);
extern void rg_bench_keep(RgBench *bench);

extern void rg_session_must(RgSession *session, const char *sql, const char *what);
extern void rg_session_execute(RgBench *bench, RgSession *session,
							   const RgScript *script, RgOutcome *outcome);

/*
 * What is done between them is undone, whatever it was. A transaction apart,
 * nothing of a session that has run a file is trusted until it is reset: not its
 * settings, temporary objects nor prepared statements.
 */
extern void rg_session_begin(RgSession *session);
extern void rg_session_reset(RgBench *bench, RgSession *session);

extern void rg_bench_refuse(const char *what, const char *why, const char *hint) pg_attribute_noreturn();

/* ---- look.c: what a database has -------------------------------------- */

/* What the database has at one moment. */
typedef struct RgMoment
{
	RgCatalogue catalogue;
	RgProofRows rows;
	const char *unread;			/* tables whose rows we may not see; NULL: none */
	const char *cluster;		/* what all databases share, as one text */
} RgMoment;

/* Of what rg_session_must() asked, in the current memory context. */
extern const char *rg_session_kept(const RgSession *session, int row, int column);

/* In the current memory context; sorted. */
extern void rg_look(RgBench *bench, RgSession *session, RgMoment *moment);
extern void rg_look_at_rows(RgSession *session, RgMoment *moment);

/* Whatever a file has set is set otherwise; undone at the end. */
extern void rg_look_begin(RgSession *session);
extern void rg_look_end(RgSession *session);

/* ---- fill.c: rows before an up meets them ------------------------------ */

/* Rows of what sort? Each asks less of the migration than the one before. */
typedef enum RgRowSort
{
	RG_ROWS_ALL,				/* NULLs, long texts, the ends of ranges */
	RG_ROWS_MILD,				/* short and ordinary */
	RG_ROWS_PLAIN,				/* texts that are numbers */
	RG_ROWS_NONE				/* those of the migrations alone */
} RgRowSort;

/* One table whose rows an up has refused is given others. */
typedef struct RgConcession
{
	const char *table;			/* schema.table, quoted */
	RgRowSort	sort;
	List	   *filled;			/* char *: columns that are not null */
	const char *column;			/* of them the one that was refused last */
	bool		trimmed;		/* rows with NULLs are gone, and others may be */
} RgConcession;

typedef struct RgRows
{
	RgRowSort	sort;			/* in all other tables */
	List	   *concessions;	/* of RgConcession */
	int			nconceded;
	RgConcession *last;			/* that was only for another column; or NULL */
	bool		unmade;			/* no rows at all could be made, which is no proof */
} RgRows;

/*
 * NULL, or the tables that got no row and why, in words. Columns that the up drops,
 * where one is given, do not have the same in all rows.
 */
extern const char *rg_fill(RgBench *bench, RgRows *rows, const RgScript *up);

/* After a refusal: other rows for another try; false where there are none. */
extern bool rg_rows_ask_less(RgBench *bench, RgRows *rows, const RgOutcome *outcome);

/*
 * Where that is only a column that is not to be null, the rows that are there are
 * changed: true when they are fit, and nothing has to be made anew.
 */
extern bool rg_fill_in_place(RgBench *bench, RgRows *rows);

/* ---- wanted.c: pure ---------------------------------------------------- */

/* Which values rows should have, as rg_fill_wanted() in fill.sql takes them. */
extern char *rg_wanted_values(const char *up, const char *down);

/* char *, by what they say. */
extern bool rg_is_name_in(const List *names, const char *name);

/* ---- cluster.c: what all databases of a server share ------------------- */

/* Between rg_look_begin() and rg_look_end(), and around it. */
extern const char *rg_cluster_seen(RgBench *bench, RgSession *session);
extern const char *rg_cluster_look(RgBench *bench, RgSession *session);
extern void rg_cluster_note(RgBench *bench);

/* Has it changed? It is put right as far as can be. */
extern const char *rg_cluster_fault(RgBench *bench, const char *now);

/* CREATE DATABASE does not copy what ALTER DATABASE ... SET says. */
extern void rg_copy_settings(RgBench *bench, const char *to, const char *from);

/* Undoes what keeps a database of ours from being dropped. */
extern void rg_free_database(RgBench *bench, const char *name, TimestampTz deadline);

/* ---- prove.c: one migration ------------------------------------------ */

typedef enum RgProofVerdict
{
	RG_PROVEN,
	RG_SCHEMA_DIFFERS,
	RG_DATA_DIFFERS,
	RG_ORDER_ONLY,
	RG_DOWN_FAILS,
	RG_DOWN_MISSING,
	RG_NOT_REPEATABLE,
	RG_UNTESTABLE
} RgProofVerdict;

typedef struct RgProof
{
	int64		sequence;		/* 0: the whole release */
	const char *name;
	RgScript	up;
	RgScript	down;
	RgProofVerdict verdict;
	const char *detail;			/* in words */
	RgComparison *comparison;	/* NULL where nothing was compared */
	int64		microseconds;
	bool		judged;
	bool		apart;			/* an up went only statement by statement */
	bool		partly;			/* its conditions name more rows than were tried */
	bool		users;			/* its TRIGGER ALL was run as TRIGGER USER */
	bool		keys_off;		/* ... and that of an up before, which left it so */
	const char *unmade;			/* why no table could be given rows; NULL: some could */
	char		sqlstate[6];	/* of what failed last */
	bool		applied;		/* the up can be run */
	bool		clean;			/* the copy has nothing but it */
} RgProof;

/*
 * fill.c: rows as the conditions of its files name them, for good where no transaction
 * of ours is open; false where none can be made.
 */
extern bool rg_fill_wanted(RgBench *bench, RgProof *proof);

/* Sets the verdict by what is different from before. */
extern void rg_proof_judge(RgBench *bench, RgProof *proof,
						   const RgMoment *before);
extern void rg_proof_note(RgProof *proof, const char *note);
extern void rg_proof_heed_run(RgProof *proof);
extern void rg_proof_note_rows(RgProof *proof, const RgRows *rows, const char *unfilled);
extern void rg_proof_ran(RgProof *proof, const RgOutcome *outcome);
extern void rg_proof_check_cluster(RgBench *bench, RgProof *proof);
extern const char *rg_proof_verdict_name(RgProofVerdict verdict);
extern void rg_prove_one(RgBench *bench, RgProof *proof);

/* Can other rows help where a file failed so? */
extern bool rg_rows_matter(const RgOutcome *outcome);

/* Its up, or what of it is run; NULL where nothing is. */
extern const RgScript *rg_proof_up(const RgProof *proof, RgScript *rest);

/* ---- chain.c: all of a release ----------------------------------------- */

/*
 * The first nearlier of the n are what other releases bring before it; they are
 * only brought up. whole is all of the others up and down again, where there
 * are several.
 */
extern void rg_prove_chain(const RgProofSettings *settings, RgProof *proofs,
						   int nearlier, int n, RgProof *whole,
						   const char **server_version);

#endif							/* RG_PROOF_H */
