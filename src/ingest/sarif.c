/*
 * sarif.c: SARIF 2.1.0. A result's level and severity may stand on it or on
 * its rule (sections 3.27.10, 3.49.14, 3.50), which may come after it; a run
 * that failed may hold no result at all (3.20.14).
 */
#include "ingest/names.h"
#include "ingest/scanner.h"

#include "utils/memutils.h"

/* The component that a rule belongs to: the driver, or an extension; what a
 * result refers to may be none of them. */
#define DRIVER (-1)
#define NOWHERE (-2)

/* Of longer names of rules the beginning counts. */
#define RULE_ID_LENGTH 256

typedef enum Level
{
	LEVEL_UNSET,
	LEVEL_ERROR,
	LEVEL_WARNING,
	LEVEL_NOTE
} Level;

static const char *const level_names[] = {
	[LEVEL_UNSET] = "warning",	/* the default (3.27.10) */
	[LEVEL_ERROR] = "error",
	[LEVEL_WARNING] = "warning",
	[LEVEL_NOTE] = "note",
};

typedef struct Rule
{
	const char *id;				/* where it is found by its index */
	int64		component;
	Level		level;
	bool		has_severity;
	RgSeverity	severity;
} Rule;

/* A name or a guid of a component: one that has it, or one that a result
 * refers to, which may come first. */
typedef struct Called
{
	int64		id;				/* of this, from 1 */
	bool		is_taken;
	int64		component;		/* NOWHERE if several have it, or none */
} Called;

/* What a result says that matters: of its rule the name, and the place in the
 * list of its component. */
typedef struct Said
{
	const char *rule_id;		/* NULL: none */
	int64		rule_index;		/* -1: none */
	bool		has_component;	/* if not, it is the driver */
	int64		component;		/* by its index, else NOWHERE */
	const Called *guid;			/* without an index; may be NULL */
	const Called *name;
	Level		level;
	bool		has_severity;
	RgSeverity	severity;
} Said;

/* Results that say the same, until the run has ended. */
typedef struct Group
{
	Said		said;
	int64		count;
} Group;

/* One of the first, whose texts are kept. */
typedef struct Kept
{
	struct Kept *next;
	Said		said;
	RgSetAside	aside;
	const char *location;
	int64		line;
	const char *message;		/* or the justification */
} Kept;

typedef struct Sarif
{
	bool		is_sarif;
	bool		has_runs;
	int64		runs;
	RgFindings	findings;
	RgLint		lint;
	int			nkept;			/* that will be findings, of all runs */
	int			naside;

	/* of the run being read */
	MemoryContext run;
	RgNames    *rules;			/* by name, "component/index", "component:name" */
	RgNames    *called;			/* components by "name ..." and "guid ..." */
	int64		ncalled;
	RgNames    *groups;
	int64		component;		/* whose rules are being read */
	int64		next_rule;		/* in its list */
	Kept	   *kept;
	Kept	  **tail;
	bool		has_tool;
	bool		has_results;
	bool		has_result;
	bool		failed;			/* executionSuccessful = false */
	bool		succeeded;		/* = true */
	bool		silent;			/* an invocation has none, which it must */
	int64		exits;			/* with another code than 0, and success */
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

static char *
rule_id(const RgNode *node)
{
	char	   *id = rg_node_text(node);

	if (id != NULL && strlen(id) > RULE_ID_LENGTH)
		id[RULE_ID_LENGTH] = '\0';
	return id;
}

static const char *
kept_text(RgReport *report, const RgNode *node)
{
	char	   *str = rg_node_text(node);

	return str == NULL ? NULL : rg_report_text(report, str, strlen(str));
}

/* ---- a run's rules ---------------------------------------------------------- */

static void
begin_run(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;

	if (node->type != RG_NODE_OBJECT)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "a run is no object");
		return;
	}
	sarif->runs++;
	MemoryContextReset(sarif->run);
	sarif->rules = rg_names_create(sarif->run, sizeof(Rule));
	sarif->groups = rg_names_create(sarif->run, sizeof(Group));
	sarif->called = rg_names_create(sarif->run, sizeof(Called));
	sarif->ncalled = 0;
	sarif->component = DRIVER;
	sarif->next_rule = 0;
	sarif->kept = NULL;
	sarif->tail = &sarif->kept;
	sarif->has_tool = sarif->has_results = sarif->has_result = false;
	sarif->failed = sarif->succeeded = sarif->silent = false;
	sarif->errors = sarif->exits = 0;
}

