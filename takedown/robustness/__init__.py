"""Each headline number under every defensible choice."""
