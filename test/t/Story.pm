# Story.pm: two applications and their people, for the tests that need a record
# to work on: a shop under the policy that is installed, and a kiosk under a
# short one of its own, whose releases reach production. Every table has rows.
package Story;
use strict;
use warnings;
use Exporter 'import';
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(story_node people tell speak refused picture);

# A node of its own, started, with the superuser postgres, whoever runs the tests.
sub story_node
{
	my ($name, @settings) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name);
	$ENV{PGUSER} = 'postgres';
	$node->init(extra => [ '--encoding=UTF8', '--locale=C', '--username=postgres' ], allows_streaming => 'logical');
	$node->append_conf('postgresql.conf', join("\n", 'fsync = off', @settings, ''));
	$node->start;
	return $node;
}

# The roles, which are the cluster's.
sub people
{
	my $node = shift;
	$node->safe_psql(
		'postgres', q{
CREATE ROLE tech_lead; CREATE ROLE devops_lead; CREATE ROLE security_engineer;
CREATE ROLE ux_lead; CREATE ROLE sre; CREATE ROLE on_call; CREATE ROLE keeper;
CREATE ROLE tess LOGIN IN ROLE tech_lead;
CREATE ROLE mia LOGIN IN ROLE tech_lead;
CREATE ROLE mia_admin LOGIN IN ROLE tech_lead;
CREATE ROLE dana LOGIN IN ROLE devops_lead, keeper;
CREATE ROLE olga LOGIN IN ROLE on_call;
CREATE ROLE ci_bot LOGIN; CREATE ROLE deploy_bot LOGIN; CREATE ROLE portal LOGIN;
CREATE ROLE audrey LOGIN; CREATE ROLE wall LOGIN; CREATE ROLE polly LOGIN; CREATE ROLE nobody LOGIN;
});
	return;
}

# SQL as that person; dies when it fails.
sub speak
{
	my ($node, $db, $who, $sql) = @_;
	my ($rc, $out, $err) = $node->psql($db, $sql, on_error_stop => 1, extra_params => [ '-U', $who ]);
	die "$who: $sql\n$err" if $rc;
	return $out;
}

# SQL as that person must be refused with that SQLSTATE.
sub refused
{
	my ($node, $db, $who, $sqlstate, $sql, $name) = @_;
	my ($rc, $out, $err) = $node->psql(
		$db, $sql,
		on_error_stop => 1,
		extra_params => [ '-U', $who, '-v', 'VERBOSITY=verbose' ]);
	ok($rc != 0 && $err =~ /ERROR:  $sqlstate:/, $name)
	  or diag("expected $sqlstate for $sql, got: $out$err");
	return $err;
}

my $kiosk_policy = q{{
  "releasegov": 1, "title": "A kiosk",
  "roles": { "keeper": { "role": "keeper" }, "lead": { "role": "tech_lead" } },
  "change_categories": ["ui"],
  "environments": [
    { "name": "staging" },
    { "name": "production", "after": "staging", "predecessor_required": true, "releases": true, "approval_required": true } ],
  "gates": [ { "name": "unit_tests", "threshold": "= 100%", "figures": ["tests.pass_rate"], "enforcement": "block",
               "environments": ["staging", "production"] } ],
  "approvals": [ { "name": "go", "any_of": ["keeper", "lead"], "count": 1, "not": ["author"], "environments": ["production"] } ],
  "waivers": [ { "name": "any", "requirements": ["*"], "granted_by": ["keeper"], "max_duration": "1 d" } ]
}};

