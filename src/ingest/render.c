/*
 * render.c: an RgReport as SQL values: texts in the database's encoding,
 * figures and findings as jsonb.
 */
#include "ingest/render.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"

char *
rg_render_text(const char *utf8)
{
	char	   *str = utf8 != NULL ? pstrdup(utf8) : NULL;

	/*
	 * Conversion would raise an error where the encoding lacks a character,
	 * and a report is not unreadable for the name of one test.
	 */
	if (str != NULL && GetDatabaseEncoding() != PG_UTF8)
	{
		for (char *p = str; *p != '\0'; p++)
			*p = IS_HIGHBIT_SET(*p) ? '?' : *p;
	}
	return str;
}

char *
rg_render_message(const RgReport *report)
{
	StringInfoData out;
	char	   *message;

	if (report->message == NULL)
		return NULL;
	message = rg_render_text(report->message);
	initStringInfo(&out);
	if (report->status == RG_REPORT_INVALID && report->line > 0)
	{
		appendStringInfo(&out, "line %d", report->line);
		if (report->column > 0)
			appendStringInfo(&out, ", column %d", report->column);
		appendStringInfoString(&out, ": ");
	}
	appendStringInfoString(&out, message);
	return out.data;
}

static Datum
jsonb_from(StringInfo json)
{
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json->data));
}

Datum
rg_render_figures(const RgReport *report)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	for (int i = 0; i < report->nfigures; i++)
	{
		char		value[RG_MEASURE_MAXLEN];

		rg_measure_format(&report->figures[i].value, value);
		appendStringInfoString(&json, i > 0 ? ", " : "");
		escape_json(&json, report->figures[i].name);
		appendStringInfoString(&json, ": ");
		escape_json(&json, value);
	}
	appendStringInfoChar(&json, '}');
	return jsonb_from(&json);
}

static void
add_member(StringInfo json, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (json->data[json->len - 1] != '{')
		appendStringInfoString(json, ", ");
	escape_json(json, name);
	appendStringInfoString(json, ": ");
	escape_json(json, rg_render_text(value));
}

static Datum
findings_as_jsonb(const RgFinding *findings, int count)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	for (int i = 0; i < count; i++)
	{
		const RgFinding *finding = &findings[i];

		appendStringInfoString(&json, i > 0 ? ", {" : "{");
		add_member(&json, "name", finding->name);
		add_member(&json, "severity", finding->severity);
		add_member(&json, "location", finding->location);
		add_member(&json, "message", finding->message);
		if (finding->aside != RG_ASIDE_NONE)
			add_member(&json, "set_aside", rg_aside_name(finding->aside));
		add_member(&json, "justification", finding->justification);
		if (finding->line > 0)
			appendStringInfo(&json, ", \"line\": " INT64_FORMAT,
							 finding->line);
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoChar(&json, ']');
	return jsonb_from(&json);
}

Datum
rg_render_findings(const RgReport *report)
{
	return findings_as_jsonb(report->findings, report->nfindings);
}

Datum
rg_render_set_aside(const RgReport *report)
{
	return findings_as_jsonb(report->aside, report->naside);
}

Datum
rg_render_warnings(const RgReport *report)
{
	Datum		warnings[RG_MAX_WARNINGS];

	for (int i = 0; i < report->nwarnings; i++)
		warnings[i] = CStringGetTextDatum(rg_render_text(report->warnings[i]));
	return PointerGetDatum(construct_array(warnings, report->nwarnings,
										   TEXTOID, -1, false,
										   TYPALIGN_INT));
}
