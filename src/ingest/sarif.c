/*
 * sarif.c: SARIF 2.1.0. A result's level and severity may stand on it or on
 * its rule (sections 3.27.10, 3.49.14, 3.50); a run that failed may hold no
 * result at all (3.20.14).
 */
#include "ingest/ingest.h"

#include "utils/hsearch.h"
#include "utils/memutils.h"

#define RULE_ID_MAX 256

typedef enum Level
{
	LEVEL_UNSET,
	LEVEL_ERROR,
	LEVEL_WARNING,
	LEVEL_NOTE
} Level;

typedef struct Rule
{
	char		id[RULE_ID_MAX];	/* hash key */
	Level		level;
	bool		has_severity;
	RgSeverity	severity;
} Rule;

/* A result whose rules had not been read when it came. */
typedef struct Result
{
	struct Result *next;
	const char *rule_id;		/* NULL: by index */
	int64		rule_index;		/* -1: none */
	Level		level;
	bool		has_severity;
	RgSeverity	severity;
	bool		kept;			/* the rest is for the list of findings */
	const char *location;
	int64		line;
	const char *message;
} Result;

typedef struct Sarif
{
	bool		is_sarif;
	bool		has_runs;
	int64		runs;
	RgFindings	findings;
	RgLint		lint;

	/* of the run being read */
	MemoryContext run;
	HTAB	   *rules;
	Rule	  **by_index;		/* of the driver */
	int64		nrules;
	int64		room;
	Result	   *waiting;		/* until the run has ended, newest first */
	int64		kept;
	bool		has_results;
	bool		failed;			/* executionSuccessful = false */
	bool		succeeded;		/* = true */
	int64		errors;			/* notifications of that level */
} Sarif;

static Level
parse_level(const RgNode *node)
{
	if (rg_node_is(node, "error"))
		return LEVEL_ERROR;
	if (rg_node_is(node, "warning"))
		return LEVEL_WARNING;
	if (rg_node_is(node, "note") || rg_node_is(node, "none"))
		return LEVEL_NOTE;
	return LEVEL_UNSET;
}

/* A string ("9.1", but also Semgrep's "CRITICAL") or, wrongly, a number. */
static bool
parse_severity(const RgNode *node, RgSeverity *severity)
{
	const RgNode *value = rg_node_path(node, "properties.security-severity");
	char	   *str = rg_node_text(value);

	if (value == NULL || value->type == RG_NODE_NULL)
		return false;
	if (rg_node_has_type(value, RG_NODE_NUMBER))
		str = pnstrdup(value->text, Min(value->text_length, 64));
	*severity = rg_severity_parse(str);
	return true;
}

/* ---- a run's rules ---------------------------------------------------------- */

static void
begin_run(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;
	HASHCTL		control = {0};

	if (node->type != RG_NODE_OBJECT)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "a run is no object");
		return;
	}
	sarif->runs++;
	MemoryContextReset(sarif->run);
	control.keysize = RULE_ID_MAX;
	control.entrysize = sizeof(Rule);
	control.hcxt = sarif->run;
	sarif->rules = hash_create("SARIF rules", 64, &control,
							   HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	sarif->by_index = NULL;
	sarif->nrules = sarif->room = 0;
	sarif->waiting = NULL;
	sarif->has_results = sarif->failed = sarif->succeeded = false;
	sarif->errors = 0;
}

static Rule *
add_rule(Sarif *sarif, const RgNode *node)
{
	char	   *str = rg_node_text(rg_node_get(node, "id"));
	char		id[RULE_ID_MAX];
	Rule	   *rule;
	bool		found;

	strlcpy(id, str != NULL ? str : "", sizeof(id));
	rule = hash_search(sarif->rules, id, HASH_ENTER, &found);
	if (found)
		return rule;
	rule->level = parse_level(rg_node_path(node,
										   "defaultConfiguration.level"));
	rule->has_severity = parse_severity(node, &rule->severity);
	return rule;
}

static void
on_rule(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;
	Rule	   *rule = add_rule(sarif, node);

	if (sarif->nrules == sarif->room)
	{
		sarif->room = Max(64, sarif->room * 2);
		sarif->by_index = sarif->by_index == NULL ?
			MemoryContextAllocHuge(sarif->run, sarif->room * sizeof(Rule *)) :
			repalloc_huge(sarif->by_index, sarif->room * sizeof(Rule *));
	}
	sarif->by_index[sarif->nrules++] = rule;
}

static void
on_extension_rule(void *state, RgReport *report, const RgNode *node)
{
	(void) add_rule(state, node);
}

