"""The count of records from the bytes, against a reading byte by byte."""

from hypothesis import given, settings
from hypothesis import strategies as st

from takedown.ingest_scan import RecordScan


def scan_in_pieces(data: bytes, size: int) -> tuple[bytes, RecordScan]:
    scan = RecordScan()
    pieces = [scan.feed(data[start : start + size]) for start in range(0, len(data), size)]
    return b"".join([*pieces, scan.finish()]), scan


def read_byte_by_byte(data: bytes) -> tuple[int, list[int], bool]:
    """Count records of text whose line ends are LF."""
    records, blank, length, inside = 0, [], 0, False
    for byte in data:
        inside ^= byte == ord('"')
        if byte == ord("\n") and not inside:
            records += 1
            blank += [records] if length == 0 else []
            length = 0
        else:
            length += 1
    return records + (length > 0), blank, inside


@settings(max_examples=400, deadline=None)
@given(st.text('"\n,xé', max_size=40), st.integers(1, 9))
def test_scan_agrees_with_a_reading_byte_by_byte(text, size):
    data = text.encode()
    joined, scan = scan_in_pieces(data, size)
    records, blank, inside = read_byte_by_byte(data)
    assert joined == data
    assert scan.open_quote == inside
    if not inside:
        assert (scan.records, scan.blank) == (records, blank)


@settings(max_examples=400, deadline=None)
@given(st.text('"\r\n,x', max_size=30), st.integers(1, 7))
def test_line_ends_do_not_depend_on_where_the_chunks_are_cut(text, size):
    whole, in_one = scan_in_pieces(text.encode(), 1000)
    pieces, scan = scan_in_pieces(text.encode(), size)
    assert pieces == whole
    assert (scan.records, scan.blank) == (in_one.records, in_one.blank)


def test_more_than_256_quotes_in_a_line_are_still_paired():
    data = b'"x",' * 300 + b'"y\n"\n\n"'
    assert scan_in_pieces(data, 10_000)[1].blank == [2]
