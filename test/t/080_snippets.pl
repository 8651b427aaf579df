# The snippets of docs/snippets as a pipeline runs them: report.sh, and the
# shell steps of the GitHub Actions and GitLab CI files with tools that are
# made believe and reports that are real.
use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

plan skip_all => 'git is not installed' if system('git --version >/dev/null 2>&1') != 0;

my $top = abs_path(dirname(__FILE__) . '/../..');
my $good = "$top/test/e2e/reports/good";
my $dir = PostgreSQL::Test::Utils::tempdir();

sub write_file
{
	my ($path, $text, $mode) = @_;
	open(my $out, '>:raw', $path) or die "$path: $!";
	print $out $text;
	close $out;
	chmod $mode, $path if $mode;
	return;
}

# ---- a database, people, a policy ----

my $scratch = PostgreSQL::Test::Cluster->new('snippets_scratch');
$scratch->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$scratch->start;
$scratch->safe_psql('postgres', 'CREATE ROLE prover LOGIN CREATEDB');
my $conninfo = $scratch->connstr('postgres') =~ s/'/''/gr;

my $node = PostgreSQL::Test::Cluster->new('snippets');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->append_conf('postgresql.conf', "releasegov.scratch_server = '$conninfo user=prover'");
$node->start;
$node->safe_psql(
	'postgres', q{
CREATE EXTENSION releasegov;
CREATE ROLE lead;
CREATE ROLE lena LOGIN IN ROLE lead;
CREATE ROLE ci_bot LOGIN;
CREATE ROLE deploy_bot LOGIN;
SELECT releasegov.grant_access('lead', 'approver'), releasegov.grant_access('ci_bot', 'ci'),
       releasegov.grant_access('deploy_bot', 'deployer');
SELECT releasegov.apply_policy('shop', '{
  "releasegov": 1, "title": "Shop", "change_categories": ["ui"],
  "roles": { "lead": { "role": "lead", "title": "Lead" } },
  "environments": [
    { "name": "staging", "purpose": "rehearsal", "branch": "main", "health_within": "2 min" },
    { "name": "production", "purpose": "live", "after": "staging", "predecessor_required": true,
      "approval_required": true, "releases": true }
  ],
  "gates": [
    { "name": "unit_tests", "title": "Unit tests", "threshold": "= 100%", "figures": ["tests.pass_rate"],
      "enforcement": "block", "environments": ["staging"] },
    { "name": "lint", "title": "Lint", "threshold": "= 0", "figures": ["lint.errors"],
      "enforcement": "block", "environments": ["staging"] },
    { "name": "build", "title": "Build", "enforcement": "block", "environments": ["staging"] },
    { "name": "coverage", "title": "Coverage", "threshold": ">= 90%", "figures": ["coverage.lines"],
      "enforcement": "warn", "environments": ["staging"] },
    { "name": "branches", "title": "Branches", "threshold": ">= 50%", "figures": ["coverage.branches"],
      "enforcement": "warn", "environments": ["staging"] },
    { "name": "e2e", "title": "Browsers", "threshold": "= 100%", "figures": ["tests.pass_rate"], "parts": 2,
      "enforcement": "warn", "environments": ["staging"] }
  ],
  "approvals": [
    { "name": "go", "title": "Go", "any_of": ["lead"], "count": 1, "not": ["requester", "author"], "environments": ["production"] }
  ]
}', 'the first');
SELECT releasegov.register_application('shop', 'shop')});

sub service
{
	my $user = shift;
	return join("\n", '[releasegov]', 'host=' . $node->host, 'port=' . $node->port, "user=$user", 'dbname=postgres', '');
}

# ---- a checkout with the snippets in it, and tools that write real reports ----

mkdir "$dir/$_" foreach qw(shop shop/ci shop/migrations bin);
write_file("$dir/shop/ci/$_", slurp_file("$top/docs/snippets/$_"), 0755) foreach qw(report.sh migrations.sh);
write_file("$dir/shop/migrations/1_teas.up.sql", "CREATE TABLE tea (id int);\n");
write_file("$dir/shop/migrations/1_teas.down.sql", "DROP TABLE tea;\n");
write_file("$dir/shop/deploy", "#!/bin/sh\n[ ! -e broken ]\n", 0755);
write_file("$dir/bin/npm", "#!/bin/sh\n[ ! -e broken-build ]\n", 0755);
write_file("$dir/bin/apt-get", "#!/bin/sh\nexit 0\n", 0755);
write_file("$dir/bin/npx", <<"SH", 0755);
#!/bin/sh
case \$1 in
  vitest) cp $good/unit.xml unit.xml ;;
  eslint) cp $good/eslint.json eslint.json ;;
