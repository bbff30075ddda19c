"""A local HTTP server that truncates, misreports, stalls, redirects and changes its files."""

import contextlib
import hashlib
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONTENT = b"".join(b"%08d\n" % number for number in range(30_000))
DIGEST = hashlib.sha256(CONTENT).hexdigest()


class Server:
    """Answers each request with the next of `answers` and repeats the last one; `asked` records the requests.

    With a `certificate` (of trustme) it serves HTTPS.
    """

    def __init__(self, certificate=None):
        self.answers, self.asked, self.stalls = [whole()], [], threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(dict(self.headers) | {"path": self.path})
                answer = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                with contextlib.suppress(ConnectionError):
                    answer(self, outer)
                self.close_connection = True

            def log_message(self, *arguments):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.http.server_port}/file.zip"

    @contextlib.contextmanager
    def running(self):
        """Serve from a thread inside the block."""
        thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.stalls.set()
            self.http.shutdown()
            thread.join()
            self.http.server_close()

    def file(self, **known):
        return {"name": "file.zip", "urls": [self.url], **known}


def whole(
    content=CONTENT,
    *,
    cut=None,
    stall=False,
    etag='"1"',
    ranges=True,
    length=None,
    kind="x/y",
    heeds=True,
    modified=False,
):
    """Answer with `content` from the requested position: at most `cut` bytes, then the end or a stall."""

    def answer(request, server):
        asked = request.headers.get("Range")
        if not ranges or (heeds and request.headers.get("If-Range", etag) != etag):
            asked = None
        start = int(asked[6:-1]) if asked else 0
        if start >= len(content):
            request.send_response(416)
            request.send_header("Content-Range", f"bytes */{len(content)}")
            return request.end_headers()
        request.send_response(206 if asked else 200)
        if asked:
            request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        if length != "none":
            request.send_header("Content-Length", str(length or len(content) - start))
        if etag:
            request.send_header("ETag", etag)
        if modified:
            request.send_header("Last-Modified", "Mon, 19 Aug 2019 10:00:00 GMT")
        request.send_header("Content-Type", kind)
        request.end_headers()
        request.wfile.write(content[start:][:cut])
        request.wfile.flush()
        if stall:
            server.stalls.wait(5)

    return answer


def drip(headers=False):
    """Answer with a byte of the file, or with a header, every few milliseconds."""

    def answer(request, server):
        request.wfile.write(b"HTTP/1.1 200 OK\r\n" + (b"" if headers else b"\r\n"))
        for number in range(1000):
            request.wfile.write(b"X: %d\r\n" % number if headers and number < 50 else b"x")
            request.wfile.flush()
            time.sleep(0.02)

    return answer


def code(number, **headers):
    """Answer with a status and headers only."""

    def answer(request, server):
        request.send_response(number)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", "0")
        request.end_headers()

    return answer
