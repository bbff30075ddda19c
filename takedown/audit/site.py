"""Write the pages: templates filled with the results of a study, and the scripts and styles that they use."""

import json
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers.python import PythonLexer
from pygments.lexers.sql import SqlLexer

from takedown.audit.diagram import draw_rules
from takedown.audit.lineage import Rule
from takedown.audit.numbers import Study, describe_numbers
from takedown.claims.judge import VERDICTS
from takedown.core.manifest import write_manifest
from takedown.core.measures import PROVENANCE_WORDS, PROVENANCES
from takedown.core.working_folder import whole_file, working_folder

HERE = Path(__file__).parent
#: What a provenance says of a number.
MEANINGS = {
    "release": "computed in this run from files as the platform released them",
    "aggregate": "computed from published counts of the real records",
    "reported": "published by somebody else who read the real records",
    "replica": "computed from simulated records; not a finding",
}
#: Its colours of code have a contrast above 4.5 : 1 on the pale ground.
FORMATTER = HtmlFormatter(style="xcode")


def anchor(text: str) -> str:
    """Return text as the id of an element, of letters, digits, - and _.

    >>> anchor("workflow/sql/core/schema.sql")
    'workflow-sql-core-schema-sql'
    """
    return re.sub(r"[^A-Za-z0-9_]+", "-", text)


def print_number(text: str) -> str:
    """Return a number of a table with its thousands apart, other text unchanged.

    >>> print_number("3614909"), print_number("0.0469646"), print_number("2019-08")
    ('3\u202f614\u202f909', '0.0469646', '2019-08')
    """
    return f"{int(text):,}".replace(",", "\u202f") if re.fullmatch(r"-?[0-9]{5,}", text) else text


def write_site(study: Study, views: Mapping[str, Any], index: Path, folder: Path, digests: Path) -> None:
    """Write results/index.html (`index`), the `folder` of all other pages, and their `digests`.

    `views` are the data of the interactive views: calendar, hours and network (takedown.audit.views). Pages refer to each
    other and to the results beside them by relative paths.
    """
    pages = _environment(study)
    # A full disk is told of the index.
    with whole_file(index) as whole, whole_file(digests) as listed, working_folder(folder) as made:
        (made / "audit/assets").mkdir(parents=True)
        for asset in sorted((HERE / "assets").iterdir()):
            (made / "audit/assets" / asset.name).write_bytes(asset.read_bytes())
        with (made / "audit/assets/site.css").open("a", encoding="utf-8") as css:
            css.write(FORMATTER.get_style_defs(".highlight"))
        _write_data(study, views, made / "audit/data")
        for path, page, values in _pages(study, views):
            target = made / path
            target.parent.mkdir(parents=True, exist_ok=True)
            text = pages.get_template(page).render(up="../" * path.count("/"), **values)
            target.write_text(text, encoding="utf-8")
        files = [path for path in made.rglob("*") if path.is_file()]
        write_manifest(files, made, made / "digests")
        shutil.rmtree(folder, ignore_errors=True)
        (made / "audit").rename(folder)
        (made / "digests").replace(listed)
        (made / "index.html").replace(whole)


def _pages(study: Study, views: Mapping[str, Any]) -> Iterable[tuple[str, str, dict[str, Any]]]:
    """Yield path, template and values of each page."""
    numbers = describe_numbers(study)
    found = Counter(row["provenance"] for row in study.measures)
    yield (
        "index.html",
        "index.html",
        {
            "title": "Numbers of the study",
            "provenances": [(kind, found[kind]) for kind in PROVENANCES if found[kind]],
            "questions": sorted({row["measure"].split(".")[0] for row in study.measures}),
            "subjects": sorted({row["subject"] for row in study.measures}),
        },
    )
    for number in numbers:
        title = f"{number.row['measure']} of {number.row['subject']}"
        yield f"audit/numbers/{number.row['id']}.html", "number.html", {"title": title, "number": number}
    yield "audit/claims.html", "claims.html", {"title": "Claims and verdicts", **_claims(study)}
    answers = Counter(row["agrees"] or "not compared" for row in study.tables["reproduced_numbers"])
    yield (
        "audit/reproduced.html",
        "reproduced.html",
        {
            "title": "Numbers that others published",
            "agreement": sorted(answers.items()),
            "reported_archives": sorted({row["archive_id"] for row in study.tables["reproduced_numbers"]}),
        },
    )
    yield (
        "audit/archives.html",
        "archives.html",
        {
            "title": "Archives",
            "archives": study.tables["archives"],
            "row_account": study.tables["row_account"],
            "rejected": study.tables["rejected_reasons"],
            "checks": study.checks,
            "check_queries": {
                Path(path).stem: path
                for rule in study.rules.values()
                if rule.name == "check_records"
                for path in rule.queries
            },
        },
    )
    yield (
        "audit/figures.html",
        "figures.html",
        {
            "title": "Figures",
            "figures": _figures(study),
            "names": {row["archive_id"]: row["name"] for row in study.tables["archives"]},
            **views,
        },
    )
    yield "audit/evidence.html", "evidence.html", {"title": "Evidence behind the edges", **views}
    diagram = draw_rules(study.rules)
    yield "audit/workflow.html", "workflow.html", {"title": "Workflow", "diagram": diagram}
    for rule in study.rules.values():
        made = [row for row in study.measures if row["rule"] == rule.name]
        yield (
            f"audit/rules/{rule.name}.html",
            "rule.html",
            {
                "title": f"Rule {rule.name}",
                "rule": rule,
                "numbers": made,
            },
        )
    yield "audit/shared-queries.html", "shared-queries.html", {"title": "Queries that rules share"}


