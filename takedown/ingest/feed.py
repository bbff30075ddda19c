"""Let DuckDB read a file while a thread of ours still makes it."""

import fcntl
import itertools
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from fsspec import AbstractFileSystem

#: What a pipe holds where the system lets it: each time it is full or empty, the threads take turns.
PIPE_BYTES = 1 << 20

#: Longest value of a row that pads a file, in bytes.
LONGEST_PADDING = 1 << 20


class Feed:
    """Write chunks into a pipe from a thread, while another reads it at `path` like a file, once.

    What it passes on is never copied to disk, but DuckDB reads it with one thread. It begins when its path is asked for.
    `settle` it when the reader is done: a reader takes a feed that dies for the end of the file.
    """

    padding = None

    def __init__(self, chunks: Iterator[bytes]):
        self._chunks, self._error = chunks, None
        self._reading, self._writing, self._thread = None, None, None

    @property
    def path(self) -> Path:
        """Where to read the pipe."""
        if self._thread is None:
            self._reading, self._writing = os.pipe()
            # Linux alone has the setting, and may refuse it to one who has many pipes.
            with suppress(AttributeError, OSError):
                fcntl.fcntl(self._writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            self._thread = threading.Thread(target=self._write, daemon=True)
            self._thread.start()
        return Path(f"/dev/fd/{self._reading}")

    @contextmanager
    def readable_by(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Let DuckDB read at the path, as any file."""
        yield

    def _write(self) -> None:
        try:
            with open(self._writing, "wb", buffering=0) as pipe:
                for chunk in self._chunks:
                    left = memoryview(chunk)
                    while left:
                        left = left[pipe.write(left) :]
        except BrokenPipeError:
            pass  # the reader needs no more
        except BaseException as error:
            self._error = error

    def stop(self) -> None:
        """End the writing, whether all was read or not."""
        if self._reading is not None:
            os.close(self._reading)
            self._reading = None
        if self._thread is not None:
            self._thread.join()

    def settle(self) -> None:
        """End the writing, and raise what went wrong with the chunks."""
        self.stop()
        if self._error is not None:
            raise self._error


class GrowingFile(AbstractFileSystem):
    """Write the chunks of a CSV file of `columns` columns into a file, from a thread, while DuckDB reads it with all threads.

    To DuckDB it is a file system with one file of `size` bytes, at `path`, while it is `readable_by` the connection. Readers
    wait for what is not there yet. Chunks of fewer bytes than `size` are followed by rows whose first value is `padding`,
    which is none of the file. It begins when its path is asked for. `settle` it when the reader is done.
    """

    protocol = "growing"
    cachable = False
    _numbers = itertools.count()

    def __init__(self, chunks: Iterator[bytes], target: Path, size: int, columns: int):
        super().__init__()
        self.padding = uuid.uuid4().hex
        self._chunks, self._target, self._size, self._columns = chunks, target, size, columns
        self._written, self._ended, self._error = 0, False, None
        self._change, self._thread, self._reading = threading.Condition(), None, None
        self._path = f"{self.protocol}://{next(self._numbers)}.csv"

    @property
    def path(self) -> str:
        """Where DuckDB reads the file."""
        if self._thread is None:
            writing = self._target.open("wb", buffering=0)
            self._reading = os.open(self._target, os.O_RDONLY)
            self._thread = threading.Thread(target=self._write, args=(writing,), daemon=True)
            self._thread.start()
        return self._path

    @contextmanager
    def readable_by(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Let DuckDB read at the path; what keeps the file from being made is raised instead of DuckDB's error."""
        connection.register_filesystem(self)
        try:
            yield
        except duckdb.Error:
            self.settle()
            raise
        finally:
            connection.unregister_filesystem(self.protocol)

    def _write(self, file) -> None:
        try:
            with file:
                for chunk in itertools.chain(self._chunks, self._rows_of_padding()):
                    file.write(chunk)
                    with self._change:
                        self._written += len(chunk)
                        self._change.notify_all()
                    if self._ended:
                        break
        except OSError as error:
            self._error = OSError(error.errno, error.strerror, error.filename or str(self._target))
        except BaseException as error:
            self._error = error
        with self._change:
            self._ended = True
            self._change.notify_all()

    def _rows_of_padding(self) -> Iterator[bytes]:
        # Blank lines would do, but DuckDB gives up on a buffer that holds nothing else.
        shortest = f"{self.padding}{',' * (self._columns - 1)}\n".encode()
        if self._written < self._size:
            yield b"\n"  # the last row of the file may have no end
        while (missing := self._size - self._written) >= len(shortest):
            further = min(missing - len(shortest), LONGEST_PADDING) if self._columns > 1 else 0
            yield shortest[:-1] + b"x" * further + b"\n"
        yield b"\n" * missing

    def bytes_at(self, place: int, number: int) -> bytes:
        """Return bytes of the file, when they are there; raise OSError if they cannot come any more."""
        with self._change:
            self._change.wait_for(lambda: self._ended or self._written >= place + number)
        if self._error is not None:
            raise OSError("the file cannot be written to its end")
        return os.pread(self._reading, number, place)

    def stop(self) -> None:
        """End the writing, whether all was read or not, and remove the file."""
        if self._thread is not None:
            self._ended = True
            self._thread.join()
            self._thread = None
            os.close(self._reading)
            self._target.unlink()

    def settle(self) -> None:
        """Wait for the last chunk, and raise what went wrong with the chunks."""
        if self._thread is not None:
            self._thread.join()
        self.stop()
        if self._error is not None:
            raise self._error

    # What DuckDB asks of a file system. It may remember a file by its path, so none has that of another.

    def open(self, path: str, mode: str = "rb", **_) -> "GrowingFileHandle":
        return GrowingFileHandle(self)

    def size(self, path: str) -> int:
        return self._size

    def exists(self, path: str, **_) -> bool:
        return True

    def glob(self, path: str, **_) -> list[str]:
        return [path]

    def modified(self, path: str) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)


class GrowingFileHandle:
    """A place in a growing file, from which to read on."""

    def __init__(self, file: GrowingFile):
        self._file, self._place = file, 0

    def read(self, number: int) -> bytes:
        data = self._file.bytes_at(self._place, number)
        self._place += len(data)
        return data

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        self._place = place
        return place

    def tell(self) -> int:
        return self._place

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        pass
