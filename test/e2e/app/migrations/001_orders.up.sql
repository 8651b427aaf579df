-- What was ordered, by whom, and what the kitchen should know.
CREATE TABLE tea (
  name  text PRIMARY KEY,
  price numeric(6, 2) NOT NULL CHECK (price > 0)
);
CREATE TABLE orders (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tea        text NOT NULL REFERENCES tea,
  cups       integer NOT NULL DEFAULT 1 CHECK (cups BETWEEN 1 AND 20),
  note       text,
  ordered_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_ordered_at ON orders (ordered_at);
