-- A stranger looks at what CREATE EXTENSION brought.
SELECT extname, extversion, nspname AS schema, extrelocatable
FROM pg_extension JOIN pg_namespace n ON n.oid = extnamespace
WHERE extname = 'releasegov';
