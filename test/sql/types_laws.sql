-- What holds for every measure, tried over units, digits and decimals. Each
-- query counts the exceptions: 0 means that the law holds.
SET search_path = releasegov, public;
\set VERBOSITY default

CREATE TABLE unit (unit text);
INSERT INTO unit VALUES (''), ('%'), ('ns'), ('us'), ('ms'), ('s'), ('min'), ('h'), ('d'), ('B'), ('kB'), ('KiB'),
  ('MB'), ('MiB'), ('GB'), ('GiB'), ('TB'), ('TiB'), ('/s'), ('/min'), ('/h');

-- 21 units x 400 numbers; a fixed sequence, so that each run tries the same
CREATE TABLE specimen AS
SELECT row_number() OVER () AS id, unit, number, measure(number, unit) AS m, measure(number, unit)::text AS printed
FROM unit, (
  SELECT DISTINCT round(abs(hashint4extended(i, 7) % 1000000) / 10::numeric ^ (i % 7), i % 7) AS number
  FROM generate_series(0, 399) AS i
) AS n;
INSERT INTO specimen
SELECT 100000 + row_number() OVER (), unit, number, measure(number, unit), measure(number, unit)::text
FROM unit, unnest(ARRAY[0, 1, 10, 1000, 1024, 3600, 60, 24, 1.5, 90, 0.1, 0.000000001, 0.000000000000000001, 123456.123456]::numeric[]) AS number;
SELECT count(*) > 4000 AS enough_specimens, count(DISTINCT unit) AS units FROM specimen;

-- Printed and read back, it is the same, and printed again the same text.
SELECT count(*) AS print_read FROM specimen
WHERE printed::measure <> m OR printed::measure::text <> printed
  OR measure_value(m) <> number OR measure_unit(m) <> unit;
SELECT count(*) AS threshold_print_read FROM specimen, unnest(ARRAY['<', '<=', '=', '<>', '>=', '>']) AS c
WHERE ((c || printed)::threshold)::text <> c || ' ' || printed
  OR ((c || printed)::threshold)::text::threshold <> (c || printed)::threshold
  OR threshold_measure((c || printed)::threshold) <> m;
SELECT count(*) AS sustained_print_read FROM specimen, unnest(ARRAY['5 min', '1.5 h', '1 sample', '3 samples']) AS hold
WHERE (('>' || printed || ' for ' || hold)::sustained)::text <> '> ' || printed || ' for ' || hold;

-- Sent and received, it is the same, to the last byte.
CREATE TABLE wired (id bigint, m measure, t threshold, s sustained);
INSERT INTO wired SELECT id, m, ('>=' || printed)::threshold, ('<' || printed || ' for 7 samples')::sustained FROM specimen;
CREATE TABLE received (LIKE wired);
\copy wired TO 'results/types_laws.bin' WITH (FORMAT binary)
\copy received FROM 'results/types_laws.bin' WITH (FORMAT binary)
SELECT count(*) AS sent_received FROM wired JOIN received AS r USING (id)
WHERE wired.m::text <> r.m::text OR wired.t::text <> r.t::text OR wired.s::text <> r.s::text
  OR measure_send(wired.m) <> measure_send(r.m);
SELECT (SELECT count(*) FROM wired) = (SELECT count(*) FROM received) AS all_received;

-- Within a family the order is total, and that of the exact base values.
CREATE TABLE pair AS
SELECT a.m AS a, b.m AS b, measure_base(a.m) AS x, measure_base(b.m) AS y
FROM specimen AS a JOIN specimen AS b
  ON measure_family(a.m) = measure_family(b.m)
WHERE a.id > 100000 AND b.id > 100000 OR a.id % 5 = 0 AND (a.id * 31 + b.id * 17) % 37 = 0;
SELECT count(*) > 50000 AS enough_pairs, count(*) FILTER (WHERE x = y) > 500 AS equal_ones_too FROM pair;
SELECT count(*) AS order_of_values FROM pair
WHERE (a < b) <> (x < y) OR (a <= b) <> (x <= y) OR (a = b) <> (x = y)
  OR (a <> b) <> (x <> y) OR (a >= b) <> (x >= y) OR (a > b) <> (x > y) OR measure_cmp(a, b) <> sign(x - y);
SELECT count(*) AS exactly_one FROM pair WHERE (a < b)::int + (a = b)::int + (a > b)::int <> 1;
SELECT count(*) AS antisymmetry FROM pair WHERE measure_cmp(a, b) <> -measure_cmp(b, a) OR (a <= b AND b <= a) <> (a = b);
SELECT count(*) AS reflexivity FROM specimen WHERE NOT m = m OR m < m OR m > m;
SELECT count(*) AS transitivity FROM pair AS p JOIN specimen AS c
  ON measure_family(p.b) = measure_family(c.m) AND c.id % 97 = 0
WHERE p.a <= p.b AND p.b <= c.m AND NOT p.a <= c.m;

-- A sort by measure, across units, is the sort by base value.
SELECT count(*) AS sorted FROM (
  SELECT measure_base(m) AS base, lag(measure_base(m)) OVER (PARTITION BY measure_family(m) ORDER BY m) AS before FROM specimen
) AS s WHERE before > base;

-- Equal measures have equal hashes; others mostly do not.
SELECT count(*) AS hash_of_equals FROM pair
WHERE a = b AND (measure_hash(a) <> measure_hash(b) OR measure_hash_extended(a, 42) <> measure_hash_extended(b, 42));
SELECT count(DISTINCT measure_hash(m)) > 0.99 * count(DISTINCT (measure_family(m), measure_base(m))) AS hashes_differ FROM specimen;
SELECT count(*) AS seed_0_is_the_hash FROM specimen WHERE (measure_hash_extended(m, 0) & 4294967295) <> (measure_hash(m)::bigint & 4294967295);
SELECT count(*) AS threshold_hash FROM pair
WHERE a = b AND (threshold_hash(('<' || a::text)::threshold) <> threshold_hash(('<' || b::text)::threshold)
  OR threshold_hash_extended(('<' || a::text)::threshold, 7) <> threshold_hash_extended(('<' || b::text)::threshold, 7));
