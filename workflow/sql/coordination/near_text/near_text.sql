-- Texts with another text as leader, and the digest of the leader.
SELECT filed.words, md5(leader.words) AS leader
FROM leader_number
JOIN numbered_text AS filed ON filed.number = leader_number.number
JOIN numbered_text AS leader ON leader.number = leader_number.leader
