-- What a proof and the statements say of migrations is not always the same, and
-- what each of them shows is not always what all of them show together. And a
-- loss can be meant. The scratch server is this one.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_doubt_scratch LOGIN CREATEDB;
CREATE ROLE regress_doubt_lea LOGIN;
CREATE ROLE tech_lead ROLE regress_doubt_lea;
SELECT releasegov.grant_access('regress_doubt_lea', 'approver');
SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT set_config('releasegov.scratch_server', format('host=%s port=%s dbname=postgres user=regress_doubt_scratch',
  split_part(current_setting('unix_socket_directories'), ', ', 1), current_setting('port')), false) IS NOT NULL AS scratch;
CREATE FUNCTION sure(required text) RETURNS jsonb LANGUAGE sql AS $$ SELECT jsonb_build_object('releasegov', 1,
  'environments', '[{"name": "production", "releases": true}]'::jsonb,
  'migrations', jsonb_build_object('environments', '["production"]'::jsonb, 'proof', required, 'class_b', 'allow', 'class_c', 'allow')) $$;
SELECT releasegov.apply_policy('sure', sure('required')), releasegov.apply_policy('unsure', sure('optional'));
SELECT releasegov.register_application('tea', 'sure'), releasegov.register_application('milk', 'unsure');
CREATE FUNCTION asked(application text, version text, OUT requirement text, OUT status releasegov.requirement_status, OUT detail text, OUT remedy text)
RETURNS SETOF record LANGUAGE sql AS $$
  -- 19 says more of a function that it does not find
  SELECT r.requirement, r.status, replace(r.detail, ' (There is no function of that name.)', ''), r.remedy FROM releasegov.promotion_eligibility(application, version, 'production') AS r
  WHERE r.requirement IN ('migrations', 'migration_class', 'checklist:migrations_reversible', 'review:migration_review')
$$;
CREATE FUNCTION brings(application text, version text, sequence bigint, name text, up text, down text) RETURNS boolean LANGUAGE sql AS $$
  SELECT releasegov.register_release(application, version, 'c', ARRAY['mia'], 'main')
    WHERE NOT EXISTS (SELECT FROM releasegov.release r WHERE (r.application, r.version) = ($1, $2));
  SELECT releasegov.register_migration(application, version, sequence, name, up, down)
$$;
\x on

-- The statements read as a loss, and no row can meet the condition.
SELECT brings('tea', '1.0', 1, '1_cup', 'CREATE TABLE cup (size int);', 'DROP TABLE cup;');
SELECT brings('tea', '1.0', 2, '2_size', 'UPDATE cup SET size = 1 WHERE size > 2 AND size < 2;', 'SELECT 1;');
SELECT sequence, verdict, detail FROM releasegov.prove_migration('tea', '1.0');
SELECT requirement, status, detail, remedy FROM asked('tea', '1.0') WHERE requirement = 'migrations';

-- Each of them is proven, and all of them together are not.
SELECT brings('tea', '1.1', 3, '3_ticket', 'CREATE SEQUENCE ticket;',
  $$DO $do$ BEGIN IF (SELECT last_value FROM ticket) > 1 THEN RAISE 'tickets were drawn'; END IF; END $do$; DROP SEQUENCE ticket;$$);
SELECT sequence, verdict, detail FROM releasegov.prove_migration('tea', '1.1');
SELECT requirement, status, detail, remedy FROM asked('tea', '1.1') WHERE requirement = 'migrations';
SELECT brings('tea', '1.1', 4, '4_draw', $$SELECT nextval('ticket'), nextval('ticket');$$, 'SELECT 1;');
SELECT requirement, status, detail, remedy FROM asked('tea', '1.1') WHERE requirement = 'migrations';
SELECT sequence, verdict, detail FROM releasegov.prove_migration('tea', '1.1');
SELECT requirement, status, detail, remedy FROM asked('tea', '1.1') WHERE requirement = 'migrations';
SELECT releasegov.is_eligible('tea', '1.1', 'production') AS eligible;
-- As it was known before they were proven together.
SELECT r.status, r.detail FROM releasegov.migration_check c,
  releasegov.promotion_eligibility('tea', '1.1', 'production', c.recorded_at - interval '1 us') r
WHERE c.application = 'tea' AND c.version = '1.1' AND c.sequence = 0 AND r.requirement = 'migrations';

