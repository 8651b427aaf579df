/*
 * autocannon.c: autocannon --json. A latency counts only where the requests
 * were answered: a failed one is slower than any, so that with 1 % of them
 * there is no 99th percentile.
 */
#include "ingest/ingest.h"

typedef struct Autocannon
{
	bool		complete;		/* all the counts were there */
	int64		answered;
	int64		failed;
	int64		attempted;
	bool		has_p99;
	RgMeasure	p99;
} Autocannon;

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	Autocannon *run = state;
	int64		errors;
	int64		timeouts;
	int64		non2xx;
	int64		mismatches = 0;

	if (!rg_node_count(rg_node_path(node, "requests.total"), &run->answered) ||
		!rg_node_count(rg_node_get(node, "errors"), &errors) ||
		!rg_node_count(rg_node_get(node, "timeouts"), &timeouts) ||
		!rg_node_count(rg_node_get(node, "non2xx"), &non2xx))
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "requests.total, errors, timeouts or non2xx is missing");
		return;
	}
	(void) rg_node_count(rg_node_get(node, "mismatches"), &mismatches);

	/* autocannon counts a timeout among its errors, too */
	errors = Max(errors, timeouts);
	run->attempted = run->answered + errors;
	run->failed = Min(errors + non2xx + mismatches, run->attempted);
	run->has_p99 = rg_node_measure(rg_node_path(node, "latency.p99"),
								   RG_UNIT_MS, &run->p99);
}

static void
add_latency(const Autocannon *run, RgReport *report)
{
	if (!run->has_p99)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "latency.p99 is missing");
		return;
	}
	if (run->failed * 100 >= run->attempted)
	{
		rg_report_warn(report, INT64_FORMAT " of " INT64_FORMAT
					   " requests failed: there is no latency.p99",
					   run->failed, run->attempted);
		return;
	}
	if (run->failed > 0)
		rg_report_warn(report, "latency.p99 is without the " INT64_FORMAT
					   " failed requests", run->failed);
	rg_report_measure(report, "latency.p99", &run->p99);
}

void
rg_read_autocannon(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_TREE, on_document},
	};
	Autocannon	run = {0};

	report->tool = "autocannon";
	if (!rg_json_read(input, rules, lengthof(rules), &run, report))
		return;
	rg_report_count(report, "requests.total", run.attempted);
	rg_report_count(report, "requests.failed", run.failed);
	if (run.attempted > 0)
		rg_report_ratio(report, "requests.error_rate", run.failed,
						run.attempted);
	if (run.answered > 0)
		add_latency(&run, report);
	else
		rg_report_fail(report, run.attempted > 0 ? RG_REPORT_INCOMPLETE :
					   RG_REPORT_EMPTY,
					   "none of " INT64_FORMAT " requests was answered",
					   run.attempted);
}
