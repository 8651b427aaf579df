/*
 * What dashboards and auditors read. Views belong to the extension's owner:
 * who may read a view needs nothing on the tables behind it, and EXECUTE on
 * the functions in it.
 */

-- A policy is a row or two, which autovacuum would never look at; the planner
-- would then take each view of policies for a hundred thousand rows.
ALTER TABLE releasegov.policy SET (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0);
ALTER TABLE releasegov.policy_revision SET (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0);

CREATE VIEW releasegov.application_policy AS
SELECT a.name AS application, p.policy, p.recorded_at AS since, p.recorded_by AS assigned_by
FROM releasegov.application a
     LEFT JOIN LATERAL (
       SELECT n.* FROM releasegov.policy_assignment n
       WHERE n.application = a.name ORDER BY n.id DESC LIMIT 1) p ON true;

/* ---- for dashboards ---- */

CREATE FUNCTION releasegov.board_rows(only_application text DEFAULT NULL,
    OUT application text, OUT environment text, OUT "position" integer, OUT version text,
    OUT state releasegov.deployment_state, OUT since timestamptz, OUT kind releasegov.release_kind,
    OUT previous_version text, OUT next_version text, OUT next_state releasegov.deployment_state,
    OUT next_since timestamptz, OUT next_requested_by text, OUT requests integer)
  RETURNS SETOF record LANGUAGE c STABLE PARALLEL SAFE ROWS 3000 COST 10000
  AS 'MODULE_PATHNAME', 'board_rows';
COMMENT ON FUNCTION releasegov.board_rows(text) IS 'the rows of release_board, of one application or (null) of all; none for an unknown one';
REVOKE ALL ON FUNCTION releasegov.board_rows(text) FROM PUBLIC;

CREATE VIEW releasegov.release_board AS
SELECT b.application, b.environment, b."position", b.version, b.state, b.since,
       CASE WHEN b.version IS NOT NULL THEN 100 END AS traffic,
       b.kind, b.previous_version, b.next_version, b.next_state, b.next_since, b.next_requested_by, b.requests
FROM releasegov.board_rows() b;

-- By the partial indexes of what is asked for and under way. A request to an
-- environment that the policy has lost must not be an error for all others:
-- without an environment, promotion_eligibility() answers nothing.
CREATE VIEW releasegov.promotion_queue AS
WITH environment AS MATERIALIZED (SELECT policy, environment FROM releasegov.policy_environment)
SELECT d.application, d.version, d.environment, d.state, d.requested_by, d.requested_at, d.automatic,
       d.state_since, d.reason,
       CASE WHEN w.lost THEN ARRAY['environment'] ELSE COALESCE(q.waiting_for, '{}') END AS waiting_for,
       CASE WHEN w.lost THEN ARRAY['the policy has no such environment any more'] ELSE COALESCE(q.details, '{}') END AS details,
       CASE WHEN w.lost THEN ARRAY['cancel the request'] ELSE COALESCE(q.remedies, '{}') END AS remedies,
       releasegov.eligible_at(d.application, d.version, w.environment) AS eligible_at,
       d.id AS deployment
FROM (SELECT * FROM releasegov.deployment WHERE state = 'requested'
      UNION ALL
      SELECT * FROM releasegov.deployment WHERE state IN ('deploying', 'rolling_out', 'rolling_back')) d
     LEFT JOIN releasegov.application_policy p ON p.application = d.application
     LEFT JOIN environment e ON e.policy = p.policy AND e.environment = d.environment
     CROSS JOIN LATERAL (
       SELECT CASE WHEN d.state = 'requested' THEN e.environment END AS environment,
              d.state = 'requested' AND e.environment IS NULL AS lost) w
     CROSS JOIN LATERAL (
       SELECT pg_catalog.array_agg(r.requirement) AS waiting_for,
              pg_catalog.array_agg(r.detail) AS details,
              pg_catalog.array_agg(r.remedy) AS remedies
       FROM releasegov.promotion_eligibility(d.application, d.version, w.environment) r
       WHERE r.status NOT IN ('satisfied', 'waived', 'not_applicable') AND r.enforcement <> 'warn') q;

-- What was or will be promoted soon, found by the candidates' and the live
-- deployments' indexes.
CREATE INDEX release_candidate ON releasegov.release (application, version) WHERE state = 'candidate';

CREATE VIEW releasegov.gate_matrix AS
WITH gate AS MATERIALIZED (
  SELECT policy, gate, "position", title, threshold, environments, valid_for, measured_in, parts FROM releasegov.policy_gate),
environment AS MATERIALIZED (
  SELECT e.policy, e.environment, e."position" FROM releasegov.policy_environment e
  WHERE EXISTS (SELECT FROM gate g WHERE g.policy = e.policy AND e.environment = ANY (g.environments)))
SELECT k.application, k.version, k.release_state, k.environment, g.gate, g.title, (k.judged).enforcement,
       g.threshold, n.measured, n.outcome, (k.judged).status, (k.judged).detail,
       g.measured_in ->> k.environment AS measured_in,
       n.measured_at, n.measured_at + g.valid_for AS valid_until,
       n.source, n.run_id, n.url, n.id AS result,
       k.environment_position, g."position" AS gate_position, g.parts, (k.judged).evidence
FROM (
  -- in the select list, it is called once for each release and environment,
  -- whatever the planner does
  SELECT c.application, c.version, r.state AS release_state, p.policy, e.environment,
         e."position" AS environment_position,
         releasegov.promotion_eligibility(c.application, c.version, e.environment) AS judged
  FROM (SELECT application, version FROM releasegov.release WHERE state = 'candidate'
        UNION
        SELECT application, version FROM releasegov.deployment WHERE state = 'live') c
       JOIN releasegov.release r ON r.application = c.application AND r.version = c.version
       JOIN releasegov.application_policy p ON p.application = c.application
       JOIN environment e ON e.policy = p.policy) k
     JOIN gate g ON g.policy = k.policy AND 'gate:' || g.gate = (k.judged).requirement
     LEFT JOIN LATERAL (
       SELECT * FROM releasegov.gate_result s
       WHERE s.application = k.application AND s.version = k.version AND s.gate = g.gate
         AND s.environment = COALESCE(g.measured_in ->> k.environment, '')
         AND s.part = '' AND s.id::text = ANY ((k.judged).evidence)
       ORDER BY s.measured_at DESC, s.id DESC LIMIT 1) n ON g.parts = '{}'
