"""Downloads from a server that cuts, lies, stalls, redirects and changes its mind: whole files or none."""

import fcntl
import hashlib
import logging
import resource
import shutil
import subprocess
import time
import urllib.request

import pytest

from takedown.core.errors import InputError
from takedown.fetch.answers import SafeRedirects
from takedown.fetch.download import fetch_archives, fetch_file
from takedown.fetch.http import Limits, Unreachable, progress
from tests.loopback import CONTENT, DIGEST, Server, code, drip, whole

LIMITS = Limits(attempts=3, timeout_seconds=0.2, wait_seconds=0.001, longest_wait_seconds=5)


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    with Server().running() as server:
        yield server


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "raw" / "archive"


@pytest.fixture
def waits():
    return []


@pytest.fixture
def take(server, folder, waits):
    """Return a function that fetches the server's file, with what is known of it."""

    def take(limits=LIMITS, **known):
        return fetch_file(server.file(**known), folder, limits, waits.append)

    return take


def kept(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def refused(take, match, **known):
    with pytest.raises(InputError, match=match) as error:
        take(**known)
    assert str(error.value).isprintable()


def fetch_archives_of(server, folder, url):
    """Fetch an archive from another address; raise its failure."""
    entry = {"source": "a page", "downloads": [server.file(urls=[url])]}
    raise InputError(*fetch_archives({"one": entry}, folder, LIMITS, lambda seconds: None))


def test_a_cut_connection_goes_on_where_it_broke_off(server, take):
    server.answers = [whole(cut=100_000), whole(cut=50_000), whole()]
    assert take().read_bytes() == CONTENT
    assert [asked.get("Range") for asked in server.asked] == [None, "bytes=100000-", "bytes=150000-"]
    assert server.asked[1]["If-Range"] == '"1"'


def test_a_later_run_goes_on_where_an_earlier_one_gave_up(server, take, folder):
    server.answers = [whole(cut=100_000), code(503)]
    refused(take, "503 .*100000 bytes are kept")
    assert kept(folder) == [".file.zip.part", ".file.zip.source"]
    server.answers = [whole()]
    assert take().read_bytes() == CONTENT
    assert server.asked[-1]["Range"] == "bytes=100000-"
    assert kept(folder) == ["file.zip", "file.zip.sha256"]


def test_as_many_cuts_as_there_are_do_not_matter_while_each_attempt_brings_something(server, take):
    server.answers = [whole(cut=27_000)]
    assert take().read_bytes() == CONTENT
    assert len(server.asked) == 10


def test_attempts_that_bring_nothing_new_end_though_each_brings_bytes(server, take):
    server.answers = [whole(cut=1000, ranges=False)]
    refused(take, "ended after 1000 of 270000 bytes")
    assert len(server.asked) == 4


def test_a_server_without_ranges_starts_again(server, take):
    server.answers = [whole(cut=100_000, ranges=False), whole(ranges=False)]
    assert take().read_bytes() == CONTENT


@pytest.mark.parametrize("heeds", [True, False])
def test_a_file_that_changed_between_attempts_is_never_pieced_together(server, take, heeds):
    changed = CONTENT[::-1]
    server.answers = [whole(cut=100_000), whole(changed, etag='"2"', heeds=heeds)]
    assert take().read_bytes() == changed


def test_a_changed_file_behind_the_same_tag_is_taken_again_and_judged_by_its_digest(server, take):
    changed = CONTENT[::-1]
    server.answers = [whole(cut=100_000), whole(changed)]
    assert take(sha256=hashlib.sha256(changed).hexdigest()).read_bytes() == changed
    assert [asked.get("Range") for asked in server.asked] == [None, "bytes=100000-", None]


@pytest.mark.parametrize("known", [{}, {"sha256": DIGEST}])
@pytest.mark.parametrize("etag", ["", 'W/"1"', "1", '"a"b"', '"' + "x" * 999 + '"', '"a\r\n b"'])
def test_a_download_goes_on_only_with_a_strong_tag(server, take, known, etag):
    server.answers = [whole(cut=100_000, etag=etag, modified=True), whole(etag=etag, modified=True)]
    assert take(**known).read_bytes() == CONTENT
    assert "Range" not in server.asked[1]


def test_a_file_of_unknown_size_is_taken_up_to_the_limit(server, take, folder):
    small = LIMITS._replace(largest_bytes=1000)
    for length in (None, "none"):
        server.answers = [whole(length=length)]
        refused(lambda **known: take(small, **known), "fetch.largest_file_gb")
        assert kept(folder) == []
    assert take(small, bytes=len(CONTENT)).read_bytes() == CONTENT


def test_all_downloads_together_have_a_limit(server, tmp_path, waits):
    small = LIMITS._replace(total_bytes=len(CONTENT) + 1000)
    (failure,) = fetch_archives({"one": archive(server, "a.zip", "b.zip")}, tmp_path, small, waits.append)
    assert failure.startswith("b.zip exceeds fetch.largest_total_gb")
    assert (tmp_path / "one/a.zip").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("limit", "key"), [("longest_seconds", "longest_hours"), ("total_seconds", "longest_total_hours")]
)
def test_a_server_that_sends_a_little_for_ever_is_left(server, take, limit, key):
    server.answers = [drip()]
    started = time.monotonic()
    refused(lambda **known: take(LIMITS._replace(**{limit: 0.3}), **known), f"longer than fetch.{key} allows")
    assert time.monotonic() - started < 2


