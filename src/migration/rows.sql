-- rows.sql: how to look at the rows of every table, as statements: those of
-- kind "rows" are joined by UNION ALL, each giving a table's name, what a row
-- comes to (its columns in the order of their names) and the key by which to
-- find it; "count" is asked instead where there are more rows than that; "force"
-- lets the owner see what a policy hides from it. Virtual columns are computed
-- by whoever reads them, and that may fail: their definition says enough.
SELECT CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY; ', c.oid::regclass) END AS force,
  c.oid::regclass::text AS name,
  format('(SELECT %L::text, hashtextextended(y.j, 0) || ''.'' || hashtextextended(y.j, 7), y.k FROM (SELECT ROW(%s)::text AS j, %s AS k FROM ONLY %s x LIMIT 10001) y)',
    c.oid::regclass, a.columns, COALESCE('jsonb_build_object(' || k.columns || ')::text', 'NULL::text'), c.oid::regclass) AS rows,
  format('SELECT count(*) || '' rows '' || COALESCE(sum(hashtextextended(ROW(%s)::text, 0)), 0) FROM ONLY %s x', a.columns, c.oid::regclass) AS count
FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT COALESCE(string_agg(format('x.%I', a.attname), ', ' ORDER BY a.attname), '') AS columns
    FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated <> 'v') a
  LEFT JOIN LATERAL (
    SELECT string_agg(format('%L, x.%I', a.attname, a.attname), ', ' ORDER BY p.n) AS columns
    FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS p (attnum, n) JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.attnum
    WHERE i.indrelid = c.oid AND i.indisprimary) k ON true
WHERE c.relkind = 'r' AND s.nspname !~ '^pg_' AND s.nspname <> 'information_schema' AND has_table_privilege(c.oid, 'SELECT')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 2
