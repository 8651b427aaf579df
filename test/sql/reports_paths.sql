-- An application has gates that no tool knows: how its modules are coupled, how
-- many packages have a licence it must not use, how long its vendor's load test
-- took. Its policy says where in which report the figure stands, and nothing but
-- that figure passes.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = error;
SET lc_messages = 'C';
SELECT releasegov.apply_policy('teahouse', $${
  "releasegov": 1,
  "environments": [ { "name": "live", "releases": true } ],
  "gates": [
    { "name": "coupling", "threshold": "<= 12", "path": "$.metrics.coupling.max", "enforcement": "block", "environments": ["live"] },
    { "name": "modules", "threshold": "<= 12", "path": "$.modules[*].coupling", "take": "max", "enforcement": "block", "environments": ["live"] },
    { "name": "violations", "threshold": "= 0", "path": "$.violations[*]", "take": "count", "enforcement": "block", "environments": ["live"] },
    { "name": "licences", "threshold": "= 0", "path": "$.packages[*] ? (@.license like_regex \"^(A?GPL|SSPL)\")", "take": "count",
      "within": "$.packages[*].license", "enforcement": "block", "environments": ["live"] },
    { "name": "response", "threshold": "< 200 ms", "path": "$.p99", "unit": "ms", "enforcement": "warn", "environments": ["live"] },
    { "name": "mutation", "threshold": ">= 80%", "path": "$.score", "enforcement": "block", "environments": ["live"] },
    { "name": "killed", "threshold": ">= 80%", "path": "$.killed / $.mutants * 100", "unit": "%", "enforcement": "block", "environments": ["live"] },
    { "name": "download", "threshold": "< 1 MB", "path": "$[*].size", "take": "sum", "unit": "kB", "enforcement": "block", "environments": ["live"] },
    { "name": "slowest", "threshold": ">= 5", "path": "lax $.runs.score", "take": "min", "enforcement": "block", "environments": ["live"] },
    { "name": "load", "threshold": "< 200 ms", "path": "/loadtest/summary/@p99", "unit": "ms", "enforcement": "block", "environments": ["live"] },
    { "name": "errors", "threshold": "= 0", "path": "count(//sample[@ok='false'])", "within": "//sample/@ok", "enforcement": "block", "environments": ["live"] },
    { "name": "complexity", "threshold": "<= 20", "path": "//m:method/m:complexity", "take": "max", "namespaces": { "m": "urn:tea:metrics" },
      "enforcement": "block", "environments": ["live"] },
    { "name": "longest_test", "threshold": "< 1 s", "path": "//testcase/@time", "take": "max", "unit": "s", "enforcement": "warn", "environments": ["live"] },
    { "name": "blocking_time", "threshold": "< 300 ms", "path": "$.audits.\"total-blocking-time\".numericValue", "unit": "ms", "enforcement": "warn", "environments": ["live"] },
    { "name": "bundles", "threshold": "< 1 MB", "path": "$.bytes", "unit": "B", "parts": ["api", "web"], "combine": "sum", "enforcement": "block", "environments": ["live"] },
    { "name": "unit_tests", "threshold": "= 100%", "figures": ["tests.pass_rate"], "enforcement": "block", "environments": ["live"] },
    { "name": "build", "enforcement": "block", "environments": ["live"] }
  ]
}$$);
SELECT releasegov.register_application('teahouse', 'teahouse'), releasegov.register_release('teahouse', '1.0', 'c0ffee', '{ann}', 'main');
SELECT gate, threshold, path, within, take, unit, namespaces FROM releasegov.policy_gate WHERE policy = 'teahouse' AND path IS NOT NULL ORDER BY "position";
CREATE FUNCTION pg_temp.said(gate text, report text, format text DEFAULT 'auto', OUT read_as text, OUT measured text, OUT detail text)
LANGUAGE plpgsql AS $$
DECLARE
  sent uuid;
BEGIN
  SELECT i.report_id, i.recognised INTO sent, read_as
  FROM releasegov.ingest_report('teahouse', '1.0', format, report, gates => ARRAY[gate]) i;
  SELECT coalesce(g.measured::text, g.outcome::text), g.detail INTO measured, detail
  FROM releasegov.gate_result g WHERE g.application = 'teahouse' AND g.report = sent;
END $$;