def test_a_server_that_sends_headers_for_ever_is_left(server, take):
    server.answers = [drip(headers=True)]
    started = time.monotonic()
    refused(
        lambda **known: take(LIMITS._replace(longest_seconds=0.3), **known), "longer than fetch.longest_hours"
    )
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "target",
    [
        "http://[",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:x/",
        f"http://{'a' * 64}.example/",
        "http://\x01/",
    ],
)
def test_a_redirect_to_no_address_gives_one_sentence(server, take, target):
    server.answers = [code(302, Location=target)]
    refused(take, "cannot be opened|not safe|answered 302|could not be downloaded")


@pytest.mark.parametrize(
    "url", ["http://[", "http://127.0.0.1:99999/a", "file:///etc/passwd", "x", "http://\x1b/"]
)
def test_an_address_that_is_none_gives_one_sentence(server, folder, url):
    refused(lambda: fetch_archives_of(server, folder, url), "cannot be opened|could not be downloaded")


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Range": f"bytes {'9' * 5000}-1/2"},
        {"Content_Range": f"bytes */{'9' * 5000}"},
        {"Retry_After": "9" * 5000},
        {"Retry_After": "Mon, 99 Foo 0000 99:99:99 +9999"},
        {"Content_Length": "9" * 5000},
        {"Content_Type": "\x01;charset=\xff"},
        {"Content_Encoding": "\x1b[2J"},
    ],
)
@pytest.mark.parametrize("number", [206, 416, 429, 200, 404])
def test_headers_that_make_no_sense_give_one_sentence(server, take, number, headers):
    server.answers = [whole(cut=100_000), code(number, **headers)]
    refused(take, "file.zip")


def test_no_message_of_a_server_controls_the_terminal(server, take):
    status = b"HTTP/1.1 404 \x1b[2J\x07gone\x9b31m\r\n\r\n"
    server.answers = [lambda request, server: request.wfile.write(status)]
    refused(take, "answered 404")


@pytest.mark.parametrize("name", ["", "file.zip", ".file.zip.part", ".file.zip.source", "file.zip.sha256"])
def test_no_link_among_the_raw_files_is_followed(server, take, folder, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    (elsewhere if name else folder.parent).mkdir(parents=True)
    folder.mkdir(parents=True) if name else elsewhere.mkdir()
    path = folder / name if name else folder
    path.symlink_to(elsewhere / "x" if name else elsewhere)
    refused(take, "is a link, which snakemake fetch does not follow")
    assert list(elsewhere.iterdir()) == [] and server.asked == []


def test_a_length_that_is_too_long_is_put_right_by_the_server_if_it_can(server, take):
    server.answers = [whole(length=len(CONTENT) + 5)]
    assert take().read_bytes() == CONTENT
    # Asked for what is behind the last byte, it answered that there is nothing (416).
    assert server.asked[1]["Range"] == f"bytes={len(CONTENT)}-"


def test_a_length_that_stays_too_long_is_a_file_that_never_came(server, take, folder):
    server.answers = [whole(length=len(CONTENT) + 5, ranges=False)]
    refused(take, "ended after 270000 of 270005")
    assert "file.zip" not in kept(folder)


def test_a_stalled_connection_is_given_up_and_gone_on_with(server, take):
    server.answers = [whole(cut=100_000, stall=True), whole()]
    started = time.monotonic()
    assert take().read_bytes() == CONTENT
    assert time.monotonic() - started < 2
    assert server.asked[1]["Range"] == "bytes=100000-"


def test_a_server_that_never_answers_is_given_up(server, take):
    server.answers = [lambda request, server: server.stalls.wait(5)]
    refused(
        lambda **known: take(LIMITS._replace(timeout_seconds=0.05), **known), "no byte was received within"
    )


def test_a_file_longer_than_the_registry_says_is_not_taken_to_its_end(server, take, folder):
    server.answers = [whole(length="none")]
    refused(take, "larger at its source than the 1000 bytes", bytes=1000)
    assert kept(folder) == []


def test_a_length_that_is_too_short_does_not_pass_for_the_whole(server, take, folder):
    server.answers = [whole(length=1000)]
    refused(take, "SHA-256", sha256=DIGEST)
    assert kept(folder) == []


def test_an_empty_answer_is_no_file(server, take, folder):
    server.answers = [code(200)]
    refused(take, "sent nothing")
    assert kept(folder) == []


def test_a_web_page_is_no_file(server, take, folder):
    server.answers = [whole(b"<html>please log in", kind="text/html; charset=utf-8")]
    refused(take, "web page instead of the file")
    assert kept(folder) == []


@pytest.mark.parametrize("number", [403, 404, 410])
def test_a_refusal_is_not_asked_for_again(server, take, folder, number):
    server.answers = [code(number)]
    refused(take, f"answered {number} ")
    assert len(server.asked) == 1
    assert kept(folder) == []


def test_a_server_in_trouble_is_asked_again_after_waits_that_grow_up_to_the_longest(server, take, waits):
    server.answers = [*map(code, (500, 502, 503, 504)), whole()]
    take(LIMITS._replace(wait_seconds=2, attempts=5))
    assert waits == [2, 4, 5, 5]


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_server_is_left_in_peace_for_as_long_as_it_asks(server, take, waits, form):
    asked = (
        "3" if form == "seconds" else time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() + 4))
    )
    server.answers = [code(429, Retry_After=asked), whole()]
    take()
    assert 2 < waits[0] <= 4


