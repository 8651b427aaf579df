/*
 * scratch.c: sessions on the scratch server, over libpq without blocking: a
 * cancelled query here is cancelled there, and a statement has a deadline that
 * nothing it says can lift.
 */
#include "migration/proof.h"

#include "libpq-fe.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/fd.h"
#include "storage/latch.h"
#include "storage/procsignal.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#define CONNECT_SECONDS 10

/* So long a cancelled statement may take to end. */
#define CANCEL_SECONDS 3

struct RgLink
{
	PGconn	   *conn;
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

static TimestampTz
in_seconds(int seconds)
{
	return TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
									   (int64) seconds * 1000);
}

/* ---- opening ---- */

static bool
finish_connecting(PGconn *conn)
{
	TimestampTz deadline = in_seconds(CONNECT_SECONDS);
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
	char	   *line = pstrdup(message);
	size_t		length = strlen(line);

	while (length > 0 && (unsigned char) line[length - 1] <= ' ')
		line[--length] = '\0';
	for (char *p = line; *p != '\0'; p++)
		*p = (unsigned char) *p < ' ' ? ' ' : *p;
	return line;
}

RgLink *
rg_link_open(const char *conninfo, const char *dbname, const char **why)
{
	/*
	 * The parameter given last counts; conninfo is one, as dbname. A server
	 * that is gone without a word is given up, by PQcancel() too.
	 */
	const char *names[] = {"keepalives_idle", "tcp_user_timeout", "dbname",
		dbname ? "dbname" : "fallback_application_name", "application_name",
	"client_encoding", NULL};
	const char *values[] = {"10", "10000", conninfo,
		dbname ? dbname : "releasegov", "releasegov",
	pg_encoding_to_char(GetDatabaseEncoding()), NULL};
	RgLink	   *link = palloc0(sizeof(RgLink));

	link->callback.func = release;
	link->callback.arg = link;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &link->callback);
	link->counted = AcquireExternalFD();
	if (!link->counted)
	{
		*why = "this session has too many files open";
		return NULL;
	}
	link->conn = PQconnectStartParams(names, values, 1);
	if (link->conn == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory"),
				 errdetail("libpq could not begin a connection.")));
	if (finish_connecting(link->conn))
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

/* ---- running ---- */

static void
note_failure(RgFailure *failure, const PGresult *result)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

	if (failure->message != NULL)
		return;					/* the first one is the cause */
	strlcpy(failure->sqlstate, state ? state : "", sizeof(failure->sqlstate));
	failure->position = position ? atoi(position) : 0;
	failure->message = one_line(message ? message : PQresultErrorMessage(result));
	if (detail)
		failure->message = psprintf("%s (%s)", failure->message, one_line(detail));
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

static void
cancel(RgLink *link, RgFailure *failure)
{
	PGcancel   *request = PQgetCancel(link->conn);
	char		why[256];
	RgFailure	ignored = {""};

	if (request != NULL)
	{
		(void) PQcancel(request, why, sizeof(why));
		PQfreeCancel(request);
	}
	if (!drain(link, in_seconds(CANCEL_SECONDS), &ignored) || ignored.broken)
		break_off(link, failure, "it did not end when it was cancelled");
}

void
rg_link_interrupt(RgLink *link)
{
	RgFailure	ignored = {""};

	if (rg_link_is_open(link) && PQtransactionStatus(link->conn) == PQTRANS_ACTIVE)
		cancel(link, &ignored);
}

bool
rg_link_run(RgLink *link, const char *sql, int seconds, RgFailure *failure)
{
	TimestampTz deadline = in_seconds(seconds);

	memset(failure, 0, sizeof(*failure));
	PQclear(link->result);
	link->result = NULL;
	if (!rg_link_is_open(link))
		break_off(link, failure, "the session has ended");
	else if (!PQsendQuery(link->conn, sql) || !flush_out(link, deadline))
		break_off(link, failure, PQerrorMessage(link->conn));
	else if (!drain(link, deadline, failure))
	{
		cancel(link, failure);
		failure->message = psprintf("it did not end within %d s", seconds);
	}
	if (!failure->broken && PQstatus(link->conn) != CONNECTION_OK)
		break_off(link, failure, PQerrorMessage(link->conn));
	return failure->message == NULL;
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
		PQgetvalue(link->result, row, column);
}
