"""Comparing circles, their seats and months with what the book tells, a few hundred circles at a time."""

from collections.abc import Generator
from contextlib import closing
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from charity.domain.circle_replay import CircleFigures, CircleStory, SeatFigures
from charity.domain.replay import Impossible
from charity.ledger.canonical import decode
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.figures import compare_row, compare_rows
from charity.ledger.verifying.snapshots import snapshot
from charity.models.circles import Circle, CircleMonth, Letter, Seat
from charity.models.group_rows import ref_in_book
from charity.models.groups import Group
from charity.models.ledger import ENTRIES, LEAVES

CHUNK = 200
TOPIC: Final = "circle:"


def compare_circles(engine: Engine) -> int:
    """Hold every circle against the book and give how many; Differs at the first that says something else."""
    count, after = 0, ""
    while True:
        with snapshot(engine) as session:
            last = _chunk_end(session, after)
            if last is None:
                return count
            count += _compare_chunk(session, after, last)
        after = last


def _chunk_end(session: Session, after: str) -> str | None:
    """Find the last of the next few references, whether the table knows them, or the book, or both."""
    rows = session.scalars(select(Circle.ref).where(Circle.ref > after).order_by(Circle.ref).limit(CHUNK))
    told = session.scalars(
        select(ENTRIES.c.topic)
        .where(ENTRIES.c.topic > TOPIC + after, ENTRIES.c.topic.startswith(TOPIC))
        .distinct()
        .order_by(ENTRIES.c.topic)
        .limit(CHUNK)
    )
    nearest = sorted({*rows, *(str(topic).removeprefix(TOPIC) for topic in told)})[:CHUNK]
    return nearest[-1] if nearest else None


def _compare_chunk(session: Session, after: str, last: str) -> int:
    within = (Circle.ref > after, Circle.ref <= last)
    found = session.execute(select(Circle.ref, Circle.state, Circle.target, Circle.least, Circle.taken).where(*within))
    circles = {row.ref: CircleFigures(*row[1:]) for row in found}
    seats, count = _seats(session, after, last), 0
    with closing(_stories(session, after, last)) as stories:
        for ref, story in stories:
            row = circles.pop(ref, None)
            compare_row("circle", f"circle {ref}", story.figures(), row, begins="an entry that proposes it")
            compare_rows("seat", f"circle {ref}", story.seats(), seats.pop(ref, {}))
            count += 1
    for ref, figures in circles.items():
        compare_row("circle", f"circle {ref}", None, figures, begins="an entry")
    return count


def _seats(session: Session, after: str, last: str) -> dict[str, dict[str, SeatFigures]]:
    found: dict[str, dict[str, SeatFigures]] = {}
    months: dict[str, dict[str, str]] = {}
    within = (Circle.ref > after, Circle.ref <= last)
    rows = session.execute(
        select(Seat.ref, CircleMonth.month, CircleMonth.outcome)
        .join(Seat, Seat.id == CircleMonth.seat_id)
        .join(Circle, Circle.id == Seat.circle_id)
        .where(*within)
    )
    for seat, month, outcome in rows:
        months.setdefault(seat, {})[month] = outcome
    letters: dict[str, dict[str, str]] = {}
    passed = (
        select(Seat.ref, Letter.ref, Letter.brought_on)
        .join(Seat, Seat.id == Letter.seat_id)
        .join(Circle, Circle.id == Letter.circle_id)
        .where(Letter.state == "passed", *within)
    )
    for seat, letter, day in session.execute(passed):
        letters.setdefault(seat, {})[letter] = "" if day is None else day.isoformat()
    owned = session.execute(
        select(Circle.ref, Seat.ref, Seat.state, Seat.number, Seat.display, Group.ref)
        .join(Circle, Circle.id == Seat.circle_id)
        .outerjoin(Group, Group.id == Seat.group_id)
        .where(*within)
    )
    for circle, seat, state, number, display, group in owned:
        told = months.get(seat, {}), letters.get(seat, {})
        named = ref_in_book(group, seat_ref=seat, display=display) if group else ""
        found.setdefault(circle, {})[seat] = SeatFigures(state, number, *told, named)
    return found


def _stories(session: Session, after: str, last: str) -> Generator[tuple[str, CircleStory]]:
    """Tell the story of each circle in a range, in the book's order; what waits for its leaf comes last."""
    told = (
        select(ENTRIES.c.topic, ENTRIES.c.id, ENTRIES.c.body, LEAVES.c.number)
        .join_from(ENTRIES, LEAVES, LEAVES.c.entry_id == ENTRIES.c.id, isouter=True)
        .where(ENTRIES.c.topic > TOPIC + after, ENTRIES.c.topic <= TOPIC + last, ENTRIES.c.topic.startswith(TOPIC))
        .order_by(ENTRIES.c.topic, LEAVES.c.number.is_(None), LEAVES.c.number, ENTRIES.c.id)
        .execution_options(yield_per=1_000)
    )
    with session.execute(told) as rows:
        for topic, entries in groupby(rows, key=lambda row: str(row.topic)):
            story = CircleStory()
            for row in entries:
                _tell(story, row)
            yield topic.removeprefix(TOPIC), story


def _tell(story: CircleStory, row: Any) -> None:
    try:
        story.tell(decode(bytes(row.body)))
    except Impossible as error:
        place = f"entry {row.id} of {row.topic}" if row.number is None else f"leaf {row.number} (entry {row.id})"
        raise Differs("story-impossible", place, "an entry that can follow", error) from error
