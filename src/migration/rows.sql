-- rows.sql: how to look at the rows of every table, as statements: those of
-- kind "rows" are joined by UNION ALL, each giving a table's name, what a row
-- comes to (its columns in the order of their names) and the key by which to
-- find it, and are null where we may not see the rows; "count" is asked instead
-- where there are more rows than that; "force" lets the owner see what a policy
-- hides from it. Keys of types that are not the server's are shown as text: their
-- cast to json could be anything. Virtual columns are computed by whoever reads
-- them, and that may fail: their definition says enough.
SELECT CASE WHEN c.relforcerowsecurity AND v.visible THEN format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY; ', c.oid::regclass) END AS force,
  c.oid::regclass::text AS name,
  CASE WHEN v.visible THEN format('(SELECT %L::pg_catalog.text, pg_catalog.concat(pg_catalog.hashtextextended(y.j, 0), ''.'', pg_catalog.hashtextextended(y.j, 7)), y.k FROM (SELECT ROW(%s)::pg_catalog.text AS j, %s AS k FROM ONLY %s x LIMIT 10001) y)',
    c.oid::regclass, a.columns, COALESCE('pg_catalog.jsonb_build_object(' || k.columns || ')::pg_catalog.text', 'NULL::pg_catalog.text'), c.oid::regclass) END AS rows,
  format('SELECT pg_catalog.concat(pg_catalog.count(*), '' rows '', COALESCE(pg_catalog.sum(pg_catalog.hashtextextended(ROW(%s)::pg_catalog.text, 0)), 0)) FROM ONLY %s x', a.columns, c.oid::regclass) AS count
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(s.oid, 'USAGE')
      AND (NOT c.relrowsecurity OR pg_has_role(c.relowner, 'USAGE')) AS visible) v
  CROSS JOIN LATERAL (
    SELECT COALESCE(string_agg(format('x.%I', a.attname), ', ' ORDER BY a.attname), '') AS columns
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v') a
  LEFT JOIN LATERAL (
    SELECT string_agg(format(CASE WHEN COALESCE(NULLIF(t.typbasetype, 0), t.oid) < 16384 THEN '%L, x.%I' ELSE '%L, pg_catalog.format(''%%s'', x.%I)' END,
      a.attname, a.attname), ', ' ORDER BY p.n) AS columns
    FROM pg_catalog.pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS p (attnum, n)
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.attnum JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    WHERE i.indrelid = c.oid AND i.indisprimary) k ON true
WHERE c.relkind = 'r' AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 2
