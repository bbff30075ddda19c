"""Zip archives as different programs write them, and damage to them."""

import io
import random
import struct
import zipfile

LOCAL, CENTRAL, END, DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
JUNK = {
    "__MACOSX/._users.csv": b"junk",
    "readme.txt": b"x",
    "folder/": b"",
    ".DS_Store": b"\0",
    ".hidden.csv": b"x",
    "sha256sums": b"",
}
OUTSIDE = [
    *("../x.csv", "/tmp/x.csv", "a/../../x.csv", "C:/x.csv", "c:x.csv", "..\\x.csv", "a\\b.csv", "/", "../"),
    *("\\\\server\\x.csv", "~/../x.csv", "a/..", "./../x.csv", "x\0.csv"),
]


class _Unseekable(io.RawIOBase):
    """A file without seeking; a zip then stores sizes after the data."""

    def __init__(self):
        self.written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.written += data
        return len(data)


def make_zip(members: list[tuple[str, bytes]], rng: random.Random, *, junk: bool = True) -> bytes:
    """Return a sound zip of the members and sometimes of other files; members are stored or deflated, some zips are streams."""
    streams = rng.random() < 0.3
    out = _Unseekable() if streams else io.BytesIO()
    further = [(name, data) for name, data in JUNK.items() if junk and rng.random() < 0.15]
    entries = [*members, *further]
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in entries:
            info = zipfile.ZipInfo(name, (2019, 8, rng.randint(1, 28), 12, 0, 0))
            info.compress_type = rng.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
            info.external_attr = rng.choice([0, 0o644 << 16, 0o100644 << 16])
            if rng.random() < 0.2:
                info.extra = b"UT\x05\0\x01" + rng.randbytes(4)
            with archive.open(info, "w", force_zip64=rng.random() < 0.2) as member:
                member.write(data)
        if rng.random() < 0.2:
            archive.comment = rng.choice([b"a comment", b"x" * 65535])
    return bytes(out.written) if streams else out.getvalue()


def _places(data: bytes, mark: bytes) -> list[int]:
    places, place = [], data.find(mark)
    while place >= 0:
        places.append(place)
        place = data.find(mark, place + 1)
    return places


def _lie(data: bytearray, start: int, field: int, size: int, rng: random.Random) -> None:
    true = int.from_bytes(data[start + field : start + field + size], "little")
    lies = [
        0,
        1,
        true - 1,
        true + 1,
        true * 2,
        true + 2**20,
        2**31,
        2**32 - 1,
        2**16 - 1,
        rng.getrandbits(size * 8),
    ]
    lie = rng.choice(lies) % (1 << size * 8)
    data[start + field : start + field + size] = lie.to_bytes(size, "little")


def _damage_fields(data: bytearray, rng: random.Random) -> None:
    # Version, flags, method, time, CRC, sizes, lengths of name and extra field, attributes, offset.
    fields = {
        LOCAL: [(4, 2), (6, 2), (8, 2), (10, 4), (14, 4), (18, 4), (22, 4), (26, 2), (28, 2)],
        CENTRAL: [
            (6, 2),
            (8, 2),
            (10, 2),
            (16, 4),
            (20, 4),
            (24, 4),
            (28, 2),
            (30, 2),
            (32, 2),
            (38, 4),
            (42, 4),
        ],
        END: [(4, 2), (8, 2), (10, 2), (12, 4), (16, 4), (20, 2)],
        DESCRIPTOR: [(4, 4), (8, 4), (12, 4)],
    }
    present = [mark for mark in fields if mark in data]
    mark = rng.choice(present)
    start = rng.choice(_places(data, mark))
    _lie(data, start, *rng.choice(fields[mark]), rng)


