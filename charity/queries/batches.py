"""A batch of produce as everybody may see it: totals only, and none that few families share."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from charity.adapters.db import reading
from charity.domain.errors import Missing
from charity.domain.kinds import PledgeState
from charity.domain.privacy import small
from charity.domain.produce import told_sum
from charity.domain.wishes import PUBLIC
from charity.models.counties import public_county
from charity.models.pledges import Pledge
from charity.models.produce import ProduceBatch, ProducePart, ProduceSale
from charity.models.wishes import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicBatch:
    """The totals of a batch that everybody may read; money in fen."""

    ref: str
    title: str
    product: str
    unit_label: str
    unit_fen: int
    first_on: date
    last_on: date
    shipping: str
    county: str
    families: str
    wanted: int | None
    sold: int | None
    income_fen: int | None


def get_public_batch(ref: str) -> PublicBatch:
    """Give the totals of a batch of which a part is public; fewer than five families are not told apart."""
    parts = reading().execute(_public_parts(ref)).all()
    if not parts:
        raise Missing
    first, count = parts[0], len(parts)
    earned = [int(part.income_fen) for part in parts if part.income_fen is not None]
    return PublicBatch(
        ref=first.ref,
        title=first.public_title,  # the batch's own was read by no reviewer
        product=first.product,
        unit_label=first.unit_label,
        unit_fen=first.unit_fen,
        first_on=first.first_on,
        last_on=first.last_on,
        shipping=first.shipping,
        county=public_county(reading(), first.county, household_id=first.household_id),
        families=small(count),
        wanted=told_sum(count, sum(part.wanted for part in parts)),
        sold=told_sum(count, sum(part.committed for part in parts)),
        income_fen=told_sum(len(earned), sum(earned)),
    )


def _public_parts(ref: str) -> Select[*tuple[Any, ...]]:
    """Ask for the batch beside each public part of it, and what its family has earned; a family has one part."""
    income = (
        select(func.sum(ProduceSale.income_fen))
        .join(Pledge, Pledge.id == ProduceSale.pledge_id)
        .where(Pledge.wish_id == Wish.id, Pledge.state == PledgeState.CONFIRMED.value)
        .correlate(Wish)
        .scalar_subquery()
    )
    return (
        select(
            *ProduceBatch.__table__.c,
            Wish.title.label("public_title"),
            Wish.wanted,
            Wish.committed,
            Wish.household_id,
            income.label("income_fen"),
        )
        .join(ProducePart, ProducePart.batch_id == ProduceBatch.id)
        .join(Wish, Wish.id == ProducePart.wish_id)
        .where(
            ProduceBatch.ref == ref,
            Wish.state.in_([state.value for state in sorted(PUBLIC)]),
            Wish.published_at.is_not(None),
            Wish.hidden_at.is_(None),
        )
        .order_by(Wish.id)
    )
