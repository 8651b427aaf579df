/*
 * Access: seven kinds, each a set of privileges that a role is granted as a
 * whole. What a kind may do stands in one view, access_privilege.
 */
CREATE TABLE releasegov.access_grant (
  kind       text COLLATE "C" NOT NULL
    CHECK (kind IN ('ci', 'approver', 'deployer', 'broker', 'auditor', 'dashboard', 'policy_admin')),
  grantee    text COLLATE "C" NOT NULL,
  granted_at timestamptz NOT NULL,
  granted_by text NOT NULL,
  PRIMARY KEY (kind, grantee)
);
COMMENT ON TABLE releasegov.access_grant IS 'which role has which kind of access now; written by grant_access() and revoke_access()';
COMMENT ON COLUMN releasegov.access_grant.kind IS 'ci, approver, deployer, broker, auditor, dashboard or policy_admin';
COMMENT ON COLUMN releasegov.access_grant.grantee IS 'the database role; its members have the access too';
COMMENT ON COLUMN releasegov.access_grant.granted_at IS 'since when';
COMMENT ON COLUMN releasegov.access_grant.granted_by IS 'session_user of who granted it';

CREATE TABLE releasegov.access_history (
  id          uuid PRIMARY KEY,
  kind        text COLLATE "C" NOT NULL,
  grantee     text COLLATE "C" NOT NULL,
  event       text COLLATE "C" NOT NULL CHECK (event IN ('granted', 'revoked')),
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL
);
COMMENT ON TABLE releasegov.access_history IS 'every grant and revocation of access, append-only';
COMMENT ON COLUMN releasegov.access_history.id IS 'UUID of version 7: sorts by time';
COMMENT ON COLUMN releasegov.access_history.kind IS 'the kind of access';
COMMENT ON COLUMN releasegov.access_history.grantee IS 'the database role';
COMMENT ON COLUMN releasegov.access_history.event IS 'granted or revoked';
COMMENT ON COLUMN releasegov.access_history.recorded_at IS 'when';
COMMENT ON COLUMN releasegov.access_history.recorded_by IS 'session_user of who did it';

CREATE TRIGGER zz_guard BEFORE INSERT OR UPDATE OR DELETE ON releasegov.access_grant
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.access_grant
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.access_grant ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.access_grant ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.access_history
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.access_history
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.access_history
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.access_history ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.access_history ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.access_history ENABLE ALWAYS TRIGGER zz_truncate;

/*
 * Who may do what: one line for each object, or for each kind of object (*).
 * A function that no kind may run is the owner's alone. A function runs with
 * its caller's privileges unless it is SECURITY DEFINER, so what it inserts
 * into stands here as well; and a view runs the functions in it as who reads
 * it, so a dashboard needs those.
 */
