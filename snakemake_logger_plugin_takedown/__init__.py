"""What a run prints: a line for each finished job, and on a terminal one line of what runs, which redraws itself.

Snakemake finds this package by its name (`logger: takedown` in profiles/default/profile.yaml). Its own full log of each run is in
.snakemake/log. Errors, warnings and dry runs are printed as Snakemake does.
"""

import logging
import shutil
import sys
import threading
import time
import unicodedata
from typing import TextIO

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

#: Seconds between two drawings of the line, and, where there is no terminal, between two reports of what runs.
EVERY, QUIET = 1, 60
#: Starts of messages that tell a reader nothing about the study.
CHATTER = (
    *(
        "Assuming unrestricted",
        "Building DAG",
        "Using shell",
        "Provided cores",
        "Rules claiming",
        "Conda env",
    ),
    *("Select jobs", "Execute ", "Singularity", "Group jobs", "Job stats", "Elapsed time", "Complete log"),
)
TECHNICAL = (LogEvent.WORKFLOW_STARTED, LogEvent.RESOURCES_INFO, LogEvent.SHELLCMD, LogEvent.RUN_INFO)


def fit(text: str, columns: int) -> str:
    """Return text in one line that takes at most so many columns, of which a Chinese character takes two.

    >>> fit("Reading 資料", 12), fit("Reading 資料", 11)
    ('Reading 資料', 'Reading 資…')
    """
    text = " ".join(text.split())
    widths = [2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text]
    if sum(widths) <= columns:
        return text
    kept = next(place for place in range(len(text) + 1) if sum(widths[: place + 1]) > columns - 1)
    return f"{text[:kept]}…"


class Board:
    """The jobs that run and how many are done; `width` is that of the terminal, None where there is none."""

    def __init__(self, stream: TextIO, width: int | None) -> None:
        self.stream, self.width = stream, width
        self.running: dict[int, tuple[str, float]] = {}
        self.finished: list[tuple[str, float]] = []
        self.done, self.total = 0, 0

    def start(self, job: int, message: str) -> None:
        """Note that a job runs."""
        self.running[job] = (message, time.monotonic())

    def finish(self, job: int) -> None:
        """Note that a job is finished; Snakemake tells how many are done just after it."""
        message, since = self.running.pop(job, ("", time.monotonic()))
        self.finished.append((message, time.monotonic() - since))

    def count(self, done: int, total: int) -> None:
        """Print the jobs that finished since the last count."""
        self.done, self.total = done, total
        for message, seconds in self.finished:
            if message:
                self.say(self.line(done, seconds, message))
        self.finished.clear()

    def line(self, done: int, seconds: float, message: str) -> str:
        """Return the line of a job: how many are done, the seconds that it took, and what it does."""
        start = f"[{done:>{len(str(self.total))}} of {self.total}] {seconds:5.1f} s  "
        return start + (message if self.width is None else fit(message, self.width - 1 - len(start)))

    def say(self, text: str) -> None:
        """Print text that stays, in place of the line of what runs."""
        self.stream.write(f"{text}\n" if self.width is None else f"\r\x1b[K{text}\n")
        self.draw()

    def draw(self) -> None:
        """Draw the line of what runs; the cursor stays at its start, so that an error of a job begins there."""
        if self.width is not None:
            text = ""
            if self.running:
                message, since = next(iter(self.running.values()))
                more = f" (and {len(self.running) - 1} more)" if len(self.running) > 1 else ""
                now = f"{self.done} of {self.total or '…'} done, {time.monotonic() - since:.0f} s: "
                text = f"{now}{fit(message, self.width - 1 - len(now) - len(more))}{more}"
            self.stream.write(f"\r\x1b[K{text}\r")
        self.stream.flush()

    def report(self) -> None:
        """Print the jobs that run for long, where no line is drawn."""
        for message, since in self.running.values():
            if time.monotonic() - since >= QUIET:
                self.say(self.line(self.done, time.monotonic() - since, f"{message} (still running)"))


class LogHandler(LogHandlerBase):
    """Prints the records of a run."""

    def __post_init__(self) -> None:
        stream = sys.stdout if self.common_settings.stdout else sys.stderr
        self.board = Board(stream, _width(stream))
        self.lock_of_board = threading.Lock()
        self.ended = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Print what a reader of the study needs of a record."""
        board, event, said = self.board, getattr(record, "event", None), record.getMessage().strip()
        told = record.__dict__
        with self.lock_of_board:
            if event == LogEvent.JOB_ERROR:
                # The many files that it reads are in Snakemake's own log.
                record.__dict__ |= {"input": []}
                board.running.pop(told["jobid"], None)
            if self.common_settings.dryrun or record.levelno >= logging.WARNING:
                board.say(self.format(record))
            elif event == LogEvent.JOB_INFO:
                board.start(told["jobid"], told["rule_msg"] or "")
                board.draw()
            elif event == LogEvent.JOB_FINISHED:
                board.finish(told["job_id"])
            elif event == LogEvent.PROGRESS:
                board.count(told["done"], told["total"])
            elif event == LogEvent.RUN_INFO and not board.total:
                board.total = told["stats"].get("total", 0)
            elif event not in TECHNICAL and not said.startswith(CHATTER) and said:
                board.say(said)

    def close(self) -> None:
        """Remove the line of what runs."""
        self.ended.set()
        with self.lock_of_board:
            self.board.running.clear()
            self.board.draw()
        super().close()

    def _watch(self) -> None:
        while not self.ended.wait(EVERY if self.board.width else QUIET):
            with self.lock_of_board:
                self.board.draw() if self.board.width else self.board.report()

    @property
    def writes_to_stream(self) -> bool:
        """Whether it replaces Snakemake's own lines."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """Whether it writes a file; Snakemake writes its own log."""
        return False

    @property
    def has_filter(self) -> bool:
        """Whether it does without the filter of `--quiet` and `--verbose`."""
        return False

    @property
    def has_formatter(self) -> bool:
        """Whether it does without Snakemake's formats."""
        return False

    @property
    def needs_rulegraph(self) -> bool:
        """Whether it draws the rules."""
        return False


def _width(stream: TextIO) -> int | None:
    return shutil.get_terminal_size().columns if stream.isatty() else None
