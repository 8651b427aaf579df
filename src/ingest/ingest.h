/*
 * ingest.h: reports of CI tools turned into figures. A reader is a pure
 * function from bytes to an RgReport; adding a format is one file with its
 * reader and one row in formats.c.
 */
#ifndef RG_INGEST_H
#define RG_INGEST_H

#include "releasegov.h"

#include "types/types.h"
#include "utils/palloc.h"

/* Larger reports are refused before they are looked at. */
#define RG_REPORT_MAX_BYTES		(256 * 1024 * 1024)

/* ---- report.c: the answer ------------------------------------------- */

/* From good to bad: a report takes the worst that is said of it. */
typedef enum RgReportStatus
{
	RG_REPORT_OK,				/* its figures may pass a gate */
	RG_REPORT_EMPTY,			/* readable, but nothing was examined */
	RG_REPORT_INCOMPLETE,		/* readable, but the tool did not finish */
	RG_REPORT_INVALID			/* not readable as what it should be */
} RgReportStatus;

/* Their names are a contract with policies: docs/reference.md, Reports. */
typedef struct RgFigure
{
	const char *name;
	RgMeasure	value;
} RgFigure;

/*
 * Why a finding does not count: the tools' many words for it come down to
 * these three, and each stays a figure of its own.
 */
typedef enum RgSetAside
{
	RG_ASIDE_NONE,				/* it counts */
	RG_ASIDE_SUPPRESSED,		/* silenced in the code or the tool's settings */
	RG_ASIDE_ACCEPTED,			/* somebody took the risk: dismissed, won't fix */
	RG_ASIDE_NOT_AFFECTED		/* VEX not_affected, false positive, fixed here */
} RgSetAside;
#define RG_ASIDE_COUNT (RG_ASIDE_NOT_AFFECTED + 1)

/* A failed test or a finding; each part but the name may be NULL or 0. */
typedef struct RgFinding
{
	const char *name;
	const char *severity;
	const char *location;
	int64		line;
	const char *message;
	RgSetAside	aside;
	const char *justification;	/* why it was set aside, in the tool's words */
} RgFinding;

#define RG_MAX_FIGURES		40
#define RG_MAX_FINDINGS		100
#define RG_MAX_WARNINGS		20
#define RG_TEXT_MAX			400 /* bytes kept of any text of a report */

typedef struct RgReport
{
	MemoryContext context;		/* holds everything below */
	const struct RgFormat *format;
	const char *tool;
	const char *tool_version;
	RgReportStatus status;
	const char *message;		/* why, in words; NULL when ok */
	int			line;			/* where, 0 when that is not known */
	int			column;
	bool		stopped;		/* by rg_json_stop */
	int			nfigures;
	RgFigure	figures[RG_MAX_FIGURES];
	int			nfindings;
	RgFinding	findings[RG_MAX_FINDINGS];
	int			naside;			/* findings that do not count, apart */
	RgFinding	aside[RG_MAX_FINDINGS];
	int			nwarnings;
	const char *warnings[RG_MAX_WARNINGS];
} RgReport;

typedef struct RgInput
{
	const char *data;
	size_t		length;
} RgInput;

/* Text of the outside, cut to RG_TEXT_MAX bytes: valid UTF-8 without control
 * characters. Lives as long as the report. */
extern const char *rg_report_text(RgReport *report, const char *str,
								  size_t length);

/* What made the report; each may be NULL. Copied with rg_report_text. */
extern void rg_report_tool(RgReport *report, const char *name,
						   const char *version);

/* Make the status worse; the message of the worst stays, the first of them. */
extern void rg_report_fail(RgReport *report, RgReportStatus status,
						   const char *format,...) pg_attribute_printf(3, 4);
extern void rg_report_warn(RgReport *report,
						   const char *format,...) pg_attribute_printf(2, 3);

/* Figures; the name must live as long as the program. A value that cannot be
 * one (negative, covered above valid, the same figure twice) is invalid. */
extern void rg_report_count(RgReport *report, const char *name, int64 value);
extern void rg_report_bytes(RgReport *report, const char *name, int64 value);
extern void rg_report_ratio(RgReport *report, const char *name,
							int64 numerator, int64 denominator);
