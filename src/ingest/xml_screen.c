/*
 * xml_screen.c: what goes before libxml2, piece by piece. Real reports hold
 * NUL and ESC, which XML forbids; hostile ones hold declarations that blow up,
 * tags whose attributes would be compared pair by pair, texts that are kept.
 */
#include "ingest/xml_screen.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

/* libxml2 compares each attribute of a tag with all before it. */
#define MAX_ATTRIBUTES 2000

/* libxml2's own limit has been 256 and 2048, and is said in other words. */
#define MAX_DEPTH 256

/* What is given out of a value, of a tag, of a DOCTYPE or the like: libxml2
 * keeps these whole, and no reader looks at more. */
#define MAX_VALUE 65536
#define MAX_TAG (1024 * 1024)
#define MAX_MARKUP 4096

/* libxml2 2.9 searches the end of a CDATA section anew with each chunk. */
#define CDATA_PIECE 8192

/* No step but a run of plain bytes gives out more. */
#define LONGEST_STEP 16

/* A character reference that is longer than this has leading zeros. */
#define LONGEST_REFERENCE 32

/* ---- bytes ------------------------------------------------------------------- */

#define B 1						/* forbidden in XML */
#define H 2						/* not ASCII */
#define L 4						/* < */
#define A 8						/* & */
#define Q 16					/* " ' */
#define G 32					/* > */
#define R 64					/* ] */

static const uint8 class_of[256] = {
	B, B, B, B, B, B, B, B, B, 0, 0, B, B, 0, B, B, /* \t \n \r */
	B, B, B, B, B, B, B, B, B, B, B, B, B, B, B, B,
	0, 0, Q, 0, 0, 0, A, Q, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, L, 0, G, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, R, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
	H, H, H, H, H, H, H, H, H, H, H, H, H, H, H, H,
};

/* Where a run of plain bytes ends. */
static const uint8 stops_at[] = {
	[RG_XML_CONTENT] = B | H | L | A | R,
	[RG_XML_TAG] = B | H | Q | G,
	[RG_XML_VALUE] = B | H | A | Q,
	[RG_XML_CDATA] = B | H | R,
	[RG_XML_MARKUP] = B | H,
};

#undef B
#undef H
#undef L
#undef A
#undef Q
#undef G
#undef R

static bool
follows(const RgXmlScreen *screen, const char *word)
{
	size_t		length = strlen(word);

	return (size_t) (screen->end - screen->p) >= length &&
		memcmp(screen->p, word, length) == 0;
}

static void
refuse(RgXmlScreen *screen, const char *where, const char *why)
{
	screen->where = where;
	screen->why = why;
}

static void
put(RgXmlScreen *screen, const char *str, size_t length)
{
	memcpy(screen->out + screen->used, str, length);
	screen->used += length;
	screen->length += length;
	screen->tag_length += length;
}

/* Gives out the next bytes of the input as they are. */
static void
copy(RgXmlScreen *screen, size_t length)
{
	put(screen, screen->p, length);
	screen->p += length;
}

/* Gives out something else for them. */
static void
replace(RgXmlScreen *screen, size_t length, const char *str, size_t by)
{
	put(screen, str, by);
	screen->p += length;
	screen->shifted = true;
}

static void
replace_forbidden(RgXmlScreen *screen, size_t length)
{
	replace(screen, length, "?", 1);
	screen->replaced++;
}

/*
 * What is called Latin-1 is Windows-1252 where they differ, as browsers have
 * it too; these are its 0x80 to 0x9f, 0 is a byte that means nothing.
 */
static const uint16 windows_1252[32] = {
	0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0, 0x17d, 0,
	0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0, 0x17e, 0x178,
};

