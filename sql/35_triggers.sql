/*
 * Which guard stands where. The name of a guard sorts after what users call
 * their triggers (zz_), so that it judges the row as it will be stored, and
 * it refuses to work before another that sorts after it.
 */

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.application
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_application();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.application
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.application
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.application ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.application ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.application ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.policy_assignment
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_policy_assignment();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.policy_assignment
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.policy_assignment
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.policy_assignment ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.policy_assignment ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.policy_assignment ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.identity
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_identity();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.identity
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.identity
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.identity ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.identity ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.identity ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.release_content
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.release_content
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.release_content
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.release_content ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.release_content ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.release_content ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.gate_result
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_gate_result();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.gate_result
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.gate_result
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.gate_result ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.gate_result ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.gate_result ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.migration
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_migration();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.migration
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.migration
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_record AFTER INSERT ON releasegov.migration
  FOR EACH ROW EXECUTE FUNCTION releasegov.record_migration();
ALTER TABLE releasegov.migration ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.migration ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.migration ENABLE ALWAYS TRIGGER zz_truncate;
ALTER TABLE releasegov.migration ENABLE ALWAYS TRIGGER zz_record;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.migration_check
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.migration_check
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.migration_check
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.migration_check ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.migration_check ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.migration_check ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.review
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_statement('review');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.review
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.review
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.review ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.review ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.review ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.approval
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_statement('approval');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.approval
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.approval
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.approval ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.approval ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.approval ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.attestation
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_statement('attestation');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.attestation
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.attestation
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.attestation ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.attestation ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.attestation ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.waiver
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_statement('waiver');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.waiver
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.waiver
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.waiver ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.waiver ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.waiver ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.blocking_issue
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_record('blocking_issue');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.blocking_issue
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.blocking_issue
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.blocking_issue ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.blocking_issue ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.blocking_issue ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.feature_flag
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_record('feature_flag');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.feature_flag
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.feature_flag
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.feature_flag ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.feature_flag ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.feature_flag ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.monitoring_check
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_record('monitoring_check');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.monitoring_check
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.monitoring_check
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.monitoring_check ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.monitoring_check ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.monitoring_check ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.hold
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_record('hold');
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.hold
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.hold
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.hold ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.hold ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.hold ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.health_check
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_health_check();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.health_check
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.health_check
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.health_check ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.health_check ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.health_check ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.deployment_decision
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.deployment_decision
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.deployment_decision
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.deployment_decision ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.deployment_decision ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.deployment_decision ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT ON releasegov.transition
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_derived();
CREATE TRIGGER zz_append_only BEFORE UPDATE OR DELETE ON releasegov.transition
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.transition
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
ALTER TABLE releasegov.transition ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.transition ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.transition ENABLE ALWAYS TRIGGER zz_truncate;

CREATE TRIGGER zz_guard BEFORE INSERT OR UPDATE ON releasegov.release
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_release();
CREATE TRIGGER zz_append_only BEFORE DELETE ON releasegov.release
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.release
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_record AFTER INSERT OR UPDATE ON releasegov.release
  FOR EACH ROW EXECUTE FUNCTION releasegov.record_release();
ALTER TABLE releasegov.release ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.release ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.release ENABLE ALWAYS TRIGGER zz_truncate;
ALTER TABLE releasegov.release ENABLE ALWAYS TRIGGER zz_record;

CREATE TRIGGER zz_guard BEFORE INSERT OR UPDATE ON releasegov.deployment
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_deployment();
CREATE TRIGGER zz_append_only BEFORE DELETE ON releasegov.deployment
  FOR EACH ROW EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_truncate BEFORE TRUNCATE ON releasegov.deployment
  FOR EACH STATEMENT EXECUTE FUNCTION releasegov.guard_append_only();
CREATE TRIGGER zz_record AFTER INSERT OR UPDATE ON releasegov.deployment
  FOR EACH ROW EXECUTE FUNCTION releasegov.record_deployment();
ALTER TABLE releasegov.deployment ENABLE ALWAYS TRIGGER zz_guard;
ALTER TABLE releasegov.deployment ENABLE ALWAYS TRIGGER zz_append_only;
ALTER TABLE releasegov.deployment ENABLE ALWAYS TRIGGER zz_truncate;
ALTER TABLE releasegov.deployment ENABLE ALWAYS TRIGGER zz_record;
