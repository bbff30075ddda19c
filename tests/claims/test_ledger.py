"""The ledger is complete and quoted verbatim, refuses names that no rule makes, and is sealed by the digest of its bars."""

import hashlib
from dataclasses import replace

import pytest
import yaml

from takedown.claims.ledger import bars_digest, check_measures, load_claims
from takedown.coordination.catalogue import trace_names
from takedown.core.errors import InputError
from takedown.core.measure_catalogue import check_listed, load_catalogue
from takedown.core.measures import Measure, read_measures
from takedown.core.paths import RESOURCES, SQL_FOLDER
from takedown.validation.calibration.study import read_calibration
from tools.write_preregistration import describe_bars

LEDGER = RESOURCES / "claims.yaml"
QUERIES = SQL_FOLDER / "claims"
IDS = [
    *["accounts", "wider-network", "after-suspension", "nearly-1000", "coordinated"],
    *["state-backed", "first-attribution"],
    *(f"violations-{rule}" for rule in ("spam", "coordinated", "fake", "attributed", "evasion")),
    *["access", "target", "slurs", "news-disguise", "state-media", "facebook"],
    *["listed-posts", "bystanders", "organic", "iceberg"],
    *["aspi-2019-office-hours", "september-office-hours", "aspi-2019-spam"],
    *["aspi-2019-small", "aspi-2019-chinese", "npr-2019-posts"],
    *(f"chua-2019-{what}" for what in ("created", "peak-year", "peak-months", "surge")),
    *["september-created", "gubello-2019-indonesian", "gubello-2019-chinese"],
    *["september-hong-kong", "september-state-media"],
    *[
        "schoch-2022",
        "schoch-2022-mean",
        "bellutta-carley-2023-before",
        "seckin-2025-campaigns",
        "bellutta-carley-2023",
    ],
    *["creation-concentration", "creation-office-hours"],
]


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue(RESOURCES / "measures.csv", trace_names())


@pytest.fixture(scope="module")
def ledger():
    return load_claims(LEDGER)


def changed(tmp_path, change):
    """Return the ledger after a change of its text as YAML."""
    ledger = yaml.safe_load(LEDGER.read_text(encoding="utf-8"))
    change({claim["id"]: claim for claim in ledger["claims"]})
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(ledger), encoding="utf-8")
    return load_claims(path)


def test_the_ledger_holds_every_claim_once(ledger):
    assert [claim["id"] for claim in ledger["claims"]] == IDS


def test_quotations_are_verbatim(ledger, seed_documents):
    # No-break spaces count as spaces, because a reader cannot see the difference.
    texts = {
        path.name: path.read_text(encoding="utf-8").replace("\xa0", " ")
        for path in seed_documents.glob("*.txt")
    }
    wrong = [
        (claim["id"], quotation["text"])
        for claim in ledger["claims"]
        for quotation in claim["quotations"]
        if quotation["document"].endswith(".txt") and quotation["text"] not in texts[quotation["document"]]
    ]
    assert wrong == []


def test_the_documents_are_those_that_were_quoted(ledger, seed_documents):
    recorded = {
        name: document["sha256"] for name, document in ledger["documents"].items() if document["sha256"]
    }
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in seed_documents.glob("*.txt")
    }
    assert recorded == found


def test_a_quotation_in_swedish_has_a_translation(ledger):
    for claim in ledger["claims"]:
        for quotation in claim["quotations"]:
            if (
                ledger["documents"][quotation["document"]]["language"] == "sv"
                and "”Going" not in quotation["text"]
            ):
                assert quotation["translation"]


def test_every_query_is_asked_for(ledger):
    ledgers = [ledger, *map(load_claims, sorted(LEDGER.parent.glob("campaign_claims/*.yaml")))]
    checks = [check for one in ledgers for claim in one["claims"] for check in claim["checks"]]
    asked = {check.query for check in checks if check.query}
    assert asked == {path.name for path in QUERIES.glob("*.sql")}


@pytest.mark.parametrize("name", ["aspi-2019-office-hours", "september-office-hours"])
def test_the_office_share_is_asked_to_exceed_that_of_people_awake_from_8_to_24(root, ledger, name):
    config = yaml.safe_load((root / "config.yaml").read_text(encoding="utf-8"))
    first, last = config["office_hours"]
    claim = next(claim for claim in ledger["claims"] if claim["id"] == name)
    assert claim["checks"][0].expected[0] == pytest.approx(5 * (last - first) / (7 * 16), abs=1e-6)
    assert f"from {first:02d} to {last:02d} at UTC{config['utc_offset_hours']:+d}" in claim["consistent"]


def test_an_unknown_key_is_refused_with_its_name(tmp_path):
    ledger = yaml.safe_load(LEDGER.read_text(encoding="utf-8"))
    ledger["claims"][0]["verdikt"] = "consistent"
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(ledger), encoding="utf-8")
    with pytest.raises(InputError, match="verdikt"):
        load_claims(path)


def test_an_unknown_document_is_refused(tmp_path):
    ledger = yaml.safe_load(LEDGER.read_text(encoding="utf-8"))
    ledger["claims"][0]["quotations"][0]["document"] = "nowhere.txt"
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(ledger), encoding="utf-8")
    with pytest.raises(InputError, match=r"accounts: no document nowhere\.txt"):
        load_claims(path)


def test_every_claim_names_measures_that_a_rule_makes(catalogue):
    check_measures(load_claims(LEDGER), catalogue)


CAMPAIGN_LEDGERS = sorted((RESOURCES / "campaign_claims").glob("*.yaml"))


