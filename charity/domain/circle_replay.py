"""Deriving a circle's present from the book: a pure fold over the entries of the circle, its seats and their months."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from charity.domain.circle_states import MOVES, SEAT_MOVES, TAKEN, CircleState, SeatState
from charity.domain.entries import Body, EntryKind
from charity.domain.entry_values import JSON
from charity.domain.replay import Impossible

_AFTER = {was: {after for (before, _), after in MOVES.items() if before is was} for was in CircleState}
_SEAT_AFTER = {was: {after for (before, _), after in SEAT_MOVES.items() if before is was} for was in SeatState}
_OUTCOMES = {EntryKind.MONTH_OPENED: "open", EntryKind.MONTH_KEPT: "kept", EntryKind.MONTH_MISSED: "missed"}


@dataclass(frozen=True, slots=True)
class CircleFigures:
    """What a circle's row must say."""

    state: str
    target: int
    least: int
    taken: int


@dataclass(frozen=True, slots=True)
class SeatFigures:
    """What a seat's row must say, with what became of its months, and when its letters that passed were brought."""

    state: str
    number: int
    months: Mapping[str, str]
    letters: Mapping[str, str] = field(default_factory=dict[str, str])  # empty: not (yet) brought
    group: str = ""  # the reference of the group that holds it


@dataclass(slots=True)
class _Seat:
    state: SeatState
    number: int
    group: str = ""
    months: dict[str, str] = field(default_factory=dict[str, str])
    lines: Counter[str] = field(default_factory=Counter[str])
    letters: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class CircleStory:
    """Everything the book has told so far about one circle."""

    state: CircleState | None = None
    target: int = 0
    least: int = 0
    _seats: dict[str, _Seat] = field(default_factory=dict[str, _Seat])

    def tell(self, body: Body) -> None:
        """Take in the next entry; Impossible when it cannot follow."""
        if "seat_state" in body.facts:
            self._tell_seat(body)
        elif body.kind.family == "month":
            self._tell_month(body)
        elif body.kind is EntryKind.LETTER_PASSED:
            self._tell_letter(body)
        elif body.kind is EntryKind.LETTER_BROUGHT:
            self._tell_brought(body)
        elif body.kind.family == "circle":
            self._tell_circle(body)

    def figures(self) -> CircleFigures | None:
        """Give what the circle's row must say; None when the book never heard of its proposal."""
        if self.state is None:
            return None
        taken = sum(seat.state in TAKEN for seat in self._seats.values())
        return CircleFigures(self.state.value, self.target, self.least, taken)

    def seats(self) -> Mapping[str, SeatFigures]:
        """Give what the rows of the circle's seats must say."""
        return {
            ref: SeatFigures(seat.state.value, seat.number, seat.months, seat.letters, seat.group)
            for ref, seat in self._seats.items()
        }

    def _tell_circle(self, body: Body) -> None:
        after = CircleState(str(body.facts["life"]))
        if self.state is None:
            if body.kind is not EntryKind.CIRCLE_PROPOSED:
                raise Impossible("circle-unknown")
        elif after not in _AFTER[self.state]:
            raise Impossible("circle-elsewhere")
        self.state, self.target, self.least = after, _whole(body.facts["seats"]), _whole(body.facts["least"])

    def _tell_seat(self, body: Body) -> None:
        ref, after, number = body.subjects["seat"], SeatState(str(body.facts["seat_state"])), body.facts["number"]
        seat = self._seats.get(ref)
        if seat is None:
            if body.kind is not EntryKind.SEAT_OPENED:
                raise Impossible("seat-unknown")
            self._seats[ref] = _Seat(after, _whole(number))
        elif not _may_follow(seat, after, body.kind) or seat.number != number:
            raise Impossible("seat-elsewhere")
        else:
            seat.state = after
            _tell_group(seat, body)
        if sum(one.state in TAKEN for one in self._seats.values()) > self.target:
            raise Impossible("circle-overfull")

    def _tell_month(self, body: Body) -> None:
        seat = self._seats.get(body.subjects["seat"])
        if seat is None:
            raise Impossible("seat-unknown")
        month, outcome = str(body.facts["month"]), _OUTCOMES[body.kind]
        if (outcome == "open") is (month in seat.months):
            raise Impossible("month-open-twice" if outcome == "open" else "month-not-open")
        seat.months[month] = outcome

    def _tell_letter(self, body: Body) -> None:
        seat = self._seats.get(body.subjects["seat"])
        if seat is None:
            raise Impossible("seat-unknown")
        lines = body.facts["lines"]
        seat.lines[str(body.facts["month"])] += len(lines) if isinstance(lines, list) else 0
        if max(seat.lines.values()) > 1:
            raise Impossible("month-counted-twice")
        seat.letters[body.subjects["letter"]] = ""

    def _tell_brought(self, body: Body) -> None:
        seat, letter = self._seats.get(body.subjects["seat"]), body.subjects["letter"]
        if seat is None:
            raise Impossible("seat-unknown")
        if letter not in seat.letters:
            raise Impossible("letter-not-passed")
        if seat.letters[letter]:
            raise Impossible("letter-brought-twice")
        seat.letters[letter] = str(body.facts["day"])


def _may_follow(seat: _Seat, after: SeatState, kind: EntryKind) -> bool:
    """Say whether a seat may be in a state next; one that passes to another adult of its group stays where it is."""
    if kind is EntryKind.SEAT_MOVED:
        return after is seat.state and bool(seat.group)
    return after in _SEAT_AFTER[seat.state]


def _tell_group(seat: _Seat, body: Body) -> None:
    group = body.subjects.get("group", "")
    if body.kind is EntryKind.CIRCLE_JOINED:
        seat.group = group
    elif group != seat.group:
        raise Impossible("seat-of-another-group")


def _whole(value: JSON) -> int:
    if not isinstance(value, int):
        raise Impossible("not-a-number")
    return value
