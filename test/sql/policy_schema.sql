-- Somebody writes a policy in an editor that has read docs/policy.schema.json:
-- what it offers, the server knows.
SET client_min_messages = warning;
\getenv test PG_ABS_SRCDIR
\set schema `cat "$PG_ABS_SRCDIR/../docs/policy.schema.json"`
CREATE TEMP TABLE schema AS SELECT :'schema'::jsonb AS s;

-- Each kind of object: where a document has it, and where the schema has it.
CREATE TEMP TABLE kind (document_path text[], schema_path text[]);
INSERT INTO kind VALUES
  ('{}', '{properties}'),
  ('{roles,x}', '{properties,roles,additionalProperties,properties}'),
  ('{migrations}', '{properties,migrations,properties}'),
  ('{reports}', '{properties,reports,properties}'),
  ('{rollback}', '{properties,rollback,properties}'),
  ('{rollback,triggers,0}', '{$defs,trigger,properties}'),
  ('{environments,0}', '{$defs,environment,properties}'),
  ('{environments,0,phases,0}', '{$defs,environment,properties,phases,items,properties}'),
  ('{environments,0,rollout_abort,0}', '{$defs,environment,properties,rollout_abort,items,properties}'),
  ('{gates,0}', '{$defs,gate,properties}'),
  ('{reviews,0}', '{$defs,review,properties}'),
  ('{checklist,0}', '{$defs,check,properties}'),
  ('{approvals,0}', '{$defs,approval,properties}'),
  ('{windows,0}', '{$defs,window,properties}'),
  ('{freezes,0}', '{$defs,freeze,properties}'),
  ('{waivers,0}', '{$defs,waiver,properties}'),
  ('{slas,0}', '{$defs,sla,properties}');

-- Every key that the schema offers, null, where it belongs: the server finds
-- fault with the nulls, never with a key.
CREATE TEMP TABLE everything AS SELECT '{"roles": {"x": {}}, "migrations": {}, "reports": {}, "rollback": {"triggers": [{}]}, "environments": [{"phases": [{}], "rollout_abort": [{}]}],
  "gates": [{}], "reviews": [{}], "checklist": [{}], "approvals": [{}], "windows": [{}], "freezes": [{}], "waivers": [{}], "slas": [{}]}'::jsonb AS d;
DO $$
DECLARE
  k record;
BEGIN
  FOR k IN SELECT document_path || key AS path FROM kind, schema, jsonb_object_keys(s #> schema_path) AS key LOOP
    UPDATE everything SET d = jsonb_set(d, k.path, 'null') WHERE d #> k.path IS NULL;
  END LOOP;
END $$;
SELECT count(*) FILTER (WHERE expected LIKE 'expected a key %') AS unknown_keys, count(*) > 50 AS many_nulls
FROM everything, releasegov.validate_policy(d);
-- and one that it does not offer is no key of any of them
SELECT count(*) AS kinds, count(*) FILTER (WHERE EXISTS (
    SELECT FROM releasegov.validate_policy(jsonb_set(d, document_path || 'surprise'::text, 'null'))
    WHERE path LIKE '%surprise' AND expected LIKE 'expected a key %')) AS refuse_a_surprise
FROM kind, everything;

-- What must be there is the same for both.
SELECT k.document_path, r.required, v.path IS NOT NULL AS server_asks_for_it
FROM schema, kind k
CROSS JOIN LATERAL jsonb_array_elements_text(COALESCE(s #> (trim_array(schema_path, 1) || 'required'::text), '[]')) AS r (required)
LEFT JOIN LATERAL (
  SELECT path FROM releasegov.validate_policy(CASE WHEN cardinality(k.document_path) = 0 THEN '{}' ELSE
    jsonb_set('{"roles": {}, "migrations": {}, "reports": {}, "rollback": {"triggers": [{}]}, "environments": [{"phases": [{}], "rollout_abort": [{}]}], "gates": [{}], "reviews": [{}], "checklist": [{}],
    "approvals": [{}], "windows": [{}], "freezes": [{}], "waivers": [{}], "slas": [{}]}', k.document_path, '{}') END)
  WHERE path = regexp_replace('$.' || array_to_string(k.document_path || r.required, '.'), '\.0(?=\.|$)', '[0]', 'g')
    AND expected LIKE 'expected here%') v ON true
ORDER BY k.document_path, r.required COLLATE "C";

-- The words to choose from are the same.
SELECT what, words FROM schema, (VALUES
  ('enforcement', '{$defs,gate,properties,enforcement,enum}'::text[]), ('kinds', '{$defs,kinds,items,enum}'),
  ('clock', '{$defs,sla,properties,clock,enum}'), ('take', '{$defs,gate,properties,take,enum}'), ('keep', '{properties,reports,properties,keep,enum}'), ('class_b', '{properties,migrations,properties,class_b,enum}')) AS v (what, path), LATERAL (SELECT s #>> path) AS w (words);
SELECT enum_range(NULL::releasegov.enforcement), enum_range(NULL::releasegov.release_kind);
SELECT split_part(expected, ', found', 1) AS server_words FROM releasegov.validate_policy(
  '{"releasegov": 1, "environments": [{"name": "live", "releases": true}], "gates": [{"name": "g", "enforcement": "block", "environments": ["live"], "take": "x"}], "reports": {"keep": "x"}}');
