/*
 * The current revision of each policy as rows, to join and to show. The
 * column policy joins them; arrays of names join by ANY.
 */

CREATE VIEW releasegov.policy_current AS
SELECT r.policy, r.revision, COALESCE(r.document ->> 'title', '') AS title,
       r.document, r.digest, r.applied_at, r.applied_by, r.comment
FROM releasegov.policy p
     CROSS JOIN LATERAL (
       SELECT n.* FROM releasegov.policy_revision n
       WHERE n.policy = p.name ORDER BY n.revision DESC LIMIT 1) r;
COMMENT ON VIEW releasegov.policy_current IS 'the revision of each policy that is in force';
COMMENT ON COLUMN releasegov.policy_current.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_current.revision IS 'its newest revision';
COMMENT ON COLUMN releasegov.policy_current.title IS 'the document''s title, may be empty';
COMMENT ON COLUMN releasegov.policy_current.document IS 'the document as applied';
COMMENT ON COLUMN releasegov.policy_current.digest IS 'SHA-256 of the document''s text in UTF-8';
COMMENT ON COLUMN releasegov.policy_current.applied_at IS 'since when it is in force';
COMMENT ON COLUMN releasegov.policy_current.applied_by IS 'session_user of who applied it';
COMMENT ON COLUMN releasegov.policy_current.comment IS 'why, in the words of who applied it';

CREATE VIEW releasegov.policy_history AS
SELECT r.policy, r.revision, r.applied_at, r.applied_by, r.comment,
       pg_catalog.encode(r.digest, 'hex') AS digest,
       r.revision = pg_catalog.max(r.revision) OVER (PARTITION BY r.policy) AS is_current
FROM releasegov.policy_revision r;
COMMENT ON VIEW releasegov.policy_history IS 'for auditors: every revision of every policy, who applied it, when and why';
COMMENT ON COLUMN releasegov.policy_history.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_history.revision IS 'from 1 on, without gaps';
COMMENT ON COLUMN releasegov.policy_history.applied_at IS 'since when it was in force, until the next revision was';
COMMENT ON COLUMN releasegov.policy_history.applied_by IS 'session_user of who applied it';
COMMENT ON COLUMN releasegov.policy_history.comment IS 'why, in the words of who applied it';
COMMENT ON COLUMN releasegov.policy_history.digest IS 'SHA-256 of the document''s text in UTF-8, in hexadecimal';
COMMENT ON COLUMN releasegov.policy_history.is_current IS 'whether it is in force now';

CREATE VIEW releasegov.policy_role AS
SELECT c.policy, c.revision, x.key AS role,
       COALESCE(x.value ->> 'role', x.key) AS pg_role,
       COALESCE(x.value ->> 'title', x.key) AS title
FROM releasegov.policy_current c, pg_catalog.jsonb_each(c.document -> 'roles') x;
COMMENT ON VIEW releasegov.policy_role IS 'the roles that a policy speaks of, and the database roles that stand for them';
COMMENT ON COLUMN releasegov.policy_role.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_role.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_role.role IS 'the policy''s word';
COMMENT ON COLUMN releasegov.policy_role.pg_role IS 'the role of the database server that people are granted';
COMMENT ON COLUMN releasegov.policy_role.title IS 'as people call it';

