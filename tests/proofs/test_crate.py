"""The crate of the small study is valid for the profile of workflow runs, as its validator says, without a network.

The validator needs many packages, so it has an environment of its own. It downloads the context of RO-Crate 1.1 unless its cache
holds it; ro_crate_context.json is that context (version 1.1.1, CC0).
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

VALIDATOR = "roc-validator==0.13.0"
PROFILE = "workflow-run-crate-0.5"
#: It asks for an absolute address of the workflow, which the profile of crates with a workflow asks to be a file of the crate.
CONTRADICTED = "process-run-crate-0.5_5.1"

FILL_CACHE = """
import io, sys, requests, requests_cache
from urllib3.response import HTTPResponse
url = "https://w3id.org/ro/crate/1.1/context"
body = io.BytesIO(open(sys.argv[2], "rb").read())
raw = HTTPResponse(body, {"Content-Type": "application/ld+json"}, 200, preload_content=False, request_url=url)
for headers in ({"Accept": "application/ld+json, application/json"}, {}):
    request = requests.Session().prepare_request(requests.Request("GET", url, headers=headers))
    response = requests.adapters.HTTPAdapter().build_response(request, raw)
    requests_cache.CachedSession(sys.argv[1], backend="sqlite").cache.save_response(response)
"""


@pytest.fixture(scope="module")
def validator(tmp_path_factory):
    folder = tmp_path_factory.mktemp("validator")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    done = subprocess.run(
        [folder / "bin/pip", "install", "--quiet", VALIDATOR], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"{VALIDATOR} cannot be installed: {done.stderr.splitlines()[-1]}")
    context = Path(__file__).with_name("ro_crate_context.json")
    cache = folder / "cache.sqlite"
    subprocess.run([folder / "bin/python", "-c", FILL_CACHE, str(cache), str(context)], check=True)

    def validate(crate):
        report = folder / "report.json"
        subprocess.run(
            [
                *(
                    folder / "bin/rocrate-validator",
                    "-y",
                    "--no-interactive",
                    "validate",
                    "--offline",
                    "--no-paging",
                ),
                *("--cache-path", str(cache), "-p", PROFILE, "-s", CONTRADICTED, "-l", "recommended"),
                *("--output-format", "json", "-o", str(report), str(crate)),
            ],
            capture_output=True,
        )
        return json.loads(report.read_text(encoding="utf-8"))

    return validate


def test_the_crate_is_valid_at_required_and_recommended(validator, study):
    report = validator(study / "results")
    assert [issue["message"] for issue in report["issues"]] == []
    assert report["passed"]


def test_the_validator_finds_a_fault(validator, study, tmp_path):
    metadata = json.loads((study / "results/ro-crate-metadata.json").read_text(encoding="utf-8"))
    metadata["@graph"] = [entity for entity in metadata["@graph"] if entity["@id"] != "#run"]
    (tmp_path / "ro-crate-metadata.json").write_text(json.dumps(metadata), encoding="utf-8")
    assert not validator(tmp_path)["passed"]
