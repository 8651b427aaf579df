/*
 * answer.c: one report read under guard, and what holds of every answer: its
 * figures are the format's and add up, its texts are clean, its memory comes
 * back, and a report that is not readable has no figures.
 */
#include "answer.h"

#include <sys/mman.h>
#include <unistd.h>

#include "mb/pg_wchar.h"
#include "server.h"

#define WORDS_MAX 1023			/* bytes of a message or warning */

/* ---- the bytes -------------------------------------------------------------- */

static char *wall;				/* where the page begins that nobody may read */
static size_t before_wall;

/* The longest report so far decides how much lies before the wall. */
static void
build_wall(size_t length)
{
	size_t		page = (size_t) sysconf(_SC_PAGESIZE);
	size_t		size = (Max(length, 1024 * 1024) / page + 1) * page;
	char	   *start;

	if (wall != NULL && length <= before_wall)
		return;
	if (wall != NULL)
		munmap(wall - before_wall, before_wall + page);
	start = mmap(NULL, size + page, PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (start == MAP_FAILED || mprotect(start + size, page, PROT_NONE) != 0)
		fault("no memory before a wall");
	wall = start + size;
	before_wall = size;
}

static char *
lay(const char *data, size_t length, Lying lying)
{
	char	   *copy;

	if (lying == LIE_AT_WALL)
	{
		build_wall(length);
		copy = wall - length;
	}
	else if ((copy = malloc(length + (length == 0))) == NULL)
		fault("malloc has no %zu bytes", length);
	memcpy(copy, data, length);
	return copy;
}

/* ---- reading ------------------------------------------------------------------ */

typedef struct Task
{
	Answer	   *answer;
	const RgFormat *format;
	const char *data;
	size_t		length;
	const int  *exit_code;
} Task;

static bool lines_asked;

/* The linker sends the readers here (--wrap). */
extern bool __real_rg_json_read_lines(const RgInput *input,
									  const RgJsonRule *rules, int nrules,
									  void *state, RgReport *report);
extern bool __wrap_rg_json_read_lines(const RgInput *input,
									  const RgJsonRule *rules, int nrules,
									  void *state, RgReport *report);

bool
__wrap_rg_json_read_lines(const RgInput *input, const RgJsonRule *rules,
						  int nrules, void *state, RgReport *report)
{
	lines_asked = true;
	return __real_rg_json_read_lines(input, rules, nrules, state, report);
}

static void
run(void *arg)
{
	Task	   *task = arg;

	rg_report_read(task->format, task->data, task->length, task->exit_code,
				   &task->answer->report);
}

static void judge(const Answer *answer, const RgFormat *format,
				  const char *data, size_t length);

void
answer_read(Answer *answer, const RgFormat *format, const char *data,
			size_t length, Lying lying, const int *exit_code, int64 fail_at)
{
	char	   *copy = lay(data, length, lying);
	Task		task = {answer, format, copy, length, exit_code};
	bool		done;

	memset(answer, lying == LIE_EXACT ? 0x55 : 0xaa, sizeof(Answer));
	answer->context = AllocSetContextCreate(TopMemoryContext, "answer",
											ALLOCSET_DEFAULT_SIZES);
	CurrentMemoryContext = answer->context;
	lines_asked = false;
	server_begin_round(lying == LIE_EXACT ? 0x55 : 0xaa,
					   length + SERVER_MEMORY, fail_at);
	done = server_try(run, &task);
	server_end_round();
	CurrentMemoryContext = TopMemoryContext;
	answer->by_lines = lines_asked;
	answer->allocations = server_allocations();
	if (memcmp(copy, data, length) != 0)
		fault("the reader changes its input");
	if (lying == LIE_EXACT)
		free(copy);
	if (done)
		judge(answer, format, data, length);
	else
	{
		MemoryContextDelete(answer->context);
		answer->context = NULL;
	}
}

void
answer_forget(Answer *answer)
{
	if (answer->context != NULL)
		MemoryContextDelete(answer->context);
	answer->context = NULL;
}

/* ---- texts --------------------------------------------------------------------- */

static void
judge_text(const char *what, const char *str, size_t longest)
{
	size_t		length;

	if (str == NULL)
		return;
	length = strlen(str);
	if (length > longest)
		fault("%s has %zu bytes", what, length);
	if (pg_encoding_verifymbstr(PG_UTF8, str, (int) length) != (int) length)
		fault("%s is not valid UTF-8: %s", what, str);
	for (size_t i = 0; i < length; i++)
	{
		if ((unsigned char) str[i] < 0x20 || str[i] == 0x7f)
			fault("%s has a control character: %s", what, str);
	}
}

static void
judge_findings(const RgFinding *findings, int count, bool aside)
{
	if (count < 0 || count > RG_MAX_FINDINGS)
		fault("%d findings are kept", count);
	for (int i = 0; i < count; i++)
	{
		const RgFinding *finding = &findings[i];
		const size_t longest = RG_TEXT_MAX + 3;

		if (finding->name == NULL || finding->name[0] == '\0')
			fault("finding %d has no name", i);
		if (finding->line < 0)
			fault("finding %d is in line " INT64_FORMAT, i, finding->line);
		if (aside != (finding->aside != RG_ASIDE_NONE) ||
			finding->aside < 0 || finding->aside >= RG_ASIDE_COUNT)
			fault("finding %d is set aside as %d", i, (int) finding->aside);
		judge_text("a finding's name", finding->name, longest);
		judge_text("a finding's severity", finding->severity, longest);
		judge_text("a finding's location", finding->location, longest);
		judge_text("a finding's message", finding->message, longest);
		judge_text("a justification", finding->justification, longest);
	}
}

/* ---- figures -------------------------------------------------------------------- */

static const RgReport *judged;	/* the report whose answer is looked at */

/* A count, -1 where there is none. */
static int64
count_of(const char *name)
{
	const RgFigure *figure = rg_report_figure(judged, name);

	if (figure == NULL)
		return -1;
	if (figure->value.exponent != 0 || figure->value.unit != RG_UNIT_NONE)
		fault("%s is no count", name);
	return figure->value.mantissa;
}

/* Where one of them is, all are; and of a report that is ok, they are. */
static bool
has_all(const char *const *names, int count, bool must)
{
	int			found = 0;

	for (int i = 0; i < count; i++)
		found += rg_report_figure(judged, names[i]) != NULL;
	if (found != count && (found > 0 || must))
		fault("of %s and the like there are %d of %d", names[0], found, count);
	return found == count;
}

static void
judge_ratio(const char *name, int64 part, int64 whole)
{
	const RgFigure *figure = rg_report_figure(judged, name);
	RgMeasure	ratio;

	if (whole <= 0 || part < 0 || part > whole)
	{
		if (figure != NULL)
			fault("%s is of " INT64_FORMAT " of " INT64_FORMAT, name, part,
				  whole);
		return;
	}
	if (figure == NULL || !rg_measure_percent(part, whole, &ratio) ||
		memcmp(&ratio, &figure->value, sizeof(ratio)) != 0)
		fault("%s is not " INT64_FORMAT " of " INT64_FORMAT, name, part, whole);
}

static void
judge_tests(bool ok)
{
	static const char *const names[] = {"tests.total", "tests.passed",
	"tests.failed", "tests.skipped", "tests.flaky"};
	int64		total = count_of("tests.total");
	int64		passed = count_of("tests.passed");
	int64		failed = count_of("tests.failed");
	int64		surplus;

	if (!has_all(names, lengthof(names), ok))
		return;
	/* errors outside any test fail, too, without being one */
	surplus = passed + failed + count_of("tests.skipped") - total;
	if (surplus < 0 || surplus > failed || count_of("tests.flaky") > passed)
		fault("the tests do not add up");
	if (ok && passed + failed == 0)
		fault("it is ok, and no test ran");
	judge_ratio("tests.pass_rate", passed, passed + failed);
}

static void
judge_severities(bool ok)
{
	static const char *const names[] = {"findings.total", "findings.critical",
		"findings.high", "findings.medium", "findings.low", "findings.unknown",
		"findings.critical_high", "findings.set_aside", "findings.suppressed",
	"findings.accepted", "findings.not_affected"};
	int64		serious = count_of("findings.critical") +
		count_of("findings.high") + count_of("findings.unknown");

	if (!has_all(names, lengthof(names), ok))
		return;
	if (serious != count_of("findings.critical_high") ||
		serious + count_of("findings.medium") + count_of("findings.low") !=
		count_of("findings.total"))
		fault("the findings do not add up");
	if (count_of("findings.suppressed") + count_of("findings.accepted") +
		count_of("findings.not_affected") != count_of("findings.set_aside"))
		fault("the findings that are set aside do not add up");
}

static void
judge_lint(bool ok)
{
	static const char *const names[] = {"lint.errors", "lint.warnings",
	"lint.notes", "lint.suppressed"};

	(void) has_all(names, lengthof(names), ok);
	for (int i = 0; i < (int) lengthof(names); i++)
		(void) count_of(names[i]);
}

static void
judge_coverage(bool ok)
{
	static const char *const kinds[] = {"lines", "branches", "functions",
	"statements"};
	int			kept = 0;

	for (int i = 0; i < (int) lengthof(kinds); i++)
	{
		char		names[3][64];
		const char *all[3] = {names[0], names[1], names[2]};

		snprintf(names[0], 64, "coverage.%s", kinds[i]);
		snprintf(names[1], 64, "coverage.%s_covered", kinds[i]);
		snprintf(names[2], 64, "coverage.%s_valid", kinds[i]);
		if (!has_all(all, 3, false))
			continue;
		judge_ratio(names[0], count_of(names[1]), count_of(names[2]));
		kept++;
	}
	if (ok && kept == 0)
		fault("it is ok, and nothing is measured");
}

static void
judge_figure(const RgFigure *figure)
{
	const RgMeasure *value = &figure->value;
	static const uint8 nothing[sizeof(value->padding)];
	RgMeasure	again;

	if (!rg_format_has_figure(judged->format, figure->name))
		fault("%s is no figure of %s", figure->name, judged->format->name);
	if (rg_report_figure(judged, figure->name) != figure)
		fault("%s is there twice", figure->name);
	if (value->unit >= RG_UNIT_COUNT ||
		memcmp(value->padding, nothing, sizeof(nothing)) != 0 ||
		!rg_measure_from_decimal(value->mantissa, value->exponent, value->unit,
								 &again) ||
		memcmp(&again, value, sizeof(again)) != 0)
		fault("%s is no measure", figure->name);
}

static void
judge_figures(bool ok)
{
	static const struct
	{
		const char *has;
		void		(*judge) (bool ok);
	}			families[] = {
		{"tests.total", judge_tests},
		{"findings.total", judge_severities},
		{"lint.errors", judge_lint},
		{"coverage.lines", judge_coverage},
		{"coverage.statements", judge_coverage},
	};

	if (judged->nfigures < 0 || judged->nfigures > RG_MAX_FIGURES)
		fault("there are %d figures", judged->nfigures);
	/* some have none: there a policy asks by paths */
	if (ok && judged->nfigures == 0 && judged->format->figures[0] != '\0')
		fault("it is ok, and has no figure");
	for (int i = 0; i < judged->nfigures; i++)
		judge_figure(&judged->figures[i]);
	for (int i = 0; i < (int) lengthof(families) && judged->nfigures > 0; i++)
	{
		if (rg_format_has_figure(judged->format, families[i].has))
			families[i].judge(ok);
	}
}

/* ---- the whole answer ------------------------------------------------------------- */

static void
judge_place(const char *data, size_t length)
{
	int64		lines = 1;

	for (size_t i = 0; i < length; i++)
		lines += data[i] == '\n';
	if (judged->line < 0 || judged->column < 0 || judged->line > lines + 1 ||
		judged->column > (int64) length + 2 ||
		(judged->column > 0 && judged->line == 0))
		fault("line %d, column %d of " INT64_FORMAT " lines", judged->line,
			  judged->column, lines);
	if (judged->status == RG_REPORT_OK && judged->line != 0)
		fault("it is ok, and has a fault in line %d", judged->line);
}

static void
judge(const Answer *answer, const RgFormat *format, const char *data,
	  size_t length)
{
	const RgReport *report = &answer->report;
	bool		ok = report->status == RG_REPORT_OK;

	judged = report;
	if (report->status < 0 || report->status > RG_REPORT_INVALID)
		fault("the status is %d", (int) report->status);
	if (ok != (report->message == NULL) || (!ok && report->message[0] == '\0'))
		fault("it is %s, and says: %s", rg_report_status_name(report->status),
			  report->message ? report->message : "nothing");
	if (report->status == RG_REPORT_INVALID &&
		report->nfigures + report->nfindings + report->naside > 0)
		fault("it is invalid, and has figures");
	if ((format != NULL && report->format != format) ||
		(report->format == NULL && report->status != RG_REPORT_INVALID))
		fault("it is read as another format");
	judge_text("the message", report->message, WORDS_MAX);
	judge_text("the tool", report->tool, RG_TEXT_MAX + 3);
	judge_text("the tool's version", report->tool_version, RG_TEXT_MAX + 3);
	if (report->nwarnings < 0 || report->nwarnings > RG_MAX_WARNINGS)
		fault("there are %d warnings", report->nwarnings);
	for (int i = 0; i < report->nwarnings; i++)
		judge_text("a warning", report->warnings[i], WORDS_MAX);
	judge_findings(report->findings, report->nfindings, false);
	judge_findings(report->aside, report->naside, true);
	judge_figures(ok);
	judge_place(data, length);
}

/* ---- two answers -------------------------------------------------------------------- */

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool
same_findings(const RgFinding *a, const RgFinding *b, int count)
{
	for (int i = 0; i < count; i++)
	{
		if (!same_text(a[i].name, b[i].name) ||
			!same_text(a[i].severity, b[i].severity) ||
			!same_text(a[i].location, b[i].location) ||
			a[i].line != b[i].line ||
			!same_text(a[i].message, b[i].message) ||
			a[i].aside != b[i].aside ||
			!same_text(a[i].justification, b[i].justification))
			return false;
	}
	return true;
}

const char *
answer_difference(const Answer *one, const Answer *other)
{
	const RgReport *a = &one->report;
	const RgReport *b = &other->report;

	if (a->format != b->format)
		return "the format";
	if (!same_text(a->tool, b->tool) ||
		!same_text(a->tool_version, b->tool_version))
		return "the tool";
	if (a->status != b->status)
		return "the status";
	if (!same_text(a->message, b->message))
		return "the message";
	if (a->line != b->line || a->column != b->column)
		return "the place";
	if (a->nfigures != b->nfigures)
		return "the figures";
	for (int i = 0; i < a->nfigures; i++)
	{
		if (strcmp(a->figures[i].name, b->figures[i].name) != 0 ||
			memcmp(&a->figures[i].value, &b->figures[i].value,
				   sizeof(RgMeasure)) != 0)
			return a->figures[i].name;
	}
	if (a->nfindings != b->nfindings || a->naside != b->naside ||
		!same_findings(a->findings, b->findings, a->nfindings) ||
		!same_findings(a->aside, b->aside, a->naside))
		return "the findings";
	if (a->nwarnings != b->nwarnings)
		return "the warnings";
	for (int i = 0; i < a->nwarnings; i++)
	{
		if (!same_text(a->warnings[i], b->warnings[i]))
			return "a warning";
	}
	return NULL;
}

/* Between the documents, each in a line, text may stand that is passed over. */
static bool
ends_with_document(const char *data, size_t length)
{
	size_t		at = length;

	while (at > 0 && data[at - 1] != '\n')
		at--;
	while (at < length && (data[at] == ' ' || data[at] == '\t'))
		at++;
	return data[at] == '{';
}

size_t
answer_cut(const Answer *answer, const char *data, size_t length)
{
	RgSyntax	syntax = answer->report.format->syntax;

	while (length > 0 && memchr(" \t\r\n", data[length - 1], 4) != NULL)
		length--;
	if (syntax == RG_SYNTAX_TEXT || length < 3)
		return 0;
	if (answer->by_lines && !ends_with_document(data, length))
		return 0;
	/* what stands behind the root element may be missing */
	if (syntax == RG_SYNTAX_XML &&
		(memcmp(data + length - 3, "-->", 3) == 0 ||
		 memcmp(data + length - 2, "?>", 2) == 0))
		return 0;
	return length - 1;
}