/* By name, by the name without its last part ("CA1000/1"), by index. */
static const Rule *
find_rule(const Sarif *sarif, const Result *result)
{
	char		id[RULE_ID_MAX];
	char	   *slash;
	const Rule *rule;

	if (result->rule_id != NULL)
	{
		strlcpy(id, result->rule_id, sizeof(id));
		rule = hash_search(sarif->rules, id, HASH_FIND, NULL);
		slash = strrchr(id, '/');
		if (rule == NULL && slash != NULL)
		{
			*slash = '\0';
			rule = hash_search(sarif->rules, id, HASH_FIND, NULL);
		}
		if (rule != NULL)
			return rule;
	}
	if (result->rule_index >= 0 && result->rule_index < sarif->nrules)
		return sarif->by_index[result->rule_index];
	return NULL;
}

/* ---- a run's results ---------------------------------------------------------- */

/* Suppressed unless one of the suppressions is not (yet) accepted. */
static bool
is_suppressed(const RgNode *node)
{
	const RgNode *list = rg_node_get(node, "suppressions");

	if (!rg_node_has_type(list, RG_NODE_ARRAY) || list->child == NULL)
		return false;
	for (const RgNode *s = list->child; s != NULL; s = s->next)
	{
		const RgNode *status = rg_node_get(s, "status");

		if (status != NULL && !rg_node_is(status, "accepted"))
			return false;
	}
	return true;
}

/* kind: only fail, open and review are something to do (3.27.9). */
static bool
is_finding(const RgNode *node)
{
	const RgNode *kind = rg_node_get(node, "kind");

	return !rg_node_is(kind, "pass") && !rg_node_is(kind, "notApplicable") &&
		!rg_node_is(kind, "informational") &&
		!rg_node_is(rg_node_get(node, "baselineState"), "absent");
}

static const char *
kept_text(RgReport *report, const RgNode *node)
{
	char	   *str = rg_node_text(node);

	return str == NULL ? NULL : rg_report_text(report, str, strlen(str));
}

static void
keep_texts(Result *result, RgReport *report, const RgNode *node)
{
	const RgNode *place = rg_node_get(node, "locations");

	place = place != NULL ? rg_node_get(place->child, "physicalLocation") :
		NULL;
	result->kept = true;
	result->location = kept_text(report,
								 rg_node_path(place, "artifactLocation.uri"));
	(void) rg_node_count(rg_node_path(place, "region.startLine"),
						 &result->line);
	result->message = kept_text(report, rg_node_path(node, "message.text"));
}

static void
on_result(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;
	const RgNode *id = rg_node_get(node, "ruleId");
	char	   *str;
	Result	   *result;

	if (!rg_node_has_type(node, RG_NODE_OBJECT))
	{
		rg_report_fail(report, RG_REPORT_INVALID, "a result is no object");
		return;
	}
	if (!is_finding(node))
		return;
	if (is_suppressed(node))
	{
		sarif->findings.aside[RG_ASIDE_SUPPRESSED]++;
		sarif->lint.suppressed++;
		return;
	}
	result = MemoryContextAllocZero(sarif->run, sizeof(Result));
	str = rg_node_text(id != NULL ? id : rg_node_path(node, "rule.id"));
	if (str != NULL)
		result->rule_id = MemoryContextStrdup(sarif->run, str);
	result->rule_index = -1;
	(void) (rg_node_count(rg_node_get(node, "ruleIndex"),
						  &result->rule_index) ||
			rg_node_count(rg_node_path(node, "rule.index"),
						  &result->rule_index));
	result->level = parse_level(rg_node_get(node, "level"));
	result->has_severity = parse_severity(node, &result->severity);
	if (sarif->kept++ < RG_MAX_FINDINGS)
		keep_texts(result, report, node);
	result->next = sarif->waiting;
	sarif->waiting = result;
}

static void
settle(Sarif *sarif, RgReport *report, const Result *result)
{
	const Rule *rule = find_rule(sarif, result);
	Level		level = result->level;
	RgSeverity	severity = RG_SEVERITY_UNKNOWN;

	if (level == LEVEL_UNSET && rule != NULL)
		level = rule->level;
	if (result->has_severity)
		severity = result->severity;
	else if (rule != NULL && rule->has_severity)
		severity = rule->severity;

	sarif->findings.by_severity[severity]++;
	if (level == LEVEL_ERROR)
		sarif->lint.errors++;
	else if (level == LEVEL_NOTE)
		sarif->lint.notes++;
	else
		sarif->lint.warnings++;	/* the default (3.27.10) */
	if (result->kept)
		rg_report_finding(report, result->rule_id ? result->rule_id :
						  rule ? rule->id : "?",
						  severity != RG_SEVERITY_UNKNOWN ?
						  rg_severity_name(severity) :
						  level == LEVEL_ERROR ? "error" :
						  level == LEVEL_NOTE ? "note" : "warning",
						  result->location, result->line, result->message);
}

