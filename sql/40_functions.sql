/*
 * What pipelines, people and deployers call. Each is a row or a few; the
 * guards judge those, so nothing here needs to be believed.
 */

-- Results by application and version, without a key.
CREATE VIEW releasegov.ci_result AS
  SELECT application, version, gate, measured, outcome, environment, part, measured_at,
         source, run_id, attempt, detail, url
  FROM releasegov.gate_result;
CREATE TRIGGER zz_insert INSTEAD OF INSERT ON releasegov.ci_result
  FOR EACH ROW EXECUTE FUNCTION releasegov.insert_ci_result();

-- What may follow what.
CREATE FUNCTION releasegov.legal_moves_rows(OUT subject text, OUT from_state text, OUT to_state text, OUT meaning text)
  RETURNS SETOF record LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'legal_moves_rows';
CREATE VIEW releasegov.legal_transition AS
  SELECT subject, from_state, to_state, meaning FROM releasegov.legal_moves_rows();

CREATE FUNCTION releasegov.register_application(application text, policy text DEFAULT 'standard', description text DEFAULT '')
  RETURNS boolean LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'register_application';

CREATE FUNCTION releasegov.assign_policy(application text, policy text)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$ INSERT INTO releasegov.policy_assignment (application, policy) VALUES (application, policy) $$;

CREATE FUNCTION releasegov.register_identity(person text, alias text)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$ INSERT INTO releasegov.identity (alias, person) VALUES (alias, person) $$;

CREATE FUNCTION releasegov.person_of(name text) RETURNS text
  LANGUAGE c STABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'person_of';
COMMENT ON FUNCTION releasegov.person_of(text) IS
  'the person behind a name, through the aliases of register_identity(); the name itself if it is nobody''s alias';
REVOKE ALL ON FUNCTION releasegov.person_of(text) FROM PUBLIC;

CREATE FUNCTION releasegov.register_release(
    application text, version text, commit_id text, authors text[], source_branch text,
    kind releasegov.release_kind DEFAULT 'feature', change_categories text[] DEFAULT '{}',
    artifact_digest text DEFAULT NULL, notes text DEFAULT '', state releasegov.release_state DEFAULT 'draft')
  RETURNS boolean LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'register_release';

CREATE FUNCTION releasegov.content_digest(commit_id text, artifact_digest text, kind releasegov.release_kind,
    change_categories text[], authors text[], source_branch text, notes text, migrations text[] DEFAULT '{}')
  RETURNS bytea LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'content_digest';
COMMENT ON FUNCTION releasegov.content_digest(text, text, releasegov.release_kind, text[], text[], text, text, text[]) IS
  'SHA-256 of what a release says, which release.content_digest must be; equal in every encoding';
REVOKE ALL ON FUNCTION releasegov.content_digest(text, text, releasegov.release_kind, text[], text[], text, text, text[]) FROM PUBLIC;

CREATE FUNCTION releasegov.submit_release(application text, version text, reason text DEFAULT '')
  RETURNS void LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'submit_release';
CREATE FUNCTION releasegov.withdraw_release(application text, version text, reason text)
  RETURNS void LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'withdraw_release';
CREATE FUNCTION releasegov.retire_release(application text, version text, reason text DEFAULT '')
  RETURNS void LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'retire_release';
CREATE FUNCTION releasegov.document_release(application text, version text, notes text)
  RETURNS void LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'document_release';

CREATE FUNCTION releasegov.migration_line(sequence bigint, name text, up_digest bytea, down_digest bytea)
  RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  AS $$ SELECT pg_catalog.format('%s up:%s down:%s %s', sequence, pg_catalog.encode(up_digest, 'hex'),
    COALESCE(pg_catalog.encode(down_digest, 'hex'), 'none'), name) $$;
COMMENT ON FUNCTION releasegov.migration_line(bigint, text, bytea, bytea) IS
  'a migration as release.migrations names it: sequence, SHA-256 of its statements and of those that undo it, name';
REVOKE ALL ON FUNCTION releasegov.migration_line(bigint, text, bytea, bytea) FROM PUBLIC;

CREATE FUNCTION releasegov.register_migration(application text, version text, sequence bigint, name text,
    up text, down text DEFAULT NULL)
  RETURNS boolean LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'register_migration';
COMMENT ON FUNCTION releasegov.register_migration(text, text, bigint, text, text, text) IS
  'a migration that a draft brings: its place among all migrations of the application, the name of its file, its statements and those that undo it (null: there are none); false if it is registered already. What they are is checked at once. RG012 once the release is no draft, RG014 for another text of the same sequence, RG019 for what cannot be parsed. Policy: "Migrations have corresponding down migrations"';
REVOKE ALL ON FUNCTION releasegov.register_migration(text, text, bigint, text, text, text) FROM PUBLIC;

