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
	OUT recognised text, OUT tool text, OUT status text, OUT message text,
	OUT figures jsonb, OUT findings jsonb, OUT warnings text[])
	AS 'MODULE_PATHNAME', 'rg_read_report' LANGUAGE C STABLE PARALLEL SAFE;
REVOKE ALL ON FUNCTION releasegov.read_report(text, bytea, integer) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.read_report(text, bytea, integer) IS 'what releasegov would read in a report; writes nothing. format is one of report_format or auto. recognised: the format; tool: its name and version where the report says them; status: ok, empty (nothing was examined), incomplete (the tool did not finish, or its exit code tells of a failure that the report does not show) or invalid (not readable); message: why not ok, with line and column where they are known; figures: names and measures; findings: the first hundred failures or findings; warnings: where the summary and the records disagree. RG008 for a format that there is not; an unreadable report is an answer, not an error';

CREATE FUNCTION releasegov.read_report(
	format text, report text, exit_code integer DEFAULT NULL,
	OUT recognised text, OUT tool text, OUT status text, OUT message text,
	OUT figures jsonb, OUT findings jsonb, OUT warnings text[])
	AS 'MODULE_PATHNAME', 'rg_read_report' LANGUAGE C STABLE PARALLEL SAFE;
REVOKE ALL ON FUNCTION releasegov.read_report(text, text, integer) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.read_report(text, text, integer) IS 'read_report for a report that is text; one that may hold NUL bytes must come as bytea';
