"""Run a command of any kind without a network."""

import functools
import subprocess

#: A separate network namespace, in a user namespace, so that it needs no privilege (Linux).
ISOLATED = ("unshare", "--map-root-user", "--net")


@functools.cache
def without_network() -> tuple[str, ...]:
    """Return the words to put before a command; empty if the system cannot do this or forbids it."""
    try:
        tried = subprocess.run([*ISOLATED, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        return ()
    return ISOLATED if tried.returncode == 0 else ()
