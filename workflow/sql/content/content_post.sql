-- Posts of the accounts of content_account by local day and language; `post` is a digest of their key, since texts take four
-- times the memory and time. A code of $languages stands for its variants too, such as zh for zh-tw; `language` is the place of
-- the code among $languages from 0, and all languages that are not among them come last.
SELECT
    hash(archive_id, post_id) AS post,
    account,
    local_time(posted_at)::DATE AS day,
    (coalesce(list_position($languages::VARCHAR[], split_part(language, '-', 1)), len($languages) + 1) - 1)::TINYINT AS language
FROM post
JOIN content_account USING (archive_id, account_id)
