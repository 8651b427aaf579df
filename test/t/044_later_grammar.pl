# Statements that only later servers know: each has a rule of its own where it
# means something of its own, and what undoes it is found. What a server does not
# know is refused as what cannot be read; what it knows is what it locks.
use strict;
use warnings;
use FindBin;
use lib $FindBin::RealBin;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Story;
use Test::More;

my $db = 'postgres';
my $node = story_node('grammar');
my $major = int($node->safe_psql($db, 'SHOW server_version_num') / 10000);
$node->safe_psql($db, 'CREATE EXTENSION releasegov');

# as of | statement | what it is | what undoes it | that is recognised as what undoes it
my @statements = (
	[ 17, 'ALTER TABLE t ALTER c SET EXPRESSION AS (a + 1)', 'ALTER TABLE ALTER COLUMN SET EXPRESSION|t.c|B|ACCESS EXCLUSIVE on t|t|f|t', '',
		'ALTER TABLE t ALTER c SET EXPRESSION AS (a)' ],
	[ 17, 'MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING t.a', 'MERGE|t|C|ROW EXCLUSIVE on t|f|f|t', '' ],
	[ 17, 'WITH m AS (MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = 1 RETURNING t.a) SELECT * FROM m', 'MERGE|t|C|ROW EXCLUSIVE on t|f|f|t', '' ],
	[ 17, 'ALTER TABLE t SET ACCESS METHOD DEFAULT', 'ALTER TABLE SET ACCESS METHOD|t|B|ACCESS EXCLUSIVE on t|t|f|t', '' ],
	[ 17, 'ALTER DOMAIN d ADD CONSTRAINT n NOT NULL', 'ALTER DOMAIN ADD CONSTRAINT|d.n|B||f|t|f', 'ALTER DOMAIN d DROP CONSTRAINT n' ],
	[ 18, 'ALTER TABLE t ADD CONSTRAINT n NOT NULL c', 'ALTER TABLE ADD NOT NULL|t.n|B|ACCESS EXCLUSIVE on t|f|t|f', 'ALTER TABLE t DROP CONSTRAINT n' ],
	[ 18, 'ALTER TABLE t ADD NOT NULL c', 'ALTER TABLE ADD NOT NULL|t.t_c_not_null|B|ACCESS EXCLUSIVE on t|f|t|f', 'ALTER TABLE t DROP CONSTRAINT t_c_not_null',
		'ALTER TABLE t ALTER c DROP NOT NULL' ],
	[ 18, 'ALTER TABLE t ADD CONSTRAINT n NOT NULL c NOT VALID', 'ALTER TABLE ADD NOT NULL NOT VALID|t.n|B|ACCESS EXCLUSIVE on t|f|f|f', 'ALTER TABLE t DROP CONSTRAINT n',
		'ALTER TABLE t ALTER c DROP NOT NULL' ],
	[ 18, 'ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u NOT ENFORCED', 'ALTER TABLE ADD FOREIGN KEY NOT ENFORCED|t.f|A|SHARE ROW EXCLUSIVE on t, u|f|f|t', 'ALTER TABLE t DROP CONSTRAINT f' ],
	[ 18, 'ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT ENFORCED', 'ALTER TABLE ADD CHECK NOT ENFORCED|t.k|A|ACCESS EXCLUSIVE on t|f|f|t', 'ALTER TABLE t DROP CONSTRAINT k' ],
	[ 18, 'ALTER TABLE t ALTER CONSTRAINT f ENFORCED', 'ALTER TABLE ALTER CONSTRAINT ENFORCED|t.f|B|ACCESS EXCLUSIVE on t|f|t|f', 'ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED' ],
	[ 18, 'ALTER TABLE t ALTER CONSTRAINT f NOT ENFORCED', 'ALTER TABLE ALTER CONSTRAINT NOT ENFORCED|t.f|A|ACCESS EXCLUSIVE on t|f|f|t', 'ALTER TABLE t ALTER CONSTRAINT f ENFORCED' ],
	[ 18, 'ALTER TABLE t ALTER CONSTRAINT n INHERIT', 'ALTER TABLE ALTER CONSTRAINT INHERIT|t.n|B|ACCESS EXCLUSIVE on t|f|t|f', 'ALTER TABLE t ALTER CONSTRAINT n NO INHERIT' ],
	[ 18, 'ALTER TABLE t ALTER CONSTRAINT n NO INHERIT', 'ALTER TABLE ALTER CONSTRAINT NO INHERIT|t.n|A|ACCESS EXCLUSIVE on t|f|f|t', 'ALTER TABLE t ALTER CONSTRAINT n INHERIT' ],
	[ 18, 'ALTER TABLE t ADD c int GENERATED ALWAYS AS (a + 1)', 'ALTER TABLE ADD COLUMN|t.c|A|ACCESS EXCLUSIVE on t|f|f|t', 'ALTER TABLE t DROP COLUMN c' ],
	[ 18, 'ALTER TABLE t ADD PRIMARY KEY (a, during WITHOUT OVERLAPS)', 'ALTER TABLE ADD PRIMARY KEY|t.t_pkey|B|ACCESS EXCLUSIVE on t|f|t|f', 'ALTER TABLE t DROP CONSTRAINT t_pkey' ],
	[ 18, 'ALTER TABLE t ADD FOREIGN KEY (a, PERIOD during) REFERENCES u', 'ALTER TABLE ADD FOREIGN KEY|t.t_a_during_fkey|B|SHARE ROW EXCLUSIVE on t, u|f|t|f', 'ALTER TABLE t DROP CONSTRAINT t_a_during_fkey' ],
	[ 19, 'REPACK t', 'REPACK|t|B|ACCESS EXCLUSIVE on t|t|f|t', '' ],
	[ 19, 'REPACK (CONCURRENTLY) t', 'REPACK CONCURRENTLY|t|A|SHARE UPDATE EXCLUSIVE on t|t|f|t', '' ],
	[ 19, q{WAIT FOR LSN '0/1'}, 'WAIT FOR||A||f|f|t', '' ],
);

sub literal
{
	return q{E'} . (shift =~ s/'/''/gr) . q{'};
}

sub undone
{
	my ($up, $down) = @_;
	is($node->safe_psql($db, 'SELECT undone_by FROM releasegov.check_migration(' . literal($up) . ', ' . literal($down) . ") WHERE direction = 'up'"), $down, "$up: undone by $down");
	return;
}

for (@statements)
{
	my ($since, $sql, $what, $down, $other) = @$_;
	my $asked = "SELECT kind, object, class, lock, rewrites, scans, compatible, proposed_down FROM releasegov.check_migration(" . literal($sql) . ") LIMIT 1";
	if ($major < $since)
	{
		refused($node, $db, 'postgres', 'RG019', $asked, "$sql: cannot be read before $since");
		next;
	}
	is($node->safe_psql($db, $asked), "$what|$down", $sql);
	undone($sql, $_) for grep { defined && $_ ne '' } $down, $other;
}
undone('ALTER TABLE t ALTER c DROP NOT NULL', 'ALTER TABLE t ADD CONSTRAINT n NOT NULL c') if $major >= 18;
is($node->safe_psql($db, "SELECT in_transaction FROM releasegov.migration_verdict('REPACK (CONCURRENTLY) t', NULL)"), 'f', 'REPACK CONCURRENTLY stands alone') if $major >= 19;

done_testing();
