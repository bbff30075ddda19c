"""Each kind of file that cannot be used gets one sentence, and leaves nothing behind."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from takedown.core.errors import InputError
from takedown.ingest.layout import Layout
from takedown.ingest.unpack import CsvFile, unpacked

LIMITS = {"layout": Layout((), ()), "largest_bytes": 50e6, "largest_ratio": 200}
CSV = b"userid,name\n1,one\n2,two\n"


def make_zip(
    path: Path, members: dict[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def contents(path: Path, scratch: Path, **limits) -> dict[str, bytes]:
    with unpacked(path, scratch, **(LIMITS | limits)) as files:
        return {file.name: content(file) for file in files}


def content(file: CsvFile) -> bytes:
    found = file.stream.path.read_bytes()
    file.stream.settle()
    return found


def refusal(path: Path, scratch: Path, **limits) -> str:
    with pytest.raises(InputError) as raised:
        contents(path, scratch, **limits)
    sentence = str(raised.value)
    assert path.name in sentence
    assert "\n" not in sentence and sentence.endswith(".")
    assert not scratch.exists() or not list(scratch.iterdir())
    assert path.is_dir() or {entry for entry in path.parent.rglob("*")} <= {path, scratch}
    return sentence


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path / "scratch"


def test_members_of_a_zip_are_unpacked_and_removed_afterwards(tmp_path, scratch):
    path = make_zip(
        tmp_path / "a.zip",
        {"x/b.csv": CSV, "__MACOSX/x/._b.csv": b"junk", "x/": b"", "read.me": b"", "c.csv": CSV * 9},
    )
    assert contents(path, scratch) == {"x/b.csv": CSV, "c.csv": CSV * 9}
    assert not list(scratch.iterdir())


def test_a_stored_member_is_read(tmp_path, scratch):
    assert contents(make_zip(tmp_path / "a.zip", {"a.csv": CSV}, zipfile.ZIP_STORED), scratch) == {
        "a.csv": CSV
    }


def test_a_zip64_member_is_read(tmp_path, scratch):
    path = tmp_path / "a.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w", force_zip64=True) as out,
    ):
        out.write(CSV)
    assert contents(path, scratch) == {"a.csv": CSV}


def test_a_member_larger_than_a_chunk_is_whole(tmp_path, scratch):
    whole = CSV + b"".join(b'"%d","n\n%d"\n' % (i, i * 7919 % 1000) for i in range(600_000))
    path = make_zip(tmp_path / "a.zip", {"a.csv": whole})
    with unpacked(path, scratch, **LIMITS) as [file]:
        assert content(file) == whole
        assert file.mender.records == 600_003


@pytest.mark.parametrize("line_end", [b"\r\n", b"\r", b"\r\r\n"])
def test_other_line_ends_become_line_feeds_outside_quotes(tmp_path, scratch, line_end):
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b%s1,"x\r\ny"%s' % (line_end, line_end))
    assert contents(path, scratch) == {"a.csv": b'a,b\n1,"x\r\ny"\n'}
    assert b"\r\ny" in path.read_bytes()


def test_scratch_is_empty_after_an_error_in_the_block(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV})
    with pytest.raises(ZeroDivisionError), unpacked(path, scratch, **LIMITS):
        _ = 1 / 0
    assert not list(scratch.iterdir())


def test_missing_file(tmp_path, scratch):
    assert "does not exist" in refusal(tmp_path / "no.csv", scratch)


def test_folder(tmp_path, scratch):
    assert "Is a directory" in refusal(tmp_path, scratch)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_empty_csv(tmp_path, scratch, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "is empty" in refusal(path, scratch)


def test_empty_member(tmp_path, scratch):
    assert "empty file (a.csv)" in refusal(make_zip(tmp_path / "a.zip", {"a.csv": b""}), scratch)


@pytest.mark.parametrize("content", [CSV, b"<html>not found</html>", b"\x1f\x8b\x08gzip"])
def test_not_a_zip_at_all(tmp_path, scratch, content):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert "is not a zip archive" in refusal(path, scratch)


def test_zip_named_csv(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV}).rename(tmp_path / "a.csv")
    assert "is a zip archive" in refusal(path, scratch)


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><html>", b"\n<html>", b"<?xml version='1.0'?><Error>"])
def test_web_page_saved_as_csv(tmp_path, scratch, page):
    path = tmp_path / "a.csv"
    path.write_bytes(page)
    assert "is a web page" in refusal(path, scratch)


@pytest.mark.parametrize("cut", [10, 60, 100_000, -1, -30])
def test_truncated_zip(tmp_path, scratch, cut):
    content = CSV + b"".join(b"%d,%d\n" % (i, i * 7919 % 10007) for i in range(60_000))
    path = make_zip(tmp_path / "a.zip", {"a.csv": content})
    path.write_bytes(path.read_bytes()[:cut])
    assert "truncated or damaged" in refusal(path, scratch)


def test_wrong_checksum(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"1,one", b"1,six"))
    assert "wrong checksum of a.csv" in refusal(path, scratch)


def test_damaged_deflate_stream(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV * 1000})
    data = bytearray(path.read_bytes())
    data[40:60] = bytes(20)
    path.write_bytes(data)
    assert "damaged" in refusal(path, scratch)


def change_directory(path: Path, field: int, value: bytes) -> Path:
    """Overwrite a field of the first entry of the zip's central directory."""
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + field : entry + field + len(value)] = value
    path.write_bytes(data)
    return path


