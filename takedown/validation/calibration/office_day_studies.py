"""Error of what a claim of an office day rests on: intervals by week under drift, contrasts and verdict of people merely awake."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import chain

import numpy as np

from takedown.posting import by_week
from takedown.posting.by_week import WeekCounts, complete_weeks
from takedown.posting.office_day import OfficeDay, office_day
from takedown.statistics.estimate import Estimate, finite
from takedown.statistics.series_intervals import Interval
from takedown.validation.calibration import posting_nulls as nulls
from takedown.validation.calibration.nulls import INDEPENDENT, LASTING
from takedown.validation.calibration.posting_nulls import OFFICE, Null, awake
from takedown.validation.calibration.study import (
    ALPHA,
    Scenario,
    Study,
    coverage_studies,
    error_studies,
    power_studies,
)

ONE_SIDED = ALPHA / 2
#: Each of three contrasts may be mistaken for its opposite.
ANY_OPPOSITE = 0.075
WEEKEND = 0.4
LUNCH = (12, 14)
#: Repetitions whose mean is the population's value.
LONG = 400
Measure = Callable[[WeekCounts], Interval]
Asked = Callable[[OfficeDay], np.ndarray]


def weeks(posts: np.ndarray) -> WeekCounts:
    """Cut simulated posts into complete weeks."""
    return complete_weeks(posts, int(nulls.published_series().weekday[0]), OFFICE)


@cache
def truth(measure: Measure, null: Null) -> float:
    """Return the population's value of a measure."""
    return float(measure(weeks(nulls.expected_posts(np.random.default_rng(0), LONG, null))).value)


def intervals(
    rng: np.random.Generator, repetitions: int, draws: int, *, measure: Measure, null: Null
) -> Iterator[Estimate]:
    """Estimate a measure of simulated posts; one that has no interval has no ends."""
    found = measure(weeks(nulls.simulated_posts(rng, repetitions, null)))
    for value, low, high in zip(found.value, found.low, found.high, strict=True):
        yield Estimate(float(value), finite(low), finite(high))


def verdicts(
    rng: np.random.Generator, repetitions: int, draws: int, *, null: Null, asked: Asked
) -> Iterator[bool]:
    """Say whether the contrasts of simulated posts say what is `asked` of them."""
    return map(bool, asked(office_day(weeks(nulls.simulated_posts(rng, repetitions, null)))))


def holds(found: OfficeDay) -> np.ndarray:
    """Whether the verdict is an office day."""
    return found.holds


def fails(found: OfficeDay) -> np.ndarray:
    """Whether the verdict is that there is no office day."""
    return found.fails


_VOLUMES = "each week has as many posts as in the published series"
_WEEKENDS = "a weekend day has {:g} times the posts of a weekday"
_CORRELATED = {
    INDEPENDENT: "independent days",
    nulls.FITTED: "days as in the series",
    LASTING: ".8 a day",
}
_WORDS = {
    "independent days": "without autocorrelation",
    "days as in the series": "with the autocorrelation of the series",
    ".8 a day": "with an autocorrelation of .8",
}
_DRIFT = f"{_VOLUMES}; {_WEEKENDS.format(0.4)}; the log odds of {{}} drift from day to day with standard deviation {{:g}}, {{}}"
_WALK = f"{_VOLUMES}; nobody keeps hours: the clock of the day is a random walk with steps of {{:g}} h a day"
_UNEVEN = f"{_VOLUMES}; days vary within their week with log standard deviation {{:g}}; {_WEEKENDS}"


def _drifts(hours: tuple[int, int], named: str) -> list[Scenario]:
    """Return a scenario for each drift of the log odds of some hours."""
    fitted = Null(None, nulls.FITTED_MIDDLE, WEEKEND, spread=nulls.FITTED_SPREAD, drifting=hours)
    described = _DRIFT.format(named, nulls.FITTED_SPREAD, _WORDS[_CORRELATED[nulls.FITTED]])
    return [
        ("drift fitted to office hours", f"{described} (fitted to office hours)", {"null": fitted}),
        *(
            (
                f"drift {spread:g}, {correlated}",
                _DRIFT.format(named, spread, _WORDS[correlated]),
                {"null": Null(weekend=WEEKEND, spread=spread, parts=parts, drifting=hours)},
            )
            for parts, correlated in _CORRELATED.items()
            for spread in (0.5, 1.0, 1.6)
        ),
    ]


def _walk(step: float) -> Scenario:
    return f"clock a random walk of {step:g} h", _WALK.format(step), {"null": Null(step=step)}


def _uneven(uneven: float, weekend: float) -> Scenario:
    null = Null(weekend=weekend, uneven=uneven)
    return f"days vary by {uneven:g}, weekends {weekend:g}", _UNEVEN.format(uneven, weekend), {"null": null}


#: Intervals of what drifts slowly, with the hours that make it drift.
_SLOW: tuple[tuple[str, Measure, tuple[int, int], str], ...] = (
    ("office_share_interval", by_week.office_share, OFFICE, "office hours"),
    ("office_evening_ratio_interval", by_week.evening_ratio, OFFICE, "office hours"),
    ("lunch_ratio_interval", by_week.lunch_ratio, LUNCH, "the hours of lunch"),
)
_UNEVEN_WEEKS = [_uneven(uneven, weekend) for uneven in (0.5, 1.0) for weekend in (WEEKEND, 1.0)]


