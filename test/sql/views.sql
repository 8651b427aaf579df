-- A boutique's first two versions, as its views show them: to whoever runs the
-- releases, and to whoever audits them later.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS releasegov CASCADE;
CREATE EXTENSION releasegov;
SET timezone = 'UTC';
CREATE ROLE rg_lead;
CREATE ROLE rg_guard;
CREATE ROLE rg_lea IN ROLE rg_lead;
CREATE ROLE rg_mo IN ROLE rg_lead;
CREATE ROLE rg_gus IN ROLE rg_guard;
CREATE ROLE rg_ci;
CREATE ROLE rg_dora;
CREATE ROLE rg_wall;
SELECT releasegov.grant_access('rg_lead', 'approver');
SELECT releasegov.grant_access('rg_guard', 'approver');
SELECT releasegov.grant_access('rg_ci', 'ci');
SELECT releasegov.grant_access('rg_dora', 'deployer');
SELECT releasegov.grant_access('rg_wall', 'dashboard');

SELECT releasegov.apply_policy('boutique', '{
  "releasegov": 1, "title": "A boutique",
  "roles": { "lead": { "role": "rg_lead", "title": "Lead" }, "guard": { "role": "rg_guard", "title": "Guard" } },
  "change_categories": ["auth"],
  "environments": [
    { "name": "staging", "purpose": "rehearsal", "branch": "main" },
    { "name": "production", "purpose": "live", "after": "staging", "predecessor_required": true,
      "approval_required": true, "blocking_issues": true, "release_notes_required": true, "releases": true }
  ],
  "gates": [
    { "name": "unit_tests", "title": "Unit tests", "threshold": "= 100%", "enforcement": "block",
      "environments": ["staging", "production"] },
    { "name": "smoke", "title": "Smoke test", "threshold": "= 0", "enforcement": "block",
      "environments": ["production"], "measured_in": { "production": "staging" }, "valid_for": "7 d" },
    { "name": "bundle_size", "title": "Bundle size", "threshold": "< 500 kB", "enforcement": "warn",
      "environments": ["staging"] }
  ],
  "reviews": [
    { "name": "security_review", "title": "Security review", "by": ["guard"], "categories": ["auth"],
      "environments": ["production"] }
  ],
  "checklist": [
    { "name": "runbook", "title": "The runbook is up to date", "attested_by": ["lead"], "environments": ["production"] }
  ],
  "approvals": [
    { "name": "go", "title": "Go", "any_of": ["lead"], "count": 1, "not": ["requester", "author"],
      "environments": ["production"], "valid_for": "7 d" }
  ],
  "windows": [ { "name": "any time", "environments": ["production"], "always": true } ],
  "waivers": [ { "name": "gate waiver", "requirements": ["gate:*"], "granted_by": ["lead"], "max_duration": "1 d" } ]
}', 'the boutique''s first policy');
SELECT releasegov.register_application('boutique', 'boutique', 'hats');
SELECT application, policy, assigned_by, since <= clock_timestamp() AS assigned FROM releasegov.application_policy;

-- Nothing runs yet; the board shows where something could.
SELECT * FROM releasegov.release_board;

-- The pipeline registers a version; every gate of the policy waits for it.
SET SESSION AUTHORIZATION rg_ci;
SELECT releasegov.register_release('boutique', '1.0.0', 'c0ffee1', '{ada,bea@example.com}', 'main',
  change_categories => '{auth}', notes => 'The first hats.', state => 'candidate');
RESET SESSION AUTHORIZATION;
SELECT version, release_state, environment, gate, enforcement, threshold, measured, status, measured_in
FROM releasegov.gate_matrix ORDER BY environment_position, gate_position;

-- It reports; the newest result counts, of the place that the policy names.
SET SESSION AUTHORIZATION rg_ci;
INSERT INTO releasegov.ci_result (application, version, gate, measured, environment, measured_at, source, run_id)
VALUES ('boutique', '1.0.0', 'unit_tests', '98.2%', DEFAULT, now() - interval '2 hours', 'ci', '1'),
       ('boutique', '1.0.0', 'unit_tests', '100%', DEFAULT, now() - interval '1 hour', 'ci', '2'),
       ('boutique', '1.0.0', 'bundle_size', '612 kB', DEFAULT, now() - interval '1 hour', 'ci', '2'),
       ('boutique', '1.0.0', 'smoke', '0', DEFAULT, now() - interval '1 hour', 'ci', '2'),
       ('boutique', '1.0.0', 'smoke', '2', 'staging', now() - interval '1 hour', 'ci', '2');
