\set run random(1, 1000000000000000)
INSERT INTO releasegov.ci_result (application, version, gate, measured, source, run_id)
VALUES ('app-1', '1.0.0', 'unit_test_coverage', '93.4%', 'github', :run);
