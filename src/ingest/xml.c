/*
 * xml.c: libxml2's push parser over a report in memory, so that what it keeps
 * does not grow with the report. Nothing is loaded from outside, no entity is
 * ever declared, no callback raises an error or uses the server's memory; all
 * is freed with the memory context whatever happens.
 */
#include "ingest/ingest.h"

#include <libxml/parser.h>

#include "ingest/xml_screen.h"
#include "miscadmin.h"

/*
 * NOENT: "&amp;" is given as "&", not as "&#38;". It opens nothing: what comes
 * through the screen declares no entity and refers to none but XML's own.
 */
#define PARSER_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOENT | \
						XML_PARSE_IGNORE_ENC)

/* The parser is given so much at once: its events stay in the cache. */
#define CHUNK 16384

/* As much as rg_node_text() gives of a JSON string. */
#define XML_TEXT_MAX 8192

/* Names stay in libxml2's dictionary to the end, 32 bytes more for each. */
#define NAMES_MAX (1024 * 1024)

typedef struct Attribute
{
	const char *name;
	bool		prefixed;
	size_t		value;			/* where in the strings */
} Attribute;

typedef struct Event
{
	RgXmlEvent	event;
	int			depth;
	const char *name;
	size_t		attributes;		/* the first of them */
	int			nattributes;
	size_t		text;			/* of END and COMMENT: where in the strings */
} Event;

/* An array that malloc made: callbacks must not raise errors. */
typedef struct Store
{
	void	   *data;
	size_t		used;
	size_t		room;
} Store;

struct RgXml
{
	RgReport   *report;
	xmlParserCtxtPtr parser;
	MemoryContextCallback callback;
	RgXmlScreen screen;
	bool		finished;		/* the parser has been told of the end */
	bool		had_root;
	bool		warned;
	int			depth;			/* of the next element to begin */

	/* what the last chunk held */
	Store		events;
	Store		attributes;
	Store		strings;
	size_t		next;			/* event to be given out */
	const Event *current;
	bool		no_memory;

	size_t		text_length;
	char		text[XML_TEXT_MAX]; /* since the last tag */
	size_t		error_offset;
	char		error[200];
	char		chunk[CHUNK];
};

/* ---- what libxml2 calls ------------------------------------------------------- */

/* Room for that many more entries; they are the caller's. */
static void *
add(RgXml *xml, Store *store, size_t count, size_t size)
{
	void	   *entry;

	if (store->used + count > store->room)
	{
		size_t		room = Max(store->room * 2, 1024);
		void	   *data;

		while (room < store->used + count)
			room *= 2;
		data = realloc(store->data, room * size);
		if (data == NULL)
		{
			xml->no_memory = true;
			return NULL;
		}
		store->data = data;
		store->room = room;
	}
	entry = (char *) store->data + store->used * size;
	store->used += count;
	return entry;
}

static size_t
add_string(RgXml *xml, const char *str, size_t length)
{
	size_t		where = xml->strings.used;
	char	   *copy = add(xml, &xml->strings, length + 1, 1);

	if (copy != NULL)
	{
		memcpy(copy, str, length);
		copy[length] = '\0';
	}
	return where;
}

static Event *
add_event(RgXml *xml, RgXmlEvent which, const xmlChar *name)
{
	Event	   *event = add(xml, &xml->events, 1, sizeof(Event));

	if (event != NULL)
	{
		event->event = which;
		event->depth = xml->depth;
		event->name = (const char *) name;
		event->attributes = xml->attributes.used;
		event->nattributes = 0;
		event->text = 0;
	}
	return event;
}

static void
start_element(void *arg, const xmlChar *name, const xmlChar *prefix,
			  const xmlChar *uri, int nnamespaces, const xmlChar **namespaces,
			  int nattributes, int ndefaulted, const xmlChar **attributes)
{
	RgXml	   *xml = arg;
	Event	   *event = add_event(xml, RG_XML_START, name);
	Attribute  *attribute = NULL;

	xml->had_root = true;
	xml->depth++;
	xml->text_length = 0;
	if (event == NULL || nattributes == 0)
		return;
	attribute = add(xml, &xml->attributes, nattributes, sizeof(Attribute));
	if (attribute == NULL)
		return;
	event->nattributes = nattributes;

	/* name, prefix, URI, value, its end */
	for (int i = 0; i < nattributes; i++, attributes += 5)
	{
		attribute[i].name = (const char *) attributes[0];
		attribute[i].prefixed = attributes[1] != NULL;
		attribute[i].value = add_string(xml, (const char *) attributes[3],
										attributes[4] - attributes[3]);
	}
}

