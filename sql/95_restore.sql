/*
 * Dump and restore. Rows of a dump were judged when they were first written;
 * while a restore is under way the guards let a superuser's rows in as they
 * are, and afterwards the record is checked as a whole.
 */

-- The policy to begin with, unless a dump is about to bring its own.
SELECT releasegov.apply_policy('standard', releasegov.standard_policy(), 'The reference policy, as installed')
WHERE pg_catalog.current_setting('releasegov.restore') OPERATOR(pg_catalog.=) 'off';
ANALYZE releasegov.policy, releasegov.policy_revision;

-- Every table goes into a dump with all its rows.
DO $$
DECLARE
  item pg_catalog.text;
BEGIN
  FOR item IN
    SELECT d.objid::pg_catalog.regclass::pg_catalog.text
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) d.objid
      JOIN pg_catalog.pg_extension e ON e.oid OPERATOR(pg_catalog.=) d.refobjid
    WHERE d.classid OPERATOR(pg_catalog.=) 'pg_catalog.pg_class'::pg_catalog.regclass
      AND d.refclassid OPERATOR(pg_catalog.=) 'pg_catalog.pg_extension'::pg_catalog.regclass
      AND d.deptype OPERATOR(pg_catalog.=) 'e' AND e.extname OPERATOR(pg_catalog.=) 'releasegov'
      AND c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'S']::pg_catalog."char"[])
  LOOP
    PERFORM pg_catalog.pg_extension_config_dump(item::pg_catalog.regclass, '');
  END LOOP;
END
$$;

-- pg_restore -j loads the tables of an extension in any order.
CREATE FUNCTION releasegov.enforce_references(enforced boolean) RETURNS void
  LANGUAGE plpgsql VOLATILE STRICT
  SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  item record;
BEGIN
  FOR item IN SELECT DISTINCT g.table_name FROM releasegov.expected_guards() g ORDER BY 1 LOOP
    EXECUTE format('ALTER TABLE releasegov.%I %s TRIGGER ALL', item.table_name,
      CASE WHEN enforced THEN 'ENABLE' ELSE 'DISABLE' END);
  END LOOP;
  FOR item IN SELECT g.table_name, g.trigger FROM releasegov.expected_guards() g LOOP
    EXECUTE format('ALTER TABLE releasegov.%I ENABLE ALWAYS TRIGGER %I', item.table_name, item.trigger);
  END LOOP;
END
$$;
COMMENT ON FUNCTION releasegov.enforce_references(boolean) IS
  'part of pre_restore() and post_restore(): foreign keys of the tables checked row by row, or not; the guards are ENABLE ALWAYS in either case. For superusers';

SELECT releasegov.enforce_references(false)
WHERE pg_catalog.current_setting('releasegov.restore') OPERATOR(pg_catalog.=) 'on';

CREATE FUNCTION releasegov.pre_restore() RETURNS void
  LANGUAGE plpgsql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  item text;
BEGIN
  IF EXISTS (SELECT FROM releasegov.application) OR EXISTS (SELECT FROM releasegov.identity)
    OR EXISTS (SELECT FROM releasegov.access_history)
    OR EXISTS (SELECT FROM releasegov.policy_revision r WHERE r.policy <> 'standard' OR r.revision > 1)
  THEN
    RAISE USING ERRCODE = 'RG010', MESSAGE = 'this database has a record of its own',
      DETAIL = 'A dump is restored into a database that holds nothing but the installed policy.',
      HINT = 'CREATE DATABASE, CREATE EXTENSION releasegov in it, then call pre_restore() there.';
  END IF;
  EXECUTE format('ALTER DATABASE %I SET releasegov.restore = on', current_database());
  PERFORM set_config('releasegov.restore', 'on', false);
  -- the dump brings its own revision 1 of the standard policy
  FOREACH item IN ARRAY ARRAY['policy_revision', 'policy'] LOOP
    EXECUTE format('ALTER TABLE releasegov.%I DISABLE TRIGGER zz_append_only', item);
    EXECUTE format('DELETE FROM releasegov.%I', item);
  END LOOP;
  PERFORM releasegov.enforce_references(false);
END
$$;
COMMENT ON FUNCTION releasegov.pre_restore() IS
  'prepares the database for the rows of a dump: sets releasegov.restore for it and removes the installed policy, as the dump brings its own; for superusers; RG010 if there is a record already';

-- One row for each foreign key, whatever the tables are.
CREATE FUNCTION releasegov.broken_references() RETURNS TABLE (object text, problem text)
  LANGUAGE plpgsql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  item record;
  orphans bigint;
