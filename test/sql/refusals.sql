-- What must not get in: each refusal says what, why and what to do, has its
-- SQLSTATE, and leaves nothing behind.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
CREATE ROLE rg_nobody;
SELECT releasegov.register_application('shop');
SELECT releasegov.register_release('shop', '1.0', 'c1', '{mia}', 'main', state => 'candidate');
CREATE FUNCTION pg_temp.rows() RETURNS bigint LANGUAGE sql AS $$
  SELECT (SELECT count(*) FROM releasegov.application) + (SELECT count(*) FROM releasegov.release)
       + (SELECT count(*) FROM releasegov.gate_result) + (SELECT count(*) FROM releasegov.review)
       + (SELECT count(*) FROM releasegov.approval) + (SELECT count(*) FROM releasegov.attestation)
       + (SELECT count(*) FROM releasegov.waiver) + (SELECT count(*) FROM releasegov.blocking_issue)
       + (SELECT count(*) FROM releasegov.feature_flag) + (SELECT count(*) FROM releasegov.monitoring_check)
       + (SELECT count(*) FROM releasegov.health_check) + (SELECT count(*) FROM releasegov.hold)
       + (SELECT count(*) FROM releasegov.deployment) + (SELECT count(*) FROM releasegov.transition)
       + (SELECT count(*) FROM releasegov.policy_revision) + (SELECT count(*) FROM releasegov.identity)
$$;
SELECT pg_temp.rows() AS rows_before \gset

-- Names that are not known.
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shopp', '1.0', 'lint', '0');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.1', 'lint', '0');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', 'lnt', '0');
INSERT INTO releasegov.ci_result (application, version, gate, measured, environment) VALUES ('shop', '1.0', 'lint', '0', 'moon');
SELECT releasegov.promote('shop', '1.0', 'moon');
SELECT * FROM releasegov.promotion_eligibility('shop', '1.0', 'moon');
SELECT releasegov.is_eligible('shopp', '1.0', 'staging');
SELECT releasegov.explain('shop', '1.1', 'staging');
SELECT releasegov.review_release('shop', '1.0', 'palm_reading');
SELECT releasegov.approve('shop', '1.0', 'production', rule => 'nod');
SELECT releasegov.attest('shop', '1.0', 'production', 'moon_phase', 'full');
SELECT releasegov.assign_policy('shop', 'polcy');
SELECT releasegov.register_application('shop2', 'polcy');
SELECT releasegov.register_release('shop', '1.1', 'c2', '{mia}', 'main', change_categories => '{astrology}');
SELECT releasegov.register_release('shop', '1.1', 'c2', '{mia}', 'main', kind => 'coldfix');
\echo :LAST_ERROR_SQLSTATE

-- A version is one commit.
SELECT releasegov.register_release('shop', '1.0', 'c2', '{mia}', 'main', state => 'candidate');
SELECT releasegov.register_release('shop', '1.0', 'c1', '{mia,jun}', 'main', state => 'candidate');
\echo :LAST_ERROR_SQLSTATE

-- Measures: of another unit, not numbers, nothing at all.
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', 'unit_test_coverage', '93.4');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', 'unit_test_coverage', 'NaN');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', 'unit_test_coverage', 'Infinity%');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', 'lint', '-1');
INSERT INTO releasegov.ci_result (application, version, gate) VALUES ('shop', '1.0', 'lint');
INSERT INTO releasegov.ci_result (application, version, gate) VALUES ('shop', '1.0', 'build');
INSERT INTO releasegov.ci_result (application, version, measured) VALUES ('shop', '1.0', '0');

-- Time does not run backwards, and not ahead.
INSERT INTO releasegov.ci_result (application, version, gate, measured, measured_at) VALUES ('shop', '1.0', 'lint', '0', 'infinity');
\set VERBOSITY terse
INSERT INTO releasegov.ci_result (application, version, gate, measured, measured_at) VALUES ('shop', '1.0', 'lint', '0', '2199-01-01');
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE
SELECT releasegov.report_health('shop', 'staging', '1.0', true);
\set VERBOSITY terse
SELECT releasegov.report_health('shop', 'staging', '1.0', true, observed_at => now() - interval '1 hour');
SELECT releasegov.grant_waiver('shop', '1.0', 'staging', 'gate:lint', 'late', now() - interval '1 hour');
\set VERBOSITY default
SELECT releasegov.grant_waiver('shop', '1.0', 'staging', 'gate:lint', 'for ever', 'infinity');