extern void rg_report_measure(RgReport *report, const char *name,
							  const RgMeasure *value);
extern const RgFigure *rg_report_figure(const RgReport *report,
										const char *name);

/* The texts are copied with rg_report_text, and a name that is missing is "?";
 * beyond the first hundred nothing is kept, and rg_report_wants_finding says so
 * beforehand. */
extern bool rg_report_wants_finding(const RgReport *report);
extern void rg_report_finding(RgReport *report, const char *name,
							  const char *severity, const char *location,
							  int64 line, const char *message);

/* The location of the findings from that one on, known only behind them; ""
 * leaves what they have. */
extern void rg_report_locate(RgReport *report, int first,
							 const char *location);

/* A finding that is set aside, of which another hundred are kept. */
extern bool rg_report_wants_aside(const RgReport *report);
extern void rg_report_set_aside(RgReport *report, RgSetAside why,
								const char *name, const char *severity,
								const char *location, int64 line,
								const char *justification);
extern const char *rg_aside_name(RgSetAside why);
extern const char *rg_report_status_name(RgReportStatus status);

/*
 * Digits only, as counts are written; false for anything else. With so few
 * digits, the sum of all counts of the largest report cannot overflow.
 */
#define RG_COUNT_DIGITS 11
extern bool rg_parse_count(const char *str, size_t length, int64 *value);

/*
 * How often something was hit, of which only matters whether it was: any
 * number of digits, a fraction and an exponent; false for anything else.
 */
extern bool rg_parse_hits(const char *str, size_t length, bool *hit);

/* ---- families.c: what formats of one kind have in common -------------- */

/* Tests: counted from the cases; declared_* from summaries, -1 if absent. */
typedef struct RgTests
{
	int64		total;
	int64		passed;
	int64		failed;			/* failures and errors */
	int64		skipped;
	int64		flaky;			/* passed after a retry; also in passed */
	int64		outside;		/* errors outside any test; fail, too */
	int64		unknown;		/* of the failed: nobody knows their status */
	int64		declared_total;
	int64		declared_failed;
} RgTests;

#define RG_TESTS_FIGURES \
	"tests.total tests.passed tests.failed tests.skipped tests.flaky " \
	"tests.pass_rate"

/* What became of a test, whatever its tool calls that. */
typedef enum RgOutcome
{
	RG_OUTCOME_PASSED,
	RG_OUTCOME_FAILED,
	RG_OUTCOME_SKIPPED,			/* no verdict: skipped, pending, not run */
	RG_OUTCOME_UNKNOWN			/* fails: it may be anything */
} RgOutcome;

/* The words of a format; the last one is NULL. */
typedef struct RgOutcomeWord
{
	const char *word;
	RgOutcome	outcome;
} RgOutcomeWord;

/* In any case; unknown for a word that is none of these, and for NULL. */
extern RgOutcome rg_outcome(const RgOutcomeWord *words, const char *word);

extern void rg_tests_init(RgTests *tests);

/*
 * A count in a summary as the report has it, str NULL where it has none: -1
 * then, and for what is no plain count. That makes a report incomplete whose
 * failures it should count; of tests in total it is a warning.
 */
extern int64 rg_tests_declared(RgReport *report, const char *name,
							   bool failures, const char *str, size_t length);

/* Counts a test; did it fail? */
extern bool rg_tests_add(RgTests *tests, RgOutcome outcome);

/* An error that is no test's: it fails, and is shown as a finding. */
extern void rg_tests_outside(RgTests *tests, RgReport *report,
							 const char *name, const char *location,
							 const char *message);
extern void rg_tests_finish(const RgTests *tests, RgReport *report);

typedef enum RgSeverity
{
	RG_SEVERITY_CRITICAL,
	RG_SEVERITY_HIGH,
	RG_SEVERITY_MEDIUM,
	RG_SEVERITY_LOW,
	RG_SEVERITY_UNKNOWN
} RgSeverity;
#define RG_SEVERITY_COUNT (RG_SEVERITY_UNKNOWN + 1)

