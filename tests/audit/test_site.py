"""The pages open from a disk: links lead somewhere, tables are searched, nothing is asked of a network, names are inert."""

import csv
import shutil
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from takedown.audit.site import write_site
from takedown.core.digests import sha256_of
from tests.audit.evidence_by_hand import ACCOUNTS, write_posts
from tests.audit.site_by_hand import study_of, views_of

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_browser = pytest.mark.skipif(BROWSER is None, reason="there is no Chromium (apt-get install chromium)")
HOSTILE = "<img src=x onerror='hit()'></script><script>hit()</script>\"'{{7*7}}javascript:hit()&amp;資料"
#: One page of each kind.
PAGES = [
    "index.html",
    *(
        f"audit/{name}.html"
        for name in ("claims", "reproduced", "archives", "figures", "evidence", "workflow")
    ),
    "audit/shared-queries.html",
    "audit/rules/measure_posting.html",
    "audit/numbers/creation.burst_share_difference--operation.html",
]


class Page(HTMLParser):
    """The ids and the addresses of a page, and texts that are links."""

    def __init__(self, path: Path):
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.ids += [named["id"]] if "id" in named else []
        self.addresses += [named[name] for name in ("href", "src") if name in named]


@pytest.fixture(scope="module")
def pages(study):
    """Return the pages of the small study by path."""
    files = [study / "results/index.html", *(study / "results/audit").rglob("*.html")]
    return {path: Page(path) for path in files}


@pytest.fixture
def samples(study):
    """Return one page of each kind, that of a simulated number among them."""
    with (study / "results/measures.csv").open(encoding="utf-8", newline="") as file:
        simulated = next(row["id"] for row in csv.DictReader(file) if row["provenance"] == "replica")
    return [study / "results" / name for name in (*PAGES, f"audit/numbers/{simulated}.html")]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    # A container has no sandbox for its root.
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"]) as chromium,
    ):
        yield chromium


@pytest.fixture
def opened(browser):
    """Return a function that opens a page at a width; what it asked and said is checked at the end."""
    heard: list[str] = []

    def open_page(path: Path, width: int = 1280):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda asked: asked.url.startswith(("file:", "data:")) or heard.append(asked.url))
        page.on("pageerror", lambda error: heard.append(str(error)))
        # Without a graphics card, the driver warns of its slowness.
        page.on("console", lambda said: "GL Driver" in said.text or heard.append(said.text))
        # A name that runs as a script asks for `hit`, which does not exist.
        page.goto(path.as_uri())
        return page

    yield open_page
    assert heard == []


def test_every_link_leads_to_a_file_and_a_place_in_it(pages):
    lost = []
    for path, page in pages.items():
        for address in page.addresses:
            parts = urlsplit(address)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if (
                parts.scheme
                or not target.is_file()
                or (target.suffix == ".html" and parts.fragment and parts.fragment not in pages[target].ids)
            ):
                lost.append((path.name, address))
    assert lost == []


def test_ids_are_unique_in_a_page(pages):
    assert [path.name for path, page in pages.items() if len(set(page.ids)) < len(page.ids)] == []


def test_every_number_has_a_page_with_its_archive_its_rule_and_a_query(study, pages):
    names = {path.stem for path in pages if path.parent.name == "numbers"}
    text = (study / "results/measures.csv").read_text(encoding="utf-8").splitlines()
    assert names == {line.rsplit(",", 1)[1] for line in text[1:]}
    page = (study / "results/audit/numbers/posting.lunch_ratio--zh.html").read_text(encoding="utf-8")
    for part in (
        "archives.html#china_092019",
        "measure_posting.html",
        "posting_hours.sql",
        "lunch_ratio_interval",
    ):
        assert part in page


def test_the_page_of_a_number_has_the_digests_of_the_files_that_it_rests_on(study, root):
    page = (study / "results/audit/numbers/posting.lunch_ratio--zh.html").read_text(encoding="utf-8")
    assert sha256_of(root / "workflow/resources/published/posting_by_hour.csv") in page


def test_a_simulated_number_is_called_one_before_its_value(pages):
    for path in pages:
        text = path.read_text(encoding="utf-8")
        if path.parent.name == "numbers" and 'class="badge replica"' in text.split("<h2>")[0]:
            assert text.index("It is not a finding") < text.index('<p class="value">')


def test_the_pages_are_small(study):
    sizes = [path.stat().st_size for path in (study / "results/audit").rglob("*") if path.is_file()]
    assert sum(sizes) < 15_000_000


def test_pages_are_written_in_little_time_and_twice_the_same(study, tmp_path):
    with (study / "benchmarks/write_site.tsv").open(encoding="utf-8", newline="") as file:
        spent = next(csv.DictReader(file, delimiter="\t"))
    # The processor's time, since the machine may be busy.
    assert float(spent["cpu_time"]) < 10
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, "name")
        time.sleep(0.01)
    first, second = ((tmp_path / folder / "audit.sha256").read_bytes() for folder in ("first", "second"))
    assert first == second