/* What follows of characters that are one byte each. */
static void
single_bytes(RgXmlScreen *screen)
{
	while (screen->p < screen->end && IS_HIGHBIT_SET(*screen->p) &&
		   screen->used < screen->room)
	{
		unsigned char c = (unsigned char) *screen->p;
		pg_wchar	code = c < 0xa0 ? windows_1252[c - 0x80] : c;
		unsigned char utf8[MAX_MULTIBYTE_CHAR_LEN];

		if (code == 0)
			replace_forbidden(screen, 1);
		else
		{
			unicode_to_utf8(code, utf8);
			replace(screen, 1, (char *) utf8, code < 0x800 ? 2 : 3);
		}
	}
}

/* The bytes of the character in UTF-8 at p, 0 if that is none. */
static size_t
multibyte(const unsigned char *p, size_t left)
{
	size_t		size = pg_utf_mblen(p);

	return size > 1 && size <= left && pg_utf8_islegal(p, (int) size) ? size :
		0;
}

/* Of U+FFFE and U+FFFF, which XML does not have. */
static bool
is_noncharacter(const unsigned char *p)
{
	return p[0] == 0xef && p[1] == 0xbf && p[2] >= 0xbe;
}

/* What follows of characters that are several bytes each. */
static void
multibytes(RgXmlScreen *screen)
{
	const char *p = screen->p;
	const char *end = p + Min((size_t) (screen->end - p),
							  screen->room - screen->used);
	size_t		size = 0;

	while (p < end && IS_HIGHBIT_SET(*p))
	{
		size = multibyte((const unsigned char *) p, screen->end - p);
		if (size == 0 || is_noncharacter((const unsigned char *) p))
			break;
		p += size;
	}
	if (p > screen->p)
		copy(screen, p - screen->p);
	else
		replace_forbidden(screen, Max(size, 1));
}

static bool
is_character(uint32 code)
{
	return code == '\t' || code == '\n' || code == '\r' ||
		(code >= 0x20 && code <= 0xd7ff) ||
		(code >= 0xe000 && code <= 0xfffd) ||
		(code >= 0x10000 && code <= 0x10ffff);
}

/* The length of a reference to a character, 0 if it is none. */
static size_t
character_reference(const char *start, const char *end, uint32 *code)
{
	const char *p = start + 2;	/* behind &# */
	const char *digits;
	uint32		base = 10;

	if (p < end && *p == 'x')
	{
		base = 16;
		p++;
	}
	*code = 0;
	for (digits = p; p < end && isxdigit((unsigned char) *p); p++)
	{
		uint32		value = *p <= '9' ? *p - '0' : (*p | 0x20) - 'a' + 10;

		if (value >= base || *code > 0x10ffff)
			return 0;
		*code = *code * base + value;
	}
	return p > digits && p < end && *p == ';' ? p + 1 - start : 0;
}

/* The length of a reference to one of the entities that XML itself has, or 0. */
static size_t
predefined_entity(const RgXmlScreen *screen)
{
	static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;",
	"&apos;"};

	for (int i = 0; i < (int) lengthof(entities); i++)
	{
		if (follows(screen, entities[i]))
			return strlen(entities[i]);
	}
	return 0;
}

/* No other entity is declared: libxml2 never asks for one. */
static void
reference(RgXmlScreen *screen)
{
	bool		numeric = follows(screen, "&#");
	uint32		code = 0;
	size_t		length;

	/* a value is cut before a reference, never in the midst of it */
	if (screen->place == RG_XML_VALUE &&
		screen->length + LONGEST_REFERENCE > MAX_VALUE)
	{
		screen->length = MAX_VALUE;
		return;
	}
	length = numeric ? character_reference(screen->p, screen->end, &code) :
		predefined_entity(screen);
	if (length == 0)
		refuse(screen, screen->p,
			   "not well-formed XML: \"&\" begins no character and no entity of XML itself");
	else if (numeric && !is_character(code))
		replace_forbidden(screen, length);
	else
		copy(screen, Min(length, LONGEST_STEP));
}

/* ---- markup ------------------------------------------------------------------- */

