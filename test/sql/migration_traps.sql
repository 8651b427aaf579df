-- Migrations that look undone and are not, and files that are none. What is
-- lost is what was there before the up: values, rows, or rows left over.
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE TEMP TABLE trap (id int GENERATED ALWAYS AS IDENTITY, story text, up text, down text);
CREATE TEMP VIEW caught AS
SELECT story, data_loss AS loss, reversibility, data_loss_reason AS reason FROM trap, releasegov.migration_verdict(up, down) ORDER BY id;

-- Behind a perfect schema
INSERT INTO trap (story, up, down) VALUES
  ('the column comes back, its values do not', 'ALTER TABLE orders DROP COLUMN note', 'ALTER TABLE orders ADD COLUMN note text'),
  ('dropped and made anew by the same up', 'ALTER TABLE orders DROP price; ALTER TABLE orders ADD price int', 'ALTER TABLE orders DROP price; ALTER TABLE orders ADD price text'),
  ('so does the table', 'DROP TABLE orders', 'CREATE TABLE orders (id int)'),
  ('rows are emptied', 'TRUNCATE orders', 'SELECT 1'),
  ('nulls are filled', 'UPDATE orders SET note = '''' WHERE note IS NULL; ALTER TABLE orders ALTER note SET NOT NULL', 'ALTER TABLE orders ALTER note DROP NOT NULL'),
  ('duplicates are deleted', 'DELETE FROM orders a USING orders b WHERE a.id > b.id AND a.no = b.no; CREATE UNIQUE INDEX u ON orders (no)', 'DROP INDEX u'),
  ('rows are left', 'INSERT INTO settings (name, value) VALUES (''theme'', ''dark'')', ''),
  ('another row is taken than was brought', 'INSERT INTO settings (name) VALUES (''theme'')', 'DELETE FROM settings WHERE name = ''theme'' OR name = ''font'''),
  ('all rows are taken back', 'INSERT INTO settings (name) VALUES (''theme'')', 'DELETE FROM settings'),
  ('the down deletes what the up never saw', 'ALTER TABLE orders ADD paid bool', 'DELETE FROM orders WHERE total > 100; ALTER TABLE orders DROP paid'),
  ('set by a number that may be anybody''s', 'UPDATE settings SET mode = ''on'' WHERE id IN (1, 2)', 'UPDATE settings SET mode = ''off'' WHERE id IN (1, 2)'),
  ('set by another key', 'UPDATE settings SET version = 2 WHERE name = ''theme''', 'UPDATE settings SET version = 1 WHERE name = ''font'''),
  ('bits are no constants that are followed', 'UPDATE settings SET mask = B''10'' WHERE name = ''theme''', 'UPDATE settings SET mask = B''01'' WHERE name = ''theme'''),
  ('set for all of a kind', 'UPDATE settings SET version = 2 WHERE version = 1', 'UPDATE settings SET version = 1 WHERE version = 2'),
  ('two states become one', 'UPDATE orders SET state = ''done'' WHERE state = ''sent''', 'UPDATE orders SET state = ''sent'' WHERE state = ''done'''),
  ('times become days', 'ALTER TABLE orders ALTER placed TYPE date', 'ALTER TABLE orders ALTER placed TYPE timestamptz'),
  ('a type takes its columns along', 'DROP TYPE mood CASCADE', 'CREATE TYPE mood AS ENUM (''ok''); ALTER TABLE orders ADD mood mood'),
  ('a schema takes everything along', 'DROP SCHEMA archive CASCADE', 'CREATE SCHEMA archive'),
  ('written inside WITH', 'WITH x AS (DELETE FROM orders WHERE total = 0 RETURNING *) INSERT INTO bin SELECT * FROM x', 'DROP TABLE IF EXISTS nothing'),
  ('half of the values move', 'ALTER TABLE orders ADD memo text; UPDATE orders SET memo = note WHERE total > 0; ALTER TABLE orders DROP note', 'ALTER TABLE orders ADD note text; UPDATE orders SET note = memo; ALTER TABLE orders DROP memo'),
  ('moved there and not back', 'ALTER TABLE orders ADD memo text; UPDATE orders SET memo = note; ALTER TABLE orders DROP note', 'ALTER TABLE orders ADD note text; ALTER TABLE orders DROP memo'),
  ('renamed and not back', 'ALTER TABLE orders RENAME TO purchases', 'SELECT 1'),
  ('more rows than were brought are taken', 'INSERT INTO settings (id) VALUES (7)', 'DELETE FROM settings WHERE id >= 7'),
  ('one of two rows is taken back', 'INSERT INTO settings (id) VALUES (7), (8)', 'DELETE FROM settings WHERE id = 7'),
  ('a row is named wrongly', 'INSERT INTO feed (name, query) VALUES (''Local'', ''local''), (''Federated'', ''all'')', 'DELETE FROM feed WHERE name = ''Local'' AND query = ''local''; DELETE FROM feed WHERE name = ''Federared'' AND query = ''all'''),
  ('the nulls are filled on the way', 'CREATE TABLE pins (id int, note text); INSERT INTO pins SELECT id, COALESCE(note, '''') FROM orders; ALTER TABLE orders DROP note', 'ALTER TABLE orders ADD note text; UPDATE orders o SET note = p.note FROM pins p WHERE p.id = o.id; DROP TABLE pins'),
  ('written inside a copy', 'CREATE TABLE bin AS WITH d AS (DELETE FROM orders WHERE total = 0 RETURNING *) SELECT * FROM d', 'DROP TABLE bin'),
  ('written on the way out', 'COPY (DELETE FROM orders RETURNING *) TO STDOUT', 'SELECT 1'),
  ('explained, and done', 'EXPLAIN ANALYZE DELETE FROM orders', 'SELECT 1'),
  ('prepared', 'PREPARE p AS DELETE FROM orders; EXECUTE p', 'SELECT 1'),
  ('a function of the file, called for a value', 'CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; RETURN 1; END $$; INSERT INTO settings (id) VALUES (f())', 'DELETE FROM settings WHERE id = 1; DROP FUNCTION f()'),
  ('merged', 'MERGE INTO orders o USING extra e ON o.id = e.id WHEN MATCHED THEN UPDATE SET note = e.note', 'SELECT 1');
SELECT * FROM caught; TRUNCATE trap;

-- Nothing is lost here
INSERT INTO trap (story, up, down) VALUES
  ('what the up made, the down may drop', 'CREATE TABLE t (a int); INSERT INTO t VALUES (1); ALTER TABLE orders ADD t int', 'ALTER TABLE orders DROP t; DROP TABLE t'),
  ('only a new column is filled', 'ALTER TABLE orders ADD total int; UPDATE orders SET total = price * amount; ALTER TABLE orders ALTER total SET NOT NULL', 'ALTER TABLE orders DROP total'),
  ('values move there and back', 'ALTER TABLE orders ADD memo text; UPDATE orders SET memo = note; ALTER TABLE orders DROP note', 'ALTER TABLE orders ADD note text; UPDATE orders SET note = memo; ALTER TABLE orders DROP memo'),
  ('into another table and back', 'CREATE TABLE notes AS SELECT id AS orders, note FROM orders; ALTER TABLE orders DROP note', 'ALTER TABLE orders ADD note text; UPDATE orders o SET note = n.note FROM notes n WHERE n.orders = o.id; DROP TABLE notes'),
  ('by INSERT, without the nulls', 'CREATE TABLE notes (orders int, note text); INSERT INTO notes SELECT o.id, o.note FROM orders o WHERE o.note IS NOT NULL; ALTER TABLE orders DROP note', 'ALTER TABLE orders ADD note text; UPDATE orders SET note = (SELECT n.note FROM notes n WHERE n.orders = orders.id); DROP TABLE notes'),
  ('rows are kept in a copy', 'CREATE TABLE old_orders AS SELECT * FROM orders; DELETE FROM orders', 'INSERT INTO orders SELECT * FROM old_orders; DROP TABLE old_orders'),
  ('a table is built anew', 'CREATE TABLE n (id bigint, note text); INSERT INTO n (id, note) SELECT id, note FROM orders; DROP TABLE orders; ALTER TABLE n RENAME TO orders', 'CREATE TABLE o (id int, note text); INSERT INTO o SELECT id, note FROM orders; DROP TABLE orders; ALTER TABLE o RENAME TO orders'),
  ('renamed and back', 'ALTER TABLE orders RENAME TO purchases; ALTER TABLE purchases RENAME note TO memo', 'ALTER TABLE purchases RENAME memo TO note; ALTER TABLE purchases RENAME TO orders'),
  ('rows by their key', 'INSERT INTO settings (name, value) VALUES (''theme'', ''dark''), (''font'', ''serif'')', 'DELETE FROM settings WHERE name IN (''theme'', ''font'')'),
  ('set by key, and set back', 'UPDATE settings SET version = 2 WHERE name = ''theme'' AND kind = 1', 'UPDATE settings SET version = 1 WHERE name = ''theme'' AND kind = 1'),
  ('one row after the other', 'INSERT INTO settings (name) VALUES (''theme''), (''font'')', 'DELETE FROM settings WHERE name = ''font''; DELETE FROM settings WHERE name = ''theme'''),
  ('a type that grows', 'ALTER TABLE orders ALTER id TYPE bigint', 'ALTER TABLE orders ALTER id TYPE int'),
  ('an enum is exchanged', 'ALTER TYPE state RENAME TO old; CREATE TYPE state AS ENUM (''new'', ''sent'', ''lost''); ALTER TABLE orders ALTER state TYPE state USING state::text::state; DROP TYPE old', 'DELETE FROM orders WHERE state = ''lost''; ALTER TYPE state RENAME TO old; CREATE TYPE state AS ENUM (''new'', ''sent''); ALTER TABLE orders ALTER state TYPE state USING state::text::state; DROP TYPE old'),
  ('no row can have been so before', 'ALTER TABLE orders ALTER customer DROP NOT NULL', 'DELETE FROM orders WHERE customer IS NULL; ALTER TABLE orders ALTER customer SET NOT NULL'),
  ('nor have had this column', 'ALTER TABLE orders ADD deleted timestamptz', 'DELETE FROM orders WHERE deleted IS NOT NULL; ALTER TABLE orders DROP deleted'),
  ('nor have been in this table', 'CREATE TABLE bot (id int); ALTER TABLE person ADD bot bool DEFAULT false', 'DELETE FROM person WHERE id IN (SELECT id FROM bot); ALTER TABLE person DROP bot; DROP TABLE bot'),
  ('nothing equals NULL', 'ALTER TABLE orders ADD x int', 'UPDATE orders SET note = '''' WHERE note = NULL; ALTER TABLE orders DROP x'),
  ('there was none before', 'DROP TABLE IF EXISTS t; CREATE TABLE t (a int)', 'DROP TABLE t'),
  ('views and indexes hold nothing', 'DROP MATERIALIZED VIEW m; DROP VIEW v; DROP INDEX i', 'CREATE INDEX i ON t (a); CREATE VIEW v AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 1'),
  ('a partition leaves and comes back', 'ALTER TABLE t DETACH PARTITION p', 'ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)');
SELECT * FROM caught; TRUNCATE trap;

-- Programs: what is written out in them counts.
INSERT INTO trap (story, up, down) VALUES
  ('in a block', 'DO $$ BEGIN IF true THEN UPDATE orders SET note = NULL; END IF; END $$', 'SELECT 1'),
  ('put together', 'DO $$ DECLARE t text; BEGIN FOR t IN SELECT 1 LOOP EXECUTE format(''DELETE FROM %I WHERE x'', t); END LOOP; END $$', 'SELECT 1'),
  ('in a function of the file', 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM orders; END $$; SELECT f(); DROP FUNCTION f()', 'SELECT 1'),
  ('harmless', 'DO $$ BEGIN ALTER TABLE orders ADD x int; EXCEPTION WHEN duplicate_column THEN NULL; END $$', 'ALTER TABLE orders DROP x');
SELECT * FROM caught; TRUNCATE trap;

-- Whatever a statement is for, what it calls is called; and only = and IN name
-- the rows that are deleted.
SELECT statement, class, left(remedy, 60) AS remedy, detail FROM (VALUES
  ('SELECT pg_read_file(''/etc/passwd'')'),
  ('CREATE TABLE f AS SELECT pg_read_file(''/etc/passwd'')'),
  ('CREATE VIEW f AS SELECT pg_read_file(''/etc/passwd'')'),
  ('CREATE TABLE f (a text DEFAULT pg_read_file(''/etc/passwd''))'),
  ('ALTER TABLE t ADD a text DEFAULT pg_read_file(''/etc/passwd'')'),
  ('ALTER TABLE t ALTER a SET DEFAULT pg_read_file(''/etc/passwd'')'),
  ('INSERT INTO t VALUES (lo_import(''/etc/passwd''))'),
  ('UPDATE t SET a = dblink_exec(''host=other'', ''DROP TABLE t'')'),
  ('EXPLAIN ANALYZE SELECT pg_read_file(''/etc/passwd'')'),
  ('DECLARE c CURSOR FOR SELECT pg_read_file(''/etc/passwd'')'),
  ('SELECT set_config(''session_replication_role'', ''replica'', false)'),
  ('UPDATE pg_class SET relname = ''x'''),
  ('INSERT INTO pg_catalog.pg_proc VALUES (1)'),
  ('DELETE FROM t WHERE id = 7'),
  ('DELETE FROM t WHERE id IN (7, 8) AND kind <> 3'),
  ('DELETE FROM t WHERE id = 7 OR kind > 3'),
  ('DELETE FROM t WHERE id >= 7'),
  ('DELETE FROM t WHERE id <> 7'),
  ('DELETE FROM t WHERE name LIKE ''a%'''),
  ('DELETE FROM t WHERE 1 = 1'),
  ('CREATE TABLE n AS EXECUTE p')) AS t (statement), releasegov.check_migration(statement, NULL);

