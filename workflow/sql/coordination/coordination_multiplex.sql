SELECT subject, trace_a, trace_b, edges_a::INTEGER AS edges_a, edges_of_both::INTEGER AS edges_of_both, jaccard::DOUBLE AS jaccard
FROM read_csv($table, header = true, all_varchar = true)
ORDER BY subject, trace_a, trace_b
