# Migrations are executed on a scratch server, a cluster of its own: what each
# verdict looks like, what real migrations get wrong, and what is left behind by
# those that want to do harm: nothing.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Proof;
use Story;
use Test::More;
use Time::HiRes qw(time sleep);

my $db = 'postgres';
my ($node, $scratch) = proof_nodes();
my $outside = PostgreSQL::Test::Utils::tempdir() . '/outside';
$scratch->safe_psql($db, q{
CREATE ROLE app;
CREATE ROLE super LOGIN SUPERUSER;
CREATE ROLE maker LOGIN CREATEDB CREATEROLE;
CREATE ROLE reader LOGIN CREATEDB IN ROLE pg_read_server_files;
CREATE ROLE heir LOGIN CREATEDB IN ROLE super;
CREATE ROLE poor LOGIN;
CREATE ROLE landlord LOGIN CREATEDB});
$scratch->safe_psql($db, 'CREATE DATABASE estate OWNER landlord');

# ---- where: a private role on another server ----

release([ 'nothing', 'SELECT 1', 'SELECT 1' ]);
refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'without a scratch server nothing is proven');
server_as('super');
for my $role ('super', 'maker', 'reader', 'heir', 'poor', 'landlord')
{
	server_as($role);
	like(refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", "$role is not the role for it"), qr/DETAIL:  it (is|may|owns database estate)/, 'and why');
}
$scratch->safe_psql($db, $_) for ('DROP DATABASE estate', 'DROP ROLE landlord');
$node->safe_psql($db, 'CREATE ROLE prover LOGIN CREATEDB');
server_as('prover', $node);
like(refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'nor is the governed server the place'), qr/may connect to the governed database/, 'as long as what is governed can be reached');
$node->safe_psql($db, "REVOKE CONNECT ON DATABASE $db FROM PUBLIC; GRANT CONNECT ON DATABASE $db TO ci_bot; CREATE DATABASE ground");
set_proof(scratch_server => $node->connstr('ground') . ' user=prover');
verdict(proven(1), 'nothing', 'proven', qr/^the up changes nothing$/, 'on the governed server itself, out of reach');
$node->safe_psql($db, "GRANT CONNECT ON DATABASE $db TO PUBLIC; DROP DATABASE ground");
set_proof(scratch_server => 'host=/nowhere user=prover');
refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'a server that cannot be reached');
server_as('prover');

# ---- who ----

refused($node, $db, 'audrey', '42501', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'an auditor proves nothing');
is(speak($node, $db, 'deploy_bot', "SELECT verdict FROM releasegov.prove_migration('shop1', '1')"), 'proven', 'a deployer may');
refused($node, $db, 'ci_bot', 'RG011', "SELECT * FROM releasegov.prove_migration('shop1', 'none')", 'an unknown release');
refused($node, $db, 'ci_bot', '22004', "SELECT * FROM releasegov.prove_migration('shop1', NULL)", 'a variable that is not set');
refused($node, $db, 'ci_bot', '42501', "SELECT count(*) FROM releasegov.prove_migration('shop1', '1'); SET releasegov.scratch_server = 'host=evil'", 'only a superuser says where');
refused($node, $db, 'ci_bot', '42501', "SELECT count(*) FROM releasegov.prove_migration('shop1', '1'); SHOW releasegov.scratch_server", 'and reads it there');

# ---- each verdict ----

my $found = proven(release(
	[ 'tables', q{
CREATE TYPE mood AS ENUM ('calm', 'glad');
CREATE DOMAIN percent AS numeric(5, 2) CHECK (VALUE >= 0 AND VALUE <= 100);
CREATE TABLE customer (id serial PRIMARY KEY, email varchar(40) NOT NULL UNIQUE CHECK (email LIKE '%@%'), state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'old')),
  mood mood, share percent, tags text[], born date, seen timestamptz DEFAULT now(), extra jsonb);
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer_id int NOT NULL REFERENCES customer ON DELETE CASCADE, total numeric(10, 2) NOT NULL CHECK (total > 0),
  during tstzrange, EXCLUDE USING gist (during WITH &&), doubled numeric GENERATED ALWAYS AS (total * 2) STORED);
CREATE TABLE event (at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE event_2024 PARTITION OF event FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'nobody writes here'; END$$;
CREATE TABLE closed (id int); CREATE TRIGGER refuse BEFORE INSERT ON closed FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE hidden (id int, owner text); ALTER TABLE hidden ENABLE ROW LEVEL SECURITY; ALTER TABLE hidden FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON hidden USING (false);
CREATE TABLE choice (id serial PRIMARY KEY, a text, b text, c text, d text, CHECK (NOT (a IS NOT NULL AND b IS NOT NULL)), CHECK ((c IS NULL) <> (d IS NULL)));
CREATE TABLE chosen (choice int NOT NULL REFERENCES choice)},
		q{DROP TABLE chosen, choice, hidden, closed, event, orders, customer; DROP FUNCTION refuse(); DROP DOMAIN percent; DROP TYPE mood} ],
	[ 'column', 'ALTER TABLE customer ADD COLUMN city text', 'ALTER TABLE customer DROP COLUMN city' ],
	[ 'index', 'CREATE INDEX CONCURRENTLY customer_born ON customer (born)', 'DROP INDEX CONCURRENTLY customer_born' ],
	[ 'framed', "BEGIN;\nCREATE TABLE framed (id int);\nCOMMIT;", "BEGIN;\nDROP TABLE framed;\nCOMMIT;" ],
	[ 'schema', 'CREATE SEQUENCE IF NOT EXISTS left_over', 'DROP TABLE IF EXISTS nothing' ],
	[ 'data', "UPDATE customer SET state = 'new'", "UPDATE customer SET state = 'old'" ],
	[ 'lost', 'ALTER TABLE customer DROP COLUMN born', 'ALTER TABLE customer ADD COLUMN born date; CREATE INDEX customer_born ON customer (born)' ],
	[ 'order', 'ALTER TABLE customer ADD COLUMN last int, ADD COLUMN more int', 'ALTER TABLE customer DROP COLUMN last, DROP COLUMN more' ],
	[ 'down_fails', 'CREATE TABLE here (id int)', "DROP TABLE here;\nDROP TABLE elsewhere" ],
	[ 'down_raises', 'CREATE TABLE raising (id int)', "DROP TABLE raising;\n\n-- on purpose\nDO \$\$BEGIN\n RAISE 'no way back';\nEND\$\$;\nSELECT 1" ],
	[ 'down_apart', "CREATE TABLE twice (id int);\nINSERT INTO twice VALUES (1), (1)", "DROP INDEX CONCURRENTLY IF EXISTS none;\n\nCREATE UNIQUE INDEX CONCURRENTLY ON twice (id)" ],
	[ 'down_unread', 'CREATE TABLE unread (id int)', "DROP TABLE unread;\nALTER TABLE unread ADD CONSTRAINT u UNIQUE id" ],
	[ 'savepoint', 'SAVEPOINT a; CREATE TABLE saved (id int); RELEASE SAVEPOINT a', 'BEGIN; SAVEPOINT a; DROP TABLE saved; ROLLBACK TO SAVEPOINT a; DROP TABLE saved; COMMIT' ],
	[ 'missing', 'CREATE TABLE kept (id int)', undef ],
	[ 'empty', 'CREATE TABLE kept_too (id int)', '-- to be done' ],
	[ 'up_fails', 'ALTER TABLE nobody_knows ADD COLUMN x int', 'SELECT 1' ],
	[ 'rows', 'ALTER TABLE customer ALTER COLUMN city TYPE int USING city::int', 'ALTER TABLE customer ALTER COLUMN city TYPE text USING city::text' ],
	[ 'wanted', "UPDATE orders SET total = 7 WHERE total = 4711", 'UPDATE orders SET total = 4711 WHERE total = 7' ],
	[ 'queue', 'CREATE TABLE queue (id serial PRIMARY KEY, registry text, tried int)', 'DROP TABLE queue' ],
	[ 'emptied', 'DELETE FROM queue WHERE registry IS NOT NULL', undef ],
	[ 'refilled', 'ALTER TABLE queue DROP COLUMN registry', 'ALTER TABLE queue ADD COLUMN registry text' ],
	[ 'guarded', "INSERT INTO queue (tried) SELECT 4712 WHERE NOT EXISTS (SELECT FROM queue WHERE tried = 4712)", 'DELETE FROM queue WHERE tried = 4712' ],
	[ 'keys_off', "ALTER TABLE orders DISABLE TRIGGER /* all of them */ All;\nALTER TABLE orders ADD COLUMN trigger int, ENABLE TRIGGER\nALL", 'ALTER TABLE orders DROP COLUMN trigger' ],
	[ 'numbered', 'UPDATE queue SET tried = 5 WHERE id = 4714', 'UPDATE queue SET tried = 6 WHERE id = 4714 AND tried IS NULL' ],
	[ 'shown', q{CREATE TABLE owner (id serial PRIMARY KEY); CREATE TABLE owner_mode (owner int PRIMARY KEY REFERENCES owner ON DELETE CASCADE, score boolean NOT NULL DEFAULT true);
CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO owner_mode VALUES (NEW.id); RETURN NEW; END$$;
CREATE TRIGGER own AFTER INSERT ON owner FOR EACH ROW EXECUTE FUNCTION own()}, undef ],
	[ 'seeded', q{CREATE TABLE site (id int PRIMARY KEY CHECK (id = 1), name text NOT NULL); INSERT INTO site VALUES (1, 'home')}, undef ],
	[ 'seed_kept', q{ALTER TABLE site ADD COLUMN open boolean NOT NULL DEFAULT false; DO $$BEGIN ASSERT (SELECT name FROM site) = 'home'; END$$}, undef ],
	[ 'seed_column', 'ALTER TABLE site DROP COLUMN open', 'ALTER TABLE site ADD COLUMN open boolean NOT NULL DEFAULT false' ],
	[ 'mode', 'ALTER TABLE owner_mode DROP COLUMN score, ADD COLUMN score boolean NOT NULL DEFAULT false', 'ALTER TABLE owner_mode DROP COLUMN score, ADD COLUMN score boolean NOT NULL DEFAULT true' ],
	[ 'down_rights', q{CREATE TYPE shade AS ENUM ('x')}, q{DROP TYPE shade; DELETE FROM pg_catalog.pg_enum WHERE enumlabel = 'none'} ],
	[ 'used_label', q{ALTER TYPE mood ADD VALUE 'sad';
UPDATE customer SET mood = 'sad'}, 'SELECT 1' ],
	[ 'used_framed', q{BEGIN; ALTER TYPE mood ADD VALUE 'wild'; UPDATE customer SET mood = 'wild'; COMMIT}, 'SELECT 1' ],
	[ 'keys_left_off', 'ALTER TABLE orders DISABLE TRIGGER ALL', 'ALTER TABLE orders ENABLE TRIGGER USER' ],
	[ 'keys_lost', 'ALTER TABLE orders DISABLE TRIGGER ALL; UPDATE orders SET total = total + 1; ALTER TABLE orders ENABLE TRIGGER ALL', 'UPDATE orders SET total = 1' ],
	[ 'logged', 'CREATE TABLE log (v int); INSERT INTO log VALUES (4715); UPDATE orders SET total = 8 WHERE total = 4715', 'DROP TABLE log; UPDATE orders SET total = 4715 WHERE total = 8 AND id > 1000000' ],
	[ 'down_label', q{CREATE TABLE plain (id int PRIMARY KEY, m text); CREATE TYPE level AS ENUM ('low')}, q{ALTER TYPE level ADD VALUE 'high'; UPDATE plain SET m = 'high'::level::text WHERE id = -1; DROP TABLE plain; DROP TYPE level} ],
	[ 'keys_broken', "ALTER TABLE orders DISABLE TRIGGER ALL;\n\nUPDATE orders SET customer_id = -4713", 'SELECT 1' ]));
