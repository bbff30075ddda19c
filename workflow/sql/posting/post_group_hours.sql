-- Posts of the given archives by local day and hour. An empty list of languages selects all languages; $is_repost
-- selects reposts (true), original posts (false) or both (null).
SELECT
    local_time(posted_at)::DATE AS posted_on,
    hour(local_time(posted_at))::INTEGER AS hour,
    count(*) AS posts,
    archive.provenance
FROM post
JOIN archive USING (archive_id)
WHERE
    archive_id IN (SELECT unnest($archives))
    AND (len($languages) = 0 OR language IN (SELECT unnest($languages)))
    AND ($is_repost IS NULL OR is_repost = $is_repost)
GROUP BY posted_on, hour, archive.provenance
ORDER BY posted_on, hour, archive.provenance
