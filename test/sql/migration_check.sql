-- An author asks what a migration does, before anybody runs it: statement for
-- statement, and what to do instead.
\set VERBOSITY default
\set SHOW_CONTEXT never

-- A shop gets wishes: a new table, a column, an index. Everything is undone.
CREATE TEMP TABLE wishes AS SELECT
$up$
-- what customers wish for
CREATE TABLE wish (
  id bigint PRIMARY KEY,
  customer bigint NOT NULL REFERENCES customer,
  article text
);
CREATE INDEX wish_customer ON wish (customer);
ALTER TABLE customer
  ADD COLUMN wishes int DEFAULT 0,
  ADD COLUMN "Nick" text;
CREATE INDEX ON customer (wishes);
$up$ AS up, $down$
ALTER TABLE customer DROP COLUMN wishes, DROP COLUMN "Nick";
DROP TABLE wish;
$down$ AS down;
SELECT direction, position, line, kind, object, class, reversibility, lock, blocks FROM wishes, releasegov.check_migration(up, down);
SELECT object, undone_by, proposed_down FROM wishes, releasegov.check_migration(up, down) WHERE direction = 'up';
SELECT * FROM wishes, releasegov.migration_verdict(up, down) \gx

-- The same without a down: what would undo it.
SELECT proposed_down FROM wishes, releasegov.migration_verdict(up, NULL) \gx
-- Proposals are migrations themselves, and lose nothing that was there before.
SELECT v.data_loss, v.reversibility FROM wishes, releasegov.migration_verdict(up, NULL) p, releasegov.migration_verdict(up, p.proposed_down) v;

-- Kinds of statements, their classes, and what others cannot do meanwhile.
CREATE TEMP TABLE statement (id int GENERATED ALWAYS AS IDENTITY, sql text);
CREATE TEMP VIEW judged AS
SELECT id, kind, object, class, lock, blocks, rewrites AS rewr, scans, compatible AS compat, in_transaction AS in_tx
FROM statement, releasegov.check_migration(sql) ORDER BY id, position;

-- Columns
INSERT INTO statement (sql) VALUES
  ('ALTER TABLE t ADD c int'), ('ALTER TABLE t ADD c int NOT NULL'), ('ALTER TABLE t ADD c int NOT NULL DEFAULT 0'),
  ('ALTER TABLE t ADD c timestamptz DEFAULT now()'), ('ALTER TABLE t ADD c uuid DEFAULT gen_random_uuid()'),
  ('ALTER TABLE t ADD c serial'), ('ALTER TABLE t ADD c int GENERATED ALWAYS AS IDENTITY'),
  ('ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + 1) STORED'), ('ALTER TABLE t ADD c int REFERENCES u'),
  ('ALTER TABLE t ADD c int UNIQUE'), ('ALTER TABLE t ADD c int CHECK (c > 0)'),
  ('ALTER TABLE t DROP c'), ('ALTER TABLE t RENAME a TO b'), ('ALTER TABLE t ALTER c SET NOT NULL'), ('ALTER TABLE t ALTER c DROP NOT NULL'),
  ('ALTER TABLE t ALTER c SET DEFAULT 1'), ('ALTER TABLE t ALTER c DROP DEFAULT'), ('ALTER TABLE t ALTER c TYPE bigint'),
  ('ALTER TABLE t ALTER c SET STATISTICS 100'), ('ALTER TABLE t ALTER c SET STORAGE external'), ('ALTER TABLE t ALTER c DROP IDENTITY'),
  ('ALTER TABLE t ALTER c ADD GENERATED ALWAYS AS IDENTITY'), ('ALTER TABLE t ALTER c DROP EXPRESSION');
SELECT * FROM judged; TRUNCATE statement;

