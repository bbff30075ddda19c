"""When the accounts were created."""
