-- The checklist before production: what is computed, what somebody attests,
-- and what is both; and results that cannot be judged.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE ROLE regress_sre;
CREATE ROLE regress_sam LOGIN SUPERUSER IN ROLE regress_sre;
CREATE ROLE regress_sue LOGIN SUPERUSER IN ROLE regress_sre;

SELECT releasegov.apply_policy('checks', '{
  "releasegov": 1, "title": "Checklist",
  "roles": {"sre": {"role": "regress_sre", "title": "SRE"}},
  "environments": [
    {"name": "staging"},
    {"name": "production", "after": "staging", "blocking_issues": true, "same_artifact": true, "releases": true}],
  "gates": [
    {"name": "load", "threshold": "< 200 ms", "enforcement": "block", "environments": ["production"]},
    {"name": "size", "threshold": "< 500 kB", "enforcement": "warn", "environments": ["production"]},
    {"name": "smoke", "enforcement": "block", "environments": ["production"], "kinds": ["feature"]}],
  "checklist": [
    {"name": "fast", "title": "Fast enough", "computed": ["gate:load", "gate:size"], "environments": ["production"]},
    {"name": "smoked", "title": "Smoke tests", "computed": ["gate:smoke"], "environments": ["production"], "kinds": ["feature"]},
    {"name": "flags", "title": "Flags", "computed": ["feature_flags"], "environments": ["production"]},
    {"name": "watched", "title": "Watched", "computed": ["monitoring"], "attested_by": ["sre"], "needs": "both",
     "environments": ["production"], "valid_for": "7 d"},
    {"name": "either", "title": "Either", "computed": ["monitoring"], "attested_by": ["sre"], "needs": "either",
     "environments": ["production"]},
    {"name": "migrations", "title": "Migrations", "computed": ["migrations"], "environments": ["production"]}],
  "migrations": {"environments": ["production"], "class_b": "allow"}
}');
SELECT releasegov.register_application('checks', 'checks');
SELECT releasegov.register_release('checks', '3.0', 'c1', ARRAY['alice'], 'main', state => 'candidate');
SELECT releasegov.register_release('checks', '3.0.1', 'c2', ARRAY['alice'], 'main', kind => 'hotfix', state => 'candidate');

CREATE VIEW checks AS
  SELECT requirement, status, observed, detail
  FROM releasegov.promotion_eligibility('checks', '3.0', 'production') WHERE kind = 'checklist';
SELECT * FROM checks;
-- an item for features is not asked of a hotfix
SELECT count(*) FROM releasegov.promotion_eligibility('checks', '3.0.1', 'production')
WHERE requirement = 'checklist:smoked';

-- a gate that only warns does not block by way of the checklist
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES
  ('checks', '3.0', 'load', '180 ms'), ('checks', '3.0', 'size', '600 kB');
SELECT * FROM checks WHERE requirement = 'checklist:fast';

-- a tool that gave no figure; figures that another policy reads otherwise
INSERT INTO releasegov.ci_result (application, version, gate, outcome, detail) VALUES
  ('checks', '3.0', 'load', 'fail', 'the report ends in the middle');
SELECT requirement, status, observed, detail FROM releasegov.promotion_eligibility('checks', '3.0', 'production')
WHERE requirement IN ('gate:load', 'checklist:fast');
INSERT INTO releasegov.ci_result (application, version, gate, measured) VALUES ('checks', '3.0', 'load', '180 ms');
SELECT releasegov.apply_policy('checks', jsonb_set(releasegov.policy_document('checks'), '{gates,0,threshold}', '"< 1 MB"'));
SELECT requirement, status, required, observed, detail FROM releasegov.promotion_eligibility('checks', '3.0', 'production')
WHERE requirement = 'gate:load';
SELECT status FROM releasegov.promotion_eligibility('checks', '3.0', 'production', now(), 1) WHERE requirement = 'gate:load';

-- however many results there are, and whatever was rolled back: the newest
SELECT releasegov.apply_policy('checks', releasegov.policy_document('checks', 1), 'as it was');
INSERT INTO releasegov.ci_result (application, version, gate, outcome)
SELECT 'checks', '3.0', 'smoke', CASE WHEN i = 100 THEN 'pass' ELSE 'fail' END::releasegov.gate_outcome FROM generate_series(1, 100) i;
BEGIN;
INSERT INTO releasegov.ci_result (application, version, gate, measured)
VALUES ('checks', '3.0', 'load', '900 ms'), ('checks', '3.0', 'size', '900 kB');
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('checks', '3.0', 'production') WHERE kind = 'gate';
ROLLBACK;
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('checks', '3.0', 'production') WHERE kind = 'gate';

