-- What scanners find, what somebody has set aside and why, and what looks
-- green and is not.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TIME ZONE 'UTC';

-- Of a report: its format, whether it may pass a gate, what is not zero.
CREATE FUNCTION pg_temp.said(format text, report text)
RETURNS TABLE (recognised text, status text, message text, counts text, warnings text)
RETURN (SELECT ROW(r.recognised, r.status, r.message,
    (SELECT string_agg(replace(key, 'findings.', '') || ' ' || value, ', ' ORDER BY key COLLATE "C")
     FROM jsonb_each_text(r.figures) WHERE value <> '0'), array_to_string(r.warnings, '; '))
  FROM releasegov.read_report(format, report) AS r);
-- What it keeps of the findings, and of those that are set aside.
CREATE FUNCTION pg_temp.kept(format text, report text)
RETURNS TABLE (i bigint, name text, severity text, location text, line text, set_aside text, why text)
BEGIN ATOMIC
  SELECT i, f->>'name', f->>'severity', f->>'location', f->>'line', f->>'set_aside', coalesce(f->>'message', f->>'justification')
  FROM releasegov.read_report(format, report) AS r, jsonb_array_elements(r.findings || r.set_aside) WITH ORDINALITY AS f(f, i);
END;

CREATE TEMP TABLE report (n int GENERATED ALWAYS AS IDENTITY, what text, format text DEFAULT 'auto', report text);

-- ---- SARIF ----
-- Results may come before their rules, name them by number or by another tool
-- component, and be suppressed for a reason.
INSERT INTO report (what, report) VALUES ('SARIF', $${"version": "2.1.0", "runs": [{"results": [
  {"ruleId": "sql", "ruleIndex": 0, "level": "error", "message": {"text": "concatenated"},
   "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/db.js"}, "region": {"startLine": 7}}}]},
  {"rule": {"id": "sql", "index": 0, "toolComponent": {"index": 1}}},
  {"rule": {"index": 0, "toolComponent": {"index": 0}}, "level": "none"},
  {"ruleId": "sql/join"},
  {"ruleId": "sql", "properties": {"security-severity": "CRITICAL"}},
  {"ruleId": "new"},
  {"ruleId": "sql", "suppressions": [{"kind": "inSource"}]},
  {"ruleId": "sql", "suppressions": [{"kind": "external", "status": "accepted", "justification": "behind the firewall"}],
   "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/old.js"}, "region": {"startLine": 3}}}]},
  {"ruleId": "sql", "suppressions": [{"kind": "external", "status": "underReview"}]},
  {"ruleId": "sql", "suppressions": [{"status": "accepted"}, {"status": "rejected"}]},
  {"ruleId": "sql", "suppressions": []},
  {"ruleId": "sql", "suppressions": [null]},
  {"ruleId": "sql", "kind": "pass"}, {"ruleId": "sql", "kind": "open"},
  {"ruleId": "sql", "baselineState": "absent"}, {"ruleId": "sql", "baselineState": "unchanged"}],
 "tool": {"driver": {"name": "x", "version": "1.2", "rules": [{"id": "sql", "defaultConfiguration": {"level": "note"}, "properties": {"security-severity": "5.0"}}]},
  "extensions": [{"name": "a", "rules": [{"id": "a1", "properties": {"security-severity": 0.1}}]},
                 {"name": "b", "rules": [{"id": "sql", "properties": {"security-severity": "9.8"}}]}]}}]}$$);
SELECT (pg_temp.said(format, report)).* FROM report WHERE what = 'SARIF';
SELECT k.* FROM report, pg_temp.kept(format, report) AS k WHERE what = 'SARIF' ORDER BY i;
-- What is no pass.
SELECT what, s.status, s.message, s.counts FROM (VALUES
  (1, 'a failed run', '"results": [], "invocations": [{"executionSuccessful": false}]'),
  (2, 'one of two runs of the tool', '"results": [], "invocations": [{"executionSuccessful": true}, {"executionSuccessful": false}]'),
  (3, 'success that is no truth value', '"results": [], "invocations": [{"executionSuccessful": "false"}]'),
  (4, 'ended by a signal', '"results": [], "invocations": [{"executionSuccessful": true, "exitSignalName": "SIGKILL"}]'),
  (5, 'an error of the tool', '"results": [], "invocations": [{"toolExecutionNotifications": [{"level": "error", "message": {"text": "no parser"}}]}]'),
  (6, 'did not look', '"results": null'),
  (7, 'says nothing of results', '"tool": {"driver": {"name": "x"}}'),
  (8, 'results in a file apart', '"results": [], "externalPropertyFileReferences": {"results": [{"location": {}}]}'),
  (9, 'no file apart', '"results": [], "externalPropertyFileReferences": {"results": []}'),
  (10, 'results are an object', '"results": {}'),
  (11, 'all of it suppressed', '"results": [{"ruleId": "a", "suppressions": [{}]}]'),
  (12, 'a severity that is none', '"results": [{"properties": {"security-severity": "very high"}}, {"properties": {"security-severity": -1}}, {"properties": {"security-severity": 11}}]'),
  (13, 'no word of success, and a code', '"results": [], "invocations": [{"exitCode": 2}]'),
  (14, 'no word of success', '"results": [], "invocations": [{"executionSuccessful": true}, {"commandLine": "x"}]'),
  (15, 'an invocation that is no list', '"results": [], "invocations": {"executionSuccessful": false}'),
  (16, 'an invocation that is none', '"results": [], "invocations": [7]'),
  (17, 'errors that are no list', '"results": [], "invocations": [{"executionSuccessful": true, "toolExecutionNotifications": {"level": "error"}}]')) AS t (n, what, run),
  pg_temp.said('sarif', format('{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, %s}]}', run)) AS s ORDER BY n;
-- Names of rules need not be unique; the number says which is meant.
SELECT k.* FROM pg_temp.kept('sarif', '{"version": "2.1.0", "runs": [{"tool": {"extensions": [{"rules": [{"id": "b", "properties": {"security-severity": "1"}}]}], "driver": {"name": "x", "rules": [
  {"id": "a", "properties": {"security-severity": "1"}}, {"id": "a", "properties": {"security-severity": "9"}}, {"id": "b", "properties": {"security-severity": "7"}}]}},
  "results": [{"ruleId": "a"}, {"ruleId": "a", "ruleIndex": 1}, {"ruleId": "a/part", "ruleIndex": 1}, {"ruleId": "b", "ruleIndex": 1}, {"ruleId": "b"}, {"ruleId": "c", "ruleIndex": 2}, {"ruleId": "c", "ruleIndex": 3}]}]}') AS k ORDER BY i;
