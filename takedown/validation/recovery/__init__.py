"""What was planted in replicas, found again."""
