/*
 * autocannon.c: autocannon --json. Answers other than 2xx are failures, and
 * so are requests that were sent and never heard of again: where the server
 * closes a connection, autocannon counts no error.
 */
#include "ingest/ingest.h"

/* A member that is there must be a count. */
static int64
optional_count(RgReport *report, const RgNode *node, const char *member,
			   int64 otherwise)
{
	const RgNode *count = rg_node_get(node, member);
	int64		value;

	if (rg_node_count(count, &value))
		return value;
	if (count != NULL && count->type != RG_NODE_NULL)
		rg_report_fail(report, RG_REPORT_INVALID, "%s is no count", member);
	return otherwise;
}

/*
 * What was sent, less what came to an end and what is still on its way. With a
 * rate, autocannon begins by counting the requests of a second too many, and
 * does not say that there was one: so many (and a tenth) are only remarked on,
 * if it says how long it ran.
 */
static int64
lost_requests(const RgNode *node, int64 answered, int64 errors,
			  RgReport *report)
{
	const RgNode *requests = rg_node_get(node, "requests");
	int64		sent = optional_count(report, requests, "sent", 0);
	int64		connections = optional_count(report, node, "connections", 0);
	int64		pipelining = optional_count(report, node, "pipelining", 1);
	double		seconds = optional_count(report, node, "samples", 0) *
		(optional_count(report, node, "sampleInt", 1000) / 1000.0);
	int64		lost;
	bool		doubtful;

	if (connections > 0 && pipelining > sent / connections)
		return 0;
	lost = sent - answered - errors - connections * pipelining;
	if (lost <= 0)
		return 0;
	doubtful = seconds > 0 && lost * seconds <= answered * 1.1;
	rg_report_warn(report, INT64_FORMAT
				   " requests were sent and got neither an answer nor an error; %s",
				   lost, doubtful ?
				   "with a rate (-R, -r) that is autocannon's way of counting" :
				   "they count as failed");
	return doubtful ? 0 : lost;
}

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	RgLoad	   *load = state;
	int64		answered;
	int64		errors;
	int64		timeouts;
	int64		non2xx;
	int64		lost;

	if (!rg_node_count(rg_node_path(node, "requests.total"), &answered) ||
		!rg_node_count(rg_node_get(node, "errors"), &errors) ||
		!rg_node_count(rg_node_get(node, "timeouts"), &timeouts) ||
		!rg_node_count(rg_node_get(node, "non2xx"), &non2xx))
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "requests.total, errors, timeouts or non2xx is missing");
		return;
	}

	/* autocannon counts a timeout among its errors, too */
	errors = Max(errors, timeouts);
	lost = lost_requests(node, answered, errors, report);
	load->total = answered + errors + lost;
	load->failed = Min(errors + lost + non2xx +
					   optional_count(report, node, "mismatches", 0), load->total);
	rg_load_latency(load, RG_LATENCY_P99, rg_node_path(node, "latency.p99"),
					RG_UNIT_MS);
	rg_load_latency(load, RG_LATENCY_MEDIAN, rg_node_path(node, "latency.p50"),
					RG_UNIT_MS);
	if (!load->has[RG_LATENCY_P99])
		rg_report_fail(report, RG_REPORT_INVALID, "latency.p99 is missing");
}

void
rg_read_autocannon(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_TREE, on_document},
	};
	RgLoad		load = {0};

	report->tool = "autocannon";
	if (rg_json_read(input, rules, lengthof(rules), &load, report))
		rg_load_finish(&load, report);
}