-- A component is meant by its index, its guid or its name; one that the run
-- does not have, or has twice, has no rules. Its names are its own.
SELECT k.i, k.name, k.severity, k.why FROM pg_temp.kept('sarif', '{"version": "2.1.0", "runs": [{"results": [
  {"rule": {"index": 0, "toolComponent": {"name": "ext"}}, "message": {"text": "by name: high"}},
  {"rule": {"index": 0, "toolComponent": {"index": -1, "guid": "e0"}}, "message": {"text": "by guid: high"}},
  {"rule": {"index": 0, "toolComponent": {"guid": "e9", "name": "ext"}}, "message": {"text": "by its name alone: high"}},
  {"rule": {"index": 0, "toolComponent": {"name": "drv"}}, "message": {"text": "the driver: low"}},
  {"rule": {"index": 0}, "message": {"text": "no component: low"}},
  {"rule": {"index": 0, "toolComponent": {"name": "none"}}, "message": {"text": "unknown"}},
  {"rule": {"index": 0, "toolComponent": {"name": "twin"}}, "message": {"text": "one of two: unknown"}},
  {"rule": {"index": 0, "toolComponent": {}}, "message": {"text": "says nothing: unknown"}},
  {"rule": {"index": 0, "toolComponent": "ext"}, "message": {"text": "no object: unknown"}},
  {"rule": {"id": "sql", "toolComponent": {"index": 0}}, "message": {"text": "a name of the extension: high"}},
  {"rule": {"id": "sql/join", "toolComponent": {"name": "ext"}}, "message": {"text": "a part of it: high"}},
  {"rule": {"id": "own", "toolComponent": {"name": "ext"}}, "message": {"text": "a name of the driver: unknown"}},
  {"rule": {"id": "twice"}, "message": {"text": "of two extensions the worse: high"}}],
 "tool": {"extensions": [{"rules": [{"id": "sql", "properties": {"security-severity": "8.8"}}], "name": "ext", "guid": "e0"},
   {"name": "twin", "rules": [{"id": "twice", "properties": {"security-severity": "1"}}]}, {"name": "twin", "rules": [{"id": "twice", "properties": {"security-severity": "8"}}]}],
  "driver": {"name": "drv", "rules": [{"id": "sql", "properties": {"security-severity": "1"}}, {"id": "own", "properties": {"security-severity": "1"}}]}}}]}') AS k ORDER BY i;
SELECT s.status, s.message, s.counts FROM pg_temp.said('sarif', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x", "rules": [{"properties": {"security-severity": "1.0"}}]}, "extensions": [{"name": "ext", "rules": [{"properties": {"security-severity": "9.8"}}]}]},
  "results": [{"rule": {"index": 0, "toolComponent": {"name": "ext"}}}]}]}') AS s;
SELECT s.status, s.warnings FROM pg_temp.said('sarif', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [], "invocations": [{"executionSuccessful": true, "exitCode": 2}, {"executionSuccessful": true, "exitCode": 0}]}]}') AS s;
SELECT s.status, s.message FROM pg_temp.said('sarif', '{"version": "2.1.0", "runs": [{"results": []}]}') AS s;
SELECT s.status, s.message FROM pg_temp.said('sarif', '{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": []}], "inlineExternalProperties": [{"results": [{}]}]}') AS s;

