"""The sentences of the paper: which are printed for hand-made numbers, and with which ending."""

import re

import pytest

from takedown.core.errors import InputError
from takedown.core.paths import RESOURCES
from takedown.paper.facts import creation_facts, deposited_facts, in_words, listed
from takedown.paper.sentences import Numbers, load_sentences, read_numbers, strata_facts, write_sentences
from takedown.validation.calibration.study import COLUMNS, Rate, read_calibration

CHECK = {"number": "posting.office_share/all", "comparison": "above", "expected": 0.4}
ENDINGS = {"passes": "It is an office.", "fails": "It is none.", "open": "Nobody knows."}


def row(
    measure, subject="operation", value="0.7", low="", high="", unit="share", provenance="release", n="9"
):
    columns = {"value": value, "low": low, "high": high, "unit": unit, "provenance": provenance, "n": n}
    return {"measure": measure, "subject": subject, "p_value": "", "p_adjusted": "", "id": "a", **columns}


def numbers(*rows, settings=(), facts=None, rates=()):
    measures = {(one["measure"], one["subject"]): one for one in rows}
    parameters = {
        (measure, subject, name): {"value": value, "unit": unit}
        for measure, subject, name, value, unit in settings
    }
    return Numbers(measures, parameters, facts or {}, rates)


def rate(method, error, *, used):
    known = {
        "method": method,
        "rate": error,
        "used": used,
        "quantity": "type I error",
        "nominal": 0.05,
        "role": "study",
    }
    return Rate(**{column: known.get(column) for column in COLUMNS})


def told(template, given):
    """Return the words of a sentence, a number by its value; None where it is left out."""
    [*sentences] = write_sentences([{"id": "a", "section": "s", **template}], given)
    words = [
        "".join(
            part
            if isinstance(part, str)
            else part.get("text")
            or part.get("setting")
            or part.get("number")
            or part["row"][part["shown"] or "value"]
            for part in sentence.parts
        )
        for sentence in sentences
    ]
    return words[0] if words else None


@pytest.mark.parametrize(
    ("low", "high", "ending"),
    [
        ("0.5", "0.9", "It is an office."),
        ("0.1", "0.3", "It is none."),
        ("0.3", "0.9", "Nobody knows."),
        ("", "", None),
    ],
)
def test_the_ending_follows_from_the_interval_and_there_is_none_without_one(low, high, ending):
    template = {"says": "Share {posting.office_share/all}.", "checks": [CHECK], **ENDINGS}
    given = numbers(row("posting.office_share", "all", low=low, high=high))
    assert told(template, given) == " ".join(filter(None, ["Share 0.7.", ending]))


def test_the_ending_says_that_a_method_errs_too_often_whatever_the_interval():
    template = {
        "says": "Share {posting.office_share/all}.",
        "checks": [CHECK | {"calibrated_by": "a_test"}],
        **ENDINGS,
    }
    clear = row("posting.office_share", "all", low="0.5", high="0.9")
    assert (
        told(template, numbers(clear, rates=[rate("a_test", 0.05, used=True)]))
        == "Share 0.7. It is an office."
    )
    errs = "Share 0.7. This decides nothing, since the method errs in 20.0 % of simulations, at a nominal rate of 5 %."
    assert told(template, numbers(clear, rates=[rate("a_test", 0.2, used=False)])) == errs
    assert told(template, numbers(clear)).endswith("the error of the method is not known.")


def test_several_checks_have_to_pass_together():
    second = {"number": "posting.office_weekend_ratio/all", "comparison": "below", "expected": 1}
    template = {"checks": [CHECK, second], **ENDINGS}
    share = row("posting.office_share", "all", low="0.5", high="0.9")
    ends = {
        "It is an office.": ("0.2", "0.8"),
        "Nobody knows.": ("0.2", "1.2"),
        "It is none.": ("1.1", "1.4"),
    }
    for ending, (low, high) in ends.items():
        ratio = row("posting.office_weekend_ratio", "all", value="0.5", low=low, high=high, unit="ratio")
        assert told(template, numbers(share, ratio)) == ending
    assert told(template, numbers(share)) is None


