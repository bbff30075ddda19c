-- Number of objects by the number of accounts that used them.
WITH degree AS (SELECT count(DISTINCT account) AS accounts FROM labelled_event GROUP BY object)

SELECT accounts AS degree, count(*) AS vertices FROM degree GROUP BY ALL ORDER BY degree
