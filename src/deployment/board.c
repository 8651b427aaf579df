/*
 * board.c: what runs where: the rows behind the view release_board. Each table
 * is read once, in the order of the applications, by the partial indexes of
 * what is live, under way or asked for: no cost grows with history.
 */
#include "deployment/deployment.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"
#include "utils/tuplestore.h"
#include "utils/uuid.h"

/* In the order of the function's columns. */
enum
{
	COL_APPLICATION,
	COL_ENVIRONMENT,
	COL_POSITION,
	COL_VERSION,
	COL_STATE,
	COL_SINCE,
	COL_KIND,
	COL_PREVIOUS_VERSION,
	COL_NEXT_VERSION,
	COL_NEXT_STATE,
	COL_NEXT_SINCE,
	COL_NEXT_REQUESTED_BY,
	COL_REQUESTS,
	COL_COUNT
};

typedef struct BoardCell
{
	char	   *environment;
	Datum		values[COL_COUNT];
	bool		nulls[COL_COUNT];
	bool		replaces;		/* what is live took another's place: */
	pg_uuid_t	replaced;
	int			requests;
	pg_uuid_t	newest_request;
} BoardCell;

typedef struct BoardApplication
{
	char	   *name;
	char	   *policy;			/* NULL: none */
	List	   *cells;
} BoardApplication;

typedef struct Board
{
	Datum		only;			/* the application asked for, if any */
	int			nkeys;			/* 1 then, else 0 */
	Snapshot	snapshot;
	int			napplications;
	int			capacity;
	BoardApplication *applications; /* in the order of their names */
} Board;

/* One after the other, as an index has them: called for each row. */
typedef void (*RowReader) (Board *board, BoardApplication *application,
						   TupleTableSlot *slot);

static void
put(BoardCell *cell, int column, Datum value)
{
	cell->values[column] = value;
	cell->nulls[column] = false;
}

static BoardCell *
add_cell(BoardApplication *application, const char *environment)
{
	BoardCell  *cell = palloc0(sizeof(BoardCell));

	cell->environment = pstrdup(environment);
	memset(cell->nulls, true, sizeof(cell->nulls));
	put(cell, COL_APPLICATION, CStringGetTextDatum(application->name));
	put(cell, COL_ENVIRONMENT, CStringGetTextDatum(environment));
	application->cells = lappend(application->cells, cell);
	return cell;
}

/* An environment that the policy no longer has is shown while it is in use. */
static BoardCell *
cell_of(BoardApplication *application, TupleTableSlot *slot)
{
	bool		isnull;
	char	   *environment = TextDatumGetCString(rg_slot_get(slot, "environment", &isnull));
	ListCell   *lc;

	foreach(lc, application->cells)
	{
		BoardCell  *cell = lfirst(lc);

		if (strcmp(cell->environment, environment) == 0)
			return cell;
	}
	return add_cell(application, environment);
}

/* ---- applications and their environments ---- */

