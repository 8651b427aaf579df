/*
 * Types: measures, thresholds, sustained conditions, UUIDs that sort by time,
 * and the enums of the vocabulary. Input, output, operators and casts stay
 * executable by PUBLIC, as types are; the schema's USAGE is what is granted.
 */

CREATE TYPE releasegov.release_kind AS ENUM ('feature', 'hotfix');
COMMENT ON TYPE releasegov.release_kind IS 'what a release is: a feature release keeps to the release windows, a hotfix may go out at any time with on-call approval';

CREATE TYPE releasegov.enforcement AS ENUM ('block', 'warn', 'review');
COMMENT ON TYPE releasegov.enforcement IS 'what an unmet requirement does: block refuses the promotion, warn is shown and lets it pass, review lets it pass after a manual review';

CREATE TYPE releasegov.requirement_status AS ENUM ('not_applicable', 'satisfied', 'unsatisfied', 'pending', 'stale', 'waived', 'error');
COMMENT ON TYPE releasegov.requirement_status IS 'how a requirement stands: not_applicable and satisfied and waived let a promotion pass; unsatisfied (judged and not met), pending (no result yet), stale (the result is too old) and error (it could not be judged) do not';

CREATE TYPE releasegov.release_state AS ENUM ('draft', 'candidate', 'released', 'retired', 'withdrawn');
COMMENT ON TYPE releasegov.release_state IS 'where a release is: draft (content may change), candidate (content frozen), released, retired, or withdrawn';

CREATE TYPE releasegov.deployment_state AS ENUM ('requested', 'deploying', 'rolling_out', 'live', 'superseded', 'cancelled', 'failed', 'rolling_back', 'rolled_back');
COMMENT ON TYPE releasegov.deployment_state IS 'where a deployment is; the legal moves are in the view legal_transition';

CREATE TYPE releasegov.gate_outcome AS ENUM ('pass', 'fail');
COMMENT ON TYPE releasegov.gate_outcome IS 'the outcome of a gate: as computed from measure and threshold, or as reported for a gate without a threshold';

-- measure: a number with its unit

CREATE TYPE releasegov.measure;

CREATE FUNCTION releasegov.measure_in(cstring) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_in(cstring) IS 'reads a number with its unit, such as 93.4%, 182 ms, 487 kB or 0; 22P02 if the text is none, 22003 if it does not fit, with the reason in DETAIL';
CREATE FUNCTION releasegov.measure_out(releasegov.measure) RETURNS cstring
	AS 'MODULE_PATHNAME', 'rg_measure_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_out(releasegov.measure) IS 'prints the measure in its one canonical form, which reads back as the same value';
CREATE FUNCTION releasegov.measure_recv(internal) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_recv(internal) IS 'reads the binary form of a measure; 22P03 if it is none';
CREATE FUNCTION releasegov.measure_send(releasegov.measure) RETURNS bytea
	AS 'MODULE_PATHNAME', 'rg_measure_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_send(releasegov.measure) IS 'writes the binary form of a measure';
CREATE FUNCTION releasegov.measure_typanalyze(internal) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_typanalyze' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_typanalyze(internal) IS 'statistics of a measure column: the share of nulls only, because a column may hold measures that do not compare';

CREATE TYPE releasegov.measure (
	INPUT = releasegov.measure_in, OUTPUT = releasegov.measure_out,
	RECEIVE = releasegov.measure_recv, SEND = releasegov.measure_send,
	ANALYZE = releasegov.measure_typanalyze,
	INTERNALLENGTH = 16, ALIGNMENT = double, STORAGE = plain
);
COMMENT ON TYPE releasegov.measure IS 'a number with its unit, exact: a count (0), a percentage (93.4%), a time (182 ms), a size (487 kB) or a rate (50/s); never negative, at most 18 digits; measures of different families do not compare (RG007)';

