/*
 * prove.c: one migration: rows for every table, up, down, up again, and what
 * is different afterwards, in words. What follows the first up is undone, so
 * that the database is as the next migration will find it; only files that
 * bring transactions of their own leave something to clear away.
 */
#include "migration/proof.h"

#include "portability/instr_time.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

static const char *const verdict_names[] = {
	[RG_PROVEN] = "proven",
	[RG_SCHEMA_DIFFERS] = "schema_differs",
	[RG_DATA_DIFFERS] = "data_differs",
	[RG_ORDER_ONLY] = "order_only",
	[RG_DOWN_FAILS] = "down_fails",
	[RG_DOWN_MISSING] = "down_missing",
	[RG_NOT_REPEATABLE] = "not_repeatable",
	[RG_UNTESTABLE] = "untestable",
};

const char *
rg_proof_verdict_name(RgProofVerdict verdict)
{
	return verdict_names[verdict];
}

static RgComparison *
compare(const RgMoment *before, const RgMoment *after)
{
	RgComparison *result = palloc0(sizeof(RgComparison));
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < (int) lengthof(result->days); i++)
		strlcpy(result->days[i], timestamptz_to_str(now + (i - 1) * USECS_PER_DAY), sizeof(result->days[i]));
	rg_catalogue_compare(&before->catalogue, &after->catalogue, result);
	rg_proof_rows_compare(&before->rows, &after->rows, result);
	return result;
}

/* ---- in words ---- */

static const char *
count_of(int n, const char *one, const char *many)
{
	return psprintf("%d %s", n, n == 1 ? one : many);
}

static const char *
describe_schema(const RgComparison *comparison)
{
	StringInfoData words;
	int			shown = 0;

	initStringInfo(&words);
	for (int i = 0; i < comparison->nkept && shown < 3; i++)
	{
		const RgDifference *d = &comparison->kept[i];

		if (strcmp(d->kind, "order of columns") == 0 ||
			strcmp(d->kind, "value of sequence") == 0)
			continue;
		appendStringInfo(&words, "%s%s %s %s", shown++ > 0 ? "; " : "", d->kind,
						 d->object, d->before == NULL ? "is left" :
						 d->after == NULL ? "is missing" : "is another one");
	}
	if (comparison->nschema > shown)
		appendStringInfo(&words, "; and %d more", comparison->nschema - shown);
	return words.data;
}

static const char *
describe_rows(const RgComparison *comparison)
{
	StringInfoData words;

	initStringInfo(&words);
	for (int i = 0; i < Min(comparison->nkept_tables, 3); i++)
	{
		const RgTableDifference *t = &comparison->tables[i];
		const char *comma = "";

		appendStringInfo(&words, "%stable %s: ", i > 0 ? "; " : "", t->table);
		if (t->lost > 0)
			appendStringInfo(&words, "%s", count_of(t->lost, "row lost", "rows lost"));
		comma = t->lost > 0 ? ", " : "";
		if (t->changed > 0)
			appendStringInfo(&words, "%s%s", comma, count_of(t->changed, "row changed", "rows changed"));
		comma = t->lost + t->changed > 0 ? ", " : "";
		if (t->left > 0)
			appendStringInfo(&words, "%s%s", comma, count_of(t->left, "row left over", "rows left over"));
		if (t->example != NULL)
			appendStringInfo(&words, ", such as %s", t->example);
	}
	if (comparison->ntables > 3)
		appendStringInfo(&words, "; and %d tables more", comparison->ntables - 3);
	return words.data;
}

static void
settle(RgProof *proof, RgProofVerdict verdict, const char *detail)
{
	proof->verdict = verdict;
	proof->detail = detail ? detail : "";
}

/* What stands behind a verdict, but is none of its own. */
void
rg_proof_note(RgProof *proof, const char *note)
{
	if (note != NULL)
		proof->detail = psprintf("%s%s%s", proof->detail,
								 proof->detail[0] ? "; " : "", note);
}

/* How it was run says that nothing is proven; what was found stays behind it. */
static void
withhold(RgProof *proof, const char *words)
{
	const char *found = proof->detail;

	settle(proof, RG_UNTESTABLE, words);
	rg_proof_note(proof, found[0] ? found : NULL);
}

/* Words that take away a proof, and stand behind whatever else was found. */
static void
withhold_proof(RgProof *proof, const char *words)
{
	if (proof->verdict == RG_PROVEN || proof->verdict == RG_ORDER_ONLY)
		withhold(proof, words);
	else
		rg_proof_note(proof, words);
}

