-- fill.sql: rows for every table, as the tables ask for them: values of each
-- column's type, NULLs, the ends of ranges and long texts, keys that other
-- tables have, and what checks and partitions let in. It runs in the scratch
-- database as temporary functions; rg_fill() fills what is empty, has lost rows
-- or has a column that is new, and says of each table what it found; rg_filled
-- holds what it said before. A sort of 3 means four rows with NULLs, ends of
-- ranges and long texts, 2 one ordinary row, 1 one whose texts are numbers.
CREATE TEMP TABLE rg_filled (rel oid PRIMARY KEY, columns text NOT NULL, top int NOT NULL, rows int NOT NULL, problem text);
CREATE TEMP SEQUENCE rg_salt;

-- Lengths that checks of a column may ask for.
CREATE FUNCTION pg_temp.rg_lengths(numbers text[]) RETURNS int[] LANGUAGE sql AS $$
  SELECT ARRAY(SELECT n::int FROM unnest(numbers) WITH ORDINALITY x (n, place) WHERE n ~ '^[1-9]\d{0,2}$' ORDER BY place)
$$;

-- Texts that a value may have to look like; the constants of the column's own
-- checks come first.
CREATE FUNCTION pg_temp.rg_texts(salt bigint, literals text[], numbers text[]) RETURNS text[] LANGUAGE sql AS $$
  SELECT literals || ('v' || salt) || ARRAY(SELECT rpad('v' || salt || 'l', n, 'o') FROM unnest(pg_temp.rg_lengths(numbers)) n)
    || ARRAY['u' || salt || '@example.com', 'https://example.com/' || salt, md5(salt::text)::uuid::text,
    '{}', '2020-01-01', salt::text, 'abc', 'A', 'en', '#a1b2c3', '10.0.0.1', '+4912345' || salt, 'a-' || salt, 'a_b', md5(salt::text),
    '[]', '1.0.' || salt, '00:00:00', '', 'UTC', encode(sha256(salt::text::bytea), 'hex'), 'a.b', 'V' || salt]
$$;

-- A value of a type as an expression; c chooses among what may be wanted.
CREATE FUNCTION pg_temp.rg_value(type oid, typmod int, variant int, salt bigint, c int, literals text[], numbers text[])
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  t record;
  shown text := format_type(type, typmod);
  size int := CASE WHEN typmod > 4 THEN typmod - 4 END;
  texts text[];
  one text;
