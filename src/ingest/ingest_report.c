/*
 * ingest_report.c: ingest_report(): keeps what was read in a report and
 * records the results of the gates that it speaks to. The policy says which
 * figure a gate takes; a report that is not ok fails each of its gates.
 */
#include "ingest/ingest_sql.h"

#include "catalog/pg_type_d.h"
#include "executor/spi.h"
#include "facts/facts.h"
#include "funcapi.h"
#include "ingest/gate_path.h"
#include "ingest/keep.h"
#include "ingest/render.h"
#include "policy/policy.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/json.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

/* The parameters, in the order of CREATE FUNCTION. */
enum
{
	ARG_APPLICATION,
	ARG_VERSION,
	ARG_FORMAT,
	ARG_REPORT,
	ARG_GATES,
	ARG_SOURCE,
	ARG_RUN_ID,
	ARG_ATTEMPT,
	ARG_EXIT_CODE,
	ARG_ENVIRONMENT,
	ARG_PART,
	ARG_MEASURED_AT,
	ARG_URL,
	ARG_STRICT
};

#define MAX_GATES 64

/* What the report means for one gate. */
typedef struct Verdict
{
	const RgGate *gate;
	const char *figure;			/* the one that feeds it, NULL without threshold */
	const RgMeasure *measured;	/* NULL: see outcome */
	RgMeasure	taken;			/* what measured points at, for a path */
	const char *outcome;		/* NULL where the measure speaks */
	const char *detail;
} Verdict;

typedef struct Ingest
{
	FunctionCallInfo fcinfo;
	const RgPolicy *policy;
	RgReport	report;
	RgInput		bytes;
	pg_uuid_t	id;
	bool		id_known;
	TimestampTz now;
	TimestampTz measured_at;
	RgPathDocument *document;	/* opened for the first gate with a path */
	char	   *no_paths;		/* why it could not be */
	/* what is said and kept of it, each made once */
	char	   *message;		/* NULL when it is ok */
	Datum		figures;		/* jsonb */
	Datum		warnings;		/* text[] */
	Datum		gates;			/* text[], of the verdicts */
	Datum		digest;			/* SHA-256 */
	const char *kept;			/* RG_KEPT, or why not */
	int			nverdicts;
	Verdict		verdicts[MAX_GATES];
	bool		repeated;
} Ingest;

/* ---- paths of the policy's own ------------------------------------------------ */

/* What "auto" knows nothing of may be what a path was written for. */
static void
read_for_paths(Ingest *ingest)
{
	FunctionCallInfo fcinfo = ingest->fcinfo;
	int			exit_code = PG_ARGISNULL(ARG_EXIT_CODE) ? 0 : PG_GETARG_INT32(ARG_EXIT_CODE);
	const RgFormat *format;

	if (ingest->report.format != NULL || ingest->bytes.data == NULL ||
		PG_ARGISNULL(ARG_GATES))
		return;
	format = rg_format_for_paths(ingest->policy, PG_GETARG_ARRAYTYPE_P(ARG_GATES));
	if (format != NULL)
		rg_report_read(format, ingest->bytes.data, ingest->bytes.length,
					   PG_ARGISNULL(ARG_EXIT_CODE) ? NULL : &exit_code,
					   &ingest->report);
}

static char *
sentence(Ingest *ingest, const char *words)
{
	return rg_render_text(rg_report_text(&ingest->report, words, strlen(words)));
}

static void
judge_by_path(Ingest *ingest, Verdict *verdict)
{
	const RgPathQuery *query = &verdict->gate->query;
	const RgFormat *format = ingest->report.format;
	char	   *said = ingest->no_paths;

	if (ingest->document == NULL && said == NULL)
	{
		ingest->document = rg_path_open(format->syntax, &ingest->bytes, &said);
		ingest->no_paths = said;
	}
	if (ingest->document != NULL &&
		rg_path_measure(ingest->document, query, &verdict->taken, &said))
	{
		verdict->measured = &verdict->taken;
		said = psprintf("%s in a report in format %s", said, format->name);
	}
	else
		verdict->outcome = "fail";
	verdict->detail = sentence(ingest, said);
}

