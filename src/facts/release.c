/*
 * release.c: releases: what identifies their content, what may change while a
 * draft, and how they move. Content is frozen once a release is a candidate.
 * The migrations of a draft count for its digest as they are registered; its row
 * names them when it is a draft no more.
 */
#include "facts/facts.h"

#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "common/cryptohash.h"
#include "common/sha2.h"
#include "mb/pg_wchar.h"
#include "port/pg_bswap.h"
#include "types/types.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/uuid.h"

#define RG_NOTES_LIMIT (1024 * 1024)
#define RG_LIST_LIMIT 200

/* What content is: the order is the order of the digest. */
static const char *const content_columns[] = {
	"commit_id", "artifact_digest", "kind", "change_categories", "authors",
	"source_branch", "notes", "migrations"
};
#define CONTENT_COLUMNS ((int) lengthof(content_columns))

/* ---- reading ---- */

static char **
text_array(Datum array, int *count)
{
	Datum	   *elems;
	bool	   *nulls;
	char	  **out;

	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false,
					  TYPALIGN_INT, &elems, &nulls, count);
	out = palloc(sizeof(char *) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
		out[i] = nulls[i] ? NULL : TextDatumGetCString(elems[i]);
	return out;
}

static char *
slot_enum(TupleTableSlot *slot, const char *column)
{
	bool		isnull;
	Datum		value = rg_slot_get(slot, column, &isnull);

	return rg_enum_label(value);
}

bool
rg_release_read(Datum application, Datum version, Snapshot snapshot,
				RgReleaseRow *out)
{
	RgTable		table;
	RgScan		scan;
	Datum		keys[2] = {application, version};
	bool		found;

	rg_table_open(&table, "release", NULL);
	rg_scan_begin_text(&scan, &table, 2, keys, snapshot, ForwardScanDirection);
	found = rg_scan_next(&scan);
	if (found)
	{
		bool		isnull;
		Datum		value;

		out->application = TextDatumGetCString(application);
		out->version = TextDatumGetCString(version);
		out->state = slot_enum(table.slot, "state");
		out->kind = strcmp(slot_enum(table.slot, "kind"), "hotfix") == 0 ?
			RG_KIND_HOTFIX : RG_KIND_FEATURE;
		value = rg_slot_get(table.slot, "artifact_digest", &isnull);
		out->artifact_digest = isnull ? NULL : TextDatumGetCString(value);
		value = rg_slot_get(table.slot, "content_digest", &isnull);
		out->content_digest = PointerGetDatum(DatumGetByteaPCopy(value));
		value = rg_slot_get(table.slot, "authors", &isnull);
		out->authors = text_array(value, &out->nauthors);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	return found;
}

static bool
application_exists(Datum application, Snapshot snapshot)
{
	RgTable		table;
	RgScan		scan;
	bool		found;

	rg_table_open(&table, "application", NULL);
	rg_scan_begin_text(&scan, &table, 1, &application, snapshot,
					   ForwardScanDirection);
	found = rg_scan_next(&scan);
	rg_scan_end(&scan);
	rg_table_close(&table);
	return found;
}

void
rg_must_have_application(Datum application, Snapshot snapshot)
{
	if (!application_exists(application, snapshot))
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("application %s is not registered", rg_shown(TextDatumGetCString(application))),
				 errdetail("Facts are recorded for registered applications only."),
				 errhint("SELECT releasegov.register_application(...) first, or check the spelling in releasegov.application.")));
}

void
rg_unknown_release(Datum application, Datum version, Snapshot snapshot)
{
	char	   *app = TextDatumGetCString(application);

	rg_must_have_application(application, snapshot);
	ereport(ERROR,
			(errcode(ERRCODE_RG_UNKNOWN_NAME),
			 errmsg("release %s of application %s is not registered",
					rg_shown(TextDatumGetCString(version)), rg_shown(app)),
			 errdetail("Facts are recorded for registered releases only."),
			 errhint("SELECT releasegov.register_release(...) first, or check the spelling in releasegov.release.")));
}

