# Ways around the guards: each is refused, or it is seen. What a superuser can do
# in spite of everything, check_installation() tells, and no deployment starts.
use strict;
use warnings;
use File::Spec;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $node = story_node('bypass');
people($node);
tell($node, 'postgres');
my $db = 'postgres';
my $before = picture($node, $db);
my $rows = File::Spec->rel2abs($node->basedir) . '/rows';
my @tables = split /\n/, $node->safe_psql($db, "SELECT DISTINCT table_name FROM releasegov.expected_guards() ORDER BY 1");

# ---- a superuser's ordinary statements, on every table ----
for my $table (@tables)
{
	my $column = $node->safe_psql($db, "SELECT attname FROM pg_attribute WHERE attrelid = 'releasegov.$table'::regclass AND attname IN ('recorded_by', 'registered_by', 'applied_by', 'created_by', 'granted_by', 'detail') LIMIT 1");
	my $key = $node->safe_psql($db, "SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey) WHERE indrelid = 'releasegov.$table'::regclass AND indisprimary");
	for my $role ('origin', 'replica')
	{
		my $set = "SET session_replication_role = $role;";
		my $name = $role eq 'replica' ? "$table as replica" : $table;
		refused($node, $db, 'postgres', 'RG003', "$set UPDATE releasegov.$table SET $column = 'x'", "$name: UPDATE");
		refused($node, $db, 'postgres', 'RG003', "$set DELETE FROM releasegov.$table", "$name: DELETE");
		refused($node, $db, 'postgres', 'RG003', "$set TRUNCATE releasegov.$table CASCADE", "$name: TRUNCATE");
		refused($node, $db, 'postgres', 'RG003', "$set MERGE INTO releasegov.$table t USING releasegov.$table s ON t.ctid = s.ctid WHEN MATCHED THEN UPDATE SET $column = 'x'", "$name: MERGE");
		refused($node, $db, 'postgres', '(?:RG\d\d\d|23505)', "$set INSERT INTO releasegov.$table SELECT * FROM releasegov.$table ON CONFLICT ($key) DO UPDATE SET $column = 'x'", "$name: ON CONFLICT");
		refused($node, $db, 'postgres', '(?:RG\d\d\d|23505)', "$set COPY releasegov.$table TO '$rows'; COPY releasegov.$table FROM '$rows'", "$name: COPY");
	}
}
refused($node, $db, 'postgres', 'RG003', "$_ releasegov.ci_result " . (/UPDATE/ ? "SET detail = 'x'" : ''), "ci_result: $_") for 'UPDATE', 'DELETE FROM';
refused($node, $db, 'postgres', 'RG011', "SET session_replication_role = replica; INSERT INTO releasegov.gate_result (application, version, gate, measured) VALUES ('shop', '2.0', 'no_gate', '0')", 'as replica: judged as ever');
refused($node, $db, 'postgres', 'RG002', "UPDATE releasegov.deployment SET state = 'deploying' WHERE application = 'shop' AND state = 'requested'", 'a start by hand is judged');
refused($node, $db, 'postgres', 'RG001', "UPDATE releasegov.deployment SET state = 'live' WHERE application = 'shop' AND state = 'requested'", 'a jump by hand is refused');
refused($node, $db, 'postgres', 'RG001', "INSERT INTO releasegov.deployment (application, version, environment, state) VALUES ('shop', '2.0', 'staging', 'live')", 'nothing is born live');
refused($node, $db, 'postgres', 'RG001', "UPDATE releasegov.release SET state = 'released' WHERE version = '2.0'", 'nothing is released by saying so');
refused($node, $db, 'postgres', 'RG003', "SELECT set_config('search_path', 'public', false); DO \$\$BEGIN DELETE FROM releasegov.transition; END\$\$", 'nor inside a block');
is(picture($node, $db), $before, 'after all that, every row is as it was');