WHERE (k.judged).kind = 'gate';

-- The parts of gates that have some: which packages or shards are missing?
CREATE VIEW releasegov.gate_part AS
SELECT m.application, m.version, m.environment, m.gate, p.part, m.status AS gate_status,
       n.measured, n.outcome, n.measured_at, n.source, n.run_id, n.attempt, n.detail, n.url, n.id AS result,
       p.n::integer AS part_position, m.environment_position, m.gate_position
FROM releasegov.gate_matrix m
     CROSS JOIN LATERAL pg_catalog.unnest(m.parts) WITH ORDINALITY p (part, n)
     LEFT JOIN LATERAL (
       SELECT * FROM releasegov.gate_result s
       WHERE s.application = m.application AND s.version = m.version AND s.gate = m.gate
         AND s.environment = COALESCE(m.measured_in, '') AND s.part = p.part AND s.id::text = ANY (m.evidence)
       ORDER BY s.measured_at DESC, s.id DESC LIMIT 1) n ON true;

-- Each migration with what its statements say and the newest proof of its text.
CREATE VIEW releasegov.migration_report AS
SELECT m.application, m.version, m.sequence, m.name, m.class, m.reversibility, m.data_loss, m.detail,
       m.down IS NOT NULL AS has_down, COALESCE(c.verdict, 'not_proven') AS verdict, c.detail AS verdict_detail,
       c.differences, c.recorded_at AS proven_at, c.took, c.server, c.recorded_by AS proven_by,
       m.up, m.down, m.recorded_at AS registered_at, m.recorded_by AS registered_by, m.id AS migration, c.id AS proof
FROM releasegov.migration m
     LEFT JOIN LATERAL (
       SELECT * FROM releasegov.migration_check x
       WHERE x.application = m.application AND x.version = m.version AND x.sequence = m.sequence
         AND x.up_digest = m.up_digest AND x.down_digest IS NOT DISTINCT FROM m.down_digest
       ORDER BY x.id DESC LIMIT 1) c ON true;

CREATE VIEW releasegov.deployment_history AS
SELECT d.application, d.version, d.environment, d.state, d.requested_by, d.requested_at, d.automatic, d.reason,
       c.actor AS started_by, d.started_at, d.live_at, d.ended_at,
       d.started_at - d.requested_at AS waited,
       COALESCE(d.live_at, d.ended_at) - d.started_at AS took,
       COALESCE(d.ended_at, pg_catalog.now()) - d.live_at AS lived,
       (SELECT o.version FROM releasegov.deployment o
        WHERE o.application = d.application AND o.id = d.replaces) AS replaced_version,
       c.policy, c.revision AS policy_revision, d.artifact_digest, d.id AS deployment
FROM releasegov.deployment d
     LEFT JOIN releasegov.deployment_decision c ON c.application = d.application AND c.deployment = d.id;

-- When promotions may start, by policy, environment and kind of release: no
-- window at all in an environment means at any time.
CREATE VIEW releasegov.policy_opening AS
SELECT c.policy, c.revision, e.value ->> 'name' AS environment, e.n::integer AS "position", k.kind,
       d.open, d.allowed_by, d.denied_by, d.opens_at, d.closes_at
FROM releasegov.policy_current c
     CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(c.document -> 'environments') WITH ORDINALITY e (value, n)
     CROSS JOIN pg_catalog.unnest(pg_catalog.enum_range(NULL::releasegov.release_kind)) k (kind)
     CROSS JOIN LATERAL (
       SELECT CASE WHEN pg_catalog.count(*) > 0 THEN
                COALESCE(pg_catalog.jsonb_agg(x.value ORDER BY x.n)
                  FILTER (WHERE x.value -> 'kinds' IS NULL OR x.value -> 'kinds' ? k.kind::text), '[]') END AS rules
       FROM pg_catalog.jsonb_array_elements(c.document -> 'windows') WITH ORDINALITY x (value, n)
       WHERE x.value -> 'environments' ? (e.value ->> 'name')) w
     CROSS JOIN LATERAL (
       SELECT pg_catalog.jsonb_agg(x.value ORDER BY x.n) AS rules
       FROM pg_catalog.jsonb_array_elements(c.document -> 'freezes') WITH ORDINALITY x (value, n)
       WHERE x.value -> 'environments' ? (e.value ->> 'name')
         AND (x.value -> 'kinds' IS NULL OR x.value -> 'kinds' ? k.kind::text)) f
     CROSS JOIN LATERAL releasegov.calendar_decision(w.rules, f.rules, pg_catalog.now()) d;

CREATE VIEW releasegov.freeze_calendar AS
WITH opening AS MATERIALIZED (SELECT * FROM releasegov.policy_opening)
SELECT c.policy, c.revision, e.environment, k.kind, s.rule, x.value ->> 'name' AS name, o.starts_at, o.ends_at,
       o.starts_at <= pg_catalog.now() AND pg_catalog.now() < o.ends_at AS in_force,
       p.open, p.opens_at, p.closes_at
FROM releasegov.policy_current c
     CROSS JOIN (VALUES ('window', 'windows'), ('freeze', 'freezes')) s (rule, section)
     CROSS JOIN LATERAL pg_catalog.jsonb_array_elements(c.document -> s.section) x (value)
     CROSS JOIN LATERAL releasegov.calendar_occurrences(x.value, pg_catalog.now(), pg_catalog.now() + '1 year') o
     CROSS JOIN LATERAL pg_catalog.jsonb_array_elements_text(x.value -> 'environments') e (environment)
     CROSS JOIN pg_catalog.unnest(pg_catalog.enum_range(NULL::releasegov.release_kind)) k (kind)
     LEFT JOIN opening p ON p.policy = c.policy AND p.environment = e.environment AND p.kind = k.kind
WHERE x.value -> 'kinds' IS NULL OR x.value -> 'kinds' ? k.kind::text;

CREATE VIEW releasegov.next_opening AS
SELECT a.application, o.policy, o.environment, o."position", o.kind, o.open, o.allowed_by, o.denied_by, o.opens_at, o.closes_at
FROM releasegov.application_policy a JOIN releasegov.policy_opening o ON o.policy = a.policy;

/* ---- for auditors ---- */

