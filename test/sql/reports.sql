-- CI tools write reports; releasegov reads figures in them, and refuses those
-- that look green and are not.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TIME ZONE 'UTC';

-- Which formats are there, and which figures can a policy name?
SELECT name, title, syntax FROM releasegov.report_format ORDER BY name;
SELECT name, figure FROM releasegov.report_format, unnest(figures) AS figure
WHERE name IN ('junit', 'lcov', 'autocannon') ORDER BY name, figure;

-- What the tests below look at; libxml2's own words differ between versions.
CREATE FUNCTION pg_temp.said(format text, report bytea)
RETURNS TABLE (status text, message text)
RETURN (SELECT ROW(r.status, regexp_replace(r.message, ', column \d+: not well-formed XML: .*', ': not well-formed XML'))
  FROM releasegov.read_report(format, report) AS r);

-- A run of unit tests: one fails, one is skipped, one needed a second try. The
-- summary counts otherwise, and the time is written as some countries do.
\x on
SELECT * FROM releasegov.read_report('auto', $$<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="4" failures="0" time="1,024.12">
  <testsuite name="basket">
    <testsuite name="prices">
      <testcase name="adds up" classname="basket.prices" time="0,03"/>
      <testcase name="gives 5 % off" classname="basket.prices" file="test/basket.js" line="12">
        <failure message="expected 9.50, got 9.51">at test/basket.js:14</failure>
      </testcase>
      <testcase name="rounds"><skipped/></testcase>
    </testsuite>
    <testcase name="sells out"><flakyFailure message="timeout"/></testcase>
  </testsuite>
  <testsuite name="shop"><testcase name="opens" status="disabled"/></testsuite>
</testsuites>$$);

-- CTRF and Playwright tell flaky tests apart.
SELECT * FROM releasegov.read_report('auto', $${"reportFormat": "CTRF", "results": {
  "tool": {"name": "jest", "version": "29.7.0"},
  "summary": {"tests": 3, "passed": 3, "failed": 0},
  "tests": [
    {"name": "a\u0000b", "status": "failed", "filePath": "a.test.js", "line": 3, "message": "\ud800 lone, \ud83d\ude00 paired"},
    {"name": "c", "status": "passed", "flaky": true},
    {"name": "d", "status": "crashed"},
    {"name": "e", "status": "pending"}]}}$$);
SELECT * FROM releasegov.read_report('auto', $${"config": {"version": "1.65.1"}, "suites": [
  {"title": "shop.spec.ts", "specs": [{"title": "opens", "file": "shop.spec.ts", "line": 3, "tests": [{"status": "expected"}]}],
   "suites": [{"title": "basket", "specs": [
      {"title": "pays", "file": "shop.spec.ts", "line": 9, "tests": [
        {"status": "unexpected", "results": [{"error": {"message": "first"}}, {"error": {"message": "no button"}}]},
        {"status": "flaky", "results": []}]}]}]}],
  "errors": [], "stats": {"expected": 1, "unexpected": 1, "flaky": 1, "skipped": 0}}$$);

-- Coverage is computed from lines that were hit, and never rounded up.
SELECT * FROM releasegov.read_report('auto', $$<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage line-rate="0.67" lines-valid="3" lines-covered="2" branches-valid="7" branches-covered="5" version="6.5.0">
  <packages><package name="shop"><classes><class name="basket" filename="basket.py">
    <methods><method name="add"><lines><line number="1" hits="9"/></lines></method></methods>
    <lines>
      <line number="1" hits="9"/>
      <line number="2" hits="1" branch="true" condition-coverage="50% (1/2)"/>
      <line number="3" hits="0"/>
    </lines></class></classes></package></packages>
</coverage>$$);
SELECT * FROM releasegov.read_report('auto', $$TN:
SF:src/basket.js
FNDA:3,add
FNDA:0,remove
DA:1,3
DA:2,0
DA:2,12345678901234567890
DA:3,0
BRDA:1,0,0,1
BRDA:1,0,1,-
LF:3
LH:2
end_of_record
$$);