#define RG_FINDINGS_FIGURES \
	"findings.critical findings.high findings.medium findings.low " \
	"findings.unknown findings.total findings.critical_high " \
	"findings.set_aside findings.suppressed findings.accepted " \
	"findings.not_affected"

/* What explains a scanner's nonzero exit code. */
#define RG_FINDINGS_EXPLAIN \
	"findings.critical_high findings.medium findings.low"

typedef struct RgFindings
{
	int64		by_severity[RG_SEVERITY_COUNT];
	int64		aside[RG_ASIDE_COUNT];	/* none of these is in by_severity */
} RgFindings;

extern const char *rg_severity_name(RgSeverity severity);

/* A word in any case, or a CVSS score ("9.0"); anything else is unknown. */
extern RgSeverity rg_severity_parse(const char *str);

/* The worse of two; unknown is worst, for it may be critical. */
extern RgSeverity rg_severity_worse(RgSeverity a, RgSeverity b);

/* How many count: what is set aside is none of these. */
extern int64 rg_findings_total(const RgFindings *findings);
extern void rg_findings_finish(const RgFindings *findings, RgReport *report);

typedef struct RgLint
{
	int64		errors;
	int64		warnings;
	int64		notes;
	int64		suppressed;
} RgLint;

#define RG_LINT_FIGURES "lint.errors lint.warnings lint.notes lint.suppressed"

extern void rg_lint_finish(const RgLint *lint, RgReport *report);

/* valid is -1 where the report does not speak of that kind */
typedef struct RgCovered
{
	int64		covered;
	int64		valid;
} RgCovered;

typedef enum RgCoverageKind
{
	RG_COVER_LINES,
	RG_COVER_BRANCHES,
	RG_COVER_FUNCTIONS,
	RG_COVER_STATEMENTS
} RgCoverageKind;
#define RG_COVER_COUNT (RG_COVER_STATEMENTS + 1)

typedef struct RgCoverage
{
	RgCovered	of[RG_COVER_COUNT];
	RgCovered	declared[RG_COVER_COUNT];	/* by a summary */
} RgCoverage;

#define RG_COVERAGE_FIGURES \
	"coverage.lines coverage.lines_covered coverage.lines_valid " \
	"coverage.branches coverage.branches_covered coverage.branches_valid " \
	"coverage.functions coverage.functions_covered coverage.functions_valid"
#define RG_STATEMENTS_FIGURES \
	"coverage.statements coverage.statements_covered coverage.statements_valid"

extern void rg_coverage_init(RgCoverage *coverage);
extern void rg_coverage_add(RgCoverage *coverage, RgCoverageKind kind,
							bool covered);

/* Two counts of a record; false if they are no such pair. */
extern bool rg_coverage_add_counts(RgCoverage *coverage, RgCoverageKind kind,
								   int64 covered, int64 valid);
extern void rg_coverage_finish(const RgCoverage *coverage, RgReport *report);

/* ---- lines.c: the lines of one source file ---------------------------- */

typedef struct RgLines
{
	MemoryContext context;
	uint32	   *entries;
	int64		count;
	int64		room;
	bool		sorted;
} RgLines;

extern void rg_lines_init(RgLines *lines, MemoryContext context);
extern void rg_lines_reset(RgLines *lines);

/* False for a number that no line of source has. */
extern bool rg_lines_add(RgLines *lines, int64 number, bool hit);

/* Each line once, hit if it was hit anywhere. */
extern RgCovered rg_lines_count(RgLines *lines);

/* ---- xml.c: libxml2's push parser ------------------------------------- */

typedef enum RgXmlEvent
{
	RG_XML_START,
	RG_XML_END,					/* of every element, empty ones too */
	RG_XML_COMMENT				/* only if asked for; its text, no name */
} RgXmlEvent;

typedef struct RgXml RgXml;

/* NULL when the report cannot be read: then it says why. Closed at the end
 * of the current memory context if not before. */
extern RgXml *rg_xml_open(const RgInput *input, RgReport *report);

/* False at the end, or when the rest cannot be read (the report is invalid
 * then). */
