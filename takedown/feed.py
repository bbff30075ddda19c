"""Pass a file through a pipe to whoever reads it, so that it is read once and never copied."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path


class Feed:
    """Write chunks into a pipe from a thread, while another reads it at `path` like a file, once.

    It begins when its path is asked for. `settle` it when the reader is done: a reader takes a feed that dies for the
    end of the file.
    """

    def __init__(self, chunks: Iterator[bytes]):
        self._chunks, self._error = chunks, None
        self._reading, self._writing, self._thread = None, None, None

    @property
    def path(self) -> Path:
        """Where to read the pipe."""
        if self._thread is None:
            self._reading, self._writing = os.pipe()
            self._thread = threading.Thread(target=self._write, daemon=True)
            self._thread.start()
        return Path(f"/dev/fd/{self._reading}")

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
