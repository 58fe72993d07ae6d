"""Compressed bodies with a common beginning and many endings: the beginning is compressed once.

The ending follows as a block that says "not compressed" (RFC 1951, 3.2.4; RFC 7932, 9.2): to readers it is one stream.
"""

import gzip
import struct
import zlib
from collections.abc import Callable
from functools import partial

import brotli

Ending = Callable[[bytes], bytes]
LONGEST_ENDING = 65_535
_LEVEL, _QUALITY, _WINDOW = 6, 4, 22


def begin(encoding: str, said: bytes) -> tuple[bytes, Ending] | None:
    """Write the beginning of a body in a content encoding; with what writes endings for it. None: not known here."""
    if encoding == "":
        return said, bytes
    if encoding == "gzip":
        writer = zlib.compressobj(_LEVEL, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        start = writer.compress(said) + writer.flush(zlib.Z_SYNC_FLUSH)
        return start, partial(_end_gzip, zlib.crc32(said), len(said))
    if encoding == "br":
        packer = brotli.Compressor(quality=_QUALITY, lgwin=_WINDOW)
        return packer.process(said) + packer.flush(), _end_brotli
    return None


def is_known(encoding: str) -> bool:
    """Say whether a content encoding can be written here; empty stands for none."""
    return encoding in ("", "gzip", "br")


def whole(encoding: str, said: bytes) -> bytes:
    """Write a body in a content encoding that is known here."""
    if encoding == "br":
        return brotli.compress(said, quality=_QUALITY, lgwin=_WINDOW)
    return gzip.compress(said, _LEVEL, mtime=0) if encoding == "gzip" else said


def _end_gzip(crc: int, size: int, ending: bytes) -> bytes:
    length = _checked(ending)
    block = struct.pack("<BHH", 1, length, length ^ 0xFFFF)  # the last block, stored
    return block + ending + struct.pack("<II", zlib.crc32(ending, crc), (size + length) & 0xFFFFFFFF)


def _end_brotli(ending: bytes) -> bytes:
    # not the last, four nibbles of length, length less one, not compressed; then one that is empty and the last
    head = (_checked(ending) - 1) << 3 | 1 << 19
    return head.to_bytes(3, "little") + ending + b"\x03"


def _checked(ending: bytes) -> int:
    if not 0 < len(ending) <= LONGEST_ENDING:
        raise ValueError("an ending is short, and not empty")
    return len(ending)