static void
begin_driver(void *state, RgReport *report, const RgNode *node)
{
	((Sarif *) state)->component = DRIVER;
	((Sarif *) state)->next_rule = 0;
}

static void
begin_extensions(void *state, RgReport *report, const RgNode *node)
{
	((Sarif *) state)->component = DRIVER;
}

static void
begin_extension(void *state, RgReport *report, const RgNode *node)
{
	((Sarif *) state)->component++;
	((Sarif *) state)->next_rule = 0;
}

/* What is called so, NULL without such a text. */
static Called *
find_called(Sarif *sarif, RgReport *report, const char *what,
			const RgNode *node)
{
	char	   *str = rg_node_text(node);
	bool		is_new;
	Called	   *called;

	if (str == NULL || str[0] == '\0')
		return NULL;
	called = rg_names_enter(sarif->called, report,
							psprintf("%s %s", what, str), &is_new);
	if (called != NULL && is_new)
	{
		called->id = ++sarif->ncalled;
		called->component = NOWHERE;
	}
	return called;
}

static void
call(Sarif *sarif, RgReport *report, int64 component, const char *what,
	 const RgNode *node)
{
	Called	   *called = find_called(sarif, report, what, node);

	if (called == NULL)
		return;
	if (!called->is_taken)
		called->component = component;
	else if (called->component != component)
		called->component = NOWHERE;
	called->is_taken = true;
}

static void
on_driver_name(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;

	sarif->has_tool |= node->type == RG_NODE_STRING && node->text_length > 0;
	call(sarif, report, DRIVER, "name", node);
	if (report->tool == NULL)
		report->tool = kept_text(report, node);
}

static void
on_driver_guid(void *state, RgReport *report, const RgNode *node)
{
	call(state, report, DRIVER, "guid", node);
}

static void
on_extension_name(void *state, RgReport *report, const RgNode *node)
{
	call(state, report, ((Sarif *) state)->component, "name", node);
}

static void
on_extension_guid(void *state, RgReport *report, const RgNode *node)
{
	call(state, report, ((Sarif *) state)->component, "guid", node);
}

/* No name of a rule begins with that character. */
static void
index_key(char *key, int64 component, int64 index)
{
	snprintf(key, RG_NAME_LENGTH, "\001" INT64_FORMAT "/" INT64_FORMAT,
			 component, index);
}

static void
name_key(char *key, int64 component, const char *id)
{
	snprintf(key, RG_NAME_LENGTH, "\001" INT64_FORMAT ":%s", component, id);
}

/* Of several of one name the first counts, the driver's before others, and
 * they are as severe as the worst of them. */
static const char *
add_rule(Sarif *sarif, RgReport *report, const char *key, const Rule *rule)
{
	bool		is_new;
	Rule	   *entry = rg_names_enter(sarif->rules, report, key, &is_new);

	if (entry == NULL)
		return NULL;
	if (is_new || (rule->component == DRIVER && entry->component != DRIVER))
		*entry = *rule;
	else if (entry->component != DRIVER || rule->component == DRIVER)
	{
		entry->has_severity &= rule->has_severity;
		entry->severity = rg_severity_worse(entry->severity, rule->severity);
	}
	return rg_names_name(sarif->rules, entry);
}

static void
on_rule(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;
	const RgNode *level = rg_node_path(node, "defaultConfiguration.level");
	char	   *id = rule_id(rg_node_get(node, "id"));
	char		key[RG_NAME_LENGTH];
	Rule		rule = {.level = parse_level(level)};

	rule.component = sarif->component;
	rule.has_severity = parse_severity(node, &rule.severity);
	if (id != NULL && id[0] != '\0' && id[0] != '\001')
	{
		rule.id = add_rule(sarif, report, id, &rule);
		name_key(key, sarif->component, id);
		if (sarif->component != DRIVER)
			(void) add_rule(sarif, report, key, &rule);
	}
	index_key(key, sarif->component, sarif->next_rule++);
	(void) add_rule(sarif, report, key, &rule);
}

/* A result's rule "CA1000/1" may be a part of the rule CA1000 (3.27.5). */
static bool
is_of_rule(const char *id, const char *rule)
{
	size_t		length = strlen(rule);

	return strncmp(id, rule, length) == 0 &&
		(id[length] == '\0' || id[length] == '/');
}

/* The guid of a reference counts before its name; both are of the run. */
static int64
component_of(const Said *said)
{
	if (!said->has_component)
		return DRIVER;
	if (said->guid != NULL && said->guid->component != NOWHERE)
		return said->guid->component;
	return said->name != NULL ? said->name->component : said->component;
}

