/*
 * evaluate_migrations.c: are the release's migrations proven, and may those of
 * their class go without a further look? Policy: "Database migrations tested
 * and reversible", "Migrations have corresponding down migrations".
 */
#include "eligibility/evaluate.h"

#include "utils/builtins.h"

#define SHOWN_MIGRATIONS 10
#define SHOWN_BYTES 300

/* What is amiss with one, in words; NULL if nothing is. */
typedef const char *(*Judge) (const RgEvaluation *ev,
							  const RgFactMigration *migration,
							  RgStatus *status);

static TimestampTz
proof_expiry(const RgEvaluation *ev, TimestampTz proven_at)
{
	int64		valid_for = ev->policy->migrations.proof_valid_for;

	return valid_for == RG_NO_DURATION ? RG_NEVER : proven_at + valid_for;
}

/* Another order of columns is the same table to whoever names its columns. */
static bool
is_proof(const char *verdict)
{
	return strcmp(verdict, "proven") == 0 || strcmp(verdict, "order_only") == 0;
}

/* Cut behind a sentence or a word, not in it. */
static const char *
shortened(const char *detail)
{
	char	   *line = pstrdup(rg_text_line(detail, SHOWN_BYTES));
	char	   *end = line + strlen(line) - 3;

	if (strlen(detail) <= SHOWN_BYTES || end < line)
		return line;
	while (end > line && *end != ' ')
		end--;
	if (end > line)
		strcpy(end, " ...");
	return line;
}

static const char *
in_full(const RgEvaluation *ev, const char *what, const char *detail)
{
	if (!ev->full)
		return what;
	return detail && detail[0] ? psprintf("%s: %s", what, shortened(detail)) : what;
}

/*
 * By its statements alone, where no proof is asked for. What cannot be read
 * off them may be anything.
 */
static const char *
judge_statements(const RgEvaluation *ev, const RgFactMigration *migration,
				 RgStatus *status)
{
	*status = RG_UNSATISFIED;
	if (migration->data_loss)
		return in_full(ev, "its down does not bring back what its up loses", migration->detail);
	if (migration->irreversible)
		return in_full(ev, "it cannot be undone", migration->detail);
	if (!migration->opaque)
		return NULL;
	if (migration->proof.found)
		return in_full(ev, "what it does cannot be read off its statements, and it could not be tested",
					   migration->proof.detail);
	*status = RG_PENDING;
	return "what it does cannot be read off its statements, and it is not proven";
}

static const char *
judge_proof(const RgEvaluation *ev, const RgFactMigration *migration,
			RgStatus *status)
{
	const RgMigrationPolicy *rule = &ev->policy->migrations;

	*status = RG_UNSATISFIED;
	if (!migration->has_down && ev->policy->down_migrations_required)
		return "it has no down migration";
	if (migration->proof.found && is_proof(migration->proof.verdict))
	{
		if (rule->proof_optional || proof_expiry(ev, migration->proof.proven_at) > ev->as_of)
			return NULL;
		*status = RG_STALE;
		return "its proof ran out";
	}
	if (migration->proof.found &&
		!(rule->proof_optional && strcmp(migration->proof.verdict, "untestable") == 0))
		return in_full(ev, migration->proof.verdict, migration->proof.detail);
	if (rule->proof_optional)
		return judge_statements(ev, migration, status);
	*status = RG_PENDING;
	return migration->proof.verdict ?
		"it is not proven: the proof that there is is one of another text" :
		"it is not proven";
}

/* What goes, though something speaks against it; RG_FULL only. */
static const char *
remark_on(const RgEvaluation *ev, const RgFactMigration *migration)
{
	if (!migration->proof.found)
		return NULL;
	if (!is_proof(migration->proof.verdict))
		return in_full(ev, "its statements decide, for it could not be tested", migration->proof.detail);
	if (migration->data_loss)
		return in_full(ev, "its statements read as if rows were lost, though its proof, with rows, found none",
					   migration->detail);
	return NULL;
}

static RgClassRule
rule_of(const RgEvaluation *ev, const RgFactMigration *migration)
{
	const RgMigrationPolicy *rule = &ev->policy->migrations;

	return migration->class == 'A' ? RG_CLASS_ALLOW :
		migration->class == 'B' ? rule->class_b : rule->class_c;
}

