"""Check from the start of a file whether it can be read and is text in UTF-8."""

import re
from pathlib import Path

from takedown.core.errors import InputError

#: Number of bytes at the start of a file that are checked.
SAMPLE_BYTES = 1 << 20

#: First bytes of files that are not CSV, whatever their name.
FOREIGN_STARTS = {
    b"PK\x03\x04": "is a zip archive; give it a name that ends in .zip",
    b"\x1f\x8b": "is compressed with gzip; give it a name that ends in .gz",
    b"\x28\xb5\x2f\xfd": "is compressed with Zstandard; give it a name that ends in .zst",
    b"BZh": "is compressed with bzip2; unpack it",
    b"\xfd7zXZ": "is compressed with xz; unpack it",
    b"7z\xbc\xaf": "is a 7z archive; unpack it",
    b"Rar!": "is a rar archive; unpack it",
    b"%PDF": "is a PDF; download the CSV file",
    b"SQLite format": "is a database; export it as CSV",
}


def read_start(path: Path, largest_bytes: float) -> bytes:
    """Return the first `SAMPLE_BYTES` of a file; raise InputError if it is missing, unreadable, empty or too large."""
    try:
        with path.open("rb") as file:
            start = file.read(SAMPLE_BYTES)
        size = path.stat().st_size
    except FileNotFoundError:
        raise InputError(f"{path} does not exist; put the file there or correct its name.") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); check it and its permissions.") from None
    if size == 0:
        raise InputError(f"{path} is empty (0 bytes); download the file again.")
    if size > largest_bytes:
        raise InputError(
            f"{path} is larger than ingest.largest_file_gb allows; raise that limit if it is genuine."
        )
    return start


def check_encoding(sample: bytes, name: str, form: str = "CSV") -> None:
    r"""Raise InputError if the first bytes of a file (`sample`) are not text in UTF-8; `form` is the expected format.

    Single rows of invalid UTF-8 pass, since they are rejected one by one later. A file written in another encoding
    throughout does not pass.

    >>> check_encoding("userid,name\n1,é\n".encode("utf-16"), "a.csv")
    Traceback (most recent call last):
    takedown.core.errors.InputError: a.csv is written in UTF-16, not in UTF-8; save it again as CSV in UTF-8.
    """
    if sample.startswith(b"PK\x03\x04") and b"[Content_Types].xml" in sample[:4096]:
        raise InputError(f"{name} is a spreadsheet; save it as {form} in UTF-8.")
    for start, fault in FOREIGN_STARTS.items():
        if sample.startswith(start):
            raise InputError(f"{name} {fault}.")
    if sample[257:262] == b"ustar":
        raise InputError(f"{name} is a tar archive; unpack it.")
    if sample.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or _looks_like_utf16(sample):
        raise InputError(f"{name} is written in UTF-16, not in UTF-8; save it again as {form} in UTF-8.")
    if re.match(rb"(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|head|body|error)", sample, re.IGNORECASE):
        raise InputError(f"{name} is a web page, not {form}; download the file again.")
    if not sample.removeprefix(b"\xef\xbb\xbf").strip():
        raise InputError(f"{name} is empty; download the file again.")
    # The names of columns say nothing of the encoding of the rows.
    lines = sample.splitlines()[form == "CSV" :]
    if len(sample) >= SAMPLE_BYTES:
        lines = lines[:-1]  # may be cut inside a character
    lines = [line for line in lines if line]
    foreign = [line for line in lines if not line.isascii()]
    broken = sum(not _is_utf8(line) for line in foreign)
    throughout = broken == len(foreign) and (broken == len(lines) or broken >= 20)
    if broken and (throughout or (broken >= 3 and broken > len(lines) / 20 and broken > 0.9 * len(foreign))):
        raise InputError(
            f"{name} is not written in UTF-8 ({broken} of the first {len(lines)} lines cannot be read); "
            f"save it again as {form} in UTF-8."
        )


def _looks_like_utf16(sample: bytes) -> bool:
    start = sample[:4000]
    # In UTF-16, every second byte of ASCII text is zero, and a header is always ASCII.
    return (
        len(start) >= 4
        and max(start[0::2][:100].count(0), start[1::2][:100].count(0)) > len(start[:200]) * 0.35
    )


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
