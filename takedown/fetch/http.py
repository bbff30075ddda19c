"""Download one file over HTTP, continuing an interrupted attempt (RFC 9110, sections 13.1.5 and 14)."""

import http.client
import json
import logging
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from takedown.core.errors import InputError
from takedown.fetch.answers import AttemptFailed, ask, clean, refuse_pages, words_of

CHUNK_BYTES = 1 << 18

#: A strong ETag (RFC 9110, section 8.8.3), in characters that may be sent back.
STRONG = re.compile(r'"[\x21\x23-\x7e\x80-\xff]{0,200}"')


SECONDS_BETWEEN_REPORTS = 10
BAR_WIDTH = 24

log = logging.getLogger("takedown")


class Limits(NamedTuple):
    """Limits of downloads: consecutive attempts without new bytes, times in seconds, and sizes in bytes.

    `longest_seconds` and `largest_bytes` are for one file, the limits named `total` for all files together. A size that
    the registry knows takes the place of `largest_bytes`.
    """

    attempts: int
    timeout_seconds: float
    wait_seconds: float
    longest_wait_seconds: float
    longest_seconds: float = 86_400
    total_seconds: float = 7 * 86_400
    largest_bytes: float = 50e9
    total_bytes: float = 500e9


@dataclass
class Spent:
    """What all downloads together have used: bytes received, and time since `began`, in seconds of the monotonic clock."""

    received: int = 0
    began: float = field(default_factory=time.monotonic)


class Unreachable(InputError):
    """The server did not answer."""


def download(
    url: str,
    part: Path,
    name: str,
    known: dict,
    limits: Limits,
    pause: Callable[[float], object],
    spent: Spent,
) -> bool:
    """Download the file at `url` into `part`; return whether it consists of more than one attempt.

    `known` may have the file's `bytes`. An interrupted download continues only if the server named the version by a
    strong ETag, and otherwise starts again. `name` is for messages. Raises InputError if the download fails or exceeds a
    limit.
    """
    failures, furthest, attempts = 0, part.stat().st_size, 0
    until = min(time.monotonic() + limits.longest_seconds, spent.began + limits.total_seconds)
    begun = furthest > 0
    while True:
        attempts += 1
        try:
            _check_time(name, limits, spent, until)
            _attempt(url, part, name, known, limits, spent, until)
            return begun or attempts > 1
        except AttemptFailed as broken:
            size = part.stat().st_size
            failures = 0 if size > furthest else failures + 1
            furthest = max(furthest, size)
            wait = max(broken.wait, limits.wait_seconds * 2 ** max(failures - 1, 0))
            if failures < limits.attempts and broken.wait <= limits.longest_wait_seconds:
                wait = min(wait, limits.longest_wait_seconds)
                log.info("%s: %s; the next attempt is in %g s", name, broken, wait)
                pause(wait)
                continue
            kept = f"; {size} bytes are kept" if size else ""
            sort = InputError if broken.answered else Unreachable
            raise sort(
                f"{name} could not be downloaded from {clean(url)} ({broken}){kept}: check the connection and run "
                "snakemake fetch again, or put the file into its folder yourself."
            ) from None


def _check_time(name: str, limits: Limits, spent: Spent, until: float) -> None:
    if time.monotonic() < until:
        return
    key = "longest_hours" if until < spent.began + limits.total_seconds else "longest_total_hours"
    raise InputError(
        f"{name} takes longer than fetch.{key} allows; run snakemake fetch again to continue, or raise that limit."
    )


def _attempt(
    url: str, part: Path, name: str, known: dict, limits: Limits, spent: Spent, until: float
) -> None:
    with part.open("r+b", buffering=0) as out:
        offset, validator = _start(url, part, known)
        if offset and offset == known.get("bytes"):
            return
        headers = {"User-Agent": "takedown", "Accept-Encoding": "identity"}
        if offset:
            headers |= {"Range": f"bytes={offset}-"} | ({"If-Range": validator} if validator else {})
        answer = ask(url, headers, offset, limits.timeout_seconds, until)
        if answer is None:
            return
        with answer:
            refuse_pages(url, answer)
            first, total = _place(answer, offset)
            # Servers that support If-Range never send a part of another version; not all servers support it.
            if first not in (0, offset) or (first and validator != _validator(answer.headers)):
                out.truncate(0)
                raise AttemptFailed("the server sent a part of a different file")
            if first < offset:
                log.info("%s: the server sends the file from the beginning", name)
            if total is not None and known.get("bytes") not in (None, total):
                raise InputError(
                    f"{name} has {total} bytes at {clean(url)} but {known['bytes']} in the registry, so it is a different file; "
                    "look for it elsewhere, or correct the registry if the release was updated."
                )
            _check_size(name, total or 0, known, limits)
            _check_room(part, name, total, first)
            out.truncate(first)
            out.seek(first)
            validator = _validator(answer.headers)
            part.with_suffix(".source").write_text(json.dumps([url, validator]), encoding="utf-8")
            _receive(answer, out, name, first, total, known, limits, spent, until)


