"""Exchange as a comparison of each with each, in loops: what the queries must find."""

import itertools
import math
from collections import Counter, defaultdict
from fractions import Fraction
from typing import NamedTuple

from scipy.stats import binom

from takedown.coordination.exchange import LEAST_DAYS

DAY = 86400


class Rules(NamedTuple):
    window: int
    near: int
    cap: int
    offset: int
    block_days: int


class Near(NamedTuple):
    """A pair of acts that are near each other; `rank` of the object from the rarest on."""

    pair: tuple
    rank: int
    day: int
    time: int
    difference: int
    speeds: tuple


def local_day(time: int, rules: Rules) -> int:
    return (time + rules.offset) // DAY


def find_acts(rows, rules: Rules) -> list[tuple]:
    """Return (account, object, time) without what an account repeats within twice the time that is near."""
    times = defaultdict(list)
    for account, thing, time in sorted(set(rows)):
        times[account, thing].append(time)
    return [
        (*key, time)
        for key, of_key in times.items()
        for before, time in zip([-math.inf, *of_key], of_key, strict=False)
        if time - before > 2 * rules.near
    ]


def scores_of(acts, rules: Rules) -> dict[tuple, int]:
    """Return by account, object and day how early the account was, in millionths."""
    first = defaultdict(dict)
    for account, thing, time in sorted(acts, key=lambda act: -act[2]):
        first[thing, local_day(time, rules)][account] = time
    scores = {}
    for (thing, day), times in first.items():
        if len(times) >= 3:
            for account, time in times.items():
                earlier, alike = (
                    sum(test(other, time) for other in times.values()) for test in (int.__lt__, int.__eq__)
                )
                quantile = Fraction(2 * earlier + alike, 2 * len(times))
                scores[account, thing, day] = round((quantile - Fraction(1, 2)) * 1_000_000)
    return scores


def tenth(scores: list[int]) -> int:
    return math.floor(10 * (Fraction(1, 2) + Fraction(sum(scores), 1_000_000 * (len(scores) + 2))))


def object_speed(scores, account, thing, day) -> int:
    return tenth([of for key, of in scores.items() if key[0] == account and key[1:] != (thing, day)])


def near_pairs(acts, speed, rules: Rules, clocks) -> list[Near]:
    counts = defaultdict(int)
    for _, thing, _ in acts:
        counts[thing] += 1
    rank = {
        thing: place for place, thing in enumerate(sorted(counts, key=lambda thing: (counts[thing], thing)))
    }
    kept = [
        act
        for act in acts
        if 1
        <= sum(other[1] == act[1] and abs(other[2] - act[2]) <= rules.near for other in acts) - 1
        <= rules.cap
    ]
    found = []
    for one, other in itertools.product(kept, kept):
        day = local_day(one[2], rules)
        if (
            one[0] < other[0]
            and one[1] == other[1]
            and day == local_day(other[2], rules)
            and abs(one[2] - other[2]) <= rules.near
            and not {one[0], other[0]} <= clocks
        ):
            speeds = tuple(sorted(speed(act[0], act[1], day) for act in (one, other)))
            found.append(Near((one[0], other[0]), rank[one[1]], day, one[2], other[2] - one[2], speeds))
    return found


def pair_days(nears: list[Near]) -> dict[tuple, Near]:
    chosen = {}
    for near in sorted(nears, key=lambda near: (near.rank, near.time)):
        chosen.setdefault((near.pair, near.day), near)
    return chosen


def linked_days(days: dict[tuple, Near], rules: Rules, population) -> set[tuple]:
    together = {key: abs(near.difference) <= rules.window for key, near in days.items()}
    totals = defaultdict(lambda: [0, 0])
    for (pair, _), is_together in together.items():
        totals[pair][0] += 1
        totals[pair][1] += is_together

    def share_of(number, weigh, partners):
        of = [t for pair, t in totals.items() if population(pair[0]) == number and pair not in partners]
        whole = sum(weigh(n) * n for n, _ in of)
        return sum(weigh(n) * x for n, x in of) / whole if whole else 0.0

    linked = set()
    for number in {population(pair[0]) for pair in totals}:
        share = share_of(number, lambda n: 1 / n, set())
        partners = {pair for pair, (n, x) in totals.items() if x >= 2 and binom.sf(x - 1, n, share) <= 0.05}
        share = share_of(number, lambda n: 1, partners)
        for (pair, day), is_together in together.items():
            n, x = totals[pair][0] - 1, totals[pair][1] - is_together
            if population(pair[0]) == number and x >= 2 and binom.sf(x - 1, n, share) <= 0.05:
                linked.add((pair, day))
    return linked


def trials_of(nears: list[Near], rules: Rules, chance: float, part: int, population) -> dict[tuple, tuple]:
    """Return by pair and day whether the two were together, and the chance of that, of pairs near each other on days enough."""
    days = pair_days(nears)
    often = Counter(pair for pair, _ in days)
    linked = linked_days(days, rules, population)
    first = {}
    for (pair, day), near in sorted(days.items(), key=lambda item: item[0][1]):
        first.setdefault((pair, (near.time + rules.offset) % DAY // part), (pair, day))
    trials = {}
    for key in first.values():
        own = days[key]
        others = [
            near
            for near in nears
            if near is not own
            and near.rank == own.rank
            and near.day // rules.block_days == own.day // rules.block_days
            and near.speeds[0] <= own.speeds[0]
            and near.speeds[1] <= own.speeds[1]
            and (near.pair, near.day) not in linked
        ]
        together = sum(abs(near.difference) <= rules.window for near in others)
        if len(others) > together and often[key[0]] >= LEAST_DAYS:
            found = max(chance, (1 + together) / (1 + len(others)))
            trials[key] = (abs(own.difference) <= rules.window, found)
    return trials


def explained(nears: list[Near], uses, rules: Rules, population) -> list[Near]:
    """Put near pairs of posts on the rarest object of both if somebody linked to neither used it that day.

    `uses` are rows of accounts, objects and times. Objects of a day that equally many use are in the order of their names.
    """
    linked = linked_days(pair_days(nears), rules, population)
    partners = defaultdict(set)
    for pair, day in linked:
        for one, other in (pair, pair[::-1]):
            partners[one, day].add(other)
    users, things = defaultdict(set), defaultdict(set)
    for account, thing, time in uses:
        users[thing, local_day(time, rules)].add(account)
        things[account, time].add(thing)
    places = {
        key: place for place, key in enumerate(sorted(users), start=1 + max(near.rank for near in nears))
    }

    def put(near: Near) -> Near:
        one, other = near.pair
        shared = things[one, near.time] & things[other, near.time + near.difference]
        if not shared:
            return near
        rarest = min(shared, key=lambda thing: (len(users[thing, near.day]), thing))
        known = {one, other} | partners[one, near.day] | partners[other, near.day]
        is_public = users[rarest, near.day] - known
        return near._replace(rank=places[rarest, near.day]) if is_public else near

    return [put(near) for near in nears]
