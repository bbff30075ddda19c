-- The posts that tie two accounts: each two acts of an edge on one object that are at most $window seconds apart. A post that is no
-- longer in the records has no text.
WITH act AS MATERIALIZED (
    SELECT event.*
    FROM read_parquet($events) AS event
    SEMI JOIN (
        SELECT trace, unnest([account_a, account_b]) AS account FROM read_parquet($edges) WHERE significant
    ) AS joined USING (trace, account)
),

near AS MATERIALIZED (
    SELECT trace, object, one.account AS account_a, other.account AS account_b, one, other
    FROM act AS one
    JOIN act AS other USING (trace, object)
    WHERE one.account < other.account
        AND other.time BETWEEN one.time - to_seconds($window) AND one.time + to_seconds($window)
)

SELECT
    trace,
    account_a,
    account_b,
    object,
    one.archive_id AS archive_a,
    one.post_id AS post_a,
    one.time AS posted_a,
    post_a.text AS text_a,
    other.archive_id AS archive_b,
    other.post_id AS post_b,
    other.time AS posted_b,
    post_b.text AS text_b
FROM near
SEMI JOIN (FROM read_parquet($edges) WHERE significant) AS edge USING (trace, account_a, account_b)
LEFT JOIN post AS post_a ON post_a.archive_id = one.archive_id AND post_a.post_id = one.post_id
LEFT JOIN post AS post_b ON post_b.archive_id = other.archive_id AND post_b.post_id = other.post_id
ORDER BY trace, account_a, account_b, posted_a, posted_b, post_a, post_b, object
