-- The benchmarks' policy: the reference policy with nine gates more, 20 in
-- all. Its windows and freezes are evaluated like the reference policy's, but
-- lie so that production is open whenever the benchmark runs.
CREATE SCHEMA bench;
CREATE EXTENSION releasegov;

CREATE TABLE bench.more_gates (name text, title text, threshold text);
INSERT INTO bench.more_gates VALUES
  ('contract_tests', 'Contract Tests', '= 100%'),
  ('mutation_score', 'Mutation Score', '>= 60%'),
  ('api_compatibility', 'Breaking changes of the API', '= 0'),
  ('license_scan', 'Forbidden licences', '= 0'),
  ('container_scan', 'Findings in the image', '= 0'),
  ('accessibility_score', 'Accessibility', '>= 90'),
  ('smoke_tests', 'Smoke Tests', '= 100%'),
  ('load_p95', 'p95 under load', '< 150 ms'),
  ('secrets_scan', 'Secrets in the code', '= 0');

SELECT releasegov.apply_policy('bench',
  jsonb_set(jsonb_set(jsonb_set(document, '{gates}', (document -> 'gates') || gates),
    '{windows}', windows), '{freezes}', freezes))
FROM (SELECT releasegov.standard_policy() AS document) policy,
  (SELECT jsonb_agg(jsonb_build_object('name', name, 'title', title, 'threshold', threshold,
      'enforcement', 'block', 'environments', '["staging", "production"]'::jsonb) ORDER BY name) AS gates
   FROM bench.more_gates) more,
  (SELECT jsonb_build_array(
      jsonb_build_object('name', 'two days a week', 'kinds', '["feature"]'::jsonb,
        'environments', '["production"]'::jsonb, 'time_zone', 'UTC', 'start', to_char(monday, 'YYYY-MM-DD'),
        'end', to_char(monday + 1, 'YYYY-MM-DD'),
        'rrule', 'FREQ=WEEKLY;BYDAY=' || left(to_char(now(), 'DY'), 2) || ',' || left(to_char(now() + interval '1 day', 'DY'), 2)),
      jsonb_build_object('name', 'hotfixes at any time', 'kinds', '["hotfix"]'::jsonb,
        'environments', '["production"]'::jsonb, 'always', true)) AS windows
   FROM (SELECT date_trunc('week', now() - interval '300 days')::date AS monday) m) open,
  (SELECT jsonb_agg(jsonb_build_object('name', name, 'kinds', '["feature"]'::jsonb,
      'environments', '["production"]'::jsonb, 'time_zone', 'UTC',
      'start', to_char(day, 'YYYY-MM-DD'), 'end', to_char(day + days, 'YYYY-MM-DD'), 'rrule', rrule)) AS freezes
   FROM (VALUES
     ('holidays', 20, 3, 'FREQ=YEARLY'),
     ('year''s end', 40, 2, 'FREQ=YEARLY'),
     ('processing', 12, 1, 'FREQ=MONTHLY;BYMONTHDAY=' || extract(day FROM now() + interval '12 days')
       || ',' || extract(day FROM now() + interval '13 days'))
   ) f(name, ahead, days, rrule), LATERAL (SELECT (now() - interval '1 year' + ahead * interval '1 day')::date AS day) d) frozen;

-- A gate, what a good result of it says, and where the result is measured.
CREATE TABLE bench.gate AS
  SELECT g.gate, g.position,
    CASE WHEN g.threshold IS NOT NULL THEN
      CASE WHEN g.threshold::text LIKE '= 100%' THEN '100%'
           WHEN g.threshold::text LIKE '>= %\%' THEN '93.4%'
           WHEN g.threshold::text LIKE '>= %' THEN '96'
           WHEN g.threshold::text LIKE '%ms' THEN '132 ms'
           WHEN g.threshold::text LIKE '%kB' THEN '412 kB'
           ELSE '0' END::releasegov.measure
    END AS measured,
    CASE WHEN g.threshold IS NULL THEN 'pass'::releasegov.gate_outcome END AS outcome,
    coalesce(g.measured_in ->> 'production', '') COLLATE "C" AS environment
  FROM releasegov.policy_gate g WHERE g.policy = 'bench';
ALTER TABLE bench.gate ADD PRIMARY KEY (gate);
