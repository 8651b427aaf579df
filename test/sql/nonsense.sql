-- What nobody can mean is refused in words, and never taken for done: nulls
-- where something must be said, names that there are not, links that would
-- harm whoever follows them.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
SELECT releasegov.register_application('shop');
SELECT releasegov.register_release('shop', '1.0', 'c1', '{mia}', 'main', state => 'candidate');
SELECT releasegov.register_release('shop', '1.1', 'c2', '{mia}', 'main');

-- A null is no order: neither done nor passed over.
SELECT releasegov.withdraw_release(NULL, '1.0', 'a leak');
SELECT releasegov.withdraw_release('shop', NULL, 'a leak');
SELECT releasegov.retire_release('shop', NULL);
SELECT releasegov.submit_release(NULL, '1.1');
SELECT releasegov.document_release('shop', '1.1', NULL);
SELECT releasegov.register_release('shop', '1.2', 'c3', '{mia}', 'main', kind => NULL);
SELECT releasegov.register_release('shop', '1.2', 'c3', '{mia}', 'main', change_categories => NULL);
SELECT releasegov.report_monitoring('shop', '1.0', 'staging', 'page', NULL);
SELECT releasegov.import_freezes('standard', NULL, '{production}');
INSERT INTO releasegov.hold (application, version, environment, reason) VALUES ('shop', '1.0', 'staging', 'x');

-- A right that was not taken away must not seem to be.
SELECT releasegov.grant_access(NULL, 'ci');
SELECT releasegov.grant_access('pg_monitor', NULL);
SELECT releasegov.revoke_access(NULL, 'ci');
SELECT releasegov.revoke_access('pg_monitor', NULL);

-- A withdrawal without a reason is still one, and what to do next fits.
SELECT releasegov.withdraw_release('shop', '1.0', NULL);
SELECT state FROM releasegov.release WHERE version = '1.0';
SELECT releasegov.request_promotion('shop', '1.0', 'staging');
SELECT releasegov.request_promotion('shop', '1.1', 'staging');

-- Applications that there are not.
SELECT releasegov.assign_policy('shopp', 'standard');
SELECT releasegov.assign_policy(repeat('x', 1000000), 'standard');
SELECT * FROM releasegov.auto_deploy('shopp');

-- Links are shown to people.
SELECT releasegov.open_issue('shop', '1.1', 'SHOP-1', 'x', 'javascript:alert(1)');
SELECT releasegov.open_issue('shop', '1.1', 'SHOP-1', 'x', 'https://mia:secret@ci.example.com/1');
SELECT releasegov.open_issue('shop', '1.1', 'SHOP-1', 'x', 'https://');
SELECT releasegov.open_issue('shop', '1.1', 'SHOP-1', 'x', 'https:///1');
INSERT INTO releasegov.ci_result (application, version, gate, measured, url)
VALUES ('shop', '1.1', 'lint', '0', 'data:text/html,x');
INSERT INTO releasegov.ci_result (application, version, gate, measured, url)
VALUES ('shop', '1.1', 'lint', '0', E'https://ci.example.com/1\n2');
INSERT INTO releasegov.ci_result (application, version, gate, measured, url)
VALUES ('shop', '1.1', 'lint', '0', 'https://ci.example.com/"><script>');
SELECT * FROM releasegov.ingest_report('shop', '1.1', 'junit', '<testsuite/>'::text, gates => '{unit_tests}', url => 'file:///etc/passwd');
SELECT count(*) AS results FROM releasegov.gate_result;
SELECT count(*) AS reports FROM releasegov.report;

-- These are fine: none, and any of the web's.
INSERT INTO releasegov.ci_result (application, version, gate, measured, url)
VALUES ('shop', '1.1', 'lint', '0', NULL), ('shop', '1.1', 'lint', '0', ''),
       ('shop', '1.1', 'lint', '0', 'http://ci:8080/job/7?who=mia@example.com#log'),
       ('shop', '1.1', 'lint', '0', 'HTTPS://[2001:db8::1]/%22');
SELECT releasegov.open_issue('shop', '1.1', 'SHOP-1', 'x', 'https://issues.example.com/SHOP-1');

-- A guard judges rows; on a statement there is none to look at.
CREATE TABLE pg_temp.mine (application text);
CREATE TRIGGER t BEFORE INSERT ON pg_temp.mine FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_release();
INSERT INTO pg_temp.mine VALUES ('shop');
DROP TRIGGER t ON pg_temp.mine;
CREATE TRIGGER t AFTER UPDATE ON pg_temp.mine FOR EACH STATEMENT EXECUTE FUNCTION releasegov.record_deployment();
UPDATE pg_temp.mine SET application = 'shop';
