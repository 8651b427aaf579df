-- Keys that are unique across servers and sort by time.
SET search_path = releasegov, public;
SET timezone = 'UTC';

-- The example of RFC 9562, appendix A.6, of Tuesday, 22 February 2022, 19:22:22 UTC.
SELECT uuid_v7_time('017F22E2-79B0-7CC3-98C4-DC0C0C07398F');
-- Other versions have no such time.
SELECT uuid_v7_time('919108f7-52d1-4320-9bac-f847db4148a8') IS NULL AS version_4,
  uuid_v7_time('1EC9414C-232A-6B00-B3C8-9F6BDECED846') IS NULL AS version_6,
  uuid_v7_time('017F22E2-79B0-7CC3-18C4-DC0C0C07398F') IS NULL AS other_variant;

-- Version 7, the RFC's variant, and the time of the call.
SELECT uuid_v7()::text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$' AS well_formed;
SELECT uuid_v7_time(key) BETWEEN before AND clock_timestamp() AS is_now
FROM (SELECT clock_timestamp() AS before, uuid_v7() AS key OFFSET 0) AS made;

-- Strictly increasing in the session, several within a microsecond included.
CREATE TABLE made AS SELECT i, uuid_v7() AS key FROM generate_series(1, 200000) AS i;
SELECT count(*) AS made, count(DISTINCT key) AS distinct_keys FROM made;
SELECT count(*) AS out_of_order FROM (SELECT key, lag(key) OVER (ORDER BY i) AS before FROM made) AS s WHERE before >= key;
-- and the clock in them does not run ahead of the server's
SELECT max(uuid_v7_time(key)) <= clock_timestamp() AS not_ahead FROM made;
-- the random bits are random: each of the last 16 takes both values about equally often
SELECT count(*) AS biased_bits FROM generate_series(112, 127) AS bit,
  LATERAL (SELECT avg(get_bit(uuid_send(key), bit)) AS share FROM made) AS s
WHERE share NOT BETWEEN 0.48 AND 0.52;

-- The greatest key of a time: at or before it, and nothing after.
SELECT uuid_v7_bound('2022-02-22 19:22:22.000797Z'), uuid_v7_bound('-infinity'), uuid_v7_bound('infinity'), uuid_v7_bound('1969-12-31Z');
SELECT count(*) AS unlike FROM made,
  LATERAL (SELECT t FROM (SELECT uuid_v7_time(key)) AS k(k), LATERAL (VALUES (k), (k - interval '1 us'), (k + interval '1 us')) AS v(t)) AS near
WHERE (key <= uuid_v7_bound(t)) <> (uuid_v7_time(key) <= t);
SELECT count(*) AS unlike FROM generate_series(0, 1999) AS us,
  LATERAL (SELECT timestamptz '2026-01-01Z' + us * interval '1 us') AS at(t)
WHERE uuid_v7_time(uuid_v7_bound(t)) <> t OR uuid_v7_bound(t) <= uuid_v7_bound(t - interval '1 us');

DROP TABLE made;