-- ---- npm, pnpm, yarn ----
SELECT what, s.* FROM (VALUES
  (1, 'npm 7 and later: packages', '{"auditReportVersion": 2, "vulnerabilities": {
    "ws": {"name": "ws", "severity": "low", "via": [{"source": 1, "title": "DoS", "severity": "high"}, "ms"], "range": "<8"},
    "tar": {"name": "tar", "severity": "moderate", "via": ["ws"], "range": "*"},
    "odd": {"name": "odd", "severity": "dreadful", "via": []}},
    "metadata": {"vulnerabilities": {"moderate": 1, "high": 1}, "dependencies": {"total": 97}}}'),
  (2, 'npm 6 and pnpm: advisories', '{"actions": [], "muted": [], "advisories": {
    "118": {"id": 118, "module_name": "minimatch", "severity": "high", "title": "ReDoS", "vulnerable_versions": "<3.0.2"},
    "146": {"id": 146, "module_name": "growl", "severity": "critical"}},
    "metadata": {"vulnerabilities": {"high": 2, "critical": 1}, "totalDependencies": 43}}'),
  (3, 'pnpm ignores the only one', '{"advisories": {}, "metadata": {"vulnerabilities": {"critical": 1}, "totalDependencies": 43}}'),
  (4, 'no dependency', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {}, "dependencies": {"total": 0}}}'),
  (5, 'no lockfile', '{"error": {"code": "ENOLOCK", "summary": "This command requires an existing lockfile.", "detail": ""}}'),
  (6, 'a registry that refuses', '{"message": "405 Method Not Allowed", "statusCode": 405, "error": {"summary": "", "detail": ""}}'),
  (7, 'an error beside a list', '{"auditReportVersion": 2, "vulnerabilities": {}, "error": {"code": "E"}}'),
  (8, 'yarn 1: each path', '{"type":"auditAdvisory","data":{"resolution":{"id":1179,"path":"a>minimist"},"advisory":{"id":1179,"module_name":"minimist","severity":"low","title":"Prototype Pollution","vulnerable_versions":"<0.2.1"}}}
{"type":"auditAdvisory","data":{"resolution":{"id":1179,"path":"b>minimist"},"advisory":{"id":1179,"module_name":"minimist","severity":"low"}}}
{"type":"auditSummary","data":{"vulnerabilities":{"low":2},"totalDependencies":47}}'),
  (9, 'yarn 1: nothing', '{"type":"warning","data":"No license field"}
{"type":"auditSummary","data":{"vulnerabilities":{"low":0},"totalDependencies":47}}'),
  (10, 'yarn 1: cut off', '{"type":"auditAdvisory","data":{"resolution":{"id":1},"advisory":{"id":1,"severity":"low"}}}'),
  (11, 'yarn 1: no lockfile', '{"type":"info","data":"No lockfile found."}
{"type":"auditSummary","data":{"vulnerabilities":{"low":0},"totalDependencies":0}}'),
  (12, 'yarn 1: no network', '{"type":"warning","data":"No license field"}
{"type":"error","data":"An unexpected error occurred: connect ECONNREFUSED"}'),
  (13, 'yarn 1: --level high', '{"type":"auditSummary","data":{"vulnerabilities":{"moderate":3},"totalDependencies":47}}'),
  (14, 'yarn 3: the answer', '{"actions":[],"advisories":{"7":{"id":7,"module_name":"got","severity":"moderate"}},"metadata":{"vulnerabilities":{"moderate":1},"totalDependencies":5}}
{"type":"info","name":1,"displayName":"YN0001","indent":"","data":"No audit suggestions"}'),
  (15, 'yarn 4: a line each', '{"value":"got","children":{"ID":1096536,"Issue":"redirect","Severity":"moderate","Vulnerable Versions":"<11.8.5"}}
{"value":"got","children":{"ID":"got (deprecation)","Issue":"old","Severity":"moderate"}}'),
  (16, 'yarn 4: nothing', '{"type":"info","name":1,"displayName":"YN0001","indent":"","data":"No audit suggestions"}'),
  (17, 'yarn 4: an error beside', '{"value":"got","children":{"ID":1,"Severity":"low"}}
{"type":"error","name":35,"displayName":"YN0035","indent":"","data":"The remote server failed"}'),
  (18, 'npm: no metadata', '{"auditReportVersion": 2, "vulnerabilities": {}}'),
  (19, 'npm: no metadata, but findings', '{"auditReportVersion": 2, "vulnerabilities": {"ws": {"name": "ws", "severity": "low"}}}'),
  (20, 'npm: no count of dependencies', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"low": 0}}}'),
  (21, 'npm: a count that is a text', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {"critical": "3"}, "dependencies": {"total": 9}}}'),
  (22, 'npm: dependencies that are a text', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": {}, "dependencies": {"total": "9"}}}'),
  (23, 'npm: counts that are a list', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"vulnerabilities": [3], "dependencies": {"total": 9}}}'),
  (24, 'npm: metadata that is a text', '{"auditReportVersion": 2, "vulnerabilities": {}, "metadata": "none"}'),
  (25, 'yarn 1: a summary of nothing', '{"type":"auditSummary","data":{}}'),
  (26, 'yarn 1: a summary that is a text', '{"type":"info","data":"a"}
{"type":"auditSummary","data":"none"}')) AS t (n, what, report),
  pg_temp.said('auto', report) AS s ORDER BY n;
SELECT what, s.* FROM (VALUES
  (1, 'a line that is none', '{"type":"info","data":"a"}' || E'\nyarn audit v1.22.22\n'),
  (2, 'a number', '{"type":"info","data":"a"}' || E'\n7\n'),
  (3, 'first of version 4', '{"got":[{"id":1,"title":"redirect","severity":"high"}],"ws":[{"id":2,"severity":"low"}]}'),
  (4, 'first of version 4, nothing', E'{}\n{"type":"info","data":"No audit suggestions"}'),
  (5, 'only that', '{}')) AS t (n, what, report),
  pg_temp.said('yarn-audit', report) AS s ORDER BY n;

-- ---- Trivy ----
INSERT INTO report (what, report) VALUES ('Trivy', $${"SchemaVersion": 2, "Trivy": {"Version": "0.69.1"}, "ArtifactName": "shop:1.4",
  "Metadata": {"OS": {"Family": "alpine", "Name": "3.10", "EOSL": true}}, "Results": [
  {"Target": "package-lock.json", "Class": "lang-pkgs", "Vulnerabilities": [
     {"VulnerabilityID": "CVE-1", "Severity": "CRITICAL", "Status": "fixed", "Title": "bad"},
     {"VulnerabilityID": "CVE-2", "Severity": "HIGH", "Status": "not_affected"},
     {"VulnerabilityID": "CVE-3", "Severity": "HIGH", "Status": "will_not_fix"},
     {"VulnerabilityID": "CVE-4", "Severity": "LOW", "Status": "end_of_life"},
     {"VulnerabilityID": "CVE-5", "Severity": "UNKNOWN", "Status": "under_investigation"}],
   "ExperimentalModifiedFindings": [
     {"Type": "vulnerability", "Status": "not_affected", "Statement": "vulnerable_code_not_in_execute_path", "Source": "./vex.json",
      "Finding": {"VulnerabilityID": "CVE-6", "Severity": "HIGH"}},
     {"Type": "vulnerability", "Status": "ignored", "Source": ".trivyignore", "Finding": {"VulnerabilityID": "CVE-7", "Severity": "LOW"}},
     {"Type": "vulnerability", "Status": "affected", "Finding": {"VulnerabilityID": "CVE-8", "Severity": "MEDIUM"}}]},
  {"Target": "Dockerfile", "Class": "config", "Misconfigurations": [
     {"ID": "DS002", "AVDID": "AVD-DS-0002", "Severity": "HIGH", "Status": "FAIL", "Title": "root", "CauseMetadata": {"StartLine": 4}},
     {"ID": "DS001", "Severity": "MEDIUM", "Status": "PASS"}, {"ID": "DS005", "Severity": "LOW", "Status": "EXCEPTION"}]},
  {"Target": "deploy.sh", "Class": "secret", "Secrets": [{"RuleID": "aws-key", "Severity": "CRITICAL", "Title": "AWS key", "StartLine": 3, "Match": "****"}]},
  {"Target": "OS Packages", "Class": "license", "Licenses": [{"Severity": "HIGH", "PkgName": "busybox", "Name": "GPL-2.0"}]}]}$$);
SELECT (pg_temp.said(format, report)).* FROM report WHERE what = 'Trivy';
SELECT k.* FROM report, pg_temp.kept(format, report) AS k WHERE what = 'Trivy' ORDER BY i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', '{"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Target": "x (alpine 3.20)", "Class": "os-pkgs"}]}'),
  (2, 'nothing scanned', '{"SchemaVersion": 2, "ArtifactName": "x", "Results": []}'),
  (3, 'no results at all', '{"SchemaVersion": 2, "ArtifactName": "x"}'),
  (4, 'schema 1', '[{"Target": "x", "Vulnerabilities": null}, {"Target": "y", "Vulnerabilities": [{"VulnerabilityID": "CVE-1", "Severity": "LOW"}]}]'),
  (5, 'a cluster', '{"ClusterName": "c", "Resources": [{"Kind": "Pod", "Results": [{"Target": "Pod/a", "Misconfigurations": [{"ID": "KSV001", "Severity": "MEDIUM", "Status": "FAIL"}]}]}]}'),
  (6, 'a cluster, not all of it', '{"ClusterName": "c", "Resources": [{"Kind": "Pod", "Results": [{"Target": "Pod/a"}]}, {"Kind": "Pod", "Error": "no image"}]}'),
  (7, 'a cluster of nothing', '{"ClusterName": "c", "Resources": []}'),
  (8, 'schema 1, no list of secrets', '[{"Target": "x", "Vulnerabilities": null, "Secrets": {"RuleID": "a", "Severity": "CRITICAL"}}]'),
  (9, 'schema 1, no list of misconfigurations', '[{"Target": "x", "Vulnerabilities": null, "Misconfigurations": {"ID": "a", "Severity": "HIGH"}}]')) AS t (n, what, report),
  pg_temp.said('auto', report) AS s ORDER BY n;
SELECT s.* FROM pg_temp.said('trivy', 'null') AS s;

-- ---- Grype ----
INSERT INTO report (what, report) VALUES ('Grype', $${"matches": [
  {"vulnerability": {"id": "CVE-1", "severity": "Critical"}, "artifact": {"name": "openssl", "locations": [{"path": "/lib/apk/db/installed"}]}},
  {"vulnerability": {"id": "CVE-2", "severity": "Negligible"}, "artifact": {"name": "tar"}},
  {"vulnerability": {"id": "CVE-3", "severity": "Unknown"}, "artifact": {"name": "tar"}},
  {"vulnerability": {"id": "CVE-9", "severity": "High"}, "artifact": {"name": "tar"}, "appliedIgnoreRules": [{"reason": "a match all the same"}]}],
 "ignoredMatches": [
  {"vulnerability": {"id": "CVE-4", "severity": "High"}, "artifact": {"name": "a"}, "appliedIgnoreRules": [{"vulnerability": "CVE-4", "reason": "only on Windows"}]},
  {"vulnerability": {"id": "CVE-5", "severity": "High"}, "artifact": {"name": "b"}, "appliedIgnoreRules": [{"namespace": "vex", "vex-status": "not_affected", "vex-justification": "component_not_present"}]},
  {"vulnerability": {"id": "CVE-6", "severity": "Low"}, "artifact": {"name": "c"}, "appliedIgnoreRules": [{"fix-state": "wont-fix"}]},
  {"vulnerability": {"id": "CVE-7", "severity": "Low"}, "artifact": {"name": "d"}, "appliedIgnoreRules": [{"vex-status": "under_investigation"}]}],
 "source": {"type": "image", "target": {}}, "descriptor": {"name": "grype", "version": "0.94.0", "db": {"status": {"valid": true}}}}$$);
SELECT (pg_temp.said(format, report)).* FROM report WHERE what = 'Grype';
SELECT k.* FROM report, pg_temp.kept(format, report) AS k WHERE what = 'Grype' ORDER BY i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', '{"matches": [], "source": {"type": "directory", "target": "."}, "descriptor": {"name": "grype"}}'),
  (2, 'nothing scanned', '{"matches": [], "source": null, "descriptor": {"name": "grype"}}'),
  (3, 'an old database', '{"matches": [], "source": {"type": "directory", "target": "."}, "descriptor": {"db": {"error": "the database was built 3 months ago"}}}'),
  (4, 'a broken database', '{"matches": [], "source": {"type": "directory", "target": "."}, "descriptor": {"db": {"status": {"valid": false}}}}'),
  (5, 'no list', '{"matches": null, "source": {}, "descriptor": {}}'),
  (6, 'a match that is none', '{"matches": [7], "source": {}, "descriptor": {}}'),
  (7, 'an old distribution', '{"matches": [], "alertsByPackage": [{"alerts": [{"type": "distro-eol", "message": "alpine 3.10 has ended"}]}], "source": {}, "descriptor": {}}'),
  (8, 'an error that is no text', '{"matches": [], "source": {}, "descriptor": {"db": {"error": {"code": 7}}}}'),
  (9, 'valid?', '{"matches": [], "source": {}, "descriptor": {"db": {"status": {"valid": "no", "error": ""}}}}'),
  (10, 'ignored matches that are no list', '{"matches": [], "ignoredMatches": {}, "source": {}, "descriptor": {}}')) AS t (n, what, report),
  pg_temp.said('auto', report) AS s ORDER BY n;

-- ---- osv-scanner ----
-- Aliases are one vulnerability, as severe as its group says, else its worst.
INSERT INTO report (what, report) VALUES ('osv-scanner', $${"results": [{"source": {"path": "yarn.lock", "type": "lockfile"}, "packages": [
  {"package": {"name": "ws", "version": "7.0.0", "ecosystem": "npm"}, "vulnerabilities": [
     {"id": "GHSA-1", "summary": "DoS", "database_specific": {"severity": "MODERATE"}}, {"id": "CVE-1"}, {"id": "GHSA-2", "database_specific": {"severity": "LOW"}},
     {"id": "PYSEC-3", "database_specific": {"severity": "HIGH"}}, {"id": "GHSA-3", "database_specific": {"severity": "MODERATE"}}, {"id": "MAL-4"}, {"id": "GHSA-5", "database_specific": {"severity": "CRITICAL"}}],
   "groups": [{"ids": ["GHSA-1", "CVE-1"], "max_severity": "7.5"}, {"ids": ["GHSA-2"], "max_severity": "", "experimental_analysis": {"GHSA-2": {"called": false}}},
     {"ids": ["GHSA-3", "PYSEC-3"]}, {"ids": ["MAL-4"], "max_severity": ""}]},
  {"package": {"name": "gpl", "version": "1"}, "licenses": ["GPL-3.0"], "license_violations": ["GPL-3.0"]}]}],
  "experimental_config": {"licenses": {"summary": false, "allowlist": ["MIT"]}}}$$);
SELECT (pg_temp.said(format, report)).* FROM report WHERE what = 'osv-scanner';
SELECT k.* FROM report, pg_temp.kept(format, report) AS k WHERE what = 'osv-scanner' ORDER BY i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', '{"results": [], "experimental_config": {}}'),
  (2, 'groups first', '{"results": [{"source": {"path": "a"}, "packages": [{"groups": [{"ids": ["A"]}], "vulnerabilities": [{"id": "A", "database_specific": {"severity": "LOW"}}]}]}]}'),
  (3, 'no groups', '{"results": [{"source": {"path": "a"}, "packages": [{"vulnerabilities": [{"id": "A", "severity": [{"type": "Ubuntu", "score": "low"}]}]}]}]}'),
  (4, 'no package', '{"results": null, "experimental_config": {}}'),
  (5, 'a group of nothing', '{"results": [{"source": {"path": "a"}, "packages": [{"groups": [{}]}]}]}'),
  (6, 'a package that is none', '{"results": [{"source": {"path": "a"}, "packages": [1]}]}'),
  (7, 'results that are none', '{"results": {}, "experimental_config": {}}'),
  (8, 'plugins that say no list', '{"results": [], "experimental_config": {}, "experimental_generic_findings": {"Adv": {"Title": "a"}}}')) AS t (n, what, report),
  pg_temp.said('osv', report) AS s ORDER BY n;
