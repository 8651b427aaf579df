/*
 * scanner.c: findings as most scanners list them: their parts by path, their
 * states by word, and what a scan without findings has examined.
 */
#include "ingest/scanner.h"

int
rg_word_value(const RgWord *words, const RgNode *node, int otherwise)
{
	char	   *str = rg_node_text(node);

	for (const RgWord *w = words; str != NULL && w->word != NULL; w++)
	{
		if (pg_strcasecmp(str, w->word) == 0)
			return w->value;
	}
	return otherwise;
}

/* ---- the parts of a finding --------------------------------------------- */

/* The next of the paths, NULL after the last; moves *paths behind it. */
static const RgNode *
next_path(const RgNode *node, const char **paths, bool *more)
{
	char		path[128];
	size_t		length;

	*paths += strspn(*paths, " ");
	length = strcspn(*paths, " ");
	*more = length > 0;
	if (length >= sizeof(path))
		elog(ERROR, "path \"%s\" is too long", *paths);
	memcpy(path, *paths, length);
	path[length] = '\0';
	*paths += length;
	return rg_node_path(node, path);
}

static char *
text_of(const RgNode *node)
{
	if (rg_node_has_type(node, RG_NODE_NUMBER))
		return pnstrdup(node->text, Min(node->text_length, 64));
	return rg_node_text(node);
}

char *
rg_shape_text(const RgNode *node, const char *paths)
{
	bool		more = paths != NULL;

	while (more)
	{
		char	   *str = text_of(next_path(node, &paths, &more));

		if (str != NULL && *str != '\0')
			return str;
	}
	return NULL;
}

RgSeverity
rg_shape_severity(const RgShape *shape, const RgNode *finding)
{
	const char *paths = shape->severity;
	bool		more = true;

	while (more)
	{
		const RgNode *node = next_path(finding, &paths, &more);
		RgSeverity	severity = rg_severity_parse(text_of(node));

		if (severity == RG_SEVERITY_UNKNOWN && shape->severities != NULL)
			severity = rg_word_value(shape->severities, node, severity);
		if (severity != RG_SEVERITY_UNKNOWN)
			return severity;
	}
	return RG_SEVERITY_UNKNOWN;
}

/* Lines are numbers, or "12-14". */
static int64
line_of(const RgShape *shape, const RgNode *finding)
{
	char	   *str = rg_shape_text(finding, shape->line);
	int64		line = 0;

	if (str != NULL)
		(void) rg_parse_count(str, strspn(str, "0123456789"), &line);
	return line;
}

static const char *
location_of(const RgShape *shape, const RgNode *finding, const char *place)
{
	char	   *str = rg_shape_text(finding, shape->location);

	return str != NULL ? str : place;
}

/* Counts a finding, or that it is set aside, and keeps it; the place is its
 * location if the shape has none. */
static void
add_finding(const RgShape *shape, const RgNode *finding, const char *place,
			RgSeverity severity, RgSetAside aside, RgFindings *findings,
			RgReport *report)
{
	if (aside == RG_ASIDE_NONE)
	{
		findings->by_severity[severity]++;
		if (rg_report_wants_finding(report))
			rg_report_finding(report, rg_shape_text(finding, shape->name),
							  rg_severity_name(severity),
							  location_of(shape, finding, place),
							  line_of(shape, finding),
							  rg_shape_text(finding, shape->message));
	}
	else
	{
		findings->aside[aside]++;
		if (rg_report_wants_aside(report))
			rg_report_set_aside(report, aside,
								rg_shape_text(finding, shape->name),
								rg_severity_name(severity),
								location_of(shape, finding, place),
								line_of(shape, finding),
								rg_shape_text(finding, shape->justification));
	}
}

/* ---- handlers ----------------------------------------------------------------- */

void
rg_scanner_list(void *state, RgReport *report, const RgNode *node)
{
	RgScanning *scanning = state;

	if (node->type == RG_NODE_ARRAY)
		scanning->has_list = true;
	else
		rg_report_fail(report, RG_REPORT_INVALID, "its %s are not a list",
					   scanning->scanner->list);
}

void
rg_scanner_optional(void *state, RgReport *report, const RgNode *node)
{
	if (node->type != RG_NODE_ARRAY && node->type != RG_NODE_NULL)
		rg_report_fail(report, RG_REPORT_INVALID, "%s is not a list",
					   rg_report_text(report, node->key, node->key_length));
}

