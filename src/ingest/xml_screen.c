/*
 * xml_screen.c: one pass over a report in XML before libxml2 sees it. Real
 * reports hold NUL and ESC, which XML forbids; hostile ones hold declarations
 * that blow up, and tags whose attributes would be compared pair by pair.
 */
#include "ingest/xml_screen.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

/* libxml2 compares each attribute of a tag with all before it. */
#define MAX_ATTRIBUTES 2000

/* libxml2's own limit has been 256 and 2048, and is said in other words. */
#define MAX_DEPTH 256

typedef struct Screen
{
	RgReport   *report;
	char	   *data;			/* the copy, once something is replaced */
	const char *start;
	const char *end;
	int64		replaced;
	int			depth;
} Screen;

static bool
refuse(Screen *screen, const char *at, const char *why)
{
	RgReport   *report = screen->report;
	const char *line_start = screen->start;

	report->line = 1;
	for (const char *p = screen->start; p < at; p++)
	{
		if (*p == '\n')
		{
			report->line++;
			line_start = p + 1;
		}
	}
	report->column = (int) (at - line_start) + 1;
	rg_report_fail(report, RG_REPORT_INVALID, "%s", why);
	return false;
}

/* ---- replacing what XML cannot hold ---------------------------------------- */

/* Same length, so that lines and columns stay what they are in the file. */
static void
replace(Screen *screen, size_t offset, size_t count)
{
	size_t		length = screen->end - screen->start;

	if (screen->data == NULL)
	{
		screen->data = MemoryContextAllocHuge(CurrentMemoryContext,
											  length + 1);
		memcpy(screen->data, screen->start, length);
		screen->data[length] = '\0';
		screen->start = screen->data;
		screen->end = screen->data + length;
	}
	memset(screen->data + offset, '?', count);
	screen->replaced++;
}

static void
replace_invalid_utf8(Screen *screen)
{
	size_t		length = screen->end - screen->start;
	size_t		done = 0;

	while (done < length)
	{
		int			good = pg_encoding_verifymbstr(PG_UTF8,
												   screen->start + done,
												   (int) (length - done));

		done += good;
		if (done < length)
			replace(screen, done++, 1);
		if ((screen->replaced & 1023) == 1023)
			CHECK_FOR_INTERRUPTS();
	}
}

/* A reference to a character that XML 1.0 does not have: &#0; or &#x1b; */
static size_t
forbidden_reference(const char *p, const char *end)
{
	const char *start = p;
	int			base = 10;
	uint32		code = 0;

	p += 2;						/* &# */
	if (p < end && *p == 'x')
	{
		base = 16;
		p++;
	}
	for (; p < end && isxdigit((unsigned char) *p); p++)
	{
		char		digit = *p;
		int			value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

		if (value >= base || code > 0x10ffff)
			return 0;
		code = code * base + value;
	}
	if (p == end || *p != ';')
		return 0;
	if (code == '\t' || code == '\n' || code == '\r' ||
		(code >= 0x20 && code <= 0xd7ff) ||
		(code >= 0xe000 && code <= 0xfffd) ||
		(code >= 0x10000 && code <= 0x10ffff))
		return 0;
	return p + 1 - start;
}

