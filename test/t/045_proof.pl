# Migrations are executed on a scratch server, a cluster of its own: what each
# verdict looks like, what real migrations get wrong, and what is left behind by
# those that want to do harm: nothing.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;
use Time::HiRes qw(time sleep);

my $db = 'postgres';
my $node = story_node('governed');
my $scratch = story_node('scratch', 'max_connections = 40');
my $outside = PostgreSQL::Test::Utils::tempdir() . '/outside';
$node->safe_psql($db, q{
CREATE EXTENSION releasegov;
CREATE ROLE ci_bot LOGIN; CREATE ROLE deploy_bot LOGIN; CREATE ROLE audrey LOGIN;
SELECT releasegov.grant_access('ci_bot', 'ci'), releasegov.grant_access('deploy_bot', 'deployer'), releasegov.grant_access('audrey', 'auditor');
SELECT releasegov.grant_access('ci_bot', 'ci')});
$scratch->safe_psql($db, q{
CREATE ROLE prover LOGIN CREATEDB;
CREATE ROLE app;
CREATE ROLE super LOGIN SUPERUSER;
CREATE ROLE maker LOGIN CREATEDB CREATEROLE;
CREATE ROLE reader LOGIN CREATEDB IN ROLE pg_read_server_files;
CREATE ROLE heir LOGIN CREATEDB IN ROLE super;
CREATE ROLE poor LOGIN});

# SQL that is not seen before it is run.
sub veiled
{
	my $sql = shift;
	return sprintf("DO \$\$BEGIN EXECUTE convert_from(decode('%s', 'hex'), 'UTF8'); END\$\$", unpack('H*', $sql));
}

