"""Produce for tests: families of one village, a programme, a batch on the wall, a buyer."""

from datetime import timedelta

from sqlalchemy import select

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.calendar import day_of
from charity.domain.kinds import Kind
from charity.domain.produce import Batch, Part, Shipping
from charity.models.produce import ProduceBatch, ProducePart
from charity.models.wishes import Wish
from charity.services.pledges.produce import Buyer
from charity.services.wishes import produce, review
from tests.kit import village as v

BUYER_NAME, BUYER_PHONE, BUYER_ADDRESS = "闻人望舒", "13912349911", "海天市枫桥路二百零七号四栋"
BUYER = Buyer(recipient=BUYER_NAME, phone=BUYER_PHONE, address=BUYER_ADDRESS)
PRICE = 30_00


def add_families(village: v.Village, count: int) -> list[str]:
    """Add so many more families, and the programme; gives all their refs."""
    with transaction() as tx:
        v.add_programme(tx, code="HARVEST", kind=Kind.PRODUCE)
        more = [v.add_family(tx, village.volunteer).ref for _ in range(count)]
    return [village.family.ref, *more]


def batch(homes: list[str], *, quantity: int = 20, days: int = 30) -> Batch:
    """Give a batch of walnuts from today."""
    today = day_of(now())
    return Batch(
        product="walnuts",
        unit_label="kilogram",
        first_on=today,
        last_on=today + timedelta(days=days),
        shipping=Shipping.BUYER,
        parts=tuple(Part(household=home, quantity=quantity) for home in homes),
    )


def listed(village: v.Village, homes: list[str], *, quantity: int = 20, days: int = 30) -> str:
    """List a batch and have all its parts approved; gives its ref."""
    asked = batch(homes, quantity=quantity, days=days)
    ref = produce.list_batch(village.volunteer, batch=asked, title="今秋核桃", details="带壳,自然晾干", unit_fen=PRICE)
    for wish in wishes_of(ref):
        review.approve(village.reviewer, wish, checks=v.CHECKS)
    return ref


def wishes_of(ref: str) -> list[str]:
    """List the wishes of a batch."""
    end_reading()
    return list(
        reading().scalars(
            select(Wish.ref)
            .join(ProducePart, ProducePart.wish_id == Wish.id)
            .join(ProduceBatch, ProduceBatch.id == ProducePart.batch_id)
            .where(ProduceBatch.ref == ref)
            .order_by(Wish.id)
        )
    )
