/*
 * load_testers.c: vegeta report -type=json and oha --output-format json: both
 * count answers by status code. What is not 2xx or 3xx has failed.
 */
#include "ingest/ingest.h"

typedef struct Tester
{
	RgLoad		load;
	int64		declared;		/* requests as the summary says; -1 */
	bool		has_codes;
} Tester;

static void
on_codes(void *state, RgReport *report, const RgNode *node)
{
	((Tester *) state)->has_codes = node->type == RG_NODE_OBJECT;
}

/* vegeta has a code 0 for requests without an answer. */
static void
on_code(void *state, RgReport *report, const RgNode *node)
{
	RgLoad	   *load = &((Tester *) state)->load;
	int64		count;

	if (!rg_node_count(node, &count))
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a status code has no count");
		return;
	}
	load->total += count;
	if (node->key_length != 3 || (node->key[0] != '2' && node->key[0] != '3'))
		load->failed += count;
}

static void
finish(Tester *tester, RgReport *report)
{
	RgLoad	   *load = &tester->load;

	if (!tester->has_codes)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it does not count the answers by status code");
		return;
	}
	if (tester->declared >= 0 && tester->declared != load->total)
		rg_report_warn(report, "the summary says " INT64_FORMAT
					   " requests, the status codes add up to " INT64_FORMAT,
					   tester->declared, load->total);

	/* what no status code accounts for has not succeeded */
	if (tester->declared > load->total)
	{
		load->failed += tester->declared - load->total;
		load->total = tester->declared;
	}
	rg_load_finish(load, report);
}

/* ---- vegeta: nanoseconds --------------------------------------------------------- */

static void
on_vegeta_latencies(void *state, RgReport *report, const RgNode *node)
{
	RgLoad	   *load = &((Tester *) state)->load;

	rg_load_latency(load, RG_LATENCY_P99, rg_node_get(node, "99th"),
					RG_UNIT_NS);
	rg_load_latency(load, RG_LATENCY_P95, rg_node_get(node, "95th"),
					RG_UNIT_NS);
	rg_load_latency(load, RG_LATENCY_MEDIAN, rg_node_get(node, "50th"),
					RG_UNIT_NS);
}

static void
on_vegeta_requests(void *state, RgReport *report, const RgNode *node)
{
	if (!rg_node_count(node, &((Tester *) state)->declared))
		rg_report_fail(report, RG_REPORT_INVALID, "requests is no count");
}

void
rg_read_vegeta(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"latencies", RG_JSON_TREE, on_vegeta_latencies},
		{"requests", RG_JSON_OPEN, on_vegeta_requests},
		{"status_codes", RG_JSON_OPEN, on_codes},
		{"status_codes.*", RG_JSON_OPEN, on_code},
	};
	Tester		tester = {.declared = -1};

	report->tool = "vegeta";
	if (rg_json_read(input, rules, lengthof(rules), &tester, report))
		finish(&tester, report);
}

/* ---- oha: seconds ------------------------------------------------------------------ */

static void
on_oha_percentiles(void *state, RgReport *report, const RgNode *node)
{
	RgLoad	   *load = &((Tester *) state)->load;

	rg_load_latency(load, RG_LATENCY_P99, rg_node_get(node, "p99"), RG_UNIT_S);
	rg_load_latency(load, RG_LATENCY_P95, rg_node_get(node, "p95"), RG_UNIT_S);
	rg_load_latency(load, RG_LATENCY_MEDIAN, rg_node_get(node, "p50"),
					RG_UNIT_S);
}

static void
on_oha_errors(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "errorDistribution does not count the errors by their texts");
}

/* Those that the end of the run cut off are among them. */
static void
on_oha_error(void *state, RgReport *report, const RgNode *node)
{
	RgLoad	   *load = &((Tester *) state)->load;
	int64		count;

	if (!rg_node_count(node, &count))
	{
		rg_report_fail(report, RG_REPORT_INVALID, "an error has no count");
		return;
	}
	load->total += count;
	load->failed += count;
	rg_report_finding(report, pnstrdup(node->key, Min(node->key_length,
													   RG_TEXT_MAX)),
					  NULL, NULL, 0, psprintf(INT64_FORMAT " times", count));
}

void
rg_read_oha(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"latencyPercentiles", RG_JSON_TREE, on_oha_percentiles},
		{"statusCodeDistribution", RG_JSON_OPEN, on_codes},
		{"statusCodeDistribution.*", RG_JSON_OPEN, on_code},
		{"errorDistribution", RG_JSON_OPEN, on_oha_errors},
		{"errorDistribution.*", RG_JSON_OPEN, on_oha_error},
	};
	Tester		tester = {.declared = -1};

	report->tool = "oha";
	if (rg_json_read(input, rules, lengthof(rules), &tester, report))
		finish(&tester, report);
}
