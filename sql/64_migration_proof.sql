/*
 * Proof: the migrations of a release are executed on a scratch server; what
 * that shows is recorded in migration_check.
 */
CREATE FUNCTION releasegov.prove_migration(application text, version text,
	OUT sequence bigint, OUT name text, OUT verdict text, OUT detail text, OUT differences jsonb, OUT took interval)
	RETURNS SETOF record LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE SECURITY DEFINER
	SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'prove_migration';
COMMENT ON FUNCTION releasegov.prove_migration(text, text) IS
  'executes the migrations of a release on the scratch server (releasegov.scratch_server), behind those of earlier releases, with rows in every table: up, down, up again; compares what the database has before and afterwards, rows included, and records a verdict for each: proven, schema_differs, data_differs, order_only, down_fails, down_missing, not_repeatable or untestable, and with sequence 0 for all of them together. Nothing else of this database changes. RG020 without a usable scratch server, RG011 for an unknown release. Policy: "Database migrations tested and reversible"';
REVOKE ALL ON FUNCTION releasegov.prove_migration(text, text) FROM PUBLIC;
