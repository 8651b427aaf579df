/*
 * Migrations: what each statement does, by the server's own parser and without
 * running anything. Nothing here reads a table.
 */
CREATE TYPE releasegov.migration_class AS ENUM ('A', 'B', 'C');
COMMENT ON TYPE releasegov.migration_class IS 'A: additive. B: rewrites, waits, narrows, renames or overwrites. C: destroys, exposes, or reaches beyond the database';

CREATE TYPE releasegov.reversibility AS ENUM ('reversible', 'lossy', 'irreversible', 'opaque');
COMMENT ON TYPE releasegov.reversibility IS 'reversible; lossy: the schema comes back and rows do not; irreversible: nothing undoes it; opaque: what it does cannot be read off it';

CREATE FUNCTION releasegov.check_migration(
    up text, down text DEFAULT NULL, earlier text[] DEFAULT NULL,
    OUT direction text, OUT "position" int, OUT line int, OUT kind text, OUT object text,
    OUT class releasegov.migration_class, OUT reversibility releasegov.reversibility,
    OUT lock text, OUT blocks text, OUT rewrites boolean, OUT scans boolean,
    OUT compatible boolean, OUT in_transaction boolean,
    OUT undone_by text, OUT proposed_down text, OUT data_loss boolean,
    OUT detail text, OUT remedy text)
  RETURNS SETOF record LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 10 COST 1000
  AS 'MODULE_PATHNAME', 'check_migration';
REVOKE ALL ON FUNCTION releasegov.check_migration(text, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.check_migration(text, text, text[]) IS 'what each statement of a migration does, one row a statement, a part of ALTER TABLE and an object that is dropped: its class, whether the down undoes it and by which statements, which lock it takes and what that blocks, whether the table is rewritten or read, whether old and new code can run together, whether it can run in a transaction block, whether running the up and then the down loses or changes rows that were there before or leaves some, why, and what to do instead. earlier: the ups that were run before, oldest first, where they are known: then types, NOT NULL and triggers are known too; RG019 with line and column for a file that the server cannot read';

CREATE FUNCTION releasegov.migration_verdict(
    up text, down text DEFAULT NULL, earlier text[] DEFAULT NULL,
    OUT class releasegov.migration_class, OUT reversibility releasegov.reversibility,
    OUT data_loss boolean, OUT data_loss_reason text,
    OUT down_missing boolean, OUT down_empty boolean,
    OUT in_transaction boolean, OUT controls_transaction boolean, OUT compatible boolean,
    OUT opaque int, OUT statements int, OUT proposed_down text)
  LANGUAGE c IMMUTABLE PARALLEL SAFE COST 1000
  AS 'MODULE_PATHNAME', 'migration_verdict';
REVOKE ALL ON FUNCTION releasegov.migration_verdict(text, text, text[]) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.migration_verdict(text, text, text[]) IS 'what the statements of check_migration() come to: the worst class and reversibility of the up, whether up and down together lose data and where, whether the down is missing (null) or empty, whether all of it can run in a transaction block, whether the up begins or ends transactions itself, whether old and new code can run together, how many statements are opaque, how many there are, and a whole down, where each statement''s can be computed; RG019 as there';

CREATE FUNCTION releasegov.split_migration(
    content text,
    OUT direction text, OUT statements text, OUT line int, OUT in_transaction boolean, OUT format text)
  RETURNS SETOF record LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 2
  AS 'MODULE_PATHNAME', 'split_migration';
REVOKE ALL ON FUNCTION releasegov.split_migration(text) FROM PUBLIC;
COMMENT ON FUNCTION releasegov.split_migration(text) IS 'up and down of a file that holds both, by the comments of goose, sql-migrate or dbmate: the statements, the line of the file at which they begin, and whether the file lets them run in a transaction; RG019 where no such comment stands, or where they do not fit together';
