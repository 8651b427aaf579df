/*
 * register.c: registering an application or a release, and moving one: what
 * pipelines call. A pipeline that runs twice registers once.
 */
#include "facts/facts.h"

#include "catalog/pg_type_d.h"
#include "utils/builtins.h"

static void
check_same_policy(const char *application, const char *policy)
{
	Snapshot	snapshot = rg_newest_snapshot();
	const char *current = rg_must_have_policy(application, snapshot)->name;

	rg_snapshot_done(snapshot);
	if (strcmp(current, policy) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("application %s is registered under policy \"%s\"", rg_shown(application), current),
				 errdetail("Registering it again changes nothing, its policy neither."),
				 errhint("SELECT releasegov.assign_policy(%s, %s) changes it.",
						 quote_literal_cstr(application), quote_literal_cstr(policy))));
}

/* register_application(application, policy, description): true if it is new. */
PG_FUNCTION_INFO_V1(register_application);
Datum
register_application(PG_FUNCTION_ARGS)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.application (name, description) VALUES ($1, COALESCE($2, ''))"
		" ON CONFLICT DO NOTHING",	/* naming the column would take SELECT on it */
		2, {TEXTOID, TEXTOID}
	};
	static RgPlan assign = {
		"INSERT INTO releasegov.policy_assignment (application, policy) VALUES ($1, $2)",
		2, {TEXTOID, TEXTOID}
	};
	char	   *application = PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *policy = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	Datum		values[2] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(2)};

	rg_check_name("application", application);
	rg_check_name("policy", policy);
	if (rg_run_as_caller(&insert, values, PG_ARGISNULL(2) ? " n" : NULL) == 0)
	{
		check_same_policy(application, policy);
		PG_RETURN_BOOL(false);
	}
	values[1] = PG_GETARG_DATUM(1);
	rg_run_as_caller(&assign, values, NULL);
	PG_RETURN_BOOL(true);
}

/*
 * register_release(application, version, commit_id, authors, source_branch,
 * kind, change_categories, artifact_digest, notes, state): true if it is new.
 */
PG_FUNCTION_INFO_V1(register_release);
Datum
register_release(PG_FUNCTION_ARGS)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.release (application, version, commit_id, authors, source_branch,"
		" kind, change_categories, artifact_digest, notes, state)"
		" VALUES ($1, $2, $3, $4, $5, $6::releasegov.release_kind, $7, $8, COALESCE($9, ''),"
		" $10::releasegov.release_state) ON CONFLICT (application, version) DO NOTHING",
		10, {TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID, TEXTARRAYOID,
		TEXTOID, TEXTOID, TEXTOID}
	};
	static RgPlan same = {
		"SELECT 1 FROM releasegov.release r"
		" WHERE r.application OPERATOR(pg_catalog.=) $1 AND r.version OPERATOR(pg_catalog.=) $2"
		" AND r.commit_id OPERATOR(pg_catalog.=) $3 AND r.authors OPERATOR(pg_catalog.=) $4"
		" AND r.source_branch OPERATOR(pg_catalog.=) $5"
		" AND r.kind::pg_catalog.text OPERATOR(pg_catalog.=) $6"
		" AND r.change_categories OPERATOR(pg_catalog.=) $7"
		" AND (r.artifact_digest OPERATOR(pg_catalog.=) $8"
		" OR r.artifact_digest IS NULL AND $8 IS NULL)",
		8, {TEXTOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID, TEXTARRAYOID, TEXTOID}
	};
	Datum		values[10];
	char		nulls[10];

	for (int i = 0; i < 10; i++)
	{
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
		values[i] = PG_GETARG_DATUM(i);
	}
	/* enums travel as text: the kept plan then depends on no type of ours */
	for (int i = 5; i < 10; i += 4)
	{
		if (nulls[i] == ' ')
			values[i] = CStringGetTextDatum(rg_enum_label(values[i]));
	}
	if (rg_run(&insert, values, nulls) == 1)
		PG_RETURN_BOOL(true);
	if (rg_run(&same, values, nulls) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("release %s of application %s is registered with other content",
						rg_shown(TextDatumGetCString(values[1])), rg_shown(TextDatumGetCString(values[0]))),
				 errdetail("One version is one commit, one artifact, one set of authors and changes."),
				 errhint("Give the changed content a version of its own.")));
	PG_RETURN_BOOL(false);
}

/* A null that asks for nothing would be taken for done. */
static void
check_names(FunctionCallInfo fcinfo)
{
	rg_check_name("application", PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0)));
	rg_check_name("version", PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1)));
}

static void
move_release(FunctionCallInfo fcinfo, const char *to)
{
	static RgPlan update = {
		"UPDATE releasegov.release SET state = $3::releasegov.release_state"
		" WHERE application OPERATOR(pg_catalog.=) $1 AND version OPERATOR(pg_catalog.=) $2",
		3, {TEXTOID, TEXTOID, TEXTOID}
	};
	Datum		values[3] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), CStringGetTextDatum(to)};
	const char *reason = PG_ARGISNULL(2) ? "" : text_to_cstring(PG_GETARG_TEXT_PP(2));
	uint64		moved;

	check_names(fcinfo);
	rg_check_text("the reason", reason, RG_REASON_LIMIT);
	rg_move_reason = reason;
	PG_TRY();
	{
		moved = rg_run(&update, values, NULL);
	}
	PG_FINALLY();
	{
		rg_move_reason = NULL;
	}
	PG_END_TRY();
	if (moved == 0)
	{
		Snapshot	snapshot = rg_newest_snapshot();

		rg_unknown_release(values[0], values[1], snapshot);
	}
}

PG_FUNCTION_INFO_V1(submit_release);
Datum
submit_release(PG_FUNCTION_ARGS)
{
	move_release(fcinfo, "candidate");
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(withdraw_release);
Datum
withdraw_release(PG_FUNCTION_ARGS)
{
	move_release(fcinfo, "withdrawn");
	PG_RETURN_VOID();
}

PG_FUNCTION_INFO_V1(retire_release);
Datum
retire_release(PG_FUNCTION_ARGS)
{
	move_release(fcinfo, "retired");
	PG_RETURN_VOID();
}

/* document_release(application, version, notes) */
PG_FUNCTION_INFO_V1(document_release);
Datum
document_release(PG_FUNCTION_ARGS)
{
	static RgPlan update = {
		"UPDATE releasegov.release SET notes = $3"
		" WHERE application OPERATOR(pg_catalog.=) $1 AND version OPERATOR(pg_catalog.=) $2",
		3, {TEXTOID, TEXTOID, TEXTOID}
	};
	Datum		values[3] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), PG_GETARG_DATUM(2)};
	const char *nulls = PG_ARGISNULL(2) ? "  n" : NULL;

	check_names(fcinfo);
	if (rg_run(&update, values, nulls) == 0)
	{
		Snapshot	snapshot = rg_newest_snapshot();

		rg_unknown_release(values[0], values[1], snapshot);
	}
	PG_RETURN_VOID();
}
