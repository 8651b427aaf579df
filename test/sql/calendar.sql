-- Release windows and freezes are iCalendar rules in named time zones.
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set feature '{"name": "feature releases", "time_zone": "Europe/Berlin", "start": "2026-01-06T09:00", "end": "2026-01-06T17:00", "rrule": "FREQ=WEEKLY;BYDAY=TU,WE"}'
\set month_end '{"name": "end of month", "time_zone": "Europe/Berlin", "start": "2026-01-30", "end": "2026-01-31", "rrule": "FREQ=MONTHLY;BYMONTHDAY=-2,-1"}'
\set christmas '{"name": "Christmas", "time_zone": "Europe/Berlin", "start": "2025-12-24", "end": "2025-12-27", "rrule": "FREQ=YEARLY"}'

-- Business hours on Tuesday and Wednesday stay 09:00 to 17:00 when the clocks
-- change: in Berlin on 29 March and 25 October 2026 ...
SELECT starts_at, ends_at, ends_at - starts_at AS open
FROM releasegov.calendar_occurrences(:'feature', '2026-03-23', '2026-04-02');
SELECT starts_at, ends_at, ends_at - starts_at AS open
FROM releasegov.calendar_occurrences(:'feature', '2026-10-19', '2026-10-29');

-- ... in New York on 8 March and 1 November ...
\set new_york '{"name": "New York", "time_zone": "America/New_York", "start": "2026-01-06T09:00", "end": "2026-01-06T17:00", "rrule": "FREQ=WEEKLY;BYDAY=TU,WE"}'
SELECT * FROM releasegov.calendar_occurrences(:'new_york', '2026-03-02', '2026-03-12');
SELECT * FROM releasegov.calendar_occurrences(:'new_york', '2026-10-26', '2026-11-05');

-- ... and in Sydney, where summer begins in October and ends in April.
\set sydney '{"name": "Sydney", "time_zone": "Australia/Sydney", "start": "2026-01-06T09:00", "end": "2026-01-06T17:00", "rrule": "FREQ=WEEKLY;BYDAY=TU,WE"}'
SELECT * FROM releasegov.calendar_occurrences(:'sydney', '2026-03-30', '2026-04-09');
SELECT * FROM releasegov.calendar_occurrences(:'sydney', '2026-09-28', '2026-10-08');

-- Nearly ten years of it, zone by zone, are what the server's own clock says.
WITH zones AS (
	SELECT unnest(ARRAY['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Casablanca', 'UTC']) AS zone
), found AS (
	SELECT zone, starts_at, ends_at
	FROM zones, releasegov.calendar_occurrences(jsonb_build_object('name', zone, 'time_zone', zone,
		'start', '2026-01-06T09:00', 'end', '2026-01-06T17:00', 'rrule', 'FREQ=WEEKLY;BYDAY=TU,WE'), '2026-01-01', '2035-12-01')
), expected AS (
	SELECT zone, (day + time '09:00') AT TIME ZONE zone AS starts_at, (day + time '17:00') AT TIME ZONE zone AS ends_at
	FROM zones, generate_series(timestamp '2026-01-01', '2035-11-30', '1 day') AS day
	WHERE extract(isodow FROM day) IN (2, 3) AND day >= '2026-01-06'
)
SELECT zone, count(*) AS occurrences, count(*) FILTER (WHERE found IS NULL OR expected IS NULL) AS wrong
FROM found FULL JOIN expected USING (zone, starts_at, ends_at)
GROUP BY zone ORDER BY zone;

-- An hour that the clock skips moves on by an hour, an hour that it repeats
-- counts from its first time, a day is 23 or 25 hours long.
\set night '{"name": "night", "time_zone": "Europe/Berlin", "start": "2026-03-01T02:30", "end": "2026-03-01T03:15", "rrule": "FREQ=DAILY"}'
SELECT starts_at, ends_at, ends_at - starts_at AS open
FROM releasegov.calendar_occurrences(:'night', '2026-03-28', '2026-03-31');
SELECT starts_at, ends_at, ends_at - starts_at AS open
FROM releasegov.calendar_occurrences(:'night', '2026-10-24', '2026-10-27');
SELECT starts_at, ends_at - starts_at AS long
FROM releasegov.calendar_occurrences('{"name": "Sundays", "time_zone": "Europe/Berlin", "start": "2026-01-04", "end": "2026-01-05", "rrule": "FREQ=WEEKLY"}', '2026-01-01', '2027-01-01')
WHERE ends_at - starts_at <> '24 hours';

