"""Proofs that take long, each run on its own: none belongs to the tests that `make test` runs."""
