"""How often each inferential method errs, simulated under nulls that cluster as the data do."""
