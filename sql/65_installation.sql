/*
 * Is everything as it was installed? Owners and superusers cannot be kept
 * from changing it, but it can be seen: check_installation() asks the catalog.
 */
CREATE FUNCTION releasegov.expected_guards(OUT table_name text, OUT trigger text, OUT function text, OUT type smallint)
  RETURNS SETOF record LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 70 AS 'MODULE_PATHNAME', 'expected_guards';
COMMENT ON FUNCTION releasegov.expected_guards() IS
  'the triggers that must stand on the tables: table, trigger, function of this extension, pg_trigger.tgtype';

CREATE FUNCTION releasegov.library_version() RETURNS text
  LANGUAGE c STABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'library_version';
COMMENT ON FUNCTION releasegov.library_version() IS 'the version of the loaded library, which should be that of the extension';

-- ALTER COLUMN ... USING rewrites rows unseen by row triggers.
CREATE FUNCTION releasegov.guard_rewrite() RETURNS event_trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_rewrite';
COMMENT ON FUNCTION releasegov.guard_rewrite() IS
  'refuses ALTER TABLE that rewrites a table of releasegov (SQLSTATE RG003), except in ALTER EXTENSION UPDATE';
CREATE EVENT TRIGGER releasegov_guard_rewrite ON table_rewrite
  EXECUTE FUNCTION releasegov.guard_rewrite();
ALTER EVENT TRIGGER releasegov_guard_rewrite ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER releasegov_guard_rewrite IS 'keeps ALTER TABLE from rewriting the rows of releasegov''s tables';

