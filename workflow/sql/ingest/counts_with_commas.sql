-- Counts with commas between thousands.
CREATE OR REPLACE TEMP MACRO readable_count(raw) AS CASE
    WHEN regexp_full_match(filled(raw), '[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5}') THEN replace(filled(raw), ',', '')::BIGINT
END;
