"""Let DuckDB read a file while a thread is still writing it."""

import fcntl
import itertools
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
from fsspec import AbstractFileSystem

#: Capacity of a pipe if the system allows it: each time it is full or empty, the threads change over.
PIPE_BYTES = 1 << 20

#: Longest value of a row that pads a file, in bytes.
LONGEST_PADDING = 1 << 20


class PipedFile:
    """Write chunks into a pipe from a thread, while a reader reads them once at `path`, like a file.

    Nothing is copied to disk, but DuckDB reads a pipe with one thread. Writing starts when the path is asked for. Call
    `settle` after reading: a reader takes the end of a failed pipe for the end of the file.
    """

    padding = None

    def __init__(self, chunks: Iterator[bytes | memoryview]):
        self._chunks = chunks
        self._error: BaseException | None = None
        self._reading: int | None = None
        self._thread: threading.Thread | None = None

    @property
    def path(self) -> Path:
        """Path at which to read the pipe."""
        if self._thread is None:
            self._reading, writing = os.pipe()
            # Only Linux has this setting, and it may refuse it to a user with many pipes.
            with suppress(AttributeError, OSError):
                fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
            self._thread = threading.Thread(target=self._write, args=(writing,), daemon=True)
            self._thread.start()
        return Path(f"/dev/fd/{self._reading}")

    @contextmanager
    def readable_by(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Let DuckDB read at the path, as it reads any file."""
        yield

    def _write(self, writing: int) -> None:
        try:
            with open(writing, "wb", buffering=0) as pipe:
                for chunk in self._chunks:
                    left = memoryview(chunk)
                    while left:
                        left = left[pipe.write(left) :]
        except BrokenPipeError:
            pass  # the reader needs no more
        except BaseException as error:
            self._error = error

    def stop(self) -> None:
        """End the writing, whether everything was read or not."""
        if self._reading is not None:
            os.close(self._reading)
            self._reading = None
        if self._thread is not None:
            self._thread.join()

    def settle(self) -> None:
        """End the writing, and raise the error that interrupted it, if any."""
        self.stop()
        if self._error is not None:
            raise self._error


class GrowingFile(AbstractFileSystem):
    """Write the chunks of a CSV file to disk from a thread, while DuckDB reads it with all its threads.

    To DuckDB it is a file system with one file of `size` bytes at `path`, while it is `readable_by` the connection;
    readers wait for bytes that are not there yet. If the chunks have fewer bytes than `size`, rows of `columns` columns
    follow whose first value is `padding` and which do not belong to the file. Writing starts when the path is asked
    for. Call `settle` after reading.
    """

    protocol = "growing"
    cachable = False
    _numbers = itertools.count()

    def __init__(self, chunks: Iterator[bytes | memoryview], target: Path, size: int, columns: int):
        super().__init__()
        self.padding = uuid.uuid4().hex
        self._chunks, self._target, self._size, self._columns = chunks, target, size, columns
        self._written, self._ended, self._reading = 0, False, -1
        self._error: BaseException | None = None
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._path = f"{self.protocol}://{next(self._numbers)}.csv"

    @property
    def path(self) -> str:
        """Path at which DuckDB reads the file."""
        if self._thread is None:
            writing = self._target.open("wb", buffering=0)
            self._reading = os.open(self._target, os.O_RDONLY)
            self._thread = threading.Thread(target=self._write, args=(writing,), daemon=True)
            self._thread.start()
        return self._path

    @contextmanager
    def readable_by(self, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
        """Let DuckDB read at the path; raise the error that interrupted the writing instead of DuckDB's error."""
        connection.register_filesystem(self)
        try:
            yield
        except duckdb.Error:
            self.settle()
            raise
        finally:
            connection.unregister_filesystem(self.protocol)

    def _write(self, file: BinaryIO) -> None:
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
        # Blank lines alone will not do: DuckDB gives up on a buffer that holds nothing else.
        shortest = f"{self.padding}{',' * (self._columns - 1)}\n".encode()
        if self._written < self._size:
            yield b"\n"  # the last row of the file may lack a line end
        while (missing := self._size - self._written) >= len(shortest):
            further = min(missing - len(shortest), LONGEST_PADDING) if self._columns > 1 else 0
            yield shortest[:-1] + b"x" * further + b"\n"
        yield b"\n" * missing

    def bytes_at(self, place: int, number: int) -> bytes:
        """Return `number` bytes from `place` on, once they are written; raise OSError if the writing failed."""
        with self._change:
            self._change.wait_for(lambda: self._ended or self._written >= place + number)
        if self._error is not None:
            raise OSError("the file cannot be written to its end")
        return os.pread(self._reading, number, place)

    def stop(self) -> None:
        """End the writing, whether everything was read or not, and remove the file."""
        if self._thread is not None:
            self._ended = True
            self._thread.join()
            self._thread = None
            os.close(self._reading)
            self._target.unlink()

    def settle(self) -> None:
        """Wait for the last chunk, and raise the error that interrupted the writing, if any."""
        if self._thread is not None:
            self._thread.join()
        self.stop()
        if self._error is not None:
            raise self._error

    # Methods that DuckDB calls. It may cache files by path, so every file has a different path.

    def open(self, path: str, mode: str = "rb", **_: Any) -> "GrowingFileHandle":
        return GrowingFileHandle(self)

    def size(self, path: str) -> int:
        return self._size

    def exists(self, path: str, **_: Any) -> bool:
        return True

    def glob(self, path: str, **_: Any) -> list[str]:
        return [path]

    def modified(self, path: str) -> datetime:
        return datetime(1970, 1, 1, tzinfo=UTC)


class GrowingFileHandle:
    """A reading position in a growing file."""

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