-- Constraints
INSERT INTO statement (sql) VALUES
  ('ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u'), ('ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u NOT VALID'),
  ('ALTER TABLE t VALIDATE CONSTRAINT f'), ('ALTER TABLE t ADD CHECK (a > 0)'), ('ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0 OR b) NOT VALID'),
  ('ALTER TABLE t ADD UNIQUE (a, b)'), ('ALTER TABLE t ADD PRIMARY KEY (a)'), ('ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&)'),
  ('ALTER TABLE t ADD CONSTRAINT k UNIQUE USING INDEX i'), ('ALTER TABLE t DROP CONSTRAINT k'), ('ALTER TABLE t ALTER CONSTRAINT f DEFERRABLE'),
  ('ALTER TABLE t RENAME CONSTRAINT k TO l');
SELECT * FROM judged; TRUNCATE statement;

-- Indexes
INSERT INTO statement (sql) VALUES
  ('CREATE INDEX ON s.t (a, lower(b))'), ('CREATE INDEX CONCURRENTLY i ON s.t (a)'), ('CREATE UNIQUE INDEX i ON t (a)'),
  ('CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)'), ('DROP INDEX i, s.j'), ('DROP INDEX CONCURRENTLY i'), ('ALTER INDEX i RENAME TO j'),
  ('REINDEX TABLE t'), ('REINDEX INDEX CONCURRENTLY i'), ('REINDEX DATABASE d');
SELECT * FROM judged; TRUNCATE statement;

-- Tables, partitions and their settings
INSERT INTO statement (sql) VALUES
  ('CREATE TABLE t (a int)'), ('CREATE TABLE t2 (a int REFERENCES t, b int REFERENCES u (x))'), ('CREATE TABLE IF NOT EXISTS t (a int)'),
  ('CREATE TABLE c (a int) INHERITS (t)'), ('CREATE TABLE p PARTITION OF t FOR VALUES IN (1)'), ('ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)'),
  ('ALTER TABLE t DETACH PARTITION p'), ('ALTER TABLE t DETACH PARTITION p CONCURRENTLY'), ('CREATE TABLE t AS SELECT * FROM u'), ('SELECT * INTO t FROM u'),
  ('DROP TABLE t'), ('TRUNCATE t, u CASCADE'), ('ALTER TABLE t RENAME TO u'), ('ALTER TABLE t SET SCHEMA s'),
  ('ALTER TABLE t OWNER TO x'), ('ALTER TABLE t SET (fillfactor = 70)'), ('ALTER TABLE t RESET (fillfactor)'), ('ALTER TABLE t SET UNLOGGED'), ('ALTER TABLE t SET LOGGED'),
  ('ALTER TABLE t SET TABLESPACE x'), ('ALTER TABLE t CLUSTER ON i'), ('ALTER TABLE t REPLICA IDENTITY FULL'), ('ALTER TABLE t INHERIT u'),
  ('ALTER TABLE t DISABLE TRIGGER ALL'), ('ALTER TABLE t DISABLE TRIGGER g'), ('ALTER TABLE t ENABLE TRIGGER g');
SELECT * FROM judged; TRUNCATE statement;

-- Views, sequences, types, functions, triggers
INSERT INTO statement (sql) VALUES
  ('CREATE VIEW v AS SELECT 1'), ('CREATE OR REPLACE VIEW v AS SELECT 1'), ('DROP VIEW v'), ('ALTER VIEW v SET (security_barrier = false)'),
  ('CREATE MATERIALIZED VIEW m AS SELECT 1'), ('REFRESH MATERIALIZED VIEW m'), ('REFRESH MATERIALIZED VIEW CONCURRENTLY m'), ('DROP MATERIALIZED VIEW m'),
  ('CREATE SEQUENCE q'), ('ALTER SEQUENCE q RESTART'), ('DROP SEQUENCE q'),
  ('CREATE TYPE e AS ENUM (''a'')'), ('ALTER TYPE e ADD VALUE ''b'' AFTER ''a'''), ('ALTER TYPE e RENAME VALUE ''a'' TO ''c'''), ('ALTER TYPE e RENAME TO f'), ('DROP TYPE e'),
  ('CREATE TYPE k AS (x int)'), ('ALTER TYPE k ADD ATTRIBUTE y int'), ('CREATE DOMAIN d AS text CHECK (VALUE <> '''')'), ('ALTER DOMAIN d ADD CHECK (VALUE <> ''x'')'), ('DROP DOMAIN d'),
  ('CREATE FUNCTION f(a int, OUT b text) RETURNS text LANGUAGE sql AS ''SELECT 1'''), ('CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS ''SELECT 1'''),
  ('CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS ''SELECT 1'''), ('CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS ''SELECT 1'''),
  ('CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS ''return 1'''), ('DROP FUNCTION f(int)'), ('CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()'), ('DROP TRIGGER g ON t'),
  ('CREATE RULE r AS ON INSERT TO t DO NOTHING'), ('CREATE EXTENSION citext'), ('DROP EXTENSION citext CASCADE'), ('CREATE SCHEMA s CREATE TABLE t (a int)'), ('DROP SCHEMA s'), ('DROP SCHEMA s CASCADE'),
  ('COMMENT ON COLUMN t.a IS ''words'''), ('CREATE STATISTICS s ON a, b FROM t'), ('CREATE AGGREGATE a (int) (SFUNC = f, STYPE = int)'), ('CREATE PUBLICATION p FOR ALL TABLES');
