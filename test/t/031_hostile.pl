# Reports that are large or made to do harm: no more memory than the report and
# 64 MB, all of it given back, nothing fetched, nothing half-written, and an
# answer at once to whoever cancels.
use strict;
use warnings;
use File::Spec;
use FindBin;
use lib $FindBin::RealBin;
use IO::Socket::INET;
use IPC::Run;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;
use Time::HiRes qw(time);

my $MB = 1_000_000;
my $node = story_node('hostile', "max_connections = 10", "statement_timeout = '120s'");
people($node);
tell($node, 'postgres');
my $db = 'postgres';
my $folder = File::Spec->rel2abs($node->basedir);

# ---- the reports ----

# A file of the parts, each [text, how often]; its name and size.
sub report_file
{
	my ($name, @parts) = @_;
	my $path = "$folder/$name";
	open(my $out, '>:raw', $path) or die "$path: $!";
	foreach (@parts)
	{
		my ($text, $times) = ref $_ ? @$_ : ($_, 1);
		my $block = int(100_000 / length($text)) + 1;
		print $out $text x $block foreach 1 .. int($times / $block);
		print $out $text x ($times % $block);
	}
	close($out);
	return [ $path, -s $path ];
}

# so often that they take so many megabytes
sub megabytes
{
	my ($mb, $text) = @_;
	return [ $text, int($mb * $MB / length($text)) ];
}

my @suite = ('<?xml version="1.0" encoding="UTF-8"?><testsuites><testsuite name="s">', '</testsuite></testsuites>');
my @runs = ('{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [', '{}]}]}');
my $case = qq{<testcase classname="shop.basket" name="adds up &gt; case" time="0.001">\n</testcase>\n};
my $result = '{"ruleId": "r1", "level": "error", "message": {"text": "User input flows to a query."},
 "locations": [{"physicalLocation": {"artifactLocation": {"uri": "src/a.js"}, "region": {"startLine": 12}}}]},' . "\n";
my $record = "SF:src/a.js\n" . join('', map { "DA:$_," . ($_ % 3) . "\n" } 1 .. 200) . "LF:200\nLH:133\nend_of_record\n";

# ---- asking ----

# The status, message and first warning of a report in a file.
sub reading
{
	my ($format, $file) = @_;
	my ($path, $size) = @$file;
	return "SELECT status, coalesce(message, ''), coalesce(warnings[1], '')"
		. " FROM releasegov.read_report('$format', pg_read_binary_file('$path', 0, $size));\n";
}

# kB of the session that asks: VmHWM or VmRSS
my $have_proc = -r '/proc/self/status';

sub memory
{
	my $which = shift;
	return 'SELECT 0;' unless $have_proc;
	return "SELECT substring(pg_read_file('/proc/self/status') FROM '$which:\\s+(\\d+)');\n";
}

my $contexts = "SELECT sum(total_bytes) FROM pg_backend_memory_contexts;\n";

# A session in which the library has been used; the lines that it prints.
sub session
{
	my $warm = "DO 'BEGIN PERFORM releasegov.read_report(''auto'', ''x''), releasegov.read_report(''junit'', ''<testsuite/>''); END';\n";
	return split /\n/, $node->safe_psql($db, join('', $warm, @_));
}

# ---- memory while reading: below the input and 64 MB ----

my %large = (
	'JUnit' => [ 'auto', 'ok', report_file('junit', $suite[0], megabytes(100, $case), $suite[1]) ],
	'JUnit of one log' => [ 'junit', 'ok', report_file('log', $suite[0], '<testcase name="a"/><system-out><![CDATA[', megabytes(30, "a line of the log\n"), ']]></system-out>', $suite[1]) ],
	'JUnit of one text' => [ 'junit', 'ok', report_file('text', $suite[0], '<testcase name="a"/><system-out>', megabytes(30, "a &lt;line&gt;\n"), '</system-out>', $suite[1]) ],
	'JUnit in Latin-1' => [ 'junit', 'ok', report_file('latin', '<?xml version="1.0" encoding="ISO-8859-1"?><testsuite><testcase name="a"/><system-out>', megabytes(30, "gr\xfc\xdfe\n"), '</system-out></testsuite>') ],
	'JUnit with NUL' => [ 'junit', 'ok', report_file('nul', $suite[0], '<testcase name="a"/><system-out>', megabytes(30, "a\0b\n"), '</system-out>', $suite[1]) ],
	'SARIF' => [ 'auto', 'ok', report_file('sarif', $runs[0], megabytes(100, $result), $runs[1]) ],
	'SARIF with its version at the end' => [ 'auto', 'ok', report_file('late', '{"runs": [{"results": [', megabytes(30, $result), '{}]}], "version": "2.1.0"}') ],
	'SARIF of one text' => [ 'sarif', 'ok', report_file('message', $runs[0], '{"message": {"text": "', megabytes(30, 'a line\n'), '"}},', $runs[1]) ],
	'SARIF of one record' => [ 'sarif', 'ok', report_file('record', $runs[0], '{"x": [', [ '0,', 990_000 ], '0]},', $runs[1]) ],
	'LCOV' => [ 'auto', 'ok', report_file('lcov', megabytes(100, $record)) ]);

