-- Fills a database with what release_board has to show, so that reading it can
-- be timed: applications under the standard policy, their releases, and for
-- each release a deployment to each of three environments, of which the newest
-- one is live; one application in ten has a request, one in twenty a
-- deployment under way. A superuser runs it in a database that holds the
-- extension and nothing of these names; the guards are told to believe it.
--
--   psql -v applications=1000 -v releases=100 -f test/bench/board.sql
--
-- applications   how many (1000)
-- releases       how many of each application (100): three times as many
--                deployments
-- Then: EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM releasegov.release_board;
\if :{?applications} \else \set applications 1000 \endif
\if :{?releases} \else \set releases 100 \endif
\set ON_ERROR_STOP on
BEGIN;
SET LOCAL releasegov.restore = on;

INSERT INTO releasegov.application (name, description, registered_at, registered_by)
SELECT format('app%s', a), 'generated', now() - interval '2 years', session_user
FROM generate_series(1, :applications) AS a;

INSERT INTO releasegov.policy_assignment (application, id, policy, recorded_at, recorded_by)
SELECT format('app%s', a), releasegov.uuid_v7(), 'standard', now() - interval '2 years', session_user
FROM generate_series(1, :applications) AS a;

-- one release every five days or so; the last one is a candidate
INSERT INTO releasegov.release (application, version, commit_id, kind, authors, source_branch, notes,
  content_digest, content_since, state, state_since, registered_at, registered_by)
SELECT format('app%s', a), format('1.%s.0', r), encode(sha256(convert_to(format('%s/%s', a, r), 'UTF8')), 'hex'),
  CASE WHEN r % 10 = 0 THEN 'hotfix' ELSE 'feature' END::releasegov.release_kind,
  ARRAY[format('author%s', a % 97), format('author%s', r % 89)], 'main', repeat('A line of release notes. ', 8),
  sha256(convert_to(format('%s/%s', a, r), 'UTF8')), at,
  CASE WHEN r = :releases THEN 'candidate' WHEN r > :releases - 3 THEN 'released' ELSE 'retired' END::releasegov.release_state,
  at, at, session_user
FROM generate_series(1, :releases) AS r, generate_series(1, :applications) AS a,
  LATERAL (SELECT now() - interval '5 days' * (:releases - r + 1) AS at) AS t;

-- written in the order of time, as deployments are: those of an application
-- lie far apart
INSERT INTO releasegov.deployment (application, id, version, environment, state, state_since, requested_by,
  requested_at, automatic, started_at, live_at, ended_at, content_digest, recorded_by)
SELECT format('app%s', a), releasegov.uuid_v7(), format('1.%s.0', r), e,
  CASE WHEN r = :releases THEN 'live' ELSE 'superseded' END::releasegov.deployment_state,
  at + interval '5 minutes', session_user, at, true, at, at + interval '5 minutes',
  CASE WHEN r < :releases THEN at + interval '5 days' END,
  sha256(convert_to(format('%s/%s', a, r), 'UTF8')), session_user
FROM generate_series(1, :releases) AS r, generate_series(1, :applications) AS a,
  unnest(ARRAY['development', 'staging', 'production']) AS e,
  LATERAL (SELECT now() - interval '5 days' * (:releases - r + 1) AS at) AS t;

UPDATE releasegov.deployment AS d
SET replaces = p.id
FROM releasegov.deployment AS p
WHERE d.state = 'live' AND p.application = d.application AND p.environment = d.environment
  AND p.version = format('1.%s.0', :releases - 1);

INSERT INTO releasegov.deployment (application, id, version, environment, state, state_since, requested_by,
  requested_at, recorded_by)
SELECT format('app%s', a), releasegov.uuid_v7(), format('1.%s.0', :releases), 'production', 'requested'::releasegov.deployment_state, now(),
  session_user, now(), session_user
FROM generate_series(1, :applications, 10) AS a
UNION ALL
SELECT format('app%s', a), releasegov.uuid_v7(), format('1.%s.0', :releases), 'staging', 'deploying'::releasegov.deployment_state, now(),
  session_user, now(), session_user
FROM generate_series(1, :applications, 20) AS a;
COMMIT;

VACUUM ANALYZE releasegov.application, releasegov.policy_assignment, releasegov.release, releasegov.deployment;
