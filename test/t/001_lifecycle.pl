# The extension comes and goes: who may install it, what it leaves behind, and
# in which databases it works.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = PostgreSQL::Test::Cluster->new('lifecycle');
$node->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$node->start;

# a database of its own for each story
my $databases = 0;

sub database
{
	my $options = shift // '';
	my $name = 'lifecycle' . $databases++;
	$node->safe_psql('postgres',
		"CREATE DATABASE $name TEMPLATE template0 $options");
	return $name;
}

# everything a database holds that a superuser did not get from initdb
my $inventory = q{
SELECT count(*) FROM (
  SELECT oid FROM pg_proc UNION ALL SELECT oid FROM pg_type
  UNION ALL SELECT oid FROM pg_class UNION ALL SELECT oid FROM pg_operator
  UNION ALL SELECT oid FROM pg_cast UNION ALL SELECT oid FROM pg_opclass
  UNION ALL SELECT oid FROM pg_opfamily UNION ALL SELECT oid FROM pg_trigger
  UNION ALL SELECT oid FROM pg_event_trigger UNION ALL SELECT oid FROM pg_rewrite
  UNION ALL SELECT oid FROM pg_constraint UNION ALL SELECT oid FROM pg_policy
  UNION ALL SELECT oid FROM pg_default_acl UNION ALL SELECT oid FROM pg_extension
) AS object WHERE oid >= 16384};

sub refused
{
	my ($db, $sql, $expected, $name) = @_;
	my ($rc, $out, $err) = $node->psql($db, $sql);
	isnt($rc, 0, "$name: refused");
	like($err, $expected, "$name: says why");
	is($node->safe_psql($db, $inventory), 0, "$name: leaves nothing behind");
}

# Come, go and come again, in one session.
my $db = database();
is( $node->safe_psql(
		$db, qq{
CREATE EXTENSION releasegov;
DROP EXTENSION releasegov;
CREATE EXTENSION releasegov;
SELECT extversion FROM pg_extension WHERE extname = 'releasegov'}),
	'0.1.0', 'created, dropped and created again in one session');
$node->safe_psql($db, 'DROP EXTENSION releasegov CASCADE');
is($node->safe_psql($db, $inventory), 0, 'DROP EXTENSION leaves no object behind');
is($node->safe_psql($db, 'DROP SCHEMA releasegov; SELECT 1'),
	1, 'the schema that stays is empty');

# In one transaction that is rolled back.
$node->safe_psql($db, 'BEGIN; CREATE EXTENSION releasegov; ROLLBACK');
is($node->safe_psql($db, $inventory), 0, 'a rolled back CREATE EXTENSION leaves nothing');

# Only a superuser installs it, not even the database's owner.
$node->safe_psql('postgres', 'CREATE ROLE owner LOGIN; CREATE ROLE mallory LOGIN');
$db = database('OWNER owner');
refused($db, 'SET ROLE owner; CREATE EXTENSION releasegov',
	qr/permission denied to create extension "releasegov"/, 'an ordinary role');

# A schema prepared by another.
refused(
	$db,
	'SET ROLE owner; CREATE SCHEMA releasegov; RESET ROLE; CREATE EXTENSION releasegov',
	qr/schema "releasegov" is not a superuser's alone.*HINT/s,
	'a schema of another');
$node->safe_psql($db,
	'ALTER SCHEMA releasegov OWNER TO CURRENT_USER; GRANT CREATE ON SCHEMA releasegov TO mallory');
refused($db, 'CREATE EXTENSION releasegov',
	qr/schema "releasegov" is not a superuser's alone/, 'a schema open to another');
$node->safe_psql($db,
	'REVOKE CREATE ON SCHEMA releasegov FROM mallory; CREATE EXTENSION releasegov');
pass('a schema made safe again will do');

# Never in another schema: every name is written with its schema.
$db = database();
refused($db, 'CREATE EXTENSION releasegov SCHEMA public',
	qr/must be installed in schema "releasegov"/, 'another schema');

# Operators and functions of somebody else, first in the search_path.
$db = database();
$node->safe_psql(
	$db, q{
CREATE SCHEMA evil;
CREATE FUNCTION evil.yes(name, name) RETURNS boolean LANGUAGE plpgsql AS
  $$BEGIN RAISE 'evil.= was called'; END$$;
CREATE OPERATOR evil.= (FUNCTION = evil.yes, LEFTARG = name, RIGHTARG = name);
CREATE FUNCTION evil.yes(text, text) RETURNS boolean LANGUAGE plpgsql AS
  $$BEGIN RAISE 'evil.= was called'; END$$;
CREATE OPERATOR evil.= (FUNCTION = evil.yes, LEFTARG = text, RIGHTARG = text);
CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE plpgsql AS
  $$BEGIN RAISE 'evil.now was called'; END$$;
CREATE FUNCTION evil.count(text) RETURNS bigint LANGUAGE plpgsql AS
  $$BEGIN RAISE 'evil.count was called'; END$$;
CREATE TABLE evil.pg_namespace (nspname name);
CREATE TYPE evil.text AS (a int);
CREATE TYPE evil.jsonb AS (a int)});
$node->safe_psql($db, q{
SET search_path = evil, pg_catalog, public;
CREATE EXTENSION releasegov;
DROP EXTENSION releasegov;
SET search_path = '';
CREATE EXTENSION releasegov});
pass('works whatever the search_path holds');

# Databases that are not in UTF-8.
foreach my $encoding ('SQL_ASCII', 'LATIN1', 'EUC_JP')
{
	$db = database("ENCODING '$encoding' LC_COLLATE 'C' LC_CTYPE 'C'");
	$node->safe_psql($db, 'CREATE EXTENSION releasegov');
	is($node->safe_psql($db, "SELECT count(*) FROM pg_extension WHERE extname = 'releasegov'"),
		1, "works in $encoding");
}

$node->stop;
done_testing();
