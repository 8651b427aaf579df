/*
 * split.c: one file with both directions, taken apart at the comments of
 * goose, dbmate and sql-migrate. Adding a format is adding rows to the table.
 */
#include "migration/migration.h"

typedef enum Marker
{
	MARK_UP,
	MARK_DOWN,
	MARK_STATEMENT_BEGIN,
	MARK_STATEMENT_END,
	MARK_NO_TRANSACTION,
	MARK_OTHER					/* known, and of no meaning here */
} Marker;

typedef struct MarkerRow
{
	const char *format;
	const char *begin;			/* of the comment, in lower case */
	const char *word;			/* behind it, in lower case */
	Marker		marker;
} MarkerRow;

static const MarkerRow markers[] = {
	{"goose", "-- +goose", "up", MARK_UP},
	{"goose", "-- +goose", "down", MARK_DOWN},
	{"goose", "-- +goose", "statementbegin", MARK_STATEMENT_BEGIN},
	{"goose", "-- +goose", "statementend", MARK_STATEMENT_END},
	{"goose", "-- +goose", "no transaction", MARK_NO_TRANSACTION},
	{"goose", "-- +goose", "envsub", MARK_OTHER},
	{"sql-migrate", "-- +migrate", "up", MARK_UP},
	{"sql-migrate", "-- +migrate", "down", MARK_DOWN},
	{"sql-migrate", "-- +migrate", "statementbegin", MARK_STATEMENT_BEGIN},
	{"sql-migrate", "-- +migrate", "statementend", MARK_STATEMENT_END},
	{"dbmate", "-- migrate:", "up", MARK_UP},
	{"dbmate", "-- migrate:", "down", MARK_DOWN},
};

typedef struct Line
{
	const char *begin;
	const char *end;			/* without its end */
	const char *next;
} Line;

static const char *
skip_spaces(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

/* Blanks of the pattern stand for any number of blanks, none included. */
static const char *
match(const char *at, const char *end, const char *pattern)
{
	for (; *pattern != '\0'; pattern++)
	{
		if (*pattern == ' ')
			at = skip_spaces(at, end);
		else if (at < end && pg_ascii_tolower((unsigned char) *at) == *pattern)
			at++;
		else
			return NULL;
	}
	return at;
}

/* NULL if the line is no marker; *options is what stands behind it. */
static const MarkerRow *
marker_of(const Line *line, const char **options)
{
	for (int i = 0; i < (int) lengthof(markers); i++)
	{
		const char *at = match(line->begin, line->end, markers[i].begin);

		if (at == NULL)
			continue;
		at = match(skip_spaces(at, line->end), line->end, markers[i].word);
		if (at == NULL || (at < line->end && *at != ' ' && *at != '\t' && *at != '\r'))
			continue;
		*options = at;
		return &markers[i];
	}
	return NULL;
}

/* Does the line begin as a marker, whatever follows? */
static const char *
format_of(const Line *line)
{
	for (int i = 0; i < (int) lengthof(markers); i++)
	{
		if (match(line->begin, line->end, markers[i].begin) != NULL)
			return markers[i].format;
	}
	return NULL;
}

static bool
says(const char *at, const char *end, const char *option)
{
	for (; at < end; at++)
	{
		if (match(at, end, option) != NULL)
			return true;
	}
	return false;
}

static void
set_fault(RgSplit *out, int line, const char *message, const char *hint)
{
	if (out->fault.line != 0)
		return;
	out->fault.line = line;
	out->fault.column = 1;
	out->fault.message = message;
	out->fault.hint = hint;
}

typedef struct Splitter
{
	RgSplit    *out;
	StringInfoData text[2];
	int			side;			/* -1 before the first marker */
	bool		statement;		/* between StatementBegin and StatementEnd */
	int			opened;			/* its line */
} Splitter;

static void
take_marker(Splitter *splitter, const MarkerRow *row, const char *options, const Line *line, int number)
{
	RgSplit    *out = splitter->out;
	int			side = row->marker == MARK_DOWN;

	if (out->format != NULL && strcmp(out->format, row->format) != 0)
		set_fault(out, number, "markers of two formats in one file", "Use those of one tool.");
	out->format = row->format;
	switch (row->marker)
	{
		case MARK_UP:
		case MARK_DOWN:
			if (splitter->statement)
				set_fault(out, splitter->opened, "StatementBegin without a StatementEnd", "End the statement before the next section.");
			if (out->text[side] != NULL)
				set_fault(out, number, side ? "a second down section" : "a second up section", "Keep one section for each direction.");
			splitter->side = side;
			out->text[side] = splitter->text[side].data;
			out->line[side] = number + 1;
			if (says(options, line->end, "transaction: false") || says(options, line->end, "notransaction"))
				out->in_transaction[side] = false;
			break;
		case MARK_STATEMENT_BEGIN:
			splitter->statement = true;
			splitter->opened = number;
			break;
		case MARK_STATEMENT_END:
			splitter->statement = false;
			break;
		case MARK_NO_TRANSACTION:
			out->in_transaction[0] = out->in_transaction[1] = false;
			break;
		case MARK_OTHER:
			break;
	}
}

static Line
line_at(const char *at)
{
	Line		line = {at, at + strcspn(at, "\n")};

	line.next = *line.end == '\n' ? line.end + 1 : line.end;
	return line;
}

/*
 * Lines before the first marker are a header and belong to no direction. In a
 * section, marker lines become empty lines, so that line numbers stay true.
 */
void
rg_migration_split(const char *content, RgSplit *out)
{
	Splitter	splitter = {out, .side = -1};
	int			number = 0;

	memset(out, 0, sizeof(*out));
	out->in_transaction[0] = out->in_transaction[1] = true;
	initStringInfo(&splitter.text[0]);
	initStringInfo(&splitter.text[1]);
	for (Line line = line_at(content); *line.begin != '\0'; line = line_at(line.next))
	{
		const char *options;
		const MarkerRow *row = marker_of(&line, &options);
		const char *format = row ? row->format : format_of(&line);

		number++;
		if (row != NULL)
		{
			int			before = splitter.side;

			take_marker(&splitter, row, options, &line, number);
			if (before == splitter.side && before >= 0)
				appendStringInfoChar(&splitter.text[before], '\n');
		}
		else if (format != NULL)
			set_fault(out, number, "an unknown marker", "Markers are Up, Down, StatementBegin, StatementEnd and NO TRANSACTION; dbmate has up and down.");
		else if (splitter.side >= 0)
			appendBinaryStringInfo(&splitter.text[splitter.side], line.begin, line.next - line.begin);
	}
	if (splitter.statement)
		set_fault(out, splitter.opened, "StatementBegin without a StatementEnd", "End the statement.");
	for (int side = 0; side < 2; side++)
	{
		if (out->text[side] != NULL)
			out->text[side] = splitter.text[side].data;
	}
}