# A kiosk version on its way to live in that environment.
sub _kiosk
{
	my ($node, $db, $version, $environment, $end) = @_;
	if ($environment eq 'staging')
	{
		speak($node, $db, 'ci_bot', "
SELECT releasegov.register_release('kiosk', '$version', 'c$version', '{jun}', 'main', notes => 'n');
SELECT releasegov.submit_release('kiosk', '$version');
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id)
VALUES ('kiosk', '$version', 'unit_tests', '100%', 'ci', '$version')");
	}
	else
	{
		speak($node, $db, 'dana', "SELECT releasegov.approve('kiosk', '$version', 'production', 'go')");
	}
	return speak($node, $db, 'deploy_bot', "
SELECT state FROM releasegov.promote('kiosk', '$version', '$environment');
SELECT releasegov.report_deployment('kiosk', '$version', '$environment', '$end', 'as it went')");
}

# CREATE EXTENSION in the database, and the story.
sub tell
{
	my ($node, $db) = @_;
	$node->safe_psql(
		$db, qq{
CREATE EXTENSION releasegov;
SELECT releasegov.grant_access(r, 'approver') FROM unnest('{tech_lead,devops_lead,on_call,keeper}'::text[]) r;
SELECT releasegov.grant_access('ci_bot', 'ci'), releasegov.grant_access('deploy_bot', 'deployer'),
       releasegov.grant_access('portal', 'broker'), releasegov.grant_access('audrey', 'auditor'),
       releasegov.grant_access('wall', 'dashboard'), releasegov.grant_access('polly', 'policy_admin');
SELECT releasegov.grant_access('sre', 'approver'), releasegov.revoke_access('sre', 'approver')});
	speak($node, $db, 'polly', "
SELECT releasegov.apply_policy('kiosk', '$kiosk_policy', 'to begin with');
SELECT releasegov.apply_policy('standard', releasegov.standard_policy() || '{\"title\": \"Ours\", \"reports\": {\"keep\": \"all\"}}', 'our title, and we keep reports');
SELECT releasegov.register_application('shop', 'standard', 'tea and cups');
SELECT releasegov.register_application('kiosk', 'kiosk');
SELECT releasegov.register_identity('mia', 'mia_admin')");

	_kiosk($node, $db, '1.0', 'staging', 'live');
	_kiosk($node, $db, '1.0', 'production', 'live');
	_kiosk($node, $db, '1.1', 'staging', 'live');
	_kiosk($node, $db, '1.1', 'production', 'live');
	_kiosk($node, $db, '1.2', 'staging', 'failed');
	speak($node, $db, 'dana', "
SELECT releasegov.grant_waiver('kiosk', '1.2', 'staging', 'hold', 'a hiccup of the network', now() + interval '1 h');
SELECT releasegov.reject_promotion('kiosk', '1.2', 'production', 'not yet')");
	speak($node, $db, 'deploy_bot', "
SELECT releasegov.retire_release('kiosk', '1.0', 'replaced')");

	# the shop's 2.0 is live in staging and asked for in production
	speak($node, $db, 'ci_bot', "
SELECT releasegov.register_release('shop', '2.0', '8f2c1d7', '{mia,\"J\xc3\xbcrgen\"}', 'main', change_categories => '{ui}',
  artifact_digest => 'sha256:' || repeat('ab', 32));
SELECT releasegov.submit_release('shop', '2.0');
SELECT releasegov.document_release('shop', '2.0', 'Tea by the cup, caf\xc3\xa9 by the pot.');
SELECT releasegov.register_release('shop', '2.1', '51d0e6f', '{tess}', 'main');
SELECT releasegov.register_migration('shop', '2.1', 7, '7_caf\xc3\xa9.sql', 'ALTER TABLE cups ADD caf\xc3\xa9 text', 'ALTER TABLE cups DROP caf\xc3\xa9');
INSERT INTO releasegov.ci_result (application, version, gate, measured, outcome, source, run_id)
VALUES ('shop', '2.0', 'unit_tests', '100%', NULL, 'ci', '1'), ('shop', '2.0', 'unit_test_coverage', '93.4%', NULL, 'ci', '1'),
       ('shop', '2.0', 'integration_tests', '100%', NULL, 'ci', '1'), ('shop', '2.0', 'e2e_tests', '100%', NULL, 'ci', '1'),
       ('shop', '2.0', 'security_scan', '0', NULL, 'ci', '1'), ('shop', '2.0', 'lint', '0', NULL, 'ci', '1'),
       ('shop', '2.0', 'architecture_tests', '100%', NULL, 'ci', '1'), ('shop', '2.0', 'performance_p99', '182 ms', NULL, 'ci', '1'),
       ('shop', '2.0', 'lighthouse_score', '96', NULL, 'ci', '1'), ('shop', '2.0', 'bundle_size', '512.5 kB', NULL, 'ci', '1'),
       ('shop', '2.0', 'build', NULL, 'pass', 'ci', '1');
SELECT releasegov.ingest_report('shop', '2.0', 'lcov', E'TN:\\nSF:a.js\\nDA:1,1\\nLF:1\\nLH:1\\nend_of_record\\n', gates => '{unit_test_coverage}', run_id => '2');
SELECT releasegov.report_feature_flag('shop', '2.0', 'production', 'oolong', 'off', 'off');
SELECT releasegov.report_monitoring('shop', '2.0', 'production', 'page', 'pass');
SELECT releasegov.open_issue('shop', '2.0', 'SHOP-1', 'the till is slow');
SELECT releasegov.resolve_issue('shop', '2.0', 'SHOP-1')");
	# proven elsewhere, and brought along as a dump would: no scratch server is here
	$node->safe_psql(
		$db, q{
SET releasegov.restore = on;
INSERT INTO releasegov.migration_check (application, version, sequence, id, verdict, detail, differences, up_digest, down_digest, server, took, recorded_at, recorded_by)
SELECT application, version, sequence, releasegov.uuid_v7(), 'proven', 'as before', '[]', up_digest, down_digest, '15.1', '2 s', clock_timestamp(), 'ci_bot'
FROM releasegov.migration});
	speak($node, $db, 'deploy_bot', "
SELECT * FROM releasegov.promote('shop', '2.0', 'staging', 'rehearsal');
SELECT releasegov.report_health('shop', 'staging', '2.0', true);
SELECT releasegov.report_deployment('shop', '2.0', 'staging', 'live');
SELECT releasegov.request_promotion('shop', '2.0', 'production', 'for the weekend');
SELECT releasegov.request_promotion('shop', '2.0', 'development');
SELECT releasegov.cancel('shop', '2.0', 'development', 'not needed');
SELECT releasegov.place_hold('shop', '2.0', 'production', 'wait for the till')");
	speak($node, $db, 'tess', "
SELECT releasegov.review_release('shop', '2.0', 'architecture_review', comment => 'layers as drawn');
SELECT releasegov.attest('shop', '2.0', 'production', 'migrations_reversible', 'none in this release');
SELECT releasegov.approve('shop', '2.0', 'production', 'saw it')");
	speak($node, $db, 'tess', "SELECT releasegov.revoke_approval('shop', '2.0', 'production', 'saw it wrong')");
	speak($node, $db, 'portal', "SELECT releasegov.approve('shop', '2.0', 'production', 'via portal', actor => 'dana')");
	return;
}

# Every row, every decision and every explanation, as text to compare.
sub picture
{
	my ($node, $db) = @_;
	return $node->safe_psql(
		$db, q{
SET timezone = 'UTC';
SELECT c.relname, x.count, x.digest
FROM pg_class c, LATERAL (
  SELECT (xpath('/row/n/text()', r))[1] AS count, (xpath('/row/d/text()', r))[1] AS digest
  FROM query_to_xml(format('SELECT count(*) AS n, md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE "C")) AS d FROM releasegov.%I t', c.relname),
    false, true, '') AS r) AS x
WHERE c.relnamespace = 'releasegov'::regnamespace AND c.relkind = 'r' ORDER BY 1;
SELECT r.application, r.version, e.environment, md5(string_agg(p::text, chr(10) ORDER BY p::text COLLATE "C")), md5(releasegov.explain(r.application, r.version, e.environment, t.at))
FROM (SELECT greatest((SELECT max(recorded_at) FROM releasegov.transition), (SELECT max(recorded_at) FROM releasegov.policy_assignment)) AS at) t, releasegov.release r
JOIN LATERAL (SELECT policy FROM releasegov.policy_assignment a WHERE a.application = r.application ORDER BY id DESC LIMIT 1) a ON true
JOIN releasegov.policy_environment e ON e.policy = a.policy,
LATERAL releasegov.promotion_eligibility(r.application, r.version, e.environment, t.at) p
GROUP BY r.application, r.version, e.environment, t.at ORDER BY 1, 2, 3});
}

1;
