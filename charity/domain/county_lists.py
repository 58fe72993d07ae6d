"""The life of a county's list: staged, checked as a dry run, applied, undone; and what became of each of its rows."""

from enum import StrEnum
from typing import Final

from charity.domain.errors import Conflict, Invalid
from charity.domain.regions import WIDTHS, Level


class ListState(StrEnum):
    """Where a county's list stands."""

    STAGED = "staged"
    CLEARING = "clearing"
    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    STOPPING = "stopping"
    APPLIED = "applied"
    UNDOING = "undoing"
    RESTORING = "restoring"
    UNDONE = "undone"
    DROPPED = "dropped"


class ListAct(StrEnum):
    """What people do to a list, and when the worker is done with it."""

    CHECK = "check"
    CLEARED = "cleared"
    CHECKED = "checked"
    APPLY = "apply"
    STOP = "stop"
    APPLIED = "applied"
    UNDO = "undo"
    KEEP = "keep"
    KEPT = "kept"
    UNDONE = "undone"
    DROP = "drop"


class RowState(StrEnum):
    """What became of one row."""

    RAW = "raw"
    READY = "ready"
    WRONG = "wrong"
    DOUBLE = "double"
    HELD = "held"
    TAKEN = "taken"
    REFUSED = "refused"


class NeedState(StrEnum):
    """What became of the need that a row asks for; most rows ask for none."""

    NONE = "none"
    RAW = "raw"
    READY = "ready"
    DRAFTED = "drafted"
    REFUSED = "refused"


S, A = ListState, ListAct
MOVES: dict[tuple[ListState, ListAct], ListState] = {
    (S.STAGED, A.CHECK): S.CHECKING,
    (S.CHECKED, A.CHECK): S.CLEARING,
    (S.CLEARING, A.CLEARED): S.CHECKING,
    (S.CHECKING, A.CHECKED): S.CHECKED,
    (S.CHECKED, A.APPLY): S.APPLYING,
    (S.APPLYING, A.APPLIED): S.APPLIED,
    (S.APPLYING, A.STOP): S.STOPPING,
    (S.STOPPING, A.APPLIED): S.APPLIED,
    (S.APPLIED, A.UNDO): S.UNDOING,
    (S.UNDOING, A.UNDONE): S.UNDONE,
    (S.UNDOING, A.KEEP): S.RESTORING,
    (S.RESTORING, A.KEPT): S.APPLIED,
    (S.STAGED, A.DROP): S.DROPPED,
    (S.CLEARING, A.DROP): S.DROPPED,
    (S.CHECKING, A.DROP): S.DROPPED,
    (S.CHECKED, A.DROP): S.DROPPED,
}
AT_WORK: Final = frozenset({S.CLEARING, S.CHECKING, S.APPLYING, S.STOPPING, S.UNDOING, S.RESTORING})
OVER: Final = frozenset({S.APPLIED, S.UNDONE, S.DROPPED})
# Rows that did not come in: they leave as a sheet with their reasons.
LEFT_OUT: Final = frozenset({RowState.WRONG, RowState.DOUBLE, RowState.HELD, RowState.REFUSED})
MOST_PEOPLE: Final = 60  # rows of one family; more are several families that nobody told apart
STUCK_DAYS: Final = 7  # so much longer those of a list whose work does not come to an end are kept


def next_state(state: ListState, act: ListAct) -> ListState:
    """Give the state an act leads a list to."""
    try:
        return MOVES[state, act]
    except KeyError:
        raise Conflict("not-in-this-state", params={"state": state.value, "act": act.value}) from None


def may_come_from(region: str) -> None:
    """Refuse a list of more than one county: its layout is remembered for that county."""
    if len(region) < WIDTHS[Level.COUNTY]:
        raise Invalid("list-of-one-county", field="region")
