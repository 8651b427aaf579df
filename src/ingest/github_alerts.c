/*
 * github_alerts.c: the lists of alerts that GitHub's API gives: code scanning,
 * Dependabot, secret scanning. An alert counts while it is open; a dismissed
 * one is set aside by its reason, a fixed one is none any more.
 */
#include "ingest/scanner.h"

/* Without parameters a page has 30 entries, with the largest 100. */
#define PAGE			30
#define LARGEST_PAGE	100

typedef struct Alerts
{
	RgScanning	scanning;
	bool		paged;			/* pages that were collected with --slurp */
} Alerts;

/* A word of the API that is not here leaves the alert open. */
static const RgWord states[] = {
	{"fixed", RG_NO_FINDING},
	{"auto_dismissed", RG_ASIDE_ACCEPTED},
	{"dismissed", RG_ASIDE_ACCEPTED},
	{"resolved", RG_ASIDE_ACCEPTED},
	{NULL}
};

/* Why it was dismissed or resolved; whatever else was the reason, somebody
 * took the risk. */
static const RgWord reasons[] = {
	{"false positive", RG_ASIDE_NOT_AFFECTED},	/* code scanning */
	{"inaccurate", RG_ASIDE_NOT_AFFECTED},	/* Dependabot */
	{"not_used", RG_ASIDE_NOT_AFFECTED},
	{"false_positive", RG_ASIDE_NOT_AFFECTED},	/* secrets */
	{"revoked", RG_NO_FINDING},
	{"pattern_edited", RG_ASIDE_SUPPRESSED},
	{"pattern_deleted", RG_ASIDE_SUPPRESSED},
	{"hidden_by_config", RG_ASIDE_SUPPRESSED},
	{NULL}
};

static int
judge(const RgNode *alert)
{
	int			state = rg_word_value(states, rg_node_get(alert, "state"),
									  RG_ASIDE_NONE);
	const RgNode *reason = rg_node_get(alert, "dismissed_reason");

	if (!rg_node_has_type(reason, RG_NODE_STRING))
		reason = rg_node_get(alert, "resolution");
	return state == RG_ASIDE_ACCEPTED ?
		rg_word_value(reasons, reason, state) : state;
}

/* An alert, or a page of them. */
static void
on_alert(void *state, RgReport *report, const RgNode *node)
{
	if (!rg_node_has_type(node, RG_NODE_ARRAY))
	{
		rg_scanner_finding(state, report, node);
		return;
	}
	((Alerts *) state)->paged = true;
	for (const RgNode *alert = node->child; alert; alert = alert->next)
		rg_scanner_finding(state, report, alert);
}

static void
on_document(void *state, RgReport *report, const RgNode *node)
{
	((Alerts *) state)->scanning.has_list = node->type == RG_NODE_ARRAY;
}

/* What the API says instead of a list. */
static void
on_message(void *state, RgReport *report, const RgNode *node)
{
	char	   *str = rg_node_text(node);

	rg_report_fail(report, RG_REPORT_INVALID,
				   "it is an error message of GitHub: %s", str == NULL ? "?" :
				   rg_report_text(report, str, strlen(str)));
}

static const RgJsonRule alert_rules[] = {
	{"", RG_JSON_OPEN, on_document},
	{"message", RG_JSON_OPEN, on_message},
	{"[]", RG_JSON_TREE, on_alert},
};

static void
read_alerts(const RgScanner *scanner, const RgInput *input, RgReport *report)
{
	Alerts		alerts = {0};
	int64		listed;

	if (!rg_scanner_read(scanner, &alerts.scanning, input, report))
		return;
	listed = alerts.scanning.listed;
	if (!alerts.paged && (listed == PAGE || listed == LARGEST_PAGE))
		rg_report_fail(report, RG_REPORT_INCOMPLETE,
					   "it holds " INT64_FORMAT " alerts, which is a full page: there may be more",
					   listed);
}

void
rg_read_github_code_scanning(const RgInput *input, RgReport *report)
{
	static const RgScanner scanner = {
		.tool = "GitHub code scanning",
		.list = "alerts",
		.shape = {
			.severity = "rule.security_severity_level",
			.name = "rule.id rule.name",
			.location = "most_recent_instance.location.path",
			.line = "most_recent_instance.location.start_line",
			.message = "most_recent_instance.message.text rule.description",
			.justification = "dismissed_comment dismissed_reason",
		},
		.judge = judge,
		.rules = alert_rules,
		.nrules = lengthof(alert_rules),
	};

	read_alerts(&scanner, input, report);
}

void
rg_read_github_dependabot(const RgInput *input, RgReport *report)
{
	static const RgScanner scanner = {
		.tool = "GitHub Dependabot",
		.list = "alerts",
		.shape = {
			.severity = "security_vulnerability.severity security_advisory.severity",
			.name = "security_advisory.ghsa_id security_advisory.cve_id",
			.location = "dependency.manifest_path dependency.package.name",
			.message = "security_advisory.summary",
			.justification = "dismissed_comment dismissed_reason state",
		},
		.judge = judge,
		.rules = alert_rules,
		.nrules = lengthof(alert_rules),
	};

	read_alerts(&scanner, input, report);
}

/* The API gives no severity, and the secret itself, which is not looked at. */
void
rg_read_github_secret_scanning(const RgInput *input, RgReport *report)
{
	static const RgScanner scanner = {
		.tool = "GitHub secret scanning",
		.list = "alerts",
		.shape = {
			.severity = "",
			.name = "secret_type_display_name secret_type",
			.location = "first_location_detected.path html_url",
			.line = "first_location_detected.start_line",
			.justification = "resolution_comment resolution",
		},
		.judge = judge,
		.rules = alert_rules,
		.nrules = lengthof(alert_rules),
	};

	read_alerts(&scanner, input, report);
}