-- A scanner's findings: the severity stands on the rule or on the result, as a
-- score or as a word; what nobody rated is not harmless.
SELECT * FROM releasegov.read_report('auto', $${"version": "2.1.0", "runs": [{
  "results": [
    {"ruleId": "sql", "level": "error", "message": {"text": "concatenated"}, "locations": [{"physicalLocation":
      {"artifactLocation": {"uri": "src/db.js"}, "region": {"startLine": 7}}}]},
    {"ruleIndex": 1, "message": {"text": "eval"}},
    {"ruleId": "md5/1", "properties": {"security-severity": "5.5"}},
    {"ruleId": "new", "message": {"text": "who knows"}},
    {"ruleId": "sql", "suppressions": [{"kind": "external", "status": "accepted"}]},
    {"ruleId": "sql", "suppressions": [{"kind": "external", "status": "rejected"}]},
    {"ruleId": "sql", "kind": "pass"}],
  "tool": {"driver": {"name": "scanner", "version": "3.1", "rules": [
    {"id": "sql", "properties": {"security-severity": "9.0"}},
    {"id": "eval", "defaultConfiguration": {"level": "note"}, "properties": {"security-severity": "HIGH"}},
    {"id": "md5"}]}},
  "invocations": [{"executionSuccessful": true}]}]}$$);
SELECT * FROM releasegov.read_report('auto', $${"SchemaVersion": 2, "Trivy": {"Version": "0.58.0"}, "ArtifactName": "shop:1.4",
  "Results": [{"Target": "package-lock.json",
    "Vulnerabilities": [{"VulnerabilityID": "CVE-1", "Severity": "CRITICAL", "Status": "fixed", "Title": "bad"},
      {"VulnerabilityID": "CVE-2", "Severity": "HIGH", "Status": "not_affected"},
      {"VulnerabilityID": "CVE-3", "Severity": "UNKNOWN"}],
    "Misconfigurations": [{"ID": "DS002", "Status": "FAIL", "Severity": "MEDIUM"}, {"ID": "DS026", "Status": "PASS", "Severity": "LOW"}]},
   {"Target": "deploy.sh", "Secrets": [{"RuleID": "aws-key", "Severity": "CRITICAL", "StartLine": 3, "Title": "AWS key"}]}]}$$);
SELECT recognised, status, message, figures, findings FROM releasegov.read_report('auto', $${"auditReportVersion": 2, "vulnerabilities": {
  "ws": {"name": "ws", "severity": "high", "via": [{"title": "DoS"}], "range": "<8.17.1"},
  "tar": {"name": "tar", "severity": "moderate", "via": ["minizlib"], "range": "*"}},
  "metadata": {"vulnerabilities": {"info": 0, "low": 0, "moderate": 1, "high": 1, "critical": 0}, "dependencies": {"total": 97}}}$$);

-- Lint, latency, page and size.
SELECT * FROM releasegov.read_report('auto', $$[{"filePath": "/src/a.js", "messages": [
  {"ruleId": "no-var", "severity": 1, "message": "use let", "line": 1},
  {"ruleId": null, "fatal": true, "severity": 2, "message": "Parsing error", "line": 3}],
  "suppressedMessages": [{"ruleId": "x"}], "errorCount": 1, "warningCount": 1}]$$);
SELECT * FROM releasegov.read_report('auto', $${"errors": 1, "timeouts": 1, "non2xx": 2, "latency": {"p99": 182.5},
  "requests": {"total": 999}}$$);
SELECT * FROM releasegov.read_report('auto', $${"lighthouseVersion": "12.8.2", "runWarnings": ["slow disk"], "categories": {
  "performance": {"score": 0.895}, "accessibility": {"score": 1}, "best-practices": {"score": 0}, "pwa": {"score": 0.3}}}$$);
SELECT * FROM releasegov.read_report('auto', $$[{"name": "shop", "passed": false, "size": 520000, "sizeLimit": 500000},
  {"name": "stock", "size": 1024}]$$);
\x off

-- The tool's exit code can spoil a report, and never mend one.
SELECT exit_code, r.status, r.message
FROM unnest(ARRAY[NULL, 0, 1, 139]) WITH ORDINALITY AS e(exit_code, n),
  releasegov.read_report('junit', '<testsuite><testcase name="a"/></testsuite>', exit_code) AS r ORDER BY n;
