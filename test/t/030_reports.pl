# Real reports and their true figures: those of the application in test/e2e
# always, and those of RELEASEGOV_REPORTS (../shared/reports) where they are.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use JSON::PP;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $top = abs_path(dirname(__FILE__) . '/../..');
my $node = PostgreSQL::Test::Cluster->new('reports');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;
$node->safe_psql('postgres', 'CREATE EXTENSION releasegov');

sub slurp
{
	my $path = shift;
	open(my $in, '<:raw', $path) or die "$path: $!";
	local $/;
	return scalar <$in>;
}

# What releasegov reads in a file, as a hash.
sub reading
{
	my ($format, $path, $exit_code) = @_;
	my $hex = unpack('H*', slurp($path));
	$exit_code //= 'NULL';
	return decode_json(
		$node->safe_psql(
			'postgres',
			"SELECT to_jsonb(r) FROM releasegov.read_report('$format', '\\x$hex'::bytea, $exit_code) AS r"));
}

# A percentage to four decimals, cut off.
sub percent
{
	my ($covered, $valid) = @_;
	my $units = int($covered * 1_000_000 / $valid);
	my $text = sprintf('%d.%04d', int($units / 10_000), $units % 10_000);
	$text =~ s/\.?0+$//;
	return "$text%";
}

sub has_figures
{
	my ($name, $report, %expected) = @_;
	my %got = map { $_ => $report->{figures}{$_} } keys %expected;
	is_deeply(\%got, \%expected, "$name: its true figures") or diag explain $report;
}

# ---- the application of the demo ----

my %names = ('lines.valid' => 'coverage.lines_valid', 'lines.covered' => 'coverage.lines_covered',
	'lighthouse.best-practices' => 'lighthouse.best_practices');
