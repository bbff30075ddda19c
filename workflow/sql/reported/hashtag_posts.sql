-- Posts of some archives with a given hashtag in any spelling of capitals, in some languages where the list is not empty.
SELECT asked.value AS key, count(DISTINCT (archive_id, post_id)) AS observed
FROM (SELECT unnest($keys) AS value) AS asked
JOIN post_hashtag ON lower(post_hashtag.value) = lower(asked.value)
JOIN post USING (archive_id, post_id)
WHERE archive_id IN (SELECT unnest($archives)) AND (len($languages) = 0 OR list_contains($languages, language))
GROUP BY asked.value
ORDER BY asked.value
