"""Files compressed by gzip or Zstandard."""

import gzip

import pytest

from takedown.core.compressed import CHUNK_BYTES, read_chunks, zstd
from takedown.core.errors import InputError

PACK = {".gz": gzip.compress, ".zst": zstd.compress}
CONTENT = bytes(range(256)) * (CHUNK_BYTES // 200)


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("streams", [1, 2])
def test_compressed_files_are_unpacked(tmp_path, suffix, streams):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(b"".join(PACK[suffix](CONTENT) for _ in range(streams)) + b"\0" * 9)
    assert b"".join(read_chunks(path)) == CONTENT * streams


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda data: data[:-9], "is truncated"),
        (lambda data: data[:8] + b"\xff" * 30 + data[38:], "is damaged|is truncated"),
        (lambda data: b"userid\n", "is not compressed as its name says"),
    ],
)
def test_a_file_that_cannot_be_unpacked_is_named(tmp_path, suffix, spoil, sentence):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(spoil(PACK[suffix](CONTENT)))
    with pytest.raises(InputError, match=rf"a\{suffix} ({sentence})"):
        list(read_chunks(path))


@pytest.mark.parametrize("suffix", PACK)
def test_a_bomb_is_stopped(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(PACK[suffix](b"x" * 50_000_000))
    for limits in ({"largest_bytes": 1e7}, {"largest_ratio": 200}):
        with pytest.raises(InputError, match="may be a bomb"):
            list(read_chunks(path, **limits))
