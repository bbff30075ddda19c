-- Posts by archive, language, kind and local hour: posts are read once for all groups. Languages other than $languages are null.
SELECT
    archive_id,
    if(list_contains($languages::VARCHAR[], language), language, NULL) AS language,
    is_repost,
    date_trunc('hour', local_time(posted_at)) AS local_hour,
    count(*) AS posts
FROM post
GROUP BY ALL