BEGIN
  SELECT p.typname, p.typtype, p.typcategory, p.typelem, p.typbasetype, p.typtypmod, p.oid, n.nspname INTO t
  FROM pg_catalog.pg_type p JOIN pg_catalog.pg_namespace n ON n.oid = p.typnamespace WHERE p.oid = type;
  IF t.typtype = 'd' THEN
    RETURN format('(%s)::%s', pg_temp.rg_value(t.typbasetype, t.typtypmod, variant, salt, c, literals, numbers), shown);
  ELSIF t.typtype = 'e' THEN
    SELECT format('%L::%s', e.enumlabel, shown) INTO one FROM pg_catalog.pg_enum e WHERE e.enumtypid = type
    ORDER BY e.enumsortorder OFFSET (variant + c - 1) % greatest(1, (SELECT count(*) FROM pg_catalog.pg_enum x WHERE x.enumtypid = type)) LIMIT 1;
    RETURN coalesce(one, 'NULL');
  ELSIF t.typtype = 'c' THEN
    RETURN format('ROW(%s)::%s', (SELECT string_agg(pg_temp.rg_value(a.atttypid, a.atttypmod, variant, salt, c, '{}', '{}'), ', ' ORDER BY a.attnum)
      FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type y ON y.typrelid = a.attrelid WHERE y.oid = type AND a.attnum > 0 AND NOT a.attisdropped), shown);
  ELSIF t.typtype IN ('r', 'm') THEN
    RETURN format('%L::%s', CASE WHEN c % 2 = 1 THEN 'empty' WHEN t.typtype = 'm' THEN '{}' WHEN t.typname IN ('int4range', 'int8range', 'numrange')
      THEN format('[%s,%s)', salt * 10, salt * 10 + 5) ELSE format('[%s,%s)', date '2020-01-01' + salt::int, date '2020-01-02' + salt::int) END, shown);
  ELSIF t.typcategory = 'A' THEN
    IF variant = 2 OR c % 3 = 1 THEN RETURN format('''{}''::%s', shown); END IF;
    RETURN format('ARRAY[%s]::%s', pg_temp.rg_value(t.typelem, typmod, variant, salt, c / 3, literals, numbers), shown);
  END IF;
  CASE t.typname
    WHEN 'int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'money', 'oid' THEN
      -- what the checks speak of, then small numbers, then the ends
      texts := numbers || CASE variant WHEN 4 THEN ARRAY[CASE t.typname WHEN 'int2' THEN '32767' WHEN 'int8' THEN '9223372036854775807'
          WHEN 'int4' THEN '2147483647' WHEN 'numeric' THEN '0' ELSE '99999' END] ELSE '{}' END
        || ARRAY[(salt % 30000)::text, '1', '0', '2', '10', '100', '-1', '50', '1000', (salt % 10)::text];
      one := texts[1 + (c + CASE WHEN cardinality(numbers) > 0 THEN variant - 1 ELSE 0 END) % cardinality(texts)];
      IF t.typname = 'numeric' AND typmod > 4 THEN
        -- as many digits as the type takes
        one := (one::numeric % (10::numeric ^ greatest(0, ((typmod - 4) >> 16) - ((typmod - 4) & 2047))))::text;
      ELSIF t.typname IN ('numeric', 'float4', 'float8') AND c = 0 AND cardinality(numbers) = 0 AND variant <> 4 THEN
        one := one || '.5';
      END IF;
      RETURN format('(%s)::%s', CASE WHEN t.typname = 'money' THEN one || '::numeric' ELSE one END, shown);
    WHEN 'text', 'varchar', 'bpchar', 'name', 'citext' THEN
      texts := CASE WHEN variant = 5 THEN literals || salt::text ELSE '{}' END || pg_temp.rg_texts(salt, literals, numbers);
      one := CASE WHEN variant = 4 AND c = 0 AND literals = '{}' THEN repeat('long text ' || salt || ' äöü ', 60)
        WHEN variant = 2 AND c = 0 AND literals = '{}' THEN 'Mixed Case ' || salt
        ELSE texts[1 + (c + CASE WHEN literals <> '{}' THEN variant - 1 ELSE 0 END) % cardinality(texts)] END;
      IF size IS NOT NULL THEN one := left(one, size); END IF;
      RETURN format('%L::%s', one, shown);
    WHEN 'bool' THEN RETURN CASE WHEN (variant + c) % 2 = 1 THEN 'true' ELSE 'false' END;
    WHEN 'date', 'timestamp', 'timestamptz' THEN
      -- a check of several columns has constants of the others, too
      literals := ARRAY(SELECT l FROM unnest(literals) l WHERE l ~ '^\d{4}-\d\d-\d\d');
      texts := literals || ARRAY[(timestamp '2020-01-01 12:00' + salt * interval '1 h')::text, '1970-01-01', '2038-01-19 03:14:07', '2023-06-15'];
      RETURN format('%L::%s', texts[1 + (c + CASE WHEN literals <> '{}' THEN variant - 1 WHEN variant = 4 THEN 1 ELSE 0 END) % cardinality(texts)], shown);
    WHEN 'time', 'timetz' THEN RETURN format('%L::%s', (ARRAY['12:34:56', '00:00:00', '23:59:59'])[1 + (variant + c) % 3], shown);
    WHEN 'interval' THEN RETURN format('%L::%s', (ARRAY['1 day', '0', '3 mons 2 days 01:00:00'])[1 + (variant + c) % 3], shown);
    WHEN 'uuid' THEN RETURN format('%L::uuid', md5('u' || salt || '.' || c));
    WHEN 'json', 'jsonb' THEN
      -- constants of its checks are keys of it
      texts := CASE WHEN literals <> '{}' THEN ARRAY[(SELECT jsonb_object_agg(l, 1)::text FROM unnest(literals) l), (SELECT jsonb_object_agg(l, 'x')::text FROM unnest(literals) l)] ELSE '{}' END
        || ARRAY['{"a": ' || salt || ', "b": null}', '{}', '[]', '[{"a": 1}]', '"x"', '1'];
      RETURN format('%L::%s', texts[1 + c % cardinality(texts)], shown);
    WHEN 'bytea' THEN
      -- addresses, keys and digests are so long; none is there twice
      texts := ARRAY(SELECT lpad(to_hex(salt), 2 * n, '00ffab') FROM unnest(pg_temp.rg_lengths(numbers) || ARRAY[6, 32, 20, 16, 64]) n) || ''::text;
      RETURN format('decode(%L, ''hex'')', texts[1 + c % cardinality(texts)]);
    WHEN 'inet', 'cidr' THEN RETURN format('%L::%s', '10.' || salt / 65536 % 256 || '.' || salt / 256 % 256 || '.' || salt % 256 || CASE WHEN t.typname = 'cidr' THEN '/32' ELSE '' END, shown);
    WHEN 'macaddr' THEN RETURN format('%L::macaddr', '08:00:2b:01:02:' || lpad(to_hex(salt % 256), 2, '0'));
    WHEN 'bit', 'varbit' THEN RETURN format('B%L::%s', repeat('1', greatest(1, typmod)), shown);
    WHEN 'tsvector' THEN RETURN format('to_tsvector(''simple'', %L)', 'word' || salt);
    WHEN 'tsquery' THEN RETURN format('to_tsquery(''simple'', %L)', 'word' || salt);
    WHEN 'xml' THEN RETURN '''<a/>''::xml';
    WHEN 'point' THEN RETURN format('point(%s, %s)', salt, variant);
    WHEN 'box', 'polygon', 'path', 'lseg' THEN RETURN format('%L::%s', '((0,0),(1,' || salt || '))', shown);
    WHEN 'circle' THEN RETURN format('%L::circle', '<(0,0),' || salt || '>');
    WHEN 'hstore' THEN RETURN format('%L::%s', 'a=>' || salt, shown);
    WHEN 'ltree' THEN RETURN format('%L::%s', 'a.b' || salt, shown);
    WHEN 'pg_lsn' THEN RETURN '''0/1''::pg_lsn';
    ELSE RETURN 'NULL';
  END CASE;
END
$$;

-- Constants in checks of a column, which its values may have to be.
CREATE FUNCTION pg_temp.rg_constants(definition text, OUT literals text[], OUT numbers text[]) LANGUAGE sql AS $$
  SELECT ARRAY(SELECT DISTINCT replace(m[1], '''''', '''') FROM regexp_matches(definition, '''((?:[^'']|'''')*)''', 'g') AS m WHERE m[1] !~ '[\^$\\]'),
    ARRAY(SELECT DISTINCT n FROM (
      SELECT m[1] AS n FROM regexp_matches(regexp_replace(definition, '''(?:[^'']|'''')*''', '', 'g'), '(?<![\w.])(-?\d{1,9}(?:\.\d+)?)(?![\w.])', 'g') AS m
      UNION ALL SELECT (m[1]::numeric + 1)::text FROM regexp_matches(regexp_replace(definition, '''(?:[^'']|'''')*''', '', 'g'), '(?<![\w.])(-?\d{1,9})(?![\w.])', 'g') AS m) x)
$$;

-- What has to be known of a column to give it a value.
CREATE TYPE pg_temp.rg_column AS (attnum int, attname name, type oid, typmod int, may_be_null boolean, has_default boolean, is_key boolean,
  literals text[], numbers text[], lead int, refers_to oid, refers_to_column name);

-- What a partition takes, which no constraint of it says.
CREATE FUNCTION pg_temp.rg_bounds(rel oid) RETURNS TABLE (def text) LANGUAGE sql AS $$
  SELECT pg_catalog.pg_get_partition_constraintdef(c.oid) FROM pg_catalog.pg_class c WHERE c.oid = rel AND c.relispartition
$$;

-- Of the columns that number themselves, those of these names.
CREATE FUNCTION pg_temp.rg_columns(rel oid, numbered text[]) RETURNS pg_temp.rg_column[] LANGUAGE sql AS $$
  SELECT array_agg(ROW(a.attnum, a.attname, a.atttypid, a.atttypmod, NOT a.attnotnull, a.atthasdef, k.conkey IS NOT NULL,
      COALESCE(c.literals, '{}'), COALESCE(c.numbers, '{}'), f.lead, f.confrelid, f.refcolumn)::pg_temp.rg_column ORDER BY a.attnum)
  FROM pg_catalog.pg_attribute a
    LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    LEFT JOIN LATERAL (
      SELECT n.confrelid, n.conkey[1] AS lead, ra.attname AS refcolumn
      FROM pg_catalog.pg_constraint n
        JOIN LATERAL unnest(n.conkey, n.confkey) AS p (mine, theirs) ON p.mine = a.attnum
        JOIN pg_catalog.pg_attribute ra ON ra.attrelid = n.confrelid AND ra.attnum = p.theirs
      WHERE n.conrelid = rel AND n.contype = 'f' ORDER BY n.conparentid, n.oid LIMIT 1) f ON true
    LEFT JOIN LATERAL (
      SELECT q.* FROM (
        SELECT string_agg(x.def, ' ') AS def FROM (
          SELECT pg_catalog.pg_get_constraintdef(n.oid) AS def FROM pg_catalog.pg_constraint n
          WHERE n.contype = 'c' AND n.conrelid = rel AND a.attnum = ANY (n.conkey)
          UNION ALL
          SELECT pg_catalog.pg_get_constraintdef(n.oid) FROM pg_catalog.pg_constraint n WHERE n.contypid = a.atttypid
          UNION ALL
          SELECT b.def FROM pg_temp.rg_bounds(rel) b WHERE b.def ~ ('\m' || a.attname || '\M')) x) e,
        LATERAL pg_temp.rg_constants(e.def) q WHERE e.def IS NOT NULL) c ON true
  WHERE a.attrelid = rel AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
    AND (d.adbin IS NULL OR pg_catalog.pg_get_expr(d.adbin, d.adrelid) NOT LIKE 'nextval(%' OR a.attname = ANY (numbered))
$$;

-- How many rows, up to ten; those of its own, or what inherits from it as well.
CREATE FUNCTION pg_temp.rg_count(rel oid, own boolean) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  n bigint;
BEGIN
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s %s LIMIT 10) x', CASE WHEN own THEN 'ONLY' END, rel::regclass) INTO n;
  RETURN n;
