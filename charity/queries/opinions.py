"""Second opinions as people see them: what waits for my yes, what I asked for, and what was decided in my regions."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import aliased

from charity.adapters import clock
from charity.adapters.crypto import unseal_some
from charity.adapters.db import reading
from charity.adapters.logins import read_login
from charity.domain.actors import Actor
from charity.domain.opinions import OpinionAct, OpinionState
from charity.domain.permissions import may_anywhere, regions_for
from charity.ledger.opinions import reason_place
from charity.models.accounts import Account
from charity.models.second_opinions import SecondOpinion
from charity.queries.accounts.own import open_field
from charity.queries.scopes import within

GIVE = "opinion.give"
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionCard:
    """One question: who asks for what about whom, until when, and what became of it."""

    ref: str
    act: str
    region: str
    asker: str
    decider: str
    subject: str
    subject_ref: str
    subject_contact: str
    role: str
    until: date | None
    what: str
    filters: dict[str, str]
    reason: str
    state: str
    asked_at: datetime
    expires_at: datetime
    decided_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Opinions:
    """The three lists of the room."""

    for_me: tuple[OpinionCard, ...]
    mine: tuple[OpinionCard, ...]
    past: tuple[OpinionCard, ...]


def get_opinions(viewer: Actor) -> Opinions:
    """Give what waits for the viewer's yes, what the viewer asked for and still waits, and what is over."""
    may_anywhere(viewer, GIVE)
    now = clock.now()
    here = within(SecondOpinion.region_code, regions_for(viewer, GIVE))
    not_mine = SecondOpinion.asker_id != viewer.account_id
    about = or_(SecondOpinion.subject_id.is_(None), SecondOpinion.subject_id != viewer.account_id)
    live = SecondOpinion.expires_at > now
    waiting = SecondOpinion.state == OpinionState.OPEN.value
    running = live & SecondOpinion.state.in_([OpinionState.OPEN.value, OpinionState.AGREED.value])
    own = SecondOpinion.asker_id == viewer.account_id
    return Opinions(
        for_me=_list(_cards().where(here, not_mine, about, live, waiting).order_by(SecondOpinion.id)),
        mine=_list(_cards().where(own, running).order_by(SecondOpinion.id)),
        past=_list(_cards().where(or_(here, own), ~running).order_by(SecondOpinion.id.desc())),
    )


def list_over(now: datetime, limit: int) -> list[str]:
    """List questions whose time is over while they waited, or while their yes was not used."""
    waiting = SecondOpinion.state.in_([OpinionState.OPEN.value, OpinionState.AGREED.value])
    over = select(SecondOpinion.ref).where(waiting, SecondOpinion.expires_at <= now)
    return list(reading().scalars(over.order_by(SecondOpinion.id).limit(limit)))


def is_agreed(viewer: Actor, act: OpinionAct, ref: str) -> bool:
    """Say whether somebody agreed to what the viewer asked about a person, and it is not carried out yet."""
    found = (
        select(SecondOpinion.id)
        .join(Account, Account.id == SecondOpinion.subject_id)
        .where(Account.ref == ref, SecondOpinion.asker_id == viewer.account_id, SecondOpinion.act == act.value)
        .where(SecondOpinion.state == OpinionState.AGREED.value, SecondOpinion.expires_at > clock.now())
    )
    return reading().execute(found.limit(1)).first() is not None


def _cards() -> Select[*tuple[Any, ...]]:
    asker, decider, subject = aliased(Account), aliased(Account), aliased(Account)
    return (
        select(
            SecondOpinion,
            asker.nickname.label("asker"),
            decider.nickname.label("decider"),
            subject.nickname.label("subject"),
            subject.ref.label("subject_ref"),
            subject.email_sealed,
            subject.phone_sealed,
        )
        .join(asker, asker.id == SecondOpinion.asker_id)
        .outerjoin(decider, decider.id == SecondOpinion.decided_by_id)
        .outerjoin(subject, subject.id == SecondOpinion.subject_id)
    )


def _list(ask: Select[*tuple[Any, ...]]) -> tuple[OpinionCard, ...]:
    return tuple(_card(row) for row in reading().execute(ask.limit(MOST)))


def _card(row: Any) -> OpinionCard:
    asked: SecondOpinion = row.SecondOpinion
    told: dict[str, str] = json.loads(asked.told)
    until = told.get("until", "")
    return OpinionCard(
        ref=asked.ref,
        act=asked.act,
        region=asked.region_code,
        asker=row.asker,
        decider=row.decider or "",
        subject=row.subject or "",
        subject_ref=row.subject_ref or "",
        subject_contact=_contact(row),
        role=told.get("role", ""),
        until=date.fromisoformat(until) if until else None,
        what=told.get("what", ""),
        filters={name: value for name, value in told.items() if name not in ("account", "role", "until", "what")},
        reason=unseal_some(asked.reason_sealed, place=reason_place(asked.ref)),
        state=asked.state,
        asked_at=asked.asked_at,
        expires_at=asked.expires_at,
        decided_at=asked.decided_at,
        used_at=asked.used_at,
    )


def _contact(row: Any) -> str:
    for column, sealed in (("email", row.email_sealed), ("phone", row.phone_sealed)):
        if sealed is not None:
            return read_login(open_field(sealed, column, row.subject_ref)).masked
    return ""
