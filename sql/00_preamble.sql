/* releasegov: release governance where the record lives. */

-- complain if the script is sourced in psql, rather than via CREATE EXTENSION
\echo Use "CREATE EXTENSION releasegov" to load this file. \quit

COMMENT ON SCHEMA releasegov IS 'release governance: policy, evidence, eligibility, promotion and rollback';
