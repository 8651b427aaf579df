/*
 * look.c: what a scratch database has at one moment, its catalogue and its
 * rows; and what no database has for itself.
 */
#include "migration/proof.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

/* SQL of ours as C strings. */
static const char catalogue_sql[] =
#include "migration/catalogue.inc"
;
static const char rows_sql[] =
#include "migration/rows.inc"
;

/* Of larger tables the number of rows is compared, and what they come to. */
#define ROWS_LISTED 10000

/* So many tables are looked at by one statement. */
#define TABLES_AT_ONCE 50

/* So long our own questions may take. */
#define LOOK_SECONDS 120

/*
 * Whatever a file has set, and undone when we have looked. Temporary objects come
 * last in the path: it may have made some of the names that we speak of. With
 * pg_catalog alone before them, users' objects are written with their schema.
 */
static const char look_settings[] =
"SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL ROLE NONE; SET LOCAL statement_timeout = 0; SET LOCAL jit = off;"
" SET LOCAL row_security = on; SET LOCAL TimeZone = 'UTC';"
" SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1;"
" SET LOCAL bytea_output = 'hex'; SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on;"
" SET LOCAL lc_monetary = 'C'; SET LOCAL xmlbinary = 'base64'; SET LOCAL enable_seqscan = on; SET LOCAL client_encoding = ";

const char *
rg_session_kept(const RgSession *session, int row, int column)
{
	const char *value = rg_link_value(session->link, row, column);

	return value ? pstrdup(value) : NULL;
}

/* ---- catalogue ---- */

/*
 * Our questions are sent as they are: what a file has prepared may have their
 * names. A server of 17 may end the transaction in which we look for a file's
 * sake.
 */
void
rg_look_begin(RgSession *session)
{
	rg_session_must(session, psprintf("%s; %s%s%s", session->in_transaction ?
									  "SAVEPOINT releasegov_look" : "BEGIN",
									  look_settings, rg_link_encoding(),
									  rg_link_server(session->link) < 170000 ? "" :
									  "; SET LOCAL transaction_timeout = 0"), "be looked at");
}

void
rg_look_end(RgSession *session)
{
	rg_session_must(session, session->in_transaction ?
					"ROLLBACK TO SAVEPOINT releasegov_look; RELEASE SAVEPOINT releasegov_look" :
					"ROLLBACK", "be looked at");
}

static void
look_at_catalogue(RgSession *session, RgCatalogue *out)
{
	rg_session_must(session, catalogue_sql, "show its catalogue");
	out->n = rg_link_rows(session->link);
	out->things = palloc(sizeof(RgThing) * Max(out->n, 1));
	for (int i = 0; i < out->n; i++)
	{
		const char *definition = rg_session_kept(session, i, 2);

		out->things[i] = (RgThing)
		{
			rg_session_kept(session, i, 0), rg_session_kept(session, i, 1), definition ? definition : ""
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

/*
 * Those that can be read; the others are named. From then on nothing is written:
 * indexes and policies of a migration's making have functions that we may call.
 */
static Listing *
list_tables(RgSession *session, int *n, const char **unread)
{
	StringInfoData before;
	StringInfoData names;
	Listing    *result;

	rg_session_must(session, rows_sql, "list its tables");
	result = palloc(sizeof(Listing) * Max(rg_link_rows(session->link), 1));
	initStringInfo(&before);
	initStringInfo(&names);
	*n = 0;
	for (int i = 0; i < rg_link_rows(session->link); i++)
	{
		const char *sql = rg_link_value(session->link, i, 0);

		if (sql)
			appendStringInfoString(&before, sql);
		if (rg_link_value(session->link, i, 2) == NULL)
		{
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", rg_link_value(session->link, i, 1));
			continue;
		}
		result[(*n)++] = (Listing)
		{
			rg_session_kept(session, i, 1), rg_session_kept(session, i, 2), rg_session_kept(session, i, 3)
		};
	}
	appendStringInfoString(&before, "SET LOCAL transaction_read_only = on");
	rg_session_must(session, before.data, "show rows to their owner");
	*unread = names.len > 0 ? names.data : NULL;
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
			add_row(out, size, tables[i].table, rg_session_kept(session, row, 1), rg_session_kept(session, row, 2));
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
			tables[i].table, rg_session_kept(session, 0, 0), NULL
		};
	}
}

static void
look_at_rows(RgSession *session, RgMoment *moment)
{
	RgProofRows *out = &moment->rows;
	int			n;
	int			size = 1024;
	Listing    *tables = list_tables(session, &n, &moment->unread);

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
	rg_look_begin(session);
	look_at_rows(session, moment);
	rg_look_end(session);
}

void
rg_look(RgBench *bench, RgSession *session, RgMoment *moment)
{
	memset(moment, 0, sizeof(*moment));
	rg_look_begin(session);
	look_at_catalogue(session, &moment->catalogue);
	moment->cluster = rg_cluster_seen(bench, session);
	look_at_rows(session, moment);
	rg_look_end(session);
}
