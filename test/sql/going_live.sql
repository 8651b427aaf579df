-- A version is live when its health was validated, in the time that the policy
-- allows, and not because somebody says so; it is superseded by another one
-- that goes live, and by nothing else.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE ROLE rg_deployer;
CREATE ROLE rg_chatbot;
SELECT releasegov.grant_access('rg_deployer', 'deployer'), releasegov.grant_access('rg_chatbot', 'broker'),
       releasegov.grant_access('rg_chatbot', 'deployer');
SELECT releasegov.apply_policy('probed', '{
  "releasegov": 1, "title": "Health first",
  "environments": [
    { "name": "staging", "health_within": "1 s" },
    { "name": "production", "after": "staging", "releases": true,
      "phases": [ { "name": "all", "traffic": "100%", "health_within": "5 min" } ] }
  ]
}');
SELECT releasegov.register_application('shop', 'probed');
SELECT count(releasegov.register_release('shop', v, 'c' || v, '{mia}', 'main', state => 'candidate'))
FROM unnest('{1.0,1.1,1.2}'::text[]) v;

-- Nobody has probed it yet: a probe of before the start says nothing.
SET SESSION AUTHORIZATION rg_deployer;
SELECT releasegov.report_health('shop', 'production', '1.0', true);
SELECT state FROM releasegov.promote('shop', '1.0', 'production');
SELECT releasegov.report_deployment('shop', '1.0', 'production', 'live');
\echo :LAST_ERROR_SQLSTATE
-- It answers, and then it does not.
SELECT releasegov.report_health('shop', 'production', '1.0', true);
SELECT releasegov.report_health('shop', 'production', '1.0', false, 'connection refused');
SELECT releasegov.report_deployment('shop', '1.0', 'production', 'live');
-- Another version's health is not this one's.
SELECT releasegov.report_health('shop', 'production', '1.1', true);
SELECT releasegov.report_deployment('shop', '1.0', 'production', 'live');
-- It answers again.
SELECT releasegov.report_health('shop', 'production', '1.0', true);
SELECT releasegov.report_deployment('shop', '1.0', 'production', 'live') IS NOT NULL AS live;
RESET SESSION AUTHORIZATION;

-- What answers too late has failed, however well it is now.
SELECT state FROM releasegov.promote('shop', '1.1', 'staging');
SELECT pg_sleep(1.1);
SELECT releasegov.report_health('shop', 'staging', '1.1', true);
SELECT releasegov.report_deployment('shop', '1.1', 'staging', 'live');
SELECT releasegov.report_deployment('shop', '1.1', 'staging', 'failed', 'too slow to start') IS NOT NULL AS failed;

-- A superuser's UPDATE meets the same guard.
SELECT state FROM releasegov.promote('shop', '1.1', 'production');
UPDATE releasegov.deployment SET state = 'live' WHERE version = '1.1' AND environment = 'production';
-- What runs is not superseded by hand, but by its successor.
UPDATE releasegov.deployment SET state = 'superseded' WHERE version = '1.0';
SELECT releasegov.report_health('shop', 'production', '1.1', true);
SELECT releasegov.report_deployment('shop', '1.1', 'production', 'live') IS NOT NULL AS live;
SELECT version, environment, state FROM releasegov.deployment ORDER BY id;
SELECT to_state, reason FROM releasegov.transition WHERE version = '1.0' AND subject = 'deployment' ORDER BY id;

-- Who asks is who is connected; a chat bot says for whom. Nobody passes a
-- request off as the automatic round's.
SET SESSION AUTHORIZATION rg_deployer;
SELECT releasegov.request_promotion('shop', '1.2', 'production', 'for Mia', actor => 'mia');
\echo :LAST_ERROR_SQLSTATE
SET SESSION AUTHORIZATION rg_chatbot;
SELECT releasegov.request_promotion('shop', '1.2', 'production', NULL, actor => 'mia') IS NOT NULL AS requested;
RESET SESSION AUTHORIZATION;
INSERT INTO releasegov.deployment (application, version, environment, requested_by) VALUES ('shop', '1.2', 'staging', 'mia');
INSERT INTO releasegov.deployment (application, version, environment, automatic) VALUES ('shop', '1.2', 'staging', true);
SELECT environment, reason, requested_by = current_user AS by_me, automatic FROM releasegov.deployment WHERE version = '1.2' ORDER BY id;
SELECT releasegov.request_promotion('shop', '1.2', NULL);
SELECT releasegov.report_deployment('shop', '1.2', 'staging', NULL);

DROP OWNED BY rg_deployer, rg_chatbot;
DROP ROLE rg_deployer, rg_chatbot;
