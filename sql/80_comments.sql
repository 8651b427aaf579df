/*
 * What the facts and the functions of 30_facts.sql, 40_functions.sql and
 * 55_deployment.sql mean, for \d+, \df+ and tools that read the catalog: units,
 * the SQLSTATEs of refusals, and the line of the reference policy behind them.
 */

/* ---- types ---- */

COMMENT ON TYPE releasegov.decision IS 'what a person decides: approve, reject, or revoke what the same person said before';
COMMENT ON TYPE releasegov.issue_event IS 'what happens to a blocking issue: opened or resolved';
COMMENT ON TYPE releasegov.hold_event IS 'what happens to a hold: placed or lifted';

/* ---- tables ---- */

COMMENT ON TABLE releasegov.application IS 'what is released, by name; append-only';
COMMENT ON COLUMN releasegov.application.name IS '1 to 200 bytes; RG015 otherwise';
COMMENT ON COLUMN releasegov.application.description IS 'for people';
COMMENT ON COLUMN releasegov.application.registered_at IS 'when it was registered';
COMMENT ON COLUMN releasegov.application.registered_by IS 'session_user of who registered it';

COMMENT ON TABLE releasegov.policy_assignment IS 'which policy governs an application since when; the newest counts; append-only; RG011 for an unknown policy';
COMMENT ON COLUMN releasegov.policy_assignment.application IS 'the application';
COMMENT ON COLUMN releasegov.policy_assignment.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.policy_assignment.policy IS 'the policy that governs it from then on';
COMMENT ON COLUMN releasegov.policy_assignment.recorded_at IS 'since when; decisions on the application waited meanwhile';
COMMENT ON COLUMN releasegov.policy_assignment.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.identity IS 'several names of one person, so that nobody approves their own change under another name; append-only. Policy: "At least 1 approval" by somebody else';
COMMENT ON COLUMN releasegov.identity.alias IS 'a name that occurs as an author, an actor or a login';
COMMENT ON COLUMN releasegov.identity.person IS 'the name that all of the person''s names stand for';
COMMENT ON COLUMN releasegov.identity.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.identity.recorded_at IS 'since when';
COMMENT ON COLUMN releasegov.identity.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.release IS 'a version of an application: its content, frozen from candidate on (RG012), and its state, which moves as legal_transition says (RG001)';
COMMENT ON COLUMN releasegov.release.application IS 'the application';
COMMENT ON COLUMN releasegov.release.version IS 'its name, 1 to 200 bytes; one version is one content (RG014)';
COMMENT ON COLUMN releasegov.release.commit_id IS 'the commit it was built from';
COMMENT ON COLUMN releasegov.release.artifact_digest IS 'sha256: and 64 hexadecimal digits of what was built; null if not known';
COMMENT ON COLUMN releasegov.release.kind IS 'feature or hotfix. Policy: "Release Schedule"';
COMMENT ON COLUMN releasegov.release.change_categories IS 'what it changes, in the policy''s words: auth, data, ui, infrastructure. Policy: "Manual Gates"; RG011 for an unknown one';
COMMENT ON COLUMN releasegov.release.authors IS 'who wrote it, 1 to 200 names; none of them may approve it (RG005)';
COMMENT ON COLUMN releasegov.release.source_branch IS 'the branch it was built from; decides where it deploys by itself. Policy: "Auto-Deploy"';
COMMENT ON COLUMN releasegov.release.notes IS 'release notes, up to 1 MiB. Policy: "Release notes documented"';
COMMENT ON COLUMN releasegov.release.migrations IS 'the migrations that it brings: sequence, digests and name, as registered; empty while it is a draft';
COMMENT ON COLUMN releasegov.release.content_digest IS 'SHA-256 of the content: what people approve is this';
COMMENT ON COLUMN releasegov.release.content_since IS 'since when it says this';
COMMENT ON COLUMN releasegov.release.state IS 'draft, candidate, released, retired or withdrawn';
COMMENT ON COLUMN releasegov.release.state_since IS 'since when it is in this state';
COMMENT ON COLUMN releasegov.release.registered_at IS 'when it was registered';
COMMENT ON COLUMN releasegov.release.registered_by IS 'session_user of who registered it';

