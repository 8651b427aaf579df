-- Somebody applies a policy in a hurry. Every fault is told at once, with its
-- place, and nothing is stored.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;

SELECT releasegov.apply_policy('hurry', $${
  "releasegov": 1,
  "titel": "In a hurry",
  "roles": { "tech_lead": { "role": "public" }, "Ops": {} },
  "environments": [
    { "name": "dev", "releases": true, "soak": "1 h" },
    { "name": "staging", "after": "production" },
    { "name": "production", "after": "staging", "approval_required": true,
      "phases": [ { "name": "canary", "traffic": "50%" }, { "name": "full", "traffic": "10%" } ] }
  ],
  "gates": [
    { "name": "coverage", "threshold": "90", "enforcement": "block", "environments": ["dev"] },
    { "name": "p99", "threshold": "< 200 ms", "figures": ["coverage.lines"], "enforcement": "review", "environments": ["prodction"] },
    { "name": "p99", "enforcement": "warning", "environments": [] }
  ],
  "checklist": [ { "name": "done", "environments": ["dev"] } ],
  "approvals": [ { "name": "lead", "any_of": ["teck_lead"], "count": 0, "environments": ["dev"] } ],
  "windows": [ { "name": "office hours", "environments": ["dev"], "time_zone": "Mars/Olympus", "start": "2026-01-06T09:00", "end": "2026-01-06T17:00" } ],
  "waivers": [ { "name": "any", "requirements": ["gates:*"], "granted_by": ["tech_lead"], "max_duration": "soon" } ]
}$$, 'no time');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM releasegov.policy WHERE name = 'hurry';

-- From here on one document is broken in one place at a time. The good one:
CREATE FUNCTION pg_temp.faults(patch jsonb) RETURNS TABLE (path text, expected text) LANGUAGE sql AS $f$
  SELECT v.* FROM releasegov.validate_policy($${
    "releasegov": 1,
    "roles": { "lead": {}, "ops": {} },
    "change_categories": ["data"],
    "communication": ["status_page"],
    "environments": [ { "name": "staging" }, { "name": "production", "after": "staging", "soak": "1 h", "releases": true } ],
    "gates": [ { "name": "tests", "threshold": "= 100%", "figures": ["tests.pass_rate"], "enforcement": "block", "environments": ["production"] } ]
  }$$::jsonb || patch) v;
$f$;
SELECT * FROM pg_temp.faults('{}');

-- Editors find the schema by this key, which means nothing else.
SELECT * FROM pg_temp.faults('{"$schema": "https://example.org/policy.schema.json"}');
SELECT * FROM pg_temp.faults('{"$schema": {}}');

-- What is no policy at all
SELECT * FROM releasegov.validate_policy('null');
SELECT * FROM releasegov.validate_policy('"policy"');
SELECT * FROM releasegov.validate_policy('[]');
SELECT * FROM releasegov.validate_policy('{}');
SELECT path, left(expected, 60) AS expected FROM releasegov.validate_policy(jsonb_build_object('releasegov', 1, 'title', repeat('x', 1100000)));
SELECT * FROM pg_temp.faults('{"releasegov": 2}');
SELECT * FROM pg_temp.faults('{"releasegov": "1", "title": "", "environments": {}, "roles": [], "rollback": []}');
-- numbers are exact, whatever their size
SELECT * FROM pg_temp.faults('{"releasegov": 1e40}');
SELECT * FROM pg_temp.faults('{"releasegov": 1.0}');

-- Roles
SELECT * FROM pg_temp.faults('{"roles": {"lead": {"role": "none"}, "ops": {"rolle": "x"}, "": {}, "a b": 3}}');
SELECT path, left(expected, 90) AS expected FROM pg_temp.faults((SELECT jsonb_build_object('roles', jsonb_object_agg('r' || i, '{}'::jsonb)) FROM generate_series(1, 65) i));

-- Environments
SELECT * FROM pg_temp.faults('{"gates": [], "environments": []}');
SELECT * FROM pg_temp.faults((SELECT jsonb_build_object('gates', '[]'::jsonb, 'environments', jsonb_agg(jsonb_build_object('name', 'e' || i, 'releases', true))) FROM generate_series(1, 33) i));
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "after": "production", "releases": true}]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production"}, {"name": "a", "after": "b"}, {"name": "b", "after": "a"}, {"name": "c", "after": "b", "releases": true}]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "releases": true, "soak": "1 h", "predecessor_required": true, "same_artifact": true, "health_max_gap": "5 min"}, {"name": "b", "health_max_gap": "5 min", "rollout_abort": [{"metric": "e", "threshold": "> 1%"}]}]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "releases": true, "auto_deploy": true}]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "auto_deploy": "yes", "health_within": "2 kB", "soak": 24, "releases": 1}]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "releases": true, "phases": [{"name": "a", "traffic": "1"}, {"name": "b", "traffic": "60%"}, {"name": "b", "traffic": "60%"}, {"name": "d", "traffic": "101%"}]}]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "releases": true}, {"after": "production"}, {"name": "production"}, 7]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "releases": true, "approval_required": true}]}');
SELECT * FROM pg_temp.faults('{"environments": [{"name": "production", "releases": true, "approval_required": true}], "approvals": [{"name": "a", "any_of": ["lead"], "environments": ["production"], "kinds": ["feature"]}]}');