SELECT s.* FROM pg_temp.said('osv', '{"experimental_config": {}}') AS s;

-- ---- Snyk ----
-- One entry a path; what is ignored says why; containers hold applications.
INSERT INTO report (what, report) VALUES ('Snyk', $$[{"vulnerabilities": [
   {"id": "SNYK-1", "severity": "high", "title": "ReDoS", "packageName": "ms", "from": ["a", "ms"]}, {"id": "SNYK-1", "severity": "high", "from": ["b", "ms"]},
   {"id": "snyk:lic:npm:x:GPL", "type": "license", "severity": "medium", "packageName": "x"}],
  "ok": false, "dependencyCount": 14, "uniqueCount": 2, "projectName": "a", "filtered": {"ignore": [
   {"id": "SNYK-2", "severity": "critical", "packageName": "tar", "filtered": {"ignored": [{"reason": "we never unpack", "reasonType": "not-vulnerable"}]}},
   {"id": "SNYK-2", "severity": "critical", "packageName": "tar", "filtered": {"ignored": [{"reason": "we never unpack", "reasonType": "not-vulnerable"}]}},
   {"id": "SNYK-3", "severity": "low", "filtered": {"ignored": [{"reasonType": "wont-fix"}]}},
   {"id": "SNYK-4", "severity": "low", "filtered": {"ignored": [{"reason": "None Given"}]}}],
   "patch": [{"id": "SNYK-5", "severity": "low"}]}},
 {"vulnerabilities": [{"id": "SNYK-1", "severity": "high", "packageName": "ms"}], "ok": false, "dependencyCount": 0, "uniqueCount": 1, "projectName": "image",
  "applications": [{"vulnerabilities": [{"id": "SNYK-1", "severity": "high"}], "ok": false, "dependencyCount": 9, "uniqueCount": 1}]}]$$);
