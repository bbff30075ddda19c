"""Coordination networks: which accounts did the same thing at the same time, on any platform."""

from takedown.networks.pairs import Pairs, find_pairs
from takedown.networks.traces import trace_events, trace_names

__all__ = ["Pairs", "find_pairs", "trace_events", "trace_names"]
