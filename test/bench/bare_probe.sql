-- One prepared query: the newest result of the 20 gates of one release, where
-- each is measured. It judges nothing.
\set app random(1, 50)
SELECT g.gate, r.measured_at, r.measured, r.outcome
FROM (VALUES ('accessibility_score', ''), ('api_compatibility', ''), ('architecture_tests', ''), ('build', ''),
    ('bundle_size', ''), ('container_scan', ''), ('contract_tests', ''), ('e2e_tests', 'staging'),
    ('integration_tests', 'staging'), ('license_scan', ''), ('lighthouse_score', ''), ('lint', ''), ('load_p95', ''),
    ('mutation_score', ''), ('performance_p99', ''), ('secrets_scan', ''), ('security_scan', ''), ('smoke_tests', ''),
    ('unit_test_coverage', ''), ('unit_tests', '')) g(gate, environment)
CROSS JOIN LATERAL (
  SELECT measured_at, measured, outcome FROM releasegov.gate_result r
  WHERE r.application = 'app-' || :app AND r.version = '1.0.0' AND r.gate = g.gate AND r.environment = g.environment AND r.part = ''
  ORDER BY r.measured_at DESC, r.id DESC LIMIT 1) r;
