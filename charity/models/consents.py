"""Whether a person's consent stands: all rows of the person, judged by the rules of age in domain/consents.py."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from charity.adapters.crypto import unseal
from charity.domain.calendar import day_of
from charity.domain.consents import RENEWAL_BEFORE, Audience, ConsentRow, ConsentState, GivenBy, Purpose, consent_at
from charity.domain.identity import age_on
from charity.models.households import Consent, Member


def is_agreed(
    session: Session, purpose: Purpose, *, household_id: int, member_id: int | None, moment: datetime
) -> bool:
    """Say whether a member (for the family as a whole, its head) allows a use at a moment."""
    return purpose in agreed_of(session, (purpose,), household_id=household_id, member_id=member_id, moment=moment)


# Both columns: the index begins with the family.
_OF_MEMBER = and_(
    Consent.household_id == Member.household_id,
    Consent.member_id == Member.id,
    Consent.purpose.in_(bindparam("uses", expanding=True)),
)
# Written once: publishing asks over and over, and building a statement costs more than running it.
_SAID = (
    select(
        Member.ref,
        Member.birth_sealed,
        Consent.purpose,
        Consent.audience,
        Consent.is_granted,
        Consent.given_by,
        Consent.recorded_at,
        Consent.valid_until,
        Consent.child_agrees,
    )
    .outerjoin(Consent, _OF_MEMBER)
    .where(Member.household_id == bindparam("household"), Member.left_at.is_(None))
    .order_by(Member.id, Consent.id)
)
_HEAD_SAID = _SAID.where(Member.relation == "head")
_HEADS_SAID = (
    select(Member.household_id, *_SAID.selected_columns)
    .outerjoin(Consent, _OF_MEMBER)
    .where(
        Member.household_id.in_(bindparam("households", expanding=True)),
        Member.left_at.is_(None),
        Member.relation == "head",
    )
    .order_by(Member.household_id, Member.id, Consent.id)
)
_MEMBER_SAID = _SAID.where(Member.id == bindparam("member"))


def agreed_of(
    session: Session, purposes: Iterable[Purpose], *, household_id: int, member_id: int | None, moment: datetime
) -> frozenset[Purpose]:
    """Give those of some uses that a member (for the family as a whole, its head) allows at a moment."""
    asked = frozenset(purposes)
    who: dict[str, Any] = {"household": household_id, "uses": [purpose.value for purpose in sorted(asked)]}
    if member_id is None:
        said = session.execute(_HEAD_SAID, who).all()
    else:
        said = session.execute(_MEMBER_SAID, who | {"member": member_id}).all()
    return _allowed(said, asked, moment) if said else frozenset()


def list_agreed(session: Session, purposes: Iterable[Purpose], households: Iterable[int], moment: datetime) -> set[int]:
    """List those of some families whose heads allow all of some uses at a moment."""
    asked = frozenset(purposes)
    who = {"households": sorted(households), "uses": [purpose.value for purpose in sorted(asked)]}
    said = session.execute(_HEADS_SAID, who).all()
    by_family = groupby(said, key=lambda row: int(row.household_id))
    return {family for family, rows in by_family if _allowed(list(rows), asked, moment) >= asked}


def list_withdrawn(
    session: Session, purposes: Iterable[Purpose], *, household_id: int, member_id: int, moment: datetime
) -> frozenset[Purpose]:
    """List those of some uses to which a member, or who speaks for the member, last said no."""
    asked = frozenset(purposes)
    who: dict[str, Any] = {"household": household_id, "uses": [purpose.value for purpose in sorted(asked)]}
    said = session.execute(_MEMBER_SAID, who | {"member": member_id}).all()
    return _in_state(said, asked, moment, ConsentState.WITHDRAWN) if said else frozenset()


def has_withdrawn(
    session: Session, purpose: Purpose, *, household_id: int, member_id: int | None, moment: datetime
) -> bool:
    """Say whether the last word of a member (for the family as a whole, its head) on a use is a no."""
    who: dict[str, Any] = {"household": household_id, "uses": [purpose.value]}
    asked, more = (_HEAD_SAID, {}) if member_id is None else (_MEMBER_SAID, {"member": member_id})
    said = session.execute(asked, who | more).all()
    return bool(said and _in_state(said, frozenset({purpose}), moment, ConsentState.WITHDRAWN))


def _allowed(said: Sequence[Row[*tuple[Any, ...]]], asked: frozenset[Purpose], moment: datetime) -> frozenset[Purpose]:
    """Judge what the first of these people said."""
    return _in_state(said, asked, moment, ConsentState.GIVEN)


def _in_state(
    said: Sequence[Row[*tuple[Any, ...]]], asked: frozenset[Purpose], moment: datetime, state: ConsentState
) -> frozenset[Purpose]:
    birth = date.fromisoformat(unseal(said[0].birth_sealed, place=f"members.birth:{said[0].ref}"))
    today = day_of(moment)
    rows = [_row(row) for row in said if row.purpose is not None and row.ref == said[0].ref]
    age = age_on(birth, today)
    states = {use: consent_at(rows, use, age=age, moment=moment, today=today) for use in asked}
    return frozenset(use for use, found in states.items() if found is state)


def ends_on(session: Session, purposes: Iterable[Purpose], *, household_id: int, member_id: int | None) -> date | None:
    """Give the last day of the first of these uses to end that a member (or the head) allows now."""
    person = _person(session, household_id, member_id)
    if person is None:
        return None
    return session.scalar(
        select(func.min(Consent.valid_until)).where(
            Consent.member_id == person.id,
            Consent.purpose.in_([purpose.value for purpose in sorted(purposes)]),
            Consent.is_granted,
            is_last_word(),
        )
    )


def find_giver(session: Session, member_id: int, given_by: GivenBy) -> str:
    """Give the ref of who of the family spoke last on one side for a person, if he lives there still; else nothing."""
    giver = aliased(Member)
    last = (
        select(giver.ref)
        .select_from(Consent)
        .outerjoin(giver, and_(giver.id == Consent.giver_id, giver.left_at.is_(None)))
        .where(Consent.member_id == member_id, Consent.given_by == given_by.value)
        .order_by(Consent.id.desc())
        .limit(1)
    )
    return session.scalar(last) or ""


def list_ending_uses(session: Session, member_id: int, given_by: GivenBy, today: date) -> list[str]:
    """List the uses somebody allowed for a person that ended, or end within 60 days; a no since is not looked at."""
    ending = select(Consent.purpose).where(
        Consent.member_id == member_id,
        Consent.given_by == given_by.value,
        Consent.is_granted,
        Consent.valid_until <= today + RENEWAL_BEFORE,
        asked_in_the_village(),
        ~_is_said_after(is_granted=True),
    )
    return list(dict.fromkeys(session.scalars(ending.order_by(Consent.id))))


def asked_in_the_village() -> ColumnElement[bool]:
    """Give the condition that volunteers ask again for a use; to payments a family agrees with its account."""
    return Consent.purpose != Purpose.PAYMENT.value


def is_last_word() -> ColumnElement[bool]:
    """Give the condition that nobody of the same side (the person, or the elders) has spoken again on the same use."""
    return ~_is_said_after()


def _is_said_after(*, is_granted: bool | None = None) -> ColumnElement[bool]:
    newer = aliased(Consent)
    which = () if is_granted is None else (newer.is_granted.is_(is_granted),)
    return exists().where(*_same_side(newer, Consent), newer.id > Consent.id, *which)


def is_spoken_for() -> ColumnElement[bool]:
    """Give the condition that an elder said it, and the person has said yes to the same use since."""
    own, speaks = aliased(Consent), GivenBy.SELF.value
    since = exists().where(*_same_use(own, Consent), own.id > Consent.id, own.is_granted, own.given_by == speaks)
    return and_(Consent.given_by != speaks, since)


def is_refused() -> ColumnElement[bool]:
    """Give the condition that the last word of either side on the same use is a no, which ends the yes of both.

    An elder's later yes, to which the child itself agreed, takes back what the child said alone.
    """
    refusal, newer = aliased(Consent), aliased(Consent)
    taken_back = exists().where(*_same_side(newer, refusal), newer.id > refusal.id)
    together = newer.given_by != GivenBy.SELF.value, newer.is_granted, newer.child_agrees.is_(True)
    agreed = exists().where(*_same_use(newer, refusal), newer.id > refusal.id, *together)
    alone = refusal.given_by == GivenBy.SELF.value
    ended = ~taken_back & ~and_(alone, agreed)
    return exists().where(*_same_use(refusal, Consent), refusal.is_granted.is_(False), ended)


def _same_side(one: type[Consent], other: type[Consent]) -> tuple[ColumnElement[bool], ...]:
    """Give the condition that two words are of one side on one use: of the person, or of whoever speaks for him."""
    own = GivenBy.SELF.value
    return (*_same_use(one, other), (one.given_by == own) == (other.given_by == own))


def _same_use(one: type[Consent], other: type[Consent]) -> tuple[ColumnElement[bool], ...]:
    # The family too: the index begins with it.
    return one.household_id == other.household_id, one.member_id == other.member_id, one.purpose == other.purpose


def _person(session: Session, household_id: int, member_id: int | None) -> Member | None:
    who = Member.relation == "head" if member_id is None else Member.id == member_id
    return session.scalars(
        select(Member).where(Member.household_id == household_id, who, Member.left_at.is_(None)).limit(1)
    ).first()


def _row(row: Row[*tuple[Any, ...]]) -> ConsentRow:
    return ConsentRow(
        purpose=Purpose(row.purpose),
        audience=Audience(row.audience),
        is_granted=row.is_granted,
        given_by=GivenBy(row.given_by),
        recorded_at=row.recorded_at,
        valid_until=row.valid_until,
        child_agrees=row.child_agrees,
    )
