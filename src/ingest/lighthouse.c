/*
 * lighthouse.c: Lighthouse's JSON report. Its scores are 0 to 1 and come out
 * as 0 to 100, exactly; a page that did not load has none.
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
	char	   *version = rg_node_text(node);

	((Lighthouse *) state)->is_lighthouse = true;
	if (version != NULL)
		report->tool_version = rg_report_text(report, version,
											  strlen(version));
}

static void
on_runtime_error(void *state, RgReport *report, const RgNode *node)
{
	char	   *message;

	if (node->type == RG_NODE_NULL ||
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
	char	   *str = rg_node_text(node);

	if (str != NULL)
		rg_report_warn(report, "%s",
					   rg_report_text(report, str, strlen(str)));
}

static void
on_category(void *state, RgReport *report, const RgNode *node)
{
	Lighthouse *lighthouse = state;
	const RgNode *score = rg_node_get(node, "score");
	RgMeasure	value;

	for (int i = 0; i < (int) lengthof(categories); i++)
	{
		if (node->key_length != (int) strlen(categories[i].category) ||
			memcmp(node->key, categories[i].category, node->key_length) != 0)
			continue;
		if (!rg_node_measure(score, RG_UNIT_NONE, &value))
			rg_report_fail(report, RG_REPORT_INCOMPLETE,
						   "%s has no score", categories[i].category);
		else if (!rg_measure_from_decimal(value.mantissa, value.exponent + 2,
										  RG_UNIT_NONE, &value) ||
				 rg_measure_compare(&value, &(RgMeasure) {.mantissa = 100}) > 0)
			rg_report_fail(report, RG_REPORT_INVALID,
						   "the score of %s is not from 0 to 1",
						   categories[i].category);
		else
		{
			rg_report_measure(report, categories[i].figure, &value);
			lighthouse->scores++;
		}
	}
}

void
rg_read_lighthouse(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"lighthouseVersion", RG_JSON_OPEN, on_version},
		{"runtimeError", RG_JSON_TREE, on_runtime_error},
		{"runWarnings[]", RG_JSON_OPEN, on_warning},
		{"categories.*", RG_JSON_TREE, on_category},
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
