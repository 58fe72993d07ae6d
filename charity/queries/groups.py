"""A member's groups: who is in by the name he chose, the young by their words, the seats it holds and months kept."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select

from charity.adapters import clock
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing, SignInNeeded
from charity.models.accounts import Account
from charity.models.circles import Circle, CircleMonth, Seat
from charity.models.group_rows import groups_joined_by
from charity.models.groups import Group, GroupMember, YoungMember
from charity.models.households import Household

MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGroup:
    """One of the viewer's groups, in numbers."""

    ref: str
    kind: str
    name: str
    members: int
    young: int
    seats: int
    is_founder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCard:
    """An adult of the group by his nickname."""

    ref: str
    nickname: str
    is_own: bool
    is_founder: bool
    is_deputy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class YoungCard:
    """A young member by the word chosen for him."""

    ref: str
    name: str
    may_remove: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeat:
    """A seat the group holds or held."""

    circle: str
    alias: str
    state: str
    leaves_on: date | None
    kept: int
    missed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage:
    """A group as its members see it."""

    ref: str
    kind: str
    name: str
    is_founder: bool
    is_deputy: bool
    is_asked: bool
    has_deputy: bool
    code_until: datetime | None
    members: tuple[MemberCard, ...]
    young: tuple[YoungCard, ...]
    seats: tuple[GroupSeat, ...]


def list_own_groups(viewer: Actor) -> tuple[OwnGroup, ...]:
    """List the groups the viewer is inside of, the newest first."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    held = select(func.count()).where(Seat.group_id == Group.id, Seat.state != "ended").select_from(Seat)
    rows = reading().execute(
        select(Group, held.correlate(Group).scalar_subquery())
        .where(Group.id.in_(groups_joined_by(viewer.account_id)))
        .order_by(Group.id.desc())
        .limit(MOST)
    )
    return tuple(
        OwnGroup(
            ref=group.ref,
            kind=group.kind,
            name=group.name,
            members=group.members,
            young=group.young,
            seats=seats,
            is_founder=group.founder_id == viewer.account_id,
        )
        for group, seats in rows
    )


def get_group(viewer: Actor, ref: str) -> GroupPage:
    """Show a group to whoever is inside of it; for everybody else it is missing."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    mine = select(Group).where(Group.ref == ref, Group.id.in_(groups_joined_by(viewer.account_id)))
    group = reading().scalars(mine).one_or_none()
    if group is None:
        raise Missing
    is_founder = group.founder_id == viewer.account_id
    is_named, has_agreed = group.deputy_id == viewer.account_id, group.deputy_agreed_at is not None
    answers = is_founder or (is_named and has_agreed)
    runs = group.code_expires_at is not None and group.code_expires_at > clock.now()
    return GroupPage(
        ref=group.ref,
        kind=group.kind,
        name=group.name,
        is_founder=is_founder,
        is_deputy=is_named and has_agreed,
        is_asked=is_named and not has_agreed,
        has_deputy=has_agreed,
        code_until=group.code_expires_at if answers and runs else None,
        members=_members(viewer, group),
        young=_young(viewer, group, is_founder=is_founder),
        seats=_seats(group),
    )


def _members(viewer: Actor, group: Group) -> tuple[MemberCard, ...]:
    rows = reading().execute(
        select(GroupMember.ref, GroupMember.account_id, Account.nickname)
        .join(Account, Account.id == GroupMember.account_id)
        .where(GroupMember.group_id == group.id, GroupMember.left_at.is_(None))
        .order_by(GroupMember.id)
    )
    return tuple(
        MemberCard(
            ref=ref,
            nickname=nickname,
            is_own=account_id == viewer.account_id,
            is_founder=account_id == group.founder_id,
            is_deputy=account_id == group.deputy_id and group.deputy_agreed_at is not None,
        )
        for ref, account_id, nickname in rows
    )


def _young(viewer: Actor, group: Group, *, is_founder: bool) -> tuple[YoungCard, ...]:
    theirs = select(YoungMember).where(YoungMember.group_id == group.id).order_by(YoungMember.id)
    return tuple(
        YoungCard(ref=one.ref, name=one.name, may_remove=is_founder or one.adult_id == viewer.account_id)
        for one in reading().scalars(theirs)
    )


def _seats(group: Group) -> tuple[GroupSeat, ...]:
    kept, missed = (func.count(case((CircleMonth.outcome == outcome, 1))) for outcome in ("kept", "missed"))
    rows = reading().execute(
        select(Circle.ref, Household.alias, Seat.state, Seat.leaves_on, kept, missed)
        .join(Circle, Circle.id == Seat.circle_id)
        .join(Household, Household.id == Circle.household_id)
        .outerjoin(CircleMonth, CircleMonth.seat_id == Seat.id)
        .where(Seat.group_id == group.id)
        .group_by(Seat.id, Circle.ref, Household.alias, Seat.state, Seat.leaves_on)
        .order_by(Seat.id.desc())
        .limit(MOST)
    )
    return tuple(
        GroupSeat(circle=circle, alias=alias, state=state, leaves_on=leaves_on, kept=done, missed=undone)
        for circle, alias, state, leaves_on, done, undone in rows
    )