static void
replace_forbidden(Screen *screen)
{
	size_t		length = screen->end - screen->start;

	for (size_t i = 0; i < length; i++)
	{
		unsigned char c = (unsigned char) screen->start[i];

		if (c < 0x20)
		{
			if (c != '\n' && c != '\t' && c != '\r')
				replace(screen, i, 1);
		}
		else if (c == '&' && i + 1 < length && screen->start[i + 1] == '#')
		{
			size_t		size = forbidden_reference(screen->start + i,
												   screen->end);

			if (size > 0)
				replace(screen, i, size);
		}
		else if (c == 0xef && i + 2 < length &&
				 (unsigned char) screen->start[i + 1] == 0xbf &&
				 (unsigned char) screen->start[i + 2] >= 0xbe)
			replace(screen, i, 3);	/* U+FFFE and U+FFFF */
	}
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

static void
latin1_to_utf8(const RgInput *input, RgInput *out)
{
	char	   *data;
	size_t		length = 0;

	data = MemoryContextAllocHuge(CurrentMemoryContext,
								  input->length * 2 + 1);
	for (size_t i = 0; i < input->length; i++)
	{
		unsigned char c = (unsigned char) input->data[i];

		if (c < 0x80)
			data[length++] = (char) c;
		else
		{
			data[length++] = (char) (0xc0 | (c >> 6));
			data[length++] = (char) (0x80 | (c & 0x3f));
		}
	}
	data[length] = '\0';
	out->data = data;
	out->length = length;
}

/*
 * The declaration is obeyed here and then ignored by libxml2, so that no
 * exotic encoding can hide a declaration from the pass over the tags.
 */
static bool
to_utf8(const RgInput *input, RgInput *out, RgReport *report)
{
	static const char *const utf8[] = {"utf-8", "utf8", "us-ascii", "ascii"};
	static const char *const latin1[] = {
		"iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252",
		"cp1252", "iso-8859-15",
	};
	RgInput		encoding = declared_encoding(input);

	*out = *input;
	if (encoding.data == NULL ||
		is_one_of(&encoding, utf8, lengthof(utf8)))
		return true;
	if (is_one_of(&encoding, latin1, lengthof(latin1)))
	{
		latin1_to_utf8(input, out);
		return true;
	}
	rg_report_fail(report, RG_REPORT_INVALID,
				   "its encoding is %s; write it in UTF-8",
				   rg_report_text(report, encoding.data, encoding.length));
	return false;
}

/* ---- declarations and tags --------------------------------------------------- */

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

/* From behind the '<' of a tag to behind its '>'; NULL if refused. */
static const char *
screen_tag(Screen *screen, const char *p)
{
	const char *start = p;
	int			attributes = 0;

	while (p < screen->end && *p != '>')
	{
		if (*p == '"' || *p == '\'')
		{
			p = memchr(p + 1, *p, screen->end - p - 1);
			if (p == NULL)
				return screen->end;
			if (++attributes > MAX_ATTRIBUTES)
			{
				refuse(screen, start, "a tag has more than 2000 attributes");
				return NULL;
			}
		}
		p++;
	}
	if (p == screen->end)
		return p;				/* cut off: libxml2 says so */
	if (*start == '/')
		screen->depth--;
	else if (p[-1] != '/' && ++screen->depth > MAX_DEPTH)
	{
		refuse(screen, start, "elements are nested more than 256 deep");
		return NULL;
	}
	return p;
}

/*
 * A DOCTYPE may name a DTD (gcovr's and JaCoCo's do; it is not loaded), but
 * declare nothing of its own: entities and default attributes blow up.
 */
static const char *
screen_doctype(Screen *screen, const char *p)
{
	const char *start = p - 1;

	for (; p < screen->end && *p != '>'; p++)
	{
		if (*p == '"' || *p == '\'')
		{
			p = memchr(p + 1, *p, screen->end - p - 1);
			if (p == NULL)
				return screen->end;
		}
		else if (*p == '[')
		{
			refuse(screen, start,
				   find(p, screen->end, "<!ENTITY") != NULL ?
				   "it declares entities, which no report needs" :
				   "its DOCTYPE declares things of its own, which no report needs");
			return NULL;
		}
	}
	return p;
}

static bool
screen_markup(Screen *screen)
{
	const char *p = screen->start;
	const char *end = screen->end;
	int64		steps = 0;

	while (p < end && (p = memchr(p, '<', end - p)) != NULL)
	{
		const char *close = NULL;

		if ((++steps & 0xffff) == 0)
			CHECK_FOR_INTERRUPTS();
		p++;
		if (end - p >= 3 && memcmp(p, "!--", 3) == 0)
			close = "-->";
		else if (end - p >= 8 && memcmp(p, "![CDATA[", 8) == 0)
			close = "]]>";
		else if (p < end && *p == '?')
			close = "?>";

		if (close != NULL)
			p = find(p + (*p == '?' ? 1 : 3), end, close);
		else if (p < end && *p == '!')
			p = screen_doctype(screen, p);
		else
			p = screen_tag(screen, p);
		if (p == NULL)
			return screen->report->status != RG_REPORT_INVALID;
	}
	return true;
}

bool
rg_xml_screen(const RgInput *input, RgInput *out, RgReport *report)
{
	RgInput		utf8;
	Screen		screen = {.report = report};

	if (!to_utf8(input, &utf8, report))
		return false;
	screen.start = utf8.data;
	screen.end = utf8.data + utf8.length;
	replace_invalid_utf8(&screen);
	replace_forbidden(&screen);
	if (!screen_markup(&screen))
		return false;
	if (screen.replaced > 0)
		rg_report_warn(report, INT64_FORMAT
					   " characters that XML cannot hold were read as \"?\"",
					   screen.replaced);
	out->data = screen.start;
	out->length = screen.end - screen.start;
	return true;
}

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
