"""Write campaigns/<archive_id>.yaml, the configuration of a study of one release, from the registry (`make campaign NAME=…`).

Without names the command writes those of all releases.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from textwrap import wrap

import yaml

from takedown.core.config_file import LOADER
from takedown.core.errors import InputError
from takedown.core.languages import read_languages
from takedown.core.paths import RESOURCES, SCHEMAS
from takedown.core.registry import known_counts, load_registry
from takedown.reported.numbers import FOLDER, read_table
from takedown.statistics.calendar import LONG_WEEKDAYS, WEEK_DAYS, WORKING_DAYS
from tools.scratch import ROOT

#: Layouts in which single releases can be had. The mirror has all releases in one file, and an export is no release.
LAYOUTS = ("twitter_release", "r_data")
#: First day of the platform; there is no earlier post or account.
FIRST_DAY = date(2006, 3, 21)
#: Posts of a replica, at most: it shows that a study runs, and should not take longer than that needs.
REPLICA_POSTS = 100_000
#: Days that a period of posts has at least; of fewer, no clock of their own is measured.
SHORT_PERIOD_DAYS = 90

HEAD = """\
# Study of the release "{name}": snakemake --configfile campaigns/{archive_id}.yaml (docs/campaigns.md)
# Written by `make campaign NAME={archive_id}`. Put changes into a file of your own and name it after this one.
archives: [{archive_id}]
subjects: {{operation: [{archive_id}], control: []}}
posting_series: {archive_id}
{replica}"""

#: All other settings are those of config.yaml.
OF_THE_PAPER = """
# The other settings, lists of terms and days of protest are those of config.yaml, which are about this campaign. The last day
# is that of the disclosure.
creation: {{control_cut: "{released_on}"}}
"""

OF_ITS_OWN = """
# Standard time: {attribution}.{note}
utc_offset_hours: {offset}
{weekend}# Public holidays.
special_days: {special_days}
{languages}
languages: commonest

# No list of terms is about this campaign: results/tables/commonest.csv describes it instead.
# Shares before a day and from it on: {split}.
content: {{lists: [], since: "{since}", weeks_from: "{weeks_from}"}}
life: {{topic_lists: []}}

# Last creation days: the disclosure, and a year before it. Local baseline of the burst test in days on each side.
creation: {{control_cut: "{released_on}", earlier_cut: "{year_before}", burst_baseline_days: 90}}

# All posts, from {span} to creation.control_cut.
coordination: {{since: "{first}"}}

# Choices for the headline numbers (config.yaml explains each).
specifications:
  bursts:
    language: {language_choices}
  office_hours:
    language: {language_choices}
    utc_offset_hours: {offsets}
    period: {periods}
