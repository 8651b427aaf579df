/*
 * xml.c: libxml2's pull reader over a report in memory. Nothing is loaded
 * from outside, no entity is ever declared, no callback raises an error; the
 * parser is freed with the memory context whatever happens.
 */
#include "ingest/ingest.h"

#include <libxml/xmlreader.h>

#include "ingest/xml_screen.h"
#include "miscadmin.h"

#define READER_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOCDATA | \
						XML_PARSE_COMPACT | XML_PARSE_IGNORE_ENC)

/* As much as rg_node_text() gives of a JSON string. */
#define XML_TEXT_MAX 8192

struct RgXml
{
	RgReport   *report;
	xmlTextReaderPtr reader;
	MemoryContextCallback callback;
	RgXmlEvent	event;
	int			depth;
	xmlNodePtr	node;
	const char *name;
	bool		empty_element;	/* its END is still to be given out */
	bool		comments;		/* these are asked for */
	size_t		text_length;
	char		text[XML_TEXT_MAX + 1];
	int			steps;
	int			error_line;
	int			error_column;
	char		error[200];
};

static void
close_reader(void *arg)
{
	RgXml	   *xml = arg;

	if (xml->reader != NULL)
		xmlFreeTextReader(xml->reader);
	xml->reader = NULL;
}

/* Called from inside libxml2: keeps the first fatal error, no more. */
static void
note_error(void *arg, RgXmlErrorPtr error)
{
	RgXml	   *xml = arg;

	if (error == NULL || error->level != XML_ERR_FATAL ||
		xml->error[0] != '\0')
		return;
	snprintf(xml->error, sizeof(xml->error), "%s",
			 error->message ? error->message : "not well-formed");
	xml->error_line = error->line;
	xml->error_column = error->int2;
}

RgXml *
rg_xml_open(const RgInput *input, RgReport *report)
{
	RgInput		screened;
	RgXml	   *xml;

	if (!rg_xml_screen(input, &screened, report))
		return NULL;

	xml = palloc0(sizeof(RgXml));
	xml->report = report;
	xml->callback.func = close_reader;
	xml->callback.arg = xml;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &xml->callback);

	xml->reader = xmlReaderForMemory(screened.data, (int) screened.length,
									 NULL, "UTF-8", READER_OPTIONS);
	if (xml->reader == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory"),
				 errdetail("libxml2 could not make a reader.")));
	xmlTextReaderSetStructuredErrorHandler(xml->reader, note_error, xml);
	return xml;
}

void
rg_xml_close(RgXml *xml)
{
	close_reader(xml);
}

static bool
unreadable(RgXml *xml)
{
	RgReport   *report = xml->report;
	size_t		length = strlen(xml->error);

	while (length > 0 && xml->error[length - 1] == '\n')
		length--;
	report->line = xml->error_line;
	report->column = xml->error_column;
	rg_report_fail(report, RG_REPORT_INVALID, "not well-formed XML: %s",
				   length > 0 ? rg_report_text(report, xml->error, length) :
				   "the document ends early");
	return false;
}

static bool
start_element(RgXml *xml)
{
	xml->event = RG_XML_START;
	xml->text[xml->text_length = 0] = '\0';
	xml->depth = xmlTextReaderDepth(xml->reader);
	xml->node = xmlTextReaderCurrentNode(xml->reader);
	xml->name = (const char *) xmlTextReaderConstLocalName(xml->reader);
	xml->empty_element = xmlTextReaderIsEmptyElement(xml->reader) == 1;
	if (xml->node == NULL || xml->name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory"),
				 errdetail("libxml2 could not describe an element.")));
	return true;
}

static void
keep_text(RgXml *xml)
{
	const char *str = (const char *) xmlTextReaderConstValue(xml->reader);
	size_t		length = str != NULL ? strlen(str) : 0;

	length = Min(length, XML_TEXT_MAX - xml->text_length);
	if (length > 0)
		memcpy(xml->text + xml->text_length, str, length);
	xml->text_length += length;
	xml->text[xml->text_length] = '\0';
}

void
rg_xml_want_comments(RgXml *xml)
{
	xml->comments = true;
}

bool
rg_xml_next(RgXml *xml)
{
	if (xml->report->status == RG_REPORT_INVALID)
		return false;
	if (xml->event != RG_XML_START)
		xml->text[xml->text_length = 0] = '\0';
	if (xml->empty_element)
	{
		xml->empty_element = false;
		xml->event = RG_XML_END;
		return true;
	}
	for (;;)
	{
		int			result = xmlTextReaderRead(xml->reader);

		if ((++xml->steps & 1023) == 0)
			CHECK_FOR_INTERRUPTS();
		if (result < 0 || xml->error[0] != '\0')
			return unreadable(xml);
		if (result == 0)
			return false;
		switch (xmlTextReaderNodeType(xml->reader))
		{
			case XML_READER_TYPE_ELEMENT:
				return start_element(xml);
			case XML_READER_TYPE_END_ELEMENT:
				xml->event = RG_XML_END;
				xml->depth = xmlTextReaderDepth(xml->reader);
				xml->name = (const char *)
					xmlTextReaderConstLocalName(xml->reader);
				return true;
			case XML_READER_TYPE_TEXT:
			case XML_READER_TYPE_CDATA:
			case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
				keep_text(xml);
				break;
			case XML_READER_TYPE_COMMENT:
				if (!xml->comments)
					break;
				xml->event = RG_XML_COMMENT;
				xml->text[xml->text_length = 0] = '\0';
				keep_text(xml);
				return true;
			default:
				break;			/* the DOCTYPE, instructions */
		}
	}
}

RgXmlEvent
rg_xml_event(const RgXml *xml)
{
	return xml->event;
}

int
rg_xml_depth(const RgXml *xml)
{
	return xml->depth;
}

const char *
rg_xml_name(const RgXml *xml)
{
	return xml->name;
}

bool
rg_xml_is(const RgXml *xml, const char *name)
{
	return strcmp(xml->name, name) == 0;
}

/*
 * Read straight off the element: xmlTextReaderGetAttribute would allocate
 * for each of the millions of attributes that a report may have.
 */
const char *
rg_xml_attribute(const RgXml *xml, const char *name)
{
	if (xml->event != RG_XML_START)
		return NULL;
	for (xmlAttrPtr a = xml->node->properties; a != NULL; a = a->next)
	{
		if (strcmp((const char *) a->name, name) != 0)
			continue;
		if (a->children == NULL || a->children->content == NULL)
			return "";
		return (const char *) a->children->content;
	}
	return NULL;
}

bool
rg_xml_count(const RgXml *xml, const char *name, int64 *value)
{
	const char *str = rg_xml_attribute(xml, name);

	return str != NULL && rg_parse_count(str, strlen(str), value);
}

const char *
rg_xml_text(const RgXml *xml)
{
	return xml->text;
}