def _check_size(name: str, size: int, known: dict, limits: Limits) -> None:
    if known.get("bytes") is None and size > limits.largest_bytes:
        raise InputError(
            f"{name} is larger than fetch.largest_file_gb allows; raise that limit if you know the file."
        )


def _start(url: str, part: Path, known: dict) -> tuple[int, str]:
    """Return the byte at which to continue, and the server's identifier of the version downloaded so far."""
    try:
        source, validator = json.loads(part.with_suffix(".source").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        source, validator = "", ""
    may_go_on = source == url and isinstance(validator, str) and STRONG.fullmatch(validator)
    size = part.stat().st_size
    return (size, validator) if may_go_on and size <= (known.get("bytes") or size) else (0, "")


def _validator(headers: http.client.HTTPMessage) -> str:
    etag = headers.get("ETag", "")
    # A weak ETag and a time only say that two versions are equivalent, not that their bytes are equal.
    return etag if STRONG.fullmatch(etag) else ""


def _place(answer: http.client.HTTPResponse, offset: int) -> tuple[int, int | None]:
    """Return the position in the file at which the answer starts, and the size of the file if it is stated."""
    if answer.status != 206:
        return 0, answer.length
    span = re.fullmatch(
        r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\*)", answer.headers.get("Content-Range", "")
    )
    if not span:
        return -1, None
    total = None if span[2] == "*" else int(span[2])
    return int(span[1]), total if total is not None else answer.length and offset + answer.length


def _check_room(part: Path, name: str, total: int | None, first: int) -> None:
    free = shutil.disk_usage(part.parent).free + part.stat().st_size - first
    if total is not None and total - first > free:
        raise InputError(
            f"{name} needs {_megabytes(total - first)} MB more, but the disk of {part.parent} has "
            f"{_megabytes(free)} MB free; free disk space or set raw_folder to another disk."
        )


def _receive(
    answer: http.client.HTTPResponse,
    out: BinaryIO,
    name: str,
    size: int,
    total: int | None,
    known: dict,
    limits: Limits,
    spent: Spent,
    until: float,
) -> None:
    largest: int | None = known.get("bytes")
    started = reported = time.monotonic()
    first = size
    while True:
        try:
            chunk = answer.read1(CHUNK_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise AttemptFailed(words_of(error)) from None
        if not chunk:
            break
        size += len(chunk)
        spent.received += len(chunk)
        if spent.received > limits.total_bytes:
            raise InputError(
                f"{name} exceeds fetch.largest_total_gb, the limit of all downloads of a run; run snakemake fetch again to "
                "continue, or raise that limit."
            )
        _check_time(name, limits, spent, until)
        if largest is None and size > limits.largest_bytes:
            out.truncate(0)
            _check_size(name, size, known, limits)
        if largest is not None and size > largest:
            out.truncate(0)
            raise InputError(
                f"{name} is larger at its source than the {largest} bytes of the registry, so it is a different file; "
                "look for it elsewhere, or correct the registry if the release was updated."
            )
        left = memoryview(chunk)
        while left:
            left = left[out.write(left) :]
        now = time.monotonic()
        if now - reported >= SECONDS_BETWEEN_REPORTS:
            reported = now
            log.info("%s", progress(name, size, total or largest, (size - first) / (now - started)))
    expected = total if total is not None else largest
    if expected is not None and size < expected:
        raise AttemptFailed(f"the connection ended after {size} of {expected} bytes")
    if size == 0:
        raise AttemptFailed("the server sent nothing")


def progress(name: str, size: int, total: int | None, speed: float) -> str:
    """Return a line with a progress bar: `size` of `total` bytes received, at `speed` bytes per second.

    >>> progress("a.zip", 250_000_000, 1_000_000_000, 5e6)
    'a.zip [######..................] 25 % of 1,000.0 MB, 5.0 MB/s, 150 s left'
    """
    if not total:
        return f"{name}: {_megabytes(size)} MB, {speed / 1e6:.1f} MB/s"
    done = int(BAR_WIDTH * size / total)
    return (
        f"{name} [{'#' * done}{'.' * (BAR_WIDTH - done)}] {100 * size // total} % of {_megabytes(total)} MB, "
        f"{speed / 1e6:.1f} MB/s, {(total - size) / max(speed, 1):.0f} s left"
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"
