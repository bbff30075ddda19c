"""A commit is checked by what `make lint` runs."""

import re

import yaml


def test_the_hooks_before_a_commit_are_the_parts_of_make_lint(root):
    (parts,) = re.findall(r"^lint: (.*)$", (root / "Makefile").read_text(encoding="utf-8"), flags=re.M)
    (repository,) = yaml.safe_load((root / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    assert [hook["entry"] for hook in repository["hooks"]] == [
        f"make --silent {part}" for part in parts.split()
    ]
