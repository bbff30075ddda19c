"""Share of accounts in at least one coordinated pair, by window: as found, at equal sizes, and with timelines shifted.

The share grows with the number of accounts and of their events, so populations compare only where both are equal. It
depends on nothing but each account's smallest distance in time to another account's event on the same object: one sort
gives the share at every window, and no pair is enumerated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from takedown.statistics.estimate import Estimate
from takedown.statistics.intervals import effective_number, student_reach

#: Distance where no other account has the object.
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Events:
    """Events of one trace of one population, no two alike; arrays of one element for each.

    `account` numbers accounts from 0 without a gap, `object` objects; `time` is in whole seconds; `block` numbers the
    blocks of days, which are the same for populations that are compared.
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
        """Return the events at some places; accounts keep their numbers."""
        return Events(*(column[places] for column in (self.account, self.object, self.time, self.block)))


@dataclass(frozen=True)
class WindowCurve:
    """Shares of one population's accounts in at least one pair; `windows` increasing, in seconds, inclusive.

    `full` has all accounts and events, one element for each window. `rarefied` and `shifted`, shape (draws, windows),
    have `accounts` accounts and `events` events (mean of draws); `shifted` is of the same draw with timelines shifted by
    up to `shifts[0]` windows. At the first window alone, `by_shift`, shape (draws, shifts), has every largest shift, and
    `lost`, shape (draws, shifts, blocks), how much of rarefied less shifted goes with a block of days, and `scatter`,
    shape (shifts,), its variance if accounts were independent; `block_events`, shape (blocks,), are all events.
    """

    windows: np.ndarray
    shifts: tuple[int, ...]
    full: np.ndarray
    rarefied: np.ndarray
    shifted: np.ndarray
    by_shift: np.ndarray
    lost: np.ndarray
    scatter: np.ndarray
    block_events: np.ndarray
    accounts: int
    events: float

    def excess(self, place: int = 0) -> Estimate:
        """Return rarefied less shifted share at the first window, for the largest shift at a place of `shifts`.

        The interval is that of `excess_difference`.
        """
        lost = self.lost[:, place].mean(axis=0)
        return _interval(_mean_excess(self, place), lost, self.scatter[place], [self])