static void
end_element(void *arg, const xmlChar *name, const xmlChar *prefix,
			const xmlChar *uri)
{
	RgXml	   *xml = arg;
	Event	   *event;

	xml->depth--;
	event = add_event(xml, RG_XML_END, name);
	if (event != NULL)
		event->text = add_string(xml, xml->text, xml->text_length);
	xml->text_length = 0;
}

static void
comment(void *arg, const xmlChar *str)
{
	RgXml	   *xml = arg;
	size_t		length = strlen((const char *) str);
	Event	   *event = add_event(xml, RG_XML_COMMENT, (const xmlChar *) "");

	if (event != NULL)
		event->text = add_string(xml, (const char *) str, length);
}

static void
keep_text(void *arg, const xmlChar *str, int length)
{
	RgXml	   *xml = arg;
	size_t		kept = Min((size_t) length, XML_TEXT_MAX - xml->text_length);

	memcpy(xml->text + xml->text_length, str, kept);
	xml->text_length += kept;
}

/* The first fatal error is kept, and where libxml2 stood then. */
static void
note_error(void *arg, RgXmlErrorPtr error)
{
	RgXml	   *xml = arg;
	const xmlParserInput *input;

	/* while the parser is being made, it can only be short of memory */
	if (xml->parser == NULL)
	{
		xml->no_memory = true;
		return;
	}
	input = xml->parser->input;
	if (error == NULL || error->level != XML_ERR_FATAL ||
		xml->error[0] != '\0')
		return;
	xml->no_memory |= error->code == XML_ERR_NO_MEMORY;
	strlcpy(xml->error,
			error->message ? error->message : "an error without words",
			sizeof(xml->error));
	if (input != NULL)
		xml->error_offset = input->consumed + (input->cur - input->base);
}

/* ---- the parser ---------------------------------------------------------------- */

static void
close_parser(void *arg)
{
	RgXml	   *xml = arg;

	if (xml->parser != NULL)
		xmlFreeParserCtxt(xml->parser);
	free(xml->events.data);
	free(xml->attributes.data);
	free(xml->strings.data);
	xml->parser = NULL;
	xml->events = xml->attributes = xml->strings = (Store) {0};
	xml->current = NULL;
}

static void
out_of_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory"),
			 errdetail("libxml2 could not read a report.")));
}

RgXml *
rg_xml_open(const RgInput *input, RgReport *report)
{
	RgXml	   *xml = palloc0(sizeof(RgXml));
	xmlSAXHandler handler = {0};

	if (!rg_xml_screen_init(&xml->screen, input, report))
		return NULL;
	xml->report = report;
	xml->callback.func = close_parser;
	xml->callback.arg = xml;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &xml->callback);

	handler.initialized = XML_SAX2_MAGIC;
	handler.startElementNs = start_element;
	handler.endElementNs = end_element;
	handler.characters = keep_text;
	handler.ignorableWhitespace = keep_text;
	handler.cdataBlock = keep_text;
	handler.comment = comment;
	handler.serror = note_error;
	xml->parser = xmlCreatePushParserCtxt(&handler, xml, NULL, 0, NULL);
	if (xml->parser == NULL)
		out_of_memory();
	xmlCtxtUseOptions(xml->parser, PARSER_OPTIONS);
	return xml;
}

void
rg_xml_want_comments(RgXml *xml)
{
	xml->screen.comments = true;
}

static void
warn_once(RgXml *xml)
{
	if (!xml->warned)
		rg_xml_warn_of_replaced(&xml->screen, xml->report);
	xml->warned = true;
}

void
rg_xml_close(RgXml *xml)
{
	warn_once(xml);
	close_parser(xml);
}

static bool
is_unfinished(const RgXml *xml)
{
	return xml->finished && (xml->depth > 0 || !xml->had_root);
}

/*
 * Is what libxml2 found fault with in a tag that does not end? 2.9 reads a tag
 * as soon as there is a '>', be it one that a value swallows which is cut off.
 */
