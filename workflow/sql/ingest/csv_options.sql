-- Nothing is guessed, every value is text, and an unreadable record is set aside instead of stopping the read.
auto_detect = false,
-- A file may be plain text though its name ends in .gz or .zst.
compression = 'none',
header = true,
delim = ',',
quote = '"',
escape = '"',
new_line = '\n',
strict_mode = true,
store_rejects = true,
rejects_limit = 0
