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

typedef enum RgXmlPlace
{
	RG_XML_CONTENT,
	RG_XML_TAG,
	RG_XML_VALUE,				/* of an attribute */
	RG_XML_CDATA,
	RG_XML_MARKUP				/* processing instruction, DOCTYPE */
} RgXmlPlace;

typedef struct RgXmlScreen
{
	const char *start;
	const char *p;
	const char *end;
	bool		latin1;			/* and not UTF-8 */
	bool		comments;		/* short ones are asked for */
	RgXmlPlace	place;
	const char *begin;			/* where tag or markup began, behind the '<' */
	const char *markup_end;
	char		quote;			/* that ends the value */
	int			attributes;		/* of the tag */
	size_t		tag_length;
	size_t		length;			/* of the value or piece of CDATA, as given out */
	int			depth;
	bool		ended;			/* so has the root element */

	char	   *out;			/* what is being filled */
	size_t		room;
	size_t		used;
	size_t		given;			/* bytes given out before */
	bool		shifted;		/* what is given out is not where it was */
	int64		replaced;
	const char *why;			/* it was refused */
	const char *where;
} RgXmlScreen;

/* False when the encoding is none that is known: the report says so. */
extern bool rg_xml_screen_init(RgXmlScreen *screen, const RgInput *input,
							   RgReport *report);

/*
 * Fills out with UTF-8 that XML can hold; 0 bytes at the end or when the rest
 * is refused (why, where). Room is at least RG_XML_SCREEN_ROOM.
 */
#define RG_XML_SCREEN_ROOM 64
extern size_t rg_xml_screen_fill(RgXmlScreen *screen, char *out, size_t room);

/* Where the byte stood in the input that was given out at this offset. */
extern const char *rg_xml_screen_origin(const RgXmlScreen *screen,
										size_t offset);

/*
 * All of it at once, for those that need the whole: the input itself where
 * nothing is replaced, else a copy. False when the report must not be parsed:
 * then it says why.
 */
extern bool rg_xml_screen(const RgInput *input, RgInput *out,
						  RgReport *report);

/* Makes the report invalid for that reason, at that place of the input. */
extern void rg_xml_fail_at(const RgXmlScreen *screen, const char *where,
						   RgReport *report, const char *why);

/* Says how many characters had to be replaced, if any. */
extern void rg_xml_warn_of_replaced(const RgXmlScreen *screen,
									RgReport *report);

/* The root element's name and the rest of its tag, for recognition. */
extern bool rg_xml_root(const RgInput *input, RgInput *name, RgInput *tag);

#endif							/* RG_XML_SCREEN_H */