BEGIN
  FOR item IN
    SELECT k.conrelid::regclass AS child, k.confrelid::regclass AS parent, k.conname,
      string_agg(format('p.%I = c.%I', pa.attname, ca.attname), ' AND ' ORDER BY i) AS matches,
      string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ' ORDER BY i) AS given
    FROM pg_constraint k, generate_subscripts(k.conkey, 1) AS i,
      pg_attribute ca, pg_attribute pa
    WHERE k.contype = 'f' AND k.connamespace = 'releasegov'::regnamespace
      AND ca.attrelid = k.conrelid AND ca.attnum = k.conkey[i]
      AND pa.attrelid = k.confrelid AND pa.attnum = k.confkey[i]
    GROUP BY k.oid, k.conrelid, k.confrelid, k.conname
    UNION ALL VALUES
      ('releasegov.gate_result'::regclass, 'releasegov.release'::regclass, 'release of a result',
       'p.application = c.application AND p.version = c.version', 'true'),
      ('releasegov.gate_result', 'releasegov.report', 'report of a result',
       'p.application = c.application AND p.version = c.version AND p.id = c.report', 'c.report IS NOT NULL'),
      ('releasegov.migration_check', 'releasegov.migration', 'migration of a proof',
       'p.application = c.application AND p.version = c.version AND p.sequence = c.sequence', 'c.sequence > 0'),
      ('releasegov.report', 'releasegov.report_document', 'report that was kept',
       'p.application = c.application AND p.version = c.version AND p.report = c.id', 'c.document = ''kept'''),
      ('releasegov.transition', 'releasegov.deployment', 'deployment of a move',
       'p.application = c.application AND p.id = c.deployment', 'c.deployment IS NOT NULL'),
      ('releasegov.deployment', 'releasegov.deployment', 'deployment that was replaced',
       'p.application = c.application AND p.id = c.replaces', 'c.replaces IS NOT NULL'),
      ('releasegov.deployment_decision', 'releasegov.policy_revision', 'policy of a decision',
       'p.policy = c.policy AND p.revision = c.revision AND p.digest = c.policy_digest', 'true')
  LOOP
    EXECUTE format('SELECT count(*) FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s)',
      item.child, item.given, item.parent, item.matches) INTO orphans;
    IF orphans > 0 THEN
      object := item.child;
      problem := format('%s row(s) refer to nothing in %s (%s)', orphans, item.parent, item.conname);
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;
COMMENT ON FUNCTION releasegov.broken_references() IS 'part of check_record(): rows that refer to rows that are not there';