verdict($found, 'tables', 'proven', qr/^$/, 'rows for types, checks, keys, partitions, triggers and policies');
verdict($found, 'column', 'proven', qr/^$/);
verdict($found, 'index', 'proven', qr/^$/, 'CONCURRENTLY, outside a transaction');
verdict($found, 'framed', 'proven', qr/^$/, 'BEGIN and COMMIT around it');
verdict($found, 'schema', 'schema_differs', qr/sequence public\.left_over is left/);
verdict($found, 'data', 'data_differs', qr/table public\.customer: \d rows? changed, such as \{"id": \d/);
verdict($found, 'lost', 'data_differs', qr/table public\.customer: \d rows? changed/, 'a column comes back empty');
verdict($found, 'order', 'proven', qr/^$/);
verdict($found, 'down_fails', 'down_fails', qr/^line 2: table "elsewhere" does not exist, SQLSTATE 42P01$/);
verdict($found, 'down_raises', 'down_fails', qr/^line 4: no way back, SQLSTATE P0001$/, 'the line of a statement where the server names no place in it');
verdict($found, 'down_apart', 'down_fails', qr/^line 3: could not create unique index/, 'and of one that is sent by itself');
verdict($found, 'down_unread', 'down_fails', qr/^line 2, column 44: syntax error at or near "id"$/, 'a down that is no SQL');
verdict($found, 'savepoint', 'proven', qr/^$/, 'savepoints without a transaction of its own');
verdict($found, 'missing', 'down_missing', qr/^there is no down$/);
verdict($found, 'empty', 'down_missing', qr/^the down undoes nothing$/);
verdict($found, 'up_fails', 'untestable', qr/its up fails: line 1: relation "nobody_knows" does not exist/);
verdict($found, 'rows', 'proven', qr/with other rows its up fails: .*invalid input syntax for type integer/, 'only some rows can be converted');
verdict($found, 'wanted', 'data_differs', qr/public\.orders/, 'rows as the conditions name them');
verdict($found, 'refilled', 'data_differs', qr/table public\.queue: \d rows changed/, 'rows that an earlier up deleted are made anew');
verdict($found, 'guarded', 'proven', qr/^1 sequence stands elsewhere than before$/, 'a row that the up brings where it is not there');
verdict($found, 'keys_off', 'untestable', qr/^TRIGGER ALL was run as TRIGGER USER, since our role is no superuser: foreign keys were not switched$/, 'nothing is proven of keys that our role cannot switch');
verdict($found, 'keys_left_off', 'untestable', qr/^TRIGGER ALL was run as TRIGGER USER/, 'nor where they stay off');
verdict($found, 'keys_lost', 'data_differs', qr/^table public\.orders: \d rows? changed.*; TRIGGER ALL was run as TRIGGER USER/, 'what is lost all the same is');
verdict($found, 'logged', 'data_differs', qr/^with rows as its own conditions name them: table public\.orders/, 'a value that is brought elsewhere is asked for');
verdict($found, 'down_label', 'down_fails', qr/unsafe use of new value "high"/, 'a down that uses a new label has to run as it is');
verdict($found, 'numbered', 'data_differs', qr/^with rows as its own conditions name them: table public\.queue: \d rows? changed/, 'a column that numbers itself can be asked for');
verdict($found, 'mode', 'data_differs', qr/^table public\.owner_mode: \d rows? changed/, 'rows that a trigger made alike are made to differ');
verdict($found, 'seed_kept', 'down_missing', qr/^there is no down$/, 'rows that an up brought stay as they are');
verdict($found, 'seed_column', 'data_differs', qr/^table public\.site: 1 row changed/, 'but for a column that is new');
verdict($found, 'down_rights', 'down_fails', qr/^line 1: permission denied for table pg_enum, SQLSTATE 42501$/, 'a down that takes a superuser');
verdict($found, 'used_label', 'down_missing', qr/^the down undoes nothing; its up uses a new label of an enum, and was run statement by statement$/, 'a new label can be used where nothing begins a transaction');
verdict($found, 'used_framed', 'untestable', qr/^its up fails: line 1: unsafe use of new value "wild"/, 'and not where the file begins one');
verdict($found, 'keys_broken', 'untestable', qr/^TRIGGER ALL was run as TRIGGER USER.*with other rows its up fails: line 3: .*violates foreign key constraint/, 'nor where ours refuse what it may do');
verdict($found, 'the whole release', 'down_fails', qr/^migration 13 down_unread: line 2, column 44: /);
like($found->{data}[2], qr/^\[\{"table": "public.customer", "changed": \d, "example": ".*"\}\]$/, 'the difference can be read by programs') or diag($found->{data}[2]);
is($node->safe_psql($db, "SELECT count(*), count(DISTINCT verdict), bool_and(took > '0'), bool_and(server LIKE 'PostgreSQL %'), min(recorded_by) FROM releasegov.migration_check WHERE version = '2'"), '38|6|t|t|ci_bot', 'it is on record')
  or diag($node->safe_psql($db, "SELECT sequence, verdict, detail FROM releasegov.migration_check WHERE version = '2'"));
is(left_behind(), '', 'and nothing is left on the scratch server');

$found = proven(release(
	[ 'hue', q{CREATE TYPE hue AS ENUM ('red'); CREATE TABLE wall (id int PRIMARY KEY, hue hue)}, 'DROP TABLE wall; DROP TYPE hue' ],
	[ 'repainted', q{ALTER TYPE hue ADD VALUE 'blue'; INSERT INTO wall VALUES (4716, 'blue')},
		q{DELETE FROM wall WHERE id = 4716; ALTER TYPE hue RENAME TO old; CREATE TYPE hue AS ENUM ('red'); ALTER TABLE wall ALTER hue TYPE hue USING hue::text::hue; DROP TYPE old} ]));
verdict($found, $_, 'untestable', qr/^its up uses a new label of an enum, and was run statement by statement$/, 'nothing is proven of an up that most tools cannot run') for ('repainted', 'the whole release');

# ---- what real migrations get wrong ----

$found = proven(release(
	[ 'base', q{CREATE TABLE person (id int PRIMARY KEY, name varchar(20) NOT NULL DEFAULT 'x', boss int CONSTRAINT boss_fk REFERENCES person ON DELETE SET NULL); CREATE VIEW names AS SELECT name FROM person; CREATE SEQUENCE tick MAXVALUE 2},
		'DROP SEQUENCE tick; DROP VIEW names; DROP TABLE person' ],
	[ 'not_null', 'ALTER TABLE person DROP COLUMN name CASCADE', q{ALTER TABLE person ADD COLUMN name varchar(20); CREATE VIEW names AS SELECT name FROM person} ],
	[ 'default', 'ALTER TABLE person ALTER COLUMN id SET DEFAULT 1', 'ALTER TABLE person ALTER COLUMN id SET DEFAULT 2' ],
	[ 'typmod', 'ALTER TABLE person ALTER COLUMN boss TYPE bigint', 'ALTER TABLE person ALTER COLUMN boss TYPE smallint' ],
	[ 'foreign_key', 'ALTER TABLE person DROP CONSTRAINT boss_fk', 'ALTER TABLE person ADD CONSTRAINT boss_fk FOREIGN KEY (boss) REFERENCES person' ],
	[ 'view_now', 'SELECT 1', q{DO $$BEGIN EXECUTE format('CREATE VIEW moment AS SELECT %L::text AS t', clock_timestamp()); END$$} ],
	[ 'order_only', 'ALTER TABLE person DROP COLUMN boss; ALTER TABLE person ADD COLUMN boss2 int', q{ALTER TABLE person DROP COLUMN boss2; ALTER TABLE person ADD COLUMN boss int} ],
	[ 'label', q{CREATE TYPE tone AS ENUM ('low')}, 'DROP TYPE tone' ],
	[ 'label2', q{ALTER TYPE tone ADD VALUE 'high'}, 'DROP TABLE IF EXISTS nothing' ],
	[ 'swap', 'CREATE TABLE swap (a int, b int)', 'DROP TABLE swap' ],
	[ 'swapped', 'ALTER TABLE swap RENAME a TO c', 'ALTER TABLE swap ADD a int; UPDATE swap SET a = c; ALTER TABLE swap DROP c' ],
	[ 'deferred', 'CREATE TABLE later (id int UNIQUE, twin int REFERENCES later (id) DEFERRABLE INITIALLY DEFERRED)', 'DROP TABLE later' ],
	[ 'deferred_down', 'ALTER TABLE later ADD COLUMN x int', 'ALTER TABLE later DROP COLUMN x; INSERT INTO later VALUES (-7, -8)' ],
	[ 'grant', 'GRANT SELECT ON swap TO app', 'REVOKE ALL ON swap FROM app' ],
	[ 'repeat', q{SELECT nextval('tick'), nextval('tick')}, 'DROP TABLE IF EXISTS nothing' ]));
verdict($found, 'not_null', 'schema_differs', qr/column public\.person\.name is another one/);
verdict($found, 'default', 'schema_differs', qr/column public\.person\.id is another one/);
verdict($found, 'typmod', 'schema_differs', qr/column public\.person\.boss is another one/);
verdict($found, 'foreign_key', 'schema_differs', qr/constraint public\.person\.boss_fk is another one/);
like($found->{foreign_key}[2], qr/ON DELETE SET NULL/, 'with what it was and what it is');
verdict($found, 'view_now', 'schema_differs', qr/view public\.moment is left/);
verdict($found, 'label2', 'schema_differs', qr/type public\.tone is another one/, 'a label of an enum stays');
verdict($found, 'swapped', 'order_only', qr/columns of 1 table stand in another order/);
verdict($found, 'deferred', 'proven', qr/^$/);
verdict($found, 'deferred_down', 'down_fails', qr/^at its end: .*violates foreign key constraint/, 'what a commit would check');
verdict($found, 'grant', 'proven', qr/^$/);
verdict($found, 'repeat', 'not_repeatable', qr/the second up fails: .*reached maximum value/);

# ---- what only later servers have ----

my $major = int($scratch->safe_psql($db, 'SHOW server_version_num') / 10000);
my $nowhere = 'DROP TABLE IF EXISTS nowhere';

$found = proven(release(
	[ 'sorted', q{CREATE TABLE sorted (a int, b int); CREATE STATISTICS pair ON a, b FROM sorted;
CREATE COLLATION sorting (provider = icu, locale = 'de')}, 'DROP COLLATION sorting; DROP TABLE sorted' ],
	[ 'target', 'ALTER STATISTICS pair SET STATISTICS 500', $nowhere ],
	[ 'back', 'ALTER STATISTICS pair SET STATISTICS 400; ALTER TABLE sorted ALTER a SET STATISTICS 7', 'ALTER STATISTICS pair SET STATISTICS 500; ALTER TABLE sorted ALTER a SET STATISTICS -1' ],
	[ 'sorting', 'DROP COLLATION sorting', q{CREATE COLLATION sorting (provider = icu, locale = 'fr')} ]));
verdict($found, 'sorted', 'proven', qr/^$/);
verdict($found, 'target', 'schema_differs', qr/statistics public\.pair is another one/, 'the target of extended statistics');
verdict($found, 'back', 'proven', qr/^$/, 'and of a column, and back');
verdict($found, 'sorting', 'schema_differs', qr/collation public\.sorting is another one/, 'the locale of ICU');

SKIP:
{
	skip 'PostgreSQL 17 is not here', 8 if $major < 17;
	$found = proven(release(
		[ 'ground', q{CREATE DOMAIN filled AS int CONSTRAINT is_filled NOT NULL; CREATE TABLE held (id int PRIMARY KEY, note text, twice int GENERATED ALWAYS AS (id * 2) STORED);
CREATE COLLATION plain (provider = builtin, locale = 'C.UTF-8'); CREATE TABLE years (id int GENERATED ALWAYS AS IDENTITY, y int) PARTITION BY LIST (y); CREATE TABLE year_1 PARTITION OF years FOR VALUES IN (1)},
			'DROP TABLE years, held; DROP COLLATION plain; DROP DOMAIN filled' ],
		[ 'domain', 'ALTER DOMAIN filled DROP CONSTRAINT is_filled', 'ALTER DOMAIN filled SET NOT NULL' ],
		[ 'builtin', 'DROP COLLATION plain', q{CREATE COLLATION plain (provider = builtin, locale = 'C')} ],
		[ 'expression', 'ALTER TABLE held ALTER twice SET EXPRESSION AS (id * 3)', 'ALTER TABLE held ALTER twice SET EXPRESSION AS (id * 2)' ],
		[ 'expression_lost', 'ALTER TABLE held ALTER twice SET EXPRESSION AS (id * 3)', 'ALTER TABLE held ALTER twice SET EXPRESSION AS (id * 4)' ],
		[ 'maintain', 'GRANT MAINTAIN ON held TO app', $nowhere ],
		[ 'merged', q{MERGE INTO held USING (VALUES (7)) v (id) ON held.id = v.id WHEN NOT MATCHED BY SOURCE THEN UPDATE SET note = 'gone' RETURNING held.id}, $nowhere ]));
	verdict($found, 'ground', 'proven', qr/^$/, 'what came with 17');
	verdict($found, 'domain', 'schema_differs', qr/type public\.filled is another one/, 'the name of a domain\'s NOT NULL');
	verdict($found, 'builtin', 'schema_differs', qr/collation public\.plain is another one/, 'the locale of a built-in collation');
	verdict($found, 'expression', 'proven', qr/^$/, 'another expression and back');
	verdict($found, 'expression_lost', 'schema_differs', qr/column public\.held\.twice is another one/, 'and one that does not come back');
	verdict($found, 'maintain', 'schema_differs', qr/grants on table public\.held/, 'a new privilege');
	verdict($found, 'merged', 'data_differs', qr/table public\.held: \d rows? changed/, 'MERGE with what came with 17');
	# looking at 200 MB takes longer than the file may
	$found = proven(release(
		[ 'much', 'CREATE TABLE much (id int PRIMARY KEY, note text); INSERT INTO much SELECT i, repeat(md5(i::text), 700) FROM generate_series(1, 9000) i', 'DROP TABLE much' ],
		[ 'timed', q{SET transaction_timeout = '400ms'; CREATE TABLE quick (id int)}, q{SET transaction_timeout = '400ms'; DROP TABLE quick} ]));
	verdict($found, 'timed', 'proven', qr/^$/, 'the time that a file gives its transaction is not ours');
}

SKIP:
{
	skip 'PostgreSQL 18 is not here', 10 if $major < 18;
	$found = proven(release(
		[ 'room', q{CREATE TABLE room (id int CONSTRAINT room_has_id NOT NULL UNIQUE, beds int CONSTRAINT room_has_beds NOT NULL, note text, part int, whole int, share int GENERATED ALWAYS AS (part / whole) VIRTUAL);
INSERT INTO room (id, beds, part, whole) VALUES (1000, 1, 1, 0);
CREATE EXTENSION btree_gist; CREATE TABLE stay (id int, during daterange, PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE meal (stay int, at daterange, CONSTRAINT meal_stay FOREIGN KEY (stay, PERIOD at) REFERENCES stay (id, PERIOD during))},
			'DROP TABLE meal, stay, room; DROP EXTENSION btree_gist' ],
		[ 'not_null', 'ALTER TABLE room DROP CONSTRAINT room_has_id', 'ALTER TABLE room ALTER id SET NOT NULL' ],
		[ 'not_valid', 'ALTER TABLE room ADD CONSTRAINT noted NOT NULL note NOT VALID', 'ALTER TABLE room DROP CONSTRAINT noted' ],
		[ 'not_validated', 'ALTER TABLE room DROP CONSTRAINT room_has_beds', 'ALTER TABLE room ADD CONSTRAINT room_has_beds NOT NULL beds NOT VALID' ],
		[ 'virtual', 'ALTER TABLE room DROP COLUMN share', 'ALTER TABLE room ADD COLUMN share int GENERATED ALWAYS AS (part * whole) VIRTUAL' ],
		[ 'stored', 'ALTER TABLE room ADD COLUMN size int GENERATED ALWAYS AS (part) VIRTUAL', $nowhere ],
		[ 'stored_2', 'ALTER TABLE room DROP COLUMN size', 'ALTER TABLE room ADD COLUMN size int GENERATED ALWAYS AS (part) STORED' ],
		[ 'enforced', 'ALTER TABLE room ADD CONSTRAINT wide CHECK (part > -1000) NOT ENFORCED', 'ALTER TABLE room DROP CONSTRAINT wide' ],
		[ 'unenforced', 'CREATE TABLE door (room int CONSTRAINT door_room REFERENCES room (id)); ALTER TABLE door ALTER CONSTRAINT door_room NOT ENFORCED',
			'DROP TABLE door' ],
		[ 'reenforced', 'ALTER TABLE door ALTER CONSTRAINT door_room ENFORCED', $nowhere ],
		[ 'overlaps', 'ALTER TABLE meal DROP CONSTRAINT meal_stay', 'ALTER TABLE meal ADD CONSTRAINT meal_stay FOREIGN KEY (stay, PERIOD at) REFERENCES stay (id, PERIOD during) NOT ENFORCED' ]));
	verdict($found, 'room', 'proven', qr/^$/, 'what came with 18, and a virtual column that cannot be computed');
	verdict($found, 'not_null', 'schema_differs', qr/column public\.room\.id is another one/, 'the name of a NOT NULL');
	verdict($found, 'not_valid', 'proven', qr/^$/, 'NOT NULL NOT VALID, with rows that are null');
	verdict($found, 'not_validated', 'schema_differs', qr/column public\.room\.beds is another one/, 'and one that is left so');
	verdict($found, 'virtual', 'schema_differs', qr/column public\.room\.share is another one/, 'the expression of a virtual column');
	verdict($found, 'stored_2', 'schema_differs', qr/column public\.room\.size is another one/, 'whether it is stored');
	verdict($found, 'enforced', 'proven', qr/^$/, 'NOT ENFORCED and gone');
	verdict($found, 'unenforced', 'proven', qr/^$/);
	verdict($found, 'reenforced', 'schema_differs', qr/constraint public\.door\.door_room is another one/, 'whether it is enforced');
	verdict($found, 'overlaps', 'schema_differs', qr/constraint public\.meal\.meal_stay is another one/, 'a temporal key');
}
is(left_behind(), '', 'and nothing is left behind');

# ---- rows ----

number_from(1);
$found = proven(release(
	[ 'shapes', q{CREATE TABLE one_of (id serial PRIMARY KEY, a int, b int, c int, note text, CHECK (num_nonnulls(a, b, c) = 1));
CREATE TABLE job (id serial PRIMARY KEY, state text NOT NULL, done timestamptz, note text, CHECK ((done IS NOT NULL AND state IN ('cancelled', 'discarded')) OR (done IS NULL AND state NOT IN ('cancelled', 'discarded'))));
CREATE TABLE a1 (id serial PRIMARY KEY); CREATE TABLE a2 (id serial PRIMARY KEY);
CREATE TABLE cont (id serial PRIMARY KEY, x int REFERENCES a1, y int REFERENCES a2); CREATE TABLE uses (id serial PRIMARY KEY, c int REFERENCES cont);
CREATE TABLE r (id serial PRIMARY KEY, v jsonb, comment text);
CREATE FUNCTION num() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.ord := (regexp_match(NEW.num, '^(\d+)[.]'))[1]::int; RETURN NEW; END$$;
CREATE TABLE v (id serial PRIMARY KEY, num text NOT NULL, ord int NOT NULL, note text); CREATE TRIGGER num BEFORE INSERT OR UPDATE ON v FOR EACH ROW EXECUTE FUNCTION num();
CREATE TYPE st AS ENUM ('new', 'started', 'x', 'y', 'z', 'aborted'); CREATE TABLE build (id serial PRIMARY KEY, status st NOT NULL, completed boolean NOT NULL DEFAULT false);
CREATE TABLE webhook (id serial PRIMARY KEY, gone timestamptz, key text, secret text, note text, CHECK ((gone IS NULL AND key IS NOT NULL AND secret IS NOT NULL) OR (gone IS NOT NULL AND key IS NULL AND secret IS NULL)));
CREATE TABLE basis (id serial PRIMARY KEY, mode text NOT NULL, pinned int REFERENCES a1, resolved int REFERENCES a1, rate numeric, state text, note text, CHECK (state IN ('open', 'shut') AND mode <> state),
  CHECK ((mode = 'dynamic' AND pinned IS NULL AND rate IS NULL) OR (mode = 'pinned' AND pinned IS NOT NULL AND resolved = pinned AND rate IS NULL) OR (mode = 'manual' AND pinned IS NULL AND rate > 0)));
CREATE TABLE chart (id serial PRIMARY KEY, version text); CREATE TABLE number (id serial PRIMARY KEY, a text); CREATE TABLE flagged (id serial PRIMARY KEY, b boolean)}, undef ],
	[ 'one_of', 'ALTER TABLE one_of DROP COLUMN note', 'ALTER TABLE one_of ADD COLUMN note text' ],
	[ 'job', 'ALTER TABLE job DROP COLUMN note', 'ALTER TABLE job ADD COLUMN note text' ],
	[ 'webhook', 'ALTER TABLE webhook DROP COLUMN note', 'ALTER TABLE webhook ADD COLUMN note text' ],
	[ 'basis', 'ALTER TABLE basis DROP COLUMN note', 'ALTER TABLE basis ADD COLUMN note text' ],
	[ 'uses', 'ALTER TABLE uses DROP COLUMN c', 'ALTER TABLE uses ADD COLUMN c int REFERENCES cont' ],
	[ 'mixed', q{CREATE TABLE pins (id int PRIMARY KEY REFERENCES r, v jsonb NOT NULL, comment text NOT NULL); INSERT INTO pins SELECT id, v, COALESCE(comment, '') FROM r WHERE v IS NOT NULL; ALTER TABLE r DROP COLUMN v, DROP COLUMN comment},
		q{ALTER TABLE r ADD v jsonb, ADD comment text; UPDATE r SET (v, comment) = (pins.v, pins.comment) FROM pins WHERE r.id = pins.id; DROP TABLE pins} ],
	[ 'computed', 'ALTER TABLE v DROP COLUMN note', 'ALTER TABLE v ADD COLUMN note text' ],
	[ 'aborted', q{ALTER TABLE build ADD aborted boolean DEFAULT false NOT NULL; UPDATE build SET aborted = true, completed = true WHERE status = 'aborted'}, 'ALTER TABLE build DROP COLUMN aborted' ],
	[ 'brought', q{INSERT INTO chart (version) VALUES ('3.11.0')}, q{DELETE FROM chart WHERE version = '3.11.0'} ],
	[ 'fallback', 'ALTER TABLE number ALTER a TYPE int USING a::int', 'ALTER TABLE number ALTER a TYPE text' ],
	[ 'behind_fallback', 'UPDATE flagged SET b = false WHERE b IS NULL', 'COMMENT ON TABLE flagged IS NULL' ]));
verdict($found, 'one_of', 'data_differs', qr/table public\.one_of: /, 'exactly one of several columns');
verdict($found, 'job', 'data_differs', qr/table public\.job: /, 'constants of a check that are no times');
verdict($found, $_, 'data_differs', qr/^table public\.$_: [2-4] rows changed/, 'several columns in one check, in one of several ways') for ('webhook', 'basis');
verdict($found, 'uses', 'data_differs', qr/table public\.uses: /, 'what is referred to comes first');
verdict($found, 'mixed', 'data_differs', qr/table public\.r: /, 'nulls beside values');
verdict($found, 'computed', 'data_differs', qr/table public\.v: /, 'a trigger that takes a value away');
verdict($found, 'aborted', 'data_differs', qr/rows as its own conditions name them: table public\.build: /, 'a value that is set is not there already');
verdict($found, 'brought', 'proven', qr/^$|sequence/, 'the row that the up brings was not there');
verdict($found, 'fallback', 'proven', qr/with other rows its up fails/);
verdict($found, 'behind_fallback', 'data_differs', qr/table public\.flagged: /, 'the next migration has all sorts of rows again');

number_from(1);
$found = proven(release(
	[ 'tables', q{CREATE TABLE profile (id serial PRIMARY KEY, name text UNIQUE, about text, note text); CREATE TABLE rule (id serial PRIMARY KEY, about text);
CREATE TABLE club (club int PRIMARY KEY, keeper uuid); CREATE TABLE member (club int NOT NULL, person uuid NOT NULL, since date, PRIMARY KEY (club, person));
CREATE TABLE ticket (seat text NOT NULL, id serial PRIMARY KEY); CREATE TABLE entry (id serial PRIMARY KEY, free boolean NOT NULL, asks boolean NOT NULL)}, undef ],
	[ 'renumbered', 'ALTER TABLE ticket DROP COLUMN id', 'ALTER TABLE ticket ADD COLUMN id serial PRIMARY KEY' ],
	[ 'hardened', q{UPDATE rule SET about = '' WHERE about IS NULL; UPDATE profile SET name = '' WHERE name IS NULL; ALTER TABLE profile ALTER name SET NOT NULL}, 'ALTER TABLE profile ALTER name DROP NOT NULL' ],
	[ 'required', 'ALTER TABLE profile ALTER about SET NOT NULL, DROP COLUMN note', 'ALTER TABLE profile ALTER about DROP NOT NULL, ADD COLUMN note text' ],
	[ 'referred', 'ALTER TABLE ticket ADD COLUMN club int REFERENCES club; UPDATE ticket SET club = -4718; UPDATE rule SET about = NULL', undef ],
	[ 'joined', q{UPDATE member m SET since = '2020-02-02' FROM club WHERE club.club = m.club AND m.since IS NULL}, '' ],
	[ 'listed', q{UPDATE member SET since = '2020-02-03' WHERE person IN (SELECT keeper FROM club)}, '' ],
	[ 'combined', q{ALTER TABLE entry ADD mode text; UPDATE entry SET mode = CASE WHEN free THEN 'free' WHEN asks THEN 'asks' ELSE 'closed' END; ALTER TABLE entry DROP free, DROP asks},
		q{ALTER TABLE entry ADD free boolean, ADD asks boolean; UPDATE entry SET free = mode = 'free', asks = mode IN ('asks', 'free');
ALTER TABLE entry ALTER free SET NOT NULL, ALTER asks SET NOT NULL, DROP mode} ],
	[ 'single', 'CREATE TABLE solo (id int PRIMARY KEY CHECK (id = 1), flag boolean NOT NULL DEFAULT true); INSERT INTO solo VALUES (1)', undef ],
	[ 'dropped', 'ALTER TABLE solo DROP flag', 'ALTER TABLE solo ADD flag boolean NOT NULL DEFAULT true' ],
	[ 'parts', q{CREATE TABLE "order items" (day date NOT NULL, state text) PARTITION BY LIST (day); CREATE TABLE p1 PARTITION OF "order items" FOR VALUES IN ('2026-01-01');
CREATE TABLE secret (id serial PRIMARY KEY, state text); ALTER TABLE secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY own ON secret USING (true);
CREATE TABLE letter (id serial PRIMARY KEY, state text); CREATE TABLE stamp (id serial PRIMARY KEY, state text)}, undef ],
	[ 'apart', q{CREATE INDEX CONCURRENTLY letter_state ON letter (state); UPDATE letter SET state = 'read' WHERE state = 'sent'}, q{DROP INDEX CONCURRENTLY letter_state; UPDATE letter SET state = 'sent' WHERE state = 'read'} ],
	[ 'two_frames', q{BEGIN; UPDATE letter SET state = 'read' WHERE state = 'posted'; COMMIT; BEGIN; SELECT 1; COMMIT}, q{UPDATE letter SET state = 'posted' WHERE state = 'read'} ],
	[ 'partition', q{UPDATE "order items" SET state = 'read' WHERE state = 'sent'}, q{UPDATE "order items" SET state = 'sent' WHERE state = 'read'} ],
	[ 'policed', q{UPDATE secret SET state = 'read' WHERE state = 'sent'}, q{UPDATE secret SET state = 'sent' WHERE state = 'read'} ],
	[ 'turned', q{UPDATE stamp SET state = 'read' WHERE 'glued' = state}, q{UPDATE stamp SET state = 'glued' WHERE 'read' = state} ],
	[ 'many_named', q{UPDATE letter SET state = state WHERE state IN ('a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'a8'); DELETE FROM stamp WHERE state = 'gone'}, 'SELECT count(*) FROM letter' ],
	[ 'very_many', join('; ', (map { "UPDATE stamp SET state = state WHERE state = 'v$_'" } 1 .. 40), (map { "CREATE TABLE s$_ (state text)" } 1 .. 9), "DELETE FROM stamp WHERE state = 'torn'"), join('; ', map { "DROP TABLE s$_" } 1 .. 9) ],
	[ 'roles', q{CREATE TABLE known (name text); CREATE TABLE person (id serial PRIMARY KEY, role text, known text); CREATE TABLE setting (key text PRIMARY KEY, value text)}, undef ],
	[ 'other_table', q{INSERT INTO known (name) VALUES ('admin')}, q{UPDATE person SET role = NULL WHERE role = 'admin'; DELETE FROM known WHERE name = 'admin'} ],
	[ 'granted', q{CREATE TABLE perm (role text, name text, UNIQUE (role, name)); CREATE TABLE plain_perm (role text, name text)}, undef ],
	[ 'part_of_key', q{INSERT INTO perm (role, name) VALUES ('admin', 'export')}, q{DELETE FROM perm WHERE role = 'admin'} ],
	[ 'whole_key', q{INSERT INTO perm (role, name) VALUES ('chief', 'export'); INSERT INTO plain_perm VALUES ('chief', 'import')}, q{DELETE FROM perm WHERE role = 'chief' AND name = 'export'; DELETE FROM plain_perm WHERE role = 'chief'} ],
	[ 'overwritten', q{INSERT INTO setting VALUES ('theme', 'dark') ON CONFLICT (key) DO UPDATE SET value = 'dark'}, q{DELETE FROM setting WHERE key = 'theme'} ],
	[ 'own_row', q{INSERT INTO known (name) VALUES ('owner'); UPDATE known SET name = name WHERE name = 'owner'; INSERT INTO person (known) SELECT name FROM known WHERE name = 'owner'},
		q{DELETE FROM person WHERE known = (SELECT name FROM known WHERE name = 'owner'); DELETE FROM known WHERE name = 'owner'} ],
	[ 'guarded_with', q{WITH new AS (INSERT INTO known (name) SELECT 'guest' WHERE NOT EXISTS (SELECT FROM known WHERE name = 'guest') RETURNING name) SELECT * FROM new}, q{DELETE FROM known WHERE name = 'guest'} ],
	[ 'strategies', q{CREATE TABLE strategy (id serial PRIMARY KEY, name text); INSERT INTO strategy (name) VALUES ('rolling'); CREATE TABLE chart (id serial PRIMARY KEY, version text, strategy int, usual boolean);
CREATE TABLE wallet (address bytea PRIMARY KEY CHECK (octet_length(address) = 20), name char(9) NOT NULL CHECK (length(name) = 9), note text); CREATE TABLE app (id serial PRIMARY KEY, active boolean); CREATE TABLE config (id serial PRIMARY KEY, app int, active boolean)}, undef ],
	[ 'query', q{INSERT INTO chart (version, strategy) VALUES ('1.0', (SELECT id FROM strategy WHERE name = 'rolling')); UPDATE chart SET usual = true WHERE version = '0.9'}, q{DELETE FROM chart WHERE version = '1.0'; UPDATE chart SET usual = NULL WHERE version = '0.9'} ],
	[ 'sized', 'ALTER TABLE wallet DROP note', 'ALTER TABLE wallet ADD note text' ],
	[ 'managed', q{CREATE TABLE right_of (id serial PRIMARY KEY, managed boolean, labels jsonb); CREATE TABLE item (id serial PRIMARY KEY, right_of int REFERENCES right_of)}, undef ],
	[ 'labelled', q{UPDATE right_of r SET labels = jsonb_build_object('item', i.id) FROM item i WHERE r.managed = true AND r.id = i.right_of AND (r.labels IS NULL OR r.labels->>'item' IS NULL)}, q{UPDATE right_of SET labels = labels - 'item' WHERE managed = true AND labels->>'item' IS NOT NULL} ],
	[ 'put_in', q{UPDATE right_of SET labels = labels || '{"size": 1}'}, q{UPDATE right_of SET labels = labels - 'size'} ],
	[ 'documents', q{UPDATE right_of SET managed = false WHERE labels->>'kind' = 'ours'}, '' ],
	[ 'kept_for', q{CREATE TABLE spec (id serial PRIMARY KEY, source text); CREATE TABLE job_of (id serial PRIMARY KEY, kind text, spec int REFERENCES spec)}, undef ],
	[ 'upgraded', q{UPDATE spec SET source = 'new' WHERE id IN (SELECT spec FROM job_of WHERE kind = 'keeper')}, q{UPDATE spec SET source = '' WHERE id IN (SELECT spec FROM job_of WHERE kind = 'keeper')} ],
	[ 'combined_wanted', 'UPDATE config SET active = false WHERE active = true AND app IN (SELECT id FROM app WHERE active = false)', '' ],
	[ 'settings', q{SELECT pg_catalog.set_config('search_path', '', false); UPDATE public.known SET name = name WHERE name = 'x'}, 'DELETE FROM known WHERE false' ],
	[ 'extended', 'CREATE TABLE shown (entry int PRIMARY KEY REFERENCES entry, score boolean NOT NULL DEFAULT true); INSERT INTO shown SELECT id FROM entry', undef ],
	[ 'reset', 'ALTER TABLE shown DROP score, ADD score boolean NOT NULL DEFAULT false', 'ALTER TABLE shown DROP score, ADD score boolean NOT NULL DEFAULT true' ]));
verdict($found, 'hardened', 'data_differs', qr/^table public\.rule: \d rows? changed.*; with other rows its up fails: .*Key \(name\)=\(\) already exists/, 'only the table whose rows are refused is given others');
verdict($found, 'required', 'data_differs', qr/^table public\.profile: [2-4] rows changed.*; with other rows its up fails: .*column "about" of relation "profile" contains null values/, 'and no NULLs only where they are refused');
verdict($found, 'referred', 'down_missing', qr/^there is no down; with other rows its up fails: .*is not present in table "club".*; no rows could be made for ticket \(the up refuses them\)/, 'or no rows at all');
verdict($found, 'joined', 'down_missing', qr/^with rows as its own conditions name them: table public\.member: \d+ rows? changed/, 'a row that has what one of another table has');
verdict($found, 'listed', 'down_missing', qr/^with rows as its own conditions name them: table public\.member: \d+ rows? changed/, 'or what a query finds there');
verdict($found, 'renumbered', 'data_differs', qr/^table public\.ticket: \d rows? lost/, 'numbers have gaps');
verdict($found, 'combined', 'data_differs', qr/^table public\.entry: 1 row changed/, 'of two booleans all combinations');
verdict($found, 'dropped', 'data_differs', qr/^table public\.solo: 1 row changed/, 'and of the only row of one');
verdict($found, $_, 'data_differs', qr/^table public\.letter: \d rows? changed/, 'rows as conditions name them where nothing can be undone') for ('apart', 'two_frames');
verdict($found, 'partition', 'data_differs', qr/^with rows as its own conditions name them: table public\.p1: 2 rows lost, 2 rows left over/, 'in partitions');
verdict($found, 'policed', 'data_differs', qr/^with rows as its own conditions name them: table public\.secret: \d rows? changed/, 'behind row level security');
verdict($found, 'turned', 'data_differs', qr/^with rows as its own conditions name them: table public\.stamp: \d rows? changed/, 'whatever side it is named on');
verdict($found, 'many_named', 'data_differs', qr/^with rows as its own conditions name them: table public\.stamp: \d rows? lost/, 'and of each statement');
verdict($found, 'very_many', 'proven', qr/^its conditions name more rows than were tried$/, 'and not all of very many');
verdict($found, 'other_table', 'data_differs', qr/^with rows as its own conditions name them: table public\.person: \d rows? changed/, 'what the up brings elsewhere may be there');
verdict($found, 'part_of_key', 'data_differs', qr/^with rows as its own conditions name them: table public\.perm: \d rows? lost/, 'or what has a part of the key in common with it');
verdict($found, 'whole_key', 'proven', qr/^$/, 'and not the row itself');
verdict($found, 'overwritten', 'data_differs', qr/^with rows as its own conditions name them: table public\.setting: \d rows? lost/, 'and what it would overwrite');
verdict($found, $_, 'proven', qr/^$|^1 sequence/, 'what it brings was not there') for ('own_row', 'guarded_with');
verdict($found, 'query', 'data_differs', qr/^with rows as its own conditions name them: table public\.chart: \d rows? changed/, 'a query for one value finds one');
verdict($found, 'sized', 'data_differs', qr/^table public\.wallet: [2-4] rows changed/, 'values of the length that a check asks for');
verdict($found, 'labelled', 'data_differs', qr/table public\.right_of: \d rows? changed/, 'what refers to rows as conditions name them');
verdict($found, 'put_in', 'data_differs', qr/table public\.right_of: \d+ rows? changed/, 'and those that have what is put into them');
verdict($found, 'documents', 'down_missing', qr/^with rows as its own conditions name them: table public\.right_of: \d+ rows? changed/, 'documents that have what is asked for');
verdict($found, 'upgraded', 'data_differs', qr/^with rows as its own conditions name them: table public\.spec: \d rows? changed/, 'and to ordinary ones');
verdict($found, 'combined_wanted', 'down_missing', qr/table public\.config: \d rows? changed/, 'conditions of several columns');
verdict($found, 'settings', 'proven', qr/^$/, 'what the up sets is not set for the down');
verdict($found, 'reset', 'data_differs', qr/^table public\.shown: \d rows? changed/, 'rows of a table that extends another one are made to differ');

number_from(1);
$found = proven(release(
	[ 'tables', q{CREATE TABLE parent (id int PRIMARY KEY, ver int); CREATE TABLE child (id serial PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE); CREATE TABLE alone (id int, v int)}, undef ],
	[ 'no_keys', 'ALTER TABLE alone DISABLE TRIGGER ALL; ALTER TABLE alone ADD COLUMN w int; ALTER TABLE alone ENABLE TRIGGER ALL', 'ALTER TABLE alone DROP COLUMN w' ],
	[ 'down_wrong', 'CREATE TABLE here (id int); ALTER TABLE parent DISABLE TRIGGER ALL; ALTER TABLE parent ENABLE TRIGGER ALL', 'DROP TABLE here; ALTER TABLE parent ALTER COLUMN nowhere SET DEFAULT 1' ],
	[ 'left_off', 'ALTER TABLE parent DISABLE TRIGGER ALL', 'ALTER TABLE parent ENABLE TRIGGER ALL' ],
	[ 'behind_off', 'CREATE TABLE copied AS SELECT * FROM parent', 'DROP TABLE copied' ],
	[ 'back_on_too', 'ALTER TABLE alone ADD COLUMN off int; ALTER TABLE public.parent DISABLE TRIGGER ALL; CREATE TABLE passing (id int PRIMARY KEY, p int REFERENCES passing); ALTER TABLE passing DISABLE TRIGGER ALL; DROP TABLE passing', undef ],
	[ 'back_on', "BEGIN;\nALTER TABLE parent ENABLE TRIGGER ALL;\nCOMMIT; BEGIN; SELECT 1; COMMIT", 'SELECT 1' ],
	[ 'behind_on', 'CREATE TABLE copied_too AS SELECT * FROM parent', 'DROP TABLE copied_too' ],
	[ 'label', q{CREATE TYPE tone AS ENUM ('low'); CREATE TABLE song (id serial PRIMARY KEY, tone tone, length text)}, undef ],
	[ 'label_used', q{ALTER TYPE tone ADD VALUE 'high'; UPDATE song SET tone = 'high' WHERE id = -1; ALTER TABLE song ALTER length TYPE int USING length::int; CREATE TABLE behind_label (id int)}, undef ],
	[ 'behind_label', 'ALTER TABLE behind_label ADD x int', 'ALTER TABLE behind_label DROP x' ],
	[ 'touched', q{CREATE TABLE owner (id serial PRIMARY KEY); CREATE TABLE owner_mode (owner int PRIMARY KEY REFERENCES owner, ver int NOT NULL DEFAULT 0, score boolean NOT NULL DEFAULT true);
CREATE FUNCTION own() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO owner_mode VALUES (NEW.id); RETURN NEW; END$$; CREATE TRIGGER own AFTER INSERT ON owner FOR EACH ROW EXECUTE FUNCTION own();
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF pg_trigger_depth() = 1 THEN UPDATE owner_mode SET ver = ver + 1; END IF; RETURN NULL; END$$;
CREATE TRIGGER touch AFTER UPDATE ON owner_mode FOR EACH STATEMENT EXECUTE FUNCTION touch()}, undef ],
	[ 'mode', 'ALTER TABLE owner_mode DROP COLUMN score, ADD COLUMN score boolean NOT NULL DEFAULT false', 'ALTER TABLE owner_mode DROP COLUMN score, ADD COLUMN score boolean NOT NULL DEFAULT true' ]));
verdict($found, 'no_keys', 'proven', qr/^$/, 'TRIGGER ALL where no key is');
verdict($found, 'down_wrong', 'down_fails', qr/column "nowhere" of relation "parent" does not exist/, 'what no key has to do with');
verdict($found, 'behind_off', 'untestable', qr/^an earlier up leaves foreign keys switched off, which our role cannot do$/, 'behind an up that leaves keys off');
verdict($found, 'behind_on', 'proven', qr/^$/, 'until another one switches them on');
verdict($found, 'behind_label', 'proven', qr/^$/, 'an up that uses a new label is tried with other rows, too');
verdict($found, 'mode', 'data_differs', qr/^table public\.owner_mode: \d rows? changed/, 'rows that a trigger touches are made to differ');

number_from(1);
$found = proven(release(
	[ 'tables', q{CREATE TABLE item (id serial PRIMARY KEY, price int, note text); CREATE TABLE letter (id serial PRIMARY KEY, mail text, note text);
CREATE TABLE buyer (id serial PRIMARY KEY, mail text); CREATE TABLE order_of (buyer int NOT NULL REFERENCES buyer ON DELETE CASCADE, v text); CREATE TABLE digit (id serial PRIMARY KEY, c text NOT NULL, note text);
CREATE TABLE person (id serial PRIMARY KEY, name text UNIQUE, role text, level int); CREATE TABLE state_of (id serial PRIMARY KEY, state text); CREATE TABLE role (id int PRIMARY KEY, name text);
CREATE TABLE may (role_id int, name text, UNIQUE (role_id, name))}, undef ],
	[ 'backfilled', q{ALTER TABLE item ADD COLUMN cents bigint; UPDATE item SET cents = price; ALTER TABLE item ALTER cents SET NOT NULL; ALTER TABLE item DROP price}, 'ALTER TABLE item ADD price int; ALTER TABLE item DROP cents' ],
	[ 'renamed', 'ALTER TABLE letter RENAME mail TO email; ALTER TABLE letter ALTER email SET NOT NULL; ALTER TABLE letter DROP note', 'ALTER TABLE letter ADD note text; ALTER TABLE letter ALTER email DROP NOT NULL; ALTER TABLE letter RENAME email TO mail' ],
	[ 'cascading', 'ALTER TABLE buyer ADD email text; UPDATE buyer SET email = lower(mail); ALTER TABLE buyer ALTER email SET NOT NULL; ALTER TABLE order_of DROP v', 'ALTER TABLE order_of ADD v text; ALTER TABLE buyer DROP email' ],
	[ 'no_default', 'ALTER TABLE digit ADD must int NOT NULL; ALTER TABLE item ADD v int', 'ALTER TABLE digit DROP must; ALTER TABLE item DROP v' ],
	[ 'must_go', 'ALTER TABLE digit DROP must', undef ],
	[ 'digits', q{ALTER TABLE digit ADD CONSTRAINT digits CHECK (c ~ '^[0-9]+$'); ALTER TABLE digit DROP note}, 'ALTER TABLE digit ADD note text; ALTER TABLE digit DROP CONSTRAINT digits' ],
	[ 'named_by_key', q{INSERT INTO person (name, role) VALUES ('root', 'admin'); UPDATE person SET level = 9 WHERE role = 'admin'}, q{DELETE FROM person WHERE name = 'root'} ],
	[ 'five', q{CREATE TABLE saved AS SELECT * FROM state_of WHERE state = ANY ('{a1,a2,a3,a4}'); DELETE FROM state_of WHERE state IN ('a1', 'a2', 'a3', 'a4', 'a5')}, 'INSERT INTO state_of SELECT * FROM saved; DROP TABLE saved' ],
	[ 'new_role', q{INSERT INTO role (id, name) VALUES (7, 'auditor'); INSERT INTO may (role_id, name) VALUES (7, 'read'), (7, 'list')}, 'DELETE FROM may WHERE role_id = 7; DELETE FROM role WHERE id = 7' ],
	[ 'no_setting', q{ALTER TABLE state_of ADD tenant int; ALTER TABLE state_of ALTER tenant SET DEFAULT current_setting('app.tenant')::int}, undef ],
	[ 'dropped', 'ALTER TABLE state_of DROP tenant', q{ALTER TABLE state_of ADD tenant int; ALTER TABLE state_of ALTER tenant SET DEFAULT current_setting('app.tenant')::int} ]));
verdict($found, 'backfilled', 'data_differs', qr/^table public\.item: \d rows? changed.*; with other rows its up fails: .*column "cents"/, 'a column that is made of others, where NULLs are refused');
verdict($found, 'renamed', 'data_differs', qr/^table public\.letter: \d rows? changed/, 'or renamed');
verdict($found, 'cascading', 'data_differs', qr/^table public\.order_of: \d rows? lost, \d rows? left over/, 'with rows that refer to it');
verdict($found, 'no_default', 'proven', qr/with other rows its up fails: .*column "must".*no rows could be made for digit \(the up refuses them\)/, 'and one that no row can have');
verdict($found, 'digits', 'data_differs', qr/^table public\.digit: 1 row changed/, 'a check that takes plain rows');
verdict($found, 'named_by_key', 'data_differs', qr/^with rows as its own conditions name them: table public\.person: \d rows? changed/, 'other rows may have what the up brings');
verdict($found, 'five', 'data_differs', qr/^with rows as its own conditions name them: table public\.state_of: \d+ rows? lost/, 'the last of five');
verdict($found, 'new_role', 'proven', qr/^$/, 'none that refers to what it brings');
verdict($found, 'dropped', 'data_differs', qr/^table public\.state_of: \d rows? changed/, 'a default that cannot be had');

# ---- harm ----

$scratch->safe_psql($db, "CREATE DATABASE seed IS_TEMPLATE true");
$scratch->safe_psql('seed', 'CREATE TABLE counted (id int PRIMARY KEY, note text); ALTER TABLE counted OWNER TO prover; INSERT INTO counted SELECT i, i::text FROM generate_series(1, 12000) i; CREATE SEQUENCE counter OWNED BY NONE; ALTER SEQUENCE counter OWNER TO prover');
set_proof(scratch_timeout => 2, scratch_template => 'seed');
number_from(1);
my $record = $node->safe_psql($db, q{SELECT count(*) FROM releasegov.migration UNION ALL SELECT count(*) FROM releasegov.release UNION ALL SELECT count(*) FROM pg_class UNION ALL SELECT count(*) FROM pg_proc});
my @harm = (
	[ 'many_rows', "UPDATE counted SET note = note || '!'", "UPDATE counted SET note = left(note, 3)" ],
	[ 'loop', "SET statement_timeout = 0; DO \$\$BEGIN LOOP END LOOP; END\$\$", 'SELECT 1' ],
	[ 'sleep', 'SELECT pg_sleep(1000)', 'SELECT 1' ],
	[ 'loop_down', 'CREATE TABLE l ()', "DROP TABLE l; SET statement_timeout = 0; DO \$\$BEGIN LOOP END LOOP; END\$\$" ],
	[ 'drop_database', 'DROP DATABASE postgres', 'SELECT 1' ],
	[ 'system', "ALTER SYSTEM SET work_mem = '1GB'", 'SELECT 1' ],
	[ 'role', "CREATE ROLE intruder; CREATE TABLE beside (id int)", 'DROP TABLE beside; DROP ROLE intruder' ],
	[ 'behind_role', 'ALTER TABLE beside ADD COLUMN x int', 'ALTER TABLE beside DROP COLUMN x' ],
	[ 'role_inside', "DO \$\$BEGIN CREATE ROLE intruder; END\$\$", 'SELECT 1' ],
	[ 'role_dynamic', veiled('CREATE ROLE intruder'), 'SELECT 1' ],
	[ 'role_setting', veiled('ALTER ROLE prover SET search_path = evil'), 'SELECT 1' ],
	[ 'role_setting_down', 'SELECT 1', veiled('ALTER ROLE prover SET search_path = evil') ],
	[ 'template', veiled('ALTER DATABASE seed RENAME TO gone'), 'SELECT 1' ],
	[ 'database_setting', "DO \$\$BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = evil, public', current_database()); END\$\$", "DO \$\$BEGIN EXECUTE format('ALTER DATABASE %I RESET search_path', current_database()); END\$\$" ],
	[ 'file_out', "COPY (SELECT 1) TO '$outside'", 'SELECT 1' ],
	[ 'program', veiled("COPY (SELECT 1) TO PROGRAM 'touch $outside'"), 'SELECT 1' ],
	[ 'file_in', "SELECT pg_read_file('/etc/passwd')", 'SELECT 1' ],
	[ 'import', "SELECT lo_import('/etc/passwd')", 'SELECT 1' ],
	[ 'stdin', 'COPY counted FROM stdin', 'SELECT 1' ],
	[ 'network', "CREATE EXTENSION dblink; SELECT dblink_connect('host=127.0.0.1')", 'SELECT 1' ],
	[ 'subscription', "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p", 'SELECT 1' ],
	[ 'session', "SET SESSION AUTHORIZATION DEFAULT; SET search_path = nowhere; SET default_tablespace = ''; DEALLOCATE ALL; CREATE TEMP TABLE pg_class ()", "DEALLOCATE ALL; SET search_path = nowhere; SET row_security = off" ],
	[ 'terminate', "SELECT pg_terminate_backend(pg_backend_pid())", 'SELECT 1' ],
	[ 'commits', "BEGIN; CREATE TABLE committed (id int); COMMIT; SELECT 1/0", 'DROP TABLE committed' ],
	[ 'unfinished', "BEGIN; CREATE TABLE unfinished (id int)", 'DROP TABLE unfinished' ],
	[ 'last', 'CREATE TABLE last (id int)', 'DROP TABLE last' ],
	[ 'others', "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = current_user", 'SELECT 1' ]);
my $harmful = release(@harm);
$found = proven($harmful);
verdict($found, 'many_rows', 'data_differs', qr/public\.counted/, 'more rows than are listed');
verdict($found, 'loop', 'untestable', qr/did not end within 2 s/);
verdict($found, 'sleep', 'untestable', qr/did not end within 2 s/);
verdict($found, 'loop_down', 'down_fails', qr/did not end within 2 s/);
verdict($found, 'drop_database', 'untestable', qr/DROP DATABASE/);
verdict($found, 'system', 'untestable', qr/ALTER SYSTEM/);
verdict($found, 'role', 'untestable', qr/line 1: CREATE ROLE/);
verdict($found, 'behind_role', 'proven', qr/^$/, 'what else a refused file does is there for the next');
verdict($found, 'role_inside', 'untestable', qr/CREATE ROLE/);
verdict($found, 'role_dynamic', 'untestable', qr/permission denied to create role/);
verdict($found, 'role_setting', 'untestable', qr/what all databases of a server share/);
verdict($found, 'role_setting_down', 'untestable', qr/its down changes what all databases of a server share/);
verdict($found, 'template', 'untestable', qr/must be owner of database seed/, 'the template is not its own');
verdict($found, 'database_setting', 'proven', qr/^$/);
verdict($found, 'file_out', 'untestable', qr/files of the server/);
verdict($found, 'program', 'untestable', qr/permission denied|must be superuser/);
verdict($found, 'file_in', 'untestable', qr/permission denied/);
verdict($found, 'import', 'untestable', qr/permission denied/);
verdict($found, 'stdin', 'untestable', qr/COPY needs a client/);
verdict($found, 'network', 'untestable', qr/permission denied|is not available|could not open extension/);
verdict($found, 'subscription', 'untestable', qr/CREATE SUBSCRIPTION/);
verdict($found, 'session', 'proven', qr//, 'what it does to its session harms nobody');
verdict($found, 'terminate', 'untestable', qr/terminat/);
verdict($found, 'commits', 'untestable', qr/division by zero/);
verdict($found, 'last', 'proven', qr/^$/, 'after all that');
verdict($found, 'others', 'untestable', qr/terminat/, 'even the sessions of the proof itself');
ok(!-e $outside, 'no file was written');
is($node->safe_psql($db, q{SELECT count(*) FROM releasegov.migration UNION ALL SELECT count(*) FROM releasegov.release UNION ALL SELECT count(*) FROM pg_class UNION ALL SELECT count(*) FROM pg_proc}),
	join("\n", map { $_ } do { my @n = split /\n/, $record; $n[0] += @harm; $n[1] += 1; @n }), 'nothing changed in the governed database');
is($node->safe_psql($db, 'SELECT * FROM releasegov.check_record()'), '', 'the record does not contradict itself');
is(left_behind(), '', 'and nothing is left on the scratch server');

# ---- sizes, isolation, earlier releases, which are no drafts ----

number_from(1);
$node->safe_psql($db, "SELECT releasegov.register_application('kiosk', 'standard')");
my $before = release_of('kiosk', [ 'before', 'CREATE TABLE before (id int)', 'DROP TABLE before' ]);
number_from(50);
my $broken = release_of('kiosk', [ 'broken', 'SELECT 1/0', 'SELECT 1' ]);
$node->safe_psql($db, "SELECT releasegov.submit_release('kiosk', '$before')");
number_from(2);
verdict(proven(release_of('kiosk', [ 'behind', 'ALTER TABLE before ADD COLUMN x int', 'ALTER TABLE before DROP COLUMN x' ]), '', 'kiosk'), 'behind', 'proven', qr/^$/, 'earlier migrations are run before');
number_from(101);
$node->safe_psql($db, "SELECT releasegov.submit_release('kiosk', '$broken')");
verdict(proven(release_of('kiosk', [ 'behind', 'SELECT 1', 'SELECT 1' ]), '', 'kiosk'), 'behind', 'untestable', qr/the earlier migration 50 broken cannot be run: .*division by zero/, 'and one that fails is named');

set_proof(scratch_timeout => 60);
my $big = release([ 'big', 'CREATE TABLE big (id int, t text); INSERT INTO big VALUES ' . join(', ', map { "($_, '" . ('x' x 90) . "')" } 1 .. 100000), 'DROP TABLE big' ]);
verdict(proven($big, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 WHERE false; "), 'big', 'proven', qr/^$/, '10 MB, in REPEATABLE READ');

# ---- cancelled, and a server that goes away ----

my $slow = release([ 'first', 'CREATE TABLE first (id int)', 'DROP TABLE first' ], [ 'slow', 'SELECT pg_sleep(600)', 'SELECT 1' ], [ 'third', 'SELECT 1', 'SELECT 1' ]);
set_proof(scratch_timeout => 600, scratch_template => 'template1');

my ($run, $file) = start_slow($slow);
my $from = time;
$node->safe_psql($db, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'ci_bot'");
$run->finish;
my $took = time - $from;
like(slurp_file("$file.err"), qr/canceling statement due to user request/, 'it can be cancelled');
cmp_ok($took, '<', 10, sprintf('at once (%.1f s)', $took));
# on a slow machine the two seconds may not suffice for both databases
ok($scratch->poll_query_until($db, "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'prover'"), 'and nothing goes on there');
proven(1);
is(left_behind(), '', 'nor is anything left behind the next proof');

($run, $file) = start_slow($slow);
$scratch->stop('immediate');
$run->finish;
my $answer = slurp_file($file);
like($answer, qr/^slow\|untestable\|.*\nthird\|untestable\|/m, 'a server that goes away: untestable') or diag($answer . slurp_file("$file.err"));
$scratch->start;
isnt(left_behind(), '', 'what it had is there when it is back');
server_as('prover');
verdict(proven(1), 'nothing', 'proven', qr/^the up changes nothing$/, 'the next proof works');
is(left_behind(), '', 'and has cleared away');

# a session that is killed leaves its databases to the next one
($run, $file) = start_slow($slow);
$node->safe_psql($db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ci_bot'");
eval { $run->finish };
proven(1);
is(left_behind(), '', 'so does a proof behind one whose session was ended');

done_testing();
