# docs/snippets/migrations.sh: the migrations of a folder, as each tool lays them
# out, become those of a release, and are proven.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Path qw(make_path);
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $script = abs_path(dirname(__FILE__) . '/../../docs/snippets/migrations.sh');
my $dir = PostgreSQL::Test::Utils::tempdir();
my $db = 'postgres';
my $node = story_node('files');
my $scratch = story_node('elsewhere');
$scratch->safe_psql($db, 'CREATE ROLE prover LOGIN CREATEDB');
my $conninfo = $scratch->connstr($db) =~ s/'/''/gr;
$node->safe_psql($db, "CREATE EXTENSION releasegov; CREATE ROLE ci_bot LOGIN; SELECT releasegov.grant_access('ci_bot', 'ci');
ALTER SYSTEM SET releasegov.scratch_server = '$conninfo user=prover'");
$node->reload;

# A folder with these files.
sub folder
{
	my ($name, %files) = @_;
	for my $file (keys %files)
	{
		make_path(dirname("$dir/$name/$file"));
		open(my $out, '>:raw', "$dir/$name/$file") or die "$file: $!";
		print $out $files{$file};
		close $out;
	}
	return "$dir/$name";
}

# What migrations.sh says, run for an application of that name.
my $rc;

sub run_script
{
	my ($application, @arguments) = @_;
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => $db, PGUSER => 'ci_bot', APPLICATION => $application, VERSION => '1');
	delete $ENV{APPLICATION} if $application eq '';
	my $said = '';
	my $good = IPC::Run::run([ 'bash', $script, @arguments ], '>', \$said, '2>&1', IPC::Run::timeout(180));
	$rc = $? >> 8;
	return ($good, $said);
}

# A release 1 that is a draft.
sub draft
{
	my $application = shift;
	$node->safe_psql($db, "SELECT releasegov.register_application('$application', 'standard') WHERE NOT EXISTS (SELECT FROM releasegov.application WHERE name = '$application'); SELECT releasegov.register_release('$application', '1', 'c', '{jun}', 'main', notes => 'n')");
	return;
}

# What the record has, one line each.
sub recorded
{
	my $application = shift;
	return $node->safe_psql($db, "SELECT sequence || ' ' || name || ': ' || trim(E' \\n;' FROM up) || ' / ' || coalesce(trim(E' \\n;' FROM down), 'none') FROM releasegov.migration WHERE application = '$application' ORDER BY sequence");
}

# Registers them, and so.
my $said;

sub registered
{
	my ($application, $folder, @layout) = @_;
	draft($application);
	(my $good, $said) = run_script($application, 'register', $folder, @layout);
	ok($good, "$application: registered") or diag($said);
	return recorded($application);
}

