-- One column: the line. No byte of it is special (0x1F cannot be in JSON), and none is guessed.
columns = {line: 'VARCHAR'},
auto_detect = false,
header = false,
delim = E'\x1F',
quote = '',
escape = '',
new_line = '\n',
strict_mode = false,
store_rejects = true,
rejects_limit = 0
