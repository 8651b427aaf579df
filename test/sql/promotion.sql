-- A version of a shop goes from its pipeline to production, under a policy of
-- the shop's own: one staging, one production, tests, an approval, and no soak.
-- Whoever is named acts as themselves.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
CREATE ROLE rg_lead;
CREATE ROLE rg_lena IN ROLE rg_lead;
CREATE ROLE rg_mia IN ROLE rg_lead;
CREATE ROLE rg_ci;
CREATE ROLE rg_deployer;
CREATE ROLE rg_chatbot;
SELECT releasegov.grant_access('rg_lead', 'approver');
SELECT releasegov.grant_access('rg_ci', 'ci');
SELECT releasegov.grant_access('rg_deployer', 'deployer');
SELECT releasegov.grant_access('rg_chatbot', 'broker');

SELECT releasegov.apply_policy('shop', '{
  "releasegov": 1, "title": "A small shop",
  "roles": { "lead": { "role": "rg_lead", "title": "Lead" } },
  "change_categories": ["ui"],
  "environments": [
    { "name": "staging", "purpose": "rehearsal", "branch": "main", "auto_deploy": true },
    { "name": "production", "purpose": "live", "after": "staging", "predecessor_required": true,
      "approval_required": true, "blocking_issues": true, "release_notes_required": true, "releases": true }
  ],
  "gates": [
    { "name": "unit_tests", "title": "Unit tests", "threshold": "= 100%", "figures": ["tests.pass_rate"],
      "enforcement": "block", "environments": ["staging", "production"] },
    { "name": "bundle_size", "title": "Bundle size", "threshold": "< 500 kB", "figures": ["size.total"],
      "enforcement": "warn", "environments": ["staging", "production"] }
  ],
  "approvals": [
    { "name": "go", "title": "Go", "any_of": ["lead"], "count": 1, "not": ["requester", "author"],
      "environments": ["production"] }
  ],
  "waivers": [
    { "name": "gate waiver", "requirements": ["gate:*"], "granted_by": ["lead"], "max_duration": "1 d" }
  ]
}', 'the shop''s first policy');
SELECT releasegov.register_application('shop', 'shop', 'tea and cups') AS is_new;
SELECT releasegov.register_application('shop', 'shop') AS is_new;
SELECT releasegov.register_application('shop', 'standard') AS is_new;

-- The pipeline registers the version and reports. Twice: it was run again.
SET SESSION AUTHORIZATION rg_ci;
SELECT releasegov.register_release('shop', '1.4.0', '8f2c1d7', '{rg_mia,jun@example.com}', 'main', change_categories => '{ui}') AS is_new;
SELECT releasegov.register_release('shop', '1.4.0', '8f2c1d7', '{rg_mia,jun@example.com}', 'main', change_categories => '{ui}') AS is_new;
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id)
VALUES ('shop', '1.4.0', 'unit_tests', '100%', 'github', '8123'),
       ('shop', '1.4.0', 'bundle_size', '612 kB', 'github', '8123');
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id)
VALUES ('shop', '1.4.0', 'unit_tests', '100%', 'github', '8123');
COPY releasegov.ci_result (application, version, gate, measured, source, run_id) FROM stdin WITH (DELIMITER ',');
shop,1.4.0,unit_tests,100%,github,8123
shop,1.4.0,unit_tests,100%,github,8124
\.
RESET SESSION AUTHORIZATION;
SELECT gate, measured, source, run_id, attempt, recorded_by FROM releasegov.gate_result ORDER BY id;

-- A draft is not promoted; a candidate is.
SET SESSION AUTHORIZATION rg_deployer;
SELECT releasegov.request_promotion('shop', '1.4.0', 'staging');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_ci;
SELECT releasegov.submit_release('shop', '1.4.0', 'pipeline is through');
RESET SESSION AUTHORIZATION;

-- Merged to main and eligible: the next round deploys it to staging.
SET SESSION AUTHORIZATION rg_deployer;
SELECT action, application, version, environment FROM releasegov.tick();
SELECT action FROM releasegov.tick();
SELECT releasegov.report_deployment('shop', '1.4.0', 'staging', 'live') IS NOT NULL AS live;

