/*
 * Reports: what CI tools write, read into figures. The readers are C; what a
 * figure means for a gate is the policy's to say.
 */

CREATE FUNCTION releasegov.report_formats(
	OUT name text, OUT title text, OUT syntax text, OUT figures text[])
	RETURNS SETOF record
	AS 'MODULE_PATHNAME', 'rg_report_formats' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
REVOKE ALL ON FUNCTION releasegov.report_formats() FROM PUBLIC;
COMMENT ON FUNCTION releasegov.report_formats() IS 'the formats of reports that can be read, as the view report_format shows them';

CREATE VIEW releasegov.report_format AS
	SELECT name, title, syntax, figures FROM releasegov.report_formats();
REVOKE ALL ON releasegov.report_format FROM PUBLIC;
COMMENT ON VIEW releasegov.report_format IS 'the formats of reports that can be read';
COMMENT ON COLUMN releasegov.report_format.name IS 'what read_report() and ingest_report() take as the format';
COMMENT ON COLUMN releasegov.report_format.title IS 'which tool or standard it is';
COMMENT ON COLUMN releasegov.report_format.syntax IS 'xml, json or text';
COMMENT ON COLUMN releasegov.report_format.figures IS 'the figures that such a report can have; a gate of the policy names those that feed it';

CREATE FUNCTION releasegov.read_report(
	format text, report bytea, exit_code integer DEFAULT NULL,
	OUT recognised text, OUT tool text, OUT tool_version text, OUT status text, OUT message text,
	OUT figures jsonb, OUT findings jsonb, OUT set_aside jsonb, OUT warnings text[])
	AS 'MODULE_PATHNAME', 'rg_read_report' LANGUAGE C STABLE PARALLEL SAFE;
REVOKE ALL ON FUNCTION releasegov.read_report(text, bytea, integer) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.read_report(text, bytea, integer) IS 'what releasegov would read in a report; writes nothing. format is one of report_format or auto. recognised: the format; tool and tool_version: who made it, where the report says so; status: ok, empty (nothing was examined), incomplete (the tool did not finish, or its exit code tells of a failure that the report does not show) or invalid (not readable); message: why not ok, with line and column where they are known; figures: names and measures; findings: the first hundred failures or findings; set_aside: the first hundred that do not count, with why; warnings: where the summary and the records disagree. RG008 for a format that there is not; an unreadable report is an answer, not an error';

CREATE FUNCTION releasegov.read_report(
	format text, report text, exit_code integer DEFAULT NULL,
	OUT recognised text, OUT tool text, OUT tool_version text, OUT status text, OUT message text,
	OUT figures jsonb, OUT findings jsonb, OUT set_aside jsonb, OUT warnings text[])
	AS 'MODULE_PATHNAME', 'rg_read_report' LANGUAGE C STABLE PARALLEL SAFE;
