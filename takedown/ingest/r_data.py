"""Read a data frame from an R data file (.rds or .rda), without an object for each string or list."""

import bz2
import json
import lzma
import struct
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from isal import igzip
from rdata.parser import DEFAULT_ALTREP_MAP, RObject, RObjectType

from takedown.core.errors import InputError
from takedown.ingest.encoding import read_start
from takedown.ingest.rdata_parser import ParserXDR
from takedown.ingest.unpack import InflateError

#: First bytes of each compression format, and the function that opens it.
PACKINGS: dict[bytes, Callable[..., Any]]
PACKINGS = {b"\x1f\x8b": igzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open, b"": open}

#: Errors that the parser raises for invalid bytes.
DAMAGE = (
    *(ArithmeticError, AssertionError, AttributeError, LookupError, NotImplementedError, RecursionError),
    *(TypeError, ValueError, struct.error),
)

#: Files below this size may have any compression ratio.
SMALL_BYTES = 1 << 20

#: Bits of R's headers: the type; a string; a vector of strings without attributes; NULL.
TYPE, STRING, STRINGS, NOTHING = 0xFF, 9, 16, 254
LATIN_1 = 1 << 14
WORDS = struct.Struct(">ii")

#: Stands for a string that is not UTF-8.
UNREADABLE = object()


class Frame(NamedTuple):
    """A data frame: columns as arrays of text, numbers or times, with None for missing values.

    A list column is text, each value a JSON list. `unreadable` marks, for each column, the values that are text but not
    UTF-8.
    """

    columns: dict[str, np.ndarray]
    unreadable: dict[str, np.ndarray]


def read_frame(path: str | Path, *, largest_bytes: float, largest_ratio: float) -> Frame:
    """Return the data frame in an R data file.

    Raises InputError for a file that is damaged, unpacks to more than `largest_bytes` or to more than `largest_ratio`
    times its size, or does not hold exactly one data frame.
    """
    path = Path(path)
    data = _unpacked(path, largest_bytes, largest_ratio)
    if data.startswith((b"RDX2\n", b"RDX3\n")):
        data = data[5:]
    if not data.startswith(b"X\n"):
        raise InputError(
            f"{path} is not an R data file in R's default format; write it with saveRDS() or save()."
        )
    parser = _Parser(
        memoryview(data)[2:], expand_altrep=True, altrep_constructor_dict=_with_bounds(len(data))
    )
    try:
        with warnings.catch_warnings():
            # rdata warns of parts of R objects that do not concern a data frame.
            warnings.simplefilter("ignore")
            frame = _only_frame(parser.parse_all().object)
        if frame is None:
            raise InputError(f"{path} holds no data frame, or several; save one data frame alone.")
        return _columns_of(frame)
    except DAMAGE as error:
        raise _damaged(path) from error


class _Parser(ParserXDR):
    """The parser of rdata, with faster reading of vectors of strings and of lists of these, which may have millions."""

    def __init__(self, data: memoryview, **options: Any):
        super().__init__(data, **options)
        self._data = data
        self._known: dict[bytes, str] = {}

    def _parse_vector_value(self, reference_list: Any, bytecode_rep_list: Any = None) -> list:
        length = self.parse_int()
        place = self.file.tell()
        if length and place + 4 <= len(self._data) and self._data[place + 3] == STRING:
            return self._strings(length)
        values: list[Any] = []
        for _ in range(length):
            (word,) = struct.unpack_from(">i", self._data, self.file.tell())
            if word == STRINGS:
                self.file.seek(4, 1)
                values.append(self._strings(self.parse_int()))
            elif word == NOTHING:
                self.file.seek(4, 1)
                values.append(None)
            else:
                values.append(self.parse_R_object(reference_list, bytecode_rep_list))
        return values

    def _strings(self, length: int) -> list:
        # The length of a string is stored only in front of it, so strings must be read one after the other.
        data, place, known = self._data, self.file.tell(), self._known
        values: list[Any] = []
        for _ in range(length):
            word, size = WORDS.unpack_from(data, place)
            place += 8
            if size < 0:
                values.append(None)
                continue
            raw = bytes(data[place : place + size])
            if len(raw) < size or word & TYPE != STRING:
                raise ValueError("a string is cut off")
            place += size
            # Equal strings are kept once, such as the profile of an account in each of its posts.
            text: Any = known.get(raw)
            if text is None:
                try:
                    text = raw.decode("latin-1" if word & LATIN_1 else "utf-8")
                except UnicodeDecodeError:
                    text = UNREADABLE
                if len(known) < 1_000_000:
                    known[raw] = text
            values.append(text)
        self.file.seek(place)
        return values


def _with_bounds(most: int) -> dict[bytes, Callable]:
    """Return the constructors of R's deferred vectors, which allow at most `most` numbers in all sequences together.

    A sequence is stored as length, start and step, so a few bytes could otherwise request any number of numbers.
    """
    left = [most]

    def bounded(constructor: Callable) -> Callable:
        def make(state: RObject) -> Any:
            left[0] -= state.value[0]
            if not 0 <= left[0] <= most:
                raise ValueError("a sequence has more numbers than the file has bytes")
            return constructor(state)

        return make

    sequences = (b"compact_intseq", b"compact_realseq")
    return {**DEFAULT_ALTREP_MAP, **{name: bounded(DEFAULT_ALTREP_MAP[name]) for name in sequences}}


