/*
 * ctrf.c: the Common Test Report Format (ctrf.io). Its statuses are passed,
 * failed, skipped, pending and other; only the first two ran.
 */
#include "ingest/ingest.h"

typedef struct Ctrf
{
	RgTests		tests;
	bool		has_tests;
	int64		unknown;
} Ctrf;

static void
on_test(void *state, RgReport *report, const RgNode *node)
{
	Ctrf	   *ctrf = state;
	RgTests    *tests = &ctrf->tests;
	const RgNode *status = rg_node_get(node, "status");
	int64		line = 0;

	tests->total++;
	if (rg_node_is(status, "passed"))
	{
		tests->passed++;
		tests->flaky += rg_node_has_type(rg_node_get(node, "flaky"),
										 RG_NODE_TRUE) ? 1 : 0;
		return;
	}
	if (rg_node_is(status, "skipped") || rg_node_is(status, "pending") ||
		rg_node_is(status, "other"))
	{
		tests->skipped++;
		return;
	}

	/* a status that the format does not have is no pass */
	ctrf->unknown += rg_node_is(status, "failed") ? 0 : 1;
	tests->failed++;
	(void) rg_node_count(rg_node_get(node, "line"), &line);
	rg_report_finding(report, rg_node_text(rg_node_get(node, "name")), NULL,
					  rg_node_text(rg_node_get(node, "filePath")), line,
					  rg_node_text(rg_node_get(node, "message")));
}

static void
on_tests(void *state, RgReport *report, const RgNode *node)
{
	((Ctrf *) state)->has_tests = node->type == RG_NODE_ARRAY;
}

static void
on_summary(void *state, RgReport *report, const RgNode *node)
{
	Ctrf	   *ctrf = state;

	(void) rg_node_count(rg_node_get(node, "tests"),
						 &ctrf->tests.declared_total);
	(void) rg_node_count(rg_node_get(node, "failed"),
						 &ctrf->tests.declared_failed);
}

static void
on_tool(void *state, RgReport *report, const RgNode *node)
{
	const char *name = rg_node_text(rg_node_get(node, "name"));
	const char *version = rg_node_text(rg_node_get(node, "version"));

	if (name != NULL)
		report->tool = rg_report_text(report, name, strlen(name));
	if (version != NULL)
		report->tool_version = rg_report_text(report, version,
											  strlen(version));
}

void
rg_read_ctrf(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"results.tool", RG_JSON_TREE, on_tool},
		{"results.summary", RG_JSON_TREE, on_summary},
		{"results.tests", RG_JSON_OPEN, on_tests},
		{"results.tests[]", RG_JSON_TREE, on_test},
	};
	Ctrf		ctrf = {0};

	rg_tests_init(&ctrf.tests);
	if (!rg_json_read(input, rules, lengthof(rules), &ctrf, report))
		return;
	if (!ctrf.has_tests)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it has no list at results.tests");
		return;
	}
	if (ctrf.unknown > 0)
		rg_report_warn(report, INT64_FORMAT
					   " tests have a status that CTRF does not know; they count as failed",
					   ctrf.unknown);
	rg_tests_finish(&ctrf.tests, report);
}
