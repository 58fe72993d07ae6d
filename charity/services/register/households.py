"""Registering families and their members; look-alikes and doubles are stopped here."""

import secrets
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exc, select

from charity.adapters.crypto import digest, new_ref, seal
from charity.adapters.db import Tx, violated
from charity.domain import calendar
from charity.domain.actors import Actor, Role
from charity.domain.aliases import alias_of
from charity.domain.consents import Purpose
from charity.domain.errors import Conflict, Invalid
from charity.domain.households import Category, LifeAct, LifeState, Relation, next_life
from charity.domain.identity import (
    IdNumber,
    Sex,
    may_be_birth,
    may_match,
    normal_phone,
    parse_id_number,
    stage_of,
)
from charity.domain.permissions import may
from charity.domain.pool import PoolAct
from charity.domain.regions import Level, county_of, level_of
from charity.domain.sides import Side
from charity.ledger.minding import mind_children
from charity.ledger.showing import hide_circles, hide_unwilling, hide_word_of
from charity.models.acts import act
from charity.models.consents import is_agreed
from charity.models.households import Household, Member
from charity.models.likenesses import find_of_family
from charity.models.pooling import take_out_of_pool
from charity.models.regions import Region
from charity.models.register import get_household, get_member, may_stand_in, take_side
from charity.models.responsible import ResponsiblePerson, end_duties
from charity.models.sides import record_side
from charity.services.register.look_alikes import (
    end_likenesses,
    list_like_families,
    list_like_people,
    may_stand_beside,
    record_likenesses,
)

_SEEDS = 10_000_000
_TRIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What a volunteer writes down about a family; phone and relative_phone may be empty."""

    category: Category
    head_name: str
    address: str
    phone: str = ""
    relative_phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What a volunteer writes down about a member; id_number may be empty."""

    name: str
    birth: date
    sex: Sex
    relation: Relation
    id_number: str = ""


@act
def register(tx: Tx, actor: Actor, region: str, *, family: Family, override: str = "") -> str:
    """Register a family of a village and give its ref; a look-alike needs a reason why it is another family."""
    may(actor, "household.register", region)
    _may_live_in(tx, region)
    head, phone, relative = _readable(family)
    likes = list_like_families(tx, region, head=head, phone=phone)
    may_stand_beside(actor, likes, override)
    row = _household(tx, actor, region, family, head, phone, relative)
    tx.session.add(row)
    tx.session.flush()
    record_likenesses(tx, actor, row.id, likes, override)
    record_side(tx, actor.account_id, f"h{row.id}", Side.FIELD)
    return row.ref


def _household(tx: Tx, actor: Actor, region: str, family: Family, head: str, phone: str, relative: str) -> Household:
    ref = new_ref()
    return Household(
        ref=ref,
        alias=_free_alias(tx, region),
        region_code=region,
        county=county_of(region),
        category=family.category.value,
        life_state=LifeState.IDENTIFIED.value,
        head_name_sealed=seal(head, place=f"households.head_name:{ref}"),
        head_digest=digest("name", head),
        address_sealed=seal(family.address.strip(), place=f"households.address:{ref}"),
        phone_sealed=_sealed(phone, f"households.phone:{ref}"),
        phone_digest=_digest(phone),
        relative_phone_sealed=_sealed(relative, f"households.relative_phone:{ref}"),
        relative_phone_digest=_digest(relative),
        registered_by_id=actor.account_id,
        registered_at=tx.now,
    )


def _may_live_in(tx: Tx, region: str) -> None:
    # The village is locked: two volunteers who register the same family at once are seen by each other.
    if level_of(region) is not Level.VILLAGE or tx.session.get(Region, region, with_for_update=True) is None:
        raise Invalid("village-needed", field="region")
    may_stand_in(tx, region)


def _readable(family: Family) -> tuple[str, str, str]:
    head = family.head_name.strip()
    if not head:
        raise Invalid("name-needed", field="head_name")
    if not family.address.strip():
        raise Invalid("address-needed", field="address")
    return head, _phone(family.phone, "phone"), _phone(family.relative_phone, "relative_phone")


def _phone(text: str, field: str) -> str:
    if not text.strip():
        return ""
    try:
        return normal_phone(text, field=field)
    except Invalid:
        raise Invalid("family-phone-shape", field=field) from None


def _sealed(text: str, place: str) -> bytes | None:
    return seal(text, place=place) if text else None


def _digest(phone: str) -> bytes | None:
    return digest("phone", phone) if phone else None


def _free_alias(tx: Tx, region: str) -> str:
    for _ in range(_TRIES):
        alias = alias_of(secrets.randbelow(_SEEDS))
        taken = select(Household.id).where(Household.county == county_of(region), Household.alias == alias)
        if tx.session.execute(taken.limit(1)).first() is None:
            return alias
    raise Conflict("alias-not-found")