RESET SESSION AUTHORIZATION;
SELECT environment, gate, enforcement, threshold, measured, status, measured_in, source, run_id,
       measured_at < now() AS measured_before, valid_until - measured_at AS valid_for
FROM releasegov.gate_matrix ORDER BY environment_position, gate_position;

-- On its way to staging it is what comes next there, then what is live.
SET SESSION AUTHORIZATION rg_dora;
SELECT state, missing FROM releasegov.promote('boutique', '1.0.0', 'staging');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_wall;
SELECT environment, version, traffic, next_version, next_state, next_requested_by, requests FROM releasegov.release_board;
SELECT version, environment, state, waiting_for, eligible_at FROM releasegov.promotion_queue;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_dora;
SELECT releasegov.report_deployment('boutique', '1.0.0', 'staging', 'live') IS NOT NULL AS live;
SELECT state FROM releasegov.promote('boutique', '1.0.0', 'production', 'for the fair');
RESET SESSION AUTHORIZATION;

-- A dashboard reads the views, and nothing but them.
SET SESSION AUTHORIZATION rg_wall;
SELECT environment, version, state, traffic, kind, previous_version, next_version, next_state, requests,
       since <= clock_timestamp() AS since FROM releasegov.release_board;
SELECT version, environment, state, requested_by, reason, eligible_at, unnest(waiting_for) AS waiting_for, unnest(details) AS detail
FROM releasegov.promotion_queue;
SELECT cardinality(remedies) = cardinality(waiting_for) AS a_remedy_for_each FROM releasegov.promotion_queue;
SELECT application, environment, kind, open, allowed_by, denied_by FROM releasegov.next_opening ORDER BY "position", kind;
SELECT count(*) FROM releasegov.deployment;
RESET SESSION AUTHORIZATION;

-- People: a waiver given and taken back, another that counts no more; a
-- review, an attestation, an approval revoked and one that counts.
SET SESSION AUTHORIZATION rg_lea;
SELECT releasegov.grant_waiver('boutique', '1.0.0', 'production', 'gate:smoke', 'the probe is broken', now() + interval '2 hours');
SELECT releasegov.revoke_waiver('boutique', '1.0.0', 'production', 'gate:smoke', 'the probe is right');
SELECT releasegov.grant_waiver('boutique', '1.0.0', 'production', 'gate:smoke', 'the fair is tomorrow', now() + interval '2 hours');
SELECT releasegov.attest('boutique', '1.0.0', 'production', 'runbook', 'wiki page 12');
SELECT releasegov.approve('boutique', '1.0.0', 'production', 'looks good');
SELECT releasegov.revoke_approval('boutique', '1.0.0', 'production', 'not yet');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_gus;
SELECT releasegov.review_release('boutique', '1.0.0', 'security_review', 'approve', 'read the login');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_mo;
SELECT releasegov.approve('boutique', '1.0.0', 'production');
RESET SESSION AUTHORIZATION;
SELECT environment, gate, status FROM releasegov.gate_matrix WHERE gate = 'smoke';
SELECT version, environment, requirement, status, reason, actor, role, rule, break_glass,
       ended_by, ended_because, ended_at < expires_at AS ended_early
FROM releasegov.waiver_history ORDER BY id;
SELECT kind, environment, subject, decision, person, recorded_by, role, comment, expires_at - recorded_at AS valid_for, counts_now, why_not
FROM releasegov.approval_history ORDER BY id;
SELECT waiting_for, eligible_at <= now() AS now FROM releasegov.promotion_queue;