-- What counts is what the requirements count (src/eligibility, rg_tally): of
-- each person the newest decision in a role that the policy asks.
CREATE VIEW releasegov.approval_history AS
WITH rule AS MATERIALIZED (
  SELECT policy, 'review' AS kind, review AS subject, roles, true AS not_author, false AS not_requester, valid_for
  FROM releasegov.policy_review
  UNION ALL
  SELECT policy, 'approval', rule, roles, not_author, not_requester, valid_for FROM releasegov.policy_approval_rule
  UNION ALL
  SELECT policy, 'attestation', item, attested_by, false, false, valid_for FROM releasegov.policy_check),
said AS (
  SELECT 'review' AS kind, application, version, NULL AS environment, review AS subject, id, decision, comment, role,
         content_digest, actor, recorded_at, recorded_by
  FROM releasegov.review
  UNION ALL
  SELECT 'approval', application, version, environment, rule, id, decision, comment, role,
         content_digest, actor, recorded_at, recorded_by
  FROM releasegov.approval
  UNION ALL
  SELECT 'attestation', application, version, environment, item, id, decision, evidence, role,
         content_digest, actor, recorded_at, recorded_by
  FROM releasegov.attestation),
heard AS (
  SELECT s.*, releasegov.person_of(s.actor) AS person, u.not_author, u.not_requester,
         COALESCE(s.role = ANY (u.roles), false) AS asked,
         CASE WHEN s.decision = 'approve' THEN s.recorded_at + u.valid_for END AS expires_at
  FROM said s
       JOIN releasegov.application_policy p ON p.application = s.application
       LEFT JOIN rule u ON u.policy = p.policy AND u.kind = s.kind AND u.subject = s.subject),
ordered AS (
  SELECT h.*, pg_catalog.lead(h.decision) OVER (
           PARTITION BY h.application, h.version, h.kind, h.environment, h.subject, h.person,
                        h.asked OR h.decision <> 'approve'
           ORDER BY h.id) AS later
  FROM heard h),
judged AS (
  SELECT o.*, CASE
    WHEN o.decision = 'revoke' THEN 'it takes back what the person said before'
    WHEN NOT o.asked THEN 'the policy does not ask this role'
    WHEN o.later = 'revoke' THEN 'revoked'
    WHEN o.later IS NOT NULL THEN 'the same person decided again'
    WHEN o.decision = 'reject' THEN NULL
    WHEN o.content_digest IS DISTINCT FROM r.content_digest THEN 'the content has changed'
    WHEN o.not_author AND EXISTS (
      SELECT FROM pg_catalog.unnest(r.authors) a (name) WHERE releasegov.person_of(a.name) = o.person) THEN 'the person is an author'
    WHEN o.not_requester AND EXISTS (
      SELECT FROM releasegov.deployment d
      WHERE d.application = o.application AND d.environment = o.environment AND d.version = o.version
        AND d.state = 'requested' AND releasegov.person_of(d.requested_by) = o.person) THEN 'the person requested it'
    WHEN o.expires_at <= pg_catalog.now() THEN 'expired' END AS why_not
  FROM ordered o JOIN releasegov.release r ON r.application = o.application AND r.version = o.version)
SELECT j.application, j.version, j.environment, j.kind, j.subject, j.decision, j.actor, j.person, j.recorded_by, j.role,
       j.comment, j.recorded_at, j.expires_at, j.why_not IS NULL AS counts_now, j.why_not, j.id
FROM judged j;

-- Of each requirement's waivers the newest counts, whoever gave it.
CREATE VIEW releasegov.waiver_history AS
WITH ordered AS (
  SELECT w.*, pg_catalog.lead(w.decision) OVER later AS later, pg_catalog.lead(w.recorded_at) OVER later AS later_at,
         pg_catalog.lead(w.actor) OVER later AS later_by, pg_catalog.lead(w.reason) OVER later AS later_reason
  FROM releasegov.waiver w
  WINDOW later AS (PARTITION BY w.application, w.version, w.environment, w.requirement ORDER BY w.id))
SELECT o.application, o.version, o.environment, o.requirement, CASE
         WHEN o.later_at < o.expires_at THEN CASE o.later WHEN 'approve' THEN 'replaced' ELSE 'revoked' END
         WHEN o.expires_at <= pg_catalog.now() THEN 'expired'
         WHEN o.content_digest IS DISTINCT FROM r.content_digest THEN 'outdated'
         ELSE 'in force' END AS status,
       o.reason, o.actor, o.recorded_by, o.role, o.rule, o.break_glass, o.recorded_at, o.expires_at,
       CASE WHEN o.later_at < o.expires_at THEN o.later_at END AS ended_at,
       CASE WHEN o.later_at < o.expires_at THEN o.later_by END AS ended_by,
       CASE WHEN o.later_at < o.expires_at THEN o.later_reason END AS ended_because,
       o.id
FROM ordered o JOIN releasegov.release r ON r.application = o.application AND r.version = o.version
WHERE o.decision = 'approve';

-- Who did what on each release. Requests and deployments are read off the
-- moves, whose key begins with the release.
CREATE VIEW releasegov.separation_of_duties AS
SELECT r.application, r.version, r.kind, r.state,
       COALESCE(o.authors, '{}') AS authors,
       COALESCE(o.registered_by, '{}') AS registered_by,
       COALESCE(o.requested_by, '{}') AS requested_by,
       COALESCE(o.reviewed_by, '{}') AS reviewed_by,
       COALESCE(o.approved_by, '{}') AS approved_by,
       COALESCE(o.attested_by, '{}') AS attested_by,
       COALESCE(o.waived_by, '{}') AS waived_by,
       COALESCE(o.deployed_by, '{}') AS deployed_by,
       COALESCE(o.overlap, '{}') AS overlap,
       COALESCE(o.duties, '{}') AS duties,
       NOT COALESCE(o.judged_own, false) AS four_eyes
