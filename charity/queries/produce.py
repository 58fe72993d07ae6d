"""Produce: batches for their volunteer and reviewers, and purchases to ship."""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, false, func, or_, select

from charity.adapters import clock
from charity.adapters.crypto import unseal
from charity.adapters.db import reading
from charity.domain.actors import Actor, Role
from charity.domain.errors import Missing, NotPermitted, SignInNeeded
from charity.domain.kinds import PledgeState
from charity.domain.permissions import may
from charity.domain.pool import is_of_county
from charity.models.households import Household
from charity.models.pledges import Pledge, PledgeStep
from charity.models.produce import BuyerShown, ProduceBatch, ProducePart, ProduceSale, buyer_place
from charity.models.produce_rows import sells_still
from charity.models.sellers import TO_SHIP, has_no_seller, is_sellerless
from charity.models.wishes import Wish
from charity.queries.pledges.cards import PledgeCard, Stop, card_of, cards, in_pool_of, list_steps, stops_of, within
from charity.queries.pledges.own import ParcelLine, list_parcels

PER_PAGE = 30
BUYER_SHOWS = timedelta(minutes=15)  # then its button logs the next showing
OPEN = (PledgeState.PLANNED.value, PledgeState.SENT.value)
ORDERS = 200  # of a batch on one page
UNDER_WAY = (*OPEN, PledgeState.HELD.value, PledgeState.HANDED_OVER.value, PledgeState.DISPUTED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCard:
    """A batch in a list; money in fen."""

    ref: str
    title: str
    product: str
    unit_label: str
    unit_fen: int
    first_on: date
    last_on: date
    shipping: str
    region: str
    is_mine: bool
    families: int
    wanted: int
    sold: int
    to_ship: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyLine:
    """What one family brings into a batch and has earned, for staff."""

    wish: str
    household: str
    alias: str
    state: str
    wanted: int
    taken: int
    fulfilled: int
    income_fen: int
    purchases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One purchase of a batch, for staff."""

    ref: str
    alias: str
    units: int
    state: str
    act_by: datetime | None
    is_late: bool
    income_fen: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """A batch with everything its village and township may know."""

    card: BatchCard
    families: tuple[FamilyLine, ...]
    orders: tuple[OrderLine, ...]
    is_more: bool  # purchases, on a later part
    income_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerCard:
    """Where a purchase goes; for the seller's side, after the showing was logged."""

    recipient: str
    phone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One purchase before the seller's side."""

    card: PledgeCard
    batch: str
    stops: tuple[Stop, ...]
    parcels: tuple[ParcelLine, ...]
    may_ship: bool
    may_open: bool
    buyer: BuyerCard | None
    told_fen: int | None
    shipping: str

    def buyer_or_missing(self) -> BuyerCard:
        """Give the buyer's address; Missing while it is not opened."""
        if self.buyer is None:
            raise Missing
        return self.buyer


def list_batches(viewer: Actor, *, after: int = 0) -> tuple[tuple[BatchCard, ...], int | None]:
    """List the batches of the viewer's villages and townships, the newest first."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    regions = viewer.regions(Role.VOLUNTEER, Role.REVIEWER)
    if not regions:
        raise NotPermitted("role-needed")
    query = _batches().where(or_(false(), *(ProduceBatch.region_code.startswith(code) for code in regions)))
    if after:
        query = query.where(ProduceBatch.id < after)
    rows = reading().execute(query.order_by(ProduceBatch.id.desc()).limit(PER_PAGE + 1)).all()
    found = tuple(_card(viewer, row) for row in rows[:PER_PAGE])
    return found, rows[PER_PAGE - 1].id if len(rows) > PER_PAGE else None


def _batches() -> Select[*tuple[Any, ...]]:
    parts = and_(ProducePart.batch_id == ProduceBatch.id, Wish.id == ProducePart.wish_id)
    of_parts = select(func.count(), func.coalesce(func.sum(Wish.wanted), 0)).where(parts)
    counted = of_parts.correlate(ProduceBatch)
    orders = select(func.count()).where(parts, Pledge.wish_id == Wish.id).correlate(ProduceBatch)
    late = orders.where(ProduceSale.pledge_id == Pledge.id, ProduceSale.is_late.is_(True))
    return select(
        *ProduceBatch.__table__.c,
        counted.with_only_columns(func.count()).scalar_subquery().label("families"),
        counted.with_only_columns(func.coalesce(func.sum(Wish.wanted), 0)).scalar_subquery().label("wanted"),
        counted.with_only_columns(func.coalesce(func.sum(Wish.committed), 0)).scalar_subquery().label("sold"),
        orders.where(Pledge.state == PledgeState.PLANNED.value).scalar_subquery().label("to_ship"),
        late.scalar_subquery().label("late"),
    )


def _card(viewer: Actor, row: Any) -> BatchCard:
    return BatchCard(
        ref=row.ref,
        title=row.title,
        product=row.product,
        unit_label=row.unit_label,
        unit_fen=row.unit_fen,
        first_on=row.first_on,
        last_on=row.last_on,
        shipping=row.shipping,
        region=row.region_code,
        is_mine=row.poster_id == viewer.account_id,
        families=row.families,
        wanted=row.wanted,
        sold=row.sold,
        to_ship=row.to_ship,
        late=row.late,
    )


def get_batch(viewer: Actor, ref: str, *, part: int = 1) -> BatchPage:
    """Give a batch with its families' income, and a part of its purchases, to volunteers, reviewers and auditors."""
    row = reading().execute(_batches().where(ProduceBatch.ref == ref)).one_or_none()
    if row is None:
        raise Missing
    may(viewer, "produce.read", row.region_code)
    families = tuple(_family(line) for line in reading().execute(_families(row.id)))
    orders = reading().execute(_orders(row.id).offset((part - 1) * ORDERS).limit(ORDERS + 1)).all()
    income = sum(family.income_fen for family in families)
    return BatchPage(
        card=_card(viewer, row),
        families=families,
        orders=tuple(_order_line(line) for line in orders[:ORDERS]),
        is_more=len(orders) > ORDERS,
        income_fen=income,
    )


def _families(batch_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Wish.ref,
            Household.ref.label("household"),
            Household.alias,
            Wish.state,
            Wish.wanted,
            Wish.committed,
            Wish.fulfilled,
            func.coalesce(func.sum(ProduceSale.income_fen), 0).label("income_fen"),
            func.count(ProduceSale.income_fen).label("purchases"),
        )
        .join(ProducePart, ProducePart.wish_id == Wish.id)
        .join(Household, Household.id == Wish.household_id)
        .outerjoin(Pledge, and_(Pledge.wish_id == Wish.id, Pledge.state == PledgeState.CONFIRMED.value))
        .outerjoin(ProduceSale, ProduceSale.pledge_id == Pledge.id)
        .where(ProducePart.batch_id == batch_id)
        .group_by(
            Wish.id, Wish.ref, Household.ref, Household.alias, Wish.state, Wish.wanted, Wish.committed, Wish.fulfilled
        )
        .order_by(Wish.id)
    )


