-- Acts that can be near another. Of a large population some days are drawn: day times the golden section of 2^32 falls evenly on
-- all of it (D. E. Knuth, The Art of Computer Programming 3, 6.4). Cells of time as long as what is near keep joins short.
SELECT account, object, time, day, speed, keeps_clock, time // $near AS cell
FROM timed_act
WHERE crowd BETWEEN 1 AND $cap AND day::BIGINT * 2654435761 % 4294967296 < 4294967296 * $share