CREATE FUNCTION releasegov.broken_guards() RETURNS TABLE (object text, problem text, remedy text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  WITH guard AS (
    SELECT g.*, format('releasegov.%I', g.table_name) AS shown, t.oid, t.tgenabled, t.tgtype, t.tgqual, t.tgattr, p.oid AS foid
    FROM releasegov.expected_guards() g
    JOIN pg_class c ON c.relnamespace = 'releasegov'::regnamespace AND c.relname = g.table_name
    LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = g.trigger AND NOT t.tgisinternal
    LEFT JOIN pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'releasegov'::regnamespace AND p.proname = g.function
  )
  SELECT shown, format('guard %s is missing', trigger), 'dump the record and restore it into a new database'
  FROM guard WHERE oid IS NULL
  UNION ALL
  SELECT shown, format('guard %s is %s', trigger,
      CASE tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'enabled on replicas only'
        ELSE 'not enabled ALWAYS: session_replication_role = replica would pass it by' END),
    format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', shown, trigger)
  FROM guard WHERE tgenabled <> 'A'
  UNION ALL
  SELECT shown, format('trigger %s is not the guard that was installed', trigger), 'dump the record and restore it into a new database'
  FROM guard WHERE oid IS NOT NULL AND (foid IS NULL OR tgtype <> type OR tgqual IS NOT NULL OR tgattr::text <> '')
  UNION ALL
  SELECT 'releasegov.ci_result', 'trigger zz_insert is missing or disabled', 'dump the record and restore it into a new database'
  WHERE NOT EXISTS (
    SELECT FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE c.relnamespace = 'releasegov'::regnamespace AND c.relname = 'ci_result' AND t.tgname = 'zz_insert'
      AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL
      AND p.pronamespace = 'releasegov'::regnamespace AND p.proname = 'insert_ci_result')
  UNION ALL
  SELECT 'event trigger releasegov_guard_rewrite', 'it is missing or not enabled ALWAYS', 'ALTER EVENT TRIGGER releasegov_guard_rewrite ENABLE ALWAYS'
  WHERE NOT EXISTS (SELECT FROM pg_event_trigger WHERE evtname = 'releasegov_guard_rewrite' AND evtenabled = 'A')
  UNION ALL
  SELECT t.tgrelid::regclass::text, format('trigger %s is not releasegov''s', t.tgname),
    format('DROP TRIGGER %I ON %s', t.tgname, t.tgrelid::regclass)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE c.relnamespace = 'releasegov'::regnamespace AND NOT t.tgisinternal
    AND NOT EXISTS (SELECT FROM releasegov.expected_guards() g WHERE g.table_name = c.relname AND g.trigger = t.tgname)
    AND NOT (c.relname = 'ci_result' AND t.tgname = 'zz_insert')
  UNION ALL
  SELECT t.tgrelid::regclass::text, format('the triggers of foreign key %s are disabled', k.conname),
    format('ALTER TABLE %s ENABLE TRIGGER ALL, then check_installation() again', t.tgrelid::regclass)
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_constraint k ON k.oid = t.tgconstraint
  WHERE c.relnamespace = 'releasegov'::regnamespace AND t.tgisinternal AND t.tgenabled = 'D'
  $$;
COMMENT ON FUNCTION releasegov.broken_guards() IS 'part of check_installation(): triggers and event triggers';

CREATE FUNCTION releasegov.broken_tables() RETURNS TABLE (object text, problem text, remedy text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  WITH expected_index (name, columns, predicate) AS (VALUES
    ('deployment_live', 'application environment', true),
    ('deployment_active', 'application environment', true),
    ('deployment_request', 'application environment version', true),
    ('gate_result_run', 'application source run_id version gate environment part attempt', true),
    ('report_run', 'application version source run_id attempt environment part gates digest', true)
  ),
  governed AS (
    SELECT DISTINCT g.table_name, c.*, format('releasegov.%I', g.table_name) AS shown
    FROM releasegov.expected_guards() g
    LEFT JOIN pg_class c ON c.relnamespace = 'releasegov'::regnamespace AND c.relname = g.table_name
  )
  SELECT shown, 'the table is missing', 'dump the record and restore it into a new database'
  FROM governed WHERE oid IS NULL
  UNION ALL
  SELECT shown, 'the table has no valid primary key', format('ALTER TABLE %s ADD PRIMARY KEY as documented', shown)
  FROM governed g WHERE oid IS NOT NULL
    AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = g.oid AND i.indisprimary AND i.indisvalid AND i.indimmediate)
  UNION ALL
  SELECT shown, 'the table is not logged: a crash would empty it', 
    format('ALTER EVENT TRIGGER releasegov_guard_rewrite DISABLE; ALTER TABLE %s SET LOGGED; ALTER EVENT TRIGGER releasegov_guard_rewrite ENABLE ALWAYS', shown)
  FROM governed WHERE relpersistence <> 'p'
  UNION ALL
  SELECT shown, 'row level security hides rows', format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', shown)
  FROM governed WHERE relrowsecurity OR relforcerowsecurity
  UNION ALL
  SELECT shown, format('table %s inherits from it: its rows pass the guards by', i.inhrelid::regclass),
    format('DROP TABLE %s, or ALTER TABLE %1$s NO INHERIT %s', i.inhrelid::regclass, shown)
  FROM governed g JOIN pg_inherits i ON i.inhparent = g.oid
  UNION ALL
  SELECT w.ev_class::regclass::text, format('rule %s rewrites statements on it', w.rulename),
    format('DROP RULE %I ON %s', w.rulename, w.ev_class::regclass)
  FROM pg_rewrite w JOIN pg_class c ON c.oid = w.ev_class
  WHERE c.relnamespace = 'releasegov'::regnamespace AND NOT (c.relkind = 'v' AND w.rulename = '_RETURN')
  UNION ALL
  SELECT format('releasegov.%I', x.name), 'the unique index is missing, not valid or another one than was installed',
    'see who dropped it, then dump the record and restore it into a new database'
  FROM expected_index x
  WHERE NOT EXISTS (
    SELECT FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = 'releasegov'::regnamespace AND c.relname = x.name
      AND i.indisunique AND i.indisvalid AND i.indisready AND (i.indpred IS NOT NULL) = x.predicate
      AND x.columns = (SELECT string_agg(a.attname, ' ' ORDER BY k.n)
                       FROM unnest(i.indkey) WITH ORDINALITY AS k (attnum, n)
                       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum))
  UNION ALL
  SELECT i.indexrelid::regclass::text, 'the index is not valid', format('REINDEX INDEX %s', i.indexrelid::regclass)
  FROM governed g JOIN pg_index i ON i.indrelid = g.oid
  WHERE NOT i.indisvalid OR NOT i.indisready
  UNION ALL
  SELECT g.shown, format('constraint %s is not validated', k.conname), format('ALTER TABLE %s VALIDATE CONSTRAINT %I', g.shown, k.conname)
  FROM governed g JOIN pg_constraint k ON k.conrelid = g.oid
  WHERE NOT k.convalidated
  UNION ALL
  SELECT g.shown, 'the foreign key to release is missing',
    format('ALTER TABLE %s ADD FOREIGN KEY (application, version) REFERENCES releasegov.release', g.shown)
  FROM governed g
  WHERE g.table_name IN ('release_content', 'review', 'approval', 'attestation', 'waiver', 'blocking_issue',
      'feature_flag', 'monitoring_check', 'hold', 'deployment', 'transition', 'report', 'health_check',
      'migration', 'migration_check')
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = g.oid AND k.contype = 'f'
                    AND k.confrelid = (SELECT r.oid FROM governed r WHERE r.table_name = 'release'))
  UNION ALL
  SELECT g.shown, 'the foreign key to report is missing',
    format('ALTER TABLE %s ADD FOREIGN KEY (application, version, report) REFERENCES releasegov.report', g.shown)
  FROM governed g
  WHERE g.table_name = 'report_document'
    AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = g.oid AND k.contype = 'f'
                    AND k.confrelid = (SELECT r.oid FROM governed r WHERE r.table_name = 'report'))
  $$;
