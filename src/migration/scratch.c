/*
 * scratch.c: sessions on the scratch server, over libpq without blocking: a
 * cancelled query here is cancelled there, and a statement has a deadline that
 * nothing it says can lift.
 */
#include "migration/proof.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "common/string.h"
#include "libpq-fe.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/procsignal.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define CONNECT_SECONDS 10

/* So long a cancelled statement may take to end. */
#define CANCEL_SECONDS 3

/*
 * What ALTER ROLE or ALTER DATABASE ... SET would spoil a session with: options
 * of the connection go before it, and RESET ALL goes back to them. The first
 * ones decide how a file is read, as the parser here reads it.
 */
static const char session_options[] =
" -c standard_conforming_strings=on -c backslash_quote=safe_encoding"
" -c default_transaction_read_only=off -c default_transaction_deferrable=off -c default_transaction_isolation=read\\ committed"
" -c local_preload_libraries= -c exit_on_error=off -c role=none"
" -c idle_session_timeout=0 -c lock_timeout=10s -c idle_in_transaction_session_timeout=10min"
" -c jit=off -c synchronous_commit=off -c client_min_messages=error";

struct RgLink
{
	PGconn	   *conn;
	RgLink	   *helper;			/* by which statements of this one are cancelled */
	bool		counted;		/* among the open files of this session */
	PGresult   *result;			/* the last one with rows */
	MemoryContextCallback callback;
};

static void
forget_notice(void *arg, const char *message)
{
}

static void
hang_up(RgLink *link)
{
	if (link->conn != NULL)
		PQfinish(link->conn);
	link->conn = NULL;
	if (link->counted)
		ReleaseExternalFD();
	link->counted = false;
}

static void
release(void *arg)
{
	RgLink	   *link = arg;

	PQclear(link->result);
	link->result = NULL;
	hang_up(link);
}

void
rg_link_close(RgLink *link)
{
	if (link != NULL)
		release(link);
}

bool
rg_link_is_open(const RgLink *link)
{
	return link != NULL && link->conn != NULL &&
		PQstatus(link->conn) == CONNECTION_OK;
}

/* Its version as a number: 180001. */
int
rg_link_server(const RgLink *link)
{
	return PQserverVersion(link->conn);
}

/* False when the deadline has come. Interrupts are answered meanwhile. */
static bool
wait_for(PGconn *conn, int event, TimestampTz deadline)
{
	long		timeout = TimestampDifferenceMilliseconds(GetCurrentTimestamp(),
														  deadline);
	int			rc;

	if (timeout <= 0)
		return false;
	rc = WaitLatchOrSocket(MyLatch,
						   event | WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						   PQsocket(conn), timeout, PG_WAIT_EXTENSION);
	if (rc & WL_LATCH_SET)
	{
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();

		/*
		 * Where the scratch server is this one, DROP DATABASE there waits for
		 * every session here, also while interrupts are held off.
		 */
		if (ProcSignalBarrierPending)
			ProcessProcSignalBarrier();
	}
	return true;
}

TimestampTz
rg_in_seconds(int seconds)
{
	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
									   (int64) seconds * 1000);
}

/* ---- encodings ---- */

/*
 * Everything goes over in UTF-8, which has what any scratch database may hold.
 * A governed database that takes any bytes gets them as they are.
 */
const char *
rg_link_encoding(void)
{
	return GetDatabaseEncoding() == PG_SQL_ASCII ? "SQL_ASCII" : "UTF8";
}

static const char *
to_link(const char *sql)
{
	return GetDatabaseEncoding() == PG_SQL_ASCII ? sql : pg_server_to_any(sql, (int) strlen(sql), PG_UTF8);
}

/* One character; what this database's encoding lacks is written as its number. */
static void
append_converted(StringInfo out, const char *at, int length, Oid conversion)
{
	unsigned char buffer[MAX_MULTIBYTE_CHAR_LEN * 4 + 1];
	unsigned char *c = (unsigned char *) at;

	if (GetDatabaseEncoding() == PG_UTF8 || *c < 0x80)
		appendBinaryStringInfo(out, at, length);
	else if (OidIsValid(conversion) &&
			 pg_do_encoding_conversion_buf(conversion, PG_UTF8, GetDatabaseEncoding(), c, length,
										   buffer, sizeof(buffer), true) == length)
		appendStringInfoString(out, (char *) buffer);
	else
		appendStringInfo(out, "\\u%04x", (unsigned int) utf8_to_unicode(c));
}

/*
 * Never fails: a scratch database may hold bytes that are no text here, and its
 * server may say so in its own encoding. While we are ending, no catalog is read.
 */
