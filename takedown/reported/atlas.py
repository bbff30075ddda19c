"""One row for each campaign at hand: how large it was, when and in which languages it posted, and what a study measured of it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import duckdb

from takedown.core.measures import Measure, weakest_provenance
from takedown.core.tables import write_csv
from takedown.reported.campaign_counts import (
    Counts,
    add_counts,
    burst_share,
    count_columns,
    counts_of_records,
    month_rows,
    reference_coincidence,
)
from takedown.reported.numbers import FOLDER, RELEASES_SOURCE, UNION, read_table
from takedown.statistics.estimate import Estimate

REPORTED = "reported"
#: What Twitter detects where a post has no language.
UNDETERMINED = re.compile(r"und|zxx|art|q..")
#: How names begin that tell no place.
MONTH = re.compile(
    r"(January|February|March|April|May|June|July|August|September|October|November|December) \d{4}"
)

#: Columns that a study measures, by the measure of results/measures.csv that they come from; each has two more for its interval.
#: The coincidence probability is divided by that of the reference calendar, which is one for all campaigns.
MEASURED = {
    "coincidence_ratio": "creation.coincidence_probability",
    "days_to_first_post": "life.days_to_first_post",
    "dormant_share": "life.dormant_share",
    "office_hours_share": "posting.office_share",
}
#: Columns that the atlas itself counts where the records are at hand.
COUNTED = ("burst_account_share", "repost_share", "co_posting_share")

DESCRIBED = (
    *("campaign", "name", "platform", "attribution", "disclosed_on"),
    *("counts_from", "measures_from", "source"),
    *("accounts", "posts", "first_post_on", "last_post_on", "active_months", "months_to_disclosure"),
    *("fullest_month", "fullest_month_share", "effective_months"),
    *("language", "language_share", "own_languages", "own_language_share", "client", "client_share"),
)
COLUMNS = (
    *DESCRIBED,
    *(f"{name}{end}" for name in (*COUNTED, *MEASURED) for end in ("", "_low", "_high")),
    *("pages", "groups", "followers"),
)


@dataclass(frozen=True)
class Country:
    """Languages of a country as Twitter names them, and its standard time, None where it has several."""

    languages: tuple[str, ...]
    utc_offset_hours: float | None


def read_countries(folder: str | Path = FOLDER) -> dict[str, Country]:
    """Return the countries that archives are attributed to, by the attribution of the registry."""
    return {
        row["attribution"]: Country(
            tuple(row["languages"].split()),
            float(row["utc_offset_hours"]) if row["utc_offset_hours"] else None,
        )
        for row in read_table(Path(folder) / "countries.csv")
    }


def measured_columns(
    measures: Iterable[Measure], subject: str, *, local_time: bool, reference: float | None = None
) -> tuple[dict[str, Estimate], set[str]]:
    """Return the columns that a study measured of a population, and the provenances of what they rest on.

    Simulated ones are left out. So is the share in working hours without `local_time`, which says that the clock of the study is
    that of the attributed country, and the ratio of coincidence without `reference`, that of `reference_coincidence`.
    """
    found = {row.measure: row for row in measures if row.subject == subject and row.provenance != "replica"}
    columns, provenances = {}, set()
    for column, measure in MEASURED.items():
        row = found.get(measure)
        if row is None or (column == "office_hours_share" and not local_time):
            continue
        columns[column] = Estimate(row.value, row.low, row.high, n=row.n)
        provenances.add(row.provenance)
        if column == "coincidence_ratio":
            if reference is None or row.value is None:
                del columns[column]
            else:
                # Published counts, and no interval: two blocks of days hold most pairs.
                columns[column] = Estimate(row.value / reference, n=row.n)
                provenances.add("aggregate")
    return columns, provenances


def atlas_row(
    campaign: str,
    entry: Mapping,
    country: Country | None,
    counts: Counts | None,
    counts_from: str,
    measured: Mapping[str, Estimate] | None = None,
    measures_from: Iterable[str] = (),
    *,
    name: str = "",
    source: str = "",
) -> dict[str, object]:
    """Return the row of a campaign by `COLUMNS`; `entry` is that of the registry, of one of its archives where there are several."""
    row: dict[str, object] = dict.fromkeys(COLUMNS)
    row |= {
        "campaign": campaign,
        "name": name or _full_name(entry),
        "platform": entry["platform"],
        "attribution": entry["attribution"],
        "disclosed_on": entry["released_on"],
        "counts_from": counts_from,
        "measures_from": weakest_provenance(measures_from) if measures_from else "",
        "source": source,
    }
    if counts is not None:
        row |= _describe(counts, entry["released_on"], country)
    for column, estimate in (measured or {}).items():
        row |= {column: estimate.value, f"{column}_low": estimate.low, f"{column}_high": estimate.high}
    return row


def study_row(
    connection: duckdb.DuckDBPyConnection,
    archives: Sequence[str],
    registry: Mapping[str, Mapping],
    countries: Mapping[str, Country],
    reports: Mapping[str, Counts],
    measures: Iterable[Measure],
    calendar: Iterable[Mapping[str, str]],
    *,
    has_posts: bool,
    utc_offset_hours: float,
    created_until: str,
) -> tuple[dict[str, object], list[tuple]]:
    """Return the row of the population under study, with its posts by month (`MONTH_COLUMNS`).

    Accounts and posts are counted from the records where `has_posts` says that the platform's files are there, else taken from
    `reports` (those of `counts_of_reports`) if these have all of the archives. `measures` are those of the study, `calendar` the
    rows of results/tables/creation_days.csv; what is simulated is left out of both. `created_until` is the last creation day of
    both.
    """
    entry = registry[archives[0]]
    country = countries.get(entry["attribution"])
    campaign, name = campaign_of(archives, registry)
    local_time = country is not None and country.utc_offset_hours == utc_offset_hours
    reference = reference_coincidence(connection, created_until)
    columns, provenances = measured_columns(measures, "operation", local_time=local_time, reference=reference)
    days = [row for row in calendar if row["provenance"] != "replica"]
    if days:
        columns["burst_account_share"] = burst_share(days)
        provenances |= {row["provenance"] for row in days}
    counts, counts_from, source = None, "", ""
    if has_posts:
        counts, counts_from = counts_of_records(connection, archives), "release"
        columns |= count_columns(connection, archives)
        provenances.add("release")
    elif all(archive in reports for archive in archives):
        counts = add_counts([reports[archive] for archive in archives])
        counts_from, source = REPORTED, RELEASES_SOURCE
    row = atlas_row(
        campaign, entry, country, counts, counts_from, columns, provenances, name=name, source=source
    )
    return row, month_rows(campaign, counts, counts_from) if counts else []


def release_rows(
    reports: Mapping[str, Counts], registry: Mapping[str, Mapping], countries: Mapping[str, Country]
) -> list[dict[str, object]]:
    """Return a row for each release whose counts somebody published (`reports`, those of `counts_of_reports`)."""
    return [
        atlas_row(
            archive,
            registry[archive],
            countries.get(registry[archive]["attribution"]),
            counts,
            REPORTED,
            source=RELEASES_SOURCE,
        )
        for archive, counts in reports.items()
    ]


def series_row(
    archive: str,
    registry: Mapping[str, Mapping],
    countries: Mapping[str, Country],
    reports: Mapping[str, Counts],
    measures: Iterable[Measure],
    *,
    utc_offset_hours: float,
) -> dict[str, object]:
    """Return the row of the posting series, with its share in working hours and the counts that somebody published, if any."""
    entry = registry[archive]
    country = countries.get(entry["attribution"])
    local_time = country is not None and country.utc_offset_hours == utc_offset_hours
    columns, provenances = measured_columns(measures, "all", local_time=local_time)
    counts = reports.get(archive)
    reported = {"source": RELEASES_SOURCE} if counts else {}
    counts_from = REPORTED if counts else ""
    return atlas_row(archive, entry, country, counts, counts_from, columns, provenances, **reported)


def announced_rows(
    registry: Mapping[str, Mapping], countries: Mapping[str, Country]
) -> list[dict[str, object]]:
    """Return a row for each release of which the registry knows how many accounts and posts were announced, and no more."""
    rows = []
    for archive, entry in registry.items():
        if entry["role"] == "operation" and entry["platform"] == "twitter" and entry["announced_posts"]:
            country = countries.get(entry["attribution"])
            row = atlas_row(archive, entry, country, None, REPORTED, source=entry["source"])
            rows.append(row | {"accounts": entry["announced_accounts"], "posts": entry["announced_posts"]})
    return rows


def removal_rows(folder: str | Path = FOLDER) -> list[dict[str, object]]:
    """Return a row for each removal that Facebook announced."""
    rows: list[dict[str, object]] = []
    seen: defaultdict[str, int] = defaultdict(int)
    for removal in read_table(Path(folder) / "facebook_removals.csv"):
        day, origin = removal["announced_on"], removal["origin"]
        stem = f"facebook {day} {origin.split('; ')[0]}"
        seen[stem] += 1
        entry = {
            "name": f"{origin.replace('; ', ', ')}, removed by Facebook on {day}",
            "platform": "facebook",
            "attribution": origin,
            "released_on": day,
        }
        row = atlas_row(
            stem if seen[stem] == 1 else f"{stem} {seen[stem]}",
            entry,
            None,
            None,
            REPORTED,
            source=RELEASES_SOURCE,
        )
        counted = {
            "accounts": "accounts",
            "pages": "pages",
            "groups": "groups",
            "followers": "page_followers",
        }
        rows.append(
            row | {column: int(removal[key]) if removal[key] else None for column, key in counted.items()}
        )
    return rows


def join_rows(
    rows: Iterable[Mapping[str, object]], better: Iterable[Mapping[str, object]]
) -> list[Mapping[str, object]]:
    """Return all rows, those that posted most in the language of the attributed country first.

    Those without this share follow by platform, the releases before removals, and by day of disclosure. One of `better`, or a later
    one, takes the place of a row of the same campaign.
    """

    def place(row: Mapping[str, object]) -> tuple:
        share = row["own_language_share"]
        known = share not in (None, "")
        posts = -float(str(share)) if known else 0.0
        return not known, posts, row["platform"] == "facebook", row["disclosed_on"], row["campaign"]

    return sorted({row["campaign"]: row for row in [*rows, *better]}.values(), key=place)


def write_atlas(rows: Iterable[Mapping[str, object]], path: str | Path) -> None:
    """Write rows as CSV with `COLUMNS`."""
    write_csv(path, COLUMNS, ([row[column] for column in COLUMNS] for row in rows))


def campaign_of(archives: Sequence[str], registry: Mapping[str, Mapping]) -> tuple[str, str]:
    """Return the id and the name of a campaign of one or several archives.

    >>> entry = {"attribution": "Spain"}
    >>> campaign_of(["a_1", "a_2"], {"a_1": entry | {"name": "Spain, set 1"}, "a_2": entry | {"name": "Spain, set 2"}})
    ('a_1+a_2', 'Spain, set 1 and 2')
    """
    names = [registry[archive]["name"] for archive in archives]
    common = sum(1 for _ in takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False)))
    rest = [name[common:] for name in names[1:]]
    return UNION.join(archives), " and ".join([_full_name(registry[archives[0]]), *rest])


def months_until(first: str, last: str) -> int:
    """Return the months from one day's to another's, both counted (YYYY-MM…).

    >>> months_until("2019-06-30", "2019-08-01")
    3
    """
    (year, month), (last_year, last_month) = ((int(day[:4]), int(day[5:7])) for day in (first, last))
    return 12 * (last_year - year) + last_month - month + 1


def _full_name(entry: Mapping) -> str:
    """Return the name of the registry, with the attribution where it tells a month and no place."""
    return f"{entry['attribution']}, {entry['name']}" if MONTH.match(entry["name"]) else entry["name"]


def _describe(counts: Counts, disclosed_on: str, country: Country | None) -> dict[str, object]:
    months = {month: posts for month, posts in counts.months.items() if month <= disclosed_on[:7]}
    total = sum(months.values())
    fullest = max(sorted(months), key=lambda month: months[month], default="")
    languages = {code: posts for code, posts in counts.languages.items() if not UNDETERMINED.fullmatch(code)}
    language, language_share = _commonest(languages, sum(languages.values()))
    client, client_share = _commonest(counts.clients, counts.posts)
    own = country.languages if country else ()
    return {
        "accounts": counts.accounts,
        "posts": counts.posts,
        "first_post_on": counts.first_post[:10],
        "last_post_on": counts.last_post[:10],
        "active_months": len(months),
        "months_to_disclosure": months_until(counts.first_post, disclosed_on),
        "fullest_month": fullest,
        "fullest_month_share": months[fullest] / total if months else None,
        "effective_months": total**2 / sum(posts**2 for posts in months.values()) if months else None,
        "language": language,
        "language_share": language_share,
        "own_languages": " ".join(own),
        "own_language_share": sum(languages.get(code, 0) for code in own) / sum(languages.values())
        if own and languages
        else None,
        "client": client,
        "client_share": client_share,
    }


def _commonest(posts: Mapping[str, int], total: int) -> tuple[str, float | None]:
    if not posts:
        return "", None
    commonest = max(sorted(posts), key=lambda name: posts[name])
    return commonest, posts[commonest] / total
