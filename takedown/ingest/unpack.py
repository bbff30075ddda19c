"""Open a zip archive or a CSV file, compressed or not, as streams of sound CSV records, checked while they are read."""

import logging
import os
import re
import zipfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, cast

from isal import isal_zlib

from takedown.core.compressed import SMALL_BYTES, read_chunks
from takedown.core.errors import InputError
from takedown.core.failures import user_message
from takedown.core.working_folder import working_folder
from takedown.ingest.encoding import SAMPLE_BYTES, check_encoding, read_start
from takedown.ingest.feed import GrowingFile, PipedFile
from takedown.ingest.layout import Layout, read_header
from takedown.ingest.mend_csv import Mender

#: Bytes that are inflated at a time: with fewer, threads wait for each other more often.
CHUNK_BYTES = 1 << 22
#: Packed bytes that are inflated at a time: with more, more bytes that wait to be inflated are copied.
PACKED_BYTES = 1 << 18

#: The stubs of isal declare its error as an object, not as a class.
InflateError = cast(type[Exception], isal_zlib.error)

#: Characters that would break a line or control a terminal if a name were printed.
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\u2028\u2029]")

log = logging.getLogger("takedown")


@dataclass(frozen=True)
class CsvFile:
    """A CSV file: its name, its columns, and the stream of its sound records, which can be read once.

    When the stream has been read and settled, `mender` knows the number of records and the lost ones.
    """

    name: str
    header: list[str]
    mender: Mender
    stream: PipedFile | GrowingFile


class Member(NamedTuple):
    """A CSV file in a zip archive: its name, its name in messages, its unpacked size in bytes, and its content."""

    name: str
    label: str
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
    readers: int = 1,
) -> Iterator[Iterator[CsvFile]]:
    """Yield the CSV files of `path` (a .csv, .csv.gz or .csv.zst file, or a .zip archive of any number), their sound records with LF line ends.

    Each file can be read once; its records are counted and its content is checked meanwhile. It is read through a pipe
    and never written to disk, unless it is a member of a zip archive and the reader has several threads (`readers`):
    then it is read from a file in a `working_folder` in `scratch`, since a pipe serves one thread only. `thorough` is
    passed to `Mender`.

    Raises InputError for a file that is missing, empty, truncated, encrypted, damaged, not UTF-8 or not of the format
    in its name; for columns that do not match `layout`; for a zip archive without a CSV file, with a path that leads
    outside the folder, with a zip inside, or packed by an unsupported method; and for a file that unpacks to more than
    `largest_bytes` or to more than `largest_ratio` times its packed size, each file and all together. Errors in the
    content are raised by the streams' `settle`. A file is opened when it is asked for, and closed when the next one is.
    """
    path, scratch = Path(path), Path(scratch)
    start = read_start(path, largest_bytes)
    is_zip = path.suffix.lower() == ".zip"
    with working_folder(path, scratch) as folder:
        try:
            if is_zip:
                members = _members_of(path, start, largest_bytes, largest_ratio)
            else:
                members = [Member(path.name, str(path), 0, read_chunks(path, largest_bytes, largest_ratio))]
        except OSError as error:
            of_disk = user_message(OSError(error.errno, error.strerror, error.filename or str(scratch)))
            raise InputError(
                of_disk or f"{path} cannot be unpacked into {scratch} ({error.strerror})."
            ) from error

        def files() -> Generator[CsvFile]:
            for number, member in enumerate(members):
                header, mender, mended = _mended(member, layout, thorough)
                stream: PipedFile | GrowingFile = PipedFile(mended)
                if is_zip and readers > 1:
                    stream = GrowingFile(mended, folder / f"{number}.csv", member.size, len(header))
                try:
                    yield CsvFile(member.name, header, mender, stream)
                finally:
                    stream.stop()

        with closing(files()) as opened:
            yield opened


def _mended(
    member: Member, layout: Layout, thorough: bool
) -> tuple[list[str], Mender, Iterator[bytes | memoryview]]:
    """Return the columns of a CSV file, the object that counts its records, and its sound records."""
    sample, chunks = b"", member.chunks
    while len(sample) < SAMPLE_BYTES and (chunk := next(chunks, b"")):
        sample += chunk
    check_encoding(sample[:SAMPLE_BYTES], member.label)
    header = read_header(sample[:SAMPLE_BYTES], member.label, layout)
    mender = Mender(len(header), member.label, thorough=thorough)

    def mended() -> Iterator[bytes | memoryview]:
        yield mender.feed(sample)
        for chunk in chunks:
            yield mender.feed(chunk)
        yield mender.finish()

    return header, mender, mended()


def _members_of(path: Path, start: bytes, largest_bytes: float, largest_ratio: float) -> list[Member]:
    """Return the CSV files of a zip archive."""
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
        # If the length of a comment is wrong, its entry includes the entries after it.
        raise InputError(f"{path} is damaged (its directory lacks members); download it again.")
    wanted = _choose_members(path, members)
    with path.open("rb") as file:
        for member in members:
            _find_data(path, member, file)
    room = largest_bytes
    found = []
    _check_ratio(path, wanted, largest_ratio)
    for member in wanted:
        _check_size(path, member, member.file_size, room, largest_ratio)
        chunks = _checked(path, member, room, largest_ratio)
        found.append(Member(member.filename, f"{path} ({member.filename})", member.file_size, chunks))
        room -= member.file_size
    return found