FROM releasegov.release r
     CROSS JOIN LATERAL (
       SELECT pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'author' = ANY (p.duties)) AS authors,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'registered' = ANY (p.duties)) AS registered_by,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'requested' = ANY (p.duties)) AS requested_by,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'reviewed' = ANY (p.duties)) AS reviewed_by,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'approved' = ANY (p.duties)) AS approved_by,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'attested' = ANY (p.duties)) AS attested_by,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'waived' = ANY (p.duties)) AS waived_by,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE 'deployed' = ANY (p.duties)) AS deployed_by,
              pg_catalog.array_agg(p.person ORDER BY p.person) FILTER (WHERE pg_catalog.cardinality(p.duties) > 1) AS overlap,
              pg_catalog.jsonb_object_agg(p.person, p.duties) FILTER (WHERE pg_catalog.cardinality(p.duties) > 1) AS duties,
              pg_catalog.bool_or(p.duties && ARRAY['author', 'requested'] AND p.duties && ARRAY['reviewed', 'approved', 'waived']) AS judged_own
       FROM (SELECT releasegov.person_of(d.name) AS person, pg_catalog.array_agg(DISTINCT d.duty) AS duties
             FROM (SELECT 'author' AS duty, a.name FROM pg_catalog.unnest(r.authors) a (name)
                   UNION ALL
                   SELECT 'registered', r.registered_by
                   UNION ALL
                   SELECT CASE t.to_state WHEN 'requested' THEN 'requested' ELSE 'deployed' END, t.actor
                   FROM releasegov.transition t
                   WHERE t.application = r.application AND t.version = r.version AND t.subject = 'deployment'
                     AND t.to_state IN ('requested', 'deploying', 'live', 'failed')
                   UNION ALL
                   SELECT 'reviewed', s.actor FROM releasegov.review s
                   WHERE s.application = r.application AND s.version = r.version AND s.decision = 'approve'
                   UNION ALL
                   SELECT 'approved', s.actor FROM releasegov.approval s
                   WHERE s.application = r.application AND s.version = r.version AND s.decision = 'approve'
                   UNION ALL
                   SELECT 'attested', s.actor FROM releasegov.attestation s
                   WHERE s.application = r.application AND s.version = r.version AND s.decision = 'approve'
                   UNION ALL
                   SELECT 'waived', s.actor FROM releasegov.waiver s
                   WHERE s.application = r.application AND s.version = r.version AND s.decision = 'approve') d
             GROUP BY 1) p) o;

-- The trail's health checks: every failure, and where a healthy row begins.
CREATE INDEX health_check_turn ON releasegov.health_check (application, version, id)
  WHERE NOT healthy OR healthy_since = observed_at;

-- Every branch is found by its key's first columns, application and version. A
-- policy's revisions, people's names and access belong to no application.
CREATE VIEW releasegov.audit_trail AS
SELECT registered_at AS recorded_at, name AS application, NULL::text AS version, NULL::text AS environment,
       'application.registered' AS event, registered_by AS actor, registered_by AS recorded_by,
       description AS summary, NULL::uuid AS id
FROM releasegov.application
UNION ALL
SELECT recorded_at, application, NULL, NULL, 'policy.assigned', recorded_by, recorded_by, policy, id
FROM releasegov.policy_assignment
UNION ALL
SELECT applied_at, NULL, NULL, NULL, 'policy.applied', applied_by, applied_by,
       pg_catalog.concat_ws(': ', policy || ' revision ' || revision, NULLIF(comment, '')), NULL
FROM releasegov.policy_revision
UNION ALL
SELECT recorded_at, NULL, NULL, NULL, 'identity.recorded', recorded_by, recorded_by, alias || ' is ' || person, id
FROM releasegov.identity
UNION ALL
SELECT recorded_at, NULL, NULL, NULL, 'access.' || event, recorded_by, recorded_by, kind || ': ' || grantee, id
FROM releasegov.access_history
UNION ALL
SELECT recorded_at, application, version, NULL, 'release.content', recorded_by, recorded_by,
       pg_catalog.format('%s of commit %s on %s by %s', kind, commit_id, source_branch, pg_catalog.array_to_string(authors, ', ')), id
FROM releasegov.release_content
UNION ALL
SELECT recorded_at, application, version, environment, subject || '.' || to_state, actor, recorded_by,
       pg_catalog.concat_ws(': ', COALESCE('from ' || from_state, 'new'), NULLIF(reason, '')), id
FROM releasegov.transition
UNION ALL
SELECT c.as_of, t.application, t.version, t.environment, 'deployment.decision', c.actor, c.recorded_by,
       pg_catalog.format('eligible under %s revision %s, %s requirements', c.policy, c.revision, pg_catalog.jsonb_array_length(c.requirements)), c.id
FROM releasegov.transition t
     JOIN releasegov.deployment_decision c ON c.application = t.application AND c.deployment = t.deployment
WHERE t.subject = 'deployment' AND t.to_state = 'deploying'
UNION ALL
SELECT recorded_at, application, version, NULLIF(environment, ''), 'gate.result', recorded_by, recorded_by,
       pg_catalog.concat_ws(' ', gate, NULLIF(part, ''), measured::text, outcome::text), id
FROM releasegov.gate_result
UNION ALL
SELECT recorded_at, application, version, NULLIF(environment, ''), 'report.ingested', recorded_by, recorded_by,
       pg_catalog.concat_ws(' ', format, status, message, CASE document WHEN 'kept' THEN '(kept whole)' END), id
FROM releasegov.report
UNION ALL
SELECT recorded_at, application, version, NULL, 'migration.registered', recorded_by, recorded_by,
       pg_catalog.format('%s %s, class %s, %s', sequence, name, class, reversibility), id
FROM releasegov.migration
UNION ALL
SELECT recorded_at, application, version, NULL, 'migration.' || verdict, recorded_by, recorded_by,
       pg_catalog.concat_ws(': ', CASE sequence WHEN 0 THEN 'the whole release' ELSE sequence::text END, NULLIF(detail, '')), id
FROM releasegov.migration_check
UNION ALL
SELECT recorded_at, application, version, NULL, 'review.' || decision, actor, recorded_by,
       pg_catalog.concat_ws(': ', review || ' as ' || role, NULLIF(comment, '')), id
FROM releasegov.review
UNION ALL
SELECT recorded_at, application, version, environment, 'approval.' || decision, actor, recorded_by,
       pg_catalog.concat_ws(': ', rule || ' as ' || role, NULLIF(comment, '')), id
FROM releasegov.approval
UNION ALL
SELECT recorded_at, application, version, environment, 'attestation.' || decision, actor, recorded_by,
       pg_catalog.concat_ws(': ', item || ' as ' || role, NULLIF(evidence, '')), id
