SELECT words
FROM numbered_text
WHERE number IN (SELECT number FROM wanted)
ORDER BY number
