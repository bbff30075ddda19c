"""The description of a run names every file with its digest, refers to nothing that is absent, and is equal on equal results."""

import hashlib
import json

import pytest
import yaml

from takedown.crate import describe_run, write_crate
from tools.scratch import ROOT

INPUTS = {"users.csv": {"description": "Disclosed records", "sha256": "0" * 64}}


@pytest.fixture
def results(tmp_path):
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/archives.csv").write_text("archive_id\n", encoding="utf-8")
    (tmp_path / "README.md").write_text("# Results\n", encoding="utf-8")
    (tmp_path / "Snakefile").write_text("rule all:\n", encoding="utf-8")
    (tmp_path / "configuration.yaml").write_text("office_hours: [9, 18]\n", encoding="utf-8")
    (tmp_path / "requirements.txt").write_text(
        "snakemake==9.27.0 \\\n    --hash=x\nduckdb==2.0.0\n", encoding="utf-8"
    )
    return tmp_path


def described(results, citation=ROOT / "CITATION.cff"):
    files = {
        name: results / f for name, f in (("workflow", "Snakefile"), ("configuration", "configuration.yaml"))
    }
    return describe_run(
        results,
        **files,
        requirements=results / "requirements.txt",
        outputs=[results / "tables/archives.csv"],
        inputs=INPUTS,
        citation=citation,
    )


def entities(metadata):
    return {entity["@id"]: entity for entity in metadata["@graph"]}


def references(value):
    """Yield the ids to which a value refers, at any depth."""
    if isinstance(value, dict):
        if set(value) == {"@id"}:
            yield value["@id"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_an_output_has_its_digest_and_is_a_result_of_the_run(results):
    found = entities(described(results))
    output = found["tables/archives.csv"]
    assert output["sha256"] == hashlib.sha256(b"archive_id\n").hexdigest()
    assert found["#run"]["result"] == [{"@id": "tables/archives.csv"}]
    assert {"@id": "#input-users.csv"} in found["#run"]["object"]


def test_every_local_entity_that_is_referred_to_is_there(results):
    found = entities(described(results))
    local = {name for entity in found.values() for name in references(entity) if not name.startswith("http")}
    assert local <= set(found)


def test_packages_have_the_versions_of_the_lock(results):
    software = {
        e["name"]: e["version"] for e in described(results)["@graph"] if e["@type"] == "SoftwareApplication"
    }
    assert software == {"snakemake": "9.27.0", "duckdb": "2.0.0"}


def test_equal_results_have_equal_descriptions(results):
    for name in ("one.json", "two.json"):
        write_crate(described(results), results / name)
    assert (results / "one.json").read_bytes() == (results / "two.json").read_bytes()
    assert json.loads((results / "one.json").read_bytes())["@context"][0].endswith("1.1/context")


def test_a_person_in_the_citation_is_the_agent(results, tmp_path):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    orcid = "https://orcid.org/0000-0002-1825-0097"
    citation["authors"] = [{"family-names": "Carberry", "given-names": "Josiah", "orcid": orcid}]
    (tmp_path / "CITATION.cff").write_text(yaml.safe_dump(citation), encoding="utf-8")
    found = entities(described(results, tmp_path / "CITATION.cff"))
    assert found["#run"]["agent"] == {"@id": orcid}
    assert found[orcid]["name"] == "Josiah Carberry"