-- The down, too: what destroys or exposes on its own account counts, what only
-- takes away what the up brought does not. A session's reading of backslashes
-- decides nothing; a domain that checks its values is no moment's work.
SELECT up, down, v.class FROM (VALUES
  ('CREATE TABLE t (a int)', 'DROP TABLE t'),
  ('ALTER TABLE t ADD a int', 'ALTER TABLE t DROP a'),
  ('CREATE TABLE t (a int)', 'DROP TABLE t; CREATE ROLE evil SUPERUSER'),
  ('CREATE TABLE t (a int)', 'DROP TABLE t; DROP TABLE u'),
  ('CREATE TABLE t (a int)', 'DROP TABLE t; DROP TABLE IF EXISTS u'),
  ('ALTER TABLE t ALTER a DROP NOT NULL', 'DELETE FROM t WHERE a IS NULL; ALTER TABLE t ALTER a SET NOT NULL'),
  ('ALTER TABLE t ADD b int', 'DELETE FROM t WHERE a > 0; ALTER TABLE t DROP b'),
  ('CREATE TABLE t (a int)', 'DROP TABLE t; GRANT SELECT ON u TO PUBLIC')) AS t (up, down), releasegov.migration_verdict(up, down) v;
-- as of 19 nobody can
SELECT current_setting('server_version_num')::int < 190000 AS can \gset
\if :can
SET standard_conforming_strings = off;
\endif
SELECT class FROM releasegov.migration_verdict($$SELECT '\'; DROP TABLE customer; --'$$);
RESET standard_conforming_strings;
SELECT statement, class FROM (VALUES ('SET standard_conforming_strings = on'), ('SET standard_conforming_strings = off'), ('RESET standard_conforming_strings'), ('SELECT set_config(''Standard_Conforming_Strings'', ''off'', true)'),
  ('SET session_replication_role = origin'), ('SET session_replication_role = replica'), ('SET SESSION AUTHORIZATION x')) AS t (statement), releasegov.check_migration(statement);
