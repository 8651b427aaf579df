/*
 * osv.c: osv-scanner's json format. Aliases of one vulnerability stand in one
 * group, which counts once; its vulnerabilities say what the group does not.
 */
#include "ingest/names.h"
#include "ingest/scanner.h"

#include "utils/memutils.h"

struct Group;

/* What is known of an advisory, from itself or from its group, whichever
 * comes first. */
typedef struct Known
{
	RgSeverity	severity;
	bool		listed;			/* its own record has been read */
	struct Group *group;
	const char *message;
} Known;

/* One whose advisories must say how severe it is. */
typedef struct Group
{
	struct Group *next;
	const Known *first;
	const char *message;
	RgSeverity	severity;
} Group;

typedef struct Osv
{
	RgFindings	findings;
	bool		has_results;
	bool		has_list;		/* results is one, not null */
	int64		records;
	int64		uncalled;
	int64		others;			/* findings that are no vulnerability */

	/* of the package being read */
	MemoryContext package;
	RgNames    *known;
	Group	   *waiting;
	Group	  **tail;
	int			nwaiting;
	int			nmessages;
	char		place[RG_TEXT_MAX + 1];
	char		name[RG_TEXT_MAX + 1];
} Osv;

/* That of all groups that have a severity of their own. */
static Group settled;

static void
on_results(void *state, RgReport *report, const RgNode *node)
{
	Osv		   *osv = state;

	osv->has_results = true;
	osv->has_list = node->type == RG_NODE_ARRAY;
	if (!osv->has_list && node->type != RG_NODE_NULL)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "its results are not a list");
}

static void
on_source(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_copy(((Osv *) state)->place, node);
}

static void
on_result(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a result is no object");
	((Osv *) state)->place[0] = '\0';
}

static void
begin_package(void *state, RgReport *report, const RgNode *node)
{
	Osv		   *osv = state;

	if (node->type != RG_NODE_OBJECT)
		rg_report_fail(report, RG_REPORT_INVALID, "a package is no object");
	MemoryContextReset(osv->package);
	osv->known = rg_names_create(osv->package, sizeof(Known));
	osv->waiting = NULL;
	osv->tail = &osv->waiting;
	osv->nwaiting = osv->nmessages = 0;
	osv->name[0] = '\0';
}

static void
on_package_name(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_copy(((Osv *) state)->name, node);
}

/* The advisory's own word, or a score: vectors are not computed. */
static RgSeverity
rate(const RgNode *vulnerability)
{
	static const RgShape shape = {
		.severity = "database_specific.severity severity[].score",
	};

	return rg_shape_severity(&shape, vulnerability);
}

static Known *
enter(Osv *osv, RgReport *report, const RgNode *id)
{
	char	   *str = rg_node_text(id);
	bool		is_new;
	Known	   *known = rg_names_enter(osv->known, report,
									   str != NULL ? str : "?", &is_new);

	if (known != NULL && is_new)
		known->severity = RG_SEVERITY_UNKNOWN;
	return known;
}

static void
on_vulnerability(void *state, RgReport *report, const RgNode *node)
{
	Osv		   *osv = state;
	Known	   *known = enter(osv, report, rg_node_get(node, "id"));
	char	   *message;

	if (!rg_node_has_type(node, RG_NODE_OBJECT))
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a vulnerability is no object");
	if (known == NULL)
		return;
	osv->records++;
	known->severity = known->listed ?
		rg_severity_worse(known->severity, rate(node)) : rate(node);
	known->listed = true;
	message = rg_shape_text(node, "summary details");
	if (message != NULL && osv->nmessages++ < RG_MAX_FINDINGS)
		known->message = MemoryContextStrdup(osv->package, message);
}

/* experimental_analysis: {"GO-2023-1": {"called": false}} */
static bool
is_called(const RgNode *group)
{
	const RgNode *list = rg_node_get(group, "experimental_analysis");
	const RgNode *a = list != NULL ? list->child : NULL;

	if (a == NULL)
		return true;
	for (; a != NULL; a = a->next)
	{
		if (!rg_node_has_type(rg_node_get(a, "called"), RG_NODE_FALSE))
			return true;
	}
	return false;
}

static void
add_finding(Osv *osv, RgReport *report, const char *id, RgSeverity severity,
			const char *message)
{
	char		location[2 * RG_TEXT_MAX + 4];

	osv->findings.by_severity[severity]++;
	if (!rg_report_wants_finding(report))
		return;
	snprintf(location, sizeof(location), "%s%s%s", osv->place,
			 osv->place[0] && osv->name[0] ? ": " : "", osv->name);
	rg_report_finding(report, id, rg_severity_name(severity), location, 0,
					  message);
}

