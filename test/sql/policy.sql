-- A platform team writes a policy of its own, applies it, looks at it, changes
-- it, and shows an auditor what changed when.
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;

CREATE TEMP TABLE draft (document jsonb);
INSERT INTO draft VALUES ($${
  "releasegov": 1,
  "title": "Mobile apps",
  "roles": { "maintainer": { "role": "mobile_maintainer", "title": "Maintainer" }, "qa": {} },
  "change_categories": ["payments"],
  "environments": [
    { "name": "beta", "branch": "main", "auto_deploy": true },
    { "name": "store", "after": "beta", "predecessor_required": true, "soak": "2 d", "approval_required": true, "releases": true,
      "phases": [ { "name": "few", "traffic": "0.5%" }, { "name": "all", "traffic": "100%", "health_within": "1.5 h" } ] }
  ],
  "gates": [
    { "name": "unit_tests", "threshold": "≥ 99.5%", "figures": ["tests.pass_rate"], "enforcement": "block", "environments": ["beta", "store"] },
    { "name": "app_size", "threshold": "<40MB", "figures": ["size.total"], "enforcement": "warn", "environments": ["store"], "kinds": ["feature"] },
    { "name": "startup", "threshold": "<= 900 ms", "enforcement": "review", "review": "startup_review", "environments": ["store"], "valid_for": "30 d" }
  ],
  "reviews": [
    { "name": "startup_review", "by": ["qa"], "environments": ["store"] },
    { "name": "payment_review", "title": "Payment review", "by": ["maintainer"], "categories": ["payments"], "environments": ["store"], "valid_for": "14 d" }
  ],
  "checklist": [
    { "name": "screenshots", "title": "Screenshots updated", "attested_by": ["qa", "maintainer"], "environments": ["store"] }
  ],
  "approvals": [
    { "name": "two_pairs_of_eyes", "any_of": ["maintainer", "qa"], "count": 2, "not": ["author"], "environments": ["store"] }
  ]
}$$);

-- Does it hold together? No row: yes.
SELECT v.* FROM draft, releasegov.validate_policy(document) v;
SELECT releasegov.apply_policy('mobile', document, 'First try') FROM draft;

-- It stands beside the standard policy.
SELECT policy, revision, title, applied_by = session_user AS by_me, applied_at <= now() + interval '1 minute' AS now
FROM releasegov.policy_current ORDER BY policy;
SELECT environment, position, after, soak, health_max_gap, branch, auto_deploy, approval_required
FROM releasegov.policy_environment WHERE policy = 'mobile' ORDER BY position;
SELECT environment, phase, traffic, health_within
FROM releasegov.policy_phase WHERE policy = 'mobile' ORDER BY position;
-- What people write is read as they mean it; what they leave out has a default.
SELECT gate, title, threshold, enforcement, review, kinds, valid_for
FROM releasegov.policy_gate WHERE policy = 'mobile' ORDER BY position;
SELECT review, roles, categories, on_demand FROM releasegov.policy_review WHERE policy = 'mobile' ORDER BY position;
SELECT role, pg_role, title FROM releasegov.policy_role WHERE policy = 'mobile' ORDER BY role COLLATE "C";
SELECT item, attested_by, needs FROM releasegov.policy_check WHERE policy = 'mobile';
SELECT rule, roles, people, not_requester, not_author FROM releasegov.policy_approval_rule WHERE policy = 'mobile';
-- Joined: which measure would do?
SELECT gate, measured, measured OPERATOR(releasegov.@@) threshold AS passes
FROM releasegov.policy_gate
JOIN (VALUES ('unit_tests', '100%'::releasegov.measure), ('app_size', '41.2 MB'), ('startup', '0.9 s')) AS r (gate, measured) USING (gate)
WHERE policy = 'mobile' ORDER BY position;

-- The same document again is the same revision, whatever the comment, the
-- order of its keys and the white space.
SELECT releasegov.apply_policy('mobile', document, 'Again') FROM draft;

