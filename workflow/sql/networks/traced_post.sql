-- The posts of the archives that are traced. Their time is the decoded one, in seconds, if every one of them has it, and
-- else the released one of all, in minutes: two kinds of time would set equal posts apart.
SELECT
    archive_id,
    post_id,
    account_id AS account,
    CASE
        WHEN (SELECT bool_and(decoded_at IS NOT NULL) FROM post WHERE archive_id IN (SELECT unnest(getvariable('traced_archives'))))
        THEN decoded_at::TIMESTAMP
        ELSE posted_at
    END AS time,
    decoded_at,
    text,
    is_repost,
    reposted_post_id,
    reposted_account_id,
    reply_to_post_id
FROM post
WHERE archive_id IN (SELECT unnest(getvariable('traced_archives')))
