-- A monorepo of three packages, and an end-to-end suite in four shards: a gate
-- is met when each part is, and who is missing is said by name.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
SET client_min_messages = warning;

SELECT releasegov.apply_policy('monorepo', $${
  "releasegov": 1,
  "roles": {"lead": {"role": "regress_parts_lead"}},
  "environments": [{"name": "staging", "branch": "main", "auto_deploy": true, "releases": true}],
  "reviews": [{"name": "size_review", "by": ["lead"], "environments": ["staging"]}],
  "gates": [
    {"name": "build", "parts": ["@shop/api", "@shop/web", "worker"], "enforcement": "block", "environments": ["staging"]},
    {"name": "coverage", "parts": ["@shop/api", "@shop/web"], "threshold": ">= 90%", "figures": ["coverage.lines"],
     "enforcement": "block", "environments": ["staging"]},
    {"name": "e2e", "parts": 4, "threshold": "= 100%", "figures": ["tests.pass_rate"], "valid_for": "1 d",
     "enforcement": "block", "environments": ["staging"]},
    {"name": "bundle", "parts": ["shop", "stock"], "combine": "sum", "threshold": "< 500 kB", "figures": ["size.total"],
     "enforcement": "review", "review": "size_review", "environments": ["staging"]},
    {"name": "lint", "threshold": "= 0", "figures": ["lint.errors"], "enforcement": "warn", "environments": ["staging"]}]
}$$);
CREATE ROLE regress_parts_lead;
SELECT releasegov.register_application('mono', 'monorepo');
SELECT releasegov.register_release('mono', '1.0', 'abc123', ARRAY['mia'], 'main', state => 'candidate');
SELECT gate, threshold, parts, combine FROM releasegov.policy_gate WHERE policy = 'monorepo' ORDER BY position;

CREATE FUNCTION seen(OUT gate text, OUT status releasegov.requirement_status, OUT required text, OUT observed text, OUT detail text)
RETURNS SETOF record LANGUAGE sql AS $$
  SELECT substr(requirement, 6), status, required, observed,
    regexp_replace(detail, '\d+ (ms|s|min|h|d)( \d+ (ms|s|min|h))? ago', '<age> ago')
  FROM releasegov.promotion_eligibility('mono', '1.0', 'staging') WHERE kind = 'gate'
$$;

-- Nothing yet.
SELECT gate, status, required, observed, detail FROM seen();
SELECT remedy FROM releasegov.promotion_eligibility('mono', '1.0', 'staging') WHERE requirement = 'gate:build';

-- Two packages are built: the third is missed by name.
INSERT INTO releasegov.ci_result (application, version, gate, part, outcome, source, run_id) VALUES
  ('mono', '1.0', 'build', '@shop/api', 'pass', 'github', '1'), ('mono', '1.0', 'build', '@shop/web', 'pass', 'github', '1');
SELECT * FROM seen() WHERE gate = 'build';

-- A result of something that the policy does not name is refused: it would
-- count for nothing. So is one for a part of what has none, and one for the whole.
INSERT INTO releasegov.ci_result (application, version, gate, part, outcome) VALUES ('mono', '1.0', 'build', 'wroker', 'pass');
INSERT INTO releasegov.ci_result (application, version, gate, outcome) VALUES ('mono', '1.0', 'build', 'pass');
INSERT INTO releasegov.ci_result (application, version, gate, part, measured) VALUES ('mono', '1.0', 'lint', 'worker', '0');
INSERT INTO releasegov.gate_result (application, version, gate, part, measured) VALUES ('mono', '1.0', 'e2e', '5', '100%');

-- The worker does not build; then it does, in a new run.
INSERT INTO releasegov.ci_result (application, version, gate, part, outcome, detail) VALUES ('mono', '1.0', 'build', 'worker', 'fail', 'cc: no such file');
SELECT * FROM seen() WHERE gate = 'build';
INSERT INTO releasegov.ci_result (application, version, gate, part, outcome) VALUES ('mono', '1.0', 'build', 'worker', 'pass');
SELECT * FROM seen() WHERE gate = 'build';

-- Reports of shards: one run, a report each. The third has a failure.
SELECT part, r.status, r.results FROM generate_series(1, 4) AS n, LATERAL (SELECT n::text) AS p (part),
  LATERAL releasegov.ingest_report('mono', '1.0', 'junit',
    format('<testsuite><testcase name="t%s"/><testcase name="u%1$s">%s</testcase></testsuite>', n, CASE WHEN n = 3 THEN '<failure/>' END),
    gates => '{e2e}', part => part, source => 'github', run_id => '77') AS r;
SELECT * FROM seen() WHERE gate = 'e2e';
-- The job of the third is run again, and only that: the others still count.
SELECT r.status, r.results FROM releasegov.ingest_report('mono', '1.0', 'junit',
  '<testsuite><testcase name="t3"/><testcase name="u3"/></testsuite>',
  gates => '{e2e}', part => '3', source => 'github', run_id => '77', attempt => 2) AS r;
SELECT * FROM seen() WHERE gate = 'e2e';
-- A step that is run twice says the same thing twice.
SELECT r.repeated FROM releasegov.ingest_report('mono', '1.0', 'junit',
  '<testsuite><testcase name="t3"/><testcase name="u3"/></testsuite>',
  gates => '{e2e}', part => '3', source => 'github', run_id => '77', attempt => 2) AS r;
