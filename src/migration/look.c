/*
 * look.c: what a scratch database has at one moment, its catalogue and its
 * rows; which rows it is given before; and what no database has for itself.
 */
#include "migration/proof.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

/* SQL of ours as C strings. */
static const char catalogue_sql[] =
"PREPARE releasegov_catalogue AS "
#include "migration/catalogue.inc"
;
static const char rows_sql[] =
"PREPARE releasegov_rows AS "
#include "migration/rows.inc"
;
static const char fill_sql[] =
"SET check_function_bodies = off; "
#include "migration/fill.inc"
;

/* Of larger tables the number of rows is compared, and what they come to. */
#define ROWS_LISTED 10000

/* So long may rows be made, by triggers of the migrations' own, too. */
#define FILL_SECONDS 120

/* So many tables are looked at by one statement. */
#define TABLES_AT_ONCE 50

/* Whatever a file has set, and undone when we have looked. */
static const char look_settings[] =
"SET LOCAL ROLE NONE; SET LOCAL search_path = ''; SET LOCAL statement_timeout = 0; SET LOCAL jit = off;"
" SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL row_security = on; SET LOCAL TimeZone = 'UTC';"
" SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1;"
" SET LOCAL bytea_output = 'hex'; SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on;"
" SET LOCAL lc_monetary = 'C'; SET LOCAL xmlbinary = 'base64'; SET LOCAL enable_seqscan = on";

static const char *
kept(const RgLink *link, int row, int column)
{
	const char *value = rg_link_value(link, row, column);

	return value ? pstrdup(value) : NULL;
}

/* ---- catalogue ---- */

/* A server of 17 may end the transaction in which we look for a file's sake. */
static void
begin_look(RgSession *session)
{
	rg_session_must(session, psprintf("%s; %s%s", session->in_transaction ?
									  "SAVEPOINT releasegov_look" : "BEGIN", look_settings,
									  rg_link_server(session->link) < 170000 ? "" :
									  "; SET LOCAL transaction_timeout = 0"), "be looked at");
}

static void
end_look(RgSession *session)
{
	rg_session_must(session, session->in_transaction ?
					"ROLLBACK TO SAVEPOINT releasegov_look; RELEASE SAVEPOINT releasegov_look" :
					"ROLLBACK", "be looked at");
}

static void
look_prepare(RgSession *session)
{
	rg_session_must(session, catalogue_sql, "prepare to be looked at");
	rg_session_must(session, rows_sql, "prepare to be looked at");
	session->can_look = true;
}

/* A file may have thrown away what was prepared. */
static void
read_catalogue(RgSession *session)
{
	static const char execute[] = "EXECUTE releasegov_catalogue";
	RgFailure	failure;

	if (!session->can_look)
		look_prepare(session);
	if (rg_link_run(session->link, execute, 120, &failure))
		return;
	if (strcmp(failure.sqlstate, "26000") == 0)
	{
		end_look(session);
		begin_look(session);
		(void) rg_link_run(session->link, "DEALLOCATE ALL", 120, &failure);
		look_prepare(session);
	}
	rg_session_must(session, execute, "show its catalogue");
}

static void
look_at_catalogue(RgSession *session, RgCatalogue *out)
{
	read_catalogue(session);
	out->n = rg_link_rows(session->link);
	out->things = palloc(sizeof(RgThing) * Max(out->n, 1));
	for (int i = 0; i < out->n; i++)
	{
		const char *definition = kept(session->link, i, 2);

		out->things[i] = (RgThing)
		{
			kept(session->link, i, 0), kept(session->link, i, 1), definition ? definition : ""
		};
	}
	rg_catalogue_sort(out);
}

/* ---- rows ---- */

typedef struct Listing
{
	const char *table;
	const char *rows;
	const char *count;
} Listing;