SELECT exit_code, r.status, r.figures->>'tests.failed' AS failed
FROM unnest(ARRAY[0, 1]) AS exit_code,
  releasegov.read_report('junit', '<testsuite><testcase name="a"><error/></testcase></testsuite>', exit_code) AS r ORDER BY 1;
SELECT r.status, r.message FROM releasegov.read_report('junit', '<testsuites tests="0"/>', 0) AS r;

-- Reports that look green and are not: not one of them is ok.
SELECT what, r.status, r.message FROM (VALUES
  (1, 'every test file crashed', 'junit', '<testsuites tests="0" failures="0" errors="0"/>'),
  (2, 'every test skipped', 'junit', '<testsuite><testcase name="a"><skipped/></testcase></testsuite>'),
  (3, 'failures that no test shows', 'junit', '<testsuite tests="2" failures="1"><testcase name="a"/></testsuite>'),
  (4, 'crashed before the first test', 'ctrf', '{"results": {"summary": {"tests": 0, "failed": 0}, "tests": []}}'),
  (5, 'no list of tests', 'ctrf', '{"results": {"summary": {"tests": 5, "passed": 5, "failed": 0}}}'),
  (6, 'a spec file that does not compile', 'playwright', '{"suites": [{"specs": [{"tests": [{"status": "expected"}]}]}], "errors": [{"message": "SyntaxError"}]}'),
  (7, 'syntax error in the linted file', 'sarif', '{"version": "2.1.0", "runs": [{"results": [], "invocations": [{"executionSuccessful": false}]}]}'),
  (8, 'a crash noted, success not', 'sarif', '{"version": "2.1.0", "runs": [{"results": [], "invocations": [{"toolExecutionNotifications": [{"level": "error"}]}]}]}'),
  (9, 'no run', 'sarif', '{"version": "2.1.0", "runs": []}'),
  (10, 'a run that did not look', 'sarif', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}}]}'),
  (11, 'results elsewhere', 'sarif', '{"version": "2.1.0", "runs": [{"results": [], "externalPropertyFileReferences": {"results": [{}]}}]}'),
  (12, 'results that are no list', 'sarif', '{"version": "2.1.0", "runs": [{"results": 42}]}'),
  (13, 'SARIF of another version', 'sarif', '{"version": "1.0.0", "runs": []}'),
  (14, 'npm without a registry', 'npm-audit', '{"error": {"code": "ENOAUDIT", "summary": "no audit endpoint"}}'),
  (15, 'no lock file', 'npm-audit', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 0}}}'),
  (16, 'metadata that knows more', 'npm-audit', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"critical": 2}, "dependencies": {"total": 9}}}'),
  (17, 'a message of npm', 'npm-audit', '{"message": "405 Method Not Allowed", "statusCode": 405}'),
  (18, 'an old Trivy without findings', 'trivy', 'null'),
  (19, 'nothing to scan', 'trivy', '{"SchemaVersion": 2, "ArtifactName": "x"}'),
  (20, 'an SBOM is no scan', 'auto', '{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": []}'),
  (21, 'the server is down', 'autocannon', '{"errors": 59615, "timeouts": 0, "non2xx": 0, "latency": {"p99": 0}, "requests": {"total": 0}}'),
  (22, 'no error counts', 'autocannon', '{"latency": {"p99": 5}, "requests": {"total": 10}}'),
  (23, 'the page did not load', 'lighthouse', '{"lighthouseVersion": "12", "runtimeError": {"code": "NO_FCP", "message": "no paint"}, "categories": {"performance": {"score": null}}}'),
  (24, 'a score is missing', 'lighthouse', '{"lighthouseVersion": "12", "categories": {"performance": {"score": null}}}'),
  (25, 'a score of 90', 'lighthouse', '{"lighthouseVersion": "12", "categories": {"performance": {"score": 90}}}'),
  (26, 'a score twice', 'lighthouse', '{"lighthouseVersion": "12", "categories": {"seo": {"score": 0.1}, "seo": {"score": 1}}}'),
  (27, 'no file linted', 'eslint', '[]'),
  (28, 'errors without messages', 'eslint', '[{"filePath": "a", "messages": [], "errorCount": 3}]'),
  (29, 'no entry', 'size-limit', '[]'),
  (30, 'an entry without a size', 'size-limit', '[{"name": "a", "passed": true}]'),
  (31, 'no line of code', 'cobertura', '<coverage line-rate="1" lines-valid="0" lines-covered="0"/>'),
  (32, 'a summary without lines', 'cobertura', '<coverage line-rate="1" lines-valid="90" lines-covered="90"/>'),
  (33, 'more covered than there is', 'cobertura', '<coverage lines-valid="1" lines-covered="2"><line number="1" hits="1"/></coverage>'),
  (34, 'more hit than found', 'lcov', E'SF:a\nDA:1,1\nLF:1\nLH:2\nend_of_record'),
  (35, 'a tracefile that breaks off', 'lcov', E'SF:a\nDA:1,1\n')) AS t (n, what, format, report),
  releasegov.read_report(format, report) AS r ORDER BY n;

