-- Table row_account: rows_read is counted in the file itself, the other columns count its rows by outcome.
WITH outcome AS (
    SELECT
        part,
        member,
        count_if(fault IS NULL) AS readable,
        count_if(fault = 'repeated_header') AS repeated_header,
        count_if(fault = 'not_asked') AS not_asked,
        count_if(fault NOT IN ('repeated_header', 'not_asked')) AS faulty
    FROM kind_row
    GROUP BY part, member
),

duplicates AS (
    SELECT repeated.part, member, count(*) AS duplicate
    FROM repeated_kind_row AS repeated
    JOIN kind_row ON kind_row.part = repeated.part AND file_row_number = place
    GROUP BY repeated.part, member
),

losses AS (SELECT part, member, count(*) AS lost FROM lost_record GROUP BY part, member)

SELECT
    $archive_id AS archive_id,
    file,
    rows_read,
    (coalesce(readable, 0) - coalesce(duplicate, 0))::BIGINT AS rows_kept,
    coalesce(duplicate, 0)::BIGINT AS rows_duplicate,
    (coalesce(faulty, 0) + coalesce(lost, 0))::BIGINT AS rows_rejected,
    coalesce(repeated_header, 0)::BIGINT AS rows_repeated_header,
    coalesce(not_asked, 0)::BIGINT AS rows_not_asked
FROM source_file
LEFT JOIN outcome USING (part, member)
LEFT JOIN duplicates USING (part, member)
LEFT JOIN losses USING (part, member)
ORDER BY file