CREATE VIEW releasegov.access_privilege AS
WITH rule (kinds, privilege, object_type, name) AS (
  SELECT pg_catalog.string_to_array(v.kinds, ' '), v.privilege, v.object_type, n.name
  FROM (VALUES
    -- what pipelines report
    ('ci', 'EXECUTE', 'FUNCTION', 'register_release register_migration submit_release document_release'),
    ('ci', 'EXECUTE', 'FUNCTION', 'open_issue resolve_issue report_feature_flag report_monitoring'),
    ('ci deployer broker', 'EXECUTE', 'FUNCTION', 'report_health'),
    ('ci', 'EXECUTE', 'FUNCTION', 'ingest_report'),
    ('ci deployer', 'EXECUTE', 'FUNCTION', 'prove_migration'),
    ('ci auditor', 'EXECUTE', 'FUNCTION', 'read_report'),
    ('ci', 'INSERT', 'TABLE', 'ci_result gate_result blocking_issue feature_flag monitoring_check'),
    ('ci deployer broker', 'INSERT', 'TABLE', 'health_check'),
    -- a job that reports twice is compared with what it reported first
    ('ci', 'SELECT', 'TABLE', 'gate_result report'),
    ('ci', 'SELECT', 'TABLE', 'ci_result legal_transition report_format policy_gate policy_environment migration_report'),
    -- what people state
    ('approver broker', 'EXECUTE', 'FUNCTION', 'review_release approve reject_promotion revoke_approval'),
    ('approver broker', 'EXECUTE', 'FUNCTION', 'attest revoke_attestation grant_waiver revoke_waiver'),
    ('approver broker', 'INSERT', 'TABLE', 'review approval attestation waiver'),
    -- what deployers do
    ('deployer broker', 'EXECUTE', 'FUNCTION', 'promote request_promotion cancel start_deployment report_deployment'),
    ('deployer broker', 'EXECUTE', 'FUNCTION', 'auto_deploy tick withdraw_release retire_release place_hold lift_hold'),
    ('deployer broker', 'INSERT', 'TABLE', 'hold'),
    -- what is asked
    ('ci approver deployer broker auditor dashboard policy_admin', 'EXECUTE', 'FUNCTION',
     'promotion_eligibility is_eligible eligible_at explain person_of rollback_plan'),
    ('ci approver deployer broker auditor dashboard policy_admin', 'EXECUTE', 'FUNCTION',
     'legal_moves_rows board_rows report_formats calendar_decision calendar_occurrences'),
    ('ci approver deployer broker auditor dashboard policy_admin', 'EXECUTE', 'FUNCTION',
     'check_migration migration_verdict split_migration'),
    ('ci approver deployer broker auditor dashboard policy_admin', 'EXECUTE', 'FUNCTION',
     'measure measure_value measure_unit measure_family measure_base min max threshold_measure threshold_comparator'),
    ('ci approver deployer broker auditor dashboard policy_admin', 'EXECUTE', 'FUNCTION',
     'sustained_threshold sustained_duration sustained_samples uuid_v7 uuid_v7_time uuid_v7_bound'),
    ('approver deployer broker auditor dashboard policy_admin', 'SELECT', 'VIEW', '*'),
    ('auditor', 'SELECT', 'TABLE', '*'),
    ('auditor', 'EXECUTE', 'FUNCTION', 'report_document standing_migrations'),
    ('auditor', 'EXECUTE', 'FUNCTION', 'check_installation check_record expected_guards library_version'),
    ('auditor', 'EXECUTE', 'FUNCTION', 'broken_tables broken_guards broken_functions broken_access'),
    ('auditor', 'EXECUTE', 'FUNCTION', 'broken_references broken_states broken_digests'),
    ('ci approver deployer broker auditor', 'EXECUTE', 'FUNCTION', 'content_digest migration_line'),
    -- the policy
    ('policy_admin', 'EXECUTE', 'FUNCTION', 'apply_policy import_freezes assign_policy register_application register_identity'),
    ('policy_admin', 'INSERT', 'TABLE', 'application policy_assignment identity'),
    ('auditor policy_admin', 'EXECUTE', 'FUNCTION', 'validate_policy policy_document policy_diff standard_policy'),
    ('auditor policy_admin', 'EXECUTE', 'FUNCTION', 'what_would_block read_calendar')
  ) AS v (kinds, privilege, object_type, names),
  pg_catalog.string_to_table(v.names, ' ') AS n (name)
),
object (classid, objid, object_type, name, identity) AS (
  SELECT 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
    c.relname::pg_catalog.text, 'TABLE releasegov.' || pg_catalog.quote_ident(c.relname)
  FROM pg_catalog.pg_class c
  WHERE c.relnamespace = 'releasegov'::pg_catalog.regnamespace AND c.relkind IN ('r', 'p', 'v')
  UNION ALL
  SELECT 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, 'FUNCTION', p.proname::pg_catalog.text,
    'FUNCTION releasegov.' || pg_catalog.quote_ident(p.proname)
      || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'
  FROM pg_catalog.pg_proc p
  WHERE p.pronamespace = 'releasegov'::pg_catalog.regnamespace
)
SELECT kind, rule.privilege, object.identity AS object, object.classid, object.objid
FROM rule CROSS JOIN LATERAL pg_catalog.unnest(rule.kinds) AS kind
-- GRANT ... ON TABLE takes views too; * means those of the one sort only
JOIN object ON object.name = rule.name
    AND (object.object_type = 'FUNCTION') = (rule.object_type = 'FUNCTION')
  OR rule.name = '*' AND object.object_type = rule.object_type
-- the extension's own, not what somebody put into its schema
JOIN pg_catalog.pg_depend d ON d.classid = object.classid AND d.objid = object.objid
  AND d.deptype = 'e' AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass
JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid AND e.extname = 'releasegov';
COMMENT ON VIEW releasegov.access_privilege IS 'what each kind of access allows, object by object';
COMMENT ON COLUMN releasegov.access_privilege.kind IS 'the kind of access';
COMMENT ON COLUMN releasegov.access_privilege.privilege IS 'SELECT, INSERT or EXECUTE; USAGE of the schema comes with every kind';
COMMENT ON COLUMN releasegov.access_privilege.object IS 'the object as GRANT takes it';
COMMENT ON COLUMN releasegov.access_privilege.classid IS 'the catalog that the object is in: pg_class or pg_proc';
COMMENT ON COLUMN releasegov.access_privilege.objid IS 'its OID there';

