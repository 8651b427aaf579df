/*
 * The way back of a deployment: its migrations in reverse, each with what is
 * known of its undoing, and where the way ends.
 */
CREATE FUNCTION releasegov.rollback_plan(deployment uuid)
  RETURNS TABLE (step integer, sequence bigint, name text, down text, class text, reversibility text, verdict text,
    goes_back boolean, point_of_no_return boolean, detail text)
  LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  going record;
BEGIN
  SELECT d.application, d.version, r.version AS before INTO going
  FROM releasegov.deployment d
       LEFT JOIN releasegov.deployment r ON r.application = d.application AND r.id = d.replaces
  WHERE d.id = rollback_plan.deployment;
  IF NOT FOUND THEN
    RAISE USING ERRCODE = 'RG011', MESSAGE = format('there is no deployment %s', COALESCE(rollback_plan.deployment::text, 'null')),
      DETAIL = 'A way back is that of a deployment, by its key.',
      HINT = 'SELECT deployment, version, environment, state FROM releasegov.deployment_history lists them.';
  END IF;
  RETURN QUERY
  WITH way AS (
    SELECT row_number() OVER (ORDER BY m.sequence DESC)::integer AS step, m.*,
      CASE WHEN NOT m.has_down THEN false
           WHEN m.verdict IN ('proven', 'order_only') THEN true
           WHEN m.verdict <> 'not_proven' OR m.data_loss OR m.reversibility IN ('lossy', 'irreversible') THEN false
      END AS goes_back
    FROM releasegov.migration_report m
    WHERE m.application = going.application AND m.version = going.version
      -- what the version before has as well stays
      AND NOT EXISTS (SELECT FROM releasegov.migration b
                      WHERE b.application = going.application AND b.version = going.before AND b.sequence = m.sequence)
  )
  SELECT w.step, w.sequence, w.name, w.down, w.class, w.reversibility, w.verdict, w.goes_back,
    w.goes_back IS FALSE AND w.step = min(w.step) FILTER (WHERE w.goes_back IS FALSE) OVER (),
    CASE WHEN NOT w.has_down THEN 'it has no down migration'
         ELSE COALESCE(NULLIF(w.verdict_detail, ''), NULLIF(w.detail, ''), 'nothing is amiss with it') END
  FROM way w ORDER BY w.step;
END
$$;
COMMENT ON FUNCTION releasegov.rollback_plan(uuid) IS
  'the down migrations of a deployment in the order in which they undo it, those of the version that it replaced left out; goes_back: it is proven, or not (null: not proven either way); point_of_no_return: the first that does not go back, so that nothing behind it can be undone. RG011 for an unknown deployment. Policy: "Migrations have corresponding down migrations"';
REVOKE ALL ON FUNCTION releasegov.rollback_plan(uuid) FROM PUBLIC;
