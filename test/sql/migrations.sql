-- A release brings migrations: what their statements are is said when they are
-- registered, what they do is proven on a scratch server, and production asks
-- for both. Here the scratch server is this one, by a role that may do nothing
-- but make databases.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE ROLE regress_scratch LOGIN CREATEDB;
CREATE ROLE regress_mig_ci LOGIN;
CREATE ROLE regress_mig_dba LOGIN;
CREATE ROLE regress_mig_lead ROLE regress_mig_dba;
SELECT releasegov.grant_access('regress_mig_ci', 'ci'), releasegov.grant_access('regress_mig_dba', 'approver');

SELECT releasegov.apply_policy('tables', $${
  "releasegov": 1,
  "roles": {"lead": {"role": "regress_mig_lead"}},
  "environments": [{"name": "staging", "branch": "main"}, {"name": "production", "after": "staging", "releases": true}],
  "reviews": [{"name": "migration_review", "by": ["lead"], "environments": ["production"]}],
  "checklist": [{"name": "reversible", "computed": ["migrations"], "attested_by": ["lead"], "needs": "either", "environments": ["production"]}],
  "migrations": {"environments": ["production"], "review": "migration_review"},
  "waivers": [{"name": "dba", "requirements": ["migration_class"], "granted_by": ["lead"], "max_duration": "7 d"}],
  "rollback": {"down_migrations": "required"}
}$$);
SELECT releasegov.register_application('till', 'tables');
SELECT * FROM releasegov.policy_migrations WHERE policy = 'tables';

CREATE FUNCTION asked(version text, OUT requirement text, OUT status releasegov.requirement_status, OUT observed text, OUT detail text, OUT remedy text)
RETURNS SETOF record LANGUAGE sql AS $$
  SELECT r.requirement, r.status, r.observed, r.detail, r.remedy FROM releasegov.promotion_eligibility('till', version, 'production') AS r
  WHERE r.kind LIKE 'migration%' OR r.kind = 'checklist'
$$;

-- The first release: registered as a draft, its migrations next.
SET SESSION AUTHORIZATION regress_mig_ci;
SELECT releasegov.register_release('till', '1.0', 'abc', ARRAY['mia'], 'main');
RESET SESSION AUTHORIZATION;
\x on
SELECT * FROM asked('1.0');
\x off
SET SESSION AUTHORIZATION regress_mig_ci;
SELECT releasegov.register_migration('till', '1.0', 1, '001_orders',
  'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL, paid boolean NOT NULL DEFAULT false);',
  'DROP TABLE orders;');
SELECT releasegov.register_migration('till', '1.0', 2, '002_customer_index',
  'CREATE INDEX orders_customer ON orders (customer);', 'DROP INDEX orders_customer;');
-- the pipeline runs again
SELECT releasegov.register_migration('till', '1.0', 2, '002_customer_index',
  'CREATE INDEX orders_customer ON orders (customer);', 'DROP INDEX orders_customer;');
-- with another text, it is another migration
SELECT releasegov.register_migration('till', '1.0', 2, '002_customer_index',
  'CREATE INDEX orders_customer ON orders (lower(customer));', 'DROP INDEX orders_customer;');
\echo :SQLSTATE
-- what cannot be one
\set SHOW_CONTEXT errors
SELECT releasegov.register_migration('till', '1.0', 3, '003', 'CREATE TABEL x ();', NULL);
\set SHOW_CONTEXT never
\echo :SQLSTATE
SELECT releasegov.register_migration('till', '1.0', 3, '003', E'SELECT 1;\nCREATE TABLE x (;', NULL);
SELECT releasegov.register_migration('till', '1.0', 0, '003', 'SELECT 1', NULL);
SELECT releasegov.register_migration('till', '1.0', 3, '', 'SELECT 1', NULL);
SELECT releasegov.register_migration('till', '1.0', 3, '003', NULL, 'SELECT 1');
SELECT releasegov.register_migration('till', '9.9', 3, '003', 'SELECT 1', NULL);
SELECT releasegov.register_migration('till', NULL, 3, '003', 'SELECT 1', NULL);
RESET SESSION AUTHORIZATION;