static Listing *
list_tables(RgSession *session, int *n)
{
	StringInfoData force;
	Listing    *result;

	rg_session_must(session, "EXECUTE releasegov_rows", "list its tables");
	*n = rg_link_rows(session->link);
	result = palloc(sizeof(Listing) * Max(*n, 1));
	initStringInfo(&force);
	for (int i = 0; i < *n; i++)
	{
		const char *sql = rg_link_value(session->link, i, 0);

		if (sql)
			appendStringInfoString(&force, sql);
		result[i] = (Listing)
		{
			kept(session->link, i, 1), kept(session->link, i, 2), kept(session->link, i, 3)
		};
	}
	if (force.len > 0)
		rg_session_must(session, force.data, "show rows to their owner");
	return result;
}

static void
add_row(RgProofRows *out, int *size, const char *table, const char *row, const char *key)
{
	if (out->n == *size)
	{
		*size *= 2;
		out->rows = repalloc_huge(out->rows, sizeof(RgProofRow) * *size);
	}
	out->rows[out->n++] = (RgProofRow)
	{
		table, row, key
	};
}

/* The rows of some tables, which come one table after the other. */
static void
list_rows(RgSession *session, const Listing *tables, int n, RgProofRows *out, int *size)
{
	StringInfoData sql;
	int			row = 0;
	int		   *first = palloc(sizeof(int) * (n + 1));

	initStringInfo(&sql);
	for (int i = 0; i < n; i++)
		appendStringInfo(&sql, "%s%s", i > 0 ? " UNION ALL " : "", tables[i].rows);
	rg_session_must(session, sql.data, "show its rows");
	for (int i = 0; i < n; i++)
	{
		int			from = out->n;

		first[i] = from;
		for (; row < rg_link_rows(session->link) &&
			 strcmp(rg_link_value(session->link, row, 0), tables[i].table) == 0; row++)
			add_row(out, size, tables[i].table, kept(session->link, row, 1), kept(session->link, row, 2));
	}
	first[n] = out->n;
	for (int i = n - 1; i >= 0; i--)
	{
		int			rows = first[i + 1] - first[i];

		if (rows <= ROWS_LISTED)
			continue;
		/* too many: one line says what they come to */
		memmove(&out->rows[first[i] + 1], &out->rows[first[i + 1]],
				sizeof(RgProofRow) * (out->n - first[i + 1]));
		out->n -= rows - 1;
		rg_session_must(session, tables[i].count, "count its rows");
		out->rows[first[i]] = (RgProofRow)
		{
			tables[i].table, kept(session->link, 0, 0), NULL
		};
	}
}

static void
look_at_rows(RgSession *session, RgProofRows *out)
{
	int			n;
	int			size = 1024;
	Listing    *tables = list_tables(session, &n);

	out->n = 0;
	out->rows = palloc(sizeof(RgProofRow) * size);
	for (int i = 0; i < n; i += TABLES_AT_ONCE)
		list_rows(session, tables + i, Min(TABLES_AT_ONCE, n - i), out, &size);
	rg_proof_rows_sort(out);
}

void
rg_look_at_rows(RgSession *session, RgMoment *moment)
{
	memset(moment, 0, sizeof(*moment));
	begin_look(session);
	if (!session->can_look)
		look_prepare(session);
	look_at_rows(session, &moment->rows);
	end_look(session);
}

void
rg_look(RgSession *session, RgMoment *moment)
{
	begin_look(session);
	look_at_catalogue(session, &moment->catalogue);
	look_at_rows(session, &moment->rows);
	moment->cluster = rg_cluster_look(session);
	end_look(session);
}

/* ---- rows that are made ---- */

void
rg_fill_prepare(RgSession *session)
{
	rg_session_must(session, fill_sql, "prepare its rows");
	rg_session_must(session, "SET plan_cache_mode = force_generic_plan", "prepare its rows");
}

