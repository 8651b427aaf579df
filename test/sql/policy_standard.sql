-- An auditor goes through the reference policy line by line and looks for each
-- of them in what CREATE EXTENSION installed.
SET search_path = releasegov, public;

SELECT policy, revision, comment, is_current,
       digest = encode(sha256(convert_to(standard_policy()::text, 'UTF8')), 'hex') AS digest_is_sha256_of_the_text
FROM policy_history;

CREATE TEMP VIEW env AS SELECT * FROM policy_environment WHERE policy = 'standard';
CREATE TEMP VIEW gate AS SELECT * FROM policy_gate WHERE policy = 'standard';

-- Environment hierarchy
SELECT line, kept FROM (VALUES
  ('Development -> Staging -> Production',
   (SELECT array_agg(environment ORDER BY position) = '{development,staging,production}' FROM env)
   AND (SELECT array_agg(after ORDER BY position) = '{NULL,development,staging}' FROM env)),
  ('Development: feature testing, yes (on PR merge to develop), no approval',
   EXISTS (SELECT FROM env WHERE environment = 'development' AND purpose = 'Feature testing'
           AND auto_deploy AND branch = 'develop' AND NOT approval_required)),
  ('Staging: pre-production validation, yes (on merge to main), no approval',
   EXISTS (SELECT FROM env WHERE environment = 'staging' AND purpose = 'Pre-production validation'
           AND auto_deploy AND branch = 'main' AND NOT approval_required)),
  ('Production: live system, no auto-deploy, approval required',
   EXISTS (SELECT FROM env WHERE environment = 'production' AND purpose = 'Live system'
           AND NOT auto_deploy AND approval_required AND releases))
) AS checklist (line, kept);

-- Promotion workflow 1: Development -> Staging
SELECT line, kept FROM (VALUES
  ('All CI tests pass: unit',
   EXISTS (SELECT FROM gate WHERE gate = 'unit_tests' AND threshold = '= 100%' AND 'staging' = ANY (environments))),
  ('All CI tests pass: integration',
   EXISTS (SELECT FROM gate WHERE gate = 'integration_tests' AND threshold = '= 100%' AND 'staging' = ANY (environments))),
  ('All CI tests pass: E2E',
   EXISTS (SELECT FROM gate WHERE gate = 'e2e_tests' AND threshold = '= 100%' AND 'staging' = ANY (environments))),
  ('Code coverage >= 90%',
   EXISTS (SELECT FROM gate WHERE gate = 'unit_test_coverage' AND threshold = '>= 90%' AND 'staging' = ANY (environments))),
  ('No critical/high security vulnerabilities',
   EXISTS (SELECT FROM gate WHERE gate = 'security_scan' AND threshold = '= 0' AND figures = '{findings.critical_high}'
           AND 'staging' = ANY (environments))),
  ('Linting passes with zero errors',
   EXISTS (SELECT FROM gate WHERE gate = 'lint' AND threshold = '= 0' AND figures = '{lint.errors}' AND 'staging' = ANY (environments))),
  ('Build succeeds for all packages',
   EXISTS (SELECT FROM gate WHERE gate = 'build' AND threshold IS NULL AND 'staging' = ANY (environments))),
  ('Architecture tests pass (no boundary violations)',
   EXISTS (SELECT FROM gate WHERE gate = 'architecture_tests' AND threshold = '= 100%' AND 'staging' = ANY (environments))),
  ('All of these block',
   (SELECT bool_and(enforcement = 'block') FROM gate WHERE gate IN ('unit_tests', 'integration_tests', 'e2e_tests',
    'unit_test_coverage', 'security_scan', 'lint', 'build', 'architecture_tests'))),
  ('Automatic blue-green deployment',
   EXISTS (SELECT FROM env WHERE environment = 'staging' AND auto_deploy AND strategy = 'blue-green')),
  ('Health checks must pass within 2 minutes',
   EXISTS (SELECT FROM env WHERE environment = 'staging' AND health_within = interval '2 minutes')),
  ('Automatic rollback if health checks fail',
   EXISTS (SELECT FROM env WHERE environment = 'staging' AND rollback_on_failed_health))
) AS checklist (line, kept);