def nearest_others(account: np.ndarray, object: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return the seconds between each event and the nearest one of another account on its object, NEVER without one."""
    if not len(time):
        return np.empty(0, np.int64)
    first = time.min()
    order = np.argsort(object.astype(np.int64) * (time.max() - first + 1) + (time - first))
    account, object, time = account[order], object[order], time[order]
    # Neighbours in time by the same account are one run: the nearest others are the events around it.
    starts = np.flatnonzero(
        np.concatenate([[True], (account[1:] != account[:-1]) | (object[1:] != object[:-1])])
    )
    run = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(time)))
    follows = np.concatenate([[False], object[starts[1:]] == object[starts[1:] - 1]])
    before = np.where(follows[run], time - time[starts[run] - 1], NEVER)
    followed, ends = np.append(follows[1:], False), np.append(starts[1:], 0)
    after = np.where(followed[run], time[ends[run]] - time, NEVER)
    nearest = np.empty(len(time), np.int64)
    nearest[order] = np.minimum(before, after)
    return nearest


def compare_windows(
    populations: Mapping[str, Events],
    windows: Sequence[int],
    draws: int,
    rng: Mapping[str, np.random.Generator],
    shift_windows: Sequence[int] = (10,),
    resolution: int = 1,
) -> dict[str, WindowCurve]:
    """Return the curves of the populations that have events, rarefied to the same sizes.

    In each draw as many accounts as the smallest population has are taken from each without replacement. The account
    with the k-th most events of each population keeps as many of them, at random, as that population has which has
    fewest at rank k, so that numbers of accounts, events and events by account are the same everywhere. An account
    counts also if none of its events that are left meets another. A population alone stays as it is.

    For each window w every account's timeline is then shifted as a whole, uniformly within ± `shift_windows[0]` · w, by
    multiples of `resolution` seconds, which every time must be a multiple of (A. Amarasingham, M. Harrison,
    N. Hatsopoulos and S. Geman, Journal of Neurophysiology 107 (2012), interval jitter; S. Louis, G. Gerstein, S. Grün
    and M. Diesmann, Frontiers in Computational Neuroscience 4 (2010), shift of whole trains). Rhythm, activity and
    popularity stay, and so does any common cause slower than that; one faster parts the curves as a plan would. Further
    elements of `shift_windows` are tried at the first window.
    """
    windows, shifts = np.asarray(windows, np.int64), tuple(shift_windows)
    reach = int(windows[-1]) * (1 + 2 * max(shifts))
    populations = {name: events for name, events in populations.items() if len(events.time)}
    if not populations:
        return {}
    fewest = min(events.accounts for events in populations.values())
    blocks = 1 + max(int(events.block.max()) for events in populations.values())
    counts, full, pairable, found = {}, {}, {}, {}
    for name, events in populations.items():
        counts[name] = np.bincount(events.account)
        nearest = nearest_others(events.account, events.object, events.time)
        full[name] = _share(events.account, nearest, windows, events.accounts)
        pairable[name] = events.taken(np.flatnonzero(nearest <= reach))
        found[name] = _Draws.empty(draws, len(windows), len(shifts), blocks, events.accounts)
    sizes = np.zeros(draws)
    for draw in range(draws):
        chosen = {name: _most_active(of, fewest, rng[name]) for name, of in counts.items()}
        kept = np.minimum.reduce([counts[name][of] for name, of in chosen.items()])
        sizes[draw] = kept.sum()
        for name, of in pairable.items():
            quota = np.zeros(len(counts[name]), np.int64)
            quota[chosen[name]] = kept
            found[name].drawn[chosen[name]] += 1
            part = _thinned(of, counts[name], quota, rng[name])
            found[name].fill(draw, part, fewest, windows, shifts, resolution, rng[name])
    return {
        name: WindowCurve(
            windows,
            shifts,
            full[name],
            *(found[name].rarefied, found[name].shifted, found[name].by_shift, found[name].lost),
            found[name].scatter(fewest),
            np.bincount(events.block, minlength=blocks),
            fewest,
            float(sizes.mean()),
        )
        for name, events in populations.items()
    }


def excess_difference(first: WindowCurve, second: WindowCurve, place: int = 0) -> Estimate:
    """Return the excess of rarefied over shifted share at the first window, of one population less that of another.

    Interval: the variance of a jackknife that leaves one block of days out of both, plus that of independent accounts;
    Student's t on the smaller effective number of blocks (Σ events)² / Σ events² less 1. Without a block those
    accounts are lost whose events in pairs all lie in it; the jackknife's variance errs upwards on average (B. Efron and C. Stein,
    Annals of Statistics 9 (1981)), and so does the sum (A. C. Cameron, J. B. Gelbach and D. L. Miller, Journal of
    Business & Economic Statistics 29 (2011), take off what both share). Accounts of one team are not independent, but what
    they do at once lies in the same block. `n` counts blocks with events. No interval where fewer than 2 blocks are
    effective or nothing varies.
    """
    curves = (first, second)
    lost = (first.lost[:, place] - second.lost[:, place]).mean(axis=0)
    scatter = sum(curve.scatter[place] for curve in curves)
    return _interval(_mean_excess(first, place) - _mean_excess(second, place), lost, scatter, curves)


@dataclass(frozen=True)
class _Draws:
    """What the draws of one population give: arrays as in `WindowCurve`, and what `scatter` comes from.

    `changes`, shape (shifts, accounts), counts the draws in which an account is in a pair, less those in which it is when
    shifted; `drawn`, shape (accounts,), those for which it was taken.
    """

    rarefied: np.ndarray
    shifted: np.ndarray
    by_shift: np.ndarray
    lost: np.ndarray
    changes: np.ndarray
    drawn: np.ndarray

    @classmethod
    def empty(cls, draws: int, windows: int, shifts: int, blocks: int, accounts: int) -> "_Draws":
        by_window, by_shift = (draws, windows), (draws, shifts)
        shapes = (by_window, by_window, by_shift, (*by_shift, blocks), (shifts, accounts), accounts)
        return cls(*(np.zeros(shape) for shape in shapes))

    def scatter(self, accounts: int) -> np.ndarray:
        changes = self.changes[:, self.drawn > 0] / self.drawn[self.drawn > 0]
        return changes.var(axis=1) / max(accounts - 1, 1)

    def fill(
        self,
        draw: int,
        events: Events,
        accounts: int,
        windows: np.ndarray,
        shifts: Sequence[int],
        resolution: int,
        rng: np.random.Generator,
    ) -> None:
        nearest = nearest_others(events.account, events.object, events.time)
        self.rarefied[draw] = _share(events.account, nearest, windows, accounts)
        blocks = self.lost.shape[2]
        for place, shift in enumerate(shifts):
            near, moved = _shifted(events, nearest, int(windows[0]), shift, resolution, rng)
            (self.by_shift[draw, place],) = _share(near.account, moved, windows[:1], accounts)
            self.lost[draw, place] = _lost(events, nearest <= windows[0], accounts, blocks)
            self.lost[draw, place] -= _lost(near, moved <= windows[0], accounts, blocks)
            self.changes[place, np.unique(events.account[nearest <= windows[0]])] += 1
            self.changes[place, np.unique(near.account[moved <= windows[0]])] -= 1
        self.shifted[draw, 0] = self.by_shift[draw, 0]
        for place, window in enumerate(windows[1:].tolist(), start=1):
            near, moved = _shifted(events, nearest, window, shifts[0], resolution, rng)
            (self.shifted[draw, place],) = _share(near.account, moved, [window], accounts)


def _most_active(counts: np.ndarray, number: int, rng: np.random.Generator) -> np.ndarray:
    """Return that many accounts, drawn without replacement, from the one with most events to the one with fewest."""
    chosen = rng.permutation(len(counts))[:number]
    return chosen[np.argsort(-counts[chosen], kind="stable")]


def _thinned(pairable: Events, counts: np.ndarray, quota: np.ndarray, rng: np.random.Generator) -> Events:
    """Draw `quota` events of each account's `counts` without replacement; return the pairable ones among them."""
    present = np.bincount(pairable.account, minlength=len(counts))
    kept = rng.hypergeometric(present, counts - present, quota)
    # Events are in the order of accounts, and so are their keys.
    order = np.argsort(pairable.account + rng.random(len(pairable.account)), kind="stable")
    rank = np.arange(len(order)) - np.repeat(np.cumsum(present) - present, present)
    return pairable.taken(np.sort(order[rank < np.repeat(kept, present)]))


