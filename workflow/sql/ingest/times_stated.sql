-- Times in the one format that the registry states; one without an offset is UTC. The words epoch and infinity, which
-- have no digit, would be taken for 1900-01-01.
CREATE OR REPLACE TEMP MACRO readable_instant(raw) AS CASE
    WHEN regexp_matches(filled(raw), '[0-9]') THEN try_strptime(filled(raw), getvariable('time_format'))::TIMESTAMP
END;
