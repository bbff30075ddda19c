"""Coordination networks: which accounts did the same thing at the same time, on any platform."""

from typing import Any

__all__ = ["Pairs", "find_pairs", "trace_events", "trace_names"]


def __getattr__(name: str) -> Any:
    # Libraries take longer to load than a small file of events to be searched: each is loaded when it is asked for.
    if name in ("Pairs", "find_pairs"):
        from takedown.networks import pairs as module
    elif name == "trace_events":
        from takedown.networks import traces as module
    elif name == "trace_names":
        from takedown.networks import catalogue as module
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(module, name)
