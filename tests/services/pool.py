"""Intentions for wired tests."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from charity.adapters import clock
from charity.adapters.db import end_reading, reading
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.intentions import Intention
from charity.models.intentions import Intent, IntentOffer
from charity.models.outbox import Notice
from charity.models.wishes import Wish
from charity.services.pledges import intentions


def leave(actor: Actor, **changes: Any) -> str:
    """Leave an intention for shoes up to 120 yuan, for ninety days; gives its ref."""
    values: dict[str, Any] = {
        "category": "shoes",
        "most_fen": 120_00,
        "units": 1,
        "until": day_of(clock.now() + timedelta(days=90)),
    }
    return intentions.leave(actor, intention=Intention(**values | changes))


def intent(ref: str) -> Intent:
    """Read an intention as it is committed now."""
    end_reading()
    return reading().execute(select(Intent).where(Intent.ref == ref)).scalar_one()


def offers(ref: str) -> list[IntentOffer]:
    """List what was offered for an intention, oldest first."""
    end_reading()
    query = select(IntentOffer).join(Intent, Intent.id == IntentOffer.intention_id).where(Intent.ref == ref)
    return list(reading().scalars(query.order_by(IntentOffer.id)))


def open_offer(ref: str) -> tuple[str, str, int] | None:
    """Give the ref, the wish's ref and the units of an intention's open offer."""
    end_reading()
    query = (
        select(IntentOffer.ref, Wish.ref.label("wish"), IntentOffer.units)
        .join(Intent, Intent.id == IntentOffer.intention_id)
        .join(Wish, Wish.id == IntentOffer.wish_id)
        .where(Intent.ref == ref, IntentOffer.state == "open")
    )
    row = reading().execute(query).one_or_none()
    return None if row is None else (row.ref, row.wish, row.units)


def offered(ref: str) -> str:
    """Give the ref of the open offer of an intention, which must have one."""
    found = open_offer(ref)
    assert found is not None
    return found[0]


def offered_wish(ref: str) -> str | None:
    """Give the wish an intention is offered now."""
    found = open_offer(ref)
    return None if found is None else found[1]


def notices(actor: Actor) -> list[str]:
    """List the kinds of somebody's notices, oldest first."""
    end_reading()
    return list(reading().scalars(select(Notice.kind).where(Notice.account_id == actor.account_id).order_by(Notice.id)))
