"""Data frames serialised by hand in the formats of R's `saveRDS()` and `save()`."""

from struct import pack

NULL = pack(">i", 254)
NA_REAL = b"\x7f\xf0\0\0\0\0\x07\xa2"


class Writer:
    """R's serialisation, version 3, big endian; a repeated symbol is written as a reference, as in R."""

    def __init__(self):
        self.symbols: list[str] = []

    def symbol(self, name: str) -> bytes:
        if name in self.symbols:
            return pack(">i", (self.symbols.index(name) + 1) << 8 | 255)
        self.symbols.append(name)
        return pack(">i", 1) + char(name)

    def pairs(self, **values) -> bytes:
        return b"".join(pack(">i", 0x402) + self.symbol(n) + v for n, v in values.items()) + NULL

    def vector(self, kind: int, length: int, body: bytes, **attributes) -> bytes:
        flags = kind | (0x300 if attributes else 0)
        return pack(">ii", flags, length) + body + (self.pairs(**attributes) if attributes else b"")

    def reals(self, values: list, *classes: str) -> bytes:
        body = b"".join(
            NA_REAL if v is None else v if isinstance(v, bytes) else pack(">d", v) for v in values
        )
        return self.vector(14, len(values), body, **({"class": strings(*classes)} if classes else {}))

    def sequence(self, length: float, start: float, step: float) -> bytes:
        """Return integers in R's compact form: length, start and step."""
        info = pack(">i", 2) + self.symbol("compact_intseq") + pack(">i", 2) + self.symbol("base")
        info += pack(">i", 2) + pack(">iii", 13, 1, 13) + NULL
        return pack(">i", 238) + info + self.reals([length, start, step]) + NULL

    def frame(self, rows: int, **columns: bytes) -> bytes:
        names = {"row.names": pack(">iiii", 13, 2, -(2**31), -rows), "names": strings(*columns)}
        return self.vector(
            19,
            len(columns),
            b"".join(columns.values()),
            **names,
            **{"class": strings("tbl_df", "data.frame")},
        )


def char(text: str | bytes | None) -> bytes:
    if text is None:
        return pack(">ii", 9, -1)
    raw = text.encode() if isinstance(text, str) else text
    return pack(">ii", 0x8009, len(raw)) + raw


def strings(*values) -> bytes:
    return pack(">ii", 16, len(values)) + b"".join(map(char, values))


def listed(*values: bytes) -> bytes:
    return pack(">ii", 19, len(values)) + b"".join(values)


def logicals(*values) -> bytes:
    return pack(">ii", 10, len(values)) + b"".join(pack(">i", -(2**31) if v is None else v) for v in values)


def serialised(thing: bytes) -> bytes:
    return b"X\n" + pack(">iii", 3, 0x40201, 0x30500) + pack(">i", 5) + b"UTF-8" + thing


def workspace(name: bytes, thing: bytes) -> bytes:
    """Return a file of `save()` with one object; a `Writer` must make the symbol `name` before the object."""
    return b"RDX3\n" + serialised(pack(">i", 0x402) + name + thing + NULL)
