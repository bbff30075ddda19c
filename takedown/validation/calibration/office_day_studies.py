"""Error of what a claim of an office day rests on: intervals by week under drift, contrasts and verdict of people merely awake."""

from collections.abc import Callable
from functools import cache, partial

import numpy as np

from takedown.posting import by_week
from takedown.posting.by_week import WeekCounts, complete_weeks
from takedown.posting.office_day import OfficeDay, office_day
from takedown.statistics.series_intervals import Interval
from takedown.validation.calibration import posting_nulls as nulls
from takedown.validation.calibration.posting_nulls import OFFICE, Null, awake
from takedown.validation.calibration.study import ALPHA, CONFIDENCE, COVERAGE, POWER, TYPE_I, Study

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


def covered(rng: np.random.Generator, repetitions: int, draws: int, *, measure: Measure, null: Null) -> int:
    """Count how often an interval holds the population's value; where there is none, nothing errs."""
    found = measure(weeks(nulls.simulated_posts(rng, repetitions, null)))
    missed = (found.low > truth(measure, null)) | (found.high < truth(measure, null))
    return repetitions - int(missed.sum())


def verdicts(
    rng: np.random.Generator,
    repetitions: int,
    draws: int,
    *,
    null: Null,
    asked: Asked,
) -> int:
    """Count how often the contrasts say what is `asked` of them."""
    return int(asked(office_day(weeks(nulls.simulated_posts(rng, repetitions, null)))).sum())


def share_established(found: OfficeDay) -> np.ndarray:
    """Whether more posts lie in office hours than those of people merely awake."""
    return found.contrasts[0]


def weekend_established(found: OfficeDay) -> np.ndarray:
    """Whether a day of the weekend has fewer posts in office hours than a weekday."""
    return found.contrasts[1]


def evening_established(found: OfficeDay) -> np.ndarray:
    """Whether an evening hour has fewer posts than an office hour."""
    return found.contrasts[2]


def holds(found: OfficeDay) -> np.ndarray:
    """Whether the verdict is an office day."""
    return found.holds


def fails(found: OfficeDay) -> np.ndarray:
    """Whether the verdict is that there is no office day."""
    return found.fails


_VOLUMES = "the weekly volumes of the published series"
_CORRELATED = {
    nulls.INDEPENDENT: "independent days",
    nulls.FITTED: "days as in the series",
    nulls.LASTING: ".8 a day",
}
_DRIFT = _VOLUMES + "; weekends .4; the log odds of {} drift, standard deviation {:g}, {}"
_WALK = _VOLUMES + "; nobody keeps hours: the clock of the day is a random walk of {:g} hours a day"
_UNEVEN = _VOLUMES + "; days vary within their week, standard deviation of the log {:g}; weekends {:g}"
Scenario = tuple[str, str, Null]


def _drifts(hours: tuple[int, int], named: str) -> list[Scenario]:
    """Return a scenario for each drift of the log odds of some hours."""
    fitted = Null(None, nulls.FITTED_MIDDLE, WEEKEND, spread=nulls.FITTED_SPREAD, drifting=hours)
    described = _DRIFT.format(named, nulls.FITTED_SPREAD, _CORRELATED[nulls.FITTED])
    return [
        ("drift fitted to office hours", f"{described}: the fit to office hours", fitted),
        *(
            (
                f"drift {spread:g}, {correlated}",
                _DRIFT.format(named, spread, correlated),
                Null(weekend=WEEKEND, spread=spread, parts=parts, drifting=hours),
            )
            for parts, correlated in _CORRELATED.items()
            for spread in (0.5, 1.0, 1.6)
        ),
    ]


def _walk(step: float) -> Scenario:
    return f"clock a random walk of {step:g} h", _WALK.format(step), Null(step=step)


def _uneven(uneven: float, weekend: float) -> Scenario:
    null = Null(weekend=weekend, uneven=uneven)
    return f"days vary by {uneven:g}, weekends {weekend:g}", _UNEVEN.format(uneven, weekend), null


#: Intervals of what drifts slowly, with the hours that make it drift.
_SLOW: tuple[tuple[str, Measure, tuple[int, int], str], ...] = (
    ("office_share_interval", by_week.office_share, OFFICE, "office hours"),
    ("office_evening_ratio_interval", by_week.evening_ratio, OFFICE, "office hours"),
    ("lunch_ratio_interval", by_week.lunch_ratio, LUNCH, "the hours of lunch"),
)
_OFFICE_WEEKEND = ("office_weekend_ratio_interval", by_week.office_weekend_ratio)
_WEEKEND = ("weekend_ratio_interval", by_week.weekend_ratio)


