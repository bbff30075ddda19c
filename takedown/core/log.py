"""Logging for the scripts of the workflow."""

import logging
import sys
from pathlib import Path
from types import TracebackType

from takedown.core.failures import sentence_of


def start_log(path: str | Path) -> logging.Logger:
    """Send log messages to a file and to standard error, and an error that ends the script too.

    Of an error that the user can mend (`takedown.core.failures.sentence_of`) that is one sentence; of any other the traceback.
    """
    log = logging.getLogger("takedown")

    def report(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if sentence := sentence_of(error):
            log.error("%s", sentence)
        else:
            log.critical("%s", error, exc_info=(kind, error, trace))

    sys.excepthook = report
    # Where the log itself cannot be written, its own tracebacks would bury the sentence.
    logging.raiseExceptions = False
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    to_file = logging.FileHandler(path, mode="w", encoding="utf-8")
    handlers = (to_file, logging.StreamHandler())
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=handlers, force=True)
    return log