SELECT * FROM judged; TRUNCATE statement;

-- Rows
INSERT INTO statement (sql) VALUES
  ('INSERT INTO t (a) VALUES (1)'), ('INSERT INTO t SELECT * FROM u ON CONFLICT DO NOTHING'), ('UPDATE t SET a = 1'), ('UPDATE t SET a = 1 WHERE b = 2'),
  ('DELETE FROM t'), ('DELETE FROM t WHERE a = 1'), ('DELETE FROM t WHERE a IS NULL'), ('MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE'),
  ('WITH gone AS (DELETE FROM t WHERE a = 1 RETURNING *) INSERT INTO archive SELECT * FROM gone'), ('SELECT 1'), ('SELECT setval(''q'', 1)'), ('SELECT migrate_everything()'),
  ('CALL migrate_everything()'), ('LOCK TABLE t IN SHARE MODE'), ('ANALYZE t'), ('VACUUM t'), ('VACUUM FULL t'), ('CLUSTER t USING i');
SELECT * FROM judged; TRUNCATE statement;

-- Row security, privileges, the cluster, files and other servers
INSERT INTO statement (sql) VALUES
  ('ALTER TABLE t ENABLE ROW LEVEL SECURITY'), ('ALTER TABLE t DISABLE ROW LEVEL SECURITY'), ('ALTER TABLE t NO FORCE ROW LEVEL SECURITY'), ('CREATE POLICY p ON t USING (true)'), ('ALTER POLICY p ON t USING (true)'), ('DROP POLICY p ON t'),
  ('GRANT SELECT ON t TO x'), ('GRANT SELECT ON t TO PUBLIC'), ('REVOKE SELECT ON t FROM x'), ('ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC'), ('GRANT admin TO x'),
  ('ALTER SYSTEM SET work_mem = ''1GB'''), ('CREATE ROLE x'), ('ALTER ROLE x SET work_mem = ''1GB'''), ('DROP ROLE x'), ('DROP OWNED BY x'), ('CREATE DATABASE d'), ('DROP DATABASE d'), ('ALTER DATABASE d SET work_mem = ''1GB'''), ('CREATE TABLESPACE s LOCATION ''/x'''),
  ('COPY t FROM ''/x'''), ('COPY t TO PROGRAM ''mail'''), ('COPY t TO STDOUT'), ('SELECT lo_import(''/x'')'), ('SELECT dblink_exec(''host=x'', ''y'')'), ('LOAD ''x'''),
  ('CREATE SUBSCRIPTION s CONNECTION ''host=x'' PUBLICATION p'), ('CREATE SERVER s FOREIGN DATA WRAPPER w'), ('SET session_replication_role = replica'), ('SET lock_timeout = ''1s'''), ('SET LOCAL ROLE x');
SELECT * FROM judged; TRUNCATE statement;

