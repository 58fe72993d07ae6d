"""A household's file: names, facts and consents, shown only under an open grant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from charity.adapters.clock import now
from charity.adapters.crypto import unseal
from charity.domain import calendar
from charity.domain.actors import Actor
from charity.domain.consents import ELDERS, GivenBy, is_due_for_renewal
from charity.domain.errors import Missing
from charity.domain.households import is_fresh
from charity.domain.identity import age_on
from charity.domain.permissions import may
from charity.domain.school import is_current
from charity.models.accounts import Account
from charity.models.households import Consent, Fact, Household, LookAlike, Member
from charity.models.likenesses import outcome_of
from charity.models.responsible import ResponsiblePerson
from charity.queries.consents import list_papers
from charity.queries.households import find_seen_or_pooled, open_until
from charity.queries.responsible import list_lines, may_record


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A member as the file shows it."""

    ref: str
    alias: str
    name: str
    birth: date
    age: int
    sex: str
    relation: str
    school_stage: str | None
    is_stage_current: bool
    has_id_number: bool
    open_wishes: int


@dataclass(frozen=True, slots=True)
class FactCard:
    """The newest answer to one question, its age and who recorded it."""

    group: str
    key: str
    value: str
    member: str | None
    as_of: date
    is_fresh: bool
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ConsentCard:
    """The newest word of one side (the person, or an elder) about one use of a person's data."""

    member: str
    purpose: str
    is_granted: bool
    given_by: str
    giver: str  # the name of the elder, where he lives with the family
    valid_until: date | None
    is_due: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SignedPaper:
    """The photo of a signed paper: whose, and who kept it when."""

    ref: str
    member: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class LookAlikeCard:
    """Somebody registered in spite of a likeness, with the reason given; cleared or waiting for the township."""

    ref: str
    member: str | None
    other: str
    reason: str
    recorded_by: str
    recorded_at: datetime
    clearing: str
    cleared_at: datetime | None
    outcome: str


@dataclass(frozen=True, slots=True)
class DutyCard:
    """Who is or was responsible for the family, or for the class of one of its children."""

    duty: str
    child: str
    name: str
    phone: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class FileCard:
    """A household's open file."""

    head_name: str
    address: str
    phone: str
    relative_phone: str
    people: tuple[PersonCard, ...]
    facts: tuple[FactCard, ...]
    consents: tuple[ConsentCard, ...]
    look_alikes: tuple[LookAlikeCard, ...]
    papers: tuple[SignedPaper, ...]
    responsible: tuple[DutyCard, ...]
    may_name: bool


def get_file(viewer: Actor, ref: str) -> FileCard:
    """Show a household's file to somebody who opened it for a purpose within the last fifteen minutes."""
    session, row, acts = find_seen_or_pooled(viewer, ref)
    if not acts:
        may(viewer, "household.open", row.region_code)
    if open_until(session, viewer, row.id) is None:
        raise Missing
    people = _people(session, row.id)
    names = {person_id: card.name for person_id, card in people}
    return FileCard(
        head_name=unseal(row.head_name_sealed, place=f"households.head_name:{ref}"),
        address=unseal(row.address_sealed, place=f"households.address:{ref}"),
        phone=_unseal(row.phone_sealed, f"households.phone:{ref}"),
        relative_phone=_unseal(row.relative_phone_sealed, f"households.relative_phone:{ref}"),
        people=tuple(card for _, card in people),
        facts=_facts(session, row.id, names),
        consents=_consents(session, row.id, names),
        look_alikes=_look_alikes(session, row.id, names),
        papers=tuple(
            SignedPaper(paper.ref, names.get(paper.member_id, ""), paper.recorded_by, paper.recorded_at)
            for paper in list_papers(ref)
        ),
        responsible=_responsible(session, row.id, names),
        may_name=not acts and row.closed_at is None and may_record(viewer, row.region_code),
    )


def _responsible(session: Session, household_id: int, names: Mapping[int, str]) -> tuple[DutyCard, ...]:
    return tuple(
        DutyCard(line.duty, names.get(line.member_id or 0, ""), line.name, line.phone, line.since, line.until)
        for line in list_lines(session, ResponsiblePerson.household_id == household_id)
        if line.member_id is None or line.member_id in names
    )


