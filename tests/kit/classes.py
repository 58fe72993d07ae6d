"""Groups for tests: founded, joined by code, with a deputy who agreed, and what the tables say of them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.models.groups import Group, GroupMember, YoungMember
from charity.services.circles import group_seats, groups, seats
from tests.kit import ring as r
from tests.kit.ring import Ground


def founded(by: Actor, members: Iterable[Actor] = (), *, kind: str = "class") -> str:
    """Found a group, and let others join by its code."""
    ref = groups.found(by, kind=kind, is_adult=True)
    code = groups.make_code(by, ref).code
    for member in members:
        groups.join(member, code=code, is_adult=True)
    return ref


def deputised(ref: str, founder: Actor, deputy: Actor) -> None:
    """Ask a member to be the deputy, who agrees."""
    groups.ask_deputy(founder, ref, place_of(ref, deputy))
    groups.answer_deputy(deputy, ref, agrees=True)


def seated(at: Ground, **terms: Any) -> tuple[str, str]:
    """Let a group of the first two donors, founder and deputy, sit in a circle that a third one joins, too."""
    founder, deputy, other = at.donors[:3]
    ref = founded(founder, (deputy,))
    deputised(ref, founder, deputy)
    circle = r.formed(at, **terms)
    group_seats.take(founder, circle, ref)
    seats.join(other, circle)
    return ref, circle


def group(ref: str) -> Group:
    """Read a group as committed now."""
    end_reading()
    return reading().scalars(select(Group).where(Group.ref == ref)).one()


def place_of(ref: str, who: Actor) -> str:
    """Give the reference of somebody's place in a group."""
    end_reading()
    mine = select(GroupMember.ref).join(Group, Group.id == GroupMember.group_id)
    return (
        reading()
        .scalars(mine.where(Group.ref == ref, GroupMember.account_id == who.account_id, GroupMember.left_at.is_(None)))
        .one()
    )


def inside(ref: str) -> list[int]:
    """List the accounts inside a group."""
    end_reading()
    theirs = select(GroupMember.account_id).join(Group, Group.id == GroupMember.group_id)
    return sorted(reading().scalars(theirs.where(Group.ref == ref, GroupMember.left_at.is_(None))))


def young(ref: str) -> list[str]:
    """List the names of a group's young members."""
    end_reading()
    theirs = select(YoungMember.name).join(Group, Group.id == YoungMember.group_id).where(Group.ref == ref)
    return sorted(reading().scalars(theirs))