FROM releasegov.attestation
UNION ALL
SELECT recorded_at, application, version, environment,
       CASE WHEN break_glass THEN 'break_glass.' ELSE 'waiver.' END || decision, actor, recorded_by,
       pg_catalog.concat_ws(': ', requirement || ' as ' || role, NULLIF(reason, '')), id
FROM releasegov.waiver
UNION ALL
SELECT recorded_at, application, version, NULL, 'issue.' || event, recorded_by, recorded_by,
       pg_catalog.concat_ws(': ', issue, NULLIF(title, '')), id
FROM releasegov.blocking_issue
UNION ALL
SELECT recorded_at, application, version, environment, 'feature_flag.reported', recorded_by, recorded_by,
       pg_catalog.format('%s is %s, expected %s', flag, COALESCE(actual, 'unknown'), expected), id
FROM releasegov.feature_flag
UNION ALL
SELECT recorded_at, application, version, environment, 'monitoring.' || outcome, recorded_by, recorded_by,
       pg_catalog.concat_ws(': ', check_name, NULLIF(detail, '')), id
FROM releasegov.monitoring_check
UNION ALL
SELECT recorded_at, application, version, environment,
       CASE WHEN healthy THEN 'health.healthy' ELSE 'health.failed' END, recorded_by, recorded_by,
       pg_catalog.concat_ws(': ', source, NULLIF(detail, '')), id
FROM releasegov.health_check
WHERE NOT healthy OR healthy_since = observed_at
UNION ALL
SELECT recorded_at, application, version, environment, 'hold.' || event, recorded_by, recorded_by, reason, id
FROM releasegov.hold
ORDER BY recorded_at, id;

/* ---- what they mean ---- */

COMMENT ON VIEW releasegov.application_policy IS 'which policy governs each application now';
COMMENT ON COLUMN releasegov.application_policy.application IS 'the application';
COMMENT ON COLUMN releasegov.application_policy.policy IS 'its policy; null if it was never given one: then nothing can be promoted';
COMMENT ON COLUMN releasegov.application_policy.since IS 'since when';
COMMENT ON COLUMN releasegov.application_policy.assigned_by IS 'session_user of who assigned it';

COMMENT ON VIEW releasegov.release_board IS 'for dashboards: what runs where and what comes next, one row for each application and environment of its policy, also where nothing runs yet; an environment that the policy no longer has is shown while it is in use. Its cost does not grow with history';
COMMENT ON COLUMN releasegov.release_board.application IS 'the application';
COMMENT ON COLUMN releasegov.release_board.environment IS 'the environment';
COMMENT ON COLUMN releasegov.release_board."position" IS 'its place in the policy, from 1; null if the policy no longer has it';
COMMENT ON COLUMN releasegov.release_board.version IS 'the version that is live there, null for none';
COMMENT ON COLUMN releasegov.release_board.state IS 'live, or null';
COMMENT ON COLUMN releasegov.release_board.since IS 'when it went live';
COMMENT ON COLUMN releasegov.release_board.traffic IS 'percent of the traffic that it gets: 100';
COMMENT ON COLUMN releasegov.release_board.kind IS 'feature or hotfix';
COMMENT ON COLUMN releasegov.release_board.previous_version IS 'the version that was live when it started, null for none';
COMMENT ON COLUMN releasegov.release_board.next_version IS 'the version under way there, else the one requested last; null for none';
COMMENT ON COLUMN releasegov.release_board.next_state IS 'deploying or requested';
COMMENT ON COLUMN releasegov.release_board.next_since IS 'since when it is in that state';
COMMENT ON COLUMN releasegov.release_board.next_requested_by IS 'the person who requested it';
COMMENT ON COLUMN releasegov.release_board.requests IS 'how many open requests there are';

COMMENT ON VIEW releasegov.promotion_queue IS 'for dashboards: open requests and deployments under way; what each request waits for, and until when if time alone clears it';
COMMENT ON COLUMN releasegov.promotion_queue.application IS 'the application';
COMMENT ON COLUMN releasegov.promotion_queue.version IS 'the release';
COMMENT ON COLUMN releasegov.promotion_queue.environment IS 'where it is to go';
COMMENT ON COLUMN releasegov.promotion_queue.state IS 'requested or deploying';
COMMENT ON COLUMN releasegov.promotion_queue.requested_by IS 'the person who requested it';
COMMENT ON COLUMN releasegov.promotion_queue.requested_at IS 'when it was requested';
COMMENT ON COLUMN releasegov.promotion_queue.automatic IS 'requested by auto_deploy()';
COMMENT ON COLUMN releasegov.promotion_queue.state_since IS 'since when it is in this state';
COMMENT ON COLUMN releasegov.promotion_queue.reason IS 'why, in the words of who requested it';
COMMENT ON COLUMN releasegov.promotion_queue.waiting_for IS 'the requirements that block it now, as promotion_eligibility() names them; empty: it could start, or is under way';
COMMENT ON COLUMN releasegov.promotion_queue.details IS 'why, for each of them';
COMMENT ON COLUMN releasegov.promotion_queue.remedies IS 'what to do, for each of them';
COMMENT ON COLUMN releasegov.promotion_queue.eligible_at IS 'the earliest time at which time alone makes it eligible; null when somebody has to act, or it is under way';
COMMENT ON COLUMN releasegov.promotion_queue.deployment IS 'deployment.id';