def write(folder: Path, name: str, accounts: tuple[str, str] | None = None) -> Path:
    """Write the pages of a study in which every text is `name`; return the folder of its results."""
    results = folder / "results"
    for path in (
        "figures/drawn.svg",
        "figures/drawn.pdf",
        "tables/t.csv",
        "paper/paper.pdf",
        "paper/supplement.pdf",
    ):
        (results / path).parent.mkdir(parents=True, exist_ok=True)
        (results / path).write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    study = study_of(folder, name)
    views = views_of(name, accounts)
    write_site(study, views, folder / "results/index.html", results / "audit", folder / "audit.sha256")
    return results


@needs_browser
def test_no_page_has_a_serious_fault_of_accessibility(samples, opened):
    from axe_playwright_python.sync_playwright import Axe

    faults = []
    for path in samples:
        page = opened(path)
        page.wait_for_load_state()
        found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False})
        faults += [
            (path.name, fault["id"], fault["nodes"][0]["html"])
            for fault in found.response["violations"]
            if fault["impact"] in ("serious", "critical")
        ]
        page.close()
    assert faults == []


@needs_browser
def test_no_page_is_wider_than_a_phone(samples, opened):
    for path in samples:
        page = opened(path, 390)
        page.wait_for_load_state()
        assert page.evaluate("document.documentElement.scrollWidth") <= 392, path
        page.close()


@needs_browser
def test_numbers_are_searched_filtered_sorted_and_opened(study, opened):
    page = opened(study / "results/index.html")
    page.fill("#search", "lunch zh")
    page.wait_for_function("document.querySelectorAll('#numbers .tabulator-row').length < 6")
    assert page.locator("#found").inner_text().split()[0] == str(
        page.locator("#numbers .tabulator-row").count()
    )
    page.select_option("#provenance", "aggregate")
    page.wait_for_function("document.querySelectorAll('#numbers .tabulator-row').length == 1")
    page.click("#numbers .tabulator-row a")
    assert page.locator("h1").inner_text() == "posting.lunch_ratio of zh"
    page.click("text=workflow/sql/posting/posting_hours.sql")
    assert page.url.endswith("rules/measure_posting.html#workflow-sql-posting-posting_hours-sql")
    page.go_back(), page.go_back()
    page.select_option("#question", "creation")
    page.click(".tabulator-col-title:text('Value')")
    shown = page.locator("#numbers .tabulator-cell[tabulator-field=value]").all_inner_texts()
    values = [float(text.replace("\u202f", "")) for text in shown if text.strip()]
    assert len(values) > 5
    assert values == sorted(values)


@needs_browser
def test_views_are_drawn_from_the_tables(study, opened):
    page = opened(study / "results/audit/figures.html")
    page.wait_for_selector("#calendar-view canvas")
    assert page.locator(".hours canvas").count() == page.locator(".hours").count() > 0


@needs_browser
def test_hostile_names_are_only_text(tmp_path, opened):
    results = write(tmp_path, HOSTILE)
    for path in sorted(results.rglob("*.html")):
        page = opened(path)
        page.wait_for_load_state()
        assert page.locator("img[src=x]").count() == 0
        assert "49" not in page.locator("h1").inner_text()
        page.close()
    page = opened(results / "index.html")
    page.wait_for_selector("#numbers .tabulator-row")
    assert page.locator("#numbers .tabulator-row a").inner_text() == HOSTILE
    assert page.locator("img").count() == 0


@needs_browser
def test_the_posts_of_a_pair_are_shown_as_text_where_they_are(tmp_path, opened):
    results = write(tmp_path, HOSTILE, ACCOUNTS)
    write_posts(results / "coordination/evidence", tmp_path, text=HOSTILE)
    for width in (1280, 390):
        page = opened(results / "audit/evidence.html", width)
        page.click("#edges a")
        page.wait_for_selector(".act")
        assert page.locator(".act .text").all_inner_texts() == [HOSTILE, HOSTILE]
        assert page.locator(".act .object").inner_text() == f"{HOSTILE} 30 s apart"
        assert page.locator("img").count() == 0
        assert page.locator("#absent").is_hidden()
        assert page.evaluate("document.documentElement.scrollWidth") <= width + 2
        page.close()


@needs_browser
def test_where_the_posts_are_not_the_page_says_so(tmp_path, browser):
    results = write(tmp_path, "name", ACCOUNTS)
    page = browser.new_page()
    page.goto(f"{(results / 'audit/evidence.html').as_uri()}#{'-'.join(ACCOUNTS)}")
    page.wait_for_selector("#absent:visible")
    assert "they are simulated" in page.locator("#absent").inner_text()
    assert page.locator(".act").count() == 0


def test_no_page_and_no_list_of_published_files_has_a_post(study):
    for name in ("MANIFEST.sha256", "audit.sha256", "ro-crate-metadata.json", "datapackage.json"):
        text = (study / "results" / name).read_text(encoding="utf-8")
        assert "coordination/" not in text
        assert "coordination_evidence" not in text
