"""Archives damaged at random: every record is accounted for, and no row that was left alone is lost."""

import random
import zipfile
from pathlib import Path

import pytest

from takedown.errors import InputError
from takedown.ingest_layout import USER_COLUMNS
from tests.ingest_files import LIST_HEADER, ingest_files

TEXTS = ["hello", "你好，世界", "a, b", 'say ""hi""', "line\nbreak", "🙂", "", "café", "a\r\nb", 'x"",""y']
FOREIGN = [
    "时政".encode("gb18030"),
    b"\xe9",
    "hi".encode("utf-16"),
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\0",
    b"\r",
    b"\n",
]
FURTHER = [b',""', b",", b",x", b',"a","b"', b',"']


def write_row(number: int, rng: random.Random, quoted: bool) -> bytes:
    if not quoted:
        return b"%d,2017-08-30,%d,2,3" % (1_000_000 + number, number)
    texts = [rng.choice(TEXTS) for _ in range(4)]
    values = [str(1_000_000 + number), *texts, "", "3", "4", "2017-08-30", "zh-CN"]
    return ",".join(f'"{value}"' for value in values).encode()


def damage_row(row: bytes, rng: random.Random) -> bytes:
    place = rng.randrange(len(row) + 1)
    quotes = [position for position, byte in enumerate(row) if byte == ord('"')] or [place]
    quote = rng.choice(quotes)
    return rng.choice(
        [
            row[:place] + bytes([rng.randrange(256)]) + row[place + 1 :],
            row[:place] + b'"' * rng.randint(1, 3) + row[place:],
            row[:quote] + row[quote + 1 :],
            row[:place],
            row[:place] + row[place + rng.randint(1, 60) :],
            row[:place] + rng.choice(FOREIGN) + row[place:],
            row[:place] + rng.randbytes(rng.randint(1, 9)) + row[place:],
            row + rng.choice(FURTHER),
            b"\n" + row,
            row + b"\n" + row,
        ]
    )


def make_damaged(rng: random.Random, quoted: bool) -> tuple[bytes, set[str]]:
    """Return a users file of which up to eight rows are damaged, and the ids of the others."""
    rows = [write_row(number, rng, quoted) for number in range(rng.choice([3, 8, 30, 100]))]
    damaged = set(rng.sample(range(len(rows)), min(len(rows) - 1, rng.choice([1, 1, 2, 3, 8]))))
    for number in damaged:
        rows[number] = damage_row(rows[number], rng)
    header = ",".join(USER_COLUMNS).encode() if quoted else LIST_HEADER.strip()
    end = rng.choice([b"\n", b"\n", b"\r\n"])
    data = end.join([header, *rows]) + end * (rng.random() < 0.9)
    return data, {str(1_000_000 + number) for number in range(len(rows)) if number not in damaged}


@pytest.mark.parametrize("seed", range(50))
def test_a_damaged_file_loses_no_row_that_was_left_alone(tmp_path, seed):
    rng = random.Random(seed)
    quoted = rng.random() < 0.7
    data, whole = make_damaged(rng, quoted)
    (tmp_path / "users.csv").write_bytes(data)
    layout = "twitter_release" if quoted else "account_list"
    result = ingest_files("users", tmp_path / "users.csv", tmp_path / "out", layout)
    read, *fates = result.account()
    assert read == sum(fates)
    assert whole <= {account for (account,) in result.rows("account", "account_id")}
    records = [record for record, *_ in result.rejected()]
    assert records == sorted(set(records)) and all(2 <= record <= read + 1 for record in records)


@pytest.mark.parametrize("seed", range(50))
def test_a_damaged_zip_is_read_whole_or_refused_in_a_sentence(tmp_path, seed):
    rng = random.Random(seed)
    path = tmp_path / "users.zip"
    rows = [write_row(number, rng, quoted=False) for number in range(200)]
    with zipfile.ZipFile(path, "w", rng.choice([zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])) as archive:
        archive.writestr("users.csv", LIST_HEADER + b"\n".join(rows))
    data = bytearray(path.read_bytes())
    start = rng.choice([0, data.rindex(b"PK\x01\x02")])
    for _ in range(rng.choice([1, 2, 5])):
        data[rng.randrange(start, len(data))] = rng.randrange(256)
    path.write_bytes(data[: rng.randrange(len(data))] if seed % 5 == 0 else data)
    try:
        result = ingest_files("users", path, tmp_path / "out", "account_list")
    except InputError as error:
        assert str(path) in str(error) and "\n" not in str(error) and str(error).endswith(".")
        assert not Path(tmp_path / "out").exists() or not list((tmp_path / "out").rglob("*.parquet*"))
    else:
        assert result.account() == (200, 200, 0, 0, 0)