/* The foreign key, which looks by the transaction's own snapshot, would say
 * that there is no such release. */
static void
refuse_newer_release(Datum application, Datum version)
{
	RgReleaseRow known;

	if (!rg_release_read(application, version, GetTransactionSnapshot(), &known))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errdetail("Release %s was registered after this transaction began.",
						   rg_shown(TextDatumGetCString(version))),
				 errhint("Retry the transaction.")));
}

void
rg_release_must_read(Datum application, Datum version, Snapshot snapshot,
					 RgReleaseRow *out)
{
	if (!rg_release_read(application, version, snapshot, out))
		rg_unknown_release(application, version, snapshot);
	if (IsolationUsesXactSnapshot())
		refuse_newer_release(application, version);
}

/* ---- the content's digest ---- */

/*
 * Length-prefixed fields in a fixed order, so that no two contents share an
 * encoding and nothing depends on how a type prints: tag, number of the
 * field, length, bytes in UTF-8; a missing field is left out.
 */
static void
digest_field(pg_cryptohash_ctx *sha, int field, const char *value)
{
	const char *utf8 = pg_server_to_any(value, strlen(value), PG_UTF8);
	uint32		header[2];

	header[0] = pg_hton32(field);
	header[1] = pg_hton32(strlen(utf8));
	if (pg_cryptohash_update(sha, (uint8 *) header, sizeof(header)) < 0 ||
		pg_cryptohash_update(sha, (const uint8 *) utf8, strlen(utf8)) < 0)
		elog(ERROR, "could not hash a release's content");
}

static void
digest_value(pg_cryptohash_ctx *sha, int field, Oid type, Datum value)
{
	if (type == TEXTARRAYOID)
	{
		int			count;
		char	  **items = text_array(value, &count);

		for (int i = 0; i < count; i++)
			digest_field(sha, field, items[i] ? items[i] : "");
	}
	else if (type == TEXTOID)
		digest_field(sha, field, TextDatumGetCString(value));
	else
		digest_field(sha, field, rg_enum_label(value));
}

static Datum
digest_values(const Oid *types, const Datum *values, const bool *nulls)
{
	pg_cryptohash_ctx *sha = pg_cryptohash_create(PG_SHA256);
	bytea	   *out = palloc(VARHDRSZ + PG_SHA256_DIGEST_LENGTH);

	if (sha == NULL || pg_cryptohash_init(sha) < 0)
		elog(ERROR, "could not hash a release's content");
	digest_field(sha, 0, "releasegov content 1");
	for (int i = 0; i < CONTENT_COLUMNS; i++)
	{
		if (!nulls[i])
			digest_value(sha, i + 1, types[i], values[i]);
	}
	if (pg_cryptohash_final(sha, (uint8 *) VARDATA(out),
							PG_SHA256_DIGEST_LENGTH) < 0)
		elog(ERROR, "could not hash a release's content");
	pg_cryptohash_free(sha);
	SET_VARSIZE(out, VARHDRSZ + PG_SHA256_DIGEST_LENGTH);
	return PointerGetDatum(out);
}

/* With these migrations, not those that the row names. */
static Datum
content_digest_with(const RgRow *row, const Datum *migrations)
{
	Oid			types[CONTENT_COLUMNS];
	Datum		values[CONTENT_COLUMNS];
	bool		nulls[CONTENT_COLUMNS];

	for (int i = 0; i < CONTENT_COLUMNS; i++)
	{
		AttrNumber	column = rg_column(row->trigger->tg_relation, content_columns[i]);

		types[i] = TupleDescAttr(row->desc, column - 1)->atttypid;
		values[i] = rg_row_get(row, content_columns[i], &nulls[i]);
		if (migrations != NULL && strcmp(content_columns[i], "migrations") == 0)
			values[i] = *migrations;
	}
	return digest_values(types, values, nulls);
}

static Datum
content_digest_of(const RgRow *row)
{
	return content_digest_with(row, NULL);
}

/* content_digest(commit_id, artifact_digest, kind, change_categories,
 * authors, source_branch, notes, migrations) */
