-- Nothing is guessed, every value is text, and a record that cannot be read is set aside instead of ending the read.
auto_detect = false,
header = true,
delim = ',',
quote = '"',
escape = '"',
new_line = '\n',
strict_mode = true,
store_rejects = true,
rejects_limit = 0
