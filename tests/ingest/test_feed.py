"""Files that DuckDB reads while they are made: nothing is lost on the way, and what goes wrong is said."""

import time

import duckdb
import pytest

from takedown.core.errors import InputError
from takedown.ingest.feed import GrowingFile, PipedFile


@pytest.fixture
def read():
    """Read a growing file of two columns with DuckDB; return its rows."""

    def read(file: GrowingFile) -> list[tuple]:
        with duckdb.connect(config={"threads": 2}) as connection, file.readable_by(connection):
            return connection.execute(
                f"FROM read_csv('{file.path}', columns = {{a: VARCHAR, b: VARCHAR}}, auto_detect = false, "
                "header = false, delim = ',', new_line = '\\n', buffer_size = 3000000, max_line_size = 2000000) "
                f"WHERE a <> '{file.padding}'"
            ).fetchall()

    return read


def lines(first: int, number: int) -> bytes:
    return b"".join(b"%d,%s\n" % (line, b"x" * 90) for line in range(first, first + number))


def test_a_fault_in_the_middle_of_a_stream_is_raised_and_leaves_no_thread():
    def chunks():
        yield b"abc"
        raise InputError("the disk is gone.")

    feed = PipedFile(chunks())
    assert feed.path.read_bytes() == b"abc"
    with pytest.raises(InputError, match="the disk is gone"):
        feed.settle()
    assert not feed._thread.is_alive()


def test_a_reader_may_leave_a_stream_early():
    feed = PipedFile(b"x" * 1_000_000 for _ in range(100))
    with feed.path.open("rb") as pipe:
        assert pipe.read(3) == b"xxx"
    feed.settle()
    assert not feed._thread.is_alive()


def test_a_reader_waits_for_what_of_a_growing_file_is_not_there_yet(tmp_path, read):
    chunks = [lines(20_000 * chunk, 20_000) for chunk in range(5)]

    def slowly():
        for chunk in chunks:
            time.sleep(0.02)
            yield chunk

    file = GrowingFile(slowly(), tmp_path / "f.csv", sum(map(len, chunks)), 2)
    rows = read(file)
    file.settle()
    assert [int(first) for first, _ in rows] == list(range(100_000))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("missing", [1, 33, 34, 35, 70, 7_000_000])
def test_a_growing_file_may_become_shorter_than_was_said(tmp_path, read, missing):
    data = lines(0, 20_000).removesuffix(b"\n")
    file = GrowingFile(iter([data]), tmp_path / "f.csv", len(data) + missing, 2)
    rows = read(file)
    assert (len(rows), rows[-1]) == (20_000, ("19999", "x" * 90))
    file.settle()


def test_a_fault_in_the_middle_of_a_growing_file_is_raised_and_leaves_nothing(tmp_path, read):
    def chunks():
        yield lines(0, 20_000)
        raise InputError("the zip is damaged.")

    file = GrowingFile(chunks(), tmp_path / "f.csv", 10_000_000, 2)
    with pytest.raises(InputError, match="the zip is damaged"):
        read(file)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_after_the_last_byte_of_a_growing_file_is_raised_too(tmp_path, read):
    data = lines(0, 1000)

    def chunks():
        yield data
        time.sleep(0.05)
        raise InputError("its checksum is wrong.")

    file = GrowingFile(chunks(), tmp_path / "f.csv", len(data), 2)
    assert len(read(file)) == 1000
    with pytest.raises(InputError, match="checksum"):
        file.settle()


def test_a_growing_file_that_nobody_reads_to_its_end_is_not_made_to_its_end(tmp_path):
    made = []
    file = GrowingFile((made.append(1) or b"x" * 1000 for _ in range(10**7)), tmp_path / "f.csv", 10**10, 2)
    assert file.path.startswith("growing://")
    assert file.bytes_at(0, 3) == b"xxx"
    file.stop()
    assert len(made) < 10**7
    assert list(tmp_path.iterdir()) == []