PG_FUNCTION_INFO_V1(content_digest);
Datum
content_digest(PG_FUNCTION_ARGS)
{
	Oid			types[CONTENT_COLUMNS];
	Datum		values[CONTENT_COLUMNS];
	bool		nulls[CONTENT_COLUMNS];

	for (int i = 0; i < CONTENT_COLUMNS; i++)
	{
		types[i] = get_fn_expr_argtype(fcinfo->flinfo, i);
		nulls[i] = PG_ARGISNULL(i);
		values[i] = nulls[i] ? (Datum) 0 : PG_GETARG_DATUM(i);
	}
	PG_RETURN_DATUM(digest_values(types, values, nulls));
}

/* ---- what a release must be ---- */

static void
refuse_value(const char *what, const char *why, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_INVALID_VALUE),
			 errmsg("%s", what), errdetail("%s", why), errhint("%s", hint)));
}

static void
check_artifact(const char *digest)
{
	size_t		hex = digest ? strspn(digest + Min(strlen(digest), 7), "0123456789abcdef") : 0;

	if (digest == NULL)
		return;
	if (strncmp(digest, "sha256:", 7) != 0 || hex != 64 || strlen(digest) != 71)
		refuse_value(psprintf("artifact digest %s is not usable", rg_shown(digest)),
					 "An artifact is identified by sha256: and 64 lower-case hexadecimal digits.",
					 "sha256sum FILE prints the digits; container registries print the whole digest.");
}

static void
check_authors(const RgRow *row)
{
	bool		isnull;
	Datum		value = rg_row_get(row, "authors", &isnull);
	int			count = 0;
	char	  **authors = isnull ? NULL : text_array(value, &count);

	if (count == 0 || count > RG_LIST_LIMIT)
		refuse_value("a release needs its authors",
					 "Nobody may approve a change of their own, so its authors must be known (1 to 200).",
					 "Give them as an array, such as ARRAY['alice', 'bob@example.com'].");
	for (int i = 0; i < count; i++)
		rg_check_name("author", authors[i]);
}

static void
check_categories(const RgRow *row, const RgPolicy *policy)
{
	bool		isnull;
	Datum		value = rg_row_get(row, "change_categories", &isnull);
	int			count = 0;
	char	  **categories = isnull ? NULL : text_array(value, &count);

	if (count > RG_LIST_LIMIT)
		refuse_value("a release has too many change categories",
					 "At most 200 are kept.", "Name each category once.");
	for (int i = 0; i < count; i++)
	{
		bool		known = false;

		rg_check_name("change category", categories[i]);
		for (int j = 0; j < policy->ncategories && !known; j++)
			known = strcmp(policy->categories[j], categories[i]) == 0;
		if (!known)
			ereport(ERROR,
					(errcode(ERRCODE_RG_UNKNOWN_NAME),
					 errmsg("change category %s is not in policy \"%s\"",
							rg_shown(categories[i]), policy->name),
					 errdetail("An unknown category would ask for no review."),
					 errhint("SELECT releasegov.policy_document('%s')->'change_categories' lists them.",
							 policy->name)));
	}
}

static void
check_content(const RgRow *row, Snapshot snapshot)
{
	char	   *application = rg_row_text(row, "application");

	rg_check_name("commit", rg_row_text(row, "commit_id"));
	rg_check_name("source branch", rg_row_text(row, "source_branch"));
	check_artifact(rg_row_text(row, "artifact_digest"));
	check_authors(row);
	check_categories(row, rg_must_have_policy(application, snapshot));
	rg_check_text("the text of the release notes", rg_row_text(row, "notes"),
				  RG_NOTES_LIMIT);
}

/* They follow from what register_migration() records. */
static void
refuse_own_migrations(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_APPEND_ONLY),
			 errmsg("column \"migrations\" of a release follows from its migrations"),
			 errdetail("It names what register_migration() has recorded."),
			 errhint("SELECT releasegov.register_migration(...) for each of them.")));
}

/* ---- registration ---- */

