/*
 * eslint.c: ESLint's json and json-with-metadata formatters: files with their
 * messages. A file that cannot be parsed is an error, whatever else it holds.
 */
#include "ingest/ingest.h"

typedef struct Eslint
{
	RgLint		lint;
	bool		is_list;
	int64		files;
	int64		declared;		/* errors, as the files' counts say */
} Eslint;

static void
on_message(Eslint *eslint, RgReport *report, const RgNode *file,
		   const RgNode *message)
{
	const RgNode *rule = rg_node_get(message, "ruleId");
	bool		fatal = rg_node_is_true(message, "fatal");
	int64		severity = 2;
	int64		line = 0;

	/* what has no severity is taken for an error */
	(void) rg_node_count(rg_node_get(message, "severity"), &severity);
	if (severity == 1 && !fatal)
		eslint->lint.warnings++;
	else
		eslint->lint.errors++;
	if (!rg_report_wants_finding(report))
		return;
	(void) rg_node_count(rg_node_get(message, "line"), &line);
	rg_report_finding(report,
					  rg_node_has_type(rule, RG_NODE_STRING) ?
					  rg_node_text(rule) : "parsing",
					  severity == 1 && !fatal ? "warning" : "error",
					  rg_node_text(rg_node_get(file, "filePath")), line,
					  rg_node_text(rg_node_get(message, "message")));
}

/* Silenced by a comment, or by eslint-suppressions.json. */
static void
on_suppressed(Eslint *eslint, RgReport *report, const RgNode *file,
			  const RgNode *message)
{
	const RgNode *list = rg_node_get(message, "suppressions");
	int64		line = 0;

	eslint->lint.suppressed++;
	if (!rg_report_wants_aside(report))
		return;
	(void) rg_node_count(rg_node_get(message, "line"), &line);
	rg_report_set_aside(report, RG_ASIDE_SUPPRESSED,
						rg_node_text(rg_node_get(message, "ruleId")), NULL,
						rg_node_text(rg_node_get(file, "filePath")), line,
						list != NULL ?
						rg_node_text(rg_node_get(list->child,
												 "justification")) : NULL);
}

static void
on_file(void *state, RgReport *report, const RgNode *file)
{
	Eslint	   *eslint = state;
	const RgNode *messages = rg_node_get(file, "messages");
	const RgNode *suppressed = rg_node_get(file, "suppressedMessages");
	int64		declared = 0;

	if (!rg_node_has_type(messages, RG_NODE_ARRAY))
	{
		rg_report_fail(report, RG_REPORT_INVALID,
					   "a file has no list of messages");
		return;
	}
	eslint->files++;
	for (const RgNode *m = messages->child; m != NULL; m = m->next)
		on_message(eslint, report, file, m);
	if (rg_node_has_type(suppressed, RG_NODE_ARRAY))
	{
		for (const RgNode *m = suppressed->child; m != NULL; m = m->next)
			on_suppressed(eslint, report, file, m);
	}
	(void) rg_node_count(rg_node_get(file, "errorCount"), &declared);
	eslint->declared += declared;
}

static void
on_list(void *state, RgReport *report, const RgNode *node)
{
	((Eslint *) state)->is_list |= node->type == RG_NODE_ARRAY;
}

void
rg_read_eslint(const RgInput *input, RgReport *report)
{
	static const RgJsonRule rules[] = {
		{"", RG_JSON_OPEN, on_list},
		{"[]", RG_JSON_TREE, on_file},
		{"results", RG_JSON_OPEN, on_list},
		{"results[]", RG_JSON_TREE, on_file},
	};
	Eslint		eslint = {0};

	report->tool = "ESLint";
	if (!rg_json_read(input, rules, lengthof(rules), &eslint, report))
		return;
	if (!eslint.is_list)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it is not a list of files");
		return;
	}
	if (eslint.declared != eslint.lint.errors)
		rg_report_warn(report, "the files' counts say " INT64_FORMAT
					   " errors, their messages are " INT64_FORMAT,
					   eslint.declared, eslint.lint.errors);
	rg_lint_finish(&eslint.lint, report);
	if (eslint.files == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "no file was linted");
	if (eslint.declared > 0 && eslint.lint.errors == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the files' counts say " INT64_FORMAT
					   " errors, but no message is one", eslint.declared);
}