SELECT (pg_temp.said(format, report)).* FROM report WHERE what = 'Snyk';
SELECT k.* FROM report, pg_temp.kept(format, report) AS k WHERE what = 'Snyk' ORDER BY i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', '{"vulnerabilities": [], "ok": true, "dependencyCount": 5, "uniqueCount": 0}'),
  (2, 'no dependency', '{"vulnerabilities": [], "ok": true, "dependencyCount": 0, "uniqueCount": 0}'),
  (3, 'one of two without any', '[{"vulnerabilities": [], "ok": true, "dependencyCount": 0}, {"vulnerabilities": [], "ok": true, "dependencyCount": 5}]'),
  (4, 'no login', '{"ok": false, "error": "Authentication failed. Please check the API token", "path": "."}'),
  (5, 'one project failed', '[{"vulnerabilities": [], "ok": true, "dependencyCount": 5}, {"ok": false, "error": "no package manager", "path": "b"}]'),
  (6, 'every project failed', '[{"ok": false, "error": "no package manager", "path": "b"}]'),
  (7, 'not ok, but why?', '[{"vulnerabilities": [{"id": "a", "severity": "low"}], "ok": false, "dependencyCount": 5}, {"vulnerabilities": [], "ok": false, "dependencyCount": 5}]'),
  (8, 'counted, but not listed', '{"vulnerabilities": [], "ok": true, "dependencyCount": 5, "uniqueCount": 3}'),
  (9, 'infrastructure', '{"vulnerabilities": [], "dependencyCount": 0, "targetFile": "main.tf", "ok": false, "infrastructureAsCodeIssues": [
     {"id": "SNYK-CC-1", "severity": "medium", "lineNumber": 20, "title": "rights", "isIgnored": false}, {"id": "SNYK-CC-1", "severity": "medium", "lineNumber": 40},
     {"id": "SNYK-CC-2", "severity": "low", "isIgnored": true}]}'),
  (10, 'infrastructure, nothing found', '{"vulnerabilities": [], "dependencyCount": 0, "ok": true, "infrastructureAsCodeIssues": []}'),
  (11, 'not ok for what is ignored?', '{"ok": false, "dependencyCount": 5, "vulnerabilities": [], "filtered": {"ignore": [{"id": "x", "severity": "high"}]}}'),
  (12, 'counts that are texts', '{"ok": true, "dependencyCount": "5", "vulnerabilities": []}'),
  (13, 'another', '{"ok": true, "dependencyCount": 5, "uniqueCount": "3", "vulnerabilities": []}')) AS t (n, what, report),
  pg_temp.said('auto', report) AS s ORDER BY n;
SELECT s.* FROM pg_temp.said('snyk', '{"ok": true, "dependencyCount": 5}') AS s;

-- ---- GitHub ----
-- Open alerts count, whatever the state is called; dismissed ones say why.
INSERT INTO report (what, report) VALUES
('code scanning', $$[
  {"number": 1, "state": "open", "rule": {"id": "js/xss", "severity": "error", "security_severity_level": "high", "description": "XSS"}, "tool": {"name": "CodeQL"},
   "most_recent_instance": {"state": "open", "message": {"text": "user input"}, "location": {"path": "a.js", "start_line": 9}}},
  {"number": 2, "state": "open", "rule": {"id": "eqeqeq", "severity": "warning", "security_severity_level": null}, "most_recent_instance": {}},
  {"number": 3, "state": "fixed", "rule": {"id": "b", "security_severity_level": "critical"}, "most_recent_instance": {}},
  {"number": 4, "state": "dismissed", "dismissed_reason": "false positive", "dismissed_comment": "a constant", "rule": {"id": "c", "security_severity_level": "high"}, "most_recent_instance": {}},
  {"number": 5, "state": "dismissed", "dismissed_reason": "used in tests", "rule": {"id": "d", "security_severity_level": "low"}, "most_recent_instance": {}},
  {"number": 6, "state": "dismissed", "dismissed_reason": null, "rule": {"id": "e", "security_severity_level": "low"}, "most_recent_instance": {}},
  {"number": 7, "state": "snoozed", "rule": {"id": "f", "security_severity_level": "medium"}, "most_recent_instance": {}},
  {"number": 8, "state": null, "rule": {"id": "g", "security_severity_level": "medium"}, "most_recent_instance": {}}]$$),
