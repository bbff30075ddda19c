"""Read single files that are compressed by gzip or Zstandard."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from isal import igzip_lib

from takedown.core.errors import InputError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Errors of the libraries for damaged data; the stubs of isal declare its error as an object, not as a class.
ERRORS = (cast(type[Exception], igzip_lib.error), zstd.ZstdError, EOFError)

#: First bytes of compressed files by suffix.
STARTS = {".gz": b"\x1f\x8b", ".zst": b"\x28\xb5\x2f\xfd"}

#: Bytes that are read or unpacked at a time.
CHUNK_BYTES = 1 << 22

#: Files that unpack to less may have any compression ratio: a short table of equal rows is no bomb.
SMALL_BYTES = 1 << 20


def form_of(path: str | Path) -> str:
    """Return the last suffix of a file in lower case, without that of its compression.

    >>> form_of("a_tweets_csv_unhashed.CSV.gz"), form_of("a.b.zip")
    ('.csv', '.zip')
    """
    path = Path(path)
    return Path(path.stem if path.suffix.lower() in STARTS else path.name).suffix.lower()


def read_chunks(
    path: str | Path, largest_bytes: float = float("inf"), largest_ratio: float = float("inf")
) -> Iterator[bytes]:
    """Yield the content of a file, unpacked if its suffix is .gz or .zst, in chunks of up to `CHUNK_BYTES`.

    Raises InputError for a file that cannot be read, that is truncated, damaged or not compressed as its name says, and
    that unpacks to more than `largest_bytes` or to more than `largest_ratio` times its packed size.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    size = 0
    try:
        with path.open("rb") as file:
            packed = iter(lambda: file.read(CHUNK_BYTES), b"")
            for chunk in _unpacked(path, packed, suffix) if suffix in STARTS else packed:
                size += len(chunk)
                if suffix in STARTS and (
                    size > largest_bytes or size > max(SMALL_BYTES, largest_ratio * path.stat().st_size)
                ):
                    raise InputError(
                        f"{path} unpacks to more than ingest.largest_file_gb or ingest.largest_compression_ratio allows; it "
                        "may be a bomb: raise the limit only if you know the file."
                    )
                if chunk:
                    yield chunk
    except OSError as error:
        raise InputError(f"{path} cannot be read to its end ({error.strerror}); check the disk.") from error


def _decompressor(suffix: str) -> Any:
    if suffix == ".gz":
        return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return zstd.ZstdDecompressor()


def _unpacked(path: Path, packed: Iterator[bytes], suffix: str) -> Iterator[bytes]:
    """Yield what some packed bytes hold; a file may be several compressed streams one after the other."""
    stream, is_first = _decompressor(suffix), True
    for data in packed:
        if is_first and not data.startswith(STARTS[suffix]):
            raise InputError(
                f"{path} is not compressed as its name says; take {suffix} off its name, or download it again."
            )
        is_first = False
        try:
            while True:
                if stream.eof:
                    # After a stream there may be another one, or zeros that pad the file.
                    data = (stream.unused_data or data).lstrip(b"\0")
                    if not data:
                        break
                    stream = _decompressor(suffix)
                yield stream.decompress(data, CHUNK_BYTES)
                data = b""
                if stream.needs_input and not stream.eof:
                    break
        except ERRORS as error:
            raise InputError(f"{path} is damaged ({error}); download it again.") from None
    if is_first or not stream.eof:
        raise InputError(f"{path} is truncated; download it again.")
