"""Describe the published results as a Workflow Run RO-Crate, so that catalogues and archives can read how they were made.

Sources: S. Leo et al., PLOS ONE 19 (2024), Recording provenance of workflow runs with RO-Crate; profile
https://w3id.org/ro/wfrun/workflow/0.5, which builds on RO-Crate 1.1.
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml
from rocrate.model.computationalworkflow import ComputationalWorkflow
from rocrate.model.contextentity import ContextEntity
from rocrate.model.file import File
from rocrate.rocrate import ROCrate

from takedown.core.digests import sha256_of
from takedown.core.working_folder import whole_file

PROFILES = (
    "https://w3id.org/ro/wfrun/process/0.5",
    "https://w3id.org/ro/wfrun/workflow/0.5",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0",
)
#: A package of requirements.txt at its version.
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
LICENCES = {"MIT": "https://spdx.org/licenses/MIT.html"}
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".pdf": "application/pdf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".json": "application/json",
    ".gexf": "application/xml",
    ".graphml": "application/xml",
    ".duckdb": "application/vnd.duckdb",
    ".parquet": "application/vnd.apache.parquet",
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".md": "text/markdown",
    ".yaml": "application/yaml",
}


def describe_run(
    folder: str | Path,
    *,
    workflow: str | Path,
    configuration: str | Path,
    requirements: str | Path,
    outputs: Iterable[str | Path],
    inputs: Mapping[str, Mapping[str, Any]],
    citation: str | Path,
) -> dict[str, Any]:
    """Return the metadata of a crate in `folder`, whose files are `outputs`, `workflow`, `configuration` and `requirements`.

    `inputs` maps the name of each file that the run read and that the crate does not hold to properties of its entity
    (description, sha256, license, url…). `citation` is CITATION.cff. Start and end of the run are left out, so that equal
    results give equal bytes; they are in RUN.txt.
    """
    folder = Path(folder)
    cited = yaml.safe_load(Path(citation).read_text(encoding="utf-8"))
    crate = ROCrate(version="1.1")
    licence = crate.add(
        ContextEntity(
            crate, LICENCES[cited["license"]], properties={"@type": "CreativeWork", "name": cited["license"]}
        )
    )
    authors = _single([_author(crate, author) for author in cited["authors"]])
    crate.root_dataset.append_to("conformsTo", [crate.add(_profile(crate, url)) for url in PROFILES])
    crate.metadata["conformsTo"] = [{"@id": crate.metadata.profile}, {"@id": PROFILES[-1]}]
    crate.metadata.extra_terms["sha256"] = "https://w3id.org/ro/terms/workflow-run#sha256"
    crate.name = f"Results of {cited['title']}"
    crate.description = " ".join(cited["abstract"].split())
    crate.datePublished = cited["date-released"]
    crate.license = licence
    crate.root_dataset["author"] = crate.publisher = authors
    crate.keywords = ", ".join(cited["keywords"])

    def part(path: str | Path, **properties: Any) -> File:
        name = Path(path).relative_to(folder).as_posix()
        return crate.add(
            File(
                crate,
                dest_path=name,
                properties={
                    "name": name,
                    "encodingFormat": MEDIA_TYPES.get(Path(path).suffix, "text/plain"),
                    "contentSize": str(Path(path).stat().st_size),
                    "sha256": sha256_of(path),
                    **properties,
                },
            )
        )

    snakemake = _versions(requirements)["snakemake"]
    language = crate.add(
        ContextEntity(
            crate,
            "#snakemake",
            properties={
                "@type": "ComputerLanguage",
                "name": "Snakemake",
                "version": snakemake,
                "url": {"@id": "https://snakemake.readthedocs.io"},
                "identifier": {"@id": "https://snakemake.readthedocs.io"},
            },
        )
    )
    main = crate.add(
        ComputationalWorkflow(
            crate,
            dest_path=Path(workflow).relative_to(folder).as_posix(),
            properties={
                "name": cited["title"],
                "description": "The Snakefile; its rules and scripts are in the repository of this version",
                "version": cited["version"],
                "sha256": sha256_of(workflow),
            },
        )
    )
    main.lang = language
    main["license"], main["creator"] = licence, authors
    main["encodingFormat"] = "text/x-python"
    main["url"] = cited.get("repository-code", main.id)
    main["conformsTo"] = {"@id": "https://bioschemas.org/profiles/ComputationalWorkflow/1.0-RELEASE"}
    crate.mainEntity = main
    parameter = crate.add(
        _parameter(crate, "configuration", "File", "Every choice of the study, as it was used")
    )
    files = crate.add(
        _parameter(
            crate, "archives", "PropertyValue", "Raw files of archives and published counts", many=True
        )
    )
    results = crate.add(_parameter(crate, "results", "File", "Tables, figures and the paper", many=True))
    main["input"], main["output"] = [parameter, files], results

    chosen = part(configuration, description="The configuration of this run", exampleOfWork=parameter)
    if (readme := folder / "README.md").is_file():
        part(readme, description="What each result is", about=crate.root_dataset)
    locked = part(requirements, description="Every package of the run at its version, with hashes")
    read = [crate.add(_input(crate, name, given)) for name, given in sorted(inputs.items())]
    value = {
        "@type": "PropertyValue",
        "name": "archives",
        "value": ", ".join(sorted(inputs)),
        "exampleOfWork": files,
    }
    read.append(crate.add(ContextEntity(crate, "#archives", properties=value)))
    made = [part(path, exampleOfWork=results) for path in sorted(map(str, outputs))]
    software = [crate.add(_software(crate, *pair)) for pair in sorted(_versions(requirements).items())]
    main["softwareRequirements"] = software
    action = crate.add(
        ContextEntity(
            crate,
            "#run",
            properties={
                "@type": "CreateAction",
                "name": f"Run of {cited['title']}, version {cited['version']}",
                "description": "One run of the workflow. Its end is given as the date of the version, so that equal results have "
                "equal descriptions; the time and the machine of the run are in RUN.txt.",
                "actionStatus": "http://schema.org/CompletedActionStatus",
                "endTime": f"{cited['date-released']}T00:00:00+00:00",
            },
        )
    )
    action["instrument"], action["object"], action["result"] = main, [chosen, locked, *read], made
    action["agent"] = authors
    crate.root_dataset["mentions"] = action
    return crate.metadata.generate()


def write_crate(metadata: Mapping[str, Any], path: str | Path) -> None:
    """Write the metadata of `describe_run` as JSON-LD."""
    with whole_file(path) as whole:
        text = json.dumps(metadata, indent=1, ensure_ascii=False, sort_keys=True)
        whole.write_text(text + "\n", encoding="utf-8")


def _single(entities: list) -> Any:
    """Return the only entity of a list of one, as JSON-LD wants it, else the list."""
    return entities[0] if len(entities) == 1 else entities


def _versions(requirements: str | Path) -> dict[str, str]:
    return dict(PINNED.findall(Path(requirements).read_text(encoding="utf-8")))


def _profile(crate: ROCrate, url: str) -> ContextEntity:
    _, name, version = url.rsplit("/", 2)
    names = {
        "process": "Process Run Crate",
        "workflow": "Workflow Run Crate",
        "workflow-ro-crate": "Workflow RO-Crate",
    }
    given = {"@type": "CreativeWork", "name": names[name], "version": version}
    return ContextEntity(crate, url, properties=given)


def _author(crate: ROCrate, author: Mapping[str, str]) -> ContextEntity:
    """Return the entity of an author of CITATION.cff: a person by the ORCID, or a group by its name."""
    if "family-names" in author:
        name = f"{author.get('given-names', '')} {author['family-names']}".strip()
        given = {"@type": "Person", "name": name}
        return crate.add(
            ContextEntity(crate, author.get("orcid", f"#{author['family-names']}"), properties=given)
        )
    identifier = author.get("website", "#authors")
    return crate.add(
        ContextEntity(
            crate,
            identifier,
            properties={"@type": "Organization", "name": author["name"], "url": {"@id": identifier}},
        )
    )


def _parameter(
    crate: ROCrate, name: str, kind: str, description: str, *, many: bool = False
) -> ContextEntity:
    given = {
        "@type": "FormalParameter",
        "additionalType": kind,
        "conformsTo": {"@id": "https://bioschemas.org/profiles/FormalParameter/1.0-RELEASE"},
        "name": name,
        "description": description,
        "valueRequired": True,
        **({"multipleValues": True} if many else {}),
    }
    return ContextEntity(crate, f"#parameter-{name}", properties=given)


def _input(crate: ROCrate, name: str, given: Mapping[str, Any]) -> ContextEntity:
    # An entity with the type File would have to be in the crate, and records never are.
    return ContextEntity(crate, f"#input-{name}", properties={"@type": "CreativeWork", "name": name, **given})


def _software(crate: ROCrate, name: str, version: str) -> ContextEntity:
    url = f"https://pypi.org/project/{name}/{version}/"
    given = {"@type": "SoftwareApplication", "name": name, "version": version, "url": {"@id": url}}
    return ContextEntity(crate, url, properties=given)
