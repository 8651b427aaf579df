/*
 * Eligibility: one function of release, environment, time and revision, asked
 * in five ways. Nothing is written; it works on a hot standby.
 */

CREATE FUNCTION releasegov.promotion_eligibility(
    application text, version text, environment text,
    as_of timestamptz DEFAULT now(), policy_revision int DEFAULT NULL,
    OUT requirement text, OUT kind text, OUT status releasegov.requirement_status,
    OUT enforcement releasegov.enforcement, OUT required text, OUT observed text,
    OUT detail text, OUT remedy text, OUT clears_at timestamptz, OUT evidence text[])
  RETURNS SETOF record LANGUAGE c STABLE PARALLEL SAFE ROWS 40 COST 1000
  AS 'MODULE_PATHNAME', 'promotion_eligibility';
COMMENT ON FUNCTION releasegov.promotion_eligibility(text, text, text, timestamptz, int) IS 'every requirement of promoting the version into the environment, as of that time, under that revision of the application''s policy (null: the one in force then): what is required and observed, why, what to do, when time alone clears it (clears_at, else null), and the ids of the facts it rests on; RG011 for an unknown application, version, environment or revision, RG015 for an infinite time';

CREATE FUNCTION releasegov.is_eligible(
    application text, version text, environment text,
    as_of timestamptz DEFAULT now(), policy_revision int DEFAULT NULL)
  RETURNS boolean LANGUAGE c STABLE PARALLEL SAFE COST 500
  AS 'MODULE_PATHNAME', 'is_eligible';
COMMENT ON FUNCTION releasegov.is_eligible(text, text, text, timestamptz, int) IS 'true when every blocking requirement of promotion_eligibility() is satisfied, waived or not applicable; null when an argument other than the revision is null; errors as there';

CREATE FUNCTION releasegov.eligible_at(
    application text, version text, environment text,
    as_of timestamptz DEFAULT now(), policy_revision int DEFAULT NULL)
  RETURNS timestamptz LANGUAGE c STABLE PARALLEL SAFE COST 1000
  AS 'MODULE_PATHNAME', 'eligible_at';
COMMENT ON FUNCTION releasegov.eligible_at(text, text, text, timestamptz, int) IS 'the earliest time from as_of on at which time alone makes it eligible (soak, window, freeze), taking into account what will have expired by then; as_of itself when it is eligible already, null when somebody has to act; errors as for promotion_eligibility()';

CREATE FUNCTION releasegov.explain(
    application text, version text, environment text,
    as_of timestamptz DEFAULT now(), policy_revision int DEFAULT NULL)
  RETURNS text LANGUAGE c STABLE PARALLEL SAFE COST 2000
  AS 'MODULE_PATHNAME', 'explain';
COMMENT ON FUNCTION releasegov.explain(text, text, text, timestamptz, int) IS 'promotion_eligibility() as one text to read in psql (with \pset format unaligned): what blocks, what waits for time, what warns, was waived and is met, and what to do next; errors as for promotion_eligibility()';

CREATE FUNCTION releasegov.what_would_block(
    policy text, revision int, since timestamptz,
    OUT application text, OUT version text, OUT environment text, OUT deployment uuid,
    OUT decided_at timestamptz, OUT requirement text,
    OUT status releasegov.requirement_status, OUT detail text)
  RETURNS SETOF record LANGUAGE c STABLE STRICT PARALLEL SAFE ROWS 100 COST 100000
  AS 'MODULE_PATHNAME', 'what_would_block';
COMMENT ON FUNCTION releasegov.what_would_block(text, int, timestamptz) IS 'the requirements of that revision that would have kept past promotions (of all applications, started since then, whatever policy let them through) from starting, each judged as of its decision; no row: the revision would have let them all through; to try a draft, apply it under a name that governs nobody; RG011 for an unknown policy or revision';

REVOKE ALL ON FUNCTION
  releasegov.promotion_eligibility(text, text, text, timestamptz, int),
  releasegov.is_eligible(text, text, text, timestamptz, int),
  releasegov.eligible_at(text, text, text, timestamptz, int),
  releasegov.explain(text, text, text, timestamptz, int),
  releasegov.what_would_block(text, int, timestamptz)
FROM PUBLIC;