-- Read as it is meant. Numbers take the gate's unit, texts bring their own.
SELECT gate, s.* FROM (VALUES
  (1, 'coupling', '{"metrics": {"coupling": {"max": 9, "mean": 3.2}}}'),
  (2, 'coupling', '{"metrics": {"coupling": {"max": 31}}}'),
  (3, 'modules', '{"modules": [{"name": "till", "coupling": 4}, {"name": "stock", "coupling": 11.5}]}'),
  (4, 'violations', '{"violations": []}'),
  (5, 'violations', '{"violations": [{"from": "till", "to": "stock"}, "till -> tax"]}'),
  (6, 'licences', '{"packages": [{"name": "a", "license": "MIT"}, {"name": "b", "license": "Apache-2.0"}]}'),
  (7, 'licences', '{"packages": [{"name": "a", "license": "MIT"}, {"name": "c", "license": "AGPL-3.0"}]}'),
  (8, 'response', '{"p99": 182.5}'),
  (9, 'response', '{"p99": "0.182 s"}'),
  (10, 'response', '{"p99": "182.5"}'),
  (11, 'mutation', '{"score": "93.4%"}'),
  (12, 'killed', '{"mutants": 300, "killed": 244}'),
  (12, 'download', '[{"size": 487}, {"size": "12 kB"}, {"size": "900 B"}, {"size": "1 MiB"}]'),
  (13, 'slowest', '{"runs": [{"score": 7}, {"score": 6.25}]}'),
  (14, 'load', '<loadtest><summary p99=" 182 "/></loadtest>'),
  (15, 'load', '<loadtest><summary p99="0.2 s"/></loadtest>'),
  (16, 'errors', '<loadtest><sample ok="true"/><sample ok="true"/></loadtest>'),
  (17, 'errors', '<loadtest><sample ok="true"/><sample ok="false"/></loadtest>'),
  (18, 'complexity', '<metrics xmlns="urn:tea:metrics"><method><complexity>3</complexity></method><method><complexity><![CDATA[17]]></complexity></method></metrics>')) AS v (n, gate, report),
  pg_temp.said(gate, report) AS s ORDER BY n, gate;

-- A report that a reader knows feeds a path, too, and has its say first.
SELECT gate, s.* FROM (VALUES
  (1, 'longest_test', '<testsuite><testcase name="a" time="0.2"/><testcase name="b" time="0.45"/></testsuite>'),
  (2, 'longest_test', '<testsuite tests="2" failures="1"><testcase name="a" time="0.2"/></testsuite>'),
  (3, 'longest_test', '<testsuite/>'),
  (4, 'blocking_time', '{"lighthouseVersion": "12.8.2", "categories": {"seo": {"score": 1}}, "audits": {"total-blocking-time": {"numericValue": 120.5}}}'),
  (5, 'blocking_time', '{"lighthouseVersion": "12.8.2", "runtimeError": {"code": "NO_FCP"}, "categories": {"seo": {"score": 1}}, "audits": {"total-blocking-time": {"numericValue": 0}}}')) AS v (n, gate, report),
  pg_temp.said(gate, report) AS s ORDER BY n;
SELECT status, results FROM releasegov.ingest_report('teahouse', '1.0', 'junit', '<testsuite><testcase name="a" time="1.5"/></testsuite>', gates => '{unit_tests,longest_test}');

-- A gate of parts is fed by a report of each.
SELECT part, i.status, i.results FROM (VALUES ('api', 620000), ('web', 370000)) AS v (part, bytes),
  releasegov.ingest_report('teahouse', '1.0', 'auto', format('{"bytes": %s}', bytes), gates => '{bundles}', part => part) i ORDER BY part;
SELECT status, observed FROM releasegov.promotion_eligibility('teahouse', '1.0', 'live') WHERE requirement = 'gate:bundles';
SELECT status, results FROM releasegov.ingest_report('teahouse', '1.0', 'auto', '{"size": 1}', gates => '{bundles}', part => 'web');
SELECT status, observed, detail FROM releasegov.promotion_eligibility('teahouse', '1.0', 'live') WHERE requirement = 'gate:bundles';
SELECT results FROM releasegov.ingest_report('teahouse', '1.0', 'auto', '{"bytes": 390000}', gates => '{bundles}', part => 'web');
SELECT status, observed, remedy FROM releasegov.promotion_eligibility('teahouse', '1.0', 'live') WHERE requirement = 'gate:bundles';

