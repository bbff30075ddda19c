-- The posts of the selected archives and local days. Their time is decoded from the id, in milliseconds, if all of them have
-- it, else the released time of all, in minutes: two kinds of time would separate simultaneous posts.
SELECT
    archive_id,
    post_id,
    account_id AS account,
    CASE WHEN getvariable('traced_by_instant') THEN decoded_at::TIMESTAMP ELSE posted_at END AS time,
    decoded_at,
    text,
    is_repost,
    reposted_post_id,
    reposted_account_id,
    reply_to_post_id,
    inexact_reference,
    referenced(archive_id, reposted_post_id, inexact_reference.reposted_post_id, inexact_reference.file) AS reposted_post,
    referenced(archive_id, reposted_account_id, inexact_reference.reposted_account_id, inexact_reference.file)
        AS reposted_account,
    referenced(archive_id, reply_to_post_id, inexact_reference.reply_to_post_id, inexact_reference.file) AS replied_post
FROM post
WHERE
    list_contains(getvariable('traced_archives'), archive_id)
    AND posted_at >= getvariable('traced_from')
    AND posted_at < getvariable('traced_before')
