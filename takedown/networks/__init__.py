"""Coordination networks: which accounts did the same thing at the same time, on any platform."""

from typing import Any

from takedown.networks.pairs import Pairs, find_pairs

__all__ = ["Pairs", "find_pairs", "trace_events", "trace_names"]


def __getattr__(name: str) -> Any:
    # The traces need NumPy, which takes longer to load than a small file of events takes to be searched.
    if name in ("trace_events", "trace_names"):
        from takedown.networks import traces

        return getattr(traces, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
