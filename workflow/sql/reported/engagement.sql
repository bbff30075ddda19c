-- Quotes, replies, likes and retweets that the posts of some archives received: sums, over all posts, over posts with a count,
-- and the largest of one post.
UNPIVOT (
    SELECT
        CAST(sum(quote_count) AS DOUBLE) AS quotes,
        CAST(sum(reply_count) AS DOUBLE) AS replies,
        CAST(sum(like_count) AS DOUBLE) AS likes,
        CAST(sum(repost_count) AS DOUBLE) AS retweets,
        sum(quote_count) / count(*) AS quotes_per_post,
        sum(reply_count) / count(*) AS replies_per_post,
        sum(like_count) / count(*) AS likes_per_post,
        sum(repost_count) / count(*) AS retweets_per_post,
        sum(quote_count) / count(quote_count) AS quotes_mean,
        sum(reply_count) / count(reply_count) AS replies_mean,
        sum(like_count) / count(like_count) AS likes_mean,
        sum(repost_count) / count(repost_count) AS retweets_mean,
        (sum(quote_count) + sum(reply_count) + sum(like_count) + sum(repost_count)) / count(*) AS all_per_post,
        CAST(max(like_count) AS DOUBLE) AS likes_max,
        CAST(max(repost_count) AS DOUBLE) AS retweets_max
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
) ON COLUMNS(*) INTO NAME key VALUE observed
ORDER BY key
