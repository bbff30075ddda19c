"""Fixtures shared by several test files."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from tests.ingest_files import ingest_list, ingest_mapped, ingest_parquet, ingest_posts  # noqa: F401 (fixtures)
from tests.small_study import run_once

# Otherwise every process that loads NumPy starts threads that only wait, which takes a fifth of a second.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

# A test must not fail because the machine is busy.
settings.register_profile("study", deadline=None)
settings.load_profile("study")

ROOT = Path(__file__).resolve().parent.parent


#: Long test files in the order in which two processes should start them. The first file makes the study that others need.
LONG = (
    "test_kill_every_rule.py",
    "test_readme.py",
    "test_end_to_end.py",
    "test_calibration.py",
    "test_docs.py",
    "test_hostile_names.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long tests first; otherwise one process runs them alone at the end."""
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def study(tmp_path_factory, worker_id) -> Path:
    """Return the folder of a small study, run once for all tests; a test must not change it."""
    own = tmp_path_factory.getbasetemp()
    return run_once(own if worker_id == "master" else own.parent)


@pytest.fixture
def changed(study, tmp_path) -> Path:
    """Return a copy of the small study that a test may change."""
    return shutil.copytree(study, tmp_path / "study", symlinks=True)


@pytest.fixture(scope="session")
def real_records() -> Path:
    """Return the folder of real records, which are not in the repository; skip the test if it is absent."""
    folder = Path(os.environ.get("TAKEDOWN_REAL_RECORDS", ROOT.parent / "shared" / "real"))
    if not folder.is_dir():
        pytest.skip("the real records are not on this machine (TAKEDOWN_REAL_RECORDS names their folder)")
    return folder


@pytest.fixture(scope="session")
def seed_documents() -> Path:
    """Return the folder of the press documents that the claims quote; skip the test if it is absent."""
    folder = Path(os.environ.get("TAKEDOWN_SEED_DOCUMENTS", ROOT.parent / "shared" / "seeds"))
    if not folder.is_dir():
        pytest.skip(
            "the press documents are not on this machine (TAKEDOWN_SEED_DOCUMENTS names their folder)"
        )
    return folder