def _family(row: Any) -> FamilyLine:
    return FamilyLine(
        wish=row.ref,
        household=row.household,
        alias=row.alias,
        state=row.state,
        wanted=row.wanted,
        taken=row.committed,
        fulfilled=row.fulfilled,
        income_fen=int(row.income_fen),
        purchases=row.purchases,
    )


def _orders(batch_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Pledge.ref,
            Household.alias,
            Pledge.units,
            Pledge.state,
            Pledge.act_by,
            ProduceSale.is_late,
            ProduceSale.income_fen,
        )
        .join(Wish, Wish.id == Pledge.wish_id)
        .join(ProducePart, ProducePart.wish_id == Wish.id)
        .join(Household, Household.id == Wish.household_id)
        .join(ProduceSale, ProduceSale.pledge_id == Pledge.id)
        .where(ProducePart.batch_id == batch_id)
        .order_by(Pledge.state.not_in(UNDER_WAY), Pledge.id)
    )


def _order_line(row: Any) -> OrderLine:
    return OrderLine(
        ref=row.ref,
        alias=row.alias,
        units=row.units,
        state=row.state,
        act_by=row.act_by,
        is_late=row.is_late,
        income_fen=row.income_fen,
    )


def get_order(viewer: Actor, ref: str) -> Order:
    """Give one purchase to the seller's side; the buyer's address only after its showing was logged."""
    if not viewer.is_signed_in:
        raise SignInNeeded
    query = cards().add_columns(
        ProduceSale.told_fen,
        ProduceSale.buyer_sealed,
        ProduceBatch.ref.label("batch"),
        ProduceBatch.poster_id,
        ProduceBatch.shipping,
    )
    row = (
        reading()
        .execute(
            query.join(ProduceSale, ProduceSale.pledge_id == Pledge.id)
            .join(ProducePart, ProducePart.wish_id == Wish.id)
            .join(ProduceBatch, ProduceBatch.id == ProducePart.batch_id)
            .where(Pledge.ref == ref)
        )
        .one_or_none()
    )
    if row is None:
        raise Missing
    in_village = viewer.holds(Role.VOLUNTEER, row.region)
    is_desk = not in_village and _is_desks(viewer, row)
    if not (in_village or is_desk or _has_shipped(viewer, row.id)):
        raise Missing
    is_seller = is_desk or (
        in_village
        and (
            row.poster_id == viewer.account_id
            or not sells_still(reading(), row.poster_id, row.region, clock.now(), pledge_id=row.id)
        )
    )
    is_open = row.state in OPEN and row.buyer_sealed is not None
    return Order(
        card=card_of(row),
        batch=row.batch,
        stops=stops_of(card_of(row), list_steps(row.id)),
        parcels=list_parcels(row.id),
        may_ship=is_seller and row.state == PledgeState.PLANNED.value,
        may_open=is_seller and is_open,
        buyer=_buyer(row) if is_seller and is_open and _is_shown(viewer, row.id) else None,
        told_fen=row.told_fen,
        shipping=row.shipping,
    )


