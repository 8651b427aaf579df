-- What test/lint asks the catalog, one line "rule|place" for each finding, and
-- "object|name" for each object that docs/reference.md must name.
SET client_min_messages = warning;
CREATE EXTENSION releasegov;

CREATE TEMP TABLE member AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS what
FROM pg_depend
WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'releasegov');

-- functions that types, operators, operator classes, casts and aggregates run
CREATE TEMP TABLE inner_function AS
SELECT unnest(ARRAY[typinput, typoutput, typreceive, typsend, typmodin, typmodout,
                    typanalyze, typsubscript]::oid[]) AS oid
FROM pg_type JOIN member ON classid = 'pg_type'::regclass AND objid = pg_type.oid
UNION SELECT unnest(ARRAY[oprcode, oprrest, oprjoin]::oid[])
FROM pg_operator JOIN member ON classid = 'pg_operator'::regclass AND objid = pg_operator.oid
UNION SELECT amproc FROM pg_amproc
UNION SELECT castfunc FROM pg_cast
UNION SELECT unnest(ARRAY[aggtransfn, aggfinalfn, aggcombinefn, aggserialfn, aggdeserialfn,
                          aggmtransfn, aggminvtransfn, aggmfinalfn]::oid[])
FROM pg_aggregate;

-- names for the reference
SELECT DISTINCT 'object|' || proname
FROM pg_proc JOIN member ON classid = 'pg_proc'::regclass AND objid = pg_proc.oid
WHERE pg_proc.oid NOT IN (SELECT oid FROM inner_function)
UNION
SELECT 'object|' || relname
FROM pg_class JOIN member ON classid = 'pg_class'::regclass AND objid = pg_class.oid
WHERE relkind IN ('r', 'v', 'm', 'p', 'c', 'f')
UNION
SELECT 'object|' || typname
FROM pg_type JOIN member ON classid = 'pg_type'::regclass AND objid = pg_type.oid
WHERE typtype IN ('b', 'e', 'd', 'r') AND typelem = 0;

-- comments: objects, and columns of tables, views and composite types
SELECT 'uncommented|' || what
FROM member
WHERE obj_description(objid, classid::regclass::name) IS NULL
  AND (classid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_event_trigger'::regclass)
    OR classid = 'pg_class'::regclass
      AND (SELECT relkind FROM pg_class WHERE oid = objid) IN ('r', 'v', 'm', 'p', 'c', 'f')
    OR classid = 'pg_type'::regclass
      AND (SELECT typtype IN ('b', 'e', 'd', 'r') AND typelem = 0 FROM pg_type WHERE oid = objid));
SELECT 'uncommented|' || what || ' column ' || attname
FROM member JOIN pg_class c ON classid = 'pg_class'::regclass AND objid = c.oid
JOIN pg_attribute ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
WHERE relkind IN ('r', 'v', 'm', 'p') AND col_description(c.oid, attnum) IS NULL;

-- privileges of PUBLIC
SELECT 'public|' || what
FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND objid = p.oid,
  aclexplode(coalesce(proacl, acldefault('f', proowner))) AS granted
WHERE grantee = 0 AND p.oid NOT IN (SELECT oid FROM inner_function);
SELECT 'public|' || what || ' ' || privilege_type
FROM member JOIN pg_class c ON classid = 'pg_class'::regclass AND objid = c.oid, aclexplode(relacl) AS granted
WHERE grantee = 0;
SELECT 'public|schema releasegov ' || privilege_type
FROM pg_namespace, aclexplode(nspacl) AS granted
WHERE nspname = 'releasegov' AND grantee = 0;

-- Bodies that are parsed when they run have their own search_path, or qualify
-- each operator; SECURITY DEFINER has its own in any case, pg_temp last.
CREATE TEMP TABLE body AS
SELECT what, p.oid, lanname, prosecdef, prosqlbody IS NOT NULL AS parsed,
  (SELECT c FROM unnest(proconfig) AS c WHERE c LIKE 'search_path=%') AS path,
  regexp_replace(prosrc, '--[^\n]*|''[^'']*''|OPERATOR\s*\([^)]*\)|::|:=|=>', ' ', 'gi') AS text
FROM member JOIN pg_proc p ON classid = 'pg_proc'::regclass AND objid = p.oid
JOIN pg_language l ON l.oid = prolang;
SELECT 'search_path|' || what || ' has none of its own' FROM body
WHERE path IS NULL AND NOT parsed
  AND (lanname = 'plpgsql' OR prosecdef AND lanname <> 'c'
    OR lanname = 'sql' AND text ~ '[-+/<>=~!@#%^&|]');
SELECT 'search_path|' || what || ' has ' || path FROM body
WHERE path !~ '^search_path=(pg_catalog(, )?|releasegov(, )?)+pg_temp$';

-- what the schema holds beyond the extension's members (indexes, row types and
-- the like depend on one of them)
SELECT 'stray|' || pg_describe_object(classid, objid, 0)
FROM pg_depend d
WHERE refclassid = 'pg_namespace'::regclass AND refobjid = 'releasegov'::regnamespace
  AND classid NOT IN ('pg_extension'::regclass, 'pg_default_acl'::regclass)
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classid AND m.objid = d.objid)
  AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = d.classid AND i.objid = d.objid AND i.deptype IN ('i', 'a'));

DROP EXTENSION releasegov CASCADE;