-- They are part of the release's content as soon as they are registered; its row
-- names them when it is submitted.
CREATE VIEW contents AS
SELECT r.state, r.migrations, ARRAY(SELECT regexp_replace(m, ':[0-9a-f]{64}', ':<digest>', 'g') FROM unnest(r.migrations) m) AS named,
  r.content_digest = releasegov.content_digest(r.commit_id, r.artifact_digest, r.kind, r.change_categories, r.authors, r.source_branch, r.notes,
    ARRAY(SELECT releasegov.migration_line(m.sequence, m.name, m.up_digest, m.down_digest) FROM releasegov.migration m
          WHERE (m.application, m.version) = (r.application, r.version) ORDER BY m.sequence)) AS in_digest,
  r.content_digest <> releasegov.content_digest(r.commit_id, r.artifact_digest, r.kind, r.change_categories, r.authors, r.source_branch, r.notes) AS and_counts,
  (SELECT count(*) FROM releasegov.release_content c WHERE (c.application, c.version) = (r.application, r.version)) AS recorded, r.version
FROM releasegov.release r WHERE r.application = 'till';
SELECT state, named, in_digest, and_counts, recorded FROM contents WHERE version = '1.0';
SELECT content_digest AS reviewed FROM releasegov.release WHERE application = 'till' \gset
UPDATE releasegov.release SET migrations = '{x}' WHERE application = 'till';
INSERT INTO releasegov.release (application, version, commit_id, authors, source_branch, migrations) VALUES ('till', '1.1', 'abd', '{mia}', 'main', '{x}');
UPDATE releasegov.migration SET up = 'SELECT 1';
DELETE FROM releasegov.migration;
TRUNCATE releasegov.migration_check;
INSERT INTO releasegov.migration_check SELECT 'till', '1.0', 1, gen_random_uuid(), 'proven', '', '[]', NULL, NULL, '', '1 s', now(), 'mallory';
-- Once it is a candidate, they are frozen.
UPDATE releasegov.release SET notes = 'two' WHERE application = 'till';
SELECT named, in_digest, recorded FROM contents WHERE version = '1.0';
SELECT * FROM releasegov.check_record();
UPDATE releasegov.release SET notes = '' WHERE application = 'till';
UPDATE releasegov.release SET migrations = '{x}', state = 'candidate' WHERE application = 'till';
SELECT releasegov.submit_release('till', '1.0');
SELECT state, named, in_digest, and_counts, recorded FROM contents WHERE version = '1.0';
SELECT r.content_digest = :'reviewed' AS still_what_was_reviewed, c.content_digest = r.content_digest AND c.migrations = r.migrations AS last_recorded
FROM releasegov.release r, LATERAL (SELECT * FROM releasegov.release_content c WHERE c.application = r.application ORDER BY c.id DESC LIMIT 1) c WHERE r.application = 'till';
SELECT releasegov.register_migration('till', '1.0', 3, '003_more', 'SELECT 1', NULL);
\echo :SQLSTATE
SELECT releasegov.register_migration('till', '1.0', 1, '001_orders',
  'CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text NOT NULL, paid boolean NOT NULL DEFAULT false);',
  'DROP TABLE orders;') AS known;

-- What their statements are; that they are not proven.
SELECT sequence, name, class, reversibility, data_loss, detail, verdict FROM releasegov.migration_report WHERE application = 'till';
\x on
SELECT * FROM asked('1.0');
\x off