# Nothing is registered, and the reason is said.
sub refuses
{
	my ($name, $code, $expected, $files, @arguments) = @_;
	draft('refused');
	my @words = ('register', ref $files ? folder("refused/$name", %$files) : $files // (), @arguments);
	(my $good, $said) = run_script('refused', @words);
	ok($rc == $code && $said =~ $expected, "$name: is refused") or diag("$rc: $said");
	is(recorded('refused'), '', "$name: nothing is registered");
	return;
}

my $wishes = "CREATE TABLE wish (id int);\n";
my $gone = "DROP TABLE wish;\n";
my $note = "ALTER TABLE wish ADD COLUMN \"note\" text DEFAULT 'it''s \\\\ :x';\n";
my $note_gone = "ALTER TABLE wish DROP COLUMN note;\n";
my $both = 'CREATE TABLE wish (id int) / DROP TABLE wish';
my $second = "ALTER TABLE wish ADD COLUMN \"note\" text DEFAULT 'it''s \\\\ :x' / ALTER TABLE wish DROP COLUMN note";

my $golang = folder('golang', '000009_wishes.up.sql' => $wishes, '000009_wishes.down.sql' => $gone, '000010_note.up.sql' => $note, '000010_note.down.sql' => $note_gone, '000011_last.up.sql' => "SELECT 1;\n", 'README.md' => 'no migration');
is(registered('golang', $golang), "9 000009_wishes: $both\n10 000010_note: $second\n11 000011_last: SELECT 1 / none", 'golang-migrate, in the order of numbers, whatever is in the texts');
is($said, "9 000009_wishes: registered\n10 000010_note: registered\n11 000011_last: registered, without a down\n", 'each is named, and whether it goes back');
(my $good, $said) = run_script('golang', 'register', $golang);
is($said, "9 000009_wishes: registered before\n10 000010_note: registered before\n11 000011_last: registered before\n", 'again: nothing is new');
($good, $said) = run_script('golang', 'prove');
ok(!$good && $said =~ /^000010_note\|proven\|/m && $said =~ /^000011_last\|down_missing\|/m, 'a migration without a down is proven not to go back') or diag($said);

is(registered('diesel', folder('diesel', '2024-05-01-120000_wishes/up.sql' => $wishes, '2024-05-01-120000_wishes/down.sql' => $gone, '2024-05-02-080000_note/up.sql' => $note, '2024-05-02-080000_note/down.sql' => $note_gone)),
	"20240501120000 2024-05-01-120000_wishes: $both\n20240502080000 2024-05-02-080000_note: $second", 'diesel');
($good, $said) = run_script('diesel', 'prove');
ok($good && $said =~ /^the whole release\|proven\|/m, 'and proven') or diag($said);

is(registered('sqlx', folder('sqlx', '20240501_wishes.up.sql' => $wishes, '20240501_wishes.down.sql' => $gone)), "20240501 20240501_wishes: $both", 'sqlx -r');
is(registered('plain', folder('plain', '1_wishes.sql' => $wishes)), '1 1_wishes: CREATE TABLE wish (id int) / none', 'sqlx without downs');
is(registered('flyway', folder('flyway', 'V2__wishes.sql' => $wishes, 'U2__wishes.sql' => $gone, 'V10__note.sql' => $note, 'U10__other_words.sql' => $note_gone)),
	"2000000 V2__wishes: $both\n10000000 V10__note: $second", 'Flyway, with undo migrations');
is(registered('flyway_dotted', folder('dotted', 'V1.9__wishes.sql' => $wishes, 'U1.9__wishes.sql' => $gone, 'V1.10__note.sql' => $note)),
	"1009000 V1.9__wishes: $both\n1010000 V1.10__note: " . ($second =~ s{ / .*}{ / none}r), 'Flyway, with versions of two parts');
my $nothing = 'SELECT 1 / none';
is(registered('flyway_parts', folder('parts', map { $_ => "SELECT 1;\n" } qw(V7__a.sql V7.1__b.sql V7_1_2__c.sql V07.1.10__d.sql V20240501120000__e.sql V20240501120000.1__f.sql))),
	"7000000 V7__a: $nothing\n7001000 V7.1__b: $nothing\n7001002 V7_1_2__c: $nothing\n7001010 V07.1.10__d: $nothing\n20240501120000000 V20240501120000__e: $nothing\n20240501120000001 V20240501120000.1__f: $nothing", 'Flyway, with versions of one, two and three parts, and time stamps');
is(registered('flyway_rest', folder('rest', (map { $_ => "SELECT 1;\n" } qw(V1__a.sql U3__c.sql R__views.sql B1__base.sql beforeMigrate.sql more/V4__d.sql V5__e.SQL)), 'README.md' => 'no migration', 'flyway.toml' => '')),
	"1000000 V1__a: $nothing", 'Flyway, with more than versions');
is(join(' ', sort $said =~ /^migrations\.sh: left out: (.*)$/mg), 'B1__base.sql R__views.sql U3__c.sql V5__e.SQL beforeMigrate.sql more/V4__d.sql', 'what is left out is named');

is(registered('goose', folder('goose', '00001_wishes.sql' => "-- +goose Up\n$wishes-- +goose Down\n$gone")), "1 00001_wishes: $both", 'goose');
is(registered('dbmate', folder('dbmate', '20240501_wishes.sql' => "-- migrate:up\n$wishes\n-- migrate:down\n$gone")), "20240501 20240501_wishes: $both", 'dbmate');
is(registered('sqitch', folder('sqitch', 'sqitch.plan' => "%syntax-version=1.0.0\n%project=shop\n\nwishes 2024-05-01T12:00:00Z A <a\@b.c> # first\n\@v1 2024-05-01T12:00:00Z A <a\@b.c> # tag\nnote [wishes] 2024-05-02T12:00:00Z A <a\@b.c> # second\n",
		'deploy/wishes.sql' => $wishes, 'revert/wishes.sql' => $gone, 'deploy/note.sql' => $note, 'revert/note.sql' => $note_gone)),
	"1 wishes: $both\n2 note: $second", 'Sqitch, in the order of its plan');

# the number 0, of which the first migration may be; the database begins with 1
is(registered('zero', folder('zero', '00000000000000_diesel_initial_setup/up.sql' => $wishes, '00000000000000_diesel_initial_setup/down.sql' => $gone, '2025-05-02-080000-0000_note/up.sql' => $note, '2025-05-02-080000-0000_note/down.sql' => $note_gone)),
	"1 00000000000000_diesel_initial_setup: $both\n202505020800000000 2025-05-02-080000-0000_note: $second", 'diesel, whose first migration has the number 0');
is(registered('goose_zero', folder('goose_zero', '00000_a.sql' => "--  +GOOSE   up \r\n$wishes--+goose DOWN\n$gone", '00001b_later.go' => 'package x', '00002_b.sql' => "-- +goose Up\nSELECT 1;\n")),
	"1 00000_a: $both\n2 00002_b: $nothing", 'goose, whatever the letters of its comments');
like($said, qr/^2 00002_b: registered, without a down$/m, 'one without a down');
like($said, qr/^migrations\.sh: left out: 00001b_later\.go$/m, 'what is no SQL is left out, and named');
is(registered('dbmate_blanks', folder('dbmate_blanks', '1_a.sql' => "-- Migrate: UP\n$wishes\n-- migrate:  down transaction:false\n$gone")), "1 1_a: $both", 'dbmate, with blanks');
is(registered('alone', folder('alone', '1_a.up.sql' => $wishes, '2_b.down.sql' => $gone, '3-2b.up.sql' => "SELECT 1;\n")), "1 1_a: CREATE TABLE wish (id int) / none\n3 3-2b: $nothing", 'golang-migrate, with a down alone');
like($said, qr/^migrations\.sh: left out: 2_b\.down\.sql$/m, 'which is named');
is(registered('blank', folder('blank', '1_a.up.sql' => '', '1_a.down.sql' => '', '2_b.up.sql' => $wishes, '2_b.down.sql' => $gone)), "1 1_a:  / \n2 2_b: $both", 'a file that holds nothing');
like($said, qr/NOTICE: .*the up of migration "1_a" is blank/, 'which is said');
is(registered('blank_goose', folder('blank_goose', '1_a.sql' => "-- +goose Up\n-- +goose Down\n", '2_b.sql' => "-- +goose Up\n$wishes\n-- +goose Down\n$gone\n")), "1 1_a:  / \n2 2_b: $both", 'and two sections that hold nothing');

# a plan whose last line has no end, and changes that were reworked
my $at = '2024-05-01T12:00:00Z A <a@b.c> # x';
is(registered('sqitch_plan', folder('plan', 'sqitch.plan' => "%project=shop\r\n\r\nwishes $at\r\na/note [wishes] $at", 'deploy/wishes.sql' => $wishes, 'revert/wishes.sql' => $gone, 'verify/wishes.sql' => 'SELECT 1;', 'deploy/a/note.sql' => $note, 'revert/a/note.sql' => $note_gone, 'deploy/gone.sql' => 'SELECT 1;')),
	"1 wishes: $both\n2 a/note: $second", 'Sqitch, with a plan without an end');
is($said =~ s/^\d.*\n//mgr, "migrations.sh: left out: deploy/gone.sql\n", 'what the plan does not name');
is(registered('sqitch_rework', folder('rework', 'sqitch.plan' => "w $at\nx $at\n\@v0 $at\n\@v1 $at\nw [w\@v1] $at\n\@v2 $at\nx [x\@v2] $at\nw [w\@v2] $at\n",
		(map { ("deploy/$_.sql" => "SELECT '$_';", "revert/$_.sql" => "SELECT 'no $_';") } qw(w w@v1 w@v2 x x@v1)))),
	join("\n", map { my ($n, $name, $file) = @$_; "$n $name: SELECT '$file' / SELECT 'no $file'" } [ 1, 'w', 'w@v1' ], [ 2, 'x', 'x@v1' ], [ 3, 'w', 'w@v2' ], [ 4, 'x', 'x' ], [ 5, 'w', 'w' ]),
	'Sqitch, each text of a change that was reworked');
unlike($said, qr/left out/, 'none of them is left out');

{
	local $ENV{SINCE} = 9;
	is(registered('since', $golang), "10 000010_note: $second\n11 000011_last: $nothing", 'SINCE leaves out what an earlier release brought');
	unlike($said, qr/left out/, 'and no more is said');
	$ENV{SINCE} = 11;
	is(registered('since_all', $golang) . $said, "migrations.sh: nothing in $golang is numbered above 11\n", 'SINCE may leave out all');
	$ENV{SINCE} = '';
	is(scalar(split /\n/, registered('since_none', $golang)), 3, 'SINCE may be empty');
}

# whatever is in names
my @odd = ("1_a|b", '2_it\'s "so"', '3_$HOME `x` ${y}', '4_back\\nslash', "5_caf\xc3\xa9 :name &", '6_[a]*?]');
is(registered('odd', folder("o'd [d]* \$x", map { ("$_.up.sql" => $wishes, "$_.down.sql" => $gone) } @odd)),
	join("\n", map { /^(\d)/; "$1 $_: $both" } @odd), 'odd names');
is($said, join('', map { /^(\d)/; "$1 $_: registered\n" } @odd), 'are shown as they are');

# ---- what cannot be registered ----
make_path("$dir/empty");
refuses('an empty folder', 1, qr/^migrations\.sh: there are no migrations in \S+empty$/m, "$dir/empty");
refuses('a folder that is missing', 2, qr/^migrations\.sh: there is no folder \S+none$/m, "$dir/none");
refuses('no folder', 2, qr/^migrations\.sh: register which folder\?\n.*register FOLDER \[LAYOUT\]/s, undef);
refuses('too many words', 2, qr/register FOLDER \[LAYOUT\]/, $golang, 'plain', 'x');
refuses('an unknown layout', 2, qr/^migrations\.sh: there is no layout rails: golang-migrate, diesel, flyway, sqitch, marked, plain$/m, $golang, 'rails');
refuses('another layout', 1, qr/^migrations\.sh: there are no migrations in \S+ as flyway has them; it looks like plain$/m, folder('plain_one', '1_a.sql' => $wishes), 'flyway');
refuses('a plan that is missing', 1, qr/^migrations\.sh: there are no migrations in \S+ as sqitch has them; it looks like golang-migrate$/m, $golang, 'sqitch');
refuses('a plan without a change', 1, qr/^migrations\.sh: there are no changes in .+sqitch\.plan$/m, { 'sqitch.plan' => "%project=shop\n" });
refuses('a name without a number', 1, qr/^migrations\.sh: wishes does not begin with a number$/m, { 'wishes.sql' => $wishes });
refuses('a number without end', 1, qr/^migrations\.sh: the number of 1{19}_a is too large$/m, { ('1' x 19) . '_a.sql' => $wishes });
refuses('a version of four parts', 1, qr/^migrations\.sh: V1\.2\.3\.4__a has a version that does not fit/m, { 'V1.2.3.4__a.sql' => $wishes });
refuses('a version with a large part', 1, qr/^migrations\.sh: V1\.1000__a has a version that does not fit/m, { 'V1.1000__a.sql' => $wishes });
refuses('a version that is none', 1, qr/^migrations\.sh: V1a__a has no version$/m, { 'V1a__a.sql' => $wishes });
refuses('two undos', 1, qr/^migrations\.sh: U1\.0__a and U1__b undo the same version$/m, { 'V1__a.sql' => $wishes, 'U1.0__a.sql' => $gone, 'U1__b.sql' => $gone });
refuses('two of a number', 1, qr/^migrations\.sh: 01_a and 1_b have the same number 1$/m, { '01_a.sql' => 'SELECT 1;', '1_b.sql' => 'SELECT 1;', '2_c.sql' => 'SELECT 1;' });
refuses('zero and one', 1, qr/^migrations\.sh: 0_a and 1_b have the same number 1$/m, { '0_a.sql' => 'SELECT 1;', '1_b.sql' => 'SELECT 1;' });
refuses('a tab in a name', 1, qr/^migrations\.sh: the name .*1_a.*b.* has a tab or the end of a line in it$/m, { "1_a\tb.sql" => 'SELECT 1;' });
refuses('two lines in a name', 1, qr/^migrations\.sh: the name .*1_a.*b.* has a tab or the end of a line in it$/m, { "1_a\nb.sql" => 'SELECT 1;' });
refuses('a plan with a file too few', 1, qr/^migrations\.sh: sqitch\.plan names a, but there is no deploy\/a\.sql$/m, { 'sqitch.plan' => "a $at\n" });
refuses('a rework without a tag', 1, qr/^migrations\.sh: sqitch\.plan reworks a, but no deploy\/a\@TAG\.sql has what it was$/m, { 'sqitch.plan' => "a $at\n\@v1 $at\na [a\@v1] $at\n", 'deploy/a.sql' => 'SELECT 1;' });
refuses('a file that is no SQL', 3, qr/^2 2_x: registered, without a down\n3 3_y: .*ERROR: .*the migration cannot be read.*^migrations\.sh: nothing was registered$/ms, { '2_x.sql' => $wishes, '3_y.sql' => "CREATE TABEL x;\n", '4_z.sql' => 'SELECT 1;' });
refuses('bytes that are no UTF-8', 3, qr/^2 2_x: .*invalid byte sequence/m, { '2_x.sql' => "SELECT '\xff';\n" });
refuses('one without comments among those with', 3, qr/^2 2_x: .*ERROR:/m, { '1_w.sql' => "-- +goose Up\n$wishes", '2_x.sql' => 'SELECT 1;' });
SKIP:
{
	my $unread = folder('unread', '1_a.sql' => $wishes, '2_b.sql' => $wishes);
	chmod 0, "$unread/2_b.sql";
	skip 'root reads all', 2 if -r "$unread/2_b.sql";
	refuses('a file that cannot be read', 1, qr/^migrations\.sh: 2_b cannot be read$/m, $unread);
}
foreach my $since ('x', '-1', '1 OR 1', '2024-05-01', '99999999999999999999')
{
	local $ENV{SINCE} = $since;
	refuses("SINCE $since", 2, qr/^migrations\.sh: SINCE is the number of a migration, not \Q$since\E$/m, $golang);
}
($good, $said) = run_script('', 'register', $golang);
ok($rc == 2 && $said =~ /^migrations\.sh: APPLICATION and VERSION say whose migrations they are$/m, 'nobody\'s') or diag($said);
($good, $said) = run_script('refused', 'prove', 'x');
ok($rc == 2 && $said =~ /register FOLDER/, 'prove takes no folder') or diag($said);
($good, $said) = run_script('refused');
ok($rc == 2 && $said =~ /^ *migrations\.sh register FOLDER \[LAYOUT\]/m, 'without an order') or diag($said);

# ---- what cannot be proven ----
($good, $said) = run_script('refused', 'prove');
ok($rc == 1 && $said =~ m{^migrations\.sh: no migration of refused 1 is registered$}m, 'nothing is proven of nothing') or diag($said);
registered('fooled', folder('fooled', '1_x|proven|.up.sql' => $wishes, '1_x|proven|.down.sql' => "SELECT 1;\n"));
($good, $said) = run_script('fooled', 'prove');
ok($rc == 1 && $said =~ /^1_x\|proven\|\|(schema_differs|down_missing)\|/m, 'a name that would be a verdict is none') or diag("$rc: $said");

done_testing();