COMMENT ON TABLE releasegov.release_content IS 'what a release said, each time it said something else, but for migrations of a draft, which it names when it is submitted; written by releasegov itself (RG003)';
COMMENT ON COLUMN releasegov.release_content.application IS 'the application';
COMMENT ON COLUMN releasegov.release_content.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.release_content.id IS 'UUID of version 7: sorts by recorded_at';
COMMENT ON COLUMN releasegov.release_content.commit_id IS 'the commit it was built from';
COMMENT ON COLUMN releasegov.release_content.artifact_digest IS 'sha256: and 64 hexadecimal digits of what was built; null if not known';
COMMENT ON COLUMN releasegov.release_content.kind IS 'feature or hotfix. Policy: "Release Schedule"';
COMMENT ON COLUMN releasegov.release_content.change_categories IS 'what it changes, in the policy''s words: auth, data, ui, infrastructure. Policy: "Manual Gates"; RG011 for an unknown one';
COMMENT ON COLUMN releasegov.release_content.authors IS 'who wrote it, 1 to 200 names; none of them may approve it (RG005)';
COMMENT ON COLUMN releasegov.release_content.source_branch IS 'the branch it was built from; decides where it deploys by itself. Policy: "Auto-Deploy"';
COMMENT ON COLUMN releasegov.release_content.notes IS 'release notes, up to 1 MiB. Policy: "Release notes documented"';
COMMENT ON COLUMN releasegov.release_content.migrations IS 'the migrations that it brought';
COMMENT ON COLUMN releasegov.release_content.content_digest IS 'SHA-256 of this content';
COMMENT ON COLUMN releasegov.release_content.recorded_at IS 'since when it said this: with its last migration, for a release that was submitted';
COMMENT ON COLUMN releasegov.release_content.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.gate_result IS 'results of automated gates, as pipelines report them; append-only; the verdict is computed from the measure and the policy when it is asked for. RG007 for a measure of another unit than the threshold''s, RG011 for an unknown release, gate or environment, RG013 for a time to come';
COMMENT ON COLUMN releasegov.gate_result.application IS 'the application';
COMMENT ON COLUMN releasegov.gate_result.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.gate_result.gate IS 'the gate of the policy. Policy: "Automated Gates"';
COMMENT ON COLUMN releasegov.gate_result.environment IS 'where it was measured; empty for CI';
COMMENT ON COLUMN releasegov.gate_result.part IS 'of a gate whose policy names parts: the package or shard; empty for a whole gate';
COMMENT ON COLUMN releasegov.gate_result.measured_at IS 'when it was measured, as reported, or when it came; the newest one counts';
COMMENT ON COLUMN releasegov.gate_result.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.gate_result.measured IS 'the figure with its unit; null for a gate that takes pass or fail, or of a tool that failed';
COMMENT ON COLUMN releasegov.gate_result.outcome IS 'pass or fail; a reported fail is believed, a pass is not more than the figure';
COMMENT ON COLUMN releasegov.gate_result.source IS 'the CI system';
COMMENT ON COLUMN releasegov.gate_result.run_id IS 'its run; the same run and attempt of a source counts once';
COMMENT ON COLUMN releasegov.gate_result.attempt IS 'from 1; a rerun has the next';
COMMENT ON COLUMN releasegov.gate_result.report IS 'the report that the figure was read in: report.id';
COMMENT ON COLUMN releasegov.gate_result.detail IS 'for people, up to 64 KiB';
COMMENT ON COLUMN releasegov.gate_result.url IS 'a link to the run';
COMMENT ON COLUMN releasegov.gate_result.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.gate_result.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.migration IS 'the migrations of releases, registered while they are drafts; checked by their statements at once. Policy: "Migrations have corresponding down migrations"';
COMMENT ON COLUMN releasegov.migration.application IS 'the application';
COMMENT ON COLUMN releasegov.migration.version IS 'the release that brings it';
COMMENT ON COLUMN releasegov.migration.sequence IS 'its place among all migrations of the application: the number or time stamp of its file';
COMMENT ON COLUMN releasegov.migration.id IS 'key; sorts by time';
COMMENT ON COLUMN releasegov.migration.name IS 'the name of its file';
COMMENT ON COLUMN releasegov.migration.up IS 'its statements';
COMMENT ON COLUMN releasegov.migration.down IS 'the statements that undo it; null: there are none';
COMMENT ON COLUMN releasegov.migration.up_digest IS 'SHA-256 of its statements in UTF-8';
COMMENT ON COLUMN releasegov.migration.down_digest IS 'SHA-256 of those that undo it';
COMMENT ON COLUMN releasegov.migration.class IS 'A: additive. B: rewrites, waits, narrows, renames or overwrites. C: destroys, exposes, or reaches beyond the database';
COMMENT ON COLUMN releasegov.migration.reversibility IS 'reversible, lossy, irreversible or opaque, by its statements';
COMMENT ON COLUMN releasegov.migration.data_loss IS 'up and then down would lose or change rows, so far as the statements tell';
COMMENT ON COLUMN releasegov.migration.detail IS 'why, in words';
COMMENT ON COLUMN releasegov.migration.recorded_at IS 'when it was registered';
COMMENT ON COLUMN releasegov.migration.recorded_by IS 'the database user who did it';
COMMENT ON TABLE releasegov.migration_check IS 'what executing a migration on a scratch server showed, by prove_migration()';
COMMENT ON COLUMN releasegov.migration_check.application IS 'the application';
COMMENT ON COLUMN releasegov.migration_check.version IS 'the release';
COMMENT ON COLUMN releasegov.migration_check.sequence IS 'which migration; 0: all of the release, up and down again';
COMMENT ON COLUMN releasegov.migration_check.id IS 'key; sorts by time';
COMMENT ON COLUMN releasegov.migration_check.verdict IS 'proven, schema_differs, data_differs, order_only, down_fails, down_missing, not_repeatable or untestable';
COMMENT ON COLUMN releasegov.migration_check.detail IS 'what was found, in words';
COMMENT ON COLUMN releasegov.migration_check.differences IS 'object by object, table by table';
COMMENT ON COLUMN releasegov.migration_check.up_digest IS 'of the text that was executed';
COMMENT ON COLUMN releasegov.migration_check.down_digest IS 'of the text that was executed to undo it';
COMMENT ON COLUMN releasegov.migration_check.server IS 'the version of the scratch server';
COMMENT ON COLUMN releasegov.migration_check.took IS 'how long it took';
COMMENT ON COLUMN releasegov.migration_check.recorded_at IS 'when it was recorded';
COMMENT ON COLUMN releasegov.migration_check.recorded_by IS 'the database user who let it be proven';
COMMENT ON TABLE releasegov.review IS 'verdicts of reviewers on manual gates; append-only. Policy: "Manual Gates". RG004 for a role not held, RG005 for an author';
COMMENT ON COLUMN releasegov.review.application IS 'the application';
COMMENT ON COLUMN releasegov.review.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.review.review IS 'the review of the policy';
COMMENT ON COLUMN releasegov.review.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.review.decision IS 'approve, reject (stands until the same person takes it back) or revoke';
COMMENT ON COLUMN releasegov.review.comment IS 'the person''s words; a rejection needs them (RG015)';
COMMENT ON COLUMN releasegov.review.role IS 'the policy''s role in which the person spoke; held at that time';
COMMENT ON COLUMN releasegov.review.content_digest IS 'SHA-256 of the release''s content that it was said of; on other content it counts no more';
COMMENT ON COLUMN releasegov.review.actor IS 'the person who speaks: session_user, or whom a broker named';
COMMENT ON COLUMN releasegov.review.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.review.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.approval IS 'what people say to a promotion under a rule of the policy; append-only. Policy: "Approval Requirements". RG004 for a role not held, RG005 for an author or the requester';
COMMENT ON COLUMN releasegov.approval.application IS 'the application';
COMMENT ON COLUMN releasegov.approval.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.approval.environment IS 'the environment that it is to be promoted into';
COMMENT ON COLUMN releasegov.approval.rule IS 'the approval rule of the policy';
COMMENT ON COLUMN releasegov.approval.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.approval.decision IS 'approve, reject (stands until the same person takes it back) or revoke';
COMMENT ON COLUMN releasegov.approval.comment IS 'the person''s words; a rejection needs them (RG015)';
COMMENT ON COLUMN releasegov.approval.role IS 'the policy''s role in which the person spoke; held at that time';
COMMENT ON COLUMN releasegov.approval.content_digest IS 'SHA-256 of the release''s content that it was said of; on other content it counts no more';
COMMENT ON COLUMN releasegov.approval.actor IS 'the person who speaks: session_user, or whom a broker named';
COMMENT ON COLUMN releasegov.approval.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.approval.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.attestation IS 'a person''s word that an item of the checklist is done; append-only. Policy: "Pre-Promotion Checklist". RG004 for a role not held or an item that is only computed';
COMMENT ON COLUMN releasegov.attestation.application IS 'the application';
COMMENT ON COLUMN releasegov.attestation.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.attestation.environment IS 'the environment that it is to be promoted into';
COMMENT ON COLUMN releasegov.attestation.item IS 'the item of the checklist';
COMMENT ON COLUMN releasegov.attestation.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.attestation.decision IS 'approve, reject (stands until the same person takes it back) or revoke';
COMMENT ON COLUMN releasegov.attestation.evidence IS 'what it rests on; needed (RG015)';
COMMENT ON COLUMN releasegov.attestation.role IS 'the policy''s role in which the person spoke; held at that time';
COMMENT ON COLUMN releasegov.attestation.content_digest IS 'SHA-256 of the release''s content that it was said of; on other content it counts no more';
COMMENT ON COLUMN releasegov.attestation.actor IS 'the person who speaks: session_user, or whom a broker named';
COMMENT ON COLUMN releasegov.attestation.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.attestation.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.waiver IS 'exceptions: a requirement that need not be met, by whom, why, until when; append-only. RG004 where no rule of the policy covers it or the role is not held, RG005 for an author or the requester, RG013 for an end that is past';
COMMENT ON COLUMN releasegov.waiver.application IS 'the application';
COMMENT ON COLUMN releasegov.waiver.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.waiver.environment IS 'the environment that it is to be promoted into';
COMMENT ON COLUMN releasegov.waiver.requirement IS 'as promotion_eligibility() names it: gate:lint, or a pattern: gate:*';
COMMENT ON COLUMN releasegov.waiver.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.waiver.decision IS 'approve, or revoke (anybody entitled may) what was granted';
COMMENT ON COLUMN releasegov.waiver.reason IS 'why; needed (RG015)';
COMMENT ON COLUMN releasegov.waiver.expires_at IS 'until when it counts; the policy says how long at most';
COMMENT ON COLUMN releasegov.waiver.rule IS 'the waiver rule of the policy under which it was granted';
COMMENT ON COLUMN releasegov.waiver.role IS 'the policy''s role in which the person spoke; held at that time';
COMMENT ON COLUMN releasegov.waiver.break_glass IS 'an emergency''s; shown as such everywhere';
COMMENT ON COLUMN releasegov.waiver.content_digest IS 'SHA-256 of the release''s content that it was said of; on other content it counts no more';
COMMENT ON COLUMN releasegov.waiver.actor IS 'the person who speaks: session_user, or whom a broker named';
COMMENT ON COLUMN releasegov.waiver.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.waiver.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.blocking_issue IS 'issues that keep a release out, opened and resolved; append-only. Policy: "All blocking issues resolved"';
COMMENT ON COLUMN releasegov.blocking_issue.application IS 'the application';
COMMENT ON COLUMN releasegov.blocking_issue.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.blocking_issue.issue IS 'its name in the tracker';
COMMENT ON COLUMN releasegov.blocking_issue.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.blocking_issue.event IS 'opened or resolved; the newest counts';
COMMENT ON COLUMN releasegov.blocking_issue.title IS 'for people';
COMMENT ON COLUMN releasegov.blocking_issue.url IS 'a link to it';
COMMENT ON COLUMN releasegov.blocking_issue.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.blocking_issue.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.feature_flag IS 'how feature flags should stand for a release, and how they stand; append-only. Policy: "Feature flags configured correctly"';
COMMENT ON COLUMN releasegov.feature_flag.application IS 'the application';
COMMENT ON COLUMN releasegov.feature_flag.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.feature_flag.environment IS 'the environment of the policy';
COMMENT ON COLUMN releasegov.feature_flag.flag IS 'its name';
COMMENT ON COLUMN releasegov.feature_flag.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.feature_flag.expected IS 'how it should stand; needed (RG015)';
COMMENT ON COLUMN releasegov.feature_flag.actual IS 'how it stands; null if not known, which is not as expected';
COMMENT ON COLUMN releasegov.feature_flag.detail IS 'for people';
COMMENT ON COLUMN releasegov.feature_flag.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.feature_flag.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.monitoring_check IS 'what was tried of monitoring and alerting; append-only. Policy: "Monitoring and alerting verified"';
COMMENT ON COLUMN releasegov.monitoring_check.application IS 'the application';
COMMENT ON COLUMN releasegov.monitoring_check.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.monitoring_check.environment IS 'the environment of the policy';
COMMENT ON COLUMN releasegov.monitoring_check.check_name IS 'what was tried';
COMMENT ON COLUMN releasegov.monitoring_check.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.monitoring_check.outcome IS 'pass or fail; the newest of each name counts';
COMMENT ON COLUMN releasegov.monitoring_check.detail IS 'for people';
COMMENT ON COLUMN releasegov.monitoring_check.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.monitoring_check.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.health_check IS 'probes of what is deployed, in the order in which they were made (RG013); append-only. Policy: "Staging deployment stable for >=24 hours", "Health checks must pass within 2 minutes"';
COMMENT ON COLUMN releasegov.health_check.application IS 'the application';
COMMENT ON COLUMN releasegov.health_check.environment IS 'where it was probed';
COMMENT ON COLUMN releasegov.health_check.observed_at IS 'when it was probed, as reported, or when it came';
COMMENT ON COLUMN releasegov.health_check.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.health_check.version IS 'what answered; each version of a blue-green pair has its own chain';
COMMENT ON COLUMN releasegov.health_check.healthy IS 'whether all was well';
COMMENT ON COLUMN releasegov.health_check.healthy_since IS 'since when every probe of the version was healthy and none was missing for longer than health_max_gap; null while unhealthy; set by the server';
COMMENT ON COLUMN releasegov.health_check.detail IS 'for people';
COMMENT ON COLUMN releasegov.health_check.source IS 'who probed';
COMMENT ON COLUMN releasegov.health_check.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.health_check.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.hold IS 'a release that must not go (back) to an environment until somebody lifts it; placed by hand or by a failed deployment; append-only';
COMMENT ON COLUMN releasegov.hold.application IS 'the application';
COMMENT ON COLUMN releasegov.hold.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.hold.environment IS 'the environment of the policy';
COMMENT ON COLUMN releasegov.hold.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.hold.event IS 'placed or lifted; the newest counts';
COMMENT ON COLUMN releasegov.hold.reason IS 'why; needed (RG015)';
COMMENT ON COLUMN releasegov.hold.recorded_at IS 'when it was recorded; the server''s clock, read while the release was locked';
COMMENT ON COLUMN releasegov.hold.recorded_by IS 'session_user of who recorded it';

