/*
 * tap.c: TAP 12, 13 and 14, one stream or several behind one another, and what
 * prove --verbose prints around them. Subtests are counted, and a test that
 * has some is not: it only sums them up. A stream without a plan, or with one
 * that was not kept, is incomplete.
 */
#include "ingest/tap.h"

#include "miscadmin.h"

#define MAX_LEVELS 40			/* of subtests, four blanks each */

typedef struct Level
{
	bool		open;			/* something stands there */
	int64		plan;			/* -1: none yet */
	bool		plan_behind;	/* the tests, so that it ends the stream */
	int64		ran;
	int64		failed_before;	/* of all tests, when it was opened */
	int64		outside_before;
	int			first_finding;
	bool		braced;			/* its parent stands in front, "}" behind */
	RgTapPoint	parent;			/* then */
} Level;

typedef struct Tap
{
	RgReport   *report;
	RgTests		tests;
	int			line;
	bool		is_tap;			/* some line of it is */
	Level		levels[MAX_LEVELS + 2];

	/* the point that was read last: what stands behind it may explain it */
	bool		pending;
	int			pending_level;
	int			pending_indent;
	bool		has_subtests;	/* they stood before it */
	bool		fails_inside;
	bool		yaml_may_follow;
	RgTapPoint	point;
	RgTapDetail detail;

	int			yaml_indent;	/* of the block that is being read; -1: none */
	int			yaml_line;
	int64		misnumbered;
	int64		comment_failed; /* as a summary in comments says; -1: none */

	/* prove's own lines */
	bool		by_prove;
	bool		in_file;
	char		file[RG_TEXT_MAX + 4];
	int64		prove_tests;	/* as it says at the end; -1: not yet */
	int64		top_tests;		/* as it counts them */
	char		result[20];
} Tap;

static void incomplete(Tap *tap, const char *format,...)
			pg_attribute_printf(2, 3);

static void
incomplete(Tap *tap, const char *format,...)
{
	char		why[200];
	va_list		args;

	va_start(args, format);
	vsnprintf(why, sizeof(why), format, args);
	va_end(args);
	rg_report_fail(tap->report, RG_REPORT_INCOMPLETE, "line %d: %s",
				   tap->line, why);
}

/* ---- levels ------------------------------------------------------------------ */

static void
open_level(Tap *tap, int number)
{
	Level	   *level = &tap->levels[number];

	tap->is_tap = true;
	if (level->open)
		return;
	level->open = true;
	level->plan = -1;
	level->plan_behind = false;
	level->ran = 0;
	level->failed_before = tap->tests.failed;
	level->outside_before = tap->tests.outside;
	level->first_finding = tap->report->nfindings;
	level->braced = false;
}

static void
check_plan(Tap *tap, const Level *level, const char *what)
{
	if (level->plan < 0)
		incomplete(tap, "%s has no plan", what);
	else if (level->plan != level->ran)
		incomplete(tap, "%s planned " INT64_FORMAT " tests, and "
				   INT64_FORMAT " ran", what, level->plan, level->ran);
}

/* Nothing sums these up. */
static void
drop_levels(Tap *tap, int from)
{
	for (int i = from; i <= MAX_LEVELS + 1; i++)
	{
		if (tap->levels[i].open)
			incomplete(tap, "the subtests before have no result");
		tap->levels[i].open = false;
	}
}

/*
 * The subtests have ended, and this is the point that they belong to. It
 * excuses them where it is still to be done; where it fails by itself, it is
 * an error outside any test.
 */
static bool
close_subtests(Tap *tap, int number, const RgTapPoint *parent)
{
	Level	   *level = &tap->levels[number];
	RgTests    *tests = &tap->tests;
	int64		failed = tests->failed - level->failed_before;
	int64		outside = tests->outside - level->outside_before;

	check_plan(tap, level, "a subtest");
	level->open = false;
	if (parent->ok || !parent->todo)
		return failed + outside > 0;
	tests->failed -= failed;
	tests->skipped += failed;
	tests->outside -= outside;
	tap->report->nfindings = level->first_finding;
	return false;
}

static void
close_stream(Tap *tap)
{
	Level	   *level = &tap->levels[0];

	drop_levels(tap, 1);
	if (!level->open)
		return;
	check_plan(tap, level, "the stream");
	level->open = false;
}

/* Something begins at that level: the stream before it may have ended. */
static void
come_to(Tap *tap, int number)
{
	drop_levels(tap, number + 2);
	if (tap->levels[0].open && tap->levels[0].plan_behind &&
		!tap->levels[1].open)
		close_stream(tap);
}

