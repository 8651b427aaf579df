/*
 * generic.c: JSON and XML of which nothing is known but that it is well formed:
 * for gates whose policy brings a path. They have no figures of their own, and
 * no report is recognised as one of them.
 */
#include "ingest/ingest.h"

/* A lone number is still one when its last digits are missing. */
static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_OBJECT && node->type != RG_NODE_ARRAY)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "it is a single value, not a document");
}

void
rg_read_json(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_document},
	};

	(void) rg_json_read(input, rules, lengthof(rules), NULL, report);
}

void
rg_read_xml(const RgInput *input, RgReport *report)
{
	RgXml	   *xml = rg_xml_open(input, report);

	if (xml == NULL)
		return;
	while (rg_xml_next(xml))
	{
		if (rg_xml_depth(xml) == 0 && rg_xml_event(xml) == RG_XML_START &&
			pg_strcasecmp(rg_xml_name(xml), "html") == 0)
			rg_report_fail(report, RG_REPORT_INVALID,
						   "it is an HTML page, not a report");
	}
	rg_xml_close(xml);
}

bool
rg_format_is_generic(const RgFormat *format)
{
	return format->read == rg_read_json || format->read == rg_read_xml;
}