-- Long names, empty names, text that tries to be SQL.
SELECT releasegov.register_application(repeat('x', 10000));
SELECT releasegov.register_application('');
SELECT releasegov.register_application(E'shop\nproduction');
SELECT releasegov.register_release('shop', repeat('9', 10000), 'c', '{mia}', 'main');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', repeat('g', 10000), '0');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', repeat('é', 10000), 'lint', '0');
INSERT INTO releasegov.ci_result (application, version, gate, measured, run_id) VALUES ('shop', '1.0', 'lint', '0', repeat('r', 10000));
INSERT INTO releasegov.ci_result (application, version, gate, measured, detail) VALUES ('shop', '1.0', 'lint', '0', repeat('d', 10000000));
INSERT INTO releasegov.ci_result (application, version, gate, measured, run_id) VALUES ('shop', '1.0', 'lint', '0', '');
INSERT INTO releasegov.ci_result (application, version, gate, measured, run_id, attempt) VALUES ('shop', '1.0', 'lint', '0', '7', 0);
SELECT releasegov.open_issue('shop', '1.0', 'BUG-1', repeat('t', 1000000));
SELECT releasegov.explain('shop', '1.0''; DROP TABLE releasegov.release; --', 'staging');
SELECT releasegov.register_release('shop', '1.2', '', '{mia}', 'main');
SELECT releasegov.register_release('shop', '1.2', 'c', '{}', 'main');
SELECT releasegov.register_release('shop', '1.2', 'c', '{NULL}', 'main');
SELECT releasegov.register_release('shop', '1.2', 'c', '{mia}', 'main', artifact_digest => 'latest');
SELECT releasegov.register_release(NULL, '1.2', 'c', '{mia}', 'main');

-- Rows that would be born further, or by hand.
INSERT INTO releasegov.release (application, version, commit_id, authors, source_branch, state)
VALUES ('shop', '2.0', 'c', '{mia}', 'main', 'released');
INSERT INTO releasegov.deployment (application, version, environment, state) VALUES ('shop', '1.0', 'staging', 'live');
INSERT INTO releasegov.deployment (application, version, environment, live_at) VALUES ('shop', '1.0', 'staging', now());
INSERT INTO releasegov.transition (application, version, id, subject, to_state, actor, recorded_at, recorded_by)
VALUES ('shop', '1.0', releasegov.uuid_v7(), 'release', 'released', 'me', now(), 'me');
INSERT INTO releasegov.deployment_decision SELECT;
UPDATE releasegov.release SET state = 'draft' WHERE version = '1.0';
UPDATE releasegov.release SET content_digest = '\x00' WHERE version = '1.0';
UPDATE releasegov.release SET version = '1.0.1' WHERE version = '1.0';
DELETE FROM releasegov.release;
TRUNCATE releasegov.release CASCADE;

-- What the writer says of id, time and person does not count.
INSERT INTO releasegov.gate_result (application, version, gate, measured, recorded_at)
VALUES ('shop', '1.0', 'lint', '0', '2001-01-01');
INSERT INTO releasegov.gate_result (application, version, gate, measured, id, recorded_by)
VALUES ('shop', '1.0', 'lint', '0', '00000000-0000-0000-0000-000000000000', 'somebody else');
SELECT id = '00000000-0000-0000-0000-000000000000' AS id_kept, recorded_at > now() - interval '1 hour' AS is_now,
       recorded_by = current_user AS is_me
FROM releasegov.gate_result;

-- One health check and one result are all that got in.
SELECT pg_temp.rows() - :rows_before AS rows_that_got_in;
DROP ROLE rg_nobody;
