-- The company's holidays come as an .ics file, as calendars export them:
-- CRLF, folded lines, a VTIMEZONE, alarms, changed and cancelled dates.
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set VERBOSITY default
CREATE TEMPORARY TABLE ics (name text, content text);
INSERT INTO ics VALUES ('company', replace($$BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Example Corp.//Calendar 1.0//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Freezes
X-WR-TIMEZONE:Europe/Berlin
BEGIN:VTIMEZONE
TZID:Our Head Office
X-LIC-LOCATION:America/New_York
BEGIN:STANDARD
DTSTART:19701101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:1@example.org
DTSTAMP:20250101T000000Z
SUMMARY:Christmas\, the days
  between the years\; and
	 New Year
DTSTART;VALUE=DATE:20251224
DTEND;VALUE=DATE:20260102
RRULE:FREQ=YEARLY
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
SUMMARY:not the event's
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
SUMMARY:Board meeting
DTSTART;TZID="Our Head Office":20260105T100000
DTEND;TZID="Our Head Office":20260105T123000
RRULE:FREQ=MONTHLY;BYDAY=1MO;UNTIL=20260701T035959Z
EXDATE;TZID="Our Head Office":20260202T100000,20260302T100000
EXDATE:20260504T140000Z
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
SUMMARY:Board meeting
RECURRENCE-ID;TZID="Our Head Office":20260406T100000
DTSTART;TZID="Our Head Office":20260407T140000
DURATION:PT90M
END:VEVENT
BEGIN:VEVENT
UID:2@example.org
SUMMARY:Board meeting
RECURRENCE-ID:20260601T140000Z
DTSTART;TZID="Our Head Office":20260601T100000
DURATION:PT90M
STATUS:CANCELLED
END:VEVENT
BEGIN:VEVENT
UID:3@example.org
SUMMARY:Data centre move
DTSTART:20260314T200000Z
DTEND;TZID=Asia/Tokyo:20260315T120000
END:VEVENT
BEGIN:VEVENT
UID:4@example.org
STATUS:CANCELLED
SUMMARY:Summer party
DTSTART:20260703T180000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Stocktaking
DTSTART;TZID=W. Europe Standard Time:20260330T060000
DURATION:P1DT2H
RDATE;TZID=/example.com/20050126_1/Europe/Berlin:20260629T060000,20260929T060000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Clean-up every Friday
DTSTART;VALUE=DATE:20260101
RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3
END:VEVENT
BEGIN:VEVENT
DTSTART;VALUE=DATE:20260501
DURATION:P1W
DESCRIPTION:no summary
END:VEVENT
BEGIN:VTODO
SUMMARY:not an event
END:VTODO
END:VEVENT_
$$, E'\n', E'\r\n'));
UPDATE ics SET content = replace(content, 'END:VEVENT_', 'END:VCALENDAR');

SELECT rule ->> 'name' AS name, rule - 'name' AS rule
FROM ics, jsonb_array_elements(releasegov.read_calendar(content)) AS rule;
SELECT rule ->> 'name' AS name, starts_at, ends_at
FROM ics, jsonb_array_elements(releasegov.read_calendar(content)) AS rule,
	releasegov.calendar_occurrences(rule, '2026-01-01', '2027-01-01')
ORDER BY starts_at, name;

-- What was imported is what a policy takes for its freezes.
SELECT d.* FROM ics, releasegov.calendar_decision(NULL, releasegov.read_calendar(content), '2026-12-24 12:00') AS d;

-- Whole days belong to the zone that is asked for, then to the file's.
SELECT rule ->> 'time_zone' AS zone, count(*) FROM ics, jsonb_array_elements(releasegov.read_calendar(content, 'Asia/Tokyo')) AS rule GROUP BY 1 ORDER BY 1;
SELECT releasegov.read_calendar(E'\uFEFFBEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20261224\nEND:VEVENT\n\nEND:VCALENDAR', 'Europe/Vienna');
SELECT releasegov.read_calendar(E'begin:vcalendar\nbegin:vevent\nsummary:x\\ny\u0007\ndtstart;tzid=Europe/Vienna:20261224T080000\nduration:PT1H\nend:vevent\nend:vcalendar');
SELECT releasegov.read_calendar(NULL), releasegov.read_calendar(NULL, 'UTC');

-- Files that are none, or not usable, are refused with the line.
CREATE FUNCTION pg_temp.refusal(ics text, zone text DEFAULT 'UTC') RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	why text;
BEGIN
	RETURN 'accepted: ' || releasegov.read_calendar(ics, zone)::text;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS why = PG_EXCEPTION_DETAIL;
	RETURN SQLSTATE || ' ' || SQLERRM || ': ' || why;