-- Nothing but the figure passes. What is missing, doubtful, or no measure of the
-- gate's kind fails it, and says why.
SELECT gate, left(report, 60) AS report, s.measured, s.detail FROM (VALUES
  (1, 'coupling', '{"metrics": {}}'),
  (2, 'coupling', '{"metrics": []}'),
  (3, 'coupling', '[]'),
  (4, 'coupling', '{"metrics": {"coupling": {"max": null}}}'),
  (5, 'coupling', '{"metrics": {"coupling": {"max": false}}}'),
  (6, 'coupling', '{"metrics": {"coupling": {"max": [3]}}}'),
  (7, 'coupling', '{"metrics": {"coupling": {"max": {"value": 3}}}}'),
  (8, 'coupling', '{"metrics": {"coupling": {"max": "n/a"}}}'),
  (9, 'coupling', '{"metrics": {"coupling": {"max": ""}}}'),
  (10, 'coupling', '{"metrics": {"coupling": {"max": -3}}}'),
  (11, 'coupling', '{"metrics": {"coupling": {"max": "NaN"}}}'),
  (12, 'coupling', '{"metrics": {"coupling": {"max": "-Infinity"}}}'),
  (13, 'coupling', '{"metrics": {"coupling": {"max": "1,024"}}}'),
  (14, 'coupling', '{"metrics": {"coupling": {"max": "3 ms"}}}'),
  (15, 'coupling', '{"metrics": {"coupling": {"max": "3 apples"}}}'),
  (16, 'coupling', '{"metrics": {"coupling": {"max": 1e-40}}}'),
  (17, 'coupling', '{"metrics": {"coupling": {"max": 1e400}}}'),
  (18, 'coupling', '{"metrics": {"coupling": {"max": 1e999999}}}'),
  (19, 'modules', '{"modules": []}'),
  (20, 'modules', '{"modules": [{"name": "till", "coupling": 4}, {"name": "stock"}]}'),
  (21, 'modules', '{"modules": [{"coupling": 4}, {"coupling": null}]}'),
  (22, 'modules', '{"modules": "none"}'),
  (23, 'violations', '{"violation": []}'),
  (24, 'violations', '{"violations": null}'),
  (25, 'violations', '{"violations": "0"}'),
  (26, 'violations', '{"violations": [null]}'),
  (27, 'licences', '{"packages": []}'),
  (28, 'licences', '{"packages": [{"name": "a", "licence": "AGPL-3.0"}]}'),
  (29, 'licences', '{"packages": [{"name": "a", "license": "MIT"}, {"name": "b", "license": null}]}'),
  (30, 'mutation', '{"score": 93.4}'),
  (30, 'killed', '{"mutants": 0, "killed": 0}'),
  (30, 'killed', '{"mutants": "300", "killed": 244}'),
  (31, 'download', '[]'),
  (32, 'download', '[{"size": 1}, {"size": "1 s"}]'),
  (33, 'download', '[{"size": 0.000000000000000001}, {"size": 900000}]'),
  (34, 'slowest', '{"runs": {"points": 7}}'),
  (35, 'load', '<loadtest><summary p95="12"/></loadtest>'),
  (36, 'load', '<loadtest><summary p99="12"/><summary p99="900"/></loadtest>'),
  (37, 'load', '<loadtest><summary p99=""/></loadtest>'),
  (38, 'load', '<loadtest><summary p99="12%"/></loadtest>'),
  (39, 'load', '<loadtest><summary p99="&#x661;"/></loadtest>'),
  (40, 'errors', '<loadtest/>'),
  (41, 'errors', '<loadtest><sample status="failed"/></loadtest>'),
  (42, 'complexity', '<metrics><method><complexity>3</complexity></method></metrics>')) AS v (n, gate, report),
  pg_temp.said(gate, report) AS s ORDER BY n, report;
SELECT count(*) AS results, count(*) FILTER (WHERE measured IS NULL AND outcome = 'fail' AND detail <> '') AS failed
FROM releasegov.gate_result WHERE application = 'teahouse' AND gate = 'modules' AND detail NOT LIKE 'the largest%';

