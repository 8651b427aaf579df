/*
 * bench.c: the scratch databases: made on the operator's server by a role that
 * may do nothing else, run in, renewed, dropped.
 */
#include "migration/proof.h"

#include "access/xlog.h"
#include "commands/dbcommands.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

/* Databases that proofs have made. */
#define OURS "^releasegov_scratch_[0-9a-f]{16}_(base|work)$"

/* So long our own statements may take, and those that clear away. */
#define OWN_SECONDS 120
#define CLEARING_SECONDS 20
#define HASTY_SECONDS 2
#define CONNECT_SECONDS 10

/* DISCARD ALL, which cannot be sent with the ROLLBACK, in two parts. */
#define SESSION_AS_NEW \
	"ROLLBACK; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL; " \
	"SELECT pg_catalog.pg_advisory_unlock_all()"
#define SESSION_EMPTY \
	"; DISCARD PLANS; DISCARD TEMP; DISCARD SEQUENCES"

void
rg_bench_refuse(const char *what, const char *why, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_NO_SCRATCH_SERVER),
			 errmsg("%s", what), errdetail("%s", why), errhint("%s", hint)));
	pg_unreachable();
}

static void
must_run_hint(RgLink *link, const char *sql, const char *what, const char *hint)
{
	RgFailure	failure;

	if (!rg_link_run(link, sql, OWN_SECONDS, &failure))
		rg_bench_refuse(psprintf("the scratch server could not %s", what), failure.message, hint);
}

/* Our own statement: when it fails, the proof cannot go on. */
static void
must_run(RgLink *link, const char *sql, const char *what)
{
	must_run_hint(link, sql, what, "Look into that server's log. Nothing was recorded; prove the release again.");
}

void
rg_session_must(RgSession *session, const char *sql, const char *what)
{
	must_run(session->link, sql, what);
}

/* ---- who we are there ---- */

/*
 * What would let a migration reach beyond its database. Memberships are refused
 * as a whole: later servers have more predefined roles. A database of its own, such
 * as the template, it could rename for all proofs that come.
 */
static const char role_sql[] =
"SELECT current_user, version(), CASE"
" WHEN r.rolsuper THEN 'it is a superuser'"
" WHEN r.rolreplication THEN 'it may replicate'"
" WHEN r.rolcreaterole THEN 'it may create roles'"
" WHEN r.rolbypassrls THEN 'it passes row level security by'"
" WHEN NOT r.rolcreatedb THEN 'it may not create databases'"
" WHEN EXISTS (SELECT FROM pg_catalog.pg_database d WHERE pg_catalog.pg_has_role(r.oid, d.datdba, 'MEMBER') AND d.datname !~ '" OURS "')"
" THEN (SELECT pg_catalog.format('it owns database %I', pg_catalog.min(d.datname)) FROM pg_catalog.pg_database d"
" WHERE pg_catalog.pg_has_role(r.oid, d.datdba, 'MEMBER') AND d.datname !~ '" OURS "')"
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
						psprintf("Name another server; or GRANT CONNECT ON DATABASE %1$s to those who work with it, REVOKE it FROM PUBLIC, and let \"%2$s\" be a member of none of them.",
								 quote_identifier(database), bench->role));
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
						"CREATE ROLE ... LOGIN CREATEDB, and nothing else, on the scratch server. A template can be another role's: ALTER DATABASE ... IS_TEMPLATE true.");
	check_distance(bench);
}

/* ---- databases ---- */

/* Some files leave it so that it cannot be dropped at once. */
static bool
drop_database(RgBench *bench, const char *name, TimestampTz deadline)
{
	const char *gentle = psprintf("DROP DATABASE IF EXISTS %s", quote_identifier(name));
	const char *sql = psprintf("%s WITH (FORCE)", gentle);
	RgFailure	failure;

	if (rg_link_run_until(bench->maintenance, sql, deadline, &failure))
		return true;
	if (failure.broken)
		return false;
	rg_free_database(bench, name, deadline);
	/* an autovacuum worker is nobody's to end, and gives way by itself */
	return rg_link_run_until(bench->maintenance, gentle, deadline, &failure) ||
		(!failure.broken && rg_link_run_until(bench->maintenance, sql, deadline, &failure));
}

static void
warn_of(const char *name)
{
	ereport(WARNING,
			(errcode(ERRCODE_RG_NO_SCRATCH_SERVER),
			 errmsg("database \"%s\" of the scratch server is left behind", name),
			 errdetail("It could not be dropped, or not in time."),
			 errhint("The next proof tries again. If it is told of once more, drop it as a superuser of that server.")));
}

