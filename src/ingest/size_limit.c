/*
 * size_limit.c: size-limit --json: a list of entries with their sizes in
 * bytes. It compresses what it measures unless its settings say otherwise, and
 * its JSON does not tell; raw bytes are never less than compressed ones.
 */
#include "ingest/ingest.h"

typedef struct SizeLimit
{
	bool		is_list;
	int64		entries;
	int64		without_size;
	int64		failed;
	int64		largest;
	int64		total;
} SizeLimit;

static void
on_entry(void *state, RgReport *report, const RgNode *node)
{
	SizeLimit  *sizes = state;
	const RgNode *passed = rg_node_get(node, "passed");
	int64		size;
	int64		limit = -1;

	if (node->type != RG_NODE_OBJECT)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "an entry is no object");
		return;
	}
	sizes->entries++;
	if (!rg_node_count(rg_node_get(node, "size"), &size))
	{
		sizes->without_size++;
		return;
	}
	sizes->largest = Max(sizes->largest, size);
	sizes->total += size;
	(void) rg_node_count(rg_node_get(node, "sizeLimit"), &limit);
	if (rg_node_has_type(passed, RG_NODE_FALSE) || (limit >= 0 && size > limit))
	{
		sizes->failed++;
		rg_report_finding(report, rg_node_text(rg_node_get(node, "name")),
						  NULL, NULL, 0,
						  psprintf(INT64_FORMAT " B, limit " INT64_FORMAT " B",
								   size, limit));
	}
}

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((SizeLimit *) state)->is_list = node->type == RG_NODE_ARRAY;
}

void
rg_read_size_limit(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
		{"[]", RG_JSON_TREE, on_entry},
	};
	SizeLimit	sizes = {0};

	report->tool = "size-limit";
	if (!rg_json_read(input, rules, lengthof(rules), &sizes, report))
		return;
	if (!sizes.is_list)
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is not a list of entries");
		return;
	}
	if (sizes.entries == 0)
	{
		rg_report_fail(report, RG_REPORT_EMPTY, "it has no entry");
		return;
	}
	if (sizes.without_size > 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   INT64_FORMAT " entries have no size",
					   sizes.without_size);
	rg_report_bytes(report, "size.largest", sizes.largest);
	rg_report_bytes(report, "size.total", sizes.total);
	rg_report_bytes(report, "size.compressed_largest", sizes.largest);
	rg_report_bytes(report, "size.compressed_total", sizes.total);
	rg_report_count(report, "size.failed", sizes.failed);
}
