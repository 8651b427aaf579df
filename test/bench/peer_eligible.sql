\set app random(1, 50)
SELECT bench.is_eligible('app-' || :app, '1.0.0', 'production');
