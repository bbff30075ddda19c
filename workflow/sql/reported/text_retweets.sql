-- Posts of some archives whose text begins with RT @, those whose text does not, and the share of the first.
WITH counted AS (
    SELECT count(*) AS total, count(*) FILTER (starts_with(coalesce(text, ''), 'RT @')) AS retweets
    FROM post
    WHERE archive_id IN (SELECT unnest($archives))
)

SELECT 'retweets' AS key, CAST(retweets AS DOUBLE) AS observed FROM counted
UNION ALL
SELECT 'originals', total - retweets FROM counted
UNION ALL
SELECT 'share', retweets / total FROM counted
ORDER BY key
