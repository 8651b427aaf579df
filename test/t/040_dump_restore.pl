# Dump and restore: whatever tool carries the record to another database, every
# row, every state and every decision is there afterwards; and a restore that was
# not prepared, or is not whole, says so.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $node = story_node('dumps');
people($node);
$node->safe_psql('postgres', 'CREATE DATABASE source');
tell($node, 'source');
my $source = picture($node, 'source');
unlike($source, qr/^\w+\|0\|/m, 'the story leaves a row in every table');
is($node->safe_psql('source', 'SELECT * FROM releasegov.check_record()'), '', 'the record does not contradict itself');
is($node->safe_psql('source', 'SELECT * FROM releasegov.check_installation()'), '', 'the installation is as it should be');

my $dir = PostgreSQL::Test::Utils::tempdir();
my $count = 0;

sub dump_to
{
	my ($file, @options) = @_;
	$node->command_ok([ 'pg_dump', '-f', "$dir/$file", @options, $node->connstr('source') ], "pg_dump @options");
	return "$dir/$file";
}

# A database into which a dump is restored: for a whole dump, which brings the
# extension itself; for data alone, with the extension there; or unprepared.
sub target
{
	my $prepared = shift;
	my $db = 'target' . $count++;
	$node->safe_psql('postgres', "CREATE DATABASE $db TEMPLATE template0");
	$node->safe_psql('postgres', "ALTER DATABASE $db SET releasegov.restore = on") if $prepared eq 'whole';
	$node->safe_psql($db, 'CREATE EXTENSION releasegov') if $prepared =~ /data/;
	$node->safe_psql($db, 'SELECT releasegov.pre_restore()') if $prepared eq 'data';
	return $db;
}

# After post_restore() it is the same record, and it goes on.
sub is_whole
{
	my ($db, $how) = @_;
	is($node->safe_psql($db, "SELECT releasegov.post_restore()"), '', "$how: post_restore() finds nothing");
	is(picture($node, $db), $source, "$how: the same rows, the same decisions");
	is($node->safe_psql($db, "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase WHERE datname = '$db'"),
		0, "$how: the restore is over");
	is( speak($node, $db, 'deploy_bot', "SELECT state, missing @> '{hold,soak}' FROM releasegov.promote('shop', '2.0', 'production')"),
		'requested|t', "$how: the policy decides as before");
	speak($node, $db, 'ci_bot', "INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '2.1', 'lint', '3')");
	refused($node, $db, 'postgres', 'RG003', 'UPDATE releasegov.gate_result SET attempt = 2', "$how: the guards stand");
	$node->safe_psql('postgres', "DROP DATABASE $db");
	return;
}

sub psql_file
{
	my ($db, $file, $stop) = @_;
	my ($out, $err);
	IPC::Run::run([ 'psql', '-XqAt', '-v', "ON_ERROR_STOP=$stop", '-f', $file, $node->connstr($db) ], '>', \$out, '2>', \$err);
	return $err;
}

# ---- a plain dump ----
my $plain = dump_to('plain.sql');
my $db = target('whole');
is(psql_file($db, $plain, 1), '', 'psql restores a plain dump without an error');
is_whole($db, 'plain');

# The extension was created before: its schema is there, which is all that fails.
$db = target('data');
like(psql_file($db, $plain, 0), qr/^psql:[^\n]*: ERROR:  schema "releasegov" already exists\n$/, 'a plain dump over an extension that is there');
is_whole($db, 'plain, over the extension');