COMMENT ON TABLE releasegov.deployment IS 'a promotion, from its request on; only its state moves, as legal_transition says (RG001), and its start is judged by the policy (RG002)';
COMMENT ON COLUMN releasegov.deployment.application IS 'the application';
COMMENT ON COLUMN releasegov.deployment.id IS 'UUID of version 7: sorts by the time of the request';
COMMENT ON COLUMN releasegov.deployment.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.deployment.environment IS 'where it goes';
COMMENT ON COLUMN releasegov.deployment.state IS 'requested, deploying, live, superseded, cancelled or failed';
COMMENT ON COLUMN releasegov.deployment.state_since IS 'since when it is in this state';
COMMENT ON COLUMN releasegov.deployment.reason IS 'why, in the words of who requested it';
COMMENT ON COLUMN releasegov.deployment.requested_by IS 'the person who requested it; may not approve it';
COMMENT ON COLUMN releasegov.deployment.requested_at IS 'when it was requested';
COMMENT ON COLUMN releasegov.deployment.automatic IS 'requested by auto_deploy(). Policy: "Auto-Deploy"';
COMMENT ON COLUMN releasegov.deployment.started_at IS 'when it started: eligible at this moment';
COMMENT ON COLUMN releasegov.deployment.live_at IS 'when it went live';
COMMENT ON COLUMN releasegov.deployment.ended_at IS 'when it was superseded, cancelled or failed';
COMMENT ON COLUMN releasegov.deployment.content_digest IS 'SHA-256 of the content that was started';
COMMENT ON COLUMN releasegov.deployment.artifact_digest IS 'the artifact that was started';
COMMENT ON COLUMN releasegov.deployment.replaces IS 'the deployment that was live when it started';
COMMENT ON COLUMN releasegov.deployment.recorded_by IS 'session_user of who requested it';