def _choose_members(path: Path, members: list[zipfile.ZipInfo]) -> list[zipfile.ZipInfo]:
    for member in members:
        name = member.orig_filename
        if not name:
            raise InputError(f"{path} holds a member without a name; download it again.")
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
            raise InputError(
                f"{path} holds a member whose name cannot be printed ({name!r}); download it again."
            )
    members = [
        member
        for member in members
        if not member.is_dir() and "__MACOSX" not in PurePosixPath(member.filename).parts
    ]
    inner = [member.filename for member in members if member.filename.lower().endswith(".zip")]
    if inner:
        raise InputError(f"{path} holds a zip inside the zip ({inner[0]}); unpack it and use the inner one.")
    wanted = [
        member
        for member in members
        if member.filename.lower().endswith(".csv")
        and not PurePosixPath(member.filename).name.startswith(".")
    ]
    if not wanted:
        raise InputError(f"{path} holds no CSV file; check that it is the right archive.")
    if len(wanted) < len(members):
        log.info("%s: %d members other than CSV files are not read", path.name, len(members) - len(wanted))
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
        raise _bomb(path, member.filename, largest_ratio)


def _check_ratio(path: Path, members: list[zipfile.ZipInfo], largest_ratio: float) -> None:
    # One small member may have any ratio, but not thousands of them.
    size, packed = (
        sum(sizes)
        for sizes in zip(*((member.file_size, member.compress_size) for member in members), strict=True)
    )
    if size > SMALL_BYTES and size > largest_ratio * min(packed, path.stat().st_size):
        raise _bomb(path, f"{len(members)} files", largest_ratio)


def _bomb(path: Path, name: str, largest_ratio: float) -> InputError:
    return InputError(
        f"{path} unpacks to more than {largest_ratio:g} times its size ({name}); it may be a zip bomb: raise "
        "ingest.largest_compression_ratio only if you know the file."
    )


def _checked(
    path: Path, member: zipfile.ZipInfo, largest_bytes: float, largest_ratio: float
) -> Iterator[bytes]:
    """Yield the content of a member; raise InputError if it is too large, empty or differs from the directory."""
    size, crc = 0, 0
    for chunk in _inflate(path, member):
        size += len(chunk)
        crc = isal_zlib.crc32(chunk, crc)
        _check_size(path, member, size, largest_bytes, largest_ratio)
        if chunk:
            yield chunk
    if size != member.file_size or crc != member.CRC:
        fault = "length" if size != member.file_size else "checksum"
        raise InputError(f"{path} is damaged (wrong {fault} of {member.filename}); download it again.")
    if size == 0:
        raise InputError(f"{path} holds an empty file ({member.filename}); download it again.")


def _entries_noted(path: Path) -> int:
    """Return the number of members noted at the end of a zip archive, modulo 2^16; 2^16 - 1 stands for many."""
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 22 - 0xFFFF, 0))
        tail = file.read()
    end = tail.rfind(b"PK\x05\x06")
    return int.from_bytes(tail[end + 10 : end + 12], "little")


def _find_data(path: Path, member: zipfile.ZipInfo, file: BinaryIO) -> None:
    """Move to the start of a member's data; raise InputError if the header there is not the member's.

    Otherwise a member whose name is damaged only in the directory would be ignored as not CSV.
    """
    header = b""
    if 0 <= member.header_offset < path.stat().st_size:
        file.seek(member.header_offset)
        header = file.read(30)
    if len(header) == 30 and header[:4] == b"PK\x03\x04":
        name = file.read(int.from_bytes(header[26:28], "little"))
        encoding = "utf-8" if member.flag_bits & 0x800 else "cp437"
        if name == member.orig_filename.encode(encoding, errors="replace"):
            # The extra field may have another length than in the directory.
            file.seek(int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
            return
    raise InputError(f"{path} is truncated or damaged ({member.filename}); download it again.")


def _inflate(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    damaged = InputError(f"{path} is truncated or damaged ({member.filename}); download it again.")
    unpack = None if member.compress_type == zipfile.ZIP_STORED else isal_zlib.decompressobj(wbits=-15)
    left = member.compress_size
    try:
        with path.open("rb") as file:
            _find_data(path, member, file)
            while left:
                packed = file.read(min(PACKED_BYTES, left))
                if not packed:
                    raise damaged
                left -= len(packed)
                if unpack is None:
                    yield packed
                    continue
                while packed and not unpack.eof:
                    yield unpack.decompress(packed, CHUNK_BYTES)
                    packed = unpack.unconsumed_tail
        if unpack is not None:
            while not unpack.eof and (rest := unpack.decompress(b"", CHUNK_BYTES)):
                yield rest
            if not unpack.eof:
                raise damaged
    except InflateError:
        raise damaged from None
    except OSError as error:
        raise InputError(f"{path} cannot be read to its end ({error.strerror}); check the disk.") from error
