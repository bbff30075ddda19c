-- Nothing is guessed, every value is text, and an unreadable record is set aside instead of stopping the read.
auto_detect = false,
header = true,
delim = ',',
quote = '"',
escape = '"',
new_line = '\n',
strict_mode = true,
store_rejects = true,
rejects_limit = 0
