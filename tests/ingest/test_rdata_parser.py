"""The private part of rdata is in one module, which says so where it is gone."""

import sys
from pathlib import Path

import pytest
from rdata.parser._parser import Parser

from takedown.core.errors import InputError
from takedown.ingest.other_formats import read_r_data


@pytest.fixture
def first_time(monkeypatch):
    """Have the modules that read R data imported anew."""
    for name in ("takedown.ingest.r_data", "takedown.ingest.rdata_parser"):
        monkeypatch.delitem(sys.modules, name, raising=False)


def test_an_rdata_without_its_parser_is_told_in_a_sentence(first_time, monkeypatch):
    monkeypatch.setitem(sys.modules, "rdata.parser._xdr", None)
    with pytest.raises(InputError, match=r"^rdata [\d.]+ has no rdata\.parser\._xdr\.ParserXDR, .*txt\.$"):
        read_r_data(None, Path("users.rds"))


def test_an_rdata_that_would_not_call_the_override_is_told_in_a_sentence(first_time, monkeypatch):
    monkeypatch.delattr(Parser, "_parse_vector_value")
    with pytest.raises(InputError, match=r"has no .*ParserXDR\._parse_vector_value, "):
        read_r_data(None, Path("users.rds"))
