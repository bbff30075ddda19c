-- References of the posts of some archives, those of them that are inexact, and the provenances of these posts.
SELECT
    sum(
        (coalesce(reposted_post_id, inexact_reference.reposted_post_id) IS NOT NULL)::INTEGER
        + (coalesce(reposted_account_id, inexact_reference.reposted_account_id) IS NOT NULL)::INTEGER
        + (coalesce(reply_to_post_id, inexact_reference.reply_to_post_id) IS NOT NULL)::INTEGER
        + (coalesce(reply_to_account_id, inexact_reference.reply_to_account_id) IS NOT NULL)::INTEGER
        + (coalesce(quoted_post_id, inexact_reference.quoted_post_id) IS NOT NULL)::INTEGER
    )::BIGINT AS reference_count,
    sum(
        (inexact_reference.reposted_post_id IS NOT NULL)::INTEGER
        + (inexact_reference.reposted_account_id IS NOT NULL)::INTEGER
        + (inexact_reference.reply_to_post_id IS NOT NULL)::INTEGER
        + (inexact_reference.reply_to_account_id IS NOT NULL)::INTEGER
        + (inexact_reference.quoted_post_id IS NOT NULL)::INTEGER
    )::BIGINT AS inexact,
    list(DISTINCT provenance ORDER BY provenance) AS provenances
FROM post
JOIN archive USING (archive_id)
WHERE archive_id IN (SELECT unnest($archives))
