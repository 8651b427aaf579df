-- Files as authors write them, 1 kB on average, up and down: for
-- test/bench/migrations. :pairs of them.
CREATE SCHEMA bench_migrations;
CREATE TABLE bench_migrations.pair AS
SELECT format($up$-- customers of region %1$s keep wishes
BEGIN;
CREATE TABLE shop.wish_%1$s (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer bigint NOT NULL REFERENCES shop.customer (id) ON DELETE CASCADE,
  article text NOT NULL CHECK (article <> ''),
  amount int NOT NULL DEFAULT 1,
  wished_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX wish_%1$s_customer ON shop.wish_%1$s (customer, wished_at DESC);
ALTER TABLE shop.customer
  ADD COLUMN wishes_%1$s int,
  ALTER COLUMN nickname TYPE varchar(200);
UPDATE shop.customer SET wishes_%1$s = (SELECT count(*) FROM shop.orders o WHERE o.customer = customer.id AND o.region = %1$s);
ALTER TABLE shop.customer ALTER COLUMN wishes_%1$s SET NOT NULL;
INSERT INTO shop.setting (name, value) VALUES ('wishes.%1$s', 'on'), ('wishes.%1$s.limit', '100') ON CONFLICT (name) DO NOTHING;
CREATE OR REPLACE FUNCTION shop.count_wishes_%1$s() RETURNS trigger LANGUAGE plpgsql AS $f$
BEGIN
  UPDATE shop.customer SET wishes_%1$s = wishes_%1$s + 1 WHERE id = NEW.customer;
  RETURN NEW;
END
$f$;
CREATE TRIGGER count_wishes AFTER INSERT ON shop.wish_%1$s FOR EACH ROW EXECUTE FUNCTION shop.count_wishes_%1$s();
COMMIT;
$up$, i) AS up, format($down$BEGIN;
DROP TRIGGER count_wishes ON shop.wish_%1$s;
DROP FUNCTION shop.count_wishes_%1$s();
DELETE FROM shop.setting WHERE name IN ('wishes.%1$s', 'wishes.%1$s.limit');
ALTER TABLE shop.customer DROP COLUMN wishes_%1$s, ALTER COLUMN nickname TYPE varchar(100);
DROP TABLE shop.wish_%1$s;
COMMIT;
$down$, i) AS down
FROM generate_series(1, :pairs) AS i;
