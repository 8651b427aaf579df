\set app random(1, 50)
\set run random(1, 1000000000000000)
INSERT INTO :table (application, version, gate, environment, measured, outcome, source, run_id, attempt, detail, url)
SELECT 'app-' || :app, '1.0.0', gate, environment, measured, outcome, 'github', :run, attempt,
  'reported by the pipeline, 1,204 of 1,289 lines', 'https://ci.example.org/shop/runs/' || :run
FROM bench.batch;
