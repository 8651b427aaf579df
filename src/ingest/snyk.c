/*
 * snyk.c: Snyk's json, of one project or a list of them, of containers with
 * the applications in them, and of infrastructure as code. A vulnerability is
 * listed once for each path to it and counts once a project.
 */
#include "ingest/names.h"
#include "ingest/scanner.h"

#include "utils/memutils.h"

typedef struct Snyk
{
	RgScanning	scanning;		/* examined: dependencies */
	MemoryContext project;
	RgNames    *seen;			/* in the list that is being read */
	bool		is_list;		/* of projects */
	bool		has_error;
	int64		declared;		/* distinct ones */
	int64		files;			/* of infrastructure as code */

	/* of the project that is being read */
	bool		not_ok;			/* it says */
	bool		failed;
	int64		before;			/* open findings before it */
} Snyk;

/* Why somebody ignores it (.snyk, or the web site). */
static const RgWord reason_types[] = {
	{"not-vulnerable", RG_ASIDE_NOT_AFFECTED},
	{"wont-fix", RG_ASIDE_ACCEPTED},
	{"temporary-ignore", RG_ASIDE_ACCEPTED},
	{NULL}
};

/* ---- findings ------------------------------------------------------------ */

static void
begin_list(void *state, RgReport *report, const RgNode *node)
{
	Snyk	   *snyk = state;

	rg_scanner_list(state, report, node);
	MemoryContextReset(snyk->project);
	snyk->seen = rg_names_create(snyk->project, 1);
}

/* An entry without a name is one of its own. */
static bool
is_seen(Snyk *snyk, RgReport *report, const RgNode *node, const char *list)
{
	char	   *id = rg_node_text(rg_node_get(node, "id"));
	bool		is_new = true;

	if (snyk->seen == NULL)
		snyk->seen = rg_names_create(snyk->project, 1);
	if (id != NULL)
		(void) rg_names_enter(snyk->seen, report, psprintf("%s%s", list, id),
							  &is_new);
	return !is_new;
}

static void
on_vulnerability(void *state, RgReport *report, const RgNode *node)
{
	if (!is_seen(state, report, node, ""))
		rg_scanner_finding(state, report, node);
}

/* each is in a place of its own */
static void
on_issue(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_add(state, report, node,
				   rg_node_is_true(node, "isIgnored") ?
				   RG_ASIDE_SUPPRESSED : RG_ASIDE_NONE);
}

static void
on_issues(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_list(state, report, node);
	((Snyk *) state)->files++;
}

static void
on_ignored(void *state, RgReport *report, const RgNode *node)
{
	const RgNode *type = rg_node_path(node, "filtered.ignored[].reasonType");

	if (!is_seen(state, report, node, "ignored "))
		rg_scanner_add(state, report, node,
					   rg_word_value(reason_types, type,
									 RG_ASIDE_SUPPRESSED));
}

static void
on_patched(void *state, RgReport *report, const RgNode *node)
{
	if (!is_seen(state, report, node, "patched "))
		rg_scanner_add(state, report, node, RG_ASIDE_NOT_AFFECTED);
}

/* ---- what is said of the projects ------------------------------------------ */

static void
begin_project(void *state, RgReport *report, const RgNode *node)
{
	Snyk	   *snyk = state;

	snyk->not_ok = snyk->failed = false;
	snyk->before = rg_findings_total(&snyk->scanning.findings);
}

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((Snyk *) state)->is_list = node->type == RG_NODE_ARRAY;
}

static void
on_ok(void *state, RgReport *report, const RgNode *node)
{
	((Snyk *) state)->not_ok = node->type != RG_NODE_TRUE;
}

/* One of many may fail for itself; then the others are all there is. */
static void
on_error(void *state, RgReport *report, const RgNode *node)
{
	Snyk	   *snyk = state;
	char	   *str = rg_node_text(node);

	snyk->failed |= str != NULL;
	if (str == NULL || snyk->has_error)
		return;
	snyk->has_error = snyk->scanning.has_list = true;
	rg_report_fail(report, snyk->is_list ? RG_REPORT_INCOMPLETE :
				   RG_REPORT_INVALID, "Snyk could not test%s: %s",
				   snyk->is_list ? " a project" : "",
				   rg_report_text(report, str, strlen(str)));
}

static void
end_project(void *state, RgReport *report, const RgNode *node)
{
	Snyk	   *snyk = state;

	if (snyk->not_ok && !snyk->failed &&
		rg_findings_total(&snyk->scanning.findings) == snyk->before)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "it says that a project is not ok, but not why");
	snyk->not_ok = false;
}

static void
on_unique_count(void *state, RgReport *report, const RgNode *node)
{
	int64		count;

	if (rg_scanner_count(report, node, &count))
		((Snyk *) state)->declared += count;
}

static void
finish(const Snyk *snyk, RgReport *report)
{
	int64		total = rg_findings_total(&snyk->scanning.findings);

	if (total == 0 && snyk->declared > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "its uniqueCount is " INT64_FORMAT
					   ", but no vulnerability is listed", snyk->declared);
	else if (snyk->declared > 0 && snyk->declared != total)
		rg_report_warn(report, "its uniqueCount is " INT64_FORMAT ", "
					   INT64_FORMAT " are listed", snyk->declared, total);
	if (snyk->scanning.examined <= 0 && snyk->files == 0 &&
		snyk->scanning.listed == 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "no dependency was examined");
}

void
rg_read_snyk(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"", RG_JSON_CLOSE, end_project},
		{"[]", RG_JSON_OPEN, begin_project},
		{"[]", RG_JSON_CLOSE, end_project},
		{"error", RG_JSON_OPEN, on_error},
		{"[].error", RG_JSON_OPEN, on_error},
		{"ok", RG_JSON_OPEN, on_ok},
		{"[].ok", RG_JSON_OPEN, on_ok},
		{"..vulnerabilities", RG_JSON_OPEN, begin_list},
		{"..vulnerabilities[]", RG_JSON_TREE, on_vulnerability},
		{"..infrastructureAsCodeIssues", RG_JSON_OPEN, on_issues},
		{"..infrastructureAsCodeIssues[]", RG_JSON_TREE, on_issue},
		{"..applications", RG_JSON_OPEN, rg_scanner_optional},
		{"..filtered.ignore[]", RG_JSON_TREE, on_ignored},
		{"..filtered.patch[]", RG_JSON_TREE, on_patched},
		{"..dependencyCount", RG_JSON_OPEN, rg_scanner_examined_count},
		{"..uniqueCount", RG_JSON_OPEN, on_unique_count},
	};
	static const RgScanner scanner = {
		.tool = "Snyk",
		.list = "vulnerabilities",
		.shape = {
			.severity = "severity",
			.name = "id",
			.location = "packageName moduleName name",
			.line = "lineNumber",
			.message = "title",
			.justification = "filtered.ignored[].reason "
			"filtered.ignored[].reasonType",
		},
		.rules = rules,
		.nrules = lengthof(rules),
	};
	Snyk		snyk = {0};

	snyk.project = AllocSetContextCreate(CurrentMemoryContext,
										 "releasegov Snyk project",
										 ALLOCSET_DEFAULT_SIZES);
	if (rg_scanner_read(&scanner, &snyk.scanning, input, report))
		finish(&snyk, report);
	MemoryContextDelete(snyk.project);
}
