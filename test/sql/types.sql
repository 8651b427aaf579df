-- What people write is what they get: measures, thresholds, sustained conditions.
SET search_path = releasegov, public;
\set VERBOSITY default
\set SHOW_CONTEXT never

-- A pipeline writes figures as its tools print them; one form comes back.
SELECT written, written::measure AS measure, measure_value(written::measure) AS value,
  measure_unit(written::measure) AS unit, measure_family(written::measure) AS family,
  measure_base(written::measure) AS base
FROM unnest(ARRAY['0', '93.4%', '93.40 %', ' 93.4 percent ', '182ms', '182 ms', '12µs', '12 μs', '7 ns',
  '1.5 h', '90 min', '5 minutes', '2 Hours', '30 sec', '1 day', '487 kB', '500KB', '500kb', '1 KiB', '2MB',
  '1.25 GiB', '3 TB', '512 bytes', '50/s', '50 rps', '120 req/s', '90 per minute', '3/h',
  '.5%', '5.', '+4', '-0', '007', '1e3', '1.5E-05 s', '99.21259842519685%', '182 ms', '182 ms',
  '999999999999999999', '0.000000000000000001']) WITH ORDINALITY AS w(written, n)
ORDER BY n;

-- The policy's own thresholds and triggers, as the document has them.
SELECT written, written::threshold AS threshold, threshold_comparator(written::threshold) AS comparator,
  threshold_measure(written::threshold) AS measure
FROM unnest(ARRAY['≥90%', '>= 90%', '<200ms', '< 500KB', '= 0', '==0', '≤5 minutes', '<> 3', '!= 3', '≠3',
  '> 1%', 'at least 90%', 'At most 1 hour']) WITH ORDINALITY AS w(written, n)
ORDER BY n;
SELECT written, written::sustained AS sustained, sustained_threshold(written::sustained) AS threshold,
  sustained_duration(written::sustained) AS duration, sustained_samples(written::sustained) AS samples
FROM unnest(ARRAY['> 1% for 5 min', '>1% for 5 minutes', '>500ms for 5 minutes', '> 90% FOR 5 min',
  '>80% sustained for 10 minutes', '< 1 for 3 samples', '< 1 for 1 sample', '= 0 for 1.5 h',
  '> 0 for 3650 d', '> 0 for 1 us', '> 0 for 1000000 samples']) WITH ORDINALITY AS w(written, n)
ORDER BY n;

-- 90 minutes are an hour and a half, however they are written.
SELECT '90 min'::measure = '1.5 h' AS same_time, '1 KiB'::measure > '1 kB' AS binary_is_more,
  '60/min'::measure = '1/s' AS same_rate, '89.9999%'::measure < '90%' AS no_rounding_up,
  '>= 90 min'::threshold = '≥1.5 h' AS same_threshold, '> 90 min'::threshold = '≥1.5 h' AS other_comparator,
  '= 0%'::threshold = '= 0' AS other_family,
  '> 1% for 300 s'::sustained = '> 1% for 5 min' AS same_condition,
  '> 1% for 5 samples'::sustained <> '> 1% for 5 min' AS other_condition;

-- Is the threshold met? Each comparator below, at and above its bound.
SELECT c AS comparator, m AS measured, m::measure @@ (c || ' 90%')::threshold AS met,
  (m::measure @@ (c || ' 90%')::threshold) = ((c || ' 90%')::threshold @@ m::measure) AS either_way
FROM unnest(ARRAY['<', '<=', '=', '<>', '>=', '>']) WITH ORDINALITY AS t(c, n),
  unnest(ARRAY['89.999999999%', '90%', '90.000000001%']) AS m
ORDER BY n, m::measure;

-- Plain numbers are counts; a unit can be added to one.
CREATE TABLE figures (what text, measured measure);
INSERT INTO figures VALUES ('findings', 0), ('tests', 12345678901), ('score', 97.50);
INSERT INTO figures VALUES ('coverage', measure(93.40, '%')), ('size', measure(487, 'KB')), ('latency', measure(0.182, 's'));
TABLE figures;
INSERT INTO figures VALUES ('latency', NULL);

