/*
 * xml_screen.h: what a report in XML goes through before libxml2 sees it.
 */
#ifndef RG_XML_SCREEN_H
#define RG_XML_SCREEN_H

#include "ingest/ingest.h"

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