SELECT kind, class, rewrites FROM releasegov.check_migration('CREATE DOMAIN d AS int CHECK (VALUE > 0); CREATE DOMAIN e AS int; ALTER TABLE t ADD a d DEFAULT 1; ALTER TABLE t ADD b e; CREATE EXTENSION dblink; CREATE EXTENSION plpython3u; CREATE EXTENSION citext; ALTER TABLE releasegov.migration DISABLE TRIGGER zz_guard', NULL);
SELECT kind, in_transaction, "lock" FROM releasegov.check_migration('PREPARE TRANSACTION ''x''; COMMIT PREPARED ''x''; DISCARD TEMP; DISCARD ALL; ALTER DATABASE d SET TABLESPACE s; ALTER DOMAIN d VALIDATE CONSTRAINT c; ALTER TABLE p DETACH PARTITION q FINALIZE', NULL);

-- What earlier migrations made is known where they are given: a trigger that
-- writes the time of the last change, a type, a NOT NULL, a name that is gone.
CREATE TEMP TABLE past AS SELECT ARRAY[$$
CREATE TABLE orders (id int PRIMARY KEY, no text NOT NULL, note varchar(20), state text, updated timestamptz);
CREATE TABLE old (id int);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated := now(); RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
$$, 'not even SQL', 'DROP TABLE old'] AS earlier;
SELECT up, down, alone.data_loss AS alone, known.data_loss AS known, known.data_loss_reason AS reason
FROM past, (VALUES
  ('ALTER TABLE orders ADD total int; UPDATE orders SET total = 0', 'ALTER TABLE orders DROP total'),
  ('ALTER TABLE orders DISABLE TRIGGER touch; ALTER TABLE orders ADD total int; UPDATE orders SET total = 0; ALTER TABLE orders ENABLE TRIGGER touch', 'ALTER TABLE orders DROP total'),
  ('UPDATE orders SET no = '''' WHERE no IS NULL', 'SELECT 1'),
  ('ALTER TABLE orders ALTER updated TYPE date', 'SELECT 1'),
  ('DROP TABLE IF EXISTS old', 'SELECT 1'),
  ('ALTER TABLE orders ADD COLUMN IF NOT EXISTS state text', 'ALTER TABLE orders DROP state')) AS t (up, down),
  releasegov.migration_verdict(up, down) alone, releasegov.migration_verdict(up, down, earlier) known;
SELECT kind, class, rewrites, detail FROM past, releasegov.check_migration('ALTER TABLE orders ALTER note TYPE varchar(50)', NULL, earlier);

-- The schema does not come back
SELECT kind, object, reversibility, undone_by, detail FROM (VALUES
  ('CREATE SEQUENCE IF NOT EXISTS q', 'SELECT 1'),
  ('ALTER TABLE t DROP CONSTRAINT f', 'ALTER TABLE t ADD CONSTRAINT f_new FOREIGN KEY (a) REFERENCES u'),
  ('ALTER TYPE e ADD VALUE ''b''', 'SELECT 1'),
  ('ALTER TYPE e ADD VALUE ''b''', 'ALTER TYPE e RENAME TO e_old; CREATE TYPE e AS ENUM (''a''); DROP TYPE e_old'),
  ('DROP VIEW v; CREATE VIEW v AS SELECT 2', 'CREATE OR REPLACE VIEW v AS SELECT 1')
  ) AS t (up, down), releasegov.check_migration(up, down) WHERE direction = 'up';
