"""Temporary folders and files of a job: removed at its end, or, if it is killed, when it runs again."""

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
    """Yield the absolute path of an empty temporary folder for the job that makes `output`; remove it at the end.

    It is a hidden folder in `scratch`, which is created if needed, or beside the output if `scratch` is None. Its name
    is derived from the relative path of the output, so a job finds and removes the folder of a killed run, and jobs
    with different outputs never share a folder. A job with several outputs passes one of them.

    Raises InputError if the folder is in use, since two jobs cannot make the same output at once.
    """
    parent = Path(output).parent if scratch is None else Path(scratch)
    seen = hashlib.sha256(Path(os.path.relpath(output, parent)).as_posix().encode()).hexdigest()
    # A file name may have 255 bytes, so the name of the output is shortened.
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
            # A failure to remove the folder must not hide this run's error; the next run removes it.
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(claim)


@contextmanager
def whole_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path; at the end of the block, its file replaces `path` in one step, unless there was an error.

    The temporary file has the same name and is in a `working_folder` beside `path`. An OSError about the temporary file
    or about no file, such as a full disk, is raised again for `path`. Raises InputError if another process writes `path`.
    """
    try:
        # A different name from the folder of the job that makes `path`, which may be in use.
        with working_folder(f"{path}.partial") as folder:
            written = folder / Path(path).name
            yield written
            os.replace(written, path)
    except OSError as error:
        if error.errno is None or (error.filename is not None and ".working" not in str(error.filename)):
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error


def check_writable(folders: Iterable[str | Path]) -> None:
    """Raise InputError for the first folder that cannot be written to; for a missing folder, its nearest parent is tested."""
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
        # Some network file systems cannot lock a folder; Snakemake's own lock must suffice there.
        held = False
    else:
        # The previous holder may just have removed the folder.
        held = not (folder.exists() and os.path.samestat(os.fstat(claim), folder.stat()))
    if held:
        raise InputError(
            f"{folder} is in use by another process that makes the same output; wait until it ends and run again."
        )