COMMENT ON FUNCTION releasegov.broken_tables() IS 'part of check_installation(): tables, rules, indexes and constraints';

CREATE FUNCTION releasegov.broken_functions() RETURNS TABLE (object text, problem text, remedy text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  WITH extension AS (
    SELECT * FROM pg_extension WHERE extname = 'releasegov'
  ),
  member AS (
    SELECT d.classid, d.objid FROM pg_depend d JOIN extension e ON d.refobjid = e.oid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  ),
  -- everything in the schema that is not part of something else there
  stray AS (
    SELECT DISTINCT d.classid, d.objid FROM pg_depend d
    WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'releasegov'::regnamespace
      AND d.classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
      AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classid AND m.objid = d.objid)
      AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = d.classid AND i.objid = d.objid AND i.deptype IN ('i', 'a'))
  )
  SELECT pg_describe_object(classid, objid, 0), 'it does not belong to the extension',
    'drop it, or move it to another schema'
  FROM stray
  UNION ALL
  SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0), 'it calls another library or language than was installed',
    'dump the record and restore it into a new database'
  FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
  JOIN pg_language l ON l.oid = p.prolang
  WHERE l.lanname NOT IN ('c', 'sql', 'plpgsql') AND p.prokind <> 'a'
    OR l.lanname = 'c' AND p.probin <> '$libdir/releasegov'
    OR l.lanname <> 'c' AND p.proname IN (SELECT g.function FROM releasegov.expected_guards() g)
  UNION ALL
  SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0), 'it is SECURITY DEFINER without a search_path of its own',
    format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp', p.oid::regprocedure)
  FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
  WHERE p.prosecdef
    AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%')
  UNION ALL
  SELECT pg_describe_object('pg_proc'::regclass, p.oid, 0),
    CASE WHEN p.prosecdef THEN 'it is SECURITY DEFINER and was not installed so' ELSE 'it is no longer SECURITY DEFINER' END,
    format('ALTER FUNCTION %s SECURITY %s', p.oid::regprocedure, CASE WHEN p.prosecdef THEN 'INVOKER' ELSE 'DEFINER' END)
  FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
  WHERE p.prosecdef <> (p.proname IN ('apply_policy', 'register_application', 'register_release', 'submit_release', 'withdraw_release',
      'retire_release', 'document_release', 'promote', 'request_promotion', 'cancel', 'start_deployment',
      'report_deployment', 'auto_deploy', 'ingest_report', 'register_migration', 'prove_migration', 'rollback_plan'))
  UNION ALL
  SELECT 'extension releasegov', format('its objects are of version %s, the library of %s', e.extversion, releasegov.library_version()),
    'ALTER EXTENSION releasegov UPDATE, or install the library of that version'
  FROM extension e WHERE e.extversion <> releasegov.library_version()
  UNION ALL
  SELECT 'database ' || current_database(), 'rows are let in unjudged: a restore was begun and not ended', 'SELECT releasegov.post_restore()'
  FROM pg_db_role_setting s LEFT JOIN pg_database b ON b.oid = s.setdatabase,
    unnest(s.setconfig) AS c (setting)
  WHERE lower(c.setting) LIKE 'releasegov.restore=%' AND c.setting !~* '=(off|false|no|0)$'
    AND (b.datname = current_database() OR b.oid IS NULL)
  $$;