-- A domain's constraint does, by its name, written or made up
SELECT kind, object, reversibility, undone_by, proposed_down FROM (VALUES
  ('ALTER DOMAIN d ADD CONSTRAINT n CHECK (VALUE > 0)', 'ALTER DOMAIN d DROP CONSTRAINT n'),
  ('ALTER DOMAIN d ADD CHECK (VALUE > 0)', 'ALTER DOMAIN d DROP CONSTRAINT d_check'),
  ('ALTER DOMAIN d DROP CONSTRAINT n', 'ALTER DOMAIN d ADD CONSTRAINT n CHECK (VALUE > 0)'),
  ('ALTER DOMAIN d DROP CONSTRAINT n', 'ALTER DOMAIN d ADD CONSTRAINT m CHECK (VALUE > 0)'),
  ('CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CHECK (VALUE > 0)', 'DROP DOMAIN d')
  ) AS t (up, down), releasegov.check_migration(up, down) WHERE direction = 'up';
-- No down, and one that does nothing
SELECT up, down, down_missing, down_empty, reversibility FROM (VALUES
  ('CREATE TABLE t (a int)', NULL), ('CREATE TABLE t (a int)', ''), ('CREATE TABLE t (a int)', 'BEGIN; SELECT 1; COMMIT'), ('ANALYZE t', NULL)) AS t (up, down),
  releasegov.migration_verdict(up, down);

