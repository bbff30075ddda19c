"""Logging for the scripts of the workflow."""

import logging
import sys
from pathlib import Path


def start_log(path: str | Path) -> logging.Logger:
    """Send log messages to a file and to standard error, and note an uncaught error in the file.

    The sentence of an `InputError` reaches standard error by itself; the file gets it too, so that a
    log of a failed job on a cluster says what was wrong.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(path, mode="w", encoding="utf-8")
    logging.basicConfig(
        level=logging.INFO, format="%(message)s", handlers=[to_file, logging.StreamHandler()], force=True
    )
    show = sys.excepthook

    def note_and_show(kind, error, trace):
        to_file.acquire()
        to_file.stream.write(
            f"{error}\n"
            if issubclass(kind, SystemExit)
            else logging.Formatter().formatException((kind, error, trace)) + "\n"
        )
        to_file.flush()
        to_file.release()
        show(kind, error, trace)

    sys.excepthook = note_and_show
    return logging.getLogger("takedown")
