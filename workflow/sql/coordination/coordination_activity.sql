SELECT subject, community::INTEGER AS community, week::DATE AS week, coordinated_posts::INTEGER AS posts
FROM read_csv($table, header = true, all_varchar = true)
ORDER BY subject, community, week
