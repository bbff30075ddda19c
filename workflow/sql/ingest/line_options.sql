-- One column: the line. No byte in it has a special meaning (0x1F cannot occur in JSON), and nothing is guessed.
columns = {line: 'VARCHAR'},
auto_detect = false,
-- A file may be plain text though its name ends in .gz or .zst.
compression = 'none',
header = false,
delim = E'\x1F',
quote = '',
escape = '',
new_line = '\n',
strict_mode = false,
store_rejects = true,
rejects_limit = 0
