/*
 * families.c: what all formats of one kind have in common: how counts of
 * tests, findings, lint messages and covered lines become figures, and which
 * counts mean that nothing was examined.
 */
#include "ingest/ingest.h"

/* ---- tests ---------------------------------------------------------------- */

void
rg_tests_init(RgTests *tests)
{
	memset(tests, 0, sizeof(RgTests));
	tests->declared_total = -1;
	tests->declared_failed = -1;
}

RgOutcome
rg_outcome(const RgOutcomeWord *words, const char *word)
{
	if (word == NULL)
		return RG_OUTCOME_UNKNOWN;
	for (; words->word != NULL; words++)
	{
		if (pg_strcasecmp(word, words->word) == 0)
			return words->outcome;
	}
	return RG_OUTCOME_UNKNOWN;
}

/* More totals than these are not told of: other warnings need the room. */
#define MAX_BAD_TOTALS 3

static void
bad_count(RgReport *report, const char *name, bool failures,
		  const char *quote, const char *str, size_t length)
{
	const char *said;

	if (failures ? report->status >= RG_REPORT_INCOMPLETE :
		report->nwarnings >= MAX_BAD_TOTALS)
		return;
	said = rg_report_text(report, str, Min(length, 100));
	if (failures)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the summary's %s is no count: %s%s%s", name, quote,
					   said, quote);
	else
		rg_report_warn(report, "the summary's %s is no count: %s%s%s", name,
					   quote, said, quote);
}

int64
rg_tests_declared(RgReport *report, const char *name, bool failures,
				  const char *str, size_t length)
{
	int64		value;

	if (str == NULL)
		return -1;
	if (rg_parse_count(str, length, &value))
		return value;
	bad_count(report, name, failures, "\"", str, length);
	return -1;
}

/* The name of a member that a reader asked for. */
static const char *
name_of(const RgNode *node)
{
	return pnstrdup(node->key, node->key_length);
}

/* Digits in a string are no count either. */
int64
rg_tests_declared_member(RgReport *report, const RgNode *node, bool failures)
{
	int64		value;

	if (node == NULL)
		return -1;
	if (rg_node_count(node, &value))
		return value;
	bad_count(report, name_of(node), failures,
			  node->type == RG_NODE_STRING ? "\"" : "", node->text,
			  node->text_length);
	return -1;
}

bool
rg_tests_list(RgReport *report, const RgNode *node)
{
	if (node == NULL || node->type == RG_NODE_ARRAY ||
		node->type == RG_NODE_NULL)
		return true;
	rg_report_fail(report, RG_REPORT_INVALID, "%s is no list", name_of(node));
	return false;
}

void
rg_tests_on_list(void *state, RgReport *report, const RgNode *node)
{
	(void) rg_tests_list(report, node);
}

bool
rg_tests_add(RgTests *tests, RgOutcome outcome)
{
	tests->total++;
	if (outcome == RG_OUTCOME_PASSED)
		tests->passed++;
	else if (outcome == RG_OUTCOME_SKIPPED)
		tests->skipped++;
	else
	{
		tests->failed++;
		tests->unknown += outcome == RG_OUTCOME_UNKNOWN ? 1 : 0;
		return true;
	}
	return false;
}

void
rg_tests_outside(RgTests *tests, RgReport *report, const char *name,
				 const char *location, const char *message)
{
	tests->outside++;
	rg_report_finding(report, name != NULL && *name != '\0' ? name :
					  "outside any test", NULL, location, 0, message);
}

static void
compare_with_summary(const RgTests *tests, RgReport *report)
{
	int64		failed = tests->failed + tests->outside;

	if (tests->declared_total >= 0 && tests->declared_total != tests->total)
		rg_report_warn(report, "the summary says " INT64_FORMAT
					   " tests, the report holds " INT64_FORMAT,
					   tests->declared_total, tests->total);
	if (tests->declared_failed >= 0 && tests->declared_failed != failed)
		rg_report_warn(report, "the summary says " INT64_FORMAT
					   " failures and errors, the report holds " INT64_FORMAT,
					   tests->declared_failed, failed);

	/* the summary knows of failures that the records do not show */
	if (tests->declared_failed > 0 && failed == 0)
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "the summary says " INT64_FORMAT
					   " failures and errors, but no test shows one",
					   tests->declared_failed);
}