CREATE FUNCTION releasegov.measure_lt(releasegov.measure, releasegov.measure) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_lt(releasegov.measure, releasegov.measure) IS 'function of the operator < of measures; RG007 across families';
CREATE FUNCTION releasegov.measure_le(releasegov.measure, releasegov.measure) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_le(releasegov.measure, releasegov.measure) IS 'function of the operator <= of measures; RG007 across families';
CREATE FUNCTION releasegov.measure_eq(releasegov.measure, releasegov.measure) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_eq(releasegov.measure, releasegov.measure) IS 'function of the operator = of measures; RG007 across families';
CREATE FUNCTION releasegov.measure_ne(releasegov.measure, releasegov.measure) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_ne(releasegov.measure, releasegov.measure) IS 'function of the operator <> of measures; RG007 across families';
CREATE FUNCTION releasegov.measure_ge(releasegov.measure, releasegov.measure) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_ge(releasegov.measure, releasegov.measure) IS 'function of the operator >= of measures; RG007 across families';
CREATE FUNCTION releasegov.measure_gt(releasegov.measure, releasegov.measure) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_gt(releasegov.measure, releasegov.measure) IS 'function of the operator > of measures; RG007 across families';
CREATE FUNCTION releasegov.measure_cmp(releasegov.measure, releasegov.measure) RETURNS integer
	AS 'MODULE_PATHNAME', 'rg_measure_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_cmp(releasegov.measure, releasegov.measure) IS '-1, 0 or 1: order of two measures of one family; RG007 across families';
CREATE FUNCTION releasegov.measure_hash(releasegov.measure) RETURNS integer
	AS 'MODULE_PATHNAME', 'rg_measure_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_hash(releasegov.measure) IS 'hash of family and value, the same for 90 min and 1.5 h';
