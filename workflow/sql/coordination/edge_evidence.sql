-- The posts that tie two accounts: each two joint acts of an edge. A post that is no longer in the records has no text.
SELECT
    trace,
    a.account AS account_a,
    b.account AS account_b,
    a.digest AS digest_a,
    b.digest AS digest_b,
    object,
    one.archive_id AS archive_a,
    one.post_id AS post_a,
    one.time AS posted_a,
    post_a.text AS text_a,
    other.archive_id AS archive_b,
    other.post_id AS post_b,
    other.time AS posted_b,
    post_b.text AS text_b
FROM joint_act($events, $window)
JOIN network_edge USING (trace, number_a, number_b)
JOIN network_account AS a ON a.number = number_a
JOIN network_account AS b ON b.number = number_b
LEFT JOIN post AS post_a ON post_a.archive_id = one.archive_id AND post_a.post_id = one.post_id
LEFT JOIN post AS post_b ON post_b.archive_id = other.archive_id AND post_b.post_id = other.post_id
WHERE NOT shared_schedule
ORDER BY trace, account_a, account_b, posted_a, posted_b, post_a, post_b, object