/* ---- which gates ------------------------------------------------------------ */

/* The first figure of the gate that such reports have. */
static const char *
figure_for(const RgGate *gate, const RgFormat *format)
{
	for (int i = 0; i < gate->nfigures; i++)
	{
		if (rg_format_has_figure(format, gate->figures[i]))
			return gate->figures[i];
	}
	return NULL;
}

static void
add_gate(Ingest *ingest, const RgGate *gate, const char *figure)
{
	Verdict    *verdict;

	for (int i = 0; i < ingest->nverdicts; i++)
	{
		if (ingest->verdicts[i].gate == gate)
			return;
	}
	if (ingest->nverdicts == MAX_GATES)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a report can feed %d gates at most", MAX_GATES)));
	verdict = &ingest->verdicts[ingest->nverdicts++];
	memset(verdict, 0, sizeof(Verdict));
	verdict->gate = gate;
	verdict->figure = figure;
}

static char *
words_of(const char *const *list, int count)
{
	StringInfoData words;

	initStringInfo(&words);
	for (int i = 0; i < count; i++)
		appendStringInfo(&words, "%s%s", i > 0 ? ", " : "", list[i]);
	return words.data;
}

/* What of such a report speaks to the gate: a figure, or NULL where it is the
 * gate's own path, or pass and fail. */
static const char *
must_speak_to(const RgGate *gate, const RgFormat *format)
{
	const char *figure = figure_for(gate, format);

	if (figure != NULL || rg_path_suits(gate, format))
		return figure;
	if (gate->has_threshold)
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("a report in format \"%s\" says nothing on gate \"%s\"",
						format->name, gate->name),
				 errdetail("The gate takes: %s. Such reports have: %s.",
						   gate->query.path ? gate->query.path :
						   gate->nfigures ? words_of(gate->figures, gate->nfigures) : "no figure of a report",
						   format->figures[0] ? format->figures : "no figures of their own"),
				 errhint("Name the gate that the report is for.")));
	if (format->explains[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_RG_INVALID_VALUE),
				 errmsg("gate \"%s\" takes pass or fail, and a report in format \"%s\" says neither",
						gate->name, format->name),
				 errhint("Give the gate a threshold in the policy, or insert its outcome into releasegov.ci_result.")));
	return NULL;
}

static void
add_named_gate(Ingest *ingest, const char *name)
{
	const RgPolicy *policy = ingest->policy;
	const RgFormat *format = ingest->report.format;
	int			number = rg_policy_gate(policy, name);
	const RgGate *gate;

	if (number < 0)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNKNOWN_NAME),
				 errmsg("gate %s is not in policy \"%s\"", rg_shown(name),
						policy->name),
				 errhint("SELECT gate FROM releasegov.policy_gate WHERE policy = %s lists them.",
						 quote_literal_cstr(policy->name))));
	gate = &policy->gates[number];
	add_gate(ingest, gate, format != NULL ? must_speak_to(gate, format) : NULL);
}

/*
 * Unnamed, the gate must be plain: a report of unit tests must not pass the
 * end-to-end tests because both have a pass rate.
 */
static void
find_gate(Ingest *ingest)
{
	const RgFormat *format = ingest->report.format;
	const RgPolicy *policy = ingest->policy;
	const char *names[MAX_GATES];

	for (int i = 0; i < policy->ngates && format != NULL; i++)
	{
		const RgGate *gate = &policy->gates[i];
		const char *figure = gate->has_threshold ? figure_for(gate, format) : NULL;

		if (figure == NULL &&
			!(rg_format_is_generic(format) && rg_path_suits(gate, format)))
			continue;
		add_gate(ingest, gate, figure);
		names[ingest->nverdicts - 1] = gate->name;
	}
	if (ingest->nverdicts == 1)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_RG_INVALID_VALUE),
			 errmsg("which gate is the report for?"),
			 format == NULL ?
			 errdetail("Its format was not recognised: %s.",
					   rg_render_message(&ingest->report)) :
			 ingest->nverdicts == 0 ?
			 errdetail("No gate of policy \"%s\" takes a figure that reports in format \"%s\" have.",
					   policy->name, format->name) :
			 errdetail("These gates of policy \"%s\" take a figure of it: %s.",
					   policy->name, words_of(names, ingest->nverdicts)),
			 errhint("Name it: gates => '{%s}'; '{}' keeps the report for no gate.",
					 ingest->nverdicts > 0 ? names[0] : "NAME")));
}

