"""What must still stand whenever a wish is shown (again): the family's need, each yes, a point that tells nothing."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.db import end_reading, reading, transaction
from charity.domain.errors import Conflict
from charity.domain.households import LifeState
from charity.models.households import Household
from charity.models.receiving import free_place
from charity.models.wishes import Wish, WishReview
from charity.services.wishes import keeping, review
from tests.kit import village as v

Travel = Callable[[datetime], None]


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def _wish(ref: str) -> Wish:
    end_reading()
    return reading().scalars(select(Wish).where(Wish.ref == ref)).one()


def _stands(place: v.Village, life: LifeState) -> None:
    with transaction() as tx:
        tx.session.execute(update(Household).where(Household.id == place.family.id).values(life_state=life.value))


def _close(ref: str) -> None:
    with transaction() as tx:
        row = tx.session.scalars(select(Wish).where(Wish.ref == ref)).one()
        row.state, row.clock, row.act_by = "closed", None, None
        free_place(tx, household_id=row.household_id, member_id=row.member_id)


OUT = (LifeState.GRADUATED, LifeState.FOLLOWED_UP)


@pytest.mark.parametrize("life", OUT)
def test_a_family_out_of_hardship_asks_for_nothing(place: v.Village, life: LifeState) -> None:
    _stands(place, life)
    with pytest.raises(Conflict, match="household-out-of-hardship"):
        v.submitted(place)
    _stands(place, LifeState.SUPPORTED)
    v.submitted(place)


@pytest.mark.parametrize("life", [*OUT, LifeState.RELAPSE, LifeState.IDENTIFIED])
def test_only_a_verified_family_in_need_is_published_renewed_and_reopened(place: v.Village, life: LifeState) -> None:
    code = "household-out-of-hardship" if life in OUT else "household-not-verified"
    ref = v.submitted(place)
    _stands(place, life)
    with pytest.raises(Conflict, match=code):
        review.approve(place.reviewer, ref, checks=v.CHECKS)
    _stands(place, LifeState.VERIFIED)
    review.approve(place.reviewer, ref, checks=v.CHECKS)
    _stands(place, life)
    with pytest.raises(Conflict, match=code):
        keeping.renew(place.volunteer, ref)
    _close(ref)
    with pytest.raises(Conflict, match=code):
        keeping.reopen(place.reviewer, ref, reason="裁定退回")
    _stands(place, LifeState.SUPPORTED)
    keeping.reopen(place.reviewer, ref, reason="裁定退回")
    keeping.renew(place.volunteer, ref)
    assert _wish(ref).state == "approved"


def test_a_reopened_wish_takes_its_place_like_a_new_one(place: v.Village) -> None:
    first = v.published(place)
    _close(first)
    v.published(place)
    with pytest.raises(Conflict, match="child-open-wish") as refused:
        keeping.reopen(place.reviewer, first, reason="裁定退回")
    assert refused.value.field == "override_reason"
    assert _wish(first).state == "closed"
    keeping.reopen(place.reviewer, first, reason="裁定退回", override_reason="家中失火")
    assert _wish(first).state == "approved"
    assert reading().get_one(Household, place.family.id).open_wishes == 2
    said = reading().scalars(select(WishReview.decision).order_by(WishReview.id)).all()
    assert said[-2:] == ["override", "reopen"]
