-- The posts in lines of twarc2, one JSON object each: the post, its author, and the posts that it reposts, quotes and answers. A
-- line is a page of a response, whose other accounts and posts are in `includes`, or a single post (`twarc2 flatten`). A line
-- that is no object stays as it is.
WITH page AS MATERIALIZED (
    SELECT
        line,
        row_number() OVER () AS page,
        CASE WHEN json_valid(line) THEN CASE WHEN json_type(line) = 'OBJECT' THEN line::JSON END END AS object
    FROM {}
),

post AS (
    SELECT
        page,
        line,
        object IS NULL AS is_broken,
        unnest(CASE json_type(object, '$.data')
            WHEN 'ARRAY' THEN json_extract(object, '$.data[*]')
            WHEN 'OBJECT' THEN [json_extract(object, '$.data')]
            ELSE [object]
        END) AS post,
        generate_subscripts(CASE json_type(object, '$.data')
            WHEN 'ARRAY' THEN json_extract(object, '$.data[*]')
            ELSE [object]
        END, 1) AS place
    FROM page
),

person AS (
    SELECT page, json_extract_string(person, '$.id') AS id, any_value(person) AS person
    FROM (SELECT page, unnest(json_extract(object, '$.includes.users[*]')) AS person FROM page)
    GROUP BY ALL
),

original AS (
    SELECT page, json_extract_string(original, '$.id') AS id, any_value(json_extract_string(original, '$.author_id')) AS author_id
    FROM (SELECT page, unnest(json_extract(object, '$.includes.tweets[*]')) AS original FROM page)
    GROUP BY ALL
),

reference AS (
    SELECT
        named.page,
        place,
        json_extract_string(reference, '$.type') AS kind,
        any_value(json_object(
            'id', json_extract_string(reference, '$.id'),
            'author_id', coalesce(json_extract_string(reference, '$.author_id'), author_id)
        )) AS reference
    FROM (SELECT page, place, unnest(json_extract(post, '$.referenced_tweets[*]')) AS reference FROM post) AS named
    LEFT JOIN original ON original.page = named.page AND original.id = json_extract_string(reference, '$.id')
    GROUP BY ALL
),

referring AS (
    SELECT
        page,
        place,
        any_value(reference) FILTER (kind = 'retweeted') AS retweeted,
        any_value(reference) FILTER (kind = 'quoted') AS quoted,
        any_value(reference) FILTER (kind = 'replied_to') AS replied_to
    FROM reference
    GROUP BY ALL
)

SELECT CASE WHEN is_broken THEN line ELSE json_object(
    'post', post,
    'author', CASE json_type(post, '$.author') WHEN 'OBJECT' THEN json_extract(post, '$.author') ELSE person END,
    'retweeted', retweeted,
    'quoted', quoted,
    'replied_to', replied_to
)::VARCHAR END AS line
FROM post
LEFT JOIN person ON person.page = post.page AND person.id = json_extract_string(post, '$.author_id')
LEFT JOIN referring ON referring.page = post.page AND referring.place = post.place
ORDER BY post.page, post.place