static int
compare_gates(const void *a, const void *b)
{
	return strcmp(((const Verdict *) a)->gate->name,
				  ((const Verdict *) b)->gate->name);
}

static void
choose_gates(Ingest *ingest)
{
	FunctionCallInfo fcinfo = ingest->fcinfo;
	Datum	   *items;
	bool	   *nulls;
	int			count;

	if (PG_ARGISNULL(ARG_GATES))
	{
		find_gate(ingest);
		return;
	}
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(ARG_GATES), TEXTOID, -1, false,
					  TYPALIGN_INT, &items, &nulls, &count);
	for (int i = 0; i < count; i++)
		add_named_gate(ingest, nulls[i] ? "" : TextDatumGetCString(items[i]));

	/* two reports of one run that name the same gates do not lock crosswise */
	qsort(ingest->verdicts, ingest->nverdicts, sizeof(Verdict), compare_gates);
}

/* ---- verdicts ----------------------------------------------------------------- */

static void
judge(Ingest *ingest, Verdict *verdict)
{
	const RgReport *report = &ingest->report;
	const RgFigure *figure = NULL;

	if (report->status != RG_REPORT_OK)
	{
		verdict->outcome = "fail";
		verdict->detail = psprintf("the report is %s: %s",
								   rg_report_status_name(report->status),
								   ingest->message);
		return;
	}
	if (!verdict->gate->has_threshold)
	{
		verdict->outcome = rg_report_shows_failure(report) ? "fail" : "pass";
		verdict->detail = psprintf("by a report in format %s",
								   report->format->name);
		return;
	}
	if (verdict->figure == NULL)
	{
		judge_by_path(ingest, verdict);
		return;
	}
	figure = rg_report_figure(report, verdict->figure);
	if (figure == NULL)
	{
		verdict->outcome = "fail";
		verdict->detail = psprintf("the report has no %s%s%s", verdict->figure,
								   report->nwarnings > 0 ? ": " : "",
								   report->nwarnings > 0 ?
								   rg_render_text(report->warnings[0]) : "");
		return;
	}
	verdict->measured = &figure->value;
	verdict->detail = psprintf("%s of a report in format %s", verdict->figure,
							   report->format->name);
}

/* Is the report one to look at: not ok, a gate is not met by it, or it is for
 * no gate and shows a failure? */
static bool
has_failed(const Ingest *ingest)
{
	if (ingest->report.status != RG_REPORT_OK)
		return true;
	for (int i = 0; i < ingest->nverdicts; i++)
	{
		const Verdict *verdict = &ingest->verdicts[i];

		if (verdict->measured == NULL ? strcmp(verdict->outcome, "pass") != 0 :
			!rg_threshold_met(&verdict->gate->threshold, verdict->measured))
			return true;
	}
	return ingest->nverdicts == 0 && rg_report_shows_failure(&ingest->report);
}

static void
must_be_ok(const RgReport *report)
{
	if (report->status != RG_REPORT_OK)
		ereport(ERROR,
				(errcode(ERRCODE_RG_UNREADABLE_REPORT),
				 errmsg("the report is %s", rg_report_status_name(report->status)),
				 errdetail("%s", rg_render_message(report)),
				 errhint("Nothing was recorded. SELECT * FROM releasegov.read_report(...) shows what was read; without strict the report is kept and its gates fail.")));
}

/* ---- writing -------------------------------------------------------------------- */

typedef struct Values
{
	Datum		values[28];
	char		nulls[28];
	int			count;
} Values;

static void
put(Values *row, Datum value, bool isnull)
{
	row->values[row->count] = value;
	row->nulls[row->count++] = isnull ? 'n' : ' ';
}

static void
put_text(Values *row, const char *value)
{
	put(row, value ? CStringGetTextDatum(value) : (Datum) 0, value == NULL);
}

