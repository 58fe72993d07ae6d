"""Letters: nobody reads one before it has passed, except its writer and the reviewers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.circles import Direction, LetterState
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.models.circles import Circle, Letter, Seat, letter_place
from charity.models.households import Household
from charity.models.letter_rows import goes_on
from charity.queries.circles.rows import CircleRow
from charity.queries.scopes import within

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCard:
    """A letter its reader may read."""

    ref: str
    number: int
    direction: str
    month: str
    state: str
    text: str
    written_at: datetime
    return_reason: str
    brought_on: date | None
    is_own: bool
    goes_on: bool  # nothing keeps it from being passed or brought

    @property
    def is_for_family(self) -> bool:
        """Say whether it has passed and goes to the family."""
        has_passed = self.state == LetterState.PASSED.value and self.direction == Direction.TO_FAMILY.value
        return has_passed and self.goes_on

    @property
    def waits(self) -> bool:
        """Say whether a reviewer may decide on it."""
        return self.state == LetterState.SUBMITTED.value and self.goes_on


def list_to_review(viewer: Actor, *, limit: int = MOST) -> tuple[LetterCard, ...]:
    """List the letters that wait for a reviewer of the viewer's region, oldest first; never his own, none refused."""
    may_anywhere(viewer, "letter.review")
    query = (
        select(Letter, Seat.number)
        .join(Circle, Circle.id == Letter.circle_id)
        .join(Seat, Seat.id == Letter.seat_id)
        .where(
            Letter.state == LetterState.SUBMITTED.value,
            Letter.writer_id != viewer.account_id,
            goes_on(),
            within(Circle.region_code, regions_for(viewer, "letter.review")),
        )
        .order_by(Letter.id)
        .limit(limit)
    )
    return tuple(_letter(viewer, letter, number, True) for letter, number in reading().execute(query))


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterToBring:
    """A letter that has passed and waits for its volunteer."""

    ref: str
    circle: str
    alias: str
    passed_at: datetime | None


def list_to_bring(viewer: Actor, *, limit: int = MOST) -> tuple[LetterToBring, ...]:
    """List the letters to families of the viewer's villages that nobody brought yet, oldest first."""
    may_anywhere(viewer, "letter.bring")
    rows = reading().execute(
        select(Letter.ref, Circle.ref, Household.alias, Letter.reviewed_at)
        .join(Circle, Circle.id == Letter.circle_id)
        .join(Household, Household.id == Circle.household_id)
        .join(Seat, Seat.id == Letter.seat_id)
        .where(
            Letter.state == LetterState.PASSED.value,
            Letter.direction == Direction.TO_FAMILY.value,
            Letter.brought_on.is_(None),
            goes_on(),
            within(Circle.region_code, regions_for(viewer, "letter.bring")),
        )
        .order_by(Letter.id)
        .limit(limit)
    )
    return tuple(LetterToBring(ref=ref, circle=circle, alias=alias, passed_at=at) for ref, circle, alias, at in rows)


def list_of_circle(viewer: Actor, row: CircleRow, is_staff: bool, seats: Collection[int]) -> tuple[LetterCard, ...]:
    """List letters: a donor sees his own and those to him that passed; staff those that passed, and what they wrote.

    `seats`: those the viewer acts for or that his group holds.
    """
    query = (
        select(Letter, Seat.number, goes_on())
        .join(Circle, Circle.id == Letter.circle_id)
        .join(Seat, Seat.id == Letter.seat_id)
        .where(Letter.circle_id == row.id)
        .order_by(Letter.id.desc())
        .limit(MOST)
    )
    reviews = is_allowed(viewer, "letter.review", row.region_code)
    found: list[LetterCard] = []
    for letter, number, may_go_on in reading().execute(query):
        is_writer = letter.writer_id == viewer.account_id
        passed = letter.state == LetterState.PASSED.value
        if is_writer or reviews or (passed and (is_staff or letter.seat_id in seats)):
            found.append(_letter(viewer, letter, number, may_go_on))
    return tuple(found)


def _letter(viewer: Actor, letter: Letter, number: int, may_go_on: bool) -> LetterCard:
    return LetterCard(
        ref=letter.ref,
        number=number,
        direction=letter.direction,
        month=letter.month,
        state=letter.state,
        text=unseal(letter.text_sealed, place=letter_place(letter.ref)),
        written_at=letter.written_at,
        return_reason=letter.return_reason,
        brought_on=letter.brought_on,
        is_own=letter.writer_id == viewer.account_id,
        goes_on=bool(may_go_on),
    )
