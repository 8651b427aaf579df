/*
 * migrations.c: the migrations that a release brings: registered while it is
 * a draft, checked at once, and part of its content by their digests, which
 * its row names once it is no draft any more.
 */
#include "facts/facts.h"

#include "catalog/pg_type_d.h"
#include "mb/pg_wchar.h"
#include "migration/check.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

/* Longer than any file that a person has read. */
#define RG_MIGRATION_LIMIT (16 * 1024 * 1024)

static Datum
sha256_of(const char *str)
{
	const char *utf8 = pg_server_to_any(str, strlen(str), PG_UTF8);

	return rg_sha256(utf8, strlen(utf8));
}

/* ---- what it must be ---- */

static void
check_texts(const RgRow *row)
{
	const char *up = rg_row_text(row, "up");
	const char *down = rg_row_text(row, "down");
	bool		isnull;
	Datum		sequence = rg_row_get(row, "sequence", &isnull);

	if (isnull || DatumGetInt64(sequence) < 1)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a migration needs its sequence"),
				 errdetail("It says in which order the migrations of the application run: a whole number from 1."),
				 errhint("Take the number or the time stamp that the file's name begins with.")));
	rg_check_name("migration", rg_row_text(row, "name"));
	if (up == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("migration %s has no up", rg_shown(rg_row_text(row, "name"))),
				 errdetail("A migration has an up file; its down file may be missing."),
				 errhint("Pass an empty text for a file without statements.")));
	rg_check_text("the text of a migration", up, RG_MIGRATION_LIMIT);
	if (down != NULL)
		rg_check_text("the text of a down migration", down, RG_MIGRATION_LIMIT);
}

/* The text that is checked and proven must be the text that is deployed. */
static void
must_be_draft(const RgRow *row)
{
	Datum		application;
	Datum		version;
	bool		isnull;
	Snapshot	snapshot;
	RgReleaseRow release;

	rg_check_name("application", rg_row_text(row, "application"));
	rg_check_name("version", rg_row_text(row, "version"));
	application = rg_row_get(row, "application", &isnull);
	version = rg_row_get(row, "version", &isnull);
	rg_lock_release_for_decision(application, version);
	snapshot = rg_newest_snapshot();
	rg_release_must_read(application, version, snapshot, &release);
	rg_snapshot_done(snapshot);
	if (strcmp(release.state, "draft") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONTENT_FROZEN),
				 errmsg("release %s is %s%s: its migrations are frozen", rg_shown(release.version),
						strcmp(release.state, "candidate") == 0 ? "a " : "", release.state),
				 errdetail("What was tested and approved must be what is deployed, its migrations too."),
				 errhint("Register the release as a draft, its migrations next, then call submit_release().")));
}

static void
set_static_verdict(RgRow *row)
{
	RgMigrationCheck check;

	rg_migration_check(rg_row_text(row, "up"), rg_row_text(row, "down"), &check);
	if (check.blank)
		ereport(NOTICE,
				(errmsg("the up of migration %s is blank", rg_shown(rg_row_text(row, "name"))),
				 errdetail("A file that was cut off looks the same: its class is B."),
				 errhint("If it is to do nothing, a comment can say so.")));
	rg_row_set_text(row, "class", check.class);
	rg_row_set_text(row, "reversibility", check.reversibility);
	rg_row_set(row, "data_loss", BoolGetDatum(check.data_loss));
	rg_row_set_text(row, "detail", check.words);
}

/* BEFORE INSERT ON migration. */
PG_FUNCTION_INFO_V1(guard_migration);
Datum
guard_migration(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_migration");
	RgRow		row;

	if (rg_as_recorded())
		PG_RETURN_POINTER(trigger->tg_trigtuple);
	rg_row_init(&row, trigger);
	check_texts(&row);
	must_be_draft(&row);
	rg_row_set(&row, "up_digest", sha256_of(rg_row_text(&row, "up")));
	if (rg_row_is_null(&row, "down"))
		rg_row_set_null(&row, "down_digest");
	else
		rg_row_set(&row, "down_digest", sha256_of(rg_row_text(&row, "down")));
	set_static_verdict(&row);
	rg_guard_stamp(&row);
	PG_RETURN_POINTER(rg_row_tuple(&row));
}

