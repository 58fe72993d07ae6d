"""A page of the wall in the order of its points: the index names the wishes, SQL says which may still be shown.

The points come from the index and are told with the card; state, units, budget and whose wish it is are asked again
when the cards are read, so that an index some seconds old shows nothing that is over.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Integer, Select, bindparam, func, literal, select

from charity.adapters import clock
from charity.adapters.crypto import new_ref
from charity.adapters.db import reading
from charity.adapters.ranking import Explained, open_shelf
from charity.adapters.wall_index import OpenIndex
from charity.domain.actors import Actor
from charity.domain.errors import Invalid
from charity.domain.interests import NOTHING, Interests
from charity.domain.matching import Asks, Giver, reasons
from charity.domain.ranking import asks_of
from charity.domain.served import RANKED, Ranked, Served
from charity.domain.sides import TERM
from charity.domain.wall import COUNTED_TO, Order, page_size
from charity.domain.wishes import units_left
from charity.matching.index import Found
from charity.models.gates import is_own, stands_elsewhere
from charity.models.interests import read_interests
from charity.models.wishes import IsOpen, Wish
from charity.queries.cursors import LARGEST
from charity.queries.next_wishes import ME, SINCE, neighbourhoods
from charity.queries.ranking.fallback import REST, STATED, list_stated_first
from charity.queries.wall import WallPage, WallRows, page_of, start_of
from charity.queries.wall_questions import RARE
from charity.queries.wish_cards import CARD_COLUMNS, with_photo

SPARE = 4  # read beyond a page, for wishes that are over since the index was marked
SLACK = 24  # read again before a cursor, for wishes of former pages that are over since
STEP = 8  # so many names more or fewer are one question
NOBODY = -1
ANYBODY = Giver(has=Asks(255))
MOST_EXPLAINED = 20_000
MANY = 2 * COUNTED_TO  # from here on nobody counts: there are more than are told
DEEPEST = 2_400  # a hundred pages; who goes deeper goes on in the plain order, which an index of SQL walks along


def list_ranked(
    viewer: Actor, cursor: str | None = None, *, interests: Interests | None = None, limit: int | None = None
) -> WallPage:
    """List a page for this reader: by what he stated and what is owed, or, without an index, stated first."""
    if interests is None:
        interests = read_interests(reading(), viewer.account_id) if viewer.is_signed_in else NOTHING
    found = read_ranked(reading().connection(), viewer, interests, cursor, limit=limit)
    if found is not None:
        return page_of(found)
    # a place in the index means nothing to the other order, which begins anew
    is_ranked = cursor is not None and _read_cursor(cursor) is not None
    return list_stated_first(viewer, interests, None if is_ranked else cursor, limit=limit)


def read_ranked(
    connection: Connection, viewer: Actor, interests: Interests, cursor: str | None, *, limit: int | None = None
) -> WallRows | None:
    """Read what a page for this reader is made of; None without an index, or in a list begun in another order."""
    after = _read_cursor(cursor)
    if cursor is not None and after is None:
        return None
    now = clock.now()
    opened = open_shelf().current(now, built_at=None if after is None else after.built_at)
    if opened is None:
        return None
    return _page(_Reader(connection, viewer, interests, now, opened), after, page_size(limit))


@dataclass(frozen=True, slots=True)
class _After:
    """Where a page begins: after this wish of that index, so many deep, with these points."""

    built_at: int
    beneath: int
    score: int
    number: int


@dataclass(frozen=True, slots=True)
class _Reader:
    """Whom a page is for, from where it is read, and the index that ranks it."""

    connection: Connection
    viewer: Actor
    interests: Interests
    now: datetime
    opened: OpenIndex

    @property
    def giver(self) -> Giver:
        """Give what the gates ask; a visitor may look at everything, whatever it asks of its giver."""
        said = self.interests
        return Giver(budget_fen=said.budget_fen, units=said.units) if self.viewer.is_signed_in else ANYBODY

    def top(self, count: int, beneath: int) -> list[Found]:
        """Name the best wishes beneath so many."""
        if self.viewer.is_signed_in:
            return self._read(count, beneath)
        return open_shelf().remember((self.opened.stamp, count, beneath), lambda: self._read(count, beneath))

    def _read(self, count: int, beneath: int) -> list[Found]:
        index = self.opened.index
        return index.top(index.asked(self.interests.stated), count, giver=self.giver, beneath=beneath)

    def is_shut(self, row: Any) -> bool:
        """Say whether a gate has shut that SQL was not asked about."""
        giver = self.giver
        too_dear = giver.budget_fen is not None and row.unit_fen > giver.budget_fen
        too_few = units_left(wanted=row.wanted, committed=row.committed, reserved=row.reserved) < giver.units
        return too_dear or too_few or bool(asks_of(row.kind, row.beneficiary_kind) & ~giver.has)


def _page(reader: _Reader, after: _After | None, size: int) -> WallRows:
    found, beneath = _named(reader, after, size + SPARE + 1)
    rows, total = _rows(reader, found, count=after is None)
    there = [(place, each) for place, each in enumerate(found) if each.id in rows]
    shown = there[:size]
    # the page ends behind its last card, or, when all that was read is over, behind what was read
    end = shown[-1][0] + 1 if len(there) > size else len(found)
    goes_on = len(there) > size or len(found) == size + SPARE + 1
    named = [found[place] for place, _each in shown]
    known = _explained(reader, named)
    ranked = tuple(
        Ranked(each.id, each.score, int(rows[each.id].published_at.timestamp()), made_of)
        for each, (made_of, _reasons) in zip(named, known, strict=True)
    )
    return WallRows(
        rows=[rows[each.id] for each in named],
        next=_write_cursor(reader.opened, beneath + end, found[end - 1]) if goes_on and found else None,
        total=None if total is None else min(total, COUNTED_TO),
        is_more_than_counted=total is not None and total > COUNTED_TO,
        order=Order.RANKED,
        served=_served(reader, beneath, ranked, [each.id for each in found[:end] if each.id not in rows]),
        reasons=tuple(reasons for _made_of, reasons in known),
    )


def _served(reader: _Reader, beneath: int, wishes: tuple[Ranked, ...], skipped: Sequence[int]) -> Served:
    stamp = reader.opened.stamp
    return Served(
        ref=new_ref(),
        served_at=reader.now,
        wishes=wishes,
        rule=RANKED,
        built_at=stamp.built_at,
        leaf=stamp.leaf,
        beneath=beneath,
        stated=reader.interests.stated,
        skipped=tuple(skipped),
    )


def _named(reader: _Reader, after: _After | None, count: int) -> tuple[list[Found], int]:
    """Name the next wishes, and how many stand before them; after a wish that is gone, go on with lower points."""
    if after is None:
        return reader.top(count, 0), 0
    slack = SLACK
    while True:
        start = max(0, after.beneath - slack)
        found = reader.top(count + after.beneath - start, start)
        at = next((place for place, each in enumerate(found) if each.id == after.number), None)
        if at is not None:
            return found[at + 1 : at + 1 + count], start + at + 1
        if start == 0 or (found and found[0].score > after.score):
            at = next((place for place, each in enumerate(found) if each.score <= after.score), len(found))
            return found[at : at + count], start + at
        slack *= 8


def _explained(reader: _Reader, named: Sequence[Found]) -> list[Explained]:
    """Give what ranked each wish and all its terms; remembered, because a wall is drawn more often than it is built."""
    known, stated, built_at = open_shelf().explained, reader.interests.stated, reader.opened.stamp.built_at
    told: list[Explained] = []
    for found in named:
        key = (built_at, stated, found.id)
        explained = known.get(key)
        if explained is None:
            if len(known) >= MOST_EXPLAINED:
                known.clear()
            explained = known[key] = _explain(reader, found)
        told.append(explained)
    return told


def _explain(reader: _Reader, found: Found) -> Explained:
    made_of = reader.opened.index.find(found.id)
    if made_of is None:
        raise LookupError(f"the index names wish {found.id} and does not know it")
    return made_of, reasons(reader.interests.stated, *made_of)


def _rows(reader: _Reader, found: Sequence[Found], *, count: bool) -> tuple[dict[int, Any], int | None]:
    """Read the cards that may still be shown, and count the wall, as far as anybody counts."""
    viewer = reader.viewer
    near = neighbourhoods(viewer) if viewer.is_signed_in else []
    ids = [each.id for each in found]
    ids += [NOBODY] * (-len(ids) % STEP)
    told: dict[str, object] = {f"id_{number}": each for number, each in enumerate(ids)}
    if viewer.is_signed_in:
        told |= {"me": viewer.account_id, "since": reader.now - TERM}
        told |= {f"near_{number}": code for number, code in enumerate(near)}
    is_counted = count and len(reader.opened.index) < MANY
    statement = _statement(len(ids), len(near), is_signed_in=viewer.is_signed_in, count=is_counted)
    read = reader.connection.execute(statement, told).all()
    # a visitor may look at everything that is open
    rows = {row.id: row for row in read if not (viewer.is_signed_in and reader.is_shut(row))}
    if not count:
        return rows, None
    return rows, RARE if len(reader.opened.index) >= MANY else (read[0].total if read else 0)


@lru_cache(maxsize=128)
def _statement(ids: int, near: int, *, is_signed_in: bool, count: bool) -> Select[*tuple[Any, ...]]:
    """Write the question once: putting it together costs more than its answer; so do lists of any length in it."""
    counted = select(Wish.id).where(IsOpen()).limit(RARE).subquery()
    total = select(func.count()).select_from(counted).scalar_subquery() if count else literal(None)
    query = with_photo(select(*CARD_COLUMNS, total.label("total")))
    query = query.where(Wish.id.in_([bindparam(f"id_{number}", type_=Integer()) for number in range(ids)]), IsOpen())
    if not is_signed_in:
        return query
    afar = (~Wish.region_code.startswith(bindparam(f"near_{number}")) for number in range(near))
    return query.where(Wish.poster_id != ME, ~stands_elsewhere(ME, SINCE), ~is_own(ME), *afar)


def _write_cursor(opened: OpenIndex, beneath: int, last: Found) -> str:
    if beneath >= DEEPEST:
        return start_of(Order.FAIR)
    said = f"{RANKED}|{opened.stamp.built_at}|{beneath}|{last.score}|{last.id}"
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None) -> _After | None:
    """Read a cursor of this order; None for one of another order, which goes on in that order."""
    if cursor is None or cursor.startswith((STATED, REST)):
        return None
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        name, _, said = plain.partition("|")
        if name != RANKED:
            return None
        after = _After(*(int(each) for each in said.split("|")))
    except (ValueError, TypeError, binascii.Error):
        raise Invalid("cursor-unreadable", field="cursor") from None
    if not 0 <= after.beneath < DEEPEST or max(abs(after.score), after.built_at, after.number) > LARGEST:
        raise Invalid("cursor-unreadable", field="cursor")
    return after
