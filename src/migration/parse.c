/*
 * parse.c: the text of a migration to statements, with the server's own
 * grammar, and what is said of a text that this grammar refuses.
 */
#include "migration/migration.h"

#include "mb/pg_wchar.h"
#include "parser/parser.h"
#include "utils/guc.h"
#include "utils/memutils.h"

/* What people write into files that psql or a template engine reads first. */
static const struct
{
	const char *begin;			/* where the parser stopped */
	const char *message;
	const char *hint;
	bool		name;			/* and a name follows */
}			foreign_words[] = {
	{
		"\\", "a command of psql, not SQL",
		"Write it in SQL, or put in place what it stands for: only psql knows its backslash commands."
	},
	{
		":", "a variable of psql, not SQL",
		"Put its value in place before the migration is registered.", true
	},
	{
		":'", "a variable of psql, not SQL",
		"Put its value in place before the migration is registered."
	},
	{
		":\"", "a variable of psql, not SQL",
		"Put its value in place before the migration is registered."
	},
	{
		"{", "a placeholder of a template, not SQL",
		"Render the template before the migration is registered."
	},
	{
		"${", "a placeholder of a template, not SQL",
		"Render the template before the migration is registered."
	},
	{
		"\xef\xbb\xbf", "a byte order mark before the first statement",
		"Save the file as UTF-8 without one."
	},
	{
		"`", "a quoted name of MySQL, not SQL",
		"Quote names with double quotes."
	},
};

/*
 * Did the parser stop in the rows behind a COPY ... FROM stdin? The last
 * statement that ended before is looked at.
 */
static bool
in_copied_rows(const char *sql, const char *stop)
{
	bool		copy = false;
	bool		from_stdin = false;
	bool		ended = false;
	const char *at = rg_sql_skip_blank(sql, stop);

	while (at < stop)
	{
		const char *token = at;

		at = rg_sql_skip_token(at, stop);
		if (ended)
			copy = from_stdin = ended = false;
		if (rg_sql_is_word(token, at, "copy"))
			copy = true;
		else if (rg_sql_is_word(token, at, "stdin"))
			from_stdin = copy;
		else if (*token == ';')
			ended = true;
		if (from_stdin && ended)
			return true;
		at = rg_sql_skip_blank(at, stop);
	}
	return false;
}

/* The position counts characters from 1, as error positions do. */
static void
set_fault(RgFileFault *fault, const char *sql, int position, const char *message, const char *hint)
{
	const char *at = sql;

	fault->line = 1;
	fault->column = 1;
	fault->message = message;
	fault->hint = hint ? hint : "Correct the file; it must be plain SQL that the server itself can read.";
	for (int i = 1; i < position && *at != '\0'; i++)
	{
		fault->column = *at == '\n' ? 1 : fault->column + 1;
		fault->line += *at == '\n';
		at += pg_encoding_mblen(GetDatabaseEncoding(), at);
	}
	for (int i = 0; i < (int) lengthof(foreign_words); i++)
	{
		size_t		length = strlen(foreign_words[i].begin);

		if (position > 0 && strncmp(at, foreign_words[i].begin, length) == 0 &&
			(!foreign_words[i].name || isalpha((unsigned char) at[length]) || at[length] == '_'))
		{
			fault->message = foreign_words[i].message;
			fault->hint = foreign_words[i].hint;
		}
	}
	if (position > 0 && in_copied_rows(sql, at))
	{
		fault->message = "rows behind COPY ... FROM stdin, which only psql can send";
		fault->hint = "Write them as INSERT ... VALUES.";
	}
}

/*
 * Caught without a subtransaction: the raw parser reads no catalog, takes no
 * lock and opens nothing, and the memory that it leaves is the caller's
 * context, which goes as a whole. So there is nothing that would have to be
 * rolled back. Whatever is not about the text is thrown on.
 */
static List *
parse(const char *sql, ErrorData **error)
{
	MemoryContext context = CurrentMemoryContext;
	List	   *volatile statements = NIL;
	int			messages = client_min_messages;
	bool		conforming = rg_conforming_strings();
	int			quote = backslash_quote;
	ErrorContextCallback *callbacks = error_context_stack;

	*error = NULL;
	/* a caller's callback would take the position for one in its own query */
	error_context_stack = NULL;
	/* that a long name is cut is news for who runs the file, not for who asks */
	client_min_messages = Max(messages, WARNING);
	/* nor does a session's own reading of backslashes decide what a file means */
	rg_set_conforming_strings(true);
	backslash_quote = BACKSLASH_QUOTE_SAFE_ENCODING;
	PG_TRY();
	{
		statements = raw_parser(sql, RAW_PARSE_DEFAULT);
	}
	PG_CATCH();
	{
		int			category;

		client_min_messages = messages;
		rg_set_conforming_strings(conforming);
		backslash_quote = quote;
		MemoryContextSwitchTo(context);
		*error = CopyErrorData();
		category = ERRCODE_TO_CATEGORY((*error)->sqlerrcode);
		if (category != ERRCODE_TO_CATEGORY(ERRCODE_SYNTAX_ERROR) &&
			category != ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION) &&
			category != ERRCODE_FEATURE_NOT_SUPPORTED)
			PG_RE_THROW();
		FlushErrorState();
	}
	PG_END_TRY();
	error_context_stack = callbacks;
	client_min_messages = messages;
	rg_set_conforming_strings(conforming);
	backslash_quote = quote;
	return statements;
}

bool
rg_migration_parse(RgFile *file, RgFileFault *fault)
{
	ErrorData  *error;

	memset(fault, 0, sizeof(*fault));
	file->statements = parse(file->text, &error);
	if (error == NULL)
		return true;
	/* the grammar's own stack ends before the server's does */
	if (strstr(error->message, "memory exhausted") != NULL)
		set_fault(fault, file->text, error->cursorpos, "a statement is nested too deeply", "Take it apart.");
	else
		set_fault(fault, file->text, error->cursorpos, error->message, error->hint);
	return false;
}

/* NIL for what is no SQL. */
List *
rg_migration_try_parse(const char *sql)
{
	ErrorData  *error;

	return parse(sql, &error);
}