-- What is no document at all, hostile or cut off. libxml2 has its own words.
SELECT what, s.read_as, s.measured, regexp_replace(s.detail, ', column \d+: (not well-formed XML).*', ': \1') AS detail FROM (VALUES
  (1, 'nothing', 'coupling', ''),
  (2, 'a lone number, perhaps of more digits', 'coupling', '4'),
  (3, 'the same, as JSON', 'coupling', '4'),
  (4, 'cut off', 'coupling', '{"metrics": {"coupling": {"max": 3'),
  (5, 'two documents', 'coupling', '{"metrics": {"coupling": {"max": 3}}} {}'),
  (6, 'nested 300 deep', 'coupling', repeat('[', 300) || repeat(']', 300)),
  (7, 'XML for a JSONPath', 'coupling', '<metrics/>'),
  (8, 'an error page', 'load', '<!DOCTYPE html><html><loadtest><summary p99="1"/></loadtest></html>'),
  (9, 'an error page in XHTML', 'load', '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'),
  (10, 'billion laughs', 'load', '<!DOCTYPE x [<!ENTITY a "1"><!ENTITY b "&a;&a;">]><loadtest><summary p99="&b;"/></loadtest>'),
  (11, 'a file of the server', 'load', '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><loadtest>&a;<summary p99="1"/></loadtest>'),
  (12, 'XML cut off', 'load', '<loadtest><summary p99="1"/>'),
  (13, 'elements nested 300 deep', 'load', repeat('<a>', 300) || '<summary p99="1"/>' || repeat('</a>', 300))) AS v (n, what, gate, report),
  pg_temp.said(gate, report, CASE n WHEN 3 THEN 'json' WHEN 7 THEN 'json' WHEN 9 THEN 'xml' ELSE 'auto' END) AS s ORDER BY n;

-- Real reports hold what jsonb cannot: it is read all the same. Of two members of
-- one name, one would hide the other.
SELECT s.measured FROM (VALUES
  (1, '{"\u0000": "\ud800 \udc00 \ud83d\ude00", "metrics": {"coupling": {"max": 3}}}'),
  (2, '{"metrics": {"coupling": {"max": 3, "\u006dax": 14}}}')) AS v (n, report), pg_temp.said('coupling', report) AS s ORDER BY n;
SELECT status, results FROM releasegov.ingest_report('teahouse', '1.0', 'auto', '\xefbbbf0a7b22ff223a312c226d657472696373223a7b22636f75706c696e67223a7b226d6178223a337d7d7d'::bytea, gates => '{coupling}');
SELECT status, results, message FROM releasegov.ingest_report('teahouse', '1.0', 'json', '\x7b226d657472696373223a7b22636f75706c696e67223a7b226d6178223a337d7d7d007b7d'::bytea, gates => '{coupling}');

-- Cut at any byte, such a report passes nothing.
SELECT gate, count(*) AS cuts, count(*) FILTER (WHERE s.measured <> 'fail') AS measured
FROM (VALUES
  ('coupling', '{"metrics": {"coupling": {"max": 12}}}'), ('violations', '{"violations": []}'),
  ('load', '<?xml version="1.0"?><loadtest><summary p99="182"/></loadtest>'),
  ('errors', '<loadtest><sample ok="true"/></loadtest>')) AS v (gate, report),
  generate_series(0, length(report) - 1) AS at, pg_temp.said(gate, left(report, at)) AS s
GROUP BY gate ORDER BY gate;

-- The exit code makes it worse, never better.
SELECT exit_code, i.status, i.results FROM unnest(ARRAY[NULL, 0, 1]) WITH ORDINALITY AS e (exit_code, n),
  releasegov.ingest_report('teahouse', '1.0', 'json', '{"violations": []}', gates => '{violations}', exit_code => exit_code) AS i ORDER BY n;

-- Which gate? Of any JSON, the one that is named; the one that takes JSON, if it
-- is the only one. Pass and fail are not said by a document that nobody knows.
SELECT * FROM releasegov.ingest_report('teahouse', '1.0', 'json', '{"violations": []}');
SELECT * FROM releasegov.ingest_report('teahouse', '1.0', 'json', '{"violations": []}', gates => '{build}');
SELECT * FROM releasegov.ingest_report('teahouse', '1.0', 'json', '{"violations": []}', gates => '{unit_tests}');
SELECT * FROM releasegov.ingest_report('teahouse', '1.0', 'json', '{"violations": []}', gates => '{load}');
SELECT * FROM releasegov.ingest_report('teahouse', '1.0', 'lcov', E'SF:a\nDA:1,1\nend_of_record\n', gates => '{load}');
-- Unrecognised, and for a path and a figure: it is for neither.
SELECT recognised, status, results, message FROM releasegov.ingest_report('teahouse', '1.0', 'auto', '{"violations": []}', gates => '{violations,unit_tests}');
SELECT recognised, status, results, message FROM releasegov.ingest_report('teahouse', '1.0', 'auto', '{"violations": []}', gates => '{violations,load}');
SELECT recognised, status, results FROM releasegov.ingest_report('teahouse', '1.0', 'auto', '{"violations": [], "metrics": {"coupling": {"max": 1}}}', gates => '{violations,coupling}');
-- Kept for no gate, it has no figures.
SELECT recognised, status, figures FROM releasegov.ingest_report('teahouse', '1.0', 'json', '{"violations": []}', gates => '{}');
SELECT recognised, status, figures FROM releasegov.read_report('xml', '<a/>');