def _unseal(sealed: bytes | None, place: str) -> str:
    return "" if sealed is None else unseal(sealed, place=place)


def _people(session: Session, household_id: int) -> list[tuple[int, PersonCard]]:
    rows = session.scalars(
        select(Member).where(Member.household_id == household_id, Member.left_at.is_(None)).order_by(Member.id)
    )
    return [(row.id, _person(row)) for row in rows]


def _person(row: Member) -> PersonCard:
    birth = date.fromisoformat(unseal(row.birth_sealed, place=f"members.birth:{row.ref}"))
    return PersonCard(
        ref=row.ref,
        alias=row.alias,
        name=unseal(row.name_sealed, place=f"members.name:{row.ref}"),
        birth=birth,
        age=age_on(birth, calendar.day_of(now())),
        sex=unseal(row.sex_sealed, place=f"members.sex:{row.ref}"),
        relation=row.relation,
        school_stage=row.school_stage,
        is_stage_current=is_current(row.stage_on, calendar.day_of(now())),
        has_id_number=row.id_digest is not None,
        open_wishes=row.open_wishes,
    )


def _facts(session: Session, household_id: int, names: Mapping[int, str]) -> tuple[FactCard, ...]:
    rows = session.execute(
        select(Fact, Account.nickname)
        .join(Account, Account.id == Fact.recorded_by_id)
        .where(Fact.household_id == household_id)
        .order_by(Fact.as_of, Fact.id)
    )
    # A person who left keeps the facts recorded of them, but the file shows the family as it is.
    newest = {
        (fact.key, fact.member_id): (fact, recorder)
        for fact, recorder in rows
        if fact.member_id is None or fact.member_id in names
    }
    return tuple(_fact(fact, recorder, names) for fact, recorder in newest.values())


def _fact(fact: Fact, recorder: str, names: Mapping[int, str]) -> FactCard:
    return FactCard(
        group=fact.group_code,
        key=fact.key,
        value=unseal(fact.value_sealed, place=f"facts.value:{fact.ref}"),
        member=None if fact.member_id is None else names[fact.member_id],
        as_of=fact.as_of,
        is_fresh=is_fresh(fact.key, fact.as_of, calendar.day_of(now())),
        recorded_by=recorder,
        recorded_at=fact.recorded_at,
    )


def _consents(session: Session, household_id: int, names: Mapping[int, str]) -> tuple[ConsentCard, ...]:
    rows = session.scalars(select(Consent).where(Consent.household_id == household_id).order_by(Consent.id))
    newest: dict[tuple[int, str, bool], Consent] = {}
    for row in rows:
        if row.member_id is not None and row.member_id in names:
            newest[row.member_id, row.purpose, GivenBy(row.given_by) in ELDERS] = row
    today = calendar.day_of(now())
    return tuple(
        ConsentCard(
            member=names[member_id],
            purpose=row.purpose,
            is_granted=row.is_granted,
            given_by=row.given_by,
            giver="" if row.giver_id is None else names.get(row.giver_id, ""),
            valid_until=row.valid_until,
            is_due=is_due_for_renewal(row.valid_until, today=today),
            recorded_at=row.recorded_at,
        )
        for (member_id, _, _), row in sorted(newest.items(), key=lambda item: (item[0][0], item[1].id))
    )


def _look_alikes(session: Session, household_id: int, names: Mapping[int, str]) -> tuple[LookAlikeCard, ...]:
    rows = session.execute(
        select(LookAlike, Household.alias, Account.nickname)
        .join(Household, Household.id == LookAlike.other_household_id)
        .join(Account, Account.id == LookAlike.recorded_by_id)
        .where(LookAlike.household_id == household_id)
        .order_by(LookAlike.id)
    )
    return tuple(
        LookAlikeCard(
            ref=row.ref,
            member=names.get(row.member_id) if row.member_id else None,
            other=alias,
            reason=unseal(row.reason_sealed, place=f"look_alikes.reason:{row.ref}"),
            recorded_by=recorder,
            recorded_at=row.recorded_at,
            clearing=_unseal(row.clearing_sealed, f"look_alikes.clearing:{row.ref}"),
            cleared_at=row.cleared_at,
            outcome=outcome_of(session, row).value,
        )
        for row, alias, recorder in rows
        if row.member_id is None or row.member_id in names
    )
