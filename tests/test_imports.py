"""A rule depends on every file of the package that its script runs."""

from takedown.imports import PACKAGE, modules_behind


def names(script):
    return {path.relative_to(PACKAGE).as_posix() for path in modules_behind(script)}


def test_imports_are_followed_through_modules_and_packages(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import os\nfrom takedown import creation\nfrom takedown.tables import write_csv\n")
    assert {"__init__.py", "creation.py", "tables.py", "measures.py"} <= names(script)


def test_an_import_is_found_wherever_it_stands(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "def later():\n    if True:\n        pass\n    else:\n        from takedown import log\n"
        "try:\n    pass\nexcept ValueError:\n    import takedown.errors\n"
        "match 1:\n    case 1:\n        import takedown.circular\n"
    )
    assert names(script) == {"__init__.py", "log.py", "failures.py", "errors.py", "circular.py"}


def test_other_packages_are_left_out(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("import duckdb\nfrom takedownish import x\n")
    assert names(script) == set()


def test_every_module_of_the_package_is_used_by_some_script(root):
    used = set().union(*(names(script) for script in root.glob("scripts/*.py")))
    # The Snakefile imports these before any rule runs.
    used |= {"config.py", "registry.py", "imports.py"}
    assert {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")} <= used
