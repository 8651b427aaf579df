/*
 * facts.h: the guards of the tables of facts: what a row must be, what the
 * server sets whatever the writer says, and that history only grows.
 */
#ifndef RG_FACTS_H
#define RG_FACTS_H

#include "releasegov.h"

#include "commands/trigger.h"
#include "executor/spi.h"
#include "policy/policy.h"
#include "store/store.h"

/* ---- row.c: the row a trigger sees, and what it makes of it ---- */

typedef struct RgRow
{
	TriggerData *trigger;
	TupleDesc	desc;
	HeapTuple	tuple;			/* the row as it came (NEW) */
	Datum	   *values;
	bool	   *nulls;
} RgRow;

extern void rg_row_init(RgRow *row, TriggerData *trigger);
extern void rg_row_init_old(RgRow *row, TriggerData *trigger);
extern Datum rg_row_get(const RgRow *row, const char *column, bool *isnull);
extern bool rg_row_is_null(const RgRow *row, const char *column);
extern char *rg_row_text(const RgRow *row, const char *column);	/* NULL if null */
extern void rg_row_set(RgRow *row, const char *column, Datum value);
extern void rg_row_set_text(RgRow *row, const char *column, const char *value);
extern void rg_row_set_null(RgRow *row, const char *column);
extern char *rg_row_enum(const RgRow *row, const char *column);	/* its label */
extern bool rg_row_same(const RgRow *a, const RgRow *b, const char *column);
extern HeapTuple rg_row_tuple(const RgRow *row);
extern char *rg_enum_label(Datum value);

/* ---- guard.c: what all guards share ---- */

/* The trigger's data, after checking how it was called; for a row guard also
 * that no other trigger can change the row after it. */
extern TriggerData *rg_guard_enter(FunctionCallInfo fcinfo, const char *name);
/* Are the rows that come those of a dump or of another server? */
extern bool rg_as_recorded(void);
/* Refuses a value for a column that only the server can know: whoever gives
 * one restores a dump unprepared. */
extern void rg_refuse_given(const RgRow *row, const char *column);
extern void rg_refuse_set_by_server(const char *table, const char *column) pg_attribute_noreturn();
/* id, recorded_at, recorded_by; the clock is read here: hold the lock. */
extern TimestampTz rg_guard_stamp(RgRow *row);
/* Refuses names that are empty, too long, or hold control characters. */
extern void rg_check_name(const char *what, const char *value);
/* Room is left for what a hold says before the reason of a failure. */
#define RG_REASON_LIMIT (63 * 1024)
extern void rg_check_text(const char *what, const char *value, int limit);
/* Refuses what a dashboard could not show as a link without harm. */
extern void rg_check_url(const char *what, const char *url);
/* A name for a message: quoted, and cut where it is too long to read. */
extern char *rg_shown(const char *name);
/* SHA-256, as a bytea. */
extern Datum rg_sha256(const char *data, size_t length);
extern const char *rg_timestamp_shown(TimestampTz at);
extern void rg_refuse_not_finite(const char *what, TimestampTz at);

/* True while the extension itself writes tables that nobody else may. */
extern bool rg_own_write;

typedef struct RgPlan
{
	const char *sql;
	int			nargs;
	Oid			types[28];
	SPIPlanPtr	plan;
} RgPlan;

/*
 * Our own SQL is no context that helps a user: what guards refuse under it is
 * said as if the statement above had been refused.
 */
typedef struct RgOwnSql
{
	ErrorContextCallback *above;
	struct RgOwnSql *outer;
} RgOwnSql;

extern void rg_own_sql_begin(RgOwnSql *own);
extern void rg_own_sql_end(RgOwnSql *own);

/* Prepares once a session; the caller is connected to SPI. */
extern SPIPlanPtr rg_plan(RgPlan *plan);
/* Connects, runs the plan as an own write, gives the number of rows. */
extern uint64 rg_run(RgPlan *plan, Datum *values, const char *nulls);
/* The same for what the caller could write as well. */
extern uint64 rg_run_as_caller(RgPlan *plan, Datum *values, const char *nulls);

/* ---- release.c ---- */

typedef struct RgReleaseRow
{
	char	   *application;
	char	   *version;
	char	   *state;
	char	   *artifact_digest;	/* NULL if none */
	Datum		content_digest; /* bytea */
	int			nauthors;
	char	  **authors;
	RgReleaseKind kind;
} RgReleaseRow;

extern bool rg_release_read(Datum application, Datum version,
							Snapshot snapshot, RgReleaseRow *out);
/* The same, but an unknown one is refused in words. */
extern void rg_release_must_read(Datum application, Datum version,
								 Snapshot snapshot, RgReleaseRow *out);
/* An unknown application is refused in words. */
extern void rg_must_have_application(Datum application, Snapshot snapshot);
extern void rg_unknown_release(Datum application, Datum version,
							   Snapshot snapshot) pg_attribute_noreturn();

/* ---- migrations.c ---- */

/* The registered migrations of a release as its content names them, text[]. */
extern Datum rg_migration_lines(Datum application, Datum version,
								Snapshot snapshot);

/* ---- people.c ---- */

/* Does the newest statement under these leading keys of the table stand, of
 * that person, or of anybody when NULL? */
extern bool rg_has_standing(const char *table, int nkeys, const Datum *keys,
							const char *person, Snapshot snapshot);

/* ---- known.c ---- */

/* The policy that governs an application now, or a refusal in words. */
extern RgPolicy *rg_must_have_policy(const char *application,
									 Snapshot snapshot);
extern int	rg_must_have_environment(const RgPolicy *policy, const char *name);
/* A time that a client reports: not from the future, see clock_skew. */
extern TimestampTz rg_reported_time(const char *what, TimestampTz reported,
									TimestampTz now);

/* ---- moves.c: the legal moves of releases and deployments ---- */

extern bool rg_move_is_legal(const char *subject, const char *from,
							 const char *to);
extern void rg_refuse_move(const char *subject, const char *shown,
						   const char *from, const char *to) pg_attribute_noreturn();
typedef struct RgMove
{
	const char *subject;
	const char *application;
	const char *version;
	const pg_uuid_t *deployment;	/* NULL for a release */
	const char *environment;
	const char *from;			/* NULL at birth */
	const char *to;
	const char *reason;
	const char *actor;
	TimestampTz at;
} RgMove;
extern void rg_record_move(const RgMove *move);
/* Why the next move is made, and who asked for it: set by the functions that
 * move, for the guards that record; NULL for plain DML. */
extern const char *rg_move_reason;
extern const char *rg_move_actor;

#endif							/* RG_FACTS_H */