def test_a_bar_may_be_a_setting_of_the_measure():
    template = {"checks": [CHECK | {"expected": "share_of_people_awake"}], **ENDINGS}
    share = row("posting.office_share", "all", low="0.5", high="0.9")
    awake = ("posting.office_share", "all", "share_of_people_awake")
    assert told(template, numbers(share, settings=[(*awake, "0.4", "share")])) == "It is an office."
    assert told(template, numbers(share, settings=[(*awake, "0.6", "share")])) == "Nobody knows."


def test_a_sentence_without_its_number_is_left_out_and_so_are_optional_words():
    template = {"says": "Of {life.a}[[, in the control {life.a/control}]]."}
    assert told(template, numbers()) is None
    assert told(template, numbers(row("life.a"))) == "Of 0.7."
    assert (
        told(template, numbers(row("life.a"), row("life.a", "control", "0.2")))
        == "Of 0.7, in the control 0.2."
    )


def test_a_simulated_number_does_not_join_a_sentence_on_real_ones():
    template = {"says": "Of {life.a}[[, in the control {life.a/control}]]."}
    simulated = row("life.a", "control", "0.2", provenance="replica")
    assert told(template, numbers(row("life.a"), simulated)) == "Of 0.7."
    both = numbers(row("life.a", provenance="replica"), simulated)
    [sentence] = write_sentences([{"id": "a", "section": "s", **template}], both)
    assert sentence.provenance == "replica" and len(sentence.parts) == 5


def test_a_sentence_has_the_weakest_provenance_of_all_that_decides_it():
    template = {"says": "A.", "when": ["life.b above 0"], "checks": [CHECK], **ENDINGS}
    given = numbers(
        row("posting.office_share", "all", low="0.5", high="0.9"), row("life.b", provenance="replica")
    )
    [sentence] = write_sentences([{"id": "a", "section": "s", **template}], given)
    assert sentence.provenance == "replica"


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("life.a above 0.5", True),
        ("life.a below 0.5", False),
        ("life.a equal 0.7", True),
        ("no life.a", False),
        ("no life.b", True),
    ],
)
def test_a_condition_decides_whether_a_sentence_is_printed(condition, holds):
    assert (told({"says": "A.", "when": [condition]}, numbers(row("life.a"))) == "A.") == holds


def test_a_share_whose_interval_is_the_whole_range_is_not_printed():
    assert told({"says": "{life.a}."}, numbers(row("life.a", low="0", high="1"))) is None


def test_a_field_and_a_setting_that_a_measure_lacks_are_named():
    with pytest.raises(InputError, match=r"results/measures\.csv has no low of life\.a of operation, which"):
        told({"says": "{life.a:low}"}, numbers(row("life.a")))
    with pytest.raises(
        InputError, match=r"results/measure_parameters\.csv has no window of life\.a of operation"
    ):
        told({"says": "{life.a:window}"}, numbers(row("life.a")))


@pytest.mark.parametrize("wrong", ["{Life.a}", "{life}", "{life.a/b/c}"])
def test_a_placeholder_that_names_no_number_is_refused(wrong):
    with pytest.raises(InputError, match="names no number"):
        told({"says": wrong}, numbers(row("life.a")))


def test_the_numbers_of_a_deposit_are_those_of_an_operation_and_of_its_posting_series():
    given = numbers(row("posting.office_share", "thailand"), row("posting.office_share", "all", value="0.1"))
    own = given.of_campaign("thailand", {})
    assert told({"says": "{posting.office_share/all} {posting.office_share}"}, own) == "0.7 0.7"


def test_strata_of_the_specifications_are_listed_with_their_shares():
    settings = [
        ("specification.a_clear", "operation", "clear 2019-08-19 kept", "1", "share"),
        ("specification.a_clear", "operation", "clear 2019-08-19 left out", "0.5", "share"),
    ]
    given = numbers(row("specification.a_clear"), settings=settings)
    found = strata_facts(given)["clear specification.a_clear/operation"]
    words = "".join(part.get("text") or part["setting"] for part in found)
    assert words == "1 (2019-08-19, largest month kept) and 0.5 (2019-08-19, largest month left out)"