void
rg_tests_finish(const RgTests *tests, RgReport *report)
{
	int64		failed = tests->failed + tests->outside;

	rg_report_count(report, "tests.total", tests->total);
	rg_report_count(report, "tests.passed", tests->passed);
	rg_report_count(report, "tests.failed", failed);
	rg_report_count(report, "tests.skipped", tests->skipped);
	rg_report_count(report, "tests.flaky", tests->flaky);
	if (tests->outside > 0)
		rg_report_warn(report, INT64_FORMAT " errors stand outside any test; "
					   "they count as failed", tests->outside);
	if (tests->unknown > 0)
		rg_report_warn(report, INT64_FORMAT " tests have a status that is "
					   "none of the format's; they count as failed",
					   tests->unknown);
	compare_with_summary(tests, report);

	if (tests->passed + failed > 0)
		rg_report_ratio(report, "tests.pass_rate", tests->passed,
						tests->passed + failed);
	else if (tests->total > 0)
		rg_report_fail(report, RG_REPORT_EMPTY, "none of the " INT64_FORMAT
					   " tests ran", tests->total);
	else
		rg_report_fail(report, RG_REPORT_EMPTY, "the report holds no test");
}

/* ---- findings ------------------------------------------------------------- */

static const char *const severity_names[RG_SEVERITY_COUNT] = {
	[RG_SEVERITY_CRITICAL] = "critical",
	[RG_SEVERITY_HIGH] = "high",
	[RG_SEVERITY_MEDIUM] = "medium",
	[RG_SEVERITY_LOW] = "low",
	[RG_SEVERITY_UNKNOWN] = "unknown",
};

/* The tools' words for them. */
static const struct
{
	const char *word;
	RgSeverity	severity;
}			severity_words[] =
{
	{"critical", RG_SEVERITY_CRITICAL},
	{"high", RG_SEVERITY_HIGH},
	{"important", RG_SEVERITY_HIGH},
	{"medium", RG_SEVERITY_MEDIUM},
	{"moderate", RG_SEVERITY_MEDIUM},
	{"low", RG_SEVERITY_LOW},
	{"info", RG_SEVERITY_LOW},
	{"informational", RG_SEVERITY_LOW},
	{"negligible", RG_SEVERITY_LOW},
	{"none", RG_SEVERITY_LOW},
};

/* CVSS 3.1, section 5: qualitative severity rating scale; tenths. */
static const struct
{
	int64		from;
	RgSeverity	severity;
}			severity_bands[] =
{
	{90, RG_SEVERITY_CRITICAL},
	{70, RG_SEVERITY_HIGH},
	{40, RG_SEVERITY_MEDIUM},
	{0, RG_SEVERITY_LOW},
};

const char *
rg_severity_name(RgSeverity severity)
{
	return severity_names[severity];
}

RgSeverity
rg_severity_parse(const char *str)
{
	RgMeasure	score;
	RgMeasure	bound;
	const char *why;

	if (str == NULL)
		return RG_SEVERITY_UNKNOWN;
	for (int i = 0; i < (int) lengthof(severity_words); i++)
	{
		if (pg_strcasecmp(str, severity_words[i].word) == 0)
			return severity_words[i].severity;
	}
	if (!rg_measure_from_number(str, strlen(str), RG_UNIT_NONE, &score,
								&why))
		return RG_SEVERITY_UNKNOWN;
	for (int i = 0; i < (int) lengthof(severity_bands); i++)
	{
		if (rg_measure_from_decimal(severity_bands[i].from, -1, RG_UNIT_NONE,
									&bound) &&
			rg_measure_compare(&score, &bound) >= 0)
			return severity_bands[i].severity;
	}
	return RG_SEVERITY_UNKNOWN;
}

RgSeverity
rg_severity_worse(RgSeverity a, RgSeverity b)
{
	if (a == RG_SEVERITY_UNKNOWN || b == RG_SEVERITY_UNKNOWN)
		return RG_SEVERITY_UNKNOWN;
	return Min(a, b);
}

int64
rg_findings_total(const RgFindings *findings)
{
	int64		total = 0;

	for (int i = 0; i < RG_SEVERITY_COUNT; i++)
		total += findings->by_severity[i];
	return total;
}

void
rg_findings_finish(const RgFindings *findings, RgReport *report)
{
	static const char *const names[RG_SEVERITY_COUNT] = {
		"findings.critical", "findings.high", "findings.medium",
		"findings.low", "findings.unknown",
	};

	for (int i = 0; i < RG_SEVERITY_COUNT; i++)
		rg_report_count(report, names[i], findings->by_severity[i]);
	rg_report_count(report, "findings.total", rg_findings_total(findings));
	rg_report_count(report, "findings.set_aside",
					findings->aside[RG_ASIDE_SUPPRESSED] +
					findings->aside[RG_ASIDE_ACCEPTED] +
					findings->aside[RG_ASIDE_NOT_AFFECTED]);
	rg_report_count(report, "findings.suppressed",
					findings->aside[RG_ASIDE_SUPPRESSED]);
	rg_report_count(report, "findings.accepted",
					findings->aside[RG_ASIDE_ACCEPTED]);
	rg_report_count(report, "findings.not_affected",
					findings->aside[RG_ASIDE_NOT_AFFECTED]);

	/* a finding whose severity nobody knows may be critical: never zero */
	rg_report_count(report, "findings.critical_high",
					findings->by_severity[RG_SEVERITY_CRITICAL] +
					findings->by_severity[RG_SEVERITY_HIGH] +
					findings->by_severity[RG_SEVERITY_UNKNOWN]);
	if (findings->by_severity[RG_SEVERITY_UNKNOWN] > 0)
		rg_report_warn(report, INT64_FORMAT " findings have no known severity; "
					   "they count in findings.critical_high",
					   findings->by_severity[RG_SEVERITY_UNKNOWN]);
}

