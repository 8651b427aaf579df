/*
 * fill.c: which rows the tables of a scratch database are given before an up
 * meets them, and what is asked of them where it refuses some.
 */
#include "migration/proof.h"

#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/memutils.h"

static const char fill_sql[] =
"SET LOCAL check_function_bodies = off; "
#include "migration/fill.inc"
;

/* Values of one filling are other ones than those of the next. */
#define SALTS 1000

/* So many times rows of single tables are made anew. */
#define MOST_CONCESSIONS 8

/* Sorts as fill.sql knows them. */
static const int sort_numbers[] = {
	[RG_ROWS_ALL] = 3,
	[RG_ROWS_MILD] = 2,
	[RG_ROWS_PLAIN] = 1,
	[RG_ROWS_NONE] = 0,
};

/*
 * What the helpers are, to the version of each row of the catalogue: triggers and
 * defaults of the migrations run in that session, and could put something else in
 * the place of one of them, or beside it.
 */
static const char helpers_sql[] =
"SELECT pg_catalog.string_agg(x.line, ' ' ORDER BY x.line) FROM ("
"SELECT pg_catalog.concat('p', p.oid, '.', p.xmin, '.', p.ctid) AS line FROM pg_catalog.pg_proc p WHERE p.pronamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()"
" UNION ALL SELECT pg_catalog.concat('c', c.oid, '.', c.xmin, '.', c.ctid) FROM pg_catalog.pg_class c WHERE c.relnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()"
" UNION ALL SELECT pg_catalog.concat('t', t.oid, '.', t.xmin, '.', t.ctid) FROM pg_catalog.pg_type t WHERE t.typnamespace OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema()) x";

/* They are made anew where they are not what we made. */
static void
make_helpers(RgBench *bench)
{
	RgSession  *session = &bench->observer;
	MemoryContext old;

	if (bench->helpers != NULL)
	{
		const char *now;

		rg_session_must(session, helpers_sql, "say what makes its rows");
		now = rg_link_value(session->link, 0, 0);
		if (now != NULL && strcmp(now, bench->helpers) == 0)
			return;
	}
	rg_session_must(session, "DISCARD TEMP", "prepare its rows");
	rg_session_must(session, fill_sql, "prepare its rows");
	rg_session_must(session, helpers_sql, "say what makes its rows");
	old = MemoryContextSwitchTo(bench->context);
	bench->helpers = rg_session_kept(session, 0, 0);
	MemoryContextSwitchTo(old);
}

/* As long as a file may take; what triggers of the migrations do counts, too. */
static bool
run_fill(RgBench *bench, const char *sql, RgFailure *failure)
{
	make_helpers(bench);
	return rg_link_run(bench->observer.link, psprintf("SET LOCAL plan_cache_mode = force_generic_plan; %s", sql),
					   bench->settings.seconds, failure);
}

/* What has been filled before is kept here; a trigger could say otherwise there. */
static const char *
fill_as_before(RgBench *bench)
{
	return psprintf("DELETE FROM pg_temp.rg_filled; %s%s; SELECT pg_catalog.setval('pg_temp.rg_salt', %d)",
					bench->filled ? "INSERT INTO pg_temp.rg_filled VALUES " : "", bench->filled ? bench->filled : "",
					1 + SALTS * bench->nfills++);
}

/* Which tables got no row, in words; what has been filled is kept for the next time. */
static const char *
note_filled(RgBench *bench)
{
	RgSession  *session = &bench->observer;
	MemoryContext old = MemoryContextSwitchTo(bench->context);
	StringInfoData filled;
	StringInfoData words;
	int			missing = 0;

	initStringInfo(&filled);
	MemoryContextSwitchTo(old);
	initStringInfo(&words);
	for (int i = 0; i < rg_link_rows(session->link); i++)
	{
		const char *problem = rg_session_kept(session, i, 1);

		appendStringInfo(&filled, "%s(%s, %s, %s, %s, %s)", i > 0 ? ", " : "", rg_link_value(session->link, i, 2),
						 quote_literal_cstr(rg_link_value(session->link, i, 3)), rg_link_value(session->link, i, 4),
						 rg_link_value(session->link, i, 5), problem ? quote_literal_cstr(problem) : "NULL");
		if (problem != NULL && missing++ < 5)
			appendStringInfo(&words, "%s%s (%s)", missing > 1 ? ", " : "", rg_link_value(session->link, i, 0), problem);
	}
	if (missing > 5)
		appendStringInfo(&words, " and %d more", missing - 5);
	if (bench->filled != NULL)
		pfree(unconstify(char *, bench->filled));
	bench->filled = filled.len > 0 ? filled.data : NULL;
	return missing > 0 ? psprintf("no rows could be made for %s", words.data) : NULL;
}

/* {"schema.table": {"sort": 2, "filled": ["column", ...]}, ...} */
static const char *
concessions_as_json(const List *concessions)
{
	StringInfoData json;
	ListCell   *cell;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	foreach(cell, concessions)
	{
		const RgConcession *one = lfirst(cell);
		ListCell   *column;

		appendStringInfoString(&json, json.len > 1 ? ", " : "");
		escape_json(&json, one->table);
		appendStringInfo(&json, ": {\"sort\": %d, \"filled\": [", sort_numbers[one->sort]);
		foreach(column, one->filled)
		{
			appendStringInfoString(&json, column == list_head(one->filled) ? "" : ", ");
			escape_json(&json, lfirst(column));
		}
		appendStringInfoString(&json, "]}");
	}
	appendStringInfoChar(&json, '}');
	return json.data;
}