static void
on_group(void *state, RgReport *report, const RgNode *node)
{
	Osv		   *osv = state;
	const RgNode *ids = rg_node_get(node, "ids");
	RgSeverity	severity =
		rg_severity_parse(rg_shape_text(node, "max_severity"));
	Group	   *group = &settled;
	const Known *first = NULL;

	if (severity == RG_SEVERITY_UNKNOWN && osv->nwaiting++ < RG_NAMES_MAX)
	{
		group = MemoryContextAllocZero(osv->package, sizeof(Group));
		group->severity = severity;
		*osv->tail = group;
		osv->tail = &group->next;
	}
	for (const RgNode *id = ids ? ids->child : NULL; id; id = id->next)
	{
		Known	   *known = enter(osv, report, id);

		if (known == NULL)
			return;
		known->group = group;
		first = first != NULL ? first : known;
	}
	if (first == NULL || osv->nwaiting > RG_NAMES_MAX)
		rg_report_fail(report, RG_REPORT_INVALID, first == NULL ?
					   "a group has no list of ids" :
					   "a package has too many groups");
	else if (group != &settled)
		group->first = first;
	else
		add_finding(osv, report, rg_names_name(osv->known, first), severity,
					first->message);
	osv->uncalled += is_called(node) ? 0 : 1;
}

/* What waits is as severe as the worst known of its advisories. */
static void
end_package(void *state, RgReport *report, const RgNode *node)
{
	Osv		   *osv = state;
	const Known *known;
	uint32		at = 0;

	while ((known = rg_names_next(osv->known, &at)) != NULL)
	{
		Group	   *group = known->group;

		if (group == NULL)
			add_finding(osv, report, rg_names_name(osv->known, known),
						known->severity, known->message);
		else if (group != &settled)
		{
			group->severity = Min(group->severity, known->severity);
			group->message = group->message ? group->message : known->message;
		}
	}
	for (const Group *g = osv->waiting; g != NULL; g = g->next)
		add_finding(osv, report, rg_names_name(osv->known, g->first),
					g->severity, g->message);
}

/* A licence that the allowlist lacks: nobody says how bad that is. */
static void
on_licence(void *state, RgReport *report, const RgNode *node)
{
	Osv		   *osv = state;

	osv->others++;
	add_finding(osv, report, "licence", RG_SEVERITY_UNKNOWN,
				rg_node_text(node));
}

/* What plugins found that is no vulnerability of a package. */
static void
on_generic(void *state, RgReport *report, const RgNode *node)
{
	Osv		   *osv = state;
	char	   *id = rg_shape_text(node, "Adv.ID.Reference Adv.Title");

	osv->others++;
	osv->place[0] = osv->name[0] = '\0';
	add_finding(osv, report, id, RG_SEVERITY_UNKNOWN,
				rg_shape_text(node, "Adv.Title Adv.Description"));
}

static void
finish(const Osv *osv, RgReport *report)
{
	int64		counted = rg_findings_total(&osv->findings) - osv->others;

	rg_findings_finish(&osv->findings, report);
	if (!osv->has_list)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "osv-scanner found no package to look at");
	if (osv->records > counted)
		rg_report_warn(report, INT64_FORMAT " advisories are " INT64_FORMAT
					   " vulnerabilities: aliases count once",
					   osv->records, counted);
	if (osv->uncalled > 0)
		rg_report_warn(report, INT64_FORMAT " findings are in code that is not called, by osv-scanner's analysis; they count",
					   osv->uncalled);
}

void
rg_read_osv(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"results", RG_JSON_OPEN, on_results},
		{"results[]", RG_JSON_OPEN, on_result},
		{"results[].source.path", RG_JSON_OPEN, on_source},
		{"results[].packages", RG_JSON_OPEN, rg_scanner_optional},
		{"results[].packages[]", RG_JSON_OPEN, begin_package},
		{"results[].packages[]", RG_JSON_CLOSE, end_package},
		{"results[].packages[].package.name", RG_JSON_OPEN, on_package_name},
		{"results[].packages[].vulnerabilities", RG_JSON_OPEN,
		rg_scanner_optional},
		{"results[].packages[].vulnerabilities[]", RG_JSON_TREE,
		on_vulnerability},
		{"results[].packages[].groups", RG_JSON_OPEN, rg_scanner_optional},
		{"results[].packages[].groups[]", RG_JSON_TREE, on_group},
		{"results[].packages[].license_violations", RG_JSON_OPEN,
		rg_scanner_optional},
		{"results[].packages[].license_violations[]", RG_JSON_OPEN,
		on_licence},
		{"experimental_generic_findings", RG_JSON_OPEN, rg_scanner_optional},
		{"experimental_generic_findings[]", RG_JSON_TREE, on_generic},
	};
	Osv		   *osv = palloc0(sizeof(Osv));

	report->tool = "osv-scanner";
	osv->package = AllocSetContextCreate(CurrentMemoryContext,
										 "releasegov OSV package",
										 ALLOCSET_DEFAULT_SIZES);
	if (rg_json_read(input, rules, lengthof(rules), osv, report))
	{
		if (osv->has_results)
			finish(osv, report);
		else
			rg_report_fail(report, RG_REPORT_INVALID, "it has no results");
	}
	MemoryContextDelete(osv->package);
	pfree(osv);
}