"""


@dataclass(frozen=True)
class Place:
    """A country, or several, that a release is attributed to: standard times, languages, calendars of holidays, and a note."""

    offsets: tuple[float, ...]
    languages: tuple[str, ...]
    holidays: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Reports:
    """What is reported of the posts of a release, None where unknown.

    `languages`, commonest first; `first`, a day with the first post or before it; `middle`, the first day of the month by whose
    end half of the posts were posted.
    """

    languages: tuple[str, ...] = ()
    first: date | None = None
    middle: date | None = None


def find_releases(registry: Mapping[str, Mapping]) -> list[str]:
    """Return the archives of the registry that are single releases of an operation."""
    return [
        name
        for name, entry in registry.items()
        if entry["role"] == "operation" and entry["layout"] in LAYOUTS
    ]


@cache
def read_places(folder: Path = FOLDER) -> dict[str, Place]:
    """Return the countries by the attribution of the registry; two countries have the times of both, the first one first."""
    rows = {row["attribution"]: row for row in read_table(folder / "countries.csv")}

    def offsets(attribution: str) -> tuple[float, ...]:
        own = rows[attribution]["utc_offset_hours"]
        return (
            (float(own),)
            if own
            else tuple(offset for part in attribution.split(" and ") for offset in offsets(part))
        )

    return {
        name: Place(
            offsets(name), tuple(row["languages"].split()), tuple(row["holidays"].split()), row["note"]
        )
        for name, row in rows.items()
    }


@cache
def read_reports(folder: Path = FOLDER) -> dict[str, Reports]:
    """Return what is reported of the posts of releases, by archive."""
    languages: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    months: defaultdict[str, dict[date, int]] = defaultdict(dict)
    firsts: defaultdict[str, list[date]] = defaultdict(list)
    for row in (*read_table(folder / "releases.csv"), *read_table(folder / "numbers.csv")):
        stem, _, key = row["measure"].rpartition(".")
        if row["measure"] == "posts.first":
            firsts[row["archive_id"]].append(date.fromisoformat(row["value"][:10]))
        elif stem == "posts.by_year":
            firsts[row["archive_id"]].append(date(int(key), 1, 1))
        # releases.csv has all posts of a release; numbers.csv, which names a population, often has a part of them.
        elif stem == "posts.by_month" and "population" not in row:
            months[row["archive_id"]][date.fromisoformat(f"{key}-01")] = int(row["value"])
        elif stem == "posts.by_language" and "population" not in row and key in read_languages():
            languages[row["archive_id"]].append((-int(row["value"]), key))
    return {
        name: Reports(
            tuple(key for _, key in sorted(languages[name])), min(days), _middle_month(months[name])
        )
        for name, days in firsts.items()
    }


def _middle_month(months: Mapping[date, int]) -> date | None:
    """Return the first month by whose end at least half of the posts were posted; None without a post."""
    posted = 0
    for month, posts in sorted(months.items()):
        posted += posts
        if 2 * posted >= sum(months.values()):
            return month
    return None


def read_paper_archives(path: Path = RESOURCES / "claims.yaml") -> set[str]:
    """Return the archives that the claims and the paper are about, and with them the lists of terms and the days of protest."""
    about = yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)["about"]
    return {name for ways in about.values() for archives in ways for name in archives}


def write_campaign(
    archive_id: str, entry: Mapping, place: Place, reports: Reports, *, is_of_paper: bool
) -> str:
    """Return the configuration of a study of one release, YAML with comments.

    `entry` is that of the registry. `is_of_paper` says that config.yaml, with its lists of terms and its days of protest, is
    about the release.
    """
    released = date.fromisoformat(entry["released_on"])
    since = reports.middle or _years_before(released, 1)
    split = (
        "the month in which half of the posts had been posted"
        if reports.middle
        else "a year before the disclosure"
    )
    is_long = reports.first and reports.middle and (reports.middle - reports.first).days >= SHORT_PERIOD_DAYS
    periods = [f"until {since - timedelta(days=1)}", f"since {since}"] if is_long else []
    # A post of 1 January UTC may be of 31 December local time.
    first = (
        max(FIRST_DAY, date((reports.first - timedelta(days=1)).year, 1, 1)) if reports.first else FIRST_DAY
    )
    span = "the first year with any" if reports.first else "the first day of the platform"
    languages = list(dict.fromkeys(reports.languages or [*place.languages, "en"]))[:3]
    offset = place.offsets[0]
    replica = _describe_replica(known_counts(dict(entry))[1], entry.get("replica", True))
    return (HEAD + (OF_THE_PAPER if is_of_paper else OF_ITS_OWN)).format(
        archive_id=archive_id,
        name=entry["name"],
        attribution=entry["attribution"],
        note=f" {place.note}" if place.note else "",
        replica=replica,
        offset=_number(offset),
        weekend=_describe_weekend(place.holidays[0], released),
        offsets=_listed(map(_number, dict.fromkeys([*place.offsets, offset - 1, offset + 1]))),
        special_days=_listed(map(_quoted, place.holidays)),
        languages=_describe_languages(place, reports),
        language_choices=_listed(["all", *map(_quoted, languages)]),
        split=split,
        span=span,
        periods=_listed(["all", *periods]),
        released_on=released,
        first=first,
        since=since,
        weeks_from=_years_before(since, 1),
        year_before=_years_before(released, 1),
    )


def campaign_of(archive_id: str) -> str:
    """Return the configuration of a study of an archive of the registry.

    Raises InputError for an archive that is not registered or no release, and for a country without a row in countries.csv.
    """
    registry = load_registry(RESOURCES / "archives.yaml", SCHEMAS / "archives.schema.yaml")
    if archive_id not in find_releases(registry):
        raise InputError(
            f"The registry (workflow/resources/archives.yaml) has no single release {archive_id!r} of an operation; enter it "
            "there, or correct the name."
        )
    entry, places = registry[archive_id], read_places()
    if entry["attribution"] not in places:
        raise InputError(
            f"workflow/resources/reported/countries.csv has no row for {entry['attribution']!r}, to which {archive_id} is "
            "attributed; add its languages, standard time and holidays there."
        )
    return write_campaign(
        archive_id,
        entry,
        places[entry["attribution"]],
        read_reports().get(archive_id, Reports()),
        is_of_paper=archive_id in read_paper_archives(),
    )


def _years_before(day: date, years: int) -> date:
    """Return the same day of an earlier year; 28 February for a 29 February that does not exist."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _describe_replica(posts: int | None, possible: bool) -> str:
    if not possible:
        return (
            "# The registry says too little to simulate a replica: the study needs the files in data/raw.\n"
        )
    scale = min(1.0, REPLICA_POSTS / posts) if posts else 0.1
    return f"# Without files the records are simulated, with at most about {REPLICA_POSTS:,} posts.\nreplica: {{scale: {scale:.2g}}}\n"


