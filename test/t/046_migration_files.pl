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
sub run_script
{
	my ($application, @arguments) = @_;
	local %ENV = (%ENV, PGHOST => $node->host, PGPORT => $node->port, PGDATABASE => $db, PGUSER => 'ci_bot', APPLICATION => $application, VERSION => '1');
	my ($out, $err) = ('', '');
	my $good = IPC::Run::run([ 'bash', $script, @arguments ], '>', \$out, '2>', \$err, IPC::Run::timeout(180));
	return ($good, $out . $err);
}

# Registers them; what the record has then, one line each.
sub registered
{
	my ($application, $folder, @layout) = @_;
	$node->safe_psql($db, "SELECT releasegov.register_application('$application', 'standard') WHERE NOT EXISTS (SELECT FROM releasegov.application WHERE name = '$application'); SELECT releasegov.register_release('$application', '1', 'c', '{jun}', 'main', notes => 'n')");
	my ($good, $said) = run_script($application, 'register', $folder, @layout);
	ok($good, "$application: registered") or diag($said);
	return $node->safe_psql($db, "SELECT sequence || ' ' || name || ': ' || trim(E' \\n;' FROM up) || ' / ' || coalesce(trim(E' \\n;' FROM down), 'none') FROM releasegov.migration WHERE application = '$application' ORDER BY sequence");
}

my $wishes = "CREATE TABLE wish (id int);\n";
my $gone = "DROP TABLE wish;\n";
my $note = "ALTER TABLE wish ADD COLUMN \"note\" text DEFAULT 'it''s \\\\ :x';\n";
my $note_gone = "ALTER TABLE wish DROP COLUMN note;\n";
my $both = 'CREATE TABLE wish (id int) / DROP TABLE wish';
my $second = "ALTER TABLE wish ADD COLUMN \"note\" text DEFAULT 'it''s \\\\ :x' / ALTER TABLE wish DROP COLUMN note";

my $golang = folder('golang', '000009_wishes.up.sql' => $wishes, '000009_wishes.down.sql' => $gone, '000010_note.up.sql' => $note, '000010_note.down.sql' => $note_gone, '000011_last.up.sql' => "SELECT 1;\n", 'README.md' => 'no migration');
is(registered('golang', $golang), "9 000009_wishes: $both\n10 000010_note: $second\n11 000011_last: SELECT 1 / none", 'golang-migrate, in the order of numbers, whatever is in the texts');
my ($good, $said) = run_script('golang', 'register', $golang);
ok($good && $said =~ /^10 000010_note: registered before$/m, 'again: nothing is new') or diag($said);
($good, $said) = run_script('golang', 'prove');
ok(!$good && $said =~ /^000010_note\|proven\|/m && $said =~ /^000011_last\|down_missing\|/m, 'a migration without a down is proven not to go back') or diag($said);

is(registered('diesel', folder('diesel', '2024-05-01-120000_wishes/up.sql' => $wishes, '2024-05-01-120000_wishes/down.sql' => $gone, '2024-05-02-080000_note/up.sql' => $note, '2024-05-02-080000_note/down.sql' => $note_gone)),
	"20240501120000 2024-05-01-120000_wishes: $both\n20240502080000 2024-05-02-080000_note: $second", 'diesel');
($good, $said) = run_script('diesel', 'prove');
ok($good && $said =~ /^the whole release\|proven\|/m, 'and proven') or diag($said);

is(registered('sqlx', folder('sqlx', '20240501_wishes.up.sql' => $wishes, '20240501_wishes.down.sql' => $gone)), "20240501 20240501_wishes: $both", 'sqlx -r');
is(registered('plain', folder('plain', '1_wishes.sql' => $wishes)), '1 1_wishes: CREATE TABLE wish (id int) / none', 'sqlx without downs');
is(registered('flyway', folder('flyway', 'V2__wishes.sql' => $wishes, 'U2__wishes.sql' => $gone, 'V10__note.sql' => $note, 'U10__other_words.sql' => $note_gone)),
	"2 V2__wishes: $both\n10 V10__note: $second", 'Flyway, with undo migrations');
is(registered('flyway_dotted', folder('dotted', 'V1.9__wishes.sql' => $wishes, 'U1.9__wishes.sql' => $gone, 'V1.10__note.sql' => $note)),
	"1009 V1.9__wishes: $both\n1010 V1.10__note: " . ($second =~ s{ / .*}{ / none}r), 'Flyway, with versions of two parts');
is(registered('goose', folder('goose', '00001_wishes.sql' => "-- +goose Up\n$wishes-- +goose Down\n$gone")), "1 00001_wishes: $both", 'goose');
is(registered('dbmate', folder('dbmate', '20240501_wishes.sql' => "-- migrate:up\n$wishes\n-- migrate:down\n$gone")), "20240501 20240501_wishes: $both", 'dbmate');
is(registered('sqitch', folder('sqitch', 'sqitch.plan' => "%syntax-version=1.0.0\n%project=shop\n\nwishes 2024-05-01T12:00:00Z A <a\@b.c> # first\n\@v1 2024-05-01T12:00:00Z A <a\@b.c> # tag\nnote [wishes] 2024-05-02T12:00:00Z A <a\@b.c> # second\n",
		'deploy/wishes.sql' => $wishes, 'revert/wishes.sql' => $gone, 'deploy/note.sql' => $note, 'revert/note.sql' => $note_gone)),
	"1 wishes: $both\n2 note: $second", 'Sqitch, in the order of its plan');
{
	local $ENV{SINCE} = 9;
	is(registered('since', $golang), "10 000010_note: $second\n11 000011_last: SELECT 1 / none", 'SINCE leaves out what an earlier release brought');
}

# ---- what cannot be registered ----
make_path("$dir/empty");
($good, $said) = run_script('plain', 'register', "$dir/empty");
ok(!$good && $said =~ /there are no migrations in/, 'an empty folder');
($good, $said) = run_script('plain', 'register', folder('unnumbered', 'wishes.sql' => $wishes));
ok(!$good && $said =~ /wishes does not begin with a number/, 'a name without a number');
($good, $said) = run_script('plain', 'register', folder('broken', '2_x.sql' => "CREATE TABEL x;\n"));
ok(!$good && $said =~ /the migration cannot be read/, 'a file that is no SQL');
($good, $said) = run_script('plain', 'register', folder('bytes', '2_x.sql' => "SELECT '\xff';\n"));
ok(!$good && $said =~ /invalid byte sequence/, 'bytes that are no UTF-8');

done_testing();