COMMENT ON VIEW releasegov.gate_matrix IS 'for dashboards: each gate of each environment for the releases that are candidates or live somewhere, with its newest result. Filter by application; its cost does not grow with history';
COMMENT ON COLUMN releasegov.gate_matrix.application IS 'the application';
COMMENT ON COLUMN releasegov.gate_matrix.version IS 'the release';
COMMENT ON COLUMN releasegov.gate_matrix.release_state IS 'candidate, released, ...';
COMMENT ON COLUMN releasegov.gate_matrix.environment IS 'promotions into this environment';
COMMENT ON COLUMN releasegov.gate_matrix.gate IS 'the gate';
COMMENT ON COLUMN releasegov.gate_matrix.title IS 'as people call it';
COMMENT ON COLUMN releasegov.gate_matrix.enforcement IS 'what a miss does: block, warn, or ask for a review';
COMMENT ON COLUMN releasegov.gate_matrix.threshold IS 'what the measure must meet; null: the result is pass or fail';
COMMENT ON COLUMN releasegov.gate_matrix.measured IS 'the newest measure, with its unit';
COMMENT ON COLUMN releasegov.gate_matrix.outcome IS 'pass or fail, where it was reported';
COMMENT ON COLUMN releasegov.gate_matrix.status IS 'satisfied, unsatisfied, pending (no result yet), stale (too old), waived or error (cannot be judged), as promotion_eligibility() has it';
COMMENT ON COLUMN releasegov.gate_matrix.detail IS 'why';
COMMENT ON COLUMN releasegov.gate_matrix.measured_in IS 'the environment whose results count; null: those of CI';
COMMENT ON COLUMN releasegov.gate_matrix.measured_at IS 'when it was measured';
COMMENT ON COLUMN releasegov.gate_matrix.valid_until IS 'until when the result counts; null for ever, or no result';
COMMENT ON COLUMN releasegov.gate_matrix.source IS 'the CI system';
COMMENT ON COLUMN releasegov.gate_matrix.run_id IS 'its run';
COMMENT ON COLUMN releasegov.gate_matrix.url IS 'a link to the run';
COMMENT ON COLUMN releasegov.gate_matrix.result IS 'gate_result.id';
COMMENT ON COLUMN releasegov.gate_matrix.parts IS 'its parts, whose results gate_part shows; the columns of one result are null then';
COMMENT ON COLUMN releasegov.gate_matrix.evidence IS 'the ids of the facts that the status rests on';
COMMENT ON VIEW releasegov.migration_report IS 'each migration of each release: what its statements are, and what executing it showed';
COMMENT ON COLUMN releasegov.migration_report.application IS 'the application';
COMMENT ON COLUMN releasegov.migration_report.version IS 'the release that brings it';
COMMENT ON COLUMN releasegov.migration_report.sequence IS 'its place among all migrations of the application';
COMMENT ON COLUMN releasegov.migration_report.name IS 'the name of its file';
COMMENT ON COLUMN releasegov.migration_report.class IS 'A: additive. B: rewrites, waits, narrows, renames or overwrites. C: destroys, exposes, or reaches beyond the database';
COMMENT ON COLUMN releasegov.migration_report.reversibility IS 'what its statements say: reversible, lossy, irreversible or opaque';
COMMENT ON COLUMN releasegov.migration_report.data_loss IS 'up and then down would lose or change rows, so far as its statements tell';
COMMENT ON COLUMN releasegov.migration_report.detail IS 'why, in words';
COMMENT ON COLUMN releasegov.migration_report.has_down IS 'there are statements that undo it';
COMMENT ON COLUMN releasegov.migration_report.verdict IS 'of the newest proof of this text: proven, schema_differs, data_differs, order_only, down_fails, down_missing, not_repeatable, untestable; not_proven without one';
COMMENT ON COLUMN releasegov.migration_report.verdict_detail IS 'what the proof found, in words';
COMMENT ON COLUMN releasegov.migration_report.differences IS 'object by object, table by table';
COMMENT ON COLUMN releasegov.migration_report.proven_at IS 'when it was executed';
COMMENT ON COLUMN releasegov.migration_report.took IS 'how long that took';
COMMENT ON COLUMN releasegov.migration_report.server IS 'the version of the scratch server';
COMMENT ON COLUMN releasegov.migration_report.proven_by IS 'who let it be proven';
COMMENT ON COLUMN releasegov.migration_report.up IS 'its statements';
COMMENT ON COLUMN releasegov.migration_report.down IS 'those that undo it';
COMMENT ON COLUMN releasegov.migration_report.registered_at IS 'when it was registered';
COMMENT ON COLUMN releasegov.migration_report.registered_by IS 'by whom';
COMMENT ON COLUMN releasegov.migration_report.migration IS 'migration.id';
COMMENT ON COLUMN releasegov.migration_report.proof IS 'migration_check.id';
COMMENT ON VIEW releasegov.gate_part IS 'the gates of packages or shards: the result of each part that counts, null where it is missing';
COMMENT ON COLUMN releasegov.gate_part.application IS 'the application';
COMMENT ON COLUMN releasegov.gate_part.version IS 'a candidate, or what is live somewhere';
COMMENT ON COLUMN releasegov.gate_part.environment IS 'promoted into this';
COMMENT ON COLUMN releasegov.gate_part.gate IS 'the gate';
COMMENT ON COLUMN releasegov.gate_part.part IS 'the package or shard, as the policy names it';
COMMENT ON COLUMN releasegov.gate_part.gate_status IS 'what all parts make of the gate';
COMMENT ON COLUMN releasegov.gate_part.measured IS 'the part''s measure; null without one';
COMMENT ON COLUMN releasegov.gate_part.outcome IS 'pass or fail, where the result says so';
COMMENT ON COLUMN releasegov.gate_part.measured_at IS 'when it was measured; null: no result';
COMMENT ON COLUMN releasegov.gate_part.source IS 'who reported it';
COMMENT ON COLUMN releasegov.gate_part.run_id IS 'in which run';
COMMENT ON COLUMN releasegov.gate_part.attempt IS 'in which attempt of the run';
COMMENT ON COLUMN releasegov.gate_part.detail IS 'what the reporter says to it';
COMMENT ON COLUMN releasegov.gate_part.url IS 'a link to the run';
COMMENT ON COLUMN releasegov.gate_part.result IS 'gate_result.id';
COMMENT ON COLUMN releasegov.gate_part.part_position IS 'its place in the policy, from 1';
COMMENT ON COLUMN releasegov.gate_part.environment_position IS 'the environment''s place in the policy';
COMMENT ON COLUMN releasegov.gate_part.gate_position IS 'the gate''s place in the policy';
COMMENT ON COLUMN releasegov.gate_matrix.environment_position IS 'the environment''s place in the policy, from 1';
COMMENT ON COLUMN releasegov.gate_matrix.gate_position IS 'the gate''s place in the policy, from 1';

