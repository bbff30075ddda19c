"""igraph without Matplotlib, which it loads to draw: nothing here draws with it, and a job starts a third of a second sooner."""

import sys

if "matplotlib" in sys.modules:
    import igraph
else:
    # As on a machine without Matplotlib, which igraph does not need.
    sys.modules["matplotlib"] = None  # type: ignore[assignment]
    try:
        import igraph
    finally:
        del sys.modules["matplotlib"]

__all__ = ["igraph"]
