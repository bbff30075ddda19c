-- Share of the posts of some archives in some languages on Saturday and Sunday (UTC).
SELECT '' AS key, count(*) FILTER (isodow(posted_at) > 5) / count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND list_contains($languages, language)
