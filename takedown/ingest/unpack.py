"""Open what a user put in: a zip or a CSV file becomes checked, plain CSV files on disk."""

import logging
import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from isal import isal_zlib

from takedown.core.errors import InputError
from takedown.core.failures import user_message
from takedown.core.working_folder import working_folder
from takedown.ingest.encoding import SAMPLE_BYTES, check_encoding
from takedown.ingest.feed import Feed, GrowingFile
from takedown.ingest.layout import Layout, read_header
from takedown.ingest.mend_csv import Mender

#: Bytes that are inflated or read at a time: with fewer, threads wait for each other more often.
CHUNK_BYTES = 1 << 22
#: What is unpacked at once: the less, the less is copied that is still to be unpacked.
PACKED_BYTES = 1 << 18

#: A member below this size may be as compressible as it likes: a short table of equal rows is no bomb.
SMALL_BYTES = 1 << 20

#: What would divide a line, or steer a terminal, where a name is shown.
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class CsvFile:
    """One CSV file: its name for the user, its columns, what is known of its records, and where to read it.

    It is a file on disk, or else a `feed` that can be read once, and after that has to be settled.
    """

    name: str
    header: list[str]
    mender: Mender
    on_disk: Path | None = None
    feed: Feed | GrowingFile | None = None

    @property
    def path(self) -> Path | str:
        """Where to read the sound records."""
        return self.on_disk if self.feed is None else self.feed.path


class Member(NamedTuple):
    """A CSV file in a zip: its name, the name in messages, its bytes in number, and the bytes."""

    name: str
    called: str
    size: int
    chunks: Iterator[bytes]


@contextmanager
def unpacked(
    path: str | Path,
    scratch: str | Path,
    *,
    layout: Layout,
    largest_bytes: float,
    largest_ratio: float,
    thorough: bool = False,
    readers: int = 0,
) -> Iterator[list[CsvFile]]:
    """Yield the CSV files of `path` (a .csv, or a .zip of any number of them), their sound records with LF line ends.

    A CSV is used where it is, if nothing has to be taken out or changed. Members of a zip are inflated, their length and CRC
    checked, to a `working_folder` in `scratch`, so that a file cannot be unpacked twice at once into the same. For a number
    of `readers`, the threads of a reader, each file can be read once, and is counted and checked while it is: through a
    pipe, so that it is never on disk, or, since a pipe has one reader, from the file that a member of a zip is inflated to
    meanwhile. Records are counted by a `Mender` (`thorough` is for it).

    Raises InputError, one sentence each, for a file that is missing, empty, truncated, encrypted, damaged,
    not what its name says or not UTF-8; for columns that are not those of `layout`; for a zip without a CSV member, with a member whose path leads
    outside the folder, with a zip inside or packed by an unknown method; and for a member that unpacks to
    more than `largest_bytes` or to more than `largest_ratio` times its packed size.
    """
    path, scratch = Path(path), Path(scratch)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise InputError(f"{path} is not a file; give a .zip or a .csv.")
        with path.open("rb") as file:
            start = file.read(8)
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; put the file there or correct its name.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check its permissions.") from None
    if size == 0:
        raise InputError(f"{path} is empty (0 bytes); download the file again.")
    if size > largest_bytes:
        raise InputError(
            f"{path} is larger than ingest.largest_file_gb allows; raise that limit if it is genuine."
        )
    with working_folder(path, scratch) as folder:
        try:
            if path.suffix.lower() == ".zip":
                files = [
                    _unpack(member, folder / f"{number}.csv", layout, thorough, readers)
                    for number, member in enumerate(_members_of(path, start, largest_bytes, largest_ratio))
                ]
            elif readers:
                header, mender, mended = _mended(str(path), _chunks_of(path), layout, thorough)
                files = [CsvFile(path.name, header, mender, feed=Feed(mended))]
            else:
                files = [_check_csv(path, folder, layout, thorough)]
        except OSError as error:
            of_disk = user_message(OSError(error.errno, error.strerror, error.filename or str(scratch)))
            raise InputError(
                of_disk or f"{path} cannot be unpacked into {scratch} ({error.strerror})."
            ) from error
        try:
            yield files
        finally:
            for file in files:
                if file.feed is not None:
                    file.feed.stop()