/*
 * Where keys are to be off, ours stay on: they refuse what a file may do, and do what
 * they would not (CASCADE). That nothing is different then says nothing of the file,
 * nor that a constraint is violated; differences are told of, and how they came about.
 */
static void
heed_keys(RgProof *proof, const char *words)
{
	if ((proof->verdict == RG_DOWN_FAILS || proof->verdict == RG_NOT_REPEATABLE) &&
		strncmp(proof->sqlstate, "23", 2) == 0)
		withhold(proof, words);
	else
		withhold_proof(proof, words);
}

/*
 * What was run was not all run as it is. Tools that send a file as one fail on an up
 * that uses a label which it adds, and rows as its conditions name them cannot be
 * tried.
 */
void
rg_proof_heed_run(RgProof *proof)
{
	if (proof->users)
		heed_keys(proof, "TRIGGER ALL was run as TRIGGER USER, since our role is no superuser: foreign keys were not switched");
	else if (proof->keys_off)
		heed_keys(proof, "an earlier up leaves foreign keys switched off, which our role cannot do");
	if (proof->partly)
		rg_proof_note(proof, "its conditions name more rows than were tried");
	if (proof->unmade)
		withhold_proof(proof, proof->unmade);
	if (proof->apart)
		withhold_proof(proof, "its up uses a new label of an enum, and was run statement by statement");
}

/* Tables without rows are told of; where none could be filled, nothing is proven. */
void
rg_proof_note_rows(RgProof *proof, const RgRows *rows, const char *unfilled)
{
	if (rows->unmade)
		proof->unmade = unfilled;
	else
		rg_proof_note(proof, unfilled);
}

static void
note_values(RgProof *proof)
{
	const RgComparison *comparison = proof->comparison;

	if (comparison != NULL && comparison->nvalues > 0)
		rg_proof_note(proof, psprintf("%s elsewhere than before",
									  count_of(comparison->nvalues, "sequence stands", "sequences stand")));
	if (comparison != NULL && comparison->nfrozen > 0)
		rg_proof_note(proof, psprintf("%s the time at which it was made, not that at which it is asked",
									  count_of(comparison->nfrozen, "definition holds", "definitions hold")));
}

/* ---- verdicts ---- */

static bool
differs(const RgComparison *comparison)
{
	return comparison->nschema + comparison->norder + comparison->ntables > 0;
}

static void
judge_comparison(RgProof *proof, const char *second)
{
	const RgComparison *comparison = proof->comparison;

	if (comparison->nschema > 0)
		settle(proof, RG_SCHEMA_DIFFERS, describe_schema(comparison));
	else if (comparison->ntables > 0)
		settle(proof, RG_DATA_DIFFERS, describe_rows(comparison));
	else if (second != NULL)
		settle(proof, RG_NOT_REPEATABLE, psprintf("the second up fails: %s", second));
	else if (comparison->norder > 0)
		settle(proof, RG_ORDER_ONLY, psprintf("the columns of %s in another order",
											  count_of(comparison->norder, "table stand", "tables stand")));
	else
		settle(proof, RG_PROVEN, NULL);
}

/* Rows that nobody has compared prove nothing. */
static void
note_unread(RgProof *proof, const RgMoment *before)
{
	if (before->unread != NULL)
		withhold_proof(proof, psprintf("our role may not see the rows of %s, which were not compared", before->unread));
}

/* Up and down have been run elsewhere: what is different now? */
void
rg_proof_judge(RgBench *bench, RgProof *proof, const RgMoment *before)
{
	RgMoment	after;

	rg_look(bench, &bench->observer, &after);
	proof->comparison = compare(before, &after);
	judge_comparison(proof, NULL);
	note_values(proof);
	note_unread(proof, before);
}

/* No statement undoes it: is there something to undo? */
static void
judge_without_down(RgBench *bench, RgProof *proof, const RgMoment *before)
{
	RgMoment	after;

	rg_look(bench, &bench->observer, &after);
	proof->comparison = compare(before, &after);
	if (differs(proof->comparison))
		settle(proof, RG_DOWN_MISSING, proof->down.text == NULL ? "there is no down" :
			   "the down undoes nothing");
	else if (proof->down.text == NULL)
		settle(proof, RG_DOWN_MISSING, "there is no down, though the up changes nothing either");
	else
		settle(proof, RG_PROVEN, "the up changes nothing");
}

/* ---- down and up again ---- */

/* However a file ended: what it says of the proof as a whole. */
void
rg_proof_ran(RgProof *proof, const RgOutcome *outcome)
{
	proof->users |= outcome->users;
	if (outcome->why != NULL)
		strlcpy(proof->sqlstate, outcome->sqlstate, sizeof(proof->sqlstate));
}

