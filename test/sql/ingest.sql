-- A pipeline hands its tools' reports over; the gates of the release have their
-- results, and nobody had to say what they mean.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET TIME ZONE 'UTC';
SELECT releasegov.register_application('kettle', 'standard', 'a tea shop');
SELECT releasegov.register_release('kettle', '1.4.0', 'c0ffee', ARRAY['ann'], 'main');
CREATE FUNCTION pg_temp.results() RETURNS TABLE (gate text, measured text, outcome text, detail text, of_report bool)
LANGUAGE sql AS $$
  SELECT g.gate, g.measured::text, g.outcome::text, g.detail,
    EXISTS (SELECT FROM releasegov.report r WHERE r.application = g.application AND r.version = g.version AND r.id = g.report)
  FROM releasegov.gate_result g WHERE application = 'kettle' ORDER BY g.id
$$;

-- Unit tests, named; coverage feeds one gate only, so it need not be.
\x on
SELECT recognised, status, message, results, figures, warnings, repeated FROM releasegov.ingest_report('kettle', '1.4.0', 'junit',
  '<testsuite tests="2"><testcase name="a"/><testcase name="b"><failure message="cold"/></testcase></testsuite>',
  gates => '{unit_tests}', source => 'github', run_id => '8123', exit_code => 1);
SELECT recognised, status, message, results, figures, warnings, repeated FROM releasegov.ingest_report('kettle', '1.4.0', 'auto',
  E'SF:a.js\nDA:1,1\nDA:2,0\nend_of_record\n'::bytea, source => 'github', run_id => '8123');
-- A gate without a threshold takes pass or fail: the build's tests.
SELECT recognised, status, message, results, repeated FROM releasegov.ingest_report('kettle', '1.4.0', 'junit',
  '<testsuite><testcase name="packages"/></testsuite>', gates => '{build}', source => 'github', run_id => '8123');
\x off
SELECT * FROM pg_temp.results();

-- The job runs again: the same report inserts nothing, another is a contradiction.
SELECT status, results, repeated,
  report_id = (SELECT id FROM releasegov.report WHERE gates = '{build}') AS same_report
FROM releasegov.ingest_report('kettle', '1.4.0', 'junit',
  '<testsuite><testcase name="packages"/></testsuite>', gates => '{build}', source => 'github', run_id => '8123');
SELECT status FROM releasegov.ingest_report('kettle', '1.4.0', 'junit',
  '<testsuite><testcase name="packages"><error/></testcase></testsuite>', gates => '{build}', source => 'github', run_id => '8123');
\echo :SQLSTATE
SELECT status FROM releasegov.ingest_report('kettle', '1.4.0', 'junit',
  '<testsuite><testcase name="packages"/></testsuite>', gates => '{build}', source => 'github', run_id => '8123', exit_code => 1);
-- A rerun is the next attempt.
SELECT status, results, repeated FROM releasegov.ingest_report('kettle', '1.4.0', 'junit',
  '<testsuite><testcase name="packages"><error/></testcase></testsuite>', gates => '{build}', source => 'github', run_id => '8123', attempt => 2);

-- A report that is not ok is kept, and fails its gates: nothing passes by it.
SELECT recognised, status, message, results FROM releasegov.ingest_report('kettle', '1.4.0', 'junit',
  '<testsuites tests="0"/>', gates => '{e2e_tests}', run_id => '1');
SELECT recognised, status, message, results FROM releasegov.ingest_report('kettle', '1.4.0', 'sarif',
  '<html>502 Bad Gateway</html>', gates => '{security_scan,lint}', run_id => '2');
SELECT recognised, status, message, results FROM releasegov.ingest_report('kettle', '1.4.0', 'auto',
  'Segmentation fault', gates => '{integration_tests}', run_id => '3', exit_code => 139);
-- One that is ok but lacks the figure fails the gate, too: every tenth request failed.
SELECT status, results FROM releasegov.ingest_report('kettle', '1.4.0', 'autocannon',
  '{"errors": 0, "timeouts": 0, "non2xx": 50, "latency": {"p99": 15}, "requests": {"total": 500}}', run_id => '4');
SELECT * FROM pg_temp.results() OFFSET 4;
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('kettle', '1.4.0', 'staging')
WHERE kind = 'gate' ORDER BY requirement;

-- A job that must fail when its report cannot be read says so: nothing is stored.
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'ctrf', '{"results": {"tests": [{"name"', gates => '{e2e_tests}', strict => true);
\echo :SQLSTATE
SELECT count(*) AS reports FROM releasegov.report;

-- Which gate? A report of unit tests does not pass the end-to-end tests.
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'junit', '<testsuite><testcase name="a"/></testsuite>');
\echo :SQLSTATE
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'auto', 'what is this');
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'junit', '<testsuite><testcase name="a"/></testsuite>', gates => '{lint}');
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'lcov', E'SF:a.js\nDA:1,1\nend_of_record\n', gates => '{build}');
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'junit', '<testsuite><testcase name="a"/></testsuite>', gates => '{unit_test}');
-- For no gate, to be kept only.
SELECT status, results FROM releasegov.ingest_report('kettle', '1.4.0', 'junit', '<testsuite><testcase name="a"/></testsuite>', gates => '{}');

-- Mistakes of the caller, each in words.
SELECT * FROM releasegov.ingest_report('coffee', '1.4.0', 'junit', '<testsuite/>');
SELECT * FROM releasegov.ingest_report('kettle', '1.5.0', 'junit', '<testsuite/>');
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'xunit5', '<testsuite/>');
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'junit', '<testsuite/>', gates => '{unit_tests}', environment => 'moon');
SELECT * FROM releasegov.ingest_report(NULL, '1.4.0', 'junit', '<testsuite/>');
SELECT * FROM releasegov.ingest_report('kettle', '1.4.0', 'junit', '<testsuite/>', gates => '{unit_tests}', measured_at => 'infinity');

-- What was read is history.
SELECT version, format, tool, status, gates, exit_code, size, encode(digest, 'hex') = encode(sha256('<testsuite><testcase name="packages"/></testsuite>'), 'hex') AS digest
FROM releasegov.report ORDER BY id;
UPDATE releasegov.report SET status = 'ok';
DELETE FROM releasegov.report;
INSERT INTO releasegov.report SELECT (r).* FROM (SELECT jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'status', 'ok', 'run_id', NULL)) AS r FROM releasegov.report AS r) AS t;
