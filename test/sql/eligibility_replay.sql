-- "Why was that allowed?", "what was known then?", "what would the next
-- revision have said?": the same function, at another time.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE ROLE regress_lead;
CREATE ROLE regress_tina LOGIN SUPERUSER IN ROLE regress_lead;

SELECT releasegov.apply_policy('replay', '{
  "releasegov": 1, "title": "Replay",
  "roles": {"lead": {"role": "regress_lead", "title": "Lead"}},
  "environments": [{"name": "test"}, {"name": "production", "after": "test", "approval_required": true, "releases": true}],
  "gates": [
    {"name": "coverage", "threshold": ">= 80%", "enforcement": "block", "environments": ["test", "production"]}],
  "approvals": [
    {"name": "lead", "title": "Lead", "any_of": ["lead"], "count": 1, "not": ["author"], "environments": ["production"]}]
}');
SELECT clock_timestamp() AS nothing \gset
SELECT releasegov.register_application('replay', 'replay');
SELECT clock_timestamp() AS no_release \gset
SELECT releasegov.register_release('replay', '1.0', 'c1', ARRAY['alice'], 'main');
SELECT clock_timestamp() AS draft \gset
SELECT releasegov.submit_release('replay', '1.0');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('replay', '1.0', 'coverage', '85%');
SELECT clock_timestamp() AS tested \gset
SET SESSION AUTHORIZATION regress_tina;
SELECT releasegov.approve('replay', '1.0', 'production', 'go');
RESET SESSION AUTHORIZATION;
SELECT clock_timestamp() AS approved \gset
SELECT state FROM releasegov.promote('replay', '1.0', 'production');
SELECT clock_timestamp() AS started \gset
SELECT releasegov.report_deployment('replay', '1.0', 'production', 'live') IS NOT NULL AS live;
SELECT clock_timestamp() AS live \gset
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('replay', '1.0', 'coverage', '12%');

-- what was known when
SELECT at, requirement, status, observed
FROM (VALUES (1, 'no release', :'no_release'::timestamptz), (2, 'draft', :'draft'), (3, 'tested', :'tested'),
             (4, 'approved', :'approved'), (5, 'started', :'started'), (6, 'live', :'live'), (7, 'now', now())) v(n, at, t),
     releasegov.promotion_eligibility('replay', '1.0', 'production', t)
WHERE status NOT IN ('satisfied', 'not_applicable') ORDER BY n, requirement;
SELECT releasegov.is_eligible('replay', '1.0', 'production', :'tested') AS tested,
       releasegov.is_eligible('replay', '1.0', 'production', :'approved') AS approved,
       releasegov.is_eligible('replay', '1.0', 'production', :'started') AS started;
-- before the application had a policy, nothing was allowed
SELECT requirement, status, enforcement, observed, detail, remedy
FROM releasegov.promotion_eligibility('replay', '1.0', 'production', :'nothing') \gx
SELECT releasegov.is_eligible('replay', '1.0', 'production', :'nothing') AS is_eligible,
       releasegov.eligible_at('replay', '1.0', 'production', :'nothing') AS eligible_at;
SELECT regexp_replace(releasegov.explain('replay', '1.0', 'production', :'nothing'), 'as of [^\n]*', 'as of <time>') AS explain
\pset format unaligned
\pset tuples_only on
\g
\pset format aligned
\pset tuples_only off

-- the decision that was kept says the same as its replay, to the letter
SELECT d.requirements = jsonb_agg(jsonb_build_object(
         'requirement', e.requirement, 'kind', e.kind, 'status', e.status, 'enforcement', e.enforcement,
         'required', e.required, 'observed', e.observed, 'detail', e.detail, 'remedy', e.remedy,
         'clears_at', e.clears_at, 'evidence', e.evidence) ORDER BY e.ordinality) AS same
FROM releasegov.deployment_decision d,
     releasegov.promotion_eligibility('replay', '1.0', 'production', d.as_of) WITH ORDINALITY e
WHERE d.application = 'replay'
GROUP BY d.requirements;

-- the content as it was, the state as it was
SELECT releasegov.register_release('replay', '1.1', 'c2', ARRAY['alice'], 'main');
SELECT releasegov.submit_release('replay', '1.1');
SELECT clock_timestamp() AS feature \gset
SET SESSION AUTHORIZATION regress_tina;
SELECT releasegov.approve('replay', '1.1', 'production', 'go');
RESET SESSION AUTHORIZATION;
SELECT clock_timestamp() AS undocumented \gset
SELECT releasegov.document_release('replay', '1.1', 'What is new.');
SELECT 'then' AS at, status, observed FROM releasegov.promotion_eligibility('replay', '1.1', 'production', :'undocumented') WHERE kind = 'approval'
UNION ALL
SELECT 'now', status, observed FROM releasegov.promotion_eligibility('replay', '1.1', 'production') WHERE kind = 'approval';

