-- Times in the format stated in the registry; UTC if they have no offset. A digit is required, since the words epoch and
-- infinity would be read as 1900-01-01. No clock is more than 14 hours from UTC.
CREATE OR REPLACE TEMP MACRO readable_instant(raw) AS CASE
    WHEN contains(getvariable('time_format'), '%z')
    AND regexp_matches(
        filled(raw),
        '(\s|:[0-9.]+)[+-]((1[5-9]|[2-9][0-9])(:?[0-9]{2})?|14:?(0[1-9]|[1-9][0-9])|[0-9]{2}:?[6-9][0-9])(\s|$)'
    )
    THEN NULL
    WHEN regexp_matches(filled(raw), '[0-9]') THEN try_strptime(filled(raw), getvariable('time_format'))::TIMESTAMP
END;
