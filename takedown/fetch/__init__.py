"""Downloads of what the registry names."""