COMMENT ON VIEW releasegov.deployment_history IS 'every promotion from its request on: when, how long, by whom, what it replaced and under which revision it was judged';
COMMENT ON COLUMN releasegov.deployment_history.application IS 'the application';
COMMENT ON COLUMN releasegov.deployment_history.version IS 'the release';
COMMENT ON COLUMN releasegov.deployment_history.environment IS 'where it went';
COMMENT ON COLUMN releasegov.deployment_history.state IS 'its state now';
COMMENT ON COLUMN releasegov.deployment_history.requested_by IS 'the person who requested it';
COMMENT ON COLUMN releasegov.deployment_history.requested_at IS 'when it was requested';
COMMENT ON COLUMN releasegov.deployment_history.automatic IS 'requested by auto_deploy()';
COMMENT ON COLUMN releasegov.deployment_history.reason IS 'why, in the words of who requested it';
COMMENT ON COLUMN releasegov.deployment_history.started_by IS 'the person who started it; null if it was not started';
COMMENT ON COLUMN releasegov.deployment_history.started_at IS 'when it started';
COMMENT ON COLUMN releasegov.deployment_history.live_at IS 'when it went live';
COMMENT ON COLUMN releasegov.deployment_history.ended_at IS 'when it was superseded, cancelled or failed';
COMMENT ON COLUMN releasegov.deployment_history.waited IS 'from the request to the start';
COMMENT ON COLUMN releasegov.deployment_history.took IS 'from the start to going live, or to its failure';
COMMENT ON COLUMN releasegov.deployment_history.lived IS 'from going live to its end, or to now';
COMMENT ON COLUMN releasegov.deployment_history.replaced_version IS 'the version that was live when it started';
COMMENT ON COLUMN releasegov.deployment_history.policy IS 'the policy that let it start';
COMMENT ON COLUMN releasegov.deployment_history.policy_revision IS 'its revision';
COMMENT ON COLUMN releasegov.deployment_history.artifact_digest IS 'the artifact that was started';
COMMENT ON COLUMN releasegov.deployment_history.deployment IS 'deployment.id: sorts by the time of the request';

COMMENT ON VIEW releasegov.policy_opening IS 'when promotions may start, by policy, environment and kind of release; an environment without any window is open at any time but for freezes';
COMMENT ON COLUMN releasegov.policy_opening.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_opening.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_opening.environment IS 'promotions into this environment';
COMMENT ON COLUMN releasegov.policy_opening."position" IS 'its place in the policy, from 1';
COMMENT ON COLUMN releasegov.policy_opening.kind IS 'feature or hotfix';
COMMENT ON COLUMN releasegov.policy_opening.open IS 'whether a promotion may start now, as far as windows and freezes go';
COMMENT ON COLUMN releasegov.policy_opening.allowed_by IS 'the window that is open';
COMMENT ON COLUMN releasegov.policy_opening.denied_by IS 'the freeze in force; it beats every window';
COMMENT ON COLUMN releasegov.policy_opening.opens_at IS 'when it opens next: now if it is open, null if that is not within two years';
COMMENT ON COLUMN releasegov.policy_opening.closes_at IS 'when it closes, if it is open; null if that is not within two years';

COMMENT ON VIEW releasegov.freeze_calendar IS 'the windows and freezes of each policy for a year from now, one row for each occurrence, environment and kind of release';
COMMENT ON COLUMN releasegov.freeze_calendar.policy IS 'which policy';
COMMENT ON COLUMN releasegov.freeze_calendar.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.freeze_calendar.environment IS 'promotions into this environment';
COMMENT ON COLUMN releasegov.freeze_calendar.kind IS 'feature or hotfix';
COMMENT ON COLUMN releasegov.freeze_calendar.rule IS 'window: promotions may start; freeze: they may not';
COMMENT ON COLUMN releasegov.freeze_calendar.name IS 'its name';
COMMENT ON COLUMN releasegov.freeze_calendar.starts_at IS 'when the occurrence starts; -infinity for a window that is always open';
COMMENT ON COLUMN releasegov.freeze_calendar.ends_at IS 'when it ends, exclusive';
COMMENT ON COLUMN releasegov.freeze_calendar.in_force IS 'whether now lies in it';
COMMENT ON COLUMN releasegov.freeze_calendar.open IS 'whether a promotion may start now, as far as windows and freezes go';
COMMENT ON COLUMN releasegov.freeze_calendar.opens_at IS 'when it opens next: now if it is open, null if that is not within two years';
COMMENT ON COLUMN releasegov.freeze_calendar.closes_at IS 'when it closes, if it is open; null if that is not within two years';

COMMENT ON VIEW releasegov.next_opening IS 'for dashboards: when promotions may start, by application, environment and kind of release, as its policy''s windows and freezes have it';
COMMENT ON COLUMN releasegov.next_opening.application IS 'the application';
COMMENT ON COLUMN releasegov.next_opening.policy IS 'its policy';
COMMENT ON COLUMN releasegov.next_opening.environment IS 'promotions into this environment';
COMMENT ON COLUMN releasegov.next_opening."position" IS 'its place in the policy, from 1';
COMMENT ON COLUMN releasegov.next_opening.kind IS 'feature or hotfix';
COMMENT ON COLUMN releasegov.next_opening.open IS 'whether a promotion may start now, as far as windows and freezes go';
COMMENT ON COLUMN releasegov.next_opening.allowed_by IS 'the window that is open';
COMMENT ON COLUMN releasegov.next_opening.denied_by IS 'the freeze in force; it beats every window';
COMMENT ON COLUMN releasegov.next_opening.opens_at IS 'when it opens next: now if it is open, null if that is not within two years';
COMMENT ON COLUMN releasegov.next_opening.closes_at IS 'when it closes, if it is open; null if that is not within two years';

COMMENT ON VIEW releasegov.approval_history IS 'for auditors: everything that people stated of a release: reviews, approvals and attestations, whether it counts now, and if not, why';
COMMENT ON COLUMN releasegov.approval_history.application IS 'the application';
COMMENT ON COLUMN releasegov.approval_history.version IS 'the release';
COMMENT ON COLUMN releasegov.approval_history.environment IS 'the environment that it is to be promoted into; null for a review';
COMMENT ON COLUMN releasegov.approval_history.kind IS 'review, approval or attestation';
COMMENT ON COLUMN releasegov.approval_history.subject IS 'the review, the approval rule or the checklist item';
COMMENT ON COLUMN releasegov.approval_history.decision IS 'approve, reject or revoke';
COMMENT ON COLUMN releasegov.approval_history.actor IS 'the name of the person who speaks';
COMMENT ON COLUMN releasegov.approval_history.person IS 'who that is, with all names of a person taken for one';
COMMENT ON COLUMN releasegov.approval_history.recorded_by IS 'session_user: a broker, where it is not the actor';
COMMENT ON COLUMN releasegov.approval_history.role IS 'the policy''s role in which the person spoke';
COMMENT ON COLUMN releasegov.approval_history.comment IS 'the person''s words; the evidence of an attestation';
COMMENT ON COLUMN releasegov.approval_history.recorded_at IS 'when';
COMMENT ON COLUMN releasegov.approval_history.expires_at IS 'until when the policy lets it count; null for ever';
COMMENT ON COLUMN releasegov.approval_history.counts_now IS 'whether the requirements take it into account now: an approval as given, a rejection as standing';
COMMENT ON COLUMN releasegov.approval_history.why_not IS 'why it does not count: revoked, the same person decided again, the content has changed, expired, the person is an author, the person requested it, ...';
COMMENT ON COLUMN releasegov.approval_history.id IS 'sorts by time';