static const char *
find(const char *p, const char *end, const char *what)
{
	size_t		length = strlen(what);

	while (p < end && (p = memchr(p, what[0], end - p)) != NULL)
	{
		if ((size_t) (end - p) >= length && memcmp(p, what, length) == 0)
			return p;
		p++;
	}
	return NULL;
}

/* What is passed to libxml2 as it is: where it is too long, it is refused. */
static void
begin_passage(RgXmlScreen *screen, const char *end, const char *too_long)
{
	if (end == NULL)
		refuse(screen, screen->p,
			   "not well-formed XML: a declaration or instruction begins here that does not end");
	else if (end - screen->p > MAX_MARKUP)
		refuse(screen, screen->p, too_long);
	else
	{
		screen->markup_end = end;
		screen->place = RG_XML_MARKUP;
	}
}

/*
 * A comment is left out unless somebody asked for it: libxml2 would keep it
 * whole, and 2.9 may take the end of "<!-->" for that of the comment.
 */
static void
begin_comment(RgXmlScreen *screen)
{
	const char *end = find(screen->p + 4, screen->end, "--");

	if (end == NULL || end + 2 == screen->end)
		refuse(screen, screen->p,
			   "not well-formed XML: a comment begins here that does not end");
	else if (end[2] != '>')
		refuse(screen, end, "not well-formed XML: a comment holds \"--\"");
	else if (screen->comments && end - screen->p <= MAX_MARKUP)
	{
		screen->markup_end = end + 3;
		screen->place = RG_XML_MARKUP;
		if (screen->p[4] == '>' || screen->p[4] == '-')
			replace(screen, 4, "<!-- ", 5);
	}
	else
	{
		screen->p = end + 3;
		screen->shifted = true;
	}
}

/*
 * A DOCTYPE may name a DTD (gcovr's and JaCoCo's do; it is not loaded), but
 * declare nothing of its own: entities and default attributes blow up.
 */
static void
begin_doctype(RgXmlScreen *screen)
{
	const char *p = screen->p;

	for (; p != NULL && p < screen->end && *p != '>'; p++)
	{
		if (*p == '"' || *p == '\'')
		{
			p = memchr(p + 1, *p, screen->end - p - 1);
			if (p == NULL)
				break;
		}
		else if (*p == '[')
		{
			refuse(screen, screen->p,
				   find(p, screen->end, "<!ENTITY") != NULL ?
				   "it declares entities, which no report needs" :
				   "its DOCTYPE declares things of its own, which no report needs");
			return;
		}
	}
	begin_passage(screen, p != NULL && p < screen->end ? p + 1 : NULL,
				  "its DOCTYPE is longer than 4096 bytes");
}

static bool
breaks_off(const RgXmlScreen *screen, const char *word)
{
	size_t		left = screen->end - screen->p;

	return left > 1 && left < strlen(word) &&
		memcmp(screen->p, word, left) == 0;
}

static void
begin_markup(RgXmlScreen *screen)
{
	if (follows(screen, "<!--"))
		begin_comment(screen);
	else if (follows(screen, "<?"))
	{
		const char *end = find(screen->p + 2, screen->end, "?>");

		begin_passage(screen, end != NULL ? end + 2 : NULL,
					  "a processing instruction is longer than 4096 bytes");
	}
	else if (follows(screen, "<![CDATA["))
	{
		screen->begin = screen->p + 1;
		copy(screen, 9);
		screen->length = 0;
		screen->place = RG_XML_CDATA;
	}
	else if (breaks_off(screen, "<![CDATA[") || breaks_off(screen, "<!--"))
		refuse(screen, screen->end,
			   "not well-formed XML: the document ends early");
	else if (follows(screen, "<!"))
		begin_doctype(screen);
	else
	{
		copy(screen, 1);
		screen->begin = screen->p;
		screen->attributes = 0;
		screen->tag_length = 0;
		screen->place = RG_XML_TAG;
	}
}

static void
begin_value(RgXmlScreen *screen)
{
	screen->quote = *screen->p;
	if (++screen->attributes > MAX_ATTRIBUTES)
		refuse(screen, screen->begin, "a tag has more than 2000 attributes");
	copy(screen, 1);
	screen->length = 0;
	screen->place = RG_XML_VALUE;
}

