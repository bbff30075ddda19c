-- Texts with another text as leader, by the digests of both.
SELECT md5(filed.words) AS digest, md5(leader.words) AS leader
FROM leader_number
JOIN numbered_text AS filed ON filed.number = leader_number.number
JOIN numbered_text AS leader ON leader.number = leader_number.leader
