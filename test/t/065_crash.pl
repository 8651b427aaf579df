# The server dies in the middle of a promotion. Afterwards it was either made,
# with its decision and its history, or it never was.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $node = story_node('crash', 'fsync = on', 'max_prepared_transactions = 5');
people($node);
tell($node, 'postgres');

sub standing
{
	return $node->safe_psql('postgres', "SELECT d.state, count(DISTINCT x.id), count(DISTINCT t.id)
FROM releasegov.deployment d
LEFT JOIN releasegov.deployment_decision x ON x.application = d.application AND x.deployment = d.id
LEFT JOIN releasegov.transition t ON t.application = d.application AND t.deployment = d.id
WHERE d.application = 'kiosk' AND d.version = '1.2' AND d.state <> 'failed' GROUP BY d.id, d.state");
}

sub die_and_return
{
	$node->stop('immediate');
	$node->start;
	is($node->safe_psql('postgres', 'SELECT * FROM releasegov.check_record()'), '', 'the record does not contradict itself');
	is($node->safe_psql('postgres', 'SELECT * FROM releasegov.check_installation()'), '', 'the installation is as it was');
	return;
}

# ---- before the commit: nothing of it ----
my $session = $node->background_psql('postgres', extra_params => [ '-U', 'deploy_bot' ]);
like($session->query_safe("BEGIN; SELECT state FROM releasegov.promote('kiosk', '1.2', 'staging')"), qr/deploying/, 'a promotion is under way');
is(standing(), '', 'nobody else sees it');
die_and_return();
is(standing(), '', 'not committed: it never was');
eval { $session->quit };

# ---- after the commit: all of it ----
speak($node, 'postgres', 'deploy_bot', "SELECT state FROM releasegov.promote('kiosk', '1.2', 'staging')");
die_and_return();
is(standing(), 'deploying|1|2', 'committed: state, decision and both moves are there');

# ---- going live, which moves three rows, in two phases ----
speak($node, 'postgres', 'deploy_bot', "BEGIN; SELECT releasegov.report_deployment('kiosk', '1.2', 'staging', 'live'); PREPARE TRANSACTION 'going live'");
die_and_return();
is(standing(), 'deploying|1|2', 'prepared: not yet');
speak($node, 'postgres', 'deploy_bot', "COMMIT PREPARED 'going live'");
is(standing(), 'live|1|3', 'and then it is');
is($node->safe_psql('postgres', "SELECT version, state FROM releasegov.deployment WHERE application = 'kiosk' AND environment = 'staging' AND state IN ('live', 'superseded') ORDER BY version"),
	"1.0|superseded\n1.1|superseded\n1.2|live", 'one is live, those before are superseded');
die_and_return();

# ---- while results pour in ----
my $timer = IPC::Run::timeout(180);
my @streams;
for my $i (1 .. 2)
{
	my $sql = join("\n", map { "INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id) VALUES ('kiosk', '1.2', 'unit_tests', '99%', 's$i', '$_');" } 1 .. 20000);
	my $file = PostgreSQL::Test::Utils::tempdir() . "/results$i.sql";
	append_to_file($file, $sql);
	push @streams, IPC::Run::start([ 'psql', '-XqAt', '-U', 'ci_bot', '-f', $file, '-d', $node->connstr('postgres') ], '>', '/dev/null', '2>', '/dev/null', $timer);
}
$node->poll_query_until('postgres', "SELECT count(*) > 100 FROM releasegov.gate_result WHERE source LIKE 's%'");
my $before = $node->safe_psql('postgres', "SELECT count(*) FROM releasegov.gate_result WHERE source LIKE 's%'");
die_and_return();
eval { $_->finish } for @streams;
cmp_ok($node->safe_psql('postgres', "SELECT count(*) FROM releasegov.gate_result WHERE source LIKE 's%'"), '>=', $before, 'what was acknowledged is there');
is( speak($node, 'postgres', 'deploy_bot', "SELECT state, missing FROM releasegov.promote('kiosk', '1.2', 'production')"),
	'requested|{gate:unit_tests,approval:go}', 'and it counts');

done_testing();
