/*
 * bench.c: the scratch databases: made on the operator's server by a role that
 * may do nothing else, run in, renewed, dropped.
 */
#include "migration/proof.h"

#include "access/xlog.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* So long our own statements may take, and those that clear away. */
#define OWN_SECONDS 120
#define CLEARING_SECONDS 20

#define SESSION_SETTINGS \
	"SET jit = off; SET synchronous_commit = off; SET client_min_messages = error; " \
	"SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '10min'; "

/* DISCARD ALL, but for the statement that looks. */
#define SESSION_RESET \
	"ROLLBACK; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; " \
	"SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; "

void
rg_bench_refuse(const char *what, const char *why, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_NO_SCRATCH_SERVER),
			 errmsg("%s", what), errdetail("%s", why), errhint("%s", hint)));
	pg_unreachable();
}

/* Our own statement: when it fails, the proof cannot go on. */
static void
must_run(RgLink *link, const char *sql, const char *what)
{
	RgFailure	failure;

	if (!rg_link_run(link, sql, OWN_SECONDS, &failure))
		rg_bench_refuse(psprintf("the scratch server could not %s", what), failure.message,
						"Look into that server's log. Nothing was recorded; prove the release again.");
}

void
rg_session_must(RgSession *session, const char *sql, const char *what)
{
	must_run(session->link, sql, what);
}

/* ---- who we are there ---- */

/*
 * What would let a migration reach beyond its database. Memberships are refused
 * as a whole: later servers have more predefined roles.
 */
static const char role_sql[] =
"SELECT current_user, version(), CASE"
" WHEN r.rolsuper THEN 'it is a superuser'"
" WHEN r.rolreplication THEN 'it may replicate'"
" WHEN r.rolcreaterole THEN 'it may create roles'"
" WHEN r.rolbypassrls THEN 'it passes row level security by'"
" WHEN NOT r.rolcreatedb THEN 'it may not create databases'"
" ELSE (SELECT 'it is a member of ' || g.rolname FROM pg_catalog.pg_roles g"
" WHERE (g.rolsuper OR g.rolcreaterole OR g.rolreplication OR g.rolbypassrls"
" OR g.rolname ~ '^pg_' AND g.rolname <> 'pg_database_owner')"
" AND pg_catalog.pg_has_role(r.oid, g.oid, 'MEMBER') ORDER BY 1 LIMIT 1)"
" END, (SELECT system_identifier FROM pg_catalog.pg_control_system()),"
" (extract(epoch FROM pg_catalog.pg_postmaster_start_time()) OPERATOR(pg_catalog.*) 1000000)::pg_catalog.int8"
" FROM pg_catalog.pg_roles r WHERE r.rolname = current_user";

