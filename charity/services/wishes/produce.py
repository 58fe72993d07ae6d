"""Listing a batch of produce: each family's part is a wish of its own, so that every limit and side holds for it."""

from charity.adapters.crypto import new_ref
from charity.adapters.db import Tx
from charity.domain.actors import Actor
from charity.domain.calendar import day_of
from charity.domain.errors import Conflict, Invalid, Missing
from charity.domain.kinds import Kind
from charity.domain.produce import CATEGORY, Batch, may_list
from charity.domain.regions import county_of
from charity.domain.wishes import BeneficiaryKind, WishState
from charity.models.acts import act
from charity.models.produce import ProduceBatch, ProducePart
from charity.models.wishes import Wish
from charity.services.wishes.beneficiaries import Whose, get_whose
from charity.services.wishes.ground import get_own
from charity.services.wishes.needs import Need
from charity.services.wishes.post import hand_in, rewrite, write_draft

REASON = "wants-to-earn"


@act
def list_batch(tx: Tx, actor: Actor, *, batch: Batch, title: str, details: str, unit_fen: int) -> str:
    """List a batch for families of one village and hand all their parts in for review; gives the batch's ref."""
    may_list(batch, today=day_of(tx.now))
    homes = [(get_whose(tx, actor, BeneficiaryKind.HOUSEHOLD, part.household), part) for part in batch.parts]
    homes.sort(key=lambda home: home[0].household_id or 0)
    regions = {whose.region for whose, _part in homes}
    if len(regions) != 1:
        raise Conflict("batch-of-two-villages", field="parts")
    row = _write_batch(tx, actor, regions.pop(), batch, title=title, unit_fen=unit_fen)
    for place, (whose, part) in enumerate(homes):
        need = _need(row, title=title, details=details, quantity=part.quantity)
        _write_part(tx, actor, row, whose, need, tells=place == 0)
    return row.ref


def _write_batch(tx: Tx, actor: Actor, region: str, batch: Batch, *, title: str, unit_fen: int) -> ProduceBatch:
    if unit_fen < 1:
        raise Invalid("price-out-of-range", field="unit_fen")
    row = ProduceBatch(
        ref=new_ref(),
        region_code=region,
        county=county_of(region),
        poster_id=actor.account_id,
        product=batch.product,
        unit_label=batch.unit_label,
        unit_fen=unit_fen,
        first_on=batch.first_on,
        last_on=batch.last_on,
        shipping=batch.shipping.value,
        title=title.strip(),
        listed_at=tx.now,
    )
    tx.session.add(row)
    tx.session.flush()
    return row


def _write_part(tx: Tx, actor: Actor, row: ProduceBatch, whose: Whose, need: Need, *, tells: bool) -> None:
    wish = write_draft(tx, actor, whose, need)
    tx.session.add(ProducePart(wish_id=wish.id, batch_id=row.id))
    tx.session.flush()
    hand_in(tx, wish, whose, tells=tells)


def _need(row: ProduceBatch, *, title: str, details: str, quantity: int) -> Need:
    return Need(
        kind=Kind.PRODUCE,
        title=title,
        details=details,
        category=CATEGORY,
        reason_code=REASON,
        unit_label=row.unit_label,
        unit_fen=row.unit_fen,
        wanted=quantity,
        season_on=row.last_on,
    )


@act
def correct_part(tx: Tx, actor: Actor, wish_ref: str, *, title: str, details: str, quantity: int) -> None:
    """Correct one family's part that a reviewer sent back, and hand it in again."""
    wish = get_own(tx, actor, wish_ref)
    row = _batch_of(tx, wish)
    if wish.state != WishState.RETURNED:
        raise Conflict("not-in-this-state", params={"state": wish.state, "act": "submit"})
    hand_in(tx, wish, rewrite(tx, actor, wish, _need(row, title=title, details=details, quantity=quantity), None))


def _batch_of(tx: Tx, wish: Wish) -> ProduceBatch:
    part = tx.session.get(ProducePart, wish.id)
    if part is None:
        raise Missing
    return tx.session.get_one(ProduceBatch, part.batch_id)
