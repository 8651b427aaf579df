/*
 * evaluate_migrations.c: are the release's migrations proven, and may those of
 * their class go without a further look? Policy: "Database migrations tested
 * and reversible", "Migrations have corresponding down migrations".
 */
#include "eligibility/evaluate.h"

#include "utils/builtins.h"

#define SHOWN_MIGRATIONS 10

/* What is amiss with one, in words; NULL if nothing is. */
typedef const char *(*Judge) (const RgEvaluation *ev,
							  const RgFactMigration *migration,
							  RgStatus *status);

static TimestampTz
proof_expiry(const RgEvaluation *ev, const RgFactMigration *migration)
{
	int64		valid_for = ev->policy->migrations.proof_valid_for;

	return valid_for == RG_NO_DURATION ? RG_NEVER :
		migration->proven_at + valid_for;
}

/* Another order of columns is the same table to whoever names its columns. */
static bool
is_proof(const char *verdict)
{
	return strcmp(verdict, "proven") == 0 || strcmp(verdict, "order_only") == 0;
}

static const char *
in_full(const RgEvaluation *ev, const char *what, const char *detail)
{
	if (!ev->full)
		return what;
	return detail && detail[0] ? psprintf("%s: %s", what, rg_text_line(detail, 300)) : what;
}

/* By its statements alone, where no proof is asked for. */
static const char *
judge_statements(const RgEvaluation *ev, const RgFactMigration *migration,
				 RgStatus *status)
{
	*status = RG_UNSATISFIED;
	if (migration->data_loss)
		return in_full(ev, "its down does not bring back what its up loses", migration->detail);
	if (migration->irreversible)
		return in_full(ev, "it cannot be undone", migration->detail);
	return NULL;
}

static const char *
judge_proof(const RgEvaluation *ev, const RgFactMigration *migration,
			RgStatus *status)
{
	const RgMigrationPolicy *rule = &ev->policy->migrations;

	*status = RG_UNSATISFIED;
	if (!migration->has_down && ev->policy->down_migrations_required)
		return "it has no down migration";
	if (migration->proof_found && is_proof(migration->verdict))
	{
		if (rule->proof_optional || proof_expiry(ev, migration) > ev->as_of)
			return NULL;
		*status = RG_STALE;
		return "its proof ran out";
	}
	if (migration->proof_found &&
		!(rule->proof_optional && strcmp(migration->verdict, "untestable") == 0))
		return in_full(ev, migration->verdict, migration->proof_detail);
	if (rule->proof_optional)
		return judge_statements(ev, migration, status);
	*status = RG_PENDING;
	return migration->verdict ?
		"it is not proven: the proof that there is is one of another text" :
		"it is not proven";
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

static void
evaluate_proofs(RgEvaluation *ev)
{
	const RgFacts *facts = ev->facts;
	RgRequirement *row = rg_row(ev, "migrations", NULL);
	StringInfoData words = {0};
	int			amiss;

	ev->migrations = row;
	if (ev->full)
		initStringInfo(&words);
	amiss = judge_all(ev, row, judge_proof, &words);
	for (int i = 0; i < facts->nmigrations; i++)
	{
		const RgFactMigration *migration = &facts->migrations[i];

		rg_cite(ev, row, &migration->id);
		if (!migration->proof_found)
			continue;
		rg_cite(ev, row, &migration->proof);
		if (row->status == RG_SATISFIED && !ev->policy->migrations.proof_optional)
			row->holds_until = Min(row->holds_until, proof_expiry(ev, migration));
	}
	if (facts->nmigrations == 0)
		row->status = RG_NOT_APPLICABLE;
	if (!ev->full)
		return;
	row->required = ev->policy->migrations.proof_optional ?
		"every migration can be undone" :
		"every migration is proven: up, down and up again, rows included";
	row->observed = psprintf("%d of %d", facts->nmigrations - amiss, facts->nmigrations);
	row->detail = facts->nmigrations == 0 ? "the release brings no migration" :
		amiss == 0 ? "nothing is amiss with any of them" : words.data;
	if (row->status == RG_PENDING || row->status == RG_STALE)
		row->remedy = psprintf("SELECT * FROM %s",
							   rg_text_call(facts, "prove_migration", NULL, NULL));
	else if (row->status == RG_UNSATISFIED)
		row->remedy = "mend it in a new version: SELECT * FROM releasegov.migration_report says what differs";
}

/* ---- classes ---- */

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

static bool
needs_waiver(const RgEvaluation *ev)
{
	for (int i = 0; i < ev->facts->nmigrations; i++)
	{
		if (rule_of(ev, &ev->facts->migrations[i]) == RG_CLASS_WAIVER)
			return true;
	}
	return false;
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
	if (amiss == 0)
		return;
	if (!needs_waiver(ev))
		rg_ask_review(ev, row, ev->policy->migrations.review,
					  newest_migration(ev->facts), "gave the go-ahead",
					  "they were registered");
	else if (ev->full)
		row->remedy = psprintf("split it, so that old and new code can run together, or: SELECT %s",
							   rg_text_call(ev->facts, "grant_waiver", ev->target->name,
											"'migration_class', '...', now() + interval '1 day'"));
}

void
rg_evaluate_migrations(RgEvaluation *ev)
{
	if (!(ev->policy->migrations.environments & ((RgEnvironmentSet) 1 << ev->environment)))
		return;
	evaluate_proofs(ev);
	evaluate_classes(ev);
}