static const char *
from_link(const char *value)
{
	int			encoding = GetDatabaseEncoding();
	int			length = (int) strlen(value);
	Oid			conversion = InvalidOid;
	StringInfoData out;

	if (encoding == PG_SQL_ASCII || pg_is_ascii(value) ||
		(encoding == PG_UTF8 && pg_verify_mbstr(PG_UTF8, value, length, true)))
		return value;
	if (encoding != PG_UTF8 && IsTransactionState() && !proc_exit_inprogress)
		conversion = FindDefaultConversionProc(PG_UTF8, encoding);
	initStringInfo(&out);
	for (const char *at = value; *at != '\0';)
	{
		int			n = Min(pg_encoding_mblen(PG_UTF8, at), length - (int) (at - value));

		if (pg_verify_mbstr(PG_UTF8, at, n, true))
			append_converted(&out, at, n, conversion);
		else
		{
			n = 1;
			appendStringInfo(&out, "\\x%02x", (unsigned char) *at);
		}
		at += n;
	}
	return out.data;
}

/* ---- opening ---- */

static bool
finish_connecting(PGconn *conn, TimestampTz deadline)
{
	PostgresPollingStatusType status = PGRES_POLLING_WRITING;

	if (PQstatus(conn) == CONNECTION_BAD)
		return false;
	while (status != PGRES_POLLING_OK && status != PGRES_POLLING_FAILED)
	{
		if (!wait_for(conn, status == PGRES_POLLING_READING ?
					  WL_SOCKET_READABLE : WL_SOCKET_WRITEABLE, deadline))
			return false;
		status = PQconnectPoll(conn);
	}
	return status == PGRES_POLLING_OK;
}

/* One line without what a log line could be forged with. */
static char *
one_line(const char *message)
{
	char	   *line = pstrdup(from_link(message));
	size_t		length = strlen(line);

	while (length > 0 && (unsigned char) line[length - 1] <= ' ')
		line[--length] = '\0';
	for (char *p = line; *p != '\0'; p++)
		*p = (unsigned char) *p < ' ' ? ' ' : *p;
	return line;
}

/* Those that the operator gives, and ours behind them: the last one counts. */
static char *
options_of(const char *conninfo, const char *more)
{
	PQconninfoOption *all = PQconninfoParse(conninfo, NULL);
	char	   *result = NULL;

	for (PQconninfoOption *o = all; o != NULL && o->keyword != NULL; o++)
	{
		if (strcmp(o->keyword, "options") == 0 && o->val != NULL)
			result = psprintf("%s%s%s", o->val, session_options, more);
	}
	PQconninfoFree(all);
	return result ? result : psprintf("%s%s", session_options, more);
}

static PGconn *
begin_connecting(const char *conninfo, const char *dbname, const char *options)
{
	/*
	 * The parameter given last counts; conninfo is one, as dbname. A server
	 * that is gone without a word is given up.
	 */
	const char *names[] = {"keepalives_idle", "tcp_user_timeout", "dbname",
		dbname ? "dbname" : "fallback_application_name", "application_name",
	"client_encoding", "options", NULL};
	const char *values[] = {"10", "10000", conninfo,
		dbname ? dbname : "releasegov", "releasegov",
	rg_link_encoding(), options_of(conninfo, options), NULL};
	PGconn	   *conn = PQconnectStartParams(names, values, 1);

	if (conn == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory"),
				 errdetail("libpq could not begin a connection.")));
	return conn;
}

RgLink *
rg_link_open(const char *conninfo, const char *dbname, const char *options,
			 RgLink *helper, TimestampTz deadline, const char **why)
{
	RgLink	   *link = palloc0(sizeof(RgLink));

	link->helper = helper;
	link->callback.func = release;
	link->callback.arg = link;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &link->callback);
	link->counted = AcquireExternalFD();
	if (!link->counted)
	{
		*why = "this session has too many files open";
		return NULL;
	}
	link->conn = begin_connecting(conninfo, dbname, options);
	if (finish_connecting(link->conn, Min(deadline, rg_in_seconds(CONNECT_SECONDS))))
	{
		PQsetNoticeProcessor(link->conn, forget_notice, NULL);
		PQsetnonblocking(link->conn, 1);
		return link;
	}
	*why = one_line(PQerrorMessage(link->conn));
	if (**why == '\0')
		*why = psprintf("no answer within %d s", CONNECT_SECONDS);
	rg_link_close(link);
	return NULL;
}

int
rg_link_pid(const RgLink *link)
{
	return rg_link_is_open(link) ? PQbackendPID(link->conn) : 0;
}

/* Is a secret in it, which whoever reads the setting would read? */
const char *
rg_conninfo_secret(const char *conninfo)
{
	static const char *const secrets[] = {"password", "sslpassword"};
	PQconninfoOption *all = PQconninfoParse(conninfo, NULL);
	const char *result = NULL;

	for (PQconninfoOption *o = all; o != NULL && o->keyword != NULL; o++)
	{
		for (int i = 0; i < (int) lengthof(secrets); i++)
		{
			if (o->val != NULL && strcmp(o->keyword, secrets[i]) == 0)
				result = secrets[i];
		}
	}
	PQconninfoFree(all);
	return result;
}

/* ---- running ---- */

