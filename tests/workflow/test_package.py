"""The library can be imported anywhere, and a study runs the library that lies beside its Snakefile."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from pathlib import Path

import pytest

from tests.small_study import make_small_copy, run
from tools import create_environment

WHERE = "import takedown; print(takedown.__file__)"

USE = """
from takedown.core.database import open_records
from takedown.core.paths import RESOURCES, SCHEMAS, SQL_FOLDER
from takedown.core.registry import load_registry
from takedown.content.terms import load_terms

load_registry(RESOURCES / "archives.yaml", SCHEMAS / "archives.schema.yaml")
load_terms(RESOURCES / "terms.yaml")
print(open_records([], utc_offset_hours=8).sql("SELECT count(*) FROM post").fetchall())
print(*sorted(str(path.relative_to(SQL_FOLDER)) for path in SQL_FOLDER.rglob("*.sql")))
"""


@pytest.fixture(scope="module")
def requirements(root):
    """Return the table `project` of pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def environment(folder: Path) -> Path:
    """Make an environment that has the packages of this one, but nothing of this study; return its Python."""
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    (site,) = folder.glob("lib/python*/site-packages")
    # Files like takedown.pth work in an environment's own folder of packages alone, so those of this one do not.
    (site / "packages.pth").write_text(f"{sysconfig.get_path('purelib')}\n", encoding="utf-8")
    return python


def printed(python: Path, program: str, folder: Path) -> str:
    """Run a program in a folder, as a notebook there would; return what it prints."""
    done = subprocess.run([python, "-c", program], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_pip_installs_the_library_with_its_queries_schemas_and_resources(root, tmp_path):
    python = environment(tmp_path / "environment")
    pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    done = subprocess.run([*pip, str(root)], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (package,) = tmp_path.glob("environment/lib/python*/site-packages/takedown")
    assert printed(python, WHERE, tmp_path) == f"{package / '__init__.py'}\n"
    queries = sorted(
        str(path.relative_to(root / "workflow/sql")) for path in root.glob("workflow/sql/**/*.sql")
    )
    assert printed(python, USE, tmp_path).splitlines() == ["[(0,)]", " ".join(queries)]
    assert (package / "py.typed").is_file()


def test_the_environment_that_make_creates_imports_the_library_from_any_folder(root, tmp_path, monkeypatch):
    python = environment(tmp_path / "environment")
    monkeypatch.setattr(create_environment, "install_with_uv", lambda python, requirements: True)
    create_environment.main(str(tmp_path / "environment"), ["requirements.txt"])
    assert printed(python, WHERE, tmp_path) == f"{root / 'takedown/__init__.py'}\n"


def test_a_copy_of_the_study_runs_its_own_library_in_the_environment_of_another(tmp_path, monkeypatch):
    python = environment(tmp_path / "environment")
    subprocess.run([python, "-c", create_environment.NAME_FOLDER, create_environment.ROOT], check=True)
    monkeypatch.setattr(sys, "executable", str(python))
    folder = make_small_copy(tmp_path / "study")
    log = folder / "takedown/core/log.py"
    log.write_text(
        f"{log.read_text(encoding='utf-8')}\n\nprint('the library of the copy')\n", encoding="utf-8"
    )
    done = run(folder, "results/records/archive.parquet")
    assert done.returncode == 0, done.stdout
    assert "the library of the copy" in done.stdout


def test_a_folder_that_pythonpath_cannot_name_is_refused_in_a_sentence(tmp_path):
    done = run(make_small_copy(tmp_path / "a:b"), "--dry-run")
    assert done.returncode == 1
    assert "a:b', has a ':' in it, with which PYTHONPATH separates folders; rename the folder." in done.stdout


def test_the_package_asks_for_what_the_library_imports_in_the_versions_of_the_study(root, requirements):
    lines = {line.split("#")[0].strip() for line in (root / "requirements.in").read_text().splitlines()}
    assert set(requirements["dependencies"]) <= lines
    names = importlib.metadata.packages_distributions()
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in root.glob("takedown/**/*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    others = {name.split(".")[0] for name in imported} - {"takedown", "compression", *sys.stdlib_module_names}
    asked = {re.match(r"[\w.-]+", line)[0] for line in requirements["dependencies"]}
    assert {names[other][0].lower().replace(".", "-") for other in others} == asked


def test_the_package_and_the_citation_name_one_version(root, requirements):
    assert f"\nversion: {requirements['version']}\n" in (root / "CITATION.cff").read_text(encoding="utf-8")