/*
 * Databases of proofs whose session is gone. That session is known by its name,
 * which is seen from every database: an advisory lock would be only in its own,
 * and another connection string may name another one.
 */
static void
drop_leftovers(RgBench *bench)
{
	List	   *names = NIL;
	ListCell   *cell;

	must_run(bench->maintenance,
			 "SELECT d.datname FROM pg_catalog.pg_database d WHERE d.datname ~ '" OURS "'"
			 " AND pg_catalog.pg_has_role(d.datdba, 'MEMBER') AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a"
			 " WHERE a.application_name = pg_catalog.regexp_replace(d.datname, '_(base|work)$', ''))", "list its databases");
	for (int i = 0; i < rg_link_rows(bench->maintenance); i++)
		names = lappend(names, pstrdup(rg_link_value(bench->maintenance, i, 0)));
	foreach(cell, names)
	{
		if (!drop_database(bench, lfirst(cell), rg_in_seconds(CLEARING_SECONDS)))
			warn_of(lfirst(cell));
	}
}

static void
copy_database(RgBench *bench, const char *to, const char *from)
{
	const char *sql = psprintf("CREATE DATABASE %s TEMPLATE %s", quote_identifier(to), quote_identifier(from));

	if (strcmp(from, bench->settings.template) == 0)
		must_run_hint(bench->maintenance, sql, psprintf("copy the template \"%s\"", from),
					  "The setting releasegov.scratch_template names a template there (ALTER DATABASE ... IS_TEMPLATE true), to which nobody is connected.");
	else
		must_run(bench->maintenance, sql, "copy a database");
	rg_copy_settings(bench, to, from);
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
	session->link = rg_link_open(bench->settings.server, database, bench->options, bench->maintenance,
								 rg_in_seconds(CONNECT_SECONDS), &why);
	MemoryContextSwitchTo(old);
	if (session->link == NULL)
		rg_bench_refuse("the scratch database does not take a session", why,
						"Look into that server's log and its max_connections.");
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
	bench->helpers = bench->filled = NULL;
	open_session(bench, &bench->runner, bench->work_name);
}

static void
close_all(RgBench *bench)
{
	close_session(&bench->observer);
	close_session(&bench->runner);
	close_session(&bench->base);
}

/* Which databases are ours is said by the name of this session. */
static bool
open_maintenance(RgBench *bench, TimestampTz deadline, const char **why)
{
	RgFailure	failure;

	bench->maintenance = rg_link_open(bench->settings.server, NULL, " -c search_path=pg_catalog,pg_temp -c statement_timeout=0",
									  NULL, deadline, why);
	if (bench->maintenance == NULL)
		return false;
	bench->maintenance_pid = rg_link_pid(bench->maintenance);
	if (rg_link_run_until(bench->maintenance, psprintf("SET application_name = %s", quote_literal_cstr(bench->name)), deadline, &failure))
		return true;
	*why = failure.message;
	return false;
}

/*
 * When our end is gone, what runs there ends soon: the server looks whether we
 * are still there, where its platform can, and no statement lasts much longer
 * than a file may. Files can lift both; rg_bench_close_in_haste() they cannot.
 */
static void
choose_options(RgBench *bench)
{
	RgFailure	failure;
	bool		looks = rg_link_run(bench->maintenance, "SET client_connection_check_interval = '2s'; RESET client_connection_check_interval",
									OWN_SECONDS, &failure);

	bench->options = psprintf(" -c statement_timeout=%ds%s%s", bench->settings.seconds + 5,
							  looks ? " -c client_connection_check_interval=2s" : "",
							  rg_link_server(bench->maintenance) >= 170000 ? " -c transaction_timeout=0" : "");
}

static void
check_settings(const RgProofSettings *settings)
{
	const char *secret;

	if (settings->server == NULL || settings->server[0] == '\0')
		rg_bench_refuse("there is no scratch server to prove migrations on",
						"The setting releasegov.scratch_server is empty.",
						"docs/operations.md, \"A scratch server\", says how to set one up.");
	secret = rg_conninfo_secret(settings->server);
	if (secret != NULL)
		rg_bench_refuse(psprintf("the setting releasegov.scratch_server holds a secret: %s", secret),
						"Every role can read it in a session that has not loaded the library.",
						"Use passfile, a service file or a client certificate, readable by the server's account alone, and change the password.");
}

