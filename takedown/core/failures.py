"""What to say of errors that lie neither in the input nor in the code: disk, memory, Ctrl-C."""

import errno
import os
import re
from pathlib import Path

import duckdb

from takedown.core.errors import InputError

#: What went wrong and what to do, by the error that the system reports.
DISK_FAILURES = {
    errno.ENOSPC: "cannot be written, since {disk} is full; make room on it",
    errno.EDQUOT: "cannot be written, since your quota on {disk} is used up; make room on it",
    errno.EROFS: "cannot be written, since {disk} is read-only; make it writable",
    errno.EACCES: "cannot be opened, since its permissions or those of its folder forbid it; mend them",
    errno.EIO: "cannot be read or written, since {disk} reports an error; check it",
}
#: DuckDB gives file and reason in words, at times within quoted JSON.
IN_WORDS = re.compile(
    rf'\\?"([^"\\]+)\\?": ({"|".join(re.escape(os.strerror(number)) for number in DISK_FAILURES)})'
)
NUMBERS = {os.strerror(number): number for number in DISK_FAILURES}


def sentence_of(error: BaseException) -> str | None:
    """Return what the user can do about an error, in one sentence; None for one that only a programmer can mend."""
    if isinstance(error, InputError):
        return str(error)
    # DuckDB gives an error of its own for Ctrl-C while a query runs.
    if isinstance(error, KeyboardInterrupt) or (
        isinstance(error, RuntimeError) and str(error) == "Query interrupted"
    ):
        return "This job was stopped; run again to go on."
    if isinstance(error, duckdb.OutOfMemoryException):
        return str(too_large(error, "A query", "memory_mb in the configuration"))
    # A commit that finds the disk full is no IOException.
    if isinstance(error, duckdb.Error) and (found := IN_WORDS.search(str(error))):
        return _disk_sentence(found[1], NUMBERS[found[2]])
    if isinstance(error, duckdb.IOException):
        why = str(error).splitlines()[0].removeprefix("IO Error: ").rstrip(".")
        return f"DuckDB cannot read or write a file ({why}); mend that and run again."
    if isinstance(error, OSError) and error.errno in DISK_FAILURES:
        return _disk_sentence(error.filename2 or error.filename, error.errno)
    return None


def too_large(error: duckdb.OutOfMemoryException, what: str, setting: str) -> InputError:
    """Return the error to raise where `what` needs more than the memory of `setting`, or more disk than there is."""
    # DuckDB calls it a lack of memory, too, if what is larger than the memory finds no room on the disk.
    if "max_temp_directory_size" in str(error):
        return InputError(
            f"{what} needs more room for what is larger than {setting} than its disk has; make room or raise it."
        )
    return InputError(f"{what} needs more memory than {setting} allows; raise it.")


def _disk_sentence(file: str | bytes | int | None, number: int) -> str:
    if not isinstance(file, str):
        return f"A file {DISK_FAILURES[number].format(disk='its disk')}, then run again."
    disk = f"the disk mounted at {_mount_point(file)}"
    return f"{file} {DISK_FAILURES[number].format(disk=disk)}, then run again."


def _mount_point(file: str) -> Path:
    folders = Path(file).resolve().parents
    return next((folder for folder in folders if folder.is_mount()), folders[-1])
