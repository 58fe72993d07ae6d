"""What a reported concern is about: which thing a page shows, where it stands, and whether a concern keeps it shut."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from charity.domain.concerns import RESPONSE, Thing, about
from charity.models.cases import Case
from charity.models.circles import Circle
from charity.models.names_down import NAME, list_owners
from charity.models.openings import CircleOpening
from charity.models.organisation_rows import list_officers
from charity.models.organisations import Agreement, Organisation
from charity.models.produce import ProduceBatch
from charity.models.regions import Region
from charity.models.takedowns import CaseTakenUp, TakeDown
from charity.models.wishes import Wish

PAGE = "page"  # a take-down of a whole page: the case says which
_Ref = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
_PLACES: Final[dict[Thing, tuple[InstrumentedAttribute[str], _Ref]]] = {
    Thing.WISH: (Wish.region_code, Wish.ref),
    Thing.CIRCLE: (Circle.region_code, Circle.ref),
    Thing.BATCH: (ProduceBatch.region_code, ProduceBatch.ref),
    Thing.ORGANISATION: (Organisation.region_code, Organisation.ref),
    Thing.AGREEMENT: (Agreement.region_code, Agreement.ref),
    Thing.LIST: (CircleOpening.region_code, CircleOpening.join_code),
}


def find_place_of(session: Session, thing: Thing, ref: str) -> str | None:
    """Give the place of a thing; None where there is none."""
    if thing is Thing.BOARD:  # an address may name a place that is none: then it is nobody's own
        return session.scalar(select(Region.code).where(Region.code == ref)) or ""
    region, column = _PLACES[thing]
    return session.scalar(select(region).where(column == ref))


def is_open_page(before: str, ref: _Ref) -> ColumnElement[bool]:
    """Give the condition that no concern keeps a thing's page shut; `before` is its address up to the reference."""
    shut = exists().where(
        TakeDown.thing == PAGE,
        TakeDown.restored_at.is_(None),
        TakeDown.case_id == Case.id,
        func.lower(Case.page).like(literal(before) + ref + literal("%")),  # older ones stand as they were typed
    )
    return ~shut


def is_left_alone(now: datetime) -> ColumnElement[bool]:
    """Give the condition that nobody has begun to look into a concern though its time to do so is over."""
    waits = and_(Case.kind == "report", Case.state == "open", Case.opened_at <= now - RESPONSE)
    return waits & ~exists().where(CaseTakenUp.case_id == Case.id)


def count_posted(session: Session, case_id: int, at: ColumnElement[bool]) -> dict[int, int]:
    """Count for everybody how many of the things that he posted a concern took, or gave back, at a moment."""
    mine = or_(Wish.id == TakeDown.wish_id, Circle.id == TakeDown.circle_id)
    poster = func.coalesce(Wish.poster_id, Circle.proposer_id)
    rows = (
        select(poster, func.count())
        .select_from(TakeDown)
        .outerjoin(Wish, Wish.id == TakeDown.wish_id)
        .outerjoin(Circle, Circle.id == TakeDown.circle_id)
        .where(TakeDown.case_id == case_id, at, mine)
        .group_by(poster)
        .order_by(poster)
    )
    return {account_id: count for account_id, count in session.execute(rows).all()}


def list_page_owners(session: Session, case_id: int, at: ColumnElement[bool]) -> list[int]:
    """List whose pages a concern shut, or gave back, at a moment: an organisation's people, a list's proposers."""
    shut = select(Case.page).join(TakeDown, TakeDown.case_id == Case.id)
    pages = session.scalars(shut.where(Case.id == case_id, TakeDown.thing == PAGE, at))
    owners = {owner for page in pages if (thing := about(page)) is not None for owner in _owners(session, *thing)}
    return sorted(owner for owner in owners if owner is not None)


def list_takers_of(session: Session, case_id: int) -> set[int]:
    """List who took something out of sight, other than a name, that a concern still keeps there."""
    live = TakeDown.case_id == case_id, TakeDown.restored_at.is_(None), TakeDown.thing != NAME
    return set(session.scalars(select(TakeDown.taken_by_id).where(*live)))


def find_case_place(session: Session, case_id: int) -> str:
    """Give the place of what a concern is about; empty where it has none."""
    page, ref = session.execute(
        select(Case.page, Wish.ref).outerjoin(Wish, Wish.id == Case.wish_id).where(Case.id == case_id)
    ).one()
    thing = (Thing.WISH, ref) if ref else about(page)
    return "" if thing is None else find_place_of(session, *thing) or ""


def has_part_in(session: Session, account_id: int, case_id: int) -> bool:
    """Say whether somebody posted, let through, speaks for or bears any of what a concern keeps out of sight."""
    live = TakeDown.case_id == case_id, TakeDown.restored_at.is_(None)
    people = select(Wish.poster_id, Wish.reviewer_id, Wish.second_reviewer_id)
    wishes = session.execute(people.join(TakeDown, TakeDown.wish_id == Wish.id).where(*live))
    people = select(Circle.proposer_id, Circle.reviewer_id)
    circles = session.execute(people.join(TakeDown, TakeDown.circle_id == Circle.id).where(*live))
    pages = session.scalars(select(Case.page).join(TakeDown).where(*live, TakeDown.thing == PAGE))
    behind = (_behind(session, thing) for page in pages if (thing := about(page)) is not None)
    return any(account_id in row for row in (*wishes, *circles, *behind, list_owners(session, case_id)))


def is_taken_by_others(session: Session, account_id: int, case_id: int) -> bool:
    """Say whether somebody else took out of sight what a concern keeps there."""
    live = TakeDown.case_id == case_id, TakeDown.restored_at.is_(None)
    return bool(session.scalar(select(exists().where(*live, TakeDown.taken_by_id != account_id))))


def _behind(session: Session, thing: tuple[Thing, str]) -> set[int | None]:
    """Tell who made a page what it is: who speaks for it, and the office that let it through."""
    kind, ref = thing
    if kind is Thing.ORGANISATION:
        let = select(Organisation.decided_by_id).where(Organisation.ref == ref)
    elif kind is Thing.LIST:
        let = select(CircleOpening.reviewer_id).where(CircleOpening.join_code == ref)
    else:
        return _owners(session, kind, ref)
    return _owners(session, kind, ref) | set(session.scalars(let))


def _owners(session: Session, kind: Thing, ref: str) -> set[int | None]:
    """Tell who speaks for a page: an organisation's people, both sides of an agreement, who brought a list."""
    if kind is Thing.ORGANISATION:
        row = session.scalars(select(Organisation).where(Organisation.ref == ref)).one()
        return {row.applied_by_id, *list_officers(session, row.id)}
    if kind is Thing.AGREEMENT:
        agreed = session.scalars(select(Agreement).where(Agreement.ref == ref)).one()
        return {agreed.proposed_by_id, agreed.answered_by_id, *list_officers(session, agreed.organisation_id)}
    if kind is Thing.LIST:
        people = select(CircleOpening.staged_by_id, CircleOpening.submitted_by_id)
        return set(session.execute(people.where(CircleOpening.join_code == ref)).one())
    return set()
