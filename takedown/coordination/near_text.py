"""Group near-duplicate texts under one of them: MinHash finds candidate pairs, and their Jaccard index decides.

The set of a text is its sequences of three characters; the Jaccard index of two sets is the size of their
intersection over that of their union. The probability that two sets have the same smallest hash is their Jaccard
index (A. Broder 1997, On the resemblance and containment of documents). With `BANDS` bands of `ROWS` smallest hashes
each, two texts of index J agree in a band with probability 1 - (1 - J^ROWS)^BANDS (J. Leskovec, A. Rajaraman & J.
Ullman 2020, Mining of Massive Datasets, section 3.4): .992 for J = .8, .22 for .5, .012 for .3.
"""

import hashlib
from collections.abc import Callable, Iterator
from functools import partial

import duckdb
import numpy as np
from scipy.sparse import csr_array, vstack

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

#: Number of bits of a bitmap, and the bit of the sign in 32 bits.
BITS, SIGN = 256, np.uint32(1 << 31)

#: Number of texts, or pairs of texts, in one step, so that the sequences fit into the processor's cache.
CHUNK = 2048

#: Number of texts, or pairs of texts, that are in memory at once, and number of sequences up to which all sets are kept there
#: (5 bytes each) instead.
BLOCK, MOST_KEPT = 1 << 17, 1 << 26

#: Multipliers and summands of the hash functions (M. Dietzfelbinger et al. 1997), the same on all machines.
_RANDOM = np.frombuffer(hashlib.shake_256(b"near-duplicate texts").digest(8 * BANDS * ROWS), "<u4")
MULTIPLIERS, SUMMANDS = _RANDOM[::2] | 1, _RANDOM[1::2]


def sequence_sets(words: np.ndarray) -> csr_array:
    """Return the sets of texts (an array of str, each of LENGTH characters or more): a row each, with a column each member.

    Members are hashed to 32 bits: in one of half a million pairs of texts of 70 characters, two different sequences have one
    hash. Columns are signed, since scipy would double their size otherwise.
    """
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    packed = codes[: len(codes) - LENGTH + 1].copy()
    for place in range(1, LENGTH):
        packed <<= CODE_POINT_BITS
        packed |= codes[place : len(codes) - LENGTH + 1 + place]
    last = np.cumsum(lengths)
    inside = np.ones(len(packed), bool)
    for place in range(1, LENGTH):
        inside[last[:-1] - place] = False
    keys = _mixed(packed[inside])
    keys >>= 32
    keys |= np.repeat(np.arange(len(words), dtype=np.uint64) << 32, lengths - LENGTH + 1)
    keys = _different(keys)
    ends = np.searchsorted(keys, np.arange(1, len(words) + 1, dtype=np.uint64) << 32)
    return as_rows((keys.astype(np.uint32) ^ SIGN).view(np.int32), ends)


def as_rows(members: np.ndarray, ends: np.ndarray) -> csr_array:
    """Return sets as rows: that of text i is `members[ends[i - 1]:ends[i]]`, which ascend."""
    starts = np.concatenate([[0], ends]).astype(np.int32)
    return csr_array((np.ones(len(members), bool), members, starts), (len(ends), 2**31 - 1))


def sizes_of(sets: csr_array) -> np.ndarray:
    """Return the number of sequences of each text (shape [texts])."""
    return np.diff(sets.indptr)


def _mixed(values: np.ndarray) -> np.ndarray:
    """Spread 64-bit numbers over all their bits, in place (G. Steele, D. Lea & C. Flood 2014, SplitMix)."""
    values ^= values >> 30
    values *= np.uint64(0xBF58476D1CE4E5B9)
    values ^= values >> 27
    values *= np.uint64(0x94D049BB133111EB)
    values ^= values >> 31
    return values


def _different(values: np.ndarray) -> np.ndarray:
    """Return the sorted values without repeats; for millions of values numpy.unique takes forty times as long."""
    values.sort()
    return values[_begins(values)]


def _begins(values: np.ndarray) -> np.ndarray:
    """Return whether each value is another than the one before it."""
    begins = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=begins[1:])
    return begins


def band_keys(sets: csr_array) -> np.ndarray:
    """Return the keys of all texts (shape [BANDS, texts]); keys of a band are equal if its smallest hashes are."""
    smallest = np.empty((BANDS, ROWS, sets.shape[0]), np.uint32)
    members = sets.indices.view(np.uint32) ^ SIGN
    hashed = np.empty_like(members)
    for function, (multiplier, summand) in enumerate(zip(MULTIPLIERS, SUMMANDS, strict=True)):
        np.add(np.multiply(members, multiplier, out=hashed), summand, out=hashed)
        np.minimum.reduceat(hashed, sets.indptr[:-1], out=smallest[divmod(function, ROWS)])
    keys = np.zeros((BANDS, sets.shape[0]), np.uint64)
    for row in range(ROWS):
        keys = _mixed(keys << 32 ^ keys ^ smallest[:, row])
    return keys


def bitmaps(sets: csr_array) -> np.ndarray:
    """Return a bitmap of each set (shape [texts, BITS / 64]) in which every member sets a bit.

    Two sets differ in at least as many members as their bitmaps in bits (E. Sandes, G. Teodoro & A. Melo 2020,
    Bitmap filter).
    """
    bits = np.zeros((sets.shape[0], BITS), bool)
    starts = np.arange(0, bits.size, BITS)
    bits.ravel()[np.repeat(starts, sizes_of(sets)) + (sets.indices & (BITS - 1))] = True
    return np.packbits(bits, axis=1).view(np.uint64)


