-- Posts of some archives whose text does not begin with RT @, by language.
SELECT language AS key, count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND language <> '' AND NOT starts_with(coalesce(text, ''), 'RT @')
GROUP BY language
ORDER BY language
