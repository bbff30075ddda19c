"""The documentation is true: its commands run, its tables agree with the code."""

import hashlib
import pkgutil
import re
import shutil
import subprocess

import jsonschema
import pytest
import yaml

from takedown.ingest.mapping import find_layout
from tools.write_dictionary import describe_tables

#: Commands that take long or would call the tests again; that the Makefile knows them is checked instead.
ONLY_DRY = ("make", "make test", "make verify", "make bench", "make slurm-executor")
#: Pages whose commands make nothing that takes long; tests/proofs has the others.
PAGES = (
    "docs/layouts.md",
    "docs/auditing.md",
    "docs/scaling.md",
    "docs/cluster.md",
    "docs/methods.md",
)


def commands_of(page):
    """Return the commands of a page: the lines of its sh blocks."""
    blocks = re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def steps_of(page):
    """Yield the steps of a page in their order: a file with the name before its block and its content, or a command alone."""
    text = page.read_text(encoding="utf-8")
    for name, kind, content in re.findall(r"(?:^`(\S+)`:\n\n)?^```(\w*)\n(.*?)^```", text, flags=re.M | re.S):
        if name:
            yield name, content
        elif kind == "sh":
            yield from ((None, line) for line in content.splitlines() if line.strip())


def run_commands(page, folder):
    """Write the files and run the commands of a page in a copy of the study."""
    for name, command in steps_of(page):
        if name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(command, encoding="utf-8")
            continue
        if command in ONLY_DRY:
            command = f"{command} --dry-run"
        done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        assert done.stdout or done.stderr or not command.startswith(("cat", "grep", "ls")), command


@pytest.fixture(scope="module")
def copy(study, tmp_path_factory):
    """Return a copy of the small study, which the pages change one after the other."""
    return shutil.copytree(study, tmp_path_factory.mktemp("docs") / "study", symlinks=True)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_a_page_runs(root, copy, page):
    run_commands(root / page, copy)


def test_the_wrong_turn_of_the_first_measure_ends_with_the_message_of_the_page(root, study, tmp_path):
    folder = shutil.copytree(study, tmp_path / "study", symlinks=True)
    page = root / "docs/first-measure.md"
    for name, content in steps_of(page):
        if name:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(content, encoding="utf-8")
    message = re.search(r"^```text\n(.*?)\n```", page.read_text(encoding="utf-8"), flags=re.M | re.S)[1]
    done = subprocess.run([".venv/bin/snakemake", "--dry-run"], cwd=folder, capture_output=True, text=True)
    assert done.returncode != 0
    assert message in done.stdout + done.stderr


def test_the_page_of_layouts_lists_every_layout_and_its_entries_can_be_used(root):
    text = (root / "docs/layouts.md").read_text(encoding="utf-8")
    schema = yaml.safe_load((root / "workflow/schemas/archives.schema.yaml").read_text(encoding="utf-8"))
    layouts = schema["additionalProperties"]["properties"]["layout"]["enum"]
    assert re.findall(r"^\| `(\w+)` \|", text, flags=re.M) == sorted(filter(None, layouts), key=text.index)
    entries = {}
    for block in re.findall(r"^```yaml\n(.*?)^```", text, flags=re.M | re.S):
        entries |= yaml.safe_load(block)
    jsonschema.validate(entries, schema)
    for archive_id, entry in entries.items():
        assert find_layout(archive_id, entry, "users").required[0] == "userid"


def test_there_are_commands_in_the_readme(root):
    assert {"make", "make test", ".venv/bin/snakemake"} <= set(commands_of(root / "README.md"))


def test_the_data_dictionary_is_the_schema(root):
    assert (root / "docs/data-dictionary.md").read_text(encoding="utf-8") == describe_tables()


def rules_with_a_script(root):
    """Return the names of all rules that make something; a rule without a script only names what others make."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(root.glob("workflow/rules/*.smk")))
    return {
        name
        for name, body in re.findall(r"^rule (\w+):\n(.*?)(?=^\S|\Z)", text, flags=re.M | re.S)
        if "script:" in body
    }


def test_every_rule_has_a_script_of_its_name_and_every_script_a_use(root):
    named = rules_with_a_script(root) | {"generate_replica", "plot_deposit"}
    called = re.findall(r"scripts[./](\w+)", (root / "Makefile").read_text())
    assert {path.stem for path in root.glob("scripts/*.py")} == named | set(called)


def test_every_rule_is_listed_in_the_readme_of_the_results(root):
    text = (root / "results/README.md").read_text(encoding="utf-8")
    for rule in rules_with_a_script(root):
        assert f"`{rule}`" in text or (rule.startswith("plot_") and "`plot_<name>`" in text), rule


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "docs/decisions.md"])
def test_every_file_and_module_that_a_page_names_is_there(root, page):
    named = re.findall(r"`([^`<> ]+)`", (root / page).read_text(encoding="utf-8"))
    files = [name for name in named if re.match(r"(takedown|workflow|tools|tests|docs|scripts)/", name)]
    assert files and [name for name in files if not (root / name).exists()] == []
    for name in named:
        if name.startswith("takedown."):
            assert pkgutil.resolve_name(name)


def test_the_figure_of_the_readme_is_the_one_that_the_study_draws(root):
    reference = (root / "tests/reference/MANIFEST.sha256").read_text().splitlines()
    digests = {line[66:]: line[:64] for line in reference}
    shown = hashlib.sha256((root / "docs/creation_calendar.png").read_bytes()).hexdigest()
    assert shown == digests["figures/creation_calendar.png"]
