/*
 * Calendar: release windows and freezes as iCalendar rules in named time
 * zones. What a policy holds under "windows" and "freezes" can be tried here.
 */

CREATE FUNCTION releasegov.calendar_occurrences(rule jsonb, since timestamptz, until timestamptz)
	RETURNS TABLE (starts_at timestamptz, ends_at timestamptz)
	AS 'MODULE_PATHNAME', 'rg_calendar_occurrences' LANGUAGE C STABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION releasegov.calendar_occurrences(jsonb, timestamptz, timestamptz) IS 'the occurrences of a calendar rule that touch the time from since to until (at most 3660 days), in order; ends_at is exclusive; RG016 if the rule is not usable or the time too long';
REVOKE ALL ON FUNCTION releasegov.calendar_occurrences(jsonb, timestamptz, timestamptz) FROM PUBLIC;

CREATE FUNCTION releasegov.calendar_decision(windows jsonb, freezes jsonb, at timestamptz,
	OUT open boolean, OUT allowed_by text, OUT denied_by text, OUT opens_at timestamptz, OUT closes_at timestamptz)
	AS 'MODULE_PATHNAME', 'rg_calendar_decision' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.calendar_decision(jsonb, jsonb, timestamptz) IS 'whether arrays of windows and freezes are open at that time: allowed_by is the first window it lies in, denied_by the first freeze, and a freeze beats every window; opens_at is when it opens (at itself if open), closes_at when it closes if open, both null if that is not within two years; null for windows means at any time, an empty array means never; RG016 if a rule is not usable';
REVOKE ALL ON FUNCTION releasegov.calendar_decision(jsonb, jsonb, timestamptz) FROM PUBLIC;

CREATE FUNCTION releasegov.read_calendar(ics text, time_zone text DEFAULT NULL) RETURNS jsonb
	AS 'MODULE_PATHNAME', 'rg_read_calendar' LANGUAGE C STABLE PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.read_calendar(text, text) IS 'the events of an iCalendar (.ics) file as an array of calendar rules for the freezes or windows of a policy; time_zone is for whole days and times without a zone, by default the X-WR-TIMEZONE of the file; RG016 with the line if the file is not usable';
REVOKE ALL ON FUNCTION releasegov.read_calendar(text, text) FROM PUBLIC;
