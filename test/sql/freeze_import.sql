-- The holidays are kept in a calendar by somebody else; the policy takes them in.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
SELECT releasegov.apply_policy('team', releasegov.standard_policy(), 'as it comes');
SELECT releasegov.import_freezes('team', E'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example//EN\r\n'
  'BEGIN:VEVENT\r\nUID:1@example.com\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Company day\r\n'
  'DTSTART;VALUE=DATE:20350918\r\nDTEND;VALUE=DATE:20350919\r\nEND:VEVENT\r\n'
  'BEGIN:VEVENT\r\nUID:2@example.com\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Christmas\r\n'
  'DTSTART;VALUE=DATE:20261223\r\nDTEND;VALUE=DATE:20261228\r\nRRULE:FREQ=YEARLY\r\nEND:VEVENT\r\n'
  'END:VCALENDAR\r\n', '{production}', '{feature,hotfix}', 'UTC') AS revision;
SELECT f ->> 'name' AS freeze, f ->> 'start' AS starts, f ->> 'kinds' AS kinds
FROM jsonb_array_elements(releasegov.policy_document('team') -> 'freezes') f;
SELECT path, change FROM releasegov.policy_diff('team', 1, 2);
-- A Tuesday in business hours, but the company is away.
SELECT releasegov.register_application('shop', 'team');
SELECT releasegov.register_release('shop', '1.0', 'c1', '{mia}', 'main');
SELECT requirement, status, clears_at
FROM releasegov.promotion_eligibility('shop', '1.0', 'production', as_of => '2035-09-18 10:00+00')
WHERE kind IN ('window', 'freeze');
SELECT requirement, status
FROM releasegov.promotion_eligibility('shop', '1.0', 'production', as_of => '2035-09-19 10:00+00')
WHERE kind IN ('window', 'freeze');
-- What is no calendar leaves the policy as it was.
\set SHOW_CONTEXT never
SELECT releasegov.import_freezes('team', '<html>404</html>', '{production}');
\echo :LAST_ERROR_SQLSTATE
SELECT releasegov.import_freezes('team', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nDTSTART:20260915T090000Z\nDTEND:20260915T100000Z\nEND:VEVENT\nEND:VCALENDAR', '{moon}');
\echo :LAST_ERROR_SQLSTATE
SELECT max(revision) FROM releasegov.policy_revision WHERE policy = 'team';
