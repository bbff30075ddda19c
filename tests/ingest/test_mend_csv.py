"""Sound records pass unchanged, broken ones are taken out alone, wherever the bytes are cut into chunks."""

import csv
import io
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from takedown.core.errors import InputError
from takedown.ingest import mend_csv as ingest_mend
from takedown.ingest.mend_csv import Mender, with_line_feeds


def mend(data: bytes, columns: int, size: int = 1000, **options) -> tuple[bytes, Mender]:
    mender = Mender(columns, "a.csv", **options)
    pieces = [mender.feed(data[start : start + size]) for start in range(0, len(data), size)]
    return b"".join([*pieces, mender.finish()]), mender


def lost(mender: Mender) -> list[tuple[int, str, str]]:
    """Return number, reason and excerpt of the records that were taken out."""
    broken = zip(mender.broken, mender.excerpts, strict=True)
    rows = [(record, "malformed_row", excerpt) for record, excerpt in broken]
    return sorted(rows + [(record, "blank_line", "") for record in mender.blank])


@pytest.fixture(scope="module")
def small_blocks():
    """Make blocks so small that a few rows fill them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ingest_mend, "BLOCK_BYTES", 16)
        patch.setattr(ingest_mend, "LONGEST_RECORD", 4000)
        patch.setattr(ingest_mend, "WINDOW_BYTES", 100)
        yield


#: Texts of values, some of which look like rows.
TEXT = st.text('",\r\n xé', max_size=8) | st.sampled_from(
    ["\n99999,1,2\n", 'say "x"\n"1234567","a","b"\nbye', '10000,"a\n', "a\n\n\n12345,,"]
)
ROWS = st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=9)


@settings(max_examples=100, deadline=None)
@given(
    rows=ROWS,
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([0, 1]),
    size=st.integers(1, 60),
)
def test_what_a_csv_writer_writes_passes_whole(small_blocks, rows, end, quoting, size):
    if end != "\r\n":
        # The writer quotes no line end but its own, unless it quotes everything.
        quoting = csv.QUOTE_ALL
    text = io.StringIO(newline="")
    csv.writer(text, quoting=quoting, lineterminator=end).writerows([("h", "i", "j"), *rows])
    for thorough in (False, True):
        mended, mender = mend(text.getvalue().encode(), 3, size, thorough=thorough)
        assert (mender.records, lost(mender)) == (len(rows) + 1, [])
        assert [tuple(row) for row in csv.reader(io.StringIO(mended.decode(), newline=""))][1:] == rows


@settings(max_examples=100, deadline=None)
@given(text=st.text('"\r\n,x1', max_size=60), size=st.integers(1, 30))
def test_every_byte_belongs_to_a_sound_or_a_lost_record_wherever_chunks_are_cut(small_blocks, text, size):
    data = b"h,i\n" + text.encode()
    whole, in_one = mend(data, 2)
    pieces, mender = mend(data, 2, size)
    assert (pieces, mender.records, lost(mender)) == (whole, in_one.records, lost(in_one))
    again, second = mend(whole, 2)
    assert again == whole and not lost(second)
    assert second.records == in_one.records - len(lost(in_one))


@settings(max_examples=300, deadline=None)
@given(parts=st.lists(st.sampled_from(['"', '"",', '","', ',"', '"x"', ',"x"', ",", "x", "\n"]), max_size=30))
@example(parts=['"x', '"",x,', '"y"', "\n"])  # as many quotes as three values in quotes have
@example(parts=['","', ",", "x", ',"x"', "\n"])  # and twice a comma between quotes, of which one is a value
@example(parts=['"x","x', '",', "x", ',",', '"', "\n"])
def test_a_record_is_judged_by_counting_as_by_parsing(parts):
    data = "".join(["h,i,j\n", *parts]).encode()
    counted, quick = mend(data, 3)
    parsed, thorough = mend(data, 3, thorough=True)
    assert (counted, quick.records, lost(quick)) == (parsed, thorough.records, lost(thorough))


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize(
    "broken",
    [
        b'20000,"x,y',
        b'20000,x","y"z',
        b'20000,"x"x,y',
        b"20000,x",
        b"20000,x,y,",
        b'20000,x,y,""',
        b'20000,x,"',
        b'20000,"x\n,y"',
    ],
)
def test_a_broken_record_is_taken_out_alone(small_blocks, broken, end):
    rows = [b"h,i,j", b'10000,"a\r\nb",""', broken, b'30000,"c",d', b'40000,"e",f', b""]
    mended, mender = mend(end.join(rows), 3, 7)
    assert mended == b'h,i,j\n10000,"a\r\nb",""\n30000,"c",d\n40000,"e",f\n'
    assert [row[:2] for row in lost(mender)] == [(3, "malformed_row")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("broken", [b'20000,"x"y,z', b'20000,"x\ny"y,z', b'20000,"x,y'])
def test_blank_lines_behind_a_broken_record_are_counted_also_at_the_end_of_a_file(broken, end):
    for after, records in ((b"", 4), (b"30000,c,d" + end, 5)):
        _, mender = mend(b"h,i,j" + end + broken + end * 3 + after, 3)
        assert (mender.records, list(mender.blank), list(mender.broken)) == (records, [3, 4], [2])


def test_a_record_whose_quotes_close_is_one_record_though_its_text_looks_like_rows():
    data = b'h,i,j\n10000,"a,b\n20000,c,d\n30000,e",f\n40000,g,h\n'
    mended, mender = mend(data, 3)
    assert (mended, mender.records, lost(mender)) == (data, 3, [])


def test_rows_swallowed_by_a_quotation_that_does_not_close_come_back():
    rows = [b"h,i,j", b'10000,"a,b', b"20000,c,d", b'30000,"e",f', b"40000,g,h", b""]
    mended, mender = mend(b"\n".join(rows), 3)
    assert mended == b"\n".join([rows[0], *rows[2:]])
    assert [record for record, *_ in lost(mender)] == [2]


def test_a_line_too_long_to_be_csv_is_refused(monkeypatch):
    monkeypatch.setattr(ingest_mend, "LONGEST_RECORD", 100)
    monkeypatch.setattr(ingest_mend, "WINDOW_BYTES", 100)
    monkeypatch.setattr(ingest_mend, "LONGEST_LINE", 1000)
    with pytest.raises(InputError, match=r"a\.csv has a line of more than"):
        mend(b"h,i\n" + b"x" * 5000, 2)


def test_a_broken_header_is_refused():
    with pytest.raises(InputError, match="first line"):
        mend(b'h,"i"x\n1,2\n3,4\n', 2)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\r\nb\rc\r", b"a\nb\nc\n"),
        (b'"a\r\nb"\r\r\nc', b'"a\r\nb"\nc'),
        (b"a\r\rb", b"a\n\nb"),
    ],
)
def test_returns_outside_quotes_become_line_feeds(data, expected):
    text, dropped = with_line_feeds(data)
    assert text == expected
    assert len(dropped) == len(data) - len(text)


def test_more_than_256_quotes_in_a_line_are_still_paired():
    data = b'"x",' * 300 + b'"y\n"\n\n'
    _, mender = mend(data, 301)
    assert lost(mender) == [(2, "blank_line", "")]


def test_a_byte_order_mark_is_no_part_of_a_name_in_quotes():
    data = b'\xef\xbb\xbf"h, i",j\n1,2\n'
    mended, mender = mend(data, 2)
    assert (mended, mender.records, lost(mender)) == (data, 2, [])


def test_of_many_broken_records_none_costs_the_judging_of_a_whole_block(monkeypatch):
    monkeypatch.setattr(ingest_mend, "BLOCK_BYTES", 1 << 19)
    judged = []
    judge = Mender._judge
    monkeypatch.setattr(
        Mender, "_judge", lambda self, *block: judged.append(block[2] - block[1]) or judge(self, *block)
    )
    sound, broken = b'"1234567","a"\n', b'"1234567","a","x"\n'
    data = b"h,i\n" + broken * 3000 + sound * 3000
    mended, mender = mend(data, 2, len(data))
    assert (mended, len(mender.broken)) == (b"h,i\n" + sound * 3000, 3000)
    assert sum(judged) < 3000 * 5000


@pytest.mark.parametrize(
    "line",
    [
        b'a","b\n',
        b'"\n',
        b'",\n',
        b'"',
        b',"""\n',
        b"\r",
        b'x"\r',
        b"1,2\n",
        b"words and no comma\n",
        b'1,"a",2,"b\n',
    ],
)
@pytest.mark.parametrize("columns", [2, 30, 3000])
def test_no_pattern_of_lines_takes_more_than_its_share_of_time(line, columns):
    data = b"," * (columns - 1) + b"\n" + b'7,"an open quotation\n' + line * (100_000 // len(line))
    started = time.process_time()
    mend(data, columns, 1 << 20)
    # It takes a second; each of these took minutes when every line was parsed for each record before it.
    assert time.process_time() - started < 5


def test_a_file_of_blank_and_broken_lines_is_refused(monkeypatch):
    monkeypatch.setattr(ingest_mend, "MOST_TAKEN_OUT", 10)
    mended, mender = mend(b"h,i\n" + b"1,2\n\n\n" * 20, 2)
    assert (mended, len(mender.blank)) == (b"h,i\n" + b"1,2\n" * 20, 40)
    with pytest.raises(InputError, match=r"a\.csv has 11 blank or broken lines among its first 12; check"):
        mend(b"h,i\n" + b"\n" * 5 + b"x\n" * 6, 2)
