"""A study of few rows, written by hand, whose names and texts a test chooses."""

from pathlib import Path

from takedown.audit.lineage import read_rules
from takedown.audit.numbers import Study
from takedown.claims.ledger import Check

RULE = {
    "file": "workflow/rules/room.smk",
    "script": "scripts/make.py",
    "sources": [
        "workflow/resources/list.yaml",
        "workflow/resources/published/counts.csv",
        "workflow/sql/room/query.sql",
        "workflow/sql/core/schema.sql",
    ],
    "inputs": ["results/records/a.parquet"],
    "outputs": ["results/figures/drawn.svg", "results/tables/t.csv"],
    "before": [],
}


def study_of(root: Path, name: str) -> Study:
    """Write the sources of one rule below `root`; return a study in which every text is `name`."""
    for path in ("workflow/rules/room.smk", "scripts/make.py", *RULE["sources"]):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(f"rule make:\n    {name}\n", encoding="utf-8")
    measure = {
        **dict.fromkeys(("value", "low", "high", "p_value", "p_adjusted", "n"), "0.5"),
        **dict.fromkeys(("measure", "subject", "family", "n_unit", "unit", "method"), name),
        **{"archives": name, "provenance": "replica", "rule": "make", "id": "number"},
    }
    archive = dict.fromkeys(
        ("name", "platform", "role", "attribution", "source", "archive_id", "released_on"), name
    )
    counts = dict.fromkeys(
        ("announced_accounts", "published_accounts", "published_posts", "accounts", "posts"), "1"
    )
    fates = ("read", "kept", "duplicate", "rejected", "repeated_header", "not_asked")
    claim = dict.fromkeys(("claim", "observed", "low", "high", "unit", "expected", "reason"), name)
    claim |= dict.fromkeys(("answered_by", "demonstration", "would_settle", "bars_sha256"), name)
    document = {"outlet": name, "title": name, "published_on": name}
    reported = dict.fromkeys(
        *(("archive_id", "measure", "population", "definition", "reported", "unit", "observed"), name)
    ) | dict.fromkeys(("agrees", "source", "locator", "needs"), name)
    return Study(
        root=root,
        measures=[measure],
        parameters=[{"measure": name, "subject": name, "parameter": name, "value": name, "unit": name}],
        claims=[claim | {"id": "claim", "verdict": "undecided", "provenance": "reported"}],
        checks=[{"check": name, "rows_found": "0"}],
        tables={
            "archives": [archive | counts | {"provenance": "replica"}],
            "row_account": [{"archive_id": name, "file": name} | {f"rows_{fate}": "1" for fate in fates}],
            "rejected_reasons": [
                dict.fromkeys(("archive_id", "file", "what", "reason", "column_name", "number"), name)
            ],
            "reproduced_numbers": [reported],
        },
        rules=read_rules({"make": RULE | {"message": name}}, root),
        ledger={
            "documents": {"d": document},
            "claims": [
                {
                    "id": "claim",
                    "checks": [Check(measure=name, subject=name, calibrated_by=(name,))],
                    "quotations": [{"document": "d", "text": name, "translation": name}],
                }
            ],
        },
        registry={name: {"files": {"users": {"name": name, "csv_sha256": name}}}},
        files_read={name: [(name, name)]},
        rates=[],
        calibrated=[],
        captions={
            "drawn": {
                "shows": name,
                "panels": [{"panel": name, "shows": name}],
                "note": name,
                "provenance": "replica",
            }
        },
        published=frozenset({"results/figures/drawn.svg", "results/tables/t.csv"}),
        in_paper={"number": [{"text": "paper", "page": 1, "section": name}]},
    )


def views_of(name: str, accounts: tuple[str, str] | None = None) -> dict:
    """Return the data of the views, with two `accounts`, by default called `name`."""
    first, second = accounts or (name, f"{name}2")
    return {
        "calendar": {"days": [0, 86_400], "accounts": [1, 2], "bursts": [None, 2], "provenance": "replica"},
        "hours": [
            {"archive": name, "provenance": "replica", "working": [1.0] * 24, "weekend": [0.5] * 24},
        ],
        "network": {
            "nodes": [[first, "operation", 1, 1, 3], [second, "operation", 1, 1, 3]],
            "edges": [[0, 1, 3, name, name, name]],
            "provenance": "replica",
        },
    }
