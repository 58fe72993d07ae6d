"""Hours: their terms for a form and for staff, who was vetted, and what a visit looks like to its giver and keeper."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.crypto import unseal, unseal_some
from charity.adapters.db import reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.kinds import PledgeState
from charity.domain.permissions import is_allowed, may_anywhere, regions_for
from charity.models.accounts import Account
from charity.models.pledges import Pledge
from charity.models.service import (
    ServiceDay,
    ServiceTerms,
    ServiceVisit,
    Vetting,
    adult_place,
    attested_place,
    real_name_place,
)
from charity.models.service_rows import find_terms_of, list_days, list_team, met_children
from charity.models.wishes import Wish

PER_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceCard:
    """What everybody may know of a wish for hours; codes, not words."""

    subject: str
    mode: str
    first_on: date
    last_on: date
    serves_children: bool
    through: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One agreed service, for its giver and for those who attest it."""

    agreed_on: date | None
    hours: int | None
    serves_children: bool
    giver: str
    second_adult: str
    attested_adult: str
    people: int
    team: tuple[str, ...]  # with children, the names of whoever of an organisation was vetted for that day
    further: tuple[date, ...]  # other days agreed
    is_unvetted: bool  # with children, by somebody whose vetting did not stand on that day


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingLine:
    """One meeting of a claim of hours: given, or agreed and still to come; its giver's own to see."""

    pledge: str
    day: date
    hours: int | None
    people: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VettingRow:
    """One record of vetting; the real name is for staff."""

    ref: str
    nickname: str
    real_name: str
    region: str
    proof: str
    by: str
    at: datetime
    until: date
    is_running: bool
    may_end: bool


def find_service(wish_ref: str) -> ServiceCard | None:
    """Find what a wish for hours says beside the hours; nothing in it tells who or where it is."""
    row = find_terms_of(reading(), wish_ref, moment=clock.now())
    if row is None:
        return None
    return ServiceCard(
        subject=row.subject,
        mode=row.mode,
        first_on=row.first_on,
        last_on=row.last_on,
        serves_children=row.serves_children,
        through=row.through.value,
    )


def find_second_adult(viewer: Actor, wish_ref: str) -> str:
    """Give the second adult named in a wish, to its poster and to those who review it."""
    row = (
        reading()
        .execute(
            select(ServiceTerms.second_adult_sealed, Wish.poster_id, Wish.region_code)
            .join(Wish, Wish.id == ServiceTerms.wish_id)
            .where(Wish.ref == wish_ref)
        )
        .one_or_none()
    )
    if row is None or not (row.poster_id == viewer.account_id or is_allowed(viewer, "wish.review", row.region_code)):
        return ""
    return unseal_some(row.second_adult_sealed, place=adult_place(wish_ref))


def find_own_day(viewer: Actor, pledge_ref: str) -> tuple[date | None, int | None]:
    """Give the agreed day and the hours of the viewer's own pledge."""
    row = (
        reading()
        .execute(
            select(ServiceVisit.agreed_on, ServiceVisit.hours)
            .join(Pledge, Pledge.id == ServiceVisit.pledge_id)
            .where(Pledge.ref == pledge_ref, Pledge.account_id == viewer.account_id)
        )
        .one_or_none()
    )
    return (None, None) if row is None else (row.agreed_on, row.hours)


def list_meetings(viewer: Actor, pledge_ref: str) -> tuple[MeetingLine, ...]:
    """List all meetings of the claim that one of the viewer's own pledges belongs to, by their days."""
    its = Pledge.account_id == viewer.account_id
    asked = select(func.coalesce(Pledge.split_from_id, Pledge.id)).where(Pledge.ref == pledge_ref, its)
    claim = reading().scalar(asked)
    if claim is None:
        return ()
    is_of = (its, or_(Pledge.id == claim, Pledge.split_from_id == claim))
    visits = reading().execute(
        select(Pledge.ref, Pledge.state, ServiceVisit.agreed_on, ServiceVisit.hours, ServiceVisit.people)
        .join(ServiceVisit, ServiceVisit.pledge_id == Pledge.id)
        .where(*is_of, or_(ServiceVisit.hours.is_not(None), Pledge.state == PledgeState.PLANNED.value))
    )
    days = reading().execute(
        select(Pledge.ref, Pledge.state, ServiceDay.meets_on)
        .join(ServiceDay, ServiceDay.pledge_id == Pledge.id)
        .where(*is_of, Pledge.state == PledgeState.PLANNED.value)
    )
    lines = [
        MeetingLine(pledge=row.ref, day=row.agreed_on, hours=row.hours, people=row.people, state=row.state)
        for row in visits
    ]
    lines += [MeetingLine(pledge=row.ref, day=row.meets_on, hours=None, people=1, state=row.state) for row in days]
    return tuple(sorted(lines, key=lambda line: (line.day, line.pledge)))


