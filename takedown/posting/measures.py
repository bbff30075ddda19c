"""The rows of results/measures/posting.csv and results/tables/posting_offset_profile.csv."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from takedown.core.measures import Measure, Parameters
from takedown.posting import hours as posting
from takedown.statistics.estimate import Estimate, RowBuilder, generator

WEEK_INTERVAL = "95 % interval: jackknife of the log {} by whole weeks with Student's t; n = weeks with a day"
#: The coverage named is that of workflow/resources/calibration.csv, simulated for a series of sixteen weeks.
DAY_INTERVAL = "95 % interval, which covers {} in simulations: percentiles of {} bootstrap draws of whole days; n = days with posts"
#: Tests that are corrected together, over all subjects; in a series by language `all` holds what its languages do.
FAMILIES = {"resultant_length": "posting hours", "weekend_ratio_weekly": "posting weekend"}


def posting_measures(
    subject: str,
    matrix: posting.HourMatrix,
    profile: posting.OfficeProfile,
    *,
    office_hours: tuple[int, int],
    utc_offset_hours: float,
    provenance: str,
    seed: int,
    repetitions: int,
) -> list[Measure]:
    """Return the measures of the posting clock of one population or series."""
    clock = posting.day_clock(matrix, repetitions, generator(seed, "posting.day_clock", subject))
    rotation = posting.rotation_p_value(
        matrix, repetitions, generator(seed, "posting.hour_uniformity_p", subject)
    )
    weekend = posting.weekend_ratio(matrix)
    days = int((matrix.posts.sum(axis=1) > 0).sum())
    zone = f"local time UTC{utc_offset_hours:+g}"
    opens, closes = (f"{hour:02d}:00" for hour in office_hours)
    office = f"Mon–Fri {opens}–{closes}"
    even = 5 * (office_hours[1] - office_hours[0]) / (7 * posting.HOURS)
    parameters: dict[str, Parameters] = {
        "office_share": {
            "office_opens": (opens, "local time"),
            "office_closes": (closes, "local time"),
            "time_zone": (f"UTC{utc_offset_hours:+g}", "zone"),
            "share_of_even_posts": (even, "share"),
        }
    }
    week_test = (
        "p-value, of the typical week's ratio: two-sided Student's t on the log ratios of complete weeks, half a post added "
        "to either side, each less its mean over all pairs of neighbouring days of the week"
    )
    found = [
        (
            "tweets",
            Estimate(int(matrix.posts.sum()), n=days),
            "posts",
            "count of all posts, reposts included; n = days with posts",
        ),
        (
            "office_share",
            profile.office_share,
            "share",
            f"share of posts inside {office}, {zone} (posts spread evenly over the week: {even:.3f}); "
            + WEEK_INTERVAL.format("odds"),
        ),
        (
            "weekend_ratio",
            weekend.pooled,
            "ratio",
            f"mean posts of a weekend day over mean posts of a weekday, {zone}, all days from first to last post; "
            + WEEK_INTERVAL.format("ratio")
            + "; tested as weekend_ratio_weekly",
        ),
        (
            "weekend_ratio_weekly",
            weekend.weekly,
            "ratio",
            "typical week's ratio: of complete weeks, the mean posts of a weekend day over those of a weekday, in logarithms, "
            "less what any two neighbouring days against five give; the ratio of the even week that has the mean of this; 95 % "
            f"interval: Student's t on the weeks, its ends taken likewise; {week_test}; n = weeks",
        ),
        (
            "lunch_ratio",
            clock.lunch_ratio,
            "ratio",
            f"posts per hour at 12:00–13:59 over posts per hour at 10:00–11:59 and 14:00–15:59, {zone}; "
            + DAY_INTERVAL.format("93 %", repetitions),
        ),
        (
            "circular_mean_hour",
            clock.mean_hour,
            "hours",
            f"circular mean of the posts' hours (hour + 0.5), {zone}; of a clock with two peaks it may fall "
            "between them; ends may pass 0 or 24; " + DAY_INTERVAL.format("93 %", repetitions),
        ),
        (
            "resultant_length",
            # A single day has no interval, and its test says nothing.
            replace(clock.resultant_length, p_value=None if clock.resultant_length.low is None else rotation),
            "length",
            "mean resultant length of the posts' hours, 0 even to 1 all at one hour; "
            + DAY_INTERVAL.format("88 %", repetitions)
            + "; p-value: hour_uniformity_p",
        ),
        (
            "hour_uniformity_p",
            Estimate(rotation, n=days),
            "probability",
            f"test that days agree on no hour: each day turned by a random angle, {repetitions} times, statistic "
            f"resultant length, (1 + k)/(B + 1), at least {1 / (repetitions + 1):.2g}; effect size, interval and "
            "correction: resultant_length; n = days",
        ),
        (
            "best_utc_offset",
            profile.best,
            "hours",
            f"half-hour UTC offset with the largest share inside {office}, posts spread evenly within their hour; "
            "low to high: run of offsets around it whose share lies in the best one's 95 % interval (weeks); other "
            "runs, if any, are in posting_offset_profile.csv; no 95 % interval: it holds the true offset in 83 % of "
            "simulations with offices opening from 8 to 10; names no place; n = weeks with a day",
        ),
    ]
    return [
        RowBuilder("posting", "measure_posting", FAMILIES.get(name, ""))(
            name, subject, estimate, unit, method, provenance, parameters=parameters.get(name)
        )
        for name, estimate, unit, method in found
    ]


def offset_table(subject: str, profile: posting.OfficeProfile, provenance: str) -> Iterable[Sequence]:
    """Return rows of the published profile: subject, UTC offset, office share, compatible or not, provenance."""
    offsets = len(posting.UTC_OFFSETS)
    return zip(
        [subject] * offsets,
        posting.UTC_OFFSETS.tolist(),
        profile.shares.tolist(),
        profile.compatible.tolist(),
        [provenance] * offsets,
        strict=True,
    )
