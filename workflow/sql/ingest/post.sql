-- Table post.
SELECT
    $archive_id AS archive_id,
    id AS post_id,
    account_id,
    posted_at,
    decoded_instant(id) AS decoded_at,
    language, text, client, is_repost, reposted_post_id, reposted_account_id, reply_to_post_id, reply_to_account_id,
    quoted_post_id, has_coordinates, quote_count, reply_count, like_count, repost_count, poll_choices
FROM kept
ORDER BY post_id
