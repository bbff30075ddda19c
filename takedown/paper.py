"""Compile the paper with Typst, with the fonts of the environment and none of the machine."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont

from takedown.core.errors import InputError
from takedown.core.working_folder import whole_file, working_folder

#: Noto Sans SC, a font of Latin letters and of simplified and traditional Chinese.
CHINESE_FONT = Path(pylopdf_fonts_zh_cn.sans_path())
TEXT_SUFFIXES = (".typ", ".bib", ".csv", ".yaml", ".svg")


def check_glyphs(paths: list[Path], font: Path = CHINESE_FONT) -> None:
    """Raise InputError for the first character of text files that no font of the paper has.

    Typst silently omits such a character. Typst's own fonts cannot be read from Python, so a character passes if the
    fallback font `font` has it.
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
                        "is in no font of the paper; replace it."
                    )


def stage_paper(
    sources: str | Path, inputs: Mapping[str, str | Path], folder: str | Path, main: str = "paper.typ"
) -> Path:
    """Copy the Typst files, the bibliography and the results into `folder`; return the path of `main` there.

    `inputs` maps the names by which the text reads results to their paths. Raises InputError for an input that does not
    exist and for a character that no font has.
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
    """Return the PDF of `source`, a text in a folder that `stage_paper` filled; `study` is that of `compile_paper`.

    Raises InputError with Typst's message if the text does not compile.
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
        # The paper's own checks stop it with a sentence after this prefix.
        refused = error.message.removeprefix("panicked with: ")
        raise InputError(f"The paper cannot be set: {refused}.") from None


def compile_paper(
    sources: str | Path,
    inputs: Mapping[str, str | Path],
    output: str | Path,
    study: Mapping[str, list[str]] | None = None,
) -> None:
    """Compile `sources`/paper.typ to the PDF `output`; equal inputs give equal bytes.

    `sources` is the folder of the Typst files and the bibliography. `inputs` maps the names by which the text reads
    results (measures.csv, creation_calendar.pdf, ...) to their paths. All are copied into a `working_folder` and compiled
    there, so that the bytes do not depend on any path. For a study of other archives than the paper's, report.typ is
    compiled instead, with `study`: the names of the archives that are operation, control and posting_series, and of
    `disclosed` operations within the control. Raises InputError as `stage_paper` and `set_paper` do.
    """
    with working_folder(output) as folder:
        source = stage_paper(sources, inputs, folder, "report.typ" if study else "paper.typ")
        document = set_paper(source, study)
    with whole_file(output) as whole:
        whole.write_bytes(document)
