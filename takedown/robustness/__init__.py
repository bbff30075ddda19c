"""Each headline number under every combination of defensible choices."""
