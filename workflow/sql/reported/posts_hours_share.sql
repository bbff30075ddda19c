-- Share of the posts of some archives in some languages from one local hour to another, both included.
SELECT
    '' AS key,
    count(*) FILTER (hour(posted_at + to_hours($utc_offset_hours::BIGINT)) BETWEEN $first_hour AND $last_hour) / count(*) AS observed
FROM post
WHERE archive_id IN (SELECT unnest($archives)) AND list_contains($languages, language)
