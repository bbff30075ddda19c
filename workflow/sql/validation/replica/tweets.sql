-- Rows of a simulated tweets file with the columns of the real file, from numbered posts, accounts, phrases and outside accounts.
-- Values of awkward: 1 month/day dates, 2 a count of nan, 3 a NUL byte, 4 line ends, 5 emoji, 6 quotes and a comma, 7 a poll.
SELECT
    s.post_id::VARCHAR AS tweetid,
    a.account_id AS userid,
    a.display_name AS user_display_name,
    a.screen_name AS user_screen_name,
    a.location AS user_reported_location,
    a.description AS user_profile_description,
    a.url AS user_profile_url,
    a.follower_count,
    a.following_count,
    CASE WHEN s.awkward = 1 THEN strftime(a.created_on::DATE, '%-m/%-d/%Y') ELSE a.created_on END AS account_creation_date,
    a.language AS account_language,
    l.name AS tweet_language,
    concat(
        CASE s.kind WHEN 1 THEN concat('RT @', o.name, ': ') WHEN 2 THEN concat('@', o.name, ' ') END,
        '[replica ', lpad(s.number::VARCHAR, 8, '0'), '] ', p.text,
        CASE WHEN s.link > 0 THEN concat(' https://t.co/', substr(md5(s.link::VARCHAR), 1, 10)) END,
        CASE s.awkward
            WHEN 3 THEN ' nul' || chr(0) || 'byte'
            WHEN 4 THEN chr(10) || 'second line' || chr(10) || 'third line'
            WHEN 5 THEN ' ' || chr(128514) || chr(127464) || chr(127475)
            WHEN 6 THEN ' "quoted", with a comma'
        END
    ) AS tweet_text,
    CASE WHEN s.awkward = 1
        THEN strftime(make_timestamp_ms(s.instant), '%-m/%-d/%Y %H:%M')
        ELSE strftime(make_timestamp_ms(s.instant), '%Y-%m-%d %H:%M')
    END AS tweet_time,
    c.name AS tweet_client_name,
    CASE WHEN s.kind = 2 THEN o.account_id ELSE '' END AS in_reply_to_userid,
    CASE WHEN s.kind = 2 THEN s.object_id::VARCHAR ELSE '' END AS in_reply_to_tweetid,
    CASE WHEN s.kind = 3 THEN s.object_id::VARCHAR ELSE '' END AS quoted_tweet_tweetid,
    CASE WHEN s.kind = 1 THEN 'True' ELSE 'False' END AS is_retweet,
    CASE WHEN s.kind = 1 THEN o.account_id ELSE '' END AS retweet_userid,
    CASE WHEN s.kind = 1 THEN s.object_id::VARCHAR ELSE '' END AS retweet_tweetid,
    CASE WHEN s.number % 211 = 0 THEN 'present' ELSE 'absent' END AS latitude,
    CASE WHEN s.number % 211 = 0 THEN 'present' ELSE 'absent' END AS longitude,
    (s.likes // 20)::VARCHAR || d.name AS quote_count,
    (s.likes // 7)::VARCHAR || d.name AS reply_count,
    CASE WHEN s.awkward = 2 THEN 'nan' ELSE s.likes::VARCHAR || d.name END AS like_count,
    (s.likes // 3)::VARCHAR || d.name AS retweet_count,
    p.hashtags,
    CASE WHEN s.link > 0
        THEN concat(
            '[''https://', w.name, '/', s.link, '''',
            CASE WHEN s.link % 11 = 0 THEN concat(', ''https://t.co/replica', s.link, '''') END, ']'
        )
        ELSE '[]'
    END AS urls,
    CASE WHEN s.kind IN (1, 2) THEN concat('[''', o.account_id, ''']') ELSE '[]' END AS user_mentions,
    CASE WHEN s.awkward = 7 THEN '["don''t know", ''yes'', ''no, never'']' ELSE '' END AS poll_choices,
    'yes' AS simulated_by_takedown,
    s.position
FROM skeleton AS s
JOIN replica_account AS a ON a.number = s.account
JOIN replica_phrase AS p ON p.number = s.phrase
JOIN replica_language AS l ON l.number = s.language
JOIN replica_client AS c ON c.number = s.client
JOIN replica_site AS w ON w.number = s.site
JOIN replica_decimal AS d ON d.number = s.decimal
JOIN replica_source AS o ON o.number = s.source
