-- The road of a release: from a draft to production, asking each time what is
-- still missing. Times and ages are written as <time> and <age>.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE ROLE regress_alice LOGIN SUPERUSER;
CREATE ROLE regress_tina LOGIN SUPERUSER;
CREATE ROLE regress_sam LOGIN SUPERUSER;
CREATE ROLE regress_lead ROLE regress_tina;
CREATE ROLE regress_ops;
CREATE ROLE regress_security;
CREATE ROLE regress_ux;
CREATE ROLE regress_sre ROLE regress_sam;
CREATE ROLE regress_on_call;

CREATE FUNCTION calm(words text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT regexp_replace(regexp_replace(regexp_replace(words,
    '(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)? UTC', '<time>', 'g'),
    '\d+ (d|h|min|s)( \d+ (h|min|s))? (ago|old)', '<age> \4', 'g'),
    'healthy for \d+ (min|s)( \d+ s)?', 'healthy for <age>', 'g')
$$;

-- the standard policy, with roles of this test and a window that is always open
SELECT releasegov.apply_policy('road', d || jsonb_build_object(
  'roles', '{"tech_lead": {"role": "regress_lead", "title": "Tech Lead"},
             "devops_lead": {"role": "regress_ops", "title": "DevOps Lead"},
             "security_engineer": {"role": "regress_security", "title": "Security Engineer"},
             "ux_lead": {"role": "regress_ux", "title": "UX Lead"},
             "sre": {"role": "regress_sre", "title": "SRE"},
             "on_call": {"role": "regress_on_call", "title": "On-call engineer"}}'::jsonb,
  'windows', '[{"name": "any time", "kinds": ["feature", "hotfix"], "environments": ["production"], "always": true}]'::jsonb,
  'freezes', '[]'::jsonb))
FROM releasegov.standard_policy() d;
SELECT releasegov.register_application('road', 'road');

SELECT releasegov.register_release('road', '1.4.0', 'abc123', ARRAY['regress_alice'], 'main',
  artifact_digest => 'sha256:' || repeat('ab', 32));

-- a draft goes nowhere
SELECT requirement, status, observed, remedy
FROM releasegov.promotion_eligibility('road', '1.4.0', 'development')
WHERE status <> 'not_applicable';
SELECT releasegov.is_eligible('road', '1.4.0', 'development') AS is_eligible,
       releasegov.eligible_at('road', '1.4.0', 'development') AS eligible_at;

SELECT releasegov.submit_release('road', '1.4.0');
SELECT releasegov.is_eligible('road', '1.4.0', 'development') AS is_eligible,
       releasegov.eligible_at('road', '1.4.0', 'development', '2031-01-07 10:00Z') AS eligible_at;

-- staging wants the results of the pipeline
\pset format unaligned
\pset tuples_only on
SELECT calm(releasegov.explain('road', '1.4.0', 'staging'));
\pset format aligned
\pset tuples_only off

INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES
  ('road', '1.4.0', 'unit_tests', '100%'),
  ('road', '1.4.0', 'unit_test_coverage', '89.9%'),
  ('road', '1.4.0', 'integration_tests', '100%'),
  ('road', '1.4.0', 'e2e_tests', '100%'),
  ('road', '1.4.0', 'security_scan', '0'),
  ('road', '1.4.0', 'lint', '0'),
  ('road', '1.4.0', 'architecture_tests', '100%'),
  ('road', '1.4.0', 'performance_p99', '250 ms'),
  ('road', '1.4.0', 'lighthouse_score', '94'),
  ('road', '1.4.0', 'bundle_size', '512 kB');
INSERT INTO releasegov.ci_result (application, version, gate, outcome, detail, url) VALUES
  ('road', '1.4.0', 'build', 'fail', 'web: exit code 2', 'https://ci.example.com/8123');

-- coverage misses by a tenth, the build failed, p99 is for a person to judge,
-- and the bundle only warns
SELECT requirement, status, enforcement, required, observed, calm(detail) AS detail, remedy
FROM releasegov.promotion_eligibility('road', '1.4.0', 'staging')
WHERE status NOT IN ('satisfied', 'not_applicable') \gx