my %hostile = (
	'an attribute of 9 MB' => [ 'junit', 'ok', report_file('attribute', $suite[0], '<testcase name="', megabytes(9, 'x'), '"/>', $suite[1]) ],
	'an attribute of 30 MB' => [ 'junit', 'ok', report_file('attributes', $suite[0], '<testcase name="', megabytes(30, 'x&amp;'), '"/>', $suite[1]) ],
	'a comment of 40 MB' => [ 'junit', 'ok', report_file('comment', $suite[0], '<!--', megabytes(40, ' <testcase>'), '--><testcase name="a"/>', $suite[1]) ],
	'a comment without end' => [ 'junit', 'invalid', report_file('endless', $suite[0], '<!--', megabytes(40, ' <testcase>')) ],
	'CDATA of 40 MB of brackets' => [ 'junit', 'ok', report_file('brackets', $suite[0], '<testcase name="a"/><system-out><![CDATA[', megabytes(40, ']'), ']]></system-out>', $suite[1]) ],
	'an instruction of 40 MB' => [ 'junit', 'invalid', report_file('instruction', $suite[0], '<?x ', megabytes(40, 'y '), '?>', $suite[1]) ],
	'a tag without end' => [ 'junit', 'invalid', report_file('tag', $suite[0], '<testcase ', megabytes(40, 'name ')) ],
	'a name of 40 MB' => [ 'junit', 'invalid', report_file('name', $suite[0], '<', megabytes(40, 'x'), '/>', $suite[1]) ],
	'five million empty elements' => [ 'junit', 'ok', report_file('empty', $suite[0], '<testcase name="a"/>', [ '<x/>', 5_000_000 ], $suite[1]) ],
	'a million names' => [ 'junit', 'invalid', report_file('names', $suite[0], (map { "<e$_/>" } 1 .. 1_000_000), $suite[1]) ],
	'billion laughs' => [ 'junit', 'invalid', report_file('laughs', '<!DOCTYPE x [<!ENTITY l0 "lol">', (map { "<!ENTITY l$_ \"" . ('&l' . ($_ - 1) . ';') x 10 . '">' } 1 .. 12), ']><testsuite name="&l12;"/>') ],
	'quadratic blow-up' => [ 'junit', 'invalid', report_file('blowup', '<!DOCTYPE x [<!ENTITY a "', [ 'a', 1_000_000 ], '">]><testsuite name="', [ '&a;', 1_000_000 ], '"/>') ],
	'nested for ever in XML' => [ 'junit', 'invalid', report_file('deepxml', [ '<testsuite>', 1_000_000 ]) ],
	'nested for ever in JSON' => [ 'sarif', 'invalid', report_file('deepjson', [ '{"a":[', 1_000_000 ]) ],
	'a record without end' => [ 'sarif', 'invalid', report_file('values', $runs[0], '{"x": [', megabytes(40, '0,')) ],
	'names with escapes' => [ 'sarif', 'empty', report_file('escapes', '{"version": "2.1.0", ', megabytes(40, '"\u0061": 0, '), '"runs": []}') ],
	'a name of 40 MB' => [ 'sarif', 'empty', report_file('jsonname', '{"version": "2.1.0", "', megabytes(40, '\u0061'), '": 0, "runs": []}') ],
	'a million outermost members' => [ 'auto', 'invalid', report_file('members', '{', (map { "\"m$_\": {\"a\": 1}, " } 1 .. 500_000), '"b": 1}') ],
	'lines again and again' => [ 'lcov', 'ok', report_file('again', "SF:a\n", megabytes(40, "DA:1,1\nDA:2,0\n"), "end_of_record\n") ],
	'a record of every source' => [ 'lcov', 'ok', report_file('sources', map { "SF:$_\nDA:$_,1\nend_of_record\n" } 1 .. 1_500_000) ],
	'one line of 40 MB' => [ 'lcov', 'invalid', report_file('line', megabytes(40, 'DA:1,1 ')) ],
	'prose of 40 MB' => [ 'auto', 'invalid', report_file('prose', megabytes(40, "all tests passed\n")) ]);

