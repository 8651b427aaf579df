/*
 * body.c: statements inside DO blocks and functions. A program cannot be read
 * with certainty, but the statements that are written out in it can: they are
 * taken as if each ran once, whatever the conditions around them.
 */
#include "migration/migration.h"

#define DEEPEST 3

/* Words of PL/pgSQL behind which a statement begins. */
static const char *const openers[] = {"begin", "then", "else", "loop", "declare"};

/* Words with which a statement of SQL begins. */
static const char *const beginners[] = {
	"insert", "update", "delete", "merge", "truncate", "with", "select", "call",
	"alter", "create", "drop", "grant", "revoke", "comment", "refresh", "set", "copy"
};

static bool
is_one_of(const char *at, const char *end, const char *const *words, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (rg_sql_is_word(at, end, words[i]))
			return true;
	}
	return false;
}

/* Where the statement ends: at a semicolon outside of quotes and parentheses. */
static const char *
statement_end(const char *at, const char *end)
{
	int			depth = 0;

	while ((at = rg_sql_skip_blank(at, end)) < end)
	{
		if (*at == ';' && depth <= 0)
			break;
		depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		at = rg_sql_skip_token(at, end);
	}
	return at;
}

/* What a quoted constant says, as far as that is plain; %I and the like become names. */
static void
append_constant(StringInfo out, const char *at, const char *end)
{
	const char *close = end - 1;

	if (*at == 'E' || *at == 'e')
		at++;
	if (*at == '$')
	{
		while (close > at && close[-1] != '$')
			close--;
		close--;
		at = memchr(at + 1, '$', end - at - 1);
	}
	for (at++; at < close; at++)
	{
		if (*at == '\'' && at[1] == '\'')
			at++;
		if (*at == '%' && (at[1] == 'I' || at[1] == 's' || at[1] == 'L'))
		{
			appendStringInfoString(out, at[1] == 'L' ? "'unknown'" : "unknown");
			at++;
		}
		else
			appendStringInfoChar(out, *at);
	}
}

/*
 * The statement that EXECUTE runs, with names of its own making where the
 * program puts them together; "" if no constant stands in it.
 */
static char *
executed(const char *at, const char *end)
{
	StringInfoData out;
	bool		format = rg_sql_is_word(at, end, "format");
	bool		constant = false;
	bool		hole = false;

	initStringInfo(&out);
	while ((at = rg_sql_skip_blank(at, end)) < end)
	{
		const char *token = at;

		at = rg_sql_skip_token(at, end);
		if (rg_sql_is_word(token, at, "using") || (format && constant))
			break;
		if (*token == '\'' || (*token == '$' && at - token > 1) || token[0] == 'E')
		{
			append_constant(&out, token, at);
			constant = true;
			hole = false;
		}
		else if (*token != '|' && !hole && constant)
		{
			appendStringInfoString(&out, "unknown");
			hole = true;
		}
	}
	return constant ? out.data : "";
}

/* RETURNING ... INTO and SELECT ... INTO are the program's. */
static char *
without_into(const char *at, const char *end)
{
	const char *from = at;
	int			depth = 0;

	while ((at = rg_sql_skip_blank(at, end)) < end)
	{
		if (depth == 0 && from != at && rg_sql_is_word(at, end, "into") && !rg_sql_is_word(from, end, "insert"))
			return pnstrdup(from, at - from);
		if (depth == 0 && rg_sql_is_word(at, end, "returning"))
			return pnstrdup(from, at - from);
		depth += *at == '(' ? 1 : *at == ')' ? -1 : 0;
		at = rg_sql_skip_token(at, end);
	}
	return pnstrdup(from, end - from);
}

static void
run_text(RgRun *run, RgUnit *unit, char *sql)
{
	ListCell   *cell;

	foreach(cell, rg_migration_try_parse(sql))
	{
		Node	   *stmt = ((RawStmt *) lfirst(cell))->stmt;

		if (!IsA(stmt, SelectStmt) || ((SelectStmt *) stmt)->intoClause == NULL)
			rg_run_inner(run, unit, stmt);
	}
}

/* The statement between at and end, if it is one of SQL. */
static void
take_statement(RgRun *run, RgUnit *unit, const char *at, const char *end)
{
	const char *rest = rg_sql_skip_token(at, end);

	if (rg_sql_is_word(at, end, "execute"))
		run_text(run, unit, executed(rg_sql_skip_blank(rest, end), end));
	else if (rg_sql_is_word(at, end, "perform"))
		run_text(run, unit, psprintf("SELECT %.*s", (int) (end - rest), rest));
	else if (is_one_of(at, end, beginners, lengthof(beginners)))
		run_text(run, unit, without_into(at, end));
}

void
rg_apply_body(RgRun *run, RgUnit *unit, const char *body)
{
	const char *at = body;
	const char *end = body + strlen(body);
	bool		start = true;

	if (run->depth >= DEEPEST)
		return;
	while ((at = rg_sql_skip_blank(at, end)) < end)
	{
		if (*at == ';')
			start = true;
		else if (is_one_of(at, end, openers, lengthof(openers)))
			start = true;
		else if (start && (is_one_of(at, end, beginners, lengthof(beginners)) ||
						   rg_sql_is_word(at, end, "execute") || rg_sql_is_word(at, end, "perform")))
		{
			const char *close = statement_end(at, end);

			take_statement(run, unit, at, close);
			at = close;
			start = true;
			continue;
		}
		else
			start = false;
		at = rg_sql_skip_token(at, end);
	}
}

void
rg_apply_do(RgRun *run, RgUnit *unit)
{
	ListCell   *cell;

	foreach(cell, ((DoStmt *) unit->stmt)->args)
	{
		DefElem    *option = (DefElem *) lfirst(cell);

		if (strcmp(option->defname, "as") == 0)
			rg_apply_body(run, unit, strVal(option->arg));
	}
}