COMMENT ON TABLE releasegov.deployment_decision IS 'the decision that let a deployment start, every requirement as it stood; written by releasegov itself (RG003)';
COMMENT ON COLUMN releasegov.deployment_decision.application IS 'the application';
COMMENT ON COLUMN releasegov.deployment_decision.deployment IS 'which deployment: deployment.id';
COMMENT ON COLUMN releasegov.deployment_decision.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.deployment_decision.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.deployment_decision.environment IS 'where it went';
COMMENT ON COLUMN releasegov.deployment_decision.as_of IS 'the time it was judged at';
COMMENT ON COLUMN releasegov.deployment_decision.policy IS 'the policy that judged';
COMMENT ON COLUMN releasegov.deployment_decision.revision IS 'its revision';
COMMENT ON COLUMN releasegov.deployment_decision.policy_digest IS 'SHA-256 of that revision''s document';
COMMENT ON COLUMN releasegov.deployment_decision.requirements IS 'an array of objects with the columns of promotion_eligibility()';
COMMENT ON COLUMN releasegov.deployment_decision.actor IS 'the person who started it';
COMMENT ON COLUMN releasegov.deployment_decision.recorded_by IS 'session_user of who started it';

COMMENT ON TABLE releasegov.transition IS 'every move of a release or a deployment; written by releasegov itself (RG003)';
COMMENT ON COLUMN releasegov.transition.application IS 'the application';
COMMENT ON COLUMN releasegov.transition.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.transition.id IS 'UUID of version 7: sorts by the time at which it was recorded';
COMMENT ON COLUMN releasegov.transition.subject IS 'release or deployment';
COMMENT ON COLUMN releasegov.transition.deployment IS 'deployment.id; null for a move of the release';
COMMENT ON COLUMN releasegov.transition.environment IS 'where it is deployed; null for a move of the release';
COMMENT ON COLUMN releasegov.transition.from_state IS 'the state it left; null at birth';
COMMENT ON COLUMN releasegov.transition.to_state IS 'the state it came to';
COMMENT ON COLUMN releasegov.transition.reason IS 'why, in the words of who moved it';
COMMENT ON COLUMN releasegov.transition.actor IS 'the person who moved it';
COMMENT ON COLUMN releasegov.transition.recorded_at IS 'when';
COMMENT ON COLUMN releasegov.transition.recorded_by IS 'session_user of who moved it';