/* Where no component is named, an extension's is better than none. */
static const Rule *
rule_of_component(const Sarif *sarif, const Said *said, const char *id)
{
	int64		component = component_of(said);
	char		key[RG_NAME_LENGTH];
	const Rule *rule;

	if (component >= 0)
	{
		name_key(key, component, id);
		return rg_names_find(sarif->rules, key);
	}
	rule = rg_names_find(sarif->rules, id);
	return rule != NULL && said->has_component &&
		rule->component != component ? NULL : rule;
}

static const Rule *
rule_by_name(const Sarif *sarif, const Said *said)
{
	char		id[RG_NAME_LENGTH];
	const Rule *rule = rule_of_component(sarif, said, said->rule_id);
	char	   *slash;

	strlcpy(id, said->rule_id, sizeof(id));
	slash = strrchr(id, '/');
	if (rule != NULL || slash == NULL)
		return rule;
	*slash = '\0';
	return rule_of_component(sarif, said, id);
}

/* By index where that is a rule of its name, for names need not be unique
 * (3.49.3); by name; by index whatever its name. */
static const Rule *
find_rule(const Sarif *sarif, const Said *said)
{
	const Rule *rule = NULL;
	const Rule *named = NULL;
	char		key[RG_NAME_LENGTH];

	if (said->rule_index >= 0)
	{
		index_key(key, component_of(said), said->rule_index);
		rule = rg_names_find(sarif->rules, key);
	}
	if (said->rule_id == NULL ||
		(rule != NULL && rule->id != NULL &&
		 is_of_rule(said->rule_id, rule->id)))
		return rule;
	named = rule_by_name(sarif, said);
	return named != NULL ? named : rule;
}

/* ---- a run's results ---------------------------------------------------------- */

/*
 * Suppressed unless one of the suppressions is not (yet) accepted; an empty
 * list says that it is not (3.27.23).
 */
