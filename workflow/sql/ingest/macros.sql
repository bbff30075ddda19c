-- Macros that read the values of a release. Each returns NULL for a value of another type and never guesses.

-- Trimming is slow, so only values that start or end with a blank are trimmed ('!' is the character after the blank).
CREATE TEMP MACRO filled(raw) AS CASE
    WHEN raw < '!' OR suffix(raw, ' ') OR suffix(raw, E'\t') OR suffix(raw, E'\r') OR suffix(raw, E'\n')
    THEN nullif(trim(raw, E' \t\r\n'), '')
    ELSE raw
END;

-- The name of a column whose value is present but unreadable; the CASE is nested so that no other value is trimmed.
CREATE TEMP MACRO unreadable_name(name, raw, value) AS
    CASE WHEN raw IS NOT NULL AND value IS NULL THEN CASE WHEN filled(raw) IS NOT NULL THEN name END END;

-- Some releases write ids as floats (65453567.0). A whole number below 2^53 is exact as a float.
CREATE TEMP MACRO exact_float(text) AS CASE
    WHEN regexp_full_match(text, '[0-9]{1,16}\.0*') AND try_cast(split_part(text, '.', 1) AS BIGINT) < 9007199254740992
    THEN split_part(text, '.', 1)
END;

-- A float of 12 or more digits that is no id (1.1665339778024448e+18), in one form: equal floats of a file come from ids
-- within a millisecond. With fewer digits (1.01421E+18) they come from ids of minutes or hours.
CREATE TEMP MACRO inexact_float(raw) AS CASE
    WHEN raw IS NULL OR regexp_full_match(raw, '[0-9]{1,19}') THEN NULL
    WHEN regexp_full_match(filled(raw), '[0-9]\.[0-9]{11,}[eE]\+?1[5-9]|[0-9]{16,19}\.0*') AND exact_float(filled(raw)) IS NULL
    THEN try_cast(filled(raw) AS DOUBLE)::VARCHAR
END;

-- Some releases write counts as 3.0. Other forms (nan, 1e6, 1.5, -1) are not counts. Most counts have one digit, which is
-- tested first since patterns are slower.
CREATE TEMP MACRO readable_count(raw) AS CASE
    WHEN raw BETWEEN '0' AND '9' AND strlen(raw) = 1 THEN (ascii(raw) - 48)::BIGINT
    WHEN raw BETWEEN '0.0' AND '9.0' AND strlen(raw) = 3 AND suffix(raw, '.0') THEN (ascii(raw) - 48)::BIGINT
    WHEN regexp_full_match(filled(raw), '[0-9]{1,18}(\.0*)?') THEN split_part(filled(raw), '.', 1)::BIGINT
END;

-- 2017-08-30 or month/day/year, with or without a time. The patterns are needed because casts also accept words such as
-- epoch, because a cast to TIMESTAMP ignores an offset, and because casts turn 24:00 and offsets beyond 14 hours, which no
-- clock shows, into other days.
CREATE TEMP MACRO instant_of_text(raw) AS CASE
    WHEN raw BETWEEN '19' AND '21' AND raw LIKE '____-__-__ __:__' AND NOT suffix(raw, ' 24:00') THEN try_cast(raw AS TIMESTAMP)
    WHEN regexp_full_match(
        filled(raw), '(19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}([ T]([01]?[0-9]|2[0-3]):[0-9:.]+(Z| UTC)?)?'
    )
    THEN try_cast(filled(raw) AS TIMESTAMP)
    WHEN regexp_full_match(
        filled(raw),
        '(19|20)[0-9]{2}-[0-9]{1,2}-[0-9]{1,2}[ T]([01]?[0-9]|2[0-3]):[0-9:.]+ ?'
        || '[+-]((0[0-9]|1[0-3])(:?[0-5][0-9])?|14(:?00)?)'
    )
    THEN try_cast(regexp_replace(filled(raw), ' ([+-])', '\1') AS TIMESTAMPTZ)::TIMESTAMP
    WHEN regexp_full_match(filled(raw), '[0-9]{1,2}/[0-9]{1,2}/(19|20)[0-9]{2}( [0-9].*)?') THEN try_strptime(
        filled(raw),
        ['%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S', '%m/%d/%Y %I:%M %p', '%m/%d/%Y %I:%M:%S %p']
    )
END;

CREATE TEMP MACRO readable_instant(raw) AS instant_of_text(raw);

-- Releases replace coordinates by these two words; earlier releases contained numbers.
CREATE TEMP MACRO readable_presence(raw) AS CASE
    WHEN raw = 'absent' OR lower(filled(raw)) = 'absent' THEN false
    WHEN lower(filled(raw)) = 'present' OR isfinite(try_cast(filled(raw) AS DOUBLE)) THEN true
END;

-- Nearly all values are one of these two words, which are tested first for speed.
CREATE TEMP MACRO readable_flag(raw) AS CASE raw
    WHEN 'False' THEN false
    WHEN 'True' THEN true
    ELSE try_cast(filled(raw) AS BOOLEAN)
END;