static void
put_argument(Values *row, FunctionCallInfo fcinfo, int number)
{
	put(row, PG_GETARG_DATUM(number), PG_ARGISNULL(number));
}

/* In the order of their names, which choose_gates() brought them into. */
static Datum
gate_names(const Ingest *ingest)
{
	Datum		items[MAX_GATES];

	for (int i = 0; i < ingest->nverdicts; i++)
		items[i] = CStringGetTextDatum(ingest->verdicts[i].gate->name);
	return PointerGetDatum(construct_array(items, ingest->nverdicts, TEXTOID,
										   -1, false, TYPALIGN_INT));
}

static void
refuse_second_story(FunctionCallInfo fcinfo, const char *what)
{
	ereport(ERROR,
			(errcode(ERRCODE_RG_CONFLICTING_FACT),
			 errmsg("run %s has reported %s before",
					rg_shown(TextDatumGetCString(PG_GETARG_DATUM(ARG_RUN_ID))),
					what),
			 errdetail("The same report with the same exit code again would insert nothing; this is another story."),
			 errhint("Report a rerun with the next attempt number, and merge several reports of one gate into one, or let the policy name the gate's parts.")));
}

/* False when this very report of this run is there already. */
static bool
insert_report(Ingest *ingest)
{
	static RgPlan insert = {
		"INSERT INTO releasegov.report (application, version, id, format, tool, tool_version, status,"
		" message, figures, findings, set_aside, warnings, gates, environment, part, digest, size, exit_code, source, run_id,"
		" attempt, url, measured_at, recorded_at, recorded_by, document)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
		" $19, $20, $21, $22, $23, $24, $25, $26)"
		" ON CONFLICT (application, version, source, run_id, attempt, environment, part, gates, digest)"
		" WHERE run_id IS NOT NULL DO NOTHING",
		26, {TEXTOID, TEXTOID, UUIDOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, JSONBOID,
			JSONBOID, JSONBOID, TEXTARRAYOID, TEXTARRAYOID, TEXTOID, TEXTOID, BYTEAOID, INT8OID, INT4OID, TEXTOID, TEXTOID,
		INT4OID, TEXTOID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID}
	};
	const RgReport *report = &ingest->report;
	FunctionCallInfo fcinfo = ingest->fcinfo;
	Values		row = {.count = 0};

	put_argument(&row, fcinfo, ARG_APPLICATION);
	put_argument(&row, fcinfo, ARG_VERSION);
	put(&row, UUIDPGetDatum(&ingest->id), false);
	put_text(&row, report->format ? report->format->name : NULL);
	put_text(&row, rg_render_text(report->tool));
	put_text(&row, rg_render_text(report->tool_version));
	put_text(&row, rg_report_status_name(report->status));
	put_text(&row, ingest->message);
	put(&row, ingest->figures, false);
	put(&row, rg_render_findings(report), false);
	put(&row, rg_render_set_aside(report), false);
	put(&row, ingest->warnings, false);
	put(&row, ingest->gates, false);
	put_argument(&row, fcinfo, ARG_ENVIRONMENT);
	put_argument(&row, fcinfo, ARG_PART);
	put(&row, ingest->digest, false);
	put(&row, Int64GetDatum((int64) ingest->bytes.length), false);
	put_argument(&row, fcinfo, ARG_EXIT_CODE);
	put_argument(&row, fcinfo, ARG_SOURCE);
	put_argument(&row, fcinfo, ARG_RUN_ID);
	put_argument(&row, fcinfo, ARG_ATTEMPT);
	put_argument(&row, fcinfo, ARG_URL);
	put(&row, TimestampTzGetDatum(ingest->measured_at), false);
	put(&row, TimestampTzGetDatum(ingest->now), false);
	put_text(&row, rg_session_user());
	put_text(&row, ingest->kept);
	return rg_run(&insert, row.values, row.nulls) == 1;
}

