-- Times as seconds since 1970 (UTC) with fractions, from any type of column; NULL for values that are not times.
CREATE OR REPLACE TEMP MACRO seconds_of_number(raw) AS CASE WHEN isfinite(raw::DOUBLE) THEN raw::DOUBLE END;

CREATE OR REPLACE TEMP MACRO seconds_of_timestamp(raw) AS CASE WHEN isfinite(raw) THEN epoch(raw) END;

-- Each form of a time has its own pattern, since a cast of text to TIMESTAMP silently ignores an offset.
CREATE OR REPLACE TEMP MACRO seconds_of_text(raw) AS CASE
    WHEN regexp_full_match(raw, '-?[0-9]{1,15}(\.[0-9]*)?') THEN raw::DOUBLE
    WHEN regexp_full_match(raw, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+)?')
    THEN seconds_of_timestamp(try_cast(raw AS TIMESTAMP))
    WHEN regexp_full_match(raw, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T][0-9:.]+(Z|[+-][0-9]{2}(:?[0-9]{2})?)')
    THEN seconds_of_timestamp(try_cast(raw AS TIMESTAMPTZ))
END;

-- Trimming is slow, so only values that start with a blank are trimmed ('!' is the character after the blank).
CREATE OR REPLACE TEMP MACRO is_blank(raw) AS CASE
    WHEN raw < '!' THEN trim(raw, E' \t\r\n') = ''
    ELSE raw IS NULL
END;

-- Text that a spreadsheet may read as a formula gets an apostrophe in front, as in takedown/core/tables.py. Nearly every
-- id starts with a digit or a letter, which is tested first since patterns are slower.
CREATE OR REPLACE TEMP MACRO spreadsheet_text(raw) AS CASE
    WHEN (raw >= '0' AND raw < ':') OR (raw >= 'A' AND raw < '[') OR (raw >= 'a' AND raw < '{') THEN raw
    WHEN regexp_matches(raw, '^([\t\n\r]|[\s"\x{0}\x{200b}\x{feff}]*[=+\-@＝＋－＠])') THEN '''' || raw
    ELSE raw
END;