sub server_as
{
	my ($role, $cluster) = @_;
	my $conninfo = ($cluster // $scratch)->connstr($db) . " user=$role";
	$conninfo =~ s/'/''/g;
	$node->safe_psql($db, "LOAD 'releasegov'; ALTER SYSTEM SET releasegov.scratch_server = '$conninfo'");
	$node->reload;
	sleep 0.2;
	return;
}

# A release with these migrations: [name, up, down], down may be undef.
# Each is of an application of its own.
my $version = 0;
my $sequence = 0;
sub release
{
	my @migrations = @_;
	$version++;
	$node->safe_psql($db, "SELECT releasegov.register_application('shop$version', 'standard')");
	return release_of("shop$version", @migrations);
}

sub release_of
{
	my ($application, @migrations) = @_;
	my $sql = "SELECT releasegov.register_release('$application', '$version', 'c', '{jun}', 'main', notes => 'n');\n";
	for (@migrations)
	{
		my ($name, $up, $down) = @$_;
		$sql .= sprintf("SELECT releasegov.register_migration('%s', '%d', %d, '%s', \$rg\$%s\$rg\$, %s);\n",
			$application, $version, ++$sequence, $name, $up, defined $down ? "\$rg\$$down\$rg\$" : 'NULL');
	}
	$node->safe_psql($db, $sql);
	return $version;
}

# What proving it says: name => [verdict, detail, differences].
sub proven
{
	my ($release, $before, $application) = @_;
	$application //= "shop$release";
	my $out = speak($node, $db, 'ci_bot', ($before // '') . "SELECT name, verdict, replace(detail, '|', '/'), differences FROM releasegov.prove_migration('$application', '$release')");
	return { map { my @f = split /\|/, $_, 4; ($f[0] => [ @f[1 .. 3] ]) } split /\n/, $out };
}

sub verdict
{
	my ($found, $name, $verdict, $detail, $what) = @_;
	my $row = $found->{$name} // [ 'no verdict', '', '' ];
	ok($row->[0] eq $verdict && $row->[1] =~ $detail, "$name: " . ($what // $verdict)) or diag("$name: $row->[0]: $row->[1] $row->[2]");
	return;
}

sub left_behind
{
	return $scratch->safe_psql($db, q{SELECT 'database ' || datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1', 'seed')
UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', 'prover', 'app', 'super', 'maker', 'reader', 'heir', 'poor')
UNION ALL SELECT 'setting ' || setconfig::text FROM pg_db_role_setting
UNION ALL SELECT 'session ' || query FROM pg_stat_activity WHERE usename = 'prover'});
}

# ---- where: a private role on another server ----

release([ 'nothing', 'SELECT 1', 'SELECT 1' ]);
refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'without a scratch server nothing is proven');
server_as('super');
for my $role ('super', 'maker', 'reader', 'heir', 'poor')
{
	server_as($role);
	like(refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", "$role is not the role for it"), qr/DETAIL:  it (is|may)/, 'and why');
}
$node->safe_psql($db, 'CREATE ROLE prover LOGIN CREATEDB');
server_as('prover', $node);
like(refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'nor is the governed server the place'), qr/may connect to the governed database/, 'as long as what is governed can be reached');
$node->safe_psql($db, "REVOKE CONNECT ON DATABASE $db FROM PUBLIC; GRANT CONNECT ON DATABASE $db TO ci_bot; CREATE DATABASE ground");
$node->safe_psql($db, "LOAD 'releasegov'; ALTER SYSTEM SET releasegov.scratch_server = '" . ($node->connstr('ground') =~ s/'/''/gr) . " user=prover'");
$node->reload;
sleep 0.2;
verdict(proven(1), 'nothing', 'proven', qr/^the up changes nothing$/, 'on the governed server itself, out of reach');
$node->safe_psql($db, "GRANT CONNECT ON DATABASE $db TO PUBLIC; DROP DATABASE ground");
$node->safe_psql($db, "LOAD 'releasegov'; ALTER SYSTEM SET releasegov.scratch_server = 'host=/nowhere user=prover'");
$node->reload;
sleep 0.2;
refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'a server that cannot be reached');
server_as('prover');

# ---- who ----

refused($node, $db, 'audrey', '42501', "SELECT * FROM releasegov.prove_migration('shop1', '1')", 'an auditor proves nothing');
is(speak($node, $db, 'deploy_bot', "SELECT verdict FROM releasegov.prove_migration('shop1', '1')"), 'proven', 'a deployer may');
refused($node, $db, 'ci_bot', 'RG011', "SELECT * FROM releasegov.prove_migration('shop1', 'none')", 'an unknown release');
refused($node, $db, 'ci_bot', '42501', "SELECT count(*) FROM releasegov.prove_migration('shop1', '1'); SET releasegov.scratch_server = 'host=evil'", 'only a superuser says where');
refused($node, $db, 'ci_bot', '42501', "SELECT count(*) FROM releasegov.prove_migration('shop1', '1'); SHOW releasegov.scratch_server", 'and reads it: it may hold a password');

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
CREATE POLICY nobody ON hidden USING (false)},
		q{DROP TABLE hidden, closed, event, orders, customer; DROP FUNCTION refuse(); DROP DOMAIN percent; DROP TYPE mood} ],
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
	[ 'missing', 'CREATE TABLE kept (id int)', undef ],
	[ 'empty', 'CREATE TABLE kept_too (id int)', '-- to be done' ],
	[ 'up_fails', 'ALTER TABLE nobody_knows ADD COLUMN x int', 'SELECT 1' ],
	[ 'rows', 'ALTER TABLE customer ALTER COLUMN city TYPE int USING city::int', 'ALTER TABLE customer ALTER COLUMN city TYPE text USING city::text' ],
	[ 'wanted', "UPDATE orders SET total = 7 WHERE total = 4711", 'UPDATE orders SET total = 4711 WHERE total = 7' ]));
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
verdict($found, 'missing', 'down_missing', qr/^there is no down$/);
verdict($found, 'empty', 'down_missing', qr/^the down undoes nothing$/);
verdict($found, 'up_fails', 'untestable', qr/its up fails: line 1: relation "nobody_knows" does not exist/);
verdict($found, 'rows', 'proven', qr/with other rows its up fails: .*invalid input syntax for type integer/, 'only some rows can be converted');
verdict($found, 'wanted', 'data_differs', qr/public\.orders/, 'rows as the conditions name them');
verdict($found, 'the whole release', 'down_missing', qr/there is no down/);
like($found->{data}[2], qr/^\[\{"table": "public.customer", "changed": \d, "example": ".*"\}\]$/, 'the difference can be read by programs') or diag($found->{data}[2]);
is($node->safe_psql($db, "SELECT count(*), count(DISTINCT verdict), bool_and(took > '0'), bool_and(server LIKE 'PostgreSQL %'), min(recorded_by) FROM releasegov.migration_check WHERE version = '2'"), '17|6|t|t|ci_bot', 'it is on record')
  or diag($node->safe_psql($db, "SELECT sequence, verdict, detail FROM releasegov.migration_check WHERE version = '2'"));
is(left_behind(), '', 'and nothing is left on the scratch server');

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

# ---- harm ----

$scratch->safe_psql($db, "CREATE DATABASE seed OWNER prover");
$scratch->safe_psql('seed', 'CREATE TABLE counted (id int PRIMARY KEY, note text); ALTER TABLE counted OWNER TO prover; INSERT INTO counted SELECT i, i::text FROM generate_series(1, 12000) i; CREATE SEQUENCE counter OWNED BY NONE; ALTER SEQUENCE counter OWNER TO prover');
$node->safe_psql($db, "LOAD 'releasegov'; ALTER SYSTEM SET releasegov.scratch_timeout = 2; ALTER SYSTEM SET releasegov.scratch_template = 'seed'");
$node->reload;
sleep 0.2;
$sequence = 0;
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

$version++;
$sequence = 0;
$node->safe_psql($db, "SELECT releasegov.register_application('kiosk', 'standard')");
release_of('kiosk', [ 'before', 'CREATE TABLE before (id int)', 'DROP TABLE before' ]);
$node->safe_psql($db, "SELECT releasegov.submit_release('kiosk', '$version')");
$version++;
$sequence = 49;
my $broken = release_of('kiosk', [ 'broken', 'SELECT 1/0', 'SELECT 1' ]);
$version++;
$sequence = 1;
verdict(proven(release_of('kiosk', [ 'behind', 'ALTER TABLE before ADD COLUMN x int', 'ALTER TABLE before DROP COLUMN x' ]), '', 'kiosk'), 'behind', 'proven', qr/^$/, 'earlier migrations are run before');
$version++;
$sequence = 100;
$node->safe_psql($db, "SELECT releasegov.submit_release('kiosk', '$broken')");
verdict(proven(release_of('kiosk', [ 'behind', 'SELECT 1', 'SELECT 1' ]), '', 'kiosk'), 'behind', 'untestable', qr/the earlier migration 50 broken cannot be run: .*division by zero/, 'and one that fails is named');

$node->safe_psql($db, "LOAD 'releasegov'; ALTER SYSTEM SET releasegov.scratch_timeout = 60");
$node->reload;
sleep 0.2;
my $big = release([ 'big', 'CREATE TABLE big (id int, t text); INSERT INTO big VALUES ' . join(', ', map { "($_, '" . ('x' x 90) . "')" } 1 .. 100000), 'DROP TABLE big' ]);
verdict(proven($big, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 WHERE false; "), 'big', 'proven', qr/^$/, '10 MB, in REPEATABLE READ');

# ---- cancelled, and a server that goes away ----

my $slow = release([ 'first', 'CREATE TABLE first (id int)', 'DROP TABLE first' ], [ 'slow', 'SELECT pg_sleep(600)', 'SELECT 1' ], [ 'third', 'SELECT 1', 'SELECT 1' ]);
$node->safe_psql($db, "LOAD 'releasegov'; ALTER SYSTEM SET releasegov.scratch_timeout = 600; ALTER SYSTEM RESET releasegov.scratch_template");
$node->reload;
sleep 0.2;

sub start_slow
{
	my $file = PostgreSQL::Test::Utils::tempdir() . '/answer';
	my $run = IPC::Run::start([ 'psql', '-XqAt', '-U', 'ci_bot', '-d', $node->connstr($db), '-o', $file, '-c', "SELECT name, verdict, detail FROM releasegov.prove_migration('shop$slow', '$slow')" ],
		'<', '/dev/null', '2>', "$file.err", IPC::Run::timeout(180));
	$scratch->poll_query_until($db, "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND usename = 'prover'") or die 'it does not start';
	return ($run, $file);
}
my ($run, $file) = start_slow();
my $from = time;
$node->safe_psql($db, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'ci_bot'");
$run->finish;
my $took = time - $from;
like(slurp_file("$file.err"), qr/canceling statement due to user request/, 'it can be cancelled');
cmp_ok($took, '<', 10, sprintf('at once (%.1f s, two databases dropped)', $took));
is(left_behind(), '', 'and nothing is left behind then');

($run, $file) = start_slow();
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
($run, $file) = start_slow();
$node->safe_psql($db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ci_bot'");
eval { $run->finish };
$scratch->poll_query_until($db, "SELECT count(*) = 0 FROM pg_locks WHERE locktype = 'advisory'");
proven(1);
is(left_behind(), '', 'so does a proof behind one whose session was ended');

done_testing();
