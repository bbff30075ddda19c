"""How the accounts lived: first post, dormancy, re-use."""