CREATE VIEW releasegov.policy_environment AS
SELECT c.policy, c.revision,
       x.name AS environment,
       x.position::integer AS position,
       x.purpose,
       x.after,
       COALESCE(x.predecessor_required, false) AS predecessor_required,
       x.soak::interval AS soak,
       CASE WHEN x.soak IS NOT NULL THEN COALESCE(x.health_max_gap::interval, '1 h'::interval) END AS health_max_gap,
       x.branch,
       COALESCE(x.auto_deploy, false) AS auto_deploy,
       COALESCE(x.approval_required, false) AS approval_required,
       COALESCE(x.releases, false) AS releases,
       COALESCE(x.release_notes_required, false) AS release_notes_required,
       COALESCE(x.blocking_issues, false) AS blocking_issues,
       COALESCE(x.same_artifact, false) AS same_artifact,
       COALESCE(x.rollback_on_failed_health, false) AS rollback_on_failed_health,
       x.health_within::interval AS health_within,
       x.strategy,
       ARRAY(SELECT (a.value ->> 'metric') || ' ' || (a.value ->> 'threshold')
             FROM pg_catalog.jsonb_array_elements(x.rollout_abort) WITH ORDINALITY a (value, n) ORDER BY a.n) AS rollout_abort
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> 'environments')
       AS (name text,
           purpose text,
           after text,
           predecessor_required boolean,
           soak releasegov.measure,
           health_max_gap releasegov.measure,
           branch text,
           auto_deploy boolean,
           approval_required boolean,
           releases boolean,
           release_notes_required boolean,
           blocking_issues boolean,
           same_artifact boolean,
           rollback_on_failed_health boolean,
           health_within releasegov.measure,
           strategy text,
           rollout_abort jsonb)) WITH ORDINALITY
       AS x (name, purpose, after, predecessor_required, soak, health_max_gap, branch, auto_deploy, approval_required, releases, release_notes_required, blocking_issues, same_artifact, rollback_on_failed_health, health_within, strategy, rollout_abort, position);
COMMENT ON VIEW releasegov.policy_environment IS 'the environments of a policy and what each demands of a promotion into it';
COMMENT ON COLUMN releasegov.policy_environment.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_environment.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_environment.environment IS 'its name';
COMMENT ON COLUMN releasegov.policy_environment.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_environment.purpose IS 'what it is for';
COMMENT ON COLUMN releasegov.policy_environment.after IS 'the environment before it, null for a first one';
COMMENT ON COLUMN releasegov.policy_environment.predecessor_required IS 'the release must be live in the environment before';
COMMENT ON COLUMN releasegov.policy_environment.soak IS 'so long must it have been healthy there, null for not at all';
COMMENT ON COLUMN releasegov.policy_environment.health_max_gap IS 'a longer silence of the health checks breaks the soak';
COMMENT ON COLUMN releasegov.policy_environment.branch IS 'releases of this branch deploy to it';
COMMENT ON COLUMN releasegov.policy_environment.auto_deploy IS 'a release of the branch goes there as soon as it is eligible';
COMMENT ON COLUMN releasegov.policy_environment.approval_required IS 'at least one approval rule applies to every promotion';
COMMENT ON COLUMN releasegov.policy_environment.releases IS 'going live here makes a release released';
COMMENT ON COLUMN releasegov.policy_environment.release_notes_required IS 'the release needs notes';
COMMENT ON COLUMN releasegov.policy_environment.blocking_issues IS 'an open blocking issue keeps a release out';
COMMENT ON COLUMN releasegov.policy_environment.same_artifact IS 'the very artifact that ran in the environment before';
COMMENT ON COLUMN releasegov.policy_environment.rollback_on_failed_health IS 'a failed health check after deploying rolls back';
COMMENT ON COLUMN releasegov.policy_environment.health_within IS 'the first healthy check must come within this after deploying';
COMMENT ON COLUMN releasegov.policy_environment.strategy IS 'how it is deployed, for deployers and people';
COMMENT ON COLUMN releasegov.policy_environment.rollout_abort IS 'while traffic shifts, any of these aborts: metric and threshold';

CREATE VIEW releasegov.policy_phase AS
SELECT c.policy, c.revision, e.value ->> 'name' AS environment,
       x.position::integer AS position, x.name AS phase, x.traffic,
       x.health_within::interval AS health_within
FROM releasegov.policy_current c,
     pg_catalog.jsonb_array_elements(c.document -> 'environments') e,
     ROWS FROM (pg_catalog.jsonb_to_recordset(e.value -> 'phases')
       AS (name text, traffic releasegov.measure, health_within releasegov.measure)) WITH ORDINALITY
       AS x (name, traffic, health_within, position);
