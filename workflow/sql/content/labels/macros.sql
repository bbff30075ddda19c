-- Text in the form in which terms are searched: lower case, with full-width Latin letters, digits and signs made plain.
CREATE MACRO plain_text(text) AS lower(
    CASE
        WHEN regexp_matches(text, '[０-９＠-Ｚ＿ａ-ｚ]') THEN translate(
            text,
            '０１２３４５６７８９＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ＿ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ',
            '0123456789@abcdefghijklmnopqrstuvwxyz_abcdefghijklmnopqrstuvwxyz'
        )
        ELSE text
    END
);

-- The Latin words of a plain text with one space on each side, so that a search for a term with spaces finds whole words only.
CREATE MACRO word_line(plain) AS ' ' || regexp_replace(plain, '[^a-z0-9_]+', ' ', 'g') || ' ';