def _is_desks(viewer: Actor, row: Any) -> bool:
    """Say whether the viewer ships as the township's desk, as services/pledges/produce.py says."""
    is_pooled = row.in_county_pool and is_of_county(viewer, row.region)
    reaches = viewer.holds(Role.REVIEWER, row.region) or is_pooled
    return reaches and is_sellerless(reading(), row.id, clock.now())


def _has_shipped(viewer: Actor, pledge_id: int) -> bool:
    """Say whether the viewer shipped a purchase: he sees on what became of it, and no address."""
    his = (PledgeStep.pledge_id == pledge_id, PledgeStep.actor_id == viewer.account_id, PledgeStep.act == "send")
    return bool(reading().execute(select(exists().where(*his))).scalar_one())


def list_desk_orders(viewer: Actor) -> tuple[PledgeCard, ...]:
    """List the purchases that wait for the viewer's township, or his county, because no volunteer ships them."""
    town = viewer.regions(Role.REVIEWER)
    if not town:
        return ()
    theirs = or_(within(town), in_pool_of(town))
    query = cards().where(TO_SHIP, theirs, has_no_seller(clock.now()))
    return tuple(card_of(row) for row in reading().execute(query.order_by(Pledge.act_by, Pledge.id).limit(PER_PAGE)))


def _is_shown(viewer: Actor, pledge_id: int) -> bool:
    shown = exists().where(
        BuyerShown.pledge_id == pledge_id,
        BuyerShown.account_id == viewer.account_id,
        BuyerShown.shown_at > clock.now() - BUYER_SHOWS,
    )
    return bool(reading().execute(select(shown)).scalar_one())


def _buyer(row: Any) -> BuyerCard:
    told: dict[str, str] = json.loads(unseal(row.buyer_sealed, place=buyer_place(row.ref)))
    return BuyerCard(recipient=told["recipient"], phone=told["phone"], address=told["address"])


def find_batch_ref(wish_ref: str) -> str | None:
    """Find the batch of a family's wish."""
    return reading().scalar(
        select(ProduceBatch.ref)
        .join(ProducePart, ProducePart.batch_id == ProduceBatch.id)
        .join(Wish, Wish.id == ProducePart.wish_id)
        .where(Wish.ref == wish_ref)
    )


def list_parts(ref: str) -> tuple[str, ...]:
    """List the wishes of a batch."""
    of_batch = select(Wish.ref).join(ProducePart, ProducePart.wish_id == Wish.id)
    query = of_batch.join(ProduceBatch, ProduceBatch.id == ProducePart.batch_id).where(ProduceBatch.ref == ref)
    return tuple(reading().scalars(query.order_by(Wish.id)))