('Dependabot', $$[
  {"number": 1, "state": "open", "dependency": {"package": {"name": "ws"}, "manifest_path": "yarn.lock"}, "security_advisory": {"ghsa_id": "GHSA-1", "summary": "DoS", "severity": "high"}, "security_vulnerability": {"severity": "high"}},
  {"number": 2, "state": "auto_dismissed", "security_advisory": {"ghsa_id": "GHSA-2", "severity": "medium"}, "security_vulnerability": {"severity": "low"}},
  {"number": 3, "state": "dismissed", "dismissed_reason": "tolerable_risk", "dismissed_comment": "internal", "security_advisory": {"ghsa_id": "GHSA-3", "severity": "critical"}, "security_vulnerability": {}},
  {"number": 4, "state": "dismissed", "dismissed_reason": "not_used", "security_advisory": {"ghsa_id": "GHSA-4", "severity": "high"}, "security_vulnerability": {}},
  {"number": 5, "state": "dismissed", "dismissed_reason": "no_bandwidth", "security_advisory": {"ghsa_id": "GHSA-5", "severity": "high"}, "security_vulnerability": {}},
  {"number": 6, "state": "fixed", "security_advisory": {"severity": "high"}, "security_vulnerability": {}}]$$),
('secrets', $$[
  {"number": 1, "state": "open", "secret_type": "aws_key", "secret_type_display_name": "AWS key", "secret": "AKIAEXAMPLE", "first_location_detected": {"path": "x.env", "start_line": 2}},
  {"number": 2, "state": "resolved", "resolution": "revoked", "secret_type": "a"},
  {"number": 3, "state": "resolved", "resolution": "false_positive", "resolution_comment": "documentation", "secret_type": "b", "html_url": "https://github.com/o/r/security/3"},
  {"number": 4, "state": "resolved", "resolution": "wont_fix", "secret_type": "c"},
  {"number": 5, "state": "resolved", "resolution": "pattern_deleted", "secret_type": "d"}]$$);
SELECT what, s.* FROM report, pg_temp.said(format, report) AS s WHERE what IN ('code scanning', 'Dependabot', 'secrets') ORDER BY n;
SELECT what, k.* FROM report, pg_temp.kept(format, report) AS k WHERE what IN ('code scanning', 'Dependabot', 'secrets') ORDER BY n, i;
SELECT what, s.* FROM (VALUES
  (1, 'no alert', 'github-dependabot', '[]'),
  (2, 'not enabled', 'auto', '{"message": "no analysis found", "documentation_url": "https://docs.github.com/rest", "status": "404"}'),
  (3, 'not enabled', 'github-dependabot', '{"message": "Dependabot alerts are disabled for this repository.", "status": "403"}'),
  (4, 'a first page', 'github-dependabot', (SELECT '[' || string_agg('{"state": "fixed"}', ',') || ']' FROM generate_series(1, 30))),
  (5, 'the largest page', 'github-code-scanning', (SELECT '[' || string_agg('{"state": "fixed"}', ',') || ']' FROM generate_series(1, 100))),
  (6, 'all pages, --slurp', 'github-code-scanning', (SELECT '[[' || string_agg('{"state": "fixed"}', ',') || '], []]' FROM generate_series(1, 100))),
  (7, 'more than a page', 'github-code-scanning', (SELECT '[' || string_agg('{"state": "fixed"}', ',') || ']' FROM generate_series(1, 130))),
  (8, 'one alert, no list', 'github-code-scanning', '{"number": 1, "state": "fixed"}'),
  (9, 'no alerts', 'github-code-scanning', '[[7]]')) AS t (n, what, format, report),
  pg_temp.said(format, report) AS s ORDER BY n;

-- ---- GitLab ----
INSERT INTO report (what, report) VALUES ('GitLab', $${"version": "15.0.7", "scan": {"status": "success", "type": "sast", "scanner": {"name": "Semgrep", "version": "1.2"}},
 "vulnerabilities": [
  {"id": "1", "name": "Hardcoded secret", "severity": "High", "location": {"file": "a.js", "start_line": 9}, "identifiers": [{"name": "CWE-798"}], "description": "found one"},
  {"id": "2", "severity": "Unknown", "location": {"file": "b.js"}, "identifiers": [{"name": "CWE-1"}], "flags": [{"type": "flagged-as-likely-false-positive", "origin": "x"}]},
  {"id": "3", "severity": "Info", "location": {"image": "shop:1.4"}, "identifiers": []}, {"id": "4", "location": {}, "identifiers": []}]}$$);
SELECT (pg_temp.said(format, report)).* FROM report WHERE what = 'GitLab';
SELECT k.* FROM report, pg_temp.kept(format, report) AS k WHERE what = 'GitLab' ORDER BY i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', '{"version": "15.0.7", "vulnerabilities": [], "scan": {"status": "success"}}'),
  (2, 'a failed scan', '{"version": "15.0.7", "vulnerabilities": [], "scan": {"status": "failure"}}'),
  (3, 'a status of nobody', '{"version": "15.0.7", "vulnerabilities": [], "scan": {"status": 1}}'),
  (4, 'a fatal message', '{"version": "15.0.7", "vulnerabilities": [], "scan": {"status": "success", "messages": [{"level": "info", "value": "x"}, {"level": "fatal", "value": "no parser"}]}}'),
  (5, 'no word of a scan', '{"version": "15.0.7", "vulnerabilities": [], "remediations": []}'),
  (6, 'no word of a scan, old', '{"version": "2.3", "vulnerabilities": [], "remediations": []}'),
  (7, 'no list', '{"version": "15.0.7", "vulnerabilities": {}, "scan": {}}'),
  (8, 'no word of a scan, a number', '{"version": 15, "vulnerabilities": [], "remediations": []}'),
  (9, 'no word of a scan, nor a version', '{"vulnerabilities": [], "remediations": []}'),
  (10, 'no word of a scan, no version', '{"version": {}, "vulnerabilities": [], "remediations": []}'),
  (11, 'messages that are no list', '{"version": "15.0.7", "vulnerabilities": [], "scan": {"status": "success", "messages": {"level": "fatal"}}}')) AS t (n, what, report),
  pg_temp.said('gitlab', report) AS s ORDER BY n;

