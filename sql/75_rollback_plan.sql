/*
 * The way back of a deployment: the migrations that it ran, in reverse, each
 * with what is known of its undoing, and where the way ends.
 */
CREATE FUNCTION releasegov.rollback_plan(deployment uuid)
  RETURNS TABLE (step integer, sequence bigint, name text, down text, class text, reversibility text, verdict text,
    goes_back boolean, point_of_no_return boolean, detail text, version text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  going record;
BEGIN
  SELECT d.application, d.version, d.environment, d.id, coalesce(d.started_at, now()) AS started_at,
    (SELECT min(t.recorded_at) FROM releasegov.transition t
     WHERE t.application = d.application AND t.version = d.version AND t.subject = 'release' AND t.to_state = 'candidate') AS frozen_at
  INTO going
  FROM releasegov.deployment d
  WHERE d.id = rollback_plan.deployment;
  IF NOT FOUND THEN
    RAISE USING ERRCODE = 'RG011', MESSAGE = format('there is no deployment %s', COALESCE(rollback_plan.deployment::text, 'null')),
      DETAIL = 'A way back is that of a deployment, by its key.',
      HINT = 'SELECT deployment, version, environment, state FROM releasegov.deployment_history lists them.';
  END IF;
  RETURN QUERY
  WITH
  -- who was deployed here before
  before AS (
    SELECT b.*, (SELECT max(m.sequence) FROM releasegov.migration m
                 WHERE m.application = going.application AND m.version = b.version) AS highest,
           (SELECT min(t.recorded_at) FROM releasegov.transition t
            WHERE t.application = going.application AND t.version = b.version AND t.subject = 'release' AND t.to_state = 'candidate') AS frozen_at
    FROM (SELECT p.version, max(p.started_at) AS started_at
          FROM releasegov.deployment p
          WHERE p.application = going.application AND p.environment = going.environment AND p.id <> going.id
            AND p.started_at <= going.started_at AND p.state IN ('deploying', 'rolling_out', 'live', 'superseded')
          GROUP BY p.version) b
  ),
  own AS (
    SELECT m.sequence, m.version, m.up_digest
    FROM releasegov.migration m
    WHERE m.application = going.application AND m.version = going.version
  ),
  -- what others had submitted before this version was frozen, so that it has it too
  other AS (
    SELECT s.sequence, s.version, m.up_digest,
           (SELECT min(t.recorded_at)
            FROM releasegov.migration o
                 JOIN releasegov.release r ON r.application = o.application AND r.version = o.version
                 JOIN releasegov.transition t ON t.application = o.application AND t.version = o.version
            WHERE o.application = going.application AND o.sequence = s.sequence
              AND t.subject = 'release' AND t.to_state = 'candidate'
              AND (r.state <> 'withdrawn' OR r.version = s.version)) AS since
    FROM releasegov.standing_migrations(going.application, going.frozen_at - interval '1 us') s
         JOIN releasegov.migration m ON m.application = going.application AND m.sequence = s.sequence AND m.id = s.migration
  ),
  -- of each sequence the text that was run last
  brought AS (
    SELECT DISTINCT ON (m.sequence) m.sequence, m.up_digest
    FROM before b
         JOIN releasegov.migration m ON m.application = going.application AND m.version = b.version
    ORDER BY m.sequence, b.started_at DESC
  ),
  had AS (
    SELECT b.sequence, b.up_digest FROM brought b
    UNION ALL
    SELECT o.sequence, o.up_digest
    FROM other o
    WHERE NOT EXISTS (SELECT FROM brought b WHERE b.sequence = o.sequence)
      AND EXISTS (SELECT FROM before b WHERE b.highest > o.sequence AND b.frozen_at > o.since)
  ),
  ran AS (
    SELECT o.sequence, o.version
    FROM own o LEFT JOIN had h ON h.sequence = o.sequence
    WHERE h.up_digest IS DISTINCT FROM o.up_digest
    UNION ALL
    SELECT o.sequence, o.version
    FROM other o
    WHERE o.sequence < (SELECT max(w.sequence) FROM own w)
      AND NOT EXISTS (SELECT FROM own w WHERE w.sequence = o.sequence)
      AND NOT EXISTS (SELECT FROM had h WHERE h.sequence = o.sequence)
  ),
  way AS (
    SELECT row_number() OVER (ORDER BY m.sequence DESC)::integer AS step, m.*,
      CASE WHEN NOT m.has_down THEN false
           WHEN m.verdict IN ('proven', 'order_only') THEN true
           WHEN m.verdict <> 'not_proven' OR m.data_loss OR m.reversibility IN ('lossy', 'irreversible') THEN false
      END AS goes_back
    FROM ran r
         JOIN releasegov.migration_report m
           ON m.application = going.application AND m.version = r.version AND m.sequence = r.sequence
  )
  SELECT w.step, w.sequence, w.name, w.down, w.class, w.reversibility, w.verdict, w.goes_back,
    w.goes_back IS FALSE AND w.step = min(w.step) FILTER (WHERE w.goes_back IS FALSE) OVER (),
    CASE WHEN NOT w.has_down THEN 'it has no down migration'
         WHEN w.verdict IN ('proven', 'order_only')
           THEN concat_ws(': ', 'it was executed up, down and up again', NULLIF(w.verdict_detail, ''))
         WHEN w.verdict <> 'not_proven' THEN w.verdict_detail
         WHEN w.detail <> '' THEN 'it is not proven; what its up reads like: ' || w.detail
         ELSE 'it is not proven; nothing is amiss with its statements' END,
    w.version
  FROM way w ORDER BY w.step;
END
$$;
COMMENT ON FUNCTION releasegov.rollback_plan(uuid) IS
  'the down migrations of a deployment in the order in which they undo it: those of its version, and of versions submitted before it that were never deployed to the environment, but for what a deployment before it had run already; goes_back: it is proven, or not (null: not proven either way); point_of_no_return: the first that does not go back, so that nothing behind it can be undone; version: the release that brings it. RG011 for an unknown deployment. Policy: "Migrations have corresponding down migrations"';
REVOKE ALL ON FUNCTION releasegov.rollback_plan(uuid) FROM PUBLIC;
