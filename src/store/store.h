/*
 * store.h: reading facts by their keys, under any snapshot, without SPI: what
 * decides a promotion must see the newest committed rows at every isolation
 * level, and in a few microseconds. Also who acts, and the locks that put
 * facts and decisions in one order.
 */
#ifndef RG_STORE_H
#define RG_STORE_H

#include "releasegov.h"

#include "access/genam.h"
#include "access/sdir.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapshot.h"
#include "utils/timestamp.h"

/* ---- scan.c: index scans by leading text keys ---- */

typedef struct RgTable
{
	Relation	heap;
	Relation	index;
	TupleTableSlot *slot;
} RgTable;

typedef struct RgScan
{
	RgTable    *table;
	IndexScanDesc desc;
	ScanDirection direction;
} RgScan;

/* Opens releasegov.<relname> with AccessShareLock and its primary key, or the
 * index of that name. */
extern void rg_table_open(RgTable *table, const char *relname,
						  const char *indexname);
extern void rg_table_close(RgTable *table);

/* One key of a scan: text equality on the column, or a bound. */
typedef struct RgKey
{
	AttrNumber	indexcol;		/* 1-based column of the index */
	uint16		strategy;		/* BTEqualStrategyNumber, ... */
	Oid			subtype;		/* TEXTOID, TIMESTAMPTZOID, UUIDOID */
	Datum		value;
} RgKey;

extern void rg_scan_begin(RgScan *scan, RgTable *table, int nkeys,
						  const RgKey *keys, Snapshot snapshot,
						  ScanDirection direction);
/* The next row in table->slot, or false. */
extern bool rg_scan_next(RgScan *scan);
extern void rg_scan_end(RgScan *scan);

/* The same over the index's keys, which may be those of rows that are not
 * visible; rg_scan_row looks, and has the row in table->slot if it is. */
extern void rg_scan_begin_keys(RgScan *scan, RgTable *table, int nkeys,
							   const RgKey *keys, Snapshot snapshot,
							   ScanDirection direction);
extern bool rg_scan_next_key(RgScan *scan);
extern Datum rg_scan_key(const RgScan *scan, AttrNumber indexcol);
extern bool rg_scan_row(RgScan *scan);

/* Text keys are by far the most frequent: n leading columns = texts. */
extern void rg_scan_begin_text(RgScan *scan, RgTable *table, int ntexts,
							   const Datum *texts, Snapshot snapshot,
							   ScanDirection direction);

/* The column of that name, by number found once for each relation. */
extern Datum rg_slot_get(TupleTableSlot *slot, const char *column,
						 bool *isnull);
extern AttrNumber rg_column(Relation heap, const char *column);

/* ---- lock.c: decisions and facts of a release in one order ---- */

/* For whoever appends a fact: shared, so that CI jobs never queue. */
extern void rg_lock_release_for_fact(Datum application, Datum version);
/* For a fact that bears on every release. */
extern void rg_lock_all_for_fact(void);
/* For whoever decides or moves a state: waits for facts under way, and keeps
 * new ones waiting until the end of the transaction. */
extern void rg_lock_release_for_decision(Datum application, Datum version);
extern void rg_lock_releases_for_decision(Datum application, int nversions,
										  const Datum *versions);
/* The same for the policy that decides. */
extern void rg_lock_policy_for_decision(const char *policy);
extern void rg_lock_policy_for_change(const char *policy);
/* ... and for which policy an application has. */
extern void rg_lock_application_for_decision(const char *application);
extern void rg_lock_application_for_change(const char *application);
/* Moves of deployments to one environment of an application, one after the
 * other; taken before the release's lock. */
extern void rg_lock_environment(Datum application, Datum environment);
/* Names of persons, one after the other, so that they form no circle. */
extern void rg_lock_identities(void);
/* Probes of one environment of an application, one after the other. */
extern void rg_lock_health_chain(Datum application, Datum environment);
/* The newest committed state, own changes included; unregister it with
 * rg_snapshot_done. */
extern Snapshot rg_newest_snapshot(void);
extern void rg_snapshot_done(Snapshot snapshot);
/* Digests and the like; two that are missing are the same. */
extern bool rg_same_bytes(const bytea *a, const bytea *b);

/* ---- actor.c: who acts ---- */

/* session_user: SET ROLE and SECURITY DEFINER do not change who acts. */
extern const char *rg_session_user(void);
/* An alias of an alias of ... a person: at most so many. */
#define RG_MAX_ALIASES 32
/* The person behind a name (table identity), the name itself if none. */
extern char *rg_person(const char *name, Snapshot snapshot);
/* Does the database role of that name hold (inherit or may SET) pg_role? */
extern bool rg_holds_role(const char *person, const char *pg_role);
/* May this session name somebody else as the actor? */
extern bool rg_session_is_broker(Snapshot snapshot);

#endif							/* RG_STORE_H */