def test_days_and_sessions_are_told_from_the_largest_on(tmp_path):
    days = "date,accounts,burst,p_adjusted,provenance\n2019-12-08,106,true,0.001,release\n2020-01-09,105,true,0.0001,release\n"
    (tmp_path / "days.csv").write_text(days + "2020-01-10,200,false,1,release\n", encoding="utf-8")
    sessions = "start_local,minutes,accounts,large,provenance\n2017-08-30T14:20:00,205,58,true,aggregate\n"
    (tmp_path / "sessions.csv").write_text(sessions, encoding="utf-8")
    facts = creation_facts(tmp_path / "days.csv", tmp_path / "sessions.csv")
    told = {
        name: "".join(part.get("text") or part["number"] for part in fact) for name, fact in facts.items()
    }
    assert told == {
        "largest_bursts": "106 accounts on 8 December 2019 and 105 accounts on 9 January 2020",
        "clearest_burst": "9 January 2020",
        "large_batches": "on 30 August 2017 at 14:20 with 58 accounts in 205 minutes",
    }


def test_days_of_a_deposit_that_were_added_up_are_no_burst_days(tmp_path):
    days = "date,until,accounts,burst\n2019-12-08,2019-12-08,106,true\n2019-12-10,2019-12-20,300,true\n"
    path = tmp_path / "thailand.creation_days.csv"
    path.write_text(days, encoding="utf-8")
    [number, text] = deposited_facts(path)["largest_bursts"]
    assert (
        number == {"number": "106", "provenance": "aggregate"}
        and text["text"] == " accounts on 8 December 2019"
    )


def test_lists_have_commas_and_an_and():
    assert "".join(part["text"] for part in listed([[{"text": name}] for name in "abc"])) == "a, b and c"
    assert in_words("2020-01-09") == "9 January 2020"


def test_every_sentence_of_the_paper_names_calibrated_methods_and_ids_once(root):
    templates = load_sentences(root / "paper/sentences.yaml")
    ids = [template["id"] for template in templates]
    assert len(ids) == len(set(ids))
    methods = {one.method for one in read_calibration(RESOURCES / "calibration.csv")}
    for template in templates:
        for check in template.get("checks", ()):
            given = check.get("calibrated_by", [])
            assert ({given} if isinstance(given, str) else set(given)) <= methods, template["id"]


def test_a_sentence_that_does_not_follow_the_schema_is_refused(tmp_path):
    (tmp_path / "sentences.yaml").write_text("hours: [{id: a, checks: []}]\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=re.escape("sentences.yaml does not follow sentences.schema.yaml: hours.0")
    ):
        load_sentences(tmp_path / "sentences.yaml")


@pytest.mark.parametrize(
    ("subjects", "of_the_series"), [(["operation"], {"operation"}), (["operation", "all"], {"all"})]
)
def test_posts_of_an_operation_are_those_of_the_series_where_it_has_no_other(
    tmp_path, subjects, of_the_series
):
    header = "measure,subject,value,low,high,p_value,p_adjusted,n,unit,provenance,id\n"
    rows = [f"posting.office_share,{subject},0.7,,,,,9,share,release,a\n" for subject in subjects]
    (tmp_path / "measures.csv").write_text(header + "".join(rows), encoding="utf-8")
    settings = [f"posting.office_share,{subject},time_zone,UTC+7,zone\n" for subject in subjects]
    (tmp_path / "settings.csv").write_text(
        "measure,subject,parameter,value,unit\n" + "".join(settings), encoding="utf-8"
    )
    found = read_numbers(tmp_path / "measures.csv", tmp_path / "settings.csv")
    assert found.measures["posting.office_share", "all"]["subject"] in of_the_series
    assert found.parameters["posting.office_share", "all", "time_zone"]["subject"] in of_the_series
    assert found.measures["posting.office_share", "operation"]["subject"] == "operation"
