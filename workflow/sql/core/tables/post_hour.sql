-- Posts by local day and hour.
SELECT archive_id, language, posted_on, hour, sum(posts)::BIGINT AS posts, provenance
FROM hourly_posts()
GROUP BY ALL
ORDER BY archive_id, language, posted_on, hour