static void
note_failure(RgFailure *failure, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *schema = PQresultErrorField(result, PG_DIAG_SCHEMA_NAME);
	const char *table = PQresultErrorField(result, PG_DIAG_TABLE_NAME);
	const char *column = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);

	if (failure->message != NULL)
		return;					/* the first one is the cause */
	strlcpy(failure->sqlstate, state ? state : "", sizeof(failure->sqlstate));
	failure->position = position ? atoi(position) : 0;
	failure->message = one_line(message ? message : PQresultErrorMessage(result));
	if (detail)
		failure->message = psprintf("%s (%s)", failure->message, one_line(detail));
	if (schema && table)
		failure->table = quote_qualified_identifier(schema, table);
	failure->column = column ? pstrdup(column) : NULL;
}

static void
break_off(RgLink *link, RgFailure *failure, const char *why)
{
	failure->broken = true;
	if (failure->message == NULL)
		failure->message = one_line(why);
	hang_up(link);
}

static bool
flush_out(RgLink *link, TimestampTz deadline)
{
	int			rc;

	while ((rc = PQflush(link->conn)) == 1)
	{
		if (!wait_for(link->conn, WL_SOCKET_READABLE | WL_SOCKET_WRITEABLE, deadline) ||
			!PQconsumeInput(link->conn))
			return false;
	}
	return rc == 0;
}

/* Nobody is there to give or take the data of a COPY. */
static void
end_copy(RgLink *link, ExecStatusType status)
{
	char	   *buffer;

	if (status == PGRES_COPY_IN || status == PGRES_COPY_BOTH)
		PQputCopyEnd(link->conn, "COPY FROM STDIN needs a client that sends the data");
	else
	{
		while (PQgetCopyData(link->conn, &buffer, true) > 0)
			PQfreemem(buffer);
	}
}

/* All results up to the end; false when the deadline comes first. */
static bool
drain(RgLink *link, TimestampTz deadline, RgFailure *failure)
{
	for (;;)
	{
		PGresult   *result;
		ExecStatusType status;

		while (PQisBusy(link->conn))
		{
			if (!wait_for(link->conn, WL_SOCKET_READABLE, deadline))
				return false;
			if (!PQconsumeInput(link->conn))
			{
				break_off(link, failure, PQerrorMessage(link->conn));
				return true;
			}
		}
		result = PQgetResult(link->conn);
		if (result == NULL)
			return true;
		status = PQresultStatus(result);
		if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
			status == PGRES_COPY_BOTH)
			end_copy(link, status);
		else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)
			note_failure(failure, result);
		else if (failure->message == NULL)
			failure->done++;
		PQclear(link->result);
		link->result = result;
	}
}

/*
 * Asked for by the other session there, since PQcancel() waits for a server that
 * does not answer and cannot be interrupted. Where there is none, or it does not
 * answer either, we hang up.
 */
static void
cancel(RgLink *link, RgFailure *failure)
{
	TimestampTz deadline = rg_in_seconds(CANCEL_SECONDS);
	RgFailure	ignored = {""};

	if (!rg_link_is_open(link->helper) ||
		!rg_link_run_until(link->helper, psprintf("SELECT pg_catalog.pg_cancel_backend(%d)", PQbackendPID(link->conn)),
						   deadline, &ignored) ||
		!drain(link, deadline, &ignored) || ignored.broken)
		break_off(link, failure, "it did not end when it was cancelled");
}

bool
rg_link_run_until(RgLink *link, const char *sql, TimestampTz deadline, RgFailure *failure)
{
	memset(failure, 0, sizeof(*failure));
	PQclear(link->result);
	link->result = NULL;
	if (!rg_link_is_open(link))
		break_off(link, failure, "the session has ended");
	else if (PQtransactionStatus(link->conn) == PQTRANS_ACTIVE)
		break_off(link, failure, "it was interrupted");
	else if (!PQsendQuery(link->conn, to_link(sql)))
		break_off(link, failure, PQerrorMessage(link->conn));
	else if (!flush_out(link, deadline) && PQstatus(link->conn) != CONNECTION_OK)
		break_off(link, failure, PQerrorMessage(link->conn));
	else if (!drain(link, deadline, failure))
	{
		cancel(link, failure);
		failure->late = true;
		failure->message = "it did not end in time";
	}
	if (!failure->broken && PQstatus(link->conn) != CONNECTION_OK)
		break_off(link, failure, PQerrorMessage(link->conn));
	return failure->message == NULL;
}

bool
rg_link_run(RgLink *link, const char *sql, int seconds, RgFailure *failure)
{
	if (rg_link_run_until(link, sql, rg_in_seconds(seconds), failure))
		return true;
	if (failure->late)
		failure->message = psprintf("it did not end within %d s", seconds);
	return false;
}

int
rg_link_rows(const RgLink *link)
{
	return link->result ? PQntuples(link->result) : 0;
}

const char *
rg_link_value(const RgLink *link, int row, int column)
{
	return PQgetisnull(link->result, row, column) ? NULL :
		from_link(PQgetvalue(link->result, row, column));
}
