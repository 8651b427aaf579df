-- What time does: windows and freezes, results and waivers that run out, a
-- soak, and what was known at a time in the past. Dates are of 2031.
SET timezone = 'UTC';
SET datestyle = 'ISO';
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE ROLE regress_lead;
CREATE ROLE regress_tina LOGIN SUPERUSER IN ROLE regress_lead;

SELECT releasegov.apply_policy('hours', '{
  "releasegov": 1, "title": "Office hours",
  "roles": {"lead": {"role": "regress_lead", "title": "Lead"}},
  "environments": [
    {"name": "staging"},
    {"name": "production", "after": "staging", "releases": true}],
  "gates": [
    {"name": "lint", "threshold": "= 0", "enforcement": "block", "environments": ["production"]}],
  "windows": [
    {"name": "Tuesday and Wednesday", "kinds": ["feature"], "environments": ["production"], "time_zone": "Europe/Berlin",
     "start": "2026-01-06T09:00", "end": "2026-01-06T17:00", "rrule": "FREQ=WEEKLY;BYDAY=TU,WE"},
    {"name": "one day of hotfixes", "kinds": ["hotfix"], "environments": ["production"], "time_zone": "Europe/Berlin",
     "start": "2026-01-06", "end": "2026-01-07"}],
  "freezes": [
    {"name": "inventory", "kinds": ["feature"], "environments": ["production"], "time_zone": "Europe/Berlin",
     "start": "2031-01-07", "end": "2031-01-08"},
    {"name": "audit", "kinds": ["feature"], "environments": ["production"], "time_zone": "Europe/Berlin",
     "start": "2031-01-14", "end": "2031-01-16"}],
  "waivers": [
    {"name": "schedule", "requirements": ["window", "freeze"], "granted_by": ["lead"], "max_duration": "3650 d"},
    {"name": "gates", "requirements": ["gate:*"], "granted_by": ["lead"], "max_duration": "7 d"},
    {"name": "emergency", "requirements": ["*"], "granted_by": ["lead"], "max_duration": "4 h", "break_glass": true}]
}');
SELECT releasegov.register_application('hours', 'hours');
SELECT releasegov.register_release('hours', '1.0', 'c1', ARRAY['alice'], 'main', state => 'candidate');
SELECT releasegov.register_release('hours', '1.0.1', 'c2', ARRAY['alice'], 'main', kind => 'hotfix', state => 'candidate');
INSERT INTO releasegov.ci_result (application, version, gate, measured)
VALUES ('hours', '1.0', 'lint', '0'), ('hours', '1.0.1', 'lint', '0');

-- a Friday: the next Tuesday is frozen, so Wednesday morning it is
SELECT requirement, status, observed, detail, clears_at
FROM releasegov.promotion_eligibility('hours', '1.0', 'production', '2031-01-03 12:00Z')
WHERE kind IN ('window', 'freeze');
SELECT releasegov.eligible_at('hours', '1.0', 'production', '2031-01-03 12:00Z') AS eligible_at;
-- on the frozen Tuesday the window is open, and deny beats allow
SELECT requirement, status, observed, detail, clears_at
FROM releasegov.promotion_eligibility('hours', '1.0', 'production', '2031-01-07 10:00Z')
WHERE kind IN ('window', 'freeze');
SELECT at, releasegov.is_eligible('hours', '1.0', 'production', at),
       releasegov.eligible_at('hours', '1.0', 'production', at)
FROM unnest('{2031-01-07 10:00Z, 2031-01-08 07:59:59Z, 2031-01-08 08:00Z, 2031-01-08 15:59:59Z, 2031-01-08 16:00Z, 2031-07-01 07:00Z}'::timestamptz[]) at;
\pset format unaligned
\pset tuples_only on
SELECT regexp_replace(releasegov.explain('hours', '1.0', 'production', '2031-01-07 10:00Z'), '(candidate since) [^\n]*|measured [^\n]* ago', '\1 ...', 'g');
SELECT regexp_replace(releasegov.explain('hours', '1.0', 'production', '2031-01-08 10:00Z'), '.*NEXT', 'NEXT');
\pset format aligned
\pset tuples_only off

-- hotfixes had their day: closed for good
SELECT requirement, status, observed, detail, remedy
FROM releasegov.promotion_eligibility('hours', '1.0.1', 'production', '2031-01-08 10:00Z')
WHERE kind IN ('window', 'freeze') \gx
SELECT releasegov.eligible_at('hours', '1.0.1', 'production', '2031-01-08 10:00Z') AS eligible_at;

-- an exception has a reason and an end, and shows
SET SESSION AUTHORIZATION regress_tina;
SELECT releasegov.grant_waiver('hours', '1.0', 'production', 'freeze', 'the auditors asked for it', '2031-01-14 12:00Z');
SELECT releasegov.grant_waiver('hours', '1.0.1', 'production', 'window', 'a hole in the login', now() + interval '1 h');
RESET SESSION AUTHORIZATION;
SELECT at, requirement, status, detail, clears_at
FROM unnest('{2031-01-14 10:00Z, 2031-01-14 12:00Z}'::timestamptz[]) at,
     releasegov.promotion_eligibility('hours', '1.0', 'production', at)
WHERE kind = 'freeze';
SELECT releasegov.is_eligible('hours', '1.0', 'production', '2031-01-14 11:59:59Z') AS while_it_lasts,
       releasegov.is_eligible('hours', '1.0', 'production', '2031-01-14 12:00Z') AS after,
       releasegov.eligible_at('hours', '1.0', 'production', '2031-01-14 12:00Z') AS eligible_at,
       releasegov.is_eligible('hours', '1.0.1', 'production') AS hotfix;
