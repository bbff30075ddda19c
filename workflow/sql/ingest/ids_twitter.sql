-- Ids of Twitter. Ids altered by a spreadsheet or a float (1.01421E+18, 1161000000000000000.0) are rejected, not guessed; a
-- float that is exact (65453567.0) is its id.

-- Open ids are digits (at most a signed 64-bit number); hashed ids are digests in base64 or hexadecimal.
CREATE TEMP MACRO is_id(text) AS regexp_full_match(text, '[0-9]{1,19}|[A-Za-z0-9+/=_-]{20,64}');

-- Missing ids are tested first for speed, since most posts are neither replies nor reposts.
CREATE TEMP MACRO readable_id(raw) AS CASE
    WHEN raw IS NULL THEN NULL
    WHEN is_id(raw) THEN raw
    WHEN is_id(filled(raw)) THEN filled(raw)
    ELSE exact_float(filled(raw))
END;

CREATE TEMP MACRO id_fault(raw) AS CASE
    WHEN filled(raw) IS NULL THEN 'missing_id'
    WHEN readable_id(raw) IS NOT NULL THEN NULL
    WHEN regexp_full_match(filled(raw), '[0-9]([.,][0-9]+)?[eE]\+?[0-9]+|[0-9]{16,}\.0*') THEN 'spreadsheet_ruined_id'
    ELSE 'unrecognised_id'
END;

-- Ids below 2^42 are sequential; larger ids are snowflakes, with milliseconds in the upper bits.
CREATE TEMP MACRO decoded_instant(id) AS CASE
    WHEN strlen(id) < 20 AND try_cast(id AS BIGINT) >= 4398046511104
    THEN make_timestamp_ms((id::BIGINT >> 22) + 1288834974657)::TIMESTAMP_MS
END;

CREATE TEMP MACRO is_hashed(id) AS NOT regexp_full_match(id, '[0-9]{1,19}');
