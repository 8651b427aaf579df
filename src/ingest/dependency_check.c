/*
 * dependency_check.c: OWASP dependency-check, its JSON and its XML. Each
 * vulnerability of each dependency counts, with the report's own severity,
 * else the newest CVSS of it.
 */
#include "ingest/scanner.h"

#define TOOL "dependency-check"
#define NO_DEPENDENCIES "dependency-check found no dependency to look at"

/* ---- JSON ---------------------------------------------------------------- */

static void
on_suppressed(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_add(state, report, node, RG_ASIDE_SUPPRESSED);
}

static void
on_exception(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_error(state, report,
					 rg_shape_text(node, "exception.message message"));
}

static void
read_json(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"scanInfo.engineVersion", RG_JSON_OPEN, rg_scanner_version},
		{"scanInfo.analysisExceptions", RG_JSON_OPEN, rg_scanner_optional},
		{"scanInfo.analysisExceptions[]", RG_JSON_TREE, on_exception},
		{"dependencies", RG_JSON_OPEN, rg_scanner_list},
		{"dependencies", RG_JSON_OPEN, rg_scanner_examined},
		{"dependencies[]", RG_JSON_OPEN, rg_scanner_examined},
		{"dependencies[].fileName", RG_JSON_OPEN, rg_scanner_place},
		{"dependencies[].vulnerabilities", RG_JSON_OPEN, rg_scanner_optional},
		{"dependencies[].vulnerabilities[]", RG_JSON_TREE, rg_scanner_finding},
		{"dependencies[].suppressedVulnerabilities[]", RG_JSON_TREE,
		on_suppressed},
	};
	static const RgScanner scanner = {
		.tool = TOOL,
		.list = "dependencies",
		.shape = {
			.severity = "severity cvssv4.baseSeverity cvssv4.baseScore "
			"cvssv3.baseSeverity cvssv3.baseScore "
			"cvssv2.severity cvssv2.score",
			.name = "name",
			.message = "description",
			.justification = "notes",
		},
		.rules = rules,
		.nrules = lengthof(rules),
	};

	rg_scanner_read_list(&scanner, input, report);
}

/* ---- XML ----------------------------------------------------------------- */

/* How deep they stand: analysis/dependencies/dependency, and
 * analysis/scanInfo/analysisExceptions/exception. */
#define DEPENDENCY	2
#define EXCEPTION	3

/* From the best to the worst place for a vulnerability's severity. */
static const struct
{
	const char *parent;			/* "" is the vulnerability itself */
	const char *name;
}			severity_places[] =
{
	{"", "severity"},
	{"cvssV4", "baseSeverity"},
	{"cvssV4", "baseScore"},
	{"cvssV3", "baseSeverity"},
	{"cvssV3", "baseScore"},
	{"cvssV2", "severity"},
	{"cvssV2", "score"},
	{"", "cvssScore"},			/* before version 2 */
};

typedef struct Vulnerability
{
	RgSetAside	aside;
	int			depth;			/* of its element; 0: none is being read */
	int			place;			/* of the severity */
	RgSeverity	severity;
	char		parent[16];		/* cvssV2, ... */
	char		name[RG_TEXT_MAX];
	char		notes[RG_TEXT_MAX];
	char		message[RG_TEXT_MAX];
} Vulnerability;

typedef struct DependencyCheck
{
	RgFindings	findings;
	int64		dependencies;
	int64		exceptions;
	char		file[RG_TEXT_MAX];
	Vulnerability current;
} DependencyCheck;

static void
start_element(DependencyCheck *check, const RgXml *xml)
{
	Vulnerability *current = &check->current;
	int			depth = rg_xml_depth(xml);
	bool		suppressed = rg_xml_is(xml, "suppressedVulnerability");

	if (current->depth > 0)
	{
		if (depth == current->depth + 1)
			strlcpy(current->parent, rg_xml_name(xml),
					sizeof(current->parent));
	}
	else if (suppressed || rg_xml_is(xml, "vulnerability"))
	{
		memset(current, 0, sizeof(Vulnerability));
		current->aside = suppressed ? RG_ASIDE_SUPPRESSED : RG_ASIDE_NONE;
		current->depth = depth;
		current->place = lengthof(severity_places);
		current->severity = RG_SEVERITY_UNKNOWN;
	}
	else if (depth == DEPENDENCY && rg_xml_is(xml, "dependency"))
	{
		check->dependencies++;
		check->file[0] = '\0';
	}
	else if (depth == EXCEPTION && rg_xml_is(xml, "exception"))
		check->exceptions++;
}