extern bool rg_xml_next(RgXml *xml);
extern void rg_xml_want_comments(RgXml *xml);
extern void rg_xml_close(RgXml *xml);
extern RgXmlEvent rg_xml_event(const RgXml *xml);
extern int	rg_xml_depth(const RgXml *xml); /* the root's is 0 */

/* The name without its prefix. */
extern const char *rg_xml_name(const RgXml *xml);
extern bool rg_xml_is(const RgXml *xml, const char *name);

/* Of START: NULL if there is none; one without a prefix before one that has it.
 * Until the next event. */
extern const char *rg_xml_attribute(const RgXml *xml, const char *name);
extern bool rg_xml_count(const RgXml *xml, const char *name, int64 *value);

/* Of END: the text since the last tag, so that of an element without children
 * it is the whole; of COMMENT what it says. Its first 8 kB, "" if there is none.
 * Until the next event. */
extern const char *rg_xml_text(const RgXml *xml);

/* ---- json.c: the server's JSON lexer ----------------------------------- */

typedef enum RgNodeType
{
	RG_NODE_NULL,
	RG_NODE_FALSE,
	RG_NODE_TRUE,
	RG_NODE_NUMBER,
	RG_NODE_STRING,
	RG_NODE_ARRAY,
	RG_NODE_OBJECT
} RgNodeType;

/*
 * A value; key, text and string contents are slices of the input. A key with
 * escapes is none: it is decoded, and lives no longer than the record.
 */
typedef struct RgNode
{
	RgNodeType	type;
	int			key_length;
	int			text_length;
	const char *key;			/* in an object, as written */
	const char *text;			/* a number or string, as written, no quotes */
	struct RgNode *child;		/* the first element or member */
	struct RgNode *last;
	struct RgNode *next;
} RgNode;

typedef enum RgJsonWhen
{
	RG_JSON_TREE,				/* with everything below it, then forgotten */
	RG_JSON_OPEN,				/* when it begins: its type; scalars whole */
	RG_JSON_CLOSE				/* when it has ended */
} RgJsonWhen;

typedef void (*RgJsonHandler) (void *state, RgReport *report,
							   const RgNode *node);

/*
 * Where a handler is called: "runs[].results[]", "categories.*",
 * "..specs[]" at any depth, "" for the document itself. Trees do not nest:
 * inside one no other is built. What a handler allocates goes with the
 * record, or with the call where it is in none; what it keeps belongs into
 * report->context.
 */
typedef struct RgJsonRule
{
	const char *path;
	RgJsonWhen	when;
	RgJsonHandler handler;
} RgJsonRule;

#define RG_JSON_MAX_RULES 30

/* Reads the whole document once; false when the report became invalid. */
extern bool rg_json_read(const RgInput *input, const RgJsonRule *rules,
						 int nrules, void *state, RgReport *report);

/* Stops reading, called by a handler: what follows is not looked at. */
extern void rg_json_stop(RgReport *report);

/*
 * A document a line (NDJSON), each read by the same rules and state. Lines of
 * blanks are passed over; lines of faults are those of the report.
 */
extern bool rg_json_read_lines(const RgInput *input, const RgJsonRule *rules,
							   int nrules, void *state, RgReport *report);

/* The member of that name (the last, as JSON.parse has it), or NULL; the
 * path form takes "a.b.c", and "a[].b" for that of a's first element. Both
 * take NULL for the node. */
extern const RgNode *rg_node_get(const RgNode *node, const char *key);
extern const RgNode *rg_node_path(const RgNode *node, const char *path);

/* A string's text in UTF-8, palloc'd, its first 8 kB; else NULL. */
extern char *rg_node_text(const RgNode *node);
extern bool rg_node_is(const RgNode *node, const char *str);
extern bool rg_node_has_type(const RgNode *node, RgNodeType type);

/* Is the member of that name true? */
extern bool rg_node_is_true(const RgNode *node, const char *key);
extern bool rg_node_count(const RgNode *node, int64 *value);

/* A number as a measure of that unit. */
extern bool rg_node_measure(const RgNode *node, RgUnit unit, RgMeasure *out);