def _chunks_of(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except OSError as error:
        raise InputError(f"{path} cannot be read to its end ({error.strerror}); check the disk.") from error


def _unpack(member: Member, target: Path, layout: Layout, thorough: bool, readers: int) -> CsvFile:
    header, mender, mended = _mended(member.called, member.chunks, layout, thorough)
    if readers:
        feed = Feed(mended) if readers == 1 else GrowingFile(mended, target, member.size, len(header))
        return CsvFile(member.name, header, mender, feed=feed)
    with target.open("wb") as out:
        out.writelines(mended)
    return CsvFile(member.name, header, mender, target)


def _mended(
    called: str, chunks: Iterator[bytes], layout: Layout, thorough: bool
) -> tuple[list[str], Mender, Iterator[bytes]]:
    """Return the columns of a CSV file, what counts its records, and its sound records."""
    sample = b""
    while len(sample) < SAMPLE_BYTES and (chunk := next(chunks, b"")):
        sample += chunk
    header = _header_of(sample[:SAMPLE_BYTES], called, layout)
    mender = Mender(len(header), called, thorough=thorough)

    def mended() -> Iterator[bytes]:
        yield mender.feed(sample)
        for chunk in chunks:
            yield mender.feed(chunk)
        yield mender.finish()

    return header, mender, mended()


def _header_of(sample: bytes, called: str, layout: Layout) -> list[str]:
    check_encoding(sample, called)
    return read_header(sample, called, layout)


def _check_csv(path: Path, folder: Path, layout: Layout, thorough: bool) -> CsvFile:
    with path.open("rb") as file:
        header = _header_of(file.read(SAMPLE_BYTES), str(path), layout)
    mender = Mender(len(header), str(path), thorough=thorough)
    with path.open("rb") as file:
        while not mender.changed and (chunk := file.read(CHUNK_BYTES)):
            mender.feed(chunk)
    if not mender.changed:
        mender.finish()
    if not mender.changed:
        return CsvFile(path.name, header, mender, path)
    target, mender = folder / "mended.csv", Mender(len(header), str(path), thorough=thorough)
    with path.open("rb") as file, target.open("wb") as out:
        while chunk := file.read(CHUNK_BYTES):
            out.write(mender.feed(chunk))
        out.write(mender.finish())
    return CsvFile(path.name, header, mender, target)


def _members_of(path: Path, start: bytes, largest_bytes: float, largest_ratio: float) -> list[Member]:
    """Return the CSV members of a zip."""
    if not start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        raise InputError(f"{path} is not a zip archive, whatever its name says; download it again.")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(
            f"{path} is truncated or damaged (its directory is missing); download it again."
        ) from None
    if _entries_noted(path) not in (len(members) & 0xFFFF, 0xFFFF):
        # A wrong length of a comment makes an entry swallow those after it.
        raise InputError(f"{path} is damaged (its directory lacks members); download it again.")
    wanted = _choose_members(path, members)
    with path.open("rb") as file:
        for member in members:
            _find_data(path, member, file)
    room = largest_bytes
    found = []
    for member in wanted:
        _check_size(path, member, member.file_size, room, largest_ratio)
        chunks = _checked(path, member, room, largest_ratio)
        found.append(Member(member.filename, f"{path} ({member.filename})", member.file_size, chunks))
        room -= member.file_size
    return found


def _choose_members(path: Path, members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    for member in members:
        name = member.orig_filename
        if (
            "\\" in name
            or "\0" in name
            or re.match(r"/|[A-Za-z]:", name)
            or ".." in PurePosixPath(name).parts
        ):
            raise InputError(
                f"{path} holds a member whose path leads outside the folder ({name!r}); do not trust this file."
            )
        if CONTROLS.search(name):
            raise InputError(f"{path} holds a member whose name is no text ({name!r}); download it again.")
    members = [
        member
        for member in members
        if not member.is_dir() and not {"__MACOSX"} & set(PurePosixPath(member.filename).parts)
    ]
    inner = [member.filename for member in members if member.filename.lower().endswith(".zip")]
    if inner:
        raise InputError(
            f"{path} holds a zip inside the zip ({inner[0]}); unpack the outer one and use the inner."
        )
    wanted = [
        member
        for member in members
        if member.filename.lower().endswith(".csv")
        and not PurePosixPath(member.filename).name.startswith(".")
    ]
    if not wanted:
        raise InputError(f"{path} holds no CSV file; check that it is the right archive.")
    if len(wanted) < len(members):
        log.info("%s: %d members that are no CSV were left alone", path.name, len(members) - len(wanted))
    names = [member.filename for member in wanted]
    if len(set(names)) < len(names):
        raise InputError(f"{path} holds two members of the same name; download it again.")
    for member in wanted:
        if member.flag_bits & 0x1:
            raise InputError(
                f"{path} is encrypted ({member.filename}); unpack it with its password and use the CSV."
            )
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise InputError(
                f"{path} is packed by a method that is not supported ({member.filename}: method "
                f"{member.compress_type}); unpack it and use the CSV."
            )
    return wanted


def _check_size(
    path: Path, member: zipfile.ZipInfo, size: int, largest_bytes: float, largest_ratio: float
) -> None:
    if size > largest_bytes:
        raise InputError(
            f"{path} unpacks to more than ingest.largest_file_gb allows ({member.filename}); it may be a zip bomb: "
            "raise that limit only if you know the file."
        )
    if size > SMALL_BYTES and size > largest_ratio * member.compress_size:
        raise InputError(
            f"{path} unpacks to more than {largest_ratio:g} times its size ({member.filename}); it may be a zip "
            "bomb: raise ingest.largest_compression_ratio only if you know the file."
        )


def _checked(
    path: Path, member: zipfile.ZipInfo, largest_bytes: float, largest_ratio: float
) -> Iterator[bytes]:
    """Yield the content of a member; raise InputError if it is too large, empty or not what the directory says."""
    size, crc = 0, 0
    for chunk in _inflate(path, member):
        size += len(chunk)
        crc = isal_zlib.crc32(chunk, crc)
        _check_size(path, member, size, largest_bytes, largest_ratio)
        if chunk:
            yield chunk
    if size != member.file_size or crc != member.CRC:
        what = "length" if size != member.file_size else "checksum"
        raise InputError(f"{path} is damaged (wrong {what} of {member.filename}); download it again.")
    if size == 0:
        raise InputError(f"{path} holds an empty file ({member.filename}); download it again.")


def _entries_noted(path: Path) -> int:
    """Return how many members a zip has by what is written at its end, modulo 2^16; 2^16 - 1 says that they are many."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 22 - 0xFFFF, 0))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[end + 10 : end + 12], "little")


def _find_data(path: Path, member: zipfile.ZipInfo, file: BinaryIO) -> None:
    """Go to where the data of a member begin; raise InputError if the header there is not the member's.

    A member whose name is damaged in the directory alone would be passed over as no CSV.
    """
    header = b""
    if 0 <= member.header_offset < path.stat().st_size:
        file.seek(member.header_offset)
        header = file.read(30)
    if len(header) == 30 and header[:4] == b"PK\x03\x04":
        name = file.read(int.from_bytes(header[26:28], "little"))
        encoding = "utf-8" if member.flag_bits & 0x800 else "cp437"
        if name == member.orig_filename.encode(encoding, errors="replace"):
            # The length of the extra field may differ from that in the directory.
            file.seek(int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
            return
    raise InputError(f"{path} is truncated or damaged ({member.filename}); download it again.")


def _inflate(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            yield from _inflate_from(file, path, member)
    except OSError as error:
        raise InputError(f"{path} cannot be read to its end ({error.strerror}); check the disk.") from error


def _inflate_from(file: BinaryIO, path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    damaged = InputError(f"{path} is truncated or damaged ({member.filename}); download it again.")
    _find_data(path, member, file)
    left = member.compress_size
    unpack = None if member.compress_type == zipfile.ZIP_STORED else isal_zlib.decompressobj(wbits=-15)
    while left:
        packed = file.read(min(PACKED_BYTES, left))
        if not packed:
            raise damaged
        left -= len(packed)
        if unpack is None:
            yield packed
            continue
        try:
            while packed and not unpack.eof:
                yield unpack.decompress(packed, CHUNK_BYTES)
                packed = unpack.unconsumed_tail
        except isal_zlib.error:
            raise damaged from None
    if unpack is not None:
        while not unpack.eof and (rest := unpack.decompress(b"", CHUNK_BYTES)):
            yield rest
        if not unpack.eof:
            raise damaged
