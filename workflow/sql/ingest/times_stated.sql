-- Times in a form that the registry states; UTC if they have no offset.

-- A digit is required, since the words epoch and infinity would be read as 1900-01-01. No clock is
-- more than 14 hours from UTC.
CREATE OR REPLACE TEMP MACRO instant_of_format(raw, format) AS CASE
    WHEN contains(format, '%z')
    AND regexp_matches(
        filled(raw),
        '(\s|:[0-9.]+)[+-]((1[5-9]|[2-9][0-9])(:?[0-9]{2})?|14:?(0[1-9]|[1-9][0-9])|[0-9]{2}:?[6-9][0-9])(\s|$)'
    )
    THEN NULL
    WHEN regexp_matches(filled(raw), '[0-9]') THEN try_strptime(filled(raw), format)::TIMESTAMP
END;

-- Seconds and milliseconds since 1970. Seconds have at most 11 digits and milliseconds at least 12, so none is taken for the other.
CREATE OR REPLACE TEMP MACRO instant_of_seconds(raw) AS CASE
    WHEN regexp_full_match(filled(raw), '[0-9]{1,11}(\.[0-9]*)?')
    THEN make_timestamp_ms(floor(filled(raw)::DOUBLE * 1000)::BIGINT)::TIMESTAMP
END;

CREATE OR REPLACE TEMP MACRO instant_of_milliseconds(raw) AS CASE
    WHEN regexp_full_match(filled(raw), '[0-9]{12,15}(\.0*)?')
    THEN make_timestamp_ms(split_part(filled(raw), '.', 1)::BIGINT)::TIMESTAMP
END;

-- Times like 2019-08-19 10:15:17 EDT, with the name of a zone of the layout; null for other names.
CREATE OR REPLACE TEMP MACRO instant_with_zone(raw) AS CASE
    WHEN regexp_full_match(filled(raw), '(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2} ([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2} [A-Z]{2,5}')
    THEN try_cast(left(filled(raw), 19) AS TIMESTAMP)
    - to_minutes((60 * getvariable('time_zones')[substring(filled(raw), 21)])::BIGINT)
END;
