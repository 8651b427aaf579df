# A hot standby: what is asked is answered as on the primary, and nothing writes.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $primary = story_node('primary');
people($primary);
tell($primary, 'postgres');
my $backup = $primary->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;

# written after the backup: it comes by the stream
speak($primary, 'postgres', 'ci_bot', "SELECT releasegov.open_issue('shop', '2.0', 'SHOP-2', 'the till is slow again')");
$primary->wait_for_catchup($standby, 'replay', $primary->lsn('flush'));

is(picture($standby, 'postgres'), picture($primary, 'postgres'), 'the same rows, the same decisions');
my $asked = "SELECT requirement, status FROM releasegov.promotion_eligibility('shop', '2.0', 'production') WHERE requirement IN ('blocking_issues', 'hold') ORDER BY 1";
is(speak($standby, 'postgres', 'wall', $asked), "blocking_issues|unsatisfied\nhold|unsatisfied", 'a dashboard asks what is missing');
like(speak($standby, 'postgres', 'audrey', "SELECT releasegov.explain('shop', '2.0', 'production')"), qr/SHOP-2/, 'an auditor has it explained');
is(speak($standby, 'postgres', 'wall', "SELECT releasegov.is_eligible('kiosk', '1.2', 'staging')"), 't', 'is_eligible()');
is(speak($standby, 'postgres', 'wall', "SELECT releasegov.eligible_at('shop', '2.0', 'production') IS NULL"), 't', 'eligible_at()');
is(speak($standby, 'postgres', 'audrey', 'SELECT * FROM releasegov.check_installation()'), '', 'check_installation()');
is(speak($standby, 'postgres', 'audrey', 'SELECT * FROM releasegov.check_record()'), '', 'check_record()');
for my $level ('REPEATABLE READ', 'READ COMMITTED')
{
	is(speak($standby, 'postgres', 'wall', "BEGIN ISOLATION LEVEL $level; $asked; COMMIT"),
		"blocking_issues|unsatisfied\nhold|unsatisfied", "at $level");
}
for my $view (split /\n/, $primary->safe_psql('postgres', "SELECT relname FROM pg_class WHERE relnamespace = 'releasegov'::regnamespace AND relkind = 'v'"))
{
	is($standby->psql('postgres', "SELECT * FROM releasegov.$view"), 0, "the view $view");
}

refused($standby, 'postgres', 'ci_bot', '25006', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '0')", 'no result');
refused($standby, 'postgres', 'tess', '25006', "SELECT releasegov.approve('shop', '2.0', 'production')", 'no approval');
refused($standby, 'postgres', 'deploy_bot', '25006', "SELECT * FROM releasegov.promote('kiosk', '1.2', 'staging')", 'no promotion');
refused($standby, 'postgres', 'polly', '25006', "SELECT releasegov.apply_policy('kiosk', releasegov.standard_policy())", 'no policy');
refused($standby, 'postgres', 'postgres', '25006', "SELECT releasegov.grant_access('nobody', 'ci')", 'no access');

# the standby takes over, and the record goes on
$primary->stop('immediate');
$standby->promote;
speak($standby, 'postgres', 'ci_bot', "SELECT releasegov.resolve_issue('shop', '2.0', 'SHOP-2')");
is(speak($standby, 'postgres', 'wall', $asked), "blocking_issues|satisfied\nhold|unsatisfied", 'after it took over');
is(speak($standby, 'postgres', 'deploy_bot', "SELECT state FROM releasegov.promote('kiosk', '1.2', 'staging')"), 'deploying', 'it decides');

done_testing();