-- Production. The second version replaces the first in staging only.
SET SESSION AUTHORIZATION rg_dora;
SELECT state, missing FROM releasegov.promote('boutique', '1.0.0', 'production');
SELECT releasegov.report_deployment('boutique', '1.0.0', 'production', 'live') IS NOT NULL AS live;
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_ci;
SELECT releasegov.register_release('boutique', '1.1.0', 'c0ffee2', '{bea@example.com}', 'main', 'hotfix', state => 'candidate');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('boutique', '1.1.0', 'unit_tests', '100%');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_dora;
SELECT state FROM releasegov.promote('boutique', '1.1.0', 'staging');
SELECT releasegov.report_deployment('boutique', '1.1.0', 'staging', 'live') IS NOT NULL AS live;
SELECT releasegov.place_hold('boutique', '1.1.0', 'production', 'the fair is on');
RESET SESSION AUTHORIZATION;
SELECT environment, version, state, kind, previous_version, next_version FROM releasegov.release_board;
SELECT environment, version, state FROM releasegov.board_rows('boutique') WHERE environment = 'production';
SELECT count(*) FROM releasegov.board_rows('nobody''s');
SELECT version, environment, state, requested_by, started_by, replaced_version, policy, policy_revision,
       waited >= '0' AS waited, took >= '0' AS took, lived >= '0' AS lived, ended_at IS NULL AS not_ended
FROM releasegov.deployment_history ORDER BY deployment;
SELECT version, release_state, count(*) FROM releasegov.gate_matrix GROUP BY 1, 2 ORDER BY 1;

-- What was approved before the notes were written is not what will go, and an
-- approval of last month has run out.
SET SESSION AUTHORIZATION rg_lea;
SELECT releasegov.approve('boutique', '1.1.0', 'production', 'without notes');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION rg_ci;
SELECT releasegov.document_release('boutique', '1.1.0', 'A pin for the hats.');
RESET SESSION AUTHORIZATION;
BEGIN;
SET LOCAL releasegov.restore = on;
INSERT INTO releasegov.approval
SELECT application, version, 'production', 'go', releasegov.uuid_v7(), 'approve', 'last month', 'lead', content_digest,
  'rg_mo', now() - interval '30 days', 'rg_mo'
FROM releasegov.release WHERE version = '1.1.0';
COMMIT;
SELECT actor, comment, counts_now, why_not FROM releasegov.approval_history WHERE version = '1.1.0' ORDER BY id;

-- Who did what. Bea turns out to be the very Mo who approved what he wrote.
SELECT * FROM releasegov.separation_of_duties ORDER BY version;
SELECT releasegov.register_identity('rg_mo', 'bea@example.com');
SELECT version, authors, approved_by, overlap, duties, four_eyes FROM releasegov.separation_of_duties ORDER BY version;
SELECT actor, person, counts_now, why_not FROM releasegov.approval_history
WHERE version = '1.0.0' AND kind = 'approval' ORDER BY id;

-- One trail of all of it, in the order in which it happened.
SELECT environment, event, actor, recorded_by, summary FROM releasegov.audit_trail
WHERE application = 'boutique' AND version = '1.0.0';
SELECT application, version, environment, event, summary FROM releasegov.audit_trail
WHERE version IS NULL OR version <> '1.0.0' AND event ~ 'hold|content|decision';
SELECT count(*) = count(recorded_at) AS dated, count(DISTINCT id) = count(id) AS distinct_ids FROM releasegov.audit_trail;

-- Healthy probes in a row are one entry.
SET SESSION AUTHORIZATION rg_dora;
SELECT releasegov.report_health('boutique', 'production', '1.0.0', healthy, detail)
FROM (VALUES (true, NULL), (true, NULL), (false, 'HTTP 502'), (true, NULL)) AS probe (healthy, detail);
RESET SESSION AUTHORIZATION;
SELECT environment, event, summary FROM releasegov.audit_trail
WHERE application = 'boutique' AND version = '1.0.0' AND event LIKE 'health.%';

-- Asked for one release, no branch of the trail reads a whole table.
SET enable_seqscan = off;
SET enable_bitmapscan = off;
CREATE TEMP TABLE plan (line text);
DO $$
DECLARE
  line text;
BEGIN
  FOR line IN EXPLAIN (COSTS OFF) SELECT * FROM releasegov.audit_trail WHERE application = 'boutique' AND version = '1.0.0' LOOP
    INSERT INTO pg_temp.plan VALUES (line);
  END LOOP;
END
$$;
SELECT count(*) FILTER (WHERE line ~ 'Seq Scan') AS whole_tables,
       count(*) FILTER (WHERE line ~ 'Index Cond: .*application.*version') > 12 AS by_index
