"""Benchmarks: times relative to named other tools in the same run."""
