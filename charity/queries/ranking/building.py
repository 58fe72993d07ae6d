"""Building the wall's index from SQL: every open wish, by what is public of it, in one pass over the table.

Strings become small numbers as the rows come in, so that a million wishes are read in seconds. The county is the one
the card names; a school stage counts only while it may be shown.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import numpy as np
from sqlalchemy import BigInteger, Select, case, cast, extract, func, select
from sqlalchemy.orm import Session

from charity.domain.calendar import day_of
from charity.domain.catalogue import Category
from charity.domain.matching import AGES, FORMS, NO_AGE, PARTS, WEIGHTS, kinds_of
from charity.domain.ranking import OTHER, USUAL_TERM, asks_of, need_level, ranked_place
from charity.ledger.verifying.snapshots import snapshot
from charity.matching.columns import Ints, Standings, Subjects
from charity.matching.layout import Columns, Offers, make_columns
from charity.matching.scores import region_lag
from charity.models.catalogue import list_present
from charity.models.counties import large_counties
from charity.models.gates import is_stage_shown
from charity.models.ledger import LEAVES
from charity.models.ranking import WishView
from charity.models.wishes import IsOpen, Wish
from charity.queries.wish_cards import SITE

PIECE = 20_000
_TERM = int(USUAL_TERM.total_seconds())


@dataclass(frozen=True, slots=True)
class Built:
    """The columns of an index, the names of their kinds, and the last leaf known when they were read."""

    columns: Columns
    leaf: int
    kinds: tuple[str, ...]


def build_columns(session: Session, moment: datetime) -> Built:
    """Read all open wishes; the book's last leaf first, so that whatever comes later is looked at again."""
    leaf = newest_leaf(session)
    things = list_present(session)
    kinds = kinds_of(things)
    rows = _read(session, moment, things, kinds)
    subjects = Subjects(
        id=rows["id"], county=rows["county"], kind=rows["kind"], form=rows["form"], age=rows["age"], need=rows["need"]
    )
    used, filled = _used(rows, moment), np.minimum(PARTS, rows["taken"] * PARTS // np.maximum(1, rows["wanted"]))
    standings = Standings(
        used=used,
        filled=filled,
        has_helper=rows["committed"] > 0,
        seen=rows["seen"],
        lag=region_lag(rows["county"], used, filled),
    )
    offers = Offers(
        published=rows["published"],
        household=rows["household"],
        unit_fen=rows["unit_fen"],
        left=rows["wanted"] - rows["taken"],
        asks=rows["asks"],
    )
    return Built(make_columns(subjects, standings, offers, WEIGHTS), leaf, kinds)


def newest_leaf(session: Session) -> int:
    """Give the last leaf of the book; -1 before the first."""
    newest = session.execute(select(func.max(LEAVES.c.number))).scalar_one()
    return -1 if newest is None else int(newest)


def _used(rows: dict[str, Ints], moment: datetime) -> Ints:
    """Give the thousandths of each wish's time that are gone; as `domain/matching.py: time_used` does for one."""
    published = rows["published"]
    whole = np.maximum(1, np.where(rows["due"] > 0, rows["due"], published + _TERM) - published)
    gone = int(moment.timestamp()) - published
    return np.clip(gone * PARTS // whole, 0, PARTS)


_NUMBERS = ("id", "published", "due", "household", "unit_fen", "wanted", "taken", "committed", "seen")
_CODES = ("county", "kind", "form", "age", "need", "asks")


def _read(
    session: Session, moment: datetime, things: Mapping[str, Category], kinds: tuple[str, ...]
) -> dict[str, Ints]:
    code = _Coder(large_counties(session), things, kinds)
    parts = [code.numbers(piece) for piece in _pieces(session, moment)]
    names = (*_NUMBERS, *_CODES)
    if not parts:
        return {name: np.zeros(0, np.int64) for name in names}
    whole = np.concatenate(parts)
    return {name: whole[:, column] for column, name in enumerate(names)}


def _pieces(session: Session, moment: datetime) -> Iterator[Sequence[Any]]:
    # past the mapper, which would look at every row of a million once more
    with snapshot(session.connection().engine) as steady:  # in pieces: that takes a transaction
        connection = steady.connection()
        query = _open(moment, is_sqlite=connection.dialect.name == "sqlite")
        yield from connection.execute(query, execution_options={"yield_per": PIECE}).partitions()


def _open(moment: datetime, *, is_sqlite: bool) -> Select[*tuple[Any, ...]]:
    stage = case((is_stage_shown(day_of(moment)), Wish.school_stage), else_=None)
    return (
        select(
            Wish.id,
            _second(func.coalesce(Wish.published_at, Wish.created_at), is_sqlite=is_sqlite),
            func.coalesce(_second(Wish.act_by, is_sqlite=is_sqlite), 0),
            func.coalesce(Wish.household_id, 0),
            Wish.unit_fen,
            Wish.wanted,
            Wish.committed + Wish.reserved,
            Wish.committed,
            func.coalesce(WishView.parts, 0),
            Wish.county,
            Wish.beneficiary_kind,
            Wish.category,
            Wish.kind,
            stage,
            Wish.reason_code,
        )
        .select_from(Wish)
        .outerjoin(WishView, WishView.wish_id == Wish.id)
        .where(IsOpen())
    )


def _second(moment: Any, *, is_sqlite: bool) -> Any:
    """Give the whole second of a moment; SQLite's is one already, and it may have no floor()."""
    epoch = extract("epoch", moment)
    return epoch if is_sqlite else cast(func.floor(epoch), BigInteger)


class _Known(dict[Any, int]):
    """Numbers of words; each is judged when it is met first."""

    def __init__(self, judge: Callable[..., int]) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, words: Any) -> int:
        number = self[words] = self._judge(*words) if isinstance(words, tuple) else self._judge(words)
        return number


class _Coder:
    """Writes the words of rows as numbers; a code that has left the catalogue must not stop the wall."""

    def __init__(self, large: frozenset[str], things: Mapping[str, Category], kinds: tuple[str, ...]) -> None:
        self._counties = _Known(lambda code, who: int(ranked_place(code, is_named=who == SITE or code in large)))
        self._kinds = _Known(lambda code: kinds.index(code if code in kinds else OTHER))
        self._forms = _Known(FORMS.index)
        self._ages = _Known(lambda stage: AGES.index(stage if stage in AGES else NO_AGE))
        self._needs = _Known(partial(need_level, things))
        self._asks = _Known(lambda kind, who: int(asks_of(kind, who)))

    def numbers(self, rows: Sequence[Any]) -> Ints:
        """Give some rows as a table of numbers, in the order of `_NUMBERS` and `_CODES`."""
        columns = list(zip(*rows, strict=True))
        county, whose, category, kind, stage, reason = columns[len(_NUMBERS) :]
        coded = (
            [self._counties[pair] for pair in zip(county, whose, strict=True)],
            [self._kinds[code] for code in category],
            [self._forms[code] for code in kind],
            [self._ages[code] for code in stage],
            [self._needs[pair] for pair in zip(category, reason, strict=True)],
            [self._asks[pair] for pair in zip(kind, whose, strict=True)],
        )
        return np.stack([np.array(column, np.int64) for column in (*columns[: len(_NUMBERS)], *coded)], axis=1)
