-- The terms in each different text of the table worded: reposts and hashtags repeat a text, and terms are searched in each but
-- once. $terms has for each term its list, its text, whether it counts only as whole words, and the text to search for.
WITH sought AS (
    SELECT wording, plain, word_line(plain) AS words
    FROM (SELECT wording, plain_text(wording) AS plain FROM (SELECT DISTINCT wording FROM worded))
)

SELECT wording, term.list AS list, term.text AS term
FROM sought
JOIN (SELECT unnest($terms::STRUCT(list VARCHAR, "text" VARCHAR, is_word BOOLEAN, sought VARCHAR)[]) AS term) ON contains(CASE WHEN term.is_word THEN words ELSE plain END, term.sought)
