/*
 * lighthouse.c: Lighthouse's JSON report, and the manifest of Lighthouse CI.
 * Scores are 0 to 1 and come out as 0 to 100, exactly; a page that did not
 * load has none.
 */
#include "ingest/ingest.h"

typedef struct Lighthouse
{
	bool		is_lighthouse;
	int			scores;
} Lighthouse;

static const struct
{
	const char *category;
	const char *figure;
}			categories[] =
{
	{"performance", "lighthouse.performance"},
	{"accessibility", "lighthouse.accessibility"},
	{"best-practices", "lighthouse.best_practices"},
	{"seo", "lighthouse.seo"},
};

static void
on_version(void *state, RgReport *report, const RgNode *node)
{
	((Lighthouse *) state)->is_lighthouse = true;
	if (report->tool_version == NULL)
		rg_report_tool(report, NULL, rg_node_text(node));
}

static void
on_runtime_error(void *state, RgReport *report, const RgNode *node)
{
	char	   *message;

	if (report->status >= RG_REPORT_INCOMPLETE || node->type == RG_NODE_NULL ||
		rg_node_is(rg_node_get(node, "code"), "NO_ERROR"))
		return;
	message = rg_node_text(rg_node_get(node, "message"));
	rg_report_fail(report, RG_REPORT_INCOMPLETE,
				   "Lighthouse could not examine the page: %s",
				   message ? rg_report_text(report, message, strlen(message)) :
				   "it says no reason");
}

static void
on_warning(void *state, RgReport *report, const RgNode *node)
{
	char	   *str = report->nwarnings < RG_MAX_WARNINGS ?
		rg_node_text(node) : NULL;

	if (str != NULL)
		rg_report_warn(report, "%s",
					   rg_report_text(report, str, strlen(str)));
}

/* The category of that name; -1 for one that is no figure ("pwa"). */
static int
find_category(const RgNode *node)
{
	for (int i = 0; i < (int) lengthof(categories); i++)
	{
		if (node->key_length == (int) strlen(categories[i].category) &&
			memcmp(node->key, categories[i].category, node->key_length) == 0)
			return i;
	}
	return -1;
}

/* 0 to 1 as 0 to 100; false when the report has become worse for it. */
static bool
read_score(RgReport *report, const RgNode *score, int category,
		   RgMeasure *value)
{
	if (!rg_node_measure(score, RG_UNIT_NONE, value))
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "%s has no score", categories[category].category);
	else if (!rg_measure_from_decimal(value->mantissa, value->exponent + 2,
									  RG_UNIT_NONE, value) ||
			 rg_measure_compare(value, &(RgMeasure) {.mantissa = 100}) > 0)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "the score of %s is not from 0 to 1",
					   categories[category].category);
	else
		return true;
	return false;
}

static void
on_category(void *state, RgReport *report, const RgNode *node)
{
	int			category = find_category(node);
	RgMeasure	value;

	if (category >= 0 &&
		read_score(report, rg_node_get(node, "score"), category, &value))
	{
		rg_report_measure(report, categories[category].figure, &value);
		((Lighthouse *) state)->scores++;
	}
}

/* What the page took over the network; without a page there is none. */
static void
on_byte_weight(void *state, RgReport *report, const RgNode *node)
{
	int64		bytes;

	if (rg_node_count(rg_node_get(node, "numericValue"), &bytes))
		rg_report_bytes(report, "size.transfer", bytes);
}

void
rg_read_lighthouse(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"lighthouseVersion", RG_JSON_OPEN, on_version},
		{"runtimeError", RG_JSON_TREE, on_runtime_error},
		{"runWarnings[]", RG_JSON_OPEN, on_warning},
		{"categories.*", RG_JSON_TREE, on_category},
		{"audits.total-byte-weight", RG_JSON_TREE, on_byte_weight},
	};
	Lighthouse	lighthouse = {0};

	report->tool = "Lighthouse";
	if (!rg_json_read(input, rules, lengthof(rules), &lighthouse, report))
		return;
	if (!lighthouse.is_lighthouse)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has no lighthouseVersion");
	else if (lighthouse.scores == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "no category has a score");
}

/* ---- Lighthouse CI ------------------------------------------------------------- */

typedef struct Manifest
{
	bool		is_list;
	int64		runs;
	bool		has[lengthof(categories)];
	RgMeasure	worst[lengthof(categories)];
} Manifest;

static void
on_list(void *state, RgReport *report, const RgNode *node)
{
	((Manifest *) state)->is_list = node->type == RG_NODE_ARRAY;
}

static void
on_run(void *state, RgReport *report, const RgNode *run)
{
	Manifest   *manifest = state;
	const RgNode *summary = rg_node_get(run, "summary");

	manifest->runs++;
	if (!rg_node_has_type(summary, RG_NODE_OBJECT))
		rg_report_fail(report, RG_REPORT_INVALID, "a run has no summary");
	else
	{
		for (const RgNode *s = summary->child; s != NULL; s = s->next)
		{
			int			i = find_category(s);
			RgMeasure	value;

			if (i < 0 || !read_score(report, s, i, &value))
				continue;
			if (!manifest->has[i] ||
				rg_measure_compare(&value, &manifest->worst[i]) < 0)
				manifest->worst[i] = value;
			manifest->has[i] = true;
		}
	}
}

/* The worst of all runs of all pages: none of them is passed over. */
void
rg_read_lighthouse_ci(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_list},
		{"[]", RG_JSON_TREE, on_run},
	};
	Manifest	manifest = {.is_list = false};
	int			scores = 0;

	report->tool = "Lighthouse CI";
	if (!rg_json_read(input, rules, lengthof(rules), &manifest, report))
		return;
	if (!manifest.is_list)
		rg_report_fail(report, RG_REPORT_INVALID, "it is not a list of runs");
	for (int i = 0; i < (int) lengthof(categories); i++)
	{
		if (manifest.has[i])
			rg_report_measure(report, categories[i].figure, &manifest.worst[i]);
		scores += manifest.has[i] ? 1 : 0;
	}
	if (scores == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "no run has a score");
}
