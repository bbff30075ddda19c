"""Run a command where there is no network at all, for whatever it is written in."""

import functools
import subprocess

#: A network namespace of its own, with a user namespace so that no privilege is needed (Linux).
ISOLATED = ("unshare", "--map-root-user", "--net")


@functools.cache
def without_network() -> tuple[str, ...]:
    """Return what to put before a command; empty where the system has no such thing or forbids it."""
    try:
        tried = subprocess.run([*ISOLATED, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return ISOLATED if tried.returncode == 0 else ()
