-- The posts that tie two accounts: each two joint acts of an edge. A post that is no longer in the records has no text.
SELECT
    trace,
    a.account AS account_a,
    b.account AS account_b,
    a.digest AS digest_a,
    b.digest AS digest_b,
    object,
    archive_a,
    post_a,
    time_a AS posted_a,
    first.text AS text_a,
    archive_b,
    post_b,
    time_b AS posted_b,
    second.text AS text_b
FROM joint_act($events, $window)
JOIN network_edge USING (trace, number_a, number_b)
JOIN network_account AS a ON a.number = number_a
JOIN network_account AS b ON b.number = number_b
LEFT JOIN post AS first ON first.archive_id = archive_a AND first.post_id = post_a
LEFT JOIN post AS second ON second.archive_id = archive_b AND second.post_id = post_b
WHERE NOT shared_schedule
ORDER BY trace, account_a, account_b, posted_a, posted_b, post_a, post_b, object