-- A change is a new revision; the old one stays.
UPDATE draft SET document = jsonb_set(document, '{gates,0,threshold}', '"= 100%"') #- '{gates,1}';
UPDATE draft SET document = jsonb_set(document, '{gates,0,valid_for}', '"7 d"');
UPDATE draft SET document = jsonb_set(document, '{slas}', '[{"name": "store_time", "clock": "deploy", "environments": ["store"], "target": "<= 3 d"}]');
SELECT releasegov.apply_policy('mobile', document, 'Stricter tests; size is the store''s business') FROM draft;
SELECT * FROM releasegov.policy_diff('mobile', 1, 2);
SELECT path, change FROM releasegov.policy_diff('mobile', 2, 1);
SELECT count(*) FROM releasegov.policy_diff('mobile', 2, 2);
-- The order of environments is said as such, not as a change of each.
UPDATE draft SET document = jsonb_set(document, '{environments}',
  jsonb_build_array(document #> '{environments,1}', document #> '{environments,0}'));
SELECT releasegov.apply_policy('mobile', document) FROM draft;
SELECT * FROM releasegov.policy_diff('mobile', 2, 3);

-- Names for people are quoted; arrays of plain values change as a whole.
UPDATE draft SET document = document || '{"freezes": [{"name": "New Year", "environments": ["store"], "time_zone": "UTC", "start": "2026-12-31", "end": "2027-01-02"}]}';
SELECT releasegov.apply_policy('mobile', document) FROM draft;
UPDATE draft SET document = jsonb_set(jsonb_set(document, '{freezes,0,end}', '"2027-01-03"'), '{change_categories}', '["payments", "privacy"]');
SELECT releasegov.apply_policy('mobile', document) FROM draft;
SELECT * FROM releasegov.policy_diff('mobile', 4, 5);

-- Back to the first one: that, too, is a revision of its own.
SELECT releasegov.apply_policy('mobile', releasegov.policy_document('mobile', 1), 'Back to the first');
SELECT releasegov.policy_document('mobile') = releasegov.policy_document('mobile', 1) AS newest_is_first;
SELECT revision, comment, is_current,
       digest = encode(sha256(convert_to(releasegov.policy_document(policy, revision)::text, 'UTF8')), 'hex') AS digest_kept,
       applied_at > lag(applied_at) OVER (ORDER BY revision) AS later
FROM releasegov.policy_history WHERE policy = 'mobile' ORDER BY revision;

-- Rolled back, it was never there.
BEGIN;
SELECT releasegov.apply_policy('mobile', releasegov.standard_policy(), 'Never mind');
ROLLBACK;
SELECT max(revision) FROM releasegov.policy_history WHERE policy = 'mobile';

-- What there is none of is said.
SELECT releasegov.policy_document('mobil');
SELECT releasegov.policy_document('mobile', 9);
SELECT releasegov.policy_document('mobile', 0);
SELECT * FROM releasegov.policy_diff('mobile', 1, 9);
SELECT releasegov.policy_document(NULL) IS NULL AS null_of_null;

-- Names are names.
SELECT releasegov.apply_policy('Mobile apps', releasegov.standard_policy());
SELECT releasegov.apply_policy('', releasegov.standard_policy());
SELECT releasegov.apply_policy(repeat('m', 10000), releasegov.standard_policy());
SELECT releasegov.apply_policy('x''); DROP TABLE releasegov.policy; --', releasegov.standard_policy());
SELECT releasegov.apply_policy('mobile', NULL);
SELECT releasegov.apply_policy('mobile', releasegov.standard_policy(), repeat('c', 10001));

-- Whoever writes the table directly is held to the same rules: the server
-- says who, when and what number, and judges the document.
INSERT INTO releasegov.policy (name, created_by) VALUES ('direct', 'somebody else');
SELECT name, created_by = session_user AS by_me FROM releasegov.policy WHERE name = 'direct';
INSERT INTO releasegov.policy (name) VALUES ('Direct!');
INSERT INTO releasegov.policy (name) VALUES (NULL);
INSERT INTO releasegov.policy_revision (policy, document, applied_at)
VALUES ('direct', releasegov.standard_policy(), '2020-01-01');
INSERT INTO releasegov.policy_revision (policy, document, digest, applied_by)
VALUES ('direct', releasegov.standard_policy(), '\x00', 'somebody else')
RETURNING revision, length(digest), applied_by = session_user AS by_me, applied_at > '2026-01-01' AS now;
INSERT INTO releasegov.policy_revision (policy, revision, document) VALUES ('direct', 7, releasegov.standard_policy());
INSERT INTO releasegov.policy_revision (policy, document) VALUES ('direct', '{}');
INSERT INTO releasegov.policy_revision (policy, document) VALUES ('direct', NULL);
INSERT INTO releasegov.policy_revision (policy, document) VALUES ('nobody', releasegov.standard_policy());
INSERT INTO releasegov.policy_revision (policy, document, comment) VALUES ('direct', releasegov.standard_policy(), NULL);
SELECT policy, max(revision) FROM releasegov.policy_history GROUP BY policy ORDER BY policy;

-- What was applied stays as it was applied, whoever tries.
UPDATE releasegov.policy_revision SET comment = 'it was always so' WHERE policy = 'mobile';
DELETE FROM releasegov.policy_revision WHERE policy = 'mobile' AND revision = 2;
TRUNCATE releasegov.policy_revision;
SET session_replication_role = replica;
UPDATE releasegov.policy SET created_by = 'somebody else';
DELETE FROM releasegov.policy WHERE name = 'direct';
INSERT INTO releasegov.policy_revision (policy, document) VALUES ('direct', '[]');
RESET session_replication_role;
SELECT policy, max(revision) FROM releasegov.policy_history GROUP BY policy ORDER BY policy;

-- A dump comes back as it was, revision 1 of standard included, which CREATE
-- EXTENSION has made anew meanwhile.
CREATE TEMP TABLE dump_policy AS TABLE releasegov.policy;
CREATE TEMP TABLE dump_revision AS TABLE releasegov.policy_revision;
UPDATE dump_policy SET created_at = '2025-03-01 10:00Z', created_by = 'installer' WHERE name = 'standard';
UPDATE dump_revision SET applied_at = '2025-03-01 10:00Z', applied_by = 'installer' WHERE policy = 'standard';
DROP EXTENSION releasegov CASCADE;
CREATE EXTENSION releasegov;
INSERT INTO releasegov.policy TABLE dump_policy;
SELECT releasegov.pre_restore();
INSERT INTO releasegov.policy TABLE dump_policy;
INSERT INTO releasegov.policy_revision TABLE dump_revision;
SELECT releasegov.post_restore();
SELECT name, created_by, created_at < '2026-01-01' AS then FROM releasegov.policy ORDER BY name;
SELECT (SELECT count(*) FROM releasegov.policy_revision) = (SELECT count(*) FROM dump_revision) AS same_number,
       count(*) AS other_rows
FROM (TABLE releasegov.policy_revision EXCEPT TABLE dump_revision) AS other;
SELECT policy, revision, applied_by FROM releasegov.policy_history WHERE policy = 'standard';
-- the next one follows on
SELECT releasegov.apply_policy('standard', releasegov.standard_policy() || '{"title": "Ours"}', 'Our title');

-- Durations as intervals: time alone.
SELECT '7 d'::releasegov.measure::interval, '1.5 h'::releasegov.measure::interval, '0 s'::releasegov.measure::interval;
SELECT '90%'::releasegov.measure::interval;
SELECT '4000 d'::releasegov.measure::interval;

-- Nothing of this is for everybody.
CREATE ROLE policy_stranger;
GRANT USAGE ON SCHEMA releasegov TO policy_stranger;
SET ROLE policy_stranger;
SELECT releasegov.apply_policy('mobile', '{}');
SELECT * FROM releasegov.policy_gate;
SELECT releasegov.policy_document('mobile');
RESET ROLE;
DROP OWNED BY policy_stranger;
DROP ROLE policy_stranger;

-- The next story begins with a fresh installation.
DROP EXTENSION releasegov CASCADE;
CREATE EXTENSION releasegov;
