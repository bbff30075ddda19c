-- Table account.
SELECT
    $archive_id AS archive_id,
    id AS account_id,
    is_hashed(id) AS id_is_hashed,
    created_on,
    decoded_instant(id) AS created_at,
    language, display_name, screen_name, reported_location, profile_description, profile_url,
    follower_count, following_count, post_count
FROM kept
ORDER BY account_id
