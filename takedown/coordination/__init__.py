"""Which accounts acted together."""
