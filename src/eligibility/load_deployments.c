/*
 * load_deployments.c: where a release is deployed, what else is under way in
 * the environment, and how healthy the predecessor is. For a time in the past
 * the state is what the moves before it tell: a move at that very time is the
 * consequence of what is judged there.
 */
#include "eligibility/evaluate.h"

#include "access/stratnum.h"
#include "catalog/pg_type_d.h"
#include "utils/builtins.h"

static const char *const deployment_states[] = {
	"requested", "deploying", "rolling_out", "live", "superseded",
	"cancelled", "failed", "rolling_back", "rolled_back"
};

typedef struct Columns
{
	AttrNumber	id,
				version,
				environment,
				state,
				state_since,
				requested_by,
				requested_at,
				started_at,
				live_at,
				ended_at,
				artifact_digest;
} Columns;

static const char *const column_names[] = {
	"id", "version", "environment", "state", "state_since", "requested_by",
	"requested_at", "started_at", "live_at", "ended_at", "artifact_digest"
};

static void
open_deployments(RgTable *table, const char *index, Columns *columns)
{
	rg_table_open(table, "deployment", index);
	rg_load_columns(table, column_names, (AttrNumber *) columns,
					lengthof(column_names));
}

static int
label_index(const char *label, const char *const *labels, int n)
{
	int			i = 0;

	while (i < n && strcmp(labels[i], label) != 0)
		i++;
	return i;
}