-- Failed requests are slower than any: with one in ten there is no p99.
SELECT r.status, r.figures, r.warnings FROM releasegov.read_report('autocannon',
  '{"errors": 0, "timeouts": 0, "non2xx": 50, "latency": {"p99": 15}, "requests": {"total": 500}}') AS r;

-- CTest calls a test skipped whose program is not there.
SELECT r.status, r.figures FROM releasegov.read_report('junit', $$<testsuite>
  <testcase name="there" status="run"/>
  <testcase name="left out" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>
  <testcase name="not there" status="notrun"><skipped message="Unable to find executable"/></testcase>
</testsuite>$$) AS r;

-- An escape hides no member.
SELECT r.status, r.figures->>'findings.critical' AS critical FROM releasegov.read_report('trivy',
  '{"SchemaVersion": 2, "Results": [{"Vuln\u0065rabilities": [{"Severity": "crit\u0069cal"}]}]}') AS r;

SELECT r.status, r.figures->>'tests.failed' AS failed, r.figures->>'tests.passed' AS passed FROM releasegov.read_report('ctrf',
  '{"results": {"tests": [{"name": "a", "status": "f\u0061iled"}, {"name": "b", "status": "passed"}]}}') AS r;

-- Of a flood of findings the first ones are shown, and all of them are counted.
SELECT format, r.status, r.figures->>figure AS counted, jsonb_array_length(r.findings) AS shown FROM (VALUES
  ('eslint', 'lint.errors', '[{"filePath": "a", "messages": [', '{"severity": 2, "ruleId": "eqeqeq", "line": 1}', ']}]'),
  ('playwright', 'tests.failed', '{"suites": [{"specs": [', '{"title": "a", "tests": [{"status": "unexpected"}]}', ']}]}'),
  ('sarif', 'lint.errors', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [', '{"ruleId": "r", "level": "error"}', ']}]}'),
  ('trivy', 'findings.high', '{"SchemaVersion": 2, "Results": [{"Vulnerabilities": [', '{"Severity": "HIGH"}', ']}]}')) AS t (format, figure, head, finding, tail),
  releasegov.read_report(format, head || repeat(finding || ', ', 299) || finding || tail) AS r ORDER BY format;

-- What the tools themselves leave out, excuse or only remark.
SELECT what, r.status, r.message, r.figures, r.warnings FROM (VALUES
  (1, 'a skipped test', 'playwright', '{"suites": [{"specs": [{"title": "a", "tests": [{"status": "expected"}, {"status": "skipped"}]}]}], "stats": {"expected": 1}}'),
  (2, 'a finding that was ruled out', 'trivy', '{"SchemaVersion": 2, "Results": [{"Target": "x", "Packages": [{}], "ExperimentalModifiedFindings": [{"Type": "vulnerability", "Status": "ignored"}]}]}'),
  (3, 'a remark of the tool', 'sarif', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [], "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": [{"level": "warning", "message": {"text": "slow"}}]}]}]}'),
  (4, 'rules named twice', 'sarif', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [{"id": "r", "defaultConfiguration": {"level": "warning"}}, {"id": "r", "defaultConfiguration": {"level": "error"}}]}}, "results": [{"ruleId": "r"}]}]}'),
  (5, 'no error at run time', 'lighthouse', '{"lighthouseVersion": "12", "runtimeError": {"code": "NO_ERROR"}, "categories": {"performance": {"score": 0.94}}}'),
  (6, 'summaries that are wrong', 'lcov', E'SF:a\nDA:1,1\nDA:2,0\nLF:3\nLH:1\nend_of_record\n'),
  (7, 'conditions that nobody understands', 'cobertura', '<coverage><line number="1" hits="1" branch="true" condition-coverage="50% (1 of 2)"/></coverage>'),
  (8, 'a summary of branches that is wrong', 'cobertura', '<coverage branches-valid="4" branches-covered="4"><line number="1" hits="1" branch="true" condition-coverage="50% (1/2)"/></coverage>')) AS t (n, what, format, report),
  releasegov.read_report(format, report) AS r ORDER BY n;