-- a newer run counts
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES
  ('road', '1.4.0', 'unit_test_coverage', '90%');
INSERT INTO releasegov.ci_result (application, version, gate, outcome) VALUES
  ('road', '1.4.0', 'build', 'pass');
-- a late upload of an older run does not
INSERT INTO releasegov.ci_result (application, version, gate, measured, measured_at) VALUES
  ('road', '1.4.0', 'unit_test_coverage', '12%', now() - interval '1 day');
-- a tool that says fail is believed, whatever its figure
INSERT INTO releasegov.ci_result (application, version, gate, measured, outcome) VALUES
  ('road', '1.4.0', 'lint', '0', 'fail');
SELECT requirement, status, observed, calm(detail) AS detail
FROM releasegov.promotion_eligibility('road', '1.4.0', 'staging')
WHERE requirement IN ('gate:unit_test_coverage', 'gate:build', 'gate:lint', 'gate:performance_p99');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('road', '1.4.0', 'lint', '0');

-- the SRE looks at the figure; that of a later run is another one
SET SESSION AUTHORIZATION regress_sam;
SELECT releasegov.review_release('road', '1.4.0', 'performance_review', 'approve', 'a cold cache, known');
SELECT releasegov.is_eligible('road', '1.4.0', 'staging');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('road', '1.4.0', 'performance_p99', '900 ms');
SELECT requirement, status, enforcement, observed, calm(detail) AS detail
FROM releasegov.promotion_eligibility('road', '1.4.0', 'staging') WHERE requirement = 'gate:performance_p99';
SELECT releasegov.review_release('road', '1.4.0', 'performance_review', 'approve', 'the load generator was at fault');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, observed, calm(detail) AS detail, cardinality(evidence) AS evidence
FROM releasegov.promotion_eligibility('road', '1.4.0', 'staging') WHERE requirement = 'gate:performance_p99';
SELECT releasegov.is_eligible('road', '1.4.0', 'staging');

-- staging has it: on its way, then live
SELECT state, missing FROM releasegov.promote('road', '1.4.0', 'staging');
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('road', '1.4.0', 'production')
WHERE requirement IN ('predecessor', 'soak', 'artifact');
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('road', '1.4.0', 'staging')
WHERE requirement IN ('deployment', 'active_deployment');
SELECT releasegov.report_health('road', 'staging', '1.4.0', true);
SELECT releasegov.report_deployment('road', '1.4.0', 'staging', 'live') IS NOT NULL AS live;
SELECT requirement, status, observed, remedy FROM releasegov.promotion_eligibility('road', '1.4.0', 'staging')
WHERE requirement IN ('deployment', 'active_deployment');

-- production wants more: people, notes, tests run in staging, a day of health
SELECT requirement, status, required, observed
FROM releasegov.promotion_eligibility('road', '1.4.0', 'production')
WHERE status NOT IN ('satisfied', 'not_applicable') AND requirement NOT IN ('soak', 'checklist:staging_stable');

INSERT INTO releasegov.ci_result (application, version, environment, gate, measured) VALUES
  ('road', '1.4.0', 'staging', 'integration_tests', '100%'),
  ('road', '1.4.0', 'staging', 'e2e_tests', '100%');
SELECT releasegov.document_release('road', '1.4.0', 'A basket that remembers.');
SELECT releasegov.open_issue('road', '1.4.0', 'SHOP-17', 'basket forgets');
SELECT releasegov.report_feature_flag('road', '1.4.0', 'production', 'new_basket', 'off', 'on');
SELECT releasegov.report_feature_flag('road', '1.4.0', 'production', 'old_basket', 'on', NULL);
SELECT releasegov.report_monitoring('road', '1.4.0', 'production', 'alert fires', 'pass');
SELECT requirement, status, observed, detail, remedy
FROM releasegov.promotion_eligibility('road', '1.4.0', 'production')
WHERE requirement IN ('release_notes', 'blocking_issues', 'checklist:feature_flags_configured', 'checklist:monitoring_verified') \gx