static void
read_applications(Board *board)
{
	RgTable		table;
	RgScan		scan;
	bool		isnull;

	rg_table_open(&table, "application", NULL);
	rg_scan_begin_text(&scan, &table, board->nkeys, &board->only,
					   board->snapshot, ForwardScanDirection);
	while (rg_scan_next(&scan))
	{
		BoardApplication *application;

		if (board->napplications == board->capacity)
		{
			board->capacity *= 2;
			board->applications = repalloc(board->applications,
										   board->capacity * sizeof(BoardApplication));
		}
		application = &board->applications[board->napplications++];
		application->name = TextDatumGetCString(rg_slot_get(table.slot, "name", &isnull));
		application->policy = NULL;
		application->cells = NIL;
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

/* The index begins with the application, in the order that ours are in. */
static void
read_rows(Board *board, const char *relname, const char *indexname,
		  RowReader read)
{
	RgTable		table;
	RgScan		scan;
	bool		isnull;
	int			i = 0;

	rg_table_open(&table, relname, indexname);
	rg_scan_begin_text(&scan, &table, board->nkeys, &board->only,
					   board->snapshot, ForwardScanDirection);
	while (rg_scan_next(&scan))
	{
		char	   *name = TextDatumGetCString(rg_slot_get(table.slot, "application", &isnull));

		CHECK_FOR_INTERRUPTS();
		while (i < board->napplications && strcmp(board->applications[i].name, name) < 0)
			i++;
		if (i < board->napplications && strcmp(board->applications[i].name, name) == 0)
			read(board, &board->applications[i], table.slot);
		pfree(name);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

/* The last one counts. */
static void
read_assignment(Board *board, BoardApplication *application,
				TupleTableSlot *slot)
{
	bool		isnull;

	application->policy = TextDatumGetCString(rg_slot_get(slot, "policy", &isnull));
}

/* Neighbours often have one policy. */
static void
add_environments(Board *board)
{
	const char *name = NULL;
	RgPolicy   *policy = NULL;

	for (int i = 0; i < board->napplications; i++)
	{
		BoardApplication *application = &board->applications[i];

		if (application->policy == NULL)
			continue;
		if (name == NULL || strcmp(name, application->policy) != 0)
			policy = rg_policy_as_of(application->policy, DT_NOEND, board->snapshot);
		name = application->policy;
		for (int j = 0; policy && j < policy->nenvironments; j++)
			put(add_cell(application, policy->environments[j].name),
				COL_POSITION, Int32GetDatum(policy->environments[j].position + 1));
	}
}

/* ---- what each deployment says of its environment ---- */

/* The slot's row goes with the scan. */
static void
copy_column(BoardCell *cell, int column, TupleTableSlot *slot,
			const char *name, bool is_text)
{
	bool		isnull;
	Datum		value = rg_slot_get(slot, name, &isnull);

	if (isnull)
		return;
	put(cell, column, is_text ? PointerGetDatum(DatumGetTextPCopy(value)) : value);
}

static void
read_live(Board *board, BoardApplication *application, TupleTableSlot *slot)
{
	BoardCell  *cell = cell_of(application, slot);
	bool		isnull;
	Datum		replaces = rg_slot_get(slot, "replaces", &isnull);

	cell->replaces = !isnull;
	if (!isnull)
		cell->replaced = *DatumGetUUIDP(replaces);
	copy_column(cell, COL_VERSION, slot, "version", true);
	copy_column(cell, COL_STATE, slot, "state", false);
	copy_column(cell, COL_SINCE, slot, "live_at", false);
}

static void
put_next(BoardCell *cell, TupleTableSlot *slot)
{
	copy_column(cell, COL_NEXT_VERSION, slot, "version", true);
	copy_column(cell, COL_NEXT_STATE, slot, "state", false);
	copy_column(cell, COL_NEXT_SINCE, slot, "state_since", false);
	copy_column(cell, COL_NEXT_REQUESTED_BY, slot, "requested_by", true);
}

/* Next is what is under way, which is read after the requests. */
static void
read_active(Board *board, BoardApplication *application, TupleTableSlot *slot)
{
	put_next(cell_of(application, slot), slot);
}

/* Else the newest request. */
static void
read_request(Board *board, BoardApplication *application, TupleTableSlot *slot)
{
	BoardCell  *cell = cell_of(application, slot);
	bool		isnull;
	pg_uuid_t  *id = DatumGetUUIDP(rg_slot_get(slot, "id", &isnull));

	if (cell->requests++ > 0 && memcmp(id, &cell->newest_request, UUID_LEN) < 0)
		return;
	cell->newest_request = *id;
	put_next(cell, slot);
}

/* ---- what other rows say of the live ones ---- */

/* One version often runs in several environments. */
static bool
kind_known(const BoardApplication *application, BoardCell *cell)
{
	ListCell   *lc;

	foreach(lc, application->cells)
	{
		BoardCell  *other = lfirst(lc);

		if (other == cell)
			break;
		if (other->nulls[COL_KIND] ||
			strcmp(TextDatumGetCString(other->values[COL_VERSION]),
				   TextDatumGetCString(cell->values[COL_VERSION])) != 0)
			continue;
		put(cell, COL_KIND, other->values[COL_KIND]);
		return true;
	}
	return false;
}

static void
add_kind(const Board *board, const BoardApplication *application,
		 BoardCell *cell, RgTable *release)
{
	Datum		keys[2] = {cell->values[COL_APPLICATION], cell->values[COL_VERSION]};
	RgScan		scan;

	if (cell->nulls[COL_VERSION] || kind_known(application, cell))
		return;
	rg_scan_begin_text(&scan, release, 2, keys, board->snapshot, ForwardScanDirection);
	if (rg_scan_next(&scan))
		copy_column(cell, COL_KIND, release->slot, "kind", false);
	rg_scan_end(&scan);
}

static void
add_previous(const Board *board, BoardCell *cell, RgTable *deployment)
{
	RgKey		keys[2];
	RgScan		scan;

	if (!cell->replaces)
		return;
	keys[0] = (RgKey) {1, BTEqualStrategyNumber, TEXTOID, cell->values[COL_APPLICATION]};
	keys[1] = (RgKey) {2, BTEqualStrategyNumber, UUIDOID, UUIDPGetDatum(&cell->replaced)};
	rg_scan_begin(&scan, deployment, 2, keys, board->snapshot, ForwardScanDirection);
	if (rg_scan_next(&scan))
		copy_column(cell, COL_PREVIOUS_VERSION, deployment->slot, "version", true);
	rg_scan_end(&scan);
}

static void
store_rows(const Board *board, ReturnSetInfo *rsinfo)
{
	RgTable		release;
	RgTable		deployment;

	rg_table_open(&release, "release", NULL);
	rg_table_open(&deployment, "deployment", NULL);
	for (int i = 0; i < board->napplications; i++)
	{
		ListCell   *lc;

		CHECK_FOR_INTERRUPTS();
		foreach(lc, board->applications[i].cells)
		{
			BoardCell  *cell = lfirst(lc);

			add_kind(board, &board->applications[i], cell, &release);
			add_previous(board, cell, &deployment);
			put(cell, COL_REQUESTS, Int32GetDatum(cell->requests));
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, cell->values, cell->nulls);
		}
	}
	rg_table_close(&release);
	rg_table_close(&deployment);
}

/* board_rows(application): one row for each environment of the application,
 * of every application when it is null. */
PG_FUNCTION_INFO_V1(board_rows);
Datum
board_rows(PG_FUNCTION_ARGS)
{
	Board		board = {0};

	InitMaterializedSRF(fcinfo, 0);
	board.nkeys = PG_ARGISNULL(0) ? 0 : 1;
	board.only = PG_ARGISNULL(0) ? (Datum) 0 : PG_GETARG_DATUM(0);
	board.snapshot = GetActiveSnapshot();
	board.capacity = 64;
	board.applications = palloc(board.capacity * sizeof(BoardApplication));
	read_applications(&board);
	read_rows(&board, "policy_assignment", NULL, read_assignment);
	add_environments(&board);
	read_rows(&board, "deployment", "deployment_request", read_request);
	read_rows(&board, "deployment", "deployment_active", read_active);
	read_rows(&board, "deployment", "deployment_live", read_live);
	store_rows(&board, (ReturnSetInfo *) fcinfo->resultinfo);
	return (Datum) 0;
}
