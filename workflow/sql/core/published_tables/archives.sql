-- Description of each archive, and the numbers of accounts and posts read.
SELECT
    archive_id, name, platform, role, provenance, has_accounts, has_posts, released_on, announced_accounts, published_accounts, published_posts,
    (SELECT count(*) FROM account WHERE account.archive_id = archive.archive_id) AS accounts,
    (SELECT count(*) FROM post WHERE post.archive_id = archive.archive_id) AS posts,
    attribution, source
FROM archive
ORDER BY archive_id