SELECT releasegov.resolve_issue('road', '1.4.0', 'SHOP-17');
SELECT releasegov.report_feature_flag('road', '1.4.0', 'production', 'new_basket', 'off', 'off');
SELECT releasegov.report_feature_flag('road', '1.4.0', 'production', 'old_basket', 'on', 'on');
SET SESSION AUTHORIZATION regress_tina;
SELECT releasegov.review_release('road', '1.4.0', 'architecture_review', 'approve', 'as drawn');
SELECT releasegov.attest('road', '1.4.0', 'production', 'migrations_reversible', 'no migrations in it');
SELECT releasegov.approve('road', '1.4.0', 'production', 'ship it');
RESET SESSION AUTHORIZATION;
-- the notes changed the content: p99 was accepted for what it was before
SELECT requirement, status, calm(detail) AS detail
FROM releasegov.promotion_eligibility('road', '1.4.0', 'production')
WHERE status NOT IN ('satisfied', 'not_applicable', 'pending') AND enforcement <> 'warn';
SET SESSION AUTHORIZATION regress_sam;
SELECT releasegov.review_release('road', '1.4.0', 'performance_review', 'approve', 'same build');
RESET SESSION AUTHORIZATION;

-- waiting is not enough: when the soak is over, the scan will be too old
\pset format unaligned
\pset tuples_only on
SELECT calm(releasegov.explain('road', '1.4.0', 'production'));
SELECT releasegov.eligible_at('road', '1.4.0', 'production') IS NULL AS somebody_must_act;

-- scanned again, nothing is left but to wait
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('road', '1.4.0', 'security_scan', '0');
SELECT regexp_replace(calm(releasegov.explain('road', '1.4.0', 'production')), 'WARNINGS.*NEXT', '...' || E'\n\n' || 'NEXT');
\pset format aligned
\pset tuples_only off
SELECT releasegov.eligible_at('road', '1.4.0', 'production') - d.live_at AS after_a_soak_of,
       releasegov.is_eligible('road', '1.4.0', 'production') AS now,
       releasegov.is_eligible('road', '1.4.0', 'production', d.live_at + interval '23:59:59.999999') AS just_before,
       releasegov.is_eligible('road', '1.4.0', 'production', d.live_at + interval '24 h') AS then
FROM releasegov.deployment d WHERE application = 'road' AND state = 'live';

-- a failed probe starts the soak anew
SELECT releasegov.report_health('road', 'staging', '1.4.0', false, 'connection refused');
SELECT requirement, status, observed, calm(detail) AS detail, clears_at
FROM releasegov.promotion_eligibility('road', '1.4.0', 'production') WHERE requirement = 'soak';
SELECT releasegov.eligible_at('road', '1.4.0', 'production') AS eligible_at;
SELECT releasegov.report_health('road', 'staging', '1.4.0', true);
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('road', '1.4.0', 'security_scan', '0');
SELECT releasegov.eligible_at('road', '1.4.0', 'production') - h.observed_at AS after_a_soak_of
FROM (SELECT max(observed_at) AS observed_at FROM releasegov.health_check WHERE application = 'road') h;

-- every requirement has one name; workers may ask as well
SELECT count(*) AS requirements, count(DISTINCT requirement) AS names
FROM releasegov.promotion_eligibility('road', '1.4.0', 'production');
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SELECT bool_and(releasegov.is_eligible(application, version, 'development')) AS development,
       bool_or(releasegov.is_eligible(application, version, 'production')) AS production
FROM releasegov.gate_result WHERE application = 'road';
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- it writes nothing
BEGIN READ ONLY;
SELECT releasegov.is_eligible('road', '1.4.0', 'production');
SELECT releasegov.explain('road', '1.4.0', 'production') ~ 'wait until' AS says_wait;
COMMIT;

DROP FUNCTION calm(text);
DROP ROLE regress_alice, regress_tina, regress_sam, regress_lead, regress_ops, regress_security,
  regress_ux, regress_sre, regress_on_call;
