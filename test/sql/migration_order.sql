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

RESET releasegov.scratch_server;
SELECT format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()) \gexec
DROP ROLE regress_order_scratch;