COMMENT ON FUNCTION releasegov.broken_functions() IS 'part of check_installation(): functions, strangers in the schema, versions, settings';

CREATE FUNCTION releasegov.broken_access() RETURNS TABLE (object text, problem text, remedy text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  WITH extension AS (
    SELECT * FROM pg_extension WHERE extname = 'releasegov'
  ),
  member AS (
    SELECT d.classid, d.objid FROM pg_depend d JOIN extension e ON d.refobjid = e.oid
    WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
  ),
  owned (what, owner, acl, object, classid, objid) AS (
    SELECT pg_describe_object(m.classid, c.oid, 0), c.relowner, c.relacl, 'TABLE ' || c.oid::regclass, m.classid, c.oid
    FROM pg_class c JOIN member m ON m.classid = 'pg_class'::regclass AND m.objid = c.oid
    UNION ALL
    SELECT pg_describe_object(m.classid, p.oid, 0), p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)),
      'FUNCTION ' || p.oid::regprocedure, m.classid, p.oid
    FROM pg_proc p JOIN member m ON m.classid = 'pg_proc'::regclass AND m.objid = p.oid
    UNION ALL
    SELECT pg_describe_object(m.classid, t.oid, 0), t.typowner, NULL, NULL, m.classid, t.oid
    FROM pg_type t JOIN member m ON m.classid = 'pg_type'::regclass AND m.objid = t.oid
    WHERE t.typtype IN ('b', 'e') AND t.typelem = 0
    UNION ALL
    SELECT 'schema releasegov', n.nspowner, n.nspacl, 'SCHEMA releasegov', 'pg_namespace'::regclass, n.oid
    FROM pg_namespace n WHERE n.nspname = 'releasegov'
  ),
  -- what types, operators, casts and aggregates run: PUBLIC needs it to use the types
  inner_function (oid) AS (
    SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout, typanalyze]::oid[]) FROM pg_type
    WHERE typnamespace = 'releasegov'::regnamespace
    UNION SELECT oprcode::oid FROM pg_operator WHERE oprnamespace = 'releasegov'::regnamespace
    UNION SELECT amproc::oid FROM pg_amproc
    UNION SELECT castfunc FROM pg_cast
    UNION SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn]::oid[]) FROM pg_aggregate
  ),
  held AS (
    SELECT o.*, a.grantee, a.privilege_type FROM owned o, aclexplode(o.acl) a
    WHERE a.grantee <> o.owner AND o.objid NOT IN (SELECT oid FROM inner_function)
    UNION ALL
    SELECT o.what || ' column ' || t.attname, o.owner, o.acl, o.object, o.classid, o.objid, a.grantee, a.privilege_type
    FROM owned o JOIN pg_attribute t ON t.attrelid = o.objid, aclexplode(t.attacl) a
    WHERE o.classid = 'pg_class'::regclass
  ),
  due (role, objid, privilege) AS (
    SELECT r.oid, a.objid, a.privilege
    FROM releasegov.access_grant g JOIN pg_roles r ON r.rolname = g.grantee
    JOIN releasegov.access_privilege a ON a.kind = g.kind
    UNION
    SELECT r.oid, 'releasegov'::regnamespace, 'USAGE'
    FROM releasegov.access_grant g JOIN pg_roles r ON r.rolname = g.grantee
  )
  SELECT o.what, format('its owner is %s, not the extension''s: %s', o.owner::regrole, e.extowner::regrole),
    format('ALTER %s OWNER TO %s', coalesce(o.object, o.what), e.extowner::regrole)
  FROM owned o CROSS JOIN extension e WHERE o.owner <> e.extowner
  UNION ALL
  SELECT h.what, format('%s holds %s, which no access granted to it needs',
      CASE h.grantee WHEN 0 THEN 'PUBLIC' ELSE h.grantee::regrole::text END, h.privilege_type),
    format('REVOKE %s ON %s FROM %s', h.privilege_type, h.object,
      CASE h.grantee WHEN 0 THEN 'PUBLIC' ELSE h.grantee::regrole::text END)
  FROM held h
  WHERE NOT EXISTS (SELECT FROM due d WHERE d.role = h.grantee AND d.objid = h.objid AND d.privilege = h.privilege_type)
  UNION ALL
  SELECT format('access of %s', g.grantee), format('it lacks privileges that kind %s has', g.kind),
    format('SELECT releasegov.grant_access(%L, %L)', g.grantee, g.kind)
  FROM releasegov.access_grant g JOIN pg_roles r ON r.rolname = g.grantee
  WHERE EXISTS (
    SELECT FROM releasegov.access_privilege a
    WHERE a.kind = g.kind
      AND NOT CASE WHEN a.classid = 'pg_proc'::regclass THEN has_function_privilege(r.oid, a.objid, a.privilege)
                   ELSE has_table_privilege(r.oid, a.objid, a.privilege) END)
  UNION ALL
  SELECT format('access of %s', g.grantee), format('there is no such role any more, and %s is granted to its name', g.kind),
    format('SELECT releasegov.revoke_access(%L, %L)', g.grantee, g.kind)
  FROM releasegov.access_grant g WHERE NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = g.grantee)
  UNION ALL
  SELECT format('role %s', r.rolname), format('it is a member of %s, who owns the extension', o.rolname),
    format('REVOKE %I FROM %I', o.rolname, r.rolname)
  FROM extension e JOIN pg_roles o ON o.oid = e.extowner JOIN pg_auth_members m ON m.roleid = o.oid
  JOIN pg_roles r ON r.oid = m.member
  WHERE NOT r.rolsuper
  UNION ALL
  SELECT format('role %s', r.rolname), 'it may write every table: pg_write_all_data', format('REVOKE pg_write_all_data FROM %I', r.rolname)
  FROM pg_roles r
  WHERE NOT r.rolsuper AND r.rolname <> 'pg_write_all_data' AND pg_has_role(r.oid, 'pg_write_all_data', 'MEMBER')
  $$;