/* Which of the release's migrations do not go by themselves. */
static const char *
judge_class(const RgEvaluation *ev, const RgFactMigration *migration,
			RgStatus *status)
{
	RgClassRule rule = rule_of(ev, migration);

	*status = RG_UNSATISFIED;
	if (rule == RG_CLASS_ALLOW)
		return NULL;
	return in_full(ev, migration->class == 'B' ? "class B" : "class C",
				   migration->detail);
}

/* ---- all of them ---- */

static int
rank_of(RgStatus status)
{
	return status == RG_UNSATISFIED ? 3 : status == RG_PENDING ? 2 :
		status == RG_STALE ? 1 : 0;
}

/* The worst, and the first of those that something is amiss with in words. */
static int
judge_all(RgEvaluation *ev, RgRequirement *row, Judge judge, StringInfo words)
{
	const RgFacts *facts = ev->facts;
	int			amiss = 0;

	for (int i = 0; i < facts->nmigrations; i++)
	{
		const RgFactMigration *migration = &facts->migrations[i];
		RgStatus	status;
		const char *why = judge(ev, migration, &status);

		if (why == NULL)
			continue;
		if (rank_of(status) > rank_of(row->status))
			row->status = status;
		if (ev->full && amiss < SHOWN_MIGRATIONS)
			appendStringInfo(words, "%s%s: %s", words->len ? "; " : "",
							 rg_text_line(migration->name, 80), why);
		amiss++;
	}
	if (ev->full && amiss > SHOWN_MIGRATIONS)
		appendStringInfo(words, " and %d more", amiss - SHOWN_MIGRATIONS);
	return amiss;
}

static const pg_uuid_t *
newest_migration(const RgFacts *facts)
{
	const pg_uuid_t *newest = &facts->migrations[0].id;

	for (int i = 1; i < facts->nmigrations; i++)
	{
		if (memcmp(&facts->migrations[i].id, newest, UUID_LEN) > 0)
			newest = &facts->migrations[i].id;
	}
	return newest;
}

/*
 * Each of them may be proven, and all of them together not: they are deployed,
 * and rolled back, together.
 */
static const char *
judge_whole(const RgEvaluation *ev, RgStatus *status)
{
	const RgFactProof *whole = &ev->facts->whole;

	*status = RG_PENDING;
	if (!whole->found || memcmp(&whole->id, newest_migration(ev->facts), UUID_LEN) <= 0)
		return "it is not proven that all of them go up and down together";
	*status = RG_UNSATISFIED;
	if (!is_proof(whole->verdict))
		return in_full(ev, psprintf("all of them together: %s", whole->verdict), whole->detail);
	*status = RG_STALE;
	return proof_expiry(ev, whole->proven_at) > ev->as_of ? NULL :
		"the proof of all of them together ran out";
}

/* What is asked of the whole counts once nothing is amiss with any of them. */
static const char *
require_whole(RgEvaluation *ev, RgRequirement *row)
{
	const RgFactProof *whole = &ev->facts->whole;
	RgStatus	status;
	const char *why;

	if (ev->policy->migrations.proof_optional || ev->facts->nmigrations < 2)
		return NULL;
	why = judge_whole(ev, &status);
	if (whole->found)
		rg_cite(ev, row, &whole->id);
	if (why != NULL)
		row->status = status;
	else
		row->holds_until = Min(row->holds_until, proof_expiry(ev, whole->proven_at));
	return why;
}

static const char *
remarks(const RgEvaluation *ev)
{
	StringInfoData words;
	int			n = 0;

	initStringInfo(&words);
	for (int i = 0; i < ev->facts->nmigrations; i++)
	{
		const RgFactMigration *migration = &ev->facts->migrations[i];
		RgStatus	status;
		const char *remark = judge_proof(ev, migration, &status) == NULL ?
			remark_on(ev, migration) : NULL;

		if (remark != NULL && n++ < SHOWN_MIGRATIONS)
			appendStringInfo(&words, "; but look at %s: %s", rg_text_line(migration->name, 80), remark);
	}
	if (n > SHOWN_MIGRATIONS)
		appendStringInfo(&words, "; and at %d more", n - SHOWN_MIGRATIONS);
	return words.data;
}

