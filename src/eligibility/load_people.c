/*
 * load_people.c: what people decided on a release (reviews, approvals,
 * attestations, waivers) and who they are: several names of one person, in
 * the table identity, are that person's.
 */
#include "eligibility/evaluate.h"

#include "utils/builtins.h"

static const char *const decisions[] = {"approve", "reject", "revoke"};

/* The four tables have one shape; what differs stands here. */
typedef struct DecisionTable
{
	const char *name;
	const char *subject;
	const char *text;
	bool		by_environment;
	bool		expires;
} DecisionTable;

static const DecisionTable review_table = {"review", "review", "comment", false, false};
static const DecisionTable approval_table = {"approval", "rule", "comment", true, false};
static const DecisionTable attestation_table = {"attestation", "item", "evidence", true, false};
static const DecisionTable waiver_table = {"waiver", "requirement", "reason", true, true};

typedef struct Columns
{
	AttrNumber	subject,
				id,
				decision,
				text,
				role,
				content_digest,
				actor,
				recorded_at,
				expires_at,
				break_glass;
} Columns;

static void
find_columns(const RgTable *table, const DecisionTable *kind, Columns *c)
{
	const char *names[] = {
		kind->subject, "id", "decision", kind->text, "role",
		"content_digest", "actor", "recorded_at", "expires_at", "break_glass"
	};

	rg_load_columns(table, names, (AttrNumber *) c,
					kind->expires ? 10 : 8);
}

static bool
same_content(const RgLoader *loader, const RgTable *table, AttrNumber column)
{
	const bytea *now = loader->facts->release.content_digest;
	bool		isnull;
	Datum		value = rg_load_value(table, column, &isnull);

	return !isnull && now != NULL && rg_same_bytes(DatumGetByteaPP(value), now);
}

static RgFactDecision *
add_decision(RgFactDecisions *list)
{
	if (list->n == list->capacity)
	{
		list->capacity = Max(8, list->capacity * 2);
		list->items = list->items ?
			repalloc(list->items, list->capacity * sizeof(RgFactDecision)) :
			palloc(list->capacity * sizeof(RgFactDecision));
	}
	return &list->items[list->n++];
}

static void
read_decision(const RgLoader *loader, const RgTable *table,
			  const DecisionTable *kind, const Columns *c,
			  const pg_uuid_t *id, RgFactDecision *out)
{
	bool		isnull;

	memset(out, 0, sizeof(*out));
	out->id = *id;
	out->subject = rg_load_text(table, c->subject);
	/* whatever is not an approval or a rejection takes them back */
	out->decision = Min(rg_load_enum(table, c->decision, decisions,
									 lengthof(decisions)), RG_REVOKE);
	out->role = rg_load_text(table, c->role);
	out->same_content = same_content(loader, table, c->content_digest);
	out->actor = rg_load_text(table, c->actor);
	out->person = out->actor;
	out->recorded_at = rg_load_time(table, c->recorded_at, DT_NOBEGIN);
	out->expires_at = DT_NOEND;
	if (kind->expires)
	{
		out->expires_at = rg_load_time(table, c->expires_at, DT_NOBEGIN);
		out->break_glass = DatumGetBool(rg_load_value(table, c->break_glass, &isnull));
	}
	if (loader->detail == RG_FULL)
		out->text = rg_load_text(table, c->text);
}