-- Nowhere to prove them.
SELECT * FROM releasegov.prove_migration('till', '1.0');
\echo :SQLSTATE
SET releasegov.scratch_server = 'port=1 host=/nonexistent';
SELECT * FROM releasegov.prove_migration('till', '1.0');
-- A role that may too much would prove more than is wanted.
SELECT format('host=%s port=%s dbname=postgres user=', split_part(current_setting('unix_socket_directories'), ', ', 1), current_setting('port')) AS server \gset
SELECT set_config('releasegov.scratch_server', :'server' || current_user, false) IS NOT NULL AS superuser;
SELECT * FROM releasegov.prove_migration('till', '1.0');
SELECT set_config('releasegov.scratch_server', :'server' || 'regress_mig_dba', false) IS NOT NULL AS no_rights;
SELECT * FROM releasegov.prove_migration('till', '1.0');
-- On this very server, what is governed must be out of its reach.
SELECT set_config('releasegov.scratch_server', :'server' || 'regress_scratch', false) IS NOT NULL AS fit;
SELECT * FROM releasegov.prove_migration('till', '1.0');
SELECT format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()) \gexec
SELECT sequence, name, verdict, detail, differences FROM releasegov.prove_migration('till', '1.0');
SELECT requirement, status, observed, detail FROM asked('1.0');
-- The go-ahead for the index, which keeps writers waiting, is a person's.
SET SESSION AUTHORIZATION regress_mig_dba;
SELECT releasegov.review_release('till', '1.0', 'migration_review', 'approve', 'the table is small');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, detail FROM asked('1.0');
SELECT releasegov.is_eligible('till', '1.0', 'production') AS eligible;

-- The second release: one that brings the schema back and not the rows, one
-- whose down forgets a default, one that cannot be undone, and one that drops.
SELECT releasegov.register_release('till', '2.0', 'abe', ARRAY['mia'], 'main');
SELECT releasegov.register_migration('till', '2.0', 3, '003_names', 'UPDATE orders SET customer = upper(customer);', 'UPDATE orders SET customer = lower(customer);');
SELECT releasegov.register_migration('till', '2.0', 4, '004_paid', 'ALTER TABLE orders DROP COLUMN paid;', 'ALTER TABLE orders ADD COLUMN paid boolean;');
SELECT releasegov.register_migration('till', '2.0', 5, '005_kind', $$CREATE TYPE kind AS ENUM ('a'); ALTER TABLE orders ADD COLUMN kind kind;$$,
  'ALTER TABLE orders DROP COLUMN kind; DROP TYPE kind;');
SELECT releasegov.register_migration('till', '2.0', 6, '006_label', $$ALTER TYPE kind ADD VALUE 'b';$$, NULL);
SELECT releasegov.register_migration('till', '2.0', 7, '007_fails', 'ALTER TABLE orders ADD COLUMN note text;', 'ALTER TABLE orders DROP COLUMN notes;');
SELECT releasegov.register_migration('till', '2.0', 8, '008_again', 'CREATE TABLE tips (id int);', 'DROP TABLE tips; CREATE TABLE IF NOT EXISTS old_tips (id int); DROP TABLE old_tips;');
SELECT releasegov.submit_release('till', '2.0');
SELECT sequence, name, verdict, detail FROM releasegov.prove_migration('till', '2.0');
SELECT d ->> 'kind' AS kind, d ->> 'object' AS object, d ->> 'before' AS before, d ->> 'after' AS after, d ->> 'table' AS in_table, d ->> 'changed' AS changed
FROM releasegov.migration_report, jsonb_array_elements(differences) AS d WHERE application = 'till' AND version = '2.0' AND sequence IN (3, 4);
\x on
SELECT * FROM asked('2.0');
\x off
-- Neither an attestation nor the go-ahead makes up for it; a waiver is for the class alone.
SET SESSION AUTHORIZATION regress_mig_dba;
SELECT releasegov.attest('till', '2.0', 'production', 'reversible', 'looked at them');
SELECT releasegov.grant_waiver('till', '2.0', 'production', 'migration_class', 'the column was never used', now() + interval '1 d');
SELECT releasegov.grant_waiver('till', '2.0', 'production', 'migrations', 'it will be fine', now() + interval '1 d');
RESET SESSION AUTHORIZATION;
SELECT requirement, status FROM asked('2.0');
SELECT releasegov.is_eligible('till', '2.0', 'production') AS eligible;

-- A release that brings none: a lead says so.
SELECT releasegov.register_release('till', '2.1', 'abf', ARRAY['mia'], 'main', state => 'candidate');
SELECT requirement, status, detail FROM asked('2.1');
SELECT * FROM releasegov.prove_migration('till', '2.1');
SET SESSION AUTHORIZATION regress_mig_dba;
SELECT releasegov.attest('till', '2.1', 'production', 'reversible', 'there is none: only texts changed');
RESET SESSION AUTHORIZATION;
SELECT requirement, status FROM asked('2.1');

