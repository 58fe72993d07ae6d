"""What must still stand whenever a wish is shown (again): the family's need, each yes, a point that tells nothing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from charity.adapters.clock import now
from charity.adapters.db import end_reading, reading, transaction
from charity.domain.calendar import day_of
from charity.domain.consents import GivenBy, Purpose
from charity.domain.errors import Conflict, Invalid
from charity.domain.households import LifeState
from charity.domain.points import PointKind
from charity.domain.wishes import BeneficiaryKind
from charity.jobs.clocks import settle_desks
from charity.models.households import Consent, Household
from charity.models.pledges import Pledge
from charity.models.receiving import free_place
from charity.models.wishes import Wish, WishReview
from charity.queries.wall import list_wall
from charity.services import points
from charity.services.pledges.claim import claim
from charity.services.register import records
from charity.services.wishes import keeping, post, review
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


TELLING = replace(v.COAT, shown_sex="girl", interest="reading")
DETAILS = {Purpose.SHOW_SEX: 0, Purpose.SHOW_INTEREST: 1, Purpose.SHOW_SIZE: 2}


def _told(ref: str) -> list[bool]:
    wish = _wish(ref)
    return [wish.shown_sex != "", wish.interest != "", wish.shows_size]


def _ends(*uses: Purpose) -> None:
    """Let these consents end today."""
    with transaction() as tx:
        of_these = Consent.purpose.in_([use.value for use in uses])
        tx.session.execute(update(Consent).where(of_these).values(valid_until=day_of(tx.now)))


@pytest.mark.parametrize("use", list(DETAILS))
def test_a_detail_is_told_until_its_consent_ends(place: v.Village, travel: Travel, use: Purpose) -> None:
    ref = v.published(place, TELLING)
    _ends(use)
    assert "consents" not in settle_desks()
    assert _told(ref) == [True, True, True]
    travel(now() + timedelta(days=1))
    assert settle_desks()["consents"] == 1
    assert _told(ref) == [at != DETAILS[use] for at in range(3)]
    assert _wish(ref).hidden_at is None
    assert "consents" not in settle_desks()


def test_renewing_and_opening_again_ask_for_each_detail(place: v.Village, travel: Travel) -> None:
    ref = v.published(place, TELLING)
    keeping.renew(place.volunteer, ref)
    assert _told(ref) == [True, True, True]
    _ends(Purpose.SHOW_SEX)
    travel(now() + timedelta(days=1))
    keeping.renew(place.volunteer, ref)
    assert _told(ref) == [False, True, True]
    _close(ref)
    _ends(Purpose.SHOW_INTEREST, Purpose.SHOW_SIZE)
    travel(now() + timedelta(days=1))
    keeping.reopen(place.reviewer, ref, reason="裁定退回")
    assert _told(ref) == [False, False, False]


def test_a_size_is_approved_only_with_a_yes_that_stands(place: v.Village, travel: Travel) -> None:
    ref = v.submitted(place)
    _ends(Purpose.SHOW_SIZE)
    travel(now() + timedelta(days=1))
    review.approve(place.reviewer, ref, checks=v.CHECKS)
    assert not _wish(ref).shows_size


def _school(place: v.Village) -> str:
    """Open a large school's point, to which the guardian agrees."""
    with transaction() as tx:
        family = place.family
        v.add_consent(tx, place.volunteer, family.id, family.child_id, Purpose.SCHOOL_POINT, given_by="parent")
        return v.add_point(tx, kind="school", pupils=300, villages=5)


def _at_school(place: v.Village) -> str:
    need = replace(v.COAT, point_ref=_school(place))
    return post.post(place.volunteer, BeneficiaryKind.CHILD, place.family.child_ref, need=need)


def _no(place: v.Village) -> None:
    no = records.ConsentGiven(purpose=Purpose.SCHOOL_POINT, is_granted=False, given_by=GivenBy.PARENT)
    records.record_consent(place.volunteer, place.family.ref, place.family.child_ref, given=no)


def test_a_no_to_the_school_hides_what_goes_there_and_lets_deliveries_finish(place: v.Village) -> None:
    ref = _at_school(place)
    review.approve(place.reviewer, ref, checks=v.CHECKS)
    other = v.published(place, v.QUILT)
    claim(place.donor, ref, units=1)
    assert _wish(ref).hidden_at is None
    _no(place)
    assert (_wish(ref).hidden_at is None, _wish(other).hidden_at) == (False, None)
    assert [card.ref for card in list_wall(place.donor).cards] == [other]
    assert reading().scalars(select(Pledge.state)).all() == ["held"]
    with pytest.raises(Invalid, match="point-school-not-agreed"):
        keeping.renew(place.volunteer, ref)


def test_a_no_to_the_school_leaves_wishes_of_other_points_alone(place: v.Village) -> None:
    ref = v.published(place)
    _school(place)
    _no(place)
    assert _wish(ref).hidden_at is None


def test_the_yes_to_the_school_is_asked_again_at_the_review(place: v.Village) -> None:
    ref = _at_school(place)
    _no(place)
    with pytest.raises(Invalid, match="point-school-not-agreed"):
        review.approve(place.reviewer, ref, checks=v.CHECKS)
    assert _wish(ref).state == "submitted"


def test_the_yes_to_the_school_ends_like_every_other(place: v.Village, travel: Travel) -> None:
    ref = _at_school(place)
    review.approve(place.reviewer, ref, checks=v.CHECKS)
    other = v.published(place, v.QUILT)
    _ends(Purpose.SCHOOL_POINT)
    assert "consents" not in settle_desks()
    travel(now() + timedelta(days=1))
    assert settle_desks()["consents"] == 1
    assert (_wish(ref).hidden_at is None, _wish(other).hidden_at) == (False, None)
    assert "consents" not in settle_desks()


@pytest.mark.parametrize("kind", [PointKind.SCHOOL, PointKind.VILLAGE])
def test_a_point_chosen_for_a_child_becomes_no_school(place: v.Village, kind: PointKind) -> None:
    card = points.PointCard(
        kind=kind, name="望云", recipient="张", address="人民路8号", phone="13900000000", pupils=300, villages_served=5
    )
    v.submitted(place, v.QUILT)
    points.change(place.administrator, place.point, point=card)  # control: it was chosen for grown-ups only
    points.change(place.administrator, place.point, point=replace(card, kind=PointKind.TOWNSHIP))
    ref = v.submitted(place)
    with pytest.raises(Conflict, match="point-has-wishes"):
        points.change(place.administrator, place.point, point=card)
    points.change(place.administrator, place.point, point=replace(card, kind=PointKind.TOWNSHIP, hours="9-12"))
    review.reject(place.reviewer, ref, reasons=["already-helped"])
    points.change(place.administrator, place.point, point=card)
