-- The peer that answers the same question in PL/pgSQL, plainly written: the
-- policy as tables with keys, one query for each requirement, and out at the
-- first that blocks. Two things are simpler than in the original: windows and
-- freezes are days and times of day instead of calendar rules, and there is
-- no as-of time, only now.
CREATE TABLE bench.policy_environment AS
  SELECT environment, after, predecessor_required, soak, health_max_gap, approval_required,
    release_notes_required, blocking_issues, same_artifact
  FROM releasegov.policy_environment WHERE policy = 'bench';
ALTER TABLE bench.policy_environment ADD PRIMARY KEY (environment);
CREATE TABLE bench.policy_gate AS
  SELECT e AS environment, k AS kind, gate, threshold, enforcement, review, valid_for,
    coalesce(measured_in ->> e, '') COLLATE "C" AS measured_in
  FROM releasegov.policy_gate, unnest(environments) e, unnest(kinds) k WHERE policy = 'bench';
ALTER TABLE bench.policy_gate ADD PRIMARY KEY (environment, kind, gate);
CREATE TABLE bench.policy_review AS
  SELECT e AS environment, k AS kind, review, roles, categories, valid_for
  FROM releasegov.policy_review, unnest(environments) e, unnest(kinds) k WHERE policy = 'bench' AND NOT on_demand;
ALTER TABLE bench.policy_review ADD PRIMARY KEY (environment, kind, review);
CREATE TABLE bench.policy_approval AS
  SELECT e AS environment, k AS kind, rule, roles, people, not_requester, not_author, valid_for
  FROM releasegov.policy_approval_rule, unnest(environments) e, unnest(kinds) k WHERE policy = 'bench';
ALTER TABLE bench.policy_approval ADD PRIMARY KEY (environment, kind, rule);
CREATE TABLE bench.policy_check AS
  SELECT e AS environment, k AS kind, item, computed, attested_by, coalesce(needs, 'both') = 'either' AS either, valid_for
  FROM releasegov.policy_check, unnest(environments) e, unnest(kinds) k WHERE policy = 'bench';
ALTER TABLE bench.policy_check ADD PRIMARY KEY (environment, kind, item);
CREATE TABLE bench.policy_window (environment text, kind releasegov.release_kind, days int[], starts time, ends time);
INSERT INTO bench.policy_window VALUES
  ('production', 'feature', '{1,2,3,4,5,6,7}', '00:00', '24:00'),
  ('production', 'hotfix', '{1,2,3,4,5,6,7}', '00:00', '24:00');
CREATE TABLE bench.policy_freeze (environment text, kind releasegov.release_kind, days daterange);
INSERT INTO bench.policy_freeze
  SELECT 'production', 'feature', daterange(current_date + n, current_date + n + 2) FROM unnest('{12,20,40}'::int[]) n;
CREATE TABLE bench.policy_of (application text COLLATE "C" PRIMARY KEY);
INSERT INTO bench.policy_of SELECT name FROM releasegov.application;
ANALYZE;

-- Does a waiver that counts cover the requirement?
CREATE FUNCTION bench.waived(app text, ver text, env text, requirement text, digest bytea) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM (
      SELECT DISTINCT ON (w.requirement) w.decision, w.expires_at, w.content_digest
      FROM releasegov.waiver w
      WHERE w.application = app AND w.version = ver AND w.environment = env
        AND w.requirement IN (waived.requirement, split_part(waived.requirement, ':', 1) || ':*', '*')
      ORDER BY w.requirement, w.id DESC) newest
    WHERE decision = 'approve' AND expires_at > now() AND content_digest = digest);
END
$$;