/* ---- indexes that are rules ---- */

COMMENT ON INDEX releasegov.gate_result_run IS 'the same run and attempt of a source has one result of a gate';
COMMENT ON INDEX releasegov.deployment_live IS 'one live deployment of an application in an environment, whoever writes';
COMMENT ON INDEX releasegov.deployment_active IS 'one deployment under way of an application in an environment, whoever writes';
COMMENT ON INDEX releasegov.deployment_request IS 'one open request of a release for an environment';
COMMENT ON INDEX releasegov.deployment_key IS 'a deployment by its key alone, for rollback_plan()';
COMMENT ON INDEX releasegov.migration_sequence IS 'the migrations of an application in their order, whichever release brought them';
COMMENT ON INDEX releasegov.deployment_history_key IS 'deployments of an environment and a release, newest last';

/* ---- views ---- */

COMMENT ON VIEW releasegov.ci_result IS 'results to insert by application and version, one row or a COPY of a million; a repeated run and attempt of a source inserts nothing, with another result it is RG014; other refusals as for gate_result';
COMMENT ON COLUMN releasegov.ci_result.application IS 'the application';
COMMENT ON COLUMN releasegov.ci_result.version IS 'the release, by its version';
COMMENT ON COLUMN releasegov.ci_result.gate IS 'the gate of the policy';
COMMENT ON COLUMN releasegov.ci_result.measured IS 'the figure with its unit: 93.4%, 182 ms, 0';
COMMENT ON COLUMN releasegov.ci_result.outcome IS 'pass or fail, for a gate without a threshold or a tool that gave no figure';
COMMENT ON COLUMN releasegov.ci_result.environment IS 'where it was measured; leave it out for CI';
COMMENT ON COLUMN releasegov.ci_result.part IS 'the package or shard, for a gate whose policy names parts';
COMMENT ON COLUMN releasegov.ci_result.measured_at IS 'when it was measured; leave it out for now';
COMMENT ON COLUMN releasegov.ci_result.source IS 'the CI system; ci if there is a run_id and no source';
COMMENT ON COLUMN releasegov.ci_result.run_id IS 'its run; leave it out and nothing is taken for a repetition';
COMMENT ON COLUMN releasegov.ci_result.attempt IS 'from 1; a rerun has the next';
COMMENT ON COLUMN releasegov.ci_result.detail IS 'for people, up to 64 KiB';
COMMENT ON COLUMN releasegov.ci_result.url IS 'a link to the run';