-- A hundred rules of a linter; the result names its rule by number only.
SELECT r.status, r.figures->>'lint.errors' AS errors, r.findings->0->>'name' AS name FROM releasegov.read_report('sarif',
  (SELECT '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [' || string_agg(format('{"id": "r%s", "defaultConfiguration": {"level": "%s"}}', i,
    CASE WHEN i = 99 THEN 'error' ELSE 'note' END), ',' ORDER BY i) || ']}}, "results": [{"ruleIndex": 99}, {"ruleIndex": 98}]}]}' FROM generate_series(0, 99) i)) AS r;

-- A record that would fill the memory; characters that XML does not allow,
-- written out or by number; a text that is cut in the middle of a character.
SELECT r.status, r.message FROM releasegov.read_report('ctrf', '{"results": {"tests": [{"name": "a", "status": "passed", "extra": [' || repeat('0,', 1000000) || '0]}]}}') AS r;
SELECT n, r.status, r.figures->>'tests.total' AS total, r.findings->0->>'name' AS name, r.warnings
FROM unnest(ARRAY['&#65;&#x1F600;&#xFFFE;&#x110000;', '&#99999999999;', '&#65 and more']) WITH ORDINALITY AS t(name, n), releasegov.read_report('junit',
  convert_to('<testsuite><testcase name="' || t.name, 'UTF8') || '\xefbfbf'::bytea || convert_to('"><failure/></testcase></testsuite>', 'UTF8')) AS r ORDER BY n;
SELECT r.status, length(r.findings->0->>'name') < 10000 AS cut, right(r.findings->0->>'name', 4) AS its_end FROM unnest(ARRAY['', 'x', 'xx']) AS before,
  releasegov.read_report('junit', '<testsuite><testcase name="' || before || repeat('€', 10000) || '"><failure/></testcase></testsuite>') AS r;