static void
insert_result(Ingest *ingest, const Verdict *verdict)
{
	/* measure and enum travel as text: the kept plan depends on no type of ours */
	static RgPlan insert = {
		"INSERT INTO releasegov.gate_result (application, version, gate, environment, part, measured_at,"
		" measured, outcome, source, run_id, attempt, report, detail, url)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7::releasegov.measure, $8::releasegov.gate_outcome, $9,"
		" $10, $11, $12, $13, $14)"
		" ON CONFLICT (application, source, run_id, version, gate, environment, part, attempt)"
		" WHERE run_id IS NOT NULL DO NOTHING",
		14, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPTZOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID,
		INT4OID, UUIDOID, TEXTOID, TEXTOID}
	};
	FunctionCallInfo fcinfo = ingest->fcinfo;
	Values		row = {.count = 0};
	char		measured[RG_MEASURE_MAXLEN];

	if (verdict->measured != NULL)
		rg_measure_format(verdict->measured, measured);
	put_argument(&row, fcinfo, ARG_APPLICATION);
	put_argument(&row, fcinfo, ARG_VERSION);
	put_text(&row, verdict->gate->name);
	put_argument(&row, fcinfo, ARG_ENVIRONMENT);
	put_argument(&row, fcinfo, ARG_PART);
	put(&row, TimestampTzGetDatum(ingest->measured_at), false);
	put_text(&row, verdict->measured ? measured : NULL);
	put_text(&row, verdict->outcome);
	put_argument(&row, fcinfo, ARG_SOURCE);
	put_argument(&row, fcinfo, ARG_RUN_ID);
	put_argument(&row, fcinfo, ARG_ATTEMPT);
	put(&row, UUIDPGetDatum(&ingest->id), false);
	put_text(&row, verdict->detail);
	put_argument(&row, fcinfo, ARG_URL);
	/* as our own: nobody else can say that a result comes from a report */
	if (rg_run(&insert, row.values, row.nulls) == 1)
		return;
	refuse_second_story(fcinfo, psprintf("another result of gate \"%s\"",
										 verdict->gate->name));
}