static bool
names_migrations(const RgRow *row)
{
	bool		isnull;
	Datum		value = rg_row_get(row, "migrations", &isnull);
	int			count = 0;

	if (!isnull)
		(void) text_array(value, &count);
	return count > 0;
}

static void
guard_registration(RgRow *row)
{
	char	   *application = rg_row_text(row, "application");
	char	   *version = rg_row_text(row, "version");
	char	   *state = rg_row_enum(row, "state");
	Snapshot	snapshot;
	TimestampTz now;

	rg_check_name("application", application);
	rg_check_name("version", version);
	if (state == NULL || (strcmp(state, "draft") != 0 && strcmp(state, "candidate") != 0))
		rg_refuse_move("release", rg_shown(version), "draft", state ? state : "nothing");
	rg_lock_release_for_decision(CStringGetTextDatum(application),
								 CStringGetTextDatum(version));
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	if (!application_exists(CStringGetTextDatum(application), snapshot))
		rg_unknown_release(CStringGetTextDatum(application),
						   CStringGetTextDatum(version), snapshot);
	check_content(row, snapshot);
	UnregisterSnapshot(snapshot);

	rg_refuse_given(row, "registered_at");
	if (names_migrations(row))
		refuse_own_migrations();
	now = GetCurrentTimestamp();
	rg_row_set(row, "content_digest", content_digest_of(row));
	rg_row_set(row, "content_since", TimestampTzGetDatum(now));
	rg_row_set(row, "state_since", TimestampTzGetDatum(now));
	rg_row_set(row, "registered_at", TimestampTzGetDatum(now));
	rg_row_set_text(row, "registered_by", rg_session_user());
}

/* ---- changes ---- */

static bool
content_changed(const RgRow *old, const RgRow *new)
{
	for (int i = 0; i < (int) lengthof(content_columns); i++)
	{
		if (!rg_row_same(old, new, content_columns[i]))
			return true;
	}
	return false;
}

/* Missing notes may be added to a candidate, once; nothing else changes. */
static bool
only_adds_notes(const RgRow *old, const RgRow *new)
{
	for (int i = 0; i < (int) lengthof(content_columns); i++)
	{
		if (strcmp(content_columns[i], "notes") != 0 &&
			!rg_row_same(old, new, content_columns[i]))
			return false;
	}
	return rg_row_text(old, "notes")[0] == '\0';
}

static void
guard_content_change(RgRow *old, RgRow *new, Snapshot snapshot)
{
	char	   *state = rg_row_enum(old, "state");
	bool		draft = strcmp(state, "draft") == 0;
	TimestampTz now = GetCurrentTimestamp();

	if (!draft && !(strcmp(state, "candidate") == 0 && only_adds_notes(old, new)))
		ereport(ERROR,
				(errcode(ERRCODE_RG_CONTENT_FROZEN),
				 errmsg("release %s is %s%s: its content is frozen", rg_shown(rg_row_text(old, "version")),
						strcmp(state, "candidate") == 0 ? "a " : "", state),
				 errdetail("What was tested and approved must be what is deployed. Only missing release notes may still be added to a candidate."),
				 errhint("Register the changed content as a new version.")));
	if (!rg_row_same(old, new, "migrations"))
		refuse_own_migrations();
	check_content(new, snapshot);
	rg_row_set(new, "content_digest", content_digest_of(new));
	rg_row_set(new, "content_since", TimestampTzGetDatum(now));
}

static Datum
lines_of(const RgRow *row, Snapshot snapshot)
{
	bool		isnull;
	Datum		application = rg_row_get(row, "application", &isnull);

	return rg_migration_lines(application, rg_row_get(row, "version", &isnull), snapshot);
}

/*
 * What is registered by now is part of what a draft says, whatever is changed.
 * Who reviewed it has reviewed that, so the digest stays when it is submitted.
 */
static void
follow_migrations(RgRow *old, RgRow *new, Snapshot snapshot)
{
	Datum		lines = lines_of(new, snapshot);
	bool		isnull;

	rg_row_set(new, "content_digest", content_digest_with(new, &lines));
	rg_row_set(new, "content_since", rg_row_same(old, new, "content_digest") ?
			   rg_row_get(old, "content_since", &isnull) :
			   TimestampTzGetDatum(GetCurrentTimestamp()));
	if (!rg_row_same(old, new, "state"))
		rg_row_set(new, "migrations", lines);
}