-- Escapes, characters of all lengths and broken UTF-8 in JSON.
SELECT r.status, r.findings->0->>'name' AS name, r.findings->0->>'message' AS message
FROM releasegov.read_report('ctrf', convert_to($${"results": {"tests": [{"na\u006de": "q\"b\\s\/ \u00e9\u20ac\ud83d\ude00 ä€😀",
  "status": "failed", "message": "\b\f\n\r\t\udc00\ud800x"}, {"name": "$$, 'UTF8') || '\xff80e2'::bytea || '"}]}}') AS r;

-- Which line of a tracefile, and what should stand there?
SELECT what, s.* FROM (VALUES
  (1, 'not numbers', E'TN:\nSF:a\nDA:one,1\nend_of_record\n'),
  (2, 'a negative count', E'SF:a\nDA:1,-1\nend_of_record\n'),
  (3, 'a line far away', E'SF:a\nDA:99999999,1\nend_of_record\n'),
  (4, 'a branch without a count', E'SF:a\nDA:1,1\nBRDA:1,0,0\nend_of_record\n'),
  (5, 'a function without a count', E'SF:a\nFNDA:main\nend_of_record\n'),
  (6, 'summaries that are none', E'SF:a\nDA:1,1\nLF:x\nend_of_record\n'),
  (7, 'summaries that are none', E'SF:a\nDA:1,1\nLH:\nend_of_record\n'),
  (8, 'a record in a record', E'SF:a\nSF:b\nend_of_record\n'),
  (9, 'an end without a beginning', E'TN:\nend_of_record\n'),
  (10, 'a count without a record', E'TN:\nDA:1,1\n'),
  (11, 'Windows line ends and remarks', E'# made by hand\r\nSF:a\r\nDA:5000,1\r\nend_of_record\r\nSF:b\r\nDA:9000,0\r\nend_of_record\r\n')) AS t (n, what, report),
  pg_temp.said('lcov', convert_to(report, 'UTF8')) AS s ORDER BY n;

-- Members of a wrong kind are refused, not skipped.
SELECT what, r.status, r.message FROM (VALUES
  (1, 'a spec without tests', 'playwright', '{"suites": [{"specs": [{"title": "a"}]}]}'),
  (2, 'no suites', 'playwright', '{"errors": []}'),
  (3, 'a file without messages', 'eslint', '[{"filePath": "a"}]'),
  (4, 'no list of files', 'eslint', '{"results": []}'),
  (5, 'findings that are a list', 'npm-audit', '{"auditReportVersion": 2, "vulnerabilities": []}'),
  (6, 'a result that is a number', 'trivy', '{"SchemaVersion": 2, "Results": [1]}'),
  (7, 'a result that is a number', 'sarif', '{"version": "2.1.0", "runs": [{"results": [1]}]}'),
  (8, 'no list of entries', 'size-limit', '{"size": 1}'),
  (9, 'an entry that is a number', 'size-limit', '[1]'),
  (10, 'no latency', 'autocannon', '{"errors": 0, "timeouts": 0, "non2xx": 0, "requests": {"total": 10}}'),
  (11, 'another tool', 'lighthouse', '{"categories": {"seo": {"score": 1}}}'),
  (12, 'hits of a line', 'cobertura', '<coverage><line number="1"/></coverage>'),
  (13, 'Clover for Cobertura', 'cobertura', '<coverage clover="3.2.0"/>')) AS t (n, what, format, report),
  releasegov.read_report(format, report) AS r ORDER BY n;

-- What does not fail: an npm audit of version 1, a suite's error outside tests.
SELECT r.recognised, r.status, r.figures->>'findings.critical_high' AS critical_high, r.findings, r.warnings FROM releasegov.read_report('auto',
  '{"advisories": {"1": {"module_name": "ms", "severity": "high", "title": "ReDoS", "vulnerable_versions": "<2"}}, "metadata": {"vulnerabilities": {"high": 3}, "totalDependencies": 9}}') AS r;
SELECT r.status, r.figures, r.findings, r.warnings FROM releasegov.read_report('junit',
  '<testsuite><testcase name="a" status="passed"/><testcase name="b" result="failed"/><error message="planned 90, ran 2"/></testsuite>') AS r;
-- Two runs in one SARIF, rules of an extension, a number for a severity.
SELECT r.status, r.figures, r.findings, r.warnings FROM releasegov.read_report('sarif', $${"version": "2.1.0", "runs": [
  {"tool": {"driver": {"name": "a"}, "extensions": [{"rules": [{"id": "x", "properties": {"security-severity": 7.0}}]}]},
   "results": [{"rule": {"id": "x"}}, {"rule": {"index": 5}, "level": "none"}]},
  {"tool": {"driver": {"name": "b", "rules": [{"id": "x"}]}}, "results": [{"ruleId": "x", "baselineState": "absent"}, {"ruleId": "x", "level": "error"}],
   "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": [{"level": "error", "message": {"text": "one file too large"}}]}]}]}$$) AS r;