sub check_memory
{
	my ($limit, $name, $format, $status, $file) = @_;
	my ($before, $said, $peak) = session(memory('VmRSS'), reading($format, $file), memory('VmHWM'));
	my ($got, $message) = split /\|/, $said;

	is($got, $status, "$name: its verdict") or diag $message;
	isnt($message, '', "$name: in words") if $got ne 'ok';
	SKIP:
	{
		skip 'no /proc', 1 unless $have_proc;
		my $above = ($peak - $before) * 1024 - $file->[1];
		cmp_ok($above, '<', $limit * 1024 * 1024, sprintf('%s: read in %.1f MB above its %.1f MB', $name, $above / $MB, $file->[1] / $MB));
	}
	return;
}
check_memory(64, $_, @{ $large{$_} }) foreach sort keys %large;
check_memory(/record/ ? 64 : 16, $_, @{ $hostile{$_} }) foreach sort keys %hostile;

# ---- memory afterwards: back to where it was ----
{
	# malloc gives back at once what is larger than 32 MB: the reports are
	my @round = map { reading(@{ $hostile{$_} }[ 0, 2 ]) } grep { $hostile{$_}[2][1] > 34 * $MB } sort keys %hostile;
	my @lines = session(@round, $contexts, memory('VmRSS'), @round, @round, $contexts, memory('VmRSS'));
	my $n = @round;
	my ($before, $resident) = @lines[ $n, $n + 1 ];

	cmp_ok($lines[-2] - $before, '<', 100_000, 2 * $n . ' such reports leave nothing in memory contexts');
	SKIP:
	{
		skip 'no /proc', 1 unless $have_proc;
		cmp_ok($lines[-1] - $resident, '<', 8192, 'nor elsewhere: ' . ($lines[-1] - $resident) . ' kB');
	}
}

# ---- a report above the limit is refused by its size alone ----
{
	$node->safe_psql($db, "CREATE TABLE huge AS SELECT convert_to(repeat('<testsuite/>', 25000000), 'UTF8') AS report");
	my ($before, $said, $peak) = session(memory('VmRSS'),
		"SELECT r.status, r.message FROM huge, releasegov.read_report('auto', report) AS r;\n", memory('VmHWM'));
	is($said, 'invalid|it is larger than 256 MiB', '300 MB: refused');
	cmp_ok($peak - $before, '<', 8192, '300 MB: not unpacked for that');
	$node->safe_psql($db, 'DROP TABLE huge');
}

# ---- whoever cancels gets an answer at once ----

# 200 MB, which the server makes itself
sub made_of
{
	my ($head, $part, $tail) = @_;
	my $times = int(200 * $MB / length($part));
	return "convert_to(\$\$$head\$\$ || repeat(\$\$$part\$\$, $times) || \$\$$tail\$\$, 'UTF8')";
}

my %endless = (
	'XML' => [ 'junit', made_of($suite[0], $case, $suite[1]) ],
	'XML of large tags' => [ 'junit', made_of($suite[0], '<b ' . join(' ', map { "a$_=''" } 1 .. 1000) . '/>', $suite[1]) ],
	'JSON' => [ 'sarif', made_of($runs[0], $result, $runs[1]) ],
	'JSON of small values' => [ 'auto', made_of('{"a": [', '{"b": [1, 2, 3]}, ', '0]}') ],
	'LCOV' => [ 'lcov', made_of('', $record, '') ],
	'LCOV in Latin-1' => [ 'lcov', 'decode(repeat(\'e4\', ' . 200 * $MB . '), \'hex\')' ]);