/*
 * It cannot be run inside a transaction, or not in one with the other direction:
 * a new label of an enum can be used only when it is committed.
 */
static bool
wants_to_commit(const RgOutcome *outcome)
{
	return strncmp(outcome->sqlstate, "25", 2) == 0 ||
		strcmp(outcome->sqlstate, "2D000") == 0 || strcmp(outcome->sqlstate, "55P04") == 0;
}

/* For good: what the down leaves, and the second up on top of it, stays. */
static void
go_back_for_good(RgBench *bench, RgProof *proof, const RgMoment *before)
{
	RgOutcome	outcome;
	RgMoment	after;

	rg_session_execute(bench, &bench->runner, &proof->down, &outcome);
	rg_proof_ran(proof, &outcome);
	if (outcome.why != NULL)
	{
		proof->clean = !outcome.lasting;
		settle(proof, RG_DOWN_FAILS, outcome.why);
		return;
	}
	proof->clean = false;
	rg_look(bench, &bench->observer, &after);
	proof->comparison = compare(before, &after);
	rg_session_execute(bench, &bench->runner, &proof->up, &outcome);
	rg_proof_ran(proof, &outcome);
	judge_comparison(proof, outcome.why);
	if (outcome.why == NULL && !differs(proof->comparison))
		proof->clean = true;
}

/*
 * The end of the transaction is part of the down: deferred constraints are
 * checked, and what they fire is done.
 */
static void
run_down_inside(RgBench *bench, RgProof *proof, RgOutcome *outcome)
{
	static RgScript end = {.text = "SET CONSTRAINTS ALL IMMEDIATE", .place = "at its end"};

	rg_session_execute(bench, &bench->runner, &proof->down, outcome);
	rg_proof_ran(proof, outcome);
	if (outcome->why != NULL)
		return;
	rg_session_execute(bench, &bench->runner, &end, outcome);
	rg_proof_ran(proof, outcome);
}

/* Inside a transaction: what a file has set is not set for the next. */
static void
forget_settings(RgBench *bench, RgSession *session)
{
	static RgScript as_new = {.text = "SET SESSION AUTHORIZATION DEFAULT; RESET ALL"};
	RgOutcome	outcome;

	rg_session_execute(bench, session, &as_new, &outcome);
}

static bool
up_again_inside(RgBench *bench, RgProof *proof)
{
	RgOutcome	outcome;

	forget_settings(bench, &bench->runner);
	rg_session_execute(bench, &bench->runner, &proof->up, &outcome);
	return outcome.why == NULL;
}

/* False where it has to be done for good. */
static bool
go_back_inside(RgBench *bench, RgProof *proof, const RgMoment *before)
{
	RgOutcome	outcome;
	RgMoment	after;
	bool		again = true;
	bool		told;

	rg_session_begin(&bench->runner);
	run_down_inside(bench, proof, &outcome);
	if (outcome.why == NULL)
	{
		rg_look(bench, &bench->runner, &after);
		proof->comparison = compare(before, &after);
		again = up_again_inside(bench, proof);
	}
	rg_session_reset(bench, &bench->runner);
	if (outcome.why != NULL)
	{
		settle(proof, RG_DOWN_FAILS, outcome.why);
		return !wants_to_commit(&outcome);
	}
	judge_comparison(proof, NULL);
	if (strcmp(after.cluster, bench->cluster) != 0)
		settle(proof, RG_UNTESTABLE, "its down changes what all databases of a server share: roles, their settings, databases");
	/* what fails here may still be allowed after a commit */
	told = proof->comparison->nschema > 0 || proof->comparison->ntables > 0 ||
		proof->verdict == RG_UNTESTABLE;
	return again || told;
}

static void
judge_down(RgBench *bench, RgProof *proof, const RgMoment *before)
{
	if (proof->down.unreadable)
		settle(proof, RG_DOWN_FAILS, proof->down.refusal);
	else if (proof->down.text == NULL || proof->down.idle)
		judge_without_down(bench, proof, before);
	else if (proof->up.pieces != NIL || proof->down.pieces != NIL ||
			 !go_back_inside(bench, proof, before))
		go_back_for_good(bench, proof, before);
	note_values(proof);
	note_unread(proof, before);
}

/* ---- up ---- */

/* What is said of names and grammar has other reasons. */
bool
rg_rows_matter(const RgOutcome *outcome)
{
	return outcome->why != NULL && outcome->sqlstate[0] != '\0' &&
		strncmp(outcome->sqlstate, "42", 2) != 0;
}

