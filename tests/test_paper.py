"""The paper: same bytes twice, no simulated number among the results, no typed number, no missing glyph."""

import json
import re
import shutil
from pathlib import Path

import duckdb
import pypdfium2
import pytest
import typst

from takedown.claims.judge import judge_claims, write_claims, write_demonstrated
from takedown.claims.ledger import load_claims
from takedown.content.terms import load_terms
from takedown.core.database import make_tables
from takedown.core.errors import InputError
from takedown.core.measures import Measure, publish_measures
from takedown.paper.typeset import CHINESE_FONT, check_glyphs, compile_paper, stage_paper

ROOT = Path(__file__).resolve().parent.parent
PAPER = ROOT / "paper"
FIGURES = (
    *("creation_calendar", "creation_batches"),
    *("posting_hours", "posting_calendar_days", "posting_demonstration", "posting_rhythm"),
    *("content_over_time", "account_life", "coordination_network", "coordination_windows"),
    *("specifications", "calibration", "atlas", "reproduction"),
)
SECTIONS = sorted(
    path.name for path in PAPER.glob("*.typ") if path.stem not in ("numbers", "layout", "sentences")
)
ARCHIVE_COLUMNS = (
    *("archive_id", "name", "platform", "role", "provenance", "has_accounts", "has_posts", "released_on"),
    *("announced_accounts", "published_accounts", "accounts", "posts", "attribution", "source"),
)
#: measure, subject, value, low, high, p, n, unit: numbers similar to the real ones.
NUMBERS = [
    ("creation.accounts", "operation", 940, None, None, None, 940, "accounts"),
    ("creation.accounts", "control", 4321, None, None, None, 4321, "accounts"),
    ("creation.distinct_days", "operation", 450, None, None, None, 940, "days"),
    ("creation.coincidence_probability", "operation", 0.0291, None, None, None, 450, "probability"),
    ("creation.coincidence_probability", "control", 0.00117, None, None, None, 2000, "probability"),
    ("creation.coincidence_pairs_in_two_blocks", "operation", 0.92, None, None, None, 130, "share"),
    ("creation.coincidence_ratio", "operation", 24.8, None, None, None, 450, "ratio"),
    ("creation.burst_share", "operation", 0.31, None, None, None, 940, "share"),
    ("creation.burst_share", "control", 0, None, None, None, 940, "share"),
    ("creation.burst_share_difference", "operation", 0.31, 0.023, None, None, 940, "share"),
    ("creation.top10_share", "operation", 0.341, None, None, None, 940, "share of accounts"),
    ("creation.top10_share_control_rarefied", "control", 0.086, 0.07, 0.1, None, 940, "share of accounts"),
    ("creation.burst_days", "operation", 7, None, None, 0.00001, 450, "days"),
    ("creation.burst_days", "control", 4, None, None, 0.0002, 2000, "days"),
    ("creation.sessions", "operation", 146, None, None, None, 359, "sessions"),
    ("creation.hour_uniformity_p", "operation", 0.55, None, None, 0.55, 146, "p-value"),
    ("posting.tweets", "all", 37911, None, None, None, 100, "posts"),
    *((f"posting.{name}", subject, *rest) for subject in ("zh", "en", "all") for name, *rest in [
        ("office_share", 0.61, 0.55, 0.66, None, 100, "share of posts"),
    ]),
    ("posting.office_weekend_ratio", "all", 0.31, 0.22, 0.44, None, 15, "ratio"),
    ("posting.office_evening_ratio", "all", 0.12, 0.05, 0.3, None, 15, "ratio"),
    ("posting.weekend_ratio", "all", 0.31, 0.22, 0.44, None, 15, "ratio"),
    ("posting.lunch_ratio", "all", 0.72, 0.6, 0.81, None, 15, "ratio"),
]  # fmt: skip
POSTS = [
    (f"posting.{name}", subject, *rest)
    for subject in ("operation", "control")
    for name, *rest in [
        ("tweets", 361000, None, None, None, 800, "posts"),
        ("office_share", 0.43, 0.41, 0.45, None, 800, "share of posts"),
    ]
]
OFFICE = {
    "office_opens": ("09:00", "local time"),
    "office_closes": ("18:00", "local time"),
    "working_days": ("Monday to Friday", "days"),
    "time_zone": ("UTC+8", "zone"),
    "share_of_even_posts": (0.267857, "share"),
    "share_of_people_awake": (0.401786, "share"),
    "effective_weeks": (6.6, "weeks"),
}
#: Every setting of a method that the paper prints.
PARAMETERS = {
    ("posting.office_share", "all"): OFFICE,
    ("creation.burst_share_difference_earlier_cut", "operation"): {"created_until": ("2019-05-31", "date")},
    ("coordination.co_retweet_synchrony", "operation"): {"near": (600, "s"), "window": (60, "s")},
    ("coordination.paired_share_co_tweet_or_co_retweet", "operation"): {"window": (60, "s")},
}


