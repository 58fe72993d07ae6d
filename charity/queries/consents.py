"""Consents that end soon, person by person, for those who ask the families again; and the photos of signed papers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, func, select, true
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.consents import LASTS, RENEWAL_BEFORE, is_due_for_renewal
from charity.domain.identity import is_child
from charity.domain.permissions import may, may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.consents import asked_in_the_village, is_last_word, is_refused, is_spoken_for
from charity.models.households import Consent, Household, Member
from charity.models.papers import ConsentPaper
from charity.queries.households import find_seen
from charity.queries.scopes import within

RECORD = "consent.record"
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EndingConsents:
    """What one person allows and ends soon, said by the same side: asked again in one go."""

    household: str
    alias: str
    region: str
    member: str
    member_alias: str
    relation: str
    given_by: str
    giver: str  # the elder who said it the last time, where he lives with the family
    purposes: tuple[str, ...]
    ends_on: date
    has_ended: bool  # stays until it is renewed or refused, or the person leaves
    ends_with_age: bool  # because the child turns 14 or 18: others must be asked then

    @property
    def key(self) -> str:
        """Name the line in a list of several."""
        return f"{self.household}.{self.member}.{self.given_by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidConsent:
    """The last word of one side about one use of one person's data."""

    member: str
    member_alias: str
    relation: str
    purpose: str
    audience: str
    is_granted: bool
    given_by: str
    giver: str | None  # the elder who said it, where he lives with the family
    valid_until: date | None
    ends_soon: bool
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class PaperCard:
    """The photo of a signed paper, as the open file lists it."""

    ref: str
    member_id: int
    recorded_by: str
    recorded_at: datetime


def list_ending(viewer: Actor, *, household: str = "") -> tuple[EndingConsents, ...]:
    """List who of the viewer's regions has consents that ended or end within 60 days: the first, no more than MOST.

    Of one family where its ref is given; nobody where the viewer does not see it.
    """
    may_anywhere(viewer, RECORD)
    today = day_of(clock.now())
    found: list[EndingConsents] = []
    read = 0
    while len(found) < MOST:
        rows = reading().execute(_ask_ending(viewer, today, household, after=read)).all()
        found += _grouped((row for row in rows if not _is_grown(row, today)), today)
        read += MOST
        if len({(row.member, row.given_by) for row in rows}) < MOST:
            break
    return tuple(found[:MOST])


def _ask_ending(viewer: Actor, today: date, household: str, *, after: int) -> Select[*tuple[Any, ...]]:
    """Ask for the next people; whole people are cut off, never some uses of one: one line is renewed together."""
    ends_soon = (
        within(Household.region_code, regions_for(viewer, RECORD)),
        Household.closed_at.is_(None),
        Household.ref == household if household else true(),
        Member.left_at.is_(None),
        Consent.is_granted,
        Consent.valid_until <= today + RENEWAL_BEFORE,
        asked_in_the_village(),
        is_last_word(),
        ~is_refused(),
    )
    first, giver = func.min(Consent.valid_until), aliased(Member)
    people = (
        select(Consent.member_id, Consent.given_by, first.label("ends_on"))
        .join(Household, Household.id == Consent.household_id)
        .join(Member, Member.id == Consent.member_id)
        .where(*ends_soon)
        .group_by(Consent.member_id, Consent.given_by)
        .order_by(first, Consent.member_id, Consent.given_by)
        .offset(after)
        .limit(MOST)
        .subquery()
    )
    return (
        select(
            Household.ref.label("household"),
            Household.alias,
            Household.region_code.label("region"),
            Member.ref.label("member"),
            Member.alias.label("member_alias"),
            Member.relation,
            Member.birth_sealed,
            Consent.given_by,
            giver.ref.label("giver"),
            Consent.purpose,
            Consent.valid_until,
            Consent.recorded_at,
            is_spoken_for().label("is_spoken_for"),
        )
        .join(Household, Household.id == Consent.household_id)
        .join(Member, Member.id == Consent.member_id)
        .outerjoin(giver, and_(giver.id == Consent.giver_id, giver.left_at.is_(None)))
        .join(people, and_(people.c.member_id == Consent.member_id, people.c.given_by == Consent.given_by))
        .where(*ends_soon)
        .order_by(people.c.ends_on, Member.id, Consent.given_by, Consent.id)
    )


def _is_grown(row: Any, today: date) -> bool:
    """Say whether an elder's word is needed no more: the person has spoken since, and is grown up.

    At 14 to 17 the elder's stays in the queue beside the own one: both are needed.
    """
    if not row.is_spoken_for:
        return False
    birth = date.fromisoformat(unseal(row.birth_sealed, place=f"members.birth:{row.member}"))
    return not is_child(birth, today)


def list_said(viewer: Actor, household_ref: str) -> tuple[SaidConsent, ...]:
    """List what the people of a family and those who speak for them said last: by aliases, so no file is opened."""
    session, family = find_seen(viewer, household_ref)
    may(viewer, RECORD, family.region_code)
    giver = aliased(Member)
    rows = session.execute(
        select(Consent, Member.ref, Member.alias, Member.relation, giver.ref)
        .join(Member, Member.id == Consent.member_id)
        .outerjoin(giver, giver.id == Consent.giver_id)
        .where(Consent.household_id == family.id, Member.left_at.is_(None), is_last_word())
        .order_by(Member.id, Consent.id)
    )
    today = day_of(clock.now())
    return tuple(
        SaidConsent(
            member=member,
            member_alias=alias,
            relation=relation,
            purpose=row.purpose,
            audience=row.audience,
            is_granted=row.is_granted,
            given_by=row.given_by,
            giver=said_by,
            valid_until=row.valid_until,
            ends_soon=row.is_granted and is_due_for_renewal(row.valid_until, today=today),
            recorded_at=row.recorded_at,
        )
        for row, member, alias, relation, said_by in rows
    )


def _grouped(rows: Iterable[Any], today: date) -> Iterator[EndingConsents]:
    for _, group in groupby(rows, key=lambda row: (row.member, row.given_by)):
        said = list(group)
        first = said[0]
        ends_on = min(row.valid_until for row in said)
        yield EndingConsents(
            household=first.household,
            alias=first.alias,
            region=first.region,
            member=first.member,
            member_alias=first.member_alias,
            relation=first.relation,
            given_by=first.given_by,
            giver=said[-1].giver or "",
            purposes=tuple(dict.fromkeys(row.purpose for row in said)),
            ends_on=ends_on,
            has_ended=ends_on < today,
            ends_with_age=any(row.valid_until < day_of(row.recorded_at) + LASTS for row in said),
        )


def list_papers(household_ref: str) -> tuple[PaperCard, ...]:
    """List the photos of a family's signed papers, the newest first; only ever asked for an open file."""
    rows = reading().execute(
        select(ConsentPaper.ref, ConsentPaper.member_id, Account.nickname, ConsentPaper.recorded_at)
        .join(Household, Household.id == ConsentPaper.household_id)
        .join(Account, Account.id == ConsentPaper.recorded_by_id)
        .where(Household.ref == household_ref, ConsentPaper.storage_key != "")
        .order_by(ConsentPaper.id.desc())
    )
    return tuple(PaperCard(*row) for row in rows)