const char *
rg_fill(RgBench *bench, RgRowSort sort)
{
	RgLink	   *link = bench->observer.link;
	StringInfoData words;
	RgFailure	failure;
	int			n;

	if (sort == RG_ROWS_NONE)
		return NULL;
	if (!rg_link_run(link, psprintf("SELECT * FROM pg_temp.rg_fill(%d)",
									sort == RG_ROWS_PLAIN ? 1 : sort == RG_ROWS_MILD ? 2 : 3),
					 FILL_SECONDS, &failure) && !failure.broken)
		return psprintf("no rows could be made: %s", failure.message);
	if (failure.broken)
		rg_bench_refuse("the scratch server could not fill its tables", failure.message,
						"Look into that server's log, then prove the release again.");
	n = rg_link_rows(link);
	if (n == 0)
		return NULL;
	initStringInfo(&words);
	for (int i = 0; i < Min(n, 5); i++)
		appendStringInfo(&words, "%s%s (%s)", i > 0 ? ", " : "",
						 rg_link_value(link, i, 0), rg_link_value(link, i, 1));
	if (n > 5)
		appendStringInfo(&words, " and %d more", n - 5);
	return psprintf("no rows could be made for %s", words.data);
}

bool
rg_fill_wanted(RgBench *bench, const RgScript *up, const RgScript *down)
{
	const char *both = psprintf("%s\n%s", up->text, down->text ? down->text : "");
	RgFailure	failure;

	return rg_link_run(bench->observer.link,
					   psprintf("SELECT pg_temp.rg_fill_wanted(%s)", quote_literal_cstr(both)),
					   FILL_SECONDS, &failure);
}

/* ---- what all databases share ---- */

/*
 * As far as the role can reach it, so that what others do there meanwhile does
 * not count; but for the databases of proofs and what is set for them.
 */
static const char cluster_sql[] =
"SELECT pg_catalog.string_agg(x.line, pg_catalog.chr(10) ORDER BY x.line COLLATE \"C\") FROM ("
" SELECT 'role ' || r::text AS line FROM (SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,"
" rolreplication, rolconnlimit, rolvaliduntil, rolbypassrls, rolconfig FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')) r"
" UNION ALL SELECT 'database ' || d.datname || ' ' || pg_catalog.concat_ws(' ', d.datacl, d.datconnlimit, d.datallowconn, s.setconfig, c.description)"
" FROM pg_catalog.pg_database d LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid"
" LEFT JOIN pg_catalog.pg_shdescription c ON c.objoid = d.oid AND c.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass"
" WHERE d.datname !~ '^releasegov_scratch_' AND pg_catalog.pg_has_role(d.datdba, 'MEMBER')"
" UNION ALL SELECT 'tablespace ' || t.spcname || pg_catalog.concat_ws(' ', t.spcacl, t.spcoptions) FROM pg_catalog.pg_tablespace t"
" WHERE pg_catalog.pg_has_role(t.spcowner, 'MEMBER')) x";

const char *
rg_cluster_look(RgSession *session)
{
	rg_session_must(session, cluster_sql, "show its roles");
	return kept(session->link, 0, 0);
}

void
rg_cluster_note(RgBench *bench)
{
	bench->cluster = MemoryContextStrdup(bench->context, rg_cluster_look(&bench->base));
}

/* What the role can do to itself it can also undo. */
static void
mend(RgBench *bench)
{
	RgFailure	failure;

	(void) rg_link_run(bench->maintenance,
					   psprintf("ALTER ROLE %s RESET ALL", quote_identifier(bench->role)), 20, &failure);
}

const char *
rg_cluster_fault(RgBench *bench, const char *now)
{
	if (strcmp(bench->cluster, now) == 0)
		return NULL;
	mend(bench);
	if (strcmp(bench->cluster, rg_cluster_look(&bench->observer)) == 0)
		return "it changes what all databases of a server share: roles, their settings, databases";
	rg_cluster_note(bench);
	return "it changes what all databases of a server share, and that could not be put right: look at the scratch server's roles and databases";
}
