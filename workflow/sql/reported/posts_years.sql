-- Posts of some archives by year (UTC), or only their retweets.
SELECT strftime(posted_at, '%Y') AS key, count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND (
    NOT $retweets OR coalesce(reposted_post_id, inexact_reference.reposted_post_id) IS NOT NULL
)
GROUP BY key
ORDER BY key
