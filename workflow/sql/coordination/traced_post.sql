-- The posts of the archives and local days that are traced. Their time is the decoded one, in milliseconds, if every one of
-- them has it, and else the released one of all, in minutes: two kinds of time would set equal posts apart.
WITH counted AS NOT MATERIALIZED (
    SELECT *, account_id AS account
    FROM post
    WHERE
        archive_id IN (SELECT unnest(getvariable('traced_archives')))
        AND posted_at >= getvariable('traced_from')
        AND posted_at < getvariable('traced_before')
)

SELECT
    archive_id,
    post_id,
    account,
    CASE
        WHEN (SELECT bool_and(decoded_at IS NOT NULL) FROM counted) THEN decoded_at::TIMESTAMP
        ELSE posted_at
    END AS time,
    decoded_at,
    text,
    is_repost,
    reposted_post_id,
    reposted_account_id,
    reply_to_post_id
FROM counted