/*
 * Of a file that is refused, the statements that reach nowhere are run all the
 * same, so that later migrations find what they need.
 */
const RgScript *
rg_proof_up(const RgProof *proof, RgScript *rest)
{
	if (proof->up.refusal == NULL)
		return proof->up.blank ? NULL : &proof->up;
	if (proof->up.rest == NULL)
		return NULL;
	rg_script_read(rest, proof->up.rest, true);
	return rest->refusal || rest->blank ? NULL : rest;
}

/* Does the up go on what the earlier ups left alone? */
static bool
goes_without_rows(RgBench *bench, const RgProof *proof, const RgOutcome *failure)
{
	RgOutcome	outcome;

	if (proof->up.pieces != NIL)
		return rg_rows_matter(failure);
	rg_session_begin(&bench->base);
	rg_session_execute(bench, &bench->base, &proof->up, &outcome);
	rg_session_reset(bench, &bench->base);
	/* a new label cannot be used there */
	return outcome.why == NULL || (proof->up.adds_label && strcmp(outcome.sqlstate, "55P04") == 0 && rg_rows_matter(failure));
}

/* ---- rows as the files' own conditions name them ---- */

static bool
run_wanted(RgBench *bench, RgProof *wanted, const RgScript *script, RgOutcome *outcome)
{
	rg_session_execute(bench, &bench->observer, script, outcome);
	rg_proof_ran(wanted, outcome);
	return outcome->why == NULL;
}

static bool
chooses_rows(const RgProof *proof)
{
	return !proof->down.unreadable && (proof->up.writes || proof->down.writes);
}

static bool
runs_apart(const RgProof *proof)
{
	return proof->up.pieces != NIL || proof->down.pieces != NIL;
}

/*
 * What WHERE state = 'old' does shows only where rows are so. They are made,
 * changed there and back, and undone, in the session that has what makes them;
 * where the up does not take them, nothing is said.
 */
static void
try_wanted(RgBench *bench, RgProof *proof, RgProof *wanted)
{
	RgMoment	before;
	RgMoment	after;
	RgOutcome	outcome;

	if (wanted->applied || !chooses_rows(proof) || runs_apart(proof))
		return;
	rg_session_begin(&bench->observer);
	if (rg_fill_wanted(bench, proof))
	{
		rg_look_at_rows(&bench->observer, &before);
		wanted->applied = run_wanted(bench, wanted, &proof->up, &outcome);
		if (wanted->applied)
		{
			forget_settings(bench, &bench->observer);
			if (!proof->down.idle && proof->down.text != NULL &&
				!run_wanted(bench, wanted, &proof->down, &outcome))
			{
				if (!wants_to_commit(&outcome))
					settle(wanted, RG_DOWN_FAILS, outcome.why);
			}
			else
			{
				rg_look_at_rows(&bench->observer, &after);
				wanted->comparison = compare(&before, &after);
				if (wanted->comparison->ntables > 0)
					settle(wanted, proof->down.idle || proof->down.text == NULL ? RG_DOWN_MISSING : RG_DATA_DIFFERS,
						   describe_rows(wanted->comparison));
			}
		}
	}
	rg_session_reset(bench, &bench->observer);
}

/* Where nothing else was found, what those rows showed counts. */
static void
heed_wanted(RgProof *proof, const RgProof *wanted)
{
	proof->users |= wanted->users;
	if (wanted->verdict == RG_PROVEN ||
		(proof->verdict != RG_PROVEN && proof->verdict != RG_ORDER_ONLY))
		return;
	strlcpy(proof->sqlstate, wanted->sqlstate, sizeof(proof->sqlstate));
	settle(proof, wanted->verdict,
		   psprintf("with rows as its own conditions name them: %s", wanted->detail));
	if (wanted->comparison != NULL)
		proof->comparison = wanted->comparison;
}

/* With which rows an up is tried. */
typedef struct Attempt
{
	RgRows		rows;
	bool		wanted;			/* and those that its conditions name, for good */
	bool		again;			/* it is not the first */
	const char *unfilled;
	const char *first;			/* why it failed with the first rows that counted */
} Attempt;

static void
make_rows(RgBench *bench, RgProof *proof, Attempt *attempt)
{
	attempt->unfilled = rg_fill(bench, &attempt->rows, &proof->up);
	if (!attempt->wanted)
		return;
	(void) rg_fill_wanted(bench, proof);
	rg_session_reset(bench, &bench->observer);
}

