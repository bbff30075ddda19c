SELECT
    archive_id, account_id, id_is_hashed, created_on, created_at, language, display_name, screen_name, reported_location,
    profile_description, profile_url, follower_count, following_count, post_count
FROM sound_account_row
