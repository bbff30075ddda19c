"""Download the files that the registry names."""
