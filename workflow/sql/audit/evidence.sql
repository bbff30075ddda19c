-- The posts behind the edges as JSON, by the account of the smaller digest: for each other account and each trace, the number of pairs
-- of posts and the first $most of them, each with its objects. Populations may share accounts, so an object is taken once.
WITH pair AS (
    SELECT
        least(digest_a, digest_b) AS account,
        greatest(digest_a, digest_b) AS other,
        trace,
        if(digest_a < digest_b, [a, b], [b, a]) AS posts,
        list_sort(list(DISTINCT object)) AS objects
    FROM (
        SELECT
            *,
            {archive: archive_a, post: post_a, time: strftime(posted_a, '%Y-%m-%d %H:%M:%S'), text: text_a} AS a,
            {archive: archive_b, post: post_b, time: strftime(posted_b, '%Y-%m-%d %H:%M:%S'), text: text_b} AS b
        FROM read_parquet($evidence)
    )
    GROUP BY ALL
),

placed AS (
    SELECT *, row_number() OVER (PARTITION BY account, other, trace ORDER BY posts[1].time, posts[2].time, posts) AS place
    FROM pair
),

traced AS (
    SELECT
        account,
        other,
        trace,
        count(*) AS pairs,
        list({objects: objects, posts: posts} ORDER BY place) FILTER (place <= $most) AS shown
    FROM placed
    GROUP BY account, other, trace
),

edge AS (
    SELECT account, other, list({trace: trace, pairs: pairs, shown: shown} ORDER BY trace) AS traces
    FROM traced
    GROUP BY account, other
)

SELECT account, to_json(list({other: other, traces: traces} ORDER BY other))
FROM edge
GROUP BY account
ORDER BY account
