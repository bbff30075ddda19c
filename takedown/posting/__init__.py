"""When the accounts posted."""
