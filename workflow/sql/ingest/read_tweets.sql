-- One row per record of a tweets file, in the order of the file: typed values, and the fault for which it is not kept.
-- `record` holds the file's columns as text; columns missing in the file are NULL.
WITH typed AS (
    SELECT
        *,
        readable_id(tweetid) AS post_id,
        readable_id(userid) AS account_id,
        readable_instant(tweet_time) AS posted_at,
        readable_flag(is_retweet) AS flag,
        readable_id(retweet_tweetid) AS reposted_post_id,
        inexact_float(retweet_tweetid) AS inexact_reposted_post_id,
        readable_id(retweet_userid) AS reposted_account_id,
        inexact_float(retweet_userid) AS inexact_reposted_account_id,
        readable_id(in_reply_to_tweetid) AS reply_to_post_id,
        inexact_float(in_reply_to_tweetid) AS inexact_reply_to_post_id,
        readable_id(in_reply_to_userid) AS reply_to_account_id,
        inexact_float(in_reply_to_userid) AS inexact_reply_to_account_id,
        readable_id(quoted_tweet_tweetid) AS quoted_post_id,
        inexact_float(quoted_tweet_tweetid) AS inexact_quoted_post_id,
        readable_presence(latitude) AS has_coordinates,
        readable_count(quote_count) AS quotes,
        readable_count(reply_count) AS replies,
        readable_count(like_count) AS likes,
        readable_count(retweet_count) AS reposts,
        readable_list(hashtags) AS hashtag_list,
        readable_links(urls) AS url_list,
        readable_list(user_mentions) AS mention_list,
        readable_list(poll_choices) AS poll_list
    FROM record
),

judged AS (
    SELECT
        -- Here, not above: a macro repeats its arguments, and a list is long to plan.
        * REPLACE (
            unmarked(hashtag_list, hashtags, '#', '＃') AS hashtag_list,
            unmarked(mention_list, user_mentions, '@', '＠') AS mention_list
        ),
        CASE
            WHEN NOT is_asked THEN 'not_asked'
            WHEN broken_reason IS NOT NULL THEN broken_reason
            WHEN is_header THEN 'repeated_header'
            WHEN post_id IS NULL THEN id_fault(tweetid)
            WHEN account_id IS NULL THEN id_fault(userid)
            WHEN posted_at IS NULL THEN 'unreadable_date'
        END AS fault
    FROM typed
)

SELECT
    $archive_id AS archive_id,
    $part::INTEGER AS part,
    $member::INTEGER AS member,
    post_id,
    account_id,
    posted_at,
    decoded_instant(post_id) AS decoded_at,
    lower(filled(tweet_language)) AS language,
    tweet_text AS text,
    -- Twitter's API 1.1 gives a link with the client's name.
    CASE
        WHEN starts_with(tweet_client_name, '<a ') THEN regexp_extract(tweet_client_name, '>([^<]*)</a>', 1)
        ELSE tweet_client_name
    END AS client,
    -- Some releases leave is_retweet empty; then a reposted id shows a repost.
    coalesce(flag, reposted_post_id IS NOT NULL OR inexact_reposted_post_id IS NOT NULL) AS is_repost,
    reposted_post_id, reposted_account_id, reply_to_post_id, reply_to_account_id, quoted_post_id,
    CASE
        WHEN coalesce(
            inexact_reposted_post_id, inexact_reposted_account_id, inexact_reply_to_post_id, inexact_reply_to_account_id,
            inexact_quoted_post_id
        ) IS NOT NULL
        THEN {
            file: $part || '/' || $member,
            reposted_post_id: inexact_reposted_post_id,
            reposted_account_id: inexact_reposted_account_id,
            reply_to_post_id: inexact_reply_to_post_id,
            reply_to_account_id: inexact_reply_to_account_id,
            quoted_post_id: inexact_quoted_post_id
        }
    END AS inexact_reference,
    has_coordinates,
    quotes AS quote_count, replies AS reply_count, likes AS like_count, reposts AS repost_count,
    poll_list AS poll_choices, hashtag_list, url_list, mention_list,
    list_filter([
        unreadable_name('is_retweet', is_retweet, flag),
        unreadable_name('retweet_tweetid', retweet_tweetid, coalesce(reposted_post_id, inexact_reposted_post_id)),
        unreadable_name('retweet_userid', retweet_userid, coalesce(reposted_account_id, inexact_reposted_account_id)),
        unreadable_name('in_reply_to_tweetid', in_reply_to_tweetid, coalesce(reply_to_post_id, inexact_reply_to_post_id)),
        unreadable_name('in_reply_to_userid', in_reply_to_userid, coalesce(reply_to_account_id, inexact_reply_to_account_id)),
        unreadable_name('quoted_tweet_tweetid', quoted_tweet_tweetid, coalesce(quoted_post_id, inexact_quoted_post_id)),
        unreadable_name('latitude', latitude, has_coordinates),
        unreadable_name('quote_count', quote_count, quotes),
        unreadable_name('reply_count', reply_count, replies),
        unreadable_name('like_count', like_count, likes),
        unreadable_name('retweet_count', retweet_count, reposts),
        unreadable_name('hashtags', hashtags, hashtag_list),
        unreadable_name('urls', urls, url_list),
        unreadable_name('user_mentions', user_mentions, mention_list),
        unreadable_name('poll_choices', poll_choices, poll_list)
    ], lambda name: name IS NOT NULL) AS unreadable,
    fault,
    CASE
        WHEN fault IS NULL OR broken_reason IS NOT NULL THEN NULL
        WHEN post_id IS NULL THEN 'tweetid'
        WHEN account_id IS NULL THEN 'userid'
        ELSE 'tweet_time'
    END AS fault_column,
    CASE
        WHEN fault IS NULL THEN NULL
        WHEN broken_reason IS NOT NULL THEN left(broken_text, 120)
        WHEN fault = 'missing_id'
        THEN left(concat_ws(',', filled(tweetid), filled(userid), filled(tweet_time), tweet_text), 120)
        WHEN post_id IS NULL THEN left(filled(tweetid), 120)
        WHEN account_id IS NULL THEN left(filled(userid), 120)
        ELSE left(filled(tweet_time), 120)
    END AS excerpt
FROM judged