#: What others published, in the place of posts that are not at hand.
REPORTED = [
    ("claim.since_june", "operation", 0.00676, None, None, None, None, "share of posts"),
    ("claim.chinese_share", "operation", 0.047, None, None, None, None, "share of posts"),
    ("claim.naming_hong_kong", "operation", 0.000744, None, None, None, None, "share of posts"),
    (
        "claim.september_created_in_protests",
        "posting_series",
        0.539,
        None,
        None,
        None,
        None,
        "share of accounts",
    ),
]


def made(row: tuple, provenance: str, rule: str = "measure_posting") -> Measure:
    """Return a made measure with the parameters that the paper prints of it."""
    return Measure(
        *row,
        "method",
        provenance,
        rule,
        "tests",
        parameters=PARAMETERS.get(row[:2], {}),
        n_unit=("accounts" if row[6] is not None else ""),
    )


def make_inputs(
    folder: Path,
    posts: str | None = "replica",
    numbers: str = "aggregate",
    measures: list[Measure] | None = None,
) -> dict[str, Path]:
    """Write hand-made results; `posts` is the provenance of the operation's posts, None where there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [made(row, numbers, "measure_creation") for row in NUMBERS]
    rows += [made(row, posts) for row in POSTS if posts]
    rows += [made(row, "reported", "measure_claims") for row in REPORTED if numbers != "replica"]
    publish_measures(measures or rows, folder / "measures.csv", folder / "measure_parameters.csv")
    with duckdb.connect() as connection:
        make_tables(connection, 8)
        connection.execute(
            "INSERT INTO measure BY NAME SELECT * FROM read_csv($file)",
            {"file": str(folder / "measures.csv")},
        )
        if posts:
            connection.execute(
                "INSERT INTO archive BY NAME SELECT 'china_082019_1' AS archive_id, 'August' AS name, "
                "'twitter' AS platform, 'operation' AS role, $posts AS provenance, true AS has_accounts, "
                "true AS has_posts, DATE '2019-08-19' AS released_on, 'a file' AS source",
                {"posts": posts},
            )
            connection.execute(
                "INSERT INTO post BY NAME SELECT 'china_082019_1' AS archive_id, i::VARCHAR AS post_id, "
                "(i % 3)::VARCHAR AS account_id, TIMESTAMP '2019-07-01' AS posted_at, 'hong kong isis' AS text, "
                "false AS is_repost FROM range(6) AS post(i)"
            )
        ledger = load_claims(ROOT / "workflow" / "resources" / "claims.yaml")
        judged = judge_claims(connection, ledger, ROOT / "workflow" / "sql" / "claims", [])
    write_claims(judged, folder / "claims.csv")
    write_demonstrated(judged, folder / "claims_demonstrated.csv")
    archives = (
        f"a,'August 2019, set 1',twitter,operation,{posts or 'aggregate'},true,true,2019-08-19,936,744,7,9,Somewhere,https://example.org/a",
        "b,September 2019,twitter,operation,aggregate,false,false,2019-09-20,200000,4301,0,0,,",
        "c,Facebook removal,facebook,operation,aggregate,false,false,2019-08-19,5,,0,0,,",
    )
    lines = [",".join(ARCHIVE_COLUMNS), *(row.replace("'", '"') for row in archives)]
    (folder / "archives.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    days = "date,china_082019_1,accounts,burst,p_adjusted,provenance\n2017-08-30,119,119,true,0.0001,{0}\n"
    sessions = "session,start_utc,end_utc,start_local,minutes,accounts,large,provenance\n"
    sessions += "1,2017-08-30T06:20:00Z,2017-08-30T11:25:00Z,2017-08-30T14:20:00,305,67,true,{0}\n"
    (folder / "creation_days.csv").write_text(days.format(numbers), encoding="utf-8")
    (folder / "creation_sessions.csv").write_text(sessions.format(numbers), encoding="utf-8")
    counts = "archive_id,comparable,computed,exactly,within_rounding,differ,explained,observed_provenance\n"
    counts += "a,12,10,8,1,1,1,aggregate\na+b,3,0,0,0,0,0,\n"
    (folder / "reproduction_counts.csv").write_text(counts, encoding="utf-8")
    for name in ("workflow/resources/calibration.csv", "workflow/resources/recovery.csv", "CITATION.cff"):
        shutil.copyfile(ROOT / name, folder / Path(name).name)
    for name in FIGURES:
        source = f"#set document(date: none)\n#set page(width: 183mm, height: 60mm)\n{name}"
        (folder / f"{name}.pdf").write_bytes(typst.compile(source.encode(), timestamp=0))
        shown = {"shows": f"What {name} shows", "panels": [{"panel": "a", "shows": "days"}], "note": ""}
        made_up = shown | {"provenance": posts or numbers, "is_wide": True}
        (folder / f"{name}.json").write_text(json.dumps(made_up), encoding="utf-8")
    return {path.name: path for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory) -> dict[str, Path]:
    return make_inputs(tmp_path_factory.mktemp("results"))


def edited_paper(folder: Path, addition: str) -> Path:
    """Return a copy of the paper's folder with a line inserted before the conclusions."""
    copy = shutil.copytree(PAPER, folder / "paper")
    source = copy / "paper.typ"
    marked = source.read_text(encoding="utf-8").replace(
        "\n= Limits and ethics\n", f"\n{addition}\n= Limits and ethics\n"
    )
    assert addition in marked
    source.write_text(marked, encoding="utf-8")
    return copy


