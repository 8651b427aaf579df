\set app random(1, 50)
SELECT releasegov.is_eligible('app-' || :app, '1.0.0', 'production');
