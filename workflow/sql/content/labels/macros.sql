-- Text as terms are sought in it: lower case, full-width Latin letters, digits and signs as plain ones.
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

-- The Latin words of a plain text, one space on each side: a term of words is found here only between boundaries.
CREATE MACRO word_line(plain) AS ' ' || regexp_replace(plain, '[^a-z0-9_]+', ' ', 'g') || ' ';
