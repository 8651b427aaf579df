/*
 * chain.c: the migrations of a release one after the other on one scratch
 * database, behind those of earlier releases; where one leaves the database
 * otherwise than its up alone would, it is copied anew from the one that has
 * only the ups. At first all of them together, down from the top.
 */
#include "migration/proof.h"

#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/ipc.h"
#include "utils/builtins.h"

typedef struct Chain
{
	RgBench    *bench;
	RgProof    *proofs;			/* earlier ones and those to be proven */
	int			first;			/* of those to be proven */
	int			n;
	RgProof    *whole;
} Chain;

/* With its schema, in the database that has what the ups leave; NULL: it is gone. */
static const char *
whole_name(RgBench *bench, const char *table)
{
	rg_session_must(&bench->base, psprintf("SELECT pg_catalog.format('%%I.%%I', n.nspname, c.relname) FROM pg_catalog.pg_class c"
										   " JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
										   " WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(%s)", quote_literal_cstr(table)),
					"say what a table is called");
	return rg_link_rows(bench->base.link) > 0 ? rg_session_kept(&bench->base, 0, 0) : NULL;
}

/* Also one that is gone by now. */
static void
forget_key(RgBench *bench, const char *table)
{
	ListCell   *off;

	foreach(off, bench->keys_off)
	{
		if (strcmp(table, lfirst(off)) == 0)
			bench->keys_off = foreach_delete_current(bench->keys_off, off);
	}
}

/* Which tables would have no keys now, if they had been switched off? */
static void
note_switches(RgBench *bench, const RgScript *up, const RgOutcome *outcome)
{
	MemoryContext old = MemoryContextSwitchTo(bench->context);
	ListCell   *cell;

	foreach(cell, outcome->why == NULL ? up->switches : NIL)
	{
		const RgSwitch *one = lfirst(cell);
		const char *table = whole_name(bench, one->table);

		if (table == NULL)
			continue;
		forget_key(bench, table);
		if (one->off && outcome->users)
			bench->keys_off = lappend(bench->keys_off, unconstify(char *, table));
	}
	foreach(cell, bench->keys_off)
	{
		if (whole_name(bench, lfirst(cell)) == NULL)
			bench->keys_off = foreach_delete_current(bench->keys_off, cell);
	}
	MemoryContextSwitchTo(old);
}

/* Into the database that has only what the ups leave. */
static void
bring_up(Chain *chain, const RgScript *up, RgOutcome *outcome)
{
	rg_session_execute(chain->bench, &chain->bench->base, up, outcome);
	note_switches(chain->bench, up, outcome);
}

/* Up alone: what it needs stands already. */
static bool
run_earlier(Chain *chain, const char **why)
{
	for (int i = 0; i < chain->first; i++)
	{
		RgProof    *earlier = &chain->proofs[i];
		RgOutcome	outcome = {NULL};
		RgScript	rest;
		const RgScript *up = rg_proof_up(earlier, &rest);

		if (up != NULL)
			bring_up(chain, up, &outcome);
		if (outcome.why != NULL)
		{
			*why = psprintf("the earlier migration " INT64_FORMAT " %s cannot be run: %s",
							earlier->sequence, earlier->name, outcome.why);
			return false;
		}
	}
	return true;
}

/* The next one finds what the ups before it leave. */
static void
go_on(Chain *chain, const RgProof *proof)
{
	RgOutcome	outcome = {NULL};
	RgScript	rest;
	const RgScript *up = rg_proof_up(proof, &rest);
	bool		refused = up == &rest;

	if (up != NULL && (proof->applied || refused))
		bring_up(chain, up, &outcome);
	/* an up that needs rows to run on brings them with it */
	if (outcome.why != NULL && !refused)
		rg_bench_keep(chain->bench);
	else if (!proof->clean || refused)
		rg_bench_renew(chain->bench);
}

static void
prove_each(Chain *chain)
{
	for (int i = chain->first; i < chain->n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		rg_prove_one(chain->bench, &chain->proofs[i]);
		go_on(chain, &chain->proofs[i]);
	}
}

/* ---- from bottom to top and back ---- */

static void
settle_whole(const Chain *chain, RgProofVerdict verdict, const RgProof *proof,
			 const char *why)
{
	chain->whole->verdict = verdict;
	chain->whole->detail = psprintf("migration " INT64_FORMAT " %s: %s",
							 proof->sequence, proof->name, why);
}

/* What can be said without running anything. */
static bool
can_go_back(const Chain *chain)
{
	for (int i = chain->first; i < chain->n; i++)
	{
		const RgProof *proof = &chain->proofs[i];
		const char *refusal = proof->up.refusal ? proof->up.refusal : proof->down.refusal;

		if (refusal != NULL)
		{
			settle_whole(chain, proof->up.refusal == NULL && proof->down.unreadable ? RG_DOWN_FAILS : RG_UNTESTABLE,
						 proof, refusal);
			return false;
		}
	}
	for (int i = chain->n - 1; i >= chain->first; i--)
	{
		if (chain->proofs[i].down.text == NULL)
		{
			settle_whole(chain, RG_DOWN_MISSING, &chain->proofs[i], "there is no down");
			return false;
		}
	}
	return true;
}

