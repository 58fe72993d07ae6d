"""Who is responsible for a place or a family, and who was, as staff reads it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from charity.adapters.crypto import unseal, unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.permissions import is_allowed, may
from charity.domain.responsible import duties_of_place
from charity.models.accounts import Account
from charity.models.regions import Region
from charity.models.responsible import ResponsiblePerson, name_place, phone_place


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibleLine:
    """One person in one duty; until is None for who holds it now."""

    duty: str
    name: str
    phone: str
    member_id: int | None
    since: date
    until: date | None
    recorded_by: str
    child: str = ""  # of a place nobody's; a family's file names the child


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePeople:
    """Who is responsible in a place, who was, and what the viewer may write down there."""

    duties: tuple[str, ...]
    now: tuple[ResponsibleLine, ...]
    before: tuple[ResponsibleLine, ...]
    may_record: bool


def people_of_place(viewer: Actor, region: str) -> PlacePeople:
    """Tell who is responsible in a region to those who may read its book; nobody is above the township."""
    may(viewer, "book.read", region)
    duties = duties_of_place(region)
    lines = list_lines(reading(), ResponsiblePerson.region_code == region) if duties else ()
    return PlacePeople(
        duties=tuple(duty.value for duty in duties),
        now=tuple(line for line in lines if line.until is None),
        before=tuple(line for line in lines if line.until is not None),
        may_record=bool(duties) and may_record(viewer, region),
    )


def recording_in_place(viewer: Actor, region: str) -> PlacePeople:
    """Give what the form of a place needs; a place without such duties, or of others, is missing."""
    found = people_of_place(viewer, region)
    if not found.may_record or reading().get(Region, region) is None:
        raise Missing
    return found


def may_record(viewer: Actor, region: str) -> bool:
    """Say whether the viewer may write down who is responsible in a region and for its families."""
    return is_allowed(viewer, "responsible.record", region)


def list_lines(session: Session, where: ColumnElement[bool]) -> tuple[ResponsibleLine, ...]:
    """List the people of some place or family, the newest of a duty first; the caller asks who may read."""
    rows = session.execute(
        select(ResponsiblePerson, Account.nickname)
        .join(Account, Account.id == ResponsiblePerson.recorded_by_id)
        .where(where)
        .order_by(ResponsiblePerson.duty, ResponsiblePerson.since.desc(), ResponsiblePerson.id.desc())
    )
    return tuple(
        ResponsibleLine(
            duty=row.duty,
            name=unseal(row.name_sealed, place=name_place(row.ref)),
            phone=unseal_some(row.phone_sealed, place=phone_place(row.ref)),
            member_id=row.member_id,
            since=row.since,
            until=row.until,
            recorded_by=recorder,
        )
        for row, recorder in rows
    )
