-- catalogue.sql: everything that a database's schemas have, one row a thing:
-- what kind, its name, and a definition in which nothing depends on object
-- numbers or the search_path (the session's is pg_catalog, pg_temp). Objects of extensions
-- and of temporary schemas are left out; what has an order of its own (columns,
-- enum labels) is told apart where it can differ alone. It is the same for every
-- major: catalogue columns that only some have are asked for by to_jsonb().
WITH schema AS (
  SELECT oid, nspname, quote_ident(nspname) AS shown, nspowner, nspacl
  FROM pg_namespace
  WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), member AS (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_extension'::regclass
), relation AS (
  SELECT c.*, s.shown || '.' || quote_ident(c.relname) AS shown
  FROM pg_class c JOIN schema s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
), routine AS (
  SELECT p.*, s.shown || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS shown
  FROM pg_proc p JOIN schema s ON s.oid = p.pronamespace
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
), type AS (
  SELECT t.*, s.shown || '.' || quote_ident(t.typname) AS shown
  FROM pg_type t JOIN schema s ON s.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd', 'r', 'm', 'b', 'p') AND NOT (t.typtype = 'b' AND t.typelem <> 0 AND t.typcategory = 'A')
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
), acl (kind, name, list, owner, letter) AS (
  SELECT 'schema', shown, nspacl, nspowner, 'n' FROM schema
  UNION ALL SELECT CASE relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'table' END,
    shown, relacl, relowner, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END FROM relation WHERE relkind <> 'c'
  UNION ALL SELECT 'routine', shown, proacl, proowner, 'f' FROM routine
  UNION ALL SELECT 'type', shown, typacl, typowner, 'T' FROM type
)
SELECT 'schema' AS kind, shown AS name, '' AS definition FROM schema
UNION ALL
SELECT 'owner of ' || kind, name, pg_get_userbyid(owner)::text FROM acl
UNION ALL
SELECT 'grants on ' || kind, name, (
    SELECT string_agg(g, ', ' ORDER BY g COLLATE "C") FROM (
      SELECT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee)::text END || ' ' || x.privilege_type
        || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS g
      FROM aclexplode(COALESCE(a.list, acldefault(a.letter::"char", a.owner))) x) q)
FROM acl a
UNION ALL
SELECT 'grants on column', r.shown || '.' || quote_ident(a.attname), (
    SELECT string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee)::text END || ' ' || x.privilege_type, ', '
             ORDER BY x.grantee::regrole::text COLLATE "C", x.privilege_type COLLATE "C") FROM aclexplode(a.attacl) x)
FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
UNION ALL
SELECT 'table', r.shown, concat_ws(', ',
    CASE r.relkind WHEN 'p' THEN 'partitioned ' || pg_get_partkeydef(r.oid) WHEN 'f' THEN 'foreign' ELSE 'plain' END,
    CASE r.relpersistence WHEN 'u' THEN 'unlogged' END,
    CASE WHEN r.relispartition THEN pg_get_expr(r.relpartbound, r.oid) END,
    (SELECT 'inherits ' || string_agg(i.inhparent::regclass::text, ' ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = r.oid),
    CASE WHEN r.relrowsecurity THEN 'row level security' END, CASE WHEN r.relforcerowsecurity THEN 'forced' END,
    'replica identity ' || r.relreplident::text,
    'options ' || array_to_string(r.reloptions, ' '),
    (SELECT 'tablespace ' || quote_ident(spcname) FROM pg_tablespace WHERE oid = r.reltablespace),
    (SELECT 'access method ' || amname FROM pg_am WHERE oid = r.relam AND amname <> 'heap'),
    (SELECT 'of ' || r.reloftype::regtype WHERE r.reloftype <> 0),
    (SELECT 'server ' || s.srvname || ' ' || COALESCE(array_to_string(f.ftoptions, ' '), '')
     FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver WHERE f.ftrelid = r.oid))
FROM relation r WHERE r.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'column', r.shown || '.' || quote_ident(a.attname), concat_ws(' ',
    format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || a.attcollation::regcollation END,
    CASE WHEN a.attnotnull THEN 'NOT NULL' || COALESCE(n.own, '') END,
    CASE WHEN a.attidentity <> '' THEN 'IDENTITY ' || a.attidentity::text END,
    CASE WHEN d.adbin IS NOT NULL THEN CASE WHEN a.attgenerated <> '' THEN 'GENERATED ' || a.attgenerated::text || ' ' ELSE 'DEFAULT ' END || pg_get_expr(d.adbin, d.adrelid) END,
    CASE WHEN a.attstorage <> t.typstorage THEN 'STORAGE ' || a.attstorage::text END,
    CASE WHEN a.attcompression <> '' THEN 'COMPRESSION ' || a.attcompression::text END,
    CASE WHEN COALESCE(a.attstattarget, -1) <> -1 THEN 'STATISTICS ' || a.attstattarget END,
    -- pg_attver counts changes of the row type since CVE-2026-6460 was fixed
    'OPTIONS ' || NULLIF(array_to_string(ARRAY(SELECT o FROM unnest(a.attoptions || a.attfdwoptions) o WHERE o NOT LIKE 'pg\_attver=%'), ' '), ''))
FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
     JOIN pg_type t ON t.oid = a.atttypid
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     LEFT JOIN LATERAL (
       -- a NOT NULL is told once, with its column; its name only where it is not made up
       SELECT concat(CASE WHEN k.conname <> r.relname || '_' || a.attname || '_not_null' THEN ' CONSTRAINT ' || quote_ident(k.conname) END,
         CASE WHEN NOT k.convalidated THEN ' NOT VALID' END, CASE WHEN k.connoinherit THEN ' NO INHERIT' END, CASE WHEN NOT k.conislocal THEN ' inherited' END) AS own
       FROM pg_constraint k WHERE k.conrelid = r.oid AND k.contype = 'n' AND k.conkey[1] = a.attnum) n ON true
WHERE r.relkind IN ('r', 'p', 'f', 'c', 'm')
UNION ALL
SELECT 'order of columns', r.shown, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
FROM relation r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE r.relkind IN ('r', 'p', 'f') GROUP BY r.shown
UNION ALL
SELECT 'constraint', COALESCE(r.shown, t.shown) || '.' || quote_ident(k.conname),
    pg_get_constraintdef(k.oid) || CASE WHEN k.conislocal THEN '' ELSE ' inherited' END || COALESCE(' triggers ' || g.states, '')
FROM pg_constraint k LEFT JOIN (
    SELECT tgconstraint, string_agg(tgenabled::text, '' ORDER BY oid) AS states FROM pg_trigger WHERE tgisinternal AND tgenabled <> 'O' GROUP BY 1) g ON g.tgconstraint = k.oid
  LEFT JOIN relation r ON r.oid = k.conrelid LEFT JOIN type t ON t.oid = k.contypid
WHERE k.contype <> 't' AND k.contype <> 'n' AND (r.oid IS NOT NULL OR t.oid IS NOT NULL)
UNION ALL
SELECT 'index', s.shown || '.' || quote_ident(c.relname), pg_get_indexdef(i.indexrelid)
    || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END || CASE WHEN i.indisclustered THEN ' clustered' ELSE '' END
    || CASE WHEN i.indisreplident THEN ' replica identity' ELSE '' END
FROM pg_index i JOIN relation r ON r.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid JOIN schema s ON s.oid = c.relnamespace
UNION ALL
SELECT 'sequence', r.shown, concat_ws(' ', q.seqtypid::regtype, 'from', q.seqstart, 'by', q.seqincrement, 'within', q.seqmin, q.seqmax,
    'cache', q.seqcache, CASE WHEN q.seqcycle THEN 'cycle' END, CASE r.relpersistence WHEN 'u' THEN 'unlogged' END,
    (SELECT 'owned by ' || d.refobjid::regclass || '.' || quote_ident(a.attname) || ' ' || d.deptype::text
     FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
     WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
FROM relation r JOIN pg_sequence q ON q.seqrelid = r.oid
UNION ALL
SELECT 'value of sequence', r.shown, COALESCE(pg_sequence_last_value(r.oid)::text, 'not called')
FROM relation r WHERE r.relkind = 'S'
UNION ALL
SELECT CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END, r.shown,
    concat_ws(' ', 'options ' || array_to_string(r.reloptions, ' '), pg_get_viewdef(r.oid),
      CASE WHEN r.relkind = 'm' AND NOT r.relispopulated THEN 'not populated' END)
FROM relation r WHERE r.relkind IN ('v', 'm')
UNION ALL
SELECT 'rule', r.shown || '.' || quote_ident(w.rulename), pg_get_ruledef(w.oid) || w.ev_enabled::text
FROM pg_rewrite w JOIN relation r ON r.oid = w.ev_class WHERE w.rulename <> '_RETURN'
UNION ALL
SELECT 'trigger', r.shown || '.' || quote_ident(g.tgname), pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text
FROM pg_trigger g JOIN relation r ON r.oid = g.tgrelid WHERE NOT g.tgisinternal
UNION ALL
SELECT 'policy', r.shown || '.' || quote_ident(p.polname), concat_ws(' ', p.polcmd::text, CASE WHEN p.polpermissive THEN 'permissive' ELSE 'restrictive' END,
    'to', (SELECT string_agg(CASE o WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(o)::text END, ', ' ORDER BY o) FROM unnest(p.polroles) o),
    'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_policy p JOIN relation r ON r.oid = p.polrelid
UNION ALL
SELECT 'routine', shown, CASE prokind WHEN 'a' THEN
    (SELECT concat_ws(' ', 'aggregate', a.aggtransfn, a.aggtranstype::regtype, a.aggfinalfn, a.agginitval, a.aggcombinefn, a.aggkind::text) FROM pg_aggregate a WHERE a.aggfnoid = routine.oid)
    ELSE pg_get_functiondef(oid) END
FROM routine
UNION ALL
SELECT 'type', t.shown, CASE t.typtype
    WHEN 'e' THEN 'enum ' || (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
    WHEN 'd' THEN concat_ws(' ', 'domain', format_type(t.typbasetype, t.typtypmod), CASE WHEN t.typnotnull THEN 'NOT NULL' END,
      (SELECT 'CONSTRAINT ' || quote_ident(k.conname) FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'n' AND k.conname <> t.typname || '_not_null'), 'default ' || t.typdefault)
    WHEN 'r' THEN (SELECT concat_ws(' ', 'range', g.rngsubtype::regtype, g.rngcanonical::regproc, g.rngsubdiff::regproc) FROM pg_range g WHERE g.rngtypid = t.oid)
    ELSE concat_ws(' ', t.typtype::text, t.typlen, t.typinput::regproc, t.typoutput::regproc, t.typcategory::text) END
FROM type t
UNION ALL
SELECT 'comment', pg_describe_object(d.classoid, d.objoid, d.objsubid), d.description
FROM pg_description d
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classoid AND m.objid = d.objoid)
  AND (d.classoid = 'pg_class'::regclass AND d.objoid IN (SELECT oid FROM relation UNION SELECT i.indexrelid FROM pg_index i JOIN relation r ON r.oid = i.indrelid)
    OR d.classoid = 'pg_proc'::regclass AND d.objoid IN (SELECT oid FROM routine)
    OR d.classoid = 'pg_type'::regclass AND d.objoid IN (SELECT oid FROM type)
    OR d.classoid = 'pg_namespace'::regclass AND d.objoid IN (SELECT oid FROM schema) AND d.description <> 'standard public schema'
    OR d.classoid = 'pg_constraint'::regclass AND d.objoid IN (SELECT k.oid FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid UNION ALL SELECT k.oid FROM pg_constraint k JOIN type t ON t.oid = k.contypid)
    OR d.classoid = 'pg_trigger'::regclass AND d.objoid IN (SELECT g.oid FROM pg_trigger g JOIN relation r ON r.oid = g.tgrelid)
    OR d.classoid = 'pg_policy'::regclass AND d.objoid IN (SELECT p.oid FROM pg_policy p JOIN relation r ON r.oid = p.polrelid))
UNION ALL
SELECT 'extension', quote_ident(e.extname), e.extversion || ' in ' || n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
UNION ALL
SELECT 'statistics', s.shown || '.' || quote_ident(x.stxname), pg_get_statisticsobjdef(x.oid) || CASE WHEN COALESCE(x.stxstattarget, -1) <> -1 THEN ' STATISTICS ' || x.stxstattarget ELSE '' END
FROM pg_statistic_ext x JOIN schema s ON s.oid = x.stxnamespace
UNION ALL
SELECT 'publication', quote_ident(p.pubname), concat_ws(' ', p.puballtables, p.pubinsert, p.pubupdate, p.pubdelete, p.pubtruncate, p.pubviaroot,
    to_jsonb(p) ->> 'pubgencols', to_jsonb(p) ->> 'puballsequences',
    (SELECT string_agg(r.prrelid::regclass::text, ', ' ORDER BY r.prrelid::regclass::text COLLATE "C") FROM pg_publication_rel r WHERE r.prpubid = p.oid),
    (SELECT string_agg(concat_ws(' ', r.prattrs::text, pg_get_expr(r.prqual, r.prrelid)), ', ' ORDER BY r.prrelid::regclass::text COLLATE "C") FROM pg_publication_rel r WHERE r.prpubid = p.oid),
    (SELECT 'schemas ' || string_agg(n.pnnspid::regnamespace::text, ', ' ORDER BY n.pnnspid::regnamespace::text COLLATE "C") FROM pg_publication_namespace n WHERE n.pnpubid = p.oid))
FROM pg_publication p
UNION ALL
SELECT 'event trigger', quote_ident(evtname), concat_ws(' ', evtevent, evtfoid::regproc, evtenabled::text, array_to_string(evttags, ', ')) FROM pg_event_trigger
UNION ALL
SELECT 'cast', format_type(c.castsource, NULL) || ' to ' || format_type(c.casttarget, NULL), concat_ws(' ', c.castfunc::regprocedure, c.castcontext::text, c.castmethod::text)
FROM pg_cast c WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_cast'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'operator', o.oid::regoperator::text, concat_ws(' ', o.oprresult::regtype, o.oprcode::regproc, o.oprcom::regoperator, o.oprnegate::regoperator,
    o.oprrest::regproc, o.oprjoin::regproc, o.oprcanmerge, o.oprcanhash)
FROM pg_operator o JOIN schema s ON s.oid = o.oprnamespace WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_operator'::regclass AND m.objid = o.oid)
UNION ALL
SELECT 'operator class', s.shown || '.' || quote_ident(c.opcname) || ' for ' || a.amname, concat_ws(' ', c.opcintype::regtype, c.opcdefault)
FROM pg_opclass c JOIN schema s ON s.oid = c.opcnamespace JOIN pg_am a ON a.oid = c.opcmethod
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_opclass'::regclass AND m.objid = c.oid)
UNION ALL
SELECT 'collation', s.shown || '.' || quote_ident(c.collname), concat_ws(' ', c.collprovider::text, c.collisdeterministic, c.collcollate, c.collctype,
    to_jsonb(c) ->> 'colliculocale', to_jsonb(c) ->> 'colllocale', 'rules ' || (to_jsonb(c) ->> 'collicurules'))
FROM pg_collation c JOIN schema s ON s.oid = c.collnamespace
UNION ALL
SELECT 'text search configuration', s.shown || '.' || quote_ident(c.cfgname), (
    SELECT string_agg(m.maptokentype || ' ' || m.mapseqno || ' ' || m.mapdict::regdictionary, ', ' ORDER BY m.maptokentype, m.mapseqno) FROM pg_ts_config_map m WHERE m.mapcfg = c.oid)
FROM pg_ts_config c JOIN schema s ON s.oid = c.cfgnamespace
UNION ALL
SELECT 'text search dictionary', s.shown || '.' || quote_ident(d.dictname), COALESCE(d.dictinitoption, '')
FROM pg_ts_dict d JOIN schema s ON s.oid = d.dictnamespace WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_ts_dict'::regclass AND m.objid = d.oid)
UNION ALL
SELECT 'foreign server', quote_ident(s.srvname), concat_ws(' ', w.fdwname, s.srvtype, s.srvversion, array_to_string(s.srvoptions, ' '))
FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
UNION ALL
SELECT 'foreign data wrapper', quote_ident(w.fdwname), concat_ws(' ', NULLIF(w.fdwhandler, 0)::regproc, NULLIF(w.fdwvalidator, 0)::regproc, array_to_string(w.fdwoptions, ' '))
FROM pg_foreign_data_wrapper w WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = w.oid)
UNION ALL
-- options hold passwords, and only their owner may see them
SELECT 'user mapping', concat_ws(' for ', quote_ident(u.srvname), quote_ident(u.usename)), hashtextextended(array_to_string(u.umoptions, ' '), 0)::text FROM pg_user_mappings u
UNION ALL
SELECT 'language', quote_ident(l.lanname), concat_ws(' ', l.lanpltrusted, NULLIF(l.lanplcallfoid, 0)::regproc)
FROM pg_language l WHERE l.lanispl AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_language'::regclass AND m.objid = l.oid)
UNION ALL
SELECT 'default privileges', concat_ws(' ', pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype::text), (
    SELECT string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee)::text END || ' ' || x.privilege_type, ', '
             ORDER BY x.grantee, x.privilege_type COLLATE "C") FROM aclexplode(d.defaclacl) x)
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
UNION ALL
SELECT 'grants on database', 'this one', (
    SELECT string_agg(CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(x.grantee)::text END || ' ' || x.privilege_type
        || CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', ' ORDER BY x.grantee, x.privilege_type COLLATE "C")
    FROM aclexplode(COALESCE(d.datacl, acldefault('d', d.datdba))) x)
FROM pg_database d WHERE d.datname = current_database()
UNION ALL
SELECT 'setting of the database', COALESCE(pg_get_userbyid(NULLIF(s.setrole, 0))::text, 'all roles'), array_to_string(s.setconfig, ', ')
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()
UNION ALL
SELECT 'large object', l.oid::text, hashtextextended(encode(lo_get(l.oid), 'hex'), 0)::text FROM pg_largeobject_metadata l WHERE pg_has_role(l.lomowner, 'USAGE')
ORDER BY 1, 2
