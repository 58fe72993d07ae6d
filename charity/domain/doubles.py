"""Two records of the same family or person: which one ends."""

from enum import StrEnum


class Ends(StrEnum):
    """Which record ends: the one that was registered in spite of the likeness, or the one it looks like."""

    THIS = "this"
    OTHER = "other"
