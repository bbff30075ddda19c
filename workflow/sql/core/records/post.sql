SELECT
    archive_id, post_id, account_id, posted_at, decoded_at, language, text, client, is_repost, reposted_post_id,
    reposted_account_id, reply_to_post_id, reply_to_account_id, quoted_post_id, inexact_reference, has_coordinates, quote_count,
    reply_count, like_count, repost_count, poll_choices
FROM sound_post_row
