"""Posting and reviewing: who may, in which order, on what basis, and what the book says."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from charity.adapters.db import reading, transaction
from charity.domain.actors import Role
from charity.domain.errors import CapReached, Conflict, Invalid, Missing, NotPermitted
from charity.domain.search import Written, pieces_of
from charity.domain.wishes import BeneficiaryKind
from charity.ledger import timeline
from charity.models.households import ChildYear, Household, Member
from charity.models.programmes import Programme
from charity.models.search_rows import SearchPiece, SearchText
from charity.models.wishes import Wish, WishReview
from charity.services.wishes import post, review
from tests.kit import village as v


@pytest.fixture
def place(app: Flask) -> v.Village:
    return v.build()


def _wish(ref: str) -> Wish:
    return reading().scalars(select(Wish).where(Wish.ref == ref)).one()


def _kinds(ref: str) -> list[str]:
    return [record.body.kind.value for record in timeline(reading(), "wish", ref)]


def test_a_wish_walks_from_draft_to_the_wall(place: v.Village) -> None:
    need = replace(v.COAT, point_ref=place.point)
    ref = post.draft(place.volunteer, BeneficiaryKind.CHILD, place.family.child_ref, need=need)
    assert (_wish(ref).state, _kinds(ref)) == ("draft", [])
    post.edit(place.volunteer, ref, need=replace(need, title="厚棉衣一件"))
    post.submit(place.volunteer, ref)
    assert _wish(ref).clock == "review"
    assert review.approve(place.reviewer, ref, checks=v.CHECKS) == "approved"
    wish = _wish(ref)
    assert (wish.title, wish.state, wish.reviewer_id, wish.clock) == (
        "厚棉衣一件",
        "approved",
        place.reviewer.account_id,
        "renewal",
    )
    assert wish.wall_at > 0
    assert wish.programme_id is not None
    assert _kinds(ref) == ["wish.submitted", "wish.published"]


def test_the_poster_never_reviews(place: v.Village) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE), (Role.REVIEWER, v.TOWNSHIP))
    ref = post.post(both, BeneficiaryKind.SITE, place.site, need=replace(v.BOOKS, point_ref=place.point))
    with pytest.raises(NotPermitted, match="poster-reviews"):
        review.approve(both, ref, checks=v.CHECKS)


def test_who_posted_for_a_family_does_not_review_its_other_wish(place: v.Village) -> None:
    with transaction() as tx:
        both = v.add_person(tx, (Role.VOLUNTEER, v.VILLAGE), (Role.REVIEWER, v.TOWNSHIP))
    need = replace(v.QUILT, point_ref=place.point)
    post.draft(both, BeneficiaryKind.HOUSEHOLD, place.family.ref, need=need)
    ref = v.submitted(place)
    with pytest.raises(NotPermitted, match="other-side"):
        review.approve(both, ref, checks=v.CHECKS)


def test_a_dear_wish_needs_two_reviewers(place: v.Village) -> None:
    ref = v.submitted(place, replace(v.COAT, unit_fen=320_00))
    assert review.approve(place.reviewer, ref, checks=v.CHECKS) == "submitted"
    assert _wish(ref).clock == "second-review"
    with pytest.raises(NotPermitted, match="second-reviewer-is-first"):
        review.approve(place.reviewer, ref, checks=v.CHECKS)
    assert review.approve(place.second, ref, checks=v.CHECKS) == "approved"
    decisions = reading().scalars(select(WishReview.decision).order_by(WishReview.id)).all()
    assert decisions == ["endorse", "second-approve"]


def test_nothing_is_published_without_a_legal_basis(place: v.Village) -> None:
    ref = v.submitted(place)
    with transaction() as tx:
        tx.session.scalars(select(Programme)).one().closed_at = tx.now
    with pytest.raises(Invalid, match="no-legal-basis"):
        review.approve(place.reviewer, ref, checks=v.CHECKS)
    assert _wish(ref).state == "submitted"


def test_a_programme_covers_its_region_only(place: v.Village) -> None:
    ref = v.submitted(place)
    with transaction() as tx:
        v.add_programme(tx, code="ELSEWHERE", region=v.OTHER_COUNTY)
    with pytest.raises(Invalid, match="no-legal-basis"):
        review.approve(place.reviewer, ref, checks=v.CHECKS, programme_code="ELSEWHERE")


def test_everything_must_be_ticked(place: v.Village) -> None:
    ref = v.submitted(place)
    with pytest.raises(Invalid, match="checklist-open"):
        review.approve(place.reviewer, ref, checks=["need-is-real"])


def test_returned_wishes_come_back_corrected(place: v.Village) -> None:
    ref = v.submitted(place)
    with pytest.raises(Invalid, match="reason-missing"):
        review.send_back(place.reviewer, ref, reasons=[])
    review.send_back(place.reviewer, ref, reasons=["price-wrong"], note="偏高")
    assert _wish(ref).state == "returned"
    post.resubmit(place.volunteer, ref, need=replace(v.COAT, unit_fen=100_00, point_ref=place.point))
    review.approve(place.reviewer, ref, checks=v.CHECKS)
    assert _kinds(ref) == ["wish.submitted", "wish.returned", "wish.submitted", "wish.published"]
    assert reading().scalars(select(ChildYear.amount_fen)).one() == 100_00


def test_rejected_and_referred_wishes_give_their_place_back(place: v.Village) -> None:
    review.reject(place.reviewer, v.submitted(place), reasons=["not-a-need"])
    review.refer(place.reviewer, v.submitted(place), reasons=["medical"])
    family = reading().get_one(Household, place.family.id)
    assert (family.open_wishes, reading().scalars(select(ChildYear.amount_fen)).one()) == (0, 0)


def test_outside_the_region_a_wish_is_missing(place: v.Village) -> None:
    ref = v.submitted(place)
    with transaction() as tx:
        stranger = v.add_person(tx, (Role.REVIEWER, v.OTHER_TOWNSHIP), (Role.VOLUNTEER, v.OTHER_VILLAGE))
    for call in (
        lambda: review.approve(stranger, ref, checks=v.CHECKS),
        lambda: post.post(stranger, BeneficiaryKind.CHILD, place.family.child_ref, need=v.COAT),
        lambda: post.submit(stranger, ref),
    ):
        with pytest.raises(Missing):
            call()


def test_a_child_has_one_open_wish(place: v.Village) -> None:
    v.submitted(place)
    with pytest.raises(CapReached, match="child-open-wish"):
        v.submitted(place)


def test_a_household_has_three_open_wishes(place: v.Village) -> None:
    v.submitted(place)
    for _ in range(2):
        v.submitted(place, v.QUILT)
    with pytest.raises(CapReached, match="household-open-wishes"):
        v.submitted(place, v.QUILT)


def test_a_child_asks_for_a_thousand_yuan_a_year(place: v.Village) -> None:
    for fen in (250_00, 250_00, 250_00):
        ref = v.submitted(place, replace(v.COAT, unit_fen=fen))
        review.reject(place.reviewer, ref, reasons=["already-helped"])
    with transaction() as tx:
        tx.session.scalars(select(ChildYear)).one().amount_fen = 800_00
    with pytest.raises(CapReached, match="child-year"):
        v.submitted(place, replace(v.COAT, unit_fen=201_00))
    v.submitted(place, replace(v.COAT, unit_fen=200_00))


def test_a_reviewer_lifts_a_limit_with_a_reason(place: v.Village) -> None:
    v.submitted(place)
    need = replace(v.COAT, point_ref=place.point)
    ref = post.draft(place.volunteer, BeneficiaryKind.CHILD, place.family.child_ref, need=need)
    with pytest.raises(CapReached):
        post.submit(place.volunteer, ref)
    with pytest.raises(Invalid, match="reason-missing"):
        review.override_limits(place.reviewer, ref, reason=" ")
    review.override_limits(place.reviewer, ref, reason="家中失火")
    post.submit(place.volunteer, ref)
    assert reading().get_one(Member, place.family.child_id).open_wishes == 2


def test_without_consent_nothing_is_handed_in(place: v.Village) -> None:
    with transaction() as tx:
        family = v.add_family(tx, place.volunteer, consents=False)
    need = replace(v.COAT, point_ref=place.point)
    with pytest.raises(Conflict, match="consent-missing"):
        post.post(place.volunteer, BeneficiaryKind.CHILD, family.child_ref, need=need)


def test_an_unverified_family_is_not_published(place: v.Village) -> None:
    with transaction() as tx:
        family = v.add_family(tx, place.volunteer, verified=False)
    need = replace(v.COAT, point_ref=place.point)
    ref = post.post(place.volunteer, BeneficiaryKind.CHILD, family.child_ref, need=need)
    with pytest.raises(Conflict, match="household-not-verified"):
        review.approve(place.reviewer, ref, checks=v.CHECKS)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("给欧阳小禾的棉衣", "text-tells-who"),
        ("桃花坞的棉衣", "text-tells-who"),
        ("小禾的棉衣", "text-tells-who"),
        ("給歐陽小禾的棉衣", "text-tells-who"),
        ("a coat for Xiaohe", "text-tells-who"),
        ("棉衣,加微信联系", "contact-chat"),
        ("给现金也行", "forbidden-cash"),
        ("感冒药", "forbidden-medicine"),
        ("衣", "title-too-short"),
    ],
)
def test_words_that_may_not_be_said(place: v.Village, title: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        v.submitted(place, replace(v.COAT, title=title))


@pytest.mark.parametrize(
    ("details", "code"),
    [("蓝色130码", "text-tells-size"), ("送到望云中心小学", "text-tells-who"), ("望云小学", "text-tells-who")],
)
def test_a_childs_words_tell_neither_size_nor_school(place: v.Village, details: str, code: str) -> None:
    with pytest.raises(Invalid, match=code):
        v.submitted(place, replace(v.COAT, details=details))
    if code == "text-tells-size":
        v.submitted(place, replace(v.QUILT, details="150 cm"))  # of a family: the thing's own measure


def test_codes_must_belong_together(place: v.Village) -> None:
    for change, code in (
        ({"category": "farm-tool"}, "category-not-for-them"),
        ({"size": "999"}, "size-unknown"),
        ({"size": ""}, "size-missing"),
        ({"unit_label": "hour"}, "unit-not-of-kind"),
        ({"wanted": 0}, "units-out-of-range"),
        ({"reason_code": "old-alone"}, "reason-unknown"),
    ):
        with pytest.raises(Invalid, match=code):
            v.submitted(place, replace(v.COAT, **change))


def test_a_childs_parcel_goes_to_a_point_that_tells_nothing(place: v.Village) -> None:
    with transaction() as tx:
        near = v.add_point(tx, region=v.VILLAGE, kind="village")
        small = v.add_point(tx, kind="school", pupils=40, villages=1)
        large = v.add_point(tx, kind="school", pupils=300, villages=5)
        other = v.add_point(tx, region=v.OTHER_TOWNSHIP)
    for ref, code in (
        (near, "point-of-village-for-child"),
        (small, "point-school-too-small"),
        (large, "point-school-not-agreed"),
        (other, "point-in-other-county"),
        ("0000000000000", "point-unknown"),
        ("", "point-missing"),
    ):
        need = replace(v.COAT, point_ref=ref)
        with pytest.raises(Invalid, match=code):
            post.post(place.volunteer, BeneficiaryKind.CHILD, place.family.child_ref, need=need)


def test_a_picture_is_used_once(place: v.Village) -> None:
    picture = v.photo()
    v.published(place, picture=picture)
    ref = v.submitted(place, v.QUILT, picture=v.photo())
    with pytest.raises(Conflict, match="photo-used-before"):
        review.approve(place.reviewer, ref, checks=v.CHECKS)
    review.approve(place.reviewer, ref, checks=v.CHECKS, override_reason="同款被子")


def test_words_come_with_the_wall(place: v.Village) -> None:
    ref = v.submitted(place)
    assert reading().scalars(select(SearchPiece.piece)).all() == []
    review.approve(place.reviewer, ref, checks=v.CHECKS)
    row = reading().scalars(select(SearchText)).one()
    written = Written(row.plain, row.spoken, row.initials)
    assert set(reading().scalars(select(SearchPiece.piece))) == pieces_of(written)
    assert "棉衣" in row.plain and "清河" in row.plain and "'mian'yi'" in row.spoken and "my" in row.initials
    assert "欧阳" not in row.plain and "桃花" not in row.plain
    assert "云溪" not in row.plain  # too few families live there to name the county