-- The last two days of each month, whatever its length; Christmas every year;
-- a leap day; a year that begins in the middle of a freeze.
SELECT starts_at AT TIME ZONE 'Europe/Berlin' AS local_start, ends_at AT TIME ZONE 'Europe/Berlin' AS local_end
FROM releasegov.calendar_occurrences(:'month_end', '2028-01-15', '2028-05-15');
SELECT * FROM releasegov.calendar_occurrences(:'christmas', '2026-01-01', '2029-01-01');
SELECT * FROM releasegov.calendar_occurrences('{"name": "leap day", "time_zone": "UTC", "start": "2024-02-29", "end": "2024-03-01", "rrule": "FREQ=YEARLY"}', '2026-01-01', '2035-01-01');
SELECT * FROM releasegov.calendar_occurrences('{"name": "turn of the year", "time_zone": "UTC", "start": "2025-12-30", "end": "2026-01-03", "rrule": "FREQ=YEARLY"}', '2027-01-01', '2028-12-30');

-- Exceptions and additions: a day alone takes out what begins on it, or adds
-- the same hours; UNTIL may be an instant, the rule's own time, or a day.
SELECT * FROM releasegov.calendar_occurrences(:'feature'::jsonb || '{"exdates": ["2026-12-22", "2026-12-23T09:00", "2026-12-29T10:00"], "rdates": ["2026-12-24", "2026-12-21T12:00"]}', '2026-12-20', '2026-12-31');
SELECT until, count(*), max(starts_at)
FROM unnest(ARRAY['20260401T065959Z', '20260401T070000Z', '20260401T090000', '20260401T085959', '20260401', '20260331']) AS until,
	releasegov.calendar_occurrences(:'feature'::jsonb || jsonb_build_object('rrule', 'FREQ=WEEKLY;BYDAY=TU,WE;UNTIL=' || until), '2026-01-01', '2027-01-01')
GROUP BY until ORDER BY count, until;

-- COUNT counts from the start, wherever one begins to look.
SELECT since, count(*), max(starts_at)
FROM unnest(ARRAY['2020-01-01', '2026-02-01', '2026-03-11']::timestamptz[]) AS since,
	releasegov.calendar_occurrences(:'feature'::jsonb || '{"rrule": "FREQ=WEEKLY;BYDAY=TU,WE;COUNT=20"}', since, '2029-01-01')
GROUP BY since ORDER BY since;

-- Every seventh hour keeps its step, from however far back it comes.
SELECT count(*), count(DISTINCT mod(extract(epoch FROM starts_at) - extract(epoch FROM timestamptz '2001-01-01 05:00+00'), 7 * 3600)) AS steps
FROM releasegov.calendar_occurrences('{"name": "seventh hour", "time_zone": "UTC", "start": "2001-01-01T05:00", "end": "2001-01-01T06:00", "rrule": "FREQ=HOURLY;INTERVAL=7"}', '2026-01-01', '2034-01-01');
SELECT starts_at FROM releasegov.calendar_occurrences('{"name": "twice a day", "time_zone": "UTC", "start": "2026-01-01T05:00", "end": "2026-01-01T06:00", "rrule": "freq=daily;byhour=17,9,9;until=20260102T120000"}', '2026-01-01', '2034-01-01');

-- A rule that is always true; one date only; a birthday from before clocks.
SELECT * FROM releasegov.calendar_occurrences('{"name": "hotfixes", "always": true}', '2026-01-01', '2027-01-01');
SELECT * FROM releasegov.calendar_occurrences('{"name": "audit", "time_zone": "UTC", "start": "2026-05-04 08:00", "end": "2026-05-06T18:30:15"}', '2026-05-05', '2027-01-01');
SELECT * FROM releasegov.calendar_occurrences('{"name": "anniversary", "time_zone": "America/New_York", "start": "1604-02-29", "end": "1604-03-01", "rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"}', '2027-01-01', '2029-01-01');