static void
on_results(void *state, RgReport *report, const RgNode *node)
{
	if (node->type == RG_NODE_ARRAY)
		((Sarif *) state)->has_results = true;
	else if (node->type != RG_NODE_NULL)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "the results of a run are not a list");
}

static void
on_invocation(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;
	const RgNode *success = rg_node_get(node, "executionSuccessful");
	const RgNode *lists[2];

	lists[0] = rg_node_get(node, "toolExecutionNotifications");
	lists[1] = rg_node_get(node, "toolConfigurationNotifications");
	if (rg_node_has_type(success, RG_NODE_TRUE))
		sarif->succeeded = true;
	else if (rg_node_has_type(success, RG_NODE_FALSE))
		sarif->failed = true;
	for (int i = 0; i < 2; i++)
	{
		const RgNode *n = lists[i] != NULL ? lists[i]->child : NULL;

		for (; n != NULL; n = n->next)
		{
			if (parse_level(rg_node_get(n, "level")) != LEVEL_ERROR)
				continue;
			sarif->errors++;
			rg_report_finding(report, "the tool's own error", "error", NULL, 0,
							  kept_text(report,
										rg_node_path(n, "message.text")));
		}
	}
}

static Result *
in_order(Result *newest)
{
	Result	   *first = NULL;

	while (newest != NULL)
	{
		Result	   *next = newest->next;

		newest->next = first;
		first = newest;
		newest = next;
	}
	return first;
}

static void
end_run(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;

	for (Result *r = in_order(sarif->waiting); r != NULL; r = r->next)
		settle(sarif, report, r);
	sarif->waiting = NULL;
	if (sarif->failed || (sarif->errors > 0 && !sarif->succeeded))
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the tool says that it did not succeed");
	else if (sarif->errors > 0)
		rg_report_warn(report, "the tool reports " INT64_FORMAT
					   " errors of its own", sarif->errors);
	if (!sarif->has_results)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "a run has no results: the tool did not look");
}

static void
on_external_results(void *state, RgReport *report, const RgNode *node)
{
	rg_report_fail(report, RG_REPORT_INCOMPLETE,
				   "results of a run are in another file");
}

/* ---- the document ---------------------------------------------------------------- */

static void
on_version(void *state, RgReport *report, const RgNode *node)
{
	char	   *version = rg_node_text(node);

	((Sarif *) state)->is_sarif = version != NULL &&
		strncmp(version, "2.", 2) == 0;
}

static void
on_runs(void *state, RgReport *report, const RgNode *node)
{
	((Sarif *) state)->has_runs = node->type == RG_NODE_ARRAY;
}

static void
on_tool_name(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool == NULL)
		report->tool = kept_text(report, node);
}

static void
on_tool_version(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool_version == NULL)
		report->tool_version = kept_text(report, node);
}

static void
finish(const Sarif *sarif, RgReport *report)
{
	if (!sarif->is_sarif || !sarif->has_runs)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is not SARIF 2: %s", sarif->is_sarif ?
					   "it has no list of runs" : "its version is another");
		return;
	}
	rg_findings_finish(&sarif->findings, report);
	rg_lint_finish(&sarif->lint, report);
	if (sarif->runs == 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "it holds no run: nothing was examined");
}

void
rg_read_sarif(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"version", RG_JSON_OPEN, on_version},
		{"runs", RG_JSON_OPEN, on_runs},
		{"runs[]", RG_JSON_OPEN, begin_run},
		{"runs[]", RG_JSON_CLOSE, end_run},
		{"runs[].tool.driver.name", RG_JSON_OPEN, on_tool_name},
		{"runs[].tool.driver.version", RG_JSON_OPEN, on_tool_version},
		{"runs[].tool.driver.semanticVersion", RG_JSON_OPEN, on_tool_version},
		{"runs[].tool.driver.rules[]", RG_JSON_TREE, on_rule},
		{"runs[].tool.extensions[].rules[]", RG_JSON_TREE, on_extension_rule},
		{"runs[].results", RG_JSON_OPEN, on_results},
		{"runs[].results[]", RG_JSON_TREE, on_result},
		{"runs[].invocations[]", RG_JSON_TREE, on_invocation},
		{"runs[].externalPropertyFileReferences.results", RG_JSON_OPEN,
		on_external_results},
	};
	Sarif		sarif = {0};

	sarif.run = AllocSetContextCreate(CurrentMemoryContext, "SARIF run",
									  ALLOCSET_DEFAULT_SIZES);
	if (rg_json_read(input, rules, lengthof(rules), &sarif, report))
		finish(&sarif, report);
	MemoryContextDelete(sarif.run);
}
