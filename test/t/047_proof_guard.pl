# What a migration may try so that a proof says what is not true, is of no use to
# later ones or cannot be ended: forged names, settings and databases that stay,
# rows that nobody sees, servers that hang. Each of it once worked.
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
my ($node, $scratch) = proof_nodes('max_prepared_transactions = 5');
$scratch->safe_psql($db, "ALTER ROLE prover SET work_mem = '5MB'; CREATE DATABASE seed IS_TEMPLATE true");
server_as('prover');
set_proof(scratch_template => 'seed');

# What the operator has set for the role is no trace.
sub traces
{
	return join "\n", grep { $_ ne 'setting {work_mem=5MB}' } split /\n/, left_behind();
}

# A statement about the database that the migration is executed in, not seen before.
sub of_database
{
	my $what = shift;
	return sprintf("DO \$\$BEGIN EXECUTE format(convert_from(decode('%s', 'hex'), 'UTF8'), current_database()); END\$\$", unpack('H*', "ALTER DATABASE %I $what"));
}

# ---- names that a file takes ----

my $prepare = "DEALLOCATE ALL; PREPARE releasegov_catalogue AS SELECT ''::text, ''::text, ''::text WHERE false; PREPARE releasegov_rows AS SELECT NULL::text, ''::text, ''::text, ''::text WHERE false";
my $found = proven(release(
	[ 'classes', 'CREATE TABLE IF NOT EXISTS forged (id int)',
		q{CREATE TEMP TABLE pg_class AS SELECT * FROM pg_catalog.pg_class WHERE relname NOT LIKE 'forged%' AND relname <> 'pg_class'; CREATE TEMP TABLE pg_type AS SELECT * FROM pg_catalog.pg_type WHERE typname !~ 'forged'} ],
	[ 'prepared', 'CREATE TABLE IF NOT EXISTS forged_again (id int)', $prepare ],
	[ 'prepared_twice', 'CREATE TABLE IF NOT EXISTS forged_twice (id int)', $prepare ],
	[ 'prepared_wanted', "CREATE TABLE IF NOT EXISTS forged_wanted (id int); UPDATE forged_wanted SET id = 1 WHERE id = 2; $prepare", $prepare ],
	[ 'trap', q{CREATE TABLE trap (id int); CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
  EXECUTE 'CREATE OR REPLACE FUNCTION pg_temp.rg_fill_table(rel oid, sort int, filled jsonb, OUT problem text) LANGUAGE plpgsql AS ''BEGIN END''';
  RETURN NULL; END$$; CREATE TRIGGER trap AFTER INSERT ON trap FOR EACH ROW EXECUTE FUNCTION trap()}, 'DROP TABLE trap; DROP FUNCTION trap()' ],
	[ 'prey', 'CREATE TABLE prey (id int, note text)', 'DROP TABLE prey' ],
	[ 'eaten', 'ALTER TABLE prey DROP COLUMN note', 'ALTER TABLE prey ADD COLUMN note text' ]));
verdict($found, 'classes', 'schema_differs', qr/table public\.forged is left/, 'a temporary pg_class is not looked into');
verdict($found, $_, 'schema_differs', qr/table public\.forged_\w+ is left/, 'nor is a prepared statement of ours executed') for qw(prepared prepared_twice prepared_wanted);
verdict($found, 'eaten', 'data_differs', qr/table public\.prey: \d rows lost/, 'and what makes the rows is not what a trigger put in its place');

# ---- settings that decide how a file is read ----

