-- Releases are skipped, and two branches take the same number: which
-- migrations run before those of a release when it is proven, and what a
-- rollback has to undo. The scratch server is this one.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_order_scratch LOGIN CREATEDB;
SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT set_config('releasegov.scratch_server', format('host=%s port=%s dbname=postgres user=regress_order_scratch',
  split_part(current_setting('unix_socket_directories'), ', ', 1), current_setting('port')), false) IS NOT NULL AS scratch;
SELECT releasegov.apply_policy('order', $${
  "releasegov": 1,
  "environments": [{"name": "staging"}, {"name": "production", "releases": true}],
  "migrations": {"environments": ["production"], "class_b": "allow", "class_c": "allow"}
}$$);
SELECT releasegov.register_application('cafe', 'order');
SET client_min_messages = notice;

CREATE FUNCTION brings(release text, sequence bigint, name text, up text, down text) RETURNS boolean LANGUAGE sql AS $$
  SELECT releasegov.register_migration('cafe', release, sequence, name, up, down)
$$;
CREATE FUNCTION release(version text) RETURNS boolean LANGUAGE sql AS $$
  SELECT releasegov.register_release('cafe', version, 'c' || version, ARRAY['mia'], 'main')
$$;
CREATE FUNCTION proves(release text) RETURNS TABLE (sequence bigint, name text, verdict text, detail text) LANGUAGE sql AS $$
  SELECT sequence, name, verdict, detail FROM releasegov.prove_migration('cafe', release)
$$;

-- 1.0 makes the tables.
SELECT release('1.0');
SELECT brings('1.0', 1, '1_cup', 'CREATE TABLE cup (id int PRIMARY KEY);', 'DROP TABLE cup;');
SELECT releasegov.submit_release('cafe', '1.0');
-- Two branches go on from there. The first takes 5, the second 5 as well, and 7.
SELECT release('1.1'), release('1.2');
SELECT brings('1.1', 5, '5_left', 'ALTER TABLE cup ADD COLUMN left_over int;', 'ALTER TABLE cup DROP COLUMN left_over;');
SELECT brings('1.2', 5, '5_size', 'ALTER TABLE cup ADD COLUMN size int;', 'ALTER TABLE cup DROP COLUMN size;');
-- registered again, nothing is new
SELECT brings('1.2', 5, '5_size', 'ALTER TABLE cup ADD COLUMN size int;', 'ALTER TABLE cup DROP COLUMN size;');
SELECT brings('1.2', 7, '7_wash', 'CREATE TABLE wash AS SELECT size FROM cup;', 'DROP TABLE wash;');
SELECT * FROM proves('1.2');
-- 1.3 needs what 1.1 brings: as long as that is a draft, it is left out.
SELECT release('1.3');
SELECT brings('1.3', 3, '3_pot', 'CREATE TABLE pot (id int);', 'DROP TABLE pot;'),
  brings('1.3', 9, '9_rest', 'CREATE TABLE rest AS SELECT left_over FROM cup;', 'DROP TABLE rest;');
SELECT * FROM proves('1.3');
-- Once it is submitted, it runs before, and then 3 and 9, in whatever order they were written.
SELECT releasegov.submit_release('cafe', '1.1');
SELECT s.sequence, s.version, m.name FROM releasegov.standing_migrations('cafe') s JOIN releasegov.migration m ON m.id = s.migration ORDER BY 1;
SELECT * FROM proves('1.3');
-- The one registered last counts, once it is no draft either ...
SELECT releasegov.submit_release('cafe', '1.2');
SELECT s.sequence, s.version FROM releasegov.standing_migrations('cafe') s ORDER BY 1;
SELECT * FROM proves('1.3');
-- ... unless another has been deployed.
SELECT releasegov.promote('cafe', '1.1', 'staging') IS NOT NULL AS deploying;
SELECT s.sequence, s.version FROM releasegov.standing_migrations('cafe') s ORDER BY 1;
SELECT * FROM proves('1.3');
SELECT releasegov.report_deployment('cafe', '1.1', 'staging', 'failed') IS NOT NULL AS failed;
SELECT s.sequence, s.version FROM releasegov.standing_migrations('cafe') s ORDER BY 1;
-- A release that is withdrawn brings nothing any more, unless it was deployed.
SELECT releasegov.withdraw_release('cafe', '1.2', 'no sizes');
SELECT s.sequence, s.version FROM releasegov.standing_migrations('cafe') s ORDER BY 1;
-- A changed text of an old sequence is seen as well, and which one counts.
SELECT release('1.4');
SELECT brings('1.4', 1, '1_cup', 'CREATE TABLE cup (id bigint PRIMARY KEY);', 'DROP TABLE cup;');
-- What the same transaction registered is proven too, however it is isolated.
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT count(*) FROM releasegov.migration WHERE application = 'cafe';
SELECT release('1.5');
SELECT brings('1.5', 11, '11_spoon', 'CREATE TABLE spoon (id int);', 'DROP TABLE spoon;');
SELECT * FROM proves('1.5');
SELECT count(*) AS of_its_text FROM releasegov.migration_report WHERE version = '1.5' AND verdict = 'proven';
ROLLBACK;

