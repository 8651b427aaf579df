-- The peer that does nothing: the table of results as it is, with its indexes
-- and the defaults that a table without triggers would have.
CREATE TABLE bench.bare (LIKE releasegov.gate_result INCLUDING DEFAULTS INCLUDING INDEXES);
ALTER TABLE bench.bare
  ALTER id SET DEFAULT releasegov.uuid_v7(),
  ALTER measured_at SET DEFAULT now(),
  ALTER recorded_at SET DEFAULT now(),
  ALTER recorded_by SET DEFAULT session_user;
