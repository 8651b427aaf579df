/*
 * cluster.c: what all databases of the scratch server share, as far as our role
 * can change it: whether a file has, and how it is put right. What keeps a
 * database of ours from being dropped is part of it.
 */
#include "migration/proof.h"

#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/varlena.h"

/* So long each step of putting it right may take. */
#define MEND_SECONDS 20

/*
 * As far as the role can reach it, so that what others do there meanwhile does
 * not count; of databases of proofs only ours, and what would keep them.
 */
static const char cluster_sql[] =
"SELECT pg_catalog.string_agg(x.line, pg_catalog.chr(10) ORDER BY x.line COLLATE pg_catalog.\"C\") FROM ("
" SELECT 'role ' || r::pg_catalog.text AS line FROM (SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,"
" rolreplication, rolconnlimit, rolvaliduntil, rolbypassrls FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')) r"
" UNION ALL SELECT 'setting of ' || r.rolname || ' in ' || COALESCE(d.datname, 'all databases') || ': ' || c"
" FROM pg_catalog.pg_db_role_setting s JOIN pg_catalog.pg_roles r ON r.oid = s.setrole LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase"
" CROSS JOIN pg_catalog.unnest(s.setconfig) c WHERE pg_catalog.pg_has_role(r.oid, 'MEMBER') AND (d.datname IS NULL OR d.datname !~ '^releasegov_scratch_')"
" UNION ALL SELECT 'database ' || d.datname || ' ' || pg_catalog.concat_ws(' ', d.datacl, d.datconnlimit, d.datallowconn, d.datistemplate, s.setconfig, c.description)"
" FROM pg_catalog.pg_database d LEFT JOIN pg_catalog.pg_db_role_setting s ON s.setdatabase = d.oid AND s.setrole = 0"
" LEFT JOIN pg_catalog.pg_shdescription c ON c.objoid = d.oid AND c.classoid = 'pg_catalog.pg_database'::pg_catalog.regclass"
" WHERE d.datname !~ '^releasegov_scratch_' AND pg_catalog.pg_has_role(d.datdba, 'MEMBER')"
" UNION ALL SELECT 'kept database ' || d.datname FROM pg_catalog.pg_database d"
" WHERE d.datname ~ '^%1$s_' AND (d.datistemplate OR NOT d.datallowconn OR d.datconnlimit <> -1)"
" UNION ALL SELECT 'prepared ' || p.gid FROM pg_catalog.pg_prepared_xacts p WHERE p.database ~ '^%1$s_'"
" UNION ALL SELECT 'tablespace ' || t.spcname || pg_catalog.concat_ws(' ', t.spcacl, t.spcoptions) FROM pg_catalog.pg_tablespace t"
" WHERE pg_catalog.pg_has_role(t.spcowner, 'MEMBER')) x";

const char *
rg_cluster_seen(RgBench *bench, RgSession *session)
{
	rg_session_must(session, psprintf(cluster_sql, bench->name), "show its roles");
	return rg_session_kept(session, 0, 0);
}

const char *
rg_cluster_look(RgBench *bench, RgSession *session)
{
	const char *result;

	rg_look_begin(session);
	result = rg_cluster_seen(bench, session);
	rg_look_end(session);
	return result;
}

/* ---- settings ---- */

/* What ALTER ... SET has left in the catalogue. */
typedef struct Setting
{
	const char *database;		/* NULL: all of them */
	const char *name;
	const char *value;
} Setting;

/* Their values are lists of names; the server lets no extension have such. */
static bool
is_list(const char *name)
{
	static const char *const lists[] = {"local_preload_libraries", "search_path", "session_preload_libraries",
	"shared_preload_libraries", "temp_tablespaces", "unix_socket_directories"};

	for (int i = 0; i < (int) lengthof(lists); i++)
	{
		if (pg_strcasecmp(name, lists[i]) == 0)
			return true;
	}
	return false;
}

/* As pg_dump does: a list is taken apart, so that each name is quoted alone. */
static const char *
written_value(const Setting *setting)
{
	StringInfoData out;
	List	   *names;
	ListCell   *cell;

	if (!is_list(setting->name) || !SplitGUCList(pstrdup(setting->value), ',', &names))
		return quote_literal_cstr(setting->value);
	initStringInfo(&out);
	foreach(cell, names)
		appendStringInfo(&out, "%s%s", out.len > 0 ? ", " : "", quote_literal_cstr(lfirst(cell)));
	return out.len > 0 ? out.data : "''";
}

/* In the current memory context; which tells which rows of the catalogue. */
static List *
read_settings(RgBench *bench, const char *which)
{
	RgFailure	failure;
	List	   *result = NIL;

	if (!rg_link_run(bench->maintenance,
					 psprintf("SELECT d.datname, c FROM pg_catalog.pg_db_role_setting s LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase"
							  " CROSS JOIN pg_catalog.unnest(s.setconfig) c WHERE %s", which), MEND_SECONDS, &failure))
		rg_bench_refuse("the scratch server could not list settings", failure.message,
						"Look into that server's log. Nothing was recorded; prove the release again.");
	for (int i = 0; i < rg_link_rows(bench->maintenance); i++)
	{
		Setting    *setting = palloc(sizeof(Setting));
		const char *database = rg_link_value(bench->maintenance, i, 0);
		char	   *name = pstrdup(rg_link_value(bench->maintenance, i, 1));
		char	   *equals = strchr(name, '=');

		*equals = '\0';
		*setting = (Setting)
		{
			database ? pstrdup(database) : NULL, name, equals + 1
		};
		result = lappend(result, setting);
	}
	return result;
}

