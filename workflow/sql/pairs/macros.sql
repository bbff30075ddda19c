-- Times as seconds since 1970 (UTC) with fractions, from any type of column; NULL for values that are not times.
CREATE OR REPLACE TEMP MACRO seconds_of_number(raw) AS CASE WHEN isfinite(raw::DOUBLE) THEN raw::DOUBLE END;

CREATE OR REPLACE TEMP MACRO seconds_of_timestamp(raw) AS CASE WHEN isfinite(raw) THEN epoch(raw) END;

-- Each form of a time has its own pattern, since a cast of text to TIMESTAMP silently ignores an offset, and casts turn 24:00
-- and offsets beyond 14 hours into other days.
CREATE OR REPLACE TEMP MACRO seconds_of_text(raw) AS CASE
    -- Most times are whole seconds; a cast there and back takes half the time of a pattern.
    WHEN strlen(raw) <= 15 AND try_cast(raw AS BIGINT)::VARCHAR = raw THEN try_cast(raw AS BIGINT)::DOUBLE
    WHEN regexp_full_match(raw, '-?[0-9]{1,15}(\.[0-9]*)?') THEN raw::DOUBLE
    WHEN regexp_full_match(raw, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T]([01]?[0-9]|2[0-3]):[0-9:.]+)?')
    THEN seconds_of_timestamp(try_cast(raw AS TIMESTAMP))
    WHEN regexp_full_match(
        raw,
        '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[ T]([01]?[0-9]|2[0-3]):[0-9:.]+'
        || '(Z|[+-]((0[0-9]|1[0-3])(:?[0-5][0-9])?|14(:?00)?))'
    )
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
    WHEN regexp_matches(
        raw,
        -- INVISIBLE of takedown/core/tables.py
        '^([\t\n\r]|['
        || '\x{0}-\x{20}\x{7f}-\x{a0}\x{ad}\x{034f}\x{061c}\x{115f}\x{1160}\x{1680}\x{17b4}\x{17b5}\x{180b}-\x{180f}\x{2000}-\x{200f}\x{2028}-\x{202f}'
        || '\x{205f}-\x{206f}\x{2800}\x{3000}\x{3164}\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}\x{fff0}-\x{fffb}\x{1bca0}-\x{1bca3}\x{1d173}-\x{1d17a}\x{e0000}-\x{e0fff}'
        || '"]*[=+\-@＝＋－＠﹦﹢﹣﹫])'
    ) THEN '''' || raw
    ELSE raw
END;
