-- The published hours are a subset of the archive's posts: a release may hold more posts in an hour, never fewer.
-- Only archives with published hours are counted, since grouping all posts by hour takes long.
WITH published AS (
    SELECT published_post_hour.*
    FROM published_post_hour
    JOIN archive USING (archive_id)
    WHERE archive.has_posts
),

counted AS (
    SELECT archive_id, language, local_time(posted_at)::DATE AS posted_on, hour(local_time(posted_at)) AS hour, count(*) AS posts
    FROM post
    WHERE archive_id IN (SELECT archive_id FROM published)
    GROUP BY ALL
)

SELECT archive_id, language, posted_on, hour, published.posts AS posts_published, counted.posts AS posts_read
FROM published
LEFT JOIN counted USING (archive_id, language, posted_on, hour)
WHERE coalesce(counted.posts, 0) < published.posts
