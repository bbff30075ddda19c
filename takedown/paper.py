"""Compile the paper with Typst, with fonts that come with the environment and none of the machine's."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

from takedown.core.errors import InputError
from takedown.core.working_folder import whole_file, working_folder

#: Noto Sans SC, simplified and traditional Chinese besides Latin; what it holds, the paper can show.
CHINESE_FONT = Path(pylopdf_fonts_zh_cn.sans_path())
TEXT_SUFFIXES = (".typ", ".bib", ".csv", ".yaml", ".svg")


def check_glyphs(paths: list[Path], font: Path = CHINESE_FONT) -> None:
    """Raise InputError for the first character of text files that the paper's fonts cannot show.

    Typst leaves out a glyph that no font has, and says nothing. Its own text fonts cannot be read from
    Python, so a character counts as shown if `font`, which Typst falls back to, has it.
    """
    with TTFont(font, lazy=True) as file:
        covered = set(file.getBestCmap())
    covered.update(map(ord, "\n\r\t\u202f\u00a0"))
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            for character in line:
                if ord(character) not in covered:
                    raise InputError(
                        f"The character {character!r} (U+{ord(character):04X}) in line {number} of {path.name} "
                        "is in no font of the paper; write it in another way."
                    )


def stage_paper(
    sources: str | Path, inputs: Mapping[str, str | Path], folder: str | Path, main: str = "paper.typ"
) -> Path:
    """Copy the Typst files, the bibliography and the results into one folder; return the path of `main` there.

    `inputs` maps the names under which the text reads results to their paths. Raises InputError for an
    input that does not exist and for a character without a glyph.
    """
    folder = Path(folder)
    for source in sorted(Path(sources).iterdir()):
        if source.suffix in (".typ", ".bib"):
            shutil.copyfile(source, folder / source.name)
    for target, path in inputs.items():
        if not Path(path).is_file():
            raise InputError(f"The paper needs {path}, which does not exist; run the workflow to make it.")
        shutil.copyfile(path, folder / target)
    check_glyphs(sorted(path for path in folder.iterdir() if path.suffix in TEXT_SUFFIXES))
    return folder / main


def set_paper(source: str | Path, study: Mapping[str, list[str]] | None = None) -> bytes:
    """Return the PDF of a text in a folder that `stage_paper` filled; `study` is that of `compile_paper`.

    Raises InputError for a text that Typst refuses.
    """
    source = Path(source)
    try:
        return typst.compile(
            str(source),
            root=str(source.parent),
            font_paths=[str(CHINESE_FONT.parent)],
            ignore_system_fonts=True,
            timestamp=0,
            sys_inputs={"study": json.dumps(study)} if study else {},
        )
    except typst.TypstError as error:
        # What the paper itself refuses is said in its own words.
        refused = error.message.removeprefix("panicked with: ")
        raise InputError(f"The paper cannot be set: {refused}.") from None


def compile_paper(
    sources: str | Path,
    inputs: Mapping[str, str | Path],
    output: str | Path,
    study: Mapping[str, list[str]] | None = None,
) -> None:
    """Compile `sources`/paper.typ to the PDF `output`; the same inputs give the same bytes.

    `sources` is the folder of the Typst files and the bibliography. `inputs` maps the names under which
    the text reads results (measures.csv, creation_calendar.pdf, ...) to their paths. Both are copied
    into a `working_folder` and compiled there, so neither the working directory nor a path matters.

    With a `study` of other archives than those that the paper is about, report.typ is compiled in its place: `study`
    has the names of the archives that operation, control and posting_series are, and of those that are `disclosed`
    operations though they are in the control.

    Raises InputError for an input that does not exist, for a character without a glyph, and for a text
    that Typst refuses, such as one that prints a simulated number as a result.
    """
    with working_folder(output) as folder:
        source = stage_paper(sources, inputs, folder, "report.typ" if study else "paper.typ")
        document = set_paper(source, study)
    with whole_file(output) as whole:
        whole.write_bytes(document)
