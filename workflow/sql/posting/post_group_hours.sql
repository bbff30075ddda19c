-- Posts of the given archives by local day and hour, from the table of post_kind_hour.sql. An empty list of languages selects all
-- languages; $is_repost selects reposts (true), original posts (false) or both (null).
SELECT
    local_hour::DATE AS posted_on,
    hour(local_hour)::INTEGER AS hour,
    sum(posts)::BIGINT AS posts,
    archive.provenance
FROM post_kind_hour
JOIN archive USING (archive_id)
WHERE
    archive_id IN (SELECT unnest($archives))
    AND (len($languages) = 0 OR language IN (SELECT unnest($languages)))
    AND ($is_repost IS NULL OR is_repost = $is_repost)
GROUP BY posted_on, hour, archive.provenance
ORDER BY posted_on, hour, archive.provenance
