-- One row per record of a users file, in the order of the file: typed values, and the fault for which it is not kept.
-- `record` holds the file's columns as text; columns missing in the file are NULL.
WITH typed AS (
    SELECT
        *,
        readable_id(userid) AS account_id,
        readable_instant(account_creation_date)::DATE AS created_on,
        readable_count(follower_count) AS followers,
        readable_count(following_count) AS following,
        readable_count(statuses_count) AS posts
    FROM record
),

judged AS (
    SELECT
        *,
        CASE
            WHEN NOT is_asked THEN 'not_asked'
            WHEN broken_reason IS NOT NULL THEN broken_reason
            WHEN is_header THEN 'repeated_header'
            WHEN account_id IS NULL THEN id_fault(userid)
            WHEN created_on IS NULL THEN 'unreadable_date'
        END AS fault
    FROM typed
)

SELECT
    $archive_id AS archive_id,
    $part::INTEGER AS part,
    $member::INTEGER AS member,
    account_id,
    is_hashed(account_id) AS id_is_hashed,
    created_on,
    decoded_instant(account_id) AS created_at,
    lower(filled(account_language)) AS language,
    user_display_name AS display_name,
    user_screen_name AS screen_name,
    user_reported_location AS reported_location,
    user_profile_description AS profile_description,
    user_profile_url AS profile_url,
    followers AS follower_count,
    following AS following_count,
    posts AS post_count,
    list_filter([
        unreadable_name('follower_count', follower_count, followers),
        unreadable_name('following_count', following_count, following),
        unreadable_name('statuses_count', statuses_count, posts)
    ], lambda name: name IS NOT NULL) AS unreadable,
    fault,
    CASE
        WHEN fault IS NULL OR broken_reason IS NOT NULL THEN NULL
        WHEN account_id IS NULL THEN 'userid'
        ELSE 'account_creation_date'
    END AS fault_column,
    CASE
        WHEN fault IS NULL THEN NULL
        WHEN broken_reason IS NOT NULL THEN left(broken_text, 120)
        WHEN fault = 'missing_id'
        THEN left(concat_ws(',', filled(account_creation_date), user_screen_name, user_display_name), 120)
        WHEN account_id IS NULL THEN left(filled(userid), 120)
        ELSE left(filled(account_creation_date), 120)
    END AS excerpt
FROM judged