$found = proven(release(
	[ 'kept', 'CREATE TABLE kept (id int)', 'DROP TABLE kept' ],
	[ 'off', q{SET standard_conforming_strings = off; SELECT '\''; DROP TABLE kept; --';}, 'SELECT 1' ],
	[ 'function', q{SELECT set_config('standard_conforming_strings', 'off', false)}, 'SELECT 1' ],
	[ 'made', q{CREATE TABLE made AS SELECT set_config('standard_conforming_strings', 'off', false)}, 'DROP TABLE made' ],
	[ 'inside', q{DO $$BEGIN PERFORM set_config('Standard_Conforming_Strings', 'off', false); END$$}, 'SELECT 1' ],
	[ 'database', 'ALTER DATABASE postgres SET backslash_quote = on', 'SELECT 1' ],
	[ 'dump', q{SET standard_conforming_strings = on; SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.dumped (id int)}, 'DROP TABLE public.dumped' ],
	[ 'own_database', of_database('SET standard_conforming_strings = off'), of_database('RESET standard_conforming_strings') ],
	[ 'behind', q{CREATE TABLE behind (id int); INSERT INTO behind SELECT 1 WHERE '\' = chr(92)}, 'DROP TABLE behind' ]));
verdict($found, $_, 'untestable', qr/^up, line 1: it changes where strings end/, 'the file is not what psql would read') for qw(off function made inside database);
verdict($found, 'dump', 'proven', qr/^$/, 'as dumps begin');
verdict($found, 'behind', 'proven', qr/^$/, 'a file is read as it was registered, whatever the database says');

# ---- what stays on the server ----

$found = proven(release(
	[ 'inject', q{DO $$BEGIN PERFORM set_config('search_path', 'public;ALTER/**/ROLE/**/prover/**/SET/**/maintenance_work_mem=2345', false); EXECUTE format('ALTER DATABASE %I SET search_path FROM CURRENT', current_database()); END$$},
		of_database('RESET search_path') ],
	[ 'renewed', 'CREATE ROLE intruder; CREATE TABLE public.beside (id int)', 'SELECT 1' ],
	[ 'behind', 'CREATE TABLE public.behind (id int)', 'DROP TABLE public.behind' ]));
verdict($found, 'behind', 'proven', qr/^$/, 'settings of the database are copied');
is(traces(), '', 'but as what they are: names');

$found = proven(release(
	[ 'prepare', "BEGIN; CREATE TABLE p (id int); PREPARE TRANSACTION 'kept'", 'SELECT 1' ],
	[ 'commit', "COMMIT PREPARED 'kept'", 'SELECT 1' ],
	[ 'template', of_database('IS_TEMPLATE true'), of_database('IS_TEMPLATE false') ],
	[ 'template_down', 'CREATE TABLE t (id int)', 'DROP TABLE t; ' . of_database('IS_TEMPLATE true') ],
	[ 'limit', of_database('CONNECTION LIMIT 0'), of_database('CONNECTION LIMIT -1') ],
	[ 'plain', 'ALTER DATABASE postgres CONNECTION LIMIT 1', 'SELECT 1' ],
	[ 'rename', 'ALTER DATABASE shop RENAME TO store', 'SELECT 1' ],
	[ 'last', 'CREATE TABLE last (id int)', 'DROP TABLE last' ]));
verdict($found, $_, 'untestable', qr/a prepared transaction outlives its session/) for qw(prepare commit);
verdict($found, $_, 'untestable', qr/what all databases of a server share/, 'what would keep the scratch database') for qw(template template_down limit);
verdict($found, $_, 'untestable', qr/line 1: ALTER DATABASE changes/) for qw(plain rename);
verdict($found, 'last', 'proven', qr/^$/, 'and the next one goes on');
is(traces(), '', 'all databases are gone');

# ... and such as a proof has left that was killed
my $left = 'releasegov_scratch_0123456789abcdef_work';
$scratch->safe_psql($db, "CREATE DATABASE $left OWNER prover");
$scratch->safe_psql($left, "BEGIN; CREATE TABLE p (id int); PREPARE TRANSACTION 'kept'", extra_params => [ '-U', 'prover' ]);
$scratch->safe_psql($db, "ALTER DATABASE $left WITH IS_TEMPLATE true CONNECTION LIMIT 0");
my $plain = release([ 'plain', 'CREATE TABLE plain (id int)', 'DROP TABLE plain' ]);
verdict(proven($plain), 'plain', 'proven', qr/^$/);
is(traces(), '', 'a template with a prepared transaction is dropped, too');

$scratch->safe_psql($db, "CREATE DATABASE $left OWNER prover");
$scratch->safe_psql($left, "CREATE SUBSCRIPTION s CONNECTION 'host=/nowhere' PUBLICATION p WITH (connect = false)");
my ($rc, $out, $err) = $node->psql($db, "SELECT verdict FROM releasegov.prove_migration('shop$plain', '$plain')", extra_params => [ '-U', 'ci_bot' ]);
is($out, 'proven', 'what cannot be dropped at all keeps nobody from proving');
like($err, qr/WARNING:  database "$left" of the scratch server is left behind/, 'and is told of');
$scratch->safe_psql($left, 'ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s');

$found = proven(release(
	[ 'elsewhere', veiled('ALTER ROLE prover IN DATABASE postgres SET default_transaction_read_only = on'), 'SELECT 1' ],
	[ 'elsewhere_down', 'SELECT 1', veiled("ALTER ROLE prover SET work_mem = '6MB'") . '; DROP INDEX CONCURRENTLY IF EXISTS none' ],
	[ 'fails_behind', 'BEGIN; ' . veiled("ALTER ROLE prover SET work_mem = '7MB'") . '; COMMIT; SELECT 1/0', 'SELECT 1' ],
	[ 'last', 'CREATE TABLE last (id int)', 'DROP TABLE last' ]));
verdict($found, $_, 'untestable', qr/what all databases of a server share/, 'settings of the role in any database') for qw(elsewhere elsewhere_down fails_behind);
verdict($found, 'last', 'proven', qr/^$/);
is(left_behind(), 'setting {work_mem=5MB}', 'they are as they were, and what the operator had set is back');

$scratch->safe_psql($db, "ALTER ROLE prover IN DATABASE postgres SET default_transaction_read_only = on; ALTER ROLE prover SET local_preload_libraries = 'none_such'; ALTER ROLE prover SET idle_session_timeout = 1");
verdict(proven($plain), 'plain', 'proven', qr/^$/, 'a role that was spoiled before is of use all the same');
$scratch->safe_psql($db, "ALTER ROLE prover IN DATABASE postgres RESET ALL; ALTER ROLE prover RESET ALL");

# ---- settings of ours ----

my $conninfo = $scratch->connstr($db) . ' user=prover';
set_proof(scratch_server => "$conninfo password=secret");
like(refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop$plain', '$plain')", 'a password in the setting is refused'), qr/HINT:  Use passfile/, 'with what to do instead');
server_as('prover');
set_proof(scratch_template => 'none_such');
like(refused($node, $db, 'ci_bot', 'RG020', "SELECT * FROM releasegov.prove_migration('shop$plain', '$plain')", 'a template that is not there'), qr/HINT:  The setting releasegov\.scratch_template/, 'and which setting names it');
set_proof(scratch_template => 'seed');
refused($node, $db, 'ci_bot', '25006', "BEGIN READ ONLY; SELECT * FROM releasegov.prove_migration('shop$plain', '$plain')", 'what cannot be recorded is not executed');
my $none = release();
($rc, $out, $err) = $node->psql($db, "SELECT * FROM releasegov.prove_migration('shop$none', '$none')", extra_params => [ '-U', 'ci_bot' ]);
like($err, qr/NOTICE:  release "$none" brings no migrations/, 'a release without migrations is told of');

# ---- time ----

set_proof(scratch_timeout => 3);
$found = proven(release(
	[ 'pieces', 'BEGIN; COMMIT; SELECT pg_sleep(2); SELECT pg_sleep(2); SELECT pg_sleep(2)', 'SELECT 1' ],
	[ 'sleepy', q{CREATE TABLE sleepy (id int); CREATE FUNCTION sleepy() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM pg_sleep(600); RETURN NEW; END$$;
CREATE TRIGGER sleepy BEFORE INSERT ON sleepy FOR EACH ROW EXECUTE FUNCTION sleepy()}, 'DROP TABLE sleepy; DROP FUNCTION sleepy()' ],
	[ 'behind', 'ALTER TABLE sleepy ADD COLUMN x int', 'ALTER TABLE sleepy DROP COLUMN x' ]));
verdict($found, 'pieces', 'untestable', qr/did not end within 3 s/, 'a file has one time, however many statements it has');
verdict($found, 'behind', 'untestable', qr/^no rows could be made: it did not end within 3 s$/, 'and filling has no more, without which nothing is proven');
set_proof(scratch_timeout => 600);

# ---- rows ----

$scratch->safe_psql('seed', 'CREATE TABLE secret (id int)');
verdict(proven($plain), 'plain', 'untestable', qr/our role may not see the rows of public\.secret, which were not compared/, 'rows that nobody compared prove nothing');
$scratch->safe_psql('seed', 'GRANT SELECT ON secret TO prover; ALTER TABLE secret ENABLE ROW LEVEL SECURITY');
verdict(proven($plain), 'plain', 'untestable', qr/may not see the rows of public\.secret/, 'nor do those that a policy hides');
$scratch->safe_psql('seed', 'DROP TABLE secret');

$node->safe_psql($db, "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");
$node->safe_psql('latin', qq{CREATE EXTENSION releasegov; SELECT releasegov.grant_access('ci_bot', 'ci');
SELECT releasegov.register_application('caf', 'standard'); SELECT releasegov.register_release('caf', '1', 'c', '{jun}', 'main', notes => 'n');
SELECT releasegov.register_migration('caf', '1', 1, 'one', 'CREATE TABLE price (sign text PRIMARY KEY, n int); INSERT INTO price VALUES (chr(8364), 1)', 'DROP TABLE price');
SELECT releasegov.register_migration('caf', '1', 2, 'two', 'UPDATE price SET n = 2 WHERE sign = chr(8364)', 'UPDATE price SET n = 3 WHERE sign = chr(8364)');
SELECT releasegov.register_migration('caf', '1', 3, 'three', '-- ' || repeat(chr(187), 40) || E'\\nSELECT 1;\\nSELECT nothing', 'SELECT 1')});
$out = $node->safe_psql('latin', "SELECT name, verdict, detail FROM releasegov.prove_migration('caf', '1')", extra_params => [ '-U', 'ci_bot' ]);
like($out, qr/^two\|data_differs\|.*\{"sign": "\\u20ac"\}/m, 'a key that this database cannot write is shown by its number') or diag($out);
like($out, qr/^three\|untestable\|.*line 3: column "nothing" does not exist/m, 'lines are counted in the encoding of the file') or diag($out);

# Parse trees take forty times what a text does: those of earlier files go at once.
SKIP:
{
	skip 'no /proc here', 1 if !-r "/proc/$$/status";
	my @files = map { my $n = $_; [ "rows_$n", "CREATE TABLE rows_$n (id int); INSERT INTO rows_$n VALUES " . join(', ', ('(1)') x 50000), undef ] } 1 .. 12;
	$node->safe_psql($db, "SELECT releasegov.register_application('many', 'standard')");
	release_of('many', @files);
	my $last = release_of('many', [ 'behind', 'SELECT 1', 'SELECT 1' ]);
	my $status = $node->safe_psql($db, "SELECT verdict FROM releasegov.prove_migration('many', '$last'); SELECT pg_read_file('/proc/' || pg_backend_pid() || '/status')");
	my ($peak) = $status =~ /VmHWM:\s+(\d+) kB/;
	cmp_ok($peak, '<', 150_000, sprintf('behind 3 MB of earlier files, %d MB of memory at most', $peak / 1024)) or diag($status);
}

# ---- two at once, by other ways ----

my $slow = release([ 'slow', 'SELECT pg_sleep(600)', 'SELECT 1' ]);
my ($run, $file) = start_slow($slow);
$scratch->safe_psql($db, 'CREATE DATABASE aside');
set_proof(scratch_server => $scratch->connstr('aside') . ' user=prover');
verdict(proven($plain), 'plain', 'proven', qr/^$/, 'from another database of the scratch server');
is($scratch->safe_psql($db, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND usename = 'prover'"), 1, 'the databases of a proof that runs are not taken for leftovers');

# ---- servers that hang ----

sub cancel_all
{
	my $from = time;
	$node->safe_psql($db, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE usename = 'ci_bot'");
	$run->finish;
	return time - $from;
}
my $postmaster = $scratch->{_pid};
kill 'STOP', $postmaster;
my $took = cancel_all();
kill 'CONT', $postmaster;
like(slurp_file("$file.err"), qr/canceling statement due to user request/, 'cancelled while the postmaster there hangs');
cmp_ok($took, '<', 8, sprintf('within seconds (%.1f s)', $took));
$scratch->safe_psql($db, 'DROP DATABASE aside WITH (FORCE)');
server_as('prover');

($run, $file) = start_slow($slow);
my @hung = split /\n/, $scratch->safe_psql($db, "SELECT pid FROM pg_stat_activity WHERE usename = 'prover'");
kill 'STOP', @hung;
$took = cancel_all();
kill 'CONT', @hung;
like(slurp_file("$file.err"), qr/canceling statement due to user request/, 'cancelled while all sessions there hang');
cmp_ok($took, '<', 8, sprintf('within seconds (%.1f s)', $took));
$scratch->poll_query_until($db, "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'prover'");
verdict(proven($plain), 'plain', 'proven', qr/^$/);
is(traces(), '', 'the next proof clears away');

# ---- a session that is ended ----

my $loop = 'SELECT 4711; DO $$BEGIN LOOP END LOOP; END$$';
my $busy = release([ 'busy', "SET statement_timeout = 0; SET client_connection_check_interval = 0; $loop", 'SELECT 1' ]);
($run, $file) = start_proof($busy, 'SELECT 4711');
$node->safe_psql($db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ci_bot'");
eval { $run->finish };
ok($scratch->poll_query_until($db, "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'prover'"), 'what it let run is ended with it');

$busy = release([ 'busy', $loop, 'SELECT 1' ]);
($run, $file) = start_proof($busy, 'SELECT 4711');
kill 'KILL', $node->safe_psql($db, "SELECT pid FROM pg_stat_activity WHERE usename = 'ci_bot'");
eval { $run->finish };
ok($scratch->poll_query_until($db, "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'prover'"), 'or the scratch server sees that nobody is there any more');
$node->{_pid} = undef;
$node->start;
verdict(proven($plain), 'plain', 'proven', qr/^$/);
is(traces(), '', 'and the next proof clears away');

done_testing();