@act
def add_member(tx: Tx, actor: Actor, household_ref: str, *, person: Person, override: str = "") -> str:
    """Add a person to a family and give the ref; the same ID number twice is refused wherever it stands."""
    household = get_household(tx, actor, household_ref, "household.register")
    take_side(tx, actor, f"h{household.id}", Side.FIELD)
    today, name = calendar.day_of(tx.now), person.name.strip()
    if not name:
        raise Invalid("name-needed", field="name")
    may_be_birth(person.birth, today=today)
    identity = parse_id_number(person.id_number, today=today) if person.id_number.strip() else None
    if identity is not None:
        may_match(identity, birth=person.birth, sex=person.sex)
    _may_join(tx, household, person)
    likes = list_like_people(tx, household, name=name, birth=person.birth, has_id=identity is not None)
    row = _member(tx, actor, household, person, identity)
    tx.session.add(row)
    try:
        tx.session.flush()
    except exc.IntegrityError as error:
        if "id_digest" in violated(error):
            raise Conflict("person-registered", field="id_number") from error
        raise
    may_stand_beside(actor, likes, override)
    record_likenesses(tx, actor, household.id, likes, override, member_id=row.id)
    mind_children(tx, household)
    return row.ref


def _may_join(tx: Tx, household: Household, person: Person) -> None:
    theirs = select(Member.id).where(Member.household_id == household.id, Member.left_at.is_(None)).limit(1)
    if person.relation is Relation.HEAD and tx.session.execute(theirs.where(Member.relation == "head")).first():
        raise Conflict("head-registered", field="relation")
    if tx.session.execute(theirs.where(Member.name_digest == digest("name", person.name.strip()))).first():
        raise Conflict("person-registered", field="name")


def _member(tx: Tx, actor: Actor, household: Household, person: Person, identity: IdNumber | None) -> Member:
    ref, name, today = new_ref(), person.name.strip(), calendar.day_of(tx.now)
    stage = stage_of(person.birth, today)
    return Member(
        ref=ref,
        household_id=household.id,
        alias=alias_of(secrets.randbelow(_SEEDS)),
        name_sealed=seal(name, place=f"members.name:{ref}"),
        name_digest=digest("name", name),
        id_number_sealed=None if identity is None else seal(identity.number, place=f"members.id_number:{ref}"),
        id_digest=None if identity is None else digest("id-number", identity.number),
        birth_sealed=seal(person.birth.isoformat(), place=f"members.birth:{ref}"),
        sex_sealed=seal(person.sex.value, place=f"members.sex:{ref}"),
        relation=person.relation.value,
        school_stage=None if stage is None else stage.value,
        stage_on=None if stage is None else today,
        recorded_by_id=actor.account_id,
        recorded_at=tx.now,
    )


@act
def end_member(tx: Tx, actor: Actor, household_ref: str, member_ref: str) -> None:
    """Mark that a person no longer belongs to a family; refused while a wish of theirs is open."""
    household = get_household(tx, actor, household_ref, "household.register")
    take_side(tx, actor, f"h{household.id}", Side.FIELD)
    member = get_member(tx, household, member_ref)
    if member.open_wishes:
        raise Conflict("member-has-open-wishes")
    member.left_at = tx.now
    # The number finds only those who live here now: the family this person joins next may register it.
    member.id_digest = None
    tx.session.flush()
    end_duties(tx.session, ResponsiblePerson.member_id == member.id, calendar.day_of(tx.now))
    end_likenesses(tx, household, member, by=Role.VOLUNTEER)
    hide_word_of(tx, member)
    mind_children(tx, household)
    hide_unwilling(tx, household.id)


@act
def verify(tx: Tx, actor: Actor, household_ref: str) -> None:
    """Confirm as the township that this family exists and is what its record says; whoever registered it may not."""
    household = get_household(tx, actor, household_ref, "household.verify", pool={PoolAct.VERIFY})
    take_side(tx, actor, f"h{household.id}", Side.TOWNSHIP)
    household.life_state = next_life(LifeState(household.life_state), LifeAct.VERIFY).value
    if find_of_family(tx.session, household.id) is not None:
        raise Conflict("look-alike-open")
    if not is_agreed(tx.session, Purpose.REGISTER, household_id=household.id, member_id=None, moment=tx.now):
        raise Conflict("consent-to-register-missing")
    household.verified_by_id, household.verified_at = actor.account_id, tx.now
    household.life_since = tx.now
    take_out_of_pool(tx, household, PoolAct.VERIFY)


@act
def move_on(tx: Tx, actor: Actor, household_ref: str, *, life_act: LifeAct) -> None:
    """Move a family along its life (supported, graduated, followed up, relapse), as the township decides."""
    if life_act is LifeAct.VERIFY:
        raise Conflict("not-in-this-state", params={"act": life_act.value})  # verifying asks more: see verify
    household = get_household(tx, actor, household_ref, "household.verify")
    take_side(tx, actor, f"h{household.id}", Side.TOWNSHIP)
    household.life_state, household.life_since = next_life(LifeState(household.life_state), life_act).value, tx.now
    if life_act is LifeAct.GRADUATE:
        hide_circles(tx, household.id)  # nobody sits down any more; the calendar ends the circle with thanks
