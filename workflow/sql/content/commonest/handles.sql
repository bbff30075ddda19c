-- Handles of the accounts of $archives in lower case, which are not published; a hashed account has none.
SELECT DISTINCT lower(screen_name) AS handle
FROM account
WHERE archive_id IN (SELECT unnest($archives)) AND NOT id_is_hashed AND screen_name <> ''
