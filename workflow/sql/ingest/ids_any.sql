-- Ids of any platform: short text. Nothing is decoded, since what their digits mean is not known.

CREATE TEMP MACRO is_ruined_id(raw) AS regexp_full_match(raw, '[0-9]([.,][0-9]+)?[eE]\+?[0-9]+|[0-9]+\.0*');

CREATE TEMP MACRO readable_id(raw) AS
    CASE WHEN NOT is_ruined_id(raw) AND regexp_full_match(raw, '[^[:cntrl:]]{1,200}') THEN raw END;

CREATE TEMP MACRO id_fault(raw) AS CASE
    WHEN raw IS NULL THEN 'missing_id'
    WHEN readable_id(raw) IS NOT NULL THEN NULL
    WHEN is_ruined_id(raw) THEN 'spreadsheet_ruined_id'
    ELSE 'unrecognised_id'
END;

CREATE TEMP MACRO decoded_instant(id) AS NULL::TIMESTAMP_MS;

CREATE TEMP MACRO is_hashed(id) AS false;