/* Copies of a server have its identifier, but not the moment of its start. */
static bool
is_this_server(const RgLink *link)
{
	int64		started = PgStartTime +
	(POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * USECS_PER_DAY;

	return strtou64(rg_link_value(link, 0, 3), NULL, 10) == GetSystemIdentifier() &&
		strtoi64(rg_link_value(link, 0, 4), NULL, 10) == started;
}

/* What is governed must be out of reach, even for a migration that connects. */
static void
check_distance(RgBench *bench)
{
	const char *database;

	if (!is_this_server(bench->maintenance))
		return;
	database = get_database_name(MyDatabaseId);
	must_run(bench->maintenance,
			 psprintf("SELECT pg_catalog.has_database_privilege(%s, 'CONNECT')",
					  quote_literal_cstr(database)), "say what we may do there");
	if (strcmp(rg_link_value(bench->maintenance, 0, 0), "f") != 0)
		rg_bench_refuse(psprintf("role \"%s\" may connect to the governed database", bench->role),
						"The scratch server is this server itself, and what migrations do is done as that role.",
						psprintf("Name another server, or REVOKE CONNECT ON DATABASE %s FROM PUBLIC.",
								 quote_identifier(database)));
}

static void
check_role(RgBench *bench)
{
	const char *why;

	must_run(bench->maintenance, role_sql, "say who we are there");
	if (rg_link_rows(bench->maintenance) != 1)
		rg_bench_refuse("the scratch server does not know our role", "It answered without a row.",
						"docs/operations.md, \"A scratch server\", says how to set one up.");
	bench->role = pstrdup(rg_link_value(bench->maintenance, 0, 0));
	bench->server_version = pstrdup(rg_link_value(bench->maintenance, 0, 1));
	why = rg_link_value(bench->maintenance, 0, 2);
	if (why != NULL)
		rg_bench_refuse(psprintf("role \"%s\" of the scratch server cannot be used for proofs", bench->role),
						psprintf("%s, and what migrations do is done as that role.", why),
						"CREATE ROLE ... LOGIN CREATEDB, and nothing else, on the scratch server.");
	check_distance(bench);
}

/* ---- databases ---- */

static bool
lock_name(RgBench *bench, const char *name)
{
	RgFailure	failure;

	return rg_link_run(bench->maintenance,
					   psprintf("SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended(%s, 0))",
								quote_literal_cstr(name)), OWN_SECONDS, &failure) &&
		strcmp(rg_link_value(bench->maintenance, 0, 0), "t") == 0;
}

static bool
drop_database(RgBench *bench, const char *name)
{
	RgFailure	failure;

	return rg_link_run(bench->maintenance,
					   psprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)",
								quote_identifier(name)), CLEARING_SECONDS, &failure);
}

/* Databases of proofs whose session is gone: nobody holds their lock. */
static void
drop_leftovers(RgBench *bench)
{
	RgFailure	failure;
	List	   *names = NIL;
	ListCell   *cell;

	must_run(bench->maintenance,
			 "SELECT datname FROM pg_catalog.pg_database WHERE datname ~ '^releasegov_scratch_[0-9a-f]{16}_(base|work)$'"
			 " AND pg_catalog.pg_has_role(datdba, 'MEMBER')", "list its databases");
	for (int i = 0; i < rg_link_rows(bench->maintenance); i++)
		names = lappend(names, pstrdup(rg_link_value(bench->maintenance, i, 0)));
	foreach(cell, names)
	{
		char	   *name = lfirst(cell);
		char	   *lock = pnstrdup(name, strrchr(name, '_') - name);

		if (!lock_name(bench, lock))
			continue;
		(void) drop_database(bench, name);
		(void) rg_link_run(bench->maintenance,
						   psprintf("SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended(%s, 0))",
									quote_literal_cstr(lock)), CLEARING_SECONDS, &failure);
	}
}

static void
copy_database(RgBench *bench, const char *to, const char *from)
{
	must_run(bench->maintenance,
			 psprintf("CREATE DATABASE %s TEMPLATE %s", quote_identifier(to),
					  quote_identifier(from)), "copy a database");
}

/*
 * CREATE DATABASE does not copy what ALTER DATABASE ... SET says. Settings that
 * are lists of names are kept as they are written in SQL.
 */
static void
copy_settings(RgBench *bench, const char *to, const char *from)
{
	StringInfoData sql;

	must_run(bench->maintenance,
			 psprintf("SELECT pg_catalog.format('ALTER DATABASE %%I SET %%I TO ', %s, x.name) ||"
					  " CASE WHEN x.name ~ '^(search_path|temp_tablespaces|.*_preload_libraries)$' THEN x.value ELSE pg_catalog.quote_literal(x.value) END"
					  " FROM (SELECT pg_catalog.split_part(c, '=', 1) AS name, pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1) AS value"
					  " FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase, pg_catalog.unnest(s.setconfig) c"
					  " WHERE d.datname = %s AND s.setrole = 0) x",
					  quote_literal_cstr(to), quote_literal_cstr(from)), "list the settings of a database");
	if (rg_link_rows(bench->maintenance) == 0)
		return;
	initStringInfo(&sql);
	for (int i = 0; i < rg_link_rows(bench->maintenance); i++)
		appendStringInfo(&sql, "%s; ", rg_link_value(bench->maintenance, i, 0));
	must_run(bench->maintenance, sql.data, "set the settings of a database");
}

