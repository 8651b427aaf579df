/* releasegov: release governance where the record lives. */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION releasegov" to load this file. \quit

-- A schema that was there before must not be another's: its owner, and whoever
-- may create in it, could put an object in front of the extension's own.
DO $$
DECLARE
  schema pg_catalog.pg_namespace%ROWTYPE;
BEGIN
  SELECT * INTO schema FROM pg_catalog.pg_namespace
  WHERE nspname OPERATOR(pg_catalog.=) 'releasegov';
  IF NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE oid OPERATOR(pg_catalog.=) schema.nspowner)
    OR EXISTS (SELECT FROM pg_catalog.aclexplode(schema.nspacl)
               WHERE privilege_type OPERATOR(pg_catalog.=) 'CREATE'
                 AND grantee OPERATOR(pg_catalog.<>) schema.nspowner)
  THEN
    RAISE invalid_schema_definition USING
      MESSAGE = 'schema "releasegov" is not a superuser''s alone',
      DETAIL = 'Who owns a schema or may create in it could replace what the extension relies on.',
      HINT = 'Drop the schema, or: ALTER SCHEMA releasegov OWNER TO a superuser, and REVOKE CREATE ON SCHEMA releasegov from everybody else.';
  END IF;
END
$$;

COMMENT ON SCHEMA releasegov IS 'release governance: policy, evidence, eligibility, promotion and rollback';
