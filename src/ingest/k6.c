/*
 * k6.c: k6's summaries: what handleSummary() is given, --summary-export (whose
 * booleans of thresholds are the other way round), and both of them with
 * --new-machine-readable-summary. http_req_failed is a rate of failures: what
 * "passes" there has failed.
 */
#include "ingest/scanner.h"

#define NO_P99 "k6 leaves p(99) out unless it is run with --summary-trend-stats=\"med,max,p(95),p(99)\""

typedef struct K6
{
	RgLoad		load;
	bool		is_new;			/* the machine-readable one: no thresholds */
	bool		has_metrics;
	bool		knows_failures; /* http_req_failed is there */
	int64		judged;			/* requests that http_req_failed speaks of */
	int64		thresholds;
	int64		thresholds_failed;
	bool		has_checks;
	int64		checks_failed;	/* counted from the checks themselves */
	int64		checks_metric;	/* what the metric says; -1: nothing */
	int64		dropped;		/* iterations that were never begun */
	bool		part_failed;	/* a sub-metric has 1 % of failures or more */
	bool		part_vague;		/* or a p(99) that is none */
	bool		bad_p99;		/* the p(99) of all is there and no duration */
} K6;

/* A metric: "http_req_duration", or with tags "http_req_duration{page:basket}" */
typedef struct Metric
{
	const char *name;
	const RgNode *values;
	bool		has_tags;
} Metric;

static bool
is_metric(const Metric *metric, const char *name)
{
	size_t		length = strlen(name);

	return strncmp(metric->name, name, length) == 0 &&
		metric->name[length] == (metric->has_tags ? '{' : '\0');
}

/* ---- thresholds ----------------------------------------------------------------- */

/* {"ok": true} of handleSummary(), or a boolean that is true when breached. */
static bool
is_breached(const RgNode *threshold)
{
	if (threshold->type == RG_NODE_OBJECT)
		return !rg_node_is_true(threshold, "ok");
	return threshold->type != RG_NODE_FALSE;
}

static void
count_thresholds(K6 *k6, RgReport *report, const Metric *metric,
				 const RgNode *thresholds)
{
	if (thresholds == NULL || thresholds->type != RG_NODE_OBJECT)
		return;
	for (const RgNode *t = thresholds->child; t != NULL; t = t->next)
	{
		k6->thresholds++;
		if (!is_breached(t))
			continue;
		k6->thresholds_failed++;
		rg_report_finding(report, psprintf("%s: %.*s", metric->name,
										   Min(t->key_length, RG_TEXT_MAX),
										   t->key),
						  NULL, NULL, 0, "the threshold was breached");
	}
}

/* ---- metrics ---------------------------------------------------------------------- */

/* A rate's counts, "matches" and "total" in the new summary. */
static bool
read_rate(const RgNode *values, int64 *matches, int64 *total)
{
	int64		fails;

	if (rg_node_count(rg_node_get(values, "matches"), matches) &&
		rg_node_count(rg_node_get(values, "total"), total))
		return true;
	if (!rg_node_count(rg_node_get(values, "passes"), matches) ||
		!rg_node_count(rg_node_get(values, "fails"), &fails))
		return false;
	*total = *matches + fails;
	return true;
}

static void
read_failures(K6 *k6, RgReport *report, const Metric *metric)
{
	int64		failed;
	int64		total;

	if (!read_rate(metric->values, &failed, &total))
		rg_report_fail(report, RG_REPORT_INVALID,
					   "%s does not say how many requests failed",
					   rg_report_text(report, metric->name,
									  strlen(metric->name)));
	else if (metric->has_tags)
		k6->part_failed |= failed > 0 && failed * 100 >= total;
	else
	{
		k6->knows_failures = true;
		k6->load.failed = failed;
		k6->judged = total;
	}
}