COMMENT ON VIEW releasegov.waiver_history IS 'for auditors: every exception that was granted, and what became of it';
COMMENT ON COLUMN releasegov.waiver_history.application IS 'the application';
COMMENT ON COLUMN releasegov.waiver_history.version IS 'the release';
COMMENT ON COLUMN releasegov.waiver_history.environment IS 'the environment that it is to be promoted into';
COMMENT ON COLUMN releasegov.waiver_history.requirement IS 'what need not be met, or a pattern: gate:*';
COMMENT ON COLUMN releasegov.waiver_history.status IS 'in force, expired, revoked, replaced (by a newer one) or outdated (the content has changed)';
COMMENT ON COLUMN releasegov.waiver_history.reason IS 'why it was granted';
COMMENT ON COLUMN releasegov.waiver_history.actor IS 'the person who granted it';
COMMENT ON COLUMN releasegov.waiver_history.recorded_by IS 'session_user: a broker, where it is not the actor';
COMMENT ON COLUMN releasegov.waiver_history.role IS 'the policy''s role in which the person granted it';
COMMENT ON COLUMN releasegov.waiver_history.rule IS 'the waiver rule of the policy';
COMMENT ON COLUMN releasegov.waiver_history.break_glass IS 'an emergency''s';
COMMENT ON COLUMN releasegov.waiver_history.recorded_at IS 'when it was granted';
COMMENT ON COLUMN releasegov.waiver_history.expires_at IS 'until when it counts at most';
COMMENT ON COLUMN releasegov.waiver_history.ended_at IS 'when it was revoked or replaced; null if it was not before it expired';
COMMENT ON COLUMN releasegov.waiver_history.ended_by IS 'the person who did';
COMMENT ON COLUMN releasegov.waiver_history.ended_because IS 'why, in that person''s words';
COMMENT ON COLUMN releasegov.waiver_history.id IS 'sorts by time';

COMMENT ON VIEW releasegov.separation_of_duties IS 'for auditors: who did what on each release, with all names of a person (identity) taken for one';
COMMENT ON COLUMN releasegov.separation_of_duties.application IS 'the application';
COMMENT ON COLUMN releasegov.separation_of_duties.version IS 'the release';
COMMENT ON COLUMN releasegov.separation_of_duties.kind IS 'feature or hotfix';
COMMENT ON COLUMN releasegov.separation_of_duties.state IS 'its state';
COMMENT ON COLUMN releasegov.separation_of_duties.authors IS 'who wrote it';
COMMENT ON COLUMN releasegov.separation_of_duties.registered_by IS 'who registered it';
COMMENT ON COLUMN releasegov.separation_of_duties.requested_by IS 'who requested promotions of it';
COMMENT ON COLUMN releasegov.separation_of_duties.reviewed_by IS 'who passed its reviews';
COMMENT ON COLUMN releasegov.separation_of_duties.approved_by IS 'who approved promotions of it, also if that was revoked or ran out';
COMMENT ON COLUMN releasegov.separation_of_duties.attested_by IS 'who attested items of its checklist';
COMMENT ON COLUMN releasegov.separation_of_duties.waived_by IS 'who granted exceptions for it';
COMMENT ON COLUMN releasegov.separation_of_duties.deployed_by IS 'who started its deployments or reported how they went';
COMMENT ON COLUMN releasegov.separation_of_duties.overlap IS 'people in more than one of these duties';
COMMENT ON COLUMN releasegov.separation_of_duties.duties IS 'for each of those: their duties';
COMMENT ON COLUMN releasegov.separation_of_duties.four_eyes IS 'false if somebody who wrote it or requested a promotion of it passed a review, approved or waived';

COMMENT ON VIEW releasegov.audit_trail IS 'for auditors: one time-ordered trail of all facts and moves. By application and version it is read off indexes; without them it reads the whole record';
COMMENT ON COLUMN releasegov.audit_trail.recorded_at IS 'when';
COMMENT ON COLUMN releasegov.audit_trail.application IS 'the application; null for policies, identities and access, which belong to none';
COMMENT ON COLUMN releasegov.audit_trail.version IS 'the release; null for what concerns the whole application';
COMMENT ON COLUMN releasegov.audit_trail.environment IS 'the environment; null if it concerns none';
COMMENT ON COLUMN releasegov.audit_trail.event IS 'what happened: release.candidate, gate.result, approval.approve, deployment.live, ...; of health checks, failures and the first healthy one after another';
COMMENT ON COLUMN releasegov.audit_trail.actor IS 'the person who did it';
COMMENT ON COLUMN releasegov.audit_trail.recorded_by IS 'session_user: a broker, where it is not the actor';
COMMENT ON COLUMN releasegov.audit_trail.summary IS 'what it says, in one line or the person''s words';
COMMENT ON COLUMN releasegov.audit_trail.id IS 'key of the row: sorts by time; null where a row has none';

COMMENT ON INDEX releasegov.release_candidate IS 'the candidates, for gate_matrix';
COMMENT ON INDEX releasegov.health_check_turn IS 'failures and the first healthy probe after another, for audit_trail';

REVOKE ALL ON
  releasegov.application_policy, releasegov.release_board, releasegov.promotion_queue, releasegov.gate_matrix, releasegov.gate_part, releasegov.migration_report,
  releasegov.deployment_history, releasegov.policy_opening, releasegov.freeze_calendar, releasegov.next_opening,
  releasegov.approval_history, releasegov.waiver_history, releasegov.separation_of_duties, releasegov.audit_trail
FROM PUBLIC;