-- Durations, thresholds and conditions
SELECT soak, f.* FROM (VALUES ('NaN'), ('infinity'), ('-1 h'), ('0 s'), ('1,5 h'), ('4000 d'), ('1e400 h'), (''), ('P1D')) AS v (soak),
  LATERAL (SELECT * FROM pg_temp.faults(jsonb_build_object('environments', jsonb_build_array('{"name": "staging"}'::jsonb,
    jsonb_build_object('name', 'production', 'releases', true, 'after', 'staging', 'soak', soak))))) f;
SELECT threshold, f.* FROM (VALUES ('90%'), ('=> 90%'), ('>= NaN'), ('>= 90 %%'), ('= 100'), ('< 5 apples'), ('= 0; DROP TABLE gate')) AS v (threshold),
  LATERAL (SELECT * FROM pg_temp.faults(jsonb_build_object('gates', jsonb_build_array(jsonb_build_object(
    'name', 'tests', 'threshold', threshold, 'figures', '["tests.pass_rate"]'::jsonb, 'enforcement', 'block', 'environments', '["production"]'::jsonb))))) f;

-- Gates
SELECT * FROM pg_temp.faults('{"gates": [{"name": "Unit Tests", "enforcement": "block", "environments": ["production"]}, {}]}');
SELECT * FROM pg_temp.faults('{"gates": [{"name": "a", "threshold": "< 1 s", "figures": ["latency.p99", "lint.errors", "latency.", "bogus.x", "tests.pass_rate.x"], "enforcement": "block", "environments": ["production"]}]}');
SELECT * FROM pg_temp.faults('{"gates": [{"name": "a", "figures": ["lint.errors", "lint.errors"], "enforcement": "block", "environments": ["production"]}]}');
SELECT * FROM pg_temp.faults('{"gates": [{"name": "a", "enforcement": "review", "environments": ["production"]}, {"name": "b", "enforcement": "review", "review": "a", "environments": ["production"]}]}');
SELECT * FROM pg_temp.faults('{"reviews": [{"name": "r", "by": ["ops"], "environments": ["production"]}]}');
SELECT * FROM pg_temp.faults('{"reviews": [{"name": "r", "by": ["ops"], "environments": ["production"], "categories": ["dataa"], "kinds": ["hotfixes"]}], "gates": [{"name": "g", "enforcement": "warn", "review": "r", "environments": ["production", "production"]}]}');
SELECT * FROM pg_temp.faults('{"gates": [{"name": "a", "enforcement": "block", "environments": ["production"], "measured_in": {"production": "staging", "staging": "staging"}},
  {"name": "b", "enforcement": "block", "environments": ["staging"], "measured_in": {"staging": "production"}},
  {"name": "c", "enforcement": "block", "environments": ["staging"], "measured_in": {"stage": "ci"}},
  {"name": "d", "enforcement": "block", "environments": ["staging"], "measured_in": ["staging"]}]}');

-- Checklist
SELECT * FROM pg_temp.faults('{"checklist": [{"name": "a", "environments": ["staging"], "computed": ["soak", "gate:tests", "gate:test", "gate:", "monitor"]},
  {"name": "b", "environments": ["production"], "attested_by": ["qa"], "needs": "one"}, {"name": "c", "environments": ["production"]}]}');
SELECT * FROM pg_temp.faults('{"gates": [{"name": "tests", "enforcement": "block", "environments": ["production"], "kinds": ["hotfix"]}],
  "checklist": [{"name": "a", "environments": ["production"], "computed": ["gate:tests"]}]}');

-- Approvals
SELECT * FROM pg_temp.faults('{"approvals": [{"name": "a", "any_of": [], "count": 101, "not": ["requestor"], "environments": ["production"]}, {"name": "b", "any_of": ["lead"], "count": 1.5, "environments": "production"}]}');

