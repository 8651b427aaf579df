/*
 * What dashboards and auditors read. Views belong to the extension's owner:
 * who may read a view needs nothing on the tables behind it, and EXECUTE on
 * the functions in it.
 */

-- A policy is a row or two, which autovacuum would never look at; the planner
-- would then take each view of policies for a hundred thousand rows.
ALTER TABLE releasegov.policy SET (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0);
ALTER TABLE releasegov.policy_revision SET (autovacuum_analyze_threshold = 1, autovacuum_analyze_scale_factor = 0);
ANALYZE releasegov.policy, releasegov.policy_revision;

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
SELECT d.application, d.version, d.environment, d.state, d.requested_by, d.requested_at, d.automatic,
       d.state_since, d.reason,
       CASE WHEN d.asked AND NOT d.known THEN ARRAY['environment'] ELSE COALESCE(q.waiting_for, '{}') END AS waiting_for,
       CASE WHEN d.asked AND NOT d.known THEN ARRAY['the policy has no such environment any more'] ELSE COALESCE(q.details, '{}') END AS details,
       CASE WHEN d.asked AND NOT d.known THEN ARRAY['cancel the request'] ELSE COALESCE(q.remedies, '{}') END AS remedies,
       releasegov.eligible_at(d.application, d.version, CASE WHEN d.asked AND d.known THEN d.environment END) AS eligible_at,
       d.id AS deployment
FROM (SELECT n.*, n.state = 'requested' AS asked,
             EXISTS (SELECT FROM releasegov.application_policy p
                     JOIN releasegov.policy_environment e ON e.policy = p.policy
                     WHERE p.application = n.application AND e.environment = n.environment) AS known
      FROM (SELECT * FROM releasegov.deployment WHERE state = 'requested'
            UNION ALL
            SELECT * FROM releasegov.deployment WHERE state IN ('deploying', 'rolling_out', 'rolling_back')) n) d
     CROSS JOIN LATERAL (
       SELECT pg_catalog.array_agg(r.requirement) AS waiting_for,
              pg_catalog.array_agg(r.detail) AS details,
              pg_catalog.array_agg(r.remedy) AS remedies
       FROM releasegov.promotion_eligibility(d.application, d.version,
              CASE WHEN d.asked AND d.known THEN d.environment END) r
       WHERE r.status NOT IN ('satisfied', 'waived', 'not_applicable') AND r.enforcement <> 'warn') q;

-- What was or will be promoted soon, found by the candidates' and the live
-- deployments' indexes.
CREATE INDEX release_candidate ON releasegov.release (application, version) WHERE state = 'candidate';

CREATE VIEW releasegov.gate_matrix AS
WITH gate AS MATERIALIZED (
  SELECT policy, gate, "position", title, threshold, environments, valid_for, measured_in FROM releasegov.policy_gate),
environment AS MATERIALIZED (
  SELECT e.policy, e.environment, e."position" FROM releasegov.policy_environment e
  WHERE EXISTS (SELECT FROM gate g WHERE g.policy = e.policy AND e.environment = ANY (g.environments)))
SELECT c.application, c.version, r.state AS release_state, e.environment, g.gate, g.title, q.enforcement,
       g.threshold, n.measured, n.outcome, q.status, q.detail,
       g.measured_in ->> e.environment AS measured_in,
       n.measured_at, n.measured_at + g.valid_for AS valid_until,
       n.source, n.run_id, n.url, n.id AS result,
       e."position" AS environment_position, g."position" AS gate_position
FROM (SELECT application, version FROM releasegov.release WHERE state = 'candidate'
      UNION
      SELECT application, version FROM releasegov.deployment WHERE state = 'live') c
     JOIN releasegov.release r ON r.application = c.application AND r.version = c.version
     JOIN releasegov.application_policy p ON p.application = c.application
     JOIN environment e ON e.policy = p.policy
     CROSS JOIN LATERAL releasegov.promotion_eligibility(c.application, c.version,
       CASE WHEN e.policy = p.policy THEN e.environment END) q
     JOIN gate g ON g.policy = p.policy AND 'gate:' || g.gate = q.requirement
     LEFT JOIN LATERAL (
       SELECT * FROM releasegov.gate_result s
       WHERE s.application = c.application AND s.version = c.version AND s.gate = g.gate
         AND s.environment = COALESCE(g.measured_in ->> e.environment, '')
       ORDER BY s.measured_at DESC, s.id DESC LIMIT 1) n ON true
WHERE q.kind = 'gate';

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
  SELECT s.*, COALESCE(i.person, s.actor) AS person, u.not_author, u.not_requester,
         COALESCE(s.role = ANY (u.roles), false) AS asked,
         CASE WHEN s.decision = 'approve' THEN s.recorded_at + u.valid_for END AS expires_at
  FROM said s
       JOIN releasegov.application_policy p ON p.application = s.application
       LEFT JOIN rule u ON u.policy = p.policy AND u.kind = s.kind AND u.subject = s.subject
       LEFT JOIN releasegov.identity i ON i.alias = s.actor),
ordered AS (
  SELECT h.*, pg_catalog.lead(h.decision) OVER (
           PARTITION BY h.application, h.version, h.kind, h.environment, h.subject, h.person,
                        h.asked OR h.decision = 'revoke'
           ORDER BY h.id) AS later
  FROM heard h),
judged AS (
  SELECT o.*, CASE
    WHEN o.decision = 'revoke' THEN 'it takes back what the person said before'
    WHEN NOT o.asked THEN 'the policy does not ask this role'
    WHEN o.later = 'revoke' THEN 'revoked'
    WHEN o.later IS NOT NULL THEN 'the same person decided again'
    WHEN o.content_digest IS DISTINCT FROM r.content_digest THEN 'the content has changed'
    WHEN o.decision = 'reject' THEN NULL
    WHEN o.not_author AND EXISTS (
      SELECT FROM pg_catalog.unnest(r.authors) a (name) LEFT JOIN releasegov.identity i ON i.alias = a.name
      WHERE COALESCE(i.person, a.name) = o.person) THEN 'the person is an author'
    WHEN o.not_requester AND EXISTS (
      SELECT FROM releasegov.deployment d LEFT JOIN releasegov.identity i ON i.alias = d.requested_by
      WHERE d.application = o.application AND d.environment = o.environment AND d.version = o.version
        AND d.state = 'requested' AND COALESCE(i.person, d.requested_by) = o.person) THEN 'the person requested it'
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
       FROM (SELECT COALESCE(i.person, d.name) AS person, pg_catalog.array_agg(DISTINCT d.duty) AS duties
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
                  LEFT JOIN releasegov.identity i ON i.alias = d.name
             GROUP BY 1) p) o;

-- The trail's health checks: every failure, and where a healthy row begins.
CREATE INDEX health_check_turn ON releasegov.health_check (application, version, id)
  WHERE NOT healthy OR healthy_since = observed_at;

-- Every branch is found by its key's first columns, application and version. A
-- policy's revisions and people's names belong to no application.
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
       pg_catalog.concat_ws(' ', gate, measured::text, outcome::text), id
FROM releasegov.gate_result
UNION ALL
SELECT recorded_at, application, version, NULLIF(environment, ''), 'report.ingested', recorded_by, recorded_by,
       pg_catalog.concat_ws(' ', format, status, message), id
FROM releasegov.report
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
