-- Posts by local day and hour: from the posts of an archive if it has any, else from the published aggregate.
SELECT
    archive_id,
    language,
    local_time(posted_at)::DATE AS posted_on,
    hour(local_time(posted_at))::INTEGER AS hour,
    count(*) AS posts,
    archive.provenance
FROM post
JOIN archive USING (archive_id)
GROUP BY ALL
UNION ALL BY NAME
SELECT archive_id, language, posted_on, hour, posts, 'aggregate' AS provenance
FROM published_post_hour
WHERE archive_id IN (SELECT archive_id FROM archive WHERE NOT has_posts)
ORDER BY archive_id, language, posted_on, hour
