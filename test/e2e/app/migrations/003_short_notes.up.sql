-- The receipt printer has room for 40 characters.
ALTER TABLE orders ALTER COLUMN note TYPE varchar(40) USING left(note, 40);
