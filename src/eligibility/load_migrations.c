/*
 * load_migrations.c: the migrations of a release, each with the newest proof
 * of its text. Costs depend on how many there are, not on how often each was
 * proven.
 */
#include "eligibility/evaluate.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "utils/builtins.h"

typedef struct Columns
{
	AttrNumber	sequence,
				name,
				id,
				class,
				reversibility,
				data_loss,
				detail,
				up_digest,
				down_digest;
} Columns;

typedef struct ProofColumns
{
	AttrNumber	id,
				verdict,
				detail,
				up_digest,
				down_digest,
				recorded_at;
} ProofColumns;

typedef struct Migrations
{
	const RgLoader *loader;
	RgTable		table;
	RgTable		proofs;
	Columns		columns;
	ProofColumns proof_columns;
	int			capacity;
} Migrations;

static const bytea *
bytes_of(const RgTable *table, AttrNumber column)
{
	bool		isnull;
	Datum		value = rg_load_value(table, column, &isnull);

	return isnull ? NULL : DatumGetByteaPP(value);
}

/* Sequence 0 is the whole release, which has no text: its time tells of what it is. */
static bool
is_of_this_text(const Migrations *all, int64 sequence)
{
	return sequence == 0 ||
		(rg_same_bytes(bytes_of(&all->table, all->columns.up_digest),
					   bytes_of(&all->proofs, all->proof_columns.up_digest)) &&
		 rg_same_bytes(bytes_of(&all->table, all->columns.down_digest),
					   bytes_of(&all->proofs, all->proof_columns.down_digest)));
}

/* The newest one; a proof of another text proves nothing. */
static void
load_proof(Migrations *all, int64 sequence, RgFactProof *out)
{
	const RgLoader *loader = all->loader;
	const ProofColumns *c = &all->proof_columns;
	RgKey		keys[] = {
		{1, BTEqualStrategyNumber, TEXTOID, loader->application},
		{2, BTEqualStrategyNumber, TEXTOID, loader->version},
		{3, BTEqualStrategyNumber, INT8OID, Int64GetDatum(sequence)},
	};
	RgScan		scan;
	bool		done = false;

	rg_scan_begin(&scan, &all->proofs, lengthof(keys), keys, loader->snapshot,
				  BackwardScanDirection);
	while (!done && rg_scan_next(&scan))
	{
		rg_load_uuid(&all->proofs, c->id, &out->id);
		if (!rg_load_counts(loader, &out->id))
			continue;
		done = true;
		out->found = is_of_this_text(all, sequence);
		out->verdict = rg_load_text(&all->proofs, c->verdict);
		out->proven_at = rg_load_time(&all->proofs, c->recorded_at, DT_NOBEGIN);
		if (loader->detail == RG_FULL)
			out->detail = rg_load_text(&all->proofs, c->detail);
	}
	rg_scan_end(&scan);
}

static void
load_migration(Migrations *all, const pg_uuid_t *id)
{
	RgFacts    *facts = all->loader->facts;
	const Columns *c = &all->columns;
	RgFactMigration *out;
	bool		isnull;
	const char *class;
	const char *reversibility;

	if (facts->nmigrations == all->capacity)
	{
		all->capacity = Max(8, all->capacity * 2);
		facts->migrations = facts->migrations ?
			repalloc(facts->migrations, all->capacity * sizeof(RgFactMigration)) :
			palloc(all->capacity * sizeof(RgFactMigration));
	}
	out = &facts->migrations[facts->nmigrations++];
	memset(out, 0, sizeof(*out));
	out->id = *id;
	out->sequence = DatumGetInt64(rg_load_value(&all->table, c->sequence, &isnull));
	/* whatever is not known to be harmless is not */
	class = rg_load_text(&all->table, c->class);
	out->class = class && (class[0] == 'A' || class[0] == 'B') ? class[0] : 'C';
	reversibility = rg_load_text(&all->table, c->reversibility);
	out->opaque = reversibility != NULL && strcmp(reversibility, "opaque") == 0;
	out->irreversible = !out->opaque &&
		(reversibility == NULL || strcmp(reversibility, "reversible") != 0);
	out->data_loss = DatumGetBool(rg_load_value(&all->table, c->data_loss, &isnull)) || isnull;
	(void) rg_load_value(&all->table, c->down_digest, &isnull);
	out->has_down = !isnull;
	if (all->loader->detail == RG_FULL)
	{
		out->name = rg_load_text(&all->table, c->name);
		out->detail = rg_load_text(&all->table, c->detail);
	}
	load_proof(all, out->sequence, &out->proof);
}

void
rg_load_migrations(RgLoader *loader)
{
	static const char *const names[] = {
		"sequence", "name", "id", "class", "reversibility", "data_loss",
		"detail", "up_digest", "down_digest"
	};
	static const char *const proof_names[] = {
		"id", "verdict", "detail", "up_digest", "down_digest", "recorded_at"
	};
	Migrations	all = {.loader = loader};
	Datum		keys[2] = {loader->application, loader->version};
	RgScan		scan;

	if (!rg_load_here(loader, loader->policy->migrations.environments))
		return;
	rg_table_open(&all.table, "migration", NULL);
	rg_table_open(&all.proofs, "migration_check", NULL);
	rg_load_columns(&all.table, names, (AttrNumber *) &all.columns, lengthof(names));
	rg_load_columns(&all.proofs, proof_names, (AttrNumber *) &all.proof_columns,
					lengthof(proof_names));
	rg_scan_begin_text(&scan, &all.table, 2, keys, loader->snapshot,
					   ForwardScanDirection);
	while (rg_scan_next(&scan))
	{
		pg_uuid_t	id;

		rg_load_uuid(&all.table, all.columns.id, &id);
		if (rg_load_counts(loader, &id))
			load_migration(&all, &id);
	}
	rg_scan_end(&scan);
	if (loader->facts->nmigrations > 1 && !loader->policy->migrations.proof_optional)
		load_proof(&all, 0, &loader->facts->whole);
	rg_table_close(&all.proofs);
	rg_table_close(&all.table);
}