def test_a_server_that_asks_for_more_patience_than_allowed_is_not_asked_again(server, take, waits):
    server.answers = [code(429, Retry_After="3600")]
    refused(take, "429 .* asks to wait 3600 s")
    assert (len(server.asked), waits) == (1, [])


def test_a_redirect_is_followed(server, take):
    server.answers = [code(302, Location="/elsewhere"), whole()]
    assert take().read_bytes() == CONTENT
    assert server.asked[1]["path"] == "/elsewhere"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_a_redirect_to_anything_but_the_web_is_refused(server, take, folder, target):
    server.answers = [code(302, Location=target)]
    refused(take, "not safe|not allowed")
    assert kept(folder) == []


def test_a_redirect_out_of_encryption_is_refused():
    request = urllib.request.Request("https://example.org/a")
    with pytest.raises(InputError, match="not safe"):
        SafeRedirects().redirect_request(request, None, 302, "", {}, "http://example.org/a")


def test_a_redirect_that_goes_round_in_circles_gives_one_sentence(server, take):
    server.answers = [code(302, Location="/file.zip")]
    refused(take, "answered 302")


def test_progress_is_a_line_with_a_bar():
    assert progress("x.zip", 25_000_000, 100_000_000, 5e6) == (
        "x.zip [######..................] 25 % of 100.0 MB, 5.0 MB/s, 15 s left"
    )
    assert progress("x.zip", 25_000_000, None, 5e6) == "x.zip: 25.0 MB, 5.0 MB/s"


def test_a_file_with_a_known_digest_is_downloaded_whole_and_verified(take, folder, caplog):
    caplog.set_level(logging.INFO)
    assert take(bytes=len(CONTENT), sha256=DIGEST).read_bytes() == CONTENT
    assert kept(folder) == ["file.zip"]
    assert "verified by its digest" in caplog.text and "NOT" not in caplog.text


def test_a_git_blob_id_verifies_a_file_too(take, caplog):
    caplog.set_level(logging.INFO)
    take(git_blob=hashlib.sha1(b"blob %d\0" % len(CONTENT) + CONTENT).hexdigest())
    assert "verified by its digest" in caplog.text and "NOT" not in caplog.text


def test_without_a_digest_what_came_is_recorded_and_said_not_to_be_verified(take, folder, caplog):
    caplog.set_level(logging.INFO)
    take()
    assert "NOT verified" in caplog.text
    assert (folder / "file.zip.sha256").read_text() == f"{DIGEST}  file.zip\n"
    if shutil.which("sha256sum"):
        subprocess.run(["sha256sum", "--check", "--quiet", "file.zip.sha256"], cwd=folder, check=True)


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"sha256": "0" * 64}, f"SHA-256 {DIGEST}, not 000"),
        ({"git_blob": "0" * 40}, "git blob id"),
        ({"bytes": 7}, "270000 bytes .* but 7 in the registry"),
    ],
)
def test_another_file_than_the_registry_names_is_not_kept(take, folder, known, sentence):
    refused(take, sentence, **known)
    assert kept(folder) == []


