# Proof.pm: a governed server and a scratch server beside it, for the tests that
# execute migrations; how releases come to them, and what a proof says.
package Proof;
use strict;
use warnings;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;
use Time::HiRes qw(sleep);

our @EXPORT = qw(proof_nodes set_proof server_as veiled release release_of number_from proven verdict left_behind start_slow start_proof);
use Exporter 'import';

my $db = 'postgres';
my ($node, $scratch);

# Both servers, with the roles that every test needs.
sub proof_nodes
{
	my @settings = @_;
	$node = story_node('governed');
	$scratch = story_node('scratch', 'max_connections = 40', @settings);
	$node->safe_psql($db, q{
CREATE EXTENSION releasegov;
CREATE ROLE ci_bot LOGIN; CREATE ROLE deploy_bot LOGIN; CREATE ROLE audrey LOGIN;
SELECT releasegov.grant_access('ci_bot', 'ci'), releasegov.grant_access('deploy_bot', 'deployer'), releasegov.grant_access('audrey', 'auditor')});
	$scratch->safe_psql($db, 'CREATE ROLE prover LOGIN CREATEDB');
	return ($node, $scratch);
}

sub set_proof
{
	my %settings = @_;
	$node->safe_psql($db, join(' ', "LOAD 'releasegov';", map { "ALTER SYSTEM SET releasegov.$_ = '" . ($settings{$_} =~ s/'/''/gr) . "';" } sort keys %settings));
	$node->reload;
	sleep 0.2;
	return;
}

sub server_as
{
	my ($role, $cluster) = @_;
	set_proof(scratch_server => ($cluster // $scratch)->connstr($db) . " user=$role");
	return;
}

# SQL that is not seen before it is run.
sub veiled
{
	my $sql = shift;
	return sprintf("DO \$\$BEGIN EXECUTE convert_from(decode('%s', 'hex'), 'UTF8'); END\$\$", unpack('H*', $sql));
}

# The next migration gets this number.
my $version = 0;
my $sequence = 0;
sub number_from
{
	$sequence = shift() - 1;
	return;
}

# A release with these migrations: [name, up, down], down may be undef.
# Each is of an application of its own.
sub release
{
	my @migrations = @_;
	my $next = $version + 1;
	$node->safe_psql($db, "SELECT releasegov.register_application('shop$next', 'standard')");
	return release_of("shop$next", @migrations);
}

sub release_of
{
	my ($application, @migrations) = @_;
	$version++;
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

# A proof in the background, when it has come to a statement on the scratch server.
sub start_proof
{
	my ($release, $statement) = @_;
	my $file = PostgreSQL::Test::Utils::tempdir() . '/answer';
	my $run = IPC::Run::start([ 'psql', '-XqAt', '-U', 'ci_bot', '-d', $node->connstr($db), '-o', $file, '-c', "SELECT name, verdict, detail FROM releasegov.prove_migration('shop$release', '$release')" ],
		'<', '/dev/null', '2>', "$file.err", IPC::Run::timeout(180));
	$scratch->poll_query_until($db, "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%$statement%' AND usename = 'prover'") or die 'it does not start';
	return ($run, $file);
}

sub start_slow
{
	my $release = shift;
	return start_proof($release, 'pg_sleep(600)');
}

1;
