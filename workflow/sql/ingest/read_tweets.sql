-- One row for each record of a tweets file, in the order of the file: typed values, or the fault that rejects it.
-- `record` holds the file's columns as text; a column that the file lacks is NULL.
WITH trimmed AS (
    SELECT
        filled(tweetid) AS tweetid,
        filled(userid) AS userid,
        filled(tweet_time) AS tweet_time,
        filled(tweet_language) AS tweet_language,
        filled(is_retweet) AS is_retweet,
        filled(retweet_tweetid) AS retweet_tweetid,
        filled(retweet_userid) AS retweet_userid,
        filled(in_reply_to_tweetid) AS in_reply_to_tweetid,
        filled(in_reply_to_userid) AS in_reply_to_userid,
        filled(quoted_tweet_tweetid) AS quoted_tweet_tweetid,
        filled(latitude) AS latitude,
        filled(quote_count) AS quote_count,
        filled(reply_count) AS reply_count,
        filled(like_count) AS like_count,
        filled(retweet_count) AS retweet_count,
        filled(hashtags) AS hashtags,
        filled(urls) AS urls,
        filled(user_mentions) AS user_mentions,
        filled(poll_choices) AS poll_choices,
        tweet_text, tweet_client_name, is_header, is_asked, broken_as, broken, all_further_empty
    FROM record
),
typed AS (
    SELECT
        *,
        id_fault(tweetid) AS post_fault,
        id_fault(userid) AS account_fault,
        readable_instant(tweet_time) AS posted_at,
        try_cast(is_retweet AS BOOLEAN) AS repost,
        readable_id(retweet_tweetid) AS reposted_post_id,
        readable_id(retweet_userid) AS reposted_account_id,
        readable_id(in_reply_to_tweetid) AS reply_to_post_id,
        readable_id(in_reply_to_userid) AS reply_to_account_id,
        readable_id(quoted_tweet_tweetid) AS quoted_post_id,
        readable_presence(latitude) AS has_coordinates,
        readable_count(quote_count) AS quotes,
        readable_count(reply_count) AS replies,
        readable_count(like_count) AS likes,
        readable_count(retweet_count) AS reposts,
        readable_list(hashtags) AS hashtag_list,
        readable_list(urls) AS url_list,
        readable_list(user_mentions) AS mention_list,
        readable_list(poll_choices) AS poll_list
    FROM trimmed
)
SELECT
    tweetid AS id,
    userid AS account_id,
    posted_at,
    lower(tweet_language) AS language,
    tweet_text AS text,
    tweet_client_name AS client,
    -- Releases differ in whether they fill is_retweet; a reposted id says the same.
    coalesce(repost, reposted_post_id IS NOT NULL) AS is_repost,
    reposted_post_id, reposted_account_id, reply_to_post_id, reply_to_account_id, quoted_post_id,
    has_coordinates,
    quotes AS quote_count, replies AS reply_count, likes AS like_count, reposts AS repost_count,
    hashtag_list, url_list, mention_list, poll_list AS poll_choices,
    is_retweet IS NOT NULL AND repost IS NULL AS unreadable_is_retweet,
    retweet_tweetid IS NOT NULL AND reposted_post_id IS NULL AS unreadable_retweet_tweetid,
    retweet_userid IS NOT NULL AND reposted_account_id IS NULL AS unreadable_retweet_userid,
    in_reply_to_tweetid IS NOT NULL AND reply_to_post_id IS NULL AS unreadable_in_reply_to_tweetid,
    in_reply_to_userid IS NOT NULL AND reply_to_account_id IS NULL AS unreadable_in_reply_to_userid,
    quoted_tweet_tweetid IS NOT NULL AND quoted_post_id IS NULL AS unreadable_quoted_tweet_tweetid,
    latitude IS NOT NULL AND has_coordinates IS NULL AS unreadable_latitude,
    quote_count IS NOT NULL AND quotes IS NULL AS unreadable_quote_count,
    reply_count IS NOT NULL AND replies IS NULL AS unreadable_reply_count,
    like_count IS NOT NULL AND likes IS NULL AS unreadable_like_count,
    retweet_count IS NOT NULL AND reposts IS NULL AS unreadable_retweet_count,
    hashtags IS NOT NULL AND hashtag_list IS NULL AS unreadable_hashtags,
    urls IS NOT NULL AND url_list IS NULL AS unreadable_urls,
    user_mentions IS NOT NULL AND mention_list IS NULL AS unreadable_user_mentions,
    typed.poll_choices IS NOT NULL AND poll_list IS NULL AS unreadable_poll_choices,
    CASE
        WHEN NOT is_asked THEN 'not_asked'
        WHEN broken_as IS NOT NULL THEN broken_as
        WHEN is_header THEN 'repeated_header'
        WHEN post_fault IS NOT NULL THEN post_fault
        WHEN account_fault IS NOT NULL THEN account_fault
        WHEN posted_at IS NULL THEN 'unreadable_date'
    END AS fault,
    CASE
        WHEN broken_as IS NOT NULL THEN NULL
        WHEN post_fault IS NOT NULL THEN 'tweetid'
        WHEN account_fault IS NOT NULL THEN 'userid'
        ELSE 'tweet_time'
    END AS fault_column,
    CASE
        WHEN fault IS NULL THEN NULL
        WHEN broken_as IS NOT NULL THEN left(broken, 120)
        WHEN fault = 'missing_id' THEN left(concat_ws(',', tweetid, userid, tweet_time, tweet_text), 120)
        WHEN post_fault IS NOT NULL THEN left(tweetid, 120)
        WHEN account_fault IS NOT NULL THEN left(userid, 120)
        ELSE left(tweet_time, 120)
    END AS excerpt,
    all_further_empty
FROM typed