# ---- somebody who may write everything ----
$node->safe_psql($db, 'CREATE ROLE writer LOGIN IN ROLE pg_write_all_data, pg_read_all_data');
refused($node, $db, 'writer', 'RG003', "DELETE FROM releasegov.gate_result", 'pg_write_all_data: no delete');
refused($node, $db, 'writer', 'RG003', "INSERT INTO releasegov.access_grant VALUES ('broker', 'writer', now(), 'me')", 'pg_write_all_data: no access for itself');
refused($node, $db, 'writer', 'RG004', "INSERT INTO releasegov.approval (application, version, environment, rule, decision) VALUES ('shop', '2.0', 'production', 'release_approval', 'approve')", 'pg_write_all_data: no approval');
like($node->safe_psql($db, 'SELECT * FROM releasegov.check_installation()'), qr/^role writer\|it may write every table: pg_write_all_data\|REVOKE pg_write_all_data FROM writer$/, 'pg_write_all_data: seen');
$node->safe_psql($db, 'DROP ROLE writer');

# ---- the restore's door ----
for my $set ('SET releasegov.restore = on;', "SET releasegov.restore = on; SELECT releasegov.is_eligible('shop', '2.0', 'staging');")
{
	my ($rc, $out, $err) = $node->psql($db, "$set INSERT INTO releasegov.gate_result (application, version, gate, measured, recorded_at) VALUES ('shop', '2.0', 'lint', '0', now())",
		on_error_stop => 1, extra_params => [ '-U', 'ci_bot' ]);
	isnt($rc, 0, 'nobody but a superuser opens it');
}

# ---- what can be done all the same, and how it shows ----
my $promote = "SELECT state FROM releasegov.promote('kiosk', '1.2', 'staging')";

