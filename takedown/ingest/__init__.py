"""Read raw files into typed rows and account for every record."""
