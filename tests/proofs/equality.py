"""Whether a study that met with an accident is as one that nothing has disturbed."""

import filecmp
from pathlib import Path

#: Of a database only the content is the same; results/database_content.csv holds its digests.
NEVER_THE_SAME = {"results/takedown.duckdb"}


def assert_undisturbed(folder: Path, study: Path) -> None:
    """Check that a study has the files of another, byte for byte, no fewer and no more."""
    files = files_of(folder)
    assert files == files_of(study)
    differ = [
        file for file in files - NEVER_THE_SAME if not filecmp.cmp(folder / file, study / file, shallow=False)
    ]
    assert differ == []
    assert "results/MANIFEST.sha256" in files


def files_of(folder: Path) -> set[str]:
    """Return every file and empty folder of a study's results and data."""
    return {
        path.relative_to(folder).as_posix()
        for top in ("results", "data")
        for path in (folder / top).rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    }
