-- Reposts of the same account within ten seconds of the post (Luceri et al. 2024). Both times are decoded from ids,
-- because released times are in minutes; an inexact reference is within a millisecond of the id.
-- posts: reposts
-- follows-within-seconds: yes
SELECT archive_id, post_id, account, reposted_account AS object, time
FROM traced_post
WHERE
    is_repost
    AND reposted_account IS NOT NULL
    AND decoded_at - instant_of_id(coalesce(reposted_post_id, inexact_reference.reposted_post_id::DOUBLE::BIGINT::VARCHAR))
        BETWEEN INTERVAL 0 SECONDS AND INTERVAL 10 SECONDS
