-- An auditor asks in autumn what the scanner really said in spring. Where the
-- policy says so, the whole report is there, byte for byte.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = error;
CREATE FUNCTION pg_temp.keep(reports text) RETURNS int LANGUAGE sql AS $f$
  SELECT releasegov.apply_policy('pantry', $${
    "releasegov": 1,
    "environments": [ { "name": "live", "releases": true } ],
    "gates": [
      { "name": "unit_tests", "threshold": "= 100%", "figures": ["tests.pass_rate"], "enforcement": "block", "environments": ["live"] },
      { "name": "build", "enforcement": "block", "environments": ["live"] },
      { "name": "coupling", "threshold": "<= 12", "path": "$.coupling", "enforcement": "block", "environments": ["live"] } ]
  }$$::jsonb || reports::jsonb)
$f$;
CREATE FUNCTION pg_temp.send(report text, gates text[], run_id text DEFAULT NULL) RETURNS text LANGUAGE sql AS $$
  SELECT concat_ws(' ', CASE WHEN repeated THEN 'repeated' END, status, results)
  FROM releasegov.ingest_report('pantry', '1.0', 'auto', report, gates => gates, run_id => run_id)
$$;
-- What was sent since the last look, and whether it is there as it came.
CREATE VIEW pg_temp.sent AS
SELECT r.id, r.format, r.status, r.document, r.size, sha256(d.content) = r.digest AS same_digest, d.size AS kept_size
FROM releasegov.report r
LEFT JOIN releasegov.report_document d ON d.application = r.application AND d.version = r.version AND d.report = r.id
WHERE r.application = 'pantry';

-- Nothing is kept unless the policy says so.
SELECT pg_temp.keep('{}');
SELECT releasegov.register_application('pantry', 'pantry'), releasegov.register_release('pantry', '1.0', 'c0ffee', '{ann}', 'main');
SELECT keep, keep_below FROM releasegov.policy_reports WHERE policy IN ('pantry', 'standard');
SELECT pg_temp.send('<testsuite><testcase name="a"><failure/></testcase></testsuite>', '{unit_tests}');
SELECT format, status, document, size, same_digest, kept_size FROM pg_temp.sent ORDER BY id;

-- Failed ones: what is not ok, and what misses a gate.
SELECT pg_temp.keep('{"reports": {"keep": "failed"}}');
SELECT keep, keep_below FROM releasegov.policy_reports WHERE policy = 'pantry';
SELECT what, pg_temp.send(report, gates) FROM (VALUES
  (1, 'all pass', '{unit_tests}'::text[], '<testsuite><testcase name="a"/></testsuite>'),
  (2, 'one fails', '{unit_tests}', '<testsuite><testcase name="a"/><testcase name="b"><failure>expected tea</failure></testcase></testsuite>'),
  (3, 'one fails, and no gate asks', '{}', '<testsuite><testcase name="a"/><testcase name="c"><failure/></testcase></testsuite>'),
  (3, 'none fails, and no gate asks', '{}', '<testsuite><testcase name="a"/><testcase name="c"/></testsuite>'),
  (4, 'pass or fail', '{build}', '<testsuite><testcase name="d"><error/></testcase></testsuite>'),
  (5, 'none ran', '{unit_tests}', '<testsuites tests="0"/>'),
  (6, 'not readable', '{unit_tests}', 'Segmentation fault'),
  (7, 'nothing came', '{unit_tests}', ''),
  (8, 'a gate of its own that is met', '{coupling}', '{"coupling": 12}'),
  (9, 'one that is missed', '{coupling}', '{"coupling": 13}'),
  (10, 'one that finds nothing', '{coupling}', '{"coupled": 1}')) AS v (n, what, gates, report) ORDER BY n, what;
SELECT format, status, document, size, same_digest, kept_size FROM pg_temp.sent ORDER BY id OFFSET 1;

-- All of them, below a size.
SELECT pg_temp.keep('{"reports": {"keep": "all", "keep_below": "100 B"}}');
SELECT pg_temp.send('{"coupling": 12, "note": "' || repeat('x', n) || '"}', '{coupling}') FROM unnest('{71,72,73}'::int[]) n ORDER BY n;
SELECT format, status, document, size, same_digest, kept_size FROM pg_temp.sent ORDER BY id OFFSET 12;

