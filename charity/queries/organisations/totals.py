"""What an organisation gave, and what its members gave who let it be counted; too few people are told as nobody."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from charity.adapters.db import reading
from charity.domain.boards import Display
from charity.domain.kinds import PledgeState
from charity.domain.organisations import shown_count
from charity.models.organisations import OrganisationPerson
from charity.models.pledges import BoardLine, Pledge, worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Confirmed gifts: how many wishes, their worth, and hours."""

    wishes: int
    fen: int
    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MembersTotals:
    """How many members let themselves be counted, and what they gave; None where they are fewer than five."""

    counted: int | None
    totals: Totals | None


def own_totals(account_id: int | None) -> Totals:
    """Add up what came true of the gifts in the organisation's own name, for those who speak for it."""
    if account_id is None:
        return Totals(wishes=0, fen=0, hours=0)
    row: tuple[Any, ...] = tuple(reading().execute(_own(account_id, Pledge.state == PledgeState.CONFIRMED.value)).one())
    wishes, fen, hours = row
    return Totals(wishes=wishes, fen=int(fen), hours=int(hours))


def members_totals(organisation_id: int) -> MembersTotals:
    """Add up what members gave while they let it be counted, without the gifts they gave anonymously.

    A gift counts by the time its giver was counted, so that nobody who comes or goes changes the sum at that moment.
    """
    row: tuple[Any, ...] = tuple(reading().execute(_members(organisation_id)).one())
    return _members_totals(*row)


def public_totals(account_id: int, organisation_id: int) -> tuple[Totals, MembersTotals]:
    """Add both up in one question, its own without the gifts it gave anonymously."""
    own, members = _own(account_id, _COUNTS).subquery("own"), _members(organisation_id).subquery("members")
    both = select(*own.c, *members.c).select_from(own.join(members, true()))
    row: tuple[Any, ...] = tuple(reading().execute(both).one())
    wishes, fen, hours = row[:3]
    return Totals(wishes=wishes, fen=int(fen), hours=int(hours)), _members_totals(*row[3:])


def _own(account_id: int, came_true: ColumnElement[bool]) -> Any:
    hours = select(func.coalesce(func.sum(BoardLine.value), 0)).where(
        BoardLine.account_id == account_id, BoardLine.metric == "hours"
    )
    return select(
        func.count(Pledge.wish_id.distinct()).label("wishes"),
        func.coalesce(func.sum(worth()), 0).label("fen"),
        hours.scalar_subquery().label("hours"),
    ).where(Pledge.account_id == account_id, came_true)


def _members(organisation_id: int) -> Any:
    present = (
        select(func.count())
        .select_from(OrganisationPerson)
        .where(
            OrganisationPerson.organisation_id == organisation_id,
            OrganisationPerson.is_counted.is_(True),
            OrganisationPerson.left_at.is_(None),
        )
    )
    return _given(organisation_id).add_columns(
        present.scalar_subquery().label("counted"), _hours(organisation_id).scalar_subquery().label("their_hours")
    )


def _members_totals(people: int, wishes: int, fen: int, counted: int, hours: int) -> MembersTotals:
    totals = Totals(wishes=wishes, fen=int(fen), hours=int(hours))
    return MembersTotals(counted=shown_count(counted), totals=None if shown_count(people) is None else totals)


_WHILE_COUNTED = and_(
    OrganisationPerson.is_counted.is_(True),
    OrganisationPerson.account_id == Pledge.account_id,
    Pledge.confirmed_at >= OrganisationPerson.joined_at,
    or_(OrganisationPerson.left_at.is_(None), Pledge.confirmed_at < OrganisationPerson.left_at),
)
_COUNTS = and_(Pledge.state == PledgeState.CONFIRMED.value, Pledge.display != Display.ANONYMOUS.value)


def _given(organisation_id: int) -> Select[int, int, int]:
    return (
        select(
            func.count(Pledge.account_id.distinct()).label("people"),
            func.count(Pledge.wish_id.distinct()).label("their_wishes"),
            func.coalesce(func.sum(worth()), 0).label("their_fen"),
        )
        .select_from(Pledge)
        .join(OrganisationPerson, _WHILE_COUNTED)
        .where(OrganisationPerson.organisation_id == organisation_id, _COUNTS)
    )


def _hours(organisation_id: int) -> Select[int]:
    return (
        select(func.coalesce(func.sum(BoardLine.value), 0))
        .select_from(Pledge)
        .join(OrganisationPerson, _WHILE_COUNTED)
        .join(BoardLine, and_(BoardLine.pledge_id == Pledge.id, BoardLine.metric == "hours"))
        .where(OrganisationPerson.organisation_id == organisation_id, _COUNTS)
    )
