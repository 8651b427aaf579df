# Who may do what: each kind of access does its own work and no other's, PUBLIC
# nothing at all, and a person stays the same person under every name.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $node = story_node('privileges');
people($node);
tell($node, 'postgres');
my $db = 'postgres';

sub may
{
	my ($who, $sql, $expected, $name) = @_;
	my ($rc, $out, $err) = $node->psql($db, $sql, on_error_stop => 1, extra_params => [ '-U', $who ]);
	ok($rc == 0 && $out =~ /$expected/, "$who: $name") or diag("$sql: $out$err");
	return;
}

# What takes privileges that are not there is refused by the server.
sub may_not
{
	my ($who, $sql, $name) = @_;
	refused($node, $db, $who, '42501', $sql, "$who: not $name");
	return;
}

# ---- PUBLIC ----
is( $node->safe_psql($db, q{
SELECT p.oid::regprocedure FROM pg_proc p, aclexplode(coalesce(proacl, acldefault('f', proowner))) a
WHERE pronamespace = 'releasegov'::regnamespace AND a.grantee = 0 AND NOT (
  EXISTS (SELECT FROM pg_type t WHERE p.oid IN (typinput, typoutput, typreceive, typsend, typanalyze))
  OR EXISTS (SELECT FROM pg_operator WHERE oprcode = p.oid OR oprrest = p.oid OR oprjoin = p.oid)
  OR EXISTS (SELECT FROM pg_amproc WHERE amproc = p.oid) OR EXISTS (SELECT FROM pg_cast WHERE castfunc = p.oid)
  OR EXISTS (SELECT FROM pg_aggregate WHERE p.oid IN (aggtransfn, aggfinalfn, aggcombinefn)))}),
	'', 'PUBLIC runs nothing but what the types need');
is( $node->safe_psql($db, q{
SELECT oid::regclass, relacl FROM pg_class WHERE relnamespace = 'releasegov'::regnamespace AND EXISTS (SELECT FROM aclexplode(relacl) WHERE grantee = 0)
UNION ALL SELECT attrelid::regclass, attacl FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'releasegov'::regnamespace AND EXISTS (SELECT FROM aclexplode(attacl) WHERE grantee = 0)
UNION ALL SELECT 'pg_class', nspacl FROM pg_namespace WHERE nspname = 'releasegov' AND EXISTS (SELECT FROM aclexplode(nspacl) WHERE grantee = 0)}),
	'', 'PUBLIC reads nothing and uses no schema');
may_not('nobody', 'SELECT * FROM releasegov.release_history', 'by guessing names');
may_not('nobody', "SELECT releasegov.is_eligible('shop', '2.0', 'staging')", 'by asking');
may_not('nobody', "SELECT '1 ms'::releasegov.measure", 'even the types');

# ---- every function belongs to a kind, or to the owner on purpose ----
is( $node->safe_psql($db, q{
SELECT string_agg(p.proname, ' ' ORDER BY p.proname) FROM pg_proc p
WHERE pronamespace = 'releasegov'::regnamespace AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
AND NOT EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) a WHERE a.grantee = 0)
AND NOT EXISTS (SELECT FROM releasegov.access_privilege a WHERE a.objid = p.oid)}),
	'enforce_references grant_access post_restore pre_restore record_access revoke_access',
	'what no kind of access may run is what the owner administers with');
is( $node->safe_psql($db, q{
SELECT string_agg(DISTINCT privilege, ' ') FROM releasegov.access_privilege}),
	'EXECUTE INSERT SELECT', 'nobody may update, delete or truncate anything');
is( $node->safe_psql($db, q{
SELECT string_agg(c.relname, ' ' ORDER BY 1) FROM pg_class c
WHERE relnamespace = 'releasegov'::regnamespace AND relkind = 'r'
AND NOT EXISTS (SELECT FROM releasegov.expected_guards() WHERE table_name = relname)}),
	'', 'every table is guarded');