-- Production asks for more. The request stays; what is missing is said.
SELECT state, missing FROM releasegov.promote('shop', '1.4.0', 'production', 'for the weekend');
SELECT releasegov.start_deployment('shop', '1.4.0', 'production');
RESET SESSION AUTHORIZATION;

-- Missing notes may still be added to a candidate; nothing else may.
SET SESSION AUTHORIZATION rg_ci;
SELECT releasegov.document_release('shop', '1.4.0', 'Tea by the cup.');
SELECT releasegov.document_release('shop', '1.4.0', 'Tea by the bucket.');
RESET SESSION AUTHORIZATION;
UPDATE releasegov.release SET commit_id = 'deadbee' WHERE version = '1.4.0';

-- Four eyes: the author cannot, under any name; the requester cannot.
SET SESSION AUTHORIZATION rg_mia;
SELECT releasegov.approve('shop', '1.4.0', 'production');
RESET SESSION AUTHORIZATION;
CREATE ROLE rg_jun_admin IN ROLE rg_lead;
SELECT releasegov.register_identity('jun', 'jun@example.com');
SELECT releasegov.register_identity('jun', 'rg_jun_admin');
SET SESSION AUTHORIZATION rg_jun_admin;
SELECT releasegov.approve('shop', '1.4.0', 'production');
RESET SESSION AUTHORIZATION;
-- SET ROLE changes nothing: who acts is who logged in. Nor does being a superuser.
SET ROLE rg_lena;
SELECT releasegov.approve('shop', '1.4.0', 'production');
RESET ROLE;
-- A chat bot names the person; others may not.
SET SESSION AUTHORIZATION rg_lena;
INSERT INTO releasegov.approval (application, version, environment, rule, decision, actor)
VALUES ('shop', '1.4.0', 'production', 'go', 'approve', 'rg_mia');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_chatbot;
SELECT releasegov.approve('shop', '1.4.0', 'production', actor => 'rg_mia');
SELECT releasegov.approve('shop', '1.4.0', 'production', 'via chat', actor => 'rg_lena');
RESET SESSION AUTHORIZATION;
SELECT rule, decision, role, actor, recorded_by, comment FROM releasegov.approval ORDER BY id;

-- A rejection stands until it is taken back by whoever gave it.
SET SESSION AUTHORIZATION rg_lena;
SELECT releasegov.reject_promotion('shop', '1.4.0', 'production', '');
SELECT releasegov.reject_promotion('shop', '1.4.0', 'production', 'wait for the fix of the till');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('shop', '1.4.0', 'production')
WHERE kind = 'approval';
SET SESSION AUTHORIZATION rg_lena;
SELECT releasegov.revoke_approval('shop', '1.4.0', 'production', 'fixed');
SELECT releasegov.revoke_approval('shop', '1.4.0', 'production', 'fixed');
SELECT releasegov.approve('shop', '1.4.0', 'production', 'now');
RESET SESSION AUTHORIZATION;

-- It goes, and is released by going live.
UPDATE releasegov.release SET state = 'released' WHERE version = '1.4.0';
SET SESSION AUTHORIZATION rg_deployer;
SELECT state, missing FROM releasegov.promote('shop', '1.4.0', 'production');
-- A job that is run again finds what it started; it asks for no second one.
SELECT state, missing FROM releasegov.promote('shop', '1.4.0', 'production');
SELECT releasegov.report_deployment('shop', '1.4.0', 'production', 'superseded');
SELECT releasegov.report_deployment('shop', '1.4.0', 'production', 'live') IS NOT NULL AS live;
SELECT releasegov.report_deployment('shop', '1.4.0', 'production', 'live') IS NOT NULL AS live;
SELECT state, missing FROM releasegov.promote('shop', '1.4.0', 'production');
RESET SESSION AUTHORIZATION;
SELECT subject, environment, from_state, to_state, reason, actor, recorded_by FROM releasegov.transition ORDER BY id;

-- The decision is kept, whole, and can be made again.
SELECT environment, policy, revision, actor, jsonb_array_length(requirements) > 5 AS every_requirement,
       releasegov.is_eligible(application, version, environment, as_of) AS replayed
FROM releasegov.deployment_decision ORDER BY id;

