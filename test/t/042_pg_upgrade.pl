# pg_upgrade carries the record to the next server as files: facts, verdicts,
# digests and eligibility answer there as before, proofs of migrations count, and
# the guards stand. RELEASEGOV_UPGRADE_TO names the programs (bin) of the next
# server, with releasegov installed; without it, that is this one anew.
use strict;
use warnings;
use File::Basename qw(dirname);
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $db = 'source';
my $old = story_node('before');
people($old);
$old->safe_psql('postgres', "CREATE DATABASE $db");
tell($old, $db);

# Migrations are proven on the server itself, from which the record is out of reach.
sub prove_here
{
	my $node = shift;
	my $conninfo = $node->connstr('postgres') =~ s/'/''/gr;
	$node->safe_psql($db, "LOAD 'releasegov'; ALTER SYSTEM SET releasegov.scratch_server = '$conninfo user=prover'");
	$node->reload;
	$node->poll_query_until($db, "SELECT current_setting('releasegov.scratch_server', true) <> ''", 't');
	return;
}

sub prove
{
	my $node = shift;
	return speak($node, $db, 'ci_bot', "SELECT sequence, verdict FROM releasegov.prove_migration('depot', '1.0') ORDER BY sequence");
}

# What all of it answers: rows and decisions, each migration with its verdict and
# its newest proof, the way back, and the content as it is hashed anew.
my $answers = q{
SET timezone = 'UTC';
SELECT * FROM releasegov.migration_report ORDER BY application, version, sequence;
SELECT m.application, m.version, m.sequence, v.* FROM releasegov.migration m, releasegov.migration_verdict(m.up, m.down) v ORDER BY 1, 2, 3;
SELECT d.version, p.* FROM releasegov.deployment d, releasegov.rollback_plan(d.id) p ORDER BY d.id, p.step;
SELECT application, version, content_digest, content_digest = releasegov.content_digest(commit_id, artifact_digest, kind, change_categories, authors, source_branch, notes, migrations)
FROM releasegov.release ORDER BY 1, 2;
SELECT p.requirement, p.status, p.observed, p.detail, p.evidence FROM releasegov.promotion_eligibility('depot', '1.0', 'production') p
WHERE p.kind ~ '^migration|^checklist|^review' ORDER BY 1;
SELECT r.application, r.version, e.environment, releasegov.is_eligible(r.application, r.version, e.environment)
FROM releasegov.release r, (VALUES ('staging'), ('production')) AS e (environment) ORDER BY 1, 2, 3};

sub answers
{
	my $node = shift;
	return picture($node, $db) . "\n" . $node->safe_psql($db, $answers);
}

# ---- before ----

$old->safe_psql('postgres', "CREATE ROLE prover LOGIN CREATEDB; REVOKE CONNECT ON DATABASE $db FROM PUBLIC; GRANT CONNECT ON DATABASE $db TO ci_bot, deploy_bot, polly");
prove_here($old);
speak($old, $db, 'polly', "SELECT releasegov.register_application('depot', 'standard')");
speak($old, $db, 'ci_bot', q{
SELECT releasegov.register_release('depot', '1.0', '90ab12c', '{tess}', 'main', notes => 'saucers');
SELECT releasegov.register_migration('depot', '1.0', 1, '1_saucers', 'CREATE TABLE saucer (id int PRIMARY KEY, glaze text NOT NULL)', 'DROP TABLE saucer');
SELECT releasegov.register_migration('depot', '1.0', 2, '2_glaze', 'CREATE INDEX saucer_glaze ON saucer (glaze)', 'DROP INDEX saucer_glaze');
SELECT releasegov.register_migration('depot', '1.0', 3, '3_plain', 'ALTER TABLE saucer DROP COLUMN glaze', 'ALTER TABLE saucer ADD COLUMN glaze text');
SELECT releasegov.submit_release('depot', '1.0')});
my $verdicts = join("\n", '0|down_fails', '1|proven', '2|proven', '3|schema_differs');
is(prove($old), $verdicts, 'migrations are proven before');
my $before = answers($old);
like($before, qr/^depot\|1\.0\|3\|3_plain\|C\|.*\|schema_differs\|/m, 'the report names what does not go back');
like($before, qr/^migrations\|unsatisfied\|2 of 3\|/m, 'and production asks for the way back') or diag($before);

# ---- pg_upgrade ----

my $to = $ENV{RELEASEGOV_UPGRADE_TO};
my $new = PostgreSQL::Test::Cluster->new('after', $to ? (install_path => dirname($to)) : ());
# as of 18, initdb wants checksums of pages, which the old server may lack
my $checksums = $old->safe_psql('postgres', 'SHOW data_checksums') eq 'off' && $new->config_data('--version') =~ / (\d+)/ && $1 >= 18;
$new->init(extra => [ '--encoding=UTF8', '--locale=C', '--username=postgres', $checksums ? '--no-data-checksums' : () ]);
$new->append_conf('postgresql.conf', 'fsync = off');
$old->stop;
$new->command_ok(
	[ 'pg_upgrade', '--no-sync', '-d', $old->data_dir, '-D', $new->data_dir, '-b', $old->config_data('--bindir'), '-B', $new->config_data('--bindir'),
		'-p', $old->port, '-P', $new->port, '-s', $new->host ],
	'pg_upgrade from ' . $old->config_data('--version') . ' to ' . $new->config_data('--version'));
unlink 'delete_old_cluster.sh';
$new->start;

# ---- after ----

is(answers($new), $before, 'the same rows, verdicts, digests and decisions');
is($new->safe_psql($db, 'SELECT * FROM releasegov.check_installation()'), '', 'the installation is as it should be');
is($new->safe_psql($db, 'SELECT * FROM releasegov.check_record()'), '', 'the record does not contradict itself');

for my $table ('gate_result', 'migration', 'migration_check', 'transition')
{
	refused($new, $db, 'postgres', 'RG003', "UPDATE releasegov.$table SET recorded_by = 'mallory'", "$table: no row is changed");
	refused($new, $db, 'postgres', 'RG003', "SET session_replication_role = replica; DELETE FROM releasegov.$table", "$table: nor deleted, whatever the session says");
	refused($new, $db, 'postgres', 'RG003', "TRUNCATE releasegov.$table CASCADE", "$table: nor are all of them");
}
isnt($new->safe_psql($db, 'BEGIN; ALTER TABLE releasegov.migration_check DISABLE TRIGGER ALL; SELECT * FROM releasegov.check_installation(); ROLLBACK'), '', 'a guard that is taken away is missed');

# It goes on: what is new stands behind what there was.
speak($new, $db, 'ci_bot', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '3')");
is($new->safe_psql($db, "SELECT measured FROM releasegov.gate_matrix WHERE application = 'shop' AND version = '2.0' AND environment = 'staging' AND gate = 'lint'"), '3', 'a new result is the newest');
is(speak($new, $db, 'deploy_bot', "SELECT state, missing @> '{hold,soak}' FROM releasegov.promote('shop', '2.0', 'production')"), 'requested|t', 'the policy decides as before');
refused($new, $db, 'ci_bot', 'RG012', "SELECT releasegov.register_migration('depot', '1.0', 4, '4', 'SELECT 1', 'SELECT 1')", 'what was submitted is frozen');
prove_here($new);
is(prove($new), $verdicts, 'proven again, it is the same');
is($new->safe_psql($db, "SELECT count(*), count(DISTINCT server) FROM releasegov.migration_report WHERE application = 'depot' AND server = version()"), '3|1', 'by the new server, and that proof is the newest');
$new->safe_psql($db, 'DROP EXTENSION releasegov CASCADE');

done_testing();
