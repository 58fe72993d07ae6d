"""What a night's matching reads of the pool: intentions without an offer, and for each the wishes its gates let pass.

The gates are the very question of the day (`models/fitting.py`), so by night nobody is given what he may not claim.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from charity.adapters.db import Tx
from charity.domain.calendar import day_of
from charity.domain.catalogue import Category
from charity.domain.matching import NO_AGE, Stated, Subject, kinds_of
from charity.domain.ranking import OTHER, need_level, ranked_place
from charity.domain.school import shown_stage
from charity.matching.candidates import LIST
from charity.matching.columns import asked, donors, subjects
from charity.matching.pool import Pool
from charity.models.catalogue import list_present
from charity.models.counties import large_counties
from charity.models.fitting import COMPARED, list_fitting, units_free
from charity.models.intending import IntentRow, list_unoffered
from charity.models.wishes import Wish
from charity.queries.wish_cards import SITE

_AT_ONCE = 500


def read_pool(session: Session, moment: datetime) -> Pool:
    """Read which intentions have no offer, and which wishes each may be given."""
    tx = Tx(session)
    people = list_unoffered(session, day_of(moment))
    lists = _lists(tx, people)
    rows = _wishes(session, {number for each in lists for number in each})
    order = {number: row for row, number in enumerate(sorted(rows))}
    large, things = large_counties(session), list_present(session)
    kinds = kinds_of(things)
    return Pool(
        intentions=donors([(each.id, asked(_stated(each), kinds)) for each in people]),
        wishes=subjects([_subject(rows[number], large, things, kinds, moment) for number in order], kinds),
        starts=_ints([0, *np.cumsum([len(each) for each in lists], dtype=np.int64).tolist()]),
        listed=_ints(order[number] for each in lists for number in each),
        slots=_ints(max(0, rows[number].free) for number in order),  # taken since the lists were read,
    )


def _ints(values: Iterable[int]) -> Any:
    return np.fromiter(values, np.int64)


def _lists(tx: Tx, people: list[IntentRow]) -> list[list[int]]:
    """Give each the least served that fit, and those behind what others were given who ask for the same."""
    asked_before: Counter[tuple[str, ...]] = Counter()
    found: list[list[int]] = []
    for each in people:
        same = (each.kind, each.category, each.beneficiary_kind, each.school_stage, each.region_code)
        skip = asked_before[same] % COMPARED
        asked_before[same] += 1
        fitting = list_fitting(tx, each, limit=LIST // 2)
        fitting += list_fitting(tx, each, limit=LIST // 2, skip=skip + LIST // 2)
        found.append(sorted(set(fitting)))
    return found


def _wishes(session: Session, numbers: set[int]) -> Mapping[int, Row[Any]]:
    columns = (
        Wish.id, Wish.county, Wish.beneficiary_kind, Wish.category, Wish.kind, Wish.school_stage, Wish.stage_until,
        Wish.reason_code, units_free().label("free"),
    )  # fmt: skip
    every, found = sorted(numbers), dict[int, Row[Any]]()
    for first in range(0, len(every), _AT_ONCE):
        rows = session.execute(select(*columns).where(Wish.id.in_(every[first : first + _AT_ONCE])))
        found |= {row.id: row for row in rows}
    return found


def _subject(
    wish: Row[Any], large: frozenset[str], things: Mapping[str, Category], kinds: tuple[str, ...], moment: datetime
) -> Subject:
    is_named = wish.beneficiary_kind == SITE or wish.county in large
    return Subject(
        id=wish.id,
        county=ranked_place(wish.county, is_named=is_named),
        kind=wish.category if wish.category in kinds else OTHER,
        form=wish.kind,
        age=shown_stage(wish.school_stage, wish.stage_until, day_of(moment)) or NO_AGE,
        need=need_level(things, wish.category, wish.reason_code),
    )


def _stated(each: IntentRow) -> Stated:
    return Stated(
        places=_some(each.region_code),
        kinds=frozenset(_some(each.category)),
        forms=frozenset(_some(each.kind)),
        ages=frozenset(_some(each.school_stage)),
    )


def _some(said: str) -> tuple[str, ...]:
    return (said,) if said else ()
