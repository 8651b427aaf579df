/*
 * cucumber.c: the JSON of Cucumber's implementations: features of scenarios of
 * steps. A scenario passes when each of its steps and hooks passed, those of
 * the background before it too.
 */
#include "ingest/ingest.h"

typedef struct Cucumber
{
	RgTests		tests;
	bool		is_list;
	char		uri[RG_TEXT_MAX + 4];	/* of the feature that is being read */
	int			first_finding;
	bool		background_failed;	/* of the scenario that follows */
} Cucumber;

/* What is undefined, pending, ambiguous or unused has not passed. */
static const RgOutcomeWord words[] = {
	{"passed", RG_OUTCOME_PASSED},
	{"failed", RG_OUTCOME_FAILED},
	{"undefined", RG_OUTCOME_FAILED},
	{"pending", RG_OUTCOME_FAILED},
	{"ambiguous", RG_OUTCOME_FAILED},
	{"unused", RG_OUTCOME_FAILED},
	{"untested", RG_OUTCOME_FAILED},
	{"error", RG_OUTCOME_FAILED},
	{"skipped", RG_OUTCOME_SKIPPED},
	{NULL}
};

/* A scenario on its way: the first step that failed, if any. */
typedef struct Scenario
{
	RgOutcome	outcome;
	int			steps;			/* that passed */
	const RgNode *step;
	const char *status;
} Scenario;

static void
heed(Scenario *scenario, const RgNode *step, const RgNode *result, bool is_hook)
{
	const char *status = rg_node_text(rg_node_get(result, "status"));
	RgOutcome	outcome = rg_outcome(words, status);

	if (outcome == RG_OUTCOME_PASSED)
		scenario->steps += is_hook ? 0 : 1;
	else if (outcome == RG_OUTCOME_SKIPPED)
	{
		if (scenario->outcome == RG_OUTCOME_PASSED)
			scenario->outcome = outcome;
	}
	else if (scenario->step == NULL)
	{
		scenario->outcome = outcome;
		scenario->step = step;
		scenario->status = status ? status : "without a result";
	}
}

static void
heed_hooks(Scenario *scenario, RgReport *report, const RgNode *hooks)
{
	if (hooks == NULL || !rg_tests_list(report, hooks))
		return;
	for (const RgNode *hook = hooks->child; hook; hook = hook->next)
		heed(scenario, hook, rg_node_get(hook, "result"), true);
}

/*
 * Behave leaves the result out of the steps that it did not come to: the
 * scenario's own status tells why.
 */
static bool
was_left_out(const RgNode *scenario, const RgNode *step)
{
	return rg_node_get(step, "result") == NULL &&
		rg_node_is(rg_node_get(scenario, "status"), "skipped");
}

static Scenario
look_at(const RgNode *node, RgReport *report)
{
	const RgNode *steps = rg_node_get(node, "steps");
	Scenario	scenario = {RG_OUTCOME_PASSED};

	heed_hooks(&scenario, report, rg_node_get(node, "before"));
	if (steps != NULL && rg_tests_list(report, steps))
	{
		for (const RgNode *step = steps->child; step; step = step->next)
		{
			heed_hooks(&scenario, report, rg_node_get(step, "before"));
			if (was_left_out(node, step))
				scenario.outcome = scenario.step == NULL ?
					RG_OUTCOME_SKIPPED : scenario.outcome;
			else
				heed(&scenario, step, rg_node_get(step, "result"),
					 rg_node_is_true(step, "hidden"));
			heed_hooks(&scenario, report, rg_node_get(step, "after"));
		}
	}
	heed_hooks(&scenario, report, rg_node_get(node, "after"));

	/* one without a step that passed shows nothing */
	if (scenario.outcome == RG_OUTCOME_PASSED && scenario.steps == 0)
		scenario.outcome = RG_OUTCOME_SKIPPED;
	return scenario;
}

static void
keep_failure(RgReport *report, const RgNode *node, const Scenario *scenario)
{
	const RgNode *step = scenario->step;
	const RgNode *error = rg_node_path(step, "result.error_message");
	const char *message = rg_node_text(error);
	const char *name;
	int64		line = 0;

	if (!rg_report_wants_finding(report))
		return;
	name = rg_node_text(rg_node_get(step, "name"));
	if (message == NULL && step != NULL)
		message = psprintf("%s: %s", name ? name : "a hook", scenario->status);
	else if (message == NULL)
		message = "its background failed";
	(void) rg_node_count(rg_node_get(node, "line"), &line);
	rg_report_finding(report, rg_node_text(rg_node_get(node, "name")), NULL,
					  NULL, line, message);
}

static void
on_element(void *state, RgReport *report, const RgNode *node)
{
	Cucumber   *cucumber = state;
	Scenario	scenario = look_at(node, report);
	bool		failed = scenario.outcome == RG_OUTCOME_FAILED ||
		scenario.outcome == RG_OUTCOME_UNKNOWN;

	if (rg_node_is(rg_node_get(node, "type"), "background"))
	{
		/* without results it is no run, but what Behave has to say of it */
		failed = failed && rg_node_get(scenario.step, "result") != NULL;
		cucumber->background_failed |= failed;
		if (failed)
			keep_failure(report, node, &scenario);
		return;
	}
	if (cucumber->background_failed && !failed)
		scenario.outcome = RG_OUTCOME_FAILED;
	cucumber->background_failed = false;
	if (rg_tests_add(&cucumber->tests, scenario.outcome))
		keep_failure(report, node, &scenario);
}

static void
on_feature(void *state, RgReport *report, const RgNode *node)
{
	Cucumber   *cucumber = state;

	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a feature is no object");
	cucumber->uri[0] = '\0';
	cucumber->background_failed = false;
	cucumber->first_finding = report->nfindings;
}

static void
on_uri(void *state, RgReport *report, const RgNode *node)
{
	char	   *uri = rg_node_text(node);

	if (uri != NULL)
	{
		strlcpy(((Cucumber *) state)->uri, uri, RG_TEXT_MAX + 4);
		pfree(uri);
	}
}

/* Where the failures are is known when the feature has ended. */
static void
on_feature_end(void *state, RgReport *report, const RgNode *node)
{
	Cucumber   *cucumber = state;

	rg_report_locate(report, cucumber->first_finding, cucumber->uri);
	if (cucumber->background_failed)
		rg_tests_outside(&cucumber->tests, report, "a background",
						 cucumber->uri, "no scenario follows it");
}

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((Cucumber *) state)->is_list = node->type == RG_NODE_ARRAY;
}

void
rg_read_cucumber(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"[]", RG_JSON_OPEN, on_feature},
		{"[].uri", RG_JSON_OPEN, on_uri},
		{"[].elements", RG_JSON_OPEN, rg_tests_on_list},
		{"[].elements[]", RG_JSON_TREE, on_element},
		{"[]", RG_JSON_CLOSE, on_feature_end},
	};
	Cucumber	cucumber = {0};

	rg_tests_init(&cucumber.tests);
	if (!rg_json_read(input, rules, lengthof(rules), &cucumber, report))
		return;
	if (!cucumber.is_list)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is no list of features");
		return;
	}
	rg_tests_finish(&cucumber.tests, report);
}
