-- Ranges of accounts with about equal numbers of pairs; a pair belongs to the range of its first account.
SELECT min(u) AS first_account, max(u) AS last_account, sum(pairs)::BIGINT AS pairs
FROM (
    SELECT enum_code(u) AS u, pairs, (sum(pairs) OVER (ORDER BY u) - 1) // $pairs_per_part AS part
    FROM (SELECT u, sum(bound) AS pairs FROM pairs_kept JOIN pairs_bound USING (cell) GROUP BY u)
)
GROUP BY part
ORDER BY first_account
