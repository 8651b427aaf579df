/*
 * grype.c: Grype's json format. What its rules or a VEX document ruled out
 * stands in a list of its own, with the rules that did it.
 */
#include "ingest/scanner.h"

typedef struct Grype
{
	RgScanning	scanning;
	bool		has_source;		/* what was scanned */
} Grype;

static const RgWord vex_states[] = {
	{"not_affected", RG_ASIDE_NOT_AFFECTED},
	{"fixed", RG_ASIDE_NOT_AFFECTED},
	{NULL}
};

/* One of the rules that comes from a VEX document is enough. */
static int
judge(const RgNode *ignored)
{
	const RgNode *rules = rg_node_get(ignored, "appliedIgnoreRules");

	for (const RgNode *r = rules ? rules->child : NULL; r; r = r->next)
	{
		if (rg_word_value(vex_states, rg_node_get(r, "vex-status"),
						  RG_ASIDE_SUPPRESSED) == RG_ASIDE_NOT_AFFECTED)
			return RG_ASIDE_NOT_AFFECTED;
	}
	return RG_ASIDE_SUPPRESSED;
}

static void
on_ignored(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_add(state, report, node, judge(node));
}

static void
on_source(void *state, RgReport *report, const RgNode *node)
{
	((Grype *) state)->has_source = node->type == RG_NODE_OBJECT;
}

/* Of the database; whatever is no text is one, too. */
static void
on_database_error(void *state, RgReport *report, const RgNode *node)
{
	if (node->type == RG_NODE_NULL ||
		(node->type == RG_NODE_STRING && node->text_length == 0))
		return;
	rg_scanner_error(state, report, rg_node_text(node));
}

/* The same since version 6. */
static void
on_database_valid(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_TRUE)
		rg_scanner_error(state, report, "its database is not valid");
}

/* Nobody looks for vulnerabilities of a distribution that has ended. */
static void
on_alert(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_warning(state, report, rg_shape_text(node, "message type"));
}

void
rg_read_grype(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"matches", RG_JSON_OPEN, rg_scanner_list},
		{"matches[]", RG_JSON_TREE, rg_scanner_finding},
		{"ignoredMatches", RG_JSON_OPEN, rg_scanner_optional},
		{"ignoredMatches[]", RG_JSON_TREE, on_ignored},
		{"source", RG_JSON_OPEN, on_source},
		{"alertsByPackage[].alerts[]", RG_JSON_TREE, on_alert},
		{"descriptor.version", RG_JSON_OPEN, rg_scanner_version},
		{"descriptor.db.error", RG_JSON_OPEN, on_database_error},
		{"descriptor.db.status.error", RG_JSON_OPEN, on_database_error},
		{"descriptor.db.status.valid", RG_JSON_OPEN, on_database_valid},
	};
	static const RgScanner scanner = {
		.tool = "Grype",
		.list = "matches",
		.shape = {
			.severity = "vulnerability.severity",
			.name = "vulnerability.id",
			.location = "artifact.locations[].path artifact.purl artifact.name",
			.message = "artifact.name",
			.justification = "appliedIgnoreRules[].reason "
			"appliedIgnoreRules[].vex-justification "
			"appliedIgnoreRules[].vex-status "
			"appliedIgnoreRules[].fix-state "
			"appliedIgnoreRules[].package.name",
		},
		.rules = rules,
		.nrules = lengthof(rules),
	};
	Grype		grype = {0};

	if (rg_scanner_read(&scanner, &grype.scanning, input, report) &&
		!grype.has_source && grype.scanning.listed == 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "it does not say what was scanned");
}