END
$$;

-- Which columns have to do with a failure?
CREATE FUNCTION pg_temp.rg_culprits(rel oid, broken text, broken_column text, problem text) RETURNS int[] LANGUAGE sql AS $$
  SELECT array_remove(ARRAY(
    SELECT unnest(n.conkey)::int FROM pg_catalog.pg_constraint n WHERE n.conrelid = rel AND n.conname = broken
    UNION SELECT a.attnum FROM pg_catalog.pg_attribute a WHERE a.attrelid = rel AND a.attname = broken_column AND a.attnum > 0
    UNION SELECT unnest(i.indkey::int[]) FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
      WHERE i.indrelid = rel AND x.relname = broken AND problem ~ 'unique|exclusion'
    UNION SELECT a.attnum FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_constraint n ON n.contypid = a.atttypid WHERE a.attrelid = rel AND n.conname = broken
    UNION SELECT a.attnum FROM pg_catalog.pg_attribute a, pg_temp.rg_bounds(rel) b
      WHERE problem ~ 'partition' AND a.attrelid = rel AND a.attnum > 0 AND b.def ~ ('\m' || a.attname || '\M')), 0)
$$;

-- An expression for the value of a column, with which others may agree.
CREATE FUNCTION pg_temp.rg_candidate(c pg_temp.rg_column, salt bigint, n int, rows bigint) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN c.refers_to IS NULL THEN pg_temp.rg_value(c.type, c.typmod, 1, salt, n, c.literals, c.numbers)
    WHEN rows > 0 THEN format('(SELECT %I FROM %s ORDER BY ctid OFFSET %s LIMIT 1)', c.refers_to_column, c.refers_to::regclass, n % rows)
    ELSE 'NULL' END
$$;

