-- One row for each record of a users file, in the order of the file: typed values, or the fault that rejects it.
-- `record` holds the file's columns as text; a column that the file lacks is NULL.
WITH trimmed AS (
    SELECT
        filled(userid) AS userid,
        filled(account_creation_date) AS account_creation_date,
        filled(account_language) AS account_language,
        filled(follower_count) AS follower_count,
        filled(following_count) AS following_count,
        filled(statuses_count) AS statuses_count,
        user_display_name, user_screen_name, user_reported_location, user_profile_description, user_profile_url,
        is_header, is_asked, broken_as, broken, all_further_empty
    FROM record
),
typed AS (
    SELECT
        *,
        readable_instant(account_creation_date)::DATE AS created_on,
        readable_count(follower_count) AS followers,
        readable_count(following_count) AS following,
        readable_count(statuses_count) AS posts
    FROM trimmed
)
SELECT
    userid AS id,
    created_on,
    lower(account_language) AS language,
    user_display_name AS display_name,
    user_screen_name AS screen_name,
    user_reported_location AS reported_location,
    user_profile_description AS profile_description,
    user_profile_url AS profile_url,
    followers AS follower_count,
    following AS following_count,
    posts AS post_count,
    follower_count IS NOT NULL AND followers IS NULL AS unreadable_follower_count,
    following_count IS NOT NULL AND following IS NULL AS unreadable_following_count,
    statuses_count IS NOT NULL AND posts IS NULL AS unreadable_statuses_count,
    CASE
        WHEN NOT is_asked THEN 'not_asked'
        WHEN broken_as IS NOT NULL THEN broken_as
        WHEN is_header THEN 'repeated_header'
        WHEN id_fault(userid) IS NOT NULL THEN id_fault(userid)
        WHEN created_on IS NULL THEN 'unreadable_date'
    END AS fault,
    CASE
        WHEN broken_as IS NOT NULL THEN NULL
        WHEN fault = 'unreadable_date' THEN 'account_creation_date'
        ELSE 'userid'
    END AS fault_column,
    CASE fault
        WHEN broken_as THEN left(broken, 120)
        WHEN 'unreadable_date' THEN left(account_creation_date, 120)
        WHEN 'missing_id' THEN left(concat_ws(',', account_creation_date, user_screen_name, user_display_name), 120)
        ELSE left(userid, 120)
    END AS excerpt,
    all_further_empty
FROM typed
