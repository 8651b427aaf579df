/*
 * ics.c: turns an iCalendar file (RFC 5545) into calendar rules. The content
 * lines are read here, because libical's parser knows no line numbers,
 * recurses as deep as a file nests and cannot be interrupted.
 */
#include "calendar/ics.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

#define MAX_BYTES		(10 * 1024 * 1024)
#define MAX_DEPTH		8
#define MAX_EVENTS		5000
#define MAX_ZONES		200

void
rg_ics_refuse(int line, const char *format,...)
{
	StringInfoData detail;
	int			needed;

	initStringInfo(&detail);
	for (;;)
	{
		va_list		args;

		va_start(args, format);
		needed = appendStringInfoVA(&detail, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&detail, needed);
	}
	ereport(ERROR,
			(errcode(ERRCODE_RG_INVALID_CALENDAR),
			 line > 0 ? errmsg("line %d of the calendar is not usable", line) :
			 errmsg("calendar is not usable"),
			 errdetail_internal("%s", detail.data),
			 errhint("Pass an iCalendar file (.ics, RFC 5545) whose events are windows or freezes.")));
}

/* ---- content lines --------------------------------------------------- */

typedef struct Reader
{
	const char *next;
	const char *end;
	int			physical;		/* lines read so far */
	int			line;			/* where the content line began */
	StringInfoData content;		/* unfolded */
} Reader;

/* A physical line without its end. */
static void
read_physical(Reader *reader)
{
	const char *newline = memchr(reader->next, '\n',
								 reader->end - reader->next);
	const char *stop = newline != NULL ? newline : reader->end;
	int			length = (int) (stop - reader->next);

	if (length > 0 && stop[-1] == '\r')
		length--;
	appendBinaryStringInfo(&reader->content, reader->next, length);
	reader->next = newline != NULL ? newline + 1 : reader->end;
	reader->physical++;
}

/* The next content line, folds taken out; empty lines are passed over. */
static bool
read_content(Reader *reader)
{
	while (reader->next < reader->end)
	{
		CHECK_FOR_INTERRUPTS();
		resetStringInfo(&reader->content);
		reader->line = reader->physical + 1;
		read_physical(reader);
		while (reader->next < reader->end &&
			   (*reader->next == ' ' || *reader->next == '\t'))
		{
			reader->next++;
			read_physical(reader);
		}
		if (reader->content.len > 0)
			return true;
	}
	return false;
}

/* NAME;PARAMETER=VALUE;...:VALUE, where parameters may be quoted. */
static void
split_content(Reader *reader, IcsProperty *out)
{
	char	   *c = reader->content.data;
	bool		quoted = false;

	out->line = reader->line;
	out->name = c;
	out->parameters = NULL;
	for (; *c != '\0' && (quoted || *c != ':'); c++)
	{
		if (*c == '"')
			quoted = !quoted;
		else if (*c == ';' && out->parameters == NULL)
		{
			*c = '\0';
			out->parameters = c + 1;
		}
	}
	if (*c != ':')
		rg_ics_refuse(out->line, "Expected NAME:VALUE, found \"%s\".",
					  rg_excerpt(out->name, strlen(out->name)));
	*c = '\0';
	out->value = c + 1;
	for (char *letter = out->name; *letter != '\0'; letter++)
		*letter = (char) pg_ascii_toupper((unsigned char) *letter);
}

char *
rg_ics_parameter(const IcsProperty *property, const char *name)
{
	const char *c = property->parameters;
	size_t		length = strlen(name);

	while (c != NULL && *c != '\0')
	{
		const char *start = c;
		bool		quoted = false;

		for (; *c != '\0' && (quoted || *c != ';'); c++)
			if (*c == '"')
				quoted = !quoted;
		if (pg_strncasecmp(start, name, length) == 0 && start[length] == '=')
		{
			start += length + 1;
			if (c - start >= 2 && *start == '"' && c[-1] == '"')
				return pnstrdup(start + 1, c - start - 2);
			return pnstrdup(start, c - start);
		}
		if (*c == ';')
			c++;
	}
	return NULL;
}

/* ---- values ---------------------------------------------------------- */

/* RFC 5545 3.3.11; what does not fit a name is cut off. */
static char *
read_summary(const char *value)
{
	char	   *result = palloc(strlen(value) + 1);
	int			length = 0;
	int			kept;

	for (; *value != '\0'; value++)
	{
		char		c = *value;

		if (c == '\\' && value[1] != '\0')
		{
			c = *++value;
			if (c == 'n' || c == 'N')
				c = ' ';
		}
		if ((unsigned char) c < ' ' || c == 0x7f)
			c = ' ';
		if (length > 0 || c != ' ')
			result[length++] = c;
	}
	kept = pg_mbcliplen(result, length, RG_CALENDAR_MAX_NAME - 16);
	while (kept > 0 && result[kept - 1] == ' ')
		kept--;
	result[kept] = '\0';
	return result;
}

