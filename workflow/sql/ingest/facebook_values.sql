-- Times and counts in CrowdTangle's exports.

-- Times like 2019-08-19 10:15:17 EDT, with a time zone of North America, converted to UTC; UTC if no zone is given.
CREATE OR REPLACE TEMP MACRO readable_instant(raw) AS CASE
    WHEN regexp_full_match(
        filled(raw), '(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2}( (UTC|GMT|[ECMP][SD]T))?)?'
    )
    THEN try_cast(left(filled(raw), 19) AS TIMESTAMP) + to_hours(CASE substring(filled(raw), 21)
        WHEN 'EDT' THEN 4
        WHEN 'EST' THEN 5
        WHEN 'CDT' THEN 5
        WHEN 'CST' THEN 6
        WHEN 'MDT' THEN 6
        WHEN 'MST' THEN 7
        WHEN 'PDT' THEN 7
        WHEN 'PST' THEN 8
        ELSE 0
    END)
END;

-- Counts may have commas between thousands.
CREATE OR REPLACE TEMP MACRO readable_count(raw) AS CASE
    WHEN regexp_full_match(filled(raw), '[0-9]{1,18}|[0-9]{1,3}(,[0-9]{3}){1,5}') THEN replace(filled(raw), ',', '')::BIGINT
END;
