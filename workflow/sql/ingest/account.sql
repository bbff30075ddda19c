-- Table account.
SELECT
    $archive_id AS archive_id,
    id AS account_id,
    NOT regexp_full_match(id, '[0-9]{1,19}') AS id_is_hashed,
    created_on,
    decoded_instant(id) AS created_at,
    language, display_name, screen_name, reported_location, profile_description, profile_url,
    follower_count, following_count, post_count
FROM kept
ORDER BY account_id
