"""Simulated archives in the format of the real ones, for runs without the real files."""

from takedown.validation.replica.write import generate_replica

__all__ = ["generate_replica"]
