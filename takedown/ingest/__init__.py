"""From raw files to typed rows, every record accounted for."""
