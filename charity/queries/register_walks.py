"""The books counted a second time at night, household by household, without the statements that add them up."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from charity.adapters.crypto import Unreadable, unseal
from charity.domain import register_books as b
from charity.domain.households import FactGroup, is_fresh
from charity.domain.identity import is_child
from charity.domain.kinds import Kind
from charity.domain.wishes import WishState
from charity.models.households import Household
from charity.models.register_counts import Counts, count_homes
from charity.models.register_walks import list_facts, list_gifts, list_homes, list_people, list_wishes

PIECE = 1_000
FIGURE_OF = {
    Kind.GOODS.value: b.HELP_FEN,
    Kind.MONEY.value: b.HELP_FEN,
    Kind.SERVICE.value: b.HELP_HOURS,
    Kind.PRODUCE.value: b.SOLD_FEN,
}
FIGURE_IN = {WishState.APPROVED.value: b.WISHES_OPEN, WishState.CLOSED.value: b.WISHES_MET}


def add_up_lines(session: Session) -> Counts:
    """Add the lines of all village books up, each as it stands beside its household, by village."""
    counts: Counts = defaultdict(b.empty)
    for after, homes in _pieces(session):
        here = (Household.id > after) & (Household.id <= homes[-1].id)
        lines = count_homes(session, here)
        for home in homes:
            _add(counts[home.region_code], lines.get(home.ref, {}))
    return dict(counts)


def count_by_rows(session: Session, today: date) -> tuple[Counts, int]:
    """Count by village from rows alone: children by their births, help by the gifts that were confirmed.

    Gives also how many births do not open; of these people the stage has the only word, and the count goes on.
    """
    counts: Counts = defaultdict(b.empty)
    unreadable = 0
    for after, homes in _pieces(session):
        between = {"after": after, "last": homes[-1].id}
        of = {home.id: counts[home.region_code] for home in homes}
        for home in homes:
            _add(of[home.id], {b.HOUSEHOLDS: 1, f"life:{home.life_state}": 1, f"category:{home.category}": 1})
        for person in list_people(session, **between):
            if person.household_id in of:
                child = _find_child(person, today)
                unreadable += child is None
                is_one = person.school_stage is not None if child is None else child
                _add(of[person.household_id], {b.MEMBERS: 1, b.CHILDREN: int(is_one)})
        for wish in list_wishes(session, **between):
            if wish.household_id in of and wish.state in FIGURE_IN:
                _add(of[wish.household_id], {FIGURE_IN[wish.state]: 1})
        for gift in list_gifts(session, **between):
            if gift.household_id in of and gift.kind in FIGURE_OF:
                price = 1 if gift.kind == Kind.SERVICE.value else gift.unit_fen
                _add(of[gift.household_id], {FIGURE_OF[gift.kind]: gift.units * price})
    return dict(counts), unreadable


def count_facts(session: Session, today: date) -> Counts:
    """Count by village from the facts alone what the night keeps: causes of hardship, and answers that are old.

    An answer that does not open is in no figure.
    """
    counts: Counts = defaultdict(b.empty)
    for after, homes in _pieces(session):
        of = {home.id: counts[home.region_code] for home in homes}
        causes: dict[tuple[int, str], Any] = {}
        answered: dict[tuple[int, int | None, str], date] = {}
        for fact in list_facts(session, after=after, last=homes[-1].id):
            if fact.household_id not in of:
                continue
            if fact.group_code == FactGroup.CAUSES.value:
                causes[fact.household_id, fact.key] = fact  # the newest answer comes last
            if fact.left_at is None:
                answered[fact.household_id, fact.member_id, fact.key] = fact.as_of
        for (home, key), fact in causes.items():
            if _find_said(fact) == "yes":
                _add(of[home], {b.TROUBLES: 1, f"cause:{key}": 1})
        for (home, _, key), as_of in answered.items():
            _add(of[home], {b.STALE: int(not is_fresh(key, as_of, today))})
    return dict(counts)


def _find_said(fact: Any) -> str | None:
    try:
        return unseal(fact.value_sealed, place=f"facts.value:{fact.ref}")
    except Unreadable:
        return None


def _pieces(session: Session) -> Iterator[tuple[int, list[Any]]]:
    after = 0
    while homes := list_homes(session, after=after, most=PIECE):
        yield after, homes
        after = homes[-1].id


def _add(whole: dict[str, int], part: b.Totals) -> None:
    for figure, value in part.items():
        whole[figure] += value


def _find_child(person: Any, today: date) -> bool | None:
    """Say whether somebody is a child; None when the birth does not open."""
    try:
        return is_child(date.fromisoformat(unseal(person.birth_sealed, place=f"members.birth:{person.ref}")), today)
    except Unreadable:
        return None