@pytest.mark.parametrize("path", CAMPAIGN_LEDGERS, ids=lambda path: path.stem)
def test_the_ledger_of_a_campaign_is_about_it_and_names_measures_that_a_rule_makes(path, catalogue):
    ledger = load_claims(path)
    check_measures(ledger, catalogue)
    assert ledger["about"]["operation"] == [[path.stem]]
    queries = {check.query for claim in ledger["claims"] for check in claim["checks"] if check.query}
    assert all((SQL_FOLDER / "claims" / query).is_file() for query in queries)


def test_a_misspelt_measure_is_refused_with_the_claim_and_the_nearest_name(tmp_path, catalogue):
    ledger = changed(
        tmp_path, lambda claims: claims["accounts"]["checks"][0].update(measure="creation.acounts")
    )
    with pytest.raises(
        InputError, match=r"accounts asks for creation\.acounts .*nearest measure is creation\.accounts\."
    ):
        check_measures(ledger, catalogue)


def test_a_subject_that_no_rule_makes_is_refused(tmp_path, catalogue):
    ledger = changed(tmp_path, lambda claims: claims["accounts"]["checks"][0].update(subject="all"))
    with pytest.raises(InputError, match=r"accounts asks for creation\.accounts of all"):
        check_measures(ledger, catalogue)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda claim: claim.pop("contradicted"), "accounts: "),
        (lambda claim: claim.update(one_sided="why"), "accounts: "),
        (lambda claim: claim.pop("needs_records"), "accounts: "),
        (lambda claim: claim.update(beyond_an_archive="why"), "accounts: "),
        (
            lambda claim: claim["checks"][0].update(comparison="between"),
            "accounts: between compares with two",
        ),
        (
            lambda claim: claim["checks"][0].update(compares="interval"),
            "accounts: equal needs compares: value",
        ),
        (lambda claim: claim["checks"][0].pop("expected"), "accounts.checks.0: "),
    ],
)
def test_a_claim_that_cannot_come_out_either_way_is_refused_by_its_id(tmp_path, change, sentence):
    with pytest.raises(InputError, match=sentence):
        changed(tmp_path, lambda claims: change(claims["accounts"]))


def test_the_digest_changes_with_a_bar_and_not_with_words(tmp_path):
    ledger = load_claims(LEDGER)
    words = changed(tmp_path, lambda claims: claims["accounts"].update(limits="Other words."))
    bar = changed(tmp_path, lambda claims: claims["accounts"]["checks"][0].update(expected=935))
    assert bars_digest(words) == bars_digest(ledger) != bars_digest(bar)


def test_the_preregistration_is_the_ledger_s(root):
    page = describe_bars(load_claims(LEDGER), read_calibration(RESOURCES / "calibration.csv"))
    assert (root / "docs/preregistration.md").read_text(encoding="utf-8") == page, (
        "run `make preregistration`"
    )


def test_a_measure_that_the_catalogue_does_not_list_is_refused_where_it_is_collected(catalogue):
    row = Measure(
        "creation.accounts",
        "operation",
        1,
        None,
        None,
        None,
        1,
        "accounts",
        "",
        "release",
        "measure_creation",
    )
    check_listed([row], catalogue)
    other = replace(row, measure="creation.unknown")
    with pytest.raises(InputError, match=r"measure_creation reports creation\.unknown of operation"):
        check_listed([other], catalogue)
    check_listed([replace(other, rule="an_extension")], catalogue)


def test_every_measure_of_the_small_study_is_listed(study, catalogue):
    check_listed(read_measures(study / "results/measures.csv"), catalogue)


@pytest.fixture
def extension(tmp_path):
    """Return a function that writes the claims file of an extension, a claim of the ledger under another id with changes."""

    def written(**changes):
        claim = yaml.safe_load(LEDGER.read_text(encoding="utf-8"))["claims"][0] | {"id": "mine"} | changes
        path = tmp_path / "extensions/mine/claims.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump({"claims": [claim]}), encoding="utf-8")
        return path

    return written


def test_claims_of_an_extension_are_judged_and_do_not_change_the_seal(extension):
    own, more = load_claims(LEDGER), load_claims(LEDGER, extensions=[extension()])
    assert [claim["id"] for claim in more["claims"]] == [claim["id"] for claim in own["claims"]] + ["mine"]
    assert bars_digest(more) == bars_digest(own)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": "accounts"}, "accounts is the id of another claim"),
        ({"verdict": "consistent"}, "mine: Additional properties"),
        ({"quotations": [{"document": "none.txt", "text": "a"}]}, "mine: no document none.txt"),
    ],
)
def test_a_mistake_in_the_claims_of_an_extension_names_its_file(extension, changes, sentence):
    with pytest.raises(InputError, match=rf"extensions/mine/claims\.yaml.*{sentence}"):
        load_claims(LEDGER, extensions=[extension(**changes)])


def test_a_catalogue_of_an_extension_lists_its_measures(tmp_path):
    table = tmp_path / "measures.csv"
    table.write_text("measure,rule,subjects,demonstrated\nmine.share,measure_mine,populations,\n")
    assert load_catalogue(RESOURCES / "measures.csv", [], [table]).allows("mine.share", "operation")


def test_a_catalogue_of_an_extension_without_a_column_is_told_with_its_file(tmp_path):
    table = tmp_path / "measures.csv"
    table.write_text("measure,rule\nmine.share,measure_mine\n")
    with pytest.raises(InputError, match=r"measures\.csv, line 1: has no column subjects"):
        load_catalogue(RESOURCES / "measures.csv", [], [table])
