-- Events with the ENUM of the account and the number of the object, without objects of a single account. Events within the window of each other
-- are in the same time cell or in adjacent cells.
SELECT
    object_number AS o,
    account::pairs_name_this AS u,
    t,
    object_number::BIGINT * $cells_per_object::BIGINT + (t - $first_second) // $cell_seconds + 1 AS cell
FROM pairs_near
JOIN pairs_object USING (object)
