/*
 * ingest_sql.c: what would be read in a report, and which formats are known:
 * read_report(), report_formats(). Nothing here writes.
 */
#include "ingest/ingest_sql.h"

#include "access/detoast.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "ingest/render.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

static char *
list_of_formats(void)
{
	StringInfoData list;

	initStringInfo(&list);
	appendStringInfoString(&list, "auto");
	for (int i = 0; i < rg_nformats; i++)
		appendStringInfo(&list, ", %s", rg_formats[i].name);
	return list.data;
}

/* NULL for "auto". */
static const RgFormat *
format_argument(text *name)
{
	char	   *format = text_to_cstring(name);
	const RgFormat *found = rg_format_find(format);

	if (found == NULL && strcmp(format, "auto") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNREADABLE_REPORT),
				 errmsg("there is no report format \"%s\"",
						rg_excerpt(format, strlen(format))),
				 errdetail("The formats are: %s.", list_of_formats()),
				 errhint("Name one of them, or \"auto\" to recognise the format by the report's contents.")));
	return found;
}

void
rg_require_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
}

void
rg_report_from_arguments(FunctionCallInfo fcinfo, int format, int report,
						 int exit_code, RgReport *out, RgInput *bytes)
{
	const RgFormat *which;
	Datum		value;
	int			code;
	bool		is_text;
	char	   *data = NULL;
	size_t		length;

	rg_require_argument(fcinfo, format, "format");
	rg_require_argument(fcinfo, report, "report");
	which = format_argument(PG_GETARG_TEXT_PP(format));
	code = PG_ARGISNULL(exit_code) ? 0 : PG_GETARG_INT32(exit_code);

	/* its size is known without unpacking it */
	value = PG_GETARG_DATUM(report);
	length = toast_raw_datum_size(value) - VARHDRSZ;
	if (length <= RG_REPORT_MAX_BYTES)
	{
		struct varlena *whole = PG_DETOAST_DATUM_PACKED(value);

		data = VARDATA_ANY(whole);
		length = VARSIZE_ANY_EXHDR(whole);
		is_text = get_fn_expr_argtype(fcinfo->flinfo, report) == TEXTOID;

		/* SQL_ASCII may hold anything: it is looked at as bytes are */
		if (is_text && GetDatabaseEncoding() != PG_UTF8 &&
			GetDatabaseEncoding() != PG_SQL_ASCII)
		{
			data = pg_server_to_any(data, (int) length, PG_UTF8);
			length = data == VARDATA_ANY(whole) ? length : strlen(data);
		}
	}
	bytes->data = data;
	bytes->length = length;
	rg_report_read(which, data, length,
				   PG_ARGISNULL(exit_code) ? NULL : &code, out);
}

/* ---- read_report ------------------------------------------------------------ */

enum
{
	OUT_RECOGNISED,
	OUT_TOOL,
	OUT_TOOL_VERSION,
	OUT_STATUS,
	OUT_MESSAGE,
	OUT_FIGURES,
	OUT_FINDINGS,
	OUT_SET_ASIDE,
	OUT_WARNINGS,
	OUT_COUNT
};

static void
set_text(Datum *value, bool *isnull, char *str)
{
	*isnull = str == NULL;
	if (str != NULL)
		*value = CStringGetTextDatum(str);
}

static HeapTuple
report_tuple(const RgReport *report, TupleDesc desc)
{
	Datum		values[OUT_COUNT] = {0};
	bool		nulls[OUT_COUNT] = {false};

	set_text(&values[OUT_RECOGNISED], &nulls[OUT_RECOGNISED],
			 report->format ? pstrdup(report->format->name) : NULL);
	set_text(&values[OUT_TOOL], &nulls[OUT_TOOL],
			 rg_render_text(report->tool));
	set_text(&values[OUT_TOOL_VERSION], &nulls[OUT_TOOL_VERSION],
			 rg_render_text(report->tool_version));
	set_text(&values[OUT_STATUS], &nulls[OUT_STATUS],
			 pstrdup(rg_report_status_name(report->status)));
	set_text(&values[OUT_MESSAGE], &nulls[OUT_MESSAGE],
			 rg_render_message(report));
	values[OUT_FIGURES] = rg_render_figures(report);
	values[OUT_FINDINGS] = rg_render_findings(report);
	values[OUT_SET_ASIDE] = rg_render_set_aside(report);
	values[OUT_WARNINGS] = rg_render_warnings(report);
	return heap_form_tuple(desc, values, nulls);
}

PG_FUNCTION_INFO_V1(rg_read_report);
Datum
rg_read_report(PG_FUNCTION_ARGS)
{
	RgReport   *report = palloc(sizeof(RgReport));
	MemoryContext old;
	MemoryContext work;
	TupleDesc	desc;
	HeapTuple	tuple;
	RgInput		bytes;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");

	/* everything but the answer goes when it is done, the input's copy too */
	work = AllocSetContextCreate(CurrentMemoryContext, "releasegov report",
								 ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(work);
	rg_report_from_arguments(fcinfo, 0, 1, 2, report, &bytes);
	MemoryContextSwitchTo(old);
	tuple = report_tuple(report, BlessTupleDesc(desc));
	MemoryContextDelete(work);
	PG_RETURN_DATUM(HeapTupleGetDatum(tuple));
}

/* ---- report_formats --------------------------------------------------------- */

static Datum
words(const char *list)
{
	Datum		items[RG_MAX_FIGURES];
	int			count = 0;

	while (*list != '\0' && count < (int) lengthof(items))
	{
		size_t		length = strcspn(list, " ");

		items[count++] = PointerGetDatum(cstring_to_text_with_len(list,
																  (int) length));
		list += length;
		list += strspn(list, " ");
	}
	return PointerGetDatum(construct_array(items, count, TEXTOID, -1, false,
										   TYPALIGN_INT));
}

PG_FUNCTION_INFO_V1(rg_report_formats);
Datum
rg_report_formats(PG_FUNCTION_ARGS)
{
	static const char *const syntaxes[] = {
		[RG_SYNTAX_XML] = "xml",
		[RG_SYNTAX_JSON] = "json",
		[RG_SYNTAX_TEXT] = "text",
	};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < rg_nformats; i++)
	{
		const RgFormat *format = &rg_formats[i];
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(format->name);
		values[1] = CStringGetTextDatum(format->title);
		values[2] = CStringGetTextDatum(syntaxes[format->syntax]);
		values[3] = words(format->figures);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values,
							 nulls);
	}
	return (Datum) 0;
}
