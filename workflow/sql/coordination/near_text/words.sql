SELECT words
FROM numbered_text
WHERE number >= $first AND number < $past
ORDER BY number