static const RgNode *
suppression(const RgNode *result)
{
	const RgNode *list = rg_node_get(result, "suppressions");

	if (!rg_node_has_type(list, RG_NODE_ARRAY))
		return NULL;
	for (const RgNode *s = list->child; s != NULL; s = s->next)
	{
		const RgNode *status = rg_node_get(s, "status");

		if (!rg_node_has_type(s, RG_NODE_OBJECT) ||
			(status != NULL && !rg_node_is(status, "accepted")))
			return NULL;
	}
	return list->child;
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

/* A component by its index, where -1 is none, or else by its guid or name
 * (3.54); one that is not there has no rules. */
static void
read_component(Sarif *sarif, RgReport *report, Said *said,
			   const RgNode *component)
{
	said->has_component = component != NULL &&
		component->type != RG_NODE_NULL;
	said->component = NOWHERE;
	if (!said->has_component ||
		rg_node_count(rg_node_get(component, "index"), &said->component))
		return;
	said->guid = find_called(sarif, report, "guid",
							 rg_node_get(component, "guid"));
	said->name = find_called(sarif, report, "name",
							 rg_node_get(component, "name"));
}

/* ruleId and ruleIndex, or the same in a reference to the rule (3.52). */
static void
read_said(Sarif *sarif, RgReport *report, Said *said, const RgNode *result)
{
	const RgNode *rule = rg_node_get(result, "rule");
	const RgNode *id = rg_node_get(result, "ruleId");

	memset(said, 0, sizeof(Said));
	said->rule_id = rule_id(id != NULL ? id : rg_node_get(rule, "id"));
	said->rule_index = -1;
	(void) (rg_node_count(rg_node_get(result, "ruleIndex"),
						  &said->rule_index) ||
			rg_node_count(rg_node_get(rule, "index"), &said->rule_index));
	read_component(sarif, report, said, rg_node_get(rule, "toolComponent"));
	said->level = parse_level(rg_node_get(result, "level"));
	said->has_severity = parse_severity(result, &said->severity);
}

static void
add_to_group(Sarif *sarif, RgReport *report, const Said *said)
{
	char		key[RG_NAME_LENGTH];
	int			start = 3;
	bool		by_index = said->rule_index >= 0 || said->has_component;
	Group	   *group;
	bool		is_new;

	key[0] = (char) ('0' + said->level);
	key[1] = said->has_severity ? (char) ('0' + said->severity) : '-';
	key[2] = by_index ? '#' : ' ';
	if (by_index)
		start += snprintf(key + start, sizeof(key) - start,
						  INT64_FORMAT "/" INT64_FORMAT "/" INT64_FORMAT
						  "/" INT64_FORMAT "/%d ",
						  said->component, said->guid ? said->guid->id : 0,
						  said->name ? said->name->id : 0, said->rule_index,
						  said->has_component);
	strlcpy(key + start, said->rule_id != NULL ? said->rule_id : "",
			sizeof(key) - start);
	group = rg_names_enter(sarif->groups, report, key, &is_new);
	if (group == NULL)
		return;
	if (is_new)
	{
		group->said = *said;
		if (said->rule_id != NULL)
			group->said.rule_id = rg_names_name(sarif->groups, group) + start;
	}
	group->count++;
}

static void
keep(Sarif *sarif, RgReport *report, const Said *said, const RgNode *node,
	 const RgNode *suppressed)
{
	const RgNode *place = rg_node_path(node, "locations[].physicalLocation");
	const RgNode *why = rg_node_get(suppressed, "justification");
	Kept	   *kept = MemoryContextAllocZero(sarif->run, sizeof(Kept));

	kept->said = *said;
	if (said->rule_id != NULL)
		kept->said.rule_id = MemoryContextStrdup(sarif->run, said->rule_id);
	kept->aside = suppressed ? RG_ASIDE_SUPPRESSED : RG_ASIDE_NONE;
	kept->location = kept_text(report,
							   rg_node_path(place, "artifactLocation.uri"));
	(void) rg_node_count(rg_node_path(place, "region.startLine"),
						 &kept->line);
	kept->message = kept_text(report, suppressed == NULL ?
							  rg_node_path(node, "message.text") :
							  rg_node_has_type(why, RG_NODE_STRING) ? why :
							  rg_node_get(suppressed, "kind"));
	*sarif->tail = kept;
	sarif->tail = &kept->next;
}

static void
on_result(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;
	const RgNode *suppressed;
	Said		said;

	if (!rg_node_has_type(node, RG_NODE_OBJECT))
	{
		rg_report_fail(report, RG_REPORT_INVALID, "a result is no object");
		return;
	}
	sarif->has_result = true;
	if (!is_finding(node))
		return;
	read_said(sarif, report, &said, node);
	suppressed = suppression(node);
	if (suppressed != NULL)
	{
		sarif->findings.aside[RG_ASIDE_SUPPRESSED]++;
		sarif->lint.suppressed++;
	}
	else
		add_to_group(sarif, report, &said);
	if ((suppressed ? sarif->naside++ : sarif->nkept++) < RG_MAX_FINDINGS)
		keep(sarif, report, &said, node, suppressed);
}

/* ---- the end of a run --------------------------------------------------------- */

/* What a result and its rule say together. */
typedef struct Settled
{
	const char *name;
	Level		level;
	RgSeverity	severity;
} Settled;

static Settled
settle(const Sarif *sarif, const Said *said)
{
	static const Rule none = {0};
	const Rule *rule = find_rule(sarif, said);
	Settled		result;

	rule = rule != NULL ? rule : &none;
	result.name = said->rule_id ? said->rule_id : rule->id;
	result.level = said->level != LEVEL_UNSET ? said->level : rule->level;
	result.severity = said->has_severity ? said->severity :
		rule->has_severity ? rule->severity : RG_SEVERITY_UNKNOWN;
	return result;
}

static void
count_groups(Sarif *sarif)
{
	const Group *group;
	uint32		at = 0;

	while ((group = rg_names_next(sarif->groups, &at)) != NULL)
	{
		Settled		result = settle(sarif, &group->said);

		sarif->findings.by_severity[result.severity] += group->count;
		if (result.level == LEVEL_ERROR)
			sarif->lint.errors += group->count;
		else if (result.level == LEVEL_NOTE)
			sarif->lint.notes += group->count;
		else
			sarif->lint.warnings += group->count;
	}
}

static void
report_kept(const Sarif *sarif, RgReport *report)
{
	for (const Kept *k = sarif->kept; k != NULL; k = k->next)
	{
		Settled		result = settle(sarif, &k->said);
		const char *word = result.severity != RG_SEVERITY_UNKNOWN ?
			rg_severity_name(result.severity) : level_names[result.level];

		if (k->aside == RG_ASIDE_NONE)
			rg_report_finding(report, result.name, word, k->location, k->line,
							  k->message);
		else
			rg_report_set_aside(report, k->aside, result.name, word,
								k->location, k->line, k->message);
	}
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

/* Notifications of the tool that are errors. */
static void
add_errors(Sarif *sarif, RgReport *report, const RgNode *list)
{
	if (list != NULL)
		rg_scanner_optional(sarif, report, list);
	for (const RgNode *n = list ? list->child : NULL; n; n = n->next)
	{
		if (parse_level(rg_node_get(n, "level")) != LEVEL_ERROR)
			continue;
		sarif->errors++;
		if (rg_report_wants_finding(report))
			rg_report_finding(report, "the tool's own error", "error", NULL, 0,
							  rg_node_text(rg_node_path(n, "message.text")));
	}
}

/* Whether it succeeded must be said (3.20.14); what its exit code means is the
 * tool's own affair. */
static void
on_invocation(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;
	const RgNode *success = rg_node_get(node, "executionSuccessful");
	const RgNode *code = rg_node_get(node, "exitCode");
	int64		value = 0;

	if (node->type != RG_NODE_OBJECT)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "an invocation is no object");
		return;
	}
	if (rg_node_has_type(success, RG_NODE_TRUE))
	{
		sarif->succeeded = true;
		if (code != NULL && code->type != RG_NODE_NULL &&
			(!rg_node_count(code, &value) || value != 0))
			sarif->exits++;
	}
	else if (success != NULL)
		sarif->failed = true;
	else
		sarif->silent = true;

	/* it did not start, or a signal ended it */
	if (rg_node_get(node, "processStartFailureMessage") != NULL ||
		rg_node_get(node, "exitSignalName") != NULL)
		sarif->failed = true;
	add_errors(sarif, report, rg_node_get(node, "toolExecutionNotifications"));
	add_errors(sarif, report,
			   rg_node_get(node, "toolConfigurationNotifications"));
}

