-- A letter and its accent as one character. NUL is removed first, because normalisation would end the text there.
CREATE OR REPLACE TEMP MACRO composed(raw) AS nfc_normalize(replace(raw, chr(0), ''));

-- Lower case, full-width forms as the usual ones, and no characters without width: differences between input methods.
-- Each step is slow, so texts of only Latin and Chinese characters skip it.
CREATE OR REPLACE TEMP MACRO folded(raw) AS lower(CASE
    WHEN NOT regexp_matches(
        raw, '[^\x{1}-\x{9F}\x{A1}-\x{2FF}\x{2010}-\x{2027}\x{3001}-\x{3029}\x{4E00}-\x{9FFF}]'
    ) THEN raw
    WHEN regexp_matches(
        raw,
        '[\x{A0}\x{1680}\x{2000}-\x{200D}\x{2028}\x{2029}\x{202F}\x{205F}\x{2060}\x{3000}\x{FEFF}\x{FF01}-\x{FF5E}]'
    ) THEN translate(
        regexp_replace(composed(raw), '[^\P{Z} ]', ' ', 'g'),
        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～'
        || chr(8203) || chr(8204) || chr(8205) || chr(8288) || chr(65279),
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~'
    )
    ELSE composed(raw)
END);

-- A text without links. A link ends at the first character that is not ASCII, because Chinese follows without a blank. Links
-- are therefore removed before full-width forms become ASCII.
CREATE OR REPLACE TEMP MACRO linkless(raw) AS CASE
    WHEN contains(raw, '://') THEN regexp_replace(raw, '(?i)https?://[!-~]+', ' ', 'g')
    ELSE raw
END;

-- A text without links and mentions, folded, with each run of white space as one blank; '' if nothing remains.
CREATE OR REPLACE TEMP MACRO normal_text(raw) AS trim(regexp_replace(
    regexp_replace(folded(linkless(raw)), '@[a-z0-9_]+', ' ', 'g'), '\s{2,}|[\t\n\f\r]', ' ', 'g'
));

-- A link without scheme, www., default port, fragment, last slash and tracking parameters; host in lower case, parameters
-- sorted. Short links stay as they are, because no link is looked up.
CREATE OR REPLACE TEMP MACRO link_address(raw) AS
    regexp_replace(lower(split_part(raw, '/', 1)), '^www\.|:(80|443)$', '', 'g')
    || rtrim(substring(raw, length(split_part(raw, '/', 1)) + 1), '/');

CREATE OR REPLACE TEMP MACRO link_query(raw) AS CASE WHEN contains(raw, '?') THEN coalesce('?' || nullif(
    array_to_string(list_sort(list_filter(
        string_split(substring(raw, strpos(raw, '?') + 1), '&'),
        lambda parameter: parameter <> ''
        AND NOT regexp_matches(parameter, '^(utm_[a-z_]+|fbclid|gclid|dclid|igshid|mc_[ce]id|ref_src|ref_url)(=|$)')
    )), '&'),
    ''
), '') ELSE '' END;

CREATE OR REPLACE TEMP MACRO normal_link(raw) AS nullif(
    link_address(split_part(regexp_replace(split_part(trim(raw), '#', 1), '^[A-Za-z][A-Za-z0-9+.-]*://', ''), '?', 1))
    || link_query(split_part(raw, '#', 1)),
    ''
);

-- Ids of 2^42 or more are snowflakes, with milliseconds in the upper bits.
CREATE OR REPLACE TEMP MACRO instant_of_id(id) AS CASE
    WHEN length(id) < 20 AND try_cast(id AS BIGINT) >= 4398046511104
    THEN make_timestamp_ms((id::BIGINT >> 22) + 1288834974657)
END;