CREATE FUNCTION releasegov.broken_states() RETURNS TABLE (object text, problem text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  WITH move AS (
    SELECT t.*, lag(t.to_state) OVER w AS came_from, lead(t.id) OVER w IS NULL AS is_last
    FROM releasegov.transition t
    WINDOW w AS (PARTITION BY t.application, t.version, t.subject, t.deployment ORDER BY t.id)
  )
  SELECT format('release %s of %s', m.version, m.application), format('a move from %s follows one to %s', m.from_state, m.came_from)
  FROM move m WHERE m.from_state IS DISTINCT FROM m.came_from
  UNION ALL
  SELECT format('release %s of %s', m.version, m.application), format('no %s moves from %s to %s', m.subject, m.from_state, m.to_state)
  FROM move m WHERE m.from_state IS NOT NULL
    AND NOT EXISTS (SELECT FROM releasegov.legal_transition l
                    WHERE l.subject = m.subject AND l.from_state = m.from_state AND l.to_state = m.to_state)
  UNION ALL
  SELECT format('release %s of %s', r.version, r.application), format('its state is %s, its last move was to %s', r.state, coalesce(m.to_state, 'nothing'))
  FROM releasegov.release r LEFT JOIN move m
    ON m.application = r.application AND m.version = r.version AND m.subject = 'release' AND m.is_last
  WHERE m.to_state IS DISTINCT FROM r.state::text
  UNION ALL
  SELECT format('deployment %s', d.id), format('its state is %s, its last move was to %s', d.state, coalesce(m.to_state, 'nothing'))
  FROM releasegov.deployment d LEFT JOIN move m
    ON m.application = d.application AND m.deployment = d.id AND m.is_last
  WHERE m.to_state IS DISTINCT FROM d.state::text
  UNION ALL
  SELECT format('deployment %s', d.id), 'it was started without a decision'
  FROM releasegov.deployment d WHERE d.started_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM releasegov.deployment_decision x WHERE x.application = d.application AND x.deployment = d.id)
  UNION ALL
  SELECT format('environment %s of %s', d.environment, d.application), format('%s deployments are live or under way at once', count(*))
  FROM releasegov.deployment d WHERE d.state::text IN ('live', 'deploying', 'rolling_out', 'rolling_back')
  GROUP BY d.application, d.environment, d.state::text = 'live' HAVING count(*) > 1
  UNION ALL
  SELECT format('deployment %s', x.deployment), format('the decision rests on %s, which is not in the record', e.id)
  FROM releasegov.deployment_decision x, jsonb_array_elements(x.requirements) AS q (item),
    jsonb_array_elements_text(CASE jsonb_typeof(q.item -> 'evidence') WHEN 'array' THEN q.item -> 'evidence' ELSE '[]' END) AS e (id)
  WHERE e.id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
    AND NOT EXISTS (SELECT FROM releasegov.gate_result f WHERE f.application = x.application AND f.version = x.version AND f.id = e.id::uuid)
    AND NOT EXISTS (
      SELECT FROM (
        SELECT application, id FROM releasegov.review UNION ALL SELECT application, id FROM releasegov.approval
        UNION ALL SELECT application, id FROM releasegov.attestation UNION ALL SELECT application, id FROM releasegov.waiver
        UNION ALL SELECT application, id FROM releasegov.blocking_issue UNION ALL SELECT application, id FROM releasegov.feature_flag
        UNION ALL SELECT application, id FROM releasegov.monitoring_check UNION ALL SELECT application, id FROM releasegov.health_check
        UNION ALL SELECT application, id FROM releasegov.hold UNION ALL SELECT application, id FROM releasegov.deployment
        UNION ALL SELECT application, id FROM releasegov.migration UNION ALL SELECT application, id FROM releasegov.migration_check
        UNION ALL SELECT application, id FROM releasegov.release_content UNION ALL SELECT application, id FROM releasegov.transition
      ) AS fact WHERE fact.application = x.application AND fact.id = e.id::uuid)
  $$;
COMMENT ON FUNCTION releasegov.broken_states() IS 'part of check_record(): states that their history does not explain, decisions whose evidence is missing';

