"""Write REPLICATION.md after the template of the social-science data editors (https://social-science-data-editors.github.io)."""

import csv
import re
from collections import defaultdict
from pathlib import Path

import yaml

from takedown.core.paths import RESOURCES
from tools.scratch import ROOT

PAGE = """# Replication package

This file follows the template README of the social-science data editors. It is written by `make replication`.

## Overview

One command, `make`, turns the published counts in this repository, simulated records and any release that you add into every table,
figure and number of the paper. Two cores need about two minutes.

## Data availability and provenance

The authors may use and redistribute the counts in `workflow/resources`: they contain no record of a person. Disclosed records are **not**
part of the package. The study runs without them; their numbers then come from published counts, from numbers that others reported, or
from simulated records that are never findings. The provenance stands beside every number.

| source | in the package | access and terms | used for |
|---|---|---|---|
{archives}
| Published counts of real records (`workflow/resources/published`) | yes | counts of public repositories, each named in `workflow/resources/published/README.md` | creation days and hours, posting hours |
| Reported numbers (`workflow/resources/reported`) | yes | facts from publications, each with its source and place; cited in the paper | claims, reproduction, atlas |
| Results of releases that may not be redistributed (`workflow/resources/deposited`) | yes | anonymous tables of this study, no cell below five accounts | second campaign, atlas |
| Simulated records (`data/replica`, made by the workflow) | made | generated from the published counts by `workflow/rules/replica.smk` | demonstrations, tests |

Terms of Twitter's releases: they were published for research under the platform's terms, which forbid to re-identify hashed accounts.
Whoever downloads a release accepts these terms. Put the files into `data/raw/<archive_id>/` (`README.md`).

## Computational requirements

- Linux or macOS, Python 3.11 to 3.13, GNU make. No other software of the system is used; the paper needs no LaTeX.
- Packages: {packages} pinned with hashes in `requirements.txt`; `make` installs them. `docs/licences.md` lists their licences.
- Hardware: two cores, 2 GB of memory and 1 GB of disk. `docs/scaling.md` gives times and memory up to 36 million posts.
- Time: about two minutes for the default run, about half a minute to install the environment. `results/RUN.txt` says the time of your run.
- Random numbers: every simulation has a seed (`inference: {{seed: {seed}}}` in `config.yaml`). Results do not depend on the number of cores, on the
  time zone or on the locale; `make verify` checks this.
- A container: `docker build -t takedown .` or `apptainer build takedown.sif takedown.def`.

## Programs

| folder | content |
|---|---|
| `Snakefile`, `workflow/rules/` | which rule makes which file, by room |
| `scripts/` | one script for each rule, with its name |
| `takedown/` | the library: one folder for each question |
| `workflow/sql/` | the queries |
| `paper/` | the text of the paper |

## Instructions

1. `make` (or put files of releases into `data/raw/` first).
2. `(cd results && sha256sum --check --quiet MANIFEST.sha256)` checks every published output. `tests/reference/MANIFEST.sha256` has the digests of
   a run without files of releases on Linux.
3. `make verify` runs the study again with other cores, time zone and locale and compares every byte.

## Exhibits and programs

Numbers of the paper are rows of `results/measures.csv`; the rule of each is in its column `rule`. `results/README.md` names the rule of
every table.

| figure (`results/figures/`) | rule | script |
|---|---|---|
{figures}

| numbers | rule | script |
|---|---|---|
{numbers}

## References

The bibliography is `paper/references.bib` and, for reported numbers, `paper/reported.bib`.
"""


def page(root: Path = ROOT) -> str:
    """Return the text of REPLICATION.md for a repository."""
    config = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    registry = yaml.safe_load((root / "workflow/resources/archives.yaml").read_text(encoding="utf-8"))
    archives = [
        f"| {registry[name]['name']} (`{name}`) | no | {registry[name]['source']} | "
        f"{' and '.join(key for key, value in _uses(config).items() if name in value) or 'reported numbers'} |"
        for name in config["archives"]
    ]
    figures = [
        f"| `{script.stem.removeprefix('plot_')}` | `{script.stem}` | `scripts/{script.name}` |"
        for script in sorted((root / "scripts").glob("plot_*.py"))
    ]
    rooms = defaultdict(set)
    with (RESOURCES / "measures.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rooms[row["rule"]].add(row["measure"].split(".")[0])
    numbers = [
        f"| `{'`, `'.join(f'{room}.…' for room in sorted(of_rule))}` | `{rule}` | `scripts/{rule}.py` |"
        for rule, of_rule in sorted(rooms.items())
    ]
    lock = (root / "requirements.txt").read_text(encoding="utf-8")
    return PAGE.format(
        archives="\n".join(archives),
        figures="\n".join(figures),
        numbers="\n".join(numbers),
        packages=len(re.findall(r"^[a-z0-9._-]+==", lock, re.MULTILINE)),
        seed=config["inference"]["seed"],
    )


def _uses(config: dict) -> dict[str, list[str]]:
    return {**config["subjects"], "posting series": [config["posting_series"]]}


if __name__ == "__main__":
    (ROOT / "REPLICATION.md").write_text(page(), encoding="utf-8")