-- A policy author tries the schedule: deny beats allow.
CREATE TEMPORARY TABLE moments (at timestamptz);
INSERT INTO moments VALUES
	('2026-06-29 12:00+02'),	-- Monday
	('2026-06-30 12:00+02'),	-- Tuesday, but the month ends
	('2026-07-01 08:59:59+02'), -- Wednesday, not yet
	('2026-07-01 09:00+02'),
	('2026-07-01 16:59:59+02'),
	('2026-07-01 17:00+02'),	-- the end is exclusive
	('2026-12-22 12:00+01'),
	('2026-12-23 17:00+01'),	-- then Christmas, the month's end, and Tuesday
	('infinity');
SELECT at, d.* FROM moments,
	releasegov.calendar_decision(jsonb_build_array(:'feature'::jsonb), jsonb_build_array(:'christmas'::jsonb, :'month_end'::jsonb), at) AS d;

-- A freeze within a window closes it for a while; a window within a freeze
-- never opens; windows and freezes that touch are as one.
\set ten_to_six '{"name": "ten to six", "time_zone": "UTC", "start": "2026-05-04T10:00", "end": "2026-05-04T18:00"}'
\set lunch '{"name": "lunch", "time_zone": "UTC", "start": "2026-05-04T12:00", "end": "2026-05-04T13:00"}'
\set nap '{"name": "nap", "time_zone": "UTC", "start": "2026-05-04T13:00", "end": "2026-05-04T14:00"}'
\set evening '{"name": "evening", "time_zone": "UTC", "start": "2026-05-04T18:00", "end": "2026-05-04T21:00"}'
\set whole_day '{"name": "whole day", "time_zone": "UTC", "start": "2026-05-04", "end": "2026-05-05"}'
SELECT at, d.* FROM unnest('{2026-05-04 09:00, 2026-05-04 10:00, 2026-05-04 12:30, 2026-05-04 14:00, 2026-05-04 21:00}'::timestamptz[]) AS at,
	releasegov.calendar_decision(jsonb_build_array(:'evening'::jsonb, :'ten_to_six'::jsonb), jsonb_build_array(:'nap'::jsonb, :'lunch'::jsonb), at) AS d;
SELECT d.* FROM releasegov.calendar_decision(jsonb_build_array(:'ten_to_six'::jsonb), jsonb_build_array(:'whole_day'::jsonb), '2026-05-04 11:00') AS d;

-- No windows at all restrict nothing, an empty list opens nothing; a window
-- at any time closes with the next freeze only.
SELECT d.* FROM releasegov.calendar_decision(NULL, jsonb_build_array(:'lunch'::jsonb), '2026-05-04 11:00') AS d;
SELECT d.* FROM releasegov.calendar_decision(NULL, NULL, '2026-05-04 11:00') AS d;
SELECT d.* FROM releasegov.calendar_decision('[]', NULL, '2026-05-04 11:00') AS d;
SELECT d.* FROM releasegov.calendar_decision('[{"name": "hotfixes", "always": true, "kinds": ["hotfix"]}]', jsonb_build_array(:'lunch'::jsonb), '2026-05-04 12:30') AS d;
SELECT d.* FROM releasegov.calendar_decision('[{"name": "every day", "time_zone": "Europe/Berlin", "start": "2026-01-01", "end": "2026-01-02", "rrule": "FREQ=DAILY"}]', jsonb_build_array(:'christmas'::jsonb), '2026-05-04 12:30') AS d;
SELECT d.* FROM releasegov.calendar_decision('[{"name": "every day", "time_zone": "Europe/Berlin", "start": "2026-01-01", "end": "2026-01-02", "rrule": "FREQ=DAILY"}]', '[]', '2026-05-04 12:30') AS d;
SELECT d.* FROM releasegov.calendar_decision('[]', '[{"name": "for good", "always": true}]', '2026-05-04 12:30') AS d;
SELECT d.* FROM releasegov.calendar_decision('[]', '[]', NULL) AS d;