esac
SH
system_or_bail('bash', '-ec', <<"SH");
cd $dir/shop
git init -q -b main .
git config user.name Mia && git config user.email mia\@example.com
git add deploy && git commit -q -m 'Teas by the cup'
git tag v1
git commit -q --allow-empty --author 'Jun <jun\@example.com>' -m 'Teas by the pot

Co-authored-by: Kim <kim\@example.com>'
SH

# step(NAME, USER, SHELL, VARIABLES): as the CI system runs it
my ($rc, $out, $err);

sub step
{
	my ($user, $script, %variables) = @_;
	local %ENV = (%ENV, %variables, PATH => "$dir/bin:$ENV{PATH}", SERVICE => service($user),
		PGSERVICEFILE => "$dir/$user.conf", PGSERVICE => 'releasegov');
	delete @ENV{qw(PGHOST PGPORT PGUSER PGDATABASE)};
	write_file("$dir/$user.conf", service($user));
	write_file("$dir/step", $script);
	$rc = run_log([ 'bash', '-c', "cd $dir/shop && exec bash -eo pipefail $dir/step" ],
		'>', \$out, '2>', \$err) ? 0 : 1;
	return $rc;
}

sub goes
{
	my ($name, @step) = @_;
	is(step(@step), 0, $name) or diag "$out$err";
	return;
}

sub fails
{
	my ($name, $expected, @step) = @_;
	is(step(@step), 1, "$name: fails");
	like("$out$err", $expected, "$name: says why");
	return;
}

sub facts
{
	return $node->safe_psql('postgres',
		'SELECT count(*) FROM releasegov.gate_result');
}

# ---- report.sh ----

my $report = 'ci/report.sh';
my %run = (APPLICATION => 'shop', VERSION => '1.0', RUN_SOURCE => 'ci', RUN_ID => '7');
fails('without an order', qr/report\.sh register/, 'ci_bot', $report, %run);
fails('before it is registered', qr/release "1.0" of application "shop" is not registered/,
	'ci_bot', "$report result unit_tests 100%", %run);
goes('register', 'ci_bot', "$report register", %run, NOTES => "Teas by the pot,\nand 'more'");
is($out, "registered\n", 'register says so');
goes('register again', 'ci_bot', "$report register", %run, NOTES => 'other words');
is($out, "registered before\n", 'once is enough');
is( $node->safe_psql('postgres', 'SELECT authors, source_branch, state, notes FROM releasegov.release'),
	"{jun\@example.com,kim\@example.com}|main|candidate|Teas by the pot,\nand 'more'",
	'authors since the last tag, co-authors too');
fails('another commit', qr/is registered with other content/, 'ci_bot', "$report register", %run, KIND => 'hotfix');

my %draft = (%run, VERSION => '1.1', STATE => 'draft');
goes('register a draft', 'ci_bot', "$report register", %draft);
is($node->safe_psql('postgres', "SELECT state FROM releasegov.release WHERE version = '1.1'"), 'draft', 'is one');
goes('submit it', 'ci_bot', "$report submit && $report submit", %draft);
is($node->safe_psql('postgres', "SELECT state FROM releasegov.release WHERE version = '1.1'"), 'candidate', 'is a candidate');
goes('register it again', 'ci_bot', "$report register", %draft);
is($out, "registered before\n", 'once is enough');

goes('a result', 'ci_bot', "$report result coverage 93.4%", %run);
goes('the same again', 'ci_bot', "$report result coverage 93.4%", %run);
is(facts(), 1, 'is one result');
fails('another story', qr/has reported another result before/, 'ci_bot', "$report result coverage 93.5%", %run);
goes('the next attempt', 'ci_bot', "$report result coverage 93.5%", %run, RUN_ATTEMPT => 2);
fails('an unknown gate', qr/gate "elegance" is not in policy/, 'ci_bot', "$report result elegance 100%", %run);
fails('SQL in a name', qr/gate "x'; DROP SCHEMA releasegov; --" is not in policy/,
	'ci_bot', "$report result \"x'; DROP SCHEMA releasegov; --\" 100%", %run);