def candidates(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of two texts (shape [pairs] each) to compare: in each band, a text and the first with its key.

    `keys` is from `band_keys`. Many texts with one key thus give one pair each, not a pair for every two of them. Pairs are
    ordered by the second text, which is the earlier of the two.
    """
    texts = keys.shape[1]
    pairs, end = np.empty(keys.size, np.int64), 0
    for band in keys:
        order = np.argsort(band)
        begins = np.flatnonzero(_begins(band[order]))
        first = np.repeat(np.minimum.reduceat(order, begins), np.diff(begins, append=texts))
        later = order != first
        begin, end = end, end + int(np.count_nonzero(later))
        np.add(first[later] * texts, order[later], out=pairs[begin:end])
    pairs = _different(pairs[:end])
    return pairs % texts, pairs // texts


def jaccard(sets: csr_array, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the Jaccard index (shape [pairs]) of the texts with the numbers `one` and `other` (shape [pairs])."""
    both = np.empty(len(one), np.int64)
    for begin in range(0, len(one), CHUNK):
        part = slice(begin, begin + CHUNK)
        both[part] = sizes_of(sets[one[part]] * sets[other[part]])
    sizes = sizes_of(sets)
    return both / (sizes[one] + sizes[other] - both)


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
    sizes: np.ndarray,
    bits: np.ndarray,
    one: np.ndarray,
    other: np.ndarray,
    sets_of: Callable[[np.ndarray], csr_array],
) -> np.ndarray:
    """Return the number of the leader of each text (shape [texts]), given `sizes_of`, `bitmaps` and `candidates`.

    `sets_of` returns the sets of the texts with some numbers, which ascend; it is asked for those of at most `BLOCK` pairs
    at a time, since the sets of all texts may not fit into memory. Texts that already have a leader are not compared, nor are
    sets that differ in too many members for `THRESHOLD` by their sizes or bitmaps.
    """
    leader = np.arange(len(sizes))
    # In the order of the second text, all pairs that decide whether it is a leader come before its own.
    for begin in range(0, len(one), BLOCK):
        x, y = one[begin : begin + BLOCK], other[begin : begin + BLOCK]
        waits = (leader[x] == x) & (leader[y] == y)
        x, y = x[waits], y[waits]
        total, differ = sizes[x] + sizes[y], np.abs(sizes[x] - sizes[y])
        differ = np.maximum(differ, np.bitwise_count(bits[x] ^ bits[y]).sum(axis=1))
        may = (total - differ) / (total + differ) >= THRESHOLD
        may &= np.minimum(sizes[x], sizes[y]) >= FEWEST_SEQUENCES
        x, y = x[may], y[may]
        if not len(x):
            continue
        texts, places = np.unique(np.concatenate([x, y]), return_inverse=True)
        x, y = places[: len(x)], places[len(x) :]
        near = jaccard(sets_of(texts), x, y) >= THRESHOLD
        led = leaders(len(texts), x[near], y[near])
        moved = led != np.arange(len(texts))
        leader[texts[moved]] = texts[led[moved]]
    return leader


def word_posts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table worded_post of the view traced_post (`takedown.coordination.traces`), if there is none."""
    query = read_sql("coordination/near_text/worded_post.sql")
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS worded_post AS {query}")


def file_near_texts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the temporary table near_text: words of a text of `word_posts` and the digest of its `leader`, another text."""
    word_posts(connection)
    fewest = FEWEST_SEQUENCES + LENGTH - 1
    connection.execute("SET VARIABLE fewest_characters = $fewest", {"fewest": fewest})
    _make_table(connection, "numbered_text")
    query = read_sql("coordination/near_text/words.sql")
    texts, most = connection.execute(
        read_sql("coordination/near_text/size.sql"), {"length": LENGTH}
    ).fetchall()[0]
    keys, bits = np.empty((BANDS, texts), np.uint64), np.empty((texts, BITS // 64), np.uint64)
    # The system gives memory only to the part of an array that is written to.
    ends, kept = np.empty(texts, np.int64), np.empty(most if most <= MOST_KEPT else 0, np.int32)
    text = end = 0
    for first in range(0, texts, BLOCK):
        words = connection.execute(query, {"first": first, "past": first + BLOCK}).fetchnumpy()["words"]
        for sets in _in_chunks(words):
            part = slice(text, text := text + sets.shape[0])
            keys[:, part], bits[part], ends[part] = band_keys(sets), bitmaps(sets), end + sets.indptr[1:]
            if len(kept):
                kept[end : end + sets.nnz] = sets.indices
            end += sets.nnz
    one, other = candidates(keys)
    del keys
    sets_of = as_rows(kept[:end], ends).__getitem__ if len(kept) else partial(_sets_again, connection)
    leader = file_texts(np.diff(ends, prepend=0), bits, one, other, sets_of)
    filed = np.flatnonzero(leader != np.arange(texts))
    connection.register("leader_number", {"number": filed, "leader": leader[filed]})
    _make_table(connection, "near_text")
    connection.unregister("leader_number")
    connection.execute("DROP TABLE numbered_text")


def _sets_again(connection: duckdb.DuckDBPyConnection, numbers: np.ndarray) -> csr_array:
    """Return the sets of the numbered texts with these numbers, which ascend."""
    connection.register("wanted", {"number": numbers})
    words = connection.execute(read_sql("coordination/near_text/wanted_words.sql")).fetchnumpy()["words"]
    connection.unregister("wanted")
    return vstack([*_in_chunks(words)])


def _in_chunks(words: np.ndarray) -> Iterator[csr_array]:
    """Yield the `sequence_sets` of CHUNK texts at a time."""
    return (sequence_sets(words[first : first + CHUNK]) for first in range(0, len(words), CHUNK))


def _make_table(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    query = read_sql(f"coordination/near_text/{name}.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {query}")
