"""Pages on which a reader follows each number to its query, its records and its archive, without a server or a network."""
