"""The two ways into the environment install the same packages, and a bare machine can create it."""

import hashlib
import importlib.util
import io
import itertools
import re
import subprocess

import pytest
import yaml
import yte

LOCKS = ("requirements", "requirements-test", "requirements-slurm", "requirements-uv")


@pytest.fixture
def create_environment(root):
    spec = importlib.util.spec_from_file_location("create_environment", root / "tools/create_environment.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pins(path):
    return dict(re.findall(r"^([a-z0-9-]+)==([^ \\]+)", path.read_text(), flags=re.M))


def test_the_conda_route_takes_the_very_same_lock(root):
    environment = yaml.safe_load((root / "environment.yml").read_text())
    *_, pip = environment["dependencies"]
    assert pip == {"pip": ["-r requirements.txt"]}
    (python,) = [item for item in environment["dependencies"] if str(item).startswith("python=")]
    assert re.fullmatch(r"python=3\.1[123]", python)


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_the_lock_has_a_hash(root, name):
    entries = re.split(r"^(?=[a-z])", (root / f"{name}.txt").read_text(), flags=re.M)
    assert all("--hash=sha256:" in entry for entry in entries if entry.strip() and not entry.startswith("#"))


def test_the_lock_holds_every_package_that_is_asked_for(root):
    for name in LOCKS:
        asked = re.findall(r"^([a-z][a-z0-9-]*)", (root / f"{name}.in").read_text(), flags=re.M)
        assert set(asked) <= set(pins(root / f"{name}.txt"))


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(LOCKS, 2)))
def test_the_locks_agree_on_what_they_share(root, one, other):
    ours, theirs = pins(root / f"{one}.txt"), pins(root / f"{other}.txt")
    shared = ours.keys() & theirs
    assert {name: ours[name] for name in shared} == {name: theirs[name] for name in shared}


def test_every_package_asked_for_beyond_the_design_carries_its_reason(root):
    design = {"snakemake", "duckdb", "scipy", "matplotlib", "seaborn", "pyyaml", "jsonschema", "pytest"}
    for name in LOCKS:
        for line in (root / f"{name}.in").read_text().splitlines():
            if re.match("[a-z]", line) and re.match("[a-z0-9-]+", line)[0] not in design:
                assert " # " in line, line


@pytest.mark.parametrize(
    ("failing", "used"), [(None, ["uv"]), ("uv", ["uv", "pip"]), ("requirements-uv.txt", ["pip"])]
)
def test_pip_installs_the_same_files_where_uv_cannot(create_environment, monkeypatch, failing, used):
    calls = []

    def run(command, **_):
        words = [str(word) for word in command]
        fails = failing is not None and any(failing in word.split("/") for word in words)
        if "requirements.txt" in words:
            assert {"--require-hashes", "more.txt"} <= set(words)
            calls.append(words[2])
        return subprocess.CompletedProcess(command, int(fails))

    monkeypatch.setattr(create_environment.subprocess, "run", run)
    monkeypatch.setattr(create_environment.Path, "exists", lambda path: True)
    create_environment.main("folder", ["requirements.txt", "more.txt"])
    assert calls == used


def test_an_environment_that_nothing_can_install_ends_with_a_sentence(create_environment, monkeypatch):
    monkeypatch.setattr(
        create_environment.subprocess,
        "run",
        lambda command, **_: subprocess.CompletedProcess(command, "--require-hashes" in command),
    )
    monkeypatch.setattr(create_environment.Path, "exists", lambda path: True)
    with pytest.raises(SystemExit, match=r"requirements\.txt could not be installed; see the lines above"):
        create_environment.main("folder", ["requirements.txt"])


class Index:
    """A package index that serves one page and one file."""

    def __init__(self, name, content):
        self.pages = {"": f'<a href="../files/{name}#sha256=0">pip</a>'.encode(), name: content}

    def __call__(self, url, **_):
        return io.BytesIO(self.pages[url.split("#")[0].rpartition("/")[2]])


def test_pip_from_the_index_is_taken_only_with_the_expected_digest(create_environment, monkeypatch):
    monkeypatch.setattr(
        create_environment.urllib.request, "urlopen", Index(create_environment.PIP_FILE, b"wheel")
    )
    with pytest.raises(SystemExit, match="is not the file that was expected"):
        create_environment.download_pip()
    monkeypatch.setattr(create_environment, "PIP_SHA256", hashlib.sha256(b"wheel").hexdigest())
    assert create_environment.download_pip() == b"wheel"


def test_an_index_without_the_pinned_pip_gives_one_sentence_with_a_way_out(create_environment, monkeypatch):
    monkeypatch.setattr(create_environment.urllib.request, "urlopen", Index("pip-1.0.whl", b""))
    with pytest.raises(SystemExit, match=r"could not be downloaded from .*; install python3-venv"):
        create_environment.download_pip()


def test_a_bare_snakemake_uses_all_cores_and_prints_lines_of_its_own(root):
    with (root / "profiles/default/profile.yaml").open() as profile:
        settings = yte.process_yaml(profile, require_use_yte=True)
    assert settings["logger"] == "takedown"
    assert settings["cores"] == "all"