def _unpacked(path: Path, largest_bytes: float, largest_ratio: float) -> bytes:
    start, size = read_start(path, largest_bytes), path.stat().st_size
    opener = next(opener for magic, opener in PACKINGS.items() if start.startswith(magic))
    limit = int(min(largest_bytes, max(SMALL_BYTES, largest_ratio * size)))
    try:
        with opener(path, "rb") as file:
            data = file.read(limit + 1)
    except (OSError, EOFError, InflateError, lzma.LZMAError, ValueError) as error:
        raise _damaged(path) from error
    if not data:
        raise InputError(f"{path} is empty; download it again.")
    if len(data) > limit:
        raise InputError(
            f"{path} unpacks to more than {limit} bytes, the limit of ingest.largest_file_gb and "
            "ingest.largest_compression_ratio; raise these only if you trust the file."
        )
    return data


def _damaged(path: Path) -> InputError:
    return InputError(f"{path} is truncated or damaged, or holds no data frame; download it again.")


def _only_frame(thing: RObject) -> RObject | None:
    """Return an object if it is a data frame, or the only data frame among the named objects of an .rda file."""
    if thing.info.type != RObjectType.LIST:
        return thing if "data.frame" in _classes(thing) else None
    frames = []
    while thing.info.type == RObjectType.LIST:
        first, thing = thing.value
        frames += [first] if "data.frame" in _classes(first) else []
    return frames[0] if len(frames) == 1 else None


def _attributes(thing: RObject) -> dict[str, RObject]:
    found, rest = {}, thing.attributes
    while rest is not None and rest.info.type == RObjectType.LIST:
        symbol: Any = rest.tag and (rest.tag.referenced_object or rest.tag)
        found[symbol.value.value.decode()] = rest.value[0]
        rest = rest.value[1]
    return found


def _classes(thing: RObject) -> list[str]:
    given = _attributes(thing).get("class")
    return [] if given is None else _texts(given.value)


def _texts(values: list) -> list:
    """Return strings as text; strings that R had deferred are objects."""
    return [value.value.decode() if isinstance(value, RObject) else value for value in values]


def _columns_of(frame: RObject) -> Frame:
    names = _texts(_attributes(frame)["names"].value)
    if UNREADABLE in names or len(set(names)) < len(names):
        raise ValueError("the names of the columns cannot be used")
    columns = {name: _column(thing) for name, thing in zip(names, frame.value, strict=True)}
    if len({len(column) for column in columns.values()}) != 1:
        raise ValueError("columns differ in length")
    unreadable = {}
    for name, column in columns.items():
        unreadable[name] = np.fromiter((value is UNREADABLE for value in column), bool, len(column))
        if column.dtype == object:
            column[unreadable[name]] = None
    return Frame(columns, unreadable)


def _column(thing: RObject | list) -> np.ndarray:
    if isinstance(thing, list):
        return _objects(thing)
    kind, classes = thing.info.type, _classes(thing)
    if kind == RObjectType.STR:
        return _objects(_texts(thing.value))
    if kind == RObjectType.VEC:
        return _objects([_list(value) for value in thing.value])
    values = np.ma.asarray(thing.value)
    missing = np.ma.getmaskarray(values)
    plain = values.filled(0)
    if "factor" in classes:
        levels = _objects([None, *_texts(_attributes(thing)["levels"].value)])
        return levels[np.where(missing, 0, plain)]
    if "integer64" in classes:
        plain = plain.astype(np.float64).view(np.int64)
        missing = plain == np.iinfo(np.int64).min
    elif kind == RObjectType.REAL:
        missing = ~np.isfinite(plain)
    if "POSIXct" in classes or "Date" in classes:
        unit = 86_400_000_000 if "Date" in classes else 1_000_000
        # Times beyond the calendar are set to the furthest time that can be represented.
        microseconds = np.clip(np.rint(np.where(missing, 0, plain) * float(unit)), -1e17, 1e17)
        times = microseconds.astype(np.int64).astype("datetime64[us]")
        times[missing] = np.datetime64("NaT")
        return times
    texts = np.where(plain, "true", "false") if kind == RObjectType.LGL else plain
    column = texts.astype(object)
    column[missing] = None
    return column


def _objects(values: list) -> np.ndarray:
    array = np.empty(len(values), object)
    array[:] = values
    return array


def _list(value: Any) -> object:
    """Return a value of a list column as JSON; None if it is missing."""
    if isinstance(value, RObject):
        value = _column(value).tolist()
    if value is None or value == [None]:
        return None
    if UNREADABLE in value:
        return UNREADABLE
    # Lists that were split at commas still have blanks after them.
    return json.dumps([str(item).strip() for item in value if item is not None], ensure_ascii=False)