static void
load_decisions(const RgLoader *loader, const DecisionTable *kind,
			   RgFactDecisions *out)
{
	Datum		keys[3] = {loader->application, loader->version};
	Columns		c;
	RgTable		table;
	RgScan		scan;

	rg_table_open(&table, kind->name, NULL);
	find_columns(&table, kind, &c);
	if (kind->by_environment)
		keys[2] = CStringGetTextDatum(loader->policy->environments[loader->environment].name);
	rg_scan_begin_text(&scan, &table, kind->by_environment ? 3 : 2, keys,
					   loader->snapshot, BackwardScanDirection);
	while (rg_scan_next(&scan))
	{
		pg_uuid_t	id;

		rg_load_uuid(&table, c.id, &id);
		if (rg_load_counts(loader, &id))
			read_decision(loader, &table, kind, &c, &id, add_decision(out));
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

/* ---- who is who ---- */

typedef struct People
{
	const RgLoader *loader;
	RgTable		table;
	AttrNumber	columns[2];
} People;

static const char *
person_of_alias(People *people, const char *alias)
{
	Datum		key = CStringGetTextDatum(alias);
	const char *person = alias;
	RgScan		scan;

	rg_scan_begin_text(&scan, &people->table, 1, &key,
					   people->loader->snapshot, ForwardScanDirection);
	if (rg_scan_next(&scan))
	{
		pg_uuid_t	id;

		rg_load_uuid(&people->table, people->columns[1], &id);
		if (rg_load_counts(people->loader, &id))
			person = rg_load_text(&people->table, people->columns[0]);
	}
	rg_scan_end(&scan);
	return person;
}

/* As rg_person() does, as of the time asked for. */
static const char *
person_of(People *people, const char *name)
{
	for (int i = 0; i < RG_MAX_ALIASES; i++)
	{
		const char *person = person_of_alias(people, name);

		if (strcmp(person, name) == 0)
			break;
		name = person;
	}
	return name;
}

static void
resolve_decisions(People *people, RgFactDecisions *list)
{
	const RgFactRelease *release = &people->loader->facts->release;

	for (int i = 0; i < list->n; i++)
	{
		RgFactDecision *item = &list->items[i];

		/* one person's decisions often follow one another */
		if (i > 0 && strcmp(item->actor, list->items[i - 1].actor) == 0)
			item->person = list->items[i - 1].person;
		else
			item->person = person_of(people, item->actor);
		for (int j = 0; j < release->nauthors && !item->author; j++)
			item->author = strcmp(release->authors[j], item->person) == 0;
	}
}

/* Without a decision, it does not matter who the authors are. */
static void
resolve_people(RgLoader *loader, RgFactDecisions *const *lists, int nlists)
{
	static const char *const names[] = {"person", "id"};
	RgFacts    *facts = loader->facts;
	People		people = {loader};
	int			n = 0;

	for (int i = 0; i < nlists; i++)
		n += lists[i]->n;
	if (n == 0)
		return;
	rg_table_open(&people.table, "identity", NULL);
	rg_load_columns(&people.table, names, people.columns, lengthof(names));
	for (int i = 0; i < facts->release.nauthors; i++)
		facts->release.authors[i] = (char *) person_of(&people, facts->release.authors[i]);
	if (facts->open.found)
		facts->open.requested_by = person_of(&people, facts->open.requested_by);
	for (int i = 0; i < nlists; i++)
		resolve_decisions(&people, lists[i]);
	rg_table_close(&people.table);
}

/* ---- what the policy asks people for ---- */

bool
rg_load_here(const RgLoader *loader, RgEnvironmentSet environments)
{
	return (environments & ((RgEnvironmentSet) 1 << loader->environment)) != 0;
}

static bool
asks_reviews(const RgLoader *loader)
{
	const RgPolicy *policy = loader->policy;

	for (int i = 0; i < policy->nreviews; i++)
	{
		if (rg_load_here(loader, policy->reviews[i].environments))
			return true;
	}
	if (policy->migrations.review >= 0 &&
		rg_load_here(loader, policy->migrations.environments))
		return true;
	for (int i = 0; i < policy->ngates; i++)
	{
		if (policy->gates[i].review >= 0 &&
			rg_load_here(loader, policy->gates[i].environments))
			return true;
	}
	return false;
}

static bool
asks_approvals(const RgLoader *loader)
{
	const RgPolicy *policy = loader->policy;

	for (int i = 0; i < policy->napprovals; i++)
	{
		if (rg_load_here(loader, policy->approvals[i].environments))
			return true;
	}
	return false;
}

static bool
asks_attestations(const RgLoader *loader)
{
	const RgPolicy *policy = loader->policy;

	for (int i = 0; i < policy->nchecks; i++)
	{
		if (policy->checks[i].attested_by != 0 &&
			rg_load_here(loader, policy->checks[i].environments))
			return true;
	}
	return false;
}

/* After the release and its deployments. */
void
rg_load_people(RgLoader *loader)
{
	RgFacts    *facts = loader->facts;
	RgFactDecisions *lists[] = {&facts->reviews, &facts->approvals, &facts->attestations};

	if (asks_reviews(loader))
		load_decisions(loader, &review_table, &facts->reviews);
	if (asks_approvals(loader))
		load_decisions(loader, &approval_table, &facts->approvals);
	if (asks_attestations(loader))
		load_decisions(loader, &attestation_table, &facts->attestations);
	resolve_people(loader, lists, lengthof(lists));
}

void
rg_load_waivers(RgLoader *loader)
{
	RgFactDecisions *waivers = &loader->facts->waivers;

	load_decisions(loader, &waiver_table, waivers);
	resolve_people(loader, &waivers, 1);
}