const char *
rg_fill(RgBench *bench, RgRows *rows, const RgScript *up)
{
	const char *dropped = up != NULL && up->dropped != NULL ? up->dropped : "[]";
	RgFailure	failure;
	const char *words;

	rows->unmade = false;
	if (rows->sort == RG_ROWS_NONE)
		return NULL;
	if (run_fill(bench, psprintf("%s; SELECT * FROM pg_temp.rg_fill(%d, %s, %s)", fill_as_before(bench), sort_numbers[rows->sort],
								 quote_literal_cstr(concessions_as_json(rows->concessions)), quote_literal_cstr(dropped)), &failure))
		words = note_filled(bench);
	else if (failure.broken)
		rg_bench_refuse("the scratch server could not fill its tables", failure.message,
						"Look into that server's log, then prove the release again.");
	else
	{
		words = psprintf("no rows could be made: %s", failure.message);
		rows->unmade = true;
	}
	/* where these had to do, the next migration gets all sorts of them besides */
	if (rows->sort != RG_ROWS_ALL)
		bench->filled = NULL;
	rg_session_reset(bench, &bench->observer);
	return words;
}

/* ---- what is asked of an up that refused some ---- */

static RgConcession *
concession_for(RgRows *rows, const char *table)
{
	ListCell   *cell;
	RgConcession *one;

	foreach(cell, rows->concessions)
	{
		one = lfirst(cell);
		if (strcmp(one->table, table) == 0)
			return one;
	}
	one = palloc0(sizeof(RgConcession));
	one->table = table;
	one->sort = RG_ROWS_ALL;
	rows->concessions = lappend(rows->concessions, one);
	return one;
}

/* What the up itself makes or renames was not filled. */
static bool
is_there(RgBench *bench, const char *table)
{
	rg_session_must(&bench->observer, psprintf("SELECT pg_catalog.to_regclass(%s) IS NOT NULL", quote_literal_cstr(table)),
					"say whether a table is there");
	return strcmp(rg_link_value(bench->observer.link, 0, 0), "t") == 0;
}

/*
 * A server names the table whose rows it refuses, and the column that may not be
 * null: first no NULLs there, or none in any column where the up makes that one, then
 * one ordinary row, a plain one, none.
 */
static bool
concede(RgBench *bench, RgRows *rows, const RgOutcome *outcome)
{
	RgConcession *one;

	rows->last = NULL;
	if (outcome->table == NULL || rows->sort != RG_ROWS_ALL || !is_there(bench, outcome->table) ||
		rows->nconceded++ >= MOST_CONCESSIONS)
		return false;
	one = concession_for(rows, outcome->table);
	if (one->sort == RG_ROWS_NONE)
		return false;
	if (outcome->column == NULL || one->sort != RG_ROWS_ALL || (rg_is_name_in(one->filled, outcome->column) && !one->trimmed))
	{
		one->sort++;
		return true;
	}
	if (!rg_is_name_in(one->filled, outcome->column))
		one->filled = lappend(one->filled, unconstify(char *, outcome->column));
	one->column = outcome->column;
	rows->last = one;
	return true;
}

bool
rg_rows_ask_less(RgBench *bench, RgRows *rows, const RgOutcome *outcome)
{
	if (concede(bench, rows, outcome))
		return true;
	if (rows->sort == RG_ROWS_NONE)
		return false;
	rows->sort++;
	rows->concessions = NIL;
	return true;
}

/* What was done about them says what is asked where that does not do. */
static const struct
{
	const char *done;			/* as rg_concede() of fill.sql says it */
	RgRowSort	sort;
	bool		ready;			/* the rows that are there can be used */
}			concessions[] = {
	{"filled", RG_ROWS_ALL, true},
	{"trimmed", RG_ROWS_ALL, true},
	{"unfit", RG_ROWS_NONE, false},
	{"other", RG_ROWS_MILD, false},
	{"kept", RG_ROWS_MILD, false},
	{"stays", RG_ROWS_ALL, false},
};

bool
rg_fill_in_place(RgBench *bench, RgRows *rows)
{
	RgConcession *one = rows->last;
	RgFailure	failure;
	const char *done = NULL;
	bool		ready = false;

	if (one == NULL)
		return false;
	if (run_fill(bench, psprintf("SELECT pg_temp.rg_concede(pg_catalog.to_regclass(%s), %s)", quote_literal_cstr(one->table),
								 quote_literal_cstr(one->column)), &failure))
		done = rg_link_value(bench->observer.link, 0, 0);
	for (int i = 0; done != NULL && i < (int) lengthof(concessions); i++)
	{
		if (strcmp(concessions[i].done, done) != 0)
			continue;
		one->sort = concessions[i].sort;
		one->trimmed = strcmp(done, "trimmed") == 0;
		ready = concessions[i].ready;
	}
	rg_session_reset(bench, &bench->observer);
	return ready;
}

bool
rg_fill_wanted(RgBench *bench, RgProof *proof)
{
	const char *both = psprintf("%s\n%s", proof->up.text, proof->down.text ? proof->down.text : "");
	const char *values = rg_wanted_values(proof->up.text, proof->down.text);
	RgFailure	failure;

	if (!run_fill(bench, psprintf("SELECT pg_temp.rg_fill_wanted(%s, %s)", quote_literal_cstr(both), quote_literal_cstr(values)), &failure))
		return false;
	proof->partly |= strcmp(rg_link_value(bench->observer.link, 0, 0), "t") != 0;
	return true;
}