-- A policy whose paths cannot be asked, or whose answers could not be trusted, is
-- no policy. A misspelt path must not be told as zero: where it could be, the
-- policy says within what there must be something.
CREATE FUNCTION pg_temp.faults(gate text) RETURNS TABLE (place text, expected text) LANGUAGE sql AS $f$
  SELECT replace(v.path, '$.gates[0].', ''), v.expected FROM releasegov.validate_policy(jsonb_build_object('releasegov', 1,
    'environments', '[{"name": "live", "releases": true}]'::jsonb,
    'gates', jsonb_build_array('{"name": "g", "threshold": "<= 10", "enforcement": "block", "environments": ["live"]}'::jsonb || gate::jsonb))) v
$f$;
\x on
SELECT gate, f.* FROM (VALUES
  (1, '{"path": "$.a["}'), (2, '{"path": "metrics.coupling"}'), (3, '{"path": "$.a ? (@.b like_regex \"(\")"}'), (4, '{"path": "$.a > 5"}'),
  (5, '{"path": "lax 5"}'), (6, '{"path": "$.a ? (@ > $limit)"}'), (7, '{"path": "$.a.datetime()"}'), (8, '{"path": "strict $.\"?\".\"datetime()\"", "take": "count"}'),
  (9, '{"path": "$.a[*]", "take": "count"}'), (10, '{"path": "lax $.a[*]", "take": "count"}'), (11, '{"path": "$.a[*] ? (@ > 1)", "take": "count"}'),
  (12, '{"path": "$.**", "take": "count"}'), (13, '{"path": "$.a[*] ? (@ > 1)", "take": "count", "within": "$"}'),
  (14, '{"path": "$.a[*] ? (@ > 1)", "take": "count", "within": "/a"}'), (15, '{"path": "$.a[*] ? (@ > 1)", "take": "count", "within": "$.a["}'),
  (16, '{"path": "//a["}'), (17, '{"path": "//a/@b"}'), (18, '{"path": "//a", "take": "count"}'), (19, '{"path": "sum(//a)"}'), (20, '{"path": "count(//a)", "within": "/*"}'),
  (21, '{"path": "count(//a)", "within": "count(//b)"}'), (22, '{"path": "boolean(//a)"}'), (23, '{"path": "document(''file:///etc/passwd'')//a"}'), (24, '{"path": "//a[$x]"}'),
  (25, '{"path": "//m:a"}'), (25, '{"path": "//a[m:b]"}'), (26, '{"path": "//m:a", "namespaces": {"m": "urn:m"}}'), (27, '{"path": "//m:a", "namespaces": {"1": "urn:m", "m": ""}}'),
  (28, '{"path": "//m:a", "namespaces": []}'), (29, '{"path": "$.a", "namespaces": {"m": "urn:m"}}'), (30, '{"path": "sum(//a)", "take": "max", "within": "//b"}'),
  (31, '{"path": "$.a", "take": "average"}'), (32, '{"path": "$.a", "unit": "ms"}'), (33, '{"path": "$.a", "unit": "miles"}'), (34, '{"path": "$.a", "unit": "ms", "threshold": "<= 1 s"}'),
  (35, '{"path": "$.a", "take": "count", "threshold": "<= 1 s"}'), (35, '{"path": "$.a", "take": "sum", "threshold": "<= 100%"}'), (36, '{"path": "$.a", "threshold": null}'), (37, '{"path": "$.a", "figures": ["tests.failed"]}'),
  (38, '{"within": "$.a", "take": "max", "unit": "ms", "namespaces": {"m": "urn:m"}}'), (39, '{"path": 7, "within": "", "take": null}'),
  (40, '{"path": "(((((((((/a", "within": "/a"}'),
  (41, '{"path": "$.a[*].b[*]", "take": "count"}'), (42, '{"path": "$.a.*", "take": "count"}'), (43, '{"path": "$.a[*]", "take": "count"}')) AS v (n, gate),
  LATERAL (SELECT * FROM pg_temp.faults(gate) UNION ALL SELECT 'no fault', '' WHERE NOT EXISTS (SELECT FROM pg_temp.faults(gate))) f ORDER BY n, gate, place;
