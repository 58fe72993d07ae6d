"""Groups as circles show them: the name of a group that holds a seat, and who looks in for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.boards import Display
from charity.domain.circle_states import HELD, SeatState
from charity.domain.circles import may_still_read
from charity.models.circles import CircleRefusal, Seat
from charity.models.group_rows import groups_deputised_by, groups_joined_by
from charity.models.groups import Group


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupName:
    """What a group is and what it is called; nothing of its members."""

    kind: str
    name: str


def name_groups(seats: Iterable[Seat]) -> dict[int, GroupName]:
    """Name the groups that hold a seat now and asked to be named, by the seat."""
    named = {
        seat.id: seat.group_id
        for seat in seats
        if seat.group_id is not None and SeatState(seat.state) in HELD and seat.display != Display.ANONYMOUS.value
    }
    if not named:
        return {}
    rows = reading().execute(select(Group.id, Group.kind, Group.name).where(Group.id.in_(set(named.values()))))
    groups = {number: GroupName(kind=kind, name=name) for number, kind, name in rows}
    return {seat: groups[number] for seat, number in named.items()}


def list_deputised(viewer: Actor, seats: Iterable[Seat]) -> frozenset[int]:
    """List the groups whose deputy the viewer agreed to be; not asked where no group holds any of the seats."""
    if not viewer.is_signed_in or all(seat.group_id is None for seat in seats):
        return frozenset()
    return frozenset(reading().scalars(groups_deputised_by(viewer.account_id)))


def list_acting(viewer: Actor, seats: Iterable[Seat], deputised: frozenset[int] | None = None) -> set[int]:
    """List one circle's seats the viewer acts for: his own, and those of groups whose deputy he agreed to be."""
    if not viewer.is_signed_in:
        return set()
    found = list(seats)
    own = [seat for seat in found if seat.account_id == viewer.account_id]
    shared = [seat for seat in found if seat.group_id is not None and seat.state != SeatState.ENDED.value]
    if not shared or any(seat.state != SeatState.ENDED.value for seat in own):  # his own comes first
        return {seat.id for seat in own}
    groups = list_deputised(viewer, shared) if deputised is None else deputised
    return {seat.id for seat in own} | {seat.id for seat in shared if seat.group_id in groups}


def list_watched(viewer: Actor, seats: Iterable[Seat], *, household_id: int) -> set[int]:
    """List the seats held by groups the viewer is inside of; none where the family does not want him."""
    held = [seat for seat in seats if seat.group_id is not None and SeatState(seat.state) in HELD]
    if not held or not viewer.is_signed_in:
        return set()
    if list_refusing(viewer, [household_id], []):
        return set()
    groups = set(reading().scalars(groups_joined_by(viewer.account_id)))
    return {seat.id for seat in held if seat.group_id in groups}


def list_refusing(viewer: Actor, households: Iterable[int], groups: Iterable[int]) -> set[int]:
    """List those of some families that do not want the viewer, or a group for which he sat."""
    him = CircleRefusal.account_id == viewer.account_id
    theirs = or_(him, CircleRefusal.group_id.in_(set(groups)))
    unwanted = (CircleRefusal.household_id.in_(set(households)), theirs)
    return set(reading().scalars(select(CircleRefusal.household_id).where(*unwanted)))


def has_left(seat: Seat, now: datetime) -> bool:
    """Say whether somebody held this seat and it ended so lately that he may still read what he accompanied."""
    is_over = seat.state == SeatState.ENDED.value and seat.accepted_at is not None
    return is_over and may_still_read(seat.ended_at, now=now)


def list_left(viewer: Actor, seats: Iterable[Seat], *, household_id: int, now: datetime) -> list[Seat]:
    """List the seats that the viewer, or a group he is inside of, held until lately; none if the family refused him."""
    left = [seat for seat in seats if has_left(seat, now)]
    groups: set[int | None] = set()
    if any(seat.group_id is not None for seat in left):
        groups = set(reading().scalars(groups_joined_by(viewer.account_id)))
    mine = [seat for seat in left if seat.account_id == viewer.account_id or seat.group_id in groups]
    held = [seat.group_id for seat in mine if seat.group_id is not None]
    return [] if not mine or list_refusing(viewer, [household_id], held) else mine
