"""What verification finds: nothing, or the first difference."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where book, tree, checkpoints and tables do not agree; the code is stable."""

    code: str
    place: str
    expected: str
    found: str

    def __str__(self) -> str:
        """Say the difference in one line."""
        return f"{self.code} at {self.place}: expected {self.expected}, found {self.found}"


class Differs(Exception):
    """Ends a verification with its first difference."""

    def __init__(self, code: str, place: str, expected: object, found: object) -> None:
        self.difference = Difference(code, place, str(expected), str(found))
        super().__init__(str(self.difference))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was checked, and the first difference if there is one."""

    leaves: int = 0
    root: str = ""
    waiting: int = 0
    checkpoints: int = 0
    wishes: int = 0
    pledges: int = 0
    circles: int = 0
    lines: int = 0
    difference: Difference | None = None

    @property
    def is_clean(self) -> bool:
        """Say whether everything agrees."""
        return self.difference is None


def short(data: bytes) -> str:
    """Write a hash for people: long enough to tell two apart."""
    return data.hex()[:16]
