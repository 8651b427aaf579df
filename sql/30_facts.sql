/*
 * Facts. Every key begins with the application; what is appended is never
 * changed. The columns id, recorded_at and recorded_by (and, where a person
 * acts, actor) are set by the guards: the time is read after the release's
 * lock is held, so that "recorded by then" and "visible to a decision made
 * then" are the same thing. Whoever gives a recorded_at is refused: only a
 * dump that is restored unprepared does.
 */

CREATE TYPE releasegov.decision AS ENUM ('approve', 'reject', 'revoke');

CREATE TABLE releasegov.application (
  name          text COLLATE "C" PRIMARY KEY,
  description   text NOT NULL DEFAULT '',
  registered_at timestamptz NOT NULL,
  registered_by text NOT NULL
);

CREATE TABLE releasegov.policy_assignment (
  application text COLLATE "C" NOT NULL REFERENCES releasegov.application,
  id          uuid NOT NULL,
  policy      text COLLATE "C" NOT NULL REFERENCES releasegov.policy,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, id)
);

-- One person under several names: a git author, a second login.
CREATE TABLE releasegov.identity (
  alias       text COLLATE "C" PRIMARY KEY,
  person      text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  CHECK (alias <> '' AND person <> '')
);

CREATE TABLE releasegov.release (
  application       text COLLATE "C" NOT NULL REFERENCES releasegov.application,
  version           text COLLATE "C" NOT NULL,
  commit_id         text NOT NULL,
  artifact_digest   text,
  kind              releasegov.release_kind NOT NULL DEFAULT 'feature',
  change_categories text[] NOT NULL DEFAULT '{}',
  authors           text[] NOT NULL,
  source_branch     text NOT NULL,
  notes             text NOT NULL DEFAULT '',
  migrations        text[] NOT NULL DEFAULT '{}',
  content_digest    bytea NOT NULL,
  content_since     timestamptz NOT NULL,
  state             releasegov.release_state NOT NULL DEFAULT 'draft',
  state_since       timestamptz NOT NULL,
  registered_at     timestamptz NOT NULL,
  registered_by     text NOT NULL,
  PRIMARY KEY (application, version)
);

