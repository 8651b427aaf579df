/*
 * moves.c: the one table of legal moves, of releases and of deployments, and
 * the record of those made. Design section 6; the view legal_transition.
 */
#include "facts/facts.h"

#include "catalog/pg_type_d.h"
#include "funcapi.h"
#include "types/types.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"
#include "utils/uuid.h"

typedef struct RgLegalMove
{
	const char *subject;
	const char *from;
	const char *to;
	const char *meaning;
} RgLegalMove;

static const RgLegalMove legal_moves[] = {
	{"release", "draft", "candidate", "content is complete and frozen from here on"},
	{"release", "draft", "withdrawn", "will not be released"},
	{"release", "candidate", "released", "went live in an environment that releases"},
	{"release", "candidate", "withdrawn", "will not be released"},
	{"release", "released", "retired", "no longer live or supported"},
	{"release", "released", "withdrawn", "must not be deployed again"},
	{"deployment", "requested", "deploying", "started: eligible at this moment"},
	{"deployment", "requested", "cancelled", "will not be started"},
	{"deployment", "deploying", "live", "deployed and healthy"},
	{"deployment", "deploying", "failed", "could not be deployed"},
	{"deployment", "live", "superseded", "another release went live"},
};

const char *rg_move_reason = NULL;
const char *rg_move_actor = NULL;

bool
rg_move_is_legal(const char *subject, const char *from, const char *to)
{
	for (int i = 0; i < (int) lengthof(legal_moves); i++)
	{
		const RgLegalMove *move = &legal_moves[i];

		if (strcmp(move->subject, subject) == 0 &&
			strcmp(move->from, from) == 0 && strcmp(move->to, to) == 0)
			return true;
	}
	return false;
}

static char *
moves_from(const char *subject, const char *from)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < (int) lengthof(legal_moves); i++)
	{
		const RgLegalMove *move = &legal_moves[i];

		if (strcmp(move->subject, subject) == 0 &&
			strcmp(move->from, from) == 0)
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", move->to);
	}
	return list.data;
}

void
rg_refuse_move(const char *subject, const char *shown,
			   const char *from, const char *to)
{
	char	   *legal = moves_from(subject, from);

	ereport(ERROR,
			(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
			 errmsg("%s %s cannot go from %s to %s", subject, shown, from, to),
			 legal[0] ? errdetail("From %s it can go to: %s.", from, legal) :
			 errdetail("%s is where it ends.", from),
			 errhint("SELECT * FROM releasegov.legal_transition lists every legal move.")));
}

void
rg_record_move(const RgMove *move)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.transition (application, version, id, subject, deployment,"
		" environment, from_state, to_state, reason, actor, recorded_at, recorded_by)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		12, {TEXTOID, TEXTOID, UUIDOID, TEXTOID, UUIDOID, TEXTOID, TEXTOID,
		TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID}
	};
	pg_uuid_t	id;
	Datum		values[12];
	char		nulls[13] = "            ";

	rg_uuid_v7(&id, move->at);
	values[0] = CStringGetTextDatum(move->application);
	values[1] = CStringGetTextDatum(move->version);
	values[2] = UUIDPGetDatum(&id);
	values[3] = CStringGetTextDatum(move->subject);
	values[4] = UUIDPGetDatum(move->deployment);
	nulls[4] = move->deployment ? ' ' : 'n';
	values[5] = move->environment ? CStringGetTextDatum(move->environment) : 0;
	nulls[5] = move->environment ? ' ' : 'n';
	values[6] = move->from ? CStringGetTextDatum(move->from) : 0;
	nulls[6] = move->from ? ' ' : 'n';
	values[7] = CStringGetTextDatum(move->to);
	values[8] = CStringGetTextDatum(move->reason ? move->reason : "");
	values[9] = CStringGetTextDatum(move->actor);
	values[10] = TimestampTzGetDatum(move->at);
	values[11] = CStringGetTextDatum(rg_session_user());
	rg_run(&insert, values, nulls);
}

/* The rows behind the view legal_transition. */
PG_FUNCTION_INFO_V1(legal_moves_rows);
Datum
legal_moves_rows(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < (int) lengthof(legal_moves); i++)
	{
		const RgLegalMove *move = &legal_moves[i];
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(move->subject);
		values[1] = CStringGetTextDatum(move->from);
		values[2] = CStringGetTextDatum(move->to);
		values[3] = CStringGetTextDatum(move->meaning);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}
