-- Decisions that would count for nothing, or that somebody else has to take,
-- are refused when they are made, and not only left out when they are counted.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE ROLE rg_lead;
CREATE ROLE rg_ops;
CREATE ROLE rg_ann IN ROLE rg_lead;
CREATE ROLE rg_bob IN ROLE rg_ops;
SELECT releasegov.grant_access(r, k) FROM unnest('{rg_lead,rg_ops}'::text[]) r, unnest('{approver,deployer}'::text[]) k;
SELECT releasegov.apply_policy('shop', '{
  "releasegov": 1, "title": "A shop with hotfixes",
  "roles": { "lead": { "role": "rg_lead" }, "ops": { "role": "rg_ops" } },
  "change_categories": ["auth"],
  "environments": [
    { "name": "staging" },
    { "name": "production", "after": "staging", "approval_required": true, "releases": true }
  ],
  "gates": [
    { "name": "build", "enforcement": "block", "environments": ["staging", "production"] },
    { "name": "p99", "threshold": "< 200 ms", "enforcement": "review", "review": "speed", "environments": ["production"] }
  ],
  "reviews": [
    { "name": "design", "by": ["lead"], "environments": ["production"], "kinds": ["feature"] },
    { "name": "speed", "by": ["ops"], "environments": ["production"] }
  ],
  "checklist": [
    { "name": "built", "computed": ["gate:build"], "environments": ["production"] },
    { "name": "backup", "attested_by": ["ops"], "environments": ["production"] }
  ],
  "approvals": [
    { "name": "go", "any_of": ["lead"], "count": 1, "not": ["requester", "author"], "environments": ["production"], "kinds": ["feature"] },
    { "name": "on_call", "any_of": ["ops"], "count": 1, "environments": ["production"], "kinds": ["hotfix"] }
  ],
  "waivers": [
    { "name": "short", "requirements": ["gate:*"], "granted_by": ["ops"], "max_duration": "1 h" },
    { "name": "long", "requirements": ["gate:*", "soak"], "granted_by": ["lead"], "max_duration": "7 d" }
  ]
}');
SELECT releasegov.register_application('shop', 'shop');
SELECT releasegov.register_release('shop', '1.0', 'c1', '{mia}', 'main', state => 'candidate');
SELECT releasegov.register_release('shop', '1.0.1', 'c2', '{mia}', 'main', kind => 'hotfix', state => 'candidate');

-- Staging needs no approval, and no backup.
SET SESSION AUTHORIZATION rg_ann;
SELECT releasegov.approve('shop', '1.0', 'staging', 'looks good');
\echo :LAST_ERROR_SQLSTATE
SELECT releasegov.approve('shop', '1.0', 'staging', 'looks good', rule => 'go');
SET SESSION AUTHORIZATION rg_bob;
SELECT releasegov.attest('shop', '1.0', 'staging', 'backup', 'taken at noon');
-- What is computed is not a matter of anybody's word.
SELECT releasegov.attest('shop', '1.0', 'production', 'built', 'it builds on my machine');
\echo :LAST_ERROR_SQLSTATE

-- A hotfix is not asked for the review of its design; a figure that is missed
-- asks for the review that is made on demand.
RESET SESSION AUTHORIZATION;
SELECT version, requirement, status, detail
FROM unnest('{1.0,1.0.1}'::text[]) version, releasegov.promotion_eligibility('shop', version, 'production')
WHERE kind IN ('review', 'approval') ORDER BY version, requirement;
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('shop', '1.0', 'p99', '240 ms');
SET SESSION AUTHORIZATION rg_bob;
SELECT releasegov.review_release('shop', '1.0', 'speed', 'reject', 'twice as slow as 0.9');
SELECT releasegov.review_release('shop', '1.0', 'design', 'reject', 'I do not like it');
SET SESSION AUTHORIZATION rg_ann;
SELECT releasegov.review_release('shop', '1.0', 'design', 'reject', 'stores passwords');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, observed, regexp_replace(detail, '\d+ \w+ ago', '<age> ago') AS detail, remedy
FROM releasegov.promotion_eligibility('shop', '1.0', 'production')
WHERE requirement IN ('gate:p99', 'review:design', 'review:speed') ORDER BY requirement \gx

-- An exception is named rightly, ends, and is granted by who may.
SET SESSION AUTHORIZATION rg_bob;
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'luck', 'we were unlucky', now() + interval '10 min');
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'gate:p99', 'for good', NULL);
-- the longer one is not for operations to grant, one for too long for nobody
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'gate:p99', 'cold caches', now() + interval '2 hours');
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'soak', 'no time', now() + interval '10 min');
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'gate:p99', 'cold caches', now() + interval '8 days');
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'gate:p99', 'cold caches', now() + interval '10 min');
-- nor for whoever asked for the promotion
SET SESSION AUTHORIZATION rg_ann;
SELECT releasegov.request_promotion('shop', '1.0', 'production') IS NOT NULL AS requested;
SELECT releasegov.grant_waiver('shop', '1.0', 'production', 'gate:build', 'CI is down', now() + interval '1 hour');
\echo :LAST_ERROR_SQLSTATE
RESET SESSION AUTHORIZATION;
SELECT requirement, rule, role, reason, actor FROM releasegov.waiver;

-- Who looked at something else than what there is now has decided on nothing.
SELECT content_digest AS other FROM releasegov.release WHERE version = '1.0' \gset
SELECT content_digest AS this FROM releasegov.release WHERE version = '1.0.1' \gset
SET SESSION AUTHORIZATION rg_bob;
INSERT INTO releasegov.approval (application, version, environment, rule, decision, content_digest)
VALUES ('shop', '1.0.1', 'production', 'on_call', 'approve', :'other');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO releasegov.approval (application, version, environment, rule, decision, content_digest)
VALUES ('shop', '1.0.1', 'production', 'on_call', 'approve', :'this');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('shop', '1.0.1', 'production') WHERE kind = 'approval';

-- Names as they are pasted, and applications that there are not.
SELECT releasegov.register_release('shop', '1.1 ', 'c3', '{mia}', 'main');
SELECT releasegov.register_release('shopp', '1.1', 'c3', '{mia}', 'main');
SELECT releasegov.register_release('shop', '1.1', 'c3', '{mia}', 'main', change_categories => array_fill('auth'::text, '{201}'));
SELECT releasegov.promotion_eligibility('shop', '1.0', 'production', policy_revision => 0);
SELECT releasegov.policy_document(repeat('p', 1000000));
SELECT releasegov.assign_policy('shop', repeat('p', 100));

-- A gate that takes pass or fail may come with a figure; what it means is not
-- for the policy to say.
INSERT INTO releasegov.ci_result (application, version, gate, outcome, measured) VALUES ('shop', '1.0', 'build', 'pass', '93 s');
SELECT status, observed FROM releasegov.promotion_eligibility('shop', '1.0', 'staging') WHERE requirement = 'gate:build';

-- An application that no policy was assigned to governs nothing, and lets
-- nothing pass.
INSERT INTO releasegov.application (name) VALUES ('bare');
SELECT releasegov.register_release('bare', '1.0', 'c1', '{mia}', 'main');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO releasegov.ci_result (application, version, gate, outcome) VALUES ('bare', '1.0', 'build', 'pass');
SELECT releasegov.is_eligible('bare', '1.0', 'production');
SELECT count(*) FROM releasegov.release_board WHERE application = 'bare';

DROP OWNED BY rg_lead, rg_ops, rg_ann, rg_bob;
DROP ROLE rg_lead, rg_ops, rg_ann, rg_bob;