static void
end_tag(RgXmlScreen *screen)
{
	if (*screen->begin == '/')
		screen->depth--;
	else if (screen->p[-1] != '/' && ++screen->depth > MAX_DEPTH)
		refuse(screen, screen->begin,
			   "elements are nested more than 256 deep");
	screen->ended = screen->depth <= 0;
	copy(screen, 1);
	screen->place = RG_XML_CONTENT;
}

/* ---- one step ------------------------------------------------------------------ */

/* As many plain bytes as follow and have room. */
static void
copy_run(RgXmlScreen *screen)
{
	const uint8 stop = stops_at[screen->place];
	const char *end = screen->end;
	const char *p = screen->p;

	if (screen->place == RG_XML_MARKUP)
		end = screen->markup_end;
	else if (screen->place == RG_XML_VALUE && end - p > MAX_VALUE)
		end = p + (MAX_VALUE - Min(screen->length, MAX_VALUE));
	else if (screen->place == RG_XML_CDATA && end - p > CDATA_PIECE)
		end = p + (CDATA_PIECE - Min(screen->length, CDATA_PIECE));
	if ((size_t) (end - p) > screen->room - screen->used)
		end = p + (screen->room - screen->used);
	while (p < end && (class_of[(unsigned char) *p] & stop) == 0)
		p++;
	if (p > screen->p)
		copy(screen, p - screen->p);
}

/* What is not a plain byte in this place. */
static void
special(RgXmlScreen *screen)
{
	unsigned char c = (unsigned char) *screen->p;

	if (c >= 0x80 && screen->latin1)
		single_bytes(screen);
	else if (c >= 0x80)
		multibytes(screen);
	else if (c < 0x20)
		replace_forbidden(screen, 1);
	else if (c == '<')
		begin_markup(screen);
	else if (c == '&')
		reference(screen);
	else if (c == '>')
		end_tag(screen);
	else if (c == ']' && !follows(screen, "]]>"))
		copy(screen, 1);
	else if (c == ']' && screen->place == RG_XML_CDATA)
	{
		copy(screen, 3);
		screen->place = RG_XML_CONTENT;
	}
	else if (c == ']')
		refuse(screen, screen->p,
			   "not well-formed XML: \"]]>\" stands outside of CDATA");
	else if (screen->place == RG_XML_TAG)
		begin_value(screen);
	else
	{
		copy(screen, 1);
		if (c == (unsigned char) screen->quote)
			screen->place = RG_XML_TAG;
	}
}