/* ---- families.c, of tests in JSON ---------------------------------------- */

/* rg_tests_declared() of a member, NULL where there is none. */
extern int64 rg_tests_declared_member(RgReport *report, const RgNode *node,
									  bool failures);

/* Is the member a list, or none, or null? If not, the report is invalid. */
extern bool rg_tests_list(RgReport *report, const RgNode *node);

/* A handler for the members that must be such lists, when they begin. */
extern void rg_tests_on_list(void *state, RgReport *report,
							 const RgNode *node);

/* ---- load.c: what load testers have in common -------------------------- */

typedef enum RgLatency
{
	RG_LATENCY_P99,
	RG_LATENCY_P99_WORST,
	RG_LATENCY_P95,
	RG_LATENCY_MEDIAN
} RgLatency;
#define RG_LATENCY_COUNT (RG_LATENCY_MEDIAN + 1)

#define RG_LOAD_FIGURES "requests.total requests.failed requests.error_rate"

typedef struct RgLoad
{
	int64		total;			/* attempted */
	int64		failed;
	bool		has[RG_LATENCY_COUNT];
	RgMeasure	latency[RG_LATENCY_COUNT];
	const char *no_p99;			/* where it would come from, in words */
} RgLoad;

extern void rg_load_latency(RgLoad *load, RgLatency which, const RgNode *node,
							RgUnit unit);
extern void rg_load_finish(const RgLoad *load, RgReport *report);

/* ---- text.c: lines of text ---------------------------------------------- */

/* The next line without its end (\n or \r\n), and the rest; false at the end. */
extern bool rg_next_line(RgInput *rest, RgInput *line);

/* How many blanks and tabs a line begins with. */
extern size_t rg_blank_length(const RgInput *line);

/* Does it begin with that word, in this case? */
extern bool rg_input_starts(const RgInput *input, const char *word);

/* ---- formats.c: the table ----------------------------------------------- */

typedef enum RgSyntax
{
	RG_SYNTAX_XML,
	RG_SYNTAX_JSON,
	RG_SYNTAX_TEXT
} RgSyntax;

typedef struct RgFormat
{
	const char *name;
	const char *title;
	RgSyntax	syntax;

	/*
	 * What shows the format, alternatives apart by blanks. XML: root or
	 * root@attribute. JSON: {key+key, of an array's first element [key+key,
	 * with { or [ behind a key that must be one; a.b is a member of a member,
	 * a[].b one of an element, and * any key. Text: how the first line begins,
	 * or with a ~ before it how one of the first hundred does; a "_" for a
	 * blank. A document that bears marks of two formats is of the
	 * one whose marks are complete first, so no mark should be part of another.
	 */
	const char *marks;
	const char *figures;		/* that it can have, apart by blanks */

	/* Figures that, above zero, explain a tool's nonzero exit code. */
	const char *explains;
	void		(*read) (const RgInput *input, RgReport *report);

	/* Further ones that, above zero, fail a gate without a threshold. */
	const char *fails;
} RgFormat;

extern const RgFormat rg_formats[];
extern const int rg_nformats;

/* NULL for a name that is none; "auto" is none. */
extern const RgFormat *rg_format_find(const char *name);

/* json or xml: any document, for gates with a path of their own. */
extern bool rg_format_is_generic(const RgFormat *format);

/* Is the word one of the list, apart by blanks? */
extern bool rg_list_has(const char *list, const char *word);

/* Can reports of the format have that figure? */
extern bool rg_format_has_figure(const RgFormat *format, const char *figure);

/* ---- read.c: from bytes to the answer ----------------------------------- */

/*
 * Fills *report; format NULL recognises by content. The exit code (NULL: not
 * known) can make the answer worse, never better.
 */
extern void rg_report_read(const RgFormat *format, const char *data,
						   size_t length, const int *exit_code,
						   RgReport *report);

/* Leaves a BOM and leading blanks out; returns how many lines these are. */
extern int	rg_input_trim(RgInput *input);

/* Is one of the figures above zero that explain a tool's failure, or, for a
 * gate without a threshold, one that fails it? */