SELECT count(*) AS sustained_hash FROM pair
WHERE a = b AND (sustained_hash(('<' || a::text || ' for 2 min')::sustained) <> sustained_hash(('<' || b::text || ' for 120 s')::sustained)
  OR sustained_hash_extended(('<' || a::text || ' for 2 min')::sustained, 7) <> sustained_hash_extended(('<' || b::text || ' for 120 s')::sustained, 7));

-- A threshold says what the comparison says.
SELECT count(*) AS thresholds FROM pair
WHERE (a @@ ('<' || b::text)::threshold) <> (a < b) OR (a @@ ('<=' || b::text)::threshold) <> (a <= b)
  OR (a @@ ('=' || b::text)::threshold) <> (a = b) OR (a @@ ('<>' || b::text)::threshold) <> (a <> b)
  OR (a @@ ('>=' || b::text)::threshold) <> (a >= b) OR (a @@ ('>' || b::text)::threshold) <> (a > b);

-- Two families never compare, whatever the operator.
CREATE FUNCTION mismatches(statement text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RETURN false;
EXCEPTION WHEN SQLSTATE 'RG007' THEN
  RETURN true;
END
$$;
WITH one(m) AS (VALUES ('1'::measure), ('1%'), ('1 s'), ('1 B'), ('1/s'))
SELECT count(*) AS tried, count(*) FILTER (WHERE NOT mismatches(format('SELECT %L::measure %s %L::%s', a.m, op, right_side, type))) AS not_refused
FROM one AS a, one AS b,
  LATERAL (SELECT op, b.m::text AS right_side, 'measure' AS type FROM unnest(ARRAY['<', '<=', '=', '<>', '>=', '>']) AS op
    UNION ALL SELECT '@@', '>' || b.m, 'threshold') AS tries
WHERE a.m::text <> b.m::text;
DROP FUNCTION mismatches;

-- Indexes: btree and hash give the same answers as a scan of the table.
CREATE TABLE latency AS SELECT m FROM specimen WHERE measure_family(m) = 'time';
CREATE INDEX latency_btree ON latency (m);
CREATE INDEX latency_hash ON latency USING hash (m);
ANALYZE latency;
SELECT count(*) AS by_scan FROM latency WHERE m >= '1 s' AND m < '2 h' \gset
SELECT count(*) AS equal_by_scan FROM latency WHERE measure_base(m) = measure_base('90 min') \gset
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT m FROM latency WHERE m < '1 ms' ORDER BY m;
SELECT count(*) = :by_scan AS same_by_btree FROM latency WHERE m >= '1 s' AND m < '2 h';
SELECT count(*) = :equal_by_scan AS same_by_equality FROM latency WHERE m = '1.5 h';
DROP INDEX latency_btree;
SELECT count(*) = :equal_by_scan AS same_by_hash FROM latency WHERE m = '5400 s';
RESET enable_seqscan;

-- Least and greatest, with and without parallel workers.
SELECT measure_base(min(m)) AS least, measure_base(max(m)) AS greatest FROM latency;
SET min_parallel_table_scan_size = 0;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SELECT measure_base(min(m)) AS least, measure_base(max(m)) AS greatest FROM latency;
RESET min_parallel_table_scan_size;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
SELECT min(m), max(m) FROM latency WHERE false;
-- of equal ones the first stays as it was written
SELECT min(m), max(m) FROM unnest('{90 min, 1.5 h, 5400 s}'::measure[]) AS m;

-- The server's own checks of operator classes.
SELECT opcname, amname, amvalidate(o.oid) FROM pg_opclass o JOIN pg_am a ON a.oid = opcmethod
WHERE opcnamespace = 'releasegov'::regnamespace AND opcname IN ('measure_ops', 'threshold_ops', 'sustained_ops') ORDER BY 1, 2;

-- Binary input is checked as text is: raw bytes through a bytea column.
CREATE TABLE raw (bytes bytea);
CREATE TABLE cooked (m measure);
INSERT INTO raw VALUES ('\x000000000000248cfe01');
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
SELECT m AS "9356 * 10^-2 %" FROM cooked;
\set SHOW_CONTEXT never
-- a negative mantissa, one of 19 digits, an unknown unit, an exponent of 127, a short message
UPDATE raw SET bytes = '\xffffffffffffffff0000';
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
UPDATE raw SET bytes = '\x0de0b6b3a76400000000';
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
UPDATE raw SET bytes = '\x00000000000000010015';
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
UPDATE raw SET bytes = '\x00000000000000017f00';
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
UPDATE raw SET bytes = '\x0000000000000001';
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
-- a comparator that is none, a hold of nothing
ALTER TABLE cooked ALTER m TYPE threshold USING NULL;
UPDATE raw SET bytes = '\x0600000000000000010000';
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
ALTER TABLE cooked ALTER m TYPE sustained USING NULL;
UPDATE raw SET bytes = '\x000000000000000001000000000000000000000000';
\copy raw TO 'results/types_raw.bin' WITH (FORMAT binary)
\copy cooked FROM 'results/types_raw.bin' WITH (FORMAT binary)
SELECT count(*) AS taken FROM cooked WHERE m IS NOT NULL;

DROP TABLE unit, specimen, wired, received, pair, latency, raw, cooked;