/* libxml2 2.12 passes over what follows where it had something to remark. */
static void
behind_root(RgXmlScreen *screen)
{
	const char *p = screen->p;

	while (p < screen->end &&
		   (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	screen->shifted |= p > screen->p;
	screen->p = p;
	if (p < screen->end && !follows(screen, "<!--") && !follows(screen, "<?"))
		refuse(screen, p,
			   "not well-formed XML: something stands behind the end of the document");
}

static bool
passage_ends(const RgXmlScreen *screen)
{
	return screen->place == RG_XML_MARKUP && screen->p >= screen->markup_end;
}

/* What has ended or is long enough: CDATA goes on anew, the rest of a value is
 * left out. */
static void
before_step(RgXmlScreen *screen)
{
	if (passage_ends(screen))
		screen->place = RG_XML_CONTENT;
	if (screen->ended && screen->place == RG_XML_CONTENT)
		behind_root(screen);
	if (screen->place == RG_XML_VALUE && screen->length >= MAX_VALUE)
	{
		const char *close = memchr(screen->p, screen->quote,
								   screen->end - screen->p);

		screen->shifted = true;
		screen->p = close != NULL ? close : screen->end;
	}
	else if (screen->place == RG_XML_CDATA && screen->length >= CDATA_PIECE)
	{
		replace(screen, 0, "]]><![CDATA[", 12);
		screen->length = 0;
	}
	if ((screen->place == RG_XML_TAG || screen->place == RG_XML_VALUE) &&
		screen->tag_length > MAX_TAG)
		refuse(screen, screen->begin, "a tag is longer than 1 MiB");
}

/* The end has come: not in the midst of something? */
static void
check_end(RgXmlScreen *screen)
{
	if (screen->place == RG_XML_TAG || screen->place == RG_XML_VALUE)
		refuse(screen, screen->begin - 1,
			   "not well-formed XML: a tag begins here that does not end");
	else if (screen->place == RG_XML_CDATA)
		refuse(screen, screen->begin - 1,
			   "not well-formed XML: a CDATA section begins here that does not end");
}

/* Stops when room is used up, by a step of more than one byte a little later. */
static void
fill(RgXmlScreen *screen, char *out, size_t room)
{
	screen->given += screen->used;
	screen->out = out;
	screen->room = room;
	screen->used = 0;
	while (screen->used < room)
	{
		before_step(screen);
		if (screen->why == NULL && screen->p >= screen->end)
			check_end(screen);
		if (screen->why != NULL || screen->p >= screen->end ||
			screen->used >= room)
			break;
		copy_run(screen);
		if (screen->used < room && screen->p < screen->end &&
			!passage_ends(screen) &&
			(class_of[(unsigned char) *screen->p] & stops_at[screen->place]))
			special(screen);
	}
}

size_t
rg_xml_screen_fill(RgXmlScreen *screen, char *out, size_t room)
{
	fill(screen, out, room - LONGEST_STEP);
	return screen->used;
}

const char *
rg_xml_screen_origin(const RgXmlScreen *screen, size_t offset)
{
	RgXmlScreen again = {.start = screen->start,.p = screen->start,
	.end = screen->end,.latin1 = screen->latin1,
	.comments = screen->comments};
	char		out[4096 + LONGEST_STEP];

	if (!screen->shifted)
		return screen->start + Min(offset,
								   (size_t) (screen->end - screen->start));
	do
	{
		CHECK_FOR_INTERRUPTS();
		fill(&again, out, Min(offset - again.given - again.used, 4096));
	} while (again.used > 0 && again.given + again.used < offset);
	return again.p;
}

/* ---- the encoding ----------------------------------------------------------- */

/* The value of encoding="..." in the XML declaration, or nothing. */
static RgInput
declared_encoding(const RgInput *input)
{
	RgInput		none = {NULL, 0};
	const char *end;
	const char *p;

	if (input->length < 6 || strncmp(input->data, "<?xml", 5) != 0)
		return none;
	end = input->data + Min(input->length, 200);
	for (p = input->data; p < end && *p != '>'; p++)
	{
		if (end - p > 8 && strncmp(p, "encoding", 8) == 0)
		{
			const char *quote = p + 8;
			RgInput		value;

			while (quote < end && *quote != '"' && *quote != '\'')
				quote++;
			value.data = quote + 1;
			value.length = 0;
			while (quote < end && value.data + value.length < end &&
				   value.data[value.length] != *quote)
				value.length++;
			return value;
		}
	}
	return none;
}

static bool
is_one_of(const RgInput *word, const char *const *list, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (strlen(list[i]) == word->length &&
			pg_strncasecmp(list[i], word->data, word->length) == 0)
			return true;
	}
	return false;
}

/*
 * The declaration is obeyed here and then ignored by libxml2, so that no
 * exotic encoding can hide a declaration from the screen. Whoever can read
 * "UTF-16" in ASCII reads no UTF-16: .NET writes it into UTF-8.
 */
bool
rg_xml_screen_init(RgXmlScreen *screen, const RgInput *input,
				   RgReport *report)
{
	static const char *const utf8[] = {"utf-8", "utf8", "us-ascii", "ascii"};
	static const char *const not_utf16[] = {"utf-16", "utf16", "utf-16le",
	"utf-16be", "unicode"};
	static const char *const latin1[] = {
		"iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1",
		"windows-1252", "cp1252", "iso-8859-15",
	};
	RgInput		encoding = declared_encoding(input);

	memset(screen, 0, sizeof(RgXmlScreen));
	screen->start = screen->p = input->data;
	screen->end = input->data + input->length;
	if (encoding.data == NULL ||
		is_one_of(&encoding, utf8, lengthof(utf8)))
		return true;
	if (is_one_of(&encoding, not_utf16, lengthof(not_utf16)))
	{
		rg_report_warn(report, "it says that it is in UTF-16, and is in UTF-8");
		return true;
	}
	if (is_one_of(&encoding, latin1, lengthof(latin1)))
	{
		screen->latin1 = true;
		return true;
	}
	rg_report_fail(report, RG_REPORT_INVALID,
				   "its encoding is %s; write it in UTF-8",
				   rg_report_text(report, encoding.data, encoding.length));
	return false;
}

/* ---- the whole ----------------------------------------------------------------- */

void
rg_xml_fail_at(const RgXmlScreen *screen, const char *where, RgReport *report,
			   const char *why)
{
	const char *line_start = screen->start;

	report->line = 1;
	for (const char *p = line_start;
		 p < where && (p = memchr(p, '\n', where - p)) != NULL; p++)
	{
		report->line++;
		line_start = p + 1;
	}
	report->column = (int) (where - line_start) + 1;
	rg_report_fail(report, RG_REPORT_INVALID, "%s", why);
}

void
rg_xml_warn_of_replaced(const RgXmlScreen *screen, RgReport *report)
{
	if (screen->replaced == 1)
		rg_report_warn(report,
					   "a character that XML cannot hold was read as \"?\"");
	else if (screen->replaced > 1)
		rg_report_warn(report, INT64_FORMAT
					   " characters that XML cannot hold were read as \"?\"",
					   screen->replaced);
}

bool
rg_xml_screen(const RgInput *input, RgInput *out, RgReport *report)
{
	RgXmlScreen screen;
	RgXmlScreen again;
	char		piece[8192];
	char	   *data;
	size_t		length;

	if (!rg_xml_screen_init(&screen, input, report))
		return false;
	again = screen;
	while (rg_xml_screen_fill(&screen, piece, sizeof(piece)) > 0)
		CHECK_FOR_INTERRUPTS();
	if (screen.why != NULL)
	{
		rg_xml_fail_at(&screen, screen.where, report, screen.why);
		return false;
	}
	rg_xml_warn_of_replaced(&screen, report);
	*out = *input;
	if (!screen.shifted)
		return true;
	data = MemoryContextAllocHuge(CurrentMemoryContext,
								  screen.given + sizeof(piece));
	out->data = data;
	out->length = screen.given;
	for (length = 0; length < out->length; length += again.used)
	{
		CHECK_FOR_INTERRUPTS();
		(void) rg_xml_screen_fill(&again, data + length, sizeof(piece));
	}
	return true;
}

/* ---- recognition --------------------------------------------------------------- */

bool
rg_xml_root(const RgInput *input, RgInput *name, RgInput *tag)
{
	const char *p = input->data;
	const char *end = p + input->length;

	while (p < end && (p = memchr(p, '<', end - p)) != NULL)
	{
		const char *start = ++p;

		if (end - p >= 3 && memcmp(p, "!--", 3) == 0)
			p = find(p + 3, end, "-->");
		else if (p < end && (*p == '?' || *p == '!'))
			p = memchr(p, '>', end - p);
		else
		{
			end = start + Min(end - start, MAX_VALUE);
			while (p < end && strchr(" \t\r\n/>", *p) == NULL)
				p++;
			name->data = start;
			name->length = p - start;
			tag->data = p;
			p = memchr(p, '>', end - p);
			tag->length = (p ? p : end) - tag->data;
			return name->length > 0;
		}
		if (p == NULL)
			return false;
	}
	return false;
}
