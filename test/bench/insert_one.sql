\set app random(1, 50)
\set run random(1, 1000000000000000)
INSERT INTO :table (application, version, gate, measured, source, run_id, detail, url)
VALUES ('app-' || :app, '1.0.0', 'unit_test_coverage', '93.4%', 'github', :run,
  'reported by the pipeline, 1,204 of 1,289 lines', 'https://ci.example.org/shop/runs/' || :run);