COMMENT ON VIEW releasegov.policy_phase IS 'the steps in which traffic moves to a new version';
COMMENT ON COLUMN releasegov.policy_phase.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_phase.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_phase.environment IS 'where';
COMMENT ON COLUMN releasegov.policy_phase.position IS 'its place in the rollout, from 1';
COMMENT ON COLUMN releasegov.policy_phase.phase IS 'its name';
COMMENT ON COLUMN releasegov.policy_phase.traffic IS 'percent of the traffic that the new version gets';
COMMENT ON COLUMN releasegov.policy_phase.health_within IS 'health must be validated within this, null for no deadline';

CREATE VIEW releasegov.policy_gate AS
SELECT c.policy, c.revision,
       x.name AS gate,
       x.position::integer AS position,
       COALESCE(x.title, x.name) AS title,
       x.threshold,
       COALESCE(x.figures, '{}') AS figures,
       x.path,
       x.within,
       CASE WHEN x.path IS NOT NULL THEN COALESCE(x.take, 'only') END AS take,
       x.unit,
       COALESCE(x.namespaces, '{}') AS namespaces,
       x.enforcement,
       x.review,
       x.environments,
       COALESCE(x.kinds, pg_catalog.enum_range(NULL::releasegov.release_kind)) AS kinds,
       x.valid_for::interval AS valid_for,
       COALESCE(x.measured_in, '{}') AS measured_in,
       CASE pg_catalog.jsonb_typeof(x.parts)
         WHEN 'array' THEN ARRAY(SELECT pg_catalog.jsonb_array_elements_text(x.parts))
         WHEN 'number' THEN ARRAY(SELECT n::text FROM pg_catalog.generate_series(1, x.parts::integer) AS n)
         ELSE '{}' END AS parts,
       COALESCE(x.combine, 'each') AS combine
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> 'gates')
       AS (name text,
           title text,
           threshold releasegov.threshold,
           figures text[],
           path text,
           within text,
           take text,
           unit text,
           namespaces jsonb,
           enforcement releasegov.enforcement,
           review text,
           environments text[],
           kinds releasegov.release_kind[],
           valid_for releasegov.measure,
           measured_in jsonb,
           parts jsonb,
           combine text)) WITH ORDINALITY
       AS x (name, title, threshold, figures, path, within, take, unit, namespaces, enforcement, review, environments, kinds, valid_for, measured_in, parts, combine, position);
COMMENT ON VIEW releasegov.policy_gate IS 'the automated gates of a policy';
COMMENT ON COLUMN releasegov.policy_gate.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_gate.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_gate.gate IS 'its name, as results are reported under';
COMMENT ON COLUMN releasegov.policy_gate.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_gate.title IS 'as people call it';
COMMENT ON COLUMN releasegov.policy_gate.threshold IS 'what a measure must meet; null: results are pass or fail';
COMMENT ON COLUMN releasegov.policy_gate.figures IS 'figures of reports that feed it, any of them';
COMMENT ON COLUMN releasegov.policy_gate.path IS 'JSONPath or XPath that feeds it from any report in that syntax, null for none';
COMMENT ON COLUMN releasegov.policy_gate.within IS 'a path that must match something, too';
COMMENT ON COLUMN releasegov.policy_gate.take IS 'what is made of the values that the path matches: only, max, min, sum or count';
COMMENT ON COLUMN releasegov.policy_gate.unit IS 'unit of a number that brings none, null for a count';
COMMENT ON COLUMN releasegov.policy_gate.namespaces IS 'prefixes of an XPath and their namespaces';
COMMENT ON COLUMN releasegov.policy_gate.enforcement IS 'what a miss does: block, warn, or ask for a review';
COMMENT ON COLUMN releasegov.policy_gate.review IS 'the review that a miss asks for';
COMMENT ON COLUMN releasegov.policy_gate.environments IS 'promotions into these environments';
COMMENT ON COLUMN releasegov.policy_gate.kinds IS 'for these kinds of release';
COMMENT ON COLUMN releasegov.policy_gate.valid_for IS 'a result counts for so long, null for ever';
COMMENT ON COLUMN releasegov.policy_gate.measured_in IS 'by environment promoted into: the environment whose results count; not listed: those of CI';
COMMENT ON COLUMN releasegov.policy_gate.parts IS 'packages or shards, each of which needs a result; empty: one result is the whole';
COMMENT ON COLUMN releasegov.policy_gate.combine IS 'each: every part meets the threshold by itself; sum: their measures together';

