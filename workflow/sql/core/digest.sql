-- Rows and an order-free digest of one table; the caller puts the table's name in.
SELECT count(*) AS row_count, printf('%016x', (coalesce(sum(hash(digested_table)), 0) % 18446744073709551616)::UBIGINT) AS digest
FROM digested_table