# DO and UNDO around: check_installation() says PROBLEM; no deployment starts, unless it may
sub seen
{
	my ($name, $do, $problem, $undo, %options) = @_;
	$node->safe_psql($db, $do);
	like($node->safe_psql($db, 'SELECT object, problem FROM releasegov.check_installation()'), qr/$problem/m, "$name: seen");
	refused($node, $db, 'deploy_bot', $options{sqlstate} // 'RG018', $promote, "$name: no deployment starts") unless $options{starts};
	refused($node, $db, 'ci_bot', $options{insert}, "INSERT INTO releasegov.gate_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '0')", "$name: no result gets in") if $options{insert};
	$node->safe_psql($db, $undo);
	is($node->safe_psql($db, 'SELECT * FROM releasegov.check_installation()'), '', "$name: and put right");
	return;
}

seen('triggers off', 'ALTER TABLE releasegov.gate_result DISABLE TRIGGER ALL',
	'^releasegov.gate_result\|guard zz_guard is disabled$',
	'ALTER TABLE releasegov.gate_result ENABLE ALWAYS TRIGGER zz_guard, ENABLE ALWAYS TRIGGER zz_append_only, ENABLE ALWAYS TRIGGER zz_truncate');
seen('triggers off and on again', 'ALTER TABLE releasegov.approval DISABLE TRIGGER ALL; ALTER TABLE releasegov.approval ENABLE TRIGGER ALL',
	'^releasegov.approval\|guard zz_guard is not enabled ALWAYS',
	'ALTER TABLE releasegov.approval ENABLE ALWAYS TRIGGER zz_guard, ENABLE ALWAYS TRIGGER zz_append_only, ENABLE ALWAYS TRIGGER zz_truncate');
seen('a rule', 'CREATE RULE silent AS ON INSERT TO releasegov.blocking_issue DO INSTEAD NOTHING',
	'^releasegov.blocking_issue\|rule silent rewrites', 'DROP RULE silent ON releasegov.blocking_issue');
seen('row level security', 'ALTER TABLE releasegov.hold ENABLE ROW LEVEL SECURITY',
	'^releasegov.hold\|row level security', 'ALTER TABLE releasegov.hold DISABLE ROW LEVEL SECURITY');
seen('a child table', 'CREATE TABLE public.child () INHERITS (releasegov.gate_result)',
	'^releasegov.gate_result\|table (public.)?child inherits', 'DROP TABLE public.child');
$node->safe_psql($db, q{
CREATE FUNCTION public.meddle() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.measured = '0'; RETURN NEW; END$$;
CREATE FUNCTION public.swallow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$});
seen('a trigger after the guard', 'CREATE TRIGGER zzz BEFORE INSERT ON releasegov.gate_result FOR EACH ROW EXECUTE FUNCTION public.meddle()',
	'^releasegov.gate_result\|trigger zzz is not releasegov', 'DROP TRIGGER zzz ON releasegov.gate_result', insert => 'RG018');
seen('a trigger that swallows', 'CREATE TRIGGER aa BEFORE INSERT ON releasegov.blocking_issue FOR EACH ROW EXECUTE FUNCTION public.swallow()',
	'^releasegov.blocking_issue\|trigger aa is not releasegov', 'DROP TRIGGER aa ON releasegov.blocking_issue');
seen('a trigger that looks on', 'CREATE TRIGGER aa AFTER INSERT ON releasegov.blocking_issue FOR EACH ROW EXECUTE FUNCTION public.swallow()',
	'^releasegov.blocking_issue\|trigger aa is not releasegov', 'DROP TRIGGER aa ON releasegov.blocking_issue', starts => 1);
my $guard = $node->safe_psql($db, q{SELECT pg_get_functiondef('releasegov.guard_append_only()'::regprocedure)});
seen('another guard', q{CREATE OR REPLACE FUNCTION releasegov.guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$},
	'^function releasegov.guard_append_only\(\)\|it calls another library or language', $guard);
seen('another trigger in its place', q{
DROP TRIGGER zz_append_only ON releasegov.transition;
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.transition FOR EACH ROW WHEN (false) EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.transition ENABLE ALWAYS TRIGGER zz_append_only},
	'^releasegov.transition\|trigger zz_append_only is not the guard', q{
DROP TRIGGER zz_append_only ON releasegov.transition;
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.transition FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.transition ENABLE ALWAYS TRIGGER zz_append_only});
seen('an index', 'DROP INDEX releasegov.deployment_live', '^releasegov.deployment_live\|the unique index is missing',
	"CREATE UNIQUE INDEX deployment_live ON releasegov.deployment (application, environment) WHERE state = 'live'", sqlstate => 'RG017');
seen("a foreign key of $_", "ALTER TABLE releasegov.$_ DROP CONSTRAINT ${_}_application_version_fkey", "^releasegov.$_\\|the foreign key to release is missing",
	"ALTER TABLE releasegov.$_ ADD FOREIGN KEY (application, version) REFERENCES releasegov.release", starts => 1)
  foreach qw(review health_check migration migration_check);
seen('a grant', 'GRANT UPDATE ON releasegov.gate_result TO nobody; GRANT SELECT (reason) ON releasegov.hold TO PUBLIC',
	'^table releasegov.gate_result\|nobody holds UPDATE', 'REVOKE UPDATE ON releasegov.gate_result FROM nobody; REVOKE SELECT (reason) ON releasegov.hold FROM PUBLIC', starts => 1);
seen('a grant to PUBLIC', 'GRANT EXECUTE ON FUNCTION releasegov.grant_access(text, text) TO PUBLIC',
	'^function releasegov.grant_access\(text,text\)\|PUBLIC holds EXECUTE', 'REVOKE EXECUTE ON FUNCTION releasegov.grant_access(text, text) FROM PUBLIC', starts => 1);
seen('a grant taken away', 'REVOKE INSERT ON releasegov.gate_result FROM ci_bot',
	"^access of ci_bot\\|it lacks privileges that kind ci has", "SELECT releasegov.grant_access('ci_bot', 'ci')", starts => 1);
seen('an owner', 'ALTER TABLE releasegov.hold OWNER TO nobody', '^table releasegov.hold\|its owner is nobody', 'ALTER TABLE releasegov.hold OWNER TO postgres', starts => 1);
seen('a member of the owner', 'GRANT postgres TO tess', '^role tess\|it is a member of postgres', 'REVOKE postgres FROM tess', starts => 1);
seen('a function with other rights', 'ALTER FUNCTION releasegov.promote(text, text, text, text, text) SECURITY INVOKER',
	'^function releasegov.promote\(.*it is no longer SECURITY DEFINER', 'ALTER FUNCTION releasegov.promote(text, text, text, text, text) SECURITY DEFINER', starts => 1);
seen('a stranger in the schema', 'CREATE FUNCTION releasegov.helpful() RETURNS int LANGUAGE sql AS $$SELECT 1$$',
	'^function releasegov.helpful\(\)\|it does not belong to the extension', 'DROP FUNCTION releasegov.helpful()', starts => 1);
seen('a restore left open', "ALTER DATABASE postgres SET releasegov.restore = on", '^database postgres\|rows are let in unjudged', 'ALTER DATABASE postgres RESET releasegov.restore', starts => 1);
seen('the event trigger off', 'ALTER EVENT TRIGGER releasegov_guard_rewrite DISABLE', '^event trigger releasegov_guard_rewrite\|', 'ALTER EVENT TRIGGER releasegov_guard_rewrite ENABLE ALWAYS', starts => 1);
seen('an unlogged table', 'ALTER EVENT TRIGGER releasegov_guard_rewrite DISABLE; ALTER TABLE releasegov.feature_flag SET UNLOGGED; ALTER EVENT TRIGGER releasegov_guard_rewrite ENABLE ALWAYS',
	'^releasegov.feature_flag\|the table is not logged', 'ALTER EVENT TRIGGER releasegov_guard_rewrite DISABLE; ALTER TABLE releasegov.feature_flag SET LOGGED; ALTER EVENT TRIGGER releasegov_guard_rewrite ENABLE ALWAYS');

# ---- rewriting ----
refused($node, $db, 'postgres', 'RG003', $_, $_)
  for "ALTER TABLE releasegov.release ALTER commit_id TYPE text USING 'c0ffee'",
  "ALTER TABLE releasegov.feature_flag ALTER detail TYPE varchar(9) USING 'fine'",
  "SET session_replication_role = replica; ALTER TABLE releasegov.report ALTER figures TYPE jsonb USING '{}'",
  'ALTER TABLE releasegov.transition ADD COLUMN lie uuid DEFAULT gen_random_uuid()',
  'ALTER TABLE releasegov.hold SET UNLOGGED';
$node->safe_psql($db, 'CREATE TABLE public.mine (a int); INSERT INTO public.mine VALUES (1); ALTER TABLE public.mine ALTER a TYPE text USING a + 1; DROP TABLE public.mine');
pass("other people's tables are theirs to rewrite");
is(picture($node, $db), $before, 'every row is as it was');
is(speak($node, $db, 'deploy_bot', $promote), 'deploying', 'and now the deployment starts');

# ---- logical replication ----
my $reader = story_node('reader');
people($reader);
$reader->safe_psql($db, 'CREATE EXTENSION releasegov; SELECT releasegov.pre_restore()');
$node->safe_psql($db, 'CREATE PUBLICATION record FOR ALL TABLES');
$reader->safe_psql($db, "CREATE SUBSCRIPTION record CONNECTION 'host=" . $node->host . ' port=' . $node->port . " dbname=$db' PUBLICATION record");
$reader->wait_for_subscription_sync($node, 'record');
is(picture($reader, $db), picture($node, $db), 'replicated: the same rows, with their times and keys');
$reader->safe_psql($db, 'SELECT releasegov.grant_access(grantee, kind) FROM releasegov.access_grant');
is($reader->safe_psql($db, 'SELECT releasegov.post_restore()'), '', 'replicated: the record is whole');

speak($node, $db, 'ci_bot', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.0', 'lint', '3')");
speak($node, $db, 'deploy_bot', "SELECT releasegov.report_deployment('kiosk', '1.2', 'staging', 'live')");
speak($node, $db, 'polly', "SELECT releasegov.assign_policy('kiosk', 'standard')");
speak($node, $db, 'tess', "SELECT releasegov.approve('shop', '2.0', 'production', 'at last')");
$node->safe_psql($db, "SELECT releasegov.revoke_access('wall', 'dashboard')");
$node->wait_for_catchup('record');
is(picture($reader, $db), picture($node, $db), 'applied: results, moves, policies, approvals, access');
is($reader->safe_psql($db, 'SELECT * FROM releasegov.check_record()'), '', 'applied: the record does not contradict itself');
refused($reader, $db, 'postgres', 'RG003', "SET session_replication_role = replica; INSERT INTO releasegov.gate_result (application, version, gate, measured, recorded_at) VALUES ('shop', '2.0', 'lint', '0', now())",
	'whoever only says so is not the apply worker');
# what the guards of the origin would not have let through does not get on
$node->safe_psql($db, 'ALTER TABLE releasegov.hold DISABLE TRIGGER ALL; DELETE FROM releasegov.hold');
$reader->poll_query_until($db, "SELECT apply_error_count > 0 FROM pg_stat_subscription_stats") or die;
isnt($reader->safe_psql($db, 'SELECT count(*) FROM releasegov.hold'), 0, 'a deletion at the origin is not applied');

done_testing();
