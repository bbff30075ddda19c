-- A release has the published numbers of accounts and posts.
SELECT archive_id, published_accounts, count(account.account_id) AS accounts
FROM archive
JOIN account USING (archive_id)
WHERE provenance = 'release' AND published_accounts IS NOT NULL
GROUP BY ALL
HAVING count(account.account_id) <> published_accounts
UNION ALL
SELECT archive_id, published_posts, count(post.post_id)
FROM archive
JOIN post USING (archive_id)
WHERE provenance = 'release' AND published_posts IS NOT NULL
GROUP BY ALL
HAVING count(post.post_id) <> published_posts
