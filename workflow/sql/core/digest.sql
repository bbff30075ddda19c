-- Number of rows of a table, and a digest that does not depend on their order; the caller inserts the table's name.
SELECT count(*) AS row_count, printf('%016x', (coalesce(sum(hash(digested_table)), 0) % 18446744073709551616)::UBIGINT) AS digest
FROM digested_table