static bool
is_cut_off(RgXml *xml, const char *fault)
{
	RgXmlScreen *screen = &xml->screen;
	const char *tag = screen->begin;

	while ((screen->place == RG_XML_TAG || screen->place == RG_XML_VALUE) &&
		   screen->begin == tag && screen->why == NULL &&
		   rg_xml_screen_fill(screen, xml->chunk, CHUNK) > 0)
		CHECK_FOR_INTERRUPTS();
	return screen->why != NULL && screen->where <= fault;
}

static void
not_well_formed(RgXml *xml)
{
	size_t		length = strlen(xml->error);
	const char *where;

	while (length > 0 && xml->error[length - 1] == '\n')
		xml->error[--length] = '\0';
	where = rg_xml_screen_origin(&xml->screen, xml->error_offset);
	if (is_cut_off(xml, where))
	{
		rg_xml_fail_at(&xml->screen, xml->screen.where, xml->report,
					   xml->screen.why);
		return;
	}

	/* libxml2 2.9 calls what is missing extra content */
	if (is_unfinished(xml))
	{
		strlcpy(xml->error, "the document ends early", sizeof(xml->error));
		where = xml->screen.end;
	}
	rg_xml_fail_at(&xml->screen, where, xml->report,
				   psprintf("not well-formed XML: %s",
							rg_report_text(xml->report, xml->error,
										   strlen(xml->error))));
}

/* The next chunk, of which the events are kept; false at the end or a fault. */
static bool
parse_chunk(RgXml *xml)
{
	size_t		length;
	int			code;

	CHECK_FOR_INTERRUPTS();
	xml->events.used = xml->attributes.used = xml->strings.used = 0;
	xml->next = 0;
	if (xml->error[0] != '\0')
	{
		not_well_formed(xml);
		return false;
	}
	length = rg_xml_screen_fill(&xml->screen, xml->chunk, CHUNK);
	if (length == 0 && xml->screen.why != NULL)
	{
		rg_xml_fail_at(&xml->screen, xml->screen.where, xml->report,
					   xml->screen.why);
		return false;
	}
	if (length == 0 && xml->finished)
		return false;
	xml->finished = length == 0;
	code = xmlParseChunk(xml->parser, xml->chunk, (int) length, xml->finished);
	if (xml->error[0] == '\0' && (code != 0 || is_unfinished(xml)))
		snprintf(xml->error, sizeof(xml->error), "error %d", code);
	if (xml->no_memory)
		out_of_memory();
	if (xmlDictGetUsage(xml->parser->dict) > NAMES_MAX)
	{
		rg_report_fail(xml->report, RG_REPORT_INVALID,
					   "its elements and attributes have too many names");
		return false;
	}
	return true;
}

bool
rg_xml_next(RgXml *xml)
{
	xml->current = NULL;
	while (xml->next == xml->events.used)
	{
		if (xml->report->status == RG_REPORT_INVALID || !parse_chunk(xml))
		{
			warn_once(xml);
			return false;
		}
	}
	if (xml->report->status == RG_REPORT_INVALID)
		return false;
	xml->current = (const Event *) xml->events.data + xml->next++;
	return true;
}

/* ---- the event ------------------------------------------------------------------ */

RgXmlEvent
rg_xml_event(const RgXml *xml)
{
	return xml->current->event;
}

int
rg_xml_depth(const RgXml *xml)
{
	return xml->current->depth;
}

const char *
rg_xml_name(const RgXml *xml)
{
	return xml->current->name;
}

bool
rg_xml_is(const RgXml *xml, const char *name)
{
	return strcmp(xml->current->name, name) == 0;
}

const char *
rg_xml_attribute(const RgXml *xml, const char *name)
{
	const Event *event = xml->current;
	const Attribute *attribute;
	const char *prefixed = NULL;

	if (event->nattributes == 0)
		return NULL;
	attribute = (const Attribute *) xml->attributes.data + event->attributes;
	for (int i = 0; i < event->nattributes; i++)
	{
		const char *value = (const char *) xml->strings.data +
			attribute[i].value;

		if (strcmp(attribute[i].name, name) != 0)
			continue;
		if (!attribute[i].prefixed)
			return value;
		prefixed = prefixed != NULL ? prefixed : value;
	}
	return prefixed;
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
	if (xml->current->event == RG_XML_START)
		return "";
	return (const char *) xml->strings.data + xml->current->text;
}