CREATE FUNCTION releasegov.record_access(kind text, grantee text, event text) RETURNS boolean
  LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'record_access';
COMMENT ON FUNCTION releasegov.record_access(text, text, text) IS
  'part of grant_access() and revoke_access(): keeps access_grant and access_history; true if that changed anything; RG004 unless the caller owns the extension';

CREATE FUNCTION releasegov.grant_access(role text, kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  item record;
BEGIN
  IF NOT EXISTS (SELECT FROM releasegov.access_privilege a WHERE a.kind = grant_access.kind) THEN
    RAISE USING ERRCODE = 'RG011', MESSAGE = format('there is no access of kind "%s"', left(grant_access.kind, 60)),
      DETAIL = 'A role is granted a kind of access as a whole.',
      HINT = 'Use ci, approver, deployer, broker, auditor, dashboard or policy_admin.';
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname::text = grant_access.role) THEN
    RAISE USING ERRCODE = 'RG011', MESSAGE = format('role "%s" does not exist', left(grant_access.role, 60)),
      DETAIL = 'Access is granted to a role of the database server.',
      HINT = 'CREATE ROLE first, or check the spelling; PUBLIC cannot be granted access.';
  END IF;
  LOCK TABLE releasegov.access_grant IN SHARE ROW EXCLUSIVE MODE;
  PERFORM releasegov.record_access(grant_access.kind, grant_access.role, 'granted');
  EXECUTE format('GRANT USAGE ON SCHEMA releasegov TO %I', grant_access.role);
  FOR item IN
    SELECT DISTINCT a.privilege, a.object FROM releasegov.access_privilege a WHERE a.kind = grant_access.kind ORDER BY 2, 1
  LOOP
    EXECUTE format('GRANT %s ON %s TO %I', item.privilege, item.object, grant_access.role);
  END LOOP;
END
$$;
COMMENT ON FUNCTION releasegov.grant_access(text, text) IS
  'grants a kind of access to a role: what access_privilege lists, and USAGE of the schema; granting it again adds what an update of the extension brought; for the extension''s owner; RG011 for an unknown role or kind';

CREATE FUNCTION releasegov.revoke_access(role text, kind text) RETURNS void
  LANGUAGE plpgsql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  item record;
BEGIN
  LOCK TABLE releasegov.access_grant IN SHARE ROW EXCLUSIVE MODE;
  IF releasegov.record_access(revoke_access.kind, revoke_access.role, 'revoked') IS NOT TRUE THEN
    RAISE USING ERRCODE = 'RG011', MESSAGE = format('role "%s" was not granted access of kind "%s"',
        left(revoke_access.role, 60), left(revoke_access.kind, 60)),
      DETAIL = 'There is nothing to revoke.',
      HINT = 'SELECT * FROM releasegov.access_grant lists who has which kind.';
  END IF;
  -- a role that was dropped has no privileges left
  IF NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname::text = revoke_access.role) THEN
    RETURN;
  END IF;
  FOR item IN
    SELECT a.privilege, a.object FROM releasegov.access_privilege a WHERE a.kind = revoke_access.kind
    EXCEPT
    SELECT a.privilege, a.object FROM releasegov.access_privilege a
    JOIN releasegov.access_grant g ON g.kind = a.kind WHERE g.grantee = revoke_access.role
    ORDER BY 2, 1
  LOOP
    EXECUTE format('REVOKE %s ON %s FROM %I', item.privilege, item.object, revoke_access.role);
  END LOOP;
  IF NOT EXISTS (SELECT FROM releasegov.access_grant g WHERE g.grantee = revoke_access.role) THEN
    EXECUTE format('REVOKE USAGE ON SCHEMA releasegov FROM %I', revoke_access.role);
  END IF;
END
$$;
COMMENT ON FUNCTION releasegov.revoke_access(text, text) IS
  'takes a kind of access away from a role, except what another kind of access of the same role needs; for the extension''s owner; RG011 if the role does not have it';

REVOKE ALL ON FUNCTION releasegov.record_access(text, text, text),
  releasegov.grant_access(text, text), releasegov.revoke_access(text, text) FROM PUBLIC;
