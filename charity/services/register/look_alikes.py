"""Families and people who look like somebody already registered: kept with a reason, cleared by the township."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, true

from charity.adapters.crypto import digest, new_ref, seal, unseal
from charity.adapters.db import Tx
from charity.adapters.pinyin import syllables
from charity.domain.actors import Actor, Role
from charity.domain.entry_values import JSON
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.permissions import is_allowed
from charity.domain.pool import PoolAct
from charity.domain.regions import county_of
from charity.domain.sides import Side
from charity.ledger import append
from charity.models.acts import act
from charity.models.households import Household, LookAlike, Member
from charity.models.register import get_household, take_side

LEAST_REASON = 4
MOST_COMPARED = 2_000  # of one village
MOST_KEPT = 5  # of those somebody looks like, the township looks at so many


@dataclass(frozen=True, slots=True)
class Likeness:
    """The family somebody looks like; its alias may be told only where the actor may see it."""

    household_id: int
    alias: str
    region: str


def list_like_families(tx: Tx, region: str, *, head: str, phone: str) -> list[Likeness]:
    """List open families of the same village with the same head, of anywhere with the same phone, and like-sounding."""
    columns = select(Household.id, Household.alias, Household.region_code).where(Household.closed_at.is_(None))
    columns = columns.order_by(Household.id).limit(MOST_KEPT)
    same_head = columns.where(Household.head_digest == digest("name", head), Household.region_code == region)
    rows = list(tx.session.execute(same_head))
    if phone:
        rows += tx.session.execute(columns.where(Household.phone_digest == digest("phone", phone)))
    return _first([*(Likeness(*row) for row in rows), *_sounding_like(tx, region, head)])


def _first(found: Iterable[Likeness]) -> list[Likeness]:
    """Give each family once, in the order found, and no more than somebody can look at."""
    return list({one.household_id: one for one in reversed(list(found))}.values())[::-1][:MOST_KEPT]


def _sounding_like(tx: Tx, region: str, head: str) -> Iterator[Likeness]:
    """Give the families of the same village whose head's name is spoken alike: two volunteers write it differently."""
    spoken = spoken_as(head, syllables(head))
    rows = tx.session.execute(
        select(Household.id, Household.alias, Household.region_code, Household.ref, Household.head_name_sealed)
        .where(Household.region_code == region, Household.closed_at.is_(None))
        .order_by(Household.id.desc())
        .limit(MOST_COMPARED)
    )
    for row in rows:
        name = unseal(row.head_name_sealed, place=f"households.head_name:{row.ref}")
        if spoken_as(name, syllables(name)) == spoken:
            yield Likeness(row.id, row.alias, row.region_code)


def spoken_as(name: str, spoken: Sequence[str]) -> str:
    """Say how a name is spoken, in a form that is the same for all that are spoken alike and as long."""
    return f"{len(name)} {' '.join(spoken)}"


def list_like_people(tx: Tx, household: Household, *, name: str, birth: date, has_id: bool) -> list[Likeness]:
    """List families where somebody has the same name and birthday, unless two ID numbers tell them apart.

    In the same village a name that is only spoken the same counts as well.
    """
    same = _person_named_so(tx, household, name=name, birth=birth, has_id=has_id)
    return _first([*same, *_person_sounding_like(tx, household, name=name, birth=birth, has_id=has_id)])


def _person_named_so(tx: Tx, household: Household, *, name: str, birth: date, has_id: bool) -> Iterator[Likeness]:
    rows = tx.session.execute(
        select(Member.ref, Member.birth_sealed, Member.id_digest, Household.id, Household.alias, Household.region_code)
        .join(Household, Household.id == Member.household_id)
        .where(
            Member.name_digest == digest("name", name),
            Member.household_id != household.id,
            Member.left_at.is_(None),
            Household.closed_at.is_(None),
        )
    )
    for ref, birth_sealed, id_digest, other_id, alias, region in rows:
        are_told_apart = has_id and id_digest is not None
        if not are_told_apart and unseal(birth_sealed, place=f"members.birth:{ref}") == birth.isoformat():
            yield Likeness(other_id, alias, region)


def _person_sounding_like(tx: Tx, household: Household, *, name: str, birth: date, has_id: bool) -> Iterator[Likeness]:
    rows = tx.session.execute(
        select(
            Member.ref, Member.birth_sealed, Member.name_sealed, Household.id, Household.alias, Household.region_code
        )
        .join(Household, Household.id == Member.household_id)
        .where(
            Household.region_code == household.region_code,
            Household.id != household.id,
            Household.closed_at.is_(None),
            Member.left_at.is_(None),
            Member.id_digest.is_(None) if has_id else true(),
        )
        .order_by(Member.id.desc())
        .limit(MOST_COMPARED)
    )
    spoken, born = spoken_as(name, syllables(name)), birth.isoformat()
    for ref, birth_sealed, name_sealed, other_id, alias, region in rows:
        if unseal(birth_sealed, place=f"members.birth:{ref}") != born:
            continue
        other = unseal(name_sealed, place=f"members.name:{ref}")
        if spoken_as(other, syllables(other)) == spoken:
            yield Likeness(other_id, alias, region)


