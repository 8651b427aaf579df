/*
 * load.c: what load testers have in common. A failed request is slower than
 * any: with 1 % of them no 99th percentile is left, and the other percentiles
 * would be those of another, luckier run.
 */
#include "ingest/ingest.h"

static const char *const latency_figures[RG_LATENCY_COUNT] = {
	[RG_LATENCY_P99] = "latency.p99",
	[RG_LATENCY_P99_WORST] = "latency.p99_worst",
	[RG_LATENCY_P95] = "latency.p95",
	[RG_LATENCY_MEDIAN] = "latency.median",
};

void
rg_load_latency(RgLoad *load, RgLatency which, const RgNode *node, RgUnit unit)
{
	load->has[which] = rg_node_measure(node, unit, &load->latency[which]);
}

static void
add_latencies(const RgLoad *load, RgReport *report)
{
	if (load->failed >= (load->total + 99) / 100)
	{
		rg_report_warn(report, INT64_FORMAT " of " INT64_FORMAT
					   " requests failed: there is no latency.p99",
					   load->failed, load->total);
		return;
	}
	if (!load->has[RG_LATENCY_P99])
		rg_report_warn(report, "%s", load->no_p99 ? load->no_p99 :
					   "it has no 99th percentile");
	else if (load->failed > 0)
		rg_report_warn(report, "latency.p99 is without the " INT64_FORMAT
					   " failed requests", load->failed);
	for (int i = 0; i < RG_LATENCY_COUNT; i++)
	{
		if (load->has[i])
			rg_report_measure(report, latency_figures[i], &load->latency[i]);
	}
}

void
rg_load_finish(const RgLoad *load, RgReport *report)
{
	rg_report_count(report, "requests.total", load->total);
	rg_report_count(report, "requests.failed", load->failed);
	if (load->total <= 0)
	{
		rg_report_fail(report, RG_REPORT_EMPTY, "no request was made");
		return;
	}
	rg_report_ratio(report, "requests.error_rate", load->failed, load->total);
	if (load->failed >= load->total)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "none of " INT64_FORMAT " requests succeeded",
					   load->total);
	else
		add_latencies(load, report);
}
