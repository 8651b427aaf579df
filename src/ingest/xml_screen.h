/*
 * xml_screen.h: what a report in XML goes through before libxml2 sees it.
 */
#ifndef RG_XML_SCREEN_H
#define RG_XML_SCREEN_H

#include <libxml/xmlerror.h>
#include <libxml/xmlversion.h>

#include "ingest/ingest.h"

/* What a handler of libxml2's errors is given. */
#if LIBXML_VERSION >= 21200
typedef const xmlError *RgXmlErrorPtr;
#else
typedef xmlErrorPtr RgXmlErrorPtr;
#endif

/*
 * Gives out UTF-8 without the characters that XML cannot hold: the input
 * itself where it is clean, a copy otherwise. False when the report must not
 * be parsed: then it says why.
 */
extern bool rg_xml_screen(const RgInput *input, RgInput *out,
						  RgReport *report);

/* The root element's name and the rest of its tag, for recognition. */
extern bool rg_xml_root(const RgInput *input, RgInput *name, RgInput *tag);

#endif							/* RG_XML_SCREEN_H */
