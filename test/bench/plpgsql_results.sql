-- The peer that a good afternoon's work gives: the same table, the verdict by
-- a look at the thresholds in a BEFORE trigger, an audit row in an AFTER one.
CREATE TABLE bench.result (LIKE bench.bare INCLUDING DEFAULTS INCLUDING INDEXES);

CREATE TABLE bench.threshold AS
  SELECT gate, threshold FROM releasegov.policy_gate WHERE policy = 'bench';
ALTER TABLE bench.threshold ADD PRIMARY KEY (gate);

CREATE TABLE bench.audit (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL DEFAULT now(),
  by          text NOT NULL DEFAULT session_user,
  operation   text NOT NULL,
  result      uuid NOT NULL,
  application text NOT NULL,
  version     text NOT NULL,
  gate        text NOT NULL,
  outcome     releasegov.gate_outcome
);

CREATE FUNCTION bench.judge() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  wanted releasegov.threshold;
BEGIN
  SELECT threshold INTO wanted FROM bench.threshold WHERE gate = NEW.gate;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'unknown gate %', NEW.gate;
  END IF;
  IF wanted IS NOT NULL THEN
    IF NEW.measured OPERATOR(releasegov.@@) wanted THEN
      NEW.outcome := 'pass';
    ELSE
      NEW.outcome := 'fail';
    END IF;
  END IF;
  RETURN NEW;
END
$$;

CREATE FUNCTION bench.audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bench.audit (operation, result, application, version, gate, outcome)
  VALUES (TG_OP, NEW.id, NEW.application, NEW.version, NEW.gate, NEW.outcome);
  RETURN NULL;
END
$$;

CREATE TRIGGER judge BEFORE INSERT ON bench.result FOR EACH ROW EXECUTE FUNCTION bench.judge();
CREATE TRIGGER audit AFTER INSERT ON bench.result FOR EACH ROW EXECUTE FUNCTION bench.audit();

-- ... and of ci_result: a run that is reported again inserts nothing.
CREATE VIEW bench.ci_result AS
  SELECT application, version, gate, measured, outcome, environment, measured_at, source, run_id, attempt, detail, url
  FROM bench.result;

CREATE FUNCTION bench.insert_ci_result() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO bench.result (application, version, gate, measured, outcome, environment, measured_at, source, run_id,
    attempt, detail, url)
  VALUES (NEW.application, NEW.version, NEW.gate, NEW.measured, NEW.outcome, coalesce(NEW.environment, ''),
    coalesce(NEW.measured_at, now()), coalesce(NEW.source, 'ci'), NEW.run_id, coalesce(NEW.attempt, 1), NEW.detail, NEW.url)
  ON CONFLICT DO NOTHING;
  RETURN NEW;
END
$$;
CREATE TRIGGER insert_result INSTEAD OF INSERT ON bench.ci_result
  FOR EACH ROW EXECUTE FUNCTION bench.insert_ci_result();