-- What to do instead of the ones that people meet most
\pset format unaligned
\pset fieldsep '\n    '
SELECT kind, detail, remedy FROM releasegov.check_migration($$
ALTER TABLE t DROP COLUMN c;
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t ALTER COLUMN c SET NOT NULL;
ALTER TABLE t ALTER COLUMN c TYPE bigint;
ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u;
ALTER TABLE t ADD UNIQUE (a);
CREATE INDEX ON t (a);
UPDATE t SET a = 1;
DELETE FROM t;
DROP TABLE t;
ALTER TYPE e ADD VALUE 'b';
$$);
\pset format aligned

-- A type that only grows: what it was is what the down says.
SELECT old, new, class, rewrites, compatible, data_loss, detail
FROM (VALUES ('varchar(50)', 'varchar(100)'), ('varchar(100)', 'text'), ('text', 'varchar(100)'), ('numeric(10,2)', 'numeric(12,2)'), ('numeric(10,2)', 'numeric(10,1)'),
  ('int', 'bigint'), ('bigint', 'int'), ('timestamp', 'timestamptz'), ('timestamp', 'date'), ('double precision', 'real'), ('text', 'int')) AS t (old, new),
  releasegov.check_migration('ALTER TABLE t ALTER c TYPE ' || new, 'ALTER TABLE t ALTER c TYPE ' || old)
WHERE direction = 'up';
SELECT using_, data_loss, detail FROM (VALUES ('c::int'), ('c::text::int'), ('length(c)'), ('CASE c WHEN ''on'' THEN 1 WHEN ''off'' THEN 0 END'), ('NULL'), ('c::varchar(3)::int')) AS t (using_),
  releasegov.check_migration('ALTER TABLE t ALTER c TYPE int USING ' || using_, 'ALTER TABLE t ALTER c TYPE text')
WHERE direction = 'up';

-- A program is opaque, but what stands in it is said.
SELECT kind, class, reversibility, lock, data_loss, detail FROM releasegov.check_migration($m$
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'orders' AND column_name = 'note') THEN
    ALTER TABLE orders ADD COLUMN note text;
  END IF;
  FOR i IN 1..3 LOOP
    EXECUTE format('DROP TABLE %I', 'archive_' || i);
  END LOOP;
END
$do$ $m$);

-- Transactions: the file's own, and what cannot be in one.
SELECT line, kind, in_transaction, detail FROM releasegov.check_migration(E'BEGIN;\nSAVEPOINT a;\nROLLBACK TO a;\nCOMMIT;\nCREATE INDEX CONCURRENTLY i ON t (a);\nALTER TYPE e ADD VALUE ''b'';');
SELECT in_transaction, controls_transaction FROM releasegov.migration_verdict('BEGIN; ALTER TABLE t ADD c int; COMMIT', 'ALTER TABLE t DROP c');

-- One file with both directions
SELECT * FROM releasegov.split_migration($$-- the shop's wishes
-- +goose Up
CREATE TABLE wish (id int);
-- +goose StatementBegin
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1;';
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION f();
DROP TABLE wish;
$$);
SELECT * FROM releasegov.split_migration(E'-- +goose NO TRANSACTION\n-- +goose Up\nCREATE INDEX CONCURRENTLY i ON t (a);\n');
SELECT * FROM releasegov.split_migration(E'-- migrate:up transaction:false\nCREATE INDEX CONCURRENTLY i ON t (a);\r\n-- migrate:down\nDROP INDEX i;\n');
SELECT * FROM releasegov.split_migration(E'-- +migrate Up notransaction\nSELECT 1;\n-- +migrate Down\nSELECT 2;');
SELECT * FROM releasegov.split_migration('CREATE TABLE wish (id int);');
\echo :SQLSTATE
SELECT * FROM releasegov.split_migration(NULL);
SELECT * FROM releasegov.split_migration(E'-- +goose Down\nDROP TABLE wish;');
SELECT * FROM releasegov.split_migration(E'-- +goose Up\n-- migrate:down\n');
SELECT * FROM releasegov.split_migration(E'-- +goose Up\n-- +goose Up\n');
SELECT * FROM releasegov.split_migration(E'-- +goose Up\n-- +goose StatementBegin\nSELECT 1;\n-- +goose Down\n');
SELECT * FROM releasegov.split_migration(E'-- +goose Sideways\n');
