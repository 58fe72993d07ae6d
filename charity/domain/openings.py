"""Opening circles for a whole list of families at once: the list's life, its rows, and who is helped first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from charity.domain.errors import Conflict, Invalid
from charity.domain.regions import WIDTHS, Level, county_of


class OpeningState(StrEnum):
    """Where a list stands; donors may join by its code from opening on."""

    STAGED = "staged"
    SUBMITTED = "submitted"
    OPENING = "opening"
    OPEN = "open"
    REJECTED = "rejected"
    DROPPED = "dropped"


class OpeningAct(StrEnum):
    """What people do to a list, and when its last circle was opened."""

    SUBMIT = "submit"
    DROP = "drop"
    AGREE = "agree"
    REJECT = "reject"
    FINISH = "finish"


class RowState(StrEnum):
    """What became of one row of a list."""

    WRONG = "wrong"
    WAITING = "waiting"
    OPENED = "opened"
    REFUSED = "refused"


class Column(StrEnum):
    """The columns a list may have."""

    HOUSEHOLD = "household"
    POINT = "point"


S = OpeningState
MOVES: dict[tuple[OpeningState, OpeningAct], OpeningState] = {
    (S.STAGED, OpeningAct.SUBMIT): S.SUBMITTED,
    (S.STAGED, OpeningAct.DROP): S.DROPPED,
    (S.SUBMITTED, OpeningAct.DROP): S.DROPPED,
    (S.SUBMITTED, OpeningAct.AGREE): S.OPENING,
    (S.SUBMITTED, OpeningAct.REJECT): S.REJECTED,
    (S.OPENING, OpeningAct.FINISH): S.OPEN,
}
JOINABLE: Final = frozenset({S.OPENING, S.OPEN})
PROGRAMME_SEATS: Final = 9
MOST_ROWS: Final = 5_000
MOST_BYTES: Final = 4 * 1024 * 1024
WIDEST_FIRST: Final = sorted(WIDTHS.values(), reverse=True)
HEADINGS: dict[Column, frozenset[str]] = {
    Column.HOUSEHOLD: frozenset({"household", "card", "card number", "帮扶家庭", "家庭编号", "户卡编号", "卡号"}),
    Column.POINT: frozenset({"service point", "point", "爱心代收点", "代收点"}),
}
# Letters and digits that nobody mistakes for each other when he types them from a card.
CODE_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH: Final = 8
# Above every number of donors that a circle may still lack before it starts.
STARTED: Final = 100


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list as it was written: the line a reader sees, the family's (or its card's) number, a point."""

    line: int
    household: str
    point: str = ""


def next_state(state: OpeningState, act: OpeningAct) -> OpeningState:
    """Give the state an act leads a list to."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": act.value}) from None


def find_columns(names: Iterable[str]) -> dict[Column, str]:
    """Find the columns of a list by their headings; Invalid when none names the families."""
    given = {name.strip().lower(): name for name in names}
    found = {column: given[word] for column, words in HEADINGS.items() for word in sorted(words) if word in given}
    if Column.HOUSEHOLD not in found:
        raise Invalid("list-column-missing", field="file")
    return found


def may_stage(count: int) -> None:
    """Refuse a list without rows, or with too many."""
    if not count:
        raise Invalid("list-empty", field="file")
    if count > MOST_ROWS:
        raise Invalid("sheet-too-many-rows", field="file", params={"rows": MOST_ROWS})


def common_region(codes: Iterable[str]) -> str:
    """Give the smallest region in which all of some villages lie; the whole country is the empty code."""
    villages = sorted(set(codes))
    return _shared(villages[0], villages[-1]) if villages else ""


def _shared(one: str, other: str) -> str:
    return next(one[:width] for width in WIDEST_FIRST if len(one) >= width and one[:width] == other[:width])


def offices(regions: Iterable[str]) -> tuple[str, ...]:
    """Keep the regions from which lists are opened: a county's, or larger."""
    return tuple(region for region in regions if len(region) <= WIDTHS[Level.COUNTY])


def narrowed(regions: Iterable[str], within: str) -> tuple[str, ...]:
    """Give what of some regions lies within another one."""
    both = {
        max(region, within, key=len) for region in regions if region.startswith(within) or within.startswith(region)
    }
    return tuple(sorted(both))


def is_running(*, starts_on: date, ends_on: date | None, is_closed: bool, today: date) -> bool:
    """Say whether a programme takes donors today."""
    return starts_on <= today and not is_over(ends_on=ends_on, is_closed=is_closed, today=today)


def is_over(*, ends_on: date | None, is_closed: bool, today: date) -> bool:
    """Say whether nothing can be opened under a programme any more."""
    return is_closed or (ends_on is not None and ends_on < today)


def place_in_line(taken: int, least: int) -> int:
    """Say how soon a circle gets the next donor of a list, the smallest number first; the oldest of equal ones.

    Circles that can start soon come before those that lack many, so that circles start instead of all staying
    half-filled; those that have started follow, the emptiest first.
    """
    return least - taken if taken < least else STARTED + taken


def nearest_point(points: Iterable[tuple[int, str]], region: str) -> int | None:
    """Choose among open service points (id and region) of a family's county the one that lies nearest."""
    serving = [(number, place) for number, place in points if region.startswith(county_of(place))]
    return min(serving, key=lambda point: (-len(_shared(point[1], region)), point[0]), default=(None, ""))[0]