def _damage_name(data: bytearray, rng: random.Random) -> None:
    mark, header = rng.choice([(LOCAL, 30), (CENTRAL, 46)])
    start = rng.choice(_places(data, mark))
    length = struct.unpack_from(
        "<H", data[start : start + header].ljust(header, b"\0"), header - 4 if mark == LOCAL else 28
    )[0]
    # Earlier damage may have cut the header or the name, or made the name longer.
    length = min(length, len(data) - start - header)
    if length > 0:
        data[start + header + rng.randrange(length)] = rng.choice([*b"\0/\\.:x\n\xff", rng.randrange(256)])


def _damage_extra(data: bytearray, rng: random.Random) -> None:
    """Make a directory entry refer to a zip64 field that is wrong or missing."""
    start = rng.choice(_places(data, CENTRAL))
    for field in rng.sample([20, 24, 42], rng.randint(1, 3)):
        data[start + field : start + field + 4] = b"\xff" * 4
    # Earlier damage may have cut the entry.
    if rng.random() < 0.5 and len(data) >= start + 30:
        name = struct.unpack_from("<H", data, start + 28)[0]
        extra = struct.pack("<HH", 1, rng.choice([8, 16, 24, 3])) + rng.randbytes(24)
        place = start + 46 + name
        data[start + 30 : start + 32] = struct.pack("<H", len(extra))
        data[place:place] = extra


def damage_zip(data: bytes, rng: random.Random) -> bytes:
    """Return a zip with random damage to its headers, directory, data or end."""
    damaged = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4])):
        kind = rng.randrange(10)
        directory = max(damaged.rfind(CENTRAL), 0)
        if kind <= 2 and any(mark in damaged for mark in (LOCAL, CENTRAL, END)):
            _damage_fields(damaged, rng)
        elif kind == 3 and LOCAL in damaged and CENTRAL in damaged:
            _damage_name(damaged, rng)
        elif kind == 4 and CENTRAL in damaged:
            _damage_extra(damaged, rng)
        elif kind == 5:
            start = rng.choice([0, directory])
            for _ in range(rng.choice([1, 2, 5])):
                damaged[rng.randrange(start, len(damaged))] = rng.randrange(256)
        elif kind == 6:
            del damaged[rng.randrange(1, len(damaged)) :]
        elif kind == 7:
            start = rng.randrange(len(damaged))
            del damaged[start : start + rng.choice([1, 2, 30, 1000])]
        elif kind == 8:
            start = rng.randrange(len(damaged) + 1)
            damaged[start:start] = rng.randbytes(rng.choice([1, 2, 30, 1000]))
        else:
            start, end = sorted(rng.randrange(len(damaged) + 1) for _ in range(2))
            damaged += damaged[start:end]
        if not damaged:
            damaged += b"P"
    return bytes(damaged)


def with_hostile_member(members: list[tuple[str, bytes]], rng: random.Random) -> bytes:
    """Return a zip that must be refused.

    It has a path outside the folder, a zip inside, a repeated name, encryption, another method, or a bomb.
    """
    out = io.BytesIO()
    kind = rng.choice(["outside", "outside", "nested", "twice", "locked", "method", "bomb"])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
        if kind == "outside":
            info = zipfile.ZipInfo()
            # The constructor would cut the name at a NUL.
            info.filename = rng.choice(OUTSIDE)
            archive.writestr(info, members[0][1])
        elif kind == "nested":
            archive.writestr(rng.choice(["inner.zip", "a/INNER.ZIP"]), make_zip(members, rng))
        elif kind == "twice":
            info = zipfile.ZipInfo(members[0][0])
            archive.infolist()  # keeps the order of the members
            archive.NameToInfo.clear()
            archive.writestr(info, members[0][1])
        elif kind == "method":
            archive.writestr("more.csv", members[0][1], rng.choice([zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]))
        elif kind == "bomb":
            archive.writestr("more.csv", members[0][1] + bytes(3_000_000))
    data = bytearray(out.getvalue())
    if kind == "locked":
        place = data.index(CENTRAL)
        data[place + 8] |= 1
    return bytes(data)