def may_stand_beside(actor: Actor, likes: Sequence[Likeness], reason: str) -> None:
    """Refuse somebody who looks like another one, unless a reason says why it is not the same."""
    if not likes or len(reason.strip()) >= LEAST_REASON:
        return
    like = likes[0]
    if is_allowed(actor, "household.open", like.region):
        raise Conflict("looks-alike", field="override", params={"alias": like.alias})
    raise Conflict("looks-alike-elsewhere", field="override")


def record_likenesses(
    tx: Tx, actor: Actor, household_id: int, likes: Iterable[Likeness], reason: str, *, member_id: int | None = None
) -> None:
    """Write down that somebody was registered in spite of likenesses; the township has to clear each."""
    for like in likes:
        _record(tx, actor, household_id, like, reason, member_id)


def _record(tx: Tx, actor: Actor, household_id: int, like: Likeness, reason: str, member_id: int | None) -> None:
    ref, why = new_ref(), reason.strip()
    row = LookAlike(
        ref=ref,
        household_id=household_id,
        member_id=member_id,
        other_household_id=like.household_id,
        reason_sealed=seal(why, place=f"look_alikes.reason:{ref}"),
        recorded_by_id=actor.account_id,
        recorded_at=tx.now,
    )
    tx.session.add(row)
    by = Role.VOLUNTEER if actor.has_role(Role.VOLUNTEER) else Role.ADMINISTRATOR  # who applied a county's list
    home = tx.session.get_one(Household, household_id)
    append(tx, "double.kept", {"double": ref}, told(row, home, by), texts={"reason": why} if why else {})


def told(row: LookAlike, home: Household, by: Role) -> dict[str, JSON]:
    """Give what the book says of a likeness: whether a family or a person, of which county, and whose act it was."""
    return {
        "kind": "family" if row.member_id is None else "person",
        "by": by.value,
        "county": county_of(home.region_code),
    }


def end_likenesses(tx: Tx, home: Household, member: Member | None, *, by: Role, other: Household | None = None) -> None:
    """End what waits of somebody who stands in the register no more: nobody has to say anything of it."""
    theirs = select(LookAlike).where(LookAlike.household_id == home.id, LookAlike.cleared_at.is_(None))
    if member is not None:
        theirs = theirs.where(LookAlike.member_id == member.id)
    if other is not None:
        theirs = theirs.where(LookAlike.other_household_id == other.id)
    for row in tx.session.scalars(theirs.order_by(LookAlike.id)).all():
        row.cleared_at = tx.now  # by nobody: it was not looked at
        append(tx, "double.ended", {"double": row.ref}, told(row, home, by))


def find_open(tx: Tx, household: Household, ref: str) -> LookAlike:
    """Find a likeness of a locked family that nobody has decided; Missing when it is another family's."""
    row = tx.session.scalars(
        select(LookAlike).where(LookAlike.ref == ref, LookAlike.household_id == household.id)
    ).one_or_none()
    if row is None:
        raise Missing
    if row.cleared_at is not None:
        raise Conflict("look-alike-cleared")
    return row


def decide(tx: Tx, actor: Actor, row: LookAlike, reason: str) -> None:
    """Write down who decided a likeness, and why."""
    row.cleared_by_id, row.cleared_at = actor.account_id, tx.now
    row.clearing_sealed = seal(reason.strip(), place=f"look_alikes.clearing:{row.ref}")


def may_say_why(reason: str) -> None:
    """Refuse a decision without a reason."""
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid("reason-needed", field="reason")


@act
def clear_look_alike(tx: Tx, actor: Actor, household_ref: str, look_alike_ref: str, *, reason: str) -> None:
    """Say as the township that two who look alike are not the same, and how that was found out."""
    household = get_household(tx, actor, household_ref, "household.verify", pool={PoolAct.VERIFY})
    take_side(tx, actor, f"h{household.id}", Side.TOWNSHIP)
    may_say_why(reason)
    row = find_open(tx, household, look_alike_ref)
    decide(tx, actor, row, reason)
    append(
        tx,
        "double.cleared",
        {"double": row.ref},
        told(row, household, Role.REVIEWER),
        texts={"reason": reason.strip()},
    )