END $$;
SELECT n, pg_temp.refusal(replace(text, '|', E'\n'), CASE WHEN text !~ 'no zone' THEN 'UTC' END) FROM unnest(ARRAY[
	'', 'hello', 'hello: world', 'BEGIN:VEVENT|END:VEVENT', 'BEGIN:VCALENDAR|END:VCALENDAR', 'BEGIN:VCALENDAR|BEGIN:VEVENT|DTSTART:20260101', 'BEGIN:VCALENDAR|END:VEVENT', 'END:VCALENDAR',
	'BEGIN:VCALENDAR|METHOD:CANCEL|END:VCALENDAR'] ||
	array(SELECT 'BEGIN:VCALENDAR|BEGIN:VEVENT|' || e || '|END:VEVENT|END:VCALENDAR' FROM unnest(ARRAY[
	'SUMMARY:no start', 'DTSTART:20260101T080000', 'DTSTART:20260101T080000|DURATION:PT0S', 'DTSTART:20260101T080000|DURATION:-PT1H', 'DTSTART:20260101T080000|DURATION:P99999999999W', 'DTSTART:20260101T080000|DURATION:soon',
	'DTSTART:20260101T080000|DTEND:20260101T070000', 'DTSTART:2026-01-01', 'DTSTART:20260230', 'DTSTART:20260101T250000', 'DTSTART;TZID=Mars/Base:20260101T080000|DURATION:PT1H', 'DTSTART;TZID="Mars:Base;1":20260101T080000|DURATION:PT1H',
	'SUMMARY:no zone|DTSTART;VALUE=DATE:20260101', 'DTSTART:20260101|RRULE:FREQ=MINUTELY', 'DTSTART:20260101|RRULE:FREQ=DAILY|RRULE:FREQ=WEEKLY', 'DTSTART:20260101|EXRULE:FREQ=DAILY',
	'DTSTART:20260101|RDATE;VALUE=PERIOD:20260101T000000Z/PT1H', 'DTSTART:20260101|RECURRENCE-ID;RANGE=THISANDFUTURE:20260101', 'DTSTART:20260101|EXDATE:20260101,', 'DTSTART:20260101|SUMMARY', 'DTSTART;VALUE="DATE:20260101',
	'DTSTART;:20260101', 'DTSTART;X=1;TZID:20260101', 'BEGIN:A|BEGIN:B|BEGIN:C|BEGIN:D|BEGIN:E|BEGIN:F|BEGIN:G'
	]) AS e)) WITH ORDINALITY AS c(text, n) ORDER BY n;

-- Hostile sizes: refused or read, soon.
SELECT pg_temp.refusal(repeat('BEGIN:VCALENDAR' || E'\n', 600000));
SELECT pg_temp.refusal(repeat('x', 11000000));
SELECT pg_temp.refusal(E'BEGIN:VCALENDAR\n' || repeat(E'BEGIN:VEVENT\nDTSTART:20260101\nEND:VEVENT\n', 5001) || 'END:VCALENDAR');
SELECT pg_temp.refusal(E'BEGIN:VCALENDAR\n' || repeat(E'BEGIN:VTIMEZONE\nEND:VTIMEZONE\n', 201) || 'END:VCALENDAR');
SELECT pg_temp.refusal(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101\nEXDATE:' || repeat('20260101,', 2000) || E'20260101\nEND:VEVENT\nEND:VCALENDAR');
SELECT pg_temp.refusal(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=' || repeat('z', 100000) || E':20260101T000000\nDTEND:20260102\nEND:VEVENT\nEND:VCALENDAR');
SELECT length(r #>> '{0,name}') AS cut, r #>> '{1,name}' = (r #>> '{0,name}') || ' (2)' AS numbered, (r -> 0) - 'name' AS rule
FROM releasegov.read_calendar(E'BEGIN:VCALENDAR\n' || repeat(E'BEGIN:VEVENT\nDTSTART:20260101\nSUMMARY:' || repeat('ä', 100000) || E'\n ' || repeat('\n', 100000) || E'\nEND:VEVENT\n', 2) || 'END:VCALENDAR', 'UTC') AS r;
SELECT count(DISTINCT rule ->> 'name') AS names, max(rule ->> 'name') FILTER (WHERE rule ->> 'name' LIKE '%(5000)') AS last
FROM jsonb_array_elements(releasegov.read_calendar(E'BEGIN:VCALENDAR\n' || repeat(E'BEGIN:VEVENT\nDTSTART:20260101\nSUMMARY:it\nUID:1\nEND:VEVENT\n', 5000) || 'END:VCALENDAR', 'UTC')) AS rule;

-- As a person sees it.
SELECT releasegov.read_calendar(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260101T08:00\n', 'UTC');
\echo :LAST_ERROR_SQLSTATE
SELECT releasegov.read_calendar('BEGIN:VCALENDAR', 'Europe/Nowhere');
SELECT releasegov.read_calendar(E'BEGIN:VCALENDAR\nEND:VCALENDAR', 'Europe/Nowhere');