goes('a report', 'ci_bot', "$report report unit_tests junit $good/unit.xml 0", %run);
like($out, qr/^unit_tests: ok\|.*100%/, 'is read');
goes('the same report again', 'ci_bot', "$report report unit_tests junit $good/unit.xml 0", %run);
is(facts(), 3, 'is one report');
write_file("$dir/truncated.xml", substr(slurp_file("$good/unit.xml"), 0, 500));
fails('a truncated report', qr/^unit_tests: invalid\|/, 'ci_bot', "$report report unit_tests junit $dir/truncated.xml 0", %run, RUN_ID => 8);
fails('an exit code that the report does not explain', qr/^unit_tests: incomplete\|/,
	'ci_bot', "$report report unit_tests junit $good/unit.xml 137", %run, RUN_ID => 9);
is( $node->safe_psql('postgres', q{
SELECT status FROM releasegov.promotion_eligibility('shop', '1.0', 'staging') WHERE requirement = 'gate:unit_tests'}),
	'error', 'and the gate does not pass on what was read earlier');
fails('a report that there is not', qr/No such file/, 'ci_bot', "$report report unit_tests junit $dir/none.xml", %run);

# 40 MB, with a NUL in it
my $case = '<testcase classname="tea" name="steeps"><system-out>' . ('leaf ' x 100) . "</system-out></testcase>\n";
write_file("$dir/large.xml", '<testsuite name="tea">' . "<testcase classname='a' name='nul\0'/>" . $case x 75_000 . '</testsuite>');
goes('a report of 40 MB', 'ci_bot', "$report report unit_tests junit $dir/large.xml 0", %run, RUN_ID => 10);
like($out, qr/^unit_tests: ok\|/, 'is read to its end');

# shards, and one report for two gates
goes("shard $_", 'ci_bot', "$report report e2e junit $good/unit.xml 0 '' $_", %run, RUN_ID => 11) foreach 1 .. 2;
fails('a shard that there is not', qr/gate "e2e" of policy "shop" has no part "3"/,
	'ci_bot', "$report report e2e junit $good/unit.xml 0 '' 3", %run, RUN_ID => 11);
is( $node->safe_psql('postgres', q{
SELECT status, observed FROM releasegov.promotion_eligibility('shop', '1.0', 'staging') WHERE requirement = 'gate:e2e'}),
	'satisfied|2 of 2 parts met', 'all shards are there');
goes('one report for two gates', 'ci_bot', "$report report coverage,branches lcov $good/lcov.info 0", %run, RUN_ID => 12);
like($out, qr/"branches": "\d.*"coverage": "\d/, 'gives each its figure');

# the line of docs/pipelines.md, as its readers copy it
my ($ingest) = slurp_file("$top/docs/pipelines.md") =~ /^(ingest\(\) \{.*?^\})$/ms;
goes('the one line', 'ci_bot', "$ingest\ncode=0; ingest junit $good/unit.xml unit_tests", %run, RUN_ID => 13);
like($out, qr/^ok\|.*"unit_tests": "100%"/m, 'reports');
fails('the one line with half a report', qr/the report is invalid/,
	'ci_bot', "$ingest\ncode=0; ingest junit $dir/truncated.xml unit_tests", %run, RUN_ID => 14);
goes('the one line with 40 MB', 'ci_bot', "$ingest\ncode=0; ingest junit $dir/large.xml unit_tests", %run, RUN_ID => 15);
goes('its exit code', 'ci_bot', "$ingest\ncode=0; rc=0; ingest junit $dir/truncated.xml unit_tests || rc=\$?; [ \$rc = 1 ]", %run, RUN_ID => 16);

fails('what is not eligible', qr/shop 1\.0 -> staging: NOT ELIGIBLE.*gate:lint/s, 'deploy_bot', "$report check staging", %run);
fails('promoting it', qr/waits for promotion to "staging".*HINT:/s, 'deploy_bot', "$report promote staging", %run);
fails('a pipeline that would promote', qr/permission denied/, 'ci_bot', "$report promote staging", %run);
fails('a deployer who would report', qr/permission denied/, 'deploy_bot', "$report result build pass", %run);

