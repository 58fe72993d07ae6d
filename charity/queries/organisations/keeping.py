"""How much an organisation may promise, and who speaks for it: for its office, and for its officers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, select
from sqlalchemy.orm import aliased

from charity.adapters import clock as moment
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.errors import Missing
from charity.domain.limits import DEFAULTS
from charity.domain.organisations import OrganisationState, Part
from charity.domain.permissions import is_allowed
from charity.models.accounts import Account
from charity.models.officer_clocks import OPEN
from charity.models.organisation_changes import OfficerChange, OfficerClock, OrganisationLimit
from charity.models.organisation_rows import limit_place, list_officers
from charity.models.organisations import Organisation, OrganisationPerson
from charity.queries.organisations.own import find_spoken_for

MANAGE = "organisation.manage"
MOST_LIMITS, MOST_CHANGES, MOST_PEOPLE = 50, 50, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitLine:
    """One change of how many gifts an organisation may have open."""

    was: int
    places: int
    reason: str
    set_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """How many gifts an organisation has open, how many it may have, and how that came to be."""

    open: int
    places: int
    least: int
    history: tuple[LimitLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCard:
    """That somebody shall speak for an organisation, or no more."""

    ref: str
    who: str
    becomes: str
    state: str
    asker: str
    asked_at: datetime
    decided_at: datetime | None
    act_by: datetime | None
    is_overdue: bool
    may_decide: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Somebody who speaks for an organisation, or could."""

    ref: str
    nickname: str
    part: str
    is_able: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """An organisation as its office keeps it."""

    ref: str
    name: str
    state: str
    places: Places
    officers: tuple[Speaker, ...]
    members: tuple[Speaker, ...]  # only where nobody is left who can speak for it
    changes: tuple[ChangeCard, ...]
    may_decide: bool


def get_keeping(viewer: Actor, ref: str) -> Keeping:
    """Show the office how much an organisation may promise and who speaks for it; elsewhere it is missing."""
    row = reading().scalars(select(Organisation).where(Organisation.ref == ref)).one_or_none()
    if row is None or not is_allowed(viewer, MANAGE, row.region_code) or row.account_id is None:
        raise Missing
    people = _people(row.id)
    officers = tuple(one for one in people if one.part == Part.OFFICER.value)
    is_mute = row.state == OrganisationState.VERIFIED.value and not any(one.is_able for one in officers)
    concerned = {row.applied_by_id, *list_officers(reading(), row.id)}
    return Keeping(
        ref=row.ref,
        name=row.name,
        state=row.state,
        places=_places(row.id, row.account_id),
        officers=officers,
        members=tuple(one for one in people if one.part != Part.OFFICER.value and one.is_able) if is_mute else (),
        changes=_changes(row.id, viewer),
        may_decide=viewer.account_id not in concerned,
    )


def get_places(viewer: Actor, ref: str) -> Places:
    """Show the officers how many gifts their organisation may have open, and why."""
    row = find_spoken_for(viewer, ref)
    if row is None or row.account_id is None:
        raise Missing
    return _places(row.id, row.account_id)


def list_changes(viewer: Actor, ref: str) -> tuple[ChangeCard, ...]:
    """Show the officers what was asked about who speaks for their organisation."""
    row = find_spoken_for(viewer, ref)
    if row is None:
        raise Missing
    return _changes(row.id, viewer)


def _places(organisation_id: int, account_id: int) -> Places:
    account = reading().execute(select(Account.open_pledges, Account.open_limit).where(Account.id == account_id)).one()
    rows = reading().scalars(
        select(OrganisationLimit)
        .where(OrganisationLimit.organisation_id == organisation_id)
        .order_by(OrganisationLimit.id.desc())
        .limit(MOST_LIMITS)
    )
    least = DEFAULTS.organisation_open
    return Places(
        open=account.open_pledges,
        places=max(least, account.open_limit or 0),
        least=least,
        history=tuple(
            LimitLine(
                was=row.was,
                places=row.places,
                reason=unseal(row.reason_sealed, place=limit_place(row.ref)),
                set_at=row.set_at,
            )
            for row in rows
        ),
    )


def _people(organisation_id: int) -> tuple[Speaker, ...]:
    first = case((OrganisationPerson.part == Part.OFFICER.value, 0), else_=1)
    able = and_(Account.closed_at.is_(None), Account.disabled_at.is_(None))
    rows = reading().execute(
        select(OrganisationPerson.ref, Account.nickname, OrganisationPerson.part, able.label("is_able"))
        .join(Account, Account.id == OrganisationPerson.account_id)
        .where(OrganisationPerson.organisation_id == organisation_id, OrganisationPerson.left_at.is_(None))
        .order_by(first, OrganisationPerson.id)
        .limit(MOST_PEOPLE)
    )
    return tuple(Speaker(ref=row.ref, nickname=row.nickname, part=row.part, is_able=bool(row.is_able)) for row in rows)


def _changes(organisation_id: int, viewer: Actor) -> tuple[ChangeCard, ...]:
    who, asker = aliased(Account), aliased(Account)
    first = case((OfficerChange.state == OPEN, 0), else_=1)
    rows = reading().execute(
        select(OfficerChange, who.nickname.label("who"), asker.nickname.label("asker"), OfficerClock)
        .join(who, who.id == OfficerChange.account_id)
        .join(asker, asker.id == OfficerChange.asked_by_id)
        .outerjoin(OfficerClock, OfficerClock.change_id == OfficerChange.id)
        .where(OfficerChange.organisation_id == organisation_id)
        .order_by(first, OfficerChange.id.desc())
        .limit(MOST_CHANGES)
    )
    now = moment.now()
    return tuple(_card(viewer, change, (name, by), clock, now) for change, name, by, clock in rows)


def _card(
    viewer: Actor, change: OfficerChange, names: tuple[str, str], clock: OfficerClock | None, now: datetime
) -> ChangeCard:
    who, asker = names
    act_by = clock.act_by if clock is not None and change.state == OPEN else None
    return ChangeCard(
        ref=change.ref,
        who=who,
        becomes=change.becomes,
        state="expired" if clock is not None and clock.expired_at is not None else change.state,
        asker=asker,
        asked_at=change.asked_at,
        decided_at=change.decided_at,
        act_by=act_by,
        is_overdue=act_by is not None and act_by < now,
        may_decide=viewer.account_id not in (change.asked_by_id, change.account_id),
    )