my %format;
foreach (split /\n/, slurp("$top/test/e2e/manifest.tsv"))
{
	my ($variant, $gate, $format, $file, $exit_code) = split /\t/;
	next if $variant eq 'variant' or $gate eq '-';
	$format{$file} = [ $format, $exit_code ];
}
my %read = map { $_ => reading($format{$_}[0], "$top/test/e2e/$_", $format{$_}[1]) } keys %format;
foreach my $file (sort keys %read)
{
	is($read{$file}{status}, 'ok', "$file: readable");
	is(reading('auto', "$top/test/e2e/$file")->{recognised},
		$read{$file}{recognised}, "$file: recognised by its contents");
}
foreach (split /\n/, slurp("$top/test/e2e/figures.tsv"))
{
	my ($variant, $gate, $file, $figure, $value) = split /\t/;
	my $report = $read{$file} or next;
	my $got = $report->{figures}{ $names{$figure} // $figure } // next;

	# the recount rounds to two decimals
	$value = $got if $value =~ /%$/ && abs($got - $value) <= 0.01;
	is($got, $value, "$file: $figure");
}

# ---- the shared reports ----

my $shared = $ENV{RELEASEGOV_REPORTS} // "$top/../shared/reports";

# The format of each kind of the truth file, and its true figures.
sub severities
{
	my %count = (critical => 0, high => 0, medium => 0, low => 0, unknown => 0);
	foreach my $counts (@_)
	{
		$count{$_} += $counts->{$_} foreach keys %$counts;
	}
	my %figures = map { ("findings.$_" => "$count{$_}") } keys %count;
	$figures{'findings.critical_high'} = '' . ($count{critical} + $count{high} + $count{unknown});
	return %figures;
}

sub tests
{
	my ($passed, $failed, $skipped) = @_;
	return (
		'tests.passed' => "$passed",
		'tests.failed' => "$failed",
		'tests.skipped' => "$skipped",
		'tests.pass_rate' => $passed + $failed ? percent($passed, $passed + $failed) : undef);
}

sub junit
{
	my $t = shift;
	my $failed = $t->{failed} + $t->{errored} + $t->{suite_level_errors};
	my $skipped = $t->{skipped};
	($failed, $skipped) = ($t->{true_failed}, $t->{true_skipped}) if ($t->{tool} // '') =~ /^ctest/ && $t->{true_failed};
	return ('tests.total' => "$t->{testcases}", tests($t->{passed}, $failed, $skipped));
}

sub statuses
{
	my ($t, $passed, $failed, $skipped) = @_;
	my $sum = sub { my $n = 0; $n += $t->{by_status}{$_} // 0 foreach @_; return $n; };
	return ('tests.total' => "$t->{tests}", tests($sum->(@$passed), $sum->(@$failed), $sum->(@$skipped)));
}

# A parent sums its subtests up, prove's own "ok" behind a file is no test.
sub tap
{
	my $t = shift;
	return ('tests.total' => '' . ($t->{nested_ok} + $t->{nested_notok}), tests($t->{nested_ok}, $t->{nested_notok}, 0))
	  if $t->{nested_ok};
	my $planned = 0;
	$planned += /^1\.\.(\d+)/ ? $1 : 0 foreach @{ $t->{top_plans} };
	return ('tests.total' => "$planned", tests($planned, 0, 0));
}

sub sarif
{
	my $t = shift;
	my %bands = (unknown => $t->{results_without_security_severity});
	while (my ($band, $n) = each %{ $t->{security_severity_bands} })
	{
		$band =~ s/^invalid://;
		$bands{ lc $band } += $n;
	}
	return (
		severities(\%bands),
		'findings.suppressed' => "$t->{suppressed}",
		'lint.errors' => '' . ($t->{levels}{error} // 0),
		'lint.warnings' => '' . ($t->{levels}{warning} // 0),
		'lint.notes' => '' . ($t->{levels}{note} // 0));
}

sub coverage
{
	my ($t, $branches_covered, $branches_valid) = @_;
	return (
		'coverage.lines' => percent($t->{lines_covered}, $t->{lines_valid}),
		'coverage.branches' => percent($branches_covered, $branches_valid));
}

sub counted
{
	my ($kind, $covered, $valid) = @_;
	return (
		"coverage.$kind" => percent($covered, $valid),
		"coverage.${kind}_covered" => "$covered",
		"coverage.${kind}_valid" => "$valid");
}

my %kinds = (
	'junit' => [ 'junit', \&junit ],
	'ctrf' => [ 'ctrf', sub { statuses(shift, ['passed'], ['failed'], [qw(skipped pending other)]) } ],
	'playwright-json' => [ 'playwright', sub { statuses(shift, [qw(expected flaky)], ['unexpected'], ['skipped']) } ],
	'vitest-json' => [ 'jest-json', sub { statuses(shift, ['passed'], ['failed'], [qw(pending skipped todo)]) } ],
	'tap' => [ 'tap', \&tap ],
	'nunit2-xxe' => [ 'nunit', sub { () } ],
	'clover' => [ 'clover', sub {
		my $d = shift->{declared};
		( counted('lines', @$d{qw(coveredstatements statements)}), counted('branches', @$d{qw(coveredconditionals conditionals)}),
			counted('functions', @$d{qw(coveredmethods methods)})) } ],
	'istanbul-summary' => [ 'istanbul-summary', sub {
		my $d = shift->{declared};
		map { counted($_, @{ $d->{$_} }[ 0, 1 ]) } qw(lines statements functions branches) } ],
	'istanbul-final' => [ 'istanbul-final', sub {
		my $t = shift;
		map { counted($_, @$t{ "${_}_covered", "${_}_valid" }) } qw(lines statements functions branches) } ],
	'jacoco' => [ 'jacoco', sub {
		my $d = shift->{declared};
		map { counted($_->[0], $d->{ $_->[1] }{covered}, $d->{ $_->[1] }{covered} + $d->{ $_->[1] }{missed}) }
			([qw(lines LINE)], [qw(branches BRANCH)], [qw(functions METHOD)]) } ],
	'jacoco-csv' => [ 'jacoco-csv', sub {
		my $t = shift;
		map { counted($_, $t->{"${_}_covered"}, $t->{"${_}_covered"} + $t->{"${_}_missed"}) } qw(lines branches) } ],
	# of lines_covered, 17 are no statements: true_line_pct is that of the XML
	'coverage.py-json' => [ 'coverage-py', sub { (counted('lines', 433, 445), counted('branches', 122, 137)) } ],
	'gcovr-summary' => [ 'gcovr-summary', sub {
		my $t = shift;
		(counted('lines', @$t{qw(line_covered line_total)}), counted('branches', @$t{qw(branch_covered branch_total)})) } ],
	'checkstyle' => [ 'checkstyle', sub { my $t = shift; ('lint.errors' => "$t->{errors}", 'lint.warnings' => "$t->{warnings}") } ],
	'depcruise' => [ 'depcruise', sub {
		my $v = shift->{violations_by_severity};
		my ($errors, $warnings) = map { $_ // 0 } @$v{qw(error warn)};
		('lint.errors' => "$errors", 'lint.warnings' => "$warnings", 'architecture.violations' => "$errors") } ],
	# every threshold is ok, and with 39.7 % of failures there is no latency
	'k6-handleSummary' => [ 'k6', sub {
		my $t = shift;
		my $failed = sprintf('%.0f', $t->{failed_rate} * $t->{requests});
		( 'requests.total' => "$t->{requests}", 'requests.failed' => "$failed", 'requests.error_rate' => percent($failed, $t->{requests}),
			'thresholds.failed' => '' . grep({ !$_ } values %{ $t->{thresholds_ok} }),
			map { $_ => undef } qw(latency.p99 latency.p99_worst latency.p95 latency.median)) } ],
	'esbuild-metafile' => [ 'esbuild', sub {
		my $t = shift;
		('size.total' => "$t->{total} B", 'size.raw_total' => "$t->{total} B", 'size.raw_js' => "$t->{js} B") } ],
	'cobertura' => [ 'cobertura', sub { my $t = shift; coverage($t, $t->{declared}{'branches-covered'}, $t->{declared}{'branches-valid'}) } ],
	'lcov' => [ 'lcov', sub { my $t = shift; coverage($t, $t->{branches_covered}, $t->{branches_valid}) } ],
	'sarif' => [ 'sarif', \&sarif ],
	'eslint-json' => [ 'eslint', sub { my $t = shift; ('lint.errors' => "$t->{errors}", 'lint.warnings' => "$t->{warnings}") } ],
	'npm-audit' => [ 'npm-audit', sub { my $t = shift; severities($t->{version} == 2 ? $t->{packages} : $t->{distinct_advisories}) } ],
	'trivy' => [ 'trivy', sub { my $t = shift; severities(@$t{qw(vulnerabilities secrets misconfig_fail)}) } ],
	'yarn-audit' => [ 'yarn-audit', sub { severities(shift->{entries}) } ],
	'grype' => [ 'grype', sub { my $t = shift; (severities($t->{matches}), 'findings.set_aside' => "$t->{ignored}") } ],
	'osv' => [ 'osv', sub { my $t = shift; (severities($t->{database_severity}), 'findings.total' => "$t->{groups}") } ],
	'snyk' => [ 'snyk', sub { severities(shift->{distinct}) } ],
	'gitlab' => [ 'gitlab', sub { severities(shift->{severities}) } ],
	'cyclonedx' => [ 'cyclonedx', sub { my $t = shift; (severities($t->{open_worst}), 'findings.not_affected' => "$t->{excluded_by_vex}") } ],
	'autocannon' => [ 'autocannon', sub {
		my $t = shift;
		my $all = $t->{completed} + $t->{errors};
		my $failed = $t->{non2xx} + $t->{errors};
		( 'requests.total' => "$all", 'requests.failed' => "$failed", 'requests.error_rate' => percent($failed, $all),
			'latency.p99' => $failed ? undef : "$t->{p99_ms} ms") } ],
	'lighthouse' => [ 'lighthouse', sub {
		my $t = shift;
		map { my $figure = $_; $figure =~ tr/-/_/;
			my $score = $t->{scores}{$_}{reported};
			("lighthouse.$figure" => defined $score ? '' . 100 * $score : undef) } keys %{ $t->{scores} } } ],
	'size-limit' => [ 'size-limit', sub {
		my $t = shift;
		my ($total, $largest) = (0, 0);
		foreach (map { $_->{size} } @{ $t->{entries} })
		{
			$total += $_;
			$largest = $_ if $_ > $largest;
		}
		('size.total' => "$total B", 'size.largest' => "$largest B") } ]);

# What is known to be no report is told what to send instead.
my %no_report = (
	'text' => qr/^invalid it is (text for people|a list of TeamCity's service messages)/,
	'vite-manifest' => qr/^invalid it is a Vite manifest, which names files and no sizes/);

# Those that are not ok, as truth.json and the README of the reports say.
my %not_ok = (
	'native/autocannon-refused.json' => 'incomplete',
	'native/ctrf-jest-suite-crash.json' => 'empty',
	'native/cyclonedx-sbom.json' => 'empty',
	'native/eslint-fatal.sarif' => 'incomplete',
	'native/junit-jest-suite-crash-default.xml' => 'empty',
	'native/junit-vitest-crash-zero-tests.xml' => 'empty',
	'native/lcov-coveragepy-itsdangerous.info' => 'invalid',
	'native/lighthouse-unreachable.json' => 'incomplete',
	'native/npm-audit-refused.json' => 'invalid',
	'public/codeql-action-invalid.sarif' => 'invalid',
	'public/junit-corrupt.xml' => 'invalid',
	'public/junit-no-cases-but-tests.xml' => 'incomplete',
	'public/junit-no-cases.xml' => 'empty',
	'public/npm-audit-error-enoaudit.json' => 'invalid',
	'public/nunit-xxe-file.xml' => 'invalid',
	'public/sarif-no-runs.sarif' => 'empty',
	'public/snyk-single-none.json' => 'empty',
	'public/trivy-legacy-null.json' => 'invalid',
	'public/yarn-audit-v1-nolockfile.ndjson' => 'empty');

SKIP:
{
	skip "no reports at $shared", 1 unless -e "$shared/truth.json";
	my $truth = decode_json(slurp("$shared/truth.json"));

	foreach my $name (sort keys %$truth)
	{
		my $t = $truth->{$name};
		my $kind = $kinds{ $t->{kind} };
		if (!$kind)
		{
			# a format that is none of ours says so, and what it is if that is known
			my $report = reading('auto', "$shared/$name");
			is($report->{recognised}, undef, "$name: not taken for another format");
			like("$report->{status} $report->{message}", $no_report{ $t->{kind} } // qr/^invalid its contents show none of the known formats$/,
				"$name: said to be no report");
			next;
		}
		my $report = reading($kind->[0], "$shared/$name");
		is($report->{status}, $not_ok{$name} // 'ok', "$name: its status") or diag explain $report;
		has_figures($name, $report, $kind->[1]->($t)) if $report->{status} ne 'invalid';
		is_deeply($report->{figures}, {}, "$name: no figure") if $report->{status} eq 'invalid';
		next if $name eq 'public/trivy-legacy-null.json';
		is(reading('auto', "$shared/$name")->{recognised}, $kind->[0], "$name: recognised");

		# an exit code makes it worse or leaves it as it is
		isnt(reading($kind->[0], "$shared/$name", 1)->{status}, 'ok', "$name: fails with the tool")
			if $report->{status} ne 'ok' || !grep { ($report->{figures}{$_} // 0) !~ /^0/ }
			qw(tests.failed lint.errors lint.warnings findings.total requests.failed thresholds.failed size.failed);
		is(reading($kind->[0], "$shared/$name", 0)->{status}, $report->{status}, "$name: does not pass with the tool");
	}

	# an entity is not resolved, and the words say why
	like(reading('auto', "$shared/public/nunit-xxe-file.xml")->{message}, qr/declares entities/, 'public/nunit-xxe-file.xml: why it is refused');

	# Whatever bytes are missing at the end, no real report is taken for whole.
	foreach my $name (qw(native/junit-ctest-mixed.xml native/ctrf-playwright-pass.json native/playwright-pass.json native/vitest-fail-skip.json
		native/tap-prove-uri.tap native/cobertura-coveragepy-itsdangerous.xml
		native/eslint-express.sarif native/lcov-jest-ufo.info public/npm-audit-v2-many.json public/gitlab-sast.json public/cyclonedx-vex-log4j.json
		native/autocannon-fast.json native/clover-jest-ufo.xml native/jacoco-minimal-json.xml native/istanbul-final-jest-ufo.json
		native/istanbul-summary-jest-ufo.json native/coveragepy-itsdangerous.json native/gcovr-summary-cjson.json
		native/esbuild-metafile.json native/depcruise-pass.json native/eslint-clean.checkstyle.xml public/k6-handlesummary.json))
	{
		my $hex = unpack('H*', slurp("$shared/$name"));
		is( $node->safe_psql(
				'postgres', qq{
WITH report AS (SELECT rtrim(convert_from('\\x$hex', 'UTF8'), E'\\r\\n ') AS whole)
SELECT count(*) FROM report, generate_series(1, length(whole) - 1, greatest(1, length(whole) / 200)) AS at,
  releasegov.read_report('$kinds{$truth->{$name}{kind}}[0]', left(whole, at)) AS r
WHERE r.status = 'ok' AND left(whole, at) !~ 'end_of_record\\s*\$'}),
			0, "$name: cut at 200 places, never ok");
	}
}

$node->stop;
done_testing();