# ---- into another encoding ----
$db = 'latin';
$node->safe_psql('postgres', "CREATE DATABASE $db TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
$node->safe_psql('postgres', "ALTER DATABASE $db SET releasegov.restore = on");
is(psql_file($db, $plain, 1), '', 'psql restores it into another encoding');
is($node->safe_psql($db, 'SELECT releasegov.post_restore()'), '', 'another encoding: every digest is what it was');

# ---- a dump of a role that only reads ----
my $audit = "$dir/audit.sql";
$node->command_ok([ 'pg_dump', '-U', 'audrey', '-f', $audit, $node->connstr('source') ], 'an auditor dumps');
$db = target('whole');
is(psql_file($db, $audit, 1), '', 'psql restores it');
is_whole($db, 'auditor');

# ---- the archive formats, in parallel too ----
my $archive = dump_to('archive', '-Fc');
for my $jobs (1, 2)
{
	$db = target('whole');
	$node->command_ok([ 'pg_restore', '--exit-on-error', "-j$jobs", '-d', $node->connstr($db), $archive ], "pg_restore -j$jobs");
	is_whole($db, "pg_restore -j$jobs");
}

# ---- data only, with and without the triggers ----
for my $options ([], ['--disable-triggers'])
{
	my $file = dump_to('data.sql', '--data-only', @$options);
	$db = target('data');
	# data alone brings no grants
	is(psql_file($db, $file, 1), '', "psql restores the data @$options");
	my ($rc, $out, $err) = $node->psql($db, 'SELECT releasegov.post_restore()');
	like($err, qr/access of ci_bot: it lacks privileges that kind ci has; SELECT releasegov.grant_access\('ci_bot', 'ci'\)/,
		"data @$options: the grants are missing, and said so");
	$node->safe_psql($db, 'SELECT releasegov.grant_access(grantee, kind) FROM releasegov.access_grant');
	is_whole($db, "data @$options");
}

# ---- the definitions alone ----
my $schema = dump_to('schema.sql', '--schema-only');
$db = target('no');
is(psql_file($db, $schema, 1), '', 'the definitions alone restore');
is( $node->safe_psql($db, "SELECT policy, revision FROM releasegov.policy_history; SELECT count(*) FROM releasegov.application"),
	"standard|1\n0", 'with the policy to begin with and no record');

# ---- unprepared ----
$db = target('no');
my $err = psql_file($db, $plain, 0);
like($err, qr/column "registered_at" of "application" is set by the server.*pre_restore\(\) first/s, 'unprepared: refused, the hint says what to do');
is($node->safe_psql($db, 'SELECT sum((xpath(\'/row/n/text()\', query_to_xml(format(\'SELECT count(*) AS n FROM %s\', t), false, true, \'\')))[1]::text::int)
FROM (SELECT DISTINCT \'releasegov.\' || table_name AS t FROM releasegov.expected_guards() WHERE table_name NOT LIKE \'policy%\') x'),
	0, 'unprepared: not a row got in');
$db = target('no, data');
my $untriggered = dump_to('untriggered.sql', '--data-only', '--disable-triggers');
like(psql_file($db, $untriggered, 1), qr/duplicate key value violates unique constraint "policy_pkey"/, 'unprepared, triggers off: it fails');
isnt($node->safe_psql($db, 'SELECT * FROM releasegov.check_installation()'), '', 'unprepared, triggers off: check_installation() sees it');

# ---- not whole ----
# A table's rows are lost on the way.
for my $table ('gate_result', 'transition', 'release', 'policy_revision', 'deployment_decision', 'access_history', 'report_document')
{
	my $part = dump_to('part.sql', "--exclude-table-data=releasegov.$table");
	$db = target('whole');
	psql_file($db, $part, 0);
	my ($rc, $out, $err) = $node->psql($db, '\set VERBOSITY verbose' . "\nSELECT releasegov.post_restore()");
	like($err, qr/ERROR:  RG010: the restore is not complete/, "without $table: the restore is not complete");
	is($node->safe_psql($db, 'SHOW releasegov.restore'), 'on', "without $table: and not over");
}

# A content that is not what was approved.
my $text = slurp_file($plain);
(my $forged = $text) =~ s/8f2c1d7/0000000/g;
append_to_file("$dir/forged.sql", $forged);
$db = target('whole');
psql_file($db, "$dir/forged.sql", 1);
my ($rc, $out, $why) = $node->psql($db, 'SELECT releasegov.post_restore()');
like($why, qr/release 2\.0 of shop: its content is not what its digest says/, 'a changed content is seen');
($forged = $text) =~ s/^(kiosk\t1\.1\tc1\.1\t.*)\treleased\t/$1\tcandidate\t/mg;
append_to_file("$dir/state.sql", $forged);
$db = target('whole');
psql_file($db, "$dir/state.sql", 1);
($rc, $out, $why) = $node->psql($db, 'SELECT releasegov.post_restore()');
like($why, qr/release 1\.1 of kiosk: its state is candidate, its last move was to released/, 'a changed state is seen');

# A report that was kept, one line of it another.
($forged = $text) =~ s/^(shop\t2\.0\t[^\t]+\t\\\\x)(54|44)/$1 . ($2 eq '54' ? '44' : '54')/me;
isnt($forged, $text, 'the dump holds a kept report');
append_to_file("$dir/document.sql", $forged);
$db = target('whole');
psql_file($db, "$dir/document.sql", 1);
($rc, $out, $why) = $node->psql($db, 'SELECT releasegov.post_restore()');
like($why, qr/report \S+ of release 2\.0 of shop: the document that was kept is not what its digest says/, 'a changed report is seen');

# ---- while it lasts ----
$db = target('whole');
psql_file($db, $plain, 1);
refused($node, $db, 'ci_bot', 'RG003', "INSERT INTO releasegov.gate_result (application, version, gate, measured, recorded_at, recorded_by, id, measured_at)
VALUES ('shop', '2.1', 'lint', '0', now(), 'me', releasegov.uuid_v7(), now())", 'meanwhile an application is judged as ever');
refused($node, $db, 'postgres', 'RG003', 'DELETE FROM releasegov.gate_result', 'and history stays append-only for a superuser');
refused($node, 'source', 'postgres', 'RG010', 'SELECT releasegov.pre_restore()', 'pre_restore() is not for a database with a record');
refused($node, 'source', $_, '42501', 'SELECT releasegov.pre_restore()', "nor for $_") for qw(audrey polly nobody);

done_testing();
