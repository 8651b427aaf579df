-- Who may say yes, who said no, and until when it counts.
SET timezone = 'UTC';
\set VERBOSITY default
\set SHOW_CONTEXT never
CREATE ROLE regress_lead;
CREATE ROLE regress_security;
CREATE ROLE regress_author LOGIN SUPERUSER IN ROLE regress_lead;
CREATE ROLE regress_tina LOGIN SUPERUSER IN ROLE regress_lead, regress_security;
CREATE ROLE regress_theo LOGIN SUPERUSER IN ROLE regress_lead;
CREATE ROLE regress_thea LOGIN SUPERUSER IN ROLE regress_lead;

SELECT releasegov.apply_policy('people', '{
  "releasegov": 1, "title": "Two leads for production",
  "roles": {"lead": {"role": "regress_lead", "title": "Lead"},
            "security": {"role": "regress_security", "title": "Security"}},
  "change_categories": ["auth", "ui"],
  "environments": [
    {"name": "test"},
    {"name": "production", "after": "test", "approval_required": true, "releases": true}],
  "reviews": [
    {"name": "security_review", "title": "Security Review", "by": ["security"],
     "categories": ["auth"], "environments": ["production"], "valid_for": "30 d"}],
  "checklist": [
    {"name": "restore_tried", "title": "Restore was tried", "attested_by": ["lead"],
     "environments": ["production"], "valid_for": "30 d"}],
  "approvals": [
    {"name": "two_leads", "title": "Two leads", "any_of": ["lead"], "count": 2,
     "not": ["requester", "author"], "environments": ["production"], "valid_for": "7 d"}]
}');
SELECT releasegov.register_application('people', 'people');
SELECT releasegov.register_release('people', '2.0', 'def456', ARRAY['author@example.com'], 'main',
  change_categories => ARRAY['auth']);

CREATE VIEW people AS
  SELECT requirement, status, observed, detail
  FROM releasegov.promotion_eligibility('people', '2.0', 'production')
  WHERE kind IN ('review', 'approval', 'checklist');
SELECT * FROM people;
SELECT requirement, remedy FROM releasegov.promotion_eligibility('people', '2.0', 'production')
WHERE kind IN ('review', 'approval', 'checklist');

-- the author has another name in git, and two leads are one person
SELECT releasegov.register_identity('regress_author', 'author@example.com');
SET SESSION AUTHORIZATION regress_author;
SELECT releasegov.approve('people', '2.0', 'production', 'I wrote it, I know');
SET SESSION AUTHORIZATION regress_tina;
SELECT releasegov.approve('people', '2.0', 'production', 'fine');
SELECT releasegov.review_release('people', '2.0', 'security_review', 'approve', 'tokens are hashed');
SET SESSION AUTHORIZATION regress_theo;
SELECT releasegov.approve('people', '2.0', 'production', 'fine with me');
SELECT releasegov.attest('people', '2.0', 'production', 'restore_tried', 'restored to a spare server, 12 min');
RESET SESSION AUTHORIZATION;
SELECT * FROM people;
-- as it turns out afterwards
SELECT releasegov.register_identity('regress_tina', 'regress_theo');
SELECT * FROM people WHERE requirement LIKE 'approval:%';

-- a third one makes two; then somebody says no, and it stands
SET SESSION AUTHORIZATION regress_thea;
SELECT releasegov.approve('people', '2.0', 'production', 'yes');
RESET SESSION AUTHORIZATION;
SELECT * FROM people WHERE requirement LIKE 'approval:%';
SET SESSION AUTHORIZATION regress_thea;
SELECT releasegov.reject_promotion('people', '2.0', 'production', 'no: the key rotates tonight');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, observed, detail, remedy, cardinality(evidence) AS evidence
FROM releasegov.promotion_eligibility('people', '2.0', 'production') WHERE kind = 'approval' \gx
-- taking it back is not an approval
SET SESSION AUTHORIZATION regress_thea;
SELECT releasegov.revoke_approval('people', '2.0', 'production', 'rotated');
RESET SESSION AUTHORIZATION;
SELECT * FROM people WHERE requirement LIKE 'approval:%';
SET SESSION AUTHORIZATION regress_thea;
SELECT releasegov.approve('people', '2.0', 'production', 'rotated');
RESET SESSION AUTHORIZATION;
SELECT * FROM people WHERE requirement LIKE 'approval:%';

-- decisions run out: a week from now, and a month from now
SELECT requirement, status, observed, regexp_replace(detail, '\w+ \d{4}-\d\d-\d\d .*', '<time>') AS detail
FROM releasegov.promotion_eligibility('people', '2.0', 'production', now() + interval '7 d 1 min')
WHERE kind IN ('review', 'approval', 'checklist');
SELECT requirement, status, observed
FROM releasegov.promotion_eligibility('people', '2.0', 'production', now() + interval '31 d')
WHERE kind IN ('review', 'approval', 'checklist');

-- they were given on what the release said; now it says something else
UPDATE releasegov.release SET change_categories = ARRAY['auth', 'ui'] WHERE application = 'people';
SELECT * FROM people;

-- a release without the category needs no such review
SELECT releasegov.register_release('people', '2.1', 'def457', ARRAY['somebody'], 'main', change_categories => ARRAY['ui']);
SELECT requirement, status, detail
FROM releasegov.promotion_eligibility('people', '2.1', 'production') WHERE kind = 'review';

-- who requests is no judge of it: asked by the one, not approved by the same
SELECT releasegov.submit_release('people', '2.1');
SET SESSION AUTHORIZATION regress_thea;
SELECT releasegov.approve('people', '2.1', 'production', 'yes');
RESET SESSION AUTHORIZATION;
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('people', '2.1', 'production') WHERE kind = 'approval';
SET SESSION AUTHORIZATION regress_thea;
SELECT releasegov.request_promotion('people', '2.1', 'production') IS NOT NULL AS requested;
RESET SESSION AUTHORIZATION;
SELECT requirement, status, observed FROM releasegov.promotion_eligibility('people', '2.1', 'production') WHERE kind = 'approval';

-- what the DETAIL and HINT of a refused start say
SELECT releasegov.start_deployment('people', '2.1', 'production');

DROP VIEW people;
DROP ROLE regress_author, regress_tina, regress_theo, regress_thea, regress_lead, regress_security;
