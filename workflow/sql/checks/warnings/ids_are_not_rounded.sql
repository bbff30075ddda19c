-- Ids are not rounded. Rounded ids hold no instant, and accounts or posts that became one with another are lost.
SELECT column_name, archive_id, ids, in_zeros, merged FROM rounded_id ORDER BY archive_id, column_name
