/*
 * depcruise.c: dependency-cruiser -T json. The violations are counted, not
 * the summary's numbers, and never the exit code, which is 0 for this output;
 * a run without a rule has nothing that could be violated.
 */
#include "ingest/ingest.h"

typedef struct Depcruise
{
	RgLint		lint;
	bool		has_violations;
	int64		modules;
	int64		rules;
	int64		declared_errors;
	int64		declared_modules;	/* -1: it does not say */
	int64		broken;			/* rules that modules break as an error */
} Depcruise;

static bool
is_error(const RgNode *rule)
{
	const RgNode *severity = rg_node_get(rule, "severity");

	return !rg_node_is(severity, "warn") && !rg_node_is(severity, "info") &&
		!rg_node_is(severity, "ignore");
}

/* ---- the modules, to compare -------------------------------------------------- */

static int64
broken_rules(const RgNode *node)
{
	const RgNode *rules = rg_node_get(node, "rules");
	int64		broken = 0;

	if (!rg_node_has_type(rules, RG_NODE_ARRAY))
		return 0;
	for (const RgNode *rule = rules->child; rule != NULL; rule = rule->next)
		broken += is_error(rule) ? 1 : 0;
	return broken;
}

static void
on_module(void *state, RgReport *report, const RgNode *node)
{
	Depcruise  *run = state;
	const RgNode *dependencies = rg_node_get(node, "dependencies");

	run->modules++;
	run->broken += broken_rules(node);
	if (!rg_node_has_type(dependencies, RG_NODE_ARRAY))
		return;
	for (const RgNode *d = dependencies->child; d != NULL; d = d->next)
		run->broken += broken_rules(d);
}

/* ---- the summary ---------------------------------------------------------------- */

static void
on_violations(void *state, RgReport *report, const RgNode *node)
{
	((Depcruise *) state)->has_violations = node->type == RG_NODE_ARRAY;
}

static void
on_violation(void *state, RgReport *report, const RgNode *node)
{
	Depcruise  *run = state;
	const RgNode *rule = rg_node_get(node, "rule");
	const RgNode *severity = rg_node_get(rule, "severity");
	char	   *name = rg_node_text(rg_node_get(rule, "name"));
	char	   *from = rg_node_text(rg_node_get(node, "from"));
	char	   *to = rg_node_text(rg_node_get(node, "to"));

	if (rg_node_is(severity, "ignore"))
	{
		run->lint.suppressed++;
		rg_report_set_aside(report, RG_ASIDE_SUPPRESSED, name, NULL, from, 0,
							"a known violation");
		return;
	}
	if (rg_node_is(severity, "warn"))
		run->lint.warnings++;
	else if (rg_node_is(severity, "info"))
		run->lint.notes++;
	else
		run->lint.errors++;
	rg_report_finding(report, name, rg_node_text(severity), from, 0,
					  to != NULL ? psprintf("to %s", to) : NULL);
}

static void
on_errors(void *state, RgReport *report, const RgNode *node)
{
	(void) rg_node_count(node, &((Depcruise *) state)->declared_errors);
}

static void
on_total(void *state, RgReport *report, const RgNode *node)
{
	(void) rg_node_count(node, &((Depcruise *) state)->declared_modules);
}

static void
on_rule_set(void *state, RgReport *report, const RgNode *node)
{
	static const char *const lists[] = {"forbidden", "allowed", "required"};

	for (int i = 0; i < (int) lengthof(lists); i++)
	{
		const RgNode *list = rg_node_get(node, lists[i]);

		if (rg_node_has_type(list, RG_NODE_ARRAY) && list->child != NULL)
			((Depcruise *) state)->rules++;
	}
}

static void
finish(Depcruise *run, RgReport *report)
{
	RgLint	   *lint = &run->lint;

	if (run->declared_errors != lint->errors)
		rg_report_warn(report, "the summary says " INT64_FORMAT
					   " errors, the list of violations holds " INT64_FORMAT,
					   run->declared_errors, lint->errors);
	if (run->declared_modules >= 0 && run->declared_modules != run->modules)
		rg_report_warn(report, "the summary says " INT64_FORMAT
					   " modules, the report holds " INT64_FORMAT,
					   run->declared_modules, run->modules);
	rg_lint_finish(lint, report);
	rg_report_count(report, "architecture.violations", lint->errors);
	if (lint->errors == 0 && Max(run->declared_errors, run->broken) > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the modules or the summary know of " INT64_FORMAT
					   " errors, but the list of violations has none",
					   Max(run->declared_errors, run->broken));
	if (run->modules == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "no module was cruised");
	if (run->rules == 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "no rule was checked: the run had no rules");
}

void
rg_read_depcruise(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"modules[]", RG_JSON_TREE, on_module},
		{"summary.violations", RG_JSON_OPEN, on_violations},
		{"summary.violations[]", RG_JSON_TREE, on_violation},
		{"summary.error", RG_JSON_OPEN, on_errors},
		{"summary.totalCruised", RG_JSON_OPEN, on_total},
		{"summary.ruleSetUsed", RG_JSON_TREE, on_rule_set},
	};
	Depcruise	run = {.declared_modules = -1};

	report->tool = "dependency-cruiser";
	if (!rg_json_read(input, rules, lengthof(rules), &run, report))
		return;
	if (!run.has_violations)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has no summary.violations");
	else
		finish(&run, report);
}