COMMENT ON VIEW releasegov.legal_transition IS 'which state of a release or a deployment may follow which; all else is RG001';
COMMENT ON COLUMN releasegov.legal_transition.subject IS 'release or deployment';
COMMENT ON COLUMN releasegov.legal_transition.from_state IS 'the state that is left';
COMMENT ON COLUMN releasegov.legal_transition.to_state IS 'the state that may follow';
COMMENT ON COLUMN releasegov.legal_transition.meaning IS 'what the move says';

/* ---- what pipelines call ---- */

COMMENT ON FUNCTION releasegov.legal_moves_rows() IS
  'the rows of legal_transition';
COMMENT ON FUNCTION releasegov.register_application(text, text, text) IS
  'registers an application under a policy; RG015 for a name that is none, RG011 for an unknown policy. True if it is new, false if it was registered so before; RG014 if under another policy';
COMMENT ON FUNCTION releasegov.assign_policy(text, text) IS
  'puts an application under another policy from now on; RG011 for an unknown one';
COMMENT ON FUNCTION releasegov.register_identity(text, text) IS
  'says that the alias is the person; 23505 if the alias is somebody''s already. Policy: nobody approves their own change';
COMMENT ON FUNCTION releasegov.register_release(text, text, text, text[], text, releasegov.release_kind, text[], text, text, releasegov.release_state) IS
  'registers a version: true if it is new, false if it is registered with this very content; RG014 if with another, RG011 for an unknown application or change category, RG015 for a value that cannot be meant';
