"""Nothing but `snakemake fetch` touches the network."""

import ast
import re
import subprocess
import sys

import pytest

from takedown.core.imports import imported_modules
from tests.offline import without_network
from tests.small_study import make_small_copy, run

#: Modules and packages of the environment that open connections.
CONNECTING = {
    *("socket", "ssl", "http", "urllib", "ftplib", "smtplib", "xmlrpc", "asyncio"),
    *("requests", "urllib3", "smart_open", "httpx", "aiohttp"),
}
#: What DuckDB reads or loads over the network.
REMOTE = re.compile(r"httpfs|\b(INSTALL|LOAD)\b|(read_\w+\(|FROM )'(https?|s3):", re.IGNORECASE)


def imported(path):
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_only_what_fetches_imports_what_connects(root):
    fetching = {root / "scripts/fetch.py", *imported_modules(root / "scripts/fetch.py")}
    rules = "".join(path.read_text(encoding="utf-8") for path in root.glob("workflow/rules/*.smk"))
    scripts = [path for path in root.glob("scripts/*.py") if path.name in rules]
    files = [*root.glob("takedown/**/*.py"), *scripts, *root.glob("extensions/**/*.py")]
    connecting = {path for path in files if imported(path) & CONNECTING}
    assert connecting <= fetching
    assert root / "takedown/fetch/http.py" in connecting


def test_no_rule_but_fetch_runs_the_script_that_fetches(root):
    rules = [*root.glob("workflow/rules/*.smk"), *root.glob("extensions/*/*.smk"), root / "Snakefile"]
    assert {path.name for path in rules if "scripts/fetch.py" in path.read_text(encoding="utf-8")} == {
        "fetch.smk"
    }


def test_no_query_reads_from_the_network_and_no_paper_takes_packages_from_it(root):
    for path in root.glob("workflow/sql/**/*.sql"):
        assert not REMOTE.search(path.read_text(encoding="utf-8")), path
    for path in root.glob("paper/**/*.typ"):
        assert "@preview/" not in path.read_text(encoding="utf-8"), path


@pytest.mark.skipif(not without_network(), reason="this system gives nobody a network of his own")
def test_where_the_small_study_runs_nothing_can_be_reached():
    reach = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
    done = subprocess.run(
        [*without_network(), sys.executable, "-c", reach], capture_output=True, text=True, check=False
    )
    # Unreachable, where a network would refuse the connection.
    assert "Network is unreachable" in done.stderr


def test_fetching_offline_names_what_is_missing_and_leaves_the_raw_folder_alone(root, tmp_path):
    folder = make_small_copy(tmp_path / "study")
    (folder / "mine.yaml").write_text("fetch: {attempts: 1}\n", encoding="utf-8")
    # Nobody listens on the port of the proxy, so that the test is offline wherever it runs.
    proxy = "http://127.0.0.1:9"
    done = run(
        folder, "fetch", "--configfile", "mine.yaml", https_proxy=proxy, HTTPS_PROXY=proxy, no_proxy=""
    )
    assert done.returncode != 0
    assert "china_082019_1_users_csv_hashed.zip could not be downloaded" in done.stdout
    assert "were not tried" in (folder / "logs/fetch.log").read_text(encoding="utf-8")
    assert "Traceback" not in done.stdout
    assert not list(folder.glob("data/raw/*"))
