/*
 * lookup.c: finding deployments by the partial indexes that keep them unique:
 * the live one, the one under way, the one asked for.
 */
#include "deployment/deployment.h"

#include "utils/builtins.h"

static char *
text_column(TupleTableSlot *slot, const char *column)
{
	bool		isnull;
	Datum		value = rg_slot_get(slot, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

bool
rg_deployment_find(const char *index, const char *application,
				   const char *environment, const char *version,
				   Snapshot snapshot, RgDeployment *out)
{
	RgTable		table;
	RgScan		scan;
	Datum		keys[2] = {CStringGetTextDatum(application), CStringGetTextDatum(environment)};
	bool		found = false;

	rg_table_open(&table, "deployment", index);
	rg_scan_begin_text(&scan, &table, 2, keys, snapshot, ForwardScanDirection);
	while (!found && rg_scan_next(&scan))
	{
		bool		isnull;

		out->version = text_column(table.slot, "version");
		if (version && strcmp(version, out->version) != 0)
			continue;
		found = true;
		out->id = *DatumGetUUIDP(rg_slot_get(table.slot, "id", &isnull));
		out->application = pstrdup(application);
		out->environment = pstrdup(environment);
		out->state = rg_enum_label(rg_slot_get(table.slot, "state", &isnull));
		out->started_at = DatumGetTimestampTz(rg_slot_get(table.slot, "started_at", &isnull));
		if (isnull)
			out->started_at = 0;
	}
	rg_scan_end(&scan);
	rg_table_close(&table);
	return found;
}