REVOKE ALL ON FUNCTION releasegov.read_report(text, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.read_report(text, text, integer) IS 'read_report for a report that is text; one that may hold NUL bytes must come as bytea';

-- What was read in each report that was ingested.
CREATE TABLE releasegov.report (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  format      text,
  tool        text,
  tool_version text,
  status      text NOT NULL CHECK (status IN ('ok', 'empty', 'incomplete', 'invalid')),
  message     text,
  figures     jsonb NOT NULL,
  findings    jsonb NOT NULL,
  set_aside   jsonb NOT NULL,
  warnings    text[] NOT NULL,
  gates       text[] COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL,
  part        text COLLATE "C" NOT NULL,
  digest      bytea NOT NULL,
  size        bigint NOT NULL,
  exit_code   integer,
  source      text COLLATE "C" NOT NULL,
  run_id      text COLLATE "C",
  attempt     integer NOT NULL,
  url         text,
  measured_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  document    text COLLATE "C" NOT NULL CHECK (document IN ('kept', 'none', 'passed', 'too large')),
  PRIMARY KEY (application, version, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);
CREATE UNIQUE INDEX report_run
  ON releasegov.report (application, version, source, run_id, attempt, environment, part, gates, digest)
  WHERE run_id IS NOT NULL;
SELECT pg_catalog.pg_extension_config_dump('releasegov.report', '');
COMMENT ON TABLE releasegov.report IS 'what was read in each report that ingest_report() took; the gate results name their report';
COMMENT ON COLUMN releasegov.report.application IS 'the application';
COMMENT ON COLUMN releasegov.report.version IS 'the release that was examined';
COMMENT ON COLUMN releasegov.report.id IS 'key; gate_result.report refers to it';
COMMENT ON COLUMN releasegov.report.format IS 'the format it was read as, null if none was recognised';
COMMENT ON COLUMN releasegov.report.tool IS 'name of the tool, where the report says it';
COMMENT ON COLUMN releasegov.report.tool_version IS 'version of the tool, where the report says it';
COMMENT ON COLUMN releasegov.report.status IS 'ok, empty, incomplete or invalid; only ok can pass a gate';
COMMENT ON COLUMN releasegov.report.message IS 'why it is not ok, null if it is';
COMMENT ON COLUMN releasegov.report.figures IS 'names and measures of all figures';
COMMENT ON COLUMN releasegov.report.findings IS 'the first hundred failures or findings: name, severity, location, line, message';
COMMENT ON COLUMN releasegov.report.set_aside IS 'the first hundred findings that do not count: suppressed, accepted or not_affected, with the justification';
COMMENT ON COLUMN releasegov.report.warnings IS 'where the summary and the records disagree, and other oddities';
COMMENT ON COLUMN releasegov.report.gates IS 'the gates that it was for';
COMMENT ON COLUMN releasegov.report.environment IS 'where it was measured, empty for CI';
COMMENT ON COLUMN releasegov.report.part IS 'the package or shard that it is of, empty for the whole';
COMMENT ON COLUMN releasegov.report.digest IS 'SHA-256 of the report''s bytes (of its UTF-8 form if it came as text)';
COMMENT ON COLUMN releasegov.report.size IS 'its size in bytes';
COMMENT ON COLUMN releasegov.report.exit_code IS 'the tool''s exit code, null if it was not given';
COMMENT ON COLUMN releasegov.report.source IS 'who sent it: a CI system''s name';
COMMENT ON COLUMN releasegov.report.run_id IS 'the run that made it, null if not given';
COMMENT ON COLUMN releasegov.report.attempt IS 'which attempt of the run';
COMMENT ON COLUMN releasegov.report.url IS 'a link to the run or the report';
COMMENT ON COLUMN releasegov.report.measured_at IS 'when it was measured, as reported, or when it came';
COMMENT ON COLUMN releasegov.report.recorded_at IS 'when it was recorded';
COMMENT ON COLUMN releasegov.report.recorded_by IS 'the database user who sent it';
COMMENT ON COLUMN releasegov.report.document IS 'kept: the whole report is in report_document; else why not, by the policy of then: none (it keeps none), passed (it keeps failed ones) or too large';
REVOKE ALL ON releasegov.report FROM PUBLIC;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.report
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.report
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.report
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.report ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.report ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.report ENABLE ALWAYS TRIGGER zz_truncate;

-- The whole report, where the policy says so. The server compresses what it
-- stores; a report is written once and read rarely.
CREATE TABLE releasegov.report_document (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  report      uuid NOT NULL,
  content     bytea NOT NULL,
  size        bigint NOT NULL CHECK (size = pg_catalog.octet_length(content)),
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, report),
  FOREIGN KEY (application, version, report) REFERENCES releasegov.report
);
SELECT pg_catalog.pg_extension_config_dump('releasegov.report_document', '');
COMMENT ON TABLE releasegov.report_document IS 'reports that were kept whole, as the policy''s section reports says; written by ingest_report() (RG003), append-only';
COMMENT ON COLUMN releasegov.report_document.application IS 'the application';
COMMENT ON COLUMN releasegov.report_document.version IS 'the release that was examined';
COMMENT ON COLUMN releasegov.report_document.report IS 'which report: report.id';
COMMENT ON COLUMN releasegov.report_document.content IS 'its bytes as they came (in UTF-8 if it came as text), compressed by the server; their SHA-256 is report.digest';
COMMENT ON COLUMN releasegov.report_document.size IS 'how many bytes these are; pg_column_size(content) says how many are stored';
COMMENT ON COLUMN releasegov.report_document.recorded_at IS 'when it was recorded';
COMMENT ON COLUMN releasegov.report_document.recorded_by IS 'the database user who sent it';
REVOKE ALL ON releasegov.report_document FROM PUBLIC;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.report_document
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.report_document
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.report_document
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.report_document ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.report_document ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.report_document ENABLE ALWAYS TRIGGER zz_truncate;

CREATE FUNCTION releasegov.report_document(application text, version text, report_id uuid) RETURNS bytea
  LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE
  SET search_path = pg_catalog, pg_temp
  AS $$
#variable_conflict use_column
DECLARE
  kept bytea;
  r record;
BEGIN
  SELECT d.content INTO kept FROM releasegov.report_document d
  WHERE d.application = report_document.application AND d.version = report_document.version
    AND d.report = report_document.report_id;
  IF FOUND THEN
    RETURN kept;
  END IF;
  SELECT * INTO r FROM releasegov.report p
  WHERE p.application = report_document.application AND p.version = report_document.version
    AND p.id = report_document.report_id;
  IF NOT FOUND THEN
    RAISE USING ERRCODE = 'RG011', MESSAGE = format('release %s of %s has no report %s',
        left(report_document.version, 60), left(report_document.application, 60), report_document.report_id),
      HINT = 'SELECT id FROM releasegov.report lists what there is.';
  END IF;
  IF r.document = 'kept' THEN
    RAISE USING ERRCODE = 'RG018', MESSAGE = format('report %s was kept, and is not there any more', r.id),
      DETAIL = 'Somebody took it away in spite of the guards, or a restore was not complete.',
      HINT = 'SELECT * FROM releasegov.check_record() lists what is missing.';
  END IF;
  RAISE USING ERRCODE = 'RG011', MESSAGE = format('report %s was not kept', r.id),
    DETAIL = CASE r.document
      WHEN 'none' THEN 'The policy kept no reports when it came.'
      WHEN 'passed' THEN 'The policy kept failed reports only when it came, and this one had not failed.'
      ELSE format('Its %s bytes were too many for the policy when it came.', r.size) END,
    HINT = 'What was read in it is in releasegov.report, and so is the SHA-256 of its bytes.';
END
$$;
REVOKE ALL ON FUNCTION releasegov.report_document(text, text, uuid) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.report_document(text, text, uuid) IS 'the bytes of a report that was kept whole; RG011 for one that there is not or that was not kept, with why in DETAIL';

CREATE FUNCTION releasegov.ingest_report(
	application text, version text, format text, report bytea, gates text[] DEFAULT NULL,
	source text DEFAULT 'ci', run_id text DEFAULT NULL, attempt integer DEFAULT 1,
	exit_code integer DEFAULT NULL, environment text DEFAULT '', part text DEFAULT '',
	measured_at timestamptz DEFAULT NULL, url text DEFAULT NULL, strict boolean DEFAULT false,
	OUT report_id uuid, OUT recognised text, OUT status text, OUT message text,
	OUT results jsonb, OUT figures jsonb, OUT warnings text[], OUT repeated boolean)
	AS 'MODULE_PATHNAME', 'rg_ingest_report' LANGUAGE C VOLATILE SECURITY DEFINER
	SET search_path = pg_catalog, pg_temp;
REVOKE ALL ON FUNCTION releasegov.ingest_report(text, text, text, bytea, text[], text, text, integer, integer, text, text, timestamptz, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.ingest_report(text, text, text, bytea, text[], text, text, integer, integer, text, text, timestamptz, text, boolean) IS 'reads a report of a CI tool, keeps what was read in the table report, and records a result for each of the gates: the figure that the policy names, or what its path finds in the report, or fail where the report is not ok or lacks it; keeps the report itself where the policy says so. gates may be null when only one gate of the policy takes a figure of the format; ''{}'' keeps the report for no gate. The same report of the same run and attempt again inserts nothing (repeated). RG008 for an unknown format, and with strict for a report that is not ok; RG011 for an unknown application, version, gate or environment; RG014 for another report of the same run; RG015 when the gate is not plain';

CREATE FUNCTION releasegov.ingest_report(
	application text, version text, format text, report text, gates text[] DEFAULT NULL,
	source text DEFAULT 'ci', run_id text DEFAULT NULL, attempt integer DEFAULT 1,
	exit_code integer DEFAULT NULL, environment text DEFAULT '', part text DEFAULT '',
	measured_at timestamptz DEFAULT NULL, url text DEFAULT NULL, strict boolean DEFAULT false,
	OUT report_id uuid, OUT recognised text, OUT status text, OUT message text,
	OUT results jsonb, OUT figures jsonb, OUT warnings text[], OUT repeated boolean)
	AS 'MODULE_PATHNAME', 'rg_ingest_report' LANGUAGE C VOLATILE SECURITY DEFINER
	SET search_path = pg_catalog, pg_temp;
REVOKE ALL ON FUNCTION releasegov.ingest_report(text, text, text, text, text[], text, text, integer, integer, text, text, timestamptz, text, boolean) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.ingest_report(text, text, text, text, text[], text, text, integer, integer, text, text, timestamptz, text, boolean) IS 'ingest_report for a report that is text; one that may hold NUL bytes must come as bytea';
