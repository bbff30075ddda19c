"""What is said of a full, read-only or closed disk, and of too little memory: one sentence."""

import errno
import os
import subprocess
import sys

import duckdb
import igraph
import pytest

from takedown.coordination import export
from takedown.core.errors import InputError
from takedown.core.failures import too_large, user_message
from tools.scratch import ROOT

#: A device of Linux on which every write fails as on a full disk.
FULL = "/dev/full"
#: DuckDB's words for a full disk, as seen in version 2.0, from a table and from a Parquet file.
IN_WORDS = (
    (
        duckdb.TransactionException,
        'TransactionContext Error: Failed to commit: Could not write file "/data/x.duckdb": No space left on device',
    ),
    (
        duckdb.IOException,
        'IO Error: Could not write file "/data/x.duckdb": No space left on device',
    ),
    (
        duckdb.IOException,
        'IO Error: Async write failed for range [offset=29, size=3966455]: {"exception_type":"IO",'
        '"exception_message":"Could not write file \\"/data/x.duckdb\\": No space left on device","errno":"28"}',
    ),
)


def test_a_full_disk_is_named_with_the_file_and_what_to_do():
    error = OSError(errno.ENOSPC, "No space left on device", "/proc/x.csv")
    assert user_message(error) == (
        "/proc/x.csv cannot be written, since the disk mounted at /proc is full; make room on it, then run again."
    )


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EDQUOT, errno.EIO])
def test_every_failure_of_a_disk_is_one_sentence_that_names_the_file(number):
    sentence = user_message(OSError(number, os.strerror(number), "/proc/x.csv"))
    assert sentence.startswith("/proc/x.csv cannot be ")
    assert sentence.endswith(", then run again.")


def test_a_full_disk_that_names_no_file_is_a_sentence_too():
    assert user_message(OSError(errno.ENOSPC, "No space left on device")) == (
        "A file cannot be written, since its disk is full; make room on it, then run again."
    )


@pytest.mark.parametrize(("kind", "words"), IN_WORDS)
def test_duckdb_says_it_in_words(kind, words):
    assert user_message(kind(words)) == (
        "/data/x.duckdb cannot be written, since the disk mounted at / is full; make room on it, then run again."
    )


def test_duckdb_cannot_write_where_there_is_no_folder(tmp_path):
    with pytest.raises(duckdb.IOException) as caught:
        duckdb.sql("SELECT 1").write_parquet(str(tmp_path / "absent" / "x.parquet"))
    sentence = user_message(caught.value)
    assert sentence.startswith("DuckDB cannot read or write a file (")
    assert str(tmp_path / "absent" / "x.parquet") in sentence
    assert "\n" not in sentence


def test_an_error_that_only_a_programmer_can_mend_is_no_sentence():
    assert user_message(KeyError("x")) is None
    assert user_message(FileNotFoundError(errno.ENOENT, "No such file or directory", "x")) is None


def test_ctrl_c_is_a_sentence():
    assert user_message(KeyboardInterrupt()) == "This job was stopped; run again to continue."


def test_what_is_wrong_with_an_input_is_said_as_it_is():
    assert (
        user_message(InputError("x.csv is empty; download it again.")) == "x.csv is empty; download it again."
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT list(range) FROM range(20_000_000)", "x.csv needs more memory than ingest.memory_mb allows"),
        (
            "CREATE TEMP TABLE t AS SELECT md5(range::VARCHAR) FROM range(1_000_000)",
            "x.csv needs more memory than ingest.memory_mb allows and more disk space than is free",
        ),
    ],
)
def test_too_little_memory_is_told_from_too_small_a_disk(tmp_path, query, sentence):
    settings = {"memory_limit": "20MB", "threads": 1, "temp_directory": str(tmp_path)}
    with duckdb.connect(config=settings) as connection:
        connection.execute("SET max_temp_directory_size = '1MB'")
        with pytest.raises(duckdb.OutOfMemoryException) as caught:
            connection.execute(query)
    assert str(too_large(caught.value, "x.csv", "ingest.memory_mb")).startswith(sentence)


@pytest.mark.skipif(not os.path.exists(FULL), reason=f"this system has no {FULL}")
def test_a_script_on_a_full_disk_ends_with_one_sentence_and_no_traceback(tmp_path):
    script = f"""
from pathlib import Path
from takedown.core.log import start_log
from takedown.core.working_folder import whole_file
start_log({str(tmp_path / "log")!r})
with whole_file({str(tmp_path / "x.csv")!r}) as whole:
    whole.symlink_to({FULL!r})
    whole.write_text("a")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{tmp_path / 'x.csv'} cannot be written, since the disk mounted at ")
    assert (tmp_path / "log").read_text() == done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["log"]


@pytest.mark.skipif(not os.path.exists(FULL), reason=f"this system has no {FULL}")
def test_a_log_on_a_full_disk_hides_nothing_of_what_it_would_say(tmp_path):
    (tmp_path / "log").symlink_to(FULL)
    script = f"""
from takedown.core.errors import InputError
from takedown.core.log import start_log
start_log({str(tmp_path / "log")!r})
raise InputError("The disk is full.")
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == "The disk is full.\n"


def test_a_network_that_cannot_be_written_is_an_error_of_the_disk(tmp_path, monkeypatch):
    def refuse(*_):
        raise igraph.InternalError("Write failed. -- File operation error")

    monkeypatch.setattr(igraph.Graph, "write_graphml", refuse)
    columns = {
        name: duckdb.sql("SELECT 'x' AS x LIMIT 0").fetchnumpy()["x"] for name in ("account", "subject")
    }
    edges = dict.fromkeys(
        export.EDGE_COLUMNS,
        columns["account"],
    )
    with pytest.raises(OSError) as caught:
        export.write_graphml(columns, edges, tmp_path / "x.graphml")
    assert user_message(caught.value).startswith(f"{tmp_path / 'x.graphml'} cannot be read or written")


def test_ctrl_c_within_a_query_is_the_same_sentence():
    assert user_message(RuntimeError("Query interrupted")) == user_message(KeyboardInterrupt())