int
rg_load_state_as_of(const RgLoader *loader, Datum version,
					const pg_uuid_t *deployment,
					const char *const *labels, int n, TimestampTz *since)
{
	static const char *const names[] = {
		"deployment", "to_state", "recorded_at"
	};
	AttrNumber	columns[lengthof(names)];
	Datum		keys[2] = {loader->application, version};
	RgTable		table;
	RgScan		scan;
	int			state = n;

	rg_table_open(&table, "transition", NULL);
	rg_load_columns(&table, names, columns, lengthof(names));
	rg_scan_begin_text(&scan, &table, 2, keys, loader->snapshot,
					   BackwardScanDirection);
	while (state == n && rg_scan_next(&scan))
	{
		pg_uuid_t	subject;
		bool		isnull;

		rg_load_value(&table, columns[0], &isnull);
		rg_load_uuid(&table, columns[0], &subject);
		*since = rg_load_time(&table, columns[2], DT_NOBEGIN);
		if (*since >= loader->as_of || isnull != (deployment == NULL) ||
			(deployment && memcmp(&subject, deployment, UUID_LEN) != 0))
			continue;
		state = label_index(rg_load_text(&table, columns[1]), labels, n);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	return state;
}

/* False if the deployment was not known by then. */
static bool
read_deployment(const RgLoader *loader, const RgTable *table,
				const Columns *c, RgFactDeployment *out)
{
	memset(out, 0, sizeof(*out));
	rg_load_uuid(table, c->id, &out->id);
	if (!rg_load_counts(loader, &out->id))
		return false;
	out->found = true;
	out->state = rg_load_enum(table, c->state, deployment_states,
							  lengthof(deployment_states));
	out->since = rg_load_time(table, c->state_since, DT_NOBEGIN);
	out->live_at = rg_load_time(table, c->live_at, DT_NOEND);
	if (!loader->all && out->since >= loader->as_of)
	{
		bool		isnull;
		Datum		version = rg_load_value(table, c->version, &isnull);
		int			state = rg_load_state_as_of(loader, version, &out->id,
												deployment_states,
												lengthof(deployment_states),
												&out->since);

		/* its first move is recorded a moment after its row */
		out->state = state < (int) lengthof(deployment_states) ?
			(RgDeploymentState) state : RG_DEPLOYMENT_REQUESTED;
	}
	out->version = rg_load_text(table, c->version);
	out->requested_by = rg_load_text(table, c->requested_by);
	out->artifact_digest = rg_load_text(table, c->artifact_digest);
	return true;
}

static bool
under_way(RgDeploymentState state)
{
	return state == RG_DEPLOYMENT_DEPLOYING ||
		state == RG_DEPLOYMENT_ROLLING_OUT ||
		state == RG_DEPLOYMENT_ROLLING_BACK;
}

/* This release there: live, and requested or on its way. */
static void
load_own(const RgLoader *loader, RgTable *table, const Columns *c,
		 const char *environment, RgFactDeployment *live,
		 RgFactDeployment *open)
{
	Datum		keys[3] = {loader->application, CStringGetTextDatum(environment),
	loader->version};
	RgFactDeployment row;
	RgScan		scan;

	rg_scan_begin_text(&scan, table, 3, keys, loader->snapshot,
					   BackwardScanDirection);
	while (!(live->found && open->found) && rg_scan_next(&scan))
	{
		if (!read_deployment(loader, table, c, &row))
			continue;
		if (row.state == RG_DEPLOYMENT_LIVE)
		{
			if (!live->found)
				*live = row;
		}
		else if (!open->found &&
				 (row.state == RG_DEPLOYMENT_REQUESTED || under_way(row.state)))
			*open = row;
	}
	rg_scan_end(&scan);
}

/*
 * The one deployment under way there: by its unique index now; for a time in
 * the past among all that were started by then.
 */
static void
load_busy(const RgLoader *loader)
{
	RgFacts    *facts = loader->facts;
	const char *environment = loader->policy->environments[loader->environment].name;
	Datum		keys[2] = {loader->application, CStringGetTextDatum(environment)};
	Columns		c;
	RgFactDeployment row;
	RgTable		table;
	RgScan		scan;

	open_deployments(&table, loader->all ? "deployment_active" : NULL, &c);
	rg_scan_begin_text(&scan, &table, loader->all ? 2 : 1, keys,
					   loader->snapshot, BackwardScanDirection);
	while (!facts->busy.found && rg_scan_next(&scan))
	{
		if (!loader->all &&
			(rg_load_time(&table, c.started_at, DT_NOEND) >= loader->as_of ||
			 rg_load_time(&table, c.ended_at, DT_NOEND) < loader->as_of ||
			 strcmp(rg_load_text(&table, c.environment), environment) != 0))
			continue;
		if (read_deployment(loader, &table, &c, &row) && under_way(row.state))
			facts->busy = row;
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

static void
read_health(const RgTable *table, const AttrNumber *columns,
			RgFactHealth *health)
{
	bool		isnull;

	health->found = true;
	health->healthy = DatumGetBool(rg_load_value(table, columns[2], &isnull));
	health->healthy_since = rg_load_time(table, columns[3], DT_NOEND);
	health->detail = rg_load_text(table, columns[4]);
}

/*
 * The newest probe of this release in the predecessor: since it went live
 * there, or shortly before, when its health was validated. A probe of another
 * version (the other half of a blue-green pair) says nothing about this one.
 */
static void
load_health(const RgLoader *loader, const RgEnvironment *before,
			const RgEnvironment *target)
{
	static const char *const names[] = {
		"observed_at", "id", "healthy", "healthy_since", "detail"
	};
	AttrNumber	columns[lengthof(names)];
	RgFacts    *facts = loader->facts;
	RgFactHealth *health = &facts->health;
	RgKey		keys[5] = {
		{1, BTEqualStrategyNumber, TEXTOID, loader->application},
		{2, BTEqualStrategyNumber, TEXTOID, CStringGetTextDatum(before->name)},
		{3, BTEqualStrategyNumber, TEXTOID, loader->version},
		{4, BTGreaterEqualStrategyNumber, TIMESTAMPTZOID,
		TimestampTzGetDatum(facts->before.live_at - rg_max_gap(target))},
		{4, BTLessEqualStrategyNumber, TIMESTAMPTZOID,
		TimestampTzGetDatum(loader->as_of + RG_MAX_CLOCK_SKEW)},
	};
	RgTable		table;
	RgScan		scan;

	rg_table_open(&table, "health_check", NULL);
	rg_load_columns(&table, names, columns, lengthof(names));
	rg_scan_begin(&scan, &table, loader->all ? 4 : 5, keys, loader->snapshot,
				  BackwardScanDirection);
	while (!health->found && rg_scan_next(&scan))
	{
		rg_load_uuid(&table, columns[1], &health->id);
		health->observed_at = rg_load_time(&table, columns[0], DT_NOBEGIN);
		if (rg_load_counts(loader, &health->id))
			read_health(&table, columns, health);
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
}

void
rg_load_deployments(RgLoader *loader)
{
	RgFacts    *facts = loader->facts;
	const RgEnvironment *environments = loader->policy->environments;
	const RgEnvironment *target = &environments[loader->environment];
	Columns		c;
	RgTable		table;

	open_deployments(&table, "deployment_history_key", &c);
	load_own(loader, &table, &c, target->name, &facts->live, &facts->open);
	if (target->after >= 0)
	{
		RgFactDeployment coming = {0};

		load_own(loader, &table, &c, environments[target->after].name,
				 &facts->before, &coming);
		if (!facts->before.found)
			facts->before = coming;
	}
	rg_table_close(&table);
	load_busy(loader);
	if (target->soak > 0 && facts->before.found &&
		facts->before.state == RG_DEPLOYMENT_LIVE)
		load_health(loader, &environments[target->after], target);
}