CREATE VIEW releasegov.policy_reports AS
SELECT c.policy, c.revision,
       COALESCE(c.document #>> '{reports,keep}', 'none') AS keep,
       COALESCE(c.document #>> '{reports,keep_below}', '1 MB')::releasegov.measure AS keep_below
FROM releasegov.policy_current c;
COMMENT ON VIEW releasegov.policy_reports IS 'which reports of CI tools are kept whole under a policy';
COMMENT ON COLUMN releasegov.policy_reports.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_reports.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_reports.keep IS 'none; failed: those that are not ok, or that miss a gate; all';
COMMENT ON COLUMN releasegov.policy_reports.keep_below IS 'only those that are smaller than this';

CREATE VIEW releasegov.policy_review AS
SELECT c.policy, c.revision,
       x.name AS review,
       x.position::integer AS position,
       COALESCE(x.title, x.name) AS title,
       x.by AS roles,
       x.environments,
       COALESCE(x.kinds, pg_catalog.enum_range(NULL::releasegov.release_kind)) AS kinds,
       COALESCE(x.categories, '{}') AS categories,
       x.kinds IS NULL AND x.categories IS NULL AS on_demand,
       x.valid_for::interval AS valid_for
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> 'reviews')
       AS (name text,
           title text,
           by text[],
           environments text[],
           kinds releasegov.release_kind[],
           categories text[],
           valid_for releasegov.measure)) WITH ORDINALITY
       AS x (name, title, by, environments, kinds, categories, valid_for, position);
COMMENT ON VIEW releasegov.policy_review IS 'the manual reviews of a policy';
COMMENT ON COLUMN releasegov.policy_review.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_review.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_review.review IS 'its name';
COMMENT ON COLUMN releasegov.policy_review.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_review.title IS 'as people call it';
COMMENT ON COLUMN releasegov.policy_review.roles IS 'any of these roles reviews';
COMMENT ON COLUMN releasegov.policy_review.environments IS 'promotions into these environments';
COMMENT ON COLUMN releasegov.policy_review.kinds IS 'for these kinds of release';
COMMENT ON COLUMN releasegov.policy_review.categories IS 'unless empty, only for changes of one of these categories';
COMMENT ON COLUMN releasegov.policy_review.on_demand IS 'needed only where a gate asks for it';
COMMENT ON COLUMN releasegov.policy_review.valid_for IS 'a review counts for so long, null for ever';

CREATE VIEW releasegov.policy_check AS
SELECT c.policy, c.revision,
       x.name AS item,
       x.position::integer AS position,
       COALESCE(x.title, x.name) AS title,
       COALESCE(x.computed, '{}') AS computed,
       COALESCE(x.attested_by, '{}') AS attested_by,
       CASE WHEN x.computed IS NOT NULL AND x.attested_by IS NOT NULL THEN COALESCE(x.needs, 'both') END AS needs,
       x.environments,
       COALESCE(x.kinds, pg_catalog.enum_range(NULL::releasegov.release_kind)) AS kinds,
       x.valid_for::interval AS valid_for
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> 'checklist')
       AS (name text,
           title text,
           environments text[],
           kinds releasegov.release_kind[],
           computed text[],
           attested_by text[],
           needs text,
           valid_for releasegov.measure)) WITH ORDINALITY
       AS x (name, title, environments, kinds, computed, attested_by, needs, valid_for, position);
COMMENT ON VIEW releasegov.policy_check IS 'the checklist of a policy';
COMMENT ON COLUMN releasegov.policy_check.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_check.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_check.item IS 'its name';
COMMENT ON COLUMN releasegov.policy_check.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_check.title IS 'as people call it';
COMMENT ON COLUMN releasegov.policy_check.computed IS 'computed from these: soak, feature_flags, monitoring, migrations, gate:NAME';
COMMENT ON COLUMN releasegov.policy_check.attested_by IS 'any of these roles attests it';
COMMENT ON COLUMN releasegov.policy_check.needs IS 'both or either, where it is computed and attested';
COMMENT ON COLUMN releasegov.policy_check.environments IS 'promotions into these environments';
COMMENT ON COLUMN releasegov.policy_check.kinds IS 'for these kinds of release';
COMMENT ON COLUMN releasegov.policy_check.valid_for IS 'an attestation counts for so long, null for ever';

