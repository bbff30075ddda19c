-- Posts of some archives by month (UTC): in some languages where the list is not empty, and of one kind by their texts
-- (retweets begin with RT @, originals do not, all).
SELECT strftime(posted_at, '%Y-%m') AS key, count(*) AS observed
FROM post
WHERE
    archive_id IN (SELECT unnest($archives))
    AND (len($languages) = 0 OR list_contains($languages, language))
    AND ($kind = 'all' OR ($kind = 'retweets') = starts_with(coalesce(text, ''), 'RT @'))
GROUP BY key
ORDER BY key
