"""Large blocks of memory go back to the system as soon as they are free."""

import ctypes
import sys
from typing import Final

_LARGE: Final = 4 * 2**20
_ARENAS: Final = 2  # more for threads that take turns anyway would only be more room that is kept half empty
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # of malloc.h


def give_large_blocks_back() -> None:
    """Tell glibc's allocator not to keep what it once lent; elsewhere nothing is done.

    Left alone it learns from the first 19 MiB in which a password is hashed that such blocks are ordinary, and every
    thread of a web worker then keeps one for good.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE)
        mallopt(_TRIM_THRESHOLD, 2 * _LARGE)
        mallopt(_ARENA_MAX, _ARENAS)
