"""Compare a study after an accident with an undisturbed study."""

import filecmp
from pathlib import Path

#: Files that differ between equal studies. results/database_content.csv compares the content of the database; RUN.txt has the time.
NEVER_THE_SAME = {"results/takedown.duckdb", "results/RUN.txt"}


def assert_undisturbed(folder: Path, study: Path) -> None:
    """Check that a study has exactly the files of another study, byte for byte."""
    files = files_of(folder)
    assert files == files_of(study)
    differ = [
        file for file in files - NEVER_THE_SAME if not filecmp.cmp(folder / file, study / file, shallow=False)
    ]
    assert differ == []
    assert "results/MANIFEST.sha256" in files


def files_of(folder: Path) -> set[str]:
    """Return all files and empty folders in the results and data of a study."""
    return {
        path.relative_to(folder).as_posix()
        for top in ("results", "data")
        for path in (folder / top).rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    }
