-- Ids of any platform: short text. Nothing is decoded, since the meaning of the digits is not known.

CREATE TEMP MACRO is_ruined_id(text) AS regexp_full_match(text, '[0-9]([.,][0-9]+)?[eE]\+?[0-9]+|[0-9]+\.0*');

CREATE TEMP MACRO readable_id(raw) AS CASE
    WHEN NOT is_ruined_id(filled(raw)) AND regexp_full_match(filled(raw), '[^[:cntrl:]]{1,200}') THEN filled(raw)
END;

CREATE TEMP MACRO id_fault(raw) AS CASE
    WHEN filled(raw) IS NULL THEN 'missing_id'
    WHEN readable_id(raw) IS NOT NULL THEN NULL
    WHEN is_ruined_id(filled(raw)) THEN 'spreadsheet_ruined_id'
    ELSE 'unrecognised_id'
END;

CREATE TEMP MACRO decoded_instant(id) AS NULL::TIMESTAMP_MS;

CREATE TEMP MACRO is_hashed(id) AS false;
