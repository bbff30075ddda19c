-- Labelled pairs of texts, normalised as in the trace near_duplicate.
SELECT relation, normal_text(coalesce(text_a, '')) AS one, normal_text(coalesce(text_b, '')) AS other
FROM read_csv($path, header = true, all_varchar = true)
ORDER BY relation, one, other
