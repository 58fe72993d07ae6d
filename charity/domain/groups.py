"""Groups: a class or a team that holds seats together; who answers for it, who joins, and what its young are called."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from charity.domain.actors import AccountKind
from charity.domain.aliases import WORDS
from charity.domain.errors import CapReached, Conflict, Invalid, NotPermitted


class GroupKind(StrEnum):
    """What a group is."""

    CLASS = "class"
    TEAM = "team"


MOST_FOUNDED = 5
MOST_MEMBERS = 60
MOST_YOUNG = 60
CODE_LENGTH = 10
CODE_LASTS = timedelta(days=14)
CODE_TRIES = 5
TRIES_WITHIN = timedelta(hours=1)
YOUNG_WORDS = tuple(word for word, _ in WORDS)
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v", " ": None, "-": None})


def may_answer(*, kind: AccountKind, is_verified: bool, is_adult: bool) -> None:
    """Refuse whoever cannot act for others in a group: a verified person who says to be grown up can."""
    if kind is not AccountKind.PERSON:
        raise NotPermitted("group-of-persons")
    if not is_verified:
        raise CapReached("verify-first")
    if not is_adult:
        raise Invalid("adults-only", field="is_adult")


def may_found(founded: int) -> None:
    """Refuse somebody who answers for as many groups as one person can."""
    if founded >= MOST_FOUNDED:
        raise CapReached("groups-most", params={"most": MOST_FOUNDED})


def normal_code(text: str) -> str:
    """Bring a typed join code to the form in which it was drawn: no capitals, no spaces, nothing misread."""
    return text.strip().casefold().translate(_MISREAD)


def shown_code(code: str) -> str:
    """Write a join code as it is read out: in two halves of capitals."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}".upper()


def young_name(word: str, taken: Collection[str]) -> str:
    """Give the name of a young member: a chosen word of the list, with the next number free in the group.

    Nothing of it was typed, so nothing of it can tell who a child is.
    """
    if word not in YOUNG_WORDS:
        raise Invalid("young-name-unknown", field="word")
    for number in range(1, MOST_YOUNG + 2):
        name = f"{word} {number}"
        if name not in taken:
            return name
    raise Conflict("young-most", params={"most": MOST_YOUNG})