-- The report of one shard for another is another report, not a repetition.
SELECT r.repeated FROM releasegov.ingest_report('mono', '1.0', 'junit',
  '<testsuite><testcase name="t3"/><testcase name="u3"/></testsuite>',
  gates => '{e2e}', part => '4', source => 'github', run_id => '77', attempt => 2) AS r;

-- A good part does not make up for a bad one, whatever the mean is.
INSERT INTO releasegov.ci_result (application, version, gate, part, measured) VALUES
  ('mono', '1.0', 'coverage', '@shop/api', '100%'), ('mono', '1.0', 'coverage', '@shop/web', '89.9%');
SELECT * FROM seen() WHERE gate = 'coverage';

-- What is added up: 300 kB and 250 kB are too much together, which is for the
-- size review to accept, but only once both are known.
INSERT INTO releasegov.ci_result (application, version, gate, part, measured) VALUES ('mono', '1.0', 'bundle', 'shop', '300 kB');
SELECT * FROM seen() WHERE gate = 'bundle';
INSERT INTO releasegov.ci_result (application, version, gate, part, measured) VALUES ('mono', '1.0', 'bundle', 'stock', '250 kB');
SELECT * FROM seen() WHERE gate = 'bundle';
INSERT INTO releasegov.ci_result (application, version, gate, part, measured) VALUES ('mono', '1.0', 'bundle', 'stock', '102400 B');
SELECT * FROM seen() WHERE gate = 'bundle';
-- A part whose tool fell over is no zero.
INSERT INTO releasegov.ci_result (application, version, gate, part, outcome) VALUES ('mono', '1.0', 'bundle', 'shop', 'fail');
SELECT * FROM seen() WHERE gate = 'bundle';

-- For dashboards: each part, and what is missing.
SELECT gate, part, gate_status, measured, outcome, run_id, attempt FROM releasegov.gate_part
WHERE application = 'mono' ORDER BY gate_position, part_position;
SELECT gate, parts, measured, status FROM releasegov.gate_matrix WHERE application = 'mono' ORDER BY gate_position;

-- Of one run the newest attempt counts, in whatever order the uploads come,
-- and whatever the clocks of the runners say.
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id, attempt, measured_at) VALUES
  ('mono', '1.0', 'lint', '0', 'github', '90', 2, now() - interval '2 h');
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id, attempt) VALUES
  ('mono', '1.0', 'lint', '7', 'github', '90', 1);
SELECT * FROM seen() WHERE gate = 'lint';
-- Another run in between is newer than that attempt 2.
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id, measured_at) VALUES
  ('mono', '1.0', 'lint', '3', 'github', '91', now() - interval '1 h');
SELECT * FROM seen() WHERE gate = 'lint';
-- A third attempt is the newest of all again.
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id, attempt) VALUES
  ('mono', '1.0', 'lint', '0', 'github', '90', 3);
SELECT * FROM seen() WHERE gate = 'lint';
SELECT gate, measured, run_id, status FROM releasegov.gate_matrix WHERE application = 'mono' AND gate = 'lint';
-- The same answer when asked for a time in the past: then it had not come.
SELECT count(*) AS attempts, (SELECT r.observed FROM releasegov.promotion_eligibility('mono', '1.0', 'staging', max(g.recorded_at) - interval '1 us') AS r
  WHERE r.requirement = 'gate:lint') AS before_the_last
FROM releasegov.gate_result g WHERE application = 'mono' AND gate = 'lint';

-- What a policy cannot say of parts.
SELECT * FROM releasegov.validate_policy($${
  "releasegov": 1,
  "environments": [{"name": "staging", "releases": true}],
  "gates": [
    {"name": "a", "parts": [], "enforcement": "block", "environments": ["staging"]},
    {"name": "b", "parts": ["x", "y", "x"], "enforcement": "block", "environments": ["staging"]},
    {"name": "c", "parts": 0, "enforcement": "block", "environments": ["staging"]},
    {"name": "d", "parts": 2.5, "enforcement": "block", "environments": ["staging"]},
    {"name": "e", "parts": "x", "enforcement": "block", "environments": ["staging"]},
    {"name": "f", "combine": "sum", "threshold": "= 0", "enforcement": "block", "environments": ["staging"]},
    {"name": "g", "parts": 2, "combine": "sum", "threshold": ">= 90%", "enforcement": "block", "environments": ["staging"]},
    {"name": "h", "parts": 2, "combine": "mean", "threshold": ">= 90%", "enforcement": "block", "environments": ["staging"]},
    {"name": "i", "parts": 2, "combine": "sum", "enforcement": "block", "environments": ["staging"]}]
}$$) ORDER BY path COLLATE "C";
SELECT path, expected FROM releasegov.validate_policy(jsonb_build_object('releasegov', 1,
  'environments', '[{"name": "staging", "releases": true}]'::jsonb,
  'gates', (SELECT jsonb_agg(jsonb_build_object('name', 'g' || n, 'parts', 500, 'enforcement', 'block', 'environments', '["staging"]'::jsonb))
    FROM generate_series(1, 11) AS n)));

DROP ROLE regress_parts_lead;
