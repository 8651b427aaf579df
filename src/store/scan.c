/*
 * scan.c: index scans over the tables of facts, under a snapshot of the
 * caller's. No planner, so no plan that trusts the statistics of an empty
 * table; no privileges, so that a guard sees what it must judge.
 */
#include "store/store.h"

#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation_d.h"
#include "catalog/pg_type_d.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#define RG_MAX_KEYS 8

/*
 * What a scan key needs to know of a type. The table replaces a look-up in
 * the operator families, which a handful of types does not deserve.
 */
typedef struct RgKeyType
{
	Oid			type;
	RegProcedure procs[BTMaxStrategyNumber + 1];
} RgKeyType;

static const RgKeyType key_types[] = {
	{TEXTOID, {0, F_TEXT_LT, F_TEXT_LE, F_TEXTEQ, F_TEXT_GE, F_TEXT_GT}},
	{TIMESTAMPTZOID, {0, F_TIMESTAMPTZ_LT, F_TIMESTAMPTZ_LE, F_TIMESTAMPTZ_EQ,
	F_TIMESTAMPTZ_GE, F_TIMESTAMPTZ_GT}},
	{UUIDOID, {0, F_UUID_LT, F_UUID_LE, F_UUID_EQ, F_UUID_GE, F_UUID_GT}},
	{INT4OID, {0, F_INT4LT, F_INT4LE, F_INT4EQ, F_INT4GE, F_INT4GT}},
	{INT8OID, {0, F_INT8LT, F_INT8LE, F_INT8EQ, F_INT8GE, F_INT8GT}},
};

static RegProcedure
key_procedure(Oid type, uint16 strategy)
{
	for (int i = 0; i < (int) lengthof(key_types); i++)
	{
		if (key_types[i].type == type)
			return key_types[i].procs[strategy];
	}
	elog(ERROR, "no scan key for type %u", type);
}

static Oid
relation_of(Oid schema, const char *name)
{
	Oid			relid = get_relname_relid(name, schema);

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_RG_VERSION_MISMATCH),
				 errmsg("relation \"%s.%s\" does not exist", RG_SCHEMA, name),
				 errdetail("The library and the extension's objects are not of the same version."),
				 errhint("Run ALTER EXTENSION releasegov UPDATE, or reconnect after it was updated.")));
	return relid;
}

void
rg_table_open(RgTable *table, const char *relname, const char *indexname)
{
	Oid			schema = get_namespace_oid(RG_SCHEMA, true);
	Oid			index;

	table->heap = table_open(relation_of(schema, relname), AccessShareLock);
	if (indexname)
		index = relation_of(schema, indexname);
	else
	{
		/* the list must have been read for rd_pkindex to be valid */
		if (!table->heap->rd_indexvalid)
			list_free(RelationGetIndexList(table->heap));
		index = table->heap->rd_pkindex;
	}
	if (!OidIsValid(index))
		ereport(ERROR,
				(errcode(ERRCODE_RG_GUARD_BYPASSED),
				 errmsg("table \"%s.%s\" has no primary key", RG_SCHEMA, relname),
				 errdetail("Facts are found by their keys; without one, nothing can be decided."),
				 errhint("Run SELECT * FROM releasegov.check_installation().")));
	table->index = index_open(index, AccessShareLock);
	table->slot = table_slot_create(table->heap, NULL);
}

/* The lock stays until the end of the transaction, as usual for a reader. */
void
rg_table_close(RgTable *table)
{
	ExecDropSingleTupleTableSlot(table->slot);
	index_close(table->index, NoLock);
	table_close(table->heap, NoLock);
}

static void
begin(RgScan *scan, RgTable *table, int nkeys, const RgKey *keys,
	  Snapshot snapshot, ScanDirection direction, bool want_keys)
{
	ScanKeyData skeys[RG_MAX_KEYS];

	Assert(nkeys <= RG_MAX_KEYS);
	for (int i = 0; i < nkeys; i++)
	{
		ScanKeyEntryInitialize(&skeys[i], 0, keys[i].indexcol,
							   keys[i].strategy, InvalidOid,
							   keys[i].subtype == TEXTOID ? C_COLLATION_OID : InvalidOid,
							   key_procedure(keys[i].subtype, keys[i].strategy),
							   keys[i].value);
	}
	scan->table = table;
	scan->direction = direction;
	scan->desc = rg_index_beginscan(table->heap, table->index,
									snapshot, nkeys);
	scan->desc->xs_want_itup = want_keys;
	index_rescan(scan->desc, skeys, nkeys, NULL, 0);
}

void
rg_scan_begin(RgScan *scan, RgTable *table, int nkeys, const RgKey *keys,
			  Snapshot snapshot, ScanDirection direction)
{
	begin(scan, table, nkeys, keys, snapshot, direction, false);
}

void
rg_scan_begin_keys(RgScan *scan, RgTable *table, int nkeys, const RgKey *keys,
				   Snapshot snapshot, ScanDirection direction)
{
	begin(scan, table, nkeys, keys, snapshot, direction, true);
}

bool
rg_scan_next_key(RgScan *scan)
{
	return index_getnext_tid(scan->desc, scan->direction) != NULL;
}

Datum
rg_scan_key(const RgScan *scan, AttrNumber indexcol)
{
	bool		isnull;

	return index_getattr(scan->desc->xs_itup, indexcol,
						 scan->desc->xs_itupdesc, &isnull);
}

bool
rg_scan_row(RgScan *scan)
{
	return index_fetch_heap(scan->desc, scan->table->slot);
}

void
rg_scan_begin_text(RgScan *scan, RgTable *table, int ntexts,
				   const Datum *texts, Snapshot snapshot,
				   ScanDirection direction)
{
	RgKey		keys[RG_MAX_KEYS];

	for (int i = 0; i < ntexts; i++)
		keys[i] = (RgKey) {i + 1, BTEqualStrategyNumber, TEXTOID, texts[i]};
	rg_scan_begin(scan, table, ntexts, keys, snapshot, direction);
}

bool
rg_scan_next(RgScan *scan)
{
	return index_getnext_slot(scan->desc, scan->direction, scan->table->slot);
}

void
rg_scan_end(RgScan *scan)
{
	index_endscan(scan->desc);
	ExecClearTuple(scan->table->slot);
}

AttrNumber
rg_column(Relation heap, const char *column)
{
	TupleDesc	desc = RelationGetDescr(heap);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(desc, i);

		if (!attr->attisdropped && strcmp(NameStr(attr->attname), column) == 0)
			return attr->attnum;
	}
	ereport(ERROR,
			(errcode(ERRCODE_RG_VERSION_MISMATCH),
			 errmsg("column \"%s\" of table \"%s\" does not exist",
					column, RelationGetRelationName(heap)),
			 errdetail("The library and the extension's objects are not of the same version."),
			 errhint("Run ALTER EXTENSION releasegov UPDATE, or reconnect after it was updated.")));
}

Datum
rg_slot_get(TupleTableSlot *slot, const char *column, bool *isnull)
{
	TupleDesc	desc = slot->tts_tupleDescriptor;

	for (int i = 0; i < desc->natts; i++)
	{
		if (strcmp(NameStr(TupleDescAttr(desc, i)->attname), column) == 0)
			return slot_getattr(slot, i + 1, isnull);
	}
	elog(ERROR, "no column \"%s\"", column);
}

bool
rg_same_bytes(const bytea *a, const bytea *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}