-- As they came: NUL bytes, a BOM and broken UTF-8 included; text in UTF-8.
SELECT pg_temp.keep('{"reports": {"keep": "all", "keep_below": "64 MB"}}');
SELECT status FROM releasegov.ingest_report('pantry', '1.0', 'junit', '\xefbbbf'::bytea || '<testsuite><testcase name="a' || '\x00ff1b'::bytea || '"/></testsuite>', gates => '{unit_tests}', run_id => '7');
SELECT status FROM releasegov.ingest_report('pantry', '1.0', 'junit', '<testsuite><testcase name="Grüße"/></testsuite>', gates => '{unit_tests}', run_id => '8');
SELECT r.run_id, releasegov.report_document('pantry', '1.0', r.id) AS content FROM releasegov.report r WHERE r.application = 'pantry' AND run_id IN ('7', '8') ORDER BY 1;
SELECT convert_from(releasegov.report_document('pantry', '1.0', r.id), 'UTF8') AS content FROM releasegov.report r WHERE r.application = 'pantry' AND run_id = '8';
-- The same report again is there already.
SELECT pg_temp.send('{"coupling": 1}', '{coupling}', '9'), pg_temp.send('{"coupling": 1}', '{coupling}', '9');
SELECT count(*) AS reports, count(kept_size) AS kept FROM pg_temp.sent s JOIN releasegov.report r USING (id) WHERE r.run_id = '9';
-- One of some size is stored compressed.
SELECT pg_temp.send('{"coupling": 1, "modules": [' || (SELECT string_agg(format('{"name": "module %s", "coupling": 1}', i), ', ') FROM generate_series(1, 20000) i) || ']}', '{coupling}');
SELECT s.size > 500000 AS large, pg_column_size(d.content) < s.size / 3 AS compressed, same_digest
FROM pg_temp.sent s JOIN releasegov.report_document d ON d.report = s.id ORDER BY s.id DESC LIMIT 1;
-- A report that is refused leaves nothing behind.
SELECT count(*) AS before FROM releasegov.report_document \gset
SELECT * FROM releasegov.ingest_report('pantry', '1.0', 'ctrf', '{"results": {"tests": [{"name"', gates => '{unit_tests}', strict => true);
SELECT count(*) - :before AS more FROM releasegov.report_document;

-- What is not there, and why. The ids differ from run to run.
CREATE FUNCTION pg_temp.answer(id uuid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  message text; detail text; hint text;
BEGIN
  RETURN length(releasegov.report_document('pantry', '1.0', id)) || ' bytes';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN replace(concat_ws(E'\n', SQLSTATE || ' ' || message, detail, hint), id::text, 'ID');
END $$;
SELECT document, pg_temp.answer(id) FROM (SELECT DISTINCT ON (document) document, id FROM pg_temp.sent ORDER BY document, id) x;
SELECT pg_temp.answer('00000000-0000-0000-0000-000000000000');
SELECT releasegov.report_document('pantry', '2.0', '00000000-0000-0000-0000-000000000000');
SELECT releasegov.report_document('pantry', '1.0', NULL) IS NULL AS nothing_asked;

-- It is history: nobody writes it, changes it or takes it away.
INSERT INTO releasegov.report_document SELECT application, version, gen_random_uuid(), content, size, recorded_at, recorded_by FROM releasegov.report_document LIMIT 1;
UPDATE releasegov.report_document SET content = '';
DELETE FROM releasegov.report_document;
TRUNCATE releasegov.report_document;
SELECT event, summary FROM releasegov.audit_trail WHERE application = 'pantry' AND event = 'report.ingested' AND summary LIKE '%kept%' ORDER BY recorded_at LIMIT 2;
-- It is part of the record's check: a changed byte is seen, and so is a loss.
SELECT * FROM releasegov.check_record() WHERE object LIKE '%report%';
BEGIN;
ALTER TABLE releasegov.report_document DISABLE TRIGGER USER;
UPDATE releasegov.report_document d SET content = '{"coupling": 2}' FROM releasegov.report r WHERE r.id = d.report AND r.run_id = '9';
DELETE FROM releasegov.report_document d USING releasegov.report r WHERE r.id = d.report AND r.run_id = '8';
SELECT regexp_replace(object, '[0-9a-f-]{36}', 'ID') AS object, problem FROM releasegov.check_record();
SELECT pg_temp.answer(id) FROM releasegov.report WHERE run_id = '8' AND application = 'pantry';
SELECT object, problem FROM releasegov.check_installation() WHERE object LIKE '%report%';
ROLLBACK;

-- A policy that keeps without measure is none.
SELECT d, v.* FROM (VALUES (1, '{"keep": "some"}'), (2, '{"keep_below": "1 MB"}'), (3, '{"keep": "all", "keep_below": "64.1 MB"}'), (4, '{"keep": "all", "keep_below": "0 B"}'),
  (5, '{"keep": "all", "keep_below": 1000000}'), (6, '{"keep": "all", "keep_below": "1 ms"}'), (7, '{"keep": "all", "keep_below": "1.5 B"}'), (8, '{"keep": "all", "keep_above": "1 B"}'),
  (9, '["all"]'), (10, '{"keep": "failed", "keep_below": "1.5 MiB"}')) AS t (n, d),
  LATERAL (SELECT * FROM releasegov.validate_policy(jsonb_build_object('releasegov', 1, 'environments', '[{"name": "live", "releases": true}]'::jsonb, 'reports', d::jsonb))) v ORDER BY n;
