"""A beginning compressed once and endings put behind it: one stream for every reader."""

import gzip
import random
import zlib

import brotli
import pytest

from charity.adapters import splicing

READERS = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


@pytest.mark.parametrize("encoding", READERS)
@pytest.mark.parametrize("size", [1, 60, 255, 256, 4_096, 65_535])
def test_a_reader_sees_one_body(encoding: str, size: int) -> None:
    chance = random.Random(size)
    beginning = b'{"rows":[' + b'{"rank":1,"name":"","value":5},' * chance.randint(1, 300)
    begun = splicing.begin(encoding, beginning)
    assert begun is not None
    start, ending = begun
    for _ in range(3):  # the same beginning, again and again
        said = chance.randbytes(size)
        assert READERS[encoding](start + ending(said)) == beginning + said


def test_a_reader_notices_a_changed_ending() -> None:
    begun = splicing.begin("gzip", b"a" * 600)
    assert begun is not None
    body = begun[0] + begun[1](b"mine")
    with pytest.raises(zlib.error):
        zlib.decompress(body.replace(b"mine", b"your"), zlib.MAX_WBITS + 16)


def test_other_encodings_and_endings_are_not_written() -> None:
    assert splicing.begin("zstd", b"a") is None
    for encoding in ("gzip", "br"):
        begun = splicing.begin(encoding, b"a")
        assert begun is not None
        for bad in (b"", b"x" * 65_536):
            with pytest.raises(ValueError):
                begun[1](bad)