/* ---- points -------------------------------------------------------------------- */

static void
clear_detail(Tap *tap)
{
	memset(&tap->detail, 0, offsetof(RgTapDetail, location));
	tap->detail.location[0] = tap->detail.message[0] = '\0';
}

static void
keep_failure(Tap *tap, const RgTapPoint *point)
{
	rg_report_finding(tap->report, point->name, NULL,
					  tap->detail.location[0] != '\0' ?
					  tap->detail.location : tap->file, tap->detail.line,
					  tap->detail.message);
}

static void
count_leaf(Tap *tap, const RgTapPoint *point)
{
	RgOutcome	outcome = RG_OUTCOME_FAILED;

	if (point->ok)
		outcome = point->skip ? RG_OUTCOME_SKIPPED : RG_OUTCOME_PASSED;
	else if (point->todo)
		outcome = RG_OUTCOME_SKIPPED;

	/* a describe() without a test in it is none */
	if (tap->detail.is_suite && outcome != RG_OUTCOME_FAILED)
		return;
	if (rg_tests_add(&tap->tests, outcome))
		keep_failure(tap, point);
}

static void
judge_parent(Tap *tap, const RgTapPoint *point, bool fails_inside)
{
	if (point->ok || point->todo || fails_inside)
		return;
	tap->tests.outside++;
	keep_failure(tap, point);
}

/* The last point is complete; its subtests may begin at that level: -1 if not. */
static void
settle_point(Tap *tap, int next_level)
{
	if (!tap->pending)
		return;
	tap->pending = false;
	if (tap->point.opens && next_level == tap->pending_level + 1)
	{
		Level	   *level = &tap->levels[next_level];

		open_level(tap, next_level);
		level->braced = true;
		level->parent = tap->point;
	}
	else if (tap->has_subtests)
		judge_parent(tap, &tap->point, tap->fails_inside);
	else
		count_leaf(tap, &tap->point);
}

static void
on_point(Tap *tap, int number, int indent, const RgTapPoint *point)
{
	Level	   *level = &tap->levels[number];
	Level	   *inner = &tap->levels[number + 1];

	settle_point(tap, number);
	come_to(tap, number);
	open_level(tap, number);
	tap->has_subtests = tap->fails_inside = false;
	if (inner->open && !inner->braced)
	{
		/* a subtest that was skipped as a whole has none */
		tap->has_subtests = inner->ran > 0;
		tap->fails_inside = close_subtests(tap, number + 1, point);
	}
	drop_levels(tap, number + 1);

	level->ran++;
	tap->top_tests += number == 0 ? 1 : 0;
	if (point->number >= 0 && point->number != level->ran)
		tap->misnumbered++;
	tap->pending = tap->yaml_may_follow = true;
	tap->pending_level = number;
	tap->pending_indent = indent;
	tap->point = *point;
	clear_detail(tap);
}

static void
on_plan(Tap *tap, int number, int64 plan)
{
	Level	   *level = &tap->levels[number];

	settle_point(tap, number);
	if (number > 0)
		come_to(tap, number);
	drop_levels(tap, number + 1);
	if (level->open && level->plan >= 0)
	{
		if (number > 0)
			incomplete(tap, "a subtest has two plans");
		else
			close_stream(tap);
	}
	open_level(tap, number);
	level->plan = plan;
	level->plan_behind = level->ran > 0 || plan == 0;
}

/* "}": the end of subtests whose parent stood in front of them */
static void
on_brace(Tap *tap, int number)
{
	Level	   *inner = &tap->levels[number + 1];
	bool		fails_inside;

	settle_point(tap, number + 1);
	if (!inner->open || !inner->braced)
		return;
	drop_levels(tap, number + 2);
	clear_detail(tap);
	fails_inside = close_subtests(tap, number + 1, &inner->parent);
	if (inner->ran > 0)
		judge_parent(tap, &inner->parent, fails_inside);
	else
		count_leaf(tap, &inner->parent);
}

/* ---- lines of prove -------------------------------------------------------------- */

static void
begin_file(Tap *tap, const RgInput *line)
{
	RgInput		name = rg_tap_trim(*line);
	const char *file;

	while (name.length > 0 && name.data[name.length - 1] == '.')
		name.length--;
	name = rg_tap_trim(name);
	file = rg_report_text(tap->report, name.data, name.length);
	strlcpy(tap->file, file, sizeof(tap->file));
	pfree(unconstify(char *, file));
	settle_point(tap, -1);
	close_stream(tap);
	open_level(tap, 0);
	tap->by_prove = tap->in_file = true;
}

