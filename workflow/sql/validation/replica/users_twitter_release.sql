-- Rows of a simulated users file with the columns of the real file. Values of awkward as in tweets.sql.
SELECT
    account_id AS userid,
    display_name AS user_display_name,
    screen_name AS user_screen_name,
    location AS user_reported_location,
    description || CASE awkward
        WHEN 3 THEN ' nul' || chr(0) || 'byte'
        WHEN 4 THEN 'first line' || chr(10) || 'second "line", end'
        WHEN 5 THEN ' ' || chr(128512) || chr(127472)
        ELSE ''
    END AS user_profile_description,
    url AS user_profile_url,
    CASE WHEN awkward = 2 THEN 'nan' ELSE follower_count::VARCHAR END AS follower_count,
    following_count::VARCHAR AS following_count,
    CASE WHEN awkward = 1 THEN strftime(created_on::DATE, '%-m/%-d/%Y') ELSE created_on END AS account_creation_date,
    language AS account_language,
    'yes' AS simulated_by_takedown,
    number AS position
FROM replica_account
