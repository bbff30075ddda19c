-- Accounts of $archives by creation day and language, once by UTC day as released (day_cut 'utc') and once by local day
-- ('local'): there an account whose creation instant is known is moved to its local day, and others stay on their UTC day.
-- Instants have no language, so local days have none. One row for each day cut, archive, day and language, without the archive.
WITH utc_day AS (
    SELECT archive_id, created_on, language, CAST(sum(accounts) AS BIGINT) AS accounts, provenance
    FROM creation_day
    WHERE archive_id IN (SELECT unnest($archives))
    GROUP BY archive_id, created_on, language, provenance
),
instant AS (
    SELECT
        archive_id,
        CAST(created_at AS DATE) AS utc_on,
        CAST(local_time(created_at) AS DATE) AS local_on,
        accounts,
        provenance
    FROM creation_instant
    SEMI JOIN utc_day USING (archive_id, provenance)
    WHERE archive_id IN (SELECT unnest($archives)) AND utc_on <> local_on
),
local_day AS (
    SELECT archive_id, created_on, CAST(sum(accounts) AS BIGINT) AS accounts, provenance
    FROM (
        SELECT archive_id, created_on, accounts, provenance FROM utc_day
        UNION ALL
        SELECT archive_id, local_on, accounts, provenance FROM instant
        UNION ALL
        SELECT archive_id, utc_on, -accounts, provenance FROM instant
    )
    GROUP BY archive_id, created_on, provenance
    HAVING sum(accounts) > 0
)
SELECT 'utc' AS day_cut, created_on AS days, coalesce(language, '') AS languages, accounts, provenance FROM utc_day
UNION ALL
SELECT 'local' AS day_cut, created_on AS days, '' AS languages, accounts, provenance FROM local_day
ORDER BY day_cut, days, languages, provenance, accounts
