"""Groups of the safety tests' world: one the donor founded, and one whose deputy he is asked to be; it holds a seat."""

from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.models.groups import Group, GroupMember
from charity.services.circles import group_seats, groups, young


def add_groups(actors: dict[str, Actor], refs: dict[str, str]) -> None:
    """Found groups, let others join, act for the young, and take a seat in the circle that waits for a class."""
    donor, giver, third = actors["donor"], actors["giver"], actors["third"]
    refs["group"] = _found(donor, "class", (giver, third))
    refs["group_member"] = _place(refs["group"], giver)
    groups.ask_deputy(donor, refs["group"], refs["group_member"])
    groups.answer_deputy(giver, refs["group"], agrees=True)
    refs["young_member"] = young.add(donor, refs["group"], word="山泉", has_leave=True)
    refs["other_group"] = _found(giver, "team", (donor,))
    groups.ask_deputy(giver, refs["other_group"], _place(refs["other_group"], donor))
    group_seats.take(giver, refs["class_circle"], refs["other_group"])


def _found(by: Actor, kind: str, members: tuple[Actor, ...]) -> str:
    ref = groups.found(by, kind=kind, is_adult=True)
    code = groups.make_code(by, ref).code
    for member in members:
        groups.join(member, code=code, is_adult=True)
    return ref


def _place(group: str, who: Actor) -> str:
    end_reading()
    inside = select(GroupMember.ref).join(Group, Group.id == GroupMember.group_id)
    ref = reading().scalars(inside.where(Group.ref == group, GroupMember.account_id == who.account_id)).one()
    end_reading()
    return ref