void
rg_copy_settings(RgBench *bench, const char *to, const char *from)
{
	List	   *settings = read_settings(bench, psprintf("s.setrole = 0 AND d.datname = %s", quote_literal_cstr(from)));
	ListCell   *cell;

	foreach(cell, settings)
	{
		const Setting *setting = lfirst(cell);
		RgFailure	failure;

		if (!rg_link_run(bench->maintenance,
						 psprintf("ALTER DATABASE %s SET %s TO %s", quote_identifier(to), quote_identifier(setting->name), written_value(setting)),
						 MEND_SECONDS, &failure))
			rg_bench_refuse(psprintf("the scratch server could not set %s for a database", setting->name), failure.message,
							psprintf("Our role must be able to set what ALTER DATABASE %s SET says.", quote_identifier(from)));
	}
}

static List *
role_settings(RgBench *bench)
{
	return read_settings(bench, "s.setrole = (SELECT r.oid FROM pg_catalog.pg_roles r WHERE r.rolname = SESSION_USER)"
						 " AND (d.datname IS NULL OR d.datname !~ '^releasegov_scratch_')");
}

static bool
has_setting(List *settings, const Setting *wanted)
{
	ListCell   *cell;

	foreach(cell, settings)
	{
		const Setting *s = lfirst(cell);

		if (strcmp(s->name, wanted->name) == 0 && strcmp(s->value, wanted->value) == 0 &&
			(s->database == NULL) == (wanted->database == NULL) &&
			(s->database == NULL || strcmp(s->database, wanted->database) == 0))
			return true;
	}
	return false;
}

/* Those of the first that the second lacks: what is said of each is done. */
static void
alter_role(RgBench *bench, List *settings, List *but, bool set)
{
	ListCell   *cell;

	foreach(cell, settings)
	{
		const Setting *setting = lfirst(cell);
		StringInfoData sql;
		RgFailure	failure;

		if (has_setting(but, setting))
			continue;
		initStringInfo(&sql);
		appendStringInfo(&sql, "ALTER ROLE %s ", quote_identifier(bench->role));
		if (setting->database != NULL)
			appendStringInfo(&sql, "IN DATABASE %s ", quote_identifier(setting->database));
		if (set)
			appendStringInfo(&sql, "SET %s TO %s", quote_identifier(setting->name), written_value(setting));
		else
			appendStringInfo(&sql, "RESET %s", quote_identifier(setting->name));
		(void) rg_link_run(bench->maintenance, sql.data, MEND_SECONDS, &failure);
	}
}

/* ---- databases of ours ---- */

static void
roll_back_prepared(RgBench *bench, const char *name, List *gids, TimestampTz deadline)
{
	const char *why;
	RgLink	   *link = rg_link_open(bench->settings.server, name, "", NULL, deadline, &why);
	ListCell   *cell;

	foreach(cell, gids)
	{
		RgFailure	failure;

		(void) (link != NULL &&
				rg_link_run_until(link, psprintf("ROLLBACK PREPARED %s", quote_literal_cstr(lfirst(cell))), deadline, &failure));
	}
	rg_link_close(link);
}

void
rg_free_database(RgBench *bench, const char *name, TimestampTz deadline)
{
	RgFailure	failure;
	List	   *gids = NIL;

	(void) rg_link_run_until(bench->maintenance,
							 psprintf("ALTER DATABASE %s WITH IS_TEMPLATE false ALLOW_CONNECTIONS true CONNECTION LIMIT -1",
									  quote_identifier(name)), deadline, &failure);
	if (!rg_link_run_until(bench->maintenance,
						   psprintf("SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = %s", quote_literal_cstr(name)),
						   deadline, &failure))
		return;
	for (int i = 0; i < rg_link_rows(bench->maintenance); i++)
		gids = lappend(gids, pstrdup(rg_link_value(bench->maintenance, i, 0)));
	if (gids != NIL)
		roll_back_prepared(bench, name, gids, deadline);
}

/* ---- as it was ---- */

void
rg_cluster_note(RgBench *bench)
{
	MemoryContext old = MemoryContextSwitchTo(bench->context);

	bench->cluster = rg_cluster_look(bench, &bench->base);
	bench->role_settings = role_settings(bench);
	MemoryContextSwitchTo(old);
}

/* What the role can do to itself and to its databases it can also undo. */
static void
mend(RgBench *bench)
{
	List	   *now = role_settings(bench);

	alter_role(bench, now, bench->role_settings, false);
	alter_role(bench, bench->role_settings, now, true);
	if (bench->observer.link != NULL)
		rg_free_database(bench, bench->work_name, rg_in_seconds(MEND_SECONDS));
	rg_free_database(bench, bench->base_name, rg_in_seconds(MEND_SECONDS));
}

const char *
rg_cluster_fault(RgBench *bench, const char *now)
{
	if (strcmp(bench->cluster, now) == 0)
		return NULL;
	mend(bench);
	if (strcmp(bench->cluster, rg_cluster_look(bench, &bench->base)) == 0)
		return "it changes what all databases of a server share: roles, their settings, databases";
	rg_cluster_note(bench);
	return "it changes what all databases of a server share, and that could not be put right: look at the scratch server's roles and databases";
}