CREATE FUNCTION releasegov.broken_digests() RETURNS TABLE (object text, problem text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT format('release %s of %s', r.version, r.application), 'its content is not what its digest says'
  FROM releasegov.release r
  WHERE r.content_digest <> releasegov.content_digest(r.commit_id, r.artifact_digest, r.kind, r.change_categories,
    r.authors, r.source_branch, r.notes,
    -- a draft's row does not name them yet
    CASE WHEN r.state = 'draft' THEN ARRAY(
    SELECT releasegov.migration_line(m.sequence, m.name, m.up_digest, m.down_digest) FROM releasegov.migration m
    WHERE m.application = r.application AND m.version = r.version ORDER BY m.sequence) ELSE r.migrations END)
  UNION ALL
  SELECT format('content %s of release %s of %s', r.id, r.version, r.application), 'it is not what its digest says'
  FROM releasegov.release_content r
  WHERE r.content_digest <> releasegov.content_digest(r.commit_id, r.artifact_digest, r.kind, r.change_categories,
    r.authors, r.source_branch, r.notes, r.migrations)
  UNION ALL
  SELECT format('release %s of %s', r.version, r.application), 'its content is not the last that was recorded'
  FROM releasegov.release r
  WHERE r.content_digest IS DISTINCT FROM (
    SELECT c.content_digest FROM releasegov.release_content c
    WHERE c.application = r.application AND c.version = r.version ORDER BY c.id DESC LIMIT 1)
    AND NOT (r.state = 'draft' AND EXISTS (
      SELECT FROM releasegov.migration m WHERE m.application = r.application AND m.version = r.version))
  UNION ALL
  SELECT format('migration %s of release %s of %s', m.sequence, m.version, m.application), 'its text is not what its digest says'
  FROM releasegov.migration m
  WHERE m.up_digest <> sha256(convert_to(m.up, 'UTF8')) OR m.down_digest IS DISTINCT FROM sha256(convert_to(m.down, 'UTF8'))
  UNION ALL
  SELECT format('release %s of %s', r.version, r.application), 'its content names other migrations than are registered'
  FROM releasegov.release r
  WHERE r.migrations <> CASE WHEN r.state = 'draft' THEN '{}' ELSE ARRAY(
    SELECT releasegov.migration_line(m.sequence, m.name, m.up_digest, m.down_digest) FROM releasegov.migration m
    WHERE m.application = r.application AND m.version = r.version ORDER BY m.sequence) END
  UNION ALL
  SELECT format('report %s of release %s of %s', r.id, r.version, r.application), 'the document that was kept is not what its digest says'
  FROM releasegov.report_document d
  JOIN releasegov.report r ON r.application = d.application AND r.version = d.version AND r.id = d.report
  WHERE r.digest <> sha256(d.content) OR r.size <> d.size
  UNION ALL
  SELECT format('policy %s revision %s', p.policy, p.revision), 'the document is not what its digest says'
  FROM releasegov.policy_revision p WHERE p.digest <> sha256(convert_to(p.document::text, 'UTF8'))
  UNION ALL
  SELECT format('policy %s', p.policy), format('revisions 1 to %s should be there, and %s are', max(p.revision), count(*))
  FROM releasegov.policy_revision p GROUP BY p.policy HAVING max(p.revision) <> count(*)
  UNION ALL
  SELECT format('policy %s', p.name), 'it has no revision'
  FROM releasegov.policy p WHERE NOT EXISTS (SELECT FROM releasegov.policy_revision r WHERE r.policy = p.name)
  UNION ALL
  SELECT format('access of %s', coalesce(g.grantee, h.grantee)), format('%s is not what its history says', coalesce(g.kind, h.kind))
  FROM releasegov.access_grant g
  FULL JOIN (
    SELECT DISTINCT ON (kind, grantee) kind, grantee, event FROM releasegov.access_history ORDER BY kind, grantee, id DESC
  ) h ON h.kind = g.kind AND h.grantee = g.grantee
  WHERE (g.kind IS NOT NULL) <> coalesce(h.event = 'granted', false)
  $$;
COMMENT ON FUNCTION releasegov.broken_digests() IS 'part of check_record(): contents, kept reports, policies and access that are not what their digest or history says';

CREATE FUNCTION releasegov.check_record() RETURNS TABLE (object text, problem text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT * FROM releasegov.broken_references()
  UNION ALL SELECT * FROM releasegov.broken_states()
  UNION ALL SELECT * FROM releasegov.broken_digests()
  $$;
COMMENT ON FUNCTION releasegov.check_record() IS
  'where the record contradicts itself, one row each; no rows: it does not. References, states against their history, evidence of decisions, digests. For auditors and the owner; reads every table';

CREATE FUNCTION releasegov.post_restore() RETURNS void
  LANGUAGE plpgsql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  problems text;
  count bigint;
BEGIN
  EXECUTE format('ALTER DATABASE %I RESET releasegov.restore', current_database());
  PERFORM set_config('releasegov.restore', 'off', false);
  -- pg_dump --disable-triggers leaves guards enabled, but not ALWAYS
  PERFORM releasegov.enforce_references(true);
  SELECT count(*), string_agg(p.line, E'\n') FILTER (WHERE p.n <= 50)
  INTO count, problems
  FROM (
    SELECT row_number() OVER () AS n, f.line FROM (
      SELECT 'policy standard: it is missing' AS line
      WHERE NOT EXISTS (SELECT FROM releasegov.policy WHERE name = 'standard')
      UNION ALL SELECT format('%s: %s', r.object, r.problem) FROM releasegov.check_record() r
      UNION ALL SELECT format('%s: %s; %s', i.object, i.problem, i.remedy) FROM releasegov.check_installation() i
    ) f
  ) p;
  IF count > 0 THEN
    RAISE USING ERRCODE = 'RG010', MESSAGE = format('the restore is not complete: %s problem(s)', count),
      DETAIL = problems || CASE WHEN count > 50 THEN E'\nand more' ELSE '' END,
      HINT = 'Nothing is in force until they are solved. Restore with ON_ERROR_STOP (psql) or --exit-on-error (pg_restore) into a new database, or do what is said above and call post_restore() again.';
  END IF;
END
$$;
COMMENT ON FUNCTION releasegov.post_restore() IS
  'ends a restore: resets releasegov.restore, enables the guards ALWAYS, and checks record and installation; RG010 with one line for each problem, and then the restore is still under way. For superusers';

REVOKE ALL ON FUNCTION releasegov.enforce_references(boolean), releasegov.pre_restore(), releasegov.post_restore(), releasegov.check_record(),
  releasegov.broken_references(), releasegov.broken_states(), releasegov.broken_digests() FROM PUBLIC;