/* The report that is there already: its id, if it is the same story. */
static void
find_report(Ingest *ingest)
{
	static RgPlan find = {
		"SELECT r.id, r.exit_code OPERATOR(pg_catalog.=) $9 OR r.exit_code IS NULL AND $9 IS NULL"
		" FROM releasegov.report r"
		" WHERE r.application OPERATOR(pg_catalog.=) $1 AND r.version OPERATOR(pg_catalog.=) $2"
		" AND r.source OPERATOR(pg_catalog.=) $3 AND r.run_id OPERATOR(pg_catalog.=) $4"
		" AND r.attempt OPERATOR(pg_catalog.=) $5 AND r.environment OPERATOR(pg_catalog.=) $6"
		" AND r.gates OPERATOR(pg_catalog.=) $7 AND r.digest OPERATOR(pg_catalog.=) $8"
		" AND r.part OPERATOR(pg_catalog.=) $10",
		10, {TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, TEXTARRAYOID, BYTEAOID, INT4OID,
		TEXTOID}
	};
	static const int key[] = {ARG_APPLICATION, ARG_VERSION, ARG_SOURCE, ARG_RUN_ID, ARG_ATTEMPT,
	ARG_ENVIRONMENT};
	FunctionCallInfo fcinfo = ingest->fcinfo;
	Values		row = {.count = 0};
	bool		isnull;
	bool		same = true;

	for (int i = 0; i < (int) lengthof(key); i++)
		put_argument(&row, fcinfo, key[i]);
	put(&row, ingest->gates, false);
	put(&row, ingest->digest, false);
	put_argument(&row, fcinfo, ARG_EXIT_CODE);
	put_argument(&row, fcinfo, ARG_PART);
	if (SPI_connect() != SPI_OK_CONNECT ||
		SPI_execute_plan(rg_plan(&find), row.values, row.nulls, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read an earlier report");

	/* none: it is newer than the snapshot of this transaction */
	ingest->id_known = SPI_processed == 1;
	if (ingest->id_known)
	{
		HeapTuple	tuple = SPI_tuptable->vals[0];
		TupleDesc	desc = SPI_tuptable->tupdesc;

		ingest->id = *DatumGetUUIDP(SPI_getbinval(tuple, desc, 1, &isnull));
		same = DatumGetBool(SPI_getbinval(tuple, desc, 2, &isnull)) && !isnull;
	}
	SPI_finish();
	if (!same)
		refuse_second_story(fcinfo, "this report with another exit code");
}

/* ---- the function ----------------------------------------------------------------- */

enum
{
	OUT_REPORT_ID,
	OUT_RECOGNISED,
	OUT_STATUS,
	OUT_MESSAGE,
	OUT_RESULTS,
	OUT_FIGURES,
	OUT_WARNINGS,
	OUT_REPEATED,
	OUT_COUNT
};

/* {"unit_tests": "98.2%", "build": "pass"} */
static Datum
results_as_jsonb(const Ingest *ingest)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	for (int i = 0; i < ingest->nverdicts; i++)
	{
		const Verdict *verdict = &ingest->verdicts[i];
		char		measured[RG_MEASURE_MAXLEN];

		if (verdict->measured != NULL)
			rg_measure_format(verdict->measured, measured);
		appendStringInfoString(&json, i > 0 ? ", " : "");
		escape_json(&json, verdict->gate->name);
		appendStringInfoString(&json, ": ");
		escape_json(&json, verdict->measured ? measured : verdict->outcome);
	}
	appendStringInfoChar(&json, '}');
	return DirectFunctionCall1(jsonb_in, CStringGetDatum(json.data));
}

static Datum
answer(const Ingest *ingest, TupleDesc desc)
{
	const RgReport *report = &ingest->report;
	Datum		values[OUT_COUNT] = {0};
	bool		nulls[OUT_COUNT] = {false};

	nulls[OUT_REPORT_ID] = !ingest->id_known;
	values[OUT_REPORT_ID] = UUIDPGetDatum(&ingest->id);
	nulls[OUT_RECOGNISED] = report->format == NULL;
	if (report->format != NULL)
		values[OUT_RECOGNISED] = CStringGetTextDatum(report->format->name);
	values[OUT_STATUS] =
		CStringGetTextDatum(rg_report_status_name(report->status));
	nulls[OUT_MESSAGE] = ingest->message == NULL;
	if (ingest->message != NULL)
		values[OUT_MESSAGE] = CStringGetTextDatum(ingest->message);
	values[OUT_RESULTS] = results_as_jsonb(ingest);
	values[OUT_FIGURES] = ingest->figures;
	values[OUT_WARNINGS] = ingest->warnings;
	values[OUT_REPEATED] = BoolGetDatum(ingest->repeated);
	return HeapTupleGetDatum(heap_form_tuple(desc, values, nulls));
}

static void
check_arguments(FunctionCallInfo fcinfo)
{
	static const struct
	{
		int			number;
		const char *name;
		int			limit;
	}			texts[] = {
		{ARG_SOURCE, "source", 200},
		{ARG_RUN_ID, "run_id", 200},
		{ARG_URL, "url", 2000},
	};

	rg_require_argument(fcinfo, ARG_APPLICATION, "application");
	rg_require_argument(fcinfo, ARG_VERSION, "version");
	rg_require_argument(fcinfo, ARG_SOURCE, "source");
	rg_require_argument(fcinfo, ARG_ATTEMPT, "attempt");
	rg_require_argument(fcinfo, ARG_ENVIRONMENT, "environment");
	rg_require_argument(fcinfo, ARG_PART, "part");
	for (int i = 0; i < (int) lengthof(texts); i++)
	{
		if (!PG_ARGISNULL(texts[i].number))
			rg_check_text(texts[i].name,
						  TextDatumGetCString(PG_GETARG_DATUM(texts[i].number)),
						  texts[i].limit);
	}
	if (!PG_ARGISNULL(ARG_URL))
		rg_check_url("url", TextDatumGetCString(PG_GETARG_DATUM(ARG_URL)));
}

static void
must_know_release(FunctionCallInfo fcinfo)
{
	Snapshot	snapshot = rg_newest_snapshot();
	RgReleaseRow release;

	rg_release_must_read(PG_GETARG_DATUM(ARG_APPLICATION),
						 PG_GETARG_DATUM(ARG_VERSION), snapshot, &release);
	rg_snapshot_done(snapshot);
}

/* What a pipeline should show: it records, but not what it was run for. */
static void
warn_of_nothing_measured(const Ingest *ingest)
{
	if (ingest->report.status != RG_REPORT_OK)
	{
		ereport(WARNING,
				(errmsg("the report is %s, so its gates fail",
						rg_report_status_name(ingest->report.status)),
				 errdetail("%s", ingest->message)));
		return;
	}
	for (int i = 0; i < ingest->nverdicts; i++)
	{
		const Verdict *verdict = &ingest->verdicts[i];

		if (verdict->gate->has_threshold && verdict->measured == NULL)
			ereport(WARNING,
					(errmsg("gate \"%s\" fails: the report has no measure for it",
							verdict->gate->name),
					 errdetail("%s", verdict->detail)));
	}
}

/* Before the release is locked: a digest of 256 MB takes its time. */
static void
render(Ingest *ingest)
{
	ingest->message = rg_render_message(&ingest->report);
	ingest->figures = rg_render_figures(&ingest->report);
	ingest->warnings = rg_render_warnings(&ingest->report);
	ingest->gates = gate_names(ingest);
	ingest->digest = rg_sha256(ingest->bytes.data, ingest->bytes.length);
}

static void
record(Ingest *ingest)
{
	FunctionCallInfo fcinfo = ingest->fcinfo;
	char	   *environment = TextDatumGetCString(PG_GETARG_DATUM(ARG_ENVIRONMENT));

	if (environment[0] != '\0')
		rg_must_have_environment(ingest->policy, environment);
	render(ingest);
	for (int i = 0; i < ingest->nverdicts; i++)
		judge(ingest, &ingest->verdicts[i]);

	rg_lock_release_for_fact(PG_GETARG_DATUM(ARG_APPLICATION),
							 PG_GETARG_DATUM(ARG_VERSION));
	ingest->now = rg_uuid_v7(&ingest->id, GetCurrentTimestamp());
	ingest->measured_at = PG_ARGISNULL(ARG_MEASURED_AT) ? ingest->now :
		rg_reported_time("the time of measurement",
						 PG_GETARG_TIMESTAMPTZ(ARG_MEASURED_AT), ingest->now);
	ingest->kept = rg_keep_decision(ingest->policy, ingest->bytes.length,
									has_failed(ingest));
	ingest->repeated = !insert_report(ingest);
	if (ingest->repeated)
	{
		find_report(ingest);
		return;
	}
	ingest->id_known = true;
	if (strcmp(ingest->kept, RG_KEPT) == 0)
		rg_keep_document(PG_GETARG_DATUM(ARG_APPLICATION),
						 PG_GETARG_DATUM(ARG_VERSION), &ingest->id,
						 &ingest->bytes, ingest->now);
	for (int i = 0; i < ingest->nverdicts; i++)
		insert_result(ingest, &ingest->verdicts[i]);
	warn_of_nothing_measured(ingest);
}

PG_FUNCTION_INFO_V1(rg_ingest_report);
Datum
rg_ingest_report(PG_FUNCTION_ARGS)
{
	Ingest	   *ingest = palloc0(sizeof(Ingest));
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	check_arguments(fcinfo);
	must_know_release(fcinfo);
	ingest->fcinfo = fcinfo;
	ingest->policy = rg_must_have_policy(
										 TextDatumGetCString(PG_GETARG_DATUM(ARG_APPLICATION)), NULL);
	rg_report_from_arguments(fcinfo, ARG_FORMAT, ARG_REPORT, ARG_EXIT_CODE,
							 &ingest->report, &ingest->bytes);
	read_for_paths(ingest);
	if (ingest->bytes.data == NULL ||
		(!PG_ARGISNULL(ARG_STRICT) && PG_GETARG_BOOL(ARG_STRICT)))
		must_be_ok(&ingest->report);
	choose_gates(ingest);
	record(ingest);
	PG_RETURN_DATUM(answer(ingest, BlessTupleDesc(desc)));
}
