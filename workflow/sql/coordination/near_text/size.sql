-- Number of texts, and of sequences in them with repeats.
SELECT count(*) AS texts, coalesce(sum(length(words) - $length + 1), 0)::BIGINT AS sequences FROM numbered_text
