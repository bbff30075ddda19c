"""Group near-duplicate texts under one of them: MinHash finds candidate pairs, and their Jaccard index decides.

The set of a text is its sequences of three characters; the Jaccard index of two sets is the size of their
intersection over that of their union. The probability that two sets have the same smallest hash is their Jaccard
index (A. Broder 1997, On the resemblance and containment of documents). With `BANDS` bands of `ROWS` smallest hashes
each, two texts of index J agree in a band with probability 1 - (1 - J^ROWS)^BANDS (J. Leskovec, A. Rajaraman & J.
Ullman 2020, Mining of Massive Datasets, section 3.4): .992 for J = .8, .22 for .5, .012 for .3.
"""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np

from takedown.core.database import read_sql

#: Least Jaccard index of near-duplicates.
THRESHOLD = 0.8

#: Characters of a sequence. Code points are below 2^21, so three of them fit into 63 bits.
LENGTH = 3
CODE_POINT_BITS = 21

#: A text with fewer different sequences is near only itself: below nine sequences, one changed sequence is too many.
FEWEST_SEQUENCES = 10

#: Number of bands of the MinHash sketch, and number of smallest hashes in each band.
BANDS, ROWS = 16, 6

#: Number of texts, or pairs of texts, in one step: it bounds the memory, and the sequences fit into the processor's cache.
CHUNK = 4096

#: Number of sequences up to which all sets stay in memory (4 bytes each), and otherwise the number of pairs of texts whose
#: sets are in memory at once.
MOST_KEPT, BLOCK = 1 << 26, 1 << 17

#: Multipliers and summands of the hash functions (M. Dietzfelbinger et al. 1997), the same on all machines.
_RANDOM = np.frombuffer(hashlib.shake_256(b"near-duplicate texts").digest(8 * BANDS * ROWS), "<u4")
MULTIPLIERS, SUMMANDS = _RANDOM[::2] | 1, _RANDOM[1::2]


@dataclass(frozen=True)
class Sets:
    """The sets of texts: that of text i is `members[ends[i - 1]:ends[i]]`, hashed, sorted and without repeats.

    Hashes have 32 bits: in one of half a million pairs of texts of 70 characters, two different sequences have one hash.
    """

    members: np.ndarray
    ends: np.ndarray

    @cached_property
    def sizes(self) -> np.ndarray:
        """Number of sequences of each text (shape [texts])."""
        return np.diff(self.ends, prepend=0)


def sequence_sets(words: np.ndarray) -> Sets:
    """Return the sets of texts (an array of str, each of LENGTH characters or more)."""
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    packed: np.ndarray = codes[: len(codes) - LENGTH + 1].copy()
    for place in range(1, LENGTH):
        packed = packed << CODE_POINT_BITS | codes[place : len(codes) - LENGTH + 1 + place]
    last = np.cumsum(lengths)
    inside = np.ones(len(packed), bool)
    for place in range(1, LENGTH):
        inside[last[:-1] - place] = False
    text = np.repeat(np.arange(len(words), dtype=np.uint64), lengths - LENGTH + 1)
    keys = _different(text << 32 | _mixed(packed[inside]) >> 32)
    sizes = np.bincount((keys >> 32).astype(np.int64), minlength=len(words))
    return Sets(keys.astype(np.uint32), np.cumsum(sizes))


def _mixed(values: np.ndarray) -> np.ndarray:
    """Spread 64-bit numbers over all their bits (G. Steele, D. Lea & C. Flood 2014, SplitMix)."""
    values = (values ^ values >> 30) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ values >> 27) * np.uint64(0x94D049BB133111EB)
    return values ^ values >> 31


def _different(values: np.ndarray) -> np.ndarray:
    """Return the sorted values without repeats; for millions of values numpy.unique takes forty times as long."""
    values.sort()
    return values[np.diff(values, prepend=~values[:1]) != 0]