def _shifted(
    events: Events, nearest: np.ndarray, window: int, shift: int, resolution: int, rng: np.random.Generator
) -> tuple[Events, np.ndarray]:
    """Shift timelines by up to `shift` windows; return the events that could meet, and how far they are from others."""
    furthest = shift * window // resolution
    near = events.taken(np.flatnonzero(nearest <= window + 2 * furthest * resolution))
    steps = rng.integers(-furthest, furthest, size=near.accounts, endpoint=True)
    return near, nearest_others(near.account, near.object, near.time + resolution * steps[near.account])


def _share(account: np.ndarray, nearest: np.ndarray, windows: Sequence[int], accounts: int) -> np.ndarray:
    """Return the share of `accounts` with an event of which the nearest other is within each window."""
    smallest = np.full(int(account.max(initial=-1)) + 1, NEVER)
    np.minimum.at(smallest, account, nearest)
    return np.searchsorted(np.sort(smallest), windows, side="right") / accounts


def _lost(events: Events, paired: np.ndarray, accounts: int, blocks: int) -> np.ndarray:
    """Return for each block the share of accounts whose pairs all lie in it."""
    if not paired.any():
        return np.zeros(blocks)
    cells = np.unique(events.account[paired].astype(np.int64) * blocks + events.block[paired])
    account, block = np.divmod(cells, blocks)
    alone = np.bincount(account)[account] == 1
    return np.bincount(block[alone], minlength=blocks) / accounts


def _mean_excess(curve: WindowCurve, place: int) -> float:
    return float((curve.rarefied[:, 0] - curve.by_shift[:, place]).mean())


def _interval(
    value: float,
    lost: np.ndarray,
    scatter: float,
    curves: Sequence[WindowCurve],
    confidence: float = 0.95,
) -> Estimate:
    events = min((curve.block_events for curve in curves), key=effective_number)
    variance = ((lost - lost.mean()) ** 2).sum() * (len(lost) - 1) / len(lost) + scatter
    half, n = student_reach(variance, effective_number(events), confidence), int(np.count_nonzero(events))
    return Estimate(value, *(() if half is None else (float(value - half), float(value + half))), n=n)