\x off

-- Two members of one name, however they are written.
SELECT gate, s.* FROM (VALUES
  (1, 'coupling', '{"metrics": {"coupling": {"max": 31, "max": 9}}}'),
  (2, 'coupling', '{"metrics": {"coupling": {"max": 9, "m\u0061x": 9}}}'),
  (3, 'violations', '{"violations": [], "a": {"b": ":", "c:\"": 1}}'),
  (4, 'violations', '{"violations": [], "a": {"\ud800": 1, "\udfff": 2}}')) AS v (n, gate, report),
  pg_temp.said(gate, report) AS s ORDER BY n;

-- What has no measure for a gate is recorded, and the job's log says so; nobody
-- else can say that a result was read off a report.
SET client_min_messages = warning;
SELECT status, results FROM releasegov.ingest_report('teahouse', '1.0', 'auto', '{"metrics": {"coupling": null}}', gates => '{coupling}');
SET client_min_messages = error;
INSERT INTO releasegov.gate_result (application, version, gate, measured, report)
SELECT application, version, 'coupling', '1', id FROM releasegov.report WHERE application = 'teahouse' LIMIT 1;

-- Paths that take for ever are stopped as every statement is, and nothing stays.
SELECT releasegov.apply_policy('teahouse', releasegov.policy_document('teahouse') || $${"gates": [
  { "name": "regex", "threshold": "= 0", "path": "$.a[*] ? (@ like_regex \"^(.*)(.*)(.*)\\\\2\\\\1\\\\3b$\")", "take": "count", "within": "$.a", "enforcement": "block", "environments": ["live"] },
  { "name": "deep", "threshold": "= 0", "path": "$.**", "take": "count", "within": "$.a", "enforcement": "block", "environments": ["live"] },
  { "name": "deepest", "threshold": "<= 10", "path": "lax $.**.n", "take": "max", "enforcement": "block", "environments": ["live"] },
  { "name": "square", "threshold": "= 0", "path": "//a[count(preceding::a) > count(following::a)]", "take": "count", "within": "/r", "enforcement": "block", "environments": ["live"] },
  { "name": "pairs", "threshold": "= 0", "path": "//a[. = //b]", "take": "count", "within": "/r", "enforcement": "block", "environments": ["live"] }]}$$);
SELECT count(*) AS before FROM releasegov.report WHERE application = 'teahouse' \gset
SET statement_timeout = '200ms';
SELECT * FROM releasegov.ingest_report('teahouse', '1.0', 'json', '{"a": ["' || repeat('ab', 400) || 'b"]}', gates => '{regex}');
RESET statement_timeout;
SELECT count(*) - :before AS more FROM releasegov.report WHERE application = 'teahouse';
SELECT gate, s.* FROM (VALUES
  (1, 'deep', '{"a": ' || repeat('[', 190) || repeat('[[1],[1]],', 20000) || '1' || repeat(']', 190) || '}'),
  (2, 'deepest', '{"a": ' || repeat('[', 190) || (SELECT string_agg('{"n": ' || i || '}', ',') FROM generate_series(1, 10000) i) || repeat(']', 190) || '}'),
  (3, 'square', '<r>' || repeat('<a/>', 20000) || '</r>'),
  (4, 'pairs', '<r>' || (SELECT string_agg(format('<a>a%s</a><b>b%s</b>', i, i), '') FROM generate_series(1, 5000) i) || '</r>'),
  (5, 'deep', '{"a": [' || repeat('1,', 2000001) || '1]}'),
  (6, 'deep', '{"a": "' || repeat('x', 33554433) || '"}'),
  (7, 'square', '<r>' || repeat('<a/>', 2000001) || '</r>')) AS v (n, gate, report),
  pg_temp.said(gate, report) AS s ORDER BY n;

-- All of it is given back, whatever the answer.
CREATE FUNCTION pg_temp.memory() RETURNS bigint
RETURN (SELECT sum(total_bytes) FROM pg_backend_memory_contexts WHERE name LIKE 'releasegov JSON%');
SELECT pg_temp.memory() IS NULL AS all_given_back;
SELECT status, count(*) FROM releasegov.report WHERE application = 'teahouse' GROUP BY 1 ORDER BY 1;
