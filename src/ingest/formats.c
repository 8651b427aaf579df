/*
 * formats.c: the table of formats. A new one is a reader in a file of its own
 * and a row here; docs/reference.md and the view report_format follow.
 */
#include "ingest/ingest.h"

const RgFormat rg_formats[] = {
	{"junit", "JUnit XML", RG_SYNTAX_XML,
		"testsuites testsuite",
		RG_TESTS_FIGURES, "tests.failed", rg_read_junit},
	{"ctrf", "Common Test Report Format, JSON", RG_SYNTAX_JSON,
		"{reportFormat+results{ {results{",
		RG_TESTS_FIGURES, "tests.failed", rg_read_ctrf},
	{"playwright", "Playwright's JSON reporter", RG_SYNTAX_JSON,
		"{config{+suites[",
		RG_TESTS_FIGURES, "tests.failed", rg_read_playwright},
	{"tap", "TAP 12, 13 and 14, prove --verbose", RG_SYNTAX_TEXT,
		"TAP_version_ 1.. ~TAP_version_ ~1.. ~ok_1 ~not_ok_1",
		RG_TESTS_FIGURES, "tests.failed", rg_read_tap},
	{"jest-json", "Jest's and vitest's JSON", RG_SYNTAX_JSON,
		"{numTotalTests+testResults[",
		RG_TESTS_FIGURES, "tests.failed", rg_read_jest},
	{"go-test", "go test -json", RG_SYNTAX_JSON,
		"{Action+Package {Action+ImportPath",
		RG_TESTS_FIGURES, "tests.failed", rg_read_go_test},
	{"mocha-json", "Mocha's json reporter", RG_SYNTAX_JSON,
		"{stats{+tests[+passes[ {stats{+tests[+failures[",
		RG_TESTS_FIGURES, "tests.failed", rg_read_mocha},
	{"mochawesome", "Mochawesome's JSON", RG_SYNTAX_JSON,
		"{stats{+results[",
		RG_TESTS_FIGURES, "tests.failed", rg_read_mochawesome},
	{"cucumber-json", "Cucumber's JSON", RG_SYNTAX_JSON,
		"[elements[",
		RG_TESTS_FIGURES, "tests.failed", rg_read_cucumber},
	{"xunit", "xUnit.net XML, versions 1 to 3", RG_SYNTAX_XML,
		"assemblies assembly",
		RG_TESTS_FIGURES, "tests.failed", rg_read_xunit},
	{"nunit", "NUnit XML, versions 2 and 3", RG_SYNTAX_XML,
		"test-run test-results test-suite",
		RG_TESTS_FIGURES, "tests.failed", rg_read_nunit},
	{"trx", "TRX of Visual Studio and dotnet test", RG_SYNTAX_XML,
		"TestRun",
		RG_TESTS_FIGURES, "tests.failed", rg_read_trx},
	{"cobertura", "Cobertura coverage XML", RG_SYNTAX_XML,
		"coverage@line-rate coverage@lines-valid",
		RG_COVERAGE_FIGURES, "", rg_read_cobertura},
	{"lcov", "LCOV tracefile", RG_SYNTAX_TEXT,
		"TN: SF:",
		RG_COVERAGE_FIGURES, "", rg_read_lcov},
	{"clover", "Clover coverage XML", RG_SYNTAX_XML,
		"coverage@clover coverage@generated",
		RG_COVERAGE_FIGURES, "", rg_read_clover},
	{"jacoco", "JaCoCo's XML report", RG_SYNTAX_XML,
		"report@name",
		RG_COVERAGE_FIGURES, "", rg_read_jacoco},
	{"jacoco-csv", "JaCoCo's CSV report", RG_SYNTAX_TEXT,
		"GROUP,PACKAGE,CLASS,",
		RG_COVERAGE_FIGURES, "", rg_read_jacoco_csv},
	{"istanbul-summary", "Istanbul's coverage-summary.json", RG_SYNTAX_JSON,
		"{total.lines{+total.statements{",
		RG_COVERAGE_FIGURES " " RG_STATEMENTS_FIGURES, "",
		rg_read_istanbul_summary},
	{"istanbul-final", "Istanbul's coverage-final.json", RG_SYNTAX_JSON,
		"{*.statementMap{+*.s{",
		RG_COVERAGE_FIGURES " " RG_STATEMENTS_FIGURES, "",
		rg_read_istanbul_final},
	{"coverage-py", "coverage.py's JSON report", RG_SYNTAX_JSON,
		"{meta.branch_coverage+files{",
		RG_COVERAGE_FIGURES, "", rg_read_coverage_py},
	{"gcovr-summary", "gcovr --json-summary", RG_SYNTAX_JSON,
		"{gcovr/summary_format_version",
		RG_COVERAGE_FIGURES, "", rg_read_gcovr_summary},
	{"gcovr", "gcovr --json", RG_SYNTAX_JSON,
		"{gcovr/format_version",
		RG_COVERAGE_FIGURES, "", rg_read_gcovr},
	{"go-cover", "go test -coverprofile", RG_SYNTAX_TEXT,
		"mode:_set mode:_count mode:_atomic",
		RG_STATEMENTS_FIGURES, "", rg_read_go_cover},
	{"sarif", "SARIF 2.1.0", RG_SYNTAX_JSON,
		"{runs[+version {runs[+$schema",
		RG_FINDINGS_FIGURES " " RG_LINT_FIGURES,
		RG_FINDINGS_EXPLAIN,
		rg_read_sarif},
	{"eslint", "ESLint's json formatter", RG_SYNTAX_JSON,
		"[filePath+messages[ {metadata.cwd+metadata.rulesMeta",
		RG_LINT_FIGURES, "lint.errors lint.warnings", rg_read_eslint},
	{"checkstyle", "Checkstyle XML", RG_SYNTAX_XML,
		"checkstyle",
		RG_LINT_FIGURES, "lint.errors lint.warnings", rg_read_checkstyle},
	{"depcruise", "dependency-cruiser -T json", RG_SYNTAX_JSON,
		"{modules[+summary{",
		RG_LINT_FIGURES " architecture.violations",
		"architecture.violations", rg_read_depcruise},
	{"npm-audit", "npm audit --json, versions 1 and 2, and pnpm audit --json", RG_SYNTAX_JSON,
		"{auditReportVersion {advisories{+metadata{ {error.summary",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_npm_audit},
	{"yarn-audit", "yarn audit --json and yarn npm audit --json", RG_SYNTAX_JSON,
		"{type+data {value+children.Severity",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_yarn_audit},
	{"trivy", "Trivy's json format", RG_SYNTAX_JSON,
		"{SchemaVersion+ArtifactName {SchemaVersion+Results "
		"{ClusterName+Resources[ {ClusterName+Misconfigurations[ "
		"{ClusterName+Vulnerabilities[ [Target+Vulnerabilities [Target+Type",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_trivy},
	{"grype", "Grype's json format", RG_SYNTAX_JSON,
		"{matches[+descriptor{ {matches[+source "
		"{matches[].vulnerability+matches[].artifact",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_grype},
	{"osv", "osv-scanner's json format", RG_SYNTAX_JSON,
		"{results[+experimental_config{ "
		"{results[].packages[+results[].source{",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_osv},
	{"snyk", "Snyk's json: test, container test, iac test", RG_SYNTAX_JSON,
		"{vulnerabilities[+ok+dependencyCount {infrastructureAsCodeIssues[ "
		"[vulnerabilities[+ok+dependencyCount [infrastructureAsCodeIssues[ "
		"{ok+error+path [ok+error+path",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_snyk},
	{"github-code-scanning", "GitHub's code scanning alerts", RG_SYNTAX_JSON,
		"[rule{+most_recent_instance{ {message+documentation_url",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_github_code_scanning},
	{"github-dependabot", "GitHub's Dependabot alerts", RG_SYNTAX_JSON,
		"[security_advisory{+security_vulnerability{",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_github_dependabot},
	{"github-secret-scanning", "GitHub's secret scanning alerts", RG_SYNTAX_JSON,
		"[secret_type+state",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_github_secret_scanning},
	{"gitlab", "GitLab's security reports", RG_SYNTAX_JSON,
		"{version+vulnerabilities[+scan{ {version+vulnerabilities[+remediations[ "
		"{version+vulnerabilities[].identifiers[+vulnerabilities[].location{",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_gitlab},
	{"cyclonedx", "CycloneDX with vulnerabilities, JSON", RG_SYNTAX_JSON,
		"{bomFormat",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_cyclonedx},
	{"openvex", "OpenVEX, which is no scan and is refused", RG_SYNTAX_JSON,
		"{@context+statements[",
		"", "", rg_read_openvex},
	{"dependency-check", "OWASP dependency-check, JSON", RG_SYNTAX_JSON,
		"{reportSchema+scanInfo{ {reportSchema+dependencies[",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_dependency_check},
	{"dependency-check-xml", "OWASP dependency-check, XML", RG_SYNTAX_XML,
		"analysis@dependency-check",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_dependency_check},
	{"semgrep", "Semgrep's json format", RG_SYNTAX_JSON,
		"{results[+errors[+paths{ {results[].check_id+results[].extra{ "
		"{results[+errors[+version",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_semgrep},
	{"gosec", "gosec's json format", RG_SYNTAX_JSON,
		"{Issues[+Stats{",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_gosec},
	{"bandit", "Bandit's json format", RG_SYNTAX_JSON,
		"{generated_at+metrics{+errors[",
		RG_FINDINGS_FIGURES, RG_FINDINGS_EXPLAIN, rg_read_bandit},
	{"autocannon", "autocannon --json", RG_SYNTAX_JSON,
		"{latency{+requests{+non2xx",
		RG_LOAD_FIGURES " latency.p99 latency.median",
		"requests.failed", rg_read_autocannon},
	{"k6", "k6's handleSummary() and --summary-export", RG_SYNTAX_JSON,
		"{metrics{+root_group{ {metrics.http_req_duration{ "
		"{metrics.iterations{ {metadata.k6Version",
		RG_LOAD_FIGURES " latency.p99 latency.p99_worst latency.p95 "
		"latency.median checks.failed thresholds.failed",
		"thresholds.failed", rg_read_k6, "requests.failed checks.failed"},
	{"vegeta", "vegeta report -type=json", RG_SYNTAX_JSON,
		"{latencies{+status_codes{",
		RG_LOAD_FIGURES " latency.p99 latency.p95 latency.median",
		"requests.failed", rg_read_vegeta},
	{"oha", "oha --output-format json", RG_SYNTAX_JSON,
		"{latencyPercentiles{+statusCodeDistribution{",
		RG_LOAD_FIGURES " latency.p99 latency.p95 latency.median",
		"requests.failed", rg_read_oha},
	{"lighthouse", "Lighthouse's JSON report", RG_SYNTAX_JSON,
		"{lighthouseVersion",
		"lighthouse.performance lighthouse.accessibility "
		"lighthouse.best_practices lighthouse.seo size.transfer",
		"", rg_read_lighthouse},
	{"lighthouse-ci", "Lighthouse CI's manifest.json", RG_SYNTAX_JSON,
		"[isRepresentativeRun+summary{",
		"lighthouse.performance lighthouse.accessibility "
		"lighthouse.best_practices lighthouse.seo",
		"", rg_read_lighthouse_ci},
	{"size-limit", "size-limit --json", RG_SYNTAX_JSON,
		"[name+size [size+passed",
		"size.largest size.total size.compressed_largest "
		"size.compressed_total size.failed", "size.failed",
		rg_read_size_limit},
	{"esbuild", "esbuild's metafile", RG_SYNTAX_JSON,
		"{inputs{+outputs{",
		"size.largest size.total size.raw_largest size.raw_total "
		"size.raw_js size.raw_css size.raw_initial", "",
		rg_read_esbuild},
	{"webpack", "webpack --json", RG_SYNTAX_JSON,
		"{assets[+entrypoints{ {assets[+assetsByChunkName{ "
		"{children[+errorsCount",
		"size.largest size.total size.raw_largest size.raw_total "
		"size.raw_js size.raw_css size.raw_initial", "",
		rg_read_webpack},
	{"json", "any JSON, for gates with a path", RG_SYNTAX_JSON,
		"", "", "", rg_read_json},
	{"xml", "any XML, for gates with a path", RG_SYNTAX_XML,
		"", "", "", rg_read_xml},
};

const int	rg_nformats = lengthof(rg_formats);

/* npm-audit and npm_audit are one name. */
static bool
same_name(const char *a, const char *b)
{
	for (; *a != '\0' && *b != '\0'; a++, b++)
	{
		if (*a != *b && !(*a == '-' && *b == '_'))
			return false;
	}
	return *a == *b;
}

const RgFormat *
rg_format_find(const char *name)
{
	for (int i = 0; i < rg_nformats; i++)
	{
		if (same_name(rg_formats[i].name, name))
			return &rg_formats[i];
	}
	return NULL;
}

bool
rg_list_has(const char *list, const char *word)
{
	size_t		length = strlen(word);

	for (const char *p = list; *p != '\0'; p += strspn(p, " "))
	{
		size_t		size = strcspn(p, " ");

		if (size == length && memcmp(p, word, size) == 0)
			return true;
		p += size;
	}
	return false;
}

bool
rg_format_has_figure(const RgFormat *format, const char *figure)
{
	return rg_list_has(format->figures, figure);
}
