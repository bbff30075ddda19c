"""Long tests of the whole study (proofs); `make test` does not run them."""
