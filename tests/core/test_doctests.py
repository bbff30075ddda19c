"""The examples in docstrings say what the functions return."""

import doctest
import importlib

import pytest

from takedown.core.paths import PACKAGE

#: Modules with an example; the others, of which some load the plotting libraries, are not imported.
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("module", MODULES)
def test_examples_in_docstrings_run(module):
    failed, tried = doctest.testmod(importlib.import_module(module))
    assert tried > 0 and failed == 0
