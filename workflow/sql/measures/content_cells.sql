-- Posts of some archives by account, local day and group of languages, and how many hold what: one row for each cell.
-- `account` numbers the accounts from 0; topic is a term of any of $topic_lists; slur_topic a slur in a post on the topic.
WITH own AS (
    SELECT archive_id, provenance
    FROM archive
    WHERE archive_id IN (SELECT unnest($archives))
),

held AS (
    SELECT
        archive_id,
        post_id,
        bool_or(list IN (SELECT unnest($topic_lists::VARCHAR[]))) AS topic,
        bool_or(list = 'slur') AS slur,
        bool_or(list = 'state_media') AS state_media
    FROM post_term
    WHERE archive_id IN (SELECT unnest($archives))
    GROUP BY archive_id, post_id
),

cell AS (
    SELECT
        archive_id,
        account_id,
        (posted_at + to_minutes((60 * getvariable('utc_offset_hours'))::BIGINT))::DATE AS posted_on,
        CASE WHEN language LIKE 'zh%' THEN 'zh' WHEN language LIKE 'en%' THEN 'en' ELSE 'other' END AS language_group,
        provenance,
        count(*) AS posts,
        count(*) FILTER (WHERE topic) AS topic,
        count(*) FILTER (WHERE slur) AS slur,
        count(*) FILTER (WHERE slur AND topic) AS slur_topic,
        count(*) FILTER (WHERE state_media) AS state_media
    FROM post
    JOIN own USING (archive_id)
    LEFT JOIN held USING (archive_id, post_id)
    GROUP BY ALL
)

SELECT
    (dense_rank() OVER (ORDER BY archive_id, account_id) - 1)::INTEGER AS account,
    cell.* EXCLUDE (archive_id, account_id)
FROM cell
ORDER BY account, posted_on, language_group
