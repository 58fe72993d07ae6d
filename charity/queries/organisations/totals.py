"""What an organisation gave, and what its members gave who let it be counted; too few people are told as nobody."""

from dataclasses import dataclass

from sqlalchemy import Select, and_, case, func, or_, select

from charity.adapters.db import reading
from charity.domain.boards import Display
from charity.domain.kinds import Kind, PledgeState
from charity.domain.organisations import shown_count
from charity.models.organisations import OrganisationPerson
from charity.models.pledges import BoardLine, Pledge


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


# An hour has no price.
_WORTH = case((Pledge.kind == Kind.SERVICE.value, 0), else_=Pledge.amount_fen)


def own_totals(account_id: int | None, *, is_public: bool = False) -> Totals:
    """Add up what came true of the gifts in the organisation's own name, in public without the anonymous ones."""
    if account_id is None:
        return Totals(wishes=0, fen=0, hours=0)
    hours = select(func.coalesce(func.sum(BoardLine.value), 0)).where(
        BoardLine.account_id == account_id, BoardLine.metric == "hours"
    )
    came_true = _COUNTS if is_public else Pledge.state == PledgeState.CONFIRMED.value
    wishes, fen, given = (
        reading()
        .execute(
            select(
                func.count(Pledge.wish_id.distinct()),
                func.coalesce(func.sum(_WORTH), 0),
                hours.scalar_subquery(),
            ).where(Pledge.account_id == account_id, came_true)
        )
        .one()
    )
    return Totals(wishes=wishes, fen=int(fen), hours=int(given))


def members_totals(organisation_id: int) -> MembersTotals:
    """Add up what members gave while they let it be counted, without the gifts they gave anonymously.

    A gift counts by the time its giver was counted, so that nobody who comes or goes changes the sum at that moment.
    """
    present = (
        select(func.count())
        .select_from(OrganisationPerson)
        .where(
            OrganisationPerson.organisation_id == organisation_id,
            OrganisationPerson.is_counted.is_(True),
            OrganisationPerson.left_at.is_(None),
        )
    )
    asked = _given(organisation_id).add_columns(present.scalar_subquery(), _hours(organisation_id).scalar_subquery())
    people, wishes, fen, counted, hours = reading().execute(asked).one()
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
            func.count(Pledge.account_id.distinct()),
            func.count(Pledge.wish_id.distinct()),
            func.coalesce(func.sum(Pledge.amount_fen), 0),
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