static void
look_for_severity(Vulnerability *current, const RgXml *xml, const char *parent)
{
	for (int i = 0; i < current->place; i++)
	{
		RgSeverity	severity;

		if (strcmp(severity_places[i].parent, parent) != 0 ||
			!rg_xml_is(xml, severity_places[i].name))
			continue;
		severity = rg_severity_parse(rg_xml_text(xml));
		if (severity == RG_SEVERITY_UNKNOWN)
			continue;
		current->severity = severity;
		current->place = i;
	}
}

static void
end_vulnerability(DependencyCheck *check, RgReport *report)
{
	Vulnerability *current = &check->current;
	const char *severity = rg_severity_name(current->severity);

	current->depth = 0;
	if (current->aside == RG_ASIDE_NONE)
	{
		check->findings.by_severity[current->severity]++;
		rg_report_finding(report, current->name, severity, check->file, 0,
						  current->message);
	}
	else
	{
		check->findings.aside[current->aside]++;
		rg_report_set_aside(report, current->aside, current->name, severity,
							check->file, 0, current->notes);
	}
}

static void
end_element(DependencyCheck *check, const RgXml *xml, RgReport *report)
{
	Vulnerability *current = &check->current;
	int			below = rg_xml_depth(xml) - current->depth;

	if (current->depth == 0)
	{
		if (rg_xml_depth(xml) == DEPENDENCY + 1 &&
			rg_xml_is(xml, "fileName"))
			strlcpy(check->file, rg_xml_text(xml), sizeof(check->file));
		else if (rg_xml_is(xml, "engineVersion"))
			rg_report_tool(report, NULL, rg_xml_text(xml));
	}
	else if (below == 0)
		end_vulnerability(check, report);
	else if (below == 1)
	{
		look_for_severity(current, xml, "");
		if (rg_xml_is(xml, "name"))
			strlcpy(current->name, rg_xml_text(xml), sizeof(current->name));
		else if (rg_xml_is(xml, "notes"))
			strlcpy(current->notes, rg_xml_text(xml), sizeof(current->notes));
		else if (rg_xml_is(xml, "description"))
			strlcpy(current->message, rg_xml_text(xml),
					sizeof(current->message));
	}
	else if (below == 2)
		look_for_severity(current, xml, current->parent);
}

static void
finish(const DependencyCheck *check, RgReport *report)
{
	rg_findings_finish(&check->findings, report);
	if (check->exceptions > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "dependency-check reports " INT64_FORMAT
					   " errors of its own", check->exceptions);
	if (check->dependencies == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, NO_DEPENDENCIES);
}

static void
read_xml(const RgInput *input, RgReport *report)
{
	DependencyCheck *check = palloc0(sizeof(DependencyCheck));
	RgXml	   *xml = rg_xml_open(input, report);

	report->tool = TOOL;
	if (xml == NULL)
		return;
	while (rg_xml_next(xml))
	{
		if (rg_xml_depth(xml) == 0 && rg_xml_event(xml) == RG_XML_START &&
			!rg_xml_is(xml, "analysis"))
			rg_report_fail(report, RG_REPORT_INVALID,
						   "its root is not analysis");
		if (rg_xml_event(xml) == RG_XML_START)
			start_element(check, xml);
		else
			end_element(check, xml, report);
	}
	rg_xml_close(xml);
	if (report->status != RG_REPORT_INVALID)
		finish(check, report);
	pfree(check);
}

void
rg_read_dependency_check(const RgInput *input, RgReport *report)
{
	if (input->length > 0 && input->data[0] == '<')
		read_xml(input, report);
	else
		read_json(input, report);
}