COMMENT ON FUNCTION releasegov.broken_access() IS 'part of check_installation(): owners and privileges';

CREATE FUNCTION releasegov.check_installation() RETURNS TABLE (object text, problem text, remedy text)
  LANGUAGE sql STABLE
  SET search_path = pg_catalog, pg_temp
  AS $$
  SELECT object, problem, remedy FROM (
    SELECT 1, * FROM releasegov.broken_tables()
    UNION ALL SELECT 2, * FROM releasegov.broken_guards()
    UNION ALL SELECT 3, * FROM releasegov.broken_functions()
    UNION ALL SELECT 4, * FROM releasegov.broken_access()
  ) AS found (part, object, problem, remedy)
  ORDER BY part, object COLLATE "C", problem COLLATE "C"
  $$;
COMMENT ON FUNCTION releasegov.check_installation() IS
  'what is not as it was installed, one row each: the object, what is wrong with it, what to do; no rows: all is well. For auditors and the owner; call it regularly';

REVOKE ALL ON FUNCTION releasegov.expected_guards(), releasegov.library_version(), releasegov.guard_rewrite(),
  releasegov.broken_guards(), releasegov.broken_tables(), releasegov.broken_functions(), releasegov.broken_access(),
  releasegov.check_installation() FROM PUBLIC;
