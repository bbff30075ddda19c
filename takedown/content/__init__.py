"""The content of the accounts' posts and profiles."""