-- a stricter revision is tried out on the past before it governs
SELECT releasegov.apply_policy('replay_next', jsonb_set(releasegov.policy_document('replay'), '{gates,0,threshold}', '">= 90%"')
  || '{"environments": [{"name": "test"}, {"name": "production", "after": "test", "predecessor_required": true, "approval_required": true, "releases": true}]}');
SELECT application, version, environment, deployment IS NOT NULL AS deployment, decided_at BETWEEN :'approved' AND :'started' AS decided_at, requirement, status,
       regexp_replace(detail, '\d+ s ago', '<age> ago') AS detail
FROM releasegov.what_would_block('replay_next', 1, :'nothing') WHERE application = 'replay';
SELECT count(*) AS by_its_own_revision FROM releasegov.what_would_block('replay', 1, :'nothing') WHERE application = 'replay';
SELECT count(*) AS since_then FROM releasegov.what_would_block('replay_next', 1, :'live') WHERE application = 'replay';
-- one that does not know the environment answers for it
SELECT releasegov.apply_policy('replay_other', replace(releasegov.policy_document('replay')::text, '"production"', '"shop_floor"')::jsonb);
SELECT requirement, status, detail FROM releasegov.what_would_block('replay_other', 1, :'nothing') WHERE application = 'replay';

-- another revision of the application's own policy
SELECT releasegov.apply_policy('replay', jsonb_set(releasegov.policy_document('replay'), '{gates,0,threshold}', '">= 90%"'));
SELECT releasegov.is_eligible('replay', '1.0', 'production', :'approved') AS in_force_then,
       releasegov.is_eligible('replay', '1.0', 'production', :'approved', 1) AS revision_1,
       releasegov.is_eligible('replay', '1.0', 'production', :'approved', 2) AS revision_2;

-- bad input
SELECT releasegov.is_eligible('nobody', '1.0', 'production');
SELECT releasegov.is_eligible('replay', '9.9', 'production');
SELECT releasegov.is_eligible('replay', '1.0', 'moon');
SELECT releasegov.is_eligible('replay', '1.0', 'production', now(), 7);
SELECT releasegov.is_eligible('replay', '1.0', 'production', now(), 0);
SELECT releasegov.is_eligible('replay', '1.0', 'production', 'infinity');
SELECT releasegov.explain('replay', repeat('x', 10000), 'production');
SELECT releasegov.explain('replay''; DROP TABLE releasegov.release; --', '1.0', 'production');
SELECT * FROM releasegov.what_would_block('nothing', 1, now());
SELECT * FROM releasegov.what_would_block('replay', 9, now());
\set VERBOSITY sqlstate
SELECT releasegov.is_eligible('nobody', '1.0', 'production');
SELECT releasegov.is_eligible('replay', '1.0', 'moon');
SELECT releasegov.is_eligible('replay', '1.0', 'production', 'infinity');
\set VERBOSITY default
SELECT releasegov.is_eligible(NULL, '1.0', 'production') IS NULL AS nothing_asked,
       releasegov.explain('replay', '1.0', NULL) IS NULL AS nothing_told,
       (SELECT count(*) FROM releasegov.promotion_eligibility('replay', NULL, 'production')) AS rows;

-- what others wrote stays on its line, and in its quotes
SELECT releasegov.register_release('replay', 'v''1', 'c3', ARRAY['alice'], 'main');
INSERT INTO releasegov.ci_result (application, version, gate, measured, detail)
VALUES ('replay', 'v''1', 'coverage', '10%', E'oops\n\nNEXT: SELECT releasegov.promote() \x1b[2J' || repeat('é', 300));
SELECT regexp_replace(line, '\d+ s ago', '<age> ago') AS line FROM regexp_split_to_table(releasegov.explain('replay', 'v''1', 'production'), '\n') line
WHERE line ~ 'NEXT|submit_release|replay v' ORDER BY 1;
SELECT char_length(detail) < 300 AS cut, detail !~ '[\n\x1b]' AS one_line
FROM releasegov.promotion_eligibility('replay', 'v''1', 'production') WHERE kind = 'gate';

-- nobody may ask who was not granted it
CREATE ROLE regress_stranger;
GRANT USAGE ON SCHEMA releasegov TO regress_stranger;
SET ROLE regress_stranger;
SELECT releasegov.is_eligible('replay', '1.0', 'production');
SELECT * FROM releasegov.what_would_block('replay', 1, now());
RESET ROLE;
REVOKE USAGE ON SCHEMA releasegov FROM regress_stranger;

DROP ROLE regress_stranger, regress_tina, regress_lead;
