"""Open what a user put in: a zip or a CSV file becomes checked, plain CSV files on disk."""

import logging
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple

from isal import isal_zlib

from takedown.errors import InputError
from takedown.ingest_scan import SAMPLE_BYTES, RecordScan, check_encoding

CHUNK_BYTES = 4 << 20

#: A member below this size may be as compressible as it likes: a short table of equal rows is no bomb.
SMALL_BYTES = 1 << 20

log = logging.getLogger("takedown")


class CsvFile(NamedTuple):
    """One CSV file on disk: its name for the user, its path, and the count of its records."""

    name: str
    path: Path
    scan: RecordScan


@contextmanager
def unpacked(
    path: str | Path, scratch: str | Path, *, largest_bytes: float, largest_ratio: float
) -> Iterator[list[CsvFile]]:
    """Yield the CSV files of `path` (a .csv, or a .zip of any number of them), with LF line ends.

    A CSV is used where it is, unless its line ends are not LF. The members of a zip are streamed once,
    with their length and CRC checked, to a folder below `scratch` that is removed afterwards whatever
    happens. Each file is read to its end and its records are counted.

    Raises InputError, one sentence each, for a file that is missing, empty, truncated, encrypted, damaged,
    not what its name says or not UTF-8; for a zip without a CSV member, with a member whose path leads
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
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="unpacked_", dir=scratch) as folder:
        try:
            if path.suffix.lower() == ".zip":
                files = _unpack_zip(path, start, Path(folder), largest_bytes, largest_ratio)
            else:
                files = [_check_csv(path, Path(folder))]
        except OSError as error:
            raise InputError(f"{path} cannot be unpacked into {scratch} ({error.strerror}).") from error
        yield files


def _check_csv(path: Path, folder: Path) -> CsvFile:
    scan = RecordScan()
    with path.open("rb") as file:
        check_encoding(file.read(SAMPLE_BYTES), str(path))
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            if scan.feed(chunk) is not chunk:
                return _convert_csv(path, folder)
    # A file that ends in a lone return is not as it should be either.
    return _convert_csv(path, folder) if scan.finish() else CsvFile(path.name, path, scan)


def _convert_csv(path: Path, folder: Path) -> CsvFile:
    target, scan = folder / "converted.csv", RecordScan()
    with path.open("rb") as file, target.open("wb") as out:
        while chunk := file.read(CHUNK_BYTES):
            out.write(scan.feed(chunk))
        out.write(scan.finish())
    return CsvFile(path.name, target, scan)


def _unpack_zip(
    path: Path, start: bytes, folder: Path, largest_bytes: float, largest_ratio: float
) -> list[CsvFile]:
    if not start.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        raise InputError(f"{path} is not a zip archive, whatever its name says; download it again.")
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise InputError(
            f"{path} is truncated or damaged (its directory is missing); download it again."
        ) from None
    wanted = _choose_members(path, members)
    room = largest_bytes
    files = []
    for number, member in enumerate(wanted):
        _check_size(path, member, member.file_size, room, largest_ratio)
        target = folder / f"{number}.csv"
        with path.open("rb") as file, target.open("wb") as out:
            scan = _stream_member(path, member, file, out, room, largest_ratio)
        room -= member.file_size
        files.append(CsvFile(member.filename, target, scan))
    return files


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


def _stream_member(
    path: Path,
    member: zipfile.ZipInfo,
    file: BinaryIO,
    out: BinaryIO,
    largest_bytes: float,
    largest_ratio: float,
) -> RecordScan:
    scan, size, crc, sample = RecordScan(), 0, 0, b""
    for chunk in _inflate(path, member, file):
        if size < SAMPLE_BYTES:
            sample = (sample + chunk)[:SAMPLE_BYTES]
            if len(sample) == SAMPLE_BYTES:
                check_encoding(sample, f"{path} ({member.filename})")
        size += len(chunk)
        crc = isal_zlib.crc32(chunk, crc)
        _check_size(path, member, size, largest_bytes, largest_ratio)
        out.write(scan.feed(chunk))
    if size != member.file_size or crc != member.CRC:
        what = "length" if size != member.file_size else "checksum"
        raise InputError(f"{path} is damaged (wrong {what} of {member.filename}); download it again.")
    if size == 0:
        raise InputError(f"{path} holds an empty file ({member.filename}); download it again.")
    if size < SAMPLE_BYTES:
        check_encoding(sample, f"{path} ({member.filename})")
    out.write(scan.finish())
    return scan


def _inflate(path: Path, member: zipfile.ZipInfo, file: BinaryIO) -> Iterator[bytes]:
    damaged = InputError(f"{path} is truncated or damaged ({member.filename}); download it again.")
    file.seek(member.header_offset)
    header = file.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise damaged
    # The lengths of name and extra field may differ from those in the directory.
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
    left = member.compress_size
    unpack = None if member.compress_type == zipfile.ZIP_STORED else isal_zlib.decompressobj(wbits=-15)
    while left:
        packed = file.read(min(CHUNK_BYTES, left))
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


def free_copy(file: CsvFile, scratch: Path) -> Path:
    """Return a path to the file's content that may be written to: the file itself if it lies in `scratch`."""
    if scratch in file.path.parents:
        return file.path
    target = scratch / f"copy_{file.path.name}"
    shutil.copyfile(file.path, target)
    return target
