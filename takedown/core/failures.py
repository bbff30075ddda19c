"""Messages for errors that come neither from the input nor from the code: disk, memory, Ctrl-C."""

import errno
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from takedown.core.errors import InputError

if TYPE_CHECKING:
    import duckdb

#: What is wrong and what to do, for each error number of the operating system.
DISK_FAILURES = {
    errno.ENOSPC: "cannot be written, since {disk} is full; make room on it",
    errno.EDQUOT: "cannot be written, since your quota on {disk} is used up; make room on it",
    errno.EROFS: "cannot be written, since {disk} is read-only; make it writable",
    errno.EACCES: "cannot be opened, since its permissions or those of its folder forbid it; correct them",
    errno.EIO: "cannot be read or written, since {disk} reports an error; check it",
}
#: DuckDB reports file and reason as text, sometimes within quoted JSON.
IN_WORDS = re.compile(
    rf'\\?"([^"\\]+)\\?": ({"|".join(re.escape(os.strerror(number)) for number in DISK_FAILURES)})'
)
NUMBERS = {os.strerror(number): number for number in DISK_FAILURES}


def user_message(error: BaseException) -> str | None:
    """Return one sentence that tells the user what to do about an error; None if only a programmer can correct it."""
    # Imported here, since a job that reads no table would load DuckDB for nothing.
    import duckdb

    if isinstance(error, InputError):
        return str(error)
    # DuckDB raises its own error for Ctrl-C during a query.
    if isinstance(error, KeyboardInterrupt) or (
        isinstance(error, RuntimeError) and str(error) == "Query interrupted"
    ):
        return "This job was stopped; run again to continue."
    if isinstance(error, duckdb.OutOfMemoryException):
        return str(too_large(error, "A query", "memory_mb in the configuration"))
    # A commit to a full disk does not raise IOException.
    if isinstance(error, duckdb.Error) and (found := IN_WORDS.search(str(error))):
        return _disk_sentence(found[1], NUMBERS[found[2]])
    if isinstance(error, duckdb.IOException):
        why = str(error).splitlines()[0].removeprefix("IO Error: ").rstrip(".")
        return f"DuckDB cannot read or write a file ({why}); correct that and run again."
    if isinstance(error, OSError) and error.errno in DISK_FAILURES:
        return _disk_sentence(error.filename2 or error.filename, error.errno)
    return None


def too_large(error: "duckdb.OutOfMemoryException", label: str, setting: str) -> InputError:
    """Return the error for an input (`label`) that needs more memory than `setting` allows, or more disk space than is free."""
    # DuckDB also reports a lack of memory if overflow from memory does not fit on the disk.
    if "max_temp_directory_size" in str(error):
        return InputError(
            f"{label} needs more memory than {setting} allows and more disk space than is free; free space or raise it."
        )
    return InputError(f"{label} needs more memory than {setting} allows; raise it.")


def first_sentence(error: "duckdb.Error") -> str:
    """Return the first line of an error of DuckDB, to stand in brackets; bytes of a damaged file in it are escaped."""
    return repr(str(error).splitlines()[0])[1:-1].rstrip(". ")


def _disk_sentence(file: str | bytes | int | None, number: int) -> str:
    if not isinstance(file, str):
        return f"A file {DISK_FAILURES[number].format(disk='its disk')}, then run again."
    disk = f"the disk mounted at {_mount_point(file)}"
    return f"{file} {DISK_FAILURES[number].format(disk=disk)}, then run again."


def _mount_point(file: str) -> Path:
    folders = Path(file).resolve().parents
    return next((folder for folder in folders if folder.is_mount()), folders[-1])
