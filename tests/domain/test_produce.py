"""Produce: what can be listed, until when it is reserved and shipped, and what is told of a family's income."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from charity.domain.errors import Conflict, Invalid, NotPermitted
from charity.domain.produce import (
    Batch,
    Part,
    Shipping,
    may_earn,
    may_list,
    may_reserve,
    may_sell,
    next_ship_reminder,
    ship_by,
    told_sum,
    unit_kind,
)

TODAY = date(2026, 9, 1)
BATCH = Batch(
    product="walnuts",
    unit_label="kilogram",
    first_on=TODAY,
    last_on=date(2026, 10, 1),
    shipping=Shipping.BUYER,
    parts=(Part(household="a", quantity=20), Part(household="b", quantity=5)),
)


def test_a_batch_names_each_family_once_with_a_quantity_and_a_harvest() -> None:
    may_list(BATCH, today=TODAY)
    for batch, code in (
        (replace(BATCH, product="wine"), "product-unknown"),
        (replace(BATCH, unit_label="share"), "unit-unknown"),
        (replace(BATCH, parts=()), "batch-empty"),
        (replace(BATCH, parts=tuple(Part(household=str(n), quantity=1) for n in range(61))), "batch-too-large"),
        (replace(BATCH, parts=BATCH.parts * 2), "household-twice"),
        (replace(BATCH, parts=(Part(household="a", quantity=0),)), "units-out-of-range"),
        (replace(BATCH, last_on=date(2026, 8, 31)), "period-shape"),
        (replace(BATCH, first_on=date(2026, 7, 1), last_on=date(2026, 8, 31)), "season-over"),
    ):
        with pytest.raises(Invalid, match=code):
            may_list(batch, today=TODAY)
    assert {label: unit_kind(label).value for label in ("kilogram", "box")} == {"kilogram": "kilogram", "box": "piece"}


def test_it_is_reserved_and_shipped_while_the_harvest_lasts() -> None:
    may_reserve(BATCH.last_on, today=BATCH.last_on)
    with pytest.raises(Conflict, match="harvest-over"):
        may_reserve(BATCH.last_on, today=BATCH.last_on + timedelta(days=1))
    assert ship_by(BATCH.last_on) == datetime(2026, 10, 1, 16, tzinfo=UTC)


def test_the_seller_is_reminded_at_half_time_and_a_day_before() -> None:
    due = datetime(2026, 10, 1, 16, tzinfo=UTC)
    start = due - timedelta(days=10)
    half = next_ship_reminder(start, due, is_first=True)
    assert half == due - timedelta(days=5)
    last = next_ship_reminder(half, due)
    assert last == due - timedelta(days=1)
    assert next_ship_reminder(last, due) is None


def test_only_who_listed_it_sells_it_until_he_is_gone() -> None:
    may_sell(is_lister=True, lister_is_gone=False)
    may_sell(is_lister=False, lister_is_gone=True)
    with pytest.raises(NotPermitted, match="not-your-batch"):
        may_sell(is_lister=False, lister_is_gone=False)


def test_income_is_said_and_a_sum_of_few_families_is_not_told() -> None:
    assert (may_earn(0, paid_fen=0), may_earn(900, paid_fen=900)) == (0, 900)
    for wrong in (None, -1):
        with pytest.raises(Invalid, match="income-missing"):
            may_earn(wrong, paid_fen=900)
    with pytest.raises(Invalid, match="income-above-price"):
        may_earn(901, paid_fen=900)
    assert (told_sum(4, 900), told_sum(5, 900)) == (None, 900)
