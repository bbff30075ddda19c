"""Compile the paper with Typst, with the fonts of the environment and none of the machine."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

from takedown.core.errors import InputError
from takedown.core.working_folder import whole_file, working_folder
from takedown.paper.facts import creation_facts, deposited_facts
from takedown.paper.sentences import load_sentences, read_numbers, strata_facts, write_sentences
from takedown.validation.calibration.study import read_calibration

#: Noto Sans SC, a font of Latin letters and of simplified and traditional Chinese.
CHINESE_FONT = Path(pylopdf_fonts_zh_cn.sans_path())
TEXT_SUFFIXES = (".typ", ".bib", ".csv", ".json", ".svg")


def check_glyphs(paths: list[Path], font: Path = CHINESE_FONT) -> None:
    """Raise InputError for the first character of text files that no font of the paper has.

    Typst silently omits such a character. Typst's own fonts cannot be read from Python, so a character passes if the
    fallback font `font` has it.
    """
    covered = _covered(font)
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for character in line:
                if ord(character) not in covered:
                    raise InputError(
                        f"The character {character!r} (U+{ord(character):04X}) in line {number} of {path.name} "
                        "is in no font of the paper; replace it."
                    )


@cache
def _covered(font: Path = CHINESE_FONT) -> set[int]:
    with TTFont(font, lazy=True) as file:
        return {*file.getBestCmap(), *map(ord, "\n\r\t\u202f\u00a0")}


def _copy_readable(path: Path, target: Path) -> None:
    text = path.read_bytes().decode("utf-8", errors="replace")
    covered = _covered()
    shown = {ord(character): "?" for character in set(text) if ord(character) not in covered}
    target.write_bytes(text.translate(shown).encode())


def stage_paper(sources: str | Path, inputs: Mapping[str, str | Path], folder: str | Path) -> None:
    """Copy the Typst files, the bibliographies and the results into `folder`, and write the sentences on the results and all captions there.

    `inputs` maps the names by which the texts read results to their paths. Raises InputError for an input that does not
    exist, for a table without a value that a sentence prints, and for a character that no font has; in tables, which may
    hold any text of an archive, it is replaced.
    """
    sources, folder = Path(sources), Path(folder)
    for source in sorted(sources.iterdir()):
        if source.suffix in (".typ", ".bib"):
            shutil.copyfile(source, folder / source.name)
    for target, path in inputs.items():
        if not Path(path).is_file():
            raise InputError(f"The paper needs {path}, which does not exist; run the workflow to make it.")
        if Path(path).suffix in (".csv", ".json"):
            _copy_readable(Path(path), folder / target)
        else:
            shutil.copyfile(path, folder / target)
    stage_sentences(sources / "sentences.yaml", folder)
    captions = {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
        if path.with_suffix(".pdf").exists()
    }
    sections = [path.name for path in sorted(folder.glob("*.section.typ"))]
    (folder / "sections.json").write_text(json.dumps(sections), encoding="utf-8")
    (folder / "captions.json").write_text(json.dumps(captions, ensure_ascii=False), encoding="utf-8")
    check_glyphs(sorted(path for path in folder.iterdir() if path.suffix in TEXT_SUFFIXES))


def stage_sentences(templates: str | Path, folder: Path) -> None:
    """Write the sentences on the results in `folder` to sentences.json, by campaign with a deposit; the study itself has no name.

    Raises InputError for a table without a value that a sentence prints.
    """
    numbers = replace(
        read_numbers(folder / "measures.csv", folder / "measure_parameters.csv"),
        facts=creation_facts(folder / "creation_days.csv", folder / "creation_sessions.csv"),
        rates=read_calibration(folder / "calibration.csv"),
    )
    studies = {"": replace(numbers, facts={**numbers.facts, **strata_facts(numbers)})}
    for days in sorted(folder.glob("*.creation_days.csv")):
        campaign = days.name.split(".")[0]
        studies[campaign] = numbers.of_campaign(campaign, deposited_facts(days))
    loaded = load_sentences(templates)
    written = {name: [vars(one) for one in write_sentences(loaded, of)] for name, of in studies.items()}
    (folder / "sentences.json").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")


def set_paper(source: str | Path, study: Mapping[str, list[str]] | None = None) -> bytes:
    """Return the PDF of `source`, a text in a folder that `stage_paper` filled; `study` is that of `compile_paper`.

    Raises InputError with Typst's message if the text does not compile.
    """
    try:
        return typst.compile(timestamp=0, **_surroundings(source, study))
    except typst.TypstError as error:
        # The paper's own checks stop it with a sentence after this prefix.
        refused = error.message.removeprefix("panicked with: ")
        raise InputError(f"The paper cannot be set: {refused}.") from None


def find_numbers(source: str | Path, study: Mapping[str, list[str]] | None = None) -> list[dict[str, Any]]:
    """Return the `id`, `page` and `section` of each number to whose page of the audit site a text links; arguments as `set_paper`."""
    found = typst.query(selector="<numbers>", field="value", one=True, **_surroundings(source, study))
    return list({tuple(place.items()): place for place in json.loads(found)}.values())


def _surroundings(source: str | Path, study: Mapping[str, list[str]] | None) -> dict[str, Any]:
    return {
        "input": str(source),
        "root": str(Path(source).parent),
        "font_paths": [str(CHINESE_FONT.parent)],
        "ignore_system_fonts": True,
        "sys_inputs": {"study": json.dumps(study)} if study else {},
    }


def compile_paper(
    sources: str | Path,
    inputs: Mapping[str, str | Path],
    paper: str | Path,
    supplement: str | Path,
    study: Mapping[str, list[str]] | None = None,
    places: str | Path | None = None,
) -> None:
    """Compile the texts in `sources` to the PDFs `paper` and `supplement`; equal inputs give equal bytes.

    `sources` is the folder of the Typst files and the bibliographies. `inputs` maps the names by which the texts read
    results (measures.csv, creation_calendar.pdf, ...) to their paths. All are copied into a `working_folder` and compiled
    there, so that the bytes do not depend on any path. For a study of other archives than the paper's, campaign.typ is
    compiled in place of paper.typ, with `study`: the names of the archives that are operation, control and posting_series,
    and of `disclosed` operations within the control. `places` is the JSON file for `find_numbers` of each text, by the name of its
    PDF (None: it is not written). Raises InputError as `stage_paper` and `set_paper` do.
    """
    with working_folder(paper) as folder:
        stage_paper(sources, inputs, folder)
        texts = {paper: "campaign.typ" if study else "paper.typ", supplement: "supplement.typ"}
        documents = {output: set_paper(folder / text, study) for output, text in texts.items()}
        if places is not None:
            found = {Path(output).name: find_numbers(folder / text, study) for output, text in texts.items()}
            with whole_file(places) as whole:
                whole.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for output, document in documents.items():
        with whole_file(output) as whole:
            whole.write_bytes(document)