-- ---- CycloneDX and OpenVEX ----
INSERT INTO report (what, report) VALUES ('CycloneDX', $${"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"tools": {"components": [{"name": "grype", "version": "0.94.0"}]}}, "vulnerabilities": [
  {"id": "CVE-1", "ratings": [{"severity": "unknown"}, {"severity": "medium", "score": 9.9}, {"score": 7.5, "method": "CVSSv31"}], "description": "bad", "affects": [{"ref": "pkg:npm/ws@7"}]},
  {"id": "CVE-2", "ratings": [], "analysis": {"state": "in_triage"}}, {"id": "CVE-3", "ratings": [{"severity": "low"}], "analysis": {"state": "exploitable"}},
  {"id": "CVE-4", "ratings": [{"severity": "critical"}], "analysis": {"state": "not_affected", "justification": "code_not_reachable", "detail": "only in tests"}},
  {"id": "CVE-5", "ratings": [{"severity": "high"}], "analysis": {"state": "false_positive", "justification": "code_not_present"}},
  {"id": "CVE-6", "ratings": [{"severity": "high"}], "analysis": {"state": "resolved_with_pedigree"}},
  {"id": "CVE-7", "ratings": [{"severity": "info"}], "analysis": {"state": "looks_fine"}}]}$$);
SELECT (pg_temp.said(format, report)).* FROM report WHERE what = 'CycloneDX';
SELECT k.* FROM report, pg_temp.kept(format, report) AS k WHERE what = 'CycloneDX' ORDER BY i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', 'auto', '{"bomFormat": "CycloneDX", "metadata": {"tools": [{"vendor": "anchore", "name": "grype", "version": "0.41.0"}]}, "vulnerabilities": []}'),
  (2, 'nobody has looked', 'auto', '{"bomFormat": "CycloneDX", "metadata": {"tools": [{"name": "cyclonedx-npm"}]}, "components": [{"name": "ws"}]}'),
  (3, 'has anybody looked?', 'auto', '{"bomFormat": "CycloneDX", "metadata": {"tools": {"components": [{"name": "trivy"}]}}, "components": [], "vulnerabilities": []}'),
  (4, 'no list', 'auto', '{"bomFormat": "CycloneDX", "vulnerabilities": {}}'),
  (5, 'another bill', 'auto', '{"bomFormat": "SPDX", "vulnerabilities": []}'),
  (6, 'XML', 'cyclonedx', '<bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>'),
  (7, 'OpenVEX', 'auto', '{"@context": "https://openvex.dev/ns/v0.2.0", "statements": [{"status": "not_affected"}]}')) AS t (n, what, format, report),
  pg_temp.said(format, report) AS s ORDER BY n;

-- ---- dependency-check ----
INSERT INTO report (what, report) VALUES
('dependency-check', $${"reportSchema": "1.1", "scanInfo": {"engineVersion": "12.1.0"}, "dependencies": [{"fileName": "log4j-core.jar", "vulnerabilities": [
   {"source": "NVD", "name": "CVE-1", "severity": "CRITICAL", "cvssv3": {"baseScore": 5.0}, "description": "JNDI"},
   {"source": "NPM", "name": "118", "severity": "moderate"}, {"name": "CVE-2", "severity": "8.1"}, {"name": "CVE-3", "cvssv2": {"score": 9.5, "severity": "HIGH"}},
   {"name": "CVE-4", "cvssv4": {"baseSeverity": "LOW"}, "cvssv3": {"baseSeverity": "HIGH"}}, {"name": "CVE-5", "unscored": "true", "severity": "Unknown"}],
  "suppressedVulnerabilities": [{"name": "CVE-6", "severity": "HIGH", "notes": "only the API is used"}]}, {"fileName": "a.jar"}]}$$),
('dependency-check, XML', $$<?xml version="1.0"?><analysis xmlns="https://jeremylong.github.io/DependencyCheck/dependency-check.4.0.xsd"><scanInfo><engineVersion>12.1.0</engineVersion></scanInfo>
 <dependencies><dependency><fileName>log4j-core.jar</fileName><relatedDependencies><relatedDependency><fileName>other.jar</fileName></relatedDependency></relatedDependencies><vulnerabilities>
  <vulnerability source="NVD"><name>CVE-1</name><severity>CRITICAL</severity><cvssV3><baseScore>5.0</baseScore><severity>LOW</severity></cvssV3><description>JNDI</description><references><reference><name>a name</name></reference></references></vulnerability>
  <vulnerability><name>CVE-2</name><cvssV2><score>9.5</score><severity>HIGH</severity></cvssV2><cvssV3><baseSeverity>MEDIUM</baseSeverity></cvssV3></vulnerability>
  <vulnerability><name>CVE-3</name><cvssScore>7.5</cvssScore></vulnerability><vulnerability><name>CVE-4</name></vulnerability>
  <suppressedVulnerability><name>CVE-6</name><severity>HIGH</severity><notes>only the API is used</notes></suppressedVulnerability></vulnerabilities></dependency></dependencies></analysis>$$);
SELECT what, s.* FROM report, pg_temp.said(format, report) AS s WHERE what ~ '^dependency' ORDER BY n;
SELECT what, k.* FROM report, pg_temp.kept(format, report) AS k WHERE what ~ '^dependency' ORDER BY n, i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', '{"reportSchema": "1.1", "scanInfo": {}, "dependencies": [{"fileName": "a.jar"}]}'),
  (2, 'nothing scanned', '{"reportSchema": "1.1", "scanInfo": {}, "dependencies": []}'),
  (3, 'no update', '{"reportSchema": "1.1", "scanInfo": {"analysisExceptions": [{"exception": {"message": "could not update the NVD"}}]}, "dependencies": [{"fileName": "a.jar"}]}'),
  (4, 'nothing scanned, XML', '<analysis xmlns="dependency-check"><dependencies/></analysis>'),
  (5, 'no update, XML', '<analysis xmlns="dependency-check"><scanInfo><analysisExceptions><exception/></analysisExceptions></scanInfo><dependencies><dependency/></dependencies></analysis>'),
  (6, 'another root', '<project/>')) AS t (n, what, report),
  pg_temp.said('dependency-check', report) AS s ORDER BY n;