static void
end_file(Tap *tap)
{
	settle_point(tap, -1);
	close_stream(tap);
	tap->in_file = false;
}

static bool
in_file_line(Tap *tap, const RgInput *line)
{
	Level	   *level = &tap->levels[0];

	if (level->open && level->plan == level->ran &&
		(rg_tap_is_verdict(line) ||
		 (level->plan == 0 && rg_input_starts(line, "skipped"))))
	{
		end_file(tap);
		return true;
	}
	if (rg_input_starts(line, "Dubious, test returned "))
	{
		settle_point(tap, -1);
		if (tap->tests.failed == level->failed_before &&
			tap->tests.outside == level->outside_before)
			rg_tests_outside(&tap->tests, tap->report, NULL, tap->file,
							 rg_report_wants_finding(tap->report) ?
							 rg_report_text(tap->report, line->data,
											line->length) : NULL);
		return true;
	}
	if (!rg_tap_is_failure(line))
		return false;
	end_file(tap);
	return true;
}

/* "Files=3, Tests=74, ..." and "Result: PASS" */
static bool
closing_line(Tap *tap, const RgInput *line)
{
	size_t		length;

	if (rg_input_starts(line, "Result: "))
	{
		length = Min(line->length - 8, sizeof(tap->result) - 1);
		memcpy(tap->result, line->data + 8, length);
		tap->result[length] = '\0';
		return true;
	}
	if (rg_input_starts(line, "FAILED--Further testing stopped"))
		incomplete(tap, "the run bailed out");
	if (!rg_input_starts(line, "Files="))
		return false;
	for (size_t i = 0; i + 6 < line->length; i++)
	{
		RgInput		rest = {line->data + i, line->length - i};

		if (!rg_input_starts(&rest, "Tests="))
			continue;
		rest.data += 6;
		for (length = 0; length < rest.length - 6 &&
			 rest.data[length] >= '0' && rest.data[length] <= '9'; length++)
			;
		(void) rg_parse_count(rest.data, length, &tap->prove_tests);
	}
	return true;
}

static bool
prove_line(Tap *tap, const RgInput *line)
{
	bool		nothing_yet = !tap->levels[0].open && tap->top_tests == 0;

	if (!tap->in_file && (tap->by_prove || nothing_yet) &&
		rg_tap_is_header(line))
	{
		begin_file(tap, line);
		return true;
	}
	if (!tap->by_prove)
		return false;
	return tap->in_file ? in_file_line(tap, line) : closing_line(tap, line);
}

/* ---- lines ------------------------------------------------------------------------ */

static void
on_comment(Tap *tap, int indent, const RgInput *line)
{
	static const char *const sums[] = {"fail", "cancelled", "tests", "suites",
	"pass", "skipped", "todo"};
	int64		value = -1;

	for (int i = 0; indent == 0 && value < 0 && i < (int) lengthof(sums); i++)
	{
		value = rg_tap_summary(line, sums[i]);
		if (value >= 0 && i < 2)
			tap->comment_failed = Max(tap->comment_failed, 0) + value;
	}
	if (tap->report->tool == NULL && rg_input_starts(line, "# duration_ms "))
		rg_report_tool(tap->report, "node:test", NULL);
	if (value >= 0)
		return;
	if (tap->pending && !tap->point.ok && tap->yaml_may_follow)
		rg_tap_comment(line, &tap->detail);
	if (rg_input_starts(line, "# Subtest"))
		tap->yaml_may_follow = false;
}

static void
on_yaml(Tap *tap, int indent, const RgInput *line)
{
	RgInput		rest = rg_tap_trim(*line);

	if (indent == tap->yaml_indent && rest.length == 3 &&
		memcmp(rest.data, "...", 3) == 0)
		tap->yaml_indent = -1;
	else
		rg_tap_yaml(line, indent == tap->yaml_indent, &tap->detail);
}

static bool
begins_yaml(Tap *tap, int indent, const RgInput *line)
{
	if (!tap->pending || !tap->yaml_may_follow ||
		indent <= tap->pending_indent || !rg_input_starts(line, "---"))
		return false;
	tap->yaml_indent = indent;
	tap->yaml_line = tap->line;
	tap->yaml_may_follow = false;
	return true;
}

