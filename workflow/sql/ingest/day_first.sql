-- Number of readable rows, number of rows whose date must have the day before the month, and the first of these dates.
SELECT
    count(*) FILTER (fault IS NULL) AS readable,
    count(*) FILTER (day_first) AS day_first,
    min_by(excerpt, file_row_number) FILTER (day_first) AS example
FROM (
    SELECT
        *,
        fault = 'unreadable_date'
        AND regexp_full_match(trim(excerpt), '(1[3-9]|2[0-9]|3[01])/(0?[1-9]|1[0-2])/(19|20)[0-9]{2}( .*)?') AS day_first
    FROM kind_row
)