def _crowd(
    who: str,
    hours: tuple[float, ...],
    weekend: float = 1.0,
    spread: float = 0.0,
    later: int = 0,
    described: str = "",
) -> Scenario:
    """Return a scenario of people who keep no office hours, `described` at more length than by its name."""
    place = f", {later} h behind" if later else ""
    drifting = f", drift {spread:g}" if spread else ""
    varying = (
        f"the log odds of 9–18 h drift with the autocorrelation of the series and standard deviation {spread:g}"
        if spread
        else "no drift"
    )
    return (
        f"{who}{place}, weekends {weekend:g}{drifting}",
        f"{_VOLUMES}; people {described or who} every day{place}; hours are read at UTC+8; {_WEEKENDS.format(weekend)}; {varying}",
        {"null": Null(hours, weekend=weekend, spread=spread, later=later)},
    )


_DAY = "awake 8–24", awake(8, 24)
_SHORT_DAY = "awake 8–22", awake(8, 22)
_FEW: Scenario = (
    "few uneven accounts",
    f"{_VOLUMES}; {nulls.FEW} accounts of very unequal activity; each posts in three weeks of ten and is awake every day for 16 "
    "hours, from an hour of its own between 6 and 10 at UTC+8",
    {"null": Null(few=True)},
)
#: People who are merely awake: whenever an office day is found among them, that is an error.
CROWDS: tuple[Scenario, ...] = (
    *(_crowd(*_DAY, weekend, spread) for weekend in (1.0, 1.4) for spread in (0.0, 0.5, 1.6)),
    _crowd(*_DAY, 1.2, 0.5),
    *(_crowd(*_SHORT_DAY, weekend, spread) for weekend in (1.0, 1.2) for spread in (0.0, 0.5)),
    _crowd("awake 6–22", awake(6, 22)),
    _crowd(
        "awake 8–24, busy evenings",
        awake(8, 24, 2.0),
        *(1.0, 0.5),
        described="awake 8–24 and twice as active from 19 h",
    ),
    _crowd(
        "awake 8–24, four zones",
        nulls.mixed_zones(0, 4, 8, 13),
        *(1.0, 0.5),
        described="awake 8–24 in four zones (UTC+8, +4, 0, −5)",
    ),
    *(_crowd(*_DAY, 1.0, 0.5, later) for later in (12, 16)),
    _FEW,
    *map(_walk, (1.0, 3.0)),
)


def _office(weekend: float, *, fitted: bool = False, later: int = 0) -> Scenario:
    """Return a scenario of an office at UTC+8, or so many hours behind, negative ahead."""
    spread = nulls.FITTED_SPREAD if fitted else 1.0
    place = f" {abs(later)} h {'behind' if later > 0 else 'ahead of'} UTC+8" if later else ""
    return (
        f"office{place}, weekends {weekend:g}, {'fitted drift' if fitted else f'drift {spread:g}'}",
        f"{_VOLUMES}; the hours are those of the series{place}; {_WEEKENDS.format(weekend)}; the log odds of office hours drift with the "
        f"autocorrelation of the series and standard deviation {spread:g}",
        {"null": Null(None, nulls.FITTED_MIDDLE if fitted else None, weekend, spread=spread, later=later)},
    )


_OFFICES = [_office(weekend, fitted=fitted) for weekend in (0.4, 0.7) for fitted in (False, True)]
#: Offices in other zones, and people awake who post less at weekends: what the contrasts cannot tell from an office at UTC+8.
_LIMITS = [
    *(_office(WEEKEND, later=later) for later in (-4, -2, 2, 4, 6)),
    _crowd(*_DAY, 0.7, 0.5),
    *(_crowd(*_SHORT_DAY, weekend, 0.5) for weekend in (0.9, 0.8)),
]


def _coverage(
    method: str, measure: Measure, scenarios: Iterable[Scenario], *, limit: bool = False
) -> Iterator[Study]:
    find = partial(intervals, measure=measure)
    return coverage_studies(method, find, partial(truth, measure), scenarios, limit=limit)


_office_day = partial(verdicts, asked=holds)
_no_office_day = partial(verdicts, asked=fails)
STUDIES = (
    *chain.from_iterable(
        _coverage(method, measure, (*_drifts(hours, named), _walk(3.0)))
        for method, measure, hours, named in _SLOW
    ),
    # In sixteen weeks a slow walk does not come round the clock, and no interval can know where it would go.
    *chain.from_iterable(
        _coverage(method, measure, [_walk(1.0)], limit=True) for method, measure, *_ in _SLOW
    ),
    *_coverage(
        "office_weekend_ratio_interval",
        by_week.office_weekend_ratio,
        [*_drifts(OFFICE, "office hours"), *_UNEVEN_WEEKS],
    ),
    *_coverage("weekend_ratio_interval", by_week.weekend_ratio, _UNEVEN_WEEKS),
    *error_studies("office_day", _office_day, CROWDS, nominal=ONE_SIDED),
    *power_studies("office_day", _office_day, _OFFICES),
    *error_studies("office_day", _office_day, _LIMITS, nominal=ONE_SIDED, limit=True),
    *error_studies("no_office_day", _no_office_day, _OFFICES, nominal=ANY_OPPOSITE),
    *power_studies("no_office_day", _no_office_day, CROWDS[3:6] + CROWDS[12:16]),
)
