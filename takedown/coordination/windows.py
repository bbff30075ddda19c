"""Share of accounts in at least one coordinated pair, by window: of all accounts, at equal sizes, and with shifted timelines.

The share grows with the number of accounts and of their events, so populations are compared at equal numbers of both. An
account is in a pair if its smallest distance in time to another account's event on the same object is within the window.
One sort gives these distances and so the shares at all windows, without a list of pairs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, student_reach

#: Distance in seconds if no other account has the object.
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Events:
    """The different events of one trace of one population, as arrays of shape [events].

    `account` numbers the accounts from 0 without gaps, `object` the objects; `time` is in whole seconds; `block` numbers
    blocks of days, which begin on the same days in all populations that are compared.
    """

    account: np.ndarray
    object: np.ndarray
    time: np.ndarray
    block: np.ndarray

    @property
    def accounts(self) -> int:
        """Number of accounts."""
        return int(self.account.max()) + 1 if len(self.account) else 0

    def taken(self, places: np.ndarray) -> "Events":
        """Return the events at these places (shape [kept]); accounts keep their numbers."""
        return Events(*(column[places] for column in (self.account, self.object, self.time, self.block)))


@dataclass(frozen=True)
class WindowCurve:
    """Shares of one population's accounts in at least one pair.

    `windows` are inclusive, in seconds, increasing; `shifts` are the largest shifts in windows. `full` (shape [windows]) has
    all accounts and events. `rarefied` and `shifted` (shape [draws, windows]) have `accounts` accounts and in each draw
    `sizes` events; `shifted` is of the same draw with timelines shifted by up to `shifts[0]` windows.

    At the first window alone, `by_shift` (shape [draws, shifts]) has every largest shift, and `lost` (shape
    [draws, shifts, blocks]) the part of rarefied less shifted that is lost without a block of days. `changes` (shape
    [shifts, all accounts]) counts the draws with an account in a pair less those with it in a pair when shifted, `drawn`
    (shape [all accounts]) those that took it. `block_events` (shape [blocks]) are all events.
    """

    windows: np.ndarray
    shifts: tuple[int, ...]
    accounts: int
    sizes: np.ndarray
    full: np.ndarray
    rarefied: np.ndarray
    shifted: np.ndarray
    by_shift: np.ndarray
    lost: np.ndarray
    changes: np.ndarray
    drawn: np.ndarray
    block_events: np.ndarray

    @property
    def events(self) -> float:
        """Mean number of events of a draw."""
        return float(self.sizes.mean())

    @property
    def scatter(self) -> np.ndarray:
        """Variance (shape [shifts]) of rarefied less shifted share if accounts were independent."""
        changes = self.changes[:, self.drawn > 0] / self.drawn[self.drawn > 0]
        return changes.var(axis=1) / max(self.accounts - 1, 1)

    def excess_share(self, place: int = 0) -> Estimate:
        """Return rarefied less shifted share at the first window, for the largest shift at a place of `shifts`.

        The interval is that of `excess_difference`.
        """
        lost = self.lost[:, place].mean(axis=0)
        return _interval(_mean_excess(self, place), lost, self.scatter[place], [self])

    def _fill(self, draw: int, line: "_Line", resolution: int, rng: np.random.Generator) -> None:
        """Fill in one draw from the events that are left in it."""
        nearest, first = _nearest(line.account, line.at), int(self.windows[0])
        self.rarefied[draw] = _share(line.account, nearest, self.windows, self.accounts)
        self._count(draw, slice(None), line.taken(nearest <= first), 1)
        for place, shift in enumerate(self.shifts):
            paired = _paired(_shifted(line, nearest, first, shift, resolution, rng), first)
            self.by_shift[draw, place] = self._count(draw, place, paired, -1)
        self.shifted[draw, 0] = self.by_shift[draw, 0]
        for place, window in enumerate(self.windows[1:].tolist(), start=1):
            moved = _shifted(line, nearest, window, self.shifts[0], resolution, rng)
            self.shifted[draw, place] = _accounts_in_pairs(moved, window) / self.accounts

    def _count(self, draw: int, place: int | slice, paired: "_Line", sign: int) -> float:
        """Add to `changes` and `lost` what follows from these paired events; return the share of accounts that have one."""
        accounts, blocks = self.changes.shape[1], self.lost.shape[2]
        first, last = np.full(accounts, blocks), np.full(accounts, -1)
        np.minimum.at(first, paired.account, paired.block)
        np.maximum.at(last, paired.account, paired.block)
        alone = np.bincount(first[first == last], minlength=blocks)
        self.lost[draw, place] += sign * (alone / self.accounts)
        self.changes[place] += sign * (last >= 0)
        return np.count_nonzero(last >= 0) / self.accounts


@dataclass(frozen=True)
class _Line:
    """Events in the order of their places `at` on one line, where events of different objects are too far apart to meet.

    Seconds between events of one object are as they were; `who` is the account and, in the lowest `bits`, the block.
    """

    at: np.ndarray
    who: np.ndarray
    bits: int

    @property
    def account(self) -> np.ndarray:
        return self.who >> self.bits

    @property
    def block(self) -> np.ndarray:
        return self.who & ((1 << self.bits) - 1)

    def taken(self, places: np.ndarray) -> "_Line":
        return _Line(self.at[places], self.who[places], self.bits)


def nearest_others(account: np.ndarray, object: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return the seconds from each event to the nearest event of another account on its object, NEVER without one.

    The arguments are columns of `Events`, in any order; the result has their shape, [events].

    >>> nearest_others(np.array([0, 1, 1]), np.array([0, 0, 7]), np.array([10, 40, 40]))[:2].tolist()
    [30, 30]
    """
    reach = int(np.ptp(time)) if len(time) else 0
    at = _places(object, time, reach)
    order = np.argsort(at)
    nearest = np.empty(len(time), np.int64)
    nearest[order] = _nearest(account[order], at[order])
    return np.where(nearest <= reach, nearest, NEVER)