def _environment(study: Study) -> jinja2.Environment:
    pages = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE / "templates"),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )

    @cache
    def source(path: str) -> Markup:
        text = (study.root / path).read_text(encoding="utf-8")
        return _coloured(text, SqlLexer() if path.endswith(".sql") else PythonLexer())

    pages.filters |= {
        "anchor": anchor,
        "number": print_number,
        "source": source,
        # The language of rules is nearly Python.
        "code": lambda text: _coloured(text, PythonLexer()),
    }
    shared = {
        path
        for rule in study.rules.values()
        for path in rule.queries
        if path.startswith("workflow/sql/core/")
    }
    pages.globals |= {
        "words": PROVENANCE_WORDS,
        "meanings": MEANINGS,
        "published": study.published,
        "files_read": defaultdict(tuple, study.files_read),
        "registry": study.registry,
        "rules": study.rules,
        "shared_queries": sorted(shared),
    }
    return pages


def _coloured(text: str, lexer: Lexer) -> Markup:
    # Pygments escapes the text.
    return Markup(highlight(text, lexer, FORMATTER).replace("<pre>", '<pre tabindex="0">'))


def _claims(study: Study) -> dict[str, Any]:
    documents = study.ledger["documents"]
    found = Counter(row["verdict"] for row in study.claims)
    ids = {f"{row['measure']} ({row['subject']})": row["id"] for row in study.measures}
    ids |= {
        query: row["id"]
        for row in study.measures
        for query in re.findall(r"workflow/sql/[\w/-]+\.sql", row["method"])
    }
    return {
        "claims": study.claims,
        "verdicts": [(verdict, found[verdict]) for verdict in VERDICTS],
        "quoted": {
            claim["id"]: [
                {**documents[quotation["document"]], **quotation} for quotation in claim["quotations"]
            ]
            for claim in study.ledger["claims"]
        },
        "answers": {
            row["id"]: [(name, ids.get(name)) for name in row["answered_by"].split(" | ")]
            for row in study.claims
        },
    }


def _figures(study: Study) -> list[dict[str, Any]]:
    drawn: list[tuple[str, Rule]] = sorted(
        (Path(path).stem, rule)
        for rule in study.rules.values()
        for path in rule.outputs
        if path in study.published and path.endswith(".svg")
    )
    figures = []
    for name, rule in drawn:
        figures.append(
            {
                "name": name,
                "rule": rule,
                "data": [path for path in rule.inputs if path in study.published - {"results/checks.csv"}],
                "caption": study.captions[name],
            }
        )
    return figures


def _write_data(study: Study, views: Mapping[str, Any], folder: Path) -> None:
    """Write the rows of the tables and the data of the views as scripts, since a page on a disk may not fetch files."""
    numbers = [
        {
            **{
                name: row[name]
                for name in ("id", "measure", "subject", "value", "unit", "method", "provenance")
            },
            "question": row["measure"].split(".")[0],
            "shown": print_number(row["value"]),
            "interval": f"[{print_number(row['low']) or '–'}, {print_number(row['high']) or '–'}]"
            if row["low"] or row["high"]
            else "",
            "word": PROVENANCE_WORDS[row["provenance"]],
        }
        for row in study.measures
    ]
    reproduced = [
        {
            "what": f"{row['definition']}: {row['population']} ({row['measure']})",
            "archive": row["archive_id"],
            "reported": print_number(row["reported"]),
            "observed": print_number(row["observed"]),
            "agrees": row["agrees"] or "not compared",
            "source": f"{row['source']}, {row['locator']}",
        }
        for row in study.tables["reproduced_numbers"]
    ]
    folder.mkdir()
    for name, data in (("NUMBERS", numbers), ("REPRODUCED", reproduced), ("VIEWS", views)):
        text = f"const {name} = {json.dumps(data, ensure_ascii=True, separators=(',', ':'))};\n"
        (folder / f"{name.lower()}.js").write_text(text, encoding="utf-8")