-- Who stands behind a name?
CREATE FUNCTION bench.person(name text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN coalesce((SELECT person FROM releasegov.identity WHERE alias = name), name);
END
$$;

CREATE FUNCTION bench.gates_met(rel releasegov.release, env text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  g bench.policy_gate;
  r releasegov.gate_result;
BEGIN
  FOR g IN SELECT * FROM bench.policy_gate WHERE environment = env AND kind = rel.kind LOOP
    SELECT * INTO r FROM releasegov.gate_result t
    WHERE t.application = rel.application AND t.version = rel.version AND t.gate = g.gate
      AND t.environment = g.measured_in AND t.part = ''
    ORDER BY t.measured_at DESC, t.id DESC LIMIT 1;
    IF FOUND AND (g.valid_for IS NULL OR r.measured_at + g.valid_for > now())
      AND r.outcome IS DISTINCT FROM 'fail'
      AND (g.threshold IS NULL AND r.outcome = 'pass' OR r.measured OPERATOR(releasegov.@@) g.threshold) THEN
      CONTINUE;
    END IF;
    IF g.enforcement = 'warn' THEN
      CONTINUE;
    END IF;
    IF g.enforcement = 'review' AND r.id IS NOT NULL AND EXISTS (
      SELECT FROM releasegov.review v
      WHERE v.application = rel.application AND v.version = rel.version AND v.review = g.review
        AND v.id > r.id AND v.decision = 'approve' AND v.content_digest = rel.content_digest) THEN
      CONTINUE;
    END IF;
    IF NOT bench.waived(rel.application, rel.version, env, 'gate:' || g.gate, rel.content_digest) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END
$$;

CREATE FUNCTION bench.reviews_met(rel releasegov.release, env text, authors text[]) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  p bench.policy_review;
  good int;
  bad int;
BEGIN
  FOR p IN SELECT * FROM bench.policy_review WHERE environment = env AND kind = rel.kind LOOP
    IF p.categories <> '{}' AND NOT p.categories && rel.change_categories THEN
      CONTINUE;
    END IF;
    SELECT count(*) FILTER (WHERE decision = 'approve' AND (p.valid_for IS NULL OR recorded_at + p.valid_for > now())),
      count(*) FILTER (WHERE decision = 'reject')
    INTO good, bad
    FROM (
      SELECT DISTINCT ON (bench.person(v.actor)) v.decision, v.recorded_at, v.content_digest
      FROM releasegov.review v
      WHERE v.application = rel.application AND v.version = rel.version AND v.review = p.review
        AND v.role = ANY (p.roles) AND bench.person(v.actor) <> ALL (authors)
      ORDER BY bench.person(v.actor), v.id DESC) newest
    WHERE content_digest = rel.content_digest;
    IF (good = 0 OR bad > 0)
      AND NOT bench.waived(rel.application, rel.version, env, 'review:' || p.review, rel.content_digest) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END
$$;

CREATE FUNCTION bench.approvals_met(rel releasegov.release, env text, authors text[], requester text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  p bench.policy_approval;
  good int;
  bad int;
  rules int := 0;
BEGIN
  FOR p IN SELECT * FROM bench.policy_approval WHERE environment = env AND kind = rel.kind LOOP
    rules := rules + 1;
    SELECT count(*) FILTER (WHERE decision = 'approve' AND (p.valid_for IS NULL OR recorded_at + p.valid_for > now())),
      count(*) FILTER (WHERE decision = 'reject')
    INTO good, bad
    FROM (
      SELECT DISTINCT ON (bench.person(v.actor)) v.decision, v.recorded_at, v.content_digest
      FROM releasegov.approval v
      WHERE v.application = rel.application AND v.version = rel.version AND v.environment = env AND v.rule = p.rule
        AND v.role = ANY (p.roles)
        AND NOT (p.not_author AND bench.person(v.actor) = ANY (authors))
        AND NOT (p.not_requester AND bench.person(v.actor) IS NOT DISTINCT FROM requester)
      ORDER BY bench.person(v.actor), v.id DESC) newest
    WHERE content_digest = rel.content_digest;
    IF (good < p.people OR bad > 0)
      AND NOT bench.waived(rel.application, rel.version, env, 'approval:' || p.rule, rel.content_digest) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN rules > 0 OR NOT (SELECT approval_required FROM bench.policy_environment WHERE environment = env);
END
$$;

CREATE FUNCTION bench.soak_met(rel releasegov.release, p bench.policy_environment, live_at timestamptz) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  h releasegov.health_check;
BEGIN
  SELECT * INTO h FROM releasegov.health_check c
  WHERE c.application = rel.application AND c.environment = p.after AND c.observed_at >= live_at
    AND c.version = rel.version
  ORDER BY c.observed_at DESC, c.id DESC LIMIT 1;
  RETURN FOUND AND h.healthy AND now() - h.observed_at <= coalesce(p.health_max_gap, interval '1 hour')
    AND greatest(live_at, h.healthy_since) + p.soak <= now();
END
$$;

CREATE FUNCTION bench.checklist_met(rel releasegov.release, env text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  p bench.policy_check;
  source text;
  computed boolean;
  attested boolean;
BEGIN
  FOR p IN SELECT * FROM bench.policy_check WHERE environment = env AND kind = rel.kind LOOP
    -- gates and soak were found met when it comes to this
    computed := p.computed <> '{}';
    FOREACH source IN ARRAY p.computed LOOP
      IF source = 'feature_flags' THEN
        SELECT count(*) > 0 AND bool_and(actual IS NOT DISTINCT FROM expected) INTO computed
        FROM (SELECT DISTINCT ON (flag) expected, actual FROM releasegov.feature_flag f
              WHERE f.application = rel.application AND f.version = rel.version AND f.environment = env
              ORDER BY flag, id DESC) newest;
      ELSIF source = 'monitoring' THEN
        SELECT count(*) > 0 AND bool_and(outcome = 'pass') INTO computed
        FROM (SELECT DISTINCT ON (check_name) outcome FROM releasegov.monitoring_check m
              WHERE m.application = rel.application AND m.version = rel.version AND m.environment = env
              ORDER BY check_name, id DESC) newest;
      END IF;
    END LOOP;
    attested := EXISTS (
      SELECT FROM (
        SELECT DISTINCT ON (a.actor) a.decision, a.recorded_at, a.content_digest
        FROM releasegov.attestation a
        WHERE a.application = rel.application AND a.version = rel.version AND a.environment = env AND a.item = p.item
          AND a.role = ANY (p.attested_by)
        ORDER BY a.actor, a.id DESC) newest
      WHERE decision = 'approve' AND content_digest = rel.content_digest
        AND (p.valid_for IS NULL OR recorded_at + p.valid_for > now()));
    IF p.attested_by = '{}' OR p.computed <> '{}' AND p.either AND computed THEN
      CONTINUE WHEN computed;
    ELSIF p.computed = '{}' OR p.either THEN
      CONTINUE WHEN attested;
    ELSE
      CONTINUE WHEN computed AND attested;
    END IF;
    IF NOT bench.waived(rel.application, rel.version, env, 'checklist:' || p.item, rel.content_digest) THEN
      RETURN false;
    END IF;
  END LOOP;
  RETURN true;
END
$$;

CREATE FUNCTION bench.is_eligible(app text, ver text, env text) RETURNS boolean
LANGUAGE plpgsql STABLE AS $$
DECLARE
  p bench.policy_environment;
  rel releasegov.release;
  before releasegov.deployment;
  requester text;
  authors text[];
  held releasegov.hold_event;
BEGIN
  IF NOT EXISTS (SELECT FROM bench.policy_of WHERE application = app) THEN
    RETURN false;
  END IF;
  SELECT * INTO p FROM bench.policy_environment WHERE environment = env;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'unknown environment %', env;
  END IF;
  SELECT * INTO rel FROM releasegov.release r WHERE r.application = app AND r.version = ver;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'unknown release % %', app, ver;
  END IF;
  IF rel.state NOT IN ('candidate', 'released') THEN
    RETURN false;
  END IF;

  -- there already, or something under way?
  IF EXISTS (SELECT FROM releasegov.deployment d
             WHERE d.application = app AND d.environment = env AND d.version = ver AND d.state = 'live')
    OR EXISTS (SELECT FROM releasegov.deployment d
               WHERE d.application = app AND d.environment = env
                 AND d.state IN ('deploying', 'rolling_out', 'rolling_back')) THEN
    RETURN false;
  END IF;
  SELECT bench.person(d.requested_by) INTO requester FROM releasegov.deployment d
  WHERE d.application = app AND d.environment = env AND d.version = ver AND d.state = 'requested';

  SELECT event INTO held FROM releasegov.hold h
  WHERE h.application = app AND h.version = ver AND h.environment = env
  ORDER BY h.id DESC LIMIT 1;
  IF held = 'placed' AND NOT bench.waived(app, ver, env, 'hold', rel.content_digest) THEN
    RETURN false;
  END IF;

  -- the predecessor, its soak, its artifact
  SELECT * INTO before FROM releasegov.deployment d
  WHERE d.application = app AND d.environment = p.after AND d.version = ver AND d.state = 'live';
  IF p.predecessor_required AND NOT FOUND AND NOT bench.waived(app, ver, env, 'predecessor', rel.content_digest) THEN
    RETURN false;
  END IF;
  IF p.soak IS NOT NULL AND NOT bench.soak_met(rel, p, before.live_at)
    AND NOT bench.waived(app, ver, env, 'soak', rel.content_digest) THEN
    RETURN false;
  END IF;
  IF p.same_artifact AND rel.artifact_digest IS DISTINCT FROM before.artifact_digest
    AND NOT bench.waived(app, ver, env, 'artifact', rel.content_digest) THEN
    RETURN false;
  END IF;

  IF p.release_notes_required AND btrim(rel.notes) = '' AND NOT bench.waived(app, ver, env, 'release_notes', rel.content_digest) THEN
    RETURN false;
  END IF;
  IF p.blocking_issues AND EXISTS (
    SELECT FROM (SELECT DISTINCT ON (issue) event FROM releasegov.blocking_issue i
                 WHERE i.application = app AND i.version = ver ORDER BY issue, id DESC) newest
    WHERE event = 'opened') AND NOT bench.waived(app, ver, env, 'blocking_issues', rel.content_digest) THEN
    RETURN false;
  END IF;

  SELECT array_agg(bench.person(a)) INTO authors FROM unnest(rel.authors) a;
  IF NOT bench.gates_met(rel, env) OR NOT bench.reviews_met(rel, env, authors)
    OR NOT bench.approvals_met(rel, env, authors, requester) OR NOT bench.checklist_met(rel, env) THEN
    RETURN false;
  END IF;

  IF NOT EXISTS (SELECT FROM bench.policy_window w
                 WHERE w.environment = env AND w.kind = rel.kind
                   AND extract(isodow FROM now() AT TIME ZONE 'UTC')::int = ANY (w.days)
                   AND (now() AT TIME ZONE 'UTC')::time BETWEEN w.starts AND w.ends)
    AND NOT bench.waived(app, ver, env, 'window', rel.content_digest) THEN
    RETURN false;
  END IF;
  RETURN NOT EXISTS (SELECT FROM bench.policy_freeze f
                     WHERE f.environment = env AND f.kind = rel.kind
                       AND f.days @> (now() AT TIME ZONE 'UTC')::date)
    OR bench.waived(app, ver, env, 'freeze', rel.content_digest);
END
$$;
