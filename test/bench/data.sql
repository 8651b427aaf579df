-- Releases and results, the same each time. Times of the past and other
-- people's statements come in as a dump would bring them: in restore mode.
-- One release of each of 50 applications, '1.0.0', is complete: it may go to
-- production. The others have results only.
CREATE FUNCTION bench.fill(per_application int, rounds int) RETURNS void
LANGUAGE plpgsql SET "releasegov.restore" = on AS $$
BEGIN
  INSERT INTO releasegov.application (name, description, registered_at, registered_by)
    SELECT 'app-' || a, '', now() - interval '90 days', 'ci' FROM generate_series(1, 50) a;
  INSERT INTO releasegov.policy_assignment (application, id, policy, recorded_at, recorded_by)
    SELECT 'app-' || a, releasegov.uuid_v7(), 'bench', now() - interval '90 days', 'ci' FROM generate_series(1, 50) a;
  INSERT INTO releasegov.identity (alias, person, id, recorded_at, recorded_by)
    VALUES ('dora@example.org', 'dora', releasegov.uuid_v7(), now() - interval '90 days', 'ci');
  INSERT INTO releasegov.release (application, version, commit_id, artifact_digest, kind, change_categories,
      authors, source_branch, notes, content_digest, content_since, state, state_since, registered_at, registered_by)
    SELECT 'app-' || a, '1.0.' || r, md5(a || '.' || r), 'sha256:' || md5(a || '/' || r), 'feature',
      '{auth,data,ui,infrastructure}', '{dora@example.org,emil}', 'main', 'What is new in ' || r,
      sha256(convert_to(a || '.' || r, 'UTF8')), now() - interval '5 days', 'candidate',
      now() - interval '5 days', now() - interval '5 days', 'ci'
    FROM generate_series(1, 50) a, generate_series(0, per_application - 1) r;
  INSERT INTO releasegov.gate_result (application, version, gate, environment, measured_at, id, measured, outcome,
      source, run_id, attempt, detail, url, recorded_at, recorded_by)
    SELECT 'app-' || a, '1.0.' || r, g.gate, g.environment, now() - n * interval '1 hour', releasegov.uuid_v7(),
      g.measured, g.outcome, 'github', (r * 100 + n)::text, 1, 'reported by the pipeline of app-' || a,
      'https://ci.example.org/app-' || a || '/runs/' || (r * 100 + n), now() - n * interval '1 hour', 'ci'
    FROM generate_series(1, 50) a, generate_series(0, per_application - 1) r, bench.gate g,
      generate_series(rounds, 1, -1) n;
END
$$;

CREATE FUNCTION bench.complete() RETURNS void
LANGUAGE plpgsql SET "releasegov.restore" = on AS $$
DECLARE
  r record;
BEGIN
  FOR r IN SELECT * FROM releasegov.release WHERE version = '1.0.0' LOOP
    INSERT INTO releasegov.deployment (application, id, version, environment, state, state_since, requested_by,
        requested_at, started_at, live_at, content_digest, artifact_digest, recorded_by)
      SELECT r.application, releasegov.uuid_v7(), r.version, e, 'live', now() - interval '3 days', 'ci',
        now() - interval '3 days', now() - interval '3 days', now() - interval '3 days', r.content_digest,
        r.artifact_digest, 'ci'
      FROM unnest('{development,staging}'::text[]) e;
    INSERT INTO releasegov.health_check (application, environment, observed_at, id, version, healthy,
        healthy_since, recorded_at, recorded_by)
      SELECT r.application, 'staging', at, releasegov.uuid_v7(), r.version, true, now() - interval '3 days', at, 'prober'
      FROM generate_series(now() - interval '50 hours', now(), interval '15 minutes') at;
    INSERT INTO releasegov.review (application, version, review, id, decision, role, content_digest, actor, recorded_at, recorded_by)
      SELECT r.application, r.version, review, releasegov.uuid_v7(), 'approve', role, r.content_digest, actor, now(), actor
      FROM (VALUES ('architecture_review', 'tech_lead', 'anna'), ('security_review', 'security_engineer', 'sam'),
        ('ux_review', 'ux_lead', 'uma'), ('performance_review', 'sre', 'sven')) v(review, role, actor);
    INSERT INTO releasegov.approval (application, version, environment, rule, id, decision, role, content_digest, actor, recorded_at, recorded_by)
      VALUES (r.application, r.version, 'production', 'release_approval', releasegov.uuid_v7(), 'approve', 'tech_lead',
        r.content_digest, 'anna', now(), 'anna');
    INSERT INTO releasegov.attestation (application, version, environment, item, id, evidence, role, content_digest, actor, recorded_at, recorded_by)
      VALUES (r.application, r.version, 'production', 'migrations_reversible', releasegov.uuid_v7(), 'down scripts ran in staging',
        'devops_lead', r.content_digest, 'olaf', now(), 'olaf');
    INSERT INTO releasegov.blocking_issue (application, version, issue, id, event, title, recorded_at, recorded_by)
      SELECT r.application, r.version, issue, releasegov.uuid_v7(), event, 'a fault', now(), 'tracker'
      FROM unnest('{opened,resolved}'::releasegov.issue_event[]) event, unnest('{BUG-1,BUG-2}'::text[]) issue;
    INSERT INTO releasegov.feature_flag (application, version, environment, flag, id, expected, actual, recorded_at, recorded_by)
      SELECT r.application, r.version, 'production', flag, releasegov.uuid_v7(), 'off', 'off', now(), 'flags'
      FROM unnest('{new_basket,dark_mode,fast_search}'::text[]) flag;
    INSERT INTO releasegov.monitoring_check (application, version, environment, check_name, id, outcome, recorded_at, recorded_by)
      SELECT r.application, r.version, 'production', name, releasegov.uuid_v7(), 'pass', now(), 'alerts'
      FROM unnest('{alert_fires,dashboard_shows,pager_rings}'::text[]) name;
    INSERT INTO releasegov.hold (application, version, environment, id, event, reason, recorded_at, recorded_by)
      SELECT r.application, r.version, 'production', releasegov.uuid_v7(), event, 'a look at the figures', now(), 'olaf'
      FROM unnest('{placed,lifted}'::releasegov.hold_event[]) event;
  END LOOP;
END
$$;

-- What a pipeline reports in one statement: 20 gates, five attempts each.
CREATE TABLE bench.batch AS
  SELECT g.*, attempt FROM bench.gate g, generate_series(1, 5) attempt;

-- A history to be loaded at once, in the order of time: n results of the 50
-- applications, 20 releases each, as COPY reads them.
CREATE FUNCTION bench.history(n int) RETURNS TABLE (application text, version text, gate text, environment text,
  measured releasegov.measure, outcome releasegov.gate_outcome, source text, run_id text, attempt int, detail text, url text)
LANGUAGE sql AS $$
  SELECT 'app-' || 1 + i / 20 % 50, '1.0.' || i / 1000 % 20, g.gate, g.environment, g.measured, g.outcome, 'gitlab',
    (i / 20)::text, 1, 'reported by the pipeline, 1,204 of 1,289 lines', 'https://ci.example.org/shop/runs/' || i / 20
  FROM generate_series(0, n - 1) i JOIN bench.gate g ON g.position = 1 + i % 20
$$;

-- The peers begin with the same rows.
CREATE FUNCTION bench.fill_peers() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bench.bare SELECT * FROM releasegov.gate_result;
  ALTER TABLE bench.result DISABLE TRIGGER USER;
  INSERT INTO bench.result SELECT * FROM releasegov.gate_result;
  ALTER TABLE bench.result ENABLE TRIGGER USER;
END
$$;
