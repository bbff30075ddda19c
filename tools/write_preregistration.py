"""Write docs/preregistration.md: every bar of the claims ledger, with the error of its method on the hardest null."""

from collections.abc import Iterable
from typing import Any

from takedown.claims.ledger import Check, bars_digest, load_claims
from takedown.core.paths import RESOURCES
from takedown.validation.calibration.study import Rate, hardest_null, read_calibration
from tools.scratch import ROOT

OPENING = """# Pre-registration of the claims

Whoever holds the posts of the archives can test these claims. The measure, the bar and the method of each were written down before this
study counted any real post. Numbers that others published were known by then; where such a number answers a claim, the bar is the
claim's own word or number ("most", "more than 3.6 million"), or one for "more often". A claim is consistent if every number passes
its bar, contradicted if one number fails it by its whole interval, and undecided otherwise. The file is written from `workflow/resources/claims.yaml` (`make preregistration`).

SHA-256 of all bars: `{digest}`. `results/claims.csv` and the paper repeat it, so that a bar which is changed after the data were seen
shows in the history of this file.

| claim | measure or query | bar | method | hardest null, and its error there |
|---|---|---|---|---|
"""


def describe_bars(ledger: dict[str, Any], rates: Iterable[Rate]) -> str:
    """Return the page as Markdown: a row for each check that has a bar."""
    rates = list(rates)
    rows = []
    for claim in ledger["claims"]:
        checks: list[Check] = claim["checks"]
        for check in checks:
            if check.bar:
                methods = ", ".join(f"`{method}`" for method in check.calibrated_by)
                errors = "; ".join(hardest_null(method, rates) for method in check.calibrated_by)
                rows.append(
                    f"| {claim['id']} | `{check.name}` | {check.bar} | {methods} | {errors or 'a count, without error'} |"
                )
    return OPENING.format(digest=bars_digest(ledger)) + "\n".join(rows) + "\n"


if __name__ == "__main__":
    page = describe_bars(
        load_claims(RESOURCES / "claims.yaml"), read_calibration(RESOURCES / "calibration.csv")
    )
    (ROOT / "docs" / "preregistration.md").write_text(page, encoding="utf-8")
