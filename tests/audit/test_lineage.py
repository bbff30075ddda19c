"""Each rule is described by its parts, and a number is followed through the rules before it."""

import pytest

from takedown.audit.diagram import direct_before, draw_curve, draw_rules
from takedown.audit.lineage import Lineage, all_before, definition, method_sources, read_rules

TEXT = """
rule first:
    input:
        "a"


if True:

    rule:
        name: "second"
        output:
            "b"

x = 1
rule third:
    output: "c"
"""


def parts(**changed):
    empty = {"file": "workflow/rules/room.smk", "message": "", "script": None}
    return empty | {"sources": [], "inputs": [], "outputs": [], "before": []} | changed


@pytest.fixture
def rules(tmp_path):
    (tmp_path / "workflow/rules").mkdir(parents=True)
    (tmp_path / "workflow/rules/room.smk").write_text(TEXT)
    (tmp_path / "extensions/mine").mkdir(parents=True)
    (tmp_path / "extensions/mine/rules.smk").write_text("rule last:\n    input: 'c'\n")
    lineage = {
        "last": parts(file="extensions/mine/rules.smk", before=["first", "second", "third"]),
        "third": parts(before=["first", "second"], message="Reading {wildcards.archive_id}"),
        "second": parts(before=["first"]),
        "first": parts(),
    }
    return read_rules(lineage, tmp_path)


def test_rules_are_ordered_by_the_longest_chain_before_them(rules):
    assert [(rule.name, rule.depth) for rule in rules.values()] == [
        *(("first", 0), ("second", 1), ("third", 2), ("last", 3))
    ]
    assert [rule.name for rule in all_before(rules, "third")] == ["first", "second"]


def test_a_rule_is_in_the_room_of_its_file_and_its_message_names_wildcards(rules):
    assert [rule.room for rule in rules.values()] == ["room", "room", "room", "mine"]
    assert rules["third"].message == "Reading ‹archive_id›"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("first", 'rule first:\n    input:\n        "a"\n'),
        ("second", 'rule:\n    name: "second"\n    output:\n        "b"\n'),
        ("third", 'rule third:\n    output: "c"\n'),
    ],
)
def test_the_definition_of_a_rule_ends_where_its_block_does(name, text):
    assert definition(TEXT, name) == text


def test_the_diagram_has_each_rule_once_and_leaves_out_implied_arrows(rules):
    diagram = draw_rules(rules)
    assert {box["name"] for box in diagram.boxes} == set(rules)
    assert direct_before(rules, "last") == ["third"]
    assert [(arrow["start"], arrow["end"]) for arrow in diagram.arrows] == [
        *(("first", "second"), ("second", "third"), ("third", "last"))
    ]
    boxes = {(box["x"], box["y"]) for box in diagram.boxes}
    assert len(boxes) == len(rules)


def test_a_changed_part_changes_the_text_of_a_lineage():
    one, other = Lineage(a=parts()), Lineage(a=parts(message="x"))
    assert repr(one) == repr(Lineage(a=parts()))
    assert repr(one) != repr(other)
    assert len(repr(one)) < 60


def test_sources_of_methods_are_those_of_docstrings(rules, tmp_path):
    module = tmp_path / "takedown/room/a.py"
    module.parent.mkdir(parents=True)
    module.write_text(
        'def f():\n    """Return x.\n\n    It is known. Source: A. Author,\n    Journal 1 (1999).\n    """\n'
    )
    rule = next(iter(rules.values()))
    rule = type(rule)(**{**vars(rule), "sources": ("takedown/room/a.py", "takedown/other/b.py")})
    assert method_sources(rule, tmp_path) == [("f", "A. Author, Journal 1 (1999).")]


def row(number, value, low="", high=""):
    return {"specification": number, "choice_of_day": "utc", "value": value, "low": low, "high": high}


def test_a_specification_curve_goes_from_the_smallest_to_the_largest_estimate():
    curve = draw_curve([row("1", "3"), row("2", "1", "0", "2"), row("3", ""), row("4", "2", "1.5")], 0)
    assert [point["row"]["value"] for point in curve.points] == ["1", "2", "3"]
    heights = [point["y"] for point in curve.points]
    assert heights == sorted(heights, reverse=True)
    # An end that is not known is open, and an estimate without an interval has no line.
    assert [point["high"] for point in curve.points][1:] == [0, None]
    assert curve.points[0]["choices"] == "choice of day utc"
    assert draw_curve([row("1", "")], 0) is None
