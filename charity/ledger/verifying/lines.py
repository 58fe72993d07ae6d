"""Comparing the private copy of the board lines with the lines that the entries carry, entry by entry."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from charity.domain.entries import SHAPES, board_lines
from charity.ledger.canonical import decode
from charity.ledger.verifying.differences import Differs
from charity.ledger.verifying.snapshots import snapshot
from charity.models.accounts import Account
from charity.models.ledger import ENTRIES
from charity.models.pledges import BoardLine, Pledge
from charity.models.wishes import Wish

CHUNK = 1_000
_MAY = {"lines", "reversed", "restored"}
_KINDS = sorted(kind.value for kind, shape in SHAPES.items() if (shape.facts | shape.may_facts) & _MAY)


@dataclass(frozen=True, slots=True, order=True)
class _Line:
    """One board's sum that an entry changes; empty where it names nobody, or no pledge."""

    metric: str
    county: str
    month: str
    pseudonym: str
    wish: str
    pledge: str


_Sums = dict[int, Counter[_Line]]


def compare_lines(engine: Engine) -> int:
    """Hold every board line against the entry that gave it, and tell how many; Differs at the first that does not."""
    count, after = 0, 0
    while True:
        with snapshot(engine) as session:
            last = _chunk_end(session, after)
            if last is None:
                return count
            told, rows = _told(session, after, last), _rows(session, after, last)
        for entry in sorted(told.keys() | rows.keys()):
            _compare(entry, told.get(entry, Counter()), rows.get(entry, Counter()))
            count += len(rows.get(entry, ()))
        after = last


def _chunk_end(session: Session, after: int) -> int | None:
    """Find the last of the next entries that lines belong to, whether the table says so, or the book, or both."""
    rows = select(BoardLine.entry_id.label("id")).where(BoardLine.entry_id > after).distinct()
    told = select(ENTRIES.c.id).where(ENTRIES.c.id > after, ENTRIES.c.kind.in_(_KINDS))
    both = (part.order_by("id").limit(CHUNK).subquery() for part in (rows, told))
    nearest = select(next(both).c.id).union(select(next(both).c.id)).order_by("id").limit(CHUNK).subquery()
    return session.execute(select(func.max(nearest.c.id))).scalar_one()


def _told(session: Session, after: int, last: int) -> _Sums:
    found: _Sums = {}
    entries = select(ENTRIES.c.id, ENTRIES.c.body).where(
        ENTRIES.c.id > after, ENTRIES.c.id <= last, ENTRIES.c.kind.in_(_KINDS)
    )
    for row in session.execute(entries):
        body = decode(bytes(row.body))
        wish, pledge = (body.subjects.get(name, "") for name in ("wish", "pledge"))
        sums = found.setdefault(row.id, Counter())
        for line in board_lines(body):
            sums[_Line(line.metric, line.county, line.month, line.pseudonym or "", wish, pledge)] += line.value
    return found


def _rows(session: Session, after: int, last: int) -> _Sums:
    found: _Sums = defaultdict(Counter)
    lines = (
        select(
            BoardLine.entry_id,
            BoardLine.metric,
            BoardLine.county,
            BoardLine.month,
            func.coalesce(Account.pseudonym, "").label("pseudonym"),
            func.coalesce(Wish.ref, "").label("wish"),
            func.coalesce(Pledge.ref, "").label("pledge"),
            BoardLine.value,
        )
        .outerjoin(Account, Account.id == BoardLine.account_id)
        .outerjoin(Wish, Wish.id == BoardLine.wish_id)
        .outerjoin(Pledge, Pledge.id == BoardLine.pledge_id)
        .where(BoardLine.entry_id > after, BoardLine.entry_id <= last)
    )
    for entry, *named, value in session.execute(lines):
        found[entry][_Line(*named)] += value
    return found


def _compare(entry: int, told: Counter[_Line], rows: Counter[_Line]) -> None:
    for line in sorted(told.keys() | rows.keys()):
        if told[line] != rows[line]:
            board = f"{line.metric} of {line.county} in {line.month} for {line.pseudonym or 'nobody named'}"
            raise Differs("line-differs", f"entry {entry}, board line {board}", told[line], rows[line])