/* ---- sessions ---- */

static void
open_session(RgBench *bench, RgSession *session, const char *database)
{
	const char *why;
	MemoryContext old = MemoryContextSwitchTo(bench->context);

	*session = (RgSession)
	{
		.database = database
	};
	session->link = rg_link_open(bench->settings.server, database, &why);
	MemoryContextSwitchTo(old);
	if (session->link == NULL)
		rg_bench_refuse("the scratch database does not take a session", why,
						"Look into that server's log and its max_connections.");
	must_run(session->link, SESSION_SETTINGS, "prepare a session");
}

static void
close_session(RgSession *session)
{
	rg_link_close(session->link);
	session->link = NULL;
}

static void
open_work(RgBench *bench)
{
	open_session(bench, &bench->observer, bench->work_name);
	rg_fill_prepare(&bench->observer);
	open_session(bench, &bench->runner, bench->work_name);
}

static void
close_all(RgBench *bench)
{
	close_session(&bench->observer);
	close_session(&bench->runner);
	close_session(&bench->base);
}

void
rg_bench_open(RgBench *bench, const RgProofSettings *settings)
{
	const char *why;
	uint64		chance;

	if (settings->server == NULL || settings->server[0] == '\0')
		rg_bench_refuse("there is no scratch server to prove migrations on",
						"The setting releasegov.scratch_server is empty.",
						"docs/operations.md, \"A scratch server\", says how to set one up.");
	memset(bench, 0, sizeof(*bench));
	bench->context = CurrentMemoryContext;
	bench->settings = *settings;
	bench->maintenance = rg_link_open(settings->server, NULL, &why);
	if (bench->maintenance == NULL)
		rg_bench_refuse("the scratch server cannot be reached", why,
						"Check the setting releasegov.scratch_server and that server's pg_hba.conf.");
	must_run(bench->maintenance, SESSION_SETTINGS, "prepare a session");
	check_role(bench);
	drop_leftovers(bench);
	if (!pg_strong_random(&chance, sizeof(chance)))
		elog(ERROR, "could not draw a random name");
	bench->name = psprintf("releasegov_scratch_%016llx", (unsigned long long) chance);
	if (!lock_name(bench, bench->name))
		elog(ERROR, "could not lock a random name");
	bench->work_name = psprintf("%s_work", bench->name);
	bench->base_name = psprintf("%s_base", bench->name);
	copy_database(bench, bench->base_name, settings->template);
	copy_settings(bench, bench->base_name, settings->template);
	open_session(bench, &bench->base, bench->base_name);
	rg_cluster_note(bench);
}

static bool
drop_both(RgBench *bench)
{
	return rg_link_is_open(bench->maintenance) &&
		drop_database(bench, bench->work_name) && drop_database(bench, bench->base_name);
}

void
rg_bench_close(RgBench *bench)
{
	const char *why;

	close_all(bench);
	if (bench->maintenance == NULL)
		return;
	/* it may be in the middle of something, ended, or of a server that is back */
	rg_link_interrupt(bench->maintenance);
	if (bench->base_name != NULL && !drop_both(bench))
	{
		rg_link_close(bench->maintenance);
		bench->maintenance = rg_link_open(bench->settings.server, NULL, &why);
		(void) drop_both(bench);
	}
	rg_link_close(bench->maintenance);
	bench->maintenance = NULL;
}

static void
replace_database(RgBench *bench, const char *to, const char *from)
{
	close_all(bench);
	(void) drop_database(bench, to);
	copy_database(bench, to, from);
	copy_settings(bench, to, from);
	open_session(bench, &bench->base, bench->base_name);
	open_work(bench);
}

void
rg_bench_renew(RgBench *bench)
{
	replace_database(bench, bench->work_name, bench->base_name);
}

void
rg_bench_keep(RgBench *bench)
{
	replace_database(bench, bench->base_name, bench->work_name);
}