/* A line of TAP, or none; the blanks before it are left out. */
static void
on_tap(Tap *tap, int number, int indent, const RgInput *line)
{
	RgTapPoint	point;
	int64		plan;

	if (rg_tap_point(line, &point))
		on_point(tap, number, indent, &point);
	else if (rg_tap_plan(line, &plan))
		on_plan(tap, number, plan);
	else if (number == 0 && rg_input_starts(line, "TAP version "))
	{
		settle_point(tap, -1);
		if (tap->levels[0].plan >= 0 || tap->levels[0].ran > 0)
			close_stream(tap);
		open_level(tap, 0);
	}
	else if (rg_input_starts(line, "}"))
		on_brace(tap, number);
}

static void
bail_out(Tap *tap, const RgInput *line)
{
	RgInput		why = {line->data + 9, line->length - 9};

	if (tap->report->status >= RG_REPORT_INCOMPLETE)
		return;
	why = rg_tap_trim(why);
	incomplete(tap, "the run bailed out%s%s", why.length > 0 ? ": " : "",
			   rg_report_text(tap->report, why.data, Min(why.length, 100)));
}

static void
on_line(Tap *tap, RgInput line)
{
	int			indent = 0;

	while ((size_t) indent < line.length && line.data[indent] == ' ')
		indent++;
	line.data += indent;
	line.length -= indent;
	if (tap->yaml_indent >= 0)
		on_yaml(tap, indent, &line);
	else if (line.length == 0 || begins_yaml(tap, indent, &line))
		return;
	else if (line.data[0] == '#')
		on_comment(tap, indent, &line);
	else if (rg_input_starts(&line, "Bail out!"))
		bail_out(tap, &line);
	else if ((indent > 0 || !prove_line(tap, &line)) && indent % 4 == 0)
	{
		if (indent / 4 <= MAX_LEVELS)
			on_tap(tap, indent / 4, indent, &line);
		else
			incomplete(tap, "subtests are nested more than %d deep",
					   MAX_LEVELS);
	}
}

/* ---- the whole ---------------------------------------------------------------------- */

static void
judge_prove(Tap *tap, int64 failed)
{
	static const char *const results[] = {"PASS", "FAIL", "NOTESTS"};
	bool		known = false;

	if (tap->report->tool == NULL)
		rg_report_tool(tap->report, "prove", NULL);
	for (int i = 0; i < (int) lengthof(results); i++)
		known |= strcmp(tap->result, results[i]) == 0;
	if (tap->in_file || !known)
		incomplete(tap, "prove has not said its result");
	else if (strcmp(tap->result, "FAIL") == 0 && failed == 0)
		incomplete(tap, "prove's result is FAIL, and no test shows why");
	if (tap->prove_tests >= 0 && tap->prove_tests != tap->top_tests)
		rg_report_warn(tap->report, "prove counted " INT64_FORMAT
					   " tests, the report holds " INT64_FORMAT,
					   tap->prove_tests, tap->top_tests);
}

static void
finish(Tap *tap)
{
	RgTests    *tests = &tap->tests;
	int64		failed;

	if (tap->yaml_indent >= 0)
		incomplete(tap, "the YAML of line %d has no end", tap->yaml_line);
	if (!tap->is_tap)
	{
		rg_report_fail(tap->report, RG_REPORT_INVALID,
					   "it holds no line of TAP");
		return;
	}
	settle_point(tap, -1);
	close_stream(tap);
	failed = tests->failed + tests->outside;
	if (tap->by_prove)
		judge_prove(tap, failed);

	/* tools count a test that fails by its subtests once more, or not */
	if (tap->comment_failed >= 0 && failed == 0)
		tests->declared_failed = tap->comment_failed;

	/* tests that fail in hooks are numbered again by some; else one is missing */
	if (tap->misnumbered > 0 && failed == 0)
		incomplete(tap, "a test's number is not the next one, " INT64_FORMAT
				   " times", tap->misnumbered);
	else if (tap->misnumbered > 0)
		rg_report_warn(tap->report, INT64_FORMAT
					   " tests do not have the next number", tap->misnumbered);
	rg_tests_finish(tests, tap->report);
}

void
rg_read_tap(const RgInput *input, RgReport *report)
{
	Tap		   *tap = palloc0(sizeof(Tap));
	RgInput		rest = *input;
	RgInput		line;

	tap->report = report;
	rg_tests_init(&tap->tests);
	tap->yaml_indent = -1;
	tap->comment_failed = tap->prove_tests = -1;
	while (rg_next_line(&rest, &line))
	{
		if ((++tap->line & 0xfff) == 0)
			CHECK_FOR_INTERRUPTS();
		on_line(tap, line);
	}
	finish(tap);
}