CREATE VIEW releasegov.policy_approval_rule AS
SELECT c.policy, c.revision,
       x.name AS rule,
       x.position::integer AS position,
       COALESCE(x.title, x.name) AS title,
       x.any_of AS roles,
       COALESCE(x.count, 1) AS people,
       COALESCE('requester' = ANY (x."not"), false) AS not_requester,
       COALESCE('author' = ANY (x."not"), false) AS not_author,
       x.environments,
       COALESCE(x.kinds, pg_catalog.enum_range(NULL::releasegov.release_kind)) AS kinds,
       x.valid_for::interval AS valid_for
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> 'approvals')
       AS (name text,
           title text,
           any_of text[],
           count integer,
           "not" text[],
           environments text[],
           kinds releasegov.release_kind[],
           valid_for releasegov.measure)) WITH ORDINALITY
       AS x (name, title, any_of, count, "not", environments, kinds, valid_for, position);
COMMENT ON VIEW releasegov.policy_approval_rule IS 'who must approve a promotion, and who may not';
COMMENT ON COLUMN releasegov.policy_approval_rule.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_approval_rule.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_approval_rule.rule IS 'its name';
COMMENT ON COLUMN releasegov.policy_approval_rule.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_approval_rule.title IS 'as people call it';
COMMENT ON COLUMN releasegov.policy_approval_rule.roles IS 'any of these roles approves';
COMMENT ON COLUMN releasegov.policy_approval_rule.people IS 'so many different people';
COMMENT ON COLUMN releasegov.policy_approval_rule.not_requester IS 'who requested the promotion does not count';
COMMENT ON COLUMN releasegov.policy_approval_rule.not_author IS 'authors of the release do not count';
COMMENT ON COLUMN releasegov.policy_approval_rule.environments IS 'promotions into these environments';
COMMENT ON COLUMN releasegov.policy_approval_rule.kinds IS 'for these kinds of release';
COMMENT ON COLUMN releasegov.policy_approval_rule.valid_for IS 'an approval counts for so long, null for ever';

CREATE VIEW releasegov.policy_window AS
SELECT c.policy, c.revision, s.kind, x.position::integer AS position, x.name,
       x.environments,
       COALESCE(x.kinds, pg_catalog.enum_range(NULL::releasegov.release_kind)) AS kinds,
       COALESCE(x.always, false) AS always, x.time_zone, x.start AS starts,
       x."end" AS ends, x.rrule, COALESCE(x.exdates, '{}') AS exdates,
       COALESCE(x.rdates, '{}') AS rdates
FROM releasegov.policy_current c
     CROSS JOIN (VALUES ('window', 'windows'), ('freeze', 'freezes')) s (kind, section),
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> s.section)
       AS (name text, environments text[], kinds releasegov.release_kind[], always boolean,
           time_zone text, start text, "end" text, rrule text, exdates text[], rdates text[])) WITH ORDINALITY
       AS x (name, environments, kinds, always, time_zone, start, "end", rrule, exdates, rdates, position);
COMMENT ON VIEW releasegov.policy_window IS 'when promotions may start (window) and when they may not (freeze); a freeze beats a window';
COMMENT ON COLUMN releasegov.policy_window.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_window.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_window.kind IS 'window or freeze';
COMMENT ON COLUMN releasegov.policy_window.position IS 'its place among its kind, from 1';
COMMENT ON COLUMN releasegov.policy_window.name IS 'its name';
COMMENT ON COLUMN releasegov.policy_window.environments IS 'promotions into these environments';
COMMENT ON COLUMN releasegov.policy_window.kinds IS 'for these kinds of release';
COMMENT ON COLUMN releasegov.policy_window.always IS 'open at any time';
COMMENT ON COLUMN releasegov.policy_window.time_zone IS 'the zone whose wall clock counts';
COMMENT ON COLUMN releasegov.policy_window.starts IS 'start of the first occurrence on that clock';
COMMENT ON COLUMN releasegov.policy_window.ends IS 'its end, exclusive';
COMMENT ON COLUMN releasegov.policy_window.rrule IS 'how it repeats (RFC 5545), null for once';
COMMENT ON COLUMN releasegov.policy_window.exdates IS 'occurrences left out';
COMMENT ON COLUMN releasegov.policy_window.rdates IS 'occurrences added';