-- What people state.
CREATE FUNCTION releasegov.review_release(application text, version text, review text,
    decision releasegov.decision DEFAULT 'approve', comment text DEFAULT '', actor text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.review (application, version, review, decision, comment, actor)
    VALUES (application, version, review, decision, coalesce(comment, ''), actor)
  $$;

CREATE FUNCTION releasegov.approve(application text, version text, environment text,
    comment text DEFAULT '', rule text DEFAULT NULL, actor text DEFAULT NULL)
  RETURNS text[] LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'approve';
CREATE FUNCTION releasegov.reject_promotion(application text, version text, environment text,
    comment text, rule text DEFAULT NULL, actor text DEFAULT NULL)
  RETURNS text[] LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'reject_promotion';
CREATE FUNCTION releasegov.revoke_approval(application text, version text, environment text,
    comment text DEFAULT '', rule text DEFAULT NULL, actor text DEFAULT NULL)
  RETURNS text[] LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'revoke_approval';

CREATE FUNCTION releasegov.attest(application text, version text, environment text, item text,
    evidence text, actor text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.attestation (application, version, environment, item, evidence, actor)
    VALUES (application, version, environment, item, evidence, actor)
  $$;

CREATE FUNCTION releasegov.revoke_attestation(application text, version text, environment text, item text,
    reason text, actor text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.attestation (application, version, environment, item, decision, evidence, actor)
    VALUES (application, version, environment, item, 'revoke', reason, actor)
  $$;

CREATE FUNCTION releasegov.grant_waiver(application text, version text, environment text, requirement text,
    reason text, expires_at timestamptz, actor text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.waiver (application, version, environment, requirement, reason, expires_at, actor)
    VALUES (application, version, environment, requirement, reason, expires_at, actor)
  $$;

CREATE FUNCTION releasegov.revoke_waiver(application text, version text, environment text, requirement text,
    reason text, actor text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.waiver (application, version, environment, requirement, decision, reason, expires_at, actor)
    VALUES (application, version, environment, requirement, 'revoke', reason, pg_catalog.now(), actor)
  $$;

-- What tools report.
CREATE FUNCTION releasegov.open_issue(application text, version text, issue text, title text DEFAULT '', url text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.blocking_issue (application, version, issue, event, title, url)
    VALUES (application, version, issue, 'opened', coalesce(title, ''), url)
  $$;

CREATE FUNCTION releasegov.resolve_issue(application text, version text, issue text, title text DEFAULT '', url text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.blocking_issue (application, version, issue, event, title, url)
    VALUES (application, version, issue, 'resolved', coalesce(title, ''), url)
  $$;

CREATE FUNCTION releasegov.report_feature_flag(application text, version text, environment text, flag text,
    expected text, actual text, detail text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.feature_flag (application, version, environment, flag, expected, actual, detail)
    VALUES (application, version, environment, flag, expected, actual, detail)
  $$;

CREATE FUNCTION releasegov.report_monitoring(application text, version text, environment text, check_name text,
    outcome releasegov.gate_outcome, detail text DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.monitoring_check (application, version, environment, check_name, outcome, detail)
    VALUES (application, version, environment, check_name, outcome, detail)
  $$;

CREATE FUNCTION releasegov.report_health(application text, environment text, version text, healthy boolean,
    detail text DEFAULT NULL, source text DEFAULT NULL, observed_at timestamptz DEFAULT NULL)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.health_check (application, environment, version, healthy, detail, source, observed_at)
    VALUES (application, environment, version, healthy, detail, source, observed_at)
  $$;

CREATE FUNCTION releasegov.place_hold(application text, version text, environment text, reason text)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.hold (application, version, environment, event, reason)
    VALUES (application, version, environment, 'placed', reason)
  $$;

CREATE FUNCTION releasegov.lift_hold(application text, version text, environment text, reason text)
  RETURNS void LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$
    INSERT INTO releasegov.hold (application, version, environment, event, reason)
    VALUES (application, version, environment, 'lifted', reason)
  $$;

REVOKE ALL ON FUNCTION
  releasegov.legal_moves_rows(),
  releasegov.register_application(text, text, text),
  releasegov.assign_policy(text, text),
  releasegov.register_identity(text, text),
  releasegov.register_release(text, text, text, text[], text, releasegov.release_kind, text[], text, text, releasegov.release_state),
  releasegov.submit_release(text, text, text),
  releasegov.withdraw_release(text, text, text),
  releasegov.retire_release(text, text, text),
  releasegov.document_release(text, text, text),
  releasegov.review_release(text, text, text, releasegov.decision, text, text),
  releasegov.approve(text, text, text, text, text, text),
  releasegov.reject_promotion(text, text, text, text, text, text),
  releasegov.revoke_approval(text, text, text, text, text, text),
  releasegov.attest(text, text, text, text, text, text),
  releasegov.revoke_attestation(text, text, text, text, text, text),
  releasegov.grant_waiver(text, text, text, text, text, timestamptz, text),
  releasegov.revoke_waiver(text, text, text, text, text, text),
  releasegov.open_issue(text, text, text, text, text),
  releasegov.resolve_issue(text, text, text, text, text),
  releasegov.report_feature_flag(text, text, text, text, text, text, text),
  releasegov.report_monitoring(text, text, text, text, releasegov.gate_outcome, text),
  releasegov.report_health(text, text, text, boolean, text, text, timestamptz),
  releasegov.place_hold(text, text, text, text),
  releasegov.lift_hold(text, text, text, text)
FROM PUBLIC;
