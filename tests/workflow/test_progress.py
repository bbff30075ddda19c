"""A person reads from the lines of a run what runs, how many jobs are done and how long each took, at 80 columns."""

import io
import logging
import re
from types import SimpleNamespace

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_takedown import Board, LogHandler

LONG = "Reading the posts of 資料 " * 8


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def said(monkeypatch):
    """Return a function that hands records to the handler and returns what it printed."""

    def run(stream, *records, dryrun=False):
        monkeypatch.setattr("sys.stderr", stream)
        monkeypatch.setenv("COLUMNS", "80")
        handler = LogHandler(SimpleNamespace(stdout=False, dryrun=dryrun), None)
        for level, message, told in records:
            record = logging.LogRecord("snakemake", level, "", 0, message, None, None)
            record.__dict__ |= told
            handler.emit(record)
        handler.close()
        return stream.getvalue()

    return run


def info(event=None, message="", **told):
    return logging.INFO, message, {"event": event, **told}


#: Two jobs of three, of which one is finished.
JOBS = (
    info(LogEvent.RUN_INFO, "Job stats: a table", stats={"total": 3}),
    info(None, "Select jobs to execute..."),
    info(LogEvent.JOB_INFO, jobid=7, rule_msg=LONG),
    info(LogEvent.JOB_INFO, jobid=8, rule_msg="Drawing"),
    info(LogEvent.JOB_FINISHED, job_id=8),
    info(LogEvent.PROGRESS, done=1, total=3),
)


def test_in_a_pipe_each_finished_job_has_one_line_with_its_number_and_time(said):
    (line,) = said(io.StringIO(), *JOBS).splitlines()
    assert re.fullmatch(r"\[1 of 3\]   0\.\d s  Drawing", line)


def test_on_a_terminal_a_line_of_what_runs_is_replaced_and_none_is_wider(said):
    text = said(Terminal(), *JOBS)
    drawn = [line for line in re.split(r"[\r\n]+|\x1b\[K", text) if line]
    # A Chinese character takes two columns.
    assert max(len(line) + len(re.findall("[資料]", line)) for line in drawn) <= 79
    assert any(
        re.fullmatch(r"0 of 3 done, 0 s: Reading the posts .*… \(and 1 more\)", line) for line in drawn
    )
    # What stays on the screen is what comes before an end of line.
    stays = [re.sub(r".*\x1b\[K", "", line) for line in text.split("\n")[:-1]]
    assert [line[:8] + line[-7:] for line in stays] == ["[1 of 3]Drawing"]


def test_errors_are_whole_and_without_the_files_of_the_job(said):
    told = {"event": LogEvent.JOB_ERROR, "jobid": 7, "input": ["a.parquet"] * 50}
    text = said(io.StringIO(), *JOBS[:3], (logging.ERROR, "Error in rule read_tweets", told))
    assert text == "Error in rule read_tweets\n"


def test_a_job_that_runs_for_long_is_reported_where_no_line_is_drawn(monkeypatch):
    monkeypatch.setattr("snakemake_logger_plugin_takedown.QUIET", 0)
    board = Board(io.StringIO(), None)
    board.start(7, "Comparing")
    board.report()
    assert board.stream.getvalue().endswith("Comparing (still running)\n")