/*
 * Is it live, or on its way there, anywhere? With `releasing`, only where
 * going live releases.
 */
static bool
deployed_somewhere(const char *application, const char *version,
				   const RgPolicy *policy, bool releasing, Snapshot snapshot)
{
	RgTable		table;
	RgScan		scan;
	Datum		key = CStringGetTextDatum(application);
	bool		found = false;
	static const char *const indexes[] = {"deployment_live", "deployment_active"};

	for (int i = 0; i < 2 && !found; i++)
	{
		rg_table_open(&table, "deployment", indexes[i]);
		rg_scan_begin_text(&scan, &table, 1, &key, snapshot, ForwardScanDirection);
		while (!found && rg_scan_next(&scan))
		{
			bool		isnull;
			char	   *there = TextDatumGetCString(rg_slot_get(table.slot, "version", &isnull));
			int			env = rg_policy_environment(policy,
													TextDatumGetCString(rg_slot_get(table.slot, "environment", &isnull)));

			found = strcmp(there, version) == 0 &&
				(!releasing || (i == 0 && env >= 0 && policy->environments[env].releases));
		}
		rg_scan_end(&scan);
		rg_table_close(&table);
	}
	return found;
}

static void
guard_state_change(RgRow *old, RgRow *new, Snapshot snapshot)
{
	char	   *application = rg_row_text(old, "application");
	char	   *version = rg_row_text(old, "version");
	char	   *from = rg_row_enum(old, "state");
	char	   *to = rg_row_enum(new, "state");
	RgPolicy   *policy;

	if (to == NULL || !rg_move_is_legal("release", from, to))
		rg_refuse_move("release", rg_shown(version), from, to ? to : "nothing");
	policy = rg_must_have_policy(application, snapshot);
	if (strcmp(to, "released") == 0 &&
		!deployed_somewhere(application, version, policy, true, snapshot))
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("release %s is not live where going live releases it", rg_shown(version)),
				 errdetail("A candidate becomes released when its deployment goes live, and only so."),
				 errhint("SELECT releasegov.promote(%s, %s, 'production').",
						 quote_literal_cstr(application), quote_literal_cstr(version))));
	if ((strcmp(to, "retired") == 0 || strcmp(to, "withdrawn") == 0) &&
		deployed_somewhere(application, version, policy, false, snapshot))
		ereport(ERROR,
				(errcode(ERRCODE_RG_ILLEGAL_TRANSITION),
				 errmsg("release %s cannot be %s while it is deployed", rg_shown(version), to),
				 errdetail("It is live in an environment, or being deployed to one."),
				 errhint("Deploy another release there first; releasegov.release_board shows what is where.")));
	rg_row_set(new, "state_since", TimestampTzGetDatum(GetCurrentTimestamp()));
}

static void
guard_change(RgRow *old, RgRow *new)
{
	static const char *const fixed[] = {
		"application", "version", "registered_at", "registered_by",
		"content_digest", "content_since", "state_since"
	};
	Datum		application;
	Datum		version;
	bool		isnull;
	Snapshot	snapshot;

	for (int i = 0; i < (int) lengthof(fixed); i++)
	{
		if (!rg_row_same(old, new, fixed[i]))
			ereport(ERROR,
					(errcode(ERRCODE_RG_APPEND_ONLY),
					 errmsg("column \"%s\" of a release is set once, by the server", fixed[i]),
					 errdetail("It identifies the release, or says when something happened to it."),
					 errhint("Change the content or the state; the rest follows.")));
	}
	application = rg_row_get(old, "application", &isnull);
	version = rg_row_get(old, "version", &isnull);
	rg_lock_release_for_decision(application, version);
	snapshot = rg_newest_snapshot();
	if (content_changed(old, new))
		guard_content_change(old, new, snapshot);
	if (strcmp(rg_row_enum(old, "state"), "draft") == 0)
		follow_migrations(old, new, snapshot);
	if (!rg_row_same(old, new, "state"))
		guard_state_change(old, new, snapshot);
	rg_snapshot_done(snapshot);
}