extern bool rg_report_shows_failure(const RgReport *report);

/* ---- the readers, a file each -------------------------------------------- */

extern void rg_read_junit(const RgInput *input, RgReport *report);
extern void rg_read_ctrf(const RgInput *input, RgReport *report);
extern void rg_read_playwright(const RgInput *input, RgReport *report);
extern void rg_read_tap(const RgInput *input, RgReport *report);
extern void rg_read_jest(const RgInput *input, RgReport *report);
extern void rg_read_go_test(const RgInput *input, RgReport *report);
extern void rg_read_mocha(const RgInput *input, RgReport *report);
extern void rg_read_mochawesome(const RgInput *input, RgReport *report);
extern void rg_read_cucumber(const RgInput *input, RgReport *report);
extern void rg_read_xunit(const RgInput *input, RgReport *report);
extern void rg_read_nunit(const RgInput *input, RgReport *report);
extern void rg_read_trx(const RgInput *input, RgReport *report);
extern void rg_read_cobertura(const RgInput *input, RgReport *report);
extern void rg_read_lcov(const RgInput *input, RgReport *report);
extern void rg_read_istanbul_summary(const RgInput *input, RgReport *report);
extern void rg_read_istanbul_final(const RgInput *input, RgReport *report);
extern void rg_read_jacoco(const RgInput *input, RgReport *report);
extern void rg_read_jacoco_csv(const RgInput *input, RgReport *report);
extern void rg_read_clover(const RgInput *input, RgReport *report);
extern void rg_read_coverage_py(const RgInput *input, RgReport *report);
extern void rg_read_gcovr_summary(const RgInput *input, RgReport *report);
extern void rg_read_gcovr(const RgInput *input, RgReport *report);
extern void rg_read_go_cover(const RgInput *input, RgReport *report);
extern void rg_read_sarif(const RgInput *input, RgReport *report);
extern void rg_read_eslint(const RgInput *input, RgReport *report);
extern void rg_read_npm_audit(const RgInput *input, RgReport *report);
extern void rg_read_yarn_audit(const RgInput *input, RgReport *report);
extern void rg_read_trivy(const RgInput *input, RgReport *report);
extern void rg_read_grype(const RgInput *input, RgReport *report);
extern void rg_read_osv(const RgInput *input, RgReport *report);
extern void rg_read_snyk(const RgInput *input, RgReport *report);
extern void rg_read_github_code_scanning(const RgInput *input,
										 RgReport *report);
extern void rg_read_github_dependabot(const RgInput *input, RgReport *report);
extern void rg_read_github_secret_scanning(const RgInput *input,
										   RgReport *report);
extern void rg_read_gitlab(const RgInput *input, RgReport *report);
extern void rg_read_cyclonedx(const RgInput *input, RgReport *report);
extern void rg_read_openvex(const RgInput *input, RgReport *report);
extern void rg_read_dependency_check(const RgInput *input, RgReport *report);
extern void rg_read_semgrep(const RgInput *input, RgReport *report);
extern void rg_read_gosec(const RgInput *input, RgReport *report);
extern void rg_read_bandit(const RgInput *input, RgReport *report);
extern void rg_read_checkstyle(const RgInput *input, RgReport *report);
extern void rg_read_depcruise(const RgInput *input, RgReport *report);
extern void rg_read_autocannon(const RgInput *input, RgReport *report);
extern void rg_read_k6(const RgInput *input, RgReport *report);
extern void rg_read_vegeta(const RgInput *input, RgReport *report);
extern void rg_read_oha(const RgInput *input, RgReport *report);
extern void rg_read_lighthouse(const RgInput *input, RgReport *report);
extern void rg_read_lighthouse_ci(const RgInput *input, RgReport *report);
extern void rg_read_size_limit(const RgInput *input, RgReport *report);
extern void rg_read_esbuild(const RgInput *input, RgReport *report);
extern void rg_read_webpack(const RgInput *input, RgReport *report);
extern void rg_read_json(const RgInput *input, RgReport *report);
extern void rg_read_xml(const RgInput *input, RgReport *report);

#endif							/* RG_INGEST_H */