static const char *
remedy_of(const RgEvaluation *ev, const RgRequirement *row)
{
	const char *mend = "mend it in a new version: SELECT * FROM releasegov.migration_report says what differs";
	RgRoleSet	roles = rg_waived_by(ev, row);

	if (row->status == RG_PENDING || row->status == RG_STALE)
		return psprintf("SELECT * FROM %s",
						rg_text_call(ev->facts, "prove_migration", NULL, NULL));
	if (row->status != RG_UNSATISFIED)
		return NULL;
	return roles == 0 ? mend :
		psprintf("%s; or, where that is meant, one of role %s: SELECT %s", mend,
				 rg_text_roles(ev->policy, roles),
				 rg_text_call(ev->facts, "grant_waiver", ev->target->name,
							  "'migrations', '...', now() + interval '1 day'"));
}

static void
evaluate_proofs(RgEvaluation *ev)
{
	const RgFacts *facts = ev->facts;
	RgRequirement *row = rg_row(ev, "migrations", NULL);
	StringInfoData words = {0};
	const char *whole = NULL;
	int			amiss;

	ev->migrations = row;
	if (ev->full)
		initStringInfo(&words);
	amiss = judge_all(ev, row, judge_proof, &words);
	for (int i = 0; i < facts->nmigrations; i++)
	{
		const RgFactMigration *migration = &facts->migrations[i];

		rg_cite(ev, row, &migration->id);
		if (!migration->proof.found)
			continue;
		rg_cite(ev, row, &migration->proof.id);
		if (row->status == RG_SATISFIED && !ev->policy->migrations.proof_optional)
			row->holds_until = Min(row->holds_until, proof_expiry(ev, migration->proof.proven_at));
	}
	if (amiss == 0)
		whole = require_whole(ev, row);
	if (facts->nmigrations == 0)
		row->status = RG_NOT_APPLICABLE;
	if (!ev->full)
		return;
	row->required = ev->policy->migrations.proof_optional ?
		"every migration can be undone" :
		"every migration is proven: up, down and up again, rows included";
	row->observed = psprintf("%d of %d", facts->nmigrations - amiss, facts->nmigrations);
	row->detail = facts->nmigrations == 0 ? "the release brings no migration" :
		psprintf("%s%s", whole ? whole : amiss == 0 ? "nothing is amiss with any of them" : words.data,
				 remarks(ev));
	row->remedy = remedy_of(ev, row);
}

/* ---- classes ---- */

static bool
needs(const RgEvaluation *ev, RgClassRule rule)
{
	for (int i = 0; i < ev->facts->nmigrations; i++)
	{
		if (rule_of(ev, &ev->facts->migrations[i]) == rule)
			return true;
	}
	return false;
}

/* Whatever the review says of the others, those that destroy need a waiver. */
static void
ask_waiver(RgEvaluation *ev, RgRequirement *row)
{
	const char *review = row->status == RG_SATISFIED ? NULL : row->remedy;

	row->status = RG_UNSATISFIED;
	row->holds_until = RG_NEVER;
	if (!ev->full)
		return;
	row->remedy = psprintf("%s%ssplit it, so that old and new code can run together, or: SELECT %s",
						   review ? review : "", review ? "; and for what needs a waiver: " : "",
						   rg_text_call(ev->facts, "grant_waiver", ev->target->name,
										"'migration_class', '...', now() + interval '1 day'"));
}

static void
evaluate_classes(RgEvaluation *ev)
{
	RgRequirement *row = rg_row(ev, "migration_class", NULL);
	StringInfoData words = {0};
	int			amiss;

	ev->migration_class = row;
	if (ev->full)
		initStringInfo(&words);
	amiss = judge_all(ev, row, judge_class, &words);
	if (ev->facts->nmigrations == 0)
		row->status = RG_NOT_APPLICABLE;
	if (ev->full)
	{
		row->required = "a class that the policy allows as it is";
		row->observed = psprintf("%d of %d", ev->facts->nmigrations - amiss,
								 ev->facts->nmigrations);
		row->detail = ev->facts->nmigrations == 0 ? "the release brings no migration" :
			amiss == 0 ? "none needs a further look" : words.data;
	}
	if (needs(ev, RG_CLASS_REVIEW))
		rg_ask_review(ev, row, ev->policy->migrations.review,
					  newest_migration(ev->facts), "gave the go-ahead",
					  "they were registered");
	if (needs(ev, RG_CLASS_WAIVER))
		ask_waiver(ev, row);
}

void
rg_evaluate_migrations(RgEvaluation *ev)
{
	if (!(ev->policy->migrations.environments & ((RgEnvironmentSet) 1 << ev->environment)))
		return;
	evaluate_proofs(ev);
	evaluate_classes(ev);
}