SET SESSION AUTHORIZATION regress_tina;
SELECT releasegov.revoke_waiver('hours', '1.0.1', 'production', 'window', 'it can wait');
RESET SESSION AUTHORIZATION;
SELECT releasegov.is_eligible('hours', '1.0.1', 'production') AS hotfix;

-- waivers by kind, by name and for everything; what holds needs none, and a
-- withdrawn release, or one that is not registered, has none
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('hours', '1.0.1', 'lint', '3');
SELECT releasegov.place_hold('hours', '1.0.1', 'production', 'do not');
SET SESSION AUTHORIZATION regress_tina;
SELECT releasegov.grant_waiver('hours', '1.0.1', 'production', 'gate:*', 'three old warnings', now() + interval '1 d');
SELECT requirement, status FROM releasegov.promotion_eligibility('hours', '1.0.1', 'production') WHERE status <> 'not_applicable';
SELECT releasegov.grant_waiver('hours', '1.0.1', 'production', '*', 'the shop is down', now() + interval '4 h');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, regexp_replace(regexp_replace(detail, '\w+ \d{4}-\d\d-\d\d [\d:]+ UTC', '<time>', 'g'), '\d+ s ago', '<age> ago') AS detail
FROM releasegov.promotion_eligibility('hours', '1.0.1', 'production') WHERE status = 'waived';
SELECT releasegov.withdraw_release('hours', '1.0.1', 'superseded');
SELECT requirement, status, remedy FROM releasegov.promotion_eligibility('hours', '1.0.1', 'production')
WHERE status NOT IN ('not_applicable', 'satisfied', 'waived');
SELECT releasegov.eligible_at('hours', '1.0.1', 'production') AS eligible_at;

-- a long weekend of results and probes, as a restored dump would bring it in
SELECT releasegov.apply_policy('soak', '{
  "releasegov": 1, "title": "Soak",
  "roles": {"lead": {"role": "regress_lead", "title": "Lead"}},
  "environments": [
    {"name": "staging"},
    {"name": "production", "after": "staging", "predecessor_required": true, "soak": "24 h", "health_max_gap": "1 h", "releases": true}],
  "gates": [
    {"name": "scan", "threshold": "= 0", "enforcement": "block", "environments": ["production"], "valid_for": "24 h"}]
}');
SELECT releasegov.register_application('soak', 'soak');
SELECT releasegov.register_release('soak', '1.0', 'c1', ARRAY['alice'], 'main', state => 'candidate');
SELECT releasegov.register_release('soak', '1.1', 'c2', ARRAY['alice'], 'main', state => 'candidate');
SET releasegov.restore = on;
INSERT INTO releasegov.deployment (application, id, version, environment, state, state_since, requested_by, recorded_by, requested_at, started_at, live_at)
VALUES ('soak', releasegov.uuid_v7(), '1.0', 'staging', 'live', now() - interval '30 h', 'ci', 'ci',
        now() - interval '30 h', now() - interval '30 h', now() - interval '30 h');
RESET releasegov.restore;
CREATE FUNCTION probe(version text, healthy boolean, ago interval, healthy_for interval DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
  INSERT INTO releasegov.health_check (application, environment, observed_at, id, version, healthy, healthy_since, recorded_at, recorded_by)
  VALUES ('soak', 'staging', now() - ago, releasegov.uuid_v7(), version, healthy, now() - healthy_for, now(), 'ci')
$$;
CREATE VIEW soak AS
  SELECT requirement, status, observed, date_trunc('minute', clears_at - now() + interval '1 s') AS clears_in
  FROM releasegov.promotion_eligibility('soak', '1.0', 'production') WHERE kind = 'soak';
-- nobody looked
SELECT * FROM soak;
-- somebody looked, two hours ago for the last time
SET releasegov.restore = on;
SELECT probe('1.0', true, '2 h', '28 h');
SELECT * FROM soak;
-- all is well for 26 hours
SELECT probe('1.0', true, '10 min', '26 h');
SELECT * FROM soak;
-- the other half of a blue-green pair fails: that is another version
SELECT probe('1.1', false, '8 min');
SELECT * FROM soak;
-- well for two hours only, after a failure
SELECT probe('1.0', true, '5 min', '2 h');
SELECT * FROM soak;
-- and now it fails
SELECT probe('1.0', false, '1 min');
SELECT * FROM soak;
RESET releasegov.restore;

-- a stale scan is its own thing, and a result of tomorrow has no age
INSERT INTO releasegov.ci_result (application, version, gate, measured, measured_at)
VALUES ('soak', '1.0', 'scan', '0', now() - interval '25 h');
SELECT requirement, status, observed, regexp_replace(detail, '\w+ \d{4}-.* UTC', '<time>') AS detail
FROM releasegov.promotion_eligibility('soak', '1.0', 'production') WHERE kind = 'gate';
BEGIN;
INSERT INTO releasegov.ci_result (application, version, gate, measured, measured_at)
VALUES ('soak', '1.0', 'scan', '0', now() + interval '1 min');
SELECT requirement, status, observed, detail
FROM releasegov.promotion_eligibility('soak', '1.0', 'production') WHERE kind = 'gate';
COMMIT;

DROP VIEW soak;
DROP FUNCTION probe;
DROP ROLE regress_tina, regress_lead;