def test_a_member_whose_name_is_damaged_in_the_directory_is_not_passed_over(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV, "b.csv": CSV})
    assert "damaged (a.c:v)" in refusal(change_directory(path, 46, b"a.c:v"), scratch)


def test_a_member_that_another_swallows_in_the_directory_is_not_passed_over(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV, "b.csv": CSV})
    # The second entry becomes a comment of the first.
    change_directory(path, 32, struct.pack("<H", 46 + len("b.csv")))
    assert "its directory lacks members" in refusal(path, scratch)


def test_a_member_whose_name_divides_a_line_is_refused_in_one(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV, "b\n\x1b[2J.csv": CSV})
    assert r"name cannot be printed ('b\n\x1b[2J.csv')" in refusal(path, scratch)


def test_encrypted_zip(tmp_path, scratch):
    path = change_directory(make_zip(tmp_path / "a.zip", {"a.csv": CSV}), 8, b"\x01\x00")
    assert "is encrypted" in refusal(path, scratch)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unsupported_method(tmp_path, scratch, method):
    assert "not supported" in refusal(make_zip(tmp_path / "a.zip", {"a.csv": CSV}, method), scratch)


def test_declared_size_above_the_limit(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV * 100})
    assert "largest_file_gb" in refusal(path, scratch, largest_bytes=1000)


def test_members_count_together_towards_the_limit(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV * 30, "b.csv": CSV * 30})
    assert "(b.csv)" in refusal(path, scratch, largest_bytes=1000)


def test_zip_bomb_by_ratio(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": bytes(5_000_000)})
    assert "zip bomb" in refusal(path, scratch)


def test_zip_bomb_that_hides_its_size_is_stopped_while_streaming(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV + b"1,2\n" * 3_000_000})
    change_directory(path, 24, struct.pack("<I", 1000))
    assert "zip bomb" in refusal(path, scratch)


@pytest.mark.parametrize(
    "name",
    [
        *("../a.csv", "/etc/a.csv", "x/../../a.csv", "x/..", "/", "C:/a.csv", "c:a.csv"),
        *("..\\a.csv", "x\\a.csv", "\\\\server\\a.csv"),
    ],
)
def test_member_outside_the_folder(tmp_path, scratch, name):
    assert "outside the folder" in refusal(make_zip(tmp_path / "a.zip", {"b.csv": CSV, name: CSV}), scratch)


def test_a_member_whose_name_ends_at_a_nul_for_some(tmp_path, scratch):
    path = change_directory(make_zip(tmp_path / "a.zip", {"a.csv.csv": CSV}), 46, b"a.csv\0")
    assert "outside the folder" in refusal(path, scratch)


