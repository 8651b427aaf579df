-- What people try who know the rules: to become somebody else, to excuse
-- themselves, to ask for a time that no calendar has.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
\set SHOW_CONTEXT never
CREATE ROLE rg_lead;
CREATE ROLE rg_ann IN ROLE rg_lead;
CREATE ROLE rg_bob IN ROLE rg_lead;
CREATE ROLE rg_ci;
SELECT releasegov.grant_access('rg_ci', 'ci');
SELECT releasegov.grant_access('rg_lead', 'approver');
SELECT releasegov.grant_access('rg_lead', 'deployer');

CREATE FUNCTION pg_temp.policy(categories jsonb) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_set(jsonb_set('{
    "releasegov": 1, "title": "A small shop",
    "roles": { "lead": { "role": "rg_lead", "title": "Lead" }, "boss": { "role": "rg_boss", "title": "Boss" } },
    "environments": [
      { "name": "production", "purpose": "live", "approval_required": true, "blocking_issues": true, "releases": true }
    ],
    "gates": [
      { "name": "tests", "title": "Tests", "threshold": "= 100%", "figures": ["tests.pass_rate"],
        "enforcement": "block", "environments": ["production"] }
    ],
    "reviews": [
      { "name": "security", "title": "Security", "by": ["lead"], "environments": ["production"] }
    ],
    "approvals": [
      { "name": "go", "title": "Go", "any_of": ["lead"], "count": 1, "not": ["requester", "author"],
        "environments": ["production"] }
    ],
    "freezes": [
      { "name": "Christmas", "environments": ["production"], "time_zone": "UTC",
        "start": "2025-12-24", "end": "2025-12-27", "rrule": "FREQ=YEARLY" }
    ],
    "waivers": [
      { "name": "gate waiver", "requirements": ["gate:*"], "granted_by": ["lead"], "max_duration": "1 d" }
    ]
  }'::jsonb, '{change_categories}', categories), '{reviews,0,categories}', categories - 'ui')
$$;
SELECT releasegov.apply_policy('shop', pg_temp.policy('["auth", "ui"]'));
SELECT releasegov.register_application('shop', 'shop');
SELECT releasegov.register_release('shop', '1.0', 'c1', '{mia}', 'main', change_categories => '{ui}',
  artifact_digest => 'sha256:' || repeat('a', 64), state => 'candidate');

-- An operator of one's own, in front of the system's: it would run as the
-- owner of the extension.
CREATE SCHEMA rg_trap AUTHORIZATION rg_ci;
SET SESSION AUTHORIZATION rg_ci;
CREATE FUNCTION rg_trap.same(text, text) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN RAISE WARNING 'running as %', current_user; RETURN true; END $$;
CREATE FUNCTION rg_trap.same(integer, integer) RETURNS boolean LANGUAGE plpgsql AS
$$ BEGIN RAISE WARNING 'running as %', current_user; RETURN true; END $$;
CREATE OPERATOR rg_trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = rg_trap.same);
CREATE OPERATOR rg_trap.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = rg_trap.same);
SET search_path = rg_trap, pg_catalog;
SELECT releasegov.register_release('shop', '1.0', 'c1', '{mia}', 'main', change_categories => '{ui}',
  artifact_digest => 'sha256:' || repeat('a', 64), state => 'candidate') AS is_new;
SELECT status, repeated FROM releasegov.ingest_report('shop', '1.0', 'junit',
  '<testsuite tests="1" failures="0"><testcase name="a"/></testsuite>'::text, gates => '{tests}', run_id => '1', exit_code => 0);
SELECT status, repeated FROM releasegov.ingest_report('shop', '1.0', 'junit',
  '<testsuite tests="1" failures="0"><testcase name="a"/></testsuite>'::text, gates => '{tests}', run_id => '1', exit_code => 0);
INSERT INTO releasegov.ci_result (application, version, gate, measured, run_id) VALUES ('shop', '1.0', 'tests', '100%', '2');
INSERT INTO releasegov.ci_result (application, version, gate, measured, run_id) VALUES ('shop', '1.0', 'tests', '100%', '2');
RESET search_path;
RESET SESSION AUTHORIZATION;
DROP SCHEMA rg_trap CASCADE;
SELECT proname FROM pg_proc WHERE pronamespace = 'releasegov'::regnamespace AND prosecdef
  AND proconfig IS DISTINCT FROM '{"search_path=pg_catalog, pg_temp"}';

-- The same job twice, straight into the table, without naming its source.
SET SESSION AUTHORIZATION rg_ci;
INSERT INTO releasegov.gate_result (application, version, gate, measured, run_id) VALUES ('shop', '1.0', 'tests', '100%', '3');
\set VERBOSITY sqlstate
INSERT INTO releasegov.gate_result (application, version, gate, measured, run_id) VALUES ('shop', '1.0', 'tests', '100%', '3');
\set VERBOSITY default
RESET SESSION AUTHORIZATION;

-- A time that no calendar has is not open.
SELECT status, observed, detail, clears_at FROM releasegov.promotion_eligibility('shop', '1.0', 'production', '9999-01-01') WHERE requirement = 'freeze';
SELECT status FROM releasegov.promotion_eligibility('shop', '1.0', 'production', '290000-01-01') WHERE requirement = 'freeze';
SELECT releasegov.eligible_at('shop', '1.0', 'production', '290000-01-01');