def test_offline_gives_one_sentence_and_leaves_what_was_there(server, take, folder):
    folder.mkdir(parents=True)
    (folder / "notes").touch()
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(
        Unreachable, match=r"could not be downloaded.*refused.*put the file into its folder"
    ) as error:
        take()
    assert "\n" not in str(error.value)
    assert kept(folder) == ["notes"]


def test_the_next_address_is_tried_where_one_fails(server, folder, waits):
    server.answers = [code(404), whole(b"wrong"), whole()]
    urls = [server.url, f"{server.url}?2", f"{server.url}?3"]
    path = fetch_file(server.file(urls=urls, sha256=DIGEST), folder, LIMITS, waits.append)
    assert path.read_bytes() == CONTENT


def test_what_is_there_and_right_is_not_downloaded_again(server, take, folder):
    take(sha256=DIGEST)
    take(sha256=DIGEST)
    assert len(server.asked) == 1


@pytest.mark.parametrize("recorded", [False, True])
def test_another_file_of_the_name_is_reported_and_left(server, take, folder, recorded):
    if recorded:
        take()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "file.zip").write_bytes(b"mine")
    refused(take, "is not the file .* not changed", **({} if recorded else {"sha256": DIGEST}))
    assert (folder / "file.zip").read_bytes() == b"mine"


def test_a_link_that_leads_nowhere_is_reported_and_left(take, folder):
    folder.mkdir(parents=True)
    (folder / "file.zip").symlink_to(folder / "gone")
    refused(take, "is a link")
    assert not (folder / "gone").exists()


@pytest.mark.parametrize(
    "name", ["../file.zip", "a/b.zip", "/etc/file.zip", ".file.zip", "..", "", "a.zip\n"]
)
def test_a_name_never_leaves_its_folder(server, folder, name):
    with pytest.raises(InputError, match="not a plain file name"):
        fetch_file(server.file() | {"name": name}, folder, LIMITS)
    assert not folder.parent.exists()
    assert server.asked == []


def test_a_disk_that_is_full_gives_one_sentence_and_keeps_what_came(server, take, folder):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # The kernel refuses to write more, as it does on a full disk.
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        refused(take, r"file\.zip cannot be written \(File too large\); free disk space")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (folder / ".file.zip.part").stat().st_size == 100_000
    assert take().read_bytes() == CONTENT
    assert server.asked[-1]["Range"] == "bytes=100000-"


def test_a_disk_that_is_too_small_is_found_before_the_download(take, folder, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(1, 1, 200_000))
    refused(take, r"needs 0\.3 MB more, but the disk .* has 0\.2 MB")
    assert kept(folder) == []


def test_two_runs_do_not_write_the_same_file(server, take, folder):
    folder.mkdir(parents=True)
    with (folder / ".file.zip.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        refused(take, "another run")
    assert server.asked == []


def archive(server, *names):
    return {
        "source": "a page",
        "downloads": [server.file() | {"name": name} for name in names],
    }


def test_a_file_that_fails_does_not_keep_others_from_coming(server, tmp_path, waits):
    server.answers = [code(404), whole()]
    archives = {"one": archive(server, "a.zip", "b.zip"), "two": archive(server, "c.zip")}
    (failure,) = fetch_archives(archives, tmp_path, LIMITS, waits.append)
    assert "404" in failure
    assert (tmp_path / "one/b.zip").exists() and (tmp_path / "two/c.zip").exists()


def test_an_archive_with_files_of_the_users_own_is_left_alone(server, tmp_path, waits, caplog):
    caplog.set_level(logging.INFO)
    (tmp_path / "one").mkdir()
    (tmp_path / "one/users.csv").touch()
    assert fetch_archives({"one": archive(server, "a.zip")}, tmp_path, LIMITS, waits.append) == []
    assert (kept(tmp_path / "one"), server.asked) == (["users.csv"], [])
    assert "files of your own (users.csv)" in caplog.text


def test_an_archive_without_an_address_is_named_with_its_source(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    assert fetch_archives({"one": {"source": "a page"}}, tmp_path, LIMITS) == []
    assert "the source is a page" in caplog.text


def test_a_host_that_nobody_answers_for_is_waited_for_once(server, tmp_path, waits):
    server.http.shutdown()
    server.http.server_close()
    first, rest = fetch_archives(
        {"one": archive(server, "a.zip", "b.zip"), "two": archive(server, "c.zip")},
        tmp_path,
        LIMITS,
        waits.append,
    )
    assert first.startswith("a.zip could not be downloaded")
    assert rest.endswith("cannot be reached, so b.zip, c.zip were not tried.")
    assert len(waits) == LIMITS.attempts - 1
    assert kept(tmp_path) == []