static bool
run_step(Chain *chain, const RgProof *proof, const RgScript *script,
		 RgProofVerdict verdict, RgOutcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	if (!script->blank)
		rg_session_execute(chain->bench, &chain->bench->runner, script, outcome);
	chain->whole->apart |= outcome->apart;
	rg_proof_ran(chain->whole, outcome);
	if (outcome->why != NULL)
		settle_whole(chain, verdict, proof, outcome->why);
	return outcome->why == NULL;
}

/* All of them up and then all of them down; false where one of them fails. */
static bool
run_whole(Chain *chain, RgOutcome *outcome)
{
	for (int i = chain->first; i < chain->n; i++)
	{
		const RgProof *proof = &chain->proofs[i];

		if (!run_step(chain, proof, &proof->up, RG_UNTESTABLE, outcome))
			return false;
	}
	for (int i = chain->n - 1; i >= chain->first; i--)
	{
		const RgProof *proof = &chain->proofs[i];

		if (!run_step(chain, proof, &proof->down, RG_DOWN_FAILS, outcome))
			return false;
	}
	return true;
}

/* With rows at the bottom, such as all of the ups take. */
static void
try_whole(Chain *chain)
{
	RgProof    *whole = chain->whole;
	const char *unfilled = NULL;
	RgRows		rows = {RG_ROWS_ALL};
	RgOutcome	outcome;
	RgMoment	before;

	for (;;)
	{
		unfilled = rg_fill(chain->bench, &rows, NULL);
		rg_look(chain->bench, &chain->bench->observer, &before);
		if (run_whole(chain, &outcome))
		{
			rg_proof_judge(chain->bench, whole, &before);
			break;
		}
		rg_bench_renew(chain->bench);
		if (whole->verdict != RG_UNTESTABLE || !rg_rows_matter(&outcome))
			return;
		if (!rg_rows_ask_less(chain->bench, &rows, &outcome))
			break;
	}
	rg_proof_note_rows(whole, &rows, unfilled);
	if (whole->comparison != NULL && whole->verdict != RG_PROVEN)
		rg_bench_renew(chain->bench);
}

static void
prove_whole(Chain *chain)
{
	RgProof    *whole = chain->whole;
	instr_time	start;
	instr_time	end;

	INSTR_TIME_SET_CURRENT(start);
	whole->sequence = 0;
	whole->keys_off = chain->bench->keys_off != NIL;
	whole->detail = "";
	if (can_go_back(chain))
	{
		try_whole(chain);
		rg_proof_heed_run(whole);
		rg_proof_check_cluster(chain->bench, whole);
	}
	INSTR_TIME_SET_CURRENT(end);
	INSTR_TIME_SUBTRACT(end, start);
	whole->microseconds = (int64) INSTR_TIME_GET_MICROSEC(end);
	whole->judged = true;
}

static void
refuse_one(RgProof *proof, const char *why)
{
	if (proof->judged)
		return;
	proof->verdict = RG_UNTESTABLE;
	proof->detail = why;
	proof->comparison = NULL;
}

/* What has no verdict yet gets none any more. */
static pg_noinline void
refuse_rest(Chain *chain, const char *why)
{
	for (int i = chain->first; i < chain->n; i++)
		refuse_one(&chain->proofs[i], why);
	refuse_one(chain->whole, why);
}

static void
prove(Chain *chain)
{
	const char *why;

	if (!run_earlier(chain, &why))
	{
		refuse_rest(chain, why);
		return;
	}
	/* what they do to all databases is no fault of those to be proven */
	(void) rg_cluster_fault(chain->bench, rg_cluster_look(chain->bench, &chain->bench->base));
	rg_bench_renew(chain->bench);
	if (chain->n - chain->first > 1)
		prove_whole(chain);
	prove_each(chain);
}

/*
 * A scratch server that goes away meanwhile is no error of whoever asked: what
 * was found until then stands. Caught without a subtransaction, since a proof
 * does nothing in this database; whatever else happens is thrown on.
 */
static void
prove_while_it_answers(Chain *chain)
{
	MemoryContext context = CurrentMemoryContext;

	PG_TRY();
	{
		prove(chain);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		if (geterrcode() != ERRCODE_RG_NO_SCRATCH_SERVER)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		refuse_rest(chain, psprintf("%s: %s", error->message, error->detail));
	}
	PG_END_TRY();
}

/* Also where this session is ended, which no PG_TRY() sees. */
static void
close_in_haste(int code, Datum bench)
{
	rg_bench_close_in_haste((RgBench *) DatumGetPointer(bench));
}

/* The scratch databases go whatever happens; only then does an error go on. */
void
rg_prove_chain(const RgProofSettings *settings, RgProof *proofs, int nearlier,
			   int n, RgProof *whole, const char **server_version)
{
	RgBench    *bench = palloc0(sizeof(RgBench));
	Chain		chain = {bench, proofs, nearlier, n, whole};

	PG_ENSURE_ERROR_CLEANUP(close_in_haste, PointerGetDatum(bench));
	{
		rg_bench_open(bench, settings);
		*server_version = bench->server_version;
		prove_while_it_answers(&chain);
		rg_bench_close(bench);
	}
	PG_END_ENSURE_ERROR_CLEANUP(close_in_haste, PointerGetDatum(bench));
}