def find_visit_for_field(pledge_ref: str) -> Visit | None:
    """Give a visit to those who attest it; whoever asks has read the pledge as one of them before."""
    row = (
        reading()
        .execute(
            select(
                ServiceVisit.agreed_on,
                ServiceVisit.hours,
                ServiceVisit.people,
                ServiceVisit.second_adult_sealed.label("attested_sealed"),
                ServiceVisit.logged_at,
                ServiceTerms.second_adult_sealed,
                Wish.id.label("wish_id"),
                Wish.ref.label("wish_ref"),
                Pledge.id.label("pledge_id"),
                Pledge.account_id,
                Pledge.region_code,
                Account.nickname,
            )
            .select_from(Pledge)
            .join(Wish, Wish.id == Pledge.wish_id)
            .join(ServiceTerms, ServiceTerms.wish_id == Wish.id)
            .join(Account, Account.id == Pledge.account_id)
            .outerjoin(ServiceVisit, ServiceVisit.pledge_id == Pledge.id)
            .where(Pledge.ref == pledge_ref)
        )
        .one_or_none()
    )
    if row is None:
        return None
    by = row.logged_at or clock.now()
    with_children = met_children(reading(), row.wish_id, row.agreed_on or day_of(by), by=by)
    team: list[int] = []
    if with_children and row.agreed_on is not None:
        team = list_team(reading(), row.account_id, row.region_code, row.agreed_on)
    is_unvetted = with_children and row.agreed_on is not None and (row.account_id not in team or row.people > len(team))
    real_name = _real_name(row.account_id, row.region_code) if with_children else ""
    return Visit(
        agreed_on=row.agreed_on,
        hours=row.hours,
        serves_children=with_children,
        giver="" if is_unvetted else real_name or row.nickname,
        second_adult=unseal_some(row.second_adult_sealed, place=adult_place(row.wish_ref)),
        attested_adult=unseal_some(row.attested_sealed, place=attested_place(pledge_ref)),
        people=row.people or 1,
        team=tuple(_real_name(one, row.region_code) for one in team) if (row.people or 1) > 1 else (),
        further=tuple(list_days(reading(), row.pledge_id)) if row.hours is None else (),
        is_unvetted=is_unvetted,
    )


def _real_name(account_id: int, region: str) -> str:
    """Give the real name under which somebody was vetted last for a region."""
    row = (
        reading()
        .execute(
            select(Vetting.ref, Vetting.real_name_sealed)
            .where(
                Vetting.account_id == account_id,
                Vetting.region_code.in_([region[:width] for width in (0, 2, 4, 6, 9, 12)]),
            )
            .order_by(Vetting.revoked_at.is_not(None), Vetting.until.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return "" if row is None else unseal(row.real_name_sealed, place=real_name_place(row.ref))


def is_vetted(viewer: Actor) -> bool:
    """Say whether the viewer has a running record of vetting somewhere."""
    today = day_of(clock.now())
    own = select(Vetting.id).where(
        Vetting.account_id == viewer.account_id, Vetting.revoked_at.is_(None), Vetting.until >= today
    )
    return reading().execute(own.limit(1)).first() is not None


def list_vettings(viewer: Actor, *, after: int = 0) -> tuple[tuple[VettingRow, ...], int | None]:
    """List the records of the viewer's regions, the newest first, and the number before which the next page begins."""
    may_anywhere(viewer, "vetting.read")
    rows = reading().execute(_vettings(viewer, after).limit(PER_PAGE + 1)).all()
    today = day_of(clock.now())
    shown = tuple(
        VettingRow(
            ref=row.ref,
            nickname=row.nickname,
            real_name=unseal(row.real_name_sealed, place=real_name_place(row.ref)),
            region=row.region_code,
            proof=row.proof,
            by=row.by,
            at=row.vetted_at,
            until=row.until,
            is_running=row.revoked_at is None and row.until >= today,
            may_end=row.revoked_at is None and is_allowed(viewer, "vetting.record", row.region_code),
        )
        for row in rows[:PER_PAGE]
    )
    return shown, rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None


def _vettings(viewer: Actor, after: int) -> Select[*tuple[Any, ...]]:
    recorder = aliased(Account)
    regions = regions_for(viewer, "vetting.read")
    query = (
        select(
            Vetting.id,
            Vetting.ref,
            Vetting.region_code,
            Vetting.real_name_sealed,
            Vetting.proof,
            Vetting.vetted_at,
            Vetting.until,
            Vetting.revoked_at,
            Account.nickname,
            recorder.nickname.label("by"),
        )
        .join(Account, Account.id == Vetting.account_id)
        .join(recorder, recorder.id == Vetting.vetted_by_id)
        .where(or_(false(), *(Vetting.region_code.startswith(code, autoescape=True) for code in regions)))
        .order_by(Vetting.id.desc())
    )
    return query.where(Vetting.id < after) if after else query