static void
read_duration(K6 *k6, const Metric *metric)
{
	RgLoad	   *load = &k6->load;
	const RgNode *p99 = rg_node_get(metric->values, "p(99)");
	RgMeasure	value;
	bool		has_value = rg_node_measure(p99, RG_UNIT_MS, &value);

	if (p99 != NULL && !has_value && metric->has_tags)
		k6->part_vague = true;
	else if (p99 != NULL && !has_value)
		k6->bad_p99 = true;
	if (!metric->has_tags)
	{
		rg_load_latency(load, RG_LATENCY_P99, p99, RG_UNIT_MS);
		rg_load_latency(load, RG_LATENCY_P95,
						rg_node_get(metric->values, "p(95)"), RG_UNIT_MS);
		rg_load_latency(load, RG_LATENCY_MEDIAN,
						rg_node_get(metric->values, "med"), RG_UNIT_MS);
	}
	if (has_value &&
		(!load->has[RG_LATENCY_P99_WORST] ||
		 rg_measure_compare(&value, &load->latency[RG_LATENCY_P99_WORST]) > 0))
	{
		load->has[RG_LATENCY_P99_WORST] = true;
		load->latency[RG_LATENCY_P99_WORST] = value;
	}
}

static void
read_counter(RgReport *report, const Metric *metric, int64 *count)
{
	if (!rg_node_count(rg_node_get(metric->values, "count"), count))
		rg_report_fail(report, RG_REPORT_INVALID, "%s has no count",
					   metric->name);
}

static void
read_metric(K6 *k6, RgReport *report, const Metric *metric,
			const RgNode *thresholds)
{
	int64		total;
	int64		matches;

	k6->has_metrics = true;
	count_thresholds(k6, report, metric, thresholds);
	if (is_metric(metric, "http_req_failed"))
		read_failures(k6, report, metric);
	else if (is_metric(metric, "http_req_duration"))
		read_duration(k6, metric);
	else if (metric->has_tags)
		return;
	else if (is_metric(metric, "http_reqs"))
		read_counter(report, metric, &k6->load.total);
	else if (is_metric(metric, "dropped_iterations"))
		read_counter(report, metric, &k6->dropped);
	else if (is_metric(metric, "checks") &&
			 read_rate(metric->values, &matches, &total))
		k6->checks_metric = total - matches;
	else if (is_metric(metric, "checks_failed") &&
			 read_rate(metric->values, &matches, &total))
		k6->checks_metric = matches;
}

/* handleSummary() has the values apart, --summary-export in the metric. */
static void
on_metric(void *state, RgReport *report, const RgNode *node)
{
	const RgNode *values = rg_node_get(node, "values");
	Metric		metric = {.name = pnstrdup(node->key, node->key_length)};

	metric.values = rg_node_has_type(values, RG_NODE_OBJECT) ? values : node;
	metric.has_tags = strchr(metric.name, '{') != NULL;
	read_metric(state, report, &metric, rg_node_get(node, "thresholds"));
}

static void
on_new_metric(void *state, RgReport *report, const RgNode *node)
{
	char	   *name = rg_node_text(rg_node_get(node, "name"));
	Metric		metric = {.name = name ? name : "?"};

	metric.values = rg_node_get(node, "values");
	metric.has_tags = strchr(metric.name, '{') != NULL;
	((K6 *) state)->is_new = true;
	read_metric(state, report, &metric, NULL);
}

/* ---- checks -------------------------------------------------------------------------- */

static void
on_check(K6 *k6, RgReport *report, const RgNode *check)
{
	int64		passes = 0;
	int64		fails = 0;
	char	   *name = rg_node_text(rg_node_get(check, "path"));

	k6->has_checks = true;
	(void) rg_node_count(rg_node_get(check, "passes"), &passes);
	if (!rg_node_count(rg_node_get(check, "fails"), &fails))
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a check does not say how often it failed");
	k6->checks_failed += fails;
	if (name == NULL)
		name = rg_node_text(rg_node_get(check, "name"));
	if (fails > 0)
		rg_report_finding(report, name, NULL, NULL, 0,
						  psprintf("failed " INT64_FORMAT " of " INT64_FORMAT
								   " times", fails, passes + fails));
}

/* Groups and checks are lists, or objects by name in --summary-export. */
static void
on_group(void *state, RgReport *report, const RgNode *group)
{
	const RgNode *checks = rg_node_get(group, "checks");
	const RgNode *groups = rg_node_get(group, "groups");

	for (const RgNode *c = checks ? checks->child : NULL; c; c = c->next)
		on_check(state, report, c);
	for (const RgNode *g = groups ? groups->child : NULL; g; g = g->next)
		on_group(state, report, g);
}