FROM pg_temp.plan;
RESET enable_seqscan;
RESET enable_bitmapscan;

-- A freeze that follows upon itself closes production for good; an
-- environment that the policy loses stays on the board while something runs in
-- it, and a request to it says what it waits for.
SET SESSION AUTHORIZATION rg_dora;
SELECT releasegov.request_promotion('boutique', '1.1.0', 'staging') IS NOT NULL AS requested;
RESET SESSION AUTHORIZATION;
SELECT releasegov.apply_policy('boutique', jsonb_set(jsonb_set(releasegov.policy_document('boutique'), '{freezes}', '[
  { "name": "the long sleep", "environments": ["production"], "kinds": ["feature"], "time_zone": "UTC",
    "start": "2020-01-01", "end": "2021-01-02", "rrule": "FREQ=YEARLY" }]'), '{windows}', '[
  { "name": "every noon", "environments": ["production"], "time_zone": "UTC",
    "start": "2020-01-01T12:00", "end": "2020-01-01T13:00", "rrule": "FREQ=DAILY" }]'), 'sleep');
SELECT kind, rule, name, count(*) IN (2, 3, 365, 366, 367) AS a_year, bool_or(in_force) FILTER (WHERE rule = 'freeze') AS in_force, min(starts_at) < now() + interval '1 day' AS soon
FROM releasegov.freeze_calendar WHERE policy = 'boutique' AND (kind = 'feature' OR rule = 'freeze') AND (rule = 'freeze' OR name = 'every noon')
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT kind, environment, open, denied_by, opens_at IS NULL AS not_within_two_years
FROM releasegov.next_opening WHERE kind = 'feature' ORDER BY "position";
SELECT status, detail, regexp_replace(remedy, 'SELECT .*', 'SELECT ...') AS remedy, clears_at FROM releasegov.promotion_eligibility('boutique', '1.0.0', 'production')
WHERE requirement = 'freeze';
SELECT kind, opens_at < now() + interval '1 day' AS within_a_day FROM releasegov.policy_opening
WHERE policy = 'boutique' AND kind = 'hotfix' AND environment = 'production';

SELECT releasegov.apply_policy('boutique', '{
  "releasegov": 1, "title": "A boutique without a rehearsal",
  "roles": { "lead": { "role": "rg_lead", "title": "Lead" } },
  "environments": [ { "name": "production", "purpose": "live", "releases": true } ]
}', 'no more staging');
SELECT environment, "position", version, state, next_version, next_state, requests FROM releasegov.release_board;
SELECT environment, state, waiting_for, details, remedies, eligible_at FROM releasegov.promotion_queue;
SELECT kind, subject, decision, counts_now, why_not FROM releasegov.approval_history
WHERE version = '1.0.0' AND actor = 'rg_gus' ORDER BY id;
SET SESSION AUTHORIZATION rg_dora;
SELECT releasegov.cancel('boutique', '1.1.0', 'staging', 'no such place') IS NOT NULL AS cancelled;
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM releasegov.promotion_queue;

-- Everything says what it is: every table, view, column, function and type.
SELECT pg_describe_object(classid, objid, 0) AS uncommented
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'releasegov')
  AND (classid = 'pg_proc'::regclass
    OR classid = 'pg_class'::regclass AND (SELECT relkind IN ('r', 'v') FROM pg_class WHERE oid = objid)
    OR classid = 'pg_type'::regclass AND (SELECT typtype IN ('b', 'e', 'd') AND typelem = 0 FROM pg_type WHERE oid = objid))
  AND coalesce(obj_description(objid, classid::regclass::name), '') = ''
ORDER BY 1;
SELECT attrelid::regclass AS of, attname AS uncommented
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = 'releasegov'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0 AND NOT attisdropped
  AND coalesce(col_description(attrelid, attnum), '') = ''
ORDER BY 1, attnum;
SELECT count(*) > 250 AS columns_that_say_what_they_are
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = 'releasegov'::regnamespace AND relkind IN ('r', 'v') AND attnum > 0;

DROP OWNED BY rg_lead, rg_guard, rg_ci, rg_dora, rg_wall;
DROP ROLE rg_lea, rg_mo, rg_gus, rg_lead, rg_guard, rg_ci, rg_dora, rg_wall;
