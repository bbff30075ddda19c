-- Times in the format stated in the registry; UTC if they have no offset. A digit is required, since the words epoch and
-- infinity would be read as 1900-01-01.
CREATE OR REPLACE TEMP MACRO readable_instant(raw) AS CASE
    WHEN regexp_matches(filled(raw), '[0-9]') THEN try_strptime(filled(raw), getvariable('time_format'))::TIMESTAMP
END;