def _coverage(method: str, measure: Measure, scenario: Scenario, *, limit: bool = False) -> Study:
    name, described, null = scenario
    count = partial(covered, measure=measure, null=null)
    return Study(method, name, COVERAGE, CONFIDENCE, described, count, limit=limit)


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
        f"the log odds of 9–18 h drift as in the series, standard deviation {spread:g}"
        if spread
        else "no drift"
    )
    return (
        f"{who}{place}, weekends {weekend:g}{drifting}",
        f"{_VOLUMES}; people {described or who} every day{place}, hours read at UTC+8; weekends {weekend:g}; {varying}",
        Null(hours, weekend=weekend, spread=spread, later=later),
    )


_DAY = "awake 8–24", awake(8, 24)
_SHORT_DAY = "awake 8–22", awake(8, 22)
_FEW: Scenario = (
    "few uneven accounts",
    f"{_VOLUMES}; {nulls.FEW} accounts of very unequal activity, each posting in three weeks of ten, awake for 16 hours from "
    "an hour of its own between 6 and 10 at UTC+8 every day",
    Null(few=True),
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
#: People of whom a contrast is just not true.
_STILL_OR_DRIFTING = [_crowd(*_DAY, 1.0, spread) for spread in (0.0, 0.5, 1.6)]
_CONTRASTS: tuple[tuple[str, Asked, list[Scenario]], ...] = (
    ("office_share_contrast", share_established, [*_STILL_OR_DRIFTING, _FEW]),
    (
        "weekend_contrast",
        weekend_established,
        [*_STILL_OR_DRIFTING, _crowd(*_SHORT_DAY), _FEW, _uneven(1.0, 1.0)],
    ),
    ("evening_contrast", evening_established, _STILL_OR_DRIFTING),
)


def _office(weekend: float, *, fitted: bool = False, later: int = 0) -> Scenario:
    """Return a scenario of an office at UTC+8, or so many hours behind, negative ahead."""
    spread = nulls.FITTED_SPREAD if fitted else 1.0
    place = f" {abs(later)} h {'behind' if later > 0 else 'ahead of'} UTC+8" if later else ""
    return (
        f"office{place}, weekends {weekend:g}, {'fitted drift' if fitted else f'drift {spread:g}'}",
        f"{_VOLUMES} and hours{place}; weekends {weekend:g}; the log odds of office hours drift as in the series, standard "
        f"deviation {spread:g}",
        Null(None, nulls.FITTED_MIDDLE if fitted else None, weekend, spread=spread, later=later),
    )


_OFFICES = [_office(weekend, fitted=fitted) for weekend in (0.4, 0.7) for fitted in (False, True)]
#: Offices in other zones, and people awake who post less at weekends: what the contrasts cannot tell from an office at UTC+8.
_LIMITS = [
    *(_office(WEEKEND, later=later) for later in (-4, -2, 2, 4, 6)),
    _crowd(*_DAY, 0.7, 0.5),
    *(_crowd(*_SHORT_DAY, weekend, 0.5) for weekend in (0.9, 0.8)),
]


def _verdict(
    method: str,
    asked: Asked,
    scenario: Scenario,
    quantity: str = TYPE_I,
    nominal: float | None = ONE_SIDED,
    *,
    limit: bool = False,
) -> Study:
    name, described, null = scenario
    count = partial(verdicts, null=null, asked=asked)
    return Study(method, name, quantity, nominal, described, count, limit=limit)


STUDIES = (
    *(
        _coverage(method, measure, scenario)
        for method, measure, hours, named in _SLOW
        for scenario in (*_drifts(hours, named), _walk(3.0))
    ),
    # In sixteen weeks a slow walk does not come round the clock, and no interval can know where it would go.
    *(_coverage(method, measure, _walk(1.0), limit=True) for method, measure, *_ in _SLOW),
    *(_coverage(*_OFFICE_WEEKEND, scenario) for scenario in _drifts(OFFICE, "office hours")),
    *(
        _coverage(*method, _uneven(uneven, weekend))
        for method in (_OFFICE_WEEKEND, _WEEKEND)
        for uneven in (0.5, 1.0)
        for weekend in (WEEKEND, 1.0)
    ),
    *(_verdict(method, asked, scenario) for method, asked, scenarios in _CONTRASTS for scenario in scenarios),
    *(_verdict("office_day", holds, scenario) for scenario in CROWDS),
    *(_verdict("office_day", holds, scenario, POWER, None) for scenario in _OFFICES),
    *(_verdict("office_day", holds, scenario, limit=True) for scenario in _LIMITS),
    *(_verdict("no_office_day", fails, scenario, nominal=ANY_OPPOSITE) for scenario in _OFFICES),
    *(_verdict("no_office_day", fails, scenario, POWER, None) for scenario in CROWDS[3:6] + CROWDS[12:16]),
)