def query(inputs: dict[str, Path], folder: Path, selector: str, text: str | None = None) -> list:
    """Return the elements that Typst finds in the supplement, or in another text in its place."""
    folder.mkdir()
    stage_paper(PAPER, inputs, folder)
    source = folder / "supplement.typ"
    if text is not None:
        source.write_text(text, encoding="utf-8")
    fonts = [str(CHINESE_FONT.parent)]
    return json.loads(
        typst.query(str(source), selector, root=str(folder), font_paths=fonts, ignore_system_fonts=True)
    )


def write(
    inputs: dict[str, Path], folder: Path, study: dict | None = None, sources: Path = PAPER
) -> tuple[str, str]:
    """Set the paper and its supplement in a folder; return the words of both."""
    compile_paper(sources, inputs, folder / "paper.pdf", folder / "supplement.pdf", study)
    return text_of(folder / "paper.pdf"), text_of(folder / "supplement.pdf")


#: Input of the rule for a study of other archives.
STUDY = {
    "operation": ["Thailand, October 2020"],
    "control": ["Mexico, December 2021"],
    "posting_series": ["Thailand, October 2020"],
    "disclosed": ["Mexico, December 2021"],
    "claims": False,
}


def text_of(pdf: Path) -> str:
    """Return the words of a PDF, separated by single spaces."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages)


@pytest.mark.parametrize("study", [None, STUDY])
def test_the_paper_has_the_same_bytes_twice_and_from_any_folder(study, inputs, tmp_path, monkeypatch):
    compile_paper(PAPER, inputs, tmp_path / "one.pdf", tmp_path / "more.pdf", study)
    monkeypatch.chdir(tmp_path)
    compile_paper(PAPER, inputs, "two.pdf", "again.pdf", study)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()
    assert (tmp_path / "more.pdf").read_bytes() == (tmp_path / "again.pdf").read_bytes()
    assert len(list(tmp_path.iterdir())) == 4


def test_the_places_of_a_number_are_the_pages_and_sections_that_link_to_its_page(inputs, tmp_path):
    compile_paper(PAPER, inputs, tmp_path / "a.pdf", tmp_path / "b.pdf", places=tmp_path / "places.json")
    places = json.loads((tmp_path / "places.json").read_text(encoding="utf-8"))
    assert {"id": "creation.accounts--operation", "page": 1, "section": "Data"} in places["a.pdf"]
    for text, found in places.items():
        pages = len(pypdfium2.PdfDocument(tmp_path / text))
        assert {place["page"] for place in found} <= set(range(1, pages + 1))
        assert all(place["section"] in text_of(tmp_path / text) for place in found)


def test_the_paper_has_at_most_eight_pages(tmp_path):
    write(make_inputs(tmp_path / "results", "release"), tmp_path)
    assert len(pypdfium2.PdfDocument(tmp_path / "paper.pdf")) <= 8


@pytest.mark.parametrize("posts", ["replica", "release", None])
def test_the_paper_on_another_campaign_says_what_it_is_on_and_nothing_of_hong_kong(posts, tmp_path):
    words, supplement = write(make_inputs(tmp_path / "results", posts), tmp_path, STUDY)
    assert words.startswith(
        "What the release shows: Thailand, October 2020 compared with Mexico, December 2021"
    )
    assert "Mexico, December 2021 was itself disclosed as an operation" in words
    assert ("Some records were simulated." in words) == (posts == "replica")
    assert "mass march" not in words and "Hong Kong" not in words.partition("References")[0]
    assert ("The records behind these boxes" in supplement) == (posts == "replica")


def test_a_paper_on_replicas_alone_says_so_and_has_all_figures_in_boxes_of_the_supplement(tmp_path):
    results = make_inputs(tmp_path / "results", "replica", "replica")
    words, supplement = write(results, tmp_path, STUDY | {"control": [], "disclosed": []})
    assert "All records were simulated. They show that the analysis runs, and nothing of Thailand" in words
    # The one sentence that there is no control.
    assert (
        words.count("No sample of ordinary accounts is at hand") == 1
        and "control" not in words.partition("References")[0]
    )
    assert "Provenance: replica" not in words
    before = supplement.partition("How often the methods err")[0]
    assert (
        before.count("Provenance: replica")
        == before.count("Demonstration on simulated records: no") - 1
        == 11
    )


def test_simulated_posts_stand_in_a_box_of_their_own(inputs, tmp_path):
    assert len(query(inputs, tmp_path / "a", "<demonstration>")) == 1


@pytest.mark.parametrize("posts", ["release", None])
def test_there_is_no_box_without_simulated_records(posts, tmp_path):
    results = make_inputs(tmp_path / "results", posts)
    assert query(results, tmp_path / "a", "<demonstration>") == []
    write(results, tmp_path)


@pytest.mark.parametrize("simulated", [" ", "control", "creation.", "posting.", "all"])
def test_no_number_of_a_replica_leaves_the_box_whatever_is_simulated(simulated, inputs, tmp_path):
    measures = tmp_path / "measures.csv"
    lines = inputs["measures.csv"].read_text(encoding="utf-8").splitlines()
    changed = [
        line.replace(",aggregate,", ",replica,") if simulated in f" {line}" else line for line in lines
    ]
    measures.write_text("\n".join(changed) + "\n", encoding="utf-8")
    write(inputs | {"measures.csv": measures}, tmp_path)


def test_a_simulated_control_keeps_the_comparison_in_the_box_and_the_operation_out_of_it(tmp_path):
    results = make_inputs(tmp_path / "results", "release")
    text = results["measures.csv"].read_text(encoding="utf-8")
    lines = [
        line.replace(",release,", ",replica,")
        if line.startswith("posting.") and ",control," in line
        else line
        for line in text.splitlines()
    ]
    results["measures.csv"].write_text("\n".join(lines) + "\n", encoding="utf-8")
    drawn = json.loads(results["posting_demonstration.json"].read_text(encoding="utf-8"))
    weaker = json.dumps(drawn | {"provenance": "replica"})
    results["posting_demonstration.json"].write_text(weaker, encoding="utf-8")
    assert len(query(results, tmp_path / "a", "<demonstration>")) == 1
    paper = (PAPER / "paper.typ").read_text(encoding="utf-8")
    figures = query(results, tmp_path / "b", "figure.where(kind: image)", paper)
    assert "posting_demonstration.pdf" not in {figure["body"]["source"] for figure in figures}


@pytest.mark.parametrize("measure", ["creation.", "posting.", "creation.accounts", "office_share", "control"])
def test_the_paper_is_set_without_numbers_that_were_not_measured(measure, inputs, tmp_path):
    measures = tmp_path / "measures.csv"
    lines = inputs["measures.csv"].read_text(encoding="utf-8").splitlines()
    measures.write_text("\n".join(line for line in lines if measure not in line) + "\n", encoding="utf-8")
    write(inputs | {"measures.csv": measures}, tmp_path)


def test_a_simulated_number_outside_the_box_is_refused(inputs, tmp_path):
    paper = edited_paper(tmp_path, '#m("posting.office_share", "operation")')
    with pytest.raises(InputError, match="simulated and belongs in the demonstration box"):
        write(inputs, tmp_path, sources=paper)
    assert not (tmp_path / "paper.pdf").exists()


def test_a_number_that_is_not_in_the_results_is_refused(inputs, tmp_path):
    paper = edited_paper(tmp_path, '#m("posting.office_share", "nobody")')
    with pytest.raises(InputError, match=r"has no value of posting\.office_share of nobody"):
        write(inputs, tmp_path, sources=paper)


def test_a_character_without_a_glyph_is_refused_by_name(inputs, tmp_path):
    paper = edited_paper(tmp_path, "A hieroglyph: \U00013000.")
    with pytest.raises(InputError, match=r"U\+13000.*paper\.typ"):
        write(inputs, tmp_path, sources=paper)


def test_a_character_of_a_table_without_a_glyph_is_shown_as_a_question_mark(inputs, tmp_path):
    claims = tmp_path / "claims.csv"
    claims.write_bytes(inputs["claims.csv"].read_bytes() + "\U0001f600\x1b".encode() + b"\xff")
    stage_paper(PAPER, inputs | {"claims.csv": claims}, tmp_path)
    assert claims.read_text(encoding="utf-8") == inputs["claims.csv"].read_text(encoding="utf-8") + "???"


def test_traditional_and_simplified_characters_have_glyphs(tmp_path):
    text = tmp_path / "text.typ"
    text.write_text("反送中 香港 記者 记者 新聞 新闻 曱甴", encoding="utf-8")
    check_glyphs([text])


def test_a_missing_input_is_named(inputs, tmp_path):
    with pytest.raises(InputError, match=r"gone\.csv"):
        write(inputs | {"measures.csv": tmp_path / "gone.csv"}, tmp_path)


def test_numbers_show_three_significant_digits(inputs, tmp_path):
    numbers = {"940": "940", "37911": "37\u202f911", "0.0291": "0.0291", "24.8213": "24.8", "0.3": "0.300", "-0.5": "−0.500",
               "1234567": "1\u202f234\u202f567", "4301": "4301", "0": "0", "": "–"}  # fmt: skip
    asked = ", ".join(f'"{number}"' for number in numbers)
    text = f'#import "numbers.typ": *\n#metadata(({asked}).map(print-number)) <printed>'
    (found,) = query(inputs, tmp_path / "a", "<printed>", text)
    assert found["value"] == list(numbers.values())


def test_an_interval_shows_its_width_where_the_value_is_whole_or_the_ends_are_one(inputs, tmp_path):
    intervals = {("0", "0", "0.0117"): "[0.000, 0.012]", ("1", "0.645", "1"): "[0.65, 1.00]", ("8", "7", "9.5"): "[7.0, 9.5]",
                 ("0.5", "0.5", "0.5"): "[0.500, 0.500]", ("4", "3", "6"): "[3, 6]"}  # fmt: skip
    rows = ", ".join(f'(value: "{value}", low: "{low}", high: "{high}")' for value, low, high in intervals)
    text = f'#import "numbers.typ": *\n#metadata(({rows}).map(print-interval)) <printed>'
    (found,) = query(inputs, tmp_path / "a", "<printed>", text)
    words = ["".join(part.get("text", " ") for part in row["children"]) for row in found["value"]]
    assert words == list(intervals.values())


def test_a_median_that_is_not_reached_has_an_interval_without_an_upper_end(inputs, tmp_path):
    row = '(measure: "life.days_to_first_post", value: "824", low: "21", high: "")'
    text = f'#import "numbers.typ": *\n#metadata(print-interval({row})) <printed>'
    (found,) = query(inputs, tmp_path / "a", "<printed>", text)
    words = "".join(part.get("text", " ") for part in found["value"]["children"])
    assert words == "[21, not reached]"


@pytest.mark.parametrize("name", SECTIONS)
def test_no_number_is_typed_into_the_text(name):
    text = (PAPER / name).read_text(encoding="utf-8")
    body = text[text.index("#place(top") :] if name == "paper.typ" else text
    for harmless in (
        r"//.*",
        r'"[^"\n]*"',  # strings: names of measures, claims and files
        r"@[a-z]+[0-9]{4}",  # citations
        r"[0-9.]+(mm|pt|em|fr|%)",  # lengths
        r"\b(columns|size|at|luma|most|default|chunks)\b[:(] ?[0-9]+",
        r"\.slice\([0-9, ]+\)",
        r"\b19 August 2019\b|\b(June|July|August|September|November) 2019\b|\b(January|October) 2020\b",  # dates of the events
        r"\bfrom 2018 on\b|GPL-3|R4CSS",
        r"UTC\+8",
        r"[<>=]=? 0?(\.05|1)?\b",  # comparisons in code
        r"update\(0\)|100 \* float|\(text\), 1",
    ):
        body = re.sub(harmless, "", body)
    assert re.findall(r".*[0-9].*", body) == []


def test_numbers_of_others_bear_their_mark_and_what_was_reproduced_is_counted(inputs, tmp_path):
    words, _ = write(inputs, tmp_path)
    assert "0.676 %P were made in June 2019 or later" in words
    assert "August 2019, set 1 12 10A 8 1 1" in words
    assert "August 2019, set 1 and September 2019 3 none 0 0 0" in words


def test_an_extension_adds_its_section_and_its_figures_to_the_supplement(inputs, tmp_path):
    (tmp_path / "section.typ").write_text("== Words of mine\n", encoding="utf-8")
    own = {"my_own.pdf": inputs["atlas.pdf"], "my_own.json": inputs["atlas.json"]}
    paper, supplement = write(inputs | own | {"mine.section.typ": tmp_path / "section.typ"}, tmp_path)
    assert "Words of mine" in supplement and "Words of mine" not in paper
    assert supplement.count("What atlas shows") == 1


def test_every_citation_is_in_a_bibliography_and_every_reference_is_cited():
    text = "".join((PAPER / name).read_text(encoding="utf-8") for name in [*SECTIONS, "layout.typ"])
    cited = set(re.findall(r"@([a-z]+[0-9]{4})", text))
    listed, sources = (
        set(re.findall(r"^@[a-z]+\{([a-z0-9]+),", (PAPER / name).read_text(encoding="utf-8"), re.M))
        for name in ("references.bib", "reported.bib")
    )
    # Sources of numbers are all in workflow/resources/reported; the paper cites those whose numbers it prints.
    assert listed <= cited <= listed | sources
    assert not listed & sources


def test_the_terms_that_the_paper_shows_are_searched_for():
    searched = {term.text for term in load_terms()}
    shown = re.findall(r"[\u4e00-\u9fff]+", (PAPER / "methods.typ").read_text(encoding="utf-8"))
    assert shown
    assert set(shown) <= searched