-- The next version supersedes it; one that fails is held back.
SELECT releasegov.register_release('shop', '1.5.0', '51d0e6f', '{rg_mia}', 'main', notes => 'More tea.', state => 'candidate');
SELECT releasegov.register_release('shop', '1.6.0', '6aa0b11', '{rg_mia}', 'main', notes => 'Most tea.', state => 'candidate');
INSERT INTO releasegov.ci_result (application, version, gate, measured)
VALUES ('shop', '1.5.0', 'unit_tests', '100%'), ('shop', '1.6.0', 'unit_tests', '99.9%');
SELECT state FROM releasegov.promote('shop', '1.5.0', 'staging');
SELECT releasegov.report_deployment('shop', '1.5.0', 'staging', 'live') IS NOT NULL AS live;
SELECT version, environment, state FROM releasegov.deployment ORDER BY id;
SELECT * FROM releasegov.tick();
SELECT state, missing FROM releasegov.promote('shop', '1.6.0', 'staging');
-- An exception has a reason, an end and a name.
SET SESSION AUTHORIZATION rg_lena;
SELECT releasegov.grant_waiver('shop', '1.6.0', 'staging', 'gate:unit_tests', 'flaky on Mondays', now() + interval '2 days');
SELECT releasegov.grant_waiver('shop', '1.6.0', 'staging', 'gate:unit_test', 'flaky on Mondays', now() + interval '2 hours');
SELECT releasegov.grant_waiver('shop', '1.6.0', 'staging', 'soak', 'in a hurry', now() + interval '2 hours');
SELECT releasegov.grant_waiver('shop', '1.6.0', 'staging', 'gate:unit_tests', ' ', now() + interval '2 hours');
SELECT releasegov.grant_waiver('shop', '1.6.0', 'staging', 'gate:unit_tests', 'flaky on Mondays', now() + interval '2 hours');
RESET SESSION AUTHORIZATION;
SELECT requirement, status FROM releasegov.promotion_eligibility('shop', '1.6.0', 'staging') WHERE status = 'waived';
SELECT state FROM releasegov.promote('shop', '1.6.0', 'staging');
SELECT releasegov.report_deployment('shop', '1.6.0', 'staging', 'failed', 'does not start') IS NOT NULL AS failed;
SELECT event, reason FROM releasegov.hold;
SELECT * FROM releasegov.tick();
-- Blue and green are probed in turn: each version has its own chain.
SELECT releasegov.report_health('shop', 'staging', '1.5.0', true), releasegov.report_health('shop', 'staging', '1.6.0', false);
SELECT releasegov.report_health('shop', 'staging', '1.5.0', true), releasegov.report_health('shop', 'staging', '1.6.0', true);
SELECT version, healthy, healthy_since IS NOT NULL AS is_healthy,
       healthy_since = min(observed_at) OVER (PARTITION BY version) AS ever_since
FROM releasegov.health_check ORDER BY version, observed_at;
-- An application whose policy somebody tampered with is passed over; the round
-- goes on for the others.
SELECT releasegov.apply_policy('broken', releasegov.standard_policy());
SELECT releasegov.register_application('aaa', 'broken');
SELECT releasegov.register_release('aaa', '1', 'c', '{mia}', 'develop', state => 'candidate');
SELECT releasegov.register_release('shop', '1.7.0', '7c0ffee', '{rg_mia}', 'main', state => 'candidate');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.7.0', 'unit_tests', '100%');
SET releasegov.restore = on;
INSERT INTO releasegov.policy_revision (policy, revision, document, digest, comment, applied_at, applied_by)
SELECT policy, 2, document, '\x00', '', applied_at, applied_by FROM releasegov.policy_revision WHERE policy = 'broken';
RESET releasegov.restore;
SELECT action, application, version, environment FROM releasegov.tick();
SELECT releasegov.cancel('shop', '1.6.0', 'staging');
SELECT releasegov.withdraw_release('shop', '1.6.0', 'will not do');
SELECT releasegov.withdraw_release('shop', '1.4.0', 'is live');
SELECT version, state FROM releasegov.release ORDER BY version;
SELECT * FROM releasegov.legal_transition;

DROP OWNED BY rg_lead, rg_lena, rg_mia, rg_ci, rg_deployer, rg_chatbot, rg_jun_admin;
DROP ROLE rg_lead, rg_lena, rg_mia, rg_ci, rg_deployer, rg_chatbot, rg_jun_admin;
