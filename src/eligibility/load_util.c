/*
 * load_util.c: what the readers of all tables of facts share: columns by
 * name, found once for each open table, enums by label, and which facts count
 * at the time asked for.
 */
#include "eligibility/evaluate.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "utils/builtins.h"
#include "utils/syscache.h"

/*
 * The names stand in the table's own order, so one pass over its attributes
 * finds them; a table in another order costs a search a name.
 */
void
rg_load_columns(const RgTable *table, const char *const *names,
				AttrNumber *columns, int n)
{
	TupleDesc	desc = RelationGetDescr(table->heap);
	int			found = 0;

	for (int i = 0; i < desc->natts && found < n; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(desc, i);

		if (!attr->attisdropped &&
			strcmp(NameStr(attr->attname), names[found]) == 0)
			columns[found++] = attr->attnum;
	}
	for (; found < n; found++)
		columns[found] = rg_column(table->heap, names[found]);
}

Datum
rg_load_value(const RgTable *table, AttrNumber column, bool *isnull)
{
	return slot_getattr(table->slot, column, isnull);
}

char *
rg_load_text(const RgTable *table, AttrNumber column)
{
	bool		isnull;
	Datum		value = slot_getattr(table->slot, column, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

TimestampTz
rg_load_time(const RgTable *table, AttrNumber column, TimestampTz if_null)
{
	bool		isnull;
	Datum		value = slot_getattr(table->slot, column, &isnull);

	return isnull ? if_null : DatumGetTimestampTz(value);
}

void
rg_load_uuid(const RgTable *table, AttrNumber column, pg_uuid_t *out)
{
	bool		isnull;
	Datum		value = slot_getattr(table->slot, column, &isnull);

	if (isnull)
		memset(out, 0, sizeof(*out));
	else
		memcpy(out, DatumGetUUIDP(value), sizeof(*out));
}

/* Null has no label. */
int
rg_load_enum(const RgTable *table, AttrNumber column,
			 const char *const *labels, int n)
{
	bool		isnull;
	Datum		value = slot_getattr(table->slot, column, &isnull);
	HeapTuple	tuple;
	int			i;

	if (isnull)
		return n;
	tuple = SearchSysCache1(ENUMOID, value);
	if (!HeapTupleIsValid(tuple))
		return n;
	for (i = 0; i < n; i++)
	{
		Form_pg_enum label = (Form_pg_enum) GETSTRUCT(tuple);

		if (strcmp(NameStr(label->enumlabel), labels[i]) == 0)
			break;
	}
	ReleaseSysCache(tuple);
	return i;
}

bool
rg_load_counts(const RgLoader *loader, const pg_uuid_t *id)
{
	return loader->all || memcmp(id, &loader->bound, UUID_LEN) <= 0;
}
