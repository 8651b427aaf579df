/*
 * load.c: reads what is known of one release into structs, by index probes
 * only: nothing here costs more because there is more history. A table that
 * the policy does not ask about is not opened.
 */
#include "eligibility/evaluate.h"

#include "access/stratnum.h"
#include "access/xact.h"
#include "catalog/pg_type_d.h"
#include "utils/array.h"
#include "utils/builtins.h"

static const char *const release_states[] = {
	"draft", "candidate", "released", "retired", "withdrawn"
};
static const char *const release_kinds[] = {"feature", "hotfix"};
static const char *const outcomes[] = {"pass", "fail"};

void
rg_loader_init(RgLoader *loader, Datum application, Datum version,
			   TimestampTz as_of, Snapshot snapshot, RgDetail detail)
{
	TimestampTz clock = as_of;

	memset(loader, 0, sizeof(*loader));
	loader->facts = palloc0(sizeof(RgFacts));
	loader->application = application;
	loader->version = version;
	loader->as_of = as_of;
	loader->snapshot = snapshot;
	loader->detail = detail;
	loader->facts->application = TextDatumGetCString(application);
	loader->facts->version = TextDatumGetCString(version);

	/*
	 * Of a time yet to come only what is visible is known, and all of it
	 * counts: also what this very transaction recorded after its now().
	 */
	loader->all = as_of >= GetCurrentTransactionStartTimestamp();
	if (loader->all)
		clock = GetCurrentTimestamp();
	else
		rg_uuid_v7_bound(as_of, &loader->bound);
	loader->facts->known_at = Min(as_of, clock);
}

/* ---- the release ---- */

static char **
load_array(const RgTable *table, AttrNumber column, int *count)
{
	bool		isnull;
	Datum		value = rg_load_value(table, column, &isnull);
	Datum	   *elems;
	bool	   *nulls;
	char	  **out;

	*count = 0;
	if (isnull)
		return NULL;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false,
					  TYPALIGN_INT, &elems, &nulls, count);
	out = palloc(sizeof(char *) * Max(*count, 1));
	for (int i = 0; i < *count; i++)
		out[i] = nulls[i] ? "" : TextDatumGetCString(elems[i]);
	return out;
}

/* Notes of blanks say nothing. */
static bool
load_has_notes(const RgTable *table, AttrNumber column)
{
	bool		isnull;
	Datum		value = rg_load_value(table, column, &isnull);
	const text *notes;

	if (isnull)
		return false;
	notes = DatumGetTextPP(value);
	for (int i = 0; i < (int) VARSIZE_ANY_EXHDR(notes); i++)
	{
		if ((unsigned char) VARDATA_ANY(notes)[i] > ' ')
			return true;
	}
	return false;
}

/* The columns that release and release_content share. */
static void
load_content(RgFactRelease *release, const RgTable *table)
{
	static const char *const names[] = {
		"artifact_digest", "kind", "change_categories", "authors", "notes",
		"content_digest"
	};
	AttrNumber	columns[lengthof(names)];
	bool		isnull;
	Datum		digest;

	rg_load_columns(table, names, columns, lengthof(names));
	release->artifact_digest = rg_load_text(table, columns[0]);
	release->kind = rg_load_enum(table, columns[1], release_kinds,
								 lengthof(release_kinds)) == RG_KIND_HOTFIX ?
		RG_KIND_HOTFIX : RG_KIND_FEATURE;
	release->categories = load_array(table, columns[2], &release->ncategories);
	release->authors = load_array(table, columns[3], &release->nauthors);
	release->has_notes = load_has_notes(table, columns[4]);
	digest = rg_load_value(table, columns[5], &isnull);
	release->content_digest = isnull ? NULL : DatumGetByteaPCopy(digest);
}