def band_keys(sets: Sets) -> np.ndarray:
    """Return the keys of all texts (shape [BANDS, texts]); keys of a band are equal if its smallest hashes are."""
    starts = sets.ends - sets.sizes
    keys = np.zeros((BANDS, len(starts)), np.uint64)
    hashed = np.empty_like(sets.members)
    for function, (multiplier, summand) in enumerate(zip(MULTIPLIERS, SUMMANDS, strict=True)):
        np.add(np.multiply(sets.members, multiplier, out=hashed), summand, out=hashed)
        smallest = np.minimum.reduceat(hashed, starts)
        keys[function // ROWS] = _mixed(keys[function // ROWS] << 32 ^ keys[function // ROWS] ^ smallest)
    return keys


def candidates(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of two texts (shape [pairs] each) to compare: in each band, a text and the first with its key.

    `keys` is from `band_keys`. Many texts with one key thus give one pair each, not a pair for every two of them.
    """
    texts = keys.shape[1]
    found = []
    for band in keys:
        order = np.argsort(band, kind="stable")
        begins = np.flatnonzero(np.diff(band[order], prepend=~band[order[:1]]))
        first = np.repeat(order[begins], np.diff(begins, append=texts))
        found.append((order * texts + first)[order != first])
    pairs = _different(np.concatenate(found))
    return pairs // texts, pairs % texts


def jaccard(sets: Sets, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the Jaccard index (shape [pairs]) of the texts with the numbers `one` and `other` (shape [pairs])."""
    index = np.empty(len(one))
    for begin in range(0, len(one), CHUNK):
        part = slice(begin, begin + CHUNK)
        tagged = np.concatenate([_tagged(sets, one[part]), _tagged(sets, other[part])])
        tagged.sort(kind="stable")
        shared = tagged[1:][tagged[1:] == tagged[:-1]] >> 32
        both = np.bincount(shared.astype(np.int64), minlength=len(one[part]))
        index[part] = both / (sets.sizes[one[part]] + sets.sizes[other[part]] - both)
    return index


def _tagged(sets: Sets, texts: np.ndarray) -> np.ndarray:
    """Return the sequences of these texts in turn, each with the place of its text in the upper 32 bits."""
    sizes = sets.sizes[texts]
    starts = sets.ends[texts] - sizes
    places = np.repeat(starts - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())
    return np.repeat(np.arange(len(texts), dtype=np.uint64), sizes) << 32 | sets.members[places]


def leaders(texts: int, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the leader of each text (shape [texts]), given pairs of near texts (shape [pairs] each), `other` before `one`.

    In the order of their numbers, a text that is near an earlier leader is grouped under the first such leader, else it
    becomes a leader: the first maximal independent set, found in rounds (G. Blelloch, J. Fineman & J. Shun 2012). There are
    no chains: every text is near its leader, and two texts with one leader have a Jaccard index of at least
    2 THRESHOLD - 1, since one minus the index is a distance.

    >>> leaders(3, np.array([1, 2]), np.array([0, 1])).tolist()
    [0, 0, 2]
    """
    is_leader, is_filed = np.zeros(texts, bool), np.zeros(texts, bool)
    while not (is_leader | is_filed).all():
        waits = np.zeros(texts, bool)
        waits[one[~is_filed[other]]] = True
        is_leader |= ~waits & ~is_filed
        is_filed[one[is_leader[other]]] = True
    leader = np.arange(texts)
    under = is_leader[other]
    np.minimum.at(leader, one[under], other[under])
    return leader


def file_texts(
    sizes: np.ndarray, one: np.ndarray, other: np.ndarray, sets_of: Callable[[np.ndarray], Sets]
) -> np.ndarray:
    """Return the number of the leader of each text (shape [texts]), given the sizes of their sets and `candidates`.

    `sets_of` returns the sets of the texts with some numbers, which ascend; it is asked for those of at most `BLOCK` pairs
    at a time, since the sets of all texts may not fit into memory. Texts that already have a leader are not compared, nor are
    sets whose sizes are too different for `THRESHOLD`.
    """
    smaller, larger = np.minimum(sizes[one], sizes[other]), np.maximum(sizes[one], sizes[other])
    alike = (smaller >= FEWEST_SEQUENCES) & (smaller / larger >= THRESHOLD)
    one, other = one[alike], other[alike]
    leader = np.arange(len(sizes))
    # All pairs of a text are in one block, in which its leader is found.
    cuts = np.searchsorted(one, one[BLOCK::BLOCK])
    for begin, end in itertools.pairwise([0, *cuts, len(one)]):
        x, y = one[begin:end], other[begin:end]
        x, y = x[leader[y] == y], y[leader[y] == y]
        texts, places = np.unique(np.concatenate([x, y]), return_inverse=True)
        x, y = places[: len(x)], places[len(x) :]
        near = jaccard(sets_of(texts), x, y) >= THRESHOLD
        led = leaders(len(texts), x[near], y[near])
        moved = led != np.arange(len(texts))
        leader[texts[moved]] = texts[led[moved]]
    return leader


def file_near_texts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table near_text: digest of a text and digest of its `leader`, if that is another text.

    The texts are those of the view traced_post, which `takedown.coordination.traces.trace_events` makes.
    """
    fewest = FEWEST_SEQUENCES + LENGTH - 1
    connection.execute("SET VARIABLE fewest_characters = $fewest", {"fewest": fewest})
    _make_table(connection, "numbered_text")
    texts = connection.table("numbered_text").aggregate("count(*)").fetchall()[0][0]
    sizes, keys = np.zeros(texts, np.int64), np.zeros((BANDS, texts), np.uint64)
    query, kept, sequences = read_sql("coordination/near_text/words.sql"), [], 0
    for first in range(0, texts, CHUNK):
        part = slice(first, first + CHUNK)
        words = connection.execute(query, {"first": first, "past": first + CHUNK}).fetchnumpy()["words"]
        sets = sequence_sets(words)
        sizes[part], keys[:, part] = sets.sizes, band_keys(sets)
        sequences += len(sets.members)
        kept.append(sets)
        if sequences > MOST_KEPT:
            kept.clear()
    one, other = candidates(keys)
    del keys
    if sequences > MOST_KEPT:
        leader = file_texts(sizes, one, other, lambda numbers: _sets_again(connection, numbers))
    else:
        sets = _joined(kept)
        leader = file_texts(sizes, one, other, lambda numbers: _some(sets, numbers))
    filed = np.flatnonzero(leader != np.arange(texts))
    connection.register("leader_number", {"number": filed, "leader": leader[filed]})
    _make_table(connection, "near_text")
    connection.unregister("leader_number")
    connection.execute("DROP TABLE numbered_text")


def _sets_again(connection: duckdb.DuckDBPyConnection, numbers: np.ndarray) -> Sets:
    """Return the sets of the numbered texts with these numbers, which ascend."""
    connection.register("wanted", {"number": numbers})
    words = connection.execute(read_sql("coordination/near_text/wanted_words.sql")).fetchnumpy()["words"]
    connection.unregister("wanted")
    return _joined([sequence_sets(words[first : first + CHUNK]) for first in range(0, len(words), CHUNK)])


def _some(sets: Sets, texts: np.ndarray) -> Sets:
    return Sets(_tagged(sets, texts).astype(np.uint32), np.cumsum(sets.sizes[texts]))


def _joined(parts: list[Sets]) -> Sets:
    members = np.concatenate([np.empty(0, np.uint32), *(part.members for part in parts)])
    return Sets(members, np.cumsum(np.concatenate([np.empty(0, np.int64), *(part.sizes for part in parts)])))


def _make_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    query = read_sql(f"coordination/near_text/{name}.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