static void
on_new_check(void *state, RgReport *report, const RgNode *node)
{
	on_check(state, report, node);
}

/* ---- all of it ------------------------------------------------------------------------ */

/*
 * Not every request was judged: no rate and no latency. Where some failed, those
 * of which nobody knows may have failed, too.
 */
static void
finish_unjudged(const K6 *k6, RgReport *report)
{
	const RgLoad *load = &k6->load;

	rg_report_count(report, "requests.total", load->total);
	if (load->failed > 0)
		rg_report_count(report, "requests.failed",
						load->failed + load->total - k6->judged);
	if (k6->knows_failures)
		rg_report_warn(report, "http_req_failed speaks of " INT64_FORMAT
					   " of " INT64_FORMAT " requests: nobody knows how many failed, and there is no latency.p99",
					   k6->judged, load->total);
	else
		rg_report_warn(report, "http_req_failed is missing: nobody knows how many requests failed, and there is no latency.p99");
}

static void
finish_load(K6 *k6, RgReport *report)
{
	RgLoad	   *load = &k6->load;

	if (load->total > k6->judged)
	{
		finish_unjudged(k6, report);
		return;
	}
	load->no_p99 = k6->bad_p99 ?
		"p(99) is not a number of 0 or more: there is no latency.p99" :
		k6->is_new ? "the new machine-readable summary of k6 has no p(99)" :
		NO_P99;
	if (k6->part_failed)
		rg_report_warn(report, "1 %% or more of the requests of a part failed: there is no latency.p99_worst");
	else if (k6->part_vague)
		rg_report_warn(report, "the p(99) of a part is not a number of 0 or more: there is no latency.p99_worst");
	if (k6->part_failed || k6->part_vague || k6->bad_p99)
		load->has[RG_LATENCY_P99_WORST] = false;
	rg_load_finish(load, report);
	if (k6->judged != load->total)
		rg_report_warn(report, "k6 made " INT64_FORMAT
					   " requests and judged " INT64_FORMAT " of them",
					   load->total, k6->judged);
}

static void
finish(K6 *k6, RgReport *report)
{
	finish_load(k6, report);
	if (k6->dropped > 0)
		rg_report_warn(report, INT64_FORMAT
					   " iterations were dropped: the load was lower than it should have been",
					   k6->dropped);

	/* where there are none, none of them has passed */
	if (k6->thresholds > 0)
		rg_report_count(report, "thresholds.failed", k6->thresholds_failed);
	if (!k6->has_checks && k6->checks_metric >= 0)
		k6->checks_failed = k6->checks_metric;
	if (k6->has_checks || k6->checks_metric >= 0)
		rg_report_count(report, "checks.failed", k6->checks_failed);
	if (k6->checks_metric >= 0 && k6->checks_metric != k6->checks_failed)
		rg_report_warn(report, "the metric says that checks failed "
					   INT64_FORMAT " times, the checks say " INT64_FORMAT,
					   k6->checks_metric, k6->checks_failed);
	if (k6->checks_metric > 0 && k6->checks_failed == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the metric knows of failed checks, but no check shows one");
}

void
rg_read_k6(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"metrics.*", RG_JSON_TREE, on_metric},
		{"root_group", RG_JSON_TREE, on_group},
		{"metadata.k6Version", RG_JSON_OPEN, rg_scanner_version},
		{"results.metrics[]", RG_JSON_TREE, on_new_metric},
		{"results.checks.metrics[]", RG_JSON_TREE, on_new_metric},
		{"results.checks.results[]", RG_JSON_TREE, on_new_check},
	};
	K6			k6 = {.checks_metric = -1};

	rg_report_tool(report, "k6", NULL);
	if (!rg_json_read(input, rules, lengthof(rules), &k6, report))
		return;
	if (!k6.has_metrics)
		rg_report_fail(report, RG_REPORT_INVALID, "it has no metrics");
	else
		finish(&k6, report);
}
