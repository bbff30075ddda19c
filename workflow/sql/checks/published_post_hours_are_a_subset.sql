-- The published hours are a subset of the archive's posts: a release may hold more posts in an hour, never fewer.
SELECT published.archive_id, published.language, published.posted_on, published.hour, published.posts AS posts_published, post_hour.posts AS posts_read
FROM published_post_hour AS published
JOIN archive ON archive.archive_id = published.archive_id AND archive.has_posts
LEFT JOIN post_hour
    ON post_hour.archive_id = published.archive_id AND post_hour.language = published.language
   AND post_hour.posted_on = published.posted_on AND post_hour.hour = published.hour
WHERE coalesce(post_hour.posts, 0) < published.posts