static void
read_time(const IcsProperty *property, const char *value, IcsTime *out)
{
	char	   *range = rg_ics_parameter(property, "RANGE");

	if (range != NULL)
		rg_ics_refuse(property->line, "A RANGE of %s is not supported.",
					  rg_excerpt(range, strlen(range)));
	out->line = property->line;
	out->zone = rg_ics_parameter(property, "TZID");
	if (!rg_calendar_basic_parse(value, &out->at, &out->utc))
		rg_ics_refuse(property->line,
					  "Expected a date or a time such as 20261224 or "
					  "20261224T090000, found \"%s\".",
					  rg_excerpt(value, strlen(value)));
}

static void
add_times(IcsEvent *event, const IcsProperty *property, List **list)
{
	char	   *next;

	for (char *value = property->value; value != NULL; value = next)
	{
		IcsTime    *time = palloc(sizeof(IcsTime));

		next = strchr(value, ',');
		if (next != NULL)
			*next++ = '\0';
		if (list_length(*list) >= RG_CALENDAR_MAX_DATES)
			rg_ics_refuse(property->line,
						  "An event can have at most %d dates.",
						  RG_CALENDAR_MAX_DATES);
		read_time(property, value, time);
		*list = lappend(*list, time);
	}
}

/* ---- properties of an event ------------------------------------------ */

typedef void (*PropertyReader) (IcsEvent *event, const IcsProperty *property);

static void
take_summary(IcsEvent *event, const IcsProperty *property)
{
	event->name = read_summary(property->value);
}

static void
take_uid(IcsEvent *event, const IcsProperty *property)
{
	event->uid = pstrdup(property->value);
}

static void
take_start(IcsEvent *event, const IcsProperty *property)
{
	read_time(property, property->value, &event->start);
}

static void
take_end(IcsEvent *event, const IcsProperty *property)
{
	read_time(property, property->value, &event->end);
}

static void
take_duration(IcsEvent *event, const IcsProperty *property)
{
	event->duration = rg_ics_duration(property->value);
	if (event->duration <= 0)
		rg_ics_refuse(property->line,
					  "Expected a duration such as PT8H or P1D, found \"%s\".",
					  rg_excerpt(property->value, strlen(property->value)));
}

static void
take_rrule(IcsEvent *event, const IcsProperty *property)
{
	if (event->rrule != NULL)
		rg_ics_refuse(property->line, "An event can have one RRULE only.");
	event->rrule = pstrdup(property->value);
}

static void
take_exrule(IcsEvent *event, const IcsProperty *property)
{
	rg_ics_refuse(property->line,
				  "EXRULE is not supported; RFC 5545 has done away with it.");
}

static void
take_exdate(IcsEvent *event, const IcsProperty *property)
{
	add_times(event, property, &event->exdates);
}

static void
take_rdate(IcsEvent *event, const IcsProperty *property)
{
	add_times(event, property, &event->rdates);
}

static void
take_recurrence_id(IcsEvent *event, const IcsProperty *property)
{
	read_time(property, property->value, &event->replaces);
}

static void
take_status(IcsEvent *event, const IcsProperty *property)
{
	event->cancelled = pg_strcasecmp(property->value, "CANCELLED") == 0;
}

static const struct
{
	const char *name;
	PropertyReader take;
}			readers[] =
{
	{"SUMMARY", take_summary},
	{"UID", take_uid},
	{"DTSTART", take_start},
	{"DTEND", take_end},
	{"DURATION", take_duration},
	{"RRULE", take_rrule},
	{"EXRULE", take_exrule},
	{"EXDATE", take_exdate},
	{"RDATE", take_rdate},
	{"RECURRENCE-ID", take_recurrence_id},
	{"STATUS", take_status},
};

/* ---- components ------------------------------------------------------ */

typedef struct Component
{
	char		name[16];
	int			line;
} Component;

typedef struct Parse
{
	Component	open[MAX_DEPTH];
	int			depth;
	IcsFile    *file;
	IcsEvent   *event;			/* the VEVENT that is being read */
	IcsZone    *zone;			/* the VTIMEZONE that is being read */
} Parse;

static bool
is_within(const Parse *parse, const char *name)
{
	return parse->depth > 0 &&
		strcmp(parse->open[parse->depth - 1].name, name) == 0;
}