def _describe_weekend(code: str, released: date) -> str:
    """Return the setting for the weekend that a country had in the week before a day; nothing for Saturday and Sunday."""
    from holidays import country_holidays

    country, _, part = code.partition("-")
    calendar = country_holidays(country, subdiv=part or None)
    week = [released - timedelta(days=days) for days in range(WEEK_DAYS)]
    off = sorted(day.weekday() for day in week if calendar.is_weekend(day))
    # Where the package has one day, the day before it is half a day's work.
    first = off[0] if len(off) > 1 else off[0] - 1
    return f"weekend: [{LONG_WEEKDAYS[first]}, {LONG_WEEKDAYS[first + 1]}]\n" if first != WORKING_DAYS else ""


def _describe_languages(place: Place, reports: Reports) -> str:
    known = read_languages()

    def named(codes: Iterable[str]) -> str:
        return ", ".join(f"{known[code].name} ({code}, {known[code].script} script)" for code in codes)

    lines = [
        f"Languages of the country: {named(place.languages)}.",
        f"Commonest languages of the posts as reported: {named(reports.languages[:4])}."
        if reports.languages
        else "",
        "The posts decide which languages are shown.",
    ]
    return "\n".join(f"# {part}" for line in lines for part in wrap(line, 120))


def _quoted(text: str) -> str:
    """Return a code as YAML text; no and NO without quotation marks are false in YAML."""
    return f'"{text}"' if text.lower() == "no" else text


def _number(number: float) -> str:
    return f"{number:g}"


def _listed(items: Iterable[str]) -> str:
    return f"[{', '.join(items)}]"


if __name__ == "__main__":
    try:
        names = sys.argv[1:] or find_releases(
            load_registry(RESOURCES / "archives.yaml", SCHEMAS / "archives.schema.yaml")
        )
        for name in names:
            target = ROOT / "campaigns" / f"{name}.yaml"
            target.parent.mkdir(exist_ok=True)
            target.write_text(campaign_of(name), encoding="utf-8")
    except InputError as error:
        sys.exit(str(error))
