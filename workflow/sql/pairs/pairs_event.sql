-- Events in numbers; those on the object of one account alone are left out. Events within the window of each other lie in
-- the same cell or in adjacent ones.
SELECT
    object_number AS o,
    account_number AS u,
    t,
    object_number::BIGINT * $cells_per_object::BIGINT + (t - $first_second) // $cell_seconds + 1 AS cell
FROM pairs_near
JOIN pairs_account USING (account)
JOIN pairs_object USING (object)