-- Bytes that are no report are said to be what they are.
SELECT what, s.* FROM (VALUES
  (1, 'nothing', 'auto', ''::bytea),
  (2, 'blanks', 'junit', '\x200d0a0920'),
  (3, 'gzip', 'auto', '\x1f8b0800000000000003'),
  (4, 'ZIP', 'auto', '\x504b0304140000000800'),
  (5, 'UTF-16', 'npm-audit', '\xfffe7b00220061002200'),
  (6, 'UTF-16 without a mark', 'junit', '\x3c003f0078006d006c00'),
  (7, 'NUL bytes', 'auto', '\x0000000000000000'),
  (8, 'an error page', 'sarif', '<!DOCTYPE html><html><body>502 Bad Gateway</body></html>'),
  (9, 'an error page', 'junit', '<HTML><head><title>Not Found</title>'),
  (10, 'JSON for XML', 'junit', '{"tests": 5}'),
  (11, 'XML for JSON', 'sarif', '<testsuite/>'),
  (12, 'another root', 'junit', '<coverage/>'),
  (13, 'another root', 'cobertura', '<testsuite/>'),
  (14, 'prose', 'auto', 'all tests passed, promise'),
  (15, 'prose', 'lcov', 'all lines covered'),
  (16, 'a lone string', 'auto', '"ok"'),
  (17, 'bytea as text', 'junit', '\\x3c')) AS t (n, what, format, report),
  pg_temp.said(format, report) AS s ORDER BY n;

