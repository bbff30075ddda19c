"""The lives of accounts: first post, dormancy, turn to the topic, change of owner."""