void
rg_bench_open(RgBench *bench, const RgProofSettings *settings)
{
	const char *why;
	uint64		chance;

	memset(bench, 0, sizeof(*bench));
	check_settings(settings);
	if (!pg_strong_random(&chance, sizeof(chance)))
		elog(ERROR, "could not draw a random name");
	bench->name = psprintf("releasegov_scratch_%016llx", (unsigned long long) chance);
	bench->context = CurrentMemoryContext;
	bench->settings = *settings;
	if (!open_maintenance(bench, rg_in_seconds(CONNECT_SECONDS), &why))
		rg_bench_refuse("the scratch server cannot be reached", why,
						"Check the setting releasegov.scratch_server, its dbname too, and that server's pg_hba.conf.");
	check_role(bench);
	choose_options(bench);
	drop_leftovers(bench);
	bench->work_name = psprintf("%s_work", bench->name);
	bench->base_name = psprintf("%s_base", bench->name);
	copy_database(bench, bench->base_name, settings->template);
	open_session(bench, &bench->base, bench->base_name);
	rg_cluster_note(bench);
}

static bool
drop_both(RgBench *bench, TimestampTz deadline)
{
	if (bench->work_name != NULL && drop_database(bench, bench->work_name, deadline))
		bench->work_name = NULL;
	if (bench->base_name != NULL && drop_database(bench, bench->base_name, deadline))
		bench->base_name = NULL;
	return bench->work_name == NULL && bench->base_name == NULL;
}

/* It may be in the middle of something, have ended, or be of a server that is back. */
static bool
renew_maintenance(RgBench *bench, TimestampTz deadline)
{
	const char *why;
	int			before = bench->maintenance_pid;
	RgFailure	failure;

	rg_link_close(bench->maintenance);
	return open_maintenance(bench, deadline, &why) &&
		rg_link_run_until(bench->maintenance,
						  psprintf("SELECT pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a"
								   " WHERE a.pid = %d AND a.application_name = %s", before, quote_literal_cstr(bench->name)),
						  deadline, &failure);
}

/* Files that still run are ended with their database. */
static void
clear_away(RgBench *bench, TimestampTz deadline)
{
	close_all(bench);
	if (bench->base_name != NULL && !drop_both(bench, deadline) && !rg_link_is_open(bench->maintenance) &&
		renew_maintenance(bench, deadline))
		(void) drop_both(bench, deadline);
	rg_link_close(bench->maintenance);
	bench->maintenance = NULL;
}

void
rg_bench_close(RgBench *bench)
{
	clear_away(bench, rg_in_seconds(2 * CLEARING_SECONDS));
	if (bench->work_name != NULL)
		warn_of(bench->work_name);
	if (bench->base_name != NULL)
		warn_of(bench->base_name);
}

void
rg_bench_close_in_haste(RgBench *bench)
{
	MemoryContext old;

	if (bench->context == NULL)
		return;
	/* an error may have left us in a context of its own */
	old = MemoryContextSwitchTo(bench->context);
	HOLD_INTERRUPTS();
	clear_away(bench, rg_in_seconds(HASTY_SECONDS));
	RESUME_INTERRUPTS();
	MemoryContextSwitchTo(old);
}