-- Where no proof is asked for, what cannot be read off the statements has none.
SELECT brings('milk', '1.0', 1, '1_pour', 'SELECT pour();', 'SELECT drain();');
SELECT requirement, status, detail, remedy FROM asked('milk', '1.0') WHERE requirement = 'migrations';
SELECT sequence, verdict, replace(detail, ' (There is no function of that name.)', '') AS detail FROM releasegov.prove_migration('milk', '1.0');
SELECT requirement, status, detail, remedy FROM asked('milk', '1.0') WHERE requirement = 'migrations';
-- A program may hide what another statement does.
SELECT brings('milk', '1.1', 2, '2_hides', $$CREATE TYPE fat AS ENUM ('full'); ALTER TYPE fat ADD VALUE 'half'; DO $do$ BEGIN EXECUTE current_setting('my.text'); END $do$;$$, 'DROP TYPE fat;');
SELECT reversibility, verdict FROM releasegov.migration_report WHERE application = 'milk' AND version = '1.1';
SELECT requirement, status, detail FROM asked('milk', '1.1') WHERE requirement = 'migrations';
-- Statements that can be read decide where they could not be tested, and it is said.
SELECT brings('milk', '1.2', 3, '3_jug', 'ALTER TABLE jug ADD COLUMN handle text;', 'ALTER TABLE jug DROP COLUMN handle;');
SELECT requirement, status, detail FROM asked('milk', '1.2') WHERE requirement = 'migrations';
SELECT sequence, verdict, detail FROM releasegov.prove_migration('milk', '1.2');
SELECT requirement, status, detail FROM asked('milk', '1.2') WHERE requirement = 'migrations';

-- A loss that is meant, under the policy that is installed.
SELECT releasegov.register_application('tray', 'standard');
SELECT brings('tray', '1.0', 1, '1_tray', 'CREATE TABLE tray (id int PRIMARY KEY, colour text, weight int);', 'DROP TABLE tray;');
SELECT brings('tray', '1.0', 2, '2_grey', 'ALTER TABLE tray DROP COLUMN colour;', 'ALTER TABLE tray ADD COLUMN colour text;');
SELECT brings('tray', '1.0', 3, '3_index', 'CREATE INDEX tray_weight ON tray (weight);', 'DROP INDEX tray_weight;');
SELECT * FROM asked('tray', '1.0');
SELECT sequence, verdict, detail FROM releasegov.prove_migration('tray', '1.0');
SELECT releasegov.submit_release('tray', '1.0');
SELECT * FROM asked('tray', '1.0');
SET SESSION AUTHORIZATION regress_doubt_lea;
SELECT releasegov.review_release('tray', '1.0', 'migration_review', 'approve', 'the table is small');
RESET SESSION AUTHORIZATION;
SELECT * FROM asked('tray', '1.0');
SET SESSION AUTHORIZATION regress_doubt_lea;
SELECT releasegov.grant_waiver('tray', '1.0', 'production', 'migration_class', 'trays are grey', now() + interval '1 d');
SELECT releasegov.grant_waiver('tray', '1.0', 'production', 'migrations', 'nobody asks for their colour', now() + interval '8 d');
SELECT releasegov.grant_waiver('tray', '1.0', 'production', 'migrations', 'nobody asks for their colour', now() + interval '1 d');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, remedy FROM asked('tray', '1.0');

-- Each loss is said once, and what is too long to be said ends behind a word.
SELECT brings('tray', '1.1', 4, '4_weight', 'UPDATE tray SET weight = weight / 2; CREATE INDEX tray_id_weight ON tray (id, weight); ALTER TABLE tray ALTER COLUMN weight SET NOT NULL;',
  'ALTER TABLE tray ALTER COLUMN weight DROP NOT NULL; DROP INDEX tray_id_weight; UPDATE tray SET weight = weight * 2;');
SELECT detail FROM releasegov.migration_report WHERE application = 'tray' AND sequence = 4;
SELECT detail FROM asked('tray', '1.1') WHERE requirement = 'migration_class';

\x off
RESET releasegov.scratch_server;
SELECT format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()) \gexec
SELECT releasegov.revoke_access('regress_doubt_lea', 'approver');
DROP FUNCTION brings(text, text, bigint, text, text, text), asked(text, text);
DROP ROLE regress_doubt_scratch, tech_lead, regress_doubt_lea;
