/*
 * row.c: the row that a trigger sees as columns by name. Guards of tables
 * with a few rows a day can afford the names; gate_result's does not use it.
 */
#include "facts/facts.h"

#include "access/htup_details.h"
#include "utils/builtins.h"
#include "utils/datum.h"

static void
init_from(RgRow *row, TriggerData *trigger, HeapTuple tuple)
{
	row->trigger = trigger;
	row->desc = RelationGetDescr(trigger->tg_relation);
	row->tuple = tuple;
	row->values = palloc(sizeof(Datum) * row->desc->natts);
	row->nulls = palloc(sizeof(bool) * row->desc->natts);
	heap_deform_tuple(tuple, row->desc, row->values, row->nulls);
}

void
rg_row_init(RgRow *row, TriggerData *trigger)
{
	init_from(row, trigger, TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ?
			  trigger->tg_newtuple : trigger->tg_trigtuple);
}

void
rg_row_init_old(RgRow *row, TriggerData *trigger)
{
	init_from(row, trigger, trigger->tg_trigtuple);
}

static int
column_index(const RgRow *row, const char *column)
{
	return rg_column(row->trigger->tg_relation, column) - 1;
}

Datum
rg_row_get(const RgRow *row, const char *column, bool *isnull)
{
	int			i = column_index(row, column);

	*isnull = row->nulls[i];
	return row->values[i];
}

bool
rg_row_is_null(const RgRow *row, const char *column)
{
	return row->nulls[column_index(row, column)];
}

char *
rg_row_text(const RgRow *row, const char *column)
{
	int			i = column_index(row, column);

	return row->nulls[i] ? NULL : TextDatumGetCString(row->values[i]);
}

char *
rg_row_enum(const RgRow *row, const char *column)
{
	int			i = column_index(row, column);

	if (row->nulls[i])
		return NULL;
	return rg_enum_label(row->values[i]);
}

char *
rg_enum_label(Datum value)
{
	return DatumGetCString(DirectFunctionCall1(enum_out, value));
}

void
rg_row_set(RgRow *row, const char *column, Datum value)
{
	int			i = column_index(row, column);

	row->values[i] = value;
	row->nulls[i] = false;
}

void
rg_row_set_text(RgRow *row, const char *column, const char *value)
{
	rg_row_set(row, column, CStringGetTextDatum(value));
}

void
rg_row_set_null(RgRow *row, const char *column)
{
	row->nulls[column_index(row, column)] = true;
}

bool
rg_row_same(const RgRow *a, const RgRow *b, const char *column)
{
	int			i = column_index(a, column);
	Form_pg_attribute attr = TupleDescAttr(a->desc, i);

	if (a->nulls[i] || b->nulls[i])
		return a->nulls[i] && b->nulls[i];
	return datum_image_eq(a->values[i], b->values[i],
						  attr->attbyval, attr->attlen);
}

HeapTuple
rg_row_tuple(const RgRow *row)
{
	for (int i = 0; i < row->desc->natts; i++)
	{
		Form_pg_attribute attr = TupleDescAttr(row->desc, i);

		if (attr->attnotnull && row->nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_RG_INVALID_VALUE),
					 errmsg("column \"%s\" of \"%s\" must not be null", NameStr(attr->attname),
							RelationGetRelationName(row->trigger->tg_relation)),
					 errdetail("Without it the row would not say what is judged."),
					 errhint("Give a value; where the column or the argument has a default, leave it out.")));
	}
	return heap_form_tuple(row->desc, row->values, row->nulls);
}
