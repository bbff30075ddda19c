"""Ask a server for a file, and put into words what it answers, whatever its headers and addresses hold."""

import email.utils
import http.client
import queue
import re
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import IO, Any
from urllib.parse import urlsplit

from takedown.core.errors import InputError

#: HTTP status codes after which another attempt may succeed.
TEMPORARY = (408, 425, 429, 500, 502, 503, 504)


class AttemptFailed(Exception):
    """An attempt failed, but another may succeed; `wait` is the delay that the server asked for, in seconds."""

    def __init__(self, reason: str, *, wait: float = 0, answered: bool = True):
        super().__init__(clean(reason))
        self.wait, self.answered = wait, answered


class SafeRedirects(urllib.request.HTTPRedirectHandler):
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
        """Return the request for the new address; raise InputError if it is not safe."""
        before, after = _scheme(request.full_url), _scheme(url)
        if after != "https" and (before, after) != ("http", "http"):
            raise InputError(
                f"{clean(request.full_url)} redirects to {clean(url)}, which is not safe; nothing was downloaded from there."
            )
        return super().redirect_request(request, answer, code, message, headers, url)


def clean(text: str) -> str:
    r"""Return text of a server as one line of at most 200 characters, without those that control a terminal.

    >>> clean("Not\x1b[2J\r\nFound")
    'Not?[2J??Found'
    """
    return "".join(character if character.isprintable() else "?" for character in text[:200])


def host_of(url: str) -> str:
    """Return the host of an address, with its port; the address itself if it has none.

    >>> host_of("https://example.org:8443/a.zip")
    'example.org:8443'
    """
    try:
        return urlsplit(url).netloc or url
    except ValueError:
        return url


def _scheme(url: str) -> str:
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def ask(
    url: str, headers: dict[str, str], offset: int, timeout: float, until: float
) -> http.client.HTTPResponse | None:
    """Return the server's answer; None if the file ends at `offset`."""
    shown = clean(url)
    try:
        if _scheme(url) not in ("http", "https"):
            raise ValueError("it is not of the web")
        request = urllib.request.Request(url, headers=headers)
        opener = urllib.request.build_opener(SafeRedirects)
        answer: http.client.HTTPResponse = _until(until, lambda: opener.open(request, timeout=timeout))
        return answer
    except urllib.error.HTTPError as error:
        with error:
            if error.code == 416 and offset:
                _check_end(error, offset)
                return None
            if error.code in TEMPORARY:
                wait = _seconds(error.headers.get("Retry-After", ""))
                asks = f" and asks to wait {wait:.0f} s" if wait else ""
                raise AttemptFailed(
                    f"the server answered {error.code} {error.reason}{asks}", wait=wait
                ) from None
            raise InputError(
                f"{shown} answered {error.code} {clean(' '.join(str(error.reason).split()))}; the file is not available there: look for it elsewhere."
            ) from None
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            raise InputError(
                f"{shown} has no valid certificate ({error.reason.verify_message.rstrip('.')}); check the network and the clock."
            ) from None
        raise AttemptFailed(words_of(error.reason), answered=False) from None
    except http.client.InvalidURL as error:
        raise _no_address(shown, error) from None
    except (OSError, http.client.HTTPException) as error:
        raise AttemptFailed(words_of(error)) from None
    except (ValueError, OverflowError) as error:
        # An address, or one to which the server redirects, that is none.
        raise _no_address(shown, error) from None


def _no_address(shown: str, error: Exception) -> InputError:
    return InputError(
        f"{shown} is, or redirects to, an address that cannot be opened ({clean(str(error)).rstrip('.')}); correct the "
        "registry or download the file by hand."
    )


def _until(until: float, call: Callable[[], Any]) -> Any:
    """Return the result of a call; raise TimeoutError if there is none until a time: a server may send headers for ever."""
    results: queue.Queue[tuple[Any, BaseException | None]] = queue.Queue()

    def work() -> None:
        try:
            results.put((call(), None))
        except BaseException as error:
            results.put((None, error))

    threading.Thread(target=work, daemon=True).start()
    try:
        result, error = results.get(timeout=max(until - time.monotonic(), 0))
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return result


def _check_end(error: urllib.error.HTTPError, offset: int) -> None:
    total = re.fullmatch(r"bytes \*/([0-9]{1,18})", error.headers.get("Content-Range", ""))
    if not total or int(total[1]) != offset:
        raise AttemptFailed("the remote file changed during the download") from None


def refuse_pages(url: str, answer: http.client.HTTPResponse) -> None:
    """Raise InputError for an answer that is a web page or packed in another way than the file."""
    if answer.headers.get_content_type() == "text/html" and not url.endswith((".html", ".htm")):
        raise InputError(
            f"{clean(url)} sent a web page instead of the file; open it in a browser to see what it requires."
        )
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise InputError(
            f"{clean(url)} sends the file in another encoding ({clean(answer.headers['Content-Encoding'])}); download it by hand."
        )


def _seconds(retry_after: str) -> float:
    """Return the delay in seconds that a Retry-After header (seconds or a date) asks for; 0 if it cannot be read."""
    try:
        if retry_after.strip().isdecimal():
            return float(retry_after)
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError, LookupError, OverflowError):
        return 0.0


def words_of(error: BaseException | str) -> str:
    """Return what went wrong in a few words."""
    if isinstance(error, TimeoutError):
        return "no byte was received within fetch.timeout_seconds"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection ended before the end of the file"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