-- A table of results holds every family: ANALYZE must not compare them.
ANALYZE figures;
SELECT null_frac::numeric(4, 3), avg_width, n_distinct, most_common_vals IS NULL AS no_values, histogram_bounds IS NULL AS no_order
FROM pg_stats WHERE tablename = 'figures' AND attname = 'measured';
-- so a mixed column can be sorted by family first
SELECT measured FROM figures ORDER BY measure_family(measured), measured;
-- and is refused where values of two families meet
SELECT measured FROM figures WHERE what IN ('coverage', 'latency') ORDER BY measured;
SELECT max(measured) FROM figures;
SELECT '93.4%'::measure = '0';
SELECT '93.4%'::measure @@ '< 200 ms';
SELECT '= 0'::threshold @@ '0%'::measure;
\echo :LAST_ERROR_SQLSTATE

-- Refused: what is no number, and what it looks like instead.
CREATE FUNCTION refusal(type text, written text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  message text;
  detail text;
  hint text;
BEGIN
  EXECUTE format('SELECT %L::%s', written, type);
  RETURN 'taken';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  RETURN format(E'%s %s\n  %s\n  %s', SQLSTATE, message, detail, hint);
END
$$;
\pset format unaligned
\pset tuples_only on
SELECT refusal('measure', written)
FROM unnest(ARRAY['', '  ', 'ninety', '%', '1,024', '93,4%', '1 024', '1.024.000', '1''024', '1_024',
  '-1', '−5%', 'NaN', 'Infinity', '-inf', '5 parsecs', '5 Mb', '5 m', '5 MS', '12 milliwatts per second', '0x10', '5%%', '5e', '--5', '1 ms; DROP TABLE figures']) WITH ORDINALITY AS w(written, n)
ORDER BY n;
-- what does not fit
SELECT refusal('measure', written)
FROM unnest(ARRAY['1000000000000000000', '1e18', '1e999999999999', '1.0000000000000000001', '1e-19', '0.1234567890123456789%',
  '1000000000 TiB', '10000000 d', '1e17/s']) WITH ORDINALITY AS w(written, n)
ORDER BY n;
SELECT refusal('threshold', written)
FROM unnest(ARRAY['', '90%', '>=', '=> 90%', '>> 5', '>= 90 bananas', '>= -1', 'about 90%']) WITH ORDINALITY AS w(written, n)
ORDER BY n;
SELECT refusal('sustained', written)
FROM unnest(ARRAY['', '> 1%', '> 1% for', '> 1% for ever', '> 1% for 5', '> 1% for 5 kB', '> 1% for 3 s samples', '> 1% for 0 min',
  '> 1% for -5 min', '> 1% for 0 samples', '> 1% for 2.5 samples', '> 1% for 1000001 samples', '> 1% for 3651 d',
  '> 1% for 0.5 us', '1% for 5 min', '> 1 apple for 5 min']) WITH ORDINALITY AS w(written, n)
ORDER BY n;
-- long texts are refused unread, and quoted by whole characters
SELECT refusal('measure', repeat('9', 10000));
SELECT refusal('measure', '1' || repeat('é', 10000));
SELECT refusal('threshold', '>= ' || repeat('€', 10000));
SELECT refusal('sustained', '> 1% for' || repeat(' ', 10000) || '5 min');
SELECT refusal('measure', repeat('9', 10000000));
\pset format aligned
\pset tuples_only off
-- as casts and arguments
SELECT (-1)::measure;
SELECT 9223372036854775807::measure;
SELECT 'NaN'::numeric::measure;
SELECT (2::numeric / 3 / 1000)::measure;
SELECT measure(1, 'furlong');
SELECT measure(1, repeat('s', 1000));
SELECT measure('Infinity', '%');

-- Servers with soft errors (16 and later) are asked; before, it is tried.
SELECT CASE WHEN current_setting('server_version_num')::int >= 160000
  THEN 'NOT pg_input_is_valid(written, type)' ELSE 'refusal(type, written) <> ''taken''' END AS refused \gset
SELECT count(*) AS softly_refused
FROM unnest(ARRAY['measure', 'threshold', 'sustained']) AS type, unnest(ARRAY['1,024', '1e99', '']) AS written
WHERE :refused;

DROP FUNCTION refusal;
DROP TABLE figures;