def test_no_name_of_a_member_is_ever_a_path_and_none_is_a_link(tmp_path, scratch):
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = {"x/CON.csv": CSV, "~/$HOME.csv": CSV, "-rf *.csv": CSV, "scratch.csv": CSV, link: CSV}
    path = make_zip(tmp_path / "a.zip", members)
    with unpacked(path, scratch, readers=2, **LIMITS) as files:
        for number, file in enumerate(files):
            assert file.stream.path
            found = [entry for entry in tmp_path.rglob("*") if not entry.is_dir()]
            assert [entry.name for entry in sorted(found)] == ["a.zip", f"{number}.csv"]
            assert not any(entry.is_symlink() for entry in found)
        assert number == 4


def test_two_members_of_the_same_name(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV, "b.csv": CSV})
    path.write_bytes(path.read_bytes().replace(b"b.csv", b"a.csv"))
    assert "two members of the same name" in refusal(path, scratch)


def test_many_small_members_are_a_bomb_together(tmp_path, scratch):
    zeros = bytes((1 << 20) - len(CSV))
    path = make_zip(tmp_path / "a.zip", {f"{number}.csv": CSV + zeros for number in range(60)})
    assert "unpacks to more than 200 times its size (60 files)" in refusal(path, scratch)


def test_only_one_member_of_a_zip_is_open_at_a_time(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {f"{number}.csv": CSV for number in range(3)})
    with unpacked(path, scratch, readers=2, **LIMITS) as files:
        next(files).stream.path  # noqa: B018 (starts the writing)
        next(files)
        assert [entry.name for entry in scratch.rglob("*.csv")] == []


def test_a_member_without_a_name(tmp_path, scratch):
    path = make_zip(tmp_path / "a.zip", {"a.csv": CSV, zipfile.ZipInfo("x"): CSV})
    data = bytearray(path.read_bytes())
    for mark, header, field in ((b"PK\x01\x02", 46, 28), (b"PK\x03\x04", 30, 26)):
        place = data.rindex(mark)
        data[place + field] = 0
        del data[place + header]
    directory, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    struct.pack_into("<II", data, end + 12, end - directory, directory)
    path.write_bytes(data)
    assert "a member without a name" in refusal(path, scratch)


def test_zip_without_csv(tmp_path, scratch):
    assert "holds no CSV" in refusal(make_zip(tmp_path / "a.zip", {"a.txt": CSV}), scratch)


def test_empty_zip(tmp_path, scratch):
    assert "holds no CSV" in refusal(make_zip(tmp_path / "a.zip", {}), scratch)


def test_nested_zip(tmp_path, scratch):
    assert "zip inside the zip" in refusal(make_zip(tmp_path / "a.zip", {"b.zip": b"PK"}), scratch)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16(tmp_path, scratch, encoding):
    path = tmp_path / "a.csv"
    path.write_bytes(CSV.decode().encode(encoding))
    assert "UTF-16" in refusal(path, scratch)


@pytest.mark.parametrize(("encoding", "name"), [("latin-1", "café"), ("gb18030", "时政新闻")])
def test_another_encoding_throughout(tmp_path, scratch, encoding, name):
    path = make_zip(tmp_path / "a.zip", {"a.csv": b"userid,name\n" + f"1,{name}\n".encode(encoding) * 30})
    assert "not written in UTF-8 (30 of the first 30" in refusal(path, scratch)


@pytest.mark.parametrize("line_end", [b"\n", b"\r"])
def test_a_single_row_of_broken_utf8_passes(tmp_path, scratch, line_end):
    path, content = tmp_path / "a.csv", CSV + b"3,\xff\n"
    path.write_bytes(content.replace(b"\n", line_end))
    assert contents(path, scratch) == {"a.csv": content}


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (b"a.csv".ljust(257, b"\0") + b"ustar\x0000", "is a tar archive; unpack it"),
        (b"\x28\xb5\x2f\xfd", "is compressed with Zstandard; give it a name that ends in .zst"),
        (b"BZh9", "is compressed with bzip2; unpack it"),
    ],
)
def test_another_archive_is_called_by_its_name(tmp_path, scratch, start, words):
    path = tmp_path / "a.csv"
    path.write_bytes(start + CSV)
    assert words in refusal(path, scratch)