CREATE VIEW releasegov.policy_waiver_rule AS
SELECT c.policy, c.revision,
       x.name AS rule,
       x.position::integer AS position,
       x.requirements,
       x.granted_by AS roles,
       x.max_duration::interval AS max_duration,
       COALESCE(x.break_glass, false) AS break_glass
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> 'waivers')
       AS (name text,
           requirements text[],
           granted_by text[],
           max_duration releasegov.measure,
           break_glass boolean)) WITH ORDINALITY
       AS x (name, requirements, granted_by, max_duration, break_glass, position);
COMMENT ON VIEW releasegov.policy_waiver_rule IS 'what can be waived, by whom and for how long at most';
COMMENT ON COLUMN releasegov.policy_waiver_rule.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_waiver_rule.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_waiver_rule.rule IS 'its name';
COMMENT ON COLUMN releasegov.policy_waiver_rule.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_waiver_rule.requirements IS 'requirements by name; * at the end stands for any rest';
COMMENT ON COLUMN releasegov.policy_waiver_rule.roles IS 'any of these roles grants it';
COMMENT ON COLUMN releasegov.policy_waiver_rule.max_duration IS 'a waiver ends within this';
COMMENT ON COLUMN releasegov.policy_waiver_rule.break_glass IS 'an emergency''s; shown as such everywhere';

CREATE VIEW releasegov.policy_rollback_trigger AS
SELECT c.policy, c.revision,
       x.name AS trigger_name,
       x.position::integer AS position,
       x.metric,
       x.condition,
       x.consecutive_failures,
       x.environments
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset((c.document -> 'rollback') -> 'triggers')
       AS (name text,
           metric text,
           condition releasegov.sustained,
           consecutive_failures integer,
           environments text[])) WITH ORDINALITY
       AS x (name, metric, condition, consecutive_failures, environments, position);
COMMENT ON VIEW releasegov.policy_rollback_trigger IS 'what rolls a deployment back by itself';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.trigger_name IS 'its name';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.metric IS 'the metric watched; null: health checks';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.condition IS 'what must hold for how long';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.consecutive_failures IS 'so many failed health checks in a row';
COMMENT ON COLUMN releasegov.policy_rollback_trigger.environments IS 'where it is watched';

CREATE VIEW releasegov.policy_rollback AS
SELECT c.policy, c.revision,
       ARRAY(SELECT m.value FROM pg_catalog.jsonb_array_elements_text(x.manual_reasons)
             WITH ORDINALITY m (value, n) ORDER BY m.n) AS manual_reasons,
       x.restore_within::interval AS restore_within,
       COALESCE(x.down_migrations, 'optional') AS down_migrations,
       COALESCE(x.disable_feature_flags, false) AS disable_feature_flags,
       ARRAY(SELECT m.value FROM pg_catalog.jsonb_array_elements_text(x.notify)
             WITH ORDINALITY m (value, n) ORDER BY m.n) AS notify
FROM releasegov.policy_current c,
     pg_catalog.jsonb_to_record(c.document -> 'rollback')
       AS x (manual_reasons jsonb, restore_within releasegov.measure, down_migrations text,
             disable_feature_flags boolean, notify jsonb)
