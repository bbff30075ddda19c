"""Logging for the scripts of the workflow."""

import logging
import sys
from pathlib import Path

from takedown.errors import InputError


def start_log(path: str | Path) -> logging.Logger:
    """Send log messages to a file and to standard error, and an error that ends the script too.

    Of an `InputError` that is its sentence alone; of any other error the traceback.
    """
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    handlers = [logging.FileHandler(path, mode="w", encoding="utf-8"), logging.StreamHandler()]
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=handlers, force=True)
    log = logging.getLogger("takedown")

    def report(kind, error, trace):
        if issubclass(kind, InputError):
            log.error("%s", error)
        else:
            log.critical("%s", error, exc_info=(kind, error, trace))

    sys.excepthook = report
    return log