/* ---- what its release says ---- */

static char *
hex_or_none(TupleTableSlot *slot, const char *column)
{
	bool		isnull;
	Datum		value = rg_slot_get(slot, column, &isnull);
	bytea	   *digest = isnull ? NULL : DatumGetByteaPP(value);
	char	   *hex = digest ? palloc(VARSIZE_ANY_EXHDR(digest) * 2 + 1) : "none";

	if (digest != NULL)
		hex[hex_encode(VARDATA_ANY(digest), VARSIZE_ANY_EXHDR(digest), hex)] = '\0';
	return hex;
}

/* As migration_line() has it. */
static Datum
line_of(TupleTableSlot *slot)
{
	bool		isnull;
	int64		sequence = DatumGetInt64(rg_slot_get(slot, "sequence", &isnull));

	return CStringGetTextDatum(psprintf(INT64_FORMAT " up:%s down:%s %s", sequence,
										hex_or_none(slot, "up_digest"), hex_or_none(slot, "down_digest"),
										TextDatumGetCString(rg_slot_get(slot, "name", &isnull))));
}

Datum
rg_migration_lines(Datum application, Datum version, Snapshot snapshot)
{
	Datum		keys[2] = {application, version};
	int			capacity = 16;
	Datum	   *lines = palloc(sizeof(Datum) * capacity);
	int			n = 0;
	RgTable		table;
	RgScan		scan;

	rg_table_open(&table, "migration", NULL);
	rg_scan_begin_text(&scan, &table, lengthof(keys), keys, snapshot, ForwardScanDirection);
	while (rg_scan_next(&scan))
	{
		if (n == capacity)
			lines = repalloc(lines, sizeof(Datum) * (capacity *= 2));
		lines[n++] = line_of(table.slot);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	return PointerGetDatum(construct_array(lines, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * AFTER INSERT ON migration: the release's content is another one. Its guard
 * sees to the digest; the row does not name it yet, or a draft of n migrations
 * would be written n times with all of them.
 */
PG_FUNCTION_INFO_V1(record_migration);
Datum
record_migration(PG_FUNCTION_ARGS)
{
	static RgPlan update = {
		"UPDATE releasegov.release r SET migrations = r.migrations"
		" WHERE r.application OPERATOR(pg_catalog.=) $1 AND r.version OPERATOR(pg_catalog.=) $2",
		2, {TEXTOID, TEXTOID}
	};
	TriggerData *trigger = rg_guard_enter(fcinfo, "record_migration");
	RgRow		row;
	Datum		values[2];
	bool		isnull;

	if (rg_as_recorded())
		PG_RETURN_POINTER(NULL);
	rg_row_init(&row, trigger);
	values[0] = rg_row_get(&row, "application", &isnull);
	values[1] = rg_row_get(&row, "version", &isnull);
	rg_run(&update, values, NULL);
	PG_RETURN_POINTER(NULL);
}

/* ---- the function ---- */

static void
must_be_same(Datum *values, const char *nulls)
{
	static RgPlan same = {
		"SELECT 1 FROM releasegov.migration m"
		" WHERE m.application OPERATOR(pg_catalog.=) $1 AND m.version OPERATOR(pg_catalog.=) $2"
		" AND m.sequence OPERATOR(pg_catalog.=) $3 AND m.name OPERATOR(pg_catalog.=) $4"
		" AND m.up OPERATOR(pg_catalog.=) $5"
		" AND (m.down OPERATOR(pg_catalog.=) $6 OR m.down IS NULL AND $6 IS NULL)",
		6, {TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID, TEXTOID}
	};

	if (rg_run(&same, values, nulls) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONFLICTING_FACT),
				 errmsg("migration " INT64_FORMAT " of release %s is registered with another text",
						DatumGetInt64(values[2]), rg_shown(TextDatumGetCString(values[1]))),
				 errdetail("A migration that is registered again changes nothing; this one differs in its name, its statements or those that undo it."),
				 errhint("Give the changed migration to a new version, or a sequence of its own.")));
}

static char *
found(int column)
{
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column);
}

/*
 * Two branches that took the same number: neither is wrong, so it is said
 * once, while one of them can still be given another. What a release that was
 * withdrawn brought is mended rather than met.
 */
static void
tell_of_others(Datum *values)
{
	static RgPlan others = {
		"SELECT x.version, x.name, x.state, s.version, s.name FROM ("
		"SELECT o.version, o.name, r.state FROM releasegov.migration m"
		" JOIN releasegov.migration o ON o.application OPERATOR(pg_catalog.=) m.application"
		" AND o.sequence OPERATOR(pg_catalog.=) m.sequence AND o.version OPERATOR(pg_catalog.<>) m.version"
		" AND (o.name OPERATOR(pg_catalog.<>) m.name OR o.up_digest OPERATOR(pg_catalog.<>) m.up_digest"
		" OR o.down_digest IS DISTINCT FROM m.down_digest)"
		" JOIN releasegov.release r ON r.application OPERATOR(pg_catalog.=) o.application"
		" AND r.version OPERATOR(pg_catalog.=) o.version"
		" WHERE m.application OPERATOR(pg_catalog.=) $1 AND m.version OPERATOR(pg_catalog.=) $2"
		" AND m.sequence OPERATOR(pg_catalog.=) $3 AND r.state::pg_catalog.text OPERATOR(pg_catalog.<>) 'withdrawn'"
		" ORDER BY o.id DESC LIMIT 1) x"
		" LEFT JOIN LATERAL (SELECT t.version, n.name FROM releasegov.standing_migrations($1) t"
		" JOIN releasegov.migration n ON n.application OPERATOR(pg_catalog.=) $1"
		" AND n.sequence OPERATOR(pg_catalog.=) t.sequence AND n.id OPERATOR(pg_catalog.=) t.migration"
		" WHERE t.sequence OPERATOR(pg_catalog.=) $3) s ON true",
		3, {TEXTOID, TEXTOID, INT8OID}
	};
	int64		sequence = DatumGetInt64(values[2]);

	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_plan(rg_plan(&others), values, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not look for other migrations of a sequence");
	if (SPI_processed > 0)
		ereport(NOTICE,
				(errmsg("sequence " INT64_FORMAT " is another migration in release %s (%s): %s",
						sequence, rg_shown(found(1)), found(3), rg_shown(found(2))),
				 errdetail("Each of the two releases runs its own. Releases that do not bring this sequence run %s: never a draft's, and of several the one that was deployed last, else the one that was registered last.",
						   found(4) == NULL ? "none as yet" :
						   psprintf("%s of release %s", rg_shown(found(5)), rg_shown(found(4)))),
				 errhint("If both are meant to run, give one of them a sequence of its own.")));
	SPI_finish();
}

/* register_migration(application, version, sequence, name, up, down): true if
 * it is new. */
PG_FUNCTION_INFO_V1(register_migration);
Datum
register_migration(PG_FUNCTION_ARGS)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.migration (application, version, sequence, name, up, down)"
		" VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (application, version, sequence) DO NOTHING",
		6, {TEXTOID, TEXTOID, INT8OID, TEXTOID, TEXTOID, TEXTOID}
	};
	static RgPlan known = {
		"SELECT 1 FROM releasegov.migration m"
		" WHERE m.application OPERATOR(pg_catalog.=) $1 AND m.version OPERATOR(pg_catalog.=) $2"
		" AND m.sequence OPERATOR(pg_catalog.=) $3",
		3, {TEXTOID, TEXTOID, INT8OID}
	};
	Datum		values[6];
	char		nulls[6];

	for (int i = 0; i < 6; i++)
	{
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
		values[i] = PG_GETARG_DATUM(i);
	}
	/* first, so that a pipeline that runs again may do so when it is frozen */
	if (rg_run(&known, values, nulls) == 0 && rg_run(&insert, values, nulls) == 1)
	{
		tell_of_others(values);
		PG_RETURN_BOOL(true);
	}
	must_be_same(values, nulls);
	PG_RETURN_BOOL(false);
}
