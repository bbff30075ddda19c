-- Posts of some archives by the application that sent them, in some languages where the list is not empty.
SELECT client AS key, count(*) AS observed
FROM post
WHERE
    archive_id IN (SELECT unnest($archives))
    AND (len($languages) = 0 OR list_contains($languages, language))
    AND client <> ''
GROUP BY client
ORDER BY client
