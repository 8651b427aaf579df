/*
 * Proof: the migrations of a release are executed on a scratch server; what
 * that shows is recorded in migration_check.
 */
-- Whatever was deployed was run, so it comes first; what only a draft brings, or
-- a release that was withdrawn and never deployed, may never be run.
CREATE FUNCTION releasegov.standing_migrations(application text, as_of timestamptz DEFAULT 'infinity',
	OUT sequence bigint, OUT version text, OUT migration uuid)
	RETURNS SETOF record LANGUAGE sql STABLE
	SET search_path = pg_catalog, pg_temp
	AS $$
	SELECT DISTINCT ON (m.sequence) m.sequence, m.version, m.id
	FROM releasegov.migration m
	     JOIN releasegov.release r ON r.application = m.application AND r.version = m.version
	     LEFT JOIN (
	       SELECT p.version, max(p.started_at) AS started_at
	       FROM releasegov.deployment p
	       WHERE p.application = standing_migrations.application AND p.started_at <= as_of
	         AND p.state IN ('deploying', 'rolling_out', 'live', 'superseded')
	       GROUP BY p.version) d ON d.version = m.version
	WHERE m.application = standing_migrations.application
	  AND (d.version IS NOT NULL OR r.state NOT IN ('draft', 'withdrawn') AND EXISTS (
	    SELECT FROM releasegov.transition t
	    WHERE t.application = m.application AND t.version = m.version AND t.subject = 'release'
	      AND t.to_state = 'candidate' AND t.recorded_at <= as_of))
	ORDER BY m.sequence, r.state = 'withdrawn', d.started_at DESC NULLS LAST, m.id DESC
	$$;
COMMENT ON FUNCTION releasegov.standing_migrations(text, timestamptz) IS
  'of each sequence of an application the migration that counts for releases that do not bring it themselves: never that of a draft, nor of a release that was withdrawn unless it was deployed; of several the one whose release was deployed last, else the one that was registered last. as_of: what had been submitted and deployed by then';
REVOKE ALL ON FUNCTION releasegov.standing_migrations(text, timestamptz) FROM PUBLIC;

CREATE FUNCTION releasegov.prove_migration(application text, version text,
	OUT sequence bigint, OUT name text, OUT verdict text, OUT detail text, OUT differences jsonb, OUT took interval)
	RETURNS SETOF record LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
	SET search_path = pg_catalog, pg_temp
	AS 'MODULE_PATHNAME', 'prove_migration';
COMMENT ON FUNCTION releasegov.prove_migration(text, text) IS
  'executes the migrations of a release on the scratch server (releasegov.scratch_server), behind those of other releases with lower sequences, with rows in every table: up, down, up again; compares what the database has before and afterwards, rows included, and records a verdict for each: proven, schema_differs, data_differs, order_only, down_fails, down_missing, not_repeatable or untestable, and with sequence 0 for all of them together. Nothing else of this database changes. RG020 without a usable scratch server, RG011 for an unknown release. Policy: "Database migrations tested and reversible"';
REVOKE ALL ON FUNCTION releasegov.prove_migration(text, text) FROM PUBLIC;