-- A history may have files that hold nothing. One with a comment means it; one that
-- is blank may have been cut off, so a person has to look at it, whatever the proof.
SELECT releasegov.register_release('till', '2.2', 'ac1', ARRAY['mia'], 'main', notes => 'n');
SELECT releasegov.register_migration('till', '2.2', 9, '009_nothing', '-- taken back, see 010', '');
SELECT releasegov.register_migration('till', '2.2', 10, '010_blank', E' \n', E'\n');
SELECT releasegov.submit_release('till', '2.2');
SELECT m.sequence, m.name, m.class, m.detail, p.verdict, p.detail AS proof FROM releasegov.prove_migration('till', '2.2') p JOIN releasegov.migration m USING (sequence)
WHERE m.application = 'till' AND m.version = '2.2' ORDER BY 1;
SELECT requirement, status, detail FROM asked('2.2');
SELECT class, statements, data_loss FROM releasegov.migration_verdict('', '');

-- The way back of a deployment.
SELECT releasegov.promote('till', '1.0', 'staging') IS NOT NULL AS deploying, releasegov.report_deployment('till', '1.0', 'staging', 'live') IS NOT NULL AS live;
SELECT releasegov.promote('till', '2.0', 'staging') IS NOT NULL AS deploying;
SELECT p.step, p.sequence, p.name, p.verdict, p.goes_back, p.point_of_no_return
FROM releasegov.deployment d, releasegov.rollback_plan(d.id) p WHERE d.application = 'till' AND d.version = '2.0' AND d.environment = 'staging';
SELECT p.step, p.down, p.goes_back, p.point_of_no_return, p.detail
FROM releasegov.deployment d, releasegov.rollback_plan(d.id) p WHERE d.application = 'till' AND d.version = '1.0' AND d.environment = 'staging';
SELECT * FROM releasegov.rollback_plan('00000000-0000-7000-8000-000000000000');

-- Nothing is left behind.
SELECT count(*) AS scratch_databases FROM pg_database WHERE datname LIKE 'releasegov_scratch_%';
SELECT * FROM releasegov.check_record();

-- What a policy cannot say of migrations.
SELECT * FROM releasegov.validate_policy($${
  "releasegov": 1, "environments": [{"name": "staging"}, {"name": "production", "releases": true}],
  "checklist": [{"name": "reversible", "computed": ["migrations"], "environments": ["staging"]}],
  "migrations": {"environments": ["production"], "proof": "maybe", "class_c": "review", "proof_valid_for": "5"}
}$$) ORDER BY path COLLATE "C";
SELECT * FROM releasegov.validate_policy($${
  "releasegov": 1, "environments": [{"name": "production", "releases": true}],
  "roles": {"lead": {}}, "reviews": [{"name": "r", "by": ["lead"], "environments": ["production"]}],
  "migrations": {"environments": ["production"], "class_b": "allow", "review": "r"}
}$$);

-- A draft is written once for each of its migrations, not each time with all.
SELECT releasegov.register_release('till', '3.0', 'ac0', ARRAY['mia'], 'main');
SELECT count(*) FROM generate_series(101, 400) i, releasegov.register_migration('till', '3.0', i, 'm' || i, 'CREATE TABLE m' || i || ' ();', 'DROP TABLE m' || i || ';') AS new WHERE new;
SELECT count(*) AS recorded, sum(pg_column_size(c.*)) < 2000 AS small FROM releasegov.release_content c WHERE version = '3.0' AND application = 'till';
SELECT * FROM releasegov.check_record();
SELECT releasegov.withdraw_release('till', '3.0', 'only to see');
SELECT cardinality(migrations), in_digest, recorded FROM contents WHERE version = '3.0';
SELECT * FROM releasegov.check_record();
DROP VIEW contents;

RESET releasegov.scratch_server;
SELECT format('GRANT CONNECT ON DATABASE %I TO PUBLIC', current_database()) \gexec
SELECT releasegov.revoke_access('regress_mig_ci', 'ci'), releasegov.revoke_access('regress_mig_dba', 'approver');
DROP ROLE regress_scratch, regress_mig_ci, regress_mig_dba, regress_mig_lead;