def _places(object: np.ndarray, time: np.ndarray, reach: int) -> np.ndarray:
    """Return places on a line: seconds apart as in `time` on one object, and more than `reach` on different objects."""
    first, last = time.min(initial=NEVER), time.max(initial=0)
    return object.astype(np.int64) * (last - first + reach + 1) + (time - first)


def _nearest(account: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return how far each event is from the nearest of another account; `at` is in increasing order."""
    # Consecutive events of one account are a run; the nearest others are just before and after the run.
    starts = np.flatnonzero(account[1:] != account[:-1]) + 1
    lengths = np.diff(starts, prepend=0, append=len(at))
    before = np.repeat(np.append(-NEVER // 2, at[starts - 1]), lengths)
    after = np.repeat(np.append(at[starts], NEVER // 2), lengths)
    return np.minimum(at - before, after - at)


def compare_windows(
    populations: Mapping[str, Events],
    windows: Sequence[int],
    draws: int,
    rng: Mapping[str, np.random.Generator],
    shift_windows: Sequence[int] = (10,),
    resolution: int = 1,
) -> dict[str, WindowCurve]:
    """Return the curves of the populations that have events, rarefied to equal sizes.

    `windows` are in seconds, increasing; `rng` has a generator for each population. Each draw takes from every population
    as many accounts as the smallest one has, without replacement. They are ranked by their number of events, and at each
    rank all populations keep the smallest of these numbers, at random: so numbers of accounts, of events, and of events by
    account are equal. An account also counts if no event that it keeps meets another. A population alone is not thinned.

    For each window w every account's timeline is then shifted as a whole, uniformly within ± `shift_windows[0]` · w, by
    multiples of `resolution` seconds, of which all times must be multiples (A. Amarasingham, M. Harrison,
    N. Hatsopoulos and S. Geman, Journal of Neurophysiology 107 (2012), interval jitter; S. Louis, G. Gerstein, S. Grün
    and M. Diesmann, Frontiers in Computational Neuroscience 4 (2010), shift of whole trains). Shifts keep rhythm, activity,
    popularity and every slower common cause; a faster common cause looks like a plan. The other elements of
    `shift_windows` are tried at the first window only.
    """
    populations = {name: events for name, events in populations.items() if len(events.time)}
    if not populations:
        return {}
    reach = max(windows) * (1 + 2 * max(shift_windows))
    fewest = min(events.accounts for events in populations.values())
    blocks = 1 + max(int(events.block.max()) for events in populations.values())
    at, shifts, sizes = np.asarray(windows, np.int64), len(shift_windows), np.zeros(draws)
    bits = blocks.bit_length()
    counts, pairable, lines, curves = {}, {}, {}, {}
    for name, events in populations.items():
        counts[name] = np.bincount(events.account)
        nearest = nearest_others(events.account, events.object, events.time)
        of = events.taken(np.flatnonzero(nearest <= reach))
        places = _places(of.object, of.time, reach)
        order = np.argsort(places)
        pairable[name] = of.account, order
        lines[name] = _Line(places, of.account.astype(np.int64) << bits | of.block, bits).taken(order)
        curves[name] = WindowCurve(
            *(at, tuple(shift_windows), fewest, sizes),
            full=_share(events.account, nearest, at, events.accounts),
            rarefied=np.zeros((draws, len(at))),
            shifted=np.zeros((draws, len(at))),
            by_shift=np.zeros((draws, shifts)),
            lost=np.zeros((draws, shifts, blocks)),
            changes=np.zeros((shifts, events.accounts)),
            drawn=np.zeros(events.accounts),
            block_events=np.bincount(events.block, minlength=blocks),
        )
    for draw in range(draws):
        chosen = {name: _most_active(of, fewest, rng[name]) for name, of in counts.items()}
        kept = np.minimum.reduce([counts[name][of] for name, of in chosen.items()])
        sizes[draw] = kept.sum()
        for name, (account, order) in pairable.items():
            quota = np.zeros(len(counts[name]), np.int64)
            quota[chosen[name]] = kept
            curves[name].drawn[chosen[name]] += 1
            drawn = _thinned(account, counts[name], quota, rng[name])[order]
            curves[name]._fill(draw, lines[name].taken(np.flatnonzero(drawn)), resolution, rng[name])
    return curves


def excess_difference(first: WindowCurve, second: WindowCurve, place: int = 0) -> Estimate:
    """Return the excess of rarefied over shifted share at the first window, of one population less that of another.

    Interval: the variance of a jackknife that leaves one block of days out of both, plus that of independent accounts;
    Student's t with the smaller effective number of blocks (Σ events)² / Σ events², less 1, as degrees of freedom. Leaving
    out a block loses the accounts whose paired events all lie in it. The jackknife's variance errs upwards on average
    (B. Efron and C. Stein, Annals of Statistics 9 (1981)), and so does the sum (A. C. Cameron, J. B. Gelbach and D. L.
    Miller, Journal of Business & Economic Statistics 29 (2011), subtract the part that both share). Accounts of one team are
    not independent, but their joint acts lie in the same block. `n` counts blocks with events. There is no interval
    with fewer than 2 effective blocks or without variation.
    """
    curves = (first, second)
    lost = (first.lost[:, place] - second.lost[:, place]).mean(axis=0)
    scatter = first.scatter[place] + second.scatter[place]
    return _interval(_mean_excess(first, place) - _mean_excess(second, place), lost, scatter, curves)


def _most_active(counts: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return that many accounts, drawn without replacement, from the one with most events to the one with fewest."""
    chosen = rng.permutation(len(counts))[:number]
    return chosen[np.argsort(-counts[chosen], kind="stable")]


def _thinned(
    account: np.ndarray, counts: np.ndarray, quota: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Draw `quota` events of each account's `counts` without replacement; return which pairable events are among them.

    `account` (shape [pairable events]) has their accounts.
    """
    present = np.bincount(account, minlength=len(counts))
    kept = rng.hypergeometric(present, counts - present, quota)
    # Keys are in the order of accounts, and no two are equal.
    keys = account + rng.random(len(account))
    last = np.where(kept > 0, np.cumsum(present) - present + kept - 1, -1)
    return keys <= np.append(np.sort(keys), -1)[last][account]


def _shifted(
    line: _Line, nearest: np.ndarray, window: int, shift: int, resolution: int, rng: np.random.Generator
) -> _Line:
    """Shift timelines by up to `shift` windows; return the events that could meet."""
    furthest = shift * window // resolution
    near = line.taken(np.flatnonzero(nearest <= window + 2 * furthest * resolution))
    account = near.account
    steps = rng.integers(-furthest, furthest, size=int(account.max(initial=-1)) + 1, endpoint=True)
    return _in_order(near.at + resolution * steps[account], near.who, near.bits)


def _in_order(at: np.ndarray, who: np.ndarray, bits: int) -> _Line:
    """Return the line of events in any order."""
    size = int(who.max(initial=0)).bit_length()
    if int(at.max(initial=0)) >> (62 - size):
        order = np.argsort(at)
        return _Line(at[order], who[order], bits)
    # One number for both is sorted in a third of the time.
    both = np.sort(at << size | who)
    return _Line(both >> size, both & ((1 << size) - 1), bits)


def _paired(line: _Line, window: int) -> _Line:
    """Return the events within a window of another account's event."""
    # Only events beside each other can be; the first one is taken along.
    beside = np.diff(line.at, prepend=line.at[:1]) <= window
    beside[:-1] |= beside[1:]
    close = line.taken(np.flatnonzero(beside))
    return close.taken(_nearest(close.account, close.at) <= window)


def _accounts_in_pairs(line: _Line, window: int) -> int:
    """Return the number of accounts with an event within a window of another account's event."""
    account = line.account
    close = np.flatnonzero((np.diff(line.at) <= window) & (account[1:] != account[:-1]))
    paired = np.zeros(int(account.max(initial=-1)) + 1, bool)
    paired[account[close]] = paired[account[close + 1]] = True
    return int(np.count_nonzero(paired))


def _share(account: np.ndarray, nearest: np.ndarray, windows: np.ndarray, accounts: int) -> np.ndarray:
    """Return the share of `accounts` with an event of which the nearest other is within each window."""
    smallest = np.full(int(account.max(initial=-1)) + 1, NEVER)
    np.minimum.at(smallest, account, nearest)
    return np.searchsorted(np.sort(smallest), windows, side="right") / accounts


def _mean_excess(curve: WindowCurve, place: int) -> float:
    return float((curve.rarefied[:, 0] - curve.by_shift[:, place]).mean())


def _interval(
    value: float, lost: np.ndarray, scatter: float, curves: Sequence[WindowCurve], confidence: float = 0.95
) -> Estimate:
    events = min((curve.block_events for curve in curves), key=effective_number)
    variance = ((lost - lost.mean()) ** 2).sum() * (len(lost) - 1) / len(lost) + scatter
    half, n = student_reach(variance, effective_number(events), confidence), int(np.count_nonzero(events))
    return Estimate(value, n=n) if half is None else Estimate(value, value - half, value + half, n=n)
