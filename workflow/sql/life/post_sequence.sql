-- Posts of each account of numbered_account in order, and whether each has a term of $topic_lists; days are UTC.
-- Posts of one minute are in the order of their ids, which are numbers in every release so far. Languages and clients as numbers
-- that stand for them, and terms found by digests of their posts, take half of the memory that texts take.
SELECT
    number,
    posted_at::DATE AS posted_on,
    lead(posted_at::DATE) OVER in_order AS next_posted_on,
    row_number() OVER in_order AS place,
    on_topic,
    language,
    client
FROM (
    SELECT
        number,
        posted_at,
        coalesce(try_cast(post_id AS UBIGINT), hash(post_id)) AS order_of_ids,
        language::language_of_post AS language,
        client::client_of_post AS client,
        hash(archive_id, post_id) IN (
            SELECT hash(archive_id, post_id)
            FROM post_term
            WHERE
                archive_id IN (SELECT archive_id FROM numbered_account)
                AND list IN (SELECT unnest($topic_lists::VARCHAR[]))
        ) AS on_topic
    FROM post
    JOIN numbered_account USING (archive_id, account_id)
    WHERE posted_at::DATE BETWEEN $since AND $until
)
WINDOW in_order AS (PARTITION BY number ORDER BY posted_at, order_of_ids)
