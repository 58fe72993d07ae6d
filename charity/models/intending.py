"""Statements about intentions and the wishes offered for them; no rule, no commit.

Whoever changes several rows goes donor, wish, pledge as every claim does, then intention, then offer.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, case, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.intentions import Intention, IntentionState
from charity.domain.offers import OfferState
from charity.models.intentions import Intent, IntentOffer
from charity.models.match_pools import MatchPoolPair
from charity.models.units import rows_of
from charity.models.wishes import IsOpen, Wish

OPEN = IntentionState.OPEN.value
OFFERED = OfferState.OPEN.value
_NO_CLOCK: dict[str, None] = {"clock": None, "clock_started_at": None, "act_by": None, "remind_at": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentRow:
    """An intention as far as the matcher asks about it."""

    id: int
    ref: str
    account_id: int
    kind: str
    category: str
    beneficiary_kind: str
    school_stage: str
    region_code: str
    most_fen: int
    units_left: int
    until: date
    state: str
    unanswered: int
    look_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentOfferRow:
    """An offer of the pool with what its wish adds."""

    id: int
    ref: str
    intention_id: int
    account_id: int
    wish_id: int
    wish_ref: str
    region_code: str
    title: str
    is_open: bool
    units: int
    state: str
    made_at: datetime
    act_by: datetime | None


_INTENT = select(
    Intent.id,
    Intent.ref,
    Intent.account_id,
    Intent.kind,
    Intent.category,
    Intent.beneficiary_kind,
    Intent.school_stage,
    Intent.region_code,
    Intent.most_fen,
    Intent.units_left,
    Intent.until,
    Intent.state,
    Intent.unanswered,
    Intent.look_at,
)
# Asked of the wish alone, because what the indexes of the wall say names no table.
_still_open = exists(select(Wish.id).where(IsOpen(), Wish.id == IntentOffer.wish_id).correlate(IntentOffer))
_OFFER = select(
    IntentOffer.id,
    IntentOffer.ref,
    IntentOffer.intention_id,
    IntentOffer.account_id,
    IntentOffer.wish_id,
    Wish.ref.label("wish_ref"),
    Wish.region_code,
    Wish.title,
    _still_open.label("is_open"),
    IntentOffer.units,
    IntentOffer.state,
    IntentOffer.made_at,
    IntentOffer.act_by,
).join(Wish, Wish.id == IntentOffer.wish_id)


def count_open(tx: Tx, account_id: int) -> int:
    """Count an account's open intentions."""
    mine = select(func.count()).select_from(Intent).where(Intent.account_id == account_id, Intent.state == OPEN)
    return tx.session.execute(mine).scalar_one()


def add_intent(tx: Tx, account_id: int, given: Intention) -> str:
    """Write an intention, to be looked at from now on; gives its reference."""
    ref = new_ref()
    tx.session.execute(
        insert(Intent).values(
            ref=ref,
            account_id=account_id,
            kind=given.kind,
            category=given.category,
            beneficiary_kind=given.beneficiary,
            school_stage=given.stage,
            region_code=given.region,
            most_fen=given.most_fen,
            units=given.units,
            units_left=given.units,
            until=given.until,
            state=OPEN,
            look_at=tx.now,
            left_at=tx.now,
        )
    )
    return ref


def lock_intent(tx: Tx, intention_id: int) -> IntentRow | None:
    """Read an intention and lock it, so that nobody else makes or settles an offer for it meanwhile."""
    return _intent(tx, _INTENT.where(Intent.id == intention_id))


def lock_intent_by_ref(tx: Tx, ref: str) -> IntentRow | None:
    """Read an intention by its reference and lock it."""
    return _intent(tx, _INTENT.where(Intent.ref == ref))


def _intent(tx: Tx, query: Select[*tuple[Any, ...]]) -> IntentRow | None:
    row = tx.session.execute(query.with_for_update()).mappings().one_or_none()
    return None if row is None else IntentRow(**row)


def list_unoffered(session: Session, today: date) -> list[IntentRow]:
    """List the open intentions that have no offer to answer, in the order of their ids."""
    waits = (Intent.state == OPEN, Intent.look_at.is_not(None), Intent.units_left > 0, Intent.until >= today)
    return [IntentRow(**row) for row in session.execute(_INTENT.where(*waits).order_by(Intent.id)).mappings()]


def offered_to(tx: Tx, account_id: int) -> tuple[int, int]:
    """Count what the pool offers an account just now: offers, and their money in fen."""
    money = func.coalesce(func.sum(IntentOffer.units * Wish.unit_fen), 0)
    mine = select(func.count(), money).join(Wish, Wish.id == IntentOffer.wish_id)
    row = tx.session.execute(mine.where(IntentOffer.account_id == account_id, IntentOffer.state == OFFERED)).one()
    return int(row[0]), int(row[1])


