"""Numbers that others published after reading the real records, whether a study reproduces them, and an atlas of campaigns."""
