"""A rule depends on every file of the package that its script runs."""

import ast

import pytest

from takedown.core.imports import IMPORT, PACKAGE, imported_modules

CORE_AND_CIRCULAR = {
    "__init__.py",
    *(f"core/{name}.py" for name in ("__init__", "log", "failures", "errors")),
    *(f"statistics/{name}.py" for name in ("__init__", "circular")),
}


def names(script):
    return {path.relative_to(PACKAGE).as_posix() for path in imported_modules(script)}


def test_imports_are_followed_through_modules_and_packages(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import os\nfrom takedown.creation import concentration\nfrom takedown.core.tables import write_csv\n"
    )
    assert {
        "__init__.py",
        "creation/__init__.py",
        "creation/concentration.py",
        "core/tables.py",
        "core/measures.py",
    } <= names(script)


def test_an_import_is_found_wherever_it_stands(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "def later():\n    if True:\n        pass\n    else:\n        from takedown.core import log\n"
        "try:\n    pass\nexcept ValueError:\n    import takedown.core.errors\n"
        "match 1:\n    case 1:\n        import takedown.statistics.circular\n"
    )
    assert names(script) == CORE_AND_CIRCULAR


def test_comments_and_names_given_to_what_is_imported_are_passed_over(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from takedown.core import (  # these\n    log as logging,  # for the log\n    errors,\n)\n"
        "import os, takedown.statistics.circular as circle  # and this\n"
    )
    assert names(script) == CORE_AND_CIRCULAR


@pytest.mark.parametrize("folder", ["takedown", "scripts", "extensions"])
def test_no_import_that_python_sees_is_missed(root, folder):
    for path in root.glob(f"{folder}/**/*.py"):
        text = path.read_text(encoding="utf-8")
        seen = {
            node.lineno
            for node in ast.walk(ast.parse(text))
            if (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "takedown")
            or isinstance(node, ast.Import)
        }
        found = {text.count("\n", 0, match.end("module")) + 1 for match in IMPORT.finditer(text)} | {
            text.count("\n", 0, match.start("modules")) + 1
            for match in IMPORT.finditer(text)
            if match["modules"]
        }
        assert seen <= found, path


def test_other_packages_are_left_out(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import duckdb\nfrom takedownish import x\n")
    assert names(script) == set()


def test_every_module_of_the_package_is_used_by_some_script(root):
    used = set().union(*(names(script) for script in root.glob("scripts/*.py")))
    # The Snakefile imports these before any rule runs.
    used |= {"core/config.py", "core/registry.py", "core/imports.py", "core/run_record.py"}
    assert {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")} <= used
