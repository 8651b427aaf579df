/*
 * yarn_audit.c: yarn's audits, a JSON document a line. Version 1 writes a line
 * for each path to an advisory, which counts once, and a summary at the end.
 * Version 2 and 3 write the registry's answer, version 4 a line an advisory,
 * and that there is none.
 */
#include "ingest/names.h"
#include "ingest/npm_audit.h"

#include "utils/memutils.h"

typedef struct Yarn
{
	RgNpmAudit	audit;
	RgNames    *seen;
	bool		no_lockfile;
	bool		has_end;		/* a summary, an answer, "No audit suggestions" */
	bool		has_advisory;
	bool		has_tree;		/* lines of version 4, which has no end */
	const char *error;
} Yarn;

/* An advisory without a name is one of its own. */
static bool
is_seen(Yarn *yarn, RgReport *report, const RgNode *id)
{
	char	   *str = rg_node_has_type(id, RG_NODE_NUMBER) ?
		pnstrdup(id->text, id->text_length) : rg_node_text(id);
	bool		is_new = true;

	if (str != NULL)
		(void) rg_names_enter(yarn->seen, report, str, &is_new);
	return !is_new;
}

/* Of version 1: {"resolution": {"id", "path"}, "advisory": {"id"}} */
static void
on_advisory(Yarn *yarn, RgReport *report, const RgNode *data)
{
	const RgNode *advisory = rg_node_get(data, "advisory");

	yarn->has_advisory = true;
	if (!is_seen(yarn, report, rg_node_get(advisory, "id")))
		rg_npm_advisory(&yarn->audit, report, advisory);
}

/* Of version 4: {"value": package, "children": {"ID", "Severity"}} */
static void
on_tree(Yarn *yarn, RgReport *report, const RgNode *line)
{
	const RgNode *about = rg_node_get(line, "children");
	char	   *severity = rg_node_text(rg_node_get(about, "Severity"));

	yarn->has_tree = true;
	if (!is_seen(yarn, report, rg_node_get(about, "ID")))
		rg_npm_add(&yarn->audit, report,
				   rg_node_text(rg_node_get(line, "value")),
				   rg_severity_parse(severity),
				   rg_node_text(rg_node_get(about, "Vulnerable Versions")),
				   rg_node_text(rg_node_get(about, "Issue")));
}

/* Of version 2 and 3: the registry's answer, {"advisories", "metadata"} */
static void
on_answer(Yarn *yarn, RgReport *report, const RgNode *line)
{
	const RgNode *advisories = rg_node_get(line, "advisories");

	yarn->has_end = true;
	for (const RgNode *a = advisories->child; a != NULL; a = a->next)
		rg_npm_advisory(&yarn->audit, report, a);
	rg_npm_metadata(&yarn->audit, report, rg_node_get(line, "metadata"));
}

/* Of the first versions 4: {package: [{"id", "severity"}]}, without an end */
static void
on_packages(Yarn *yarn, RgReport *report, const RgNode *line)
{
	for (const RgNode *package = line->child; package; package = package->next)
	{
		if (!rg_node_has_type(package, RG_NODE_ARRAY))
			continue;
		for (const RgNode *a = package->child; a != NULL; a = a->next)
		{
			yarn->has_tree = true;
			if (!is_seen(yarn, report, rg_node_get(a, "id")))
				rg_npm_advisory(&yarn->audit, report, a);
		}
	}
}

/* What yarn says about itself, in all versions: {"type", "data"} */
static void
on_remark(Yarn *yarn, RgReport *report, const RgNode *line)
{
	const RgNode *type = rg_node_get(line, "type");
	const RgNode *data = rg_node_get(line, "data");
	char	   *str = rg_node_text(data);

	if (rg_node_is(type, "auditAdvisory"))
		on_advisory(yarn, report, data);
	else if (rg_node_is(type, "auditSummary"))
	{
		yarn->has_end = true;
		rg_npm_metadata(&yarn->audit, report, data);
	}
	else if (rg_node_is(type, "error") && yarn->error == NULL)
		yarn->error = str == NULL ? "?" :
			rg_report_text(report, str, strlen(str));
	else if (str != NULL && strncmp(str, "No lockfile found", 17) == 0)
		yarn->no_lockfile = true;
	else if (str != NULL && strcmp(str, "No audit suggestions") == 0)
		yarn->has_end = true;
}

static void
on_line(void *state, RgReport *report, const RgNode *line)
{
	const RgNode *children = rg_node_get(line, "children");

	if (rg_node_has_type(rg_node_get(line, "type"), RG_NODE_STRING))
		on_remark(state, report, line);
	else if (rg_node_has_type(children, RG_NODE_OBJECT))
		on_tree(state, report, line);
	else if (rg_node_has_type(rg_node_get(line, "advisories"),
							  RG_NODE_OBJECT))
		on_answer(state, report, line);
	else if (rg_node_has_type(line, RG_NODE_OBJECT))
		on_packages(state, report, line);
	else
		rg_report_fail(report, RG_REPORT_INVALID, "a line is no object");
}

static void
finish(const Yarn *yarn, RgReport *report)
{
	bool		has_end = yarn->has_end ||
		(yarn->has_tree && !yarn->has_advisory);

	if (yarn->error != NULL && !has_end)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "yarn could not audit: %s", yarn->error);
		return;
	}
	if (yarn->error != NULL)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "yarn reports an error: %s", yarn->error);
	if (!has_end)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "yarn's summary is missing: the report is cut off, or no audit");
	if (yarn->audit.dependencies == 0 && yarn->no_lockfile)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "yarn found no lockfile: no dependency was examined");
	rg_npm_finish(&yarn->audit, report);
}

/* A document that ends in its first line, and another below it. */
bool
rg_is_yarn_audit(const RgInput *input)
{
	RgInput		rest = *input;
	RgInput		line;

	if (!rg_next_line(&rest, &line) || line.length == 0 ||
		line.data[line.length - 1] != '}')
		return false;
	while (rg_next_line(&rest, &line))
	{
		if (line.length > 0)
			return line.data[0] == '{';
	}
	return false;
}

void
rg_read_yarn_audit(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_TREE, on_line},
	};
	Yarn		yarn = {.audit.dependencies = -1};
	MemoryContext seen = AllocSetContextCreate(CurrentMemoryContext,
											   "releasegov yarn audit",
											   ALLOCSET_DEFAULT_SIZES);

	report->tool = "yarn audit";
	yarn.seen = rg_names_create(seen, 1);
	if (rg_json_read_lines(input, rules, lengthof(rules), &yarn, report))
		finish(&yarn, report);
	MemoryContextDelete(seen);
}
