"""Where a job writes on its way: gone at its end, and after a kill gone when the job runs again."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from takedown.core.errors import InputError


@contextmanager
def working_folder(output: str | Path, scratch: str | Path | None = None) -> Iterator[Path]:
    """Yield the absolute path of an empty folder for the job that makes `output`; remove the folder whatever happens.

    It is a hidden folder in `scratch`, which is made if need be, or beside the output if `scratch` is None. Its name
    follows from the path of the output as seen from there: what a killed job left is found and removed when that job
    runs again, jobs with different outputs never share a folder, and a job of several outputs gives one of them.

    Raises InputError if the folder is in use: two jobs that make the same output cannot run at once.
    """
    parent = Path(output).parent if scratch is None else Path(scratch)
    seen = hashlib.sha256(Path(os.path.relpath(output, parent)).as_posix().encode()).hexdigest()
    # A name of 255 bytes, the longest that there is, leaves no room for more.
    folder = parent / f".{Path(output).name[:50]}.{seen[:8]}.working"
    folder.mkdir(parents=True, exist_ok=True)
    claim = os.open(folder, os.O_RDONLY)
    try:
        _claim(claim, folder)
        for left in folder.iterdir():
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
        try:
            yield folder.resolve()
        finally:
            # What cannot be removed now is removed by the next run; it must not hide the error of this one.
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(claim)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield the path at which to write a file; at the end of the block it becomes `path`, whole, unless there was an error.

    It lies in a `working_folder` beside `path`, with the same name. A system's error about no other file, such as that
    of a full disk, names `path`. Raises InputError if another process is writing the file.
    """
    try:
        # Not the folder of the job that makes `path`, which may be in use.
        with working_folder(f"{path}.partial") as folder:
            written = folder / Path(path).name
            yield written
            os.replace(written, path)
    except OSError as error:
        if error.errno is None or (error.filename is not None and ".working" not in str(error.filename)):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def check_writable(folders: Iterable[str | Path]) -> None:
    """Raise InputError for the first folder that cannot be written to; of one that is not there its nearest parent counts."""
    for folder in folders:
        there = next(path for path in (Path(folder), *Path(folder).absolute().parents) if path.exists())
        if not os.access(there, os.W_OK | os.X_OK):
            raise InputError(
                f"{folder} cannot be written to, since its disk is read-only or its permissions forbid it; "
                "make it writable, then run again."
            )


def _claim(claim: int, folder: Path) -> None:
    """Lock an open folder until it is closed or the process dies."""
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held = True
    except OSError:
        # Some network file systems cannot lock a folder; there Snakemake's own lock must do.
        held = False
    else:
        # Whoever had it may just have removed it.
        held = not (folder.exists() and os.path.samestat(os.fstat(claim), folder.stat()))
    if held:
        raise InputError(
            f"{folder} is in use by another process, which makes the same output; wait for its end and run again."
        )
