"""Two who look alike, side by side: what agrees and what differs, without a name of anybody."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.adapters.pinyin import syllables
from charity.domain.actors import Actor
from charity.domain.doubles import Ends
from charity.domain.errors import Missing
from charity.domain.permissions import is_allowed
from charity.models.households import Household, LookAlike, Member
from charity.models.likenesses import Outcome, outcome_of
from charity.queries.households import find_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """One of the two families."""

    ref: str
    alias: str
    region: str
    category: str
    registered_at: datetime
    people: tuple[str, ...]  # relations to the head


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """Both families and what about them agrees; the other one stays closed outside the viewer's regions.

    `member` is the alias of the person it is about, empty where whole families look alike; `ends` tells which of the
    two records the viewer may end.
    """

    this: One
    other: One | None
    agrees: tuple[str, ...]
    differs: tuple[str, ...]
    member: str
    outcome: str
    ends: tuple[str, ...]


def get_side_by_side(viewer: Actor, ref: str, like: str) -> SideBySide:
    """Give a likeness of a family the viewer may verify."""
    _, home = find_seen(viewer, ref)
    row = (
        reading()
        .scalars(select(LookAlike).where(LookAlike.ref == like, LookAlike.household_id == home.id))
        .one_or_none()
    )
    if row is None or not is_allowed(viewer, "household.verify", home.region_code):
        raise Missing
    other = reading().get_one(Household, row.other_household_id)
    is_near = is_allowed(viewer, "household.open", other.region_code)
    signs, outcome = _signs(home, other), outcome_of(reading(), row)
    is_open = outcome is Outcome.OPEN and home.closed_at is None
    ends = (Ends.THIS, *([Ends.OTHER] if other.closed_at is None and _may_end(viewer, other) else []))
    return SideBySide(
        this=_one(home),
        other=_one(other) if is_near else None,
        agrees=tuple(name for name, same in signs.items() if same),
        differs=tuple(name for name, same in signs.items() if not same),
        member=_alias(row.member_id),
        outcome=outcome.value,
        ends=tuple(one.value for one in ends) if is_open else (),
    )


def _may_end(viewer: Actor, other: Household) -> bool:
    return is_allowed(viewer, "household.verify", other.region_code)


def _alias(member_id: int | None) -> str:
    return "" if member_id is None else reading().get_one(Member, member_id).alias


def _signs(home: Household, other: Household) -> dict[str, bool]:
    mine, theirs = _name(home), _name(other)
    return {
        "name": mine == theirs,
        "sound": syllables(mine) == syllables(theirs),
        "village": home.region_code == other.region_code,
        "phone": home.phone_digest is not None and home.phone_digest == other.phone_digest,
        "address": _address(home) == _address(other),
        "birthday": bool(_births(home.id) & _births(other.id)),
    }


def _name(row: Household) -> str:
    return unseal(row.head_name_sealed, place=f"households.head_name:{row.ref}")


def _address(row: Household) -> str:
    return "".join(unseal(row.address_sealed, place=f"households.address:{row.ref}").split())


def _members(household_id: int) -> list[Member]:
    there = select(Member).where(Member.household_id == household_id, Member.left_at.is_(None))
    return list(reading().scalars(there.order_by(Member.id)))


def _born(member: Member) -> date:
    return date.fromisoformat(unseal(member.birth_sealed, place=f"members.birth:{member.ref}"))


def _births(household_id: int) -> frozenset[date]:
    return frozenset(_born(member) for member in _members(household_id))


def _one(row: Household) -> One:
    return One(
        ref=row.ref,
        alias=row.alias,
        region=row.region_code,
        category=row.category,
        registered_at=row.registered_at,
        people=tuple(member.relation for member in _members(row.id)),
    )
