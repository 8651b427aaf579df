/*
 * Policy as data: immutable revisions of one document each, what applies and
 * compares them, and views of the current revision to join.
 */

CREATE TABLE releasegov.policy (
  name       text COLLATE "C" PRIMARY KEY,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL
);
COMMENT ON TABLE releasegov.policy IS 'policies by name; applications are assigned to one each';
COMMENT ON COLUMN releasegov.policy.name IS 'lower-case letters, digits and _, up to 63 bytes';
COMMENT ON COLUMN releasegov.policy.created_at IS 'when its first revision was applied';
COMMENT ON COLUMN releasegov.policy.created_by IS 'who applied it: session_user';

-- revision, digest, applied_at and applied_by are set by the guard.
CREATE TABLE releasegov.policy_revision (
  policy     text COLLATE "C" NOT NULL REFERENCES releasegov.policy,
  revision   integer NOT NULL,
  document   jsonb NOT NULL,
  digest     bytea NOT NULL,
  comment    text NOT NULL DEFAULT '',
  applied_at timestamptz NOT NULL,
  applied_by text NOT NULL,
  PRIMARY KEY (policy, revision)
);
COMMENT ON TABLE releasegov.policy_revision IS
  'every revision of every policy, append-only; an INSERT is validated as apply_policy() does it';
COMMENT ON COLUMN releasegov.policy_revision.policy IS 'which policy';
COMMENT ON COLUMN releasegov.policy_revision.revision IS 'from 1 on, without gaps, in the order in which they were applied';
COMMENT ON COLUMN releasegov.policy_revision.document IS 'the policy document, see docs/policy.md and docs/policy.schema.json';
COMMENT ON COLUMN releasegov.policy_revision.digest IS 'SHA-256 of the document''s text: sha256(convert_to(document::text, ''UTF8''))';
COMMENT ON COLUMN releasegov.policy_revision.comment IS 'why this revision, in the words of who applied it';
COMMENT ON COLUMN releasegov.policy_revision.applied_at IS 'since when it is in force; ascending with the revision';
COMMENT ON COLUMN releasegov.policy_revision.applied_by IS 'session_user of who applied it';

CREATE FUNCTION releasegov.guard_policy() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_policy';
COMMENT ON FUNCTION releasegov.guard_policy() IS
  'checks the name of a policy, says who created it and when';
CREATE FUNCTION releasegov.guard_policy_revision() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_policy_revision';
COMMENT ON FUNCTION releasegov.guard_policy_revision() IS
  'validates the document (SQLSTATE RG006), numbers the revision, says who applied it and when';
REVOKE ALL ON FUNCTION releasegov.guard_policy(), releasegov.guard_policy_revision() FROM PUBLIC;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.policy
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_policy();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.policy
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.policy
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.policy ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.policy ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.policy ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.policy_revision
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_policy_revision();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.policy_revision
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.policy_revision
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.policy_revision ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.policy_revision ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.policy_revision ENABLE ALWAYS TRIGGER zz_truncate;

/* ---- functions ---- */

CREATE FUNCTION releasegov.standard_policy() RETURNS jsonb
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'standard_policy';
COMMENT ON FUNCTION releasegov.standard_policy() IS
  'the document of the reference policy, which CREATE EXTENSION applies as revision 1 of standard';

CREATE FUNCTION releasegov.apply_policy(name text, document jsonb, comment text DEFAULT '') RETURNS integer
  LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS 'MODULE_PATHNAME', 'apply_policy';
COMMENT ON FUNCTION releasegov.apply_policy(text, jsonb, text) IS
  'stores the document as the next revision of the policy, which it creates if it is new, and returns the number; '
  'the newest revision''s own document again returns its number. SQLSTATE RG006 with one line for each fault, RG015 for a name that is none';

CREATE FUNCTION releasegov.validate_policy(document jsonb) RETURNS TABLE (path text, expected text)
  LANGUAGE c STABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'validate_policy';
COMMENT ON FUNCTION releasegov.validate_policy(jsonb) IS
  'the faults of a policy document, one row each: the JSON path, and what was expected and found there; no row: it is valid';

CREATE FUNCTION releasegov.policy_document(name text, revision integer DEFAULT NULL) RETURNS jsonb
  LANGUAGE c STABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'policy_document';
COMMENT ON FUNCTION releasegov.policy_document(text, integer) IS
  'the document of a revision, the newest one unless a number is given; SQLSTATE RG011 when there is none such';

CREATE FUNCTION releasegov.policy_diff(name text, from_revision integer, to_revision integer)
  RETURNS TABLE (path text, change text, old jsonb, new jsonb)
  LANGUAGE c STABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'policy_diff';
COMMENT ON FUNCTION releasegov.policy_diff(text, integer, integer) IS
  'what changed between two revisions: the path (elements by name: $.gates[lint].threshold), added, removed or changed, '
  'and both values; the path of a whole array stands for the order of its elements. SQLSTATE RG011 when there is none such';

CREATE FUNCTION releasegov.measure_interval(releasegov.measure) RETURNS interval
  LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'measure_interval';
COMMENT ON FUNCTION releasegov.measure_interval(releasegov.measure) IS
  'a time as an interval of hours and less: 7 d is 168:00:00; SQLSTATE RG007 if the measure is no time, 22015 beyond 3650 d or below whole microseconds';
CREATE CAST (releasegov.measure AS interval) WITH FUNCTION releasegov.measure_interval(releasegov.measure);

REVOKE ALL ON FUNCTION
  releasegov.standard_policy(), releasegov.apply_policy(text, jsonb, text),
  releasegov.validate_policy(jsonb), releasegov.policy_document(text, integer),
  releasegov.policy_diff(text, integer, integer)
FROM PUBLIC;
