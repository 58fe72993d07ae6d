"""Intentions as their donor sees them, and what the worker has to do about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, select

from charity.adapters import clock
from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Missing, SignInNeeded
from charity.models.accounts import Account
from charity.models.intentions import Intent, IntentOffer
from charity.models.wishes import IsOpen, Wish
from charity.queries.wish_cards import CARD_COLUMNS, WishCard, card_of, with_photo

SHOWN = 50
_OPEN = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentionCard:
    """One of the viewer's intentions, with the open offer it has just now."""

    ref: str
    kind: str
    category: str
    beneficiary: str
    stage: str
    region: str
    most_fen: int
    units: int
    units_left: int
    until: date
    state: str
    left_at: datetime
    offer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolOffer:
    """A wish offered for an intention; card is None when the wish has left the wall."""

    ref: str
    intention: str
    units: int
    state: str
    act_by: datetime | None
    card: WishCard | None


def list_own_intentions(viewer: Actor) -> tuple[IntentionCard, ...]:
    """List the viewer's intentions: open ones first, then the newest."""
    _signed_in(viewer)
    rows = reading().execute(
        select(
            Intent.ref,
            Intent.kind,
            Intent.category,
            Intent.beneficiary_kind.label("beneficiary"),
            Intent.school_stage.label("stage"),
            Intent.region_code.label("region"),
            Intent.most_fen,
            Intent.units,
            Intent.units_left,
            Intent.until,
            Intent.state,
            Intent.left_at,
            IntentOffer.ref.label("offer"),
        )
        .outerjoin(IntentOffer, (IntentOffer.intention_id == Intent.id) & (IntentOffer.state == _OPEN))
        .where(Intent.account_id == viewer.account_id)
        .order_by(Intent.state != _OPEN, Intent.id.desc())
        .limit(SHOWN)
    )
    return tuple(IntentionCard(**row) for row in rows.mappings())


def get_pool_offer(viewer: Actor, ref: str) -> PoolOffer:
    """Give an offer to the donor it was made to; to anybody else it is missing."""
    _signed_in(viewer)
    row = _own(viewer, select(*_COLUMNS).where(IntentOffer.ref == ref))
    if row is None:
        raise Missing
    # What is taken out of sight is not shown to him either, and what is full or stale cannot be accepted.
    card = reading().execute(with_photo(select(*CARD_COLUMNS)).where(Wish.id == row.wish_id, IsOpen())).one_or_none()
    return PoolOffer(
        ref=row.ref,
        intention=row.intention,
        units=row.units,
        state=row.state,
        act_by=row.act_by,
        card=None if card is None else card_of(card, clock.now()),
    )


def find_following(viewer: Actor, ref: str) -> str:
    """Find the open offer of the same intention that came after an offer; empty when nothing else fits just now."""
    _signed_in(viewer)
    this = select(IntentOffer.intention_id).where(IntentOffer.ref == ref).scalar_subquery()
    query = select(*_COLUMNS).where(IntentOffer.intention_id == this, IntentOffer.state == _OPEN)
    row = _own(viewer, query.where(IntentOffer.ref != ref))
    return "" if row is None else row.ref


_COLUMNS = (
    IntentOffer.ref,
    IntentOffer.wish_id,
    IntentOffer.units,
    IntentOffer.state,
    IntentOffer.act_by,
    Intent.ref.label("intention"),
)


def _own(viewer: Actor, query: Select[*tuple[Any, ...]]) -> Any:
    mine = query.join(Intent, Intent.id == IntentOffer.intention_id).where(IntentOffer.account_id == viewer.account_id)
    return reading().execute(mine).one_or_none()


def _signed_in(viewer: Actor) -> None:
    if not viewer.is_signed_in:
        raise SignInNeeded


def list_to_look(now: datetime, limit: int) -> list[str]:
    """List the intentions that wait for a wish, those that have waited longest first."""
    can_give = exists().where(
        Account.id == Intent.account_id, Account.closed_at.is_(None), Account.disabled_at.is_(None)
    )
    query = select(Intent.ref).where(Intent.look_at <= now, Intent.look_at.is_not(None), can_give)
    return _refs(query.order_by(Intent.look_at, Intent.id).limit(limit))


def list_over(now: datetime, limit: int) -> list[str]:
    """List open intentions whose last day has gone by and that have no open offer."""
    offered = exists().where(IntentOffer.intention_id == Intent.id, IntentOffer.state == _OPEN)
    query = select(Intent.ref).where(Intent.state == _OPEN, Intent.until < day_of(now), ~offered)
    return _refs(query.order_by(Intent.until, Intent.id).limit(limit))


def list_offers_due(now: datetime, limit: int) -> list[str]:
    """List offers of the pool that have run out."""
    query = select(IntentOffer.ref).where(IntentOffer.act_by <= now, IntentOffer.act_by.is_not(None))
    return _refs(query.order_by(IntentOffer.act_by).limit(limit))


def list_offer_reminders(now: datetime, limit: int) -> list[str]:
    """List offers of the pool whose donor must be told now."""
    query = select(IntentOffer.ref).where(IntentOffer.remind_at <= now, IntentOffer.remind_at.is_not(None))
    return _refs(query.order_by(IntentOffer.remind_at).limit(limit))


def list_offers_gone(limit: int) -> list[str]:
    """List open offers whose wish is full, stale, closed or out of sight."""
    there = exists(select(Wish.id).where(IsOpen(), Wish.id == IntentOffer.wish_id).correlate(IntentOffer))
    query = select(IntentOffer.ref).where(IntentOffer.state == _OPEN, ~there)
    return _refs(query.order_by(IntentOffer.id).limit(limit))


def _refs(query: Select[str]) -> list[str]:
    found: Iterable[str] = reading().scalars(query)
    refs = list(found)
    end_reading()
    return refs
