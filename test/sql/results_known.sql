-- A pipeline's session remembers which releases it has seen, so that a result
-- costs no look at them. It must not remember what was taken back, nor what
-- went with the tables.
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT releasegov.register_application('known');

-- a release registered in a savepoint is known in it
BEGIN;
SAVEPOINT before;
SELECT releasegov.register_release('known', '1.0.0', 'c0ffee', '{dora}', 'main');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '0');
ROLLBACK TO before;
-- and unknown when that was taken back
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '0');
ROLLBACK;

-- the same where the whole transaction was taken back
BEGIN;
SELECT releasegov.register_release('known', '1.0.0', 'c0ffee', '{dora}', 'main');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '0');
ROLLBACK;
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '0');

-- committed, it stays known, and its neighbours do not become so
SELECT releasegov.register_release('known', '1.0.0', 'c0ffee', '{dora}', 'main');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '0');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '1');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.00', 'lint', '0');
SELECT version, gate, measured FROM releasegov.gate_result WHERE application = 'known' ORDER BY id;

-- an extension made anew knows nothing of what the one before held
SET client_min_messages = warning;
BEGIN;
DROP EXTENSION releasegov CASCADE;
CREATE EXTENSION releasegov;
SELECT releasegov.register_application('known');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '0');
ROLLBACK;
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('known', '1.0.0', 'lint', '2');
SELECT version, gate, measured FROM releasegov.gate_result WHERE application = 'known' ORDER BY id;