COMMENT ON FUNCTION releasegov.submit_release(text, text, text) IS
  'makes a draft a candidate, whose content is frozen from here on; again, it does nothing; RG001 for any other state, RG011 if it is unknown';
COMMENT ON FUNCTION releasegov.withdraw_release(text, text, text) IS
  'the release will not be deployed (again); RG001 while it is deployed somewhere or its state does not allow it';
COMMENT ON FUNCTION releasegov.retire_release(text, text, text) IS
  'a released version is no longer supported; RG001 while it is deployed somewhere or its state does not allow it';
COMMENT ON FUNCTION releasegov.document_release(text, text, text) IS
  'sets the release notes of a draft, or adds those that a candidate lacks, whose approvals then count no more; RG012 otherwise. Policy: "Release notes documented"';
COMMENT ON FUNCTION releasegov.open_issue(text, text, text, text, text) IS
  'opens an issue that keeps the release out until it is resolved. Policy: "All blocking issues resolved". RG011 for an unknown application, version or environment';
COMMENT ON FUNCTION releasegov.resolve_issue(text, text, text, text, text) IS
  'resolves an issue. Policy: "All blocking issues resolved". RG011 for an unknown application, version or environment';
COMMENT ON FUNCTION releasegov.report_feature_flag(text, text, text, text, text, text, text) IS
  'how a feature flag should stand for the release there, and how it stands. Policy: "Feature flags configured correctly". RG011 for an unknown application, version or environment';
COMMENT ON FUNCTION releasegov.report_monitoring(text, text, text, text, releasegov.gate_outcome, text) IS
  'what came of trying a check of monitoring and alerting. Policy: "Monitoring and alerting verified". RG011 for an unknown application, version or environment';
COMMENT ON FUNCTION releasegov.report_health(text, text, text, boolean, text, text, timestamptz) IS
  'a probe of what is deployed. Policy: "Health checks must pass within 2 minutes"; RG013 for one older than the newest or to come. RG011 for an unknown application, version or environment';

