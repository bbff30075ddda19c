"""Benchmarks: ratios against stated peers in the same run."""
