"""Work that tests give to a process of its own."""

import os
import sys
import time
from importlib import import_module

from charity.adapters.apart import MEMORY


def loud(word: str) -> tuple[str, int]:
    """Print, then answer."""
    print("not the answer")
    os.write(1, b"nor this\n")
    return word, 5


def load(name: str) -> bool:
    """Load a module."""
    import_module(name)
    return name in sys.modules


def environment() -> dict[str, str]:
    """Give what the process was told."""
    return dict(os.environ)


def fail() -> None:
    """End with an error."""
    raise LookupError("on purpose")


def vanish() -> None:
    """End without a word."""
    os._exit(3)


def sleep() -> None:
    """Take longer than anybody waits."""
    time.sleep(60)


def take_memory() -> int:
    """Ask for more than there may be."""
    return len(bytearray(MEMORY))
