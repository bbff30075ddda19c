"""Coordination networks: which accounts did the same thing at the same time, on any platform."""

from takedown.networks.pairs import Pairs, find_pairs

__all__ = ["Pairs", "find_pairs"]
