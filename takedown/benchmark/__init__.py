"""How well each trace and method separates the accounts that a platform labelled from the others of two populations."""