-- ---- Semgrep, gosec, Bandit ----
INSERT INTO report (what, report) VALUES
('Semgrep', $${"version": "1.97.0", "results": [
  {"check_id": "sqli", "path": "a.py", "start": {"line": 9}, "extra": {"severity": "ERROR", "message": "concatenated", "is_ignored": false}},
  {"check_id": "a", "path": "a.py", "start": {"line": 1}, "extra": {"severity": "WARNING"}}, {"check_id": "b", "path": "a.py", "start": {"line": 1}, "extra": {"severity": "INFO"}},
  {"check_id": "c", "path": "a.py", "start": {"line": 1}, "extra": {"severity": "CRITICAL"}}, {"check_id": "d", "path": "a.py", "start": {"line": 1}, "extra": {"severity": "SOMETIMES"}},
  {"check_id": "e", "path": "a.py", "start": {"line": 4}, "extra": {"severity": "ERROR", "is_ignored": true}}],
 "errors": [{"level": "warn", "type": "Timeout", "message": "rule b took too long"}], "paths": {"scanned": ["a.py"]}}$$),
('gosec', $${"Golang errors": {}, "Issues": [{"severity": "HIGH", "confidence": "LOW", "rule_id": "G101", "details": "hardcoded", "file": "a.go", "line": "79-81", "nosec": false, "suppressions": null},
  {"severity": "MEDIUM", "rule_id": "G104", "file": "a.go", "line": "3", "nosec": true, "suppressions": [{"kind": "inSource", "justification": "cannot fail"}]}], "Stats": {"files": 20, "lines": 1562, "nosec": 1, "found": 1}, "GosecVersion": "2.21"}$$),
('Bandit', $${"errors": [], "generated_at": "2026-01-01T00:00:00Z", "metrics": {"_totals": {"loc": 12}}, "results": [
  {"filename": "a.py", "issue_severity": "LOW", "issue_confidence": "HIGH", "issue_text": "assert", "line_number": 2, "test_id": "B101"}, {"filename": "a.py", "issue_severity": "UNDEFINED", "test_id": "B1"}]}$$);
SELECT what, s.* FROM report, pg_temp.said(format, report) AS s WHERE what IN ('Semgrep', 'gosec', 'Bandit') ORDER BY n;
SELECT what, k.* FROM report, pg_temp.kept(format, report) AS k WHERE what IN ('Semgrep', 'gosec', 'Bandit') ORDER BY n, i;
SELECT what, s.* FROM (VALUES
  (1, 'nothing found', 'auto', '{"version": "1.97.0", "results": [], "errors": [], "paths": {"scanned": ["a.py"]}}'),
  (2, 'nothing scanned', 'auto', '{"version": "1.97.0", "results": [], "errors": [], "paths": {"scanned": []}}'),
  (3, 'a rule that is none', 'auto', '{"version": "1.97.0", "results": [], "errors": [{"level": "error", "type": "InvalidRule", "long_msg": "no pattern"}, {"code": 2}], "paths": {"scanned": ["a.py"]}}'),
  (4, 'no list', 'semgrep', '{"results": {}, "errors": []}'),
  (5, 'does not compile', 'auto', '{"Golang errors": {"a.go": [{"line": 1, "column": 2, "error": "expected declaration"}]}, "Issues": [], "Stats": {"files": 1}}'),
  (6, 'no Go', 'auto', '{"Golang errors": {}, "Issues": [], "Stats": {"files": 0}}'),
  (7, 'no Python', 'auto', '{"errors": [], "generated_at": "2026", "metrics": {"_totals": {"loc": 0}}, "results": []}'),
  (8, 'a file that it could not read', 'auto', '{"errors": [{"filename": "a.py", "reason": "syntax error while parsing AST"}], "generated_at": "2026", "metrics": {"_totals": {"loc": 7}}, "results": []}'),
  (9, 'no word of what was scanned', 'auto', '{"version": "1.97.0", "results": [], "errors": [], "paths": {}}'),
  (10, 'the same of gosec', 'auto', '{"Golang errors": {}, "Issues": [], "Stats": {}}'),
  (11, 'the same of Bandit', 'auto', '{"errors": [], "generated_at": "2026", "metrics": {}, "results": []}'),
  (12, 'scanned is no list', 'semgrep', '{"results": [], "errors": [], "paths": {"scanned": "a.py"}}'),
  (13, 'a count that is a text', 'gosec', '{"Issues": [], "Stats": {"files": "0"}}'),
  (14, 'a count that is none', 'bandit', '{"errors": [], "metrics": {"_totals": {"loc": -1}}, "results": []}'),
  (15, 'errors that are no list', 'gosec', '{"Golang errors": [{"error": "x"}], "Issues": [], "Stats": {"files": 1}}')) AS t (n, what, format, report),
  pg_temp.said(format, report) AS s ORDER BY n;

-- ---- all of them ----
-- Cut at any place, none is ok; yarn's lines are whole after each.
SELECT what, count(*) AS cuts, count(*) FILTER (WHERE r.status = 'ok') AS ok
FROM report, generate_series(1, length(report) - 1, 7) AS at, releasegov.read_report(format, left(report, at)) AS r
GROUP BY n, what ORDER BY n;
-- A tool that fails for what the report shows has done its work.
SELECT what, (releasegov.read_report(format, report, 1)).status FROM report ORDER BY n;
-- A value of another kind in place of any other: where does a finding get lost?
SELECT what, m.found[1] AS member, string_agg(odd, '  ' ORDER BY odd COLLATE "C") AS instead
FROM report, unnest(ARRAY['null', '7', '"x"', '[]', '{}', '[[{}]]']) AS odd,
  LATERAL (SELECT releasegov.read_report(format, report) AS whole) AS w,
  regexp_matches(report, '"([A-Za-z_]+)": (?=[[{"])', 'g') WITH ORDINALITY AS m(found, i),
  releasegov.read_report(format, regexp_replace(report, '("[A-Za-z_]+": )(?=[[{"])', '\1' || odd || ', "was": ', 1, i::int)) AS r
WHERE what <> 'dependency-check, XML' AND r.status = 'ok' AND (r.figures->>'findings.total')::int < ((whole).figures->>'findings.total')::int
GROUP BY n, what, m.i, m.found ORDER BY n, m.i;

-- More names than any tool has rules for.
SELECT r.status, r.message FROM releasegov.read_report('sarif', (SELECT '{"version": "2.1.0", "runs": [{"results": [' || string_agg(format('{"ruleId": "r%s"}', i), ',') || ']}]}' FROM generate_series(1, 100001) i)) AS r;
-- Reading gives the memory back, whatever the answer.
DO $$
BEGIN
  FOR i IN 1..20 LOOP
    PERFORM (releasegov.read_report(format, left(report, length(report) - i + 1))).status FROM report;
  END LOOP;
END $$;
SELECT count(*) FROM pg_backend_memory_contexts WHERE name ~ 'releasegov';