static void
replace_database(RgBench *bench, const char *to, const char *from)
{
	close_all(bench);
	(void) drop_database(bench, to, rg_in_seconds(CLEARING_SECONDS));
	copy_database(bench, to, from);
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

/*
 * Whatever a file did to the session, the next one finds it as new: what it
 * prepared and made for itself goes, its settings are those of the connection.
 * In the observer it was undone, and what makes the rows is looked at before it
 * is used.
 */
void
rg_session_reset(RgBench *bench, RgSession *session)
{
	const char *database = session->database;
	RgFailure	failure;

	session->in_transaction = false;
	if (rg_link_is_open(session->link) &&
		rg_link_run(session->link, session == &bench->observer ? SESSION_AS_NEW : SESSION_AS_NEW SESSION_EMPTY,
					CLEARING_SECONDS, &failure))
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

/* Bytes of no encoding are counted as the scratch server most likely does. */
static int
line_of(const char *sql_text, int characters)
{
	int			encoding = GetDatabaseEncoding() == PG_SQL_ASCII ? PG_UTF8 : GetDatabaseEncoding();
	int			line = 1;
	const char *p = sql_text;

	for (; *p != '\0' && characters > 1; characters--)
	{
		line += *p == '\n' ? 1 : 0;
		for (int n = pg_encoding_mblen(encoding, p); n > 0 && *p != '\0'; n--)
			p++;
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
	outcome->table = failure->table;
	outcome->column = failure->column;
}

static bool
run_by(RgBench *bench, RgSession *session, const char *sql, TimestampTz deadline, RgFailure *failure)
{
	if (rg_link_run_until(session->link, sql, deadline, failure))
		return true;
	if (failure->late)
		failure->message = psprintf("it did not end within %d s", bench->settings.seconds);
	return false;
}

/*
 * As it is written, and only where our role is refused with those triggers which it
 * may switch. There is a savepoint only inside a transaction.
 */
static bool
run_switching(RgBench *bench, RgSession *session, const char *sql, const char *for_users,
			  TimestampTz deadline, RgFailure *failure, RgOutcome *outcome)
{
	RgFailure	outside;
	bool		inside;

	if (for_users == NULL)
		return run_by(bench, session, sql, deadline, failure);
	inside = rg_link_run(session->link, "SAVEPOINT releasegov_keys", OWN_SECONDS, &outside);
	if (run_by(bench, session, sql, deadline, failure))
		return true;
	if (failure->broken || strcmp(failure->sqlstate, "42501") != 0)
		return false;
	rg_session_must(session, inside ? "ROLLBACK TO SAVEPOINT releasegov_keys" : "ROLLBACK", "go back to before a file");
	outcome->users = true;
	return run_by(bench, session, for_users, deadline, failure);
}

/* One by one, each in a transaction of its own unless the file says BEGIN. */
static void
execute_apart(RgBench *bench, RgSession *session, List *pieces,
			  TimestampTz deadline, RgOutcome *outcome)
{
	ListCell   *cell;

	foreach(cell, pieces)
	{
		const RgPiece *piece = lfirst(cell);
		RgFailure	failure;

		if (!run_switching(bench, session, piece->sql, piece->for_users, deadline, &failure, outcome))
		{
			outcome->lasting = true;
			note_outcome(outcome, &failure, piece->sql, piece->line);
			return;
		}
	}
}

/*
 * Savepoints need a block that was begun; tools that run a file as one transaction
 * begin one.
 */
static void
execute_in_block(RgBench *bench, RgSession *session, const RgScript *script,
				 TimestampTz deadline, RgOutcome *outcome)
{
	RgFailure	failure;

	rg_session_must(session, "BEGIN", "begin a transaction");
	if (!run_switching(bench, session, script->text, script->for_users, deadline, &failure, outcome))
		note_outcome(outcome, &failure, script->text, 1);
	else if (!run_by(bench, session, "COMMIT", deadline, &failure))
		outcome->why = psprintf("at its end: %s", failure.message);
	outcome->lasting = outcome->why != NULL && failure.broken;
}

/*
 * A new label of an enum cannot be used before it is committed. Which files a tool
 * runs without a transaction they do not say themselves, unless they begin one. A
 * down has to run as it is.
 */
static bool
uses_new_label(const RgSession *session, const RgScript *script, const RgFailure *failure)
{
	return strcmp(failure->sqlstate, "55P04") == 0 && !session->in_transaction && script->adds_label;
}

static void
execute_whole(RgBench *bench, RgSession *session, const RgScript *script,
			  TimestampTz deadline, RgOutcome *outcome)
{
	RgFailure	failure;
	List	   *pieces;

	if (run_switching(bench, session, script->text, script->for_users, deadline, &failure, outcome))
		return;
	pieces = uses_new_label(session, script, &failure) ? rg_script_pieces(script->text) : NIL;
	outcome->apart = pieces != NIL;
	if (outcome->apart)
	{
		execute_apart(bench, session, pieces, deadline, outcome);
		return;
	}
	note_outcome(outcome, &failure, script->text, 1);
	if (script->place != NULL)
		outcome->why = psprintf("%s: %s", script->place, failure.message);
	/* a session that broke may have committed before */
	outcome->lasting = failure.broken && !session->in_transaction;
}

/* A transaction of ours is left as it is; else the session is made as new. */
void
rg_session_execute(RgBench *bench, RgSession *session, const RgScript *script,
				   RgOutcome *outcome)
{
	TimestampTz deadline = rg_in_seconds(bench->settings.seconds);

	memset(outcome, 0, sizeof(*outcome));
	CHECK_FOR_INTERRUPTS();
	if (script->pieces != NIL)
		execute_apart(bench, session, script->pieces, deadline, outcome);
	else if (script->in_block && !session->in_transaction)
		execute_in_block(bench, session, script, deadline, outcome);
	else
		execute_whole(bench, session, script, deadline, outcome);
	if (!session->in_transaction)
		rg_session_reset(bench, session);
}
