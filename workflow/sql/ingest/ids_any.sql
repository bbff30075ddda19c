-- Ids of any platform: short text. Nothing is decoded, since the meaning of the digits is not known.

CREATE TEMP MACRO is_ruined_id(text) AS regexp_full_match(text, '[0-9]([.,][0-9]+)?[eE]\+?[0-9]+|[0-9]+\.0*');

CREATE TEMP MACRO readable_id(raw) AS CASE
    WHEN is_ruined_id(filled(raw)) THEN exact_float(filled(raw))
    WHEN regexp_full_match(filled(raw), '[^[:cntrl:]]{1,200}') THEN filled(raw)
END;

CREATE TEMP MACRO id_fault(raw) AS CASE
    WHEN filled(raw) IS NULL THEN 'missing_id'
    WHEN readable_id(raw) IS NOT NULL THEN NULL
    WHEN is_ruined_id(filled(raw)) THEN 'spreadsheet_ruined_id'
    ELSE 'unrecognised_id'
END;

CREATE TEMP MACRO decoded_instant(id) AS NULL::TIMESTAMP_MS;

-- Digests of 64 hexadecimal digits (SHA-256) are the only ones known on any platform.
CREATE TEMP MACRO is_hashed(id) AS regexp_full_match(id, '[0-9a-fA-F]{64}');
