/*
 * The guards: trigger functions in C. What they refuse, they refuse for every
 * writer; ENABLE ALWAYS keeps them firing under session_replication_role.
 */
CREATE FUNCTION releasegov.guard_append_only() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_append_only';
COMMENT ON FUNCTION releasegov.guard_append_only() IS
  'refuses UPDATE, DELETE and TRUNCATE: history is append-only (SQLSTATE RG003)';

CREATE FUNCTION releasegov.guard_derived() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_derived';
COMMENT ON FUNCTION releasegov.guard_derived() IS
  'refuses INSERT by anybody but releasegov itself (SQLSTATE RG003)';

CREATE FUNCTION releasegov.guard_application() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_application';
COMMENT ON FUNCTION releasegov.guard_application() IS
  'checks the name of an application, says who registered it and when';

CREATE FUNCTION releasegov.guard_policy_assignment() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_policy_assignment';
COMMENT ON FUNCTION releasegov.guard_policy_assignment() IS
  'checks that the policy exists; decisions on the application wait meanwhile';

CREATE FUNCTION releasegov.guard_identity() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_identity';
COMMENT ON FUNCTION releasegov.guard_identity() IS
  'checks the names of an identity, says who recorded it and when';

CREATE FUNCTION releasegov.guard_release() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_release';
COMMENT ON FUNCTION releasegov.guard_release() IS
  'checks a release''s content, freezes it from candidate on (SQLSTATE RG012), and allows legal moves only (RG001)';

CREATE FUNCTION releasegov.record_release() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'record_release';
COMMENT ON FUNCTION releasegov.record_release() IS
  'keeps every content and every move of a release';

CREATE FUNCTION releasegov.guard_gate_result() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_gate_result';
COMMENT ON FUNCTION releasegov.guard_gate_result() IS
  'checks a result against the policy''s gates and units; the verdict is computed when it is asked for';

CREATE FUNCTION releasegov.insert_ci_result() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'insert_ci_result';
COMMENT ON FUNCTION releasegov.insert_ci_result() IS
  'inserts a row of ci_result into gate_result, each run and attempt of a source once';

CREATE FUNCTION releasegov.guard_migration() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_migration';
COMMENT ON FUNCTION releasegov.guard_migration() IS
  'checks a migration of a draft (SQLSTATE RG012 for what is no draft any more), says what its statements are, sets digests';

CREATE FUNCTION releasegov.record_migration() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'record_migration';
COMMENT ON FUNCTION releasegov.record_migration() IS
  'lets the release''s content say which migrations it brings';

CREATE FUNCTION releasegov.guard_statement() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_statement';
COMMENT ON FUNCTION releasegov.guard_statement() IS
  'checks who states something: role held (SQLSTATE RG004), four eyes (RG005), on the content as it is now';

CREATE FUNCTION releasegov.guard_record() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_record';
COMMENT ON FUNCTION releasegov.guard_record() IS
  'checks an issue, a flag, a monitoring check or a hold, says who recorded it and when';

CREATE FUNCTION releasegov.guard_health_check() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_health_check';
COMMENT ON FUNCTION releasegov.guard_health_check() IS
  'chains the probes of an environment: since when all is well';

CREATE FUNCTION releasegov.guard_deployment() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'guard_deployment';
COMMENT ON FUNCTION releasegov.guard_deployment() IS
  'allows legal moves only (SQLSTATE RG001); a start must be eligible now (RG002), whoever starts it';

CREATE FUNCTION releasegov.record_deployment() RETURNS trigger
  LANGUAGE c AS 'MODULE_PATHNAME', 'record_deployment';
COMMENT ON FUNCTION releasegov.record_deployment() IS
  'keeps every move of a deployment; going live releases';

REVOKE ALL ON FUNCTION
  releasegov.guard_append_only(), releasegov.guard_derived(), releasegov.guard_application(),
  releasegov.guard_policy_assignment(), releasegov.guard_identity(), releasegov.guard_release(),
  releasegov.record_release(), releasegov.guard_gate_result(), releasegov.insert_ci_result(),
  releasegov.guard_migration(), releasegov.record_migration(),
  releasegov.guard_statement(), releasegov.guard_record(), releasegov.guard_health_check(),
  releasegov.guard_deployment(), releasegov.record_deployment()
FROM PUBLIC;