# ---- the steps of the files ----

# the shell steps of a job: blocks behind "run: |" and "- |", and single lines
sub steps
{
	my ($file, $job) = @_;
	my ($job_text) = slurp_file("$top/docs/snippets/$file") =~ /^( *)\Q$job\E:\n((?:\1 +.*\n|\n)+)/m ? $2 : die "no job $job";
	my @steps;
	my $key = $file =~ /github/ ? qr/(?:- )?run:/ : qr/-/;
	while ($job_text =~ /^( *)$key (?:\|\n((?:\1  +.*\n|\n)+)|(?!uses|name)(.+)\n)/mg)
	{
		push @steps, $2 // "$3\n";
	}
	return @steps;
}

sub job_goes
{
	my ($file, $job, $user, %variables) = @_;
	my @steps = steps($file, $job);
	ok(@steps > 0, "$file: $job has steps");
	goes("$file: $job", $user, join("\n", map { "(\n$_)" } @steps), %variables);
	return;
}

foreach my $file ('github-actions.yml', 'gitlab-ci.yml')
{
  SKIP:
	{
		skip 'no reader of YAML', 1
		  if system('python3 -c "import yaml" >/dev/null 2>&1') != 0;
		is(system('python3', '-c', 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))', "$top/docs/snippets/$file"),
			0, "$file is YAML");
	}
	my $github = $file =~ /github/;
	my @test = $github ? ('test') : ('register', 'migrations', 'unit tests', 'lint', 'build');
	my ($staging, $production) = $github ? ('staging', 'production') : ('deploy staging', 'deploy production');
	my %vars = (APPLICATION => 'shop', VERSION => $github ? '2.0' : '3.0', BRANCH => 'main', RUN_ID => $file,
		RUN_SOURCE => 'ci', NOTES => 'More tea.', CI_JOB_ID => '1');

	# twice: a run that is run again changes nothing
	foreach my $time (1, 2)
	{
		my $before = facts();
		job_goes($file, $_, 'ci_bot', %vars) foreach @test;
		is(facts() - $before, $time == 1 ? 3 : 0, "$file: three results, once");
		is( $node->safe_psql('postgres', "SELECT name, verdict FROM releasegov.migration_report WHERE version = '$vars{VERSION}'"),
			'1_teas|proven', "$file: one migration, proven");
		job_goes($file, $staging, 'deploy_bot', %vars);
		is( $node->safe_psql('postgres', "SELECT string_agg(state::text, ' ') FROM releasegov.deployment WHERE version = '$vars{VERSION}'"),
			'live', "$file: live in staging, once");
	}
	my @steps = steps($file, $production);
	fails("$file: not approved", qr/NOT ELIGIBLE.*approval:go/s, 'deploy_bot', join('', @steps), %vars);
	$node->safe_psql('postgres', "SELECT releasegov.approve('shop', '$vars{VERSION}', 'production', 'go')",
		extra_params => [ '-U', 'lena' ]);

	# it does not come up; after the hold is lifted it does
	write_file("$dir/shop/broken", '');
	is(step('deploy_bot', join('', @steps), %vars), 1, "$file: deployment fails");
	is( $node->safe_psql('postgres',
			"SELECT to_state, reason FROM releasegov.transition WHERE version = '$vars{VERSION}' ORDER BY id DESC LIMIT 1"),
		$github ? "failed|run $file" : 'failed|job 1', "$file: and says so");
	unlink "$dir/shop/broken";
	fails("$file: held back", qr/hold/, 'deploy_bot', join('', @steps), %vars);
	$node->safe_psql('postgres', "SELECT releasegov.lift_hold('shop', '$vars{VERSION}', 'production', 'disk was full')");
	job_goes($file, $production, 'deploy_bot', %vars);
	is( $node->safe_psql('postgres', "SELECT state FROM releasegov.release WHERE version = '$vars{VERSION}'"),
		'released', "$file: released");
	job_goes($file, $production, 'deploy_bot', %vars);
}

$node->stop;
$scratch->stop;
done_testing();
