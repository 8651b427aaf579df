-- One session lives through many changes of policy: it always decides by the
-- policy that is in force for it, never by one that it remembers.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
DROP EXTENSION releasegov CASCADE;
CREATE EXTENSION releasegov;

CREATE FUNCTION pg_temp.policy_with(gates text[], title text DEFAULT 'Session') RETURNS jsonb LANGUAGE sql AS $f$
  SELECT jsonb_build_object('releasegov', 1, 'title', title, 'environments', '[{"name": "live", "releases": true}]'::jsonb,
    'gates', (SELECT jsonb_agg(jsonb_build_object('name', g, 'enforcement', 'block', 'environments', '["live"]'::jsonb)) FROM unnest(gates) AS g))
$f$;
CREATE FUNCTION pg_temp.report(gate text, app text DEFAULT 'shop') RETURNS text LANGUAGE plpgsql AS $f$
BEGIN
  INSERT INTO releasegov.ci_result (application, version, gate, outcome) VALUES (app, '1.0', gate, 'pass');
  RETURN 'recorded';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLERRM;
END $f$;

SELECT releasegov.apply_policy('team', pg_temp.policy_with('{tests}'));
SELECT releasegov.register_application('shop', 'team');
SELECT releasegov.register_release('shop', '1.0', 'c1', ARRAY['mia'], 'main', state => 'candidate') IS NOT NULL AS registered;
SELECT pg_temp.report('tests'), pg_temp.report('scan');

-- A new revision counts from the next row on, ...
SELECT releasegov.apply_policy('team', pg_temp.policy_with('{tests,scan}'));
SELECT pg_temp.report('scan');
SELECT requirement, status FROM releasegov.promotion_eligibility('shop', '1.0', 'live') WHERE kind = 'gate' ORDER BY requirement;
-- ... the older one when it is asked for, ...
SELECT requirement, status FROM releasegov.promotion_eligibility('shop', '1.0', 'live', policy_revision => 1) WHERE kind = 'gate';
-- ... and one that was rolled back does not.
BEGIN;
SELECT releasegov.apply_policy('team', pg_temp.policy_with('{tests,scan,lint}'));
SELECT pg_temp.report('lint');
ROLLBACK;
SELECT pg_temp.report('lint');
-- The same with part of a transaction; two third revisions, one after the other
BEGIN;
SAVEPOINT first;
SELECT releasegov.apply_policy('team', pg_temp.policy_with('{tests,lint}'));
SELECT pg_temp.report('lint'), pg_temp.report('size');
ROLLBACK TO first;
SELECT pg_temp.report('lint'), pg_temp.report('size');
SELECT releasegov.apply_policy('team', pg_temp.policy_with('{tests,size}'));
SELECT pg_temp.report('lint'), pg_temp.report('size');
COMMIT;
SELECT pg_temp.report('lint'), pg_temp.report('size');

-- Another policy for the application: from the next row on.
SELECT releasegov.apply_policy('other', pg_temp.policy_with('{e2e}'));
SELECT releasegov.assign_policy('shop', 'other');
SELECT pg_temp.report('size'), pg_temp.report('e2e');

-- Eighty policies in one transaction, then in one session
DO $$
BEGIN
  FOR i IN 1..80 LOOP
    PERFORM releasegov.apply_policy('p' || i, pg_temp.policy_with(ARRAY['g' || i]));
    PERFORM releasegov.register_application('app' || i, 'p' || i);
    PERFORM releasegov.register_release('app' || i, '1.0', 'c', ARRAY['mia'], 'main', state => 'candidate');
  END LOOP;
END $$;
SELECT count(*) FILTER (WHERE pg_temp.report('g' || i, 'app' || i) = 'recorded') AS recorded FROM generate_series(1, 80) AS i;
SELECT count(*) FILTER (WHERE pg_temp.report('g' || i, 'app' || i) = 'recorded') AS recorded FROM generate_series(40, 80) AS i;
SELECT pg_temp.report('g1', 'app1'), pg_temp.report('g2', 'app1');
SELECT releasegov.apply_policy('p81', pg_temp.policy_with('{g81}'));
SELECT releasegov.assign_policy('app1', 'p81');
SELECT pg_temp.report('g81', 'app1'), pg_temp.report('g80', 'app80');
SELECT count(*) <= 64 AS bounded FROM pg_backend_memory_contexts WHERE name = 'releasegov policy';
SELECT count(*), count(DISTINCT application) AS applications FROM releasegov.release_board;

-- The extension is dropped and made anew: the same names and numbers, another policy.
DROP EXTENSION releasegov CASCADE;
CREATE EXTENSION releasegov;
SELECT releasegov.apply_policy('other', pg_temp.policy_with('{brand_new}'));
SELECT releasegov.register_application('shop', 'other');
SELECT releasegov.register_release('shop', '1.0', 'c1', ARRAY['mia'], 'main', state => 'candidate') IS NOT NULL AS registered;
SELECT pg_temp.report('e2e'), pg_temp.report('brand_new');

-- Somebody who owns the table takes the guards away and relaxes the policy in
-- place. It does not have its digest any more, and nothing is decided by it.
ALTER TABLE releasegov.policy_revision DISABLE TRIGGER ALL;
UPDATE releasegov.policy_revision SET document = document - 'gates' WHERE policy = 'other';
\c
SET client_min_messages = warning;
\set VERBOSITY default
SELECT requirement, status FROM releasegov.promotion_eligibility('shop', '1.0', 'live') WHERE kind = 'gate';
INSERT INTO releasegov.ci_result (application, version, gate, outcome) VALUES ('shop', '1.0', 'brand_new', 'pass');
-- with a digest that fits, the document itself must still be a policy
UPDATE releasegov.policy_revision SET document = '{}', digest = sha256('{}') WHERE policy = 'other';
SELECT requirement, status FROM releasegov.promotion_eligibility('shop', '1.0', 'live') WHERE kind = 'gate';
UPDATE releasegov.policy_revision SET digest = '\x00' WHERE policy = 'other';
SELECT requirement, status FROM releasegov.promotion_eligibility('shop', '1.0', 'live') WHERE kind = 'gate';

DROP EXTENSION releasegov CASCADE;
CREATE EXTENSION releasegov;