static void
end_run(void *state, RgReport *report, const RgNode *node)
{
	Sarif	   *sarif = state;

	count_groups(sarif);
	report_kept(sarif, report);
	if (sarif->failed || (sarif->errors > 0 && !sarif->succeeded))
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the tool says that it did not succeed");
	else if (sarif->silent)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the tool does not say that it succeeded: an invocation has no executionSuccessful");
	else if (sarif->errors > 0)
		rg_report_warn(report, "the tool reports " INT64_FORMAT
					   " errors of its own", sarif->errors);
	if (sarif->exits > 0)
		rg_report_warn(report, "the tool says that it succeeded, but its exit code is not 0");
	if (!sarif->has_results)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "a run has no results: the tool did not look");
	else if (!sarif->has_tool && !sarif->has_result)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "a run without results names no tool that looked");
}

static void
on_external_results(void *state, RgReport *report, const RgNode *node)
{
	rg_report_fail(report, RG_REPORT_INCOMPLETE,
				   "results of a run are in another file, or apart from it");
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
		{"runs[].tool.driver.name", RG_JSON_OPEN, on_driver_name},
		{"runs[].tool.driver.guid", RG_JSON_OPEN, on_driver_guid},
		{"runs[].tool.driver.version", RG_JSON_OPEN, on_tool_version},
		{"runs[].tool.driver.semanticVersion", RG_JSON_OPEN, on_tool_version},
		{"runs[].tool.driver.rules", RG_JSON_OPEN, begin_driver},
		{"runs[].tool.driver.rules[]", RG_JSON_TREE, on_rule},
		{"runs[].tool.extensions", RG_JSON_OPEN, begin_extensions},
		{"runs[].tool.extensions[]", RG_JSON_OPEN, begin_extension},
		{"runs[].tool.extensions[].name", RG_JSON_OPEN, on_extension_name},
		{"runs[].tool.extensions[].guid", RG_JSON_OPEN, on_extension_guid},
		{"runs[].tool.extensions[].rules[]", RG_JSON_TREE, on_rule},
		{"runs[].results", RG_JSON_OPEN, on_results},
		{"runs[].results[]", RG_JSON_TREE, on_result},
		{"runs[].invocations", RG_JSON_OPEN, rg_scanner_optional},
		{"runs[].invocations[]", RG_JSON_TREE, on_invocation},
		{"runs[].externalPropertyFileReferences.results[]", RG_JSON_OPEN,
		on_external_results},
		{"inlineExternalProperties[].results[]", RG_JSON_OPEN,
		on_external_results},
	};
	Sarif		sarif = {0};

	sarif.run = AllocSetContextCreate(CurrentMemoryContext,
									  "releasegov SARIF run",
									  ALLOCSET_DEFAULT_SIZES);
	if (rg_json_read(input, rules, lengthof(rules), &sarif, report))
		finish(&sarif, report);
	MemoryContextDelete(sarif.run);
}