-- Hostile XML: nothing is expanded, nothing is loaded, nothing nests for ever.
SELECT what, s.* FROM (VALUES
  (1, 'billion laughs', '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuite><testcase name="&b;"/></testsuite>'),
  (2, 'a file of the server', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite><testcase name="a">&a;</testcase></testsuite>'),
  (3, 'a parameter entity', '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://203.0.113.1/x"> %p;]><testsuite/>'),
  (4, 'hidden behind a comment', '<!DOCTYPE x [<!-- ]> --><!ENTITY a "x">]><testsuite/>'),
  (5, 'default attributes', '<!DOCTYPE x [<!ATTLIST testcase name CDATA "x">]><testsuite><testcase/></testsuite>'),
  (6, 'an entity of nobody', '<testsuite><testcase name="a">&nobody;</testcase></testsuite>'),
  (7, 'nested 300 deep', repeat('<testsuite>', 300) || '<testcase name="a"/>' || repeat('</testsuite>', 300)),
  (8, 'a tag of 3,000 attributes', '<testsuite><testcase ' || (SELECT string_agg(format('a%s=""', i), ' ') FROM generate_series(1, 3000) i) || '/></testsuite>'),
  (9, 'an encoding to hide in', '<?xml version="1.0" encoding="UTF-7"?><testsuite/>'),
  (10, 'two documents', '<testsuite><testcase name="a"/></testsuite><testsuite/>'),
  (11, 'cut off', '<testsuite><testcase name="a"/><testca'),
  (12, 'cut off behind a test', '<testsuite><testcase name="a"/>'),
  (13, 'crossed tags', E'<testsuite>\n  <testcase name="a">\n</testsuite>')) AS t (n, what, report),
  pg_temp.said('junit', convert_to(report, 'UTF8')) AS s ORDER BY n;

-- Hostile JSON.
SELECT what, s.* FROM (VALUES
  (1, 'nested 300 deep', repeat('[', 300) || repeat(']', 300)),
  (2, 'nested for ever', repeat('{"a":', 1000000)),
  (3, 'two documents', '[] []'),
  (4, 'cut off', '{"runs": [{"results": [{"ruleId": "x'),
  (5, 'cut off between', E'{"runs":\n  [{"results": [{}'),
  (6, 'a comma too many', E'{"runs":\n  [1,]}'),
  (7, 'no comma', '{"runs": [] "version": 1}'),
  (8, 'crossed brackets', '{"runs": [}'),
  (9, 'no quotes', '{runs: []}'),
  (10, 'no colon', '{"runs" []}'),
  (11, 'a wrong escape', '{"runs": "\x"}'),
  (12, 'a control character', E'{"runs": "a\001"}'),
  (13, 'NaN', '{"runs": NaN}')) AS t (n, what, report),
  pg_temp.said('sarif', convert_to(report, 'UTF8')) AS s ORDER BY n;

-- Real reports hold NUL, ESC, a BOM, Latin-1 and broken UTF-8: they are read.
SELECT what, r.status, r.figures->>'tests.failed' AS failed, r.findings->0->>'name' AS name, r.warnings FROM (VALUES
  (1, 'a BOM and blanks', '\xefbbbf0a'::bytea || '<?xml version="1.0"?><testsuite><testcase name="a"><error/></testcase></testsuite>'),
  (2, 'NUL and ESC', '<testsuite><testcase name="a'::bytea || '\x00001b' || '"><error/></testcase></testsuite>'),
  (3, 'references to them', '<testsuite><testcase name="&#0;&#x1B;b&#65;"><error/></testcase></testsuite>'),
  (4, 'broken UTF-8', '<testsuite><testcase name="'::bytea || '\xff61c3' || '"><error/></testcase></testsuite>'),
  (5, 'Latin-1, declared', '<?xml version="1.0" encoding="ISO-8859-1"?><testsuite><testcase name="Gr'::bytea || '\xfcdf' || 'e"><error/></testcase></testsuite>'),
  (6, 'CDATA that looks like markup', '<testsuite><testcase name="c"><error/><system-out><![CDATA[<!DOCTYPE x [<!ENTITY a "b">]> &#0; a="1"]]></system-out></testcase></testsuite>')) AS t (n, what, report),
  releasegov.read_report('junit', report) AS r ORDER BY n;

-- Names of ten thousand characters, and text that tries to be SQL, stay texts.
SELECT length(r.findings->0->>'name') AS kept, right(r.findings->0->>'name', 5) AS ends,
  r.findings->1->>'name' AS sql
FROM releasegov.read_report('junit', '<testsuite><testcase name="' || repeat('ä', 10000) || '"><error/></testcase>'
  || '<testcase name="''); DROP TABLE releasegov.release; --"><failure/></testcase></testsuite>') AS r;
-- The first hundred failures are kept, all are counted.
SELECT r.figures->>'tests.failed' AS failed, jsonb_array_length(r.findings) AS kept, r.findings->99->>'name' AS last
FROM releasegov.read_report('junit', '<testsuite>'
  || (SELECT string_agg(format('<testcase name="t%s"><failure/></testcase>', i), '' ORDER BY i) FROM generate_series(1, 1000) i)
  || '</testsuite>') AS r;

-- Cut at any byte, a report is never ok; only a last line break may be missing.
WITH report(format, whole) AS (VALUES
  ('junit', '<?xml version="1.0"?><testsuite tests="1"><testcase name="a"><system-out>x</system-out></testcase></testsuite>'),
  ('ctrf', '{"results": {"tests": [{"name": "a", "status": "passed"}]}}'),
  ('sarif', '{"version": "2.1.0", "runs": [{"results": []}]}'),
  ('lcov', E'SF:a\nDA:1,1\nLF:1\nLH:1\nend_of_record\n'))
SELECT format, count(*) AS cuts, count(*) FILTER (WHERE r.status = 'ok') AS ok,
  string_agg(length(whole) - at || ' missing', ', ') FILTER (WHERE r.status = 'ok') AS ok_with
FROM report, generate_series(0, length(whole) - 1) AS at, releasegov.read_report(format, left(whole, at)) AS r
GROUP BY format ORDER BY format;

-- More than 256 MiB are not looked at.
SELECT r.status, r.message FROM releasegov.read_report('junit', repeat('<testsuite>', 25000000)) AS r;

-- A format that there is not is the caller's mistake.
SELECT * FROM releasegov.read_report('xunit5', '<assemblies/>');
\echo :SQLSTATE
SELECT * FROM releasegov.read_report(NULL, '<assemblies/>');
SELECT * FROM releasegov.read_report('junit', NULL::text);

-- Reading gives the memory back, whatever the answer.
CREATE FUNCTION pg_temp.memory() RETURNS bigint
RETURN (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name ~ 'releasegov|SARIF');
DO $$
BEGIN
  FOR i IN 1..200 LOOP
    PERFORM releasegov.read_report('junit', '<testsuite><testcase name="a"/>' || repeat('<x y="1">z</x>', 1000) || '</testsuite>');
    PERFORM releasegov.read_report('junit', '<testsuite><testcase name="a"/>' || repeat('<x y="1">z</x>', 1000));
    PERFORM releasegov.read_report('sarif', '{"version": "2.1.0", "runs": [{"results": [' || repeat('{"ruleId": "a"}, ', 1000) || '{}]}]}');
  END LOOP;
END $$;
SELECT pg_temp.memory() IS NULL AS all_given_back;