/* What the release said then, if it said something else. */
static void
load_content_as_of(RgLoader *loader)
{
	static const char *const names[] = {"id"};
	Datum		keys[2] = {loader->application, loader->version};
	AttrNumber	column;
	RgTable		table;
	RgScan		scan;

	rg_table_open(&table, "release_content", NULL);
	rg_load_columns(&table, names, &column, 1);
	rg_scan_begin_text(&scan, &table, 2, keys, loader->snapshot,
					   BackwardScanDirection);
	while (rg_scan_next(&scan))
	{
		pg_uuid_t	id;

		rg_load_uuid(&table, column, &id);
		if (rg_load_counts(loader, &id))
		{
			load_content(&loader->facts->release, &table);
			break;
		}
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

static void
load_state_as_of(RgLoader *loader)
{
	RgFactRelease *release = &loader->facts->release;
	int			state = rg_load_state_as_of(loader, loader->version, NULL,
											release_states,
											lengthof(release_states),
											&release->state_since);

	release->state = state < (int) lengthof(release_states) ?
		(RgReleaseState) state : RG_RELEASE_DRAFT;
}

bool
rg_load_release(RgLoader *loader)
{
	static const char *const names[] = {
		"content_since", "state", "state_since", "registered_at"
	};
	RgFactRelease *release = &loader->facts->release;
	AttrNumber	columns[lengthof(names)];
	Datum		keys[2] = {loader->application, loader->version};
	TimestampTz content_since = DT_NOBEGIN;
	RgTable		table;
	RgScan		scan;
	bool		found;

	rg_table_open(&table, "release", NULL);
	rg_load_columns(&table, names, columns, lengthof(names));
	rg_scan_begin_text(&scan, &table, 2, keys, loader->snapshot,
					   ForwardScanDirection);
	found = rg_scan_next(&scan);
	if (found)
	{
		content_since = rg_load_time(&table, columns[0], DT_NOBEGIN);
		release->state = rg_load_enum(&table, columns[1], release_states,
									  lengthof(release_states));
		release->state_since = rg_load_time(&table, columns[2], DT_NOBEGIN);
		release->registered = loader->all ||
			rg_load_time(&table, columns[3], DT_NOEND) <= loader->as_of;
		load_content(release, &table);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	if (found && !loader->all && content_since > loader->as_of)
		load_content_as_of(loader);
	if (found && !loader->all && release->state_since >= loader->as_of)
		load_state_as_of(loader);
	return found;
}

/* ---- results of gates ---- */

/* One result that can count: of a gate, or of one of its parts. */
typedef struct Slot
{
	const char *gate;
	const char *environment;
	const char *part;			/* "" for the whole gate */
	RgFactResult *result;
	bool		alone;			/* there is no other result of it */
} Slot;

typedef struct ResultColumns
{
	AttrNumber	measured_at,
				id,
				measured,
				outcome,
				detail,
				source,
				run_id,
				attempt;
} ResultColumns;

typedef struct Results
{
	const RgLoader *loader;
	RgTable		table;
	RgTable		runs;			/* opened when first needed */
	ResultColumns columns;
} Results;

static void
read_result(const Results *all, RgFactResult *out)
{
	const RgTable *table = &all->table;
	const ResultColumns *c = &all->columns;
	bool		isnull;
	Datum		value;

	out->found = true;
	out->measured_at = rg_load_time(table, c->measured_at, DT_NOBEGIN);
	value = rg_load_value(table, c->measured, &isnull);
	out->has_measure = !isnull;
	if (!isnull)
		out->measured = *DatumGetRgMeasureP(value);
	rg_load_value(table, c->outcome, &isnull);
	out->outcome = isnull ? RG_OUTCOME_NONE :
		(RgOutcome) rg_load_enum(table, c->outcome, outcomes, lengthof(outcomes));
	out->source = rg_load_text(table, c->source);
	out->run_id = rg_load_text(table, c->run_id);
	value = rg_load_value(table, c->attempt, &isnull);
	out->attempt = isnull ? 1 : DatumGetInt32(value);
	if (all->loader->detail == RG_FULL)
		out->detail = rg_load_text(table, c->detail);
}

/*
 * Of one run the newest attempt counts, however late an older one was
 * uploaded: is there a later one of the run in its unique index?
 */
static bool
is_superseded(Results *all, const Slot *slot)
{
	const RgLoader *loader = all->loader;
	const RgFactResult *result = slot->result;
	RgScan		scan;
	bool		found = false;

	if (result->run_id == NULL || result->source == NULL)
		return false;
	if (all->runs.heap == NULL)
		rg_table_open(&all->runs, "gate_result", "gate_result_run");
	{
		RgKey		keys[] = {
			{1, BTEqualStrategyNumber, TEXTOID, loader->application},
			{2, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(result->source)},
			{3, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(result->run_id)},
			{4, BTEqualStrategyNumber, TEXTOID, loader->version},
			{5, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(slot->gate)},
			{6, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(slot->environment)},
			{7, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(slot->part)},
			{8, BTGreaterStrategyNumber, INT4OID, Int32GetDatum(result->attempt)},
		};

		rg_scan_begin(&scan, &all->runs, lengthof(keys), keys,
					  loader->snapshot, BackwardScanDirection);
	}
	while (!found && rg_scan_next(&scan))
	{
		pg_uuid_t	id;

		rg_load_uuid(&all->runs, all->columns.id, &id);
		found = rg_load_counts(loader, &id);
	}
	rg_scan_end(&scan);
	return found;
}

/*
 * The newest result of a gate or part: the end of its range of the primary
 * key. For a time in the past, results recorded later are stepped over; a late
 * upload's measured_at is at most the clock's skew ahead of its recording.
 */
static void
load_result(Results *all, const Slot *slot)
{
	const RgLoader *loader = all->loader;
	RgFactResult *out = slot->result;
	RgKey		keys[] = {
		{1, BTEqualStrategyNumber, TEXTOID, loader->application},
		{2, BTEqualStrategyNumber, TEXTOID, loader->version},
		{3, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(slot->gate)},
		{4, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(slot->environment)},
		{5, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(slot->part)},
		{6, BTLessEqualStrategyNumber, TIMESTAMPTZOID,
		TimestampTzGetDatum(loader->as_of + RG_MAX_CLOCK_SKEW)},
	};
	RgScan		scan;

	rg_scan_begin(&scan, &all->table, loader->all ? 5 : 6, keys,
				  loader->snapshot, BackwardScanDirection);
	while (!out->found && rg_scan_next(&scan))
	{
		rg_load_uuid(&all->table, all->columns.id, &out->id);
		if (!rg_load_counts(loader, &out->id))
			continue;
		read_result(all, out);
		out->found = !is_superseded(all, slot);
	}
	rg_scan_end(&scan);
}

/*
 * A release has a handful of results a gate: one walk over the keys of all
 * is cheaper than a probe each. Where there are more of them than this, the
 * gates that were not reached are probed.
 */
#define RG_KEYS_PER_GATE 12
#define RG_MAX_WALKED 100		/* each key is compared with each of them */

/* Columns of the primary key. */
#define KEY_GATE 3
#define KEY_ENVIRONMENT 4
#define KEY_PART 5

static bool
same_text(Datum key, const char *name)
{
	const text *t = DatumGetTextPP(key);
	size_t		len = strlen(name);

	return VARSIZE_ANY_EXHDR(t) == len && memcmp(VARDATA_ANY(t), name, len) == 0;
}

/* Which of the wanted ones the key is of; n if of none. */
static int
find_slot(const RgScan *scan, const Slot *wanted, int n)
{
	Datum		gate = rg_scan_key(scan, KEY_GATE);
	Datum		environment = rg_scan_key(scan, KEY_ENVIRONMENT);
	Datum		part = rg_scan_key(scan, KEY_PART);
	int			i;

	for (i = 0; i < n; i++)
	{
		if (same_text(gate, wanted[i].gate) &&
			same_text(environment, wanted[i].environment) &&
			same_text(part, wanted[i].part))
			break;
	}
	return i;
}

/* The newest first within a gate. True when no result was left out. */
static bool
walk_results(Results *all, Slot *wanted, int nwanted)
{
	const RgLoader *loader = all->loader;
	RgKey		keys[2] = {
		{1, BTEqualStrategyNumber, TEXTOID, loader->application},
		{2, BTEqualStrategyNumber, TEXTOID, loader->version},
	};
	int			budget = nwanted * RG_KEYS_PER_GATE;
	int			missing = nwanted;
	Slot	   *settled = NULL; /* older results of that gate follow */
	RgScan		scan;

	rg_scan_begin_keys(&scan, &all->table, 2, keys, loader->snapshot,
					   BackwardScanDirection);
	while (missing > 0 && budget-- > 0 && rg_scan_next_key(&scan))
	{
		Slot		found;
		int			i;

		if (settled != NULL && find_slot(&scan, settled, 1) == 0)
		{
			settled->alone = false;
			continue;
		}
		i = find_slot(&scan, wanted, missing);
		if (i == missing || !rg_scan_row(&scan))
			continue;
		found = wanted[i];
		rg_load_uuid(&all->table, all->columns.id, &found.result->id);
		read_result(all, found.result);
		/* those that were found stand behind those that are missing */
		wanted[i] = wanted[--missing];
		settled = &wanted[missing];
		*settled = found;
		settled->alone = true;
	}
	rg_scan_end(&scan);
	/* nobody looked behind the last one */
	if (settled != NULL && (missing == 0 || budget < 0))
		settled->alone = false;
	return missing == 0 || budget >= 0;
}

/* The results that can count, of gates that the promotion needs. */
static Slot *
wanted_slots(const RgLoader *loader, int *nwanted)
{
	const RgPolicy *policy = loader->policy;
	RgEnvironmentSet here = (RgEnvironmentSet) 1 << loader->environment;
	RgKindSet	kind = (RgKindSet) 1 << loader->facts->release.kind;
	Slot	   *slots = palloc(sizeof(Slot) * Max(policy->nresults, 1));

	*nwanted = 0;
	for (int i = 0; i < policy->ngates; i++)
	{
		const RgGate *gate = &policy->gates[i];
		int			where = gate->measured_in[loader->environment];

		if (!(gate->environments & here) || !(gate->kinds & kind))
			continue;
		for (int part = 0; part < Max(gate->nparts, 1); part++)
			slots[(*nwanted)++] = (Slot)
		{
			.gate = gate->name,
				.environment = where < 0 ? "" : policy->environments[where].name,
				.part = gate->nparts > 0 ? gate->parts[part] : "",
				.result = &loader->facts->results[gate->first_result + part]
		};
	}
	return slots;
}

static void
load_results(RgLoader *loader)
{
	static const char *const names[] = {
		"measured_at", "id", "measured", "outcome", "detail",
		"source", "run_id", "attempt"
	};
	Results		all = {.loader = loader};
	int			nwanted;
	Slot	   *wanted;
	bool		complete;

	loader->facts->results =
		palloc0(sizeof(RgFactResult) * Max(loader->policy->nresults, 1));
	wanted = wanted_slots(loader, &nwanted);
	if (nwanted == 0)
		return;
	rg_table_open(&all.table, "gate_result", NULL);
	rg_load_columns(&all.table, names, (AttrNumber *) &all.columns,
					lengthof(names));
	complete = loader->all && nwanted <= RG_MAX_WALKED &&
		walk_results(&all, wanted, nwanted);
	for (int i = 0; i < nwanted; i++)
	{
		bool		found = wanted[i].result->found;

		/* a later attempt is another result of the same gate */
		if (found && !wanted[i].alone && is_superseded(&all, &wanted[i]))
			wanted[i].result->found = false;
		else if (found || complete)
			continue;
		load_result(&all, &wanted[i]);
	}
	if (all.runs.heap != NULL)
		rg_table_close(&all.runs);
	rg_table_close(&all.table);
}

/* ---- issues, flags, monitoring: the newest row of each name ---- */

typedef struct ItemTable
{
	const char *name;
	int			ntexts;			/* leading texts of the key, the item last */
	const char *columns[4];		/* the item, what it says (two), a text */
} ItemTable;

static const ItemTable issue_table = {
	"blocking_issue", 3, {"issue", "event", "event", "title"}
};
static const ItemTable flag_table = {
	"feature_flag", 4, {"flag", "expected", "actual", "detail"}
};
static const ItemTable monitoring_table = {
	"monitoring_check", 4, {"check_name", "outcome", "outcome", "detail"}
};

/* Names may be reported every minute: past so many rows of one, jump. */
#define RG_ROWS_BEFORE_JUMP 8

static RgFactItem *
add_item(RgFactItems *list)
{
	if (list->n == list->capacity)
	{
		list->capacity = Max(8, list->capacity * 2);
		list->items = list->items ?
			repalloc(list->items, list->capacity * sizeof(RgFactItem)) :
			palloc(list->capacity * sizeof(RgFactItem));
	}
	memset(&list->items[list->n], 0, sizeof(RgFactItem));
	return &list->items[list->n++];
}

static void
read_item(const RgLoader *loader, const RgTable *table, const ItemTable *kind,
		  const AttrNumber *c, RgFactItem *item)
{
	static const char *const events[] = {"resolved"};

	if (kind == &flag_table)
	{
		char	   *expected = rg_load_text(table, c[1]);
		char	   *actual = rg_load_text(table, c[2]);

		item->reported = actual != NULL;
		item->good = actual && strcmp(actual, expected) == 0;
		if (loader->detail == RG_FULL)
			item->detail = actual ? psprintf("is %s, should be %s",
											 rg_text_line(actual, 40),
											 rg_text_line(expected, 40)) :
				psprintf("not reported, should be %s", rg_text_line(expected, 40));
		return;
	}
	item->reported = true;
	item->good = kind == &issue_table ?
		rg_load_enum(table, c[1], events, 1) == 0 :
		rg_load_enum(table, c[1], outcomes, 1) == 0;
	if (loader->detail == RG_FULL)
		item->detail = rg_load_text(table, c[3]);
}

/*
 * One pass, backwards: the first row of each name is its newest. True when it
 * stopped because one name has many rows; `last` is that name.
 */
static bool
scan_items(const RgLoader *loader, RgTable *table, const ItemTable *kind,
		   const AttrNumber *c, RgFactItems *out, const RgKey *keys, int nkeys)
{
	RgScan		scan;
	int			rows = 0;
	bool		jump = false;

	rg_scan_begin(&scan, table, nkeys, keys, loader->snapshot,
				  BackwardScanDirection);
	while (!jump && rg_scan_next(&scan))
	{
		char	   *name = rg_load_text(table, c[0]);
		RgFactItem *item;
		pg_uuid_t	id;

		rg_load_uuid(table, c[4], &id);
		if (!rg_load_counts(loader, &id))
			continue;
		if (out->n > 0 && strcmp(out->items[out->n - 1].name, name) == 0)
		{
			jump = ++rows > RG_ROWS_BEFORE_JUMP;
			continue;
		}
		rows = 0;
		item = add_item(out);
		item->name = name;
		item->id = id;
		item->recorded_at = rg_load_time(table, c[5], DT_NOBEGIN);
		read_item(loader, table, kind, c, item);
	}
	rg_scan_end(&scan);
	return jump;
}

static void
load_items(const RgLoader *loader, const ItemTable *kind, RgFactItems *out)
{
	const char *environment = loader->policy->environments[loader->environment].name;
	const char *names[] = {
		kind->columns[0], kind->columns[1], kind->columns[2],
		kind->columns[3], "id", "recorded_at"
	};
	AttrNumber	columns[lengthof(names)];
	int			nkeys = kind->ntexts - 1;
	RgKey		keys[4] = {
		{1, BTEqualStrategyNumber, TEXTOID, loader->application},
		{2, BTEqualStrategyNumber, TEXTOID, loader->version},
		{3, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(environment)},
	};
	RgTable		table;

	rg_table_open(&table, kind->name, NULL);
	rg_load_columns(&table, names, columns, lengthof(names));
	while (scan_items(loader, &table, kind, columns, out, keys, nkeys))
	{
		nkeys = kind->ntexts;
		keys[nkeys - 1] = (RgKey) {
			nkeys, BTLessStrategyNumber, TEXTOID,
				CStringGetTextDatum(out->items[out->n - 1].name)
		};
	}
	rg_table_close(&table);
}

static bool
computes(const RgLoader *loader, RgCheckSource source)
{
	const RgPolicy *policy = loader->policy;
	RgEnvironmentSet here = (RgEnvironmentSet) 1 << loader->environment;

	for (int i = 0; i < policy->nchecks; i++)
	{
		const RgCheck *check = &policy->checks[i];

		for (int j = 0; j < check->ncomputed; j++)
		{
			if ((check->environments & here) &&
				check->computed[j].source == source)
				return true;
		}
	}
	return false;
}

/* ---- holds ---- */

static void
load_hold(const RgLoader *loader)
{
	static const char *const names[] = {
		"id", "event", "reason", "recorded_at", "recorded_by"
	};
	static const char *const events[] = {"lifted"};
	RgFactHold *hold = &loader->facts->hold;
	const char *environment = loader->policy->environments[loader->environment].name;
	Datum		keys[3] = {loader->application, loader->version,
	CStringGetTextDatum(environment)};
	AttrNumber	columns[lengthof(names)];
	RgTable		table;
	RgScan		scan;

	rg_table_open(&table, "hold", NULL);
	rg_load_columns(&table, names, columns, lengthof(names));
	rg_scan_begin_text(&scan, &table, 3, keys, loader->snapshot,
					   BackwardScanDirection);
	while (rg_scan_next(&scan))
	{
		rg_load_uuid(&table, columns[0], &hold->id);
		if (!rg_load_counts(loader, &hold->id))
			continue;
		hold->placed = rg_load_enum(&table, columns[1], events, 1) != 0;
		if (hold->placed)
		{
			hold->reason = rg_load_text(&table, columns[2]);
			hold->recorded_at = rg_load_time(&table, columns[3], DT_NOBEGIN);
			hold->recorded_by = rg_load_text(&table, columns[4]);
		}
		break;
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

/* The release is loaded, policy and environment are set. */
void
rg_load_facts(RgLoader *loader)
{
	RgFacts    *facts = loader->facts;

	rg_load_deployments(loader);
	load_hold(loader);
	load_results(loader);
	rg_load_people(loader);
	if (loader->policy->environments[loader->environment].blocking_issues)
		load_items(loader, &issue_table, &facts->issues);
	if (computes(loader, RG_CHECK_FEATURE_FLAGS))
		load_items(loader, &flag_table, &facts->flags);
	if (computes(loader, RG_CHECK_MONITORING))
		load_items(loader, &monitoring_table, &facts->monitoring);
	rg_load_migrations(loader);
}