CREATE FUNCTION releasegov.measure_hash_extended(releasegov.measure, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rg_measure_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_hash_extended(releasegov.measure, bigint) IS '64-bit hash of family and value with a seed';

CREATE OPERATOR releasegov.< (
	LEFTARG = releasegov.measure, RIGHTARG = releasegov.measure, FUNCTION = releasegov.measure_lt,
	COMMUTATOR = OPERATOR(releasegov.>),
	NEGATOR = OPERATOR(releasegov.>=),
	RESTRICT = scalarltsel,
	JOIN = scalarltjoinsel
);
COMMENT ON OPERATOR releasegov.< (releasegov.measure, releasegov.measure) IS 'the first measure is less than the second; RG007 across families';
CREATE OPERATOR releasegov.<= (
	LEFTARG = releasegov.measure, RIGHTARG = releasegov.measure, FUNCTION = releasegov.measure_le,
	COMMUTATOR = OPERATOR(releasegov.>=),
	NEGATOR = OPERATOR(releasegov.>),
	RESTRICT = scalarlesel,
	JOIN = scalarlejoinsel
);
COMMENT ON OPERATOR releasegov.<= (releasegov.measure, releasegov.measure) IS 'the first measure is at most the second; RG007 across families';
CREATE OPERATOR releasegov.= (
	LEFTARG = releasegov.measure, RIGHTARG = releasegov.measure, FUNCTION = releasegov.measure_eq,
	COMMUTATOR = OPERATOR(releasegov.=),
	NEGATOR = OPERATOR(releasegov.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel, HASHES, MERGES
);
COMMENT ON OPERATOR releasegov.= (releasegov.measure, releasegov.measure) IS 'the first measure equals the second; RG007 across families';
CREATE OPERATOR releasegov.<> (
	LEFTARG = releasegov.measure, RIGHTARG = releasegov.measure, FUNCTION = releasegov.measure_ne,
	COMMUTATOR = OPERATOR(releasegov.<>),
	NEGATOR = OPERATOR(releasegov.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR releasegov.<> (releasegov.measure, releasegov.measure) IS 'the first measure differs from the second; RG007 across families';
CREATE OPERATOR releasegov.>= (
	LEFTARG = releasegov.measure, RIGHTARG = releasegov.measure, FUNCTION = releasegov.measure_ge,
	COMMUTATOR = OPERATOR(releasegov.<=),
	NEGATOR = OPERATOR(releasegov.<),
	RESTRICT = scalargesel,
	JOIN = scalargejoinsel
);
COMMENT ON OPERATOR releasegov.>= (releasegov.measure, releasegov.measure) IS 'the first measure is at least the second; RG007 across families';
CREATE OPERATOR releasegov.> (
	LEFTARG = releasegov.measure, RIGHTARG = releasegov.measure, FUNCTION = releasegov.measure_gt,
	COMMUTATOR = OPERATOR(releasegov.<),
	NEGATOR = OPERATOR(releasegov.<=),
	RESTRICT = scalargtsel,
	JOIN = scalargtjoinsel
);
COMMENT ON OPERATOR releasegov.> (releasegov.measure, releasegov.measure) IS 'the first measure is greater than the second; RG007 across families';

CREATE OPERATOR CLASS releasegov.measure_ops DEFAULT FOR TYPE releasegov.measure USING btree AS
	OPERATOR 1 releasegov.<, OPERATOR 2 releasegov.<=, OPERATOR 3 releasegov.=,
	OPERATOR 4 releasegov.>=, OPERATOR 5 releasegov.>,
	FUNCTION 1 releasegov.measure_cmp(releasegov.measure, releasegov.measure);
COMMENT ON OPERATOR CLASS releasegov.measure_ops USING btree IS 'order of measures of one family; sorting or indexing several families together is the error RG007';
COMMENT ON OPERATOR FAMILY releasegov.measure_ops USING btree IS 'order of measures of one family';

CREATE OPERATOR CLASS releasegov.measure_ops DEFAULT FOR TYPE releasegov.measure USING hash AS
	OPERATOR 1 releasegov.=,
	FUNCTION 1 releasegov.measure_hash(releasegov.measure),
	FUNCTION 2 releasegov.measure_hash_extended(releasegov.measure, bigint);
COMMENT ON OPERATOR CLASS releasegov.measure_ops USING hash IS 'hashing of measures by family and value';
COMMENT ON OPERATOR FAMILY releasegov.measure_ops USING hash IS 'hashing of measures by family and value';

CREATE FUNCTION releasegov.measure_smaller(releasegov.measure, releasegov.measure) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_smaller' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_smaller(releasegov.measure, releasegov.measure) IS 'the smaller of two measures, the first one of equal ones; RG007 across families';
CREATE FUNCTION releasegov.measure_larger(releasegov.measure, releasegov.measure) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_larger' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_larger(releasegov.measure, releasegov.measure) IS 'the larger of two measures, the first one of equal ones; RG007 across families';
CREATE AGGREGATE releasegov.min(releasegov.measure) (
	SFUNC = releasegov.measure_smaller, STYPE = releasegov.measure,
	COMBINEFUNC = releasegov.measure_smaller, SORTOP = OPERATOR(releasegov.<), PARALLEL = SAFE
);
COMMENT ON AGGREGATE releasegov.min(releasegov.measure) IS 'the least of measures of one family; RG007 if there are several families';
CREATE AGGREGATE releasegov.max(releasegov.measure) (
	SFUNC = releasegov.measure_larger, STYPE = releasegov.measure,
	COMBINEFUNC = releasegov.measure_larger, SORTOP = OPERATOR(releasegov.>), PARALLEL = SAFE
);
COMMENT ON AGGREGATE releasegov.max(releasegov.measure) IS 'the greatest of measures of one family; RG007 if there are several families';

CREATE FUNCTION releasegov.measure(value numeric, unit text) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_make' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure(value numeric, unit text) IS 'a measure from a number and a unit as people write it ('''' for a count); 22023 if the unit is unknown, 22003 if the number does not fit';
CREATE FUNCTION releasegov.measure(value numeric) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_from_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure(value numeric) IS 'a count; 22003 if negative or too large, 22P02 if it is not a number';
CREATE FUNCTION releasegov.measure(value integer) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_from_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure(value integer) IS 'a count; 22003 if negative or too large, 22P02 if it is not a number';
CREATE FUNCTION releasegov.measure(value bigint) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_measure_from_int8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure(value bigint) IS 'a count; 22003 if negative or too large, 22P02 if it is not a number';
CREATE CAST (numeric AS releasegov.measure) WITH FUNCTION releasegov.measure(numeric) AS ASSIGNMENT;
COMMENT ON CAST (numeric AS releasegov.measure) IS 'a plain number is a count';
CREATE CAST (integer AS releasegov.measure) WITH FUNCTION releasegov.measure(integer) AS ASSIGNMENT;
COMMENT ON CAST (integer AS releasegov.measure) IS 'a plain number is a count';
CREATE CAST (bigint AS releasegov.measure) WITH FUNCTION releasegov.measure(bigint) AS ASSIGNMENT;
COMMENT ON CAST (bigint AS releasegov.measure) IS 'a plain number is a count';
CREATE FUNCTION releasegov.measure_value(measure releasegov.measure) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rg_measure_value_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_value(measure releasegov.measure) IS 'the number, in the unit as written: 1.5 of 1.5 h';
CREATE FUNCTION releasegov.measure_unit(measure releasegov.measure) RETURNS text
	AS 'MODULE_PATHNAME', 'rg_measure_unit_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_unit(measure releasegov.measure) IS 'the unit as printed: h of 1.5 h, empty for a count';
CREATE FUNCTION releasegov.measure_family(measure releasegov.measure) RETURNS text
	AS 'MODULE_PATHNAME', 'rg_measure_family_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_family(measure releasegov.measure) IS 'count, percent, time, bytes or rate';
CREATE FUNCTION releasegov.measure_base(measure releasegov.measure) RETURNS numeric
	AS 'MODULE_PATHNAME', 'rg_measure_base_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_base(measure releasegov.measure) IS 'the number in the base unit of its family: 1 (count), % (percent), ns (time), B (bytes), per hour (rate)';

-- threshold: a comparator and a measure

CREATE TYPE releasegov.threshold;

CREATE FUNCTION releasegov.threshold_in(cstring) RETURNS releasegov.threshold
	AS 'MODULE_PATHNAME', 'rg_threshold_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_in(cstring) IS 'reads a comparator and a measure, such as >= 90%, <200ms or = 0; 22P02 if the text is none, 22003 if it does not fit, with the reason in DETAIL';
CREATE FUNCTION releasegov.threshold_out(releasegov.threshold) RETURNS cstring
	AS 'MODULE_PATHNAME', 'rg_threshold_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_out(releasegov.threshold) IS 'prints the threshold in its one canonical form, which reads back as the same value';
CREATE FUNCTION releasegov.threshold_recv(internal) RETURNS releasegov.threshold
	AS 'MODULE_PATHNAME', 'rg_threshold_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_recv(internal) IS 'reads the binary form of a threshold; 22P03 if it is none';
CREATE FUNCTION releasegov.threshold_send(releasegov.threshold) RETURNS bytea
	AS 'MODULE_PATHNAME', 'rg_threshold_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_send(releasegov.threshold) IS 'writes the binary form of a threshold';

CREATE TYPE releasegov.threshold (
	INPUT = releasegov.threshold_in, OUTPUT = releasegov.threshold_out,
	RECEIVE = releasegov.threshold_recv, SEND = releasegov.threshold_send,
	INTERNALLENGTH = 24, ALIGNMENT = double, STORAGE = plain
);
COMMENT ON TYPE releasegov.threshold IS 'a comparator and a measure, as a policy writes it: >= 90%, < 200 ms, = 0; measure @@ threshold says whether it is met';

CREATE FUNCTION releasegov.threshold_eq(releasegov.threshold, releasegov.threshold) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_threshold_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_eq(releasegov.threshold, releasegov.threshold) IS 'function of the operator = of type threshold';
CREATE FUNCTION releasegov.threshold_ne(releasegov.threshold, releasegov.threshold) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_threshold_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_ne(releasegov.threshold, releasegov.threshold) IS 'function of the operator <> of type threshold';
CREATE FUNCTION releasegov.threshold_hash(releasegov.threshold) RETURNS integer
	AS 'MODULE_PATHNAME', 'rg_threshold_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_hash(releasegov.threshold) IS 'hash of a threshold, the same for equal ones';
CREATE FUNCTION releasegov.threshold_hash_extended(releasegov.threshold, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rg_threshold_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_hash_extended(releasegov.threshold, bigint) IS '64-bit hash of a threshold with a seed';

CREATE OPERATOR releasegov.= (
	LEFTARG = releasegov.threshold, RIGHTARG = releasegov.threshold, FUNCTION = releasegov.threshold_eq,
	COMMUTATOR = OPERATOR(releasegov.=),
	NEGATOR = OPERATOR(releasegov.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel, HASHES
);
COMMENT ON OPERATOR releasegov.= (releasegov.threshold, releasegov.threshold) IS 'both say the same: one comparator, one family, equal values (>= 90 min equals >= 1.5 h)';
CREATE OPERATOR releasegov.<> (
	LEFTARG = releasegov.threshold, RIGHTARG = releasegov.threshold, FUNCTION = releasegov.threshold_ne,
	COMMUTATOR = OPERATOR(releasegov.<>),
	NEGATOR = OPERATOR(releasegov.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR releasegov.<> (releasegov.threshold, releasegov.threshold) IS 'not (both say the same: one comparator, one family, equal values (>= 90 min equals >= 1.5 h))';
CREATE OPERATOR CLASS releasegov.threshold_ops DEFAULT FOR TYPE releasegov.threshold USING hash AS
	OPERATOR 1 releasegov.=,
	FUNCTION 1 releasegov.threshold_hash(releasegov.threshold),
	FUNCTION 2 releasegov.threshold_hash_extended(releasegov.threshold, bigint);
COMMENT ON OPERATOR CLASS releasegov.threshold_ops USING hash IS 'hashing of type threshold by what it says, not how it is written';
COMMENT ON OPERATOR FAMILY releasegov.threshold_ops USING hash IS 'hashing of type threshold by what it says, not how it is written';

CREATE FUNCTION releasegov.measure_meets_threshold(releasegov.measure, releasegov.threshold) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_measure_meets_threshold' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.measure_meets_threshold(releasegov.measure, releasegov.threshold) IS 'function of the operator @@: is the threshold met; RG007 across families';
CREATE FUNCTION releasegov.threshold_met_by_measure(releasegov.threshold, releasegov.measure) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_threshold_met_by_measure' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_met_by_measure(releasegov.threshold, releasegov.measure) IS 'function of the operator @@: is the threshold met; RG007 across families';
CREATE OPERATOR releasegov.@@ (
	LEFTARG = releasegov.measure, RIGHTARG = releasegov.threshold, FUNCTION = releasegov.measure_meets_threshold,
	COMMUTATOR = OPERATOR(releasegov.@@)
);
COMMENT ON OPERATOR releasegov.@@ (releasegov.measure, releasegov.threshold) IS 'is the threshold met by the measure; RG007 across families';
CREATE OPERATOR releasegov.@@ (
	LEFTARG = releasegov.threshold, RIGHTARG = releasegov.measure, FUNCTION = releasegov.threshold_met_by_measure,
	COMMUTATOR = OPERATOR(releasegov.@@)
);
COMMENT ON OPERATOR releasegov.@@ (releasegov.threshold, releasegov.measure) IS 'is the threshold met by the measure; RG007 across families';
CREATE FUNCTION releasegov.threshold_measure(threshold releasegov.threshold) RETURNS releasegov.measure
	AS 'MODULE_PATHNAME', 'rg_threshold_measure_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_measure(threshold releasegov.threshold) IS 'the measure of a threshold: 90% of >= 90%';
CREATE FUNCTION releasegov.threshold_comparator(threshold releasegov.threshold) RETURNS text
	AS 'MODULE_PATHNAME', 'rg_threshold_comparator_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.threshold_comparator(threshold releasegov.threshold) IS 'the comparator of a threshold: <, <=, =, <>, >= or >';

-- sustained: a threshold that must hold

CREATE TYPE releasegov.sustained;

CREATE FUNCTION releasegov.sustained_in(cstring) RETURNS releasegov.sustained
	AS 'MODULE_PATHNAME', 'rg_sustained_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_in(cstring) IS 'reads a threshold and how long it must hold, such as > 1% for 5 min or < 1 for 3 samples; 22P02 if the text is none, 22003 if it does not fit, with the reason in DETAIL';
CREATE FUNCTION releasegov.sustained_out(releasegov.sustained) RETURNS cstring
	AS 'MODULE_PATHNAME', 'rg_sustained_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_out(releasegov.sustained) IS 'prints the sustained in its one canonical form, which reads back as the same value';
CREATE FUNCTION releasegov.sustained_recv(internal) RETURNS releasegov.sustained
	AS 'MODULE_PATHNAME', 'rg_sustained_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_recv(internal) IS 'reads the binary form of a sustained; 22P03 if it is none';
CREATE FUNCTION releasegov.sustained_send(releasegov.sustained) RETURNS bytea
	AS 'MODULE_PATHNAME', 'rg_sustained_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_send(releasegov.sustained) IS 'writes the binary form of a sustained';

CREATE TYPE releasegov.sustained (
	INPUT = releasegov.sustained_in, OUTPUT = releasegov.sustained_out,
	RECEIVE = releasegov.sustained_recv, SEND = releasegov.sustained_send,
	INTERNALLENGTH = 40, ALIGNMENT = double, STORAGE = plain
);
COMMENT ON TYPE releasegov.sustained IS 'a threshold that must hold for a time (1 us to 3650 d) or for a number of samples in a row (1 to 1000000): > 1% for 5 min, < 1 for 3 samples';

CREATE FUNCTION releasegov.sustained_eq(releasegov.sustained, releasegov.sustained) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_sustained_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_eq(releasegov.sustained, releasegov.sustained) IS 'function of the operator = of type sustained';
CREATE FUNCTION releasegov.sustained_ne(releasegov.sustained, releasegov.sustained) RETURNS boolean
	AS 'MODULE_PATHNAME', 'rg_sustained_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_ne(releasegov.sustained, releasegov.sustained) IS 'function of the operator <> of type sustained';
CREATE FUNCTION releasegov.sustained_hash(releasegov.sustained) RETURNS integer
	AS 'MODULE_PATHNAME', 'rg_sustained_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_hash(releasegov.sustained) IS 'hash of a sustained, the same for equal ones';
CREATE FUNCTION releasegov.sustained_hash_extended(releasegov.sustained, bigint) RETURNS bigint
	AS 'MODULE_PATHNAME', 'rg_sustained_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_hash_extended(releasegov.sustained, bigint) IS '64-bit hash of a sustained with a seed';

CREATE OPERATOR releasegov.= (
	LEFTARG = releasegov.sustained, RIGHTARG = releasegov.sustained, FUNCTION = releasegov.sustained_eq,
	COMMUTATOR = OPERATOR(releasegov.=),
	NEGATOR = OPERATOR(releasegov.<>),
	RESTRICT = eqsel,
	JOIN = eqjoinsel, HASHES
);
COMMENT ON OPERATOR releasegov.= (releasegov.sustained, releasegov.sustained) IS 'both say the same: equal thresholds that must hold equally long';
CREATE OPERATOR releasegov.<> (
	LEFTARG = releasegov.sustained, RIGHTARG = releasegov.sustained, FUNCTION = releasegov.sustained_ne,
	COMMUTATOR = OPERATOR(releasegov.<>),
	NEGATOR = OPERATOR(releasegov.=),
	RESTRICT = neqsel,
	JOIN = neqjoinsel
);
COMMENT ON OPERATOR releasegov.<> (releasegov.sustained, releasegov.sustained) IS 'not (both say the same: equal thresholds that must hold equally long)';
CREATE OPERATOR CLASS releasegov.sustained_ops DEFAULT FOR TYPE releasegov.sustained USING hash AS
	OPERATOR 1 releasegov.=,
	FUNCTION 1 releasegov.sustained_hash(releasegov.sustained),
	FUNCTION 2 releasegov.sustained_hash_extended(releasegov.sustained, bigint);
COMMENT ON OPERATOR CLASS releasegov.sustained_ops USING hash IS 'hashing of type sustained by what it says, not how it is written';
COMMENT ON OPERATOR FAMILY releasegov.sustained_ops USING hash IS 'hashing of type sustained by what it says, not how it is written';

CREATE FUNCTION releasegov.sustained_threshold(sustained releasegov.sustained) RETURNS releasegov.threshold
	AS 'MODULE_PATHNAME', 'rg_sustained_threshold_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_threshold(sustained releasegov.sustained) IS 'the threshold that must hold: > 1% of > 1% for 5 min';
CREATE FUNCTION releasegov.sustained_duration(sustained releasegov.sustained) RETURNS interval
	AS 'MODULE_PATHNAME', 'rg_sustained_duration_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_duration(sustained releasegov.sustained) IS 'for how long it must hold; null if it counts samples';
CREATE FUNCTION releasegov.sustained_samples(sustained releasegov.sustained) RETURNS integer
	AS 'MODULE_PATHNAME', 'rg_sustained_samples_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.sustained_samples(sustained releasegov.sustained) IS 'for how many samples in a row it must hold; null if it holds for a time';

-- keys that sort by time

-- Restricted: a worker of a parallel query would not know the session's last one.
CREATE FUNCTION releasegov.uuid_v7() RETURNS uuid
	AS 'MODULE_PATHNAME', 'rg_uuid_v7_sql' LANGUAGE C VOLATILE STRICT PARALLEL RESTRICTED;
COMMENT ON FUNCTION releasegov.uuid_v7() IS 'a UUID of version 7 (RFC 9562) for the clock''s time now; each is greater than the one before it in the session, even if the clock stands still or steps back';
CREATE FUNCTION releasegov.uuid_v7_time(uuid uuid) RETURNS timestamptz
	AS 'MODULE_PATHNAME', 'rg_uuid_v7_time_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.uuid_v7_time(uuid uuid) IS 'the time in a UUID of version 7, to the microsecond; null for other versions';
CREATE FUNCTION releasegov.uuid_v7_bound(at timestamptz) RETURNS uuid
	AS 'MODULE_PATHNAME', 'rg_uuid_v7_bound_sql' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION releasegov.uuid_v7_bound(at timestamptz) IS 'the greatest UUID of version 7 with a time at or before the given one: key <= uuid_v7_bound(t) finds by key what uuid_v7_time(key) <= t means';

-- the rest is for those who are granted access

REVOKE ALL ON FUNCTION releasegov.min(releasegov.measure) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.max(releasegov.measure) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.measure(numeric, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.measure_value(releasegov.measure) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.measure_unit(releasegov.measure) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.measure_family(releasegov.measure) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.measure_base(releasegov.measure) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.threshold_measure(releasegov.threshold) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.threshold_comparator(releasegov.threshold) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.sustained_threshold(releasegov.sustained) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.sustained_duration(releasegov.sustained) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.sustained_samples(releasegov.sustained) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.uuid_v7() FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.uuid_v7_time(uuid) FROM PUBLIC;
REVOKE ALL ON FUNCTION releasegov.uuid_v7_bound(timestamptz) FROM PUBLIC;
