/*
 * Calendars that others keep: an .ics file becomes freezes of a policy, as a
 * new revision like any other change.
 */
CREATE FUNCTION releasegov.import_freezes(policy text, ics text, environments text[],
    kinds releasegov.release_kind[] DEFAULT NULL, time_zone text DEFAULT NULL,
    comment text DEFAULT 'freezes imported from a calendar')
  RETURNS integer LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    WITH imported AS (
      SELECT coalesce(jsonb_agg(event || jsonb_build_object('environments', environments)
               || CASE WHEN kinds IS NULL THEN '{}' ELSE jsonb_build_object('kinds', kinds) END), '[]') AS freezes
      FROM jsonb_array_elements(releasegov.read_calendar(coalesce(ics, ''), time_zone)) AS event
    ), kept AS (
      SELECT d.document, coalesce(jsonb_agg(f) FILTER (WHERE f IS NOT NULL), '[]') AS freezes
      FROM (SELECT releasegov.policy_document(policy) AS document) d
      CROSS JOIN imported i
      LEFT JOIN LATERAL jsonb_array_elements(d.document -> 'freezes') AS f
        ON NOT EXISTS (SELECT FROM jsonb_array_elements(i.freezes) AS n WHERE n -> 'name' = f -> 'name')
      GROUP BY d.document
    )
    SELECT releasegov.apply_policy(policy, jsonb_set(kept.document, '{freezes}', kept.freezes || imported.freezes), comment)
    FROM kept, imported
  $$;
REVOKE ALL ON FUNCTION releasegov.import_freezes(text, text, text[], releasegov.release_kind[], text, text) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.import_freezes(text, text, text[], releasegov.release_kind[], text, text) IS
  'adds the events of an iCalendar file as freezes of those environments (and kinds) to a policy and returns the new revision; a freeze of the same name is replaced. time_zone is for events that name none. RG016 for a file that is no calendar, RG006 for what a policy cannot say. Policy: "Freeze Periods: Major holidays, end-of-month processing"';