/* BEFORE INSERT OR UPDATE ON release. */
PG_FUNCTION_INFO_V1(guard_release);
Datum
guard_release(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "guard_release");
	RgRow		new;

	if (rg_as_recorded())
		PG_RETURN_POINTER(TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ?
						  trigger->tg_newtuple : trigger->tg_trigtuple);
	rg_row_init(&new, trigger);
	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
		guard_registration(&new);
	else
	{
		RgRow		old;

		rg_row_init_old(&old, trigger);
		guard_change(&old, &new);
	}
	PG_RETURN_POINTER(rg_row_tuple(&new));
}

/* ---- what follows: the content's history and the moves ---- */

/* A draft's row does not name its migrations yet; what is recorded does. */
static Datum
recorded_migrations(const RgRow *row)
{
	Snapshot	snapshot;
	Datum		lines;
	bool		isnull;

	if (strcmp(rg_row_enum(row, "state"), "draft") != 0)
		return rg_row_get(row, "migrations", &isnull);
	snapshot = rg_newest_snapshot();
	lines = lines_of(row, snapshot);
	rg_snapshot_done(snapshot);
	return lines;
}

static void
record_content(const RgRow *row)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.release_content (application, version, id, commit_id, artifact_digest, kind,"
		" change_categories, authors, source_branch, notes, migrations, content_digest, recorded_at, recorded_by)"
		" SELECT r.application, r.version, $3, r.commit_id, r.artifact_digest, r.kind,"
		" r.change_categories, r.authors, r.source_branch, r.notes, $5, r.content_digest, r.content_since, $4"
		" FROM releasegov.release r"
		" WHERE r.application OPERATOR(pg_catalog.=) $1 AND r.version OPERATOR(pg_catalog.=) $2",
		5, {TEXTOID, TEXTOID, UUIDOID, TEXTOID, TEXTARRAYOID}
	};
	Datum		values[5];
	pg_uuid_t	id;
	bool		isnull;

	rg_uuid_v7(&id, DatumGetTimestampTz(rg_row_get(row, "content_since", &isnull)));
	values[0] = rg_row_get(row, "application", &isnull);
	values[1] = rg_row_get(row, "version", &isnull);
	values[2] = UUIDPGetDatum(&id);
	values[3] = CStringGetTextDatum(rg_session_user());
	values[4] = recorded_migrations(row);
	rg_run(&insert, values, NULL);
}

static void
record_release_move(const RgRow *row, const char *from)
{
	bool		isnull;
	RgMove		move = {
		.subject = "release",
		.application = rg_row_text(row, "application"),
		.version = rg_row_text(row, "version"),
		.from = from,
		.to = rg_row_enum(row, "state"),
		.reason = rg_move_reason,
		.actor = rg_move_actor ? rg_move_actor : rg_session_user(),
		.at = DatumGetTimestampTz(rg_row_get(row, "state_since", &isnull)),
	};

	rg_record_move(&move);
}

/* AFTER INSERT OR UPDATE ON release, for each row. */
PG_FUNCTION_INFO_V1(record_release);
Datum
record_release(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = rg_guard_enter(fcinfo, "record_release");
	RgRow		new;

	if (rg_as_recorded())
		PG_RETURN_POINTER(NULL);
	rg_row_init(&new, trigger);
	if (TRIGGER_FIRED_BY_INSERT(trigger->tg_event))
	{
		record_content(&new);
		record_release_move(&new, NULL);
	}
	else
	{
		RgRow		old;

		rg_row_init_old(&old, trigger);
		/* a migration of a draft is recorded by itself, and with its last state */
		if (content_changed(&old, &new))
			record_content(&new);
		if (!rg_row_same(&old, &new, "state"))
			record_release_move(&new, rg_row_enum(&old, "state"));
	}
	PG_RETURN_POINTER(NULL);
}
