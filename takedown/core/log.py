"""Logging for the scripts of the workflow."""

import logging
import sys
from pathlib import Path
from types import TracebackType

from takedown.core.failures import user_message


def start_log(path: str | Path) -> logging.Logger:
    """Send log messages to a file, and warnings and any error that ends the script to standard error too.

    An error that the user can correct (`takedown.core.failures.user_message`) is logged as one sentence, any other with
    its traceback.
    """
    log = logging.getLogger("takedown")

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if sentence := user_message(error):
            log.error("%s", sentence)
        else:
            log.critical("%s", error, exc_info=(kind, error, trace))

    sys.excepthook = report
    # If the log cannot be written, logging's own tracebacks would hide the sentence.
    logging.raiseExceptions = False
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(path, mode="w", encoding="utf-8")
    to_terminal = logging.StreamHandler()
    to_terminal.setLevel(logging.WARNING)
    handlers = (to_file, to_terminal)
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=handlers, force=True)
    if sys.stderr.isatty():
        # On a terminal the line of what runs stands there (snakemake_logger_plugin_takedown).
        to_terminal.setFormatter(logging.Formatter("\r\x1b[K%(message)s"))
    return log
