-- The view `record` of posts without ids, with ids made from account, time and text. Posts that repeat all three are numbered in
-- the order of the file, and files are numbered too, so that every post is kept.
CREATE OR REPLACE TEMP VIEW record AS
SELECT
    * EXCLUDE (place, digest)
    REPLACE (
        digest || '-' || getvariable('part') || '-' || getvariable('member') || '-'
        || row_number() OVER (PARTITION BY digest ORDER BY place) AS tweetid
    )
FROM (
    SELECT
        *,
        row_number() OVER () AS place,
        md5(concat_ws(chr(31), coalesce(userid, ''), coalesce(tweet_time, ''), coalesce(tweet_text, ''))) AS digest
    FROM read_record
)
ORDER BY place