-- Promotion workflow 2: Staging -> Production, the checklist
SELECT position AS "#", title, computed, attested_by, needs
FROM policy_check WHERE policy = 'standard' AND environments = '{production}' ORDER BY position;

SELECT line, kept FROM (VALUES
  ('Staging deployment stable for >= 24 hours',
   EXISTS (SELECT FROM env WHERE environment = 'production' AND soak = interval '24 hours' AND predecessor_required)),
  ('Integration and E2E results count where they were measured: in staging',
   (SELECT bool_and(measured_in = '{"production": "staging"}') FROM gate WHERE gate IN ('integration_tests', 'e2e_tests'))),
  ('At least 1 approval from Tech Lead or DevOps Lead',
   EXISTS (SELECT FROM policy_approval_rule WHERE policy = 'standard' AND rule = 'release_approval'
           AND roles = '{tech_lead,devops_lead}' AND people = 1 AND environments = '{production}'
           AND kinds = '{feature,hotfix}' AND not_requester AND not_author)),
  ('All blocking issues resolved',
   EXISTS (SELECT FROM env WHERE environment = 'production' AND blocking_issues)),
  ('Release notes documented',
   EXISTS (SELECT FROM env WHERE environment = 'production' AND release_notes_required)),
  ('Blue-green deployment',
   EXISTS (SELECT FROM env WHERE environment = 'production' AND strategy = 'blue-green' AND same_artifact)),
  ('10% -> 50% -> 100% traffic rollout',
   (SELECT array_agg(traffic::text ORDER BY position) = '{10%,50%,100%}' FROM policy_phase
    WHERE policy = 'standard' AND environment = 'production')),
  ('Each phase requires health check validation',
   (SELECT count(*) = 3 AND bool_and(health_within IS NOT NULL) FROM policy_phase WHERE policy = 'standard')),
  ('Automatic rollback on error rate > 1%',
   EXISTS (SELECT FROM env WHERE environment = 'production' AND rollout_abort = '{error_rate > 1%}'))
) AS checklist (line, kept);

-- Quality gates, automated
SELECT g.title, g.threshold, g.enforcement, g.review
FROM (VALUES (1, 'unit_test_coverage'), (2, 'integration_tests'), (3, 'e2e_tests'), (4, 'security_scan'),
             (5, 'performance_p99'), (6, 'lighthouse_score'), (7, 'bundle_size')) AS line (n, gate)
LEFT JOIN gate g USING (gate) ORDER BY n;

-- Quality gates, manual
SELECT r.title, string_agg(o.title, ', ') AS reviewer, r.kinds, r.categories
FROM policy_review r JOIN policy_role o ON o.policy = r.policy AND o.role = ANY (r.roles)
WHERE r.policy = 'standard' GROUP BY r.position, r.title, r.kinds, r.categories ORDER BY r.position;

-- Rollback criteria, automatic
SELECT trigger_name, consecutive_failures, metric, condition
FROM policy_rollback_trigger WHERE policy = 'standard' ORDER BY position;

-- Rollback criteria, manual
SELECT unnest(manual_reasons) AS reason FROM policy_rollback WHERE policy = 'standard';

-- Rollback procedure
SELECT restore_within, down_migrations, disable_feature_flags, notify FROM policy_rollback WHERE policy = 'standard';

-- SLAs
SELECT title, target, monitoring FROM policy_sla WHERE policy = 'standard' ORDER BY position;

-- Release schedule
SELECT kind, name, kinds, always, time_zone, starts, ends, rrule
FROM policy_window WHERE policy = 'standard' ORDER BY kind DESC, position;
SELECT line, kept FROM (VALUES
  ('Hotfixes: any time (with on-call approval)',
   EXISTS (SELECT FROM policy_approval_rule WHERE policy = 'standard' AND roles = '{on_call}' AND kinds = '{hotfix}')
   AND EXISTS (SELECT FROM policy_window WHERE policy = 'standard' AND kinds = '{hotfix}' AND always))
) AS checklist (line, kept);

-- What people may set aside, and for how long at most
SELECT rule, requirements, roles, max_duration, break_glass
FROM policy_waiver_rule WHERE policy = 'standard' ORDER BY position;

-- The roles are the server's roles
SELECT title, pg_role FROM policy_role WHERE policy = 'standard' ORDER BY title COLLATE "C";