def end_intent(tx: Tx, intention_id: int, state: IntentionState) -> None:
    """Bring an open intention to its end."""
    ended = {"state": state.value, "look_at": None, "ended_at": tx.now}
    tx.session.execute(update(Intent).where(Intent.id == intention_id, Intent.state == OPEN).values(ended))


def look_again(tx: Tx, intention_id: int, at: datetime | None, *, unanswered: int = 0) -> None:
    """Set when the matcher looks for a wish again; never while one is offered."""
    tx.session.execute(
        update(Intent).where(Intent.id == intention_id, Intent.state == OPEN).values(look_at=at, unanswered=unanswered)
    )


def use_units(tx: Tx, intention_id: int, units: int) -> bool:
    """Count units as given; the last ones end the intention. False when it is not open for so many any more."""
    is_last = Intent.units_left == units
    used = tx.session.execute(
        update(Intent)
        .where(Intent.id == intention_id, Intent.state == OPEN, Intent.units_left >= units)
        .values(
            units_left=Intent.units_left - units,
            unanswered=0,
            state=case((is_last, IntentionState.USED.value), else_=OPEN),
            ended_at=case((is_last, tx.now), else_=Intent.ended_at),
            look_at=case((is_last, None), else_=tx.now),
        )
    )
    return rows_of(used) == 1


def find_intent_offer(tx: Tx, ref: str) -> IntentOfferRow | None:
    """Find an offer of the pool by its reference."""
    return _offer(tx, _OFFER.where(IntentOffer.ref == ref))


def find_open_offer_of(tx: Tx, intention_id: int) -> IntentOfferRow | None:
    """Find the open offer of an intention."""
    return _offer(tx, _OFFER.where(IntentOffer.intention_id == intention_id, IntentOffer.state == OFFERED))


def _offer(tx: Tx, query: Select[*tuple[Any, ...]]) -> IntentOfferRow | None:
    row = tx.session.execute(query).mappings().one_or_none()
    return None if row is None else IntentOfferRow(**row)


def add_intent_offer(tx: Tx, asked: IntentRow, *, wish_id: int, units: int, due: datetime, remind_at: datetime) -> str:
    """Write an open offer and let the matcher rest meanwhile; gives its reference."""
    ref = new_ref()
    tx.session.execute(
        insert(IntentOffer).values(
            ref=ref,
            intention_id=asked.id,
            wish_id=wish_id,
            account_id=asked.account_id,
            units=units,
            state=OFFERED,
            made_at=tx.now,
            clock="intention-offer",
            clock_started_at=tx.now,
            act_by=due,
            remind_at=remind_at,
        )
    )
    look_again(tx, asked.id, None, unanswered=asked.unanswered)
    return ref


def settle_intent_offer(tx: Tx, offer_id: int, state: OfferState) -> bool:
    """Bring an open offer to its end; False when it was not open any more."""
    settled = tx.session.execute(
        update(IntentOffer)
        .where(IntentOffer.id == offer_id, IntentOffer.state == OFFERED)
        .values(state=state.value, settled_at=tx.now, **_NO_CLOCK)
    )
    return rows_of(settled) == 1


def set_intent_offer_clock(tx: Tx, offer_id: int, *, due: datetime, remind_at: datetime | None) -> None:
    """Set an open offer's deadline and the next moment to remind of it."""
    tx.session.execute(
        update(IntentOffer)
        .where(IntentOffer.id == offer_id, IntentOffer.state == OFFERED)
        .values(act_by=due, remind_at=remind_at)
    )


def list_open_offers_in(tx: Tx, region: str) -> list[IntentOfferRow]:
    """List the open offers of wishes in a region."""
    rows = tx.session.execute(_OFFER.where(IntentOffer.state == OFFERED, Wish.region_code.startswith(region)))
    return [IntentOfferRow(**row) for row in rows.mappings()]


def forget_intents(tx: Tx, account_id: int) -> None:
    """Delete an account's intentions, what was offered for them, and what nightly runs found for them."""
    mine = select(Intent.id).where(Intent.account_id == account_id)
    tx.session.execute(delete(MatchPoolPair).where(MatchPoolPair.intention_id.in_(mine)))
    tx.session.execute(delete(IntentOffer).where(IntentOffer.account_id == account_id))
    tx.session.execute(delete(Intent).where(Intent.account_id == account_id))
