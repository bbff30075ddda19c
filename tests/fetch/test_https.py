"""Downloads over HTTPS: from a server that can prove who it is, and from none that cannot."""

import pytest
import trustme

from takedown.core.errors import InputError
from takedown.fetch.download import fetch_file
from takedown.fetch.http import Limits
from tests.loopback import CONTENT, DIGEST, Server, code, whole

LIMITS = Limits(attempts=3, timeout_seconds=5, wait_seconds=0.001, longest_wait_seconds=5)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def trusted(authority, monkeypatch, tmp_path):
    """Let this process trust an authority and no other, and use no proxy."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    monkeypatch.setenv("no_proxy", "*")


def take(server, folder):
    return fetch_file(server.file(sha256=DIGEST), folder, LIMITS, lambda seconds: None)


def test_a_file_comes_whole_though_an_encrypted_connection_is_cut(authority, trusted, tmp_path):
    with Server(authority.issue_cert("127.0.0.1")).running() as server:
        server.answers = [whole(cut=100_000), whole()]
        take(server, tmp_path / "raw")
    assert (tmp_path / "raw/file.zip").read_bytes() == CONTENT
    assert [asked.get("Range") for asked in server.asked] == [None, "bytes=100000-"]


@pytest.mark.parametrize(
    ("issuer", "host", "reason"),
    [
        (trustme.CA, "127.0.0.1", "unable to get local issuer certificate"),
        (None, "archive.example", "IP address mismatch, certificate is not valid for '127.0.0.1'"),
    ],
    ids=["of an authority unknown", "of another host"],
)
def test_a_certificate_that_proves_nothing_gives_one_sentence_and_nothing_is_asked(
    authority, trusted, tmp_path, issuer, host, reason
):
    with Server((issuer() if issuer else authority).issue_cert(host)).running() as server:
        with pytest.raises(InputError) as error:
            take(server, tmp_path / "raw")
        url = server.url
    assert str(error.value) == f"{url} has no valid certificate ({reason}); check the network and the clock."
    assert server.asked == []
    assert not (tmp_path / "raw/file.zip").exists()


def test_a_redirect_from_encryption_to_encryption_is_followed_and_one_out_of_it_is_not(
    authority, trusted, tmp_path
):
    certificate = authority.issue_cert("127.0.0.1")
    with Server(certificate).running() as first, Server(certificate).running() as second:
        first.answers = [redirect(second.url)]
        take(first, tmp_path / "raw")
        first.answers = [redirect(second.url.replace("https", "http"))]
        with pytest.raises(InputError, match="which is not safe; nothing was downloaded from there"):
            take(first, tmp_path / "other")
    assert (tmp_path / "raw/file.zip").read_bytes() == CONTENT
    assert not (tmp_path / "other/file.zip").exists()


def redirect(url):
    return code(302, Location=url)
