-- Each event once, with its cell: events within the window of each other lie in the same cell or in adjacent ones.
SELECT DISTINCT o, u, t, o::BIGINT * $cells_per_object::BIGINT + (t - $first_second) // $cell_seconds + 1 AS cell
FROM pairs_near