-- Files that have no statement
SELECT up IS NULL AS missing, class, statements, data_loss FROM (VALUES (''), ('-- nothing' || chr(10) || '/* at /* all */ */'), (';;;')) AS t (up), releasegov.migration_verdict(up, '');
SELECT releasegov.migration_verdict(NULL, '');

-- Files that are not SQL: line, column, and what they are
CREATE PROCEDURE pg_temp.try(up text, down text DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
  detail text;
  hint text;
BEGIN
  PERFORM releasegov.migration_verdict(up, down);
  RAISE INFO 'readable';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RAISE INFO '% % | % | %', SQLSTATE, SQLERRM, detail, hint;
END
$$;
CALL pg_temp.try(E'CREATE TABLE t (a int);\n\nCREATE TABEL u (a int);');
CALL pg_temp.try('SELECT 1', E'DROP TABLE t;\nDROP TABLE u CASCADE UNLESS NEEDED;');
CALL pg_temp.try(E'CREATE TABLE t (a int);\n\\i other.sql');
CALL pg_temp.try(E'\\copy t from rows.csv');
CALL pg_temp.try(E'CREATE TABLE t (a int);\nCOPY t FROM stdin;\n1\n2\n\\.\n');
CALL pg_temp.try(E'COPY t (a, b) FROM STDIN WITH (FORMAT csv);\n1,one\n');
CALL pg_temp.try('COPY t FROM stdin');
CALL pg_temp.try('GRANT SELECT ON t TO :role');
CALL pg_temp.try('GRANT SELECT ON t TO :"role"');
CALL pg_temp.try('CREATE TABLE {{ .Schema }}.t (a int)');
CALL pg_temp.try('CREATE TABLE ${schema}.t (a int)');
CALL pg_temp.try('CREATE TABLE `t` (a int)');
CALL pg_temp.try('INSERT INTO t VALUES (''it''s'')');
CALL pg_temp.try(U&'\FEFFCREATE TABLE t (a int)');
CALL pg_temp.try(E'-- +goose Up\nCREATE TABLE t (a int);\n-- +goose down\nDROP TABLE t;');
CALL pg_temp.try(E'-- +goose Up\nCREATE TABLE t (a int);');
CALL pg_temp.try(E'SELECT ''ö'';\nSELECT ''öö'', ö ö ö ö');
CALL pg_temp.try('DO $$ BEGIN');
CALL pg_temp.try('SELECT E''\uD800''');
CALL pg_temp.try('SELECT ' || repeat('(', 20000));
CALL pg_temp.try('SELECT ' || repeat('1+', 200000) || '1');
CALL pg_temp.try(repeat('-- much ado', 1600000));
CALL pg_temp.try('SELECT 1; ' || repeat(' ', 10000000));

-- Large files: an answer, and no more time than it takes to read them.
SELECT statements, class, data_loss FROM (SELECT string_agg('INSERT INTO orders (id, note) VALUES (' || i || ', ''' || repeat('x', 200) || ''');', E'\n') AS up FROM generate_series(1, 20000) i) AS t, releasegov.migration_verdict(up, NULL);
SELECT statements, class, data_loss, reversibility FROM (SELECT string_agg('ALTER TABLE orders ADD c' || i || ' int;', E'\n') AS up, string_agg('ALTER TABLE orders DROP c' || i || ';', E'\n') AS down FROM generate_series(1, 20000) i) AS t, releasegov.migration_verdict(up, down);

-- Names that the server makes up are cut as it cuts them.
CREATE TEMP TABLE a_table_with_quite_a_long_name_indeed (and_a_column_with_a_long_name_too int, "größe" int CHECK ("größe" > 0));
ALTER TABLE a_table_with_quite_a_long_name_indeed ADD UNIQUE (and_a_column_with_a_long_name_too), ADD UNIQUE (and_a_column_with_a_long_name_too, "größe"), ADD CHECK ("größe" < 9);
SELECT c.object, c.proposed_down, k.conname IS NOT NULL AS as_the_server
FROM releasegov.check_migration('ALTER TABLE a_table_with_quite_a_long_name_indeed ADD UNIQUE (and_a_column_with_a_long_name_too), ADD UNIQUE (and_a_column_with_a_long_name_too, "größe"), ADD CHECK ("größe" < 9)') c
LEFT JOIN pg_constraint k ON k.conrelid = 'a_table_with_quite_a_long_name_indeed'::regclass AND c.proposed_down = format('ALTER TABLE a_table_with_quite_a_long_name_indeed DROP CONSTRAINT %I', k.conname);

-- The file's own search_path says what a name means.
SELECT object, data_loss FROM releasegov.check_migration('SET search_path = shop; CREATE TABLE t (a int); DELETE FROM shop.t; DELETE FROM public.t', 'DROP TABLE shop.t') WHERE kind = 'DELETE';