/* ---- running ---- */

/* Whatever a file did to the session, the next one finds it as new. */
static void
reset_session(RgBench *bench, RgSession *session)
{
	const char *database = session->database;
	RgFailure	failure;

	session->in_transaction = false;
	if (rg_link_is_open(session->link) &&
		rg_link_run(session->link, SESSION_RESET, CLEARING_SECONDS, &failure) &&
		rg_link_run(session->link, SESSION_SETTINGS, CLEARING_SECONDS, &failure))
		return;
	close_session(session);
	open_session(bench, session, database);
}

void
rg_session_begin(RgSession *session)
{
	must_run(session->link, "BEGIN", "begin a transaction");
	session->in_transaction = true;
}

void
rg_session_end(RgBench *bench, RgSession *session)
{
	reset_session(bench, session);
}

/*
 * The session that looks has run a file: what that set is undone with the
 * transaction, what is left of it with the session, if need be.
 */
void
rg_bench_look_anew(RgBench *bench)
{
	RgFailure	failure;

	bench->observer.in_transaction = false;
	if (rg_link_is_open(bench->observer.link) &&
		rg_link_run(bench->observer.link, "ROLLBACK; SET SESSION AUTHORIZATION DEFAULT; "
					SESSION_SETTINGS
					"SELECT pg_catalog.setval('pg_temp.rg_salt', pg_catalog.nextval('pg_temp.rg_salt'))", CLEARING_SECONDS, &failure))
		return;
	close_session(&bench->observer);
	open_session(bench, &bench->observer, bench->work_name);
	rg_fill_prepare(&bench->observer);
}

static int
line_of(const char *sql_text, int characters)
{
	int			line = 1;

	for (const char *p = sql_text; *p != '\0' && characters > 1; p++)
	{
		line += *p == '\n' ? 1 : 0;
		/* a continuation byte begins no character */
		characters -= ((unsigned char) *p & 0xc0) != 0x80 ? 1 : 0;
	}
	return line;
}

/* What has no position is about a statement as a whole. */
static void
note_outcome(RgOutcome *outcome, const RgFailure *failure, const char *sql_text, int line)
{
	line += (failure->position > 0 ? line_of(sql_text, failure->position) :
			 rg_script_line(sql_text, failure->done)) - 1;
	outcome->why = psprintf("line %d: %s%s%s", line, failure->message,
							failure->sqlstate[0] ? ", SQLSTATE " : "", failure->sqlstate);
	strlcpy(outcome->sqlstate, failure->sqlstate, sizeof(outcome->sqlstate));
}

/* One by one, each in a transaction of its own unless the file says BEGIN. */
static void
execute_apart(RgBench *bench, RgSession *session, const RgScript *script,
			  RgOutcome *outcome)
{
	ListCell   *cell;

	foreach(cell, script->pieces)
	{
		const RgPiece *piece = lfirst(cell);
		RgFailure	failure;

		if (!rg_link_run(session->link, piece->sql, bench->settings.seconds, &failure))
		{
			outcome->lasting = true;
			note_outcome(outcome, &failure, piece->sql, piece->line);
			return;
		}
	}
}

/* A transaction of ours is left as it is; else the session is made as new. */
void
rg_session_execute(RgBench *bench, RgSession *session, const RgScript *script,
				   RgOutcome *outcome)
{
	RgFailure	failure;

	memset(outcome, 0, sizeof(*outcome));
	CHECK_FOR_INTERRUPTS();
	if (script->pieces != NIL)
		execute_apart(bench, session, script, outcome);
	else if (!rg_link_run(session->link, script->text, bench->settings.seconds, &failure))
	{
		note_outcome(outcome, &failure, script->text, 1);
		if (script->place != NULL)
			outcome->why = psprintf("%s: %s", script->place, failure.message);
		/* a session that broke may have committed before */
		outcome->lasting = failure.broken && !session->in_transaction;
	}
	if (!session->in_transaction)
		reset_session(bench, session);
}
