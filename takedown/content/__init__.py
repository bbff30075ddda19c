"""What the accounts posted."""