# ---- ci ----
may('ci_bot', "SELECT releasegov.register_release('shop', '2.2', 'abc', '{jun}', 'main')", 't', 'registers');
may('ci_bot', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.2', 'lint', '0')", '', 'reports');
may('ci_bot', "COPY releasegov.gate_result (application, version, gate, measured) FROM stdin;\nshop\t2.2\tlint\t1\n\\.\n", '', 'reports in bulk');
may('ci_bot', "SELECT releasegov.report_health('shop', 'staging', '2.0', true)", '', 'reports health');
may('ci_bot', "SELECT releasegov.is_eligible('shop', '2.2', 'staging')", 'f', 'asks');
may('ci_bot', "SELECT count(*) > 0 FROM releasegov.migration_report", 't', 'reads what is amiss with migrations');
may_not('ci_bot', 'SELECT * FROM releasegov.migration', 'read the facts behind it');
may_not('ci_bot', "SELECT * FROM releasegov.standing_migrations('shop')", 'ask which of them stand');
may_not('ci_bot', "SELECT releasegov.approve('shop', '2.0', 'production')", 'approve');
may_not('ci_bot', "INSERT INTO releasegov.approval (application, version, environment, rule, decision) VALUES ('shop', '2.0', 'production', 'release_approval', 'approve')", 'approve by hand');
may_not('ci_bot', "INSERT INTO releasegov.$_ SELECT", "write $_")
  for qw(review attestation waiver hold release deployment transition deployment_decision policy_revision access_grant identity);
may_not('ci_bot', "SELECT * FROM releasegov.promote('shop', '2.0', 'production')", 'promote');
may_not('ci_bot', "UPDATE releasegov.$_ SET application = application", "change $_") for qw(gate_result ci_result blocking_issue release);
may_not('ci_bot', "DELETE FROM releasegov.gate_result", 'forget');
may_not('ci_bot', "TRUNCATE releasegov.gate_result", 'forget everything');
may_not('ci_bot', "SELECT releasegov.apply_policy('standard', '{}')", 'make the rules');
may_not('ci_bot', 'SELECT content FROM releasegov.report_document', 'read the reports that were kept');
may_not('ci_bot', "SELECT releasegov.report_document('shop', '2.0', id) FROM releasegov.report WHERE application = 'shop'", 'read one, either');
may_not('ci_bot', "INSERT INTO releasegov.report_document SELECT", 'write one');
may('ci_bot', "SELECT status FROM releasegov.ingest_report('shop', '2.2', 'lcov', E'SF:a.js\nDA:1,0\nend_of_record\n', gates => '{unit_test_coverage}')", 'ok', 'has one kept');

# ---- approver ----
may('tess', "SELECT releasegov.reject_promotion('shop', '2.0', 'production', 'second thoughts')", 'release_approval', 'rejects');
may('tess', "SELECT count(*) > 0 FROM releasegov.policy_gate", 't', 'reads');
may_not('tess', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '0')", 'insert results');
may_not('tess', "INSERT INTO releasegov.gate_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '0')", 'insert results by hand');
may_not('tess', "SELECT releasegov.ingest_report('shop', '2.0', 'lcov', 'x')", 'ingest reports');
may_not('tess', "SELECT * FROM releasegov.promote('shop', '2.0', 'production')", 'promote');
may_not('tess', "SELECT releasegov.register_release('shop', '2.3', 'abc', '{jun}', 'main')", 'register');
# the access is not the entitlement
refused($node, $db, 'olga', 'RG004', "SELECT releasegov.approve('shop', '2.0', 'production')", 'an approver without the role is not entitled');
refused($node, $db, 'olga', 'RG004', "SELECT releasegov.attest('shop', '2.0', 'production', 'migrations_reversible', 'x')", 'nor to attest');

# ---- deployer ----
may('deploy_bot', "SELECT state FROM releasegov.promote('shop', '2.0', 'production')", 'requested', 'asks for promotion');
may_not('deploy_bot', "SELECT releasegov.approve('shop', '2.0', 'production')", 'approve');
may_not('deploy_bot', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '0')", 'insert results');
may_not('deploy_bot', "UPDATE releasegov.deployment SET state = 'deploying'", 'start by hand');
may_not('deploy_bot', "SELECT releasegov.grant_waiver('shop', '2.0', 'production', 'soak', 'x', now() + interval '1 h')", 'waive');

may('deploy_bot', 'SELECT count(*) > 0 FROM releasegov.migration_report', 't', 'reads what is amiss with migrations');
may($_, "SELECT count(*) FROM releasegov.deployment_history h, releasegov.rollback_plan(h.deployment)", '^[0-9]+$', 'reads the way back') for qw(deploy_bot tess portal wall polly audrey);
may('ci_bot', "SELECT count(*) FROM releasegov.rollback_plan('" . $node->safe_psql($db, 'SELECT id FROM releasegov.deployment LIMIT 1') . "')", '^[0-9]+$', 'reads the way back');

# ---- broker ----
may('portal', "SELECT releasegov.review_release('shop', '2.0', 'architecture_review', comment => 'seen', actor => 'tess')", '', 'speaks for tess');
may('portal', "SELECT state FROM releasegov.promote('shop', '2.0', 'production', actor => 'olga')", 'requested', 'asks for olga');
refused($node, $db, 'portal', 'RG004', "SELECT releasegov.approve('shop', '2.0', 'production', actor => 'olga')", 'portal: cannot entitle olga');
refused($node, $db, 'portal', 'RG005', "SELECT releasegov.approve('shop', '2.0', 'production', actor => 'mia')", 'portal: mia stays an author');
refused($node, $db, 'portal', 'RG004', "SELECT releasegov.approve('shop', '2.0', 'production')", 'portal: is nobody itself');
refused($node, $db, 'tess', 'RG004', "SELECT releasegov.approve('shop', '2.0', 'production', actor => 'dana')", 'tess: is no broker');
refused($node, $db, 'deploy_bot', 'RG004', "SELECT * FROM releasegov.promote('shop', '2.0', 'production', actor => 'dana')", 'deploy_bot: is no broker');
is($node->safe_psql($db, "SELECT actor, recorded_by FROM releasegov.approval WHERE comment = 'via portal'"), 'dana|portal', 'both are recorded');
may_not('portal', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '0')", 'insert results');

# ---- auditor: reads everything, writes nothing ----
my @tables = split /\n/, $node->safe_psql($db, "SELECT relname FROM pg_class WHERE relnamespace = 'releasegov'::regnamespace AND relkind IN ('r', 'v') ORDER BY 1");
my @views = split /\n/, $node->safe_psql($db, "SELECT relname FROM pg_class WHERE relnamespace = 'releasegov'::regnamespace AND relkind = 'v' ORDER BY 1");
may('audrey', join(';', map { "SELECT count(*) FROM (SELECT * FROM releasegov.$_) x" } @tables), '', 'reads every table and view');
may('audrey', 'SELECT count(*) FROM releasegov.check_installation(); SELECT count(*) FROM releasegov.check_record()', '0', 'checks installation and record');
may('audrey', "SELECT releasegov.explain('shop', '2.0', 'production')", 'production', 'has it explained');
may('audrey', "SELECT count(*) FROM releasegov.policy_diff('standard', 1, 2)", '2', 'compares policies');
may('audrey', "SELECT releasegov.report_document('shop', '2.0', id) FROM releasegov.report WHERE application = 'shop' AND version = '2.0'", '^\\\\x544e3a', 'reads a report that was kept');
may_not($_, "SELECT releasegov.report_document('shop', '2.0', gen_random_uuid())", 'read a report that was kept') for qw(tess deploy_bot portal wall polly nobody);
for my $table (@tables)
{
	my ($column) = split /\n/, $node->safe_psql($db, "SELECT attname FROM pg_attribute WHERE attrelid = 'releasegov.$table'::regclass AND attnum = 1");
	is( $node->safe_psql($db, "SELECT has_table_privilege('audrey', 'releasegov.$table', 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR
	has_any_column_privilege('audrey', 'releasegov.$table', 'INSERT, UPDATE, REFERENCES')"), 'f', "audrey: writes nothing to $table");
}
is( $node->safe_psql($db, q{
SELECT string_agg(p.proname, ' ') FROM pg_proc p WHERE pronamespace = 'releasegov'::regnamespace
AND provolatile = 'v' AND prorettype <> 'trigger'::regtype AND has_function_privilege('audrey', p.oid, 'EXECUTE') AND proname <> 'uuid_v7'}),
	'', 'audrey: runs nothing that could write');

# ---- dashboard: views only ----
may('wall', join(';', map { "SELECT count(*) FROM (SELECT * FROM releasegov.$_) x" } @views), '', 'reads every view');
may('wall', "SELECT count(*) > 5 FROM releasegov.promotion_eligibility('shop', '2.0', 'production')", 't', 'asks what is missing');
is( $node->safe_psql($db, q{
SELECT string_agg(relname, ' ') FROM pg_class WHERE relnamespace = 'releasegov'::regnamespace AND relkind = 'r'
AND (has_table_privilege('wall', oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege('wall', oid, 'SELECT'))}),
	'', 'wall: no table');
is( $node->safe_psql($db, q{
SELECT string_agg(p.proname, ' ') FROM pg_proc p WHERE pronamespace = 'releasegov'::regnamespace
AND provolatile = 'v' AND prorettype <> 'trigger'::regtype AND has_function_privilege('wall', p.oid, 'EXECUTE') AND proname <> 'uuid_v7'}),
	'', 'wall: runs nothing that could write');

# ---- policy_admin ----
may('polly', "SELECT releasegov.register_application('till', 'kiosk')", '', 'registers applications');
may('polly', "SELECT releasegov.assign_policy('till', 'standard')", '', 'assigns policies');
may_not('polly', "SELECT releasegov.approve('shop', '2.0', 'production')", 'approve');
may_not('polly', "SELECT * FROM releasegov.promote('shop', '2.0', 'production')", 'promote');
may_not('polly', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '0')", 'insert results');
may_not('polly', "SELECT releasegov.grant_access('polly', 'approver')", 'grant access to herself');

# ---- granting ----
may_not($_, "SELECT releasegov.grant_access('$_', 'deployer')", 'grant') for qw(ci_bot tess deploy_bot portal audrey wall nobody);
may_not($_, "SELECT releasegov.record_access('broker', '$_', 'granted')", 'record a grant') for qw(tess polly);
$node->safe_psql($db, 'GRANT EXECUTE ON FUNCTION releasegov.grant_access(text, text), releasegov.record_access(text, text, text) TO polly; GRANT ALL ON releasegov.access_grant TO polly');
refused($node, $db, 'polly', 'RG004', "SELECT releasegov.grant_access('polly', 'broker')", 'polly: cannot, even if she may run it');
$node->safe_psql($db, 'REVOKE EXECUTE ON FUNCTION releasegov.grant_access(text, text), releasegov.record_access(text, text, text) FROM polly; REVOKE ALL ON releasegov.access_grant FROM polly');
refused($node, $db, 'postgres', 'RG011', "SELECT releasegov.grant_access('nobody', 'god')", 'an unknown kind');
refused($node, $db, 'postgres', 'RG011', "SELECT releasegov.grant_access('$_', 'ci')", "not a role: $_") for 'public', 'PUBLIC', 'ghost', 'x"; DROP TABLE releasegov.release; --', 'x' x 10000;
refused($node, $db, 'postgres', 'RG011', "SELECT releasegov.revoke_access('nobody', 'ci')", 'nothing to revoke');
is($node->safe_psql($db, "SELECT count(*) FROM releasegov.access_grant WHERE grantee IN ('public', 'nobody')"), 0, 'nothing stays of it');

# two kinds, one revoked: the other keeps what both had
$node->safe_psql($db, q{CREATE ROLE twofold LOGIN; CREATE ROLE "Odd ""name""";
SELECT releasegov.grant_access('twofold', k) FROM unnest('{ci,deployer}'::text[]) k;
SELECT releasegov.grant_access('twofold', 'deployer');
SELECT releasegov.revoke_access('twofold', 'ci');
SELECT releasegov.grant_access('Odd "name"', 'auditor')});
may('twofold', "SELECT releasegov.report_health('shop', 'staging', '2.0', true)", '', 'keeps what deployers need');
may_not('twofold', "INSERT INTO releasegov.gate_result (application, version, gate, measured) VALUES ('shop', '2.2', 'lint', '0')", 'what ci alone had');
is($node->safe_psql($db, "SELECT string_agg(event || ' ' || kind, ', ' ORDER BY id) FROM releasegov.access_history WHERE grantee = 'twofold'"),
	'granted ci, granted deployer, revoked ci', 'and it is on record');
is($node->safe_psql($db, 'SELECT * FROM releasegov.check_installation()'), '', 'access is as it was granted');
$node->safe_psql($db, q{SELECT releasegov.revoke_access('twofold', 'deployer'), releasegov.revoke_access('Odd "name"', 'auditor'); DROP ROLE twofold; DROP ROLE "Odd ""name"""});
pass('a role without access is a role without privileges: it can be dropped');

# a role that was dropped, and another of its name
$node->safe_psql($db, "CREATE ROLE bot LOGIN; SELECT releasegov.grant_access('bot', 'broker'); DROP OWNED BY bot; DROP ROLE bot");
like($node->safe_psql($db, 'SELECT * FROM releasegov.check_installation()'),
	qr/^access of bot\|there is no such role any more, and broker is granted to its name\|SELECT releasegov.revoke_access\('bot', 'broker'\)$/, 'a dropped role is seen');
$node->safe_psql($db, "SELECT releasegov.revoke_access('bot', 'broker')");

# ---- one person, whatever the name ----
refused($node, $db, 'mia', 'RG005', "SELECT releasegov.approve('shop', '2.0', 'production')", 'the author does not approve');
refused($node, $db, 'mia_admin', 'RG005', "SELECT releasegov.approve('shop', '2.0', 'production')", 'not under her second login either');
$node->safe_psql($db, 'GRANT dana TO mia');
refused($node, $db, 'mia', 'RG005', "SET ROLE dana; SELECT releasegov.approve('shop', '2.0', 'production')", 'nor after SET ROLE to somebody entitled');
refused($node, $db, 'tess', 'RG004', "SET ROLE tech_lead; INSERT INTO releasegov.approval (application, version, environment, rule, decision, actor) VALUES ('shop', '2.0', 'production', 'release_approval', 'approve', 'dana')",
	'SET ROLE makes nobody a broker');
refused($node, $db, 'postgres', 'RG004', "SELECT releasegov.approve('shop', '2.0', 'production')", 'a superuser is not entitled by being one');
refused($node, $db, 'postgres', 'RG004', "SET ROLE tess; SELECT releasegov.approve('shop', '2.0', 'production')", 'nor by SET ROLE');
$node->safe_psql($db, q{
CREATE FUNCTION public.helpful() RETURNS text[] LANGUAGE sql SECURITY DEFINER AS $$ SELECT releasegov.approve('shop', '2.0', 'production') $$;
ALTER FUNCTION public.helpful() OWNER TO dana});
refused($node, $db, 'nobody', 'RG004', 'SELECT public.helpful()', 'nor by a SECURITY DEFINER function of somebody entitled');

# the same under a search_path of the caller's with traps in it
$node->safe_psql($db, q{
CREATE SCHEMA trap; GRANT USAGE, CREATE ON SCHEMA trap TO PUBLIC;
CREATE FUNCTION trap.yes(text, text) RETURNS boolean LANGUAGE plpgsql AS $$BEGIN RAISE 'trap.= was called'; END$$;
CREATE OPERATOR trap.= (FUNCTION = trap.yes, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION trap.coalesce(text, text) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT 'infinity'::timestamptz $$});
my $path = 'SET search_path = trap, pg_temp, pg_catalog;';
may('deploy_bot', "$path SELECT state FROM releasegov.promote('shop', '2.0', 'production')", 'requested', 'falls into no trap');
may('ci_bot', "$path SELECT releasegov.register_release('shop', '2.4', 'abc', '{jun}', 'main')", 't', 'falls into no trap');
may('audrey', "$path SELECT count(*) FROM releasegov.check_installation(); SELECT count(*) FROM releasegov.check_record()", '0', 'falls into no trap');
may('deploy_bot', "$path SELECT count(*) FROM releasegov.tick()", '0', 'falls into no trap');

done_testing();