WHERE c.document ? 'rollback';
COMMENT ON VIEW releasegov.policy_rollback IS 'how a rollback goes, and the reasons for which people may start one';
COMMENT ON COLUMN releasegov.policy_rollback.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_rollback.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_rollback.manual_reasons IS 'reasons for which a person rolls back';
COMMENT ON COLUMN releasegov.policy_rollback.restore_within IS 'the previous version is live again within this';
COMMENT ON COLUMN releasegov.policy_rollback.down_migrations IS 'required: every migration has its way back; optional';
COMMENT ON COLUMN releasegov.policy_rollback.disable_feature_flags IS 'problematic features are switched off as well';
COMMENT ON COLUMN releasegov.policy_rollback.notify IS 'communication endpoints that are told';

CREATE VIEW releasegov.policy_migrations AS
SELECT c.policy, c.revision,
       x.environments,
       COALESCE(x.proof, 'required') AS proof,
       x.proof_valid_for::interval AS proof_valid_for,
       COALESCE(x.class_b, 'review') AS class_b,
       COALESCE(x.class_c, 'waiver') AS class_c,
       x.review
FROM releasegov.policy_current c,
     pg_catalog.jsonb_to_record(c.document -> 'migrations')
       AS x (environments text[], proof text, proof_valid_for releasegov.measure, class_b text, class_c text, review text)
WHERE c.document ? 'migrations';
COMMENT ON VIEW releasegov.policy_migrations IS 'what a policy asks of the migrations of a release';
COMMENT ON COLUMN releasegov.policy_migrations.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_migrations.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_migrations.environments IS 'promotions into these environments';
COMMENT ON COLUMN releasegov.policy_migrations.proof IS 'required: each is executed up, down and up again; optional: the static check is enough';
COMMENT ON COLUMN releasegov.policy_migrations.proof_valid_for IS 'a proof counts for so long, null for ever';
COMMENT ON COLUMN releasegov.policy_migrations.class_b IS 'what a migration of class B needs besides: allow (nothing), review or waiver';
COMMENT ON COLUMN releasegov.policy_migrations.class_c IS 'what a migration of class C needs besides';
COMMENT ON COLUMN releasegov.policy_migrations.review IS 'the review that gives the go-ahead';

CREATE VIEW releasegov.policy_sla AS
SELECT c.policy, c.revision,
       x.name AS sla,
       x.position::integer AS position,
       COALESCE(x.title, x.name) AS title,
       x.clock,
       x.target,
       x.environments,
       x.monitoring
FROM releasegov.policy_current c,
     ROWS FROM (pg_catalog.jsonb_to_recordset(c.document -> 'slas')
       AS (name text,
           title text,
           clock text,
           target releasegov.threshold,
           environments text[],
           monitoring text)) WITH ORDINALITY
       AS x (name, title, clock, target, environments, monitoring, position);
COMMENT ON VIEW releasegov.policy_sla IS 'the service levels of a policy';
COMMENT ON COLUMN releasegov.policy_sla.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_sla.revision IS 'its current revision';
COMMENT ON COLUMN releasegov.policy_sla.sla IS 'its name';
COMMENT ON COLUMN releasegov.policy_sla.position IS 'its place in the document, from 1';
COMMENT ON COLUMN releasegov.policy_sla.title IS 'as people call it';
COMMENT ON COLUMN releasegov.policy_sla.clock IS 'what is timed: deploy, rollback or restore';
COMMENT ON COLUMN releasegov.policy_sla.target IS 'the time that is not exceeded';
COMMENT ON COLUMN releasegov.policy_sla.environments IS 'where';
COMMENT ON COLUMN releasegov.policy_sla.monitoring IS 'who watches it, for people';

REVOKE ALL ON TABLE
  releasegov.policy, releasegov.policy_revision,
  releasegov.policy_current,
  releasegov.policy_history,
  releasegov.policy_role,
  releasegov.policy_environment,
  releasegov.policy_phase,
  releasegov.policy_gate,
  releasegov.policy_reports,
  releasegov.policy_review,
  releasegov.policy_check,
  releasegov.policy_approval_rule,
  releasegov.policy_window,
  releasegov.policy_waiver_rule,
  releasegov.policy_rollback_trigger,
  releasegov.policy_rollback,
  releasegov.policy_migrations,
  releasegov.policy_sla
FROM PUBLIC;