/* After a failure: are there other rows to try? */
static bool
choose_other_rows(RgBench *bench, const RgProof *proof, const RgOutcome *outcome, Attempt *attempt)
{
	bool		wanted = attempt->wanted;

	if (outcome->sqlstate[0] == '\0' || (!attempt->again && !goes_without_rows(bench, proof, outcome)))
		return false;
	if (!wanted && attempt->first == NULL)
		attempt->first = outcome->why;
	attempt->again = true;
	attempt->wanted = false;
	return wanted || rg_rows_ask_less(bench, &attempt->rows, outcome);
}

/*
 * Up, with rows of the sort that asks most of it at first. An up that refuses
 * some rows (a conversion of texts to numbers) may still take others. What cannot
 * be run in a transaction that is undone finds the rows of its conditions among
 * the others.
 */
static bool
run_up(RgBench *bench, RgProof *proof, RgMoment *before, RgProof *wanted)
{
	Attempt		attempt = {.rows = {RG_ROWS_ALL}, .wanted = chooses_rows(proof) && runs_apart(proof)};
	RgOutcome	outcome;

	wanted->verdict = RG_PROVEN;
	make_rows(bench, proof, &attempt);
	for (;;)
	{
		try_wanted(bench, proof, wanted);
		rg_look(bench, &bench->observer, before);
		rg_session_execute(bench, &bench->runner, &proof->up, &outcome);
		rg_proof_ran(proof, &outcome);
		if (outcome.why == NULL)
			break;
		proof->clean = !outcome.lasting;
		if (!choose_other_rows(bench, proof, &outcome, &attempt))
		{
			settle(proof, RG_UNTESTABLE, psprintf("its up fails: %s", attempt.first ? attempt.first : outcome.why));
			rg_proof_note(proof, attempt.unfilled);
			return false;
		}
		if (proof->clean && rg_fill_in_place(bench, &attempt.rows))
			continue;
		rg_bench_renew(bench);
		proof->clean = true;
		make_rows(bench, proof, &attempt);
	}
	proof->applied = true;
	proof->apart = outcome.apart;
	if (attempt.first != NULL)
		rg_proof_note(proof, psprintf("with other rows its up fails: %s", attempt.first));
	rg_proof_note_rows(proof, &attempt.rows, attempt.unfilled);
	return true;
}

static void
prove(RgBench *bench, RgProof *proof)
{
	const char *refusal = proof->up.refusal ? psprintf("up, %s", proof->up.refusal) :
		proof->down.refusal && !proof->down.unreadable ? psprintf("down, %s", proof->down.refusal) : NULL;
	const char *cluster;
	const char *notes;
	RgMoment	before;
	RgProof		wanted = {.detail = ""};

	if (refusal != NULL)
	{
		settle(proof, RG_UNTESTABLE, refusal);
		return;
	}
	if (!run_up(bench, proof, &before, &wanted))
		return;
	notes = proof->detail;
	cluster = rg_cluster_fault(bench, rg_cluster_look(bench, &bench->observer));
	if (cluster != NULL)
	{
		settle(proof, RG_UNTESTABLE, cluster);
		proof->applied = proof->clean = false;
	}
	else
		judge_down(bench, proof, &before);
	heed_wanted(proof, &wanted);
	rg_proof_note(proof, notes[0] ? notes : NULL);
}

/* However it ended: what its files have done for good is put right. */
void
rg_proof_check_cluster(RgBench *bench, RgProof *proof)
{
	const char *fault = rg_cluster_fault(bench, rg_cluster_look(bench, &bench->observer));

	if (fault != NULL)
		settle(proof, RG_UNTESTABLE, fault);
}

/* What was looked at is forgotten; what was found stays. */
void
rg_prove_one(RgBench *bench, RgProof *proof)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "releasegov proof",
											   ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(work);
	instr_time	start;
	instr_time	end;

	INSTR_TIME_SET_CURRENT(start);
	proof->clean = true;
	proof->keys_off = bench->keys_off != NIL;
	proof->detail = "";
	prove(bench, proof);
	if (proof->up.refusal == NULL && proof->down.refusal == NULL)
		rg_proof_heed_run(proof);
	rg_proof_check_cluster(bench, proof);
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	MemoryContextSwitchTo(old);
	proof->microseconds = (int64) INSTR_TIME_GET_MICROSEC(end);
	proof->judged = true;
	proof->detail = pstrdup(proof->detail);
	if (proof->comparison != NULL)
		proof->comparison = rg_comparison_copy(proof->comparison);
	MemoryContextDelete(work);
}
