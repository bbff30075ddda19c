-- Times as seconds since 1970 (UTC), with their fraction, whatever type the column has; NULL for what is no time.
CREATE OR REPLACE TEMP MACRO seconds_of_number(raw) AS CASE WHEN isfinite(raw::DOUBLE) THEN raw::DOUBLE END;

CREATE OR REPLACE TEMP MACRO seconds_of_timestamp(raw) AS CASE WHEN isfinite(raw) THEN epoch(raw) END;

-- A cast of text to TIMESTAMP passes over an offset in silence, so each form is named.
CREATE OR REPLACE TEMP MACRO seconds_of_text(raw) AS CASE
    WHEN regexp_full_match(raw, '-?[0-9]{1,15}(\.[0-9]*)?') THEN raw::DOUBLE
    WHEN regexp_full_match(raw, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+)?')
    THEN seconds_of_timestamp(try_cast(raw AS TIMESTAMP))
    WHEN regexp_full_match(raw, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9:.]+(Z|[+-][0-9]{2}(:?[0-9]{2})?)')
    THEN seconds_of_timestamp(try_cast(raw AS TIMESTAMPTZ))
END;

-- Trimming is dear, so it is done only where a value begins with a blank ('!' is the character after it).
CREATE OR REPLACE TEMP MACRO is_blank(raw) AS CASE
    WHEN raw < '!' THEN trim(raw, E' \t\r\n') = ''
    ELSE raw IS NULL
END;

-- An apostrophe goes in front of a text that a spreadsheet may take for a formula, as in takedown/core/tables.py. Nearly every
-- id begins with a digit or a letter, which is told sooner than by a pattern.
CREATE OR REPLACE TEMP MACRO spreadsheet_text(raw) AS CASE
    WHEN (raw >= '0' AND raw < ':') OR (raw >= 'A' AND raw < '[') OR (raw >= 'a' AND raw < '{') THEN raw
    WHEN regexp_matches(raw, '^([\t\n\r]|[\s"\x{0}\x{200b}\x{feff}]*[=+\-@＝＋－＠])') THEN '''' || raw
    ELSE raw
END;
