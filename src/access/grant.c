/*
 * grant.c: the record of who was granted which kind of access. The SQL
 * functions grant_access and revoke_access do the granting.
 */
#include "access/access.h"

#include "access/table.h"
#include "catalog/pg_type_d.h"
#include "facts/facts.h"
#include "miscadmin.h"
#include "types/types.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/uuid.h"

/* GRANT by somebody else would warn and grant nothing; say so at once. */
static void
require_owner(void)
{
	RgTable		table;
	Oid			owner;

	rg_table_open(&table, "access_grant", NULL);
	owner = table.heap->rd_rel->relowner;
	rg_table_close(&table);
	if (!has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_RG_NOT_ENTITLED),
				 errmsg("%s cannot grant or revoke access", rg_session_user()),
				 errdetail("Access is granted by the owner of the extension."),
				 errhint("Ask %s.", GetUserNameFromId(owner, false))));
}

static bool
change_grant(Datum kind, Datum grantee, bool granted, TimestampTz now)
{
	static RgPlan grant = {
		"INSERT INTO releasegov.access_grant (kind, grantee, granted_at, granted_by)"
		" VALUES ($1, $2, $3, $4) ON CONFLICT (kind, grantee) DO NOTHING",
		4, {TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID}
	};
	static RgPlan revoke = {
		"DELETE FROM releasegov.access_grant"
		" WHERE kind OPERATOR(pg_catalog.=) $1 AND grantee OPERATOR(pg_catalog.=) $2",
		2, {TEXTOID, TEXTOID}
	};
	Datum		values[4] = {kind, grantee, TimestampTzGetDatum(now),
	CStringGetTextDatum(rg_session_user())};

	return rg_run(granted ? &grant : &revoke, values, NULL) > 0;
}

/* record_access(kind, grantee, event): whether that changed anything */
PG_FUNCTION_INFO_V1(record_access);
Datum
record_access(PG_FUNCTION_ARGS)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.access_history (id, kind, grantee, event, recorded_at, recorded_by)"
		" VALUES ($1, $2, $3, $4, $5, $6)",
		6, {UUIDOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID}
	};
	bool		granted = strcmp(text_to_cstring(PG_GETARG_TEXT_PP(2)), "granted") == 0;
	TimestampTz now = GetCurrentTimestamp();
	pg_uuid_t	id;
	Datum		values[6];

	require_owner();
	if (!change_grant(PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), granted, now))
		PG_RETURN_BOOL(false);
	rg_uuid_v7(&id, now);
	values[0] = UUIDPGetDatum(&id);
	values[1] = PG_GETARG_DATUM(0);
	values[2] = PG_GETARG_DATUM(1);
	values[3] = PG_GETARG_DATUM(2);
	values[4] = TimestampTzGetDatum(now);
	values[5] = CStringGetTextDatum(rg_session_user());
	rg_run(&insert, values, NULL);
	PG_RETURN_BOOL(true);
}