-- flags are reported every minute; of each the newest counts
SELECT count(*) FROM generate_series(1, 12) f, releasegov.report_feature_flag('checks', '3.0', 'production', 'flag ' || f, 'on', CASE WHEN f <= 10 THEN 'off' ELSE 'on' END);
SELECT count(*) FROM generate_series(1, 60) i, releasegov.report_feature_flag('checks', '3.0', 'production', 'flag 5', 'on', CASE WHEN i < 60 THEN 'on' ELSE 'off' END);
SELECT flag, count(*) FROM releasegov.feature_flag WHERE application = 'checks' GROUP BY flag HAVING count(*) > 1;
SELECT status, detail FROM checks WHERE requirement = 'checklist:flags';
SELECT count(*) FROM generate_series(1, 12) f, releasegov.report_feature_flag('checks', '3.0', 'production', 'flag ' || f, 'on', 'on');
SELECT status, detail FROM checks WHERE requirement = 'checklist:flags';

-- both: the report and the word; and the word alone where either will do
SET SESSION AUTHORIZATION regress_sam;
SELECT releasegov.attest('checks', '3.0', 'production', 'watched', 'saw the alert on my phone');
SELECT releasegov.attest('checks', '3.0', 'production', 'either', 'saw it');
RESET SESSION AUTHORIZATION;
SELECT * FROM checks WHERE requirement IN ('checklist:watched', 'checklist:either');
SELECT releasegov.report_monitoring('checks', '3.0', 'production', 'latency alert', 'pass');
SELECT releasegov.report_monitoring('checks', '3.0', 'production', 'disk alert', 'fail', 'nobody was paged');
SELECT * FROM checks WHERE requirement IN ('checklist:watched', 'checklist:either');
-- who attests it knowing that, has looked
SET SESSION AUTHORIZATION regress_sam;
SELECT releasegov.attest('checks', '3.0', 'production', 'either', 'the disk alert is a false one');
RESET SESSION AUTHORIZATION;
SELECT * FROM checks WHERE requirement = 'checklist:either';
SELECT releasegov.report_monitoring('checks', '3.0', 'production', 'disk alert', 'pass');
SELECT * FROM checks WHERE requirement IN ('checklist:watched', 'checklist:either');
-- a week later both have run out
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('checks', '3.0', 'production', now() + interval '8 d')
WHERE requirement IN ('checklist:watched', 'checklist:either');
-- a word taken back; a word against it stands, where either would do as well
SET SESSION AUTHORIZATION regress_sam;
SELECT releasegov.revoke_attestation('checks', '3.0', 'production', 'watched', 'that was another alert');
SET SESSION AUTHORIZATION regress_sue;
INSERT INTO releasegov.attestation (application, version, environment, item, decision, evidence)
VALUES ('checks', '3.0', 'production', 'either', 'reject', 'the pager is in the drawer');
RESET SESSION AUTHORIZATION;
SELECT * FROM checks WHERE requirement IN ('checklist:watched', 'checklist:either');
SELECT remedy FROM releasegov.promotion_eligibility('checks', '3.0', 'production') WHERE requirement = 'checklist:either';

-- more issues than one reads
SELECT count(*) FROM generate_series(1, 12) i, releasegov.open_issue('checks', '3.0', 'BUG-' || lpad(i::text, 2, '0'), 'no. ' || i);
SELECT count(*) FROM generate_series(1, 3) i, releasegov.resolve_issue('checks', '3.0', 'BUG-' || lpad(i::text, 2, '0'));
SELECT status, observed, detail, remedy FROM releasegov.promotion_eligibility('checks', '3.0', 'production') WHERE kind = 'blocking_issues';
-- the artifact that ran before, and none is named
SELECT status, required, observed, detail, remedy FROM releasegov.promotion_eligibility('checks', '3.0', 'production') WHERE kind = 'artifact' \gx
SELECT state FROM releasegov.promote('checks', '3.0', 'staging');
SELECT releasegov.report_deployment('checks', '3.0', 'staging', 'live') IS NOT NULL AS live;
SELECT status, detail FROM releasegov.promotion_eligibility('checks', '3.0', 'production') WHERE kind = 'artifact';

DROP VIEW checks;
DROP ROLE regress_sam, regress_sue, regress_sre;