-- What a release said, each time it said something else.
CREATE TABLE releasegov.release_content (
  application       text COLLATE "C" NOT NULL,
  version           text COLLATE "C" NOT NULL,
  id                uuid NOT NULL,
  commit_id         text NOT NULL,
  artifact_digest   text,
  kind              releasegov.release_kind NOT NULL,
  change_categories text[] NOT NULL,
  authors           text[] NOT NULL,
  source_branch     text NOT NULL,
  notes             text NOT NULL,
  migrations        text[] NOT NULL,
  content_digest    bytea NOT NULL,
  recorded_at       timestamptz NOT NULL,
  recorded_by       text NOT NULL,
  PRIMARY KEY (application, version, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- The hot table: no foreign key, its guard looks the release up once a
-- transaction. measured_at comes before id, so that a late upload of an older
-- run never hides a newer one.
CREATE TABLE releasegov.gate_result (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  gate        text COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL DEFAULT '',
  part        text COLLATE "C" NOT NULL DEFAULT '',
  measured_at timestamptz NOT NULL,
  id          uuid NOT NULL,
  measured    releasegov.measure,
  outcome     releasegov.gate_outcome,
  source      text COLLATE "C",
  run_id      text COLLATE "C",
  attempt     integer NOT NULL DEFAULT 1,
  report      uuid,
  detail      text,
  url         text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, gate, environment, part, measured_at, id)
);
-- The attempt comes last: the later ones of a run are the end of its range.
CREATE UNIQUE INDEX gate_result_run
  ON releasegov.gate_result (application, source, run_id, version, gate, environment, part, attempt)
  WHERE run_id IS NOT NULL;

-- A migration that the release brings, in the order of its sequence among all
-- of the application, with what its statements say of themselves.
CREATE TABLE releasegov.migration (
  application      text COLLATE "C" NOT NULL,
  version          text COLLATE "C" NOT NULL,
  sequence         bigint NOT NULL CHECK (sequence > 0),
  id               uuid NOT NULL,
  name             text NOT NULL,
  up               text NOT NULL,
  down             text,
  up_digest        bytea NOT NULL,
  down_digest      bytea,
  class            text NOT NULL CHECK (class IN ('A', 'B', 'C')),
  reversibility    text NOT NULL CHECK (reversibility IN ('reversible', 'lossy', 'irreversible', 'opaque')),
  data_loss        boolean NOT NULL,
  detail           text NOT NULL,
  recorded_at      timestamptz NOT NULL,
  recorded_by      text NOT NULL,
  PRIMARY KEY (application, version, sequence),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);
-- The earlier migrations of an application, whichever release brought them.
CREATE INDEX migration_sequence ON releasegov.migration (application, sequence, id);

-- What executing a migration showed: sequence 0 stands for all of the release.
CREATE TABLE releasegov.migration_check (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  sequence    bigint NOT NULL CHECK (sequence >= 0),
  id          uuid NOT NULL,
  verdict     text NOT NULL CHECK (verdict IN ('proven', 'schema_differs', 'data_differs', 'order_only', 'down_fails',
                'down_missing', 'not_repeatable', 'untestable')),
  detail      text NOT NULL,
  differences jsonb NOT NULL,
  up_digest   bytea,
  down_digest bytea,
  server      text NOT NULL,
  took        interval NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, sequence, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- A reviewer's verdict on a manual gate.
CREATE TABLE releasegov.review (
  application    text COLLATE "C" NOT NULL,
  version        text COLLATE "C" NOT NULL,
  review         text COLLATE "C" NOT NULL,
  id             uuid NOT NULL,
  decision       releasegov.decision NOT NULL,
  comment        text NOT NULL DEFAULT '',
  role           text COLLATE "C",
  content_digest bytea,
  actor          text COLLATE "C" NOT NULL,
  recorded_at    timestamptz NOT NULL,
  recorded_by    text NOT NULL,
  PRIMARY KEY (application, version, review, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- A person's yes or no to a promotion, under one of the policy's rules.
CREATE TABLE releasegov.approval (
  application    text COLLATE "C" NOT NULL,
  version        text COLLATE "C" NOT NULL,
  environment    text COLLATE "C" NOT NULL,
  rule           text COLLATE "C" NOT NULL,
  id             uuid NOT NULL,
  decision       releasegov.decision NOT NULL,
  comment        text NOT NULL DEFAULT '',
  role           text COLLATE "C",
  content_digest bytea,
  actor          text COLLATE "C" NOT NULL,
  recorded_at    timestamptz NOT NULL,
  recorded_by    text NOT NULL,
  PRIMARY KEY (application, version, environment, rule, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- A person's word that a checklist item is done, with the evidence.
CREATE TABLE releasegov.attestation (
  application    text COLLATE "C" NOT NULL,
  version        text COLLATE "C" NOT NULL,
  environment    text COLLATE "C" NOT NULL,
  item           text COLLATE "C" NOT NULL,
  id             uuid NOT NULL,
  decision       releasegov.decision NOT NULL DEFAULT 'approve',
  evidence       text NOT NULL,
  role           text COLLATE "C",
  content_digest bytea,
  actor          text COLLATE "C" NOT NULL,
  recorded_at    timestamptz NOT NULL,
  recorded_by    text NOT NULL,
  PRIMARY KEY (application, version, environment, item, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- An exception: a requirement that need not be met, by whom, why, until when.
CREATE TABLE releasegov.waiver (
  application    text COLLATE "C" NOT NULL,
  version        text COLLATE "C" NOT NULL,
  environment    text COLLATE "C" NOT NULL,
  requirement    text COLLATE "C" NOT NULL,
  id             uuid NOT NULL,
  decision       releasegov.decision NOT NULL DEFAULT 'approve',
  reason         text NOT NULL,
  expires_at     timestamptz NOT NULL,
  rule           text COLLATE "C",
  role           text COLLATE "C",
  break_glass    boolean NOT NULL DEFAULT false,
  content_digest bytea,
  actor          text COLLATE "C" NOT NULL,
  recorded_at    timestamptz NOT NULL,
  recorded_by    text NOT NULL,
  PRIMARY KEY (application, version, environment, requirement, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

CREATE TYPE releasegov.issue_event AS ENUM ('opened', 'resolved');

CREATE TABLE releasegov.blocking_issue (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  issue       text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  event       releasegov.issue_event NOT NULL,
  title       text NOT NULL DEFAULT '',
  url         text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, issue, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- How a feature flag should stand for this release there, and how it stands.
CREATE TABLE releasegov.feature_flag (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL,
  flag        text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  expected    text NOT NULL,
  actual      text,
  detail      text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, environment, flag, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- Monitoring and alerting, as reported: an alert that fired when tried.
CREATE TABLE releasegov.monitoring_check (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL,
  check_name  text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  outcome     releasegov.gate_outcome NOT NULL,
  detail      text,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, environment, check_name, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

-- A probe of what is deployed; in a blue-green pair each version has its own
-- chain. healthy_since is set by the guard: since when
-- every probe was healthy and none was missing for longer than the policy's
-- health_max_gap; null while unhealthy. So a soak of weeks is read off one row.
CREATE TABLE releasegov.health_check (
  application   text COLLATE "C" NOT NULL,
  environment   text COLLATE "C" NOT NULL,
  version       text COLLATE "C" NOT NULL,
  observed_at   timestamptz NOT NULL,
  id            uuid NOT NULL,
  healthy       boolean NOT NULL,
  healthy_since timestamptz,
  detail        text,
  source        text,
  recorded_at   timestamptz NOT NULL,
  recorded_by   text NOT NULL,
  PRIMARY KEY (application, environment, version, observed_at, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

CREATE TYPE releasegov.hold_event AS ENUM ('placed', 'lifted');

-- A release that must not go (back) to an environment until somebody says so.
CREATE TABLE releasegov.hold (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  environment text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  event       releasegov.hold_event NOT NULL,
  reason      text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, environment, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);

CREATE TABLE releasegov.deployment (
  application     text COLLATE "C" NOT NULL,
  id              uuid NOT NULL,
  version         text COLLATE "C" NOT NULL,
  environment     text COLLATE "C" NOT NULL,
  state           releasegov.deployment_state NOT NULL DEFAULT 'requested',
  state_since     timestamptz NOT NULL,
  reason          text NOT NULL DEFAULT '',
  requested_by    text COLLATE "C" NOT NULL,
  requested_at    timestamptz NOT NULL,
  automatic       boolean NOT NULL DEFAULT false,
  started_at      timestamptz,
  live_at         timestamptz,
  ended_at        timestamptz,
  content_digest  bytea,
  artifact_digest text,
  replaces        uuid,
  recorded_by     text NOT NULL,
  PRIMARY KEY (application, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);
-- One at a time, whoever writes: these are constraints, not checks.
CREATE UNIQUE INDEX deployment_live
  ON releasegov.deployment (application, environment) WHERE state = 'live';
CREATE UNIQUE INDEX deployment_active
  ON releasegov.deployment (application, environment)
  WHERE state IN ('deploying', 'rolling_out', 'rolling_back');
CREATE UNIQUE INDEX deployment_request
  ON releasegov.deployment (application, environment, version) WHERE state = 'requested';
CREATE INDEX deployment_history_key
  ON releasegov.deployment (application, environment, version, id);
-- A deployment by its key alone.
CREATE INDEX deployment_key ON releasegov.deployment (id);

-- The decision that let a deployment start, every requirement as it stood.
CREATE TABLE releasegov.deployment_decision (
  application   text COLLATE "C" NOT NULL,
  deployment    uuid NOT NULL,
  id            uuid NOT NULL,
  version       text COLLATE "C" NOT NULL,
  environment   text COLLATE "C" NOT NULL,
  as_of         timestamptz NOT NULL,
  policy        text COLLATE "C" NOT NULL,
  revision      integer NOT NULL,
  policy_digest bytea NOT NULL,
  requirements  jsonb NOT NULL,
  actor         text NOT NULL,
  recorded_by   text NOT NULL,
  PRIMARY KEY (application, deployment, id),
  FOREIGN KEY (application, deployment) REFERENCES releasegov.deployment
);

-- Every move of a release or a deployment.
CREATE TABLE releasegov.transition (
  application text COLLATE "C" NOT NULL,
  version     text COLLATE "C" NOT NULL,
  id          uuid NOT NULL,
  subject     text NOT NULL CHECK (subject IN ('release', 'deployment')),
  deployment  uuid,
  environment text COLLATE "C",
  from_state  text,
  to_state    text NOT NULL,
  reason      text NOT NULL DEFAULT '',
  actor       text NOT NULL,
  recorded_at timestamptz NOT NULL,
  recorded_by text NOT NULL,
  PRIMARY KEY (application, version, id),
  FOREIGN KEY (application, version) REFERENCES releasegov.release
);