-- Values for the columns of checks that are about several, such as all checks let in: of
-- some thousand combinations, one that fits. NULL where none does.
CREATE FUNCTION pg_temp.rg_fit(rel oid, columns pg_temp.rg_column[], variant int, salt bigint, wanted jsonb, counts jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  involved int[];
  given text;
  named text;
  checks text;
  combinations int;
  fits jsonb;
BEGIN
  SELECT array_agg(DISTINCT k) INTO involved FROM pg_catalog.pg_constraint n, unnest(n.conkey) k
  WHERE n.conrelid = rel AND n.contype = 'c' AND cardinality(n.conkey) > 1;
  SELECT string_agg(format('CASE (hashint4(i * 7919 + %s) & 2147483647) %% %s %s END AS %I', c.attnum * 104729, o.n, o.cases, c.attname), ', '),
    string_agg(format('%L, x.%I::text', c.attname, c.attname), ', ')
  INTO given, named
  FROM unnest(columns) c CROSS JOIN LATERAL (
    SELECT count(*) AS n, string_agg(format('WHEN %s THEN %s', p.n - 1, p.value), ' ' ORDER BY p.n) AS cases
    FROM (
      SELECT row_number() OVER (ORDER BY v.n) AS n, v.value
      FROM (
        SELECT -1 AS n, format('NULL::%s', format_type(c.type, c.typmod)) AS value WHERE c.may_be_null AND NOT wanted ? c.attname::text
        UNION ALL
        SELECT g, pg_temp.rg_candidate(c, salt, g, (counts ->> c.refers_to::text)::bigint)
        FROM generate_series(0, 2 + cardinality(c.literals) + cardinality(c.numbers)) g WHERE NOT wanted ? c.attname::text
        UNION ALL
        SELECT 0, format('%L::%s', wanted ->> c.attname::text, format_type(c.type, c.typmod)) WHERE wanted ? c.attname::text) v) p) o
  WHERE c.attnum = ANY (involved);
  SELECT string_agg(pg_catalog.pg_get_expr(n.conbin, n.conrelid), ' AND ') INTO checks FROM pg_catalog.pg_constraint n
  WHERE n.conrelid = rel AND n.contype = 'c' AND n.conkey && involved::int2[]
    AND n.conkey <@ ARRAY(SELECT c.attnum FROM unnest(columns) c WHERE c.attnum = ANY (involved))::int2[];
  -- functions of users may take their time
  SELECT CASE WHEN count(*) > 0 THEN 200 ELSE 4000 END INTO combinations FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_constraint n ON n.oid = d.objid
  WHERE d.classid = 'pg_catalog.pg_constraint'::regclass AND d.refclassid = 'pg_catalog.pg_proc'::regclass AND n.conrelid = rel AND n.contype = 'c';
  EXECUTE format('SELECT jsonb_agg(y.fit) FROM (SELECT jsonb_build_object(%s) AS fit FROM (SELECT %s FROM generate_series(1, %s) i) x WHERE (%s) LIMIT 40) y',
    named, given, combinations, checks) INTO fits;
  RETURN fits -> ((variant - 1) * 13 % jsonb_array_length(fits));
EXCEPTION WHEN OTHERS THEN
  RETURN NULL; -- a check that takes functions of its own, perhaps
END
$$;

-- What a table has been found to take: how often each column turned to another value,
-- which must not be null, which must, and how often each check was tried.
CREATE TYPE pg_temp.rg_learnt AS (tries int[], forced boolean[], nulls int[], patterns jsonb);

-- One row, tried with other values until the table takes it; wanted are values
-- that some columns should have. learnt: by the row before, NULL for none.
CREATE FUNCTION pg_temp.rg_fill_row(rel regclass, columns pg_temp.rg_column[], variant int, wanted jsonb, INOUT learnt pg_temp.rg_learnt, OUT problem text) LANGUAGE plpgsql AS $$
DECLARE
  salt bigint := nextval('pg_temp.rg_salt');
  tries int[] := COALESCE(learnt.tries, array_fill(0, ARRAY[1700]));
  forced boolean[] := COALESCE(learnt.forced, array_fill(false, ARRAY[1700]));
  nulls int[] := COALESCE(learnt.nulls, '{}');
  patterns jsonb := COALESCE(learnt.patterns, '{}');
  pattern int;
  counts jsonb := '{}';
  tried int := 0;
  k int;
  names text;
  vals text;
  broken text;
  broken_column text;
  culprits int[];
  quiet boolean := false;
  fit jsonb;
  fitted boolean := false;
BEGIN
  SELECT COALESCE(jsonb_object_agg(x.refers_to, pg_temp.rg_count(x.refers_to, false)), '{}') INTO counts
  FROM (SELECT DISTINCT c.refers_to FROM unnest(columns) c WHERE c.refers_to IS NOT NULL) x;
  SELECT format('%s has no rows to refer to', c.refers_to::regclass) INTO problem FROM unnest(columns) c
  WHERE NOT c.may_be_null AND c.refers_to <> rel AND counts ->> c.refers_to::text = '0' LIMIT 1;
  IF FOUND THEN RETURN; END IF;
  FOR k IN SELECT c.attnum FROM unnest(columns) c WHERE wanted ? c.attname::text LOOP tries[k] := 0; END LOOP;
  LOOP
    SELECT string_agg(quote_ident(x.attname), ', ' ORDER BY x.attnum), string_agg(x.value, ', ' ORDER BY x.attnum)
    INTO names, vals
    FROM (
      SELECT c.attnum, c.attname, CASE
          WHEN wanted ? c.attname::text AND tries[c.attnum] = 0 THEN format('%L::%s', wanted ->> c.attname::text, format_type(c.type, c.typmod))
          WHEN c.attnum = ANY (nulls) AND c.may_be_null THEN 'NULL'
          WHEN c.refers_to IS NOT NULL THEN CASE
            WHEN r.rows = 0 AND c.may_be_null AND NOT (forced[c.attnum] AND c.refers_to <> rel) THEN 'NULL'
            WHEN variant = 3 AND c.may_be_null AND NOT forced[c.attnum] THEN 'NULL'
            WHEN r.rows = 0 THEN pg_temp.rg_value(c.type, c.typmod, 1, salt, tries[c.attnum], '{}', '{}')
            ELSE format('(SELECT %I FROM %s ORDER BY ctid OFFSET %s LIMIT 1)', c.refers_to_column, c.refers_to::regclass, (variant - 1 + tries[c.lead]) % r.rows) END
          WHEN variant = 2 AND c.has_default AND tries[c.attnum] = 0 THEN 'DEFAULT'
          WHEN variant = 3 AND c.may_be_null AND NOT forced[c.attnum] THEN 'NULL'
          -- and beside values
          WHEN variant = 2 AND c.may_be_null AND c.attnum % 2 = 0 AND tries[c.attnum] = 0 THEN 'NULL'
          -- of two that are true or false, all four combinations
          ELSE pg_temp.rg_value(c.type, c.typmod, CASE WHEN c.type = 'pg_catalog.bool'::regtype AND variant IN (2, 3) THEN variant + c.attnum ELSE variant END,
            salt, tries[c.attnum], c.literals, c.numbers) END AS value
      FROM unnest(columns) c CROSS JOIN LATERAL (SELECT (counts ->> c.refers_to::text)::bigint AS rows) r
      WHERE NOT (variant = 4 AND c.has_default AND c.is_key)
    ) x;
    BEGIN
      EXECUTE CASE WHEN names IS NULL THEN format('INSERT INTO %s DEFAULT VALUES', rel)
        ELSE format('INSERT INTO %s (%s) VALUES (%s)', rel, names, vals) END;
      IF quiet THEN EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', rel); END IF;
      problem := NULL;
      learnt := ROW(tries, forced, nulls, patterns);
      RETURN;
    EXCEPTION WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS problem = MESSAGE_TEXT, broken = CONSTRAINT_NAME, broken_column = COLUMN_NAME;
      tried := tried + 1;
      salt := nextval('pg_temp.rg_salt');
      culprits := pg_temp.rg_culprits(rel, broken, broken_column, problem);
      IF SQLSTATE = '23502' THEN
        FOREACH k IN ARRAY culprits LOOP forced[k] := true; tries[k] := tries[k] + 1; END LOOP;
        -- a value is there, and a trigger takes it away
        IF tried > 4 AND NOT quiet THEN
          EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', rel);
          quiet := true;
        END IF;
      ELSIF SQLSTATE = '23514' AND cardinality(culprits) > 1 AND NOT fitted THEN
        fitted := true;
        fit := pg_temp.rg_fit(rel, columns, variant, salt, wanted, counts);
        IF fit IS NOT NULL THEN
          wanted := fit || wanted;
          FOR k IN SELECT c.attnum FROM unnest(columns) c WHERE wanted ? c.attname::text LOOP tries[k] := 0; END LOOP;
        END IF;
      ELSIF SQLSTATE = '23514' AND cardinality(culprits) > 1 AND COALESCE((patterns ->> broken)::int, 0) <= cardinality(culprits) THEN
        -- exactly one of several, or none: each alone is not null, then none is;
        -- other checks keep what they came to
        pattern := COALESCE((patterns ->> broken)::int, 0) + 1;
        patterns := patterns || jsonb_build_object(broken, pattern);
        nulls := ARRAY(SELECT n FROM unnest(nulls) n WHERE n <> ALL (culprits)) || array_remove(culprits, culprits[pattern]);
      ELSIF SQLSTATE = '23505' AND tried > (
          SELECT sum((counts ->> c.refers_to::text)::int) FROM unnest(columns) c WHERE c.attnum = ANY (culprits) HAVING bool_and(c.refers_to IS NOT NULL)) THEN
        tried := 1000; -- each of those that it may refer to is taken
      ELSIF cardinality(culprits) > 0 AND tried < 60 THEN
        nulls := ARRAY(SELECT n FROM unnest(nulls) n WHERE n <> ALL (culprits));
        -- like a counter: the first culprit turns, the next when it has been round
        k := culprits[1 + (tried / 12) % cardinality(culprits)];
        tries[k] := tries[k] + 1;
        IF variant = 3 THEN FOREACH k IN ARRAY culprits LOOP forced[k] := true; END LOOP; END IF;
      ELSIF SQLSTATE LIKE '22%' AND wanted <> '{}' AND (quiet OR NOT EXISTS (SELECT FROM pg_catalog.pg_trigger g WHERE g.tgrelid = rel AND NOT g.tgisinternal)) THEN
        -- it is no trigger's: they are of another column of that name
        wanted := '{}';
        IF quiet THEN EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', rel); END IF;
        quiet := false;
      ELSIF NOT quiet THEN
        -- its triggers may refuse it, or compute what does not fit
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', rel);
        quiet := true;
      ELSIF tried > 12 THEN
        tried := 1000;
      END IF;
      IF tried > 80 THEN
        IF quiet THEN EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', rel); END IF;
        RETURN;
      END IF;
    END;
  END LOOP;
END
$$;

-- How many foreign keys lead on from a table, at most: what it refers to comes
-- first. Circles end somewhere.
CREATE FUNCTION pg_temp.rg_depths() RETURNS TABLE (rel oid, depth int) LANGUAGE sql AS $$
  WITH RECURSIVE d (rel, depth) AS (
    SELECT k.conrelid, 1 FROM pg_catalog.pg_constraint k WHERE k.contype = 'f' AND k.conrelid <> k.confrelid
    UNION
    SELECT k.conrelid, d.depth + 1 FROM d JOIN pg_catalog.pg_constraint k ON k.confrelid = d.rel
    WHERE k.contype = 'f' AND k.conrelid <> k.confrelid AND d.depth < 10)
  SELECT d.rel, max(d.depth) FROM d GROUP BY d.rel
$$;

-- All tables that rows can be put into.
CREATE FUNCTION pg_temp.rg_tables() RETURNS TABLE (rel oid, shape text, top int, force boolean) LANGUAGE sql AS $$
  SELECT c.oid, COALESCE((SELECT string_agg(a.attnum::text, ' ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')
      || '/' || (SELECT count(*) || '.' || COALESCE(sum(pg_catalog.pg_column_size(k.conbin)), 0) FROM pg_catalog.pg_constraint k WHERE k.conrelid = c.oid),
    c.relnatts::int, c.relforcerowsecurity
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND pg_catalog.pg_has_role(c.relowner, 'USAGE')
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
$$;

-- Those that are empty, or have fewer rows than we left in them, as one question:
-- an up may have deleted some, and those that it left are all alike.
CREATE FUNCTION pg_temp.rg_short() RETURNS oid[] LANGUAGE plpgsql AS $$
DECLARE
  result oid[];
BEGIN
  EXECUTE COALESCE((SELECT 'SELECT array_agg(x.rel) FROM (' || string_agg(format('SELECT %s::oid AS rel WHERE NOT EXISTS (SELECT FROM ONLY %s OFFSET %s)',
      t.rel, t.rel::regclass, GREATEST(f.rows, 1) - 1), ' UNION ALL ') || ') x'
    FROM pg_temp.rg_tables() t LEFT JOIN pg_temp.rg_filled f ON f.rel = t.rel), 'SELECT NULL::oid[]') INTO result;
  RETURN COALESCE(result, '{}');
END
$$;

-- Numbers that a table gives itself have gaps after some time.
CREATE FUNCTION pg_temp.rg_leave_gap(rel oid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM nextval(d.objid) FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class c ON c.oid = d.objid AND c.relkind = 'S'
  WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.refobjid = rel AND d.deptype IN ('a', 'i');
EXCEPTION WHEN OTHERS THEN
  NULL; -- then there are no numbers left
END
$$;

-- filled are columns in which an up takes no NULLs.
CREATE FUNCTION pg_temp.rg_fill_table(rel oid, sort int, filled jsonb, OUT problem text) LANGUAGE plpgsql AS $$
DECLARE
  columns pg_temp.rg_column[] := pg_temp.rg_columns(rel, '{}');
  variants int[] := CASE sort WHEN 3 THEN ARRAY[1, 2, 3, 4] WHEN 2 THEN ARRAY[1] ELSE ARRAY[5] END;
  variant int;
BEGIN
  FOR i IN 1 .. COALESCE(cardinality(columns), 0) LOOP
    IF filled ? columns[i].attname::text THEN columns[i].may_be_null := false; END IF;
  END LOOP;
  FOREACH variant IN ARRAY variants LOOP
    IF variant = 3 THEN PERFORM pg_temp.rg_leave_gap(rel); END IF;
    SELECT r.problem INTO problem FROM pg_temp.rg_fill_row(rel::regclass, columns, variant, '{}', NULL) r;
    -- the first row is the most ordinary one
    IF problem IS NOT NULL AND variant = variants[1] THEN RETURN; END IF;
  END LOOP;
  problem := NULL;
END
$$;

-- What tells a row from the others, whatever happens to it.
CREATE FUNCTION pg_temp.rg_identity(rel oid) RETURNS text LANGUAGE sql AS $$
  SELECT COALESCE((SELECT format('ROW(%s)', string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum))
    FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.conrelid = rel AND k.contype = 'p' HAVING count(*) > 0), 'ctid')
$$;

-- Other values for a column of rows that are all alike, where the table lets us.
CREATE FUNCTION pg_temp.rg_vary_column(rel oid, c pg_temp.rg_column) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  identity text := pg_temp.rg_identity(rel);
  rows text[];
  value text;
  changed int;
BEGIN
  IF c.is_key OR c.refers_to IS NOT NULL THEN RETURN; END IF;
  EXECUTE format('SELECT ARRAY(SELECT %s::text FROM ONLY %s ORDER BY 1 LIMIT 4)', identity, rel::regclass) INTO rows;
  FOR place IN 1 .. cardinality(rows) LOOP
    -- the only row gets another value than it has
    FOR variant IN place .. CASE WHEN cardinality(rows) = 1 THEN 4 ELSE place END LOOP
      value := pg_temp.rg_value(c.type, c.typmod, variant, nextval('pg_temp.rg_salt'), 0, c.literals, c.numbers);
      BEGIN
        EXECUTE format('UPDATE ONLY %s SET %I = %s WHERE %s::text = %L AND %2$I::text IS DISTINCT FROM (%3$s)::text', rel::regclass, c.attname, value, identity, rows[place]);
        GET DIAGNOSTICS changed = ROW_COUNT;
        EXIT WHEN changed > 0;
      EXCEPTION WHEN OTHERS THEN
        NULL; -- then it keeps what it has
      END;
    END LOOP;
  END LOOP;
END
$$;

-- Where each row has its one place, no other can be added: all columns behind one.
CREATE FUNCTION pg_temp.rg_vary(rel oid, behind int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  c pg_temp.rg_column;
BEGIN
  FOREACH c IN ARRAY COALESCE(pg_temp.rg_columns(rel, '{}'), '{}') LOOP
    IF c.attnum > behind THEN PERFORM pg_temp.rg_vary_column(rel, c); END IF;
  END LOOP;
END
$$;

-- Columns that an up drops: what is lost with them shows only where rows do not have
-- what a column that is added anew gives them.
CREATE FUNCTION pg_temp.rg_vary_dropped(dropped jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  d record;
  c pg_temp.rg_column;
  shows boolean;
BEGIN
  FOR d IN
    SELECT x.rel, a.attname, COALESCE(pg_catalog.pg_get_expr(f.adbin, f.adrelid), 'NULL') AS given
    FROM jsonb_array_elements(dropped) e JOIN pg_temp.rg_tables() x ON x.rel = to_regclass(e.value ->> 0)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = x.rel AND a.attname = e.value ->> 1
      LEFT JOIN pg_catalog.pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  LOOP
    FOREACH c IN ARRAY COALESCE(pg_temp.rg_columns(d.rel, '{}'), '{}') LOOP
      CONTINUE WHEN c.attname <> d.attname;
      BEGIN
        EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s WHERE %I::text IS DISTINCT FROM (%s)::text)', d.rel::regclass, c.attname, d.given) INTO shows;
      EXCEPTION WHEN OTHERS THEN
        shows := false; -- a default that cannot be had here
      END;
      IF NOT shows THEN PERFORM pg_temp.rg_vary_column(d.rel, c); END IF;
    END LOOP;
  END LOOP;
END
$$;

-- Values for a column in rows where it has none; false where one cannot be given.
CREATE FUNCTION pg_temp.rg_fill_nulls(rel oid, c pg_temp.rg_column) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  identity text := pg_temp.rg_identity(rel);
  rows text[];
  given boolean;
BEGIN
  EXECUTE format('SELECT ARRAY(SELECT %s::text FROM ONLY %s WHERE %I IS NULL ORDER BY 1)', identity, rel::regclass, c.attname) INTO rows;
  FOR place IN 1 .. cardinality(rows) LOOP
    given := false;
    FOR attempt IN 0 .. 11 LOOP
      BEGIN
        EXECUTE format('UPDATE ONLY %s SET %I = %s WHERE %s::text = %L', rel::regclass, c.attname,
          CASE WHEN c.refers_to IS NULL THEN pg_temp.rg_value(c.type, c.typmod, place, nextval('pg_temp.rg_salt'), attempt, c.literals, c.numbers)
            ELSE format('(SELECT %I FROM %s ORDER BY ctid OFFSET %s LIMIT 1)', c.refers_to_column, c.refers_to::regclass, (place - 1 + attempt) % GREATEST(1, pg_temp.rg_count(c.refers_to, false))) END,
          identity, rows[place]);
        given := true;
        EXIT;
      EXCEPTION WHEN OTHERS THEN
        NULL; -- the next value, then
      END;
    END LOOP;
    IF NOT given THEN RETURN false; END IF;
  END LOOP;
  EXECUTE format('SELECT NOT EXISTS (SELECT FROM ONLY %s WHERE %I IS NULL)', rel::regclass, c.attname) INTO given;
  RETURN given;
END
$$;

-- Rows without any value that is not there are the most an up can ask for.
CREATE FUNCTION pg_temp.rg_drop_incomplete(rel oid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  dropped int;
BEGIN
  EXECUTE format('DELETE FROM ONLY %s x WHERE %s', rel::regclass,
    (SELECT string_agg(format('x.%I IS NULL', a.attname), ' OR ') FROM pg_catalog.pg_attribute a WHERE a.attrelid = rel AND a.attnum > 0 AND NOT a.attisdropped));
  GET DIAGNOSTICS dropped = ROW_COUNT;
  RETURN dropped > 0;
END
$$;

-- An up does not take NULLs in a column: what is done about the rows that are there?
-- filled: they have none in it any more. trimmed: the up makes the column, perhaps of
-- others, and rows with NULLs in any are gone. unfit: there were none. other: NULLs are
-- what the up makes. stays, kept: nothing could be done, for the one or the other.
CREATE FUNCTION pg_temp.rg_concede(rel oid, name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  c pg_temp.rg_column;
  has_nulls boolean;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = rel AND a.attname = name AND a.attnum > 0 AND NOT a.attisdropped) THEN
    RETURN CASE WHEN pg_temp.rg_drop_incomplete(rel) THEN 'trimmed' ELSE 'unfit' END;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s WHERE %I IS NULL)', rel::regclass, name) INTO has_nulls;
  IF NOT has_nulls THEN RETURN 'other'; END IF;
  SELECT x.* INTO c FROM unnest(pg_temp.rg_columns(rel, ARRAY[name])) x WHERE x.attname = name;
  RETURN CASE WHEN FOUND AND pg_temp.rg_fill_nulls(rel, c) THEN 'filled' ELSE 'stays' END;
EXCEPTION WHEN foreign_key_violation OR restrict_violation THEN
  RETURN 'kept'; -- others refer to them
END
$$;

-- Has each of its rows a place of its own in another table, so that an up which made
-- the table made all of them?
CREATE FUNCTION pg_temp.rg_extends(rel oid) RETURNS boolean LANGUAGE sql AS $$
  SELECT EXISTS (SELECT FROM pg_catalog.pg_constraint u JOIN pg_catalog.pg_constraint k ON k.conrelid = u.conrelid AND k.contype = 'f'
    WHERE u.conrelid = rel AND u.contype IN ('p', 'u') AND u.conkey <@ k.conkey)
$$;

-- Row level security that holds for the owner, too, hides what it makes.
CREATE FUNCTION pg_temp.rg_force(hidden regclass[], forced boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  hides regclass;
BEGIN
  FOREACH hides IN ARRAY hidden LOOP
    EXECUTE format('ALTER TABLE %s %s FORCE ROW LEVEL SECURITY', hides, CASE WHEN NOT forced THEN 'NO' END);
  END LOOP;
END
$$;

-- Fills them, and says what came of it. less is what single tables are given instead: {"schema.table": {"sort": 2, "filled": ["column"]}}
CREATE FUNCTION pg_temp.rg_fill(sort int, less jsonb, dropped jsonb) RETURNS TABLE (table_name text, problem text, rel oid, columns text, top int, rows int) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  t record;
  short oid[] := pg_temp.rg_short();
  hidden regclass[] := ARRAY(SELECT x.rel::regclass FROM pg_temp.rg_tables() x WHERE x.force);
  said text;
  progress boolean := true;
  passes int := 0;
BEGIN
  -- what a commit would refuse is refused at once
  SET CONSTRAINTS ALL IMMEDIATE;
  PERFORM pg_temp.rg_force(hidden, false);
  WHILE progress AND passes < 8 LOOP
    progress := false;
    passes := passes + 1;
    FOR t IN
      SELECT x.rel, x.shape, x.top, x.top IS DISTINCT FROM f.top AS has_more,
        -- rows in a table that was empty are a trigger's; others of an up are left as they are
        CASE WHEN x.rel = ANY (short) AND COALESCE(f.rows, 0) = 0 OR f.rel IS NULL AND pg_temp.rg_extends(x.rel) THEN 0 ELSE f.top END AS vary_behind,
        l.sort AS its_sort, l.filled
      FROM pg_temp.rg_tables() x LEFT JOIN pg_temp.rg_filled f ON f.rel = x.rel
        LEFT JOIN pg_temp.rg_depths() d ON d.rel = x.rel
        LEFT JOIN LATERAL (
          SELECT (e.value ->> 'sort')::int AS sort, e.value -> 'filled' AS filled FROM jsonb_each(less) e WHERE to_regclass(e.key) = x.rel LIMIT 1) l ON true
      -- what a table refused once it refuses until it is changed, but for what it refers to
      WHERE CASE WHEN passes = 1 THEN x.rel = ANY (short) AND f.problem IS NULL OR f.columns IS DISTINCT FROM x.shape
        ELSE x.rel = ANY (short) AND f.problem LIKE '% has no rows to refer to' END
      ORDER BY d.depth NULLS FIRST, x.rel
    LOOP
      said := NULL;
      -- a column that is new has but one value in all rows
      IF t.rel = ANY (short) OR t.has_more THEN
        said := CASE WHEN t.its_sort = 0 THEN 'the up refuses them' ELSE pg_temp.rg_fill_table(t.rel, COALESCE(t.its_sort, sort), COALESCE(t.filled, '[]')) END;
        IF said IS NULL THEN
          progress := true;
          short := array_remove(short, t.rel);
        ELSIF pg_temp.rg_count(t.rel, false) > 0 THEN
          said := NULL; -- it has other rows, perhaps those of a trigger
          IF t.vary_behind IS NOT NULL THEN PERFORM pg_temp.rg_vary(t.rel, t.vary_behind); END IF;
          short := array_remove(short, t.rel);
        END IF;
      END IF;
      -- what was given less is given more the next time
      INSERT INTO pg_temp.rg_filled AS f VALUES (t.rel, CASE WHEN t.its_sort IS NULL THEN t.shape ELSE '' END, CASE WHEN t.its_sort IS NULL THEN t.top ELSE 0 END,
        LEAST(pg_temp.rg_count(t.rel, true), 4), said)
      ON CONFLICT (rel) DO UPDATE SET columns = excluded.columns, top = excluded.top, rows = excluded.rows, problem = excluded.problem;
    END LOOP;
    EXIT WHEN short = '{}';
  END LOOP;
  PERFORM pg_temp.rg_vary_dropped(dropped);
  PERFORM pg_temp.rg_force(hidden, true);
  RETURN QUERY SELECT f.rel::regclass::text, left(f.problem, 300), f.rel, f.columns, f.top, f.rows FROM pg_temp.rg_filled f JOIN pg_catalog.pg_class c ON c.oid = f.rel;
END
$$;

-- No key of its own, which is compared with what refers to it, and no key of another
-- table, of which it has values anyway.
CREATE FUNCTION pg_temp.rg_is_free(rel oid, place int) RETURNS boolean LANGUAGE sql AS $$
  SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conrelid = rel
    AND (k.contype = 'f' AND place = ANY (k.conkey) OR k.contype IN ('p', 'u') AND k.conkey = ARRAY[place]::int2[]))
$$;

-- Values that other ones of some tables have in columns of these names; first of those
-- that have more of all the columns which are compared. What stands in one row there
-- stands in the same place of each list.
CREATE FUNCTION pg_temp.rg_values_elsewhere(rel oid, among oid[], names jsonb, compared jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  c record;
  theirs jsonb;
BEGIN
  FOR c IN
    SELECT a.attrelid::regclass AS other, a.attname FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = ANY (among) AND a.attrelid <> rel AND names ? a.attname::text AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY (SELECT count(*) FROM pg_catalog.pg_attribute b WHERE b.attrelid = a.attrelid AND b.attnum > 0 AND compared ? b.attname::text) DESC, a.attrelid, a.attnum
  LOOP
    -- the first ones, and those that conditions have asked for
    EXECUTE format('SELECT jsonb_agg(x.v) FROM ((SELECT %1$I::text AS v FROM ONLY %2$s ORDER BY ctid LIMIT 2)'
      ' UNION ALL (SELECT %1$I::text FROM ONLY %2$s ORDER BY ctid DESC LIMIT 2)) x HAVING count(x.v) > 0', c.attname, c.other) INTO theirs;
    IF theirs IS NOT NULL THEN RETURN theirs; END IF;
  END LOOP;
  RETURN NULL;
END
$$;

-- The columns of each key by which people know a row, that is of none that numbers itself.
CREATE FUNCTION pg_temp.rg_natural_keys(rel oid) RETURNS TABLE (names text[]) LANGUAGE sql AS $$
  SELECT x.names FROM (
    SELECT array_agg(a.attname::text) AS names, bool_or(a.attidentity <> '' OR COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '') LIKE 'nextval(%') AS numbered
    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::int[])
      LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE i.indrelid = rel AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL GROUP BY i.indexrelid) x
  WHERE NOT x.numbered
$$;

-- Of what the up brings, and conditions name, values that other rows may have had: where
-- they name no whole key, and the value itself is no key of a table that it brings it to.
CREATE FUNCTION pg_temp.rg_shared(rel oid, name text, brought jsonb) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_agg(DISTINCT b -> 'value') FROM jsonb_array_elements(brought) b
  WHERE b ->> 'column' = name AND EXISTS (SELECT FROM pg_temp.rg_natural_keys(rel))
    AND NOT EXISTS (SELECT FROM pg_temp.rg_natural_keys(rel) k WHERE b -> 'named' ?& k.names)
    AND NOT EXISTS (SELECT FROM jsonb_array_elements(b -> 'places') p JOIN pg_catalog.pg_class c ON c.relname = p ->> 0
        JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisunique AND i.indnkeyatts = 1
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attname = p ->> 1
      WHERE c.oid <> rel)
$$;

-- Of a table that has got rows which conditions name, the keys of the newest and of an
-- ordinary one, for a column that refers to it.
CREATE FUNCTION pg_temp.rg_newest(rel oid, place int, grown oid[]) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  k record;
  newest jsonb;
BEGIN
  SELECT n.confrelid::regclass AS other, a.attname INTO k
  FROM pg_catalog.pg_constraint n CROSS JOIN LATERAL unnest(n.conkey, n.confkey) p (mine, theirs)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = n.confrelid AND a.attnum = p.theirs
  WHERE n.conrelid = rel AND n.contype = 'f' AND p.mine = place AND n.confrelid = ANY (grown) LIMIT 1;
  IF NOT FOUND THEN RETURN NULL; END IF;
  EXECUTE format('SELECT jsonb_agg(x.v) FROM ((SELECT %1$I::text AS v FROM ONLY %2$s ORDER BY ctid DESC LIMIT 2)'
    ' UNION ALL (SELECT %1$I::text FROM ONLY %2$s ORDER BY ctid LIMIT 1)) x', k.attname, k.other) INTO newest;
  RETURN newest;
END
$$;

-- What a query for one value looks for: there once, unless it is there.
CREATE FUNCTION pg_temp.rg_fill_single(rel oid, single jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  s record;
  there boolean;
BEGIN
  FOR s IN
    SELECT a.attname, v.value FROM pg_catalog.pg_attribute a CROSS JOIN LATERAL jsonb_array_elements_text(single -> a.attname::text) v
    WHERE a.attrelid = rel AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = ''
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM ONLY %s WHERE %I::text = %L)', rel::regclass, s.attname, s.value) INTO there;
    IF NOT there THEN
      PERFORM pg_temp.rg_fill_row(rel::regclass, pg_temp.rg_columns(rel, ARRAY[s.attname::text]), 1, jsonb_build_object(s.attname, s.value), NULL);
    END IF;
  END LOOP;
END
$$;

-- Rows with values that the conditions of some statements name, in the tables that
-- they speak of. values: column to a list of them; set_back: those that the down sets it
-- to, where nothing asks for others; single: those that a query for one
-- value asks for; brought: those that the up brings; equal: column to those that it is
-- compared with. True when all were tried.
CREATE FUNCTION pg_temp.rg_fill_wanted(statements text, wanted jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  t record;
  i int;
  among oid[];
  columns pg_temp.rg_column[];
  lists jsonb;
  most int;
  asked boolean;
  failures int;
  budget int := 500; -- rows in all
  grown oid[] := '{}';
  made record;
  learnt pg_temp.rg_learnt;
  -- the beginning of a file says enough
  words text[] := ARRAY(SELECT DISTINCT COALESCE(replace(m[1], '""', '"'), lower(m[2])) FROM regexp_matches(left(statements, 200000), '"((?:[^"]|"")+)"|(\w+)', 'g') m);
  hidden regclass[];
BEGIN
  SET CONSTRAINTS ALL IMMEDIATE;
  -- of a partitioned table, the partitions that were made first
  among := ARRAY(
    SELECT y.rel FROM (
      SELECT x.rel, c.relname = ANY (words) AS named, row_number() OVER (PARTITION BY p.oid ORDER BY c.oid) AS place, p.relname = ANY (words) AS part
      FROM pg_temp.rg_tables() x JOIN pg_catalog.pg_class c ON c.oid = x.rel
        LEFT JOIN pg_catalog.pg_class p ON c.relispartition AND p.oid = pg_catalog.pg_partition_root(c.oid)) y
      LEFT JOIN pg_temp.rg_depths() d ON d.rel = y.rel
    WHERE y.named OR y.part AND y.place <= 3 ORDER BY d.depth NULLS FIRST, y.rel);
  hidden := ARRAY(SELECT x.rel::regclass FROM pg_temp.rg_tables() x WHERE x.force AND x.rel = ANY (among));
  PERFORM pg_temp.rg_force(hidden, false);
  FOR t IN SELECT x.rel FROM unnest(among) WITH ORDINALITY x (rel, place) ORDER BY x.place LOOP
    EXIT WHEN budget = 0;
    PERFORM pg_temp.rg_fill_single(t.rel, wanted -> 'single');
    SELECT jsonb_object_agg(y.attname, y.list), max(jsonb_array_length(y.list)), bool_or(y.asked) INTO lists, most, asked
    FROM (
      SELECT a.attname, wanted -> 'values' ? a.attname::text AS asked, COALESCE(wanted -> 'values' -> a.attname::text, wanted -> 'set_back' -> a.attname::text,
          CASE WHEN wanted -> 'brought' <> '[]' THEN pg_temp.rg_shared(t.rel, a.attname, wanted -> 'brought') END,
          CASE WHEN NOT wanted -> 'equal' ? a.attname::text THEN NULL
            WHEN pg_temp.rg_is_free(t.rel, a.attnum) THEN pg_temp.rg_values_elsewhere(t.rel, among, wanted -> 'equal' -> a.attname::text, wanted -> 'equal')
            ELSE pg_temp.rg_newest(t.rel, a.attnum, grown) END) AS list
      FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = t.rel AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity = '') y
    WHERE y.list IS NOT NULL;
    -- each twice, with other values beside: what is set may be there already; then, where
    -- it has several, with other ones of the other lists
    CONTINUE WHEN most IS NULL;
    IF asked THEN grown := grown || t.rel; END IF;
    failures := 0;
    learnt := NULL;
    columns := pg_temp.rg_columns(t.rel, ARRAY(SELECT jsonb_object_keys(lists)));
    FOR i IN 0 .. CASE WHEN (SELECT count(*) > 1 FROM jsonb_object_keys(lists)) AND most > 1 THEN 3 ELSE 2 END * most - 1 LOOP
      SELECT r.learnt, r.problem INTO made FROM pg_temp.rg_fill_row(t.rel::regclass, columns, CASE WHEN i / most = 1 THEN 4 ELSE 1 END,
        (SELECT jsonb_object_agg(w.key, w.value -> ((i + i / most / 2 * w.place::int) % jsonb_array_length(w.value))) FROM jsonb_each(lists) WITH ORDINALITY w (key, value, place)), learnt) r;
      learnt := made.learnt;
      failures := CASE WHEN made.problem IS NULL THEN 0 ELSE failures + 1 END;
      EXIT WHEN failures = 3;
      budget := budget - 1;
      EXIT WHEN budget = 0;
    END LOOP;
  END LOOP;
  PERFORM pg_temp.rg_force(hidden, true);
  RETURN budget > 0 AND NOT (wanted -> 'partly')::boolean;
END
$$;