-- Windows and freezes
SELECT * FROM pg_temp.faults('{"windows": [{"name": "w", "environments": ["production"], "kinds": ["feature"], "always": true}]}');
SELECT * FROM pg_temp.faults('{"windows": [{"name": "w", "environments": ["production"], "always": true, "start": "2026-01-01"}, {"name": "v", "environments": ["production"]}]}');
SELECT * FROM pg_temp.faults('{"windows": [{"name": "w", "environments": ["production"], "always": true, "rdates": ["2026-01-01"]}]}');
SELECT * FROM pg_temp.faults('{"freezes": [{"name": "f", "environments": ["production"], "always": true}]}');
SELECT * FROM pg_temp.faults('{"freezes": [{"name": "f", "environments": ["production"], "time_zone": "UTC", "start": "2026-02-30", "end": "2026-03-01"},
  {"name": "g", "environments": ["production"], "time_zone": "UTC", "start": "2026-02-02", "end": "2026-02-01"},
  {"name": "h", "environments": ["production"], "time_zone": "UTC", "start": "2026-02-01", "end": "2026-02-02", "rrule": "FREQ=SOMETIMES"},
  {"name": "h", "environments": ["production"], "time_zone": "UTC", "start": "2026-02-01", "end": "2026-02-02", "exdates": ["tomorrow"]}]}');

-- Waivers
SELECT count(*) FROM pg_temp.faults('{"reviews": [{"name": "look", "by": ["ops"], "environments": ["production"], "kinds": ["feature"]}],
  "checklist": [{"name": "done", "environments": ["production"], "attested_by": ["ops"]}], "approvals": [{"name": "yes", "any_of": ["lead"], "environments": ["production"]}],
  "waivers": [{"name": "w", "requirements": ["review:look", "review:*", "checklist:done", "approval:yes", "approval:*", "soak", "freeze"], "granted_by": ["lead"], "max_duration": "1 d"}]}');
SELECT * FROM pg_temp.faults('{"waivers": [{"name": "w", "requirements": ["gate:tests", "gate:*", "*", "window", "gate:lint", "Window", "", "gate"], "granted_by": ["lead"], "max_duration": "1 d"}]}');

-- Rollback
SELECT * FROM pg_temp.faults('{"rollback": {"triggers": [{"name": "a", "environments": ["production"]},
  {"name": "b", "environments": ["production"], "metric": "errors", "condition": "> 1% for 5 min", "consecutive_failures": 3},
  {"name": "c", "environments": ["production"], "metric": "errors"},
  {"name": "d", "environments": ["production"], "metric": "errors", "condition": "> 1%"},
  {"name": "e", "environments": ["production"], "metric": "errors", "condition": "> 1% for 0 samples"},
  {"name": "f", "environments": ["production"], "consecutive_failures": 0}],
  "manual_reasons": ["because", "because", 3, "two\nlines"], "down_migrations": "maybe", "notify": ["statuspage"], "restore_within": "2"}}');

-- Service levels
SELECT * FROM pg_temp.faults('{"slas": [{"name": "a", "clock": "deploy", "environments": ["production"], "target": ">= 5 min"},
  {"name": "b", "clock": "deploys", "environments": ["production"], "target": "<= 5%"}, {"name": "c"}]}');

-- Texts that try to be something else are quoted, clipped and stay texts.
SELECT * FROM pg_temp.faults(jsonb_build_object('gates', jsonb_build_array(jsonb_build_object(
  'name', 'a''; DROP TABLE releasegov.policy; --', 'enforcement', E'block"\n$.x: expected nothing', 'environments', jsonb_build_array(repeat('é', 5000))))));
SELECT path, expected FROM pg_temp.faults(jsonb_build_object(repeat('k', 10000), 1, E'a"b\nc', 2));
SELECT length(max(path)) < 200 AS paths_are_short, length(max(expected)) < 300 AS texts_are_short, count(*)
FROM pg_temp.faults(jsonb_build_object('gates', jsonb_build_array(jsonb_build_object('name', repeat('n', 10000), 'title', repeat('t', 10000),
  'threshold', repeat('9', 10000), 'enforcement', repeat('e', 10000), 'environments', jsonb_build_array(repeat('x', 10000)), 'valid_for', repeat('1', 10000)))));

SELECT * FROM pg_temp.faults('{"gates": [{"name": true, "title": null, "enforcement": {}, "environments": false, "kinds": [null], "figures": [[]]}]}');

-- A thousand faults: fifty are told, the rest are counted.
DO $$
DECLARE
  detail text;
BEGIN
  PERFORM releasegov.apply_policy('hurry', jsonb_build_object('releasegov', 1, 'environments', '[{"name": "p", "releases": true}]'::jsonb,
    'gates', (SELECT jsonb_agg('{"name": "?", "environments": ["q"], "enforcement": "no"}'::jsonb) FROM generate_series(1, 400))));
EXCEPTION WHEN SQLSTATE 'RG006' THEN
  GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
  RAISE WARNING '%: % lines, the last: %', SQLERRM, cardinality(string_to_array(detail, E'\n')), (string_to_array(detail, E'\n'))[51];
END $$;
SELECT count(*) FROM releasegov.policy WHERE name = 'hurry';
