# What the documents show is what happens: the SQL blocks of each run in order,
# in one session, and the text block behind a block is its output. Times, ids
# and the widths that follow from them may differ; a line "..." stands for any.
#
# DOCS_WRITE=FOLDER writes the documents there, with the output as it is now.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');
my $node = PostgreSQL::Test::Cluster->new('docs');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
my $scratch = PostgreSQL::Test::Cluster->new('docs_scratch');
$scratch->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$scratch->start;
$scratch->safe_psql('postgres', 'CREATE ROLE prover LOGIN CREATEDB');
my $conninfo = $scratch->connstr('postgres') =~ s/'/''/gr;
$node->append_conf('postgresql.conf', "timezone = 'UTC'\nreleasegov.scratch_server = '$conninfo user=prover'");
$node->start;
chdir $top or die "$top: $!";

# ---- a document's blocks, and what psql says to them ----

# [text before, SQL, text expected or undef], in order
sub blocks
{
	my $document = shift;
	my @blocks;
	push @blocks, { sql => $1, expected => $2, line => 1 + (substr($document, 0, $-[0]) =~ tr/\n//) }
	  while $document =~ /^```sql\n(.*?)^```\n(?:```text\n(.*?)^```\n)?/msg;
	return @blocks;
}

sub run_blocks
{
	my @blocks = @_;
	my $n = 0;
	my $script = join '', map { "\\echo block @{[ $n++ ]}\n$_->{sql}" } @blocks;
	my $output = '';
	local $ENV{PGCLIENTENCODING} = 'UTF8';
	IPC::Run::run([ 'psql', '-X', '-d', $node->connstr('postgres') ], '<', \$script, '>', \$output, '2>&1');
	my @outputs = split /^block \d+\n/m, $output;
	shift @outputs;
	return @outputs;
}

sub normal
{
	my $text = shift;
	$text =~ s/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/UUID/g;
	$text =~ s/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (?=\d{4})//g;
	$text =~ s/\b\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d(\.\d+)?)?)?([+-]\d\d| UTC)?/TIME/g;
	$text =~ s/measured \d+ m?s ago/measured just now/g;
	$text =~ s/-{2,}/--/g;
	$text =~ s/[ \t]+/ /g;
	$text =~ s/ $//mg;
	return $text;
}

sub shows
{
	my ($output, $expected, $name) = @_;
	my $wanted = join '.*', map { quotemeta } split /^\.\.\.\n/m, normal($expected), -1;
	ok(normal($output) =~ /\A$wanted\n*\z/s, $name) or diag "psql says:\n$output";
	return;
}

# what a block may say where the document shows nothing: anything but an error
sub complaints
{
	return join '', grep { /^(ERROR|FATAL|invalid command|\\)/ } split /(?<=\n)/, shift;
}

sub write_current
{
	my ($file, $document, @outputs) = @_;
	my $path = "$ENV{DOCS_WRITE}/" . ($file =~ tr{/}{-}r);
	$document =~ s{^(```sql\n.*?^```\n)(```text\n.*?^```\n)?}{
		my ($block, $shown) = ($1, $2);
		my $output = shift(@outputs) =~ s/ +$//mgr =~ s/\n+\z/\n/r;
		$block . ($shown ? "```text\n$output```\n" : '') }msge;
	open(my $out, '>:raw', $path) or die "$path: $!";
	print $out $document;
	close $out;
	return;
}

foreach my $file ('README.md', 'docs/pipelines.md', 'docs/dashboards/README.md', 'docs/migrations.md')
{
	my $document = slurp_file($file);
	my @blocks = blocks($document);
	my @outputs = run_blocks(@blocks);
	cmp_ok(scalar(@blocks), '>', 0, "$file has SQL in it");
	is(scalar(@outputs), scalar(@blocks), "$file: psql gets to its end");
	foreach my $i (0 .. $#blocks)
	{
		my $name = "$file:$blocks[$i]{line}";
		if (defined $blocks[$i]{expected})
		{
			shows($outputs[$i] // '', $blocks[$i]{expected}, "$name: gives what is shown");
		}
		else
		{
			is(complaints($outputs[$i] // ''), '', "$name: goes through");
		}
	}
	write_current($file, $document, @outputs) if $ENV{DOCS_WRITE};
}

# ---- the dashboard asks what its document shows ----

my $dashboard = decode_json(slurp_file('docs/dashboards/grafana.json'));
my @queries = map { $_->{sql} =~ s/;\n\z//r } blocks(slurp_file('docs/dashboards/README.md'));
foreach my $panel (@{ $dashboard->{panels} })
{
	my $query = $panel->{targets}[0]{rawSql};
	is(scalar(grep { $_ eq $query } @queries), 1, "grafana.json: $panel->{title}");
}

# ---- no link leads nowhere ----

foreach my $file (glob('*.md docs/*.md docs/*/*.md'))
{
	my $document = slurp_file($file);
	my $dir = dirname($file);
	my @broken = grep { !/^https?:/ && !-e "$dir/$_" } $document =~ /\]\(([^)#\s]+)[^)]*\)/g;
	is("@broken", '', "$file: every link leads somewhere");
}

$node->stop;
$scratch->stop;
done_testing();
