"""What is told of produce: to everybody only words a reviewer has read, to the seller's side that a buyer went away."""

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import end_reading, reading
from charity.domain.errors import Missing
from charity.models.outbox import Notice
from charity.queries.batches import get_public_batch
from charity.services.pledges import plan
from charity.services.pledges.claim import claim
from charity.services.wishes import produce, review
from tests.kit import harvest as h
from tests.kit import village as v

BAD, GOOD = "第一个标题核桃", "今秋核桃"


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def test_a_title_that_was_sent_back_is_nowhere_public(place: v.Village) -> None:
    asked = h.batch(h.add_families(place, 0))
    ref = produce.list_batch(place.volunteer, batch=asked, title=BAD, details="", unit_fen=h.PRICE)
    [wish] = h.wishes_of(ref)
    with pytest.raises(Missing):
        get_public_batch(ref)
    end_reading()
    review.send_back(place.reviewer, wish, reasons=["units-wrong"])
    produce.correct_part(place.volunteer, wish, title=GOOD, details="", quantity=8)
    review.approve(place.reviewer, wish, checks=v.CHECKS)
    end_reading()
    assert get_public_batch(ref).title == GOOD


def test_the_sellers_side_is_told_of_a_reservation_that_was_cancelled(place: v.Village) -> None:
    wish = h.wishes_of(h.listed(place, h.add_families(place, 0)))[0]
    ref = claim(place.donor, wish, units=2).id
    plan.plan(place.donor, ref, buyer=h.BUYER)
    plan.cancel(place.donor, ref)
    end_reading()
    told = select(Notice.account_id).where(Notice.kind == "produce-called-off")
    assert reading().scalars(told).all() == [place.volunteer.account_id]
