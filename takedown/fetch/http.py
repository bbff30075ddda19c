"""Bring one file over HTTP, and go on where an earlier attempt broke off (RFC 9110, sections 13.1.5 and 14)."""

import email.utils
import http.client
import json
import logging
import re
import shutil
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple
from urllib.parse import urlsplit

from takedown.core.errors import InputError

CHUNK_BYTES = 1 << 18

#: Answers that may be others a little later.
PASSING = (408, 425, 429, 500, 502, 503, 504)

SECONDS_BETWEEN_REPORTS = 10
BAR_WIDTH = 24

log = logging.getLogger("takedown")


class Limits(NamedTuple):
    """How long to try: attempts in a row that bring nothing new, and seconds."""

    attempts: int
    timeout_seconds: float
    wait_seconds: float
    longest_wait_seconds: float


class Unreachable(InputError):
    """Nobody answered."""


class _Broken(Exception):
    """An attempt failed in a way that the next may not; `wait` is what the server asked for, in seconds."""

    def __init__(self, reason: str, *, wait: float = 0, answered: bool = True):
        super().__init__(reason)
        self.wait, self.answered = wait, answered


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow a redirect to HTTPS, or from HTTP to HTTP, and to nothing else."""

    def redirect_request(
        self,
        request: urllib.request.Request,
        answer: IO[bytes],
        code: int,
        message: str,
        headers: http.client.HTTPMessage,
        url: str,
    ) -> urllib.request.Request | None:
        before, after = urlsplit(request.full_url).scheme, urlsplit(url).scheme
        if after != "https" and (before, after) != ("http", "http"):
            raise InputError(
                f"{request.full_url} sends on to {url}, which is not safe; nothing was taken from there."
            )
        return super().redirect_request(request, answer, code, message, headers, url)


def host_of(url: str) -> str:
    """Return the host of an address, with its port."""
    return urlsplit(url).netloc


def download(
    url: str, part: Path, name: str, known: dict, limits: Limits, pause: Callable[[float], object]
) -> bool:
    """Bring the file at `url` into `part`; return whether it was put together from more than one attempt.

    `known` may have the file's `bytes` and a digest (`sha256`, `git_blob`), which allows to go on with a part that
    the server gives no name for. `name` is for messages. Raises InputError if the file does not come.
    """
    failures, furthest, attempts = 0, part.stat().st_size, 0
    begun = furthest > 0
    while True:
        attempts += 1
        try:
            _attempt(url, part, name, known, limits)
            return begun or attempts > 1
        except _Broken as broken:
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
                f"{name} could not be downloaded from {url} ({broken}){kept}: check the connection and run "
                "snakemake fetch again, or put the file into its folder yourself."
            ) from None


def _attempt(url: str, part: Path, name: str, known: dict, limits: Limits) -> None:
    with part.open("r+b", buffering=0) as out:
        offset, validator = _start(url, part, known)
        if offset and offset == known.get("bytes"):
            return
        headers = {"User-Agent": "takedown", "Accept-Encoding": "identity"}
        if offset:
            headers |= {"Range": f"bytes={offset}-"} | ({"If-Range": validator} if validator else {})
        answer = _ask(urllib.request.Request(url, headers=headers), offset, limits)
        if answer is None:
            return
        with answer:
            _refuse_pages(url, answer)
            first, total = _place(answer, offset)
            # A server that heeds If-Range sends no part of another version; not every server does.
            if first not in (0, offset) or (first and validator not in ("", _validator(answer.headers))):
                out.truncate(0)
                raise _Broken("the server sent a part of another file than it began with")
            if first < offset:
                log.info("%s: the server starts again from the beginning", name)
            if total is not None and known.get("bytes") not in (None, total):
                raise InputError(
                    f"{name} has {total} bytes at {url} and {known['bytes']} in the registry, so it is another file; "
                    "look for it elsewhere, or correct the registry if the release was renewed."
                )
            _check_room(part, name, total, first)
            out.truncate(first)
            out.seek(first)
            validator = _validator(answer.headers)
            part.with_suffix(".source").write_text(json.dumps([url, validator]), encoding="utf-8")
            _receive(answer, out, name, first, total, known.get("bytes"))


def _start(url: str, part: Path, known: dict) -> tuple[int, str]:
    """Return where to go on, and the server's name for the version of the file that the part is of."""
    try:
        source, validator = json.loads(part.with_suffix(".source").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        source, validator = "", ""
    may_go_on = source == url and (validator or known.get("sha256") or known.get("git_blob"))
    size = part.stat().st_size
    return (size, validator) if may_go_on and size <= (known.get("bytes") or size) else (0, "")


def _validator(headers: http.client.HTTPMessage) -> str:
    etag = headers.get("ETag", "")
    # A weak tag says that two files mean the same, not that their bytes are.
    return etag if etag.startswith('"') else headers.get("Last-Modified", "")


def _ask(request: urllib.request.Request, offset: int, limits: Limits) -> http.client.HTTPResponse | None:
    """Return the answer; None if it is that there is nothing behind `offset`."""
    opener = urllib.request.build_opener(_SafeRedirects)
    url = request.full_url
    try:
        return opener.open(request, timeout=limits.timeout_seconds)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and offset:
                _check_end(error, offset)
                return None
            if error.code in PASSING:
                wait = _seconds(error.headers.get("Retry-After", ""))
                asks = f" and asks to wait {wait:.0f} s" if wait else ""
                raise _Broken(f"the server answered {error.code} {error.reason}{asks}", wait=wait) from None
            raise InputError(
                f"{url} answered {error.code} {' '.join(str(error.reason).split())}; the file is not to be had there: look for it elsewhere."
            ) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise InputError(
                f"{url} has no valid certificate ({error.reason.verify_message.rstrip('.')}); check the network and the clock."
            ) from None
        raise _Broken(_words(error.reason), answered=False) from None
    except (OSError, http.client.HTTPException) as error:
        raise _Broken(_words(error)) from None


def _check_end(error: urllib.error.HTTPError, offset: int) -> None:
    total = re.fullmatch(r"bytes \*/(\d+)", error.headers.get("Content-Range", ""))
    if not total or int(total[1]) != offset:
        raise _Broken("the file became another on the server") from None


def _refuse_pages(url: str, answer: http.client.HTTPResponse) -> None:
    if answer.headers.get_content_type() == "text/html" and not url.endswith((".html", ".htm")):
        raise InputError(
            f"{url} sent a web page instead of the file; open it in a browser to see what it asks for."
        )
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise InputError(
            f"{url} sends the file packed another way ({answer.headers['Content-Encoding']}); download it by hand."
        )


def _place(answer: http.client.HTTPResponse, offset: int) -> tuple[int, int | None]:
    """Return where in the file the answer begins, and the size of the file if it says so."""
    if answer.status != 206:
        return 0, answer.length
    span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
    if not span:
        return -1, None
    total = None if span[2] == "*" else int(span[2])
    return int(span[1]), total if total is not None else answer.length and offset + answer.length


def _check_room(part: Path, name: str, total: int | None, first: int) -> None:
    free = shutil.disk_usage(part.parent).free + part.stat().st_size - first
    if total is not None and total - first > free:
        raise InputError(
            f"{name} needs {_megabytes(total - first)} MB more and the disk of {part.parent} has "
            f"{_megabytes(free)} MB; make room or set raw_folder to another disk."
        )


def _receive(
    answer: http.client.HTTPResponse,
    out: BinaryIO,
    name: str,
    size: int,
    total: int | None,
    largest: int | None,
) -> None:
    started = reported = time.monotonic()
    first = size
    while True:
        try:
            chunk = answer.read1(CHUNK_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise _Broken(_words(error)) from None
        if not chunk:
            break
        size += len(chunk)
        if largest is not None and size > largest:
            out.truncate(0)
            raise InputError(
                f"{name} is larger at its source than the {largest} bytes of the registry, so it is another file."
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
        raise _Broken(f"the connection ended after {size} of {expected} bytes")
    if size == 0:
        raise _Broken("the server sent nothing")


def progress(name: str, size: int, total: int | None, speed: float) -> str:
    """Return a line with a bar: `size` of `total` bytes are there, at `speed` bytes a second."""
    if not total:
        return f"{name}: {_megabytes(size)} MB, {speed / 1e6:.1f} MB/s"
    done = int(BAR_WIDTH * size / total)
    return (
        f"{name} [{'#' * done}{'.' * (BAR_WIDTH - done)}] {100 * size // total} % of {_megabytes(total)} MB, "
        f"{speed / 1e6:.1f} MB/s, {(total - size) / max(speed, 1):.0f} s left"
    )


def _seconds(retry_after: str) -> float:
    """Return how long a Retry-After, in seconds or a date, asks to wait; 0 if it cannot be read."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _words(error: BaseException | str) -> str:
    if isinstance(error, TimeoutError):
        return "nothing came within fetch.timeout_seconds"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection ended in the middle"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"
