/*
 * Promotion: asking for it, starting it, reporting how it went. The state of
 * a deployment row is what counts; these functions move it and say why.
 */
CREATE FUNCTION releasegov.promote(application text, version text, environment text,
    reason text DEFAULT '', actor text DEFAULT NULL,
    OUT deployment uuid, OUT state releasegov.deployment_state, OUT missing text[])
  LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'promote';
CREATE FUNCTION releasegov.request_promotion(application text, version text, environment text,
    reason text DEFAULT '', actor text DEFAULT NULL)
  RETURNS uuid LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'request_promotion';
CREATE FUNCTION releasegov.cancel(application text, version text, environment text,
    reason text DEFAULT '', actor text DEFAULT NULL)
  RETURNS uuid LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'cancel_promotion';
CREATE FUNCTION releasegov.start_deployment(application text, version text, environment text,
    reason text DEFAULT '', actor text DEFAULT NULL)
  RETURNS uuid LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'start_deployment';
CREATE FUNCTION releasegov.report_deployment(application text, version text, environment text,
    state releasegov.deployment_state, reason text DEFAULT '', actor text DEFAULT NULL)
  RETURNS uuid LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'report_deployment';
CREATE FUNCTION releasegov.auto_deploy(only_application text DEFAULT NULL,
    OUT application text, OUT version text, OUT environment text, OUT deployment uuid)
  RETURNS SETOF record LANGUAGE c VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS 'MODULE_PATHNAME', 'auto_deploy';

CREATE FUNCTION releasegov.tick(OUT action text, OUT application text, OUT version text, OUT environment text)
  RETURNS SETOF record LANGUAGE sql VOLATILE
  SET search_path = pg_catalog, pg_temp
  AS $$ SELECT 'deployed', application, version, environment FROM releasegov.auto_deploy() $$;

REVOKE ALL ON FUNCTION
  releasegov.promote(text, text, text, text, text),
  releasegov.request_promotion(text, text, text, text, text),
  releasegov.cancel(text, text, text, text, text),
  releasegov.start_deployment(text, text, text, text, text),
  releasegov.report_deployment(text, text, text, releasegov.deployment_state, text, text),
  releasegov.auto_deploy(text),
  releasegov.tick()
FROM PUBLIC;