/* ---- lint ----------------------------------------------------------------- */

void
rg_lint_finish(const RgLint *lint, RgReport *report)
{
	rg_report_count(report, "lint.errors", lint->errors);
	rg_report_count(report, "lint.warnings", lint->warnings);
	rg_report_count(report, "lint.notes", lint->notes);
	rg_report_count(report, "lint.suppressed", lint->suppressed);
}

/* ---- coverage ------------------------------------------------------------- */

static const struct
{
	const char *what;
	const char *ratio;
	const char *covered;
	const char *valid;
}			cover_names[RG_COVER_COUNT] =
{
	[RG_COVER_LINES] = {"lines", "coverage.lines", "coverage.lines_covered",
	"coverage.lines_valid"},
	[RG_COVER_BRANCHES] = {"branches", "coverage.branches",
	"coverage.branches_covered", "coverage.branches_valid"},
	[RG_COVER_FUNCTIONS] = {"functions", "coverage.functions",
	"coverage.functions_covered", "coverage.functions_valid"},
	[RG_COVER_STATEMENTS] = {"statements", "coverage.statements",
	"coverage.statements_covered", "coverage.statements_valid"},
};

void
rg_coverage_init(RgCoverage *coverage)
{
	memset(coverage, 0, sizeof(RgCoverage));
	for (int i = 0; i < RG_COVER_COUNT; i++)
		coverage->declared[i].valid = -1;
}

void
rg_coverage_add(RgCoverage *coverage, RgCoverageKind kind, bool covered)
{
	coverage->of[kind].valid++;
	coverage->of[kind].covered += covered ? 1 : 0;
}

bool
rg_coverage_add_counts(RgCoverage *coverage, RgCoverageKind kind,
					   int64 covered, int64 valid)
{
	coverage->of[kind].valid += valid;
	coverage->of[kind].covered += covered;
	return covered >= 0 && covered <= valid;
}

/*
 * What was counted, unless a summary knows of more that was missed: records
 * may have been left out, and lines outside of any class are, in places.
 */
static RgCovered
compare_with_declared(const RgCoverage *coverage, int kind, RgReport *report)
{
	RgCovered	counted = coverage->of[kind];
	RgCovered	declared = coverage->declared[kind];
	const char *what = cover_names[kind].what;
	bool		misses_more;

	if (declared.valid < 0)
		return counted;
	if (declared.covered > declared.valid)
		rg_report_fail(report, RG_REPORT_INVALID,
					   "its summary covers more %s than there are", what);
	misses_more = declared.valid - declared.covered >
		Max(counted.valid, 0) - counted.covered;
	if (declared.valid != counted.valid || declared.covered != counted.covered)
		rg_report_warn(report, "the summary says " INT64_FORMAT " of "
					   INT64_FORMAT " %s, the report holds " INT64_FORMAT
					   " of " INT64_FORMAT "%s", declared.covered,
					   declared.valid, what, counted.covered, counted.valid,
					   misses_more ? "; the summary misses more and counts" : "");
	return misses_more ? declared : counted;
}

void
rg_coverage_finish(const RgCoverage *coverage, RgReport *report)
{
	if (coverage->of[RG_COVER_LINES].valid <= 0 &&
		coverage->of[RG_COVER_STATEMENTS].valid <= 0)
		rg_report_fail(report, RG_REPORT_EMPTY,
					   "the report measures no line of code");
	for (int i = 0; i < RG_COVER_COUNT; i++)
	{
		RgCovered	counts = compare_with_declared(coverage, i, report);

		/* code without a branch has no branch coverage, not 100 % of nothing */
		if (counts.valid <= 0 && counts.covered <= 0)
			continue;
		rg_report_ratio(report, cover_names[i].ratio, counts.covered,
						counts.valid);
		rg_report_count(report, cover_names[i].covered, counts.covered);
		rg_report_count(report, cover_names[i].valid, counts.valid);
	}
}