-- The answer at any minute is the same as from the occurrences themselves.
WITH minutes AS (
	SELECT at FROM generate_series(timestamptz '2026-03-24 00:00+00', '2026-04-02', '7 minutes') AS at
), truth AS (
	SELECT at, EXISTS (SELECT FROM releasegov.calendar_occurrences(:'feature', '2026-03-01', '2026-05-01') AS w WHERE at >= w.starts_at AND at < w.ends_at)
		AND NOT EXISTS (SELECT FROM releasegov.calendar_occurrences(:'month_end', '2026-03-01', '2026-05-01') AS f WHERE at >= f.starts_at AND at < f.ends_at) AS open
	FROM minutes
)
SELECT count(*) AS minutes, count(*) FILTER (WHERE truth.open) AS open, count(*) FILTER (WHERE truth.open <> d.open) AS wrong
FROM truth, releasegov.calendar_decision(jsonb_build_array(:'feature'::jsonb), jsonb_build_array(:'month_end'::jsonb), at) AS d;

-- What a rule is refused for, and why.
CREATE FUNCTION pg_temp.refusal(rule jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	why text;
BEGIN
	PERFORM * FROM releasegov.calendar_occurrences(rule, '2026-01-01', '2027-01-01');
	RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS why = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || why;
END $$;
SELECT change, pg_temp.refusal(:'feature'::jsonb || change::jsonb) FROM unnest(ARRAY[
	'{}',
	'{"name": ""}', '{"name": null}', '{"name": 7}',
	'{"time_zone": "Europe/Berln"}', '{"time_zone": "Europe/Berlin2"}', '{"time_zone": "UTC+2"}', '{"time_zone": "<+02>-2"}',
	'{"time_zone": "../../etc/passwd"}', '{"time_zone": ""}', '{"time_zone": "Etc/GMT+99"}', '{"time_zone": "right/UTC"}',
	'{"time_zone": "etc/gmt+5"}', '{"time_zone": "EST5EDT"}', '{"time_zone": "america/port-au-prince"}',
	'{"start": "2026-01-06T09:00Z"}', '{"start": "2026-02-29"}', '{"start": "tomorrow"}', '{"start": "2026-01-06T24:00"}',
	'{"start": "2026-01-06T09"}', '{"start": "2026-01-06T09:00:60"}', '{"start": "2026-01-06T09:00:7"}', '{"end": "2026-01-06T17"}', '{"start": "0000-00-00"}', '{"start": "9999-01-01"}', '{"start": ""}',
	'{"start": "2026-01-06T17:00"}', '{"end": "2026-01-06T08:00"}', '{"end": "2126-01-06T08:00"}', '{"end": null}', '{"end": ["2026-01-06"]}',
	'{"exdates": ["2026-12-22", "22.12.2026"]}', '{"exdates": "2026-12-22"}', '{"exdates": [1]}', '{"exdates": {}}', '{"exdates": []}', '{"exdates": ["2026-12-22", "2026-12-22T00:00", "2026-12-22"]}', '{"rdates": ["now"]}',
	'{"always": true}', '{"always": "yes"}', '{"rules": "FREQ=DAILY"}', '{"kinds": ["feature"], "environments": ["production"]}'
]) WITH ORDINALITY AS c(change, n) ORDER BY n;
SELECT rrule, pg_temp.refusal(:'feature'::jsonb || jsonb_build_object('rrule', rrule)) FROM unnest(ARRAY[
	'', 'weekly', 'BYDAY=TU', 'FREQ', 'FREQ=', 'FREQ=SECONDLY', 'FREQ=MINUTELY', 'FREQ=FORTNIGHTLY', 'FREQ=DAILY;', 'FREQ=DAILY;FREQ=DAILY', 'RRULE:FREQ=DAILY',
	'FREQ=DAILY;BYSECOND=1', 'FREQ=DAILY;RSCALE=CHINESE', 'FREQ=DAILY;BYDAY=', 'FREQ=DAILY;BYDAY=XX', 'FREQ=WEEKLY;BYDAY=1MO', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO',
	'FREQ=MONTHLY;BYMONTHDAY=32', 'FREQ=MONTHLY;BYMONTHDAY=0', 'FREQ=WEEKLY;BYMONTHDAY=3', 'FREQ=DAILY;BYWEEKNO=3', 'FREQ=DAILY;BYYEARDAY=3', 'FREQ=YEARLY;BYMONTH=13',
	'FREQ=DAILY;BYSETPOS=1', 'FREQ=MONTHLY;BYDAY=MO;BYHOUR=1,2;BYSETPOS=-1', 'FREQ=DAILY;INTERVAL=0', 'FREQ=DAILY;INTERVAL=-1', 'FREQ=DAILY;INTERVAL=70000', 'FREQ=DAILY;INTERVAL=99999999999999999999',
	'FREQ=DAILY;COUNT=0', 'FREQ=DAILY;COUNT=10001', 'FREQ=YEARLY;COUNT=500', 'FREQ=DAILY;COUNT=3;UNTIL=20270101', 'FREQ=DAILY;UNTIL=2027', 'FREQ=DAILY;UNTIL=20250101', 'FREQ=DAILY;UNTIL=20270230T000000Z',
	'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30', 'FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6',
	'FREQ=HOURLY;BYMINUTE=0,10,20,30,40,50', 'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11;BYMINUTE=0,15,30,45',
	'FREQ=HOURLY', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', 'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO'
]) WITH ORDINALITY AS c(rrule, n) ORDER BY n;
SELECT pg_temp.refusal('[]'), pg_temp.refusal('3'), pg_temp.refusal('{}'), pg_temp.refusal('null');
SELECT pg_temp.refusal(:'feature'::jsonb || jsonb_build_object('name', repeat('n', 10000))) AS name,
	pg_temp.refusal(:'feature'::jsonb || jsonb_build_object('time_zone', repeat('z', 10000))) AS time_zone,
	pg_temp.refusal(:'feature'::jsonb || jsonb_build_object('rrule', repeat('FREQ=DAILY;', 10000))) AS rrule,
	pg_temp.refusal(:'feature'::jsonb || jsonb_build_object(repeat('k', 10000), 1)) AS key,
	pg_temp.refusal(:'feature'::jsonb || jsonb_build_object('rdates', (SELECT jsonb_agg('2026-01-01'::text) FROM generate_series(1, 2001)))) AS rdates \gx

-- As a person sees it.
\set VERBOSITY default
SELECT * FROM releasegov.calendar_occurrences(:'feature'::jsonb || '{"rrule": "FREQ=WEEKLY;BYDAY=TUE"}', '2026-01-01', '2027-01-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM releasegov.calendar_occurrences(:'feature', '2026-01-01', 'infinity');
SELECT * FROM releasegov.calendar_occurrences(:'feature', '2026-01-01', '2036-02-01');
SELECT * FROM releasegov.calendar_decision('{}', NULL, '2026-01-01');
SELECT * FROM releasegov.calendar_decision('[]', '["never"]', '2026-01-01');
SELECT * FROM releasegov.calendar_decision('[]', '[{"time_zone": "UTC"}]', '2026-01-01');

-- Rules that begin sparse may become dense: that is found where it matters.
SELECT count(*) FROM releasegov.calendar_occurrences('{"name": "late", "time_zone": "UTC", "start": "2025-12-31T23:00", "end": "2025-12-31T23:30", "rrule": "FREQ=YEARLY;INTERVAL=5;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,10,20,30,40,50"}', '2026-01-01', '2027-01-01');
SELECT count(*) FROM releasegov.calendar_occurrences('{"name": "late", "time_zone": "UTC", "start": "2025-12-31T23:00", "end": "2025-12-31T23:30", "rrule": "FREQ=YEARLY;INTERVAL=5;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE=0,10,20,30,40,50"}', '2029-01-01', '2029-12-01');

-- Nobody may call these without a grant.
SELECT proname, has_function_privilege('public', oid, 'EXECUTE') AS public_may
FROM pg_proc WHERE pronamespace = 'releasegov'::regnamespace AND proname ~ 'calendar' AND proname !~ 'freeze'
	AND proname IN ('calendar_occurrences', 'calendar_decision', 'read_calendar') ORDER BY proname;