# Making it takes its time, too: that is measured before.
foreach my $name (sort keys %endless)
{
	my ($format, $report) = @{ $endless{$name} };
	my $query = "SELECT r.status FROM releasegov.read_report('$format', $report) AS r";
	my $from = time();
	$node->safe_psql($db, "SELECT length($report)");
	my $making = time() - $from;

	foreach my $how ('timeout', 'cancel')
	{
		my $after = $making + 0.1;
		my $stop = time() + $after;
		my $other = IPC::Run::start([ 'psql', '-XAtq', '-d', $node->connstr($db), '-c', "SELECT pg_sleep($after)", '-c', 'SELECT extract(epoch FROM clock_timestamp())', '-c',
			"SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT r.status FROM releasegov.read_report%'" ], '>', \my $times) if $how eq 'cancel';
		my $timeout = $how eq 'timeout' ? int($after * 1000) : 0;
		my ($rc, $out, $err) = $node->psql($db, "SET statement_timeout = $timeout; $query");
		my $end = time();
		if ($how eq 'cancel')
		{
			$other->finish;
			($stop) = $times =~ /(\d+\.\d+)/;
		}
	  SKIP:
		{
			skip "$name, $how: it was read before", 1 if $rc == 0;
			like($err, $how eq 'timeout' ? qr/due to statement timeout/ : qr/due to user request/, "$name, $how: stopped");
			cmp_ok($end - $stop, '<', 1 + $making, sprintf('%s, %s: %.2f s later', $name, $how, $end - $stop));
		}
	}
}

# ---- nothing is fetched ----
{
	my $server = IO::Socket::INET->new(Listen => 5, LocalAddr => '127.0.0.1', Blocking => 0) or die "no socket: $!";
	my $there = '127.0.0.1:' . $server->sockport;
	append_to_file("$folder/secret", 'a secret of the server');
	my $body = '<testsuite><testcase name="a"><failure message="m">&x;</failure></testcase></testsuite>';
	my @reports = (
		qq{<!DOCTYPE testsuite SYSTEM "http://$there/x.dtd"><testsuite><testcase name="a"/></testsuite>},
		qq{<!DOCTYPE testsuite PUBLIC "p" "ftp://$there/x.dtd"><testsuite><testcase name="a"/></testsuite>},
		qq{<!DOCTYPE testsuite SYSTEM "http://$there/x.dtd">$body},
		qq{<!DOCTYPE x [<!ENTITY x SYSTEM "http://$there/x">]>$body},
		qq{<!DOCTYPE x [<!ENTITY x SYSTEM "file://$folder/secret">]>$body},
		qq{<!DOCTYPE x [<!ENTITY % p SYSTEM "http://$there/x.dtd"> %p;]>$body},
		qq{<!DOCTYPE x SYSTEM "file://$folder/secret"><testsuite><testcase name="a"/></testsuite>},
		qq{<?xml-stylesheet href="http://$there/x.xsl" type="text/xsl"?><testsuite><testcase name="a"/></testsuite>},
		qq{<testsuite xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="http://$there/x"/><testcase name="a"/></testsuite>},
		qq{<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://$there/x.xsd"><testcase name="a"/></testsuite>},
		qq{{"\$schema": "http://$there/sarif.json", "version": "2.1.0", "runs": [{"results": [], "externalPropertyFileReferences": {"results": [{"location": {"uri": "http://$there/r"}}]}}]}});
	foreach my $report (@reports)
	{
		my $said = $node->safe_psql($db, "SELECT releasegov.read_report('" . ($report =~ /^\{/ ? 'sarif' : 'junit') . "', \$report\$$report\$report\$)");
		unlike($said, qr/a secret of the server/, 'no file is opened: ' . substr($report, 0, 60));
	}
	ok(!$server->accept, 'nobody connects');
}

# ---- nothing is half-written ----
{
	my $kept = sub { $node->safe_psql($db, "SELECT (SELECT count(*) FROM releasegov.report), (SELECT count(*) FROM releasegov.gate_result)"); };
	my $before = $kept->();
	foreach my $name ('billion laughs', 'a comment without end', 'a record without end', 'prose of 40 MB')
	{
		my ($format, undef, $file) = @{ $hostile{$name} };
		my ($path, $size) = @$file;
		my ($rc, $out, $err) = $node->psql($db,
			"SELECT releasegov.ingest_report('kiosk', '1.2', '$format', pg_read_binary_file('$path', 0, $size), strict => true)");
		like($err, qr/the report is invalid/, "$name: refused");
		is($kept->(), $before, "$name: nothing was recorded");
	}
}

$node->stop;
done_testing();