-- Whether a value is the one that a condition of the registry states; True and 1 are one value, as are False and 0.
CREATE TEMP MACRO equals_stated(raw, stated) AS CASE
    WHEN lower(stated) IN ('true', 'false') THEN try_cast(filled(raw) AS BOOLEAN) = stated::BOOLEAN
    ELSE filled(raw) = stated
END;

-- Escapes of Python's repr of a string, and of JSON, which writes characters beyond four hexadecimal digits as two escapes.
CREATE TEMP MACRO unescaped(quoted) AS CASE
    WHEN NOT contains(quoted, '\') THEN quoted
    ELSE array_to_string(list_transform(
        regexp_extract_all(
            quoted,
            '(?s)\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}'
            || '|\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\U[0-9a-fA-F]{8}|\\.|[^\\]+'
        ),
        lambda part: CASE
            WHEN part[1] <> '\' THEN part
            WHEN length(part) = 12
            THEN chr(65536 + (('0x' || part[3:6])::INTEGER - 55296) * 1024 + ('0x' || part[9:12])::INTEGER - 56320)
            WHEN part[2] IN ('x', 'u', 'U') AND length(part) > 2 THEN chr(('0x' || part[3:])::INTEGER)
            WHEN part[2] = 'n' THEN chr(10)
            WHEN part[2] = 'r' THEN chr(13)
            WHEN part[2] = 't' THEN chr(9)
            ELSE part[2:]
        END
    ), '')
END;

-- Lists are Python reprs (['a', "it's"]) or, in older releases, unquoted ([a, b]).
CREATE TEMP MACRO list_items(raw) AS list_transform(
    regexp_extract_all(
        substring(raw, 2, length(raw) - 2),
        '(?s)u?''(?:[^''\\]|\\.)*''|u?"(?:[^"\\]|\\.)*"|[^,''"\s][^,]*'
    ),
    lambda item: CASE
        WHEN item[1] IN ('''', '"') THEN unescaped(substring(item, 2, length(item) - 2))
        WHEN regexp_full_match(item, '(?s)u[''"].*[''"]') THEN unescaped(substring(item, 3, length(item) - 3))
        ELSE trim(item)
    END
);

-- Whether text has escapes of numbers that are not characters: half of a JSON pair, or beyond the last character.
CREATE TEMP MACRO escapes_nothing(raw) AS contains(raw, '\') AND regexp_matches(
    regexp_replace(raw, '\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g'),
    '\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\U0000[dD][89a-fA-F][0-9a-fA-F]{2}'
    || '|\\U(001[1-9a-fA-F]|00[2-9a-fA-F][0-9a-fA-F]|0[1-9a-fA-F][0-9a-fA-F]{2}|[1-9a-fA-F][0-9a-fA-F]{3})[0-9a-fA-F]{4}'
);

CREATE TEMP MACRO parsed_list(text) AS CASE
    WHEN escapes_nothing(text) THEN NULL
    WHEN regexp_full_match(
        text,
        '(?s)\[\s*(?:(?:u?''(?:[^''\\]|\\.)*''|u?"(?:[^"\\]|\\.)*"|[^,''"\s][^,]*)'
        || '(?:\s*,\s*(?:u?''(?:[^''\\]|\\.)*''|u?"(?:[^"\\]|\\.)*"|[^,''"\s][^,]*))*)?\s*\]'
    ) THEN list_filter(list_items(text), lambda item: item <> '')
END;

CREATE TEMP MACRO readable_list(raw) AS CASE
    WHEN raw IS NULL THEN NULL
    WHEN raw = '[]' THEN []::VARCHAR[]
    -- Nearly all lists have this simple form, which needs no parser.
    WHEN regexp_full_match(raw, '\[''[^''"\\]+''(, ''[^''"\\]+'')*\]')
    THEN string_split(substring(raw, 3, length(raw) - 4), ''', ''')
    ELSE parsed_list(filled(raw))
END;

-- Links of the first release are not quoted and may contain commas ([http://x.example/w/1,2.html]): a comma separates them
-- only before a blank or a scheme.
CREATE TEMP MACRO readable_links(raw) AS CASE
    WHEN regexp_full_match(raw, '\[\s*[A-Za-z][A-Za-z0-9+.-]*://.*\]') THEN list_filter(
        list_transform(
            string_split(
                regexp_replace(substring(raw, 2, length(raw) - 2), ',\s+|,([A-Za-z][A-Za-z0-9+.-]*://)', E'\x1F\\1', 'g'), E'\x1F'
            ),
            lambda item: trim(item)
        ),
        lambda item: item <> ''
    )
    ELSE readable_list(raw)
END;

-- A list without the marks with which some files begin its items (#tag, @name), be they escaped or of full width. Only lists
-- whose text holds one are looked at, for speed.
CREATE TEMP MACRO unmarked(items, raw, mark, wide) AS CASE
    WHEN contains(raw, mark) OR contains(raw, wide) OR contains(raw, '\')
    THEN list_filter(list_transform(items, lambda item: ltrim(item, mark || wide)), lambda item: item <> '')
    ELSE items
END;
