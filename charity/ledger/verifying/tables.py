"""Comparing the business tables with what the book tells, a few hundred wishes with their pledges at a time."""

from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from charity.domain.replay import Impossible, OfferFigures, PledgeFigures, WishFigures, WishStory
from charity.domain.wishes import WishState
from charity.ledger.canonical import decode
from charity.ledger.verifying.circles import compare_circles
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.figures import compare_row, compare_rows
from charity.ledger.verifying.lines import compare_lines
from charity.ledger.verifying.organisations import compare_organisations
from charity.ledger.verifying.snapshots import snapshot
from charity.ledger.verifying.words import Words, compare_words, list_salts, list_words
from charity.models.ledger import ENTRIES, LEAVES
from charity.models.pledges import Pledge
from charity.models.waiting import Offer
from charity.models.wishes import Wish

CHUNK = 200
_FIGURES = (
    Wish.ref,
    Wish.state,
    Wish.wanted,
    Wish.committed,
    Wish.in_transit,
    Wish.fulfilled,
    Wish.reserved,
    Wish.unit_fen,
)


@dataclass(slots=True)
class Compared:
    """How many rows were held against the book."""

    wishes: int = 0
    pledges: int = 0
    circles: int = 0
    lines: int = 0


def compare(engine: Engine) -> Compared:
    """Hold wishes, pledges, offers, circles, board lines and organisations against the book; Differs at the first."""
    done, after = Compared(), ""
    while True:
        with snapshot(engine) as session:
            last = _chunk_end(session, after)
            if last is None:
                break
            _compare_chunk(session, done, after, last)
        after = last
    done.circles = compare_circles(engine)
    done.lines = compare_lines(engine)
    compare_organisations(engine)
    return done


def _chunk_end(session: Session, after: str) -> str | None:
    """Find the last of the next few references, whether the table knows them, or the book, or both."""
    rows = select(Wish.ref.label("ref")).where(Wish.ref > after).order_by(Wish.ref).limit(CHUNK).subquery()
    told = (
        select(ENTRIES.c.wish.label("ref"))
        .where(ENTRIES.c.wish > after)
        .distinct()
        .order_by(ENTRIES.c.wish)
        .limit(CHUNK)
        .subquery()
    )
    nearest = select(rows.c.ref).union(select(told.c.ref)).order_by("ref").limit(CHUNK).subquery()
    return session.execute(select(func.max(nearest.c.ref))).scalar_one()


def _compare_chunk(session: Session, done: Compared, after: str, last: str) -> None:
    wishes = {
        row.ref: WishFigures(*row[1:])
        for row in session.execute(select(*_FIGURES).where(Wish.ref > after, Wish.ref <= last))
    }
    pledges, offers = _pledges(session, after, last), _offers(session, after, last)
    words, salts = list_words(session, after, last), list_salts(session, after, last)
    with closing(_stories(session, after, last)) as stories:
        for ref, story, told in stories:
            row = wishes.pop(ref, None)
            compare_row("wish", f"wish {ref}", story.figures(), row, begins="an entry that submits it")
            compare_words(ref, told, words[ref], salts)
            compare_rows("pledge", f"wish {ref}", story.pledges(), pledges.pop(ref, {}))
            compare_rows("offer", f"wish {ref}", story.offers(), offers.pop(ref, {}))
            done.wishes += 1
            done.pledges += len(story.pledges())
    for ref, figures in wishes.items():
        if figures.state != WishState.DRAFT:
            compare_row("wish", f"wish {ref}", None, figures, begins="an entry")
    for ref, stray in pledges.items():
        compare_rows("pledge", f"wish {ref}", {}, stray)
    for ref, stray in offers.items():
        compare_rows("offer", f"wish {ref}", {}, stray)


def _pledges(session: Session, after: str, last: str) -> dict[str, dict[str, PledgeFigures]]:
    found: dict[str, dict[str, PledgeFigures]] = {}
    rows = session.execute(
        select(Wish.ref.label("wish"), Pledge.ref, Pledge.state, Pledge.units, Pledge.amount_fen)
        .join(Wish, Wish.id == Pledge.wish_id)
        .where(Wish.ref > after, Wish.ref <= last)
    )
    for row in rows:
        found.setdefault(row.wish, {})[row.ref] = PledgeFigures(row.state, row.units, row.amount_fen)
    return found


def _offers(session: Session, after: str, last: str) -> dict[str, dict[str, OfferFigures]]:
    found: dict[str, dict[str, OfferFigures]] = {}
    rows = session.execute(
        select(Wish.ref.label("wish"), Offer.ref, Offer.state, Offer.units)
        .join(Wish, Wish.id == Offer.wish_id)
        .where(Wish.ref > after, Wish.ref <= last)
    )
    for row in rows:
        found.setdefault(row.wish, {})[row.ref] = OfferFigures(row.state, row.units)
    return found


def _stories(session: Session, after: str, last: str) -> Generator[tuple[str, WishStory, Words]]:
    """Tell the story of each wish in a range, in the book's order; what waits for its leaf comes last."""
    told = (
        select(ENTRIES.c.wish, ENTRIES.c.id, ENTRIES.c.body, LEAVES.c.number)
        .join_from(ENTRIES, LEAVES, LEAVES.c.entry_id == ENTRIES.c.id, isouter=True)
        .where(ENTRIES.c.wish > after, ENTRIES.c.wish <= last)
        .order_by(ENTRIES.c.wish, LEAVES.c.number.is_(None), LEAVES.c.number, ENTRIES.c.id)
        .execution_options(yield_per=1_000)
    )
    with session.execute(told) as rows:
        for ref, entries in groupby(rows, key=lambda row: str(row.wish)):
            story, words = WishStory(), Words()
            for row in entries:
                _tell(story, words, row)
            yield ref, story, words


def _tell(story: WishStory, words: Words, row: Any) -> None:
    body = decode(bytes(row.body))
    words.tell(row.id, body)
    try:
        story.tell(body)
    except Impossible as error:
        place = f"entry {row.id} of wish {row.wish}" if row.number is None else f"leaf {row.number} (entry {row.id})"
        raise Differs("story-impossible", place, "an entry that can follow", error) from error