-- The way back. Nothing but 2.0 and what comes behind it is ever live in staging:
-- what 1.0 and 1.1 bring runs with 2.0, and what 2.1 brings with 2.2.
CREATE FUNCTION goes_live(release text) RETURNS text LANGUAGE sql AS $$
  SELECT releasegov.report_deployment('cafe', release, 'staging', 'live')::text FROM releasegov.promote('cafe', release, 'staging')
$$;
CREATE FUNCTION way_back(release text, OUT step int, OUT sequence bigint, OUT name text, OUT version text, OUT verdict text,
  OUT goes_back boolean, OUT point_of_no_return boolean, OUT detail text) RETURNS SETOF record LANGUAGE sql AS $$
  SELECT p.step, p.sequence, p.name, p.version, p.verdict, p.goes_back, p.point_of_no_return, p.detail
  FROM (SELECT * FROM releasegov.deployment d WHERE d.application = 'cafe' AND d.version = release AND d.environment = 'staging'
        ORDER BY d.id DESC LIMIT 1) d, releasegov.rollback_plan(d.id) p ORDER BY p.step
$$;
SELECT release('2.0'), release('2.1'), release('2.2'), release('2.3'), release('2.4');
SELECT brings('2.0', 20, '20_tea', 'CREATE TABLE tea (id int);', 'DROP TABLE tea;');
SELECT brings('2.1', 21, '21_milk', 'CREATE TABLE milk (id int);', 'DROP TABLE milk;');
SELECT brings('2.2', 19, '19_late', 'CREATE INDEX cup_id ON cup (id);', 'DROP INDEX cup_id;'),
  brings('2.2', 22, '22_sugar', 'CREATE TABLE sugar (id int);', 'DROP TABLE sugar;');
-- 2.3 has another 22 than 2.2, and the same 20 and 19, if with another down
SELECT brings('2.3', 19, '19_late', 'CREATE INDEX cup_id ON cup (id);', 'DROP INDEX IF EXISTS cup_id;'),
  brings('2.3', 20, '20_tea', 'CREATE TABLE tea (id int);', 'DROP TABLE tea;'),
  brings('2.3', 22, '22_sugar', 'CREATE TABLE IF NOT EXISTS sugar (id bigint);', 'DROP TABLE sugar;'),
  brings('2.3', 23, '23_salt', 'ALTER TABLE sugar ADD COLUMN salt text;', NULL);
SELECT brings('2.4', 18, '18_draft', 'CREATE TABLE draft (id int);', 'DROP TABLE draft;');
SELECT releasegov.submit_release('cafe', v) FROM unnest('{2.0,2.1,2.2,2.3}'::text[]) v;
SELECT goes_live('2.0') IS NOT NULL AS live;
SELECT * FROM way_back('2.0');
SELECT goes_live('2.2') IS NOT NULL AS live;
SELECT count(*) AS proofs FROM proves('2.2');
SELECT * FROM way_back('2.2');
SELECT goes_live('2.3') IS NOT NULL AS live;
SELECT * FROM way_back('2.3');
-- Deployed again, 2.2 runs its own 22 again, and nothing else. What is submitted
-- later is in no plan of what was submitted before.
SELECT goes_live('2.2') IS NOT NULL AS live;
SELECT * FROM way_back('2.2');
SELECT releasegov.submit_release('cafe', '2.4');
SELECT * FROM way_back('2.3');
-- A promotion that has not started: what it would have to undo, 2.4's too.
SELECT release('2.5');
SELECT brings('2.5', 30, '30_end', 'CREATE TABLE the_end (id int);', 'DROP TABLE the_end;');
SELECT releasegov.submit_release('cafe', '2.5');
SELECT releasegov.request_promotion('cafe', '2.5', 'staging') IS NOT NULL AS requested;
SELECT step, sequence, name, version FROM way_back('2.5');

RESET releasegov.scratch_server;
SELECT format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()) \gexec
DROP ROLE regress_order_scratch;