void
rg_scanner_add(RgScanning *scanning, RgReport *report, const RgNode *node,
			   int verdict)
{
	const RgScanner *scanner = scanning->scanner;

	if (!rg_node_has_type(node, RG_NODE_OBJECT))
	{
		rg_report_fail(report, RG_REPORT_INVALID, "one of its %s is no object",
					   scanner->list);
		return;
	}
	scanning->listed++;
	if (verdict != RG_NO_FINDING)
		add_finding(&scanner->shape, node, scanning->place,
					scanner->rate != NULL ? scanner->rate(node) :
					rg_shape_severity(&scanner->shape, node),
					(RgSetAside) verdict, &scanning->findings, report);
}

void
rg_scanner_finding(void *state, RgReport *report, const RgNode *node)
{
	RgScanning *scanning = state;
	const RgScanner *scanner = scanning->scanner;

	rg_scanner_add(scanning, report, node, scanner->judge != NULL ?
				   scanner->judge(node) : RG_ASIDE_NONE);
}

void
rg_scanner_examined(void *state, RgReport *report, const RgNode *node)
{
	RgScanning *scanning = state;
	bool		is_list = node->type == RG_NODE_ARRAY;

	/* the handler is called of the list, and then of each of its elements */
	if (is_list || node->key == NULL)
		scanning->examined = Max(scanning->examined, 0) + (is_list ? 0 : 1);
	else
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "its %s, which says what was examined, is no list",
					   rg_report_text(report, node->key, node->key_length));
}

void
rg_scanner_examined_count(void *state, RgReport *report, const RgNode *node)
{
	RgScanning *scanning = state;
	int64		count;

	if (rg_scanner_count(report, node, &count))
		scanning->examined = Max(scanning->examined, 0) + count;
}

bool
rg_scanner_count(RgReport *report, const RgNode *node, int64 *count)
{
	if (rg_node_count(node, count))
		return true;
	rg_report_fail(report, RG_REPORT_INCOMPLETE, "its %s is no count",
				   rg_report_text(report, node->key, node->key_length));
	return false;
}

void
rg_scanner_copy(char *to, const RgNode *node)
{
	char	   *str = rg_node_text(node);

	strlcpy(to, str != NULL ? str : "", RG_TEXT_MAX + 1);
	if (str != NULL)
		pfree(str);				/* there may be many without a finding */
}

void
rg_scanner_place(void *state, RgReport *report, const RgNode *node)
{
	rg_scanner_copy(((RgScanning *) state)->place, node);
}

void
rg_scanner_tool(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool == ((RgScanning *) state)->scanner->tool)
		rg_report_tool(report, rg_node_text(node), NULL);
}

void
rg_scanner_version(void *state, RgReport *report, const RgNode *node)
{
	if (report->tool_version == NULL)
		rg_report_tool(report, NULL, rg_node_text(node));
}

void
rg_scanner_error(RgScanning *scanning, RgReport *report, const char *message)
{
	if (scanning->errors++ == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "%s reports an error of its own: %s",
					   scanning->scanner->tool, message == NULL ? "?" :
					   rg_report_text(report, message, strlen(message)));
}

void
rg_scanner_warning(RgScanning *scanning, RgReport *report,
				   const char *message)
{
	if (scanning->warnings++ == 0)
		rg_report_warn(report, "%s warns: %s", scanning->scanner->tool,
					   message == NULL ? "?" :
					   rg_report_text(report, message, strlen(message)));
}

/* ---- the report ---------------------------------------------------------------- */

bool
rg_scanner_read(const RgScanner *scanner, RgScanning *scanning,
				const RgInput *input, RgReport *report)
{
	scanning->scanner = scanner;
	scanning->examined = -1;
	report->tool = scanner->tool;
	if (!rg_json_read(input, scanner->rules, scanner->nrules, scanning,
					  report))
		return false;
	if (!scanning->has_list)
	{
		rg_report_fail(report, RG_REPORT_INVALID, "it has no list of %s",
					   scanner->list);
		return false;
	}
	if (scanning->errors > 1)
		rg_report_warn(report, "it reports " INT64_FORMAT
					   " errors of its own", scanning->errors);
	if (scanning->warnings > 1)
		rg_report_warn(report, "it holds " INT64_FORMAT " such warnings",
					   scanning->warnings);
	rg_findings_finish(&scanning->findings, report);
	return true;
}

void
rg_scanner_read_list(const RgScanner *scanner, const RgInput *input,
					 RgReport *report)
{
	RgScanning	scanning = {0};

	if (rg_scanner_read(scanner, &scanning, input, report) &&
		scanning.examined <= 0 && scanning.listed == 0)
		rg_report_fail(report, RG_REPORT_EMPTY, scanning.examined == 0 ?
					   "%s says that it examined nothing" :
					   "%s does not say that it examined anything",
					   scanner->tool);
}