/* ---- what people call ---- */

COMMENT ON FUNCTION releasegov.review_release(text, text, text, releasegov.decision, text, text) IS
  'the verdict of a reviewer on a manual gate, on the content as it is now. Policy: "Manual Gates". RG004 for a role not held, RG005 for an author, RG011 for an unknown review, RG015 for a rejection without words; actor is for brokers';
COMMENT ON FUNCTION releasegov.approve(text, text, text, text, text, text) IS
  'approves the promotion under the rule, or under each one that applies and asks a role that the person holds: those are returned. Policy: "Approval Requirements". RG004 for a role not held, RG005 for an author or the requester, RG011 if no rule applies; actor is for brokers';
COMMENT ON FUNCTION releasegov.reject_promotion(text, text, text, text, text, text) IS
  'rejects the promotion, which stands until the same person takes it back; needs a comment (RG015). Rules and errors as for approve()';
COMMENT ON FUNCTION releasegov.revoke_approval(text, text, text, text, text, text) IS
  'takes back what the person said before: an approval or a rejection; RG001 if there is nothing to take back. Rules and errors as for approve()';
COMMENT ON FUNCTION releasegov.attest(text, text, text, text, text, text) IS
  'a person''s word, with the evidence, that an item of the checklist is done. Policy: "Pre-Promotion Checklist". RG004 for a role not held or an item that is computed only, RG011 for an unknown item, RG015 without evidence';
COMMENT ON FUNCTION releasegov.revoke_attestation(text, text, text, text, text, text) IS
  'takes the person''s attestation back; RG001 if there is none; errors as for attest()';
COMMENT ON FUNCTION releasegov.grant_waiver(text, text, text, text, text, timestamptz, text) IS
  'an exception until then: the requirement (gate:lint, or a pattern: gate:*) need not be met. RG004 where the policy has no rule or the role is not held, RG005 for an author or the requester, RG013 for an end that is past, RG015 for too long a time or no reason';
COMMENT ON FUNCTION releasegov.revoke_waiver(text, text, text, text, text, text) IS
  'ends an exception, whoever granted it; RG001 if there is none; errors as for grant_waiver()';

/* ---- what deployers call ---- */

COMMENT ON FUNCTION releasegov.place_hold(text, text, text, text) IS
  'keeps a release out of an environment until the hold is lifted; needs a reason (RG015). RG011 for an unknown application, version or environment';
COMMENT ON FUNCTION releasegov.lift_hold(text, text, text, text) IS
  'lifts the hold; needs a reason (RG015). RG011 for an unknown application, version or environment';
COMMENT ON FUNCTION releasegov.promote(text, text, text, text, text) IS
  'requests the promotion and, where nothing is missing, starts it: the deployment, its state (requested or deploying) and what is missing; called again it tries again, or finds what it started. Policy: "Staging -> Production". RG001 for a release that is no candidate, RG004 for an actor named by anybody but a broker. RG011 for an unknown application, version or environment';
COMMENT ON FUNCTION releasegov.request_promotion(text, text, text, text, text) IS
  'requests the promotion, or finds the open request: its deployment. Policy: "Trigger: Manual promotion request". Errors as for promote()';
COMMENT ON FUNCTION releasegov.cancel(text, text, text, text, text) IS
  'cancels an open request: its deployment; RG001 if there is none';
COMMENT ON FUNCTION releasegov.start_deployment(text, text, text, text, text) IS
  'starts what was requested: its deployment; RG002 with every blocker in DETAIL and remedies in HINT, RG001 if there is no request';
COMMENT ON FUNCTION releasegov.report_deployment(text, text, text, releasegov.deployment_state, text, text) IS
  'how it went: live (needs healthy probes where the policy says so: RG002) or failed (places a hold); RG001 if none is under way. Policy: "Health checks must pass within 2 minutes"';
COMMENT ON FUNCTION releasegov.auto_deploy(text) IS
  'starts the newest release of each environment''s branch that is eligible and was never sent there; of one application or (null) of all; one row for each. Policy: "Auto-Deploy"';
COMMENT ON FUNCTION releasegov.tick() IS
  'what is due now: auto_deploy() of all applications; one row for each action; to be called every minute or so';
