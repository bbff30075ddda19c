-- Whether a spreadsheet may read the name of any account as a formula.
SELECT coalesce(bool_or(spreadsheet_text(name) <> name), false) AS any_formula
FROM (SELECT unnest(enum_range(account_a))::VARCHAR AS name FROM first_pair)
