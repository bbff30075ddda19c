-- Number of readable ids of 16 digits or more, and how many of them end in three zeros.
SELECT count(*) AS ids, count_if(suffix(kind_id, '000')) AS in_zeros
FROM kind_row
WHERE fault IS NULL AND strlen(kind_id) BETWEEN 16 AND 19 AND kind_id < ':'