-- A new revision calls the categories otherwise: what a release is registered
-- as could be any of them.
SELECT status FROM releasegov.promotion_eligibility('shop', '1.0', 'production') WHERE requirement = 'review:security';
SELECT releasegov.apply_policy('shop', pg_temp.policy('["authentication", "frontend"]'));
SELECT status, detail FROM releasegov.promotion_eligibility('shop', '1.0', 'production') WHERE requirement = 'review:security';
SELECT releasegov.apply_policy('shop', pg_temp.policy('["auth", "ui"]'));

-- One's own change under another name: the mail address is Ann's, and her
-- login was renamed since.
SELECT releasegov.register_identity('ann', 'ann@example.com');
SELECT releasegov.register_identity('rg_ann', 'ann');
SELECT releasegov.register_identity('ann@example.com', 'rg_ann');
SELECT releasegov.register_release('shop', '1.1', 'c2', '{ann@example.com}', 'main', state => 'candidate');
SET SESSION AUTHORIZATION rg_ann;
SELECT releasegov.approve('shop', '1.1', 'production');
RESET SESSION AUTHORIZATION;
-- known only afterwards, it counts all the same
SELECT releasegov.register_release('shop', '1.2', 'c3', '{robert}', 'main', state => 'candidate');
SET SESSION AUTHORIZATION rg_bob;
SELECT releasegov.approve('shop', '1.2', 'production');
RESET SESSION AUTHORIZATION;
SELECT releasegov.register_identity('bob', 'robert');
SELECT releasegov.register_identity('rg_bob', 'bob');
SELECT status, observed FROM releasegov.promotion_eligibility('shop', '1.2', 'production') WHERE kind = 'approval';

-- An excuse for oneself: first the waiver, then the request.
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', 'tests', '98%');
SET SESSION AUTHORIZATION rg_ann;
SELECT releasegov.approve('shop', '1.0', 'production');
SET SESSION AUTHORIZATION rg_bob;
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'gate:tests', 'I am in a hurry', now() + interval '1 hour');
SELECT status FROM releasegov.promotion_eligibility('shop', '1.0', 'production') WHERE requirement = 'gate:tests';
SELECT state, missing FROM releasegov.promote('shop', '1.0', 'production');
SET SESSION AUTHORIZATION rg_ann;
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'gate:tests', 'it is the test that is wrong', now() + interval '1 hour');
SET SESSION AUTHORIZATION rg_bob;
SELECT state, missing FROM releasegov.promote('shop', '1.0', 'production');
RESET SESSION AUTHORIZATION;

-- A rejection under a role that a later revision no longer asks still ends
-- the approval before it.
CREATE ROLE rg_boss;
GRANT rg_boss TO rg_ann;
SELECT releasegov.apply_policy('shop', jsonb_set(pg_temp.policy('["auth", "ui"]'), '{approvals,0,any_of}', '["lead", "boss"]'));
SELECT releasegov.register_release('shop', '1.3', 'c4', '{mia}', 'main', state => 'candidate');
SET SESSION AUTHORIZATION rg_ann;
INSERT INTO releasegov.approval (application, version, environment, rule, decision, role) VALUES ('shop', '1.3', 'production', 'go', 'approve', 'lead');
INSERT INTO releasegov.approval (application, version, environment, rule, decision, role, comment) VALUES ('shop', '1.3', 'production', 'go', 'reject', 'boss', 'no');
RESET SESSION AUTHORIZATION;
SELECT status, observed FROM releasegov.promotion_eligibility('shop', '1.3', 'production') WHERE kind = 'approval';
SELECT releasegov.apply_policy('shop', pg_temp.policy('["auth", "ui"]'));
SELECT status, observed FROM releasegov.promotion_eligibility('shop', '1.3', 'production') WHERE kind = 'approval';

-- Adding the missing notes changes the content, so approvals are given anew;
-- a rejection is not got rid of that way.
SELECT releasegov.register_release('shop', '1.4', 'c5', '{mia}', 'main', state => 'candidate');
SET SESSION AUTHORIZATION rg_ann;
SELECT releasegov.reject_promotion('shop', '1.4', 'production', 'it loses orders');
SET SESSION AUTHORIZATION rg_ci;
SELECT releasegov.document_release('shop', '1.4', 'better orders');
SET SESSION AUTHORIZATION rg_bob;
SELECT releasegov.approve('shop', '1.4', 'production');
RESET SESSION AUTHORIZATION;
SELECT status, observed FROM releasegov.promotion_eligibility('shop', '1.4', 'production') WHERE kind = 'approval';

-- The history says the same.
SELECT releasegov.person_of('ann@example.com'), releasegov.person_of('mia');
SELECT version, person, decision, counts_now, why_not FROM releasegov.approval_history
WHERE version IN ('1.2', '1.3', '1.4') ORDER BY id;

-- A reason that was refused is not that of the next move.
SELECT releasegov.withdraw_release('shop', '1.3', repeat('x', 70000));
UPDATE releasegov.release SET state = 'withdrawn' WHERE version = '1.3';
SELECT to_state, reason FROM releasegov.transition WHERE version = '1.3' AND subject = 'release' ORDER BY id;

RESET client_min_messages;
DROP OWNED BY rg_ci, rg_lead, rg_ann, rg_bob, rg_boss;
DROP ROLE rg_ci, rg_lead, rg_ann, rg_bob, rg_boss;