static void
begin_component(Parse *parse, const IcsProperty *property)
{
	Component  *component = &parse->open[parse->depth];

	if (parse->depth == MAX_DEPTH)
		rg_ics_refuse(property->line,
					  "Components are nested more than %d deep.", MAX_DEPTH);
	strlcpy(component->name, property->value, sizeof(component->name));
	component->line = property->line;
	for (char *c = component->name; *c != '\0'; c++)
		*c = (char) pg_ascii_toupper((unsigned char) *c);
	if (parse->depth == 0 && strcmp(component->name, "VCALENDAR") != 0)
		rg_ics_refuse(property->line, "Expected BEGIN:VCALENDAR.");
	if (is_within(parse, "VCALENDAR"))
	{
		parse->event = NULL;
		parse->zone = NULL;
		if (strcmp(component->name, "VEVENT") == 0)
		{
			if (list_length(parse->file->events) == MAX_EVENTS)
				rg_ics_refuse(property->line,
							  "A calendar can have at most %d events.",
							  MAX_EVENTS);
			parse->event = palloc0(sizeof(IcsEvent));
			parse->event->line = property->line;
			parse->file->events = lappend(parse->file->events, parse->event);
		}
		else if (strcmp(component->name, "VTIMEZONE") == 0)
		{
			if (list_length(parse->file->zones) == MAX_ZONES)
				rg_ics_refuse(property->line,
							  "A calendar can have at most %d time zones.",
							  MAX_ZONES);
			parse->zone = palloc0(sizeof(IcsZone));
			parse->file->zones = lappend(parse->file->zones, parse->zone);
		}
	}
	parse->depth++;
}

static void
end_component(Parse *parse, const IcsProperty *property)
{
	if (parse->depth == 0 ||
		pg_strncasecmp(property->value, parse->open[parse->depth - 1].name,
					   sizeof(parse->open[0].name) - 1) != 0)
		rg_ics_refuse(property->line,
					  "END:%s closes nothing that is open.",
					  rg_excerpt(property->value, strlen(property->value)));
	parse->depth--;
}

static void
read_calendar_property(Parse *parse, const IcsProperty *property)
{
	if (strcmp(property->name, "X-WR-TIMEZONE") == 0)
		parse->file->zone = pstrdup(property->value);
	else if (strcmp(property->name, "METHOD") == 0 &&
			 pg_strcasecmp(property->value, "CANCEL") == 0)
		rg_ics_refuse(property->line, "This calendar cancels events.");
}

static void
read_property(Parse *parse, const IcsProperty *property)
{
	if (strcmp(property->name, "BEGIN") == 0)
		begin_component(parse, property);
	else if (strcmp(property->name, "END") == 0)
		end_component(parse, property);
	else if (parse->depth == 0)
		rg_ics_refuse(property->line, "Expected BEGIN:VCALENDAR.");
	else if (is_within(parse, "VCALENDAR"))
		read_calendar_property(parse, property);
	else if (is_within(parse, "VTIMEZONE") && parse->depth == 2)
	{
		if (strcmp(property->name, "TZID") == 0)
			parse->zone->id = pstrdup(property->value);
		else if (strcmp(property->name, "X-LIC-LOCATION") == 0)
			parse->zone->location = pstrdup(property->value);
	}
	else if (is_within(parse, "VEVENT") && parse->depth == 2)
	{
		for (int i = 0; i < (int) lengthof(readers); i++)
			if (strcmp(property->name, readers[i].name) == 0)
				readers[i].take(parse->event, property);
	}
}

static void
read_file(const char *ics, size_t len, IcsFile *file)
{
	Reader		reader = {ics, ics + len};
	Parse		parse = {.file = file};
	const char *nul = memchr(ics, '\0', len);

	if (len > MAX_BYTES)
		rg_ics_refuse(0, "Expected at most %d bytes, found %zu.",
					  MAX_BYTES, len);
	if (nul != NULL)
		rg_ics_refuse(0, "The file has a NUL byte at offset %zu.",
					  (size_t) (nul - ics));
	if (len >= 3 && memcmp(ics, "\xef\xbb\xbf", 3) == 0)
		reader.next += 3;
	initStringInfo(&reader.content);
	while (read_content(&reader))
	{
		IcsProperty property;

		split_content(&reader, &property);
		read_property(&parse, &property);
	}
	if (parse.depth > 0)
		rg_ics_refuse(parse.open[parse.depth - 1].line,
					  "The file ends before END:%s.",
					  parse.open[parse.depth - 1].name);
	if (file->events == NIL)
		rg_ics_refuse(0, "The file has no event (VEVENT).");
}

List *
rg_ics_parse(const char *ics, size_t len, const char *default_zone)
{
	IcsFile		file = {0};

	if (default_zone != NULL && rg_calendar_zone(default_zone) == NULL)
		rg_ics_refuse(0, "The server knows no time zone \"%s\".",
					  rg_excerpt(default_zone, strlen(default_zone)));
	read_file(ics, len, &file);
	if (default_zone != NULL)
		file.zone = default_zone;
	return rg_ics_rules(&file);
}
