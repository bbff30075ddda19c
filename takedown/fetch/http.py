"""Download one file over HTTP, continuing an interrupted attempt (RFC 9110, sections 13.1.5 and 14)."""

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

#: HTTP status codes after which another attempt may succeed.
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)

SECONDS_BETWEEN_REPORTS = 10
BAR_WIDTH = 24

log = logging.getLogger("takedown")


class Limits(NamedTuple):
    """Limits of a download: consecutive attempts without new bytes, and times in seconds."""

    attempts: int
    timeout_seconds: float
    wait_seconds: float
    longest_wait_seconds: float


class Unreachable(InputError):
    """The server did not answer."""


class _AttemptFailed(Exception):
    """An attempt failed, but another may succeed; `wait` is the delay that the server asked for, in seconds."""

    def __init__(self, reason: str, *, wait: float = 0, answered: bool = True):
        super().__init__(reason)
        self.wait, self.answered = wait, answered


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects only to HTTPS, or from HTTP to HTTP."""

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
                f"{request.full_url} redirects to {url}, which is not safe; nothing was downloaded from there."
            )
        return super().redirect_request(request, answer, code, message, headers, url)


def host_of(url: str) -> str:
    """Return the host of an address, with its port.

    >>> host_of("https://example.org:8443/a.zip")
    'example.org:8443'
    """
    return urlsplit(url).netloc


def download(
    url: str, part: Path, name: str, known: dict, limits: Limits, pause: Callable[[float], object]
) -> bool:
    """Download the file at `url` into `part`; return whether it consists of more than one attempt.

    `known` may have the file's `bytes` and a digest (`sha256`, `git_blob`); a digest allows a download to continue
    without an identifier from the server. `name` is for messages. Raises InputError if the download fails.
    """
    failures, furthest, attempts = 0, part.stat().st_size, 0
    begun = furthest > 0
    while True:
        attempts += 1
        try:
            _attempt(url, part, name, known, limits)
            return begun or attempts > 1
        except _AttemptFailed as broken:
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
            # Servers that support If-Range never send a part of another version; not all servers support it.
            if first not in (0, offset) or (first and validator not in ("", _validator(answer.headers))):
                out.truncate(0)
                raise _AttemptFailed("the server sent a part of a different file")
            if first < offset:
                log.info("%s: the server sends the file from the beginning", name)
            if total is not None and known.get("bytes") not in (None, total):
                raise InputError(
                    f"{name} has {total} bytes at {url} but {known['bytes']} in the registry, so it is a different file; "
                    "look for it elsewhere, or correct the registry if the release was updated."
                )
            _check_room(part, name, total, first)
            out.truncate(first)
            out.seek(first)
            validator = _validator(answer.headers)
            part.with_suffix(".source").write_text(json.dumps([url, validator]), encoding="utf-8")
            _receive(answer, out, name, first, total, known.get("bytes"))


def _start(url: str, part: Path, known: dict) -> tuple[int, str]:
    """Return the byte at which to continue, and the server's identifier of the version downloaded so far."""
    try:
        source, validator = json.loads(part.with_suffix(".source").read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        source, validator = "", ""
    may_go_on = source == url and (validator or known.get("sha256") or known.get("git_blob"))
    size = part.stat().st_size
    return (size, validator) if may_go_on and size <= (known.get("bytes") or size) else (0, "")


def _validator(headers: http.client.HTTPMessage) -> str:
    etag = headers.get("ETag", "")
    # A weak ETag only says that two versions are equivalent, not that their bytes are equal.
    return etag if etag.startswith('"') else headers.get("Last-Modified", "")


def _ask(request: urllib.request.Request, offset: int, limits: Limits) -> http.client.HTTPResponse | None:
    """Return the server's answer; None if the file ends at `offset`."""
    opener = urllib.request.build_opener(_SafeRedirects)
    url = request.full_url
    try:
        return opener.open(request, timeout=limits.timeout_seconds)
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and offset:
                _check_end(error, offset)
                return None
            if error.code in TEMPORARY:
                wait = _seconds(error.headers.get("Retry-After", ""))
                asks = f" and asks to wait {wait:.0f} s" if wait else ""
                raise _AttemptFailed(
                    f"the server answered {error.code} {error.reason}{asks}", wait=wait
                ) from None
            raise InputError(
                f"{url} answered {error.code} {' '.join(str(error.reason).split())}; the file is not available there: look for it elsewhere."
            ) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise InputError(
                f"{url} has no valid certificate ({error.reason.verify_message.rstrip('.')}); check the network and the clock."
            ) from None
        raise _AttemptFailed(_words(error.reason), answered=False) from None
    except (OSError, http.client.HTTPException) as error:
        raise _AttemptFailed(_words(error)) from None


def _check_end(error: urllib.error.HTTPError, offset: int) -> None:
    total = re.fullmatch(r"bytes \*/(\d+)", error.headers.get("Content-Range", ""))
    if not total or int(total[1]) != offset:
        raise _AttemptFailed("the remote file changed during the download") from None


def _refuse_pages(url: str, answer: http.client.HTTPResponse) -> None:
    if answer.headers.get_content_type() == "text/html" and not url.endswith((".html", ".htm")):
        raise InputError(
            f"{url} sent a web page instead of the file; open it in a browser to see what it requires."
        )
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise InputError(
            f"{url} sends the file in another encoding ({answer.headers['Content-Encoding']}); download it by hand."
        )


def _place(answer: http.client.HTTPResponse, offset: int) -> tuple[int, int | None]:
    """Return the position in the file at which the answer starts, and the size of the file if it is stated."""
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
            f"{name} needs {_megabytes(total - first)} MB more, but the disk of {part.parent} has "
            f"{_megabytes(free)} MB free; free disk space or set raw_folder to another disk."
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
            raise _AttemptFailed(_words(error)) from None
        if not chunk:
            break
        size += len(chunk)
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
        raise _AttemptFailed(f"the connection ended after {size} of {expected} bytes")
    if size == 0:
        raise _AttemptFailed("the server sent nothing")


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


def _seconds(retry_after: str) -> float:
    """Return the delay in seconds that a Retry-After header (seconds or a date) asks for; 0 if it cannot be read."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def _words(error: BaseException | str) -> str:
    if isinstance(error, TimeoutError):
        return "no byte was received within fetch.timeout_seconds"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection ended before the end of the file"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f}"
